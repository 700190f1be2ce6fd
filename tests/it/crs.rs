//! Files in other coordinate systems than longitude and latitude, and files that say theirs wrong.

use std::fs;
use std::path::{Path, PathBuf};

use geo::Coord;
use quhua::coverage::validate::{Options, is_valid_coverage, validate};
use quhua::geodesy::distance_m;
use quhua::io::crs::System;
use quhua::io::{LayerSource, Limits, layers};
use quhua::jobs::Progress;
use quhua::model::{CrsBasis, CrsDoubt, Dataset, FieldOverrides, FindingKind, Layer};
use serde_json::{Value, json};

use crate::support::{quhua_exits, repository, shared};

const VILLAGES: &str = "sample_data/sanhe/villages.geojson";
const TOWNSHIPS: &str = "sample_data/sanhe/townships.geojson";

fn read(path: &Path, crs: Option<&str>) -> Layer {
    let source = LayerSource { crs: crs.map(str::to_owned), ..path.into() };
    layers::read(&source, &Limits::default(), &Progress::new()).unwrap()
}

fn assemble(layers: Vec<Layer>) -> Dataset {
    Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap()
}

fn doubts(dataset: &Dataset) -> Vec<CrsDoubt> {
    let doubt = |what: &FindingKind| if let FindingKind::CrsSuspect(doubt) = what { Some(doubt.clone()) } else { None };
    dataset.findings.iter().filter_map(|finding| doubt(&finding.what)).collect()
}

/// The widest distance of vertices of two layers, in metres.
fn apart_m(a: &Layer, b: &Layer) -> f64 {
    let (a, b) = (&a.polygons.coords, &b.polygons.coords);
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(&a, &b)| distance_m(a, b)).fold(0.0, f64::max)
}

/// Turns all positions in arrays of arrays.
fn each(value: &mut Value, turn: &dyn Fn(Coord) -> Coord, swap: bool) {
    let Value::Array(list) = value else { return };
    if let [Value::Number(x), Value::Number(y), ..] = list.as_slice() {
        let at = turn(Coord { x: x.as_f64().unwrap(), y: y.as_f64().unwrap() });
        *value = if swap { json!([at.y, at.x]) } else { json!([at.x, at.y]) };
    } else {
        for value in list.iter_mut() {
            each(value, turn, swap);
        }
    }
}

/// The file with its coordinates in another system, and what it says of that.
fn projected(folder: &Path, path: &Path, code: u32, said: Option<&str>, swap: bool) -> PathBuf {
    let system = System::named(&code.to_string()).unwrap();
    let mut json: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let turn = |at: Coord| {
        let mut one = [at];
        system.from_earth(&mut one).unwrap();
        one[0]
    };
    for feature in json["features"].as_array_mut().unwrap() {
        each(&mut feature["geometry"]["coordinates"], &turn, swap);
    }
    if let Some(said) = said {
        json["crs"] = json!({ "type": "name", "properties": { "name": said } });
    }
    let path = folder.join(format!("{code}.geojson"));
    fs::write(&path, json.to_string()).unwrap();
    path
}

#[test]
fn planar_boundaries_open_where_they_lie_and_their_borders_stay_shared() {
    let folder = tempfile::tempdir().unwrap();
    let plain = repository(VILLAGES);
    let truth = read(&plain, None);
    let defects = |layer: Layer| {
        let dataset = assemble(vec![layer]);
        let defects = validate(&dataset.coverage, &Options::default(), &Progress::new()).unwrap();
        (is_valid_coverage(&defects), defects.len(), dataset.coverage.vertex_count())
    };
    for (code, said, swap, basis) in [
        (4523, None, false, CrsBasis::Inferred),
        (4523, None, true, CrsBasis::Inferred),
        (4523, Some("EPSG:4522"), false, CrsBasis::Inferred),
        (4544, Some("urn:ogc:def:crs:EPSG::4544"), false, CrsBasis::Declared),
        (4544, Some("EPSG:4544"), true, CrsBasis::Declared),
        (4496, Some("EPSG:4496"), false, CrsBasis::Declared),
        (32648, Some("WGS 84 / UTM zone 48N"), false, CrsBasis::Declared),
        (3857, Some("EPSG:3857"), false, CrsBasis::Declared),
    ] {
        let layer = read(&projected(folder.path(), &plain, code, said, swap), None);
        let apart = apart_m(&truth, &layer);
        assert!(apart < 1e-3, "{code}: {apart} m");
        let crs = layer.reading.crs.as_ref().unwrap();
        assert_eq!((crs.code.clone(), crs.basis), (Some(format!("EPSG:{code}")), basis));
        let odd = swap || said == Some("EPSG:4522");
        // Where the file says nothing, the datum is in doubt as well.
        assert_eq!(crs.doubts.len(), usize::from(odd) + usize::from(said.is_none()), "{code}: {:?}", crs.doubts);
        assert_eq!(defects(layer), defects(truth.clone()), "{code}");
    }
}

#[test]
fn what_nothing_says_is_asked_for_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = projected(folder.path(), &repository(VILLAGES), 4544, None, false);
    let layer = path.to_str().unwrap();
    let (_, error) = quhua_exits(2, ["check", layer]);
    assert!(error.contains("planar") && error.contains("--crs") && error.contains("EPSG:4534"), "{error}");
    assert_eq!(error.trim_end().lines().count(), 1);
    let (out, error) = quhua_exits(0, ["check", layer, "--crs", "EPSG:4544", "--json"]);
    assert!(error.contains("turned from EPSG:4544"), "{error}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let crs = &report["layers"][0]["crs"];
    assert_eq!((&crs["code"], &crs["kind"], &crs["zone"]), (&json!("EPSG:4544"), &json!("gauss_kruger"), &json!(35)));
    assert_eq!((&crs["basis"], &crs["central_meridian"]), (&json!("chosen"), &json!(105.0)));
    let centre = crs["centre"].as_array().unwrap();
    assert!((103.0..107.0).contains(&centre[0].as_f64().unwrap()), "{centre:?}");
    let (out, _) = quhua_exits(0, ["check", layer, "--crs", "4544"]);
    assert!(out.contains("zone 35") && out.contains("as chosen"), "{out}");
}

#[test]
fn a_project_keeps_what_its_layers_were_taken_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = projected(folder.path(), &repository(VILLAGES), 4523, Some("EPSG:4522"), false);
    let project = folder.path().join("p.gpkg");
    quhua_exits(0, ["convert".as_ref(), path.as_os_str(), "-o".as_ref(), project.as_os_str()]);
    let (out, _) = quhua_exits(1, ["check".as_ref(), project.as_os_str(), "--json".as_ref()]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["layers"][0]["crs"]["code"], "EPSG:4523");
    assert_eq!(report["counts"]["crs_suspect"], 1);
}

#[test]
fn data_of_web_maps_beside_others_are_noticed_and_corrected() {
    let Some(shifted) = shared("dirty/gcj02.geojson") else { return };
    let truth = read(&shared("dirty/clean-reference.geojson").unwrap(), None);
    let plain = read(&shifted, None);
    assert!((300.0..500.0).contains(&apart_m(&truth, &plain)));
    let corrected = read(&shifted, Some("gcj02"));
    // The file is rounded to seven digits, some centimetres.
    assert!(apart_m(&truth, &corrected) < 0.05, "{}", apart_m(&truth, &corrected));
    for layers in [vec![truth.clone(), plain.clone()], vec![plain, truth.clone()]] {
        let dataset = assemble(layers);
        let found = doubts(&dataset);
        let [CrsDoubt::Shifted { layer, like, metres, .. }] = &found[..] else { panic!("{found:?}") };
        assert_eq!((layer.as_str(), like.as_str()), ("gcj02.geojson", "GCJ-02"));
        assert!((300..500).contains(metres), "{metres}");
    }
    assert_eq!(doubts(&assemble(vec![truth.clone(), corrected])).len(), 0);
    // Layers of one county lie on each other, whatever their generalisation.
    let both = [VILLAGES, TOWNSHIPS].map(|name| read(&repository(name), None));
    assert_eq!(doubts(&assemble(both.into())).len(), 0);
}

#[test]
fn dirty_files_open_in_the_right_place() {
    let Some(path) = shared("dirty/clean-reference.geojson") else { return };
    let truth = read(&path, None);
    let swapped = read(&shared("dirty/swapped-axes.geojson").unwrap(), None);
    assert_eq!(truth.polygons, swapped.polygons);
    assert!(matches!(doubts(&assemble(vec![swapped]))[..], [CrsDoubt::AxesExchanged { .. }]));
    let zone = read(&shared("dirty/gk35-gbk-wrong-prj.zip").unwrap(), None);
    let bounds = |layer: &Layer| {
        let all = &layer.polygons.coords;
        all.iter().fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[w, s, e, n], at| {
            [w.min(at.x), s.min(at.y), e.max(at.x), n.max(at.y)]
        })
    };
    let [a, b] = [bounds(&truth), bounds(&zone)];
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-7), "{a:?} {b:?}");
    let dataset = assemble(vec![zone]);
    assert!(matches!(&doubts(&dataset)[..], [CrsDoubt::Contradicted { used, .. }] if used.starts_with("EPSG:4523")));
    let any_order = read(&shared("dirty/members-in-any-order.geojson").unwrap(), None);
    assert_eq!(truth.polygons, any_order.polygons);
    let crs = any_order.reading.crs.unwrap();
    assert_eq!((crs.code.as_deref(), crs.basis, crs.doubts.len()), (Some("EPSG:4490"), CrsBasis::Declared, 0));
}

#[test]
fn points_and_lines_come_through_the_same_door() {
    let folder = tempfile::tempdir().unwrap();
    let feature = |geometry: Value| json!({ "type": "Feature", "properties": { "name": "a" }, "geometry": geometry });
    let planar = json!({
        "type": "FeatureCollection",
        "crs": { "type": "name", "properties": { "name": "EPSG:4544" } },
        "features": [
            feature(json!({ "type": "Point", "coordinates": [500_000.0, 3_431_000.0, 400.0] })),
            feature(json!({ "type": "LineString", "coordinates": [[500_000.0, 3_431_000.0], [510_000.0, 3_431_000.0]] })),
        ],
    });
    let path = folder.path().join("points.geojson");
    fs::write(&path, planar.to_string()).unwrap();
    let places = quhua::io::places::read(&[path.into()], &Limits::default()).unwrap();
    let at = places.all()[0].at;
    assert!((at.x - 105.0).abs() < 1e-9 && (30.9..31.1).contains(&at.y), "{at:?}");
    assert_eq!(places.lines()[0].path[0], at);
}

//! Plans on real boundaries, against the outlines that GEOS makes of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use geo::MultiPolygon;
use geojson::{Feature, FeatureCollection, GeoJson};
use serde_json::Value;

use crate::support::{normal, quhua_exits, repository, shared};

fn read(path: &Path) -> FeatureCollection {
    match std::fs::read_to_string(path).unwrap().parse::<GeoJson>().unwrap() {
        GeoJson::FeatureCollection(collection) => collection,
        other => unreachable!("{other:?}"),
    }
}

fn shape(feature: &Feature) -> MultiPolygon {
    let geometry: geo::Geometry = feature.geometry.clone().unwrap().try_into().unwrap();
    match geometry {
        geo::Geometry::Polygon(polygon) => polygon.into(),
        geo::Geometry::MultiPolygon(polygons) => polygons,
        other => unreachable!("{other:?}"),
    }
}

fn vertices(collection: &FeatureCollection) -> BTreeSet<(u64, u64)> {
    let rings =
        |p: &geo::Polygon| std::iter::once(p.exterior().clone()).chain(p.interiors().to_vec()).collect::<Vec<_>>();
    collection
        .features
        .iter()
        .flat_map(|f| shape(f).iter().flat_map(rings).collect::<Vec<_>>())
        .flat_map(|ring| ring.0)
        .map(|c| (c.x.to_bits(), c.y.to_bits()))
        .collect()
}

/// Applies a plan and compares every merged unit with its true outline; returns the metrics before and after.
fn check(layer: &Path, plan: &Path, truth: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.geojson");
    let level = ["--level", "atom"];
    let paths = [layer, Path::new("--plan"), plan, Path::new("-o"), &out].map(Path::as_os_str);
    quhua_exits(0, ["apply"].map(AsRef::as_ref).into_iter().chain(paths).chain(level.map(AsRef::as_ref)));

    let (source, made, truth) = (read(layer), read(&out), read(truth));
    let by_code: BTreeMap<&str, &Feature> =
        made.features.iter().filter_map(|feature| Some((feature.property("code")?.as_str()?, feature))).collect();
    assert!(!truth.features.is_empty());
    let mut merged = 0;
    for wanted in &truth.features {
        let code = wanted.property("code").unwrap().as_str().unwrap();
        assert_eq!(normal(&shape(by_code[code])), normal(&shape(wanted)), "{code}");
        merged += wanted.property("merged_from").unwrap().as_array().unwrap().len();
    }
    assert_eq!(made.features.len(), source.features.len() - merged + truth.features.len());
    assert!(vertices(&made).is_subset(&vertices(&source)));

    let totals = |args: &[&std::ffi::OsStr]| -> Value {
        let (text, _) = quhua_exits(0, args.iter().copied());
        serde_json::from_str::<Value>(&text).unwrap()["totals"].clone()
    };
    let metrics = ["metrics".as_ref(), layer.as_os_str(), "--level".as_ref(), "atom".as_ref()];
    let with_plan = [&metrics[..], &["--plan".as_ref(), plan.as_os_str()]].concat();
    let (before, after) = (totals(&metrics), totals(&with_plan));
    for figure in ["area_m2", "population", "atoms"] {
        assert_eq!(before[figure], after[figure], "{figure}");
    }
    assert!(before["area_m2"].as_f64().unwrap() > 1e9);
}

#[test]
fn plans_on_real_villages_give_the_true_outlines() {
    let folder = repository("sample_data/nantou");
    for plan in ["village-mergers", "villages-into-townships"] {
        let [plan, truth] = ["plan.json", "truth.geojson"].map(|end| folder.join(format!("{plan}.{end}")));
        check(&folder.join("villages.geojson"), &plan, &truth);
    }
}

#[test]
fn plans_on_real_communes_give_the_true_outlines() {
    let Some(layer) = shared("lot-et-garonne/communes.geojson") else { return };
    let folder = layer.parent().unwrap();
    for plan in ["all-into-one", "connected", "random-half", "random-seventy-percent", "rings-with-holes"] {
        let [plan, truth] = ["plan.json", "truth.geojson"].map(|end| folder.join(format!("{plan}.{end}")));
        check(&layer, &plan, &truth);
    }
}

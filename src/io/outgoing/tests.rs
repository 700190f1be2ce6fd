//! What is written is read again by our own readers as the same units: to the bit, with the same columns.

use std::collections::BTreeMap;
use std::path::Path;

use geo::Coord;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::coverage::{AtomId, FlatPolygons};
use crate::io::{LayerSource, Limits, geojson as reading, layers};
use crate::jobs::Progress;
use crate::model::{Dataset, FieldOverrides, Layer, LevelIndex};

/// Squares of a grid with hard values, the middle one of which is a hole with an island in it where there are nine.
fn text(side: u8, shift: f64, values: &[(Option<i64>, String, f64)]) -> String {
    let mut features = Vec::new();
    for at in 0..side * side {
        // In fiftieths of a degree, so that neighbours have the same corners.
        let place = |start: f64, step: u8, fiftieth: u8| start + shift + f64::from(step * 5 + fiftieth) / 50.0;
        let corner = |x: u8, y: u8| json!([place(105.0, at % side, x), place(31.0, at / side, y)]);
        let ring = |from: u8, to: u8| {
            json!([corner(from, from), corner(to, from), corner(to, to), corner(from, to), corner(from, from)])
        };
        let (people, name, share) = &values[usize::from(at) % values.len()];
        let geometry = match (at % 5, side) {
            (4, _) if side > 1 => {
                json!({"type": "MultiPolygon", "coordinates": [[ring(0, 5), ring(1, 4)], [ring(2, 3)]]})
            }
            _ => json!({"type": "Polygon", "coordinates": [ring(0, 5)]}),
        };
        let geometry = if at == 7 { Json::Null } else { geometry };
        features.push(json!({
            "type": "Feature", "geometry": geometry,
            "properties": {"code": format!("0117221{at:02}"), "parent": format!("011722{}", at % 2), "name": name,
                "people": people, "share": share, "yes": people.map(|people| people % 2 == 0)},
        }));
    }
    json!({"type": "FeatureCollection", "features": features}).to_string()
}

fn read_text(text: &str) -> Layer {
    reading::read_bytes("v.geojson", text.as_bytes(), &Limits::default(), &Progress::new()).unwrap()
}

fn dataset(text: &str) -> Dataset {
    let overrides = FieldOverrides {
        code: Some("code".into()),
        name: Some("name".into()),
        parent: Some("parent".into()),
        ..FieldOverrides::default()
    };
    Dataset::assemble(vec![read_text(text)], &overrides, &Progress::new()).unwrap()
}

/// Rings of a feature, whatever vertex each begins with and whichever way it runs.
fn outline(polygons: &FlatPolygons, atom: usize) -> Vec<Vec<[u64; 2]>> {
    let rings = polygons.faces_of(AtomId::new(atom)).flat_map(|face| polygons.rings_of(face));
    let mut rings: Vec<Vec<[u64; 2]>> = rings
        .map(|ring| {
            let bits = |at: &Coord| [at.x.to_bits(), at.y.to_bits()];
            let mut ring: Vec<_> = polygons.ring(ring).iter().map(bits).collect();
            let least = (0..ring.len()).min_by_key(|&i| ring[i]).unwrap_or(0);
            ring.rotate_left(least);
            if ring.len() > 2 && ring[1] > ring[ring.len() - 1] {
                ring[1..].reverse();
            }
            ring
        })
        .collect();
    rings.sort_unstable();
    rings
}

/// Values of a feature of a layer by name: numbers as numbers, what is not known left out.
fn values(layer: &Layer, feature: usize) -> BTreeMap<String, Json> {
    let feature = crate::model::FeatureId::new(feature);
    let value = |(name, field): (&String, _)| {
        let value: Json = serde_json::from_str(layer.table.raw(feature, field)?).unwrap();
        let value = value.as_f64().map_or(value, |number| json!(number));
        (!value.is_null()).then(|| (name.clone(), value))
    };
    layer.table.fields().iter().zip(layer.table.field_indices()).filter_map(value).collect()
}

/// Writes a layer in a format, and reads it again.
fn there_and_back(folder: &Path, id: &str, layer: OutLayer, wishes: Wishes) -> Layer {
    let format = Format::with_id(id).unwrap();
    let path = folder.join(format!("a.{}", format.endings[0]));
    Destination::ask(&mut Outputs::default(), &path, format, wishes).unwrap().write(vec![layer], drop).unwrap();
    layers::read(&LayerSource::from(path), &Limits::default(), &Progress::new()).unwrap()
}

/// Formats that keep everything, and are read by this program.
const WHOLE: [&str; 6] = ["geopackage", "shapefile", "shapefile-zip", "topojson", "flatgeobuf", "geoparquet"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_written_is_read_again_to_the_bit(
        side in 1_u8..4,
        shift in -60.0..20.0_f64,
        rows in prop::collection::vec(
            (prop::option::of(-1_000_000_000_i64..1_000_000_000_000), "[a-z张家沟村\"、]{1,12}", -1.0e6..1.0e6_f64), 1..5),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let source = text(side, shift, &rows);
        let (dataset, layer) = (dataset(&source), read_text(&source));
        for id in WHOLE {
            let back = there_and_back(folder.path(), id, crate::io::export::source_layer(&dataset, 0), Wishes::default());
            let fields: Vec<_> = back.table.fields().iter().filter(|name| *name != "id").collect();
            prop_assert_eq!(fields, layer.table.fields().iter().collect::<Vec<_>>(), "{}", id);
            prop_assert_eq!(back.table.rows(), layer.table.rows(), "{}", id);
            // Behind a spatial index features come in its order.
            let code = |feature: usize| values(&back, feature)["code"].clone();
            for feature in 0..layer.table.rows() {
                let of = values(&layer, feature);
                let there = (0..layer.table.rows()).find(|&at| code(at) == of["code"]).unwrap();
                prop_assert!(there == feature || id == "flatgeobuf");
                let mut found = values(&back, there);
                found.remove("id");
                prop_assert_eq!(found, of, "{} {}", id, feature);
                prop_assert_eq!(outline(&back.polygons, there), outline(&layer.polygons, feature), "{} {}", id, feature);
            }
        }
    }
}

fn county() -> Dataset {
    dataset(&text(3, 0.0, &[(Some(7), "张家沟村".to_owned(), 0.5), (None, "b".to_owned(), 1e-7)]))
}

#[test]
fn borders_stay_shared_to_the_bit_in_another_system_and_lie_where_they_did() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = county();
    let layer = crate::io::export::source_layer(&dataset, 0);
    let ends = |polygons: &FlatPolygons| {
        let mut all: Vec<[u64; 2]> = polygons.coords.iter().map(|at| [at.x.to_bits(), at.y.to_bits()]).collect();
        all.sort_unstable();
        all.dedup();
        all.len()
    };
    for code in ["EPSG:4544", "EPSG:4490", "EPSG:3857", "EPSG:32648"] {
        let system = System::to_write(code).unwrap();
        for id in WHOLE.into_iter().chain(["geojson"]) {
            let wishes = Wishes { system: Some(system.clone()), wkt: false };
            let back = there_and_back(folder.path(), id, layer.clone(), wishes);
            let told = back.reading.crs.as_ref().map(|crs| crs.name.clone());
            assert_eq!(ends(&back.polygons), ends(&layer.polygons), "{id} {code}: as many places as before");
            for (a, b) in layer.polygons.coords.iter().zip(&back.polygons.coords) {
                // Shapefiles turn rings round, TopoJSON begins them elsewhere, FlatGeobuf has another order.
                if !["geopackage", "geoparquet", "geojson"].contains(&id) {
                    break;
                }
                assert!((a.x - b.x).abs() < 1e-9 && (a.y - b.y).abs() < 1e-9, "{id} {code} {told:?}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn nothing_is_written_in_shifted_systems_or_where_they_have_no_place() {
    for name in ["gcj02", "bd09", "EPSG:2362", "EPSG:9", "x"] {
        assert!(System::to_write(name).is_err(), "{name}");
    }
    let mut layer = crate::io::export::source_layer(&county(), 0);
    let shifted = System::named("gcj02").unwrap();
    assert!(matches!(layer.turn_into(&shifted), Err(WriteProblem::Crs(crate::io::CrsProblem::NeverWritten { .. }))));
}

#[test]
fn a_file_of_layers_is_the_same_each_time() {
    let layers = [crate::io::export::source_layer(&county(), 0)];
    for format in FORMATS.iter().filter(|format| !format.is_project()) {
        let write = || (format.maker.as_ref().unwrap().files)(&layers, &Wishes::default(), "a").unwrap();
        assert!(write() == write(), "{}", format.id);
        assert_eq!(write().len(), format.beside.len() + 1, "{}", format.id);
    }
}

#[test]
fn lines_are_there_once_and_upper_levels_are_made_of_them() {
    let dataset = county();
    let (rules, suspects) = (crate::model::FieldRules::guess(&dataset), crate::coverage::Suspects::default());
    let export = |level| crate::io::export::Export {
        dataset: &dataset,
        state: &dataset.base,
        level,
        area_method: crate::geodesy::AreaMethod::Geodesic,
        rules: &rules,
        suspects: &suspects,
        further: None,
    };
    let layers: Vec<OutLayer> =
        [0, 1].map(|level| export(LevelIndex(level)).layer("", &Progress::new()).unwrap()).into();
    let topology = topology::Topology::of(&layers).unwrap();
    let mut edges: Vec<[[u64; 2]; 2]> = Vec::new();
    for arc in &topology.arcs {
        let bits = |at: &Coord| [at.x.to_bits(), at.y.to_bits()];
        edges.extend(arc.windows(2).map(|edge| {
            let mut edge = [bits(&edge[0]), bits(&edge[1])];
            edge.sort_unstable();
            edge
        }));
    }
    let all = edges.len();
    edges.sort_unstable();
    edges.dedup();
    assert_eq!(edges.len(), all, "no edge is there twice");
    // Rings made of arcs are those of the layers.
    for (layer, features) in layers.iter().zip(&topology.layers) {
        let mut made = FlatPolygons::default();
        for polygons in features {
            for rings in polygons {
                for ring in rings {
                    for &(arc, is_backward) in ring {
                        let mut coords = topology.arcs[arc].clone();
                        if is_backward {
                            coords.reverse();
                        }
                        coords.pop();
                        for at in coords {
                            made.push(at);
                        }
                    }
                    let first = made.coords[made.ring_ends.last().map_or(0, |&end| end as usize)];
                    made.push(first);
                    assert!(made.end_ring());
                }
                made.end_face();
            }
            made.end_atom();
        }
        for feature in 0..layer.features.len() {
            assert_eq!(outline(&made, feature), outline(&layer.polygons, feature));
        }
    }
}

#[test]
fn a_drawing_has_codes_as_ids_names_as_titles_and_nothing_that_xml_would_obey() {
    let source = text(2, 0.0, &[(None, "<a>&村".to_owned(), 0.5)]);
    let layers = [crate::io::export::source_layer(&dataset(&source), 0)];
    let drawn = svg::files(&layers, &Wishes::default(), "").unwrap().remove(0);
    let drawn = String::from_utf8(drawn).unwrap();
    assert_eq!(drawn.matches("<path id=\"01172210").count(), 4, "{drawn}");
    assert!(drawn.contains("<title>&lt;a&gt;&amp;村</title>"), "{drawn}");
    assert_eq!(drawn.matches("id=\"borders\"").count(), 1);
    assert!(drawn.len() < 2000, "{}", drawn.len());
}

#[test]
fn the_ending_of_a_name_says_the_format_and_of_a_result_gpkg_is_layers() {
    let of =
        |name: &str, result| Format::of(Path::new(name), result).map(|format| format.id).map_err(|e| e.to_string());
    assert_eq!(of("a.gpkg", false).unwrap(), "project");
    assert_eq!(of("a.gpkg", true).unwrap(), "geopackage");
    assert_eq!(of("a.SHP", false).unwrap(), "shapefile");
    assert_eq!(of("a", false).unwrap(), "geojson");
    let error = of("a.tab", false).unwrap_err();
    assert!(error.starts_with("cannot write .tab files; use .gpkg, .geojson, "), "{error}");
}

#[test]
fn ids_of_the_source_get_a_column_where_features_have_none() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":"051","properties":{"n":1},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}},
        {"type":"Feature","properties":{"n":2},"geometry":null}]}"#;
    let dataset = Dataset::assemble(vec![read_text(text)], &FieldOverrides::default(), &Progress::new()).unwrap();
    let layer = crate::io::export::source_layer(&dataset, 0);
    let folder = tempfile::tempdir().unwrap();
    let back = there_and_back(folder.path(), "geopackage", layer.clone(), Wishes::default());
    assert_eq!(back.table.fields(), ["id", "n"]);
    assert_eq!(values(&back, 0)["id"], json!("051"));
    let files = topojson::files(&[layer], &Wishes::default(), "").unwrap();
    assert!(String::from_utf8_lossy(&files[0]).contains(r#""id":"051""#));
}

#[test]
fn days_and_moments_keep_their_types_or_are_told_as_texts() {
    let folder = tempfile::tempdir().unwrap();
    let columns = [
        ("day", "2020-12-31", "2021-01-01"),
        ("utc", "2020-12-31T10:00:00Z", "2021-01-01T00:00:00Z"),
        ("fine", "2020-12-31T10:00:00.125Z", "2021-01-01T00:00:00.250Z"),
        ("here", "2020-12-31T10:00:00+08:00", "2021-01-01T00:00:00+08:00"),
        ("bare", "2020-12-31T10:00:00", "2021-01-01T00:00:00"),
        ("text", "2020-12-31T10:00:00Z", "soon"),
    ];
    let feature = |row: usize| {
        let mut properties = json!({"code": format!("{row}")});
        for (name, first, second) in columns {
            properties[name] = json!([first, second][row]);
        }
        let x = [105.0, 105.5][row];
        let ring = json!([[x, 31.0], [x + 0.5, 31.0], [x + 0.5, 31.5], [x, 31.0]]);
        json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    };
    let text = json!({"type": "FeatureCollection", "features": [feature(0), feature(1)]}).to_string();
    let dataset = Dataset::assemble(vec![read_text(&text)], &FieldOverrides::default(), &Progress::new()).unwrap();
    let layer = || crate::io::export::source_layer(&dataset, 0);
    for (id, texts) in [
        ("geopackage", vec!["here", "bare"]),
        ("flatgeobuf", vec![]),
        ("shapefile", vec!["utc", "fine", "here", "bare"]),
    ] {
        let format = Format::with_id(id).unwrap();
        let told = format.losses(&[layer()], &Wishes::default()).into_iter().find_map(|loss| match loss {
            Loss::Times { fields } => Some(fields),
            _ => None,
        });
        assert_eq!(told.unwrap_or_default(), texts, "{id}");
        // There and back, and once more: the same texts, and types as before.
        let back = there_and_back(folder.path(), id, layer(), Wishes::default());
        for row in 0..2 {
            let found = (0..2).map(|at| values(&back, at)).find(|it| it["code"] == row.to_string().as_str()).unwrap();
            for (name, first, second) in columns {
                assert_eq!(found[name], [first, second][row], "{id} {name}");
            }
        }
    }
    let file = rusqlite::Connection::open(folder.path().join("a.gpkg")).unwrap();
    let kind = |name: &str| -> String {
        let query = "SELECT type FROM pragma_table_info((SELECT table_name FROM gpkg_contents)) WHERE name = ?1";
        file.query_row(query, [name], |row| row.get(0)).unwrap()
    };
    assert_eq!(["day", "utc", "fine", "here", "text"].map(kind), ["DATE", "DATETIME", "DATETIME", "TEXT", "TEXT"]);
}

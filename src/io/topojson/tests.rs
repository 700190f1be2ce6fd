use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::io::{FileProblem, layers, places};
use crate::model::FeatureId;

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.topojson");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn read(text: &str, layer: Option<&str>) -> Result<Layer, ReadError> {
    let (_folder, path) = file(text);
    let source = LayerSource { layer: layer.map(str::to_owned), ..path.into() };
    layers::read(&source, &Limits::default(), &Progress::new())
}

/// Two squares beside each other with a common border, as arcs 0 (left), 1 (common), 2 (right).
const TEXT: &str = r#"{"type":"Topology","transform":{"scale":[0.1,0.01],"translate":[105,31]},
"objects":{"points":{"type":"MultiPoint","coordinates":[[1,2],[3,4]]},
"villages":{"type":"GeometryCollection","geometries":[
{"type":"Polygon","id":7,"arcs":[[0,1]],"properties":{"code":"007","people":5107220101234567890,"o":{"a":[1]}}},
{"type":"GeometryCollection","geometries":[{"type":"MultiPolygon","id":"b","arcs":[[[2,-2]]],"properties":{"id":"c"}}]},
{"type":null,"properties":{"code":"008"}},
{"type":"LineString","arcs":[1]},
{"type":"GeometryCollection","properties":{"code":"009"},"geometries":[{"type":"Polygon","arcs":[[2,-2]]},{"type":"Point","coordinates":[0,0]}]}]}},
"arcs":[[[10,10],[-10,0],[0,-10],[10,0]],[[10,0],[0,10]],[[10,0],[10,0,9],[0,10],[-10,0]]]}"#;

#[test]
fn borders_are_decoded_once_and_features_keep_what_they_say() {
    let layer = read(TEXT, None).unwrap();
    let layers = (layer.reading.layer.as_deref(), layer.reading.layers.as_slice());
    assert_eq!(layers, (Some("villages"), &["points".to_owned(), "villages".to_owned()][..]));
    let row = |row| {
        let values = layer.table.fields().iter().zip(layer.table.field_indices());
        let said =
            values.filter_map(|(name, field)| Some(format!("{name}={}", layer.table.raw(FeatureId(row), field)?)));
        said.collect::<Vec<_>>().join(" ")
    };
    let expected =
        [r#"id=7 code="007" people=5107220101234567890 o={"a":[1]}"#, r#"id="c" topojson:id="b""#, r#"code="008""#];
    assert_eq!([row(0), row(1), row(2)], expected);
    let ring = |at| layer.polygons.ring(crate::coverage::RingId(at));
    let place = |x: f64, y: f64| Coord { x: x * 0.1 + 105.0, y: y * 0.01 + 31.0 };
    assert_eq!(ring(0), [place(10.0, 10.0), place(0.0, 10.0), place(0.0, 0.0), place(10.0, 0.0)]);
    assert_eq!(ring(1), [place(10.0, 0.0), place(20.0, 0.0), place(20.0, 10.0), place(10.0, 10.0)]);
    assert_eq!(ring(2), ring(1));
    let notes: Vec<_> = layer.notes.iter().map(|note| (note.feature, note.what.id())).collect();
    let expected = [(Some(2), "no_geometry"), (Some(3), "skipped_feature"), (Some(4), "geometry_collection")];
    assert_eq!(notes, expected);
}

#[test]
fn objects_are_layers_to_choose() {
    let (_folder, path) = file(TEXT);
    let listed = layers::contents(&path, &Limits::default()).unwrap();
    let listed: Vec<_> = listed.iter().map(|entry| (entry.name.as_str(), entry.is_area)).collect();
    assert_eq!(listed, [("points", false), ("villages", true)]);
    let places = places::read(&[LayerSource { layer: Some("points".to_owned()), ..path.into() }], &Limits::default());
    assert_eq!(places.unwrap().all()[1].at, Coord { x: 3.0 * 0.1 + 105.0, y: 31.04 });
    let error = read(TEXT, Some("x")).unwrap_err();
    assert!(matches!(error, ReadError::File { problem: FileProblem::NoSuchLayer { .. }, .. }), "{error}");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (from, to, said) in [
        ("[[0,1]]", "[[0,3]]", "a border is arc 3, but the file has 3; export it again (feature 1)"),
        ("[[0,1]]", "[[0,-4]]", "a border is arc -4, but the file has 3"),
        ("[[0,1]]", "[[0,-9223372036854775808]]", "a border is arc -9223372036854775808"),
        ("[[0,1]]", "[0,1]", "not valid JSON: invalid type: integer"),
        (r#"Polygon","id":7,"arcs""#, r#"Polygon","id":7,"arks""#, "a position is not two numbers"),
        ("[10,10]", "[10]", "not valid JSON: a position of two numbers"),
        ("[10,10]", "[9999,10]", "longitude 1"),
        (r#""arcs":[[[10,10]"#, r#""arks":[[[10,10]"#, "not valid JSON: missing field"),
        ("[-10,0]]]}", "[-10,0]]]", "the file ends in the middle"),
    ] {
        assert!(TEXT.contains(from), "{from}");
        let error = read(&TEXT.replacen(from, to, 1), None).unwrap_err().to_string();
        assert!(error.starts_with(said) && !error.contains('\n'), "{to}: {error}");
    }
    let nested = [r#"{"type":"GeometryCollection","geometries":["#.repeat(40), "]}".repeat(40)].concat();
    let deep = format!(r#"{{"type":"Topology","objects":{{"a":{nested}}},"arcs":[]}}"#);
    assert!(read(&deep, None).unwrap_err().to_string().starts_with("collections lie within each other"));
    let (_folder, path) = file(TEXT);
    let tight = Limits { vertices: 9, ..Limits::default() };
    let error = layers::read(&path.as_path().into(), &tight, &Progress::new()).unwrap_err().to_string();
    assert!(error.starts_with("more than 9 vertices"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Arcs of any numbers, rings of any arcs: whatever names an arc has its vertices to the bit, one way or the other.
    #[test]
    fn whoever_names_an_arc_has_its_vertices(
        deltas in prop::collection::vec(prop::collection::vec((-1000..1000_i32, -1000..1000_i32), 2..6), 1..6),
        rings in prop::collection::vec(prop::collection::vec(any::<i8>(), 1..5), 1..6),
        scale in 1e-7..1e-3_f64,
    ) {
        let count = i64::try_from(deltas.len()).unwrap();
        let rings: Vec<Vec<i64>> =
            rings.iter().map(|ring| ring.iter().map(|&arc| (i64::from(arc)).rem_euclid(2 * count) - count).collect()).collect();
        let geometries: Vec<String> =
            rings.iter().map(|ring| format!(r#"{{"type":"Polygon","arcs":[{ring:?}]}}"#)).collect();
        let arcs: Vec<Vec<[i32; 2]>> = deltas.iter().map(|arc| arc.iter().map(|&(x, y)| [x, y]).collect()).collect();
        let text = format!(
            r#"{{"type":"Topology","arcs":{arcs:?},"transform":{{"scale":[{scale},{scale}],"translate":[105,31]}},"objects":{{"a":{{"type":"GeometryCollection","geometries":[{}]}}}}}}"#,
            geometries.join(","),
        );
        let layer = read(&text, None).unwrap();
        let decoded: Vec<Vec<Coord>> = deltas.iter().map(|arc| {
            let mut sum = (0, 0);
            let place = |&(x, y): &(i32, i32)| {
                sum = (sum.0 + x, sum.1 + y);
                Coord { x: f64::from(sum.0) * scale + 105.0, y: f64::from(sum.1) * scale + 31.0 }
            };
            arc.iter().map(place).collect()
        }).collect();
        for (at, ring) in rings.iter().enumerate() {
            let mut expected: Vec<Coord> = Vec::new();
            for &arc in ring {
                let mut part = decoded[usize::try_from(if arc < 0 { -1 - arc } else { arc }).unwrap()].clone();
                if arc < 0 {
                    part.reverse();
                }
                expected.extend(part);
            }
            expected.dedup();
            while expected.len() > 1 && expected.first() == expected.last() {
                expected.pop();
            }
            prop_assert_eq!(layer.polygons.ring(crate::coverage::RingId::new(at)), &expected[..]);
        }
    }
}

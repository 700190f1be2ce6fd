//! Whole files, in and out.

use std::path::Path;

use proptest::prelude::*;

use super::{JsonProblem, Syntax, read, read_bytes, write};
use crate::coverage::Coverage;
use crate::io::{CrsProblem, FileProblem, Limits, Looks, Problem, ReadError};
use crate::jobs::Progress;
use crate::model::{CrsBasis, CrsDoubt, FeatureId, Layer, ReadNoteKind, Shape};
use crate::testing::shared_data;

const SQUARE: &str = "[[[0,0],[4,0],[4,4],[0,4],[0,0]]]";

fn try_read(text: impl AsRef<[u8]>) -> Result<Layer, ReadError> {
    read_bytes("test.geojson", text.as_ref(), &Limits::default(), &Progress::new())
}

fn ok(text: &str) -> Layer {
    try_read(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// What is wrong, and the index of the feature.
fn problem(text: impl AsRef<[u8]>) -> (Problem, Option<usize>) {
    match try_read(text).unwrap_err() {
        ReadError::Content { place, problem, .. } => (problem, place.feature),
        other => panic!("{other}"),
    }
}

fn feature(coordinates: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"Polygon","coordinates":{coordinates}}}}}"#)
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

fn value(layer: &Layer, feature: u32, field: &str) -> Option<String> {
    layer.table.raw(FeatureId(feature), layer.table.field(field)?).map(str::to_owned)
}

/// The layer as it would be exported untouched.
fn written(layer: &Layer) -> String {
    let coverage = Coverage::build(layer.polygons.clone(), &Progress::new()).unwrap();
    let features: Vec<FeatureId> = layer.table.features().collect();
    let mut out = Vec::new();
    let format = |&id: &FeatureId, out: &mut Vec<u8>| {
        let source = write::Source { text: &layer.source, feature: id, more: &[] };
        write::atom_feature(out, &coverage, source, false);
    };
    write::collection(&mut out, &features, format, &Progress::new()).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_collection_is_read_whatever_the_order_of_its_members() {
    let square = feature(SQUARE);
    for text in [
        format!(r#"{{"type":"FeatureCollection","features":[{square}]}}"#),
        format!(r#"{{"bbox":[0,0,4,4],"features":[{square}],"x":{{"features":[1]}},"type":"FeatureCollection"}}"#),
        format!("\u{feff} \n{{\"fe\\u0061tures\" : [ {square} ] , \"type\":\"FeatureCollection\"}}\n"),
    ] {
        let layer = ok(&text);
        assert_eq!((layer.feature_count(), layer.polygons.coords.len()), (1, 4), "{text}");
        assert_eq!((layer.bytes, layer.name.as_str()), (text.len() as u64, "test.geojson"));
    }
    assert_eq!(ok(r#"{"type":"FeatureCollection","features":[]}"#).feature_count(), 0);
}

#[test]
fn features_and_geometries_are_read_alone_and_in_sequence() {
    let square = feature(SQUARE);
    let bare = format!(r#"{{"type":"Polygon","coordinates":{SQUARE}}}"#);
    let multi = format!(r#"{{"coordinates":[{SQUARE},[[[5,5],[6,5],[6,6],[5,5]]]],"type":"MultiPolygon"}}"#);
    for (text, features, faces) in [
        (square.clone(), 1, 1),
        (bare.clone(), 1, 1),
        (multi.clone(), 1, 2),
        (format!("{square}\n{square}\r\n\n{square}"), 3, 3),
        (format!("\u{1e}{square}\n\u{1e}{bare}\n\u{1e}{multi}\n"), 3, 4),
    ] {
        let layer = ok(&text);
        assert_eq!((layer.feature_count(), layer.polygons.face_ends.len()), (features, faces), "{text}");
    }
    let text = ok(&bare);
    let text = text.source.get(FeatureId(0)).unwrap();
    assert_eq!(text.before, r#"{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":"#);
    assert_eq!((text.after, text.shape, text.coordinates), ("}}", Shape::Polygon, None));
}

#[test]
fn properties_keep_their_text() {
    let text = r#"{"type":"Feature","id":"007","properties":{"code":0010,"#;
    assert!(try_read(text).is_err());
    let geometry = format!(r#""geometry":{{"coordinates":{SQUARE},"type":"Polygon"}}"#);
    let layer = ok(&format!(
        r#"{{"x":{{"y":[1]}},"type":"Feature","id":7,{geometry},"properties":{{ "c\u006fde":"0010","n":1.50, "z":null,"o":{{"coordinates":[[1]]}},"n":2.50}}}}"#
    ));
    let values = ["code", "n", "z", "o", "x"].map(|field| value(&layer, 0, field));
    assert_eq!(
        values.each_ref().map(Option::as_deref),
        [Some("\"0010\""), Some("2.50"), Some("null"), Some(r#"{"coordinates":[[1]]}"#), None]
    );
    assert!(written(&layer).contains(r#""properties":{ "c\u006fde":"0010","n":1.50, "z":null,"#));
}

#[test]
fn a_repeated_member_counts_the_last_time() {
    let layer = ok(&format!(
        r#"{{"type":"X","geometry":{{"type":"Polygon","coordinates":[[1],"x"],"coordinates":{SQUARE}}},"type":"Feature","properties":{{"a":1}},"properties":{{"b":2}}}}"#
    ));
    assert_eq!(layer.polygons.coords.len(), 4);
    assert_eq!([value(&layer, 0, "a"), value(&layer, 0, "b")], [None, Some("2".to_owned())]);
}

#[test]
fn a_null_geometry_is_an_atom_without_faces() {
    let layer = ok(r#"{"type":"Feature","geometry":null,"properties":null}"#);
    assert_eq!((layer.polygons.atom_count(), layer.polygons.face_ends.len()), (1, 0));
    assert_eq!(layer.notes[0].what, ReadNoteKind::NoGeometry);
    assert!(written(&layer).contains(r#"{"type":"Feature","geometry":null,"properties":null}"#));
}

#[test]
fn other_geometries_are_left_out_with_a_note() {
    let point = r#"{"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[1,2]}}"#;
    let group = r#"{"type":"Feature","properties":{},"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}}"#;
    let layer = ok(&collection(&[point.into(), feature(SQUARE), group.into()]));
    assert_eq!((layer.feature_count(), layer.table.fields().len()), (1, 0));
    let notes: Vec<_> = layer.notes.iter().map(|note| (note.feature, note.what.clone())).collect();
    let skipped = |geometry: &str| ReadNoteKind::SkippedGeometry { geometry: geometry.into() };
    assert_eq!(notes, [(Some(0), skipped("Point")), (Some(2), skipped("GeometryCollection"))]);
}

#[test]
fn what_the_arrays_cannot_hold_leaves_as_text() {
    for coordinates in [
        "[[[0,0,1.50],[4,0,1],[4,4,1],[0,0,1]]]",
        "[[[0,0],[4,0],[4,4]]]",
        "[[[0,0],[4,0],[4,0],[4,4],[0,0]]]",
        "[[[0,0],[4,0],[4,4],[0,0]],[]]",
        "[[[0,0],[4,0],[0,0]]]",
        "[]",
        "[[]]",
    ] {
        let layer = ok(&feature(coordinates));
        assert_eq!(
            written(&layer),
            format!("{{\"type\":\"FeatureCollection\",\"features\":[\n{}\n]}}\n", feature(coordinates))
        );
    }
    let heights = ok(&feature("[[[0,0,1],[4,0,1],[4,4,1],[0,0,1]]]"));
    assert_eq!(heights.notes[0].what, ReadNoteKind::ExtraDimensions);
}

#[test]
fn rings_leave_in_the_direction_of_the_standard() {
    let layer = ok(&feature("[[[0,0],[0,9],[9,9],[9,0],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]"));
    assert!(written(&layer).contains("[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[2,2],[2,1],[1,1]]]"));
}

#[test]
fn a_coordinate_system_is_taken_only_when_it_is_the_right_one() {
    let with = |name: &str| {
        format!(
            r#"{{"crs":{{"type":"name","properties":{{"name":"{name}"}}}},"features":[],"type":"FeatureCollection"}}"#
        )
    };
    assert_eq!(ok(&with("urn:ogc:def:crs:EPSG::4490")).feature_count(), 0);
    assert_eq!(ok(&with("EPSG:3857")).feature_count(), 0);
    let (wrong, _) = problem(with("EPSG:2362"));
    let (name, datum) = ("EPSG:2362".to_owned(), "Xian 1980".to_owned());
    assert_eq!(wrong, CrsProblem::Far { name, datum }.into());
    assert!(wrong.to_string().contains("convert"));
}

#[test]
fn bad_coordinates_name_the_file_the_feature_and_the_ring() {
    let bad = feature("[[[0,0],[4,0],[4,4],[0,0]],[[1,1],[1e400,1],[2,2],[1,1]]]");
    let text = collection(&[feature(SQUARE), bad]);
    let byte = text.find("[1e400").unwrap();
    assert_eq!(
        try_read(text).unwrap_err().to_string(),
        format!(
            "\"[1e400,1]\" is no finite number; correct or remove the vertex \
             (feature 2, ring 2, byte {byte}): test.geojson"
        )
    );
    let stray = feature("[[[0,0],[4,0],[4,4],[0,0]],[[1,1],[35612345.6,3456789.1],[2,2],[1,1]]]");
    let text = collection(&[feature(SQUARE), stray]);
    let byte = text.find("[35612345").unwrap();
    assert_eq!(
        try_read(text).unwrap_err().to_string(),
        format!(
            "longitude 35612345.6, latitude 3456789.1 is not on earth; these look like projected metres: convert the file to \
             WGS 84 (EPSG:4326) (feature 2, ring 2, byte {byte}): test.geojson"
        )
    );
}

#[test]
fn planar_coordinates_become_degrees_and_leave_as_degrees() {
    // Two squares with one border, in zone 35 of CGCS2000; one comes unclosed, so that its text would be kept.
    let west = "[[[35500000,3400000],[35501000,3400000],[35501000,3401000],[35500000,3401000]]]";
    let east = "[[[35501000,3400000],[35502000,3400000],[35502000,3401000],[35501000,3401000],[35501000,3400000]]]";
    let plain = collection(&[feature(west), feature(east)]);
    let named = plain.replacen('{', r#"{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4523"}},"#, 1);
    for (text, basis) in [(plain, CrsBasis::Inferred), (named, CrsBasis::Declared)] {
        let layer = ok(&text);
        let crs = layer.reading.crs.clone().unwrap();
        assert_eq!((crs.code.as_deref(), crs.zone, crs.basis), (Some("EPSG:4523"), Some(35), basis));
        let [lon, lat] = crs.centre.unwrap();
        assert!((lon - 105.0105).abs() < 1e-3 && (lat - 30.72).abs() < 0.01, "{lon} {lat}");
        let flat = &layer.polygons;
        assert_eq!(
            (flat.coords[1], flat.coords[2]),
            (flat.coords[4], flat.coords[7]),
            "the border is shared to the bit"
        );
        assert!(flat.coords.iter().all(|it| (104.9..105.1).contains(&it.x)));
        let written = written(&layer);
        assert!(!written.contains("3550") && written.contains("[105.0"), "{written}");
        assert!(layer.notes.iter().any(|note| note.what.id() == "reprojected"));
    }
}

#[test]
fn latitude_before_longitude_is_exchanged_where_nothing_else_is_possible() {
    let layer = ok(&feature("[[[31,105],[31,106],[32,106],[31,105]]]"));
    assert_eq!(layer.polygons.coords[1], geo::coord! { x: 106.0, y: 31.0 });
    assert!(matches!(layer.reading.crs.unwrap().doubts[..], [CrsDoubt::AxesExchanged { .. }]));
}

#[test]
fn errors_point_at_their_byte() {
    let text = collection(&[feature(SQUARE), feature("[[[0,0],[4,x],[4,4],[0,0]]]")]);
    let at = text.find('x').unwrap() as u64;
    let tail = text.replace("x]", "1]").replace("},\"geometry\"", ",\"geometry\"").replacen(
        ",\"geometry\"",
        "},\"geometry\"",
        1,
    );
    for (text, at) in [(text, Some(at)), (tail, None)] {
        let ReadError::Content { place, .. } = try_read(&text).unwrap_err() else { panic!() };
        assert_eq!(place.feature, Some(1));
        assert!(at.is_none_or(|at| place.byte == Some(at)), "{place}");
    }
}

#[test]
fn malformed_features_are_refused_with_their_index() {
    let with = |member: &str| format!(r#"{{"type":"Feature","properties":{{}},{member}}}"#);
    for bad in [
        "{}".to_owned(),
        r#"{"type":"feature","geometry":null}"#.to_owned(),
        r#"{"type":5,"geometry":null}"#.to_owned(),
        r#"{"type":"Polygon","coordinates":[]}"#.to_owned(),
        with(r#""geometry":5"#),
        with(r#""geometry":[]"#),
        with(r#""geometry":{}"#),
        with(r#""geometry":{"type":"polygon","coordinates":[]}"#),
        with(r#""geometry":{"type":"Polygon"}"#),
        with(r#""geometry":{"type":"Polygon","coordinates":null}"#),
        with(r#""geometry":{"type":"Polygon","coordinates":"x"}"#),
        with(r#""geometry":{"type":"Polygon","coordinates":{}}"#),
        with(r#""geometry":{"type":"MultiPolygon","coordinates":[[[0,0]]]}"#),
        with(r#""geometry":{"type":"Point","coordinates":[0,01]}"#),
        with(r#""geometry":null,"properties":[]"#),
        with(r#""geometry":null,"a":01"#),
        with(r#""geometry":null,"a":"\x""#),
        with(r#""geometry":null,"#),
        with(r#""geometry":null "a":1"#),
        "5".to_owned(),
        "null".to_owned(),
        "{\"type\":\"Feature\",\"geometry\":null,\"a\":\"\u{1}\"}".to_owned(),
    ] {
        assert_eq!(problem(collection(&[feature(SQUARE), bad.clone()])).1, Some(1), "{bad}");
    }
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let mut text =
        collection(&[r#"{"type":"Feature","properties":{"name":"??"},"geometry":null}"#.to_owned()]).into_bytes();
    let at = text.iter().position(|&byte| byte == b'?').unwrap();
    // 区 in GBK.
    text[at..at + 2].copy_from_slice(&[0xC7, 0xF8]);
    let (wrong, feature) = problem(text);
    assert_eq!((wrong, feature), (JsonProblem::Syntax(Syntax::NotUtf8).into(), Some(0)));
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!(r#"{{"type":"Feature","geometry":null,"x":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(problem(&deep).0, JsonProblem::TooDeep { limit: 64 }.into());
    assert_eq!(problem(collection(&[deep])).0, JsonProblem::TooDeep { limit: 64 }.into());
    let coordinates = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(problem(feature(&coordinates)).0, Problem::Json(JsonProblem::WrongNesting { .. })));
    problem(feature(&coordinates).replace("Polygon", "Point").replace("]}", "]"));
}

#[test]
fn limits_are_held() {
    let text = collection(&[feature(SQUARE), feature(SQUARE)]);
    let with = |limits: Limits| read_bytes("test.geojson", text.as_bytes(), &limits, &Progress::new());
    let wrong = |limits| match with(limits).unwrap_err() {
        ReadError::Content { problem, .. } => problem.to_string(),
        other => other.to_string(),
    };
    let limits = Limits::default();
    assert!(with(Limits { vertices: 8, features: 2, nesting: 2, ..limits }).is_ok());
    assert!(wrong(Limits { vertices: 7, ..limits }).starts_with("more than 7 vertices"));
    assert!(wrong(Limits { vertices: 2, ..limits }).starts_with("more than 2 vertices"));
    assert!(wrong(Limits { features: 1, ..limits }).starts_with("more than 1 features"));
    assert!(wrong(Limits { feature_bytes: 50, ..limits }).starts_with("more than 50 bytes in one feature"));
    assert!(wrong(Limits { file_bytes: 50, ..limits }).starts_with("the file has more than 50 bytes"));
    assert!(wrong(Limits { nesting: 1, ..limits }).starts_with("nested deeper than 1"));
}

#[test]
fn files_that_are_no_geojson_are_named_for_what_they_are() {
    let looks = |bytes: &[u8]| match try_read(bytes).unwrap_err() {
        ReadError::File { problem: FileProblem::Foreign(looks), .. } => looks,
        other => panic!("{other}"),
    };
    assert_eq!(looks(b"PK\x03\x04rest"), Looks::Zip);
    assert_eq!(looks(b"\x1f\x8b\x08"), Looks::Gzip);
    assert_eq!(looks(b"SQLite format 3\0"), Looks::Sqlite);
    assert_eq!(looks(b"\xff\xfe{\0"), Looks::Utf16);
    assert_eq!(looks(b"<html>"), Looks::Markup);
    assert_eq!(looks(b"\x00\x01\x02\x03"), Looks::Binary);
    assert_eq!(looks(b"code,name"), Looks::Text);
    for empty in ["", " \n", "\u{feff}"] {
        assert!(matches!(try_read(empty).unwrap_err(), ReadError::File { problem: FileProblem::Empty, .. }));
    }
    let (wrong, _) = problem(r#"{"type":"Topology","objects":{},"arcs":[]}"#);
    assert!(matches!(wrong, Problem::Json(JsonProblem::WrongType { found, .. }) if found == "Topology"));
}

#[test]
fn a_folder_and_a_missing_file_are_named() {
    let try_path = |path: &Path| read(path, &Limits::default(), &Progress::new()).unwrap_err().to_string();
    let folder = tempfile::tempdir().unwrap();
    assert!(try_path(folder.path()).starts_with("this is a folder; name a file in it: "));
    assert!(try_path(&folder.path().join("none.geojson")).starts_with("no such file; check the path: "));
}

#[test]
fn reading_stops_when_cancelled() {
    let progress = Progress::new();
    progress.cancel();
    let result = read_bytes("x", collection(&[]).as_bytes(), &Limits::default(), &progress);
    assert!(matches!(result, Err(ReadError::Cancelled(_))));
}

#[test]
fn features_longer_than_a_block_are_gathered() {
    let filler = "长".repeat(3_000_000);
    let long = feature(SQUARE).replace("{}", &format!(r#"{{"a":"{filler}"}}"#));
    let text = collection(&[feature(SQUARE), long.clone(), feature(SQUARE)]);
    let layer = ok(&text);
    assert_eq!(layer.feature_count(), 3);
    assert_eq!(value(&layer, 1, "a").map(|text| text.len()), Some(filler.len() + 2));
    assert_eq!(ok(&long).feature_count(), 1);
}

#[test]
fn the_shared_files_are_read_or_refused() {
    let Some(clean) = shared_data("dirty/clean-reference.geojson") else { return };
    let try_path = |path: &Path| read(path, &Limits::default(), &Progress::new());
    let clean = try_path(&clean).unwrap();
    assert_eq!((clean.feature_count(), clean.notes.len()), (120, 0));
    for name in ["dirty/bom.geojson", "dirty/members-in-any-order.geojson"] {
        let layer = try_path(&shared_data(name).unwrap()).unwrap();
        assert_eq!(layer.polygons, clean.polygons, "{name}");
    }
    let text = |name: &str| try_path(&shared_data(name).unwrap()).unwrap_err().to_string();
    assert!(text("dirty/truncated.geojson").starts_with("the file ends in the middle"));
    let swapped = try_path(&shared_data("dirty/swapped-axes.geojson").unwrap()).unwrap();
    assert_eq!(swapped.polygons, clean.polygons, "what cannot be meant is turned");
    let doubts = swapped.reading.crs.map(|crs| crs.doubts).unwrap_or_default();
    assert!(matches!(doubts[..], [CrsDoubt::AxesExchanged { .. }]), "and said: {doubts:?}");
    for name in ["dirty/injected-defects.geojson", "dirty/norway-kommuner-2020.geojson", "nantou/villages.geojson"] {
        let layer = try_path(&shared_data(name).unwrap()).unwrap();
        let back = ok(&written(&layer));
        assert_eq!(
            (back.feature_count(), back.table.fields()),
            (layer.feature_count(), layer.table.fields()),
            "{name}"
        );
        assert_eq!(oriented(&back), oriented(&layer), "{name}");
    }
}

#[test]
fn a_clean_file_in_our_own_form_comes_back_to_the_byte() {
    let Some(path) = shared_data("dirty/clean-reference.geojson") else { return };
    let layer = read(&path, &Limits::default(), &Progress::new()).unwrap();
    assert_eq!(written(&layer), std::fs::read_to_string(&path).unwrap());
}

/// Rings of all features with a fixed direction and start, as bits: what writing must not change.
fn oriented(layer: &Layer) -> Vec<Vec<[u64; 2]>> {
    let polygons = &layer.polygons;
    let mut start = 0;
    let bits = |ring: &[geo::Coord]| ring.iter().map(|at| [at.x.to_bits(), at.y.to_bits()]).collect::<Vec<_>>();
    polygons
        .ring_ends
        .iter()
        .map(|&end| {
            let ring = bits(&polygons.coords[std::mem::replace(&mut start, end as usize)..end as usize]);
            let mut reversed = ring.clone();
            reversed[1..].reverse();
            ring.min(reversed)
        })
        .collect()
}

/// A double that stands for a coordinate, with awkward digits.
fn degrees(limit: f64) -> impl Strategy<Value = f64> {
    prop_oneof![-limit..limit, (-1e7..1e7).prop_map(|n: f64| n.round() / 1e5), Just(0.0), Just(limit), Just(1e-9)]
        .prop_map(move |x: f64| x.clamp(-limit, limit) + 0.0)
}

/// A polygon of random vertices: rings cross themselves, repeat vertices, and have as few as one.
fn polygon() -> impl Strategy<Value = Vec<Vec<[f64; 2]>>> {
    let ring =
        prop::collection::vec((degrees(180.0), degrees(90.0)).prop_map(|(x, y)| [x, y]), 1..6).prop_map(|mut ring| {
            ring.push(ring[0]);
            ring
        });
    prop::collection::vec(ring, 1..3)
}

#[derive(Clone, Debug)]
enum Shaped {
    Null,
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

fn shaped() -> impl Strategy<Value = Shaped> {
    prop_oneof![
        1 => Just(Shaped::Null),
        4 => polygon().prop_map(Shaped::Polygon),
        2 => prop::collection::vec(polygon(), 1..3).prop_map(Shaped::MultiPolygon),
    ]
}

/// A valid collection as the geojson crate writes it.
fn random_collection() -> impl Strategy<Value = String> {
    let features = prop::collection::vec((shaped(), "\\PC{0,8}", any::<i64>(), any::<bool>()), 0..6);
    (features, any::<bool>()).prop_map(|(features, pretty)| {
        let features: Vec<_> = features
            .into_iter()
            .map(|(shape, name, number, id)| {
                let geometry = match shape {
                    Shaped::Null => serde_json::Value::Null,
                    Shaped::Polygon(rings) => serde_json::json!({"type": "Polygon", "coordinates": rings}),
                    Shaped::MultiPolygon(faces) => serde_json::json!({"coordinates": faces, "type": "MultiPolygon"}),
                };
                let mut feature = serde_json::json!({"properties": {"name": name, "n": number}, "geometry": geometry});
                feature["type"] = "Feature".into();
                if id {
                    feature["id"] = number.into();
                }
                feature
            })
            .collect();
        let text = serde_json::json!({"features": features, "type": "FeatureCollection"});
        if pretty { serde_json::to_string_pretty(&text).unwrap() } else { text.to_string() }
    })
}

/// Coordinates as the geojson crate reads them, without closing and repeated vertices.
fn peer_rings(text: &str) -> Vec<Vec<[u64; 2]>> {
    let collection: geojson::FeatureCollection = text.parse::<geojson::GeoJson>().unwrap().try_into().unwrap();
    let mut flat = crate::coverage::FlatPolygons::default();
    for feature in collection.features {
        let polygon = match feature.geometry.map(|geometry| geometry.value) {
            Some(geojson::GeometryValue::Polygon { coordinates }) => vec![coordinates],
            Some(geojson::GeometryValue::MultiPolygon { coordinates }) => coordinates,
            _ => Vec::new(),
        };
        for ring in polygon.into_iter().flatten() {
            for at in &ring {
                flat.push(geo::Coord { x: at[0], y: at[1] });
            }
            flat.end_ring();
        }
    }
    oriented(&Layer { polygons: flat, ..Layer::default() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn coordinates_equal_those_of_the_geojson_crate(text in random_collection()) {
        prop_assert_eq!(oriented(&ok(&text)), peer_rings(&text));
    }

    #[test]
    fn what_was_written_reads_back_to_the_bit(text in random_collection()) {
        let layer = ok(&text);
        let out = written(&layer);
        let back = ok(&out);
        prop_assert_eq!(oriented(&back), oriented(&layer));
        prop_assert_eq!(back.polygons.atom_ends.clone(), layer.polygons.atom_ends.clone());
        let cells = |layer: &Layer| -> Vec<_> {
            layer.table.features().map(|id| (value(layer, id.0, "name"), value(layer, id.0, "n"))).collect()
        };
        prop_assert_eq!(cells(&back), cells(&layer));
        // Written once more, nothing changes.
        prop_assert_eq!(written(&back), out);
    }

    #[test]
    fn whatever_the_bytes_nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = try_read(&bytes);
        let _ = try_read([b"{\"features\":[".as_slice(), &bytes].concat());
        let _ = try_read([br#"{"type":"Polygon","coordinates":"#.as_slice(), &bytes].concat());
    }

    #[test]
    fn json_like_text_never_panics(text in "[\\[\\]{}:,\"\\\\ 0-9eE+.-]{0,60}") {
        let _ = try_read(&text);
        let _ = try_read(collection(&[feature(&text)]));
    }

    #[test]
    fn damaged_files_are_read_as_json_or_refused(
        text in random_collection(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..3),
    ) {
        let mut bytes = text.into_bytes();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        // Whatever we take, serde takes too. (Numbers of properties may be too large for a double.)
        if try_read(&bytes).is_ok() {
            prop_assert!(serde_json::from_slice::<&serde_json::value::RawValue>(&bytes).is_ok());
        }
    }

    #[test]
    fn a_truncated_file_is_never_taken_for_whole(text in random_collection(), at: prop::sample::Index) {
        let text = text.trim_end();
        prop_assert!(try_read(&text.as_bytes()[..at.index(text.len())]).is_err());
    }
}

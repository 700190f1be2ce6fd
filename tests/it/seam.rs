//! A county across the 180th meridian, from file to file.

use std::fs;

use serde_json::Value;

use crate::support::quhua_exits;

/// Two islands' districts, each cut at the meridian as RFC 7946 wants it, and one that only begins there.
///
/// ```text
///        180°
///  ┌─────┬┬─────┐ -16
///  │  301││301  │
///  ├─────┼┼─────┤ -17
///  │  302││303  │
///  └─────┴┴─────┘ -18
/// ```
const LAYER: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"301","name":"a","population":10},"geometry":{"type":"MultiPolygon","coordinates":[[[[179,-17],[180,-17],[180,-16],[179,-16],[179,-17]]],[[[-180,-17],[-179,-17],[-179,-16],[-180,-16],[-180,-17]]]]}},
{"type":"Feature","properties":{"code":"302","name":"b","population":20},"geometry":{"type":"Polygon","coordinates":[[[179,-18],[180,-18],[180,-17],[179,-17],[179,-18]]]}},
{"type":"Feature","properties":{"code":"303","name":"c","population":5},"geometry":{"type":"Polygon","coordinates":[[[-180,-18],[-179,-18],[-179,-17],[-180,-17],[-180,-17.5],[-180,-18]]]}}
]}"#;
const PLAN: &str = r#"{"format":"quhua-plan","version":1,"name":"p","edits":[
{"op":"merge","units":["302","303"],"form":"absorb","into":{"code":"302"}}]}"#;

#[test]
fn what_is_merged_across_the_seam_leaves_cut_there_and_is_one_part() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("in.geojson"), LAYER).unwrap();
    fs::write(path("plan.json"), PLAN).unwrap();
    let (_, told) =
        quhua_exits(0, ["apply", &path("in.geojson"), "--plan", &path("plan.json"), "-o", &path("out.geojson")]);
    assert!(!told.contains("not touch"), "{told}");
    let text = fs::read_to_string(path("out.geojson")).unwrap();
    let (_, untouched) = LAYER.lines().nth(1).unwrap().trim_end_matches(',').split_once("\"geometry\"").unwrap();
    assert!(text.contains(untouched), "what no edit touches leaves as it came: {text}");
    let out: Value = serde_json::from_str(&text).unwrap();
    let merged = out["features"].as_array().unwrap().iter().find(|it| it["properties"]["code"] == "302").unwrap();
    assert_eq!(merged["geometry"]["type"], "MultiPolygon");
    let rings = merged["geometry"]["coordinates"].as_array().unwrap();
    assert_eq!(rings.len(), 2, "{merged}");
    for polygon in rings {
        let ring = polygon[0].as_array().unwrap();
        let sides = |side: f64| ring.iter().any(|at| at[0].as_f64().unwrap() * side > 0.0);
        assert!(sides(1.0) != sides(-1.0), "no edge runs across the world: {polygon}");
    }
    let (checked, _) = quhua_exits(0, ["check", &path("in.geojson"), "--json"]);
    let checked: Value = serde_json::from_str(&checked).unwrap();
    assert_eq!(checked["valid_coverage"], true, "{checked}");
    // Nobody counts people there; that is all.
    assert!(checked["counts"].as_object().unwrap().keys().all(|kind| kind == "role_unfilled"), "{checked}");
}

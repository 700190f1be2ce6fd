//! What leaves, and how it comes back.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::edit::{Document, Edit, Form, Target, UnitRef};
use crate::io::{Limits, geojson};
use crate::model::FieldOverrides;

/// Villages of one degree by one degree, in two townships.
///
/// ```text
///   2 3      townships 510722101 and 510722102 are the columns
///   0 1
/// ```
fn villages() -> Arc<Dataset> {
    let features = (0..4).map(|i| {
            let (x, y) = (i % 2, i / 2);
            let homes = ["1.5", "null", "2.50", "1"][i];
            // Clockwise: it leaves counter-clockwise.
            let ring = json!([[x, y], [x, y + 1], [x + 1, y + 1], [x + 1, y], [x, y]]);
            let town = 101 + x;
            format!(
                r#"{{"type":"Feature","id":{i},"properties":{{"V":"510722{town}20{y}", "T":"510722{town}","pop":10{i},"homes":{homes},"hill":[{i}]}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
            )
        });
    let text = features.collect::<Vec<_>>().join("\n");
    let layer = geojson::read_bytes("v.geojson", text.as_bytes(), &Limits::default(), &Progress::new()).unwrap();
    let overrides = FieldOverrides {
        code: Some("V".into()),
        parent: Some("T".into()),
        population: Some("pop".into()),
        sum: Some(vec!["homes".into()]),
        ..FieldOverrides::default()
    };
    Arc::new(Dataset::assemble(vec![layer], &overrides, &Progress::new()).unwrap())
}

fn merge(units: [u32; 2], form: Form, code: &str) -> Edit {
    let units = units.map(|index| UnitRef::Atom { index }).to_vec();
    Edit::Merge { units, form, into: Target { code: Some(code.into()), ..Target::default() } }
}

fn exported(document: &Document, level: u8) -> (String, Vec<Value>) {
    let dataset = document.dataset();
    let export = Export {
        dataset,
        state: document.state(),
        level: LevelIndex(level),
        area_method: AreaMethod::Geodesic,
        rules: &FieldRules::guess(dataset),
        suspects: &Suspects::default(),
        further: None,
    };
    let mut out = Vec::new();
    write_units(&mut out, &export, &Progress::new()).unwrap();
    let text = String::from_utf8(out).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    (text, value["features"].as_array().unwrap().clone())
}

#[test]
fn untouched_features_leave_as_they_came() {
    let document = Document::new(villages());
    let (text, _) = exported(&document, 0);
    let mut source = Vec::new();
    write_source(&mut source, document.dataset()).unwrap();
    assert_eq!(text.as_bytes(), source);
    assert!(text.starts_with(concat!(
            "{\"type\":\"FeatureCollection\",\"features\":[\n",
            r#"{"type":"Feature","id":0,"properties":{"V":"510722101200", "T":"510722101","pop":100,"homes":1.5,"hill":[0]},"#,
            r#""geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}},"#,
            "\n"
        )));
}

/// Two villages in a township, the first in two features with the second between them.
///
/// ```text
///   0a 1 0b 2      the parts of village 0 lie apart
/// ```
fn parts() -> Arc<Dataset> {
    let features = ["甲", "乙", "甲", "丙"].iter().enumerate().map(|(i, name)| {
            let (x, code) = (2 * i, if *name == "甲" { 0 } else { i });
            let ring = json!([[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]);
            format!(
                r#"{{"type":"Feature","id":{i},"properties":{{"V":"51072210120{code}","N":"{name}村","T":"510722101","pop":1{code}0,"part":{i}}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
            )
        });
    let text = features.collect::<Vec<_>>().join("\n");
    read_parts(text.as_bytes())
}

fn read_parts(text: &[u8]) -> Arc<Dataset> {
    let layer = geojson::read_bytes("v.geojson", text, &Limits::default(), &Progress::new()).unwrap();
    let overrides = FieldOverrides {
        code: Some("V".into()),
        name: Some("N".into()),
        parent: Some("T".into()),
        population: Some("pop".into()),
        ..FieldOverrides::default()
    };
    Arc::new(Dataset::assemble(vec![layer], &overrides, &Progress::new()).unwrap())
}

#[test]
fn parts_of_a_unit_leave_each_as_it_came_in_its_place_until_the_unit_is_changed() {
    let dataset = parts();
    assert_eq!(dataset.base.units_at(LevelIndex::FINEST).count(), 3);
    let people = |unit: u32| dataset.people_of(&dataset.base.atoms(UnitId(unit))).value();
    assert_eq!(people(0), Some(100.into()), "once, not for each part");
    let mut document = Document::new(Arc::clone(&dataset));
    let (text, _) = exported(&document, 0);
    let mut source = Vec::new();
    write_source(&mut source, &dataset).unwrap();
    assert_eq!(text.as_bytes(), source);
    // What is written is read as the same units.
    let again = read_parts(&source);
    assert_eq!(again.base.units_at(LevelIndex::FINEST).count(), 3);
    // With another unit changed each part has its own text still, in its place, and says what the unit is.
    document.commit(&Edit::Rename { unit: UnitRef::code("510722101203"), name: "丁村".into() }).unwrap();
    let (text, features) = exported(&document, 0);
    let ids: Vec<&Value> = features.iter().map(|feature| &feature["properties"]["part"]).collect();
    assert_eq!(ids, [0, 1, 2, 3]);
    for (line, feature) in text.lines().skip(1).zip(source.split(|&byte| byte == b'\n').skip(1)).take(3) {
        let own = String::from_utf8_lossy(feature);
        let own = own.split_once("},\"geometry").unwrap().0;
        assert!(line.starts_with(own), "{line}");
    }
    let again = read_parts(text.as_bytes());
    let people = |unit: u32| again.people_of(&again.base.atoms(UnitId(unit))).value();
    assert_eq!((again.base.units_at(LevelIndex::FINEST).count(), people(0)), (3, Some(100.into())));
    // A change of the unit itself makes one feature of it.
    document.commit(&Edit::Rename { unit: UnitRef::code("510722101200"), name: "新村".into() }).unwrap();
    let (_, features) = exported(&document, 0);
    assert_eq!((features.len(), &features[0]["geometry"]["type"]), (3, &json!("MultiPolygon")));
    assert_eq!(features[0]["properties"]["population"], 100);
}

#[test]
fn beside_made_units_the_others_say_what_they_are_behind_what_the_source_says() {
    let mut document = Document::new(villages());
    document.commit(&merge([1, 3], Form::Establish, "510722102299")).unwrap();
    let (text, features) = exported(&document, 0);
    let begins = r#"{"type":"Feature","id":0,"properties":{"V":"510722101200", "T":"510722101","pop":100,"homes":1.5,"hill":[0],"code":"510722101200","#;
    assert!(text.lines().nth(1).unwrap().starts_with(begins), "{text}");
    let own = &features[0]["properties"];
    assert_eq!(
        (&own["population"], &own["level"], &own["change"]),
        (&json!(100), &json!("village"), &json!("unchanged"))
    );
    assert!((own["area_m2"].as_f64().unwrap() / 1.23e10 - 1.0).abs() < 0.01, "{own}");
}

#[test]
fn a_made_unit_stands_at_its_first_member_with_its_properties_in_order() {
    let mut document = Document::new(villages());
    document.commit(&merge([0, 2], Form::Establish, "510722101299")).unwrap();
    let (text, features) = exported(&document, 0);
    assert_eq!(features.len(), 3);
    assert_eq!([&features[1]["id"], &features[2]["id"]], [1, 3]);
    let made = features[0]["properties"].as_object().unwrap();
    let names: Vec<_> = made.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "code",
            "code_status",
            "name",
            "level",
            "kind",
            "parent_code",
            "seat_name",
            "seat_lon",
            "seat_lat",
            "area_m2",
            "population",
            "pop",
            "homes",
            "merged_from",
            "change",
            "V",
            "T",
            "hill"
        ]
    );
    // A list has no rule but that of text: where the two differ, neither has the say.
    assert_eq!(made["hill"], Value::Null);
    assert_eq!([&made["code"], &made["V"], &made["T"]], ["510722101299", "510722101299", "510722101"]);
    assert_eq!(made["merged_from"], json!(["510722101200", "510722101201"]));
    assert_eq!([&made["change"], &made["level"], &made["parent_code"]], ["established", "village", "510722101"]);
    assert_eq!([&made["population"], &made["pop"], &made["homes"]], [202, 202, 4]);
    assert!(text.contains("[[[0,1],[0,0],[1,0],[1,1],[1,2],[0,2],[0,1]]]"), "{text}");
    let area = made["area_m2"].as_f64().unwrap();
    assert!((area / 2.46e10 - 1.0).abs() < 0.01, "{area}");
}

#[test]
fn units_made_from_members_leave_as_outlines() {
    let document = Document::new(villages());
    let (_, features) = exported(&document, 1);
    let properties = &features[0]["properties"];
    assert_eq!(features.len(), 2);
    assert_eq!([&properties["code"], &properties["change"]], ["510722101", "unchanged"]);
    assert_eq!(properties["merged_from"], json!(["510722101"]));
}

#[test]
fn what_moved_in_part_is_traced_to_its_parts() {
    let mut document = Document::new(villages());
    let to = UnitRef::code("510722101");
    document.commit(&Edit::Transfer { units: vec![UnitRef::Atom { index: 1 }], to }).unwrap();
    let (_, towns) = exported(&document, 1);
    assert_eq!(towns[0]["properties"]["merged_from"], json!(["510722101", "510722102200"]));
    assert_eq!([&towns[0]["properties"]["change"], &towns[1]["properties"]["change"]], ["expanded", "reduced"]);
    let (_, villages) = exported(&document, 0);
    let moved = &villages[1]["properties"];
    assert_eq!([&moved["change"], &moved["parent_code"], &moved["V"]], ["parent_changed", "510722101", "510722102200"]);
    assert_eq!(moved["hill"], json!([1]));
}

#[test]
fn a_unit_names_the_former_seats_in_it_and_what_becomes_of_them() {
    use crate::model::SeatUse;
    let mut document = Document::new(villages());
    let units = ["510722101", "510722102"].map(UnitRef::code).to_vec();
    let into = Target { code: Some("510722101".into()), ..Target::default() };
    document.commit(&Edit::Merge { units, form: Form::Absorb, into }).unwrap();
    let unit = UnitRef::code("510722102");
    document.commit(&Edit::ClassifySeat { unit, seat_use: Some(SeatUse::Clinic) }).unwrap();
    let (_, towns) = exported(&document, 1);
    assert_eq!(
        towns[0]["properties"]["former_seats"],
        json!([{"code": "510722102", "name": null, "seat_name": null, "seat_lon": null, "seat_lat": null,
                    "seat_use": "clinic"}])
    );
    let (_, villages) = exported(&document, 0);
    assert!(villages.iter().all(|village| village["properties"].get("former_seats").is_none()));
}

#[test]
fn a_sum_with_missing_values_is_unknown() {
    let mut document = Document::new(villages());
    let mut edit = merge([0, 1], Form::Absorb, "510722101200");
    let Edit::Merge { into, .. } = &mut edit else { panic!() };
    into.parent = Some(UnitRef::code("510722101"));
    document.commit(&edit).unwrap();
    let (_, features) = exported(&document, 0);
    assert_eq!(features[0]["properties"]["homes"], Value::Null);
}

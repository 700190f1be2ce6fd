//! Columns take every role and give it back, whatever was guessed.

use super::{Limits, geojson};
use crate::jobs::Progress;
use crate::model::{Dataset, FieldOverrides, Role};

fn dataset(said: &FieldOverrides) -> Dataset {
    let text = include_bytes!("../../tests/data/cases/c48-chinese-fields.geojson");
    let layer = geojson::read_bytes("v.geojson", text, &Limits::default(), &Progress::new()).unwrap();
    Dataset::assemble(vec![layer], said, &Progress::new()).unwrap()
}

#[test]
fn fields_that_were_read_make_the_same_again() {
    let guessed = dataset(&FieldOverrides::default());
    let again = dataset(&FieldOverrides::from(&guessed.fields));
    assert_eq!(again.fields, guessed.fields);
    assert!(guessed.fields.population.is_some(), "{:?}", guessed.fields);
}

#[test]
fn every_column_takes_every_role_and_gives_it_back() {
    let guessed = dataset(&FieldOverrides::default());
    let columns = guessed.layers[0].table.fields();
    for column in columns {
        for role in Role::CHOICES {
            let said = guessed.fields.with_role(column, role);
            let read = dataset(&said);
            // What is recognised for something that cannot be chosen is that again, once it is nothing else.
            let recognised = |now| role == Role::Other && matches!(now, Role::Above | Role::Seat);
            let now = read.fields.role_of(column);
            assert!(now == role || recognised(now), "{column} as {role:?}: {now:?}");
            let back = read.fields.with_role(column, guessed.fields.role_of(column));
            let there = dataset(&back).fields;
            assert_eq!(there.role_of(column), guessed.fields.role_of(column), "{column}");
            // A sum that was wrongly guessed is overruled for good.
            let kept = dataset(&FieldOverrides::from(&read.fields)).fields;
            assert_eq!(kept, read.fields);
        }
    }
}

#[test]
fn a_column_that_the_codes_begin_with_names_the_units_above_whatever_it_is_called() {
    // The field of a survey for "code of the unit that it lies in" is that of the unit itself elsewhere.
    let square = |i: u32| {
        let (x, y) = (105.0 + f64::from(i % 8) * 0.01, 31.0 + f64::from(i / 8) * 0.01);
        let ring = [[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]];
        serde_json::json!({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {
            "XZQDM": format!("5101010{:02}{:03}", 1 + i / 8, 1 + i % 8), "XZQMC": format!("第{i}村"),
            "ZLDWDM": format!("5101010{:02}", 1 + i / 8), "BZ": format!("51{}", i % 3)}})
    };
    let features: Vec<_> = (0..24).map(square).collect();
    let text = serde_json::json!({"type": "FeatureCollection", "features": features}).to_string();
    let layer = geojson::read_bytes("v.geojson", text.as_bytes(), &Limits::default(), &Progress::new()).unwrap();
    let read = Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap();
    assert_eq!(read.fields.parent.as_deref(), Some("ZLDWDM"));
    assert_eq!(read.fields.code.as_deref(), Some("XZQDM"));
    assert_eq!(read.base.units_at(crate::model::LevelIndex(1)).count(), 3);
}

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

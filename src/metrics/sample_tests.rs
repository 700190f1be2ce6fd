//! Sums over all ledgers of the sample county, whatever a plan does to its units.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::rows::RowTerm;
use crate::edit::testing::random_edit;
use crate::edit::{Along, Document, Edit, RowEdit, ScenarioId, Share, UnitRef};
use crate::io::{LayerSource, Limits, geojson, ledgers};
use crate::jobs::Progress;
use crate::model::{AcceptedRows, Dataset, FieldOverrides, LaidLedger, LevelIndex, Sort, UnitId};

fn sample() -> Arc<Dataset> {
    static SAMPLE: OnceLock<Arc<Dataset>> = OnceLock::new();
    let read = || {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_data/sanhe");
        let limits = Limits::default();
        let layer = |name: &str| geojson::read(&folder.join(name), &limits, &Progress::new()).unwrap();
        let layers = vec![layer("villages.geojson"), layer("townships.geojson")];
        let dataset = Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap();
        let mut files: Vec<_> =
            std::fs::read_dir(folder.join("ledgers")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let lay = |file: std::path::PathBuf| {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            let ledger = ledgers::read(&LayerSource::from(file), &name, &limits).unwrap();
            LaidLedger::lay(Arc::new(ledger), &dataset, AcceptedRows::new())
        };
        Arc::new(dataset.with_ledgers(files.into_iter().map(lay).collect()))
    };
    Arc::clone(SAMPLE.get_or_init(read))
}

/// Rows of every ledger, and every column that holds numbers.
fn terms(dataset: &Dataset) -> Vec<RowTerm> {
    let of_ledger = |laid: &LaidLedger| {
        let ledger = laid.ledger();
        let numbers = ledger.columns().iter().filter(|column| column.sort == Sort::Number);
        let columns: Vec<_> = numbers.map(|column| Some(column.header.as_str().into())).collect();
        let name = ledger.name().to_owned();
        let term = move |column| RowTerm { ledger: name.as_str().into(), column, is_age: false, condition: None };
        std::iter::once(None).chain(columns).map(term).collect::<Vec<_>>()
    };
    dataset.ledgers().iter().flat_map(of_ledger).collect()
}

/// What is wrong with the sums: those of a level are not those of all rows that are of a unit in the county.
fn wrong(document: &Document, terms: &[RowTerm]) -> Vec<String> {
    let (dataset, state) = (document.dataset(), document.state());
    let mut wrong = Vec::new();
    for term in terms {
        let exact = |amount: super::Amount| amount.to_decimal().unwrap();
        let all = exact(term.everywhere(dataset, state).unwrap());
        let of_county = exact(term.of_all(dataset, state).unwrap());
        for level in [LevelIndex(0), LevelIndex(1)] {
            let sum: Decimal =
                state.units_at(level).map(|unit| exact(term.of_unit(dataset, state, unit).unwrap())).sum();
            if sum != all - of_county {
                wrong.push(format!("{} {:?} at {level:?}: {sum} of {all}", term.ledger, term.column));
            }
        }
    }
    wrong
}

/// A cell of a row of some ledger gets another number, or the row is taken away.
fn random_record(document: &Document, [_, ledger, a, b, number, what]: [u8; 6]) -> Option<Edit> {
    let all = document.dataset().ledgers();
    let ledger = all[usize::from(ledger) % all.len()].ledger();
    let at = (usize::from(a) << 8 | usize::from(b)) % ledger.len();
    let row = ledger.rows().nth(at)?;
    let numbers: Vec<_> = ledger.columns().iter().filter(|column| column.sort == Sort::Number).collect();
    let row_edit = match numbers.get(usize::from(what) % (numbers.len() + 1)) {
        Some(column) => {
            RowEdit::Set { set: [(column.header.as_str().into(), number.to_string().as_str().into())].into() }
        }
        None => RowEdit::Remove { remove: true },
    };
    Some(Edit::Record { table: ledger.name().into(), id: Some(ledger.key(row).clone()), row: row_edit })
}

/// A village is cut from west to east, through its seat.
fn random_split(document: &Document, [_, a, b, by, ..]: [u8; 6]) -> Option<Edit> {
    let (dataset, state) = (document.dataset(), document.state());
    let villages: Vec<UnitId> = state.units_at(LevelIndex::FINEST).collect();
    let unit = villages[(usize::from(a) << 8 | usize::from(b)) % villages.len()];
    let at = state.unit(unit).seat.as_ref()?.at;
    let along = Along::Line(vec![[at.x - 0.2, at.y], [at.x + 0.2, at.y + 0.0001]]);
    let share = if by % 2 == 0 { Share::Area } else { Share::Weights { left: 2.0, right: 3.0, of: "户".into() } };
    Some(Edit::Split { unit: UnitRef::to(dataset, state, unit)?, along, share, parts: Vec::new() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn sums_over_the_ledgers_of_all_packs_stay(dice in prop::collection::vec(any::<[u8; 6]>(), 4..14)) {
        let mut document = Document::new(sample());
        let terms = terms(document.dataset());
        prop_assert!(terms.len() > 40 && wrong(&document, &terms).is_empty());
        let mut scenarios: Vec<ScenarioId> = vec![document.active().id];
        let mut done = 0;
        for dice in dice {
            let edit = match dice[0] % 8 {
                0 | 1 => random_record(&document, dice),
                2 | 3 => random_split(&document, dice),
                4 => {
                    document.undo();
                    None
                }
                5 => {
                    scenarios.push(document.branch(&format!("方案{}", scenarios.len())));
                    document.switch_to(scenarios[usize::from(dice[1]) % scenarios.len()]);
                    None
                }
                _ => Some(random_edit(&document, dice)),
            };
            done += usize::from(edit.is_some_and(|edit| document.commit(&edit).is_ok()));
            let wrong = wrong(&document, &terms);
            prop_assert!(wrong.is_empty(), "after {} edits, {:?}: {:?}", done, dice, wrong);
        }
    }
}

//! The county in the program itself: its boundaries, the ledgers that its offices keep, the packs that know them.

use std::path::Path;
use std::sync::Arc;

use quhua::edit::Document;
use quhua::io::ledgers::{self, LedgerReadError};
use quhua::io::{Limits, ReadError, geojson};
use quhua::jobs::Progress;
use quhua::model::{AcceptedRows, Dataset, LaidLedger, Layer};
use quhua::rules::Choice;
use quhua::study::Basis;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_bytes!(concat!("../../../sample_data/sanhe/", $name)).as_slice())),+]
    };
}

const LAYERS: [(&str, &[u8]); 2] = files!["villages.geojson", "townships.geojson"];
/// Plans, expressions and packs call each ledger by the name of its file.
const LEDGERS: [(&str, &[u8]); 12] = files![
    "ledgers/health.xlsx",
    "ledgers/schools.csv",
    "ledgers/offices.geojson",
    "ledgers/services.csv",
    "ledgers/assets.csv",
    "ledgers/towns.xlsx",
    "ledgers/finance.csv",
    "ledgers/economy.csv",
    "ledgers/governance.csv",
    "ledgers/indicators.csv",
    "ledgers/tasks.csv",
    "ledgers/problems.csv",
];
/// What the county comes with, beside its boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Furnishing {
    /// Its ledgers, and the packs that know them.
    #[default]
    Ledgers,
    /// Nothing: for what is about boundaries and units alone, and there sooner.
    #[cfg(test)]
    Nothing,
}

/// Packs that are on.
const PACKS: [&str; 4] = ["health", "schools", "one-each", "assets"];

/// Its boundaries.
pub(super) fn layers(limits: &Limits, progress: &Progress) -> Result<Vec<Layer>, ReadError> {
    LAYERS.iter().map(|(name, bytes)| geojson::read_bytes(name, bytes, limits, progress)).collect()
}

/// A fresh document upon its boundaries, with its ledgers and packs.
pub(super) fn document(dataset: &Arc<Dataset>, with: Furnishing) -> Result<Document, LedgerReadError> {
    if with != Furnishing::Ledgers {
        return Ok(Document::new(Arc::clone(dataset)));
    }
    let packs: Vec<Choice> = PACKS.iter().map(|name| Choice::Shipped((*name).to_owned())).collect();
    let brought = packs.iter().filter_map(|choice| choice.brought().ok());
    let tables: Vec<_> = brought.flat_map(|pack| pack.tables).collect();
    let mut laid = Vec::with_capacity(LEDGERS.len());
    for (path, bytes) in LEDGERS {
        let path = Path::new(path);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let ledger = ledgers::read_bytes(path, bytes, &name, &Limits::default())?;
        laid.push(LaidLedger::lay(Arc::new(ledger), dataset, AcceptedRows::new()).dressed(&tables, dataset));
    }
    let mut document = Document::new(Arc::new(dataset.with_ledgers(laid)));
    Basis::begin_with(packs, &mut document);
    Ok(document)
}

#[cfg(test)]
mod tests {
    use quhua::model::{FieldOverrides, Severity};

    use super::*;

    #[test]
    fn every_row_of_the_ledgers_of_the_sample_is_bound_and_nothing_is_wrong_with_it() {
        let layers = layers(&Limits::default(), &Progress::new()).unwrap();
        let dataset = Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap();
        let document = document(&Arc::new(dataset), Furnishing::Ledgers).unwrap();
        assert!(!document.is_modified(), "nobody has worked on it");
        for laid in document.dataset().ledgers() {
            let ledger = laid.ledger();
            let told: Vec<_> = ledger.findings().iter().chain(laid.binding_findings()).collect();
            let graver: Vec<_> = told.iter().filter(|it| it.severity() > Severity::Info).collect();
            assert!(graver.is_empty(), "{}: {graver:?}", ledger.name());
            assert!(ledger.key_column().is_some(), "{}", ledger.name());
        }
    }
}

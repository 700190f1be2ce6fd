//! The project file: a GeoPackage (OGC 12-128r17, version 1.3) that is used as a document.
//!
//! One file holds the boundaries as they were loaded, all scenarios with their histories, and, so that other programs
//! can read it, the units of the active scenario as feature tables. It is written whole, beside the target, and takes
//! its place in one step; the one before stays as `name.gpkg~1`. It is never held open.
//!
//! | table | what it holds |
//! |---|---|
//! | one for each source layer | its features, in source order, with a column for each field |
//! | `quhua_layer`, `quhua_source` | which these are, and the text of each feature around its coordinates |
//! | `plan_village`, `plan_township`, … | units of the active scenario, at levels that are in no source layer or that the scenario changes |
//! | `quhua_place`, `quhua_line` | facilities as points, roads and rivers as lines, where there are any |
//! | one for each ledger | its rows, with a column for each of its columns; with points or lines where these were drawn |
//! | `quhua_ledger`, `quhua_ledger_column`, `quhua_ledger_cell`, `quhua_ledger_accepted` | which these are, and what makes of a table the very same ledger |
//! | `quhua_scenario`, `quhua_step`, `quhua_path` | scenarios, their steps, and which steps each goes through |
//! | `quhua_meta` | format, program, fields in use, and whatever the window keeps with a project |
//!
//! While it is worked on, [`Working`] keeps the scenarios in a journal in the data folder of the user, one transaction
//! a command, with copies of what was opened: that is autosave, history and recovery in one.

mod base;
mod error;
pub(super) mod geometry;
mod journal;
mod ledgers;
mod places;
mod save;
pub(super) mod schema;
mod seal;
mod units;
mod whole;
mod working;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::edit::{BaseRef, Document, Edit, LedgerRef, Plan, Refusal, Scenario, ScenarioId, StepId, StoredStep};
use crate::io::Limits;
use crate::io::format::is_database;
use crate::jobs::Progress;
use crate::model::{Dataset, Facilities, FieldOverrides, KeptLedger, Layer, Preparation, ReadNote, ReadNoteKind};
use crate::outside;

pub use error::{ProjectError, ProjectProblem};
pub use journal::Journal;
pub use save::{Stamp, write, write_announced};
pub use working::{Announcing, Found, Origin, ProjectLock, Working, Workplace};

/// Extension of project files.
pub const EXTENSION: &str = "gpkg";

/// Scenarios as they are kept in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Plans {
    /// All scenarios, in the order in which they were made.
    pub scenarios: Vec<Scenario>,
    /// All steps of all of them.
    pub steps: BTreeMap<StepId, StoredStep>,
    /// The scenario that was looked at last.
    pub active: ScenarioId,
    /// What else is kept with the document.
    pub settings: BTreeMap<String, String>,
    /// Facilities and lines beside the boundaries.
    pub places: Arc<Facilities>,
    /// Ledgers that are laid over the boundaries.
    pub ledgers: Vec<KeptLedger>,
}

impl Plans {
    /// The scenario of this name; the first where several have it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Scenario> {
        self.scenarios.iter().find(|scenario| scenario.name == name)
    }

    /// The scenarios of a document.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let scenarios = document.scenarios().to_vec();
        let settings = document.settings().clone();
        let (active, places) = (document.active().id, Arc::clone(document.places()));
        let ledgers = document.kept_ledgers();
        Self { scenarios, steps: document.stored_steps(), active, settings, places, ledgers }
    }

    /// A document with these scenarios upon boundaries that are repaired, and have tables joined to them and ledgers laid
    /// over them, as it was kept; and the edits that cannot be carried out there. A ledger that lies over the boundaries
    /// already stays, whatever was kept under its name.
    #[must_use]
    pub fn restore(self, dataset: Arc<Dataset>) -> (Document, Vec<Refusal>) {
        // What cannot be read stays in the settings, and is told by who takes the document up.
        let wanted = Preparation::kept(&self.settings);
        let dataset = Arc::clone(&dataset).prepared(&wanted, &Progress::new()).unwrap_or(dataset);
        let dataset = dataset.and_kept_ledgers(&self.ledgers);
        let (mut document, refusals) = Document::restore(dataset, self.scenarios, &self.steps, self.active);
        document.restore_places(self.places);
        for (key, value) in self.settings {
            document.set_setting(&key, value);
        }
        (document, refusals)
    }
}

impl Contents {
    /// The edits of a scenario that are in force, as a plan upon the layers.
    #[must_use]
    pub fn plan_of(&self, scenario: &Scenario) -> Plan {
        let mut base: Vec<BaseRef> = self
            .layers
            .iter()
            .filter(|layer| !layer.is_further_part())
            .map(|layer| BaseRef::new(&layer.name, &layer.sha256))
            .collect();
        if let Some(finest) = base.first_mut() {
            *finest = finest.clone().prepared(Preparation::kept(&self.plans.settings));
        }
        let steps = scenario.in_force().iter().filter_map(|id| self.plans.steps.get(id));
        let edits: Vec<Edit> = steps.map(|step| step.edit.clone()).collect();
        LedgerRef::name_in(&mut base, &edits, self.plans.ledgers.iter().map(|kept| &*kept.ledger));
        Plan { name: scenario.name.clone(), base, edits, ..Plan::default() }
    }
}

/// What a project file holds.
#[derive(Debug)]
pub struct Contents {
    /// The boundaries as they were loaded, finest first.
    pub layers: Vec<Layer>,
    /// What their fields were taken for.
    pub overrides: FieldOverrides,
    /// The scenarios.
    pub plans: Plans,
    /// How the file looked when it was read, to tell whether somebody else has written it since.
    pub stamp: Option<Stamp>,
}

/// Reads a project file.
///
/// # Errors
/// [`ProjectError`]: the file cannot be read, is no project, was made by a newer version, or is damaged.
pub fn read(path: &Path, limits: &Limits, progress: &Progress) -> Result<Contents, ProjectError> {
    read_contents(path, limits, progress).map_err(|problem| ProjectError::new(path, problem))
}

fn read_contents(path: &Path, limits: &Limits, progress: &Progress) -> Result<Contents, ProjectProblem> {
    let stamp = Stamp::of(path)?;
    if !is_database(path) {
        return Err(ProjectProblem::Foreign);
    }
    whole::check_size(path, limits)?;
    let connection = outside::database(path)?;
    schema::check(&connection)?;
    schema::check_tables(&connection)?;
    let (mut layers, sealed) = base::read(&connection, limits, progress)?;
    whole::check(&connection, path, sealed)?;
    let overrides = schema::meta(&connection, schema::FIELDS)?;
    // Fields that are taken for others change every figure: better no project than a wrong one.
    let overrides = overrides.map_or(Ok(FieldOverrides::default()), |text| {
        serde_json::from_str(&text).map_err(|_| ProjectProblem::damaged("quhua_meta: fields"))
    })?;
    let (plans, gone) = journal::read(&connection, limits)?;
    if let Some(layer) = layers.first_mut() {
        let told = gone.into_iter().map(|ledger| ReadNote { feature: None, what: ReadNoteKind::LedgerGone { ledger } });
        layer.notes.extend(told);
    }
    Ok(Contents { layers, overrides, plans, stamp: Some(stamp) })
}

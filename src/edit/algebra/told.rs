//! What each edit of a plan is about, told by carrying the plan out alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use compact_str::{CompactString, format_compact};

use super::words::{Words, called};
use crate::edit::document::Document;
use crate::edit::error::EditError;
use crate::edit::op::Edit;
use crate::edit::record::RowEdit;
use crate::edit::refs::{UnitLabel, UnitRef};
use crate::model::{Dataset, UnitId};

/// What edits of different plans can both be about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// A unit as it was loaded, whatever it is called by then.
    Loaded(UnitId),
    /// A code that an edit gives out; the name of a unit that is made without one. Ids of made units mean nothing to
    /// another plan.
    Given(CompactString),
    /// A cell of a ledger: its name, the key of the row, the name of the column.
    Cell(CompactString, CompactString, CompactString),
}

/// An edit of a plan as it was carried out there.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// The edit, with everything derived filled in.
    pub(super) edit: Edit,
    /// The same in words.
    pub(super) words: Words,
    /// Units that it names or makes, and codes that it gives out.
    pub(super) touched: BTreeSet<Subject>,
    /// These, and the units that it needs: parents that something comes under.
    pub(super) involved: BTreeSet<Subject>,
    /// What the units were called.
    labels: BTreeMap<Subject, UnitLabel>,
    /// Why it cannot be carried out even in its own plan.
    pub(super) refused: Option<Box<EditError>>,
}

impl Told {
    /// What units were called when the edit was carried out.
    pub(super) fn labels<'a>(&'a self, subjects: impl Iterator<Item = &'a Subject>) -> Vec<UnitLabel> {
        subjects.filter_map(|subject| self.labels.get(subject).cloned()).collect()
    }
}

/// Carries a plan out alone. Refused edits are passed over.
pub(super) fn tell(dataset: &Arc<Dataset>, edits: &[Edit]) -> Vec<Told> {
    let mut document = Document::new(Arc::clone(dataset));
    let mut made = BTreeMap::new();
    edits.iter().map(|edit| tell_one(&mut document, edit, &mut made)).collect()
}

fn tell_one(document: &mut Document, edit: &Edit, made: &mut BTreeMap<UnitId, CompactString>) -> Told {
    let step = match document.commit(edit) {
        Ok(step) => step.clone(),
        Err(error) => {
            let words = Words::of(edit, &|unit| called(document.dataset(), document.state(), unit));
            let (touched, involved, labels) = Default::default();
            return Told { edit: edit.clone(), words, touched, involved, labels, refused: Some(error.into()) };
        }
    };
    let edit = step.edit.clone();
    if let Some(id) = step.made {
        let UnitLabel { code, name } = step.result_label.clone();
        made.insert(id, if code.is_empty() { name } else { code });
    }
    let subject = |id: UnitId| made.get(&id).map_or(Subject::Loaded(id), |code| Subject::Given(code.clone()));
    let mut labels: BTreeMap<Subject, UnitLabel> =
        step.named.iter().zip(&step.labels).map(|(&id, label)| (subject(id), label.clone())).collect();
    labels.extend(step.made.map(|id| (subject(id), step.result_label.clone())));
    // A unit that goes on with another code answers to that too.
    let anew = |code: &&CompactString| step.made.is_none() && step.labels.iter().all(|label| label.code != **code);
    for code in edit.codes_given().into_iter().filter(anew) {
        labels.insert(Subject::Given(code.clone()), step.result_label.clone());
    }
    if let Edit::Record { table, id, row } = &edit {
        labels.extend(cells_of(document, (table, id.as_ref()), row));
    }
    let touched: BTreeSet<Subject> = labels.keys().cloned().collect();
    let parent = document.state().unit(step.result).parent.filter(|_| matches!(edit, Edit::Merge { .. }));
    let about = Some(step.result).filter(|_| !matches!(edit, Edit::Record { .. }));
    for id in about.into_iter().chain(parent) {
        labels.entry(subject(id)).or_insert_with(|| document.state().unit(id).into());
    }
    let called = |unit: &UnitRef| {
        let at = edit.units().iter().position(|named| named == unit);
        at.and_then(|at| step.labels.get(at)).unwrap_or(&step.result_label).to_string()
    };
    let words = Words::of(&edit, &called);
    let involved = labels.keys().cloned().collect();
    Told { edit, words, touched, involved, labels, refused: None }
}

/// Cells that a record is about: those that it sets; of a row that comes or goes, all.
fn cells_of(
    document: &Document,
    (table, id): (&CompactString, Option<&CompactString>),
    row: &RowEdit,
) -> Vec<(Subject, UnitLabel)> {
    let Some(id) = id else { return Vec::new() };
    let all = || {
        let ledger = document.dataset().ledger(table).map(|laid| laid.ledger().columns());
        ledger.unwrap_or_default().iter().map(|column| CompactString::from(&column.header)).collect()
    };
    let columns: Vec<CompactString> = match row {
        RowEdit::Set { set } => set.keys().cloned().collect(),
        RowEdit::Add { .. } | RowEdit::Remove { .. } => all(),
    };
    let cell = |column: CompactString| {
        let label = UnitLabel { code: id.clone(), name: format_compact!("{table} · {column}") };
        (Subject::Cell(table.clone(), id.clone(), column), label)
    };
    columns.into_iter().map(cell).collect()
}

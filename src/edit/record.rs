//! What a plan decides of rows of ledgers: a school closes, an office is handed over, a task is done.

use std::collections::BTreeMap;

use compact_str::{CompactString, format_compact};
use geo::Coord;
use serde::Serialize;

use super::draft::{Draft, Drafting};
use super::error::{EditError, NoTurn, Warning};
use super::op::Edit;
use super::patch::Change;
use super::record_doubts;
use super::refs::UnitRef;
use crate::coverage::AtomId;
use crate::model::{AddedAt, Dataset, LaidLedger, LedgerRow, LevelIndex, RowRecord, State, Transition, UnitId};

/// Cells by the names of their columns; an empty text blanks the cell.
pub type Cells = BTreeMap<CompactString, CompactString>;

/// What is done with a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum RowEdit {
    /// Cells get other values.
    Set {
        /// These cells.
        set: Cells,
    },
    /// A row comes that no ledger has.
    Add {
        /// Its cells.
        add: Cells,
        /// The unit that it is of; without it and without a place, what its cells say, and else all of it.
        #[serde(skip_serializing_if = "Option::is_none")]
        unit: Option<UnitRef>,
        /// Where it lies: longitude and latitude in degrees.
        #[serde(skip_serializing_if = "Option::is_none")]
        at: Option<[f64; 2]>,
    },
    /// The row is taken away, or with `false` brought back.
    Remove {
        /// Which of the two.
        remove: bool,
    },
}

pub(super) fn draft(
    dataset: &Dataset,
    state: &State,
    table: &CompactString,
    id: Option<&CompactString>,
    row: &RowEdit,
) -> Result<Draft, EditError> {
    let Some(laid) = dataset.ledger(table) else {
        let there = dataset.ledgers().iter().map(|laid| laid.ledger().name().into()).collect();
        return Err(EditError::NoSuchLedger { ledger: table.clone(), there });
    };
    let records = state.records();
    let no_such_row = |id: &CompactString| EditError::NoSuchRow { ledger: table.clone(), row: id.clone() };
    // A row that a rule brings about may be gone for now; what is said of it holds again once it comes back.
    let mut is_waiting = false;
    let mut known = |id: &CompactString| {
        let row = laid.any_row(dataset, state, id);
        is_waiting = row.is_none() && laid.may_arise(dataset, id);
        if row.is_some() || is_waiting { Ok(row) } else { Err(no_such_row(id)) }
    };
    let mut doubts = Vec::new();
    let (id, row, record) = match row {
        RowEdit::Set { set } => {
            let id = id.cloned().unwrap_or_default();
            let there = known(&id)?;
            if there.as_ref().is_some_and(LedgerRow::is_removed) {
                return Err(no_such_row(&id));
            }
            let mut record = records.get(table, &id).cloned().unwrap_or_default();
            let set = named(laid, set)?;
            if let Some(there) = &there {
                check_transitions(laid, there, &set)?;
            }
            doubts.extend(record_doubts::of_cells(laid, there.as_ref(), &set));
            doubts.extend(there.as_ref().and_then(|row| record_doubts::of_place(dataset, laid, row, &set)));
            for (column, value) in &set {
                put(laid, there.as_ref(), &mut record, column, value);
            }
            (id, RowEdit::Set { set }, record)
        }
        RowEdit::Add { add, unit, at } => {
            let add = named(laid, add)?;
            let id = id.cloned().or_else(|| key_of(laid, &add)).unwrap_or_else(|| next_key(laid, state));
            if laid.row(dataset, state, &id).is_some() || laid.ledger().row(&id).is_some() {
                return Err(EditError::RowExists { ledger: table.clone(), row: id });
            }
            let added = place(dataset, state, laid, &add, unit.as_ref(), *at)?;
            doubts.extend(record_doubts::of_cells(laid, None, &add));
            if unit.is_none() && at.is_none() {
                doubts.extend(record_doubts::of_new(dataset, laid, &add));
            }
            let mut record = RowRecord { added: Some(added), ..RowRecord::default() };
            for (column, value) in &add {
                put(laid, None, &mut record, column, value);
            }
            (id, RowEdit::Add { add, unit: unit.clone(), at: *at }, record)
        }
        RowEdit::Remove { remove } => {
            let id = id.cloned().unwrap_or_default();
            known(&id)?;
            let was = records.get(table, &id);
            let record = RowRecord { removed: *remove, ..was.cloned().unwrap_or_default() };
            (id, RowEdit::Remove { remove: *remove }, record)
        }
    };
    let before = records.get(table, &id);
    if before.map_or_else(|| record.is_empty(), |before| *before == record) {
        return Err(EditError::RowAsBefore { ledger: table.clone(), row: id });
    }
    let atom = match record.added {
        Some(AddedAt::Atom(atom)) => Some(atom),
        Some(AddedAt::Whole) => None,
        None => laid.any_row(dataset, state, &id).and_then(|row| row.atom()),
    };
    let about = units_of(state, atom);
    let mut draft = Drafting::new(state);
    if is_waiting {
        draft.warnings.push(Warning::RowNotThere { ledger: table.clone(), row: id.clone() });
    }
    draft.warnings.extend(record_doubts::warnings(laid, &id, doubts));
    let edit = Edit::Record { table: table.clone(), id: Some(id.clone()), row };
    draft.besides.push(Change::Record(table.clone(), id, Some(record).filter(|record| !record.is_empty())));
    // A step is about some unit: the one that has the row, else the first of all stands for the rest.
    let result = about.first().copied().or_else(|| state.units_at(LevelIndex::FINEST).next());
    let Some(result) = result else { return Err(EditError::TooFewUnits { given: 0, needed: 1 }) };
    let mut draft = draft.finish(edit, Vec::new(), result);
    draft.changed.extend(about);
    draft.changed.sort_unstable();
    Ok(draft)
}

/// The units of an atom, the finest first.
fn units_of(state: &State, atom: Option<AtomId>) -> Vec<UnitId> {
    atom.map(|atom| state.levels().map(|level| state.unit_of(atom, level)).collect()).unwrap_or_default()
}

/// Cells under the names that the columns have.
fn named(laid: &LaidLedger, cells: &Cells) -> Result<Cells, EditError> {
    let ledger = laid.ledger();
    let name = |column: &CompactString| {
        let at = ledger.column(column).ok_or_else(|| EditError::NoSuchColumn {
            ledger: ledger.name().into(),
            column: column.clone(),
            there: ledger.columns().iter().map(|column| column.header.clone()).collect(),
        })?;
        Ok(CompactString::from(&ledger.columns()[at].header))
    };
    cells.iter().map(|(column, value)| Ok((name(column)?, value.clone()))).collect()
}

/// Sets a cell. What the file or a rule says anyway is not said again.
fn put(
    laid: &LaidLedger,
    row: Option<&LedgerRow<'_>>,
    record: &mut RowRecord,
    column: &CompactString,
    value: &CompactString,
) {
    let unrecorded = row.zip(laid.ledger().column(column)).map(|(row, column)| row.unrecorded(column));
    let is_said_anyway = unrecorded.map_or(value.is_empty(), |said| said == value.trim());
    if is_said_anyway {
        record.set.remove(column);
    } else {
        record.set.insert(column.clone(), value.clone());
    }
}

/// Refuses what the vocabulary of a column does not let follow what stands there, and what lacks columns that it asks for.
fn check_transitions(laid: &LaidLedger, row: &LedgerRow<'_>, set: &Cells) -> Result<(), EditError> {
    let ledger = laid.ledger();
    for (name, value) in set {
        let Some(at) = ledger.column(name) else { continue };
        let (transitions, from, to) = (&ledger.columns()[at].transitions, row.text(at), value.trim());
        if transitions.is_empty() || to.is_empty() || from == to {
            continue;
        }
        let open = || transitions.iter().filter(|it| it.leaves(from));
        let taken: Vec<&Transition> = open().filter(|it| it.to.iter().any(|word| word == to)).collect();
        if taken.is_empty() {
            let mut open: Vec<CompactString> = open().flat_map(|it| it.to.iter().cloned()).collect();
            open.dedup();
            let turn = NoTurn { column: name.clone(), from: from.into(), to: to.into(), open };
            return Err(EditError::NoTransition {
                ledger: ledger.name().into(),
                row: row.key().clone(),
                turn: Box::new(turn),
            });
        }
        let is_blank = |column: &CompactString| {
            let Some(at) = ledger.column(column) else { return false };
            let header = ledger.columns()[at].header.as_str();
            set.get(header).map_or_else(|| row.text(at), |value| value.trim()).is_empty()
        };
        let lacking = |it: &&Transition| it.asks.iter().filter(|column| is_blank(column)).cloned().collect::<Vec<_>>();
        // Where several ways lead there, one of them is enough.
        let fewest = taken.iter().map(lacking).min_by_key(Vec::len).unwrap_or_default();
        let header =
            |column: CompactString| ledger.column(&column).map_or(column, |at| (&ledger.columns()[at].header).into());
        let fewest: Vec<CompactString> = fewest.into_iter().map(header).collect();
        if !fewest.is_empty() {
            return Err(EditError::TransitionAsks {
                ledger: ledger.name().into(),
                row: row.key().clone(),
                to: to.into(),
                columns: fewest,
            });
        }
    }
    Ok(())
}

/// The key that the cells of a new row give.
fn key_of(laid: &LaidLedger, cells: &Cells) -> Option<CompactString> {
    let key = laid.ledger().columns().get(laid.ledger().key_column()?)?;
    cells.get(key.header.as_str()).map(|key| CompactString::from(key.trim())).filter(|key| !key.is_empty())
}

/// The first number that no row has.
fn next_key(laid: &LaidLedger, state: &State) -> CompactString {
    let name = laid.ledger().name();
    let is_free = |key: &CompactString| laid.ledger().row(key).is_none() && state.records().get(name, key).is_none();
    (1..u64::MAX).map(|number| format_compact!("+{number}")).find(is_free).unwrap_or_default()
}

/// What a new row is of.
fn place(
    dataset: &Dataset,
    state: &State,
    laid: &LaidLedger,
    cells: &Cells,
    unit: Option<&UnitRef>,
    at: Option<[f64; 2]>,
) -> Result<AddedAt, EditError> {
    let at_place = |at: Coord| dataset.index.atom_at(&dataset.coverage, at);
    if let Some([lon, lat]) = at {
        let is_on_earth = lon.abs() <= 180.0 && lat.abs() <= 90.0;
        let atom = is_on_earth.then(|| at_place(Coord { x: lon, y: lat })).flatten();
        return atom.map(AddedAt::Atom).ok_or(EditError::RowNowhere { lon, lat });
    }
    if let Some(unit) = unit {
        let id = unit.resolve(dataset, state)?;
        let is_all = dataset.heir_of_all(state) == Some(id);
        let atom = dataset.seat_atom(state, id).filter(|_| !is_all);
        return Ok(atom.map_or(AddedAt::Whole, AddedAt::Atom));
    }
    let bound = record_doubts::bound_of(dataset, laid, cells);
    Ok(bound.atom().map_or(AddedAt::Whole, AddedAt::Atom))
}

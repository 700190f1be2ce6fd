//! What a plan decides of rows: cells that it sets, rows that it adds, rows that it takes away.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::{Bound, CellNumber, LaidLedger, Ledger, RowIndex};
use crate::coverage::AtomId;
use crate::model::{Cell, Dataset, LevelIndex, State, UnitId};

/// What a plan decides of one row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowRecord {
    /// Cells by the names of their columns; an empty text blanks the cell.
    pub set: BTreeMap<CompactString, CompactString>,
    /// The row is the plan's, and no ledger has it.
    pub added: Option<AddedAt>,
    /// The row is taken away. What was said of it stays, for its history.
    pub removed: bool,
}

/// What a row is of that a plan added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddedAt {
    /// Whoever has this atom.
    Atom(AtomId),
    /// All of it.
    Whole,
}

impl RowRecord {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.added.is_none() && !self.removed
    }
}

/// What a plan decides of rows, by ledger and key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowRecords {
    all: BTreeMap<CompactString, BTreeMap<CompactString, RowRecord>>,
}

impl RowRecords {
    /// What is decided of a row.
    #[must_use]
    pub fn get(&self, ledger: &str, key: &str) -> Option<&RowRecord> {
        self.all.get(ledger)?.get(key)
    }

    /// What is decided of the rows of a ledger, by key.
    pub fn of(&self, ledger: &str) -> impl Iterator<Item = (&CompactString, &RowRecord)> {
        self.all.get(ledger).into_iter().flatten()
    }

    /// Whether nothing is decided of a ledger.
    #[must_use]
    pub fn is_untouched(&self, ledger: &str) -> bool {
        !self.all.contains_key(ledger)
    }

    /// Ledgers of which something is decided.
    pub fn ledgers(&self) -> impl Iterator<Item = &CompactString> {
        self.all.keys()
    }

    /// Number of rows of which something is decided.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.values().map(BTreeMap::len).sum()
    }

    /// Whether nothing is decided.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Decides something else of a row, or nothing. Returns what was decided.
    pub(crate) fn put(
        &mut self,
        ledger: &CompactString,
        key: &CompactString,
        record: Option<RowRecord>,
    ) -> Option<RowRecord> {
        let before = match record {
            Some(record) => self.all.entry(ledger.clone()).or_default().insert(key.clone(), record),
            None => self.all.get_mut(ledger).and_then(|rows| rows.remove(key)),
        };
        self.all.retain(|_, rows| !rows.is_empty());
        before
    }
}

/// A row as a plan leaves it.
#[derive(Clone, Copy, Debug)]
pub struct LedgerRow<'a> {
    laid: &'a LaidLedger,
    key: &'a CompactString,
    /// `None` for a row that the plan added.
    index: Option<RowIndex>,
    record: Option<&'a RowRecord>,
}

impl<'a> LedgerRow<'a> {
    /// Its key.
    #[must_use]
    pub const fn key(&self) -> &'a CompactString {
        self.key
    }

    /// Its position in the ledger; `None` for a row that the plan added.
    #[must_use]
    pub const fn index(&self) -> Option<RowIndex> {
        self.index
    }

    /// What the plan decides of it.
    #[must_use]
    pub const fn record(&self) -> Option<&'a RowRecord> {
        self.record
    }

    fn ledger(&self) -> &'a Ledger {
        self.laid.ledger()
    }

    /// What the plan wrote into a cell; `None` where it left it alone.
    fn written(&self, column: usize) -> Option<&'a CompactString> {
        self.record?.set.get(self.ledger().columns().get(column)?.header.as_str())
    }

    /// Text of a cell without blanks around it; empty where nothing stands there.
    #[must_use]
    pub fn text(&self, column: usize) -> &'a str {
        match (self.written(column), self.index) {
            (Some(written), _) => written.trim(),
            (None, Some(row)) => self.ledger().text(row, column),
            (None, None) => "",
        }
    }

    /// The cell as it is now.
    #[must_use]
    pub fn cell(&self, column: usize) -> Cell {
        match (self.written(column), self.index) {
            (Some(written), _) => Cell::text_of(written),
            (None, Some(row)) => self.ledger().cell(row, column).clone(),
            (None, None) => Cell::Empty,
        }
    }

    /// The number that stands in a cell.
    #[must_use]
    pub fn number(&self, column: usize) -> CellNumber {
        let Some(it) = self.ledger().columns().get(column) else { return CellNumber::Unread };
        match (self.written(column), self.index) {
            (Some(written), _) => it.number(&Cell::text_of(written)),
            (None, Some(row)) => self.ledger().number(row, column),
            (None, None) => CellNumber::Nothing,
        }
    }

    /// Whether it is of all that was loaded, and of nobody in it.
    #[must_use]
    pub fn is_of_all(&self) -> bool {
        match (self.index, self.record.and_then(|record| record.added)) {
            (Some(row), _) => *self.laid.bound(row) == Bound::Whole,
            (None, added) => added == Some(AddedAt::Whole),
        }
    }

    /// Whether it is of something: one that is not is in no figure.
    #[must_use]
    pub fn is_bound(&self) -> bool {
        self.index.is_none_or(|row| !matches!(self.laid.bound(row), Bound::No(_)))
    }

    /// The atom that it belongs to; `None` where it is of all, or bound to nothing.
    #[must_use]
    pub fn atom(&self) -> Option<AtomId> {
        match (self.index, self.record.and_then(|record| record.added)) {
            (Some(row), _) => self.laid.bound(row).atom(),
            (None, Some(AddedAt::Atom(atom))) => Some(atom),
            (None, Some(AddedAt::Whole) | None) => None,
        }
    }
}

impl LaidLedger {
    /// A row as a plan leaves it; `None` where there is none, or the plan took it away.
    #[must_use]
    pub fn row<'a>(&'a self, records: &'a RowRecords, key: &'a CompactString) -> Option<LedgerRow<'a>> {
        let record = records.get(self.ledger.name(), key);
        let index = self.ledger.row(key);
        let is_there = index.is_some() || record.is_some_and(|record| record.added.is_some());
        let is_gone = record.is_some_and(|record| record.removed);
        (is_there && !is_gone).then_some(LedgerRow { laid: self, key, index, record })
    }

    /// A row of the file as a plan leaves it, whether it takes it away or not.
    #[must_use]
    pub fn loaded_row<'a>(&'a self, records: &'a RowRecords, row: RowIndex) -> LedgerRow<'a> {
        let key = self.ledger.key(row);
        let record = if records.is_untouched(self.ledger.name()) { None } else { records.get(self.ledger.name(), key) };
        LedgerRow { laid: self, key, index: Some(row), record }
    }

    /// All rows as a plan leaves them: those of the file in its order, then those that the plan added.
    pub fn rows<'a>(&'a self, records: &'a RowRecords) -> impl Iterator<Item = LedgerRow<'a>> {
        let loaded = self.ledger.rows().map(|row| self.loaded_row(records, row));
        let is_there = |row: &LedgerRow<'a>| row.record.is_none_or(|record| !record.removed);
        loaded.chain(self.added_rows(records)).filter(is_there)
    }

    /// Rows that a plan added, by key.
    pub fn added_rows<'a>(&'a self, records: &'a RowRecords) -> impl Iterator<Item = LedgerRow<'a>> {
        let all = records.of(self.ledger.name());
        let added = all.filter(|(key, record)| record.added.is_some() && self.ledger.row(key).is_none());
        added.map(|(key, record)| LedgerRow { laid: self, key, index: None, record: Some(record) })
    }
}

impl Dataset {
    /// Ledgers that are laid over the boundaries.
    #[must_use]
    pub fn ledgers(&self) -> &[LaidLedger] {
        &self.ledgers
    }

    /// The unit of the coarsest level that all that was loaded lies in, where there is but one.
    #[must_use]
    pub fn sole_unit(&self) -> Option<UnitId> {
        let coarsest = self.base.coarsest();
        let mut units = self.base.units_at(coarsest);
        let first = units.next().filter(|_| coarsest > LevelIndex::FINEST)?;
        units.next().is_none().then_some(first)
    }

    /// The atom of a unit of a state around its seat; where that is not given or not in it, the one with most people.
    pub(crate) fn seat_atom(&self, state: &State, unit: UnitId) -> Option<AtomId> {
        let atoms = state.atoms(unit);
        let seat = state.unit(unit).seat.as_ref().and_then(|seat| self.index.atom_at(&self.coverage, seat.at));
        let own = seat.filter(|atom| atoms.binary_search(atom).is_ok());
        own.or_else(|| atoms.into_iter().max_by_key(|&atom| (self.population_of(atom), std::cmp::Reverse(atom))))
    }

    /// The unit of a state to which what is of all that was loaded belongs: the one that has the seat of all.
    #[must_use]
    pub fn heir_of_all(&self, state: &State) -> Option<UnitId> {
        let seat = self.seat_atom(&self.base, self.sole_unit()?)?;
        Some(state.unit_of(seat, state.coarsest()))
    }

    /// The ledger of a name.
    #[must_use]
    pub fn ledger(&self, name: &str) -> Option<&LaidLedger> {
        self.ledgers.iter().find(|laid| laid.ledger().name() == name)
    }

    /// The same boundaries with other ledgers laid over them.
    #[must_use]
    pub fn with_ledgers(&self, ledgers: Vec<LaidLedger>) -> Self {
        Self { ledgers, ..self.copied() }
    }
}

impl State {
    /// What the plan decides of rows of ledgers.
    #[must_use]
    pub fn records(&self) -> &RowRecords {
        &self.records
    }
}

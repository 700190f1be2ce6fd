//! What a plan decides of rows: cells that it sets, rows that it adds, rows that it takes away; and rows as that leaves
//! them, with those that come about by themselves (`derive`).

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::dated::dated;
use super::derive::{Derivation, Derivations, Derived, Within};
use super::{Bound, CellNumber, LaidLedger, Ledger, RowIndex};
use crate::coverage::AtomId;
use crate::model::{Cell, Dataset, Day, LevelIndex, State, UnitId};

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
#[derive(Clone, Debug)]
pub struct LedgerRow<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) laid: &'a LaidLedger,
    pub(super) key: Cow<'a, CompactString>,
    /// `None` for a row that the plan added, and one that came about.
    pub(super) index: Option<RowIndex>,
    pub(super) record: Option<&'a RowRecord>,
    /// What rules make of it.
    pub(super) derived: Option<Box<Derived>>,
}

impl<'a> LedgerRow<'a> {
    /// Its key.
    #[must_use]
    pub fn key(&self) -> &CompactString {
        &self.key
    }

    /// Its position in the ledger; `None` for a row that the plan added, and one that came about by itself.
    #[must_use]
    pub const fn index(&self) -> Option<RowIndex> {
        self.index
    }

    /// What the plan decides of it.
    #[must_use]
    pub const fn record(&self) -> Option<&'a RowRecord> {
        self.record
    }

    /// The rule by which it came about, or was changed last; `None` where no rule says anything of it.
    #[must_use]
    pub fn rule(&self) -> Option<&'a Derivation> {
        self.dataset.derivations().rules.get(self.derived.as_ref()?.rule)
    }

    /// Whether it came about by itself: no file has it, and no plan added it.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        self.derived.as_ref().is_some_and(|derived| derived.of.is_some())
    }

    /// The unit that a rule says something of it for: as loaded, or as it is in the state; `None` without one.
    #[must_use]
    pub fn concerned(&self) -> Option<UnitId> {
        self.derived.as_ref()?.unit
    }

    /// What a rule wrote into a cell; `None` where it left it alone.
    #[must_use]
    pub fn derived_text(&self, column: usize) -> Option<&str> {
        let cells = &self.derived.as_ref()?.cells;
        cells.iter().find(|(at, _)| *at == column).map(|(_, text)| text.trim())
    }

    pub(super) fn ledger(&self) -> &'a Ledger {
        self.laid.ledger()
    }

    pub(super) const fn dataset(&self) -> &'a Dataset {
        self.dataset
    }

    /// What the plan wrote into a cell; `None` where it left it alone.
    fn written(&self, column: usize) -> Option<&'a CompactString> {
        self.record?.set.get(self.ledger().columns().get(column)?.header.as_str())
    }

    /// Text of a cell without blanks around it; empty where nothing stands there.
    #[must_use]
    pub fn text(&self, column: usize) -> &str {
        match self.written(column) {
            Some(written) => written.trim(),
            None => self.unrecorded(column),
        }
    }

    /// The same without what the plan records.
    #[must_use]
    pub fn unrecorded(&self, column: usize) -> &str {
        match (self.derived_text(column), self.index) {
            (Some(derived), _) => derived,
            (None, Some(row)) => self.ledger().text(row, column),
            (None, None) => self.own_key(column).unwrap_or_default(),
        }
    }

    /// The key, in its column, of a row that no file has.
    fn own_key(&self, column: usize) -> Option<&str> {
        (self.index.is_none() && self.ledger().key_column() == Some(column)).then_some(self.key.as_str())
    }

    /// What stands in a cell, where no file has it.
    fn said(&self, column: usize) -> Option<&str> {
        let written = self.written(column).map(CompactString::as_str);
        written.or_else(|| self.derived_text(column)).or_else(|| self.own_key(column))
    }

    /// The cell as it is now.
    #[must_use]
    pub fn cell(&self, column: usize) -> Cell {
        match (self.said(column), self.index) {
            (Some(said), _) => Cell::text_of(said),
            (None, Some(row)) => self.ledger().cell(row, column).clone(),
            (None, None) => Cell::Empty,
        }
    }

    /// The number that stands in a cell.
    #[must_use]
    pub fn number(&self, column: usize) -> CellNumber {
        let Some(it) = self.ledger().columns().get(column) else { return CellNumber::Unread };
        match (self.said(column), self.index) {
            (Some(said), _) => it.number(&Cell::text_of(said)),
            (None, Some(row)) => self.ledger().number(row, column),
            (None, None) => CellNumber::Nothing,
        }
    }

    /// The day that stands in a cell; `None` where none does, or only a month or a year.
    #[must_use]
    pub fn day(&self, column: usize) -> Option<Day> {
        dated(self.text(column))?.day()
    }

    /// Whether nobody knows what belongs into a cell: a pack asks for the column, the file does not have it, and neither a
    /// rule nor the plan says anything. Where words of a column follow one another, blank is what stands before all of them.
    #[must_use]
    pub fn lacks(&self, column: usize) -> bool {
        self.index.is_some() && self.ledger().is_lacking(column) && self.said(column).is_none()
    }

    /// What it is of, where no ledger has it.
    fn added(&self) -> Option<AddedAt> {
        let derived = self.derived.as_ref().and_then(|derived| derived.of);
        derived.or_else(|| self.record.and_then(|record| record.added))
    }

    /// Whether it is of all that was loaded, and of nobody in it.
    #[must_use]
    pub fn is_of_all(&self) -> bool {
        match self.index {
            Some(row) => *self.laid.bound(row) == Bound::Whole,
            None => self.added() == Some(AddedAt::Whole),
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
        match (self.index, self.added()) {
            (Some(row), _) => self.laid.bound(row).atom(),
            (None, Some(AddedAt::Atom(atom))) => Some(atom),
            (None, Some(AddedAt::Whole) | None) => None,
        }
    }

    /// Whether the plan took it away.
    #[must_use]
    pub fn is_removed(&self) -> bool {
        self.record.is_some_and(|record| record.removed)
    }
}

impl LaidLedger {
    /// A row as a plan leaves it; `None` where there is none, or the plan took it away.
    #[must_use]
    pub fn row<'a>(&'a self, dataset: &'a Dataset, state: &'a State, key: &str) -> Option<LedgerRow<'a>> {
        self.any_row(dataset, state, key).filter(|row| !row.is_removed())
    }

    /// The same whether the plan took it away or not.
    #[must_use]
    pub fn any_row<'a>(&'a self, dataset: &'a Dataset, state: &'a State, key: &str) -> Option<LedgerRow<'a>> {
        if let Some(row) = self.ledger.row(key) {
            return Some(self.loaded_row(dataset, state, row));
        }
        let added =
            state.records().of(self.ledger.name()).find(|(known, record)| *known == key && record.added.is_some());
        if let Some((key, record)) = added {
            return Some(self.added_row(dataset, key, record));
        }
        self.arising_as(dataset, state, key)
    }

    /// Whether a rule may bring a row of this key about, though it need not do so now.
    pub(crate) fn may_arise(&self, dataset: &Dataset, key: &str) -> bool {
        dataset.derivations().adding_to(self.ledger.name()).any(|(_, rule)| rule.may_name(dataset, key))
    }

    /// A row of the file as a plan leaves it, whether it takes it away or not.
    #[must_use]
    pub fn loaded_row<'a>(&'a self, dataset: &'a Dataset, state: &'a State, row: RowIndex) -> LedgerRow<'a> {
        let (key, records) = (self.ledger.key(row), state.records());
        let record = if records.is_untouched(self.ledger.name()) { None } else { records.get(self.ledger.name(), key) };
        let plain = LedgerRow { dataset, laid: self, key: Cow::Borrowed(key), index: Some(row), record, derived: None };
        self.changed_by_rules(plain, row, state)
    }

    /// All rows as a plan leaves them: those of the file in its order, then those that came about by themselves, rule by rule,
    /// then those that the plan added.
    pub fn rows<'a>(&'a self, dataset: &'a Dataset, state: &'a State) -> impl Iterator<Item = LedgerRow<'a>> {
        let loaded = self.ledger.rows().map(|row| self.loaded_row(dataset, state, row));
        let derived = self.derived_rows(dataset, state);
        loaded.chain(derived).chain(self.added_rows(dataset, state)).filter(|row| !row.is_removed())
    }

    /// Rows that came about by themselves, rule by rule; those that the plan took away too.
    #[must_use]
    pub fn derived_rows<'a>(&'a self, dataset: &'a Dataset, state: &'a State) -> Vec<LedgerRow<'a>> {
        self.arising(dataset, state, Within::All)
    }

    /// The same of some atoms, ascending.
    pub(crate) fn derived_within<'a>(
        &'a self,
        dataset: &'a Dataset,
        state: &'a State,
        atoms: &[AtomId],
    ) -> Vec<LedgerRow<'a>> {
        self.arising(dataset, state, Within::Atoms(atoms))
    }

    /// Rows of all that was loaded, and of no unit in it.
    pub(crate) fn rows_of_all<'a>(
        &'a self,
        dataset: &'a Dataset,
        state: &'a State,
    ) -> impl Iterator<Item = LedgerRow<'a>> {
        let whole = self.ledger.rows().filter(|row| *self.bound(*row) == Bound::Whole);
        let loaded = whole.map(|row| self.loaded_row(dataset, state, row));
        let added = self.added_rows(dataset, state).filter(LedgerRow::is_of_all);
        loaded.chain(self.arising(dataset, state, Within::Whole)).chain(added).filter(|row| !row.is_removed())
    }

    /// Rows that a plan added, by key.
    pub fn added_rows<'a>(&'a self, dataset: &'a Dataset, state: &'a State) -> impl Iterator<Item = LedgerRow<'a>> {
        let all = state.records().of(self.ledger.name());
        let added = all.filter(|(key, record)| record.added.is_some() && self.ledger.row(key).is_none());
        added.map(|(key, record)| self.added_row(dataset, key, record))
    }

    fn added_row<'a>(&'a self, dataset: &'a Dataset, key: &'a CompactString, record: &'a RowRecord) -> LedgerRow<'a> {
        let key = Cow::Borrowed(key);
        LedgerRow { dataset, laid: self, key, index: None, record: Some(record), derived: None }
    }

    /// Keys of rows that the plan says something of, and that no file has, nobody added, and no rule brings about now, though
    /// one may: what was said holds again once they come back.
    #[must_use]
    pub fn waiting_records<'a>(&self, dataset: &'a Dataset, state: &'a State) -> Vec<&'a CompactString> {
        let all = state.records().of(self.ledger.name());
        let is_open = |key: &CompactString, record: &RowRecord| {
            record.added.is_none() && self.ledger.row(key).is_none() && self.any_row(dataset, state, key).is_none()
        };
        all.filter(|(key, record)| is_open(key, record)).map(|(key, _)| key).collect()
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
        own.or_else(|| self.most_peopled(&atoms))
    }

    /// The atom of a territory with most people, out of its atoms, ascending. Those that were cut apart count with all their
    /// parts there, and the first of these stands for them: no cut moves it.
    pub(in crate::model::ledgers) fn most_peopled(&self, atoms: &[AtomId]) -> Option<AtomId> {
        if !self.has_cuts() {
            return atoms.iter().copied().max_by_key(|&atom| (self.population_of(atom), Reverse(atom)));
        }
        let mut uncut: BTreeMap<AtomId, (Option<Decimal>, AtomId)> = BTreeMap::new();
        for &atom in atoms {
            let people = self.population_of(atom);
            let add = |(sum, _): &mut (Option<Decimal>, AtomId)| {
                *sum = sum.zip(people).and_then(|(sum, people)| sum.checked_add(people));
            };
            uncut.entry(self.loaded_atom(atom)).and_modify(add).or_insert((people, atom));
        }
        let most = uncut.into_iter().max_by_key(|(loaded, (people, _))| (*people, Reverse(*loaded)));
        most.map(|(_, (_, first))| first)
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
        let anchors = Arc::clone(&self.anchors);
        Self { ledgers, anchors, ..self.copied() }.with_own_tables()
    }

    /// The same with other rules by which rows come about. No unit and no row of a file changes.
    #[must_use]
    pub fn with_derivations(&self, derivations: Arc<Derivations>) -> Self {
        let anchors = Arc::clone(&self.anchors);
        let dressed = self.ledgers.iter().cloned().map(|laid| laid.dressed(&derivations.tables, self));
        let ledgers = dressed.collect();
        let mut derived = Self { ledgers, derivations, anchors, ..self.copied() }.with_own_tables();
        // What was worked out by the rules before is not kept.
        derived.base.restamp();
        derived
    }

    /// Has ledgers that only rules add rows to, and no others of that sort.
    fn with_own_tables(mut self) -> Self {
        self.ledgers.retain(|laid| !laid.ledger().is_own());
        let derivations = Arc::clone(&self.derivations);
        for table in derivations.own_tables() {
            if self.ledger(&table.id).is_none() {
                let laid = LaidLedger::lay(Arc::new(Ledger::own(table)), &self, BTreeMap::new());
                self.ledgers.push(laid);
            }
        }
        self
    }
}

impl State {
    /// What the plan decides of rows of ledgers.
    #[must_use]
    pub fn records(&self) -> &RowRecords {
        &self.records
    }
}

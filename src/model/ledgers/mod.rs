//! Ledgers (台账): the lists that a county keeps of clinics, schools, offices, assets, roads, money and tasks, laid over the
//! boundaries.
//!
//! 1. The names of the columns are the schema: nobody writes one to start. A row keeps its cells as its file has them, and
//!    nothing of it is dropped; what is doubtful is told by row and column ([`LedgerFinding`]).
//! 2. Every row has a key that no other row of its ledger has, and keeps it when next month's file comes.
//! 3. Every row is bound once ([`Bound`]): by its place, else by the code, else by the name that it names a unit by, else to
//!    nothing, and then why is said. A row belongs to whoever has its atom after a plan; it never moves.
//! 4. What a row counts is one more additive field of the atoms. Of a row that lies in several, as a road, or that is a whole
//!    unit, as in a table of figures of villages, amounts are shared out among these to the last digit; a thing, as a clinic,
//!    lies in one place, and its amounts with it. So their sum is the same whatever a plan does.
//! 5. A ledger never changes. What a plan decides of its rows are [`RowRecords`] in the [`State`](super::State); what a plan
//!    brings about by itself follows from the state (`derive.rs`).

mod binder;
mod binding;
mod columns;
mod condition;
mod dated;
mod derive;
mod dress;
mod kept;
mod keys;
mod reading;
mod records;
mod sharing;
#[cfg(test)]
mod tests;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use compact_str::CompactString;
use geo::Coord;
use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::{AsOf, Cell, Dataset, LevelIndex};
use crate::coverage::AtomId;
use crate::i18n::Lang;
use crate::sharing::SharedList;

pub use binding::{Bound, BoundBy, WhyUnbound};
pub(crate) use columns::folded;
pub use columns::{LedgerColumn, Sort};
pub use condition::{CellTest, DayFrom, DayTerm, Relation, RowCondition};
pub use dated::is_dated;
pub use derive::{
    CellText, Deed, Derivation, Derivations, DerivedChange, Event, Found, Occasion, UnknownWord as UnknownCellWord,
};
pub use dress::{ColumnWords, TableWords, Transition};
pub use kept::{KeptLedger, LedgerParts};
pub use reading::{LedgerError, Shaped};
pub use records::{AddedAt, LedgerRow, RowRecord, RowRecords};
pub use words::{FindingKind as LedgerFindingKind, LedgerFinding};

/// A ledger as it was read. See the module documentation.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    name: CompactString,
    source: LedgerSource,
    columns: Vec<LedgerColumn>,
    /// Column of the keys; `None` where rows are known by their number.
    key: Option<usize>,
    keys: Vec<CompactString>,
    by_key: HashMap<CompactString, RowIndex>,
    rows: Vec<Vec<Cell>>,
    /// Number of each row, as in a spreadsheet program.
    numbers: Vec<u32>,
    /// Where rows lie, where that was drawn.
    places: Vec<Drawn>,
    findings: Vec<LedgerFinding>,
    /// What a pack has said of it.
    words: Option<Arc<TableWords>>,
    /// No file has it.
    is_own: bool,
    /// The file that it was read from just now; of one that comes out of a project nobody knows it.
    path: Option<PathBuf>,
    /// Where the columns of the file stand in it, from 0.
    positions: Vec<u32>,
}

/// A row of a ledger, by its position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct RowIndex(pub u32);

impl RowIndex {
    /// Its position.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where a ledger came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerSource {
    /// File name without its folder.
    pub file: String,
    /// The sheet or layer in it, where it has several.
    pub sheet: Option<String>,
    /// Hash of the bytes of the file, hexadecimal.
    pub sha256: String,
    /// As of which date it is, where a title, a sheet or the file says so.
    pub as_of: Option<AsOf>,
}

/// What was drawn of a row, in degrees.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Drawn {
    /// Nothing.
    #[default]
    Nothing,
    /// A place.
    Point(Coord),
    /// A line of one or several parts.
    Line(Vec<Vec<Coord>>),
}

impl Ledger {
    /// What plans, expressions and packs call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is called where people read of it: as a pack says, else its name.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        let title = self.words.as_ref().map_or("", |words| lang.pick(&words.title[0], &words.title[1]));
        if title.is_empty() { &self.name } else { title }
    }

    /// The same, called otherwise.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The file that it was read from just now; `None` for one that comes out of a project.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Where the columns of the file stand in it, from 0; empty for one that comes out of a project.
    #[must_use]
    pub fn positions(&self) -> &[u32] {
        &self.positions
    }

    /// Where it came from.
    #[must_use]
    pub const fn source(&self) -> &LedgerSource {
        &self.source
    }

    /// Its columns, in the order of the file.
    #[must_use]
    pub fn columns(&self) -> &[LedgerColumn] {
        &self.columns
    }

    /// Columns that the file has, in its order; those that only a pack knows stand behind them.
    #[must_use]
    pub fn file_columns(&self) -> &[LedgerColumn] {
        &self.columns[..self.columns.iter().take_while(|column| !column.is_of_pack).count()]
    }

    /// The column of a name: exactly as the file or a pack has it, else whatever the width and case of its letters.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let all = || self.columns.iter();
        let exact = all().position(|column| column.header == name);
        let exact = exact.or_else(|| all().position(|column| column.id.as_deref() == Some(name)));
        exact.or_else(|| {
            let wanted = columns::folded(name);
            let is_it = |column: &LedgerColumn| column.names().any(|name| columns::folded(name) == wanted);
            all().position(is_it)
        })
    }

    /// The column with the keys; `None` where rows are known by their number.
    #[must_use]
    pub const fn key_column(&self) -> Option<usize> {
        self.key
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All rows.
    #[expect(clippy::cast_possible_truncation, reason = "files with more rows than that are refused")]
    pub fn rows(&self) -> impl ExactSizeIterator<Item = RowIndex> + use<> {
        (0..self.rows.len() as u32).map(RowIndex)
    }

    /// The key of a row.
    #[must_use]
    pub fn key(&self, row: RowIndex) -> &CompactString {
        &self.keys[row.index()]
    }

    /// The row of a key.
    #[must_use]
    pub fn row(&self, key: &str) -> Option<RowIndex> {
        self.by_key.get(key).copied()
    }

    /// Number of a row, as in a spreadsheet program.
    #[must_use]
    pub fn number_of(&self, row: RowIndex) -> u32 {
        self.numbers[row.index()]
    }

    /// The row of a number, as in a spreadsheet program.
    #[must_use]
    pub fn row_numbered(&self, number: u32) -> Option<RowIndex> {
        let at = self.numbers.binary_search(&number).ok()?;
        u32::try_from(at).ok().map(RowIndex)
    }

    /// A cell as the file has it.
    #[must_use]
    pub fn cell(&self, row: RowIndex, column: usize) -> &Cell {
        static NOTHING: Cell = Cell::Empty;
        self.rows.get(row.index()).and_then(|cells| cells.get(column)).unwrap_or(&NOTHING)
    }

    /// Text of a cell without blanks around it; empty where nothing stands there.
    #[must_use]
    pub fn text(&self, row: RowIndex, column: usize) -> &str {
        self.cell(row, column).written().unwrap_or_default().trim()
    }

    /// What was drawn of a row.
    #[must_use]
    pub fn drawn(&self, row: RowIndex) -> &Drawn {
        static NOTHING: Drawn = Drawn::Nothing;
        self.places.get(row.index()).unwrap_or(&NOTHING)
    }

    /// Whether its rows say where they lie: they were drawn, or columns give longitude and latitude.
    #[must_use]
    pub fn has_places(&self) -> bool {
        self.places.iter().any(|drawn| *drawn != Drawn::Nothing) || reading::lon_lat(&self.columns).is_some()
    }

    /// Whether a column may say what unit a row is of, by its name.
    pub(crate) fn may_name_units(&self, column: usize) -> bool {
        let header = self.columns.get(column).map_or("", |column| column.header.as_str());
        let is_place = reading::lon_lat(&self.columns).is_some_and(|columns| columns.contains(&column));
        is_place || super::field_names::role_of(header).is_some()
    }

    /// A ledger with the same columns and one row, of these cells.
    fn row_like(&self, cells: &BTreeMap<CompactString, CompactString>) -> Self {
        let row = self
            .columns
            .iter()
            .map(|column| cells.get(column.header.as_str()).map_or(Cell::Empty, |text| Cell::text_of(text)));
        Self {
            name: self.name.clone(),
            columns: self.columns.clone(),
            rows: vec![row.collect()],
            keys: vec![CompactString::default()],
            numbers: vec![1],
            ..Self::default()
        }
    }

    /// A ledger that no file has, with the columns that a pack knows: for rows that come about by themselves.
    #[must_use]
    pub fn own(table: &TableWords) -> Self {
        let mut taken = HashMap::new();
        let columns = table.columns.iter().map(|column| {
            let header = columns::unique(&derive::header_of(column), &mut taken);
            LedgerColumn::of(header, &std::iter::empty())
        });
        let ledger = Self { name: table.id.clone(), columns: columns.collect(), is_own: true, ..Self::default() };
        let mut ledger = ledger.dressed(table);
        ledger.key = table.key.iter().find_map(|key| ledger.column(key));
        ledger
    }

    /// Whether it has no column that a pack asks for, and nobody knows what belongs there.
    #[must_use]
    pub fn is_lacking(&self, column: usize) -> bool {
        !self.is_own
            && self.columns.get(column).is_some_and(|column| column.is_of_pack && column.transitions.is_empty())
    }

    /// Whether no file has it: it is there for rows that come about by themselves.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        self.is_own
    }

    /// What is doubtful about it, but for what its rows are bound to.
    #[must_use]
    pub fn findings(&self) -> &[LedgerFinding] {
        &self.findings
    }
}

/// A ledger laid over boundaries: every row is bound. Copies share what a split leaves alone.
#[derive(Clone, Debug)]
pub struct LaidLedger {
    ledger: Arc<Ledger>,
    bound: SharedList<Bound>,
    /// Whether each row is a unit: what it counts is of all of that unit, and shared out where a plan divides it. Otherwise
    /// rows are things, which lie in one place and are not divided.
    is_of_units: bool,
    /// Columns with the code and the name of units of each level, the finest first.
    naming: Arc<[Naming]>,
    /// Rows that belong to each atom, ascending.
    at: SharedList<SmallVec<[RowIndex; 1]>>,
    /// Rows whose amounts are shared out among several atoms, ascending, and by each of these.
    wide: Arc<[RowIndex]>,
    wide_at: SharedList<SmallVec<[RowIndex; 1]>>,
    findings: Arc<[LedgerFinding]>,
    accepted: Arc<Accepted>,
}

/// Columns of a ledger that name units of a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Naming {
    /// The level.
    pub level: LevelIndex,
    /// The column with their codes.
    pub code: Option<usize>,
    /// The column with their names.
    pub name: Option<usize>,
}

/// Codes of units that somebody said rows are of, by the keys of the rows.
pub type Accepted = BTreeMap<String, String>;

impl LaidLedger {
    /// The ledger.
    #[must_use]
    pub const fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// Columns with the code and the name of units of each level, the finest first.
    #[must_use]
    pub fn naming(&self) -> &[Naming] {
        &self.naming
    }

    /// A row of these cells, laid by itself: to tell what it would be bound to. It costs the units.
    pub(crate) fn alone(&self, dataset: &Dataset, cells: &BTreeMap<CompactString, CompactString>) -> Self {
        Self::lay(Arc::new(self.ledger.row_like(cells)), dataset, Accepted::new())
    }

    /// What somebody said of its rows.
    #[must_use]
    pub fn accepted(&self) -> &Accepted {
        &self.accepted
    }

    /// What a row is bound to.
    #[must_use]
    pub fn bound(&self, row: RowIndex) -> &Bound {
        &self.bound[row.index()]
    }

    /// Rows that belong to an atom, ascending.
    #[must_use]
    pub fn rows_at(&self, atom: AtomId) -> &[RowIndex] {
        self.at.get(atom.index()).map_or(&[], |rows| rows)
    }

    /// Whether amounts of a row are shared out among several atoms.
    #[must_use]
    pub fn is_wide(&self, row: RowIndex) -> bool {
        self.wide.binary_search(&row).is_ok()
    }

    /// Rows of whose amounts an atom has a share, ascending.
    #[must_use]
    pub fn wide_rows_at(&self, atom: AtomId) -> &[RowIndex] {
        self.wide_at.get(atom.index()).map_or(&[], |rows| rows)
    }
}

/// A number of a row: what stands in a cell, or why it is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellNumber {
    /// Nothing stands there, as in a sum of a spreadsheet it is nothing.
    Nothing,
    /// A number.
    Of(Decimal),
    /// Something that is no number.
    Unread,
}

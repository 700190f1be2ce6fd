//! Counts and sums over the rows of ledgers, for any territory.
//!
//! 1. They are of rows as a plan leaves them, and of a territory: the atoms of a unit, be it in force or a thought. So the
//!    sums of the parts are the sum of the whole, to the last digit, whatever a plan does.
//! 2. A blank cell is nothing, as in a sum of a spreadsheet. One that holds something else than a number makes the sum
//!    unknown, and the row is named.
//! 3. It costs the rows that lie there, and those that a plan added.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::Amount;
use super::formula::Relation;
use crate::coverage::AtomId;
use crate::model::{CellNumber, Dataset, LaidLedger, LedgerRow, RowIndex, RowRecords, State, UnitId, Unknown};

/// What is asked of the rows of a ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct RowTerm {
    /// The ledger, by its name.
    pub ledger: CompactString,
    /// The column that is added up; `None`: rows are counted.
    pub column: Option<CompactString>,
    /// Which rows; `None` for all.
    pub condition: Option<RowCondition>,
}

/// A condition on a row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowCondition {
    /// All of them hold.
    All(Vec<Self>),
    /// One of them holds.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A cell passes a test.
    Cell {
        /// The name of its column.
        column: CompactString,
        /// The test.
        test: CellTest,
    },
}

/// A test of a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum CellTest {
    /// It is this text, whatever the case of its letters; given in small ones.
    Is(String),
    /// It contains this text.
    Has(String),
    /// Something stands there.
    Filled,
    /// It is a number so related to this one.
    Number(Relation, Decimal),
    /// It is a text so related to this one, as dates are.
    Order(Relation, String),
}

impl RowCondition {
    /// Whether a row passes. A blank cell is an empty text, and no number: it passes no test of numbers, and none of the
    /// contrary either, for which `None` stands.
    #[must_use]
    pub fn passes(&self, row: &LedgerRow<'_>, laid: &LaidLedger) -> Option<bool> {
        match self {
            Self::All(parts) => {
                let mut all = Some(true);
                for part in parts {
                    match part.passes(row, laid) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => all = None,
                    }
                }
                all
            }
            Self::Any(parts) => {
                let mut any = Some(false);
                for part in parts {
                    match part.passes(row, laid) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                any
            }
            Self::Not(part) => part.passes(row, laid).map(|passes| !passes),
            Self::Cell { column, test } => {
                let column = laid.ledger().column(column)?;
                let text = row.text(column);
                match test {
                    CellTest::Filled => Some(!text.is_empty()),
                    CellTest::Is(wanted) => Some(text == wanted || text.to_lowercase() == *wanted),
                    CellTest::Has(wanted) => Some(text.contains(wanted) || text.to_lowercase().contains(wanted)),
                    CellTest::Number(relation, wanted) => match row.number(column) {
                        CellNumber::Of(number) => Some(relation.holds(number.cmp(wanted))),
                        CellNumber::Nothing | CellNumber::Unread => None,
                    },
                    CellTest::Order(relation, wanted) => {
                        (!text.is_empty()).then(|| relation.holds(text.cmp(wanted.as_str())))
                    }
                }
            }
        }
    }
}

impl Relation {
    /// Whether an order is one of those.
    pub(super) const fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::More => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

/// A sum on its way.
struct Adding<'a> {
    term: &'a RowTerm,
    laid: &'a LaidLedger,
    column: Option<usize>,
    sum: Decimal,
}

impl Adding<'_> {
    fn passes(&self, row: &LedgerRow<'_>) -> bool {
        let is_there = row.record().is_none_or(|record| !record.removed);
        let condition = self.term.condition.as_ref();
        is_there && condition.is_none_or(|condition| condition.passes(row, self.laid) == Some(true))
    }

    /// What a row amounts to as a whole.
    fn amount(&self, row: &LedgerRow<'_>) -> Result<Decimal, Unknown> {
        if !self.passes(row) {
            return Ok(Decimal::ZERO);
        }
        let Some(column) = self.column else { return Ok(Decimal::ONE) };
        match row.number(column) {
            CellNumber::Of(number) => Ok(number),
            CellNumber::Nothing => Ok(Decimal::ZERO),
            CellNumber::Unread => Err(Unknown::Cell {
                ledger: self.term.ledger.to_string(),
                row: row.key().to_string(),
                column: self.term.column.as_deref().unwrap_or_default().to_owned(),
            }),
        }
    }

    fn add(&mut self, amount: Decimal) -> Result<(), Unknown> {
        self.sum = self.sum.checked_add(amount).ok_or(Unknown::TooLarge)?;
        Ok(())
    }
}

impl RowTerm {
    /// The ledger, and the column that is added up.
    fn laid<'a>(&self, dataset: &'a Dataset) -> Result<(&'a LaidLedger, Option<usize>), Unknown> {
        let laid = dataset.ledger(&self.ledger).ok_or(Unknown::Unread)?;
        let column = self.column.as_ref().map(|name| laid.ledger().column(name).ok_or(Unknown::Unread)).transpose()?;
        Ok((laid, column))
    }

    /// What some atoms, ascending, have of it.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn within(&self, dataset: &Dataset, records: &RowRecords, atoms: &[AtomId]) -> Result<Amount, Unknown> {
        let (laid, column) = self.laid(dataset)?;
        let mut adding = Adding { term: self, laid, column, sum: Decimal::ZERO };
        let is_shared = |row: &RowIndex| column.is_some() && laid.is_wide(*row);
        for &atom in atoms {
            for row in laid.rows_at(atom).iter().filter(|row| !is_shared(row)) {
                let amount = adding.amount(&laid.loaded_row(records, *row))?;
                adding.add(amount)?;
            }
        }
        if column.is_some() {
            let wide: BTreeSet<RowIndex> = atoms.iter().flat_map(|&atom| laid.wide_rows_at(atom)).copied().collect();
            for row in wide {
                let amount = adding.amount(&laid.loaded_row(records, row))?;
                if !amount.is_zero() {
                    adding.add(laid.share_within(dataset, row, amount, atoms))?;
                }
            }
        }
        for row in laid.added_rows(records) {
            if row.atom().is_some_and(|atom| atoms.binary_search(&atom).is_ok()) {
                let amount = adding.amount(&row)?;
                adding.add(amount)?;
            }
        }
        Ok(Amount::Exact(adding.sum))
    }

    /// What a unit of a state has of it. What is of all that was loaded belongs to the one unit that all of it lay in.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn of_unit(&self, dataset: &Dataset, state: &State, unit: UnitId) -> Result<Amount, Unknown> {
        let own = self.within(dataset, state.records(), &state.atoms(unit))?;
        if state.unit(unit).level != state.coarsest() || dataset.heir_of_all(state) != Some(unit) {
            return Ok(own);
        }
        own.plus(self.of_all(dataset, state.records())?).ok_or(Unknown::TooLarge)
    }

    /// What rows have of it that are of all that was loaded, and of no unit in it.
    pub(super) fn of_all(&self, dataset: &Dataset, records: &RowRecords) -> Result<Amount, Unknown> {
        self.over(dataset, records, LedgerRow::is_of_all)
    }

    /// What all rows have of it that are bound to something, those of the whole included.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn everywhere(&self, dataset: &Dataset, records: &RowRecords) -> Result<Amount, Unknown> {
        self.over(dataset, records, LedgerRow::is_bound)
    }

    fn over<'a>(
        &self,
        dataset: &'a Dataset,
        records: &'a RowRecords,
        wanted: impl Fn(&LedgerRow<'a>) -> bool,
    ) -> Result<Amount, Unknown> {
        let (laid, column) = self.laid(dataset)?;
        let mut adding = Adding { term: self, laid, column, sum: Decimal::ZERO };
        for row in laid.rows(records).filter(wanted) {
            let amount = adding.amount(&row)?;
            adding.add(amount)?;
        }
        Ok(Amount::Exact(adding.sum))
    }
}

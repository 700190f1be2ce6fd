//! Counts and sums over the rows of ledgers, for any territory.
//!
//! 1. They are of rows as a plan leaves them, and of a territory: the atoms of a unit, be it in force or a thought. So the
//!    sums of the parts are the sum of the whole, to the last digit, whatever a plan does.
//! 2. A blank cell is nothing, as in a sum of a spreadsheet. One that holds something else than a number makes the sum
//!    unknown, and the row is named.
//! 3. It costs the rows that lie there, the units there that rows may come about for, and the rows that a plan added.
//! 4. What is counted from a stated day is unknown as long as nobody states it.

use std::collections::BTreeSet;

use compact_str::CompactString;
use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::Amount;
use crate::coverage::AtomId;
use crate::model::{
    CellNumber, Dataset, Day, DayFrom, LaidLedger, LedgerRow, RowCondition, RowIndex, State, StatedDays, UnitId,
    Unknown,
};

/// What is asked of the rows of a ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct RowTerm {
    /// The ledger, by its name.
    pub ledger: CompactString,
    /// The column that is added up; `None`: rows are counted.
    pub column: Option<CompactString>,
    /// Whether the column holds days, and what is added up are the days from there to the stated one.
    pub is_age: bool,
    /// Which rows; `None` for all.
    pub condition: Option<RowCondition>,
}

/// A sum on its way.
struct Adding<'a> {
    term: &'a RowTerm,
    laid: &'a LaidLedger,
    column: Option<usize>,
    /// Columns that it asks for and the file does not have.
    lacking: SmallVec<[usize; 2]>,
    /// The day up to which days are counted.
    until: Option<Day>,
    sum: Decimal,
}

impl<'a> Adding<'a> {
    fn new(term: &'a RowTerm, dataset: &'a Dataset) -> Result<Self, Unknown> {
        let laid = dataset.ledger(&term.ledger).ok_or(Unknown::Unread)?;
        let column = term.column.as_ref().map(|name| laid.ledger().column(name).ok_or(Unknown::Unread)).transpose()?;
        let days = dataset.days();
        let lacks = |from: DayFrom| match from {
            DayFrom::AsOf => days.as_of.is_none().then_some(Unknown::NoDay),
            DayFrom::Approved => days.approved.is_none().then_some(Unknown::NotApproved),
            DayFrom::Fixed(_) => None,
        };
        let mut asked = term.condition.iter().flat_map(RowCondition::days).chain(term.is_age.then_some(DayFrom::AsOf));
        if let Some(unknown) = asked.find_map(lacks) {
            return Err(unknown);
        }
        let StatedDays { as_of, .. } = days;
        let until = as_of.filter(|_| term.is_age);
        let ledger = laid.ledger();
        let asked = term.condition.iter().flat_map(RowCondition::columns).filter_map(|name| ledger.column(name));
        let lacking = asked.chain(column).filter(|&column| ledger.is_lacking(column)).collect();
        Ok(Self { term, laid, column, lacking, until, sum: Decimal::ZERO })
    }

    /// Whether a row counts.
    fn passes(&self, row: &LedgerRow<'_>) -> Result<bool, Unknown> {
        if row.is_removed() {
            return Ok(false);
        }
        let passes = self.term.condition.as_ref().map_or(Some(true), |condition| condition.passes(row));
        match self.lacking.iter().find(|&&column| row.lacks(column)) {
            Some(_) if passes == Some(false) => Ok(false),
            // Where the condition asks for nothing that is not there, the amount does.
            Some(&lacking) if passes.is_none() || self.column == Some(lacking) => {
                let column = self.laid.ledger().columns()[lacking].header.clone();
                Err(Unknown::NoColumn { ledger: self.term.ledger.to_string(), column })
            }
            Some(_) | None => Ok(passes == Some(true)),
        }
    }

    /// What a row amounts to as a whole.
    fn amount(&self, row: &LedgerRow<'_>) -> Result<Decimal, Unknown> {
        if !self.passes(row)? {
            return Ok(Decimal::ZERO);
        }
        let Some(column) = self.column else { return Ok(Decimal::ONE) };
        let number = match self.until {
            Some(until) => match row.day(column) {
                Some(day) => CellNumber::Of(day.days_until(until).into()),
                None if row.text(column).is_empty() => CellNumber::Nothing,
                None => CellNumber::Unread,
            },
            None => row.number(column),
        };
        match number {
            CellNumber::Of(number) => Ok(number),
            CellNumber::Nothing => Ok(Decimal::ZERO),
            CellNumber::Unread => Err(Unknown::Cell {
                ledger: self.term.ledger.to_string(),
                row: row.key().to_string(),
                column: self.term.column.as_deref().unwrap_or_default().to_owned(),
            }),
        }
    }

    /// What some rows amount to together.
    fn all<'r>(mut self, rows: impl Iterator<Item = LedgerRow<'r>>) -> Result<Amount, Unknown> {
        for row in rows {
            let amount = self.amount(&row)?;
            self.add(amount)?;
        }
        Ok(Amount::Exact(self.sum))
    }

    fn add(&mut self, amount: Decimal) -> Result<(), Unknown> {
        self.sum = self.sum.checked_add(amount).ok_or(Unknown::TooLarge)?;
        Ok(())
    }
}

impl RowTerm {
    /// What some atoms, ascending, have of it.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn within(&self, dataset: &Dataset, state: &State, atoms: &[AtomId]) -> Result<Amount, Unknown> {
        let mut adding = Adding::new(self, dataset)?;
        let laid = adding.laid;
        // How old something is does not become less by being shared.
        let shares = self.column.is_some() && !self.is_age;
        let is_shared = |row: &RowIndex| shares && laid.is_wide(*row);
        for &atom in atoms {
            for row in laid.rows_at(atom).iter().filter(|row| !is_shared(row)) {
                let amount = adding.amount(&laid.loaded_row(dataset, state, *row))?;
                adding.add(amount)?;
            }
        }
        if shares {
            let wide: BTreeSet<RowIndex> = atoms.iter().flat_map(|&atom| laid.wide_rows_at(atom)).copied().collect();
            for row in wide {
                let amount = adding.amount(&laid.loaded_row(dataset, state, row))?;
                if !amount.is_zero() {
                    adding.add(laid.share_within(dataset, row, amount, atoms))?;
                }
            }
        }
        for row in laid.derived_within(dataset, state, atoms) {
            let amount = adding.amount(&row)?;
            adding.add(amount)?;
        }
        for row in laid.added_rows(dataset, state) {
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
        let own = self.within(dataset, state, &state.atoms(unit))?;
        if state.unit(unit).level != state.coarsest() || dataset.heir_of_all(state) != Some(unit) {
            return Ok(own);
        }
        own.plus(self.of_all(dataset, state)?).ok_or(Unknown::TooLarge)
    }

    /// What rows have of it that are of all that was loaded, and of no unit in it.
    pub(super) fn of_all(&self, dataset: &Dataset, state: &State) -> Result<Amount, Unknown> {
        let adding = Adding::new(self, dataset)?;
        let laid = adding.laid;
        adding.all(laid.rows_of_all(dataset, state))
    }

    /// What all rows have of it that are bound to something, those of the whole included.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn everywhere(&self, dataset: &Dataset, state: &State) -> Result<Amount, Unknown> {
        let adding = Adding::new(self, dataset)?;
        let laid = adding.laid;
        adding.all(laid.rows(dataset, state).filter(LedgerRow::is_bound))
    }
}

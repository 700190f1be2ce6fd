//! Conditions on rows of ledgers.

use std::cmp::Ordering;

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::dated::{Dated, dated};
use super::{CellNumber, LedgerRow};
use crate::model::{Day, Span, StatedDays};

/// How two values may be related.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They are the same.
    Equal,
    /// They differ.
    Unequal,
    /// The first is less.
    Less,
    /// The first is not more.
    AtMost,
    /// The first is more.
    More,
    /// The first is not less.
    AtLeast,
}

impl Relation {
    /// Whether an order is one of those.
    #[must_use]
    pub const fn holds(self, order: Ordering) -> bool {
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
    /// It is a date so related to this one, which may be a month or a year; or a text.
    Order(Relation, String),
    /// It is a day so related to this one.
    Day(Relation, DayTerm),
}

/// A day that a condition names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayTerm {
    /// From where it is counted.
    pub from: DayFrom,
    /// How far behind that it lies.
    pub span: Span,
}

/// From where days are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayFrom {
    /// This day.
    Fixed(Day),
    /// The day as of which things are counted.
    AsOf,
    /// The day on which the plan was approved.
    Approved,
}

impl DayTerm {
    /// The day; `None` where it is counted from one that nobody stated.
    #[must_use]
    pub fn day(self, stated: StatedDays) -> Option<Day> {
        let from = match self.from {
            DayFrom::Fixed(day) => Some(day),
            DayFrom::AsOf => stated.as_of,
            DayFrom::Approved => stated.approved,
        };
        from.and_then(|day| self.span.after(day))
    }
}

impl RowCondition {
    /// Whether a row passes. A blank cell is an empty text, and no number or day: it passes no test of these, and none of
    /// the contrary either, for which `None` stands.
    #[must_use]
    pub fn passes(&self, row: &LedgerRow<'_>) -> Option<bool> {
        match self {
            Self::All(parts) => {
                let mut all = Some(true);
                for part in parts {
                    match part.passes(row) {
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
                    match part.passes(row) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                any
            }
            Self::Not(part) => part.passes(row).map(|passes| !passes),
            Self::Cell { column, test } => test.passes(row, row.ledger().column(column)?),
        }
    }

    /// Columns whose values it asks for, by name; not those of which it only asks whether something stands there.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::columns).collect(),
            Self::Not(part) => part.columns(),
            Self::Cell { test: CellTest::Filled, .. } => Vec::new(),
            Self::Cell { column, .. } => vec![column.as_str()],
        }
    }

    /// Days that it counts from.
    pub fn days(&self) -> Vec<DayFrom> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::days).collect(),
            Self::Not(part) => part.days(),
            Self::Cell { test: CellTest::Day(_, term), .. } => vec![term.from],
            Self::Cell { .. } => Vec::new(),
        }
    }
}

impl CellTest {
    fn passes(&self, row: &LedgerRow<'_>, column: usize) -> Option<bool> {
        if *self != Self::Filled && row.lacks(column) {
            return None;
        }
        let text = row.text(column);
        match self {
            Self::Filled => Some(!text.is_empty()),
            Self::Is(wanted) => Some(text == wanted || text.to_lowercase() == *wanted),
            Self::Has(wanted) => Some(text.contains(wanted) || text.to_lowercase().contains(wanted)),
            Self::Number(relation, wanted) => match row.number(column) {
                CellNumber::Of(number) => Some(relation.holds(number.cmp(wanted))),
                CellNumber::Nothing | CellNumber::Unread => None,
            },
            Self::Order(relation, wanted) => {
                if text.is_empty() {
                    return None;
                }
                let order = match (dated(text), dated(wanted)) {
                    (Some(date), Some(wanted)) => date.order(&wanted)?,
                    _ => text.cmp(wanted.as_str()),
                };
                Some(relation.holds(order))
            }
            Self::Day(relation, term) => {
                let wanted = Dated::Serial(term.day(row.dataset().days())?);
                Some(relation.holds(dated(text)?.order(&wanted)?))
            }
        }
    }
}

//! What a query asks: conditions, put together by and, or and not; the signs of comparisons and the units of figures.

use super::field::{Field, Sort};
use crate::edit::change::Change;
use crate::i18n::written::Written;
use crate::model::Level;

/// Conditions on a unit, read from a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub(super) expr: Expr,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Test(Subject, Condition),
}

/// What a condition is about.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Subject {
    /// Name or code.
    Label,
    Field(Field),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    /// Is this text, in small letters.
    Is(String),
    /// Contains this text, in small letters.
    Has(String),
    /// Compares as this with a number.
    Number(Compare, Amount),
    /// Is known at all.
    Known,
    /// A yes-or-no field says yes.
    Yes,
    Level(Level),
    Status(Change),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A number in a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Amount {
    pub written: Written,
    /// How much one of the unit is: 10⁶ m² a km².
    pub unit: f64,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
    Has,
    Lacks,
    In,
    NotIn,
}

impl Sign {
    /// Every way to write each.
    pub const WRITTEN: [(&'static str, Self); 42] = [
        ("=", Self::Equal),
        ("==", Self::Equal),
        ("等于", Self::Equal),
        ("是", Self::Equal),
        ("为", Self::Equal),
        ("is", Self::Equal),
        ("!=", Self::Unequal),
        ("<>", Self::Unequal),
        ("≠", Self::Unequal),
        ("不等于", Self::Unequal),
        ("不是", Self::Unequal),
        ("is not", Self::Unequal),
        ("<", Self::Less),
        ("小于", Self::Less),
        ("少于", Self::Less),
        ("低于", Self::Less),
        ("不足", Self::Less),
        ("<=", Self::AtMost),
        ("≤", Self::AtMost),
        ("不大于", Self::AtMost),
        ("不超过", Self::AtMost),
        ("至多", Self::AtMost),
        (">", Self::More),
        ("大于", Self::More),
        ("多于", Self::More),
        ("高于", Self::More),
        ("超过", Self::More),
        (">=", Self::AtLeast),
        ("≥", Self::AtLeast),
        ("不小于", Self::AtLeast),
        ("不少于", Self::AtLeast),
        ("至少", Self::AtLeast),
        ("~", Self::Has),
        ("包含", Self::Has),
        ("含", Self::Has),
        ("contains", Self::Has),
        ("!~", Self::Lacks),
        ("不含", Self::Lacks),
        ("in", Self::In),
        ("属于", Self::In),
        ("not in", Self::NotIn),
        ("不属于", Self::NotIn),
    ];

    pub const fn fits(self, sort: Sort) -> bool {
        match sort {
            Sort::Text => {
                matches!(self, Self::Equal | Self::Unequal | Self::Has | Self::Lacks | Self::In | Self::NotIn)
            }
            Sort::Choice => matches!(self, Self::Equal | Self::Unequal | Self::In | Self::NotIn),
            Sort::YesNo => matches!(self, Self::Equal | Self::Unequal),
            Sort::Number => !matches!(self, Self::Has | Self::Lacks),
            Sort::Any => true,
        }
    }

    /// How it compares numbers; `None` where it compares words.
    pub const fn compare(self) -> Option<Compare> {
        match self {
            Self::Equal => Some(Compare::Equal),
            Self::Less => Some(Compare::Less),
            Self::AtMost => Some(Compare::AtMost),
            Self::More => Some(Compare::More),
            Self::AtLeast => Some(Compare::AtLeast),
            _ => None,
        }
    }
}

impl Query {
    /// Whether it asks for a level.
    #[must_use]
    pub fn asks_for_level(&self) -> bool {
        fn asks(expr: &Expr) -> bool {
            match expr {
                Expr::All(parts) | Expr::Any(parts) => parts.iter().any(asks),
                Expr::Not(part) => asks(part),
                Expr::Test(subject, _) => *subject == Subject::Field(Field::Level),
            }
        }
        asks(&self.expr)
    }
}

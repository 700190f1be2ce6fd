//! What an expression is of, as far as that decides in which unit it and its differences are: percent and percentage points
//! (百分点) are told apart by how they come about.
//!
//! 1. A share in percent less another is in percentage points, whatever the two are shares of: 95 % less 45 % is 50 points.
//! 2. By how much something grew is in percent of what it was. Growth less growth is in percentage points again.
//! 3. A share less points is a share; points of points are points.
//! 4. A quotient may be a share or anything else, as people per km². It is one where its figure is declared in `%`, or where
//!    `percent` or `growth` says so.

use super::Measure;
use super::formula::{Formula, Function, Operator, Over, Term, What};

/// What a number is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nature {
    kind: Kind,
    /// Whether it is a hundred times what it is as a ratio.
    is_in_percent: bool,
    /// Whether it is that for sure; else where its figure is declared so.
    is_sure: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    /// Amounts, counts, and what nothing is known of.
    #[default]
    Plain,
    /// A number that stands there as it is.
    Given,
    /// A share, or a relative change.
    Share,
    /// How far two shares lie apart.
    Apart,
}

impl Nature {
    const PLAIN: Self = Self { kind: Kind::Plain, is_in_percent: false, is_sure: false };
    const PERCENT: Self = Self { kind: Kind::Share, is_in_percent: true, is_sure: true };
    const POINTS: Self = Self { kind: Kind::Apart, is_in_percent: true, is_sure: true };

    /// What it is of where its figure is declared in a unit.
    #[must_use]
    pub fn declared(self, unit: &str) -> Self {
        let is = |measure: Measure| measure.words().any(|(word, _)| word == unit);
        match self.kind {
            Kind::Apart if self.is_in_percent && (self.is_sure || is(Measure::Percent) || is(Measure::Points)) => {
                Self::POINTS
            }
            _ if is(Measure::Points) => Self::POINTS,
            Kind::Share if self.is_in_percent && self.is_sure => Self::PERCENT,
            _ if is(Measure::Percent) => Self::PERCENT,
            _ => self,
        }
    }

    /// What figures of it are measured in.
    #[must_use]
    pub const fn measure(self) -> Measure {
        match (self.kind, self.is_in_percent && self.is_sure) {
            (Kind::Share, true) => Measure::Percent,
            (Kind::Apart, true) => Measure::Points,
            _ => Measure::Own,
        }
    }

    fn of_measure(measure: Measure) -> Self {
        match measure {
            Measure::Percent => Self::PERCENT,
            Measure::Points => Self::POINTS,
            Measure::Ratio => Self { is_in_percent: false, ..Self::PERCENT },
            _ => Self::PLAIN,
        }
    }

    fn of_term(term: &Term) -> Self {
        match &term.what {
            What::Figure(figure) if figure.row().is_some() => Self::of_measure(figure.measure()),
            // A column that says so in its name: 满意度（%）.
            What::Figure(_) | What::Rows(_) if term.word.contains(['%', '％']) => Self::PERCENT,
            What::Figure(_) | What::Area(_) | What::Members | What::Rows(_) => Self::PLAIN,
        }
    }

    /// Of one or the other; numbers that stand there fit everything.
    fn or(self, other: Self) -> Self {
        match (self.kind, other.kind) {
            (Kind::Given, _) => other,
            (_, Kind::Given) => self,
            _ if self.kind == other.kind && self.is_in_percent == other.is_in_percent => {
                Self { is_sure: self.is_sure && other.is_sure, ..self }
            }
            _ => Self::PLAIN,
        }
    }

    fn of_two(operator: Operator, [left, right]: &[Formula; 2]) -> Self {
        let is_hundred = |of: &Formula| matches!(of, Formula::Number(number) if *number == 100.into());
        let (a, b) = (left.nature(), right.nature());
        let scaled = |it: Self, is_in_percent: bool| match it.kind {
            Kind::Share | Kind::Apart if it.is_in_percent != is_in_percent => Self { is_in_percent, ..it },
            _ => Self::PLAIN,
        };
        let both = |kind: Kind| Self { kind, is_in_percent: a.is_in_percent, is_sure: a.is_sure || b.is_sure };
        match (operator, a.kind, b.kind) {
            (_, Kind::Given, Kind::Given)
            | (Operator::Plus | Operator::Minus, Kind::Share | Kind::Apart, Kind::Given) => a,
            (Operator::Plus | Operator::Minus, Kind::Given, Kind::Share | Kind::Apart) => b,
            (Operator::Plus | Operator::Minus, _, _) if a.is_in_percent != b.is_in_percent => Self::PLAIN,
            (Operator::Minus, Kind::Share, Kind::Share)
            | (Operator::Plus | Operator::Minus, Kind::Apart, Kind::Apart) => both(Kind::Apart),
            (Operator::Plus, Kind::Share | Kind::Apart, Kind::Share)
            | (Operator::Plus | Operator::Minus, Kind::Share, Kind::Apart) => both(Kind::Share),
            (Operator::Times, _, Kind::Given) if is_hundred(right) => scaled(a, true),
            (Operator::Times, Kind::Given, _) if is_hundred(left) => scaled(b, true),
            (Operator::Over, Kind::Share | Kind::Apart, Kind::Given) if is_hundred(right) => scaled(a, false),
            // A hundredfold amount by another: a share in percent, where somebody says so.
            (Operator::Over, Kind::Plain, Kind::Plain) => {
                let is_in_percent = matches!(left, Formula::Two(Operator::Times, of) if of.iter().any(is_hundred));
                Self { kind: Kind::Share, is_in_percent, is_sure: false }
            }
            _ => Self::PLAIN,
        }
    }
}

impl Formula {
    /// What it is of.
    #[must_use]
    pub fn nature(&self) -> Nature {
        match self {
            Self::Number(_) => Nature { kind: Kind::Given, ..Nature::PLAIN },
            Self::Term(term) => Nature::of_term(term),
            Self::Negative(of) | Self::Over(Over::Before(of)) => of.nature(),
            Self::Two(operator, sides) => Nature::of_two(*operator, sides),
            Self::Call(Function::Percent | Function::Growth, _) => Nature::PERCENT,
            Self::Call(
                Function::Least | Function::Largest | Function::Round(_) | Function::Absolute | Function::FirstKnown,
                of,
            ) => of.iter().map(Self::nature).reduce(Nature::or).unwrap_or_default(),
            Self::If(_, parts) => parts[2].nature().or(parts[3].nature()),
            Self::Over(Over::Deviation(of)) => match of.nature() {
                Nature { kind: Kind::Share, is_in_percent, is_sure } => {
                    Nature { kind: Kind::Apart, is_in_percent, is_sure }
                }
                other => other,
            },
            Self::Call(Function::Class, _)
            | Self::Over(
                Over::Total(_) | Over::Each(..) | Over::Rank(_) | Over::MinMax(_) | Over::Apportion(_) | Over::Gini(_),
            ) => Nature::PLAIN,
            Self::Named(named) => named.nature,
        }
    }
}

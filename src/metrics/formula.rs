//! An expression over what is known of a unit: `耕地面积_亩 / 户籍人口`.
//!
//! 1. It is worked out from the unit's own fields and figures, so that a ratio of a merged unit is that of the whole,
//!    never a sum or a mean of ratios.
//! 2. Decimals stay decimals; areas and distances are doubles. No result is NaN or infinite.
//! 3. What cannot be known is [`Unknown`] with why: a term that is not known, a divisor of zero, a number too large.
//!
//! Text is read in [`crate::query`], by the words that conditions use too.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::nature::Nature;
use super::rows::RowTerm;
use super::{Amount, Figure};
use crate::i18n::numbers::AreaUnit;
use crate::model::{Level, Unknown};

pub use crate::model::Relation;

/// Something that a unit has, by the word that stands for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The word.
    pub word: CompactString,
    /// What it means.
    pub what: What,
}

/// What a word of an expression stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A figure: people, people per km², distances in km, shares from 0 to 1, fields as they are.
    Figure(Figure),
    /// The measured area in a unit.
    Area(AreaUnit),
    /// Number of units of the next finer level.
    Members,
    /// A count or a sum over the rows of a ledger.
    Rows(Arc<RowTerm>),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// A number.
    Number(Decimal),
    /// What a unit has.
    Term(Term),
    /// With the other sign.
    Negative(Box<Self>),
    /// Two of them combined.
    Two(Operator, Box<[Self; 2]>),
    /// A function of at least one.
    Call(Function, Vec<Self>),
    /// The third where the first two are so related, else the fourth.
    If(Relation, Box<[Self; 4]>),
    /// Something about other units, other times or other levels.
    Over(Over),
    /// A figure that was defined before, or a number with a name.
    Named(Arc<Named>),
}

/// An expression with a name, by which others go on from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// Its name.
    pub name: CompactString,
    /// What it means.
    pub formula: Formula,
    /// What it is of, as far as the one who named it has said so.
    pub nature: Nature,
}

/// What an expression asks beyond the unit that it is worked out for.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// The sum over all units of the level.
    Total(Box<Formula>),
    /// What the territory of the unit had as loaded.
    Before(Box<Formula>),
    /// Worked out for each unit of a finer level within the unit, then added up.
    Each(Level, Box<Formula>),
    /// Its place among the units of the level, 1 for the largest; equal ones share one.
    Rank(Box<Formula>),
    /// How far it lies between the least and the largest of the level, from 0 to 1; 0 where all are equal.
    MinMax(Box<Formula>),
    /// The share of a whole, by weights, in multiples of a step: the largest remainder, so that shares add up to the whole.
    Apportion(Box<Sharing>),
    /// How unevenly something is spread over weights, from 0 to 1: the Gini coefficient.
    Gini(Box<[Formula; 2]>),
    /// How far the units of the level lie from their mean: the standard deviation of all of them, not of a sample.
    Deviation(Box<Formula>),
}

/// How a whole is shared out.
#[derive(Clone, Debug, PartialEq)]
pub struct Sharing {
    /// What is shared out.
    pub whole: Formula,
    /// By what.
    pub by: Formula,
    /// In multiples of what.
    pub step: Formula,
    /// The least and the most that a unit gets, as far as that is said.
    pub bounds: [Option<Formula>; 2],
}

/// What expressions are worked out from.
pub trait Ground {
    /// What a word stands for.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    fn term(&self, term: &Term) -> Result<Amount, Unknown>;

    /// Something beyond the unit.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    fn over(&self, over: &Over) -> Result<Amount, Unknown>;
}

/// What combines two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
}

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// The least, when all are known.
    Least,
    /// The largest, when all are known.
    Largest,
    /// To so many decimals, halves away from zero.
    Round(u32),
    /// Without its sign.
    Absolute,
    /// The first that is known.
    FirstKnown,
    /// The first in percent of the second; alone, a number that is in percent.
    Percent,
    /// By how many percent the first is more than the second.
    Growth,
    /// Which class a number falls into, by the least that each class asks for, the highest first: 1, 2 …
    Class,
}

impl Formula {
    /// Its value, upon some ground.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn value(&self, known: &dyn Ground) -> Result<Amount, Unknown> {
        match self {
            Self::Number(number) => Ok(Amount::Exact(*number)),
            Self::Term(term) => known.term(term),
            Self::Over(over) => known.over(over),
            Self::Named(named) => named.formula.value(known),
            Self::Negative(of) => Amount::from(0).minus(of.value(known)?).ok_or(Unknown::TooLarge),
            Self::Two(operator, sides) => {
                let [a, b] = &**sides;
                let (left, right) = (a.value(known)?, b.value(known)?);
                let combined = match operator {
                    Operator::Plus => left.plus(right),
                    Operator::Minus => left.minus(right),
                    Operator::Times => left.times(right),
                    Operator::Over if is_zero(right) => return Err(Unknown::ZeroDenominator(b.to_string())),
                    Operator::Over => left.over(right),
                };
                combined.ok_or(Unknown::TooLarge)
            }
            Self::Call(function, of) => function.value(of, known),
            Self::If(relation, parts) => {
                let [left, right, then, otherwise] = &**parts;
                let order = compare(left.value(known)?, right.value(known)?);
                if relation.holds(order) { then.value(known) } else { otherwise.value(known) }
            }
        }
    }

    /// Whether it says what has changed: something less what there was before, or the other way round.
    #[must_use]
    pub fn is_change(&self) -> bool {
        match self {
            Self::Two(Operator::Minus, sides) if sides[0].asks_before() != sides[1].asks_before() => true,
            _ => self.parts().into_iter().any(Self::is_change),
        }
    }

    fn asks_before(&self) -> bool {
        matches!(self, Self::Over(Over::Before(_))) || self.parts().into_iter().any(Self::asks_before)
    }

    /// What it is made of.
    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::Term(_) => Vec::new(),
            Self::Negative(of) => vec![of],
            Self::Two(_, parts) => parts.iter().collect(),
            Self::Call(_, parts) => parts.iter().collect(),
            Self::If(_, parts) => parts.iter().collect(),
            Self::Over(over) => over.parts(),
            Self::Named(named) => vec![&named.formula],
        }
    }

    /// Everything that it asks for, each time that it does.
    pub fn terms(&self) -> Vec<&Term> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Term(term) => vec![term],
            Self::Negative(of) => of.terms(),
            Self::Two(_, parts) => parts.iter().flat_map(Self::terms).collect(),
            Self::Call(_, parts) => parts.iter().flat_map(Self::terms).collect(),
            Self::If(_, parts) => parts.iter().flat_map(Self::terms).collect(),
            Self::Over(over) => over.parts().into_iter().flat_map(Self::terms).collect(),
            Self::Named(named) => named.formula.terms(),
        }
    }

    /// How many steps it takes to work it out for one unit, those of what it names among them.
    #[must_use]
    pub fn size(&self) -> usize {
        let all = |parts: &[Self]| parts.iter().map(Self::size).fold(1, usize::saturating_add);
        match self {
            Self::Number(_) | Self::Term(_) => 1,
            Self::Negative(of) => of.size().saturating_add(1),
            Self::Two(_, parts) => all(&parts[..]),
            Self::Call(_, parts) => all(parts),
            Self::If(_, parts) => all(&parts[..]),
            Self::Over(over) => over.parts().into_iter().map(Self::size).fold(1, usize::saturating_add),
            Self::Named(named) => named.formula.size(),
        }
    }

    /// The same with another expression wherever a name stands, in what it names too.
    #[must_use]
    pub fn with(&self, name: &str, other: &Self) -> Self {
        let anew = |of: &Self| of.with(name, other);
        let boxed = |of: &Self| Box::new(anew(of));
        match self {
            Self::Number(_) | Self::Term(_) => self.clone(),
            Self::Negative(of) => Self::Negative(boxed(of)),
            Self::Two(operator, parts) => Self::Two(*operator, Box::new(parts.each_ref().map(anew))),
            Self::Call(function, parts) => Self::Call(*function, parts.iter().map(anew).collect()),
            Self::If(relation, parts) => Self::If(*relation, Box::new(parts.each_ref().map(anew))),
            Self::Over(over) => Self::Over(match over {
                Over::Total(of) => Over::Total(boxed(of)),
                Over::Before(of) => Over::Before(boxed(of)),
                Over::Each(level, of) => Over::Each(*level, boxed(of)),
                Over::Rank(of) => Over::Rank(boxed(of)),
                Over::MinMax(of) => Over::MinMax(boxed(of)),
                Over::Deviation(of) => Over::Deviation(boxed(of)),
                Over::Gini(parts) => Over::Gini(Box::new(parts.each_ref().map(anew))),
                Over::Apportion(sharing) => {
                    let Sharing { whole, by, step, bounds } = &**sharing;
                    let bounds = bounds.each_ref().map(|bound| bound.as_ref().map(anew));
                    Over::Apportion(Box::new(Sharing { whole: anew(whole), by: anew(by), step: anew(step), bounds }))
                }
            }),
            Self::Named(named) if named.name == name => other.clone(),
            // What is kept over a level is kept by how it is written: what is no longer what its name says goes without.
            Self::Named(named) => {
                let inner = anew(&named.formula);
                if inner == named.formula { self.clone() } else { inner }
            }
        }
    }
}

impl Over {
    fn parts(&self) -> Vec<&Formula> {
        match self {
            Self::Total(of)
            | Self::Before(of)
            | Self::Each(_, of)
            | Self::Rank(of)
            | Self::MinMax(of)
            | Self::Deviation(of) => vec![of],
            Self::Gini(parts) => parts.iter().collect(),
            Self::Apportion(sharing) => {
                let Sharing { whole, by, step, bounds } = &**sharing;
                [whole, by, step].into_iter().chain(bounds.iter().flatten()).collect()
            }
        }
    }
}

impl fmt::Display for Over {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Total(of) => write!(f, "total({of})"),
            Self::Before(of) => write!(f, "before({of})"),
            Self::Each(level, of) => write!(f, "each({level}, {of})"),
            Self::Rank(of) => write!(f, "rank({of})"),
            Self::MinMax(of) => write!(f, "minmax({of})"),
            Self::Apportion(sharing) => {
                let Sharing { whole, by, step, bounds: [floor, cap] } = &**sharing;
                write!(f, "apportion({whole}, {by}, {step}")?;
                for (name, bound) in [("floor", floor), ("cap", cap)] {
                    if let Some(bound) = bound {
                        write!(f, ", {name} {bound}")?;
                    }
                }
                f.write_str(")")
            }
            Self::Gini(of) => write!(f, "gini({}, {})", of[0], of[1]),
            Self::Deviation(of) => write!(f, "deviation({of})"),
        }
    }
}

impl Function {
    fn value(self, of: &[Formula], known: &dyn Ground) -> Result<Amount, Unknown> {
        let mut values = of.iter().map(|it| it.value(known));
        let first = values.next().unwrap_or(Err(Unknown::NoValue));
        let extreme =
            |wanted: Ordering, mut best: Amount, values: &mut dyn Iterator<Item = Result<Amount, Unknown>>| {
                for value in values {
                    let value = value?;
                    if compare(value, best) == wanted {
                        best = value;
                    }
                }
                Ok(best)
            };
        match self {
            Self::Least => extreme(Ordering::Less, first?, &mut values),
            Self::Largest => extreme(Ordering::Greater, first?, &mut values),
            Self::Round(decimals) => first?.rounded(decimals).ok_or(Unknown::TooLarge),
            Self::Absolute => first.map(|value| match value {
                Amount::Exact(value) => Amount::Exact(value.abs()),
                Amount::Measured(value) => Amount::Measured(value.abs()),
            }),
            // The reason of the last says as much as that of any.
            Self::FirstKnown => values.fold(first, Result::or),
            Self::Percent | Self::Growth => {
                let Some(second) = values.next() else { return first };
                let (first, second) = (first?, second?);
                if is_zero(second) {
                    return Err(Unknown::ZeroDenominator(of[1].to_string()));
                }
                let above = if self == Self::Growth { first.minus(second) } else { Some(first) };
                let hundred = Amount::from(100);
                above.and_then(|above| above.times(hundred)?.over(second)).ok_or(Unknown::TooLarge)
            }
            Self::Class => {
                let value = first?;
                let mut class = 1_usize;
                for least in values {
                    class += usize::from(compare(value, least?).is_lt());
                }
                Ok(class.into())
            }
        }
    }
}

fn is_zero(amount: Amount) -> bool {
    compare(amount, Amount::from(0)).is_eq()
}

/// Which of two is larger. Neither is NaN.
fn compare(a: Amount, b: Amount) -> Ordering {
    match (a, b) {
        (Amount::Exact(a), Amount::Exact(b)) => a.cmp(&b),
        (a, b) => a.to_f64().partial_cmp(&b.to_f64()).unwrap_or(Ordering::Equal),
    }
}

impl fmt::Display for Formula {
    /// With every bracket written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, of: &[Self]| {
            of.iter().enumerate().try_for_each(|(i, it)| write!(f, "{}{it}", if i > 0 { ", " } else { "" }))
        };
        match self {
            Self::Number(number) => write!(f, "{}", number.normalize()),
            Self::Term(term) => f.write_str(&term.word),
            Self::Named(named) => f.write_str(&named.name),
            Self::Over(over) => over.fmt(f),
            Self::Negative(of) => write!(f, "-{of}"),
            Self::Two(operator, sides) => {
                let sign = match operator {
                    Operator::Plus => '+',
                    Operator::Minus => '-',
                    Operator::Times => '*',
                    Operator::Over => '/',
                };
                write!(f, "({} {sign} {})", sides[0], sides[1])
            }
            Self::Call(function, of) => {
                let name = match function {
                    Function::Least => "min",
                    Function::Largest => "max",
                    Function::Round(_) => "round",
                    Function::Absolute => "abs",
                    Function::FirstKnown => "coalesce",
                    Function::Percent => "percent",
                    Function::Growth => "growth",
                    Function::Class => "class",
                };
                write!(f, "{name}(")?;
                list(f, of)?;
                if let Function::Round(decimals) = function {
                    write!(f, ", {decimals}")?;
                }
                f.write_str(")")
            }
            Self::If(relation, parts) => {
                let sign = match relation {
                    Relation::Equal => "=",
                    Relation::Unequal => "!=",
                    Relation::Less => "<",
                    Relation::AtMost => "<=",
                    Relation::More => ">",
                    Relation::AtLeast => ">=",
                };
                write!(f, "if({} {sign} {}, {}, {})", parts[0], parts[1], parts[2], parts[3])
            }
        }
    }
}

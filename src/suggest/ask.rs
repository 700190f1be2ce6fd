//! What is asked for.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::jobs::Cancelled;
use crate::model::{Level, LevelIndex, UnitId};

/// When mergers are enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// So many units of the level are left, counting those that take no part.
    Units(usize),
    /// No unit is below what the pack has as the least for people or area.
    Minimum,
}

/// How much each criterion counts; 0 leaves it out. All are scaled so that 1 is a fair start for each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// People whose unit changes, by all people.
    pub disruption: f64,
    /// By how much the ways to the seat grow for all people on average, by the mean distance of neighbouring seats.
    pub ways: f64,
    /// How uneven the units are: mean square of their people by those of the mean unit.
    pub even: f64,
    /// How little compact the units are: 1 less the mean of Polsby–Popper. Counts half by default, because it depends on
    /// how finely borders are drawn.
    pub compact: f64,
    /// How far units are outside of the limits of the pack, by these limits.
    pub size: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { disruption: 1.0, ways: 1.0, even: 1.0, compact: 0.5, size: 1.0 }
    }
}

/// Weights that are not written as they should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// Not `name=number`.
    #[error("{0:?} is no weight; write weights as disruption=1,ways=1,even=1,compact=0.5,size=1")]
    NotAWeight(String),
    /// There is no such criterion.
    #[error("there is no criterion {0:?}; there are: disruption, ways, even, compact, size")]
    NoSuchCriterion(String),
    /// Negative, or not a number.
    #[error("the weight {0:?} is not a number from 0 to 1000")]
    NotANumber(String),
    /// Nothing would count.
    #[error("all weights are 0, so that any plan would be as good as any other; give one a number above 0")]
    AllZero,
}

impl FromStr for Weights {
    type Err = WeightsError;

    /// Reads `ways=2,compact=0`; what is left out stays as it is by default.
    fn from_str(text: &str) -> Result<Self, WeightsError> {
        let mut weights = Self::default();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, number) = part.split_once('=').ok_or_else(|| WeightsError::NotAWeight(part.to_owned()))?;
            let weight = match name.trim() {
                "disruption" => &mut weights.disruption,
                "ways" => &mut weights.ways,
                "even" => &mut weights.even,
                "compact" => &mut weights.compact,
                "size" => &mut weights.size,
                other => return Err(WeightsError::NoSuchCriterion(other.to_owned())),
            };
            let value = number.trim().parse().ok().filter(|value: &f64| (0.0..=1000.0).contains(value));
            *weight = value.ok_or_else(|| WeightsError::NotANumber(number.trim().to_owned()))?;
        }
        let Self { disruption, ways, even, compact, size } = weights;
        if disruption + ways + even + compact + size > 0.0 { Ok(weights) } else { Err(WeightsError::AllZero) }
    }
}

/// How far a merger may go in one respect.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Bound {
    /// As far as is usual among the units that are there; see [`Bounds`].
    #[default]
    Usual,
    /// So far, in the base unit of its measure.
    Most(f64),
    /// As far as it will.
    Any,
}

/// How far mergers may go, whatever counts. Rules of severity *error* hold besides, and cannot be lifted here.
///
/// What is usual is taken from the data, since no regulation that holds everywhere gives figures:
///
/// * a result has at most the area that the pack has as the most; without one, five times the area that units of the
///   level would have on average if the goal was reached, and no less than the largest unit has now;
/// * seats of units that join lie no farther from that of the survivor than twice as far as seats of neighbours would on
///   average if the goal was reached;
/// * units of towns and of the country do not join each other: no 镇 becomes part of a 街道, and no 村 of a 社区.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// Area of a result in m².
    pub area: Bound,
    /// Distance of the seat of a unit that joins from that of the survivor, in m.
    pub distance: Bound,
    /// Whether urban and rural units may join each other.
    pub across_kinds: bool,
}

impl Bounds {
    /// No bounds at all.
    pub const NONE: Self = Self { area: Bound::Any, distance: Bound::Any, across_kinds: true };
}

/// A question for mergers.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Level of the units.
    pub level: LevelIndex,
    /// When it is enough.
    pub goal: Goal,
    /// What counts how much.
    pub weights: Weights,
    /// How far mergers may go.
    pub bounds: Bounds,
    /// Units that may be merged; `None` for all.
    pub among: Option<BTreeSet<UnitId>>,
    /// Rounds of improvement.
    pub rounds: usize,
    /// Where the dice begin: another number may find another plan.
    pub seed: u64,
}

impl Ask {
    /// Rounds that are enough for a county: a second or two.
    pub const ROUNDS: usize = 1_000;

    /// A question with everything as usual.
    #[must_use]
    pub fn new(level: LevelIndex, goal: Goal) -> Self {
        let (weights, bounds) = (Weights::default(), Bounds::default());
        Self { level, goal, weights, bounds, among: None, rounds: Self::ROUNDS, seed: 1 }
    }
}

/// Why nothing can be suggested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The user gave up before there was a first plan.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Mergers cannot lead there.
    #[error("there are {there} units of this level; ask for a number from 1 to {most}", most = there.saturating_sub(1))]
    NotFewer {
        /// Units in force.
        there: usize,
    },
    /// Fewer than two units.
    #[error("there is nothing to merge: {there} units of this level")]
    TooFew {
        /// Units in force.
        there: usize,
    },
    /// The pack sets no least.
    #[error(
        "the rules set no minimum of people or area for units of level {level}; choose other rules, or ask for a number of units"
    )]
    NoMinimum {
        /// The level.
        level: Level,
    },
}

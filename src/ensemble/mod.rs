//! Where a plan stands among neutral plans: "why these mergers and not others?"
//!
//! A *neutral plan* merges the units of a level, as loaded, until there are as many as the plan leaves, and chooses by
//! chance which. An [`Ensemble`] draws many of them and works out for each the figures that a comparison has
//! ([`crate::compare`]); a [`Standing`] says where the plan's own figure lies among those.
//!
//! How one is drawn ([`Pieces::draw`]): the borders between units are put into a random order, and gone through; what
//! lies on the two sides of a border becomes one unit if it was not already, until the number is reached. This is random
//! contraction of the graph of neighbours (Karger 1993). Of each new unit the most populous part survives, with its
//! seat.
//!
//! Invariants:
//!
//! 1. A neutral plan has as many units as the plan. It merges whole units of one parent, across borders that are no
//!    barriers and across links.
//! 2. What the plan locked is in every neutral plan just as the plan has it. A unit with a locked member survives.
//! 3. Figures follow the definitions of a comparison to the bit: a neutral plan carried out by edits and compared gives
//!    the same.
//! 4. The same data, plan and seed give the same ensemble, on any number of threads.
//!
//! What it is not: **the sample is not uniform**. Of all ways to merge to that number, those in which a few units with
//! many neighbours swallow others come more often than under an even draw, and no weights set that right. Nor does it
//! ask for even sizes, for compactness, or for what rules demand, as the chains do that are used for electoral districts
//! (`DeFord`, Duchin and Solomon 2021, "Recombination"). So a percentile says how a plan compares with mergers that
//! nobody aimed at anything, not how probable it is, and an extreme one is a reason to ask, not a proof.

mod draw;
mod evaluate;
mod pieces;
mod report;
mod standing;
#[cfg(test)]
mod tests;
mod words;

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::compare::{Alternative, Amount, Comparison, Indicator, Reason};
use crate::jobs::Progress;
use crate::metrics::{Figure, FigureCache, OwnFigures, Statistic};
use crate::model::{Dataset, Level, LevelIndex, State};
use crate::rules::Grounds;

pub use draw::{Grouping, Random};
pub use pieces::{Piece, Pieces};
pub use report::{EnsembleReport, StandingEntry};
pub use standing::{Aim, Histogram, Standing};
pub use words::{aim as aim_words, drawn as drawn_words, standing as standing_words};

/// Figures that are worked out for every neutral plan.
pub const INDICATORS: [Indicator; 8] = [
    Indicator::Of(Figure::Area, Statistic::Variation),
    Indicator::Of(Figure::Population, Statistic::Variation),
    Indicator::Of(Figure::Compactness, Statistic::Mean),
    Indicator::DistanceMax,
    Indicator::DistanceMean,
    Indicator::PeopleReassigned,
    Indicator::PeopleFarther,
    Indicator::FartherMean,
];

/// What is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Level of the units that are merged.
    pub level: LevelIndex,
    /// How many neutral plans are drawn.
    pub samples: usize,
    /// Where chance begins: the same seed gives the same plans.
    pub seed: u64,
}

/// Samples that are drawn when nobody says how many.
pub const SAMPLES: usize = 1000;
/// Most samples that can be asked for.
pub const MOST_SAMPLES: usize = 100_000;

/// A plan, and what it was made from.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// What both states are over.
    pub dataset: &'a Dataset,
    /// Units as loaded.
    pub base: &'a State,
    /// Units as the plan leaves them.
    pub plan: &'a State,
    /// What figures rest on, links and barriers among it.
    pub grounds: &'a Grounds,
}

/// Where a plan stands among neutral plans.
#[derive(Clone, Debug, PartialEq)]
pub struct Ensemble {
    /// What was asked for.
    pub ask: Ask,
    /// Units of the level: as loaded, and as the plan and every neutral plan leave them.
    pub units: [usize; 2],
    /// Neutral plans that were drawn: fewer than asked for where the user stopped it.
    pub drawn: usize,
    /// One for each of [`INDICATORS`].
    pub standings: Vec<Standing>,
}

/// Why there are no neutral plans to compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnsembleError {
    /// Nobody asked for any, or for too many.
    #[error("{samples} neutral plans asked for; from 1 to {MOST_SAMPLES} can be drawn")]
    Samples {
        /// How many were asked for.
        samples: usize,
    },
    /// The plan merges nothing that neutral plans could merge otherwise.
    #[error(
        "the plan leaves {after} units of the level {level}, and without it there are {before}; neutral plans can be drawn \
         once it leaves fewer"
    )]
    NotFewer {
        /// The level.
        level: Level,
        /// Units without the plan, what it locked being as it has it.
        before: usize,
        /// Units as the plan leaves them.
        after: usize,
    },
    /// Merging neighbours of one parent does not lead to so few units.
    #[error(
        "the plan leaves {after} units of the level {level}; merging neighbours with the same parent, what is locked left \
         out, leads to {least} at best"
    )]
    TooFew {
        /// The level.
        level: Level,
        /// Units as the plan leaves them.
        after: usize,
        /// Fewest units that neutral plans can have.
        least: usize,
    },
    /// The user gave up before any was drawn.
    #[error("stopped before any neutral plan was drawn")]
    Cancelled,
}

impl Ensemble {
    /// Draws neutral plans and works out their figures, in parallel. When the user gives up, what was drawn so far is
    /// given.
    ///
    /// # Errors
    /// [`EnsembleError`]: there is nothing to draw.
    #[expect(clippy::cast_precision_loss, reason = "a fraction for a progress bar")]
    pub fn draw(planned: Planned<'_>, ask: Ask, progress: &Progress) -> Result<Self, EnsembleError> {
        if ask.samples == 0 || ask.samples > MOST_SAMPLES {
            return Err(EnsembleError::Samples { samples: ask.samples });
        }
        let Planned { dataset, base, plan, .. } = planned;
        let (before, after) = (base.units_at(ask.level).count(), plan.units_at(ask.level).count());
        let level = dataset.level(ask.level);
        let pieces = Pieces::new(planned, ask.level);
        if pieces.list().len() <= after {
            return Err(EnsembleError::NotFewer { level, before: pieces.list().len(), after });
        }
        let least = pieces.fewest();
        if after < least {
            return Err(EnsembleError::TooFew { level, after, least });
        }
        let cancelled = || progress.check().is_err();
        let values = plan_values(planned, ask.level);
        let done = AtomicUsize::new(0);
        let one = |number: usize| {
            if cancelled() {
                return None;
            }
            let grouping = pieces.draw(&mut Random::new(ask.seed, number as u64), after);
            let figures = pieces.evaluate(&grouping);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            progress.set(done as f64 / ask.samples as f64);
            Some(figures)
        };
        let drawn: Vec<_> = (0..ask.samples).into_par_iter().filter_map(one).collect();
        if drawn.is_empty() {
            return Err(EnsembleError::Cancelled);
        }
        let standings = INDICATORS.into_iter().zip(values).enumerate().map(|(at, (indicator, plan))| {
            let sample: Option<Vec<f64>> = drawn.iter().map(|figures| figures[at]).collect();
            Standing::new(indicator, plan, sample.unwrap_or_default())
        });
        Ok(Self { ask, units: [before, after], drawn: drawn.len(), standings: standings.collect() })
    }
}

/// The figures of the plan, as a comparison with the units as loaded has them.
fn plan_values(planned: Planned<'_>, level: LevelIndex) -> Vec<Result<Amount, Reason>> {
    let Planned { dataset, base, plan, grounds } = planned;
    let alternatives = [base, plan].map(|state| Alternative { name: "", state });
    // None of the indicators is a figure of one's own.
    let (mut cache, own) = (FigureCache::new(grounds.area_method), OwnFigures::default());
    let unwatched = Progress::new();
    let comparison = Comparison::new(dataset, &alternatives, &[level], (&mut cache, &own), &unwatched);
    let tables = comparison.map(|comparison| comparison.levels).unwrap_or_default();
    let value = |indicator: &Indicator| {
        let row = tables.iter().flat_map(|table| &table.rows).find(|row| row.indicator == *indicator);
        row.and_then(|row| row.cells.last()).map_or(Err(Reason::NoUnits), |cell| cell.value)
    };
    INDICATORS.iter().map(value).collect()
}

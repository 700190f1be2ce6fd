//! Comparison of alternatives (方案比选): what each makes of the units, against the first of them.
//!
//! An *alternative* is a name and a state of the dataset: the base, or what a draft leaves. A [`Comparison`] holds
//!
//! * a table of [`Indicator`]s by level and alternative, with differences from the first;
//! * who ends up farther from a seat ([`Farther`]), place by place, at every level: what is asked about at that of
//!   villages is answered by the seats of townships where those of villages stay ([`FartherFrom`]);
//! * every [`Difference`] from the first, found from the states and not from the edits that led there, so that any two
//!   alternatives can be compared, however each was made.
//!
//! Invariants:
//!
//! 1. A figure that cannot be known is `None` with a [`Reason`], never 0.
//! 2. Sums of people are exact, sums of measured figures do not depend on their order: the same states give the same
//!    comparison to the bit, on any number of threads.
//! 3. The list of differences is complete: it is empty just when the two states are the same but for ids, and every
//!    piece of territory that went from one unit to another is in it.
//! 4. What an edit did not touch is not worked out again ([`crate::metrics::FigureCache`]).

mod cell;
mod differences;
mod farther;
mod indicators;
mod report;
mod statistics;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use geo::Coord;

use crate::edit::change::Between;
use crate::geodesy::AreaMethod;
use crate::jobs::{Cancelled, Progress};
use crate::metrics::{FigureCache, OwnFigures, OwnId, UnitFigures};
use crate::model::{Dataset, LevelIndex, State, UnitId};

pub use crate::metrics::{Amount, Measure, Statistic};
pub use cell::{Cell, Reason, Row, Who};
pub use differences::{Difference, Part, Piece, What, differences};
pub use farther::{Farther, Growth, by_distance, by_people, distance_to_seat_m, farther_of};
pub use indicators::Indicator;
pub use report::{AlternativeEntry, ComparisonReport, InWords};
pub use statistics::{PeopleMean, mean, variation};
pub use words::{difference as difference_words, indicator as indicator_words};

/// Something to be compared: a name, and the units as it leaves them.
#[derive(Clone, Copy, Debug)]
pub struct Alternative<'a> {
    /// What it is called.
    pub name: &'a str,
    /// Units in force; a state over the dataset of the comparison.
    pub state: &'a State,
}

/// Alternatives side by side. The first is what the others are measured against.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// What was loaded.
    pub dataset: &'a Dataset,
    /// How areas were computed.
    pub area_method: AreaMethod,
    /// What is compared, at least one.
    pub alternatives: Vec<Alternative<'a>>,
    /// Figures by level, coarsest first.
    pub levels: Vec<LevelTable>,
    /// What the others change against the first: one list for each but the first.
    pub differences: Vec<Vec<Difference>>,
}

/// Figures of all alternatives at one level.
#[derive(Clone, Debug)]
pub struct LevelTable {
    /// The level.
    pub level: LevelIndex,
    /// One for each indicator, with a cell for each alternative.
    pub rows: Vec<Row>,
    /// Places that are farther from a seat than in the first alternative: one list for each but the first.
    pub farther: Vec<FartherFrom>,
}

/// Places that are farther from a seat of one alternative than in the first.
#[derive(Clone, Debug, PartialEq)]
pub struct FartherFrom {
    /// The level whose seats these are: that of the table, or where nobody ends up farther from one of those, the next
    /// above it. Villages that are transferred keep their own seats, and their people go to the seat of another township.
    pub level: LevelIndex,
    /// In the order of atoms.
    pub places: Vec<Farther>,
}

impl<'a> Comparison<'a> {
    /// Compares alternatives at some levels, by figures of one's own too. Figures that the cache knows are not worked out again; the area method is
    /// that of the cache.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    #[expect(clippy::cast_precision_loss, reason = "a fraction for a progress bar")]
    pub fn new(
        dataset: &'a Dataset,
        alternatives: &[Alternative<'a>],
        levels: &[LevelIndex],
        (cache, own): (&mut FigureCache, &OwnFigures),
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        dataset.measures(cache.method());
        let steps = (alternatives.len() * levels.len()).max(1) as f64;
        let mut done = 0.0;
        let mut tables = Vec::with_capacity(levels.len());
        let first = alternatives.first();
        let between: Vec<Between<'_>> =
            alternatives.iter().skip(1).filter_map(|it| Some(Between::new(dataset, first?.state, it.state))).collect();
        for &level in levels {
            let mut sides = Vec::with_capacity(alternatives.len());
            for alternative in alternatives {
                progress.check()?;
                sides.push(Side::new(dataset, alternative.state, level, (cache, own)));
                done += 1.0;
                progress.set(done / steps);
            }
            tables.push(level_table(dataset, &sides, &between, level, own));
        }
        look_above(dataset, alternatives, &mut tables, cache);
        tables.sort_by_key(|table| std::cmp::Reverse(table.level));
        progress.check()?;
        Ok(Self {
            dataset,
            area_method: cache.method(),
            alternatives: alternatives.to_vec(),
            levels: tables,
            differences: between.iter().map(|between| differences(dataset, between)).collect(),
        })
    }
}

/// One alternative at one level, with its figures.
struct Side<'a> {
    state: &'a State,
    /// Units in force, ascending.
    units: Vec<(UnitId, Arc<UnitFigures>)>,
    /// Distance of every atom's place from the seat of its unit, in metres.
    distances_m: Vec<Option<f64>>,
    /// Figures of one's own of the units, in their order; `None` where that of any is not known.
    own: Vec<(OwnId, Option<Vec<Amount>>)>,
}

impl<'a> Side<'a> {
    fn new(
        dataset: &Dataset,
        state: &'a State,
        level: LevelIndex,
        (cache, own): (&mut FigureCache, &OwnFigures),
    ) -> Self {
        use rayon::prelude::*;

        let units = cache.level(dataset, state, level);
        let distances_m = distances_m(dataset, state, level, &units);
        let value = |id: OwnId| {
            let values = units.par_iter().map(|(unit, figures)| own.value(id, (dataset, state), *unit, figures).ok());
            values.collect::<Option<Vec<Amount>>>()
        };
        let own = own.list().iter().map(|it| (it.id, value(it.id))).collect();
        Self { state, units, distances_m, own }
    }
}

/// Distance of every atom's place from the seat of its unit of a level, in metres.
fn distances_m(
    dataset: &Dataset,
    state: &State,
    level: LevelIndex,
    units: &[(UnitId, Arc<UnitFigures>)],
) -> Vec<Option<f64>> {
    use rayon::prelude::*;

    let mut seats: Vec<Option<Coord>> = vec![None; state.unit_count()];
    for (unit, figures) in units {
        seats[unit.index()] = figures.seat;
    }
    let labels = state.labels(level);
    let distance =
        |atom: usize| distance_to_seat_m(dataset, crate::coverage::AtomId::new(atom), seats[labels[atom].index()]?);
    (0..labels.len()).into_par_iter().with_min_len(256).map(distance).collect()
}

/// Looks for those who end up farther from the seats of coarser levels, where nobody does from those of a table.
fn look_above(dataset: &Dataset, alternatives: &[Alternative<'_>], tables: &mut [LevelTable], cache: &mut FigureCache) {
    let Some(first) = alternatives.first() else { return };
    // What was looked at once, by level and alternative.
    let mut known: BTreeMap<(LevelIndex, usize), Vec<Farther>> = BTreeMap::new();
    for table in &*tables {
        known.extend(table.farther.iter().enumerate().map(|(at, it)| ((table.level, at + 1), it.places.clone())));
    }
    for table in tables {
        let own = table.level;
        for (at, farther) in table.farther.iter_mut().enumerate().filter(|(_, farther)| farther.places.is_empty()) {
            let state = alternatives[at + 1].state;
            // Of a single unit everybody has the same seat.
            for level in state.levels().filter(|&it| it > own && state.units_at(it).nth(1).is_some()) {
                let places = known.entry((level, at + 1)).or_insert_with(|| {
                    let [old, new] = [first.state, state].map(|state| {
                        let units = cache.level(dataset, state, level);
                        distances_m(dataset, state, level, &units)
                    });
                    farther_places(dataset, &old, &new)
                });
                if !places.is_empty() {
                    *farther = FartherFrom { level, places: places.clone() };
                    break;
                }
            }
        }
    }
}

fn farther_places(dataset: &Dataset, old: &[Option<f64>], new: &[Option<f64>]) -> Vec<Farther> {
    let distances = old.iter().zip(new);
    farther_of(dataset, dataset.coverage.atoms().zip(distances).map(|(atom, (old, new))| (atom, *old, *new)))
}

fn level_table(
    dataset: &Dataset,
    sides: &[Side<'_>],
    between: &[Between<'_>],
    level: LevelIndex,
    own: &OwnFigures,
) -> LevelTable {
    let Some(first) = sides.first() else { return LevelTable { level, rows: Vec::new(), farther: Vec::new() } };
    let farther: Vec<Vec<Farther>> =
        sides[1..].iter().map(|side| farther_places(dataset, &first.distances_m, &side.distances_m)).collect();
    let rows = indicators::rows(dataset, sides, between, &farther, level, own);
    let farther = farther.into_iter().map(|places| FartherFrom { level, places }).collect();
    LevelTable { level, rows, farther }
}

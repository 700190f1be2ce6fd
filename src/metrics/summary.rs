//! Reduction statistics (撤并统计): how many units before and after, how many fewer, how large and populous.
//!
//! 1. Rates come from unrounded values, and are rounded once, half away from zero (四舍五入).
//! 2. An increase is called one: a reduction is never negative in words ([`CountChange::trend`]).

use std::collections::BTreeMap;

use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

use crate::geodesy::AreaMethod;
use crate::model::{Dataset, Kind, Level, LevelIndex, State, Total};

/// Which way a number went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// 减少
    Decrease,
    /// 增加
    Increase,
    /// 不变
    Unchanged,
}

/// A number of units before and after.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct CountChange {
    /// Before.
    pub before: usize,
    /// After.
    pub after: usize,
}

impl CountChange {
    /// Which way it went.
    #[must_use]
    pub const fn trend(self) -> Trend {
        if self.after < self.before {
            Trend::Decrease
        } else if self.after > self.before {
            Trend::Increase
        } else {
            Trend::Unchanged
        }
    }

    /// How many fewer or more (增减数), never negative; [`trend`](Self::trend) says which.
    #[must_use]
    pub const fn difference(self) -> usize {
        self.before.abs_diff(self.after)
    }

    /// How much fewer or more in percent of before (调减比例, 增减幅), never negative, rounded to so many decimals.
    /// `None` when there was nothing before.
    #[must_use]
    pub fn percent(self, decimals: u32) -> Option<Decimal> {
        percent(Decimal::from(self.difference()), Decimal::from(self.before)).map(|exact| rounded(exact, decimals))
    }

    /// Before minus after, for machines: negative after an increase.
    #[must_use]
    pub fn reduction(self) -> i64 {
        let signed = |count| i64::try_from(count).unwrap_or(i64::MAX);
        signed(self.before) - signed(self.after)
    }

    /// Reduction by before, for machines: 0.5 when half are gone, negative after an increase, not rounded.
    /// `None` when there was nothing before.
    #[must_use]
    pub fn reduction_rate(self) -> Option<f64> {
        Decimal::from(self.reduction()).checked_div(Decimal::from(self.before))?.to_f64()
    }
}

/// A figure before and after; `None` where it cannot be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FigureChange {
    /// Before.
    pub before: Option<Decimal>,
    /// After.
    pub after: Option<Decimal>,
}

impl FigureChange {
    /// Growth in percent of before, rounded to so many decimals; negative where it shrank.
    /// `None` when either is unknown, or before is 0.
    #[must_use]
    pub fn growth_percent(self, decimals: u32) -> Option<Decimal> {
        percent(self.after?.checked_sub(self.before?)?, self.before?).map(|exact| rounded(exact, decimals))
    }
}

/// Rounds half away from zero (四舍五入).
#[must_use]
pub fn rounded(value: Decimal, decimals: u32) -> Decimal {
    value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

/// Mean over a number of units; `None` without units.
#[must_use]
pub fn mean(total: Decimal, units: usize) -> Option<Decimal> {
    total.checked_div(Decimal::from(units))
}

fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    part.checked_mul(Decimal::ONE_HUNDRED)?.checked_div(whole)
}

/// What a plan does to the units of one level.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Level.
    pub level: Level,
    /// Units in force.
    pub units: CountChange,
    /// Units in force of every kind, in the order of [`Kind`]; those without a kind last.
    pub kinds: Vec<(Option<Kind>, CountChange)>,
    /// Area of everything in km²; a plan does not change it.
    pub area_km2: Option<Decimal>,
    /// Population of everything; a plan does not change it.
    pub population: Option<Decimal>,
    /// Area per unit in km².
    pub mean_area_km2: FigureChange,
    /// Population per unit.
    pub mean_population: FigureChange,
    /// Units of the next finer level per unit (such as villages per township); unknown at the finest.
    pub mean_members: FigureChange,
}

impl Summary {
    /// Compares two states of a dataset at a level.
    #[must_use]
    pub fn of(dataset: &Dataset, before: &State, after: &State, level: LevelIndex, method: AreaMethod) -> Self {
        let measures = dataset.measures(method);
        let area: crate::geodesy::ExactSum = dataset.coverage.atoms().map(|atom| measures.atom_area(atom)).sum();
        let people: Total = dataset.coverage.atoms().map(|atom| dataset.population_of(atom)).collect();
        let population = people.value();
        Self::from_parts(dataset.level(level), [before, after], level, area.to_f64(), population)
    }

    fn from_parts(
        name: Level,
        states: [&State; 2],
        level: LevelIndex,
        total_area_m2: f64,
        population: Option<Decimal>,
    ) -> Self {
        let [before, after] = states.map(|state| state.counted_at(level).count());
        let units = CountChange { before, after };
        let area_km2 = Decimal::from_f64(total_area_m2 * 1e-6);
        let per_unit = |total: Option<Decimal>| FigureChange {
            before: total.and_then(|total| mean(total, units.before)),
            after: total.and_then(|total| mean(total, units.after)),
        };
        let members = level.finer().map(|finer| states.map(|state| Decimal::from(state.counted_at(finer).count())));
        Self {
            level: name,
            units,
            kinds: kinds(states, level),
            area_km2,
            population,
            mean_area_km2: per_unit(area_km2),
            mean_population: per_unit(population),
            mean_members: FigureChange {
                before: members.and_then(|[members, _]| mean(members, units.before)),
                after: members.and_then(|[_, members]| mean(members, units.after)),
            },
        }
    }
}

/// Units in force of every kind that occurs before or after.
fn kinds(states: [&State; 2], level: LevelIndex) -> Vec<(Option<Kind>, CountChange)> {
    let mut counts: BTreeMap<Option<&Kind>, CountChange> = BTreeMap::new();
    for (after, state) in [false, true].into_iter().zip(states) {
        for unit in state.counted_at(level) {
            let count = counts.entry(state.unit(unit).kind.as_ref()).or_default();
            *(if after { &mut count.after } else { &mut count.before }) += 1;
        }
    }
    let unknown = counts.remove(&None);
    let mut kinds: Vec<_> = counts.into_iter().map(|(kind, count)| (kind.cloned(), count)).collect();
    kinds.extend(unknown.map(|count| (None, count)));
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    fn check_counts(before: usize, after: usize, trend: Trend, difference: usize, percents: &[&str]) {
        let change = CountChange { before, after };
        assert_eq!((change.trend(), change.difference()), (trend, difference));
        for percent in percents {
            let expected = decimal(percent);
            assert_eq!(change.percent(expected.scale()), Some(expected), "{before} → {after}");
        }
    }

    fn growth(before: Decimal, after: Decimal, decimals: u32) -> Decimal {
        FigureChange { before: Some(before), after: Some(after) }.growth_percent(decimals).unwrap()
    }

    #[test]
    fn reductions_are_the_published_ones() {
        check_counts(4610, 3101, Trend::Decrease, 1509, &["32.73", "32.7"]);
        check_counts(45447, 27018, Trend::Decrease, 18429, &["40.55", "40.6"]);
        check_counts(386_120, 232_407, Trend::Decrease, 153_713, &["39.81", "39.8"]);
        check_counts(44, 31, Trend::Decrease, 13, &["29.5"]);
        check_counts(30, 23, Trend::Decrease, 7, &["23.3"]);
    }

    #[test]
    fn more_communities_are_an_increase() {
        check_counts(7804, 8261, Trend::Increase, 457, &["5.86"]);
        let change = CountChange { before: 7804, after: 8261 };
        assert_eq!(change.reduction(), -457);
        assert!((change.reduction_rate().unwrap() + 0.058_559_7).abs() < 1e-6);
    }

    #[test]
    fn a_rate_of_nothing_is_unknown() {
        let change = CountChange { before: 0, after: 3 };
        assert_eq!((change.percent(2), change.reduction_rate()), (None, None));
        assert_eq!(mean(Decimal::ONE, 0), None);
        check_counts(5, 5, Trend::Unchanged, 0, &["0"]);
    }

    #[test]
    fn means_of_the_two_counties_are_the_published_ones() {
        let (area, people) = (decimal("8388"), decimal("39.8"));
        assert_eq!(rounded(mean(area, 30).unwrap(), 1), decimal("279.6"));
        assert_eq!(rounded(mean(area, 23).unwrap(), 1), decimal("364.7"));
        // The source prints 1.32: 39.8 is rounded itself.
        assert_eq!(rounded(mean(people, 30).unwrap(), 2), decimal("1.33"));
        assert_eq!(rounded(mean(people, 23).unwrap(), 2), decimal("1.73"));
        assert_eq!(growth(decimal("42.74"), decimal("56.57"), 2), decimal("32.36"));
        assert_eq!(growth(decimal("2.6"), decimal("4.4"), 1), decimal("69.2"));
        assert_eq!(growth(decimal("1432"), decimal("2407"), 1), decimal("68.1"));
        assert_eq!(growth(decimal("142"), decimal("311"), 1), decimal("119.0"));
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        // 1 of 800 is 0.125 %
        assert_eq!(CountChange { before: 800, after: 799 }.percent(2), Some(decimal("0.13")));
        assert_eq!(rounded(decimal("-0.125"), 2), decimal("-0.13"));
    }

    #[test]
    fn growth_is_in_percent_of_before() {
        assert_eq!(growth(decimal("2300"), decimal("3100"), 2), decimal("34.78"));
    }
}

//! What a plan does, in figures: one entry for every level.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;

use crate::edit::Document;
use crate::geodesy::AreaMethod;
use crate::metrics::summary::{CountChange, FigureChange, Summary, Trend};
use crate::model::{Kind, Level};

/// Figures before and after a plan. A figure that cannot be known is `null`.
#[derive(Clone, Debug, Serialize)]
pub struct PlanSummary {
    /// Name of the plan.
    pub plan: String,
    /// Number of edits carried out.
    pub edits: usize,
    /// How areas were computed.
    pub area_method: AreaMethod,
    /// Area of everything in km²; a plan does not change it.
    pub area_km2: Option<f64>,
    /// Population of everything; a plan does not change it.
    pub population: Option<f64>,
    /// All levels, finest first.
    pub levels: Vec<LevelSummary>,
}

/// What a plan does to the units of one level.
#[derive(Clone, Debug, Serialize)]
pub struct LevelSummary {
    /// Level.
    pub level: Level,
    /// Units in force.
    #[serde(flatten)]
    pub units: CountRow,
    /// Units in force by kind; those without a kind under "unknown".
    pub kinds: IndexMap<String, CountRow>,
    /// Area per unit in km².
    pub mean_area_km2: FigureRow,
    /// Population per unit.
    pub mean_population: FigureRow,
    /// Units of the next finer level per unit.
    pub mean_members: FigureRow,
}

/// A number of units before and after.
#[derive(Clone, Debug, Serialize)]
pub struct CountRow {
    /// Before.
    pub units_before: usize,
    /// After.
    pub units_after: usize,
    /// Before minus after; negative after an increase.
    pub reduction: i64,
    /// Reduction by before, not rounded.
    pub reduction_rate: Option<f64>,
    /// Which way it went.
    pub trend: Trend,
}

/// A figure before and after, not rounded.
#[derive(Clone, Debug, Serialize)]
pub struct FigureRow {
    /// Before.
    pub before: Option<f64>,
    /// After.
    pub after: Option<f64>,
    /// Growth in percent of before, to two decimals.
    pub growth_percent: Option<f64>,
}

impl PlanSummary {
    /// Compares the state of a document with what was loaded.
    #[must_use]
    pub fn new(document: &Document, method: AreaMethod) -> Self {
        let (dataset, state) = (document.dataset(), document.state());
        let summaries: Vec<Summary> =
            state.levels().map(|level| Summary::of(dataset, &dataset.base, state, level, method)).collect();
        let whole = |figure: fn(&Summary) -> Option<Decimal>| float(summaries.first().and_then(figure));
        Self {
            plan: document.name().to_owned(),
            edits: document.position(),
            area_method: method,
            area_km2: whole(|summary| summary.area_km2),
            population: whole(|summary| summary.population),
            levels: summaries.iter().map(LevelSummary::from).collect(),
        }
    }
}

impl From<&Summary> for LevelSummary {
    fn from(summary: &Summary) -> Self {
        let word = |kind: &Option<Kind>| kind.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        Self {
            level: summary.level,
            units: summary.units.into(),
            kinds: summary.kinds.iter().map(|(kind, count)| (word(kind), (*count).into())).collect(),
            mean_area_km2: summary.mean_area_km2.into(),
            mean_population: summary.mean_population.into(),
            mean_members: summary.mean_members.into(),
        }
    }
}

impl From<CountChange> for CountRow {
    fn from(count: CountChange) -> Self {
        Self {
            units_before: count.before,
            units_after: count.after,
            reduction: count.reduction(),
            reduction_rate: count.reduction_rate(),
            trend: count.trend(),
        }
    }
}

impl From<FigureChange> for FigureRow {
    fn from(figure: FigureChange) -> Self {
        Self {
            before: float(figure.before),
            after: float(figure.after),
            growth_percent: float(figure.growth_percent(2)),
        }
    }
}

fn float(value: Option<Decimal>) -> Option<f64> {
    value.and_then(|value| value.to_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::testing::grid;
    use crate::edit::{Edit, Form, Into, UnitRef};

    #[test]
    fn a_merger_of_two_of_three_towns_shows_at_their_level_only() {
        let mut document = Document::new(grid(3, 2));
        let units = vec![UnitRef::code("510722101"), UnitRef::code("510722102")];
        document.commit(&Edit::Merge { units, form: Form::Establish, into: Into::default() }).unwrap();
        let json = serde_json::to_value(PlanSummary::new(&document, AreaMethod::Geodesic)).unwrap();
        let levels = json["levels"].as_array().unwrap();
        let reductions: Vec<i64> = levels.iter().map(|level| level["reduction"].as_i64().unwrap()).collect();
        assert_eq!(reductions, [0, 1, 0]);
        assert_eq!(levels[1]["kinds"]["town"]["units_after"], 2);
        assert_eq!(levels[1]["mean_area_km2"]["growth_percent"], 50.0);
        assert_eq!(levels[1]["trend"], "decrease");
        assert_eq!(json["edits"], 1);
    }
}

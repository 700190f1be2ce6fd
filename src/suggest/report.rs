//! A suggestion as it is printed.

use std::fmt;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;

use super::ask::Goal;
use super::chart::Obstacle;
use super::merger::{Joined, Suggestion};
use super::words;
use crate::compare::Growth;
use crate::edit::Edit;
use crate::i18n::Lang;
use crate::i18n::numbers::AreaUnit;
use crate::model::{Dataset, Level, State, UnitId};

/// A suggestion for the command line: as JSON, or with [`Display`](fmt::Display) as lines. Sentences are in one language.
#[derive(Debug, Serialize)]
pub struct SuggestionReport {
    level: Level,
    /// Units asked for; `None` when it is the minimum of the rules.
    goal_units: Option<usize>,
    units_before: usize,
    units_after: usize,
    below_minimum_before: usize,
    below_minimum_after: usize,
    /// Units of which a limit of the rules cannot be judged.
    unjudged_before: usize,
    unjudged_after: usize,
    /// How large a result, and how far from each other seats were to be at most; `None` where there was no such bound.
    most_area_m2: Option<f64>,
    most_seat_distance_m: Option<f64>,
    /// Units too many, or units below the minimum.
    missing: usize,
    population_variation_before: Option<f64>,
    population_variation_after: Option<f64>,
    people_reassigned_share: Option<f64>,
    rounds: usize,
    cost: f64,
    mergers: Vec<MergerRow>,
    left: Vec<LeftRow>,
    #[serde(skip)]
    summary: String,
    #[serde(skip)]
    bounds: Option<String>,
    #[serde(skip)]
    lang: Lang,
}

#[derive(Debug, Serialize)]
struct UnitName {
    code: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct UnitRow {
    #[serde(flatten)]
    unit: UnitName,
    population: Option<Decimal>,
    population_below: Option<f64>,
    population_above: Option<f64>,
    area_m2: f64,
    area_below_m2: Option<f64>,
    border_m: f64,
    to_seat_m: Option<f64>,
}

#[derive(Debug, Serialize)]
struct MergerRow {
    message: String,
    survivor: UnitRow,
    joining: Vec<UnitRow>,
    population: Option<Decimal>,
    population_below: Option<f64>,
    population_above: Option<f64>,
    area_m2: f64,
    people_farther: Option<Decimal>,
    farther_mean_m: Option<f64>,
    farther_person_m: Option<f64>,
    compactness_before: Option<f64>,
    compactness_after: Option<f64>,
    population_variation_before: Option<f64>,
    population_variation_after: Option<f64>,
    reasons: Vec<String>,
    /// Rules that cannot be judged of the result, while they could of the survivor.
    unjudged: Vec<String>,
    edit: Edit,
}

#[derive(Debug, Serialize)]
struct LeftRow {
    #[serde(flatten)]
    unit: UnitName,
    why: Obstacle,
    message: String,
}

impl SuggestionReport {
    /// Puts names to a suggestion made for a state.
    #[must_use]
    pub fn new(dataset: &Dataset, state: &State, suggestion: &Suggestion, lang: Lang) -> Self {
        let name = |unit: UnitId| {
            let unit = state.unit(unit);
            UnitName { code: unit.code.to_string(), name: unit.name.to_string() }
        };
        let row = |joined: &Joined| UnitRow {
            unit: name(joined.unit),
            population: joined.people,
            population_below: joined.people_below(),
            population_above: joined.people_above(),
            area_m2: joined.area_m2,
            area_below_m2: joined.area_below(),
            border_m: joined.border_m,
            to_seat_m: joined.to_seat_m,
        };
        let mergers = suggestion.mergers.iter().filter_map(|merger| {
            let reasons = &merger.reasons;
            let (first, rest) = reasons.before.split_first()?;
            let farther = Some(reasons.farther).filter(|farther| farther.without_people == 0);
            let person_m = |it: Growth| it.people.to_f64().map(|people| people * it.mean_m);
            Some(MergerRow {
                message: words::merger(lang, state, merger),
                survivor: row(first),
                joining: rest.iter().map(row).collect(),
                population: reasons.after.people,
                population_below: reasons.after.people_below(),
                population_above: reasons.after.people_above(),
                area_m2: reasons.after.area_m2,
                people_farther: farther.map(|it| it.people),
                farther_mean_m: farther.map(|it| it.mean_m),
                farther_person_m: farther.and_then(person_m),
                compactness_before: reasons.compactness[0],
                compactness_after: reasons.compactness[1],
                population_variation_before: reasons.variation[0],
                population_variation_after: reasons.variation[1],
                reasons: words::reasons(lang, AreaUnit::Km2, state, reasons),
                unjudged: reasons.unjudged.iter().map(|(rule, _)| rule.of(lang).to_owned()).collect(),
                edit: merger.edit.clone(),
            })
        });
        let left = suggestion.left.iter().map(|left| LeftRow {
            unit: name(left.unit),
            why: left.why,
            message: words::left(lang, state, left),
        });
        Self {
            level: dataset.level(suggestion.ask.level),
            goal_units: match suggestion.ask.goal {
                Goal::Units(units) => Some(units),
                Goal::Minimum => None,
            },
            units_before: suggestion.units[0],
            units_after: suggestion.units[1],
            below_minimum_before: suggestion.below[0],
            below_minimum_after: suggestion.below[1],
            unjudged_before: suggestion.unjudged[0],
            unjudged_after: suggestion.unjudged[1],
            most_area_m2: suggestion.most[0],
            most_seat_distance_m: suggestion.most[1],
            missing: suggestion.missing,
            population_variation_before: suggestion.variation[0],
            population_variation_after: suggestion.variation[1],
            people_reassigned_share: suggestion.disruption,
            rounds: suggestion.rounds,
            cost: suggestion.cost,
            mergers: mergers.collect(),
            left: left.collect(),
            summary: words::reached(lang, suggestion),
            bounds: words::bounds(lang, AreaUnit::Km2, suggestion),
            lang,
        }
    }
}

impl fmt::Display for SuggestionReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.summary)?;
        if let Some(bounds) = &self.bounds {
            writeln!(out, "{bounds}")?;
        }
        for (number, merger) in self.mergers.iter().enumerate() {
            writeln!(out, "\n{}. {}", number + 1, merger.message)?;
            for reason in &merger.reasons {
                writeln!(out, "   {reason}")?;
            }
        }
        if !self.left.is_empty() {
            writeln!(out, "\n{}", self.lang.pick("维持不变：", "Left as they are:"))?;
        }
        self.left.iter().try_for_each(|left| writeln!(out, "   {}", left.message))
    }
}

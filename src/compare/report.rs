//! A comparison as files: JSON and CSV (`quhua compare`).
//!
//! Names and order are a contract with other programs; members may be added.
//!
//! ```json
//! {"area_method": "geodesic",
//!  "alternatives": [{"name": "base", "plan": null, "edits": 0}, {"name": "方案一", "plan": "one.plan.json", "edits": 3}],
//!  "levels": [{
//!    "level": "township",
//!    "indicators": [
//!      {"id": "units", "unit": "units", "name": {"zh": "单元数", "en": "Units"}, "values": [
//!        {"value": 30},
//!        {"value": 23, "difference": -7, "difference_percent": -23.33, "trend": "decrease"}]},
//!      {"id": "reduction_rate", "unit": "ratio", "name": {}, "values": [
//!        {"value": null, "reason": "is_first"},
//!        {"value": 0.2333333333333333, "percent": 23.33, "trend": "decrease"}]},
//!      {"id": "area_max", "unit": "m2", "name": {}, "values": [
//!        {"value": 5.1e8, "at": {"code": "510722101", "name": "城关镇"}},
//!        {"value": 6.0e8, "difference": 9e7, "difference_percent": 17.65, "at": {"code": "510722104", "name": "新镇"}}]}],
//!    "farther": [{
//!      "alternative": 1, "level": "township", "places": 12,
//!      "by_distance": [{"code": "…", "name": "…", "people": 820, "distance_m": 9100.5, "farther_m": 4300.2,
//!                       "from": {"code": "…", "name": "…"}, "to": {"code": "…", "name": "…"}}],
//!      "by_people": []}]}],
//!  "changes": [{
//!    "alternative": 1,
//!    "list": [{"level": "township", "kind": "abolished",
//!              "before": {"code": "…", "name": "…"}, "after": null,
//!              "text": {"zh": "撤销石桥乡，将其行政区域划归城关镇", "en": "Abolish 石桥乡: all of it goes to 城关镇"}}]}]}
//! ```
//!
//! `alternative` is a position in `alternatives`; the first, 0, is what the others are measured against. `from` and `to`
//! are the units of a place in the first and in the other alternative, of the `level` whose seats are meant: where nobody
//! ends up farther from a seat of the level of the figures, that of the next above it from whose seats anybody does. A figure that cannot be known is `null`, with a
//! `reason` ([`super::Reason`]). Kinds of changes: `set_up`, `kept` (loaded, and abolished in the first alternative),
//! `abolished`, `transferred`, `reparented`, `renamed`, `kind_converted`, `recoded`, `seat_moved` (to another village), `seat_adjusted` (within its village, which is no move), `seat_use` (what becomes of
//! a seat; of a unit that is abolished the text of that says it); of a transfer, `before` is the unit that gives and
//! `after` the one that takes.

use std::io::{self, Write};

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Number;

use super::cell::{Cell, Who};
use super::{Comparison, Difference, Farther, LevelTable, What, by_distance, by_people, words};
use crate::edit::change::Between;
use crate::geodesy::AreaMethod;
use crate::i18n::{Lang, plain};
use crate::metrics::report::number;
use crate::metrics::summary::Trend;
use crate::metrics::{Amount, Measure};
use crate::model::{Level, LevelIndex, UnitId};

/// A comparison to be written. Serialises as the JSON report; see the module documentation for its shape.
#[derive(Clone, Debug, Serialize)]
pub struct ComparisonReport {
    /// How areas were computed.
    pub area_method: AreaMethod,
    /// What is compared; the first is what the others are measured against.
    pub alternatives: Vec<AlternativeEntry>,
    /// Figures by level, coarsest first.
    pub levels: Vec<LevelEntry>,
    /// What the others change against the first: one list for each.
    pub changes: Vec<ChangeList>,
}

/// An alternative.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlternativeEntry {
    /// What it is called.
    pub name: String,
    /// File name of its plan; `null` for the base.
    pub plan: Option<String>,
    /// Number of edits.
    pub edits: usize,
}

/// One level.
#[derive(Clone, Debug, Serialize)]
pub struct LevelEntry {
    /// The level.
    pub level: Level,
    /// Table of figures.
    pub indicators: Vec<IndicatorEntry>,
    /// Who ends up farther from the seat: one entry for each alternative but the first.
    pub farther: Vec<FartherEntry>,
}

/// One indicator.
#[derive(Clone, Debug, Serialize)]
pub struct IndicatorEntry {
    /// Identifier.
    pub id: String,
    /// What it is measured in.
    pub unit: &'static str,
    /// What differences of it are measured in, where that is something else: `percentage_points` of shares in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference_unit: Option<&'static str>,
    /// What it is called.
    pub name: InWords,
    /// One for each alternative.
    pub values: Vec<ValueEntry>,
    /// What it is measured in.
    #[serde(skip)]
    measure: Measure,
}

/// Something in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InWords {
    /// 简体中文
    pub zh: String,
    /// English
    pub en: String,
}

impl InWords {
    /// The same words in each.
    #[must_use]
    pub fn of(words: impl Fn(Lang) -> String) -> Self {
        Self { zh: words(Lang::Zh), en: words(Lang::En) }
    }
}

/// A figure of one alternative.
#[derive(Clone, Debug, Serialize)]
pub struct ValueEntry {
    /// The figure.
    pub value: Option<Number>,
    /// Why it cannot be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Figure less that of the first alternative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Number>,
    /// The same in percent of the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference_percent: Option<Number>,
    /// A reduction rate in percent, never negative.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<Number>,
    /// Which way a number of units went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend: Option<Trend>,
    /// Who holds an extreme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Who>,
}

/// Who ends up farther from the seat in one alternative.
#[derive(Clone, Debug, Serialize)]
pub struct FartherEntry {
    /// Position of the alternative.
    pub alternative: usize,
    /// The level whose seats are meant: that of the figures, or the next above it from whose seats anybody is farther.
    pub level: Level,
    /// Number of places, all of them.
    pub places: usize,
    /// Those with the largest growth of distance.
    pub by_distance: Vec<PlaceEntry>,
    /// Those with most people.
    pub by_people: Vec<PlaceEntry>,
}

/// A place that is farther from its seat.
#[derive(Clone, Debug, Serialize)]
pub struct PlaceEntry {
    /// Code and name of what was loaded there.
    #[serde(flatten)]
    pub place: Who,
    /// Its people.
    pub people: Option<Number>,
    /// How far it is now, in m.
    pub distance_m: f64,
    /// How much farther, in m.
    pub farther_m: f64,
    /// Its unit in the first alternative.
    pub from: Who,
    /// Its unit in this one.
    pub to: Who,
}

/// What one alternative changes.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeList {
    /// Position of the alternative.
    pub alternative: usize,
    /// Everything that differs, in order.
    pub list: Vec<ChangeEntry>,
}

/// One difference.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeEntry {
    /// Level of the units that it is about.
    pub level: Level,
    /// What it is, as an identifier.
    pub kind: &'static str,
    /// The unit as the first alternative has it.
    pub before: Option<Who>,
    /// The unit as this alternative has it.
    pub after: Option<Who>,
    /// The whole in words.
    pub text: InWords,
}

impl ComparisonReport {
    /// Puts a comparison into words and numbers. `entries` says what the alternatives are, `worst` how many of the
    /// places that end up farther away are named.
    #[must_use]
    pub fn new(comparison: &Comparison<'_>, entries: Vec<AlternativeEntry>, worst: usize) -> Self {
        let levels = comparison.levels.iter().map(|table| level_entry(comparison, table, worst)).collect();
        let changes = comparison.differences.iter().enumerate().map(|(i, list)| {
            let between = Between::new(
                comparison.dataset,
                comparison.alternatives[0].state,
                comparison.alternatives[i + 1].state,
            );
            let list = list.iter().map(|difference| change_entry(comparison, &between, difference)).collect();
            ChangeList { alternative: i + 1, list }
        });
        Self { area_method: comparison.area_method, alternatives: entries, levels, changes: changes.collect() }
    }

    /// Writes the table of figures: UTF-8 with a byte order mark, so that spreadsheets read it right. One row for each
    /// level and indicator; for each alternative its figure, and where there is one the unit that holds an extreme; for
    /// all but the first the difference, plain and in percent, and which way a number of units went.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_csv(&self, out: &mut dyn Write, lang: Lang) -> io::Result<()> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.header(lang))?;
        for level in &self.levels {
            for indicator in &level.indicators {
                let mut cells = match lang {
                    Lang::En => vec![level.level.to_string(), indicator.id.clone(), indicator.unit.to_owned()],
                    Lang::Zh => vec![
                        level.level.words(lang).to_owned(),
                        indicator.name.zh.clone(),
                        indicator.measure.base(lang).to_owned(),
                    ],
                };
                for (i, value) in indicator.values.iter().enumerate() {
                    cells.push(text(value.value.as_ref()));
                    cells.extend([
                        value.at.as_ref().map_or_else(String::new, |at| at.code.to_string()),
                        value.at.as_ref().map_or_else(String::new, |at| at.name.to_string()),
                    ]);
                    if i > 0 {
                        let percent = value.difference_percent.as_ref().or(value.percent.as_ref());
                        let trend = value.trend.map_or("", |trend| match lang {
                            Lang::Zh => trend_zh(trend),
                            Lang::En => trend_id(trend),
                        });
                        cells.extend([text(value.difference.as_ref()), text(percent), trend.to_owned()]);
                    }
                }
                writer.write_record(cells.iter().map(|cell| plain::cell(cell).into_owned()))?;
            }
        }
        writer.flush()
    }
}

impl ComparisonReport {
    /// What stands at the heads of the table: in English names that other programs know.
    fn header(&self, lang: Lang) -> Vec<String> {
        let pick = |words: [&'static str; 2]| lang.pick(words[0], words[1]).to_owned();
        let mut header = [["级别", "level"], ["指标", "indicator"], ["单位", "unit"]].map(pick).to_vec();
        for (i, alternative) in self.alternatives.iter().enumerate() {
            let name = if i == 0 { lang.pick("调整前", &alternative.name) } else { &alternative.name };
            let of = |words: [&'static str; 2]| format!("{name}{}{}", lang.pick("：", ": "), pick(words));
            header.push(name.to_owned());
            header.extend([["代码", "code"], ["名称", "name"]].map(of));
            if i > 0 {
                header.extend([["差值", "difference"], ["差值（%）", "percent"], ["增减", "trend"]].map(of));
            }
        }
        header
    }
}

const fn trend_zh(trend: Trend) -> &'static str {
    match trend {
        Trend::Decrease => "减少",
        Trend::Increase => "增加",
        Trend::Unchanged => "不变",
    }
}

const fn trend_id(trend: Trend) -> &'static str {
    match trend {
        Trend::Decrease => "decrease",
        Trend::Increase => "increase",
        Trend::Unchanged => "unchanged",
    }
}

fn text(number: Option<&Number>) -> String {
    number.map_or_else(String::new, ToString::to_string)
}

fn level_entry(comparison: &Comparison<'_>, table: &LevelTable, worst: usize) -> LevelEntry {
    let indicators = table.rows.iter().map(|row| {
        let measure = row.indicator.measure();
        let of_difference = measure.of_difference();
        IndicatorEntry {
            id: row.indicator.id(),
            unit: measure.id(),
            difference_unit: (of_difference != measure).then(|| of_difference.id()),
            measure,
            name: InWords::of(|lang| words::indicator(lang, &row.indicator)),
            values: row.cells.iter().map(ValueEntry::from).collect(),
        }
    });
    let farther = table.farther.iter().enumerate().map(|(i, farther)| {
        let sorted = |sort: fn(&mut [Farther])| {
            let mut places = farther.places.clone();
            sort(&mut places);
            places.iter().take(worst).map(|place| place_entry(comparison, farther.level, i + 1, place)).collect()
        };
        FartherEntry {
            alternative: i + 1,
            level: comparison.dataset.level(farther.level),
            places: farther.places.len(),
            by_distance: sorted(by_distance),
            by_people: sorted(by_people),
        }
    });
    LevelEntry {
        level: comparison.dataset.level(table.level),
        indicators: indicators.collect(),
        farther: farther.collect(),
    }
}

fn place_entry(comparison: &Comparison<'_>, level: LevelIndex, alternative: usize, place: &Farther) -> PlaceEntry {
    let unit = |i: usize| {
        let state = comparison.alternatives[i].state;
        Who::of(state, state.unit_of(place.atom, level))
    };
    PlaceEntry {
        place: Who::at(comparison.dataset, place.atom),
        people: place.people.and_then(number),
        distance_m: place.distance_m,
        farther_m: place.farther_m,
        from: unit(0),
        to: unit(alternative),
    }
}

fn change_entry(comparison: &Comparison<'_>, between: &Between<'_>, difference: &Difference) -> ChangeEntry {
    let old = |unit: UnitId| Some(Who::of(between.before(), unit));
    let new = |unit: UnitId| Some(Who::of(between.after(), unit));
    let (before, after) = match difference.what {
        What::SetUp { unit, .. } => (None, new(unit)),
        What::Abolished { unit, .. } => (old(unit), None),
        What::Transferred { from, to, .. } => (old(from), new(to)),
        What::SeatUse { unit } => (old(unit), new(unit)),
        What::Reparented { before, after }
        | What::Renamed { before, after }
        | What::Converted { before, after }
        | What::Recoded { before, after }
        | What::SeatMoved { before, after }
        | What::SeatAdjusted { before, after } => (old(before), new(after)),
    };
    ChangeEntry {
        level: comparison.dataset.level(difference.level),
        kind: difference.what.id(),
        before,
        after,
        text: InWords::of(|lang| words::difference(lang, comparison.dataset, between, difference)),
    }
}

impl From<&Cell> for ValueEntry {
    fn from(cell: &Cell) -> Self {
        let amount = |amount: Amount| match amount {
            Amount::Exact(value) => number(value),
            Amount::Measured(value) => Number::from_f64(value),
        };
        let decimal = |value: Option<Decimal>| value.and_then(number);
        Self {
            value: cell.value.ok().and_then(amount),
            reason: cell.value.err().map(super::Reason::id),
            difference: cell.difference.and_then(amount),
            difference_percent: decimal(cell.difference_percent),
            percent: decimal(cell.percent),
            trend: cell.trend,
            at: cell.at.clone(),
        }
    }
}

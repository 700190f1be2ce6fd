//! An ensemble as a table: text, JSON and CSV (`quhua ensemble`).
//!
//! Names and order are a contract with other programs; members may be added.
//!
//! ```json
//! {"level": "township", "units_before": 13, "units": 10, "samples": 1000, "seed": 1,
//!  "indicators": [
//!    {"id": "population_variation", "unit": "ratio", "name": {"zh": "人口：变异系数", "en": "…"}, "better": "less",
//!     "plan": 0.41, "percentile": 22.5, "better_than_percent": 77.5,
//!     "quantiles": {"p5": 0.35, "p25": 0.42, "p50": 0.48, "p75": 0.55, "p95": 0.70}},
//!    {"id": "distance_mean", "unit": "m", "name": {}, "better": "less", "plan": null, "reason": "one_place_each"}]}
//! ```
//!
//! `percentile` is the share of neutral plans with a lower figure than the plan, in percent, equal ones counted half.
//! `better_than_percent` is left out where neither way of a figure is the better one. `samples` is the number that was
//! drawn. A figure that cannot be known is `null`, with a `reason` as in comparisons.

use std::fmt;
use std::io::{self, Write};

use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;
use serde_json::Number;

use super::standing::{Aim, Standing};
use super::{Ensemble, words};
use crate::compare::{Amount, InWords, Measure, Reason, indicator_words};
use crate::i18n::numbers::AreaUnit;
use crate::i18n::{Lang, numbers, plain};
use crate::model::{Dataset, Level};

/// Shares of the sample whose values are given, in percent.
const QUANTILES: [u32; 5] = [5, 25, 50, 75, 95];

/// An ensemble to be written. Serialises as the JSON report; see the module documentation for its shape.
#[derive(Clone, Debug, Serialize)]
pub struct EnsembleReport {
    /// The level.
    pub level: Level,
    /// Units as loaded.
    pub units_before: usize,
    /// Units as the plan and every neutral plan leave them.
    pub units: usize,
    /// Neutral plans drawn.
    pub samples: usize,
    /// Where chance began.
    pub seed: u64,
    /// One for each indicator.
    pub indicators: Vec<StandingEntry>,
    /// Language of the tables.
    #[serde(skip)]
    lang: Lang,
}

/// One indicator.
#[derive(Clone, Debug, Serialize)]
pub struct StandingEntry {
    /// Identifier.
    pub id: String,
    /// What it is measured in.
    pub unit: &'static str,
    /// What it is called.
    pub name: InWords,
    /// Which way is the better one; `null` where neither is.
    pub better: Option<Aim>,
    /// The figure of the plan.
    pub plan: Option<f64>,
    /// Why that cannot be known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Share of neutral plans below the plan, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percentile: Option<f64>,
    /// Share of neutral plans that the plan is better than, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better_than_percent: Option<f64>,
    /// Values that 5, 25, 50, 75 and 95 % of the neutral plans have at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Quantiles>,
    /// What it is measured in.
    #[serde(skip)]
    measure: Measure,
    /// Where the plan stands, in words; empty where that is not known.
    #[serde(skip)]
    words: String,
}

/// Values that a share of the neutral plans have at most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantiles {
    /// A twentieth.
    pub p5: f64,
    /// A quarter.
    pub p25: f64,
    /// A half.
    pub p50: f64,
    /// Three quarters.
    pub p75: f64,
    /// All but a twentieth.
    pub p95: f64,
}

impl Quantiles {
    fn of(standing: &Standing) -> Option<Self> {
        let [p5, p25, p50, p75, p95] = QUANTILES.map(|percent| standing.quantile(f64::from(percent) / 100.0));
        Some(Self { p5: p5?, p25: p25?, p50: p50?, p75: p75?, p95: p95? })
    }

    const fn all(self) -> [f64; 5] {
        [self.p5, self.p25, self.p50, self.p75, self.p95]
    }
}

impl EnsembleReport {
    /// Puts an ensemble into numbers.
    #[must_use]
    pub fn new(dataset: &Dataset, ensemble: &Ensemble, lang: Lang) -> Self {
        Self {
            level: dataset.level(ensemble.ask.level),
            units_before: ensemble.units[0],
            units: ensemble.units[1],
            samples: ensemble.drawn,
            seed: ensemble.ask.seed,
            indicators: ensemble.standings.iter().map(|standing| StandingEntry::of(standing, lang)).collect(),
            lang,
        }
    }

    /// Writes one row for each indicator: UTF-8 with a byte order mark, so that spreadsheets read it right.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::Writer::from_writer(out);
        let lang = self.lang;
        let fixed = [
            ("级别", "level"),
            ("指标", "indicator"),
            ("单位", "unit"),
            ("方案", "plan"),
            ("低于方案的随机方案（%）", "percentile"),
            ("方案优于（%）", "better_than_percent"),
        ];
        let mut header = fixed.map(|(zh, en)| lang.pick(zh, en).to_owned()).to_vec();
        header.extend(QUANTILES.map(|percent| match lang {
            Lang::Zh => format!("{percent}% 分位"),
            Lang::En => format!("p{percent}"),
        }));
        writer.write_record(header)?;
        for entry in &self.indicators {
            let words = [self.level.words(lang).to_owned(), entry.name.zh.clone(), entry.measure.base(lang).to_owned()];
            let ids = [self.level.to_string(), entry.id.clone(), entry.unit.to_owned()];
            let mut cells = if lang == Lang::Zh { words } else { ids }.to_vec();
            cells.extend([entry.plan, entry.percentile, entry.better_than_percent].map(cell));
            let quantiles = entry.quantiles.map(|it| it.all().map(Some)).unwrap_or_default();
            cells.extend(quantiles.map(cell));
            writer.write_record(cells.iter().map(|cell| plain::cell(cell).into_owned()))?;
        }
        writer.flush()
    }
}

/// A number as JSON has it; empty where there is none.
fn cell(value: Option<f64>) -> String {
    let whole = |value: f64| if value.fract() == 0.0 { value.to_i64().map(Number::from) } else { None };
    let number = value.and_then(|value| whole(value).or_else(|| Number::from_f64(value)));
    number.map_or_else(String::new, |number| number.to_string())
}

impl StandingEntry {
    fn of(standing: &Standing, lang: Lang) -> Self {
        let percent = |share: Option<f64>| share.map(|share| share * 100.0);
        Self {
            id: standing.indicator.id(),
            unit: standing.indicator.measure().id(),
            measure: standing.indicator.measure(),
            name: InWords::of(|lang| indicator_words(lang, &standing.indicator)),
            better: Aim::of(&standing.indicator),
            plan: standing.plan.ok().map(Amount::to_f64),
            reason: standing.plan.err().map(Reason::id),
            percentile: percent(standing.share_below()),
            better_than_percent: percent(standing.share_worse()),
            quantiles: Quantiles::of(standing),
            words: words::standing(lang, standing),
        }
    }
}

impl fmt::Display for EnsembleReport {
    /// A table for a person at a terminal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = self.lang;
        let [samples, before, after] = [self.samples, self.units_before, self.units].map(numbers::count);
        let (level, seed) = (self.level, self.seed);
        match lang {
            Lang::Zh => writeln!(
                f,
                "{samples} 个随机方案，{}由 {before} 个合并为 {after} 个；随机抽取，并非均匀分布；种子 {seed}",
                level.words(lang)
            )?,
            Lang::En => writeln!(
                f,
                "{samples} neutral plans that merge {before} units of the level {level} to {after}, by chance and not \
                 uniformly; seed {seed}"
            )?,
        }
        writeln!(f)?;
        write!(f, "{:<34} {:>6} {}", "", "", right(lang.pick("方案", "plan"), 11))?;
        for percent in QUANTILES {
            write!(f, " {:>11}", format!("{percent} %"))?;
        }
        writeln!(f)?;
        for entry in &self.indicators {
            let shown =
                |value: Option<f64>| value.map_or_else(|| numbers::UNKNOWN.to_owned(), |value| entry.shown(value));
            let name = left(lang.pick(&entry.name.zh, &entry.name.en), 34);
            write!(f, "{name} {:>6} {:>11}", entry.symbol(), shown(entry.plan))?;
            for value in entry.quantiles.map(|it| it.all().map(Some)).unwrap_or_default() {
                write!(f, " {:>11}", shown(value))?;
            }
            writeln!(f, "  {}", entry.words)?;
        }
        Ok(())
    }
}

/// Places that a text takes in a terminal: Chinese characters and signs take two each.
fn places(text: &str) -> usize {
    text.chars().map(|c| if matches!(c, '\u{2e80}'..='\u{ffef}') { 2 } else { 1 }).sum()
}

fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(places(text))))
}

fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(places(text))))
}

impl StandingEntry {
    fn symbol(&self) -> &'static str {
        self.measure.symbol(Lang::En, AreaUnit::Km2)
    }

    /// A figure in the unit of [`symbol`](Self::symbol).
    fn shown(&self, value: f64) -> String {
        self.measure.text(value, AreaUnit::Km2)
    }
}

//! What figures are measured in: the units of each measure, how they are read and how they are written, said once.
//!
//! 1. A figure is held in the base unit of its measure: m², m, s, people, a plain ratio.
//! 2. A unit is a fraction of base units, so that what was written in decimals is read exactly.
//! 3. Every word for a unit is read everywhere: in conditions, in packs of rules, wherever else somebody writes a figure.
//!    What a number without a unit means is for the reader to say: conditions take the unit that is shown, packs want
//!    one where there are several ([`Measure::has_units`]).

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::i18n::Lang;
use crate::i18n::numbers::{self, AreaUnit};
use crate::i18n::written::plain_sign;

/// What a figure is measured in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Measure {
    /// Areas, in m².
    Area,
    /// Lengths and distances, in m.
    Length,
    /// People.
    People,
    /// A number of units.
    Units,
    /// A number of other things.
    Count,
    /// A plain ratio.
    Ratio,
    /// A share or a relative change in percent.
    Percent,
    /// How far two shares in percent lie apart, in percentage points.
    Points,
    /// People per km².
    PerArea,
    /// What a field of the data is in.
    Field,
    /// What a figure of one's own is in.
    Own,
}

/// A unit of a measure.
#[derive(Clone, Copy, Debug)]
pub struct Unit {
    /// How it is written, in 简体中文 and English.
    symbols: [&'static str; 2],
    /// Other ways to write it.
    words: &'static [&'static str],
    /// Base units in it, as a fraction.
    in_base: (i64, i64),
    /// Whether it is offered to somebody who has written a number.
    is_offered: bool,
}

impl Unit {
    const fn new(symbols: [&'static str; 2], words: &'static [&'static str], in_base: (i64, i64)) -> Self {
        Self { symbols, words, in_base, is_offered: false }
    }

    const fn offered(self) -> Self {
        Self { is_offered: true, ..self }
    }

    /// How it is written.
    #[must_use]
    pub const fn symbol(&self, lang: Lang) -> &'static str {
        lang.pick(self.symbols[0], self.symbols[1])
    }

    /// Every way to write it.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        let [zh, en] = self.symbols;
        std::iter::once(zh).chain((en != zh).then_some(en)).chain(self.words.iter().copied())
    }

    /// How many base units are in it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    pub const fn in_base(&self) -> f64 {
        self.in_base.0 as f64 / self.in_base.1 as f64
    }
}

const fn of_area(unit: AreaUnit) -> [&'static str; 2] {
    [unit.symbol(Lang::Zh), unit.symbol(Lang::En)]
}

const AREA: &[Unit] = &[
    Unit::new(of_area(AreaUnit::Km2), &["km2", "㎢", "平方千米", "平方公里"], (1_000_000, 1)).offered(),
    Unit::new(of_area(AreaUnit::Ha), &["hm²", "hm2"], (10_000, 1)).offered(),
    Unit::new(of_area(AreaUnit::Mu), &[], (2000, 3)).offered(),
    Unit::new(["m²", "m²"], &["m2", "㎡", "平方米"], (1, 1)),
];
const LENGTH: &[Unit] = &[
    Unit::new(["km", "km"], &["公里", "千米"], (1000, 1)).offered(),
    Unit::new(["m", "m"], &["米"], (1, 1)).offered(),
];
const PEOPLE: &[Unit] = &[Unit::new(["人", "people"], &[], (1, 1))];
const COUNT: &[Unit] = &[Unit::new(["个", "个"], &["块", "处"], (1, 1))];
const RATIO: &[Unit] = &[Unit::new(["%", "%"], &["％"], (1, 100))];
const PERCENT: &[Unit] = &[Unit::new(["%", "%"], &["％"], (1, 1))];
const POINTS: &[Unit] = &[Unit::new(["百分点", "pp"], &["个百分点", "percentage points", "percentage point"], (1, 1))];
const PER_AREA: &[Unit] = &[Unit::new(
    ["人/km²", "/km²"],
    &["人/km2", "人/㎢", "人/平方公里", "人/平方千米", "people/km²", "people/km2", "/km2"],
    (1, 1),
)];

impl Measure {
    /// Its name in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Area => "m2",
            Self::Length => "m",
            Self::People => "people",
            Self::Units => "units",
            Self::Count => "count",
            Self::Ratio => "ratio",
            Self::Percent => "percent",
            Self::Points => "percentage_points",
            Self::PerArea => "people_per_km2",
            Self::Field => "field",
            Self::Own => "own",
        }
    }

    /// The unit that its values are in where they are kept and exchanged; empty where there is none to say.
    #[must_use]
    pub const fn base(self, lang: Lang) -> &'static str {
        match self {
            Self::Area => "m²",
            Self::Length => "m",
            Self::People => lang.pick("人", "people"),
            Self::Percent => "%",
            Self::Points => lang.pick("百分点", "pp"),
            Self::PerArea => lang.pick("人/km²", "people/km²"),
            Self::Units | Self::Count | Self::Ratio | Self::Field | Self::Own => "",
        }
    }

    /// The units that it can be written in.
    #[must_use]
    pub const fn units(self) -> &'static [Unit] {
        match self {
            Self::Area => AREA,
            Self::Length => LENGTH,
            Self::People => PEOPLE,
            Self::Units | Self::Count | Self::Field => COUNT,
            Self::Ratio | Self::Own => RATIO,
            Self::Percent => PERCENT,
            Self::Points => POINTS,
            Self::PerArea => PER_AREA,
        }
    }

    /// Whether a number alone could mean several things.
    #[must_use]
    pub const fn has_units(self) -> bool {
        match self {
            Self::Area | Self::Length => true,
            Self::People
            | Self::Units
            | Self::Count
            | Self::Ratio
            | Self::Percent
            | Self::Points
            | Self::PerArea
            | Self::Field
            | Self::Own => false,
        }
    }

    /// Whether there can be less than none of it.
    const fn is_signed(self) -> bool {
        matches!(self, Self::Percent | Self::Points | Self::Own)
    }

    /// What one can write, for whoever wrote something else.
    const fn example(self) -> &'static str {
        match self {
            Self::Area => "\"130 km2\" or \"5000 亩\"",
            Self::Length => "\"15 km\"",
            Self::People => "30000 or \"3万\"",
            Self::Units | Self::Count | Self::PerArea | Self::Field => "12",
            Self::Ratio => "0.2",
            Self::Percent | Self::Points => "5",
            Self::Own => "1.5",
        }
    }

    /// Every way to write one of its units, with the base units in each.
    pub fn words(self) -> impl Iterator<Item = (&'static str, f64)> {
        self.units().iter().flat_map(|unit| unit.words().map(|word| (word, unit.in_base())))
    }

    /// Units to be offered behind a number.
    pub fn offered(self, lang: Lang) -> impl Iterator<Item = &'static str> {
        self.units().iter().filter(|unit| unit.is_offered).map(move |unit| unit.symbol(lang))
    }

    /// The unit that it is shown in; `None` for what is shown without one.
    fn shown(self, area_unit: AreaUnit) -> Option<&'static Unit> {
        let at = match (self, area_unit) {
            (Self::Area, AreaUnit::Km2) | (Self::Length | Self::Percent | Self::Points | Self::PerArea, _) => 0,
            (Self::Area, AreaUnit::Ha) => 1,
            (Self::Area, AreaUnit::Mu) => 2,
            (Self::People | Self::Units | Self::Count | Self::Ratio | Self::Field | Self::Own, _) => return None,
        };
        self.units().get(at)
    }

    /// How many base units make one in the unit that is shown: 10⁶ m² a km².
    #[must_use]
    pub fn shown_in(self, area_unit: AreaUnit) -> f64 {
        self.shown(area_unit).map_or(1.0, Unit::in_base)
    }

    /// The unit that is shown; empty for what is shown without one.
    #[must_use]
    pub fn symbol(self, lang: Lang, area_unit: AreaUnit) -> &'static str {
        self.shown(area_unit).map_or("", |unit| unit.symbol(lang))
    }

    /// Decimals in the unit that is shown; `None` for what has as many as the data.
    #[must_use]
    pub const fn decimals(self, area_unit: AreaUnit) -> Option<usize> {
        match self {
            Self::Area => Some(area_unit.decimals()),
            Self::Length | Self::Percent | Self::Points => Some(2),
            Self::PerArea => Some(1),
            Self::Ratio => Some(3),
            Self::People | Self::Units | Self::Count | Self::Field | Self::Own => None,
        }
    }

    /// A value as it is shown, without its unit.
    #[must_use]
    pub fn text(self, value: f64, area_unit: AreaUnit) -> String {
        numbers::number(value / self.shown_in(area_unit), self.decimals(area_unit).unwrap_or(0))
    }

    /// A value as it is shown, with its unit behind it where there is one.
    #[must_use]
    pub fn text_with_unit(self, value: f64, lang: Lang, area_unit: AreaUnit) -> String {
        // 百分点 are counted: 1.89 个百分点.
        let unit = if self == Self::Points && lang == Lang::Zh { "个百分点" } else { self.symbol(lang, area_unit) };
        with_unit(self.text(value, area_unit), unit)
    }

    /// What the difference of two of it is measured in: shares in percent lie percentage points apart.
    #[must_use]
    pub const fn of_difference(self) -> Self {
        match self {
            Self::Percent | Self::Points => Self::Points,
            other => other,
        }
    }

    /// Whether a difference says more as a part of what there was: of a share in percent that would be read as points.
    #[must_use]
    pub const fn has_relative_change(self) -> bool {
        !matches!(self, Self::Percent | Self::Points)
    }

    /// Reads a figure as planners write it, such as `6万`, `130 km²`, `5000 亩`, `15 公里`, into base units.
    ///
    /// # Errors
    /// [`MeasureError`]: it is no figure of this measure, or could mean several.
    pub fn read(self, text: &str) -> Result<f64, MeasureError> {
        let example = self.example();
        let no_number = || MeasureError::NoNumber { example };
        let plain: String = text.trim().chars().map(plain_sign).collect();
        // Nothing but a change goes below zero.
        let (sign, plain) = match plain.strip_prefix('-') {
            Some(rest) if self.is_signed() => (-1.0, rest),
            _ => (1.0, plain.as_str()),
        };
        let end = plain.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_'))).unwrap_or(plain.len());
        let digits: String = plain[..end].chars().filter(|&c| c != ',' && c != '_').collect();
        let number: Decimal = digits.parse().map_err(|_| no_number())?;
        let (many, unit) = many(plain[end..].trim_start());
        let unit = unit.trim();
        let (up, down) = if unit.is_empty() && !self.has_units() {
            (1, 1)
        } else if let Some(unit) = self.units().iter().find(|it| it.words().any(|word| word == unit)) {
            unit.in_base
        } else if unit.is_empty() {
            return Err(MeasureError::NoUnit { example });
        } else {
            let alone = if self.has_units() { None } else { Some("万") };
            let known = self.words().map(|(word, _)| word).chain(alone).collect();
            return Err(MeasureError::UnknownUnit { unit: unit.to_owned(), known });
        };
        let value = number.checked_mul(Decimal::from(many)).and_then(|number| number.checked_mul(Decimal::from(up)));
        let value = value.and_then(|value| (value / Decimal::from(down)).to_f64());
        value.map(|value| sign * value).ok_or_else(no_number)
    }
}

/// A text with a unit behind it, if there is one.
fn with_unit(text: String, unit: &str) -> String {
    if unit.is_empty() { text } else { format!("{text} {unit}") }
}

/// 万 or 亿 that a text begins with, and what follows.
fn many(text: &str) -> (i64, &str) {
    let words = [("万", 10_000), ("亿", 100_000_000)];
    let found = words.into_iter().find_map(|(word, many)| Some((many, text.strip_prefix(word)?)));
    found.unwrap_or((1, text))
}

/// Why a text is no figure of its measure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MeasureError {
    /// There is no number, or a negative one.
    #[error("write a number, such as {example}")]
    NoNumber {
        /// What would do.
        example: &'static str,
    },
    /// The number has no unit, and could mean several.
    #[error("say the unit, such as {example}")]
    NoUnit {
        /// What would do.
        example: &'static str,
    },
    /// The unit is none of this measure.
    #[error("{unit:?} is no unit of it; use one of: {}", known.join(", "))]
    UnknownUnit {
        /// The unit as written.
        unit: String,
        /// Units that there are.
        known: Vec<&'static str>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Measure; 11] = [
        Measure::Area,
        Measure::Length,
        Measure::People,
        Measure::Units,
        Measure::Count,
        Measure::Ratio,
        Measure::Percent,
        Measure::Points,
        Measure::PerArea,
        Measure::Field,
        Measure::Own,
    ];

    #[test]
    fn figures_are_read_as_planners_write_them() {
        let eq = |measure: Measure, text, wanted: f64| {
            let found = measure.read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!((found - wanted).abs() <= wanted.abs() * 1e-15, "{text}: {found}");
        };
        eq(Measure::People, "6万", 60_000.0);
        eq(Measure::People, "1.5 万人", 15_000.0);
        eq(Measure::People, "30,000", 30_000.0);
        eq(Measure::People, "３万", 30_000.0);
        eq(Measure::Area, "130 km²", 1.3e8);
        eq(Measure::Area, "130 ㎢", 1.3e8);
        eq(Measure::Area, "900㎡", 900.0);
        eq(Measure::Area, "3 亩", 2000.0);
        eq(Measure::Area, "1.5万亩", 1e7);
        eq(Measure::Length, "15 公里", 15_000.0);
        eq(Measure::People, "3亿", 3e8);
        eq(Measure::Ratio, "30%", 0.3);
        eq(Measure::Percent, "-2.5 %", -2.5);
        eq(Measure::Points, "-2.5 个百分点", -2.5);
        eq(Measure::Own, "-30%", -0.3);
        eq(Measure::PerArea, "120 人/km²", 120.0);
    }

    #[test]
    fn an_area_without_a_unit_and_a_unit_of_something_else_are_told() {
        assert!(matches!(Measure::Area.read("130"), Err(MeasureError::NoUnit { .. })));
        assert!(matches!(Measure::Area.read("3万"), Err(MeasureError::NoUnit { .. })));
        let error = Measure::Length.read("15 亩").unwrap_err();
        assert_eq!(error.to_string(), r#""亩" is no unit of it; use one of: km, 公里, 千米, m, 米"#);
        assert!(matches!(Measure::People.read("many"), Err(MeasureError::NoNumber { .. })));
        assert!(matches!(Measure::People.read("-3"), Err(MeasureError::NoNumber { .. })));
    }

    #[test]
    fn every_unit_that_is_written_is_read_as_what_it_says() {
        for measure in ALL {
            for (word, in_base) in measure.words() {
                let read = measure.read(&format!("3 {word}")).unwrap_or_else(|error| panic!("3 {word}: {error}"));
                assert!((read - 3.0 * in_base).abs() <= read * 1e-15, "3 {word} of {measure:?}: {read}");
            }
        }
        for unit in AreaUnit::ALL {
            assert!((Measure::Area.shown_in(unit) - unit.in_m2()).abs() < 1e-12, "{unit:?}");
            assert!(Lang::ALL.iter().all(|&lang| Measure::Area.symbol(lang, unit) == unit.symbol(lang)));
        }
    }

    #[test]
    fn no_two_measures_have_one_name_in_files() {
        let mut ids = ALL.map(Measure::id).to_vec();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
    }
}

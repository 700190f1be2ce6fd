//! Figures as text: thousands separated, fixed decimals, one rule for each kind of figure.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::Lang;

/// Stands where a figure cannot be known. Never 0.
pub const UNKNOWN: &str = "–";

/// Unit in which areas are shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AreaUnit {
    /// Square kilometre, 平方千米.
    #[default]
    Km2,
    /// Hectare, 公顷: 0.01 km².
    Ha,
    /// Mu, 亩: 1/15 ha.
    Mu,
}

impl AreaUnit {
    /// All units.
    pub const ALL: [Self; 3] = [Self::Km2, Self::Ha, Self::Mu];

    /// The one after it, the first after the last.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Km2 => Self::Ha,
            Self::Ha => Self::Mu,
            Self::Mu => Self::Km2,
        }
    }

    /// How it is written in a header or behind a figure.
    #[must_use]
    pub const fn symbol(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Km2, _) => "km²",
            (Self::Ha, Lang::Zh) => "公顷",
            (Self::Ha, Lang::En) => "ha",
            (Self::Mu, Lang::Zh) => "亩",
            (Self::Mu, Lang::En) => "mu",
        }
    }

    /// Square metres in one of it.
    #[must_use]
    pub const fn in_m2(self) -> f64 {
        match self {
            Self::Km2 => 1e6,
            Self::Ha => 1e4,
            Self::Mu => 1e4 / 15.0,
        }
    }

    /// Decimals that figures in it get.
    #[must_use]
    pub const fn decimals(self) -> usize {
        match self {
            Self::Km2 => 2,
            Self::Ha => 1,
            Self::Mu => 0,
        }
    }
}

/// `1234567.891` with two decimals is `1,234,567.89`. Half is rounded away from zero.
#[must_use]
pub fn number(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return UNKNOWN.to_owned();
    }
    let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
    let text = format!("{:.decimals$}", (value * scale).round() / scale);
    separated(&text)
}

/// A whole number with thousands separators.
#[must_use]
pub fn count(value: usize) -> String {
    separated(&value.to_string())
}

/// A number of things in English: `1 step`, `2,000 steps`.
#[must_use]
pub fn of(value: usize, one: &str, many: &str) -> String {
    format!("{} {}", count(value), if value == 1 { one } else { many })
}

/// The length of a file: `812 B`, `184 KB`, `1.2 MB`.
#[must_use]
pub fn bytes(value: u64) -> String {
    /// Bytes of the next larger unit.
    const STEP: f64 = 1024.0;
    #[expect(clippy::cast_precision_loss, reason = "it is rounded anyway")]
    let kilo = value as f64 / STEP;
    match () {
        () if kilo < 1.0 => format!("{value} B"),
        () if kilo < STEP => format!("{} KB", number(kilo, 0)),
        () => format!("{} MB", number(kilo / STEP, 1)),
    }
}

/// A decimal exactly as it is, with thousands separators.
#[must_use]
pub fn decimal(value: Decimal) -> String {
    separated(&value.normalize().to_string())
}

/// A decimal, or the sign for an unknown one.
#[must_use]
pub fn decimal_or_unknown(value: Option<Decimal>) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), decimal)
}

/// A figure, or the sign for an unknown one.
#[must_use]
pub fn number_or_unknown(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| UNKNOWN.to_owned(), |value| number(value, decimals))
}

/// An area in m² as a figure in `unit`, without the unit.
#[must_use]
pub fn area(area_m2: f64, unit: AreaUnit) -> String {
    number(area_m2 / unit.in_m2(), unit.decimals())
}

/// An area in m² with its unit behind it.
#[must_use]
pub fn area_with_unit(area_m2: f64, unit: AreaUnit, lang: Lang) -> String {
    format!("{} {}", area(area_m2, unit), unit.symbol(lang))
}

/// A length in m as km with two decimals, without the unit.
#[must_use]
pub fn km(length_m: f64) -> String {
    number(length_m / 1000.0, 2)
}

/// A length in m with its unit: metres below a kilometre, else kilometres.
#[must_use]
pub fn length(length_m: f64, lang: Lang) -> String {
    if length_m < 1000.0 {
        format!("{} {}", number(length_m, 1), lang.pick("米", "m"))
    } else {
        format!("{} {}", number(length_m / 1000.0, 3), lang.pick("公里", "km"))
    }
}

/// A share as percent: `0.3273` is `32.73 %`.
#[must_use]
pub fn percent(share: f64, decimals: usize) -> String {
    if share.is_finite() { format!("{} %", number(share * 100.0, decimals)) } else { UNKNOWN.to_owned() }
}

/// People in words of size: Chinese counts in 万 from 10,000 on, English writes the number out.
#[must_use]
pub fn people(value: Decimal, lang: Lang) -> String {
    match (lang, value.to_f64()) {
        (Lang::Zh, Some(people)) if people >= 10_000.0 => format!("{} 万", number(people / 10_000.0, 2)),
        _ => decimal(value.round_dp(0)),
    }
}

/// Longitude and latitude in degrees: `105.0912°E 31.1034°N`.
#[must_use]
pub fn lon_lat(lon: f64, lat: f64) -> String {
    let (east, north) = (if lon < 0.0 { 'W' } else { 'E' }, if lat < 0.0 { 'S' } else { 'N' });
    format!("{:.4}°{east} {:.4}°{north}", lon.abs(), lat.abs())
}

/// Puts separators between thousands of a plain number such as `-1234.50`.
fn separated(plain: &str) -> String {
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = String::with_capacity(plain.len() + plain.len() / 3);
    // A rounded negative nothing is plain nothing.
    if digits.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0') {
        text.push_str(sign);
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_and_decimals_fixed() {
        assert_eq!(number(1_234_567.891, 2), "1,234,567.89");
        assert_eq!(number(999.0, 0), "999");
        assert_eq!(number(-1000.0, 1), "−1,000.0");
        assert_eq!(number(-0.001, 2), "0.00");
        assert_eq!(number(f64::NAN, 2), UNKNOWN);
        assert_eq!(count(46_000), "46,000");
    }

    #[test]
    fn a_decimal_keeps_all_its_digits() {
        assert_eq!(decimal(Decimal::new(12_345_678_905, 1)), "1,234,567,890.5");
        assert_eq!(decimal(Decimal::new(5000, 1)), "500");
    }

    #[test]
    fn areas_are_shown_in_the_chosen_unit() {
        assert_eq!(area(42_740_000.0, AreaUnit::Km2), "42.74");
        assert_eq!(area(10_000.0, AreaUnit::Mu), "15");
        assert_eq!(area_with_unit(10_000.0, AreaUnit::Ha, Lang::Zh), "1.0 公顷");
    }

    #[test]
    fn chinese_counts_people_in_ten_thousands() {
        assert_eq!(people(Decimal::new(13_267, 0), Lang::Zh), "1.33 万");
        assert_eq!(people(Decimal::new(9_999, 0), Lang::Zh), "9,999");
        assert_eq!(people(Decimal::new(13_267, 0), Lang::En), "13,267");
    }

    #[test]
    fn shares_are_percent() {
        assert_eq!(percent(1509.0 / 4610.0, 2), "32.73 %");
    }
}

//! Numbers with units, as planners write them: `6万`, `130 km²`, `5000 亩`, `15 公里`.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::pack::Quantity;

/// Why a text is no quantity of its kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
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
    /// The unit is none of this figure.
    #[error("{unit:?} is no unit of it; use one of: {}", known.join(", "))]
    UnknownUnit {
        /// The unit as written.
        unit: String,
        /// Units that there are.
        known: Vec<&'static str>,
    },
}

/// A unit and how many base units are in it, as a fraction.
type Unit = (&'static str, i64, i64);

const PEOPLE: &[Unit] = &[("", 1, 1), ("人", 1, 1), ("万", 10_000, 1), ("万人", 10_000, 1)];
const COUNT: &[Unit] = &[("", 1, 1), ("个", 1, 1), ("万", 10_000, 1)];
const PLAIN: &[Unit] = &[("", 1, 1), ("万", 10_000, 1), ("%", 1, 100)];
const RATIO: &[Unit] = &[("", 1, 1), ("%", 1, 100)];
/// A mu is 2000/3 m².
const AREA: &[Unit] = &[
    ("km²", 1_000_000, 1),
    ("km2", 1_000_000, 1),
    ("平方千米", 1_000_000, 1),
    ("平方公里", 1_000_000, 1),
    ("ha", 10_000, 1),
    ("公顷", 10_000, 1),
    ("亩", 2000, 3),
    ("mu", 2000, 3),
    ("万亩", 20_000_000, 3),
    ("m²", 1, 1),
    ("m2", 1, 1),
    ("平方米", 1, 1),
];
const LENGTH: &[Unit] = &[("km", 1000, 1), ("公里", 1000, 1), ("千米", 1000, 1), ("m", 1, 1), ("米", 1, 1)];

const fn units(quantity: &Quantity) -> (&'static [Unit], &'static str) {
    match quantity {
        Quantity::Population => (PEOPLE, "30000 or \"3万\""),
        Quantity::Sum(_) | Quantity::Members | Quantity::Density => (COUNT, "12"),
        Quantity::Compactness(_) => (RATIO, "0.2"),
        Quantity::Own(_) => (PLAIN, "1.5"),
        Quantity::Area => (AREA, "\"130 km2\" or \"5000 亩\""),
        Quantity::Radius | Quantity::Distance => (LENGTH, "\"15 km\""),
    }
}

/// Reads a quantity into its base unit: people, m², m, a count or a ratio.
pub(super) fn read(quantity: &Quantity, text: &str) -> Result<f64, QuantityError> {
    let (units, example) = units(quantity);
    // A change may be a decrease; nothing else that is measured goes below zero.
    let (sign, text) = match text.trim().strip_prefix('-') {
        Some(rest) if matches!(quantity, Quantity::Own(_)) => (-1.0, rest),
        _ => (1.0, text.trim()),
    };
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_'))).unwrap_or(text.len());
    let digits: String = text[..end].chars().filter(|&c| c != ',' && c != '_').collect();
    let number: Decimal = digits.parse().map_err(|_| QuantityError::NoNumber { example })?;
    let unit = text[end..].trim();
    let Some(&(_, up, down)) = units.iter().find(|(name, _, _)| *name == unit) else {
        return Err(if unit.is_empty() {
            QuantityError::NoUnit { example }
        } else {
            let known = units.iter().map(|(name, _, _)| *name).filter(|name| !name.is_empty()).collect();
            QuantityError::UnknownUnit { unit: unit.to_owned(), known }
        });
    };
    let value = number.checked_mul(Decimal::from(up)).map(|value| value / Decimal::from(down));
    value.and_then(|value| value.to_f64()).map(|value| sign * value).ok_or(QuantityError::NoNumber { example })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_as_planners_write_them() {
        let value = |quantity, text| read(&quantity, text).unwrap();
        let eq = |a: f64, b: f64| assert!((a - b).abs() <= b * 1e-15, "{a} {b}");
        eq(value(Quantity::Population, "6万"), 60_000.0);
        eq(value(Quantity::Population, "1.5 万人"), 15_000.0);
        eq(value(Quantity::Population, "30,000"), 30_000.0);
        eq(value(Quantity::Area, "130 km²"), 1.3e8);
        eq(value(Quantity::Area, "3 亩"), 2000.0);
        eq(value(Quantity::Area, "1.5万亩"), 1e7);
        eq(value(Quantity::Radius, "15 公里"), 15_000.0);
        eq(value(Quantity::Compactness(super::super::pack::Shape::Reock), "30%"), 0.3);
    }

    #[test]
    fn an_area_without_a_unit_and_a_unit_of_something_else_are_told() {
        assert!(matches!(read(&Quantity::Area, "130"), Err(QuantityError::NoUnit { .. })));
        let error = read(&Quantity::Radius, "15 亩").unwrap_err();
        assert_eq!(error.to_string(), r#""亩" is no unit of it; use one of: km, 公里, 千米, m, 米"#);
        assert!(matches!(read(&Quantity::Population, "many"), Err(QuantityError::NoNumber { .. })));
        assert!(matches!(read(&Quantity::Population, "-3"), Err(QuantityError::NoNumber { .. })));
    }
}

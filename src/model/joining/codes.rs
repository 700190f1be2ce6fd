//! Codes as spreadsheets leave them, and which units they may be.
//!
//! A code is repaired only where it fits a unit that way: without its leading zeros, as 510101001001.0, as 5.10101E+11,
//! in full-width digits, with blanks or an apostrophe, with or without the zeros at its end.

use serde::Serialize;

use super::sheet::Cell;
use super::units::{Units, code_text, number};

/// What was mended of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// Blanks, apostrophes, full-width digits.
    Cleaned,
    /// `.0` behind it.
    Decimals,
    /// Zeros before it were lost, or added.
    LeadingZeros,
    /// Zeros at its end, which stand for levels below, are there or not.
    TrailingZeros,
    /// Digits were lost to an exponent; the name said the rest, or nothing else fitted.
    Exponent,
}

/// What a cell says as a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model) enum CodeRead {
    /// Nothing is there, or what a formula failed with.
    Nothing,
    /// No unit has it, however it is read.
    Unknown,
    /// One unit has all of its digits.
    One(u32, Option<Repair>),
    /// It may be any of these.
    OneOf(Vec<u32>, Repair),
}

/// Reads a cell.
pub(in crate::model) fn read(cell: &Cell, units: &Units<'_>) -> CodeRead {
    let Some(written) = cell.written() else { return CodeRead::Nothing };
    let clean = code_text(written);
    if clean.is_empty() {
        return CodeRead::Nothing;
    }
    if matches!(cell, Cell::Date(_)) {
        return CodeRead::Unknown;
    }
    let cleaned = (clean != written).then_some(Repair::Cleaned);
    // A number cannot tell 306 from 0306: where both are units, it is either.
    let is_number = matches!(cell, Cell::Number(_));
    let exact = units.with_code(&clean);
    if let Some(found) = one(exact, cleaned)
        && !(is_number && same_value(units, &clean).len() > 1)
    {
        return found;
    }
    if let Some((digits, mantissa)) = without_decimals(&clean) {
        return exact_digits(units, digits, Repair::Decimals, mantissa);
    }
    if let Some((from, to)) = exponent(&clean) {
        let found: Vec<u32> = units.with_value(from, to).collect();
        return match found.as_slice() {
            [] => CodeRead::Unknown,
            _ => CodeRead::OneOf(found, Repair::Exponent),
        };
    }
    exact_digits(units, &clean, cleaned.unwrap_or(Repair::LeadingZeros), is_number)
}

fn one(units: &[u32], repair: Option<Repair>) -> Option<CodeRead> {
    match units {
        [unit] => Some(CodeRead::One(*unit, repair)),
        // Several units of one code: the name has to tell.
        [_, ..] => Some(CodeRead::OneOf(units.to_vec(), repair.unwrap_or(Repair::Cleaned))),
        [] => None,
    }
}

fn same_value(units: &Units<'_>, digits: &str) -> Vec<u32> {
    number(digits).map(|value| units.with_value(value, value).collect()).unwrap_or_default()
}

/// Units of a code whose digits are all there, but perhaps for zeros at either end.
fn exact_digits(units: &Units<'_>, digits: &str, repair: Repair, is_number: bool) -> CodeRead {
    let exact = units.with_code(digits);
    let padded = same_value(units, digits);
    if let Some(found) = one(exact, Some(repair))
        && !(is_number && padded.len() > 1)
    {
        return found;
    }
    if let Some(found) = one(&padded, Some(Repair::LeadingZeros)) {
        return found;
    }
    one(&units.with_zeros(digits), Some(Repair::TrailingZeros)).unwrap_or(CodeRead::Unknown)
}

/// Digits without `.0` behind them, and whether they were a number.
fn without_decimals(code: &str) -> Option<(&str, bool)> {
    let (digits, zeros) = code.split_once(['.', ','])?;
    let is_it = number(digits).is_some() && !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0');
    is_it.then_some((digits, true))
}

/// The numbers that are written like this with an exponent, from the least to the largest.
fn exponent(code: &str) -> Option<(u128, u128)> {
    let (mantissa, exponent) = code.split_once(['E', 'e'])?;
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok().filter(|&it| it <= 24)?;
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.len() != 1 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: u128 = number(&format!("{whole}{decimals}"))?;
    let Some(lost) = exponent.checked_sub(decimals.len()) else {
        // 5.10E+1: more digits than it has before the point; those behind must be zeros.
        let cut = decimals.len() - exponent;
        let value = digits / 10_u128.pow(u32::try_from(cut).ok()?);
        return (value * 10_u128.pow(u32::try_from(cut).ok()?) == digits).then_some((value, value));
    };
    let scale = 10_u128.checked_pow(u32::try_from(lost).ok()?)?;
    let value = digits.checked_mul(scale)?;
    Some((value.saturating_sub(scale / 2), value.checked_add(scale / 2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exponent_stands_for_all_numbers_that_are_rounded_to_it() {
        assert_eq!(exponent("5.10101E+11"), Some((510_100_500_000, 510_101_500_000)));
        assert_eq!(exponent("5.10101001001E11"), Some((510_101_001_001, 510_101_001_001)));
        assert_eq!(exponent("5.10E+1"), Some((51, 51)));
        for none in ["5.1", "E5", "51.0E3", "5.1E+99", "5.x1E+5", "abcE1"] {
            assert_eq!(exponent(none), None, "{none}");
        }
    }
}

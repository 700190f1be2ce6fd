//! Which units a row may be of that no unit could be found for.

use super::matching::Row;
use super::names::NameKey;
use super::units::Units;

/// Most that are proposed for a row.
const PROPOSED: usize = 3;
/// Names less alike than this are those of others.
const LEAST: f64 = 0.5;
/// Pairs that are compared; where there are more, names with neither the first nor the last letter in common are not.
const MOST_PAIRS: usize = 4_000_000;

/// Units among `open` that a row may be of, the likeliest first, with how alike they are.
pub(in crate::model) fn units_near(
    units: &Units<'_>,
    row: &Row,
    code: Option<&str>,
    open: &[u32],
    rows: usize,
) -> Vec<(u32, f64)> {
    let is_many = open.len().saturating_mul(rows) > MOST_PAIRS;
    let mut found: Vec<(u32, f64)> = open
        .iter()
        .filter(|&&unit| !is_many || shares_a_letter(row.name.as_ref(), units.name(unit)))
        .filter_map(|&unit| {
            let by_name = row.name.as_ref().zip(units.name(unit)).map_or(0.0, |(a, b)| names_alike(a, b));
            let by_code = code.map_or(0.0, |code| codes_alike(code, &units.codes[unit as usize]));
            let is_there = row.parent.as_ref().is_none_or(|above| units.lies_in(unit, above));
            // Another unit above speaks against it, but people write those wrong too.
            let likeness = by_name.max(by_code) - if is_there { 0.0 } else { 0.3 };
            (likeness >= LEAST).then_some((unit, likeness.min(1.0)))
        })
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    found.truncate(PROPOSED);
    found
}

fn shares_a_letter(a: Option<&NameKey>, b: Option<&NameKey>) -> bool {
    let ends = |name: &NameKey| (name.stem.chars().next(), name.stem.chars().last());
    a.zip(b).is_some_and(|(a, b)| {
        let ((first, last), (other_first, other_last)) = (ends(a), ends(b));
        first == other_first || last == other_last
    })
}

fn names_alike(a: &NameKey, b: &NameKey) -> f64 {
    if a.full == b.full {
        return 1.0;
    }
    if a.stem == b.stem {
        return 0.95;
    }
    strsim::normalized_damerau_levenshtein(&a.stem, &b.stem).min(0.9)
}

/// Codes of one length that differ in one digit, or in two neighbours that changed places.
fn codes_alike(a: &str, b: &str) -> f64 {
    if a.len() != b.len() || a.len() < 6 {
        return 0.0;
    }
    match strsim::osa_distance(a, b) {
        0 => 1.0,
        1 => 0.7,
        _ => 0.0,
    }
}

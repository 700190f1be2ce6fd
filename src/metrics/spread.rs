//! How unevenly something is spread.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// The Gini coefficient of values per weight, each with its weight: 0 where all have the same per weight, towards 1 where one
/// has all. It is 1 less twice the area under the Lorenz curve. `None` where nobody has anything, where something is
/// negative, and where numbers are too large.
pub(super) fn gini(values: &[Decimal], weights: &[Decimal]) -> Option<Decimal> {
    let is_negative = |number: &&Decimal| **number < Decimal::ZERO;
    if values.len() != weights.len() || values.iter().chain(weights).any(|number| is_negative(&number)) {
        return None;
    }
    // Who has no weight is no one; per weight, the least first.
    let mut order: Vec<usize> = (0..values.len()).filter(|&at| !weights[at].is_zero()).collect();
    let per_weight = |at: usize| values[at].checked_div(weights[at]).unwrap_or(Decimal::MAX);
    order.sort_by_key(|&at| (per_weight(at), at));
    let sum = |of: &[Decimal]| order.iter().try_fold(Decimal::ZERO, |sum, &at| sum.checked_add(of[at]));
    let (all, weight) = (sum(values)?, sum(weights)?);
    let mut below = Decimal::ZERO;
    let mut so_far = Decimal::ZERO;
    for &at in &order {
        let next = so_far.checked_add(values[at])?;
        below = below.checked_add(so_far.checked_add(next)?.checked_div(all)?.checked_mul(weights[at])?)?;
        so_far = next;
    }
    Decimal::ONE.checked_sub(below.checked_div(weight)?)
}

/// The standard deviation of all of them, not of a sample; `None` where there are none, and where numbers are too large.
pub(super) fn deviation(values: &[Decimal]) -> Option<f64> {
    let count = Decimal::from(values.len());
    let mean = values.iter().try_fold(Decimal::ZERO, |sum, it| sum.checked_add(*it))?.checked_div(count)?;
    let squares = values.iter().try_fold(Decimal::ZERO, |sum, it| {
        let off = it.checked_sub(mean)?;
        sum.checked_add(off.checked_mul(off)?)
    })?;
    squares.checked_div(count)?.to_f64().map(f64::sqrt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimals(numbers: &[i64]) -> Vec<Decimal> {
        numbers.iter().copied().map(Decimal::from).collect()
    }

    #[test]
    fn nobody_is_ahead_where_all_have_the_same_per_head_and_one_has_all_at_the_other_end() {
        let gini = |values: &[i64], weights: &[i64]| gini(&decimals(values), &decimals(weights));
        assert_eq!(gini(&[20, 10, 30], &[2, 1, 3]), Some(Decimal::ZERO));
        assert_eq!(gini(&[1, 1, 1, 1], &[1, 1, 1, 1]), Some(Decimal::ZERO));
        assert_eq!(gini(&[0, 0, 0, 8], &[1, 1, 1, 1]), Some(Decimal::new(75, 2)), "of four, one has all");
        assert_eq!(gini(&[1, 3], &[1, 1]), Some(Decimal::new(25, 2)));
        assert_eq!(gini(&[3, 1, 9], &[1, 1, 0]), Some(Decimal::new(25, 2)), "in any order; nobody is nobody");
        assert_eq!(gini(&[0, 0], &[1, 1]), None);
        assert_eq!(gini(&[-1, 2], &[1, 1]), None);
    }

    #[test]
    fn the_deviation_is_that_of_all_of_them() {
        // Need less revenue, 50 of 100, 40 of 120, 60 of 80: a spread of 8.16…
        assert_eq!(deviation(&decimals(&[2, 4, 4, 4, 5, 5, 7, 9])), Some(2.0));
        assert_eq!(deviation(&[]), None);
    }
}

//! Sharing a whole out by weights so that the shares add up to it exactly: the method of the largest remainder
//! (Hamilton's).

use std::cmp::Reverse;

use rust_decimal::Decimal;

/// Shares a whole out in multiples of `step`, which is more than 0: each gets what its weight says rounded down, and what
/// is left over goes, a step each, to those that lost most by it, the first of equal ones. What is less than a step goes
/// to the one of the largest weight, so that the shares always add up to the whole.
///
/// `None` when a weight is negative, when none is more than 0, or when a number is too large.
///
/// ```
/// use quhua::model::apportion;
/// use rust_decimal::Decimal;
/// let shares = apportion(1000.into(), &[45.into(), 25.into(), 30.into(), 1.into()], Decimal::ONE).unwrap();
/// assert_eq!(shares, [446.into(), 247.into(), 297.into(), 10.into()]);
/// ```
#[must_use]
pub fn apportion(whole: Decimal, weights: &[Decimal], step: Decimal) -> Option<Vec<Decimal>> {
    if weights.iter().any(Decimal::is_sign_negative) && weights.iter().any(|weight| *weight < Decimal::ZERO) {
        return None;
    }
    let all = weights.iter().try_fold(Decimal::ZERO, |sum, &weight| sum.checked_add(weight))?;
    if all <= Decimal::ZERO || step <= Decimal::ZERO {
        return None;
    }
    let (sign, whole) = if whole < Decimal::ZERO { (Decimal::NEGATIVE_ONE, -whole) } else { (Decimal::ONE, whole) };
    let mut shares = Vec::with_capacity(weights.len());
    let mut lost = Vec::with_capacity(weights.len());
    let mut left = whole;
    for &weight in weights {
        // Dividing first keeps large numbers small; what that costs in digits stands behind those that are compared.
        let quota = whole.checked_mul(weight).and_then(|it| it.checked_div(all)).or_else(|| {
            let part = weight.checked_div(all)?;
            whole.checked_mul(part)
        })?;
        let share = quota.checked_div(step)?.floor().checked_mul(step)?;
        lost.push(quota - share);
        shares.push(share);
        left -= share;
    }
    let mut order: Vec<usize> = (0..weights.len()).filter(|&at| weights[at] > Decimal::ZERO).collect();
    order.sort_by_key(|&at| (Reverse(lost[at]), at));
    for at in order {
        if left < step {
            break;
        }
        shares[at] += step;
        left -= step;
    }
    if left != Decimal::ZERO {
        let largest = (0..weights.len()).max_by_key(|&at| (weights[at], Reverse(at)))?;
        shares[largest] += left;
    }
    for share in &mut shares {
        *share *= sign;
    }
    Some(shares)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_add_up_and_are_off_by_less_than_a_step(
            whole in -1_000_000_i64..1_000_000,
            scale in 0_u32..4,
            weights in prop::collection::vec(0_u32..5_000, 1..12),
        ) {
            let whole = Decimal::new(whole, scale);
            let step = Decimal::new(1, scale);
            let weights: Vec<Decimal> = weights.into_iter().map(Decimal::from).collect();
            let all: Decimal = weights.iter().sum();
            let shares = apportion(whole, &weights, step);
            prop_assert_eq!(shares.is_none(), all == Decimal::ZERO);
            for (share, weight) in shares.iter().flatten().zip(&weights) {
                prop_assert!((share * all - whole * weight).abs() < step * all);
                prop_assert!(*weight > Decimal::ZERO || *share == Decimal::ZERO);
            }
            if let Some(shares) = shares {
                prop_assert_eq!(shares.iter().sum::<Decimal>(), whole);
            }
        }
    }

    #[test]
    fn what_is_no_multiple_of_the_step_goes_to_the_largest() {
        let shares = apportion(Decimal::new(105, 1), &[1.into(), 2.into()], Decimal::ONE);
        assert_eq!(shares, Some(vec![3.into(), Decimal::new(75, 1)]));
        assert_eq!(apportion(1.into(), &[Decimal::NEGATIVE_ONE, 2.into()], Decimal::ONE), None);
        assert_eq!(apportion(1.into(), &[1.into()], Decimal::ZERO), None);
    }
}

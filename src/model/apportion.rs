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

/// The least and the most that one may get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least; `None`: nothing.
    pub floor: Option<Decimal>,
    /// The most; `None`: all of it.
    pub cap: Option<Decimal>,
}

/// Why a whole cannot be shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotShared {
    /// A weight is negative, or all are nothing.
    Weights,
    /// The floors add up to more than the whole, or one lies above its cap.
    Floors,
    /// The caps add up to less than the whole.
    Caps,
    /// Numbers have more digits than there is room for.
    TooLarge,
}

/// Shares of a whole by weights, in multiples of a step, none below its floor or above its cap. Who would get less than the
/// floor gets the floor and who would get more than the cap the cap; what that costs or leaves is shared out among the others
/// by their weights, again and again until nobody is beyond a bound. Floors are rounded up to the step, caps down.
///
/// Of those that are beyond a bound the worse kind is held first, so that nobody is held at a floor whom what others leave
/// at their caps would have lifted above it.
///
/// # Errors
/// [`NotShared`]: why it cannot be done.
pub fn apportion_within(
    whole: Decimal,
    weights: &[Decimal],
    bounds: &[Bounds],
    step: Decimal,
) -> Result<Vec<Decimal>, NotShared> {
    if bounds.iter().all(|bounds| *bounds == Bounds::default()) {
        return apportion(whole, weights, step).ok_or(NotShared::Weights);
    }
    if step <= Decimal::ZERO || whole < Decimal::ZERO || weights.iter().any(|weight| *weight < Decimal::ZERO) {
        return Err(NotShared::Weights);
    }
    let in_steps = |bound: Decimal, to_whole: fn(&Decimal) -> Decimal| {
        let steps = bound.checked_div(step).map(|steps| to_whole(&steps));
        steps.and_then(|steps| steps.checked_mul(step)).ok_or(NotShared::TooLarge)
    };
    let floor =
        |it: &Bounds| it.floor.map_or(Ok(Decimal::ZERO), |floor| in_steps(floor.max(Decimal::ZERO), Decimal::ceil));
    let cap = |it: &Bounds| it.cap.map(|cap| in_steps(cap.max(Decimal::ZERO), Decimal::floor)).transpose();
    let floors: Vec<Decimal> = bounds.iter().map(floor).collect::<Result<_, _>>()?;
    let caps: Vec<Option<Decimal>> = bounds.iter().map(cap).collect::<Result<_, _>>()?;
    let is_upside_down = |at: usize| caps[at].is_some_and(|cap| cap < floors[at]);
    if sum(&floors)? > whole || (0..weights.len()).any(is_upside_down) {
        return Err(NotShared::Floors);
    }
    let mut held: Vec<Option<Decimal>> = vec![None; weights.len()];
    loop {
        let free: Vec<usize> = (0..weights.len()).filter(|&at| held[at].is_none()).collect();
        let left = whole - sum(held.iter().flatten())?;
        let of_free: Vec<Decimal> = free.iter().map(|&at| weights[at]).collect();
        let all = sum(&of_free)?;
        if all.is_zero() && left > Decimal::ZERO {
            return Err(if held.iter().any(Option::is_some) { NotShared::Caps } else { NotShared::Weights });
        }
        let quota = |weight: Decimal| if all.is_zero() { Decimal::ZERO } else { left * (weight / all) };
        let (mut below, mut above) = (Decimal::ZERO, Decimal::ZERO);
        for &at in &free {
            let quota = quota(weights[at]);
            // Neither adds up to more than the floors do, and the whole.
            below += (floors[at] - quota).max(Decimal::ZERO);
            above += caps[at].map_or(Decimal::ZERO, |cap| (quota - cap).max(Decimal::ZERO));
        }
        if below.is_zero() && above.is_zero() {
            let shares =
                if all.is_zero() { Some(vec![Decimal::ZERO; free.len()]) } else { apportion(left, &of_free, step) };
            for (at, share) in free.into_iter().zip(shares.ok_or(NotShared::Weights)?) {
                held[at] = Some(share);
            }
            return Ok(held.into_iter().flatten().collect());
        }
        for at in free {
            let quota = quota(weights[at]);
            if below >= above && quota < floors[at] {
                held[at] = Some(floors[at]);
            } else if above >= below
                && let Some(cap) = caps[at].filter(|cap| quota > *cap)
            {
                held[at] = Some(cap);
            }
        }
    }
}

fn sum<'a>(of: impl IntoIterator<Item = &'a Decimal>) -> Result<Decimal, NotShared> {
    of.into_iter().try_fold(Decimal::ZERO, |sum, it| sum.checked_add(*it)).ok_or(NotShared::TooLarge)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn within_bounds_shares_add_up_too_and_those_that_are_not_held_keep_their_proportion(
            whole in 0_i64..100_000,
            given in prop::collection::vec((1_u32..5_000, prop::option::of(0_i64..20_000), prop::option::of(0_i64..40_000)), 1..9),
        ) {
            let whole = Decimal::new(whole, 0);
            let weights: Vec<Decimal> = given.iter().map(|(weight, ..)| Decimal::from(*weight)).collect();
            let bounds: Vec<Bounds> =
                given.iter().map(|&(_, floor, cap)| Bounds { floor: floor.map(Into::into), cap: cap.map(Into::into) }).collect();
            let least: Decimal = bounds.iter().filter_map(|it| it.floor).sum();
            let most = bounds.iter().map(|it| it.cap).try_fold(Decimal::ZERO, |sum, cap| Some(sum + cap?));
            let shares = match apportion_within(whole, &weights, &bounds, Decimal::ONE) {
                Ok(shares) => shares,
                Err(NotShared::Floors) => {
                    let is_upside_down = bounds.iter().any(|it| it.cap.is_some_and(|cap| it.floor.is_some_and(|floor| cap < floor)));
                    prop_assert!(least > whole || is_upside_down);
                    return Ok(());
                }
                Err(why) => {
                    prop_assert_eq!(why, NotShared::Caps);
                    prop_assert!(most.is_some_and(|most| most < whole));
                    return Ok(());
                }
            };
            prop_assert_eq!(shares.iter().sum::<Decimal>(), whole);
            for (share, bounds) in shares.iter().zip(&bounds) {
                prop_assert!(bounds.floor.is_none_or(|floor| *share >= floor) && bounds.cap.is_none_or(|cap| *share <= cap));
            }
            let is_free = |at: &usize| bounds[*at].floor != Some(shares[*at]) && bounds[*at].cap != Some(shares[*at]) && !shares[*at].is_zero();
            let free: Vec<usize> = (0..shares.len()).filter(is_free).collect();
            for pair in free.windows(2) {
                let [a, b] = [pair[0], pair[1]].map(|at| (shares[at], weights[at]));
                // Each is off by less than a step.
                prop_assert!((a.0 * b.1 - b.0 * a.1).abs() <= a.1 + b.1);
            }
        }
    }

    #[test]
    fn who_is_held_at_a_floor_or_a_cap_leaves_the_rest_to_the_others() {
        let decimals = |numbers: &[i64]| numbers.iter().copied().map(Decimal::from).collect::<Vec<_>>();
        let shares = |bounds: &[[Option<i64>; 2]]| {
            let bounds: Vec<Bounds> = bounds
                .iter()
                .map(|[floor, cap]| Bounds { floor: floor.map(Into::into), cap: cap.map(Into::into) })
                .collect();
            apportion_within(1000.into(), &decimals(&[5, 3, 1, 1]), &bounds, Decimal::ONE)
        };
        assert_eq!(shares(&[[None; 2]; 4]), Ok(decimals(&[500, 300, 100, 100])));
        assert_eq!(shares(&[[None; 2], [None; 2], [Some(200), None], [None; 2]]), Ok(decimals(&[444, 267, 200, 89])));
        assert_eq!(shares(&[[None, Some(400)], [None; 2], [None; 2], [None; 2]]), Ok(decimals(&[400, 360, 120, 120])));
        // What is left at the cap lifts the third above its floor: it is not held there.
        assert_eq!(
            shares(&[[None, Some(400)], [None; 2], [Some(110), None], [None; 2]]),
            Ok(decimals(&[400, 360, 120, 120]))
        );
        assert_eq!(shares(&[[Some(600), None], [Some(401), None], [None; 2], [None; 2]]), Err(NotShared::Floors));
        assert_eq!(shares(&[[None, Some(100)]; 4]), Err(NotShared::Caps));
    }

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

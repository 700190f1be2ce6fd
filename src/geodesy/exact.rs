//! Sums that do not depend on their order.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// Binary places after the point of an [`ExactSum`].
const PLACES: u32 = 60;

/// Sum of `f64` in fixed point: steps of 2^-60, up to 1.4 × 10^20.
///
/// Addition is exact, so the parts of a whole add up to it to the last bit, in any order and grouping. A summand is
/// rounded to the nearest step when it enters, with `x` and `-x` rounded alike; from 2^-8 upwards no `f64` loses
/// anything.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExactSum(i128);

impl ExactSum {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The `f64` nearest to the sum.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "rounding to the nearest f64 is what it is for")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / (1_u64 << PLACES) as f64
    }

    /// The sum, or nothing where it is less: for areas. What a ring encloses that crosses itself, or a hole that lies outside
    /// of its shell, can come out below zero, and no territory is less than none.
    #[must_use]
    pub fn at_least_nothing(self) -> Self {
        self.max(Self::ZERO)
    }
}

impl From<f64> for ExactSum {
    /// Not-a-number and what lies beyond the range count as the largest sum; no caller has them.
    fn from(value: f64) -> Self {
        // By hand, since `round` and the cast are calls on the processors we build for, and this runs for every edge.
        let bits = value.to_bits();
        let exponent = (bits >> 52) & 0x7ff;
        let implicit = if exponent == 0 { 0 } else { 1 << 52 };
        let significand = i128::from((bits & ((1 << 52) - 1)) | implicit);
        // The value is the significand × 2^(exponent - 1075).
        let magnitude = match (exponent.max(1) + u64::from(PLACES)).checked_sub(1075) {
            Some(left) if left < 74 => significand << left,
            Some(_) => i128::MAX,
            None => {
                let right = 1075 - u64::from(PLACES) - exponent.max(1);
                if right > 54 { 0 } else { (significand + (1 << (right - 1))) >> right }
            }
        };
        Self(if value.is_sign_negative() { -magnitude } else { magnitude })
    }
}

impl Add for ExactSum {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for ExactSum {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for ExactSum {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for ExactSum {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for ExactSum {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for ExactSum {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

impl Sum<f64> for ExactSum {
    fn sum<I: Iterator<Item = f64>>(items: I) -> Self {
        items.map(Self::from).sum()
    }
}

impl fmt::Debug for ExactSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExactSum({})", self.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_tenth_ten_times_is_ten_tenths() {
        let tenth = ExactSum::from(0.1);
        let whole: ExactSum = std::iter::repeat_n(tenth, 10).sum();
        assert_eq!(whole - tenth, std::iter::repeat_n(0.1, 9).sum());
    }

    #[test]
    fn small_parts_survive_beside_large_ones() {
        let sum = ExactSum::from(1e15) + ExactSum::from(1e-6) - ExactSum::from(1e15);
        assert!((sum.to_f64() - 1e-6).abs() < 1e-18);
    }

    proptest! {
        #[test]
        fn the_order_does_not_matter(mut values in prop::collection::vec(-1e13..1e13_f64, 0..40), cut in 0_usize..40) {
            let whole: ExactSum = values.iter().copied().sum();
            values.reverse();
            let (head, tail) = values.split_at(cut.min(values.len()));
            let parts = head.iter().copied().sum::<ExactSum>() + tail.iter().copied().sum();
            prop_assert_eq!(whole, parts);
        }

        #[test]
        fn rounding_is_to_the_nearest_step(value in -1e3..1e3_f64, binary_places in 0..80_i32) {
            let value = value * 2_f64.powi(-binary_places);
            let rounded = (value * 2_f64.powi(60)).round() / 2_f64.powi(60);
            prop_assert_eq!(ExactSum::from(value).to_f64().to_bits(), (rounded + 0.0).to_bits());
        }

        #[test]
        fn a_value_goes_in_and_out_unchanged(value in -1e13..1e13_f64) {
            prop_assume!(value.abs() > 0.01);
            prop_assert_eq!(ExactSum::from(value).to_f64().to_bits(), value.to_bits());
            prop_assert_eq!(-ExactSum::from(value), ExactSum::from(-value));
        }
    }
}

//! Numbers that stay exact as long as they can.

use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

/// A figure, exact where it can be.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Amount {
    /// Counts, people and what follows from them.
    Exact(Decimal),
    /// Areas, lengths and what follows from them. Finite.
    Measured(f64),
}

impl Amount {
    /// As a double.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        match self {
            Self::Exact(value) => value.to_f64().unwrap_or(f64::NAN),
            Self::Measured(value) => value,
        }
    }

    /// As a decimal; `None` where it is too large.
    #[must_use]
    pub fn to_decimal(self) -> Option<Decimal> {
        match self {
            Self::Exact(value) => Some(value),
            Self::Measured(value) => Decimal::try_from(value).ok(),
        }
    }

    /// A measured figure; `None` for what is no number.
    #[must_use]
    pub fn measured(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self::Measured(value))
    }

    /// The sum; `None` where it is too large to be written.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.combined(other, Decimal::checked_add, |a, b| a + b)
    }

    /// Less another; `None` where that is too large to be written.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.combined(other, Decimal::checked_sub, |a, b| a - b)
    }

    /// The product; `None` where it is too large to be written.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        self.combined(other, Decimal::checked_mul, |a, b| a * b)
    }

    /// The quotient, to 28 digits where both are exact; `None` for a divisor of zero, and where it is too large.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        self.combined(other, Decimal::checked_div, |a, b| a / b)
    }

    /// To so many decimals, halves away from zero.
    #[must_use]
    pub fn rounded(self, decimals: u32) -> Option<Self> {
        match self {
            Self::Exact(value) => {
                Some(Self::Exact(value.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)))
            }
            Self::Measured(value) => {
                let scale = 10_f64.powi(i32::try_from(decimals).unwrap_or(0));
                Self::measured((value * scale).round() / scale)
            }
        }
    }

    fn combined(
        self,
        other: Self,
        exact: impl Fn(Decimal, Decimal) -> Option<Decimal>,
        measured: impl Fn(f64, f64) -> f64,
    ) -> Option<Self> {
        match (self, other) {
            (Self::Exact(a), Self::Exact(b)) => exact(a, b).map(Self::Exact),
            (a, b) => Self::measured(measured(a.to_f64(), b.to_f64())),
        }
    }
}

impl From<usize> for Amount {
    fn from(count: usize) -> Self {
        Self::Exact(Decimal::from(count))
    }
}

//! Sums behind indicators, the same for what was planned and for what might have been.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::Reason;
use crate::geodesy::ExactSum;

/// A mean weighted by people, being summed up. The order of summands leaves no trace.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PeopleMean {
    /// People so far.
    pub people: Decimal,
    /// Values by people so far.
    sum: ExactSum,
}

impl PeopleMean {
    /// Adds people for whom a value holds.
    pub fn add(&mut self, value: f64, people: Decimal) {
        self.people += people;
        self.sum += ExactSum::from(value * people.to_f64().unwrap_or(f64::NAN));
    }

    /// Adds all that another one holds.
    pub fn join(&mut self, other: &Self) {
        self.people += other.people;
        self.sum += other.sum;
    }

    /// The mean; `None` without people.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let people = self.people.to_f64().filter(|&people| people > 0.0)?;
        Some(self.sum.to_f64() / people)
    }
}

impl FromIterator<(f64, Decimal)> for PeopleMean {
    fn from_iter<I: IntoIterator<Item = (f64, Decimal)>>(values: I) -> Self {
        let mut mean = Self::default();
        values.into_iter().for_each(|(value, people)| mean.add(value, people));
        mean
    }
}

/// Mean of some values.
///
/// # Errors
/// [`Reason::NoUnits`] without values.
#[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
pub fn mean(values: &[f64]) -> Result<f64, Reason> {
    if values.is_empty() {
        return Err(Reason::NoUnits);
    }
    Ok(values.iter().copied().sum::<ExactSum>().to_f64() / values.len() as f64)
}

/// Standard deviation of all values (not of a sample) by their mean.
///
/// # Errors
/// [`Reason::NoUnits`] without values, [`Reason::NothingToDivideBy`] where their mean is not above 0.
#[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
pub fn variation(values: &[f64]) -> Result<f64, Reason> {
    let mean = mean(values)?;
    if mean <= 0.0 {
        return Err(Reason::NothingToDivideBy);
    }
    // Relative deviations: squares of areas in m² would leave the range of exact sums.
    let squares = values.iter().map(|value| (value / mean - 1.0).powi(2)).sum::<ExactSum>().to_f64();
    Ok((squares / values.len() as f64).sqrt())
}

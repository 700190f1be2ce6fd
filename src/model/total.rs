//! The sum of a figure over places, of which some may say nothing.
//!
//! 1. There is one sum for all that is shown, written and judged: [`Total::value`]. It is `None` as soon as one place
//!    says nothing, and where there is no place: nobody counted there.
//! 2. What is known may be shown as a part of it ([`Total::words`]), never in its place.

use std::iter::Sum;

use rust_decimal::Decimal;

use super::Dataset;
use crate::coverage::AtomId;
use crate::i18n::{Lang, numbers};

/// A sum over places. See the module documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    known: Option<Decimal>,
    unknown: usize,
    places: usize,
}

impl Total {
    /// The sum; `None` where any place says nothing, or there is none, or it has too many digits.
    #[must_use]
    pub fn value(self) -> Option<Decimal> {
        self.known.filter(|_| self.unknown == 0)
    }

    /// The sum of what is known; `None` where nothing is.
    #[must_use]
    pub const fn known(self) -> Option<Decimal> {
        self.known
    }

    /// Places that say nothing.
    #[must_use]
    pub const fn unknown(self) -> usize {
        self.unknown
    }

    /// Adds the value of one more place. One that makes the sum too long counts as unknown.
    pub fn add(&mut self, value: Option<Decimal>) {
        self.places += 1;
        match value.and_then(|value| self.known.map_or(Some(value), |known| known.checked_add(value))) {
            Some(sum) => self.known = Some(sum),
            None => self.unknown += 1,
        }
    }

    /// The sum with separators, or at least how much it is, or that nothing is known.
    ///
    /// ```
    /// # use quhua::{i18n::Lang, model::Total};
    /// let total: Total = [Some(613.into()), None].into_iter().collect();
    /// assert_eq!(total.words(Lang::En), "at least 613 (1 of 2 unknown)");
    /// assert_eq!(total.value(), None);
    /// ```
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        let Self { unknown, places, .. } = self;
        let Some(known) = self.known else { return lang.pick("未知", "unknown").to_owned() };
        let known = numbers::decimal(known);
        match lang {
            _ if unknown == 0 => known,
            Lang::Zh => format!("至少 {known}（{places} 个中 {unknown} 个未知）"),
            Lang::En => format!("at least {known} ({unknown} of {places} unknown)"),
        }
    }
}

impl FromIterator<Option<Decimal>> for Total {
    fn from_iter<I: IntoIterator<Item = Option<Decimal>>>(values: I) -> Self {
        let mut total = Self::default();
        values.into_iter().for_each(|value| total.add(value));
        total
    }
}

impl Sum for Total {
    /// That of all places together.
    fn sum<I: Iterator<Item = Self>>(totals: I) -> Self {
        let mut all = Self::default();
        for total in totals {
            let before = all;
            if total.known.is_some() {
                all.add(total.known);
            }
            // Of a part whose sum is too long nothing is known.
            let lost = if all.unknown > before.unknown { total.places } else { total.unknown };
            all = Self { known: all.known, unknown: before.unknown + lost, places: before.places + total.places };
        }
        all
    }
}

impl Dataset {
    /// People of some atoms.
    #[must_use]
    pub fn people_of(&self, atoms: &[AtomId]) -> Total {
        atoms.iter().map(|&atom| self.population_of(atom)).collect()
    }

    /// Sum of some atoms in a field of [`Fields::sum`](super::Fields::sum), by its position there.
    #[must_use]
    pub fn total_of(&self, atoms: &[AtomId], field: usize) -> Total {
        atoms.iter().map(|&atom| self.sum_of(atom, field)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(values: &[Option<i64>]) -> Total {
        values.iter().map(|value| value.map(Decimal::from)).collect()
    }

    #[test]
    fn a_sum_with_an_unknown_member_is_unknown_and_says_what_is_known() {
        assert_eq!(total(&[]).value(), None);
        assert_eq!(total(&[Some(1), Some(2)]).value(), Some(3.into()));
        let part = total(&[Some(1), None, Some(2)]);
        assert_eq!((part.value(), part.known(), part.unknown()), (None, Some(3.into()), 1));
        assert_eq!(part.words(Lang::Zh), "至少 3（3 个中 1 个未知）");
        assert_eq!(total(&[None, Some(4)]).known(), Some(4.into()));
        assert_eq!(total(&[None]).words(Lang::En), "unknown");
        let values = [Some(1), None, Some(2), None];
        let parts: Total = [&values[..2], &values[2..], &[]].into_iter().map(total).sum();
        assert_eq!(parts, total(&values));
    }

    #[test]
    fn a_sum_that_grows_beyond_its_digits_is_unknown() {
        let total: Total = [Some(Decimal::MAX), Some(Decimal::MAX), Some(1.into())].into_iter().collect();
        assert_eq!(total.value(), None);
    }
}

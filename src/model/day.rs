//! A day of the calendar (日期): what deadlines, ages and dates of approval are counted in.
//!
//! 1. Days are stated, in a file, a project or on the command line; nothing here asks a clock.
//! 2. A month later is the same day of the month, or its last day where the month has no such day, as deadlines are
//!    counted by law.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::joining::dates::{date_in, days_of};

/// A day from 1900 to 2099.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Day {
    year: u32,
    month: u32,
    of_month: u32,
}

/// A text that names no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day; write it as 2019-12-18")]
pub struct NoDay(pub String);

impl crate::i18n::Say for NoDay {
    fn zh(&self) -> String {
        format!("“{}”不是日期，请写作 2019-12-18", self.0)
    }
}

impl Day {
    /// The day that a text names, however it is written; `None` where it names none, or only a month or a year.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let date = date_in(text)?;
        let parts: Option<Vec<u32>> = date.split('-').map(|part| part.parse().ok()).collect();
        Self::of_parts(&parts?)
    }

    /// The first that there is.
    pub(in crate::model) const FIRST: Self = Self { year: 1900, month: 1, of_month: 1 };

    /// Year, month, day.
    pub(in crate::model) const fn parts(self) -> [u32; 3] {
        [self.year, self.month, self.of_month]
    }

    /// A day of its year, month and day, which are one.
    pub(in crate::model) const fn of_parts(parts: &[u32]) -> Option<Self> {
        match *parts {
            [year, month, of_month] => Some(Self { year, month, of_month }),
            _ => None,
        }
    }

    /// Days since the first of January 1900.
    #[must_use]
    pub fn number(self) -> i64 {
        let years: u32 = (1900..self.year).map(|year| (1..=12).map(|month| days_of(year, month)).sum::<u32>()).sum();
        let months: u32 = (1..self.month).map(|month| days_of(self.year, month)).sum();
        i64::from(years + months + self.of_month) - 1
    }

    /// So many days later, or before where they are less than nothing; `None` beyond the years that there are.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Option<Self> {
        let mut left = self.number().checked_add(days).filter(|number| *number >= 0)?;
        for year in 1900..2100 {
            for month in 1..=12 {
                let length = i64::from(days_of(year, month));
                if left < length {
                    return Some(Self { year, month, of_month: u32::try_from(left).ok()? + 1 });
                }
                left -= length;
            }
        }
        None
    }

    /// So many months later, or before; the last day of the month where that has no such day.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Option<Self> {
        let all = (i64::from(self.year) * 12 + i64::from(self.month) - 1).checked_add(months)?;
        let year = u32::try_from(all.div_euclid(12)).ok().filter(|year| (1900..2100).contains(year))?;
        let month = u32::try_from(all.rem_euclid(12)).ok()? + 1;
        Some(Self { year, month, of_month: self.of_month.min(days_of(year, month)) })
    }

    /// Days from this one to a later one.
    #[must_use]
    pub fn days_until(self, later: Self) -> i64 {
        later.number() - self.number()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}-{:02}", self.year, self.month, self.of_month)
    }
}

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        Self::read(text).ok_or_else(|| NoDay(text.to_owned()))
    }
}

impl TryFrom<String> for Day {
    type Error = NoDay;

    fn try_from(text: String) -> Result<Self, NoDay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// Days that somebody states, and that figures and deadlines rest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatedDays {
    /// When the plan was approved (批准日).
    pub approved: Option<Day>,
    /// As of which day ages and what is overdue are counted (基准日).
    pub as_of: Option<Day>,
}

/// So many days or months.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Span {
    /// No time at all.
    #[default]
    Nothing,
    /// Days, or with a minus days before.
    Days(i32),
    /// Months.
    Months(i32),
}

impl Span {
    /// The day that lies so far behind another.
    #[must_use]
    pub fn after(self, day: Day) -> Option<Day> {
        match self {
            Self::Nothing => Some(day),
            Self::Days(days) => day.plus_days(days.into()),
            Self::Months(months) => day.plus_months(months.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn deadlines_are_counted_in_days_and_in_months() {
        let approved = day("2019-12-18");
        assert_eq!(approved.plus_months(12), Some(day("2020-12-18")));
        assert_eq!(approved.plus_days(15), Some(day("2020-01-02")));
        assert_eq!(approved.plus_months(1), Some(day("2020年1月18日")));
        assert_eq!(day("2020-01-31").plus_months(1), Some(day("2020-02-29")), "the last day of a shorter month");
        assert_eq!(day("2020-03-01").plus_days(-1), Some(day("2020-02-29")));
        assert_eq!(day("2020-01-15").plus_months(-1), Some(day("2019-12-15")));
        assert_eq!(day("2099-12-31").plus_days(1), None);
        assert_eq!(day("1900-01-01").plus_days(-1), None);
        assert_eq!(approved.days_until(day("2020-12-18")), 366);
        assert_eq!((Day::read("2020-12"), Day::read("明年")), (None, None));
    }

    #[test]
    fn days_are_written_as_they_are_read() {
        let text = serde_json::to_string(&day("2020/3/5")).unwrap();
        assert_eq!(text, "\"2020-03-05\"");
        assert_eq!(serde_json::from_str::<Day>(&text).unwrap(), day("2020.3.5"));
        assert!(serde_json::from_str::<Day>("\"2020\"").is_err());
    }
}

//! Days, months and years that stand in cells.
//!
//! 1. A date is read however it is written, as exactly as it is: a year, a month or a day.
//! 2. A spreadsheet keeps days as numbers, counted from the end of 1899; where such a number stands in a column of dates, it
//!    is that day. Of common programs all count so from March 1900 on.
//! 3. Two dates are compared as far as both go. Where that is all the same, and the first is less exact than the second,
//!    nobody knows which is earlier.

use std::cmp::Ordering;

use smallvec::SmallVec;

use crate::model::Day;
use crate::model::joining::dates::date_in;

/// Numbers that spreadsheets keep days of this and the last century as: from 1927 to 2099.
const SERIALS: std::ops::RangeInclusive<i64> = 10_000..=73_050;

/// A date in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dated {
    /// Year, month and day, as far as they are given.
    Written(SmallVec<[u32; 3]>),
    /// The number of a day.
    Serial(Day),
}

impl Dated {
    /// Which of two is earlier; `None` where the first is not exact enough to tell.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        let (a, b) = (self.parts(), other.parts());
        let differs = a.iter().zip(&b).map(|(a, b)| a.cmp(b)).find(|order| order.is_ne());
        differs.or_else(|| (a.len() >= b.len()).then_some(Ordering::Equal))
    }

    /// The day; `None` where only a month or a year is given.
    pub fn day(&self) -> Option<Day> {
        match self {
            Self::Written(parts) => Day::of_parts(parts),
            Self::Serial(day) => Some(*day),
        }
    }

    fn parts(&self) -> SmallVec<[u32; 3]> {
        match self {
            Self::Written(parts) => parts.clone(),
            Self::Serial(day) => day.parts().into(),
        }
    }
}

/// The date in a cell of a column of dates; `None` where none stands there.
pub(super) fn dated(text: &str) -> Option<Dated> {
    // 2019-12: of a text that is nothing else, a month.
    if let Some((year, month)) = text.trim().split_once(['-', '/', '.'])
        && let (4, Ok(year), Ok(month)) = (year.len(), year.parse::<u32>(), month.parse::<u32>())
        && (1900..2100).contains(&year)
        && (1..=12).contains(&month)
    {
        return Some(Dated::Written(SmallVec::from_slice(&[year, month])));
    }
    if let Some(date) = date_in(text) {
        let parts: SmallVec<[u32; 3]> = date.split('-').filter_map(|part| part.parse().ok()).collect();
        // 2019-02-31 is not some day of 2019.
        let is_all = parts.len() == 3
            || text.split(|c: char| !c.is_numeric()).filter(|it| !it.is_empty()).count() <= parts.len();
        return is_all.then_some(Dated::Written(parts));
    }
    let serial = text.trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
    #[expect(clippy::cast_possible_truncation, reason = "no more than any day there is")]
    let whole = serial.clamp(0.0, 1e6) as i64;
    // Behind the point stands the time of day.
    let day = || Day::FIRST.plus_days(whole - 2);
    SERIALS.contains(&whole).then(day).flatten().map(Dated::Serial)
}

/// Whether a date can be read from what stands in a column of dates.
#[must_use]
pub fn is_dated(text: &str) -> bool {
    dated(text).is_some()
}

/// Whether a text is a date and nothing else, and at least a month: what tells a column of dates by its values.
pub(super) fn is_date(text: &str) -> bool {
    let is_sign = |c: char| c.is_numeric() || c.is_whitespace() || "年月日号-/.:时分秒末底T".contains(c);
    text.chars().all(is_sign)
        && text.contains(['年', '月', '-', '/', '.'])
        && matches!(dated(text), Some(Dated::Written(parts)) if parts.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(a: &str, b: &str) -> Option<Ordering> {
        dated(a).unwrap().order(&dated(b).unwrap())
    }

    #[test]
    fn dates_are_compared_as_far_as_both_go() {
        assert_eq!(order("1950年12月", "1950年2月"), Some(Ordering::Greater));
        assert_eq!(order("1950年1月", "1960"), Some(Ordering::Less));
        assert_eq!(order("2019/12/18", "2019年12月"), Some(Ordering::Equal));
        assert_eq!(order("2019年", "2019-12-18"), None, "nobody knows which is earlier");
    }

    #[test]
    fn numbers_of_spreadsheets_are_days() {
        let day = |text: &str| dated(text).and_then(|dated| dated.day()).map(|day| day.to_string());
        assert_eq!(day("43800").as_deref(), Some("2019-12-01"));
        assert_eq!(day("43800.75").as_deref(), Some("2019-12-01"));
        assert_eq!(day("20191218").as_deref(), Some("2019-12-18"));
        assert_eq!(
            [day("12"), day("990000"), day("2019"), day("长期"), day("2019-02-31")],
            [None; 5].map(|it: Option<&str>| it.map(str::to_owned))
        );
    }

    #[test]
    fn a_column_of_dates_is_told_by_what_stands_in_it() {
        for text in ["1950年1月", "2019/12/18", "2019-12", "2019年12月18日"] {
            assert!(is_date(text), "{text}");
        }
        for text in ["2019", "第12-3号", "3.5", "12/25", "2019年度计划"] {
            assert!(!is_date(text), "{text}");
        }
    }
}

//! As of which date figures are, as a title or a column says: 2019年末, 截至2023年底, 2020年11月1日, 2020-12-31, 2021.

use serde::{Deserialize, Serialize};

use super::names::tidy;

/// Where a date was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateSource {
    /// In the name of the column.
    Header,
    /// In a line above the table.
    Title,
    /// In the name of the sheet.
    Sheet,
    /// In the name of the file.
    File,
}

/// As of which date figures are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsOf {
    /// The date: a year, a month as 2020-11, or a day as 2020-12-31.
    pub date: String,
    /// Where it was found.
    pub from: DateSource,
}

/// The date that a text names; the last where it names several.
pub(in crate::model) fn date_in(text: &str) -> Option<String> {
    let chars: Vec<char> = tidy(text).chars().filter(|c| !c.is_whitespace()).collect();
    let mut found = None;
    let mut at = 0;
    while at < chars.len() {
        let is_start = chars[at].is_ascii_digit() && (at == 0 || !chars[at - 1].is_ascii_digit());
        if is_start && let Some((date, len)) = date_at(&chars[at..]) {
            found = Some(date);
            at += len;
        } else {
            at += 1;
        }
    }
    found
}

/// A date at the beginning of some characters, and how many it takes.
fn date_at(chars: &[char]) -> Option<(String, usize)> {
    let run = |from: usize| chars[from.min(chars.len())..].iter().take_while(|c| c.is_ascii_digit()).count();
    let value = |from: usize, len: usize| chars[from..from + len].iter().collect::<String>().parse::<u32>().ok();
    let is = |at: usize, wanted: &[char]| chars.get(at).is_some_and(|c| wanted.contains(c));
    let len = run(0);
    if len == 8 {
        let (year, month, day) = (value(0, 4)?, value(4, 2)?, value(6, 2)?);
        return is_day(year, month, day).then(|| (format!("{year}-{month:02}-{day:02}"), 8));
    }
    if len != 4 {
        return None;
    }
    let year = value(0, 4).filter(|year| (1900..2100).contains(year))?;
    let last = |at: usize| is(at, &['末', '底']);
    if is(4, &['年', '-', '.', '/']) {
        let months = run(5);
        let month = if (1..=2).contains(&months) { value(5, months).filter(|it| (1..=12).contains(it)) } else { None };
        if let Some(month) = month {
            let at = 5 + months;
            if is(at, &['月', '-', '.', '/']) {
                let days = run(at + 1);
                let day = if (1..=2).contains(&days) { value(at + 1, days) } else { None };
                if let Some(day) = day.filter(|&day| is_day(year, month, day)) {
                    return Some((format!("{year}-{month:02}-{day:02}"), at + 1 + days));
                }
            }
            if last(at + 1) {
                return Some((format!("{year}-{month:02}-{:02}", days_of(year, month)), at + 2));
            }
            if chars[4] == '年' || is(at, &['月']) {
                return Some((format!("{year}-{month:02}"), at));
            }
        }
        if chars[4] == '年' {
            // 2019年末, 2019年年末, 2019年度末.
            let at = 5 + usize::from(is(5, &['年', '度']));
            return Some(if last(at) { (format!("{year}-12-31"), at + 1) } else { (year.to_string(), 5) });
        }
    }
    let at = 4;
    Some(if last(at) { (format!("{year}-12-31"), 5) } else { (year.to_string(), 4) })
}

const fn is_day(year: u32, month: u32, day: u32) -> bool {
    year >= 1900 && year < 2100 && month >= 1 && month <= 12 && day >= 1 && day <= days_of(year, month)
}

pub(in crate::model) const fn days_of(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_found_in_titles_and_headers() {
        for (text, date) in [
            ("某县户籍人口统计表（2019年末）", Some("2019-12-31")),
            ("2020年户籍人口", Some("2020")),
            ("截至2023年底", Some("2023-12-31")),
            ("２０２０年１１月１日零时", Some("2020-11-01")),
            ("2021年2月底常住人口", Some("2021-02-28")),
            ("2021 年 6 月", Some("2021-06")),
            ("人口 2020-12-31", Some("2020-12-31")),
            ("人口_20201231", Some("2020-12-31")),
            ("pop2020", Some("2020")),
            ("2019—2020年", Some("2020")),
            ("户数", None),
            ("510101001001", None),
            ("12345", None),
            ("2020-13-45", Some("2020")),
        ] {
            assert_eq!(date_in(text).as_deref(), date, "{text}");
        }
    }
}

//! Numbers as people write them in tables: `1,234`, `2,5`, `1 234`, `１２3`, `-`, `-9999`.
//!
//! 1. What a sign means, the whole column decides: a comma that ever has more or fewer than three digits behind it is a
//!    decimal sign, and so on. A value that could be read in two ways is not read.
//!    People are whole: where digits stand in threes, the sign between them parts thousands, and a value that says
//!    otherwise is not read. Where nothing but that tells, it is told as a doubt.
//! 2. Signs that mean "none" are no values, and never added up: a dash, and -1 or -9999 where nothing else is negative.
//! 3. Nothing is read otherwise than it stands without a finding that names the column.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::table::{decimal_of, text_of};

/// Negative numbers that stand for "none" where nothing else in the column is negative.
const NONES: [i64; 9] = [-1, -9, -99, -999, -9999, -99_999, -999_999, -8888, -9998];
/// Words that stand for "none".
const NONE_WORDS: &[&str] = &["-", "--", "—", "——", "–", "/", "无", "暂无", "缺", "n/a", "na", "nan", "null", "none"];

/// What is counted, where it stands behind a number.
const COUNTED: [&str; 8] = ["人", "户", "口", "名", "个", "家", "所", "座"];

/// How the numbers of a column are written.
#[expect(clippy::struct_excessive_bools, reason = "signs that each may or may not have been seen")]
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Numerals {
    /// Commas part thousands.
    comma_groups: bool,
    /// Points part thousands.
    point_groups: bool,
    /// Blanks and apostrophes part thousands.
    blank_groups: bool,
    /// A comma stands before decimals.
    comma_decimals: bool,
    /// Negative ones stand for "none".
    negative_is_none: bool,
    /// Values of both kinds are there, or that people are whole is all that tells what a sign means.
    is_doubtful: bool,
}

/// Values by what their signs can mean.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// `1,234`: thousands, or three decimals.
    comma_either: usize,
    /// `1,234,567`: thousands.
    comma_groups: usize,
    /// `12,5`: decimals.
    comma_decimals: usize,
    point_either: usize,
    point_groups: usize,
    point_decimals: usize,
}

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Read {
    /// A number as everybody writes it.
    Plain(Decimal),
    /// A number, once its signs are understood.
    Understood(Decimal),
    /// A sign for "none".
    NoValue,
    /// No number, or one that could be several.
    Unread,
}

impl Numerals {
    /// Looks at the raw values of a column.
    pub(super) fn of<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        Self::of_column(values, false)
    }

    /// Looks at the raw values of a column, which may be numbers of people.
    pub(super) fn of_column<'a>(values: impl Iterator<Item = &'a str>, is_people: bool) -> Self {
        let mut found = Self::default();
        let mut seen = Seen::default();
        let mut other_negative = false;
        let mut none_negative = false;
        for raw in values {
            let Some(text) = tidy(raw) else { continue };
            if let Some(number) = decimal_of(raw).filter(Decimal::is_sign_negative) {
                let is_none = NONES.iter().any(|&none| number == Decimal::from(none));
                none_negative |= is_none;
                other_negative |= !is_none && !number.is_zero();
            }
            if !raw.starts_with('"') {
                let is_part = raw.contains('.') && decimal_of(raw).is_some_and(|number| !number.fract().is_zero());
                seen.point_decimals += usize::from(is_part);
                continue;
            }
            let digits = text.trim_start_matches(['-', '+']);
            let last = digits.rfind([',', '.']).map(|at| (digits.as_bytes()[at], digits.len() - at - 1));
            let commas = digits.matches(',').count();
            let points = digits.matches('.').count();
            let is_number = digits.chars().all(|c| c.is_ascii_digit() || ",. '".contains(c));
            if !is_number || digits.is_empty() {
                continue;
            }
            found.blank_groups |= grouped(digits, ' ', ",.") || grouped(digits, '\'', ",.");
            match (commas, points, last) {
                (0, 0, _) => {}
                (0, 1, _) if grouped(digits, '.', "") => seen.point_either += 1,
                (0, 1, Some((_, behind))) => seen.point_decimals += usize::from(behind > 0),
                (0, _, _) => seen.point_groups += usize::from(grouped(digits, '.', "")),
                (1, 0, _) if grouped(digits, ',', "") => seen.comma_either += 1,
                (_, 0, _) if grouped(digits, ',', "") => seen.comma_groups += 1,
                (1, 0, Some((_, behind))) => seen.comma_decimals += usize::from(behind > 0),
                (_, 0, _) => {}
                (_, _, Some((b'.', _))) => seen.comma_groups += usize::from(grouped(digits, ',', ".")),
                (_, _, _) => {
                    seen.point_groups += usize::from(grouped(digits, '.', ","));
                    seen.comma_decimals += 1;
                }
            }
        }
        found.settle(seen, is_people);
        found.negative_is_none = none_negative && !other_negative;
        found
    }

    /// What the signs mean. A comma means one thing: `1,234` beside `2,5` is no thousand, but people are no fractions,
    /// and `1,234,567` leaves no choice.
    fn settle(&mut self, seen: Seen, is_people: bool) {
        self.point_groups = seen.point_groups > 0;
        let is_thousand = seen.comma_groups > 0 || is_people && seen.comma_either > 0;
        if is_thousand && !self.point_groups {
            self.comma_groups = true;
            self.is_doubtful = seen.comma_decimals > 0;
        } else {
            self.comma_decimals = seen.comma_decimals > 0;
            self.comma_groups = seen.comma_either > 0 && !self.comma_decimals;
            self.is_doubtful = self.comma_decimals && seen.comma_either > 0 && !self.point_groups;
        }
        let may_part = is_people && seen.point_either > 0 && seen.point_decimals == 0;
        if may_part && !self.point_groups && !self.comma_groups && !self.comma_decimals {
            (self.point_groups, self.is_doubtful) = (true, true);
        }
    }

    /// Whether what a sign means is not sure.
    pub(super) const fn is_doubtful(self) -> bool {
        self.is_doubtful
    }

    /// What a raw value is.
    pub(super) fn read(self, raw: &str) -> Read {
        let Some(text) = tidy(raw) else { return Read::NoValue };
        if let Some(number) = decimal_of(raw) {
            if self.negative_is_none && NONES.iter().any(|&none| number == Decimal::from(none)) {
                return Read::NoValue;
            }
            // Where points or blanks part thousands, "1.234" may be either.
            let digits = text.trim_start_matches(['-', '+']);
            let groups = self.point_groups || self.comma_groups || self.blank_groups || self.comma_decimals;
            let doubtful = raw.starts_with('"') && groups && grouped(digits, '.', "");
            if !doubtful {
                return Read::Plain(number);
            }
            if !self.point_groups {
                return Read::Unread;
            }
        }
        if NONE_WORDS.contains(&text.to_lowercase().as_str()) {
            return Read::NoValue;
        }
        // `116人`: what is counted stands behind the number.
        let counted = COUNTED.iter().find_map(|unit| text.strip_suffix(unit));
        if let Some(digits) = counted.map(str::trim_end).filter(|digits| digits.ends_with(|c: char| c.is_ascii_digit()))
        {
            return match self.read(digits) {
                Read::Plain(number) | Read::Understood(number) => Read::Understood(number),
                Read::NoValue | Read::Unread => Read::Unread,
            };
        }
        let plain: String = match text.as_ref() {
            text if self.point_groups => text.replace('.', "").replace(',', "."),
            text if self.comma_decimals => text.replace(',', "."),
            text if self.comma_groups => {
                let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
                let digits = whole.trim_start_matches(['-', '+']);
                let is_grouped = !digits.contains(',') || grouped(digits, ',', "");
                if !is_grouped {
                    return Read::Unread;
                }
                [&*whole.replace(',', ""), if decimals.is_empty() { "" } else { "." }, decimals].concat()
            }
            text => text.to_owned(),
        };
        let plain = if self.blank_groups { plain.replace([' ', '\''], "") } else { plain };
        let is_number = plain.trim_start_matches(['-', '+']).chars().all(|c| c.is_ascii_digit() || c == '.');
        let number = Decimal::from_str_exact(&plain).ok().filter(|_| is_number);
        number.map_or(Read::Unread, Read::Understood)
    }

    /// A value as a number.
    pub(super) fn decimal(self, raw: &str) -> Option<Decimal> {
        match self.read(raw) {
            Read::Plain(number) | Read::Understood(number) => Some(number),
            Read::NoValue | Read::Unread => None,
        }
    }
}

/// Text of a raw value with common digits and blanks; `None` for none.
fn tidy(raw: &str) -> Option<Cow<'_, str>> {
    let text = text_of(raw)?;
    let is_common = text.is_ascii() && text.trim().len() == text.len();
    if is_common {
        return Some(text);
    }
    let common = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
        '，' => ',',
        '．' => '.',
        '－' | '−' => '-',
        '’' => '\'',
        c if c.is_whitespace() => ' ',
        c => c,
    };
    let text: String = text.chars().map(common).collect();
    Some(Cow::Owned(text.trim().to_owned()))
}

/// Whether a sign parts digits by thousands: one to three, then three each; behind may stand one of `then` and decimals.
fn grouped(digits: &str, sign: char, then: &str) -> bool {
    let whole = digits.split(|c| then.contains(c)).next().unwrap_or(digits);
    let mut groups = whole.split(sign);
    let first = groups.next().unwrap_or_default();
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut rest = groups.peekable();
    let has_more = rest.peek().is_some();
    has_more && is_digits(first) && first.len() <= 3 && first != "0" && rest.all(|it| it.len() == 3 && is_digits(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Vec<Option<String>> {
        let numerals = Numerals::of(values.iter().copied());
        values.iter().map(|raw| numerals.decimal(raw).map(|number| number.normalize().to_string())).collect()
    }

    fn reads(values: &[&str], wanted: &[&str]) {
        let wanted: Vec<Option<String>> = wanted.iter().map(|&it| (!it.is_empty()).then(|| it.to_owned())).collect();
        assert_eq!(read(values), wanted, "{values:?}");
    }

    #[test]
    fn what_is_counted_may_stand_behind_a_number() {
        reads(&["\"116人\"", "\"20 户\"", "\"人\"", "\"三人\""], &["116", "20", "", ""]);
    }

    #[test]
    fn the_whole_column_decides_what_a_sign_means() {
        reads(&[r#""1,234""#, r#""12,345""#, r#""987""#], &["1234", "12345", "987"]);
        reads(&[r#""2,5""#, r#""1,234""#], &["2.5", "1.234"]);
        reads(&[r#""1.234,5""#, r#""1.234""#, r#""2.345.678""#], &["1234.5", "1234", "2345678"]);
        reads(&[r#""1,234.5""#, r#""1,234""#], &["1234.5", "1234"]);
        reads(&["\"1\u{a0}234\"", r#""1 234""#, r#""1'234""#], &["1234", "1234", "1234"]);
        reads(&[r#""12.5""#, r#""1.234""#, "7"], &["12.5", "1.234", "7"]);
        reads(&["\"１２3\""], &["123"]);
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_not_read() {
        reads(&[r#""1,234""#, r#""1.234""#], &["1234", ""]);
        reads(&[r#""1.2万""#, r#""12 people""#, r#""12,3456,7""#], &["", "", ""]);
    }

    #[test]
    fn people_are_whole_and_never_divided_by_a_thousand() {
        let people = |values: &[&str]| -> (Vec<Option<String>>, bool) {
            let numerals = Numerals::of_column(values.iter().copied(), true);
            let read = |raw: &&str| numerals.decimal(raw).map(|number| number.normalize().to_string());
            (values.iter().map(read).collect(), numerals.is_doubtful())
        };
        let some = |values: &[&str]| -> Vec<Option<String>> {
            values.iter().map(|it| (!it.is_empty()).then(|| (*it).to_owned())).collect()
        };
        // A slip among thousands is not read, and makes no decimals of the others.
        assert_eq!(people(&[r#""1,234""#, r#""5,678""#, r#""12,34""#]), (some(&["1234", "5678", ""]), true));
        assert_eq!(people(&[r#""1,045,678""#, r#""12,34""#]), (some(&["1045678", ""]), true));
        assert_eq!(people(&[r#""1.234""#, r#""12.345""#, r#""987""#]), (some(&["1234", "12345", "987"]), true));
        assert_eq!(people(&[r#""1,234""#, r#""12,345""#]), (some(&["1234", "12345"]), false));
        // What stands there as a number has a point for decimals, and so have its neighbours.
        assert_eq!(people(&["1.5", r#""1.234""#]), (some(&["1.5", "1.234"]), false));
        assert_eq!(people(&[r#""0.512""#, r#""1.234""#]), (some(&["0.512", "1.234"]), false));
        // Of other columns, millions leave no choice.
        reads(&[r#""1,234""#, r#""1,045,678""#, r#""12,34""#], &["1234", "1045678", ""]);
    }

    #[test]
    fn signs_for_none_are_no_values() {
        reads(&["-1", "10", r#""-""#, "-9999", r#""n/a""#], &["", "10", "", "", ""]);
        // Where others are negative too, they are numbers.
        reads(&["-1", "10", "-25"], &["-1", "10", "-25"]);
    }
}

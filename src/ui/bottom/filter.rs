//! Filters of a column: words for text, simple conditions for figures.
//!
//! * Text: rows that contain it, whatever the case; `=…` exactly this, `!…` all but those that contain it.
//! * Figures: `>5000`, `>=5000`, `<1万`, `=0`, `!=0`, `100..200`, a plain number for "equal"; several, with spaces between,
//!   must all hold. Signs of Chinese keyboards count as well. Equal means equal to as many decimals as are written.
//!   An unknown figure meets no condition.

/// A filter of one column, read from what was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    /// Nothing written: everything passes.
    Any,
    /// Text.
    Contains(String),
    /// All but this text.
    Lacks(String),
    /// Exactly this text.
    Is(String),
    /// Conditions on a figure, all of which must hold.
    Figure(Vec<Condition>),
}

/// A condition on a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Condition {
    /// More than this.
    Above(f64),
    /// This or more.
    AtLeast(f64),
    /// Less than this.
    Below(f64),
    /// This or less.
    AtMost(f64),
    /// This, to so many decimals.
    Equal(f64, i32),
    /// Not this, to so many decimals.
    Unequal(f64, i32),
}

impl Condition {
    fn holds(self, value: f64) -> bool {
        let equal = |wanted: f64, decimals: i32| {
            let scale = 10_f64.powi(decimals);
            ((value * scale).round() - (wanted * scale).round()).abs() < 0.5
        };
        match self {
            Self::Above(bound) => value > bound,
            Self::AtLeast(bound) => value >= bound,
            Self::Below(bound) => value < bound,
            Self::AtMost(bound) => value <= bound,
            Self::Equal(wanted, decimals) => equal(wanted, decimals),
            Self::Unequal(wanted, decimals) => !equal(wanted, decimals),
        }
    }
}

impl Filter {
    /// A filter of a column of text.
    pub(super) fn of_text(written: &str) -> Self {
        let written = plain_signs(written.trim()).to_lowercase();
        let begins = |sign: char| written.strip_prefix(sign).map(|rest| rest.trim().to_owned());
        match (begins('='), begins('!')) {
            _ if written.is_empty() => Self::Any,
            (Some(text), _) => Self::Is(text),
            (_, Some(text)) => Self::Lacks(text),
            _ => Self::Contains(written),
        }
    }

    /// A filter of a column of figures; the word that is no condition where there is one.
    pub(super) fn of_figures(written: &str) -> Result<Self, String> {
        // A sign may stand apart from its number.
        let mut text = plain_signs(written.trim());
        for sign in ['<', '>', '=', '!'] {
            while text.contains(&format!("{sign} ")) {
                text = text.replace(&format!("{sign} "), &sign.to_string());
            }
        }
        let mut conditions = Vec::new();
        for word in text.split_whitespace() {
            conditions.extend(conditions_of(word).ok_or_else(|| word.to_owned())?);
        }
        Ok(if conditions.is_empty() { Self::Any } else { Self::Figure(conditions) })
    }

    /// Whether a text passes; figures do not.
    pub(super) fn passes_text(&self, text: &str) -> bool {
        let text = || text.to_lowercase();
        match self {
            Self::Any => true,
            Self::Contains(wanted) => text().contains(wanted),
            Self::Lacks(unwanted) => unwanted.is_empty() || !text().contains(unwanted),
            Self::Is(wanted) => text() == *wanted,
            Self::Figure(_) => false,
        }
    }

    /// Whether a figure passes; text does not.
    pub(super) fn passes_figure(&self, value: Option<f64>) -> bool {
        match self {
            Self::Any => true,
            Self::Figure(conditions) => {
                value.is_some_and(|value| conditions.iter().all(|condition| condition.holds(value)))
            }
            _ => false,
        }
    }
}

/// Signs as Chinese keyboards write them, as others do.
fn plain_signs(text: &str) -> String {
    let plain = text.chars().map(|sign| match sign {
        '＞' | '〉' => '>',
        '＜' | '〈' => '<',
        '＝' => '=',
        '！' => '!',
        '．' => '.',
        '，' => ',',
        '－' | '−' => '-',
        '\u{3000}' => ' ',
        digit @ '０'..='９' => char::from_digit(u32::from(digit) - u32::from('０'), 10).unwrap_or(digit),
        other => other,
    });
    plain.collect::<String>().replace('≥', ">=").replace('≤', "<=").replace('≠', "!=").replace(['～', '~'], "..")
}

/// What one word asks for: a range asks for two things.
fn conditions_of(word: &str) -> Option<Vec<Condition>> {
    let one = |condition| Some(vec![condition]);
    if let Some((low, high)) = word.split_once("..") {
        return Some(vec![Condition::AtLeast(number(low)?.0), Condition::AtMost(number(high)?.0)]);
    }
    if let Some(rest) = word.strip_prefix(">=") {
        one(Condition::AtLeast(number(rest)?.0))
    } else if let Some(rest) = word.strip_prefix("<=") {
        one(Condition::AtMost(number(rest)?.0))
    } else if let Some(rest) = word.strip_prefix("!=").or_else(|| word.strip_prefix("<>")) {
        number(rest).and_then(|(value, decimals)| one(Condition::Unequal(value, decimals)))
    } else if let Some(rest) = word.strip_prefix('>') {
        one(Condition::Above(number(rest)?.0))
    } else if let Some(rest) = word.strip_prefix('<') {
        one(Condition::Below(number(rest)?.0))
    } else {
        let (value, decimals) = number(word.strip_prefix('=').unwrap_or(word))?;
        one(Condition::Equal(value, decimals))
    }
}

/// A number as people write it: `5,000`, `1.2万`; and how many decimals it has.
fn number(word: &str) -> Option<(f64, i32)> {
    let (digits, unit) = match word.strip_suffix('万') {
        Some(digits) => (digits, 10_000.0),
        None => (word, 1.0),
    };
    let digits = digits.replace(',', "");
    let is_plain = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    let value: f64 = digits.parse().ok().filter(|_| is_plain)?;
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let decimals = if unit > 1.0 { 0 } else { decimals };
    Some((value * unit, i32::try_from(decimals).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passing(written: &str, values: &[f64]) -> Vec<f64> {
        let filter = Filter::of_figures(written).unwrap();
        values.iter().copied().filter(|&value| filter.passes_figure(Some(value))).collect()
    }

    #[test]
    fn figures_are_filtered_by_simple_conditions() {
        let values = [-3.0, 0.0, 12.34, 12.36, 5000.0, 10_000.0];
        for (written, wanted) in [
            ("", &values[..]),
            (">5000", &[10_000.0]),
            ("> 5,000", &[10_000.0]),
            ("＞＝5000", &[5000.0, 10_000.0]),
            ("≥1万", &[10_000.0]),
            ("<0", &[-3.0]),
            ("12.3", &[12.34]),
            ("=12.4", &[12.36]),
            ("!=0 <5000", &[-3.0, 12.34, 12.36]),
            ("0..12.35", &[0.0, 12.34]),
            ("０～１２.５", &[0.0, 12.34, 12.36]),
        ] {
            assert_eq!(passing(written, &values), wanted, "{written}");
        }
    }

    #[test]
    fn what_is_no_condition_is_named_and_an_unknown_figure_meets_none() {
        assert_eq!(Filter::of_figures(">5 many"), Err("many".to_owned()));
        for written in [">", "1..", "nan", "inf", "1e5", "--"] {
            assert!(Filter::of_figures(written).is_err(), "{written}");
        }
        assert!(!Filter::of_figures("<5").unwrap().passes_figure(None));
        assert!(Filter::of_figures(" ").unwrap().passes_figure(None));
    }

    #[test]
    fn text_is_found_whatever_its_case_and_can_be_left_out() {
        let passes = |written: &str, text: &str| Filter::of_text(written).passes_text(text);
        assert!(passes("AB", "cabd") && passes("", "x") && !passes("b", "c"));
        assert!(passes("=镇", "镇") && !passes("＝镇", "乡镇"));
        assert!(!passes("!镇", "乡镇") && passes("!镇", "乡") && passes("!", "乡"));
    }
}

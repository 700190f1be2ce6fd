//! Filters of a column: words for text, simple conditions for figures.
//!
//! * Text: rows that contain it, whatever the case; `=…` exactly this, `!…` all but those that contain it.
//! * Figures: `>5000`, `>=5000`, `<1万`, `=0`, `!=0`, `100..200`, a plain number for "equal"; several, with spaces between,
//!   must all hold. Signs of Chinese keyboards count as well. Equal means equal to as many decimals as are written.
//!   An unknown figure meets no condition.

use quhua::i18n::written::{Written, plain_sign};

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
    Equal(Written),
    /// Not this, to so many decimals.
    Unequal(Written),
}

impl Condition {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::Above(bound) => value > bound,
            Self::AtLeast(bound) => value >= bound,
            Self::Below(bound) => value < bound,
            Self::AtMost(bound) => value <= bound,
            Self::Equal(wanted) => wanted.equals(value),
            Self::Unequal(wanted) => !wanted.equals(value),
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
    let plain: String = text.chars().map(plain_sign).collect();
    plain.replace('≥', ">=").replace('≤', "<=").replace('≠', "!=").replace('~', "..")
}

/// What one word asks for: a range asks for two things.
fn conditions_of(word: &str) -> Option<Vec<Condition>> {
    let one = |condition| Some(vec![condition]);
    if let Some((low, high)) = word.split_once("..") {
        return Some(vec![Condition::AtLeast(number(low)?), Condition::AtMost(number(high)?)]);
    }
    if let Some(rest) = word.strip_prefix(">=") {
        one(Condition::AtLeast(number(rest)?))
    } else if let Some(rest) = word.strip_prefix("<=") {
        one(Condition::AtMost(number(rest)?))
    } else if let Some(rest) = word.strip_prefix("!=").or_else(|| word.strip_prefix("<>")) {
        one(Condition::Unequal(Written::read(rest)?))
    } else if let Some(rest) = word.strip_prefix('>') {
        one(Condition::Above(number(rest)?))
    } else if let Some(rest) = word.strip_prefix('<') {
        one(Condition::Below(number(rest)?))
    } else {
        one(Condition::Equal(Written::read(word.strip_prefix('=').unwrap_or(word))?))
    }
}

fn number(word: &str) -> Option<f64> {
    Some(Written::read(word)?.value)
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

//! References to cells, once rows are taken out and others come: A1, $B$5:B66, 'Sheet 2'!C3.

use std::collections::{BTreeMap, BTreeSet};

/// Rows that are taken out, and rows that come behind others. Rows count from 1, as in references.
#[derive(Clone, Debug, Default)]
pub(super) struct Shift {
    pub removed: BTreeSet<u32>,
    /// How many come behind a row.
    pub added: BTreeMap<u32, u32>,
}

impl Shift {
    pub fn is_nothing(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }

    /// Where a row is now; `None` for one that was taken out.
    pub fn row(&self, row: u32) -> Option<u32> {
        (!self.removed.contains(&row)).then(|| self.moved(row))
    }

    /// Where a row is now, or would be.
    pub fn moved(&self, row: u32) -> u32 {
        let gone = u32::try_from(self.removed.range(..row).count()).unwrap_or(row);
        row - gone + self.added.range(..row).map(|(_, count)| count).sum::<u32>()
    }

    /// Where rows from one to another are now. What ends with a row that others come behind takes these in where it
    /// `grows`. `None` where all of them were taken out.
    fn rows(&self, from: u32, to: u32, grows: bool) -> Option<(u32, u32)> {
        let is_kept = |row: &u32| !self.removed.contains(row);
        let first = (from..=to).find(is_kept)?;
        let last = (first..=to).rev().find(is_kept)?;
        let between = self.added.range(last..to).map(|(_, count)| count).sum::<u32>();
        let more = if grows { self.added.get(&to).copied().unwrap_or(0) } else { 0 };
        Some((self.moved(first), self.moved(last) + between + more))
    }

    /// A reference or a range, as attributes have it, or several with blanks between them; `None` where all it refers to
    /// was taken out.
    pub fn refs(&self, text: &str, grows: bool) -> Option<String> {
        let one = |text: &str| self.one(text, grows);
        let all: Vec<String> = text.split_whitespace().filter_map(one).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    fn one(&self, text: &str, grows: bool) -> Option<String> {
        let Some((a, b)) = text.split_once(':') else {
            let Some((start, row)) = split(text) else { return Some(text.to_owned()) };
            return self.row(row).map(|row| format!("{start}{row}"));
        };
        let (Some((a, from)), Some((b, to))) = (split(a), split(b)) else { return Some(text.to_owned()) };
        let (from, to) = self.rows(from, to, grows)?;
        Some(format!("{a}{from}:{b}{to}"))
    }

    /// Whether a formula is about cells of one row alone.
    pub fn is_within_row(formula: &str, row: u32) -> bool {
        let is_within = std::cell::Cell::new(!formula.contains('!'));
        let look = |text: &str| {
            let is_there = |text: &str| split(text).is_some_and(|(_, at)| at == row);
            is_within.set(is_within.get() && text.split(':').all(is_there));
            text.to_owned()
        };
        let rest = with_references(formula, true, |_| false, |text| look(text).chars().filter(|_| false).collect());
        // Names and whole columns are about other cells too; what is called has a bracket behind it.
        let mut words = rest.split_inclusive(|c: char| !is_of_word(c));
        let is_call =
            |word: &str| !word.starts_with(|c: char| is_of_word(c) && !c.is_ascii_digit()) || word.ends_with('(');
        is_within.get() && !rest.contains(':') && words.all(is_call)
    }

    /// A formula in a row that it is copied to from another, as spreadsheet programs fill it in: what is not held by a $
    /// goes along.
    pub fn filled_down(formula: &str, rows: i64) -> String {
        let along = |text: &str| -> String {
            let one = |text: &str| match split(text) {
                Some((start, row)) if !start.ends_with('$') => {
                    let row = (i64::from(row) + rows).max(1);
                    format!("{start}{row}")
                }
                _ => text.to_owned(),
            };
            text.split(':').map(one).collect::<Vec<_>>().join(":")
        };
        with_references(formula, true, |_| false, along)
    }

    /// A formula. `is_here` says of the sheet before a reference whether it is this one; without a sheet it is `own`.
    pub fn formula(&self, text: &str, own: bool, is_here: impl Fn(&str) -> bool) -> String {
        with_references(text, own, is_here, |found| self.one(found, true).unwrap_or("#REF!".to_owned()))
    }
}

/// A formula with its references written otherwise: those without a sheet where they are `own`, others where the sheet before
/// them is the one.
fn with_references(text: &str, own: bool, is_here: impl Fn(&str) -> bool, written: impl Fn(&str) -> String) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    let mut here = own;
    let mut is_word = false;
    while let Some(c) = rest.chars().next() {
        if c == '"' || c == '\'' {
            let (quoted, behind) = quoted(rest, c);
            made.push_str(quoted);
            rest = behind;
            if c == '\'' && rest.starts_with('!') {
                here = is_here(&quoted.trim_matches('\'').replace("''", "'"));
                made.push('!');
                rest = &rest[1..];
            }
            is_word = false;
            continue;
        }
        if !is_word && let Some(len) = reference_len(rest) {
            let (mut found, mut behind) = rest.split_at(len);
            if let Some(second) = behind.strip_prefix(':').and_then(reference_len) {
                (found, behind) = rest.split_at(len + 1 + second);
            }
            made.push_str(&if here { written(found) } else { found.to_owned() });
            rest = behind;
            here = own;
            continue;
        }
        let word: &str = &rest[..rest.find(|c: char| !is_of_word(c)).unwrap_or(rest.len())];
        let (taken, behind) = rest.split_at(word.len().max(c.len_utf8()));
        made.push_str(taken);
        rest = behind;
        if !word.is_empty() && rest.starts_with('!') {
            here = is_here(word);
            made.push('!');
            rest = &rest[1..];
            is_word = false;
        } else {
            is_word = !word.is_empty();
        }
    }
    made
}

const fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$') || !c.is_ascii()
}

/// What stands in quotes, these included, and what is behind.
fn quoted(text: &str, quote: char) -> (&str, &str) {
    let mut at = 1;
    while let Some(end) = text[at..].find(quote) {
        at += end + 1;
        // A quote in quotes is written twice.
        if !text[at..].starts_with(quote) {
            return text.split_at(at);
        }
        at += 1;
    }
    (text, "")
}

/// Length of a reference that a text begins with, and that ends there: $B$5, no LOG10( and no B5x.
fn reference_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let count = |from: usize, is: fn(&u8) -> bool| bytes[from..].iter().take_while(|byte| is(byte)).count();
    let mut at = usize::from(bytes.first() == Some(&b'$'));
    let letters = count(at, u8::is_ascii_alphabetic);
    at += letters;
    at += usize::from(bytes.get(at) == Some(&b'$'));
    let digits = count(at, u8::is_ascii_digit);
    at += digits;
    let is_end = text[at..].chars().next().is_none_or(|c| !is_of_word(c) && c != '(' && c != '!');
    ((1..=3).contains(&letters) && (1..=7).contains(&digits) && is_end).then_some(at)
}

/// A reference before its row, and the row.
fn split(text: &str) -> Option<(&str, u32)> {
    let at = text.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let row = text[at..].parse().ok().filter(|row| *row > 0)?;
    Some((&text[..at], row))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Row 7 is taken out; two rows come behind row 10.
    fn shift() -> Shift {
        Shift { removed: BTreeSet::from([7]), added: BTreeMap::from([(10, 2)]) }
    }

    fn formula(text: &str) -> String {
        shift().formula(text, true, |sheet| sheet == "台账 1")
    }

    #[test]
    fn references_follow_their_rows() {
        assert_eq!([6, 7, 8, 10, 11].map(|row| shift().row(row)), [Some(6), None, Some(7), Some(9), Some(12)]);
        assert_eq!(shift().refs("A1:I1 B7 B11", false).as_deref(), Some("A1:I1 B12"));
        assert_eq!(shift().refs("A7:C7", false), None);
        assert_eq!(shift().refs("A5:C10", true).as_deref(), Some("A5:C11"), "what ends with the list grows with it");
        assert_eq!(shift().refs("A5:C10", false).as_deref(), Some("A5:C9"));
    }

    #[test]
    fn formulas_follow_the_rows_of_their_sheet_alone() {
        assert_eq!(formula("SUM(H5:H10)"), "SUM(H5:H11)");
        assert_eq!(formula("$H$11/B8*100"), "$H$12/B7*100");
        assert_eq!(formula("IF(A8=\"B8\",LOG10(C8),D8)"), "IF(A7=\"B8\",LOG10(C7),D7)");
        assert_eq!(formula("'其他'!B8+'台账 1'!B8+B8+表2!B8"), "'其他'!B8+'台账 1'!B7+B7+表2!B8");
        assert_eq!(formula("B7+1"), "#REF!+1");
        let own = ["IF(C3<5,ROUND(C3/2,1),$B3)", "SUM(A3:C3)*2.5"].map(|text| Shift::is_within_row(text, 3));
        let others = ["G2+E3", "SUM(B:B)", "C3*税率", "C3*Rate", "表!C3"].map(|text| Shift::is_within_row(text, 3));
        assert_eq!((own, others), ([true; 2], [false; 5]));
        assert_eq!(Shift::filled_down("G4+E5/$E$9*E$2", 1), "G5+E6/$E$9*E$2");
        assert_eq!(formula("SUM(B:B)+名称8+A8x"), "SUM(B:B)+名称8+A8x");
    }
}

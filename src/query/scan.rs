//! Reads a line piece by piece: words, signs, numbers with their units.
//!
//! Chinese is written without spaces, and half of its keyboards write full-width signs: `人口＞３０００且面积＜5公顷` reads
//! like `人口 > 3000 且 面积 < 5 公顷`.

use rust_decimal::Decimal;

use crate::i18n::written::{Written, plain_sign};

/// How long a word is that a text begins with, in bytes; `None` when it does not. Letters count alike in both cases, and
/// a word that ends in a letter or digit must end there in the text too.
pub(super) fn prefix_len(text: &str, word: &str) -> Option<usize> {
    let mut rest = text.chars();
    let mut len = 0;
    for wanted in word.chars() {
        let found = rest.next()?;
        if !plain_sign(found).eq_ignore_ascii_case(&wanted) {
            return None;
        }
        len += found.len_utf8();
    }
    let ends_in_letter = word.chars().next_back().is_some_and(is_latin);
    let goes_on = rest.next().is_some_and(is_latin);
    (len > 0 && !(ends_in_letter && goes_on)).then_some(len)
}

const fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The first of some words that a text begins with, the longest where several fit.
pub(super) fn longest<'a, T: Copy>(text: &str, words: impl Iterator<Item = (&'a str, T)>) -> Option<(T, usize)> {
    let fits = words.filter_map(|(word, what)| Some((what, prefix_len(text, word)?)));
    fits.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// Number of bytes of white space that a text begins with.
pub(super) fn space_len(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Opening quotes and what closes them.
const QUOTES: [(char, char); 5] = [('"', '"'), ('\'', '\''), ('“', '”'), ('‘', '’'), ('「', '」')];

/// Text that a value may have in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// The text, without quotes.
    pub text: &'a str,
    /// Bytes that it takes, quotes included.
    pub len: usize,
    /// Whether it stood in quotes.
    pub quoted: bool,
    /// Whether a quote was opened and not closed.
    pub open: bool,
}

/// The word that a text begins with: in quotes, or up to a space, a bracket, a separator or a comparison.
pub(super) fn word(text: &str) -> Option<Word<'_>> {
    let first = text.chars().next()?;
    if let Some((open, close)) = QUOTES.into_iter().find(|(open, _)| *open == first) {
        let inner = &text[open.len_utf8()..];
        return Some(match inner.find(close) {
            Some(end) => {
                let len = open.len_utf8() + end + close.len_utf8();
                Word { text: &inner[..end], len, quoted: true, open: false }
            }
            None => Word { text: inner, len: text.len(), quoted: true, open: true },
        });
    }
    let ends = |c: char| {
        c.is_whitespace()
            || "()（），,、;；".contains(c)
            || matches!(plain_sign(c), '=' | '<' | '>' | '~' | '!' | '≥' | '≤' | '≠')
    };
    let len = text.find(ends).unwrap_or(text.len());
    (len > 0).then(|| Word { text: &text[..len], len, quoted: false, open: false })
}

/// The number that a text begins with, 万 or 亿 behind it included, and how long it is in bytes.
pub(super) fn number(text: &str) -> Option<(Written, usize)> {
    let mut plain = String::new();
    let mut len = 0;
    for (at, c) in text.char_indices() {
        let sign = plain_sign(c);
        let next = || text[at + c.len_utf8()..].chars().next().map(plain_sign);
        let goes_on = next().is_some_and(|next| next.is_ascii_digit());
        let is_part = sign.is_ascii_digit()
            || (matches!(sign, '.') && goes_on)
            // A comma separates thousands only between digits: `(1,000, 2,000)` are two numbers.
            || (sign == ',' && !plain.is_empty() && separates_thousands(&text[at + c.len_utf8()..]))
            || (matches!(sign, '-' | '+') && plain.is_empty() && goes_on)
            || (matches!(sign, '万' | '亿') && !plain.is_empty());
        if !is_part {
            break;
        }
        plain.push(sign);
        len = at + c.len_utf8();
        if matches!(sign, '万' | '亿') {
            break;
        }
    }
    // 5 万亩 is 5万 亩.
    let behind = text[len..].trim_start();
    if let Some(many) = ["万", "亿"].into_iter().find(|word| behind.starts_with(*word))
        && !plain.ends_with(['万', '亿'])
        && !plain.is_empty()
    {
        plain.push_str(many);
        len = text.len() - behind.len() + many.len();
    }
    Some((Written::read(&plain)?, len))
}

/// The number without a sign that a text begins with, digit by digit, 万 or 亿 behind it included, and how long it is in
/// bytes. `None` in it when there are too many digits. A comma is no part of it: it stands between arguments.
pub(super) fn digits(text: &str) -> Option<(Option<Decimal>, usize)> {
    let mut plain = String::new();
    let mut len = 0;
    for (at, c) in text.char_indices() {
        let sign = plain_sign(c);
        let is_point = sign == '.' && !plain.is_empty() && !plain.contains('.');
        if !sign.is_ascii_digit() && !is_point {
            break;
        }
        plain.push(sign);
        len = at + c.len_utf8();
    }
    if plain.is_empty() {
        return None;
    }
    let unit = [('万', 10_000), ('亿', 100_000_000)].into_iter().find(|(word, _)| text[len..].starts_with(*word));
    let number = plain.trim_end_matches('.').parse::<Decimal>().ok();
    let number = number.and_then(|number| number.checked_mul(Decimal::from(unit.map_or(1, |(_, of)| of))));
    Some((number, len + unit.map_or(0, |(word, _)| word.len_utf8())))
}

/// Whether three digits, and no fourth, follow.
fn separates_thousands(text: &str) -> bool {
    text.chars().map(plain_sign).take_while(char::is_ascii_digit).count() == 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_ends_where_a_letter_does_not_go_on() {
        assert_eq!(prefix_len("Area<5", "area"), Some(4));
        assert_eq!(prefix_len("areas", "area"), None);
        assert_eq!(prefix_len("面积小于", "面积"), Some(6));
        assert_eq!(prefix_len("＞＝5", ">="), Some(6));
    }

    #[test]
    fn numbers_end_where_digits_do() {
        let read = |text| number(text).map(|(number, len)| (number.value, &text[len..]));
        assert_eq!(read("3000且"), Some((3000.0, "且")));
        assert_eq!(read("1,000, 20"), Some((1000.0, ", 20")));
        assert_eq!(read("1,20)"), Some((1.0, ",20)")));
        assert_eq!(read("１．５万 人"), Some((15_000.0, " 人")));
        assert_eq!(read("1.5 万亩"), Some((15_000.0, "亩")));
        assert_eq!(read("10..20"), Some((10.0, "..20")));
        assert_eq!(read("-5"), Some((-5.0, "")));
        assert_eq!(read("石桥"), None);
    }

    #[test]
    fn quotes_hold_what_would_end_a_word() {
        let quoted = word("“解放 村”且").unwrap();
        assert_eq!((quoted.text, quoted.quoted, quoted.open), ("解放 村", true, false));
        assert!(word("\"解放").unwrap().open);
        assert_eq!(word("石桥)").unwrap().text, "石桥");
        assert_eq!(word(")"), None);
    }
}

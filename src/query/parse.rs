//! From a line to a query.
//!
//! ```text
//! query     = and { ("or" | "或") and }
//! and       = not { ("and" | "且") not }
//! not       = { "not" | "非" } ( "(" query ")" | test )
//! test      = field sign value | field ["not"] "in" "(" value { "," value } ")" | yes-or-no field | words
//! ```
//!
//! Words alone mean units whose name or code contains them. A range `1000..3000` is a value too.

use compact_str::CompactString;

use super::error::{Expected, QueryError};
use super::expr::{Amount, Compare, Condition, Expr, Query, Sign, Subject};
use super::field::{Field, Sort, Vocabulary};
use super::scan::{longest, number, space_len, word};
use super::values;
use crate::metrics::Measure;

/// Brackets inside of each other at most.
const MOST_DEPTH: usize = 64;

/// What a place in a line is for, as far as it was read: for completion.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    Condition,
    Sign(Field),
    Value(Field),
    /// Behind a number.
    Unit(Field),
    /// In the brackets of a list, behind a value.
    ListGoesOn,
    /// Whether a bracket is open.
    Connective(bool),
}

impl Query {
    /// Reads a line.
    ///
    /// ```
    /// # use quhua::i18n::numbers::AreaUnit;
    /// # use quhua::query::{Query, Vocabulary};
    /// # fn read(vocabulary: &Vocabulary) {
    /// assert!(Query::read("类型 = 镇 且 (面积 < 5 km² 或 名称 ~ 石桥)", vocabulary).is_ok());
    /// let error = Query::read("面积 < 很小", vocabulary).unwrap_err();
    /// assert_eq!(error.at, 5);
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`QueryError`]: where it goes wrong, and what could stand there.
    pub fn read(line: &str, vocabulary: &Vocabulary) -> Result<Self, QueryError> {
        let mut reader = Reader::new(line, vocabulary);
        reader.query().map(|expr| Self { expr })
    }
}

/// Places of a line in the order in which they are read, each with where it begins.
pub(super) fn places(line: &str, vocabulary: &Vocabulary) -> Vec<(usize, Place)> {
    let mut reader = Reader::new(line, vocabulary);
    // What is wrong with it is not asked here.
    let _ = reader.query();
    reader.places
}

struct Reader<'a> {
    line: &'a str,
    vocabulary: &'a Vocabulary,
    /// Where it is, in bytes.
    at: usize,
    depth: usize,
    places: Vec<(usize, Place)>,
}

impl<'a> Reader<'a> {
    const fn new(line: &'a str, vocabulary: &'a Vocabulary) -> Self {
        Self { line, vocabulary, at: 0, depth: 0, places: Vec::new() }
    }

    fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn skip_space(&mut self) {
        self.at += space_len(self.rest());
    }

    /// Begins a place of the line.
    fn begin(&mut self, place: Place) {
        self.skip_space();
        self.places.push((self.at, place));
    }

    fn error(&self, expected: Expected) -> QueryError {
        let at = self.line[..self.at].chars().count();
        let found = word(self.rest()).map(|word| &self.rest()[..word.len]);
        let found = found.or_else(|| self.rest().chars().next().map(|c| &self.rest()[..c.len_utf8()]));
        QueryError { at, expected, found: found.map(short), nearest: None }
    }

    /// Goes on behind one of some words, if one is there.
    fn take<T: Copy>(&mut self, words: impl IntoIterator<Item = (&'static str, T)>) -> Option<T> {
        let (what, len) = longest(self.rest(), words.into_iter())?;
        self.at += len;
        Some(what)
    }

    fn takes(&mut self, words: &[&'static str]) -> bool {
        let found = longest(self.rest(), words.iter().map(|&word| (word, ())));
        self.at += found.map_or(0, |((), len)| len);
        found.is_some()
    }

    fn query(&mut self) -> Result<Expr, QueryError> {
        let expr = self.either()?;
        self.skip_space();
        if self.rest().is_empty() { Ok(expr) } else { Err(self.error(Expected::Connective)) }
    }

    fn either(&mut self) -> Result<Expr, QueryError> {
        let mut parts = vec![self.both()?];
        while self.takes(&["or", "或者", "或", "||"]) {
            parts.push(self.both()?);
        }
        Ok(one_or(parts, Expr::Any))
    }

    fn both(&mut self) -> Result<Expr, QueryError> {
        let mut parts = vec![self.unary()?];
        loop {
            self.begin(Place::Connective(self.depth > 0));
            if !self.takes(&["and", "并且", "而且", "且", "&&"]) {
                return Ok(one_or(parts, Expr::All));
            }
            parts.push(self.unary()?);
        }
    }

    fn unary(&mut self) -> Result<Expr, QueryError> {
        self.begin(Place::Condition);
        if self.depth >= MOST_DEPTH {
            return Err(self.error(Expected::LessDepth));
        }
        if self.is_negated() {
            self.depth += 1;
            let negated = self.unary();
            self.depth -= 1;
            return negated.map(|expr| Expr::Not(Box::new(expr)));
        }
        if !self.takes(&["(", "（"]) {
            return self.test();
        }
        self.depth += 1;
        let inner = self.either();
        self.depth -= 1;
        let inner = inner?;
        self.skip_space();
        if self.takes(&[")", "）"]) { Ok(inner) } else { Err(self.error(Expected::Closing)) }
    }

    /// Goes on behind a negation. 非 may also begin a name: then neither a space, nor a bracket, nor a field follows.
    fn is_negated(&mut self) -> bool {
        let start = self.at;
        if self.takes(&["not", "!"]) {
            return true;
        }
        if self.takes(&["非", "不"]) {
            let rest = self.rest();
            let begins = |c: char| c.is_whitespace() || matches!(c, '(' | '（');
            if rest.starts_with(begins) || self.vocabulary.field_at(rest).is_some() {
                return true;
            }
        }
        self.at = start;
        false
    }

    fn test(&mut self) -> Result<Expr, QueryError> {
        let Some(field) = self.field()? else { return self.words_alone() };
        self.begin(Place::Sign(field.clone()));
        let at = self.at;
        let sign = self.sign();
        let Some(sign) = sign.filter(|sign| sign.fits(field.sort())) else {
            if field.sort() == Sort::YesNo && sign.is_none() {
                return Ok(Expr::Test(Subject::Field(field), Condition::Yes));
            }
            self.at = at;
            return Err(self.error(match field.sort() {
                Sort::Text => Expected::TextOperator,
                Sort::Choice | Sort::YesNo => Expected::ChoiceOperator,
                Sort::Number => Expected::NumberOperator,
                Sort::Any => Expected::AnyOperator,
            }));
        };
        match sign {
            Sign::In => self.list(&field),
            Sign::NotIn => self.list(&field).map(|list| Expr::Not(Box::new(list))),
            Sign::Unequal => self.value(&field, Sign::Equal).map(|test| Expr::Not(Box::new(test))),
            Sign::Lacks => self.value(&field, Sign::Has).map(|test| Expr::Not(Box::new(test))),
            sign => self.value(&field, sign),
        }
    }

    fn sign(&mut self) -> Option<Sign> {
        let sign = self.take(Sign::WRITTEN);
        let start = self.at;
        // `is not` and `not in` may have more spaces between.
        if sign == Some(Sign::Equal) && self.line[..start].ends_with("is") {
            self.skip_space();
            if self.takes(&["not"]) {
                return Some(Sign::Unequal);
            }
            self.at = start;
        }
        if sign.is_none() && self.takes(&["not"]) {
            self.skip_space();
            if self.takes(&["in"]) {
                return Some(Sign::NotIn);
            }
            self.at = start;
        }
        sign
    }

    /// The field that stands here, in quotes or without.
    fn field(&mut self) -> Result<Option<Field>, QueryError> {
        let rest = self.rest();
        if let Some(quoted) = word(rest).filter(|word| word.quoted) {
            let entry = self.vocabulary.field_called(quoted.text);
            let behind = &rest[quoted.len..];
            let compared = longest(behind.trim_start(), Sign::WRITTEN.into_iter()).is_some();
            let Some(entry) = entry.filter(|_| compared) else { return Ok(None) };
            self.at += quoted.len;
            return Ok(Some(entry.field.clone()));
        }
        if let Some((entry, len)) = self.vocabulary.field_at(rest) {
            self.at += len;
            return Ok(Some(entry.field.clone()));
        }
        // A word that is compared with something was meant to be a field.
        if let Some(word) = word(rest) {
            let behind = rest[word.len..].trim_start();
            let symbols = Sign::WRITTEN.into_iter().filter(|(text, _)| !text.starts_with(char::is_alphabetic));
            if longest(behind, symbols).is_some() {
                let nearest = self.vocabulary.nearest(word.text);
                return Err(QueryError { nearest, ..self.error(Expected::Field) });
            }
        }
        Ok(None)
    }

    fn words_alone(&mut self) -> Result<Expr, QueryError> {
        let text = self.text(Expected::Condition)?;
        Ok(Expr::Test(Subject::Label, Condition::Has(text)))
    }

    /// Words, in small letters.
    fn text(&mut self, expected: Expected) -> Result<String, QueryError> {
        let Some(word) = word(self.rest()) else { return Err(self.error(expected)) };
        if word.open {
            self.at = self.line.len();
            return Err(self.error(Expected::Quote));
        }
        let end = if word.quoted { None } else { self.glued(word.text) };
        self.at += end.unwrap_or(word.len);
        Ok(word.text[..end.unwrap_or(word.text.len())].to_lowercase())
    }

    /// Where a word ends to which the next condition is glued, as is usual in Chinese: `村且人口>3000`.
    fn glued(&self, text: &str) -> Option<usize> {
        let joins = ["并且", "而且", "或者", "且", "或"];
        let ends = text.char_indices().skip(1).map(|(at, _)| at);
        let goes_on = |at: usize| {
            let join = joins.into_iter().find_map(|join| text[at..].strip_prefix(join));
            join.is_some_and(|behind| self.vocabulary.field_at(behind).is_some())
        };
        ends.into_iter().find(|&at| goes_on(at))
    }

    fn list(&mut self, field: &Field) -> Result<Expr, QueryError> {
        self.skip_space();
        if !self.takes(&["(", "（"]) {
            // A range needs no brackets.
            let is_range = matches!(field.sort(), Sort::Number | Sort::Any) && number(self.rest()).is_some();
            return if is_range { self.value(field, Sign::Equal) } else { Err(self.error(Expected::List)) };
        }
        let mut parts = Vec::new();
        loop {
            parts.push(self.value(field, Sign::Equal)?);
            self.begin(Place::ListGoesOn);
            if self.takes(&[")", "）"]) {
                return Ok(one_or(parts, Expr::Any));
            }
            if !self.takes(&[",", "，", "、", ";", "；"]) {
                return Err(self.error(Expected::Closing));
            }
        }
    }

    fn value(&mut self, field: &Field, sign: Sign) -> Result<Expr, QueryError> {
        self.begin(Place::Value(field.clone()));
        let ask = |condition| Expr::Test(Subject::Field(field.clone()), condition);
        if sign == Sign::Equal && self.is_unknown() {
            return Ok(Expr::Not(Box::new(ask(Condition::Known))));
        }
        match (field, field.sort()) {
            (_, Sort::Number) => self.amount(field, sign),
            (_, Sort::Any) if sign != Sign::Has => self.of_source(field, sign),
            (_, Sort::YesNo) => {
                let yes = values::yes_or_no(self.rest());
                let Some((yes, len)) = yes else { return Err(self.error(Expected::YesNo)) };
                self.at += len;
                let asked = ask(Condition::Yes);
                Ok(if yes { asked } else { Expr::Not(Box::new(asked)) })
            }
            (Field::Level, _) => {
                let Some((level, len)) = values::level_at(self.rest()) else { return Err(self.error(Expected::Level)) };
                self.at += len;
                Ok(ask(Condition::Level(level)))
            }
            (Field::Status, _) => {
                let Some((change, len)) = values::change_at(self.rest()) else {
                    return Err(self.error(Expected::Status));
                };
                self.at += len;
                Ok(ask(Condition::Status(change)))
            }
            _ => {
                let text = self.text(Expected::Text)?;
                Ok(ask(if sign == Sign::Has { Condition::Has(text) } else { Condition::Is(text) }))
            }
        }
    }

    /// Whether the word for what is not known stands here.
    fn is_unknown(&mut self) -> bool {
        let Some((unknown, len)) = values::unknown_at(self.rest()) else { return false };
        self.at += len;
        unknown
    }

    /// A number in a unit, or two of them as a range.
    fn amount(&mut self, field: &Field, sign: Sign) -> Result<Expr, QueryError> {
        let Some(compare) = sign.compare() else { return Err(self.error(Expected::Number)) };
        let test = |compare, amount| Expr::Test(Subject::Field(field.clone()), Condition::Number(compare, amount));
        let (low, own) = self.one_amount(field)?;
        self.skip_space();
        if compare == Compare::Equal && self.takes(&["..", "~", "至", "到"]) {
            self.skip_space();
            let (high, _) = self.one_amount(field)?;
            // `1..5 亩`: the unit of the end is that of both.
            let low = if own { low } else { Amount { unit: high.unit, ..low } };
            return Ok(Expr::All(vec![test(Compare::AtLeast, low), test(Compare::AtMost, high)]));
        }
        Ok(test(compare, low))
    }

    /// A number, and whether a unit is written behind it.
    fn one_amount(&mut self, field: &Field) -> Result<(Amount, bool), QueryError> {
        let Some((written, len)) = number(self.rest()) else { return Err(self.error(Expected::Number)) };
        self.at += len;
        let start = self.at;
        self.begin(Place::Unit(field.clone()));
        let measure = field.measure();
        let unit = self.take(measure.into_iter().flat_map(Measure::words));
        if unit.is_none() {
            self.at = start;
        }
        let default = measure.map_or(1.0, |measure| measure.shown_in(self.vocabulary.area_unit));
        Ok((Amount { written, unit: unit.unwrap_or(default) }, unit.is_some()))
    }

    /// A value of a field of the source: compared as a number where both are numbers, else as words.
    fn of_source(&mut self, field: &Field, sign: Sign) -> Result<Expr, QueryError> {
        let start = self.at;
        let ask = |condition| Expr::Test(Subject::Field(field.clone()), condition);
        let as_number = self.amount(field, sign);
        let end = self.at;
        if sign != Sign::Equal {
            return as_number;
        }
        self.at = start;
        let is_range = matches!(as_number, Ok(Expr::All(_)));
        let text = word(self.rest()).filter(|word| !word.open);
        match (as_number, text) {
            (Ok(number), Some(text)) if !is_range && start + text.len == end => {
                self.at = end;
                Ok(Expr::Any(vec![number, ask(Condition::Is(text.text.to_lowercase()))]))
            }
            (Ok(number), _) if is_range => {
                self.at = end;
                Ok(number)
            }
            _ => self.text(Expected::Text).map(|text| ask(Condition::Is(text))),
        }
    }
}

fn one_or(mut parts: Vec<Expr>, more: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            more(parts)
        }
    }
}

/// A text for an error, cut off where it is long.
pub(super) fn short(text: &str) -> CompactString {
    const LONGEST: usize = 24;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => compact_str::format_compact!("{}…", &text[..at]),
        None => text.into(),
    }
}

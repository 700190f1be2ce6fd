//! Tables of a TOML file, read key by key, with the line of every mistake.

use std::ops::Range;

use compact_str::CompactString;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Expected, PackError, PackProblem};
use super::near::nearest;
use super::pack::{Quantity, Words};

pub(super) type Read<T> = Result<T, PackError>;
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// The text of the file, to tell lines.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a>(pub(super) &'a str);

impl Lines<'_> {
    pub(super) fn error(self, at: Range<usize>, problem: PackProblem) -> PackError {
        let before = self.0.as_bytes().get(..at.start).unwrap_or_default();
        PackError { line: 1 + memchr::memchr_iter(b'\n', before).count(), problem: problem.into() }
    }
}

/// One table of the file.
pub(super) struct Table<'a, 'i> {
    pub(super) lines: Lines<'a>,
    pub(super) fields: &'a DeTable<'i>,
    pub(super) span: Range<usize>,
    /// What messages call it.
    pub(super) place: &'static str,
}

impl<'a, 'i> Table<'a, 'i> {
    pub(super) fn new(lines: Lines<'a>, key: &str, value: &'a Value<'i>, place: &'static str) -> Read<Self> {
        let DeValue::Table(fields) = value.get_ref() else {
            return Err(wrong(lines, key, value, Expected::Table));
        };
        Ok(Self { lines, fields, span: value.span(), place })
    }

    /// Refuses keys that are not among these.
    pub(super) fn only(&self, known: &[&'static str]) -> Read<()> {
        for key in self.fields.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let near = nearest(name, known);
                let problem =
                    PackProblem::UnknownKey { key: name.to_owned(), place: self.place, near, known: known.to_vec() };
                return Err(self.lines.error(key.span(), problem));
            }
        }
        Ok(())
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value<'i>> {
        self.fields.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| value)
    }

    pub(super) fn missing(&self, key: &'static str) -> PackError {
        self.lines.error(self.span.clone(), PackProblem::Missing { key, place: self.place })
    }

    pub(super) fn text(&self, key: &str) -> Read<Option<&'a str>> {
        self.get(key).map(|value| text_of(self.lines, key, value, Expected::Text)).transpose()
    }

    /// A text in both languages; one text alone stands for both.
    pub(super) fn words(&self, key: &str) -> Read<Words> {
        let Some(value) = self.get(key) else { return Ok(Words::default()) };
        if let DeValue::String(text) = value.get_ref() {
            return Ok(Words { zh: text.to_string(), en: text.to_string() });
        }
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            return Err(wrong(self.lines, key, value, Expected::Words));
        }
        let table = Table::new(self.lines, key, value, self.place)?;
        table.only(&["zh", "en"])?;
        let (zh, en) = (table.text("zh")?, table.text("en")?);
        let one = zh.or(en).unwrap_or_default();
        Ok(Words { zh: zh.unwrap_or(one).to_owned(), en: en.unwrap_or(one).to_owned() })
    }

    pub(super) fn flag(&self, key: &str) -> Read<bool> {
        match self.get(key) {
            None => Ok(false),
            Some(value) => value.get_ref().as_bool().ok_or_else(|| wrong(self.lines, key, value, Expected::Flag)),
        }
    }

    /// Texts of a list; one text alone is a list of one.
    pub(super) fn texts(&self, key: &str, expected: Expected) -> Read<Vec<(&'a str, Range<usize>)>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let text = |value: &'a Value<'i>| Ok((text_of(self.lines, key, value, expected)?, value.span()));
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(text).collect(),
            _ => Ok(vec![text(value)?]),
        }
    }

    pub(super) fn codes(&self, key: &str) -> Read<Vec<CompactString>> {
        Ok(self.texts(key, Expected::Code)?.into_iter().map(|(code, _)| code.into()).collect())
    }

    /// Tables of a list, as `[[key]]` or `key = [{ … }]` writes them.
    pub(super) fn tables(&self, key: &'static str, place: &'static str) -> Read<Vec<Self>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(|item| Table::new(self.lines, key, item, place)).collect(),
            _ => Ok(vec![Table::new(self.lines, key, value, place)?]),
        }
    }

    /// A word that must be one of some; what it stands for.
    pub(super) fn pick<T: Clone>(&self, key: &str, choices: &[(&str, T)]) -> Read<Option<T>> {
        let Some(word) = self.text(key)? else { return Ok(None) };
        let span = self.get(key).map(Value::span).unwrap_or_default();
        choose(self.lines, key, word, span, choices).map(Some)
    }

    pub(super) fn quantity(&self, key: &'static str, quantity: &Quantity) -> Read<Option<f64>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = match value.get_ref() {
            DeValue::String(text) => text.as_ref(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return Err(wrong(self.lines, key, value, Expected::Number)),
        };
        let read = quantity.measure().read(text).map_err(|error| {
            self.lines.error(value.span(), PackProblem::Quantity { key, text: text.to_owned(), error })
        });
        read.map(Some)
    }
}

pub(super) fn wrong(lines: Lines<'_>, key: &str, value: &Value<'_>, expected: Expected) -> PackError {
    lines.error(value.span(), PackProblem::WrongType { key: key.to_owned(), expected })
}

pub(super) fn text_of<'a>(lines: Lines<'_>, key: &str, value: &'a Value<'_>, expected: Expected) -> Read<&'a str> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.as_ref()),
        _ => Err(wrong(lines, key, value, expected)),
    }
}

pub(super) fn choose<T: Clone>(
    lines: Lines<'_>,
    key: &str,
    word: &str,
    span: Range<usize>,
    choices: &[(&str, T)],
) -> Read<T> {
    if let Some((_, taken)) = choices.iter().find(|(name, _)| *name == word) {
        return Ok(taken.clone());
    }
    let known: Vec<&str> = choices.iter().map(|&(name, _)| name).collect();
    let near = nearest(word, &known).map(str::to_owned);
    let known = known.into_iter().map(str::to_owned).collect();
    Err(lines.error(span, PackProblem::UnknownWord { key: key.to_owned(), word: word.to_owned(), near, known }))
}

//! How a query could go on.

use std::ops::Range;

use compact_str::CompactString;

use super::eval::Ground;
use super::expr::Sign;
use super::field::{Field, Sort, Vocabulary};
use super::formula::{self, FormulaWords};
use super::parse::{self, Place};
use super::scan::number;
use super::values::ValueLists;
use crate::i18n::Lang;
use crate::metrics::Measure;
use crate::model::LevelIndex;

/// Something that could stand at the cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is written, instead of [`Completions::replace`].
    pub insert: String,
    /// What is shown: the same without the spaces around it.
    pub text: String,
    /// How many units have the value; `None` for what is no value.
    pub units: Option<usize>,
}

/// What could stand at the cursor, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The part of the line that a completion takes the place of, in bytes.
    pub replace: Range<usize>,
    /// What could stand there.
    pub list: Vec<Completion>,
}

/// What the completions are made from.
pub struct Hints<'a, 'g> {
    ground: &'a Ground<'g>,
    vocabulary: &'a Vocabulary,
    values: &'a mut ValueLists,
    revision: u64,
    level: LevelIndex,
    lang: Lang,
}

/// What could stand at a cursor, given in bytes: fields, comparisons, values that the data have, most frequent first.
/// `most` bounds the list.
pub fn completions(
    (line, cursor): (&str, usize),
    (ground, vocabulary): (&Ground<'_>, &Vocabulary),
    (values, revision): (&mut ValueLists, u64),
    (level, lang): (LevelIndex, Lang),
    most: usize,
) -> Completions {
    let Some(before) = line.get(..cursor) else { return Completions::default() };
    let places = parse::places(before, vocabulary);
    let mut hints = Hints { ground, vocabulary, values, revision, level, lang };
    let end = before.len();
    // A word that ends at the cursor may still grow; behind it, the next place begins.
    let next: Vec<&Place> = places.iter().filter(|(start, _)| *start >= end).map(|(_, place)| place).collect();
    let last = places.iter().map(|(start, _)| *start).filter(|start| *start < end).max();
    let growing = places.iter().filter(|(start, _)| Some(*start) == last && !before.ends_with(char::is_whitespace));
    // A field that is there already is compared with something next.
    let is_field = |place: &Place| *place == Place::Condition && matches!(next[..], [Place::Sign(_), ..]);
    let mut found = Completions { replace: cursor..cursor, list: Vec::new() };
    for (start, place) in growing.filter(|(_, place)| !is_field(place)) {
        found.replace.start = *start;
        found.list.extend(hints.at(place, &before[*start..]));
    }
    if found.list.is_empty() {
        found.replace.start = cursor;
        let needs_space = !before.is_empty() && !before.ends_with(|c: char| c.is_whitespace() || "(（".contains(c));
        for place in next {
            let mut offered = hints.at(place, "");
            if needs_space && !matches!(place, Place::ListGoesOn | Place::Unit(_)) {
                for completion in &mut offered {
                    completion.insert.insert(0, ' ');
                }
            }
            found.list.extend(offered);
        }
    }
    found.list.truncate(most);
    found
}

impl Hints<'_, '_> {
    /// What could stand at a place of which a part is written.
    fn at(&mut self, place: &Place, part: &str) -> Vec<Completion> {
        match place {
            Place::Condition => self.fields(part),
            Place::Sign(field) => self.signs(field, part),
            Place::Value(field) => self.values(field, part),
            Place::Unit(field) => units(self.lang, field, part),
            Place::ListGoesOn => words(part, &[", ", ")"]),
            Place::Connective(open) => {
                let bracket = open.then_some(") ");
                let list = [self.lang.pick("且 ", "and "), self.lang.pick("或 ", "or ")];
                words(part, &list.into_iter().chain(bracket).collect::<Vec<_>>())
            }
        }
    }

    /// Fields whose words begin with what is written, then those that contain it.
    fn fields(&self, part: &str) -> Vec<Completion> {
        let entries = self.vocabulary.entries().iter();
        let mut first = fields_like(part, entries.map(|entry| (entry.name(self.lang), entry.words())));
        if part.is_empty() {
            first.extend([plain(self.lang.pick("非", "not"), " "), plain("(", "")]);
        }
        first
    }

    fn signs(&self, field: &Field, part: &str) -> Vec<Completion> {
        let choices: &[&str] = match field.sort() {
            Sort::Text => &["= ", "~ ", "in (", "!= ", "!~ "],
            Sort::Choice => &["= ", "!= ", "in ("],
            Sort::Number => &["> ", "< ", ">= ", "<= ", "= ", "!= ", "in "],
            Sort::Any => &["= ", "~ ", "> ", "< ", ">= ", "<= ", "!= ", "in ("],
            Sort::YesNo => &["= ", self.lang.pick("且 ", "and "), self.lang.pick("或 ", "or ")],
        };
        // A comparison that is there already needs no other.
        let is_whole = Sign::WRITTEN.into_iter().any(|(text, _)| text == part);
        if is_whole { Vec::new() } else { words(part, choices) }
    }

    /// Values that begin with what is written, then those that contain it; most frequent first.
    fn values(&mut self, field: &Field, part: &str) -> Vec<Completion> {
        if field.sort() == Sort::Number {
            return Vec::new();
        }
        let all = self.values.of(self.ground, self.revision, self.lang, self.level, field);
        let wanted = part.trim_start_matches(['"', '“', '「', '\'', '‘']).to_lowercase();
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for (text, units) in all.iter() {
            let lower = text.to_lowercase();
            let list = match lower.find(&wanted) {
                _ if lower == wanted => continue,
                Some(0) => &mut first,
                Some(_) => &mut rest,
                None => continue,
            };
            let units = (field.sort() != Sort::YesNo).then_some(*units);
            let is_known = matches!(field.sort(), Sort::Choice | Sort::YesNo);
            let insert = if is_known { format!("{text} ") } else { format!("{} ", quoted(text)) };
            list.push(Completion { insert, text: text.clone(), units });
        }
        first.append(&mut rest);
        first
    }
}

/// Fields whose words begin with what is written, then those that contain it, each by its name.
fn fields_like<'a, Words>(part: &str, fields: impl Iterator<Item = (&'a str, Words)>) -> Vec<Completion>
where
    Words: Iterator<Item = &'a CompactString>,
{
    let wanted = part.trim_start_matches(['"', '“', '「', '\'', '‘']).to_lowercase();
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for (name, words) in fields {
        let words: Vec<CompactString> = words.map(CompactString::to_lowercase).collect();
        // Nothing is left to be added to a word that is there already.
        if !wanted.is_empty() && words.iter().any(|word| *word == wanted) {
            continue;
        }
        if words.iter().any(|word| word.starts_with(&*wanted)) {
            first.push(plain(&quoted_field(name), " "));
        } else if words.iter().any(|word| word.contains(&*wanted)) {
            rest.push(plain(&quoted_field(name), " "));
        }
    }
    first.append(&mut rest);
    first
}

/// What could stand at a cursor in an expression, given in bytes: fields with numbers, figures, functions; behind a space,
/// signs. `most` bounds the list.
#[must_use]
pub fn formula_completions(
    (line, cursor): (&str, usize),
    words: &FormulaWords,
    lang: Lang,
    most: usize,
) -> Completions {
    let Some(before) = line.get(..cursor) else { return Completions::default() };
    let places = formula::places(before, words);
    let mut found = Completions { replace: cursor..cursor, list: Vec::new() };
    let is_operand = |(_, place): &&(usize, formula::Place)| *place == formula::Place::Operand;
    let Some(&(last, place)) = places.last() else { return found };
    let ends_in_space = before.ends_with(char::is_whitespace);
    if place == formula::Place::Operator && ends_in_space {
        let signs = ["/", "*", "+", "-"].into_iter();
        found.list = signs.map(|sign| plain(sign, " ")).collect();
    } else if let Some(&(start, _)) = places.iter().rev().find(is_operand)
        && (place == formula::Place::Operand || last >= before.len())
    {
        // A word that ends at the cursor may still grow.
        let part = &before[start..];
        let known = words.known().iter().filter(|known| known.is_number());
        found.list = fields_like(part, known.map(|known| (known.name(lang), known.words())));
        found.list.extend(fields_like(part, words.named().map(|name| (name.as_str(), std::iter::once(name)))));
        let calls = formula::calls(lang).filter(|name| name.starts_with(&part.to_lowercase()));
        found.list.extend(calls.map(|name| plain(&format!("{name}("), "")));
        // What is written here goes on behind a sign, which wants a space only to be read well.
        found.list.iter_mut().for_each(|it| it.insert.truncate(it.insert.trim_end().len()));
        found.replace.start = start;
        if part.is_empty() && !ends_in_space && !before.is_empty() && !before.ends_with(['(', '（']) {
            found.list.iter_mut().for_each(|it| it.insert.insert(0, ' '));
        }
    }
    found.list.truncate(most);
    found
}

/// Units in the language of the window, behind a number.
fn units(lang: Lang, field: &Field, part: &str) -> Vec<Completion> {
    let measures = || field.measure().into_iter();
    let part = part.trim_start();
    let is_whole = measures().flat_map(Measure::words).any(|(unit, _)| unit == part);
    let fits = measures().flat_map(|measure| measure.offered(lang)).filter(|unit| !is_whole && unit.starts_with(part));
    fits.map(|unit| Completion { insert: format!(" {unit} "), text: unit.to_owned(), units: None }).collect()
}

/// Words that begin with what is written.
fn words(part: &str, choices: &[&str]) -> Vec<Completion> {
    let part = part.to_lowercase();
    let fits = choices.iter().filter(|word| word.starts_with(&part) && word.trim() != part);
    fits.map(|word| Completion { insert: (*word).to_owned(), text: word.trim().to_owned(), units: None }).collect()
}

fn plain(text: &str, behind: &str) -> Completion {
    Completion { insert: format!("{text}{behind}"), text: text.to_owned(), units: None }
}

/// A value as it must be written to be read as one.
#[must_use]
pub(super) fn quoted(text: &str) -> String {
    let whole = super::scan::word(text).is_some_and(|word| !word.quoted && word.len == text.len());
    let is_number = number(text).is_some_and(|(_, len)| len < text.len());
    if whole && !is_number {
        return text.to_owned();
    }
    let quotes = [('"', '"'), ('“', '”'), ('\'', '\''), ('「', '」')];
    let (open, close) = quotes.into_iter().find(|(_, close)| !text.contains(*close)).unwrap_or(('"', '"'));
    format!("{open}{text}{close}")
}

/// A field as it must be written: names with spaces are read whole, those that begin with a sign are not.
fn quoted_field(name: &str) -> String {
    let begins_plain = name.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    if begins_plain { name.to_owned() } else { format!("\"{name}\"") }
}

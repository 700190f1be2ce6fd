//! From a line to an expression over what is known of a unit, by the words and signs that conditions use.
//!
//! ```text
//! formula  = product { ("+" | "-") product }
//! product  = operand { ("*" | "/") operand }
//! operand  = "-" operand | number | field | "(" formula ")" | function "(" formula { "," formula } ")"
//!          | rows (see `rows.rs`) | "if" "(" formula sign formula "," formula "," formula ")"
//!          | "with" "(" name "," formula "," formula ")"
//! ```
//!
//! A field is one of the data, a figure of the catalogue, or a figure or number that has a name and was written before.
//!
//! Areas are in km² unless the word says otherwise (`面积_亩`, `area_ha`), distances in km, densities per km².

use std::sync::Arc;

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::error::{Expected, QueryError};
use super::expr::{Compare, Sign};
use super::field::{Field, Vocabulary};
use super::parse::short;
use super::rows::{Counted, LedgerWords};
use super::scan::{digits, longest, space_len, word};
use super::values::level_at;
use crate::edit::OwnDefinition;
use crate::i18n::Lang;
use crate::i18n::numbers::AreaUnit;
use crate::i18n::written::plain_sign;
use crate::metrics::formula::{Formula, Function, Named, Operator, Over, Relation, Sharing, Term, What};
use crate::metrics::{Figure, OwnFigures};
use crate::model::Dataset;

/// Brackets inside of each other at most.
const MOST_DEPTH: usize = 32;
/// Characters at most.
const MOST_CHARS: usize = 500;
/// Steps that one may take at most, those of what it names among them.
const MOST_STEPS: usize = 5_000;

/// Measured areas in units, by the words that the rules of fields have too.
const AREAS: [(&str, AreaUnit); 6] = [
    ("面积_km2", AreaUnit::Km2),
    ("面积_公顷", AreaUnit::Ha),
    ("面积_亩", AreaUnit::Mu),
    ("area_km2", AreaUnit::Km2),
    ("area_ha", AreaUnit::Ha),
    ("area_mu", AreaUnit::Mu),
];

/// What can stand before a bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Of(Function),
    If,
    /// Over the rows of a ledger.
    Rows(Counted),
    Total,
    Before,
    Each,
    Rank,
    MinMax,
    Apportion,
    Gini,
    Deviation,
    /// An expression with another number in place of one that has a name.
    With,
}

const CALLS: [(&str, Call); 42] = [
    ("round", Call::Of(Function::Round(0))),
    ("min", Call::Of(Function::Least)),
    ("max", Call::Of(Function::Largest)),
    ("abs", Call::Of(Function::Absolute)),
    ("coalesce", Call::Of(Function::FirstKnown)),
    ("if", Call::If),
    ("count", Call::Rows(Counted::Rows)),
    ("sum", Call::Rows(Counted::Sum)),
    ("days", Call::Rows(Counted::Age)),
    ("total", Call::Total),
    ("before", Call::Before),
    ("each", Call::Each),
    ("rank", Call::Rank),
    ("minmax", Call::MinMax),
    ("apportion", Call::Apportion),
    ("percent", Call::Of(Function::Percent)),
    ("growth", Call::Of(Function::Growth)),
    ("class", Call::Of(Function::Class)),
    ("gini", Call::Gini),
    ("deviation", Call::Deviation),
    ("with", Call::With),
    ("四舍五入", Call::Of(Function::Round(0))),
    ("最小", Call::Of(Function::Least)),
    ("最大", Call::Of(Function::Largest)),
    ("绝对值", Call::Of(Function::Absolute)),
    ("首个已知", Call::Of(Function::FirstKnown)),
    ("如果", Call::If),
    ("计数", Call::Rows(Counted::Rows)),
    ("求和", Call::Rows(Counted::Sum)),
    ("天数", Call::Rows(Counted::Age)),
    ("合计", Call::Total),
    ("调整前", Call::Before),
    ("逐个", Call::Each),
    ("排名", Call::Rank),
    ("极差标准化", Call::MinMax),
    ("分配", Call::Apportion),
    ("百分比", Call::Of(Function::Percent)),
    ("增幅", Call::Of(Function::Growth)),
    ("分类", Call::Of(Function::Class)),
    ("基尼系数", Call::Gini),
    ("标准差", Call::Deviation),
    ("改用", Call::With),
];

/// A word that an expression can have.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// What it is called in 简体中文 and in English.
    pub names: [CompactString; 2],
    /// Every word for it.
    words: Vec<CompactString>,
    /// What it means; `None` for what is no number.
    what: Option<What>,
}

impl Known {
    pub fn is_number(&self) -> bool {
        self.what.is_some()
    }

    pub fn words(&self) -> impl Iterator<Item = &CompactString> {
        self.words.iter()
    }

    pub fn name(&self, lang: Lang) -> &str {
        &self.names[usize::from(lang == Lang::En)]
    }
}

/// The words that expressions over a dataset can have.
#[derive(Clone, Debug, Default)]
pub struct FormulaWords {
    known: Vec<Known>,
    pub(super) ledgers: Vec<LedgerWords>,
    /// Figures and numbers that others may go on from.
    named: Vec<Arc<Named>>,
}

impl FormulaWords {
    /// Figures that units of a dataset have, and fields of the source.
    #[must_use]
    pub fn of(dataset: &Dataset) -> Self {
        let vocabulary = Vocabulary::of(dataset, AreaUnit::Km2, &OwnFigures::default());
        let numeric = dataset.numeric_fields();
        let source = |name: &str| {
            if dataset.fields.population.as_deref() == Some(name) {
                return Some(What::Figure(Figure::Population));
            }
            let field = dataset.layers.first()?.table.field(name).filter(|field| numeric.contains(field))?;
            Some(What::Figure(Figure::Source(field)))
        };
        let known = vocabulary.entries().iter().map(|entry| Known {
            names: entry.names.clone(),
            words: entry.words().cloned().collect(),
            what: match &entry.field {
                Field::Figure(Figure::Area) => Some(What::Area(AreaUnit::Km2)),
                Field::Figure(figure) => Some(What::Figure(*figure)),
                Field::Members => Some(What::Members),
                Field::Source(name) => source(name),
                _ => None,
            },
        });
        let area = |(zh, unit): (&str, AreaUnit), en: &str| Known {
            names: [zh.into(), en.into()],
            words: vec![zh.into(), en.into()],
            what: Some(What::Area(unit)),
        };
        let (zh, en) = AREAS.split_at(AREAS.len() / 2);
        let areas = zh.iter().zip(en).map(|(&zh, (en, _))| area(zh, en));
        // Of equally long words the first is meant: a field of the source goes before an area in another unit.
        Self { known: known.chain(areas).collect(), ledgers: LedgerWords::of(dataset), named: Vec::new() }
    }

    /// Has expressions go on from a number or another expression by its name, in place of one that had it.
    pub(super) fn name(&mut self, named: Named) {
        self.named.retain(|other| other.name != named.name);
        self.named.push(Arc::new(named));
    }

    /// Has expressions go on from a figure of one's own.
    pub fn add(&mut self, definition: &OwnDefinition, formula: Formula) {
        let nature = formula.nature().declared(&definition.unit);
        self.name(Named { name: definition.name.as_str().into(), formula, nature });
    }

    /// The same without what goes by a name.
    #[must_use]
    pub(super) fn without(mut self, name: &str) -> Self {
        self.named.retain(|named| named.name != name);
        self
    }

    /// Names that expressions may go on from.
    pub(super) fn named(&self) -> impl Iterator<Item = &CompactString> {
        self.named.iter().map(|named| &named.name)
    }

    /// What is named at the beginning of a text.
    fn named_at(&self, text: &str) -> Option<(&Arc<Named>, usize)> {
        longest(text, self.named.iter().map(|named| (named.name.as_str(), named)))
    }

    /// The words of ledgers alone.
    pub(super) fn of_ledgers(dataset: &Dataset) -> Self {
        Self { ledgers: LedgerWords::of(dataset), ..Self::default() }
    }

    /// The words of one ledger and no others.
    pub(super) fn of_ledger(ledger: LedgerWords) -> Self {
        Self { ledgers: vec![ledger], ..Self::default() }
    }

    pub(super) fn known(&self) -> &[Known] {
        &self.known
    }

    fn at(&self, text: &str) -> Option<(&Known, usize)> {
        let words = self.known.iter().flat_map(|known| known.words.iter().map(move |word| (word.as_str(), known)));
        longest(text, words)
    }

    fn nearest(&self, word: &str) -> Option<CompactString> {
        let known = self.known.iter().filter(|known| known.is_number()).flat_map(Known::words);
        super::field::nearest(known.chain(self.named()), word)
    }
}

/// What a place in a line is for, as far as it was read: for completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Operand,
    Operator,
}

/// Reads an expression.
///
/// ```
/// # use quhua::query::{FormulaWords, read_formula};
/// # fn read(words: &FormulaWords) {
/// assert!(read_formula("(常住人口 - 户籍人口) / 户籍人口 * 100", words).is_ok());
/// assert_eq!(read_formula("人口 / ", words).unwrap_err().at, 5);
/// # }
/// ```
///
/// # Errors
/// [`QueryError`]: where it goes wrong, and what could stand there.
pub fn read_formula(line: &str, words: &FormulaWords) -> Result<Formula, QueryError> {
    Reader::new(line, words).whole()
}

/// Places of a line in the order in which they are read, each with where it begins.
pub(super) fn places(line: &str, words: &FormulaWords) -> Vec<(usize, Place)> {
    let mut reader = Reader::new(line, words);
    // What is wrong with it is not asked here.
    let _ = reader.whole();
    reader.places
}

pub(super) struct Reader<'a> {
    pub(super) line: &'a str,
    pub(super) words: &'a FormulaWords,
    /// Where it is, in bytes.
    pub(super) at: usize,
    depth: usize,
    places: Vec<(usize, Place)>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(line: &'a str, words: &'a FormulaWords) -> Self {
        Self { line, words, at: 0, depth: 0, places: Vec::new() }
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.line[self.at..]
    }

    fn begin(&mut self, place: Place) {
        self.at += space_len(self.rest());
        self.places.push((self.at, place));
    }

    pub(super) fn error(&self, expected: Expected) -> QueryError {
        let found = Some(chunk(self.rest())).filter(|found| !found.is_empty());
        let found = found.or_else(|| self.rest().chars().next().map(|c| &self.rest()[..c.len_utf8()]));
        let at = self.line[..self.at].chars().count();
        QueryError { at, expected, found: found.map(short), nearest: None }
    }

    pub(super) fn take<T: Copy>(&mut self, signs: &[(&'static str, T)]) -> Option<T> {
        self.at += space_len(self.rest());
        let (what, len) = longest(self.rest(), signs.iter().copied())?;
        self.at += len;
        Some(what)
    }

    pub(super) fn expect(&mut self, signs: &[(&'static str, ())], expected: Expected) -> Result<(), QueryError> {
        self.take(signs).ok_or_else(|| self.error(expected))
    }

    fn whole(&mut self) -> Result<Formula, QueryError> {
        if let Some((at, _)) = self.line.char_indices().nth(MOST_CHARS) {
            self.at = at;
            return Err(self.error(Expected::Shorter));
        }
        let formula = self.sum()?;
        if formula.size() > MOST_STEPS {
            return Err(self.error(Expected::Shorter));
        }
        self.at += space_len(self.rest());
        if self.rest().is_empty() { Ok(formula) } else { Err(self.error(Expected::Operator)) }
    }

    fn sum(&mut self) -> Result<Formula, QueryError> {
        self.chain(&[("+", Operator::Plus), ("-", Operator::Minus)], Self::product)
    }

    fn product(&mut self) -> Result<Formula, QueryError> {
        let signs = [("*", Operator::Times), ("×", Operator::Times), ("/", Operator::Over), ("÷", Operator::Over)];
        self.chain(&signs, Self::operand)
    }

    /// Operands with signs of one rank between, from left to right.
    fn chain(
        &mut self,
        signs: &[(&'static str, Operator)],
        operand: impl Fn(&mut Self) -> Result<Formula, QueryError>,
    ) -> Result<Formula, QueryError> {
        let mut left = operand(self)?;
        while let Some(operator) = self.take(signs) {
            left = Formula::Two(operator, Box::new([left, operand(self)?]));
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<Formula, QueryError> {
        self.begin(Place::Operand);
        if self.depth >= MOST_DEPTH {
            return Err(self.error(Expected::LessDepth));
        }
        self.depth += 1;
        let operand = self.inner();
        self.depth -= 1;
        let operand = operand?;
        self.begin(Place::Operator);
        Ok(operand)
    }

    fn inner(&mut self) -> Result<Formula, QueryError> {
        if self.take(&[("-", ())]).is_some() {
            return Ok(Formula::Negative(Box::new(self.operand()?)));
        }
        if self.take(OPENING).is_some() {
            let inner = self.sum()?;
            self.expect(CLOSING, Expected::Closing)?;
            return Ok(inner);
        }
        if let Some((number, len)) = digits(self.rest()) {
            let Some(number) = number else { return Err(self.error(Expected::Number)) };
            self.at += len;
            return Ok(Formula::Number(number));
        }
        if let Some((call, len)) = longest(self.rest(), CALLS.into_iter()) {
            let behind = self.rest()[len..].trim_start();
            if longest(behind, OPENING.iter().copied()).is_some() {
                self.at += len;
                return self.call(call);
            }
        }
        self.term()
    }

    /// What stands in the brackets of a function.
    fn call(&mut self, call: Call) -> Result<Formula, QueryError> {
        self.expect(OPENING, Expected::Operand)?;
        let formula = match call {
            Call::If => {
                let left = self.sum()?;
                let relation = self.relation()?;
                let right = self.sum()?;
                self.expect(COMMA, Expected::Comma)?;
                let then = self.sum()?;
                self.expect(COMMA, Expected::Comma)?;
                Formula::If(relation, Box::new([left, right, then, self.sum()?]))
            }
            Call::Total => Formula::Over(Over::Total(Box::new(self.sum()?))),
            Call::Before => Formula::Over(Over::Before(Box::new(self.sum()?))),
            Call::Rank => Formula::Over(Over::Rank(Box::new(self.sum()?))),
            Call::MinMax => Formula::Over(Over::MinMax(Box::new(self.sum()?))),
            Call::Each => {
                self.at += space_len(self.rest());
                let Some((level, len)) = level_at(self.rest()) else { return Err(self.error(Expected::Level)) };
                self.at += len;
                self.expect(COMMA, Expected::Comma)?;
                Formula::Over(Over::Each(level, Box::new(self.sum()?)))
            }
            Call::Apportion => {
                let whole = self.sum()?;
                self.expect(COMMA, Expected::Comma)?;
                let by = self.sum()?;
                let mut further = || self.take(COMMA).map(|()| self.sum()).transpose();
                let step = further()?.unwrap_or(Formula::Number(Decimal::ONE));
                let bounds = [further()?, further()?];
                Formula::Over(Over::Apportion(Box::new(Sharing { whole, by, step, bounds })))
            }
            Call::Gini => {
                let of = self.sum()?;
                let weight = if self.take(COMMA).is_some() { self.sum()? } else { Formula::Number(Decimal::ONE) };
                Formula::Over(Over::Gini(Box::new([of, weight])))
            }
            Call::Deviation => Formula::Over(Over::Deviation(Box::new(self.sum()?))),
            Call::With => self.with()?,
            Call::Rows(counted) => {
                let start = self.at;
                let term = self.rows(counted)?;
                let said = counted.word();
                let word = format!("{said}({})", self.line[start..self.at].trim()).into();
                Formula::Term(Term { word, what: What::Rows(Arc::new(term)) })
            }
            Call::Of(Function::Round(_)) => {
                let of = self.sum()?;
                let decimals = if self.take(COMMA).is_some() { self.decimals()? } else { 0 };
                Formula::Call(Function::Round(decimals), vec![of])
            }
            Call::Of(Function::Absolute) => Formula::Call(Function::Absolute, vec![self.sum()?]),
            Call::Of(Function::Growth) => {
                let now = self.sum()?;
                self.expect(COMMA, Expected::Comma)?;
                Formula::Call(Function::Growth, vec![now, self.sum()?])
            }
            Call::Of(Function::Percent) => {
                let mut of = vec![self.sum()?];
                if self.take(COMMA).is_some() {
                    of.push(self.sum()?);
                }
                Formula::Call(Function::Percent, of)
            }
            Call::Of(function) => {
                let mut of = vec![self.sum()?];
                while self.take(COMMA).is_some() {
                    of.push(self.sum()?);
                }
                Formula::Call(function, of)
            }
        };
        self.expect(CLOSING, Expected::Closing)?;
        Ok(formula)
    }

    /// A name, what is to stand for it, and the expression in which it is to do so.
    fn with(&mut self) -> Result<Formula, QueryError> {
        self.at += space_len(self.rest());
        let quoted = word(self.rest()).filter(|word| word.quoted && !word.open);
        let text = quoted.map_or(self.rest(), |word| word.text);
        let found = self.words.named_at(text).filter(|(_, len)| is_whole(text, *len));
        let Some((named, len)) = found else {
            let nearest = super::field::nearest(self.words.named(), chunk(text));
            return Err(QueryError { nearest, ..self.error(Expected::Named) });
        };
        self.at += quoted.map_or(len, |word| word.len);
        self.expect(COMMA, Expected::Comma)?;
        let other = self.sum()?;
        self.expect(COMMA, Expected::Comma)?;
        Ok(self.sum()?.with(&named.name, &other))
    }

    /// A number of decimals.
    fn decimals(&mut self) -> Result<u32, QueryError> {
        self.at += space_len(self.rest());
        let number = digits(self.rest());
        let decimals = number.and_then(|(number, _)| u32::try_from(number?).ok()).filter(|decimals| *decimals <= 8);
        let decimals = decimals.ok_or_else(|| self.error(Expected::Decimals))?;
        self.at += number.map_or(0, |(_, len)| len);
        Ok(decimals)
    }

    fn relation(&mut self) -> Result<Relation, QueryError> {
        let sign = self.take(&Sign::WRITTEN);
        let relation = match (sign, sign.and_then(Sign::compare)) {
            (Some(Sign::Unequal), _) => Some(Relation::Unequal),
            (_, Some(Compare::Equal)) => Some(Relation::Equal),
            (_, Some(Compare::Less)) => Some(Relation::Less),
            (_, Some(Compare::AtMost)) => Some(Relation::AtMost),
            (_, Some(Compare::More)) => Some(Relation::More),
            (_, Some(Compare::AtLeast)) => Some(Relation::AtLeast),
            _ => None,
        };
        relation.ok_or_else(|| self.error(Expected::NumberOperator))
    }

    /// The field, the figure or what else has a name that stands here, in quotes or without.
    fn term(&mut self) -> Result<Formula, QueryError> {
        let rest = self.rest();
        let quoted = word(rest).filter(|word| word.quoted);
        if quoted.is_some_and(|word| word.open) {
            self.at = self.line.len();
            return Err(self.error(Expected::Quote));
        }
        let text = quoted.map_or(rest, |word| word.text);
        // 人口数 does not mean 人口.
        let is_all = |len: usize| if quoted.is_some() { len == text.len() } else { is_whole(text, len) };
        let found = self.words.at(text).filter(|(_, len)| is_all(*len));
        let named = self.words.named_at(text).filter(|(_, len)| is_all(*len));
        if let Some((named, len)) = named.filter(|(_, len)| found.as_ref().is_none_or(|(_, other)| len > other)) {
            self.at += quoted.map_or(len, |word| word.len);
            return Ok(Formula::Named(Arc::clone(named)));
        }
        let Some((known, len)) = found else {
            let meant = quoted.map_or_else(|| chunk(rest), |word| word.text);
            if meant.is_empty() {
                return Err(self.error(Expected::Operand));
            }
            return Err(QueryError { nearest: self.words.nearest(meant), ..self.error(Expected::NumberField) });
        };
        let Some(what) = known.what.clone() else { return Err(self.error(Expected::NumberField)) };
        self.at += quoted.map_or(len, |word| word.len);
        Ok(Formula::Term(Term { word: text[..len].into(), what }))
    }
}

/// Whether a word that a text begins with ends where it is said to.
fn is_whole(text: &str, len: usize) -> bool {
    !text[len..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

pub(super) const OPENING: &[(&str, ())] = &[("(", ()), ("（", ())];
pub(super) const CLOSING: &[(&str, ())] = &[(")", ()), ("）", ())];
pub(super) const COMMA: &[(&str, ())] = &[(",", ()), ("，", ()), ("、", ()), (";", ()), ("；", ())];

/// What a text begins with up to a sign, a bracket or a space.
fn chunk(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || "+-*/×÷()（），,、;；<>=!≤≥≠".contains(plain_sign(c));
    &text[..text.find(ends).unwrap_or(text.len())]
}

/// Names of functions with their brackets, for completion.
pub(super) fn calls(lang: Lang) -> impl Iterator<Item = &'static str> {
    let (en, zh) = CALLS.split_at(CALLS.len() / 2);
    let calls = if lang == Lang::En { en } else { zh };
    calls.iter().map(|(name, _)| *name)
}

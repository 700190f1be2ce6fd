//! Counts and sums over the rows of ledgers, as expressions write them.
//!
//! ```text
//! rows      = ("count" | "计数") "(" ledger [ where ] ")"
//!          | ("sum" | "求和") "(" ledger "." column [ where ] ")"
//!          | ("days" | "天数") "(" ledger "." column [ where ] ")"
//! where     = ("where" | "其中") condition
//! condition = both { ("or" | "或") both }
//! both      = one { ("and" | "且") one }
//! one       = ("not" | "非") one | "(" condition ")" | column sign value | column "in" "(" value { "," value } ")" | column
//! value     = number | word | day | ("day" | "基准日" | "approved" | "批准日") [ ("+" | "-") number [ "days" | "months" | "years" ] ]
//! ```
//!
//! A column alone means that something stands there. `days` adds up how old rows are: the days from the one that stands in
//! the column to the stated one.

use compact_str::CompactString;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::error::{Expected, QueryError};
use super::expr::{Compare, Sign};
use super::formula::{CLOSING, COMMA, FormulaWords, OPENING, Reader};
use super::scan::{digits, longest, number, space_len, word};
use crate::metrics::rows::RowTerm;
use crate::model::{
    CellTest, Dataset, Day, DayFrom, DayTerm, LaidLedger, LedgerColumn, Relation, RowCondition, Sort, Span, TableWords,
    column_folded as folded, is_dated,
};

/// What of the rows of a ledger is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    Rows,
    /// A column.
    Sum,
    /// Days since the day in a column.
    Age,
}

impl Counted {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rows => "count",
            Self::Sum => "sum",
            Self::Age => "days",
        }
    }
}

/// The words of a ledger.
#[derive(Clone, Debug)]
pub(super) struct LedgerWords {
    pub name: CompactString,
    pub columns: Vec<ColumnWord>,
}

/// A name of a column.
#[derive(Clone, Debug)]
pub(super) struct ColumnWord {
    pub name: CompactString,
    pub sort: Sort,
    /// Whether its values, or a pack, say what they are of.
    pub is_sure: bool,
}

impl LedgerWords {
    /// Those of all ledgers that are laid over the boundaries.
    pub fn of(dataset: &Dataset) -> Vec<Self> {
        let columns = |laid: &LaidLedger| {
            let ledger = laid.ledger();
            let names = |(at, column): (usize, &LedgerColumn)| {
                let is_sure = column.sort != Sort::Text || ledger.rows().any(|row| !ledger.cell(row, at).is_empty());
                let word = |name: &str| ColumnWord { name: name.into(), sort: column.sort, is_sure };
                column.names().map(word).collect::<Vec<_>>()
            };
            ledger.columns().iter().enumerate().flat_map(names).collect()
        };
        let ledgers = dataset.ledgers().iter();
        ledgers.map(|laid| Self { name: laid.ledger().name().into(), columns: columns(laid) }).collect()
    }

    /// Those that a pack knows of a ledger.
    fn of_pack(table: &TableWords) -> Self {
        let columns = table.columns.iter().flat_map(|column| {
            let names = std::iter::once(column.id.clone()).chain(column.words.iter().map(Into::into));
            let (sort, is_sure) = (column.sort.unwrap_or(Sort::Text), column.sort.is_some());
            names.map(move |name| ColumnWord { name, sort, is_sure })
        });
        Self { name: table.id.clone(), columns: columns.collect() }
    }
}

/// Reads a condition on rows of a ledger, as a pack knows it.
///
/// # Errors
/// [`QueryError`]: where it goes wrong, and what could stand there.
pub fn read_condition(line: &str, table: &TableWords) -> Result<RowCondition, QueryError> {
    let ledger = LedgerWords::of_pack(table);
    let words = FormulaWords::of_ledger(ledger.clone());
    let mut reader = Reader::new(line, &words);
    let condition = reader.condition(&ledger, 0)?;
    reader.at += space_len(reader.rest());
    if reader.rest().is_empty() { Ok(condition) } else { Err(reader.error(Expected::Connective)) }
}

/// Brackets inside of each other at most.
const MOST_DEPTH: usize = 32;
const WHERE: &[(&str, ())] = &[("where", ()), ("其中", ()), ("条件", ())];
const AND: &[(&str, ())] = &[("and", ()), ("并且", ()), ("而且", ()), ("且", ()), ("&&", ())];
const OR: &[(&str, ())] = &[("or", ()), ("或者", ()), ("或", ()), ("||", ())];
const NOT: &[(&str, ())] = &[("not", ()), ("非", ()), ("!", ())];
const POINT: &[(&str, ())] = &[(".", ()), ("。", ()), ("的", ())];

/// Reads a condition on the rows of a ledger, such as `类别 = 建制卫生院 且 床位数 > 50`; `None` where nothing is written.
///
/// # Errors
/// [`QueryError`]: where it goes wrong, and what could stand there.
pub fn read_row_condition(line: &str, dataset: &Dataset, ledger: &str) -> Result<Option<RowCondition>, QueryError> {
    let words = FormulaWords::of_ledgers(dataset);
    let mut reader = Reader::new(line, &words);
    reader.at += space_len(line);
    if reader.rest().is_empty() {
        return Ok(None);
    }
    let Some(known) = words.ledgers.iter().find(|known| known.name == ledger) else {
        return Err(reader.error(Expected::Ledger));
    };
    let condition = reader.condition(known, 0)?;
    reader.at += space_len(reader.rest());
    if reader.rest().is_empty() { Ok(Some(condition)) } else { Err(reader.error(Expected::Operator)) }
}
/// Days that somebody states.
const STATED: [(&str, DayFrom); 6] = [
    ("day", DayFrom::AsOf),
    ("as_of", DayFrom::AsOf),
    ("基准日", DayFrom::AsOf),
    ("approved", DayFrom::Approved),
    ("批准日", DayFrom::Approved),
    ("批准日期", DayFrom::Approved),
];

/// How many months a unit of time has; `None` for days.
const UNITS: [(&str, Option<i32>); 10] = [
    ("days", None),
    ("day", None),
    ("天", None),
    ("日", None),
    ("months", Some(1)),
    ("month", Some(1)),
    ("个月", Some(1)),
    ("years", Some(12)),
    ("year", Some(12)),
    ("年", Some(12)),
];

impl Reader<'_> {
    /// What stands in the brackets of a count or a sum, behind the opening one.
    pub(super) fn rows(&mut self, counted: Counted) -> Result<RowTerm, QueryError> {
        let ledgers = &self.words.ledgers;
        let names = ledgers.iter().enumerate().map(|(at, ledger)| (ledger.name.as_str(), at));
        let ledger = self.name(names, Expected::Ledger)?;
        let ledger = &ledgers[ledger];
        let column = match counted {
            Counted::Rows => None,
            Counted::Sum => {
                self.expect(POINT, Expected::Column)?;
                let numbers = ledger.columns.iter().filter(|column| column.sort == Sort::Number);
                Some(self.name(numbers.map(|it| (it.name.as_str(), &it.name)), Expected::NumberColumn)?.clone())
            }
            Counted::Age => {
                self.expect(POINT, Expected::Column)?;
                let others = ledger.columns.iter().filter(|column| column.sort != Sort::Number);
                Some(self.name(others.map(|it| (it.name.as_str(), &it.name)), Expected::Column)?.clone())
            }
        };
        let condition = if self.take(WHERE).is_some() { Some(self.condition(ledger, 0)?) } else { None };
        Ok(RowTerm { ledger: ledger.name.clone(), column, is_age: counted == Counted::Age, condition })
    }

    /// One of some names, in quotes or without.
    fn name<'n, T: Copy>(
        &mut self,
        names: impl Iterator<Item = (&'n str, T)> + Clone,
        expected: Expected,
    ) -> Result<T, QueryError> {
        self.at += space_len(self.rest());
        let rest = self.rest();
        if let Some(quoted) = word(rest).filter(|word| word.quoted) {
            let mut all = names.clone();
            let wanted = folded(quoted.text);
            let found = all.find(|(name, _)| folded(name) == wanted);
            if let Some((_, found)) = found.filter(|_| !quoted.open) {
                self.at += quoted.len;
                return Ok(found);
            }
        } else if let Some((found, len)) = longest(rest, names.clone()) {
            self.at += len;
            return Ok(found);
        }
        let meant = word(rest).map_or("", |word| word.text);
        let all: Vec<CompactString> = names.map(|(name, _)| name.into()).collect();
        let nearest =
            super::field::nearest(all.iter(), meant).or_else(|| all.first().cloned().filter(|_| all.len() == 1));
        Err(QueryError { nearest, ..self.error(expected) })
    }

    fn condition(&mut self, ledger: &LedgerWords, depth: usize) -> Result<RowCondition, QueryError> {
        let mut parts = vec![self.both(ledger, depth)?];
        while self.take(OR).is_some() {
            parts.push(self.both(ledger, depth)?);
        }
        Ok(one_or(parts, RowCondition::Any))
    }

    fn both(&mut self, ledger: &LedgerWords, depth: usize) -> Result<RowCondition, QueryError> {
        let mut parts = vec![self.one(ledger, depth)?];
        while self.take(AND).is_some() {
            parts.push(self.one(ledger, depth)?);
        }
        Ok(one_or(parts, RowCondition::All))
    }

    fn one(&mut self, ledger: &LedgerWords, depth: usize) -> Result<RowCondition, QueryError> {
        if depth >= MOST_DEPTH {
            return Err(self.error(Expected::LessDepth));
        }
        if self.take(NOT).is_some() {
            return Ok(RowCondition::Not(Box::new(self.one(ledger, depth + 1)?)));
        }
        if self.take(OPENING).is_some() {
            let inner = self.condition(ledger, depth + 1)?;
            self.expect(CLOSING, Expected::Closing)?;
            return Ok(inner);
        }
        let columns = ledger.columns.iter().map(|column| (column.name.as_str(), column));
        let ColumnWord { name: column, sort, is_sure } = self.name(columns, Expected::Column)?;
        let cell = |test| RowCondition::Cell { column: column.clone(), test };
        let not = |condition| RowCondition::Not(Box::new(condition));
        let before = self.at;
        let Some(sign) = self.take(&Sign::WRITTEN) else { return Ok(cell(CellTest::Filled)) };
        Ok(match sign {
            Sign::In | Sign::NotIn => {
                self.expect(OPENING, Expected::List)?;
                let mut any = vec![cell(self.equal(*sort)?)];
                while self.take(COMMA).is_some() {
                    any.push(cell(self.equal(*sort)?));
                }
                self.expect(CLOSING, Expected::Closing)?;
                let any = one_or(any, RowCondition::Any);
                if sign == Sign::In { any } else { not(any) }
            }
            Sign::Has => cell(CellTest::Has(self.text()?)),
            Sign::Lacks => not(cell(CellTest::Has(self.text()?))),
            Sign::Equal => cell(self.equal(*sort)?),
            Sign::Unequal => not(cell(self.equal(*sort)?)),
            Sign::Less | Sign::AtMost | Sign::More | Sign::AtLeast => {
                let relation = relation(sign).ok_or_else(|| self.error(Expected::NumberOperator))?;
                // Words are not more or less than anything.
                let is_of_words = *sort == Sort::Text && *is_sure;
                cell(match (self.day().filter(|_| !is_of_words), sort) {
                    _ if is_of_words => {
                        self.at = before + space_len(&self.line[before..]);
                        return Err(self.error(Expected::TextOperator));
                    }
                    (Some(day), _) => CellTest::Day(relation, day),
                    (None, Sort::Date) => CellTest::Order(relation, self.text()?),
                    (None, Sort::Number | Sort::Text) => CellTest::Number(relation, self.decimal()?),
                })
            }
        })
    }

    /// A day, where one stands here: written out, or counted from a stated one.
    fn day(&mut self) -> Option<DayTerm> {
        self.at += space_len(self.rest());
        if let Some((from, len)) = longest(self.rest(), STATED.into_iter()) {
            self.at += len;
            let span = self.span();
            return Some(DayTerm { from, span });
        }
        let found = word(self.rest()).filter(|word| !word.open)?;
        let day = Day::read(found.text)?;
        self.at += found.len;
        Some(DayTerm { from: DayFrom::Fixed(day), span: Span::Nothing })
    }

    /// How far behind a stated day another lies; nothing where nothing like it stands here.
    fn span(&mut self) -> Span {
        let rest = self.rest().trim_start();
        let Some((sign, behind)) = longest(rest, [("+", 1), ("-", -1)].into_iter()) else { return Span::Nothing };
        let behind = rest[behind..].trim_start();
        let Some((Some(number), len)) = digits(behind) else { return Span::Nothing };
        let Some(number) = number.to_i32().filter(|number| *number < 100_000) else { return Span::Nothing };
        let unit = behind[len..].trim_start();
        let (months, len) = longest(unit, UNITS.into_iter()).unwrap_or((None, 0));
        self.at = self.line.len() - unit.len() + len;
        months.map_or(Span::Days(sign * number), |months: i32| Span::Months(sign * number * months))
    }

    fn equal(&mut self, sort: Sort) -> Result<CellTest, QueryError> {
        if sort == Sort::Date
            && let Some(day) = self.day()
        {
            return Ok(CellTest::Day(Relation::Equal, day));
        }
        match sort {
            Sort::Number => self.decimal().map(|number| CellTest::Number(Relation::Equal, number)),
            Sort::Text => self.text().map(CellTest::Is),
            Sort::Date => self
                .text()
                .map(|text| if is_dated(&text) { CellTest::Order(Relation::Equal, text) } else { CellTest::Is(text) }),
        }
    }

    fn decimal(&mut self) -> Result<Decimal, QueryError> {
        self.at += space_len(self.rest());
        let found = number(self.rest()).and_then(|(written, len)| Some((Decimal::try_from(written.value).ok()?, len)));
        let (number, len) = found.ok_or_else(|| self.error(Expected::Number))?;
        self.at += len;
        Ok(number)
    }

    /// A value, in small letters.
    fn text(&mut self) -> Result<String, QueryError> {
        self.at += space_len(self.rest());
        let Some(found) = word(self.rest()) else { return Err(self.error(Expected::Text)) };
        if found.open {
            self.at = self.line.len();
            return Err(self.error(Expected::Quote));
        }
        self.at += found.len;
        Ok(found.text.to_lowercase())
    }
}

fn relation(sign: Sign) -> Option<Relation> {
    Some(match sign.compare()? {
        Compare::Equal => Relation::Equal,
        Compare::Less => Relation::Less,
        Compare::AtMost => Relation::AtMost,
        Compare::More => Relation::More,
        Compare::AtLeast => Relation::AtLeast,
    })
}

fn one_or(mut parts: Vec<RowCondition>, more: fn(Vec<RowCondition>) -> RowCondition) -> RowCondition {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            more(parts)
        }
    }
}

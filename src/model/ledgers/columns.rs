//! What the columns of a ledger hold, by their names and values.

use std::collections::HashMap;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::model::numerals::{Numerals, Read};
use crate::model::{Cell, field_names};

use super::dated::{dated, is_date};
use super::{CellNumber, Transition};
use crate::model::joining::columns::raw;
use crate::model::joining::names::tidy;

/// What values are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Words, codes, notes.
    Text,
    /// Numbers that may be added up or compared.
    Number,
    /// Dates.
    Date,
}

/// A column of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerColumn {
    /// Its name in the file; a letter where it has none, and with a number behind it where another has the same.
    pub header: String,
    /// What a pack calls it.
    pub id: Option<CompactString>,
    /// Words that may stand in it, as a pack says; empty for any.
    pub values: Vec<CompactString>,
    /// Whether it is left out of pages and exports.
    pub is_private: bool,
    /// What its values are of.
    pub sort: Sort,
    /// What may follow a word in it, as a pack says; empty where any may.
    pub transitions: Vec<Transition>,
    /// A pack knows it, and the file does not have it.
    pub is_of_pack: bool,
    /// How its numbers are written.
    pub(super) numerals: Numerals,
    /// Whether its values are amounts that add up, so that those of a row of several atoms are shared out.
    pub adds_up: bool,
}

impl LedgerColumn {
    /// What it is called in the file, then by a pack.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.header.as_str()).chain(self.id.as_deref())
    }

    /// Looks at the values of a column. Most decide: a few words among numbers are told, and are no numbers.
    pub(super) fn of<'a>(header: String, cells: &(impl Iterator<Item = &'a Cell> + Clone)) -> Self {
        let filled = || cells.clone().filter(|cell| !cell.is_empty());
        let all = filled().count();
        let typed_days = filled().filter(|cell| matches!(cell, Cell::Date(_))).count();
        let looked_at: Vec<String> =
            filled().filter(|cell| !matches!(cell, Cell::Date(_))).filter_map(raw).take(MOST_LOOKED_AT).collect();
        let numerals = Numerals::of(looked_at.iter().map(String::as_str));
        let is_number = |text: &&String| !matches!(read(numerals, text), Read::Unread);
        let numbers = looked_at.iter().filter(is_number).count();
        let percents = looked_at.iter().filter(|text| percent(text).is_some()).count();
        // Written out, or as the number that a spreadsheet keeps a day as, where the name speaks of days.
        let is_of_days = field_names::is_date(&header);
        let text_of = |cell: &'a Cell| cell.written().map(str::trim).filter(|text| !text.is_empty());
        let written = filled().filter_map(text_of).take(MOST_LOOKED_AT);
        let all_days = written.filter(|text| is_date(text) || is_of_days && dated(text).is_some()).count() + typed_days;
        let is_code = field_names::is_identifier(&header) || is_code(&header);
        let sort = if all == 0 {
            Sort::Text
        } else if typed_days * 2 > all
            || is_of_days && typed_days > 0
            || all_days * 5 >= all.min(MOST_LOOKED_AT) * 4 && !is_year(&header)
        {
            Sort::Date
        } else if numbers * 5 >= all.min(MOST_LOOKED_AT) * 4 && !is_code && !field_names::is_coordinate(&header) {
            Sort::Number
        } else {
            Sort::Text
        };
        let adds_up = sort == Sort::Number && !field_names::is_ratio(&header) && !is_year(&header) && percents == 0;
        Self {
            header,
            id: None,
            values: Vec::new(),
            is_private: false,
            sort,
            transitions: Vec::new(),
            is_of_pack: false,
            numerals,
            adds_up,
        }
    }

    /// Whether its values are codes, or numbers by which something is known: what looks like a number is none.
    #[must_use]
    pub fn is_code(&self) -> bool {
        use field_names::Content;
        let role = field_names::role_of(&self.header);
        field_names::is_identifier(&self.header)
            || is_code(&self.header)
            || role.is_some_and(|role| matches!(role.content, Content::Code | Content::Either))
    }

    /// The number that stands in a cell of this column.
    #[must_use]
    pub fn number(&self, cell: &Cell) -> CellNumber {
        let Some(raw) = raw(cell) else {
            return if matches!(cell, Cell::Error(_)) { CellNumber::Unread } else { CellNumber::Nothing };
        };
        match read(self.numerals, &raw) {
            Read::Plain(number) | Read::Understood(number) => CellNumber::Of(number),
            Read::NoValue => CellNumber::Nothing,
            Read::Unread => CellNumber::Unread,
        }
    }
}

/// What stands before a sign of percent.
fn percent(text: &str) -> Option<&str> {
    let inner = text.trim_matches('"').trim();
    inner.strip_suffix(['%', '％']).map(str::trim_end)
}

/// A value as a number; percentages as they are written, so that 95.3% is 95.3.
fn read(numerals: Numerals, text: &str) -> Read {
    match percent(text) {
        Some(number) => match numerals.read(&format!("\"{number}\"")) {
            Read::Plain(number) | Read::Understood(number) => Read::Understood(number),
            Read::NoValue | Read::Unread => Read::Unread,
        },
        None => numerals.read(text),
    }
}

/// Values that are looked at to tell how numbers are written.
const MOST_LOOKED_AT: usize = 20_000;

/// A name as columns are compared: letters of common width in small case, without blanks.
pub(crate) fn folded(name: &str) -> String {
    tidy(name).chars().filter(|c| !c.is_whitespace() && *c != '_').flat_map(char::to_lowercase).collect()
}

/// Whether a name says that values are what things are called.
pub(super) fn is_name(header: &str) -> bool {
    let word = folded(&field_names::bare(header));
    word.contains("名称")
        || word.contains("name")
        || word.contains("title")
        || word.ends_with('名')
        || word.contains("标题")
}

/// Whether a name says that values only number the rows.
pub(super) fn is_serial(header: &str) -> bool {
    ["序号", "no", "nr", "number", "#"].contains(&folded(&field_names::bare(header)).as_str())
}

/// Whether a name says that values are codes or numbers by which something is known.
pub(super) fn is_code(header: &str) -> bool {
    const WORDS: [&str; 12] =
        ["编码", "代码", "编号", "号码", "电话", "证号", "文号", "序号", "code", "phone", "tel", "number"];
    let word = folded(&field_names::bare(header));
    WORDS.iter().any(|it| if it.is_ascii() { word == *it || word.ends_with(it) } else { word.contains(it) })
        || ["id", "no", "nr", "ref", "key"].contains(&word.as_str())
}

fn is_year(header: &str) -> bool {
    let word = folded(&field_names::bare(header));
    ["年份", "年度", "year", "年"].contains(&word.as_str())
}

/// A name that no column has yet.
pub(super) fn unique(header: &str, taken: &mut HashMap<String, usize>) -> String {
    let mut name = header.to_owned();
    // Some number is free.
    while taken.contains_key(&name) {
        let number = taken.entry(header.to_owned()).or_insert(1);
        *number += 1;
        name = format!("{header} ({number})");
    }
    taken.insert(name.clone(), 1);
    name
}

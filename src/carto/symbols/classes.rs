//! Into which classes the rows of a ledger fall, by a column: words, or how much there is.

use std::collections::BTreeMap;

use compact_str::CompactString;
use rust_decimal::prelude::ToPrimitive as _;

use super::look::{Look, RADIUS};
use crate::carto::circles::CircleScale;
use crate::i18n::{Lang, numbers};
use crate::model::{CellNumber, Dataset, LaidLedger, LedgerRow, Sort, State};

/// Words that have a symbol of their own at most. Those beyond share one.
pub const MOST_WORDS: usize = 8;

/// Room of the largest circle in points.
const ROOM: f32 = 36.0;

/// What tells the rows of a ledger apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    /// Nothing: all are alike.
    Alike,
    /// The words of a column.
    Words {
        column: usize,
        /// Whether they are dates, of which the year counts.
        years: bool,
        /// Those with a symbol of their own.
        words: Vec<CompactString>,
    },
    /// The numbers of a column.
    Amounts { column: usize, scale: CircleScale },
}

/// A class of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct SymbolClass {
    /// What is in it.
    pub what: ClassOf,
    /// What its symbols look like.
    pub look: Look,
}

/// What is in a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClassOf {
    /// All rows.
    All,
    /// Rows with a word.
    Word(CompactString),
    /// Rows with a number above zero.
    Amount,
    /// Rows with other words.
    Others,
    /// Rows in which nothing stands there, or no number above zero.
    Blank,
}

impl ClassOf {
    /// What it is called.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::All => lang.pick("全部", "all").to_owned(),
            Self::Word(word) => word.to_string(),
            Self::Amount => lang.pick("有数值", "with a number").to_owned(),
            Self::Others => lang.pick("其他", "others").to_owned(),
            Self::Blank => lang.pick("（空白）", "(blank)").to_owned(),
        }
    }
}

impl Key {
    /// By a column of a ledger, as a plan leaves its rows.
    pub fn of(laid: &LaidLedger, (dataset, state): (&Dataset, &State), by: Option<&str>) -> Self {
        let ledger = laid.ledger();
        let Some(column) = by.and_then(|name| ledger.column(name)) else { return Self::Alike };
        let it = &ledger.columns()[column];
        if it.sort == Sort::Number {
            // As loaded, so that the scale does not change under an edit.
            let numbers = ledger.rows().filter_map(|row| match ledger.number(row, column) {
                CellNumber::Of(number) => number.to_f64(),
                CellNumber::Nothing | CellNumber::Unread => None,
            });
            return match CircleScale::new(numbers.fold(0.0, f64::max), ROOM) {
                Some(scale) => Self::Amounts { column, scale },
                None => Self::Alike,
            };
        }
        let years = it.sort == Sort::Date;
        let mut counts: BTreeMap<CompactString, usize> = BTreeMap::new();
        for row in laid.rows(dataset, state) {
            let word = word_of(row.text(column), years);
            if !word.is_empty() {
                *counts.entry(word.into()).or_default() += 1;
            }
        }
        // The words of a pack have its order, so that a look says the same on every map.
        let listed = it.values.iter().filter(|word| counts.contains_key(*word)).cloned();
        let mut rest: Vec<(&CompactString, usize)> =
            counts.iter().filter(|(word, _)| !it.values.contains(word)).map(|(word, count)| (word, *count)).collect();
        if years {
            rest.sort();
        } else {
            rest.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        }
        let words = listed.chain(rest.into_iter().map(|(word, _)| word.clone())).take(MOST_WORDS).collect();
        Self::Words { column, years, words }
    }

    /// Its classes, with looks from a number on.
    pub fn classes(&self, first: u8) -> Vec<SymbolClass> {
        let numbered = |at: usize| Look::Numbered(first.saturating_add(u8::try_from(at).unwrap_or(u8::MAX)));
        let class = |what, look| SymbolClass { what, look };
        match self {
            Self::Alike => vec![class(ClassOf::All, numbered(0))],
            Self::Amounts { .. } => {
                vec![class(ClassOf::Amount, numbered(0)), class(ClassOf::Blank, Look::Blank)]
            }
            Self::Words { words, .. } => {
                let words = words.iter().enumerate();
                let mut classes: Vec<SymbolClass> =
                    words.map(|(at, word)| class(ClassOf::Word(word.clone()), numbered(at))).collect();
                classes.push(class(ClassOf::Others, Look::Other));
                classes.push(class(ClassOf::Blank, Look::Blank));
                classes
            }
        }
    }

    /// How many looks its classes take.
    pub fn looks(&self) -> u8 {
        match self {
            Self::Alike | Self::Amounts { .. } => 1,
            Self::Words { words, .. } => u8::try_from(words.len()).unwrap_or(u8::MAX),
        }
    }

    /// The class of a row by its position, and the radius of its symbol in points.
    pub fn class_of(&self, row: &LedgerRow<'_>) -> (usize, f32) {
        match self {
            Self::Alike => (0, RADIUS),
            Self::Words { column, years, words } => {
                let word = word_of(row.text(*column), *years);
                let others = words.len();
                let class =
                    if word.is_empty() { others + 1 } else { words.iter().position(|it| it == word).unwrap_or(others) };
                (class, RADIUS)
            }
            Self::Amounts { column, scale } => {
                let number = match row.number(*column) {
                    CellNumber::Of(number) => number.to_f64().filter(|number| *number > 0.0),
                    CellNumber::Nothing | CellNumber::Unread => None,
                };
                number.map_or((1, RADIUS / 2.0), |number| (0, scale.radius(number).unwrap_or(1.5)))
            }
        }
    }

    /// Circles of a legend with what they stand for, the largest first.
    pub fn samples(&self) -> Vec<(String, f32)> {
        match self {
            Self::Amounts { scale, .. } => {
                let text = |figure: f64| numbers::number(figure, if figure < 1.0 { 2 } else { 0 });
                scale.samples(1.0).into_iter().map(|(figure, radius)| (text(figure), radius)).collect()
            }
            Self::Alike | Self::Words { .. } => Vec::new(),
        }
    }
}

/// What counts as the word of a cell.
fn word_of(text: &str, years: bool) -> &str {
    if years { text.get(..4).unwrap_or(text) } else { text }
}

//! What stands for the rows of a ledger, as text: `health by level`.

use std::collections::BTreeMap;
use std::fmt;

use compact_str::CompactString;

use super::classes::MOST_WORDS;
use crate::i18n::{Lang, Say};
use crate::model::{Dataset, LaidLedger, Sort};

/// Rows that are looked at to tell how many different words a column has.
const LOOKED_AT: usize = 5_000;

/// How the rows of a ledger show on a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolStyle {
    /// The ledger, by its name.
    pub ledger: CompactString,
    /// The column that tells symbols apart: words by shape and colour, numbers by size. `None`: all are alike.
    pub by: Option<CompactString>,
}

/// Why a text says nothing about symbols.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    /// No ledger is called so.
    #[error("no ledger for the symbols {text:?}; write LEDGER or \"LEDGER by COLUMN\", with one of: {there}")]
    NoSuchLedger {
        /// As given.
        text: String,
        /// Names of the ledgers.
        there: String,
    },
    /// The ledger has no such column.
    #[error("the ledger {ledger} has no column {column:?} for symbols; use one of: {there}")]
    NoSuchColumn {
        /// The ledger.
        ledger: String,
        /// As given.
        column: String,
        /// Names of its columns.
        there: String,
    },
}

impl Say for SymbolError {
    fn zh(&self) -> String {
        match self {
            Self::NoSuchLedger { text, there } => {
                format!("符号“{text}”没有对应的台账；写法为“台账”或“台账 by 列”，可用：{there}")
            }
            Self::NoSuchColumn { ledger, column, there } => {
                format!("台账 {ledger} 没有列“{column}”可用于符号；可用：{there}")
            }
        }
    }

    fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.to_string(),
        }
    }
}

impl SymbolStyle {
    /// Reads `LEDGER`, `LEDGER by COLUMN` or `台账 按 列`; names may stand in quotes.
    ///
    /// # Errors
    /// [`SymbolError`] when no ledger, or no column of it, is called so.
    pub fn parse(text: &str, dataset: &Dataset) -> Result<Self, SymbolError> {
        let text = text.trim();
        // The whole may be a name that has the word in it.
        if let Some(laid) = dataset.ledger(unquoted(text)) {
            return Ok(Self { ledger: laid.ledger().name().into(), by: None });
        }
        let parted = [" by ", " 按 "].iter().find_map(|by| text.rsplit_once(by));
        let found = parted.and_then(|(ledger, column)| Some((dataset.ledger(unquoted(ledger))?, unquoted(column))));
        let Some((laid, column)) = found else {
            let there = dataset.ledgers().iter().map(|laid| laid.ledger().name()).collect::<Vec<_>>().join(", ");
            return Err(SymbolError::NoSuchLedger { text: text.to_owned(), there });
        };
        let ledger = laid.ledger();
        let Some(at) = ledger.column(column) else {
            let there = ledger.columns().iter().map(|column| column.header.as_str()).collect::<Vec<_>>().join(", ");
            let (ledger, column) = (ledger.name().to_owned(), column.to_owned());
            return Err(SymbolError::NoSuchColumn { ledger, column, there });
        };
        Ok(Self { ledger: ledger.name().into(), by: Some(ledger.columns()[at].header.as_str().into()) })
    }

    /// By the column that says most at a glance.
    #[must_use]
    pub fn usual(laid: &LaidLedger) -> Self {
        let ledger = laid.ledger();
        let by = usual_column(laid).map(|at| ledger.columns()[at].header.as_str().into());
        Self { ledger: ledger.name().into(), by }
    }
}

/// The column of a ledger that tells its rows apart at a glance: one whose words a pack lists, else one with a handful of
/// different words.
fn usual_column(laid: &LaidLedger) -> Option<usize> {
    let ledger = laid.ledger();
    let columns = || ledger.columns().iter().enumerate().filter(|(_, column)| !column.is_private);
    if let Some((at, _)) = columns().find(|(_, column)| !column.values.is_empty()) {
        return Some(at);
    }
    let is_wordy = |at: usize| {
        let mut words: BTreeMap<&str, usize> = BTreeMap::new();
        for row in ledger.rows().take(LOOKED_AT) {
            let text = ledger.text(row, at);
            if !text.is_empty() {
                *words.entry(text).or_default() += 1;
            }
            if words.len() > MOST_WORDS {
                return false;
            }
        }
        // Words that come but once are names.
        words.len() > 1 && words.values().any(|&count| count > 1)
    };
    let texts = columns().filter(|(at, column)| {
        column.sort == Sort::Text && Some(*at) != ledger.key_column() && !column.is_code() && is_wordy(*at)
    });
    texts.map(|(at, _)| at).next()
}

fn unquoted(name: &str) -> &str {
    let name = name.trim();
    let inner = |open: char, close: char| name.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    inner('"', '"').or_else(|| inner('“', '”')).unwrap_or(name)
}

impl fmt::Display for SymbolStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            Some(by) => write!(f, "{} by {by}", self.ledger),
            None => f.write_str(&self.ledger),
        }
    }
}

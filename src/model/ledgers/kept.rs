//! A ledger as it is kept, in a project or a journal, and how it comes back.
//!
//! 1. Rows, their numbers and the names of the columns are kept; what columns hold, which cells are doubtful and what rows
//!    are bound to is worked out again from these. So whatever another program wrote counts, and is told like the rest.
//! 2. What was told of the file, and no row tells, is kept too.
//! 3. What a pack has said of it is kept with it, so that expressions and records go on to call its columns as they did.
//! 4. Keys stay unique, whatever somebody made of the cells that give them.

use std::collections::HashMap;
use std::sync::Arc;

use compact_str::ToCompactString as _;
use serde::{Deserialize, Serialize};

use super::columns::unique;
use super::words::FindingKind;
use super::{Accepted, Drawn, LaidLedger, Ledger, LedgerColumn, LedgerError, LedgerFinding, LedgerSource, TableWords};
use crate::model::{Cell, Dataset, WhyPassed};

/// A ledger, and what somebody said of its rows.
#[derive(Clone, Debug)]
pub struct KeptLedger {
    /// The ledger.
    pub ledger: Arc<Ledger>,
    /// Codes of units that somebody said rows are of.
    pub accepted: Arc<Accepted>,
}

impl PartialEq for KeptLedger {
    fn eq(&self, other: &Self) -> bool {
        let is_same = Arc::ptr_eq(&self.ledger, &other.ledger) || self.ledger == other.ledger;
        is_same && (Arc::ptr_eq(&self.accepted, &other.accepted) || self.accepted == other.accepted)
    }
}

/// What a ledger is made of again.
#[derive(Clone, Debug, Default)]
pub struct LedgerParts {
    /// What plans, expressions and packs call it.
    pub name: String,
    /// Where it came from.
    pub source: LedgerSource,
    /// Names of its columns. Where two are alike the further ones get a number behind them.
    pub headers: Vec<String>,
    /// The column with the keys; `None` where rows are known by their number.
    pub key: Option<usize>,
    /// The rows, by their numbers, ascending.
    pub rows: Vec<Vec<Cell>>,
    /// Number of each row, as in a spreadsheet program; no two are alike.
    pub numbers: Vec<u32>,
    /// What was drawn of each row; may be empty where nothing was.
    pub drawn: Vec<Drawn>,
    /// What was told of the file.
    pub told: Vec<LedgerFinding>,
    /// What a pack had said of it.
    pub words: Option<TableWords>,
}

impl Ledger {
    /// A ledger of its parts.
    ///
    /// # Errors
    /// [`LedgerError`]: what is wrong with them.
    pub fn from_parts(parts: LedgerParts) -> Result<Self, LedgerError> {
        let LedgerParts { name, source, headers, key, rows, numbers, mut drawn, told, words } = parts;
        Self::check_count(rows.len(), &source.file)?;
        let mut taken = HashMap::new();
        let columns: Vec<LedgerColumn> = headers
            .into_iter()
            .enumerate()
            .map(|(at, header)| {
                static NOTHING: Cell = Cell::Empty;
                let header = unique(&header, &mut taken);
                LedgerColumn::of(header, &rows.iter().map(|cells| cells.get(at).unwrap_or(&NOTHING)))
            })
            .collect();
        if drawn.iter().all(|drawn| *drawn == Drawn::Nothing) {
            drawn.clear();
        }
        let key = key.filter(|&key| key < columns.len());
        let name = name.to_compact_string();
        let mut ledger =
            Self { name, source, columns, key, rows, numbers, places: drawn, findings: told, ..Self::default() };
        ledger.give_keys();
        ledger.check_cells();
        Ok(match words {
            Some(words) => ledger.dressed(&words),
            None => ledger,
        })
    }

    /// What was told of the file, and is not told by its rows.
    pub fn told(&self) -> impl Iterator<Item = &LedgerFinding> {
        self.findings.iter().filter(|finding| finding.kind.is_of_file())
    }

    /// The same, and another program has changed it where it is kept.
    #[must_use]
    pub fn altered(mut self) -> Self {
        let kind = FindingKind::AlteredInProject;
        if self.findings.iter().all(|finding| finding.kind != kind) {
            let at = self.told().count();
            self.findings.insert(at, LedgerFinding { row: None, column: None, kind, written: String::new() });
        }
        self
    }
}

/// Ledgers are the same when all that is kept of them is.
impl PartialEq for Ledger {
    fn eq(&self, other: &Self) -> bool {
        let heads = (&self.name, &self.source, &self.columns, self.key, &self.numbers, &self.words);
        heads == (&other.name, &other.source, &other.columns, other.key, &other.numbers, &other.words)
            && self.keys == other.keys
            && self.findings == other.findings
            && self.rows().all(|row| {
                let same = |column| self.cell(row, column) == other.cell(row, column);
                (0..self.columns.len()).all(same) && self.drawn(row) == other.drawn(row)
            })
    }
}

impl FindingKind {
    /// Whether it is about the file, and no row tells it again.
    const fn is_of_file(&self) -> bool {
        match self {
            Self::NoHeader | Self::SameHeader | Self::PassedOver(_) | Self::AlteredInProject | Self::ColumnGone => true,
            Self::FailedFormula
            | Self::NoNumber
            | Self::NoDate
            | Self::DateAsText
            | Self::LostDigits
            | Self::UnknownWord { .. }
            | Self::Lacks { .. }
            | Self::CodeMended
            | Self::DateAsNumber { .. }
            | Self::SameKey { .. }
            | Self::NoKey { .. }
            | Self::Merged { .. }
            | Self::NoColumn { .. }
            | Self::CodeAgainstName
            | Self::TwoUnits
            | Self::Unbound { .. } => false,
        }
    }

    fn of_file(id: &str, why: Option<WhyPassed>) -> Option<Self> {
        let plain = [Self::NoHeader, Self::SameHeader, Self::AlteredInProject, Self::ColumnGone];
        plain.into_iter().chain(why.map(Self::PassedOver)).find(|kind| kind.id() == id)
    }
}

/// A finding as it is kept.
#[derive(Serialize, Deserialize)]
struct Told {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<WhyPassed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    written: String,
}

impl LedgerFinding {
    /// What was told of a file, as text.
    pub(crate) fn write_told(ledger: &Ledger) -> String {
        let all = ledger.told().cloned().map(|Self { row, column, kind, written }| {
            let why = if let FindingKind::PassedOver(why) = kind { Some(why) } else { None };
            Told { kind: kind.id().to_owned(), why, row, column, written }
        });
        // Text and numbers always serialise.
        serde_json::to_string(&all.collect::<Vec<_>>()).unwrap_or_default()
    }

    /// What was told of a file, of that text. What cannot be understood is left out.
    pub(crate) fn read_told(text: &str) -> Vec<Self> {
        let all: Vec<Told> = serde_json::from_str(text).unwrap_or_default();
        let read = |Told { kind, why, row, column, written }: Told| {
            Some(Self { row, column, kind: FindingKind::of_file(&kind, why)?, written })
        };
        all.into_iter().filter_map(read).collect()
    }
}

impl LaidLedger {
    /// What of it is kept.
    #[must_use]
    pub fn kept(&self) -> KeptLedger {
        KeptLedger { ledger: Arc::clone(&self.ledger), accepted: Arc::clone(&self.accepted) }
    }
}

impl Dataset {
    /// Ledgers of files, as they are kept.
    #[must_use]
    pub fn kept_ledgers(&self) -> Vec<KeptLedger> {
        self.ledgers.iter().filter(|laid| !laid.ledger().is_own()).map(LaidLedger::kept).collect()
    }

    /// The same boundaries with these ledgers laid over them, and no others; itself where it has just these.
    #[must_use]
    pub fn with_kept_ledgers(self: Arc<Self>, kept: &[KeptLedger]) -> Arc<Self> {
        let there = self.kept_ledgers();
        if there == kept {
            return self;
        }
        let laid = kept.iter().map(|wanted| {
            let is_it = |laid: &&LaidLedger| !laid.ledger().is_own() && laid.kept() == *wanted;
            let lay = || LaidLedger::lay(Arc::clone(&wanted.ledger), &self, (*wanted.accepted).clone());
            self.ledgers.iter().find(is_it).map_or_else(lay, LaidLedger::clone)
        });
        Arc::new(self.with_ledgers(laid.collect()))
    }

    /// The same boundaries with ledgers that were kept laid over them, beside those that are there. One that is there
    /// stays, whatever was kept under its name.
    #[must_use]
    pub fn and_kept_ledgers(self: Arc<Self>, kept: &[KeptLedger]) -> Arc<Self> {
        let own = self.kept_ledgers();
        let find = |all: &[KeptLedger], name: &str| all.iter().find(|it| it.ledger.name() == name).cloned();
        let all = kept.iter().map(|kept| find(&own, kept.ledger.name()).unwrap_or_else(|| kept.clone()));
        let further = own.iter().filter(|own| find(kept, own.ledger.name()).is_none()).cloned();
        let all: Vec<KeptLedger> = all.chain(further).collect();
        self.with_kept_ledgers(&all)
    }
}

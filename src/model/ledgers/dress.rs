//! What a pack says of the ledgers of a county: what their columns are called by those who make packs, which words stand in
//! them, what adds up.

use std::collections::HashMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::columns::{folded, unique};
use super::derive::header_of;
use super::words::FindingKind;
use super::{Accepted, KeptLedger, LaidLedger, Ledger, LedgerColumn, LedgerFinding, Sort};
use crate::model::{Cell, Dataset, field_names};

/// What is known of a ledger before anybody has one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableWords {
    /// What plans and expressions call it.
    pub id: CompactString,
    /// What it is called in 简体中文 and in English; empty where the pack does not say.
    #[serde(default)]
    pub title: [String; 2],
    /// Names of the column by which rows are known.
    pub key: Vec<String>,
    /// Whether rows that name no unit are of all of it: tasks, key figures.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// Its columns.
    pub columns: Vec<ColumnWords>,
}

/// What is known of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnWords {
    /// What expressions call it.
    pub id: CompactString,
    /// What headers mean it; its own id does.
    pub words: Vec<String>,
    /// Words that may stand in it; empty for any.
    pub values: Vec<CompactString>,
    /// Whether its values are amounts that add up; `None` where names and values tell.
    pub adds_up: Option<bool>,
    /// Whether it is left out of pages and exports: names of people.
    pub is_private: bool,
    /// What its values are of; `None` where these tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// What may follow a word; empty where any may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transitions: Vec<Transition>,
}

/// Words of a column that may follow others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// What may stand there before; empty for anything.
    pub from: Vec<CompactString>,
    /// What may follow.
    pub to: Vec<CompactString>,
    /// Columns that are to be filled then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<CompactString>,
}

impl Transition {
    /// Whether it leads on from a word; from a blank cell all do.
    #[must_use]
    pub fn leaves(&self, from: &str) -> bool {
        from.is_empty() || self.from.is_empty() || self.from.iter().any(|word| word == from)
    }
}

/// Findings of one kind that are told at most.
const MOST_TOLD: usize = 2_000;

impl LaidLedger {
    /// The same with what packs say of its ledger; what rows are bound to stays.
    #[must_use]
    pub fn dressed(self, tables: &[TableWords], dataset: &Dataset) -> Self {
        let words = tables.iter().find(|table| table.id == self.ledger.name());
        let Some(words) = words.filter(|words| self.ledger.words() != Some(*words)) else { return self };
        let dressed = Arc::new(Ledger::clone(&self.ledger).dressed(words));
        let is_whole = |ledger: &Ledger| ledger.words().is_some_and(|words| words.whole);
        if dressed.key_column() == self.ledger.key_column() && is_whole(&dressed) == is_whole(&self.ledger) {
            return Self { ledger: dressed, ..self };
        }
        // What rows are known by tells whether they are units.
        Self::lay(dressed, dataset, Accepted::clone(&self.accepted))
    }
}

impl KeptLedger {
    /// The same with what a pack says of its ledger, and nothing that another one said before; with `None` as nobody had
    /// said anything.
    #[must_use]
    pub fn worded(&self, words: Option<&TableWords>) -> Self {
        if self.ledger.words() == words {
            return self.clone();
        }
        let bare = Ledger::clone(&self.ledger).undressed();
        let ledger = Arc::new(words.map_or_else(|| bare.clone(), |words| bare.clone().dressed(words)));
        Self { ledger, accepted: Arc::clone(&self.accepted) }
    }
}

impl TableWords {
    /// How many columns of a ledger it knows by their names, and in how many of these the words are those it knows: to tell
    /// which of several packs a ledger is of.
    #[must_use]
    pub fn fits(&self, ledger: &Ledger) -> (usize, usize) {
        let (mut known, mut worded) = (0, 0);
        for words in &self.columns {
            let Some(at) = words.found_in(&ledger.columns) else { continue };
            known += 1;
            let filled =
                || ledger.rows().map(|row| ledger.text(row, at)).filter(|text| !text.is_empty()).take(LOOKED_AT);
            let ours = filled().filter(|text| words.values.iter().any(|word| word == text)).count();
            worded += usize::from(ours > 0 && ours * 2 >= filled().count());
        }
        (known, worded)
    }
}

impl ColumnWords {
    /// The column that it is: by its whole header, else by what stands outside of brackets, as in 校舍面积（㎡）, else by
    /// the lower of two lines of headers, as in `规模_编制床位`.
    fn found_in(&self, columns: &[LedgerColumn]) -> Option<usize> {
        let means = |header: &str| folded(&self.id) == header || self.words.iter().any(|word| folded(word) == header);
        let find = |read: fn(&str) -> String| columns.iter().position(|column| means(&read(&column.header)));
        let bare = |header: &str| folded(&field_names::bare(header));
        let lower = |header: &str| folded(&field_names::bare(header.rsplit('_').next().unwrap_or(header)));
        find(folded).or_else(|| find(bare)).or_else(|| find(lower))
    }
}

impl FindingKind {
    /// Whether a pack tells it.
    const fn is_of_pack(&self) -> bool {
        matches!(self, Self::UnknownWord { .. } | Self::Lacks { .. } | Self::NoColumn { .. })
    }
}

/// Cells that are looked at to tell whether a pack knows their words.
const LOOKED_AT: usize = 500;

impl Ledger {
    /// The ledger as it was before a pack said anything of it. Rows keep their keys, so that what a plan decides of them
    /// holds.
    #[must_use]
    pub fn undressed(mut self) -> Self {
        if self.words.take().is_none() {
            return self;
        }
        self.columns.retain(|column| !column.is_of_pack);
        for at in 0..self.columns.len() {
            static NOTHING: Cell = Cell::Empty;
            let cells = self.rows.iter().map(|cells| cells.get(at).unwrap_or(&NOTHING));
            self.columns[at] = LedgerColumn::of(self.columns[at].header.clone(), &cells);
        }
        self.findings.retain(|finding| !finding.kind.is_of_pack());
        self
    }

    /// What a pack has said of it.
    #[must_use]
    pub fn words(&self) -> Option<&TableWords> {
        self.words.as_deref()
    }

    /// The ledger with what a pack says of it: columns that it means answer to their ids too, and those that the file does
    /// not have stand behind the others, blank, for what a plan records.
    #[must_use]
    pub fn dressed(mut self, words: &TableWords) -> Self {
        self.columns.retain(|column| !column.is_of_pack);
        let mut taken: HashMap<String, usize> = self.columns.iter().map(|column| (column.header.clone(), 1)).collect();
        for known in &words.columns {
            let at = known.found_in(&self.columns).unwrap_or_else(|| {
                let header = unique(&header_of(known), &mut taken);
                let column = LedgerColumn::of(header, &std::iter::empty());
                self.columns.push(LedgerColumn { is_of_pack: true, ..column });
                self.columns.len() - 1
            });
            let column = &mut self.columns[at];
            column.id = Some(known.id.clone());
            column.values.clone_from(&known.values);
            column.sort = known.sort.unwrap_or(column.sort);
            column.adds_up = known.adds_up.unwrap_or(column.adds_up);
            column.is_private = known.is_private;
            column.transitions.clone_from(&known.transitions);
        }
        let wanted = words.key.iter().find_map(|key| self.column(key)).filter(|column| Some(*column) != self.key);
        if let Some(key) = wanted.filter(|&column| self.is_nearly_unique(column)) {
            self.key = Some(key);
            self.give_keys();
        }
        self.findings.retain(|finding| !finding.kind.is_of_pack());
        let mut told = Vec::new();
        for (at, column) in self.columns.iter().enumerate().filter(|(_, column)| !column.values.is_empty()) {
            for row in self.rows() {
                let text = self.text(row, at);
                if text.is_empty() || column.values.iter().any(|word| word == text) {
                    continue;
                }
                if told.len() == MOST_TOLD {
                    break;
                }
                told.push(LedgerFinding {
                    row: Some(self.number_of(row)),
                    column: Some(column.header.clone()),
                    kind: FindingKind::UnknownWord { known: column.values.clone() },
                    written: text.to_owned(),
                });
            }
        }
        told.extend(self.lacking());
        told.extend(self.missing(words));
        self.findings.extend(told);
        self.words = Some(Arc::new(words.clone()));
        self
    }

    /// Columns that the pack asks for and the file does not have, where that makes figures unknown.
    fn missing(&self, words: &TableWords) -> Vec<LedgerFinding> {
        let lacking = (0..self.columns.len()).filter(|&at| self.is_lacking(at)).map(|at| &self.columns[at]);
        let told = lacking.filter_map(|column| {
            let known = words.columns.iter().find(|known| Some(&known.id) == column.id.as_ref())?;
            let known = std::iter::once(known.id.to_string()).chain(known.words.iter().cloned()).collect();
            let kind = FindingKind::NoColumn { known };
            Some(LedgerFinding { row: None, column: Some(column.header.clone()), kind, written: String::new() })
        });
        told.collect()
    }

    /// Rows with a word that asks for other columns, which are blank.
    fn lacking(&self) -> Vec<LedgerFinding> {
        let mut told = Vec::new();
        let header =
            |name: &CompactString| self.column(name).map_or(name.clone(), |at| (&self.columns[at].header).into());
        for (at, column) in self.columns.iter().enumerate().filter(|(_, column)| !column.transitions.is_empty()) {
            for row in self.rows() {
                let text = self.text(row, at);
                let ways = column.transitions.iter().filter(|it| it.to.iter().any(|word| word == text));
                let is_blank =
                    |name: &&CompactString| self.column(name).is_some_and(|column| self.text(row, column).is_empty());
                let lacking = ways.map(|it| it.asks.iter().filter(is_blank).cloned().collect::<Vec<_>>());
                let Some(columns) = lacking.min_by_key(Vec::len).filter(|columns| !columns.is_empty()) else {
                    continue;
                };
                if told.len() == MOST_TOLD {
                    break;
                }
                told.push(LedgerFinding {
                    row: Some(self.number_of(row)),
                    column: Some(column.header.clone()),
                    kind: FindingKind::Lacks { columns: columns.iter().map(header).collect() },
                    written: text.to_owned(),
                });
            }
        }
        told
    }
}

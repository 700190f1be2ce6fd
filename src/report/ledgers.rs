//! Ledgers as reports: what is doubtful about them, what two of them differ in, and what a plan leaves of them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::i18n::{Lang, Say as _};
use crate::model::{
    Bound, BoundBy, Dataset, LaidLedger, Ledger, LedgerFinding, LevelIndex, RowIndex, Sort, State, UnitId,
};

/// What is to be said of all ledgers: `quhua ledger check --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LedgerReport {
    /// Each ledger.
    pub tables: Vec<TableReport>,
}

/// What is to be said of a ledger.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TableReport {
    /// What plans and expressions call it.
    pub table: String,
    /// File name without its folder.
    pub file: String,
    /// The sheet or layer in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Hash of the bytes of the file, hexadecimal.
    pub sha256: String,
    /// As of which date it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Rows in the file.
    pub rows: usize,
    /// Rows that the plan adds and takes away; rows of which it says something.
    pub recorded: Recorded,
    /// The column by which rows are known; `null`: by their number.
    pub key: Option<String>,
    /// What rows are bound to.
    pub bound: BoundCounts,
    /// Its columns.
    pub columns: Vec<ColumnReport>,
    /// What is doubtful.
    pub findings: Vec<FindingReport>,
    /// Codes of units of the finest level that no row belongs to.
    pub unmatched_units: Vec<String>,
    /// Rows that come about by themselves, or are changed by rules, by rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<DerivedRows>,
    /// Keys of rows that the plan says something of, and that do not come about as it is now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<String>,
    /// Whether cells are blank because nobody stated the day of approval.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub lacks_approval: bool,
}

/// Rows of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DerivedRows {
    /// Id of the rule.
    pub rule: String,
    /// What its rows are called.
    pub title: String,
    /// How many there are.
    pub rows: usize,
}

/// What a plan does to rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// Rows that it adds.
    pub added: usize,
    /// Rows that it takes away.
    pub removed: usize,
    /// Rows of which it sets cells.
    pub changed: usize,
}

/// What rows are bound to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BoundCounts {
    /// By their place.
    pub place: usize,
    /// By a code, as it stands or mended.
    pub code: usize,
    /// By a name.
    pub name: usize,
    /// All of it, and no unit in it.
    pub whole: usize,
    /// Nothing.
    pub not_found: usize,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnReport {
    /// Its name.
    pub name: String,
    /// What a pack calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What its values are of: `text`, `number` or `date`.
    pub sort: &'static str,
    /// `sum` where its values are amounts that add up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub carry: Option<&'static str>,
}

/// Something doubtful.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FindingReport {
    /// What it is, by its identifier.
    pub kind: &'static str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    /// Number of the row, as in a spreadsheet program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Name of the column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// In words.
    pub message: String,
    /// Codes of units that may be meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub near: Vec<String>,
}

impl LedgerReport {
    /// What is to be said of the ledgers of a dataset, as a plan leaves them.
    #[must_use]
    pub fn new(dataset: &Dataset, state: &State, lang: Lang) -> Self {
        Self { tables: dataset.ledgers().iter().map(|laid| TableReport::new(laid, dataset, state, lang)).collect() }
    }

    /// Whether nothing but things of no weight are to be said.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let is_calm = |table: &TableReport| table.findings.iter().all(|finding| finding.severity == "info");
        self.tables.iter().all(|table| is_calm(table) && table.waiting.is_empty())
    }
}

impl TableReport {
    /// What is to be said of a ledger, as a plan leaves it.
    #[must_use]
    pub fn new(laid: &LaidLedger, dataset: &Dataset, state: &State, lang: Lang) -> Self {
        let ledger = laid.ledger();
        let mut bound = BoundCounts::default();
        for row in ledger.rows() {
            *(match laid.bound(row) {
                Bound::Place(..) | Bound::Line(_) => &mut bound.place,
                Bound::Unit { by: BoundBy::Code | BoundBy::RepairedCode, .. } => &mut bound.code,
                Bound::Unit { by: BoundBy::Name, .. } => &mut bound.name,
                Bound::Whole => &mut bound.whole,
                Bound::No(_) => &mut bound.not_found,
            }) += 1;
        }
        let mut recorded = Recorded::default();
        for (_, record) in state.records().of(ledger.name()) {
            recorded.added += usize::from(record.added.is_some() && !record.removed);
            recorded.removed += usize::from(record.removed && record.added.is_none());
            recorded.changed += usize::from(record.added.is_none() && !record.removed && !record.set.is_empty());
        }
        let has_row = |unit: &UnitId| dataset.base.atoms(*unit).iter().any(|&atom| !laid.rows_at(atom).is_empty());
        let without = dataset.base.units_at(LevelIndex::FINEST).filter(|unit| !ledger.is_own() && !has_row(unit));
        let source = ledger.source();
        let waiting = laid.waiting_records(dataset, state).into_iter().map(ToString::to_string).collect();
        Self {
            table: ledger.name().to_owned(),
            file: source.file.clone(),
            sheet: source.sheet.clone(),
            sha256: source.sha256.clone(),
            as_of: source.as_of.as_ref().map(|as_of| as_of.date.clone()),
            rows: ledger.len(),
            recorded,
            key: ledger.key_column().map(|column| ledger.columns()[column].header.clone()),
            bound,
            columns: ledger.columns().iter().map(column).collect(),
            findings: ledger.findings().iter().chain(laid.binding_findings()).map(|it| finding(it, lang)).collect(),
            unmatched_units: without.map(|unit| dataset.base.unit(unit).code.to_string()).collect(),
            derived: derived(laid, dataset, state, lang),
            waiting,
            lacks_approval: dataset.derivations().lacks_approval(ledger.name()),
        }
    }

    /// What it says, a line for each thing; of many of one kind the first.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        /// Findings of one kind that are told.
        const TOLD: usize = 20;
        let Self { table, file, rows, bound, .. } = self;
        let BoundCounts { place, code, name, whole, not_found } = bound;
        let mut lines = vec![match lang {
            Lang::Zh if file.is_empty() => format!("{table}：由方案自动产生"),
            Lang::En if file.is_empty() => format!("{table}: rows come about by themselves"),
            Lang::Zh => format!(
                "{table}（{file}）：{rows} 行；按位置 {place}，按代码 {code}，按名称 {name}，全县 {whole}，未找到 {not_found}"
            ),
            Lang::En => format!(
                "{table} ({file}): {rows} rows; bound by place {place}, by code {code}, by name {name}, of all {whole}, \
                 not found {not_found}"
            ),
        }];
        for DerivedRows { title, rows, .. } in &self.derived {
            lines.push(format!("  {title}{}{rows}", lang.pick("：", ": ")));
        }
        if self.lacks_approval {
            let why = lang.pick(
                "未指定批准日（--approved），时限留空",
                "no day of approval is stated (--approved): deadlines are blank",
            );
            lines.push(format!("  {why}"));
        }
        for key in &self.waiting {
            lines.push(match lang {
                Lang::Zh => format!("  {key}：按现方案不产生这一行，所记内容保留"),
                Lang::En => {
                    format!("  {key}: the row does not come about as the plan is now; what is said of it is kept")
                }
            });
        }
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in &self.findings {
            let count = told.entry(finding.kind).or_default();
            *count += 1;
            if *count <= TOLD {
                lines.push(format!("  {}", finding.message));
            }
        }
        for (_, count) in told.into_iter().filter(|(_, count)| *count > TOLD) {
            let more = count - TOLD;
            lines.push(match lang {
                Lang::Zh => format!("  另有 {more} 处同类问题，--json 全部列出"),
                Lang::En => format!("  and {more} more of a kind; --json has all"),
            });
        }
        lines
    }
}

/// Rows that rules bring about or change, by rule, in the order of the packs.
fn derived(laid: &LaidLedger, dataset: &Dataset, state: &State, lang: Lang) -> Vec<DerivedRows> {
    let rules = &dataset.derivations().rules;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    if rules.iter().any(|rule| rule.table == laid.ledger().name()) {
        for rule in laid.rows(dataset, state).filter_map(|row| row.rule()) {
            *counts.entry(rule.id.as_str()).or_default() += 1;
        }
    }
    let counted = rules.iter().filter_map(|rule| Some((rule, *counts.get(rule.id.as_str())?)));
    counted
        .map(|(rule, rows)| {
            let [zh, en] = &rule.title;
            DerivedRows { rule: rule.id.to_string(), title: lang.pick(zh, en).to_owned(), rows }
        })
        .collect()
}

fn column(column: &crate::model::LedgerColumn) -> ColumnReport {
    let sort = match column.sort {
        Sort::Text => "text",
        Sort::Number => "number",
        Sort::Date => "date",
    };
    let id = column.id.as_ref().map(ToString::to_string);
    ColumnReport { name: column.header.clone(), id, sort, carry: column.adds_up.then_some("sum") }
}

fn finding(finding: &LedgerFinding, lang: Lang) -> FindingReport {
    use crate::model::LedgerFindingKind::Unbound;
    let near = if let Unbound { near, .. } = &finding.kind { near.clone() } else { Vec::new() };
    FindingReport {
        kind: finding.id(),
        severity: finding.severity().id(),
        row: finding.row,
        column: finding.column.clone(),
        message: finding.say(lang),
        near,
    }
}

/// What two ledgers differ in, by the keys of their rows: `quhua ledger diff --json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LedgerDiff {
    /// Keys of rows that only the second has.
    pub added: Vec<String>,
    /// Keys of rows that only the first has.
    pub gone: Vec<String>,
    /// Cells that differ.
    pub changed: Vec<CellChange>,
    /// Columns that only the second has.
    pub columns_added: Vec<String>,
    /// Columns that only the first has.
    pub columns_gone: Vec<String>,
}

/// A cell that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CellChange {
    /// Key of the row.
    pub row: String,
    /// Name of the column.
    pub column: String,
    /// What stood there.
    pub was: String,
    /// What stands there now.
    pub now: String,
}

impl LedgerDiff {
    /// What a later ledger has otherwise than an earlier one. Numbers that are the same are the same however written.
    #[must_use]
    pub fn between(was: &Ledger, now: &Ledger) -> Self {
        let only = |these: &Ledger, those: &Ledger| -> Vec<String> {
            these
                .rows()
                .filter(|&row| those.row(these.key(row)).is_none())
                .map(|row| these.key(row).to_string())
                .collect()
        };
        let lacks = |these: &Ledger, those: &Ledger| -> Vec<String> {
            let headers = these.columns().iter().map(|column| column.header.clone());
            headers.filter(|header| those.column(header).is_none()).collect()
        };
        let shared: Vec<(usize, usize)> = now
            .columns()
            .iter()
            .enumerate()
            .filter_map(|(at, column)| Some((was.column(&column.header)?, at)))
            .collect();
        let mut changed = Vec::new();
        for row in now.rows() {
            let Some(before) = was.row(now.key(row)) else { continue };
            for &(old, new) in &shared {
                if !is_same((was, before, old), (now, row, new)) {
                    changed.push(CellChange {
                        row: now.key(row).to_string(),
                        column: now.columns()[new].header.clone(),
                        was: was.text(before, old).to_owned(),
                        now: now.text(row, new).to_owned(),
                    });
                }
            }
        }
        Self {
            added: only(now, was),
            gone: only(was, now),
            changed,
            columns_added: lacks(now, was),
            columns_gone: lacks(was, now),
        }
    }

    /// Whether nothing differs.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What differs, a line for each thing.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let zh = lang == Lang::Zh;
        let mut lines = Vec::new();
        for (columns, [said, en]) in
            [(&self.columns_added, ["新增列", "column added"]), (&self.columns_gone, ["取消列", "column gone"])]
        {
            lines.extend(columns.iter().map(|it| format!("{}: {it}", if zh { said } else { en })));
        }
        for (rows, [said, en]) in [(&self.added, ["新增", "added"]), (&self.gone, ["减少", "gone"])] {
            lines.extend(rows.iter().map(|it| format!("{}: {it}", if zh { said } else { en })));
        }
        lines.extend(
            self.changed.iter().map(|CellChange { row, column, was, now }| format!("{row} · {column}: {was} → {now}")),
        );
        let summary = match lang {
            Lang::Zh => {
                format!("新增 {} 行，减少 {} 行，改动 {} 处", self.added.len(), self.gone.len(), self.changed.len())
            }
            Lang::En => format!(
                "{} rows added, {} gone, {} cells changed",
                self.added.len(),
                self.gone.len(),
                self.changed.len()
            ),
        };
        lines.push(summary);
        lines
    }
}

fn is_same((was, before, old): (&Ledger, RowIndex, usize), (now, row, new): (&Ledger, RowIndex, usize)) -> bool {
    use crate::model::CellNumber::Of;
    if was.text(before, old) == now.text(row, new) {
        return true;
    }
    let is_number = |ledger: &Ledger, column: usize| ledger.columns()[column].sort == Sort::Number;
    let numbers = is_number(was, old) && is_number(now, new);
    numbers && matches!((was.number(before, old), now.number(row, new)), (Of(a), Of(b)) if a == b)
}

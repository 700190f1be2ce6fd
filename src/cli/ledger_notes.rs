//! What has to be known of ledgers, packs and figures before anybody relies on what is worked out from them.

use super::{Line, lang, say};
use crate::i18n::{Lang, Say as _};
use crate::model::{Bound, LaidLedger, LedgerFindingKind, TableWords};
use crate::query::{OwnError, check_own};
use crate::study::Study;

/// Says which rows are in no figure, which packs have no ledger, and which figures cannot be worked out.
pub(super) fn tell(study: &Study) {
    let ledgers = study.dataset().ledgers();
    for laid in ledgers {
        tell_of_ledger(study, laid);
    }
    let missing: Vec<TableWords> = tables_without_ledger(study);
    for table in &missing {
        let fits = |laid: &&LaidLedger| laid.ledger().words().is_none() && !laid.ledger().is_own() && fits(table, laid);
        say(Line::Warning, no_ledger(&table.id, ledgers.iter().find(fits)));
    }
    for own in study.own_figures().list() {
        let definition = &own.definition;
        let is_told = |table: &TableWords| definition.expression.contains(table.id.as_str());
        let words = study.formula_words();
        let error = check_own(definition, &[], words, study.document().origin()).err();
        // What can be worked out and has the name of something else is told too.
        let matters = |error: &OwnError| own.formula.is_none() || matches!(error, OwnError::Taken(_));
        if let Some(error) = error.filter(|error| matters(error) && !missing.iter().any(is_told)) {
            let (name, why) = (&definition.name, error.say(lang()));
            say(
                Line::Warning,
                match lang() {
                    Lang::Zh => format!("指标“{name}”有误：{why}"),
                    Lang::En => format!("the figure {name:?} is wrong: {why}"),
                },
            );
        }
    }
}

fn tell_of_ledger(study: &Study, laid: &LaidLedger) {
    let ledger = laid.ledger();
    let (dataset, state) = (study.dataset(), study.state());
    let name = if ledger.source().file.is_empty() {
        ledger.name().to_owned()
    } else {
        format!("{} ({})", ledger.name(), ledger.source().file)
    };
    let unbound = ledger.rows().filter(|row| matches!(laid.bound(*row), Bound::No(_))).count();
    let is_unread =
        |kind: &LedgerFindingKind| matches!(kind, LedgerFindingKind::NoNumber | LedgerFindingKind::FailedFormula);
    let is_no_date = |kind: &LedgerFindingKind| *kind == LedgerFindingKind::NoDate;
    let no_dates = ledger.findings().iter().filter(|finding| is_no_date(&finding.kind)).count();
    let unread = ledger.findings().iter().filter(|finding| is_unread(&finding.kind)).count();
    let is_contradicted =
        |kind: &LedgerFindingKind| matches!(kind, LedgerFindingKind::CodeAgainstName | LedgerFindingKind::TwoUnits);
    let contradicted = laid.binding_findings().iter().filter(|finding| is_contradicted(&finding.kind)).count();
    let parts: Vec<String> = [
        (unbound, "行未找到所属单位，不计入任何指标", "rows are of no unit and in no figure"),
        (contradicted, "行所填单位前后不一致", "rows name several units"),
        (unread, "个单元格不是数字，相关合计未知", "cells are no numbers; sums with them are not known"),
        (no_dates, "个单元格不是日期", "cells are no dates"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, zh, en)| format!("{count} {}", lang().pick(zh, en)))
    .collect();
    if !parts.is_empty() {
        let parts = parts.join(lang().pick("；", "; "));
        say(
            Line::Warning,
            match lang() {
                Lang::Zh => format!("台账 {name}：{parts}（ledger check 逐行列出）"),
                Lang::En => format!("ledger {name}: {parts} (ledger check lists them)"),
            },
        );
    }
    let derived = laid.derived_rows(dataset, state).len();
    if derived > 0 {
        say(
            Line::Note,
            match lang() {
                Lang::Zh => format!("台账 {name}：另有 {derived} 行由方案自动产生，已计入"),
                Lang::En => format!("ledger {name}: {derived} further rows come about by the plan and are counted"),
            },
        );
    }
}

/// Tables of packs that figures or rules ask for and that no file is laid for.
fn tables_without_ledger(study: &Study) -> Vec<TableWords> {
    let packs = study.basis().packs.iter().filter_map(|choice| choice.brought().ok());
    let dataset = study.dataset();
    let is_there = |table: &TableWords| dataset.ledger(&table.id).is_some_and(|laid| !laid.ledger().is_own());
    let asked = packs.flat_map(|pack| {
        let asks = |table: &TableWords| pack.figures.iter().any(|figure| figure.expression.contains(table.id.as_str()));
        pack.tables.iter().filter(|table| asks(table)).cloned().collect::<Vec<_>>()
    });
    // Of what only comes about by itself nobody has a file.
    let is_brought_about = |table: &TableWords| dataset.derivations().own_tables().any(|own| own.id == table.id);
    asked.filter(|table| !is_there(table) && !is_brought_about(table)).collect()
}

/// Whether a ledger under another name looks like the one that a pack speaks of.
fn fits(table: &TableWords, laid: &LaidLedger) -> bool {
    let (known, worded) = table.fits(laid.ledger());
    worded > 0 || known * 2 > table.columns.len()
}

fn no_ledger(table: &str, other: Option<&LaidLedger>) -> String {
    let other = other.map(|laid| {
        let source = laid.ledger().source();
        let sheet = source.sheet.as_ref().map(|sheet| format!("#{sheet}")).unwrap_or_default();
        format!("--ledger {}{sheet}={table}", source.file)
    });
    match (lang(), other) {
        (Lang::Zh, Some(other)) => format!("没有名为 {table} 的台账，有关指标为空；现有一份与之相符，请写作 {other}"),
        (Lang::En, Some(other)) => {
            format!(
                "no ledger is called {table}, and figures about it are blank; one that is given fits: write {other}"
            )
        }
        (Lang::Zh, None) => format!("没有名为 {table} 的台账，有关指标为空；请加 --ledger 文件={table}"),
        (Lang::En, None) => {
            format!("no ledger is called {table}, and figures about it are blank; add --ledger FILE={table}")
        }
    }
}

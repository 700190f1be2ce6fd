//! Reads what a pack knows of ledgers.

use compact_str::CompactString;
use toml::de::DeValue;

use super::mistake::{Expected, PackProblem};
use super::pack::Words;
use super::reader::{Read, Table};
use crate::model::{ColumnWords, Sort, TableWords, Transition};

/// Ledgers, by their ids.
pub(super) fn tables(top: &Table<'_, '_>) -> Read<Vec<TableWords>> {
    let Some(value) = top.get("table") else { return Ok(Vec::new()) };
    if matches!(value.get_ref(), DeValue::Array(_)) {
        return Err(top.lines.error(value.span(), PackProblem::LedgerInList));
    }
    let all = Table::new(top.lines, "table", value, "table")?;
    all.fields
        .iter()
        .map(|(id, value)| ledger(id.get_ref(), &Table::new(top.lines, id.get_ref(), value, "table")?))
        .collect()
}

fn ledger(id: &str, table: &Table<'_, '_>) -> Read<TableWords> {
    table.only(&["title", "key", "whole", "column"])?;
    let words = |table: &Table<'_, '_>, key: &str| -> Read<Vec<String>> {
        Ok(table.texts(key, Expected::Text)?.into_iter().map(|(word, _)| word.to_owned()).collect())
    };
    let mut columns: Vec<ColumnWords> = Vec::new();
    for column in table.tables("column", "table.column")? {
        column.only(&["id", "words", "values", "carry", "private", "holds", "transitions"])?;
        let id: CompactString = column.text("id")?.ok_or_else(|| column.missing("id"))?.into();
        if columns.iter().any(|other| other.id == id) {
            return Err(column.lines.error(column.span, PackProblem::SameId(id.into_string())));
        }
        columns.push(ColumnWords {
            id,
            words: words(&column, "words")?,
            values: words(&column, "values")?.into_iter().map(Into::into).collect(),
            adds_up: column.pick("carry", &[("sum", true), ("none", false)])?,
            is_private: column.flag("private")?,
            sort: sort(&column)?,
            transitions: transitions(&column)?,
        });
    }
    let Words { zh, en } = table.words("title")?;
    Ok(TableWords { id: id.into(), title: [zh, en], key: words(table, "key")?, whole: table.flag("whole")?, columns })
}

/// What values of a column are of. What adds up are numbers.
fn sort(column: &Table<'_, '_>) -> Read<Option<Sort>> {
    let said = column.pick("holds", &[("text", Sort::Text), ("number", Sort::Number), ("date", Sort::Date)])?;
    let adds_up = column.pick("carry", &[("sum", true), ("none", false)])? == Some(true);
    Ok(said.or(adds_up.then_some(Sort::Number)))
}

/// Which words of a column may follow others.
fn transitions(column: &Table<'_, '_>) -> Read<Vec<Transition>> {
    let words = |table: &Table<'_, '_>, key: &str| -> Read<Vec<CompactString>> {
        Ok(table.texts(key, Expected::Text)?.into_iter().map(|(word, _)| word.into()).collect())
    };
    let all = column.tables("transitions", "table.column.transitions")?;
    all.iter()
        .map(|table| {
            table.only(&["from", "to", "asks"])?;
            let to = words(table, "to")?;
            if to.is_empty() {
                return Err(table.missing("to"));
            }
            Ok(Transition { from: words(table, "from")?, to, asks: words(table, "asks")? })
        })
        .collect()
}

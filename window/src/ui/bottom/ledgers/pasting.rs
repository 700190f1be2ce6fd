//! Rows as text with tabs, as spreadsheet programs copy them and take them up.
//!
//! 1. Text whose first line names columns is a table: its rows are known by the key, and those that no row has are new.
//! 2. Any other text is a block of cells that begins at the cursor; what goes beyond the last row is new.
//! 3. A code stands as `="0123"`, so that no program makes a number of it, and comes back as what it is.

use std::ops::Range;

use compact_str::CompactString;

use super::key_at;
use super::rows::{Made, row_at};
use quhua::edit::{Cells, Edit, RowEdit};
use quhua::model::{Dataset, LaidLedger, LedgerRow, State};

/// Some of the rows that are shown, as text.
pub(super) fn text_of(
    laid: &LaidLedger,
    over: (&Dataset, &State),
    made: &Made,
    rows: Range<usize>,
    headed: bool,
) -> String {
    let columns = laid.ledger().columns();
    let mut lines: Vec<String> = Vec::with_capacity(rows.len() + 1);
    if headed {
        lines.push(columns.iter().map(|column| quoted(&column.header)).collect::<Vec<_>>().join("\t"));
    }
    for row in rows.filter_map(|at| row_at(laid, over, made, *made.rows.get(at)?)) {
        let cells = columns.iter().enumerate().map(|(at, column)| {
            let text = row.text(at);
            let is_number = text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_digit());
            if column.is_code() && is_number { format!("=\"{text}\"") } else { quoted(text) }
        });
        lines.push(cells.collect::<Vec<_>>().join("\t"));
    }
    lines.join("\n") + "\n"
}

/// A cell within a line: in quotes where it would break it.
fn quoted(text: &str) -> String {
    if text.contains(['\t', '\n', '\r', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// The cells of a text, line by line.
fn cells_of(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut chars, mut is_quoted) = (text.chars().peekable(), false);
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if is_quoted => is_quoted = false,
            // The quote of `="0123"` is one of these too.
            '"' if cell.is_empty() || cell == "=" => {
                cell.clear();
                is_quoted = true;
            }
            '\t' if !is_quoted => line.push(std::mem::take(&mut cell)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    lines
}

/// What pasting a text does: an edit for each row that it changes, or that is new. `at` is the cell that it begins at: the
/// position of its row among those that are shown, and the column.
pub(super) fn edits_of(
    text: &str,
    laid: &LaidLedger,
    over: (&Dataset, &State),
    made: &Made,
    at: Option<(usize, usize)>,
) -> Vec<Edit> {
    let lines = cells_of(text);
    let ledger = laid.ledger();
    let Some(first) = lines.first() else { return Vec::new() };
    let named: Vec<Option<usize>> =
        first.iter().map(|name| ledger.column(name.trim()).filter(|_| !name.trim().is_empty())).collect();
    let known = named.iter().flatten().count();
    let is_table = known > 1 && known * 2 > named.len();
    let rows = if is_table { &lines[1..] } else { &lines[..] };
    let (from, column) = at.unwrap_or((made.rows.len(), 0));
    rows.iter()
        .enumerate()
        .filter_map(|(number, cells)| {
            let column_of = |i: usize| if is_table { named.get(i).copied().flatten() } else { Some(column + i) };
            let written = cells.iter().enumerate().filter_map(|(i, text)| {
                Some((column_of(i).filter(|&column| column < ledger.columns().len())?, text.trim()))
            });
            let written: Vec<(usize, &str)> = written.collect();
            let key = if is_table { key_in(laid, &written) } else { key_at(laid, made, from + number) };
            edit(laid, over, key, &written)
        })
        .collect()
}

/// The key that some cells give.
fn key_in(laid: &LaidLedger, written: &[(usize, &str)]) -> Option<CompactString> {
    let column = laid.ledger().key_column()?;
    let (_, key) = written.iter().find(|(at, text)| *at == column && !text.is_empty())?;
    Some(CompactString::from(*key))
}

fn edit(
    laid: &LaidLedger,
    (dataset, state): (&Dataset, &State),
    key: Option<CompactString>,
    written: &[(usize, &str)],
) -> Option<Edit> {
    let ledger = laid.ledger();
    let row: Option<LedgerRow<'_>> = key.as_ref().and_then(|key| laid.row(dataset, state, key));
    let now = |column: usize| row.as_ref().map_or("", |row| row.text(column));
    let cells: Cells = written
        .iter()
        .filter(|(column, text)| now(*column) != *text)
        .map(|(column, text)| (ledger.columns()[*column].header.as_str().into(), (*text).into()))
        .collect();
    let is_there = row.is_some();
    let (id, row) = match key.filter(|_| is_there) {
        Some(key) => (Some(key), RowEdit::Set { set: cells.clone() }),
        None => (None, RowEdit::Add { add: cells.clone(), unit: None, at: None }),
    };
    (!cells.is_empty()).then(|| Edit::Record { table: ledger.name().into(), id, row })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_come_back_as_they_were_copied() {
        let cells = cells_of("a\t=\"012\"\t\"b\tc\"\r\n\"say \"\"x\"\"\"\t\n");
        assert_eq!(cells, [vec!["a", "012", "b\tc"], vec!["say \"x\"", ""]]);
        assert_eq!([quoted("b\tc"), quoted("a\"b"), quoted("plain")], ["\"b\tc\"", "\"a\"\"b\"", "plain"]);
    }
}

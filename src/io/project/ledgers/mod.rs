//! Ledgers in a project and in a journal: the rows of each in a table of its own, as every program reads them, and beside
//! it what is needed to have the very same ledger again.
//!
//! 1. A ledger is a table that is called as it is, with a column for each of its columns under their headers: a feature
//!    table where its rows were drawn, else one of attributes. The number of a row, as in a spreadsheet program, is its
//!    `fid`.
//! 2. What another program wrote into that table counts: cells, rows and columns. What stands beside it holds only for
//!    cells that are as they were written.
//! 3. A table that is gone is a ledger less, and is told.

mod cells;
mod reading;
#[cfg(test)]
mod tests;
mod writing;

use geo::Coord;
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use super::schema::has_table;
use super::seal::{RowBytes, Seal};
use super::{ProjectProblem, schema};
use crate::model::{Drawn, Ledger};

pub(super) use reading::{ReadLedgers, read};
pub(super) use writing::replace;

/// What all tables beside the ledgers begin with.
const BESIDE: [&str; 4] = ["quhua_ledger", "quhua_ledger_column", "quhua_ledger_cell", "quhua_ledger_accepted"];
const TABLES: &str = "
CREATE TABLE quhua_ledger (
  id INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  name TEXT NOT NULL,
  file TEXT NOT NULL,
  sheet TEXT,
  sha256 TEXT NOT NULL,
  as_of TEXT,
  key_column INTEGER,
  told TEXT NOT NULL,
  words TEXT
);
CREATE TABLE quhua_ledger_column (
  ledger INTEGER NOT NULL,
  position INTEGER NOT NULL,
  column_name TEXT,
  header TEXT NOT NULL,
  kind TEXT NOT NULL,
  PRIMARY KEY (ledger, position)
);
CREATE TABLE quhua_ledger_cell (
  ledger INTEGER NOT NULL,
  fid INTEGER NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (ledger, fid, position)
);
CREATE TABLE quhua_ledger_accepted (
  ledger INTEGER NOT NULL,
  row_key TEXT NOT NULL,
  unit TEXT NOT NULL,
  PRIMARY KEY (ledger, row_key)
);
";

/// The tables that hold ledgers, of those that are there, but for those with columns that are worked out: whoever looks
/// through these works them out, however large they are.
pub(super) fn tables(connection: &Connection) -> Result<Vec<String>, ProjectProblem> {
    if !has_table(connection, BESIDE[0], &["table_name"])? {
        return Ok(Vec::new());
    }
    let mut list = connection.prepare("SELECT table_name FROM quhua_ledger ORDER BY id")?;
    let mut tables = list.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    tables.extend(BESIDE.map(str::to_owned));
    let mut there = Vec::with_capacity(tables.len());
    for table in tables {
        let made = "SELECT count(*) FROM pragma_table_xinfo(?1) WHERE hidden <> 0";
        let is_plain = || connection.query_row(made, [&table], |row| Ok(row.get::<_, u32>(0)? == 0));
        if has_table(connection, &table, &[])? && is_plain()? {
            there.push(table);
        }
    }
    Ok(there)
}

/// A hash of all that is kept of a ledger's columns and rows.
fn seal_of(ledger: &Ledger) -> Seal {
    let whole = |number: usize| Value::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let mut seal = Seal::default();
    let mut head = RowBytes::default();
    head.add((&ledger.key_column().map_or(Value::Null, whole)).into());
    for column in ledger.file_columns() {
        head.add(column.header.as_str().into());
    }
    seal.add(&head.digest());
    for row in ledger.rows() {
        let mut bytes = RowBytes::default();
        bytes.add(ValueRef::Integer(ledger.number_of(row).into()));
        for column in 0..ledger.file_columns().len() {
            let (kind, text) = cells::apart(ledger.cell(row, column));
            bytes.add(kind.into());
            bytes.add(text.into());
        }
        let mut add = |at: &Coord| {
            bytes.add(ValueRef::Real(at.x));
            bytes.add(ValueRef::Real(at.y));
        };
        match ledger.drawn(row) {
            Drawn::Nothing => {}
            Drawn::Point(at) => add(at),
            Drawn::Line(parts) => {
                parts.iter().flatten().for_each(add);
                for part in parts.iter().filter(|part| !part.is_empty()) {
                    bytes.add((&whole(part.len())).into());
                }
            }
        }
        seal.add(&bytes.digest());
    }
    seal
}

/// Key of the seal of a ledger.
fn seal_key(id: i64) -> String {
    format!("{}ledger_{id}", schema::SEAL)
}

//! A ledger after a plan, as a workbook: that of the county with what the plan changed in it, or one of our own.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use rust_decimal::Decimal;

use super::table::{Cell as TableCell, Column, ColumnKind, Sheet};
use crate::i18n::Lang;
use crate::io::hash::sha256_hex;
use crate::io::workbook::{self, Marks, Rewrite, Rewritten, Value};
use crate::model::{Cell, Dataset, LaidLedger, Ledger, LedgerRow, LevelIndex, Naming, RowIndex, Sort, State, UnitId};
use crate::outside;

/// Largest workbook that is taken up again, in bytes.
const MOST_BYTES: u64 = 256 << 20;

/// Columns of a ledger that a pack calls private: names of people, telephones.
#[must_use]
pub fn private_columns(ledger: &Ledger) -> Vec<&str> {
    ledger.file_columns().iter().filter(|column| column.is_private).map(|column| column.header.as_str()).collect()
}

/// Which workbook a ledger was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookKind {
    /// That of the county, with what the plan changed.
    County {
        /// Formulas that refer to rows which the plan took out.
        lost: usize,
    },
    /// One of our own: the file is not a workbook, or is not there any more.
    Own,
}

/// A ledger as a plan leaves it, to be written.
pub struct LedgerBook<'a> {
    laid: &'a LaidLedger,
    dataset: &'a Dataset,
    state: &'a State,
    lang: Lang,
    rows: Vec<LedgerRow<'a>>,
    /// Columns that are written, and what as.
    columns: Vec<(usize, Holds)>,
    /// Levels whose units stand behind them, before and after.
    levels: Vec<LevelIndex>,
}

impl<'a> LedgerBook<'a> {
    /// A ledger as a plan leaves it. Private columns are in it only where somebody asks for them.
    #[must_use]
    pub fn new(
        laid: &'a LaidLedger,
        (dataset, state): (&'a Dataset, &'a State),
        (lang, private): (Lang, bool),
    ) -> Self {
        let ledger = laid.ledger();
        let rows: Vec<LedgerRow<'_>> = laid.rows(dataset, state).collect();
        // What only a pack knows is written where the plan says something there.
        let is_said = |at: usize| !ledger.columns()[at].is_of_pack || rows.iter().any(|row| !row.text(at).is_empty());
        let is_wanted = |at: &usize| (private || !ledger.columns()[*at].is_private) && is_said(*at);
        let wanted = (0..ledger.columns().len()).filter(is_wanted);
        let columns = wanted.map(|at| (at, Holds::of(ledger, &rows, at))).collect();
        // A single unit above all says nothing of a row.
        let says = |level: &LevelIndex| *level == LevelIndex::FINEST || dataset.base.units_at(*level).nth(1).is_some();
        let levels = state.levels().rev().filter(says).collect();
        Self { laid, dataset, state, lang, rows, columns, levels }
    }

    /// Its workbook (XLSX): the one that it was read from with what the plan changed, where that is still there and can be
    /// written anew; else one of our own. Units that rows belong to, before and after, stand behind the other columns.
    ///
    /// # Errors
    /// When there are more rows than a sheet can have.
    pub fn xlsx(&self) -> io::Result<(Vec<u8>, BookKind)> {
        if let Some(Rewritten { bytes, lost }) = self.rewritten() {
            return Ok((bytes, BookKind::County { lost }));
        }
        let mut bytes = Vec::new();
        self.sheet().write_xlsx(&mut bytes)?;
        Ok((bytes, BookKind::Own))
    }

    /// It as a table of our own.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        let ledger = self.laid.ledger();
        let own = self.columns.iter().map(|&(at, holds)| Column {
            name: ledger.columns()[at].header.clone(),
            kind: match holds {
                Holds::Amounts | Holds::Numbers => ColumnKind::Plain,
                Holds::Codes => ColumnKind::Code,
                Holds::Days | Holds::Words => ColumnKind::Text,
            },
        });
        let units = self.unit_headers().into_iter().map(|name| Column { name, kind: ColumnKind::Text });
        let mut sheet = Sheet::new(ledger.name(), own.chain(units).collect());
        for row in &self.rows {
            let own = self.columns.iter().map(|&(column, holds)| table_cell(row, column, holds));
            sheet.rows.push(own.chain(self.units(row).into_iter().map(TableCell::text)).collect());
        }
        sheet
    }

    /// What columns with units are called.
    fn unit_headers(&self) -> Vec<String> {
        let header = |time: [&str; 2], level: LevelIndex| {
            let level = self.dataset.level(level);
            match self.lang {
                Lang::Zh => format!("{}{}", time[0], level.words(self.lang)),
                Lang::En => format!("{level} {}", time[1]),
            }
        };
        let times = [["调整前", "before"], ["调整后", "after"]];
        times.into_iter().flat_map(|time| self.levels.iter().map(move |&level| header(time, level))).collect()
    }

    /// Units that a row belongs to, in the order of the headers; empty where it belongs to none.
    fn units(&self, row: &LedgerRow<'_>) -> Vec<String> {
        let unit = |state: &State, level: LevelIndex| {
            let unit = row.atom().map(|atom| state.unit_of(atom, level));
            unit.map_or_else(String::new, |unit| state.unit(unit).label().to_owned())
        };
        let states = [&self.dataset.base, self.state];
        states.into_iter().flat_map(|state| self.levels.iter().map(move |&level| unit(state, level))).collect()
    }

    /// The workbook that it was read from with what the plan changed; `None` where that is gone, or another now.
    fn rewritten(&self) -> Option<Rewritten> {
        let ledger = self.laid.ledger();
        let source = ledger.source();
        let bytes = outside::read(ledger.path()?, MOST_BYTES).ok()??;
        if !bytes.starts_with(b"PK") || sha256_hex(&bytes) != source.sha256 {
            return None;
        }
        let sheet = source.sheet.clone()?;
        let marks = workbook::marks(&bytes).remove(&sheet).unwrap_or_default();
        workbook::rewritten(&bytes, &self.rewrite(sheet, &marks)?).ok()
    }

    fn rewrite(&self, sheet: String, marks: &Marks) -> Option<Rewrite> {
        let ledger = self.laid.ledger();
        let positions = ledger.positions();
        let numbers: BTreeSet<u32> = ledger.rows().map(|row| ledger.number_of(row)).collect();
        let (first, last) = (*numbers.first()?, *numbers.last()?);
        let mut further = positions.iter().max()? + 1;
        let mut rewrite = Rewrite { sheet, ..Rewrite::default() };
        let mut place_of: BTreeMap<usize, u32> = positions.iter().copied().enumerate().collect();
        let mut headers: BTreeMap<u32, Value> = BTreeMap::new();
        let mut new_place = |header: &str| {
            headers.insert(further, Value::Text(header.to_owned()));
            further += 1;
            further - 1
        };
        for &(at, _) in self.columns.iter().filter(|(at, _)| *at >= positions.len()) {
            place_of.insert(at, new_place(&ledger.columns()[at].header));
        }
        // A workbook that was written before has columns for the units.
        let there = |header: &str| {
            let at = ledger.file_columns().iter().position(|column| column.header == header)?;
            positions.get(at).copied()
        };
        let units: Vec<u32> =
            self.unit_headers().iter().map(|header| there(header).unwrap_or_else(|| new_place(header))).collect();
        if first > 1 {
            rewrite.cells.insert(first - 1, headers);
        }
        let place_of: BTreeMap<usize, u32> = place_of.into_iter().filter(|(_, place)| !units.contains(place)).collect();
        let holds: BTreeMap<usize, Holds> = self.columns.iter().copied().collect();
        let like: BTreeMap<usize, u32> = holds
            .iter()
            .filter(|(_, holds)| **holds == Holds::Days)
            .filter_map(|(&at, _)| {
                let is_day = |row: &RowIndex| matches!(ledger.cell(*row, at), Cell::Date(_));
                Some((at, ledger.number_of(ledger.rows().find(is_day)?)))
            })
            .collect();
        let percent: BTreeSet<u32> = marks.percent.iter().map(|(_, column)| *column).collect();
        let mut kept: BTreeSet<RowIndex> = BTreeSet::new();
        // The last row of each unit of each level, for rows that come.
        let mut last_of: BTreeMap<UnitId, u32> = BTreeMap::new();
        let base = &self.dataset.base;
        for row in &self.rows {
            let mut cells: BTreeMap<u32, Value> = BTreeMap::new();
            for (&at, &place) in &place_of {
                let text = row.text(at);
                let before = row.index().map_or("", |row| ledger.text(row, at));
                let value = match holds.get(&at) {
                    None if before.is_empty() => continue,
                    // Private ones are left out.
                    None => Value::Nothing,
                    Some(_) if text == before => continue,
                    Some(holds) => value(row, at, (*holds, percent.contains(&place)), like.get(&at).copied()),
                };
                cells.insert(place, value);
            }
            let is_changed = !cells.is_empty();
            let units = units.iter().copied().zip(self.units(row)).filter(|(_, unit)| !unit.is_empty());
            let units: Vec<(u32, Value)> = units.map(|(place, unit)| (place, Value::Text(unit))).collect();
            if let Some(index) = row.index() {
                let number = ledger.number_of(index);
                if let Some(atom) = row.atom() {
                    last_of.extend(base.levels().map(|level| (base.unit_of(atom, level), number)));
                }
                kept.insert(index);
                rewrite.changed.extend(is_changed.then_some(number));
                cells.extend(units);
                rewrite.cells.entry(number).or_default().extend(cells);
            } else {
                for (at, text) in self.names_of(row) {
                    if let Some(place) = place_of.get(&at).filter(|place| !cells.contains_key(place)) {
                        cells.insert(*place, Value::Text(text));
                    }
                }
                cells.extend(units);
                // Rows that come stand with others of the same unit, so that sums of these have them.
                let own = row
                    .atom()
                    .and_then(|atom| base.levels().find_map(|level| last_of.get(&base.unit_of(atom, level)).copied()));
                rewrite.added.entry(own.unwrap_or(last)).or_default().push(cells);
            }
        }
        rewrite.removed = ledger.rows().filter(|row| !kept.contains(row)).map(|row| ledger.number_of(row)).collect();
        Some(rewrite)
    }

    /// What a row that no file has says of its units, by column: where others have codes and names.
    fn names_of(&self, row: &LedgerRow<'_>) -> Vec<(usize, String)> {
        let Some(atom) = row.atom() else { return Vec::new() };
        let mut all = Vec::new();
        for &Naming { level, code, name } in self.laid.naming() {
            let unit = self.dataset.base.unit(self.dataset.base.unit_of(atom, level));
            all.extend(code.map(|column| (column, unit.code.to_string())));
            all.extend(name.map(|column| (column, unit.label().to_owned())));
        }
        // A column for several levels says the finest.
        let mut seen = BTreeSet::new();
        all.retain(|(column, _)| seen.insert(*column));
        all
    }
}

/// What a cell of a workbook is to have.
fn value(row: &LedgerRow<'_>, column: usize, (holds, is_percent): (Holds, bool), like: Option<u32>) -> Value {
    use crate::model::CellNumber::Of;
    match table_cell(row, column, holds) {
        // A spreadsheet keeps 95.3% as 0.953.
        TableCell::Text(_) | TableCell::Number(_) if is_percent && let Of(number) = row.number(column) => {
            Value::Number((number / Decimal::ONE_HUNDRED).normalize().to_string())
        }
        TableCell::Empty => Value::Nothing,
        TableCell::Text(text) => Value::Text(text),
        TableCell::Number(number) => Value::Number(number.to_string()),
        TableCell::Day(day) => Value::Day { day, like },
    }
}

/// What a column is written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Numbers that are read, however the file has them.
    Amounts,
    /// Numbers in the file: of rows, of places.
    Numbers,
    /// Digits that are no number.
    Codes,
    /// Days, as the file has them.
    Days,
    Words,
}

impl Holds {
    fn of(ledger: &Ledger, rows: &[LedgerRow<'_>], column: usize) -> Self {
        /// Longer numbers are not shown in full by spreadsheets.
        const MOST_DIGITS: usize = 8;
        let cells = || ledger.rows().map(|row| ledger.cell(row, column)).filter(|cell| !cell.is_empty());
        let is_number = |cell: &Cell| match cell {
            Cell::Number(number) => number.contains('.') || number.len() <= MOST_DIGITS,
            Cell::Empty | Cell::Text(_) | Cell::Date(_) | Cell::Error(_) => false,
        };
        let mut texts = rows.iter().map(|row| row.text(column)).filter(|text| !text.is_empty()).peekable();
        match ledger.columns()[column].sort {
            Sort::Number if cells().any(|cell| cell.written().is_some_and(|text| text.ends_with('%'))) => Self::Words,
            Sort::Number => Self::Amounts,
            Sort::Date if cells().any(|cell| matches!(cell, Cell::Date(_))) => Self::Days,
            Sort::Text if cells().next().is_some() && cells().all(is_number) => Self::Numbers,
            Sort::Text if texts.peek().is_some() && texts.all(|text| text.bytes().all(|it| it.is_ascii_digit())) => {
                Self::Codes
            }
            Sort::Text | Sort::Date => Self::Words,
        }
    }
}

fn table_cell(row: &LedgerRow<'_>, column: usize, holds: Holds) -> TableCell {
    use rust_decimal::prelude::ToPrimitive as _;

    use crate::model::CellNumber::Of;
    let text = || TableCell::text(row.text(column));
    match (row.cell(column), holds) {
        (Cell::Empty, _) => TableCell::Empty,
        (Cell::Error(error), _) => TableCell::text(error),
        (_, Holds::Amounts) => match row.number(column) {
            Of(number) => TableCell::number(number.to_f64()),
            _ => text(),
        },
        (Cell::Number(number), Holds::Numbers) => TableCell::number(number.parse().ok()),
        (_, Holds::Days) => row.day(column).map_or_else(text, TableCell::Day),
        _ => text(),
    }
}

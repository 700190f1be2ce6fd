//! Tables in workbooks.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Ods, OdsError, Reader as _, Xls, XlsError, Xlsx, XlsxError};

use super::ods;
use super::{Kind, MOST_BYTES, MOST_CELLS, MOST_READ, guard, put};
use crate::io::FileProblem;
use crate::io::workbook::{Marks, marks};
use crate::model::{Cell, Sheet};

pub(super) fn read(kind: Kind, bytes: &[u8], file: &str) -> Result<Vec<Sheet>, FileProblem> {
    guard::check(kind, bytes)?;
    let read = || match kind {
        Kind::Xlsx => xlsx(bytes),
        Kind::Xls => {
            let mut book = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
                XlsError::Password => FileProblem::Protected,
                error => damaged(error),
            })?;
            Ok(ranges(book.worksheets()))
        }
        Kind::Ods => {
            let tidied = ods::tidied(bytes)?;
            let mut book = Ods::new(Cursor::new(tidied.as_deref().unwrap_or(bytes))).map_err(|error| match error {
                OdsError::Password => FileProblem::Protected,
                error => damaged(error),
            })?;
            Ok(ranges(book.worksheets()))
        }
    };
    // The parser takes offsets and lengths of some old forms at their word.
    let read = catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged("a record is broken")));
    let mut sheets: Vec<Sheet> = read?.into_iter().map(|(name, rows)| sheet(file, name, rows)).collect();
    if kind == Kind::Xlsx {
        let mut all = marks(bytes);
        for sheet in &mut sheets {
            take_marks(sheet, all.remove(sheet.name.as_deref().unwrap_or_default()).unwrap_or_default());
        }
    }
    Ok(sheets)
}

fn sheet(file: &str, name: String, rows: Vec<Vec<Cell>>) -> Sheet {
    Sheet { file: file.to_owned(), name: Some(name), rows, ..Sheet::default() }
}

/// Takes up what values do not tell. A formula that nobody has worked out is no blank cell.
fn take_marks(sheet: &mut Sheet, marks: Marks) {
    let Marks { merged, percent, open } = marks;
    for ((row, column), formula) in open {
        let is_there = |row: usize| row < sheet.rows.len();
        if is_there(row as usize) && sheet.cell(row as usize, column as usize).is_empty() {
            put(&mut sheet.rows, (row as usize, column as usize), Cell::Error(formula));
        }
    }
    (sheet.merged, sheet.percent) = (merged, percent);
}

fn damaged(error: impl std::fmt::Display) -> FileProblem {
    FileProblem::Workbook(crate::i18n::one_line(&error.to_string()))
}

type Named = Vec<(String, Vec<Vec<Cell>>)>;

/// Cell by cell: a sheet may claim a million empty rows between two cells.
fn xlsx(bytes: &[u8]) -> Result<Named, FileProblem> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => FileProblem::Protected,
        error => damaged(error),
    })?;
    let mut sheets = Vec::new();
    let mut count = 0_u64;
    let names = book.sheet_names();
    // Sheets are read one by one, and several may be one part.
    if guard::inflated(bytes)?.saturating_mul(names.len() as u64) > MOST_READ {
        return Err(FileProblem::TooMuchInflated { limit: MOST_BYTES });
    }
    for name in names {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        // A sheet of charts has no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            let (row, column) = (row as usize, column as usize);
            let value = match cell.get_value() {
                DataRef::Int(number) => Cell::Number(number.to_string()),
                DataRef::Float(number) => number_of(*number),
                DataRef::String(text) => Cell::text_of(text),
                DataRef::SharedString(text) => Cell::text_of(text),
                DataRef::Bool(is) => Cell::Text(is.to_string()),
                DataRef::DateTime(at) => date_of(at),
                DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Date(text.clone()),
                DataRef::Error(error) => Cell::Error(error.to_string()),
                DataRef::Empty => Cell::Empty,
            };
            if value.is_empty() {
                continue;
            }
            // Memory goes by the row that a cell is in, and by the column.
            let missing = (row + 1).saturating_sub(rows.len());
            let width = (column + 1).saturating_sub(rows.get(row).map_or(0, Vec::len));
            count += (missing + width) as u64;
            if count > MOST_CELLS {
                return Err(FileProblem::TooManyCells { limit: MOST_CELLS });
            }
            put(&mut rows, (row, column), value);
        }
        sheets.push((name, rows));
    }
    Ok(sheets)
}

fn ranges(sheets: Vec<(String, calamine::Range<Data>)>) -> Named {
    let rows = |range: &calamine::Range<Data>| {
        let mut rows = Vec::new();
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let value = match value {
                Data::Int(number) => Cell::Number(number.to_string()),
                Data::Float(number) => number_of(*number),
                Data::String(text) => Cell::text_of(text),
                Data::Bool(is) => Cell::Text(is.to_string()),
                Data::DateTime(at) => date_of(at),
                Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::Date(text.clone()),
                Data::Error(error) => Cell::Error(error.to_string()),
                Data::Empty => Cell::Empty,
            };
            put(&mut rows, (row + top as usize, column + left as usize), value);
        }
        rows
    };
    sheets.into_iter().map(|(name, range)| (name, rows(&range))).collect()
}

/// A number as its shortest text. The standard library writes none with an exponent.
fn number_of(number: f64) -> Cell {
    if !number.is_finite() {
        return Cell::Error("#NUM!".to_owned());
    }
    // Thousands of digits are a slip, and no code.
    if number.abs() >= 1e40 || number != 0.0 && number.abs() < 1e-40 {
        return Cell::Number(format!("{number:e}"));
    }
    Cell::Number(number.to_string())
}

fn date_of(at: &ExcelDateTime) -> Cell {
    if !at.is_datetime() {
        return number_of(at.as_f64());
    }
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    Cell::Date(format!("{year:04}-{month:02}-{day:02}"))
}

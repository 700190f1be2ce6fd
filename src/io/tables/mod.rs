//! Tables without geometry: CSV, TSV, XLSX, XLS and ODS, to be joined to the units of a layer; also
//! packed with gzip.
//!
//! 1. Cells come typed as the file has them ([`Cell`]): nothing is taken for a code or a figure here.
//! 2. A number that went through a spreadsheet comes as the shortest text of its value, without exponent.
//! 3. What a file inflates to and how many cells it has is counted before memory is taken for it.
//! 4. A parser of another crate that gives up in the middle is a damaged file, and no more.

mod guard;
mod ods;
mod text;
mod workbook;

use std::path::Path;

use super::hash::sha256_hex;
use super::{FileProblem, LayerSource, ReadError, gzip};
use crate::i18n::file_name;
use crate::model::{Cell, Sheet};
use crate::outside;

/// Largest file of a table, and most that one inflates to, in bytes.
pub(super) const MOST_BYTES: u64 = 256 << 20;
/// Most cells of all sheets of a file, empty ones between them included: a nation of villages with a few columns.
const MOST_CELLS: u64 = 8 << 20;
/// Most bytes that are read where many sheets claim the same part of a workbook.
const MOST_READ: u64 = 4 << 30;

/// Reads all tables of a file, or with a layer named in the source the sheet of that name.
///
/// # Errors
/// [`ReadError`]: the file cannot be read, is no table, has no such sheet, or is larger than any honest table.
pub fn read(source: &LayerSource) -> Result<Vec<Sheet>, ReadError> {
    let path = source.path.as_path();
    let problem = |problem| ReadError::File { path: path.to_owned(), problem };
    if path.is_dir() {
        return Err(problem(FileProblem::Folder));
    }
    let bytes = outside::read(path, MOST_BYTES).map_err(|error| ReadError::from_io(path, error))?;
    let bytes = bytes.ok_or_else(|| problem(FileProblem::TooLarge { limit: MOST_BYTES }))?;
    let unpacked = gzip::unpacked(&bytes, MOST_BYTES).transpose().map_err(problem)?;
    let inside = unpacked.as_deref().unwrap_or(&bytes);
    let mut sheets = read_bytes(path, inside, source.encoding.as_deref()).map_err(problem)?;
    if let Some(wanted) = &source.layer {
        let is_it =
            |sheet: &Sheet| sheet.name.as_deref() == Some(wanted) || sheet.name.is_none() && sheet.stem() == wanted;
        if !sheets.iter().any(is_it) {
            let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_deref().unwrap_or(sheet.stem())).collect();
            return Err(problem(FileProblem::NoSuchSheet { sheet: wanted.clone(), there: names.join(", ") }));
        }
        sheets.retain(is_it);
    }
    let sha256 = sha256_hex(&bytes);
    for sheet in &mut sheets {
        sheet.path = Some(path.to_owned());
        sheet.sha256.clone_from(&sha256);
    }
    Ok(sheets)
}

/// Whether a file that begins like this is a workbook.
pub(super) fn is_workbook(head: &[u8]) -> bool {
    Kind::of(head).is_some()
}

/// Reads all tables of a file that is in memory.
///
/// # Errors
/// What is wrong with the file.
pub(super) fn read_bytes(path: &Path, bytes: &[u8], encoding: Option<&str>) -> Result<Vec<Sheet>, FileProblem> {
    if bytes.is_empty() {
        return Err(FileProblem::Empty);
    }
    let file = file_name(path);
    let sheets = match Kind::of(bytes) {
        Some(kind) => workbook::read(kind, bytes, &file)?,
        None => vec![text::read(bytes, encoding, &file)?],
    };
    let sheets: Vec<Sheet> = sheets.into_iter().filter(|sheet| !sheet.rows.is_empty()).collect();
    if sheets.is_empty() { Err(FileProblem::Empty) } else { Ok(sheets) }
}

/// Forms of workbooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xls,
    Ods,
}

impl Kind {
    /// What workbook begins like this.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
        if head.starts_with(COMPOUND) {
            return Some(Self::Xls);
        }
        if !head.starts_with(b"PK\x03\x04") {
            return None;
        }
        // Names of parts stand in the archive as they are; an ODS says first what it is.
        let has = |what: &[u8]| memchr::memmem::find(head, what).is_some();
        if has(b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet") {
            Some(Self::Ods)
        } else if has(b"[Content_Types].xml") || has(b"xl/workbook.xml") || has(b"xl/worksheets/") {
            Some(Self::Xlsx)
        } else {
            None
        }
    }
}

/// Puts a cell at its place.
fn put(rows: &mut Vec<Vec<Cell>>, (row, column): (usize, usize), cell: Cell) {
    if cell.is_empty() {
        return;
    }
    if rows.len() <= row {
        rows.resize_with(row + 1, Vec::new);
    }
    if let Some(cells) = rows.get_mut(row) {
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        cells[column] = cell;
    }
}

//! What a workbook would take, counted before a parser takes memory for it.
//!
//! 1. Bytes are counted as they inflate; what an archive says of them is not believed.
//! 2. Cells count where memory goes by their place: a sheet of the older form is held from its first cell to its last,
//!    and an ODS says of a cell how often it comes.

use std::io::{Cursor, Read as _, copy, sink};

use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::{Kind, MOST_BYTES, MOST_CELLS};
use crate::io::FileProblem;

/// Most parts of an archive: a workbook has some dozens.
const MOST_PARTS: usize = 10_000;

/// Refuses a workbook that would take more than an honest one.
pub(super) fn check(kind: Kind, bytes: &[u8]) -> Result<(), FileProblem> {
    match kind {
        Kind::Xlsx => inflated(bytes).map(drop),
        Kind::Ods => {
            inflated(bytes)?;
            repeated(bytes)
        }
        Kind::Xls => extents(bytes),
    }
}

fn damaged(error: impl std::fmt::Display) -> FileProblem {
    FileProblem::Workbook(crate::i18n::one_line(&error.to_string()))
}

const fn too_many_cells() -> FileProblem {
    FileProblem::TooManyCells { limit: MOST_CELLS }
}

/// Counts what all parts of an archive inflate to.
pub(super) fn inflated(bytes: &[u8]) -> Result<u64, FileProblem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.len() > MOST_PARTS {
        return Err(damaged("it has too many parts"));
    }
    let mut left = MOST_BYTES;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(damaged)?;
        let read = copy(&mut part.take(left + 1), &mut sink()).map_err(damaged)?;
        left = left.checked_sub(read).ok_or(FileProblem::TooMuchInflated { limit: MOST_BYTES })?;
    }
    Ok(MOST_BYTES - left)
}

/// Counts the cells of an ODS with their repetitions. Empty ones at the end of a row or a table take no memory.
fn repeated(bytes: &[u8]) -> Result<(), FileProblem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let part = archive.by_name("content.xml").map_err(damaged)?;
    let mut reader = quick_xml::Reader::from_reader(std::io::BufReader::new(part.take(MOST_BYTES)));
    // As the parser reads it.
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let (mut cells, mut row, mut blanks, mut rows) = (0_u64, 0_u64, 0_u64, 1_u64);
    loop {
        let (element, is_blank) = match reader.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Eof => return Ok(()),
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            _ => {
                buffer.clear();
                continue;
            }
        };
        match element.name().as_ref() {
            "table:table-row" => (row, blanks, rows) = (0, 0, times(&element, "table:number-rows-repeated")?),
            "table:table-cell" | "table:covered-table-cell" => {
                let repeats = times(&element, "table:number-columns-repeated")?;
                let is_blank =
                    is_blank && element.attributes().flatten().all(|it| it.key.as_ref() != "office:value-type");
                if is_blank {
                    blanks = blanks.saturating_add(repeats);
                } else {
                    let more = blanks.saturating_add(repeats);
                    blanks = 0;
                    row = row.saturating_add(more);
                    cells = cells.saturating_add(more.saturating_mul(rows));
                }
                if cells > MOST_CELLS || row > MOST_CELLS {
                    return Err(too_many_cells());
                }
            }
            _ => {}
        }
        buffer.clear();
    }
}

/// How often something comes.
fn times(element: &BytesStart<'_>, attribute: &str) -> Result<u64, FileProblem> {
    let found = element.attributes().flatten().find(|it| it.key.as_ref() == attribute);
    found.map_or(Ok(1), |it| it.value.trim().parse().map_err(damaged))
}

/// Records of a workbook of the older form: kind and content.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let [a, b, c, d, behind @ ..] = self.0 else { return None };
        let len = usize::from(u16::from_le_bytes([*c, *d]));
        let record = behind.get(..len)?;
        self.0 = &behind[len..];
        Some((u16::from_le_bytes([*a, *b]), record))
    }
}

/// Begins a part of the stream: the workbook, a sheet, a chart in it.
const BOF: u16 = 0x0809;
/// Ends it.
const EOF: u16 = 0x000A;

/// Counts the cells of a workbook of the older form from the first to the last of each sheet.
fn extents(bytes: &[u8]) -> Result<(), FileProblem> {
    /// Says where a sheet begins.
    const BOUND_SHEET: u16 = 0x0085;
    let mut compound = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| compound.is_stream(name));
    let Some(name) = name else { return Err(FileProblem::NoTable) };
    let mut stream = Vec::new();
    compound.open_stream(name).map_err(damaged)?.take(MOST_BYTES).read_to_end(&mut stream).map_err(damaged)?;
    let (mut cells, mut records) = (0, 0);
    for (kind, record) in Records(&stream).take_while(|(kind, _)| *kind != EOF) {
        if kind != BOUND_SHEET {
            continue;
        }
        // Several sheets may claim one place: each is read from there.
        let at = record.first_chunk().map(|at| u32::from_le_bytes(*at) as usize);
        let sheet = at.and_then(|at| stream.get(at..)).ok_or_else(|| damaged("a sheet is not there"))?;
        sheet_extent(sheet, &mut cells, &mut records)?;
    }
    Ok(())
}

/// Adds the room that the cells of a sheet take.
fn sheet_extent(sheet: &[u8], cells: &mut u64, records: &mut u64) -> Result<(), FileProblem> {
    /// Says which cells there are.
    const DIMENSIONS: u16 = 0x0200;
    /// Cells of several columns.
    const MULTIPLE: u16 = 0x00BD;
    /// Records that begin with the row and the column of a cell.
    const CELLS: [u16; 8] = [0x0006, MULTIPLE, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E];
    let mut depth = 0_u64;
    let mut extent = [0_u64; 2];
    for (kind, record) in Records(sheet) {
        *records += 1;
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            DIMENSIONS => claimed(record)?,
            kind if CELLS.contains(&kind) => {
                if let [a, b, c, d, ..] = record {
                    let [row, column] = [[*a, *b], [*c, *d]].map(|it| u64::from(u16::from_le_bytes(it)));
                    let wide = if kind == MULTIPLE { record.len() as u64 / 6 } else { 0 };
                    extent = [extent[0].max(row + 1), extent[1].max(column + wide + 1)];
                }
            }
            _ => {}
        }
        if cells.saturating_add(extent[0] * extent[1]) > MOST_CELLS || *records > 8 * MOST_CELLS {
            return Err(too_many_cells());
        }
    }
    *cells = cells.saturating_add(extent[0] * extent[1]);
    Ok(())
}

/// Refuses a sheet that claims more cells than an honest one: the parser takes memory for what it claims.
fn claimed(record: &[u8]) -> Result<(), FileProblem> {
    let short = |at: usize| record.get(at..at + 2).map_or(0, |it| u64::from(u16::from_le_bytes([it[0], it[1]])));
    let long = |at: usize| short(at) | short(at + 2) << 16;
    let (rows, columns) = if record.len() < 14 {
        ([short(0), short(2)], [short(4), short(6)])
    } else {
        ([long(0), long(4)], [short(8), short(10)])
    };
    // An empty sheet says from 0 to 0.
    let room = |[from, to]: [u64; 2]| (to + 1).checked_sub(from);
    match room(rows).zip(room(columns)) {
        Some((rows, columns)) if rows.saturating_mul(columns) <= 4 * MOST_CELLS => Ok(()),
        Some(_) => Err(too_many_cells()),
        None => Err(damaged("a sheet ends before it begins")),
    }
}

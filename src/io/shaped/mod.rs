//! Tables with a column of geometry: CSV, XLSX, XLS and ODS in which WKT, WKB or GeoJSON stands in cells.
//!
//! 1. What tells such a table is its cells, not what its columns are called. A table without is a table.
//! 2. A sheet with such a column is a layer; of several columns the one that bounds most areas counts.
//! 3. The row above the first geometry names the columns. A row is a feature; what is text stays text, with its zeros.

pub(in crate::io) mod cells;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use zip::ZipArchive;

pub use self::cells::CellProblem;
use self::cells::Looks;
use crate::io::found::{self, Counts, Found, Names};
use crate::io::gather::{json_number, json_text, unique_names};
use crate::io::input::{Features, FileKind, Head, Input, LayerEntry, Reader, foreign};
use crate::io::layers::LayerSource;
use crate::io::{FileProblem, Limits, Place, Problem, ReadError, crs, tables};
use crate::jobs::Progress;
use crate::model::{Cell, Layer, ReadNote, ReadNoteKind, Reading, Sheet};

/// How layers are read from tables with geometry.
pub(in crate::io) const READER: Reader = Reader { polygons, features, contents };

/// Bytes at the beginning of a cell that tell whether it is a geometry.
const LOOKED_AT: usize = 96;
/// Rows that are looked at for a column of geometry.
const ROWS: usize = 1000;
/// Bytes of each part of a workbook that are looked at, and parts.
const MOST_PEEKED: (u64, usize) = (512 << 10, 8);

/// What a file with this beginning is, where it is a table with geometry.
pub(in crate::io) fn kind(head: &Head<'_>) -> Option<FileKind> {
    let texts = if tables::is_workbook(head.bytes) {
        peeked(head.path)?
    } else {
        let is_called =
            head.path.extension().is_some_and(|it| ["csv", "tsv"].iter().any(|end| it.eq_ignore_ascii_case(end)));
        let is_text = foreign(head.text()).is_some_and(|problem| !matches!(problem, FileProblem::Empty));
        if !is_called || !is_text {
            return None;
        }
        vec![String::from_utf8_lossy(head.text()).into_owned()]
    };
    let mut found = None;
    for it in texts.iter().flat_map(|text| looks(text)) {
        match it {
            Looks::Area => return Some(FileKind::Layers),
            Looks::Other => found = Some(FileKind::Places),
        }
    }
    found
}

/// What the cells of a text look like that may be geometries, whatever parts them.
fn looks(text: &str) -> impl Iterator<Item = Looks> {
    let is_mark = |it: u8| matches!(it, b',' | b';' | b'\t' | b'|' | b'\n' | b'\r' | b'"' | b'>');
    let marks = text.bytes().enumerate().filter(move |&(_, it)| is_mark(it)).map(|(at, _)| at + 1);
    std::iter::once(0).chain(marks).filter_map(|at| {
        // What no geometry begins with needs no second look.
        let first = text.as_bytes().get(at)?.to_ascii_uppercase();
        if !matches!(first, b'P' | b'M' | b'L' | b'G' | b'C' | b'S' | b'T' | b'{' | b'0' | b' ') {
            return None;
        }
        let cell = &text[at..text.floor_char_boundary(at + LOOKED_AT)];
        if first == b'{' { Looks::of(&cell.replace("\"\"", "\"")) } else { Looks::of(cell) }
    })
}

/// The beginnings of those parts of a workbook that hold texts.
fn peeked(path: &Path) -> Option<Vec<String>> {
    if !path.is_file() {
        return None;
    }
    let mut archive = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    let is_text = |name: &String| {
        *name == "xl/sharedStrings.xml" || *name == "content.xml" || name.starts_with("xl/worksheets/sheet")
    };
    let all = archive.file_names().flatten().map(Cow::into_owned);
    let names: Vec<String> = all.filter(is_text).take(MOST_PEEKED.1).collect();
    let mut texts = Vec::new();
    for name in names {
        let mut bytes = Vec::new();
        archive.by_name(&name).ok()?.take(MOST_PEEKED.0).read_to_end(&mut bytes).ok()?;
        texts.push(String::from_utf8_lossy(&bytes).replace("&quot;", "\""));
    }
    Some(texts)
}

/// A sheet with its column of geometry.
struct Shaped {
    sheet: Sheet,
    column: usize,
    is_area: bool,
    /// Where the first geometry stands.
    first: usize,
}

impl Shaped {
    /// `None` where no column is one of geometry.
    fn new(sheet: Sheet) -> Option<Self> {
        // Areas before other geometries, then how many, then the column that comes first.
        let mut best: Option<(usize, usize, usize)> = None;
        for column in 0..sheet.width() {
            let looks = |row: usize| sheet.cell(row, column).written().and_then(Looks::of);
            let all: Vec<Looks> = (0..sheet.rows.len().min(ROWS)).filter_map(looks).collect();
            let areas = all.iter().filter(|&&it| it == Looks::Area).count();
            if !all.is_empty() && best.is_none_or(|(most, count, _)| (areas, all.len()) > (most, count)) {
                best = Some((areas, all.len(), column));
            }
        }
        let (areas, _, column) = best?;
        let first = (0..sheet.rows.len())
            .find(|&row| sheet.cell(row, column).written().is_some_and(|it| Looks::of(it).is_some()))?;
        Some(Self { sheet, column, is_area: areas > 0, first })
    }

    fn name(&self) -> &str {
        self.sheet.name.as_deref().unwrap_or(self.sheet.stem())
    }

    /// The row that names the columns.
    fn header(&self) -> Option<usize> {
        (0..self.first).rev().find(|&row| self.sheet.rows[row].iter().any(|cell| !cell.is_empty()))
    }

    fn entry(&self) -> LayerEntry {
        let rows = self.header().map_or(0, |row| row + 1)..self.sheet.rows.len();
        let count = rows.filter(|&row| !self.is_blank(row)).count();
        LayerEntry { name: self.name().to_owned(), is_area: self.is_area, features: Some(count) }
    }

    fn is_blank(&self, row: usize) -> bool {
        self.sheet.rows[row].iter().all(Cell::is_empty)
    }

    /// All rows as features, and the coordinate system that geometries name.
    fn read(&self, path: &Path, limits: &Limits) -> Result<Rows, ReadError> {
        let (mut names, mut counts) = (Names::default(), Counts::new(limits));
        let header = self.header();
        let called = (0..self.sheet.width()).map(|column| {
            let name = header.and_then(|row| self.sheet.cell(row, column).written());
            name.map_or_else(
                || format!("column_{}", column + 1),
                |name| name.split_whitespace().collect::<Vec<_>>().join(" "),
            )
        });
        let columns: Vec<_> = unique_names(called).iter().map(|name| names.get(name)).collect();
        let (mut list, mut declared, mut uneven) = (Vec::new(), None, Vec::new());
        let is_uneven: std::collections::HashSet<usize> = self.sheet.uneven.iter().copied().collect();
        for row in header.map_or(0, |row| row + 1)..self.sheet.rows.len() {
            if self.is_blank(row) {
                continue;
            }
            let wrong = |problem: Problem| {
                let place = Place { feature: Some(list.len()), ..Place::default() };
                ReadError::Content { path: path.to_owned(), place, problem }
            };
            counts.feature().map_err(wrong)?;
            if is_uneven.contains(&row) {
                uneven.push(list.len());
            }
            let mut found = Found::default();
            if let Some(text) = self.sheet.cell(row, self.column).written() {
                let (pieces, system) = cells::read(text).map_err(wrong)?;
                let vertices = pieces.polygons.iter().flatten().chain(&pieces.lines).map(Vec::len).sum::<usize>();
                counts.vertices(vertices + pieces.points.len()).map_err(wrong)?;
                crs::agree(&mut declared, system).map_err(|problem| wrong(problem.into()))?;
                found.pieces = pieces;
            }
            let others = columns.iter().enumerate().filter(|&(column, _)| column != self.column);
            found.values.extend(others.map(|(column, name)| (name.clone(), json(self.sheet.cell(row, column)))));
            list.push(found);
        }
        Ok(Rows { list, declared, uneven })
    }
}

/// Rows of a sheet as features.
struct Rows {
    list: Vec<Found>,
    /// The coordinate system that geometries name.
    declared: Option<String>,
    /// Those whose rows have more or fewer fields than others.
    uneven: Vec<usize>,
}

fn json(cell: &Cell) -> String {
    match cell {
        Cell::Empty | Cell::Error(_) => "null".to_owned(),
        Cell::Text(text) | Cell::Date(text) => json_text(text),
        Cell::Number(number) => json_number(number),
    }
}

/// All sheets with geometry.
fn shaped(input: &mut Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Vec<Shaped>, ReadError> {
    let path = input.path;
    let limits = Limits { file_bytes: limits.file_bytes.min(tables::MOST_BYTES), ..*limits };
    let bytes = input.read_whole(&limits)?;
    let problem = |problem| ReadError::File { path: path.to_owned(), problem };
    let sheets = tables::read_bytes(path, &bytes, source.encoding.as_deref()).map_err(problem)?;
    let shaped: Vec<Shaped> = sheets.into_iter().filter_map(Shaped::new).collect();
    // What looked like a geometry stands in no cell.
    if shaped.is_empty() { Err(problem(FileProblem::NoLayers(["CSV、XLSX", "CSV or XLSX"]))) } else { Ok(shaped) }
}

fn read(input: &mut Input<'_>, source: &LayerSource, limits: &Limits) -> Result<(Rows, Reading), ReadError> {
    let path = input.path;
    let sheets = shaped(input, source, limits)?;
    let entries: Vec<LayerEntry> = sheets.iter().map(Shaped::entry).collect();
    let at = source.choose(&entries)?;
    let rows = sheets[at].read(path, limits)?;
    let declares = rows.declared.clone();
    let mut reading = Reading { format: "table with geometry".to_owned(), declares, ..Reading::default() };
    reading.encoding.clone_from(&sheets[at].sheet.encoding);
    reading.list(at, entries.into_iter().map(|entry| entry.name));
    Ok((rows, reading))
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let path = input.path;
    let (rows, reading) = read(input, source, limits)?;
    let mut layer = Layer { reading, ..found::layer(&rows.list, path, limits, progress)? };
    let note = |feature: usize| ReadNote { feature: u64::try_from(feature).ok(), what: ReadNoteKind::UnevenRow };
    layer.notes.extend(rows.uneven.into_iter().map(note));
    Ok(layer)
}

fn features(mut input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let (rows, reading) = read(&mut input, source, limits)?;
    Ok(found::features(rows.list, reading.declares))
}

fn contents(mut input: Input<'_>, limits: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    let source = LayerSource::from(input.path);
    Ok(shaped(&mut input, &source, limits)?.iter().map(Shaped::entry).collect())
}

//! A workbook (XLSX) of somebody else with some of its cells written anew.
//!
//! 1. What is not written anew stays as it is to the byte: other sheets, formats, widths, merged cells, notes, charts.
//! 2. Rows come and go as they do in a spreadsheet program: what stands below moves, and formulas, merged cells, filters and
//!    rules of input follow. A sum over the list takes new rows in.
//! 3. What formulas gave before is left out where it may be another now, and spreadsheet programs are told to work it out.
//! 4. What cannot be done rightly is not done ([`Unfit`]): tables of their own below the sheet, formulas that several rows
//!    share and the first of which goes.

mod follow;
mod marks;
mod refs;
mod sheet;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _, Write as _};

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

pub(crate) use self::marks::{Marks, marks};
use self::refs::Shift;
use self::sheet::attribute;
use crate::model::Day;

/// Largest part of a workbook that is written anew, in bytes.
const MOST_BYTES: u64 = 512 << 20;

/// What is to be another in a sheet. Rows count from 1, columns from 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rewrite {
    /// The sheet.
    pub sheet: String,
    /// Cells, by row and column as they are now.
    pub cells: BTreeMap<u32, BTreeMap<u32, Value>>,
    /// Rows of the list in which something is another.
    pub changed: BTreeSet<u32>,
    /// Rows that are taken out.
    pub removed: BTreeSet<u32>,
    /// Rows that come, by the row that they come behind, and look like, and by column.
    pub added: BTreeMap<u32, Vec<BTreeMap<u32, Value>>>,
}

/// What stands in a cell from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Nothing,
    Text(String),
    /// A number as it is written out.
    Number(String),
    Formula(String),
    Day {
        day: Day,
        /// A row in which the column has a day, to look like that.
        like: Option<u32>,
    },
}

/// The workbook cannot be written anew rightly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the workbook cannot be written anew")]
pub(crate) struct Unfit;

impl Rewrite {
    /// Cells whose formats others take.
    fn looked_at(&self) -> BTreeSet<(u32, u32)> {
        let all = self.cells.values().chain(self.added.values().flatten()).flatten();
        let like = |(column, value): (&u32, &Value)| match value {
            Value::Day { like: Some(row), .. } => Some((*row, *column)),
            Value::Day { .. } | Value::Nothing | Value::Text(_) | Value::Number(_) | Value::Formula(_) => None,
        };
        all.filter_map(like).collect()
    }
}

/// A workbook that was written anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rewritten {
    pub bytes: Vec<u8>,
    /// Formulas that refer to rows which are gone.
    pub lost: usize,
}

/// The workbook with that written anew.
pub(crate) fn rewritten(bytes: &[u8], rewrite: &Rewrite) -> Result<Rewritten, Unfit> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unfit)?;
    let book = part(&mut archive, BOOK)?;
    let links = part(&mut archive, LINKS)?;
    let path = path_of(&book, &links, &rewrite.sheet)?;
    let mut shift = Shift { removed: rewrite.removed.clone(), ..Shift::default() };
    for (after, rows) in &rewrite.added {
        shift.added.insert(*after, u32::try_from(rows.len()).map_err(|_| Unfit)?);
    }
    let sheet = part(&mut archive, &path)?;
    let mut made = vec![
        (path.clone(), sheet::rewritten(&sheet, rewrite, &shift)?),
        (BOOK.to_owned(), book_asking_for_results(&book, &shift, &rewrite.sheet)?),
        // The order of working out is of cells that may lie elsewhere now.
        (LINKS.to_owned(), without(&links, "calcChain.xml")?),
        (TYPES.to_owned(), without(&part(&mut archive, TYPES)?, "calcChain.xml")?),
    ];
    let others: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let is_sheet = |name: &String| name.starts_with("xl/worksheets/sheet") && *name != path;
    for other in others.into_iter().filter(|name| !shift.is_nothing() && is_sheet(name)) {
        let xml = part(&mut archive, &other)?;
        if xml.contains('!') {
            made.push((other, sheet::following(&xml, &rewrite.sheet, &shift)?));
        }
    }
    if !shift.is_nothing() {
        for other in follow::parts(&mut archive, &path)? {
            let xml = part(&mut archive, &other)?;
            made.push((other, follow::moved(&xml, &rewrite.sheet, &shift)?));
        }
    }
    let mut out = ZipWriter::new(Cursor::new(Vec::with_capacity(bytes.len())));
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(|_| Unfit)?;
        let name = entry.name().map_err(|_| Unfit)?.into_owned();
        if name.ends_with("calcChain.xml") {
            continue;
        }
        match made.iter().find(|(path, _)| *path == name) {
            Some((_, bytes)) => {
                out.start_file(name.as_str(), SimpleFileOptions::default()).map_err(|_| Unfit)?;
                out.write_all(bytes).map_err(|_| Unfit)?;
            }
            None => out.raw_copy_file(entry).map_err(|_| Unfit)?,
        }
    }
    let count = |bytes: &[u8]| memchr::memmem::find_iter(bytes, b"#REF!").count();
    let lost = made.iter().map(|(_, bytes)| count(bytes)).sum::<usize>();
    let bytes = out.finish().map_err(|_| Unfit)?.into_inner();
    Ok(Rewritten { bytes, lost })
}

const BOOK: &str = "xl/workbook.xml";
const LINKS: &str = "xl/_rels/workbook.xml.rels";
const TYPES: &str = "[Content_Types].xml";

fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<String, Unfit> {
    let mut text = String::new();
    let entry = archive.by_name(name).map_err(|_| Unfit)?;
    entry.take(MOST_BYTES).read_to_string(&mut text).map_err(|_| Unfit)?;
    Ok(text)
}

/// Where the cells of a sheet are.
fn path_of(book: &str, links: &str, sheet: &str) -> Result<String, Unfit> {
    let id = elements(book)?.into_iter().find_map(|start| {
        let is_it = start.local_name().as_ref() == "sheet"
            && attribute(&start, "name").ok().flatten().is_some_and(|name| name == sheet);
        is_it.then(|| attribute(&start, "r:id").ok().flatten()).flatten()
    });
    let id = id.ok_or(Unfit)?;
    let target = elements(links)?.into_iter().find_map(|start| {
        let is_it = attribute(&start, "Id").ok().flatten().is_some_and(|it| it == id);
        is_it.then(|| attribute(&start, "Target").ok().flatten()).flatten()
    });
    let target = target.ok_or(Unfit)?;
    Ok(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
}

/// All elements of a part.
fn elements(xml: &str) -> Result<Vec<BytesStart<'static>>, Unfit> {
    let mut reader = Reader::from_str(xml);
    let mut all = Vec::new();
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Ok(all),
            Event::Start(start) | Event::Empty(start) => all.push(start.into_owned()),
            _ => {}
        }
    }
}

/// A part without the elements that name a part.
fn without(xml: &str, name: &str) -> Result<Vec<u8>, Unfit> {
    let names_it =
        |start: &BytesStart<'_>| start.attributes().flatten().any(|attribute| attribute.value.ends_with(name));
    let mut reader = Reader::from_str(xml);
    let mut writer = Writer::new(Vec::with_capacity(xml.len()));
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Ok(writer.into_inner()),
            Event::Empty(start) if names_it(&start) => {}
            Event::Start(start) if names_it(&start) => {
                reader.read_to_end(start.name()).map_err(|_| Unfit)?;
            }
            event => writer.write_event(event).map_err(|_| Unfit)?,
        }
    }
}

/// The part about the whole, which has spreadsheet programs work formulas out, with names that follow their rows.
fn book_asking_for_results(xml: &str, shift: &Shift, name: &str) -> Result<Vec<u8>, Unfit> {
    let starts = elements(xml)?;
    let has = |name: &str| starts.iter().any(|start| start.local_name().as_ref() == name);
    let dated_from_1904 =
        |start: &BytesStart<'_>| matches!(attribute(start, "date1904").ok().flatten().as_deref(), Some("1" | "true"));
    if starts.iter().any(dated_from_1904) {
        return Err(Unfit);
    }
    let (has_settings, last) = (has("calcPr"), if has("definedNames") { "definedNames" } else { "sheets" });
    let mut reader = Reader::from_str(xml);
    let mut writer = Writer::new(Vec::with_capacity(xml.len()));
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Ok(writer.into_inner()),
            Event::Empty(start) | Event::Start(start) if start.local_name().as_ref() == "calcPr" => {
                let mut asking = BytesStart::new(start.name().as_ref().to_owned());
                let others = start.attributes().flatten().filter(|it| it.key.as_ref() != "fullCalcOnLoad");
                asking.extend_attributes(others);
                asking.push_attribute(("fullCalcOnLoad", "1"));
                writer.write_event(Event::Empty(asking)).map_err(|_| Unfit)?;
            }
            Event::End(end) if end.local_name().as_ref() == "calcPr" => {}
            Event::End(end) if end.local_name().as_ref() == last && !has_settings => {
                let name = end.name().as_ref().to_owned();
                let prefix = name.rsplit_once(':').map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
                writer.write_event(Event::End(end)).map_err(|_| Unfit)?;
                let mut asking = BytesStart::new(format!("{prefix}calcPr"));
                asking.push_attribute(("fullCalcOnLoad", "1"));
                writer.write_event(Event::Empty(asking)).map_err(|_| Unfit)?;
            }
            Event::Start(start) if start.local_name().as_ref() == "definedName" => {
                let formula = sheet::content(&mut reader, start.name().as_ref())?;
                let moved = shift.formula(&formula, false, |sheet| sheet == name);
                writer.write_event(Event::Start(start.borrow())).map_err(|_| Unfit)?;
                writer.write_event(Event::Text(BytesText::new(&moved))).map_err(|_| Unfit)?;
                writer.write_event(Event::End(start.to_end())).map_err(|_| Unfit)?;
            }
            event => writer.write_event(event).map_err(|_| Unfit)?,
        }
    }
}

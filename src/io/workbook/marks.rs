//! What of the cells of a workbook its values do not tell: which are merged, which are shown as percentages, which formulas
//! have no result.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Cursor;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::sheet::{attribute, column_of, place, said};
use super::{BOOK, LINKS, Unfit, elements, part, path_of};

/// Merged cells of a sheet that are looked at, at most.
const MOST_MERGED: usize = 100_000;

/// Marks of the cells of a sheet. Rows and columns count from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Merged cells: the first row and column, the last row and column.
    pub merged: Vec<[u32; 4]>,
    /// Cells that are shown as percentages.
    pub percent: BTreeSet<(u32, u32)>,
    /// Formulas that nobody has worked out.
    pub open: BTreeMap<(u32, u32), String>,
}

/// Marks of all sheets, by name; none of what cannot be understood.
pub(crate) fn marks(bytes: &[u8]) -> HashMap<String, Marks> {
    all(bytes).unwrap_or_default()
}

fn all(bytes: &[u8]) -> Result<HashMap<String, Marks>, Unfit> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unfit)?;
    let (book, links) = (part(&mut archive, BOOK)?, part(&mut archive, LINKS)?);
    let percent = part(&mut archive, "xl/styles.xml").and_then(|styles| percent_formats(&styles)).unwrap_or_default();
    let mut found = HashMap::new();
    for start in elements(&book)?.iter().filter(|start| start.local_name().as_ref() == "sheet") {
        let Some(name) = attribute(start, "name")? else { continue };
        // A sheet of charts has no cells.
        let Ok(xml) = path_of(&book, &links, &name).and_then(|path| part(&mut archive, &path)) else { continue };
        found.insert(name, of_sheet(&xml, &percent).unwrap_or_default());
    }
    Ok(found)
}

/// Numbers of the formats that show a percentage.
fn percent_formats(styles: &str) -> Result<BTreeSet<String>, Unfit> {
    let mut own: BTreeSet<String> = ["9", "10"].map(str::to_owned).into();
    let mut found = BTreeSet::new();
    let mut reader = Reader::from_str(styles);
    let (mut is_of_cells, mut count) = (false, 0_usize);
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Ok(found),
            Event::Start(start) if start.local_name().as_ref() == "cellXfs" => is_of_cells = true,
            Event::End(end) if end.local_name().as_ref() == "cellXfs" => is_of_cells = false,
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                "numFmt" => {
                    let code = attribute(&start, "formatCode")?.unwrap_or_default();
                    // In quotes it is only a sign.
                    let outside: String = code.split('"').step_by(2).collect();
                    if outside.contains('%') {
                        own.extend(attribute(&start, "numFmtId")?);
                    }
                }
                "xf" if is_of_cells => {
                    if attribute(&start, "numFmtId")?.is_some_and(|id| own.contains(&id)) {
                        found.insert(count.to_string());
                    }
                    count += 1;
                }
                _ => {}
            },
            _ => {}
        }
    }
}

fn of_sheet(xml: &str, percent: &BTreeSet<String>) -> Result<Marks, Unfit> {
    let mut marks = Marks::default();
    // Most sheets have nothing of it, and that is seen without taking them apart.
    let has_formulas = memchr::memmem::find(xml.as_bytes(), b"<f>").is_some()
        || memchr::memmem::find(xml.as_bytes(), b"<f ").is_some();
    if has_formulas || !percent.is_empty() {
        cells(xml, percent, &mut marks)?;
    }
    if let Some(at) = memchr::memmem::find(xml.as_bytes(), b"<mergeCells") {
        let mut reader = Reader::from_str(&xml[at..]);
        loop {
            match reader.read_event().map_err(|_| Unfit)? {
                Event::Empty(start) | Event::Start(start) if start.local_name().as_ref() == "mergeCell" => {
                    marks.merged.extend(merged(&start)?);
                }
                Event::End(end) if end.local_name().as_ref() == "mergeCells" => break,
                Event::Eof => break,
                _ => {}
            }
            if marks.merged.len() >= MOST_MERGED {
                break;
            }
        }
    }
    Ok(marks)
}

fn merged(start: &BytesStart<'_>) -> Result<Option<[u32; 4]>, Unfit> {
    let refs = attribute(start, "ref")?.unwrap_or_default();
    let corners = refs.split_once(':').and_then(|(a, b)| Some((place(a)?, place(b)?)));
    Ok(corners.and_then(|((left, top), (right, bottom))| {
        Some([top.checked_sub(1)?, left, bottom.checked_sub(1)?, right]).filter(|it| it[0] <= it[2] && it[1] <= it[3])
    }))
}

fn cells(xml: &str, percent: &BTreeSet<String>, marks: &mut Marks) -> Result<(), Unfit> {
    let mut reader = Reader::from_str(xml);
    let mut at = (0_u32, 0_u32);
    let mut formula: Option<String> = None;
    let (mut is_in_formula, mut has_result) = (false, false);
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Ok(()),
            Event::Start(start) if start.local_name().as_ref() == "row" => {
                let number = attribute(&start, "r")?.map_or(Some(at.0 + 1), |it| it.parse().ok()).ok_or(Unfit)?;
                at = (number, 0);
            }
            Event::Start(start) if start.local_name().as_ref() == "c" => {
                let column = column_of(&start)?.unwrap_or(at.1);
                at.1 = column + 1;
                (formula, has_result) = (None, false);
                if attribute(&start, "s")?.is_some_and(|format| percent.contains(&format)) {
                    marks.percent.insert((at.0.saturating_sub(1), column));
                }
            }
            Event::Empty(start) if start.local_name().as_ref() == "c" => {
                at.1 = column_of(&start)?.unwrap_or(at.1) + 1;
            }
            Event::Start(start) if start.local_name().as_ref() == "f" => {
                (formula, is_in_formula) = (Some(String::new()), true);
            }
            Event::Empty(start) if start.local_name().as_ref() == "f" => formula = Some(String::new()),
            Event::End(end) if end.local_name().as_ref() == "f" => is_in_formula = false,
            Event::Start(start) if ["v", "is"].contains(&start.local_name().as_ref()) => has_result = true,
            Event::End(end) if end.local_name().as_ref() == "c" => {
                if let Some(formula) = formula.take().filter(|_| !has_result) {
                    marks.open.insert((at.0.saturating_sub(1), at.1 - 1), format!("={formula}"));
                }
            }
            event if is_in_formula => {
                if let Some(formula) = &mut formula {
                    formula.push_str(&said(&event)?);
                }
            }
            _ => {}
        }
    }
}

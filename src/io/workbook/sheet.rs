//! The part of a workbook that has the cells of a sheet, with some of these written anew.
//!
//! What is not written anew is put out as it was read: formats, widths, merged cells, notes. Formulas are put out without
//! what they gave before, so that nobody reads what is no longer right.

use std::collections::{BTreeMap, HashMap};

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::refs::Shift;
use super::{Rewrite, Unfit, Value};

/// A cell with what stands in it.
struct Cell {
    column: u32,
    start: BytesStart<'static>,
    inner: Vec<Event<'static>>,
}

/// Writes another sheet with formulas that follow the rows of the one that is written anew.
pub(super) fn following(xml: &str, sheet: &str, shift: &Shift) -> Result<Vec<u8>, Unfit> {
    let nothing = Rewrite { sheet: sheet.to_owned(), ..Rewrite::default() };
    written(xml, &nothing, (&Shift::default(), shift), false)
}

/// Writes a sheet anew.
pub(super) fn rewritten(xml: &str, rewrite: &Rewrite, shift: &Shift) -> Result<Vec<u8>, Unfit> {
    written(xml, rewrite, (shift, shift), true)
}

/// Writes a sheet whose own rows move by one shift, and those that formulas are about by another; `own` where these are of
/// the same sheet.
fn written(xml: &str, rewrite: &Rewrite, (shift, of_formulas): (&Shift, &Shift), own: bool) -> Result<Vec<u8>, Unfit> {
    let formats = formats(xml, rewrite)?;
    let mut reader = Reader::from_str(xml);
    let writer = Writer::new(Vec::with_capacity(xml.len()));
    let mut out = Out { writer, rewrite, shift, of_formulas, own, formats, row: 0, merged: 0 };
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Ok(out.writer.into_inner()),
            Event::Start(start) if start.local_name().as_ref() == "row" => {
                let cells = cells(&mut reader)?;
                out.row(&start, cells)?;
            }
            Event::Empty(start) if start.local_name().as_ref() == "row" => out.row(&start, Vec::new())?,
            Event::Start(start) if is_formula(&start) => {
                let formula = content(&mut reader, start.name().as_ref())?;
                out.put(Event::Start(start.borrow()))?;
                out.put_formula(&formula)?;
                out.put(Event::End(start.to_end()))?;
            }
            Event::Start(start) => match out.moved(&start)? {
                Some(moved) => out.put(Event::Start(moved))?,
                None => {
                    reader.read_to_end(start.name()).map_err(|_| Unfit)?;
                }
            },
            Event::Empty(start) => {
                if let Some(moved) = out.moved(&start)? {
                    out.put(Event::Empty(moved))?;
                }
            }
            // A list of merged cells with none in it is no list.
            Event::End(end) if end.local_name().as_ref() == "mergeCells" && out.merged == 0 => return Err(Unfit),
            event => out.put(event)?,
        }
    }
}

/// Whether an element outside of the cells is a formula: of a format that depends, of a rule of input.
fn is_formula(start: &BytesStart<'_>) -> bool {
    ["formula", "formula1", "formula2"].contains(&start.local_name().as_ref())
}

/// The text of an element up to its end.
pub(super) fn content(reader: &mut Reader<&[u8]>, name: &str) -> Result<String, Unfit> {
    let mut text = String::new();
    loop {
        let event = reader.read_event().map_err(|_| Unfit)?;
        match &event {
            Event::Eof => return Err(Unfit),
            Event::End(end) if end.name().as_ref() == name => return Ok(text),
            event => text.push_str(&said(event)?),
        }
    }
}

/// What an event adds to a text.
fn said(event: &Event<'_>) -> Result<String, Unfit> {
    match event {
        Event::Text(text) => Ok(text.xml10_content().into_owned()),
        Event::CData(text) => Ok(text.xml10_content().into_owned()),
        Event::GeneralRef(entity) => {
            let entity = entity.xml10_content();
            Ok(quick_xml::escape::unescape(&format!("&{entity};")).map_err(|_| Unfit)?.into_owned())
        }
        _ => Ok(String::new()),
    }
}

/// Cells of a row, up to its end.
fn cells(reader: &mut Reader<&[u8]>) -> Result<Vec<Cell>, Unfit> {
    let mut cells: Vec<Cell> = Vec::new();
    let next = |cells: &[Cell]| cells.last().map_or(0, |cell| cell.column + 1);
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Err(Unfit),
            // New cells have names without a prefix.
            Event::Start(start) | Event::Empty(start) if start.name().prefix().is_some() => return Err(Unfit),
            Event::End(end) if end.local_name().as_ref() == "row" => return Ok(cells),
            Event::Empty(start) if start.local_name().as_ref() == "c" => {
                let column = column_of(&start)?.unwrap_or_else(|| next(&cells));
                cells.push(Cell { column, start: start.into_owned(), inner: Vec::new() });
            }
            Event::Start(start) if start.local_name().as_ref() == "c" => {
                let column = column_of(&start)?.unwrap_or_else(|| next(&cells));
                let start = start.into_owned();
                let mut inner = Vec::new();
                loop {
                    match reader.read_event().map_err(|_| Unfit)? {
                        Event::Eof => return Err(Unfit),
                        Event::End(end) if end.local_name().as_ref() == "c" => break,
                        event => inner.push(event.into_owned()),
                    }
                }
                cells.push(Cell { column, start, inner });
            }
            _ => {}
        }
    }
}

/// Formats of the cells that others are to look like, by row and column.
fn formats(xml: &str, rewrite: &Rewrite) -> Result<HashMap<(u32, u32), String>, Unfit> {
    let wanted = rewrite.looked_at();
    let mut found = HashMap::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let mut reader = Reader::from_str(xml);
    let mut row = 0;
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Ok(found),
            Event::Start(start) if start.local_name().as_ref() == "row" => {
                row = attribute(&start, "r")?.map_or(Some(row + 1), |it| it.parse().ok()).ok_or(Unfit)?;
                for cell in cells(&mut reader)? {
                    if wanted.contains(&(row, cell.column)) {
                        found.extend(attribute(&cell.start, "s")?.map(|format| ((row, cell.column), format)));
                    }
                }
            }
            _ => {}
        }
    }
}

struct Out<'a> {
    writer: Writer<Vec<u8>>,
    rewrite: &'a Rewrite,
    shift: &'a Shift,
    of_formulas: &'a Shift,
    /// Whether a reference without a sheet is to the one whose rows move.
    own: bool,
    formats: HashMap<(u32, u32), String>,
    /// The row that was read last.
    row: u32,
    /// Merged cells that were put out.
    merged: usize,
}

impl Out<'_> {
    fn put(&mut self, event: Event<'_>) -> Result<(), Unfit> {
        self.writer.write_event(event).map_err(|_| Unfit)
    }

    /// An element outside of the cells with its references moved; `None` where nothing of what it is about is left.
    fn moved(&mut self, start: &BytesStart<'_>) -> Result<Option<BytesStart<'static>>, Unfit> {
        let name = start.local_name();
        let name = name.as_ref();
        if name == "tableParts" && !self.shift.is_nothing() {
            return Err(Unfit);
        }
        let keys: &[&str] = match name {
            "dimension" | "mergeCell" | "autoFilter" | "hyperlink" => &["ref"],
            "conditionalFormatting" | "dataValidation" | "ignoredError" | "protectedRange" => &["sqref"],
            "selection" => &["activeCell", "sqref"],
            _ => &[],
        };
        let grows = name != "mergeCell" && name != "hyperlink";
        let mut moved = BytesStart::new(start.name().as_ref().to_owned());
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| Unfit)?;
            if keys.contains(&attribute.key.as_ref()) {
                let Some(refs) = self.shift.refs(&value_of(&attribute)?, grows) else { return Ok(None) };
                moved.push_attribute((attribute.key.as_ref(), refs.as_str()));
            } else {
                moved.push_attribute(attribute);
            }
        }
        self.merged += usize::from(name == "mergeCell");
        Ok(Some(moved))
    }

    fn row(&mut self, start: &BytesStart<'_>, cells: Vec<Cell>) -> Result<(), Unfit> {
        self.row = attribute(start, "r")?.map_or(Some(self.row + 1), |it| it.parse().ok()).ok_or(Unfit)?;
        let added: Vec<&BTreeMap<u32, Value>> =
            if self.row == self.shift.after { self.rewrite.added.iter().collect() } else { Vec::new() };
        let like: Vec<(u32, Option<String>)> = if added.is_empty() {
            Vec::new()
        } else {
            let format = |cell: &Cell| Ok((cell.column, attribute(&cell.start, "s")?));
            cells.iter().map(format).collect::<Result<_, Unfit>>()?
        };
        match self.shift.row(self.row) {
            Some(now) => self.kept_row(start, now, cells)?,
            // Others go on from a formula that several share.
            None if cells.iter().any(Cell::is_shared) => return Err(Unfit),
            None => {}
        }
        // Behind the last row of the list come those that no file has.
        let behind = (1..=self.shift.after).rev().find_map(|row| self.shift.row(row)).unwrap_or(0);
        for (number, values) in (behind + 1..).zip(added) {
            let row = row_start(start, number)?;
            self.put(Event::Start(row.borrow()))?;
            let mut columns: BTreeMap<u32, Option<&String>> =
                like.iter().map(|(column, format)| (*column, format.as_ref())).collect();
            for column in values.keys() {
                let left = columns.range(..column).next_back().and_then(|(_, format)| *format);
                columns.entry(*column).or_insert(left);
            }
            for (column, format) in columns {
                self.value(number, column, format.cloned(), values.get(&column).unwrap_or(&Value::Nothing))?;
            }
            self.put(Event::End(row.to_end()))?;
        }
        Ok(())
    }

    /// A row that stays, under its number of now.
    fn kept_row(&mut self, start: &BytesStart<'_>, now: u32, cells: Vec<Cell>) -> Result<(), Unfit> {
        let mut values = self.rewrite.cells.get(&self.row).cloned().unwrap_or_default();
        let row = row_start(start, now)?;
        self.put(Event::Start(row.borrow()))?;
        let mut format = None;
        for cell in cells {
            // New cells look like the one to the left of them.
            let before: Vec<u32> = values.range(..cell.column).map(|(column, _)| *column).collect();
            for column in before {
                if let Some(value) = values.remove(&column) {
                    self.value(now, column, format.clone(), &value)?;
                }
            }
            format = attribute(&cell.start, "s")?;
            match values.remove(&cell.column) {
                Some(_) if cell.is_shared() => return Err(Unfit),
                Some(value) => self.value(now, cell.column, format.clone(), &value)?,
                None => self.cell(now, cell)?,
            }
        }
        for (column, value) in values {
            self.value(now, column, format.clone(), &value)?;
        }
        self.put(Event::End(row.to_end()))
    }

    /// A formula with its references moved.
    fn put_formula(&mut self, formula: &str) -> Result<(), Unfit> {
        let moved = self.of_formulas.formula(formula, self.own, |sheet| sheet == self.rewrite.sheet);
        self.put(Event::Text(BytesText::new(&moved)))
    }

    /// A cell as it was, in a row of another number.
    fn cell(&mut self, row: u32, cell: Cell) -> Result<(), Unfit> {
        let has_formula = cell.inner.iter().any(|event| is_start_of(event, "f"));
        let mut start = BytesStart::new(cell.start.name().as_ref().to_owned());
        start.push_attribute(("r", format!("{}{row}", letters(cell.column)).as_str()));
        for attribute in cell.start.attributes() {
            let attribute = attribute.map_err(|_| Unfit)?;
            // What a formula gave before, and of which type, is left out.
            let is_left_out = attribute.key.as_ref() == "r" || has_formula && attribute.key.as_ref() == "t";
            if !is_left_out {
                start.push_attribute(attribute);
            }
        }
        self.put(Event::Start(start.borrow()))?;
        let mut formula: Option<String> = None;
        let mut is_result = false;
        for event in cell.inner {
            match event {
                Event::Start(it) if it.local_name().as_ref() == "f" => {
                    let moved = self.formula_start(&it)?;
                    self.put(Event::Start(moved))?;
                    formula = Some(String::new());
                }
                Event::End(it) if it.local_name().as_ref() == "f" => {
                    self.put_formula(&formula.take().unwrap_or_default())?;
                    self.put(Event::End(it))?;
                }
                Event::Empty(it) if it.local_name().as_ref() == "f" => {
                    let moved = self.formula_start(&it)?;
                    self.put(Event::Empty(moved))?;
                }
                Event::Start(it) if has_formula && it.local_name().as_ref() == "v" => is_result = true,
                Event::End(it) if has_formula && it.local_name().as_ref() == "v" => is_result = false,
                _ if is_result => {}
                event => match &mut formula {
                    Some(text) => text.push_str(&said(&event)?),
                    None => self.put(event)?,
                },
            }
        }
        self.put(Event::End(BytesEnd::new(cell.start.name().as_ref().to_owned())))
    }

    /// The beginning of a formula with the range that it is for.
    fn formula_start(&self, start: &BytesStart<'_>) -> Result<BytesStart<'static>, Unfit> {
        let mut moved = BytesStart::new(start.name().as_ref().to_owned());
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| Unfit)?;
            if start.local_name().as_ref() == "f" && attribute.key.as_ref() == "ref" {
                let refs = self.shift.refs(&value_of(&attribute)?, false).ok_or(Unfit)?;
                moved.push_attribute(("ref", refs.as_str()));
            } else {
                moved.push_attribute(attribute);
            }
        }
        Ok(moved)
    }

    /// A cell of a new value.
    fn value(&mut self, row: u32, column: u32, format: Option<String>, value: &Value) -> Result<(), Unfit> {
        let format = match value {
            Value::Day { like: Some(like), .. } => self.formats.get(&(*like, column)).cloned().or(format),
            _ => format,
        };
        let mut start = BytesStart::new("c");
        start.push_attribute(("r", format!("{}{row}", letters(column)).as_str()));
        if let Some(format) = &format {
            start.push_attribute(("s", format.as_str()));
        }
        let (names, text): (&[&str], String) = match value {
            Value::Nothing => return self.put(Event::Empty(start)),
            Value::Text(text) => {
                start.push_attribute(("t", "inlineStr"));
                (&["is", "t"], text.clone())
            }
            Value::Number(number) => (&["v"], number.clone()),
            // Days are counted from the end of 1899, and a day in 1900 that there was not is counted too.
            Value::Day { day, .. } => (&["v"], (day.number() + 2).to_string()),
        };
        self.put(Event::Start(start))?;
        for name in names {
            let mut start = BytesStart::new(*name);
            if *name == "t" {
                start.push_attribute(("xml:space", "preserve"));
            }
            self.put(Event::Start(start))?;
        }
        self.put(Event::Text(BytesText::new(&text)))?;
        for name in names.iter().rev() {
            self.put(Event::End(BytesEnd::new(*name)))?;
        }
        self.put(Event::End(BytesEnd::new("c")))
    }
}

impl Cell {
    /// Whether others go on from a formula in it, or it is one for several cells.
    fn is_shared(&self) -> bool {
        self.inner.iter().any(|event| match event {
            Event::Start(it) | Event::Empty(it) if it.local_name().as_ref() == "f" => {
                it.attributes().flatten().any(|attribute| attribute.key.as_ref() == "ref")
            }
            _ => false,
        })
    }
}

fn is_start_of(event: &Event<'_>, name: &str) -> bool {
    matches!(event, Event::Start(it) | Event::Empty(it) if it.local_name().as_ref() == name)
}

/// The beginning of a row under another number.
fn row_start(start: &BytesStart<'_>, number: u32) -> Result<BytesStart<'static>, Unfit> {
    let mut made = BytesStart::new(start.name().as_ref().to_owned());
    made.push_attribute(("r", number.to_string().as_str()));
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Unfit)?;
        // Which columns it has is only a hint, and may be another now.
        if attribute.key.as_ref() != "r" && attribute.key.as_ref() != "spans" {
            made.push_attribute(attribute);
        }
    }
    Ok(made)
}

/// Column of a cell from 0; `None` where it does not say it.
fn column_of(start: &BytesStart<'_>) -> Result<Option<u32>, Unfit> {
    let Some(at) = attribute(start, "r")? else { return Ok(None) };
    let letters = at.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.fold(0_u32, |sum, letter| sum.saturating_mul(26).saturating_add(u32::from(letter - b'A') + 1));
    number.checked_sub(1).filter(|number| *number < 16_384).map(Some).ok_or(Unfit)
}

/// A column as spreadsheets name it.
fn letters(column: u32) -> String {
    let mut left = column + 1;
    let mut found = Vec::new();
    while left > 0 {
        found.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or_default()));
        left = (left - 1) / 26;
    }
    found.iter().rev().collect()
}

pub(super) fn attribute(start: &BytesStart<'_>, key: &str) -> Result<Option<String>, Unfit> {
    let found = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == key);
    found.map(|attribute| value_of(&attribute)).transpose()
}

fn value_of(attribute: &Attribute<'_>) -> Result<String, Unfit> {
    Ok(quick_xml::escape::unescape(&attribute.value).map_err(|_| Unfit)?.into_owned())
}

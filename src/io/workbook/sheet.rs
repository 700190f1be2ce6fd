//! The part of a workbook that has the cells of a sheet, with some of these written anew.
//!
//! What is not written anew is put out as it was read: formats, widths, merged cells, notes. Formulas are put out without
//! what they gave before where that may no longer be right, so that nobody reads it.

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
    let shift_heads = if shift.removed.is_empty() { HashMap::new() } else { merged_down(xml)? };
    let mut reader = Reader::from_str(xml);
    let writer = Writer::new(Vec::with_capacity(xml.len()));
    let mut out = Out {
        writer,
        rewrite,
        shift,
        of_formulas,
        own,
        formats,
        row: 0,
        merged: 0,
        shift_heads,
        heads: HashMap::new(),
    };
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

/// Merged cells that go down a column: where they begin, and the row that they end with.
fn merged_down(xml: &str) -> Result<HashMap<(u32, u32), u32>, Unfit> {
    let mut found = HashMap::new();
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Ok(found),
            Event::Empty(start) | Event::Start(start) if start.local_name().as_ref() == "mergeCell" => {
                let refs = attribute(&start, "ref")?.unwrap_or_default();
                if let Some((a, b)) = refs.split_once(':')
                    && let (Some((column, first)), Some((_, last))) = (place(a), place(b))
                    && first < last
                {
                    found.insert((first, column), last);
                }
            }
            _ => {}
        }
    }
}

/// Column from 0 and row from 1 of a reference.
pub(super) fn place(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, row) = text.split_at(digits);
    let number = letters.bytes().try_fold(0_u32, |sum, letter| {
        let value = u32::from(letter.checked_sub(b'A').filter(|it| *it < 26)?) + 1;
        sum.checked_mul(26)?.checked_add(value)
    })?;
    Some((number.checked_sub(1).filter(|it| *it < 16_384)?, row.parse().ok()?))
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
pub(super) fn said(event: &Event<'_>) -> Result<String, Unfit> {
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
    /// Where merged cells that go down a column begin, and the row that they end with.
    shift_heads: HashMap<(u32, u32), u32>,
    /// What stood in those whose first row went, by column and the row that they end with.
    heads: HashMap<(u32, u32), Cell>,
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
        let added = self.rewrite.added.get(&self.row).map_or(&[][..], Vec::as_slice);
        let like: Vec<Like> =
            if added.is_empty() { Vec::new() } else { cells.iter().map(Like::of).collect::<Result<_, Unfit>>()? };
        match self.shift.row(self.row) {
            Some(now) => self.kept_row(start, now, cells)?,
            // Others go on from a formula that several share.
            None if cells.iter().any(Cell::is_shared) => return Err(Unfit),
            None => self.heads.extend(cells.into_iter().filter_map(|cell| {
                let last = *self.shift_heads.get(&(self.row, cell.column))?;
                Some(((cell.column, last), cell))
            })),
        }
        // Where the row is, or would be.
        let here = self.shift.moved(self.row) - u32::from(self.shift.removed.contains(&self.row));
        for (number, values) in (here + 1..).zip(added) {
            self.added_row(start, number, (&like, here), values)?;
        }
        Ok(())
    }

    /// A row that comes behind another and looks like it: formulas are filled down.
    fn added_row(
        &mut self,
        start: &BytesStart<'_>,
        number: u32,
        (like, here): (&[Like], u32),
        values: &BTreeMap<u32, Value>,
    ) -> Result<(), Unfit> {
        let row = row_start(start, number)?;
        self.put(Event::Start(row.borrow()))?;
        let mut columns: BTreeMap<u32, (Option<String>, Option<String>)> =
            like.iter().map(|it| (it.column, (it.format.clone(), it.formula.clone()))).collect();
        for column in values.keys() {
            let left = columns.range(..column).next_back().and_then(|(_, (format, _))| format.clone());
            columns.entry(*column).or_insert((left, None));
        }
        for (column, (format, formula)) in columns {
            match (values.get(&column), formula) {
                (Some(value), _) => self.value(number, column, format, value)?,
                (None, Some(formula)) => {
                    let moved = self.of_formulas.formula(&formula, self.own, |sheet| sheet == self.rewrite.sheet);
                    let formula = Shift::filled_down(&moved, i64::from(number) - i64::from(here));
                    self.value(number, column, format, &Value::Formula(formula))?;
                }
                (None, None) => self.value(number, column, format, &Value::Nothing)?,
            }
        }
        self.put(Event::End(row.to_end()))
    }

    /// A row that stays, under its number of now.
    fn kept_row(&mut self, start: &BytesStart<'_>, now: u32, cells: Vec<Cell>) -> Result<(), Unfit> {
        let mut values = self.rewrite.cells.get(&self.row).cloned().unwrap_or_default();
        let cells = self.with_heads(cells);
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

    /// Cells of the row with those that merged cells began with, where these went with their row.
    fn with_heads(&mut self, mut cells: Vec<Cell>) -> Vec<Cell> {
        let due: Vec<(u32, u32)> = self.heads.keys().filter(|(_, last)| *last >= self.row).copied().collect();
        for place in due {
            let Some(head) = self.heads.remove(&place) else { continue };
            if cells.iter().all(|cell| cell.column != head.column || cell.inner.is_empty()) {
                cells.retain(|cell| cell.column != head.column);
                cells.push(head);
            }
        }
        cells.sort_by_key(|cell| cell.column);
        cells
    }

    /// A cell as it was, in a row of another number.
    fn cell(&mut self, row: u32, cell: Cell) -> Result<(), Unfit> {
        let has_formula = cell.inner.iter().any(|event| is_start_of(event, "f")) && !self.gives_as_before(&cell)?;
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

    /// Whether a formula gives what it gave before: it is of this cell alone and about its own row, and nothing in that was
    /// written anew.
    fn gives_as_before(&self, cell: &Cell) -> Result<bool, Unfit> {
        let formula = Like::of(cell)?.formula;
        let is_own = |formula: String| Shift::is_within_row(&formula, self.row);
        Ok(!self.rewrite.changed.contains(&self.row) && formula.is_some_and(is_own))
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
            Value::Formula(formula) => (&["f"], formula.clone()),
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

/// What a cell looks like.
struct Like {
    column: u32,
    format: Option<String>,
    /// The formula in it, where it is of this cell alone.
    formula: Option<String>,
}

impl Like {
    fn of(cell: &Cell) -> Result<Self, Unfit> {
        let mut formula: Option<String> = None;
        let mut is_inside = false;
        for event in &cell.inner {
            match event {
                Event::Start(it) if it.local_name().as_ref() == "f" => {
                    is_inside = it.attributes().next().is_none();
                    formula = is_inside.then(String::new);
                }
                Event::End(it) if it.local_name().as_ref() == "f" => is_inside = false,
                event => {
                    if let Some(text) = formula.as_mut().filter(|_| is_inside) {
                        text.push_str(&said(event)?);
                    }
                }
            }
        }
        Ok(Self { column: cell.column, format: attribute(&cell.start, "s")?, formula })
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
pub(super) fn column_of(start: &BytesStart<'_>) -> Result<Option<u32>, Unfit> {
    let Some(at) = attribute(start, "r")? else { return Ok(None) };
    place(&at).map(|(column, _)| Some(column)).ok_or(Unfit)
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

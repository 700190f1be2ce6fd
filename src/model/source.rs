//! Source text of features, so that an untouched one leaves as it came.
//!
//! A reader fills [`Records`], one for each chunk of the file, in parallel; [`join`] makes a [`Table`] and a
//! [`SourceText`] of them that share the text. Of every feature the whole text is kept but its coordinates: these
//! are in the coverage, bit for bit. Only where a writer could not give the same again (z values, rings unclosed or
//! with repeated vertices, numbers written unusually) a reader keeps the coordinates verbatim too.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::table::{Cell, Column, TablePart};
use super::{FeatureId, Table};

/// Geometry type of a feature, as its source says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Shape {
    /// One polygon.
    Polygon,
    /// A list of polygons.
    MultiPolygon,
    /// No geometry, or an empty one.
    #[default]
    Empty,
}

/// Text of one feature around its coordinates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FeatureText<'a> {
    /// From the opening brace up to the coordinates; the whole text where there are none.
    pub before: &'a str,
    /// The coordinates as they came, where they have to leave verbatim.
    pub coordinates: Option<&'a str>,
    /// From behind the coordinates to the closing brace.
    pub after: &'a str,
    /// Geometry type.
    pub shape: Shape,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// Start of the feature's text in the arena; it ends where the next begins.
    pub(super) start: u32,
    /// Where the coordinates stand, or stood.
    pub(super) cut: u32,
    /// End of the kept coordinates; equals `cut` where none are kept.
    pub(super) resume: u32,
    pub(super) shape: Shape,
}

/// Source text of every feature of a layer. See the module documentation.
#[derive(Clone, Debug, Default)]
pub struct SourceText {
    pub(super) parts: Vec<SourcePart>,
    /// Whether coordinates that were kept no longer say where the feature lies.
    pub(super) forgotten: bool,
}

#[derive(Clone, Debug)]
pub(super) struct SourcePart {
    pub(super) text: Arc<String>,
    /// First feature.
    pub(super) start: u32,
    pub(super) spans: Vec<Span>,
}

impl SourceText {
    /// Gives no coordinates from now on: those of the layer were turned into other ones.
    pub fn forget_coordinates(&mut self) {
        self.forgotten = true;
    }

    /// Text of a feature; `None` behind the last one.
    #[must_use]
    pub fn get(&self, feature: FeatureId) -> Option<FeatureText<'_>> {
        let part = &self.parts[self.parts.partition_point(|part| part.start <= feature.0).checked_sub(1)?];
        let row = (feature.0 - part.start) as usize;
        let span = part.spans.get(row)?;
        let end = part.spans.get(row + 1).map_or(part.text.len(), |next| next.start as usize);
        let (start, cut, resume) = (span.start as usize, span.cut as usize, span.resume as usize);
        Some(FeatureText {
            before: &part.text[start..cut],
            coordinates: (cut < resume && !self.forgotten).then(|| &part.text[cut..resume]),
            after: &part.text[resume..end],
            shape: span.shape,
        })
    }
}

impl SourceText {
    /// Table and text with properties behind the others: names that no property has, and for each feature raw JSON text,
    /// if any. A feature that has no properties gets none.
    #[must_use]
    pub(super) fn with_columns(&self, table: &Table, columns: &[(String, Vec<Option<String>>)]) -> (Table, Self) {
        let columns: Vec<&(String, Vec<Option<String>>)> =
            columns.iter().filter(|(name, _)| table.field(name).is_none()).collect();
        let names: Vec<String> =
            columns.iter().map(|(name, _)| serde_json::Value::from(name.as_str()).to_string()).collect();
        let part_of = |part: &SourcePart| {
            let mut text = String::with_capacity(part.text.len());
            let mut spans = Vec::with_capacity(part.spans.len());
            for (row, span) in part.spans.iter().enumerate() {
                let end = part.spans.get(row + 1).map_or(part.text.len(), |next| next.start as usize);
                let feature = FeatureId(part.start + u32::try_from(row).ok()?);
                let at = table.end_of_values(feature).filter(|&at| at >= span.start as usize && at <= end);
                let mut more = String::new();
                if at.is_some() {
                    for (name, (_, values)) in names.iter().zip(&columns) {
                        if let Some(value) = values.get(feature.index()).and_then(Option::as_deref) {
                            more.extend([",", name, ":", value]);
                        }
                    }
                }
                let at = at.unwrap_or(end);
                let start = u32::try_from(text.len()).ok()?;
                let moved = |place: u32| -> Option<u32> {
                    let behind = if place as usize >= at { more.len() } else { 0 };
                    u32::try_from(text.len() + (place - span.start) as usize + behind).ok()
                };
                spans.push(Span { start, cut: moved(span.cut)?, resume: moved(span.resume)?, shape: span.shape });
                text.push_str(part.text.get(span.start as usize..at)?);
                text.push_str(&more);
                text.push_str(part.text.get(at..end)?);
            }
            Some(SourcePart { text: Arc::new(text), start: part.start, spans })
        };
        // Where it would grow past 4 GiB, features leave as they came.
        let parts = self.parts.iter().map(|part| part_of(part).unwrap_or_else(|| part.clone())).collect();
        (
            table.with_columns(&columns.into_iter().cloned().collect::<Vec<_>>()),
            Self { parts, forgotten: self.forgotten },
        )
    }
}

/// Some of the features of a table and its source text, in the order given. Columns of which none of them has a value,
/// while another has one, are left out.
#[must_use]
pub(super) fn only(table: &Table, source: &SourceText, features: &[FeatureId]) -> (Table, SourceText) {
    /// Text in one part, at most.
    const PART: usize = 1 << 30;
    let is_value = |feature: FeatureId, field| {
        table.raw(feature, field).is_some_and(|raw| !matches!(raw, "null" | "\"\"") && !raw.is_empty())
    };
    let mut kept = vec![false; table.rows()];
    for feature in features.iter().filter(|feature| feature.index() < table.rows()) {
        kept[feature.index()] = true;
    }
    let is_column = |field: &super::FieldIndex| {
        features.iter().any(|&feature| is_value(feature, *field))
            || !table.features().filter(|feature| !kept[feature.index()]).any(|feature| is_value(feature, *field))
    };
    let here: Vec<super::FieldIndex> = table.field_indices().filter(is_column).collect();
    let is_added = |field: &super::FieldIndex| field.index() + table.added.len() >= table.fields.len();
    let (added, own): (Vec<super::FieldIndex>, Vec<super::FieldIndex>) = here.into_iter().partition(is_added);
    let name = |field: &super::FieldIndex| table.fields[field.index()].clone();
    let mut made = Table { fields: own.iter().map(name).collect(), ..Table::default() };
    let mut texts = SourceText { parts: Vec::new(), forgotten: source.forgotten };
    let mut rest = features;
    while !rest.is_empty() {
        let (mut text, mut spans) = (String::new(), Vec::new());
        let mut columns = vec![Column::default(); own.len()];
        let mut done = 0;
        for &feature in rest {
            let at = source.parts.partition_point(|part| part.start <= feature.0).checked_sub(1);
            let part = at.and_then(|at| source.parts.get(at));
            let row = part.map_or(0, |part| (feature.0 - part.start) as usize);
            let Some((part, span)) = part.and_then(|part| Some((part, part.spans.get(row)?))) else {
                done += 1;
                continue;
            };
            let end = part.spans.get(row + 1).map_or(part.text.len(), |next| next.start as usize);
            if done > 0 && text.len() + (end - span.start as usize) > PART {
                break;
            }
            done += 1;
            let start = u32::try_from(text.len()).unwrap_or(u32::MAX);
            let moved = |place: u32| start + (place - span.start);
            for (column, &field) in columns.iter_mut().zip(&own) {
                if let Some(cell) = table.cell(feature, field) {
                    let row = u32::try_from(spans.len()).unwrap_or(u32::MAX);
                    column.set(row, Cell { start: moved(cell.start), len: cell.len });
                }
            }
            text.push_str(part.text.get(span.start as usize..end).unwrap_or_default());
            spans.push(Span { start, cut: moved(span.cut), resume: moved(span.resume), shape: span.shape });
        }
        let text = Arc::new(text);
        let (start, rows) = (made.rows, u32::try_from(spans.len()).unwrap_or(u32::MAX));
        let column_of = (0..u32::try_from(own.len()).unwrap_or(u32::MAX)).collect();
        made.parts.push(TablePart { text: Arc::clone(&text), start, columns, column_of });
        made.rows += rows;
        texts.parts.push(SourcePart { text, start, spans });
        rest = &rest[done..];
    }
    let value = |field, feature: &FeatureId| table.raw(*feature, field).map(str::to_owned);
    let column = |field: &super::FieldIndex| (name(field), features.iter().map(|row| value(*field, row)).collect());
    let added: Vec<(String, Vec<Option<String>>)> = added.iter().map(column).collect();
    (if added.is_empty() { made } else { made.with_columns(&added) }, texts)
}

/// What becomes of the text of a feature's coordinates.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CoordinateText {
    /// Dropped: the coverage gives the same again.
    Drop,
    /// Kept verbatim.
    Keep,
}

/// More text in one chunk than 4 GiB.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("more than 4 GiB of attribute text in one part of the file; split the file")]
pub struct TooMuchText;

/// A column of a table that does not come as JSON, with what stands before each of its values.
#[derive(Clone, Debug)]
pub struct Key {
    name: String,
    before: String,
}

impl Key {
    /// That of a name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let mut before = String::new();
        push_json_text(&mut before, name);
        before.push(':');
        Self { name: name.to_owned(), before }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Writes a text as JSON.
pub fn push_json_text(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        out.push_str(&serde_json::Value::from(text).to_string());
    } else {
        out.reserve(text.len() + 2);
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

/// Features of one chunk of a file, in file order, filled by a reader.
#[derive(Debug, Default)]
pub struct Records {
    text: String,
    spans: Vec<Span>,
    /// Start of the row at hand, and column and place of each of its values.
    row: usize,
    cells: Vec<(usize, Range<usize>)>,
    fields: Vec<String>,
    /// Looked up, never iterated.
    field_of: HashMap<String, usize>,
    columns: Vec<Column>,
    /// Column that the next value most likely belongs to: the one behind the last.
    next: usize,
    /// The coordinates cut out of the last feature, in its own text.
    cut: Range<usize>,
}

impl Records {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of features.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether no feature was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Adds a feature: its whole JSON text, and where its coordinates stand in it (the value of the member, with its
    /// brackets). [`value`](Self::value) then adds its properties.
    ///
    /// A range that is not inside the text, or cuts a character, counts as none.
    ///
    /// # Errors
    /// [`TooMuchText`] when the chunk would grow past 4 GiB; nothing was added then.
    pub fn begin(
        &mut self,
        text: &str,
        coordinates: Option<Range<usize>>,
        shape: Shape,
        keep: CoordinateText,
    ) -> Result<(), TooMuchText> {
        let place = |at: usize| u32::try_from(self.text.len() + at).map_err(|_| TooMuchText);
        place(text.len())?;
        let at = coordinates.filter(|range| text.get(range.clone()).is_some()).unwrap_or(text.len()..text.len());
        let (start, cut) = (place(0)?, place(at.start)?);
        let resume = if keep == CoordinateText::Keep { place(at.end)? } else { cut };
        self.cut = if keep == CoordinateText::Keep { text.len()..text.len() } else { at };
        self.text.push_str(&text[..self.cut.start]);
        self.text.push_str(&text[self.cut.end..]);
        self.spans.push(Span { start, cut, resume, shape });
        self.next = 0;
        Ok(())
    }

    /// Adds a property of the last feature: its name, unescaped, and where its value stands in the text given to
    /// [`begin`](Self::begin). When a name comes twice the last value counts.
    pub fn value(&mut self, field: &str, range: Range<usize>) {
        let Some(span) = self.spans.last() else { return };
        let row = self.spans.len() - 1;
        let offset = if range.start >= self.cut.end { self.cut.len() } else { 0 };
        let start = span.start as usize + range.start.saturating_sub(offset);
        if self.text.get(start..start + range.len()).is_none() {
            return;
        }
        let (Ok(start), Ok(len), Ok(row)) = (u32::try_from(start), u32::try_from(range.len()), u32::try_from(row))
        else {
            return;
        };
        let column = self.column(field);
        self.columns[column].set(row, Cell { start, len });
        self.next = column + 1;
    }

    /// Adds a feature that did not come as JSON: its properties as a JSON object, without geometry member.
    ///
    /// # Errors
    /// [`TooMuchText`] when the chunk would grow past 4 GiB; nothing was added then.
    pub fn row(&mut self, values: &[(&str, &str)], shape: Shape) -> Result<(), TooMuchText> {
        self.begin_row();
        for (field, raw) in values {
            self.comma();
            push_json_text(&mut self.text, field);
            self.text.push(':');
            self.take_cell(field, |text| text.push_str(raw));
        }
        self.end_row(shape)
    }

    /// Begins such a feature. [`cell`](Self::cell) adds its properties one by one, [`end_row`](Self::end_row) ends it.
    pub fn begin_row(&mut self) {
        self.row = self.text.len();
        self.cells.clear();
        self.next = 0;
        self.text.push_str(r#"{"type":"Feature","properties":{"#);
    }

    /// Adds a property of the row at hand, whose value `write` writes as JSON. When a name comes twice the last value
    /// counts.
    pub fn cell(&mut self, key: &Key, write: impl FnOnce(&mut String)) {
        self.comma();
        self.text.push_str(&key.before);
        self.take_cell(&key.name, write);
    }

    fn comma(&mut self) {
        if !self.cells.is_empty() {
            self.text.push(',');
        }
    }

    fn take_cell(&mut self, field: &str, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        let column = self.column(field);
        self.next = column + 1;
        self.cells.push((column, start..self.text.len()));
    }

    /// Ends the row at hand.
    ///
    /// # Errors
    /// [`TooMuchText`] when the chunk would grow past 4 GiB; the row is taken back then.
    pub fn end_row(&mut self, shape: Shape) -> Result<(), TooMuchText> {
        self.text.push_str(match shape {
            Shape::Polygon => r#"},"geometry":{"type":"Polygon","coordinates":"#,
            Shape::MultiPolygon => r#"},"geometry":{"type":"MultiPolygon","coordinates":"#,
            Shape::Empty => r#"},"geometry":null"#,
        });
        let cut = self.text.len();
        self.text.push_str(if shape == Shape::Empty { "}" } else { "}}" });
        // Whatever stands before the end has a smaller place.
        let places = (u32::try_from(self.text.len()), u32::try_from(self.row), u32::try_from(cut));
        let ((Ok(_), Ok(start), Ok(cut)), Ok(row)) = (places, u32::try_from(self.spans.len())) else {
            self.text.truncate(self.row);
            self.cells.clear();
            return Err(TooMuchText);
        };
        self.spans.push(Span { start, cut, resume: cut, shape });
        self.cut = cut as usize..cut as usize;
        for (column, place) in self.cells.drain(..) {
            if let (Ok(start), Ok(len)) = (u32::try_from(place.start), u32::try_from(place.len())) {
                self.columns[column].set(row, Cell { start, len });
            }
        }
        Ok(())
    }

    /// The column of a field. Features mostly have the same fields in the same order, so the next column is tried
    /// before the name is looked up.
    fn column(&mut self, field: &str) -> usize {
        if self.fields.get(self.next).is_some_and(|name| name == field) {
            return self.next;
        }
        if let Some(&column) = self.field_of.get(field) {
            return column;
        }
        let column = self.fields.len();
        self.fields.push(field.to_owned());
        self.field_of.insert(field.to_owned(), column);
        self.columns.push(Column::default());
        column
    }
}

/// Joins the chunks of a file, in file order. The text is not copied.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "input limits keep features and fields below u32::MAX")]
pub fn join(chunks: Vec<Records>) -> (Table, SourceText) {
    let (mut table, mut source) = (Table::default(), SourceText::default());
    let mut field_of: HashMap<String, usize> = HashMap::new();
    for mut chunk in chunks {
        // Lookups find the last part that starts at or before a feature: no empty part may hide it.
        if chunk.spans.is_empty() {
            continue;
        }
        chunk.text.shrink_to_fit();
        chunk.spans.shrink_to_fit();
        let text = Arc::new(chunk.text);
        let mut column_of = vec![u32::MAX; table.fields.len()];
        for (column, name) in chunk.fields.into_iter().enumerate() {
            let field = *field_of.entry(name).or_insert_with_key(|name| {
                table.fields.push(name.clone());
                table.fields.len() - 1
            });
            column_of.resize(column_of.len().max(field + 1), u32::MAX);
            column_of[field] = column as u32;
        }
        let start = table.rows;
        table.rows += chunk.spans.len() as u32;
        table.parts.push(TablePart { text: Arc::clone(&text), start, columns: chunk.columns, column_of });
        source.parts.push(SourcePart { text, start, spans: chunk.spans });
    }
    (table, source)
}

#[cfg(test)]
mod tests {
    use super::super::FieldIndex;
    use super::*;

    const TEXT: &str = r#"{"geometry":{"coordinates":[[[0,0,9]]],"type":"Polygon"},"properties":{"a":"x"},"id":7}"#;

    fn read(keep: CoordinateText) -> (Table, SourceText) {
        let mut records = Records::new();
        let (at, value) = (TEXT.find("[[[").unwrap(), TEXT.find("\"x\"").unwrap());
        for _ in 0..2 {
            records.begin(TEXT, Some(at..at + 11), Shape::Polygon, keep).unwrap();
            records.value("a", value..value + 3);
        }
        join(vec![records])
    }

    #[test]
    fn a_feature_is_kept_but_for_its_coordinates() {
        let (table, source) = read(CoordinateText::Drop);
        let text = source.get(FeatureId(1)).unwrap();
        assert_eq!(text.before, r#"{"geometry":{"coordinates":"#);
        assert_eq!(text.after, r#","type":"Polygon"},"properties":{"a":"x"},"id":7}"#);
        assert_eq!(text.coordinates, None);
        assert_eq!(table.raw(FeatureId(1), FieldIndex(0)), Some("\"x\""));
    }

    #[test]
    fn coordinates_that_must_leave_verbatim_are_kept() {
        let (table, source) = read(CoordinateText::Keep);
        let text = source.get(FeatureId(0)).unwrap();
        assert_eq!(text.coordinates, Some("[[[0,0,9]]]"));
        assert_eq!([text.before, "[[[0,0,9]]]", text.after].concat(), TEXT);
        assert_eq!(table.raw(FeatureId(1), FieldIndex(0)), Some("\"x\""));
    }

    #[test]
    fn a_text_as_json_is_what_serde_writes() {
        for text in ["", "村", "a\"b", "a\\", "\n\u{1}", "\u{7f}\u{2028}", "/"] {
            let mut written = String::new();
            push_json_text(&mut written, text);
            assert_eq!(written, serde_json::Value::from(text).to_string());
        }
    }

    #[test]
    fn a_row_written_cell_by_cell_is_the_row_written_at_once() {
        let rows: [&[(&str, &str)]; 4] =
            [&[("a\"", "1"), ("b", "\"村\"")], &[], &[("b", "null"), ("a\"", "2"), ("b", "3")], &[("c", "4")]];
        let shapes = [Shape::Polygon, Shape::Empty, Shape::MultiPolygon, Shape::Polygon];
        let (mut at_once, mut by_cell) = (Records::new(), Records::new());
        for (row, shape) in rows.into_iter().zip(shapes) {
            at_once.row(row, shape).unwrap();
            by_cell.begin_row();
            for (name, raw) in row {
                by_cell.cell(&Key::new(name), |text| text.push_str(raw));
            }
            by_cell.end_row(shape).unwrap();
        }
        let (table, source) = join(vec![at_once]);
        let (other, other_source) = join(vec![by_cell]);
        assert_eq!((table.fields(), table.rows()), (other.fields(), 4));
        for row in table.features() {
            assert_eq!(source.get(row), other_source.get(row));
            for field in table.field_indices() {
                assert_eq!(table.raw(row, field), other.raw(row, field));
            }
        }
        assert_eq!(table.raw(FeatureId(2), FieldIndex(1)), Some("3"));
    }

    #[test]
    fn a_row_without_json_gets_text_of_its_own() {
        let mut records = Records::new();
        records.row(&[("名\"称", "\"甲村\""), ("n", "1")], Shape::MultiPolygon).unwrap();
        let (table, source) = join(vec![records]);
        let text = source.get(FeatureId(0)).unwrap();
        let whole = [text.before, "[]", text.after].concat();
        assert!(serde_json::from_str::<serde_json::Value>(&whole).is_ok(), "{whole}");
        assert_eq!(table.text(FeatureId(0), FieldIndex(0)).as_deref(), Some("甲村"));
        assert_eq!(table.fields(), ["名\"称", "n"]);
    }
}

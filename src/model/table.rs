//! The attribute table of a layer, as text.
//!
//! A table is column-major, and a cell is a range of raw JSON text: nothing is parsed until it is asked for, so a
//! code never passes through a number and leaves as it came. Columns come in the order in which their names are
//! first seen; a feature that lacks one has an empty cell there.
//!
//! Text lies in the arena of the chunk it was read with, shared with [`SourceText`](super::SourceText). A column
//! that few features have is stored sparsely, so memory follows the number of values, whatever the input.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::FeatureId;

/// A column of a [`Table`]: its position in [`Table::fields`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FieldIndex(pub u32);

impl FieldIndex {
    /// Position in [`Table::fields`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for FieldIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "field {}", self.0)
    }
}

/// A range of raw JSON text in an arena; empty where the feature lacks the field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) start: u32,
    pub(super) len: u32,
}

/// Values of one field in one chunk.
#[derive(Clone, Debug)]
pub(super) enum Column {
    /// A cell for each of the first rows; later rows have none.
    Dense { cells: Vec<Cell>, filled: usize },
    /// Rows that have a value, ascending.
    Sparse { rows: Vec<u32>, cells: Vec<Cell> },
}

impl Default for Column {
    fn default() -> Self {
        Self::Dense { cells: Vec::new(), filled: 0 }
    }
}

impl Column {
    /// Sets the value at `row`, which is the last row or behind it. A second value for a row replaces the first.
    pub(super) fn set(&mut self, row: u32, cell: Cell) {
        if let Self::Dense { cells, filled } = self
            && row as usize > 64 + 8 * *filled
        {
            let present = |(row, &cell): (u32, &Cell)| (cell.len > 0).then_some((row, cell));
            let (rows, cells) = (0..).zip(cells.iter()).filter_map(present).unzip();
            *self = Self::Sparse { rows, cells };
        }
        match self {
            Self::Dense { cells, filled } => {
                let row = row as usize;
                if cells.len() <= row {
                    cells.resize(row + 1, Cell::default());
                    *filled += 1;
                }
                cells[row] = cell;
            }
            Self::Sparse { rows, cells } => {
                if rows.last() == Some(&row) {
                    rows.pop();
                    cells.pop();
                }
                rows.push(row);
                cells.push(cell);
            }
        }
    }

    fn get(&self, row: u32) -> Option<Cell> {
        match self {
            Self::Dense { cells, .. } => cells.get(row as usize).copied().filter(|cell| cell.len > 0),
            Self::Sparse { rows, cells } => rows.binary_search(&row).ok().map(|at| cells[at]),
        }
    }
}

/// Rows that were read together.
#[derive(Clone, Debug)]
pub(super) struct TablePart {
    pub(super) text: Arc<String>,
    /// First row.
    pub(super) start: u32,
    pub(super) columns: Vec<Column>,
    /// Column of each field of the table; `u32::MAX` and what lies beyond the end: none here.
    pub(super) column_of: Vec<u32>,
}

/// Properties of all features of a layer. See the module documentation.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub(super) fields: Vec<String>,
    pub(super) rows: u32,
    pub(super) parts: Vec<TablePart>,
    /// Columns that came from elsewhere, behind those of the source.
    pub(super) added: Arc<[AddedColumn]>,
}

/// A column that came from elsewhere: a cell for each row, in a text of its own.
#[derive(Clone, Debug)]
pub(super) struct AddedColumn {
    pub(super) text: String,
    pub(super) cells: Vec<Cell>,
}

impl Table {
    /// Names of the fields, in the order in which they are first seen.
    #[must_use]
    pub fn fields(&self) -> &[String] {
        &self.fields
    }

    /// Number of features.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows as usize
    }

    /// All features, in source order.
    pub fn features(&self) -> impl ExactSizeIterator<Item = FeatureId> + use<> {
        (0..self.rows()).map(FeatureId::new)
    }

    /// All columns.
    #[expect(clippy::cast_possible_truncation, reason = "every field has a cell, and cells are counted in u32")]
    pub fn field_indices(&self) -> impl ExactSizeIterator<Item = FieldIndex> + use<> {
        (0..self.fields.len() as u32).map(FieldIndex)
    }

    /// The column with exactly this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<FieldIndex> {
        self.field_indices().find(|field| self.fields[field.index()] == name)
    }

    /// The same rows with columns behind the others: names that no column has, and for each row raw JSON text, if any.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "joined columns are checked to be smaller than 4 GiB")]
    pub(super) fn with_columns(&self, columns: &[(String, Vec<Option<String>>)]) -> Self {
        let mut table = self.clone();
        let mut added = self.added.to_vec();
        for (name, values) in columns {
            let bytes: usize = values.iter().flatten().map(String::len).sum();
            if self.field(name).is_some() || u32::try_from(bytes).is_err() {
                continue;
            }
            let mut column =
                AddedColumn { text: String::with_capacity(bytes), cells: Vec::with_capacity(values.len()) };
            for value in values {
                let value = value.as_deref().unwrap_or_default();
                column.cells.push(Cell { start: column.text.len() as u32, len: value.len() as u32 });
                column.text.push_str(value);
            }
            table.fields.push(name.clone());
            added.push(column);
        }
        table.added = added.into();
        table
    }

    /// Where in the text that it was read with the last value of a feature ends; `None` where it has none.
    pub(super) fn end_of_values(&self, feature: FeatureId) -> Option<usize> {
        let part = &self.parts[self.parts.partition_point(|part| part.start <= feature.0).checked_sub(1)?];
        let cells = part.columns.iter().filter_map(|column| column.get(feature.0 - part.start));
        cells.map(|cell| cell.start as usize + cell.len as usize).max()
    }

    /// Raw JSON text of a value, `null` included; `None` when the feature lacks the field.
    #[must_use]
    pub fn raw(&self, feature: FeatureId, field: FieldIndex) -> Option<&str> {
        if let Some(at) = field.index().checked_sub(self.fields.len() - self.added.len()) {
            let column = self.added.get(at)?;
            let cell = column.cells.get(feature.index()).filter(|cell| cell.len > 0)?;
            return column.text.get(cell.start as usize..cell.start as usize + cell.len as usize);
        }
        let part = &self.parts[self.parts.partition_point(|part| part.start <= feature.0).checked_sub(1)?];
        let &column = part.column_of.get(field.index())?;
        let cell = part.columns.get(column as usize)?.get(feature.0 - part.start)?;
        part.text.get(cell.start as usize..cell.start as usize + cell.len as usize)
    }

    /// Where the value of a field of the source stands in the text of its part.
    pub(super) fn cell(&self, feature: FeatureId, field: FieldIndex) -> Option<Cell> {
        let part = &self.parts[self.parts.partition_point(|part| part.start <= feature.0).checked_sub(1)?];
        let &column = part.column_of.get(field.index())?;
        part.columns.get(column as usize)?.get(feature.0 - part.start)
    }

    /// A value as text: strings unescaped, numbers and booleans as their JSON text, the text in a list of one.
    /// `None` for `null`, blank text, other lists and objects.
    #[must_use]
    pub fn text(&self, feature: FeatureId, field: FieldIndex) -> Option<Cow<'_, str>> {
        text_of(self.raw(feature, field)?)
    }

    /// A number, or a string that holds one. Never NaN or infinite.
    #[must_use]
    pub fn number(&self, feature: FeatureId, field: FieldIndex) -> Option<f64> {
        let text = self.text(feature, field)?;
        let text = text.trim();
        // The parser also takes words such as "inf" and "nan".
        let numeric = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
        fast_float2::parse::<f64, _>(text).ok().filter(|number| numeric && number.is_finite())
    }

    /// A number, or a string that holds one, exactly as written, up to 28 significant digits.
    #[must_use]
    pub fn decimal(&self, feature: FeatureId, field: FieldIndex) -> Option<Decimal> {
        decimal_of(self.raw(feature, field)?)
    }
}

/// Text of a raw JSON value, as [`Table::text`] gives it.
pub(super) fn text_of(raw: &str) -> Option<Cow<'_, str>> {
    let text = match raw.as_bytes().first()? {
        b'"' => {
            let inner = raw.get(1..raw.len().checked_sub(1)?)?;
            if inner.contains('\\') {
                // A lone surrogate is no text; then what is written stands for itself.
                serde_json::from_str(raw).map_or(Cow::Borrowed(inner), Cow::Owned)
            } else {
                Cow::Borrowed(inner)
            }
        }
        b'[' => return text_of(only_one(raw)?),
        b'n' | b'{' => return None,
        _ => Cow::Borrowed(raw),
    };
    (!text.trim().is_empty()).then_some(text)
}

/// The one text of a list of one. Numbers in lists stay what they are: parts of something that is no text.
fn only_one(raw: &str) -> Option<&str> {
    let inner = raw.strip_prefix('[')?.strip_suffix(']')?.trim();
    let one: Result<&serde_json::value::RawValue, _> = serde_json::from_str(inner);
    one.ok().map(serde_json::value::RawValue::get).filter(|one| one.starts_with('"'))
}

/// Decimal of a raw JSON value, as [`Table::decimal`] gives it.
pub(super) fn decimal_of(raw: &str) -> Option<Decimal> {
    let text = match raw.as_bytes().first()? {
        b'"' => raw.get(1..raw.len().checked_sub(1)?)?.trim(),
        b'0'..=b'9' | b'-' => raw,
        b'[' => return decimal_of(only_one(raw)?),
        _ => return None,
    };
    if text.contains('_') {
        return None;
    }
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text)).or_else(|_| text.parse()).ok()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::records;
    use super::super::join;
    use super::*;

    fn table(rows: &[&str]) -> Table {
        join(vec![records(rows)]).0
    }

    #[test]
    fn a_code_keeps_its_leading_zeros_and_a_number_its_digits() {
        let table = table(&[r#"{"code":"0306","n":306,"x":1e3}"#]);
        let text = |field| table.text(FeatureId(0), table.field(field).unwrap()).unwrap();
        assert_eq!((text("code").as_ref(), text("n").as_ref(), text("x").as_ref()), ("0306", "306", "1e3"));
        assert_eq!(table.decimal(FeatureId(0), table.field("x").unwrap()), Some(Decimal::from(1000)));
    }

    #[test]
    fn null_blank_and_missing_values_are_none() {
        let table = table(&[r#"{"a":null,"b":"  ","c":""}"#, r#"{"d":true}"#]);
        for field in ["a", "b", "c", "d"] {
            assert_eq!(table.text(FeatureId(0), table.field(field).unwrap()), None, "{field}");
        }
        assert_eq!(table.text(FeatureId(1), table.field("d").unwrap()).as_deref(), Some("true"));
        assert_eq!(table.raw(FeatureId(0), table.field("a").unwrap()), Some("null"));
    }

    #[test]
    fn fields_may_come_in_any_order_and_in_any_feature() {
        let table = table(&[r#"{"a":1,"b":2}"#, r#"{"b":3}"#, r#"{"c":4,"b":5,"a":6}"#]);
        assert_eq!(table.fields(), ["a", "b", "c"]);
        let row = |i| table.field_indices().map(|field| table.raw(FeatureId(i), field)).collect::<Vec<_>>();
        assert_eq!(row(0), [Some("1"), Some("2"), None]);
        assert_eq!(row(1), [None, Some("3"), None]);
        assert_eq!(row(2), [Some("6"), Some("5"), Some("4")]);
    }

    #[test]
    fn escaped_text_is_read_and_broken_escapes_stay_as_written() {
        let table = table(&[r#"{"a":"\u6751\n","b":"\ud800x"}"#]);
        assert_eq!(table.text(FeatureId(0), FieldIndex(0)).as_deref(), Some("村\n"));
        assert_eq!(table.text(FeatureId(0), FieldIndex(1)).as_deref(), Some(r"\ud800x"));
    }

    #[test]
    fn decimals_are_exact_and_words_are_no_numbers() {
        let table = table(&[r#"{"a":0.1,"b":" 12.50 ","c":"inf","d":"1_000","e":-3,"f":"12 people"}"#]);
        let decimal = |i| table.decimal(FeatureId(0), FieldIndex(i)).map(|d| d.to_string());
        assert_eq!(decimal(0).as_deref(), Some("0.1"));
        assert_eq!(decimal(1).as_deref(), Some("12.50"));
        assert_eq!((decimal(2), decimal(3), decimal(5)), (None, None, None));
        assert_eq!(decimal(4).as_deref(), Some("-3"));
        assert_eq!(table.number(FeatureId(0), FieldIndex(1)), Some(12.5));
        assert_eq!(table.number(FeatureId(0), FieldIndex(2)), None);
    }

    #[test]
    fn a_field_that_few_features_have_takes_little_memory() {
        let mut column = Column::default();
        column.set(3, Cell { start: 1, len: 1 });
        column.set(1_000_000, Cell { start: 2, len: 1 });
        assert!(matches!(&column, Column::Sparse { cells, .. } if cells.len() == 2));
        assert_eq!(column.get(3), Some(Cell { start: 1, len: 1 }));
        assert_eq!(column.get(4), None);
        assert_eq!(column.get(1_000_000), Some(Cell { start: 2, len: 1 }));
    }

    #[test]
    fn chunks_join_into_one_table_with_the_fields_in_order_of_first_sight() {
        let chunks = [&[r#"{"a":1}"#][..], &[], &[r#"{"b":2}"#, r#"{"a":3,"b":4}"#]];
        let (table, source) = join(chunks.map(records).into_iter().collect());
        assert_eq!((table.rows(), table.fields()), (3, &["a".to_owned(), "b".to_owned()][..]));
        assert_eq!(table.raw(FeatureId(2), FieldIndex(0)), Some("3"));
        assert_eq!(table.raw(FeatureId(1), FieldIndex(0)), None);
        assert!(source.get(FeatureId(2)).unwrap().before.contains(r#"{"a":3,"b":4}"#));
        assert!(source.get(FeatureId(3)).is_none());
    }
}

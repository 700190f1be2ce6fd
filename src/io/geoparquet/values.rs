//! Columns of values, some rows at a time: as JSON, as bytes of geometries, or as numbers of coordinates.
//!
//! 1. A value has the digits that it is stored with. What no JSON stands for is `null`.
//! 2. A day is written as ISO 8601 has it, and so is a time; without a zone where the file gives none.

use std::sync::Arc;

use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::schema::types::{ColumnDescriptor, ColumnPath, Type};
use time::macros::format_description;
use time::{Date, Time};

use super::ParquetProblem;
use super::footer::{Fraction, Leaf, Logical, Node};
use super::pages::{Budget, Fault, Pages};
use crate::io::gather::{json_double, json_text, json_within};
use crate::io::hash::hex;

/// Texts, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Where a text can be written to, which [`end`](Self::end) ends.
    pub const fn open(&mut self) -> &mut String {
        &mut self.text
    }

    pub fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    pub fn get(&self, at: usize) -> Option<&str> {
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..*self.ends.get(at)?)
    }

    pub const fn bytes(&self) -> usize {
        self.text.len()
    }
}

/// What values are wanted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Json,
    Bytes,
    Doubles,
}

/// Values of some rows, without those that are null.
#[derive(Debug)]
pub(super) enum Values {
    Json(Texts),
    Bytes(Vec<ByteArray>),
    Doubles(Vec<f64>),
}

/// Some rows of a column.
#[derive(Debug)]
pub(super) struct Batch {
    pub values: Values,
    /// Levels of every value and of what is null, where it can be; of what does not repeat there is one for each row.
    pub defs: Vec<i16>,
    pub reps: Vec<i16>,
    /// Definition level of a value.
    pub highest: i16,
}

/// A column of values in a group of rows.
pub(super) struct Column {
    reader: ColumnReader,
    leaf: Leaf,
    levels: (i16, i16),
    wanted: Wanted,
    budget: Arc<Budget>,
}

impl Column {
    /// A column whose pages are these.
    pub fn new(node: &Node, leaf: &Leaf, pages: Pages, wanted: Wanted, budget: &Arc<Budget>) -> Result<Self, Fault> {
        let kind = Type::primitive_type_builder(&node.name, leaf.physical).with_length(leaf.length).build()?;
        let path = ColumnPath::new(vec![node.name.clone()]);
        let descriptor = ColumnDescriptor::new(Arc::new(kind), node.def, node.rep, path);
        let reader = get_column_reader(Arc::new(descriptor), Box::new(pages));
        Ok(Self { reader, leaf: leaf.clone(), levels: (node.def, node.rep), wanted, budget: Arc::clone(budget) })
    }

    /// The next rows.
    pub fn read(&mut self, rows: usize) -> Result<Batch, Fault> {
        let (mut defs, mut reps) = (Vec::new(), Vec::new());
        macro_rules! read {
            ($reader:expr) => {{
                let mut values = Vec::new();
                let (read, ..) = $reader.read_records(rows, Some(&mut defs), Some(&mut reps), &mut values)?;
                if read != rows {
                    return Err(ParquetProblem::Damaged.into());
                }
                values
            }};
        }
        let leaf = &self.leaf;
        let doubles = self.wanted == Wanted::Doubles;
        let values = match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => json(&read!(reader), |it, out| out.push_str(&it.to_string())),
            ColumnReader::Int32ColumnReader(reader) => json(&read!(reader), |&it, out| int(leaf, it.into(), out)),
            ColumnReader::Int64ColumnReader(reader) => json(&read!(reader), |&it, out| int(leaf, it, out)),
            ColumnReader::Int96ColumnReader(reader) => json(&read!(reader), int96),
            ColumnReader::FloatColumnReader(reader) if doubles => {
                Values::Doubles(read!(reader).into_iter().map(f64::from).collect())
            }
            ColumnReader::DoubleColumnReader(reader) if doubles => Values::Doubles(read!(reader)),
            ColumnReader::FloatColumnReader(reader) => json(&read!(reader), |&it, out| float(it, out)),
            ColumnReader::DoubleColumnReader(reader) => json(&read!(reader), |&it, out| out.push_str(&json_double(it))),
            ColumnReader::ByteArrayColumnReader(reader) if self.wanted == Wanted::Bytes => Values::Bytes(read!(reader)),
            ColumnReader::ByteArrayColumnReader(reader) => {
                let values: Vec<ByteArray> = read!(reader);
                // A value may stand for a million others.
                self.budget.take(values.iter().map(ByteArray::len).sum())?;
                json(&values, |it, out| bytes(leaf, it.data(), out))
            }
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                let values: Vec<FixedLenByteArray> = read!(reader);
                json(&values, |it, out| bytes(leaf, it.data(), out))
            }
        };
        if let Values::Json(texts) = &values {
            self.budget.take(texts.bytes())?;
        }
        Ok(Batch { values, defs, reps, highest: self.levels.0 })
    }
}

impl Batch {
    /// Whether there is a value for each row, and where it stands among the values.
    pub fn places(&self, rows: usize) -> Vec<Option<usize>> {
        if self.highest == 0 {
            return (0..rows).map(Some).collect();
        }
        let mut next = 0;
        let place = |&def: &i16| {
            (def == self.highest).then(|| {
                next += 1;
                next - 1
            })
        };
        self.defs.iter().map(place).collect()
    }
}

fn json<T>(values: &[T], mut write: impl FnMut(&T, &mut String)) -> Values {
    let mut texts = Texts::default();
    for value in values {
        write(value, texts.open());
        texts.end();
    }
    Values::Json(texts)
}

fn int(leaf: &Leaf, value: i64, out: &mut String) {
    match leaf.logical {
        Logical::Unsigned if leaf.physical == Physical::INT32 => out.push_str(&(value & 0xffff_ffff).to_string()),
        Logical::Unsigned => out.push_str(&value.cast_unsigned().to_string()),
        Logical::Decimal(scale) => decimal(value.into(), scale, out),
        Logical::Date => quoted(day(value), out),
        Logical::Time(unit) => quoted(clock(i128::from(value) * unit.nanoseconds()), out),
        Logical::Timestamp(unit, is_utc) => quoted(moment(i128::from(value) * unit.nanoseconds(), is_utc), out),
        Logical::Opaque => out.push_str("null"),
        _ => out.push_str(&value.to_string()),
    }
}

impl Fraction {
    const fn nanoseconds(self) -> i128 {
        match self {
            Self::Milli => 1_000_000,
            Self::Micro => 1000,
            Self::Nano => 1,
        }
    }
}

/// Text between quotes; what is no text is not known.
fn quoted(text: Option<String>, out: &mut String) {
    out.push_str(&text.map_or_else(|| "null".to_owned(), |text| json_text(&text)));
}

/// Nanoseconds of a day.
const DAY: i128 = 86_400_000_000_000;
/// Day 0 of the format, as astronomers count.
const EPOCH: i64 = 2_440_588;

fn day(days: i64) -> Option<String> {
    let date = Date::from_julian_day(days.checked_add(EPOCH)?.try_into().ok()?).ok()?;
    date.format(format_description!("[year]-[month]-[day]")).ok()
}

fn clock(nanoseconds: i128) -> Option<String> {
    let in_day = u64::try_from(nanoseconds).ok().filter(|&it| i128::from(it) < DAY)?;
    let (seconds, rest) = (in_day / 1_000_000_000, u32::try_from(in_day % 1_000_000_000).ok()?);
    let part = |value: u64| u8::try_from(value).ok();
    let time = Time::from_hms_nano(part(seconds / 3600)?, part(seconds / 60 % 60)?, part(seconds % 60)?, rest).ok()?;
    if rest == 0 {
        time.format(format_description!("[hour]:[minute]:[second]")).ok()
    } else {
        time.format(format_description!("[hour]:[minute]:[second].[subsecond]")).ok()
    }
}

fn moment(nanoseconds: i128, is_utc: bool) -> Option<String> {
    let date = day(i64::try_from(nanoseconds.div_euclid(DAY)).ok()?)?;
    let time = clock(nanoseconds.rem_euclid(DAY))?;
    Some(format!("{date}T{time}{}", if is_utc { "Z" } else { "" }))
}

/// A moment as the first programs wrote it: nanoseconds of a day, and the day as astronomers count.
fn int96(value: &Int96, out: &mut String) {
    let &[low, high, julian] = value.data() else { return out.push_str("null") };
    let in_day = i128::from(u64::from(high) << 32 | u64::from(low));
    quoted(moment((i128::from(julian) - i128::from(EPOCH)) * DAY + in_day, false), out);
}

fn float(value: f32, out: &mut String) {
    if value.is_finite() { out.push_str(zmij::Buffer::new().format(value)) } else { out.push_str("null") }
}

/// A whole number with its point moved.
fn decimal(value: i128, scale: usize, out: &mut String) {
    let digits = format!("{:0>1$}", value.unsigned_abs(), scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    out.push_str(if value < 0 { "-" } else { "" });
    out.push_str(whole);
    if scale > 0 {
        out.push('.');
        out.push_str(part);
    }
}

fn bytes(leaf: &Leaf, bytes: &[u8], out: &mut String) {
    match &leaf.logical {
        Logical::Text => out.push_str(&json_text(&String::from_utf8_lossy(bytes))),
        Logical::Json => out.push_str(&json_within(&String::from_utf8_lossy(bytes))),
        &Logical::Decimal(scale) => match whole(bytes) {
            Some(value) => decimal(value, scale, out),
            None => out.push_str("null"),
        },
        Logical::Uuid => match bytes.first_chunk::<16>() {
            Some(id) => {
                let id = hex(id);
                let parts = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]];
                out.push_str(&json_text(&parts.join("-")));
            }
            None => out.push_str("null"),
        },
        Logical::Half => match bytes.first_chunk() {
            Some(half) => float(half_float(u16::from_le_bytes(*half)), out),
            None => out.push_str("null"),
        },
        // Old programs do not say that a text is one.
        Logical::Plain if leaf.physical == Physical::BYTE_ARRAY => {
            let is_text = |text: &&str| !text.chars().any(|it| it.is_control() && !it.is_whitespace());
            quoted(std::str::from_utf8(bytes).ok().filter(is_text).map(str::to_owned), out);
        }
        _ => out.push_str("null"),
    }
}

/// A whole number of at most sixteen bytes, the highest first.
fn whole(bytes: &[u8]) -> Option<i128> {
    let first = bytes.first().filter(|_| bytes.len() <= 16)?;
    let sign = if first & 0x80 == 0 { 0 } else { -1 };
    Some(bytes.iter().fold(sign, |value, &byte| value << 8 | i128::from(byte)))
}

/// A number of sixteen bits.
fn half_float(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}

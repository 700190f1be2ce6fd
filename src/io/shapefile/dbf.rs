//! The table of a shapefile: dBASE in the dialects that there are (III, IV, 7, `FoxPro`, Clipper).
//!
//! 1. Counts and widths are those that the bytes have room for; a table that ends early is refused.
//! 2. A number keeps its digits. What is empty is unknown.
//! 3. Texts come as bytes: their encoding is settled for the whole table.

use std::fmt::Write as _;
use std::ops::Range;

use encoding_rs::Encoding;

use crate::io::FileProblem;
use crate::io::encoding;
use crate::io::gather::{is_plain_number, json_number, push_json_double, unique_names};
use crate::model::{Key, Records, push_json_text};

/// A table, and where its values stand in the bytes.
#[derive(Clone, Debug)]
pub(super) struct Dbf<'a> {
    bytes: &'a [u8],
    memo: Option<&'a [u8]>,
    fields: Vec<Field>,
    /// Where the first row begins.
    start: usize,
    width: usize,
    rows: usize,
    dialect: Dialect,
    /// The mark of the encoding; 0 says nothing.
    pub ldid: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Three,
    Seven,
    FoxPro,
}

#[derive(Clone, Debug)]
struct Field {
    name: Vec<u8>,
    kind: u8,
    /// Within a row.
    place: Range<usize>,
}

/// Most fields of a table; dBASE itself allows 1,024.
const MOST_FIELDS: usize = 4096;

/// Bytes at the beginning of a table that say how many rows it has.
pub(in crate::io) const HEAD: u64 = 32;

/// Rows that the beginning of a table says it has.
pub(in crate::io) fn rows_in(head: &[u8]) -> Option<usize> {
    head.get(4..8).map(little)
}

impl<'a> Dbf<'a> {
    /// Reads the head of a table. `memo` is the file with its long texts.
    pub fn new(bytes: &'a [u8], memo: Option<&'a [u8]>) -> Result<Self, FileProblem> {
        let broken = || FileProblem::BrokenTable;
        let head = bytes.get(..32).ok_or(FileProblem::CutOff)?;
        let dialect = match head[0] {
            0x30..=0x32 | 0xf5 | 0xfb => Dialect::FoxPro,
            version if version & 7 == 4 => Dialect::Seven,
            _ => Dialect::Three,
        };
        let rows = little(&head[4..8]);
        let (start, width) = (little(&head[8..10]), little(&head[10..12]));
        let (first, each) = if dialect == Dialect::Seven { (68, 48) } else { (32, 32) };
        if start < first || width == 0 {
            return Err(broken());
        }
        let list = bytes.get(first..start).ok_or(FileProblem::CutOff)?;
        let mut fields = Vec::new();
        let mut at = 1;
        for field in list.chunks_exact(each).take_while(|field| !matches!(field[0], 0x0d | 0)) {
            let (name, rest) = field.split_at(if dialect == Dialect::Seven { 32 } else { 11 });
            let kind = rest[0].to_ascii_uppercase();
            let (length, decimals) =
                if dialect == Dialect::Seven { (rest[1], rest[2]) } else { (field[16], field[17]) };
            // Clipper and FoxPro have texts of more than 255 characters.
            let long = usize::from(length) + (usize::from(decimals) << 8);
            let length = if kind == b'C' && at + long <= width { long } else { usize::from(length) };
            if at + length > width || fields.len() >= MOST_FIELDS {
                return Err(broken());
            }
            let name = name.split(|&byte| byte == 0).next().unwrap_or_default().trim_ascii().to_vec();
            fields.push(Field { name, kind, place: at..at + length });
            at += length;
        }
        let there = (bytes.len() - start) / width;
        if rows > there {
            return Err(FileProblem::CutOff);
        }
        // Flags of FoxPro for what is null are no values.
        Ok(Self { bytes, memo, fields, start, width, rows, dialect, ldid: head[29] })
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    fn row(&self, at: usize) -> &'a [u8] {
        let start = self.start + at * self.width;
        &self.bytes[start..start + self.width]
    }

    /// Whether a row was marked as deleted.
    pub fn is_deleted(&self, row: usize) -> bool {
        self.row(row)[0] == b'*'
    }

    /// All texts: names of fields, then values column by column, so that what varies is met early.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        let names = self.fields.iter().map(|field| &*field.name);
        let texts = self.fields.iter().filter(|field| matches!(field.kind, b'C' | b'V'));
        let values = texts.flat_map(|field| (0..self.rows).map(|row| &self.row(row)[field.place.clone()]));
        let memos = self.fields.iter().filter(|field| field.kind == b'M');
        let memos =
            memos.flat_map(|field| (0..self.rows).filter_map(|row| self.long(&self.row(row)[field.place.clone()])));
        names.chain(values).chain(memos)
    }

    /// Names of the fields that have values.
    pub fn names(&self, encoding: &'static Encoding) -> Vec<String> {
        unique_names(self.shown().map(|field| encoding::decode(encoding, &field.name).into_owned()))
    }

    fn shown(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.kind != b'0')
    }

    /// Values of a row as JSON, in the order of [`names`](Self::names).
    pub fn values(&self, row: usize, encoding: &'static Encoding) -> Vec<String> {
        let value = |field: &Field| {
            let mut json = String::new();
            self.push_value(&mut json, field.kind, &self.row(row)[field.place.clone()], encoding);
            json
        };
        self.shown().map(value).collect()
    }

    /// Writes them, each under the key of its name.
    pub fn write(&self, row: usize, encoding: &'static Encoding, keys: &[Key], records: &mut Records) {
        let row = self.row(row);
        for (field, key) in self.shown().zip(keys) {
            records.cell(key, |out| self.push_value(out, field.kind, &row[field.place.clone()], encoding));
        }
    }

    fn push_value(&self, out: &mut String, kind: u8, bytes: &[u8], encoding: &'static Encoding) {
        const NULL: &str = "null";
        let double = |out: &mut String, value: Option<f64>| match value {
            Some(value) => push_json_double(out, value),
            None => out.push_str(NULL),
        };
        match kind {
            b'C' | b'V' => push_text(out, bytes, encoding),
            b'N' | b'F' => match bare(bytes) {
                [] | [b'*', ..] => out.push_str(NULL),
                number => push_number(out, number),
            },
            b'D' => match std::str::from_utf8(bare(bytes)) {
                Ok("" | "00000000") => out.push_str(NULL),
                Ok(day) if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) => {
                    out.extend(["\"", &day[..4], "-", &day[4..6], "-", &day[6..], "\""]);
                }
                _ => push_text(out, bytes, encoding),
            },
            b'L' => out.push_str(match bare(bytes) {
                [b'Y' | b'y' | b'T' | b't' | b'1'] => "true",
                [b'N' | b'n' | b'F' | b'f' | b'0'] => "false",
                _ => NULL,
            }),
            b'M' => match self.long(bytes) {
                Some(memo) => push_text(out, memo, encoding),
                None => out.push_str(NULL),
            },
            b'I' | b'+' => match self.integer(bytes) {
                // A text takes whatever is written.
                Some(value) => drop(write!(out, "{value}")),
                None => out.push_str(NULL),
            },
            b'O' => double(out, bytes.try_into().ok().map(|bytes| sortable(u64::from_be_bytes(bytes)))),
            b'B' if self.dialect == Dialect::FoxPro => double(out, bytes.try_into().ok().map(f64::from_le_bytes)),
            b'Y' => out.push_str(
                bytes.try_into().ok().map(|bytes| money(i64::from_le_bytes(bytes))).as_deref().unwrap_or(NULL),
            ),
            b'T' | b'@' => out.push_str(moment(bytes).as_deref().unwrap_or(NULL)),
            // Pictures and the like.
            _ => out.push_str(NULL),
        }
    }

    fn integer(&self, bytes: &[u8]) -> Option<i32> {
        let bytes: [u8; 4] = bytes.try_into().ok()?;
        Some(match self.dialect {
            Dialect::Seven => (u32::from_be_bytes(bytes) ^ 0x8000_0000).cast_signed(),
            Dialect::Three | Dialect::FoxPro => i32::from_le_bytes(bytes),
        })
    }

    /// A long text, of which a row has the number.
    fn long(&self, bytes: &[u8]) -> Option<&'a [u8]> {
        let memo = self.memo?;
        let number = match <[u8; 4]>::try_from(bytes) {
            Ok(bytes) => u32::from_le_bytes(bytes) as usize,
            Err(_) => std::str::from_utf8(bytes.trim_ascii()).ok()?.trim_matches('\0').parse().ok()?,
        };
        if number == 0 {
            return None;
        }
        let big = |range: Range<usize>| Some(u32::from_be_bytes(memo.get(range)?.try_into().ok()?) as usize);
        if self.dialect == Dialect::FoxPro {
            let size = usize::from(u16::from_be_bytes(memo.get(6..8)?.try_into().ok()?));
            let at = number.checked_mul(size)?;
            let length = big(at.checked_add(4)?..at.checked_add(8)?)?;
            return memo.get(at.checked_add(8)?..at.checked_add(8)?.checked_add(length)?);
        }
        let block = match little(memo.get(20..22)?) {
            0 => 512,
            size => size,
        };
        let at = number.checked_mul(block)?;
        let rest = memo.get(at..)?;
        // dBASE IV says how long a text is; III ends it with a mark.
        if rest.starts_with(&[0xff, 0xff, 8, 0]) {
            let length = little(rest.get(4..8)?);
            return rest.get(8..length);
        }
        memo.get(number.checked_mul(512)?..)?.split(|&byte| byte == 0x1a).next()
    }
}

/// What stands before the first zero: the rest is left over.
fn before_zero(bytes: &[u8]) -> &[u8] {
    &bytes[..memchr::memchr(0, bytes).unwrap_or(bytes.len())]
}

/// The same without the blanks around it.
fn bare(bytes: &[u8]) -> &[u8] {
    before_zero(bytes).trim_ascii()
}

/// Bytes without the blanks behind them, which are mostly many.
pub(super) fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let Some((before, [b' ', b' ', b' ', b' ', b' ', b' ', b' ', b' '])) = bytes.split_last_chunk::<8>() {
        bytes = before;
    }
    bytes.trim_ascii_end()
}

fn push_text(out: &mut String, bytes: &[u8], encoding: &'static Encoding) {
    let bytes = trimmed(before_zero(bytes));
    if bytes.trim_ascii_start().is_empty() {
        out.push_str("null");
    } else {
        push_json_text(out, &encoding::decode(encoding, bytes));
    }
}

fn push_number(out: &mut String, number: &[u8]) {
    let text = String::from_utf8_lossy(number);
    if is_plain_number(number) { out.push_str(&text) } else { out.push_str(&json_number(&text)) }
}

/// A little-endian number of at most four bytes.
fn little(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | usize::from(byte))
}

/// A double of dBASE 7, whose bytes are in the order of its value.
fn sortable(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 1 { bits ^ (1 << 63) } else { !bits })
}

fn money(value: i64) -> String {
    let (sign, value) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
    format!("{sign}{}.{:04}", value / 10_000, value % 10_000)
}

/// A moment: Julian day and milliseconds.
fn moment(bytes: &[u8]) -> Option<String> {
    let (day, rest) = bytes.split_first_chunk::<4>()?;
    let millis = u32::from_le_bytes(rest.try_into().ok()?);
    let date =
        time::Date::from_julian_day(i32::try_from(u32::from_le_bytes(*day)).ok().filter(|&day| day > 0)?).ok()?;
    let seconds = millis.checked_add(500)? / 1000;
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60];
    let [hour, minute, second] = clock.map(|part| format!("{part:0>2}"));
    Some(format!("\"{date}T{hour}:{minute}:{second}\""))
}

/// The encoding that the mark of a table stands for; `None` where it says nothing, as the mark for whatever the computer
/// had.
pub(super) const fn ldid(mark: u8) -> Option<&'static str> {
    Some(match mark {
        0x03 | 0x58 | 0x59 => "1252",
        0x4d | 0x7a => "936",
        0x4e | 0x79 => "949",
        0x4f | 0x78 => "950",
        0x13 | 0x7b => "932",
        0x50 | 0x7c => "874",
        0x26 | 0x65 => "866",
        0xc8 => "1250",
        0xc9 => "1251",
        0xca => "1254",
        0xcb => "1253",
        0xcc => "1257",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GB18030, UTF_8};

    use super::*;

    /// A table of one dialect with these fields (name, kind, length, decimals) and rows.
    pub(super) fn table(version: u8, fields: &[(&str, u8, u8, u8)], rows: &[&[&[u8]]]) -> Vec<u8> {
        let (first, each) = if version & 7 == 4 { (68, 48) } else { (32, 32) };
        let start = first + fields.len() * each + 1;
        let long = |&(_, kind, length, decimals): &(&str, u8, u8, u8)| {
            usize::from(length) + if kind == b'C' { usize::from(decimals) << 8 } else { 0 }
        };
        let width = 1 + fields.iter().map(long).sum::<usize>();
        let mut bytes = vec![0; start];
        bytes[0] = version;
        bytes[4..8].copy_from_slice(&u32::try_from(rows.len()).unwrap().to_le_bytes());
        bytes[8..10].copy_from_slice(&u16::try_from(start).unwrap().to_le_bytes());
        bytes[10..12].copy_from_slice(&u16::try_from(width).unwrap().to_le_bytes());
        for (i, &(name, kind, length, decimals)) in fields.iter().enumerate() {
            let at = first + i * each;
            bytes[at..at + name.len()].copy_from_slice(name.as_bytes());
            let (kind_at, length_at) = if each == 48 { (32, 33) } else { (11, 16) };
            bytes[at + kind_at] = kind;
            bytes[at + length_at] = length;
            bytes[at + length_at + 1] = decimals;
        }
        bytes[start - 1] = 0x0d;
        for row in rows {
            bytes.push(b' ');
            for (value, field) in row.iter().zip(fields) {
                bytes.extend_from_slice(value);
                bytes.resize(bytes.len() + long(field) - value.len(), b' ');
            }
        }
        bytes
    }

    fn values(dbf: &Dbf<'_>, row: usize) -> Vec<String> {
        dbf.values(row, UTF_8)
    }

    proptest::proptest! {
        #[test]
        fn numbers_and_texts_are_read_as_byte_for_byte(bytes in "[-.0-9e* \\x00aé]{0,24}") {
            let plain = bytes.as_bytes().split(|&byte| byte == 0).next().unwrap();
            let mut number = String::new();
            push_number(&mut number, plain.trim_ascii());
            assert_eq!(number, json_number(&String::from_utf8_lossy(plain.trim_ascii())));
            assert_eq!((trimmed(plain), bare(bytes.as_bytes())), (plain.trim_ascii_end(), plain.trim_ascii()));
        }
    }

    #[test]
    fn values_of_every_kind_are_read() {
        let fields = [("T", b'C', 10, 0), ("N", b'N', 20, 0), ("F", b'F', 20, 5), ("D", b'D', 8, 0), ("L", b'L', 1, 0)];
        let rows: [&[&[u8]]; 2] =
            [&[b" a\"b", b"5107220101234567890", b"  1.5e+011", b"20200229", b"T"], &[b"", b"", b"****", b"", b"?"]];
        let bytes = table(3, &fields, &rows);
        let dbf = Dbf::new(&bytes, None).unwrap();
        assert_eq!(dbf.names(UTF_8), ["T", "N", "F", "D", "L"]);
        assert_eq!(values(&dbf, 0), ["\" a\\\"b\"", "5107220101234567890", "1.5e+011", "\"2020-02-29\"", "true"]);
        assert_eq!(values(&dbf, 1), ["null"; 5]);
        let fields = [("I", b'I', 4, 0), ("B", b'B', 8, 0), ("Y", b'Y', 8, 0), ("T", b'T', 8, 0), ("_", b'0', 1, 0)];
        let day = [2_459_000_u32.to_le_bytes(), 3_661_000_u32.to_le_bytes()].concat();
        let row: &[&[u8]] =
            &[&(-7_i32).to_le_bytes(), &0.1_f64.to_le_bytes(), &(-12_345_i64).to_le_bytes(), &day, b"\x01"];
        let bytes = table(0x30, &fields, &[row]);
        let dbf = Dbf::new(&bytes, None).unwrap();
        assert_eq!(values(&dbf, 0), ["-7", "0.1", "-1.2345", "\"2020-05-30T01:01:01\""]);
        let fields = [("户籍人口", b'I', 4, 0), ("O", b'O', 8, 0), ("P", b'O', 8, 0), ("A", b'+', 4, 0)];
        let flip = |value: i32| (value.cast_unsigned() ^ 0x8000_0000).to_be_bytes();
        let sorted = |value: f64| {
            let bits = value.to_bits();
            (if value < 0.0 { !bits } else { bits ^ (1 << 63) }).to_be_bytes()
        };
        let row: &[&[u8]] = &[&flip(-7), &sorted(-0.25), &sorted(3.5), &flip(9)];
        let bytes = table(4, &fields, &[row]);
        let dbf = Dbf::new(&bytes, None).unwrap();
        assert_eq!(
            (dbf.names(UTF_8)[0].as_str(), values(&dbf, 0)),
            ("户籍人口", vec!["-7".into(), "-0.25".into(), "3.5".into(), "9".into()])
        );
    }

    #[test]
    fn long_texts_are_looked_up() {
        let mut memo = vec![0; 512];
        memo.extend_from_slice(b"third\x1a\x1a");
        let bytes = table(0x83, &[("M", b'M', 10, 0)], &[&[b"         1"], &[b""]]);
        let dbf = Dbf::new(&bytes, Some(&memo)).unwrap();
        assert_eq!((values(&dbf, 0), values(&dbf, 1)), (vec!["\"third\"".to_owned()], vec!["null".to_owned()]));
        let mut memo = vec![0; 512];
        memo[20..22].copy_from_slice(&512_u16.to_le_bytes());
        memo.extend_from_slice(&[0xff, 0xff, 8, 0, 14, 0, 0, 0]);
        memo.extend_from_slice("四号".as_bytes());
        assert_eq!(values(&Dbf::new(&bytes, Some(&memo)).unwrap(), 0), ["\"四号\""]);
        let mut memo = vec![0; 64];
        memo[7] = 64;
        memo.extend_from_slice(&[0, 0, 0, 1, 0, 0, 0, 3]);
        memo.extend_from_slice(b"fox");
        let bytes = table(0x30, &[("M", b'M', 4, 0)], &[&[&1_u32.to_le_bytes()]]);
        assert_eq!(values(&Dbf::new(&bytes, Some(&memo)).unwrap(), 0), ["\"fox\""]);
    }

    #[test]
    fn texts_may_be_longer_than_a_byte_can_say() {
        let long = "村".repeat(100);
        let bytes = table(3, &[("C", b'C', 44, 1)], &[&[long.as_bytes()]]);
        assert_eq!(values(&Dbf::new(&bytes, None).unwrap(), 0), [format!("\"{long}\"")]);
    }

    #[test]
    fn a_table_that_lies_is_refused() {
        let bytes = table(3, &[("C", b'C', 4, 0)], &[&[b"abcd"], &[b"efgh"]]);
        assert!(matches!(Dbf::new(&bytes[..bytes.len() - 1], None), Err(FileProblem::CutOff)));
        assert!(matches!(Dbf::new(&bytes[..40], None), Err(FileProblem::CutOff)));
        let mut wide = bytes.clone();
        wide[48] = 200;
        assert!(matches!(Dbf::new(&wide, None), Err(FileProblem::BrokenTable)));
        let mut flat = bytes;
        flat[10..12].fill(0);
        assert!(matches!(Dbf::new(&flat, None), Err(FileProblem::BrokenTable)));
    }

    #[test]
    fn marks_name_encodings_that_there_are() {
        assert!((0..=255).filter_map(ldid).all(|name| encoding::named(name).is_some()));
        assert_eq!(ldid(0x4d).and_then(encoding::named), Some(GB18030));
        assert_eq!(ldid(0x57), None, "whatever the computer had");
    }
}

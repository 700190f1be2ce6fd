//! Tables as text: their encoding and what parts their columns are told by what stands in them.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use super::{MOST_CELLS, put};
use crate::io::{FileProblem, encoding};
use crate::model::{Cell, Sheet};

/// What may part columns, the usual one first.
const SEPARATORS: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Records that are looked at to tell what parts them.
const LOOKED_AT: usize = 60;

pub(super) fn read(bytes: &[u8], encoding: Option<&str>, file: &str) -> Result<Sheet, FileProblem> {
    let (text, encoding) = decoded(bytes, encoding)?;
    if text.chars().take(4096).any(|c| c < '\t') {
        return Err(FileProblem::NoTable);
    }
    let most = usize::try_from(MOST_CELLS).unwrap_or(usize::MAX);
    if SEPARATORS.iter().any(|&separator| memchr::memchr_iter(separator, text.as_bytes()).count() > most) {
        return Err(FileProblem::TooManyCells { limit: MOST_CELLS });
    }
    let separator = separator(&text);
    if let Some(line) = open_quote(&text, separator) {
        return Err(FileProblem::OpenQuote { line });
    }
    let mut rows = Vec::new();
    let mut cells = 0_u64;
    // Blank lines hold no record, but rows are numbered as they stand in the file.
    let mut blank_before = 0;
    let mut widths = Vec::new();
    // The text is text, and lines may have any length: nothing can go wrong.
    for record in reader(&text, separator).records().flatten() {
        // The position is where the one before ended.
        let blank = record.position().map_or(0, |at| blank_lines(&text, at.byte()));
        let line = record.position().map_or(0, csv::Position::line).saturating_add(blank);
        let row = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        cells += record.len() as u64 + line.saturating_sub(blank_before);
        blank_before = line;
        if cells > MOST_CELLS {
            return Err(FileProblem::TooManyCells { limit: MOST_CELLS });
        }
        let filled = (0..record.len()).rev().find(|&at| !record[at].trim().is_empty()).map_or(0, |last| last + 1);
        widths.push((row, record.len(), filled));
        for (column, text) in record.iter().enumerate() {
            put(&mut rows, (row, column), cell(text));
        }
    }
    let uneven = uneven(&widths);
    Ok(Sheet { file: file.to_owned(), encoding: Some(encoding.name().to_owned()), rows, uneven, ..Sheet::default() })
}

/// Rows with fewer fields than most, or with something in more than those.
fn uneven(widths: &[(usize, usize, usize)]) -> Vec<usize> {
    let mut counts: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for &(_, width, _) in widths {
        *counts.entry(width).or_default() += 1;
    }
    let usual = counts.into_iter().max_by_key(|&(width, count)| (count, width)).map_or(0, |(width, _)| width);
    let is_uneven = |&&(_, width, filled): &&(usize, usize, usize)| filled > 0 && (width < usual || filled > usual);
    widths.iter().filter(is_uneven).map(|&(row, ..)| row).collect()
}

/// The line that a quoted field begins in that has no end; `None` where all have one.
fn open_quote(text: &str, separator: u8) -> Option<usize> {
    let (mut line, mut opened) = (1, None);
    let mut is_start = true;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += usize::from(byte == b'\n');
        match (opened, byte) {
            (Some(_), b'"') if bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            (Some(_), b'"') => opened = None,
            (None, b'"') if is_start => opened = Some(line),
            (Some(_) | None, _) => {}
        }
        is_start = opened.is_none() && (byte == separator || byte == b'\n' || byte == b'\r');
    }
    opened
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes())
}

/// Lines that are blank at a place of a text.
fn blank_lines(text: &str, at: u64) -> u64 {
    let rest = usize::try_from(at).ok().and_then(|at| text.as_bytes().get(at..)).unwrap_or_default();
    let breaks = rest.iter().take_while(|&&byte| byte == b'\n' || byte == b'\r');
    breaks.filter(|&&byte| byte == b'\n').count() as u64
}

/// A cell as text; `="0510"` is how some keep a spreadsheet program from making a number of it.
fn cell(text: &str) -> Cell {
    let inner = text.strip_prefix("=\"").and_then(|text| text.strip_suffix('"'));
    Cell::text_of(inner.unwrap_or(text))
}

/// Text of a file, and what it is in: as its mark says, else as its lines do.
fn decoded(bytes: &[u8], chosen: Option<&str>) -> Result<(String, &'static Encoding), FileProblem> {
    let whole =
        |encoding: &'static Encoding, bytes| (encoding.decode_without_bom_handling(bytes).0.into_owned(), encoding);
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return Ok(whole(encoding, &bytes[mark..]));
    }
    // What spreadsheet programs call Unicode has a zero in every other byte.
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).take(64).filter(|&&byte| byte == 0).count();
    match (zeros(0), zeros(1)) {
        (0, 0) => {}
        (even, odd) if odd > even => return Ok(whole(UTF_16LE, bytes)),
        _ => return Ok(whole(UTF_16BE, bytes)),
    }
    let lines = bytes.split(|&byte| byte == b'\n');
    let taken = encoding::settle(&encoding::Declared { chosen, declared: &[] }, lines)
        .map_err(|unknown| FileProblem::UnknownEncoding(unknown.0))?;
    Ok(whole(taken.encoding, bytes))
}

/// What parts the columns: what gives most rows the same number of them, and more than one.
fn separator(text: &str) -> u8 {
    let score = |separator: u8| {
        let widths: Vec<usize> = reader(text, separator).records().take(LOOKED_AT).flatten().map(|r| r.len()).collect();
        let most = widths.iter().copied().max_by_key(|width| widths.iter().filter(|&other| other == width).count());
        let most = most.filter(|&width| width > 1)?;
        Some((widths.iter().filter(|&&width| width == most).count(), most))
    };
    let best = SEPARATORS.into_iter().rev().filter_map(|separator| Some((score(separator)?, separator)));
    best.max_by_key(|&(score, _)| score).map_or(b',', |(_, separator)| separator)
}

#[cfg(test)]
mod tests {
    use encoding_rs::GB18030;

    use super::*;

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let sheet = read(bytes, None, "a.csv").unwrap();
        let written = |cell: &Cell| cell.written().unwrap_or_default().to_owned();
        sheet.rows.iter().map(|row| row.iter().map(written).collect()).collect()
    }

    #[test]
    fn text_is_read_in_the_encoding_that_it_is_in() {
        let text = "代码,村名,人口\n0306,张家沟村,12\n";
        let expected = [["代码", "村名", "人口"], ["0306", "张家沟村", "12"]];
        let utf16: Vec<u8> =
            "\u{feff}代码\t村名\t人口\n0306\t张家沟村\t12\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let with_mark = ["\u{feff}".as_bytes(), text.as_bytes()].concat();
        for bytes in [text.as_bytes(), &with_mark, &GB18030.encode(text).0, &utf16] {
            assert_eq!(rows(bytes), expected);
        }
    }

    #[test]
    fn columns_are_parted_by_what_parts_them_evenly() {
        for (text, parted) in [
            ("a;b\n1,5;2,5\n3,5;4,5\n", ["1,5", "2,5"]),
            ("a\tb\n1,000\tx;y\n", ["1,000", "x;y"]),
            ("a,b\n\"=\"\"051\"\"\",\"x, y\"\n", ["051", "x, y"]),
        ] {
            assert_eq!(rows(text.as_bytes())[1], parted, "{text}");
        }
    }

    #[test]
    fn a_quote_without_an_end_is_told_with_its_line_and_rows_of_other_widths_are_known() {
        for text in ["a,b\n1,\"x\n2,y\n", "a,b\n1,\"x", "a,b\n1,\"x\"\"\n", "a;b\n1;\"x\n3;4\n5;6\n"] {
            let problem = read(text.as_bytes(), None, "").unwrap_err();
            assert!(matches!(problem, FileProblem::OpenQuote { line: 2 }), "{text}: {problem}");
        }
        for text in ["a,b\n1,\"x\ny\"\n", "a,b\n1,5\"\n", "a,b\n\"1\"\"2\",\"\"\n"] {
            assert!(read(text.as_bytes(), None, "").is_ok(), "{text}");
        }
        let sheet = read(b"title\na,b,c\n1,2,3\n4,5\n6,7,8,9\n1,2,3,,\n1,2,3\n", None, "").unwrap();
        assert_eq!(sheet.uneven, [0, 3, 4]);
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(matches!(read(b"\x01\x02\x03,\n", None, ""), Err(FileProblem::NoTable)));
        assert!(matches!(read(b"a", Some("no such"), ""), Err(FileProblem::UnknownEncoding(_))));
    }
}

//! Workbooks for tests.

use std::io::{Cursor, Write as _};

use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A workbook with sheets of texts; what begins with `#` is a number.
pub fn xlsx(sheets: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            for (column, text) in (0..).zip(*cells) {
                match text.strip_prefix('#') {
                    Some(number) => drop(sheet.write_number(row, column, number.parse::<f64>().unwrap()).unwrap()),
                    None if text.is_empty() => {}
                    None => drop(sheet.write_string(row, column, *text).unwrap()),
                }
            }
        }
    }
    book.save_to_buffer().unwrap()
}

/// An archive with these parts, packed.
pub fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        // An ODS says first, and as it is, what it is.
        let method =
            if *name == "mimetype" { zip::CompressionMethod::Stored } else { zip::CompressionMethod::Deflated };
        archive.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A workbook of the open form, with what stands in its only sheet.
pub fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet><table:table table:name="表">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest = br#"<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
    zipped(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", manifest),
    ])
}

/// Rows of an ODS; what begins with `#` is a number.
pub fn ods_rows(rows: &[&[&str]]) -> String {
    let cell = |text: &&str| match text.strip_prefix('#') {
        Some(number) => {
            format!(
                r#"<table:table-cell office:value-type="float" office:value="{number}"><text:p>{number}</text:p></table:table-cell>"#
            )
        }
        None if text.is_empty() => "<table:table-cell/>".to_owned(),
        None => format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#),
    };
    let row =
        |cells: &&[&str]| format!("<table:table-row>{}</table:table-row>", cells.iter().map(cell).collect::<String>());
    rows.iter().map(row).collect()
}

/// A record of a workbook of the older form.
pub fn record(kind: u16, bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), bytes].concat()
}

/// A workbook of the older form, with these records in its only sheet.
pub fn xls(records: &[u8]) -> Vec<u8> {
    let version = [0x00, 0x06];
    let bof = |kind: u16| record(0x0809, &[&version[..], &kind.to_le_bytes(), &[0; 12]].concat());
    let eof = record(0x000A, &[]);
    let name = [&[5, 0][..], b"Sheet"].concat();
    let start = bof(5).len() + 4 + 6 + name.len() + eof.len();
    let sheet = record(0x0085, &[&u32::try_from(start).unwrap().to_le_bytes()[..], &[0, 0], &name].concat());
    let stream = [bof(5), sheet, eof.clone(), bof(0x10), records.to_vec(), eof].concat();
    let mut compound = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    compound.create_stream("/Workbook").unwrap().write_all(&stream).unwrap();
    compound.flush().unwrap();
    compound.into_inner().into_inner()
}

/// Cells of a sheet of the older form; what begins with `#` is a number.
pub fn xls_rows(rows: &[&[&str]]) -> Vec<u8> {
    let mut all = Vec::new();
    for (row, cells) in (0_u16..).zip(rows) {
        for (column, text) in (0_u16..).zip(*cells) {
            let at = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
            if let Some(number) = text.strip_prefix('#') {
                let number: f64 = number.parse().unwrap();
                all.extend(record(0x0203, &[&at[..], &number.to_le_bytes()].concat()));
            } else if !text.is_empty() {
                let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                let length = u16::try_from(units.len() / 2).unwrap();
                all.extend(record(0x0204, &[&at[..], &length.to_le_bytes(), &[1], &units].concat()));
            }
        }
    }
    all
}

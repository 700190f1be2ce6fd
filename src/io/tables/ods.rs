//! An ODS as its parser takes it: without the line ends that some programs put between its elements.
//!
//! GDAL writes each row and each cell on a line of its own. Between elements blanks mean nothing there; within a
//! paragraph they are text, and stay.

use std::borrow::Cow;
use std::io::{Cursor, Read as _, Write as _};

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::MOST_BYTES;
use crate::io::FileProblem;

/// The part that has the cells.
const CONTENT: &str = "content.xml";

/// The workbook without blanks between its elements; `None` where there are none between cells.
pub(super) fn tidied(bytes: &[u8]) -> Result<Option<Vec<u8>>, FileProblem> {
    let damaged = |error: &dyn std::fmt::Display| FileProblem::Workbook(crate::i18n::one_line(&error.to_string()));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut content = Vec::new();
    let part = archive.by_name(CONTENT).map_err(|error| damaged(&error))?;
    part.take(MOST_BYTES).read_to_end(&mut content).map_err(|error| damaged(&error))?;
    let tidy = without_blanks(&content);
    if tidy.len() == content.len() {
        return Ok(None);
    }
    let mut made = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let names: Vec<String> = archive.file_names().flatten().map(Cow::into_owned).collect();
    for name in names {
        let part = archive.by_name(&name).map_err(|error| damaged(&error))?;
        made.start_file(name.as_str(), stored).map_err(|error| damaged(&error))?;
        let mut bytes = Vec::new();
        let bytes = if name == CONTENT {
            &tidy
        } else {
            part.take(MOST_BYTES).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
            &bytes
        };
        made.write_all(bytes).map_err(|error| damaged(&error))?;
    }
    Ok(Some(made.finish().map_err(|error| damaged(&error))?.into_inner()))
}

/// XML without what is blank between two tags, outside of paragraphs.
fn without_blanks(xml: &[u8]) -> Vec<u8> {
    let mut made = Vec::with_capacity(xml.len());
    let mut is_text = false;
    let mut rest = xml;
    while let Some(start) = memchr::memchr(b'<', rest) {
        let (before, tag) = rest.split_at(start);
        if is_text || !before.iter().all(u8::is_ascii_whitespace) {
            made.extend_from_slice(before);
        }
        let end = memchr::memchr(b'>', tag).map_or(tag.len(), |end| end + 1);
        let (tag, behind) = tag.split_at(end);
        let is_paragraph =
            |name: &[u8]| tag.strip_prefix(name).is_some_and(|it| matches!(it.first(), Some(b'>' | b' ')));
        if is_paragraph(b"<text:p") && !tag.ends_with(b"/>") {
            is_text = true;
        } else if is_paragraph(b"</text:p") {
            is_text = false;
        }
        made.extend_from_slice(tag);
        rest = behind;
    }
    made.extend_from_slice(rest);
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::tables::read_bytes;
    use crate::model::Cell;

    /// A workbook as GDAL writes it.
    fn workbook(content: &str) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        let manifest = r#"<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
        for (name, text) in [
            ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", manifest),
            (CONTENT, content),
        ] {
            zip.start_file(name, stored).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn cells_on_lines_of_their_own_are_read_and_blanks_in_texts_stay() {
        let content = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">
<office:body>
<office:spreadsheet>
<table:table table:name="t">
<table:table-column/>
<table:table-row>
<table:table-cell office:value-type="string">
<text:p>code</text:p>
</table:table-cell>
<table:table-cell office:value-type="string">
<text:p>a  b</text:p>
</table:table-cell>
</table:table-row>
<table:table-row>
<table:table-cell office:value-type="string">
<text:p>0101</text:p>
</table:table-cell>
<table:table-cell office:value-type="float" office:value="5">
<text:p>5</text:p>
</table:table-cell>
</table:table-row>
</table:table>
</office:spreadsheet>
</office:body>
</office:document-content>"#;
        let sheets = read_bytes("t.ods".as_ref(), &workbook(content), None).unwrap();
        let text = |text: &str| Cell::Text(text.to_owned());
        let rows = [vec![text("code"), text("a  b")], vec![text("0101"), Cell::Number("5".to_owned())]];
        assert_eq!(sheets[0].rows, rows);
    }
}

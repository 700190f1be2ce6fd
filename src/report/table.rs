//! Tables for spreadsheet programs: as XLSX, as CSV, and as text for the clipboard.
//!
//! 1. Codes are text in all of them: a spreadsheet never sees a number in one, so no digit is lost.
//! 2. Figures are plain numbers, without separators of thousands and with all their digits; XLSX shows them with as many
//!    decimals as the column says.
//! 3. An unknown figure is an empty cell.
//! 4. The same table gives the same bytes: there is no clock in the files.

use std::io::{self, Write};

use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::edit::crosswalk;
use crate::i18n::{Lang, Text, plain};
use crate::model::Day;

/// Widest column of a sheet, in characters.
const WIDEST: f64 = 48.0;
/// Narrowest column of a sheet, in characters.
const NARROWEST: f64 = 6.0;
/// Width of a column of days, in characters.
const DAY_WIDTH: f64 = 12.0;
/// Longest name of a sheet that spreadsheet programs take.
const SHEET_NAME: usize = 31;

/// A table: a header and rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// What it is called.
    pub name: String,
    /// Its columns, from left to right.
    pub columns: Vec<Column>,
    /// Rows, with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// What is in it.
    pub kind: ColumnKind,
}

/// What is in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Words.
    Text,
    /// Codes: digits that are no number.
    Code,
    /// Numbers, shown with so many decimals.
    Number {
        /// Decimals.
        decimals: usize,
    },
    /// Numbers as they are, with nothing between their digits: years, telephones, and whatever a county counts in its own
    /// columns.
    Plain,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing, or not known.
    Empty,
    /// Words or a code.
    Text(String),
    /// A figure.
    Number(f64),
    /// A day.
    Day(Day),
}

impl Cell {
    /// Text; empty text is an empty cell.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// A figure; one that is not known is an empty cell.
    #[must_use]
    pub fn number(value: Option<f64>) -> Self {
        value.filter(|value| value.is_finite()).map_or(Self::Empty, Self::Number)
    }

    fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(value) => value.to_string(),
            Self::Day(day) => day.to_string(),
        }
    }
}

impl Sheet {
    /// A sheet without rows.
    #[must_use]
    pub fn new(name: impl Into<String>, columns: Vec<Column>) -> Self {
        Self { name: name.into(), columns, rows: Vec::new() }
    }

    /// As spreadsheets take it from the clipboard: tabs between cells, a header. A code of digits stands as `="00123"`:
    /// pasted plain, it would become a number.
    #[must_use]
    pub fn to_tsv(&self) -> String {
        let mut text = line(self.columns.iter().map(|column| quoted(&column.name)));
        for row in &self.rows {
            text.push_str(&line(row.iter().zip(&self.columns).map(|(cell, column)| match cell {
                Cell::Text(code) if column.kind == ColumnKind::Code && looks_like_a_number(code) => {
                    format!("=\"{code}\"")
                }
                cell => quoted(&cell.plain()),
            })));
        }
        text
    }

    /// Writes it as CSV: UTF-8 with a byte order mark, so that office programs read Chinese text rightly.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(self.columns.iter().map(|column| plain::cell(&column.name).into_owned()))?;
        for row in &self.rows {
            csv.write_record(row.iter().map(|cell| plain::cell(&cell.plain()).into_owned()))?;
        }
        csv.flush()
    }

    /// Writes it as a workbook (XLSX): the header stays in view, columns are as wide as what is in them, codes are text.
    ///
    /// # Errors
    /// Those of `out`, and when there are more rows than a sheet can have (1,048,576).
    pub fn write_xlsx(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut workbook = Workbook::new();
        let bytes = self.fill(&mut workbook).and_then(|()| workbook.save_to_buffer()).map_err(io::Error::other)?;
        out.write_all(&bytes)
    }

    fn fill(&self, workbook: &mut Workbook) -> Result<(), XlsxError> {
        // The time of making would make each file another.
        let time = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&time));
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&self.name))?;
        let header = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
        for (x, column) in (0_u16..).zip(&self.columns) {
            let align = match column.kind {
                ColumnKind::Number { .. } | ColumnKind::Plain => FormatAlign::Right,
                ColumnKind::Text | ColumnKind::Code => FormatAlign::Left,
            };
            sheet.write_string_with_format(0, x, &column.name, &header.clone().set_align(align))?;
            self.fill_column(sheet, x, column)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        let last = u16::try_from(self.columns.len()).unwrap_or(u16::MAX).saturating_sub(1);
        if !self.columns.is_empty() {
            sheet.autofilter(0, 0, u32::try_from(self.rows.len()).unwrap_or(u32::MAX), last)?;
        }
        Ok(())
    }

    fn fill_column(&self, sheet: &mut Worksheet, x: u16, column: &Column) -> Result<(), XlsxError> {
        let format = match column.kind {
            ColumnKind::Text | ColumnKind::Plain => Format::new(),
            ColumnKind::Code => Format::new().set_num_format("@"),
            ColumnKind::Number { decimals: 0 } => Format::new().set_num_format("#,##0"),
            ColumnKind::Number { decimals } => Format::new().set_num_format(format!("#,##0.{}", "0".repeat(decimals))),
        };
        let mut width = width_of(&column.name) + 3.0;
        for (y, row) in (1_u32..).zip(&self.rows) {
            match row.get(usize::from(x)) {
                None | Some(Cell::Empty) => {}
                Some(Cell::Text(text)) => {
                    width = width.max(width_of(text) + 1.5);
                    sheet.write_string_with_format(y, x, text, &format)?;
                }
                Some(Cell::Day(day)) => {
                    width = width.max(DAY_WIDTH);
                    let format = Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left);
                    match ExcelDateTime::parse_from_str(&day.to_string()) {
                        Ok(at) => sheet.write_datetime_with_format(y, x, &at, &format)?,
                        Err(_) => sheet.write_string(y, x, day.to_string())?,
                    };
                }
                Some(Cell::Number(value)) => {
                    width = width.max(width_of_number(*value, column.kind));
                    sheet.write_number_with_format(y, x, *value, &format)?;
                }
            }
        }
        sheet.set_column_width(x, width.clamp(NARROWEST, WIDEST))?;
        Ok(())
    }
}

/// The crosswalk as a sheet: with words in a language, or without one as its CSV has it.
#[must_use]
pub fn crosswalk(rows: &[crosswalk::Row], lang: Option<Lang>) -> Sheet {
    let columns = crosswalk::Column::ALL.map(|column| {
        let name = match lang {
            None => column.id().to_owned(),
            Some(lang) if column == crosswalk::Column::Area => format!("{} (m²)", column.words(lang)),
            Some(lang) => column.words(lang).to_owned(),
        };
        Column { name, kind: kind(column) }
    });
    let name = lang.map_or("crosswalk", |lang| lang.of(Text::Crosswalk));
    let mut sheet = Sheet::new(name, columns.into());
    let cells = |row: &crosswalk::Row| crosswalk::Column::ALL.map(|column| cell(column, row, lang)).into();
    sheet.rows = rows.iter().map(cells).collect();
    sheet
}

/// What is in a column of the crosswalk.
const fn kind(column: crosswalk::Column) -> ColumnKind {
    use crosswalk::Column as C;
    match column {
        C::OldCode | C::NewCode => ColumnKind::Code,
        C::Level | C::OldName | C::NewName | C::Relation | C::Change | C::OldSeat | C::SeatUse => ColumnKind::Text,
        C::Area => ColumnKind::Number { decimals: 2 },
        C::AreaShare | C::PopulationShare => ColumnKind::Number { decimals: 6 },
        C::Population => ColumnKind::Number { decimals: 0 },
    }
}

fn cell(column: crosswalk::Column, row: &crosswalk::Row, lang: Option<Lang>) -> Cell {
    use crosswalk::Column as C;
    let number = |value: Option<rust_decimal::Decimal>| Cell::number(value.and_then(|value| value.to_f64()));
    match column {
        C::Level => Cell::text(lang.map_or(row.level.id(), |lang| row.level.words(lang))),
        C::OldCode => Cell::text(row.old_code.as_str()),
        C::OldName => Cell::text(row.old_name.as_str()),
        C::NewCode => Cell::text(row.new_code.as_str()),
        C::NewName => Cell::text(row.new_name.as_str()),
        C::Relation => Cell::text(lang.map_or(row.relation.id(), |lang| row.relation.words(lang))),
        C::Change => Cell::text(lang.map_or(row.change.id(), |lang| row.change.words(lang))),
        C::Area => Cell::number(Some(row.area_m2)),
        C::AreaShare => number(Some(row.area_share)),
        C::Population => number(row.population),
        C::PopulationShare => number(row.population_share),
        C::OldSeat => Cell::text(row.old_seat.as_deref().unwrap_or_default()),
        C::SeatUse => Cell::text(lang.map_or(row.seat_use.id(), |lang| row.seat_use.words(lang))),
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let mut line = cells.collect::<Vec<_>>().join("\t");
    line.push_str("\r\n");
    line
}

/// A cell that holds a tab, a line break or a quote stands in quotes.
fn quoted(text: &str) -> String {
    if text.contains(['\t', '\n', '\r', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

fn looks_like_a_number(code: &str) -> bool {
    code.parse::<f64>().is_ok() && !code.contains('"')
}

/// A name that spreadsheet programs take for a sheet.
fn sheet_name(name: &str) -> String {
    let safe = name.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c });
    let short: String = safe.take(SHEET_NAME).collect();
    let short = short.trim();
    if short.is_empty() { "1".to_owned() } else { short.to_owned() }
}

/// Width of a text in characters: Chinese ones are twice as wide.
fn width_of(text: &str) -> f64 {
    text.chars().map(|letter| if u32::from(letter) >= 0x2e80 { 2.0 } else { 1.0 }).sum()
}

/// Width of a figure as it is shown, separators included.
fn width_of_number(value: f64, kind: ColumnKind) -> f64 {
    let shown = match kind {
        ColumnKind::Number { decimals } => crate::i18n::numbers::number(value, decimals),
        ColumnKind::Text | ColumnKind::Code | ColumnKind::Plain => value.to_string(),
    };
    width_of(&shown) + 1.5
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn sheet() -> Sheet {
        let column = |name: &str, kind| Column { name: name.to_owned(), kind };
        let columns = vec![
            column("名称", ColumnKind::Text),
            column("代码", ColumnKind::Code),
            column("面积 (km²)", ColumnKind::Number { decimals: 2 }),
        ];
        let mut sheet = Sheet::new("乡镇[1]", columns);
        let row = |name: &str, code: &str, area| vec![Cell::text(name), Cell::text(code), Cell::number(area)];
        sheet.rows.push(row("城关镇", "051992100101", Some(1234.5)));
        sheet.rows.push(row("a\t\"b\"", "K-1", None));
        sheet
    }

    /// Text of a part of a workbook, unpacked.
    fn part(workbook: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(io::Cursor::new(workbook)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn the_clipboard_keeps_codes_as_text_and_figures_as_numbers() {
        assert_eq!(
            sheet().to_tsv(),
            "名称\t代码\t面积 (km²)\r\n城关镇\t=\"051992100101\"\t1234.5\r\n\"a\t\"\"b\"\"\"\tK-1\t\r\n"
        );
    }

    #[test]
    fn the_table_as_csv_has_a_byte_order_mark_and_the_codes_as_they_are() {
        let mut out = Vec::new();
        sheet().write_csv(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "\u{feff}名称,代码,面积 (km²)\n城关镇,051992100101,1234.5\n\"a\t\"\"b\"\"\",K-1,\n"
        );
    }

    #[test]
    fn a_workbook_has_codes_as_text_numbers_as_numbers_and_a_header_that_stays() {
        let write = || {
            let mut out = Vec::new();
            sheet().write_xlsx(&mut out).unwrap();
            out
        };
        let workbook = write();
        assert!(workbook == write(), "the same bytes each time");
        let cells = part(&workbook, "xl/worksheets/sheet1.xml");
        // Cells of text refer to the shared strings, cells of numbers hold them.
        assert!(cells.contains(r#"<c r="C2" s="#) && cells.contains("<v>1234.5</v>"), "{cells}");
        assert!(cells.contains(r#"r="B2""#) && cells.contains(r#"t="s""#) && !cells.contains("<v>51992100101"));
        assert!(cells.contains(r#"ySplit="1""#) && cells.contains(r#"state="frozen""#) && cells.contains("<cols>"));
        assert!(!cells.contains(r#"r="C3""#), "an unknown figure has no cell");
        assert!(part(&workbook, "xl/sharedStrings.xml").contains("<t>051992100101</t>"));
        assert!(part(&workbook, "xl/workbook.xml").contains(r#"name="乡镇 1""#));
    }

    #[test]
    fn years_and_telephones_have_nothing_between_their_digits() {
        let columns = vec![Column { name: "建成年份".to_owned(), kind: ColumnKind::Plain }];
        let mut sheet = Sheet::new("资产", columns);
        sheet.rows.push(vec![Cell::number(Some(1998.0))]);
        let mut out = Vec::new();
        sheet.write_xlsx(&mut out).unwrap();
        assert!(part(&out, "xl/worksheets/sheet1.xml").contains("<v>1998</v>"));
        assert!(!part(&out, "xl/styles.xml").contains("numFmtId=\"3\""), "#,##0 has the number 3 in every workbook");
    }

    #[test]
    fn the_crosswalk_as_a_sheet_has_a_cell_for_each_column_in_words_or_as_in_its_file() {
        use crate::edit::testing::grid;
        use crate::edit::{Document, Edit, UnitRef};
        let mut document = Document::new(grid(2, 1));
        document.commit(&Edit::Rename { unit: UnitRef::code("510722101"), name: "新镇".into() }).unwrap();
        let method = crate::geodesy::AreaMethod::Geodesic;
        let rows = crosswalk::rows(document.dataset(), document.base(), document.state(), method);
        let plain = crosswalk(&rows, None);
        let names: Vec<&str> = plain.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, crosswalk::Column::ALL.map(crosswalk::Column::id));
        let words = crosswalk(&rows, Some(Lang::Zh));
        assert_eq!(words.rows[0][0], Cell::Text("乡镇".to_owned()));
        assert_eq!(words.rows[0][4..7], ["新镇", "更名", "更名"].map(Cell::text));
        assert_eq!(words.rows[0][8], Cell::Number(1.0));
        assert!(words.rows.iter().chain(&plain.rows).all(|row| row.len() == 13));
    }
}

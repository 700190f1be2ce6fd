//! A workbook as a county has it: a title over merged cells, formats, a formula in each row, sums below.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::*;

fn county_book() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("台账 & 1").unwrap();
    let (bold, two) = (Format::new().set_bold(), Format::new().set_num_format("#,##0.00"));
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    sheet.merge_range(0, 0, 0, 4, "资产台账", &bold).unwrap();
    for (column, header) in (0..).zip(["编号", "名称", "面积", "日期", "每人"]) {
        sheet.write_string_with_format(1, column, header, &bold).unwrap();
    }
    for (row, area) in (2..5).zip([10.5, 20.25, 30.0]) {
        sheet.write_string(row, 0, format!("A{}", row - 1)).unwrap();
        sheet.write_string(row, 1, "甲<乙>").unwrap();
        sheet.write_number_with_format(row, 2, area, &two).unwrap();
        let at = ExcelDateTime::from_ymd(2019, 12, u8::try_from(row).unwrap()).unwrap();
        sheet.write_datetime_with_format(row, 3, &at, &day).unwrap();
        sheet.write_formula(row, 4, Formula::new(format!("IF(C{0}<5,\"B{0}&C{0}\",C{0}/2)", row + 1))).unwrap();
    }
    sheet.write_string(5, 0, "合计").unwrap();
    sheet.write_formula_with_format(5, 2, Formula::new("SUM(C3:C5)").set_result("60.75"), &two).unwrap();
    sheet.set_column_width(1, 40).unwrap();
    book.add_worksheet().set_name("其他").unwrap().write_formula(0, 0, Formula::new("'台账 & 1'!C6+C6")).unwrap();
    book.define_name("面积", "='台账 & 1'!$C$3:$C$5").unwrap();
    book.save_to_buffer().unwrap()
}

fn text_of(bytes: &[u8], name: &str) -> String {
    part(&mut ZipArchive::new(Cursor::new(bytes)).unwrap(), name).unwrap()
}

#[test]
fn a_workbook_is_written_anew_in_its_own_formats_and_formulas_follow() {
    let book = county_book();
    let text = |text: &str| Value::Text(text.to_owned());
    let day = Value::Day { day: Day::read("2020-02-29").unwrap(), like: Some(3) };
    let rewrite = Rewrite {
        sheet: "台账 & 1".to_owned(),
        cells: BTreeMap::from([
            (2, BTreeMap::from([(5, text("调整后乡镇"))])),
            (4, BTreeMap::from([(1, text("丙 & 丁")), (2, Value::Number("1234.5".to_owned())), (5, text("新镇"))])),
        ]),
        changed: BTreeSet::from([4]),
        removed: BTreeSet::from([3]),
        added: BTreeMap::from([(
            5,
            vec![BTreeMap::from([(0, text("N1")), (2, Value::Number("7".to_owned())), (3, day)])],
        )]),
    };
    let made = rewritten(&book, &rewrite).unwrap().bytes;
    let mut read = Xlsx::new(Cursor::new(&made)).unwrap();
    let range = read.worksheet_range("台账 & 1").unwrap();
    let cell = |row: u32, column: u32| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    let said = |row: u32, column: u32| cell(row, column).to_string();
    assert_eq!([said(0, 0), said(1, 5), said(2, 0), said(2, 1)], ["资产台账", "调整后乡镇", "A2", "丙 & 丁"]);
    assert_eq!(
        (said(2, 2), said(2, 5), said(3, 0), said(4, 0)),
        ("1234.5".into(), "新镇".into(), "A3".into(), "N1".into())
    );
    assert!(matches!(cell(4, 3), Data::DateTime(at) if at.as_f64().to_string() == "43890"), "{:?}", cell(4, 3));
    assert_eq!(said(5, 0), "合计");
    let formulas = read.worksheet_formula("台账 & 1").unwrap();
    let formula = |row: u32, column: u32| formulas.get_value((row, column)).cloned().unwrap_or_default();
    assert_eq!(formula(5, 2), "SUM(C3:C5)", "one row less and one more");
    assert_eq!(formula(4, 4), "IF(C5<5,\"B5&C5\",C5/2)", "filled down, but for what stands in quotes");
    assert_eq!(formula(2, 4), "IF(C3<5,\"B4&C4\",C3/2)", "what stands in quotes is no reference");
    let xml = text_of(&made, "xl/worksheets/sheet1.xml");
    assert!(!xml.contains("60.75"), "what a formula gave before is not read any more");
    // A cell that was written anew has the format that it had, and a new row those of the row above.
    let format_of = |xml: &str, at: &str| {
        let start = xml.find(&format!("r=\"{at}\"")).unwrap();
        xml[start..].split("s=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let before = text_of(&book, "xl/worksheets/sheet1.xml");
    assert_eq!(
        [format_of(&xml, "C3"), format_of(&xml, "C5"), format_of(&xml, "D5")],
        [format_of(&before, "C4"), format_of(&before, "C5"), format_of(&before, "D3"),]
    );
    assert!(text_of(&made, BOOK).contains("fullCalcOnLoad=\"1\""));
    assert!(text_of(&made, BOOK).contains("$C$3:$C$5"));
    assert_eq!(read.worksheet_formula("其他").unwrap().get_value((0, 0)).unwrap(), "'台账 & 1'!C6+C6");
    let two = Rewrite { added: BTreeMap::from([(5, vec![BTreeMap::new(); 3])]), ..rewrite };
    let made = rewritten(&book, &two).unwrap().bytes;
    let formulas = Xlsx::new(Cursor::new(&made)).unwrap().worksheet_formula("其他").unwrap();
    assert_eq!(formulas.get_value((0, 0)).unwrap(), "'台账 & 1'!C8+C6", "other sheets follow too");
}

#[test]
fn nothing_written_anew_leaves_every_cell_as_it_was() {
    let book = county_book();
    let made = rewritten(&book, &Rewrite { sheet: "台账 & 1".to_owned(), ..Rewrite::default() }).unwrap().bytes;
    let cells = |bytes: &[u8]| Xlsx::new(Cursor::new(bytes.to_vec())).unwrap().worksheet_range("台账 & 1").unwrap();
    let (was, is) = (cells(&book), cells(&made));
    for (row, column, value) in was.used_cells().filter(|(row, column, _)| !(*column == 4 && *row > 1 || *row == 5)) {
        assert_eq!(is.get_value((u32::try_from(row).unwrap(), u32::try_from(column).unwrap())), Some(value));
    }
}

#[test]
fn what_cannot_be_written_rightly_is_not_written() {
    let rewrite = |sheet: &str| Rewrite { sheet: sheet.to_owned(), ..Rewrite::default() };
    assert_eq!(rewritten(&county_book(), &rewrite("没有")), Err(Unfit));
    assert_eq!(rewritten(b"PK\x03\x04 and nothing more", &rewrite("台账 & 1")), Err(Unfit));
}

#[test]
fn merged_cells_and_notes_follow_rows_that_go() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("所").unwrap();
    for (row, name) in (0..).zip(["机构", "甲", "乙", "丙", "丁"]) {
        sheet.write_string(row, 1, name).unwrap();
    }
    sheet.merge_range(1, 0, 3, 0, "石桥镇", &Format::new().set_bold()).unwrap();
    sheet.insert_note(3, 1, &rust_xlsxwriter::Note::new("核实")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(marks(&bytes)["所"].merged, [[1, 0, 3, 0]]);
    let rewrite = Rewrite { sheet: "所".to_owned(), removed: BTreeSet::from([2]), ..Rewrite::default() };
    let made = rewritten(&bytes, &rewrite).unwrap().bytes;
    let mut read = Xlsx::new(Cursor::new(&made)).unwrap();
    let range = read.worksheet_range("所").unwrap();
    let said = |row: u32, column: u32| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default();
    assert_eq!(
        [said(1, 0), said(1, 1), said(3, 1)],
        ["石桥镇", "乙", "丁"],
        "the township stays with those that are left"
    );
    assert_eq!(marks(&made)["所"].merged, [[1, 0, 2, 0]]);
    let notes = text_of(&made, "xl/comments1.xml");
    assert!(notes.contains("ref=\"B3\"") && !notes.contains("ref=\"B4\""), "{notes}");
}

#[test]
fn percentages_and_formulas_without_a_result_are_marked() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let (share, sign) = (Format::new().set_num_format("0.0%"), Format::new().set_num_format("0\"%\""));
    sheet.write_number_with_format(0, 0, 0.953, &share).unwrap();
    sheet.write_number_with_format(0, 1, 95.3, &sign).unwrap();
    sheet.write_formula(1, 0, Formula::new("A1*2").set_result("1.906")).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let found = marks(&bytes).remove("Sheet1").unwrap();
    assert_eq!((found.percent, found.open.len()), (BTreeSet::from([(0, 0)]), 0));
    let rewrite = Rewrite { sheet: "Sheet1".to_owned(), changed: BTreeSet::from([2]), ..Rewrite::default() };
    let found = marks(&rewritten(&bytes, &rewrite).unwrap().bytes).remove("Sheet1").unwrap();
    assert_eq!(found.open, BTreeMap::from([((1, 0), "=A1*2".to_owned())]));
}

//! Layers as a workbook: a sheet for each level, codes as text, numbers as numbers, a header that stays in view.
//!
//! A cell of a workbook keeps 15 digits of a number: whole numbers with more are text. In place of outlines each row has
//! a point inside its unit.

use std::collections::BTreeSet;
use std::io;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError};

use super::csv::{point_inside, point_names};
use super::loss::columns;
use super::{Column, Files, Kind, Loss, OutLayer, Value, Wishes};
use crate::io::WriteProblem;

/// Rows of a sheet, the header included.
const MOST_ROWS: usize = 1_048_576;
/// Columns of a sheet.
const MOST_COLUMNS: usize = 16_384;
/// Characters in a cell.
const MOST_TEXT: usize = 32_767;
/// Whole numbers up to this one keep all their digits.
const MOST_WHOLE: u64 = 999_999_999_999_999;
/// Longest name of a sheet.
const SHEET_NAME: usize = 31;
/// Widest and narrowest column, in characters.
const WIDTHS: [f64; 2] = [6.0, 48.0];

pub(super) fn losses(layers: &[OutLayer], _: &Wishes) -> Vec<Loss> {
    let fields =
        columns(layers, |layer, column| column.kind == Kind::Integer && is_long(column, 0..layer.features.len()));
    let long = (!fields.is_empty()).then_some(Loss::LongNumbers { fields });
    let cut = layers.iter().flat_map(|layer| {
        layer.columns.iter().filter_map(|column| {
            let is_cut =
                |row: &usize| matches!(column.value(*row), Value::Text(text) if text.chars().count() > MOST_TEXT);
            let count = (0..layer.features.len()).filter(is_cut).count();
            (count > 0).then(|| Loss::Cut { field: column.name.clone(), count, most: MOST_TEXT })
        })
    });
    let losses = [Loss::NoOutlines].into_iter().chain(long).chain(cut);
    losses.chain(Loss::structure(layers)).chain(Loss::empty_is_unknown(layers)).collect()
}

fn is_long(column: &Column, mut rows: std::ops::Range<usize>) -> bool {
    rows.any(|row| matches!(column.value(row), Value::Integer(value) if value.unsigned_abs() > MOST_WHOLE))
}

pub(super) fn files(layers: &[OutLayer], _: &Wishes, _: &str) -> Files {
    let room = ["1048576 行、16384 列", "1,048,576 rows and 16,384 columns"];
    let full = |layer: &OutLayer| layer.features.len() >= MOST_ROWS || layer.columns.len() + 3 > MOST_COLUMNS;
    if layers.iter().any(full) {
        return Err(WriteProblem::NoRoom { format: ["工作表", "a sheet"], room, better: "GeoPackage" });
    }
    let made = || -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        // The time of making would make each file another.
        let time = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&time));
        let mut taken = BTreeSet::new();
        for layer in layers.iter().map(OutLayer::with_ids) {
            let sheet = workbook.add_worksheet();
            sheet.set_name(sheet_name(&layer.name, &mut taken))?;
            fill(sheet, &layer)?;
        }
        workbook.save_to_buffer()
    };
    Ok(vec![made().map_err(io::Error::other)?])
}

fn fill(sheet: &mut Worksheet, layer: &OutLayer) -> Result<(), XlsxError> {
    let header = Format::new().set_bold().set_border_bottom(FormatBorder::Thin);
    let (code, text) = (Format::new().set_num_format("@"), Format::new());
    let rows = layer.features.len();
    let mut last = 0;
    for (x, column) in (0_u16..).zip(&layer.columns) {
        last = x;
        sheet.write_string_with_format(0, x, cut(&column.name), &header)?;
        let format = if layer.is_code(column) { &code } else { &text };
        let as_text = column.kind == Kind::Integer && is_long(column, 0..rows);
        let mut width = width_of(&column.name) + 3.0;
        for (y, row) in (1_u32..).zip(0..rows) {
            match column.value(row) {
                Value::Null => {}
                Value::Bool(value) => {
                    sheet.write_boolean(y, x, value)?;
                }
                Value::Integer(value) if as_text => {
                    sheet.write_string_with_format(y, x, value.to_string(), &code)?;
                }
                #[expect(clippy::cast_precision_loss, reason = "at most 15 digits")]
                Value::Integer(value) => {
                    width = width.max(width_of(&value.to_string()) + 1.5);
                    sheet.write_number(y, x, value as f64)?;
                }
                Value::Real(value) => {
                    sheet.write_number(y, x, value)?;
                }
                Value::Text(value) if value.is_empty() => {}
                Value::Text(value) => {
                    width = width.max(width_of(&value) + 1.5);
                    sheet.write_string_with_format(y, x, cut(&value), format)?;
                }
            }
        }
        sheet.set_column_width(x, width.clamp(WIDTHS[0], WIDTHS[1]))?;
    }
    let first = if layer.columns.is_empty() { 0 } else { last + 1 };
    for (x, name) in (first..).zip(point_names(layer)) {
        sheet.write_string_with_format(0, x, name, &header)?;
        sheet.set_column_width(x, 13.0)?;
        last = x;
    }
    for (y, row) in (1_u32..).zip(0..rows) {
        if let Some(at) = point_inside(layer, row) {
            sheet.write_number(y, first, at.x)?;
            sheet.write_number(y, first + 1, at.y)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, u32::try_from(rows).unwrap_or(u32::MAX), last)?;
    Ok(())
}

/// A text as long as a cell has room for.
fn cut(text: &str) -> String {
    text.chars().take(MOST_TEXT).collect()
}

/// Width of a text in characters: Chinese ones are twice as wide.
fn width_of(text: &str) -> f64 {
    text.chars().map(|letter| if u32::from(letter) >= 0x2e80 { 2.0 } else { 1.0 }).sum()
}

/// A name that spreadsheet programs take for a sheet, and that no other sheet has.
fn sheet_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let safe = name.chars().map(|c| if "[]:*?/\\'".contains(c) { ' ' } else { c });
    let short: String = safe.take(SHEET_NAME - 4).collect();
    let short = short.trim();
    let short = if short.is_empty() { "1" } else { short };
    let numbered = (2..).map(|number| format!("{short} {number}"));
    let mut names = std::iter::once(short.to_owned()).chain(numbered);
    // Some number is free.
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

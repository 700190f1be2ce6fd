//! Ledgers from files: a sheet of a workbook, a CSV, or a layer of points, lines or places.

use std::collections::HashMap;
use std::path::Path;

use geo::{Coord, InteriorPoint as _, LineString, MultiPolygon, Polygon};
use geojson::{Feature, GeometryValue, Position};

use super::format::{self, FileKind};
use super::hash::sha256_hex;
use super::layers::{self, LayerSource};
use super::{Limits, ReadError, tables};
use crate::i18n::{Say, file_name};
use crate::model::{Cell, Drawn, Ledger, LedgerError, Shaped, Sheet};
use crate::outside;

/// Why no ledger could be read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerReadError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What it holds is no ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Say for LedgerReadError {
    fn zh(&self) -> String {
        match self {
            Self::Read(error) => error.zh(),
            Self::Ledger(error) => error.zh(),
        }
    }
}

/// Reads a ledger, which plans and expressions call by a name. Of a workbook it is the sheet that the source names, else the
/// first that has rows below names of columns.
///
/// # Errors
/// [`LedgerReadError`]: the file cannot be read, or no row of it names columns.
pub fn read(source: &LayerSource, name: &str, limits: &Limits) -> Result<Ledger, LedgerReadError> {
    if is_table(&source.path) {
        return of_sheets(tables::read(source)?, &source.path, name);
    }
    let features = layers::features(source, limits)?;
    let bytes =
        outside::read(&source.path, limits.file_bytes).map_err(|error| ReadError::from_io(&source.path, error))?;
    let sheet = Sheet {
        file: file_name(&source.path),
        path: Some(source.path.clone()),
        sha256: bytes.map(|bytes| sha256_hex(&bytes)).unwrap_or_default(),
        name: source.layer.clone(),
        ..Sheet::default()
    };
    Ok(Ledger::from_shapes(name, shaped(&features, sheet))?)
}

/// Reads a ledger that is in memory: a table, or points and lines as GeoJSON. `file` stands for it in messages, and its
/// ending says what it is.
///
/// # Errors
/// As [`read()`].
pub fn read_bytes(file: &Path, bytes: &[u8], name: &str, limits: &Limits) -> Result<Ledger, LedgerReadError> {
    let sha256 = sha256_hex(bytes);
    if is_table(file) {
        let sheets = tables::read_bytes(file, bytes, None);
        let sheets = sheets.map_err(|problem| ReadError::File { path: file.to_owned(), problem })?;
        return of_sheets(sheets.into_iter().map(|sheet| Sheet { sha256: sha256.clone(), ..sheet }), file, name);
    }
    let features = layers::features_of(bytes, file, limits)?;
    let sheet = Sheet { file: file_name(file), sha256, ..Sheet::default() };
    Ok(Ledger::from_shapes(name, shaped(&features, sheet))?)
}

/// The ledger of the first sheet that has rows below names of columns.
fn of_sheets(sheets: impl IntoIterator<Item = Sheet>, path: &Path, name: &str) -> Result<Ledger, LedgerReadError> {
    let mut first_error = None;
    for sheet in sheets {
        match Ledger::from_sheet(name, sheet) {
            Ok(ledger) if !ledger.is_empty() => return Ok(ledger),
            Ok(_) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    let file = file_name(path);
    Err(first_error.unwrap_or(LedgerError::NoHeader { file }).into())
}

/// Whether a file is a table, one of text too: its columns of coordinates are read as those of other ledgers are.
fn is_table(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let is_text = ending.is_some_and(|ending| ["csv", "tsv", "txt"].contains(&ending.as_str()));
    is_text || format::kind_of(path) == FileKind::Table
}

fn shaped(features: &[Feature], sheet: Sheet) -> Shaped {
    let mut headers: Vec<&str> = Vec::new();
    let mut column_of: HashMap<&str, usize> = HashMap::new();
    for name in features.iter().filter_map(|feature| feature.properties.as_ref()).flat_map(|all| all.keys()) {
        column_of.entry(name).or_insert_with(|| {
            headers.push(name);
            headers.len() - 1
        });
    }
    let head = headers.iter().map(|name| Cell::text_of(name)).collect();
    let row = |feature: &Feature| {
        let mut cells = vec![Cell::Empty; headers.len()];
        for (name, value) in feature.properties.iter().flatten() {
            cells[column_of[name.as_str()]] = cell(value);
        }
        cells
    };
    let rows = std::iter::once(head).chain(features.iter().map(row)).collect();
    Shaped { sheet: Sheet { rows, ..sheet }, drawn: features.iter().map(drawn).collect() }
}

fn cell(value: &serde_json::Value) -> Cell {
    match value {
        serde_json::Value::Null => Cell::Empty,
        serde_json::Value::String(text) => Cell::text_of(text),
        serde_json::Value::Number(number) => Cell::Number(number.to_string()),
        other => Cell::Text(other.to_string()),
    }
}

/// What was drawn; of an area a place in it.
fn drawn(feature: &Feature) -> Drawn {
    let Some(geometry) = &feature.geometry else { return Drawn::Nothing };
    let point = |position: &Position| coord(position).map_or(Drawn::Nothing, Drawn::Point);
    let line = |positions: &[Position]| positions.iter().filter_map(coord).collect::<Vec<_>>();
    let rings = |rings: &[Vec<Position>]| {
        let mut rings = rings.iter().map(|ring| LineString(line(ring)));
        rings.next().map(|outer| Polygon::new(outer, rings.collect()))
    };
    let inside = |polygons: Vec<Polygon>| {
        let point = MultiPolygon(polygons).interior_point();
        point.map_or(Drawn::Nothing, |point| Drawn::Point(point.0))
    };
    let lines = |parts: Vec<Vec<Coord>>| {
        let parts: Vec<Vec<Coord>> = parts.into_iter().filter(|part| part.len() > 1).collect();
        if parts.is_empty() { Drawn::Nothing } else { Drawn::Line(parts) }
    };
    match &geometry.value {
        GeometryValue::Point { coordinates } => point(coordinates),
        GeometryValue::MultiPoint { coordinates } => coordinates.first().map_or(Drawn::Nothing, point),
        GeometryValue::LineString { coordinates } => lines(vec![line(coordinates)]),
        GeometryValue::MultiLineString { coordinates } => lines(coordinates.iter().map(|part| line(part)).collect()),
        GeometryValue::Polygon { coordinates } => inside(rings(coordinates).into_iter().collect()),
        GeometryValue::MultiPolygon { coordinates } => {
            inside(coordinates.iter().filter_map(|part| rings(part)).collect())
        }
        GeometryValue::GeometryCollection { .. } => Drawn::Nothing,
    }
}

/// A place on Earth.
fn coord(position: &Position) -> Option<Coord> {
    let [x, y, ..] = *position.as_slice() else { return None };
    (x.abs() <= 180.0 && y.abs() <= 90.0).then_some(Coord { x, y })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(name: &str, text: &str) -> Result<Ledger, LedgerReadError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        read(&path.into(), "it", &Limits::default())
    }

    #[test]
    fn a_ledger_comes_from_a_text_table_and_from_points_lines_and_areas() {
        let csv = read_text("a.csv", "编号,校名,学生\nS1,甲小学,120\nS2,乙小学,80\n").unwrap();
        assert_eq!((csv.name(), csv.len(), csv.text(csv.row("S2").unwrap(), 1)), ("it", 2, "乙小学"));
        assert_eq!(csv.source().sha256.len(), 64);
        let geojson = read_text(
            "b.geojson",
            r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"编号":"1","学生":120,"备注":null},"geometry":{"type":"Point","coordinates":[105,31]}},
            {"type":"Feature","properties":{"编号":"2"},"geometry":{"type":"LineString","coordinates":[[105,31],[105.1,31]]}},
            {"type":"Feature","properties":{"编号":"3"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}},
            {"type":"Feature","properties":{"编号":"4"},"geometry":null}]}"#,
        )
        .unwrap();
        let drawn: Vec<Drawn> = geojson.rows().map(|row| geojson.drawn(row).clone()).collect();
        let line = vec![Coord { x: 105.0, y: 31.0 }, Coord { x: 105.1, y: 31.0 }];
        let [point, area] = [(105.0, 31.0), (1.0, 1.0)].map(|(x, y)| Drawn::Point(Coord { x, y }));
        assert_eq!(drawn, [point, Drawn::Line(vec![line]), area, Drawn::Nothing]);
        let headers: Vec<&str> = geojson.columns().iter().map(|column| column.header.as_str()).collect();
        assert_eq!(headers, ["编号", "学生", "备注"]);
    }

    #[test]
    fn what_is_no_ledger_is_said_in_one_line() {
        let error = read_text("a.csv", "\n\n").unwrap_err();
        assert!(!error.to_string().contains('\n') && error.to_string().ends_with("a.csv"), "{error}");
        assert!(read_text("a.geojson", "{").is_err());
    }
}

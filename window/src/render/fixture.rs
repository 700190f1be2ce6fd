//! Small maps for tests.

use std::fmt::Write as _;

use geo::{Coord, MultiPolygon, Rect};

use quhua::coverage::{Coverage, FlatPolygons};
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides};

/// A coverage from polygons.
pub fn coverage(atoms: &[MultiPolygon]) -> Coverage {
    Coverage::build(FlatPolygons::from(atoms), &Progress::new()).unwrap()
}

/// Unit squares in a grid near the equator, row by row from the south: atom `row * columns + column`.
pub fn grid(columns: u32, rows: u32) -> Coverage {
    let squares = squares(columns, rows).map(|square| MultiPolygon::from(square.to_polygon()));
    coverage(&squares.collect::<Vec<_>>())
}

/// The same grid as a dataset: each square a village, in the township with the given number below 10.
pub fn villages(columns: u32, rows: u32, townships: &[usize]) -> Dataset {
    let mut text = String::from(r#"{"type":"FeatureCollection","features":["#);
    for (i, (square, town)) in squares(columns, rows).zip(townships).enumerate() {
        let comma = if i > 0 { "," } else { "" };
        let (min, max) = (square.min(), square.max());
        let (west, south, east, north) = (min.x, min.y, max.x, max.y);
        write!(text, r#"{comma}{{"type":"Feature","properties":{{"code":"51072210{town}2{i:02}","name":"村{i}","#)
            .unwrap();
        write!(
            text,
            r#""town_code":"51072210{town}","town":"镇{town}"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#,
        )
        .unwrap();
    }
    text.push_str("]}");
    let layer = geojson::read_bytes("grid.geojson", text.as_bytes(), &Limits::default(), &Progress::new()).unwrap();
    Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap()
}

fn squares(columns: u32, rows: u32) -> impl Iterator<Item = Rect> {
    let line = |i: u32| f64::from(i) / 100.0;
    let square = move |row: u32, column: u32| {
        let corner = |dx, dy| Coord { x: line(column + dx), y: line(row + dy) };
        Rect::new(corner(0, 0), corner(1, 1))
    };
    (0..rows).flat_map(move |row| (0..columns).map(move |column| square(row, column)))
}

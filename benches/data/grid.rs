//! 10,000 villages with crooked borders in a grid, under 500 townships: a large city, made in a moment.

use std::fmt::Write as _;

use quhua::geodesy::AreaMethod;
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides};

/// Villages in a row and in a column.
pub const SIDE: usize = 100;
/// Villages of a township: 5 by 4.
const TOWNSHIP: [usize; 2] = [5, 4];
/// Vertices of a side of a village, besides its corners.
const VERTICES: usize = 24;
/// The grid, as when its file is opened in the window.
pub fn open() -> Dataset {
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features().join(","));
    let read = geojson::read_bytes("grid.geojson", text.as_bytes(), &Limits::default(), &Progress::new()).unwrap();
    let dataset = Dataset::assemble(vec![read], &FieldOverrides::default(), &Progress::new()).unwrap();
    dataset.prepare_figures(AreaMethod::Geodesic);
    dataset
}

fn features() -> Vec<String> {
    let villages = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
    villages
        .map(|(x, y)| {
            let town = x / TOWNSHIP[0] + (y / TOWNSHIP[1]) * (SIDE / TOWNSHIP[0]);
            let mut ring = String::new();
            let corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)];
            for pair in corners.windows(2) {
                side(&mut ring, pair[0], pair[1]);
            }
            ring.push_str(&place(corners[0], corners[0], 0));
            format!(
                r#"{{"type":"Feature","properties":{{"code":"51{town:04}{:03}","name":"V{x}-{y}","town_code":"51{town:04}","town":"T{town}","population":{}}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#,
                201 + (x % TOWNSHIP[0]) + TOWNSHIP[0] * (y % TOWNSHIP[1]),
                500 + (x * 37 + y * 91) % 3000,
            )
        })
        .collect()
}

/// The vertices of a border from one corner up to the next, the same from either end.
fn side(ring: &mut String, from: (usize, usize), to: (usize, usize)) {
    for i in 0..=VERTICES {
        write!(ring, "{},", place(from, to, i)).unwrap();
    }
}

#[expect(clippy::cast_precision_loss, reason = "small")]
fn place(from: (usize, usize), to: (usize, usize), i: usize) -> String {
    let backward = from > to;
    let (from, to, i) = if backward { (to, from, VERTICES + 1 - i) } else { (from, to, i) };
    let share = i as f64 / (VERTICES + 1) as f64;
    let along = |a: usize, b: usize| a as f64 + share * (b as f64 - a as f64);
    // Out of line, but not at the corners.
    let bend = if i == 0 || i == VERTICES + 1 { 0.0 } else { 0.08 * (share * 9.0).sin() };
    let (dx, dy) = if from.0 == to.0 { (bend, 0.0) } else { (0.0, bend) };
    format!("[{:.7},{:.7}]", 105.0 + (along(from.0, to.0) + dx) * 0.01, 31.0 + (along(from.1, to.1) + dy) * 0.01)
}

//! Small literal layers for tests.

use geo::Coord;
use indexmap::IndexMap;
use serde_json::value::RawValue;

use super::{CoordinateText, Layer, Records, Shape, join};
use crate::coverage::FlatPolygons;

/// A layer of squares of side `side` in rows of `width`, the first at the bottom left. Each feature is given by its
/// properties as JSON.
pub(crate) fn squares(name: &str, width: usize, side: f64, rows: &[&str]) -> Layer {
    let mut polygons = FlatPolygons::default();
    for i in 0..rows.len() {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let (x, y) = ((i % width) as f64 * side, (i / width) as f64 * side);
        for (dx, dy) in [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side), (0.0, 0.0)] {
            polygons.push(Coord { x: x + dx, y: y + dy });
        }
        polygons.end_ring();
        polygons.end_face();
        polygons.end_atom();
    }
    let (table, source) = join(vec![records(rows)]);
    Layer { name: name.to_owned(), polygons, table, source, ..Layer::default() }
}

/// Records of features with these properties.
pub(crate) fn records(rows: &[&str]) -> Records {
    let mut records = Records::new();
    for row in rows {
        let (head, tail) = (r#"{"type":"Feature","properties":"#, r#","geometry":{"type":"Polygon","coordinates":"#);
        let text = format!("{head}{row}{tail}[[[0,0],[1,0],[1,1],[0,0]]]}}}}");
        let coordinates = text.len() - 29..text.len() - 2;
        assert!(text[coordinates.clone()].starts_with("[[[") && text[coordinates.clone()].ends_with("]]]"));
        records.begin(&text, Some(coordinates), Shape::Polygon, CoordinateText::Drop).unwrap();
        let values: IndexMap<String, &RawValue> = serde_json::from_str(row).unwrap();
        for (field, raw) in values {
            let start = head.len() + (raw.get().as_ptr().addr() - row.as_ptr().addr());
            records.value(&field, start..start + raw.get().len());
        }
    }
    records
}

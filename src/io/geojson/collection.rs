//! A `GeometryCollection` whose members have area, read as a `MultiPolygon`.
//!
//! Programs write one where they cut polygons and a line or a point is left over. What bounds a unit are its polygons;
//! the rest is left out, and said.

use std::ops::Range;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::members::offset_in;

/// The text of a feature with a `MultiPolygon` in place of its collection.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rewritten {
    pub text: String,
    /// Members that are no polygons.
    pub left_out: usize,
}

#[derive(Deserialize)]
struct Feature<'a> {
    #[serde(borrow)]
    geometry: &'a RawValue,
}

#[derive(Deserialize)]
struct Geometry<'a> {
    r#type: &'a str,
    #[serde(borrow, default)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow, default)]
    geometries: Option<Vec<&'a RawValue>>,
}

/// Rewrites a feature, or with `bare` a geometry by itself; `None` where there is no polygon in it.
pub(super) fn as_polygons(text: &str, bare: bool) -> Option<Rewritten> {
    let (geometry, range): (&str, Range<usize>) = if bare {
        (text, 0..text.len())
    } else {
        let raw = serde_json::from_str::<Feature<'_>>(text).ok()?.geometry.get();
        let start = offset_in(text, raw);
        (raw, start..start + raw.len())
    };
    let mut polygons = Vec::new();
    let mut left_out = 0;
    gather(geometry, &mut polygons, &mut left_out)?;
    if polygons.is_empty() {
        return None;
    }
    let made = format!(r#"{{"type":"MultiPolygon","coordinates":[{}]}}"#, polygons.join(","));
    Some(Rewritten { text: [&text[..range.start], &made, &text[range.end..]].concat(), left_out })
}

/// Coordinates of all polygons, in order. Nesting is bounded: the text was read once with a limit.
fn gather<'a>(geometry: &'a str, polygons: &mut Vec<&'a str>, left_out: &mut usize) -> Option<()> {
    let Geometry { r#type, coordinates, geometries } = serde_json::from_str(geometry).ok()?;
    match (r#type, coordinates, geometries) {
        ("Polygon", Some(raw), _) => polygons.push(raw.get()),
        ("MultiPolygon", Some(raw), _) => {
            let inside = raw.get().trim().strip_prefix('[')?.strip_suffix(']')?;
            if !inside.trim().is_empty() {
                polygons.push(inside);
            }
        }
        ("GeometryCollection", _, Some(members)) => {
            for member in members {
                gather(member.get(), polygons, left_out)?;
            }
        }
        _ => *left_out += 1,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polygons_of_a_collection_and_of_those_in_it_become_one_multipolygon() {
        let text = r#"{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[0,0]]]},{"type":"Point","coordinates":[0,0]},{"type":"GeometryCollection","geometries":[{"type":"MultiPolygon","coordinates":[ [[[1,1]]],[[[2,2]]] ]}]}]},"id":1}"#;
        let rewritten = as_polygons(text, false).unwrap();
        let wanted = r#"{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0]]], [[[1,1]]],[[[2,2]]] ]},"id":1}"#;
        assert_eq!(rewritten, Rewritten { text: wanted.to_owned(), left_out: 1 });
    }

    #[test]
    fn a_collection_without_polygons_is_none() {
        let text = r#"{"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[0,0]}]}}"#;
        assert_eq!(as_polygons(text, false), None);
        assert_eq!(as_polygons(r#"{"type":"GeometryCollection","geometries":[]}"#, true), None);
    }
}

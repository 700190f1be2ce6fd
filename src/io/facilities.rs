//! Facilities and lines from GeoJSON: its points, with a name and a kind where it has such fields, and its roads and
//! rivers.

use std::fs;
use std::path::Path;

use compact_str::CompactString;
use geo::Coord;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{FileProblem, Limits, ReadError};
use crate::model::{Facilities, Facility, ReferenceLine};

/// Fields that hold a name, the likeliest first.
const NAMES: [&str; 5] = ["name", "名称", "NAME", "mc", "MC"];
/// Fields that hold a kind.
const KINDS: [&str; 8] = ["kind", "type", "类型", "类别", "TYPE", "category", "amenity", "level"];

/// Why no facilities could be read.
#[derive(Debug, thiserror::Error)]
pub enum FacilitiesError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is no GeoJSON.
    #[error("line {line}, column {column}: not a GeoJSON feature collection ({reason}): {path}")]
    NotGeoJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the reader says.
        reason: String,
        /// The file.
        path: String,
    },
    /// A point is nowhere on earth.
    #[error("feature {feature} lies at {lon}, {lat}, which is no longitude and latitude; convert it first: {path}")]
    Nowhere {
        /// Position of the feature, from 0.
        feature: usize,
        /// Its first number.
        lon: f64,
        /// Its second number.
        lat: f64,
        /// The file.
        path: String,
    },
    /// There is no point and no line in it.
    #[error("no points or lines found; facilities are Point features, roads and rivers LineString features: {path}")]
    NoPoints {
        /// The file.
        path: String,
    },
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    geometry: Option<Geometry>,
    properties: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    coordinates: Option<Value>,
}

/// Whether a file holds points or lines and no polygons, as far as its beginning tells.
#[must_use]
pub fn looks_like_points(path: &Path) -> bool {
    use std::io::Read as _;

    let mut head = vec![0; 1 << 16];
    let read = fs::File::open(path).and_then(|mut file| file.read(&mut head)).unwrap_or(0);
    let text: String = String::from_utf8_lossy(&head[..read]).split_whitespace().collect();
    let has = |kind: &str| text.contains(&format!(r#""type":"{kind}""#));
    (has("Point") || has("LineString") || has("MultiLineString")) && !text.contains("Polygon\"")
}

/// Reads facilities and lines. Features that are neither points nor lines are left out.
///
/// # Errors
/// [`FacilitiesError`]: the file cannot be read, is no GeoJSON, or has nothing on earth.
pub fn read(path: &Path, limits: &Limits) -> Result<Facilities, FacilitiesError> {
    let io = |source| ReadError::from_io(path, source);
    if path.metadata().map_err(io)?.len() > limits.file_bytes {
        let problem = FileProblem::TooLarge { limit: limits.file_bytes };
        return Err(ReadError::File { path: path.to_owned(), problem }.into());
    }
    let bytes = fs::read(path).map_err(io)?;
    let shown = || path.display().to_string();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let collection: Collection = serde_json::from_slice(text).map_err(|error| FacilitiesError::NotGeoJson {
        line: error.line(),
        column: error.column(),
        reason: error.to_string(),
        path: shown(),
    })?;
    let (mut list, mut lines) = (Vec::new(), Vec::new());
    for (feature, Feature { geometry, properties }) in collection.features.into_iter().enumerate() {
        let Some(Geometry { kind, coordinates: Some(coordinates) }) = geometry else { continue };
        let place = |position: &Value| {
            let number = |at: usize| position.get(at).and_then(Value::as_f64).unwrap_or(f64::NAN);
            let (lon, lat) = (number(0), number(1));
            let is_on_earth = lon.abs() <= 180.0 && lat.abs() <= 90.0;
            if is_on_earth {
                Ok(Coord { x: lon, y: lat })
            } else {
                Err(FacilitiesError::Nowhere { feature, lon, lat, path: shown() })
            }
        };
        let line = |positions: &Value| -> Result<Vec<Coord>, FacilitiesError> {
            positions.as_array().into_iter().flatten().map(place).collect()
        };
        let (point, paths) = match kind.as_str() {
            "Point" => (Some(place(&coordinates)?), Vec::new()),
            "LineString" => (None, vec![line(&coordinates)?]),
            "MultiLineString" => {
                let parts = coordinates.as_array().into_iter().flatten().map(line);
                (None, parts.collect::<Result<_, _>>()?)
            }
            _ => continue,
        };
        let properties = properties.unwrap_or_default();
        let text = |fields: &[&str]| -> CompactString {
            let found = fields.iter().find_map(|field| properties.get(*field)?.as_str());
            found.unwrap_or_default().trim().into()
        };
        list.extend(point.map(|at| Facility { at, name: text(&NAMES), kind: text(&KINDS) }));
        let paths = paths.into_iter().filter(|path| path.len() > 1);
        lines.extend(paths.map(|path| ReferenceLine { path, name: text(&NAMES) }));
    }
    if list.is_empty() && lines.is_empty() {
        return Err(FacilitiesError::NoPoints { path: shown() });
    }
    Ok(Facilities::new(list).with_lines(lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Facilities, FacilitiesError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.geojson");
        fs::write(&path, text).unwrap();
        assert_eq!(
            looks_like_points(&path),
            (text.contains("Point") || text.contains("LineString")) && !text.contains("Polygon")
        );
        read(&path, &Limits::default())
    }

    #[test]
    fn points_are_read_with_name_and_kind_and_the_rest_left_out() {
        let facilities = read_text(
            r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"名称":"中心小学","类型":"小学"},"geometry":{"type":"Point","coordinates":[105,31]}},
            {"type":"Feature","properties":null,"geometry":{"type": "Point","coordinates":[105.5,31,420]}},
            {"type":"Feature","properties":{},"geometry":null}]}"#,
        )
        .unwrap();
        let said: Vec<_> = facilities.all().iter().map(|it| (it.name.as_str(), it.kind.as_str(), it.at.x)).collect();
        assert_eq!(said, [("中心小学", "小学", 105.0), ("", "", 105.5)]);
    }

    #[test]
    fn lines_are_read_beside_points() {
        let read = read_text(
            r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"name":"老路"},"geometry":{"type":"LineString","coordinates":[[105,31],[105.1,31.2]]}},
            {"type":"Feature","properties":{},"geometry":{"type":"MultiLineString","coordinates":[[[105,32],[106,32]],[[1,1]]]}}]}"#,
        )
        .unwrap();
        let names: Vec<_> = read.lines().iter().map(|line| (line.name.as_str(), line.path.len())).collect();
        assert_eq!(names, [("老路", 2), ("", 2)], "a line of one place is none");
        let near = geo::Rect::new((105.05, 31.05), (105.06, 31.06));
        assert_eq!(read.lines_in(near).count(), 1);
        let points =
            read_text(r#"{"features":[{"geometry":{"type":"Point","coordinates":[105,31]},"properties":{}}]}"#);
        let both = points.unwrap().beside(read);
        assert_eq!((both.all().len(), both.lines().len()), (1, 2));
    }

    #[test]
    fn what_cannot_be_read_is_said_in_one_line() {
        let feature = |geometry: &str| format!(r#"{{"features":[{{"geometry":{geometry},"properties":{{}}}}]}}"#);
        for (text, said) in [
            ("{".to_owned(), "line 1, column 1: not a GeoJSON"),
            (feature(r#"{"type":"Polygon","coordinates":[]}"#), "no points or lines found"),
            (feature(r#"{"type":"Point","coordinates":[500000,3400000]}"#), "feature 0 lies at 500000, 3400000"),
            (feature(r#"{"type":"Point","coordinates":["a"]}"#), "feature 0 lies at NaN"),
        ] {
            let error = read_text(&text).unwrap_err().to_string();
            assert!(error.starts_with(said) && !error.contains('\n'), "{error}");
        }
    }
}

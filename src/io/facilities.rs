//! Facilities from GeoJSON: its points, with a name and a kind where it has such fields.

use std::fs;
use std::path::Path;

use compact_str::CompactString;
use geo::Coord;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{FileProblem, Limits, ReadError};
use crate::model::{Facilities, Facility};

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
    /// There is no point in it.
    #[error("no points found; facilities are Point features: {path}")]
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

/// Whether a file holds points and no polygons, as far as its beginning tells.
#[must_use]
pub fn looks_like_points(path: &Path) -> bool {
    use std::io::Read as _;

    let mut head = vec![0; 1 << 16];
    let read = fs::File::open(path).and_then(|mut file| file.read(&mut head)).unwrap_or(0);
    let text: String = String::from_utf8_lossy(&head[..read]).split_whitespace().collect();
    text.contains(r#""type":"Point""#) && !text.contains("Polygon\"")
}

/// Reads facilities. Features that are no points are left out.
///
/// # Errors
/// [`FacilitiesError`]: the file cannot be read, is no GeoJSON, or has no points on earth.
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
    let mut list = Vec::new();
    for (feature, Feature { geometry, properties }) in collection.features.into_iter().enumerate() {
        let Some(Geometry { kind, coordinates: Some(coordinates) }) = geometry else { continue };
        if kind != "Point" {
            continue;
        }
        let number = |at: usize| coordinates.get(at).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let (lon, lat) = (number(0), number(1));
        if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
            return Err(FacilitiesError::Nowhere { feature, lon, lat, path: shown() });
        }
        let properties = properties.unwrap_or_default();
        let text = |fields: &[&str]| -> CompactString {
            let found = fields.iter().find_map(|field| properties.get(*field)?.as_str());
            found.unwrap_or_default().trim().into()
        };
        list.push(Facility { at: Coord { x: lon, y: lat }, name: text(&NAMES), kind: text(&KINDS) });
    }
    if list.is_empty() {
        return Err(FacilitiesError::NoPoints { path: shown() });
    }
    Ok(Facilities::new(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Facilities, FacilitiesError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.geojson");
        fs::write(&path, text).unwrap();
        assert_eq!(looks_like_points(&path), text.contains("Point") && !text.contains("Polygon"));
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
    fn what_cannot_be_read_is_said_in_one_line() {
        let feature = |geometry: &str| format!(r#"{{"features":[{{"geometry":{geometry},"properties":{{}}}}]}}"#);
        for (text, said) in [
            ("{".to_owned(), "line 1, column 1: not a GeoJSON"),
            (feature(r#"{"type":"Polygon","coordinates":[]}"#), "no points found"),
            (feature(r#"{"type":"Point","coordinates":[500000,3400000]}"#), "feature 0 lies at 500000, 3400000"),
            (feature(r#"{"type":"Point","coordinates":["a"]}"#), "feature 0 lies at NaN"),
        ] {
            let error = read_text(&text).unwrap_err().to_string();
            assert!(error.starts_with(said) && !error.contains('\n'), "{error}");
        }
    }
}

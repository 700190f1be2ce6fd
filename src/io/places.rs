//! What lies beside the boundaries: facilities as points, with a name and a kind where they have such fields, and roads
//! and rivers as lines. They come through the door for [`layers`], whatever they are kept in.

use compact_str::CompactString;
use geo::Coord;
use geojson::{Feature, GeometryValue, Position};

use super::layers::{self, LayerSource};
use super::{Limits, Place, Problem, ReadError};
use crate::model::{Facilities, Facility, ReferenceLine};

/// Fields that hold a name, the likeliest first.
const NAMES: [&str; 5] = ["name", "名称", "NAME", "mc", "MC"];
/// Fields that hold a kind.
const KINDS: [&str; 8] = ["kind", "type", "类型", "类别", "TYPE", "category", "amenity", "level"];

/// Why no facilities and lines could be read.
#[derive(Debug, thiserror::Error)]
pub enum PlacesError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is no point and no line in it.
    #[error("no points or lines found; facilities are points, roads and rivers lines: {path}")]
    NoPlaces {
        /// The file.
        path: String,
    },
}

/// Reads facilities and lines of all these layers, in their order. Features that are neither are left out.
///
/// # Errors
/// [`PlacesError`]: a file cannot be read, or has nothing on earth.
pub fn read(sources: &[LayerSource], limits: &Limits) -> Result<Facilities, PlacesError> {
    let (mut list, mut lines) = (Vec::new(), Vec::new());
    for source in sources {
        read_into(source, limits, &mut list, &mut lines)?;
    }
    Ok(Facilities::new(list).with_lines(lines))
}

fn read_into(
    source: &LayerSource,
    limits: &Limits,
    list: &mut Vec<Facility>,
    lines: &mut Vec<ReferenceLine>,
) -> Result<(), PlacesError> {
    let before = (list.len(), lines.len());
    for (at, feature) in layers::features(source, limits)?.into_iter().enumerate() {
        let wrong = |problem| {
            let place = Place { feature: Some(at), ..Place::default() };
            ReadError::Content { path: source.path.clone(), place, problem }
        };
        let Some(geometry) = &feature.geometry else { continue };
        let (points, paths) = match &geometry.value {
            GeometryValue::Point { coordinates } => (vec![place(coordinates)], Vec::new()),
            GeometryValue::MultiPoint { coordinates } => (coordinates.iter().map(place).collect(), Vec::new()),
            GeometryValue::LineString { coordinates } => (Vec::new(), vec![line(coordinates)]),
            GeometryValue::MultiLineString { coordinates } => {
                (Vec::new(), coordinates.iter().map(|path| line(path)).collect())
            }
            GeometryValue::Polygon { .. }
            | GeometryValue::MultiPolygon { .. }
            | GeometryValue::GeometryCollection { .. } => continue,
        };
        let (name, kind) = (text(&feature, &NAMES), text(&feature, &KINDS));
        for point in points {
            list.push(Facility { at: point.map_err(wrong)?, name: name.clone(), kind: kind.clone() });
        }
        for path in paths {
            let path = path.map_err(wrong)?;
            if path.len() > 1 {
                lines.push(ReferenceLine { path, name: name.clone() });
            }
        }
    }
    if before == (list.len(), lines.len()) {
        return Err(PlacesError::NoPlaces { path: source.path.display().to_string() });
    }
    Ok(())
}

/// A place on earth.
fn place(position: &Position) -> Result<Coord, Problem> {
    let number = |at: usize| position.as_slice().get(at).copied().unwrap_or(f64::NAN);
    let (lon, lat) = (number(0), number(1));
    if lon.abs() <= 180.0 && lat.abs() <= 90.0 {
        Ok(Coord { x: lon, y: lat })
    } else {
        Err(Problem::OutOfRange { lon, lat })
    }
}

fn line(positions: &[Position]) -> Result<Vec<Coord>, Problem> {
    positions.iter().map(place).collect()
}

/// Text of the first of these fields that has one.
fn text(feature: &Feature, fields: &[&str]) -> CompactString {
    let found = fields.iter().find_map(|field| feature.property(field)?.as_str());
    found.unwrap_or_default().trim().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::format::{FileKind, kind_of};

    fn read_text(text: &str) -> Result<Facilities, PlacesError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f.geojson");
        std::fs::write(&path, text).unwrap();
        let is_places = (text.contains("Point") || text.contains("LineString")) && !text.contains("Polygon");
        assert_eq!(kind_of(&path) == FileKind::Places, is_places, "{text}");
        read(&[path.into()], &Limits::default())
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
            read_text(r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[105,31]},"properties":{}}"#);
        let both = points.unwrap().beside(&read);
        assert_eq!((both.all().len(), both.lines().len()), (1, 2));
    }

    #[test]
    fn what_cannot_be_read_is_said_in_one_line() {
        let feature = |geometry: &str| {
            format!(
                r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","geometry":{geometry},"properties":{{}}}}]}}"#
            )
        };
        for (text, said) in [
            ("{".to_owned(), "the file ends in the middle of its data"),
            (feature(r#"{"type":"Polygon","coordinates":[]}"#), "no points or lines found"),
            (
                feature(r#"{"type":"Point","coordinates":[500000,3400000]}"#),
                "coordinates around 500000.0, 3400000.0 are planar",
            ),
            (feature(r#"{"type":"Point","coordinates":["a"]}"#), "not valid JSON: "),
        ] {
            let error = read_text(&text).unwrap_err().to_string();
            assert!(error.starts_with(said) && !error.contains('\n'), "{error}");
        }
    }
}

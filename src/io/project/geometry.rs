//! Geometries as GeoPackage has them: a header with the bounds, then well-known binary (OGC 12-128r17, 2.1.3).

use geo::{BoundingRect as _, Coord, LineString, MultiLineString, MultiPolygon, Point, Rect};
use geo_traits::{
    CoordTrait, Dimensions, GeometryTrait as _, GeometryType, LineStringTrait as _, MultiPolygonTrait as _,
    PointTrait as _, PolygonTrait as _,
};
use wkb::Endianness;
use wkb::reader::{Wkb, read_wkb};
use wkb::writer::{
    WriteOptions, line_string_wkb_size, multi_line_string_wkb_size, multi_polygon_wkb_size, point_wkb_size,
    write_line_string, write_multi_line_string, write_multi_polygon, write_point,
};

use super::ProjectProblem;
use crate::coverage::FlatPolygons;

/// "GP", version 0.
const MAGIC: [u8; 3] = [b'G', b'P', 0];
/// Little-endian, with the bounds of x and y.
const WITH_BOUNDS: u8 = 0b0000_0011;
/// Little-endian, empty, without bounds.
const EMPTY: u8 = 0b0001_0001;
/// Number of the coordinate system of projects.
pub(in crate::io) const WGS_84: i32 = 4326;
const OPTIONS: WriteOptions = WriteOptions { endianness: Endianness::LittleEndian };

/// Polygons as a GeoPackage geometry in degrees. An empty list is an empty multi-polygon.
pub(super) fn encode(polygons: &MultiPolygon) -> Result<Vec<u8>, ProjectProblem> {
    encode_in(WGS_84, polygons)
}

/// The same in a coordinate system of the file.
pub(in crate::io) fn encode_in(srs: i32, polygons: &MultiPolygon) -> Result<Vec<u8>, ProjectProblem> {
    let mut out = header(srs, polygons.bounding_rect(), multi_polygon_wkb_size(polygons));
    write_multi_polygon(&mut out, polygons, &OPTIONS).map_err(ProjectProblem::damaged)?;
    Ok(out)
}

/// The same as well-known binary alone.
pub(in crate::io) fn well_known(polygons: &MultiPolygon) -> Result<Vec<u8>, ProjectProblem> {
    let mut out = Vec::with_capacity(multi_polygon_wkb_size(polygons));
    write_multi_polygon(&mut out, polygons, &OPTIONS).map_err(ProjectProblem::damaged)?;
    Ok(out)
}

/// A point as a GeoPackage geometry in degrees.
pub(super) fn encode_point(at: Coord) -> Result<Vec<u8>, ProjectProblem> {
    let mut out = header(WGS_84, Some(Rect::new(at, at)), point_wkb_size(Dimensions::Xy));
    write_point(&mut out, &Point(at), &OPTIONS).map_err(ProjectProblem::damaged)?;
    Ok(out)
}

/// A line as a GeoPackage geometry in degrees.
pub(super) fn encode_line(path: &[Coord]) -> Result<Vec<u8>, ProjectProblem> {
    let line = LineString(path.to_vec());
    let mut out = header(WGS_84, line.bounding_rect(), line_string_wkb_size(&line));
    write_line_string(&mut out, &line, &OPTIONS).map_err(ProjectProblem::damaged)?;
    Ok(out)
}

/// A line of several parts as a GeoPackage geometry in degrees.
pub(super) fn encode_lines(parts: &[Vec<Coord>]) -> Result<Vec<u8>, ProjectProblem> {
    let lines = MultiLineString(parts.iter().cloned().map(LineString).collect());
    let mut out = header(WGS_84, lines.bounding_rect(), multi_line_string_wkb_size(&lines));
    write_multi_line_string(&mut out, &lines, &OPTIONS).map_err(ProjectProblem::damaged)?;
    Ok(out)
}

/// What stands before the well-known binary, of which there are so many bytes.
fn header(srs: i32, bounds: Option<Rect>, bytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(8 + 32 + bytes);
    out.extend_from_slice(&MAGIC);
    out.push(if bounds.is_some() { WITH_BOUNDS } else { EMPTY });
    out.extend_from_slice(&srs.to_le_bytes());
    if let Some(bounds) = bounds {
        for edge in [bounds.min().x, bounds.max().x, bounds.min().y, bounds.max().y] {
            out.extend_from_slice(&edge.to_le_bytes());
        }
    }
    out
}

/// The well-known binary behind the header.
fn body(blob: &[u8]) -> Result<Wkb<'_>, ProjectProblem> {
    read_wkb(body_bytes(blob)?).map_err(ProjectProblem::damaged)
}

fn body_bytes(blob: &[u8]) -> Result<&[u8], ProjectProblem> {
    let flags = match blob {
        [a, b, c, flags, ..] if [*a, *b, *c] == MAGIC => *flags,
        _ => return Err(damaged()),
    };
    // How many numbers the bounds have, by the three bits that say so.
    let numbers = match flags >> 1 & 7 {
        0 => 0,
        1 => 4,
        2 | 3 => 6,
        4 => 8,
        _ => return Err(damaged()),
    };
    blob.get(8 + numbers * 8..).ok_or_else(damaged)
}

fn damaged() -> ProjectProblem {
    ProjectProblem::damaged("a geometry cannot be read")
}

/// A vertex on earth.
fn vertex(coord: &impl CoordTrait<T = f64>) -> Result<Coord, ProjectProblem> {
    on_earth(coord.x_y())
}

fn on_earth((x, y): (f64, f64)) -> Result<Coord, ProjectProblem> {
    if x.abs() <= 180.0 && y.abs() <= 90.0 {
        Ok(Coord { x, y })
    } else {
        Err(ProjectProblem::damaged(format!("a vertex lies at {x}, {y}")))
    }
}

/// Reads a point.
pub(super) fn decode_point(blob: &[u8]) -> Result<Coord, ProjectProblem> {
    let geometry = body(blob)?;
    let GeometryType::Point(point) = geometry.as_type() else { return Err(damaged()) };
    vertex(&point.coord().ok_or_else(damaged)?)
}

/// Reads a line.
pub(super) fn decode_line(blob: &[u8]) -> Result<Vec<Coord>, ProjectProblem> {
    let geometry = body(blob)?;
    let GeometryType::LineString(line) = geometry.as_type() else { return Err(damaged()) };
    line.coords().map(|coord| vertex(&coord)).collect()
}

/// The vertices of each ring of each polygon, as bytes, of a multi-polygon as [`encode`] writes it; `None` when it is
/// written in another way. Nearly all of a project is read here.
fn as_encoded(body: &[u8]) -> Option<Vec<Vec<&[[u8; 16]]>>> {
    fn count(rest: &mut &[u8]) -> Option<u32> {
        let (bytes, behind) = rest.split_first_chunk()?;
        *rest = behind;
        Some(u32::from_le_bytes(*bytes))
    }
    fn counted(rest: &mut &[u8], kind: u8) -> Option<u32> {
        *rest = rest.strip_prefix(&[1, kind, 0, 0, 0])?;
        count(rest)
    }
    fn ring<'a>(rest: &mut &'a [u8]) -> Option<&'a [[u8; 16]]> {
        let len = usize::try_from(count(rest)?).ok()?.checked_mul(16)?;
        let (bytes, behind) = rest.split_at_checked(len)?;
        *rest = behind;
        Some(bytes.as_chunks().0)
    }
    let mut rest = body;
    let polygons = (0..counted(&mut rest, 6)?).map(|_| {
        let rings = counted(&mut rest, 3)?;
        (0..rings).map(|_| ring(&mut rest)).collect()
    });
    polygons.collect()
}

/// Reads a geometry into the atom at hand, and ends it. Vertices come in the order in which they are stored.
pub(super) fn decode(blob: &[u8], out: &mut FlatPolygons) -> Result<(), ProjectProblem> {
    if let Some(polygons) = as_encoded(body_bytes(blob)?) {
        for rings in polygons {
            for ring in rings {
                for vertex in ring {
                    let [x, y] = *vertex.as_chunks().0 else { return Err(damaged()) };
                    out.push(on_earth((f64::from_le_bytes(x), f64::from_le_bytes(y)))?);
                }
                out.end_ring();
            }
            out.end_face();
        }
        out.end_atom();
        return Ok(());
    }
    // Another program has written it.
    let geometry = body(blob)?;
    let GeometryType::MultiPolygon(polygons) = geometry.as_type() else { return Err(damaged()) };
    for polygon in polygons.polygons() {
        for ring in polygon.exterior().into_iter().chain(polygon.interiors()) {
            for coord in ring.coords() {
                out.push(vertex(&coord)?);
            }
            out.end_ring();
        }
        out.end_face();
    }
    out.end_atom();
    Ok(())
}

#[cfg(test)]
mod tests {
    use geo::wkt;

    use super::*;
    use crate::coverage::{AtomId, RingId};

    #[test]
    fn a_geometry_comes_back_to_the_bit() {
        let polygons: MultiPolygon = wkt!(MULTIPOLYGON(
            ((105.1 31.2, 105.3 31.2, 105.3 31.4, 105.1 31.2), (105.15 31.25, 105.2 31.3, 105.2 31.25, 105.15 31.25)),
            ((-0.1 0.2, 0.3 0.2, 0.3 0.4, -0.1 0.2))
        ));
        let mut back = FlatPolygons::default();
        decode(&encode(&polygons).unwrap(), &mut back).unwrap();
        decode(&encode(&MultiPolygon(vec![])).unwrap(), &mut back).unwrap();
        assert_eq!(back, {
            let mut both = FlatPolygons::from(&[polygons][..]);
            both.end_atom();
            both
        });
        assert_eq!(back.faces_of(AtomId(0)).len(), 2);
        assert_eq!(back.ring(RingId(1)).len(), 3);
    }

    #[test]
    fn points_and_lines_come_back_to_the_bit_and_for_nothing_else() {
        let path: Vec<Coord> = [(105.1, 31.2), (-0.1, 0.3), (105.1, 31.2)].map(Coord::from).into();
        let (point, line) = (encode_point(path[0]).unwrap(), encode_line(&path).unwrap());
        assert_eq!((decode_point(&point).unwrap(), decode_line(&line).unwrap()), (path[0], path.clone()));
        assert!(decode_point(&line).is_err() && decode_line(&point).is_err());
        for cut in 0..line.len() {
            assert!(decode_line(&line[..cut]).is_err(), "{cut}");
        }
        for cut in 0..point.len() {
            assert!(decode_point(&point[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn a_broken_geometry_is_refused_wherever_it_breaks() {
        let polygons: MultiPolygon = wkt!(MULTIPOLYGON(((0. 0., 4. 0., 4. 4., 0. 0.))));
        let whole = encode(&polygons).unwrap();
        for cut in 0..whole.len() {
            assert!(decode(&whole[..cut], &mut FlatPolygons::default()).is_err(), "{cut}");
        }
        let mut nowhere = whole.clone();
        let last = nowhere.len() - 8;
        nowhere[last..].copy_from_slice(&f64::NAN.to_le_bytes());
        let error = decode(&nowhere, &mut FlatPolygons::default()).unwrap_err();
        assert!(error.to_string().contains("damaged (a vertex lies at 0, NaN)"), "{error}");
    }
}

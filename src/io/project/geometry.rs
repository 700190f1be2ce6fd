//! Geometries as GeoPackage has them: a header with the bounds, then well-known binary (OGC 12-128r17, 2.1.3).

use geo::{BoundingRect as _, Coord, MultiPolygon};
use geo_traits::{CoordTrait as _, GeometryTrait as _, LineStringTrait as _, MultiPolygonTrait, PolygonTrait as _};
use wkb::Endianness;
use wkb::reader::read_wkb;
use wkb::writer::{WriteOptions, multi_polygon_wkb_size, write_multi_polygon};

use super::ProjectProblem;
use crate::coverage::FlatPolygons;

/// "GP", version 0.
const MAGIC: [u8; 3] = [b'G', b'P', 0];
/// Little-endian, with the bounds of x and y.
const WITH_BOUNDS: u8 = 0b0000_0011;
/// Little-endian, empty, without bounds.
const EMPTY: u8 = 0b0001_0001;
const WGS_84: i32 = 4326;

/// Polygons as a GeoPackage geometry in degrees. An empty list is an empty multi-polygon.
pub(super) fn encode(polygons: &MultiPolygon) -> Result<Vec<u8>, ProjectProblem> {
    let bounds = polygons.bounding_rect();
    let mut out = Vec::with_capacity(8 + 32 + multi_polygon_wkb_size(polygons));
    out.extend_from_slice(&MAGIC);
    out.push(if bounds.is_some() { WITH_BOUNDS } else { EMPTY });
    out.extend_from_slice(&WGS_84.to_le_bytes());
    if let Some(bounds) = bounds {
        for edge in [bounds.min().x, bounds.max().x, bounds.min().y, bounds.max().y] {
            out.extend_from_slice(&edge.to_le_bytes());
        }
    }
    write_multi_polygon(&mut out, polygons, &WriteOptions { endianness: Endianness::LittleEndian })
        .map_err(ProjectProblem::damaged)?;
    Ok(out)
}

/// Reads a geometry into the atom at hand, and ends it. Vertices come in the order in which they are stored.
pub(super) fn decode(blob: &[u8], out: &mut FlatPolygons) -> Result<(), ProjectProblem> {
    let damaged = || ProjectProblem::damaged("a geometry cannot be read");
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
    let body = blob.get(8 + numbers * 8..).ok_or_else(damaged)?;
    let geometry = read_wkb(body).map_err(ProjectProblem::damaged)?;
    let geo_traits::GeometryType::MultiPolygon(polygons) = geometry.as_type() else { return Err(damaged()) };
    for polygon in polygons.polygons() {
        for ring in polygon.exterior().into_iter().chain(polygon.interiors()) {
            for coord in ring.coords() {
                let (x, y) = coord.x_y();
                if !(x.abs() <= 180.0 && y.abs() <= 90.0) {
                    return Err(ProjectProblem::damaged(format!("a vertex lies at {x}, {y}")));
                }
                out.push(Coord { x, y });
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

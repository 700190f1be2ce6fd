//! Geometries as bytes: well-known binary in all its forms (ISO, extended, and `SpatiaLite`'s), in flat lists.
//!
//! 1. Counts are held against the bytes that are left before anything is taken for them.
//! 2. Heights and measures are left out, and it is told that there were any.

use geo::Coord;
use geojson::Geometry;

use super::Problem;

/// What a geometry is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pieces {
    pub points: Vec<Coord>,
    pub lines: Vec<Vec<Coord>>,
    /// Polygons of rings, the shell first.
    pub polygons: Vec<Vec<Vec<Coord>>>,
    /// Whether it is a list of polygons, were it but one.
    pub is_multi: bool,
    /// Whether positions had more than two numbers.
    pub has_more: bool,
    /// Pieces that are none of these: curves, unless it is said what they are.
    pub others: usize,
    /// What those are called.
    pub others_are: Option<&'static str>,
}

impl Pieces {
    /// As GeoJSON has it: areas before lines before points, the rest left out.
    pub fn into_geometry(self) -> Option<Geometry> {
        let pairs = |line: Vec<Coord>| line.into_iter().map(|at| vec![at.x, at.y]).collect::<Vec<_>>();
        if !self.polygons.is_empty() {
            let polygons: Vec<Vec<_>> =
                self.polygons.into_iter().map(|it| it.into_iter().map(pairs).collect()).collect();
            return Some(Geometry::new_multi_polygon(polygons));
        }
        if !self.lines.is_empty() {
            return Some(Geometry::new_multi_line_string(self.lines.into_iter().map(pairs).collect::<Vec<_>>()));
        }
        (!self.points.is_empty()).then(|| Geometry::new_multi_point(pairs(self.points)))
    }
}

/// Lists within lists.
const DEPTH: usize = 8;

/// Reads well-known binary.
pub(super) fn well_known(bytes: &[u8]) -> Result<Pieces, Problem> {
    let mut pieces = Pieces::default();
    Walk { rest: bytes, is_little: true }.geometry(&mut pieces, 0).ok_or(Problem::BrokenShape)?;
    Ok(pieces)
}

/// The coordinate system that extended well-known binary names.
pub(super) fn srid(bytes: &[u8]) -> Option<String> {
    let (order, rest) = bytes.split_first()?;
    let mut walk = Walk { rest, is_little: *order == 1 };
    let is_named = walk.number()? & 0x2000_0000 != 0;
    let code = walk.number().filter(|&code| is_named && code > 0)?;
    Some(format!("EPSG:{code}"))
}

/// Reads a geometry of a `GeoPackage`: a head, then well-known binary.
pub(super) fn of_geopackage(blob: &[u8]) -> Result<Pieces, Problem> {
    well_known(within_geopackage(blob).ok_or(Problem::BrokenShape)?)
}

/// The well-known binary behind the head of a `GeoPackage`.
pub(super) fn within_geopackage(blob: &[u8]) -> Option<&[u8]> {
    let flags = *blob.strip_prefix(b"GP")?.get(1)?;
    let numbers = [0, 4, 6, 6, 8].get(usize::from(flags >> 1 & 7)).copied()?;
    blob.get(8 + numbers * 8..)
}

/// Polygons as they mostly come: plain well-known binary, whose places are two little-endian doubles each.
pub(super) struct Plain<'b> {
    /// The places of each ring, and whether it is the last of its polygon. No polygon begins with a ring without places.
    pub rings: Vec<(&'b [u8], bool)>,
    /// Whether it is a list of polygons, were it but one.
    pub is_multi: bool,
}

impl<'b> Plain<'b> {
    /// `None` where it is anything else, or its bytes are too few; [`well_known`] reads the former.
    pub fn of(bytes: &'b [u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut plain = Self { rings: Vec::new(), is_multi: bytes.get(1..5)? == 6_u32.to_le_bytes() };
        if plain.is_multi {
            let count = take_number(rest.strip_prefix(&[1])?.get(4..)?)?.0;
            rest = rest.get(9..)?;
            for _ in 0..count {
                rest = plain.polygon(rest)?;
            }
        } else {
            plain.polygon(rest)?;
        }
        Some(plain)
    }

    fn polygon(&mut self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let (count, mut rest) = take_number(bytes.strip_prefix(&[1, 3, 0, 0, 0])?)?;
        let first = self.rings.len();
        for _ in 0..count {
            let (places, behind) = take_number(rest)?;
            let (ring, behind) = behind.split_at_checked((places as usize).checked_mul(16)?)?;
            if ring.is_empty() && self.rings.len() == first {
                return None;
            }
            self.rings.push((ring, false));
            rest = behind;
        }
        self.rings.get_mut(first..)?.last_mut()?.1 = true;
        Some(rest)
    }
}

fn take_number(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = bytes.split_first_chunk()?;
    Some((u32::from_le_bytes(*number), rest))
}

/// Reads a geometry of `SpatiaLite`: the same with marks of its own around it.
pub(super) fn of_spatialite(blob: &[u8]) -> Result<Pieces, Problem> {
    let read = || {
        let is_little = *blob.strip_prefix(&[0])?.first()? == 1;
        let rest = blob.get(38..)?.strip_prefix(&[0x7c])?;
        let mut pieces = Pieces::default();
        Walk { rest, is_little }.body(&mut pieces, 0)?;
        Some(pieces)
    };
    read().ok_or(Problem::BrokenShape)
}

struct Walk<'a> {
    rest: &'a [u8],
    is_little: bool,
}

impl Walk<'_> {
    fn number(&mut self) -> Option<u32> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(if self.is_little { u32::from_le_bytes(*bytes) } else { u32::from_be_bytes(*bytes) })
    }

    fn double(&mut self) -> Option<f64> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(if self.is_little { f64::from_le_bytes(*bytes) } else { f64::from_be_bytes(*bytes) })
    }

    /// A count of what takes so many bytes at least.
    fn count(&mut self, bytes: usize) -> Option<usize> {
        let count = self.number()? as usize;
        (count.checked_mul(bytes)? <= self.rest.len()).then_some(count)
    }

    fn position(&mut self, dimensions: usize) -> Option<Coord> {
        let at = Coord { x: self.double()?, y: self.double()? };
        self.rest = self.rest.get(8 * (dimensions - 2)..)?;
        Some(at)
    }

    fn positions(&mut self, dimensions: usize) -> Option<Vec<Coord>> {
        let count = self.count(8 * dimensions)?;
        (0..count).map(|_| self.position(dimensions)).collect()
    }

    fn geometry(&mut self, pieces: &mut Pieces, depth: usize) -> Option<()> {
        let (&order, rest) = self.rest.split_first()?;
        self.rest = rest;
        match order {
            0 => self.is_little = false,
            1 => self.is_little = true,
            // SpatiaLite's mark of a member, whose order is that of the whole.
            0x69 => {}
            _ => return None,
        }
        self.body(pieces, depth)
    }

    fn body(&mut self, pieces: &mut Pieces, depth: usize) -> Option<()> {
        let kind = self.number()?;
        // Extended well-known binary says by bits what ISO says by thousands.
        if kind & 0x2000_0000 != 0 {
            self.number()?;
        }
        let extended = usize::from(kind & 0x8000_0000 != 0) + usize::from(kind & 0x4000_0000 != 0);
        let kind = kind & 0x0fff_ffff;
        let thousands = [0, 1, 1, 2].get(kind as usize / 1000).copied()?;
        let dimensions = 2 + extended.max(thousands);
        pieces.has_more |= dimensions > 2;
        match kind % 1000 {
            1 => {
                // Not a number stands for an empty point.
                let at = self.position(dimensions)?;
                pieces.points.extend(Some(at).filter(|at| !at.x.is_nan()));
            }
            2 => {
                let line = self.positions(dimensions)?;
                pieces.lines.extend(Some(line).filter(|line| !line.is_empty()));
            }
            3 => {
                let rings = self.count(4)?;
                let rings = (0..rings).map(|_| self.positions(dimensions)).collect::<Option<Vec<_>>>()?;
                pieces.polygons.extend(Some(rings).filter(|rings| rings.first().is_some_and(|it| !it.is_empty())));
            }
            list @ (4..=7 | 12) if depth < DEPTH => {
                pieces.is_multi |= matches!(list, 6 | 12);
                for _ in 0..self.count(5)? {
                    self.geometry(pieces, depth + 1)?;
                }
            }
            // Whose rings may be curves, and seldom are.
            10 => {
                let count = self.count(9)?;
                let rings = (0..count).map(|_| self.ring(0)).collect::<Option<Vec<_>>>()?;
                match rings.into_iter().map(Ring::straight).collect::<Option<Vec<_>>>() {
                    Some(rings) => {
                        pieces
                            .polygons
                            .extend(Some(rings).filter(|rings| rings.first().is_some_and(|it| !it.is_empty())));
                    }
                    None => pieces.others += 1,
                }
            }
            // Curves and other surfaces end the reading: their bytes are not known here.
            8 | 9 | 11 | 13..=17 if depth == 0 => pieces.others += 1,
            _ => return None,
        }
        Some(())
    }
}

impl Walk<'_> {
    /// A ring of a curved polygon.
    fn ring(&mut self, depth: usize) -> Option<Ring> {
        let (&order, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.is_little = match order {
            0 => false,
            1 => true,
            _ => return None,
        };
        let kind = self.number()?;
        let extended = usize::from(kind & 0x8000_0000 != 0) + usize::from(kind & 0x4000_0000 != 0);
        let kind = kind & 0x0fff_ffff;
        let dimensions = 2 + extended.max([0, 1, 1, 2].get(kind as usize / 1000).copied()?);
        match kind % 1000 {
            2 => Some(Ring::Straight(self.positions(dimensions)?)),
            8 => {
                let is_empty = self.positions(dimensions)?.is_empty();
                Some(if is_empty { Ring::Straight(Vec::new()) } else { Ring::Curved })
            }
            // Pieces one behind the other, each beginning where the one before ends.
            9 if depth == 0 => {
                let mut whole = Some(Vec::new());
                for _ in 0..self.count(9)? {
                    let piece = self.ring(1)?.straight();
                    whole = whole.zip(piece).map(|(mut whole, piece): (Vec<Coord>, _)| {
                        let again = usize::from(whole.last().is_some() && whole.last() == piece.first());
                        whole.extend_from_slice(&piece[again..]);
                        whole
                    });
                }
                Some(whole.map_or(Ring::Curved, Ring::Straight))
            }
            _ => None,
        }
    }
}

/// A ring of a polygon whose rings may be curves.
enum Ring {
    Straight(Vec<Coord>),
    Curved,
}

impl Ring {
    fn straight(self) -> Option<Vec<Coord>> {
        match self {
            Self::Straight(ring) => Some(ring),
            Self::Curved => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polygon(big: bool, kind: u32, extra: usize) -> Vec<u8> {
        let four = |value: u32| if big { value.to_be_bytes() } else { value.to_le_bytes() };
        let eight = |value: f64| if big { value.to_be_bytes() } else { value.to_le_bytes() };
        let mut bytes = vec![u8::from(!big)];
        bytes.extend([kind, 1, 4].map(four).concat());
        for (x, y) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)] {
            bytes.extend([x, y].map(eight).concat());
            bytes.extend(eight(9.0).repeat(extra));
        }
        bytes
    }

    #[test]
    fn all_forms_say_the_same() {
        let plain = well_known(&polygon(false, 3, 0)).unwrap();
        assert_eq!((plain.polygons[0][0].len(), plain.has_more), (4, false));
        for (big, kind, extra) in
            [(true, 3, 0), (false, 1003, 1), (true, 3003, 2), (false, 0x8000_0003, 1), (false, 2003, 1)]
        {
            let read = well_known(&polygon(big, kind, extra)).unwrap();
            assert_eq!((&read.polygons, read.has_more), (&plain.polygons, extra > 0), "{kind}");
        }
        let blob = [&b"GP\0\x03"[..], &[0; 36], &polygon(false, 3, 0)].concat();
        assert_eq!(of_geopackage(&blob).unwrap(), plain);
        let multi =
            |order: u8| [&6_u32.to_le_bytes()[..], &1_u32.to_le_bytes(), &[order], &polygon(false, 3, 0)[1..]].concat();
        let spatial = [&[0, 1][..], &[0; 36], &[0x7c], &multi(0x69), &[0xfe]].concat();
        let read = of_spatialite(&spatial).unwrap();
        assert_eq!((&read.polygons, read.is_multi), (&plain.polygons, true));
        assert_eq!(well_known(&[&[1], &multi(1)[..]].concat()).unwrap(), read);
    }

    #[test]
    fn surfaces_of_straight_rings_are_polygons_and_curved_ones_are_not() {
        let head = |kind: u32, count: u32| [&[1][..], &kind.to_le_bytes(), &count.to_le_bytes()].concat();
        let places = |places: &[(f64, f64)]| {
            places.iter().flat_map(|(x, y)| [x.to_le_bytes(), y.to_le_bytes()].concat()).collect::<Vec<u8>>()
        };
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)];
        let straight = [head(2, 4), places(&corners)].concat();
        let compound = [head(9, 2), head(2, 2), places(&corners[..2]), head(2, 3), places(&corners[1..])].concat();
        let curved = [head(8, 3), places(&corners[..3])].concat();
        let plain = well_known(&polygon(false, 3, 0)).unwrap();
        let multi = well_known(&[head(12, 1), polygon(false, 3, 0)].concat()).unwrap();
        assert_eq!((&multi.polygons, multi.is_multi, multi.others), (&plain.polygons, true, 0));
        for ring in [straight, compound] {
            let surface = [head(10, 1), ring].concat();
            assert_eq!(well_known(&surface).unwrap(), plain);
            let several = well_known(&[head(12, 2), surface.clone(), polygon(false, 3, 0)].concat()).unwrap();
            assert_eq!(several.polygons, [plain.polygons.clone(), plain.polygons.clone()].concat());
            assert!((0..surface.len()).all(|end| well_known(&surface[..end]).is_err()));
        }
        let surface = [head(12, 2), head(10, 1), curved, polygon(false, 3, 0)].concat();
        let read = well_known(&surface).unwrap();
        assert_eq!((read.polygons.len(), read.others), (1, 1));
    }

    #[test]
    fn what_is_plain_is_read_as_anything_else() {
        let ring = |count: u32| [count.to_le_bytes().to_vec(), vec![7; 16 * count as usize]].concat();
        let polygon = |rings: &[u32]| {
            let head = [&[1, 3, 0, 0, 0][..], &u32::try_from(rings.len()).unwrap().to_le_bytes()].concat();
            [head, rings.iter().flat_map(|&count| ring(count)).collect()].concat()
        };
        let multi = |polygons: &[&[u32]]| {
            let head = [&[1, 6, 0, 0, 0][..], &u32::try_from(polygons.len()).unwrap().to_le_bytes()].concat();
            [head, polygons.iter().flat_map(|rings| polygon(rings)).collect()].concat()
        };
        let is_plain = |bytes: &[u8]| {
            let Some(plain) = Plain::of(bytes) else { return false };
            let mut polygons = vec![Vec::new()];
            for (ring, is_last) in plain.rings {
                polygons.last_mut().unwrap().push(ring.len() / 16);
                polygons.extend(is_last.then(Vec::new));
            }
            assert_eq!(polygons.pop(), Some(Vec::new()));
            let read = well_known(bytes).unwrap();
            let there: Vec<Vec<usize>> = read.polygons.iter().map(|it| it.iter().map(Vec::len).collect()).collect();
            assert_eq!((polygons, plain.is_multi), (there, read.is_multi));
            true
        };
        assert!([&[4][..], &[4, 5], &[4, 0, 3]].iter().all(|rings| is_plain(&polygon(rings))));
        assert!(![&[][..], &[0], &[0, 4]].iter().any(|rings| is_plain(&polygon(rings))));
        assert!(is_plain(&multi(&[&[4], &[4, 5]])) && is_plain(&multi(&[])) && !is_plain(&multi(&[&[4], &[]])));
        let whole = multi(&[&[4], &[4, 5]]);
        assert!((0..whole.len()).all(|end| Plain::of(&whole[..end]).is_none()));
    }

    #[test]
    fn bytes_that_end_early_or_lie_are_refused() {
        let whole = polygon(false, 3, 0);
        assert!((0..whole.len()).all(|end| well_known(&whole[..end]).is_err()));
        let mut many = whole;
        many[5..9].fill(0xff);
        assert!(well_known(&many).is_err());
        let nested = [&[1][..], &7_u32.to_le_bytes(), &1_u32.to_le_bytes()].concat().repeat(1000);
        assert!(well_known(&nested).is_err());
    }
}

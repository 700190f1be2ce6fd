//! Geometries as texts of a cell: WKT, with its coordinate system or without, WKB in hexadecimal digits, and GeoJSON.
//!
//! Texts of others are not nested deeper than the stack bears before a parser sees them.

use geo::Coord;
use geojson::{Geometry, GeometryValue, Position};
use wkt::Wkt;
use wkt::types::{Dimension, LineString, Polygon};

use crate::i18n::Say;
use crate::io::Problem;
use crate::io::blob::{self, Pieces};

/// Lists within lists.
const DEPTH: usize = 16;
/// Characters that a spreadsheet keeps in a cell.
const MOST_IN_CELL: usize = 32_767;
/// Digits of the shortest geometry: a point.
const LEAST_DIGITS: usize = 42;

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::io) enum Looks {
    /// A geometry that may bound an area.
    Area,
    /// Points or lines.
    Other,
}

const AREAS: [&str; 7] =
    ["POLYGON", "MULTIPOLYGON", "GEOMETRYCOLLECTION", "CURVEPOLYGON", "MULTISURFACE", "TRIANGLE", "TIN"];
const OTHERS: [&str; 6] = ["POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING", "CIRCULARSTRING", "COMPOUNDCURVE"];

impl Looks {
    /// What a text looks like that may be cut off; `None` where it is no geometry.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim_start();
        let kind = |name: &str| {
            let name = name.to_ascii_uppercase();
            AREAS.contains(&&*name).then_some(Self::Area).or_else(|| OTHERS.contains(&&*name).then_some(Self::Other))
        };
        if text.starts_with('{') {
            let behind = text.split_once("\"type\"")?.1.trim_start().strip_prefix(':')?.trim_start();
            return kind(behind.strip_prefix('"')?.split('"').next()?);
        }
        let is_likely = text.starts_with("00") || text.starts_with("01");
        if let Some(digits) = text.get(..LEAST_DIGITS).filter(|_| is_likely) {
            let bytes = hex(digits).and_then(|bytes| Some((*bytes.first()?, *bytes.get(1..5)?.first_chunk()?)));
            let code = match bytes {
                Some((0, code)) => Some(u32::from_be_bytes(code)),
                Some((1, code)) => Some(u32::from_le_bytes(code)),
                _ => None,
            };
            if let Some(code @ 1..=17) = code.map(|code| (code & 0x0fff_ffff) % 1000) {
                return Some(if matches!(code, 3 | 6 | 7 | 10 | 12 | 15..=17) { Self::Area } else { Self::Other });
            }
        }
        let (_, text) = split_srid(text);
        let end = text.find(|it: char| !it.is_ascii_alphabetic()).unwrap_or(text.len());
        let (name, behind) = text.split_at(end);
        let behind = behind.trim_start().to_ascii_uppercase();
        let behind = behind.trim_start_matches(['Z', 'M']).trim_start();
        kind(name).filter(|_| behind.starts_with('(') || behind.starts_with("EMPTY"))
    }
}

/// What is wrong with a cell of geometry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CellProblem {
    /// It is no geometry.
    #[error("{0:?} is no geometry in WKT, WKB or GeoJSON; correct or empty the cell")]
    NoGeometry(String),
    /// It is as long as a cell can be, and not whole.
    #[error(
        "the geometry is cut off at {MOST_IN_CELL} characters, which is all that a cell of a spreadsheet keeps; \
         export the boundaries as GeoPackage"
    )]
    CutOff,
}

impl Say for CellProblem {
    fn zh(&self) -> String {
        match self {
            Self::NoGeometry(text) => format!("“{text}”不是 WKT、WKB 或 GeoJSON 图形，请更正或清空该单元格"),
            Self::CutOff => {
                format!("图形在第 {MOST_IN_CELL} 个字符处被截断（电子表格单元格的上限），请将边界导出为 GeoPackage")
            }
        }
    }
}

/// The system that a text names before its geometry, and the geometry.
fn split_srid(text: &str) -> (Option<String>, &str) {
    let named = text.get(..5).filter(|start| start.eq_ignore_ascii_case("SRID="));
    let split = named.and_then(|_| text[5..].split_once(';'));
    match split {
        Some((code, rest)) => {
            let code: Option<u32> = code.trim().parse().ok().filter(|&code| code > 0);
            (code.map(|code| format!("EPSG:{code}")), rest.trim_start())
        }
        None => (None, text),
    }
}

/// Reads a geometry, and the coordinate system that it names.
pub(in crate::io) fn read(text: &str) -> Result<(Pieces, Option<String>), Problem> {
    let text = text.trim();
    let wrong = || {
        let is_cut = text.chars().count() + 1 >= MOST_IN_CELL && text.chars().count() <= MOST_IN_CELL;
        let short = || text.chars().take(40).collect();
        Problem::from(if is_cut { CellProblem::CutOff } else { CellProblem::NoGeometry(short()) })
    };
    if text.starts_with('{') {
        let geometry: Geometry = serde_json::from_str(text).map_err(|_| wrong())?;
        let mut pieces = Pieces::default();
        of_json(geometry.value, &mut pieces, 0).ok_or_else(wrong)?;
        return Ok((pieces, None));
    }
    if text.bytes().next().is_some_and(|byte| byte == b'0') {
        let bytes = hex(text).ok_or_else(wrong)?;
        return Ok((blob::well_known(&bytes).map_err(|_| wrong())?, blob::srid(&bytes)));
    }
    let (named, text) = split_srid(text);
    let mut depth = 0_usize;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH {
            return Err(wrong());
        }
    }
    let mut pieces = Pieces::default();
    let name: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    let is_curve = ["CURVEPOLYGON", "MULTISURFACE", "CIRCULARSTRING", "COMPOUNDCURVE", "TRIANGLE", "TIN"];
    let upper = text.to_ascii_uppercase();
    let is_straight = |name: &str| {
        let plain = match name {
            "MULTISURFACE" => "MULTIPOLYGON",
            "CURVEPOLYGON" => "POLYGON",
            _ => return None,
        };
        // Tags within say that pieces are of another kind.
        (upper.matches(|it: char| it.is_ascii_alphabetic()).count() == name.len())
            .then(|| upper.replacen(name, plain, 1))
    };
    let straightened = is_straight(&name.to_ascii_uppercase());
    let text = straightened.as_deref().unwrap_or(text);
    if straightened.is_none() && is_curve.iter().any(|it| name.eq_ignore_ascii_case(it)) {
        pieces.others = 1;
        return Ok((pieces, named));
    }
    let geometry: Wkt<f64> = text.parse().map_err(|_| wrong())?;
    pieces.has_more = geometry.dimension() != Dimension::XY;
    of_text(&geometry, &mut pieces);
    Ok((pieces, named))
}

/// Bytes of pairs of hexadecimal digits.
fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}

fn of_text(geometry: &Wkt<f64>, pieces: &mut Pieces) {
    let line = |line: &LineString<f64>| line.coords().iter().map(|at| Coord { x: at.x, y: at.y }).collect::<Vec<_>>();
    let mut area = |polygon: &Polygon<f64>| {
        let rings: Vec<_> = polygon.rings().iter().map(line).filter(|ring| !ring.is_empty()).collect();
        pieces.polygons.extend(Some(rings).filter(|rings| !rings.is_empty()));
    };
    match geometry {
        Wkt::Polygon(polygon) => area(polygon),
        Wkt::MultiPolygon(several) => {
            several.polygons().iter().for_each(area);
            pieces.is_multi = true;
        }
        Wkt::LineString(one) => pieces.lines.extend(Some(line(one)).filter(|line| !line.is_empty())),
        Wkt::MultiLineString(several) => {
            pieces.lines.extend(several.line_strings().iter().map(line).filter(|line| !line.is_empty()));
        }
        Wkt::Point(point) => pieces.points.extend(point.coord().map(|at| Coord { x: at.x, y: at.y })),
        Wkt::MultiPoint(several) => {
            let points = several.points().iter().filter_map(|point| point.coord());
            pieces.points.extend(points.map(|at| Coord { x: at.x, y: at.y }));
        }
        Wkt::GeometryCollection(several) => several.geometries().iter().for_each(|one| of_text(one, pieces)),
    }
}

fn of_json(geometry: GeometryValue, pieces: &mut Pieces, depth: usize) -> Option<()> {
    let mut has_more = false;
    let mut place = |at: &Position| {
        let &[x, y, ref more @ ..] = at.as_slice() else { return None };
        has_more |= !more.is_empty();
        Some(Coord { x, y })
    };
    let mut line = |line: &Vec<Position>| line.iter().map(&mut place).collect::<Option<Vec<_>>>();
    match geometry {
        GeometryValue::Point { coordinates } => pieces.points.push(place(&coordinates)?),
        GeometryValue::MultiPoint { coordinates } => pieces.points.extend(line(&coordinates)?),
        GeometryValue::LineString { coordinates } => pieces.lines.push(line(&coordinates)?),
        GeometryValue::MultiLineString { coordinates } => {
            pieces.lines.extend(coordinates.iter().map(line).collect::<Option<Vec<_>>>()?);
        }
        GeometryValue::Polygon { coordinates } => {
            pieces.polygons.push(coordinates.iter().map(line).collect::<Option<_>>()?);
        }
        GeometryValue::MultiPolygon { coordinates } => {
            pieces.is_multi = true;
            for rings in &coordinates {
                pieces.polygons.push(rings.iter().map(&mut line).collect::<Option<_>>()?);
            }
        }
        GeometryValue::GeometryCollection { geometries } if depth < DEPTH => {
            for geometry in geometries {
                of_json(geometry.value, pieces, depth + 1)?;
            }
        }
        GeometryValue::GeometryCollection { .. } => return None,
    }
    pieces.polygons.retain(|rings| rings.first().is_some_and(|ring| !ring.is_empty()));
    pieces.has_more |= has_more;
    Some(())
}

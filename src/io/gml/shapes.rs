//! Geometries of GML as pieces: areas, lines and points, in whatever way they are written.

use geo::Coord;

use super::{axes, dimension};
use crate::io::Problem;
use crate::io::blob::Pieces;
use crate::io::found::Counts;
use crate::io::xml::{Element, Fault, Node, Xml};

/// What holds for geometries that do not say it themselves.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    pub usual_crs: Option<String>,
    pub usual_dimension: Option<usize>,
    /// Whether north stands first under the name that was met last.
    last: (String, bool),
}

/// How positions are written within a geometry.
#[derive(Clone, Copy)]
struct Written {
    dimension: Option<usize>,
    is_north_first: bool,
}

/// What an element is to a geometry.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Points,
    Line,
    Polygon,
    /// Geometries within.
    Several {
        is_multi: bool,
    },
    Curve,
    Other,
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "Point" => Kind::Points,
        "LineString" | "LinearRing" | "Curve" | "LineStringSegment" | "Ring" | "CompositeCurve" | "OrientableCurve" => {
            Kind::Line
        }
        "Polygon" | "PolygonPatch" | "Triangle" | "Rectangle" => Kind::Polygon,
        "MultiPolygon" | "MultiSurface" => Kind::Several { is_multi: true },
        "Surface"
        | "PolyhedralSurface"
        | "TriangulatedSurface"
        | "Tin"
        | "CompositeSurface"
        | "OrientableSurface"
        | "MultiPoint"
        | "MultiLineString"
        | "MultiCurve"
        | "MultiGeometry"
        | "GeometryCollection"
        | "GeometricComplex" => Kind::Several { is_multi: false },
        "Arc"
        | "ArcString"
        | "ArcByBulge"
        | "ArcStringByBulge"
        | "ArcByCenterPoint"
        | "Circle"
        | "CircleByCenterPoint"
        | "CubicSpline"
        | "BSpline"
        | "Bezier"
        | "Clothoid"
        | "OffsetCurve"
        | "Geodesic"
        | "GeodesicString" => Kind::Curve,
        "Solid" | "MultiSolid" | "CompositeSolid" | "TopoSurface" | "TopoCurve" | "TopoPoint" | "Grid" => Kind::Other,
        _ => return None,
    })
}

/// Whether an element of this name is a geometry.
pub(super) fn is_geometry(name: &str) -> bool {
    kind(name).is_some()
}

impl Shapes {
    /// Reads a geometry whose element has just begun, and says which coordinate system it names.
    pub fn read(
        &mut self,
        xml: &mut Xml<'_>,
        name: &str,
        crs: Option<String>,
        dimension: Option<usize>,
        pieces: &mut Pieces,
        counts: &mut Counts,
    ) -> Result<Option<String>, Fault> {
        let mut crs = crs.filter(|name| !name.trim().is_empty()).or_else(|| self.usual_crs.clone());
        let written =
            Written { dimension: dimension.or(self.usual_dimension), is_north_first: self.north_first(crs.as_deref()) };
        self.geometry(xml, name, written, pieces, counts, &mut crs)?;
        Ok(crs)
    }

    fn north_first(&mut self, crs: Option<&str>) -> bool {
        let Some(crs) = crs else { return false };
        if self.last.0 != crs {
            self.last = (crs.to_owned(), axes::north_first(crs));
        }
        self.last.1
    }

    /// What holds within an element.
    fn within(&mut self, element: &Element<'_>, outside: Written, crs: &mut Option<String>) -> Written {
        let mut written = Written { dimension: dimension(element).or(outside.dimension), ..outside };
        if let Some(named) = element.attribute("srsName").filter(|name| !name.trim().is_empty()) {
            written.is_north_first = self.north_first(Some(&named));
            *crs = Some(named);
        }
        written
    }

    fn geometry(
        &mut self,
        xml: &mut Xml<'_>,
        name: &str,
        written: Written,
        pieces: &mut Pieces,
        counts: &mut Counts,
        crs: &mut Option<String>,
    ) -> Result<(), Fault> {
        match kind(name) {
            Some(Kind::Points) => {
                let line = self.line(xml, written, &mut pieces.has_more, counts, crs)?;
                pieces.points.extend(line.vertices);
            }
            Some(Kind::Line) => {
                let line = self.line(xml, written, &mut pieces.has_more, counts, crs)?;
                if line.is_whole() {
                    pieces.lines.extend(Some(line.vertices).filter(|line| !line.is_empty()));
                } else {
                    line.leave_out(pieces);
                }
            }
            Some(Kind::Polygon) => self.polygon(xml, written, pieces, counts, crs)?,
            Some(Kind::Several { is_multi }) => {
                pieces.is_multi |= is_multi;
                self.members(xml, written, pieces, counts, crs)?;
            }
            Some(Kind::Curve) => {
                pieces.others += 1;
                xml.skip()?;
            }
            Some(Kind::Other) | None => {
                pieces.others += 1;
                pieces.others_are = Some("solid");
                xml.skip()?;
            }
        }
        Ok(())
    }

    /// Reads geometries within members, patches and the like, as deep as they lie.
    fn members(
        &mut self,
        xml: &mut Xml<'_>,
        written: Written,
        pieces: &mut Pieces,
        counts: &mut Counts,
        crs: &mut Option<String>,
    ) -> Result<(), Fault> {
        let mut depth = 0_usize;
        loop {
            match xml.next()? {
                Node::Open(element) => {
                    let name = element.name().to_owned();
                    if is_geometry(&name) {
                        let written = self.within(&element, written, crs);
                        self.geometry(xml, &name, written, pieces, counts, crs)?;
                    } else if matches!(name.as_str(), "metaDataProperty" | "description" | "name" | "boundedBy") {
                        xml.skip()?;
                    } else {
                        if element.attribute("href").is_some() {
                            pieces.others += 1;
                            pieces.others_are = Some("reference");
                        }
                        depth += 1;
                    }
                }
                Node::Text(_) => {}
                Node::Close if depth > 0 => depth -= 1,
                Node::Close | Node::End => return Ok(()),
            }
        }
    }

    fn polygon(
        &mut self,
        xml: &mut Xml<'_>,
        written: Written,
        pieces: &mut Pieces,
        counts: &mut Counts,
        crs: &mut Option<String>,
    ) -> Result<(), Fault> {
        let (mut shell, mut holes, mut left_out) = (None::<Vec<Coord>>, Vec::new(), None::<Line>);
        loop {
            let element = match xml.next()? {
                Node::Open(element) => element,
                Node::Text(_) => continue,
                Node::Close | Node::End => break,
            };
            let is_hole = match element.name() {
                "exterior" | "outerBoundaryIs" => false,
                "interior" | "innerBoundaryIs" => true,
                _ => {
                    xml.skip()?;
                    continue;
                }
            };
            let written = self.within(&element, written, crs);
            let line = self.line(xml, written, &mut pieces.has_more, counts, crs)?;
            if !line.is_whole() {
                left_out = Some(line);
            } else if is_hole {
                holes.extend(Some(line.vertices).filter(|ring| !ring.is_empty()));
            } else {
                shell = Some(line.vertices).filter(|ring| !ring.is_empty()).or(shell);
            }
        }
        match (left_out, shell) {
            (Some(line), _) => line.leave_out(pieces),
            (None, Some(shell)) => pieces.polygons.push([vec![shell], holes].concat()),
            (None, None) => {}
        }
        Ok(())
    }

    /// All positions up to the end of the element that has just begun, one behind the other.
    fn line(
        &mut self,
        xml: &mut Xml<'_>,
        written: Written,
        has_more: &mut bool,
        counts: &mut Counts,
        crs: &mut Option<String>,
    ) -> Result<Line, Fault> {
        let mut line = Line::default();
        let mut within = vec![written];
        loop {
            let element = match xml.next()? {
                Node::Open(element) => element,
                Node::Text(_) => continue,
                Node::Close | Node::End => {
                    within.pop();
                    if within.is_empty() {
                        return Ok(line);
                    }
                    continue;
                }
            };
            let outside = within.last().copied().unwrap_or(written);
            let written = self.within(&element, outside, crs);
            let positions = match element.name() {
                "posList" | "pos" => {
                    let is_list = element.name() == "posList";
                    let text = xml.text()?;
                    positions(&text, written.dimension, is_list, has_more)?
                }
                "coordinates" => {
                    let marks = ["decimal", "cs", "ts"].map(|name| element.attribute(name));
                    let text = xml.text()?;
                    coordinates(&text, &marks, has_more)?
                }
                "coord" => {
                    let text = coord(xml)?;
                    positions(&text, Some(2), false, has_more)?
                }
                name if kind(name) == Some(Kind::Curve) => {
                    line.has_curve = true;
                    xml.skip()?;
                    continue;
                }
                _ => {
                    line.is_elsewhere |= element.attribute("href").is_some();
                    line.is_elsewhere |= element.attribute("orientation").is_some_and(|it| it.trim() == "-");
                    within.push(written);
                    continue;
                }
            };
            counts.vertices(positions.len())?;
            let turned = |at: Coord| if written.is_north_first { Coord { x: at.y, y: at.x } } else { at };
            let mut positions = positions.into_iter().map(turned).peekable();
            // Where one piece of a line ends the next begins.
            if within.len() > 1 && positions.peek() == line.vertices.last() {
                positions.next();
            }
            line.vertices.extend(positions);
        }
    }
}

/// The numbers of a position that has an element for each.
fn coord(xml: &mut Xml<'_>) -> Result<String, Fault> {
    let mut all = String::new();
    loop {
        match xml.next()? {
            Node::Open(_) => {
                all.push(' ');
                all.push_str(&xml.text()?);
            }
            Node::Text(_) => {}
            Node::Close | Node::End => return Ok(all.split_ascii_whitespace().take(2).collect::<Vec<_>>().join(" ")),
        }
    }
}

/// A line, and what keeps it from being whole.
#[derive(Default)]
struct Line {
    vertices: Vec<Coord>,
    has_curve: bool,
    /// It only names what lies elsewhere.
    is_elsewhere: bool,
}

impl Line {
    const fn is_whole(&self) -> bool {
        !self.has_curve && !self.is_elsewhere
    }

    fn leave_out(&self, pieces: &mut Pieces) {
        pieces.others += 1;
        if !self.has_curve {
            pieces.others_are = Some("reference");
        }
    }
}

fn number(word: &str) -> Result<f64, Problem> {
    fast_float2::parse(word).map_err(|_| Problem::NotFinite(word.chars().take(40).collect()))
}

/// Positions of numbers with spaces between them.
fn positions(text: &str, dimension: Option<usize>, is_list: bool, has_more: &mut bool) -> Result<Vec<Coord>, Problem> {
    let mut numbers = Vec::with_capacity(text.len() / 12);
    for word in text.split_ascii_whitespace() {
        numbers.push(number(word)?);
    }
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let closes = |size: usize| numbers.len() % size == 0 && numbers[..2] == numbers[numbers.len() - size..][..2];
    let size = match dimension {
        Some(size) => size,
        None if !is_list => numbers.len(),
        // Nothing says it: rings close in the right one.
        None if numbers.len() % 2 != 0 || !closes(2) && numbers.len() >= 12 && closes(3) => 3,
        None => 2,
    };
    if size < 2 || numbers.len() % size != 0 {
        return Err(Problem::BrokenShape);
    }
    *has_more |= size > 2;
    Ok(numbers.chunks_exact(size).map(|it| Coord { x: it[0], y: it[1] }).collect())
}

/// Positions as version 2 writes them, with marks that the element may say: for decimals, within and between positions.
fn coordinates(text: &str, marks: &[Option<String>; 3], has_more: &mut bool) -> Result<Vec<Coord>, Problem> {
    let mark = |at: usize, usual: char| marks[at].as_ref().and_then(|mark| mark.chars().next()).unwrap_or(usual);
    let (decimal, within, between) = (mark(0, '.'), mark(1, ','), mark(2, ' '));
    let is_mark = |mark: char, it: char| it == mark || mark.is_whitespace() && it.is_whitespace();
    let mut all = Vec::with_capacity(text.len() / 24);
    for position in text.split(|it| is_mark(between, it)).map(str::trim).filter(|it| !it.is_empty()) {
        let mut numbers = [0.0; 2];
        let mut count = 0;
        for word in position.split(|it| is_mark(within, it)).map(str::trim).filter(|it| !it.is_empty()) {
            let value = if decimal == '.' { number(word)? } else { number(&word.replace(decimal, "."))? };
            if let Some(slot) = numbers.get_mut(count) {
                *slot = value;
            }
            count += 1;
        }
        if count < 2 {
            return Err(Problem::BrokenShape);
        }
        *has_more |= count > 2;
        all.push(numbers.into());
    }
    Ok(all)
}

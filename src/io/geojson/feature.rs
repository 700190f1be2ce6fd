//! One feature: its members by serde, its coordinates straight into the arrays.
//!
//! Coordinates are nine tenths of a file, and serde need not see them. So the coordinates that the splitter met are
//! replaced by `null`, serde reads the rest, and if the `null` turns out to stand at `geometry.coordinates`, the text
//! cut out is what was wanted. In all other cases serde reads everything: right, only slower.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::collection::{self, Rewritten};
use super::coordinates::{self, Looks};
use super::members::{self, Members, offset_in};
use super::problem::{Expected, Fault, JsonProblem, Syntax};
use super::skip::Coordinates;
use super::split;
use crate::coverage::FlatPolygons;
use crate::io::crs;
use crate::io::{Counted, Problem};
use crate::model::{CoordinateText, OffEarth, ReadNoteKind, Records, Shape};

/// Features of one stretch of a file, in order.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// Their polygons.
    pub polygons: FlatPolygons,
    /// Their other text.
    pub records: Records,
    /// What was left out, with the position among all features of the stretch.
    pub notes: Vec<(usize, ReadNoteKind)>,
    /// Whether a position had more than two numbers.
    pub extra_dimensions: bool,
    /// The first position that is no longitude and latitude, its feature counted in the stretch.
    pub off_earth: Option<OffEarth>,
    /// The coordinate system that features name by themselves.
    pub crs: Option<String>,
    /// Features so far, those left out included.
    pub seen: usize,
    /// The text of the feature at hand without its coordinates.
    scratch: String,
}

/// Where a value may stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Context {
    /// In a `features` array: only features.
    #[default]
    Collection,
    /// On its own: also a bare geometry.
    Alone,
}

/// What serde found, with the coordinates' true place.
struct Parsed<'a> {
    members: Members<'a>,
    /// What serde read.
    text: &'a str,
    /// The place of the `null` in it, and the length of what it replaces.
    cut: Option<(usize, usize)>,
}

/// What stands in place of coordinates.
pub(super) const PLACEHOLDER: &str = "null";

impl Parsed<'_> {
    /// Offset in the source of an offset in the text that serde read.
    fn in_source(&self, at: usize) -> usize {
        match self.cut {
            Some((start, length)) if at > start => at + length - PLACEHOLDER.len(),
            _ => at,
        }
    }
}

/// What a feature is, once its type is known.
enum Found {
    /// A polygon or several, with the place of the coordinates in the source.
    Area(coordinates::Shape, Range<usize>),
    /// No geometry.
    Nothing,
    /// Another geometry.
    Other(String),
}

impl Chunk {
    /// Adds the feature in `source`, whose coordinates are perhaps where `met` says. `limit` vertices may be in the
    /// chunk at the end.
    pub fn add(&mut self, source: &[u8], met: &Coordinates, context: Context, limit: usize) -> Result<(), Fault> {
        let mut scratch = std::mem::take(&mut self.scratch);
        let done = match met {
            Coordinates::One(range) => self.add_quickly(source, range, &mut scratch, context, limit),
            _ => Ok(false),
        };
        self.scratch = scratch;
        if !done? {
            let text = utf8(source, 0)?;
            let members = members::read(text).map_err(|error| split::syntax(source, &error))?;
            self.keep(source, &Parsed { members, text, cut: None }, context, limit)?;
        }
        self.seen += 1;
        Ok(())
    }

    /// Adds the feature if its coordinates are those at `range`; says whether they are.
    fn add_quickly(
        &mut self,
        source: &[u8],
        range: &Range<usize>,
        scratch: &mut String,
        context: Context,
        limit: usize,
    ) -> Result<bool, Fault> {
        scratch.clear();
        scratch.push_str(utf8(&source[..range.start], 0)?);
        scratch.push_str(PLACEHOLDER);
        scratch.push_str(utf8(&source[range.end..], range.end)?);
        let cut = Some((range.start, range.len()));
        let members = members::read(scratch).map_err(|error| {
            let mut fault = split::syntax(scratch.as_bytes(), &error);
            fault.at = Parsed { members: Members::default(), text: "", cut }.in_source(fault.at);
            fault
        })?;
        let parsed = Parsed { members, text: scratch, cut };
        let geometry = parsed.members.geometry.as_ref();
        let at_range = |raw: Option<&RawValue>| raw.is_some_and(|raw| offset_in(scratch, raw.get()) == range.start);
        if !at_range(geometry.map_or(parsed.members.coordinates, |geometry| geometry.coordinates)) {
            return Ok(false);
        }
        self.keep(source, &parsed, context, limit)?;
        Ok(true)
    }

    fn keep(&mut self, source: &[u8], parsed: &Parsed<'_>, context: Context, limit: usize) -> Result<(), Fault> {
        if let Some(raw) = parsed.members.crs {
            let at = parsed.in_source(offset_in(parsed.text, raw.get()));
            crs::agree(&mut self.crs, crs::name_of_member(raw.get())).map_err(|problem| Fault::new(at, problem))?;
        }
        let bare = is_bare(&parsed.members, context)?;
        match what(parsed, bare)? {
            Found::Area(shape, range) => {
                let looks = coordinates::read(&source[range.clone()], shape, limit, &mut self.polygons)
                    .map_err(|fault| fault.shifted(range.start))?;
                self.extra_dimensions |= looks.extra_dimensions;
                if let (None, Some(off)) = (self.off_earth, looks.off_earth) {
                    let byte = u64::try_from(range.start + off.at).ok();
                    self.off_earth = Some(OffEarth { feature: self.seen, ring: off.ring, byte, at: off.numbers });
                }
                self.record(source, parsed, bare, Some((shape, range, looks)))
            }
            Found::Nothing => {
                self.polygons.end_atom();
                self.notes.push((self.seen, ReadNoteKind::NoGeometry));
                self.record(source, parsed, bare, None)
            }
            Found::Other(geometry) => {
                if let Some((start, length)) = parsed.cut {
                    // Nobody has looked at these coordinates yet.
                    let text = &source[start..start + length];
                    serde_json::from_slice::<IgnoredAny>(text)
                        .map_err(|error| split::syntax(text, &error).shifted(start))?;
                }
                let text = utf8(source, 0)?;
                let polygons =
                    (geometry == "GeometryCollection").then(|| collection::as_polygons(text, bare)).flatten();
                if let Some(Rewritten { text, left_out }) = polygons {
                    self.notes.push((self.seen, ReadNoteKind::CollectionRead { left_out }));
                    let members = members::read(&text).map_err(|error| split::syntax(text.as_bytes(), &error))?;
                    return self.keep(text.as_bytes(), &Parsed { members, text: &text, cut: None }, context, limit);
                }
                self.notes.push((self.seen, ReadNoteKind::SkippedGeometry { geometry }));
                Ok(())
            }
        }
    }

    /// Keeps the text of the feature and its properties.
    fn record(
        &mut self,
        source: &[u8],
        parsed: &Parsed<'_>,
        bare: bool,
        area: Option<(coordinates::Shape, Range<usize>, Looks)>,
    ) -> Result<(), Fault> {
        let too_much = |_| Fault::new(0, Problem::TooMany { what: Counted::TextBytes, limit: u32::MAX as usize });
        let Some((shape, range, looks)) = area else {
            self.records.begin(parsed.text, None, Shape::Empty, CoordinateText::Drop).map_err(too_much)?;
            for (name, value) in &parsed.members.properties {
                self.records.value(name, value.clone());
            }
            return Ok(());
        };
        let shape = match shape {
            coordinates::Shape::Polygon => Shape::Polygon,
            coordinates::Shape::MultiPolygon => Shape::MultiPolygon,
        };
        let keep = if looks.verbatim { CoordinateText::Keep } else { CoordinateText::Drop };
        if bare {
            let (text, range) = wrapped(utf8(source, 0)?, range);
            return self.records.begin(&text, Some(range), shape, keep).map_err(too_much);
        }
        // Kept coordinates come from the source; dropped ones need not be there at all.
        let stands = parsed.cut.is_some() && !looks.verbatim;
        if stands {
            let range = range.start..range.start + PLACEHOLDER.len();
            self.records.begin(parsed.text, Some(range), shape, keep).map_err(too_much)?;
        } else {
            self.records.begin(utf8(source, 0)?, Some(range), shape, keep).map_err(too_much)?;
        }
        for (name, value) in &parsed.members.properties {
            let start = if stands { value.start } else { parsed.in_source(value.start) };
            self.records.value(name, start..start + value.len());
        }
        Ok(())
    }
}

/// A bare geometry as a feature without properties; `range` moves along.
fn wrapped(geometry: &str, range: Range<usize>) -> (String, Range<usize>) {
    const BEFORE: &str = r#"{"type":"Feature","properties":{},"geometry":"#;
    (format!("{BEFORE}{geometry}}}"), range.start + BEFORE.len()..range.end + BEFORE.len())
}

/// Whether this is a geometry without a feature around it.
fn is_bare(members: &Members<'_>, context: Context) -> Result<bool, Fault> {
    let expected = match context {
        Context::Collection => Expected::Feature,
        Context::Alone => Expected::Alone,
    };
    let Some(kind) = members.kind else { return Err(Fault::new(0, JsonProblem::TypeMissing { expected })) };
    if kind.get() == "\"Feature\"" {
        return Ok(false);
    }
    match word(kind) {
        word if word == "Feature" => Ok(false),
        word if word == "FeatureCollection" && context == Context::Alone => Err(Fault::new(0, JsonProblem::NoFeatures)),
        word if context == Context::Alone && is_geometry(&word) => Ok(true),
        word => Err(Fault::new(0, JsonProblem::WrongType { found: word.into_owned(), expected })),
    }
}

/// What a feature or bare geometry is.
fn what(parsed: &Parsed<'_>, bare: bool) -> Result<Found, Fault> {
    const EXPECTED: Expected = Expected::Geometry;
    let (kind, raw) = match &parsed.members.geometry {
        _ if bare => (parsed.members.kind, parsed.members.coordinates),
        None => return Ok(Found::Nothing),
        Some(geometry) => (geometry.kind, geometry.coordinates),
    };
    let kind = word(kind.ok_or(Fault::new(0, JsonProblem::TypeMissing { expected: EXPECTED }))?);
    let shape = match kind.as_ref() {
        "Polygon" => coordinates::Shape::Polygon,
        "MultiPolygon" => coordinates::Shape::MultiPolygon,
        other if is_geometry(other) => return Ok(Found::Other(kind.into_owned())),
        _ => return Err(Fault::new(0, JsonProblem::WrongType { found: kind.into_owned(), expected: EXPECTED })),
    };
    let raw = raw.ok_or(Fault::new(0, JsonProblem::NoCoordinates))?;
    let at = offset_in(parsed.text, raw.get());
    match parsed.cut {
        Some((start, length)) if start == at => Ok(Found::Area(shape, start..start + length)),
        _ if raw.get() == "null" => Err(Fault::new(parsed.in_source(at), JsonProblem::NoCoordinates)),
        _ => {
            let at = parsed.in_source(at);
            Ok(Found::Area(shape, at..at + raw.get().len()))
        }
    }
}

fn is_geometry(word: &str) -> bool {
    matches!(
        word,
        "Point" | "MultiPoint" | "LineString" | "MultiLineString" | "Polygon" | "MultiPolygon" | "GeometryCollection"
    )
}

/// The text of a JSON string; anything else as it is written, shortened.
fn word(raw: &RawValue) -> Cow<'_, str> {
    let json = raw.get();
    match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Cow::Borrowed(plain),
        _ => Cow::Owned(serde_json::from_str(json).unwrap_or_else(|_| json.chars().take(80).collect())),
    }
}

/// The bytes as text.
fn utf8(bytes: &[u8], offset: usize) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|error| Fault::syntax(offset + error.valid_up_to(), Syntax::NotUtf8))
}

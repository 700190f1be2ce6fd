//! What a reader of any format gathers: polygons, rows and notes, in file order.
//!
//! Formats that are no GeoJSON fill [`Gathered`] ones, each a stretch of the file. Those that read features some at a time
//! hand them to [`Stretches`], which parses them in parallel; [`layer`] makes a [`Layer`] of stretches.
//!
//! 1. Coordinates are those of the file, finite, and no more than the limits allow. Whether they are places on earth is
//!    settled behind the reader, at the door.
//! 2. Every feature that bounds a unit, or has no geometry, is an atom with a row; any other is left out with a note.
//! 3. Values are JSON. A number keeps its digits, whatever their number.

use std::path::Path;

use geo::Coord;
use rayon::prelude::*;

use super::blob::Pieces;
use super::{Counted, Limits, Place, Problem, ReadError};
use crate::coverage::FlatPolygons;
use crate::jobs::Progress;
use crate::model::{Layer, ReadNote, ReadNoteKind, Records, Shape, join};

/// Features that a reader holds at a time, before it hands them on.
pub(super) const BATCH: usize = 4096;
/// Features that one task parses.
const TASK: usize = 128;

/// A stretch of features.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    polygons: FlatPolygons,
    records: Records,
    notes: Vec<ReadNote>,
    /// Features met, those that were left out among them.
    seen: usize,
    extra_dimensions: bool,
    /// Faces of the feature at hand.
    faces: usize,
}

impl Gathered {
    /// Features met so far.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// Vertices gathered so far.
    pub fn vertices(&self) -> usize {
        self.polygons.coords.len()
    }

    /// A coordinate had more than two numbers.
    pub fn note_extra_dimensions(&mut self) {
        self.extra_dimensions = true;
    }

    /// Adds a ring of the polygon at hand, closed as it came.
    ///
    /// # Errors
    /// A vertex that is no place, or more of them than `most`.
    pub fn ring(&mut self, vertices: impl IntoIterator<Item = Coord>, most: usize) -> Result<(), Problem> {
        let start = self.polygons.coords.len();
        for at in vertices {
            if !(at.x.is_finite() && at.y.is_finite()) {
                return Err(Problem::NotFinite(format!("[{}, {}]", at.x, at.y)));
            }
            if self.polygons.coords.len() > most {
                return Err(Problem::TooMany { what: Counted::Vertices, limit: most });
            }
            self.polygons.push(at);
        }
        if self.polygons.coords.len() > start {
            self.polygons.end_ring();
        }
        Ok(())
    }

    /// Ends the polygon at hand: a shell and its holes. One without any ring counts for nothing.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn end_polygon(&mut self) {
        let rings = self.polygons.ring_ends.len() as u32;
        if self.polygons.face_ends.last().map_or(rings > 0, |&end| rings > end) {
            self.polygons.end_face();
            self.faces += 1;
        }
    }

    /// Takes the geometry of a feature; `false` where it was left out as it bounds nothing.
    ///
    /// # Errors
    /// As [`ring`](Self::ring).
    pub fn pieces(&mut self, pieces: Pieces, most: usize) -> Result<bool, Problem> {
        let Pieces { points, lines, polygons, is_multi: _, has_more, others, others_are } = pieces;
        let left_out = points.len() + lines.len() + others;
        if polygons.is_empty() && left_out > 0 {
            let geometry = if others > 0 {
                others_are.unwrap_or("curve")
            } else if lines.is_empty() {
                "Point"
            } else {
                "LineString"
            };
            self.skip_feature(ReadNoteKind::SkippedGeometry { geometry: geometry.to_owned() });
            return Ok(false);
        }
        self.extra_dimensions |= has_more;
        for polygon in polygons {
            for ring in polygon {
                self.ring(ring, most)?;
            }
            self.end_polygon();
        }
        if left_out > 0 {
            self.note(ReadNoteKind::CollectionRead { left_out });
        }
        Ok(true)
    }

    /// Ends the feature at hand, whose values are JSON. `is_multi`: it leaves as a list of polygons, were it but one.
    ///
    /// # Errors
    /// More text than a stretch can hold.
    pub fn end_feature(&mut self, values: &[(&str, &str)], is_multi: bool) -> Result<(), Problem> {
        let shape = match std::mem::take(&mut self.faces) {
            0 => Shape::Empty,
            1 if !is_multi => Shape::Polygon,
            _ => Shape::MultiPolygon,
        };
        let too_much = |_| Problem::TooMany { what: Counted::TextBytes, limit: u32::MAX as usize };
        self.records.row(values, shape).map_err(too_much)?;
        self.polygons.end_atom();
        if shape == Shape::Empty {
            self.note(ReadNoteKind::NoGeometry);
        }
        self.seen += 1;
        Ok(())
    }

    /// Takes a feature: its geometry, and its values as JSON, unless it bounds nothing.
    ///
    /// # Errors
    /// As [`ring`](Self::ring) and [`end_feature`](Self::end_feature).
    pub fn feature(&mut self, pieces: Pieces, values: &[(&str, &str)], most: usize) -> Result<(), Problem> {
        let is_multi = pieces.is_multi;
        if self.pieces(pieces, most)? { self.end_feature(values, is_multi) } else { Ok(()) }
    }

    /// Leaves the feature at hand out.
    pub fn skip_feature(&mut self, why: ReadNoteKind) {
        self.note(why);
        self.seen += 1;
    }

    /// Something about the feature at hand.
    pub fn note(&mut self, what: ReadNoteKind) {
        self.notes.push(ReadNote { feature: Some(self.seen as u64), what });
    }
}

/// Stretches of a file whose features come some at a time.
pub(super) struct Stretches<'a> {
    path: &'a Path,
    limits: Limits,
    progress: &'a Progress,
    list: Vec<Gathered>,
    /// Features that were handed on.
    seen: usize,
    vertices: usize,
}

impl<'a> Stretches<'a> {
    pub fn new(path: &'a Path, limits: &Limits, progress: &'a Progress) -> Self {
        Self { path, limits: limits.capped(), progress, list: Vec::new(), seen: 0, vertices: 0 }
    }

    fn wrong(&self, feature: Option<usize>, problem: Problem) -> ReadError {
        ReadError::Content { path: self.path.to_owned(), place: Place { feature, ..Place::default() }, problem }
    }

    fn too_many(&self, what: Counted, limit: usize) -> ReadError {
        self.wrong(None, Problem::TooMany { what, limit })
    }

    /// Parses the next features, in parallel. `parse` takes one of them, with the most vertices that it may have.
    ///
    /// # Errors
    /// The first of them that is wrong, with its place, or more features or vertices than the limits allow.
    pub fn add<T: Send>(
        &mut self,
        features: Vec<T>,
        parse: impl Fn(T, &mut Gathered, usize) -> Result<(), Problem> + Sync,
    ) -> Result<(), ReadError> {
        let (first, limits) = (self.seen, self.limits);
        self.seen += features.len();
        if self.seen > limits.features {
            return Err(self.too_many(Counted::Features, limits.features));
        }
        let mut tasks: Vec<(usize, Vec<T>)> = Vec::new();
        let mut rest = features.into_iter();
        loop {
            let some: Vec<T> = rest.by_ref().take(TASK).collect();
            if some.is_empty() {
                break;
            }
            tasks.push((first + tasks.len() * TASK, some));
        }
        let parsed: Vec<Result<Gathered, ReadError>> = tasks
            .into_par_iter()
            .map(|(first, some)| {
                self.progress.check()?;
                let mut gathered = Gathered::default();
                for (at, feature) in some.into_iter().enumerate() {
                    let wrong = |problem| self.wrong(Some(first + at), problem);
                    parse(feature, &mut gathered, limits.vertices).map_err(wrong)?;
                }
                Ok(gathered)
            })
            .collect();
        for stretch in parsed {
            let stretch = stretch?;
            self.vertices += stretch.vertices();
            if self.vertices > limits.vertices {
                return Err(self.too_many(Counted::Vertices, limits.vertices));
            }
            self.list.push(stretch);
        }
        Ok(())
    }

    /// Makes a layer of all of them.
    ///
    /// # Errors
    /// As [`layer`].
    pub fn layer(self) -> Result<Layer, ReadError> {
        layer(self.list, self.path, &self.limits)
    }
}

/// Makes a layer of stretches in file order.
///
/// # Errors
/// More features or vertices than the limits allow.
pub(super) fn layer(stretches: Vec<Gathered>, path: &Path, limits: &Limits) -> Result<Layer, ReadError> {
    let too_many = |what, limit| {
        let (path, place) = (path.to_owned(), Place::default());
        Err(ReadError::Content { path, place, problem: Problem::TooMany { what, limit } })
    };
    let limits = limits.capped();
    if stretches.iter().map(Gathered::vertices).sum::<usize>() > limits.vertices {
        return too_many(Counted::Vertices, limits.vertices);
    }
    if stretches.iter().map(Gathered::seen).sum::<usize>() > limits.features {
        return too_many(Counted::Features, limits.features);
    }
    let (mut polygons, mut records, mut notes) = (FlatPolygons::default(), Vec::new(), Vec::new());
    let (mut seen, mut extra_dimensions) = (0, false);
    for stretch in stretches {
        if polygons.coords.is_empty() && polygons.atom_ends.is_empty() {
            polygons = stretch.polygons;
        } else {
            polygons.append(&stretch.polygons);
        }
        records.push(stretch.records);
        let moved = |note: ReadNote| ReadNote { feature: note.feature.map(|at| at + seen as u64), ..note };
        notes.extend(stretch.notes.into_iter().map(moved));
        seen += stretch.seen;
        extra_dimensions |= stretch.extra_dimensions;
    }
    if extra_dimensions {
        notes.push(ReadNote { feature: None, what: ReadNoteKind::ExtraDimensionsDropped });
    }
    let (table, source) = join(records);
    Ok(Layer { polygons, table, source, notes, ..Layer::default() })
}

/// A text as JSON.
pub(super) fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text that is JSON as that; as a text where it is none, or nested so deep that whoever reads it later might not end.
pub(super) fn json_within(text: &str) -> String {
    let is_json = serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
    let (mut depth, mut deepest, mut bytes) = (0_usize, 0, text.bytes());
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => while bytes.next().is_some_and(|it| it != b'"' && (it != b'\\' || bytes.next().is_some())) {},
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if is_json && deepest <= Limits::default().nesting { text.trim().to_owned() } else { json_text(text) }
}

/// A number as JSON with the digits that it has; text where it is written as no JSON number is, so that zeros at the
/// beginning of a code are kept.
pub(super) fn json_number(text: &str) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && !digits.is_empty();
    let shown = match digits.strip_prefix('.') {
        Some(rest) if is_plain && !rest.is_empty() => {
            format!("{}0.{rest}", if text.starts_with('-') { "-" } else { "" })
        }
        _ if is_plain && digits.len() > 1 => text.strip_suffix('.').unwrap_or(text).to_owned(),
        _ => text.to_owned(),
    };
    if serde_json::from_str::<&serde_json::value::RawValue>(&shown).is_ok_and(|raw| is_number(raw.get())) {
        shown
    } else {
        json_text(text)
    }
}

fn is_number(json: &str) -> bool {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// A double as JSON; what is no number is unknown.
pub(super) fn json_double(value: f64) -> String {
    if value.is_finite() { zmij::Buffer::new().format(value).to_owned() } else { "null".to_owned() }
}

/// Names of fields, each once: one that comes again gets a number behind it.
pub(super) fn unique_names(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    let mut unique = Vec::new();
    for name in names {
        let numbered = (2_u64..).map(|number| format!("{name}_{number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !taken.contains(name));
        let free = free.unwrap_or(name);
        taken.insert(free.clone());
        unique.push(free);
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        for (text, json) in [
            ("5107220101234567890", "5107220101234567890"),
            ("-12.50", "-12.50"),
            (".5", "0.5"),
            ("-.5", "-0.5"),
            ("5.", "5"),
            ("1.5e+011", "1.5e+011"),
            ("0", "0"),
            ("007", "\"007\""),
            ("1,5", "\"1,5\""),
            ("1.2.3", "\"1.2.3\""),
            ("true", "\"true\""),
            ("-", "\"-\""),
            (".", "\".\""),
        ] {
            assert_eq!(json_number(text), json);
        }
        assert_eq!(json_double(f64::NAN), "null");
    }

    #[test]
    fn json_stays_json_unless_it_is_too_deep() {
        let nested = |depth: usize| format!("{}\"]]]\\\"\"{}", "[".repeat(depth), "]".repeat(depth));
        for text in [" {\"a\": [1]} ", "1.50", &nested(64)] {
            assert_eq!(json_within(text), text.trim());
        }
        for text in ["{", "a", "", &nested(65), &nested(5000)] {
            assert_eq!(json_within(text), json_text(text));
        }
    }

    #[test]
    fn names_that_come_again_are_told_apart() {
        let names = ["a", "a", "a_2", "b"].map(str::to_owned);
        assert_eq!(unique_names(names), ["a", "a_2", "a_2_2", "b"]);
    }

    #[test]
    fn stretches_are_joined_in_their_order() {
        let square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)].map(Coord::from);
        let mut all = Vec::new();
        for name in ["\"a\"", "\"b\""] {
            let mut some = Gathered::default();
            some.ring(square, 10).unwrap();
            some.end_polygon();
            some.end_feature(&[("name", name)], false).unwrap();
            some.end_polygon();
            some.end_feature(&[("name", "null")], false).unwrap();
            some.skip_feature(ReadNoteKind::SkippedGeometry { geometry: "Point".to_owned() });
            all.push(some);
        }
        let layer = layer(all, Path::new("a"), &Limits::default()).unwrap();
        assert_eq!((layer.polygons.atom_ends.as_slice(), layer.table.rows()), (&[1, 1, 2, 2][..], 4));
        let noted: Vec<_> = layer.notes.iter().map(|note| note.feature).collect();
        assert_eq!(noted, [1, 2, 4, 5].map(Some));
        let mut some = Gathered::default();
        assert!(some.ring([Coord { x: f64::NAN, y: 0.0 }], 10).is_err());
        assert!(Gathered::default().ring(square, 2).is_err());
    }
}

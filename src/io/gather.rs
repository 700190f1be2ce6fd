//! What a reader of any format gathers: polygons, rows and notes, in file order.
//!
//! Formats that are no GeoJSON fill [`Gathered`] ones, each a stretch of the file. They hand features, some at a time, to
//! [`Stretches`], which parses them in parallel while the next ones are fetched, and makes a [`Layer`] of them.
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
use crate::model::{Layer, ReadNote, ReadNoteKind, Records, Shape, join, push_json_text};

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

    /// Adds such a ring at once, backwards where `is_backwards` says so of it.
    ///
    /// # Errors
    /// As [`ring`](Self::ring).
    pub fn whole_ring(
        &mut self,
        vertices: impl ExactSizeIterator<Item = Coord> + Clone,
        is_backwards: impl FnOnce(&[Coord]) -> bool,
        most: usize,
    ) -> Result<(), Problem> {
        let start = self.polygons.coords.len();
        if start + vertices.len() <= most.saturating_add(1) {
            self.polygons.extend(vertices.clone());
            let ring = &mut self.polygons.coords[start..];
            // Without a branch for each.
            if ring.iter().fold(true, |all, at| all & at.x.is_finite() & at.y.is_finite()) {
                if is_backwards(ring) {
                    ring.reverse();
                }
                if !ring.is_empty() {
                    self.polygons.end_ring();
                }
                return Ok(());
            }
            self.polygons.coords.truncate(start);
        }
        // One by one, to say what is wrong.
        let mut ring: Vec<Coord> = vertices.collect();
        if is_backwards(&ring) {
            ring.reverse();
        }
        self.ring(ring, most)
    }

    /// Adds such a ring of places of two little-endian doubles each.
    ///
    /// # Errors
    /// As [`ring`](Self::ring).
    pub fn ring_of_bytes(
        &mut self,
        bytes: &[u8],
        is_backwards: impl FnOnce(&[Coord]) -> bool,
        most: usize,
    ) -> Result<(), Problem> {
        let (places, _) = bytes.as_chunks::<16>();
        self.whole_ring(places.iter().map(place), is_backwards, most)
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
    pub fn pieces(&mut self, pieces: &Pieces, most: usize) -> Result<bool, Problem> {
        let Pieces { points, lines, polygons, is_multi: _, has_more, others, others_are } = pieces;
        let left_out = points.len() + lines.len() + others;
        if polygons.is_empty() && left_out > 0 {
            let geometry = if *others > 0 {
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
                self.whole_ring(ring.iter().copied(), |_| false, most)?;
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
        let shape = self.shape(is_multi);
        self.records.row(values, shape).map_err(|_| too_much_text())?;
        self.end_atom(shape);
        Ok(())
    }

    /// The same where `write` writes the values, each into its [`cell`](Records::cell).
    ///
    /// # Errors
    /// Those of `write`, and more text than a stretch can hold.
    pub fn end_row(
        &mut self,
        is_multi: bool,
        write: impl FnOnce(&mut Records) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let shape = self.shape(is_multi);
        self.records.begin_row();
        write(&mut self.records)?;
        self.records.end_row(shape).map_err(|_| too_much_text())?;
        self.end_atom(shape);
        Ok(())
    }

    fn shape(&mut self, is_multi: bool) -> Shape {
        match std::mem::take(&mut self.faces) {
            0 => Shape::Empty,
            1 if !is_multi => Shape::Polygon,
            _ => Shape::MultiPolygon,
        }
    }

    fn end_atom(&mut self, shape: Shape) {
        self.polygons.end_atom();
        if shape == Shape::Empty {
            self.note(ReadNoteKind::NoGeometry);
        }
        self.seen += 1;
    }

    /// Takes a feature: its geometry, and its values as JSON, unless it bounds nothing.
    ///
    /// # Errors
    /// As [`ring`](Self::ring) and [`end_feature`](Self::end_feature).
    pub fn feature(&mut self, pieces: &Pieces, values: &[(&str, &str)], most: usize) -> Result<(), Problem> {
        if self.pieces(pieces, most)? { self.end_feature(values, pieces.is_multi) } else { Ok(()) }
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

fn too_much_text() -> Problem {
    Problem::TooMany { what: Counted::TextBytes, limit: u32::MAX as usize }
}

/// A place of two little-endian doubles.
fn place(bytes: &[u8; 16]) -> Coord {
    let [x, y] = [0, 8].map(|at| {
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[at..at + 8]);
        f64::from_le_bytes(eight)
    });
    Coord { x, y }
}

/// A file whose features come some at a time.
pub(super) struct Stretches<'a> {
    path: &'a Path,
    limits: Limits,
    progress: &'a Progress,
    joined: Joined,
    /// The last ones, not joined to the others yet.
    last: Vec<Gathered>,
    /// Features that were handed on.
    seen: usize,
    vertices: usize,
}

/// Stretches one behind the other.
#[derive(Default)]
struct Joined {
    polygons: FlatPolygons,
    records: Vec<Records>,
    notes: Vec<ReadNote>,
    seen: usize,
    extra_dimensions: bool,
}

impl Joined {
    fn append(&mut self, stretches: Vec<Gathered>) {
        for stretch in stretches {
            if self.polygons.coords.is_empty() && self.polygons.atom_ends.is_empty() {
                self.polygons = stretch.polygons;
            } else {
                self.polygons.append(&stretch.polygons);
            }
            self.records.push(stretch.records);
            let seen = self.seen as u64;
            let moved = |note: ReadNote| ReadNote { feature: note.feature.map(|at| at + seen), ..note };
            self.notes.extend(stretch.notes.into_iter().map(moved));
            self.seen += stretch.seen;
            self.extra_dimensions |= stretch.extra_dimensions;
        }
    }

    fn into_layer(mut self) -> Layer {
        if self.extra_dimensions {
            self.notes.push(ReadNote { feature: None, what: ReadNoteKind::ExtraDimensionsDropped });
        }
        let (table, source) = join(self.records);
        Layer { polygons: self.polygons, table, source, notes: self.notes, ..Layer::default() }
    }
}

impl<'a> Stretches<'a> {
    pub fn new(path: &'a Path, limits: &Limits, progress: &'a Progress) -> Self {
        let (joined, last) = (Joined::default(), Vec::new());
        Self { path, limits: limits.capped(), progress, joined, last, seen: 0, vertices: 0 }
    }

    fn too_many(&self, what: Counted, limit: usize) -> ReadError {
        wrong(self.path, None, Problem::TooMany { what, limit })
    }

    /// Parses the next features, in parallel. `parse` takes one of them, with the most vertices that it may have.
    ///
    /// # Errors
    /// The first of them that is wrong, with its place, or more features or vertices than the limits allow.
    pub fn add<T: Sync>(
        &mut self,
        features: &[T],
        parse: impl Fn(&T, &mut Gathered, usize) -> Result<(), Problem> + Sync,
    ) -> Result<(), ReadError> {
        self.add_while(features, parse, || ())
    }

    /// The same while `next` fetches those behind them.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn add_while<T: Sync, N>(
        &mut self,
        features: &[T],
        parse: impl Fn(&T, &mut Gathered, usize) -> Result<(), Problem> + Sync,
        next: impl FnOnce() -> N,
    ) -> Result<N, ReadError> {
        let (first, limits, path, progress) = (self.seen, self.limits, self.path, self.progress);
        self.seen += features.len();
        if self.seen > limits.features {
            return Err(self.too_many(Counted::Features, limits.features));
        }
        let task = |(task, some): (usize, &[T])| {
            progress.check()?;
            let mut gathered = Gathered::default();
            for (at, feature) in some.iter().enumerate() {
                let wrong = |problem| wrong(path, Some(first + task * TASK + at), problem);
                parse(feature, &mut gathered, limits.vertices).map_err(wrong)?;
            }
            Ok(gathered)
        };
        let mut parsed: Vec<Result<Gathered, ReadError>> = Vec::new();
        let done = std::mem::take(&mut self.last);
        // What is fetched need not be something that a thread can hand to another one.
        let next = rayon::in_place_scope(|scope| {
            scope.spawn(|_| parsed = features.par_chunks(TASK).enumerate().map(task).collect());
            self.joined.append(done);
            next()
        });
        for stretch in parsed {
            let stretch = stretch?;
            self.vertices += stretch.vertices();
            if self.vertices > limits.vertices {
                return Err(self.too_many(Counted::Vertices, limits.vertices));
            }
            self.last.push(stretch);
        }
        Ok(next)
    }

    /// Makes a layer of all of them.
    pub fn layer(mut self) -> Layer {
        self.joined.append(self.last);
        self.joined.into_layer()
    }
}

fn wrong(path: &Path, feature: Option<usize>, problem: Problem) -> ReadError {
    ReadError::Content { path: path.to_owned(), place: Place { feature, ..Place::default() }, problem }
}

/// A text as JSON.
pub(super) fn json_text(text: &str) -> String {
    let mut json = String::new();
    push_json_text(&mut json, text);
    json
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
    if is_plain_number(text.as_bytes()) {
        return text.to_owned();
    }
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

/// Whether a number is written as JSON writes those without an exponent.
pub(super) fn is_plain_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_whole = whole == 1 || whole > 1 && digits[0] != b'0';
    is_whole
        && match digits.get(whole..) {
            Some([]) => true,
            Some([b'.', rest @ ..]) => !rest.is_empty() && rest.iter().all(u8::is_ascii_digit),
            _ => false,
        }
}

fn is_number(json: &str) -> bool {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// A double as JSON; what is no number is unknown.
pub(super) fn json_double(value: f64) -> String {
    let mut json = String::new();
    push_json_double(&mut json, value);
    json
}

/// Writes a double as JSON.
pub(super) fn push_json_double(out: &mut String, value: f64) {
    let mut buffer = zmij::Buffer::new();
    out.push_str(if value.is_finite() { buffer.format(value) } else { "null" });
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

    proptest::proptest! {
        #[test]
        fn what_is_plainly_a_number_is_one(text in "-?[0-9]{0,3}[.e]?[0-9]{0,3}") {
            let plain = is_plain_number(text.as_bytes());
            let read = serde_json::from_str::<&serde_json::value::RawValue>(&text);
            assert_eq!(plain, read.is_ok() && !text.contains('e'));
        }
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
        let mut joined = Joined::default();
        for name in ["\"a\"", "\"b\""] {
            let mut some = Gathered::default();
            some.ring(square, 10).unwrap();
            some.end_polygon();
            some.end_feature(&[("name", name)], false).unwrap();
            some.end_polygon();
            some.end_feature(&[("name", "null")], false).unwrap();
            some.skip_feature(ReadNoteKind::SkippedGeometry { geometry: "Point".to_owned() });
            joined.append(vec![some]);
        }
        let layer = joined.into_layer();
        assert_eq!((layer.polygons.atom_ends.as_slice(), layer.table.rows()), (&[1, 1, 2, 2][..], 4));
        let noted: Vec<_> = layer.notes.iter().map(|note| note.feature).collect();
        assert_eq!(noted, [1, 2, 4, 5].map(Some));
        let mut some = Gathered::default();
        assert!(some.ring([Coord { x: f64::NAN, y: 0.0 }], 10).is_err());
        assert!(Gathered::default().ring(square, 2).is_err());
    }
}

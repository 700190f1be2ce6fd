//! Features as text: in parallel, in order, streamed.
//!
//! Coordinates are written in the shortest form that reads back to the same double. Rings are closed; shells run
//! counter-clockwise and holes clockwise, as RFC 7946 has it.

use std::borrow::Cow;
use std::io::{self, Write};

use geo::Coord;
use rayon::prelude::*;
use serde_json::value::RawValue;

use super::feature::PLACEHOLDER;
use super::members::offset_in as offset;
use crate::coverage::{AtomId, Coverage, DirectedArc, FlatPolygons, Outline, OutlinePolygon, RingId};
use crate::jobs::Progress;
use crate::model::{FeatureId, FeatureText, Shape, SourceText};

/// Features that one task formats.
const TASK: usize = 128;
/// Tasks whose text is held at a time.
const TASKS: usize = 64;

/// Writes a feature collection: one feature a line, `format` giving the text of each, without line break.
///
/// # Errors
/// Those of `out`; also when the user gave up.
pub(crate) fn collection<T: Sync>(
    out: &mut dyn Write,
    items: &[T],
    format: impl Fn(&T, &mut Vec<u8>) + Sync,
    progress: &Progress,
) -> io::Result<()> {
    let texts = |items: &[T]| -> Vec<Vec<u8>> {
        let text = |items: &[T]| {
            let mut text = Vec::new();
            for item in items {
                format(item, &mut text);
                text.extend_from_slice(b",\n");
            }
            text
        };
        items.par_chunks(TASK).map(text).collect()
    };
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[\n")?;
    let mut batches = items.chunks(TASK * TASKS).peekable();
    let mut ready = batches.peek().map(|_| Vec::new()).unwrap_or_default();
    let mut written = 0;
    loop {
        progress.check().map_err(io::Error::other)?;
        #[expect(clippy::cast_precision_loss, reason = "a fraction for the eye")]
        progress.set(written as f64 / items.len().max(1) as f64);
        let batch = batches.next();
        // The next batch is formatted while the last one is written.
        let mut next = None;
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = batch.map(texts));
            let last = batch.is_none();
            ready.iter().enumerate().try_for_each(|(i, text): (usize, &Vec<u8>)| {
                let comma = if last && i + 1 == ready.len() { b",\n".len() } else { 0 };
                out.write_all(&text[..text.len() - comma])
            })
        })?;
        let Some(next) = next else { break };
        written += batch.map_or(0, <[T]>::len);
        ready = next;
    }
    out.write_all(b"\n]}\n")
}

/// Appends a number in its shortest form.
pub(crate) fn number(out: &mut Vec<u8>, value: f64) {
    let mut buffer = zmij::Buffer::new();
    let text = buffer.format(value);
    out.extend_from_slice(text.strip_suffix(".0").unwrap_or(text).as_bytes());
}

/// Appends a JSON string.
pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

fn position(out: &mut Vec<u8>, at: Coord) {
    out.push(b'[');
    number(out, at.x);
    out.push(b',');
    number(out, at.y);
    out.push(b']');
}

/// Appends an array; `each` appends one element.
pub(crate) fn array<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        each(out, item);
    }
    out.push(b']');
}

/// Appends the geometry of an outline: a Polygon, a `MultiPolygon`, or `null` when it is empty.
pub(crate) fn outline(out: &mut Vec<u8>, coverage: &Coverage, outline: &Outline) {
    let ring = |out: &mut Vec<u8>, chain: &Vec<DirectedArc>| array(out, coverage.chain_coords(chain), position);
    let polygon = |out: &mut Vec<u8>, polygon: &OutlinePolygon| {
        array(out, std::iter::once(&polygon.shell).chain(&polygon.holes), ring);
    };
    match outline.polygons.as_slice() {
        [] => out.extend_from_slice(b"null"),
        [only] => {
            out.extend_from_slice(br#"{"type":"Polygon","coordinates":"#);
            polygon(out, only);
            out.push(b'}');
        }
        several => {
            out.extend_from_slice(br#"{"type":"MultiPolygon","coordinates":"#);
            array(out, several, polygon);
            out.push(b'}');
        }
    }
}

/// A feature as it came, and what is added to its properties.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// Texts of its layer.
    pub text: &'a SourceText,
    /// Which feature.
    pub feature: FeatureId,
    /// Members for its properties, behind its own: none, or some with commas between them.
    pub more: &'a [u8],
}

/// Appends a feature of the finest layer as it came. With `anew`, its border has more vertices than the source: then it
/// is written from the coverage even where the text of its coordinates was kept.
pub(crate) fn atom_feature(out: &mut Vec<u8>, coverage: &Coverage, source: Source<'_>, anew: bool) {
    let ring = |out: &mut Vec<u8>, (i, ring): (usize, RingId)| {
        let coords = coverage.source_ring(ring);
        if runs_right(&coords, i == 0) {
            array(out, coords, position);
        } else {
            array(out, coords.into_iter().rev(), position);
        }
    };
    source_feature(out, source, anew, |out, shape| {
        let faces = coverage.faces_of(AtomId(source.feature.0));
        shaped(out, faces, shape, |out, face| array(out, coverage.rings_of(face).enumerate(), ring));
    });
}

/// Appends a feature of another layer as it came.
pub(crate) fn flat_feature(out: &mut Vec<u8>, polygons: &FlatPolygons, source: Source<'_>) {
    let ring = |out: &mut Vec<u8>, (i, ring): (usize, RingId)| {
        let coords = polygons.ring(ring);
        let closed = coords.iter().chain(coords.first()).copied();
        if runs_right(coords, i == 0) { array(out, closed, position) } else { array(out, closed.rev(), position) }
    };
    source_feature(out, source, false, |out, shape| {
        let faces = polygons.faces_of(AtomId(source.feature.0));
        shaped(out, faces, shape, |out, face| array(out, polygons.rings_of(face).enumerate(), ring));
    });
}

/// Appends a feature of another layer as it came, but with this outline.
pub(crate) fn outlined_feature(out: &mut Vec<u8>, coverage: &Coverage, outline: &Outline, source: Source<'_>) {
    let ring = |out: &mut Vec<u8>, chain: &Vec<DirectedArc>| array(out, coverage.chain_coords(chain), position);
    source_feature(out, source, true, |out, shape| {
        shaped(out, outline.polygons.iter(), shape, |out, polygon| {
            array(out, std::iter::once(&polygon.shell).chain(&polygon.holes), ring);
        });
    });
}

/// Appends a feature as it came; `coordinates` appends its coordinates unless they were kept and still hold.
fn source_feature(out: &mut Vec<u8>, source: Source<'_>, anew: bool, coordinates: impl FnOnce(&mut Vec<u8>, Shape)) {
    let Some(text) = source.text.get(source.feature) else { return };
    let gap = (!source.more.is_empty()).then(|| Gap::of(&text)).flatten();
    let [before, after] = [gap.filter(|gap| gap.at <= text.before.len()), gap.filter(|gap| gap.at > text.before.len())];
    with_more(out, text.before, before, source.more);
    match (text.coordinates, text.shape) {
        (_, Shape::Empty) => {}
        (Some(kept), shape) if !anew => out.extend_from_slice(oriented(kept, shape).as_bytes()),
        (_, shape) => coordinates(out, shape),
    }
    let past = text.before.len() + PLACEHOLDER.len();
    with_more(out, text.after, after.map(|gap| Gap { at: gap.at.saturating_sub(past), ..gap }), source.more);
}

/// Appends text with members put into its properties.
fn with_more(out: &mut Vec<u8>, text: &str, gap: Option<Gap>, more: &[u8]) {
    let Some(Gap { at, form }) = gap else { return out.extend_from_slice(text.as_bytes()) };
    let (head, tail) = text.split_at_checked(at).unwrap_or((text, ""));
    out.extend_from_slice(head.as_bytes());
    let [open, close, skip] = match form {
        Form::Behind => [",", "", ""],
        Form::Empty => ["", "", ""],
        Form::Null => ["{", "}", PLACEHOLDER],
        Form::Missing => ["\"properties\":{", "},", ""],
    };
    out.extend_from_slice(open.as_bytes());
    out.extend_from_slice(more);
    out.extend_from_slice(close.as_bytes());
    out.extend_from_slice(tail.strip_prefix(skip).unwrap_or(tail).as_bytes());
}

/// Where members can be put into the properties of a feature.
#[derive(Clone, Copy, Debug)]
struct Gap {
    /// Offset in the text without coordinates.
    at: usize,
    form: Form,
}

/// What the properties are.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// An object with members.
    Behind,
    /// One without.
    Empty,
    /// The word `null`.
    Null,
    /// Not there at all.
    Missing,
}

/// The whole text of a feature, with something short in place of its coordinates.
pub(crate) fn placed<'a>(text: &FeatureText<'a>) -> Cow<'a, str> {
    match text.shape {
        Shape::Empty => Cow::Borrowed(text.before),
        Shape::Polygon | Shape::MultiPolygon => Cow::Owned([text.before, PLACEHOLDER, text.after].concat()),
    }
}

impl Gap {
    /// Looks for it in a text that was read before.
    fn of(text: &FeatureText<'_>) -> Option<Self> {
        #[derive(serde::Deserialize)]
        struct Outer<'a> {
            #[serde(borrow, default)]
            properties: Option<&'a RawValue>,
        }

        let whole = placed(text);
        // Of members that come twice nobody could say which counts: then nothing is added.
        let Outer { properties } = serde_json::from_str(&whole).ok()?;
        let Some(raw) = properties else {
            // `null` is none for serde as well.
            let null = null_properties(&whole);
            return Some(match null {
                Some(at) => Self { at, form: Form::Null },
                None => Self { at: whole.find('{')? + 1, form: Form::Missing },
            });
        };
        let end = offset(&whole, raw.get()) + raw.get().len();
        let inside = raw.get().strip_prefix('{')?.strip_suffix('}')?;
        let form = if inside.trim().is_empty() { Form::Empty } else { Form::Behind };
        Some(Self { at: end - 1, form })
    }
}

/// Where the value of the properties stands, if it is `null`.
fn null_properties(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find("\"properties\"").map(|at| from + at) {
        let rest = &text[at + "\"properties\"".len()..];
        let value = rest.trim_start().strip_prefix(':')?.trim_start();
        if value.starts_with(PLACEHOLDER) {
            return Some(offset(text, value));
        }
        from = at + 1;
    }
    None
}

/// Appends polygons with the brackets that the geometry type wants.
fn shaped<T>(
    out: &mut Vec<u8>,
    mut faces: impl ExactSizeIterator<Item = T>,
    shape: Shape,
    mut face: impl FnMut(&mut Vec<u8>, T),
) {
    match (shape, faces.len()) {
        (Shape::Polygon, 1) => faces.by_ref().for_each(|id| face(out, id)),
        _ => array(out, faces, face),
    }
}

/// Whether a ring runs as RFC 7946 has it: a shell counter-clockwise, a hole clockwise. A ring without area does.
pub(crate) fn runs_right(ring: &[Coord], shell: bool) -> bool {
    let Some(&origin) = ring.first() else { return true };
    let cross = |pair: &[Coord]| {
        let (a, b) = (pair[0] - origin, pair[1] - origin);
        a.x * b.y - b.x * a.y
    };
    let doubled: f64 = ring.windows(2).map(cross).sum();
    if shell { doubled >= 0.0 } else { doubled <= 0.0 }
}

/// Coordinates kept as text, with rings that run the wrong way turned round. The text has been read once, so it is
/// known to hold arrays and numbers only.
fn oriented(text: &str, shape: Shape) -> Cow<'_, str> {
    // Depth of the brackets of a polygon; a ring is one deeper, and a position one more.
    let polygon = if shape == Shape::MultiPolygon { 2 } else { 1 };
    let (mut depth, mut rings, mut start) = (0, 0, 0);
    let mut positions: Vec<&str> = Vec::new();
    let (mut out, mut copied) = (String::new(), 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => {
                depth += 1;
                start = at;
                if depth == polygon {
                    rings = 0;
                } else if depth == polygon + 1 {
                    positions.clear();
                }
            }
            b']' => {
                if depth == polygon + 2 {
                    positions.push(&text[start..=at]);
                } else if depth == polygon + 1 {
                    let coords: Vec<Coord> = positions.iter().map(|position| coord(position)).collect();
                    if let [first, .., last] = positions[..]
                        && !runs_right(&coords, rings == 0)
                    {
                        let [from, to] = [offset(text, first), offset(text, last) + last.len()];
                        positions.reverse();
                        out.push_str(&text[copied..from]);
                        out.push_str(&positions.join(","));
                        copied = to;
                    }
                    rings += 1;
                }
                depth -= 1;
            }
            _ => {}
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// The first two numbers of a position.
fn coord(position: &str) -> Coord {
    let mut numbers =
        position.trim_matches(['[', ']']).split(',').map(|number| fast_float2::parse(number.trim()).unwrap_or(0.0));
    Coord { x: numbers.next().unwrap_or(0.0), y: numbers.next().unwrap_or(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number_text(value: f64) -> String {
        let mut out = Vec::new();
        number(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_short_and_valid_json() {
        for (value, text) in [(120.5, "120.5"), (120.0, "120"), (0.0, "0"), (-0.1, "-0.1"), (1e-7, "1e-7")] {
            assert_eq!(number_text(value), text);
        }
    }

    #[test]
    fn kept_rings_that_run_the_wrong_way_are_turned_round() {
        let check = |shape, from: &str, to: &str| assert_eq!(oriented(from, shape), to);
        let (ccw, cw) = ("[0,0,9],[4,0,8],[4,4,7],[0,0,9]", "[0,0,9],[4,4,7],[4,0,8],[0,0,9]");
        check(Shape::Polygon, &format!("[[{cw}]]"), &format!("[[{ccw}]]"));
        check(Shape::Polygon, &format!("[[{ccw}],[{cw}] , [ {ccw} ]]"), &format!("[[{ccw}],[{cw}] , [ {cw} ]]"));
        check(
            Shape::MultiPolygon,
            &format!("[[[{ccw}]],[],[[],[{cw}]],[[{cw}]]]"),
            &format!("[[[{ccw}]],[],[[],[{cw}]],[[{ccw}]]]"),
        );
        check(Shape::Polygon, "[[[0,0],[0,4],[4,4]]]", "[[[4,4],[0,4],[0,0]]]");
        check(Shape::Polygon, "[[],[]]", "[[],[]]");
    }

    #[test]
    fn a_collection_of_any_size_is_whole() {
        for count in [0, 1, TASK, TASK * TASKS, TASK * TASKS * 2 + 1] {
            let items: Vec<usize> = (0..count).collect();
            let mut out = Vec::new();
            let format = |item: &usize, out: &mut Vec<u8>| out.extend_from_slice(item.to_string().as_bytes());
            collection(&mut out, &items, format, &Progress::new()).unwrap();
            let back: serde_json::Value = serde_json::from_slice(&out).unwrap();
            let numbers: Vec<usize> = serde_json::from_value(back["features"].clone()).unwrap();
            assert_eq!(numbers, items);
        }
    }

    #[test]
    fn writing_stops_when_cancelled() {
        let progress = Progress::new();
        progress.cancel();
        let error = collection(&mut Vec::new(), &[1], |_, _| {}, &progress).unwrap_err();
        assert!(error.get_ref().unwrap().is::<crate::jobs::Cancelled>());
    }
}

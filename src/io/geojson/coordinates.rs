//! The coordinates of a Polygon or `MultiPolygon`, read straight into flat arrays.

use geo::Coord;

use super::number::number;
use super::problem::{Expected, Fault, JsonProblem, Syntax};
use crate::coverage::FlatPolygons;
use crate::io::crs::is_on_earth;
use crate::io::{Counted, Problem};

/// Which of the two geometries with an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Polygon,
    MultiPolygon,
}

/// What the coordinates of a feature looked like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Looks {
    /// Whether the writer cannot give the same positions from the flat arrays: heights, rings that did not come closed
    /// or came with repeated vertices, empty rings or polygons.
    pub verbatim: bool,
    /// Whether a position had more than two numbers.
    pub extra_dimensions: bool,
    /// The first position that is no longitude and latitude: perhaps the file has other coordinates.
    pub off_earth: Option<OffEarth>,
}

/// A position that is no longitude and latitude.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct OffEarth {
    /// Where it begins in the text.
    pub at: usize,
    /// Its ring in the feature.
    pub ring: Option<usize>,
    /// Its two numbers.
    pub numbers: [f64; 2],
}

/// Appends the polygons written in `text` to `out` as one atom. `out` may hold `limit` vertices at the end.
///
/// An empty ring is left out, and so is a polygon without shell: then the text has to be kept.
pub(super) fn read(text: &[u8], shape: Shape, limit: usize, out: &mut FlatPolygons) -> Result<Looks, Fault> {
    let mut reader = Reader { text, at: 0, rings: 0, ring: None, limit, looks: Looks::default(), out };
    match reader.geometry(shape) {
        Ok(()) => {
            let looks = reader.looks;
            out.end_atom();
            Ok(looks)
        }
        Err(problem) => Err(Fault { at: reader.at, ring: reader.ring, problem }),
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    /// Rings begun, counting through all polygons.
    rings: usize,
    /// The ring at hand.
    ring: Option<usize>,
    limit: usize,
    looks: Looks,
    out: &'a mut FlatPolygons,
}

impl Reader<'_> {
    fn geometry(&mut self, shape: Shape) -> Result<(), Problem> {
        match shape {
            Shape::Polygon => {
                self.polygon()?;
            }
            Shape::MultiPolygon => {
                let mut more = self.open(Expected::Polygons)?;
                while more {
                    let kept = self.polygon()?;
                    self.looks.verbatim |= !kept;
                    more = self.next()?;
                }
            }
        }
        self.skip_space();
        if self.at == self.text.len() { Ok(()) } else { Err(syntax(Syntax::AfterCoordinates)) }
    }

    /// Reads a polygon; whether it has a shell.
    fn polygon(&mut self) -> Result<bool, Problem> {
        let mut kept = 0;
        let mut first = true;
        let mut shell = false;
        let mut more = self.open(Expected::Rings)?;
        let (coords, rings) = (self.out.coords.len(), self.out.ring_ends.len());
        while more {
            self.ring = Some(self.rings);
            self.rings += 1;
            if self.ring()? {
                kept += 1;
                shell |= first;
            } else {
                self.looks.verbatim = true;
            }
            first = false;
            self.ring = None;
            more = self.next()?;
        }
        if shell {
            self.out.end_face();
        } else if kept > 0 {
            // Holes in nothing: dropped again, the text keeps them.
            self.out.coords.truncate(coords);
            self.out.ring_ends.truncate(rings);
            self.out.unclosed.retain(|ring| ring.index() < rings);
            self.out.repeated.retain(|ring| ring.index() < rings);
        }
        Ok(shell)
    }

    /// Reads a ring; whether it has any vertex.
    fn ring(&mut self) -> Result<bool, Problem> {
        let mut more = self.open(Expected::Positions)?;
        if !more {
            return Ok(false);
        }
        while more {
            let coord = self.position()?;
            self.out.push(coord);
            // The closing vertex does not count: it goes again.
            if self.out.coords.len() > self.limit + 1 {
                return Err(Problem::TooMany { what: Counted::Vertices, limit: self.limit });
            }
            more = self.next()?;
        }
        let start = self.out.ring_ends.last().map_or(0, |&end| end as usize);
        let tidy = self.out.end_ring();
        // A ring of two vertices bounds nothing; a coverage need not keep it.
        self.looks.verbatim |= !tidy || self.out.coords.len() < start + 3;
        Ok(true)
    }

    #[inline]
    fn position(&mut self) -> Result<Coord, Problem> {
        const WHAT: Expected = Expected::Position;
        let start = self.at;
        if !self.open(WHAT)? {
            return Err(JsonProblem::WrongNesting { expected: WHAT }.into());
        }
        let x = self.number()?;
        if !self.next()? {
            return Err(JsonProblem::WrongNesting { expected: WHAT }.into());
        }
        let y = self.number()?;
        while self.next()? {
            // A height, a measure, a time: they stay in the text.
            (self.looks.verbatim, self.looks.extra_dimensions) = (true, true);
            let start = self.at;
            if !self.number()?.is_finite() {
                return Err(self.not_finite(start));
            }
        }
        if is_on_earth(x, y) {
            return Ok(Coord { x, y });
        }
        if x.is_finite() && y.is_finite() {
            self.off_earth(start, [x, y]);
            return Ok(Coord { x, y });
        }
        Err(self.not_finite(start))
    }

    /// Remembers the first position that is no place.
    fn off_earth(&mut self, at: usize, numbers: [f64; 2]) {
        let ring = self.ring;
        self.looks.off_earth.get_or_insert(OffEarth { at, ring, numbers });
    }

    /// The text from `start` is no finite number, or holds one that is not.
    #[cold]
    fn not_finite(&mut self, start: usize) -> Problem {
        let text = String::from_utf8_lossy(&self.text[start..self.at]);
        self.at = start;
        Problem::NotFinite(text.trim().chars().take(80).collect())
    }

    #[inline]
    fn number(&mut self) -> Result<f64, Problem> {
        self.skip_space();
        match number(&self.text[self.at..]) {
            Some((value, length)) => {
                self.at += length;
                Ok(value)
            }
            None => Err(self.no_number()),
        }
    }

    /// Takes the opening bracket of an array; whether there is a first element.
    #[inline]
    fn open(&mut self, expected: Expected) -> Result<bool, Problem> {
        self.skip_space();
        if self.text.get(self.at) != Some(&b'[') {
            return Err(JsonProblem::WrongNesting { expected }.into());
        }
        self.at += 1;
        self.skip_space();
        if self.text.get(self.at) == Some(&b']') {
            self.at += 1;
            return Ok(false);
        }
        Ok(true)
    }

    /// Takes what follows an element; whether another one comes.
    #[inline]
    fn next(&mut self) -> Result<bool, Problem> {
        self.skip_space();
        match self.text.get(self.at) {
            Some(b',') => {
                self.at += 1;
                Ok(true)
            }
            Some(b']') => {
                self.at += 1;
                Ok(false)
            }
            Some(b'[' | b'{' | b'"') | None => Err(syntax(Syntax::InCoordinates)),
            Some(_) => Err(self.no_number()),
        }
    }

    #[inline]
    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    /// What stands where a number should be.
    #[cold]
    fn no_number(&self) -> Problem {
        match self.text.get(self.at) {
            Some(b'[') => JsonProblem::WrongNesting { expected: Expected::Number }.into(),
            Some(b']') | None => syntax(Syntax::Number),
            _ => {
                let end = |byte: &u8| matches!(byte, b',' | b'[' | b']' | b'{' | b'}') || byte.is_ascii_whitespace();
                let word = self.text[self.at..].split(end).next().unwrap_or_default();
                let word: String = String::from_utf8_lossy(word).chars().take(40).collect();
                match word.trim_start_matches(['-', '+']).to_ascii_lowercase().as_str() {
                    "nan" | "inf" | "infinity" => Problem::NotFinite(word),
                    _ => JsonProblem::BadNumber(word).into(),
                }
            }
        }
    }
}

fn syntax(what: Syntax) -> Problem {
    JsonProblem::Syntax(what).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ok(text: &str, shape: Shape) -> (FlatPolygons, bool) {
        let mut flat = FlatPolygons::default();
        let looks = read(text.as_bytes(), shape, 100, &mut flat).unwrap();
        (flat, looks.verbatim)
    }

    fn fault(text: &str) -> Fault {
        read(text.as_bytes(), Shape::Polygon, 5, &mut FlatPolygons::default()).unwrap_err()
    }

    #[test]
    fn a_polygon_with_a_hole_is_one_face_with_two_rings() {
        let (flat, verbatim) = ok("[[[0,0],[4,0],[4,4],[0,0]],[ [1, 1] ,\n[2,1],[2,2],[1,1]]]", Shape::Polygon);
        assert_eq!((flat.coords.len(), &flat.ring_ends[..], &flat.face_ends[..]), (6, &[3, 6][..], &[2][..]));
        assert_eq!((&flat.atom_ends[..], verbatim), (&[1][..], false));
    }

    #[test]
    fn a_multi_polygon_has_several_faces() {
        let (flat, verbatim) = ok("[[[[0,0],[4,0],[4,4],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]", Shape::MultiPolygon);
        assert_eq!((&flat.face_ends[..], &flat.atom_ends[..], verbatim), (&[1, 2][..], &[2][..], false));
    }

    #[test]
    fn positions_that_the_arrays_do_not_hold_ask_for_the_text() {
        for text in [
            "[[[0,0,5],[4,0,5],[4,4,5],[0,0,5]]]",
            "[[[0,0],[4,0],[4,4]]]",
            "[[[0,0],[4,0],[4,0],[4,4],[0,0]]]",
            "[[[0,0],[4,0],[0,0]]]",
            "[[[0,0],[4,0],[4,4],[0,0]],[]]",
            "[[]]",
            "[[],[[0,0],[4,0],[4,4],[0,0]]]",
        ] {
            assert!(ok(text, Shape::Polygon).1, "{text}");
        }
        assert!(ok("[[[[0,0],[4,0],[4,4],[0,0]]],[]]", Shape::MultiPolygon).1);
    }

    #[test]
    fn empty_coordinates_give_an_atom_without_faces() {
        for (text, shape) in
            [("[]", Shape::Polygon), (" [ ] ", Shape::MultiPolygon), ("[[],[[0,0],[1,1],[0,1]]]", Shape::Polygon)]
        {
            let (flat, _) = ok(text, shape);
            let sizes = [flat.coords.len(), flat.ring_ends.len(), flat.face_ends.len(), flat.unclosed.len()];
            assert_eq!((sizes, flat.atom_count()), ([0; 4], 1), "{text}");
        }
    }

    #[test]
    fn coordinates_that_are_no_place_are_refused_with_their_ring() {
        let ring = "[[0,0],[1,0],[0,0]]";
        for (bad, problem) in [
            ("1e400,0", Problem::NotFinite("[1e400,0]".into())),
            ("0,NaN", Problem::NotFinite("NaN".into())),
            ("-Infinity,0", Problem::NotFinite("-Infinity".into())),
            ("0,0,1e999", Problem::NotFinite("1e999".into())),
            ("+1,0", JsonProblem::BadNumber("+1".into()).into()),
            ("01,0", JsonProblem::BadNumber("01".into()).into()),
            ("1.,0", JsonProblem::BadNumber("1.".into()).into()),
            ("null,0", JsonProblem::BadNumber("null".into()).into()),
            ("\"1\",0", JsonProblem::BadNumber("\"1\"".into()).into()),
            ("0", JsonProblem::WrongNesting { expected: Expected::Position }.into()),
            ("", JsonProblem::WrongNesting { expected: Expected::Position }.into()),
            ("[0,0]", JsonProblem::WrongNesting { expected: Expected::Number }.into()),
        ] {
            let found = fault(&format!("[{ring},[[{bad}]]]"));
            assert_eq!((found.problem, found.ring), (problem, Some(1)), "{bad}");
        }
    }

    #[test]
    fn the_first_position_off_the_earth_is_remembered_with_its_ring() {
        let text = "[[[0,0],[1,0],[1,1],[0,0]],[[0,0],[180.1,0],[35612345.6,3456789.1],[0,0]]]";
        let mut flat = FlatPolygons::default();
        let looks = read(text.as_bytes(), Shape::Polygon, 100, &mut flat).unwrap();
        let at = text.find("[180.1").unwrap();
        assert_eq!(looks.off_earth, Some(OffEarth { at, ring: Some(1), numbers: [180.1, 0.0] }));
        assert!(!looks.verbatim);
        assert_eq!(flat.coords.len(), 6);
    }

    #[test]
    fn what_the_error_says_helps() {
        let hint = |lon, lat| Problem::OutOfRange { lon, lat }.to_string();
        assert!(hint(35_612_345.6, 3_456_789.1).contains("projected"));
        assert!(hint(31.5, 104.2).contains("swapped"));
    }

    #[test]
    fn wrong_shapes_and_broken_arrays_are_refused() {
        for text in [
            "",
            "null",
            "{}",
            "[",
            "[[",
            "[[[0,0],",
            "[[[0,0]",
            "[[[0,0]]",
            "[[[0,0]]]]",
            "[[[0,0],]]",
            "[[[0,0]][]]",
            "[0,0]",
            "[[0,0]]",
            "[[[[0,0]]]]",
            "[[[0 0]]]",
            "[[[0,0][1,1]]]",
            "[[[0,0]]],",
        ] {
            fault(text);
        }
    }

    #[test]
    fn more_vertices_than_allowed_are_refused() {
        let found = fault("[[[0,0],[1,0],[2,0],[3,0],[4,0],[5,5],[0,0]]]");
        assert_eq!(found.problem, Problem::TooMany { what: Counted::Vertices, limit: 5 });
    }
}

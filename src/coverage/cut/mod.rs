//! Cutting an atom in two, the one operation that makes new geometry.
//!
//! 1. [`Coverage::cut`] thinks a cut through. It costs what the atom and the line have in vertices.
//! 2. [`Coverage::refined`] is the coverage with the cut made. It shares everything but what the cut touches: the border
//!    gets a vertex where the line meets it, on both of its sides, so that the coverage stays a coverage.
//! 3. Ids stay: the first part keeps the atom's id, the second becomes the last atom. Arcs that the cut does not
//!    touch keep theirs; of an arc that is cut up, the first piece does.
//!
//! Where the line ends at the 180th meridian, the border on its other side gets the same vertex: it is one border.
//!
//! An atom of several faces is cut between them as well: where nothing of the line lies inside of it, whole faces go to
//! the side where they lie, and nothing gets a vertex.
//!
//! What of the line lies outside of the atom, runs along its border, or ends inside of it, cuts nothing. The border never
//! moves: where the two are nearer than [`NEAR_DEG`], the line goes to the border.

mod noding;
mod parts;
mod refine;
#[cfg(test)]
mod tests;

use geo::{Contains as _, Coord, LineString, MultiPolygon, Polygon};

use super::build::is_counter_clockwise;
use super::{ArcId, AtomId, Coverage, DirectedArc};
use noding::Noding;
use parts::Skeleton;
pub use refine::CutArcs;

/// What is nearer than this many degrees, about a metre, is one place: a drawn line is bent to the vertices of the border
/// that it passes so close by. A metre is a tenth of a millimetre on a map of 1:10 000.
pub const NEAR_DEG: f64 = 1e-5;

/// What an atom is cut with: a line, or a polygon.
#[derive(Clone, Debug, PartialEq)]
pub struct Cutter {
    /// Longitude and latitude in degrees.
    points: Vec<Coord>,
    is_closed: bool,
}

/// Side of a cut. What lies within a polygon is on its left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CutSide {
    /// On the left of the line, seen along it, or within the polygon.
    Left,
    /// On the right of the line, or outside of the polygon.
    Right,
}

impl CutSide {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Right => Self::Left,
        }
    }
}

/// Why an atom cannot be cut so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CutError {
    /// Too few places, or places that are none.
    #[error("a line needs two different places on Earth, a polygon three")]
    NoLine,
    /// Nothing of it cuts the atom through, nor parts its faces.
    #[error("the line does not cut through; draw it from border to border")]
    NotCutThrough,
    /// All of the atom is on one side.
    #[error("all of it lies on one side of the line")]
    OneSide,
    /// The line runs so close to the border that rounded coordinates cannot tell the two apart.
    #[error("the line runs too close to the border there; draw it a little farther off")]
    Tangled,
    /// The atom's own border runs over itself or crosses itself, so that there are no two sides.
    #[error("its own border crosses or overlaps itself there; mend the boundaries first")]
    Unsound,
}

impl Cutter {
    /// A line through places in degrees.
    ///
    /// # Errors
    /// [`CutError::NoLine`] with fewer than two different places, or places that are not on Earth.
    pub fn line(points: &[Coord]) -> Result<Self, CutError> {
        Self::new(points, false)
    }

    /// A polygon with these corners, in either direction. The last corner may repeat the first.
    ///
    /// # Errors
    /// [`CutError::NoLine`] with fewer than three different corners, or corners that are not on Earth.
    pub fn polygon(corners: &[Coord]) -> Result<Self, CutError> {
        Self::new(corners, true)
    }

    fn new(points: &[Coord], is_closed: bool) -> Result<Self, CutError> {
        let mut points = points.to_vec();
        points.dedup();
        if is_closed && points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        let is_on_earth = points.iter().all(|at| at.x.abs() <= 180.0 && at.y.abs() <= 90.0);
        if !is_on_earth || points.len() < 2 + usize::from(is_closed) {
            return Err(CutError::NoLine);
        }
        if is_closed {
            // What lies within is to be on the left.
            if !is_counter_clockwise(&points) {
                points.reverse();
            }
            points.push(points[0]);
        }
        Ok(Self { points, is_closed })
    }

    /// Its places, in order; a polygon runs counter-clockwise and ends where it starts.
    #[must_use]
    pub fn points(&self) -> &[Coord] {
        &self.points
    }

    /// The side on which a place lies: within a polygon or not; of a line, the side of the piece of it that is nearest.
    #[must_use]
    pub fn side_of(&self, at: Coord) -> CutSide {
        if self.is_closed {
            let polygon = Polygon::new(LineString(self.points.clone()), Vec::new());
            return if polygon.contains(&at) { CutSide::Left } else { CutSide::Right };
        }
        // Where two pieces are equally near, in their common end, the one counts that the place lies farther off of.
        let off = |edge: &[Coord]| {
            let (a, b) = (edge[0], edge[1]);
            let (along, to) = (b - a, at - a);
            let length = along.x.hypot(along.y);
            let step = ((to.x * along.x + to.y * along.y) / (length * length)).clamp(0.0, 1.0);
            let foot = a + along * step;
            let left = (along.x * to.y - along.y * to.x) / length;
            ((at.x - foot.x).hypot(at.y - foot.y), left)
        };
        let nearest = self.points.windows(2).map(off).reduce(|best, next| {
            let is_nearer = next.0 < best.0 * (1.0 - 1e-12);
            let is_as_near = next.0 <= best.0 * (1.0 + 1e-12);
            if is_nearer || (is_as_near && next.1.abs() > best.1.abs()) { next } else { best }
        });
        if nearest.is_some_and(|(_, left)| left >= 0.0) { CutSide::Left } else { CutSide::Right }
    }
}

/// A cut thought through: it fits the coverage that it was made for.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    atom: AtomId,
    /// Arcs of the atom and their twins across the seam, and the pieces that they become: one where nothing changes.
    border: Vec<(ArcId, usize)>,
    /// Pieces of all border arcs in order, then the arcs of the line. Faces are not filled in.
    skeleton: Skeleton,
    /// Which place of the coverage each node of the skeleton is; `None` for a new one.
    nodes: Vec<Option<super::NodeId>>,
    /// Faces on the left of the line, and on the right: shell first, then holes, as rings of the skeleton.
    parts: [Vec<CutFace>; 2],
}

/// A face of a part: shell first, then holes.
type CutFace = Vec<Vec<DirectedArc>>;

impl Cut {
    /// The atom that is cut.
    #[must_use]
    pub const fn atom(&self) -> AtomId {
        self.atom
    }

    /// What lies on a side, for showing it: rings of the coordinates that it will have.
    #[must_use]
    pub fn part(&self, side: CutSide) -> MultiPolygon {
        let ring = |ring: &Vec<DirectedArc>| LineString(self.skeleton.chain(ring));
        let faces = self.parts[side as usize].iter();
        faces.map(|face| Polygon::new(ring(&face[0]), face[1..].iter().map(ring).collect())).collect()
    }

    /// The lines along which it is cut.
    pub fn lines(&self) -> impl Iterator<Item = &[Coord]> {
        (self.border_pieces()..self.skeleton.len()).map(|arc| self.skeleton.arc(arc))
    }

    fn border_pieces(&self) -> usize {
        self.border.iter().map(|(_, pieces)| pieces).sum()
    }
}

impl Coverage {
    /// Thinks the cut of an atom through. Faces that the line does not divide go to [the side](Cutter::side_of) where they
    /// lie.
    ///
    /// # Errors
    /// [`CutError`] says why nothing is cut.
    pub fn cut(&self, atom: AtomId, cutter: &Cutter) -> Result<Cut, CutError> {
        let mut arcs: Vec<ArcId> = self.arcs_of(atom).map(DirectedArc::arc).collect();
        arcs.sort_unstable();
        arcs.dedup();
        let mut noding = Noding::default();
        for &arc in &arcs {
            let chain = self.arc(arc).iter().map(|&at| noding.place(at)).collect();
            noding.border.push(chain);
        }
        noding.line = cutter.points.iter().map(|&at| noding.place(at)).collect();
        noding.line.dedup();
        noding.snap_line();
        noding.node()?;
        noding.mirror(self, &mut arcs);
        parts::cut(self, atom, &arcs, &noding, cutter)
    }
}

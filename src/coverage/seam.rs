//! The seam: the 180th meridian, along which maps are cut and the earth is not.
//!
//! RFC 7946 (§3.1.9) cuts what lies across it into a part that ends at +180° and a part that begins at −180°. The
//! coordinates stay so, here and in what leaves; what borders on what does not end there.
//!
//! ```text
//!      … ───────┐          ┌─────── …
//!          a   A│  180°    │B   b        A and B are one line on the globe: they are twins
//!      … ───────┘          └─────── …
//! ```
//!
//! 1. Arcs along +180° and along −180° with the same latitudes, each with a face on its own side and nothing beyond,
//!    are *twins*. Each has the face of the other on its far side, so that whoever asks what lies across a border is
//!    told what lies there on the globe.
//! 2. Both sides have the same vertices and nodes along the seam. Where a latitude is a vertex on one side only, the
//!    other gets one on loading: on a meridian that changes no place, length or area. It leaves with no outline, for it
//!    is not of the input.
//! 3. Twins are two arcs, and one line: whoever adds up lengths of borders goes through [`Coverage::lines`].
//! 4. A cut that ends at the seam gives its twin a vertex as well, as it does wherever two atoms border on each other.
//!
//! A coverage that does not lie on both sides has no twins, and pays for none of this. Poles are nothing special: a ring
//! that runs along one is taken as it is drawn. What ends at 179.9999° ends there.

use geo::{Coord, Rect};

use super::{ArcId, AtomId, Coverage, DirectedArc, FaceId, OUTSIDE, union};

/// Longitude of the eastern end of the map in degrees; the western end is minus that.
pub(super) const EAST_END_DEG: f64 = 180.0;

/// What is known about the seam of a coverage as it was built.
#[derive(Debug, Default)]
pub(super) struct Seam {
    /// Every arc that has a twin and that twin, ascending.
    pub(super) twins: Vec<[ArcId; 2]>,
    /// Places that were made vertices because the other side has one there, ascending by [`key`].
    pub(super) added: Vec<[u64; 2]>,
}

/// What tells places apart, and orders them.
pub(super) const fn key(at: Coord) -> [u64; 2] {
    [at.x.to_bits(), at.y.to_bits()]
}

/// Whether a place lies at the seam.
pub(super) const fn is_at_seam(at: Coord) -> bool {
    at.x.abs() == EAST_END_DEG
}

/// Whether two places lie on one side of the seam, so that an edge between them runs along it.
pub(super) const fn is_along(a: Coord, b: Coord) -> bool {
    is_at_seam(a) && a.x.to_bits() == b.x.to_bits()
}

/// The same place as it stands on the other side of the seam.
pub(super) fn beyond(at: Coord) -> Coord {
    Coord { x: -at.x, y: at.y }
}

/// Side (0 left, 1 right) of an arc along the seam on which the map lies.
pub(super) fn own_side(arc: &[Coord]) -> usize {
    let is_northward = matches!(arc, [first, .., last] if first.y < last.y);
    let is_eastern_end = arc.first().is_some_and(|at| at.x > 0.0);
    usize::from(is_northward != is_eastern_end)
}

impl Coverage {
    /// Whether anything borders on anything across the seam.
    #[inline]
    pub(super) fn has_seam(&self) -> bool {
        !self.built.seam.twins.is_empty()
    }

    /// The arc that is the same line on the other side of the seam. Its vertices have the same latitudes, in either order.
    #[must_use]
    #[inline]
    pub fn twin(&self, arc: ArcId) -> Option<ArcId> {
        if !self.has_seam() {
            return None;
        }
        self.cuts.arc(arc).map_or_else(|| self.built_twin(arc), |now| now.twin)
    }

    fn built_twin(&self, arc: ArcId) -> Option<ArcId> {
        let twins = &self.built.seam.twins;
        let at = twins.binary_search_by_key(&arc, |&[arc, _]| arc).ok()?;
        twins.get(at).map(|&[_, twin]| twin)
    }

    /// Every border line once: all arcs but the second of two twins.
    pub fn lines(&self) -> impl Iterator<Item = ArcId> + '_ {
        self.arcs().filter(|&arc| self.twin(arc).is_none_or(|twin| arc < twin))
    }

    /// Faces on the left and right of an arc as it is drawn: none beyond the end of the map.
    #[inline]
    pub(super) fn faces_here(&self, arc: ArcId) -> [u32; 2] {
        let mut faces = self.side_faces(arc);
        if self.twin(arc).is_some() {
            faces[1 - own_side(self.arc(arc))] = OUTSIDE;
        }
        faces
    }

    /// Atoms on the left and right of an arc as it is drawn.
    pub(super) fn sides_here(&self, arc: ArcId) -> [Option<AtomId>; 2] {
        self.faces_here(arc).map(|face| (face != OUTSIDE).then(|| self.atom_of(FaceId(face))))
    }

    /// Face on the right of an arc of a ring as it is drawn.
    #[inline]
    pub(super) fn right_here(&self, arc: DirectedArc) -> Option<FaceId> {
        self.right(arc).filter(|_| self.twin(arc.arc()).is_none())
    }

    /// Box in degrees in which most of some atoms is seen. On a map that ends at the seam, the box around something that
    /// lies on both sides of it goes around the world: then it is the box of the side with the larger one.
    #[must_use]
    pub fn frame_of(&self, atoms: &[AtomId]) -> Option<Rect> {
        let around = atoms.iter().filter_map(|&atom| self.bounds_of(atom)).reduce(union)?;
        if around.width() <= EAST_END_DEG {
            return Some(around);
        }
        let mut sides: [Option<Rect>; 2] = [None; 2];
        for face in atoms.iter().flat_map(|&atom| self.faces_of(atom)) {
            // Shells are enough.
            let shell = self.rings_of(face).next().map(|ring| self.ring(ring)).unwrap_or_default();
            let vertices = shell.iter().flat_map(|arc| self.arc(arc.arc())).map(|&at| Rect::new(at, at));
            if let Some(bounds) = vertices.reduce(union) {
                let side = &mut sides[usize::from(bounds.center().x < 0.0)];
                *side = Some(side.map_or(bounds, |side| union(side, bounds)));
            }
        }
        let size = |bounds: &Rect| bounds.width() * bounds.height();
        sides.into_iter().flatten().reduce(|a, b| if size(&b) > size(&a) { b } else { a })
    }

    /// Whether some vertices are not of the input.
    pub(super) fn has_added_vertices(&self) -> bool {
        !self.built.seam.added.is_empty()
    }

    /// A closed ring without the vertices that only the other side of the seam has. What became a corner since stays.
    pub(super) fn without_added(&self, mut ring: Vec<Coord>) -> Vec<Coord> {
        ring.pop();
        let n = ring.len();
        let is_passed = |i: usize| {
            let [before, at, after] = [ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]];
            is_along(at, before)
                && is_along(at, after)
                && (before.y < at.y) == (at.y < after.y)
                && self.built.seam.added.binary_search(&key(at)).is_ok()
        };
        let mut kept: Vec<Coord> = (0..n).filter(|&i| !is_at_seam(ring[i]) || !is_passed(i)).map(|i| ring[i]).collect();
        kept.extend(kept.first().copied());
        kept
    }
}

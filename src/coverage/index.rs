//! Which atom lies at a place.

use geo::{Coord, Rect};
use rstar::{AABB, RTree, RTreeObject};

use super::{AtomId, Coverage, OUTSIDE};

/// R-tree over the bounding boxes of atoms, with an exact ring test behind it.
#[derive(Debug)]
pub struct AtomIndex {
    tree: RTree<AtomBox>,
}

#[derive(Debug)]
struct AtomBox {
    atom: AtomId,
    bounds: Rect,
}

impl RTreeObject for AtomBox {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        envelope(self.bounds)
    }
}

fn envelope(bounds: Rect) -> AABB<[f64; 2]> {
    AABB::from_corners([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y])
}

impl AtomIndex {
    /// Indexes all atoms that have a face.
    #[must_use]
    pub fn build(coverage: &Coverage) -> Self {
        Self::over(&coverage.atom_bounds)
    }

    /// Indexes the boxes of all atoms that have one.
    #[must_use]
    pub fn over(bounds: &[Option<Rect>]) -> Self {
        let boxes = bounds.iter().enumerate();
        let boxes = boxes.filter_map(|(i, &bounds)| Some(AtomBox { atom: AtomId::new(i), bounds: bounds? })).collect();
        Self { tree: RTree::bulk_load(boxes) }
    }

    /// The atom at a place in degrees, the first by id where several overlap; `None` outside of all.
    #[must_use]
    pub fn atom_at(&self, coverage: &Coverage, at: Coord) -> Option<AtomId> {
        self.atoms_in(Rect::new(at, at)).filter(|&atom| coverage.contains(atom, at)).min()
    }

    /// Atoms whose bounding box meets a rectangle in degrees, in no particular order.
    pub fn atoms_in(&self, bounds: Rect) -> impl Iterator<Item = AtomId> + '_ {
        self.tree.locate_in_envelope_intersecting(&envelope(bounds)).map(|item| item.atom)
    }
}

/// Whether a ray from a place to the east meets an edge: once more or less, and the place is on its other side.
pub(super) fn is_left_of(at: Coord, [a, b]: [Coord; 2]) -> bool {
    (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x
}

impl Coverage {
    /// Whether a place in degrees lies inside an atom. A point on a border belongs to at most one side.
    #[must_use]
    pub fn contains(&self, atom: AtomId, at: Coord) -> bool {
        // Crossing number over all rings of the atom: holes toggle back. An arc with the atom on both sides
        // (two faces of one atom) toggles twice.
        let mut inside = false;
        for directed in self.arcs_of(atom) {
            debug_assert_ne!(self.arc_faces[directed.arc().index()], [OUTSIDE; 2]);
            for edge in self.arc(directed.arc()).windows(2) {
                inside ^= is_left_of(at, [edge[0], edge[1]]);
            }
        }
        inside
    }
}

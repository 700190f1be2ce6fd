//! Which atom lies at a place.

use std::sync::Arc;

use geo::{Coord, Rect};
use rayon::iter::Either;
use rstar::{AABB, Envelope as _, RTree, RTreeObject};

use super::{AtomId, Coverage, OUTSIDE};
use crate::sharing::SharedMap;

/// R-tree over the bounding boxes of atoms, with an exact ring test behind it.
///
/// The tree holds the atoms as they were built. Parts of one that was cut are found by its box, in which they lie. A copy
/// costs nothing to speak of.
#[derive(Clone, Debug)]
pub struct AtomIndex {
    tree: Arc<RTree<AtomBox>>,
    /// What every atom of the tree that was cut consists of by now.
    parts: SharedMap<Arc<[AtomBox]>>,
    /// The atom of the tree that every atom which a cut made lies in.
    within: SharedMap<AtomId>,
    /// Parts that stick out of the box of their atom, by the rounding of a new vertex.
    strays: Arc<[AtomBox]>,
}

#[derive(Clone, Copy, Debug)]
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
        let bounds: Vec<Option<Rect>> = coverage.atoms().map(|atom| coverage.bounds_of(atom)).collect();
        Self::over(&bounds)
    }

    /// Indexes the boxes of all atoms that have one.
    #[must_use]
    pub fn over(bounds: &[Option<Rect>]) -> Self {
        let boxes = bounds.iter().enumerate();
        let boxes = boxes.filter_map(|(i, &bounds)| Some(AtomBox { atom: AtomId::new(i), bounds: bounds? })).collect();
        let tree = Arc::new(RTree::bulk_load(boxes));
        Self { tree, parts: SharedMap::default(), within: SharedMap::default(), strays: Arc::default() }
    }

    /// The index of a coverage in which `from` was cut: the last atom is its other part. Costs what lies in the atom that
    /// was built.
    #[must_use]
    pub fn refined(&self, coverage: &Coverage, from: AtomId) -> Self {
        let made = AtomId::new(coverage.atom_count() - 1);
        let within = self.within.get(from.0).copied().unwrap_or(from);
        let mut refined = self.clone();
        refined.within.insert(made.0, within);
        let outer = coverage.built_bounds(within).map(envelope);
        let known = self.parts.get(within.0).map(|parts| parts.to_vec()).unwrap_or_default();
        let is_other = |part: &AtomBox| part.atom != from;
        let mut parts: Vec<AtomBox> = known.into_iter().filter(is_other).collect();
        let mut strays: Vec<AtomBox> = self.strays.iter().copied().filter(is_other).collect();
        for atom in [from, made] {
            let Some(bounds) = coverage.bounds_of(atom) else { continue };
            let is_inside = outer.is_some_and(|outer| outer.contains_envelope(&envelope(bounds)));
            if is_inside { &mut parts } else { &mut strays }.push(AtomBox { atom, bounds });
        }
        refined.parts.insert(within.0, parts.into());
        if !strays.is_empty() || !self.strays.is_empty() {
            refined.strays = strays.into();
        }
        refined
    }

    /// The atom at a place in degrees, the first by id where several overlap; `None` outside of all.
    #[must_use]
    pub fn atom_at(&self, coverage: &Coverage, at: Coord) -> Option<AtomId> {
        self.atoms_in(Rect::new(at, at)).filter(|&atom| coverage.contains(atom, at)).min()
    }

    /// Atoms whose bounding box meets a rectangle in degrees, in no particular order.
    pub fn atoms_in(&self, bounds: Rect) -> impl Iterator<Item = AtomId> + '_ {
        let wanted = envelope(bounds);
        let found = self.tree.locate_in_envelope_intersecting(&wanted);
        // Where nothing was cut, what the tree finds is all there is, and this runs over everything that is loaded.
        if self.parts.is_empty() {
            return Either::Left(found.map(|found| found.atom));
        }
        let now = found.flat_map(|found| {
            let parts = self.parts.get(found.atom.0).map(|parts| &**parts);
            let whole = if parts.is_none() { Some(*found) } else { None };
            whole.into_iter().chain(parts.unwrap_or_default().iter().copied())
        });
        let meets = move |part: &AtomBox| wanted.intersects(&part.envelope());
        Either::Right(now.chain(self.strays.iter().copied()).filter(meets).map(|part| part.atom))
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
            debug_assert_ne!(self.side_faces(directed.arc()), [OUTSIDE; 2]);
            for edge in self.arc(directed.arc()).windows(2) {
                inside ^= is_left_of(at, [edge[0], edge[1]]);
            }
        }
        inside
    }
}

//! Polygons as read: the input of a coverage, in flat arrays.

use geo::Coord;

use super::{AtomId, FaceId, RingId};

/// Polygons of all atoms in flat arrays, filled from front to back.
///
/// 1. Rings are open: the closing vertex is not stored.
/// 2. No vertex equals the one before it in its ring.
/// 3. Every coordinate is finite.
///
/// [`end_ring`](Self::end_ring) brings about 1 and 2 and remembers which rings came otherwise, so that a
/// reader can keep the source text of such a feature. 3 is the reader's duty, at the one place where
/// coordinates enter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlatPolygons {
    /// Longitude (`x`) and latitude (`y`) in degrees, ring after ring.
    pub coords: Vec<Coord>,
    /// End of each ring in `coords`.
    pub ring_ends: Vec<u32>,
    /// End of each face in `ring_ends`. The first ring of a face is its shell.
    pub face_ends: Vec<u32>,
    /// End of each atom in `face_ends`. An atom may have no face.
    pub atom_ends: Vec<u32>,
    /// Rings whose last vertex did not repeat the first.
    pub unclosed: Vec<RingId>,
    /// Rings from which repeated vertices were dropped.
    pub repeated: Vec<RingId>,
}

impl FlatPolygons {
    /// Adds a vertex to the ring under construction.
    pub fn push(&mut self, coord: Coord) {
        // -0.0 and 0.0 are one place.
        self.coords.push(Coord { x: coord.x + 0.0, y: coord.y + 0.0 });
    }

    /// Adds vertices to the ring under construction.
    pub fn extend(&mut self, coords: impl Iterator<Item = Coord>) {
        self.coords.extend(coords.map(|coord| Coord { x: coord.x + 0.0, y: coord.y + 0.0 }));
    }

    /// Ends the ring under construction: drops the closing vertex and repeated vertices.
    /// Returns whether the ring came closed and free of repeats.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn end_ring(&mut self) -> bool {
        let start = self.ring_ends.last().map_or(0, |&end| end as usize);
        let ring = RingId::new(self.ring_ends.len());
        let mut tidy = true;
        if self.coords.len() > start + 1 && self.coords.last() == self.coords.get(start) {
            self.coords.pop();
        } else if self.coords.len() > start {
            self.unclosed.push(ring);
            tidy = false;
        }
        let before = self.coords.len();
        let first_repeat = self.coords[start..].windows(2).position(|two| two[0] == two[1]);
        let mut kept = first_repeat.map_or(before, |at| start + at + 1);
        let behind = kept..before;
        for i in behind {
            if kept == start || self.coords[kept - 1] != self.coords[i] {
                self.coords[kept] = self.coords[i];
                kept += 1;
            }
        }
        while kept > start + 1 && self.coords[kept - 1] == self.coords[start] {
            kept -= 1;
        }
        if kept < before {
            self.coords.truncate(kept);
            self.repeated.push(ring);
            tidy = false;
        }
        self.ring_ends.push(self.coords.len() as u32);
        tidy
    }

    /// Ends the polygon under construction.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn end_face(&mut self) {
        self.face_ends.push(self.ring_ends.len() as u32);
    }

    /// Ends the atom under construction.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn end_atom(&mut self) {
        self.atom_ends.push(self.face_ends.len() as u32);
    }

    /// Appends another set behind this one; its ids shift by what is here already.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn append(&mut self, other: &Self) {
        let (coords, rings, faces) =
            (self.coords.len() as u32, self.ring_ends.len() as u32, self.face_ends.len() as u32);
        self.coords.extend_from_slice(&other.coords);
        self.ring_ends.extend(other.ring_ends.iter().map(|end| end + coords));
        self.face_ends.extend(other.face_ends.iter().map(|end| end + rings));
        self.atom_ends.extend(other.atom_ends.iter().map(|end| end + faces));
        self.unclosed.extend(other.unclosed.iter().map(|ring| RingId(ring.0 + rings)));
        self.repeated.extend(other.repeated.iter().map(|ring| RingId(ring.0 + rings)));
    }

    /// Some of the atoms, in the order given, with their rings as they are here.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "no count grows")]
    pub fn only(&self, atoms: impl IntoIterator<Item = AtomId>) -> Self {
        let mut some = Self::default();
        let is_in = |rings: &[RingId], ring: RingId| rings.binary_search(&ring).is_ok();
        for atom in atoms {
            for face in self.faces_of(atom) {
                for ring in self.rings_of(face) {
                    let new = RingId::new(some.ring_ends.len());
                    some.unclosed.extend(is_in(&self.unclosed, ring).then_some(new));
                    some.repeated.extend(is_in(&self.repeated, ring).then_some(new));
                    some.coords.extend_from_slice(self.ring(ring));
                    some.ring_ends.push(some.coords.len() as u32);
                }
                some.end_face();
            }
            some.end_atom();
        }
        some
    }

    /// Drops vertices that have come to lie on the one before them, after coordinates were turned into others.
    #[expect(clippy::cast_possible_truncation, reason = "no count grows")]
    pub fn drop_repeats(&mut self) {
        let repeats = |ring: &[Coord]| {
            ring.windows(2).any(|two| two[0] == two[1]) || (ring.len() > 1 && ring.first() == ring.last())
        };
        if !(0..self.ring_ends.len()).any(|ring| repeats(self.ring(RingId::new(ring)))) {
            return;
        }
        let coords = std::mem::take(&mut self.coords);
        let ends = std::mem::take(&mut self.ring_ends);
        for ring in 0..ends.len() {
            let start = self.coords.len();
            for &coord in &coords[span(&ends, ring)] {
                if self.coords.len() == start || self.coords.last() != Some(&coord) {
                    self.coords.push(coord);
                }
            }
            while self.coords.len() > start + 1 && self.coords.last() == self.coords.get(start) {
                self.coords.pop();
            }
            if self.coords.len() - start < span(&ends, ring).len() {
                self.repeated.push(RingId::new(ring));
            }
            self.ring_ends.push(self.coords.len() as u32);
        }
        self.repeated.sort_unstable();
        self.repeated.dedup();
    }

    /// Atom of a vertex, and its ring counted through the atom, both from 0.
    #[must_use]
    pub fn place_of(&self, vertex: usize) -> (usize, usize) {
        let behind = |ends: &[u32], at: usize| ends.partition_point(|&end| end as usize <= at);
        let ring = behind(&self.ring_ends, vertex);
        let atom = behind(&self.atom_ends, behind(&self.face_ends, ring));
        let first_face = atom.checked_sub(1).map_or(0, |before| self.atom_ends[before] as usize);
        let first_ring = first_face.checked_sub(1).map_or(0, |before| self.face_ends[before] as usize);
        (atom, ring - first_ring)
    }

    /// Number of atoms.
    #[must_use]
    pub fn atom_count(&self) -> usize {
        self.atom_ends.len()
    }

    /// Faces of an atom.
    pub fn faces_of(&self, atom: AtomId) -> impl ExactSizeIterator<Item = FaceId> + use<> {
        span(&self.atom_ends, atom.index()).map(FaceId::new)
    }

    /// Rings of a face, shell first.
    pub fn rings_of(&self, face: FaceId) -> impl ExactSizeIterator<Item = RingId> + use<> {
        span(&self.face_ends, face.index()).map(RingId::new)
    }

    /// Vertices of a ring, as read, without the closing one.
    #[must_use]
    pub fn ring(&self, ring: RingId) -> &[Coord] {
        &self.coords[span(&self.ring_ends, ring.index())]
    }
}

/// The range that `ends` gives for the item at `index`.
pub(crate) fn span(ends: &[u32], index: usize) -> std::ops::Range<usize> {
    let start = if index == 0 { 0 } else { ends[index - 1] as usize };
    start..ends[index] as usize
}

impl From<&[geo::MultiPolygon]> for FlatPolygons {
    /// One atom for each multi-polygon; for tests and small inputs.
    fn from(atoms: &[geo::MultiPolygon]) -> Self {
        let mut flat = Self::default();
        for atom in atoms {
            for polygon in atom {
                for ring in std::iter::once(polygon.exterior()).chain(polygon.interiors()) {
                    ring.coords().for_each(|&coord| flat.push(coord));
                    flat.end_ring();
                }
                flat.end_face();
            }
            flat.end_atom();
        }
        flat
    }
}

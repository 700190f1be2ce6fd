//! From flat polygons to shared arcs.
//!
//! 1. [`vertices`] finds which vertices are one place, and which of them are nodes.
//! 2. [`arcs`] cuts rings at the nodes and stores every piece once.
//! 3. Adjacency and bounding boxes follow from the arcs.
//! 4. Where the data lie on both sides of the 180th meridian, [`seam`] makes the two sides match before that, and says
//!    what lies across.
//!
//! Vertices match when their coordinates are equal to the bit; nothing is snapped. The result does not depend on the
//! number of threads: ids follow the order of the input.

mod arcs;
mod seam;
mod vertices;

use geo::{Coord, Rect};
use rayon::prelude::*;

use self::arcs::{Arcs, cut_rings};
pub(super) use self::arcs::{doubled_area, is_counter_clockwise, quick_orientation};
use self::vertices::Vertices;
use super::seam::Seam;
use super::{AtomId, Built, Coverage, FlatPolygons, OUTSIDE, UntidyRings, span};
use crate::jobs::{Cancelled, Progress};

impl Coverage {
    /// Builds the coverage of all atoms. Takes any polygons, also invalid ones; `validate` says what is wrong with them.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn build(polygons: FlatPolygons, progress: &Progress) -> Result<Self, Cancelled> {
        Self::build_beside(polygons, progress, |_| ()).map(|(coverage, ())| coverage)
    }

    /// The same, with nodes where `is_node` says so of a vertex as well.
    pub(super) fn build_with_nodes(
        polygons: FlatPolygons,
        is_node: impl Fn(Coord) -> bool + Sync,
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        Self::build_of(polygons, |vertices, polygons| vertices.make_nodes(polygons, is_node), progress, |_| ())
            .map(|(coverage, ())| coverage)
    }

    /// Builds the coverage, and beside the one step that keeps a single core busy does some other work: it is given
    /// the bounding box of every atom.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn build_beside<T: Send>(
        polygons: FlatPolygons,
        progress: &Progress,
        work: impl FnOnce(&[Option<Rect>]) -> T + Send,
    ) -> Result<(Self, T), Cancelled> {
        Self::build_of(polygons, |_, _| (), progress, work)
    }

    fn build_of<T: Send>(
        mut polygons: FlatPolygons,
        more_nodes: impl FnOnce(&mut Vertices, &FlatPolygons),
        progress: &Progress,
        work: impl FnOnce(&[Option<Rect>]) -> T + Send,
    ) -> Result<(Self, T), Cancelled> {
        progress.check()?;
        let bounds = atom_bounds(&polygons);
        let has_seam = seam::is_met(&bounds);
        let added = if has_seam { seam::even_out(&mut polygons) } else { Vec::new() };
        let mut vertices = Vertices::match_up(&polygons);
        if has_seam {
            vertices.match_across(&polygons);
        }
        more_nodes(&mut vertices, &polygons);
        progress.set(0.5);
        progress.check()?;
        let (mut arcs, work_done) = rayon::join(|| cut_rings(&polygons, &vertices), || work(&bounds));
        drop(vertices);
        let seam = if has_seam { seam::join(&mut arcs, added) } else { Seam::default() };
        progress.set(0.9);
        progress.check()?;

        let FlatPolygons { face_ends, atom_ends, unclosed, repeated, .. } = polygons;
        let Arcs { coords, arc_ends, arc_nodes, arc_faces, node_count, ring_arcs, ring_ends, ring_sources } = arcs;
        let mut face_atoms = vec![AtomId(0); face_ends.len()];
        for atom in 0..atom_ends.len() {
            face_atoms[span(&atom_ends, atom)].fill(AtomId::new(atom));
        }
        let (neighbours, neighbour_ends) = adjacency(&arc_faces, &face_atoms, atom_ends.len());
        let built = Built {
            coords,
            arc_ends,
            arc_nodes,
            arc_faces,
            node_count,
            ring_arcs,
            ring_ends,
            ring_sources,
            face_ends,
            face_atoms,
            atom_ends,
            atom_bounds: bounds,
            neighbours,
            neighbour_ends,
            seam,
        };
        let coverage = Self::new(built, UntidyRings { unclosed, repeated });
        Ok((coverage, work_done))
    }
}

fn atom_bounds(polygons: &FlatPolygons) -> Vec<Option<Rect>> {
    (0..polygons.atom_count())
        .into_par_iter()
        .map(|atom| {
            // Shells are enough: a hole outside of its shell is a defect that moves no box.
            let shells = polygons.faces_of(AtomId::new(atom)).filter_map(|face| polygons.rings_of(face).next());
            shells.flat_map(|ring| polygons.ring(ring)).fold(None, |bounds: Option<(Coord, Coord)>, c| {
                let (low, high) = bounds.unwrap_or((*c, *c));
                Some((Coord { x: low.x.min(c.x), y: low.y.min(c.y) }, Coord { x: high.x.max(c.x), y: high.y.max(c.y) }))
            })
        })
        .map(|bounds| bounds.map(|(low, high)| Rect::new(low, high)))
        .collect()
}

/// Neighbours of every atom in order of atom, each list ascending, and the end of each list.
fn adjacency(arc_faces: &[[u32; 2]], face_atoms: &[AtomId], atoms: usize) -> (Vec<AtomId>, Vec<u32>) {
    let mut pairs: Vec<u64> = arc_faces
        .par_iter()
        .filter(|sides| !sides.contains(&OUTSIDE))
        .flat_map_iter(|&sides| {
            let [a, b] = sides.map(|face| u64::from(face_atoms[face as usize].0));
            [(a << 32) | b, (b << 32) | a].into_iter().filter(move |_| a != b)
        })
        .collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    let mut ends = vec![0_u32; atoms];
    for pair in &pairs {
        ends[(pair >> 32) as usize] += 1;
    }
    let mut total = 0;
    for end in &mut ends {
        total += *end;
        *end = total;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the low half of a pair is an atom")]
    let neighbours = pairs.into_iter().map(|pair| AtomId(pair as u32)).collect();
    (neighbours, ends)
}

#[cfg(test)]
mod tests {
    use geo::wkt;

    use super::*;

    fn build(atoms: &[geo::MultiPolygon]) -> Coverage {
        Coverage::build(atoms.into(), &Progress::new()).unwrap()
    }

    #[test]
    fn two_squares_share_one_arc() {
        //  2 ┌───┬───┐
        //    │ a │ b │
        //  0 └───┴───┘
        let a: geo::MultiPolygon = wkt!(POLYGON((0. 0., 1. 0., 1. 2., 0. 2., 0. 0.))).into();
        let b: geo::MultiPolygon = wkt!(POLYGON((1. 0., 2. 0., 2. 2., 1. 2., 1. 0.))).into();
        let coverage = build(&[a, b]);
        assert_eq!(coverage.arc_count(), 3);
        assert_eq!(coverage.node_count(), 2);
        assert_eq!(coverage.neighbours(AtomId(0)), [AtomId(1)]);
        let shared: Vec<_> = coverage.arcs().filter(|&arc| coverage.sides(arc).iter().all(Option::is_some)).collect();
        assert_eq!(shared.len(), 1);
        assert_eq!(coverage.arc(shared[0]).len(), 2);
    }

    #[test]
    fn units_touching_at_a_corner_are_not_neighbours() {
        //  c d
        //  a b     a–d and b–c touch in one point only
        let square = |x: f64, y: f64| -> geo::MultiPolygon { Rect::new((x, y), (x + 1., y + 1.)).to_polygon().into() };
        let coverage = build(&[square(0., 0.), square(1., 0.), square(0., 1.), square(1., 1.)]);
        assert_eq!(coverage.neighbours(AtomId(0)), [AtomId(1), AtomId(2)]);
        assert_eq!(coverage.neighbours(AtomId(3)), [AtomId(1), AtomId(2)]);
    }

    #[test]
    fn an_island_in_a_hole_shares_the_whole_ring() {
        let ring: geo::MultiPolygon =
            wkt!(POLYGON((0. 0., 9. 0., 9. 9., 0. 9., 0. 0.), (3. 3., 3. 6., 6. 6., 6. 3., 3. 3.))).into();
        let island: geo::MultiPolygon = wkt!(POLYGON((6. 6., 3. 6., 3. 3., 6. 3., 6. 6.))).into();
        let coverage = build(&[ring, island]);
        assert_eq!(coverage.arc_count(), 2);
        assert_eq!(coverage.neighbours(AtomId(0)), [AtomId(1)]);
    }

    #[test]
    fn source_rings_come_back_in_their_own_order_and_direction() {
        let clockwise: geo::MultiPolygon = wkt!(POLYGON((2. 2., 2. 0., 1. 0., 1. 2., 2. 2.))).into();
        let other: geo::MultiPolygon = wkt!(POLYGON((0. 2., 0. 0., 1. 0., 1. 2., 0.5 2.5, 0. 2.))).into();
        let coverage = build(&[clockwise.clone(), other.clone()]);
        for (atom, source) in coverage.atoms().zip([&clockwise, &other]) {
            let face = coverage.faces_of(atom).next().unwrap();
            let ring = coverage.rings_of(face).next().unwrap();
            assert_eq!(coverage.source_ring(ring), source.0[0].exterior().0);
        }
    }

    #[test]
    fn duplicates_get_arcs_of_their_own() {
        let square: geo::MultiPolygon = wkt!(POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.))).into();
        let coverage = build(&[square.clone(), square]);
        assert_eq!(coverage.arc_count(), 2);
        assert!(coverage.neighbours(AtomId(0)).is_empty());
    }

    #[test]
    fn rings_of_one_or_two_vertices_do_no_harm() {
        let mut flat = FlatPolygons::default();
        for ring in [&[][..], &[(1., 1.)][..], &[(2., 2.), (3., 3.)][..], &[(4., 4.), (5., 4.), (4., 4.)][..]] {
            for &(x, y) in ring {
                flat.push(Coord { x, y });
            }
            flat.end_ring();
            flat.end_face();
            flat.end_atom();
        }
        let coverage = Coverage::build(flat, &Progress::new()).unwrap();
        assert_eq!(coverage.atom_count(), 4);
        assert!(coverage.bounds_of(AtomId(0)).is_none());
        assert_eq!(coverage.source_ring(crate::coverage::RingId(2)).len(), 3);
    }
}

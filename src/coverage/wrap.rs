//! Polygons whose longitudes run on beyond 180°, cut at the 180th meridian: what is west of it stays, what is east of it
//! begins at −180°, as RFC 7946 (§3.1.9) has it.
//!
//! ```text
//!   175   180   185            175  180  −180  −175
//!    ┌─────┼─────┐              ┌─────┐  ┌─────┐
//!    └─────┼─────┘      ⇒       └─────┘  └─────┘
//! ```
//!
//! 1. Vertices stay where they are, but for 360° that are taken from those beyond.
//! 2. A new vertex is worked out from the two ends of its edge, the western one first: neighbours get the same.
//! 3. A vertex on the meridian counts as west of it.

use geo::Coord;

use super::{AtomId, FlatPolygons};

/// The meridian.
const EDGE_DEG: f64 = 180.0;
const WHOLE_DEG: f64 = 360.0;

/// A ring, not closed.
type Ring = Vec<Coord>;

impl FlatPolygons {
    /// The same cut at the 180th meridian, and the atoms that are not as they were, ascending.
    pub(crate) fn wrapped(&self) -> (Self, Vec<AtomId>) {
        let (mut made, mut changed) = (Self::default(), Vec::new());
        for atom in (0..self.atom_count()).map(AtomId::new) {
            let mut is_changed = false;
            for face in self.faces_of(atom) {
                let rings: Vec<Ring> = self.rings_of(face).map(|ring| self.ring(ring).to_vec()).collect();
                let reaches = rings.iter().flatten().any(|at| at.x > EDGE_DEG);
                is_changed |= reaches;
                for face in if reaches { halves(&rings) } else { vec![rings] } {
                    for ring in face {
                        ring.iter().chain(ring.first()).for_each(|&at| made.push(at));
                        made.end_ring();
                    }
                    made.end_face();
                }
            }
            made.end_atom();
            if is_changed {
                changed.push(atom);
            }
        }
        // What came untidy is told of where it is as it was: rings have other numbers now.
        (made.unclosed, made.repeated) = (Vec::new(), Vec::new());
        (made, changed)
    }
}

const fn is_west(at: Coord) -> bool {
    at.x <= EDGE_DEG
}

fn back(at: Coord) -> Coord {
    Coord { x: at.x - WHOLE_DEG, y: at.y }
}

/// Where a ring crosses the meridian.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    lat: f64,
}

/// What of a ring lies on one side, between two crossings.
#[derive(Debug)]
struct Chain {
    start: usize,
    end: usize,
    coords: Ring,
}

/// A face on both sides of the meridian: its parts, shell first.
fn halves(rings: &[Ring]) -> Vec<Vec<Ring>> {
    // What only touches the meridian is not cut.
    if rings.iter().flatten().all(|at| at.x >= EDGE_DEG) {
        return vec![rings.iter().map(|ring| ring.iter().copied().map(back).collect()).collect()];
    }
    let mut crossings = Vec::new();
    let (mut chains, mut whole) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    let shell_runs_left = rings.first().is_some_and(|shell| runs_left(shell));
    for (i, ring) in rings.iter().enumerate() {
        // Holes run the other way than their shell, whichever way they came.
        let mut ring = ring.clone();
        if i > 0 && runs_left(&ring) == shell_runs_left {
            ring.reverse();
        }
        part(&ring, &mut crossings, &mut chains, &mut whole);
    }
    let mut order: Vec<usize> = (0..crossings.len()).collect();
    order.sort_by(|&a: &usize, &b: &usize| crossings[a].lat.total_cmp(&crossings[b].lat).then(a.cmp(&b)));
    // Along the meridian one goes in at one crossing and out at the next.
    let mut partner = vec![None; crossings.len()];
    for pair in order.chunks_exact(2) {
        (partner[pair[0]], partner[pair[1]]) = (Some(pair[1]), Some(pair[0]));
    }
    let mut faces = Vec::new();
    for (side, (chains, whole)) in chains.into_iter().zip(whole).enumerate() {
        let turned = |ring: Ring| if side == 0 { ring } else { ring.into_iter().map(back).collect() };
        let mut shells: Vec<Vec<Ring>> = joined(&chains, &partner).into_iter().map(|ring| vec![ring]).collect();
        for ring in whole {
            let around = ring.first().and_then(|&at| shells.iter().position(|shell| contains(&shell[0], at)));
            match around {
                Some(shell) => shells[shell].push(ring),
                None => shells.push(vec![ring]),
            }
        }
        faces.extend(shells.into_iter().map(|face| face.into_iter().map(turned).collect()));
    }
    faces
}

/// Parts a ring where it crosses: chains west of the meridian and east of it, or the whole where it does not.
fn part(ring: &[Coord], crossings: &mut Vec<Crossing>, chains: &mut [Vec<Chain>; 2], whole: &mut [Vec<Ring>; 2]) {
    let n = ring.len();
    let Some(first) = (0..n).find(|&i| is_west(ring[i]) != is_west(ring[(i + 1) % n])) else {
        if let Some(&at) = ring.first() {
            whole[usize::from(!is_west(at))].push(ring.to_vec());
        }
        return;
    };
    let mut now: Option<Chain> = None;
    let before = crossings.len();
    for step in 0..n {
        let i = (first + step) % n;
        let (a, b) = (ring[i], ring[(i + 1) % n]);
        if is_west(a) == is_west(b) {
            if let Some(chain) = &mut now {
                chain.coords.push(b);
            }
            continue;
        }
        let (west, east) = if is_west(a) { (a, b) } else { (b, a) };
        let share = (EDGE_DEG - west.x) / (east.x - west.x);
        let at = Coord { x: EDGE_DEG, y: (east.y - west.y).mul_add(share, west.y) };
        let crossing = crossings.len();
        crossings.push(Crossing { lat: at.y });
        if let Some(mut chain) = now.take() {
            chain.coords.push(at);
            chain.end = crossing;
            chains[usize::from(!is_west(a))].push(chain);
        }
        now = Some(Chain { start: crossing, end: crossing, coords: vec![at, b] });
    }
    if let Some(mut chain) = now {
        // Back at the first crossing.
        let at = Coord { x: EDGE_DEG, y: crossings[before].lat };
        chain.coords.push(at);
        chain.end = before;
        chains[usize::from(!is_west(ring[first]))].push(chain);
    }
}

/// Chains of one side, put together along the meridian.
fn joined(chains: &[Chain], partner: &[Option<usize>]) -> Vec<Ring> {
    let starting = |crossing: usize| chains.iter().position(|chain| chain.start == crossing);
    let mut is_done = vec![false; chains.len()];
    let mut rings = Vec::new();
    for first in 0..chains.len() {
        let mut ring = Ring::new();
        let mut next = Some(first);
        while let Some(at) = next.filter(|&at| !std::mem::replace(&mut is_done[at], true)) {
            ring.extend_from_slice(&chains[at].coords);
            next = partner[chains[at].end].and_then(starting);
        }
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        // What only touches the meridian has nothing on this side.
        if ring.len() > 2 && ring.iter().any(|at| at.x != EDGE_DEG) {
            rings.push(ring);
        }
    }
    rings
}

/// Whether a ring runs counter-clockwise.
fn runs_left(ring: &[Coord]) -> bool {
    let ends = ring.iter().zip(ring.iter().skip(1).chain(ring.first()));
    let origin = ring.first().copied().unwrap_or_default();
    let twice = ends.map(|(a, b)| (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y));
    twice.sum::<f64>() > 0.0
}

/// Whether a place lies in a ring.
fn contains(ring: &[Coord], at: Coord) -> bool {
    let ends = ring.iter().zip(ring.iter().skip(1).chain(ring.first()));
    ends.filter(|(a, b)| super::index::is_left_of(at, [**a, **b])).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use geo::{MultiPolygon, polygon};

    use super::*;

    fn area(flat: &FlatPolygons, atom: usize) -> f64 {
        let of = |ring: &[Coord]| {
            let ends = ring.iter().zip(ring.iter().skip(1).chain(ring.first()));
            (ends.map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0).abs()
        };
        let faces = flat.faces_of(AtomId::new(atom));
        let face = |face| {
            let rings: Vec<f64> = flat.rings_of(face).map(|ring| of(flat.ring(ring))).collect();
            rings[0] - rings[1..].iter().sum::<f64>()
        };
        faces.map(face).sum()
    }

    #[test]
    fn what_lies_across_the_meridian_is_cut_there_and_covers_as_much() {
        //  one over it, one with a hole over it, a ring like an E whose arms reach over it, one that touches it, one beyond
        let atoms: Vec<MultiPolygon> = vec![
            polygon![(x: 178., y: 0.), (x: 183., y: 1.), (x: 183., y: 3.), (x: 178., y: 3.)].into(),
            polygon!(
                exterior: [(x: 178., y: 10.), (x: 184., y: 10.), (x: 184., y: 16.), (x: 178., y: 16.)],
                interiors: [[(x: 179., y: 11.), (x: 182., y: 11.), (x: 182., y: 13.), (x: 179., y: 13.)],
                            [(x: 183., y: 14.), (x: 183.5, y: 14.), (x: 183.5, y: 15.)]],
            )
            .into(),
            polygon![(x: 177., y: 20.), (x: 182., y: 20.), (x: 182., y: 21.), (x: 179., y: 21.), (x: 179., y: 22.),
                     (x: 182., y: 22.), (x: 182., y: 23.), (x: 180., y: 23.), (x: 180., y: 24.), (x: 177., y: 24.)]
            .into(),
            polygon![(x: 180., y: 30.), (x: 182., y: 30.), (x: 182., y: 31.), (x: 180., y: 31.)].into(),
            polygon![(x: 178., y: 30.), (x: 180., y: 30.), (x: 180., y: 31.), (x: 178., y: 31.)].into(),
            polygon![(x: 190., y: 0.), (x: 191., y: 0.), (x: 191., y: 1.)].into(),
        ];
        let flat = FlatPolygons::from(atoms.as_slice());
        let (cut, changed) = flat.wrapped();
        assert_eq!(changed, [0, 1, 2, 3, 5].map(AtomId::new));
        assert!(cut.coords.iter().all(|at| at.x.abs() <= 180.0), "{:?}", cut.coords);
        for atom in 0..atoms.len() {
            assert!((area(&flat, atom) - area(&cut, atom)).abs() < 1e-9, "{atom}");
        }
        let faces: Vec<usize> = (0..atoms.len()).map(|atom| cut.faces_of(AtomId::new(atom)).len()).collect();
        assert_eq!(faces, [2, 2, 3, 1, 1, 1]);
        // Of all edges none leads around the earth.
        for ring in 0..cut.ring_ends.len() {
            let ring = cut.ring(super::super::RingId::new(ring));
            assert!(ring.windows(2).all(|pair| (pair[0].x - pair[1].x).abs() < 90.0), "{ring:?}");
        }
        // What was cut is not cut again.
        assert_eq!(cut.wrapped().1, []);
    }

    proptest::proptest! {
        #[test]
        fn any_ring_is_cut_without_a_vertex_beyond(
            ring in proptest::collection::vec((170.0..190.0_f64, -10.0..10.0_f64), 3..20),
        ) {
            let mut flat = FlatPolygons::default();
            ring.iter().chain(ring.first()).for_each(|&(x, y)| flat.push(Coord { x: x.round(), y }));
            flat.end_ring();
            flat.end_face();
            flat.end_atom();
            let (cut, _) = flat.wrapped();
            proptest::prop_assert_eq!(cut.atom_count(), 1);
            proptest::prop_assert!(cut.coords.iter().all(|at| at.x.abs() <= 180.0));
        }
    }
}

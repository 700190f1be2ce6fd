//! Area and length of every arc and atom, computed once; every other figure is a sum of them.

use std::sync::OnceLock;

use geo::Coord;
use rayon::prelude::*;

use super::Dataset;
use super::refine::grown;
use crate::coverage::{ArcId, AtomId, Coverage, CutArcs, DirectedArc};
use crate::geodesy::{AreaMethod, ChainMeasures, ExactSum, chain_measures};

/// Area and length of every arc and atom.
///
/// 1. The area of an atom is the exact sum of the terms of its arcs. So the area of a set of atoms is that of its
///    outline, to the last bit: inner arcs count twice, with opposite signs.
/// 2. The same coverage gives the same measures, on any number of threads.
#[derive(Debug)]
pub struct Measures {
    method: AreaMethod,
    arc_area: Vec<ExactSum>,
    arc_length: Vec<ExactSum>,
    atom_area: Vec<ExactSum>,
}

impl Measures {
    /// Measures everything, in parallel; every shared border once.
    #[must_use]
    pub fn of(coverage: &Coverage, method: AreaMethod) -> Self {
        let (arc_area, arc_length) = (0..coverage.arc_count())
            .into_par_iter()
            .with_min_len(64)
            .map(|arc| {
                let ChainMeasures { area, length } = chain_measures(method, coverage.arc(ArcId::new(arc)));
                (area, length)
            })
            .unzip();
        let mut measures = Self { method, arc_area, arc_length, atom_area: Vec::new() };
        measures.atom_area = (0..coverage.atom_count())
            .into_par_iter()
            .with_min_len(64)
            .map(|atom| measures.area_left_of(coverage.arcs_of(AtomId::new(atom))))
            .collect();
        measures
    }

    /// The measures of the coverage with a cut made. What is known of an arc that was cut up is shared among its
    /// pieces, so that no sum changes: rounding, and the way from a geodesic to a straight line between coordinates,
    /// go to the longest piece.
    pub(super) fn refined(&self, coverage: &Coverage, atom: AtomId, arcs: &CutArcs) -> Self {
        let arc_count = coverage.arc_count();
        let mut refined = Self {
            method: self.method,
            arc_area: grown(&self.arc_area, ExactSum::ZERO, arc_count),
            arc_length: grown(&self.arc_length, ExactSum::ZERO, arc_count),
            atom_area: grown(&self.atom_area, ExactSum::ZERO, coverage.atom_count()),
        };
        let fresh =
            arcs.pieces.iter().flat_map(|(_, pieces)| pieces.iter().copied()).chain(arcs.lines.clone().map(ArcId::new));
        for arc in fresh {
            let ChainMeasures { area, length } = chain_measures(self.method, coverage.arc(arc));
            refined.arc_area[arc.index()] = area;
            refined.arc_length[arc.index()] = length;
        }
        for (arc, pieces) in &arcs.pieces {
            let Some(&longest) = pieces.iter().max_by_key(|piece| refined.arc_length[piece.index()]) else { continue };
            let sum = |of: &[ExactSum]| pieces.iter().map(|piece| of[piece.index()]).sum::<ExactSum>();
            let (area, length) = (sum(&refined.arc_area), sum(&refined.arc_length));
            refined.arc_area[longest.index()] += self.arc_area[arc.index()] - area;
            refined.arc_length[longest.index()] += self.arc_length[arc.index()] - length;
        }
        for part in [atom, AtomId::new(coverage.atom_count() - 1)] {
            refined.atom_area[part.index()] = refined.area_left_of(coverage.arcs_of(part));
        }
        refined
    }

    /// How areas were computed.
    #[must_use]
    pub const fn method(&self) -> AreaMethod {
        self.method
    }

    /// Area of an atom in m².
    #[must_use]
    pub fn atom_area(&self, atom: AtomId) -> ExactSum {
        self.atom_area[atom.index()]
    }

    /// Area term of an arc in m²: its share in the area of what lies on its left.
    #[must_use]
    pub fn arc_area(&self, arc: DirectedArc) -> ExactSum {
        let forward = self.arc_area[arc.arc().index()];
        if arc.is_backward() { -forward } else { forward }
    }

    /// Geodesic length of an arc in metres.
    #[must_use]
    pub fn arc_length(&self, arc: ArcId) -> ExactSum {
        self.arc_length[arc.index()]
    }

    /// Area in m² enclosed by closed chains of arcs, on their left.
    pub fn area_left_of(&self, arcs: impl Iterator<Item = DirectedArc>) -> ExactSum {
        arcs.map(|arc| self.arc_area(arc)).sum()
    }

    /// Length of some arcs in metres.
    pub fn length_of(&self, arcs: impl Iterator<Item = DirectedArc>) -> ExactSum {
        arcs.map(|arc| self.arc_length(arc.arc())).sum()
    }
}

/// Measures computed so far, for each way to compute an area, and the inner points and moments of the atoms.
#[derive(Debug, Default)]
pub struct MeasureCache {
    pub(super) geodesic: OnceLock<Measures>,
    pub(super) ellipsoid_trapezoid: OnceLock<Measures>,
    pub(super) atom_points: OnceLock<Vec<Option<Coord>>>,
    pub(super) moments: OnceLock<Vec<super::Moment>>,
}

impl Dataset {
    /// Area and length of every arc and atom. The first call computes them.
    pub fn measures(&self, method: AreaMethod) -> &Measures {
        self.measures_cell(method).get_or_init(|| Measures::of(&self.coverage, method))
    }

    /// The same, if it was computed before.
    #[must_use]
    pub fn known_measures(&self, method: AreaMethod) -> Option<&Measures> {
        self.measures_cell(method).get()
    }

    /// Area of an atom in m², without measuring the others where that was not done before.
    #[must_use]
    pub fn area_of_atom(&self, method: AreaMethod, atom: AtomId) -> ExactSum {
        if let Some(known) = self.known_measures(method) {
            return known.atom_area(atom);
        }
        let left_of = |arc: DirectedArc| {
            let area = chain_measures(method, self.coverage.arc(arc.arc())).area;
            if arc.is_backward() { -area } else { area }
        };
        self.coverage.arcs_of(atom).map(left_of).sum()
    }

    const fn measures_cell(&self, method: AreaMethod) -> &OnceLock<Measures> {
        match method {
            AreaMethod::Geodesic => &self.measures.geodesic,
            AreaMethod::EllipsoidTrapezoid => &self.measures.ellipsoid_trapezoid,
        }
    }

    /// Lengths of the arcs, which no way to compute an area changes: from what is there already.
    pub fn any_measures(&self) -> &Measures {
        let there = self.measures.geodesic.get().or_else(|| self.measures.ellipsoid_trapezoid.get());
        there.unwrap_or_else(|| self.measures(AreaMethod::Geodesic))
    }

    /// Computes what figures ask of the whole dataset: measures, points and moments of the atoms. It happens by itself when
    /// a figure first needs it; call this from a background job to have it done by then.
    pub fn prepare_figures(&self, method: AreaMethod) {
        self.measures(method);
        self.atom_points();
        self.moments();
    }

    /// A representative point of an atom, inside of it: where its people are, when nothing better is known.
    /// `None` without territory. The first call computes those of all atoms.
    pub fn atom_point(&self, atom: AtomId) -> Option<Coord> {
        self.atom_points()[atom.index()]
    }

    fn atom_points(&self) -> &[Option<Coord>] {
        self.measures.atom_points.get_or_init(|| atom_points(&self.coverage))
    }
}

fn atom_points(coverage: &Coverage) -> Vec<Option<Coord>> {
    let atoms = (0..coverage.atom_count()).into_par_iter().with_min_len(16);
    atoms.map(|atom| atom_point(coverage, AtomId::new(atom))).collect()
}

pub(super) fn atom_point(coverage: &Coverage, atom: AtomId) -> Option<Coord> {
    let faces = coverage.faces_of(atom);
    inner_point(coverage, faces.map(|face| coverage.rings_of(face).map(|ring| coverage.ring(ring))))
}

/// A point inside of some polygons, each a shell and its holes as closed chains; `None` without polygons.
///
/// It is the middle of the longest stretch inside the polygon with the largest bounding box, at the middle of its
/// height (a little off where a vertex lies just there, so that the stretch is no edge).
///
/// ```text
///   ┌────────┐
///   │ ──x──  └──┐
///   └───────────┘
/// ```
///
/// Unlike a centroid it never falls outside, and unlike the pole of inaccessibility it takes two passes.
pub fn inner_point<'a, Polygon>(coverage: &Coverage, polygons: impl Iterator<Item = Polygon>) -> Option<Coord>
where
    Polygon: Iterator<Item = &'a [DirectedArc]>,
{
    let (_, height, chains) = polygons
        .map(|polygon| {
            let chains: Vec<&[DirectedArc]> = polygon.collect();
            let (width, height) = extent(coverage, chains.first().copied().unwrap_or_default());
            (width * (height[1] - height[0]), height, chains)
        })
        // The first of equals: `max_by` would take the last.
        .reduce(|a, b| if b.0.total_cmp(&a.0).is_gt() { b } else { a })?;
    let edges = || {
        let arcs = chains.iter().flat_map(|chain| chain.iter());
        arcs.flat_map(|arc| coverage.arc(arc.arc()).windows(2)).map(|edge| [edge[0], edge[1]])
    };
    let y = free_height(edges().flatten().map(|at| at.y), height);
    let mut crossings: Vec<f64> = edges()
        .filter(|[a, b]| (a.y > y) != (b.y > y))
        .map(|[a, b]| (b.x - a.x) * ((y - a.y) / (b.y - a.y)) + a.x)
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let stretches = crossings.chunks_exact(2).map(|pair| (pair[1] - pair[0], pair));
    let widest = stretches.reduce(|a, b| if b.0 > a.0 { b } else { a });
    let middle = widest.map(|(_, pair)| Coord { x: f64::midpoint(pair[0], pair[1]), y });
    // A polygon without height has no stretch inside.
    middle.or_else(|| edges().next().map(|[a, _]| a))
}

/// Width, and the lowest and highest latitude, of a chain.
fn extent(coverage: &Coverage, chain: &[DirectedArc]) -> (f64, [f64; 2]) {
    let start = ([f64::INFINITY, f64::NEG_INFINITY], [f64::INFINITY, f64::NEG_INFINITY]);
    let coords = chain.iter().flat_map(|arc| coverage.arc(arc.arc()));
    let (x, y) = coords.fold(start, |(x, y), at| ([x[0].min(at.x), x[1].max(at.x)], [y[0].min(at.y), y[1].max(at.y)]));
    (x[1] - x[0], y)
}

/// A height at the middle of a range, half-way between the nearest vertices below and above.
fn free_height(heights: impl Iterator<Item = f64>, [low, high]: [f64; 2]) -> f64 {
    let middle = f64::midpoint(low, high);
    let (below, above) = heights
        .fold((low, high), |(below, above), y| if y <= middle { (below.max(y), above) } else { (below, above.min(y)) });
    f64::midpoint(below, above)
}

#[cfg(test)]
mod tests {
    use geo::{MultiPolygon, wkt};
    use proptest::prelude::*;

    use super::*;
    use crate::jobs::Progress;

    fn coverage(atoms: &[MultiPolygon]) -> Coverage {
        Coverage::build(atoms.into(), &Progress::new()).unwrap()
    }

    /// Villages of a thousandth of a degree, row after row, the inner corners moved out of line.
    fn crooked_grid(columns: u32, rows: u32) -> Coverage {
        let corner = |i: u32, j: u32| {
            let shift = f64::from((i * 7 + j * 13) % 5) * 1e-4;
            Coord { x: 105.1 + f64::from(i) * 1e-3 + shift, y: 31.1 + f64::from(j) * 1e-3 - shift }
        };
        let cell = |i, j| {
            let ring = vec![corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1), corner(i, j)];
            MultiPolygon::from(geo::Polygon::new(ring.into(), Vec::new()))
        };
        let atoms: Vec<_> = (0..rows).flat_map(|j| (0..columns).map(move |i| cell(i, j))).collect();
        coverage(&atoms)
    }

    #[test]
    fn the_point_of_a_ring_is_not_in_its_hole() {
        let ring = wkt!(MULTIPOLYGON(((0. 0., 6. 0., 6. 6., 0. 6., 0. 0.), (1. 1., 1. 5., 4. 5., 4. 1., 1. 1.))));
        assert_eq!(atom_points(&coverage(&[ring])), [Some(Coord { x: 5.0, y: 3.0 })]);
    }

    #[test]
    fn the_point_of_a_stepped_polygon_is_not_on_its_edge() {
        //      ┌──┐
        //  ┌───┘  │    the step is at the middle of the height
        //  └──────┘
        let stepped = wkt!(MULTIPOLYGON(((0. 0., 4. 0., 4. 4., 3. 4., 3. 2., 0. 2., 0. 0.))));
        let coverage = coverage(&[stepped]);
        let at = atom_points(&coverage)[0].unwrap();
        assert!(coverage.contains(AtomId(0), at) && (at.y - 2.0).abs() > 0.5, "{at:?}");
    }

    #[test]
    fn an_atom_without_territory_has_no_area_and_no_point() {
        let coverage = coverage(&[MultiPolygon::new(Vec::new())]);
        assert_eq!(atom_points(&coverage), [None]);
        assert_eq!(Measures::of(&coverage, AreaMethod::Geodesic).atom_area(AtomId(0)), ExactSum::ZERO);
    }

    proptest! {
        #[test]
        fn the_atoms_of_any_set_add_up_to_its_outline(chosen in prop::collection::vec(any::<bool>(), 30)) {
            let coverage = crooked_grid(6, 5);
            let atoms: Vec<AtomId> = coverage.atoms().filter(|atom| chosen[atom.index()]).collect();
            let outline = coverage.outline(&atoms);
            for method in AreaMethod::ALL {
                let measures = Measures::of(&coverage, method);
                let parts: ExactSum = atoms.iter().map(|&atom| measures.atom_area(atom)).sum();
                prop_assert_eq!(measures.area_left_of(outline.arcs()), parts);
            }
        }
    }
}

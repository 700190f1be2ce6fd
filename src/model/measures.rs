//! Area and length of every arc and atom, computed once; every other figure is a sum of them.

use std::sync::{Arc, OnceLock};

use geo::Coord;
use rayon::prelude::*;

use super::{Dataset, Moment};
use crate::coverage::{ArcId, AtomId, Coverage, CutArcs, DirectedArc};
use crate::geodesy::{AreaMethod, ChainMeasures, ExactSum, chain_measures};
use crate::sharing::SharedMap;

/// Area and length of every arc and atom. A copy costs nothing to speak of.
///
/// 1. The area of an atom is the exact sum of the terms of its arcs. So the area of a set of atoms is that of its
///    outline, to the last bit: inner arcs count twice, with opposite signs.
/// 2. The same coverage gives the same measures, on any number of threads.
/// 3. Pieces of an arc that was cut up share out what the arc measured, so that no sum changes: rounding, and the way from
///    a geodesic to a straight line between coordinates, go to the longest piece.
#[derive(Clone, Debug)]
pub struct Measures {
    all: Arc<AllMeasures>,
    /// What is different where something was cut.
    cuts: CutMeasures,
}

/// Measures of a whole coverage.
#[derive(Debug)]
struct AllMeasures {
    method: AreaMethod,
    arc_area: Vec<ExactSum>,
    arc_length: Vec<ExactSum>,
    atom_area: Vec<ExactSum>,
}

/// Measures of the arcs and atoms that cuts made or changed.
#[derive(Clone, Debug, Default)]
struct CutMeasures {
    arcs: SharedMap<ChainMeasures>,
    atoms: SharedMap<ExactSum>,
}

impl AllMeasures {
    /// Measures everything, in parallel; every shared border once.
    fn of(coverage: &Coverage, method: AreaMethod) -> Self {
        let (arc_area, arc_length) = (0..coverage.arc_count())
            .into_par_iter()
            .with_min_len(64)
            .map(|arc| {
                let ChainMeasures { area, length } = chain_measures(method, coverage.arc(ArcId::new(arc)));
                (area, length)
            })
            .unzip();
        let mut measures = Self { method, arc_area, arc_length, atom_area: Vec::new() };
        let area = |arc: DirectedArc| signed(arc, measures.arc_area[arc.arc().index()]);
        measures.atom_area = (0..coverage.atom_count())
            .into_par_iter()
            .with_min_len(64)
            .map(|atom| coverage.arcs_of(AtomId::new(atom)).map(area).sum())
            .collect();
        measures
    }
}

/// What an arc counts in its direction, when it counts so much in its stored one.
fn signed(arc: DirectedArc, forward: ExactSum) -> ExactSum {
    if arc.is_backward() { -forward } else { forward }
}

impl Measures {
    /// Measures everything, in parallel; every shared border once.
    #[must_use]
    pub fn of(coverage: &Coverage, method: AreaMethod) -> Self {
        Self { all: Arc::new(AllMeasures::of(coverage, method)), cuts: CutMeasures::default() }
    }

    /// How areas were computed.
    #[must_use]
    pub fn method(&self) -> AreaMethod {
        self.all.method
    }

    /// Area of an atom in m².
    #[must_use]
    pub fn atom_area(&self, atom: AtomId) -> ExactSum {
        self.cuts.atoms.get(atom.0).map_or_else(|| self.all.atom_area[atom.index()], |area| *area)
    }

    /// Area term of an arc in m²: its share in the area of what lies on its left.
    #[must_use]
    pub fn arc_area(&self, arc: DirectedArc) -> ExactSum {
        let cut = self.cuts.arcs.get(arc.arc().0);
        signed(arc, cut.map_or_else(|| self.all.arc_area[arc.arc().index()], |cut| cut.area))
    }

    /// Geodesic length of an arc in metres.
    #[must_use]
    pub fn arc_length(&self, arc: ArcId) -> ExactSum {
        self.cuts.arcs.get(arc.0).map_or_else(|| self.all.arc_length[arc.index()], |cut| cut.length)
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
///
/// Those of what was loaded are computed when they are first asked for, by whichever dataset it is that cuts lead to, and
/// shared by all of them. Those of what a cut touches are computed along with it.
#[derive(Debug)]
pub(crate) struct MeasureCache {
    geodesic: LazyMeasures,
    ellipsoid_trapezoid: LazyMeasures,
    atom_points: AtomValues<Option<Coord>>,
    moments: AtomValues<Moment>,
}

impl Default for MeasureCache {
    fn default() -> Self {
        Self {
            geodesic: LazyMeasures::new(AreaMethod::Geodesic),
            ellipsoid_trapezoid: LazyMeasures::new(AreaMethod::EllipsoidTrapezoid),
            atom_points: AtomValues::default(),
            moments: AtomValues::default(),
        }
    }
}

impl MeasureCache {
    /// The same for a dataset of the same borders.
    pub(super) fn copied(&self) -> Self {
        Self {
            geodesic: self.geodesic.copied(),
            ellipsoid_trapezoid: self.ellipsoid_trapezoid.copied(),
            atom_points: self.atom_points.copied(),
            moments: self.moments.copied(),
        }
    }

    /// Those of the coverage after a cut. `touched` are the two parts, and the atoms that got vertices.
    pub(super) fn refined(&self, before: &Coverage, after: &Coverage, arcs: &CutArcs, touched: &[AtomId]) -> Self {
        Self {
            geodesic: self.geodesic.refined(before, after, arcs, touched),
            ellipsoid_trapezoid: self.ellipsoid_trapezoid.refined(before, after, arcs, touched),
            atom_points: self.atom_points.refined(touched, |atom| atom_point(after, atom)),
            moments: self.moments.refined(touched, |atom| moment(after, atom)),
        }
    }
}

/// Measures by one method, once somebody asks for them.
#[derive(Debug)]
struct LazyMeasures {
    method: AreaMethod,
    /// Of what was loaded.
    all: Arc<OnceLock<Arc<AllMeasures>>>,
    cuts: CutMeasures,
    /// Both together.
    now: OnceLock<Measures>,
}

impl LazyMeasures {
    fn new(method: AreaMethod) -> Self {
        Self { method, all: Arc::default(), cuts: CutMeasures::default(), now: OnceLock::new() }
    }

    fn copied(&self) -> Self {
        Self { method: self.method, all: Arc::clone(&self.all), cuts: self.cuts.clone(), now: OnceLock::new() }
    }

    fn get(&self, coverage: &Coverage) -> &Measures {
        self.now.get_or_init(|| {
            let all = self.all.get_or_init(|| Arc::new(AllMeasures::of(&coverage.as_built(), self.method)));
            Measures { all: Arc::clone(all), cuts: self.cuts.clone() }
        })
    }

    fn known(&self, coverage: &Coverage) -> Option<&Measures> {
        let is_known = self.now.get().is_some() || self.all.get().is_some();
        is_known.then(|| self.get(coverage))
    }

    /// Measures of one arc, be the others known or not.
    fn of_arc(&self, coverage: &Coverage, arc: ArcId) -> ChainMeasures {
        let known = || {
            let all = self.all.get()?;
            Some(ChainMeasures { area: *all.arc_area.get(arc.index())?, length: *all.arc_length.get(arc.index())? })
        };
        let cut = self.cuts.arcs.get(arc.0).copied();
        cut.or_else(known).unwrap_or_else(|| chain_measures(self.method, coverage.arc(arc)))
    }

    fn refined(&self, before: &Coverage, after: &Coverage, arcs: &CutArcs, touched: &[AtomId]) -> Self {
        let (method, all, cuts) = (self.method, Arc::clone(&self.all), self.cuts.clone());
        let mut refined = Self { method, all, cuts, now: OnceLock::new() };
        let as_drawn = |arc: ArcId| chain_measures(method, after.arc(arc));
        for line in arcs.lines.clone().map(ArcId::new) {
            refined.cuts.arcs.insert(line.0, as_drawn(line));
        }
        for (arc, pieces) in &arcs.pieces {
            let mut measures: Vec<ChainMeasures> = pieces.iter().map(|&piece| as_drawn(piece)).collect();
            let [area, length] = [
                measures.iter().map(|piece| piece.area).sum::<ExactSum>(),
                measures.iter().map(|piece| piece.length).sum(),
            ];
            let whole = self.of_arc(before, *arc);
            if let Some(longest) = measures.iter_mut().max_by_key(|piece| piece.length) {
                longest.area += whole.area - area;
                longest.length += whole.length - length;
            }
            for (piece, measures) in pieces.iter().zip(measures) {
                refined.cuts.arcs.insert(piece.0, measures);
            }
        }
        // The two sides of the seam are one line, of one length.
        for &piece in arcs.pieces.iter().flat_map(|(_, pieces)| pieces) {
            if let Some(twin) = after.twin(piece).filter(|&twin| twin < piece) {
                let length = refined.of_arc(after, twin).length;
                let own = refined.of_arc(after, piece);
                refined.cuts.arcs.insert(piece.0, ChainMeasures { length, ..own });
            }
        }
        // The areas of the others do not change: that is what the pieces are shared out for.
        for &part in touched.iter().take(2) {
            let area = |arc: DirectedArc| signed(arc, refined.of_arc(after, arc.arc()).area);
            let area = after.arcs_of(part).map(area).sum();
            refined.cuts.atoms.insert(part.0, area);
        }
        refined
    }
}

/// A value for every atom, once somebody asks for one.
#[derive(Debug)]
struct AtomValues<T> {
    /// Of what was loaded.
    all: Arc<OnceLock<Vec<T>>>,
    /// Of atoms that cuts made or changed.
    cuts: SharedMap<T>,
}

impl<T> Default for AtomValues<T> {
    fn default() -> Self {
        Self { all: Arc::default(), cuts: SharedMap::default() }
    }
}

impl<T: Copy + Send> AtomValues<T> {
    /// Those of all atoms that were loaded.
    fn all(&self, coverage: &Coverage, of: impl Fn(&Coverage, AtomId) -> T + Sync) -> &[T] {
        self.all.get_or_init(|| {
            let coverage = &coverage.as_built();
            let atoms = (0..coverage.atom_count()).into_par_iter().with_min_len(16);
            atoms.map(|atom| of(coverage, AtomId::new(atom))).collect()
        })
    }

    fn get(&self, atom: AtomId, coverage: &Coverage, of: impl Fn(&Coverage, AtomId) -> T + Sync) -> T {
        self.cuts.get(atom.0).copied().unwrap_or_else(|| self.all(coverage, of)[atom.index()])
    }

    fn copied(&self) -> Self {
        Self { all: Arc::clone(&self.all), cuts: self.cuts.clone() }
    }

    fn refined(&self, touched: &[AtomId], of: impl Fn(AtomId) -> T) -> Self {
        let mut cuts = self.cuts.clone();
        for &atom in touched {
            cuts.insert(atom.0, of(atom));
        }
        Self { all: Arc::clone(&self.all), cuts }
    }
}

impl Dataset {
    /// Area and length of every arc and atom. The first call computes them.
    pub fn measures(&self, method: AreaMethod) -> &Measures {
        self.lazy_measures(method).get(&self.coverage)
    }

    /// The same, if it was computed before.
    #[must_use]
    pub fn known_measures(&self, method: AreaMethod) -> Option<&Measures> {
        self.lazy_measures(method).known(&self.coverage)
    }

    /// Area of an atom in m², without measuring the others where that was not done before.
    #[must_use]
    pub fn area_of_atom(&self, method: AreaMethod, atom: AtomId) -> ExactSum {
        if let Some(known) = self.known_measures(method) {
            return known.atom_area(atom);
        }
        let measures = self.lazy_measures(method);
        let area = |arc: DirectedArc| signed(arc, measures.of_arc(&self.coverage, arc.arc()).area);
        self.coverage.arcs_of(atom).map(area).sum()
    }

    const fn lazy_measures(&self, method: AreaMethod) -> &LazyMeasures {
        match method {
            AreaMethod::Geodesic => &self.measures.geodesic,
            AreaMethod::EllipsoidTrapezoid => &self.measures.ellipsoid_trapezoid,
        }
    }

    /// Lengths of the arcs, which no way to compute an area changes: from what is there already.
    pub fn any_measures(&self) -> &Measures {
        let there = AreaMethod::ALL.into_iter().find_map(|method| self.known_measures(method));
        there.unwrap_or_else(|| self.measures(AreaMethod::Geodesic))
    }

    /// Computes what figures ask of the whole dataset: measures, points and moments of the atoms, and where seats lie, where
    /// rows of ledgers come about by these. It happens by itself when
    /// a figure first needs it; call this from a background job to have it done by then.
    pub fn prepare_figures(&self, method: AreaMethod) {
        self.measures(method);
        self.measures.atom_points.all(&self.coverage, atom_point);
        self.measures.moments.all(&self.coverage, moment);
        self.prepare_anchors();
    }

    /// A representative point of an atom, inside of it: where its people are, when nothing better is known.
    /// `None` without territory. The first call computes those of all atoms.
    pub fn atom_point(&self, atom: AtomId) -> Option<Coord> {
        self.measures.atom_points.get(atom, &self.coverage, atom_point)
    }

    /// The same, without looking for those of the others.
    #[must_use]
    pub fn point_of(&self, atom: AtomId) -> Option<Coord> {
        atom_point(&self.coverage, atom)
    }

    /// Area, centroid and second moment of an atom. The first call computes those of all atoms.
    pub fn moment_of(&self, atom: AtomId) -> Moment {
        self.measures.moments.get(atom, &self.coverage, moment)
    }
}

fn moment(coverage: &Coverage, atom: AtomId) -> Moment {
    Moment::of_arcs(coverage, coverage.arcs_of(atom))
}

fn atom_point(coverage: &Coverage, atom: AtomId) -> Option<Coord> {
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
        assert_eq!(atom_point(&coverage(&[ring]), AtomId(0)), Some(Coord { x: 5.0, y: 3.0 }));
    }

    #[test]
    fn the_point_of_a_stepped_polygon_is_not_on_its_edge() {
        //      ┌──┐
        //  ┌───┘  │    the step is at the middle of the height
        //  └──────┘
        let stepped = wkt!(MULTIPOLYGON(((0. 0., 4. 0., 4. 4., 3. 4., 3. 2., 0. 2., 0. 0.))));
        let coverage = coverage(&[stepped]);
        let at = atom_point(&coverage, AtomId(0)).unwrap();
        assert!(coverage.contains(AtomId(0), at) && (at.y - 2.0).abs() > 0.5, "{at:?}");
    }

    #[test]
    fn an_atom_without_territory_has_no_area_and_no_point() {
        let coverage = coverage(&[MultiPolygon::new(Vec::new())]);
        assert_eq!(atom_point(&coverage, AtomId(0)), None);
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

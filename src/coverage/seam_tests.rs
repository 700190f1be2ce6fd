//! Territory on both sides of the 180th meridian: small cases, and random coverages that are shifted until they lie
//! across it, cut there, and compared with what they were.

use std::sync::Arc;

use geo::{Area as _, Coord, LineString, MultiPolygon, Polygon, Rect, wkt};
use proptest::prelude::*;

use super::seam::is_along;
use super::validate::{Options, is_valid_coverage, validate};
use super::{AtomId, Coverage, Cutter, DirectedArc, FaceId, NodeId};
use crate::edit::testing::{check_state, grid_of, random_edit};
use crate::edit::{Document, Edit};
use crate::geodesy::{AreaMethod, chain_length_m};
use crate::jobs::Progress;
use crate::metrics::{UnitFigures, neighbours, unit_figures};
use crate::model::Dataset;

fn build(atoms: &[MultiPolygon]) -> Coverage {
    Coverage::build(atoms.into(), &Progress::new()).unwrap()
}

/// A box between two longitudes and two latitudes.
fn block(west: f64, east: f64, south: f64, north: f64) -> MultiPolygon {
    Rect::new((west, south), (east, north)).to_polygon().into()
}

fn ids(atoms: &[u32]) -> Vec<AtomId> {
    atoms.iter().map(|&atom| AtomId(atom)).collect()
}

fn neighbours_of(coverage: &Coverage) -> Vec<Vec<u32>> {
    coverage.atoms().map(|atom| coverage.neighbours(atom).iter().map(|other| other.0).collect()).collect()
}

/// Length of the outline in degrees of latitude and longitude.
fn around_deg(coverage: &Coverage, atoms: &[u32]) -> f64 {
    let length = |edge: &[Coord]| (edge[1].x - edge[0].x).hypot(edge[1].y - edge[0].y);
    let arcs = coverage.outline(&ids(atoms)).arcs().collect::<Vec<_>>();
    arcs.iter().map(|arc| coverage.arc(arc.arc()).windows(2).map(length).sum::<f64>()).sum()
}

/// Atoms with the rings that they have in the source.
fn sources(coverage: &Coverage) -> Vec<MultiPolygon> {
    let ring = |ring| LineString(coverage.source_ring(ring));
    let face = |face: FaceId| {
        let mut rings = coverage.rings_of(face).map(ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    coverage.atoms().map(|atom| coverage.faces_of(atom).map(face).collect()).collect()
}

#[test]
fn units_on_both_sides_of_the_seam_are_neighbours() {
    //  178° a 180° b -179°      c lies to the north of b and touches a in a point
    let atoms = [block(178., 180., 0., 1.), block(-180., -179., 0., 1.), block(-180., -179., 1., 2.)];
    let coverage = build(&atoms);
    assert_eq!(neighbours_of(&coverage), [vec![1], vec![0, 2], vec![1]]);
    assert_eq!(coverage.outline(&ids(&[0, 1])).parts(), 1);
    assert_eq!(coverage.outline(&ids(&[0, 2])).parts(), 2);
    assert!((around_deg(&coverage, &[0, 1]) - 8.).abs() < 1e-12, "the seam between them is no border");
    assert!((around_deg(&coverage, &[0]) - 6.).abs() < 1e-12, "between different units it is one");
    let twins = coverage.arcs().filter(|&arc| coverage.twin(arc).is_some()).count();
    assert_eq!((twins, coverage.lines().count() + 1), (2, coverage.arc_count()));
}

#[test]
fn a_unit_that_the_seam_alone_divides_is_one_part_and_leaves_in_two() {
    let fiji: MultiPolygon = [block(179., 180., 0., 1.).0, block(-180., -179., 0., 1.).0].concat().into();
    let coverage = build(std::slice::from_ref(&fiji));
    let outline = coverage.outline(&ids(&[0]));
    assert_eq!((outline.parts(), outline.holes()), (1, 0));
    assert!((around_deg(&coverage, &[0]) - 6.).abs() < 1e-12);
    let written = outline.to_multi_polygon(&coverage);
    assert_eq!(written.0.len(), 2);
    assert!((written.unsigned_area() - fiji.unsigned_area()).abs() < 1e-12, "no edge runs across the world");
    assert_eq!(coverage.outlines(&[0], 1), [outline]);
}

#[test]
fn a_vertex_on_one_side_only_changes_nothing_and_leaves_with_nothing() {
    //      180°
    //  ┌────┐┌────┐ 3
    //  │    ││    •       b has a vertex where a has none, and reaches farther south than a
    //  │ a  ││ b  │
    //  └────┘│    │ 1
    //        └────┘ 0
    let a = wkt!(POLYGON((179. 1., 180. 1., 180. 3., 179. 3., 179. 1.))).into();
    let b = wkt!(POLYGON((-180. 0., -179. 0., -179. 3., -180. 3., -180. 2., -180. 0.))).into();
    let atoms: [MultiPolygon; 2] = [a, b];
    let coverage = build(&atoms);
    assert_eq!(neighbours_of(&coverage), [[1], [0]]);
    assert!((around_deg(&coverage, &[0, 1]) - 10.).abs() < 1e-12);
    assert_eq!(sources(&coverage), atoms);
    let written = coverage.outline(&ids(&[0, 1])).to_multi_polygon(&coverage);
    let vertices: usize = written.iter().map(|polygon| polygon.exterior().0.len()).sum();
    assert_eq!(vertices, 5 + 6, "{written:?}");
    assert_eq!(validate(&coverage, &Options::default(), &Progress::new()).unwrap(), []);
}

#[test]
fn a_latitude_that_both_sides_pass_is_enough_to_touch() {
    //      180°
    //  ┌────┐
    //  │ a  │┌────┐       no end of the one is an end of the other
    //  └────┘│ b  │
    //        └────┘
    let coverage = build(&[block(179., 180., 0.7, 3.), block(-180., -179., 0., 2.1)]);
    assert_eq!(neighbours_of(&coverage), [[1], [0]]);
    assert_eq!(coverage.outline(&ids(&[0, 1])).parts(), 1);
    assert!((around_deg(&coverage, &[0, 1]) - (6.6 + 6.2 - 2.8)).abs() < 1e-9);
}

#[test]
fn three_units_meet_at_the_seam() {
    //     180°
    //  ┌───┐┌───┐ 2
    //  │   ││ c │
    //  │ a │├───┤ 1       whether or not a has a vertex there
    //  │   ││ b │
    //  └───┘└───┘ 0
    let with: MultiPolygon = wkt!(POLYGON((179. 0., 180. 0., 180. 1., 180. 2., 179. 2., 179. 0.))).into();
    for a in [with, block(179., 180., 0., 2.)] {
        let coverage = build(&[a, block(-180., -179., 0., 1.), block(-180., -179., 1., 2.)]);
        assert_eq!(neighbours_of(&coverage), [[1, 2], [0, 2], [0, 1]]);
        assert!((around_deg(&coverage, &[0, 1]) - 8.).abs() < 1e-12);
        assert!((around_deg(&coverage, &[0, 1, 2]) - 8.).abs() < 1e-12);
        assert_eq!(coverage.outline(&ids(&[0, 2])).parts(), 1);
        assert_eq!(validate(&coverage, &Options::default(), &Progress::new()).unwrap(), []);
    }
}

#[test]
fn a_lake_across_the_seam_is_a_hole() {
    //        180°
    //  ┌──────┐┌──────┐ 3
    //  │    ┌─┘└─┐    │ 2
    //  │    └─┐┌─┘    │ 1
    //  └──────┘└──────┘ 0
    let west = wkt!(POLYGON((177. 0., 180. 0., 180. 1., 179. 1., 179. 2., 180. 2., 180. 3., 177. 3., 177. 0.)));
    let east =
        wkt!(POLYGON((-180. 0., -177. 0., -177. 3., -180. 3., -180. 2., -179. 2., -179. 1., -180. 1., -180. 0.)));
    let lake: MultiPolygon = [block(179., 180., 1., 2.).0, block(-180., -179., 1., 2.).0].concat().into();
    for atoms in [vec![vec![west.clone(), east.clone()].into()], vec![west.into(), east.into()]] {
        let around = &ids(&[0, 1])[..atoms.len()];
        let coverage = build(&[&atoms[..], std::slice::from_ref(&lake)].concat());
        let outline = coverage.outline(around);
        assert_eq!((outline.parts(), outline.holes()), (1, 1));
        assert_eq!((outline.polygons.len(), outline.on_globe()[0].holes[0].len() > 1), (2, true));
        let island = AtomId::new(atoms.len());
        assert_eq!(coverage.neighbours(island), around);
        assert_eq!(coverage.outline(&[around, &[island]].concat()).holes(), 0);
    }
}

#[test]
fn a_hole_and_a_shell_on_each_side_stay_with_each_other() {
    // Both halves have a hole of their own, and the halves are one part: each hole is written with its half.
    let ring = |west: f64, south: f64, size: f64| {
        Rect::new((west, south), (west + size, south + size)).to_polygon().into_inner().0
    };
    let half = |west: f64| Polygon::new(ring(west, 0., 4.), vec![ring(west + 1., 1., 1.)]);
    let coverage = build(&[vec![half(176.), half(-180.)].into()]);
    let outline = coverage.outline(&ids(&[0]));
    assert_eq!((outline.parts(), outline.holes()), (1, 2));
    assert_eq!(outline.polygons.iter().map(|polygon| polygon.holes.len()).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn what_goes_around_the_earth_is_one_part() {
    let band: Vec<MultiPolygon> =
        [block(-180., -60., 10., 20.), block(-60., 60., 10., 20.), block(60., 180., 10., 20.)].into();
    let coverage = build(&band);
    assert_eq!(neighbours_of(&coverage), [[1, 2], [0, 2], [0, 1]]);
    let outline = coverage.outline(&ids(&[0, 1, 2]));
    assert_eq!((outline.parts(), outline.holes()), (1, 1), "a band has two rims");
    assert_eq!(outline.polygons.len(), 1);
    // One face that is on both sides of the seam is no spike.
    let one = build(&[block(-180., 180., 10., 20.)]);
    assert_eq!(one.outline(&ids(&[0])).parts(), 1);
    assert_eq!(validate(&one, &Options::default(), &Progress::new()).unwrap(), []);
}

#[test]
fn what_lies_on_both_sides_is_shown_where_most_of_it_is() {
    let fiji: MultiPolygon = [block(177., 180., -19., -16.).0, block(-180., -179., -19., -16.).0].concat().into();
    let coverage = build(&[fiji, block(-179., -178., -19., -18.)]);
    assert_eq!(coverage.frame_of(&ids(&[0])), Some(Rect::new((177., -19.), (180., -16.))));
    assert_eq!(coverage.frame_of(&ids(&[1])), coverage.bounds_of(AtomId(1)));
    assert!(coverage.bounds_of(AtomId(0)).unwrap().width() > 359.);
}

#[test]
fn a_map_that_ends_at_the_meridian_on_one_side_knows_nothing_of_a_seam() {
    let coverage = build(&[block(178., 179., 0., 1.), block(179., 180., 0., 1.)]);
    assert!(!coverage.has_seam());
    assert_eq!(coverage.lines().count(), coverage.arc_count());
}

#[test]
fn a_cut_at_the_seam_gives_the_other_side_its_vertex() {
    //      180°
    //  ┌────┐┌────┐ 2
    //  │ ───┼┼ b  │       a is cut at 1.25 degrees north, b gets the vertex
    //  │ a  ││    │
    //  └────┘└────┘ 0
    let coverage = build(&[block(179., 180., 0., 2.), block(-180., -179., 0., 2.)]);
    let line = Cutter::line(&[Coord { x: 178.5, y: 1.25 }, Coord { x: 180.0, y: 1.25 }]).unwrap();
    let (refined, arcs) = coverage.refined(&coverage.cut(AtomId(0), &line).unwrap());
    assert_eq!(neighbours_of(&refined), [[1, 2], [0, 2], [0, 1]]);
    assert_eq!(arcs.pieces.len(), 3, "both sides of the seam, and the western border of a");
    assert!(sources(&refined)[1].0[0].exterior().0.contains(&Coord { x: -180.0, y: 1.25 }));
    check_twins(&refined);
}

/// Twins are twins of each other, lie at each other's latitudes, and each has what the other has on its own side.
fn check_twins(coverage: &Coverage) {
    for (arc, twin) in coverage.arcs().filter_map(|arc| Some((arc, coverage.twin(arc)?))) {
        assert_eq!(coverage.twin(twin), Some(arc));
        let latitudes = |arc| {
            let mut latitudes: Vec<f64> = coverage.arc(arc).iter().map(|at| at.y).collect();
            latitudes.sort_by(f64::total_cmp);
            latitudes
        };
        assert_eq!(latitudes(arc), latitudes(twin));
        let sides = |arc| {
            let mut sides = coverage.sides(arc);
            sides.sort_unstable();
            sides
        };
        assert_eq!(sides(arc), sides(twin));
        let here = coverage.sides_here(arc);
        assert!(here.iter().filter(|side| side.is_some()).count() == 1, "{here:?}");
        let is_of = |atom: AtomId| coverage.arcs_of(atom).any(|directed| directed.arc() == arc);
        assert!(here.into_iter().flatten().all(is_of));
    }
}

const COLUMNS: usize = 6;
const ROWS: usize = 4;
/// Units of the datasets below.
const UNITS: [usize; 2] = [4, 3];

/// Cells of a warped grid around the prime meridian, each cut there: what is west of it, and what is east.
fn halves(dice: &[u8], on_line: bool) -> Vec<MultiPolygon> {
    let corner = |i: usize, j: usize| {
        let dice = f64::from(dice[(j * (COLUMNS + 1) + i) % dice.len()]) / 255.0 - 0.5;
        // Some borders run along the meridian, all of it or not.
        let still = on_line && i == COLUMNS / 2;
        #[expect(clippy::cast_precision_loss, reason = "small grids")]
        let (x, y) = (i as f64 - (COLUMNS / 2) as f64, j as f64);
        let shift = if on_line { 0.0 } else { 0.37 };
        Coord { x: 0.125 * (x + shift + if still { 0.0 } else { 0.3 * dice }), y: 0.125 * (y - 0.25 * dice) - 17.0 }
    };
    let mut halves = Vec::new();
    for cell in 0..COLUMNS * ROWS {
        let (i, j) = (cell % COLUMNS, cell / COLUMNS);
        let quad = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)];
        halves.extend([-1.0, 1.0].map(|side| MultiPolygon(clipped(&quad, side).into_iter().collect())));
    }
    halves
}

/// What of a convex ring lies on a side of the prime meridian.
fn clipped(ring: &[Coord], side: f64) -> Option<Polygon> {
    let crossing = |a: Coord, b: Coord| {
        // The same for both cells that have the edge.
        let (a, b) = if (a.x, a.y) < (b.x, b.y) { (a, b) } else { (b, a) };
        Coord { x: 0.0, y: a.y + (b.y - a.y) * (a.x / (a.x - b.x)) }
    };
    let mut kept = Vec::new();
    for (i, &at) in ring.iter().enumerate() {
        let next = ring[(i + 1) % ring.len()];
        if at.x * side >= 0.0 {
            kept.push(at);
        }
        if at.x * next.x < 0.0 {
            kept.push(crossing(at, next));
        }
    }
    let has_area = kept.iter().any(|at| at.x * side > 0.0);
    has_area.then(|| Polygon::new(LineString(kept), Vec::new()))
}

/// Unions of cells around the prime meridian, and the same half around the earth, cut at the seam.
fn two_places(warp: &[u8], labels: &[u8], on_line: bool) -> [Vec<MultiPolygon>; 2] {
    let cells = build(&halves(warp, on_line));
    let atoms = 0..UNITS[0] * UNITS[1];
    let of = |atom: usize, sides: &[usize]| {
        let cell = (0..COLUMNS * ROWS).filter(|&cell| usize::from(labels[cell]) == atom);
        let halves: Vec<AtomId> =
            cell.flat_map(|cell| sides.iter().map(move |side| AtomId::new(2 * cell + side))).collect();
        cells.outline(&halves).to_multi_polygon(&cells)
    };
    let moved = |mut part: MultiPolygon, by: f64| {
        use geo::MapCoordsInPlace as _;
        part.map_coords_in_place(|at| Coord { x: at.x + by, y: at.y });
        part.0
    };
    let here = atoms.clone().map(|atom| of(atom, &[0, 1])).collect();
    let there =
        atoms.map(|atom| [moved(of(atom, &[0]), 180.0), moved(of(atom, &[1]), -180.0)].concat().into()).collect();
    [here, there]
}

/// Takes vertices out of the seam, or puts some in, on the one side or on the other: the territory is the same.
fn uneven(atoms: &mut [MultiPolygon], dice: &[u8]) {
    let mut dice = dice.iter().cycle();
    let mut change = |ring: &mut LineString| {
        let open = &ring.0[..ring.0.len() - 1];
        let n = open.len();
        let mut changed = Vec::new();
        for i in 0..n {
            let [before, at, after] = [open[(i + n - 1) % n], open[i], open[(i + 1) % n]];
            let is_passed = is_along(at, before) && is_along(at, after);
            let dice = dice.next().unwrap() % 4;
            if !is_passed || dice > 0 {
                changed.push(at);
            }
            if is_along(at, after) && dice == 1 {
                changed.push((at + after * 2.0) / 3.0);
                changed.last_mut().unwrap().x = at.x;
            }
        }
        changed.push(changed[0]);
        ring.0 = changed;
    };
    for polygon in atoms.iter_mut().flatten() {
        polygon.exterior_mut(&mut change);
        polygon.interiors_mut(|rings| rings.iter_mut().for_each(&mut change));
    }
}

/// What has to be the same wherever a unit lies.
fn check_same(here: &UnitFigures, there: &UnitFigures) -> Result<(), TestCaseError> {
    let is_close = |a: f64, b: f64| (a - b).abs() <= 1e-8 * a.abs().max(b.abs()).max(1.0);
    prop_assert_eq!((here.parts, here.holes, here.atoms), (there.parts, there.holes, there.atoms));
    prop_assert!(is_close(here.area_m2, there.area_m2), "area {} {}", here.area_m2, there.area_m2);
    prop_assert!(is_close(here.perimeter_m, there.perimeter_m), "border {} {}", here.perimeter_m, there.perimeter_m);
    let shapes = |of: &UnitFigures| {
        let of = of.compactness;
        [of.polsby_popper, of.reock, of.convex_hull, of.moment_of_inertia]
    };
    for (here, there) in shapes(here).into_iter().zip(shapes(there)) {
        prop_assert_eq!(here.is_some(), there.is_some());
        // Hull and circle lie in a plane around the mean of the vertices.
        prop_assert!(here.zip(there).is_none_or(|(a, b)| (a - b).abs() < 1e-4), "{:?} {:?}", here, there);
    }
    Ok(())
}

fn check_documents(here: &Document, there: &Document) -> Result<(), TestCaseError> {
    let state = here.state();
    for unit in state.levels().flat_map(|level| state.units_at(level)) {
        prop_assert_eq!(state.atoms(unit), there.state().atoms(unit));
        let figures = |of: &Document| unit_figures(of.dataset(), of.state(), unit, AreaMethod::Geodesic);
        check_same(&figures(here), &figures(there))?;
        let around = |of: &Document| neighbours(of.dataset(), of.state(), unit);
        let (a, b) = (around(here), around(there));
        prop_assert_eq!(a.len(), b.len());
        for ((unit, length), (other, there)) in a.into_iter().zip(b) {
            prop_assert_eq!(unit, other);
            prop_assert!((length - there).abs() < 1e-4, "{} {}", length, there);
        }
    }
    Ok(())
}

fn dataset(atoms: &[MultiPolygon]) -> Arc<Dataset> {
    grid_of(UNITS[0], UNITS[1], atoms)
}

fn warps() -> impl Strategy<Value = (Vec<u8>, Vec<u8>, bool)> {
    let cells = COLUMNS * ROWS;
    (prop::collection::vec(any::<u8>(), 35), prop::collection::vec(0..13_u8, cells), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_lies_across_the_seam_is_what_it_is_elsewhere(
        (warp, labels, on_line) in warps(),
        dice in prop::collection::vec(any::<u8>(), 16),
        edits in prop::collection::vec(any::<[u8; 6]>(), 1..8),
    ) {
        let [here, mut there] = two_places(&warp, &labels, on_line);
        uneven(&mut there, &dice);
        let [here, across] = [&here, &there].map(|atoms| dataset(atoms));
        prop_assert_eq!(neighbours_of(&here.coverage), neighbours_of(&across.coverage));
        prop_assert_eq!(sources(&across.coverage), there);
        check_twins(&across.coverage);
        let defects = validate(&across.coverage, &Options::default(), &Progress::new()).unwrap();
        prop_assert!(is_valid_coverage(&defects), "{:?}", defects);
        let [mut here, mut across] = [here, across].map(Document::new);
        check_documents(&here, &across)?;
        for dice in edits {
            let edit = random_edit(&here, dice);
            // Places are elsewhere.
            if matches!(edit, Edit::Split { .. } | Edit::MoveSeat { .. }) {
                continue;
            }
            prop_assert_eq!(here.commit(&edit).is_ok(), across.commit(&edit).is_ok());
        }
        check_state(across.state());
        check_documents(&here, &across)?;
    }

    #[test]
    fn outlines_of_all_units_at_once_are_those_one_by_one((warp, labels, on_line) in warps(), merged in 1..6_u32) {
        let coverage = build(&two_places(&warp, &labels, on_line)[1]);
        let labels: Vec<u32> = coverage.atoms().map(|atom| atom.0 % merged).collect();
        for (unit, together) in (0..).zip(coverage.outlines(&labels, merged as usize)) {
            let atoms: Vec<AtomId> = coverage.atoms().filter(|atom| labels[atom.index()] == unit).collect();
            let outline = coverage.outline(&atoms);
            let area: f64 = atoms.iter().map(|&atom| coverage.outline(&[atom]).to_multi_polygon(&coverage).unsigned_area()).sum();
            prop_assert!((outline.to_multi_polygon(&coverage).unsigned_area() - area).abs() < 1e-9);
            prop_assert_eq!(together, outline);
        }
    }

    #[test]
    fn splits_at_the_seam_end_and_leave_a_coverage(
        (warp, labels, on_line) in warps(),
        dice in prop::collection::vec(any::<u8>(), 16),
        cuts in prop::collection::vec((any::<u8>(), any::<bool>(), prop::array::uniform6(-1.0..1.0_f64)), 1..5),
    ) {
        let [_, mut atoms] = two_places(&warp, &labels, on_line);
        uneven(&mut atoms, &dice);
        let mut coverage = build(&atoms);
        for (atom, is_eastern, [a, b, c, d, e, f]) in cuts {
            let atom = AtomId(u32::from(atom) % u32::try_from(coverage.atom_count()).unwrap());
            // Lines end beyond the seam as often as on it.
            let at = |x: f64, y: f64| {
                let x = if is_eastern { -180.0 + 0.3 * x.max(0.0) } else { 180.0 + 0.3 * x.min(0.0) };
                Coord { x, y: -16.75 + 0.4 * y }
            };
            let Ok(line) = Cutter::line(&[at(a, b), at(c, d), at(e, f)]) else { continue };
            let Ok(cut) = coverage.cut(atom, &line) else { continue };
            let (refined, _) = coverage.refined(&cut);
            check_twins(&refined);
            let nodes: usize = refined.arcs().flat_map(|arc| refined.ends(DirectedArc::forward(arc))).map(NodeId::index).max().unwrap();
            prop_assert!(nodes < refined.node_count());
            let fresh = build(&sources(&refined));
            prop_assert_eq!(neighbours_of(&fresh), neighbours_of(&refined));
            let all: Vec<AtomId> = refined.atoms().collect();
            for atoms in all.windows(1).chain(all.windows(2)).chain([&all[..]]) {
                let of = |coverage: &Coverage| {
                    let outline = coverage.outline(atoms);
                    let length: f64 = outline.arcs().map(|arc| chain_length_m(coverage.arc(arc.arc()))).sum();
                    (outline.parts(), outline.holes(), (length * 1e3).round())
                };
                prop_assert_eq!(of(&fresh), of(&refined));
            }
            let flat = refined.flattened();
            prop_assert_eq!(neighbours_of(&flat), neighbours_of(&refined));
            check_twins(&flat);
            coverage = refined;
        }
    }
}

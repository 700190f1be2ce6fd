//! Cuts of squares and of random coverages, judged by the validation and by geo.

use geo::{Area as _, Coord, MultiPolygon, Validation as _, wkt};
use proptest::prelude::*;

use super::*;
use crate::coverage::validate::{Detail, Options, is_valid_coverage, validate};
use crate::coverage::{AtomIndex, FaceId};
use crate::jobs::Progress;

fn at(x: f64, y: f64) -> Coord {
    Coord { x, y }
}

fn build(atoms: &[MultiPolygon]) -> Coverage {
    Coverage::build(atoms.into(), &Progress::new()).unwrap()
}

/// Two squares side by side, the right one with a hole that is a third atom.
fn squares() -> Coverage {
    let left = wkt!(MULTIPOLYGON(((0. 0., 4. 0., 4. 4., 0. 4., 0. 0.))));
    let right = wkt!(MULTIPOLYGON(((4. 0., 8. 0., 8. 4., 4. 4., 4. 0.), (5. 1., 5. 3., 7. 3., 7. 1., 5. 1.))));
    let island = wkt!(MULTIPOLYGON(((5. 1., 7. 1., 7. 3., 5. 3., 5. 1.))));
    build(&[left, right, island])
}

/// All atoms with the rings that they have in the coverage.
fn polygons(coverage: &Coverage) -> Vec<MultiPolygon> {
    let ring = |ring| LineString(coverage.source_ring(ring));
    let face = |face: FaceId| {
        let mut rings = coverage.rings_of(face).map(ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    coverage.atoms().map(|atom| coverage.faces_of(atom).map(face).collect()).collect()
}

/// Checks what must hold of a coverage, whatever it came from.
fn check(coverage: &Coverage) -> Result<(), TestCaseError> {
    let polygons = polygons(coverage);
    for polygon in &polygons {
        prop_assert!(polygon.check_validation().is_ok(), "{polygon:?}");
    }
    let fresh = build(&polygons);
    let mut defects = validate(&fresh, &Options::default(), &Progress::new()).unwrap();
    // A line may leave and come back within a metre; its vertices match all the same.
    defects.retain(|defect| !matches!(defect.detail, Detail::NearlyEqual { .. }));
    prop_assert!(is_valid_coverage(&defects), "{defects:?}");
    prop_assert_eq!(fresh.ring_count(), coverage.ring_count());
    prop_assert_eq!(fresh.face_count(), coverage.face_count());
    let mut of_this = validate(coverage, &Options::default(), &Progress::new()).unwrap();
    of_this.retain(|defect| !matches!(defect.detail, Detail::NearlyEqual { .. }));
    prop_assert!(is_valid_coverage(&of_this), "{of_this:?}");
    let flat = coverage.flattened();
    let numbers =
        |of: &Coverage| [of.arc_count(), of.node_count(), of.face_count(), of.ring_count(), of.vertex_count()];
    prop_assert_eq!(numbers(&flat), numbers(coverage));
    for arc in coverage.arcs() {
        prop_assert_eq!((flat.arc(arc), flat.sides(arc)), (coverage.arc(arc), coverage.sides(arc)));
        prop_assert_eq!(flat.ends(DirectedArc::forward(arc)), coverage.ends(DirectedArc::forward(arc)));
    }
    prop_assert_eq!(&self::polygons(&flat), &polygons);
    for atom in coverage.atoms() {
        prop_assert_eq!(fresh.neighbours(atom), coverage.neighbours(atom));
        prop_assert_eq!(fresh.bounds_of(atom), coverage.bounds_of(atom));
        for arc in coverage.arcs_of(atom) {
            prop_assert_eq!(coverage.left(arc).map(|face| coverage.atom_of(face)), Some(atom));
        }
        for ring in coverage.faces_of(atom).flat_map(|face| coverage.rings_of(face)) {
            let arcs = coverage.ring(ring);
            let next = arcs.iter().cycle().skip(1);
            prop_assert!(arcs.iter().zip(next).all(|(&a, &b)| coverage.ends(a)[1] == coverage.ends(b)[0]));
        }
    }
    // Every arc has the territory on its sides that its atoms say.
    for arc in coverage.arcs() {
        prop_assert!(coverage.sides(arc).iter().any(Option::is_some));
        let [a, b] = [coverage.arc(arc)[0], *coverage.arc(arc).last().unwrap()];
        prop_assert!(coverage.arc(arc).len() > 2 || a != b);
    }
    Ok(())
}

/// Checks that an index that followed the cuts says what one made of the coverage does.
fn check_index(index: &AtomIndex, coverage: &Coverage) -> Result<(), TestCaseError> {
    let fresh = AtomIndex::build(coverage);
    let in_box = |index: &AtomIndex, bounds| {
        let mut atoms: Vec<AtomId> = index.atoms_in(bounds).collect();
        atoms.sort_unstable();
        atoms
    };
    let vertices: Vec<Coord> = coverage.arcs().flat_map(|arc| coverage.arc(arc).to_vec()).collect();
    for (i, &corner) in vertices.iter().enumerate() {
        let other = vertices[(i * 7 + 3) % vertices.len()];
        for bounds in [geo::Rect::new(corner, other), geo::Rect::new(corner, corner)] {
            prop_assert_eq!(in_box(index, bounds), in_box(&fresh, bounds));
        }
        let between = (corner + other) / 2.0;
        prop_assert_eq!(index.atom_at(coverage, between), fresh.atom_at(coverage, between));
    }
    Ok(())
}

fn cut(coverage: &Coverage, atom: u32, cutter: &Cutter) -> Result<Coverage, CutError> {
    let cut = coverage.cut(AtomId(atom), cutter)?;
    Ok(coverage.refined(&cut).0)
}

fn areas(coverage: &Coverage) -> Vec<f64> {
    polygons(coverage).iter().map(MultiPolygon::unsigned_area).collect()
}

#[test]
fn a_line_across_gives_the_neighbour_a_vertex_too() {
    let coverage = squares();
    let refined = cut(&coverage, 0, &Cutter::line(&[at(-1., 1.), at(9., 1.)]).unwrap()).unwrap();
    check(&refined).unwrap();
    assert_eq!(areas(&refined), [12., 12., 4., 4.]);
    let neighbour = &polygons(&refined)[1].0[0];
    assert_eq!(neighbour.exterior().0, [at(4., 0.), at(8., 0.), at(8., 4.), at(4., 4.), at(4., 1.), at(4., 0.)]);
    assert_eq!(refined.neighbours(AtomId(3)), [AtomId(0), AtomId(1)]);
}

#[test]
fn the_left_of_the_line_stays() {
    let coverage = squares();
    let backwards = cut(&coverage, 0, &Cutter::line(&[at(9., 1.), at(-1., 1.)]).unwrap()).unwrap();
    assert_eq!(areas(&backwards), [4., 12., 4., 12.]);
}

#[test]
fn faces_of_one_atom_are_parted_where_nothing_of_the_line_lies_inside() {
    let two = wkt!(MULTIPOLYGON(((0. 0., 2. 0., 2. 2., 0. 2., 0. 0.)), ((4. 0., 6. 0., 6. 2., 4. 2., 4. 0.))));
    let above = wkt!(MULTIPOLYGON(((0. 2., 2. 2., 4. 2., 6. 2., 6. 4., 0. 4., 0. 2.))));
    let coverage = build(&[two, above]);
    let around = [at(3., -1.), at(7., -1.), at(7., 3.), at(3., 3.)];
    // Around a face, along its very border, and with a line between the two.
    let face = [at(4., 0.), at(6., 0.), at(6., 2.), at(4., 2.)];
    for (cutter, wanted) in [
        (Cutter::polygon(&around), [4., 12., 4.]),
        (Cutter::polygon(&face), [4., 12., 4.]),
        (Cutter::line(&[at(3., -1.), at(3., 9.)]), [4., 12., 4.]),
    ] {
        let cutter = cutter.unwrap();
        let cut = coverage.cut(AtomId(0), &cutter).unwrap();
        assert_eq!(cut.lines().count(), 0);
        let (refined, arcs) = coverage.refined(&cut);
        assert_eq!((arcs.pieces.len(), arcs.lines.len()), (0, 0));
        assert_eq!(refined.vertex_count(), coverage.vertex_count());
        check(&refined).unwrap();
        assert_eq!(areas(&refined), wanted);
        assert_eq!(refined.neighbours(AtomId(1)), [AtomId(0), AtomId(2)]);
    }
    // It ends inside of a face, or leaves all of them on one side.
    for cutter in [Cutter::line(&[at(3., 9.), at(1., 1.)]), Cutter::line(&[at(-9., -1.), at(9., -1.)])] {
        assert_eq!(coverage.cut(AtomId(0), &cutter.unwrap()), Err(CutError::NotCutThrough));
    }
}

#[test]
fn a_line_through_a_hole_cuts_twice() {
    let coverage = squares();
    let refined = cut(&coverage, 1, &Cutter::line(&[at(3., 2.), at(9., 2.)]).unwrap()).unwrap();
    check(&refined).unwrap();
    assert_eq!(areas(&refined), [16., 6., 4., 6.]);
    assert_eq!(refined.ring_count(), 4, "the hole is gone: the two parts lie around it");
}

#[test]
fn a_polygon_inside_makes_a_hole_and_what_fills_it() {
    let coverage = squares();
    let inside = Cutter::polygon(&[at(1., 1.), at(1., 3.), at(2., 3.), at(2., 1.)]).unwrap();
    let refined = cut(&coverage, 0, &inside).unwrap();
    check(&refined).unwrap();
    assert_eq!(areas(&refined), [2., 12., 4., 14.], "what lies within is on the left");
}

#[test]
fn what_does_not_cut_through_is_refused() {
    let coverage = squares();
    let why = |points: &[Coord]| cut(&coverage, 0, &Cutter::line(points).unwrap()).unwrap_err();
    assert_eq!(why(&[at(-1., 2.), at(2., 2.)]), CutError::NotCutThrough, "ends inside");
    assert_eq!(why(&[at(0., 0.), at(0., 4.)]), CutError::NotCutThrough, "runs along the border");
    assert_eq!(why(&[at(-1., -1.), at(9., -1.)]), CutError::NotCutThrough, "passes by");
    assert_eq!(why(&[at(-1., 1.), at(1., -1.)]), CutError::NotCutThrough, "touches a corner");
    let around = Cutter::polygon(&[at(-1., -1.), at(9., -1.), at(9., 9.), at(-1., 9.)]).unwrap();
    assert_eq!(cut(&coverage, 0, &around).unwrap_err(), CutError::NotCutThrough);
    assert_eq!(Cutter::line(&[at(1., 1.), at(1., 1.)]), Err(CutError::NoLine));
    assert_eq!(Cutter::line(&[at(1., 1.), at(f64::NAN, 1.)]), Err(CutError::NoLine));
}

#[test]
fn a_line_with_a_loop_and_loose_ends_cuts_along_what_divides() {
    let coverage = squares();
    // Comes in from the left, runs round a square, and ends where it came in: the stem divides nothing.
    let lasso = [at(-1., 2.), at(1., 2.), at(1., 3.), at(3., 3.), at(3., 1.), at(1., 1.), at(1., 2.)];
    let refined = cut(&coverage, 0, &Cutter::line(&lasso).unwrap()).unwrap();
    check(&refined).unwrap();
    let mut areas = areas(&refined);
    areas.sort_by(f64::total_cmp);
    assert_eq!(areas, [4., 4., 12., 12.]);
    assert_eq!(polygons(&refined)[1].0[0].exterior().0.len(), 5, "the border got no vertex for the stem");
}

#[test]
fn the_second_cut_meets_the_first() {
    let coverage = squares();
    let first = cut(&coverage, 0, &Cutter::line(&[at(-1., 1.), at(5., 1.)]).unwrap()).unwrap();
    let second = cut(&first, 0, &Cutter::line(&[at(2., -1.), at(2., 5.)]).unwrap()).unwrap();
    let third = cut(&second, 3, &Cutter::line(&[at(2., -1.), at(2., 5.)]).unwrap()).unwrap();
    check(&third).unwrap();
    assert_eq!(third.atom_count(), 6);
    let quarters = [0, 3, 4, 5].map(|atom| areas(&third)[atom]);
    assert!((quarters.iter().sum::<f64>() - 16.).abs() < 1e-12);
}

/// Cells of a crooked grid; the middle one has a hole filled by an atom of its own that touches its border in a vertex.
fn crooked() -> impl Strategy<Value = Coverage> {
    const N: usize = 3;
    prop::collection::vec((-0.25..0.25_f64, -0.25..0.25_f64), 49).prop_map(|moves| {
        let vertex = |i: usize, j: usize| {
            let (dx, dy) = moves[j * 7 + i];
            #[expect(clippy::cast_precision_loss, reason = "small")]
            at(105.0 + (i as f64 + dx) * 0.01, 31.0 + (j as f64 + dy) * 0.01)
        };
        let around = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)];
        let mut atoms: Vec<MultiPolygon> = (0..N * N)
            .map(|k| {
                let ring = around.map(|(i, j)| vertex(k % N * 2 + i, k / N * 2 + j)).to_vec();
                Polygon::new(LineString(ring), Vec::new()).into()
            })
            .collect();
        let shell = atoms[4].0[0].exterior().clone();
        let middle = vertex(3, 3);
        let (a, b) = (middle + (shell.0[2] - middle) * 0.4, middle + (shell.0[4] - middle) * 0.4);
        // Every other one touches the border.
        let tip = if moves[0].0 > 0.0 { shell.0[0] } else { middle + (shell.0[0] - middle) * 0.5 };
        let island = vec![tip, a, b, tip];
        let hole = LineString(island.iter().rev().copied().collect());
        let polygon = Polygon::new(shell, vec![hole]);
        if polygon.is_valid() {
            atoms[4] = polygon.into();
            atoms.push(Polygon::new(LineString(island), Vec::new()).into());
        }
        build(&atoms)
    })
}

/// Places to draw through, by lot: anywhere, a vertex of the coverage, or a point of an edge.
fn points(coverage: &Coverage, dice: &[(u8, u16, f64, f64)]) -> Vec<Coord> {
    let vertices: Vec<Coord> = coverage.arcs().flat_map(|arc| coverage.arc(arc).to_vec()).collect();
    let edges: Vec<[Coord; 2]> = coverage
        .arcs()
        .flat_map(|arc| coverage.arc(arc).windows(2).map(|e| [e[0], e[1]]).collect::<Vec<_>>())
        .collect();
    dice.iter()
        .flat_map(|&(kind, pick, x, y)| match kind % 8 {
            0..=3 => vec![at(105.0 + x * 0.08 - 0.01, 31.0 + y * 0.08 - 0.01)],
            4 => vec![vertices[usize::from(pick) % vertices.len()]],
            // Along a border.
            5 => edges[usize::from(pick) % edges.len()].to_vec(),
            6 => {
                let [a, b] = edges[usize::from(pick) % edges.len()];
                vec![a + (b - a) * x]
            }
            _ => coverage.arc(ArcId::new(usize::from(pick) % coverage.arc_count())).to_vec(),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn however_a_line_runs_the_coverage_stays_one(
        coverage in crooked(), dice in prop::collection::vec(any::<(u8, u16)>().prop_flat_map(|(kind, pick)| {
            (Just(kind), Just(pick), 0.0..1.0_f64, 0.0..1.0_f64)
        }), 2..7), closed in any::<bool>(), atoms in prop::collection::vec(any::<u16>(), 3),
    ) {
        let before = areas(&coverage);
        let mut coverage = coverage;
        let mut index = AtomIndex::build(&coverage);
        let mut past = Vec::new();
        let mut done = 0;
        for atom in atoms {
            let atom = AtomId::new(usize::from(atom) % coverage.atom_count());
            let points = points(&coverage, &dice);
            let cutter = if closed { Cutter::polygon(&points) } else { Cutter::line(&points) };
            let Ok(cutter) = cutter else { continue };
            let cut = match coverage.cut(atom, &cutter) {
                Ok(cut) => cut,
                Err(why) => {
                    prop_assert_ne!(why, CutError::Tangled);
                    continue;
                }
            };
            let whole = polygons(&coverage)[atom.index()].unsigned_area();
            let parts = [CutSide::Left, CutSide::Right].map(|side| cut.part(side).unsigned_area());
            prop_assert!((parts[0] + parts[1] - whole).abs() <= 1e-10 * whole + 1e-17, "{:?} of {}", parts, whole);
            let (refined, arcs) = coverage.refined(&cut);
            // The vertices that were there are there still, in their order.
            for arc in coverage.arcs() {
                let pieces = arcs.pieces.iter().find(|(of, _)| *of == arc).map_or(vec![arc], |(_, pieces)| pieces.clone());
                let now: Vec<Coord> = pieces.iter().flat_map(|&piece| refined.arc(piece).to_vec()).collect();
                let mut now = now.iter();
                prop_assert!(coverage.arc(arc).iter().all(|at| now.any(|there| there == at)));
            }
            index = index.refined(&refined, atom);
            past.push((coverage.clone(), polygons(&coverage)));
            coverage = refined;
            done += 1;
        }
        for (coverage, before) in &past {
            prop_assert_eq!(&polygons(coverage), before, "what was cut stays as it was");
        }
        if done > 0 {
            check(&coverage)?;
            check_index(&index, &coverage)?;
            let (before, now) = (before.iter().sum::<f64>(), areas(&coverage).iter().sum::<f64>());
            prop_assert!((before - now).abs() <= 1e-12 * before);
        }
    }
}

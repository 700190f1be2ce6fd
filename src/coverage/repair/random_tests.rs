//! Repair of random coverages that are disturbed in random ways.

use std::collections::BTreeSet;

use geo::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;

use super::rings::{Key, area_m2, key, polygons_of};
use super::*;
use crate::coverage::FlatPolygons;
use crate::coverage::validate::measure::{Local, length};
use crate::coverage::validate::{Detail, validate};

/// Cells in a row.
const N: usize = 5;
/// Vertices in a row.
const SIDE: usize = 2 * N + 1;
/// Width of a cell in degrees, about 1.1 km.
const CELL: f64 = 0.01;
/// A metre in degrees, about.
const METRE: f64 = 1.0 / 111_000.0;

/// What is done to a cell.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// A vertex in the middle of a side is left out.
    Drop,
    /// A vertex moves by up to these metres.
    Move([f64; 2]),
    /// The whole cell moves by up to these metres.
    Shift([f64; 2]),
    /// A vertex is followed by a spike to this many metres away, and back.
    Spike([f64; 2]),
    /// A vertex is there twice.
    Repeat,
    /// Two vertices change places.
    Twist,
    /// A vertex is added halfway to the next one.
    Add,
    /// The cell is drawn once more.
    Double,
    /// One side has a unit of its own, of so many metres within the cell or outside.
    Thin(f64),
}

fn damage() -> impl Strategy<Value = Damage> {
    let by = |metres: f64| [-metres..metres, -metres..metres];
    prop_oneof![
        Just(Damage::Drop),
        by(0.6).prop_map(Damage::Move),
        by(80.0).prop_map(Damage::Move),
        by(0.6).prop_map(Damage::Shift),
        by(30.0).prop_map(Damage::Shift),
        by(150.0).prop_map(Damage::Spike),
        Just(Damage::Repeat),
        Just(Damage::Twist),
        Just(Damage::Add),
        Just(Damage::Double),
        (-2.0..-0.02_f64).prop_map(Damage::Thin),
        (0.02..2.0_f64).prop_map(Damage::Thin),
    ]
}

/// A grid whose vertices are moved by these shares of a cell, the same for all cells that share them: eight vertices
/// each.
fn grid(moves: &[(f64, f64)]) -> Vec<Vec<Coord>> {
    let vertex = |i: usize, j: usize| {
        let (dx, dy) = moves[j * SIDE + i];
        let place = |k: usize| f64::from(u32::try_from(k).unwrap()) / 2.0;
        Coord { x: 105.0 + (place(i) + dx) * CELL, y: 31.0 + (place(j) + dy) * CELL }
    };
    let around = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)];
    let cell = |k: usize| around.map(|(i, j)| vertex(k % N * 2 + i, k / N * 2 + j)).to_vec();
    (0..N * N).map(cell).collect()
}

fn cells() -> impl Strategy<Value = Vec<Vec<Coord>>> {
    let moved = (-0.08..0.08_f64, -0.08..0.08_f64);
    proptest::collection::vec(moved, SIDE * SIDE).prop_map(|moves| grid(&moves))
}

/// Carries damages out; returns the cells at which something is no longer as it was.
fn disturb(cells: &mut Vec<Vec<Coord>>, damages: &[(usize, usize, Damage)]) -> BTreeSet<usize> {
    let by = |metres: [f64; 2]| Coord { x: metres[0], y: metres[1] } * METRE;
    let mut touched = BTreeSet::new();
    for &(cell, vertex, damage) in damages {
        let ring = &mut cells[cell];
        let n = ring.len();
        let vertex = vertex % n;
        match damage {
            Damage::Drop if n > 6 => drop(ring.remove(vertex)),
            Damage::Drop => {}
            Damage::Move(metres) => ring[vertex] = ring[vertex] + by(metres),
            Damage::Shift(metres) => ring.iter_mut().for_each(|at| *at = *at + by(metres)),
            Damage::Spike(metres) => {
                let base = ring[vertex];
                ring.splice(vertex + 1..=vertex, [base + by(metres), base]);
            }
            Damage::Repeat => ring.insert(vertex, ring[vertex]),
            Damage::Twist => ring.swap(vertex, (vertex + 1) % n),
            Damage::Add => ring.insert(vertex + 1, (ring[vertex] + ring[(vertex + 1) % n]) / 2.0),
            Damage::Double => {
                let copy = ring.clone();
                cells.push(copy);
            }
            // A vertex that is there twice has no side.
            Damage::Thin(_) if ring[vertex] == ring[(vertex + 1) % n] => {}
            Damage::Thin(metres) => {
                let (from, to) = (ring[vertex], ring[(vertex + 1) % n]);
                let along = to - from;
                let aside = Coord { x: -along.y, y: along.x } / along.x.hypot(along.y);
                let thin = vec![from, to, (from + to) / 2.0 + aside * metres * METRE];
                cells.push(thin);
            }
        }
        touched.insert(cell);
    }
    touched
}

fn flat(cells: &[Vec<Coord>]) -> FlatPolygons {
    let ring = |cell: &Vec<Coord>| Polygon::new(LineString(cell.clone()), Vec::new());
    let atoms: Vec<MultiPolygon> = cells.iter().map(|cell| ring(cell).into()).collect();
    atoms[..].into()
}

fn mend(polygons: FlatPolygons) -> (Coverage, Repaired) {
    let coverage = Coverage::build(polygons, &Progress::new()).unwrap();
    let repaired = repair(&coverage, &Settings::default(), &Choice::default(), &Progress::new()).unwrap();
    (coverage, repaired)
}

/// The same on one thread.
fn mend_alone(polygons: FlatPolygons) -> Repaired {
    rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(|| mend(polygons).1)
}

fn told(repaired: &Repaired) -> String {
    let left =
        repaired.left.iter().map(|defect| format!("left: {:?} {:?}, {:?}\n", defect.kind, defect.detail, defect.atoms));
    let steps =
        repaired.steps.iter().map(|step| format!("{:?} {:?} {:?} {}\n", step.deed, step.atoms, step.to, step.area_m2));
    left.chain(steps).collect()
}

fn is_far(cell: usize, touched: &BTreeSet<usize>) -> bool {
    let apart = |a: usize, b: usize| (a % N).abs_diff(b % N).max((a / N).abs_diff(b / N));
    cell < N * N && touched.iter().all(|&other| apart(cell, other) > 1)
}

/// Length of all rings, in metres.
fn border_m(polygons: &Polygons) -> f64 {
    let ring_m = |ring: &Vec<Coord>| {
        let local = Local::around(ring[0]);
        length(&ring.iter().map(|&at| local.metres(at)).collect::<Vec<_>>())
    };
    polygons.iter().flatten().map(ring_m).sum()
}

fn vertices(coverage: &Coverage, atom: AtomId) -> BTreeSet<Key> {
    polygons_of(coverage, atom).iter().flatten().flatten().map(|&at| key(at)).collect()
}

/// What has to be so after the repair of cells that these damages were done to.
fn holds(cells: &[Vec<Coord>], damages: &[(usize, usize, Damage)]) -> Result<(), TestCaseError> {
    let mut disturbed = cells.to_vec();
    let touched = disturb(&mut disturbed, damages);
    let (before, repaired) = mend(flat(&disturbed));
    prop_assert!(repaired.is_valid(), "{}", told(&repaired));
    let after = &repaired.coverage;

    // Units are kept: only what was drawn twice has no territory of its own.
    prop_assert_eq!(after.atom_count(), before.atom_count());
    let given: BTreeSet<AtomId> = repaired
        .steps
        .iter()
        .filter(|step| step.deed == Deed::EmptyDuplicate)
        .flat_map(|step| step.atoms.clone())
        .collect();
    for atom in after.atoms() {
        prop_assert!(after.faces_of(atom).len() > 0 || given.contains(&atom), "{atom} is lost");
    }

    // No vertex moves farther than the tolerance, and units change by what is said to change hands; what is left over lies
    // along their borders, as wide as the tolerance at most.
    let snap_m = Settings::default().snap_m;
    prop_assert!(repaired.max_moved_m <= snap_m);
    let sum = |coverage: &Coverage| coverage.atoms().map(|atom| area_m2(&polygons_of(coverage, atom))).sum::<f64>();
    let balance = repaired.balance();
    let said = balance.before_m2 + balance.filled_m2 - balance.resolved_m2 + balance.mended_m2 + balance.moved_m2;
    prop_assert!((sum(&before) - balance.before_m2).abs() < 1e-3 && (sum(after) - balance.after_m2).abs() < 1e-3);
    prop_assert!((said - balance.after_m2).abs() < 1e-3, "{balance:?}");
    let concerned: BTreeSet<AtomId> =
        repaired.steps.iter().flat_map(|step| &step.atoms).chain(&repaired.changed).copied().collect();
    let border_m: f64 = concerned.iter().map(|&atom| border_m(&polygons_of(&before, atom))).sum();
    let flows = balance.filled_m2 + balance.resolved_m2;
    prop_assert!(balance.moved_among_units_m2 <= snap_m * border_m + 1e-3 * flows, "{balance:?}");

    // What lies away from all damage is as it was, to the bit.
    for cell in (0..N * N).filter(|&cell| is_far(cell, &touched)) {
        prop_assert!(!repaired.changed.contains(&AtomId::new(cell)));
        prop_assert_eq!(polygons_of(after, AtomId::new(cell)), polygons_of(&before, AtomId::new(cell)));
    }
    // And so is every vertex of a cell that is not named as changed.
    for atom in after.atoms().filter(|atom| !repaired.changed.contains(atom)) {
        prop_assert_eq!(vertices(after, atom), vertices(&before, atom));
    }

    // Once more does nothing.
    let again = repair(after, &Settings::default(), &Choice::default(), &Progress::new()).unwrap();
    prop_assert_eq!(again.changed, vec![], "{:#?}", again.steps);

    // One thread says the same.
    let alone = mend_alone(flat(&disturbed));
    prop_assert_eq!(&alone.steps, &repaired.steps);
    prop_assert_eq!(alone.polygons(), repaired.polygons());
    Ok(())
}

/// A defect as far as it does not depend on where an arc begins: of a place, any of its vertices will do, and sizes differ
/// by rounding.
fn gist(defect: &Defect) -> String {
    let is_point = matches!(defect.detail, Detail::VertexOnEdge | Detail::Crossing);
    let at = defect.at.filter(|_| is_point).map(|at| [at.x, at.y].map(|value| format!("{value:.8}")));
    let detail = format!("{:?}", defect.detail);
    let detail = detail.split([' ', '{']).next().unwrap();
    format!("{:?} {:?} {:?} {at:?} {detail}", defect.kind, defect.severity, defect.atoms)
}

/// All of them, each once, and what they are of in square metres. How many pieces of a border come near to each other
/// depends on where they begin.
fn gists(defects: &[Defect]) -> (Vec<String>, f64) {
    let mut gists: Vec<String> = defects.iter().map(gist).collect();
    gists.sort();
    gists.dedup();
    (gists, defects.iter().filter_map(|defect| defect.area_m2).sum())
}

fn same(some: &[Defect], all: &[Defect]) -> Result<(), TestCaseError> {
    let ((some, some_m2), (all, all_m2)) = (gists(some), gists(all));
    prop_assert_eq!(some, all);
    prop_assert!((some_m2 - all_m2).abs() <= 1.0 + 1e-3 * all_m2, "{some_m2} {all_m2}");
    Ok(())
}

fn whole_check(coverage: &Coverage) -> Vec<Defect> {
    validate(coverage, &Options::default(), &Progress::new()).unwrap()
}

/// The grid with nothing moved.
fn straight() -> Vec<Vec<Coord>> {
    grid(&vec![(0.0, 0.0); SIDE * SIDE])
}

#[test]
fn what_chance_has_found_stays_mended() {
    let found: [&[(usize, usize, Damage)]; 2] = [
        // A vertex of a corner, a hand's breadth along the outer border from another unit's.
        &[(9, 2, Damage::Repeat), (9, 3, Damage::Move([0.0, 0.238_099_550_548_651_37]))],
        &[(1, 0, Damage::Shift([-23.080_296_201_858_324, 13.033_192_384_521_637])), (1, 0, Damage::Twist)],
    ];
    let failed: Vec<_> = found.iter().filter_map(|damages| holds(&straight(), damages).err()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

/// What has to be so after the repair of rings on a lattice, put together to faces and units in turn.
fn survives(rings: &[Vec<(u8, u8)>]) -> Result<(), TestCaseError> {
    let mut flat = FlatPolygons::default();
    for (i, ring) in rings.iter().enumerate() {
        for &(x, y) in ring {
            flat.push(Coord { x: f64::from(x), y: f64::from(y) } / 100.0);
        }
        flat.end_ring();
        if i % 3 != 1 {
            flat.end_face();
        }
        if i % 4 != 2 {
            flat.end_atom();
        }
    }
    // No ring is left without a face, and no face without a unit.
    flat.end_face();
    flat.end_atom();
    let atoms = flat.atom_count();
    let (before, repaired) = mend(flat.clone());
    prop_assert_eq!(repaired.coverage.atom_count(), atoms);
    // A unit that is a line but for rounding is kept, and cannot be made a polygon.
    let sizes = before.atoms().map(|atom| area_m2(&polygons_of(&before, atom)));
    prop_assume!(sizes.into_iter().all(|size| size == 0.0 || size > 1.0));
    // Lines of a lattice lie on each other but for rounding; what is left of that is no place.
    let is_rounding = |defect: &Defect| defect.area_m2.is_some_and(|area| area < 1e-3);
    let mut errors = repaired.left.iter().filter(|defect| defect.severity == Severity::Error);
    prop_assert!(errors.all(is_rounding), "{}", told(&repaired));
    prop_assert_eq!(mend_alone(flat).polygons(), repaired.polygons());
    Ok(())
}

#[test]
fn rings_that_chance_has_found_stay_mended() {
    let rings: [&[&[(u8, u8)]]; 1] = [&[&[(4, 3), (0, 0), (0, 1), (4, 3)], &[(1, 0), (0, 1)], &[]]];
    let of = |rings: &[&[(u8, u8)]]| rings.iter().map(|ring| ring.to_vec()).collect::<Vec<_>>();
    let failed: Vec<_> = rings.iter().filter_map(|rings| survives(&of(rings)).err()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 1 << 16, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_disturbed_coverage_becomes_valid_and_nothing_else_changes(
        cells in cells(),
        damages in proptest::collection::vec((0..N * N, 0..8_usize, damage()), 0..6),
    ) {
        holds(&cells, &damages)?;
    }

    #[test]
    fn a_check_of_what_changed_says_what_a_check_of_all_says(
        cells in cells(),
        before in proptest::collection::vec((0..N * N, 0..8_usize, damage()), 0..6),
        after in proptest::collection::vec((0..N * N, 0..8_usize, damage()), 1..4),
    ) {
        let mut was = cells;
        disturb(&mut was, &before);
        let mut now = was.clone();
        let changed = disturb(&mut now, &after);
        let coverage = Coverage::build(flat(&was), &Progress::new()).unwrap();
        let mut instead = Instead::new();
        for cell in changed {
            now[cell].dedup();
            if now[cell] != was[cell] {
                instead.insert(AtomId::new(cell), vec![vec![now[cell].clone()]]);
            }
        }
        let whole = whole_check(&Coverage::build(rings::flat(&coverage, &instead), &Progress::new()).unwrap());
        let known = Known::of(&coverage, Options::default()).unwrap();
        same(&known.with(&instead, Options::default()).unwrap(), &whole)?;
    }

    #[test]
    fn what_is_left_of_a_repair_in_part_is_what_a_check_of_all_finds(
        cells in cells(),
        damages in proptest::collection::vec((0..N * N, 0..8_usize, damage()), 1..6),
        kinds in proptest::sample::subsequence(Choice::default().kinds.into_iter().collect::<Vec<_>>(), 1..4),
    ) {
        let mut damaged = cells;
        disturb(&mut damaged, &damages);
        let coverage = Coverage::build(flat(&damaged), &Progress::new()).unwrap();
        let choice = Choice { kinds: kinds.into_iter().collect(), ..Choice::default() };
        let repaired = repair(&coverage, &Settings::default(), &choice, &Progress::new()).unwrap();
        same(&repaired.left, &whole_check(&repaired.coverage))?;
    }

    #[test]
    fn any_rings_are_repaired_without_harm(rings in proptest::collection::vec(proptest::collection::vec((0..5_u8, 0..5_u8), 0..9), 0..9)) {
        survives(&rings)?;
    }
}

//! Repairs small enough to draw.

use geo::{MultiPolygon, wkt};

use super::*;
use crate::coverage::FlatPolygons;

/// A hundredth of a degree, about a kilometre.
pub(super) fn scaled(mut atoms: Vec<MultiPolygon>) -> FlatPolygons {
    use geo::MapCoordsInPlace as _;
    for atom in &mut atoms {
        atom.map_coords_in_place(|c| Coord { x: 105.0 + c.x / 100.0, y: 31.0 + c.y / 100.0 });
    }
    atoms[..].into()
}

pub(super) fn mended(polygons: FlatPolygons, settings: &Settings) -> Repaired {
    let coverage = Coverage::build(polygons, &Progress::new()).unwrap();
    let repaired = repair(&coverage, settings, &Choice::default(), &Progress::new()).unwrap();
    assert!(repaired.is_valid(), "{:#?}", repaired.left);
    let again = repair(&repaired.coverage, settings, &Choice::default(), &Progress::new()).unwrap();
    assert_eq!(again.changed, [], "a second repair does nothing: {:#?}", again.steps);
    repaired
}

fn deeds(repaired: &Repaired) -> Vec<Deed> {
    repaired.steps.iter().map(|step| step.deed).collect()
}

fn area(repaired: &Repaired, atom: usize) -> f64 {
    rings::area_m2(&rings::polygons_of(&repaired.coverage, AtomId::new(atom)))
}

#[test]
fn a_unit_thinner_than_the_tolerance_is_kept_and_holds_up_nothing_else() {
    //  ┌───┐ ┌─┬─┐    a holds a unit of 40 cm on its left side; c misses b by a metre
    //  ▌ a │ │b│c│
    //  └───┘ └─┴─┘
    let square = |x: f64| MultiPolygon::from(geo::Rect::new((x, 0.), (x + 1., 1.)).to_polygon());
    let thin: MultiPolygon = wkt!(POLYGON((0. 0.4, 0.00042 0.45, 0. 0.5, 0. 0.4))).into();
    let repaired = mended(scaled(vec![square(0.), thin, square(2.), square(3.000_005)]), &Settings::default());
    assert!(area(&repaired, 1) > 20.0, "{:#?}", repaired.steps);
    assert_eq!(repaired.changed, [0, 3].map(AtomId::new), "{:#?}", repaired.steps);
}

#[test]
fn a_vertex_of_one_side_goes_into_the_other() {
    //  2 ┌───┬───┐
    //    │ a • b │    b has a vertex in the middle that a lacks
    //  0 └───┴───┘
    let a: MultiPolygon = wkt!(POLYGON((0. 0., 1. 0., 1. 2., 0. 2., 0. 0.))).into();
    for (x, deed) in
        [(1.0, Deed::InsertVertex), (1.0005, Deed::InsertVertex), (1.05, Deed::MatchEdge), (0.95, Deed::MatchEdge)]
    {
        let mut b: MultiPolygon = wkt!(POLYGON((1. 0., 2. 0., 2. 2., 1. 2., 1. 1., 1. 0.))).into();
        b.0[0].exterior_mut(|ring| ring.0[4].x = x);
        let repaired = mended(scaled(vec![a.clone(), b]), &Settings::default());
        assert_eq!(repaired.changed, [AtomId(0)]);
        assert_eq!(deeds(&repaired), [deed]);
        assert_eq!(rings::polygons_of(&repaired.coverage, AtomId(0))[0][0].len(), 5);
    }
}

#[test]
fn vertices_that_are_almost_equal_become_one_of_them() {
    let a: MultiPolygon = wkt!(POLYGON((0. 0., 1. 0., 1. 1., 1. 2., 0. 2., 0. 0.))).into();
    let b: MultiPolygon = wkt!(POLYGON((1. 0., 2. 0., 2. 2., 1. 2., 1.0003 1., 1. 0.))).into();
    let repaired = mended(scaled(vec![a, b]), &Settings::default());
    assert_eq!(deeds(&repaired), [Deed::MergeVertices]);
    assert_eq!(repaired.changed.len(), 1);
    assert!(repaired.max_moved_m > 0.2 && repaired.max_moved_m < 0.4, "{}", repaired.max_moved_m);
}

#[test]
fn an_overlap_goes_to_the_longest_border_or_to_the_wanted_unit_or_nowhere() {
    //    ┌──────┬─┬────┐
    //    │  a   │x│  b │     x is claimed by both
    //    └──────┴─┴────┘
    let a: MultiPolygon = wkt!(POLYGON((0. 0., 1.2 0., 1.2 1., 0. 1., 0. 0.))).into();
    let b: MultiPolygon = wkt!(POLYGON((1. 0., 2. 0., 2. 1., 1. 1., 1. 0.))).into();
    let of = |overlaps| {
        let settings = Settings { overlaps, ..Settings::default() };
        let repaired = mended(scaled(vec![a.clone(), b.clone()]), &settings);
        assert_eq!(deeds(&repaired).last(), Some(&Deed::GiveOverlap));
        assert_eq!(repaired.changed.len(), 2, "the loser, and the winner with the corners of the loser's end");
        [area(&repaired, 0), area(&repaired, 1)]
    };
    let [longest, first] = [Award::LongestBorder, Award::Unit(AtomId(0))].map(of);
    assert!(longest.iter().zip(first).all(|(a, b)| (a - b).abs() < 1.0));
    let [small, large] = of(Award::Unit(AtomId(1)));
    assert!(small < large * 1.01 && large > small * 0.99);
    let coverage = Coverage::build(scaled(vec![a, b]), &Progress::new()).unwrap();
    let settings = Settings { overlaps: Award::Leave, ..Settings::default() };
    let left = repair(&coverage, &settings, &Choice::default(), &Progress::new()).unwrap();
    assert_eq!(left.left.iter().filter(|defect| defect.kind == DefectKind::Overlap).count(), 1);
}

#[test]
fn a_gap_goes_to_the_longest_border_or_stays_water() {
    //    ┌──────┬╲ ┌────┐
    //    │  a   │ ╲│  b │     a lens of air between a and b
    //    └──────┴──┴────┘
    let a: MultiPolygon = wkt!(POLYGON((0. 0., 1. 0., 0.97 0.5, 1. 1., 0. 1., 0. 0.))).into();
    let b: MultiPolygon = wkt!(POLYGON((1. 0., 2. 0., 2. 1., 1. 1., 1.02 0.5, 1. 0.))).into();
    let filled = mended(scaled(vec![a.clone(), b.clone()]), &Settings::default());
    assert_eq!(deeds(&filled), [Deed::FillGap]);
    assert_eq!(filled.changed, [AtomId(0)], "its border is the longer one");
    let settings = Settings { gaps: Award::Leave, ..Settings::default() };
    let water = mended(scaled(vec![a.clone(), b.clone()]), &settings);
    assert_eq!((water.changed, water.steps), (vec![], vec![]));
    let settings = Settings { gaps: Award::Unit(AtomId(1)), ..Settings::default() };
    let to_b = mended(scaled(vec![a, b]), &settings);
    assert_eq!(to_b.changed, [AtomId(1)]);
}

#[test]
fn rings_that_cross_or_have_spikes_become_valid() {
    let bow: MultiPolygon = wkt!(POLYGON((0. 0., 1. 1., 1. 0., 0. 1., 0. 0.))).into();
    let spike: MultiPolygon = wkt!(POLYGON((3. 0., 4. 0., 4. 1., 3. 1., 2.5 1.5, 3. 1., 3. 0.))).into();
    let outside: MultiPolygon =
        wkt!(POLYGON((5. 0., 6. 0., 6. 1., 5. 1., 5. 0.), (7. 0., 8. 0., 8. 1., 7. 1., 7. 0.))).into();
    let repaired = mended(scaled(vec![bow, spike, outside]), &Settings::default());
    let faces = |atom| rings::polygons_of(&repaired.coverage, AtomId(atom));
    assert_eq!(faces(0).len(), 2);
    assert_eq!((faces(1).len(), faces(1)[0][0].len()), (1, 4));
    assert_eq!((faces(2).len(), faces(2)[0].len()), (1, 1));
    assert_eq!(repaired.steps.len(), 3);
}

#[test]
fn a_hole_that_touches_its_shell_and_parts_that_share_a_border_are_read_anew() {
    let touching: MultiPolygon =
        wkt!(POLYGON((0. 0., 4. 0., 4. 4., 2. 4., 3. 2., 2. 1., 1. 2., 2. 4., 0. 4., 0. 0.))).into();
    let parts: MultiPolygon = wkt!(MULTIPOLYGON(
        ((5. 0., 6. 0., 6. 1., 5. 1., 5. 0.)), ((6. 0., 7. 0., 7. 1., 6. 1., 6. 0.))));
    let repaired = mended(scaled(vec![touching, parts]), &Settings::default());
    let touching = rings::polygons_of(&repaired.coverage, AtomId(0));
    assert_eq!((touching.len(), touching[0].len()), (1, 2), "a shell with a hole that touches it");
    assert_eq!(rings::polygons_of(&repaired.coverage, AtomId(1)).len(), 1);
}

#[test]
fn of_a_unit_drawn_twice_the_first_keeps_the_territory() {
    let a: MultiPolygon = wkt!(POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.))).into();
    let b: MultiPolygon = wkt!(POLYGON((1. 0., 2. 0., 2. 1., 1. 1., 1. 0.))).into();
    let repaired = mended(scaled(vec![a.clone(), b, a]), &Settings::default());
    assert_eq!(deeds(&repaired), [Deed::EmptyDuplicate]);
    assert_eq!((repaired.coverage.atom_count(), repaired.changed), (3, vec![AtomId(2)]));
}

#[test]
fn a_hole_as_large_as_its_shell_is_none() {
    let ring: MultiPolygon =
        wkt!(POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.), (0. 0., 1. 0., 1. 1., 0. 1., 0. 0.))).into();
    let repaired = mended(scaled(vec![ring]), &Settings::default());
    assert_eq!(rings::polygons_of(&repaired.coverage, AtomId(0))[0].len(), 1);
}

#[test]
fn what_lies_far_inside_of_a_hole_that_is_none_keeps_its_place() {
    let square = |low: f64, high: f64| -> MultiPolygon { geo::Rect::new((low, low), (high, high)).to_polygon().into() };
    let mut ring = square(0., 9.);
    let hole = ring.0[0].exterior().clone();
    ring.0[0].interiors_push(hole);
    let repaired = mended(scaled(vec![ring, square(4., 5.)]), &Settings::default());
    assert_eq!(rings::polygons_of(&repaired.coverage, AtomId(0))[0].len(), 2);
}

#[test]
fn an_enclave_drawn_over_its_surroundings_keeps_its_place() {
    let around: MultiPolygon = wkt!(POLYGON((0. 0., 3. 0., 3. 3., 0. 3., 0. 0.))).into();
    let enclave: MultiPolygon = wkt!(POLYGON((1. 1., 2. 1., 2. 2., 1. 2., 1. 1.))).into();
    let repaired = mended(scaled(vec![around, enclave]), &Settings::default());
    assert_eq!(repaired.changed, [AtomId(0)]);
    assert_eq!(rings::polygons_of(&repaired.coverage, AtomId(0))[0].len(), 2);
}

#[test]
fn a_step_that_is_not_wanted_is_left_out() {
    let a: MultiPolygon = wkt!(POLYGON((0. 0., 1. 0., 1. 1., 1. 2., 0. 2., 0. 0.))).into();
    let b: MultiPolygon = wkt!(POLYGON((1. 0., 2. 0., 2. 2., 1. 2., 1.0003 1., 1. 0.))).into();
    let coverage = Coverage::build(scaled(vec![a, b]), &Progress::new()).unwrap();
    let all = repair(&coverage, &Settings::default(), &Choice::default(), &Progress::new()).unwrap();
    let choice = Choice { except: all.steps.iter().map(Step::key).collect(), ..Choice::default() };
    let none = repair(&coverage, &Settings::default(), &choice, &Progress::new()).unwrap();
    assert!(none.steps.iter().all(|step| step.deed != Deed::MergeVertices), "{:?}", none.steps);
    let choice = Choice { kinds: [DefectKind::Gap].into(), ..Choice::default() };
    let gaps = repair(&coverage, &Settings::default(), &choice, &Progress::new()).unwrap();
    assert_eq!((gaps.changed, gaps.steps), (vec![], vec![]));
}

#[test]
fn what_lies_in_a_pile_stays_and_all_else_is_repaired() {
    //  ┌────┐  60 of them     ┌─┬─┐    with a slit of a metre between
    //  └────┘                 └─┴─┘
    let rect =
        |x: f64, by: f64| MultiPolygon::from(geo::Rect::new((x + by, by), (x + 1.0 + by, 1.0 + by)).to_polygon());
    let mut atoms: Vec<MultiPolygon> =
        (0..60).map(|i| rect(0.0, f64::from(i % 13) * 1e-5 + f64::from(i) * 1e-7)).collect();
    atoms.extend([rect(3.0, 0.0), rect(4.000_005, 0.0)]);
    let coverage = Coverage::build(scaled(atoms), &Progress::new()).unwrap();
    let repaired = repair(&coverage, &Settings::default(), &Choice::default(), &Progress::new()).unwrap();
    let polygons = |coverage: &Coverage, atom: usize| rings::polygons_of(coverage, AtomId::new(atom));
    for atom in 0..60 {
        assert_eq!(polygons(&repaired.coverage, atom), polygons(&coverage, atom), "{atom}");
        assert_eq!(repaired.polygons_of(AtomId::new(atom)), polygons(&coverage, atom));
    }
    assert!(!repaired.changed.is_empty() && repaired.changed.iter().all(|atom| atom.0 >= 60), "{:?}", repaired.changed);
    let left: Vec<_> = repaired.left.iter().map(|it| (it.detail, it.atoms.len())).collect();
    assert_eq!(left, [(super::super::validate::Detail::Pile { units: 60 }, 60)]);
    let again = repair(&repaired.coverage, &Settings::default(), &Choice::default(), &Progress::new()).unwrap();
    assert_eq!(again.changed, []);
}

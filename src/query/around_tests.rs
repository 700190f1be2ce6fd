use std::collections::BTreeSet;

use proptest::prelude::*;

use super::testing::{TOWNSHIPS, VILLAGES, county};
use crate::edit::testing::grid;
use crate::edit::{Document, Edit, LockTarget, UnitRef};
use crate::model::{LevelIndex, UnitId};
use crate::query::Restriction;
use crate::query::around::{enclosed, grown, rest, same_kind, shrunk, siblings, surrounded_by_one};

fn ids(ids: impl IntoIterator<Item = usize>) -> Vec<UnitId> {
    ids.into_iter().map(UnitId::new).collect()
}

#[test]
fn growing_takes_neighbours_and_shrinking_gives_them_back() {
    //  6 7 8
    //  3 4 5
    //  0 1 2
    let dataset = grid(3, 3);
    let (coverage, state) = (&dataset.coverage, &dataset.base);
    assert_eq!(grown(coverage, state, &ids([4])), ids([1, 3, 4, 5, 7]));
    assert_eq!(shrunk(coverage, state, &ids([1, 3, 4, 5, 7])), ids([4]));
    assert_eq!(shrunk(coverage, state, &ids(0..9)), ids(0..9));
}

#[test]
fn what_a_ring_holds_is_enclosed_and_what_reaches_the_end_is_not() {
    // 20 21 22 23 24
    // 15 16 17 18 19     the ring is 6 7 8 11 13 16 17 18
    // 10 11 12 13 14
    //  5  6  7  8  9
    //  0  1  2  3  4
    let dataset = grid(5, 5);
    let state = &dataset.base;
    let ring = [6, 7, 8, 11, 13, 16, 17, 18];
    assert_eq!(enclosed(&dataset, state, VILLAGES, &ids(ring)), ids([12]));
    assert_eq!(enclosed(&dataset, state, VILLAGES, &ids(ring[1..].iter().copied())), ids([12]));
    let open = ring.into_iter().filter(|&unit| unit != 7);
    assert_eq!(enclosed(&dataset, state, VILLAGES, &ids(open)), []);
    assert_eq!(enclosed(&dataset, state, VILLAGES, &[]), []);
}

#[test]
fn a_unit_with_one_neighbour_and_no_way_out_is_surrounded() {
    let square = |x: f64, y: f64, size: f64| {
        geo::Rect::new(geo::Coord { x, y }, geo::Coord { x: x + size, y: y + size }).to_polygon()
    };
    // A village in the middle of another, and one beside it at the end of the data.
    let island = square(1.0, 1.0, 1.0);
    let around = geo::Polygon::new(square(0.0, 0.0, 3.0).exterior().clone(), vec![island.exterior().clone()]);
    let beside = square(3.0, 0.0, 3.0);
    let feature = |name: &str, polygon: &geo::Polygon| {
        let rings: Vec<Vec<[f64; 2]>> = std::iter::once(polygon.exterior())
            .chain(polygon.interiors())
            .map(|ring| ring.coords().map(|at| [at.x / 100.0, at.y / 100.0]).collect())
            .collect();
        serde_json::json!({"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": rings}})
    };
    let text = serde_json::json!({"type": "FeatureCollection", "features": [
        feature("岛村", &island), feature("环村", &around), feature("边村", &beside),
    ]});
    let progress = crate::jobs::Progress::new();
    let limits = crate::io::Limits::default();
    let layer = crate::io::geojson::read_bytes("a.geojson", text.to_string().as_bytes(), &limits, &progress).unwrap();
    let overrides = crate::model::FieldOverrides::default();
    let dataset = crate::model::Dataset::assemble(vec![layer], &overrides, &progress).unwrap();
    assert_eq!(surrounded_by_one(&dataset, &dataset.base, LevelIndex::FINEST), ids([0]));
    assert_eq!(enclosed(&dataset, &dataset.base, LevelIndex::FINEST, &ids([1])), ids([0]));
}

#[test]
fn siblings_and_units_of_the_same_kind_are_found() {
    let dataset = county();
    let state = &dataset.base;
    assert_eq!(siblings(state, &ids([1])), ids([0, 1, 2]));
    assert_eq!(same_kind(state, VILLAGES, &ids([2])), ids([2, 5]));
    assert_eq!(rest(state, TOWNSHIPS, &ids([6])), ids([7]));
}

#[test]
fn a_restriction_lets_only_what_it_names_pass() {
    let mut document = Document::new(county());
    let target = LockTarget::Units(vec![UnitRef::code("510722101001")]);
    document.commit(&Edit::Lock { target, reason: "已定".into() }).unwrap();
    let state = document.state();
    let allowed = |restriction: Restriction<'_>| -> Vec<UnitId> {
        state.units_at(VILLAGES).filter(|&unit| restriction.allows(state, unit)).collect()
    };
    assert_eq!(allowed(Restriction::default()), ids(0..6));
    let inside = Restriction { inside: Some(UnitId(6)), ..Restriction::default() };
    assert_eq!(allowed(inside), ids(0..3));
    // Townships are not below a township: they are not concerned.
    assert!(inside.allows(state, UnitId(7)));
    assert_eq!(allowed(Restriction { unlocked: true, ..inside }), ids(0..2));
    let only: BTreeSet<UnitId> = ids([1, 4]).into_iter().collect();
    assert_eq!(allowed(Restriction { only: Some(&only), ..Restriction::default() }), ids([1, 4]));
}

proptest! {
    #[test]
    fn growing_is_monotone_and_shrinking_is_its_dual(
        small in prop::collection::btree_set(0..20_usize, 0..20),
        more in prop::collection::btree_set(0..20_usize, 0..20),
    ) {
        let dataset = grid(5, 4);
        let (coverage, state) = (&dataset.coverage, &dataset.base);
        let large = ids(small.union(&more).copied());
        let small = ids(small);
        let (grown_small, grown_large) = (grown(coverage, state, &small), grown(coverage, state, &large));
        prop_assert!(grown_small.iter().all(|unit| grown_large.contains(unit)));
        prop_assert!(small.iter().all(|unit| grown_small.contains(unit)));
        let dual = rest(state, VILLAGES, &grown(coverage, state, &rest(state, VILLAGES, &small)));
        prop_assert_eq!(shrunk(coverage, state, &small), dual);
    }

    #[test]
    fn inverting_twice_changes_nothing(units in prop::collection::btree_set(0..20_usize, 0..20)) {
        let dataset = grid(5, 4);
        let units = ids(units);
        prop_assert_eq!(rest(&dataset.base, VILLAGES, &rest(&dataset.base, VILLAGES, &units)), units);
    }

    #[test]
    fn what_is_enclosed_cannot_be_left_without_crossing(wall in prop::collection::btree_set(0..25_usize, 0..20)) {
        let dataset = grid(5, 5);
        let (coverage, state) = (&dataset.coverage, &dataset.base);
        let wall = ids(wall);
        let inside = enclosed(&dataset, state, VILLAGES, &wall);
        // Its neighbours are inside too, or of the wall.
        let around = grown(coverage, state, &inside);
        prop_assert!(around.iter().all(|unit| inside.contains(unit) || wall.contains(unit)));
        let at_end = |unit: &UnitId| unit.index().is_multiple_of(5) || unit.index() % 5 == 4 || unit.index() < 5 || unit.index() >= 20;
        prop_assert!(!inside.iter().any(at_end));
    }
}

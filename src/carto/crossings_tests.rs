//! Barriers and links on a grid of squares.

use geo::Coord;

use super::crossings::{nearest, shared_border};
use super::projection::world_from_lonlat;
use crate::coverage::AtomId;
use crate::edit::testing::grid;

fn length(way: Coord) -> f64 {
    way.x.hypot(way.y)
}

fn atoms(ids: &[usize]) -> Vec<AtomId> {
    ids.iter().copied().map(AtomId::new).collect()
}

#[test]
fn the_border_of_two_territories_is_what_lies_between_them() {
    //  3 4 5
    //  0 1 2     the columns 0 and 1 share two arcs, 0 and 2 none
    let dataset = grid(3, 2);
    let (first, second, third) = (atoms(&[0, 3]), atoms(&[1, 4]), atoms(&[5, 2]));
    let border = shared_border(&dataset.coverage, &first, &second);
    assert_eq!(border.len(), 2);
    assert_eq!(shared_border(&dataset.coverage, &second, &first), border);
    for arc in border {
        let sides = dataset.coverage.sides(arc).map(Option::unwrap);
        assert!(first.contains(&sides[0]) != first.contains(&sides[1]));
    }
    assert_eq!(shared_border(&dataset.coverage, &first, &third), []);
}

#[test]
fn a_link_stands_where_two_territories_are_nearest_in_the_middle_of_what_is_equally_near() {
    let dataset = grid(3, 2);
    let [from, to] = nearest(&dataset.coverage, &atoms(&[0, 3]), &atoms(&[2, 5])).unwrap();
    let degree = |x: f64, y: f64| world_from_lonlat(Coord { x, y });
    assert!(length(from - degree(1.0, 1.0)) < 1.0 && length(to - degree(2.0, 1.0)) < 1.0, "{from:?} {to:?}");
    // Corner to corner.
    let [from, to] = nearest(&dataset.coverage, &atoms(&[0]), &atoms(&[5])).unwrap();
    assert!(length(from - degree(1.0, 1.0)) < 1.0 && length(to - degree(2.0, 1.0)) < 1.0, "{from:?} {to:?}");
}

#[test]
fn territories_that_touch_are_linked_on_their_border_and_none_is_linked_with_nothing() {
    let dataset = grid(3, 2);
    let [from, to] = nearest(&dataset.coverage, &atoms(&[0]), &atoms(&[1])).unwrap();
    assert!(length(from - to) < 1e-6 && length(from - world_from_lonlat(Coord { x: 1.0, y: 0.5 })) < 1e4);
    assert_eq!(nearest(&dataset.coverage, &atoms(&[0]), &[]), None);
}

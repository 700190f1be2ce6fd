//! Validation against random coverages with one known damage, and against geo's own judgement of random polygons.

use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::{Area as _, Coord, LineString, MultiPolygon, Polygon, Relate as _, Validation as _};
use proptest::prelude::*;

use super::tests::check;
use super::*;
use crate::coverage::FlatPolygons;

/// Cells in a row.
const N: usize = 4;
/// Width of a cell in degrees, about 1.1 km.
const CELL: f64 = 0.01;

/// Cells with four corners and a vertex in the middle of every side: eight vertices each, from the lower left.
type Cells = Vec<Vec<Coord>>;

/// A grid whose vertices are moved a little, the same for all cells that share them.
fn cells() -> impl Strategy<Value = Cells> {
    let side = 2 * N + 1;
    proptest::collection::vec((-0.02..0.02_f64, -0.02..0.02_f64), side * side).prop_map(move |moves| {
        let vertex = |i: usize, j: usize| {
            let (dx, dy) = moves[j * side + i];
            let place = |k: usize| f64::from(u32::try_from(k).unwrap()) / 2.0;
            Coord { x: 105.0 + (place(i) + dx) * CELL, y: 31.0 + (place(j) + dy) * CELL }
        };
        let around = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)];
        let cell = |k: usize| around.map(|(i, j)| vertex(k % N * 2 + i, k / N * 2 + j)).to_vec();
        (0..N * N).map(cell).collect()
    })
}

fn flat(cells: &[Vec<Coord>]) -> FlatPolygons {
    let ring = |cell: &Vec<Coord>| Polygon::new(LineString(cell.clone()), Vec::new());
    let atoms: Vec<MultiPolygon> = cells.iter().map(|cell| ring(cell).into()).collect();
    atoms[..].into()
}

/// A cell, and the middle of a side of it that another cell shares.
fn shared_side() -> impl Strategy<Value = (usize, usize)> {
    let shared = |&(k, vertex): &(usize, usize)| match vertex {
        1 => k >= N,
        3 => k % N < N - 1,
        5 => k < N * (N - 1),
        _ => k % N > 0,
    };
    (0..N * N, prop_oneof![Just(1), Just(3), Just(5), Just(7)]).prop_filter("on the outer border", shared)
}

fn is_at(defect: &Defect, cell: usize, place: Coord) -> bool {
    let at = |at: Coord| (at.x - place.x).abs() + (at.y - place.y).abs() < 1.5 * CELL;
    defect.atoms.contains(&AtomId::new(cell)) && defect.at.is_some_and(at)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn an_untouched_grid_has_no_defects(cells in cells()) {
        prop_assert_eq!(check(flat(&cells)), []);
    }

    #[test]
    fn a_dropped_vertex_is_found(cells in cells(), (cell, vertex) in shared_side()) {
        let mut damaged = cells.clone();
        let place = damaged[cell].remove(vertex);
        let defects = check(flat(&damaged));
        prop_assert_eq!(defects.len(), 1, "{:?}", defects);
        prop_assert_eq!(defects[0].kind, DefectKind::UnmatchedEdge);
        prop_assert_eq!(defects[0].at, Some(place));
        prop_assert!(is_at(&defects[0], cell, place));
        prop_assert!(!is_valid_coverage(&defects));
    }

    #[test]
    fn a_moved_vertex_is_found(
        cells in cells(),
        (cell, vertex) in shared_side(),
        by in (-0.3..0.3_f64, -0.3..0.3_f64),
    ) {
        let mut damaged = cells.clone();
        let place = damaged[cell][vertex];
        damaged[cell][vertex] = Coord { x: place.x + by.0 * CELL, y: place.y + by.1 * CELL };
        let defects = check(flat(&damaged));
        prop_assert!(!defects.is_empty());
        prop_assert!(defects.iter().all(|defect| is_at(defect, cell, place)), "{:?}", defects);
        // Both units that share the side are told.
        prop_assert!(defects.iter().any(|defect| defect.atoms.len() > 1), "{:?}", defects);
    }

    #[test]
    fn a_shifted_cell_overlaps_or_misses_its_neighbours(
        cells in cells(),
        // Not on the outer border, where it could move away from all others.
        (column, row) in (1..N - 1, 1..N - 1),
        degrees in 0.0..360.0_f64,
        metres in 0.01..200.0_f64,
    ) {
        let mut damaged = cells.clone();
        let cell = row * N + column;
        let by = Coord { x: degrees.to_radians().cos(), y: degrees.to_radians().sin() } * (metres / 100_000.0);
        for vertex in &mut damaged[cell] {
            *vertex = *vertex + by;
        }
        let defects = check(flat(&damaged));
        prop_assert!(!is_valid_coverage(&defects));
        prop_assert!(defects.iter().any(|defect| defect.atoms.contains(&AtomId::new(cell))));
    }

    #[test]
    fn a_ring_is_invalid_when_geo_says_so(ring in ring()) {
        let polygon = Polygon::new(LineString(ring.clone()), Vec::new());
        // A flat triangle is valid for geo, though not for GEOS.
        prop_assume!(polygon.unsigned_area() > 0.0);
        let defects = check([MultiPolygon::from(polygon.clone())][..].into());
        let invalid = defects.iter().any(|d| d.severity == Severity::Error && d.detail != Detail::Unclosed);
        prop_assert_eq!(invalid, !polygon.is_valid(), "{:?}", defects);
    }

    #[test]
    fn two_polygons_overlap_when_geo_says_so(a in valid_polygon(), b in valid_polygon()) {
        let inside = a.relate(&b).get(CoordPos::Inside, CoordPos::Inside) == Dimensions::TwoDimensional;
        let defects = check([MultiPolygon::from(a), MultiPolygon::from(b)][..].into());
        let doubled = |defect: &Defect| matches!(defect.kind, DefectKind::Overlap | DefectKind::DuplicateUnit);
        prop_assert_eq!(defects.iter().any(doubled), inside, "{:?}", defects);
    }

    #[test]
    fn any_rings_get_through(rings in proptest::collection::vec(proptest::collection::vec(point(), 0..9), 0..9)) {
        let mut flat = FlatPolygons::default();
        for (i, ring) in rings.iter().enumerate() {
            for &vertex in ring {
                flat.push(vertex);
            }
            flat.end_ring();
            if i % 3 != 1 {
                flat.end_face();
            }
            if i % 4 != 2 {
                flat.end_atom();
            }
        }
        prop_assert_eq!(check(flat.clone()), check(flat));
    }
}

/// Points of a small lattice, so that everything meets in every odd way.
fn point() -> impl Strategy<Value = Coord> {
    (0..5_u8, 0..5_u8).prop_map(|(x, y)| Coord { x: f64::from(x), y: f64::from(y) })
}

fn ring() -> impl Strategy<Value = Vec<Coord>> {
    proptest::collection::vec(point(), 3..8)
}

fn valid_polygon() -> impl Strategy<Value = Polygon> {
    let polygon = |ring| Polygon::new(LineString(ring), Vec::new());
    // A flat triangle is valid for geo, though not for GEOS.
    let valid = |polygon: &Polygon| polygon.unsigned_area() > 0.0 && polygon.is_valid();
    ring().prop_map(polygon).prop_filter("not valid", valid)
}

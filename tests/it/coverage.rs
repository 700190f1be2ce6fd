//! Outlines against independent judges.

use std::collections::BTreeSet;

use geo::{Area as _, Coord, MultiPolygon, Validation as _};
use proptest::prelude::*;
use quhua::coverage::{AtomId, Coverage, FlatPolygons};
use quhua::jobs::Progress;
use serde::Deserialize;

use crate::support::{normal, repository};

fn build(atoms: &[MultiPolygon]) -> Coverage {
    Coverage::build(FlatPolygons::from(atoms), &Progress::new()).unwrap()
}

/// Quadrilaterals between the points of a disturbed grid, row by row.
#[derive(Clone, Debug)]
struct Cells {
    columns: usize,
    polygons: Vec<MultiPolygon>,
}

fn cells() -> impl Strategy<Value = Cells> {
    (2_usize..7, 2_usize..7).prop_flat_map(|(columns, rows)| {
        let points = (columns + 1) * (rows + 1);
        proptest::collection::vec((-0.3..0.3, -0.3..0.3), points).prop_map(move |shifts| {
            let point = |column: usize, row: usize| {
                let (dx, dy) = shifts[row * (columns + 1) + column];
                #[expect(clippy::cast_precision_loss, reason = "a small grid")]
                Coord { x: column as f64 + dx, y: row as f64 + dy }
            };
            let polygons = (0..columns * rows)
                .map(|cell| {
                    let (c, r) = (cell % columns, cell / columns);
                    let corners = vec![point(c, r), point(c + 1, r), point(c + 1, r + 1), point(c, r + 1)];
                    geo::Polygon::new(geo::LineString(corners), Vec::new()).into()
                })
                .collect();
            Cells { columns, polygons }
        })
    })
}

/// Random atoms made of cells: with corners that touch, holes, exclaves, islands in lakes.
fn atoms() -> impl Strategy<Value = (Cells, Vec<usize>)> {
    (cells(), 1_usize..9).prop_flat_map(|(cells, kinds)| {
        let labels = proptest::collection::vec(0..kinds, cells.polygons.len());
        (Just(cells), labels)
    })
}

/// Cells of each atom.
fn members(labels: &[usize]) -> Vec<Vec<AtomId>> {
    let count = labels.iter().max().map_or(0, |most| most + 1);
    (0..count).map(|atom| (0..labels.len()).filter(|&cell| labels[cell] == atom).map(AtomId::new).collect()).collect()
}

/// Number of connected groups of cells, neighbours by a whole side.
fn connected_groups(cells: &Cells, chosen: &BTreeSet<usize>) -> usize {
    let mut left = chosen.clone();
    let mut groups = 0;
    while let Some(first) = left.pop_first() {
        groups += 1;
        let mut open = vec![first];
        while let Some(cell) = open.pop() {
            let column = cell % cells.columns;
            let beside = [
                (column > 0).then(|| cell - 1),
                (column + 1 < cells.columns).then_some(cell + 1),
                cell.checked_sub(cells.columns),
                Some(cell + cells.columns),
            ];
            for next in beside.into_iter().flatten() {
                if left.remove(&next) {
                    open.push(next);
                }
            }
        }
    }
    groups
}

proptest! {
    #[test]
    fn outlines_are_valid_and_cover_exactly_their_cells((cells, labels) in atoms()) {
        let coverage = build(&cells.polygons);
        let input: BTreeSet<_> = cells.polygons.iter().flat_map(|cell| cell.0[0].exterior().0.clone())
            .map(|c| (c.x.to_bits(), c.y.to_bits())).collect();
        for atoms in members(&labels) {
            let outline = coverage.outline(&atoms).to_multi_polygon(&coverage);
            prop_assert!(outline.check_validation().is_ok(), "{:?}", outline.check_validation());
            let area: f64 = atoms.iter().map(|cell| cells.polygons[cell.index()].unsigned_area()).sum();
            prop_assert!((outline.unsigned_area() - area).abs() < 1e-9);
            let chosen = atoms.iter().map(|cell| cell.index()).collect();
            prop_assert_eq!(outline.0.len(), connected_groups(&cells, &chosen));
            for c in outline.iter().flat_map(|p| p.exterior().0.iter().chain(p.interiors().iter().flat_map(|r| &r.0))) {
                prop_assert!(input.contains(&(c.x.to_bits(), c.y.to_bits())));
            }
        }
    }

    #[test]
    fn outlines_of_outlines_are_the_same((cells, labels) in atoms(), pick in any::<u16>()) {
        // Atoms with holes and several parts are made of cells; a union of atoms must be the union of their cells.
        let fine = build(&cells.polygons);
        let members = members(&labels);
        let shapes: Vec<_> = members.iter().map(|atoms| fine.outline(atoms).to_multi_polygon(&fine)).collect();
        let coarse = build(&shapes);
        let chosen: Vec<usize> = (0..shapes.len()).filter(|atom| pick >> atom & 1 == 1).collect();
        let all_cells: Vec<_> = chosen.iter().flat_map(|&atom| members[atom].clone()).collect();
        let all_atoms: Vec<_> = chosen.iter().map(|&atom| AtomId::new(atom)).collect();
        prop_assert_eq!(
            normal(&coarse.outline(&all_atoms).to_multi_polygon(&coarse)),
            normal(&fine.outline(&all_cells).to_multi_polygon(&fine))
        );
    }

    #[test]
    fn source_rings_come_back_to_the_bit((cells, labels) in atoms(), turn in 0_usize..50, flip in any::<bool>()) {
        let fine = build(&cells.polygons);
        let shapes: Vec<MultiPolygon> = members(&labels)
            .iter()
            .map(|atoms| turned(&fine.outline(atoms).to_multi_polygon(&fine), turn, flip))
            .collect();
        let coverage = build(&shapes);
        for (atom, shape) in coverage.atoms().zip(&shapes) {
            let rings = coverage.faces_of(atom).flat_map(|face| coverage.rings_of(face));
            let wanted = shape.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            for (ring, wanted) in rings.zip(wanted) {
                prop_assert_eq!(&coverage.source_ring(ring), &wanted.0);
            }
        }
    }

    #[test]
    fn all_units_at_once_equal_one_by_one((cells, labels) in atoms()) {
        let coverage = build(&cells.polygons);
        let members = members(&labels);
        let units: Vec<u32> = labels.iter().map(|&label| u32::try_from(label).unwrap()).collect();
        for (atoms, together) in members.iter().zip(coverage.outlines(&units, members.len())) {
            prop_assert_eq!(together, coverage.outline(atoms));
        }
    }

    #[test]
    fn neighbours_share_a_side((cells, labels) in atoms()) {
        let fine = build(&cells.polygons);
        let shapes: Vec<_> =
            members(&labels).iter().map(|atoms| fine.outline(atoms).to_multi_polygon(&fine)).collect();
        let coverage = build(&shapes);
        let mut wanted = vec![BTreeSet::new(); shapes.len()];
        for cell in fine.atoms() {
            for other in fine.neighbours(cell) {
                let (a, b) = (labels[cell.index()], labels[other.index()]);
                if a != b {
                    wanted[a].insert(AtomId::new(b));
                }
            }
        }
        for (atom, wanted) in coverage.atoms().zip(wanted) {
            prop_assert_eq!(coverage.neighbours(atom), wanted.into_iter().collect::<Vec<_>>());
        }
    }
}

/// The same shape, its rings starting elsewhere and perhaps running the other way.
fn turned(shape: &MultiPolygon, turn: usize, flip: bool) -> MultiPolygon {
    let ring = |ring: &geo::LineString| {
        let mut coords = ring.0.clone();
        coords.pop();
        let turn = turn % coords.len();
        coords.rotate_left(turn);
        if flip {
            coords.reverse();
        }
        coords.push(coords[0]);
        geo::LineString(coords)
    };
    shape.iter().map(|p| geo::Polygon::new(ring(p.exterior()), p.interiors().iter().map(ring).collect())).collect()
}

#[derive(Deserialize)]
struct DissolveCase {
    id: String,
    units: Vec<String>,
    expected: String,
    expected_area_deg2: f64,
}

fn from_wkt(text: &str) -> MultiPolygon {
    use wkt::TryFromWkt as _;
    match geo::Geometry::try_from_wkt_str(text).unwrap() {
        geo::Geometry::Polygon(polygon) => polygon.into(),
        geo::Geometry::MultiPolygon(polygons) => polygons,
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn cases_on_which_overlay_libraries_fail_come_out_right() {
    let text = std::fs::read_to_string(repository("tests/data/dissolve_cases.json")).unwrap();
    let cases: Vec<DissolveCase> = serde_json::from_str(&text).unwrap();
    assert!(cases.len() >= 30);
    for case in cases {
        let units: Vec<_> = case.units.iter().map(|unit| from_wkt(unit)).collect();
        let coverage = build(&units);
        let all: Vec<_> = coverage.atoms().collect();
        let outline = coverage.outline(&all).to_multi_polygon(&coverage);
        assert!(outline.check_validation().is_ok(), "{}: {:?}", case.id, outline.check_validation());
        assert!((outline.unsigned_area() - case.expected_area_deg2).abs() < 1e-9, "{}", case.id);
        assert_eq!(normal(&outline), normal(&from_wkt(&case.expected)), "{}", case.id);
    }
}

//! Validation against drawn cases, the collected data, and random damage.

use std::path::Path;

use geo::{Coord, MultiPolygon, wkt};

use super::*;
use crate::coverage::FlatPolygons;
use crate::testing::shared_data;

pub(super) fn check(polygons: FlatPolygons) -> Vec<Defect> {
    let coverage = Coverage::build(polygons, &Progress::new()).unwrap();
    validate(&coverage, &Options::default(), &Progress::new()).unwrap()
}

/// A source file as a reader would give it: features' properties, and rings as they are.
pub(super) fn read(path: &Path) -> (Vec<geojson::JsonObject>, FlatPolygons) {
    let text = std::fs::read_to_string(path).unwrap();
    let geojson::GeoJson::FeatureCollection(features) = text.parse().unwrap() else { panic!("no collection") };
    let mut flat = FlatPolygons::default();
    let mut properties = Vec::new();
    for feature in features.features {
        let polygons = match feature.geometry.map(|geometry| geometry.value) {
            Some(geojson::GeometryValue::Polygon { coordinates }) => vec![coordinates],
            Some(geojson::GeometryValue::MultiPolygon { coordinates }) => coordinates,
            _ => Vec::new(),
        };
        for polygon in polygons {
            for ring in polygon {
                for c in ring {
                    flat.push(Coord { x: c[0], y: c[1] });
                }
                flat.end_ring();
            }
            flat.end_face();
        }
        flat.end_atom();
        properties.push(feature.properties.unwrap_or_default());
    }
    (properties, flat)
}

/// Kind, detail and units of every finding. In these tests a unit of the grid is a degree, about 111 km.
fn summary(atoms: &[MultiPolygon]) -> Vec<String> {
    let name = |detail: Detail| format!("{detail:?}").split(' ').next().unwrap().to_owned();
    let atoms_of = |defect: &Defect| defect.atoms.iter().map(|atom| atom.0.to_string()).collect::<Vec<_>>().join(",");
    check(atoms.into()).iter().map(|d| format!("{} {} {}", d.kind, name(d.detail), atoms_of(d))).collect()
}

fn square(x: f64, y: f64, size: f64) -> MultiPolygon {
    geo::Rect::new((x, y), (x + size, y + size)).to_polygon().into()
}

fn polygon(shell: &[(f64, f64)]) -> MultiPolygon {
    geo::Polygon::new(shell.to_vec().into(), Vec::new()).into()
}

#[test]
fn a_grid_has_no_defects() {
    assert!(summary(&[square(0., 0., 1.), square(1., 0., 1.), square(0., 1., 1.), square(1., 1., 1.)]).is_empty());
}

#[test]
fn an_enclave_and_an_island_are_no_defects() {
    let ring = wkt!(POLYGON((0. 0., 9. 0., 9. 9., 0. 9., 0. 0.), (3. 3., 3. 6., 6. 6., 6. 3., 3. 3.))).into();
    assert!(summary(&[ring, square(3., 3., 3.), square(20., 3., 1.), square(22., 3., 1.)]).is_empty());
}

#[test]
fn a_vertex_on_a_neighbours_edge_is_unmatched() {
    //  ┌───┬───┐
    //  │   ├───┤
    //  └───┴───┘
    let tall = polygon(&[(0., 0.), (1., 0.), (1., 2.), (0., 2.)]);
    assert_eq!(summary(&[tall, square(1., 0., 1.), square(1., 1., 1.)]), ["unmatched_edge VertexOnEdge 0,1,2"]);
}

#[test]
fn a_missing_vertex_is_unmatched() {
    let left = polygon(&[(0., 0.), (1., 0.), (1., 2.), (0., 2.)]);
    let in_it = polygon(&[(1., 0.), (2., 0.), (2., 2.), (1., 2.), (0.9995, 1.)]);
    let off_it = polygon(&[(1., 0.), (2., 0.), (2., 2.), (1., 2.), (1.0005, 1.)]);
    assert_eq!(summary(&[left.clone(), in_it]), ["unmatched_edge OneSidedVertices 0,1"]);
    assert_eq!(summary(&[left, off_it]), ["unmatched_edge OneSidedVertices 0,1"]);
}

#[test]
fn two_units_on_one_place_overlap() {
    assert_eq!(summary(&[square(0., 0., 3.), square(1., 1., 1.)]), ["overlap Overlap 0,1"]);
    assert_eq!(summary(&[square(0., 0., 3.), square(2., 1., 3.)]), ["overlap Overlap 0,1"]);
    assert_eq!(summary(&[square(0., 0., 2.), square(1., 0., 2.)]), ["overlap Overlap 0,1"]);
}

#[test]
fn the_same_territory_twice_is_one_finding() {
    let same = polygon(&[(1., 1.), (1., 0.), (0., 0.), (0., 1.)]);
    let atoms = [square(0., 0., 1.), square(1., 0., 1.), same];
    assert_eq!(summary(&atoms), ["duplicate_unit SameTerritory 0,2"]);
}

#[test]
fn an_enclosed_space_is_a_hole_if_wide_and_a_gap_if_thin() {
    let around = |inner: &[(f64, f64)]| {
        let shell = vec![(0., 0.), (9., 0.), (9., 9.), (0., 9.)];
        MultiPolygon::from(geo::Polygon::new(shell.into(), vec![inner.to_vec().into()]))
    };
    assert_eq!(summary(&[around(&[(3., 3.), (3., 6.), (6., 6.), (6., 3.)])]), ["hole Hole 0"]);
    assert_eq!(summary(&[around(&[(3., 3.), (3., 6.), (3.0002, 6.), (3.0002, 3.)])]), ["gap Gap 0"]);
}

#[test]
fn rings_that_cross_touch_or_fold_back_are_invalid() {
    let cases: [(&str, MultiPolygon); 7] = [
        ("invalid_ring SelfCrossing 0", polygon(&[(0., 0.), (2., 2.), (2., 0.), (0., 2.)])),
        ("invalid_ring SelfTouch 0", polygon(&[(0., 0.), (2., 0.), (1., 1.), (2., 2.), (0., 2.), (1., 1.)])),
        ("invalid_ring SelfTouch 0", polygon(&[(0., 0.), (4., 0.), (4., 4.), (2., 0.), (0., 4.)])),
        ("invalid_ring Spike 0", polygon(&[(0., 0.), (2., 0.), (2., 2.), (3., 3.), (2., 2.), (0., 2.)])),
        ("invalid_ring Spike 0", polygon(&[(0., 0.), (2., 0.), (2., 3.), (2., 2.), (0., 2.)])),
        ("invalid_ring TooFewVertices 0", polygon(&[(0., 0.), (2., 0.)])),
        (
            "invalid_ring HoleOutsideShell 0",
            wkt!(POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.), (3. 3., 3. 6., 6. 6., 6. 3., 3. 3.))).into(),
        ),
    ];
    for (expected, polygon) in cases {
        assert_eq!(summary(std::slice::from_ref(&polygon)), [expected], "{polygon:?}");
    }
}

#[test]
fn holes_may_touch_once_but_not_cut_the_inside_apart() {
    let once = wkt!(POLYGON((0. 0., 9. 0., 9. 9., 0. 9., 0. 0.), (0. 0., 3. 6., 6. 3., 0. 0.))).into();
    assert_eq!(summary(&[once]), ["hole Hole 0"]);
    let twice = wkt!(POLYGON((0. 0., 9. 0., 9. 9., 0. 9., 0. 0.), (0. 0., 9. 9., 6. 3., 0. 0.))).into();
    assert_eq!(summary(&[twice]), ["hole Hole 0", "invalid_ring InteriorDisconnected 0"]);
}

#[test]
fn parts_of_one_unit_may_touch_in_points_only() {
    let parts = |x: f64, y: f64| MultiPolygon(vec![square(0., 0., 2.).0[0].clone(), square(x, y, 2.).0[0].clone()]);
    assert!(summary(&[parts(2., 2.)]).is_empty());
    assert_eq!(summary(&[parts(2., 0.)]), ["invalid_ring PartsShareBorder 0"]);
    assert_eq!(summary(&[parts(1., 1.)]), ["invalid_ring PartsOverlap 0"]);
}

#[test]
fn a_slit_that_opens_to_the_outside_is_unmatched_and_an_error_where_vertices_are_almost_equal() {
    for (y, severity) in [(0., Severity::Error), (0.5, Severity::Warning)] {
        let defects = check([square(0., 0., 1.), square(1.000_002, y, 1.)][..].into());
        assert_eq!(defects.len(), 1, "{defects:?}");
        assert_eq!((defects[0].kind, defects[0].severity), (DefectKind::UnmatchedEdge, severity));
    }
}

#[test]
fn a_tip_between_two_units_at_the_outer_border_is_no_slit() {
    //  a \ tip / b      the tip is half a metre wide where it comes to the outer border, straight or with a vertex there
    for more in [&[][..], &[(1.000_003, -0.000_002)]] {
        let mut tip = vec![(1., 0.)];
        tip.extend(more);
        tip.extend([(1.000_006, 0.), (1.002, 1.), (1., 1.)]);
        let b = polygon(&[(1.000_006, 0.), (2., 0.), (2., 1.), (1.002, 1.)]);
        assert_eq!(check([square(0., 0., 1.), polygon(&tip), b][..].into()), []);
    }
}

#[test]
fn vertices_near_a_node_where_both_units_meet_are_no_finding() {
    //  a │ b      b goes on from the corner that it shares with a in a step of a few centimetres
    let b = polygon(&[(1., 0.), (1.000_002, 0.), (2., 0.), (2., 1.), (1., 1.)]);
    let defects = check([square(0., 0., 1.), b][..].into());
    assert_eq!(defects, []);
}

#[test]
fn empty_units_and_untidy_rings_are_told() {
    let mut flat = FlatPolygons::default();
    flat.end_atom();
    for ring in [&[(0., 0.), (1., 0.), (1., 1.)][..], &[(5., 5.), (6., 5.), (6., 5.), (6., 6.), (5., 5.)][..]] {
        for &(x, y) in ring {
            flat.push(Coord { x, y });
        }
        flat.end_ring();
        flat.end_face();
        flat.end_atom();
    }
    let found = check(flat);
    let details: Vec<_> = found.iter().map(|d| (d.detail, d.severity, d.atoms[0].0)).collect();
    let expected = [
        (Detail::Unclosed, Severity::Error, 1),
        (Detail::RepeatedVertex, Severity::Info, 2),
        (Detail::NoGeometry, Severity::Warning, 0),
    ];
    assert_eq!(details, expected);
}

#[test]
fn real_coverages_are_valid() {
    for name in ["nantou/villages.geojson", "lot-et-garonne/communes.geojson", "dirty/clean-reference.geojson"] {
        let Some(path) = shared_data(name) else { continue };
        let defects = check(read(&path).1);
        let wrong: Vec<_> = defects.iter().filter(|defect| defect.severity > Severity::Info).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}");
    }
}

/// A known defect of a made file: which unit, and where.
struct Known {
    kind: String,
    units: Vec<String>,
    at: Option<Coord>,
}

fn manifest(path: &Path) -> Vec<Known> {
    let entries: Vec<serde_json::Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    let known = |entry: &serde_json::Value| Known {
        kind: text(&entry["kind"]).unwrap(),
        units: text(&entry["unit"])
            .into_iter()
            .chain(entry["units"].as_array().into_iter().flatten().filter_map(text))
            .collect(),
        at: entry["at"].as_array().map(|at| Coord { x: at[0].as_f64().unwrap(), y: at[1].as_f64().unwrap() }),
    };
    entries.iter().map(known).collect()
}

fn beside(known: &Known, at: Option<Coord>) -> bool {
    matches!((known.at, at), (Some(a), Some(b)) if distance_m(a, b) < 70.0)
        && ["overlap", "gap"].contains(&&*known.kind)
}

fn distance_m(a: Coord, b: Coord) -> f64 {
    let d = measure::Local::around(a).metres(b);
    d.x.hypot(d.y)
}

#[test]
fn every_injected_defect_is_found_and_nothing_else() {
    let Some(path) = shared_data("dirty/injected-defects.geojson") else { return };
    let Some(list) = shared_data("dirty/injected-defects.manifest.json") else { return };
    let (properties, flat) = read(&path);
    let code = |atom: AtomId| properties[atom.index()]["code"].as_str().unwrap_or("").to_owned();
    let mut outside = 0;
    let mut defects = check(flat.clone());
    for known in manifest(&list) {
        let (kind, detail) = match known.kind.as_str() {
            "duplicate_code" | "missing_code" => continue,
            "repeated_vertex" => ("invalid_ring", Some(Detail::RepeatedVertex)),
            "spike" => ("invalid_ring", Some(Detail::Spike)),
            "unclosed_ring" => ("invalid_ring", Some(Detail::Unclosed)),
            "self_crossing" => ("invalid_ring", Some(Detail::SelfCrossing)),
            kind => (kind, None),
        };
        let is_it = |defect: &Defect| {
            defect.kind.to_string() == kind
                && detail.is_none_or(|detail| detail == defect.detail)
                && known.units.iter().all(|unit| defect.atoms.iter().any(|&atom| code(atom) == *unit))
                && known.at.is_none_or(|at| defect.at.is_some_and(|found| distance_m(at, found) < 70.0))
        };
        let before = defects.len();
        defects.retain(|defect| !is_it(defect));
        if defects.len() < before {
            continue;
        }
        // On the outer border there is no other side that could tell.
        let at = known.at.unwrap_or_else(|| panic!("{} of {:?} was not found", known.kind, known.units));
        let near = |&atom: &AtomId| {
            let mut vertices =
                flat.faces_of(atom).flat_map(|face| flat.rings_of(face)).flat_map(|ring| flat.ring(ring));
            vertices.any(|&vertex| distance_m(at, vertex) < 250.0)
        };
        let units: Vec<String> = (0..flat.atom_count()).map(AtomId::new).filter(near).map(code).collect();
        assert_eq!(units, known.units, "{} at {at:?} was not found", known.kind);
        outside += 1;
    }
    // A vertex moved by 60 m may cross the border: then there is an overlap beside the gap.
    defects.retain(|defect| !manifest(&list).iter().any(|known| beside(known, defect.at)));
    assert!(defects.is_empty(), "more than was injected: {defects:#?}");
    println!("{outside} injected defects lie on the outer border, where no neighbour shows them");
}

#[test]
fn exactly_the_invalid_polygons_of_norway_are_found() {
    let Some(path) = shared_data("dirty/norway-kommuner-2020.geojson") else { return };
    // From GEOS 3.14: is_valid.
    let expected = [
        7, 17, 64, 69, 75, 95, 102, 112, 113, 121, 139, 147, 150, 182, 196, 201, 206, 232, 256, 288, 296, 300, 302,
        306, 327, 331, 342,
    ];
    let defects = check(read(&path).1);
    let invalid = defects.iter().filter(|d| d.kind == DefectKind::InvalidRing && d.severity == Severity::Error);
    let mut atoms: Vec<u32> = invalid.flat_map(|defect| defect.atoms.iter().map(|atom| atom.0)).collect();
    atoms.sort_unstable();
    atoms.dedup();
    assert_eq!(atoms, expected);
}

/// Squares of a side of two, moved by a little, each otherwise.
fn heap(count: u32, by: f64) -> Vec<MultiPolygon> {
    let step = |i: u32, of: u32| f64::from(i * 7919 % of) / f64::from(of) * by;
    (0..count).map(|i| square(step(i, 101), step(i, 97), 2.0)).collect()
}

#[test]
fn a_pile_of_units_is_one_finding_however_high_it_is() {
    for (count, by) in [(100, 1e-7), (300, 1e-9), (300, 1e-3), (300, 0.1)] {
        let mut atoms = heap(count, by);
        atoms.push(square(10.0, 0.0, 1.0));
        let found = check(FlatPolygons::from(atoms.as_slice()));
        let piles: Vec<&Defect> = found.iter().filter(|it| matches!(it.detail, Detail::Pile { .. })).collect();
        assert_eq!((found.len(), piles.len()), (1, 1), "{count} {by}: {found:?}");
        assert_eq!((piles[0].atoms.len(), piles[0].severity), (count as usize, Severity::Error), "{count} {by}");
    }
}

#[test]
fn units_that_only_share_a_box_are_no_pile() {
    // Thin strips from corner to corner, side by side.
    let strip = |i: u32| {
        let at = f64::from(i) * 1e-3;
        polygon(&[(at, 0.0), (10.0 + at, 10.0), (10.001 + at, 10.0), (at + 1e-3, 0.0)])
    };
    let strips: Vec<MultiPolygon> = (0..60).map(strip).collect();
    let found = check(FlatPolygons::from(strips.as_slice()));
    assert!(!found.iter().any(|it| matches!(it.detail, Detail::Pile { .. })), "{found:?}");
}

#[test]
fn the_same_territory_a_thousand_times_is_one_finding() {
    let atoms = vec![square(0., 0., 1.); 1000];
    let found = check(FlatPolygons::from(atoms.as_slice()));
    assert_eq!((found.len(), found[0].atoms.len(), found[0].detail), (1, 1000, Detail::SameTerritory));
}

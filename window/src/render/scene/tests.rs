//! Maps of small coverages, and of coverages with cuts.

use std::collections::BTreeMap;

use geo::{Area as _, MultiPolygon, Polygon, wkt};

use super::*;
use crate::render::projection::world_from_lonlat;
use quhua::coverage::FlatPolygons;

fn scene(atoms: &[Polygon]) -> MapScene {
    let atoms: Vec<MultiPolygon> = atoms.iter().cloned().map(MultiPolygon::from).collect();
    of_coverage(Coverage::build(FlatPolygons::from(&atoms[..]), &Progress::new()).unwrap())
}

fn of_coverage(coverage: Coverage) -> MapScene {
    let ranks = BaseRanks::uniform(&coverage, Rank::County);
    MapScene::build(Arc::new(coverage), ranks, &Progress::new()).unwrap()
}

fn fills(scene: &MapScene, level: usize) -> Vec<FillChunk> {
    let made = scene.chunks(level).map(|info| scene.take(&info));
    made.filter_map(|chunk| if let Chunk::Fill(fill) = chunk { Some(fill) } else { None }).collect()
}

fn lines(scene: &MapScene, level: usize) -> Vec<LineChunk> {
    let made = scene.chunks(level).map(|info| scene.take(&info));
    made.filter_map(|chunk| if let Chunk::Line(line) = chunk { Some(line) } else { None }).collect()
}

fn area_of_triangles(scene: &MapScene, level: usize, atom: AtomId) -> f64 {
    let mut area = 0.0;
    for chunk in fills(scene, level) {
        let at = |i: u32| {
            let [x, y, _] = chunk.vertices[i as usize];
            Coord { x: f64::from(f32::from_bits(x)), y: f64::from(f32::from_bits(y)) }
        };
        for t in chunk.indices.chunks(3).filter(|t| chunk.vertices[t[0] as usize][2] == atom.0) {
            area += geo::Triangle::new(at(t[0]), at(t[1]), at(t[2])).unsigned_area();
        }
    }
    area
}

/// A square of 1° cut in two by a wavy border, with a speck of an island beside it.
fn wavy() -> MapScene {
    let wave: Vec<Coord> = (0..=4_000)
        .map(|i| Coord { x: 0.5 + 0.004 * (f64::from(i) * 0.09).sin(), y: f64::from(i) / 4_000.0 })
        .collect();
    let side = |x: f64| {
        let mut ring = wave.clone();
        ring.extend([Coord { x, y: 1.0 }, Coord { x, y: 0.0 }, wave[0]]);
        Polygon::new(geo::LineString(ring), Vec::new())
    };
    let speck = geo::Rect::new((1.2, 0.5), (1.2002, 0.5002)).to_polygon();
    scene(&[side(0.0), side(1.0), speck])
}

#[test]
fn coarser_levels_have_fewer_vertices_and_neighbours_still_share_their_border() {
    let scene = wavy();
    assert!(scene.levels.len() > 2, "{scene:?}");
    let whole = area_of_triangles(&scene, 0, AtomId(0)) + area_of_triangles(&scene, 0, AtomId(1));
    let mut before = usize::MAX;
    for level in 0..scene.levels.len() {
        let points: usize = lines(&scene, level).iter().map(|chunk| chunk.points.len()).sum();
        assert!(points <= before, "level {level}: {points} after {before}");
        before = points;
        // Simplified apart, the two sides would overlap or gape.
        let both = area_of_triangles(&scene, level, AtomId(0)) + area_of_triangles(&scene, level, AtomId(1));
        assert!((both / whole - 1.0).abs() < 1e-5, "level {level}: {both} of {whole}");
    }
    assert!(before < 400, "{before}");
}

#[test]
fn an_atom_too_small_to_draw_is_marked() {
    let scene = wavy();
    let coarsest = scene.levels.len() - 1;
    let tolerance = scene.detail.tolerance(coarsest);
    let area = area_of_triangles(&scene, coarsest, AtomId(2));
    assert!(area > 0.0 && area <= 2.1 * tolerance * tolerance, "{area} at {tolerance}");
}

#[test]
fn triangles_cover_an_atom_and_leave_its_hole_open() {
    // Degrees near the equator, so that the map is flat enough to check by hand.
    let ring: Polygon = wkt! { POLYGON((0. 0., 4. 0., 4. 4., 0. 4., 0. 0.), (1. 1., 1. 2., 2. 2., 2. 1., 1. 1.)) };
    let lake: Polygon = wkt! { POLYGON((1. 1., 2. 1., 2. 2., 1. 2., 1. 1.)) };
    let scene = scene(&[ring, lake]);
    let degree = world_from_lonlat(Coord { x: 1.0, y: 0.0 }).x.powi(2);
    assert!((area_of_triangles(&scene, 0, AtomId(0)) / degree - 15.0).abs() < 0.05);
    assert!((area_of_triangles(&scene, 0, AtomId(1)) / degree - 1.0).abs() < 0.01);
}

#[test]
fn shared_borders_are_drawn_once() {
    let left: Polygon = wkt! { POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.)) };
    let right: Polygon = wkt! { POLYGON((1. 0., 2. 0., 2. 1., 1. 1., 1. 0.)) };
    let points: usize = lines(&scene(&[left, right]), 0).iter().map(|chunk| chunk.points.len()).sum();
    // Three arcs: the shared edge with 2 points, and on either side a chain of 4.
    assert_eq!(points, 10);
}

/// For every atom and arc how many vertices of it are drawn, and the sum of their coordinates.
fn drawn(scene: &MapScene, level: usize) -> BTreeMap<(ChunkKind, u32), (usize, Coord)> {
    let mut drawn = BTreeMap::new();
    let mut add = |kind: ChunkKind, item: u32, place: [u32; 2], origin: Coord| {
        let [x, y] = place.map(|value| f64::from(f32::from_bits(value)));
        let (count, sum) = drawn.entry((kind, item)).or_insert((0, Coord::zero()));
        (*count, *sum) = (*count + 1, *sum + origin + Coord { x, y });
    };
    for info in scene.chunks(level) {
        match scene.take(&info) {
            Chunk::Fill(fill) => {
                fill.vertices.iter().for_each(|&[x, y, atom]| add(info.id.kind, atom, [x, y], info.origin));
            }
            Chunk::Line(line) => {
                line.points.iter().for_each(|&[x, y, _, arc]| add(info.id.kind, arc, [x, y], info.origin));
            }
        }
    }
    drawn
}

/// Checks that two maps draw the same, but for the rounding of positions.
fn check_drawn(a: &MapScene, b: &MapScene) {
    let (a, b) = (drawn(a, 0), drawn(b, 0));
    assert!(a.keys().eq(b.keys()));
    for ((item, (count, sum)), (other_count, other)) in a.into_iter().zip(b.into_values()) {
        assert_eq!(count, other_count, "{item:?}");
        assert!((sum.x - other.x).abs() < 5.0 && (sum.y - other.y).abs() < 5.0, "{item:?}: {sum:?}, {other:?}");
    }
}

#[test]
fn a_map_with_other_cuts_shows_what_one_made_anew_does_and_shares_the_rest() {
    use quhua::edit::{Along, Document, Edit, Share, UnitRef};
    let mut document = Document::new(crate::testing::grid(12, 12));
    let opened = MapScene::of_dataset(document.dataset(), &Progress::new()).unwrap();
    let across = |x: f64, y: f64| Along::Line(vec![[x - 0.1, y + 0.4], [x + 1.1, y + 0.45]]);
    for (code, x, y) in [("510722101201", 0.0, 0.0), ("510722106203", 5.0, 2.0), ("510722106203", 5.0, 2.2)] {
        let (unit, share) = (UnitRef::code(code), Share::Area);
        let split = Edit::Split { unit, along: across(x, y), share, parts: Vec::new() };
        document.commit(&split).unwrap();
        let refined = opened.refined(document.dataset()).unwrap();
        let anew = MapScene::of_dataset(document.dataset(), &Progress::new()).unwrap();
        check_drawn(&refined, &anew);
        // Simplified maps hold the same.
        for level in 1..opened.levels.len().min(anew.levels.len()) {
            assert!(drawn(&refined, level).keys().eq(drawn(&anew, level).keys()), "level {level}");
        }
        assert_eq!(refined.atom_boxes, anew.atom_boxes);
        assert_eq!(refined.arc_boxes, anew.arc_boxes);
        assert!(document.dataset().coverage.arcs().all(|arc| refined.base_rank(arc) == anew.base_rank(arc)));
    }
    document.jump_to(0);
    let back = opened.refined(document.dataset()).unwrap();
    assert!(back.chunks(0).all(|chunk| back.made(chunk.id) == Some(0)), "nothing is made anew");
    // A map that was opened with cuts, and other cuts made in their place.
    document.jump_to(2);
    let opened = MapScene::of_dataset(document.dataset(), &Progress::new()).unwrap();
    document.jump_to(0);
    let (unit, along) = (UnitRef::code("510722110210"), across(9.0, 9.0));
    document.commit(&Edit::Split { unit, along, share: Share::Area, parts: Vec::new() }).unwrap();
    let anew = MapScene::of_dataset(document.dataset(), &Progress::new()).unwrap();
    check_drawn(&opened.refined(document.dataset()).unwrap(), &anew);
    assert!(opened.refined(&crate::testing::grid(2, 2)).is_none(), "of other boundaries");
}

#[test]
fn a_cancelled_build_stops() {
    let progress = Progress::new();
    progress.cancel();
    let square: Polygon = wkt! { POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.)) };
    let flat = FlatPolygons::from(&[MultiPolygon::from(square)][..]);
    let coverage = Coverage::build(flat, &Progress::new()).unwrap();
    let ranks = BaseRanks::uniform(&coverage, Rank::County);
    assert_eq!(MapScene::build(Arc::new(coverage), ranks, &progress).err(), Some(Cancelled));
}

#[test]
fn an_empty_coverage_gives_an_empty_scene() {
    assert_eq!(scene(&[]).chunks(0).count(), 0);
}

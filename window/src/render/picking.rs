//! Which atoms a shape drawn on the screen takes: a box, a lasso, a brush.
//!
//! 1. A box or a lasso takes an atom whose representative point (see [`Dataset::atom_point`]) lies inside.
//! 2. A brush takes an atom that it touches anywhere along its way, however little; [`super::cover`] has its other rules.
//!
//! All three ask the index of the atoms first and look at single borders only where they must: a brush over a whole
//! province walks the borders of the atoms at its rim.

use eframe::egui::{self, Pos2};
use geo::{Coord, Rect};
use rayon::prelude::*;

use super::camera::Camera;
use super::lasso::Lasso;
use super::projection::{world_from_lonlat, world_rect_from_lonlat};
use quhua::coverage::{AtomId, Coverage};
use quhua::model::Dataset;

/// A long way of a brush is looked at in pieces of so many radii.
const PIECE_RADII: f32 = 3.0;

/// A round brush on its way from one place to another, in points on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sweep {
    /// Where it was.
    pub from: Pos2,
    /// Where it is; the same place for a dab.
    pub to: Pos2,
    /// Its radius.
    pub radius: f32,
}

/// Atoms whose representative point lies in a box on the screen.
#[must_use]
pub fn boxed(dataset: &Dataset, camera: &Camera, band: egui::Rect) -> Vec<AtomId> {
    let bounds = lonlat_of(camera, band);
    let (west, east) = (bounds.min().x, bounds.max().x);
    let (south, north) = (bounds.min().y, bounds.max().y);
    let inside = |at: Coord| west <= at.x && at.x <= east && south <= at.y && at.y <= north;
    dataset.index.atoms_in(bounds).filter(|&atom| dataset.atom_point(atom).is_some_and(inside)).collect()
}

/// Atoms whose representative point lies inside of a lasso.
#[must_use]
pub fn lassoed(dataset: &Dataset, camera: &Camera, lasso: &Lasso) -> Vec<AtomId> {
    let inside = |at: Coord| lasso.contains(camera.screen_from_lonlat(at));
    let near = dataset.index.atoms_in(lonlat_of(camera, lasso.bounds()));
    near.filter(|&atom| dataset.atom_point(atom).is_some_and(inside)).collect()
}

/// Atoms that a brush touches, out of those that are wanted; ascending.
pub fn swept(
    dataset: &Dataset,
    camera: &Camera,
    sweep: &Sweep,
    mut is_wanted: impl FnMut(AtomId) -> bool,
) -> Vec<AtomId> {
    // The box around a long way across the map holds most of the map: pieces have boxes that fit them.
    let piece = (sweep.radius * PIECE_RADII).max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of pieces")]
    let pieces = (sweep.from.distance(sweep.to) / piece).ceil().clamp(1.0, 255.0) as u8;
    let at = |i: u8| sweep.from.lerp(sweep.to, f32::from(i) / f32::from(pieces));
    let mut atoms = Vec::new();
    for i in 0..pieces {
        let stroke = Stroke::new(camera, &Sweep { from: at(i), to: at(i + 1), radius: sweep.radius });
        let near: Vec<AtomId> = dataset.index.atoms_in(stroke.bounds_lonlat).filter(|&atom| is_wanted(atom)).collect();
        atoms.par_extend(near.into_par_iter().with_min_len(64).filter(|&atom| stroke.touches(&dataset.coverage, atom)));
    }
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}

fn lonlat_of(camera: &Camera, on_screen: egui::Rect) -> Rect {
    Rect::new(camera.lonlat_from_screen(on_screen.min), camera.lonlat_from_screen(on_screen.max))
}

/// A brush in the world. The map is conformal: what is round on the screen is round there.
pub(super) struct Stroke {
    /// Where it was and where it is, in world coordinates.
    way: [Coord; 2],
    /// Where it was, in degrees.
    from_lonlat: Coord,
    /// Radius in world units.
    radius: f64,
    /// Box around everything that it covers, in degrees.
    pub(super) bounds_lonlat: Rect,
}

impl Stroke {
    pub(super) fn new(camera: &Camera, sweep: &Sweep) -> Self {
        let box_on_screen = egui::Rect::from_two_pos(sweep.from, sweep.to).expand(sweep.radius);
        Self {
            way: [camera.world_from_screen(sweep.from), camera.world_from_screen(sweep.to)],
            from_lonlat: camera.lonlat_from_screen(sweep.from),
            radius: f64::from(sweep.radius) / camera.points_per_world(),
            bounds_lonlat: lonlat_of(camera, box_on_screen),
        }
    }

    fn touches(&self, coverage: &Coverage, atom: AtomId) -> bool {
        let Some(bounds) = coverage.bounds_of(atom) else { return false };
        // Most atoms lie under the brush as a whole, or quite outside: their boxes say so.
        let world = world_rect_from_lonlat(bounds);
        if corners(world).into_iter().all(|corner| self.covers(corner)) {
            return true;
        }
        if self.misses_box(world) {
            return false;
        }
        // Projecting is what costs: edges beyond the box of the brush are left out in degrees.
        let (low, high) = (self.bounds_lonlat.min(), self.bounds_lonlat.max());
        let is_near = |[a, b]: [Coord; 2]| {
            a.x.max(b.x) >= low.x && a.x.min(b.x) <= high.x && a.y.max(b.y) >= low.y && a.y.min(b.y) <= high.y
        };
        let passes = |coords: &[Coord]| {
            let mut last: Option<(usize, Coord)> = None;
            (1..coords.len()).any(|i| {
                if !is_near([coords[i - 1], coords[i]]) {
                    return false;
                }
                let from = last.filter(|it| it.0 == i - 1).map_or_else(|| world_from_lonlat(coords[i - 1]), |it| it.1);
                let to = world_from_lonlat(coords[i]);
                last = Some((i, to));
                squared_between(self.way, [from, to]) <= self.radius * self.radius
            })
        };
        coverage.arcs_of(atom).any(|arc| passes(coverage.arc(arc.arc())))
            // No border is near: the brush lies in the middle of the atom, or quite outside.
            || coverage.contains(atom, self.from_lonlat)
    }

    /// Whether a place in world coordinates lies under it.
    pub(super) fn covers(&self, at: Coord) -> bool {
        squared_to(self.way, at) <= self.radius * self.radius
    }

    /// Whether a box in world coordinates lies farther away than the radius.
    fn misses_box(&self, bounds: Rect) -> bool {
        let (low, high) = (bounds.min(), bounds.max());
        let misses = |at: Coord| {
            let nearest = Coord { x: at.x.clamp(low.x, high.x), y: at.y.clamp(low.y, high.y) };
            let away = at - nearest;
            away.x * away.x + away.y * away.y > self.radius * self.radius
        };
        let [from, to] = self.way;
        if from == to || !misses(from) || !misses(to) {
            return misses(from) && misses(to);
        }
        // Both ends are too far away; the way between them may still pass by.
        let corners = corners(bounds);
        let side = |i: usize| [corners[i], corners[(i + 1) % 4]];
        (0..4).all(|i| squared_between(self.way, side(i)) > self.radius * self.radius)
    }
}

/// Corners of a box, around it.
pub(super) fn corners(bounds: Rect) -> [Coord; 4] {
    let (low, high) = (bounds.min(), bounds.max());
    [low, Coord { x: high.x, y: low.y }, high, Coord { x: low.x, y: high.y }]
}

/// Squared distance from a segment to a point.
fn squared_to([a, b]: [Coord; 2], at: Coord) -> f64 {
    let (along, to) = (b - a, at - a);
    let squared = along.x * along.x + along.y * along.y;
    let t = if squared > 0.0 { ((to.x * along.x + to.y * along.y) / squared).clamp(0.0, 1.0) } else { 0.0 };
    (to.x - t * along.x).powi(2) + (to.y - t * along.y).powi(2)
}

/// Squared distance between two segments; 0 where they cross.
fn squared_between(one: [Coord; 2], other: [Coord; 2]) -> f64 {
    let side = |[a, b]: [Coord; 2], at: Coord| (b.x - a.x) * (at.y - a.y) - (b.y - a.y) * (at.x - a.x);
    let parts = |line: [Coord; 2], ends: [Coord; 2]| side(line, ends[0]) * side(line, ends[1]) < 0.0;
    if parts(one, other) && parts(other, one) {
        return 0.0;
    }
    // Where they do not cross, they come closest at an end of one of them.
    let from_ends = |line: [Coord; 2], ends: [Coord; 2]| squared_to(line, ends[0]).min(squared_to(line, ends[1]));
    from_ends(one, other).min(from_ends(other, one))
}

#[cfg(test)]
mod tests {
    use eframe::egui::{pos2, vec2};
    use proptest::prelude::*;

    use super::*;
    use crate::render::fixture::villages;

    /// Six squares in two rows of three, each a hundredth of a degree, on a screen of 300 by 200 points:
    ///
    /// ```text
    ///   3 4 5
    ///   0 1 2
    /// ```
    fn grid() -> (Dataset, Camera) {
        let viewport = egui::Rect::from_min_size(Pos2::ZERO, vec2(300.0, 200.0));
        let all = Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 0.03, y: 0.02 });
        (villages(3, 2, &[1, 1, 2, 2, 3, 3]), Camera::fitting(viewport, all, 0.0))
    }

    fn sorted(mut atoms: Vec<AtomId>) -> Vec<usize> {
        atoms.sort_unstable();
        atoms.into_iter().map(AtomId::index).collect()
    }

    fn brush(from: Pos2, to: Pos2, radius: f32) -> Vec<usize> {
        let (dataset, camera) = grid();
        sorted(swept(&dataset, &camera, &Sweep { from, to, radius }, |_| true))
    }

    #[test]
    fn a_box_takes_what_has_its_middle_inside() {
        let (dataset, camera) = grid();
        let band = egui::Rect::from_min_max(pos2(40.0, 40.0), pos2(160.0, 120.0));
        assert_eq!(sorted(boxed(&dataset, &camera, band)), [3, 4]);
    }

    #[test]
    fn a_lasso_takes_what_has_its_middle_inside() {
        let (dataset, camera) = grid();
        // Around the left column, with a finger towards the lower right.
        let path = [(10.0, 10.0), (90.0, 10.0), (90.0, 130.0), (280.0, 130.0), (280.0, 190.0), (10.0, 190.0)];
        let lasso = Lasso::new(&path.map(|(x, y)| pos2(x, y)));
        assert_eq!(sorted(lassoed(&dataset, &camera, &lasso)), [0, 1, 2, 3]);
    }

    #[test]
    fn a_dab_in_the_middle_takes_one() {
        assert_eq!(brush(pos2(150.0, 150.0), pos2(150.0, 150.0), 5.0), [1]);
    }

    #[test]
    fn a_dab_takes_what_its_rim_touches() {
        assert_eq!(brush(pos2(195.0, 150.0), pos2(195.0, 150.0), 6.0), [1, 2]);
        assert_eq!(brush(pos2(195.0, 150.0), pos2(195.0, 150.0), 4.0), [1]);
        assert_eq!(brush(pos2(100.0, 100.0), pos2(100.0, 100.0), 3.0), [0, 1, 3, 4]);
        // Beside a corner, the box of the brush reaches farther than the brush.
        assert_eq!(brush(pos2(94.0, 106.0), pos2(94.0, 106.0), 7.0), [0, 1, 3]);
    }

    #[test]
    fn a_fast_stroke_leaves_nothing_out() {
        assert_eq!(brush(pos2(10.0, 150.0), pos2(290.0, 150.0), 4.0), [0, 1, 2]);
    }

    #[test]
    fn a_dab_outside_takes_nothing() {
        assert_eq!(brush(pos2(310.0, 150.0), pos2(310.0, 150.0), 5.0), [0; 0]);
    }

    #[test]
    fn a_brush_over_everything_takes_what_is_wanted() {
        let (dataset, camera) = grid();
        let sweep = Sweep { from: pos2(150.0, 100.0), to: pos2(150.0, 100.0), radius: 1000.0 };
        assert_eq!(sorted(swept(&dataset, &camera, &sweep, |atom| atom.index() != 4)), [0, 1, 2, 3, 5]);
    }

    proptest! {
        #[test]
        fn a_brush_takes_just_the_squares_within_its_radius(
            from in (-20.0..320.0f32, -20.0..220.0f32),
            to in (-20.0..320.0f32, -20.0..220.0f32),
            radius in 1.0..80.0f32,
        ) {
            let (dataset, camera) = grid();
            let (from, to) = (pos2(from.0, from.1), pos2(to.0, to.1));
            // Judged by places along the way: the distance from each to each square.
            let nearest = |atom: AtomId| {
                let bounds = dataset.coverage.bounds_of(atom).unwrap();
                let (a, b) = (camera.screen_from_lonlat(bounds.min()), camera.screen_from_lonlat(bounds.max()));
                let square = egui::Rect::from_two_pos(a, b);
                (0..=2000_u16).map(|i| square.distance_to_pos(from.lerp(to, f32::from(i) / 2000.0))).fold(f32::MAX, f32::min)
            };
            let taken = swept(&dataset, &camera, &Sweep { from, to, radius }, |_| true);
            for atom in dataset.coverage.atoms() {
                let distance = nearest(atom);
                if (distance - radius).abs() > 0.2 {
                    prop_assert_eq!(taken.contains(&atom), distance < radius, "{} at {}", atom, distance);
                }
            }
        }
    }
}

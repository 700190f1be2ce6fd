//! What a brush takes besides what it touches: atoms that it covers wholly, and atoms whose middle it passes over.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;

use super::camera::Camera;
use super::picking::{Stroke, Sweep};
use super::projection::{world_from_lonlat, world_rect_from_lonlat};
use quhua::coverage::{AtomId, Coverage};
use quhua::model::Dataset;

/// When a brush takes a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrushRule {
    /// When it touches it anywhere.
    #[default]
    Touching,
    /// When it has passed over all of it.
    Inside,
    /// When it passes over its middle.
    Centre,
}

impl BrushRule {
    /// All rules, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Touching, Self::Inside, Self::Centre];
}

/// What a brush has passed over on its way so far.
///
/// An atom is covered when every vertex of its border was under the brush at some time, so a large one can be covered
/// stroke by stroke.
#[derive(Clone, Debug, Default)]
pub struct Covered {
    whole: BTreeSet<AtomId>,
    /// Atoms that are covered in part: which of their vertices are.
    parts: BTreeMap<AtomId, Vec<bool>>,
}

impl Covered {
    /// Goes on; returns atoms that are covered from now on, ascending.
    pub fn sweep(&mut self, dataset: &Dataset, camera: &Camera, sweep: &Sweep) -> Vec<AtomId> {
        let coverage = &dataset.coverage;
        let stroke = Stroke::new(camera, sweep);
        let near: Vec<AtomId> =
            dataset.index.atoms_in(stroke.bounds_lonlat).filter(|atom| !self.whole.contains(atom)).collect();
        let mut fresh: Vec<AtomId> = near
            .into_iter()
            .filter(|&atom| stroke.holds_box(coverage, atom) || self.adds(coverage, &stroke, atom))
            .collect();
        fresh.sort_unstable();
        for atom in &fresh {
            self.parts.remove(atom);
            self.whole.insert(*atom);
        }
        fresh
    }

    /// Marks vertices of an atom that are under the brush now; whether that makes all of them.
    fn adds(&mut self, coverage: &Coverage, stroke: &Stroke, atom: AtomId) -> bool {
        let (low, high) = (stroke.bounds_lonlat.min(), stroke.bounds_lonlat.max());
        let is_near = |at: Coord| at.x >= low.x && at.x <= high.x && at.y >= low.y && at.y <= high.y;
        let vertices = || coverage.arcs_of(atom).flat_map(|arc| coverage.arc(arc.arc()).iter().copied());
        if !self.parts.contains_key(&atom) && !vertices().any(is_near) {
            return false;
        }
        let marks = self.parts.entry(atom).or_insert_with(|| vec![false; vertices().count()]);
        for (mark, at) in marks.iter_mut().zip(vertices()) {
            *mark = *mark || (is_near(at) && stroke.covers(world_from_lonlat(at)));
        }
        !marks.is_empty() && marks.iter().all(|&mark| mark)
    }
}

/// Atoms whose representative point a brush passes over, ascending.
#[must_use]
pub fn centred(dataset: &Dataset, camera: &Camera, sweep: &Sweep) -> Vec<AtomId> {
    let stroke = Stroke::new(camera, sweep);
    let near = dataset.index.atoms_in(stroke.bounds_lonlat);
    let is_under = |atom: &AtomId| dataset.atom_point(*atom).is_some_and(|at| stroke.covers(world_from_lonlat(at)));
    let mut atoms: Vec<AtomId> = near.filter(is_under).collect();
    atoms.sort_unstable();
    atoms
}

impl Stroke {
    /// Whether the box around an atom lies under the brush as a whole.
    fn holds_box(&self, coverage: &Coverage, atom: AtomId) -> bool {
        let bounds = coverage.bounds_of(atom).map(world_rect_from_lonlat);
        bounds.is_some_and(|bounds| super::picking::corners(bounds).into_iter().all(|corner| self.covers(corner)))
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::{Pos2, Rect, pos2, vec2};

    use super::*;
    use crate::render::fixture::villages;

    /// Three squares of 100 points in a row.
    fn row() -> (Dataset, Camera) {
        let viewport = Rect::from_min_size(Pos2::ZERO, vec2(300.0, 100.0));
        let all = geo::Rect::new(Coord { x: 0.0, y: 0.0 }, Coord { x: 0.03, y: 0.01 });
        (villages(3, 1, &[1, 1, 2]), Camera::fitting(viewport, all, 0.0))
    }

    fn sweep(from: f32, to: f32, radius: f32) -> Sweep {
        Sweep { from: pos2(from, 50.0), to: pos2(to, 50.0), radius }
    }

    #[test]
    fn a_square_is_covered_once_all_its_corners_were_under_the_brush() {
        let (dataset, camera) = row();
        let mut covered = Covered::default();
        assert_eq!(covered.sweep(&dataset, &camera, &sweep(50.0, 50.0, 60.0)), []);
        // The corners are 71 points from the middle; going on to the right reaches those of the first square.
        assert_eq!(covered.sweep(&dataset, &camera, &sweep(0.0, 0.0, 52.0)), []);
        assert_eq!(covered.sweep(&dataset, &camera, &sweep(100.0, 100.0, 52.0)), [AtomId(0)]);
        assert_eq!(covered.sweep(&dataset, &camera, &sweep(200.0, 200.0, 52.0)), [AtomId(1)]);
        assert_eq!(covered.sweep(&dataset, &camera, &sweep(100.0, 200.0, 52.0)), []);
    }

    #[test]
    fn a_large_brush_covers_at_once_and_a_stroke_covers_on_its_way() {
        let (dataset, camera) = row();
        assert_eq!(Covered::default().sweep(&dataset, &camera, &sweep(50.0, 50.0, 75.0)), [AtomId(0)]);
        let all = [AtomId(0), AtomId(1), AtomId(2)];
        assert_eq!(Covered::default().sweep(&dataset, &camera, &sweep(-10.0, 310.0, 55.0)), all);
    }

    #[test]
    fn the_middle_decides_whatever_the_size() {
        let (dataset, camera) = row();
        assert_eq!(centred(&dataset, &camera, &sweep(60.0, 140.0, 15.0)), [AtomId(0), AtomId(1)]);
        assert_eq!(centred(&dataset, &camera, &sweep(100.0, 100.0, 45.0)), []);
    }
}

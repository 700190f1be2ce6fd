//! Circles on the map that stand for a figure of the units of a level.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use eframe::egui::{Color32, Painter};

use crate::render::circles::{CircleScale, MOST_CIRCLES, paint_circles};
use crate::render::projection::world_rect_from_lonlat;
use crate::render::{Anchors, Camera, Scheme};
use quhua::coverage::AtomId;
use quhua::metrics::Figure;
use quhua::model::{LevelIndex, State, UnitId};
use quhua::study::{Study, Time};

/// Time for places of circles in one frame; the rest follows in the next.
const ANCHOR_BUDGET: Duration = Duration::from_millis(6);

/// Atoms in view at most for their units to be looked up; beyond, the largest units of all are tried.
const MOST_ATOMS: usize = 20_000;

/// Figures of a level as circles.
#[derive(Debug)]
pub struct Circles {
    level: LevelIndex,
    /// Units with their figures, the largest first.
    figures: Vec<(UnitId, f64)>,
    /// The largest figure as loaded.
    largest: f64,
    /// How many units there were as loaded.
    units: usize,
}

/// Colour of circles in a scheme: one that stands out from fills and lets names be read.
pub fn ink(scheme: Scheme) -> Color32 {
    scheme.colour(3, 5)
}

impl Circles {
    /// Circles for a figure whose values are known; `None` where no unit has more than none.
    pub fn new(project: &Study, level: LevelIndex, figure: Figure) -> Option<Self> {
        let base: Vec<f64> = project.values_at(Time::Before, level, figure).into_iter().flatten().collect();
        let largest = base.iter().copied().filter(|it| it.is_finite()).fold(0.0, f64::max);
        let now = project.values_at(Time::Now, level, figure).into_iter().enumerate();
        let figures = now.filter_map(|(unit, value)| Some((UnitId::new(unit), value?))).collect();
        let mut circles = Self { level, figures, largest, units: base.len() };
        circles.sort();
        (largest > 0.0).then_some(circles)
    }

    /// How many units have a figure.
    pub fn len(&self) -> usize {
        self.figures.len()
    }

    /// Follows an edit that changed some units.
    pub fn follow(&mut self, project: &Study, changed: &[UnitId], figure: Figure) {
        let state = project.state();
        self.figures.retain(|(unit, _)| unit.index() < state.unit_count() && !changed.contains(unit));
        let current = |unit: &&UnitId| state.unit(**unit).is_current() && state.unit(**unit).level == self.level;
        let fresh = changed.iter().filter(current);
        let fresh: Vec<(UnitId, f64)> = fresh.filter_map(|&unit| Some((unit, project.value(unit, figure)?))).collect();
        self.figures.extend(fresh);
        self.sort();
    }

    fn sort(&mut self) {
        self.figures.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    }

    /// Paints those in view, as many as can be read. Returns how much they stand for.
    pub fn paint(
        &self,
        painter: &Painter,
        project: &Study,
        camera: &Camera,
        anchors: &mut Anchors,
        (ink, rim): (Color32, Color32),
    ) -> Option<CircleScale> {
        let scale = self.scale(project, camera)?;
        let (coverage, state) = (&project.dataset().coverage, project.state());
        let in_view = self.in_view(project, camera);
        let is_in_view = |unit: UnitId| in_view.as_ref().is_none_or(|units| units.contains(&unit));
        let room = camera.viewport().expand(scale.radius(self.largest).unwrap_or(0.0));
        let since = Instant::now();
        let mut circles = Vec::new();
        for &(unit, value) in self.figures.iter().filter(|it| is_in_view(it.0) && is_current(state, it.0)) {
            let Some(radius) = scale.radius(value) else { break };
            if circles.len() >= MOST_CIRCLES {
                break;
            }
            if since.elapsed() > ANCHOR_BUDGET {
                painter.ctx().request_repaint();
                break;
            }
            if let Some(anchor) = anchors.get(coverage, state, unit) {
                let at = camera.screen_from_world(anchor.world);
                if room.contains(at) {
                    circles.push((at, radius));
                }
            }
        }
        paint_circles(painter, circles, ink, rim);
        Some(scale)
    }

    /// How large circles are: as the units have room on the screen.
    fn scale(&self, project: &Study, camera: &Camera) -> Option<CircleScale> {
        let world = world_rect_from_lonlat(project.dataset().coverage.bounds()?);
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a size on the screen")]
        let room =
            ((world.width() * world.height() / self.units.max(1) as f64).sqrt() * camera.points_per_world()) as f32;
        CircleScale::new(self.largest, room)
    }

    /// Units in view; `None` where there are so many that all of them may be.
    fn in_view(&self, project: &Study, camera: &Camera) -> Option<BTreeSet<UnitId>> {
        let index = &project.dataset().index;
        let atoms: Vec<AtomId> = index.atoms_in(camera.lonlat_rect()).take(MOST_ATOMS + 1).collect();
        let all = project.dataset().coverage.atom_count();
        (atoms.len() <= MOST_ATOMS && atoms.len() < all)
            .then(|| atoms.into_iter().map(|atom| project.state().unit_of(atom, self.level)).collect())
    }
}

fn is_current(state: &State, unit: UnitId) -> bool {
    unit.index() < state.unit_count() && state.unit(unit).is_current()
}

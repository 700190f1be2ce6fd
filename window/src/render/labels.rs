//! Names on the map: which ones, where, and painting them.
//!
//! 1. A name stands at the anchor of its unit, which is a place on the ground: it moves with the map.
//! 2. Coarser levels go first, larger units before smaller ones, then by id. A name that would touch one already
//!    placed is left out. The order does not depend on the view, so names do not swap while panning.
//! 3. A name is shown only where it fits into its unit at this scale.
//! 4. A name that would lie on the sign of a seat stands above or below it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use compact_str::{CompactString, format_compact};
use eframe::egui;
use geo::Rect;

use super::{Anchor, Anchors, Camera, MapTheme, Rank};
use quhua::carto::names::{Look, MIN_UNIT_LETTERS, clear_of_seats, median_atom_size, rank_of, without_collisions};
use quhua::coverage::{AtomId, AtomIndex, Coverage};
use quhua::model::{Dataset, Level, LevelIndex, State, UnitId};

/// Names just outside of the view are placed too, so that those at its edge stay where they are while panning.
const MARGIN_POINTS: f32 = 120.0;

/// Time for anchors in one frame; the rest follows in the next.
const ANCHOR_BUDGET: Duration = Duration::from_millis(6);
/// Anchors that are computed between two looks at the clock.
const ANCHORS_AT_A_TIME: usize = 8;

/// What names are made from.
#[derive(Clone, Copy)]
pub struct LabelSource<'a> {
    /// The map.
    pub coverage: &'a Coverage,
    /// Finds what is in view.
    pub index: &'a AtomIndex,
    /// Levels of the dataset, finest first.
    pub levels: &'a [Level],
    /// Names and territories.
    pub state: &'a State,
    /// Changes whenever the state does.
    pub revision: u64,
    /// Seats on the screen, in points: names keep clear of their signs.
    pub seats: &'a [egui::Pos2],
}

impl<'a> LabelSource<'a> {
    /// Names of a dataset in a state, without seats. `revision` must change whenever the state does.
    #[must_use]
    pub fn of(dataset: &'a Dataset, state: &'a State, revision: u64) -> Self {
        Self {
            coverage: &dataset.coverage,
            index: &dataset.index,
            levels: &dataset.levels,
            state,
            revision,
            seats: &[],
        }
    }
}

/// A name on the screen.
#[derive(Clone, Debug)]
pub struct PlacedLabel {
    /// Whose.
    pub unit: UnitId,
    /// Of what tier.
    pub rank: Rank,
    /// Top left corner in points, on a whole pixel.
    pub position: egui::Pos2,
    /// Width and height in points.
    pub size: egui::Vec2,
    /// The name.
    pub text: CompactString,
}

/// All names of a map. Keeps anchors and sizes of texts between frames.
#[derive(Default)]
pub struct Labels {
    anchors: Anchors,
    /// Sizes of names in points. Texts laid out are not kept: they point into the font atlas, which egui may make anew.
    sizes: BTreeMap<UnitId, Measured>,
    placed: Vec<PlacedLabel>,
    /// What `placed` was made for.
    key: Option<Key>,
    median_atom_world: Option<f64>,
}

/// A name and its size at a number of pixels per point.
struct Measured {
    text: CompactString,
    density: u32,
    size: egui::Vec2,
}

#[derive(Clone, PartialEq)]
struct Key {
    camera: Camera,
    revision: u64,
    pixels_per_point: f32,
    seats: Vec<egui::Pos2>,
}

impl Labels {
    /// Forgets everything, when another dataset is opened.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Anchors of units, for flying to them and for seats.
    pub fn anchors(&mut self) -> &mut Anchors {
        &mut self.anchors
    }

    /// Names on the screen, the most important first. Computed anew when view or state have changed.
    ///
    /// Asks for another frame while anchors are missing.
    pub fn place(&mut self, painter: &egui::Painter, source: &LabelSource<'_>, camera: &Camera) -> &[PlacedLabel] {
        let pixels_per_point = painter.ctx().pixels_per_point();
        let key = Key { camera: *camera, revision: source.revision, pixels_per_point, seats: source.seats.to_vec() };
        if self.key.as_ref() != Some(&key) {
            let (candidates, complete) = self.candidates(painter, source, camera);
            let boxes: Vec<egui::Rect> = candidates.iter().map(PlacedLabel::area).collect();
            let kept = without_collisions(&boxes);
            self.placed = candidates.into_iter().zip(kept).filter_map(|(label, kept)| kept.then_some(label)).collect();
            self.key = complete.then_some(key);
            if !complete {
                painter.ctx().request_repaint();
            }
        }
        &self.placed
    }

    /// Places the names and paints them, each with a halo of the paper.
    pub fn paint(&mut self, painter: &egui::Painter, source: &LabelSource<'_>, camera: &Camera, theme: &MapTheme) {
        let painter = painter.with_clip_rect(painter.clip_rect().intersect(camera.viewport()));
        for label in self.place(&painter, source, camera) {
            label.paint(&painter, theme);
        }
    }

    /// Names that fit, in order of importance, and whether all anchors were known.
    fn candidates(
        &mut self,
        painter: &egui::Painter,
        source: &LabelSource<'_>,
        camera: &Camera,
    ) -> (Vec<PlacedLabel>, bool) {
        let around = camera.viewport().expand(MARGIN_POINTS);
        let shown = Rect::new(camera.lonlat_from_screen(around.min), camera.lonlat_from_screen(around.max));
        let began = Instant::now();
        let atoms: Vec<AtomId> = source.index.atoms_in(shown).collect();
        let (mut complete, mut deadline) = (true, None);
        let mut labels = Vec::new();
        for level in self.levels_to_name(source, camera) {
            let units: BTreeSet<UnitId> = atoms.iter().map(|&atom| source.state.unit_of(atom, level)).collect();
            let rank = rank_of(source.levels, level);
            let mut of_level: Vec<(f64, PlacedLabel)> = Vec::new();
            let is_missing = |unit: &&UnitId| self.anchors.known(source.state, **unit).is_err();
            let missing: Vec<UnitId> = units.iter().filter(is_missing).copied().collect();
            // Looking for them takes as long again in the next frame: then it is worth as much time now.
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + began.elapsed().max(ANCHOR_BUDGET));
            for some in missing.chunks(ANCHORS_AT_A_TIME) {
                if Instant::now() >= deadline {
                    complete = false;
                    break;
                }
                self.anchors.prepare(source.coverage, source.state, some);
            }
            for unit in units {
                let Ok(Some(anchor)) = self.anchors.known(source.state, unit) else { continue };
                if let Some(label) = self.fitting(painter, source, camera, unit, rank, &anchor) {
                    of_level.push((anchor.size_world, label));
                }
            }
            of_level.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.unit.cmp(&b.1.unit)));
            labels.extend(of_level.into_iter().map(|(_, label)| label).filter(|label| around.intersects(label.area())));
        }
        (labels, complete)
    }

    /// Levels with names at this scale, coarsest first. One unit alone needs no name on the map.
    fn levels_to_name(&mut self, source: &LabelSource<'_>, camera: &Camera) -> Vec<LevelIndex> {
        let atom_world = *self.median_atom_world.get_or_insert_with(|| median_atom_size(source.coverage));
        #[expect(clippy::cast_precision_loss, reason = "numbers of units")]
        let size_points = |units: usize| {
            let atoms_each = source.coverage.atom_count() as f64 / units as f64;
            atom_world * atoms_each.sqrt() * camera.points_per_world()
        };
        let is_named = |level: &LevelIndex| {
            let units = source.state.units_at(*level).count();
            let letter = f64::from(Look::of(rank_of(source.levels, *level)).size);
            (units > 1 || *level == LevelIndex::FINEST) && size_points(units) >= letter * MIN_UNIT_LETTERS
        };
        source.state.levels().rev().filter(is_named).collect()
    }

    /// The name of a unit where it stands, unless it is too wide for the unit.
    fn fitting(
        &mut self,
        painter: &egui::Painter,
        source: &LabelSource<'_>,
        camera: &Camera,
        unit: UnitId,
        rank: Rank,
        anchor: &Anchor,
    ) -> Option<PlacedLabel> {
        let look = Look::of(rank);
        let points = |world: f64| world * camera.points_per_world();
        // A guess before the text is laid out: nothing is narrower than a letter.
        if points(anchor.reach_world) * look.overhang < f64::from(look.size) {
            return None;
        }
        let name = source.state.unit(unit).label();
        if name.is_empty() {
            return None;
        }
        let text = match source.state.lock_of(unit) {
            Some(_) => format_compact!("{} {name}", egui_material_icons::icons::ICON_LOCK.codepoint),
            None => name.into(),
        };
        let size = self.measured(painter, unit, &text, look.size);
        let half = size * 0.5;
        let fits = look.fits([half.x, half.y].map(f64::from), points(anchor.reach_world), points(anchor.radius_world));
        let centred = egui::Rect::from_center_size(camera.screen_from_world(anchor.world), size);
        let corner = clear_of_seats(centred, source.seats).min;
        let ppp = painter.ctx().pixels_per_point();
        let position = egui::pos2((corner.x * ppp).round() / ppp, (corner.y * ppp).round() / ppp);
        fits.then(|| PlacedLabel { unit, rank, position, size, text })
    }

    fn measured(&mut self, painter: &egui::Painter, unit: UnitId, name: &str, points: f32) -> egui::Vec2 {
        let density = painter.ctx().pixels_per_point().to_bits();
        if let Some(known) = self.sizes.get(&unit)
            && known.density == density
            && known.text == name
        {
            return known.size;
        }
        let size = layout(painter, name, points).size();
        self.sizes.insert(unit, Measured { text: name.into(), density, size });
        size
    }
}

fn layout(painter: &egui::Painter, text: &str, points: f32) -> Arc<egui::Galley> {
    painter.layout_no_wrap(text.to_owned(), egui::FontId::proportional(points), egui::Color32::PLACEHOLDER)
}

impl PlacedLabel {
    /// What it covers on the screen, in points.
    #[must_use]
    pub fn area(&self) -> egui::Rect {
        egui::Rect::from_min_size(self.position, self.size)
    }

    /// Paints the name with a halo of the paper.
    pub fn paint(&self, painter: &egui::Painter, theme: &MapTheme) {
        let pixel = 1.0 / painter.ctx().pixels_per_point();
        let look = Look::of(self.rank);
        let galley = layout(painter, &self.text, look.size);
        let halo = theme.paper.gamma_multiply(0.72);
        let width = pixel.max(1.0);
        let around =
            [(-1.0, -1.0), (0.0, -1.0), (1.0, -1.0), (-1.0, 0.0), (1.0, 0.0), (-1.0, 1.0), (0.0, 1.0), (1.0, 1.0)];
        for (x, y) in around {
            painter.galley(self.position + egui::vec2(x, y) * width, Arc::clone(&galley), halo);
        }
        let ink = if look.bold { theme.ink } else { theme.muted };
        painter.galley(self.position, Arc::clone(&galley), ink);
        if look.bold {
            // There is no bold face of the CJK fallback fonts: a second, half-strength stroke beside the first.
            painter.galley(self.position + egui::vec2(pixel, 0.0), galley, ink.gamma_multiply(0.45));
        }
    }
}

//! What is being drawn on the map to select with: a box, a lasso, a polygon, the way of a brush.
//!
//! Places are kept in world coordinates, so that the drawing stays on the ground when the wheel turns meanwhile. What
//! would be taken is known at any time, and shows on the map before the button is let go.

use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::{self, Align2, Color32, FontId, Mesh, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, vec2};
use geo::Coord;

use crate::render::cover::{self, Covered};
use crate::render::picking::{self, Sweep};
use crate::render::{BrushRule, Camera, Lasso};
use crate::ui::shown::Shown;
use crate::ui::state::command::SelectMode;
use crate::ui::state::view::Tool;
use crate::ui::theme::CAPTION;
use quhua::coverage::AtomId;
use quhua::model::{Dataset, LevelIndex, State, UnitId};

/// A drawing that is smaller than this in points is a click that slipped.
const SLIP: f32 = 4.0;
/// Places of a lasso are at least so many points apart.
const STEP: f32 = 2.0;

/// A drawing in progress.
#[derive(Clone, Debug)]
pub struct Drawing {
    outline: Outline,
    /// How it joins the selection, as the keys said when it began.
    mode: SelectMode,
    /// Units that it takes.
    units: BTreeSet<UnitId>,
    /// Those that the brush has come to since somebody last asked.
    fresh: Vec<UnitId>,
}

#[derive(Clone, Debug)]
enum Outline {
    Box { from: Coord, to: Coord },
    Lasso { path: Vec<Coord> },
    Polygon { corners: Vec<Coord>, to: Coord },
    Brush(Brush),
}

/// A brush on its way.
#[derive(Clone, Debug)]
struct Brush {
    at: Coord,
    radius: f32,
    rule: BrushRule,
    covered: Covered,
    /// Atoms that it takes by a rule that does not go by touch, and how many each unit has of them.
    atoms: BTreeSet<AtomId>,
    counts: BTreeMap<UnitId, usize>,
}

/// A brush as it was chosen.
#[derive(Clone, Copy, Debug)]
pub struct BrushLook {
    /// Radius in points.
    pub radius: f32,
    /// When it takes a unit.
    pub rule: BrushRule,
}

/// What units are looked for in.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// Where the atoms lie.
    pub dataset: &'a Dataset,
    /// Whose they are.
    pub state: &'a State,
    /// The level that is selected.
    pub level: LevelIndex,
    /// Where the map is looked at from.
    pub camera: &'a Camera,
    /// What may be taken at all.
    pub allows: &'a dyn Fn(UnitId) -> bool,
}

impl Drawing {
    /// Begins at a place on the screen.
    pub fn begin(ground: Ground<'_>, (tool, mode): (Tool, SelectMode), brush: BrushLook, at: Pos2) -> Self {
        let place = ground.camera.world_from_screen(at);
        let outline = match tool {
            Tool::Box => Outline::Box { from: place, to: place },
            Tool::Lasso => Outline::Lasso { path: vec![place] },
            Tool::Polygon => Outline::Polygon { corners: vec![place], to: place },
            Tool::Brush => Outline::Brush(Brush {
                at: place,
                radius: brush.radius,
                rule: brush.rule,
                covered: Covered::default(),
                atoms: BTreeSet::new(),
                counts: BTreeMap::new(),
            }),
        };
        let mut drawing = Self { outline, mode, units: BTreeSet::new(), fresh: Vec::new() };
        if tool == Tool::Brush {
            drawing.sweep(ground, at);
        }
        drawing
    }

    /// Goes on over some places on the screen.
    pub fn follow(&mut self, ground: Ground<'_>, brush_radius: f32, places: &[Pos2]) {
        let camera = ground.camera;
        // The wheel may have turned meanwhile.
        if let Outline::Brush(brush) = &mut self.outline {
            brush.radius = brush_radius;
        }
        let Some(&last) = places.last() else { return };
        match &mut self.outline {
            Outline::Box { to, .. } | Outline::Polygon { to, .. } => *to = camera.world_from_screen(last),
            Outline::Lasso { path } => {
                for &at in places {
                    if path.last().is_none_or(|&last| camera.screen_from_world(last).distance(at) >= STEP) {
                        path.push(camera.world_from_screen(at));
                    }
                }
            }
            Outline::Brush(_) => {
                for &at in places {
                    self.sweep(ground, at);
                }
                return;
            }
        }
        self.units = ground.mostly_inside(&self.on_screen(camera));
    }

    /// Whether it is a polygon whose corners are being set.
    #[must_use]
    pub const fn is_polygon(&self) -> bool {
        matches!(self.outline, Outline::Polygon { .. })
    }

    /// Sets a corner of a polygon, unless one is there.
    pub fn set_corner(&mut self, camera: &Camera, at: Pos2) {
        if let Outline::Polygon { corners, to } = &mut self.outline {
            *to = camera.world_from_screen(at);
            if corners.last().is_none_or(|&last| camera.screen_from_world(last).distance(at) >= SLIP) {
                corners.push(*to);
            }
        }
    }

    /// Takes the last corner of a polygon back; whether one is left.
    pub fn take_corner_back(&mut self, ground: Ground<'_>) -> bool {
        if let Outline::Polygon { corners, .. } = &mut self.outline {
            corners.pop();
            if corners.is_empty() {
                return false;
            }
            self.units = ground.mostly_inside(&self.on_screen(ground.camera));
        }
        true
    }

    /// Closes a polygon at its last corner, wherever the pointer is. Three corners make one.
    pub fn close(&mut self, ground: Ground<'_>) {
        if let Outline::Polygon { corners, to } = &mut self.outline {
            *to = corners.last().copied().unwrap_or(*to);
            self.units = ground.mostly_inside(&self.on_screen(ground.camera));
        }
    }

    /// Moves the brush to a place on the screen; what it touches on its way is taken.
    fn sweep(&mut self, ground: Ground<'_>, to: Pos2) {
        let Outline::Brush(brush) = &mut self.outline else { return };
        let sweep = Sweep { from: ground.camera.screen_from_world(brush.at), to, radius: brush.radius };
        brush.at = ground.camera.world_from_screen(to);
        let unit_of = |atom: AtomId| ground.state.unit_of(atom, ground.level);
        if brush.rule == BrushRule::Touching {
            let units = &self.units;
            let is_new = |atom: AtomId| !units.contains(&unit_of(atom)) && (ground.allows)(unit_of(atom));
            let touched = picking::swept(ground.dataset, ground.camera, &sweep, is_new);
            for unit in touched.into_iter().map(unit_of) {
                if self.units.insert(unit) {
                    self.fresh.push(unit);
                }
            }
            return;
        }
        let atoms = match brush.rule {
            BrushRule::Inside => brush.covered.sweep(ground.dataset, ground.camera, &sweep),
            _ => cover::centred(ground.dataset, ground.camera, &sweep),
        };
        for atom in atoms {
            let unit = unit_of(atom);
            if !brush.atoms.insert(atom) || !(ground.allows)(unit) {
                continue;
            }
            let count = brush.counts.entry(unit).or_default();
            *count += 1;
            let all = ground.state.atoms(unit).len();
            // As with a lasso, half of the middles are enough; what is to be inside is so as a whole.
            let is_taken = *count == all || (brush.rule == BrushRule::Centre && 2 * *count >= all);
            if is_taken && self.units.insert(unit) {
                self.fresh.push(unit);
            }
        }
    }

    /// How it joins the selection, as the keys said when it began.
    pub const fn mode(&self) -> SelectMode {
        self.mode
    }

    /// Units that it takes.
    pub const fn units(&self) -> &BTreeSet<UnitId> {
        &self.units
    }

    /// Units that the brush has come to since this was last asked.
    pub fn take_fresh(&mut self) -> Vec<UnitId> {
        std::mem::take(&mut self.fresh)
    }

    /// Whether it is so small that a click was meant.
    pub fn is_slip(&self, camera: &Camera) -> bool {
        let size = match self.on_screen(camera) {
            OnScreen::Box(band) => band.size(),
            OnScreen::Lasso(path) | OnScreen::Polygon(path) => Rect::from_points(&path).size(),
            OnScreen::Brush(..) => return false,
        };
        size.max_elem() < SLIP
    }

    fn on_screen(&self, camera: &Camera) -> OnScreen {
        match &self.outline {
            Outline::Box { from, to } => {
                OnScreen::Box(Rect::from_two_pos(camera.screen_from_world(*from), camera.screen_from_world(*to)))
            }
            Outline::Lasso { path } => {
                OnScreen::Lasso(path.iter().map(|&place| camera.screen_from_world(place)).collect())
            }
            Outline::Polygon { corners, to } => {
                let places = corners.iter().chain(std::iter::once(to));
                OnScreen::Polygon(places.map(|&place| camera.screen_from_world(place)).collect())
            }
            Outline::Brush(brush) => OnScreen::Brush(camera.screen_from_world(brush.at), brush.radius),
        }
    }

    /// Paints it, and how many units it takes.
    pub fn paint(&self, ui: &Ui, shown: &Shown<'_>, camera: &Camera) {
        let painter = ui.painter_at(camera.viewport());
        let colour = shown.colours.selection;
        let (fill, line) = (colour.gamma_multiply(0.12), Stroke::new(1.0, colour));
        let corner = match self.on_screen(camera) {
            OnScreen::Box(band) => {
                painter.rect(band, 0.0, fill, line, StrokeKind::Inside);
                band.max
            }
            OnScreen::Lasso(path) => {
                painter.add(filled(&Lasso::new(&path), camera.viewport(), fill));
                let end = path.last().copied().unwrap_or_default();
                // The part that closes by itself is dashed.
                painter.extend(Shape::dashed_line(&[end, path.first().copied().unwrap_or(end)], line, 4.0, 4.0));
                painter.add(Shape::line(path, line));
                end
            }
            OnScreen::Polygon(path) => {
                painter.add(filled(&Lasso::new(&path), camera.viewport(), fill));
                let end = path.last().copied().unwrap_or_default();
                painter.extend(Shape::dashed_line(&[end, path.first().copied().unwrap_or(end)], line, 4.0, 4.0));
                let corners = path.len().saturating_sub(1);
                for &corner in &path[..corners] {
                    painter.circle(corner, 3.0, shown.colours.panel, line);
                }
                painter.add(Shape::line(path, line));
                end
            }
            OnScreen::Brush(at, radius) => {
                paint_brush(&painter, colour, at, radius);
                at + egui::Vec2::splat(radius * std::f32::consts::FRAC_1_SQRT_2)
            }
        };
        if !self.units.is_empty() {
            note(&painter, shown, corner, quhua::i18n::numbers::count(self.units.len()));
        }
    }
}

/// A few words beside the pointer, in a box that stays in view at the edge of the map.
pub fn note(painter: &egui::Painter, shown: &Shown<'_>, at: Pos2, text: String) {
    let galley = painter.layout_no_wrap(text, FontId::proportional(CAPTION), shown.colours.ink);
    let room = Rect::from_min_size(at + vec2(10.0, 8.0), galley.size() + vec2(10.0, 4.0));
    let overrun = (room.max - painter.clip_rect().shrink(4.0).max).max(egui::Vec2::ZERO);
    let room = room.translate(-overrun);
    painter.rect(room, 3.0, shown.colours.panel, shown.colours.hairline(), StrokeKind::Inside);
    let at = Align2::CENTER_CENTER.anchor_size(room.center(), galley.size()).min;
    painter.galley(at, galley, shown.colours.ink);
}

/// A drawing in points.
enum OnScreen {
    Box(Rect),
    Lasso(Vec<Pos2>),
    Polygon(Vec<Pos2>),
    Brush(Pos2, f32),
}

impl Ground<'_> {
    /// Units that lie mostly inside of a drawing that may be taken.
    fn mostly_inside(&self, drawing: &OnScreen) -> BTreeSet<UnitId> {
        let mut units = match drawing {
            OnScreen::Box(band) => self.mostly_among(&picking::boxed(self.dataset, self.camera, *band)),
            OnScreen::Lasso(path) | OnScreen::Polygon(path) => {
                self.mostly_among(&picking::lassoed(self.dataset, self.camera, &Lasso::new(path)))
            }
            OnScreen::Brush(..) => BTreeSet::new(),
        };
        units.retain(|&unit| (self.allows)(unit));
        units
    }

    /// Units at least half of whose atoms are among these.
    ///
    /// A unit of one atom goes by its representative point, and so does one of many: a corner of a township does not
    /// take the township.
    fn mostly_among(&self, atoms: &[AtomId]) -> BTreeSet<UnitId> {
        if atoms.is_empty() {
            return BTreeSet::new();
        }
        let mut counts = vec![[0_u32; 2]; self.state.unit_count()];
        for unit in self.state.labels(self.level) {
            counts[unit.index()][0] += 1;
        }
        for &atom in atoms {
            counts[self.state.unit_of(atom, self.level).index()][1] += 1;
        }
        let taken = counts.iter().enumerate().filter(|(_, [all, inside])| *inside > 0 && 2 * inside >= *all);
        taken.map(|(unit, _)| UnitId::new(unit)).collect()
    }
}

/// The circle of the brush.
pub fn paint_brush(painter: &egui::Painter, colour: Color32, at: Pos2, radius: f32) {
    // A brush of some metres on a map of a county can still be seen.
    let radius = radius.max(1.5);
    painter.circle(at, radius, colour.gamma_multiply(0.12), Stroke::new(1.0, colour));
}

/// What lies inside of a lasso, row by row: it may cross itself, which no triangulation here would take.
fn filled(lasso: &Lasso, clip: Rect, colour: Color32) -> Shape {
    let mut mesh = Mesh::default();
    let rows = lasso.bounds().intersect(clip);
    let mut y = rows.top().floor();
    while y < rows.bottom() {
        for [left, right] in lasso.spans(y + 0.5) {
            mesh.add_colored_rect(Rect::from_min_max(egui::pos2(left, y), egui::pos2(right, y + 1.0)), colour);
        }
        y += 1.0;
    }
    Shape::mesh(mesh)
}

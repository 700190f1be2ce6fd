//! What every atom and border of the map looks like, kept in step with document, view and theme.
//!
//! A change of the document touches the units it changed and nothing else; a change of level, colouring or theme
//! touches everything once.

use std::collections::BTreeSet;

use eframe::egui;

use super::circles::{self, Circles};
use super::crossings::CrossingMarks;
use super::symbols::MapSymbols;
use crate::render::circles::CircleScale;
use crate::render::{
    self, Anchors, AtomFlags, AtomStyle, Borders, Camera, Classes, Highlight, LabelSource, Labels, MapTheme,
    StyleTables, palette,
};
use crate::ui::shown::Shown;
use crate::ui::state::choropleth::{self, FigureLook, Mark};
use crate::ui::state::view::Colouring;
use quhua::coverage::AtomId;
use quhua::metrics::{Figure, Shift};
use quhua::model::{Dataset, LevelIndex, UnitId};
use quhua::study::{Study, Time};

/// What the fills of the map depend on, besides the units.
#[derive(Clone, Debug, PartialEq)]
struct MadeFor {
    level: LevelIndex,
    colouring: Colouring,
    look: FigureLook,
    dark: bool,
    /// Whether the figures of all units were known.
    known: bool,
}

/// Styles of the map, and what they were made for.
pub struct MapStyling {
    tables: StyleTables,
    theme: MapTheme,
    colours: Option<render::Colouring>,
    classes: Option<Classes>,
    /// Circles that stand for a figure.
    circles: Option<Circles>,
    anchors: Anchors,
    /// Whether a unit has no figure to be shown.
    has_unknown: bool,
    /// Whether a unit of the level has a given seat.
    has_seats: bool,
    selection: Highlight,
    hover: Highlight,
    /// What the fills were made for.
    made_for: Option<MadeFor>,
    /// Units under the pointer, or taken by what is being drawn.
    hovered: Vec<UnitId>,
    /// Units that show as selected; `None` when they have to be looked at again.
    selected: Option<Vec<UnitId>>,
    revision: Option<u64>,
    flashing: Vec<AtomId>,
    labels: Labels,
    crossings: CrossingMarks,
    symbols: MapSymbols,
}

impl MapStyling {
    /// Styles for a dataset; the first refresh fills them.
    #[must_use]
    pub fn new(dataset: &Dataset) -> Self {
        Self {
            tables: StyleTables::new(&dataset.coverage),
            theme: MapTheme::light(),
            colours: None,
            classes: None,
            circles: None,
            anchors: Anchors::default(),
            has_unknown: false,
            has_seats: false,
            selection: Highlight::selection(),
            hover: Highlight::hover(),
            made_for: None,
            hovered: Vec::new(),
            selected: None,
            revision: None,
            flashing: Vec::new(),
            labels: Labels::default(),
            crossings: CrossingMarks::default(),
            symbols: MapSymbols::default(),
        }
    }

    /// Style of every atom and arc.
    #[must_use]
    pub fn tables(&self) -> &StyleTables {
        &self.tables
    }

    /// Colours and widths of the map.
    #[must_use]
    pub fn theme(&self) -> &MapTheme {
        &self.theme
    }

    /// Links and barriers, where the map shows them.
    #[must_use]
    pub fn crossings(&self, shown: &Shown<'_>) -> Option<&CrossingMarks> {
        shown.preferences.crossings.then_some(&self.crossings)
    }

    /// Rows of ledgers on the map.
    #[must_use]
    pub const fn symbols(&self) -> &MapSymbols {
        &self.symbols
    }

    /// Paints rows of ledgers.
    pub fn paint_symbols(&mut self, painter: &egui::Painter, camera: &Camera) {
        self.symbols.paint(painter, camera, &self.theme);
    }

    /// Classes of the figure that the map shows.
    #[must_use]
    pub fn classes(&self) -> Option<&Classes> {
        self.classes.as_ref()
    }

    /// How many units have a figure that circles stand for.
    #[must_use]
    pub fn circles(&self) -> Option<usize> {
        self.circles.as_ref().map(Circles::len)
    }

    /// Whether a unit has no figure to be shown.
    #[must_use]
    pub const fn has_unknown(&self) -> bool {
        self.has_unknown
    }

    /// Whether a unit of the level has a given seat.
    #[must_use]
    pub const fn has_seats(&self) -> bool {
        self.has_seats
    }

    /// Paints the circles that stand for a figure, if one shows so. Returns how much they stand for.
    pub fn paint_circles(
        &mut self,
        painter: &egui::Painter,
        shown: &Shown<'_>,
        project: &Study,
        camera: &Camera,
    ) -> Option<CircleScale> {
        let Colouring::Figure(figure) = shown.view.colouring else { return None };
        let circles = self.circles.as_ref()?;
        let ink = circles::ink(shown.look_of(figure).scheme(figure));
        circles.paint(painter, project, camera, &mut self.anchors, (ink, self.theme.paper))
    }

    /// Paints the names that find room.
    pub fn paint_labels(&mut self, painter: &egui::Painter, project: &Study, camera: &Camera, seats: &[egui::Pos2]) {
        let dataset = project.dataset();
        let source = LabelSource { seats, ..LabelSource::of(dataset, project.state(), project.revision()) };
        self.labels.paint(painter, &source, camera, &self.theme);
    }

    /// Follows a change of some units.
    pub fn changed(&mut self, project: &Study, units: &[UnitId]) {
        let (dataset, state) = (project.dataset(), project.state());
        if units.is_empty() {
            self.made_for = None;
            return;
        }
        let mut atoms: Vec<AtomId> =
            units.iter().filter(|&&unit| state.unit(unit).is_current()).flat_map(|&unit| state.atoms(unit)).collect();
        atoms.sort_unstable();
        atoms.dedup();
        self.tables.style_around(&Self::borders(project), &atoms);
        let recoloured = match &mut self.colours {
            Some(colours) => colours.update(&dataset.coverage, state, units),
            None => Vec::new(),
        };
        let more = recoloured.iter().flat_map(|&unit| state.atoms(unit));
        let touched: Vec<AtomId> = atoms.iter().copied().chain(more).collect();
        if let Some(mut made_for) = self.made_for.take() {
            match made_for.colouring {
                Colouring::Figure(figure) if self.classes.is_some() => {
                    // The figures of the others are what they were; once all are known again, the ends of the classes
                    // follow.
                    let look = made_for.look.clone();
                    self.fill(project, made_for.level, atoms.clone(), |unit, styling| {
                        styling.figure_fill(figure, &look, project.value(unit, figure))
                    });
                    made_for.known = false;
                }
                Colouring::Figure(figure) => {
                    if let Some(circles) = &mut self.circles {
                        circles.follow(project, units, figure);
                        made_for.known = false;
                    }
                    self.fill(project, made_for.level, touched, |unit, styling| styling.neighbour_fill(unit));
                }
                Colouring::Neighbours => {
                    self.fill(project, made_for.level, touched, |unit, styling| styling.neighbour_fill(unit));
                }
            }
            self.made_for = Some(made_for);
        }
        self.tables.edit_atoms(self.flashing.drain(..), |_, style| style.flags = style.flags.without(AtomFlags::FLASH));
        self.tables.edit_atoms(atoms.iter().copied(), |_, style| style.flags = style.flags.with(AtomFlags::FLASH));
        self.flashing = atoms;
        self.revision = Some(project.revision());
    }

    /// Makes everything again that no longer fits what is shown.
    ///
    /// `drawn` are the units that what is being drawn would take: they show instead of the one under the pointer.
    pub fn refresh(
        &mut self,
        project: &Study,
        shown: &Shown<'_>,
        painting: Option<&Shift>,
        drawn: Option<&BTreeSet<UnitId>>,
    ) {
        let view = shown.view;
        let dark = shown.colours.dark;
        if self.theme.dark != dark {
            self.theme = if dark { MapTheme::dark() } else { MapTheme::light() };
        }
        if shown.preferences.crossings {
            self.crossings.refresh(project);
        }
        self.symbols.refresh(project, shown);
        // A figure needs all units of the level, before and now; until they are known, the neighbours' colours stand in.
        let (known, look) = match view.colouring {
            Colouring::Neighbours => (true, FigureLook::default()),
            Colouring::Figure(figure) => {
                let known = [Time::Before, Time::Now].iter().all(|&time| project.knows_figures(time, view.level));
                (known, shown.look_of(figure).into_owned())
            }
        };
        let wanted = MadeFor { level: view.level, colouring: view.colouring, look, dark, known };
        let revision = project.revision();
        if self.made_for.as_ref() != Some(&wanted) || self.revision != Some(revision) {
            self.fill_all(project, &wanted);
            self.tables.style_all(&Self::borders(project));
            self.selection.restore(&mut self.tables);
            self.hover.restore(&mut self.tables);
            self.made_for = Some(wanted);
            self.revision = Some(revision);
            self.selected = None;
        }
        self.highlight(project, shown, painting, drawn);
    }

    fn highlight(
        &mut self,
        project: &Study,
        shown: &Shown<'_>,
        painting: Option<&Shift>,
        drawn: Option<&BTreeSet<UnitId>>,
    ) {
        let (coverage, state) = (&project.dataset().coverage, project.state());
        // What takes others over shows as it would be, with them.
        let selected: Vec<UnitId> = match painting {
            Some(shift) => std::iter::once(shift.target()).chain(shift.moved().iter().copied()).collect(),
            None => Vec::new(),
        };
        let selected = if painting.is_some() { &selected } else { &shown.view.selection };
        if self.selected.as_ref() != Some(selected) {
            self.selected = Some(selected.clone());
            let atoms = selected.iter().flat_map(|&unit| state.atoms(unit)).collect();
            self.selection.set(&mut self.tables, coverage, atoms);
        }
        let drawn = painting.map(Shift::moved).or(drawn);
        let under = shown.view.hovered.filter(|_| drawn.is_none());
        let pointed = if drawn.is_none() { &shown.view.pointed[..] } else { &[] };
        let hovered = || drawn.into_iter().flatten().copied().chain(under).chain(pointed.iter().copied());
        if !self.hovered.iter().copied().eq(hovered()) {
            self.hovered = hovered().collect();
            let atoms = self.hovered.iter().flat_map(|&unit| state.atoms(unit)).collect();
            self.hover.set(&mut self.tables, coverage, atoms);
        }
    }

    fn borders(project: &Study) -> Borders<'_> {
        let dataset = project.dataset();
        Borders { coverage: &dataset.coverage, levels: &dataset.levels, base: &dataset.base, state: project.state() }
    }

    fn fill_all(&mut self, project: &Study, wanted: &MadeFor) {
        let level = wanted.level;
        let (dataset, state) = (project.dataset(), project.state());
        let atoms: Vec<AtomId> = dataset.coverage.atoms().collect();
        self.has_seats = state.units_at(level).any(|unit| state.unit(unit).seat.is_some());
        if self.colours.as_ref().is_none_or(|colours| colours.level() != level) || self.revision.is_none() {
            // What did not change has the colour that it has in every other scenario.
            let mut colours = render::Colouring::new(&dataset.coverage, &dataset.base, level);
            colours.update(&dataset.coverage, state, &project.changed_units());
            self.colours = Some(colours);
        }
        self.circles = None;
        match wanted.colouring {
            Colouring::Figure(figure) if wanted.known && wanted.look.mark == Mark::Circle => {
                self.classes = None;
                self.circles = Circles::new(project, level, figure);
                self.fill(project, level, atoms, |unit, styling| styling.neighbour_fill(unit));
            }
            Colouring::Figure(figure) if wanted.known => {
                let figures = project.values_at(Time::Now, level, figure);
                let value = |unit: UnitId| figures.get(unit.index()).copied().flatten();
                self.has_unknown = state.units_at(level).any(|unit| value(unit).is_none());
                self.classes = choropleth::classes(project, level, figure, &wanted.look);
                self.fill(project, level, atoms, |unit, styling| {
                    styling.figure_fill(figure, &wanted.look, value(unit))
                });
            }
            _ => {
                self.classes = None;
                self.fill(project, level, atoms, |unit, styling| styling.neighbour_fill(unit));
            }
        }
    }

    /// Fills atoms by their unit, keeping the flags of the selection, the pointer and the flash.
    fn fill(
        &mut self,
        project: &Study,
        level: LevelIndex,
        atoms: Vec<AtomId>,
        style_of: impl Fn(UnitId, &Self) -> AtomStyle,
    ) {
        let state = project.state();
        let has_locks = state.has_locks();
        for atom in atoms {
            let unit = state.unit_of(atom, level);
            let AtomStyle { fill, flags } = style_of(unit, self);
            let mut style = self.tables.atom(atom);
            style.fill = fill;
            style.flags = style.flags.set(AtomFlags::NO_DATA, flags.has(AtomFlags::NO_DATA));
            style.flags = style.flags.set(AtomFlags::CHANGED, project.is_changed(unit));
            style.flags = style.flags.set(AtomFlags::LOCKED, has_locks && state.lock_of(unit).is_some());
            self.tables.set_atom(atom, style);
        }
    }

    fn figure_fill(&self, figure: Figure, look: &FigureLook, value: Option<f64>) -> AtomStyle {
        let no_data = AtomStyle { fill: [0; 4], flags: AtomFlags::NO_DATA };
        self.classes.as_ref().map_or(no_data, |classes| classes.style(classes.scheme(look.scheme, figure), value))
    }

    fn neighbour_fill(&self, unit: UnitId) -> AtomStyle {
        let colour = self.colours.as_ref().and_then(|colours| colours.of(unit)).unwrap_or(0);
        palette::unit_fill(&self.theme, colour)
    }
}

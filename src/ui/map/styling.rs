//! What every atom and border of the map looks like, kept in step with document, view and theme.
//!
//! A change of the document touches the units it changed and nothing else; a change of level, colouring or theme
//! touches everything once.

use eframe::egui;

use crate::coverage::AtomId;
use crate::model::{Dataset, LevelIndex, UnitId};
use crate::render::{
    self, AtomFlags, AtomStyle, Borders, CLASSES, Camera, Classes, Highlight, LabelSource, Labels, MapTheme, Method,
    Scheme, StyleTables, palette,
};
use crate::ui::project::{Project, Time};
use crate::ui::shown::Shown;
use crate::ui::view::{Colouring, Figure};

/// Styles of the map, and what they were made for.
pub struct MapStyling {
    tables: StyleTables,
    theme: MapTheme,
    colours: Option<render::Colouring>,
    classes: Option<Classes>,
    /// Whether a unit has no figure to be shown.
    has_unknown: bool,
    /// Whether a unit of the level has a given seat.
    has_seats: bool,
    selection: Highlight,
    hover: Highlight,
    /// Level, colouring, theme and number of figures known that the fills were made for.
    made_for: Option<(LevelIndex, Colouring, bool, bool)>,
    hovered: Option<UnitId>,
    selected: Vec<UnitId>,
    revision: Option<u64>,
    flashing: Vec<AtomId>,
    labels: Labels,
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
            has_unknown: false,
            has_seats: false,
            selection: Highlight::selection(),
            hover: Highlight::hover(),
            made_for: None,
            hovered: None,
            selected: Vec::new(),
            revision: None,
            flashing: Vec::new(),
            labels: Labels::default(),
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

    /// Classes of the figure that the map shows.
    #[must_use]
    pub fn classes(&self) -> Option<&Classes> {
        self.classes.as_ref()
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

    /// Paints the names that find room.
    pub fn paint_labels(&mut self, painter: &egui::Painter, project: &Project, camera: &Camera, seats: &[egui::Pos2]) {
        let dataset = project.dataset();
        let source = LabelSource { seats, ..LabelSource::of(dataset, project.state(), project.revision()) };
        self.labels.paint(painter, &source, camera, &self.theme);
    }

    /// Follows a change of some units.
    pub fn changed(&mut self, project: &Project, units: &[UnitId]) {
        let (dataset, state) = (project.dataset(), project.state());
        if units.is_empty() {
            self.made_for = None;
            return;
        }
        let mut atoms: Vec<AtomId> =
            units.iter().filter(|&&unit| state.unit(unit).is_current()).flat_map(|&unit| state.atoms(unit)).collect();
        atoms.sort_unstable();
        atoms.dedup();
        Self::borders(project).style_around(&mut self.tables, &atoms);
        let recoloured = match &mut self.colours {
            Some(colours) => colours.update(&dataset.coverage, state, units),
            None => Vec::new(),
        };
        let more = recoloured.iter().flat_map(|&unit| state.atoms(unit));
        let touched: Vec<AtomId> = atoms.iter().copied().chain(more).collect();
        let shows_figure = self.classes.is_some();
        if shows_figure {
            self.made_for = None;
        } else if let Some((level, ..)) = self.made_for {
            self.fill(project, level, touched, |unit, styling| styling.neighbour_fill(unit));
        }
        self.tables.edit_atoms(self.flashing.drain(..), |_, style| style.flags = style.flags.without(AtomFlags::FLASH));
        self.tables.edit_atoms(atoms.iter().copied(), |_, style| style.flags = style.flags.with(AtomFlags::FLASH));
        self.flashing = atoms;
        self.revision = Some(project.revision());
    }

    /// Makes everything again that no longer fits what is shown.
    pub fn refresh(&mut self, project: &Project, shown: &Shown<'_>) {
        let view = shown.view;
        let dark = shown.colours.dark;
        if self.theme.dark != dark {
            self.theme = if dark { MapTheme::dark() } else { MapTheme::light() };
        }
        // A figure needs all units of the level; until they are known, the neighbours' colours stand in.
        let known = match view.colouring {
            Colouring::Neighbours => true,
            Colouring::Figure(_) => project.knows_figures(Time::Now, view.level),
        };
        let wanted = (view.level, view.colouring, dark, known);
        let revision = project.revision();
        if self.made_for != Some(wanted) || self.revision != Some(revision) {
            self.fill_all(project, view.level, if known { view.colouring } else { Colouring::Neighbours });
            Self::borders(project).style_all(&mut self.tables);
            self.selection.restore(&mut self.tables);
            self.hover.restore(&mut self.tables);
            self.made_for = Some(wanted);
            self.revision = Some(revision);
            self.selected.clear();
        }
        self.highlight(project, shown);
    }

    fn highlight(&mut self, project: &Project, shown: &Shown<'_>) {
        let (coverage, state) = (&project.dataset().coverage, project.state());
        if self.selected != shown.view.selection {
            self.selected.clone_from(&shown.view.selection);
            let atoms = self.selected.iter().flat_map(|&unit| state.atoms(unit)).collect();
            self.selection.set(&mut self.tables, coverage, atoms);
        }
        if self.hovered != shown.view.hovered {
            self.hovered = shown.view.hovered;
            let atoms = self.hovered.map(|unit| state.atoms(unit)).unwrap_or_default();
            self.hover.set(&mut self.tables, coverage, atoms);
        }
    }

    fn borders(project: &Project) -> Borders<'_> {
        let dataset = project.dataset();
        Borders { coverage: &dataset.coverage, levels: &dataset.levels, base: &dataset.base, state: project.state() }
    }

    fn fill_all(&mut self, project: &Project, level: LevelIndex, colouring: Colouring) {
        let (dataset, state) = (project.dataset(), project.state());
        let atoms: Vec<AtomId> = dataset.coverage.atoms().collect();
        self.has_seats = state.units_at(level).any(|unit| state.unit(unit).seat.is_some());
        if self.colours.as_ref().is_none_or(|colours| colours.level() != level) || self.revision.is_none() {
            self.colours = Some(render::Colouring::new(&dataset.coverage, state, level));
        }
        match colouring {
            Colouring::Neighbours => {
                self.classes = None;
                self.fill(project, level, atoms, |unit, styling| styling.neighbour_fill(unit));
            }
            Colouring::Figure(figure) => {
                let figures: Vec<Option<f64>> = project.values(level, figure);
                let unknown = |unit: UnitId| figures.get(unit.index()).copied().flatten().is_none();
                self.has_unknown = state.units_at(level).any(unknown);
                self.classes = Classes::new(figures.iter().copied().flatten(), Method::Quantile, CLASSES);
                let scheme = scheme_of(figure);
                self.fill(project, level, atoms, |unit, styling| {
                    let value = figures.get(unit.index()).copied().flatten();
                    styling.classes.as_ref().map_or(AtomStyle { fill: [0; 4], flags: AtomFlags::NO_DATA }, |classes| {
                        classes.style(scheme, value)
                    })
                });
            }
        }
    }

    /// Fills atoms by their unit, keeping the flags of the selection, the pointer and the flash.
    fn fill(
        &mut self,
        project: &Project,
        level: LevelIndex,
        atoms: Vec<AtomId>,
        style_of: impl Fn(UnitId, &Self) -> AtomStyle,
    ) {
        let state = project.state();
        for atom in atoms {
            let unit = state.unit_of(atom, level);
            let AtomStyle { fill, flags } = style_of(unit, self);
            let mut style = self.tables.atom(atom);
            style.fill = fill;
            style.flags = style.flags.set(AtomFlags::NO_DATA, flags.has(AtomFlags::NO_DATA));
            style.flags = style.flags.set(AtomFlags::CHANGED, project.is_changed(unit));
            self.tables.set_atom(atom, style);
        }
    }

    fn neighbour_fill(&self, unit: UnitId) -> AtomStyle {
        let colour = self.colours.as_ref().and_then(|colours| colours.of(unit)).unwrap_or(0);
        palette::unit_fill(&self.theme, colour)
    }
}

/// Colours that suit a figure: more of it is darker.
#[must_use]
pub fn scheme_of(figure: Figure) -> Scheme {
    match figure {
        Figure::Population | Figure::Density | Figure::Sum(_) => Scheme::Oranges,
        Figure::Area => Scheme::Greens,
        Figure::RadiusMax | Figure::RadiusMean => Scheme::YellowGreenBlue,
        Figure::Compactness => Scheme::Blues,
    }
}

//! What the user looks at: selection, level, colours, open panels. Not part of the document, never undone.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::prelude::ToPrimitive as _;

use super::background::BackgroundLook;
use super::choropleth::FigureLook;
use super::command::{Gesture, SelectMode};
use crate::i18n::Lang;
use crate::i18n::numbers::{self, AreaUnit};
use crate::metrics::UnitFigures;
use crate::model::{Dataset, FieldIndex, LevelIndex, Unit, UnitId};

/// What the fills of the map show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Colouring {
    /// Units in colours that differ from those of their neighbours.
    #[default]
    Neighbours,
    /// A figure of the units in classes.
    Figure(Figure),
}

/// What a drag on the map selects with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Tool {
    /// A box: what lies mostly inside.
    #[default]
    Box,
    /// A line drawn by hand: what lies mostly inside.
    Lasso,
    /// A round brush: whatever it touches.
    Brush,
}

impl Tool {
    /// All tools, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::Box, Self::Lasso, Self::Brush];
}

/// Radius of a brush in points on the screen.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(from = "f32", into = "f32")]
pub struct BrushRadius(f32);

impl BrushRadius {
    /// How much one step changes it.
    const STEP: f32 = 1.25;
    /// A point or two.
    const SMALLEST: f32 = 3.0;
    /// A good part of the map.
    const LARGEST: f32 = 240.0;

    /// In points.
    #[must_use]
    pub const fn points(self) -> f32 {
        self.0
    }

    /// One step smaller, as far as it goes.
    #[must_use]
    pub const fn smaller(self) -> Self {
        Self((self.0 / Self::STEP).max(Self::SMALLEST))
    }

    /// One step larger, as far as it goes.
    #[must_use]
    pub const fn larger(self) -> Self {
        Self((self.0 * Self::STEP).min(Self::LARGEST))
    }
}

impl Default for BrushRadius {
    fn default() -> Self {
        Self(16.0)
    }
}

impl From<f32> for BrushRadius {
    /// The nearest radius that a brush can have; the usual one for what is no number.
    fn from(points: f32) -> Self {
        if points.is_nan() { Self::default() } else { Self(points.clamp(Self::SMALLEST, Self::LARGEST)) }
    }
}

impl From<BrushRadius> for f32 {
    fn from(radius: BrushRadius) -> Self {
        radius.0
    }
}

/// A figure by which units can be coloured and sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// Area in m².
    Area,
    /// People.
    Population,
    /// People per km².
    Density,
    /// Greatest distance from the seat in m.
    RadiusMax,
    /// Mean distance of people from the seat in m.
    RadiusMean,
    /// Polsby–Popper compactness.
    Compactness,
    /// A summed field, by its position in the fields of the dataset.
    Sum(usize),
    /// Another field with numbers, as the source has it for single units.
    Source(FieldIndex),
}

impl Figure {
    /// Figures that units of a dataset can have, in the order of the menu.
    #[must_use]
    pub fn of_dataset(dataset: &Dataset) -> Vec<Self> {
        let mut figures = vec![Self::Area];
        if dataset.fields.population.is_some() {
            figures.extend([Self::Population, Self::Density, Self::RadiusMean]);
        }
        figures.extend([Self::RadiusMax, Self::Compactness]);
        figures.extend((0..dataset.fields.sum.len()).map(Self::Sum));
        figures
    }

    /// Figures that a map can show: besides, the other numbers that the source has for single units.
    #[must_use]
    pub fn on_map(dataset: &Dataset) -> Vec<Self> {
        let mut figures = Self::of_dataset(dataset);
        figures.extend(dataset.numeric_fields().into_iter().map(Self::Source));
        figures
    }

    /// Its value for a unit; `None` when it cannot be known.
    #[must_use]
    pub fn of_unit(self, dataset: &Dataset, unit: &Unit, figures: &UnitFigures) -> Option<f64> {
        match self {
            Self::Source(field) => dataset.source_number(unit, field),
            _ => self.of(figures),
        }
    }

    /// Its value; `None` when it cannot be known, or when figures do not tell.
    #[must_use]
    pub fn of(self, figures: &UnitFigures) -> Option<f64> {
        match self {
            Self::Area => Some(figures.area_m2),
            Self::Population => figures.population.and_then(|people| people.to_f64()),
            Self::Density => figures.density_per_km2,
            Self::RadiusMax => figures.radius.max_m,
            // People of one atom are taken to be at one place: the distance would say nothing.
            Self::RadiusMean => figures.radius.mean_population_m.filter(|_| figures.atoms > 1),
            Self::Compactness => figures.compactness.polsby_popper,
            Self::Sum(field) => figures.sums.get(field).copied().flatten().and_then(|sum| sum.to_f64()),
            Self::Source(_) => None,
        }
    }

    /// How much of it makes one in the unit that is shown: 10⁶ m² a km².
    #[must_use]
    pub const fn shown_unit(self, area_unit: AreaUnit) -> f64 {
        match self {
            Self::Area => area_unit.in_m2(),
            Self::RadiusMax | Self::RadiusMean => 1000.0,
            Self::Population | Self::Density | Self::Compactness | Self::Sum(_) | Self::Source(_) => 1.0,
        }
    }

    /// Its value as it is shown, without the unit.
    #[must_use]
    pub fn text(self, figures: &UnitFigures, area_unit: AreaUnit) -> String {
        match self {
            Self::Population => numbers::decimal_or_unknown(figures.population),
            Self::Sum(field) => numbers::decimal_or_unknown(figures.sums.get(field).copied().flatten()),
            _ => self.of(figures).map_or_else(|| numbers::UNKNOWN.to_owned(), |value| self.text_of(value, area_unit)),
        }
    }

    /// A value of it as it is shown, without the unit.
    #[must_use]
    pub fn text_of(self, value: f64, area_unit: AreaUnit) -> String {
        match self {
            Self::Area => numbers::area(value, area_unit),
            Self::Population | Self::Sum(_) => numbers::number(value, 0),
            Self::Density => numbers::number(value, 1),
            Self::Source(_) => numbers::number(value, if value.abs() < 100.0 { 2 } else { 0 }),
            Self::RadiusMax | Self::RadiusMean => numbers::km(value),
            Self::Compactness => numbers::number(value, 3),
        }
    }
}

/// Tab of the bottom panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum BottomTab {
    /// Units of the level.
    #[default]
    Table,
    /// Old and new units.
    Crosswalk,
    /// Findings in the data.
    Checks,
    /// Steps done.
    History,
    /// Messages.
    Log,
}

impl BottomTab {
    /// All tabs, from left to right.
    pub const ALL: [Self; 5] = [Self::Table, Self::Crosswalk, Self::Checks, Self::History, Self::Log];
}

/// What a path is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathPurpose {
    /// Boundaries to be opened.
    Open,
    /// A plan to be opened.
    OpenPlan,
    /// Where the plan goes.
    SavePlan,
    /// Where the boundaries go.
    ExportGeojson,
    /// Where the crosswalk goes.
    ExportCrosswalk,
    /// Tiles to be shown below the units.
    Background,
}

impl PathPurpose {
    /// Whether the file is read, not written.
    #[must_use]
    pub const fn reads(self) -> bool {
        matches!(self, Self::Open | Self::OpenPlan | Self::Background)
    }
}

/// Choices that outlive a run of the program.
#[expect(clippy::struct_excessive_bools, reason = "switches that have nothing to do with each other")]
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// Language; `None` follows the system.
    pub lang: Option<Lang>,
    /// Dark theme; `None` follows the system.
    pub dark: Option<bool>,
    /// Unit of areas.
    pub area_unit: AreaUnit,
    /// Names on the map.
    pub labels: bool,
    /// How figures show in colours, by the name of the figure; those that are not there show as they come.
    pub looks: BTreeMap<String, FigureLook>,
    /// What a drag on the map selects with.
    pub tool: Tool,
    /// Radius of the brush.
    pub brush: BrushRadius,
    /// What lies below the units.
    pub background: BackgroundLook,
    /// Whether the units panel is unfolded.
    pub units_open: bool,
    /// Whether the details panel is unfolded.
    pub inspector_open: bool,
    /// Whether the bottom panel is unfolded.
    pub bottom_open: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            lang: None,
            dark: None,
            area_unit: AreaUnit::Km2,
            labels: true,
            looks: BTreeMap::new(),
            tool: Tool::default(),
            brush: BrushRadius::default(),
            background: BackgroundLook::default(),
            units_open: true,
            inspector_open: true,
            bottom_open: false,
        }
    }
}

/// What the user looks at in the open document.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// Selected units, all of one level, in the order in which they were selected, none twice.
    pub selection: Vec<UnitId>,
    /// Unit under the pointer, on the map or in a list.
    pub hovered: Option<UnitId>,
    /// Level that a click takes.
    pub level: LevelIndex,
    /// What the fills show.
    pub colouring: Colouring,
    /// What the next click or key is for.
    pub gesture: Gesture,
    /// Tab of the bottom panel.
    pub bottom: BottomTab,
    /// Counts up whenever a list should scroll to the selection.
    pub reveal: u64,
}

impl View {
    /// Whether a unit is selected.
    #[must_use]
    pub fn is_selected(&self, unit: UnitId) -> bool {
        self.selection.contains(&unit)
    }

    /// Changes the selection.
    pub fn select(&mut self, units: &[UnitId], mode: SelectMode) {
        match mode {
            SelectMode::Replace => {
                self.selection.clear();
                self.add(units);
            }
            SelectMode::Add => self.add(units),
            SelectMode::Remove => {
                let gone: BTreeSet<UnitId> = units.iter().copied().collect();
                self.selection.retain(|unit| !gone.contains(unit));
            }
            SelectMode::Toggle => {
                for &unit in units {
                    match self.selection.iter().position(|&selected| selected == unit) {
                        Some(at) => drop(self.selection.remove(at)),
                        None => self.selection.push(unit),
                    }
                }
            }
        }
        self.reveal += 1;
    }

    fn add(&mut self, units: &[UnitId]) {
        let known: BTreeSet<UnitId> = self.selection.iter().copied().collect();
        let mut fresh = BTreeSet::new();
        self.selection.extend(units.iter().copied().filter(|&unit| !known.contains(&unit) && fresh.insert(unit)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tool_and_brush_are_kept_and_what_cannot_be_is_put_right() {
        let brush = BrushRadius::default().larger();
        let kept = serde_json::to_string(&Preferences { tool: Tool::Lasso, brush, ..Preferences::default() }).unwrap();
        let kept: Preferences = serde_json::from_str(&kept).unwrap();
        assert_eq!((kept.tool, kept.brush), (Tool::Lasso, brush));
        let odd: Preferences = serde_json::from_str(r#"{"brush": -5.0}"#).unwrap();
        assert_eq!((odd.tool, odd.brush), (Tool::Box, BrushRadius::from(3.0)));
    }

    fn ids(ids: &[usize]) -> Vec<UnitId> {
        ids.iter().copied().map(UnitId::new).collect()
    }

    #[test]
    fn a_selection_never_holds_a_unit_twice() {
        let mut view = View::default();
        view.select(&ids(&[1, 2, 1]), SelectMode::Replace);
        view.select(&ids(&[2, 3]), SelectMode::Add);
        assert_eq!(view.selection, ids(&[1, 2, 3]));
    }

    #[test]
    fn toggling_takes_out_what_is_in_and_adds_the_rest() {
        let mut view = View::default();
        view.select(&ids(&[1, 2]), SelectMode::Replace);
        view.select(&ids(&[2, 3]), SelectMode::Toggle);
        assert_eq!(view.selection, ids(&[1, 3]));
        view.select(&ids(&[3]), SelectMode::Remove);
        assert_eq!(view.selection, ids(&[1]));
    }
}

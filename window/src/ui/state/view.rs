//! What the user looks at: selection, level, colours, open panels. Not part of the document, never undone.

use std::collections::{BTreeMap, BTreeSet};

use super::background::BackgroundLook;
use super::bookmarks::Bookmark;
use super::brush::{BrushRadius, BrushUnit, GroundRadius};
use super::choropleth::FigureLook;
use super::command::SelectMode;
use super::exports::ExportKind;
use super::keymap::Keymap;
use super::layout::{Layout, NamedLayout};
use super::symbols::SymbolChoices;
use crate::render::BrushRule;
use quhua::edit::{OwnDefinition, ScenarioId};
use quhua::i18n::numbers::AreaUnit;
use quhua::i18n::{Lang, Text};
use quhua::io::LayerSource;
use quhua::io::profile::{LayerProfile, TableProfile};
use quhua::metrics::Figure;
use quhua::model::{FieldRule, LevelIndex, UnitId};
use quhua::print::Paper;
use quhua::study::rulebook::Target;
use quhua::study::{Limits, Side};

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
    /// A polygon, corner by corner: what lies mostly inside.
    Polygon,
    /// A round brush: whatever it passes over, by its rule.
    Brush,
}

impl Tool {
    /// All tools, in the order of the switch.
    pub const ALL: [Self; 4] = [Self::Box, Self::Lasso, Self::Polygon, Self::Brush];
}

/// Size of text and of everything around it, in percent of the usual one: 100 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "u16", into = "u16")]
pub struct TextScale(u16);

impl TextScale {
    const STEP: u16 = 10;
    const LARGEST: u16 = 200;

    /// As a factor.
    #[must_use]
    pub fn factor(self) -> f32 {
        f32::from(self.0) / 100.0
    }

    /// One step larger, as far as it goes.
    #[must_use]
    pub fn larger(self) -> Self {
        Self::from(self.0 + Self::STEP)
    }

    /// One step smaller, as far as it goes.
    #[must_use]
    pub fn smaller(self) -> Self {
        Self::from(self.0 - Self::STEP)
    }
}

impl Default for TextScale {
    fn default() -> Self {
        Self(100)
    }
}

impl From<u16> for TextScale {
    /// The nearest size that text can have.
    fn from(percent: u16) -> Self {
        Self(percent.clamp(Self::default().0, Self::LARGEST))
    }
}

impl From<TextScale> for u16 {
    fn from(scale: TextScale) -> Self {
        scale.0
    }
}

impl std::fmt::Display for TextScale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} %", self.0)
    }
}

/// Tab of the bottom panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum BottomTab {
    /// Units of the level.
    #[default]
    Table,
    /// Rows of a ledger.
    Ledgers,
    /// Names and codes from a document.
    List,
    /// Old and new units.
    Crosswalk,
    /// Findings in the data.
    Checks,
    /// What was loaded, as it came.
    Sources,
    /// The list of scenarios.
    Scenarios,
    /// Scenarios side by side, in figures and words.
    Compare,
    /// Steps done.
    History,
    /// Messages.
    Log,
}

impl BottomTab {
    /// All tabs, from left to right.
    pub const ALL: [Self; 10] = [
        Self::Table,
        Self::Ledgers,
        Self::List,
        Self::Crosswalk,
        Self::Scenarios,
        Self::Compare,
        Self::History,
        Self::Checks,
        Self::Sources,
        Self::Log,
    ];
}

/// What the tab of checks lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ChecksView {
    /// What is doubtful about the data.
    #[default]
    Data,
    /// What the rules say.
    Rules,
    /// Links and barriers.
    Crossings,
}

/// How scenarios lie beside each other on the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CompareMode {
    /// Each in a pane of its own; all move together.
    #[default]
    Panes,
    /// One over the other, with a divider between them.
    Swipe,
    /// One after the other in the same place.
    Flicker,
    /// The second, with the old borders of the first over it.
    Ghost,
}

impl CompareMode {
    /// All ways, in the order of the switch.
    pub const ALL: [Self; 4] = [Self::Panes, Self::Swipe, Self::Flicker, Self::Ghost];
}

/// What is compared on the map, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct CompareView {
    /// How they lie beside each other.
    pub mode: CompareMode,
    /// Two to four sides.
    pub sides: Vec<Side>,
    /// Where the divider is, from 0 at the left to 1.
    pub divider: f32,
    /// Whether arrows show what moved.
    pub arrows: bool,
}

impl CompareView {
    /// Sides at most.
    pub const MOST: usize = 4;

    /// How many maps lie beside each other.
    #[must_use]
    pub fn maps(&self) -> usize {
        if self.mode == CompareMode::Panes { self.sides.len() } else { 1 }
    }

    /// The units as loaded beside a scenario.
    #[must_use]
    pub fn before_and(scenario: ScenarioId) -> Self {
        Self { mode: CompareMode::Panes, sides: vec![None, Some(scenario)], divider: 0.5, arrows: true }
    }
}

/// What a path is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathPurpose {
    /// Boundaries to be opened.
    Open,
    /// A plan to be opened.
    OpenPlan,
    /// Facilities to be shown.
    Facilities,
    /// A table to be joined.
    Table,
    /// A list to be laid over the boundaries.
    Ledger,
    /// A newer file of the ledger that is shown.
    NewerLedger,
    /// A pack to be turned on.
    Pack,
    /// Boundaries that the scenarios are moved to.
    Rebase,
    /// The project file that the document goes into.
    SaveProject,
    /// Where the plan goes.
    SavePlan,
    /// Where an export goes.
    Export(ExportKind),
    /// Tiles to be shown below the units.
    Background,
    /// A pack of rules.
    Rules,
    /// A profile by which files are read.
    OpenProfile,
    /// Where it is saved how files were read.
    SaveProfile,
    /// Where the log goes.
    SaveLog,
}

impl PathPurpose {
    /// What is done with the file.
    #[must_use]
    pub const fn name(self) -> Text {
        match self {
            Self::Open => Text::OpenHint,
            Self::OpenPlan => Text::OpenPlan,
            Self::Facilities => Text::OpenFacilities,
            Self::Table => Text::JoinTable,
            Self::Ledger => Text::LayLedger,
            Self::NewerLedger => Text::ReplaceLedger,
            Self::Pack => Text::OpenPack,
            Self::Rebase => Text::Rebase,
            Self::SaveProject => Text::SaveAs,
            Self::SavePlan => Text::SavePlan,
            Self::Export(kind) => super::exports::row(kind).text,
            Self::Background => Text::BackgroundFromFile,
            Self::Rules => Text::OpenRules,
            Self::OpenProfile => Text::OpenProfile,
            Self::SaveProfile => Text::SaveProfile,
            Self::SaveLog => Text::SaveLogFile,
        }
    }

    /// Whether the file is read, not written.
    #[must_use]
    pub const fn reads(self) -> bool {
        match self {
            Self::Open
            | Self::OpenPlan
            | Self::Facilities
            | Self::Table
            | Self::Ledger
            | Self::NewerLedger
            | Self::Pack
            | Self::Rebase
            | Self::Background
            | Self::OpenProfile
            | Self::Rules => true,
            Self::SaveProject | Self::SavePlan | Self::SaveProfile | Self::Export(_) | Self::SaveLog => false,
        }
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
    /// Paper that maps are exported for.
    pub paper: Paper,
    /// Links and barriers on the map.
    pub crossings: bool,
    /// Whether the legend is unfolded; `None` where that goes by the room there is.
    pub legend_open: Option<bool>,
    /// How figures show in colours, by the name of the figure; those that are not there show as they come.
    pub looks: BTreeMap<String, FigureLook>,
    /// Columns of the table of units that were shown or hidden by hand, by their keys.
    pub columns: BTreeMap<String, bool>,
    /// What a drag on the map selects with.
    pub tool: Tool,
    /// Radius of the brush where it is counted in points.
    pub brush: BrushRadius,
    /// Radius of the brush where it is counted in metres.
    pub brush_on_ground: GroundRadius,
    /// What the radius of the brush is counted in.
    pub brush_unit: BrushUnit,
    /// When the brush takes a unit.
    pub brush_rule: BrushRule,
    /// Conditions that were kept, the latest first.
    pub queries: Vec<String>,
    /// Rules of fields that were chosen last, by the names of the fields.
    pub field_rules: BTreeMap<String, FieldRule>,
    /// Figures of one's own that were written last, for the next document.
    pub own_figures: Vec<OwnDefinition>,
    /// What lies below the units.
    pub background: BackgroundLook,
    /// Files that were opened or saved, the latest first: boundary files that were opened together, or a project.
    pub recent: Vec<Vec<LayerSource>>,
    /// How files of a kind were read where somebody chose, the latest first.
    pub profiles: Vec<LayerProfile>,
    /// The same of tables that were joined.
    pub table_profiles: Vec<TableProfile>,
    /// Whether the tour was shown.
    pub toured: bool,
    /// Where the panels are.
    pub layout: Layout,
    /// Layouts that go by a name.
    pub layouts: BTreeMap<String, NamedLayout>,
    /// Size of text.
    pub text_scale: TextScale,
    /// Which keys send which command.
    pub keys: Keymap,
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
            paper: Paper::default(),
            crossings: true,
            legend_open: None,
            looks: BTreeMap::new(),
            columns: BTreeMap::new(),
            tool: Tool::default(),
            brush: BrushRadius::default(),
            brush_on_ground: GroundRadius::default(),
            brush_unit: BrushUnit::default(),
            brush_rule: BrushRule::default(),
            queries: Vec::new(),
            field_rules: BTreeMap::new(),
            own_figures: Vec::new(),
            background: BackgroundLook::default(),
            recent: Vec::new(),
            profiles: Vec::new(),
            table_profiles: Vec::new(),
            toured: false,
            layout: Layout::default(),
            layouts: BTreeMap::new(),
            text_scale: TextScale::default(),
            keys: Keymap::default(),
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
    /// Units that a list points at.
    pub pointed: Vec<UnitId>,
    /// Level that a click takes.
    pub level: LevelIndex,
    /// What the fills show.
    pub colouring: Colouring,
    /// Ledgers that stand on the map as symbols.
    pub symbols: SymbolChoices,
    /// What a selection may take.
    pub limits: Limits,
    /// What is compared on the map, if anything.
    pub compare: Option<CompareView>,
    /// Tab of the bottom panel.
    pub bottom: BottomTab,
    /// Views that go by a name, as the document has them.
    pub bookmarks: Vec<Bookmark>,
    /// Work upon the document that died.
    pub died: Died,
    /// Whether a picture is being taken: what floats over the map stays out of it.
    pub picturing: bool,
    /// Counts up whenever a list should scroll to the selection, and the details to their beginning.
    pub reveal: u64,
}

/// Work upon the document that died, each with the revision that it was for: with the next one it is begun again.
#[derive(Clone, Debug, Default)]
pub struct Died {
    /// Verdicts.
    pub verdicts: Vec<(Target, u64)>,
}

impl Died {
    /// Whether verdicts could not be worked out for a revision.
    #[must_use]
    pub fn has_verdicts(&self, revision: u64) -> bool {
        self.verdicts.iter().any(|&(_, of)| of == revision)
    }
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

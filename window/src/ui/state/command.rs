//! Everything a user can do, as values.
//!
//! Buttons, menus, shortcuts and the palette only *send* a [`Command`]; one dispatcher in `app` acts on it. Those without
//! parameters are an [`Action`].

use std::path::PathBuf;

use compact_str::CompactString;
use eframe::egui::KeyboardShortcut;

use super::action::Action;
use super::background::BackgroundLook;
use super::bookmarks;
use super::brush::GroundRadius;
use super::choropleth::FigureLook;
use super::layout;
use super::sketch::SketchStep;
use super::symbols::SymbolChoice;
use super::view::{BottomTab, ChecksView, Colouring, CompareView, PathPurpose};
use quhua::edit::{Edit, OwnDefinition, ScenarioId, Stage, StepId};
use quhua::geodesy::AreaMethod;
use quhua::i18n::Text;
use quhua::i18n::numbers::AreaUnit;
use quhua::io::LayerSource;
use quhua::jobs::Death;
use quhua::metrics::Figure;
use quhua::model::{BorderRepair, FieldOverrides, FieldRule, Level, LevelIndex, StatedDays, UnitId};
use quhua::print::Paper;
use quhua::rules::{Choice, Crossings};
use quhua::study::{Limits, Stroke};
use quhua::suggest::Ask;

/// Something to be done, sent by a panel.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A command without parameters.
    Do(Action),
    /// Opens files: boundary layers, or a plan.
    OpenFiles(Vec<PathBuf>),
    /// Uses the path given in the path box or in a file dialog.
    UsePath(PathPurpose, PathBuf),
    /// Whether the file that stands where something is to be written may be replaced.
    Replace(bool),
    /// Asks for a path in a file dialog.
    AskForFile(PathPurpose),
    /// Selects units.
    Select(Vec<UnitId>, SelectMode),
    /// Says what a selection may take from now on.
    Limit(Limits),
    /// A stroke of the brush that paints members onto another parent.
    Paint(Stroke),
    /// Radius of the brush on the ground.
    SetBrushRadius(GroundRadius),
    /// Keeps conditions for another time, or forgets them.
    KeepQuery(String, bool),
    /// A unit is under the pointer, on the map or in a list.
    Hover(Option<UnitId>),
    /// Flies to a unit.
    ZoomTo(UnitId),
    /// Flies to a place in degrees.
    ZoomToPlace(f64, f64),
    /// Flies to a box in degrees.
    ZoomToBox(geo::Rect),
    /// The level that a click takes.
    SetLevel(LevelIndex),
    /// Folds or unfolds the legend of the map, or with `None` leaves it to the room there is.
    OpenLegend(Option<bool>),
    /// What the fills of the map show.
    SetColouring(Colouring),
    /// How a figure shows in colours.
    SetLook(Figure, FigureLook),
    /// Whether and how the rows of a ledger, by its name, show on the map.
    SetSymbols(String, SymbolChoice),
    /// Shows or hides a column of the table of units, named by its key.
    ShowColumn(String, bool),
    /// Puts a figure of one's own in the place of the one of this name, or adds it; without one, takes that away.
    SetOwnFigure(Option<String>, Option<OwnDefinition>),
    /// Gives a source field another rule, or the guessed one again.
    SetFieldRule(String, Option<FieldRule>),
    /// Lays points and lines of a layer beside the boundaries.
    LayBeside(LayerSource),
    /// Reads the boundaries once more, otherwise; all scenarios move along.
    ReadAnew(Box<Otherwise>),
    /// Somebody has looked at a doubt about what was read, and says that it is right.
    LookedAt(String),
    /// Opens files whose coordinate system could not be told in this one, or with `None` not at all.
    ReadIn(Option<String>),
    /// What lies below the units.
    SetBackground(Box<BackgroundLook>),
    /// Unit of all areas.
    SetAreaUnit(AreaUnit),
    /// Has areas computed in another way.
    SetAreaMethod(AreaMethod),
    /// Paper that maps are exported for.
    SetPaper(Paper),
    /// Shows a tab of the bottom panel.
    ShowBottom(BottomTab),
    /// Does something to the line that is being drawn.
    Sketch(SketchStep),
    /// Shows one of the lists of the tab of checks.
    ShowChecks(ChecksView),
    /// Judges by another pack of rules.
    ChooseRules(Choice),
    /// Judges with other links and barriers.
    SetCrossings(Crossings),
    /// Changes the document.
    Commit(Edit),
    /// Opens the card that moves units under another parent, with everything filled in.
    TransferTo {
        /// Units to be moved.
        units: Vec<UnitId>,
        /// Their new parent.
        to: UnitId,
    },
    /// Goes to a step of the history: so many edits are in force then.
    JumpTo(usize),
    /// Makes a way that the active scenario left a scenario of its own.
    TakeUpAgain(usize),
    /// Shows another scenario.
    SwitchTo(ScenarioId),
    /// Compares scenarios on the map, otherwise than before, or no more.
    Compare(Option<CompareView>),
    /// Says something else of a scenario.
    Describe(ScenarioId, About),
    /// Does something with the sheet of boundaries that are to be exported.
    Exporting(ExportStep),
    /// Does something with a table that is to be joined.
    Join(JoinStep),
    /// Opens the card of a row of a ledger, by its key.
    OpenRecord {
        /// The ledger.
        ledger: CompactString,
        /// The key of the row.
        key: CompactString,
    },
    /// Does something with rows of ledgers.
    Ledger(LedgerStep),
    /// Does something with a list that is to be laid over the boundaries.
    Lay(LayStep),
    /// Turns packs on and off.
    Packs(PackStep),
    /// Does something with the repair of borders that is being prepared.
    Repair(RepairStep),
    /// Does something with suggested mergers.
    Suggest(SuggestStep),
    /// Takes a scenario away.
    RemoveScenario(ScenarioId),
    /// Writes something down about a step.
    Annotate(StepId, String),
    /// Carries a step of another scenario out in this one too, and shows it.
    CopyStep {
        /// The step.
        step: StepId,
        /// The scenario that gets it too.
        to: ScenarioId,
    },
    /// Tries again to carry out an edit that is left over, by its place in the list.
    RetryLeftOver(usize),
    /// Drops an edit that is left over.
    DropLeftOver(usize),
    /// Saves, then does what waits for an answer.
    SaveAndGoOn,
    /// Ends a job.
    CancelJob(u64),
    /// Does what would lose unsaved changes.
    LeaveUnsaved,
    /// Does not do it.
    Stay,
    /// Opens what was opened or saved before, by its place in the list.
    OpenRecent(usize),
    /// Does something with views that go by a name.
    Bookmark(bookmarks::Change),
    /// Flies to a view that goes by a name, by its place in the list.
    GoToBookmark(usize),
    /// Does something with the layout of the panels.
    Layout(layout::Change),
    /// Leaves the tour.
    EndTour,
    /// An action is sent by these keys from now on, or by none.
    SetKeys(Action, Option<KeyboardShortcut>),
    /// An action, or with `None` every one, is sent by the keys that the program came with.
    ResetKeys(Option<Action>),
    /// Forgets a notice that stays until read.
    DismissNotice(u64),
    /// Says that work of a panel died, by what it was about.
    SayDeath(Text, Death),
}

/// What is otherwise when boundaries are read once more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// Which columns hold what.
    Fields(FieldOverrides),
    /// Which layers of which files are read, in which encoding and coordinate system.
    Sources(Vec<LayerSource>),
}

/// What is done with the sheet of boundaries that are to be exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportStep {
    /// Takes another format, by its identifier.
    Format(&'static str),
    /// Takes all levels, or the one that is looked at.
    AllLevels(bool),
    /// Takes another coordinate system, by its code or name.
    System(String),
    /// Adds a column of outlines to a table, or does not.
    Wkt(bool),
    /// Writes the file.
    Write,
    /// Closes the sheet.
    Close,
}

/// What is done with a table that is to be joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinStep {
    /// Says that a row is of a unit, or no longer.
    Accept {
        /// Number of the row.
        row: usize,
        /// Code of the unit.
        unit: String,
        /// Whether it is.
        accepted: bool,
    },
    /// Says so of every row of which one unit alone may be meant.
    AcceptAll,
    /// Takes another sheet of the workbook.
    Sheet(String),
    /// Takes a figure, or leaves it.
    Take {
        /// Name of its column.
        header: String,
        /// Whether it is taken.
        taken: bool,
    },
    /// Has a figure be the population.
    Population(String),
    /// Joins rows to units of this level.
    Level(Level),
    /// Lays it over the boundaries as a ledger instead.
    AsLedger,
    /// Joins the table.
    Apply,
    /// Leaves it.
    Close,
}

/// What is done with a list that is to be laid over the boundaries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayStep {
    /// Calls it otherwise.
    Name(String),
    /// Takes another sheet of the workbook.
    Sheet(String),
    /// Turns the pack on that knows it, or does not.
    Pack(bool),
    /// Says that a row is of a unit, or no longer.
    Accept {
        /// The key of the row.
        key: String,
        /// Code of the unit.
        unit: String,
        /// Whether it is.
        accepted: bool,
    },
    /// Says so of every row of which one unit alone may be meant.
    AcceptAll,
    /// Joins it to the units instead.
    AsJoin,
    /// Shows it as facilities instead.
    AsFacilities,
    /// Lays it.
    Apply,
    /// Leaves it.
    Close,
}

/// What is done with packs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackStep {
    /// Turns one on or off.
    Turn(Choice, bool),
    /// States the days that deadlines and ages are counted from.
    Days(StatedDays),
    /// Closes the sheet.
    Close,
}

/// What is done with rows of ledgers.
#[derive(Clone, Debug, PartialEq)]
pub enum LedgerStep {
    /// Shows the unit and the place of a row on the map; a card of another row that is open is that of this one then.
    LookAt {
        /// The ledger.
        ledger: CompactString,
        /// The key of the row.
        key: CompactString,
    },
    /// The same, and flies there.
    GoTo {
        /// The ledger.
        ledger: CompactString,
        /// The key of the row.
        key: CompactString,
    },
    /// Says that a row is of a unit, by its code.
    Accept {
        /// The ledger.
        ledger: CompactString,
        /// The key of the row.
        key: CompactString,
        /// The code.
        unit: String,
    },
    /// Opens the card of a row that is to come.
    New {
        /// The ledger.
        ledger: CompactString,
    },
    /// Takes rows to the clipboard.
    Copy {
        /// As text with tabs.
        text: String,
        /// How many they are.
        rows: usize,
    },
    /// Carries out what was pasted, an edit for each row.
    Paste(Vec<Edit>),
}

/// What is done with a repair of borders that is being prepared.
#[derive(Clone, Debug, PartialEq)]
pub enum RepairStep {
    /// Repairs in another way.
    Change(Box<BorderRepair>),
    /// Repairs.
    Apply,
    /// Leaves borders as they are.
    Close,
}

/// What is done with suggested mergers.
#[derive(Clone, Debug, PartialEq)]
pub enum SuggestStep {
    /// Looks for some.
    Start(Box<Ask>),
    /// Stops looking, and takes the best so far.
    Stop,
    /// Shows units on the map as if the pointer was on them, or with none no longer.
    Point(Vec<UnitId>),
    /// Selects units and flies there.
    LookAt(Vec<UnitId>),
    /// Carries one out, by its place in the list.
    Try(usize),
    /// Carries all out in a scenario of their own.
    All,
    /// Closes the card.
    Close,
}

/// What can be said otherwise of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Its name.
    Name(String),
    /// What its author says of it.
    Note(String),
    /// How far it has come.
    Stage(Stage),
}

/// How a selection joins the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectMode {
    /// It takes its place.
    Replace,
    /// It is added; what is selected already stays.
    Add,
    /// What is selected is taken out, the rest added.
    Toggle,
    /// It is taken out.
    Remove,
}

impl From<Action> for Command {
    fn from(action: Action) -> Self {
        Self::Do(action)
    }
}

/// A gesture that takes the next click or key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gesture {
    /// Nothing special: clicks select.
    #[default]
    Select,
    /// The merge card is open.
    Merge,
    /// The next click on the map places the seat of the merge card.
    PickMergeSeat,
    /// The card of another seat for the selected unit is open: a click on the map places it.
    PickSeat,
    /// The card of a transfer is open: a click names the unit that takes over.
    PickParent,
    /// The next click names the unit that members are painted onto.
    PickTaker,
    /// The brush paints members onto another parent.
    Paint,
    /// A name is being written, or a kind chosen, or the reason of a lock written, for what is selected.
    Write,
    /// A line is being drawn along which the selected unit is to be split.
    Split,
    /// The card of a unit that is to be established of the selected ones is open.
    Establish,
    /// A line is being drawn to measure.
    Measure,
}

/// What a click on the map means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Click {
    /// It selects, with the tool that was taken up; a drag draws with it.
    #[default]
    Selects,
    /// It selects the unit below it; a drag draws nothing.
    SelectsOne,
    /// It paints with the brush.
    Paints,
    /// It sets a corner of a line.
    Draws,
    /// It places a seat.
    Seat,
    /// It names the unit one level up that takes others over.
    Parent,
    /// It names the unit that members are painted onto.
    Taker,
}

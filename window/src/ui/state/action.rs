//! Commands without parameters, in one table: name, keys, icon, group, and when each can be done.
//!
//! The order of the table is that of the palette and of the list of shortcuts. Exports have a table of their own,
//! [`exports`].

use eframe::egui::{Key, KeyboardShortcut, Modifiers};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;

use super::command::{Click, Gesture};
use super::exports::{self, ExportKind};
use super::keymap::Keymap;
use super::view::Tool;
use quhua::i18n::Text;
use quhua::rules::Shipped;

/// A row of the table of actions.
#[derive(Clone, Copy, Debug)]
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Identifier for files and tests.
    pub id: &'static str,
    /// Name in menus and in the palette.
    pub name: Text,
    /// What it does, where the name does not say all.
    pub hint: Option<Text>,
    /// Keys that send it, unless the user chose others: those that its button names, and others that do the same.
    pub shortcuts: [Option<KeyboardShortcut>; 2],
    /// Its icon.
    pub icon: Option<MaterialIcon>,
    /// Where it stands in the list of shortcuts.
    pub group: Group,
}

/// A group of actions, as the list of shortcuts shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Whole files.
    Files,
    /// Scenarios.
    Scenarios,
    /// What goes out.
    Export,
    /// Changes of the plan.
    Changes,
    /// What is selected, and with what.
    Selection,
    /// Where the map is looked at from.
    Map,
    /// Panels and tables.
    Panels,
    /// Looks of the map and of the window.
    Looks,
}

impl Group {
    /// All groups, in the order of the table of actions.
    pub const ALL: [Self; 8] = [
        Self::Files,
        Self::Scenarios,
        Self::Export,
        Self::Changes,
        Self::Selection,
        Self::Map,
        Self::Panels,
        Self::Looks,
    ];

    /// Its actions, in the order of the table.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |&action| action.info().group == self)
    }
}

const CTRL: Modifiers = Modifiers::COMMAND;
const CTRL_SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);
const SHIFT: Modifiers = Modifiers::SHIFT;
const PLAIN: Modifiers = Modifiers::NONE;

/// Makes the enum of actions and their table, a block for each group.
macro_rules! actions {
    ($($group:ident { $($action:ident $id:literal $name:ident $(hint $hint:ident)? $(keys $modifiers:ident $key:ident)?
       $(or $more:ident $other:ident)? $(icon $icon:ident)?;)* })*) => {
        /// A command without parameters.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Action {
            $($(#[doc = $id] $action,)*)*
            /// Asks where something is to be written.
            Export(ExportKind),
            /// Judges by a pack that is in the program.
            Rules(Shipped),
        }

        impl Action {
            /// What stands in the table.
            #[must_use]
            pub const fn info(self) -> ActionInfo {
                match self {
                    $($(Self::$action => ActionInfo {
                        action: self,
                        id: $id,
                        name: Text::$name,
                        hint: actions!(@hint $($hint)?),
                        shortcuts: [actions!(@keys $($modifiers $key)?), actions!(@keys $($more $other)?)],
                        icon: actions!(@icon $($icon)?),
                        group: Group::$group,
                    },)*)*
                    Self::Export(kind) => exports::info(kind),
                    Self::Rules(pack) => rules_info(pack),
                }
            }

            /// Actions of a group, but for exports and packs of rules.
            const fn of(group: Group) -> &'static [Self] {
                match group {
                    $(Group::$group => &[$(Self::$action,)*],)*
                }
            }
        }
    };
    (@hint) => { None };
    (@hint $hint:ident) => { Some(Text::$hint) };
    (@keys) => { None };
    (@keys $modifiers:ident $key:ident) => { Some(KeyboardShortcut::new($modifiers, Key::$key)) };
    (@icon) => { None };
    (@icon $icon:ident) => { Some(icon::$icon) };
}

actions! {
    Files {
        Open "open" Open hint OpenHint keys CTRL O icon ICON_FOLDER_OPEN;
        OpenPath "open-path" OpenPath keys CTRL_SHIFT O;
        OpenSample "open-sample" OpenSample icon ICON_HOME;
        OpenPlan "open-plan" OpenPlan icon ICON_DESCRIPTION;
        Save "save" Save hint SaveHint keys CTRL S icon ICON_SAVE;
        SaveAs "save-as" SaveAs keys CTRL_SHIFT S;
        SavePlan "save-plan" SavePlan;
        OpenFacilities "open-facilities" OpenFacilities hint OpenFacilitiesHint icon ICON_PIN_DROP;
        RemoveFacilities "remove-facilities" RemoveFacilities;
        JoinTable "join-table" JoinTable hint JoinTableHint icon ICON_TABLE_VIEW;
        TakeBackJoin "take-back-join" TakeBackJoin hint TakeBackJoinHint;
        LayLedger "lay-ledger" LayLedger hint LayLedgerHint icon ICON_TABLE_ROWS;
        ReplaceLedger "replace-ledger" ReplaceLedger hint ReplaceLedgerHint icon ICON_UPDATE;
        RemoveLedger "remove-ledger" RemoveLedger hint RemoveLedgerHint icon ICON_DELETE;
        Packs "packs" Packs hint PacksHint icon ICON_EXTENSION;
        RepairBorders "repair-borders" RepairBorders hint RepairBordersHint icon ICON_HEALING;
        TakeBackRepair "take-back-repair" TakeBackRepair hint TakeBackRepairHint;
    }
    Scenarios {
        Rebase "rebase" Rebase hint RebaseHint;
        Branch "branch" Branch hint BranchHint keys CTRL_SHIFT B icon ICON_ACCOUNT_TREE;
        NewScenario "new-scenario" NewScenario;
        NextScenario "next-scenario" NextScenario keys CTRL Tab;
        ToggleCompare "compare" ToggleCompare hint ToggleCompareHint keys PLAIN C icon ICON_COMPARE;
    }
    Export {
        CopyTable "copy-table" CopyTable hint CopyTableHint icon ICON_CONTENT_COPY;
        CopyMap "copy-map" CopyMap hint CopyMapHint keys CTRL_SHIFT P icon ICON_PHOTO_CAMERA;
        CopyTablePicture "copy-table-picture" CopyTablePicture hint CopyTablePictureHint;
        ToggleFilters "toggle-filters" ToggleFilters hint ToggleFiltersHint keys CTRL_SHIFT F icon ICON_FILTER_LIST;
        ClearFilters "clear-filters" ClearFilters icon ICON_FILTER_LIST_OFF;
    }
    Changes {
        Undo "undo" Undo keys CTRL Z icon ICON_UNDO;
        Redo "redo" Redo keys CTRL_SHIFT Z or CTRL Y icon ICON_REDO;
        Merge "merge" Merge hint MergeHint keys PLAIN M icon ICON_MERGE;
        Confirm "confirm" ConfirmMerge keys PLAIN Enter;
        GiveUp "give-up" GiveUp keys PLAIN Escape;
        Transfer "transfer" Transfer hint TransferHint keys PLAIN T icon ICON_MOVE_DOWN;
        Establish "establish" EstablishOf hint EstablishOfHint keys PLAIN E icon ICON_ADD_HOME_WORK;
        ConfirmEstablish "confirm-establish" EstablishDo icon ICON_ADD_HOME_WORK;
        ConfirmChange "confirm-change" ConfirmChange icon ICON_CHECK;
        Rename "rename" Rename keys PLAIN F2 icon ICON_EDIT;
        ConvertKind "convert-kind" ConvertKind keys PLAIN K icon ICON_CATEGORY;
        MoveSeat "move-seat" MoveSeat hint MoveSeatHint keys PLAIN S icon ICON_LOCATION_ON;
        NameSeat "name-seat" NameSeat hint NameSeatHint icon ICON_EDIT_LOCATION;
        Abolish "abolish" Abolish icon ICON_DELETE;
        Split "split" Split hint SplitActionHint keys PLAIN X icon ICON_CONTENT_CUT;
        SplitOffPart "split-off-part" SplitOffPart hint SplitOffPartHint icon ICON_CALL_SPLIT;
        GivePart "give-part" GivePart hint GivePartHint keys SHIFT X icon ICON_ALT_ROUTE;
        ConfirmSplit "confirm-split" ConfirmSplit icon ICON_CONTENT_CUT;
        Measure "measure" Measure hint MeasureHint keys PLAIN R icon ICON_STRAIGHTEN;
        SuggestMergers "suggest-mergers" SuggestMergers hint SuggestMergersHint icon ICON_LIGHTBULB;
        Lock "lock" Lock hint LockHint keys PLAIN Q icon ICON_LOCK;
        Unlock "unlock" Unlock icon ICON_LOCK_OPEN;
        LockLevel "lock-level" LockLevel hint LockLevelHint;
        UnlockAll "unlock-all" UnlockAll;
    }
    Selection {
        SelectAll "select-all" SelectAll keys CTRL A icon ICON_SELECT_ALL;
        ClearSelection "clear-selection" ClearSelection keys CTRL D icon ICON_DESELECT;
        SelectNeighbours "select-neighbours" SelectNeighbours keys PLAIN N icon ICON_HUB;
        ShrinkSelection "select-inner" ShrinkSelection hint ShrinkSelectionHint;
        SelectEnclosed "select-enclosed" SelectEnclosed;
        SelectSurrounded "select-surrounded" SelectSurrounded;
        InvertSelection "select-rest" InvertSelection keys CTRL_SHIFT I;
        SelectSiblings "select-siblings" SelectSiblings;
        SelectSameKind "select-same-kind" SelectSameKind;
        QueryBar "select-by-condition" QueryBar hint QueryBarHint keys PLAIN Slash icon ICON_MANAGE_SEARCH;
        ByList "select-by-list" ByList hint ByListHint keys CTRL L icon ICON_LIST_ALT_CHECK;
        PaintTransfer "paint-transfer" PaintTransfer hint PaintTransferHint keys PLAIN P icon ICON_FORMAT_PAINT;
        BoxTool "select-box" BoxTool hint BoxToolHint keys PLAIN V icon ICON_SELECT;
        LassoTool "select-lasso" LassoTool hint LassoToolHint keys PLAIN O icon ICON_LASSO_SELECT;
        PolygonTool "select-polygon" PolygonTool hint PolygonToolHint keys PLAIN G icon ICON_PENTAGON;
        BrushTool "select-brush" BrushTool hint BrushToolHint keys PLAIN B icon ICON_BRUSH;
        BrushSmaller "brush-smaller" BrushSmaller keys PLAIN OpenBracket;
        BrushLarger "brush-larger" BrushLarger keys PLAIN CloseBracket;
        BrushTouching "brush-touching" BrushTouching;
        BrushInside "brush-inside" BrushInside;
        BrushCentre "brush-centre" BrushCentre;
        BrushPoints "brush-points" BrushPoints;
        BrushMetres "brush-metres" BrushMetres;
        LimitToParent "limit-to-parent" LimitToParent hint LimitToParentHint;
        LimitToUnlocked "limit-to-unlocked" LimitToUnlocked;
        LimitToChanged "limit-to-changed" LimitToChanged;
        LimitToOther "limit-to-other" LimitToOther;
        LiftLimits "lift-limits" LiftLimits;
    }
    Map {
        ZoomToFit "zoom-to-fit" ZoomToFit keys PLAIN F icon ICON_FIT_SCREEN;
        ZoomToSelection "zoom-to-selection" ZoomToSelection keys PLAIN Z icon ICON_CENTER_FOCUS_STRONG;
        ZoomIn "zoom-in" ZoomIn keys PLAIN Equals or PLAIN Plus icon ICON_ZOOM_IN;
        ZoomOut "zoom-out" ZoomOut keys PLAIN Minus icon ICON_ZOOM_OUT;
        FinerLevel "finer-level" FinerLevel keys PLAIN PageDown;
        CoarserLevel "coarser-level" CoarserLevel keys PLAIN PageUp;
        AddBookmark "add-bookmark" AddBookmark hint AddBookmarkHint keys SHIFT J icon ICON_BOOKMARK_ADD;
        NextBookmark "next-bookmark" NextBookmark keys PLAIN J;
    }
    Panels {
        ShowShortcuts "shortcuts" ShowShortcuts hint ShowShortcutsHint keys PLAIN F1 or PLAIN Questionmark icon ICON_KEYBOARD;
        Tour "tour" Tour hint TourHint;
        ShowLogFile "show-log-file" ShowLogFile hint ShowLogFileHint;
        SaveLogFile "save-log-file" SaveLogFile hint SaveLogFileHint;
        NextPanel "next-panel" NextPanel hint NextPanelHint keys PLAIN F6;
        PreviousPanel "previous-panel" PreviousPanel keys SHIFT F6;
        Palette "palette" Palette keys CTRL K icon ICON_BOLT;
        Find "find" Find keys CTRL F icon ICON_SEARCH;
        ShowTable "show-table" ShowTable keys CTRL Num1;
        ShowCrosswalk "show-crosswalk" ShowCrosswalk keys CTRL Num2;
        ShowChecks "show-checks" ShowChecks keys CTRL Num3;
        ShowSources "show-sources" ShowSources hint ShowSourcesHint icon ICON_DATASET;
        OpenProfile "open-profile" OpenProfile hint OpenProfileHint icon ICON_FILE_OPEN;
        SaveProfile "save-profile" SaveProfile hint SaveProfileHint icon ICON_SAVE_AS;
        ShowLedgers "show-ledgers" Ledgers hint ShowLedgersHint icon ICON_TABLE_ROWS;
        ShowHistory "show-history" ShowHistory keys CTRL Num4 icon ICON_HISTORY;
        ShowLog "show-log" ShowLog keys CTRL Num5 icon ICON_NOTIFICATIONS;
        CopyMessages "copy-messages" CopyMessages icon ICON_CONTENT_COPY;
        ShowScenarios "show-scenarios" ShowScenarios keys CTRL Num6;
        OwnFigures "own-figures" OwnFigures hint OwnFiguresHint icon ICON_FUNCTION;
        ShowRules "show-rules" ShowRules icon ICON_RULE;
        OpenRules "open-rules" OpenRules icon ICON_FOLDER_OPEN;
        RulesOff "rules-off" RulesOff;
        DeclareLink "declare-link" DeclareLink hint DeclareLinkHint icon ICON_LINK;
        DeclareBarrier "declare-barrier" DeclareBarrier hint DeclareBarrierHint icon ICON_BLOCK;
        ToggleUnits "toggle-units" ToggleUnits keys CTRL B icon ICON_DOCK_TO_RIGHT;
        ToggleInspector "toggle-details" ToggleInspector keys CTRL I icon ICON_DOCK_TO_LEFT;
        ToggleBottom "toggle-table" ToggleBottom keys CTRL J icon ICON_DOCK_TO_BOTTOM;
        ResetLayout "reset-layout" ResetLayout hint ResetLayoutHint;
    }
    Looks {
        ToggleLabels "toggle-labels" ToggleLabels keys PLAIN L icon ICON_LABEL;
        ToggleLegend "toggle-legend" ToggleLegend;
        ToggleCrossings "toggle-crossings" ToggleCrossings icon ICON_VISIBILITY;
        Background "background" Background hint BackgroundHint icon ICON_MAP;
        BackgroundFromFile "background-file" BackgroundFromFile;
        RemoveBackground "background-off" RemoveBackground;
        NextAreaUnit "next-area-unit" NextAreaUnit keys PLAIN U;
        NextAreaMethod "next-area-method" NextAreaMethod hint NextAreaMethodHint;
        ToggleTheme "toggle-theme" ToggleTheme keys CTRL_SHIFT D icon ICON_CONTRAST;
        LargerText "larger-text" LargerText hint LargerTextHint keys CTRL Equals or CTRL Plus;
        SmallerText "smaller-text" SmallerText keys CTRL Minus;
        NormalText "normal-text" NormalText keys CTRL Num0;
        ToggleLanguage "toggle-language" ToggleLanguage keys CTRL_SHIFT L icon ICON_TRANSLATE;
    }
}
/// A pack of rules as it stands among the actions: its id is that of the pack, behind "rules-".
const fn rules_info(pack: Shipped) -> ActionInfo {
    let (id, name) = match pack {
        Shipped::Structure => ("rules-structure", Text::RulesStructure),
        Shipped::SichuanTowns => ("rules-sichuan-2021-towns", Text::RulesSichuanTowns),
        Shipped::HunanTownships => ("rules-hunan-2015-townships", Text::RulesHunanTownships),
        Shipped::HunanVillages => ("rules-hunan-2015-villages", Text::RulesHunanVillages),
    };
    ActionInfo {
        action: Action::Rules(pack),
        id,
        name,
        hint: None,
        shortcuts: [None, None],
        icon: None,
        group: Group::Panels,
    }
}

/// Number of all actions.
const COUNT: usize = {
    let (mut count, mut at) = (ExportKind::ALL.len() + Shipped::ALL.len(), 0);
    while at < Group::ALL.len() {
        count += Action::of(Group::ALL[at]).len();
        at += 1;
    }
    count
};

/// Group after group, exports before whatever else goes out, packs of rules behind using none.
const IN_ORDER: [Action; COUNT] = {
    let (mut all, mut next, mut at) = ([Action::Open; COUNT], 0, 0);
    while at < Group::ALL.len() {
        let mut i = 0;
        while matches!(Group::ALL[at], Group::Export) && i < ExportKind::ALL.len() {
            all[next] = Action::Export(ExportKind::ALL[i]);
            (next, i) = (next + 1, i + 1);
        }
        let (plain, mut i) = (Action::of(Group::ALL[at]), 0);
        while i < plain.len() {
            all[next] = plain[i];
            (next, i) = (next + 1, i + 1);
            let mut pack = 0;
            while matches!(all[next - 1], Action::RulesOff) && pack < Shipped::ALL.len() {
                all[next + pack] = Action::Rules(Shipped::ALL[pack]);
                pack += 1;
            }
            next += pack;
        }
        at += 1;
    }
    all
};

/// What was done to what was loaded, as a step of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// Borders were repaired.
    Repair,
    /// They are as they came again.
    TakeBackRepair,
    /// A table was joined.
    Join,
    /// Its figures were taken away.
    TakeBackJoin,
    /// A ledger was laid.
    Lay,
    /// A ledger got another file.
    Replace,
    /// A ledger was taken away.
    Unlay,
    /// Somebody said of rows which units they are of.
    Accept,
    /// A pack was turned on.
    PackOn,
    /// A pack was turned off.
    PackOff,
    /// Days were stated that deadlines and ages are counted from.
    Days,
}

impl Turned {
    /// What it is called.
    #[must_use]
    pub const fn text(self) -> Text {
        match self {
            Self::Repair => Text::RepairTitle,
            Self::TakeBackRepair => Text::TakeBackRepair,
            Self::Join => Text::JoinedATable,
            Self::TakeBackJoin => Text::TakeBackJoin,
            Self::Lay => Text::LaidALedger,
            Self::Replace => Text::ReplacedALedger,
            Self::Unlay => Text::RemovedALedger,
            Self::Accept => Text::AcceptedRows,
            Self::PackOn => Text::PackTurnedOn,
            Self::PackOff => Text::PackTurnedOff,
            Self::Days => Text::DaysStated,
        }
    }
}

/// What decides whether an action can be done now, and by which keys.
#[expect(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Situation {
    /// How many units are selected.
    pub selected: usize,
    /// Number of levels of the document; 0 without one.
    pub levels: usize,
    /// Position of the level that clicks take.
    pub level: usize,
    /// What is going on.
    pub gesture: Gesture,
    /// What a click on the map means.
    pub click: Click,
    /// Whether the card that is open could be carried out.
    pub ready: bool,
    /// What a drag on the map selects with.
    pub tool: Tool,
    /// Whether corners of a polygon are being set: then Enter closes it.
    pub corners: bool,
    /// Whether a selection may not take everything.
    pub limited: bool,
    /// Whether facilities lie on the map.
    pub facilities: bool,
    /// How many ledgers lie over the boundaries.
    pub ledgers: usize,
    /// Whether tables were joined.
    pub joins: bool,
    /// Whether borders were repaired.
    pub repaired: bool,
    /// What was done to what was loaded, that undo takes back and redo does again before any edit.
    pub turns: [Option<Turned>; 2],
    /// Number of scenarios.
    pub scenarios: usize,
    /// Whether something shows below the units.
    pub background: bool,
    /// Whether a line was drawn to its end.
    pub sketched: bool,
    /// Whether one unit is selected that lies in several parts.
    pub in_parts: bool,
    /// Whether every selected unit is locked.
    pub all_locked: bool,
    /// Whether a selected unit is locked by itself.
    pub any_locked: bool,
    /// Whether anything is locked.
    pub locks: bool,
    /// Steps that can be undone.
    pub undoable: usize,
    /// Steps that can be done again.
    pub redoable: usize,
    /// Number of views that go by a name.
    pub bookmarks: usize,
    /// Whether there is a log file.
    pub log: bool,
    /// Which keys send which action.
    pub keys: Keymap,
}

impl Action {
    /// All actions, in the order of the palette.
    pub const ALL: &'static [Self] = &IN_ORDER;

    /// Its place among [`Self::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|&action| action == self).unwrap_or(usize::MAX)
    }

    /// Whether it can be done now.
    #[must_use]
    #[expect(clippy::too_many_lines, reason = "a table with a line for each action")]
    pub const fn is_enabled(self, now: &Situation) -> bool {
        let open = now.levels > 0;
        match self {
            Self::Open
            | Self::OpenPath
            | Self::OpenSample
            | Self::GiveUp
            | Self::Palette
            | Self::ShowShortcuts
            | Self::ResetLayout
            | Self::Tour
            | Self::CopyMessages
            | Self::LargerText
            | Self::SmallerText
            | Self::NormalText
            | Self::NextPanel
            | Self::PreviousPanel
            | Self::ShowTable
            | Self::ShowCrosswalk
            | Self::ShowChecks
            | Self::ShowHistory
            | Self::ShowLedgers
            | Self::ShowSources
            | Self::ShowScenarios
            | Self::ShowLog
            | Self::ToggleUnits
            | Self::ToggleInspector
            | Self::ToggleBottom
            | Self::ToggleLabels
            | Self::ToggleCrossings
            | Self::ToggleLegend
            | Self::NextAreaUnit
            | Self::ToggleTheme
            | Self::ToggleLanguage => true,
            Self::OpenPlan
            | Self::SavePlan
            | Self::Save
            | Self::SaveAs
            | Self::Branch
            | Self::NewScenario
            | Self::Rebase
            | Self::OpenFacilities
            | Self::JoinTable
            | Self::LayLedger
            | Self::Packs
            | Self::RepairBorders
            | Self::OwnFigures
            | Self::NextAreaMethod
            | Self::ShowRules
            | Self::OpenRules
            | Self::OpenProfile
            | Self::SaveProfile
            | Self::RulesOff
            | Self::Rules(_)
            | Self::ToggleCompare
            | Self::Export(
                ExportKind::Boundaries
                | ExportKind::Crosswalk
                | ExportKind::Matrix
                | ExportKind::Table
                | ExportKind::Seats
                | ExportKind::Map
                | ExportKind::Page,
            )
            | Self::CopyTable
            | Self::CopyMap
            | Self::CopyTablePicture
            | Self::AddBookmark
            | Self::ToggleFilters
            | Self::ClearFilters
            | Self::SelectAll
            | Self::BoxTool
            | Self::LassoTool
            | Self::PolygonTool
            | Self::BrushTool
            | Self::BrushTouching
            | Self::BrushInside
            | Self::BrushCentre
            | Self::BrushPoints
            | Self::BrushMetres
            | Self::SelectSurrounded
            | Self::InvertSelection
            | Self::QueryBar
            | Self::ByList
            | Self::LimitToUnlocked
            | Self::LimitToChanged
            | Self::Background
            | Self::BackgroundFromFile
            | Self::SuggestMergers
            | Self::Measure
            | Self::LockLevel
            | Self::ZoomToFit
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::Find => open,
            Self::NextBookmark => now.bookmarks > 0,
            Self::ShowLogFile | Self::SaveLogFile => now.log,
            Self::RemoveBackground => now.background,
            Self::BrushSmaller | Self::BrushLarger => {
                open && (matches!(now.tool, Tool::Brush) || matches!(now.click, Click::Paints))
            }
            Self::RemoveFacilities => now.facilities,
            Self::Export(ExportKind::Ledger) | Self::ReplaceLedger | Self::RemoveLedger => now.ledgers > 0,
            Self::TakeBackJoin => now.joins,
            Self::TakeBackRepair => now.repaired,
            Self::NextScenario | Self::LimitToOther => now.scenarios > 1,
            Self::Undo => now.undoable > 0 || now.turns[0].is_some(),
            Self::Redo => now.redoable > 0 || now.turns[1].is_some(),
            Self::Merge => now.selected >= 2 && !matches!(now.gesture, Gesture::Merge | Gesture::PickMergeSeat),
            Self::ConfirmEstablish => matches!(now.gesture, Gesture::Establish),
            Self::ConfirmChange => {
                now.ready && matches!(now.gesture, Gesture::PickParent | Gesture::PickSeat | Gesture::Write)
            }
            Self::ConfirmSplit => matches!(now.gesture, Gesture::Split) && now.sketched,
            Self::SplitOffPart => now.in_parts,
            Self::Lock => now.selected > 0 && !now.all_locked,
            Self::Unlock => now.selected > 0 && now.any_locked,
            Self::UnlockAll => now.locks,
            // While corners of a polygon are set, Enter closes that; a line has corners of its own.
            Self::Confirm => now.ready && (!now.corners || matches!(now.click, Click::Draws)),
            Self::PaintTransfer => now.levels > 1 && !matches!(now.gesture, Gesture::Paint | Gesture::PickTaker),
            Self::LiftLimits => now.limited,
            Self::Transfer | Self::Establish => now.selected >= 1 && now.level + 1 < now.levels,
            Self::Split
            | Self::GivePart
            | Self::Rename
            | Self::ConvertKind
            | Self::MoveSeat
            | Self::NameSeat
            | Self::Abolish => now.selected == 1,
            Self::ClearSelection
            | Self::ZoomToSelection
            | Self::SelectNeighbours
            | Self::ShrinkSelection
            | Self::SelectEnclosed
            | Self::SelectSiblings
            | Self::SelectSameKind
            | Self::LimitToParent => now.selected > 0,
            Self::DeclareLink | Self::DeclareBarrier => now.selected == 2,
            Self::FinerLevel => now.level > 0,
            Self::CoarserLevel => now.level + 1 < now.levels,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use quhua::i18n::Lang;

    #[test]
    fn no_two_actions_share_a_shortcut() {
        let mut seen = BTreeMap::new();
        for &action in Action::ALL {
            for keys in action.info().shortcuts.into_iter().flatten() {
                let other = seen.insert(format!("{keys:?}"), action);
                assert_eq!(other, None, "{action:?} has the shortcut of another action");
            }
        }
    }

    #[test]
    fn every_action_has_an_id_of_its_own_and_a_name_in_both_languages() {
        let mut ids = BTreeMap::new();
        for &action in Action::ALL {
            let info = action.info();
            assert_eq!(ids.insert(info.id, action), None, "{}", info.id);
            for lang in Lang::ALL {
                assert!(!lang.of(info.name).is_empty());
            }
        }
    }

    #[test]
    fn two_actions_never_have_the_same_name() {
        for lang in Lang::ALL {
            let mut names = BTreeMap::new();
            for &action in Action::ALL {
                let name = lang.of(action.info().name);
                assert_eq!(names.insert(name, action), None, "{name}");
            }
        }
    }

    #[test]
    fn merging_needs_two_units() {
        let one = Situation { selected: 1, levels: 2, ..Situation::default() };
        assert!(!Action::Merge.is_enabled(&one));
        assert!(Action::Merge.is_enabled(&Situation { selected: 2, ..one }));
    }

    #[test]
    fn units_of_the_coarsest_level_cannot_be_transferred() {
        let coarsest = Situation { selected: 1, levels: 2, level: 1, ..Situation::default() };
        assert!(!Action::Transfer.is_enabled(&coarsest));
        assert!(Action::Transfer.is_enabled(&Situation { level: 0, ..coarsest }));
    }

    #[test]
    fn every_group_has_actions_and_every_action_is_in_one() {
        let all: Vec<Action> = Group::ALL.into_iter().flat_map(Group::actions).collect();
        assert_eq!(all, Action::ALL);
        assert!(Group::ALL.into_iter().all(|group| group.actions().next().is_some()));
    }
}

//! The one place that acts on commands.

use std::time::{Duration, Instant};

use geo::Coord;

use super::jobs::{Ended, Kind};
use super::pictures::Motif;
use super::{App, Pending, dialogs};
use crate::render::BrushRule;
use crate::ui::bottom::history;
use crate::ui::focus;
use crate::ui::inspector::{Card, ChangeDraft, Confirm, EstablishDraft, MergeDraft, NameDraft};
use crate::ui::map::MapClick;
use crate::ui::notices::Gravity;
use crate::ui::palette::PaletteMode;
use crate::ui::state::action::Action;
use crate::ui::state::brush::{self, BrushUnit};
use crate::ui::state::choropleth::{self, FigureLook};
use crate::ui::state::command::{Command, ExportStep, JoinStep, LayStep, PackStep, RepairStep, SelectMode};
use crate::ui::state::exports::ExportKind;
use crate::ui::state::keymap::Keymap;
use crate::ui::state::view::{BottomTab, ChecksView, PathPurpose, TextScale, Tool};
use quhua::edit::{Edit, UnitRef};
use quhua::i18n::{Lang, Say as _, Text, sentences};
use quhua::io::LayerSource;
use quhua::io::format::{self, FileKind};
use quhua::jobs::Death;
use quhua::metrics::Figure;
use quhua::model::{LevelIndex, UnitId};
use quhua::rules::{Choice, CrossingKind};
use quhua::study::Limits;

/// Factor of one step of the zoom keys.
const ZOOM_STEP: f64 = 1.5;

impl App {
    /// Does what was asked for.
    pub fn act(&mut self, command: Command) {
        match command {
            Command::Do(action) => {
                if action.is_enabled(&self.situation()) {
                    tracing::info!("{}", action.info().id);
                    self.act_on(action);
                }
            }
            Command::OpenFiles(paths) => self.open_or_ask(Pending::Open(sources(paths))),
            Command::LeaveUnsaved => self.leave_unsaved(),
            Command::Stay => self.stay(),
            Command::UsePath(purpose, path) => self.use_path(purpose, path),
            Command::Replace(agreed) => self.replace(agreed),
            Command::AskForFile(purpose) => self.ask_for_file(purpose),
            Command::Select(units, mode) => self.select_allowed(&units, mode),
            Command::Limit(limits) => self.limit(limits),
            Command::Paint(stroke) => self.paint(stroke),
            Command::SetBrushRadius(radius) => self.preferences.brush_on_ground = radius,
            Command::KeepQuery(line, keeps) => self.keep_query(&line, keeps),
            Command::Hover(unit) => self.view.hovered = unit,
            Command::ZoomTo(unit) => self.zoom_to(&[unit]),
            Command::ZoomToPlace(lon, lat) => self.canvas.fly_to_place(Coord { x: lon, y: lat }),
            Command::ZoomToBox(bounds) => self.canvas.fly_to(bounds),
            Command::SetLevel(level) => self.set_level(level),
            Command::OpenLegend(open) => self.preferences.legend_open = open,
            Command::SetColouring(colouring) => self.view.colouring = colouring,
            Command::SetLook(figure, look) => self.set_look(figure, look),
            Command::SetSymbols(ledger, choice) => self.set_symbols(ledger, choice),
            Command::ShowColumn(key, is_shown) => drop(self.preferences.columns.insert(key, is_shown)),
            Command::SetOwnFigure(was, figure) => self.set_own_figure(was.as_deref(), figure),
            Command::SetFieldRule(field, rule) => self.set_field_rule(&field, rule),
            Command::ReadAnew(how) => self.read_otherwise(*how),
            Command::LookedAt(doubt) => self.looked_at(doubt),
            Command::LayBeside(source) => self.open_places(vec![source]),
            Command::ReadIn(system) => self.read_in(system),
            Command::SetBackground(look) => self.set_background(*look),
            Command::SetAreaUnit(unit) => self.preferences.area_unit = unit,
            Command::SetAreaMethod(method) => self.set_area_method(method),
            Command::SetPaper(paper) => self.preferences.paper = paper,
            Command::ShowBottom(tab) => self.show_bottom(tab),
            Command::ShowChecks(view) => self.show_checks(view),
            Command::ChooseRules(choice) => self.choose_rules(choice),
            Command::SetCrossings(crossings) => self.set_crossings(crossings),
            Command::Commit(edit) => self.commit(&edit),
            Command::TransferTo { units, to } => self.think_over(ChangeDraft::transfer(units, Some(to))),
            Command::JumpTo(position) => self.jump_to(position),
            Command::TakeUpAgain(way) => self.take_up_again(way),
            Command::SwitchTo(scenario) => self.switch_to(scenario),
            Command::Compare(compare) => self.compare(compare),
            Command::Sketch(step) => self.sketch(step),
            Command::Describe(scenario, about) => self.describe(scenario, about),
            Command::Join(step) => self.join(step),
            Command::Lay(step) => self.lay(step),
            Command::Packs(step) => self.packs_step(step),
            Command::OpenRecord { ledger, key } => self.open_record(&ledger, &key),
            Command::Ledger(step) => self.ledger_step(step),
            Command::Repair(step) => self.repair(step),
            Command::Exporting(step) => self.export_step(step),
            Command::Suggest(step) => self.suggest(step),
            Command::RemoveScenario(scenario) => self.remove_scenario(scenario),
            Command::Annotate(step, note) => self.annotate(step, &note),
            Command::CopyStep { step, to } => self.copy_step(step, to),
            Command::RetryLeftOver(at) => self.retry_left_over(at),
            Command::DropLeftOver(at) => self.drop_left_over(at),
            Command::SaveAndGoOn => {
                self.after_save = self.pending.take();
                self.save();
            }
            Command::OpenRecent(at) => self.open_recent(at),
            Command::Bookmark(change) => self.change_bookmarks(change),
            Command::GoToBookmark(at) => self.go_to_bookmark(at),
            Command::Layout(change) => self.change_layout(change),
            Command::EndTour => self.tour = None,
            Command::SetKeys(action, keys) => self.preferences.keys.set(action, keys),
            Command::ResetKeys(Some(action)) => self.preferences.keys.reset(action),
            Command::ResetKeys(None) => self.preferences.keys = Keymap::default(),
            Command::CancelJob(id) => self.jobs.cancel(id),
            Command::SayDeath(what, death) => self.say_death(what, &death),
            Command::DismissNotice(id) => self.notices.dismiss(id),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table with a line for each action")]
    fn act_on(&mut self, action: Action) {
        match action {
            Action::Open => self.ask_for_file(PathPurpose::Open),
            Action::OpenPath => self.ask_for_path(PathPurpose::Open),
            Action::OpenSample => self.open_or_ask(Pending::Sample),
            Action::OpenPlan => self.ask_for_path(PathPurpose::OpenPlan),
            Action::Save => self.save(),
            Action::SaveAs => self.ask_for_path(PathPurpose::SaveProject),
            Action::SavePlan => self.ask_for_path(PathPurpose::SavePlan),
            Action::OpenFacilities => self.ask_for_path(PathPurpose::Facilities),
            Action::RemoveFacilities => self.remove_places(),
            Action::JoinTable => self.ask_for_path(PathPurpose::Table),
            Action::TakeBackJoin => self.take_back_join(),
            Action::LayLedger => self.ask_for_path(PathPurpose::Ledger),
            Action::ReplaceLedger => self.ask_for_path(PathPurpose::NewerLedger),
            Action::RemoveLedger => self.remove_ledger(),
            Action::Packs => self.open_packs(),
            Action::RepairBorders => self.open_repair(),
            Action::TakeBackRepair => self.take_back_repair(),
            Action::Rebase => self.ask_for_path(PathPurpose::Rebase),
            Action::Branch => self.branch(),
            Action::NewScenario => self.new_scenario(),
            Action::NextScenario => self.next_scenario(),
            Action::ToggleCompare => self.toggle_compare(),
            Action::Export(ExportKind::Boundaries) => self.open_export(),
            Action::Export(kind) => self.ask_for_path(PathPurpose::Export(kind)),
            Action::CopyTable => self.copy_table(),
            Action::CopyMap => self.copy_picture(Motif::Map),
            Action::CopyTablePicture => self.copy_picture(Motif::Table),
            Action::ToggleFilters => self.toggle_filters(),
            Action::ClearFilters => self.bottom.table.clear_filters(self.view.level),
            Action::Undo => self.undo(),
            Action::Redo => self.redo(),
            Action::Merge => self.begin_merge(),
            Action::Confirm | Action::ConfirmChange | Action::ConfirmEstablish | Action::ConfirmSplit => self.confirm(),
            Action::Split => self.begin_split(false),
            Action::GivePart => self.begin_split(true),
            Action::SplitOffPart => self.begin_split_off(),
            Action::Establish => self.open_card(Card::Establish(EstablishDraft::default())),
            Action::SuggestMergers => self.open_suggestions(),
            Action::Measure => self.begin_measure(),
            Action::OwnFigures => self.begin_own_figures(),
            Action::Lock => self.begin_lock(),
            Action::Unlock => self.unlock_selected(),
            Action::LockLevel => self.toggle_level_lock(),
            Action::UnlockAll => self.unlock_all(),
            Action::GiveUp => self.give_up(),
            Action::Transfer => self.think_over(ChangeDraft::transfer(self.view.selection.clone(), None)),
            Action::Rename => self.begin_naming(),
            Action::ConvertKind => self.change_selected(ChangeDraft::kind),
            Action::MoveSeat => self.pick_seat(),
            Action::NameSeat => self.begin_naming_seat(),
            Action::Abolish => self.commit_for_selected(|unit| Edit::Abolish { unit }),
            Action::SelectAll => self.select_all(),
            Action::ClearSelection => self.select(&[], SelectMode::Replace),
            Action::SelectNeighbours => self.select_neighbours(),
            Action::ShrinkSelection => self.shrink_selection(),
            Action::SelectEnclosed => self.select_enclosed(),
            Action::SelectSurrounded => self.select_surrounded(),
            Action::InvertSelection => self.invert_selection(),
            Action::SelectSiblings => self.select_siblings(),
            Action::SelectSameKind => self.select_same_kind(),
            Action::QueryBar => self.query.open(),
            Action::ByList => self.open_list(),
            Action::PaintTransfer => self.begin_painting(),
            Action::BrushTouching => self.preferences.brush_rule = BrushRule::Touching,
            Action::BrushInside => self.preferences.brush_rule = BrushRule::Inside,
            Action::BrushCentre => self.preferences.brush_rule = BrushRule::Centre,
            Action::BrushPoints => self.preferences.brush_unit = BrushUnit::Points,
            Action::BrushMetres => self.preferences.brush_unit = BrushUnit::Metres,
            Action::LimitToParent => self.limit_to_parent(),
            Action::LimitToUnlocked => self.limit(Limits { unlocked: true, ..self.view.limits.clone() }),
            Action::LimitToChanged => self.limit(Limits { differs: Some(None), ..self.view.limits.clone() }),
            Action::LimitToOther => self.limit_to_other(),
            Action::LiftLimits => self.limit(Limits::default()),
            Action::PolygonTool => self.take_tool(Tool::Polygon),
            Action::BoxTool => self.take_tool(Tool::Box),
            Action::LassoTool => self.take_tool(Tool::Lasso),
            Action::BrushTool => self.take_tool(Tool::Brush),
            Action::BrushSmaller => brush::shrink(&mut self.preferences),
            Action::BrushLarger => brush::grow(&mut self.preferences),
            Action::ZoomToFit => self.zoom_to_fit(),
            Action::ZoomToSelection => self.zoom_to(&self.view.selection.clone()),
            Action::ZoomIn => self.canvas.zoom_by(ZOOM_STEP),
            Action::ZoomOut => self.canvas.zoom_by(1.0 / ZOOM_STEP),
            Action::FinerLevel => self.set_level(LevelIndex(self.view.level.0.saturating_sub(1))),
            Action::CoarserLevel => self.set_level(self.view.level.coarser()),
            Action::AddBookmark => self.add_bookmark(),
            Action::NextBookmark => self.next_bookmark(),
            Action::Tour => self.begin_tour(),
            Action::ShowLogFile => self.show_log_file(),
            Action::SaveLogFile => self.ask_for_log_path(),
            Action::CopyMessages => self.copy_messages(),
            Action::ResetLayout => self.reset_layout(),
            Action::ShowShortcuts => self.sheet.toggle(),
            Action::NextPanel => focus::move_on(&self.ctx, true),
            Action::PreviousPanel => focus::move_on(&self.ctx, false),
            Action::LargerText => self.set_text_scale(self.preferences.text_scale.larger()),
            Action::SmallerText => self.set_text_scale(self.preferences.text_scale.smaller()),
            Action::NormalText => self.set_text_scale(TextScale::default()),
            Action::Palette => self.palette.open(PaletteMode::Commands, String::new()),
            Action::Find => self.palette.open(PaletteMode::Units, String::new()),
            Action::ShowTable => self.show_bottom(BottomTab::Table),
            Action::ShowCrosswalk => self.show_bottom(BottomTab::Crosswalk),
            Action::ShowChecks => self.show_checks(ChecksView::Data),
            Action::ShowRules => self.show_checks(ChecksView::Rules),
            Action::OpenProfile => self.ask_for_path(PathPurpose::OpenProfile),
            Action::SaveProfile => self.ask_for_path(PathPurpose::SaveProfile),
            Action::OpenRules => self.ask_for_path(PathPurpose::Rules),
            Action::RulesOff => self.choose_rules(Choice::Nothing),
            Action::Rules(pack) => self.judge_by(pack),
            Action::DeclareLink => self.declare(CrossingKind::Bridge),
            Action::DeclareBarrier => self.declare(CrossingKind::River),
            Action::ShowSources => self.show_bottom(BottomTab::Sources),
            Action::ShowLedgers => self.show_bottom(BottomTab::Ledgers),
            Action::ShowHistory => self.show_bottom(BottomTab::History),
            Action::ShowLog => self.show_bottom(BottomTab::Log),
            Action::ShowScenarios => self.show_bottom(BottomTab::Scenarios),
            Action::ToggleUnits => self.preferences.units_open ^= true,
            Action::ToggleInspector => self.preferences.inspector_open ^= true,
            Action::ToggleBottom => self.preferences.bottom_open ^= true,
            Action::ToggleLabels => self.preferences.labels ^= true,
            Action::ToggleLegend => {
                if let Some(legend) = self.canvas.legend() {
                    self.preferences.legend_open = legend.turned();
                }
            }
            Action::ToggleCrossings => self.preferences.crossings ^= true,
            Action::Background => self.menus.background.open(),
            Action::BackgroundFromFile => self.ask_for_path(PathPurpose::Background),
            Action::RemoveBackground => self.remove_background(),
            Action::NextAreaUnit => self.preferences.area_unit = self.preferences.area_unit.next(),
            Action::NextAreaMethod => self.next_area_method(),
            Action::ToggleTheme => self.toggle_theme(),
            Action::ToggleLanguage => self.set_lang(self.lang.other()),
        }
    }

    /// Results of jobs that have ended. One that died is said; whoever began it takes that up too.
    pub(super) fn finish_jobs(&mut self) {
        for Ended { kind, death, end } in self.jobs.ended() {
            if let Some(death) = death {
                self.say_death(kind.verb(), &death);
            }
            end(self);
        }
        if self.jobs.is_busy() {
            self.ctx.request_repaint_after(std::time::Duration::from_millis(100));
        }
    }

    /// Says that work died: to the user by what it was about, to the log by its last words.
    fn say_death(&mut self, what: Text, death: &Death) {
        tracing::error!("{death}");
        self.notices.say(Gravity::Error, sentences::job_died(self.lang, self.lang.of(what)));
    }

    fn use_path(&mut self, purpose: PathPurpose, path: std::path::PathBuf) {
        match purpose {
            PathPurpose::Open => self.open_or_ask(Pending::Open(vec![path.into()])),
            PathPurpose::OpenPlan => self.open_plan(&path),
            PathPurpose::Facilities => self.open_places(vec![path.into()]),
            PathPurpose::Table => self.open_table(path.into(), false),
            PathPurpose::Ledger => self.open_ledger(path.into(), None),
            PathPurpose::NewerLedger => {
                let chosen = self.project.as_ref().and_then(|project| self.bottom.ledgers.chosen(project));
                let name = chosen.map(|laid| laid.ledger().name().into());
                self.open_ledger(path.into(), name);
            }
            PathPurpose::Pack => self.open_pack(&path),
            PathPurpose::Rebase => self.rebase(vec![path]),
            PathPurpose::Background => self.open_background(&path),
            PathPurpose::Rules => self.open_rules(&path),
            PathPurpose::OpenProfile => self.open_profile(&path),
            PathPurpose::Export(kind) => match &mut self.exporting {
                // What a file dialog says goes into the sheet.
                Some(sheet) if kind == ExportKind::Boundaries => {
                    sheet.path = path.display().to_string();
                    sheet.refused = None;
                }
                _ => self.write_or_ask(purpose, &path),
            },
            PathPurpose::SaveProject | PathPurpose::SavePlan | PathPurpose::SaveProfile | PathPurpose::SaveLog => {
                self.write_or_ask(purpose, &path);
            }
        }
    }

    /// Opens something, unless that would lose unsaved changes: then it asks first.
    pub(super) fn open_or_ask(&mut self, pending: Pending) {
        // What goes with the document at hand takes nothing from it.
        let is_table = |source: &LayerSource| format::kind_of(&source.path) == FileKind::Table;
        let only_tables = matches!(&pending, Pending::Open(sources) if sources.iter().all(is_table));
        if !only_tables && self.project.as_ref().is_some_and(quhua::study::Study::is_unsaved) {
            self.pending = Some(pending);
        } else {
            self.carry_on(pending);
        }
    }

    fn stay(&mut self) {
        self.pending = None;
        self.tour_wanted = false;
    }

    fn leave_unsaved(&mut self) {
        if let Some(pending) = self.pending.take() {
            self.carry_on(pending);
        }
    }

    fn carry_on(&mut self, pending: Pending) {
        self.opening_for = Some(pending.clone()).filter(|pending| *pending != Pending::Close);
        match pending {
            Pending::Open(paths) => self.open_files(paths),
            Pending::Sample => self.open_sample(),
            Pending::Close => {
                self.closing = true;
                self.ctx.send_viewport_cmd(eframe::egui::ViewportCommand::Close);
            }
        }
    }

    fn ask_for_file(&mut self, purpose: PathPurpose) {
        let chosen = dialogs::ask(purpose, self.lang, &self.file_name_for(purpose));
        let work = move |_: &quhua::jobs::Progress| {
            let since = Instant::now();
            (chosen(), since.elapsed())
        };
        self.run(Kind::Ask, "", work, move |app, chosen| {
            if let Ok((paths, took)) = chosen {
                app.chosen(purpose, paths, took);
            }
        });
    }

    /// A dialog has ended. One that is cancelled faster than anybody could is none: then the path is written by hand.
    pub(super) fn chosen(&mut self, purpose: PathPurpose, paths: Vec<std::path::PathBuf>, took: Duration) {
        /// Nobody cancels a dialog as fast.
        const AT_ONCE: Duration = Duration::from_millis(350);
        if !paths.is_empty() || took > AT_ONCE {
            self.use_paths(purpose, paths);
            return;
        }
        self.notices.say(Gravity::Info, self.lang.of(Text::NoFileDialog).to_owned());
        // The sheet of exports has a line for the path.
        if self.exporting.is_none() {
            self.ask_for_path(purpose);
        }
    }

    fn use_paths(&mut self, purpose: PathPurpose, paths: Vec<std::path::PathBuf>) {
        match purpose {
            _ if paths.is_empty() => {}
            PathPurpose::Open => self.open_or_ask(Pending::Open(sources(paths))),
            PathPurpose::Rebase => self.rebase(paths),
            _ => paths.into_iter().take(1).for_each(|path| self.use_path(purpose, path)),
        }
    }

    /// The path box, with a path to start from; it has a button for the dialog.
    pub(super) fn ask_for_path(&mut self, purpose: PathPurpose) {
        let folder = self.folder_to_write();
        let start = if purpose.reads() {
            String::new()
        } else {
            folder.join(self.file_name_for(purpose)).display().to_string()
        };
        self.palette.open(PaletteMode::Path(purpose), start);
    }

    fn set_look(&mut self, figure: Figure, look: FigureLook) {
        let Some(project) = &self.project else { return };
        self.preferences.looks.insert(choropleth::key(project, figure), look);
        self.keep_looks();
    }

    fn set_level(&mut self, level: LevelIndex) {
        let exists = self.project.as_ref().is_some_and(|project| level.index() < project.state().level_count());
        if exists && level != self.view.level {
            self.view.level = level;
            self.view.hovered = None;
            self.close_card();
            self.select(&[], SelectMode::Replace);
        }
    }

    /// Selects units of one level; the level of the map follows them.
    pub(super) fn select(&mut self, units: &[UnitId], mode: SelectMode) {
        let Some(project) = &self.project else { return };
        let state = project.state();
        let mut units: Vec<UnitId> = units.iter().copied().filter(|&unit| state.unit(unit).is_current()).collect();
        if let Some(&first) = units.first() {
            let level = state.unit(first).level;
            units.retain(|&unit| state.unit(unit).level == level);
            if level != self.view.level {
                self.view.level = level;
                self.view.selection.clear();
            }
        }
        self.view.select(&units, mode);
        if self.inspector.card.says().follows_selection() {
            self.restart_merge();
        } else {
            self.close_card();
        }
    }

    fn select_all(&mut self) {
        let Some(project) = &self.project else { return };
        let units: Vec<UnitId> = project.state().units_at(self.view.level).collect();
        self.select_allowed(&units, SelectMode::Replace);
    }

    fn select_neighbours(&mut self) {
        let Some(project) = &self.project else { return };
        let units = project.neighbours_of_all(&self.view.selection);
        self.select_allowed(&units, SelectMode::Add);
    }

    pub(super) fn zoom_to(&mut self, units: &[UnitId]) {
        let bounds = self.project.as_ref().and_then(|project| project.bounds_of_all(units));
        if let Some(bounds) = bounds {
            self.canvas.fly_to(bounds);
        }
    }

    pub(super) fn zoom_to_fit(&mut self) {
        if let Some(bounds) = self.project.as_ref().and_then(|project| project.dataset().coverage.bounds()) {
            self.canvas.fly_to(bounds);
        }
    }

    pub(super) fn show_bottom(&mut self, tab: BottomTab) {
        self.view.bottom = tab;
        self.preferences.bottom_open = true;
    }

    /// The filters of the table, with the table.
    fn toggle_filters(&mut self) {
        let is_shown = self.preferences.bottom_open && self.view.bottom == BottomTab::Table;
        if !is_shown {
            self.show_bottom(BottomTab::Table);
        }
        self.bottom.table.toggle_filters();
    }

    fn copy_table(&mut self) {
        if let Some(sheet) = self.table_sheet(true) {
            self.ctx.copy_text(sheet.to_tsv());
            self.notices.say(Gravity::Done, sentences::copied_rows(self.lang, sheet.rows.len()));
        }
    }

    fn toggle_theme(&mut self) {
        self.preferences.dark = Some(self.ctx.theme() != eframe::egui::Theme::Dark);
        self.apply_theme();
    }

    fn set_lang(&mut self, lang: Lang) {
        self.lang = lang;
        self.preferences.lang = Some(lang);
    }

    /// Opens a card in place of the one before.
    pub(super) fn open_card(&mut self, card: Card) {
        self.inspector.card = card;
        self.preferences.inspector_open = true;
    }

    /// Closes the card that is open.
    pub(super) fn close_card(&mut self) {
        self.inspector.card = Card::Closed;
    }

    /// Carries out what the card that is open is about.
    fn confirm(&mut self) {
        let Some(project) = &self.project else { return };
        match self.inspector.card.says().confirm(project) {
            Confirm::Nothing => {}
            Confirm::Say(text) => self.notices.say(Gravity::Info, self.lang.of(text)),
            Confirm::Edit(edit) => self.commit(&edit),
            Confirm::AndSelect(edit, unit) => {
                let before = project.document().position();
                self.commit(&edit);
                if self.project.as_ref().is_some_and(|project| project.document().position() > before) {
                    self.select(&[unit], SelectMode::Replace);
                }
            }
        }
    }

    fn begin_merge(&mut self) {
        self.preferences.inspector_open = true;
        self.restart_merge();
    }

    /// The merge card follows the selection; with fewer than two units it closes.
    fn restart_merge(&mut self) {
        let selection = &self.view.selection;
        let two = self.project.as_ref().filter(|_| selection.len() >= 2);
        let draft = two.and_then(|project| MergeDraft::new(project, selection));
        self.inspector.card = draft.map_or(Card::Closed, Card::Merge);
    }

    fn begin_naming(&mut self) {
        let (Some(project), [unit]) = (&self.project, self.view.selection.as_slice()) else { return };
        let name = &project.state().unit(*unit).name;
        self.open_card(Card::Name(NameDraft::rename(*unit, name)));
    }

    fn think_over(&mut self, change: ChangeDraft) {
        self.open_card(Card::Change(Box::new(change)));
    }

    fn change_selected(&mut self, change: impl FnOnce(UnitId) -> ChangeDraft) {
        if let &[unit] = self.view.selection.as_slice() {
            self.think_over(change(unit));
        }
    }

    /// A click places a seat: that of the merger if its card is open, else that of the selected unit.
    fn pick_seat(&mut self) {
        match self.inspector.card.merger_mut() {
            Some(draft) => draft.toggle_picking(),
            None => self.change_selected(ChangeDraft::seat),
        }
    }

    /// A click on the map that a card waited for.
    pub(super) fn map_click(&mut self, click: MapClick) {
        match click {
            MapClick::Seat(at) => {
                if let Some(draft) = self.inspector.card.merger_mut() {
                    draft.put_seat(at);
                } else if let Some(draft) = self.inspector.card.change_mut() {
                    draft.put_seat(at);
                }
            }
            MapClick::Taker(taker) => self.paint_onto(taker),
            // A second click on the unit that takes over does it.
            MapClick::Parent(to) => {
                if self.inspector.card.change_mut().is_some_and(|draft| draft.take(to)) {
                    self.confirm();
                }
            }
        }
    }

    /// What a drag selects with from now on; what is being drawn is given up.
    fn take_tool(&mut self, tool: Tool) {
        self.canvas.give_up_drawing();
        self.preferences.tool = tool;
    }

    /// Esc: closes the palette, else gives up what is being drawn, else the card, else the selection.
    fn give_up(&mut self) {
        if self.pending.is_some() {
            self.stay();
            return;
        }
        if self.replacing.is_some() {
            self.replace(false);
            return;
        }
        if self.unread.is_some() {
            self.read_in(None);
        } else if self.joining.is_some() {
            self.join(JoinStep::Close);
        } else if self.laying.is_some() {
            self.lay(LayStep::Close);
        } else if self.packs.is_some() {
            self.packs_step(PackStep::Close);
        } else if self.repairing.is_some() {
            self.repair(RepairStep::Close);
        } else if self.exporting.is_some() {
            self.export_step(ExportStep::Close);
        } else if self.sheet.is_open() {
            self.sheet.give_up();
        } else if self.palette.is_open() {
            self.after_save = None;
            self.palette.close();
        } else if self.query.give_up() {
            // The map has the keys again.
        } else if self.canvas.give_up_drawing() {
            // Nothing is selected yet.
            self.give_up_stroke();
        } else if self.inspector.card.give_up() {
            // It may still be open: then the next click begins anew.
        } else if self.inspector.own.take().is_some() {
            // What was being written is given up first.
        } else if self.view.selection.is_empty() {
            self.close_suggestions();
        } else {
            self.select(&[], SelectMode::Replace);
        }
    }

    fn commit_for_selected(&mut self, edit: impl FnOnce(UnitRef) -> Edit) {
        let (Some(project), [unit]) = (&self.project, self.view.selection.as_slice()) else { return };
        if let Some(unit) = UnitRef::to(project.dataset(), project.state(), *unit) {
            self.commit(&edit(unit));
        }
    }

    /// Changes the document and says what was done, or why not.
    pub(super) fn commit(&mut self, edit: &Edit) {
        let Some(project) = &mut self.project else { return };
        let left = project.document().history().len() - project.document().position();
        let step = match project.document_mut().commit(edit) {
            Ok(step) => step.clone(),
            Err(error) => {
                self.notices.say(Gravity::Error, error.sentence(self.lang));
                return;
            }
        };
        let what = step.words(self.lang);
        let result: Vec<UnitId> = match step.made {
            Some(made) => vec![made],
            None => step.named.iter().copied().filter(|&unit| project.state().unit(unit).is_current()).collect(),
        };
        self.notices.say(Gravity::Done, what);
        if left > 0 {
            self.notices.say(Gravity::Info, history::set_aside(self.lang, left));
        }
        for warning in &step.warnings {
            self.notices.say(Gravity::Warning, warning.sentence(self.lang));
        }
        // A row is of no unit more than before: what is selected stays, and so does its card.
        if let Edit::Record { id, .. } = &step.edit {
            let (id, changed) = (id.clone().unwrap_or_default(), step.changed.clone());
            return self.recorded(&id, &changed);
        }
        self.close_card();
        self.changed(&step.changed);
        self.select(&result, SelectMode::Replace);
    }

    fn undo(&mut self) {
        if self.turn(true) {
            return;
        }
        let Some(project) = &mut self.project else { return };
        let Some(step) = project.document_mut().undo().cloned() else { return };
        let what = step.words(self.lang);
        self.notices.say(Gravity::Info, sentences::undone(self.lang, &what));
        self.close_card();
        self.changed(&step.changed);
        self.select(&step.named, SelectMode::Replace);
    }

    fn redo(&mut self) {
        if self.turn(false) {
            return;
        }
        let Some(project) = &mut self.project else { return };
        let Some(step) = project.document_mut().redo().cloned() else { return };
        let what = step.words(self.lang);
        self.notices.say(Gravity::Info, sentences::redone(self.lang, &what));
        self.close_card();
        self.changed(&step.changed);
        self.select(&step.made.map_or(step.named, |made| vec![made]), SelectMode::Replace);
    }

    fn jump_to(&mut self, position: usize) {
        let Some(project) = &mut self.project else { return };
        let changed = project.document_mut().jump_to(position);
        self.close_card();
        self.changed(&changed);
    }

    /// The map and the selection follow a change of some units.
    pub(super) fn changed(&mut self, units: &[UnitId]) {
        self.redraw_cuts();
        let Some(project) = &self.project else { return };
        let state = project.state();
        let exists = |unit: &UnitId| unit.index() < state.unit_count();
        let units: Vec<UnitId> = units.iter().copied().filter(exists).collect();
        self.canvas.changed(project, &units);
        self.view.selection.retain(|unit| exists(unit) && state.unit(*unit).is_current());
        self.view.pointed.clear();
        self.view.limits.inside = self.view.limits.inside.filter(|unit| exists(unit) && state.unit(*unit).is_current());
        self.view.hovered = self.view.hovered.filter(|unit| exists(unit) && state.unit(*unit).is_current());
    }

    /// The map and the selection follow a change of everything.
    pub(super) fn everything_changed(&mut self) {
        self.close_card();
        self.changed(&[]);
    }
}

fn sources(paths: Vec<std::path::PathBuf>) -> Vec<LayerSource> {
    paths.into_iter().map(LayerSource::from).collect()
}

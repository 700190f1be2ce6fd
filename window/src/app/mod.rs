//! The window: it owns the document, shows the panels, and does what they ask for.
//!
//! Panels read and send [`Command`]s; `dispatch` is the one place that acts on them. Long work runs in jobs.

mod background;
mod basis;
mod comfort;
mod dialogs;
mod dispatch;
mod docks;
mod drawing;
mod exporting;
mod fields;
mod jobs;
mod joining;
mod keep;
mod laying;
mod ledgers;
mod log;
mod maps;
mod open;
mod own;
mod packs;
mod pictures;
mod preparing;
mod reading;
mod repairing;
mod replacing;
mod rules;
mod run;
mod sample;
mod scenarios;
mod selecting;
mod shortcuts;
mod suggest;
mod write;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{self, CentralPanel, Frame, Margin, Panel, Theme, Ui};

use crate::ui::bottom::{self, BottomState};
use crate::ui::docking::{self, Places};
use crate::ui::exporting::ExportSheet;
use crate::ui::focus::{self, Stop};
use crate::ui::inspector::InspectorState;
use crate::ui::joining::JoinSheet;
use crate::ui::laying::LaySheet;
use crate::ui::map::{CompareCanvas, MapCanvas, Scenes};
use crate::ui::notices::{self, Notices};
use crate::ui::packs::PacksSheet;
use crate::ui::palette::{self, PaletteState};
use crate::ui::query_bar::{self, QueryBar};
use crate::ui::repairing::RepairSheet;
use crate::ui::replacing::Replacing;
use crate::ui::shortcuts::ShortcutsState;
use crate::ui::shown::Shown;
use crate::ui::state::action::Situation;
use crate::ui::state::background::Shows;
use crate::ui::state::command::Command;
use crate::ui::state::exports::Out;
use crate::ui::state::view::{PathPurpose, Preferences, View};
use crate::ui::status::{self, StatusLine};
use crate::ui::theme::{self, Colours};
use crate::ui::toolbar::{self, Menus};
use crate::ui::tour::{self, Tour};
use crate::ui::tree::{self, TreeState};
use crate::ui::unread::Unread;
use crate::ui::{map, unsaved};
use docks::Parts;
use jobs::{JobId, Jobs, Kind};
use keep::Keeper;
use pictures::Pictures;
use quhua::i18n::{Lang, sentences};
use quhua::io::LayerSource;
use quhua::io::project::{Origin, Workplace};
use quhua::jobs::{Death, Progress};
use quhua::model::Dataset;
use quhua::study::Study;
use shortcuts::Floating;

pub use run::run;

/// Key under which the choices of the user are kept.
const PREFERENCES: &str = "preferences";

/// The window and everything in it.
pub struct App {
    project: Option<Study>,
    view: View,
    preferences: Preferences,
    lang: Lang,
    canvas: MapCanvas,
    comparing: CompareCanvas,
    /// The dataset that the map shows, and maps of it and of others.
    drawn: Option<Arc<Dataset>>,
    scenes: Scenes,
    /// Maps that are being made.
    drawing: Vec<(JobId, Arc<Dataset>)>,
    menus: Menus,
    tree: TreeState,
    inspector: InspectorState,
    bottom: BottomState,
    palette: PaletteState,
    sheet: ShortcutsState,
    pictures: Pictures,
    tour: Option<Tour>,
    /// Whether the tour begins as soon as the sample county is there.
    tour_wanted: bool,
    /// How many layouts of panels were taken up.
    layouts_taken: u64,
    /// The bookmark that was looked at last.
    bookmark: Option<usize>,
    query: QueryBar,
    notices: Notices,
    jobs: Jobs<Self>,
    saved: Option<[u8; 2]>,
    title: String,
    keeper: Keeper,
    /// What the sample county comes with.
    sample: sample::Furnishing,
    /// How many documents were opened; so a save that ends can tell whether its document is still at hand.
    documents_opened: u64,
    /// What the user wanted that has another document opened now.
    opening_for: Option<Pending>,
    /// What is opened, one after the other, should work that was left behind not be readable.
    instead: Vec<Origin>,
    /// What goes on once the document is saved.
    after_save: Option<Pending>,
    /// What waits for an answer, because it would lose unsaved changes.
    pending: Option<Pending>,
    /// Whether the window closes whatever is unsaved.
    closing: bool,
    /// What is to be opened beside the boundaries once they are there.
    beside: open::Beside,
    /// A table that is to be joined.
    joining: Option<JoinSheet>,
    /// A list that is to be laid over the boundaries.
    laying: Option<LaySheet>,
    /// Packs to be turned on and off.
    packs: Option<PacksSheet>,
    /// Files whose coordinate system nothing tells.
    unread: Option<Unread>,
    /// A repair of borders that is being prepared.
    repairing: Option<RepairSheet>,
    /// What was done to what was loaded.
    turns: preparing::Turns,
    /// Boundaries that are to be exported, and as what they were last.
    exporting: Option<ExportSheet>,
    exported: Option<Out>,
    /// A file that is to be written where one stands.
    replacing: Option<Replacing>,
    /// What was written where since the program was started.
    written_to: BTreeMap<PathBuf, PathPurpose>,
    /// The folder that was written to last, for this document.
    folder_used: Option<PathBuf>,
    /// Keys that were pressed before the line was there that they are meant for.
    ahead: shortcuts::Ahead,
    /// Lists that wait for the one before them to be laid or joined.
    lists_waiting: Vec<LayerSource>,
    /// Whether the panel at the bottom was unfolded to show what is doubtful, and by nobody else.
    opened_doubts: bool,
    /// Files that the document was made from, and those that were opened beside it: none of them is written over.
    files_read: Vec<PathBuf>,
    ctx: egui::Context,
}

/// Something that would lose unsaved changes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pending {
    /// Opening files.
    Open(Vec<LayerSource>),
    /// Opening the sample county.
    Sample,
    /// Closing the window.
    Close,
}

impl App {
    /// A window that opens files, or the sample county when there are none.
    #[must_use]
    pub fn new(creation: &eframe::CreationContext<'_>, files: Vec<PathBuf>) -> Self {
        let stored = creation.storage.and_then(|storage| storage.get_string(PREFERENCES));
        let preferences = stored.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let canvas = MapCanvas::new(creation.wgpu_render_state.as_ref());
        let mut app = Self::with_parts(&creation.egui_ctx, preferences, canvas);
        app.comparing = CompareCanvas::new(creation.wgpu_render_state.as_ref());
        app.keeper.workplace = Workplace::of_user();
        app.tour_wanted = files.is_empty() && !app.preferences.toured;
        app.start(files);
        app
    }

    /// A window without a document: for tests, which have no graphics device.
    #[must_use]
    pub fn with_parts(ctx: &egui::Context, mut preferences: Preferences, canvas: MapCanvas) -> Self {
        theme::install(ctx);
        preferences.background = preferences.background.at_start();
        let mut app = Self {
            project: None,
            view: View::default(),
            comparing: CompareCanvas::default(),
            drawn: None,
            scenes: Scenes::default(),
            drawing: Vec::new(),
            lang: preferences.lang.unwrap_or_else(Lang::of_system),
            preferences,
            canvas,
            menus: Menus::default(),
            tree: TreeState::default(),
            inspector: InspectorState::default(),
            bottom: BottomState::default(),
            palette: PaletteState::default(),
            sheet: ShortcutsState::default(),
            pictures: Pictures::default(),
            tour: None,
            tour_wanted: false,
            layouts_taken: 0,
            bookmark: None,
            query: QueryBar::default(),
            notices: Notices::default(),
            jobs: Jobs::default(),
            saved: None,
            title: String::new(),
            keeper: Keeper::default(),
            sample: sample::Furnishing::default(),
            documents_opened: 0,
            opening_for: None,
            instead: Vec::new(),
            after_save: None,
            pending: None,
            closing: false,
            beside: open::Beside::default(),
            joining: None,
            laying: None,
            packs: None,
            unread: None,
            repairing: None,
            turns: preparing::Turns::default(),
            exporting: None,
            exported: None,
            replacing: None,
            written_to: BTreeMap::new(),
            folder_used: None,
            ahead: shortcuts::Ahead::default(),
            lists_waiting: Vec::new(),
            opened_doubts: false,
            files_read: Vec::new(),
            ctx: ctx.clone(),
        };
        app.apply_theme();
        // The keys for it are commands like all others.
        ctx.options_mut(|options| options.zoom_with_keyboard = false);
        ctx.set_zoom_factor(app.preferences.text_scale.factor());
        app.start_background();
        app
    }

    fn apply_theme(&self) {
        let preference = match self.preferences.dark {
            Some(true) => egui::ThemePreference::Dark,
            Some(false) => egui::ThemePreference::Light,
            None => egui::ThemePreference::System,
        };
        // Where the system does not say, maps are read on paper.
        self.ctx.options_mut(|options| options.fallback_theme = Theme::Light);
        self.ctx.set_theme(preference);
    }

    /// What can be done now.
    fn situation(&self) -> Situation {
        let (undoable, redoable) = self.project.as_ref().map_or((0, 0), |project| {
            let document = project.document();
            (document.position(), document.history().len() - document.position())
        });
        let state = self.project.as_ref().map(Study::state);
        let locked = |own: bool| {
            let lock =
                move |unit, own| state.and_then(|state| if own { state.own_lock(unit) } else { state.lock_of(unit) });
            self.view.selection.iter().map(move |&unit| lock(unit, own).is_some())
        };
        let card = self.inspector.card.says();
        Situation {
            selected: self.view.selection.len(),
            levels: self.project.as_ref().map_or(0, |project| project.state().level_count()),
            level: self.view.level.index(),
            gesture: card.gesture(),
            click: card.click(),
            ready: card.is_ready(),
            tool: self.preferences.tool,
            corners: self.canvas.sets_corners(),
            sketched: self.inspector.card.sketch().is_some_and(|sketch| sketch.done),
            limited: self.view.limits.is_any(),
            scenarios: self.project.as_ref().map_or(0, |project| project.document().scenarios().len()),
            repaired: self.project.as_ref().is_some_and(|project| project.dataset().repaired_borders().is_some()),
            turns: self.project.as_ref().map_or([None; 2], |project| self.turns.next(project)),
            ledgers: self.project.as_ref().map_or(0, |project| project.dataset().ledgers().len()),
            joins: self.project.as_ref().is_some_and(|project| !project.dataset().joins().is_empty()),
            facilities: self.project.as_ref().is_some_and(|project| !project.basis().places.is_empty()),
            background: self.preferences.background.shows != Shows::Off,
            in_parts: match (&self.project, self.view.selection.as_slice()) {
                (Some(project), &[unit]) => project.figures(unit).parts > 1,
                _ => false,
            },
            all_locked: locked(false).all(|is_locked| is_locked),
            any_locked: locked(true).any(|is_locked| is_locked),
            locks: self.project.as_ref().is_some_and(|project| project.state().has_locks()),
            undoable,
            redoable,
            bookmarks: self.view.bookmarks.len(),
            log: log::path().is_some(),
            keys: self.preferences.keys,
        }
    }

    /// What takes the keys before the window does.
    const fn floating(&self) -> Floating {
        match () {
            () if self.pending.is_some() || self.replacing.is_some() => Floating::Question,
            () if self.joining.is_some() || self.unread.is_some() => Floating::Question,
            () if self.laying.is_some() || self.packs.is_some() => Floating::Question,
            () if self.repairing.is_some() || self.exporting.is_some() => Floating::Question,
            () if self.sheet.is_waiting() => Floating::Keys,
            () if self.sheet.is_open() => Floating::Sheet,
            () if self.palette.is_open() => Floating::Palette,
            () => Floating::Nothing,
        }
    }

    /// Work between frames: jobs that have ended, dropped files, the title.
    pub fn work(&mut self, ctx: &egui::Context) {
        self.finish_jobs();
        self.finish_picture();
        self.watch_tour();
        if let Some(error) = self.canvas.background_mut().and_then(map::Background::take_error) {
            self.background_failed(&error);
        }
        let dropped: Vec<PathBuf> =
            ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect());
        if !dropped.is_empty() {
            self.open_or_ask(Pending::Open(dropped.into_iter().map(LayerSource::from).collect()));
        }
        let unsaved = self.project.as_ref().is_some_and(Study::is_unsaved);
        if ctx.input(|input| input.viewport().close_requested()) && unsaved && !self.closing {
            ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            self.pending = Some(Pending::Close);
        }
        let title = self.project.as_ref().map_or_else(
            || self.lang.of(quhua::i18n::Text::AppName).to_owned(),
            |project| sentences::window_title(self.lang, &project.title(self.lang), project.is_modified()),
        );
        if title != self.title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    /// Shows the whole window and does what was asked for.
    pub fn show(&mut self, ui: &mut Ui) {
        let mut send = Vec::new();
        let now = self.situation();
        self.ahead.turn(ui.ctx(), self.palette.awaits_picture());
        let floating = self.floating();
        shortcuts::read(ui.ctx(), &now, floating, &mut self.ahead, &mut send);
        let status = self.status_line();
        let Self {
            project,
            view,
            preferences,
            lang,
            canvas,
            comparing,
            scenes,
            menus,
            tree,
            inspector,
            bottom,
            palette,
            sheet,
            query,
            notices,
            pictures,
            tour,
            layouts_taken,
            joining,
            laying,
            packs,
            unread,
            repairing,
            exporting,
            replacing,
            pending,
            ..
        } = self;
        let shown = Shown {
            lang: *lang,
            colours: Colours::of(ui.ctx().theme()),
            preferences,
            view,
            now: &now,
            project: project.as_ref(),
        };
        // Panels lie on whole pixels: between them a hairline may show what is below.
        ui.painter().rect_filled(ui.ctx().content_rect(), 0.0, shown.colours.line);
        top_bar(ui, &shown, menus, &mut send);
        bars(ui, &shown, &status, (bottom, notices), &mut send);
        let mut parts = Parts { tree, inspector, bottom, notices };
        let docks = docks::show(ui, &shown, *layouts_taken, &mut parts, &mut send);
        pictures.places.table = docks.tables;
        let map = CentralPanel::no_frame().show(ui, |ui| {
            query_bar::show(ui, &shown, query, &mut send);
            let rect = ui.available_rect_before_wrap();
            let Some(compare) = &view.compare else {
                return (canvas.show(ui, (&shown, &inspector.card), &mut send), rect);
            };
            Panel::top("compare").exact_size(38.0).frame(plain(&shown, Margin::symmetric(10, 0))).show(ui, |ui| {
                let strip = egui::ScrollArea::horizontal().auto_shrink([false, false]);
                strip.show(ui, |ui| crate::ui::compare::strip(ui, &shown, compare, &mut send));
            });
            comparing.show(ui, &shown, (canvas, scenes), compare, &mut send);
            (None, rect)
        });
        let (click, map_rect) = map.inner;
        tree::drag_label(ui, &shown);
        docking::show(ui, &shown, &Places { panes: &docks.panes, map: map_rect }, &mut send);
        pictures.places.map = map_rect;
        if !view.picturing {
            let legend = view.compare.is_none().then(|| canvas.legend()).flatten().map(|legend| legend.rect);
            let is_covered = floating == Floating::Question;
            notices::show(ui.ctx(), &shown, notices, (map_rect, legend), is_covered, &mut send);
            if let Some(tour) = tour {
                let place = |unit| place_of_unit(&shown, canvas, unit);
                tour::show(ui.ctx(), &shown, tour, map_rect, place, &mut send);
            }
        }
        palette::show(ui.ctx(), &shown, palette, &mut send);
        crate::ui::shortcuts::show(ui.ctx(), &shown, sheet, &mut send);
        let lists = (laying, packs);
        sheets(ui.ctx(), &shown, (joining, unread, repairing), lists, (exporting, replacing), &mut send);
        if let Some(pending) = pending {
            unsaved::show(ui.ctx(), &shown, *pending == Pending::Close, &mut send);
        }
        drop_hint(ui, &shown, map_rect);
        for (side, size) in docks.sizes {
            self.preferences.layout.resize(side, size);
        }
        self.ask_for_picture();
        if let Some(click) = click {
            self.map_click(click);
        }
        for command in send {
            self.act(command);
        }
        self.draw_wanted();
        self.keep();
        self.measure();
        self.judge();
    }

    /// Starts work beside the window. `end` takes up what comes of it; when it died, that is said before.
    fn run<T: Send + 'static>(
        &mut self,
        kind: Kind,
        what: impl Into<String>,
        work: impl FnOnce(&Progress) -> T + Send + 'static,
        end: impl FnOnce(&mut Self, Result<T, Death>) + 'static,
    ) -> JobId {
        let ctx = self.ctx.clone();
        self.jobs.run((kind, what), work, move || ctx.request_repaint(), end)
    }

    /// Has the figures of the level that is looked at worked out, one thing after the other.
    fn measure(&mut self) {
        let Some(project) = self.project.as_ref().filter(|_| !self.jobs.is_running(Kind::Measure)) else { return };
        let Some(due) = project.due_figures(self.view.level) else { return };
        let ctx = self.ctx.clone();
        let job = project.measure(due.time, due.level, move || ctx.request_repaint());
        self.jobs.add((Kind::Measure, ""), job, move |app, ended| {
            if let Some(project) = &mut app.project {
                project.take_measured(due, ended);
            }
        });
    }

    fn status_line(&self) -> StatusLine {
        let map::MapState { pointer, scale, software } = self.canvas.state();
        StatusLine {
            pointer,
            hint: self.inspector.card.says().hint(),
            scale,
            saved: self.saved,
            kept: self.is_kept(),
            software,
            jobs: self.jobs.lines(self.lang),
            unread_errors: self.notices.unread_errors(),
        }
    }
}

/// A frame without a border.
fn plain(shown: &Shown<'_>, margin: Margin) -> Frame {
    Frame::new().fill(shown.colours.panel).inner_margin(margin)
}

/// Sheets over the whole window: what waits for an answer.
fn sheets(
    ctx: &egui::Context,
    shown: &Shown<'_>,
    (joining, unread, repairing): (&mut Option<JoinSheet>, &mut Option<Unread>, &mut Option<RepairSheet>),
    (laying, packs): (&mut Option<LaySheet>, &mut Option<PacksSheet>),
    (exporting, replacing): (&mut Option<ExportSheet>, &mut Option<Replacing>),
    send: &mut Vec<Command>,
) {
    if let Some(sheet) = joining {
        crate::ui::joining::show(ctx, shown, sheet, send);
    }
    if let Some(sheet) = laying {
        crate::ui::laying::show(ctx, shown, sheet, send);
    }
    if let Some(sheet) = packs {
        crate::ui::packs::show(ctx, shown, sheet, send);
    }
    if let Some(sheet) = unread {
        crate::ui::unread::show(ctx, shown, sheet, send);
    }
    if let Some(sheet) = repairing {
        crate::ui::repairing::show(ctx, shown, sheet, send);
    }
    if let Some(sheet) = exporting {
        crate::ui::exporting::show(ctx, shown, sheet, send);
    }
    if let Some(replacing) = replacing {
        crate::ui::replacing::show(ctx, shown, replacing, send);
    }
}

/// The toolbar.
fn top_bar(ui: &mut Ui, shown: &Shown<'_>, menus: &mut Menus, send: &mut Vec<Command>) {
    Panel::top("toolbar").exact_size(44.0).frame(plain(shown, Margin::symmetric(8, 4))).show(ui, |ui| {
        focus::stop(ui, shown, Stop::Toolbar, None);
        toolbar::show(ui, shown, menus, send);
    });
}

/// The status line and the row of tabs.
fn bars(
    ui: &mut Ui,
    shown: &Shown<'_>,
    status: &StatusLine,
    (bottom, notices): (&mut BottomState, &Notices),
    send: &mut Vec<Command>,
) {
    Panel::bottom("status").exact_size(26.0).frame(plain(shown, Margin::symmetric(12, 0))).show(ui, |ui| {
        focus::stop(ui, shown, Stop::Status, None);
        status::show(ui, shown, status, send);
    });
    Panel::bottom("tabs").exact_size(30.0).frame(plain(shown, Margin::symmetric(8, 0))).show(ui, |ui| {
        if !shown.preferences.bottom_open {
            focus::stop(ui, shown, Stop::Bottom, None);
        }
        bottom::tabs(ui, shown, bottom, notices, send);
    });
}

/// Where on the screen a unit has its inner point, that of its first atom.
fn place_of_unit(shown: &Shown<'_>, canvas: &MapCanvas, unit: quhua::model::UnitId) -> Option<egui::Pos2> {
    let project = shown.project?;
    let at = project.dataset().atom_point(project.state().first_atom(unit)?)?;
    Some(canvas.camera().screen_from_lonlat(at))
}

/// Says that files held over the window can be dropped.
fn drop_hint(ui: &Ui, shown: &Shown<'_>, map: egui::Rect) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let painter = ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Foreground, egui::Id::unique("drop")));
    painter.rect(
        map.shrink(8.0),
        6.0,
        shown.colours.selection.gamma_multiply(0.12),
        egui::Stroke::new(2.0, shown.colours.selection),
        egui::StrokeKind::Inside,
    );
    let text = shown.text(quhua::i18n::Text::DropHere);
    let font = egui::FontId::proportional(theme::HEADING);
    painter.text(map.center(), egui::Align2::CENTER_CENTER, text, font, shown.colours.ink);
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.work(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        if let Ok(text) = serde_json::to_string(&self.preferences) {
            storage.set_string(PREFERENCES, text);
        }
    }

    fn on_exit(&mut self) {
        self.end_keeping();
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}

//! The palette: one line in which to write what one wants, a command, a unit, or a path.

use std::path::PathBuf;

use eframe::egui::{
    self, Align2, FontId, Key, Modifiers, Order, Response, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};

use super::shown::Shown;
use super::state::action::Action;
use super::state::command::{Command, SelectMode};
use super::state::exports::ExportKind;
use super::state::keymap;
use super::state::view::PathPurpose;
use super::theme::{CAPTION, DATA, GRID};
use super::{widgets, words};
use quhua::i18n::Text;
use quhua::model::UnitId;
use quhua::print::Paper;

/// Height of a result.
const RESULT: f32 = 28.0;
/// Results at most: more are found by writing more.
const RESULTS: usize = 60;

/// What the palette is open for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaletteMode {
    /// Commands first, then units.
    Commands,
    /// Units only.
    Units,
    /// A path.
    Path(PathPurpose),
}

/// The palette between frames.
#[derive(Debug, Default)]
pub struct PaletteState {
    open: Option<PaletteMode>,
    query: String,
    chosen: usize,
    focus: bool,
}

impl PaletteState {
    /// Opens the palette with an empty line, or with a path to start from.
    pub fn open(&mut self, mode: PaletteMode, start: String) {
        *self = Self { open: Some(mode), query: start, chosen: 0, focus: true };
    }

    /// Closes it.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Whether it is open for a path that something is exported to.
    #[must_use]
    pub const fn is_exporting(&self) -> bool {
        matches!(self.open, Some(PaletteMode::Path(PathPurpose::Export(_) | PathPurpose::SavePlan)))
    }

    /// Whether it was opened and not shown since: what is written now is meant for it.
    #[must_use]
    pub const fn awaits_picture(&self) -> bool {
        self.open.is_some() && self.focus
    }

    /// Whether it is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// Something found.
#[derive(Clone, Debug, PartialEq)]
enum Found {
    Action(Action),
    Unit(UnitId),
    Bookmark(usize),
    Recent(usize),
    Path(PathBuf),
}

/// Shows the palette, if it is open, in the upper middle of the window.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, palette: &mut PaletteState, send: &mut Vec<Command>) {
    let Some(mode) = palette.open else { return };
    let window = ctx.content_rect();
    let width = 560.0_f32.min(window.width() - 8.0 * GRID);
    let area = egui::Area::new(egui::Id::unique("palette"))
        .order(Order::Foreground)
        .pivot(Align2::CENTER_TOP)
        .fixed_pos(pos2(window.center().x, window.top() + 52.0))
        .show(ctx, |ui| {
            egui::Frame::window(ui.style()).inner_margin(8).show(ui, |ui| {
                ui.set_width(width);
                contents(ui, shown, palette, mode, send);
            });
        });
    let pressed_elsewhere = ctx.input(|input| input.pointer.any_pressed())
        && ctx.pointer_latest_pos().is_some_and(|at| !area.response.rect.contains(at));
    if pressed_elsewhere && !palette.focus {
        palette.close();
    }
}

fn contents(ui: &mut Ui, shown: &Shown<'_>, palette: &mut PaletteState, mode: PaletteMode, send: &mut Vec<Command>) {
    let (up, down, enter) = ui.input_mut(|input| {
        (
            input.consume_key(Modifiers::NONE, Key::ArrowUp),
            input.consume_key(Modifiers::NONE, Key::ArrowDown),
            input.consume_key(Modifiers::NONE, Key::Enter),
        )
    });
    let prompt = prompt(shown, mode);
    if let PaletteMode::Path(purpose) = mode {
        widgets::heading(ui, shown.text(purpose.name()).trim_end_matches('…'));
    }
    let field = widgets::field(ui, prompt, &mut palette.query, prompt, ui.available_width());
    if palette.focus {
        field.request_focus();
        palette.focus = false;
        if matches!(mode, PaletteMode::Path(_)) {
            widgets::select_name(ui, &field, &palette.query);
        }
    }
    if field.changed() {
        palette.chosen = 0;
    }
    if mode == PaletteMode::Path(PathPurpose::Export(ExportKind::Map)) {
        paper(ui, shown, send);
    }
    let found = find(shown, mode, &palette.query);
    if let PaletteMode::Path(purpose) = mode {
        let done = path_buttons(ui, shown, purpose, !found.is_empty(), send);
        if let Some(found) = found.first().filter(|_| done || enter) {
            take(found, mode, send);
            palette.close();
        } else if send.contains(&Command::AskForFile(purpose)) {
            palette.close();
        }
        return;
    }
    let last = found.len().saturating_sub(1);
    palette.chosen = if up { palette.chosen.saturating_sub(1) } else { palette.chosen + usize::from(down) }.min(last);
    let moved = up || down || field.changed();
    let pressed = results(ui, shown, &found, palette.chosen, moved);
    let taken = pressed.or_else(|| enter.then_some(palette.chosen)).and_then(|at| found.get(at));
    if let Some(taken) = taken {
        take(taken, mode, send);
        palette.close();
    } else if found.is_empty()
        && !palette.query.trim().is_empty()
        && !matches!(mode, PaletteMode::Path(_))
        && widgets::all_hidden(ui, (shown.lang, shown.colours), all(shown, mode))
    {
        palette.query.clear();
        palette.focus = true;
    }
}

/// What is done with a path, and a dialog to choose it in. Whether the first was pressed.
fn path_buttons(ui: &mut Ui, shown: &Shown<'_>, purpose: PathPurpose, is_ready: bool, send: &mut Vec<Command>) -> bool {
    ui.add_space(GRID);
    let row = ui.horizontal(|ui| {
        let name = shown.text(if purpose.reads() { Text::OpenIt } else { Text::SaveIt });
        let text = egui::RichText::new(name).color(shown.colours.on_accent);
        let button = egui::Button::new(text).fill(shown.colours.accent).stroke(egui::Stroke::NONE);
        let done = ui.add_enabled(is_ready, button.min_size(vec2(72.0, 0.0))).clicked();
        if ui.button(shown.text(Text::Browse)).clicked() {
            send.push(Command::AskForFile(purpose));
        }
        done
    });
    row.inner
}

/// Which paper a map is for.
fn paper(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::caption(ui, shown.colours, shown.text(Text::Paper));
        for paper in Paper::ALL {
            if ui.selectable_label(paper == shown.preferences.paper, paper.words(shown.lang)).clicked() {
                send.push(Command::SetPaper(paper));
            }
        }
    });
}

fn prompt(shown: &Shown<'_>, mode: PaletteMode) -> &'static str {
    shown.text(match mode {
        PaletteMode::Commands => Text::FindPrompt,
        PaletteMode::Units => Text::UnitsFilter,
        PaletteMode::Path(PathPurpose::Open | PathPurpose::Rebase | PathPurpose::Facilities) => Text::PathPromptOpen,
        PaletteMode::Path(PathPurpose::OpenPlan) => Text::PathPromptPlan,
        PaletteMode::Path(PathPurpose::Table | PathPurpose::Ledger | PathPurpose::NewerLedger) => Text::PathPromptTable,
        PaletteMode::Path(PathPurpose::Pack) => Text::PathPromptPack,
        PaletteMode::Path(PathPurpose::Background) => Text::PathPromptBackground,
        PaletteMode::Path(PathPurpose::OpenProfile) => Text::PathPromptProfile,
        PaletteMode::Path(PathPurpose::Rules) => Text::PathPromptRules,
        PaletteMode::Path(_) => Text::PathPromptExport,
    })
}

fn take(found: &Found, mode: PaletteMode, send: &mut Vec<Command>) {
    match found {
        Found::Action(action) => send.push((*action).into()),
        Found::Unit(unit) => {
            send.push(Command::Select(vec![*unit], SelectMode::Replace));
            send.push(Command::ZoomTo(*unit));
        }
        Found::Bookmark(at) => send.push(Command::GoToBookmark(*at)),
        Found::Recent(at) => send.push(Command::OpenRecent(*at)),
        Found::Path(path) => {
            if let PaletteMode::Path(purpose) = mode {
                send.push(Command::UsePath(purpose, path.clone()));
            }
        }
    }
}

/// Everything that could be found: units, and among commands those that can be done.
fn all(shown: &Shown<'_>, mode: PaletteMode) -> usize {
    let state = shown.project.map(quhua::study::Study::state);
    let units: usize = state.map_or(0, |state| state.levels().map(|level| state.units_at(level).count()).sum());
    match mode {
        PaletteMode::Commands => units + Action::ALL.iter().filter(|action| is_offered(**action, shown)).count(),
        PaletteMode::Units | PaletteMode::Path(_) => units,
    }
}

/// Whether the palette offers an action now.
fn is_offered(action: Action, shown: &Shown<'_>) -> bool {
    action.is_enabled(shown.now) && !matches!(action, Action::Palette | Action::Confirm | Action::GiveUp)
}

/// What fits the query: actions that can be done and whose name or id has every word of it, those first that are called
/// so or begin so, then units.
fn find(shown: &Shown<'_>, mode: PaletteMode, query: &str) -> Vec<Found> {
    let query = query.trim();
    if let PaletteMode::Path(_) = mode {
        // A path in quotes is what file managers copy.
        let path = query.trim_matches(['"', '\'']);
        return if path.is_empty() { Vec::new() } else { vec![Found::Path(PathBuf::from(path))] };
    }
    let words: Vec<String> = query.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let mut found = Vec::new();
    if mode == PaletteMode::Commands {
        let fits = |action: &&Action| {
            let info = action.info();
            let text = format!("{} {}", shown.text(info.name).to_lowercase(), info.id);
            is_offered(**action, shown) && words.iter().all(|word| text.contains(word))
        };
        let whole = query.to_lowercase();
        let distance = |action: &Action| {
            let name = shown.text(action.info().name).to_lowercase();
            if name == whole { 0 } else { 1 + usize::from(!name.starts_with(&whole)) }
        };
        let mut actions: Vec<Action> = Action::ALL.iter().filter(fits).copied().collect();
        actions.sort_by_key(distance);
        found.extend(actions.into_iter().map(Found::Action));
        if !words.is_empty() {
            let has = |text: &str| words.iter().all(|word| text.to_lowercase().contains(word));
            let bookmarks = shown.view.bookmarks.iter().enumerate();
            found.extend(bookmarks.filter(|(_, it)| has(&it.name)).map(|(at, _)| Found::Bookmark(at)));
            let recent = shown.preferences.recent.iter().enumerate();
            found.extend(recent.filter(|(_, files)| has(&words::recent(files))).map(|(at, _)| Found::Recent(at)));
        }
    }
    if let Some(project) = shown.project
        && !query.is_empty()
    {
        found.extend(project.find(&query.to_lowercase(), RESULTS).into_iter().map(Found::Unit));
    }
    found.truncate(RESULTS);
    found
}

fn results(ui: &mut Ui, shown: &Shown<'_>, found: &[Found], chosen: usize, moved: bool) -> Option<usize> {
    if found.is_empty() {
        return None;
    }
    let mut pressed = None;
    ui.add_space(GRID);
    ui.spacing_mut().item_spacing.y = 0.0;
    let room = ui.ctx().content_rect().height() - 32.0 * GRID;
    ScrollArea::vertical().max_height(room.clamp(2.0 * RESULT, 12.0 * RESULT)).animated(false).show(ui, |ui| {
        for (i, found) in found.iter().enumerate() {
            let response = result(ui, shown, found, i == chosen);
            if i == chosen && moved {
                response.scroll_to_me(None);
            }
            if response.clicked() {
                pressed = Some(i);
            }
        }
    });
    pressed
}

fn result(ui: &mut Ui, shown: &Shown<'_>, found: &Found, chosen: bool) -> Response {
    let (left, right) = match found {
        Found::Action(action) => {
            let info = action.info();
            let keys = shown.now.keys.first(*action).map_or_else(String::new, |keys| keymap::text(ui.ctx(), keys));
            (shown.text(info.name).to_owned(), keys)
        }
        Found::Unit(unit) => shown.project.map_or_else(Default::default, |project| {
            let it = project.state().unit(*unit);
            let level = words::unit_of_level(shown.lang, shown.level_of(it.level));
            (words::unit(it).to_owned(), format!("{level}  {}", it.code))
        }),
        Found::Bookmark(at) => {
            let name = shown.view.bookmarks.get(*at).map_or_else(String::new, |it| it.name.clone());
            (name, shown.text(Text::Bookmark).to_owned())
        }
        Found::Recent(at) => {
            let name = shown.preferences.recent.get(*at).map_or_else(String::new, |files| words::recent(files));
            (name, shown.text(Text::Recent).to_owned())
        }
        Found::Path(path) => (path.display().to_string(), String::new()),
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), RESULT), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, &left));
    let colours = shown.colours;
    if chosen {
        ui.painter().rect_filled(rect, 4.0, colours.selection_fill);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 4.0, colours.hover_fill);
    }
    let at = rect.left_center() + vec2(2.0 * GRID, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, left, FontId::proportional(DATA), colours.ink);
    let at = rect.right_center() - vec2(3.0 * GRID, 0.0);
    ui.painter().text(at, Align2::RIGHT_CENTER, right, FontId::proportional(CAPTION), colours.muted);
    response
}

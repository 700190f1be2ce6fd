//! All shortcuts on one sheet, by groups; a press on a line and then on keys changes them.

use eframe::egui::{
    self, Align, Align2, FontId, Id, Key, KeyboardShortcut, Layout, Modal, Modifiers, Rect, Response, RichText, Role,
    ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::action::Action;
use super::state::action::Group;
use super::state::command::Command;
use super::state::keymap;
use super::theme::{CAPTION, DATA, GRID};
use super::{widgets, words};
use quhua::i18n::{Text, sentences};

/// Height of a line in points.
const LINE: f32 = 17.0;
/// Least width of a column in points.
const COLUMN: f32 = 300.0;

/// The sheet between frames.
#[derive(Debug, Default)]
pub struct ShortcutsState {
    open: bool,
    /// The action that gets the keys pressed next.
    waiting: Option<Action>,
    /// Keys that were pressed, and could not be given at once.
    refused: Option<(Action, KeyboardShortcut)>,
}

impl ShortcutsState {
    /// Opens the sheet, or closes it.
    pub fn toggle(&mut self) {
        *self = Self { open: !self.open, ..Self::default() };
    }

    /// Whether it is shown.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Whether the keys pressed next go to an action.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }

    /// Stops waiting for keys; else leaves the question open; else closes the sheet.
    pub fn give_up(&mut self) {
        if self.waiting.take().is_none() && self.refused.take().is_none() {
            self.open = false;
        }
    }
}

/// A line of the sheet.
#[derive(Clone, Copy)]
enum Line {
    Heading(Group),
    Action(Action),
    PointerHeading,
    Pointer(&'static str, &'static str),
}

/// Shows the sheet, if it is open, over the whole window.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, sheet: &mut ShortcutsState, send: &mut Vec<Command>) {
    if !sheet.open {
        return;
    }
    listen(ctx, shown, sheet, send);
    let room = ctx.content_rect().size() - vec2(16.0 * GRID, 16.0 * GRID);
    let modal = Modal::new(Id::unique("shortcuts")).show(ctx, |ui| {
        ui.set_width(room.x.min(4.0 * COLUMN + 3.0 * 6.0 * GRID));
        header(ui, shown, sheet, send);
        footer(ui, shown, sheet, send);
        widgets::rule(ui, shown.colours);
        let height = room.y - ui.min_rect().height() - 4.0 * GRID;
        ScrollArea::vertical().max_height(height).min_scrolled_height(height).auto_shrink([false, true]).show(
            ui,
            |ui| {
                columns(ui, shown, sheet, send);
            },
        );
    });
    // Esc comes as a command, because it first gives up waiting.
    if modal.backdrop_response.clicked() {
        sheet.open = false;
    }
}

/// Takes the keys that an action waits for.
fn listen(ctx: &egui::Context, shown: &Shown<'_>, sheet: &mut ShortcutsState, send: &mut Vec<Command>) {
    let Some(action) = sheet.waiting else { return };
    let Some(keys) = keymap::pressed(ctx) else { return };
    if keys.logical_key == Key::Escape {
        return;
    }
    sheet.waiting = None;
    let plain = keys.modifiers == Modifiers::NONE;
    if plain && matches!(keys.logical_key, Key::Backspace | Key::Delete) {
        send.push(Command::SetKeys(action, None));
        return;
    }
    let is_free = shown.now.keys.action_of(keys).is_none_or(|other| other == action);
    if is_free && !keymap::is_reserved(keys) {
        send.push(Command::SetKeys(action, Some(keys)));
    } else {
        sheet.refused = Some((action, keys));
    }
    // What was pressed is not also typed, nor does it move the focus.
    ctx.input_mut(|input| input.events.clear());
}

fn header(ui: &mut Ui, shown: &Shown<'_>, sheet: &mut ShortcutsState, send: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::heading(ui, shown.text(Text::ShowShortcuts));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
                sheet.open = false;
            }
            let changed = Action::ALL.iter().any(|&action| shown.now.keys.is_changed(action));
            if changed && ui.button(shown.text(Text::ResetAllKeys)).clicked() {
                send.push(Command::ResetKeys(None));
                sheet.refused = None;
            }
        });
    });
}

/// What to do now: how keys are changed, or why some could not be given.
fn footer(ui: &mut Ui, shown: &Shown<'_>, sheet: &mut ShortcutsState, send: &mut Vec<Command>) {
    let Some((action, keys)) = sheet.refused else {
        let text = if sheet.is_waiting() { Text::PressKeys } else { Text::ChangeKeysHint };
        ui.horizontal(|ui| {
            ui.set_min_height(6.0 * GRID);
            widgets::hint(ui, shown.colours, shown.text(text));
        });
        return;
    };
    let pressed = keymap::text(ui.ctx(), keys);
    let other = shown.now.keys.action_of(keys);
    let free = other.filter(|&other| keymap::is_changeable(other) && !keymap::is_reserved(keys));
    ui.horizontal(|ui| {
        ui.set_min_height(6.0 * GRID);
        let text = match other {
            Some(other) => sentences::keys_taken(shown.lang, &pressed, shown.text(other.info().name)),
            None => sentences::keys_reserved(shown.lang, &pressed),
        };
        ui.label(RichText::new(text).color(shown.colours.warning));
        if free.is_some() {
            let text = sentences::take_keys_over(shown.lang, shown.text(action.info().name));
            if ui.button(text).clicked() {
                send.push(Command::SetKeys(action, Some(keys)));
                sheet.refused = None;
            }
        }
        if ui.button(shown.text(Text::Cancel)).clicked() {
            sheet.refused = None;
        }
    });
}

/// The lines, flowing from column to column like a newspaper.
fn columns(ui: &mut Ui, shown: &Shown<'_>, sheet: &mut ShortcutsState, send: &mut Vec<Command>) {
    let mut lines = Vec::new();
    for group in Group::ALL {
        lines.push(Line::Heading(group));
        lines.extend(group.actions().map(Line::Action));
    }
    lines.push(Line::PointerHeading);
    lines.extend(words::pointer_gestures(shown.lang).iter().map(|&(what, how)| Line::Pointer(what, how)));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few columns")]
    let count = ((ui.available_width() / COLUMN) as usize).clamp(1, 4);
    #[expect(clippy::cast_precision_loss, reason = "a few columns")]
    let width = (ui.available_width() - 6.0 * GRID * (count - 1) as f32) / count as f32;
    let long = lines.len().div_ceil(count);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing = vec2(6.0 * GRID, 0.0);
        let mut rest = &lines[..];
        while !rest.is_empty() {
            let mut taken = long.min(rest.len());
            // A heading goes with what it heads.
            while taken > 1 && taken < rest.len() && matches!(rest[taken - 1], Line::Heading(_) | Line::PointerHeading)
            {
                taken -= 1;
            }
            let (these, others) = rest.split_at(taken);
            rest = others;
            ui.allocate_ui(vec2(width, 0.0), |ui| {
                ui.vertical(|ui| {
                    ui.set_width(width);
                    for &line in these {
                        one(ui, shown, sheet, line, send);
                    }
                });
            });
        }
    });
}

fn one(ui: &mut Ui, shown: &Shown<'_>, sheet: &mut ShortcutsState, line: Line, send: &mut Vec<Command>) {
    match line {
        Line::Heading(group) => heading(ui, shown, words::group(shown.lang, group)),
        Line::PointerHeading => heading(ui, shown, shown.text(Text::OnTheMap)),
        Line::Pointer(what, how) => {
            let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{what}  {how}")));
            paint(ui, shown, rect, what, how, shown.colours.muted);
        }
        Line::Action(action) => {
            if keys_of(ui, shown, sheet, action, send).clicked() && keymap::is_changeable(action) {
                sheet.waiting = Some(action);
                sheet.refused = None;
            }
        }
    }
}

fn heading(ui: &mut Ui, shown: &Shown<'_>, text: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, text));
    let at = rect.left_bottom() - vec2(-GRID, 2.0);
    ui.painter().text(at, Align2::LEFT_BOTTOM, text, FontId::proportional(CAPTION), shown.colours.accent);
}

/// A line with the name of an action and its keys.
fn keys_of(
    ui: &mut Ui,
    shown: &Shown<'_>,
    sheet: &ShortcutsState,
    action: Action,
    send: &mut Vec<Command>,
) -> Response {
    let colours = shown.colours;
    let name = shown.text(action.info().name).trim_end_matches('…');
    let keys: Vec<String> = shown.now.keys.of(action).map(|keys| keymap::text(ui.ctx(), keys)).collect();
    let keys = keys.join(shown.lang.pick(" 或 ", " or "));
    let waits = sheet.waiting == Some(action);
    let changeable = keymap::is_changeable(action);
    let sense = if changeable { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), sense);
    let label = if keys.is_empty() { name.to_owned() } else { format!("{name}  {keys}") };
    response.widget_info(|| WidgetInfo::labeled(if changeable { Role::Button } else { Role::Label }, true, &label));
    if waits || response.hovered() && changeable {
        ui.painter().rect_filled(rect, 3.0, if waits { colours.selection_fill } else { colours.hover_fill });
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 3.0, egui::Stroke::new(1.0, colours.selection), egui::StrokeKind::Inside);
    }
    let (right, ink) = match () {
        () if waits => (shown.text(Text::KeysAwaited).to_owned(), colours.accent),
        () if shown.now.keys.is_changed(action) => (keys, colours.accent),
        () => (keys, colours.ink),
    };
    paint(ui, shown, rect, name, &right, ink);
    let tip = shown.text(action.info().hint.unwrap_or(action.info().name)).trim_end_matches('…');
    let response = response.on_hover_text(tip);
    if shown.now.keys.is_changed(action) {
        response.context_menu(|ui| {
            if ui.button(shown.text(Text::ResetKeys)).clicked() {
                send.push(Command::ResetKeys(Some(action)));
            }
        });
    }
    response
}

/// Paints a name on the left and keys on the right.
fn paint(ui: &Ui, shown: &Shown<'_>, rect: Rect, name: &str, keys: &str, ink: egui::Color32) {
    let painter = ui.painter();
    let keys = painter.layout_no_wrap(keys.to_owned(), FontId::proportional(CAPTION), ink);
    let at = pos2(rect.right() - GRID - keys.size().x, rect.center().y - keys.size().y / 2.0);
    let room = (at.x - rect.left() - 3.0 * GRID).max(GRID);
    let mut job =
        egui::text::LayoutJob::simple_singleline(name.to_owned(), FontId::proportional(DATA), shown.colours.ink);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room);
    let name = painter.layout_job(job);
    painter.galley(pos2(rect.left() + GRID, rect.center().y - name.size().y / 2.0), name, shown.colours.ink);
    painter.galley(at, keys, ink);
}

//! The bar above the map: a line of conditions with completion, how many units meet them, and the lines that were kept.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::text_edit::TextEditState;
use eframe::egui::{
    self, Align, Align2, FontId, Frame, Id, Key, Layout, Margin, Modifiers, Order, Panel, Rect, Response, RichText,
    Role, Sense, Ui, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons as icon;

use super::command::{Command, SelectMode};
use super::project::{AREA_METHOD, Project, Time};
use super::selecting::Allowed;
use super::shown::Shown;
use super::theme::{CAPTION, DATA, GRID, ROW};
use super::widgets;
use crate::i18n::{Text, selecting};
use crate::metrics::Figure;
use crate::model::{LevelIndex, UnitId};
use crate::query::{self, Completions, Ground, Query, QueryError, ValueLists, Vocabulary};

/// Completions shown at once.
const OFFERED: usize = 9;
/// Width of the list of completions in points.
const OFFER_WIDTH: f32 = 240.0;

/// The bar between frames.
#[expect(clippy::struct_excessive_bools, reason = "whether it is open, and who has the keys now, before and next")]
#[derive(Default)]
pub struct QueryBar {
    open: bool,
    line: String,
    /// Whether the line is to have the keys from now on.
    focus: bool,
    focused: bool,
    /// Whether it had them a frame ago: Esc takes them away before anybody hears of it.
    had_focus: bool,
    /// Where the cursor is, in characters.
    cursor: usize,
    /// The completion that the arrow keys have gone to.
    chosen: Option<usize>,
    /// Where the completions are on the screen.
    offered: Option<Rect>,
    values: ValueLists,
    found: Option<(FoundFor, Found)>,
}

/// What the line finds.
type Found = Result<Vec<UnitId>, QueryError>;

/// What units were looked for in.
#[derive(Clone, Debug, PartialEq)]
struct FoundFor {
    line: String,
    revision: u64,
    level: LevelIndex,
    area_unit: crate::i18n::numbers::AreaUnit,
    /// Whether the figures of the level were known.
    known: bool,
}

impl QueryBar {
    /// Opens it, and gives it the keys.
    pub fn open(&mut self) {
        self.open = true;
        self.focus = true;
    }

    /// Whether it is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Closes it where it has the keys. Returns whether it had.
    pub fn give_up(&mut self) -> bool {
        let closes = self.open && (self.focused || self.had_focus || self.focus);
        if closes {
            self.close();
        }
        closes
    }

    fn close(&mut self) {
        (self.open, self.focus, self.focused, self.had_focus, self.chosen) = (false, false, false, false, None);
    }

    /// Looks for units again when the line or the document is another.
    fn refresh(&mut self, shown: &Shown<'_>, project: &Project, vocabulary: &Vocabulary) {
        let level = shown.view.level;
        let wanted = FoundFor {
            line: self.line.clone(),
            revision: project.revision(),
            level,
            area_unit: shown.area_unit(),
            known: project.knows_figures(Time::Now, level),
        };
        if self.found.as_ref().is_none_or(|(made_for, _)| *made_for != wanted) {
            let found = Query::read(&self.line, vocabulary).map(|query| units_of(project, &query, level));
            self.found = Some((wanted, found));
        }
    }
}

/// Units of the level that is looked at; where the query asks for a level, those of any one level.
fn units_of(project: &Project, query: &Query, level: LevelIndex) -> Vec<UnitId> {
    let known = |level: LevelIndex, figure: Figure| {
        project.knows_figures(Time::Now, level).then(|| project.values_at(Time::Now, level, figure))
    };
    let ground =
        Ground { dataset: project.dataset(), state: project.state(), area_method: AREA_METHOD, known: Some(&known) };
    let here = query.units(&ground, level);
    if !here.is_empty() || !query.asks_for_level() {
        return here;
    }
    let levels = project.state().levels();
    levels.map(|level| query.units(&ground, level)).find(|units| !units.is_empty()).unwrap_or_default()
}

/// Shows the bar, if it is open.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, bar: &mut QueryBar, send: &mut Vec<Command>) {
    let Some(project) = shown.project.filter(|_| bar.open) else { return };
    let frame = Frame::new().fill(shown.colours.panel).inner_margin(Margin::symmetric(10, 4));
    let vocabulary = Vocabulary::of(project.dataset(), shown.area_unit());
    let keys = Keys::read(ui, bar.focused, bar.chosen.is_some());
    bar.refresh(shown, project, &vocabulary);
    let panel = Panel::top("query").show_separator_line(false).frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GRID;
            widgets::icon_mark(ui, icon::ICON_MANAGE_SEARCH, shown.colours.muted);
            let right = 190.0;
            let field = line(ui, shown, bar, (ui.available_width() - right).max(160.0));
            if field.changed() {
                bar.refresh(shown, project, &vocabulary);
            }
            buttons(ui, shown, project, bar, send);
            field
        })
    });
    let field = panel.inner.inner;
    answer(ui, shown, project, bar);
    let offers = offers(shown, project, &vocabulary, bar);
    let accepted = popup(ui, shown, bar, &field, &offers, &keys);
    if let Some(at) = accepted {
        accept(ui, bar, field.id, &offers, at);
    } else if let Some(mode) = keys.selects {
        select(shown, project, bar, mode, send);
        // The map has the keys again, so that M merges and Esc gives up.
        field.surrender_focus();
        bar.focused = false;
    }
}

/// Keys that mean something else here than in any line of text.
#[derive(Default)]
struct Keys {
    up: bool,
    down: bool,
    accepts: bool,
    selects: Option<SelectMode>,
}

impl Keys {
    fn read(ui: &Ui, focused: bool, has_chosen: bool) -> Self {
        if !focused {
            return Self::default();
        }
        ui.input_mut(|input| {
            let mut pressed = |modifiers, key| input.consume_key(modifiers, key);
            let enter = pressed(Modifiers::NONE, Key::Enter);
            let adds = pressed(Modifiers::SHIFT, Key::Enter);
            let removes = pressed(Modifiers::ALT, Key::Enter);
            let plain = (enter && !has_chosen).then_some(SelectMode::Replace);
            let adds = adds.then_some(SelectMode::Add);
            Self {
                up: pressed(Modifiers::NONE, Key::ArrowUp),
                down: pressed(Modifiers::NONE, Key::ArrowDown),
                accepts: pressed(Modifiers::NONE, Key::Tab) || (enter && has_chosen),
                selects: plain.or(adds).or(removes.then_some(SelectMode::Remove)),
            }
        })
    }
}

/// The line itself.
fn line(ui: &mut Ui, shown: &Shown<'_>, bar: &mut QueryBar, width: f32) -> Response {
    let name = shown.text(Text::QueryLine);
    let edit = egui::TextEdit::singleline(&mut bar.line)
        .id_salt("query line")
        .hint_text(shown.text(Text::QueryPrompt))
        .desired_width(width)
        .margin(Margin::symmetric(6, 4))
        .align(Align2::LEFT_CENTER)
        .lock_focus(true);
    let output = edit.show(ui);
    let field = output.response.response;
    field.clone().accessible_name(name);
    if let Some(range) = output.cursor_range {
        bar.cursor = range.primary.index.into();
    }
    if bar.focus {
        field.request_focus();
        bar.focus = false;
    }
    if field.changed() {
        bar.chosen = None;
    }
    bar.had_focus = std::mem::replace(&mut bar.focused, field.has_focus());
    field
}

/// How many units there are, and what can be done with the line.
fn buttons(ui: &mut Ui, shown: &Shown<'_>, project: &Project, bar: &mut QueryBar, send: &mut Vec<Command>) {
    let found = bar.found.as_ref().and_then(|(_, found)| found.as_ref().ok()).map_or(0, Vec::len);
    let select = ui.add_enabled(found > 0, egui::Button::new(shown.text(Text::SelectFound)));
    if select.on_hover_text(shown.text(Text::QueryKeys)).clicked() {
        let mode = if ui.input(|input| input.modifiers.shift) { SelectMode::Add } else { SelectMode::Replace };
        self::select(shown, project, bar, mode, send);
    }
    let line = bar.line.trim().to_owned();
    let is_kept = shown.preferences.queries.contains(&line);
    let (star, name) = if is_kept {
        (icon::ICON_BOOKMARK_ADDED, shown.text(Text::ForgetQuery))
    } else {
        (icon::ICON_BOOKMARK_ADD, shown.text(Text::KeepQuery))
    };
    let can_be_kept = bar.found.as_ref().is_some_and(|(_, found)| found.is_ok());
    ui.add_enabled_ui(can_be_kept, |ui| {
        if widgets::icon_button(ui, star, name).clicked() {
            send.push(Command::KeepQuery(line, !is_kept));
        }
    });
    kept(ui, shown, bar, send);
    if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
        bar.close();
    }
}

/// The menu of lines that were kept, each with a cross to forget it.
fn kept(ui: &mut Ui, shown: &Shown<'_>, bar: &mut QueryBar, send: &mut Vec<Command>) {
    let name = shown.text(Text::KeptQueries);
    let button = egui::Button::new(icon::ICON_BOOKMARKS.rich_text().size(16.0));
    let button = button.frame_when_inactive(false).min_size(vec2(ROW, ROW));
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(280.0);
        if shown.preferences.queries.is_empty() {
            widgets::hint(ui, shown.colours, shown.text(Text::NoKeptQueries));
        }
        for line in &shown.preferences.queries {
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::ForgetQuery)).clicked() {
                        send.push(Command::KeepQuery(line.clone(), false));
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        if ui.add(egui::Button::new(line.as_str()).frame_when_inactive(false).truncate()).clicked() {
                            bar.line.clone_from(line);
                            bar.focus = true;
                            ui.close();
                        }
                    });
                });
            });
        }
    });
    response.on_hover_text(name).accessible_name(name);
}

/// What the line finds, or where it goes wrong, below it.
fn answer(ui: &mut Ui, shown: &Shown<'_>, project: &Project, bar: &QueryBar) {
    let Some((_, found)) = &bar.found else { return };
    let colours = shown.colours;
    let (text, colour) = match found {
        _ if bar.line.trim().is_empty() => (shown.text(Text::QueryKeys).to_owned(), colours.muted),
        Ok(units) => {
            let allowed = Allowed::new(project, &shown.view.limits);
            let taken = units.iter().filter(|&&unit| allowed.allows(project, unit)).count();
            (selecting::found_within_limits(shown.lang, taken, units.len() - taken), colours.ink)
        }
        // What is not finished is not wrong yet.
        Err(error) if error.is_unfinished() => (error.words(shown.lang), colours.muted),
        Err(error) => (error.words(shown.lang), colours.error),
    };
    let frame = Frame::new().fill(colours.panel).inner_margin(Margin { left: 34, right: 10, top: 0, bottom: 5 });
    Panel::top("query answer").frame(frame).show(ui, |ui| {
        ui.add(egui::Label::new(RichText::new(text).size(CAPTION).color(colour)).truncate());
    });
}

fn select(shown: &Shown<'_>, project: &Project, bar: &QueryBar, mode: SelectMode, send: &mut Vec<Command>) {
    let Some((_, Ok(units))) = &bar.found else { return };
    let allowed = Allowed::new(project, &shown.view.limits);
    let units: Vec<UnitId> = units.iter().copied().filter(|&unit| allowed.allows(project, unit)).collect();
    if !bar.line.trim().is_empty() && !units.is_empty() {
        send.push(Command::Select(units, mode));
    }
}

/// How the line could go on at the cursor.
fn offers(shown: &Shown<'_>, project: &Project, vocabulary: &Vocabulary, bar: &mut QueryBar) -> Completions {
    if !bar.focused && bar.offered.is_none() {
        return Completions::default();
    }
    let ground = Ground { dataset: project.dataset(), state: project.state(), area_method: AREA_METHOD, known: None };
    let cursor = byte_at(&bar.line, bar.cursor);
    query::completions(
        (&bar.line, cursor),
        (&ground, vocabulary),
        (&mut bar.values, project.revision()),
        (shown.view.level, shown.lang),
        OFFERED,
    )
}

/// The completions below the cursor. Returns the one that is taken.
fn popup(
    ui: &Ui,
    shown: &Shown<'_>,
    bar: &mut QueryBar,
    field: &Response,
    offers: &Completions,
    keys: &Keys,
) -> Option<usize> {
    let pressed_there = bar.offered.zip(ui.ctx().pointer_latest_pos()).is_some_and(|(rect, at)| rect.contains(at));
    if offers.list.is_empty() || !(bar.focused || pressed_there) {
        (bar.offered, bar.chosen) = (None, None);
        return None;
    }
    let last = offers.list.len() - 1;
    if keys.down {
        bar.chosen = Some(bar.chosen.map_or(0, |at| (at + 1).min(last)));
    } else if keys.up {
        bar.chosen = bar.chosen.and_then(|at| at.checked_sub(1));
    }
    let mut taken = keys.accepts.then(|| bar.chosen.unwrap_or(0).min(last));
    let font = egui::TextStyle::Body.resolve(ui.style());
    let before = bar.line[..offers.replace.start].to_owned();
    let along = ui.painter().layout_no_wrap(before, font, shown.colours.ink).size().x;
    let at = pos2((field.rect.left() + 6.0 + along).min(field.rect.right() - OFFER_WIDTH), field.rect.bottom() + 2.0);
    let area = egui::Area::new(Id::unique("query completions")).order(Order::Foreground).fixed_pos(at);
    let shown_area = area.show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).inner_margin(4).show(ui, |ui| {
            ui.set_width(OFFER_WIDTH);
            ui.spacing_mut().item_spacing.y = 0.0;
            for (i, offer) in offers.list.iter().enumerate() {
                let units = offer.units.map(crate::i18n::numbers::count).unwrap_or_default();
                if row(ui, shown, &offer.text, &units, bar.chosen == Some(i)).clicked() {
                    taken = Some(i);
                }
            }
        });
    });
    bar.offered = Some(shown_area.response.rect);
    taken
}

fn row(ui: &mut Ui, shown: &Shown<'_>, text: &str, right: &str, chosen: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, text));
    let colours = shown.colours;
    if chosen {
        ui.painter().rect_filled(rect, 3.0, colours.selection_fill);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 3.0, colours.hover_fill);
    }
    let at = rect.left_center() + vec2(2.0 * GRID, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, text, FontId::proportional(DATA), colours.ink);
    let at = rect.right_center() - vec2(2.0 * GRID, 0.0);
    ui.painter().text(at, Align2::RIGHT_CENTER, right, FontId::proportional(CAPTION), colours.muted);
    response
}

/// Writes a completion into the line, with the cursor behind it.
fn accept(ui: &Ui, bar: &mut QueryBar, id: Id, offers: &Completions, at: usize) {
    let Some(offer) = offers.list.get(at) else { return };
    bar.line.replace_range(offers.replace.clone(), &offer.insert);
    let end = offers.replace.start + offer.insert.len();
    bar.cursor = bar.line[..end].chars().count();
    bar.chosen = None;
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(bar.cursor))));
    state.store(ui.ctx(), id);
    bar.focus = true;
    ui.ctx().request_repaint();
}

fn byte_at(line: &str, chars: usize) -> usize {
    line.char_indices().nth(chars).map_or(line.len(), |(at, _)| at)
}

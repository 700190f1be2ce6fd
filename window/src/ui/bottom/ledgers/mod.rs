//! The grid (台账): a ledger of the project row by row, in step with the map.
//!
//! Its columns are those of the file. Cells that the plan changed say what stood there; a cell that is written into becomes
//! a `record`, undone like any other edit.

mod cells;
mod header;
mod pasting;
mod rows;

use compact_str::CompactString;
use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{
    self, Align, Button, ComboBox, Event, Id, Key, Layout, Modifiers, Response, Role, Sense, Ui, WidgetInfo, vec2,
};
use egui_extras::{Column, TableBuilder};
use egui_material_icons::icons as icon;

use crate::ui::focus;
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, LedgerStep};
use crate::ui::state::exports::ExportKind;
use crate::ui::theme::{GRID, ROW};
use crate::ui::widgets::{self, Face};
use cells::Editing;
use quhua::edit::{Edit, RowEdit};
use quhua::i18n::{Say as _, Text, ledgers, numbers};
use quhua::model::{LaidLedger, LedgerColumn, Sort};
use quhua::study::Study;
use rows::{Made, Order, Place, Rows, Which, Wish, row_at};

/// Width of the numbers of rows, in points.
const NUMBERS: f32 = 68.0;

/// What the grid remembers between frames.
#[derive(Debug, Default)]
pub struct LedgersState {
    /// The ledger that was chosen; the first where there is none of that name.
    chosen: Option<CompactString>,
    which: Which,
    filter: String,
    order: Option<Order>,
    only_selected: bool,
    rows: Rows,
    /// The cell that keys go from.
    cursor: Option<Cursor>,
    /// The row where a range begins that ends at the cursor.
    anchor: Option<CompactString>,
    editing: Option<Editing>,
    /// The row that is to come into sight.
    reveal: Option<CompactString>,
    /// Whether the unit under the pointer is that of one of its rows.
    hovering: bool,
}

/// A cell, by the key of its row and the position of its column.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cursor {
    pub key: CompactString,
    pub column: usize,
}

impl LedgersState {
    /// The ledger that is shown.
    #[must_use]
    pub fn chosen<'a>(&self, project: &'a Study) -> Option<&'a LaidLedger> {
        let all = project.dataset().ledgers();
        let wanted = |laid: &&LaidLedger| self.chosen.as_deref() == Some(laid.ledger().name());
        all.iter().find(wanted).or_else(|| all.first())
    }

    /// Shows a ledger, from its beginning.
    pub fn choose(&mut self, ledger: &str) {
        if self.chosen.as_deref() != Some(ledger) {
            *self = Self { chosen: Some(ledger.into()), only_selected: self.only_selected, ..Self::default() };
        }
    }

    /// Shows a row of a ledger, and puts the cursor there.
    pub fn go_to(&mut self, ledger: &str, key: &str) {
        self.choose(ledger);
        let column = self.cursor.as_ref().map_or(0, |cursor| cursor.column);
        self.cursor = Some(Cursor { key: key.into(), column });
        self.anchor = None;
        self.reveal = Some(key.into());
    }

    fn refresh(&mut self, shown: &Shown<'_>, project: &Study, laid: &LaidLedger) {
        let within = self.only_selected.then(|| shown.view.selection.clone()).filter(|units| !units.is_empty());
        let (which, filter, order) = (self.which, self.filter.clone(), self.order);
        let order = order.filter(|order| order.by.is_none_or(|by| by < laid.ledger().columns().len()));
        self.rows.refresh(project, laid, Wish { which, filter, order, within, level: shown.view.level });
    }

    /// Where the row of a key is among those that are shown.
    fn position(&self, laid: &LaidLedger, key: &str) -> Option<usize> {
        let made = self.rows.made()?;
        let loaded = laid.ledger().row(key).map(Place::Loaded);
        let place = loaded.or_else(|| made.added.iter().position(|it| it == key).map(Place::Added))?;
        made.rows.iter().position(|row| *row == place)
    }

    /// Rows between the anchor and the cursor.
    fn range(&self, laid: &LaidLedger) -> Option<std::ops::RangeInclusive<usize>> {
        let to = self.position(laid, &self.cursor.as_ref()?.key)?;
        let from = self.anchor.as_ref().and_then(|anchor| self.position(laid, anchor)).unwrap_or(to);
        Some(from.min(to)..=from.max(to))
    }
}

/// What can be done with the ledger, from right to left.
pub(super) fn tools(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    state: &mut LedgersState,
    send: &mut Vec<Command>,
) {
    let face = (shown.lang, shown.colours, shown.now);
    let name = shown.text(Text::LedgerMenu);
    let button = Button::new(icon::ICON_MORE_VERT.rich_text().size(16.0));
    let button = button.frame_when_inactive(false).min_size(vec2(ROW, ROW));
    let (menu, _) = MenuButton::from_button(button).ui(ui, |ui| {
        for action in [Action::LayLedger, Action::ReplaceLedger, Action::RemoveLedger, Action::Packs] {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
    });
    menu.on_hover_text(name).accessible_name(name);
    let Some(laid) = state.chosen(project) else { return };
    widgets::action_button(ui, face, Action::Export(ExportKind::Ledger), Face::Icon, None, send);
    if widgets::icon_button(ui, icon::ICON_CONTENT_COPY, shown.text(Text::CopyTable)).clicked() {
        state.refresh(shown, project, laid);
        if let Some(made) = state.rows.made() {
            let text = pasting::text_of(laid, (project.dataset(), project.state()), made, 0..made.rows.len(), true);
            send.push(Command::Ledger(LedgerStep::Copy { text, rows: made.rows.len() }));
        }
    }
    let new = widgets::icon_button(ui, icon::ICON_ADD, shown.text(Text::NewRecord));
    if new.on_hover_text(shown.text(Text::NewRecordHint)).clicked() {
        send.push(Command::Ledger(LedgerStep::New { ledger: laid.ledger().name().into() }));
    }
}

/// Shows the tab.
pub(super) fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (state, stop): (&mut LedgersState, &Response),
    send: &mut Vec<Command>,
) {
    let Some(laid) = state.chosen(project) else {
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyLedgers));
        return;
    };
    let grid = focus_of(ui, shown, laid, state);
    // F6 leads to the panel, and from there into the grid.
    let is_entered = stop.has_focus();
    if is_entered {
        grid.request_focus();
    }
    let stop = &grid;
    state.refresh(shown, project, laid);
    above(ui, shown, project, laid, state);
    state.refresh(shown, project, laid);
    if is_entered && state.cursor.is_none() {
        drop(step(state, laid, (0, 0)));
    }
    let none = state.rows.made().is_none_or(|made| made.rows.is_empty());
    egui::ScrollArea::horizontal()
        .auto_shrink([false, false])
        .show(ui, |ui| table(ui, shown, project, laid, (state, stop), send));
    if none {
        let place = ui.max_rect().shrink2(vec2(3.0 * GRID, 0.0)).with_min_y(ui.max_rect().top() + 4.0 * ROW);
        let mut ui = ui.new_child(egui::UiBuilder::new().max_rect(place));
        widgets::hint(&mut ui, shown.colours, shown.text(Text::LedgerNoRows));
    }
}

/// What has the focus for the cells, which are no stops of their own: the cursor is seen, and no ring around all of them.
fn focus_of(ui: &Ui, shown: &Shown<'_>, laid: &LaidLedger, state: &LedgersState) -> Response {
    let grid = ui.interact(ui.max_rect(), Id::unique("cells of a ledger"), Sense::focusable_noninteractive());
    grid.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Region, true, shown.text(Text::Ledgers));
        let column = state.cursor.as_ref().and_then(|cursor| laid.ledger().columns().get(cursor.column));
        info.current_text_value =
            state.cursor.as_ref().zip(column).map(|(it, column)| format!("{} {}", it.key, column.header));
        info
    });
    grid
}

/// Which ledger, and which of its rows.
fn above(ui: &mut Ui, shown: &Shown<'_>, project: &Study, laid: &LaidLedger, state: &mut LedgersState) {
    ui.horizontal(|ui| {
        ui.set_min_height(ROW + GRID);
        let all = project.dataset().ledgers();
        let name = laid.ledger().name();
        let title = laid.ledger().title(shown.lang);
        let combo = ComboBox::from_id_salt("ledger").width(140.0).truncate().selected_text(title);
        let mut chosen = None;
        let combo = combo.show_ui(ui, |ui| {
            for other in all.iter().map(LaidLedger::ledger) {
                let text = format!("{}  {}", other.title(shown.lang), numbers::count(other.len()));
                let about = format!("{} · {}", other.name(), other.source().file);
                if ui.selectable_label(other.name() == name, text).on_hover_text(about).clicked() {
                    chosen = Some(other.name());
                }
            }
        });
        combo.response.accessible_name(shown.text(Text::LedgerChoice));
        let (made, known) = (state.rows.made(), state.rows.known());
        let mistake = made.and_then(|made| made.mistake.as_ref()).map(|error| error.say(shown.lang));
        let counts = [
            (Which::All, Text::LedgerAll, made.map_or(0, |made| made.all)),
            (Which::Changed, Text::LedgerChanged, made.map_or(0, |made| made.changed)),
            (Which::Unbound, Text::LedgerUnbound, known.map_or(0, |known| known.unbound)),
            (Which::Doubtful, Text::LedgerDoubts, known.map_or(0, |known| known.doubts.len())),
        ]
        .map(|(which, text, count)| (which, format!("{} {}", shown.text(text), numbers::count(count)), count));
        let count = made.map(|made| ledgers::rows(shown.lang, made.counted, made.all));
        ui.scope(|ui| {
            if mistake.is_some() {
                ui.visuals_mut().override_text_color = Some(shown.colours.error);
            }
            let (name, prompt) = (shown.text(Text::LedgerFilter), shown.text(Text::LedgerFilterPrompt));
            let field = widgets::field(ui, name, &mut state.filter, prompt, 270.0);
            field.on_hover_text(mistake.as_deref().unwrap_or(prompt));
        });
        // What there is none of is no choice.
        let is_there =
            |(which, _, count): &&(Which, String, usize)| *count > 0 || *which == state.which || *which == Which::All;
        let choices: Vec<(Which, &str, &str)> =
            counts.iter().filter(is_there).map(|(which, name, _)| (*which, name.as_str(), "")).collect();
        if choices.len() > 1
            && let Some(which) = widgets::choice(ui, shown.colours, state.which, &choices)
        {
            state.which = which;
        }
        let only = shown.text(Text::LedgerOnlySelected);
        if widgets::icon_choice(ui, shown.colours, icon::ICON_FILTER_CENTER_FOCUS, only, state.only_selected) {
            state.only_selected ^= true;
        }
        if let Some(count) = count {
            widgets::caption(ui, shown.colours, &count);
        }
        if let Some(chosen) = chosen {
            state.choose(chosen);
        }
    });
}

/// Widths of the columns, in points, as they are at first.
fn width_of(column: &LedgerColumn) -> f32 {
    match column.sort {
        Sort::Number => 84.0,
        Sort::Date => 96.0,
        Sort::Text if column.is_code() => 116.0,
        Sort::Text => 132.0,
    }
}

fn table(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    laid: &LaidLedger,
    (state, stop): (&mut LedgersState, &Response),
    send: &mut Vec<Command>,
) {
    let ledger = laid.ledger();
    keys(ui, project, laid, (state, stop), send);
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut builder = TableBuilder::new(ui)
        .id_salt(("ledger", ledger.name(), ledger.columns().len()))
        .sense(Sense::CLICK)
        .resizable(true)
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .column(Column::exact(NUMBERS))
        .column(Column::initial(116.0).at_least(56.0).clip(true));
    for column in ledger.columns() {
        builder = builder.column(Column::initial(width_of(column)).at_least(40.0).clip(true));
    }
    if let Some(key) = state.reveal.take()
        && let Some(at) = state.position(laid, &key)
    {
        builder = builder.scroll_to_row(at, None).animate_scrolling(false);
    }
    let range = state.range(laid);
    let LedgersState { rows, order, cursor, editing, .. } = &mut *state;
    let Some((made, known)) = rows.made().zip(rows.known()) else { return };
    let (mut pressed, mut hovered) = (None, false);
    builder
        .header(2.0 * ROW - GRID, |mut row| {
            row.col(|ui| header::numbers(ui, shown, order));
            row.col(|ui| header::unit(ui, shown, order));
            for (at, column) in ledger.columns().iter().enumerate() {
                row.col(|ui| header::column(ui, shown, column, (at, made.totals.get(at).copied()), order));
            }
        })
        .body(|body| {
            body.rows(ROW, made.rows.len(), |mut table_row| {
                let at = table_row.index();
                let Some(row) = row_at(laid, (project.dataset(), project.state()), made, made.rows[at]) else { return };
                table_row.set_selected(range.as_ref().is_some_and(|range| range.contains(&at)));
                let drawn = cells::Drawn { shown, project, laid, known, row };
                pressed = drawn.show(&mut table_row, (cursor, editing), send).or(pressed.take());
                if table_row.response().hovered() {
                    hovered = true;
                    if let Some(unit) = drawn.unit().filter(|unit| shown.view.hovered != Some(*unit)) {
                        send.push(Command::Hover(Some(unit)));
                    }
                }
            });
        });
    if state.hovering && !hovered && shown.view.hovered.is_some() {
        send.push(Command::Hover(None));
    }
    state.hovering = hovered;
    if let Some(pressed) = pressed {
        follow(ui, project, laid, (state, stop), pressed, send);
    }
}

/// What was pressed in a row.
pub(super) struct Pressed {
    cursor: Cursor,
    how: How,
}

/// How it was pressed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Once,
    Twice,
    /// Its number.
    Number,
    /// What was written is carried out; the cursor goes on.
    Down,
    Right,
    /// It is given up.
    GivenUp,
}

/// Goes where was pressed.
fn follow(
    ui: &Ui,
    project: &Study,
    laid: &LaidLedger,
    (state, stop): (&mut LedgersState, &Response),
    Pressed { cursor, how }: Pressed,
    send: &mut Vec<Command>,
) {
    let (ledger, key) = (CompactString::from(laid.ledger().name()), cursor.key.clone());
    match how {
        How::Number => send.push(Command::OpenRecord { ledger, key }),
        How::Twice => {
            send.push(Command::Ledger(LedgerStep::LookAt { ledger, key }));
            return edit(project, laid, state, cursor);
        }
        How::Once => {
            let shift = ui.input(|input| input.modifiers.shift);
            state.anchor = match (&state.cursor, &state.anchor) {
                (Some(before), None) if shift => Some(before.key.clone()),
                (_, anchor) if shift => anchor.clone(),
                _ => None,
            };
            // A range of rows is of many units.
            if !shift {
                send.push(Command::Ledger(LedgerStep::LookAt { ledger, key }));
            }
        }
        How::Down | How::Right | How::GivenUp => {}
    }
    state.cursor = Some(cursor);
    match how {
        How::Down => drop(step(state, laid, (1, 0))),
        How::Right => drop(step(state, laid, (0, 1))),
        How::Once | How::Twice | How::Number | How::GivenUp => {}
    }
    ui.memory_mut(|memory| memory.request_focus(stop.id));
}

/// Begins to write into a cell, with what stands there.
fn edit(project: &Study, laid: &LaidLedger, state: &mut LedgersState, cursor: Cursor) {
    let Some(row) = laid.row(project.dataset(), project.state(), &cursor.key) else { return };
    state.editing = Some(Editing::of(cursor.clone(), row.text(cursor.column)));
    state.cursor = Some(cursor);
}

/// Moves the cursor by rows and columns. Returns the key of its row, where that is another.
fn step(state: &mut LedgersState, laid: &LaidLedger, (down, right): (isize, isize)) -> Option<CompactString> {
    let columns = laid.ledger().columns().len();
    let now = state.cursor.clone();
    let at = now.as_ref().and_then(|cursor| state.position(laid, &cursor.key));
    let made = state.rows.made()?;
    let last = made.rows.len().checked_sub(1)?;
    let to = at.map_or(0, |at| at.saturating_add_signed(down).min(last));
    let column = now.as_ref().map_or(0, |cursor| cursor.column.saturating_add_signed(right));
    let key = key_at(laid, made, to)?;
    let is_other = now.is_none_or(|now| now.key != key);
    state.cursor = Some(Cursor { key: key.clone(), column: column.min(columns.saturating_sub(1)) });
    state.anchor = None;
    state.reveal = is_other.then(|| key.clone());
    is_other.then_some(key)
}

fn key_at(laid: &LaidLedger, made: &Made, at: usize) -> Option<CompactString> {
    match *made.rows.get(at)? {
        Place::Loaded(row) => Some(laid.ledger().key(row).clone()),
        Place::Added(at) => made.added.get(at).cloned(),
    }
}

/// What the keyboard does: arrows go from cell to cell, Enter writes, Delete blanks; rows are copied and pasted.
fn keys(
    ui: &Ui,
    project: &Study,
    laid: &LaidLedger,
    (state, stop): (&mut LedgersState, &Response),
    send: &mut Vec<Command>,
) {
    if !stop.has_focus() || ui.ctx().text_edit_focused() {
        return;
    }
    focus::keep_arrows(ui, stop);
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let moves = [
        (Key::ArrowDown, (1, 0)),
        (Key::ArrowUp, (-1, 0)),
        (Key::ArrowRight, (0, 1)),
        (Key::ArrowLeft, (0, -1)),
        (Key::Home, (isize::MIN, 0)),
        (Key::End, (isize::MAX, 0)),
        (Key::PageDown, (10, 0)),
        (Key::PageUp, (-10, 0)),
    ];
    if let Some((_, by)) = moves.into_iter().find(|(key, _)| pressed(*key))
        && let Some(key) = step(state, laid, by)
    {
        send.push(Command::Ledger(LedgerStep::LookAt { ledger: laid.ledger().name().into(), key }));
    }
    if let Some(cursor) = state.cursor.clone() {
        if pressed(Key::Enter) {
            edit(project, laid, state, cursor);
        } else if pressed(Key::Delete) || pressed(Key::Backspace) {
            let set = [(laid.ledger().columns()[cursor.column].header.as_str().into(), CompactString::default())];
            let row = RowEdit::Set { set: set.into() };
            let table = laid.ledger().name().into();
            send.push(Command::Commit(Edit::Record { table, id: Some(cursor.key), row }));
        }
    }
    let (copies, pasted) = ui.input(|input| {
        let pasted = input.events.iter().find_map(|event| match event {
            Event::Paste(text) => Some(text.clone()),
            _ => None,
        });
        (input.events.contains(&Event::Copy), pasted)
    });
    let Some(made) = state.rows.made() else { return };
    if copies && let Some(range) = state.range(laid) {
        let (from, to) = (*range.start(), *range.end());
        let cell = state.cursor.as_ref().filter(|_| from == to);
        let row = cell.and_then(|cursor| {
            Some((row_at(laid, (project.dataset(), project.state()), made, made.rows[from])?, cursor.column))
        });
        let text = match row {
            Some((row, column)) => row.text(column).to_owned(),
            None => pasting::text_of(laid, (project.dataset(), project.state()), made, from..to + 1, false),
        };
        send.push(Command::Ledger(LedgerStep::Copy { text, rows: to + 1 - from }));
    }
    if let Some(text) = pasted {
        let at = state.cursor.as_ref().and_then(|cursor| Some((state.position(laid, &cursor.key)?, cursor.column)));
        let edits = pasting::edits_of(&text, laid, (project.dataset(), project.state()), made, at);
        send.push(Command::Ledger(LedgerStep::Paste(edits)));
    }
}

//! The units as a tree, on the left: levels below each other, filtered by name or code, in step with the map.
//!
//! Only the rows in sight are laid out, so 50,000 units cost as much as fifty. Rows can be dragged onto a unit of
//! the next coarser level: that transfers them.

use std::collections::{BTreeMap, BTreeSet};

use eframe::egui::{
    self, Align2, Color32, CursorIcon, DragAndDrop, FontId, Rect, Response, Role, ScrollArea, Sense, Ui, WidgetInfo,
    pos2, vec2,
};
use egui_material_icons::icons as icon;

use super::focus::{self, ListKey, Stop};
use super::shown::Shown;
use super::state::command::{Command, SelectMode};
use super::theme::{CAPTION, DATA, GRID, ROW};
use super::{widgets, words};
use quhua::i18n::{Text, numbers, sentences};
use quhua::jobs::Derived;
use quhua::model::{LevelIndex, Severity, State, UnitId};

/// What the tree remembers between frames.
#[derive(Debug, Default)]
pub struct TreeState {
    /// What names and codes must contain.
    pub filter: String,
    /// Units whose members are shown.
    unfolded: BTreeSet<UnitId>,
    rows: Derived<RowsFor, Rows>,
    revealed: u64,
    /// The unit that keys go from.
    cursor: Option<UnitId>,
    /// Units that were folded before they were unfolded to show the selection.
    started: bool,
}

/// Units that are being dragged.
#[derive(Clone, Debug)]
pub struct DraggedUnits(pub Vec<UnitId>);

/// What the rows are made of: a revision, what is looked for, and what is unfolded.
type RowsFor = (u64, String, BTreeSet<UnitId>);

#[derive(Debug)]
struct Rows {
    list: Vec<Row>,
    /// Units that pass the filter.
    found: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Row {
    unit: UnitId,
    depth: u8,
}

impl TreeState {
    /// Forgets what belongs to the document before.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// Shows the tree.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, tree: &mut TreeState, send: &mut Vec<Command>) {
    let Some(project) = shown.project else {
        widgets::hint(ui, shown.colours, shown.lang.of(Text::EmptyMap));
        return;
    };
    let state = project.state();
    let width = ui.available_width();
    let at_cursor = tree.cursor.filter(|unit| unit.index() < state.unit_count());
    let stop = focus::stop(ui, shown, Stop::Units, at_cursor.map(|unit| words::unit(state.unit(unit))));
    widgets::field(ui, shown.text(Text::UnitsFilter), &mut tree.filter, shown.text(Text::UnitsFilter), width);
    if !tree.started {
        tree.started = true;
        if state.level_count() > 2 {
            tree.unfolded.extend(state.units_at(state.coarsest()));
        }
    }
    let reveal = tree.revealed != shown.view.reveal;
    tree.revealed = shown.view.reveal;
    if reveal {
        unfold_selection(tree, shown, state);
        tree.cursor = shown.view.selection.last().copied().or(tree.cursor);
    }
    tree.refresh(project.revision(), state);
    counts(ui, shown, state, tree);
    if tree.list().is_empty() {
        if widgets::all_hidden(ui, (shown.lang, shown.colours), all(state)) {
            tree.filter.clear();
        }
        return;
    }
    let scroll_to = reveal
        .then(|| shown.view.selection.last())
        .flatten()
        .and_then(|&unit| tree.list().iter().position(|row| row.unit == unit));
    let moved = keys(ui, shown, state, tree, &stop, send);
    rows(ui, shown, state, tree, (moved.or(scroll_to), stop.has_focus()), send);
}

/// What the keyboard does in the list. Returns the row that it went to.
fn keys(
    ui: &Ui,
    shown: &Shown<'_>,
    state: &State,
    tree: &mut TreeState,
    stop: &Response,
    send: &mut Vec<Command>,
) -> Option<usize> {
    let list = tree.rows.get().map_or(&[][..], |rows| &rows.list);
    let place = |unit: UnitId| list.iter().position(|row| row.unit == unit);
    let at = tree.cursor.and_then(place);
    let to = match focus::list_key(ui, stop, list.len(), at)? {
        ListKey::Select(to, mode) => {
            send.push(Command::Select(vec![list[to].unit], mode));
            to
        }
        ListKey::Move(to) => to,
        ListKey::Open(at) => {
            send.push(Command::ZoomTo(list[at].unit));
            at
        }
        ListKey::Unfold(at) => {
            let unit = list[at].unit;
            let is_open = tree.unfolded.contains(&unit) || state.members(unit).is_empty();
            if !is_open {
                tree.unfolded.insert(unit);
                return Some(at);
            }
            (at + 1).min(list.len() - 1)
        }
        ListKey::Fold(at) => {
            let unit = list[at].unit;
            if tree.unfolded.remove(&unit) {
                return Some(at);
            }
            state.unit(unit).parent.and_then(place)?
        }
    };
    let unit = list[to].unit;
    tree.cursor = Some(unit);
    if shown.view.hovered != Some(unit) {
        send.push(Command::Hover(Some(unit)));
    }
    Some(to)
}

/// Units of all levels.
fn all(state: &State) -> usize {
    state.levels().map(|level| state.units_at(level).count()).sum()
}

/// One line below the filter: how many units there are of each level, or how many were found.
fn counts(ui: &mut Ui, shown: &Shown<'_>, state: &State, tree: &TreeState) {
    let text = if tree.filter.trim().is_empty() {
        let levels: Vec<String> = state
            .levels()
            .rev()
            .map(|level| {
                let name = words::level(shown.lang, shown.level_of(level));
                format!("{name} {}", numbers::count(state.units_at(level).count()))
            })
            .collect();
        levels.join(" · ")
    } else {
        sentences::of_all(shown.lang, tree.rows.get().map_or(0, |rows| rows.found), all(state))
    };
    widgets::caption(ui, shown.colours, &text);
}

fn rows(
    ui: &mut Ui,
    shown: &Shown<'_>,
    state: &State,
    tree: &mut TreeState,
    (scroll_to, has_focus): (Option<usize>, bool),
    send: &mut Vec<Command>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical().auto_shrink([false, false]).animated(false);
    if let Some(row) = scroll_to {
        area = area.vertical_scroll_offset(offset_of(row, ui.available_height()));
    }
    let count = tree.list().len();
    let mut toggled = None;
    let mut hovered = false;
    area.show_rows(ui, ROW, count, |ui, range| {
        for row in &tree.list()[range] {
            let open = tree.unfolded.contains(&row.unit) || !tree.filter.trim().is_empty();
            let has_cursor = has_focus && tree.cursor == Some(row.unit);
            let response = row_ui(ui, shown, state, (*row, has_cursor), open, &mut toggled);
            hovered |= response.hovered();
            act(ui, shown, state, row.unit, &response, send);
        }
    });
    if let Some(unit) = toggled
        && !tree.unfolded.remove(&unit)
    {
        tree.unfolded.insert(unit);
    }
}

/// Scroll offset that brings a row into the upper third of the list.
#[expect(clippy::cast_precision_loss, reason = "a position on the screen")]
fn offset_of(row: usize, height: f32) -> f32 {
    (row as f32 * ROW - height / 3.0).max(0.0)
}

/// Paints a row: chevron, mark, name, and on the right the code or the number of members.
fn row_ui(
    ui: &mut Ui,
    shown: &Shown<'_>,
    state: &State,
    (row, has_cursor): (Row, bool),
    open: bool,
    toggled: &mut Option<UnitId>,
) -> Response {
    let unit = state.unit(row.unit);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::CLICK | Sense::DRAG);
    let selected = shown.view.is_selected(row.unit);
    let label = words::unit(unit);
    response.widget_info(|| WidgetInfo::selected(Role::TreeItem, true, selected, label));
    let members = state.members(row.unit).len();
    let left = rect.left() + f32::from(row.depth) * 3.5 * GRID;
    let fold = Rect::from_min_size(pos2(left, rect.top()), vec2(5.0 * GRID, ROW));
    if members > 0 {
        let id = response.id.with("fold");
        let fold_response = ui.interact(fold, id, Sense::CLICK);
        let name = shown.text(if open { Text::Fold } else { Text::Unfold });
        fold_response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{name} {label}")));
        if fold_response.clicked() || (response.double_clicked() && members > 0 && row.depth == 0) {
            *toggled = Some(row.unit);
        }
    }
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let colours = shown.colours;
    let target = drop_target(ui, state, row.unit) && response.contains_pointer();
    let ground = match () {
        () if target => colours.selection_fill,
        () if selected => colours.selection_fill,
        () if response.hovered() || shown.view.hovered == Some(row.unit) => colours.hover_fill,
        () => Color32::TRANSPARENT,
    };
    let painter = ui.painter();
    painter.rect_filled(rect, 3.0, ground);
    if target || has_cursor {
        painter.rect_stroke(rect, 3.0, egui::Stroke::new(1.0, colours.selection), egui::StrokeKind::Inside);
    }
    if members > 0 {
        let glyph = if open { icon::ICON_KEYBOARD_ARROW_DOWN } else { icon::ICON_CHEVRON_RIGHT };
        let font = FontId::new(16.0, glyph.font_family());
        painter.text(fold.center(), Align2::CENTER_CENTER, glyph.codepoint, font, colours.muted);
    }
    let right = if members > 0 { numbers::count(members) } else { words::short_code(unit).to_owned() };
    let right = painter.layout_no_wrap(right, FontId::proportional(CAPTION), colours.muted);
    let badge = broken_badge(shown, row.unit);
    let right_at = pos2(rect.right() - 2.0 * GRID - right.size().x, rect.center().y - right.size().y / 2.0);
    let ink = if shown.is_changed(row.unit) { colours.accent } else { colours.ink };
    let mut job = egui::text::LayoutJob::simple_singleline(label.to_owned(), FontId::proportional(DATA), ink);
    let room = right_at.x - fold.right() - GRID - if badge.is_some() { 4.0 * GRID } else { 0.0 };
    job.wrap = egui::text::TextWrapping::truncate_at_width(room.max(GRID));
    let name = painter.layout_job(job);
    painter.galley(pos2(fold.right() + 2.0, rect.center().y - name.size().y / 2.0), name, ink);
    painter.galley(right_at, right, colours.muted);
    if let Some((glyph, colour)) = badge {
        let at = pos2(right_at.x - GRID, rect.center().y);
        painter.text(at, Align2::RIGHT_CENTER, glyph.codepoint, FontId::new(13.0, glyph.font_family()), colour);
    }
    response
}

/// The sign of the worst rule that a unit breaks; mere hints have none here.
fn broken_badge(shown: &Shown<'_>, unit: UnitId) -> Option<(egui_material_icons::MaterialIcon, Color32)> {
    let book = shown.project?.rules();
    let severity = quhua::rules::worst(book.pack()?, book.now()?.verdicts.of(unit))?;
    (severity > Severity::Info).then(|| super::marks::broken_mark(shown.colours, severity))
}

/// Whether what is being dragged can be dropped on this unit.
fn drop_target(ui: &Ui, state: &State, unit: UnitId) -> bool {
    let dragged = DragAndDrop::payload::<DraggedUnits>(ui.ctx());
    dragged.is_some_and(|dragged| takes(state, unit, &dragged.0))
}

/// Whether units can be transferred under this one.
fn takes(state: &State, parent: UnitId, units: &[UnitId]) -> bool {
    !units.is_empty()
        && units.iter().all(|&unit| state.unit(unit).level.coarser() == state.unit(parent).level)
        && units.iter().any(|&unit| state.unit(unit).parent != Some(parent))
}

/// Turns what was done to a row into commands.
fn act(ui: &Ui, shown: &Shown<'_>, state: &State, unit: UnitId, response: &Response, send: &mut Vec<Command>) {
    if response.hovered() && shown.view.hovered != Some(unit) {
        send.push(Command::Hover(Some(unit)));
    }
    if response.clicked() {
        let modifiers = ui.input(|input| input.modifiers);
        let mode = if modifiers.alt {
            SelectMode::Remove
        } else if modifiers.shift || modifiers.command {
            SelectMode::Toggle
        } else {
            SelectMode::Replace
        };
        send.push(Command::Select(vec![unit], mode));
    }
    if response.double_clicked() {
        send.push(Command::ZoomTo(unit));
    }
    if response.drag_started() && state.unit(unit).parent.is_some() {
        let units = if shown.view.is_selected(unit) { shown.view.selection.clone() } else { vec![unit] };
        response.dnd_set_drag_payload(DraggedUnits(units));
    }
    if let Some(dragged) = response.dnd_release_payload::<DraggedUnits>()
        && takes(state, unit, &dragged.0)
    {
        send.push(Command::TransferTo { units: dragged.0.clone(), to: unit });
    }
}

/// What hangs on the pointer while units are dragged: what letting go would do.
pub fn drag_label(ui: &Ui, shown: &Shown<'_>) {
    let (Some(dragged), Some(project)) = (DragAndDrop::payload::<DraggedUnits>(ui.ctx()), shown.project) else {
        return;
    };
    let Some(pointer) = ui.ctx().pointer_latest_pos() else { return };
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    let state = project.state();
    let names: Vec<&str> = dragged.0.iter().map(|&unit| words::unit(state.unit(unit))).collect();
    let what = sentences::names(shown.lang, &names);
    let to = shown.view.hovered.filter(|&unit| takes(state, unit, &dragged.0));
    let text = match to {
        Some(to) => sentences::drop_transfers(shown.lang, &what, words::unit(state.unit(to))),
        None => what,
    };
    egui::Area::new(egui::Id::unique("dragged units"))
        .order(egui::Order::Tooltip)
        .fixed_pos(pointer + vec2(14.0, 6.0))
        .interactable(false)
        .show(ui.ctx(), |ui| {
            egui::Frame::popup(ui.style()).show(ui, |ui| ui.label(text));
        });
}

fn unfold_selection(tree: &mut TreeState, shown: &Shown<'_>, state: &State) {
    let Some(&last) = shown.view.selection.last() else { return };
    let mut above = state.unit(last).parent;
    while let Some(unit) = above {
        tree.unfolded.insert(unit);
        above = state.unit(unit).parent;
    }
}

impl TreeState {
    /// The rows as they are shown.
    fn list(&self) -> &[Row] {
        self.rows.get().map_or(&[], |rows| &rows.list)
    }

    /// Makes the list of rows again if anything it depends on has changed.
    fn refresh(&mut self, revision: u64, state: &State) {
        let filter = self.filter.trim().to_lowercase();
        let key = (revision, filter, self.unfolded.clone());
        if !self.rows.is_of(&key) {
            let rows = Rows::of(state, &key.1, &self.unfolded);
            self.rows.put(key, rows);
        }
    }
}

impl Rows {
    fn of(state: &State, filter: &str, unfolded: &BTreeSet<UnitId>) -> Self {
        let mut list = Vec::new();
        let coarsest = state.coarsest();
        if filter.is_empty() {
            for unit in state.units_at(coarsest) {
                unfolded_rows(state, unit, 0, unfolded, &mut list);
            }
            return Self { found: list.len(), list };
        }
        let kept = matches(state, filter);
        for unit in state.units_at(coarsest) {
            filtered_rows(state, unit, 0, &kept, &mut list);
        }
        Self { found: kept.values().filter(|&&itself| itself).count(), list }
    }
}

fn unfolded_rows(state: &State, unit: UnitId, depth: u8, unfolded: &BTreeSet<UnitId>, rows: &mut Vec<Row>) {
    rows.push(Row { unit, depth });
    if unfolded.contains(&unit) {
        for &member in state.members(unit) {
            unfolded_rows(state, member, depth + 1, unfolded, rows);
        }
    }
}

/// Units to be shown for a filter: those that match (`true`) and those above a match (`false`).
fn matches(state: &State, filter: &str) -> BTreeMap<UnitId, bool> {
    let mut kept = BTreeMap::new();
    let levels: Vec<LevelIndex> = state.levels().collect();
    for unit in levels.into_iter().flat_map(|level| state.units_at(level)) {
        let it = state.unit(unit);
        if it.name.to_lowercase().contains(filter) || it.code.to_lowercase().contains(filter) {
            kept.insert(unit, true);
            let mut above = it.parent;
            while let Some(parent) = above {
                kept.entry(parent).or_insert(false);
                above = state.unit(parent).parent;
            }
        }
    }
    kept
}

fn filtered_rows(state: &State, unit: UnitId, depth: u8, kept: &BTreeMap<UnitId, bool>, rows: &mut Vec<Row>) {
    if kept.contains_key(&unit) {
        rows.push(Row { unit, depth });
        for &member in state.members(unit) {
            filtered_rows(state, member, depth + 1, kept, rows);
        }
    }
}

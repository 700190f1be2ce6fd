//! The units of the level as a table that can be sorted, in step with the map.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use eframe::egui::{self, Align, Button, Event, Layout, Response, RichText, Role, Sense, Ui, WidgetInfo};
use egui_extras::{Column, TableBuilder, TableRow};
use egui_material_icons::icons as icon;

use super::columns::{self, Field};
use super::figure_cell;
use super::filter::Filter;
use crate::ui::focus::{self, ListKey};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::exports::ExportKind;
use crate::ui::theme::{CAPTION, GRID, ROW};
use crate::ui::{widgets, words};
use quhua::i18n::numbers::AreaUnit;
use quhua::i18n::{Lang, Text, numbers, sentences};
use quhua::jobs::Derived;
use quhua::metrics::Figure;
use quhua::model::{CodeStatus, LevelIndex, UnitId};
use quhua::report::table::Sheet;
use quhua::study::{Study, Time};

/// What the table remembers between frames.
#[derive(Debug, Default)]
pub struct TableState {
    sort: Sort,
    /// What was written to filter by, by level and column.
    filters: BTreeMap<(LevelIndex, String), String>,
    /// Whether the row of filters is shown.
    filters_open: bool,
    made: Derived<MadeFor, Made>,
    revealed: u64,
    /// Last row that was pressed: where a range begins.
    anchor: Option<UnitId>,
    /// The unit that keys go from.
    cursor: Option<UnitId>,
    /// Whether the unit under the pointer is one of its rows.
    hovering: bool,
}

/// The rows that are shown.
#[derive(Debug)]
struct Made {
    rows: Vec<UnitId>,
    /// Units of the level, filtered out or not.
    all: usize,
}

/// What the rows were made for.
#[derive(Clone, Debug, PartialEq)]
struct MadeFor {
    revision: u64,
    level: LevelIndex,
    sort: Sort,
    /// Whether all figures were known.
    known: bool,
    fields: Vec<Field>,
    filters: Vec<(Field, String)>,
    /// Filters are written in units and words that are shown.
    shown_in: (AreaUnit, Lang),
}

/// Order of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sort {
    by: Field,
    descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: Field::Code, descending: false }
    }
}

impl TableState {
    /// Forgets what belongs to the document before.
    pub fn reset(&mut self) {
        *self = Self { filters_open: self.filters_open, ..Self::default() };
    }

    /// Shows the row of filters, or folds it away; what was written stays.
    pub const fn toggle_filters(&mut self) {
        self.filters_open ^= true;
    }

    /// Name of the unit that keys go from.
    #[must_use]
    pub fn cursor_name(&self, shown: &Shown<'_>) -> Option<String> {
        let state = shown.project?.state();
        let unit = self.cursor.filter(|unit| unit.index() < state.unit_count())?;
        Some(words::unit(state.unit(unit)).to_owned())
    }

    /// Takes all filters of a level away.
    pub fn clear_filters(&mut self, level: LevelIndex) {
        self.filters.retain(|(of, _), _| *of != level);
    }

    /// What is shown, for spreadsheets: the selected rows only, if that is wanted and there are any. `None` as long as
    /// figures are being worked out.
    pub fn sheet(&mut self, shown: &Shown<'_>, project: &Study, selected_only: bool) -> Option<Sheet> {
        let level = shown.view.level;
        self.refresh(shown, project, level);
        if !project.knows_figures(Time::Now, level) {
            return None;
        }
        let selected: Vec<UnitId> =
            self.rows().iter().copied().filter(|&unit| selected_only && shown.view.is_selected(unit)).collect();
        let units = if selected.is_empty() { self.rows() } else { &selected };
        let (columns, cells): (Vec<_>, Vec<_>) =
            self.fields().iter().map(|field| field.cells(shown, project, level, units)).unzip();
        let mut sheet = Sheet::new(words::level(shown.lang, shown.level_of(level)), columns);
        sheet.rows = vec![Vec::with_capacity(cells.len()); units.len()];
        for cell in cells.into_iter().flat_map(|column| column.into_iter().enumerate()) {
            sheet.rows[cell.0].push(cell.1);
        }
        Some(sheet)
    }

    /// Filters of the columns in view that say something.
    fn active_filters(&self, project: &Study, level: LevelIndex, fields: &[Field]) -> Vec<(Field, String)> {
        let written = |field: &Field| {
            let text = self.filters.get(&(level, field.key(project)))?;
            (!text.trim().is_empty()).then(|| (*field, text.clone()))
        };
        fields.iter().filter_map(written).collect()
    }

    fn refresh(&mut self, shown: &Shown<'_>, project: &Study, level: LevelIndex) {
        let fields = Field::shown(shown, project, level);
        let filters = self.active_filters(project, level, &fields);
        let asks_figures = self.sort.by.is_figure() || filters.iter().any(|(field, _)| field.is_figure());
        let wanted = MadeFor {
            revision: project.revision(),
            level,
            sort: self.sort,
            known: !asks_figures || project.knows_figures(Time::Now, level),
            fields,
            filters,
            shown_in: (shown.area_unit(), shown.lang),
        };
        if self.made.is_of(&wanted) {
            return;
        }
        let mut rows: Vec<UnitId> = project.state().units_at(level).collect();
        let all = rows.len();
        for (field, written) in &wanted.filters {
            keep(&mut rows, shown, project, level, *field, written, wanted.known);
        }
        sort(&mut rows, shown, project, level, self.sort, wanted.known);
        self.made.put(wanted, Made { rows, all });
    }

    /// Units that are shown, in their order.
    fn rows(&self) -> &[UnitId] {
        self.made.get().map_or(&[], |made| &made.rows)
    }

    /// Columns that are shown.
    fn fields(&self) -> &[Field] {
        self.made.key().map_or(&[], |made_for| &made_for.fields)
    }
}

/// Keeps the rows that pass a filter. One that cannot be read, or asks figures that are not known yet, keeps all.
fn keep(
    rows: &mut Vec<UnitId>,
    shown: &Shown<'_>,
    project: &Study,
    level: LevelIndex,
    field: Field,
    written: &str,
    known: bool,
) {
    if !field.is_figure() {
        let filter = Filter::of_text(written);
        rows.retain(|&unit| filter.passes_text(&field.text(shown, project, unit)));
    } else if let (true, Ok(filter)) = (known || field == Field::Members, Filter::of_figures(written)) {
        let values = field.values(shown, project, level);
        rows.retain(|unit| filter.passes_figure(values.get(unit.index()).copied().flatten()));
    }
}

fn sort(rows: &mut [UnitId], shown: &Shown<'_>, project: &Study, level: LevelIndex, sort: Sort, known: bool) {
    if sort.by.is_figure() && (known || sort.by == Field::Members) {
        let values = sort.by.values(shown, project, level);
        rows.sort_by(|a, b| by_value(values[a.index()], values[b.index()]).then(a.cmp(b)));
    } else {
        let by = if sort.by.is_figure() { Field::Code } else { sort.by };
        let text = |unit: UnitId| by.text(shown, project, unit);
        rows.sort_by_cached_key(|&unit| (text(unit), unit));
    }
    if sort.descending {
        rows.reverse();
    }
}

/// Unknown figures go first.
fn by_value(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

/// What can be done with the table, from right to left: filters, columns, copy, export; and how many rows there are.
pub fn tools(ui: &mut Ui, shown: &Shown<'_>, project: &Study, table: &mut TableState, send: &mut Vec<Command>) {
    let level = shown.view.level;
    table.refresh(shown, project, level);
    let face = (shown.lang, shown.colours, shown.now);
    for action in [Action::Export(ExportKind::Table), Action::CopyTable] {
        widgets::action_button(ui, face, action, widgets::Face::Icon, None, send);
    }
    columns::menu(ui, shown, project, send);
    widgets::action_button(ui, face, Action::ToggleFilters, widgets::Face::Icon, None, send);
    if shown.figures_died() {
        let text = RichText::new(shown.text(Text::CouldNotBeWorkedOut)).size(CAPTION);
        ui.label(text.color(shown.colours.error));
    }
    let all = table.made.get().map_or(0, |made| made.all);
    if table.made.key().is_some_and(|made_for| !made_for.filters.is_empty()) {
        widgets::action_button(ui, face, Action::ClearFilters, widgets::Face::Icon, None, send);
        let count = sentences::of_all(shown.lang, table.rows().len(), all);
        ui.label(RichText::new(count).size(CAPTION).color(shown.colours.accent));
    }
}

/// Shows the table.
pub fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (table, stop): (&mut TableState, &Response),
    send: &mut Vec<Command>,
) {
    egui::ScrollArea::horizontal()
        .auto_shrink([false, false])
        .show(ui, |ui| contents(ui, shown, project, (table, stop), send));
}

/// What the keyboard does in the rows. Returns the row that it went to.
fn keys(ui: &Ui, shown: &Shown<'_>, table: &mut TableState, stop: &Response, send: &mut Vec<Command>) -> Option<usize> {
    /// How far an arrow to the side scrolls, in points.
    const SIDEWAYS: f32 = 80.0;
    let at = table.cursor.and_then(|unit| table.rows().iter().position(|&row| row == unit));
    let to = match focus::list_key(ui, stop, table.rows().len(), at)? {
        ListKey::Select(to, mode) => {
            send.push(Command::Select(vec![table.rows()[to]], mode));
            to
        }
        ListKey::Move(to) => to,
        ListKey::Open(at) => {
            send.push(Command::ZoomTo(table.rows()[at]));
            at
        }
        sideways @ (ListKey::Unfold(_) | ListKey::Fold(_)) => {
            let by = if matches!(sideways, ListKey::Fold(_)) { SIDEWAYS } else { -SIDEWAYS };
            ui.scroll_with_delta(egui::vec2(by, 0.0));
            return None;
        }
    };
    let unit = table.rows()[to];
    table.cursor = Some(unit);
    if shown.view.hovered != Some(unit) {
        send.push(Command::Hover(Some(unit)));
    }
    Some(to)
}

fn contents(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (table, stop): (&mut TableState, &Response),
    send: &mut Vec<Command>,
) {
    let level = shown.view.level;
    table.refresh(shown, project, level);
    let moved = keys(ui, shown, table, stop, send);
    if !ui.ctx().text_edit_focused() && ui.input(|input| input.events.contains(&Event::Copy)) {
        send.push(Action::CopyTable.into());
    }
    let fields = table.fields().to_vec();
    let keys: Vec<String> = fields.iter().map(|field| field.key(project)).collect();
    let mut builder = TableBuilder::new(ui)
        .id_salt(("units", &keys))
        .sense(Sense::CLICK)
        .resizable(true)
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        // Without rows, what is said of them stands right below the header.
        .auto_shrink([false, table.rows().is_empty()]);
    for field in &fields {
        builder = builder.column(match field {
            Field::Name => Column::initial(150.0).at_least(60.0).clip(true),
            Field::Code | Field::Parent => Column::initial(116.0).at_least(48.0).clip(true),
            Field::Kind | Field::Members | Field::Change => Column::initial(72.0).at_least(40.0).clip(true),
            Field::Figure(_) | Field::Source(_) => Column::initial(112.0).at_least(56.0).clip(true),
        });
    }
    if table.revealed != shown.view.reveal {
        table.revealed = shown.view.reveal;
        table.cursor = shown.view.selection.last().copied().or(table.cursor);
        let last = shown.view.selection.last();
        let row = last.and_then(|unit| table.rows().iter().position(|row| row == unit));
        if let Some(row) = row {
            builder = builder.scroll_to_row(row, None).animate_scrolling(false);
        }
    } else if let Some(row) = moved {
        builder = builder.scroll_to_row(row, None).animate_scrolling(false);
    }
    let mut sort = None;
    let now = table.sort;
    let cursor = table.cursor.filter(|_| stop.has_focus());
    let (rows, filters) = (table.made.get().map_or(&[][..], |made| &made.rows), &mut table.filters);
    let is_open = table.filters_open;
    let (mut pressed, mut hovered) = (None, false);
    builder
        .header(if is_open { 2.0 * ROW + 2.0 * GRID } else { ROW }, |mut header| {
            for (&field, key) in fields.iter().zip(keys) {
                header.col(|ui| {
                    if !is_open {
                        sort = heading(ui, shown, field, now).or(sort);
                        return;
                    }
                    ui.vertical(|ui| {
                        let row = egui::vec2(ui.available_width(), ROW);
                        let layout = Layout::left_to_right(Align::Center);
                        let pressed = ui.allocate_ui_with_layout(row, layout, |ui| heading(ui, shown, field, now));
                        sort = pressed.inner.or(sort);
                        filter_field(ui, shown, field, filters.entry((level, key)).or_default());
                    });
                });
            }
        })
        .body(|body| {
            body.rows(ROW, rows.len(), |mut row| {
                let unit = rows[row.index()];
                row.set_selected(shown.view.is_selected(unit));
                row.set_hovered(shown.view.hovered == Some(unit) || cursor == Some(unit));
                cells(&mut row, shown, project, &fields, unit);
                let response = row.response();
                if response.hovered() {
                    hovered = true;
                    if shown.view.hovered != Some(unit) {
                        send.push(Command::Hover(Some(unit)));
                    }
                }
                if response.double_clicked() {
                    send.push(Command::ZoomTo(unit));
                } else if response.clicked() {
                    pressed = Some(unit);
                }
            });
        });
    // The pointer has left the rows: the map no longer shows what was under it.
    if table.hovering && !hovered && shown.view.hovered.is_some() {
        send.push(Command::Hover(None));
    }
    table.hovering = hovered;
    let all = table.made.get().map_or(0, |made| made.all);
    if table.rows().is_empty() && all > 0 && widgets::all_hidden(ui, (shown.lang, shown.colours), all) {
        send.push(Action::ClearFilters.into());
    }
    if let Some(sort) = sort {
        table.sort = sort;
    }
    if let Some(unit) = pressed {
        send.push(selects(ui, table, unit));
    }
}

/// A click selects a row, Shift a range, Ctrl one more.
fn selects(ui: &Ui, table: &mut TableState, unit: UnitId) -> Command {
    let modifiers = ui.input(|input| input.modifiers);
    let place = |unit: UnitId| table.rows().iter().position(|&row| row == unit);
    let range = table.anchor.filter(|_| modifiers.shift).and_then(place).zip(place(unit));
    if let Some((from, to)) = range {
        let units = table.rows()[from.min(to)..=from.max(to)].to_vec();
        return Command::Select(units, SelectMode::Add);
    }
    table.anchor = Some(unit);
    let mode = if modifiers.alt {
        SelectMode::Remove
    } else if modifiers.command {
        SelectMode::Toggle
    } else {
        SelectMode::Replace
    };
    Command::Select(vec![unit], mode)
}

/// Where a filter of a column is written; what cannot be read is said.
fn filter_field(ui: &mut Ui, shown: &Shown<'_>, field: Field, text: &mut String) {
    let name = sentences::filter_of(shown.lang, &field.name(shown));
    let hint = if field.is_figure() { ">…" } else { "…" };
    let wrong = if field.is_figure() { Filter::of_figures(text).err() } else { None };
    if wrong.is_some() {
        ui.visuals_mut().override_text_color = Some(shown.colours.error);
    }
    let width = ui.available_width() - 4.0 * GRID;
    let response = widgets::field(ui, &name, text, hint, width);
    let tip = match wrong {
        Some(word) => sentences::not_a_condition(shown.lang, &word),
        None if field.is_figure() => shown.text(Text::FilterFiguresHint).to_owned(),
        None => shown.text(Text::FilterTextHint).to_owned(),
    };
    response.on_hover_text(tip);
}

/// Heading of a column; a press sorts by it, a second one the other way round.
fn heading(ui: &mut Ui, shown: &Shown<'_>, field: Field, now: Sort) -> Option<Sort> {
    let name = field.name(shown);
    let sorted = now.by == field;
    let colour = if sorted { shown.colours.ink } else { shown.colours.muted };
    let layout = if field.is_figure() { Layout::right_to_left(Align::Center) } else { *ui.layout() };
    ui.with_layout(layout, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let text = RichText::new(&name).size(CAPTION).color(colour);
        let response = ui.add(Button::new(text).frame(false).truncate());
        response.widget_info(|| WidgetInfo::selected(Role::ColumnHeader, true, sorted, &name));
        if sorted {
            let arrow = if now.descending { icon::ICON_ARROW_DOWNWARD } else { icon::ICON_ARROW_UPWARD };
            ui.label(arrow.rich_text().size(12.0).color(colour));
        }
        let about = match field {
            Field::Figure(figure) => format!("{name}\n{}", words::figure_about(shown, figure)),
            Field::Members => format!("{name}\n{}", words::about(shown.lang, Text::Members)),
            _ => name.clone(),
        };
        let response = response.on_hover_text(about);
        response
            .clicked()
            .then_some(Sort { by: field, descending: if sorted { !now.descending } else { field.is_figure() } })
    })
    .inner
}

fn cells(row: &mut TableRow<'_, '_>, shown: &Shown<'_>, project: &Study, fields: &[Field], id: UnitId) {
    let state = project.state();
    let unit = state.unit(id);
    let figures = fields.iter().any(|field| matches!(field, Field::Figure(_))).then(|| project.figures(id));
    for field in fields {
        row.col(|ui| match field {
            Field::Name => {
                let colour = if project.is_changed(id) { shown.colours.accent } else { shown.colours.ink };
                ui.add(egui::Label::new(RichText::new(words::unit(unit)).color(colour)).truncate());
            }
            Field::Code => {
                ui.add(egui::Label::new(unit.code.as_str()).truncate());
                if unit.code_status == CodeStatus::Proposed {
                    widgets::badge(ui, shown.text(Text::Proposed), shown.colours.accent);
                }
            }
            Field::Kind => {
                let kind = unit.kind.as_ref().map_or("", |kind| words::kind(shown.lang, kind));
                ui.add(egui::Label::new(kind).truncate());
            }
            Field::Parent => {
                let parent = unit.parent.map_or("", |parent| words::unit(state.unit(parent)));
                ui.add(egui::Label::new(parent).truncate());
            }
            Field::Change => {
                let text = RichText::new(field.text(shown, project, id)).color(shown.colours.accent);
                ui.add(egui::Label::new(text).truncate());
            }
            Field::Members => figure_cell(ui, numbers::count(state.members(id).len())),
            &Field::Figure(figure @ Figure::Source(field)) => {
                let value = project.value(id, figure);
                let text = || Field::Source(field).text(shown, project, id);
                let other = || Some(text().into_owned()).filter(|it| !it.is_empty());
                figure_cell(
                    ui,
                    value
                        .map(|it| figure.text_of(it, shown.area_unit()))
                        .or_else(other)
                        .unwrap_or_else(|| numbers::UNKNOWN.to_owned()),
                );
            }
            &Field::Figure(figure @ Figure::Own(_)) => {
                let text = project.value(id, figure).map(|it| figure.text_of(it, shown.area_unit()));
                figure_cell(ui, text.unwrap_or_else(|| numbers::UNKNOWN.to_owned()));
            }
            Field::Source(_) => {
                ui.add(egui::Label::new(&*field.text(shown, project, id)).truncate());
            }
            Field::Figure(figure) => {
                let text = figures.as_ref().map_or_else(String::new, |it| figure.text(it, shown.area_unit()));
                figure_cell(ui, text);
            }
        });
    }
}

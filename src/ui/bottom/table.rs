//! The units of the level as a table that can be sorted, in step with the map.

use std::cmp::Ordering;

use eframe::egui::{self, Align, Button, Layout, RichText, Role, Sense, Ui, WidgetInfo};
use egui_extras::{Column, TableBuilder, TableRow};
use egui_material_icons::icons as icon;

use super::figure_cell;
use crate::i18n::{Text, numbers};
use crate::metrics::Figure;
use crate::model::{CodeStatus, LevelIndex, UnitId};
use crate::ui::command::{Command, SelectMode};
use crate::ui::project::{Project, Time};
use crate::ui::shown::Shown;
use crate::ui::theme::{CAPTION, ROW};
use crate::ui::{widgets, words};

/// What the table remembers between frames.
#[derive(Debug, Default)]
pub struct TableState {
    sort: Sort,
    rows: Vec<UnitId>,
    fields: Vec<Field>,
    /// What the rows were made for; whether all figures were known.
    made_for: Option<(u64, LevelIndex, Sort, bool)>,
    revealed: u64,
    /// Last row that was pressed: where a range begins.
    anchor: Option<UnitId>,
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

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Name,
    Code,
    Kind,
    Parent,
    Members,
    Figure(Figure),
}

impl Field {
    const fn is_figure(self) -> bool {
        matches!(self, Self::Figure(_) | Self::Members)
    }

    fn name(self, shown: &Shown<'_>) -> String {
        match self {
            Self::Name => shown.text(Text::Name).to_owned(),
            Self::Code => shown.text(Text::Code).to_owned(),
            Self::Kind => shown.text(Text::KindOf).to_owned(),
            Self::Parent => shown.text(Text::Parent).to_owned(),
            Self::Members => shown.text(Text::Members).to_owned(),
            Self::Figure(figure) => words::figure_with_unit(shown, figure),
        }
    }
}

impl TableState {
    /// Forgets what belongs to the document before.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    fn refresh(&mut self, project: &Project, level: LevelIndex) {
        let known = !self.sort.by.is_figure() || project.knows_figures(Time::Now, level);
        let key = (project.revision(), level, self.sort, known);
        if self.made_for == Some(key) {
            return;
        }
        let state = project.state();
        let mut rows: Vec<UnitId> = state.units_at(level).collect();
        let text = |unit: UnitId| match self.sort.by {
            Field::Name => state.unit(unit).name.as_str(),
            Field::Kind => state.unit(unit).kind.as_ref().map_or("", |kind| kind.id()),
            Field::Parent => state.unit(unit).parent.map_or("", |parent| state.unit(parent).label()),
            Field::Code | Field::Members | Field::Figure(_) => state.unit(unit).code.as_str(),
        };
        match self.sort.by {
            Field::Figure(figure) if known => {
                let values = project.values_at(Time::Now, level, figure);
                rows.sort_by(|a, b| by_value(values[a.index()], values[b.index()]).then(a.cmp(b)));
            }
            Field::Members => rows.sort_by_key(|&unit| (state.members(unit).len(), unit)),
            _ => rows.sort_by(|&a, &b| text(a).cmp(text(b)).then(a.cmp(&b))),
        }
        if self.sort.descending {
            rows.reverse();
        }
        self.rows = rows;
        self.fields = fields(project, level);
        self.made_for = Some(key);
    }
}

/// Unknown figures go first.
fn by_value(a: Option<f64>, b: Option<f64>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

/// Columns that the dataset has something for.
fn fields(project: &Project, level: LevelIndex) -> Vec<Field> {
    let state = project.state();
    let mut fields = vec![Field::Name, Field::Code];
    if state.units_at(level).any(|unit| state.unit(unit).kind.is_some()) {
        fields.push(Field::Kind);
    }
    if level < state.coarsest() {
        fields.push(Field::Parent);
    }
    if level > LevelIndex::FINEST {
        fields.push(Field::Members);
    }
    fields.extend(Figure::of_dataset(project.dataset()).into_iter().map(Field::Figure));
    fields
}

/// Shows the table.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Project, table: &mut TableState, send: &mut Vec<Command>) {
    egui::ScrollArea::horizontal().auto_shrink([false, false]).show(ui, |ui| contents(ui, shown, project, table, send));
}

fn contents(ui: &mut Ui, shown: &Shown<'_>, project: &Project, table: &mut TableState, send: &mut Vec<Command>) {
    let level = shown.view.level;
    table.refresh(project, level);
    let fields = table.fields.clone();
    let mut builder = TableBuilder::new(ui)
        .id_salt(("units", fields.len()))
        .sense(Sense::click())
        .resizable(true)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false]);
    for field in &fields {
        builder = builder.column(match field {
            Field::Name => Column::initial(150.0).at_least(60.0).clip(true),
            Field::Code | Field::Parent => Column::initial(116.0).at_least(48.0).clip(true),
            Field::Kind | Field::Members => Column::initial(72.0).at_least(40.0).clip(true),
            Field::Figure(_) => Column::initial(112.0).at_least(56.0).clip(true),
        });
    }
    if table.revealed != shown.view.reveal {
        table.revealed = shown.view.reveal;
        let last = shown.view.selection.last();
        let row = last.and_then(|unit| table.rows.iter().position(|row| row == unit));
        if let Some(row) = row {
            builder = builder.scroll_to_row(row, None).animate_scrolling(false);
        }
    }
    let mut sort = None;
    let now = table.sort;
    let rows = &table.rows;
    let mut pressed = None;
    builder
        .header(ROW, |mut header| {
            for &field in &fields {
                header.col(|ui| sort = heading(ui, shown, field, now).or(sort));
            }
        })
        .body(|body| {
            body.rows(ROW, rows.len(), |mut row| {
                let unit = rows[row.index()];
                row.set_selected(shown.view.is_selected(unit));
                row.set_hovered(shown.view.hovered == Some(unit));
                cells(&mut row, shown, project, &fields, unit);
                let response = row.response();
                if response.hovered() && shown.view.hovered != Some(unit) {
                    send.push(Command::Hover(Some(unit)));
                }
                if response.double_clicked() {
                    send.push(Command::ZoomTo(unit));
                } else if response.clicked() {
                    pressed = Some(unit);
                }
            });
        });
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
    let place = |unit: UnitId| table.rows.iter().position(|&row| row == unit);
    let range = table.anchor.filter(|_| modifiers.shift).and_then(place).zip(place(unit));
    if let Some((from, to)) = range {
        let units = table.rows[from.min(to)..=from.max(to)].to_vec();
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
        let response = response.on_hover_text(&name);
        response
            .clicked()
            .then_some(Sort { by: field, descending: if sorted { !now.descending } else { field.is_figure() } })
    })
    .inner
}

fn cells(row: &mut TableRow<'_, '_>, shown: &Shown<'_>, project: &Project, fields: &[Field], id: UnitId) {
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
            Field::Members => figure_cell(ui, numbers::count(state.members(id).len())),
            Field::Figure(figure) => {
                let text = figures.as_ref().map_or_else(String::new, |it| figure.text(it, shown.area_unit()));
                figure_cell(ui, text);
            }
        });
    }
}

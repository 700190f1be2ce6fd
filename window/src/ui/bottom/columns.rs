//! Columns of the table of units: what is in them, and which are shown.

use std::borrow::Cow;

use eframe::egui::Ui;
use eframe::egui::containers::menu::{MenuButton, MenuConfig};
use eframe::egui::{Button, PopupCloseBehavior, vec2};
use egui_material_icons::icons as icon;

use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::choropleth;
use crate::ui::state::command::Command;
use crate::ui::theme::ROW;
use crate::ui::{widgets, words};
use quhua::edit::change::Change;
use quhua::i18n::Text;
use quhua::metrics::Figure;
use quhua::metrics::catalogue::Rank;
use quhua::model::{FieldIndex, LevelIndex, RuledField, UnitId};
use quhua::report::table::{Cell, Column, ColumnKind};
use quhua::study::{Study, Time};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Name,
    Code,
    Kind,
    Parent,
    Members,
    Change,
    Figure(Figure),
    /// A field of the source that does not hold numbers.
    Source(FieldIndex),
}

impl Field {
    /// Columns that the dataset has something for at a level.
    pub(super) fn all(project: &Study, level: LevelIndex) -> Vec<Self> {
        let state = project.state();
        let mut fields = vec![Self::Name, Self::Code];
        if state.units_at(level).any(|unit| state.unit(unit).kind.is_some()) {
            fields.push(Self::Kind);
        }
        if level < state.coarsest() {
            fields.push(Self::Parent);
        }
        if level > LevelIndex::FINEST {
            fields.push(Self::Members);
        }
        fields.push(Self::Change);
        let figures = project.figures_on_map();
        let are_figures: Vec<FieldIndex> = figures
            .iter()
            .filter_map(|figure| if let Figure::Source(field) = figure { Some(*field) } else { None })
            .collect();
        fields.extend(figures.into_iter().map(Self::Figure));
        let free = project.field_rules().fields().iter().filter(|field| !field.is_fixed());
        let others = free.filter_map(RuledField::in_finest).filter(|field| !are_figures.contains(field));
        fields.extend(others.map(Self::Source));
        fields
    }

    /// Those of them that are shown.
    pub(super) fn shown(shown: &Shown<'_>, project: &Study, level: LevelIndex) -> Vec<Self> {
        let mut fields = Self::all(project, level);
        fields.retain(|field| field.is_shown(shown, project));
        fields
    }

    /// Whether it is shown: as the user chose, else all but the change, the figures that say less, and what cannot be
    /// summed.
    pub(super) fn is_shown(self, shown: &Shown<'_>, project: &Study) -> bool {
        let chosen = shown.preferences.columns.get(&self.key(project)).copied();
        // What is declared has a column in the unit of all areas.
        let declared = project.dataset().fields.declared_area.as_ref().map(|declared| declared.sum);
        let is_declared = matches!(self, Self::Figure(Figure::Sum(sum)) if Some(sum) == declared);
        // The name stays: a row must say what it is.
        self == Self::Name
            || chosen.unwrap_or(
                !is_declared
                    && match self {
                        Self::Figure(figure) => figure.rank() <= Rank::Column,
                        Self::Change | Self::Source(_) => false,
                        Self::Name | Self::Code | Self::Kind | Self::Parent | Self::Members => true,
                    },
            )
    }

    /// What the choice is kept under.
    pub(super) fn key(self, project: &Study) -> String {
        match self {
            Self::Name => "name".to_owned(),
            Self::Code => "code".to_owned(),
            Self::Kind => "kind".to_owned(),
            Self::Parent => "parent".to_owned(),
            Self::Members => "members".to_owned(),
            Self::Change => "change".to_owned(),
            Self::Figure(figure) => choropleth::key(project, figure),
            Self::Source(field) => choropleth::key(project, Figure::Source(field)),
        }
    }

    /// Whether numbers are in it.
    pub(super) const fn is_figure(self) -> bool {
        matches!(self, Self::Figure(_) | Self::Members)
    }

    /// Its heading.
    pub(super) fn name(self, shown: &Shown<'_>) -> String {
        match self {
            Self::Name => shown.text(Text::Name).to_owned(),
            Self::Code => shown.text(Text::Code).to_owned(),
            Self::Kind => shown.text(Text::KindOf).to_owned(),
            Self::Parent => shown.text(Text::Parent).to_owned(),
            Self::Members => shown.text(Text::Members).to_owned(),
            Self::Change => shown.text(Text::Change).to_owned(),
            Self::Figure(figure) => words::figure_with_unit(shown, figure),
            Self::Source(field) => words::figure(shown, Figure::Source(field)),
        }
    }

    /// Text of a unit in it; empty for figures, and for what is not known.
    pub(super) fn text<'a>(self, shown: &Shown<'a>, project: &'a Study, id: UnitId) -> Cow<'a, str> {
        let state = project.state();
        let unit = state.unit(id);
        let text = match self {
            Self::Source(field) => {
                let value = project.field_value(state, id, field);
                return value.and_then(|value| value.text()).unwrap_or_default().into();
            }
            Self::Name => unit.name.as_str(),
            Self::Code => unit.code.as_str(),
            Self::Kind => unit.kind.as_ref().map_or("", |kind| words::kind(shown.lang, kind)),
            Self::Parent => unit.parent.map_or("", |parent| state.unit(parent).label()),
            Self::Change => match project.change_of(id) {
                Change::Unchanged | Change::MembersChanged => "",
                change => change.words(shown.lang),
            },
            Self::Members | Self::Figure(_) => "",
        };
        text.into()
    }

    /// Its figures of all units of the level by the position of their ids, in the unit that is shown.
    pub(super) fn values(self, shown: &Shown<'_>, project: &Study, level: LevelIndex) -> Vec<Option<f64>> {
        match self {
            Self::Figure(figure) => {
                let unit = figure.shown_unit(shown.area_unit());
                let mut values = project.values_at(Time::Now, level, figure);
                values.iter_mut().flatten().for_each(|value| *value /= unit);
                values
            }
            Self::Members => {
                let state = project.state();
                let mut values = vec![None; state.unit_count()];
                for unit in state.units_at(level) {
                    #[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
                    let members = state.members(unit).len() as f64;
                    values[unit.index()] = Some(members);
                }
                values
            }
            _ => Vec::new(),
        }
    }

    /// The column and its cells for some units, for spreadsheets.
    pub(super) fn cells(
        self,
        shown: &Shown<'_>,
        project: &Study,
        level: LevelIndex,
        units: &[UnitId],
    ) -> (Column, Vec<Cell>) {
        let name = self.name(shown);
        if !self.is_figure() {
            let kind = if self == Self::Code { ColumnKind::Code } else { ColumnKind::Text };
            let cells = units.iter().map(|&unit| Cell::text(self.text(shown, project, unit)));
            return (Column { name, kind }, cells.collect());
        }
        let values = self.values(shown, project, level);
        let cell = |&unit: &UnitId| match (values.get(unit.index()).copied().flatten(), self) {
            // Values of several units may be listed.
            (None, Self::Figure(Figure::Source(field))) => Cell::text(Self::Source(field).text(shown, project, unit)),
            (value, _) => Cell::number(value),
        };
        let cells: Vec<Cell> = units.iter().map(cell).collect();
        let is_whole = |cell: &Cell| !matches!(cell, Cell::Number(value) if value.fract().abs() > 0.0);
        let fixed = if let Self::Figure(figure) = self { figure.decimals(shown.area_unit()) } else { None };
        let decimals = fixed.unwrap_or(if cells.iter().all(is_whole) { 0 } else { 2 });
        (Column { name, kind: ColumnKind::Number { decimals } }, cells)
    }
}

/// The menu of columns: what is ticked is shown.
pub(super) fn menu(ui: &mut Ui, shown: &Shown<'_>, project: &Study, send: &mut Vec<Command>) {
    let name = shown.text(Text::Columns);
    let button = Button::new(icon::ICON_VIEW_COLUMN.rich_text().size(16.0));
    let button = button.frame_when_inactive(false).min_size(vec2(ROW, ROW));
    let stays = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::from_button(button).config(stays).ui(ui, |ui| {
        ui.set_min_width(160.0);
        widgets::menu_item(ui, shown.lang, shown.now, Action::OwnFigures, send);
        ui.separator();
        widgets::scrolling(ui, |ui| {
            for field in Field::all(project, shown.view.level) {
                let mut is_shown = field.is_shown(shown, project);
                let tick = eframe::egui::Checkbox::new(&mut is_shown, field.name(shown));
                if ui.add_enabled(field != Field::Name, tick).changed() {
                    send.push(Command::ShowColumn(field.key(project), is_shown));
                }
            }
        });
    });
    response.on_hover_text(name).accessible_name(name);
}

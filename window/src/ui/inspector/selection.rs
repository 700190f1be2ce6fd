//! What is selected: one unit with its figures, or several with their sums.

use eframe::egui::{self, RichText, Ui};

use super::rename::{self, NameDraft};
use super::{badges, facts, fields};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::theme::GRID;
use crate::ui::widgets::{self, Face, action_button};
use crate::ui::words;
use quhua::edit::{Edit, UnitRef};
use quhua::i18n::{Text, numbers, sentences};
use quhua::metrics::Figure;
use quhua::model::{CodeStatus, SeatUse, State, UnitId};
use quhua::study::Study;

/// Units listed by name; of more, the number is said.
const LISTED: usize = 12;

/// Shows the selection.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, name: Option<&mut NameDraft>, send: &mut Vec<Command>) {
    let Some(project) = shown.project else {
        widgets::heading(ui, shown.text(Text::Selection));
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyMap));
        return;
    };
    match shown.view.selection.as_slice() {
        [] => {
            widgets::heading(ui, shown.text(Text::Selection));
            widgets::hint(ui, shown.colours, shown.text(Text::EmptySelection));
        }
        [unit] => one(ui, shown, project, *unit, name, send),
        units => several(ui, shown, project, units, send),
    }
}

fn one(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    id: UnitId,
    name: Option<&mut NameDraft>,
    send: &mut Vec<Command>,
) {
    let state = project.state();
    let unit = state.unit(id);
    ui.horizontal_wrapped(|ui| {
        widgets::heading(ui, words::unit(unit));
        if let Some(kind) = &unit.kind {
            widgets::badge(ui, words::kind(shown.lang, kind), shown.colours.muted);
        }
        if let Some(lock) = state.lock_of(id) {
            let why = if lock.reason.is_empty() { shown.text(Text::Locked) } else { &lock.reason };
            widgets::icon_mark(ui, egui_material_icons::icons::ICON_LOCK, shown.colours.muted).on_hover_text(why);
            widgets::caption(ui, shown.colours, why);
        }
        if project.is_changed(id) {
            widgets::badge(ui, shown.text(Text::ChangedUnits), shown.colours.accent);
        }
    });
    if let Some(draft) = name {
        rename::show(ui, shown, draft, send);
    }
    code_line(ui, shown, state, id);
    parent_line(ui, shown, state, id, send);
    actions(ui, shown, state, id, send);
    let figures = project.figures(id);
    ui.add_space(GRID);
    if project.touches_defect(id) {
        ui.colored_label(shown.colours.warning, shown.text(Text::TouchesDefect));
    }
    let members = state.members(id).len();
    if members > 0 {
        let row = widgets::fact(ui, shown.colours, shown.text(Text::Members), &numbers::count(members));
        widgets::explain(row, words::about(shown.lang, Text::Members));
    }
    for fact in facts::with_own(shown, state, id, &figures) {
        widgets::explain(widgets::fact(ui, shown.colours, &fact.name, &fact.figure), &fact.about);
    }
    let seat = unit.seat_name();
    let seat = seat.unwrap_or_else(|| facts::seat_basis(shown, figures.seat_basis));
    let row = widgets::fact(ui, shown.colours, shown.text(Text::Seat), seat);
    widgets::explain(row, words::about(shown.lang, Text::Seat));
    absorbed(ui, shown, project, id, send);
    egui::CollapsingHeader::new(RichText::new(shown.text(Text::MoreFigures)).color(shown.colours.muted))
        .id_salt("more figures")
        .show_unindented(ui, |ui| {
            for fact in facts::more(shown, &figures) {
                widgets::explain(widgets::fact(ui, shown.colours, &fact.name, &fact.figure), &fact.about);
            }
            fields::of_unit(ui, shown, project, id);
        });
    badges::of_unit(ui, shown, project, id, send);
}

/// Abolished units that are in it, each of which can come back.
fn absorbed(ui: &mut Ui, shown: &Shown<'_>, project: &Study, id: UnitId, send: &mut Vec<Command>) {
    let absorbed = project.absorbed_by(id);
    if absorbed.is_empty() {
        return;
    }
    widgets::caption(ui, shown.colours, shown.text(Text::AbsorbedUnits));
    for &old in absorbed.iter().take(LISTED) {
        let unit = project.state().unit(old);
        ui.horizontal(|ui| {
            ui.label(words::unit(unit));
            let name = shown.text(Text::Reinstate);
            let button = ui.small_button(name).on_hover_text(shown.text(Text::ReinstateHint));
            let button = button.accessible_name(format!("{name} {}", words::unit(unit)));
            if button.clicked() && !unit.code.is_empty() {
                let level = shown.level_of(unit.level);
                let unit = UnitRef::AtLevel { level, code: unit.code.clone() };
                send.push(Command::Commit(Edit::Reinstate { unit }));
            }
            seat_use(ui, shown, project, old, send);
        });
    }
    if absorbed.len() > LISTED {
        widgets::caption(ui, shown.colours, &sentences::and_more(shown.lang, absorbed.len() - LISTED));
    }
}

/// What becomes of the seat of an abolished unit.
fn seat_use(ui: &mut Ui, shown: &Shown<'_>, project: &Study, id: UnitId, send: &mut Vec<Command>) {
    let state = project.state();
    let unit = state.unit(id);
    if unit.code.is_empty() {
        return;
    }
    let now = state.seat_use(id);
    let name = format!("{} {}", shown.text(Text::SeatUse), words::unit(unit));
    let uses = std::iter::once(None).chain(SeatUse::ALL.map(Some));
    let combo = egui::ComboBox::from_id_salt(("seat use", id)).width(ui.available_width()).truncate();
    let combo = combo.selected_text(words::seat_use(shown.lang, now)).show_ui(ui, |ui| {
        for seat_use in uses {
            if ui.selectable_label(seat_use == now, words::seat_use(shown.lang, seat_use)).clicked() && seat_use != now
            {
                let unit = UnitRef::AtLevel { level: shown.level_of(unit.level), code: unit.code.clone() };
                send.push(Command::Commit(Edit::ClassifySeat { unit, seat_use }));
            }
        }
    });
    combo.response.on_hover_text(shown.text(Text::SeatUseHint)).accessible_name(name);
}

fn code_line(ui: &mut Ui, shown: &Shown<'_>, state: &State, id: UnitId) {
    let unit = state.unit(id);
    ui.horizontal_wrapped(|ui| {
        let level = words::unit_of_level(shown.lang, shown.level_of(unit.level));
        let code = if unit.code.is_empty() { numbers::UNKNOWN } else { &unit.code };
        ui.label(RichText::new(format!("{level} · {code}")).color(shown.colours.muted));
        if unit.code_status == CodeStatus::Proposed {
            widgets::badge(ui, shown.text(Text::Proposed), shown.colours.accent)
                .on_hover_text(shown.text(Text::ProposedNote));
        }
    });
}

fn parent_line(ui: &mut Ui, shown: &Shown<'_>, state: &State, id: UnitId, send: &mut Vec<Command>) {
    let Some(parent) = state.unit(id).parent else { return };
    ui.horizontal(|ui| {
        ui.label(RichText::new(shown.text(Text::Parent)).color(shown.colours.muted));
        if ui.link(words::unit(state.unit(parent))).clicked() {
            send.push(Command::SetLevel(state.unit(parent).level));
            send.push(Command::Select(vec![parent], SelectMode::Replace));
        }
    });
}

/// What can be done with one unit.
fn actions(ui: &mut Ui, shown: &Shown<'_>, state: &State, id: UnitId, send: &mut Vec<Command>) {
    let face = (shown.lang, shown.colours, shown.now);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = GRID / 2.0;
        for action in [
            Action::Rename,
            Action::ConvertKind,
            Action::MoveSeat,
            Action::NameSeat,
            Action::Split,
            Action::Transfer,
            Action::Lock,
            Action::Unlock,
            Action::GivePart,
            Action::SplitOffPart,
            Action::Establish,
            Action::PaintTransfer,
            Action::SelectNeighbours,
            Action::ZoomToSelection,
        ] {
            if action.is_enabled(shown.now) {
                action_button(ui, face, action, Face::Icon, None, send);
            }
        }
        // Only a unit that holds nothing can be abolished.
        if id.index() < state.unit_count() && state.unit(id).level.finer().is_some() && state.members(id).is_empty() {
            action_button(ui, face, Action::Abolish, Face::Icon, None, send);
        }
    });
}

fn several(ui: &mut Ui, shown: &Shown<'_>, project: &Study, units: &[UnitId], send: &mut Vec<Command>) {
    let state = project.state();
    let face = (shown.lang, shown.colours, shown.now);
    widgets::heading(ui, &sentences::selected(shown.lang, units.len()));
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = GRID / 2.0;
        action_button(ui, face, Action::Merge, Face::Main, None, send);
        if Action::Transfer.is_enabled(shown.now) {
            action_button(ui, face, Action::Transfer, Face::Icon, None, send);
        }
        for action in [Action::Lock, Action::Unlock] {
            if action.is_enabled(shown.now) {
                action_button(ui, face, action, Face::Icon, None, send);
            }
        }
        for action in [Action::SelectNeighbours, Action::ZoomToSelection, Action::ClearSelection] {
            action_button(ui, face, action, Face::Icon, None, send);
        }
    });
    ui.add_space(GRID);
    let has_people = project.dataset().fields.population.is_some();
    for &id in units.iter().take(LISTED) {
        let figures = project.figures(id);
        let figure = if has_people { Figure::Population } else { Figure::Area };
        widgets::fact(ui, shown.colours, words::unit(state.unit(id)), &figure.text(&figures, shown.area_unit()));
    }
    if units.len() > LISTED {
        widgets::caption(ui, shown.colours, &sentences::and_more(shown.lang, units.len() - LISTED));
    }
    widgets::rule(ui, shown.colours);
    totals(ui, shown, project, units);
}

/// Area, people and summed fields of several units together.
fn totals(ui: &mut Ui, shown: &Shown<'_>, project: &Study, units: &[UnitId]) {
    if units.len() > 2_000 {
        return;
    }
    let mut area_m2 = 0.0;
    let mut people = Some(rust_decimal::Decimal::ZERO);
    for &id in units {
        let figures = project.figures(id);
        area_m2 += figures.area_m2;
        people = people.zip(figures.population).map(|(a, b)| a + b);
    }
    if project.dataset().fields.population.is_some() {
        let row = widgets::fact(ui, shown.colours, shown.text(Text::Population), &numbers::decimal_or_unknown(people));
        widgets::explain(row, Figure::Population.about(shown.lang));
    }
    let area = numbers::area_with_unit(area_m2, shown.area_unit(), shown.lang);
    let row = widgets::fact(ui, shown.colours, shown.text(Text::Area), &area);
    widgets::explain(row, Figure::Area.about(shown.lang));
}

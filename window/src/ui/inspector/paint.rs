//! The card of members that are painted onto another parent: who takes, who gives, before and after.
//!
//! A click or drag on the map paints. Enter moves what was painted, and selects the unit that took it. Esc takes the
//! stroke in progress back, then closes the card.

use eframe::egui::{RichText, Ui};

use super::columns;
use super::merge;
use super::says::{Confirm, Says};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture};
use crate::ui::theme::GRID;
use crate::ui::{widgets, words};
use quhua::i18n::{Text, numbers, selecting, sentences};
use quhua::metrics::{Figure, Tally};
use quhua::model::UnitId;
use quhua::study::Painting;
use quhua::study::Study;

/// Units that give, shown with their figures at most.
const GIVERS: usize = 4;

impl Says for Painting {
    fn gesture(&self) -> Gesture {
        Gesture::Paint
    }

    fn hint(&self) -> Option<Text> {
        Some(Text::PaintHint)
    }

    fn click(&self) -> Click {
        Click::Paints
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn confirm(&self, project: &Study) -> Confirm {
        let edit = self.shift.edit(project.dataset(), project.state());
        edit.map_or(Confirm::Nothing, |edit| Confirm::AndSelect(edit, self.shift.target()))
    }
}

/// Shows the card.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, painting: &Painting, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let shift = &painting.shift;
    let state = project.state();
    let taker = words::unit(state.unit(shift.target()));
    widgets::heading(ui, shown.text(Text::PaintTitle));
    widgets::hint(ui, shown.colours, &selecting::moves_to(shown.lang, shift.moved().len(), taker));
    if shift.moved().is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::PaintEmpty));
    }
    ui.add_space(GRID);
    unit(ui, shown, project, shift.target(), &shift.taker(), true);
    // Those that give most come first.
    let mut givers: Vec<(UnitId, &[Tally; 2])> = shift.givers().collect();
    givers.sort_by_key(|(unit, [before, after])| (std::cmp::Reverse(before.members - after.members), *unit));
    for (id, tallies) in givers.iter().take(GIVERS) {
        ui.add_space(GRID);
        unit(ui, shown, project, *id, tallies, false);
    }
    if givers.len() > GIVERS {
        widgets::caption(ui, shown.colours, &selecting::more_givers(shown.lang, givers.len() - GIVERS));
    }
    ui.add_space(GRID);
    if !painting.held.is_empty() {
        let names: Vec<&str> = painting.held.iter().map(|&unit| words::unit(state.unit(unit))).collect();
        let text = selecting::held(shown.lang, &sentences::names(shown.lang, &names));
        merge::line(ui, shown, egui_material_icons::icons::ICON_LOCK, shown.colours.muted, &text);
    }
    match &painting.outlook {
        Some(Ok(warnings)) => warnings.iter().for_each(|warning| merge::warning_line(ui, shown, warning)),
        Some(Err(error)) => merge::refusal(ui, shown, error),
        None => {}
    }
    ui.add_space(GRID);
    buttons(ui, shown, painting, send);
}

/// Name of a unit, and its figures before and after.
fn unit(ui: &mut Ui, shown: &Shown<'_>, project: &Study, id: UnitId, [before, after]: &[Tally; 2], takes: bool) {
    let colour = if takes { shown.colours.accent } else { shown.colours.ink };
    let mut rows =
        vec![(shown.text(Text::PaintMembers).to_owned(), [before, after].map(|it| numbers::count(it.members)))];
    if project.dataset().fields.population.is_some() {
        let people = |tally: &Tally| numbers::decimal_or_unknown(tally.population());
        rows.push((words::figure_with_unit(shown, Figure::Population), [before, after].map(people)));
    }
    let area = |tally: &Tally| numbers::area(tally.area_m2(), shown.area_unit());
    rows.push((words::figure_with_unit(shown, Figure::Area), [before, after].map(area)));
    columns::before_after(ui, shown, (words::unit(project.state().unit(id)), colour), &rows);
}

fn buttons(ui: &mut Ui, shown: &Shown<'_>, painting: &Painting, send: &mut Vec<Command>) {
    ui.horizontal_wrapped(|ui| {
        let possible = !painting.shift.moved().is_empty() && !matches!(painting.outlook, Some(Err(_)));
        let text = RichText::new(shown.text(Text::PaintConfirm)).color(shown.colours.on_accent);
        let button = eframe::egui::Button::new(text).fill(shown.colours.accent).stroke(eframe::egui::Stroke::NONE);
        if ui.add_enabled(possible, button).clicked() {
            send.push(Action::Confirm.into());
        }
        if ui.button(shown.text(Text::Cancel)).clicked() {
            send.push(Action::GiveUp.into());
        }
        widgets::caption(ui, shown.colours, shown.text(Text::EnterDoes));
    });
}

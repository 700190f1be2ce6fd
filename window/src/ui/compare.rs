//! The strip over a comparison: what is compared, and how.

use eframe::egui::{self, Align, ComboBox, Layout, Ui};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::command::Command;
use super::state::view::{CompareMode, CompareView};
use super::theme::GRID;
use super::{widgets, words};
use quhua::i18n::Text;
use quhua::study::{Side, Study};

/// Shows the strip.
pub fn strip(ui: &mut Ui, shown: &Shown<'_>, view: &CompareView, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let mut wanted = view.clone();
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        let modes: Vec<_> = CompareMode::ALL.iter().map(|&mode| (mode, mode_name(shown, mode), "")).collect();
        if let Some(mode) = widgets::choice(ui, shown.colours, view.mode, &modes) {
            wanted.mode = mode;
        }
        ui.add_space(2.0 * GRID);
        let two_only = matches!(view.mode, CompareMode::Swipe | CompareMode::Ghost);
        let shown_sides = if two_only { 2 } else { view.sides.len() };
        for at in 0..shown_sides.min(view.sides.len()) {
            side_choice(ui, shown, project, at, &mut wanted.sides);
        }
        if !two_only {
            more_or_fewer(ui, shown, project, &mut wanted.sides);
        }
        ui.add_space(2.0 * GRID);
        ui.checkbox(&mut wanted.arrows, shown.text(Text::CompareArrows));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::CloseComparison)).clicked() {
                send.push(Command::Compare(None));
            }
        });
    });
    if wanted != *view {
        send.push(Command::Compare(Some(wanted)));
    }
}

fn mode_name(shown: &Shown<'_>, mode: CompareMode) -> &'static str {
    shown.text(match mode {
        CompareMode::Panes => Text::ComparePanes,
        CompareMode::Swipe => Text::CompareSwipe,
        CompareMode::Flicker => Text::CompareFlicker,
        CompareMode::Ghost => Text::CompareGhost,
    })
}

/// What a side is called.
#[must_use]
pub fn side_text(shown: &Shown<'_>, project: &Study, side: Side) -> String {
    let scenario = side.and_then(|id| project.document().scenario(id));
    scenario.map_or_else(|| shown.text(Text::Before).to_owned(), |it| words::scenario_name(shown.lang, it))
}

/// Chooses one side.
fn side_choice(ui: &mut Ui, shown: &Shown<'_>, project: &Study, at: usize, sides: &mut [Side]) {
    let now = sides[at];
    let response = ComboBox::from_id_salt(("side", at))
        .width(120.0)
        .selected_text(side_text(shown, project, now))
        .show_ui(ui, |ui| {
            let scenarios = project.document().scenarios().iter().map(|scenario| Some(scenario.id));
            for side in std::iter::once(None).chain(scenarios) {
                if ui.selectable_label(side == now, side_text(shown, project, side)).clicked() {
                    sides[at] = side;
                }
            }
        });
    response.response.accessible_name(shown.text(Text::CompareSide));
}

/// One side more, or the last one less.
fn more_or_fewer(ui: &mut Ui, shown: &Shown<'_>, project: &Study, sides: &mut Vec<Side>) {
    ui.add_enabled_ui(sides.len() < CompareView::MOST, |ui| {
        if widgets::icon_button(ui, icon::ICON_ADD, shown.text(Text::CompareMore)).clicked() {
            let scenarios = project.document().scenarios().iter().map(|scenario| Some(scenario.id));
            let unused = std::iter::once(None).chain(scenarios).find(|side| !sides.contains(side));
            sides.push(unused.unwrap_or(None));
        }
    });
    ui.add_enabled_ui(sides.len() > 2, |ui: &mut egui::Ui| {
        if widgets::icon_button(ui, icon::ICON_REMOVE, shown.text(Text::CompareFewer)).clicked() {
            sides.pop();
        }
    });
}

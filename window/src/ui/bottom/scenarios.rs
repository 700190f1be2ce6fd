//! The list of scenarios: what each is called, how far it has come, where it comes from; and what is left over.

use eframe::egui::{self, Align, ComboBox, Layout, RichText, Sense, Ui};
use egui_extras::{Column, TableBuilder, TableRow};
use egui_material_icons::icons as icon;

use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{About, Command};
use crate::ui::theme::{GRID, ROW};
use crate::ui::{widgets, words};
use quhua::edit::{Document, Scenario, ScenarioId, Stage};
use quhua::i18n::{Say as _, Text, numbers};
use quhua::study::Study;

/// Height of a row with fields in it.
const TALL: f32 = ROW + 2.0 * GRID;

/// Shows the scenarios as a tree, each with what can be said of it.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Study, send: &mut Vec<Command>) {
    let document = project.document();
    left_over(ui, shown, document, send);
    let rows = as_tree(document);
    TableBuilder::new(ui)
        .id_salt("scenarios")
        .striped(false)
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .column(Column::exact(28.0))
        .column(Column::initial(230.0).at_least(120.0).resizable(true).clip(true))
        .column(Column::exact(132.0))
        .column(Column::exact(56.0))
        .column(Column::exact(88.0))
        .column(Column::remainder().at_least(120.0).clip(true))
        .column(Column::exact(72.0))
        .header(ROW, |mut header| {
            header.col(|_| ());
            for text in [Text::Name, Text::StageColumn] {
                header.col(|ui| drop(widgets::caption(ui, shown.colours, shown.text(text))));
            }
            header.col(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    widgets::caption(ui, shown.colours, shown.text(Text::StepsColumn));
                });
            });
            header.col(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    widgets::caption(ui, shown.colours, shown.text(Text::RulesBroken));
                });
            });
            header.col(|ui| drop(widgets::caption(ui, shown.colours, shown.text(Text::NoteColumn))));
            header.col(|_| ());
        })
        .body(|body| {
            body.rows(TALL, rows.len(), |mut row| {
                let (depth, scenario) = rows[row.index()];
                scenario_row(&mut row, shown, project, depth, scenario, send);
            });
        });
}

/// Scenarios with those branched off behind the one that they come from, and how deep each stands.
fn as_tree(document: &Document) -> Vec<(usize, &Scenario)> {
    fn add<'a>(document: &'a Document, from: Option<ScenarioId>, depth: usize, rows: &mut Vec<(usize, &'a Scenario)>) {
        let below = document.scenarios().iter().filter(|scenario| scenario.branch.map(|branch| branch.from) == from);
        for scenario in below {
            rows.push((depth, scenario));
            add(document, Some(scenario.id), depth + 1, rows);
        }
    }
    let mut rows = Vec::new();
    add(document, None, 0, &mut rows);
    rows
}

fn scenario_row(
    row: &mut TableRow<'_, '_>,
    shown: &Shown<'_>,
    project: &Study,
    depth: usize,
    scenario: &Scenario,
    send: &mut Vec<Command>,
) {
    let document = project.document();
    let name = words::scenario_name(shown.lang, scenario);
    let taken = scenario.id == document.active().id;
    row.col(|ui| {
        if ui.radio(taken, "").accessible_name(&name).clicked() {
            send.push(Command::SwitchTo(scenario.id));
        }
    });
    row.col(|ui| {
        #[expect(clippy::cast_precision_loss, reason = "a tree of scenarios is not deep")]
        ui.add_space(depth as f32 * 4.0 * GRID);
        let mut text = scenario.name.clone();
        let width = ui.available_width() - 2.0 * GRID;
        if widgets::field(ui, shown.text(Text::Name), &mut text, &name, width).changed() {
            send.push(Command::Describe(scenario.id, About::Name(text)));
        }
    });
    row.col(|ui| {
        let response = ComboBox::from_id_salt(("stage", scenario.id))
            .width(112.0)
            .selected_text(words::stage(shown.lang, scenario.stage))
            .show_ui(ui, |ui| {
                for stage in Stage::ALL {
                    let now = stage == scenario.stage;
                    if ui.selectable_label(now, words::stage(shown.lang, stage)).clicked() {
                        send.push(Command::Describe(scenario.id, About::Stage(stage)));
                    }
                }
            });
        response.response.accessible_name(shown.text(Text::StageColumn));
    });
    row.col(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.label(numbers::count(scenario.position)));
    });
    row.col(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let broken = project.rules().of_scenario(document, scenario.id).map(|counts| counts.broken);
            ui.label(broken.map_or_else(|| numbers::UNKNOWN.to_owned(), numbers::count));
        });
    });
    row.col(|ui| {
        let mut text = scenario.note.clone();
        let width = ui.available_width() - 2.0 * GRID;
        if widgets::field(ui, shown.text(Text::NoteColumn), &mut text, "", width).changed() {
            send.push(Command::Describe(scenario.id, About::Note(text)));
        }
    });
    row.col(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let branch = shown.text(Text::Branch);
        if widgets::icon_button(ui, icon::ICON_ACCOUNT_TREE, branch).clicked() {
            send.push(Command::SwitchTo(scenario.id));
            send.push(Action::Branch.into());
        }
        ui.add_enabled_ui(document.scenarios().len() > 1, |ui| {
            if widgets::icon_button(ui, icon::ICON_DELETE, shown.text(Text::RemoveScenario)).clicked() {
                send.push(Command::RemoveScenario(scenario.id));
            }
        });
    });
}

/// Edits of the scenario that could not be carried out, each with why not, or that it can be now.
fn left_over(ui: &mut Ui, shown: &Shown<'_>, document: &Document, send: &mut Vec<Command>) {
    let edits = &document.active().left_over;
    if edits.is_empty() {
        return;
    }
    widgets::caption(ui, shown.colours, shown.text(Text::LeftOver));
    for (at, edit) in edits.iter().enumerate() {
        ui.horizontal(|ui| {
            ui.set_min_height(ROW);
            let refusal = document.preview(edit).err();
            let retry = ui.add_enabled(refusal.is_none(), egui::Button::new(shown.text(Text::Retry)));
            if retry.clicked() {
                send.push(Command::RetryLeftOver(at));
            }
            if ui.button(shown.text(Text::Drop)).clicked() {
                send.push(Command::DropLeftOver(at));
            }
            ui.label(edit.asked(shown.lang));
            let why =
                refusal.map_or_else(|| shown.text(Text::LeftOverReady).to_owned(), |error| error.sentence(shown.lang));
            ui.add(egui::Label::new(RichText::new(why).color(shown.colours.muted)).truncate().sense(Sense::hover()));
        });
    }
    widgets::rule(ui, shown.colours);
}

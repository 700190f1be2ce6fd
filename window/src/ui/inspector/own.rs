//! The card of figures of one's own: those that there are, and one that is being written.

use eframe::egui::{self, Align, Key, Layout, RichText, Ui};
use egui_material_icons::icons as icon;

use super::facts;
use crate::ui::completing::{CompletedLine, OFFERED};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::Command;
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::{widgets, words};
use quhua::edit::OwnDefinition;
use quhua::i18n::{Say as _, Text, sentences};
use quhua::metrics::OwnFigure;
use quhua::query::{self, OwnError};
use quhua::study::Study;

/// A figure that is being written.
#[derive(Debug, Default)]
pub struct OwnDraft {
    /// Name of the figure that is being changed; `None` for a new one.
    was: Option<String>,
    name: String,
    expression: CompletedLine,
    unit: String,
    decimals: Option<u8>,
    /// Whether the card has asked for the keys.
    has_focus: bool,
}

impl OwnDraft {
    fn of(own: &OwnFigure) -> Self {
        let OwnDefinition { name, expression, unit, decimals, .. } = own.definition.clone();
        Self {
            was: Some(name.clone()),
            name,
            expression: CompletedLine::of(expression),
            unit,
            decimals: Some(decimals),
            has_focus: false,
        }
    }

    fn definition(&self) -> OwnDefinition {
        let usual = OwnDefinition::new(self.name.trim(), self.expression.text.trim());
        OwnDefinition { unit: self.unit.trim().to_owned(), decimals: self.decimals.unwrap_or(usual.decimals), ..usual }
    }

    /// Whether nothing has been written yet.
    fn is_empty(&self) -> bool {
        self.name.trim().is_empty() && self.expression.text.trim().is_empty()
    }
}

/// Shows the card.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, draft: &mut OwnDraft, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    ui.horizontal(|ui| {
        widgets::heading(ui, shown.text(Text::OwnFigures).trim_end_matches('…'));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
                send.push(Action::GiveUp.into());
            }
        });
    });
    let own = project.own_figures().list();
    if own.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::OwnFiguresEmpty));
    }
    for figure in own {
        row(ui, shown, project, figure, draft, send);
    }
    widgets::rule(ui, shown.colours);
    form(ui, shown, project, draft, send);
}

/// A figure that there is: its value for the selected unit, and what it comes from.
fn row(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    own: &OwnFigure,
    draft: &mut OwnDraft,
    send: &mut Vec<Command>,
) {
    let name = &own.definition.name;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let named = |text: Text| format!("{} {name}", shown.text(text));
            if widgets::icon_button(ui, icon::ICON_DELETE, &named(Text::RemoveOwn)).clicked() {
                send.push(Command::SetOwnFigure(Some(name.clone()), None));
                if draft.was.as_ref() == Some(name) {
                    *draft = OwnDraft::default();
                }
            }
            if widgets::icon_button(ui, icon::ICON_EDIT, &named(Text::EditOwn)).clicked() {
                *draft = OwnDraft::of(own);
            }
            if let [unit] = shown.view.selection[..] {
                let figures = project.figures(unit);
                let value = project.own_value(own.id, project.state(), unit, &figures);
                ui.label(RichText::new(facts::own_text(own, &value)).strong());
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(own.name_with_unit(shown.lang)).truncate());
            });
        });
    });
    let text = RichText::new(&own.definition.expression).size(CAPTION);
    let label = |text: RichText| egui::Label::new(text).truncate();
    if own.formula.is_some() {
        ui.add(label(text.color(shown.colours.muted)));
    } else {
        let words = project.formula_words();
        ui.add(label(text.color(shown.colours.error)));
        if let Err(error) = query::read_formula(&own.definition.expression, words) {
            problem(ui, shown, &error.say(shown.lang), false);
        }
    }
}

/// Name, expression, unit and decimals of the figure that is being written.
fn form(ui: &mut Ui, shown: &Shown<'_>, project: &Study, draft: &mut OwnDraft, send: &mut Vec<Command>) {
    let title = match &draft.was {
        Some(was) => sentences::changing_figure(shown.lang, was),
        None => shown.text(Text::NewOwn).to_owned(),
    };
    widgets::caption(ui, shown.colours, &title);
    let width = ui.available_width();
    let name = widgets::field(ui, shown.text(Text::OwnName), &mut draft.name, shown.text(Text::OwnNameHint), width);
    if !std::mem::replace(&mut draft.has_focus, true) {
        name.request_focus();
    }
    ui.add_space(GRID / 2.0);
    let words = project.formula_words();
    let keys = draft.expression.keys(ui);
    let texts = (shown.text(Text::OwnExpression), shown.text(Text::OwnExpressionHint));
    let field = draft.expression.show(ui, texts, width, false);
    let enter = |field: &egui::Response| field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let mut saves = enter(&name) || enter(&field);
    let line = (draft.expression.text.as_str(), draft.expression.cursor());
    let offers = if draft.expression.wants_offers() {
        query::formula_completions(line, words, shown.lang, OFFERED)
    } else {
        query::Completions::default()
    };
    draft.expression.offer(ui, shown, (&field, keys), &offers);
    ui.add_space(GRID / 2.0);
    measure(ui, shown, draft);
    let definition = draft.definition();
    let others = project.own_figures().definitions();
    let others: Vec<OwnDefinition> = others.into_iter().filter(|own| draft.was.as_ref() != Some(&own.name)).collect();
    let checked = query::check_own(&definition, &others, words, project.document().origin());
    ui.add_space(GRID / 2.0);
    // A value shows as soon as the expression can be read, before there is a name.
    preview(ui, shown, project, &definition);
    if let Err(error) = &checked
        && !draft.is_empty()
    {
        let is_unfinished = match error {
            OwnError::NoName => true,
            // A word that may still grow is not wrong yet.
            OwnError::Expression(error) => error.is_unfinished() || !offers.list.is_empty(),
            _ => false,
        };
        problem(ui, shown, &error.say(shown.lang), is_unfinished);
    }
    ui.add_space(GRID);
    ui.horizontal(|ui| {
        let face = shown.text(if draft.was.is_some() { Text::ChangeOwn } else { Text::AddOwn });
        let text =
            RichText::new(face).color(if checked.is_ok() { shown.colours.on_accent } else { shown.colours.muted });
        let fill = if checked.is_ok() { shown.colours.accent } else { shown.colours.field };
        let button = egui::Button::new(text).fill(fill);
        saves |= ui.add_enabled(checked.is_ok(), button).clicked();
        if (draft.was.is_some() || !draft.is_empty()) && ui.button(shown.text(Text::Cancel)).clicked() {
            *draft = OwnDraft::default();
        }
    });
    if saves && checked.is_ok() {
        send.push(Command::SetOwnFigure(draft.was.take(), Some(definition)));
        *draft = OwnDraft::default();
    }
}

/// What it is measured in, and its decimals.
fn measure(ui: &mut Ui, shown: &Shown<'_>, draft: &mut OwnDraft) {
    ui.horizontal(|ui| {
        widgets::field(ui, shown.text(Text::OwnUnit), &mut draft.unit, shown.text(Text::OwnUnitHint), 116.0);
        ui.add_space(GRID);
        let name = shown.text(Text::Decimals);
        ui.label(RichText::new(name).color(shown.colours.muted));
        let mut decimals = draft.definition().decimals;
        let most = OwnDefinition::MOST_DECIMALS;
        let drag = ui.add(egui::DragValue::new(&mut decimals).range(0..=most).speed(0.05));
        drag.clone().accessible_name(name);
        if drag.changed() {
            draft.decimals = Some(decimals);
        }
    });
}

/// What the expression yields for the selected unit, or for the first of the level.
fn preview(ui: &mut Ui, shown: &Shown<'_>, project: &Study, definition: &OwnDefinition) {
    let words = project.formula_words();
    let Ok(formula) = query::read_formula(&definition.expression, words) else { return };
    let state = project.state();
    let Some(unit) = shown.view.selection.first().copied().or_else(|| state.units_at(shown.view.level).next()) else {
        return;
    };
    let name = words::unit(state.unit(unit));
    let value = project.formula_value(&formula, unit);
    let text = facts::value_text(&value, usize::from(definition.decimals));
    let text =
        if value.is_ok() { format!("{text} {}", definition.unit(shown.lang)).trim_end().to_owned() } else { text };
    widgets::fact(ui, shown.colours, name, &text);
    if let Err(why) = value {
        problem(ui, shown, &why.words(shown.lang), true);
    }
}

/// What is wrong, or only not finished yet.
fn problem(ui: &mut Ui, shown: &Shown<'_>, text: &str, is_mild: bool) {
    let colour = if is_mild { shown.colours.muted } else { shown.colours.error };
    ui.add(egui::Label::new(RichText::new(text).size(CAPTION).color(colour)).wrap());
}

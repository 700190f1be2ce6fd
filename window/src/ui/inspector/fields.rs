//! What becomes of source fields: in the merge card with their rules, and for one unit as plain facts.

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{self, Align, Button, Layout, RichText, ScrollArea, Ui};

use crate::ui::shown::Shown;
use crate::ui::state::command::Command;
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::widgets;
use quhua::i18n::{Text, field_name as field_words, numbers, sentences};
use quhua::model::{FieldRule, FieldValue, LevelIndex, RuledField, UnitId};
use quhua::study::Study;

/// Units whose values are shown before the result; of more, the rest is dots.
const SHOWN: usize = 2;
/// Height of the list before it scrolls.
const HEIGHT: f32 = 168.0;

/// The foldable table of fields in the merge card: values before, the result, and the rule, which a menu changes. Fields
/// that are added up stand among the figures.
pub(super) fn of_merger(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    units: &[UnitId],
    result: &[FieldValue],
    send: &mut Vec<Command>,
) {
    let Some(&first) = units.first() else { return };
    let level = project.state().unit(first).level;
    let rows = || free_fields(project, level, result);
    let count = rows().count();
    if count == 0 {
        return;
    }
    let title = RichText::new(sentences::other_fields(shown.lang, count)).color(shown.colours.muted);
    let fold = egui::CollapsingHeader::new(title).id_salt("fields of merger").show_unindented(ui, |ui| {
        ScrollArea::vertical()
            .id_salt("fields of merger")
            .max_height(HEIGHT)
            .min_scrolled_height(HEIGHT)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.set_max_width(ui.available_width() - 2.0 * GRID);
                let befores: Vec<_> = units.iter().take(SHOWN).map(|&unit| project.field_values(unit)).collect();
                for (at, field, value) in rows() {
                    ui.horizontal(|ui| {
                        let name = RichText::new(field_words(shown.lang, &field.name)).color(shown.colours.muted);
                        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                            rule_menu(ui, shown, project, field, send);
                            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                                ui.add(egui::Label::new(name).truncate());
                            });
                        });
                    });
                    let mut before: Vec<String> =
                        befores.iter().map(|values| values.get(at).map_or_else(String::new, words_of)).collect();
                    if units.len() > SHOWN {
                        before.push("…".to_owned());
                    }
                    values_line(ui, shown, &before.join(" · "), value);
                    ui.add_space(GRID / 2.0);
                }
            });
    });
    // What unfolds at the end of the panel comes into sight.
    let opens = fold.header_response.clicked() || (fold.openness > 0.0 && fold.openness < 1.0);
    if let Some(body) = fold.body_response.filter(|_| opens) {
        body.scroll_to_me(Some(Align::Max));
    }
}

/// Fields of a unit, but for those that stand among its figures.
pub(super) fn of_unit(ui: &mut Ui, shown: &Shown<'_>, project: &Study, unit: UnitId) {
    let values = project.field_values(unit);
    for (_, field, value) in free_fields(project, project.state().unit(unit).level, &values) {
        if *value != FieldValue::LeftOut {
            let why = match value {
                FieldValue::Unknown(why) => why.words(shown.lang),
                _ => format!("{} · {}", field.rule.words(shown.lang), field.basis.words(shown.lang)),
            };
            let row = ui.scope(|ui| {
                widgets::fact(ui, shown.colours, field_words(shown.lang, &field.name), &words_of(value));
            });
            row.response.on_hover_text(why);
        }
    }
}

/// Fields that a rule decides on, with their position among all of the level and their values.
fn free_fields<'a>(
    project: &'a Study,
    level: LevelIndex,
    values: &'a [FieldValue],
) -> impl Iterator<Item = (usize, &'a RuledField, &'a FieldValue)> {
    let all = project.field_rules().at(project.dataset(), level).zip(values).enumerate();
    all.filter(|(_, (field, _))| !field.is_fixed()).map(|(at, (field, value))| (at, field, value))
}

/// A value as it is shown.
fn words_of(value: &FieldValue) -> String {
    match value {
        FieldValue::Number { .. } => numbers::decimal_or_unknown(value.rounded()),
        _ => value.text().unwrap_or_else(|| numbers::UNKNOWN.to_owned()),
    }
}

/// Values before on the left, what becomes of them on the right; below, why that cannot be known.
fn values_line(ui: &mut Ui, shown: &Shown<'_>, before: &str, after: &FieldValue) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = match after {
                FieldValue::LeftOut => RichText::new(shown.text(Text::LeftOut)).color(shown.colours.muted),
                _ => RichText::new(words_of(after)).strong(),
            };
            // A long list leaves room for what it comes from.
            let most = ui.available_width() * 0.6;
            ui.scope(|ui| {
                ui.set_max_width(most);
                ui.add(egui::Label::new(text).truncate());
            });
            ui.label(RichText::new("→").color(shown.colours.accent));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(before).truncate());
            });
        });
    });
    if let FieldValue::Unknown(why) = after {
        let text = RichText::new(why.words(shown.lang)).size(CAPTION).color(shown.colours.warning);
        ui.add(egui::Label::new(text).wrap());
    }
}

/// The rule of a field, and whether it is a guess; a menu with the others.
fn rule_menu(ui: &mut Ui, shown: &Shown<'_>, project: &Study, field: &RuledField, send: &mut Vec<Command>) {
    let colour = if field.basis.is_guess() { shown.colours.muted } else { shown.colours.ink };
    let rule = field.rule.words(shown.lang);
    let text = RichText::new(format!("{rule} ▾")).size(CAPTION).color(colour);
    let button = Button::new(text).frame_when_inactive(false);
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(150.0);
        let mut set = |rule: Option<FieldRule>| send.push(Command::SetFieldRule(field.name.clone(), rule));
        for choice in field.choices() {
            let is_it = choice == field.rule;
            if ui.selectable_label(is_it, choice.words(shown.lang)).clicked() {
                set(Some(choice));
            }
        }
        if field.is_numeric() && project.field_rules().terms().len() > 1 {
            ui.menu_button(shown.text(Text::Recompute), |ui| {
                for numerator in project.field_rules().terms() {
                    ui.menu_button(format!("{numerator} ÷"), |ui| {
                        for denominator in project.field_rules().terms().iter().filter(|term| *term != numerator) {
                            if ui.button(format!("{numerator} ÷ {denominator}")).clicked() {
                                let ratio =
                                    project.field_rules().ratio_of(project.dataset(), field, numerator, denominator);
                                set(Some(FieldRule::Ratio(ratio)));
                            }
                        }
                    });
                }
            });
        }
        if !field.basis.is_guess() {
            ui.separator();
            if ui.button(sentences::as_guessed(shown.lang, &field.guess().words(shown.lang))).clicked() {
                set(None);
            }
        }
    });
    let name = field_words(shown.lang, &field.name);
    response.on_hover_text(field.basis.words(shown.lang)).accessible_name(sentences::rule_of(shown.lang, name));
    if field.basis.is_guess() {
        widgets::badge(ui, shown.text(Text::Guessed), shown.colours.muted).on_hover_text(field.basis.words(shown.lang));
    }
}

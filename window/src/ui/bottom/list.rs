//! A list of names or codes from a document: pasted on the left, what it means on the right.

use std::collections::BTreeMap;

use eframe::egui::{self, Align, Layout, RichText, ScrollArea, Ui, vec2};
use egui_material_icons::icons as icon;

use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::theme::{CAPTION, GRID, ROW};
use crate::ui::{widgets, words};
use quhua::i18n::{Text, selecting};
use quhua::jobs::Derived;
use quhua::model::{LevelIndex, State, UnitId};
use quhua::query::{Entry, Listed, Meaning};
use quhua::study::Study;

/// Units that are offered for one name, at most.
const OFFERED: usize = 6;
/// Entries shown of a kind, at most; of more, the number is said.
const SHOWN: usize = 200;

/// The list between frames.
#[derive(Debug, Default)]
pub struct ListState {
    text: String,
    focus: bool,
    /// What the user chose for what was written.
    choices: BTreeMap<String, UnitId>,
    understood: Derived<(String, u64, LevelIndex), Listed>,
}

impl ListState {
    /// Gives the keys to the text.
    pub fn focus(&mut self) {
        self.focus = true;
    }

    fn refresh(&mut self, shown: &Shown<'_>, project: &Study) {
        let (state, level) = (project.state(), shown.view.level);
        let Self { text, choices, understood, .. } = self;
        understood.of((text.clone(), project.revision(), level), || {
            choices.retain(|_, unit| unit.index() < state.unit_count() && state.unit(*unit).is_current());
            Listed::read(text, state, level)
        });
    }

    /// Units that are meant, by the list or by the user, ascending.
    fn units(&self) -> Vec<UnitId> {
        let Some(listed) = self.understood.get() else { return Vec::new() };
        let chosen = listed.entries.iter().filter_map(|entry| self.choices.get(&entry.written).copied());
        let mut units: Vec<UnitId> = listed.units().into_iter().chain(chosen).collect();
        units.sort_unstable();
        units.dedup();
        units
    }
}

/// Shows the tab.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Study, list: &mut ListState, send: &mut Vec<Command>) {
    let height = ui.available_height();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 3.0 * GRID;
        let width = (ui.available_width() * 0.34).clamp(220.0, 460.0);
        ui.allocate_ui_with_layout(vec2(width, height), Layout::top_down(Align::Min), |ui| {
            paste(ui, shown, list, height);
        });
        list.refresh(shown, project);
        ui.vertical(|ui| {
            ui.set_min_height(height);
            meanings(ui, shown, project, list, send);
        });
    });
}

fn paste(ui: &mut Ui, shown: &Shown<'_>, list: &mut ListState, height: f32) {
    ScrollArea::vertical().id_salt("list text").auto_shrink([false, false]).show(ui, |ui| {
        let edit = egui::TextEdit::multiline(&mut list.text)
            .hint_text(shown.text(Text::ListPrompt))
            .desired_width(f32::INFINITY)
            .min_size(vec2(0.0, height - 2.0 * GRID))
            .margin(egui::Margin::symmetric(8, 6));
        let field = ui.add(edit);
        field.clone().accessible_name(shown.text(Text::ListText));
        if list.focus {
            field.request_focus();
            list.focus = false;
        }
    });
}

fn meanings(ui: &mut Ui, shown: &Shown<'_>, project: &Study, list: &mut ListState, send: &mut Vec<Command>) {
    let units = list.units();
    let ListState { understood, choices, .. } = list;
    let Some(listed) = understood.get() else { return };
    if listed.entries.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::ByListHint));
        return;
    }
    let state = project.state();
    let is_chosen = |entry: &&Entry| choices.contains_key(&entry.written);
    let several: Vec<&Entry> =
        listed.entries.iter().filter(|it| matches!(it.meaning, Meaning::Several(_)) && !is_chosen(it)).collect();
    let missing: Vec<&Entry> =
        listed.entries.iter().filter(|it| matches!(it.meaning, Meaning::None(_)) && !is_chosen(it)).collect();
    header(ui, shown, listed, (&units, several.len(), missing.len()), send);
    let mut chosen: Option<(String, Option<UnitId>)> = None;
    let (colours, lang) = (shown.colours, shown.lang);
    ScrollArea::vertical().id_salt("list meanings").auto_shrink([false, false]).show(ui, |ui| {
        if several.is_empty() && missing.is_empty() {
            widgets::hint(ui, colours, shown.text(Text::ListAllFound));
        }
        for (title, entries) in [(Text::ListMissing, &missing), (Text::ListSeveral, &several)] {
            if entries.is_empty() {
                continue;
            }
            widgets::caption(ui, colours, shown.text(title));
            for entry in entries.iter().take(SHOWN) {
                if let Some(unit) = question(ui, shown, state, entry, send) {
                    chosen = Some((entry.written.clone(), Some(unit)));
                }
            }
            if entries.len() > SHOWN {
                widgets::caption(ui, colours, &quhua::i18n::sentences::and_more(lang, entries.len() - SHOWN));
            }
            ui.add_space(GRID);
        }
        if let Some(undone) = answered(ui, shown, state, (listed, choices), send) {
            chosen = Some((undone, None));
        }
    });
    match chosen {
        Some((written, Some(unit))) => drop(choices.insert(written, unit)),
        Some((written, None)) => drop(choices.remove(&written)),
        None => {}
    }
}

/// How much was understood, and what can be done with it.
fn header(
    ui: &mut Ui,
    shown: &Shown<'_>,
    listed: &Listed,
    (units, several, missing): (&[UnitId], usize, usize),
    send: &mut Vec<Command>,
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        let level = words::level(shown.lang, shown.level_of(listed.level));
        ui.label(RichText::new(selecting::listed(shown.lang, level, units.len(), several, missing)).strong());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let add = ui.add_enabled(!units.is_empty(), egui::Button::new(shown.text(Text::AddFound)));
            if add.clicked() {
                send.push(Command::Select(units.to_vec(), SelectMode::Add));
            }
            let text = RichText::new(selecting::select_units(shown.lang, units.len())).color(shown.colours.on_accent);
            let main = egui::Button::new(text).fill(shown.colours.accent).stroke(egui::Stroke::NONE);
            if ui.add_enabled(!units.is_empty(), main).clicked() {
                send.push(Command::Select(units.to_vec(), SelectMode::Replace));
            }
        });
    });
}

/// What was written, and the units that it could mean. Returns the one that is taken.
fn question(ui: &mut Ui, shown: &Shown<'_>, state: &State, entry: &Entry, send: &mut Vec<Command>) -> Option<UnitId> {
    let units = match &entry.meaning {
        Meaning::Several(units) | Meaning::None(units) => units.as_slice(),
        Meaning::One(_) | Meaning::Above(_) => &[],
    };
    let mut taken = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        written(ui, shown, entry, shown.colours.ink);
        if units.is_empty() {
            widgets::caption(ui, shown.colours, shown.text(Text::ListNothingLike));
        }
        for &unit in units.iter().take(OFFERED) {
            let link = ui.add(egui::Button::new(with_parent(state, unit)).small());
            if link.hovered() && shown.view.hovered != Some(unit) {
                send.push(Command::Hover(Some(unit)));
            }
            if link.clicked() {
                taken = Some(unit);
            }
        }
    });
    taken
}

/// What was found: as it was written, and the unit. Returns what is to be chosen again.
fn answered(
    ui: &mut Ui,
    shown: &Shown<'_>,
    state: &State,
    (listed, choices): (&Listed, &BTreeMap<String, UnitId>),
    send: &mut Vec<Command>,
) -> Option<String> {
    let mut undone = None;
    let meant = listed.entries.iter().filter_map(|entry| {
        let unit = choices.get(&entry.written).copied().or(match entry.meaning {
            Meaning::One(unit) => Some(unit),
            _ => None,
        })?;
        Some((entry, unit))
    });
    let meant: Vec<(&Entry, UnitId)> = meant.collect();
    if meant.is_empty() {
        return None;
    }
    widgets::caption(ui, shown.colours, shown.text(Text::ListMatched));
    for &(entry, unit) in meant.iter().take(SHOWN) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GRID;
            written(ui, shown, entry, shown.colours.muted);
            let name = ui.add(egui::Button::new(with_parent(state, unit)).frame_when_inactive(false).small());
            if name.hovered() && shown.view.hovered != Some(unit) {
                send.push(Command::Hover(Some(unit)));
            }
            if name.clicked() {
                send.push(Command::ZoomTo(unit));
            }
            if choices.contains_key(&entry.written)
                && widgets::icon_button(ui, icon::ICON_UNDO, shown.text(Text::ListUndo)).clicked()
            {
                undone = Some(entry.written.clone());
            }
        });
    }
    if meant.len() > SHOWN {
        let text = quhua::i18n::sentences::and_more(shown.lang, meant.len() - SHOWN);
        widgets::caption(ui, shown.colours, &text);
    }
    undone
}

/// What was written, with its line in the tooltip, in a column of its own.
fn written(ui: &mut Ui, shown: &Shown<'_>, entry: &Entry, colour: egui::Color32) {
    ui.allocate_ui_with_layout(vec2(132.0, ROW), Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_width(132.0);
        let label = ui.add(egui::Label::new(RichText::new(&entry.written).color(colour)).truncate());
        label.on_hover_text(RichText::new(selecting::line(shown.lang, entry.line + 1)).size(CAPTION));
    });
}

/// A unit with the one above it: `解放村 · 石桥乡`.
fn with_parent(state: &State, unit: UnitId) -> String {
    let it = state.unit(unit);
    match it.parent {
        Some(parent) => format!("{} · {}", words::unit(it), words::unit(state.unit(parent))),
        None => words::unit(it).to_owned(),
    }
}

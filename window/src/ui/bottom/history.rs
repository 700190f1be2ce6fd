//! What was done, step by step, with a jump to any of them.

use eframe::egui::{Align2, FontId, Rect, Role, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use time::OffsetDateTime;

use crate::ui::shown::Shown;
use crate::ui::state::command::Command;
use crate::ui::theme::{CAPTION, DATA, GRID, ROW};
use crate::ui::{widgets, words};
use quhua::edit::{Document, Step, StepId};
use quhua::i18n::{Lang, Text};
use quhua::study::Study;

/// What the history remembers between frames.
#[derive(Default)]
pub struct HistoryState {
    /// The step whose note is being written.
    noting: Option<(StepId, String)>,
}

/// A row of the list.
struct Row<'a> {
    what: &'a str,
    /// `None` where it is no step of the scenario.
    number: Option<usize>,
    /// Who and when, or what a press does.
    by: &'a str,
    note: &'a str,
    now: bool,
    done: bool,
}

/// Shows the history of the active scenario, oldest first. A press goes to that step.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Study, state: &mut HistoryState, send: &mut Vec<Command>) {
    let document = project.document();
    let active = document.active();
    if active.path.is_empty() && active.set_aside.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyHistory));
        return;
    }
    let now = document.position();
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().auto_shrink([false, false]).stick_to_bottom(true).show(ui, |ui| {
        let start = shown.text(Text::StartState);
        let first = Row { what: start, number: Some(0), by: "", note: "", now: now == 0, done: true };
        if row(ui, shown, &first).clicked() {
            send.push(Command::JumpTo(0));
        }
        for (i, step) in document.history().enumerate() {
            let number = i + 1;
            let (what, by) = (step.words(shown.lang), who_and_when(step));
            let line = Row {
                what: &what,
                number: Some(number),
                by: &by,
                note: &step.note,
                now: number == now,
                done: number <= now,
            };
            let response = row(ui, shown, &line);
            if state.noting.as_ref().is_some_and(|(noting, _)| *noting == step.id) {
                note_field(ui, shown, response.rect, state, send);
            } else if response.clicked() {
                send.push(Command::JumpTo(number));
            }
            response.context_menu(|ui| step_menu(ui, shown, document, step, state, send));
        }
        for (i, way) in active.set_aside.iter().enumerate() {
            let common = way.iter().zip(&active.path).take_while(|(a, b)| a == b).count();
            let what = way_words(shown.lang, common, way[common..].iter().filter_map(|&id| document.step(id)));
            let offer = shown.lang.pick("找回为新方案", "bring back as a scenario");
            let line = Row { what: &what, number: None, by: offer, note: "", now: false, done: false };
            let hint = shown.lang.pick(
                "这些步撤回之后，方案走了另一条路；它们没有丢。点击后成为一个新方案，当前方案不变",
                "These steps were undone, and the scenario went another way; they are not lost. A click makes them a \
                 scenario of its own, and this one stays",
            );
            if row(ui, shown, &line).on_hover_text(hint).clicked() {
                send.push(Command::TakeUpAgain(i));
            }
        }
    });
}

/// What a way that was left did: where it parts from the one that is gone, and its steps from there.
fn way_words<'a>(lang: Lang, after: usize, steps: impl Iterator<Item = &'a Step>) -> String {
    let steps: Vec<String> = steps.map(|step| step.words(lang)).collect();
    let (count, steps) = (steps.len(), steps.join(lang.pick("；", "; ")));
    match lang {
        Lang::Zh if after == 0 => format!("从头另走的 {count} 步：{steps}"),
        Lang::Zh => format!("第 {after} 步之后另走的 {count} 步：{steps}"),
        Lang::En if after == 0 => format!("{count} set aside, from the start: {steps}"),
        Lang::En => format!("{count} set aside, after step {after}: {steps}"),
    }
}

/// Steps that were undone are set aside, because the scenario goes on otherwise.
#[must_use]
pub fn set_aside(lang: Lang, steps: usize) -> String {
    match lang {
        Lang::Zh => format!("先前撤回的 {steps} 步已另行保留，可在“历史”中找回"),
        Lang::En if steps == 1 => "The step that was undone is kept; History brings it back".to_owned(),
        Lang::En => format!("The {steps} steps that were undone are kept; History brings them back"),
    }
}

/// A way that was left is a scenario of its own.
#[must_use]
pub fn taken_up_again(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("已找回为 {name}"),
        Lang::En => format!("Brought back as {name}"),
    }
}

/// What can be done with a step.
fn step_menu(
    ui: &mut Ui,
    shown: &Shown<'_>,
    document: &Document,
    step: &Step,
    state: &mut HistoryState,
    send: &mut Vec<Command>,
) {
    if ui.button(shown.text(Text::StepNote)).clicked() {
        state.noting = Some((step.id, step.note.clone()));
        ui.close();
    }
    let others: Vec<_> = document.scenarios().iter().filter(|other| !other.path.contains(&step.id)).collect();
    if !others.is_empty() {
        ui.separator();
        widgets::caption(ui, shown.colours, shown.text(Text::CopyStepTo));
    }
    for scenario in others {
        if ui.button(words::scenario_name(shown.lang, scenario)).clicked() {
            send.push(Command::CopyStep { step: step.id, to: scenario.id });
            ui.close();
        }
    }
}

/// A field over the right half of a row, in which its note is written.
fn note_field(ui: &mut Ui, shown: &Shown<'_>, row: Rect, state: &mut HistoryState, send: &mut Vec<Command>) {
    let Some((step, note)) = &mut state.noting else { return };
    let mut place = ui.new_child(UiBuilder::new().max_rect(row.with_min_x(row.center().x)));
    let response =
        widgets::field(&mut place, shown.text(Text::StepNote), note, shown.text(Text::StepNote), row.width() / 2.0);
    if response.lost_focus() {
        send.push(Command::Annotate(*step, std::mem::take(note)));
        state.noting = None;
    } else if !response.has_focus() {
        response.request_focus();
    }
}

/// Who took a step and when, in local time.
fn who_and_when(step: &Step) -> String {
    let at = OffsetDateTime::from(step.at);
    let offset = time::UtcOffset::local_offset_at(at).unwrap_or(time::UtcOffset::UTC);
    let at = at.to_offset(offset);
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]");
    let at = at.format(&format).unwrap_or_default();
    format!("{}  {at}", step.author).trim().to_owned()
}

fn row(ui: &mut Ui, shown: &Shown<'_>, line: &Row<'_>) -> eframe::egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, line.now, line.what));
    let colours = shown.colours;
    if line.now {
        ui.painter().rect_filled(rect, 3.0, colours.selection_fill);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 3.0, colours.hover_fill);
    }
    if response.has_focus() {
        let stroke = eframe::egui::Stroke::new(1.0, colours.selection);
        ui.painter().rect_stroke(rect, 3.0, stroke, eframe::egui::StrokeKind::Inside);
    }
    let ink = if line.done { colours.ink } else { colours.muted };
    let (data, caption) = (FontId::proportional(DATA), FontId::proportional(CAPTION));
    let at = rect.left_center() + vec2(7.0 * GRID, 0.0);
    let number = line.number.map_or_else(String::new, |number| number.to_string());
    ui.painter().text(at, Align2::RIGHT_CENTER, number, caption.clone(), colours.muted);
    // From the right: whether it is the current one, who and when, and what was written down.
    let mut right = rect.right() - 2.0 * GRID;
    let mut place = |text: &str, colour| {
        let at = pos2(right, rect.center().y);
        let taken = ui.painter().text(at, Align2::RIGHT_CENTER, text, caption.clone(), colour);
        right = taken.left() - 4.0 * GRID;
    };
    if line.now {
        place(shown.text(Text::CurrentStep), colours.accent);
    }
    place(line.by, if line.number.is_none() { colours.accent } else { colours.muted });
    place(line.note, colours.ink);
    let room = rect.with_min_x(at.x + 2.0 * GRID).with_max_x(right);
    ui.painter().with_clip_rect(room).text(room.left_center(), Align2::LEFT_CENTER, line.what, data, ink);
    response
}

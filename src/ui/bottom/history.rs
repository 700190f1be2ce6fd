//! What was done, step by step, with a jump to any of them.

use eframe::egui::{Align2, FontId, Role, ScrollArea, Sense, Ui, WidgetInfo, vec2};

use crate::i18n::Text;
use crate::ui::command::Command;
use crate::ui::project::Project;
use crate::ui::shown::Shown;
use crate::ui::theme::{CAPTION, DATA, GRID, ROW};
use crate::ui::{widgets, words};

/// Shows the history, oldest first. A press goes to that step.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Project, send: &mut Vec<Command>) {
    let steps = project.document().history();
    if steps.len() == 0 {
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyHistory));
        return;
    }
    let now = project.document().position();
    ui.spacing_mut().item_spacing.y = 0.0;
    ScrollArea::vertical().auto_shrink([false, false]).stick_to_bottom(true).show(ui, |ui| {
        row(ui, shown, shown.text(Text::StartState), "0", 0 == now, true, || send.push(Command::JumpTo(0)));
        for (i, step) in steps.enumerate() {
            let at = i + 1;
            let what = words::edit(shown.lang, project, step);
            row(ui, shown, &what, &at.to_string(), at == now, at <= now, || send.push(Command::JumpTo(at)));
        }
    });
}

fn row(ui: &mut Ui, shown: &Shown<'_>, what: &str, number: &str, now: bool, done: bool, jump: impl FnOnce()) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, now, what));
    let colours = shown.colours;
    if now {
        ui.painter().rect_filled(rect, 3.0, colours.selection_fill);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 3.0, colours.hover_fill);
    }
    let ink = if done { colours.ink } else { colours.muted };
    let at = rect.left_center() + vec2(7.0 * GRID, 0.0);
    ui.painter().text(at, Align2::RIGHT_CENTER, number, FontId::proportional(CAPTION), colours.muted);
    ui.painter().text(at + vec2(2.0 * GRID, 0.0), Align2::LEFT_CENTER, what, FontId::proportional(DATA), ink);
    if now {
        let at = rect.right_center() - vec2(2.0 * GRID, 0.0);
        let word = shown.text(Text::CurrentStep);
        ui.painter().text(at, Align2::RIGHT_CENTER, word, FontId::proportional(CAPTION), colours.accent);
    }
    if response.clicked() {
        jump();
    }
}

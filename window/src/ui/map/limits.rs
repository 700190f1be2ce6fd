//! What a selection may take: a chip for every limit beside the tools, with a cross to lift it; and the menu of limits.

use eframe::egui::{self, Align, Layout, Rect, RichText, Ui, UiBuilder, vec2};
use egui_material_icons::icons as icon;

use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::Command;
use crate::ui::theme::{CAPTION, GRID, ROW};
use crate::ui::{compare, widgets, words};
use quhua::i18n::{Text, selecting};
use quhua::model::UnitId;
use quhua::study::Limits;
use quhua::study::Side;
use quhua::study::Study;

/// Shows the chips, right of the tools.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, map: Rect, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let chips = chips(shown, project);
    if chips.is_empty() {
        return;
    }
    let corner = map.min + vec2(2.0 * GRID + ROW + GRID + 4.0 + 2.0 * GRID, 2.0 * GRID);
    let room = Rect::from_min_max(corner, map.max - vec2(60.0, 0.0));
    let builder = UiBuilder::new().max_rect(room).layout(Layout::left_to_right(Align::Min).with_main_wrap(true));
    ui.scope_builder(builder, |ui| {
        ui.spacing_mut().item_spacing = vec2(GRID, GRID);
        for (text, without) in chips {
            chip(ui, shown, &text, without, send);
        }
    });
}

/// Every limit in words, and the limits without it.
fn chips(shown: &Shown<'_>, project: &Study) -> Vec<(String, Limits)> {
    let limits = &shown.view.limits;
    let mut chips = Vec::new();
    if let Some(parent) = limits.inside {
        let name = words::unit(project.state().unit(parent));
        chips.push((selecting::only_inside(shown.lang, name), Limits { inside: None, ..limits.clone() }));
    }
    if limits.unlocked {
        let text = selecting::only(shown.lang, shown.text(Text::LimitUnlocked));
        chips.push((text, Limits { unlocked: false, ..limits.clone() }));
    }
    if let Some(side) = limits.differs.filter(|&side| exists(project, side)) {
        let name = compare::side_text(shown, project, side);
        chips.push((selecting::only_differing(shown.lang, &name), Limits { differs: None, ..limits.clone() }));
    }
    chips
}

fn exists(project: &Study, side: Side) -> bool {
    side.is_none_or(|id| project.document().scenario(id).is_some())
}

fn chip(ui: &mut Ui, shown: &Shown<'_>, text: &str, without: Limits, send: &mut Vec<Command>) {
    let frame = egui::Frame::new()
        .fill(shown.colours.panel)
        .stroke(egui::Stroke::new(1.0, shown.colours.selection))
        .corner_radius(12)
        .inner_margin(egui::Margin { left: 10, right: 4, top: 2, bottom: 2 });
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.horizontal(|ui| {
            ui.label(RichText::new(text).size(CAPTION).color(shown.colours.ink));
            let cross = icon::ICON_CLOSE.rich_text().size(14.0);
            let name = shown.text(Text::LiftLimit);
            let button = egui::Button::new(cross).frame_when_inactive(false).min_size(vec2(18.0, 18.0));
            if ui.add(button).on_hover_text(name).accessible_name(name).clicked() {
                send.push(Command::Limit(without));
            }
        });
    });
}

/// The limits as a menu: what is ticked holds.
pub fn menu(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let limits = &shown.view.limits;
    widgets::caption(ui, shown.colours, shown.text(Text::Limits));
    let inside = limits.inside.or_else(|| parent_of_selection(shown, project));
    if let Some(parent) = inside {
        let text = selecting::only_inside(shown.lang, words::unit(project.state().unit(parent)));
        if ui.selectable_label(limits.inside.is_some(), text).clicked() {
            let inside = limits.inside.is_none().then_some(parent);
            send.push(Command::Limit(Limits { inside, ..limits.clone() }));
            ui.close();
        }
    } else {
        ui.add_enabled_ui(false, |ui| {
            widgets::menu_item(ui, shown.lang, shown.now, Action::LimitToParent, send);
        });
    }
    let unlocked = selecting::only(shown.lang, shown.text(Text::LimitUnlocked));
    if ui.selectable_label(limits.unlocked, unlocked).clicked() {
        send.push(Command::Limit(Limits { unlocked: !limits.unlocked, ..limits.clone() }));
        ui.close();
    }
    let active = project.document().active().id;
    let others = project.document().scenarios().iter().map(|scenario| scenario.id).filter(|&id| id != active);
    for side in std::iter::once(None).chain(others.map(Some)) {
        let text = selecting::only_differing(shown.lang, &compare::side_text(shown, project, side));
        let taken = limits.differs == Some(side);
        if ui.selectable_label(taken, text).clicked() {
            let differs = (!taken).then_some(side);
            send.push(Command::Limit(Limits { differs, ..limits.clone() }));
            ui.close();
        }
    }
    ui.separator();
    widgets::menu_item(ui, shown.lang, shown.now, Action::LiftLimits, send);
}

/// The unit that a selection would be limited to: the one selected, if it has members, else the parent of the first.
#[must_use]
pub fn parent_of_selection(shown: &Shown<'_>, project: &Study) -> Option<UnitId> {
    project.limit_for(&shown.view.selection)
}

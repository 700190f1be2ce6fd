//! The panels beside the map, each where the layout has it.

use eframe::egui::{self, Frame, Margin, Panel, Rect, Role, Sense, Ui, WidgetInfo, vec2};

use crate::ui::bottom::{self, BottomState};
use crate::ui::docking;
use crate::ui::focus::{self, Stop};
use crate::ui::inspector::{self, InspectorState};
use crate::ui::notices::Notices;
use crate::ui::shown::Shown;
use crate::ui::state::command::Command;
use crate::ui::state::layout::{Change, Dock, Pane, Sharing, Side};
use crate::ui::theme::GRID;
use crate::ui::tree::{self, TreeState};

/// What the panels remember between frames.
pub(super) struct Parts<'a> {
    pub tree: &'a mut TreeState,
    pub inspector: &'a mut InspectorState,
    pub bottom: &'a mut BottomState,
    pub notices: &'a Notices,
}

/// Where things are in this frame.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// Room of the panel of tables.
    pub tables: Rect,
    /// Panels in sight, with their margins.
    pub panes: Vec<(Pane, Rect)>,
    /// How large each side is that shows something.
    pub sizes: Vec<(Side, f32)>,
}

/// Whether the row of tabs is below everything: unless the panel of tables has it.
pub(super) fn has_tabs_below(shown: &Shown<'_>) -> bool {
    let preferences = shown.preferences;
    !preferences.bottom_open || preferences.layout.side_of(Pane::Tables) == Side::Bottom
}

/// Shows all panels. What is left is for the map. `generation` counts layouts that were taken up: the sizes of the one
/// before are forgotten.
pub(super) fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    generation: u64,
    parts: &mut Parts<'_>,
    send: &mut Vec<Command>,
) -> Taken {
    let mut taken = Taken { tables: Rect::NOTHING, panes: Vec::new(), sizes: Vec::new() };
    for side in [Side::Bottom, Side::Left, Side::Right] {
        let dock = shown.preferences.layout.dock(side);
        let open: Vec<Pane> = dock.panes.iter().copied().filter(|pane| pane.is_open(shown.preferences)).collect();
        if open.is_empty() {
            continue;
        }
        let room = ui.ctx().content_rect().size();
        let (usual, least, most) = sizes(side, &open, room);
        let id = egui::Id::unique(("dock", side, generation));
        let panel = match side {
            Side::Left => Panel::left(id),
            Side::Right => Panel::right(id),
            Side::Bottom => Panel::bottom(id),
        };
        let response = panel
            .resizable(true)
            .default_size(dock.size.unwrap_or(usual).clamp(least, most.max(least)))
            .min_size(least)
            .max_size(most)
            .frame(Frame::new().fill(shown.colours.panel))
            .show(ui, |ui| {
                share(ui, shown, (side, dock, &open), parts, &mut taken, send);
                ui.take_available_space();
            })
            .response;
        let extent = if side == Side::Bottom { response.rect.height() } else { response.rect.width() };
        taken.sizes.push((side, extent));
    }
    taken
}

/// Usual, least and greatest size of a side with these panels in a window, in points.
fn sizes(side: Side, open: &[Pane], room: egui::Vec2) -> (f32, f32, f32) {
    if side == Side::Bottom {
        return ((room.y * 0.28).clamp(140.0, 320.0), 90.0, room.y * 0.6);
    }
    let of = |pane: &Pane| match pane {
        Pane::Units => ((room.x * 0.12).clamp((room.x * 0.2).min(160.0), 280.0), 140.0, room.x * 0.3),
        Pane::Details => ((room.x * 0.21).clamp((room.x * 0.35).min(286.0), 380.0), 240.0, room.x * 0.4),
        Pane::Tables => ((room.x * 0.3).clamp(240.0, 480.0), 240.0, room.x * 0.5),
    };
    open.iter().map(of).fold((0.0, 0.0, 0.0), |a, b| (a.0.max(b.0), f32::max(a.1, b.1), a.2.max(b.2)))
}

/// The panels of one side, split or tabbed.
fn share(
    ui: &mut Ui,
    shown: &Shown<'_>,
    (side, dock, open): (Side, &Dock, &[Pane]),
    parts: &mut Parts<'_>,
    taken: &mut Taken,
    send: &mut Vec<Command>,
) {
    if open.len() > 1 && dock.sharing == Sharing::Tabbed {
        let front = dock.front.filter(|pane| open.contains(pane)).unwrap_or(open[0]);
        Panel::top(("dock tabs", side))
            .exact_size(30.0)
            .frame(Frame::new().fill(shown.colours.panel).inner_margin(Margin::symmetric(8, 0)))
            .show(ui, |ui| ui.horizontal_centered(|ui| tabs(ui, shown, open, front, send)));
        one(ui, shown, front, parts, taken, send);
        return;
    }
    let Some((last, before)) = open.split_last() else { return };
    for &pane in before {
        #[expect(clippy::cast_precision_loss, reason = "three panels")]
        let each = ui.available_size() / (before.len() + 1) as f32;
        let id = ("split", side, pane);
        let (panel, usual) = if side == Side::Bottom { (Panel::left(id), each.x) } else { (Panel::top(id), each.y) };
        panel
            .resizable(true)
            .default_size(usual)
            .min_size(80.0)
            .max_size(2.0 * usual)
            .frame(Frame::new().fill(shown.colours.panel))
            .show(ui, |ui| {
                one(ui, shown, pane, parts, taken, send);
                ui.take_available_space();
            });
    }
    one(ui, shown, *last, parts, taken, send);
}

/// Tabs of the panels of one side.
fn tabs(ui: &mut Ui, shown: &Shown<'_>, open: &[Pane], front: Pane, send: &mut Vec<Command>) {
    ui.spacing_mut().item_spacing.x = GRID;
    for &pane in open {
        let (name, taken) = (shown.text(pane.name()), pane == front);
        let colour = if taken { shown.colours.ink } else { shown.colours.muted };
        let body = egui::TextStyle::Body.resolve(ui.style());
        let galley = ui.painter().layout_no_wrap(name.to_owned(), body, colour);
        let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(4.0 * GRID, 8.0), Sense::click_and_drag());
        response.widget_info(|| WidgetInfo::selected(Role::Tab, true, taken, name));
        ui.painter().galley(rect.center() - galley.size() / 2.0, galley, colour);
        if taken {
            let line = rect.with_min_y(rect.bottom() - 2.0).shrink2(vec2(GRID, 0.0));
            ui.painter().rect_filled(line, 0.0, shown.colours.accent);
        }
        if response.has_focus() {
            let stroke = egui::Stroke::new(1.0, shown.colours.selection);
            ui.painter().rect_stroke(rect, 3.0, stroke, egui::StrokeKind::Inside);
        }
        if response.clicked() {
            send.push(Command::Layout(Change::Front(pane)));
        }
        docking::drag(response, pane);
    }
}

/// One panel in the room that is left.
fn one(ui: &mut Ui, shown: &Shown<'_>, pane: Pane, parts: &mut Parts<'_>, taken: &mut Taken, send: &mut Vec<Command>) {
    let margin = if pane == Pane::Tables {
        Margin { left: 12, right: 12, top: 10, bottom: 4 }
    } else {
        Margin { left: 10, right: 10, top: 10, bottom: 8 }
    };
    let panel = ui.available_rect_before_wrap();
    taken.panes.push((pane, panel));
    if pane == Pane::Tables && !has_tabs_below(shown) {
        Panel::top("tabs in panel")
            .exact_size(30.0)
            .frame(Frame::new().fill(shown.colours.panel).inner_margin(Margin::symmetric(8, 0)))
            .show(ui, |ui| bottom::tabs(ui, shown, parts.bottom, parts.notices, send));
    }
    let room = ui.available_rect_before_wrap();
    // What is in it never makes a panel larger: the map would jump.
    let inside = egui::UiBuilder::new().max_rect(room - margin).layout(*ui.layout());
    let mut child = ui.new_child(inside);
    child.shrink_clip_rect(room);
    let ui_inside = &mut child;
    match pane {
        Pane::Units => tree::show(ui_inside, shown, parts.tree, send),
        Pane::Details => {
            focus::stop(ui_inside, shown, Stop::Details, None);
            inspector::show(ui_inside, shown, parts.inspector, send);
        }
        Pane::Tables => {
            taken.tables = room;
            bottom::show(ui_inside, shown, parts.bottom, parts.notices, send);
        }
    }
    docking::grip(ui, shown, pane, panel);
}

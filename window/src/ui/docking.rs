//! Panels that are dragged to another place: the grip that every panel has on top, and the tabs of tabbed ones.
//!
//! A panel can be dropped at a side of the map, before or behind another panel, or upon one: then the two are tabbed.
//! Where it would go shows while it is dragged. Esc gives up. The menu of layouts does the same without a pointer.

use eframe::egui::{
    self, CursorIcon, DragAndDrop, Id, LayerId, Order, Pos2, Rect, Response, Role, Sense, StrokeKind, Ui, WidgetInfo,
    vec2,
};

use super::shown::Shown;
use super::state::command::Command;
use super::state::layout::{Beside, Change, Layout, Pane, Sharing, Side, Spot};
use super::theme::DATA;
use quhua::i18n::{Text, sentences};

/// Height of what can be gripped, in points: the margin above the contents of a panel, and a little of the line above
/// it, which is for changing sizes.
const GRIP: f32 = 11.0;
/// The share of the map or of a panel that stands for its edge.
const EDGE: f32 = 0.28;

/// A panel that is being dragged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Dragged(Pane);

/// Where things are that a panel can be dropped at.
#[derive(Clone, Debug)]
pub struct Places<'a> {
    /// Panels in sight.
    pub panes: &'a [(Pane, Rect)],
    /// The map.
    pub map: Rect,
}

/// The grip on top of a panel.
pub fn grip(ui: &Ui, shown: &Shown<'_>, pane: Pane, panel: Rect) {
    let rect = panel.with_max_y(panel.top() + GRIP);
    let response = ui.interact(rect, Id::unique(("grip", pane)), Sense::DRAG);
    let name = sentences::of_what(shown.lang, shown.text(Text::DragPanel), shown.text(pane.name()));
    response.widget_info(|| WidgetInfo::labeled(Role::TitleBar, true, &name));
    let is_dragged = dragged(ui) == Some(pane);
    let ink = if response.hovered() || is_dragged { shown.colours.muted } else { shown.colours.line };
    let bar = Rect::from_center_size(rect.center() + vec2(0.0, 0.5), vec2(28.0, 3.0));
    ui.painter().rect_filled(bar, 1.5, ink);
    let response = if is_dragged { response } else { response.on_hover_text(name) };
    drag(response, pane);
}

/// Has a panel dragged by this.
pub fn drag(response: Response, pane: Pane) {
    response.dnd_set_drag_payload(Dragged(pane));
    response.on_hover_cursor(CursorIcon::Grab);
}

fn dragged(ui: &Ui) -> Option<Pane> {
    DragAndDrop::payload::<Dragged>(ui.ctx()).map(|dragged| dragged.0)
}

/// Shows where the panel that is being dragged would go, and puts it there when it is let go.
pub fn show(ui: &Ui, shown: &Shown<'_>, places: &Places<'_>, send: &mut Vec<Command>) {
    let Some(pane) = dragged(ui) else { return };
    let Some(at) = ui.input(|input| input.pointer.interact_pos()) else { return };
    let spot = spot_at(&shown.preferences.layout, places, pane, at);
    if ui.input(|input| input.pointer.any_released()) {
        send.extend(spot.map(|(spot, _)| Command::Layout(Change::Drop(pane, spot))));
        return;
    }
    let painter = ui.ctx().layer_painter(LayerId::new(Order::Foreground, Id::unique("panel in the hand")));
    let colour = shown.colours.selection;
    if let Some((spot, room)) = spot {
        let stroke = egui::Stroke::new(2.0, colour);
        painter.rect(room.shrink(2.0), 4.0, colour.gamma_multiply(0.18), stroke, StrokeKind::Inside);
        let words = words(shown, spot);
        let galley = painter.layout_no_wrap(words, egui::FontId::proportional(DATA), shown.colours.ink);
        let back = Rect::from_center_size(room.center(), galley.size() + vec2(16.0, 8.0));
        painter.rect(back, 4.0, shown.colours.panel, shown.colours.hairline(), StrokeKind::Inside);
        painter.galley(back.center() - galley.size() / 2.0, galley, shown.colours.ink);
    }
    let name = shown.text(pane.name()).to_owned();
    let galley = painter.layout_no_wrap(name, egui::FontId::proportional(DATA), shown.colours.ink);
    let tag = Rect::from_min_size(at + vec2(12.0, 10.0), galley.size() + vec2(12.0, 6.0));
    painter.rect(tag, 4.0, shown.colours.panel, shown.colours.hairline(), StrokeKind::Inside);
    painter.galley(tag.center() - galley.size() / 2.0, galley, shown.colours.ink);
    ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
}

/// What is said of a place: `right of the map`, `tabs with: Units panel`.
fn words(shown: &Shown<'_>, spot: Spot) -> String {
    let what = |text: Text, pane: Pane| sentences::of_what(shown.lang, shown.text(text), shown.text(pane.name()));
    match spot {
        Spot::Side(side) => shown.text(side.name()).to_owned(),
        Spot::Beside(other, Beside::Before) => what(Text::DropBefore, other),
        Spot::Beside(other, Beside::After) => what(Text::DropAfter, other),
        Spot::Beside(other, Beside::Tab) => what(Text::DropAsTab, other),
    }
}

/// Where a panel would go from a place on the screen, and about what room it would have there.
fn spot_at(layout: &Layout, places: &Places<'_>, pane: Pane, at: Pos2) -> Option<(Spot, Rect)> {
    if let Some(&(under, room)) = places.panes.iter().find(|(_, room)| room.contains(at)) {
        let other = if under == pane { tabbed_with(layout, pane)? } else { under };
        let share = if layout.side_of(other) == Side::Bottom {
            (at.x - room.left()) / room.width()
        } else {
            (at.y - room.top()) / room.height()
        };
        let beside = match share {
            share if share < EDGE => Beside::Before,
            share if share > 1.0 - EDGE => Beside::After,
            // It is there already.
            _ if under == pane => return None,
            _ => Beside::Tab,
        };
        return Some((Spot::Beside(other, beside), half(room, layout.side_of(other), beside)));
    }
    let map = places.map;
    if !map.contains(at) {
        return None;
    }
    let (x, y) = ((at.x - map.left()) / map.width(), (at.y - map.top()) / map.height());
    let side = match () {
        () if y > 1.0 - EDGE => Side::Bottom,
        () if x < EDGE => Side::Left,
        () if x > 1.0 - EDGE => Side::Right,
        () => return None,
    };
    let room = match side {
        Side::Left => map.with_max_x(map.left() + map.width() * EDGE),
        Side::Right => map.with_min_x(map.right() - map.width() * EDGE),
        Side::Bottom => map.with_min_y(map.bottom() - map.height() * EDGE),
    };
    (layout.side_of(pane) != side).then_some((Spot::Side(side), room))
}

/// A panel that shares the tabs of this one.
fn tabbed_with(layout: &Layout, pane: Pane) -> Option<Pane> {
    let dock = layout.dock(layout.side_of(pane));
    dock.panes.iter().copied().find(|other| *other != pane && dock.sharing == Sharing::Tabbed)
}

fn half(room: Rect, side: Side, beside: Beside) -> Rect {
    let middle = room.center();
    match (beside, side == Side::Bottom) {
        (Beside::Tab, _) => room,
        (Beside::Before, true) => room.with_max_x(middle.x),
        (Beside::After, true) => room.with_min_x(middle.x),
        (Beside::Before, false) => room.with_max_y(middle.y),
        (Beside::After, false) => room.with_min_y(middle.y),
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::pos2;

    use super::*;

    #[test]
    fn the_middle_of_a_panel_tabs_its_ends_split_and_the_sides_of_the_map_are_sides() {
        //  units | map   | details
        let rect = |x0, x1| Rect::from_min_max(pos2(x0, 0.0), pos2(x1, 100.0));
        let panes = [(Pane::Units, rect(0.0, 100.0)), (Pane::Details, rect(900.0, 1000.0))];
        let places = Places { panes: &panes, map: rect(100.0, 900.0) };
        let layout = Layout::default();
        let spot = |x, y| spot_at(&layout, &places, Pane::Units, pos2(x, y)).map(|(spot, _)| spot);
        assert_eq!(spot(950.0, 50.0), Some(Spot::Beside(Pane::Details, Beside::Tab)));
        assert_eq!(spot(950.0, 5.0), Some(Spot::Beside(Pane::Details, Beside::Before)));
        assert_eq!(spot(950.0, 95.0), Some(Spot::Beside(Pane::Details, Beside::After)));
        assert_eq!(spot(850.0, 40.0), Some(Spot::Side(Side::Right)));
        assert_eq!(spot(500.0, 95.0), Some(Spot::Side(Side::Bottom)));
        // In the middle of the map, at its own side, and on itself it stays where it is.
        assert_eq!([spot(500.0, 40.0), spot(150.0, 40.0), spot(50.0, 50.0)], [None; 3]);
    }
}

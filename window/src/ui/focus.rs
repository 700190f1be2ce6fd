//! Where the keyboard is: the panels as stops that F6 goes through, and the keys of lists.
//!
//! Every panel begins with a stop, which takes the focus for the panel as a whole and shows a ring around it. From
//! there Tab goes on into the panel, and in a panel with a list, arrows move in the list: its rows are no stops of
//! their own, or Tab would have to pass hundreds of them.

use eframe::egui::{
    self, Context, EventFilter, Id, Key, LayerId, Modifiers, Order, Rect, Response, Role, Sense, Stroke, StrokeKind,
    Ui, WidgetInfo,
};

use super::shown::Shown;
use super::state::command::SelectMode;
use quhua::i18n::Text;

/// A panel as a stop of the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stop {
    /// The row on top.
    Toolbar,
    /// The tree of units.
    Units,
    /// The map.
    Map,
    /// Selection, merge card, scenario.
    Details,
    /// Tables and their tabs.
    Bottom,
    /// The line at the bottom.
    Status,
}

impl Stop {
    /// All stops, in the order of F6.
    pub const ALL: [Self; 6] = [Self::Toolbar, Self::Units, Self::Map, Self::Details, Self::Bottom, Self::Status];

    /// The widget that takes the focus.
    #[must_use]
    pub fn id(self) -> Id {
        Id::unique(("stop", self))
    }

    const fn name(self) -> Text {
        match self {
            Self::Toolbar => Text::ToolbarStop,
            Self::Units => Text::ToggleUnits,
            Self::Map => Text::MapStop,
            Self::Details => Text::ToggleInspector,
            Self::Bottom => Text::ToggleBottom,
            Self::Status => Text::StatusStop,
        }
    }

    /// Whether the focus is on a stop, not on a widget that Enter would press.
    #[must_use]
    pub fn has_focus(ctx: &Context) -> bool {
        let focused = ctx.memory(egui::Memory::focused);
        Self::ALL.iter().any(|stop| focused == Some(stop.id()))
    }
}

/// The stop at the beginning of a panel. `says` is what a screen reader adds to the name of the panel.
pub fn stop(ui: &mut Ui, shown: &Shown<'_>, stop: Stop, says: Option<&str>) -> Response {
    let rect = ui.max_rect();
    let response = ui.interact(rect, stop.id(), Sense::focusable_noninteractive());
    name(&response, shown, stop, says);
    ring(ui, shown, &response, rect.expand(4.0));
    response
}

/// Says the name of a panel, and what is in it.
pub fn name(response: &Response, shown: &Shown<'_>, stop: Stop, says: Option<&str>) {
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::Region, true, shown.text(stop.name()));
        info.current_text_value = says.map(str::to_owned);
        info
    });
}

/// A ring around a panel whose stop has the focus.
pub fn ring(ui: &Ui, shown: &Shown<'_>, response: &Response, rect: Rect) {
    if response.has_focus() {
        let rect = rect.intersect(ui.ctx().content_rect());
        let layer = LayerId::new(Order::Middle, Id::unique("focus ring"));
        let stroke = Stroke::new(2.0, shown.colours.selection);
        ui.ctx().layer_painter(layer).rect_stroke(rect, 4.0, stroke, StrokeKind::Inside);
    }
}

/// Goes to the next panel in sight, or to the one before.
pub fn move_on(ctx: &Context, forward: bool) {
    let place = |stop: Stop| ctx.read_response(stop.id()).map(|response| (stop, response.rect));
    let stops: Vec<(Stop, Rect)> = Stop::ALL.into_iter().filter_map(place).collect();
    let focused = ctx.memory(egui::Memory::focused);
    let rect = focused.and_then(|id| ctx.read_response(id)).map(|response| response.rect);
    let now = focused.zip(rect).and_then(|(id, rect)| {
        let itself = stops.iter().position(|(stop, _)| stop.id() == id);
        itself.or_else(|| stops.iter().position(|(_, panel)| panel.contains(rect.center())))
    });
    let count = stops.len();
    let next = match now {
        Some(now) => (now + if forward { 1 } else { count.saturating_sub(1) }) % count.max(1),
        None => stops.iter().position(|(stop, _)| *stop == Stop::Map).unwrap_or(0),
    };
    if let Some((stop, _)) = stops.get(next) {
        ctx.memory_mut(|memory| memory.request_focus(stop.id()));
    }
}

/// Arrows stay with a widget that has the focus, instead of taking the focus on.
pub fn keep_arrows(ui: &Ui, response: &Response) {
    let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
}

/// What a key does in a list, to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKey {
    /// Goes there, and selects it in one of the ways.
    Select(usize, SelectMode),
    /// Goes there, and leaves the selection.
    Move(usize),
    /// Does what a double click does.
    Open(usize),
    /// Shows what is below it.
    Unfold(usize),
    /// Hides what is below it, or goes to what it belongs to.
    Fold(usize),
}

/// The key that was pressed in a list of `len` rows with the cursor `at` one, if its panel has the focus.
#[must_use]
pub fn list_key(ui: &Ui, stop: &Response, len: usize, at: Option<usize>) -> Option<ListKey> {
    if !stop.has_focus() || len == 0 {
        return None;
    }
    keep_arrows(ui, stop);
    let here = at.unwrap_or(0).min(len - 1);
    let (pressed, modifiers) = ui.input_mut(|input| {
        let modifiers = input.modifiers;
        let keys = [
            Key::ArrowDown,
            Key::ArrowUp,
            Key::Home,
            Key::End,
            Key::ArrowRight,
            Key::ArrowLeft,
            Key::Space,
            Key::Enter,
        ];
        let any = [Modifiers::NONE, Modifiers::COMMAND];
        (keys.into_iter().find(|&key| any.iter().any(|&with| input.consume_key(with, key))), modifiers)
    });
    let to = match pressed? {
        Key::ArrowDown => at.map_or(0, |at| (at + 1).min(len - 1)),
        Key::ArrowUp => here.saturating_sub(1),
        Key::Home => 0,
        Key::End => len - 1,
        Key::ArrowRight => return Some(ListKey::Unfold(here)),
        Key::ArrowLeft => return Some(ListKey::Fold(here)),
        Key::Space => return Some(ListKey::Select(here, SelectMode::Toggle)),
        _ => return Some(ListKey::Open(here)),
    };
    Some(match () {
        () if modifiers.command => ListKey::Move(to),
        () if modifiers.shift => ListKey::Select(to, SelectMode::Add),
        () => ListKey::Select(to, SelectMode::Replace),
    })
}

/// The cursor of a list whose rows only lead somewhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    at: Option<usize>,
}

impl Cursor {
    /// The row of `len` that the keyboard went to, and whether it goes where the row leads.
    pub fn moved(&mut self, ui: &Ui, stop: &Response, len: usize) -> Option<(usize, bool)> {
        let moved = match list_key(ui, stop, len, self.at)? {
            ListKey::Select(at, _) | ListKey::Open(at) => (at, true),
            ListKey::Move(at) => (at, false),
            ListKey::Unfold(_) | ListKey::Fold(_) => return None,
        };
        self.at = Some(moved.0);
        Some(moved)
    }

    /// The row that shows the cursor, while its panel has the focus.
    #[must_use]
    pub fn row(self, stop: &Response) -> Option<usize> {
        self.at.filter(|_| stop.has_focus())
    }
}

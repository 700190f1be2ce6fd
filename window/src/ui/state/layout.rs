//! Where the panels are: at which side of the map, and how those at one side share it. The map is always there.
//!
//! 1. Every panel is at one side, and at one only; whether it is folded is kept beside.
//! 2. Panels at one side are split or tabbed, in the order in which they came there.
//! 3. A layout that was kept and cannot be is put right: panels that are missing go where they are at first.

use std::collections::BTreeMap;

use egui_material_icons::{MaterialIcon, icons as icon};
use serde::{Deserialize, Serialize};

use super::action::Action;
use super::view::Preferences;
use quhua::i18n::Text;

/// A panel beside the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pane {
    /// The tree of units.
    Units,
    /// Selection, merge card, scenario.
    Details,
    /// Tables, history, checks, messages.
    Tables,
}

/// A side of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Side {
    /// Left of it.
    Left,
    /// Right of it.
    Right,
    /// Below it, over the whole width.
    Bottom,
}

/// How panels at one side share it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Sharing {
    /// All are seen, one beside the other.
    #[default]
    Split,
    /// One is seen; the others leave a tab.
    Tabbed,
}

/// What is at one side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dock {
    /// Its panels, folded ones too.
    pub panes: Vec<Pane>,
    /// How they share it.
    pub sharing: Sharing,
    /// The panel that is seen where they are tabbed.
    pub front: Option<Pane>,
    /// Its width, or height at the bottom, in points; `None` for what suits the window.
    pub size: Option<f32>,
}

/// Where all panels are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<Side, Dock>", into = "BTreeMap<Side, Dock>")]
pub struct Layout {
    docks: BTreeMap<Side, Dock>,
}

/// A layout that goes by a name, with what is folded in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedLayout {
    /// Where the panels are.
    pub layout: Layout,
    /// Panels that are not folded.
    pub open: Vec<Pane>,
}

/// A place that a panel can be dragged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A side of the map, behind the panels that are there.
    Side(Side),
    /// A place by another panel.
    Beside(Pane, Beside),
}

/// A place by another panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Above it, or left of it at the bottom.
    Before,
    /// Below it, or right of it at the bottom.
    After,
    /// In the same place, with tabs.
    Tab,
}

/// What is done with layouts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A panel goes to a side.
    Move(Pane, Side),
    /// A panel was dragged somewhere.
    Drop(Pane, Spot),
    /// Panels at one side share it so.
    Share(Side, Sharing),
    /// A tabbed panel is seen.
    Front(Pane),
    /// The layout now is kept under a name.
    Save(String),
    /// One that was kept is taken up.
    Apply(String),
    /// One that was kept goes.
    Remove(String),
}

impl Pane {
    /// All panels, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Units, Self::Details, Self::Tables];

    /// What folds and unfolds it.
    #[must_use]
    pub const fn toggle(self) -> Action {
        match self {
            Self::Units => Action::ToggleUnits,
            Self::Details => Action::ToggleInspector,
            Self::Tables => Action::ToggleBottom,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> Text {
        self.toggle().info().name
    }

    const fn first_side(self) -> Side {
        match self {
            Self::Units => Side::Left,
            Self::Details => Side::Right,
            Self::Tables => Side::Bottom,
        }
    }

    /// Whether it is unfolded.
    #[must_use]
    pub const fn is_open(self, preferences: &Preferences) -> bool {
        match self {
            Self::Units => preferences.units_open,
            Self::Details => preferences.inspector_open,
            Self::Tables => preferences.bottom_open,
        }
    }
}

impl Side {
    /// All sides, in the order of the menu.
    pub const ALL: [Self; 3] = [Self::Left, Self::Right, Self::Bottom];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> Text {
        match self {
            Self::Left => Text::SideLeft,
            Self::Right => Text::SideRight,
            Self::Bottom => Text::SideBottom,
        }
    }

    /// The picture of a panel at it.
    #[must_use]
    pub const fn icon(self) -> MaterialIcon {
        match self {
            Self::Left => icon::ICON_DOCK_TO_RIGHT,
            Self::Right => icon::ICON_DOCK_TO_LEFT,
            Self::Bottom => icon::ICON_DOCK_TO_BOTTOM,
        }
    }
}

impl Default for Layout {
    fn default() -> Self {
        Self::from(BTreeMap::new())
    }
}

impl From<BTreeMap<Side, Dock>> for Layout {
    fn from(mut docks: BTreeMap<Side, Dock>) -> Self {
        let mut seen = Vec::new();
        for side in Side::ALL {
            let dock = docks.entry(side).or_default();
            dock.panes.retain(|pane| {
                !seen.contains(pane) && {
                    seen.push(*pane);
                    true
                }
            });
            dock.size = dock.size.filter(|size| size.is_finite() && *size > 0.0);
        }
        for pane in Pane::ALL.into_iter().filter(|pane| !seen.contains(pane)) {
            docks.entry(pane.first_side()).or_default().panes.push(pane);
        }
        Self { docks }
    }
}

impl From<Layout> for BTreeMap<Side, Dock> {
    fn from(layout: Layout) -> Self {
        layout.docks
    }
}

impl Layout {
    /// What is at a side.
    #[must_use]
    pub fn dock(&self, side: Side) -> &Dock {
        // All sides are there from the beginning.
        &self.docks[&side]
    }

    /// The side where a panel is.
    #[must_use]
    pub fn side_of(&self, pane: Pane) -> Side {
        let at = self.docks.iter().find(|(_, dock)| dock.panes.contains(&pane));
        at.map_or(pane.first_side(), |(side, _)| *side)
    }

    /// Puts a panel at a side, behind those that are there. A side that was left or came to suits itself to the window.
    pub fn put(&mut self, pane: Pane, side: Side) {
        if self.side_of(pane) == side {
            return;
        }
        for (at, dock) in &mut self.docks {
            let before = dock.panes.len();
            dock.panes.retain(|other| *other != pane);
            if *at == side {
                dock.panes.push(pane);
                dock.front = Some(pane);
            }
            if dock.panes.len() != before {
                dock.size = None;
            }
        }
    }

    /// Puts a panel by another one, which it is then split from or tabbed with.
    pub fn put_beside(&mut self, pane: Pane, other: Pane, beside: Beside) {
        if pane == other {
            return;
        }
        let side = self.side_of(other);
        self.put(pane, side);
        let dock = self.docks.entry(side).or_default();
        dock.panes.retain(|it| *it != pane);
        let at = dock.panes.iter().position(|it| *it == other).unwrap_or(0);
        dock.panes.insert(if beside == Beside::Before { at } else { at + 1 }, pane);
        dock.sharing = if beside == Beside::Tab { Sharing::Tabbed } else { Sharing::Split };
        dock.front = Some(pane);
    }

    /// How panels at a side share it.
    pub fn share(&mut self, side: Side, sharing: Sharing) {
        self.docks.entry(side).or_default().sharing = sharing;
    }

    /// Has a panel seen where it is tabbed.
    pub fn bring_to_front(&mut self, pane: Pane) {
        let side = self.side_of(pane);
        self.docks.entry(side).or_default().front = Some(pane);
    }

    /// Remembers how large a side is.
    pub fn resize(&mut self, side: Side, points: f32) {
        self.docks.entry(side).or_default().size = Some(points);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_first_units_are_left_details_right_and_tables_below() {
        let layout = Layout::default();
        assert_eq!(Pane::ALL.map(|pane| layout.side_of(pane)), [Side::Left, Side::Right, Side::Bottom]);
    }

    #[test]
    fn a_panel_that_moves_is_at_one_side_only() {
        let mut layout = Layout::default();
        layout.resize(Side::Left, 200.0);
        layout.put(Pane::Units, Side::Right);
        assert_eq!(layout.dock(Side::Right).panes, [Pane::Details, Pane::Units]);
        assert!(layout.dock(Side::Left).panes.is_empty() && layout.dock(Side::Left).size.is_none());
        layout.put(Pane::Units, Side::Left);
        assert_eq!(Pane::ALL.map(|pane| layout.side_of(pane)), [Side::Left, Side::Right, Side::Bottom]);
    }

    #[test]
    fn a_panel_is_put_before_or_behind_another_or_tabbed_with_it() {
        let mut layout = Layout::default();
        layout.put_beside(Pane::Units, Pane::Details, Beside::Before);
        assert_eq!(layout.dock(Side::Right).panes, [Pane::Units, Pane::Details]);
        layout.put_beside(Pane::Units, Pane::Details, Beside::After);
        assert_eq!(layout.dock(Side::Right).panes, [Pane::Details, Pane::Units]);
        assert_eq!(layout.dock(Side::Right).sharing, Sharing::Split);
        layout.put_beside(Pane::Tables, Pane::Details, Beside::Tab);
        let dock = layout.dock(Side::Right);
        assert_eq!((dock.sharing, dock.front), (Sharing::Tabbed, Some(Pane::Tables)));
        assert_eq!(dock.panes, [Pane::Details, Pane::Tables, Pane::Units]);
        assert!(layout.dock(Side::Left).panes.is_empty() && layout.dock(Side::Bottom).panes.is_empty());
    }

    #[test]
    fn a_layout_comes_back_from_text_and_one_that_cannot_be_is_put_right() {
        let mut layout = Layout::default();
        layout.put(Pane::Tables, Side::Right);
        layout.share(Side::Right, Sharing::Tabbed);
        layout.resize(Side::Right, 320.0);
        let text = serde_json::to_string(&layout).unwrap();
        assert_eq!(serde_json::from_str::<Layout>(&text).unwrap(), layout);
        let odd = r#"{"Left":{"panes":["Details","Details"],"size":-4.0},"Right":{"panes":["Details"]}}"#;
        let odd: Layout = serde_json::from_str(odd).unwrap();
        assert_eq!(odd.dock(Side::Left).panes, [Pane::Details, Pane::Units]);
        assert_eq!(odd.dock(Side::Left).size, None);
        assert_eq!(Pane::ALL.map(|pane| odd.side_of(pane)), [Side::Left, Side::Left, Side::Bottom]);
    }
}

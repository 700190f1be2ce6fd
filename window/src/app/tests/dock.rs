//! Panels at other sides of the map, and layouts that go by a name.

use eframe::egui::{Pos2, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, drag, window, window_in, window_with};
use crate::app::App;
use crate::ui::focus::Stop;
use crate::ui::state::action::Action;
use crate::ui::state::command::Command;
use crate::ui::state::layout::{Change, Pane, Sharing, Side};
use crate::ui::state::view::Preferences;
use quhua::i18n::{Lang, Text};

fn stop(pane: Pane) -> Stop {
    match pane {
        Pane::Units => Stop::Units,
        Pane::Details => Stop::Details,
        Pane::Tables => Stop::Bottom,
    }
}

/// Where the contents of a panel are; `None` where it is not seen.
fn place(harness: &Harness<'_, Option<App>>, pane: Pane) -> Option<Rect> {
    harness.ctx.read_response(stop(pane).id()).map(|response| response.rect)
}

fn map(harness: &Harness<'_, Option<App>>) -> Rect {
    app(harness).canvas.camera().viewport()
}

fn change(harness: &mut Harness<'_, Option<App>>, change: Change) {
    act(harness, Command::Layout(change));
    harness.run_steps(3);
}

#[test]
fn at_first_the_map_has_most_of_the_window_between_units_and_details() {
    let harness = window(Lang::Zh);
    let (map, window) = (map(&harness), harness.ctx.content_rect());
    assert!(place(&harness, Pane::Units).unwrap().right() <= map.left());
    assert!(place(&harness, Pane::Details).unwrap().left() >= map.right());
    assert!(map.width() > 0.65 * window.width() && map.height() > 0.84 * window.height(), "{map:?}");
}

#[test]
fn every_panel_can_be_at_every_side() {
    for pane in Pane::ALL {
        for side in Side::ALL {
            let mut harness = window(Lang::En);
            act(&mut harness, Action::ShowTable);
            change(&mut harness, Change::Move(pane, side));
            let (at, map) = (place(&harness, pane).unwrap(), map(&harness));
            match side {
                Side::Left => assert!(at.right() <= map.left(), "{pane:?} {at:?} {map:?}"),
                Side::Right => assert!(at.left() >= map.right(), "{pane:?} {at:?} {map:?}"),
                Side::Bottom => assert!(at.top() >= map.bottom(), "{pane:?} {at:?} {map:?}"),
            }
            assert!(map.width() > 300.0 && map.height() > 200.0, "{pane:?} {side:?} {map:?}");
            // The others are still there, and none lies over another.
            let all: Vec<Rect> = Pane::ALL.into_iter().filter_map(|pane| place(&harness, pane)).collect();
            assert_eq!(all.len(), 3, "{pane:?} {side:?}");
            for (i, a) in all.iter().enumerate() {
                assert!(all[i + 1..].iter().all(|b| !a.intersect(*b).is_positive()), "{pane:?} {side:?} {all:?}");
            }
        }
    }
}

#[test]
fn panels_that_are_tabbed_show_one_and_its_tab_brings_the_other() {
    let mut harness = window(Lang::En);
    change(&mut harness, Change::Move(Pane::Units, Side::Right));
    assert!(place(&harness, Pane::Units).is_some() && place(&harness, Pane::Details).is_some());
    change(&mut harness, Change::Share(Side::Right, Sharing::Tabbed));
    // What came last is in front.
    assert!(place(&harness, Pane::Units).is_some() && place(&harness, Pane::Details).is_none());
    harness.get_by_role_and_label(eframe::egui::Role::Tab, Text::ToggleInspector.in_lang(Lang::En)).click();
    harness.run_steps(3);
    assert!(place(&harness, Pane::Units).is_none() && place(&harness, Pane::Details).is_some());
}

#[test]
fn a_layout_is_kept_under_a_name_with_its_sizes_and_what_is_folded() {
    let mut harness = window(Lang::En);
    change(&mut harness, Change::Move(Pane::Details, Side::Left));
    act(&mut harness, Action::ToggleUnits);
    let before = (map(&harness), app(&harness).preferences.layout.clone());
    change(&mut harness, Change::Save("reading".to_owned()));
    act(&mut harness, Action::ResetLayout);
    harness.run_steps(3);
    assert!(place(&harness, Pane::Details).unwrap().left() >= map(&harness).right());
    assert!(place(&harness, Pane::Units).is_some());
    change(&mut harness, Change::Apply("reading".to_owned()));
    assert_eq!((map(&harness), app(&harness).preferences.layout.clone()), before);
    assert!(place(&harness, Pane::Units).is_none());
    // The next run has both.
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    let kept: Preferences = serde_json::from_str(&kept).unwrap();
    let harness = window_with(kept);
    assert_eq!(map(&harness), before.0);
    assert!(app(&harness).preferences.layouts.contains_key("reading"));
}

#[test]
fn the_menu_moves_panels_and_keeps_layouts() {
    let mut harness = window(Lang::En);
    harness.get_by_label(Text::PanelsAndLayouts.in_lang(Lang::En)).click();
    harness.run_steps(3);
    harness.get_by_label("Details panel: below").click();
    harness.run_steps(3);
    assert_eq!(app(&harness).preferences.layout.side_of(Pane::Details), Side::Bottom);
    harness.get_by_label(Text::LayoutName.in_lang(Lang::En)).click();
    harness.run_steps(2);
    harness.get_by_label(Text::LayoutName.in_lang(Lang::En)).type_text("wide map");
    harness.run_steps(2);
    harness.get_by_label(Text::Keep.in_lang(Lang::En)).click();
    harness.run_steps(2);
    assert!(app(&harness).preferences.layouts.contains_key("wide map"));
}

#[test]
fn with_large_text_any_layout_leaves_a_map() {
    let preferences = Preferences { lang: Some(Lang::Zh), ..Preferences::default() };
    let mut harness = window_in([683.0, 384.0], preferences, None);
    act(&mut harness, Action::ShowTable);
    for pane in Pane::ALL {
        for side in Side::ALL {
            change(&mut harness, Change::Move(pane, side));
            let map = map(&harness);
            assert!(map.width() > 80.0 && map.height() > 60.0, "{pane:?} {side:?}: {map:?}");
        }
    }
}

/// The grip of a panel.
fn grip(harness: &Harness<'_, Option<App>>, pane: Pane) -> Pos2 {
    let name = format!("Drag to another place: {}", pane.name().in_lang(Lang::En));
    harness.get_by_label(&name).rect().center()
}

#[test]
fn a_panel_is_dragged_by_its_grip_and_is_kept_where_it_was_dropped() {
    let mut harness = window(Lang::En);
    let (from, right) = (grip(&harness, Pane::Units), map(&harness).right_center());
    let way = [from, map(&harness).center(), right - vec2(20.0, 0.0)];
    drag(&mut harness, &way, true);
    harness.run_steps(3);
    assert_eq!(app(&harness).preferences.layout.side_of(Pane::Units), Side::Right);
    assert!(place(&harness, Pane::Units).unwrap().left() >= map(&harness).right());
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    let kept: Preferences = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept.layout.side_of(Pane::Units), Side::Right);
}

#[test]
fn a_panel_dropped_upon_another_is_tabbed_with_it_and_its_tab_is_dragged_out_again() {
    let mut harness = window(Lang::En);
    let (from, to) = (grip(&harness, Pane::Units), place(&harness, Pane::Details).unwrap().center());
    let way = [from, map(&harness).center(), to];
    drag(&mut harness, &way, true);
    harness.run_steps(3);
    let dock = app(&harness).preferences.layout.dock(Side::Right).clone();
    assert_eq!((dock.sharing, dock.panes), (Sharing::Tabbed, vec![Pane::Details, Pane::Units]));
    let tab = Text::ToggleUnits.in_lang(Lang::En);
    let from = harness.get_by_role_and_label(eframe::egui::Role::Tab, tab).rect().center();
    let left = map(&harness).left_center() + vec2(20.0, 0.0);
    let way = [from, map(&harness).center(), left];
    drag(&mut harness, &way, true);
    harness.run_steps(3);
    assert_eq!(app(&harness).preferences.layout.side_of(Pane::Units), Side::Left);
}

#[test]
fn escape_leaves_a_dragged_panel_where_it_is() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::SelectAll);
    let before = (app(&harness).preferences.layout.clone(), app(&harness).view.selection.clone());
    let (from, to) = (grip(&harness, Pane::Details), map(&harness).left_center() + vec2(20.0, 0.0));
    let way = [from, map(&harness).center(), to];
    drag(&mut harness, &way, false);
    harness.key_press(eframe::egui::Key::Escape);
    harness.run_steps(2);
    harness.drop_at(to);
    harness.run_steps(3);
    assert_eq!((app(&harness).preferences.layout.clone(), app(&harness).view.selection.clone()), before);
}

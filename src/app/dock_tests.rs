//! Panels at other sides of the map, and layouts that go by a name.

use eframe::egui::Rect;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::App;
use super::tests::{act, app, window, window_in, window_with};
use crate::i18n::{Lang, Text};
use crate::ui::command::{Action, Command};
use crate::ui::focus::Stop;
use crate::ui::layout::{Change, Pane, Sharing, Side};
use crate::ui::view::Preferences;

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

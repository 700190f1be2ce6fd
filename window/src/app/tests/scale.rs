//! Text of up to twice the usual size on a small screen: nothing overlaps, and nothing is out of reach.

use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers, Rect};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{act, app, two_neighbours, window, window_in};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::{BottomTab, Preferences, TextScale};
use quhua::i18n::{Lang, Text};

/// A window on a screen of 1366 × 768 pixels, with text of a size.
fn window_at(lang: Lang, scale: TextScale) -> Harness<'static, Option<App>> {
    let size = [1366.0, 768.0].map(|pixels: f32| (pixels / scale.factor()).floor());
    window_in(size, Preferences { lang: Some(lang), ..Preferences::default() }, None)
}

const SCALES: [u16; 6] = [100, 110, 120, 140, 150, 200];

/// What can be pressed and lies within some rows of the window.
fn pressable(harness: &Harness<'_, Option<App>>, rows: std::ops::Range<f32>) -> Vec<(String, Rect)> {
    let roles = [Role::Button, Role::RadioButton, Role::Tab, Role::ComboBox];
    let all = harness.root().children_recursive();
    let pressed = all.filter(|node| roles.contains(&node.accesskit_node().role()));
    let named = pressed.map(|node| (node.accesskit_node().label().unwrap_or_default(), node.rect()));
    named.filter(|(_, rect)| rows.contains(&rect.center().y)).collect()
}

fn check_apart(harness: &Harness<'_, Option<App>>, rows: std::ops::Range<f32>, state: &str) {
    let window = harness.ctx.content_rect();
    let all = pressable(harness, rows);
    assert!(!all.is_empty(), "{state}: nothing to press");
    for (at, (name, rect)) in all.iter().enumerate() {
        assert!(window.expand(0.5).contains_rect(*rect), "{state}: {name} at {rect:?} is cut off");
        for (other, beside) in &all[at + 1..] {
            let both = rect.shrink(0.5).intersect(beside.shrink(0.5));
            assert!(!both.is_positive(), "{state}: {name} at {rect:?} and {other} at {beside:?} overlap");
        }
    }
}

#[test]
fn nothing_in_the_toolbar_and_in_the_tabs_overlaps_or_is_cut_off() {
    for lang in Lang::ALL {
        for percent in SCALES {
            let mut harness = window_at(lang, TextScale::from(percent));
            let height = harness.ctx.content_rect().height();
            check_apart(&harness, 0.0..44.0, &format!("toolbar, {lang:?}, {percent} %"));
            let pair = two_neighbours(app(&harness));
            act(&mut harness, Command::Select(pair, SelectMode::Replace));
            check_apart(&harness, 0.0..44.0, &format!("toolbar with a selection, {lang:?}, {percent} %"));
            check_apart(&harness, height - 26.0..height, &format!("status line, {lang:?}, {percent} %"));
        }
    }
}

#[test]
fn the_tabs_leave_room_for_what_is_done_with_the_table() {
    for lang in Lang::ALL {
        for percent in SCALES {
            let mut harness = window_at(lang, TextScale::from(percent));
            act(&mut harness, Action::ShowTable);
            let window = harness.ctx.content_rect();
            let fold = harness.get_by_label(lang.of(Text::Fold)).rect();
            let copy = harness.get_by_label(lang.of(Text::CopyTable)).rect();
            assert!(window.contains_rect(fold) && window.contains_rect(copy), "{lang:?}, {percent} %");
            let first = harness.get_all_by_label(lang.of(Text::Table)).next().unwrap().rect();
            assert!(first.right() < copy.left(), "{lang:?}, {percent} %");
        }
    }
}

#[test]
fn with_large_text_the_map_keeps_a_quarter_of_the_window_and_everything_can_be_reached() {
    for lang in Lang::ALL {
        let mut harness = window_at(lang, TextScale::from(200));
        let window = harness.ctx.content_rect();
        let map = app(&harness).canvas.camera().viewport();
        assert!(map.area() > window.area() / 4.0, "the map has {map:?}");
        harness.get_by_label(lang.of(Text::Colouring));
        harness.get_by_label(lang.of(Text::MoreCommands)).click();
        harness.run_steps(3);
        let panel = harness.get_all_by_label_contains(lang.of(Text::ToggleInspector)).last().unwrap();
        assert!(window.contains_rect(panel.rect()));
        harness.key_press(Key::Escape);
        harness.run_steps(2);
        for tab in BottomTab::ALL {
            act(&mut harness, Command::ShowBottom(tab));
            let map = app(&harness).canvas.camera().viewport();
            for tool in [Action::BoxTool, Action::Measure] {
                let rect = harness.get_by_label(lang.of(tool.info().name)).rect();
                assert!(map.contains_rect(rect), "{tool:?} at {rect:?} is beyond the map");
            }
            assert!(app(&harness).canvas.camera().viewport().height() > 60.0, "{tab:?} covers the map");
        }
    }
}

#[test]
fn keys_make_text_larger_and_it_stays_so() {
    let mut harness = window(Lang::En);
    for _ in 0..3 {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Plus);
        harness.run_steps(2);
    }
    assert!((harness.ctx.zoom_factor() - 1.3).abs() < 1e-3);
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    let kept: Preferences = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept.text_scale, TextScale::from(130));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Num0);
    harness.run_steps(2);
    assert!((harness.ctx.zoom_factor() - 1.0).abs() < 1e-3);
    assert_eq!(serde_json::from_str::<TextScale>("999").unwrap(), TextScale::from(200));
}

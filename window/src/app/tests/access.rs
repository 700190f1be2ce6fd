//! The window without a pointer and without eyes: names for screen readers, and the keyboard.

use eframe::egui::accesskit::{Action as Act, Role};
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{act, app, two_neighbours, units, window};
use crate::app::App;
use crate::ui::focus::Stop;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::BottomTab;
use quhua::i18n::{Lang, Text};

/// What can be acted on and has no name, with its role and place.
fn unnamed(harness: &Harness<'_, Option<App>>) -> Vec<String> {
    let mut found = Vec::new();
    for node in harness.root().children_recursive() {
        let it = node.accesskit_node();
        // Scroll bars, and the lines between columns, belong to the library; both have other ways for the keyboard.
        if matches!(it.role(), Role::ScrollBar | Role::Unknown) {
            continue;
        }
        let acts = [Act::Click, Act::Focus, Act::SetValue, Act::Increment];
        let can_be_acted_on = acts.into_iter().any(|act| it.data().supports_action(act));
        // What a label says is its value.
        let name = it.label().or_else(|| it.value().filter(|_| it.role() == Role::Label));
        if can_be_acted_on && name.unwrap_or_default().trim().is_empty() {
            found.push(format!("{:?} at {:?}", it.role(), node.rect()));
        }
    }
    found
}

#[test]
fn everything_that_can_be_acted_on_has_a_name() {
    for lang in Lang::ALL {
        let mut harness = window(lang);
        let check = |harness: &Harness<'_, Option<App>>, state: &str| {
            assert_eq!(unnamed(harness), [""; 0], "{state} in {lang:?}");
        };
        check(&harness, "start");
        let pair = two_neighbours(app(&harness));
        act(&mut harness, Command::Select(pair[..1].to_vec(), SelectMode::Replace));
        check(&harness, "one unit");
        act(&mut harness, Action::Rename);
        check(&harness, "a new name");
        act(&mut harness, Action::ConvertKind);
        check(&harness, "a new kind");
        act(&mut harness, Command::Select(pair, SelectMode::Replace));
        act(&mut harness, Action::Merge);
        check(&harness, "merge card");
        act(&mut harness, Action::Confirm);
        for tab in BottomTab::ALL {
            act(&mut harness, Command::ShowBottom(tab));
            check(&harness, &format!("{tab:?}"));
        }
        act(&mut harness, Command::ShowBottom(BottomTab::Checks));
        for view in [Text::Rules, Text::Crossings] {
            {
                let mut named = harness.get_all_by_label_contains(lang.of(view));
                named.rfind(|node| node.accesskit_node().role() == Role::RadioButton).unwrap().click();
            }
            harness.run_steps(3);
            check(&harness, lang.of(view));
        }
        act(&mut harness, Action::ShowTable);
        act(&mut harness, Action::AddBookmark);
        act(&mut harness, Action::ToggleFilters);
        check(&harness, "filters");
        act(&mut harness, Action::ToggleCompare);
        check(&harness, "comparison");
        act(&mut harness, Action::ToggleCompare);
        act(&mut harness, Action::Background);
        check(&harness, "background");
        harness.key_press(Key::Escape);
        harness.run_steps(2);
        act(&mut harness, Action::Tour);
        check(&harness, "tour");
        act(&mut harness, Command::EndTour);
        for menu in [Text::PanelsAndLayouts, Text::Bookmarks, Text::Help, Text::Export, Text::Columns] {
            harness.get_by_label(lang.of(menu)).click();
            harness.run_steps(3);
            check(&harness, lang.of(menu));
            harness.key_press(Key::Escape);
            harness.run_steps(2);
        }
        let others = [Action::QueryBar, Action::GiveUp, Action::Measure, Action::GiveUp, Action::ShowShortcuts];
        for action in others.into_iter().chain([Action::GiveUp, Action::Palette, Action::GiveUp, Action::OpenSample]) {
            act(&mut harness, action);
            check(&harness, action.info().id);
        }
    }
}

#[test]
fn f6_goes_through_all_panels_and_back() {
    let mut harness = window(Lang::En);
    let focused = |harness: &Harness<'_, Option<App>>| {
        let id = harness.ctx.memory(eframe::egui::Memory::focused);
        Stop::ALL.into_iter().find(|stop| Some(stop.id()) == id)
    };
    let mut seen = Vec::new();
    for _ in 0..Stop::ALL.len() {
        harness.key_press(Key::F6);
        harness.run_steps(2);
        seen.extend(focused(&harness));
    }
    assert_eq!(seen, [Stop::Map, Stop::Details, Stop::Bottom, Stop::Status, Stop::Toolbar, Stop::Units]);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F6);
    harness.run_steps(2);
    assert_eq!(focused(&harness), Some(Stop::Toolbar));
    // From a stop, Tab goes on into its panel, and F6 to the panel after it.
    harness.key_press(Key::Tab);
    harness.run_steps(2);
    assert_eq!(focused(&harness), None);
    harness.key_press(Key::F6);
    harness.run_steps(2);
    assert_eq!(focused(&harness), Some(Stop::Units));
}

/// Goes to a panel with F6.
fn go_to(harness: &mut Harness<'_, Option<App>>, stop: Stop) {
    let has_focus = |harness: &Harness<'_, Option<App>>| harness.ctx.memory(|memory| memory.has_focus(stop.id()));
    for _ in Stop::ALL {
        if !has_focus(harness) {
            harness.key_press(Key::F6);
            harness.run_steps(2);
        }
    }
    assert!(has_focus(harness), "{stop:?} cannot be reached");
}

#[test]
fn two_townships_are_merged_with_the_keyboard_alone() {
    let mut harness = window(Lang::Zh);
    let before = units(app(&harness));
    let townships: Vec<_> =
        app(&harness).project.as_ref().unwrap().state().units_at(app(&harness).view.level).collect();
    let neighbours = app(&harness).project.as_ref().unwrap().neighbours_of_all(&townships[..1]);
    let steps = townships.iter().position(|unit| neighbours.contains(unit)).unwrap();
    go_to(&mut harness, Stop::Units);
    // The county, and the first township below it.
    for _ in 0..2 {
        harness.key_press(Key::ArrowDown);
        harness.run_steps(2);
    }
    assert_eq!(app(&harness).view.selection, townships[..1]);
    for _ in 0..steps {
        harness.key_press_modifiers(Modifiers::COMMAND, Key::ArrowDown);
        harness.run_steps(2);
    }
    harness.key_press(Key::Space);
    harness.run_steps(2);
    assert_eq!(app(&harness).view.selection, [townships[0], townships[steps]]);
    harness.key_press(Key::M);
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(units(app(&harness)), before - 1);
}

#[test]
fn arrows_unfold_and_fold_in_the_tree() {
    let mut harness = window(Lang::En);
    let township = two_neighbours(app(&harness))[0];
    let villages = app(&harness).project.as_ref().unwrap().state().members(township).to_vec();
    act(&mut harness, Command::Select(vec![township], SelectMode::Replace));
    go_to(&mut harness, Stop::Units);
    for key in [Key::ArrowRight, Key::ArrowDown] {
        harness.key_press(key);
        harness.run_steps(2);
    }
    assert_eq!(app(&harness).view.selection, villages[..1]);
    harness.key_press(Key::ArrowLeft);
    harness.run_steps(2);
    harness.key_press(Key::Space);
    harness.run_steps(2);
    assert_eq!(app(&harness).view.selection, [township]);
}

#[test]
fn rows_of_the_table_are_chosen_with_arrows_and_added_with_shift() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::ShowTable);
    go_to(&mut harness, Stop::Bottom);
    harness.key_press(Key::End);
    harness.run_steps(2);
    assert_eq!(app(&harness).view.selection.len(), 1);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowUp);
    harness.run_steps(2);
    assert_eq!(app(&harness).view.selection.len(), 2);
}

#[test]
fn the_map_pans_with_arrows_and_selects_below_its_cross() {
    let mut harness = window(Lang::En);
    go_to(&mut harness, Stop::Map);
    let middle = |harness: &Harness<'_, Option<App>>| {
        let camera = app(harness).canvas.camera();
        camera.lonlat_from_screen(camera.viewport().center())
    };
    let before = middle(&harness);
    harness.key_press(Key::ArrowRight);
    harness.key_press(Key::ArrowUp);
    harness.run_steps(2);
    let now = middle(&harness);
    assert!(now.x > before.x && now.y > before.y);
    harness.key_press(Key::Space);
    harness.run_steps(2);
    let project = app(&harness).project.as_ref().unwrap();
    let dataset = project.dataset();
    let atom = dataset.index.atom_at(&dataset.coverage, now).unwrap();
    let township = project.state().unit_of(atom, app(&harness).view.level);
    assert_eq!(app(&harness).view.selection, [township]);
}

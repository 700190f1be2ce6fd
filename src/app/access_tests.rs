//! The window without a pointer and without eyes: names for screen readers, and the keyboard.

use egui_kittest::Harness;
use egui_kittest::kittest::NodeT as _;

use super::App;
use super::tests::{act, app, two_neighbours, window};
use crate::i18n::Lang;
use crate::ui::command::{Action, Command, SelectMode};
use crate::ui::view::BottomTab;

/// What can be acted on and has no name, with its place.
fn unnamed(harness: &Harness<'_, Option<App>>) -> Vec<String> {
    use accesskit::Action as Act;

    let mut found = Vec::new();
    for node in harness.root().children_recursive() {
        let it = node.accesskit_node();
        let data = it.data();
        let acts =
            [Act::Click, Act::Focus, Act::SetValue, Act::Increment].into_iter().any(|act| data.supports_action(act));
        let name = it.label().unwrap_or_default();
        if acts && name.trim().is_empty() {
            found.push(format!("{:?} {:?} {:?}", it.role(), node.rect(), it.value()));
        }
    }
    found
}

#[test]
fn everything_that_can_be_acted_on_has_a_name() {
    for lang in Lang::ALL {
        let mut harness = window(lang);
        println!("start {:#?}", unnamed(&harness));
        for tab in BottomTab::ALL {
            act(&mut harness, Command::ShowBottom(tab));
            println!("{tab:?} {:#?}", unnamed(&harness));
        }
        let pair = two_neighbours(app(&harness));
        act(&mut harness, Command::Select(pair, SelectMode::Replace));
        println!("sel {:#?}", unnamed(&harness));
        act(&mut harness, Action::Merge);
        println!("merge {:#?}", unnamed(&harness));
    }
}

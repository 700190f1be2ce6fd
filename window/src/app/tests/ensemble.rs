//! Neutral plans in the window.

use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, two_neighbours, window_at};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::BottomTab;
use quhua::i18n::{Lang, Text};

type Window = Harness<'static, Option<App>>;

fn press(harness: &mut Window, text: Text) {
    harness.get_by_label(text.in_lang(Lang::En)).click();
    harness.run_steps(3);
}

fn is_there(harness: &Window, text: &str) -> bool {
    harness.query_all_by_label_contains(text).next().is_some()
}

/// Steps until something stands in the window.
fn wait(harness: &mut Window, text: &str) {
    let since = Instant::now();
    while !is_there(harness, text) {
        assert!(since.elapsed() < Duration::from_mins(1), "{text} does not show");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
}

fn merge(harness: &mut Window) {
    let pair = two_neighbours(super::app(harness));
    act(harness, Command::Select(pair, SelectMode::Replace));
    act(harness, Action::Merge);
    act(harness, Action::Confirm);
}

#[test]
fn a_scenario_is_put_among_neutral_plans_and_an_edit_makes_that_one_of_an_earlier_state() {
    let mut harness = window_at(Lang::En, None);
    act(&mut harness, Command::ShowBottom(BottomTab::Compare));
    press(&mut harness, Text::Ensemble);
    press(&mut harness, Text::EnsembleDraw);
    wait(&mut harness, "once it leaves fewer");
    merge(&mut harness);
    press(&mut harness, Text::EnsembleAgain);
    wait(&mut harness, "1,000 neutral plans: 28 → 27");
    assert!(is_there(&harness, "of 1,000 neutral plans"));
    assert!(!is_there(&harness, Text::EnsembleEarlier.in_lang(Lang::En)));
    merge(&mut harness);
    assert!(is_there(&harness, Text::EnsembleEarlier.in_lang(Lang::En)));
    act(&mut harness, Action::Undo);
    assert!(!is_there(&harness, Text::EnsembleEarlier.in_lang(Lang::En)), "what was drawn fits again");
    act(&mut harness, Action::Redo);
    press(&mut harness, Text::EnsembleAgain);
    wait(&mut harness, "1,000 neutral plans: 28 → 26");
    assert!(!is_there(&harness, Text::EnsembleEarlier.in_lang(Lang::En)));
}

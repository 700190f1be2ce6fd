//! Suggested mergers in the window.

use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, units, window, window_furnished};
use crate::app::App;
use crate::ui::inspector::SuggestCard;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode, SuggestStep};
use quhua::i18n::{Lang, Text};
use quhua::rules::Choice;
use quhua::suggest::{Ask, Goal, Suggestion, merger_words};

type Window = Harness<'static, Option<App>>;

fn card(window: &Window) -> &SuggestCard {
    app(window).inspector.suggest.as_ref().unwrap()
}

/// Steps until the search has ended.
fn found(window: &mut Window) -> &Suggestion {
    let since = Instant::now();
    while card(window).running().is_some() {
        assert!(since.elapsed() < Duration::from_mins(1), "nobody looks");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
    window.run_steps(2);
    card(window).suggestion().unwrap()
}

fn press(window: &mut Window, label: &str) {
    window.get_by_label(label).click();
    window.run_steps(3);
}

/// A search with few rounds, to be there soon.
fn search(window: &mut Window, goal: Goal, rounds: usize) {
    act(window, Action::SuggestMergers);
    let ask = Ask { rounds, ..Ask::new(app(window).view.level, goal) };
    act(window, Command::Suggest(SuggestStep::Start(Box::new(ask))));
}

#[test]
fn all_mergers_are_carried_out_in_a_scenario_of_their_own() {
    for lang in Lang::ALL {
        let mut window = window(lang);
        let before = units(app(&window));
        act(&mut window, Action::SuggestMergers);
        press(&mut window, lang.of(Text::SuggestFewer));
        press(&mut window, lang.of(Text::SuggestDo));
        let suggestion = found(&mut window);
        assert_eq!((suggestion.units, suggestion.missing), ([before, before * 3 / 4 - 1], 0));
        press(&mut window, lang.of(Text::SuggestAll));
        assert_eq!(units(app(&window)), before * 3 / 4 - 1);
        let document = app(&window).project.as_ref().unwrap().document();
        assert_eq!(document.scenarios().len(), 2);
        let first = document.state_of(document.scenarios()[0].id).unwrap();
        assert_eq!(first.units_at(app(&window).view.level).count(), before, "the scenario before stays");
        let project = app(&window).project.as_ref().unwrap();
        assert_eq!(card(&window).applying(project).count(), 0, "nothing is left to be done");
    }
}

#[test]
fn mergers_are_suggested_whatever_is_to_be_settled_in_ledgers_afterwards() {
    let mut window = window_furnished(Lang::Zh);
    let before = units(app(&window));
    search(&mut window, Goal::Units(before - 3), 10);
    assert_eq!((found(&mut window).units, found(&mut window).missing), ([before, before - 3], 0));
}

#[test]
fn one_merger_is_looked_at_and_carried_out_alone() {
    let mut window = window(Lang::En);
    let before = units(app(&window));
    search(&mut window, Goal::Units(before - 3), 10);
    let suggestion = found(&mut window).clone();
    let state = app(&window).project.as_ref().unwrap().document().shared_state();
    let merger = &suggestion.mergers[0];
    let title = format!("1. {}", merger_words(Lang::En, &state, merger));
    let all: Vec<_> = std::iter::once(merger.survivor).chain(merger.joining.iter().copied()).collect();

    window.get_by_label(&title).hover();
    window.run_steps(3);
    assert_eq!(app(&window).view.pointed, all);
    press(&mut window, &title);
    // The fold opens with a short motion.
    window.run_steps(20);
    assert_eq!(app(&window).view.selection, all);
    window.get_by_label_contains("Compactness ");
    press(&mut window, Text::SuggestTry.in_lang(Lang::En));
    assert_eq!(units(app(&window)), before - merger.joining.len());
    let project = app(&window).project.as_ref().unwrap();
    assert_eq!(card(&window).applying(project).count(), suggestion.mergers.len() - 1);
    act(&mut window, Action::Undo);
    let project = app(&window).project.as_ref().unwrap();
    assert_eq!(card(&window).applying(project).count(), suggestion.mergers.len(), "undo brings it back");
}

#[test]
fn who_stops_the_search_gets_the_best_so_far() {
    let mut window = window(Lang::Zh);
    let before = units(app(&window));
    search(&mut window, Goal::Units(before - 5), usize::MAX);
    std::thread::sleep(Duration::from_millis(300));
    window.run_steps(2);
    press(&mut window, Text::SuggestStop.in_lang(Lang::Zh));
    let suggestion = found(&mut window);
    assert_eq!(suggestion.missing, 0);
    assert!(suggestion.rounds < usize::MAX);
    window.get_by_label_contains("目前最好的结果");
}

#[test]
fn a_goal_that_cannot_be_says_why() {
    let mut window = window(Lang::Zh);
    act(&mut window, Action::SuggestMergers);
    press(&mut window, Text::SuggestToMinimum.in_lang(Lang::Zh));
    window.get_by_label(Text::SuggestNoMinimum.in_lang(Lang::Zh));
    act(&mut window, Command::ChooseRules(Choice::Shipped("sichuan-2021-towns".to_owned())));
    assert!(window.query_by_label(Text::SuggestNoMinimum.in_lang(Lang::Zh)).is_none());

    act(&mut window, Action::CoarserLevel);
    window.get_by_label(Text::SuggestTooFew.in_lang(Lang::Zh));
    act(&mut window, Command::Suggest(SuggestStep::Close));
    assert!(app(&window).inspector.suggest.is_none());
}

#[test]
fn esc_leaves_the_selection_first_and_then_the_card() {
    let mut window = window(Lang::Zh);
    act(&mut window, Action::SuggestMergers);
    let some = app(&window).project.as_ref().unwrap().state().units_at(app(&window).view.level).take(2).collect();
    act(&mut window, Command::Select(some, SelectMode::Replace));
    act(&mut window, Action::GiveUp);
    assert!(app(&window).view.selection.is_empty() && app(&window).inspector.suggest.is_some());
    act(&mut window, Action::GiveUp);
    assert!(app(&window).inspector.suggest.is_none());
}

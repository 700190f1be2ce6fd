//! Work beside the window that dies of a fault in the program.

use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, two_neighbours, units, wait_for_figures, window};
use crate::app::App;
use crate::app::jobs::Kind;
use crate::ui::inspector::SuggestCard;
use crate::ui::notices::Gravity;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::{BottomTab, Colouring};
use quhua::i18n::{Lang, Text, sentences};
use quhua::metrics::Figure;
use quhua::rules::Shipped;
use quhua::study::Time;

type Window = Harness<'static, Option<App>>;

/// The next job of a kind dies.
fn spoil(window: &mut Window, kind: Kind) {
    window.state_mut().as_mut().unwrap().jobs.spoiled.push(kind);
}

/// Steps until no job of a kind goes on, after it was begun.
fn ended(window: &mut Window, kind: Kind) {
    let since = Instant::now();
    while !app(window).jobs.spoiled.is_empty() || app(window).jobs.is_running(kind) {
        assert!(since.elapsed() < Duration::from_mins(1), "the job is waited for");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
    window.run_steps(2);
}

/// How often the death of a job was said.
fn said(window: &Window, doing: Text) -> usize {
    let text = sentences::job_died(Lang::En, doing.in_lang(Lang::En));
    let notices = app(window).notices.all().iter();
    notices.filter(|notice| notice.gravity == Gravity::Error && notice.text == text).count()
}

fn merge(window: &mut Window) {
    let pair = two_neighbours(app(window));
    act(window, Command::Select(pair, SelectMode::Replace));
    act(window, Action::Merge);
    act(window, Action::Confirm);
}

#[test]
fn figures_that_die_are_said_once_and_the_next_edit_is_worked_out() {
    let mut window = window(Lang::En);
    wait_for_figures(&mut window);
    spoil(&mut window, Kind::Measure);
    merge(&mut window);
    ended(&mut window, Kind::Measure);
    window.run_steps(5);
    assert_eq!(said(&window, Text::Computing), 1, "it is not begun again for the same units");
    assert!(!app(&window).jobs.is_running(Kind::Measure), "no bar stands");
    let level = app(&window).view.level;
    assert!(!app(&window).project.as_ref().unwrap().knows_figures(Time::Now, level));
    // The figures themselves say so.
    let why = Text::CouldNotBeWorkedOut.in_lang(Lang::En);
    assert!(window.query_by_label(why).is_some());
    merge(&mut window);
    wait_for_figures(&mut window);
    assert_eq!(said(&window, Text::Computing), 1);
    assert!(window.query_by_label(why).is_none());
}

#[test]
fn figures_as_loaded_that_died_are_worked_out_after_the_next_edit_too() {
    let mut window = window(Lang::En);
    wait_for_figures(&mut window);
    act(&mut window, Command::SetColouring(Colouring::Figure(Figure::Population)));
    // Those as they are now, and those as loaded.
    spoil(&mut window, Kind::Measure);
    spoil(&mut window, Kind::Measure);
    act(&mut window, Action::FinerLevel);
    ended(&mut window, Kind::Measure);
    assert_eq!(said(&window, Text::Computing), 2);
    act(&mut window, Action::CopyTable);
    assert_eq!(app(&window).notices.all().last().unwrap().text, Text::CouldNotBeWorkedOut.in_lang(Lang::En));
    merge(&mut window);
    wait_for_figures(&mut window);
    assert!(app(&window).canvas.classes().is_some());
}

#[test]
fn cancelling_a_job_that_died_does_nothing_and_the_others_go_on() {
    let mut window = window(Lang::En);
    wait_for_figures(&mut window);
    spoil(&mut window, Kind::Measure);
    merge(&mut window);
    for id in 0..100 {
        act(&mut window, Command::CancelJob(id));
    }
    ended(&mut window, Kind::Measure);
    act(&mut window, Action::Undo);
    wait_for_figures(&mut window);
}

#[test]
fn verdicts_that_die_are_said_and_judged_again_after_the_next_edit() {
    let mut window = window(Lang::En);
    wait_for_figures(&mut window);
    spoil(&mut window, Kind::Judge);
    act(&mut window, Action::Rules(Shipped::SichuanTowns));
    ended(&mut window, Kind::Judge);
    assert_eq!(said(&window, Text::Judging), 1);
    merge(&mut window);
    let since = Instant::now();
    while app(&window).project.as_ref().unwrap().rules().now().is_none() {
        assert!(since.elapsed() < Duration::from_mins(1), "nobody judges");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
}

#[test]
fn what_waits_for_a_job_that_died_waits_no_longer() {
    let mut window = window(Lang::En);
    spoil(&mut window, Kind::Suggest);
    act(&mut window, Action::SuggestMergers);
    window.get_by_label(Text::SuggestDo.in_lang(Lang::En)).click();
    window.run_steps(2);
    ended(&mut window, Kind::Suggest);
    assert!(app(&window).inspector.suggest.as_ref().is_some_and(|card| SuggestCard::running(card).is_none()));
    // The document before stays, and can be worked upon.
    let before = units(app(&window));
    spoil(&mut window, Kind::Open);
    act(&mut window, Action::OpenSample);
    ended(&mut window, Kind::Open);
    assert_eq!(said(&window, Text::Opening), 1);
    merge(&mut window);
    assert_eq!(units(app(&window)), before - 1);
    act(&mut window, Command::ShowBottom(BottomTab::Log));
    let line = sentences::job_died(Lang::En, Text::Opening.in_lang(Lang::En));
    assert!(window.get_all_by_label(&line).count() > 1, "in the corner and in the log");
}

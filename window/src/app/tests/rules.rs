//! Rules in the window.

use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, two_neighbours, window};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::{ChecksView, PathPurpose};
use quhua::edit::{Edit, UnitRef};
use quhua::i18n::{Lang, Text, sentences};
use quhua::model::{Kind, UnitId};
use quhua::rules::{Choice, Evidence, Judgement, Shipped, Verdict};
use quhua::study::{Basis, Study};

type Window = Harness<'static, Option<App>>;

fn project(window: &Window) -> &Study {
    app(window).project.as_ref().unwrap()
}

/// Steps until everything that is to be judged is.
fn judged(window: &mut Window) {
    let since = Instant::now();
    while project(window).rules().wants(project(window).document(), false).is_some() {
        assert!(since.elapsed() < Duration::from_mins(1), "nobody judges");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
    window.run_steps(2);
}

/// A transfer after which the township that gives is in two parts, and that township.
fn cutting_transfer(project: &Study) -> (Edit, UnitId) {
    let (dataset, state) = (project.dataset(), project.state());
    let contiguous = project.rules().pack().unwrap().rules.iter().position(|rule| rule.id == "contiguous").unwrap();
    for township in state.units_at(project.first_level()) {
        for &village in state.members(township) {
            let beside = project.neighbours_of_all(&[village]);
            let to = beside.into_iter().filter_map(|unit| state.unit(unit).parent).find(|&to| to != township);
            let Some(to) = to else { continue };
            let name = |unit: UnitId| UnitRef::to(dataset, state, unit).unwrap();
            let edit = Edit::Transfer { units: vec![name(village)], to: name(to) };
            let mut after = project.document().clone();
            after.commit(&edit).unwrap();
            let figures = project.figures(township);
            let verdicts =
                project.rules().judge_for(project.dataset()).unwrap().unit(after.state(), township, &figures);
            let cut = verdicts.iter().find(|verdict| verdict.rule == contiguous);
            if cut.is_some_and(|verdict| verdict.judgement == Judgement::Broken) {
                return (edit, township);
            }
        }
    }
    panic!("some township of the sample county can be cut in two")
}

#[test]
fn a_cut_township_is_told_at_once_and_mended_with_a_press() {
    let mut window = window(Lang::Zh);
    judged(&mut window);
    assert_eq!(project(&window).rules().now().unwrap().verdicts.counts.broken, 0);
    let (edit, township) = cutting_transfer(project(&window));
    act(&mut window, Command::Commit(edit));
    act(&mut window, Command::Select(vec![township], SelectMode::Replace));
    let verdicts = project(&window).verdicts_of(township);
    let cut = verdicts.iter().find(|it| matches!(&it.evidence, Evidence::Parts { count, .. } if *count > 1)).unwrap();
    assert_eq!(cut.judgement, Judgement::Broken);
    window.get_all_by_label("不符合").next().unwrap();
    judged(&mut window);
    assert_eq!(project(&window).rules().now().unwrap().verdicts.counts.broken, 1);
    window.get_by_label(Text::CarryOutFix.in_lang(Lang::Zh)).click();
    window.run_steps(3);
    let verdicts = project(&window).verdicts_of(township);
    assert!(verdicts.iter().all(|it| !matches!(&it.evidence, Evidence::Parts { count, .. } if *count > 1)));
    act(&mut window, Action::Undo);
    act(&mut window, Action::Undo);
    judged(&mut window);
    assert_eq!(project(&window).rules().now().unwrap().verdicts.counts.broken, 0);
}

#[test]
fn a_list_of_verdicts_that_hides_all_of_them_says_how_many_and_shows_them_all() {
    let mut window = window(Lang::En);
    judged(&mut window);
    act(&mut window, Command::ShowChecks(ChecksView::Rules));
    window.run_steps(3);
    let counts = project(&window).rules().now().unwrap().verdicts.counts;
    let all = counts.kept + counts.as_before + counts.hints + counts.unjudged;
    assert_eq!(counts.broken, 0);
    window.get_by_label(&sentences::all_hidden(Lang::En, all));
    window.get_by_label(Text::TakeFilterOff.in_lang(Lang::En)).click();
    window.run_steps(3);
    assert!(window.query_by_label(Text::TakeFilterOff.in_lang(Lang::En)).is_none());
    window.get_all_by_label(Text::Judgement.in_lang(Lang::En)).next().unwrap();
}

#[test]
fn the_merge_card_says_which_rules_the_merger_keeps() {
    let mut window = window(Lang::En);
    act(&mut window, Action::Rules(Shipped::SichuanTowns));
    judged(&mut window);
    assert!(project(&window).rules().pack().unwrap().example);
    let pair = {
        let project = project(&window);
        let is_town = |unit: &UnitId| project.state().unit(*unit).kind == Some(Kind::Town);
        let mut towns = project.state().units_at(project.first_level()).filter(is_town);
        towns.find_map(|town| Some(vec![town, project.neighbours_of_all(&[town]).into_iter().find(is_town)?])).unwrap()
    };
    act(&mut window, Command::Select(pair, SelectMode::Replace));
    act(&mut window, Action::Merge);
    window.run_steps(2);
    let outlook_says = window.get_all_by_label("Population of a town").count();
    assert!(outlook_says > 0, "the card names the rule");
    window.get_all_by_label("→").next().unwrap();
    window.get_all_by_label(Text::ExamplePack.in_lang(Lang::En)).next().unwrap();
}

#[test]
fn the_list_of_verdicts_goes_to_the_unit_and_the_pack_is_kept_with_the_document() {
    let mut window = window(Lang::En);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    let pack = "format = \"quhua-rules\"\nversion = 1\ntitle = \"Own\"\n\
                [[rule]]\nid = \"big\"\ncheck = \"population\"\nlevel = \"township\"\nmin = \"900万\"\n";
    std::fs::write(&path, pack.replace("min", "mim")).unwrap();
    act(&mut window, Command::UsePath(PathPurpose::Rules, path.clone()));
    window.get_all_by_label_contains("Line 8: there is no \"mim\"").next().unwrap();
    assert_eq!(project(&window).basis().rules, Choice::default());
    std::fs::write(&path, pack).unwrap();
    act(&mut window, Command::UsePath(PathPurpose::Rules, path));
    judged(&mut window);
    let townships = project(&window).state().units_at(project(&window).first_level()).count();
    let verdicts = &project(&window).rules().now().unwrap().verdicts;
    let is_so = |verdict: &&Verdict| verdict.rule == 0 && verdict.judgement == Judgement::AsBefore;
    let as_before = verdicts.all().map(|(_, verdict)| verdict).filter(is_so).count();
    assert_eq!((verdicts.counts.broken, as_before), (0, townships), "no fault of a plan");
    assert_eq!(app(&window).bottom.checks.view, ChecksView::Rules);
    window.run_steps(3);
    window.get_by_label(Text::TakeFilterOff.in_lang(Lang::En)).click();
    window.run_steps(3);
    window.get_all_by_label_contains("at least 9,000,000").next().unwrap().click();
    window.run_steps(3);
    assert_eq!(app(&window).view.selection.len(), 1);
    let kept = Basis::of(project(&window).document().settings()).0.rules;
    assert_eq!(kept, Choice::File { name: "own.toml".to_owned(), text: pack.to_owned() });
}

#[test]
fn a_barrier_is_declared_between_two_selected_units() {
    let mut window = window(Lang::En);
    let pair = two_neighbours(app(&window));
    act(&mut window, Command::Select(pair, SelectMode::Replace));
    act(&mut window, Action::DeclareBarrier);
    act(&mut window, Action::DeclareBarrier);
    assert_eq!(project(&window).basis().crossings.barriers.len(), 1);
    // Its reason is asked for.
    window.run_steps(2);
    let reason = Text::CrossingReason.in_lang(Lang::En);
    let field = window.get_by_role_and_label(eframe::egui::accesskit::Role::TextInput, reason);
    assert!(field.is_focused());
    field.type_text("steep");
    window.run_steps(2);
    assert_eq!(Basis::of(project(&window).document().settings()).0.crossings.barriers[0].reason, "steep");
    window.get_by_label(Text::RemoveCrossing.in_lang(Lang::En)).click();
    window.run_steps(3);
    assert!(project(&window).basis().crossings.is_empty());
}

/// Two townships that do not touch.
fn two_apart(app: &App) -> Vec<UnitId> {
    let project = app.project.as_ref().unwrap();
    let first = project.state().units_at(app.view.level).next().unwrap();
    let beside = project.neighbours_of_all(&[first]);
    let apart = project.state().units_at(app.view.level).find(|unit| *unit != first && !beside.contains(unit));
    vec![first, apart.unwrap()]
}

#[test]
fn units_that_do_not_touch_have_no_barrier_and_are_linked() {
    let mut window = window(Lang::En);
    let pair = two_apart(app(&window));
    act(&mut window, Command::Select(pair, SelectMode::Replace));
    act(&mut window, Action::DeclareBarrier);
    assert!(project(&window).basis().crossings.is_empty());
    assert_eq!(app(&window).notices.unread_errors(), 1);
    act(&mut window, Action::DeclareLink);
    assert_eq!(project(&window).basis().crossings.links.len(), 1);
}

#[test]
fn a_link_in_the_list_is_gone_to_and_its_reason_shows_on_the_map() {
    let mut window = window(Lang::En);
    let pair = two_apart(app(&window));
    act(&mut window, Command::Select(pair.clone(), SelectMode::Replace));
    act(&mut window, Action::DeclareLink);
    let mut crossings = project(&window).basis().crossings.clone();
    crossings.links[0].reason = "a new bridge".to_owned();
    act(&mut window, Command::SetCrossings(crossings));
    let label = |unit: UnitId| project(&window).state().unit(unit).label().to_owned();
    let name = format!("{} — {}", label(pair[0]), label(pair[1]));
    window.get_by_label(&name).click();
    for _ in 0..60 {
        window.step();
    }
    let project = app(&window).project.as_ref().unwrap();
    let both = project.bounds_of_all(&pair).unwrap();
    let (seen, both) = (app(&window).canvas.camera().lonlat_rect(), both);
    assert!(seen.min().x <= both.min().x && both.max().x <= seen.max().x);
    assert!(seen.width() < 2.5 * both.width() || seen.height() < 2.5 * both.height());
    let atoms = pair.iter().map(|&unit| project.state().atoms(unit)).collect::<Vec<_>>();
    let ends = quhua::carto::crossings::nearest(&project.dataset().coverage, &atoms[0], &atoms[1]).unwrap();
    let at = app(&window).canvas.camera().screen_from_world((ends[0] + ends[1]) / 2.0);
    window.hover_at(at);
    window.run_steps(2);
    std::thread::sleep(Duration::from_millis(450));
    window.run_steps(4);
    window.get_by_label(&format!("link (bridge): {name}. a new bridge"));
    act(&mut window, Action::ToggleCrossings);
    window.run_steps(2);
    assert!(window.query_by_label_contains("a new bridge").is_none_or(|field| field.value().is_some()));
}

#[test]
fn every_pack_of_the_program_has_a_command() {
    let ids: Vec<&str> = Action::ALL.iter().filter_map(|action| action.info().id.strip_prefix("rules-")).collect();
    let packs = Shipped::ALL.map(Shipped::name);
    assert_eq!(ids, [&["off"][..], &packs[..]].concat());
}

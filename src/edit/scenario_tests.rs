//! Scenarios: what they share, what switching does, and long random series of everything at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::testing::{act, check_state, grid, without_revisions};
use super::*;
use crate::model::State;

fn rename(code: &str, name: &str) -> Edit {
    Edit::Rename { unit: UnitRef::code(code), name: name.into() }
}

fn absorb(codes: [&str; 2], survivor: &str) -> Edit {
    let into = Into { code: Some(survivor.into()), ..Into::default() };
    Edit::Merge { units: codes.map(UnitRef::code).into(), form: Form::Absorb, into }
}

fn name_of(document: &Document, code: &str) -> String {
    let unit = UnitRef::code(code).resolve(document.dataset(), document.state()).unwrap();
    document.state().unit(unit).name.to_string()
}

#[test]
fn a_branch_shares_the_steps_before_it_and_goes_its_own_way_after() {
    let mut document = Document::new(grid(3, 2));
    document.rename_plan("方案一");
    document.commit(&absorb(["510722101", "510722102"], "510722102")).unwrap();
    document.commit(&rename("510722102", "甲镇")).unwrap();
    document.undo();
    let first = document.active().id;
    let second = document.branch("方案二");
    assert_eq!(document.active().branch, Some(Branch { from: first, at: 1 }));
    document.commit(&rename("510722102", "乙镇")).unwrap();
    let first_path = document.scenario(first).unwrap().path.clone();
    assert_eq!((first_path.len(), document.active().path[0]), (2, first_path[0]), "the merger is one step of both");

    let changed = document.switch_to(first);
    assert_eq!((name_of(&document, "510722102"), changed.len()), ("镇1".to_owned(), 1));
    document.redo().unwrap();
    assert_eq!(name_of(&document, "510722102"), "甲镇");
    document.switch_to(second);
    assert_eq!(name_of(&document, "510722102"), "乙镇");
    // Undoing the shared step in one scenario leaves it done in the other.
    document.jump_to(0);
    document.switch_to(first);
    assert_eq!((name_of(&document, "510722102"), document.position()), ("甲镇".to_owned(), 2));
}

#[test]
fn a_scenario_that_goes_takes_only_its_own_steps_along() {
    let mut document = Document::new(grid(3, 2));
    document.commit(&rename("510722101", "甲镇")).unwrap();
    let first = document.active().id;
    let second = document.branch("二");
    document.commit(&rename("510722101", "乙镇")).unwrap();
    let third = document.branch("三");
    assert!(document.remove(third).is_empty(), "it was as the second");
    assert_eq!(document.active().id, second);
    let changed = document.remove(second);
    assert_eq!((changed.len(), document.active().id, name_of(&document, "510722101")), (1, first, "甲镇".to_owned()));
    assert_eq!(document.stored_steps().len(), 1);
    assert!(document.remove(first).is_empty() && document.scenarios().len() == 1, "the last one stays");
}

#[test]
fn a_colleagues_plan_comes_in_with_what_does_not_fit_left_over() {
    let mut document = Document::new(grid(3, 2));
    document.commit(&rename("510722103", "丙镇")).unwrap();
    let edits =
        vec![absorb(["510722101", "510722102"], "510722102"), rename("510722101", "没了"), rename("510722103", "丁镇")];
    let (id, refusals) =
        document.bring_in(&Plan { name: "同事".to_owned(), edits: edits.clone(), ..Plan::default() });
    assert_eq!((refusals.len(), refusals[0].index, refusals[0].scenario), (1, 1, id));
    assert!(refusals[0].error.to_string().contains("510722101 镇0"));
    assert_eq!(document.active().left_over, edits[1..2]);
    assert_eq!((document.position(), name_of(&document, "510722103")), (2, "丁镇".to_owned()));
}

#[test]
fn on_other_boundaries_what_no_longer_applies_is_listed() {
    let mut document = Document::new(grid(3, 2));
    document.commit(&absorb(["510722101", "510722102"], "510722102")).unwrap();
    document.commit(&rename("510722102", "甲镇")).unwrap();
    let branch = document.branch("二");
    document.commit(&absorb(["510722103", "510722102"], "510722102")).unwrap();
    // There is no third township here.
    let (rebased, refusals) = document.rebased(grid(2, 2));
    assert_eq!((refusals.len(), refusals[0].scenario, refusals[0].index), (1, branch, 2));
    assert_eq!((rebased.position(), rebased.active().left_over.len()), (2, 1));
    assert_eq!(name_of(&rebased, "510722102"), "甲镇");
    check_state(rebased.state());
}

/// The state that a scenario's edits lead to when carried out from nothing.
fn replayed(document: &Document, scenario: &Scenario) -> State {
    let mut fresh = Document::new(Arc::clone(document.dataset()));
    fresh.load_plan(&document.plan_of(scenario)).unwrap();
    without_revisions(fresh.state())
}

fn check(document: &Document) {
    check_state(document.state());
    assert_eq!(without_revisions(document.state()), replayed(document, document.active()));
    for scenario in document.scenarios() {
        let state = document.state_of(scenario.id).unwrap();
        assert_eq!(without_revisions(&state), replayed(document, scenario));
    }
    let kept: BTreeMap<_, _> = document.stored_steps();
    let named: usize = document
        .scenarios()
        .iter()
        .flat_map(|scenario| &scenario.path)
        .collect::<std::collections::BTreeSet<_>>()
        .len();
    assert_eq!(kept.len(), named, "every step belongs to a scenario");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_done_every_scenario_is_what_its_edits_lead_to(
        dice in prop::collection::vec(any::<[u8; 6]>(), 1..60),
    ) {
        let mut document = Document::new(grid(4, 3));
        for dice in dice {
            act(&mut document, dice);
        }
        check(&document);
    }
}

#[test]
fn ten_thousand_edits_undos_branches_and_restarts_are_what_a_replay_gives() {
    let mut document = Document::new(grid(6, 5));
    let mut random = 7_u64;
    let mut next = move || {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        random.to_be_bytes()
    };
    for step in 0..10_000 {
        let dice = next();
        act(&mut document, std::array::from_fn(|i| dice[i]));
        if step % 500 == 499 {
            check(&document);
        }
    }
}

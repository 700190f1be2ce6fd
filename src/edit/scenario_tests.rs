//! Scenarios: what they share, what switching does, and long random series of everything at once.

use std::sync::Arc;

use proptest::prelude::*;

use super::testing::{act, check_scenarios, check_state, grid};
use super::*;

fn rename(code: &str, name: &str) -> Edit {
    Edit::Rename { unit: UnitRef::code(code), name: name.into() }
}

fn absorb(codes: [&str; 2], survivor: &str) -> Edit {
    let into = Target { code: Some(survivor.into()), ..Target::default() };
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
fn who_goes_back_and_on_otherwise_loses_no_step() {
    let mut document = Document::new(grid(3, 2));
    for name in ["甲镇", "乙镇", "丙镇"] {
        document.commit(&rename("510722101", name)).unwrap();
    }
    let (first, path) = (document.active().id, document.active().path.clone());
    document.jump_to(1);
    document.commit(&rename("510722102", "丁镇")).unwrap();
    assert_eq!(document.active().set_aside, std::slice::from_ref(&path));
    // Another one that is refused sets nothing aside.
    document.undo();
    document.commit(&rename("没有这个", "戊镇")).unwrap_err();
    assert_eq!((document.active().path.len(), document.active().set_aside.len()), (2, 1));
    document.redo();

    let steps = document.stored_steps();
    let (mut document, refusals) =
        Document::restore(Arc::clone(document.origin()), document.scenarios().to_vec(), &steps, first);
    assert_eq!((refusals, document.stored_steps()), (Vec::new(), steps));
    let (second, _) = document.take_up_again(0, "找回").unwrap();
    assert_eq!((document.active().id, &document.active().path), (second, &path));
    assert_eq!(document.active().branch, Some(Branch { from: first, at: 1 }));
    assert_eq!((name_of(&document, "510722101"), name_of(&document, "510722102")), ("丙镇".into(), "镇1".into()));
    assert!(document.scenario(first).unwrap().set_aside.is_empty());
    document.remove(second);
    assert_eq!(name_of(&document, "510722102"), "丁镇");
}

#[test]
fn what_no_longer_fits_of_a_way_that_was_left_is_left_over() {
    let mut document = Document::new(grid(3, 2));
    document.commit(&rename("510722101", "甲镇")).unwrap();
    document.commit(&rename("510722103", "乙镇")).unwrap();
    document.jump_to(0);
    document.commit(&rename("510722102", "丙镇")).unwrap();
    // A smaller county, that has no third township.
    let (moved, refusals) = document.rebased(grid(2, 2));
    let is_third = |edit: &Edit| *edit == rename("510722103", "乙镇");
    assert!(matches!(&refusals[..], [refusal] if is_third(&refusal.edit)), "{refusals:?}");
    assert!(moved.active().left_over.iter().all(is_third) && moved.active().left_over.len() == 1);
    assert_eq!((moved.active().path.len(), moved.active().set_aside[0].len()), (1, 1));
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
        check_scenarios(&document);
    }
}

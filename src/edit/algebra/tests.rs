//! Plans on small grids, compared, joined and carried over.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::edit::testing::{act, check_scenarios, grid, random_draft, random_edit, with_units, without_revisions};
use crate::edit::{Document, Edit, Form, Plan, Target, UnitRef};
use crate::i18n::Lang;
use crate::model::{Dataset, Seat, Unit, UnitId};

fn rename(code: &str, name: &str) -> Edit {
    Edit::Rename { unit: UnitRef::code(code), name: name.into() }
}

fn merge(codes: [&str; 2], form: Form, code: &str) -> Edit {
    let into = Target { code: Some(code.into()), ..Target::default() };
    Edit::Merge { units: codes.map(UnitRef::code).into(), form, into }
}

fn transfer(code: &str, to: &str) -> Edit {
    Edit::Transfer { units: vec![UnitRef::code(code)], to: UnitRef::code(to) }
}

fn plan(edits: &[Edit]) -> Plan {
    Plan { edits: edits.to_vec(), ..Plan::default() }
}

fn joined(a: &[Edit], b: &[Edit], prefer: Option<Side>) -> Joined {
    join(&grid(4, 2), &plan(a), &plan(b), None, prefer)
}

fn told(joined: &Joined) -> Vec<String> {
    joined.conflicts.iter().map(ToString::to_string).collect()
}

/// Operations and first units of edits: enough to tell them apart.
fn short(edits: &[Edit]) -> Vec<String> {
    edits.iter().map(|edit| format!("{} {}", edit.op(), edit.units()[0])).collect()
}

#[test]
fn a_diff_says_who_has_what_and_which_few_stand_elsewhere() {
    let [start, one, two, three] = ["甲", "乙", "丙", "丁"].map(|name| rename("510722101", name));
    let a = [start.clone(), one.clone(), two.clone(), three.clone(), rename("510722102", "只在甲案")];
    let b = [start, three.clone(), one.clone(), two.clone(), two.clone()];
    let diff = diff(&a, &b);
    assert_eq!(diff.common_beginning, 1);
    let places = |shared: &[InBoth]| shared.iter().map(|edit| (edit.a, edit.b)).collect::<Vec<_>>();
    assert_eq!(places(&diff.both), [(1, 2), (2, 3), (3, 1)]);
    assert_eq!(places(&diff.order_differs), [(3, 1)], "one of the three moved, not the other two");
    assert_eq!(diff.only_a.iter().map(|edit| edit.index).collect::<Vec<_>>(), [4]);
    assert_eq!(diff.only_b.iter().map(|edit| edit.index).collect::<Vec<_>>(), [4], "the second of two equal ones");
    assert_eq!(diff.lines(Lang::En)[1], "only A: edit 5: rename 510722102 to 只在甲案");
}

#[test]
fn plans_about_different_units_go_together() {
    let a = [merge(["510722101", "510722102"], Form::Absorb, "510722102")];
    let b = [rename("510722103", "丙镇"), transfer("510722101201", "510722104")];
    let joined = joined(&a, &b, None);
    assert_eq!((told(&joined), joined.not_carried_out.len()), (vec![], 0));
    assert_eq!(
        short(&joined.plan.edits),
        ["merge 510722101", "rename 510722103", "transfer 510722101201"],
        "a village leaves the merged township"
    );
}

#[test]
fn both_changed_the_same_unit_and_whoever_is_preferred_stays() {
    let a = [rename("510722101", "甲镇"), rename("510722103", "丙镇")];
    let b = [rename("510722101", "乙镇"), rename("510722104", "丁镇")];
    let neither = joined(&a, &b, None);
    assert_eq!(short(&neither.plan.edits), ["rename 510722103", "rename 510722104"]);
    assert_eq!(
        told(&neither),
        ["edit 1 of A (rename 510722101 镇0 to 甲镇) [left out] and edit 1 of B (rename 510722101 镇0 to 乙镇) \
          [left out] change the same: 510722101 镇0"]
    );
    let names = |joined: &Joined| {
        joined.plan.edits.iter().map(|edit| Words::of(edit, &UnitRef::to_string).to_string()).collect::<Vec<_>>()
    };
    let for_a = joined(&a, &b, Some(Side::A));
    let rest = ["rename 510722103 to 丙镇".to_owned(), "rename 510722104 to 丁镇".to_owned()];
    assert_eq!(names(&for_a), ["rename 510722101 to 甲镇", &rest[0], &rest[1]]);
    assert_eq!((for_a.conflicts.len(), for_a.conflicts[0].changes[0].left_out), (1, false));
    let for_b = joined(&a, &b, Some(Side::B));
    assert_eq!(names(&for_b), ["rename 510722101 to 乙镇", &rest[1], &rest[0]]);
}

#[test]
fn an_edit_refused_after_the_others_names_what_it_is_refused_for() {
    // A dissolves the township that B moves a village to. Neither names the unit of the other.
    let a = [rename("510722103", "丙镇"), merge(["510722101", "510722102"], Form::Absorb, "510722102")];
    let b = [transfer("510722104201", "510722101")];
    let neither = joined(&a, &b, None);
    assert_eq!(short(&neither.plan.edits), ["rename 510722103"]);
    let [conflict] = neither.conflicts.as_slice() else { panic!("{:?}", told(&neither)) };
    assert!(matches!(&conflict.why, Why::Refused { refused: Side::B, .. }));
    assert_eq!(
        conflict.changes.iter().map(|change| (change.plan, change.index)).collect::<Vec<_>>(),
        [(Side::A, 1), (Side::B, 0)]
    );
    assert_eq!(conflict.units[0].to_string(), "510722101 镇0");
    assert!(conflict.to_string().ends_with("510722101 镇0 was abolished by an earlier edit"), "{conflict}");
    assert_eq!(short(&joined(&a, &b, Some(Side::A)).plan.edits), ["rename 510722103", "merge 510722101"]);
    // The other way round both can be done, so that nothing is in conflict: the village moves along.
    let for_b = joined(&a, &b, Some(Side::B));
    assert_eq!(short(&for_b.plan.edits), ["transfer 510722104201", "rename 510722103", "merge 510722101"]);
    assert!(for_b.conflicts.is_empty());
}

#[test]
fn what_builds_on_something_left_out_is_left_out_with_it() {
    let a = [rename("510722101", "甲镇")];
    let b = [
        merge(["510722101", "510722102"], Form::Establish, "510722120"),
        rename("510722120", "新镇"),
        transfer("510722103201", "510722120"),
        rename("510722104", "丁镇"),
    ];
    let joined = joined(&a, &b, Some(Side::A));
    assert_eq!(short(&joined.plan.edits), ["rename 510722101", "rename 510722104"]);
    let why: Vec<bool> = joined.conflicts.iter().map(|conflict| conflict.why == Why::BuildsOn).collect();
    assert_eq!(why, [false, true, true], "{:?}", told(&joined));
}

#[test]
fn both_gave_out_the_same_new_code() {
    let a = [merge(["510722101", "510722102"], Form::Establish, "510722120")];
    let b = [merge(["510722103", "510722104"], Form::Establish, "510722120")];
    let joined = joined(&a, &b, Some(Side::A));
    assert_eq!(short(&joined.plan.edits), ["merge 510722101"]);
    assert!(told(&joined)[0].contains("change the same: 510722120"), "{:?}", told(&joined));
}

#[test]
fn with_an_ancestor_what_one_took_back_stays_taken_back() {
    let dataset = grid(4, 2);
    let start = [rename("510722101", "甲镇"), rename("510722102", "乙镇"), rename("510722103", "丙镇")];
    let [a, ancestor] = [plan(&start[1..]), plan(&start)];
    let b = plan(&[&start[..], &[rename("510722104", "丁镇")]].concat());
    let both = join(&dataset, &a, &b, Some(&ancestor), None);
    assert_eq!(short(&both.plan.edits), ["rename 510722102", "rename 510722103", "rename 510722104"]);
    assert!(both.conflicts.is_empty());

    // B still builds on what A took back: neither change is made, and what was taken back is there again.
    let b = plan(&[&start[..], &[rename("510722101", "又一镇")]].concat());
    let both = join(&dataset, &a, &b, Some(&ancestor), None);
    assert_eq!(both.plan.edits, start);
    assert_eq!(both.conflicts[0].changes[0].doing, Doing::TakenBack);
    let for_a = join(&dataset, &a, &b, Some(&ancestor), Some(Side::A));
    assert_eq!(for_a.plan.edits, start[1..]);
}

#[test]
fn what_does_not_go_alone_is_told_of() {
    let joined = joined(&[rename("510722999", "没有")], &[rename("510722101", "甲镇")], None);
    assert_eq!(joined.plan.edits.len(), 1);
    assert_eq!(
        joined.not_carried_out[0].to_string(),
        "edit 1 of A (rename 510722999 to 没有) cannot be carried out even alone: there is no unit 510722999"
    );
}

#[test]
fn on_other_boundaries_what_no_longer_applies_is_told_with_what_it_builds_on() {
    let edits = [
        merge(["510722101", "510722103"], Form::Establish, "510722120"),
        rename("510722102", "乙镇"),
        rename("510722120", "新镇"),
    ];
    let Rebased { plan: new, left_over } = rebase(&grid(2, 2), &plan(&edits));
    assert_eq!(new.edits, edits[1..2]);
    let told: Vec<String> = left_over.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "edit 1 (merge 510722101 镇0 and 510722103 into 510722120 (establish)): there is no unit 510722103",
            "edit 3 (rename 510722120 to 新镇): there is no unit 510722120; it builds on edit 1, which no longer applies \
         either",
        ]
    );
}

fn carries_out(dataset: &Arc<Dataset>, plan: &Plan) {
    let mut document = Document::new(Arc::clone(dataset));
    assert_eq!(document.load_plan(plan), Ok(()));
    assert_eq!(document.plan().edits, plan.edits, "everything derived is filled in");
}

/// A county of another size in which some units have other codes, names, kinds, parents or figures.
fn changed_county(columns: usize, rows: usize, changes: &[[u8; 3]]) -> Arc<Dataset> {
    let mut dataset = Arc::into_inner(grid(columns, rows)).unwrap();
    let state = &dataset.base;
    let mut units: Vec<Unit> = (0..state.unit_count()).map(|id| state.unit(UnitId::new(id)).clone()).collect();
    for &[what, which, how] in changes {
        let [which, how] = [which, how].map(usize::from);
        let other = units[how % units.len()].clone();
        let unit = &mut units[which % (columns * rows + columns)];
        match what % 6 {
            0 => unit.code = format!("51072210{how}").into(),
            1 => unit.name = other.name,
            2 => unit.kind = other.kind,
            3 => unit.code = "".into(),
            4 => unit.seat = Some(Seat { at: geo::Coord { x: 0.5, y: 0.5 }, name: None }),
            _ => dataset.populations[which % (columns * rows)] = None,
        }
    }
    dataset.base = with_units(&dataset.base, units);
    Arc::new(dataset)
}

type Dice = Vec<[u8; 6]>;

fn dice(most: usize) -> impl Strategy<Value = Dice> {
    prop::collection::vec(any::<[u8; 6]>(), 0..most)
}

/// Whether a plan carries an edit out. A seat that the edit leaves open, since none is known, is derived anew among the
/// other edits and may be known there.
fn has(edits: &[Edit], wanted: &Edit) -> bool {
    edits.iter().any(|edit| match (edit, wanted) {
        (Edit::Merge { into, .. }, Edit::Merge { into: Target { seat: None, .. }, .. }) if into.seat.is_some() => {
            let mut edit = edit.clone();
            if let Edit::Merge { into, .. } = &mut edit {
                into.seat = None;
            }
            edit == *wanted
        }
        _ => edit == wanted,
    })
}

/// The plan of a document after some edits were taken back and others made.
fn changed(mut document: Document, back: usize, more: Dice) -> Plan {
    document.jump_to(document.position().saturating_sub(back));
    for dice in more {
        let edit = random_edit(&document, dice);
        let _ = document.commit(&edit);
    }
    document.plan()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_plan_with_itself_or_with_nothing_is_itself(dice in dice(12)) {
        let dataset = grid(4, 3);
        let plan = random_draft(&dataset, &dice).plan();
        prop_assert!(diff(&plan.edits, &plan.edits).is_empty());
        let none = Plan::default();
        for (a, b) in [(&plan, &plan), (&plan, &none), (&none, &plan)] {
            for prefer in [None, Some(Side::A), Some(Side::B)] {
                let joined = join(&dataset, a, b, None, prefer);
                prop_assert_eq!(&joined.conflicts, &[]);
                prop_assert_eq!(&joined.plan, &plan);
            }
        }
        let Rebased { plan: rebased, left_over } = rebase(&dataset, &plan);
        prop_assert_eq!((rebased, left_over), (plan, vec![]));
    }

    #[test]
    fn every_change_is_carried_out_or_told_of(
        start in dice(4), a in dice(8), b in dice(8), prefer in prop::option::of(prop::sample::select(&Side::BOTH[..])),
    ) {
        let dataset = grid(4, 3);
        let [a, b] = [a, b].map(|more| random_draft(&dataset, &[start.clone(), more].concat()).plan());
        let joined = join(&dataset, &a, &b, None, prefer);
        carries_out(&dataset, &joined.plan);
        let left_out = |side: Side| {
            let changes = joined.conflicts.iter().flat_map(|conflict| &conflict.changes);
            changes.filter(|change| change.plan == side && change.left_out).map(|change| &change.edit).collect::<Vec<_>>()
        };
        for (side, plan, other) in [(Side::A, &a, &b), (Side::B, &b, &a)] {
            for edit in &plan.edits {
                // What both have is told of once.
                let is_told = left_out(side).contains(&edit)
                    || (other.edits.contains(edit) && left_out(side.other()).contains(&edit));
                prop_assert!(is_told || has(&joined.plan.edits, edit), "{side}: {edit:?}");
            }
        }
        if let Some(side) = prefer {
            let preferred = if side == Side::A { &a } else { &b };
            prop_assert!(joined.plan.edits.starts_with(&preferred.edits));
        }
    }

    #[test]
    fn whatever_two_changed_since_the_ancestor_the_merged_plan_carries_out(
        start in dice(8), ways in prop::array::uniform2((0..6_usize, dice(6))),
        prefer in prop::option::of(prop::sample::select(&Side::BOTH[..])),
    ) {
        let dataset = grid(4, 3);
        let document = random_draft(&dataset, &start);
        let ancestor = document.plan();
        let [a, b] = ways.map(|(back, more)| changed(document.clone(), back, more));
        let joined = join(&dataset, &a, &b, Some(&ancestor), prefer);
        carries_out(&dataset, &joined.plan);
        let changes: Vec<&Change> = joined.conflicts.iter().flat_map(|conflict| &conflict.changes).collect();
        for edit in a.edits.iter().chain(&b.edits).filter(|edit| !ancestor.edits.contains(edit)) {
            let is_told = changes.iter().any(|change| change.left_out && change.edit == *edit);
            prop_assert!(is_told || has(&joined.plan.edits, edit), "{edit:?}");
        }
    }

    #[test]
    fn what_only_one_changed_since_the_ancestor_is_taken_over(
        start in dice(8), more in dice(6), back in 0..8_usize, prefer in prop::option::of(prop::sample::select(&Side::BOTH[..])),
    ) {
        let dataset = grid(4, 3);
        let document = random_draft(&dataset, &start);
        let ancestor = document.plan();
        let changed = changed(document, back, more);
        // Where both have an order of their own, that of the first plan holds.
        prop_assume!(diff(&ancestor.edits, &changed.edits).order_differs.is_empty());
        for (a, b) in [(&ancestor, &changed), (&changed, &ancestor)] {
            let joined = join(&dataset, a, b, Some(&ancestor), prefer);
            prop_assert_eq!(&joined.conflicts, &[]);
            prop_assert_eq!(&joined.plan.edits, &changed.edits);
        }
    }

    #[test]
    fn carried_over_twice_is_carried_over_once(
        plan in dice(12), columns in 1..6_usize, rows in 1..5_usize, changes in prop::collection::vec(any::<[u8; 3]>(), 0..6),
    ) {
        let document = random_draft(&grid(4, 3), &plan);
        let other = changed_county(columns, rows, &changes);
        let once = rebase(&other, &document.plan());
        prop_assert_eq!(once.plan.edits.len() + once.left_over.len(), document.plan().edits.len());
        carries_out(&other, &once.plan);
        let twice = rebase(&other, &once.plan);
        prop_assert_eq!(&twice.left_over, &[]);
        prop_assert_eq!(&twice.plan, &once.plan);
    }

    #[test]
    fn scenarios_carried_over_twice_are_carried_over_once(
        dice in dice(24), columns in 1..6_usize, rows in 1..5_usize, changes in prop::collection::vec(any::<[u8; 3]>(), 0..6),
    ) {
        let mut document = Document::new(grid(4, 3));
        for dice in dice {
            act(&mut document, dice);
        }
        let other = changed_county(columns, rows, &changes);
        let (once, _) = document.rebased(Arc::clone(&other));
        check_scenarios(&once);
        let (twice, refusals) = once.rebased(other);
        prop_assert_eq!(&refusals, &[]);
        prop_assert_eq!(twice.scenarios(), once.scenarios());
        prop_assert_eq!(twice.stored_steps(), once.stored_steps());
        prop_assert_eq!(twice.active().id, once.active().id);
        prop_assert_eq!(without_revisions(twice.state()), without_revisions(once.state()));
    }
}

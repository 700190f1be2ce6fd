//! Locks on small grids.

use proptest::prelude::*;

use super::testing::{grid, random_edit, without_revisions};
use super::*;
use crate::model::{Level, LevelIndex};

fn lock(codes: &[&str], reason: &str) -> Edit {
    let units = codes.iter().map(|code| UnitRef::code(code)).collect();
    Edit::Lock { target: LockTarget::Units(units), reason: reason.into() }
}

fn transfer(code: &str, to: &str) -> Edit {
    Edit::Transfer { units: vec![UnitRef::code(code)], to: UnitRef::code(to) }
}

fn absorb(codes: [&str; 2]) -> Edit {
    let into = Target { code: Some(codes[0].into()), ..Target::default() };
    Edit::Merge { units: codes.map(UnitRef::code).into(), form: Form::Absorb, into }
}

#[test]
fn a_locked_unit_says_so_when_touched() {
    let mut document = Document::new(grid(3, 2));
    document.commit(&lock(&["510722101"], "已批复")).unwrap();
    let refused = [
        transfer("510722101201", "510722102"),
        transfer("510722102201", "510722101"),
        absorb(["510722101", "510722102"]),
        absorb(["510722102", "510722101"]),
        Edit::Rename { unit: UnitRef::code("510722101"), name: "新".into() },
    ];
    for edit in refused {
        let error = document.commit(&edit).unwrap_err();
        assert_eq!(error.to_string(), "510722101 镇0 is locked (已批复); unlock it first");
    }
    // What happens inside of it, or elsewhere, is nobody's business.
    document.commit(&absorb(["510722101201", "510722101202"])).unwrap();
    document.commit(&transfer("510722102201", "510722103")).unwrap();
}

#[test]
fn a_locked_level_keeps_new_units_out() {
    let mut document = Document::new(grid(3, 2));
    document.commit(&Edit::Lock { target: LockTarget::Level(Level::Township), reason: "".into() }).unwrap();
    let establish = Edit::Merge {
        units: ["510722101", "510722102"].map(UnitRef::code).into(),
        form: Form::Establish,
        into: Target::default(),
    };
    assert!(matches!(document.commit(&establish), Err(EditError::Locked { .. })));
    assert!(matches!(document.commit(&transfer("510722102201", "510722103")), Err(EditError::Locked { .. })));
    document.commit(&absorb(["510722101201", "510722101202"])).unwrap();
    document.commit(&Edit::Unlock { target: LockTarget::Level(Level::Township) }).unwrap();
    document.commit(&establish).unwrap();
}

#[test]
fn locks_are_steps_like_any_other() {
    let mut document = Document::new(grid(3, 2));
    document.commit(&lock(&["510722101201", "510722101"], "")).unwrap();
    assert!(matches!(document.commit(&lock(&["510722101"], "")), Err(EditError::NothingToLock { locked: true })));
    assert_eq!(document.state().locked_units().count(), 2);
    assert_eq!(document.edited_level(), None);
    let plan = Plan::parse(document.plan().write().as_bytes()).unwrap();
    assert_eq!(plan.edits, document.plan().edits);
    document.undo();
    assert!(!document.state().has_locks());
    document.redo();
    document.commit(&Edit::Unlock { target: LockTarget::Units(vec![UnitRef::code("510722101201")]) }).unwrap();
    assert_eq!(document.state().locked_units().count(), 1);
    let unlock = Edit::Unlock { target: LockTarget::Units(vec![UnitRef::code("510722101201")]) };
    assert!(matches!(document.commit(&unlock), Err(EditError::NothingToLock { locked: false })));
}

proptest! {
    #[test]
    fn nothing_that_is_locked_changes(
        dice in prop::collection::vec(any::<[u8; 6]>(), 0..6), more in prop::collection::vec(any::<[u8; 6]>(), 1..12),
    ) {
        let mut document = super::testing::random_draft(&grid(4, 3), &dice);
        let level = LevelIndex(1);
        let Some(unit) = document.state().units_at(level).next() else { return Ok(()) };
        let code = document.state().unit(unit).code.clone();
        let _ = document.commit(&lock(&[&code], "定"));
        prop_assume!(document.state().lock_of(unit).is_some());
        let (before, atoms) = (without_revisions(document.state()).unit(unit).clone(), document.state().atoms(unit));
        let area = |document: &Document| {
            let measures = document.dataset().measures(crate::geodesy::AreaMethod::Geodesic);
            document.state().atoms(unit).iter().map(|&atom| measures.atom_area(atom)).sum::<crate::geodesy::ExactSum>()
        };
        let its_area = area(&document);
        for dice in more {
            let edit = random_edit(&document, dice);
            if matches!(edit, Edit::Unlock { .. }) {
                continue;
            }
            let _ = document.commit(&edit);
            let state = without_revisions(document.state());
            prop_assert_eq!(state.unit(unit), &before);
            prop_assert_eq!(area(&document), its_area);
            let now = document.state().atoms(unit);
            prop_assert!(atoms.iter().all(|atom| now.contains(atom)));
        }
    }
}

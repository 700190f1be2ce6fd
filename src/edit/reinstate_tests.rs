//! Units that come back, on small grids.

use super::testing::{check_state, grid, without_revisions};
use super::*;
use crate::model::UnitId;
use crate::sharing::SharedList;

fn absorb(codes: [&str; 2]) -> Edit {
    let into = Target { code: Some(codes[0].into()), ..Target::default() };
    Edit::Merge { units: codes.map(UnitRef::code).into(), form: Form::Absorb, into }
}

fn reinstate(code: &str) -> Edit {
    Edit::Reinstate { unit: UnitRef::code(code) }
}

/// Which atoms belong to which units.
fn labels(document: &Document) -> Vec<SharedList<UnitId>> {
    without_revisions(document.state()).labels
}

#[test]
fn what_was_absorbed_comes_back_with_what_it_had() {
    for pair in [["510722101", "510722102"], ["510722101201", "510722101202"]] {
        let mut document = Document::new(grid(3, 2));
        let before = labels(&document);
        document.commit(&absorb(pair)).unwrap();
        assert_ne!(labels(&document), before);
        let step = document.commit(&reinstate(pair[1])).unwrap();
        assert_eq!(step.edit, reinstate(pair[1]));
        assert_eq!(labels(&document), before);
        check_state(document.state());
        assert_eq!(document.state().find(pair[1]).len(), 1);
        document.undo();
        assert!(document.state().find(pair[1]).is_empty());
        document.redo();
        assert_eq!(labels(&document), before);
    }
}

#[test]
fn villages_that_moved_on_come_back_too() {
    let mut document = Document::new(grid(3, 2));
    document.commit(&absorb(["510722101", "510722102"])).unwrap();
    let transfer = Edit::Transfer { units: vec![UnitRef::code("510722102201")], to: UnitRef::code("510722103") };
    document.commit(&transfer).unwrap();
    document.commit(&reinstate("510722102")).unwrap();
    check_state(document.state());
    assert_eq!(labels(&document), document.base().labels);
}

#[test]
fn what_cannot_come_back_is_refused_with_why() {
    let mut document = Document::new(grid(3, 2));
    assert!(matches!(document.commit(&reinstate("510722101")), Err(EditError::InForce { .. })));
    assert!(matches!(document.commit(&reinstate("没有")), Err(EditError::UnknownUnit { .. })));
    let both = ["510722101", "510722102"].map(UnitRef::code);
    let into = Target { code: Some("510722150".into()), ..Target::default() };
    document.commit(&Edit::Merge { units: both.into(), form: Form::Establish, into }).unwrap();
    document.commit(&absorb(["510722103", "510722150"])).unwrap();
    assert!(matches!(document.commit(&reinstate("510722150")), Err(EditError::MadeByPlan { .. })));
    document.commit(&reinstate("510722101")).unwrap();
    document.commit(&reinstate("510722102")).unwrap();
    assert_eq!(labels(&document), document.base().labels);
}

#[test]
fn it_is_decided_what_becomes_of_the_seat_of_an_abolished_unit() {
    use crate::model::SeatUse;
    let mut document = Document::new(grid(3, 2));
    let classify = |seat_use| Edit::ClassifySeat { unit: UnitRef::code("510722102"), seat_use };
    document.commit(&absorb(["510722101", "510722102"])).unwrap();
    document.commit(&classify(Some(SeatUse::Station))).unwrap();
    let gone = document.base().find("510722102")[0];
    assert_eq!(document.state().seat_use(gone), Some(SeatUse::Station));
    assert!(matches!(document.commit(&classify(Some(SeatUse::Station))), Err(EditError::SeatUseAsBefore { .. })));
    let plan = Plan::parse(document.plan().write().as_bytes()).unwrap();
    assert_eq!(plan.edits, document.plan().edits);
    document.commit(&classify(None)).unwrap();
    assert_eq!(document.state().seat_use(gone), None);
    document.undo();
    assert_eq!(document.state().seat_use(gone), Some(SeatUse::Station));
    let wrong = br#"{"format":"quhua-plan","version":1,"edits":[{"op":"classify_seat","unit":"1","use":"pub"}]}"#;
    let said = Plan::parse(wrong).unwrap_err().to_string();
    assert!(said.contains("unknown use of a seat \"pub\""), "{said}");
}

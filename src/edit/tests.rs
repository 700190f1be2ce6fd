//! Behaviour of edits on small grids, and the invariants over random series of edits.

use std::sync::Arc;
use std::time::SystemTime;

use proptest::prelude::*;

use super::testing::{check_state, grid, random_edit, renewed, without_revisions};
use super::*;
use crate::coverage::AtomId;
use crate::geodesy::AreaMethod;
use crate::model::{CodeStatus, Kind, LevelIndex, UnitId};

fn document(columns: usize, rows: usize) -> Document {
    Document::with_clock(grid(columns, rows), || SystemTime::UNIX_EPOCH)
}

fn refs(codes: &[&str]) -> Vec<UnitRef> {
    codes.iter().map(|code| UnitRef::code(code)).collect()
}

fn establish(codes: &[&str]) -> Edit {
    Edit::Merge { units: refs(codes), form: Form::Establish, into: Target::default() }
}

fn absorb(codes: &[&str], survivor: &str) -> Edit {
    let into = Target { code: Some(survivor.into()), ..Target::default() };
    Edit::Merge { units: refs(codes), form: Form::Absorb, into }
}

fn transfer(codes: &[&str], to: &str) -> Edit {
    Edit::Transfer { units: refs(codes), to: UnitRef::code(to) }
}

fn at(document: &Document, code: &str) -> UnitId {
    UnitRef::code(code).resolve(document.dataset(), document.state()).unwrap()
}

fn refused(document: &mut Document, edit: &Edit) -> EditError {
    let before = document.clone();
    let error = document.commit(edit).unwrap_err();
    assert_eq!(before.state(), document.state(), "a refused edit changes nothing");
    assert_eq!(before.revision(), document.revision());
    assert!(!error.to_string().contains('\n'));
    error
}

#[test]
fn establishing_a_town_abolishes_the_old_ones_and_takes_their_villages_along() {
    let mut document = document(3, 2);
    let step = document.commit(&establish(&["510722101", "510722102"])).unwrap();
    let (made, warnings) = (step.made.unwrap(), step.warnings.clone());
    let state = document.state();
    check_state(state);
    let unit = state.unit(made);
    assert_eq!((unit.code.as_str(), unit.code_status), ("510722104", CodeStatus::Proposed));
    // 镇1 has the larger population; a name of an abolished unit is free.
    assert_eq!((unit.name.as_str(), &unit.kind), ("镇1", &Some(Kind::Town)));
    assert_eq!(warnings, []);
    assert_eq!(state.members(made).len(), 4);
    assert_eq!(state.atoms(made), [0, 1, 3, 4].map(AtomId));
    assert!(!state.unit(UnitId(6)).is_current());
    assert_eq!(state.find("510722101").len(), 0);
}

#[test]
fn the_absorbing_unit_keeps_its_code_name_and_id() {
    let mut document = document(3, 2);
    let step = document.commit(&absorb(&["510722102", "510722103"], "510722103")).unwrap();
    assert_eq!(step.made, None);
    let state = document.state();
    check_state(state);
    let id = at(&document, "510722103");
    assert_eq!((id, state.unit(id).name.as_str()), (UnitId(8), "镇2"));
    assert_eq!(state.unit(id).code_status, CodeStatus::Existing);
    assert_eq!(state.atoms(id), [1, 2, 4, 5].map(AtomId));
}

#[test]
fn merging_villages_moves_their_atoms() {
    let mut document = document(2, 3);
    document.commit(&absorb(&["510722101201", "510722101202"], "510722101202")).unwrap();
    let state = document.state();
    check_state(state);
    let id = at(&document, "510722101202");
    assert_eq!(state.atoms(id), [0, 2].map(AtomId));
    assert_eq!(state.members(UnitId(6)).len(), 2);
}

#[test]
fn villages_of_two_towns_merge_only_under_a_named_parent() {
    let mut document = document(2, 2);
    let units = ["510722101201", "510722102201"];
    let error = refused(&mut document, &establish(&units));
    assert_eq!(
        error.to_string(),
        "the units belong to different parents (510722101 镇0, 510722102 镇1); say which one the result belongs to: \
         into.parent"
    );
    let into = Target { parent: Some(UnitRef::code("510722101")), ..Target::default() };
    let edit = Edit::Merge { units: refs(&units), form: Form::Establish, into };
    let step = document.commit(&edit).unwrap();
    let made = step.made.unwrap();
    let state = document.state();
    check_state(state);
    assert_eq!(state.unit(made).code, "510722101203");
    assert_eq!(state.atoms(at(&document, "510722101")), [0, 1, 2].map(AtomId));
    assert_eq!(state.unit_of(AtomId(1), LevelIndex(1)), at(&document, "510722101"));
}

#[test]
fn a_transfer_moves_a_village_and_leaves_codes_alone() {
    let mut document = document(3, 2);
    let step = document.commit(&transfer(&["510722101201"], "510722102")).unwrap();
    assert_eq!(step.warnings, [Warning::CodesToReplace { units: 1, prefix: "510722102".into() }]);
    check_state(document.state());
    let error = refused(&mut document, &transfer(&["510722101201"], "510722102"));
    assert!(matches!(error, EditError::AlreadyThere { .. }));
    // Two columns away: an exclave, which is possible.
    let step = document.commit(&transfer(&["510722101202"], "510722103")).unwrap();
    assert!(step.warnings.contains(&Warning::NotAdjacent { groups: 2 }));
    assert!(step.warnings.iter().any(|warning| matches!(warning, Warning::LeftEmpty { .. })));
    document.commit(&Edit::Abolish { unit: UnitRef::code("510722101") }).unwrap();
    check_state(document.state());
}

#[test]
fn units_that_hold_territory_are_not_abolished() {
    let mut document = document(2, 2);
    let error = refused(&mut document, &Edit::Abolish { unit: UnitRef::code("510722101") });
    assert!(matches!(error, EditError::StillHoldsTerritory { members: 2, atoms: 2, .. }));
}

#[test]
fn units_that_touch_at_a_corner_merge_with_a_warning() {
    let mut document = document(2, 2);
    // 2 3
    // 0 1    0 and 3 touch in one point only
    let into = Target { parent: Some(UnitRef::code("510722101")), ..Target::default() };
    let units = refs(&["510722101201", "510722102202"]);
    let step = document.commit(&Edit::Merge { units, form: Form::Establish, into }).unwrap();
    assert!(step.warnings.contains(&Warning::NotAdjacent { groups: 2 }));
}

#[test]
fn malformed_mergers_are_refused() {
    let mut document = document(2, 2);
    let mut why = |edit: Edit| refused(&mut document, &edit);
    assert!(matches!(why(establish(&["510722101"])), EditError::TooFewUnits { given: 1, needed: 2 }));
    assert!(matches!(why(establish(&["510722101", "510722101"])), EditError::ListedTwice { .. }));
    assert!(matches!(why(establish(&["510722101", "510722101201"])), EditError::LevelsDiffer { .. }));
    assert!(matches!(why(establish(&["510722101", "5107229"])), EditError::UnknownUnit { .. }));
    assert!(matches!(why(absorb(&["510722101", "510722102"], "510722103")), EditError::SurvivorNotListed { .. }));
    let no_survivor =
        Edit::Merge { units: refs(&["510722101", "510722102"]), form: Form::Absorb, into: Target::default() };
    assert!(matches!(why(no_survivor), EditError::SurvivorMissing));
    assert!(matches!(why(transfer(&["510722"], "510722101")), EditError::NoLevelAbove { .. }));
    assert!(matches!(why(transfer(&["510722101201"], "510722")), EditError::NotAParent { .. }));
    let nowhere = SeatSpec { lon: 181.0, lat: f64::NAN, name: None };
    let seat = Edit::MoveSeat { unit: UnitRef::code("510722101"), seat: nowhere };
    assert!(matches!(why(seat), EditError::SeatNowhere { .. }));
}

#[test]
fn retired_codes_are_not_used_again() {
    let mut document = document(4, 1);
    let with_code = |units: &[&str], code: &str| Edit::Merge {
        units: refs(units),
        form: Form::Establish,
        into: Target { code: Some(code.into()), ..Target::default() },
    };
    let pair = ["510722101", "510722102"];
    assert!(matches!(refused(&mut document, &with_code(&pair, "510722103")), EditError::CodeInUse { .. }));
    assert!(matches!(refused(&mut document, &with_code(&pair, "510722102")), EditError::CodeRetired { .. }));
    document.commit(&with_code(&pair, "510722123")).unwrap();
    let rest = ["510722103", "510722104"];
    assert!(matches!(refused(&mut document, &with_code(&rest, "510722101")), EditError::CodeRetired { .. }));
    // The highest code ever used counts, not the gaps.
    let made = document.commit(&establish(&rest)).unwrap().made.unwrap();
    assert_eq!(document.state().unit(made).code, "510722124");
    // What was undone was never used.
    document.jump_to(0);
    let made = document.commit(&establish(&rest)).unwrap().made.unwrap();
    assert_eq!(document.state().unit(made).code, "510722105");
}

#[test]
fn abolished_and_recoded_units_are_named_as_such() {
    let mut document = document(3, 1);
    document.commit(&absorb(&["510722101", "510722102"], "510722101")).unwrap();
    let error = refused(&mut document, &establish(&["510722102", "510722103"]));
    assert_eq!(error.to_string(), "510722102 镇1 was abolished by an earlier edit");
    let convert = |code: &str, kind| Edit::ConvertKind { unit: UnitRef::code(code), kind, code: None, name: None };
    document.commit(&convert("510722103", Kind::Subdistrict)).unwrap();
    assert_eq!(document.state().unit(UnitId(5)).code, "510722001");
    let error = refused(&mut document, &convert("510722103", Kind::Town));
    assert_eq!(error.to_string(), "the code 510722103 was replaced by an earlier edit; the unit is now 510722001 镇2");
    // An ethnic township has the segment of townships.
    document.commit(&convert("510722101", Kind::Township)).unwrap();
    document.commit(&convert("510722200", Kind::EthnicTownship)).unwrap();
    check_state(document.state());
}

#[test]
fn names_are_checked() {
    let mut document = document(3, 1);
    let rename = |name: &str| Edit::Rename { unit: UnitRef::code("510722101"), name: name.into() };
    assert_eq!(refused(&mut document, &rename("  ")), EditError::EmptyName);
    let warnings = document.commit(&rename("镇1")).unwrap().warnings.clone();
    assert!(matches!(&warnings[..], [Warning::NameTaken { scope: names::NameScope::Province, .. }]));
    let warnings = document.commit(&rename("新 镇")).unwrap().warnings.clone();
    assert!(matches!(&warnings[..], [Warning::NameFlawed { flaw: names::NameFlaw::Space, .. }]));
    // Names are looked up as they are now: 镇0 is free again.
    let edit = Edit::Rename { unit: UnitRef::code("510722102"), name: "镇0".into() };
    assert_eq!(document.commit(&edit).unwrap().warnings, []);
}

#[test]
fn another_kind_takes_the_name_that_goes_with_it_along_in_one_step() {
    let mut document = document(3, 1);
    let unit = || UnitRef::code("510722101");
    let rename = |name: &str| Edit::Rename { unit: unit(), name: name.into() };
    let convert =
        |kind, name: Option<&str>| Edit::ConvertKind { unit: unit(), kind, code: None, name: name.map(Into::into) };
    let told = |warning: &Warning| matches!(warning, Warning::NameOfOtherKind { .. });
    // 镇0 to 镇2 are towns.
    assert!(document.commit(&rename("石桥乡")).unwrap().warnings.iter().any(told));
    assert!(document.preview(&convert(Kind::Subdistrict, None)).unwrap().warnings.iter().any(told));
    assert_eq!(refused(&mut document, &convert(Kind::Subdistrict, Some(" "))), EditError::EmptyName);
    let name = names::for_kind("石桥乡", &Kind::Subdistrict).unwrap();
    let step = document.commit(&convert(Kind::Subdistrict, Some(&name))).unwrap();
    assert_eq!(step.warnings, []);
    assert_eq!(step.words(crate::i18n::Lang::Zh), "变更类型 石桥乡 → 街道 石桥街道");
    let unit = document.state().unit(UnitId(3));
    assert_eq!((unit.name.as_str(), unit.kind.as_ref()), ("石桥街道", Some(&Kind::Subdistrict)));
    assert_eq!(document.state().find_name("石桥街道")[..], [UnitId(3)]);
    document.undo();
    assert_eq!(document.state().unit(UnitId(3)).name, "石桥乡");
    // The name of a merger is looked at as well.
    let into = Target { name: Some("新桥乡".into()), ..Target::default() };
    let pair = ["510722101", "510722102"].map(UnitRef::code).to_vec();
    let merge = Edit::Merge { units: pair, form: Form::Establish, into };
    assert!(document.preview(&merge).unwrap().warnings.iter().any(told));
    check_state(document.state());
}

#[test]
fn a_seat_outside_its_unit_gives_a_warning() {
    let mut document = document(2, 1);
    let seat = |lon| Edit::MoveSeat { unit: UnitRef::code("510722101"), seat: SeatSpec { lon, lat: 0.5, name: None } };
    assert_eq!(document.commit(&seat(0.5)).unwrap().warnings, []);
    let revision = document.state().unit(UnitId(2)).revision;
    assert!(matches!(&document.commit(&seat(1.5)).unwrap().warnings[..], [Warning::SeatOutside { .. }]));
    assert_ne!(revision, document.state().unit(UnitId(2)).revision);
}

#[test]
fn a_unit_that_gives_the_place_of_its_seat_away_is_told() {
    let mut document = document(2, 2);
    let seat = SeatSpec { lon: 0.5, lat: 0.5, name: None };
    document.commit(&Edit::MoveSeat { unit: UnitRef::code("510722101"), seat }).unwrap();
    let give = |village: &str| Edit::Transfer { units: vec![UnitRef::code(village)], to: UnitRef::code("510722102") };
    let warnings = document.preview(&give("510722101201")).unwrap().warnings;
    let told = |warning: &&Warning| matches!(warning, Warning::SeatGivenAway { unit, to } if unit.code == "510722101" && to.code == "510722102");
    assert_eq!(warnings.iter().filter(told).count(), 1, "{warnings:?}");
    let warnings = document.preview(&give("510722101202")).unwrap().warnings;
    assert_eq!(warnings.iter().filter(told).count(), 0, "{warnings:?}");
    // Part of the village with the seat.
    let split = Edit::Split {
        unit: UnitRef::code("510722101201"),
        along: Along::Line(vec![[0.7, -1.0], [0.7, 2.0]]),
        share: Share::Area,
        parts: vec![SplitPart { to: Some(UnitRef::code("510722102201")), ..SplitPart::default() }],
    };
    let warnings = document.preview(&split).unwrap().warnings;
    assert_eq!(warnings.iter().filter(told).count(), 1, "{warnings:?}");
    // Who gives everything away is empty, and goes on without a word of its seat.
    document.commit(&give("510722101202")).unwrap();
    let warnings = document.preview(&give("510722101201")).unwrap().warnings;
    assert_eq!(warnings.iter().filter(told).count(), 0, "{warnings:?}");
}

#[test]
fn a_preview_shows_what_the_commit_does() {
    let mut document = document(3, 2);
    let edits = [
        establish(&["510722101", "510722102"]),
        transfer(&["510722103201"], "510722104"),
        Edit::Rename { unit: UnitRef::code("510722104"), name: "新镇".into() },
    ];
    for edit in edits {
        let preview = document.preview(&edit).unwrap();
        let step = document.commit(&edit).unwrap().clone();
        assert_eq!((&preview.edit, &preview.warnings, &preview.before), (&step.edit, &step.warnings, &step.named));
        assert_eq!(preview.after[0].id, step.result);
        for after in &preview.after {
            let now = document.state().unit(after.id);
            assert_eq!(after.atoms, document.state().atoms(after.id));
            assert_eq!(after.members, document.state().members(after.id).len());
            assert_eq!((&after.unit.code, &after.unit.name, after.unit.parent), (&now.code, &now.name, now.parent));
        }
    }
}

#[test]
fn undo_takes_one_edit_back_at_a_time() {
    let mut document = document(3, 2);
    assert!(document.undo().is_none() && document.position() == 0);
    document.commit(&establish(&["510722101", "510722102"])).unwrap();
    document.commit(&absorb(&["510722104", "510722103"], "510722103")).unwrap();
    assert!(document.is_modified());
    document.mark_saved();
    let step = document.undo().unwrap();
    assert!(matches!(step.edit, Edit::Merge { form: Form::Absorb, .. }));
    assert!(document.position() < document.history().len() && document.is_modified());
    assert_eq!(document.state().units_at(LevelIndex(1)).count(), 2);
    document.redo().unwrap();
    assert!(!document.is_modified() && document.redo().is_none());
    document.jump_to(0);
    assert_eq!(document.state(), document.base());
    // A new edit gives up the undone ones, and with them the saved plan.
    document.commit(&establish(&["510722102", "510722103"])).unwrap();
    assert_eq!((document.history().len(), document.position()), (1, 1));
    document.undo();
    assert!(document.is_modified());
}

#[test]
fn a_plan_stops_at_the_first_refused_edit() {
    let mut document = document(3, 2);
    let edits = vec![
        establish(&["510722101", "510722102"]),
        absorb(&["510722101", "510722103"], "510722103"),
        Edit::Rename { unit: UnitRef::code("510722103"), name: "新镇".into() },
    ];
    let error = document.load_plan(&Plan { edits, ..Plan::default() }).unwrap_err();
    assert_eq!(error.to_string(), "edit 2 (merge): 510722101 镇0 was abolished by an earlier edit");
    assert_eq!(document.position(), 1);
}

#[test]
fn units_without_a_code_are_named_by_position() {
    let dataset = grid(2, 2);
    let mut base = dataset.base.clone();
    for id in [0, 2] {
        base.units[id].code = "".into();
    }
    // A new state, so that its lookup does not know the codes.
    let base = renewed(&base);
    let mut dataset = Arc::try_unwrap(dataset).unwrap();
    dataset.base = base;
    let mut document = Document::new(Arc::new(dataset));
    let units: Vec<UnitRef> =
        [0, 2].map(|id| UnitRef::to(document.dataset(), document.state(), UnitId(id)).unwrap()).into();
    assert_eq!(units, [0, 2].map(|index| UnitRef::Atom { index }));
    document.commit(&Edit::Merge { units, form: Form::Establish, into: Target::default() }).unwrap();
    check_state(document.state());
    assert_eq!(document.state().unit(UnitId(7)).code, "new-1");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn edits_keep_the_invariants_and_undo_is_exact(dice in prop::collection::vec(any::<[u8; 6]>(), 1..24)) {
        let mut document = document(4, 3);
        let mut states = vec![document.state().clone()];
        for dice in dice {
            let edit = random_edit(&document, dice);
            let preview = document.preview(&edit);
            let committed = document.commit(&edit).map(|step| step.edit.clone());
            prop_assert_eq!(preview.map(|preview| preview.edit), committed.clone());
            if committed.is_ok() {
                check_state(document.state());
                states.push(document.state().clone());
            } else {
                prop_assert_eq!(states.last().unwrap(), document.state());
            }
        }
        for state in states.iter().rev().skip(1) {
            document.undo().unwrap();
            prop_assert_eq!(state, document.state());
        }
        for state in &states[1..] {
            document.redo().unwrap();
            prop_assert_eq!(state, document.state());
        }
        let plan = Plan::parse(document.plan().write().as_bytes()).unwrap();
        prop_assert_eq!(&plan, &document.plan());
        let mut replayed = self::document(4, 3);
        replayed.load_plan(&plan).unwrap();
        prop_assert_eq!(without_revisions(replayed.state()), without_revisions(document.state()));
        prop_assert_eq!(replayed.plan().edits, plan.edits);
    }

    #[test]
    fn the_crosswalk_shares_out_every_old_unit_between_any_two_drafts(
        drafts in [prop::collection::vec(any::<[u8; 6]>(), 0..16), prop::collection::vec(any::<[u8; 6]>(), 0..16)],
    ) {
        let states = super::testing::random_states(&grid(4, 3), drafts);
        let Some((dataset, [before, after])) = states else { return Err(TestCaseError::reject("no common ground")) };
        let rows = crosswalk::rows(&dataset, &before, &after, AreaMethod::Geodesic);
        for olds in rows.chunk_by(|a, b| a.old == b.old) {
            let one = rust_decimal::Decimal::ONE;
            prop_assert_eq!(olds.iter().map(|row| row.area_share).sum::<rust_decimal::Decimal>(), one);
            prop_assert_eq!(olds.iter().filter_map(|row| row.population_share).sum::<rust_decimal::Decimal>(), one);
        }
    }
}

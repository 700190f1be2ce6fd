//! Splits on small grids: squares of one degree.

use std::sync::Arc;

use compact_str::CompactString;
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::testing::{act, check_scenarios, grid, grid_of, without_revisions};
use super::*;
use crate::coverage::{AtomId, CutError, Differing};
use crate::geodesy::{AreaMethod, ExactSum};
use crate::model::{Dataset, UnitId};

/// Through the first village of `grid`, a quarter above the bottom, from west to east.
fn line() -> Along {
    Along::Line(vec![[-0.5, 0.25], [1.5, 0.25]])
}

fn split(along: Along, share: Share, parts: Vec<SplitPart>) -> Edit {
    Edit::Split { unit: UnitRef::code("510722101201"), along, share, parts }
}

fn part(code: &str, name: &str) -> SplitPart {
    SplitPart { code: Some(code.into()), name: Some(name.into()), ..SplitPart::default() }
}

fn population(dataset: &Dataset, document: &Document, code: &str) -> Option<Decimal> {
    let id = UnitRef::code(code).resolve(dataset, document.state()).unwrap();
    dataset.people_of(&document.state().atoms(id)).value()
}

/// Σ population, and the areas by both methods.
fn totals(dataset: &Dataset) -> (Decimal, [ExactSum; 2]) {
    let people = dataset.coverage.atoms().filter_map(|atom| dataset.population_of(atom)).sum();
    let area = |method| {
        let measures = dataset.measures(method);
        dataset.coverage.atoms().map(|atom| measures.atom_area(atom)).sum()
    };
    (people, AreaMethod::ALL.map(area))
}

#[test]
fn a_split_unit_goes_on_in_one_part_and_a_new_one_stands_beside_it() {
    let mut document = Document::new(grid(2, 2));
    let before = totals(document.dataset());
    let step = document.commit(&split(line(), Share::Area, Vec::new())).unwrap();
    let Edit::Split { parts, .. } = &step.edit else { panic!() };
    assert_eq!(parts[0], SplitPart { code: Some("510722101201".into()), ..SplitPart::default() }, "the larger part");
    assert_eq!((parts[1].code.as_deref(), parts[1].name.as_deref()), (Some("510722101203"), Some("村0南")));
    let dataset = document.dataset();
    assert_eq!(dataset.coverage.atom_count(), 5);
    assert_eq!(population(dataset, &document, "510722101201"), Some(75.into()));
    assert_eq!(population(dataset, &document, "510722101203"), Some(25.into()));
    assert_eq!(totals(dataset), before);
    let made = UnitRef::code("510722101203").resolve(dataset, document.state()).unwrap();
    assert_eq!(document.state().unit(made).parent, document.state().unit(UnitId::new(0)).parent);
    assert_eq!(document.state().unit(made).code_status, crate::model::CodeStatus::Proposed);
    // The neighbour in the east has the new vertex.
    let outline = dataset.coverage.outline(&document.state().atoms(UnitId::new(1))).to_multi_polygon(&dataset.coverage);
    assert!(outline.0[0].exterior().0.contains(&geo::Coord { x: 1.0, y: 0.25 }));
}

#[test]
fn codes_decide_which_part_goes_on() {
    let mut document = Document::new(grid(2, 2));
    document.commit(&split(line(), Share::Area, vec![part("510722101250", "新"), part("510722101201", "旧")])).unwrap();
    assert_eq!(population(document.dataset(), &document, "510722101250"), Some(75.into()));
    let old = document.state().unit(UnitId::new(0));
    assert_eq!((old.code.as_str(), old.name.as_str()), ("510722101201", "旧"));
    for parts in [
        vec![part("510722101250", "甲"), part("510722101251", "乙")],
        vec![part("510722101201", "甲"), part("510722101201", "乙")],
    ] {
        let why = Document::new(grid(2, 2)).commit(&split(line(), Share::Area, parts)).unwrap_err();
        assert!(matches!(why, EditError::SplitKeepsNoCode { .. }), "{why}");
    }
}

#[test]
fn people_are_shared_out_by_what_was_counted() {
    let mut document = Document::new(grid(2, 2));
    let houses = Share::Weights { left: 1.0, right: 2.0, of: "houses.geojson".into() };
    document.commit(&split(line(), houses, Vec::new())).unwrap();
    let people: Vec<_> =
        document.dataset().coverage.atoms().map(|atom| document.dataset().population_of(atom)).collect();
    assert_eq!(people, [33, 101, 102, 103, 67].map(|people| Some(people.into())));
    let none = Share::Weights { left: 0.0, right: 0.0, of: String::new() };
    assert!(matches!(
        Document::new(grid(2, 2)).commit(&split(line(), none, Vec::new())),
        Err(EditError::NoShares { .. })
    ));
}

#[test]
fn what_cannot_be_split_is_refused_with_why() {
    let mut document = Document::new(grid(2, 2));
    let why = document.commit(&split(Along::Line(vec![[-1., 5.], [3., 5.]]), Share::Area, Vec::new())).unwrap_err();
    assert!(matches!(why, EditError::NotSplit { why: CutError::NotCutThrough, .. }), "{why}");
    let why = document.commit(&split(Along::Polygon(vec![[0., 0.], [1., 1.]]), Share::Area, Vec::new())).unwrap_err();
    assert!(matches!(why, EditError::NotSplit { why: CutError::NoLine, .. }), "{why}");
    // Of two members of the township, the line passes through one near its lower end.
    let mut township = |line: Vec<[f64; 2]>| document.commit(&of_township(line)).unwrap_err();
    for line in [vec![[-1., 0.1], [3., 0.1]], vec![[-1., 1.0], [0.5, 0.9]], vec![[-9., 1.0], [-8., 1.0]]] {
        let why = township(line);
        assert!(matches!(why, EditError::NotSplit { why: CutError::NotCutThrough, .. }), "{why}");
    }
    let to = |code: &str| vec![SplitPart { to: Some(UnitRef::code(code)), ..SplitPart::default() }];
    for code in ["510722101201", "510722101", "510722"] {
        let why = document.commit(&split(line(), Share::Area, to(code))).unwrap_err();
        assert!(matches!(why, EditError::PartTo { .. }), "{why}");
    }
    let both = [to("510722102201"), to("510722102201")].concat();
    assert!(matches!(document.commit(&split(line(), Share::Area, both)), Err(EditError::SplitKeepsNoCode { .. })));
    assert_eq!(document.position(), 0);
}

fn of_township(line: Vec<[f64; 2]>) -> Edit {
    Edit::Split { unit: UnitRef::code("510722101"), along: Along::Line(line), share: Share::Area, parts: vec![] }
}

fn members(document: &Document, code: &str) -> Vec<String> {
    let state = document.state();
    let unit = UnitRef::code(code).resolve(document.dataset(), state).unwrap();
    state.members(unit).iter().map(|&member| state.unit(member).name.to_string()).collect()
}

#[test]
fn a_part_goes_to_the_neighbour_with_its_people_and_nobody_is_set_up() {
    let mut document = Document::new(grid(2, 2));
    let (before, units) = (totals(document.dataset()), document.state().unit_count());
    // What is right of the line, in the south, goes over the border of the township.
    let parts =
        vec![SplitPart::default(), SplitPart { to: Some(UnitRef::code("510722102201")), ..SplitPart::default() }];
    let step = document.commit(&split(line(), Share::Area, parts)).unwrap();
    assert_eq!((step.made, step.warnings.as_slice()), (None, &[][..]));
    assert_eq!(step.edit.part_goes_to(), Some(&UnitRef::code("510722102201")));
    let edit = step.edit.clone();
    let json = serde_json::to_value(&edit).unwrap();
    assert_eq!(Edit::from_json(&json, "edit").unwrap(), edit);
    let dataset = document.dataset();
    assert_eq!(document.state().unit_count(), units);
    assert_eq!(population(dataset, &document, "510722101201"), Some(75.into()));
    assert_eq!(population(dataset, &document, "510722102201"), Some(126.into()));
    assert_eq!(population(dataset, &document, "510722102"), Some((126 + 103).into()));
    assert_eq!(totals(dataset), before);
    super::testing::check_state(document.state());
    document.undo();
    assert_eq!(population(document.dataset(), &document, "510722102201"), Some(101.into()));

    // A part that does not touch is told of.
    let parts = vec![SplitPart { to: Some(UnitRef::code("510722102202")), ..SplitPart::default() }];
    let step = document.commit(&split(Along::Line(vec![[0.2, 1.5], [0.2, -1.5]]), Share::Area, parts)).unwrap();
    assert_eq!(step.warnings, [Warning::NotAdjacent { groups: 2 }]);
}

#[test]
fn above_the_finest_level_whole_members_go_to_one_side() {
    let mut document = Document::new(grid(2, 3));
    let atoms = document.dataset().coverage.atom_count();
    // The line crosses the one in the middle, most of which is below.
    let step = document.commit(&of_township(vec![[-0.5, 1.8], [1.5, 1.8]])).unwrap();
    let made = step.made.unwrap();
    let [Warning::MembersCrossed { units }] = &step.warnings[..] else { panic!("{:?}", step.warnings) };
    assert_eq!(units[0].name, "村2");
    assert_eq!(document.dataset().coverage.atom_count(), atoms, "nothing is cut");
    let code = document.state().unit(made).code.to_string();
    assert_eq!(
        (members(&document, "510722101"), members(&document, &code)),
        (vec!["村0".into(), "村2".into()], vec!["村4".into()])
    );
    super::testing::check_state(document.state());
}

#[test]
fn a_township_is_established_of_villages_of_two() {
    let mut document = Document::new(grid(2, 3));
    let units = ["510722101201", "510722102201", "510722102202"].map(UnitRef::code);
    let into = Target { name: Some("新桥镇".into()), ..Target::default() };
    let edit = Edit::Establish { units: units.to_vec(), into };
    let step = document.commit(&edit).unwrap();
    let (made, done) = (step.made.unwrap(), step.edit.clone());
    assert_eq!(step.warnings, []);
    let state = document.state();
    let unit = state.unit(made);
    assert_eq!((unit.name.as_str(), unit.code_status), ("新桥镇", crate::model::CodeStatus::Proposed));
    assert_eq!(members(&document, &unit.code), ["村0", "村1", "村3"]);
    assert_eq!(members(&document, "510722101"), ["村2", "村4"]);
    super::testing::check_state(state);
    let json = serde_json::to_value(&done).unwrap();
    assert_eq!(Edit::from_json(&json, "edit").unwrap(), done);
    document.undo();
    assert_eq!(members(&document, "510722101").len(), 3);

    // Without its last members a township is told of, and nothing is above the county.
    let units = ["510722101201", "510722101202", "510722101203"].map(UnitRef::code);
    let step = document.commit(&Edit::Establish { units: units.to_vec(), into: Target::default() }).unwrap();
    assert!(matches!(step.warnings[..], [Warning::LeftEmpty { .. }]), "{:?}", step.warnings);
    let county = Edit::Establish { units: vec![UnitRef::code("510722")], into: Target::default() };
    assert!(matches!(document.commit(&county), Err(EditError::NoLevelAbove { .. })));
}

#[test]
fn a_unit_of_several_atoms_is_cut_wherever_the_line_crosses() {
    let mut document = Document::new(grid(2, 2));
    let into = Target { code: Some("510722101201".into()), ..Target::default() };
    let units = ["510722101201", "510722101202"].map(UnitRef::code).into();
    document.commit(&Edit::Merge { units, form: Form::Absorb, into }).unwrap();
    // From north to south through both, the west on the right.
    let meridian = Along::Line(vec![[0.5, 3.0], [0.5, -1.0]]);
    document.commit(&split(meridian, Share::Area, Vec::new())).unwrap();
    assert_eq!(document.dataset().coverage.atom_count(), 6);
    // Between the two atoms nothing is cut.
    let mut document = Document::new(grid(2, 2));
    let into = Target { code: Some("510722101201".into()), ..Target::default() };
    let units = ["510722101201", "510722101202"].map(UnitRef::code).into();
    document.commit(&Edit::Merge { units, form: Form::Absorb, into }).unwrap();
    let between = Along::Line(vec![[0.0, 1.0], [1.0, 1.0]]);
    document.commit(&split(between, Share::Area, Vec::new())).unwrap();
    assert_eq!(document.dataset().coverage.atom_count(), 4);
    assert_eq!(population(document.dataset(), &document, "510722101201"), Some(102.into()), "the larger one goes on");
}

/// `grid(2, 2)`, with half of the second village a part of the first that lies apart.
fn in_two_parts() -> Arc<Dataset> {
    let square = |x: f64, y: f64, width: f64| {
        let at = |dx: f64, dy: f64| geo::Coord { x: x + dx, y: y + dy };
        let ring = vec![at(0.0, 0.0), at(width, 0.0), at(width, 1.0), at(0.0, 1.0), at(0.0, 0.0)];
        geo::Polygon::new(geo::LineString(ring), vec![])
    };
    let villages = [
        vec![square(0.0, 0.0, 1.0), square(1.5, 0.0, 0.5)],
        vec![square(1.0, 0.0, 0.5)],
        vec![square(0.0, 1.0, 1.0)],
        vec![square(1.0, 1.0, 1.0)],
    ];
    grid_of(2, 2, &villages.map(geo::MultiPolygon))
}

#[test]
fn a_part_that_lies_apart_is_set_up_or_given_away_as_a_whole() {
    let around = Along::Polygon(vec![[1.4, -0.5], [2.5, -0.5], [2.5, 1.2], [1.4, 1.2]]);
    let between = Along::Line(vec![[1.25, 2.5], [1.25, -0.5]]);
    for along in [around, between] {
        let mut document = Document::new(in_two_parts());
        let (before, vertices) = (totals(document.dataset()), document.dataset().coverage.vertex_count());
        let made = document.commit(&split(along.clone(), Share::Area, Vec::new())).unwrap().made.unwrap();
        let dataset = document.dataset();
        assert_eq!(totals(dataset), before);
        assert_eq!((dataset.coverage.atom_count(), dataset.coverage.vertex_count()), (5, vertices), "nothing moves");
        let people = |unit| dataset.people_of(&document.state().atoms(unit)).value();
        assert_eq!((people(UnitId::new(0)), people(made)), (Some(67.into()), Some(33.into())));
        assert_eq!(document.state().unit(made).code, "510722101203");
        super::testing::check_state(document.state());
        document.undo();
        let to = SplitPart { to: Some(UnitRef::code("510722102201")), ..SplitPart::default() };
        let step = document.commit(&split(along, Share::Area, vec![to, SplitPart::default()])).unwrap();
        assert_eq!((step.made, step.warnings.as_slice()), (None, &[][..]));
        let dataset = document.dataset();
        assert_eq!(population(dataset, &document, "510722102201"), Some((101 + 33).into()));
        assert_eq!(totals(dataset), before);
        super::testing::check_state(document.state());
    }
    // A line that ends in a part divides nothing.
    let ends = Along::Line(vec![[1.25, 2.5], [1.25, 0.5], [0.5, 0.5]]);
    let why = Document::new(in_two_parts()).commit(&split(ends, Share::Area, Vec::new())).unwrap_err();
    assert!(matches!(why, EditError::NotSplit { why: CutError::NotCutThrough, .. }), "{why}");
}

#[test]
fn undo_brings_the_very_dataset_back() {
    let mut document = Document::new(grid(2, 2));
    let (dataset, state) = (Arc::clone(document.dataset()), without_revisions(document.state()));
    document.commit(&split(line(), Share::Area, Vec::new())).unwrap();
    let cut = Arc::clone(document.dataset());
    document.undo();
    assert!(Arc::ptr_eq(document.dataset(), &dataset));
    assert_eq!(without_revisions(document.state()), state);
    document.redo();
    assert!(Arc::ptr_eq(document.dataset(), &cut), "kept at hand");
}

#[test]
fn scenarios_that_cut_in_different_ways_are_compared_on_common_ground() {
    let mut document = Document::new(grid(2, 2));
    let first = document.active().id;
    document.commit(&split(line(), Share::Area, Vec::new())).unwrap();
    let second = document.start("二");
    let meridian = Along::Line(vec![[0.5, 3.0], [0.5, -1.0]]);
    document.commit(&split(meridian, Share::Area, Vec::new())).unwrap();
    let (dataset, states) = document.across(&[None, Some(first), Some(second)]).unwrap();
    assert_eq!(dataset.coverage.atom_count(), 7, "the village is in four");
    assert_eq!(totals(&dataset), totals(document.origin()));
    for state in &states {
        super::testing::check_state(state);
    }
    let rows = crosswalk::rows(&dataset, &states[1], &states[2], AreaMethod::Geodesic);
    let parts: Vec<f64> =
        rows.iter().filter(|row| row.relation == crosswalk::Relation::Part).map(|row| row.area_m2).collect();
    assert_eq!(parts.len(), 4);
}

/// Area by both methods, inner point and compactness of every atom.
fn measured(dataset: &Dataset) -> Vec<([ExactSum; 2], Option<geo::Coord>, Option<f64>)> {
    let of = |atom| {
        let areas = AreaMethod::ALL.map(|method| dataset.measures(method).atom_area(atom));
        (areas, dataset.atom_point(atom), dataset.moment_of(atom).compactness())
    };
    dataset.coverage.atoms().map(of).collect()
}

#[test]
fn a_split_costs_nothing_of_what_it_leaves_alone() {
    let mut document = Document::new(grid(5, 5));
    let before = Arc::clone(document.dataset());
    document.commit(&split(line(), Share::Area, Vec::new())).unwrap();
    let differing = document.dataset().coverage.differing(&before.coverage).unwrap();
    // The village, its neighbours in the north and in the east, and the new part.
    assert_eq!(differing.atoms, [0, 1, 25].map(AtomId), "the one in the north does not border on the new part");
    assert!(differing.arcs.len() <= 8, "{differing:?}");
    document.undo();
    assert_eq!(document.dataset().coverage.differing(&before.coverage), Some(Differing::default()));
    assert_eq!(grid(5, 5).coverage.differing(&before.coverage), None, "built of others");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn measures_do_not_depend_on_when_they_were_asked_for(dice in prop::collection::vec(any::<[u8; 6]>(), 1..8)) {
        let [early, mut late] = [grid(3, 2), grid(3, 2)].map(Document::new);
        let mut early = early;
        measured(early.dataset());
        for mut dice in dice {
            (dice[0], dice[1], dice[2]) = (9, 8, 0);
            for document in [&mut early, &mut late] {
                act(document, dice);
            }
            measured(early.dataset());
        }
        let (early, late) = (early.dataset(), late.dataset());
        prop_assert_eq!(measured(early), measured(late));
        // Points and moments are those of the shapes as they are now.
        for atom in late.coverage.atoms() {
            let rings = late.coverage.faces_of(atom).map(|face| late.coverage.rings_of(face).map(|ring| late.coverage.ring(ring)));
            prop_assert_eq!(late.atom_point(atom), crate::model::inner_point(&late.coverage, rings));
            prop_assert_eq!(late.moment_of(atom), crate::model::Moment::of_arcs(&late.coverage, late.coverage.arcs_of(atom)));
        }
    }

    #[test]
    fn whatever_is_split_totals_stay_and_every_scenario_is_what_its_edits_lead_to(
        dice in prop::collection::vec(any::<[u8; 6]>(), 1..14)
    ) {
        let mut document = Document::new(grid(3, 2));
        let before = totals(document.dataset());
        for (i, mut dice) in dice.into_iter().enumerate() {
            if i % 2 == 0 {
                // A split.
                dice[0] = 9;
                dice[1] = 8;
                dice[2] = 0;
            }
            act(&mut document, dice);
            prop_assert_eq!(totals(document.dataset()), before);
            prop_assert_eq!(document.state().labels(crate::model::LevelIndex::FINEST).len(), document.dataset().coverage.atom_count());
        }
        check_scenarios(&document);
        document.jump_to(0);
        prop_assert!(Arc::ptr_eq(document.dataset(), document.origin()));
        prop_assert_eq!(&without_revisions(document.state()).labels, &without_revisions(&document.origin().base).labels);
    }
}

#[test]
fn members_go_to_one_side_whatever_was_cut_and_taken_back() {
    let at = |unit: &str, lat: f64| Edit::Split {
        unit: UnitRef::code(unit),
        along: Along::Line(vec![[-0.5, lat], [1.5, lat]]),
        share: Share::Area,
        parts: Vec::new(),
    };
    let parents = |document: &Document| {
        let parent = |village: usize| document.state().unit(UnitId::new(village)).parent.unwrap();
        [0, 2, 4].map(|village| document.state().unit(parent(village)).code.clone())
    };
    let mut fresh = Document::new(grid(2, 3));
    fresh.commit(&at("510722101", 1.4)).unwrap();
    assert_eq!(parents(&fresh), ["510722103", "510722101", "510722101"].map(CompactString::from));
    // Three quarters of the village in the middle have their inner point on the other side.
    let mut document = Document::new(grid(2, 3));
    document.commit(&at("510722101202", 1.75)).unwrap();
    document.undo();
    document.commit(&at("510722101", 1.4)).unwrap();
    assert_eq!(parents(&document), parents(&fresh));
}

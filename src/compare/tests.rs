//! Comparisons of small drafts, and what holds of any two.

use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::coverage::AtomId;
use crate::edit::testing::{grid, random_draft};
use crate::edit::{Document, Edit, Form, SeatSpec, Target, UnitRef};
use crate::i18n::Lang;
use crate::metrics::summary::Trend;
use crate::metrics::{Figure, OwnFigures};
use crate::model::Kind;

fn refs(codes: &[&str]) -> Vec<UnitRef> {
    codes.iter().map(|code| UnitRef::code(code)).collect()
}

fn establish(units: &[&str], code: &str, name: &str) -> Edit {
    let into = Target { code: Some(code.into()), name: Some(name.into()), ..Target::default() };
    Edit::Merge { units: refs(units), form: Form::Establish, into }
}

fn absorb(units: &[&str], survivor: &str) -> Edit {
    Edit::Merge {
        units: refs(units),
        form: Form::Absorb,
        into: Target { code: Some(survivor.into()), parent: None, ..Target::default() },
    }
}

fn transfer(units: &[&str], to: &str) -> Edit {
    Edit::Transfer { units: refs(units), to: UnitRef::code(to) }
}

fn draft(dataset: &Arc<Dataset>, edits: &[Edit]) -> Document {
    let mut document = Document::new(Arc::clone(dataset));
    for edit in edits {
        document.commit(edit).unwrap();
    }
    document
}

fn said(dataset: &Dataset, before: &State, after: &State) -> Vec<String> {
    let between = Between::new(dataset, before, after);
    let list = differences(dataset, &between);
    list.iter().map(|difference| difference_words(Lang::Zh, dataset, &between, difference)).collect()
}

fn compared<'a>(dataset: &'a Dataset, states: &[&'a State]) -> Comparison<'a> {
    let alternatives: Vec<Alternative<'_>> = states.iter().map(|&state| Alternative { name: "", state }).collect();
    let levels: Vec<LevelIndex> = dataset.base.levels().collect();
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    Comparison::new(dataset, &alternatives, &levels, (&mut cache, &OwnFigures::default()), &Progress::new()).unwrap()
}

/// The cells of an indicator at a level.
fn cells(comparison: &Comparison<'_>, level: u8, indicator: &Indicator) -> Vec<Cell> {
    let table = comparison.levels.iter().find(|table| table.level == LevelIndex(level)).unwrap();
    table.rows.iter().find(|row| row.indicator == *indicator).unwrap().cells.clone()
}

fn value(cell: &Cell) -> f64 {
    cell.value.unwrap().to_f64()
}

fn exactly(whole: i64) -> Amount {
    Amount::Exact(whole.into())
}

#[test]
fn what_becomes_of_a_seat_is_said_once() {
    use crate::model::SeatUse;
    let dataset = grid(3, 1);
    let classify = |seat_use| Edit::ClassifySeat { unit: UnitRef::code("510722101"), seat_use: Some(seat_use) };
    let merge = absorb(&["510722101", "510722102"], "510722102");
    let station = draft(&dataset, &[merge.clone(), classify(SeatUse::Station)]);
    let closed = draft(&dataset, &[merge.clone(), classify(SeatUse::Closed)]);
    let open = draft(&dataset, &[merge]);
    let base = said(&dataset, &dataset.base, station.state());
    assert_eq!(base[0], "撤销镇0，将其行政区域划归镇1；驻地去向：便民服务站");
    assert_eq!(said(&dataset, &dataset.base, open.state())[0], "撤销镇0，将其行政区域划归镇1");
    assert_eq!(base.iter().filter(|text| text.contains("驻地去向")).count(), 1);
    assert_eq!(said(&dataset, station.state(), closed.state()), ["镇0驻地去向由便民服务站改为关闭待处置"]);
    assert_eq!(said(&dataset, closed.state(), open.state()), ["镇0驻地去向由关闭待处置改为未定"]);
    assert_eq!(said(&dataset, station.state(), &dataset.base).len(), 1);
}

#[test]
fn every_change_of_a_draft_is_said_in_order() {
    // 4 5 6 7    townships 镇0 to 镇3 are columns of two villages
    // 0 1 2 3
    let dataset = grid(4, 2);
    let seat = SeatSpec { lon: 3.5, lat: 0.5, name: Some("街1号".into()) };
    let document = draft(
        &dataset,
        &[
            establish(&["510722101", "510722102"], "510722120", "新镇"),
            transfer(&["510722103201"], "510722120"),
            Edit::Rename { unit: UnitRef::code("510722103"), name: "改镇".into() },
            Edit::ConvertKind { unit: UnitRef::code("510722104"), kind: Kind::Subdistrict, code: None, name: None },
            Edit::MoveSeat { unit: UnitRef::code("510722103"), seat },
            absorb(&["510722101201", "510722101202"], "510722101201"),
        ],
    );
    assert_eq!(
        said(&dataset, &dataset.base, document.state()),
        [
            "设立新镇（510722120，拟用），由镇0、镇1，以及镇2的村2组成",
            "撤销镇0，将其行政区域划归新镇",
            "撤销镇1，将其行政区域划归新镇",
            "镇2更名为改镇",
            "镇3由镇改为街道",
            "镇3代码由510722104改为510722001（拟用）",
            "镇2驻地由未定处迁至街1号",
            "撤销村4，将其行政区域划归村0",
        ]
    );
    assert_eq!(
        said(&dataset, document.state(), &dataset.base),
        [
            "保留镇0（510722101），由新镇的村0组成",
            "保留镇1（510722102），由新镇的村1、村5组成",
            "撤销新镇，将村0划归镇0，将村1、村5划归镇1，将村2划归镇2",
            "改镇更名为镇2",
            "镇3由街道改为镇",
            "镇3代码由510722001（拟用）改为510722104",
            "改镇驻地由街1号迁至未定处",
            "保留村4（510722101202），由村0的原村4组成",
        ]
    );
}

#[test]
fn a_village_that_two_drafts_give_to_different_villages_goes_from_one_to_the_other() {
    //  0 1 2    in one row; 1 is absorbed by its left or its right neighbour
    let dataset = grid(3, 1);
    let merged = |units: [&str; 2], survivor: &str, parent: &str| Edit::Merge {
        units: refs(&units),
        form: Form::Absorb,
        into: Target { code: Some(survivor.into()), parent: Some(UnitRef::code(parent)), ..Target::default() },
    };
    let left = merged(["510722101201", "510722102201"], "510722101201", "510722101");
    let right = merged(["510722102201", "510722103201"], "510722103201", "510722103");
    let [left, right] = [left, right].map(|edit| draft(&dataset, &[edit]));
    assert_eq!(said(&dataset, left.state(), right.state()), ["将镇0的原村1划归镇2", "将村0的原村1划归村2"]);
}

#[test]
fn figures_of_drafts_stand_side_by_side_with_their_differences() {
    let dataset = grid(4, 2);
    let one = draft(&dataset, &[establish(&["510722101", "510722102"], "510722120", "新镇")]);
    let two = draft(&dataset, &[transfer(&["510722101201"], "510722102")]);
    let comparison = compared(&dataset, &[&dataset.base, one.state(), two.state()]);

    let units = cells(&comparison, 1, &Indicator::Units);
    assert_eq!(units.iter().map(|cell| cell.value).collect::<Vec<_>>(), [4, 3, 4].map(|whole| Ok(exactly(whole))));
    assert_eq!(units[1].difference, Some(Amount::Exact((-1).into())));
    assert_eq!(units[1].difference_percent, Some((-25).into()));
    assert_eq!([units[0].trend, units[1].trend, units[2].trend], [None, Some(Trend::Decrease), Some(Trend::Unchanged)]);
    let rate = cells(&comparison, 1, &Indicator::ReductionRate);
    assert_eq!(rate[0].value, Err(Reason::IsFirst));
    assert_eq!((rate[1].value, rate[1].percent), (Ok(Amount::Exact("0.25".parse().unwrap())), Some(25.into())));

    // Villages 0 to 7 have 100 to 107 people.
    let most = cells(&comparison, 1, &Indicator::Of(Figure::Population, Statistic::Most));
    assert_eq!(most.iter().map(|cell| cell.value).collect::<Vec<_>>(), [210, 410, 306].map(|whole| Ok(exactly(whole))));
    let who: Vec<&str> = most.iter().map(|cell| cell.at.as_ref().unwrap().code.as_str()).collect();
    assert_eq!(who, ["510722104", "510722120", "510722102"]);
    let mean = cells(&comparison, 1, &Indicator::Of(Figure::Population, Statistic::Mean));
    assert_eq!(mean[0].value, Ok(exactly(207)));
    // 204, 206, 208 and 210 people: the standard deviation is the root of 5.
    let variation = cells(&comparison, 1, &Indicator::Of(Figure::Population, Statistic::Variation));
    assert!((value(&variation[0]) - 5_f64.sqrt() / 207.0).abs() < 1e-15);

    let reassigned = cells(&comparison, 1, &Indicator::PeopleReassigned);
    assert_eq!([reassigned[1].value, reassigned[2].value], [410, 100].map(|whole| Ok(exactly(whole))));
    let members = cells(&comparison, 1, &Indicator::MembersMean);
    assert!(members.iter().map(value).zip([2.0, 8.0 / 3.0, 2.0]).all(|(found, wanted)| (found - wanted).abs() < 1e-12));
    assert_eq!(cells(&comparison, 0, &Indicator::MembersMean)[0].value, Err(Reason::NoFinerLevel));
    assert_eq!(cells(&comparison, 0, &Indicator::DistanceMean)[0].value, Err(Reason::OnePlaceEach));
}

#[test]
fn people_who_go_with_their_village_to_a_farther_seat_are_told_at_the_level_of_villages_too() {
    let dataset = grid(3, 2);
    let to = UnitRef::code("510722103");
    let moved = draft(&dataset, &[Edit::Transfer { units: vec![UnitRef::code("510722101201")], to }]);
    let comparison = compared(&dataset, &[&dataset.base, moved.state()]);
    let farther = |level: u8| {
        let table = comparison.levels.iter().find(|table| table.level == LevelIndex(level)).unwrap();
        table.farther[0].clone()
    };
    assert_eq!((farther(1).level, farther(1).places.is_empty()), (LevelIndex(1), false));
    assert_eq!(farther(0), farther(1), "villages keep their seats");
    // The same when only villages are asked about.
    let alternatives = [&dataset.base, moved.state()].map(|state| Alternative { name: "", state });
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    let own = OwnFigures::default();
    let alone =
        Comparison::new(&dataset, &alternatives, &[LevelIndex(0)], (&mut cache, &own), &Progress::new()).unwrap();
    assert_eq!(alone.levels[0].farther, [farther(1)]);
    // Of the only county there is nothing above to be farther from.
    assert_eq!((farther(2).level, farther(2).places.len()), (LevelIndex(2), 0));
}

#[test]
fn those_who_end_up_farther_from_their_seat_are_counted_and_named() {
    // Two columns of one village each. The seat of 镇1 stays at its village: only village 0 moves.
    let dataset = grid(2, 1);
    let seat = SeatSpec { lon: 1.5, lat: 0.5, name: None };
    let edits =
        [Edit::MoveSeat { unit: UnitRef::code("510722102"), seat }, absorb(&["510722101", "510722102"], "510722102")];
    let document = draft(&dataset, &edits);
    let comparison = compared(&dataset, &[&dataset.base, document.state()]);
    let table = comparison.levels.iter().find(|table| table.level == LevelIndex(1)).unwrap();
    let [place] = table.farther[0].places.as_slice() else { panic!("{:?}", table.farther) };
    assert_eq!((place.atom, place.people), (AtomId(0), Some(100.into())));
    // A degree of longitude near the equator.
    assert!((place.farther_m - 111_315.0).abs() < 10.0, "{}", place.farther_m);
    let people = cells(&comparison, 1, &Indicator::PeopleFarther);
    assert_eq!(people[1].value, Ok(exactly(100)));
    let most = cells(&comparison, 1, &Indicator::FartherMax);
    assert_eq!(most[1].at.as_ref().unwrap().name, "村0");
    assert!((value(&most[1]) - value(&cells(&comparison, 1, &Indicator::FartherMean)[1])).abs() < 1e-6);
    // The same people, seen from the draft: nobody is farther.
    let back = compared(&dataset, &[document.state(), &dataset.base]);
    assert_eq!(cells(&back, 1, &Indicator::PeopleFarther)[1].value, Ok(exactly(0)));
}

#[test]
fn more_units_are_an_increase() {
    let dataset = grid(3, 1);
    let document = draft(&dataset, &[establish(&["510722101", "510722102"], "510722120", "新镇")]);
    let comparison = compared(&dataset, &[document.state(), &dataset.base]);
    let rate = &cells(&comparison, 1, &Indicator::ReductionRate)[1];
    let half = Ok(Amount::Exact("-0.5".parse().unwrap()));
    assert_eq!((rate.value, rate.percent, rate.trend), (half, Some(50.into()), Some(Trend::Increase)));
}

#[test]
fn what_is_not_known_has_a_reason_and_is_never_nothing() {
    let mut dataset = Arc::try_unwrap(grid(2, 2)).unwrap();
    dataset.populations[3] = None;
    let comparison = compared(&dataset, &[&dataset.base, &dataset.base]);
    for indicator in [
        Indicator::Of(Figure::Population, Statistic::Mean),
        Indicator::Of(Figure::RadiusMax, Statistic::PeopleMean),
        Indicator::DistanceP90,
    ] {
        assert_eq!(cells(&comparison, 1, &indicator)[0].value, Err(Reason::PopulationMissing), "{indicator:?}");
    }
    dataset.populations = crate::sharing::SharedList::default();
    let comparison = compared(&dataset, &[&dataset.base]);
    assert_eq!(
        cells(&comparison, 1, &Indicator::Of(Figure::Population, Statistic::Most))[0].value,
        Err(Reason::NoPopulation)
    );
    assert!(cells(&comparison, 1, &Indicator::Of(Figure::Area, Statistic::Mean))[0].value.is_ok());
}

#[test]
fn every_indicator_has_an_id_and_a_name_of_its_own() {
    let dataset = grid(2, 2);
    let comparison = compared(&dataset, &[&dataset.base]);
    for rows in comparison.levels.iter().map(|table| &table.rows) {
        let unique = |texts: Vec<String>| texts.iter().collect::<BTreeSet<_>>().len();
        assert_eq!(unique(rows.iter().map(|row| row.indicator.id()).collect()), rows.len());
        for lang in Lang::ALL {
            assert_eq!(unique(rows.iter().map(|row| indicator_words(lang, &row.indicator)).collect()), rows.len());
        }
    }
}

/// Atoms that a list of differences says went elsewhere at a level.
fn moved(between: &Between<'_>, list: &[Difference], level: LevelIndex) -> BTreeSet<AtomId> {
    let before = between.before();
    let atoms_of = |unit: UnitId, parts: &[Part]| -> Vec<AtomId> {
        if parts.is_empty() {
            return before.atoms(unit);
        }
        parts
            .iter()
            .flat_map(|&part| match part {
                Part::Unit(unit) => before.atoms(unit),
                Part::Atom(atom) => vec![atom],
            })
            .collect()
    };
    list.iter()
        .filter(|difference| difference.level == level)
        .flat_map(|difference| match &difference.what {
            What::SetUp { from, .. } => {
                from.iter().flat_map(|piece| atoms_of(piece.other, &piece.parts)).collect::<Vec<_>>()
            }
            What::Abolished { unit, into } => into.iter().flat_map(|piece| atoms_of(*unit, &piece.parts)).collect(),
            What::Transferred { from, parts, .. } => atoms_of(*from, parts),
            _ => Vec::new(),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_list_says_of_every_piece_of_territory_that_it_went_elsewhere_and_of_no_other(
        drafts in [prop::collection::vec(any::<[u8; 6]>(), 0..14), prop::collection::vec(any::<[u8; 6]>(), 0..14)],
    ) {
        let states = crate::edit::testing::random_states(&grid(4, 3), drafts);
        let Some((dataset, [before, after])) = states else { return Err(TestCaseError::reject("no common ground")) };
        let between = Between::new(&dataset, &before, &after);
        let list = differences(&dataset, &between);
        for level in dataset.base.levels() {
            let labels = before.labels(level).iter().zip(after.labels(level));
            let elsewhere: BTreeSet<AtomId> = dataset
                .coverage
                .atoms()
                .zip(labels)
                .filter(|(_, (old, new))| between.after_of(**old) != Some(**new))
                .map(|(atom, _)| atom)
                .collect();
            prop_assert_eq!(moved(&between, &list, level), elsewhere);
        }
        for lang in Lang::ALL {
            for difference in &list {
                prop_assert!(!difference_words(lang, &dataset, &between, difference).is_empty());
            }
        }
    }

    #[test]
    fn the_list_is_empty_just_when_nothing_differs(
        dice in prop::collection::vec(any::<[u8; 6]>(), 0..14),
        more in any::<[u8; 6]>(),
    ) {
        let dataset = grid(4, 3);
        let [one, mut other] = [0, 1].map(|_| random_draft(&dataset, &dice));
        let none = differences(&dataset, &Between::new(&dataset, one.state(), other.state()));
        prop_assert_eq!(none, vec![]);
        let edit = crate::edit::testing::random_edit(&other, more);
        let same = |a: &State, b: &State| {
            // Locks are no difference between units.
            let strip = |state| {
                let mut state = crate::edit::testing::without_revisions(state);
                state.locks = dataset.base.locks.clone();
                state
            };
            strip(a) == strip(b)
        };
        // A split has other atoms.
        if other.commit(&edit).is_ok() && Arc::ptr_eq(other.dataset(), &dataset) {
            let some = differences(&dataset, &Between::new(&dataset, one.state(), other.state()));
            prop_assert_eq!(some.is_empty(), same(one.state(), other.state()), "{:?}", edit);
        }
    }
}

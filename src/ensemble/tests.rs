//! Neutral plans of small grids, and what holds of any.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::*;
use crate::coverage::AtomId;
use crate::edit::testing::{grid, random_draft};
use crate::edit::{Document, Edit, Form, LockTarget, Target, UnitRef};
use crate::i18n::{Lang, Say as _};
use crate::model::UnitId;
use crate::rules::{Crossing, CrossingKind, Crossings};

const VILLAGES: LevelIndex = LevelIndex(0);
const TOWNSHIPS: LevelIndex = LevelIndex(1);

fn absorb(units: &[&str], survivor: &str) -> Edit {
    let units = units.iter().map(|code| UnitRef::code(code)).collect();
    Edit::Merge { units, form: Form::Absorb, into: Target { code: Some(survivor.into()), ..Target::default() } }
}

fn lock(units: &[&str]) -> Edit {
    let units = units.iter().map(|code| UnitRef::code(code)).collect();
    Edit::Lock { target: LockTarget::Units(units), reason: "定".into() }
}

fn draft(dataset: &Arc<Dataset>, edits: &[Edit]) -> Document {
    let mut document = Document::new(Arc::clone(dataset));
    for edit in edits {
        document.commit(edit).unwrap();
    }
    document
}

/// Without links and barriers.
static PLAIN: LazyLock<Grounds> = LazyLock::new(Grounds::default);

fn planned<'a>(document: &'a Document, grounds: &'a Grounds) -> Planned<'a> {
    Planned { dataset: document.dataset(), base: document.base(), plan: document.state(), grounds }
}

fn drawn(document: &Document, level: LevelIndex, samples: usize, seed: u64) -> Result<Ensemble, EnsembleError> {
    Ensemble::draw(planned(document, &PLAIN), Ask { level, samples, seed }, &Progress::new())
}

/// The atoms of every unit of a neutral plan.
fn units(pieces: &Pieces<'_>, grouping: &Grouping) -> BTreeSet<Vec<AtomId>> {
    let roots: BTreeSet<u32> = grouping.lowest.iter().copied().collect();
    let of = |root: u32| {
        let pieces = pieces.list().iter().zip(&grouping.lowest).filter(|(_, lowest)| **lowest == root);
        let mut atoms: Vec<AtomId> = pieces.flat_map(|(piece, _)| piece.atoms.iter().copied()).collect();
        atoms.sort_unstable();
        atoms
    };
    roots.into_iter().map(of).collect()
}

/// The neutral plan carried out by edits: every group is absorbed by its most populous unit.
fn carried_out(dataset: &Arc<Dataset>, pieces: &Pieces<'_>, grouping: &Grouping, level: LevelIndex) -> Document {
    let mut document = Document::new(Arc::clone(dataset));
    for group in grouping.merged() {
        let mut merged: Vec<UnitId> = group.iter().map(|&at| pieces.list()[at as usize].unit.unwrap()).collect();
        merged.sort_by_key(|&unit| std::cmp::Reverse(dataset.people_of(&dataset.base.atoms(unit)).value()));
        assert!(merged.iter().all(|&unit| dataset.base.unit(unit).level == level));
        let codes: Vec<&str> = merged.iter().map(|&unit| dataset.base.unit(unit).code.as_str()).collect();
        document.commit(&absorb(&codes, codes[0])).unwrap();
    }
    document
}

#[test]
fn a_plan_among_all_ways_to_merge_two_of_three_townships() {
    //  3 4 5      townships are the columns, with 100 + i people in village i
    //  0 1 2
    let document = draft(&grid(3, 2), &[absorb(&["510722101", "510722102"], "510722102")]);
    let ensemble = drawn(&document, TOWNSHIPS, 400, 1).unwrap();
    assert_eq!((ensemble.units, ensemble.drawn), ([3, 2], 400));
    let people = &ensemble.standings[1];
    assert_eq!(people.indicator, Indicator::Of(Figure::Population, Statistic::Variation));
    // Two ways only: 203 + 205 against 207, or 205 + 207 against 203. The first is the more even one.
    let values: BTreeSet<u64> = people.sample().iter().map(|value| value.to_bits()).collect();
    assert_eq!(values.len(), 2);
    let share = people.share_worse().unwrap();
    assert!((0.7..0.8).contains(&share), "half is worse, and half of the other half: {share}");
    assert_eq!(people.quantile(0.0), people.plan.ok().map(Amount::to_f64));
}

#[test]
fn the_same_seed_gives_the_same_ensemble_on_any_number_of_threads() {
    let document = draft(&grid(5, 3), &[absorb(&["510722101201", "510722101202"], "510722101201")]);
    let on = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| drawn(&document, VILLAGES, 60, seed).unwrap())
    };
    assert_eq!(on(1, 7), on(3, 7));
    assert_ne!(on(1, 7).standings, on(1, 8).standings);
}

#[test]
fn a_settled_unit_stays_as_the_plan_has_it() {
    //  townships 1 2 3 4 5 6, of which 2 and 3 are merged and locked
    let edits = [
        absorb(&["510722102", "510722103"], "510722102"),
        lock(&["510722102"]),
        absorb(&["510722105", "510722106"], "510722105"),
    ];
    let document = draft(&grid(6, 1), &edits);
    let pieces = Pieces::new(planned(&document, &PLAIN), TOWNSHIPS);
    assert_eq!((pieces.list().len(), pieces.fewest()), (5, 3));
    let settled = vec![AtomId(1), AtomId(2)];
    for sample in 0..20 {
        let grouping = pieces.draw(&mut Random::new(1, sample), 4);
        let units = units(&pieces, &grouping);
        assert_eq!(units.len(), 4);
        assert!(units.contains(&settled) && units.contains(&vec![AtomId(0)]));
    }
}

#[test]
fn a_unit_with_a_locked_member_survives() {
    //  the village of township 1 and that of township 3 are locked
    let edits = [lock(&["510722101201", "510722103201"]), absorb(&["510722101", "510722102"], "510722101")];
    let document = draft(&grid(3, 1), &edits);
    let pieces = Pieces::new(planned(&document, &PLAIN), TOWNSHIPS);
    assert_eq!(pieces.fewest(), 2);
    let ensemble = drawn(&document, TOWNSHIPS, 50, 1).unwrap();
    // Whether township 1 or 3 takes the second, only the people of that change their unit.
    assert_eq!(ensemble.standings[5].sample(), [101.0; 50]);
}

#[test]
fn barriers_are_not_crossed_and_links_are() {
    let document = draft(&grid(3, 1), &[absorb(&["510722101", "510722102"], "510722102")]);
    let crossing =
        |between: [&str; 2], kind| Crossing { between: between.map(Into::into), kind, reason: String::new() };
    let crossings = Crossings {
        links: vec![crossing(["510722101", "510722103"], CrossingKind::Ferry)],
        barriers: vec![crossing(["510722101", "510722102"], CrossingKind::River)],
    };
    let grounds = Grounds { crossings, ..Grounds::default() };

    let pieces = Pieces::new(planned(&document, &grounds), TOWNSHIPS);
    let found: BTreeSet<Vec<Vec<u32>>> =
        (0..40).map(|sample| pieces.draw(&mut Random::new(1, sample), 2).merged()).collect();
    assert_eq!(found, [vec![vec![0, 2]], vec![vec![1, 2]]].into());
}

#[test]
fn there_may_be_nothing_to_draw() {
    let level = Level::Township;
    let none = draft(&grid(3, 1), &[]);
    assert_eq!(drawn(&none, TOWNSHIPS, 10, 1), Err(EnsembleError::NotFewer { level, before: 3, after: 3 }));
    assert_eq!(drawn(&none, TOWNSHIPS, 0, 1), Err(EnsembleError::Samples { samples: 0 }));
    let locked = [absorb(&["510722101", "510722102"], "510722102"), lock(&["510722102"])];
    let locked = draft(&grid(3, 1), &locked);
    assert_eq!(drawn(&locked, TOWNSHIPS, 10, 1), Err(EnsembleError::NotFewer { level, before: 2, after: 2 }));
    // All villages of both columns become one, which neutral plans cannot: their parents differ.
    let across = Edit::Merge {
        units: ["510722101201", "510722102201"].map(UnitRef::code).into(),
        form: Form::Absorb,
        into: Target {
            code: Some("510722101201".into()),
            parent: Some(UnitRef::code("510722101")),
            ..Target::default()
        },
    };
    let across = draft(&grid(2, 1), &[across]);
    let (level, after, least) = (Level::Village, 1, 2);
    assert_eq!(drawn(&across, VILLAGES, 10, 1), Err(EnsembleError::TooFew { level, after, least }));
    for lang in [Lang::Zh, Lang::En] {
        assert!(EnsembleError::TooFew { level, after, least }.say(lang).contains('2'));
    }
}

#[test]
fn who_gives_up_gets_what_was_drawn() {
    let document = draft(&grid(3, 2), &[absorb(&["510722101", "510722102"], "510722102")]);
    let progress = Progress::new();
    progress.cancel();
    let ask = Ask { level: TOWNSHIPS, samples: 10, seed: 1 };
    let stopped = Ensemble::draw(planned(&document, &PLAIN), ask, &progress);
    assert_eq!(stopped, Err(EnsembleError::Cancelled));
    let (progress, ask) = (Progress::new(), Ask { samples: MOST_SAMPLES, ..ask });
    let stopped = std::thread::scope(|scope| {
        scope.spawn(|| {
            while progress.fraction() == 0.0 {
                std::thread::yield_now();
            }
            progress.cancel();
        });
        Ensemble::draw(planned(&document, &PLAIN), ask, &progress).unwrap()
    });
    assert!((1..MOST_SAMPLES).contains(&stopped.drawn), "{}", stopped.drawn);
    assert!(stopped.standings.iter().all(|standing| standing.sample().len() == stopped.drawn));
}

#[test]
fn the_table_has_every_indicator_and_says_which_way_is_better() {
    let document = draft(&grid(3, 2), &[absorb(&["510722101", "510722102"], "510722102")]);
    let ensemble = drawn(&document, TOWNSHIPS, 20, 1).unwrap();
    let report = EnsembleReport::new(document.dataset(), &ensemble, Lang::En);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!((json["units_before"].as_u64(), json["units"].as_u64()), (Some(3), Some(2)));
    assert_eq!(json["indicators"].as_array().unwrap().len(), INDICATORS.len());
    assert_eq!((&json["indicators"][0]["better"], &json["indicators"][1]["better"]), (&().into(), &"less".into()));
    let mut csv = Vec::new();
    report.write_csv(&mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    assert_eq!(csv.lines().count(), 1 + INDICATORS.len());
    assert!(csv.lines().all(|line| line.matches(',').count() == 10), "{csv}");
    assert!(report.to_string().contains("of 20 neutral plans"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn neutral_plans_are_connected_have_the_number_of_units_and_leave_locked_ones_alone(
        dice in prop::collection::vec(any::<[u8; 6]>(), 0..12),
        (seed, level, fewer) in (any::<u64>(), 0..2_u8, 1..8_usize),
    ) {
        let document = random_draft(&grid(4, 3), &dice);
        let level = LevelIndex(level);
        let pieces = Pieces::new(planned(&document, &PLAIN), level);
        let wanted = pieces.list().len().saturating_sub(fewer).max(pieces.fewest());
        let grouping = pieces.draw(&mut Random::new(seed, 0), wanted);
        let all = units(&pieces, &grouping);
        prop_assert_eq!((all.len(), grouping.units), (wanted, wanted));
        for group in grouping.merged() {
            let atoms: Vec<AtomId> =
                group.iter().flat_map(|&at| pieces.list()[at as usize].atoms.iter().copied()).collect();
            let parts = |atoms: &[AtomId]| {
                let mut atoms = atoms.to_vec();
                atoms.sort_unstable();
                document.dataset().coverage.outline(&atoms).parts()
            };
            let apart: usize = group.iter().map(|&at| parts(&pieces.list()[at as usize].atoms)).sum();
            prop_assert!(parts(&atoms) <= 1 + apart - group.len(), "merging joins");
        }
        let state = document.state();
        for unit in state.units_at(level).filter(|&unit| state.lock_of(unit).is_some()) {
            prop_assert!(all.contains(&state.atoms(unit)), "{} is as the plan has it", unit);
        }
        let parents = |atoms: &Vec<AtomId>| {
            let of = |atom: &AtomId| document.base().unit(document.base().unit_of(*atom, level)).parent;
            atoms.iter().map(of).collect::<BTreeSet<_>>().len()
        };
        let settled = |atoms: &Vec<AtomId>| atoms.iter().all(|&atom| state.lock_of(state.unit_of(atom, level)).is_some());
        prop_assert!(all.iter().filter(|atoms| !settled(atoms)).all(|atoms| parents(atoms) <= 1));
    }

    #[test]
    fn figures_are_those_of_a_comparison_with_the_neutral_plan_carried_out(
        (seed, level, fewer, seats) in (any::<u64>(), 0..2_u8, 1..6_usize, any::<bool>()),
    ) {
        let mut dataset = grid(4, 3);
        let level = LevelIndex(level);
        if seats {
            // Seats as loaded, off the middle.
            let own = Arc::get_mut(&mut dataset).unwrap();
            for unit in 0..own.base.unit_count() {
                let at = u8::try_from(unit).unwrap();
                let place = geo::Coord { x: f64::from(at % 4) + 0.3, y: f64::from(at % 3) + 0.6 };
                own.base.units[unit].seat = Some(crate::model::Seat { at: place, name: None });
            }
        }
        let document = Document::new(Arc::clone(&dataset));
        let pieces = Pieces::new(planned(&document, &PLAIN), level);
        let wanted = pieces.list().len().saturating_sub(fewer).max(pieces.fewest());
        let grouping = pieces.draw(&mut Random::new(seed, 3), wanted);
        let carried = carried_out(&dataset, &pieces, &grouping, level);
        let compared = plan_values(planned(&carried, &PLAIN), level);
        let compared: Vec<Option<f64>> = compared.into_iter().map(|it| it.ok().map(Amount::to_f64)).collect();
        prop_assert_eq!(&pieces.evaluate(&grouping)[..], &compared[..]);
    }

    #[test]
    fn what_is_locked_counts_as_a_comparison_counts_it(dice in prop::collection::vec(any::<[u8; 6]>(), 0..10), level in 0..2_u8) {
        // With all of the level locked the only neutral plan is the plan.
        let mut document = random_draft(&grid(4, 3), &dice);
        let level = LevelIndex(level);
        let all = Edit::Lock { target: LockTarget::Level(document.dataset().level(level)), reason: "".into() };
        let _ = document.commit(&all);
        let pieces = Pieces::new(planned(&document, &PLAIN), level);
        let grouping = pieces.draw(&mut Random::new(1, 1), 1);
        let compared = plan_values(planned(&document, &PLAIN), level);
        for ((found, compared), indicator) in pieces.evaluate(&grouping).into_iter().zip(compared).zip(INDICATORS) {
            if let Ok(compared) = compared {
                prop_assert_eq!(found, Some(compared.to_f64()), "{}", indicator.id());
            }
        }
    }

    #[test]
    fn a_value_of_the_sample_lies_where_it_lies(values in prop::collection::vec(0..20_u8, 1..60), at in any::<prop::sample::Index>()) {
        let sample: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
        let own = sample[at.index(sample.len())];
        let standing = Standing::new(Indicator::DistanceMean, Ok(Amount::Measured(own)), sample.clone());
        let count = |test: &dyn Fn(f64) -> bool| sample.iter().filter(|&&value| test(value)).map(|_| 1.0).sum::<f64>();
        let below = (count(&|value| value < own) + count(&|value| value.total_cmp(&own).is_eq()) / 2.0) / count(&|_| true);
        prop_assert!((standing.share_below().unwrap() - below).abs() < 1e-12);
        prop_assert!((standing.share_worse().unwrap() - (1.0 - below)).abs() < 1e-12);
        let all = [0.05, 0.25, 0.5, 0.75, 0.95].map(|share| standing.quantile(share).unwrap());
        prop_assert!(all.is_sorted());
        let histogram = standing.histogram(7).unwrap();
        prop_assert_eq!(histogram.bars.iter().sum::<usize>(), sample.len());
        prop_assert!((histogram.from..=histogram.to).contains(&own));
    }
}

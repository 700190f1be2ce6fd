use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;

use super::chart::Chart;
use super::group::{Scales, hang_together};
use super::*;
use crate::edit::testing::{check_state, grid, random_draft};
use crate::edit::{Document, Edit, Form, LockTarget, Target, UnitRef};
use crate::geodesy::AreaMethod;
use crate::jobs::Progress;
use crate::metrics::Ledger;
use crate::model::{LevelIndex, UnitId};
use crate::rules::{Crossings, Judge, Pack};

const VILLAGES: LevelIndex = LevelIndex(0);
const TOWNSHIPS: LevelIndex = LevelIndex(1);

fn judge(document: &Document, rules: &str) -> Judge {
    let pack = Pack::parse(&format!("format = \"quhua-rules\"\nversion = 1\n{rules}")).unwrap();
    Judge::new(document.dataset(), Arc::new(pack), &Crossings::default())
}

fn least(people: u32) -> String {
    format!("[[rule]]\nid = \"p\"\ncheck = \"population\"\nmin = {people}\n")
}

/// Villages of a grid, all in one township:
///
/// ```text
///   4 5 6 7
///   0 1 2 3      with 100, 101, … people
/// ```
fn one_township(columns: usize, rows: usize) -> Document {
    let mut document = Document::new(grid(columns, rows));
    let codes: Vec<String> = (0..columns).map(|column| format!("510722{}", 101 + column)).collect();
    if columns > 1 {
        let units = codes.iter().map(|code| UnitRef::code(code)).collect();
        let into = Target { code: Some(codes[0].as_str().into()), ..Target::default() };
        document.commit(&Edit::Merge { units, form: Form::Absorb, into }).unwrap();
    }
    document
}

fn ask(level: LevelIndex, goal: Goal) -> Ask {
    Ask { rounds: 40, ..Ask::new(level, goal) }
}

fn suggested(document: &Document, judge: &Judge, ask: &Ask) -> Result<Suggestion, AskError> {
    let mut ledger = Ledger::new(AreaMethod::Geodesic);
    suggest(judge, &document.shared_state(), ask, &mut ledger, &Progress::new())
}

fn lock(document: &mut Document, code: &str) {
    let target = LockTarget::Units(vec![UnitRef::code(code)]);
    document.commit(&Edit::Lock { target, reason: "定".into() }).unwrap();
}

/// All ways to put `units` into groups.
fn partitions(units: &[u32]) -> Vec<Vec<Vec<u32>>> {
    let Some((&last, rest)) = units.split_last() else { return vec![Vec::new()] };
    let mut found = Vec::new();
    for partition in partitions(rest) {
        for at in 0..partition.len() {
            let mut with = partition.clone();
            with[at].push(last);
            found.push(with);
        }
        let mut alone = partition;
        alone.push(vec![last]);
        found.push(alone);
    }
    found
}

/// What the best plan of all leaves open, and costs.
fn best_of_all(chart: &Chart, ask: &Ask) -> (usize, f64) {
    let mut scales = Scales::new(chart, ask);
    let units: Vec<u32> = (0..u32::try_from(chart.pieces.len()).unwrap()).collect();
    let mut best = (usize::MAX, f64::INFINITY);
    for partition in partitions(&units) {
        if !partition.iter().all(|group| hang_together(chart, group)) {
            continue;
        }
        let groups: Result<Vec<_>, _> = partition.into_iter().map(|group| scales.weigh(group)).collect();
        let Ok(groups) = groups else { continue };
        let missing = match ask.goal {
            Goal::Units(wanted) if groups.len() < wanted => continue,
            Goal::Units(wanted) => groups.len() - wanted,
            Goal::Minimum => groups.iter().filter(|group| group.is_below).count(),
        };
        let cost = groups.iter().map(|group| group.cost).sum();
        if (missing, cost) < best {
            best = (missing, cost);
        }
    }
    best
}

fn check_best(document: &Document, judge: &Judge, ask: &Ask) {
    let ask = &Ask { rounds: 100, ..ask.clone() };
    let mut ledger = Ledger::new(AreaMethod::Geodesic);
    let chart = Chart::new(judge, document.state(), ask, &mut ledger, &Progress::new()).unwrap();
    let mut search = Search::new(&chart, ask, &Progress::new()).unwrap();
    (0..ask.rounds).for_each(|_| search.round());
    let (missing, cost) = best_of_all(&chart, ask);
    assert_eq!(search.missing(), missing, "{ask:?}");
    assert!((search.cost() - cost).abs() < 1e-9, "{} is not {cost}: {ask:?}", search.cost());
}

#[test]
fn the_best_of_all_plans_is_found_for_eight_villages() {
    let document = one_township(4, 2);
    let judge = judge(&document, "");
    for units in 1..8 {
        for weights in ["", "even=0", "ways=0,disruption=0", "compact=5,even=0.1", "disruption=9"] {
            let weights = weights.parse().unwrap();
            check_best(&document, &judge, &Ask { weights, ..ask(VILLAGES, Goal::Units(units)) });
        }
    }
}

#[test]
fn the_best_of_all_plans_is_found_for_a_minimum() {
    let document = one_township(4, 2);
    for people in [101, 105, 150, 205, 310, 500, 2_000] {
        check_best(&document, &judge(&document, &least(people)), &ask(VILLAGES, Goal::Minimum));
    }
}

#[test]
fn rules_that_part_units_are_kept_by_the_best_plan_too() {
    let document = one_township(3, 2);
    let rules = "[[rule]]\nid = \"a\"\ncheck = \"apart\"\ngroups = [[\"510722101201\", \"510722102201\"]]\n\
                 [[barrier]]\nbetween = [\"510722101202\", \"510722102202\"]\n";
    let judge = judge(&document, rules);
    for units in 1..6 {
        check_best(&document, &judge, &ask(VILLAGES, Goal::Units(units)));
    }
    let suggestion = suggested(&document, &judge, &ask(VILLAGES, Goal::Units(1))).unwrap();
    // 0 and 3 have no open border with the others.
    assert_eq!((suggestion.units, suggestion.missing), ([6, 2], 1));
    let whys: Vec<Obstacle> = suggestion.left.iter().map(|left| left.why).collect();
    assert_eq!(whys, [Obstacle::KeptApart; 2]);
}

#[test]
fn every_merger_says_its_reasons() {
    let document = Document::new(grid(2, 1));
    let judge = judge(&document, &least(101));
    let suggestion = suggested(&document, &judge, &ask(TOWNSHIPS, Goal::Minimum)).unwrap();
    assert_eq!((suggestion.units, suggestion.below, suggestion.missing), ([2, 1], [1, 0], 0));
    let [merger] = &suggestion.mergers[..] else { panic!("{suggestion:?}") };
    // Township 3 has 101 people and is the more populous.
    assert_eq!((merger.survivor, &merger.joining[..]), (UnitId(3), &[UnitId(2)][..]));
    let Reasons { before, after, farther, compactness, variation } = &merger.reasons;
    assert_eq!(before[1].people_below(), Some(101.0));
    assert_eq!((before[0].people_below(), after.people_below()), (None, None));
    assert_eq!(after.people, Some(201.into()));
    // The common border is one degree of a meridian at the equator.
    assert!((before[1].border_m - 110_574.4).abs() < 1.0, "{}", before[1].border_m);
    assert!(before[1].to_seat_m.unwrap() > 100_000.0);
    assert_eq!(farther.people, 201.into(), "the seat is where the people are, so that it moves for all");
    assert!(compactness[1].unwrap() < compactness[0].unwrap());
    assert_eq!(variation[1], Some(0.0));
    for lang in crate::i18n::Lang::ALL {
        let lines = reason_words(lang, crate::i18n::numbers::AreaUnit::Km2, document.state(), &merger.reasons);
        assert_eq!(lines.len(), 6);
        assert!(lines[0].contains("201"), "{lines:?}");
    }
}

#[test]
fn what_cannot_take_part_is_said_with_why() {
    let mut document = Document::new(grid(4, 1));
    lock(&mut document, "510722102");
    let barrier = "[[barrier]]\nbetween = [\"510722103\", \"510722104\"]\n";
    let judge = judge(&document, &format!("{}{barrier}", least(500)));
    let suggestion = suggested(&document, &judge, &ask(TOWNSHIPS, Goal::Minimum)).unwrap();
    let whys: Vec<Obstacle> = suggestion.left.iter().map(|left| left.why).collect();
    let closed = Obstacle::NeighboursClosed;
    assert_eq!(whys, [closed, Obstacle::Locked, closed, Obstacle::Barrier]);
    assert_eq!((suggestion.mergers.len(), suggestion.missing), (0, 4));
}

#[test]
fn a_link_joins_what_does_not_touch() {
    let mut document = Document::new(grid(3, 1));
    lock(&mut document, "510722102");
    let link = "[[link]]\nbetween = [\"510722101\", \"510722103\"]\nkind = \"bridge\"\n";
    let found = |rules: &str| suggested(&document, &judge(&document, rules), &ask(TOWNSHIPS, Goal::Units(2))).unwrap();
    assert_eq!(found("").missing, 1);
    let linked = found(link);
    assert_eq!(linked.missing, 0);
    assert_eq!(linked.mergers[0].reasons.before[1].border_m.to_bits(), 0);
}

#[test]
fn a_unit_with_locked_members_survives() {
    let mut document = Document::new(grid(2, 2));
    lock(&mut document, "510722101201");
    let judge = judge(&document, "");
    let suggestion = suggested(&document, &judge, &ask(TOWNSHIPS, Goal::Units(1))).unwrap();
    assert_eq!(suggestion.mergers[0].survivor, UnitId(4), "though the other has more people");
    document.commit(&suggestion.mergers[0].edit).unwrap();
}

#[test]
fn questions_without_an_answer_are_refused() {
    let document = Document::new(grid(3, 1));
    let judge = judge(&document, "");
    let refused = |ask: Ask| suggested(&document, &judge, &ask).unwrap_err();
    for units in [0, 3, 9] {
        assert_eq!(refused(ask(TOWNSHIPS, Goal::Units(units))), AskError::NotFewer { there: 3 });
    }
    assert!(matches!(refused(ask(TOWNSHIPS, Goal::Minimum)), AskError::NoMinimum { .. }));
    assert_eq!(refused(ask(LevelIndex(2), Goal::Units(1))), AskError::TooFew { there: 1 });
}

#[test]
fn only_the_units_asked_about_are_merged() {
    let document = Document::new(grid(5, 1));
    let among: BTreeSet<UnitId> = [6, 7].map(UnitId).into();
    let asked = Ask { among: Some(among), ..ask(TOWNSHIPS, Goal::Units(4)) };
    let suggestion = suggested(&document, &judge(&document, ""), &asked).unwrap();
    assert_eq!((suggestion.missing, suggestion.mergers[0].survivor), (0, UnitId(7)));
    let asked = Ask { goal: Goal::Units(3), ..asked };
    assert_eq!(suggested(&document, &judge(&document, ""), &asked).unwrap().missing, 1);
}

#[test]
fn who_gives_up_gets_the_first_plan_or_none() {
    let document = one_township(4, 2);
    let judge = judge(&document, "");
    let asked = ask(VILLAGES, Goal::Units(3));
    let mut ledger = Ledger::new(AreaMethod::Geodesic);
    let chart = Chart::new(&judge, document.state(), &asked, &mut ledger, &Progress::new()).unwrap();
    let given_up = Progress::new();
    given_up.cancel();
    assert!(Search::new(&chart, &asked, &given_up).is_err());
    let first = Search::new(&chart, &asked, &Progress::new()).unwrap();
    assert_eq!((first.missing(), first.rounds()), (0, 0));
}

#[test]
fn weights_are_read_from_a_line() {
    let weights: Weights = "ways=2, compact=0".parse().unwrap();
    assert_eq!(weights, Weights { ways: 2.0, compact: 0.0, ..Weights::default() });
    for (text, error) in [
        ("ways", WeightsError::NotAWeight("ways".to_owned())),
        ("roads=1", WeightsError::NoSuchCriterion("roads".to_owned())),
        ("ways=-1", WeightsError::NotANumber("-1".to_owned())),
        ("ways=NaN", WeightsError::NotANumber("NaN".to_owned())),
        ("disruption=0,ways=0,even=0,compact=0,size=0", WeightsError::AllZero),
    ] {
        assert_eq!(text.parse::<Weights>(), Err(error));
    }
}

/// Whether the units of a merger hang together by borders that no barrier closes, counted afresh from atoms.
fn is_connected(document: &Document, judge: &Judge, level: LevelIndex, units: &[UnitId]) -> bool {
    let state = document.state();
    let mut reached = vec![units[0]];
    let mut at = 0;
    while let Some(&unit) = reached.get(at) {
        at += 1;
        for atom in state.atoms(unit) {
            for &other in judge.dataset().coverage.neighbours(atom) {
                let there = state.unit_of(other, level);
                if units.contains(&there) && !reached.contains(&there) && !judge.is_barred(atom, other) {
                    reached.push(there);
                }
            }
        }
    }
    reached.len() == units.len()
}

const RULES: &str = "[[rule]]\nid = \"a\"\ncheck = \"apart\"\ngroups = [[\"510722101\", \"510722103\"]]\n\
                     [[barrier]]\nbetween = [\"510722102201\", \"510722103201\"]\n\
                     [[barrier]]\nbetween = [\"510722103\", \"510722104\"]\n";

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_document_carries_every_suggestion_out(
        dice in prop::collection::vec(any::<[u8; 6]>(), 0..12),
        level in 0..2_u8,
        units in 1..12_usize,
        is_minimum in any::<bool>(),
        with_rules in any::<bool>(),
    ) {
        let mut document = random_draft(&grid(4, 3), &dice);
        let rules = format!("{}{}", least(350), if with_rules { RULES } else { "" });
        let judge = judge(&document, &rules);
        let goal = if is_minimum { Goal::Minimum } else { Goal::Units(units) };
        let asked = Ask { rounds: 5, ..ask(LevelIndex(level), goal) };
        let Ok(suggestion) = suggested(&document, &judge, &asked) else { return Ok(()) };
        let before = document.shared_state();
        let there = before.units_at(asked.level).count();
        for merger in &suggestion.mergers {
            let all: Vec<UnitId> = [&[merger.survivor][..], &merger.joining].concat();
            prop_assert!(all.iter().all(|&unit| before.lock_of(unit).is_none()));
            prop_assert!(is_connected(&document, &judge, asked.level, &all), "{merger:?}");
            let parents: BTreeSet<_> = all.iter().map(|&unit| before.unit(unit).parent).collect();
            prop_assert_eq!(parents.len(), 1);
            prop_assert!(document.clone().commit(&merger.edit).is_ok());
            let apart: BTreeSet<_> = all.iter().flat_map(|&unit| judge.kept_apart(&before, unit)).collect();
            let had: Vec<_> = all.iter().map(|&unit| judge.kept_apart(&before, unit).len()).collect();
            prop_assert!(apart.len() < 2 || had.contains(&apart.len()), "{apart:?}");
        }
        for edit in suggestion.edits() {
            prop_assert!(document.commit(edit).is_ok());
        }
        check_state(document.state());
        let after = document.state().units_at(asked.level).count();
        prop_assert_eq!(suggestion.units, [there, after]);
        prop_assert_eq!(suggestion.missing > 0, !suggestion.left.is_empty());
        if let Goal::Units(units) = goal {
            prop_assert_eq!(after, units + suggestion.missing);
        }
        for merger in &suggestion.mergers {
            let figures = crate::metrics::unit_figures(
                document.dataset(), document.state(), merger.survivor, AreaMethod::Geodesic,
            );
            prop_assert_eq!(merger.reasons.after.people, figures.population);
            prop_assert_eq!(merger.reasons.after.area_m2.to_bits(), figures.area_m2.to_bits());
        }
    }

    #[test]
    fn a_plan_never_gets_worse_and_is_the_same_every_time(
        columns in 2..6_usize,
        rows in 1..5_usize,
        share in 0.1..0.9_f64,
        people in 100..600_u32,
        is_minimum in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let document = one_township(columns, rows);
        let judge = judge(&document, &least(people));
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
        let units = ((columns * rows) as f64 * share).ceil() as usize;
        let goal = if is_minimum { Goal::Minimum } else { Goal::Units(units.min(columns * rows - 1)) };
        let asked = Ask { rounds: 12, seed, ..ask(VILLAGES, goal) };
        let mut ledger = Ledger::new(AreaMethod::Geodesic);
        let chart = Chart::new(&judge, document.state(), &asked, &mut ledger, &Progress::new()).unwrap();
        let mut search = Search::new(&chart, &asked, &Progress::new()).unwrap();
        let mut last = (search.missing(), search.cost());
        for _ in 0..asked.rounds {
            search.round();
            let now = (search.missing(), search.cost());
            prop_assert!(now.0 < last.0 || (now.0 == last.0 && now.1 <= last.1));
            last = now;
        }
        let best = search.best();
        let groups: Vec<_> = best.groups.iter().flatten().collect();
        let cost: f64 = groups.iter().map(|group| group.cost).sum();
        prop_assert!((cost - last.1).abs() < 1e-9);
        let mut members: Vec<u32> = groups.iter().flat_map(|group| group.members.iter().copied()).collect();
        members.sort_unstable();
        prop_assert!(members.iter().copied().eq(0..u32::try_from(columns * rows).unwrap()));
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| suggested(&document, &judge, &asked).unwrap())
        };
        prop_assert_eq!(on(1), on(3));
    }
}

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use geo::{MultiPolygon, Rect};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::chart::Chart;
use super::group::{Scales, hang_together};
use super::*;
use crate::edit::testing::{check_state, grid, grid_of, random_draft};
use crate::edit::{Document, Edit, Form, LockTarget, Target, UnitRef};
use crate::geodesy::AreaMethod;
use crate::i18n::Lang;
use crate::jobs::Progress;
use crate::metrics::FigureCache;
use crate::model::{Dataset, Kind, LevelIndex, Severity, State, UnitId};
use crate::rules::{Crossings, Evidence, Judge, Judgement, Pack, Why};

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
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    suggest(judge, &document.shared_state(), ask, &mut cache, &Progress::new())
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
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    let chart = Chart::new(judge, document.state(), ask, &mut cache, &Progress::new()).unwrap();
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
    let Reasons { before, after, farther, compactness, variation, kinds, unjudged } = &merger.reasons;
    assert!(kinds.is_empty() && unjudged.is_empty());
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
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    let chart = Chart::new(&judge, document.state(), &asked, &mut cache, &Progress::new()).unwrap();
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

/// A grid of which some things are otherwise, with nobody in some villages counted.
fn dataset(columns: usize, rows: usize, change: impl FnOnce(&mut Dataset)) -> Arc<Dataset> {
    let mut dataset = Arc::into_inner(grid(columns, rows)).unwrap();
    change(&mut dataset);
    Arc::new(dataset)
}

#[test]
fn nothing_larger_is_suggested_than_the_pack_allows_of_whatever_severity() {
    let document = Document::new(grid(6, 1));
    // A township has some 12,300 km².
    let pack = |severity: &str, km2: u32| {
        let rule = "[[rule]]\nid = \"a\"\ncheck = \"area\"\nlevel = \"township\"\n";
        judge(&document, &format!("{rule}severity = \"{severity}\"\nmax = \"{km2} km2\"\n"))
    };
    for severity in ["warning", "error"] {
        let found = suggested(&document, &pack(severity, 25_000), &ask(TOWNSHIPS, Goal::Units(2))).unwrap();
        assert_eq!((found.units, found.missing), ([6, 3], 1), "{severity}: pairs only");
        assert!(found.mergers.iter().all(|merger| merger.reasons.after.area_m2 < 25e9));
        let lifted = Ask { bounds: Bounds::NONE, ..ask(TOWNSHIPS, Goal::Units(2)) };
        let lifted = suggested(&document, &pack(severity, 25_000), &lifted).unwrap();
        assert_eq!(lifted.missing, usize::from(severity == "error"), "an error holds whatever is asked for");
    }
    let whys = |found: &Suggestion| found.left.iter().map(|left| left.why).collect::<Vec<_>>();
    let none = suggested(&document, &pack("error", 20_000), &ask(TOWNSHIPS, Goal::Units(3))).unwrap();
    assert_eq!((none.mergers.len(), whys(&none)), (0, vec![Obstacle::BreaksRules; 6]));
    let none = suggested(&document, &pack("warning", 20_000), &ask(TOWNSHIPS, Goal::Units(3))).unwrap();
    assert_eq!((none.mergers.len(), whys(&none)), (0, vec![Obstacle::TooLarge; 6]));
}

#[test]
fn bounds_that_are_given_hold_and_what_is_usual_leaves_the_goal_within_reach() {
    let document = Document::new(grid(6, 1));
    let found = |bounds: Bounds, units| {
        suggested(&document, &judge(&document, ""), &Ask { bounds, ..ask(TOWNSHIPS, Goal::Units(units)) }).unwrap()
    };
    for units in 1..6 {
        assert_eq!(found(Bounds::default(), units).missing, 0, "{units}");
    }
    let near = Bounds { distance: Bound::Most(150_000.0), ..Bounds::NONE };
    let suggestion = found(near, 1);
    assert!((2..=3).contains(&suggestion.units[1]), "neighbours on both sides, no farther than a degree");
    assert!(suggestion.mergers.iter().flat_map(|it| &it.reasons.before).all(|it| it.to_seat_m.unwrap() < 150_000.0));
    assert!(suggestion.left.iter().all(|left| left.why == Obstacle::TooFar));
    assert_eq!(suggestion.most, [None, Some(150_000.0)]);
    assert_eq!(found(Bounds::NONE, 1).most, [None, None]);
}

#[test]
fn a_town_joins_no_subdistrict_without_a_word() {
    let mixed = dataset(2, 1, |dataset| {
        dataset.base.units[3].kind = Some(Kind::Subdistrict);
    });
    let document = Document::new(mixed);
    let judge = judge(&document, "");
    let asked = ask(TOWNSHIPS, Goal::Units(1));
    let found = suggested(&document, &judge, &asked).unwrap();
    assert_eq!((found.mergers.len(), found.left[0].why), (0, Obstacle::OtherKind));
    let bounds = Bounds { across_kinds: true, ..Bounds::default() };
    let found = suggested(&document, &judge, &Ask { bounds, ..asked }).unwrap();
    let reasons = &found.mergers[0].reasons;
    assert_eq!(reasons.kinds, [Kind::Subdistrict, Kind::Town]);
    let lines = |lang| reason_words(lang, crate::i18n::numbers::AreaUnit::Km2, document.state(), reasons);
    assert_eq!(lines(Lang::Zh).last().unwrap(), "类型不同：镇并入街道");
    assert_eq!(lines(Lang::En).last().unwrap(), "Kinds differ: town into subdistrict");
}

#[test]
fn a_unit_whose_people_nobody_counted_makes_no_success() {
    // Townships 6 to 11 have a village each; those of 7 were never counted.
    let document = Document::new(dataset(6, 1, |dataset| dataset.populations[1] = None));
    let judge = judge(&document, &least(150));
    let found = suggested(&document, &judge, &ask(TOWNSHIPS, Goal::Minimum)).unwrap();
    assert_eq!((found.below, found.unjudged), ([5, 1], [1, 1]));
    // 6 has but 7 beside it.
    assert_eq!(found.left, [Left { unit: UnitId(6), why: Obstacle::PeopleUnknown }]);
    assert!(!found.is_reached());
    assert!(
        reached(Lang::En, &found).contains("below the minimum: 5 before, 1 after; cannot be judged: 1 before, 1 after")
    );
    // Who asks for a number gets it, and is told.
    let found = suggested(&document, &judge, &ask(TOWNSHIPS, Goal::Units(1))).unwrap();
    assert_eq!((found.below, found.unjudged, found.missing), ([5, 0], [1, 1], 0));
    let told = &found.mergers[0].reasons.unjudged;
    assert_eq!(told.iter().map(|(_, why)| why.clone()).collect::<Vec<_>>(), [Why::Unknown]);
    let document = Document::new(dataset(2, 1, |dataset| dataset.populations[0] = None));
    let judge = super::tests::judge(&document, &least(50));
    let found = suggested(&document, &judge, &ask(TOWNSHIPS, Goal::Minimum)).unwrap();
    assert_eq!((found.below, found.unjudged, found.missing, found.is_reached()), ([0, 0], [1, 1], 0, false));
}

/// Rules of severity *error*, one after the other as the dice say.
fn errors(dice: &[(u8, u8)]) -> String {
    let mut pack = String::new();
    for (at, &(which, how)) in dice.iter().enumerate() {
        let how = u32::from(how);
        let (check, limit) = match which % 12 {
            0 => ("population", format!("max = {}", 150 + how * 4)),
            1 => ("area", format!("max = \"{} km2\"", 10_000 + how * 400)),
            2 => ("radius", format!("max = \"{} km\"", 60 + how * 2)),
            3 => ("compactness", format!("min = 0.{:02}", how % 90)),
            4 => ("members", format!("max = {}\nlevel = \"township\"", how % 9)),
            5 => ("members", format!("min = {}\nlevel = \"county\"", how % 4)),
            6 => ("density", format!("min = 0.0{:02}", how % 20)),
            7 => ("contiguous", String::new()),
            8 => ("enclosed", String::new()),
            9 => ("codes", "level = \"township\"".to_owned()),
            10 => ("population", format!("min = {how}\nlevel = \"township\"")),
            _ => ("centre-to-seat", format!("max = \"{how} km\"")),
        };
        pack.extend([format!("[[rule]]\nid = \"r{at}\"\ncheck = \"{check}\"\nseverity = \"error\"\n{limit}\n")]);
    }
    pack
}

/// What a judge says of every unit of a state that is not as a rule asks, and by how much a figure is beyond its limit.
fn unkept(judge: &Judge, state: &State) -> BTreeMap<(UnitId, usize), Option<f64>> {
    let mut found = BTreeMap::new();
    for unit in state.levels().flat_map(|level| state.units_at(level)) {
        let figures = crate::metrics::unit_figures(judge.dataset(), state, unit, AreaMethod::Geodesic);
        for verdict in judge.unit(state, unit, &figures) {
            if !matches!(verdict.judgement, Judgement::Broken | Judgement::AsBefore) {
                continue;
            }
            let by = match &verdict.evidence {
                Evidence::Range { value: Some(value), limits: Some(limits), .. } => {
                    let (min, max) = (limits.min.unwrap_or(*value), limits.max.unwrap_or(*value));
                    Some((min - value).max(value - max))
                }
                _ => None,
            };
            found.insert((unit, verdict.rule), by);
        }
    }
    found
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
    fn no_suggestion_breaks_a_rule_that_must_hold(
        widths in prop::collection::vec(0.2..2.0_f64, 5),
        people in prop::collection::vec(prop::option::weighted(0.9, 0..300_u32), 15),
        edits in prop::collection::vec(any::<[u8; 6]>(), 0..8),
        rules in prop::collection::vec(any::<(u8, u8)>(), 1..5),
        level in 0..2_u8,
        units in 1..8_usize,
        is_minimum in any::<bool>(),
        bounds in any::<bool>(),
    ) {
        let left = |column: usize| widths[..column].iter().sum::<f64>();
        #[expect(clippy::cast_precision_loss, reason = "a row")]
        let rects = (0..15).map(|i| {
            let (x, y) = (left(i % 5), (i / 5) as f64);
            MultiPolygon(vec![Rect::new((x, y), (x + widths[i % 5], y + 1.0)).to_polygon()])
        });
        let mut dataset = Arc::into_inner(grid_of(5, 3, &rects.collect::<Vec<_>>())).unwrap();
        dataset.populations = people.iter().map(|people| people.map(Decimal::from)).collect();
        let document = random_draft(&Arc::new(dataset), &edits);
        let rules = format!("{}{}", errors(&rules), if is_minimum { least(250) } else { String::new() });
        let judge = judge(&document, &rules);
        let goal = if is_minimum { Goal::Minimum } else { Goal::Units(units) };
        let bounds = if bounds { Bounds::default() } else { Bounds::NONE };
        let asked = Ask { rounds: 8, bounds, ..ask(LevelIndex(level), goal) };
        let Ok(suggestion) = suggested(&document, &judge, &asked) else { return Ok(()) };
        let mut after = document.clone();
        for edit in suggestion.edits() {
            prop_assert!(after.commit(edit).is_ok());
        }
        let before = unkept(&judge, document.state());
        let is_error = |rule: usize| judge.pack().rules[rule].severity == Severity::Error;
        for ((unit, rule), by) in unkept(&judge, after.state()) {
            if !is_error(rule) {
                continue;
            }
            let then = before.get(&(unit, rule));
            let no_worse = then.is_some_and(|then| match (by, then) {
                (Some(now), Some(then)) => now <= then + 1e-6 * (1.0 + then.abs()),
                _ => true,
            });
            prop_assert!(no_worse, "{unit} {rule}: {by:?} after {then:?}; {rules}");
        }
        let at_level = |state: &State| state.units_at(asked.level).count();
        prop_assert_eq!(suggestion.units, [document.state(), after.state()].map(at_level));
        prop_assert!(suggestion.missing == 0 || !suggestion.left.is_empty());
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
        let mut cache = FigureCache::new(AreaMethod::Geodesic);
        let chart = Chart::new(&judge, document.state(), &asked, &mut cache, &Progress::new()).unwrap();
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

use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::*;
use crate::edit::testing::{act, grid};
use crate::edit::{Document, Edit, Form, Target, UnitRef};
use crate::geodesy::AreaMethod;
use crate::jobs::Progress;
use crate::metrics::{Figure, FigureCache};
use crate::model::{Dataset, Kind, State, UnitId};

fn pack(rules: &str) -> Pack {
    Pack::parse(&format!("format = \"quhua-rules\"\nversion = 1\n{rules}")).unwrap()
}

fn fresh(judge: &Judge, state: &State) -> Verdicts {
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    Rulings::new().judge(judge, state, &mut cache, &Progress::new()).unwrap()
}

/// What the only rule of a pack says of a unit.
fn said(dataset: &Arc<Dataset>, state: &State, pack: &Pack, unit: u32) -> Option<Verdict> {
    let judge = Judge::new(dataset, Arc::new(pack.clone()), &Crossings::default());
    fresh(&judge, state).of(UnitId(unit)).first().cloned()
}

fn judgement(dataset: &Arc<Dataset>, state: &State, pack: &Pack, unit: u32) -> Option<Judgement> {
    said(dataset, state, pack, unit).map(|verdict| verdict.judgement)
}

fn transfer(unit: &str, to: &str) -> Edit {
    Edit::Transfer { units: vec![UnitRef::code(unit)], to: UnitRef::code(to) }
}

/// Code of the village in a column and row of a grid, from 1.
fn village(column: usize, row: usize) -> String {
    format!("510722{}{}", 100 + column, 200 + row)
}

fn edited(dataset: &Arc<Dataset>, edits: &[Edit]) -> Document {
    let mut document = Document::new(Arc::clone(dataset));
    for edit in edits {
        document.commit(edit).unwrap();
    }
    document
}

/// A dataset that comes as some edits leave another.
fn loaded_as(dataset: Arc<Dataset>, edits: &[Edit]) -> Arc<Dataset> {
    let document = edited(&dataset, edits);
    let base = document.state().clone();
    drop(document);
    let mut dataset = Arc::into_inner(dataset).unwrap();
    dataset.base = base;
    Arc::new(dataset)
}

fn kinds_of(verdict: &Verdict) -> Vec<ExclaveKind> {
    let Evidence::Parts { exclaves, .. } = &verdict.evidence else { panic!("{verdict:?}") };
    exclaves.iter().map(|exclave| exclave.kind).collect()
}

const CONTIGUOUS: &str = "[[rule]]\nid = \"c\"\ncheck = \"contiguous\"\nlevel = \"township\"";

#[test]
fn shipped_packs_can_be_read_and_presets_are_marked_as_examples() {
    for (name, text) in Shipped::ALL.map(|pack| (pack.name(), pack.text())) {
        let pack = Pack::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(pack.example, name != "structure", "{name}");
        assert_eq!(pack.example, !pack.source.is_empty(), "{name} says where its numbers come from");
        let ranges = pack.rules.iter().filter(|rule| matches!(rule.check, Check::Range { .. }));
        assert!(ranges.clone().all(|rule| !rule.source.is_empty()), "{name}");
        assert_eq!(ranges.count() > 0, pack.example, "{name}");
    }
}

#[test]
fn the_pack_of_the_documentation_can_be_read() {
    let text = include_str!("../../docs/rules.md");
    let (_, pack) = text.split_once("```toml\n").unwrap();
    let (pack, _) = pack.split_once("```").unwrap();
    let pack = Pack::parse(pack).unwrap();
    assert_eq!((pack.rules.len(), pack.crossings.links.len(), pack.terrain.classes.len()), (3, 1, 2));
}

#[test]
fn a_figure_is_held_against_the_limits_of_its_kind_and_terrain() {
    let dataset = grid(3, 2);
    let terrain = "[terrain]\nclass = [{ id = \"plain\" }, { id = \"hill\" }]\n\
                   [terrain.codes]\nplain = [\"510722101\"]\nhill = [\"510722102\"]\n";
    let rule = "[[rule]]\nid = \"p\"\ncheck = \"population\"\nlevel = \"township\"\n";
    let limits = "limits = [{ terrain = \"plain\", max = 200 }, { terrain = \"hill\", min = 100, max = 300 }]";
    let pack = pack(&format!("{terrain}{rule}{limits}"));
    let of = |unit| judgement(&dataset, &dataset.base, &pack, unit);
    // Townships 6, 7 and 8 have 203, 205 and 207 people.
    assert_eq!(of(6), Some(Judgement::AsBefore));
    assert_eq!(of(7), Some(Judgement::Kept));
    assert_eq!(of(8), Some(Judgement::Unjudged(Why::NoTerrain)));
    assert_eq!(of(0), None);
    let Evidence::Range { value, limits, terrain } = said(&dataset, &dataset.base, &pack, 6).unwrap().evidence else {
        panic!("a range")
    };
    assert_eq!((value, limits.unwrap().max, terrain), (Some(203.0), Some(200.0), Some(0)));
    // Together they lie in two classes.
    let units = vec![UnitRef::code("510722101"), UnitRef::code("510722102")];
    let merged = edited(&dataset, &[Edit::Merge { units, form: Form::Establish, into: Target::default() }]);
    let made = merged.done().next().unwrap().made.unwrap();
    let of_made = |pack: &Pack| judgement(&dataset, merged.state(), pack, made.0);
    assert_eq!(of_made(&pack), Some(Judgement::Unjudged(Why::MixedTerrain)));
    let mut largest = pack;
    largest.terrain.mixed = Mixed::Largest;
    assert!(matches!(of_made(&largest), Some(Judgement::Broken)));
}

#[test]
fn who_was_beyond_a_limit_as_loaded_and_is_no_worse_is_judged_as_before() {
    let dataset = grid(3, 2);
    // Townships 6, 7 and 8 have 203, 205 and 207 people in two villages each, of about 12,300 km² each.
    let to_first = [transfer(&village(2, 2), "510722101")];
    let (as_loaded, grown, shrunk) = (&dataset.base.clone(), edited(&dataset, &to_first), 7);
    for (check, more, less) in [
        ("population", "max = 100", "min = 400"),
        ("area", "max = \"10000 km2\"", "min = \"60000 km2\""),
        ("members", "max = 0", "min = 4"),
        ("radius", "max = \"50 km\"", "min = \"900 km\""),
        ("perimeter", "max = \"100 km\"", "min = \"9000 km\""),
    ] {
        let rule = |limit| pack(&format!("[[rule]]\nid = \"r\"\ncheck = \"{check}\"\nlevel = \"township\"\n{limit}"));
        let of = |state, limit, unit| judgement(&dataset, state, &rule(limit), unit);
        let [was_so, broken] = [Some(Judgement::AsBefore), Some(Judgement::Broken)];
        for limit in [more, less] {
            assert_eq!(of(as_loaded, limit, 6), was_so, "{check} {limit}");
            assert_eq!(of(grown.state(), limit, 8), was_so, "{check} {limit}: nothing happened to it");
        }
        assert_eq!(of(grown.state(), more, 6), broken, "{check}: it was too much, and is more");
        assert_eq!(of(grown.state(), less, 6), was_so, "{check}: it was too little, and is more");
        assert_eq!(of(grown.state(), more, shrunk), was_so, "{check}: it was too much, and is less");
        assert_eq!(of(grown.state(), less, shrunk), broken, "{check}: it was too little, and is less");
    }
    // Who kept the limit as loaded does not break it as before, nor does who was not there.
    let most = pack("[[rule]]\nid = \"r\"\ncheck = \"population\"\nlevel = \"township\"\nmax = 300");
    assert_eq!(judgement(&dataset, grown.state(), &most, 6), Some(Judgement::Broken));
    let units = vec![UnitRef::code("510722101"), UnitRef::code("510722102")];
    let made = edited(&dataset, &[Edit::Merge { units, form: Form::Establish, into: Target::default() }]);
    let unit = made.done().next().unwrap().made.unwrap();
    assert_eq!(judgement(&dataset, made.state(), &most, unit.0), Some(Judgement::Broken));
}

#[test]
fn who_is_held_to_a_stricter_limit_as_another_kind_is_worse() {
    let dataset = grid(3, 2);
    let limits = "limits = [{ kind = \"town\", min = 300 }, { kind = \"subdistrict\", min = 400 }]";
    let pack = pack(&format!("[[rule]]\nid = \"r\"\ncheck = \"population\"\nlevel = \"township\"\n{limits}"));
    assert_eq!(judgement(&dataset, &dataset.base, &pack, 6), Some(Judgement::AsBefore));
    let unit = UnitRef::code("510722101");
    let converted = Edit::ConvertKind { unit, kind: Kind::Subdistrict, code: None, name: None };
    let document = edited(&dataset, &[converted]);
    assert_eq!(judgement(&dataset, document.state(), &pack, 6), Some(Judgement::Broken));
}

#[test]
fn a_rule_for_kinds_leaves_others_alone_and_needs_to_know() {
    let dataset = grid(2, 1);
    let rule = |kind| pack(&format!("[[rule]]\nid = \"m\"\ncheck = \"members\"\nkind = \"{kind}\"\nmin = 2"));
    assert_eq!(judgement(&dataset, &dataset.base, &rule("town"), 2), Some(Judgement::AsBefore));
    assert_eq!(judgement(&dataset, &dataset.base, &rule("乡"), 2), None);
    let mut unknown = dataset.base.clone();
    unknown.units[2].kind = None;
    assert_eq!(judgement(&dataset, &unknown, &rule("town"), 2), Some(Judgement::Unjudged(Why::NoKind)));
    // Villages have no members to be counted.
    assert_eq!(judgement(&dataset, &dataset.base, &rule("village"), 0), None);
}

#[test]
fn what_is_not_known_is_neither_kept_nor_broken() {
    let mut dataset = Arc::into_inner(grid(2, 2)).unwrap();
    dataset.populations[0] = None;
    let dataset = Arc::new(dataset);
    let people = pack("[[rule]]\nid = \"p\"\ncheck = \"population\"\nlevel = \"township\"\nmin = 1");
    assert_eq!(judgement(&dataset, &dataset.base, &people, 4), Some(Judgement::Unjudged(Why::Unknown)));
    assert_eq!(judgement(&dataset, &dataset.base, &people, 5), Some(Judgement::Kept));
    let households = pack("[[rule]]\nid = \"h\"\ncheck = \"sum\"\nfield = \"households\"\nmin = 1");
    let why = Why::NoField("households".into());
    assert_eq!(judgement(&dataset, &dataset.base, &households, 0), Some(Judgement::Unjudged(why)));
    let usual = pack("[[rule]]\nid = \"a\"\ncheck = \"area\"\nideal = \"130 km2\"");
    assert_eq!(judgement(&dataset, &dataset.base, &usual, 0), Some(Judgement::Unjudged(Why::OnlyUsual)));
}

#[test]
fn a_township_cut_in_two_is_told_with_who_is_cut_off_and_the_cheapest_fix() {
    let dataset = grid(3, 3);
    let mut document = edited(&dataset, &[transfer(&village(2, 2), "510722101")]);
    let judge = Judge::new(&dataset, Arc::new(pack(CONTIGUOUS)), &Crossings::default());
    //  6 7 8      7 stays with township 10, 1 is cut off: 101 people to move instead of the 104 of village 4
    //  3 4 5
    //  0 1 2
    let verdict = fresh(&judge, document.state()).of(UnitId(10))[0].clone();
    assert_eq!(verdict.judgement, Judgement::Broken);
    let Evidence::Parts { count, exclaves } = &verdict.evidence else { panic!("{verdict:?}") };
    assert_eq!((*count, exclaves.len()), (2, 1));
    assert_eq!((exclaves[0].kind, &exclaves[0].members[..]), (ExclaveKind::New, &[UnitId(1)][..]));
    assert_eq!(exclaves[0].people, Some(Decimal::from(101)));
    let fix = judge.fix(document.state(), UnitId(10), 0).unwrap();
    assert_eq!((fix.way, fix.people), (Way::GiveTo(UnitId(9)), Some(Decimal::from(101))));
    document.commit(&fix.edit).unwrap();
    assert!(fresh(&judge, document.state()).all().all(|(_, it)| it.judgement == Judgement::Kept));
}

#[test]
fn what_lies_between_comes_over_where_that_moves_fewer_people() {
    let dataset = grid(3, 4);
    let mut document = edited(&dataset, &[transfer(&village(2, 3), "510722101")]);
    let judge = Judge::new(&dataset, Arc::new(pack(CONTIGUOUS)), &Crossings::default());
    //  9 10 11      village 10 is cut off, with 110 people; 7 between has 107
    //  6  7  8
    let fix = judge.fix(document.state(), UnitId(13), 0).unwrap();
    assert_eq!((fix.way, &fix.moved[..], fix.parts_after), (Way::Bridge, &[UnitId(7)][..], 1));
    document.commit(&fix.edit).unwrap();
    assert_eq!(fresh(&judge, document.state()).counts.broken, 0);
}

#[test]
fn links_join_and_barriers_part() {
    let dataset = grid(3, 3);
    let document = edited(&dataset, &[transfer(&village(2, 2), "510722101")]);
    let crossing = |table: &str, a: &str, b: &str| format!("{CONTIGUOUS}\n[[{table}]]\nbetween = [\"{a}\", \"{b}\"]");
    let bridge = pack(&crossing("link", &village(2, 1), &village(2, 3)));
    assert_eq!(judgement(&dataset, document.state(), &bridge, 10), Some(Judgement::Kept));
    // A barrier parts the units as loaded too, so that is no fault of the plan.
    let ridge = pack(&crossing("barrier", &village(1, 1), &village(1, 2)));
    assert_eq!(judgement(&dataset, &dataset.base, &ridge, 9), Some(Judgement::AsBefore));
    let nowhere = pack(&crossing("link", "510722999", &village(2, 3)));
    let judge = Judge::new(&dataset, Arc::new(nowhere), &Crossings::default());
    assert_eq!(judge.problems(), [Problem::NoSuchUnit("510722999".into())]);
}

#[test]
fn exclaves_from_before_are_told_apart_from_worse_and_new_ones() {
    //  9 10 11      as loaded, 4 belongs to the township of 3: so 1 is cut off from 7 and 10
    //  6  7  8
    //  3 [4] 5
    //  0  1  2
    let dataset = loaded_as(grid(3, 4), &[transfer(&village(2, 2), "510722101")]);
    let pack = pack(CONTIGUOUS);
    let before = said(&dataset, &dataset.base, &pack, 13).unwrap();
    assert_eq!((before.judgement.clone(), kinds_of(&before)), (Judgement::AsBefore, vec![ExclaveKind::AsBefore]));
    let grown = edited(&dataset, &[transfer(&village(3, 1), "510722102")]);
    let verdict = said(&dataset, grown.state(), &pack, 13).unwrap();
    assert_eq!((verdict.judgement.clone(), kinds_of(&verdict)), (Judgement::Broken, vec![ExclaveKind::Worse]));
    let another = edited(&dataset, &[transfer(&village(2, 3), "510722103")]);
    let verdict = said(&dataset, another.state(), &pack, 13).unwrap();
    assert_eq!(kinds_of(&verdict), [ExclaveKind::AsBefore]);
    let new = edited(&dataset, &[transfer(&village(1, 4), "510722103")]);
    let verdict = said(&dataset, new.state(), &pack, 14).unwrap();
    assert_eq!(kinds_of(&verdict), [ExclaveKind::New]);
}

#[test]
fn a_unit_inside_of_one_other_is_enclosed() {
    let dataset = grid(3, 3);
    let pack = pack("[[rule]]\nid = \"e\"\ncheck = \"enclosed\"");
    assert_eq!(judgement(&dataset, &dataset.base, &pack, 4), Some(Judgement::Kept));
    let around = [0, 1, 2, 3, 5, 6, 7, 8].map(|index| UnitRef::Atom { index }).to_vec();
    let into = Target { parent: Some(UnitRef::code("510722101")), ..Target::default() };
    let document = edited(&dataset, &[Edit::Merge { units: around, form: Form::Establish, into }]);
    let made = document.done().next().unwrap().made.unwrap();
    let verdict = said(&dataset, document.state(), &pack, 4).unwrap();
    assert_eq!((verdict.judgement, verdict.evidence), (Judgement::Broken, Evidence::Around(Some(made))));
    assert_eq!(judgement(&dataset, document.state(), &pack, made.0), Some(Judgement::Kept));
}

#[test]
fn groups_stay_together_or_apart() {
    let dataset = grid(3, 2);
    let (a, b, c) = (village(1, 1), village(1, 2), village(2, 1));
    let rule = |check: &str, list: &str| {
        pack(&format!("[[rule]]\nid = \"g\"\ncheck = \"{check}\"\nlevel = \"township\"\ngroups = [{list}]"))
    };
    let together = rule("together", &format!("[\"{a}\", \"{b}\"]"));
    let apart = rule("apart", &format!("[\"{a}\", \"{c}\"]"));
    for pack in [&together, &apart] {
        assert_eq!(judgement(&dataset, &dataset.base, pack, 6), Some(Judgement::Kept));
        assert_eq!(judgement(&dataset, &dataset.base, pack, 8), None);
    }
    let document = edited(&dataset, &[transfer(&a, "510722102")]);
    let verdict = said(&dataset, document.state(), &together, 6).unwrap();
    let group = Group { here: vec![b.as_str().into()], elsewhere: vec![a.as_str().into()] };
    assert_eq!((verdict.judgement, verdict.evidence), (Judgement::Broken, Evidence::Groups(vec![group])));
    assert_eq!(judgement(&dataset, document.state(), &together, 7), Some(Judgement::Broken));
    assert_eq!(judgement(&dataset, document.state(), &apart, 7), Some(Judgement::Broken));
    let unknown = rule("together", &format!("[\"{a}\", \"510722999\"]"));
    let why = Why::NoSuchUnit("510722999".into());
    assert_eq!(judgement(&dataset, &dataset.base, &unknown, 6), Some(Judgement::Unjudged(why)));
}

#[test]
fn names_and_codes_are_checked_against_parent_kind_and_scope() {
    let dataset = grid(2, 2);
    let names = pack("[[rule]]\nid = \"n\"\ncheck = \"names\"");
    let codes = pack("[[rule]]\nid = \"k\"\ncheck = \"codes\"");
    assert_eq!(judgement(&dataset, &dataset.base, &names, 0), Some(Judgement::Kept));
    let rename = Edit::Rename { unit: UnitRef::code(&village(2, 2)), name: "村0".into() };
    let document = edited(&dataset, &[rename, transfer(&village(1, 1), "510722102")]);
    for unit in [0, 3] {
        assert_eq!(judgement(&dataset, document.state(), &names, unit), Some(Judgement::Broken));
    }
    let verdict = said(&dataset, document.state(), &codes, 0).unwrap();
    assert_eq!(verdict.judgement, Judgement::Broken);
    assert!(
        matches!(verdict.evidence, Evidence::Code { prefix: Some(prefix), segment: None } if prefix == "510722102")
    );
    assert_eq!(judgement(&dataset, document.state(), &codes, 1), Some(Judgement::Kept));
    assert_eq!(judgement(&dataset, document.state(), &codes, 6), None, "a county has another code");
    let mut odd = dataset.base.clone();
    odd.units[0].code = "10008010-001".into();
    assert_eq!(judgement(&dataset, &odd, &codes, 0), Some(Judgement::Unjudged(Why::OtherCode)));
}

#[test]
fn a_level_that_the_data_do_not_have_is_told() {
    let dataset = grid(2, 1);
    let pack = pack("[[rule]]\nid = \"g\"\ncheck = \"contiguous\"\nlevel = \"组\"");
    let judge = Judge::new(&dataset, Arc::new(pack), &Crossings::default());
    let verdicts = fresh(&judge, &dataset.base);
    assert!(verdicts.units.is_empty());
    let told: Vec<String> =
        verdicts.problems.iter().map(|it| problem_words(crate::i18n::Lang::En, &dataset, judge.pack(), it)).collect();
    assert_eq!(told, ["g: the data have no group level; there are: Villages, Townships, Counties"]);
}

#[test]
fn verdicts_say_number_limit_and_reason_in_both_languages() {
    use crate::i18n::Lang;
    use crate::i18n::numbers::AreaUnit;
    let dataset = grid(3, 3);
    let both = pack(&format!(
        "[[rule]]\nid = \"p\"\ncheck = \"population\"\nlevel = \"township\"\nkind = \"{}\"\nmin = \"3万\"\n{CONTIGUOUS}",
        Kind::Town
    ));
    let document = edited(&dataset, &[transfer(&village(2, 2), "510722101")]);
    let judge = Judge::new(&dataset, Arc::new(both.clone()), &Crossings::default());
    let verdicts = fresh(&judge, document.state());
    let lines = |lang| {
        let line = |it: &Verdict| verdict_words(lang, AreaUnit::Km2, &both, document.state(), it);
        verdicts.of(UnitId(10)).iter().map(line).collect::<Vec<_>>()
    };
    let zh = lines(Lang::Zh);
    assert_eq!(zh[0], "人口 208，下限 30,000");
    assert!(zh[1].starts_with("分成 2 块：村1与主体不相连：101 人，"), "{}", zh[1]);
    let en = lines(Lang::En);
    assert_eq!(en[0], "population 208, at least 30,000");
    assert!(en[1].starts_with("in 2 parts: 村1 cut off: 101 people, "), "{}", en[1]);
    let fix = judge.fix(document.state(), UnitId(10), 0).unwrap();
    let fix = fix_words(Lang::Zh, AreaUnit::Km2, document.state(), UnitId(10), &fix);
    assert_eq!(fix, "把村1划入镇0（101 人）");
}

/// A pack with a rule of every sort.
fn every_rule() -> Pack {
    let (a, b, c) = (village(1, 1), village(2, 1), village(3, 2));
    pack(&format!(
        "[terrain]\nclass = [{{ id = \"plain\" }}, {{ id = \"hill\" }}]\ndefault = \"hill\"\n\
         [terrain.codes]\nplain = [\"510722101\", \"{c}\"]\n\
         [[rule]]\nid = \"people\"\ncheck = \"population\"\n\
         limits = [{{ terrain = \"plain\", min = 300 }}, {{ kind = \"town\", max = 500 }}]\n\
         [[rule]]\nid = \"radius\"\ncheck = \"radius\"\nmax = \"150 km\"\n\
         [[rule]]\nid = \"members\"\ncheck = \"members\"\nkind = [\"town\", \"乡\"]\nmin = 3\n\
         [[rule]]\nid = \"contiguous\"\ncheck = \"contiguous\"\n\
         [[rule]]\nid = \"enclosed\"\ncheck = \"enclosed\"\n\
         [[rule]]\nid = \"names\"\ncheck = \"names\"\n\
         [[rule]]\nid = \"codes\"\ncheck = \"codes\"\n\
         [[rule]]\nid = \"together\"\ncheck = \"together\"\ngroups = [[\"{a}\", \"{b}\"]]\n\
         [[rule]]\nid = \"apart\"\ncheck = \"apart\"\ngroups = [[\"{b}\", \"{c}\"]]\n\
         [[link]]\nbetween = [\"{a}\", \"{c}\"]\nkind = \"ferry\"\n\
         [[barrier]]\nbetween = [\"{a}\", \"{b}\"]\nkind = \"ridge\""
    ))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn verdicts_kept_from_edit_to_edit_are_those_judged_afresh(dice in prop::collection::vec(any::<[u8; 6]>(), 1..14)) {
        let mut document = Document::new(grid(4, 3));
        let pack = Arc::new(every_rule());
        let judge_of = |document: &Document| Judge::new(document.dataset(), Arc::clone(&pack), &Crossings::default());
        let mut judge = judge_of(&document);
        let (mut rulings, mut cache) = (Rulings::new(), FigureCache::new(AreaMethod::Geodesic));
        for dice in dice {
            act(&mut document, dice);
            // A split makes another dataset, and that has a judge and a cache of its own.
            if !Arc::ptr_eq(judge.dataset(), document.dataset()) {
                (judge, rulings) = (judge_of(&document), Rulings::new());
                cache = FigureCache::new(AreaMethod::Geodesic);
            }
            let kept = rulings.judge(&judge, document.state(), &mut cache, &Progress::new()).unwrap();
            prop_assert_eq!(kept, fresh(&judge, document.state()));
        }
    }

    #[test]
    fn a_fix_leaves_fewer_parts_and_nobody_worse(dice in prop::collection::vec(any::<[u8; 6]>(), 1..14)) {
        let mut document = Document::new(grid(4, 4));
        for dice in dice {
            act(&mut document, dice);
        }
        let judge = Judge::new(document.dataset(), Arc::new(pack(CONTIGUOUS)), &Crossings::default());
        let parts = |document: &Document| -> std::collections::BTreeMap<UnitId, usize> {
            let count = |it: &Verdict| match it.evidence {
                Evidence::Parts { count, .. } => count,
                _ => 0,
            };
            fresh(&judge, document.state()).all().map(|(unit, it)| (unit, count(it))).collect()
        };
        let before = parts(&document);
        let broken = before.iter().find(|(unit, count)| **count > 1 && judge.fix(document.state(), **unit, 0).is_some());
        if let Some((&unit, &count)) = broken {
            let fix = judge.fix(document.state(), unit, 0).unwrap();
            document.commit(&fix.edit).unwrap();
            let after = parts(&document);
            prop_assert!(fix.parts_after < count);
            prop_assert_eq!(after[&unit], fix.parts_after);
            prop_assert!(after.iter().all(|(unit, parts)| parts <= &before[unit]));
        }
    }
}

#[test]
fn mistakes_in_a_pack_are_one_line_with_the_place_and_what_helps() {
    let check = |text: &str, expected: &str| {
        let text = format!("format = \"quhua-rules\"\nversion = 1\n{text}");
        assert_eq!(Pack::parse(&text).unwrap_err().to_string(), expected);
    };
    check("titel = \"x\"", "line 3: there is no \"titel\" at the top of a pack; did you mean \"title\"?");
    let rule = "[[rule]]\nid = \"p\"\ncheck = \"population\"\n";
    check(&format!("{rule}mim = 3"), "line 6: there is no \"mim\" in [[rule]]; did you mean \"min\"?");
    check(
        &format!("{rule}groups = []\nmin = 3"),
        "line 6: there is no \"groups\" in [[rule]]; use one of: id, check, title, severity, source, level, kind, limits, \
         min, max, ideal",
    );
    check(&format!("{rule}min = 5\nmax = 3"), "line 3: min is more than max");
    check(rule, "line 3: the rule sets no limit; add min, max or ideal, or rows of limits");
    check(
        &format!("{rule}min = \"3 km\""),
        "line 6: min = \"3 km\": \"km\" is no unit of it; use one of: 人, people, 万",
    );
    check(&format!("{rule}min = true"), "line 6: \"min\" must be a number, or a text such as \"3万\" or \"130 km2\"");
    check(
        "[[rule]]\nid = \"a\"\ncheck = \"contigous\"",
        "line 5: \"check\" cannot be \"contigous\"; did you mean \"contiguous\"?",
    );
    check("[[rule]]\ncheck = \"names\"", "line 3: \"id\" is missing in [[rule]]");
    check(
        "[[rule]]\nid = \"a\"\ncheck = \"names\"\n[[rule]]\nid = \"a\"\ncheck = \"codes\"",
        "line 6: the id \"a\" is used twice; give each its own",
    );
    check(
        "[[rule]]\nid = \"t\"\ncheck = \"together\"\ngroups = [[\"1\", 2]]",
        "line 6: \"groups\" must be a code, which is text: put it in quotes",
    );
    check("[[link]]\nbetween = [\"1\", \"1\"]", "line 3: \"between\" needs at least two different codes");
    check(
        "[[rule]]\nid = \"a\"\ncheck = \"area\"\nmin = 130",
        "line 6: min = \"130\": say the unit, such as \"130 km2\" or \"5000 亩\"",
    );
    check(
        "[terrain]\nclass = [{ id = \"plain\" }]\n[[rule]]\nid = \"a\"\ncheck = \"members\"\n\
         limits = [{ terrain = \"plane\", min = 1 }]",
        "line 8: \"terrain\" cannot be \"plane\"; did you mean \"plain\"?",
    );
    let syntax = Pack::parse("format = \"quhua-rules\"\nversion = 1\ntitle = x").unwrap_err();
    assert_eq!(syntax.line, 3);
    assert!(matches!(*syntax.problem, PackProblem::Syntax(_)), "{syntax}");
    let other = Pack::parse("{\"format\": \"quhua-plan\"}").unwrap_err();
    assert!(!other.to_string().contains('\n'), "{other}");
    assert_eq!(Pack::parse("version = 1").unwrap_err().problem, Box::new(PackProblem::NotAPack));
}

#[test]
fn nothing_that_is_given_as_a_pack_makes_it_fail_but_by_an_error() {
    let pack = Shipped::SichuanTowns.text();
    for end in (0..pack.len()).filter(|&at| pack.is_char_boundary(at)) {
        let _ = Pack::parse(&pack[..end]);
    }
    for odd in [
        "",
        "\u{feff}",
        "[[rule",
        "a = [[[[",
        "format = 3\nversion = \"1\"",
        "rule = 1\nformat = \"quhua-rules\"\nversion = 1",
    ] {
        let _ = Pack::parse(odd).unwrap_err();
    }
}

/// The list of figures as the documentation has it.
fn documented_figures() -> String {
    use crate::i18n::Lang;
    use crate::i18n::numbers::number;
    use crate::metrics::Measure;

    let lines = Figure::ALL.iter().filter_map(|figure| figure.row()).map(|row| {
        let others: Vec<String> = row.other_ids.iter().map(|id| format!("`{id}`")).collect();
        let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
        let units = match row.measure {
            Measure::Area | Measure::Length | Measure::Percent | Measure::PerArea => {
                let symbols = row.measure.units().iter().map(|unit| unit.symbol(Lang::En));
                symbols.collect::<Vec<_>>().join(", ")
            }
            _ => String::new(),
        };
        let end = |end: f64| if end.is_finite() { number(end, 0) } else { String::new() };
        let [name_zh, name] = row.name;
        let ([least, most], about) = (row.range.map(end), row.about[1]);
        format!("| `{}`{others} | {name} {name_zh} | {units} | {least} | {most} | {about} |\n", row.id)
    });
    std::iter::once("| `check` | | unit | from | to | worked out as |\n|---|---|---|---|---|---|\n".to_owned())
        .chain(lines)
        .collect()
}

#[test]
fn the_documentation_lists_every_figure_with_the_range_that_it_has() {
    let text = include_str!("../../docs/rules.md");
    let (_, list) = text.split_once("catalogue of figures -->\n").unwrap();
    let (list, _) = list.split_once("<!-- figures end -->").unwrap();
    assert_eq!(list, documented_figures(), "put this list into docs/rules.md:\n{}", documented_figures());
}

#[test]
fn every_figure_of_the_catalogue_can_be_ruled_on() {
    let dataset = grid(2, 2);
    for figure in Figure::ALL {
        let Some(row) = figure.row() else { continue };
        for id in row.ids() {
            let unit = row.measure.units().first().filter(|_| row.measure.has_units());
            let unit = unit.map_or("", |unit| unit.symbol(crate::i18n::Lang::En));
            let pack = pack(&format!("[[rule]]\nid = \"a\"\ncheck = \"{id}\"\nmin = \"0 {unit}\"\n"));
            let figures = crate::metrics::unit_figures(&dataset, &dataset.base, UnitId(4), AreaMethod::Geodesic);
            let judgement = judgement(&dataset, &dataset.base, &pack, 4);
            let known = figure.of(&figures).is_some();
            assert_eq!(judgement == Some(Judgement::Kept), known, "{id}: {judgement:?}");
        }
    }
}

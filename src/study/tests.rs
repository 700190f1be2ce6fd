//! What figures rest on: kept, read back, and followed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::*;
use crate::coverage::validate::{Options, validate};
use crate::edit::testing::{grid, grid_across_the_seam};
use crate::edit::{Along, Edit, Form, OwnDefinition, Share, Target, UnitRef};
use crate::jobs::Progress;
use crate::model::FieldRule;
use crate::rules::{Choice, Crossing, CrossingKind};

const TOWNSHIP: LevelIndex = LevelIndex(1);

fn study(settings: &[(&str, &str)]) -> Study {
    let mut document = Document::new(grid(3, 2));
    document.mark_saved();
    for (key, value) in settings {
        document.set_setting(key, (*value).to_owned());
    }
    Study::new(document, Origin::Sample)
}

fn keys(study: &Study) -> Vec<&str> {
    study.document().settings().keys().map(String::as_str).collect()
}

/// What is kept, as JSON.
fn kept(study: &Study) -> Value {
    serde_json::from_str(&study.document().settings()["basis"]).unwrap()
}

/// What an older program keeps: a key for each part.
const OLD: [(&str, &str); 4] = [
    (
        "crossings",
        r#"{"links":[{"between":["510722101201","510722103201"],"kind":"ferry","reason":""}],"barriers":[]}"#,
    ),
    ("field-rules", r#"{"height":"largest"}"#),
    ("own-figures", r#"[{"name":"crowd","expression":"population / area"}]"#),
    ("rules", r#"{"shipped":"sichuan-2021-towns"}"#),
];

#[test]
fn what_older_programs_keep_is_read_and_then_kept_as_one() {
    let mut study = study(&OLD);
    assert_eq!(study.mistakes(), []);
    let Basis { field_rules, own_figures, rules, crossings, .. } = study.basis();
    assert_eq!(field_rules, &BTreeMap::from([("height".to_owned(), FieldRule::Largest)]));
    assert_eq!(own_figures.as_ref().map(|own| own[0].name.as_str()), Some("crowd"));
    assert_eq!(rules, &Choice::Shipped("sichuan-2021-towns".to_owned()));
    assert_eq!(crossings.links[0].kind, CrossingKind::Ferry);
    // Looking changes nothing.
    assert_eq!(keys(&study), ["crossings", "field-rules", "own-figures", "rules"]);
    let before = study.basis().clone();
    study.decide(|basis| basis.area_method = AreaMethod::EllipsoidTrapezoid);
    assert_eq!(keys(&study), ["basis"]);
    let (again, mistakes) = Basis::of(study.document().settings());
    assert_eq!(mistakes, []);
    assert_eq!(again, *study.basis());
    assert_eq!((again.revision, again.area_method), (1, AreaMethod::EllipsoidTrapezoid));
    assert_eq!((again.field_rules, again.rules, again.crossings), (before.field_rules, before.rules, before.crossings));
}

#[test]
fn what_an_older_program_has_written_since_holds() {
    let mut study = study(&[]);
    study.decide(|basis| basis.rules = Choice::Nothing);
    let mut document = study.document().clone();
    document.set_setting("rules", r#"{"shipped":"hunan-2015-villages"}"#.to_owned());
    let study = Study::new(document, Origin::Sample);
    assert_eq!(study.basis().rules.name(), "hunan-2015-villages");
}

#[test]
fn a_part_that_cannot_be_read_is_said_and_the_others_hold() {
    let broken = study(&[OLD[1], ("rules", "{\"shipped\":"), ("crossings", "7")]);
    let parts: Vec<Part> = broken.mistakes().iter().map(|mistake| mistake.part).collect();
    assert_eq!(parts, [Part::Rules, Part::Crossings]);
    assert_eq!(broken.basis().field_rules["height"], FieldRule::Largest);
    assert_eq!(broken.basis().rules, Choice::default());
    let said = broken.mistakes()[0].to_string();
    assert!(said.starts_with("the pack of rules, as kept in the project, cannot be used"), "{said}");
    assert!(broken.mistakes()[0].words(Lang::Zh).contains("规则包"));

    let unknown = study(&[("rules", r#"{"shipped":"mars-2090"}"#)]);
    assert_eq!(unknown.mistakes()[0].why.to_string(), "this program has no pack called \"mars-2090\"");
    let said = [&broken.mistakes()[0], &unknown.mistakes()[0]].map(|mistake| mistake.words(Lang::Zh));
    assert!(said[0].starts_with("项目中保存的规则包无法使用（内容无法识别）"), "{said:?}");
    assert!(said[1].contains("没有名为“mars-2090”的规则包"), "{said:?}");
    let method = study(&[("basis", r#"{"revision":4,"area_method":"mercator","rules":"nothing"}"#)]);
    assert_eq!(method.mistakes().iter().map(|it| it.part).collect::<Vec<_>>(), [Part::AreaMethod]);
    assert_eq!((method.area_method(), &method.basis().rules), (AreaMethod::Geodesic, &Choice::Nothing));
    let none = study(&[("basis", "what?")]);
    assert_eq!(none.mistakes().iter().map(|it| it.part).collect::<Vec<_>>(), [Part::Whole]);
}

#[test]
fn what_a_newer_program_keeps_beside_stays() {
    let mut study = study(&[("basis", r#"{"revision":4,"network":{"speed":30}}"#)]);
    study.decide(|basis| basis.rules = Choice::Nothing);
    assert_eq!(kept(&study)["network"]["speed"], 30);
    assert_eq!(kept(&study)["revision"], 5);
}

#[test]
fn what_is_decided_is_work_and_what_is_adopted_is_not() {
    let own = || Some(vec![OwnDefinition::new("crowd", "population / area")]);
    let mut adopted = study(&[]);
    adopted.adopt(|basis| basis.own_figures = own());
    assert!(!adopted.is_modified());
    assert_eq!(adopted.own_figures().list().len(), 1);
    let mut decided = study(&[]);
    decided.decide(|basis| basis.own_figures = own());
    assert!(decided.is_modified());
    // The same again is nothing new.
    let revision = decided.revision();
    decided.decide(|basis| basis.own_figures = own());
    assert_eq!((decided.revision(), decided.basis().revision), (revision, 1));
}

#[test]
fn areas_computed_otherwise_change_figures_and_what_follows_from_them() {
    let mut study = study(&[]);
    study.decide(|basis| basis.own_figures = Some(vec![OwnDefinition::new("room", "area_ha")]));
    let unit = study.state().units_at(TOWNSHIP).next().unwrap();
    let room = |study: &Study| {
        let own = study.own_figures().list()[0].id;
        study.own_value(own, study.state(), unit, &study.figures(unit)).unwrap().to_f64()
    };
    let usual = (study.figures(unit).area_m2, room(&study));
    let stale = study.measure(Time::Before, TOWNSHIP, || {});
    let version = study.rules().stamp().0;
    study.decide(|basis| basis.area_method = AreaMethod::EllipsoidTrapezoid);
    let survey = (study.figures(unit).area_m2, room(&study));
    assert_ne!(usual.0.to_bits(), survey.0.to_bits());
    assert!((survey.0 / 1e4 - survey.1).abs() < 1e-6);
    assert_eq!(study.figures_in(study.state(), unit).area_m2.to_bits(), survey.0.to_bits());
    assert_ne!(study.rules().stamp().0, version);
    // What was begun before comes too late.
    let late = loop {
        match stale.poll() {
            crate::jobs::Poll::Done(late) => break late,
            crate::jobs::Poll::Going => std::thread::yield_now(),
            crate::jobs::Poll::Died(death) => panic!("{death:?}"),
        }
    };
    study.take_figures(Time::Before, TOWNSHIP, late.unwrap());
    assert!(!study.knows_figures(Time::Before, TOWNSHIP));
}

#[test]
fn units_are_judged_with_the_links_and_figures_that_were_decided() {
    let mut study = study(&[]);
    let ferry = Crossing {
        between: ["510722101201".into(), "510722103201".into()],
        kind: CrossingKind::Ferry,
        reason: String::new(),
    };
    study.decide(|basis| basis.crossings.links.push(ferry));
    let version = study.rules().stamp().0;
    study.decide(|basis| basis.rules = Choice::Nothing);
    assert!(study.rules().pack().is_none());
    study.decide(|basis| basis.rules = Choice::default());
    assert!(study.rules().stamp().0 > version + 1);
    assert_eq!(study.crossings().links.len(), 1);
}

#[test]
fn a_part_that_the_seam_divides_is_one_and_is_not_offered_by_halves() {
    // Villages 0 to 3 lie in a row, 2 across the 180th meridian.
    let mut study = Study::new(Document::new(grid_across_the_seam(4, 1)), Origin::Sample);
    assert_eq!(study.parts_apart(UnitId(2)).len(), 0);
    let name = |study: &Study, unit| UnitRef::to(study.dataset(), study.state(), UnitId(unit)).unwrap();
    let units = vec![name(&study, 0), name(&study, 2)];
    let code = Some(study.state().unit(UnitId(0)).code.clone());
    let into = Target { code, parent: Some(name(&study, 4)), ..Target::default() };
    study.document_mut().commit(&Edit::Merge { units, form: Form::Absorb, into }).unwrap();
    let apart = study.parts_apart(UnitId(0));
    assert_eq!(apart.len(), 1);
    assert!(apart[0].around.iter().all(|at| at.x < 179.0), "{:?}", apart[0].around);
    let along = Along::Polygon(apart[0].around.iter().map(|at| [at.x, at.y]).collect());
    let split = Edit::Split { unit: name(&study, 0), along, share: Share::Area, parts: Vec::new() };
    study.document_mut().commit(&split).unwrap();
    assert_eq!(study.dataset().coverage.atom_count(), 4, "nothing is cut");
}

#[test]
fn borders_are_looked_at_as_loaded_whatever_was_cut() {
    let mut study = study(&[]);
    let pair: Vec<UnitRef> = study
        .state()
        .units_at(TOWNSHIP)
        .take(2)
        .map(|unit| UnitRef::to(study.dataset(), study.state(), unit).unwrap())
        .collect();
    let edit = Edit::Merge { units: pair, form: Form::Establish, into: Target::default() };
    study.document_mut().commit(&edit).unwrap();
    let found = study.find_suspects(&Progress::new()).unwrap();
    let coverage = &study.document().origin().coverage;
    let defects = validate(coverage, &Options::default(), &Progress::new()).unwrap();
    assert_eq!(found, Suspects::of(&defects));
    assert_eq!(study.basis().suspects, Some(found));
    // They are found, not decided.
    assert!(study.document().settings().is_empty());
}

#[test]
fn a_project_keeps_the_basis_and_drops_the_older_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.gpkg");
    let mut study = study(&OLD);
    let work = crate::io::project::Workplace::at(folder.path().join("work"));
    let mut working = work.begin(&Origin::Sample, study.document()).unwrap();
    study.decide(|basis| basis.area_method = AreaMethod::EllipsoidTrapezoid);
    working.sync(study.document()).unwrap();
    drop(working);
    let found = work.left_behind().into_iter().next().unwrap();
    assert_eq!(found.plans.settings.keys().collect::<Vec<_>>(), ["basis"]);
    assert_eq!(Basis::of(&found.plans.settings).0, *study.basis());
    crate::io::project::write(&path, study.document(), None, &Progress::new()).unwrap();
    let contents = crate::io::project::read(&path, &crate::io::Limits::default(), &Progress::new()).unwrap();
    assert_eq!(Basis::of(&contents.plans.settings).0, *study.basis());
    let _ = Arc::clone(study.dataset());
}

#[test]
fn people_who_go_with_their_village_to_a_farther_seat_are_told_at_the_level_of_villages_too() {
    let mut document = Document::new(grid(3, 2));
    let (unit, to) = (UnitRef::code("510722101201"), UnitRef::code("510722103"));
    document.commit(&Edit::Transfer { units: vec![unit], to }).unwrap();
    let study = Study::new(document, Origin::Sample);
    assert_eq!(study.losers(LevelIndex::FINEST), []);
    let (level, losers) = study.losers_from(LevelIndex::FINEST);
    assert_eq!((level, &losers), (TOWNSHIP, &study.losers(TOWNSHIP)));
    assert!(!losers.is_empty());
    assert_eq!(study.losers_from(TOWNSHIP), (TOWNSHIP, losers));
}

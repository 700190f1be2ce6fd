//! A project decides what figures rest on, and every subcommand keeps to it.

use std::fs;
use std::path::{Path, PathBuf};

use quhua::compare::{Alternative, AlternativeEntry, Comparison, ComparisonReport};
use quhua::edit::{Document, OwnDefinition, Plan};
use quhua::ensemble::{self, Ensemble, EnsembleReport, Planned};
use quhua::geodesy::AreaMethod;
use quhua::i18n::numbers::AreaUnit;
use quhua::i18n::{Lang, numbers};
use quhua::io::Outputs;
use quhua::io::project::{self, Origin};
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, Facilities, Facility, FieldOverrides, FieldRule, LevelIndex};
use quhua::page::Reader;
use quhua::print::{self, Shades, Sheet, Style};
use quhua::report::certificate::{Destination, Verdict};
use quhua::rules::{Choice, Crossing, CrossingKind, RulesReport, Rulings};
use quhua::study::{Basis, Study};
use quhua::suggest::{Ask, Goal, SuggestionReport, suggest};
use serde_json::Value;

use crate::support::quhua_exits;

/// Four towns in a row, with a height. The second and the third overlap; the first has few people for a town.
const ROW: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"510722101","name":"甲镇","terrain":"平坝","population":20000,"height":10.5},"geometry":{"type":"Polygon","coordinates":[[[105.0,31.0],[105.1,31.0],[105.1,31.1],[105.0,31.1],[105.0,31.0]]]}},
{"type":"Feature","properties":{"code":"510722102","name":"乙镇","terrain":"平坝","population":70000,"height":20.5},"geometry":{"type":"Polygon","coordinates":[[[105.1,31.0],[105.2,31.0],[105.2,31.1],[105.1,31.1],[105.1,31.0]]]}},
{"type":"Feature","properties":{"code":"510722103","name":"丙镇","terrain":"平坝","population":80000,"height":30.5},"geometry":{"type":"Polygon","coordinates":[[[105.19,31.0],[105.3,31.0],[105.3,31.1],[105.19,31.1],[105.19,31.0]]]}},
{"type":"Feature","properties":{"code":"510722104","name":"丁镇","terrain":"平坝","population":65000,"height":40.5},"geometry":{"type":"Polygon","coordinates":[[[105.3,31.0],[105.4,31.0],[105.4,31.1],[105.3,31.1],[105.3,31.0]]]}}
]}"#;

const MERGE: &str = r#"{"format":"quhua-plan","version":1,"name":"m","base":[],"edits":[
{"op":"merge","units":["510722102","510722103"],"form":"absorb","into":{"code":"510722103"}}]}"#;

/// Files for a test, among them a plan.
struct Files {
    folder: tempfile::TempDir,
    project: PathBuf,
    plan: PathBuf,
}

impl Files {
    /// A project whose settings somebody has changed.
    fn with(change: impl FnOnce(&mut Study)) -> Self {
        let layer = geojson::read_bytes("row.geojson", ROW.as_bytes(), &Limits::default(), &Progress::new()).unwrap();
        let dataset = Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap();
        let mut study = Study::new(Document::new(dataset.into()), Origin::Sample);
        change(&mut study);
        let folder = tempfile::tempdir().unwrap();
        let [project, plan] = ["p.gpkg", "m.plan.json"].map(|name| folder.path().join(name));
        project::write(&project, study.document(), None, &Progress::new()).unwrap();
        fs::write(&plan, MERGE).unwrap();
        Self { folder, project, plan }
    }

    fn deciding(change: impl FnOnce(&mut Basis)) -> Self {
        Self::with(|study| study.decide(change))
    }

    /// Runs a subcommand on the project, with the plan carried out, and returns what it prints.
    fn run(&self, status: i32, subcommand: &str, rest: &[&str]) -> String {
        let mut args = vec![subcommand, self.project.to_str().unwrap(), "--plan", self.plan.to_str().unwrap()];
        args.push("--allow-other-base");
        args.extend(rest);
        quhua_exits(status, args).0
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Runs `apply`, and returns what it writes.
    fn apply(&self, rest: &[&str]) -> Value {
        let out = self.path("out.geojson");
        self.run(0, "apply", &[rest, &["-o", &out]].concat());
        json(&out)
    }
}

fn json(path: impl AsRef<Path>) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The merged unit in a list of units.
fn merged(units: &Value) -> &Value {
    let units = units.as_array().unwrap();
    units.iter().find(|unit| unit["code"] == "510722103" || unit["properties"]["code"] == "510722103").unwrap()
}

#[test]
fn metrics_and_apply_agree_on_a_rule_of_a_field_that_the_project_keeps() {
    let decided = Files::deciding(|basis| drop(basis.field_rules.insert("height".to_owned(), FieldRule::Largest)));
    let older = Files::with(|study| {
        study.document_mut().set_setting("field-rules", r#"{"height":"largest"}"#.to_owned());
    });
    for files in [decided, older] {
        let report = parsed(&files.run(0, "metrics", &["--figure", "hh = height"]));
        assert_eq!(merged(&report["units"])["figures"]["hh"], 30.5);
        let out = files.apply(&["--figure", "hh = height"]);
        let unit = &merged(&out["features"])["properties"];
        assert_eq!((&unit["height"], &unit["hh"]), (&30.5.into(), &30.5.into()));
        // A rule given here goes before, and holds for what the figures ask for too, whatever the subcommand.
        let given = ["--figure", "hh = height", "--field", "height=min"];
        assert_eq!(merged(&parsed(&files.run(0, "metrics", &given))["units"])["figures"]["hh"], 20.5);
        let out = files.apply(&given);
        let unit = &merged(&out["features"])["properties"];
        assert_eq!((&unit["height"], &unit["hh"]), (&20.5.into(), &20.5.into()));
    }
}

#[test]
fn a_project_is_checked_by_the_pack_that_it_is_judged_by() {
    let decided = Files::deciding(|basis| basis.rules = Choice::Shipped("sichuan-2021-towns".to_owned()));
    let older = Files::with(|study| {
        study.document_mut().set_setting("rules", r#"{"shipped":"sichuan-2021-towns"}"#.to_owned());
    });
    for files in [decided, older] {
        let project = files.project.to_str().unwrap();
        let (kept, _) = quhua_exits(1, ["check", project, "--json"]);
        let (named, _) = quhua_exits(1, ["check", project, "--json", "--rules", "sichuan-2021-towns"]);
        assert_eq!(kept, named);
        assert_eq!(parsed(&kept)["rules"]["pack"]["name"], "sichuan-2021-towns");
        assert!(parsed(&kept)["rules"]["counts"]["as_before"].as_u64() > Some(0));
        // With a plan too, which needs no pack to be named then.
        let planned = parsed(&files.run(1, "check", &["--json"]));
        assert_eq!(planned["rules"]["pack"]["name"], "sichuan-2021-towns");
    }
    let nothing = Files::deciding(|basis| basis.rules = Choice::Nothing);
    let (none, _) = quhua_exits(1, ["check", nothing.project.to_str().unwrap(), "--json"]);
    assert!(parsed(&none).get("rules").is_none());
}

#[test]
fn mergers_are_suggested_by_the_pack_that_the_project_is_judged_by() {
    let files = Files::deciding(|basis| basis.rules = Choice::Shipped("sichuan-2021-towns".to_owned()));
    let project = files.project.to_str().unwrap();
    let [kept, named] = ["kept", "named"].map(|name| files.path(&format!("{name}.plan.json")));
    let usual = ["suggest", project, "--rounds", "2", "-o"];
    let status = |out: &str, more: &[&str]| crate::support::quhua([&usual[..], &[out], more].concat()).status.code();
    assert_eq!(status(&kept, &[]), status(&named, &["--rules", "sichuan-2021-towns"]));
    assert_eq!(fs::read_to_string(kept).unwrap(), fs::read_to_string(named).unwrap());
    let layer = files.path("row.geojson");
    fs::write(&layer, ROW).unwrap();
    let (_, message) = quhua_exits(2, ["suggest", &layer, "-o", &files.path("x.plan.json")]);
    assert!(message.contains("--to UNITS"), "{message}");
}

#[test]
fn every_subcommand_computes_areas_as_the_project_says() {
    let files = Files::deciding(|basis| {
        basis.area_method = AreaMethod::EllipsoidTrapezoid;
        basis.own_figures = Some(vec![OwnDefinition::new("room", "area_ha")]);
    });
    let usual = Files::with(|_| {});
    let report = parsed(&files.run(0, "metrics", &[]));
    assert_eq!(report["area_method"], "ellipsoid-trapezoid");
    let unit = merged(&report["units"]);
    let area = unit["area_m2"].as_f64().unwrap();
    assert!((unit["figures"]["room"].as_f64().unwrap() - area / 1e4).abs() < 1e-6);
    assert_ne!(merged(&parsed(&usual.run(0, "metrics", &[]))["units"])["area_m2"].as_f64(), Some(area));
    // What is given on the command line goes before.
    let given = parsed(&files.run(0, "metrics", &["--area-method", "geodesic"]));
    assert_eq!(given["area_method"], "geodesic");

    let out = files.apply(&[]);
    assert_eq!(merged(&out["features"])["properties"]["area_m2"].as_f64(), Some(area));
    assert_eq!(merged(&out["features"])["properties"]["room"], unit["figures"]["room"]);
    assert_eq!(json(files.path("out.certificate.json"))["area_method"], "ellipsoid-trapezoid");

    let most = |method: &[&str]| {
        let compared = files.run(0, "compare", &[method, &["--csv"]].concat());
        compared.lines().find(|line| line.contains("area")).unwrap().to_owned()
    };
    assert_eq!(most(&[]), most(&["--area-method", "ellipsoid-trapezoid"]));
    assert_ne!(most(&[]), most(&["--area-method", "geodesic"]));

    let page = files.path("page.html");
    files.run(0, "page", &["-o", &page]);
    assert!(fs::read_to_string(&page).unwrap().contains("CGCS2000"));
    let map = |method: &[&str]| {
        let path = files.path("map.svg");
        files.run(0, "render", &[method, &["--style", "room", "-o", &path]].concat());
        fs::read_to_string(path).unwrap()
    };
    assert_eq!(map(&[]), map(&["--area-method", "ellipsoid-trapezoid"]));
    let drawn = |method: &[&str]| files.run(0, "ensemble", &[method, &["--samples", "4", "--json"]].concat());
    assert_eq!(drawn(&[]), drawn(&["--area-method", "ellipsoid-trapezoid"]));
}

#[test]
fn what_of_a_project_cannot_be_used_is_said() {
    let files = Files::with(|study| study.document_mut().set_setting("rules", "{\"shipped\":".to_owned()));
    let (_, message) = quhua_exits(0, ["metrics", files.project.to_str().unwrap()]);
    assert!(message.contains("warning: the pack of rules, as kept in the project, cannot be used"), "{message}");
}

/// What the window has of a project: the same study, from the same file.
fn as_the_window_opens(path: &Path, scenario: &str) -> Study {
    let contents = project::read(path, &Limits::default(), &Progress::new()).unwrap();
    let dataset = Dataset::assemble(contents.layers, &contents.overrides, &Progress::new()).unwrap();
    let id = contents.plans.named(scenario).unwrap().id;
    let (mut document, refusals) = contents.plans.restore(dataset.into());
    assert_eq!(refusals, []);
    document.switch_to(id);
    Study::new(document, Origin::Project(path.to_owned()))
}

/// A pack of rules on people, and on a figure of one's own.
const LEAST: &str = "format = \"quhua-rules\"\nversion = 1\ntitle = \"Least\"\n[[rule]]\nid = \"least\"\n\
    check = \"population\"\nlevel = \"township\"\nmin = 30000\n[[rule]]\nid = \"room\"\ncheck = \"figure\"\n\
    figure = \"room\"\nlevel = \"township\"\nmin = 15000\n";

#[test]
fn the_window_and_every_subcommand_say_the_same_of_one_project() {
    let files = Files::with(|study| {
        study.decide(|basis| {
            basis.area_method = AreaMethod::EllipsoidTrapezoid;
            basis.field_rules.insert("height".to_owned(), FieldRule::Largest);
            basis.own_figures =
                Some(vec![OwnDefinition::new("room", "area_ha"), OwnDefinition::new("steep", "height * 2")]);
            basis.rules = Choice::File { name: "least.toml".to_owned(), text: LEAST.to_owned() };
            basis.crossings.links.push(Crossing {
                between: ["510722101".into(), "510722104".into()],
                kind: CrossingKind::Ferry,
                reason: String::new(),
            });
            let school = Facility { at: (105.05, 31.05).into(), name: "".into(), kind: "school".into() };
            basis.places = Facilities::new(vec![school]).into();
        });
        let document = study.document_mut();
        document.start("m");
        assert_eq!(document.carry_out_what_can(&Plan::parse(MERGE.as_bytes()).unwrap().edits), []);
    });
    let mut study = as_the_window_opens(&files.project, "m");
    assert_eq!(study.mistakes(), []);
    assert!(study.rules().error().is_none(), "{:?}", study.rules().error());
    let project = files.project.to_str().unwrap();
    let run = |status: i32, subcommand: &str, rest: &[&str]| {
        quhua_exits(status, [&[subcommand, project, "--scenario", "m"], rest].concat()).0
    };
    let suspects = study.find_suspects(&Progress::new()).unwrap();

    let report = parsed(&run(0, "metrics", &[]));
    let level = LevelIndex::FINEST;
    figures_and_marks_are_the_same(&report, &study, level);
    assert_eq!(merged(&report["units"])["figures"]["steep"], 61);

    // What is exported.
    let [ours, theirs] = ["ours.geojson", "theirs.geojson"].map(|name| files.path(name));
    let own = study.own_figures().list().iter().map(|own| own.id).collect();
    let exporting = study.exporting(level, own);
    let to = Destination::ask(&mut Outputs::default(), Path::new(&ours), true).unwrap();
    assert_eq!(exporting.write(&to, &Progress::new()).unwrap(), Verdict::Passed);
    run(0, "apply", &["-o", &theirs]);
    assert_eq!(fs::read_to_string(&ours).unwrap(), fs::read_to_string(&theirs).unwrap());
    let certificate = |of: &str| json(of.replace("geojson", "certificate.json"))["units"].clone();
    assert_eq!(certificate(&ours), certificate(&theirs));

    // Every verdict.
    let judge = study.rules().judge_for(study.dataset()).unwrap();
    let judged = Rulings::new().judge(judge, study.state(), &mut study.cache(), &Progress::new()).unwrap();
    let said = RulesReport::new(judge, ("least.toml", Some("m")), (study.dataset(), study.state()), &judged, Lang::En);
    let checked = parsed(&run(1, "check", &["--json"]));
    assert_eq!(checked["rules"], serde_json::to_value(&said).unwrap());
    assert!(checked["rules"]["counts"]["broken"].as_u64() > Some(0), "{checked}");

    // What is compared, drawn and suggested.
    let (base, state) = (study.document().base(), study.state());
    let sides = [Alternative { name: "base", state: base }, Alternative { name: "m", state }];
    let (mut cache, own) = (study.cache(), study.own_figures());
    let levels: Vec<LevelIndex> = base.levels().collect();
    let comparison = Comparison::new(study.dataset(), &sides, &levels, (&mut cache, own), &Progress::new()).unwrap();
    let entries = ["base", "m"].map(|name| AlternativeEntry {
        name: name.to_owned(),
        plan: None,
        edits: usize::from(name == "m"),
    });
    let mut table = Vec::new();
    ComparisonReport::new(&comparison, entries.to_vec(), 20).write_csv(&mut table, Lang::En).unwrap();
    assert_eq!(run(0, "compare", &["--csv"]), String::from_utf8(table).unwrap());
    let grounds = study.grounds();
    let sheet = Sheet {
        dataset: study.dataset(),
        document: Some(study.document()),
        level,
        title: None,
        style: Style::parse("room", study.document().origin(), own).unwrap(),
        shades: Shades::default(),
        symbols: &[],
        grounds: &grounds,
        size: "800x600".parse().unwrap(),
        lang: Lang::En,
    };
    let map = files.path("map.svg");
    run(0, "render", &["--style", "room", "--size", "800x600", "--lang", "en", "-o", &map]);
    let drawn = fs::read_to_string(&map).unwrap();
    assert_eq!(drawn, print::draw(&sheet).unwrap());
    assert!(drawn.contains("id=\"facilities\"") && drawn.contains("id=\"crossings\""));

    page_and_ensemble_say_the_same(&files, &study);
    let found = suggest(
        judge,
        &study.document().shared_state(),
        &Ask { rounds: 2, ..Ask::new(level, Goal::Minimum) },
        &mut study.cache(),
        &Progress::new(),
    );
    let out = files.path("s.json");
    let args = ["suggest", project, "--scenario", "m", "--rounds", "2", "--json", "-o", &out];
    let printed = parsed(&String::from_utf8(crate::support::quhua(args).stdout).unwrap());
    let report = SuggestionReport::new(judge.dataset(), state, &found.unwrap(), Lang::En);
    assert_eq!(printed, serde_json::to_value(&report).unwrap());
    assert!(!suspects.is_empty());
}

/// Every figure and mark of every unit.
fn figures_and_marks_are_the_same(report: &Value, study: &Study, level: LevelIndex) {
    let [room, steep] = [0, 1].map(|at| study.own_figures().list()[at].id);
    for unit in study.state().units_at(level) {
        let entry = report["units"].as_array().unwrap().iter().find(|it| it["code"] == *study.state().unit(unit).code);
        let (entry, figures) = (entry.unwrap(), study.figures(unit));
        assert_eq!(entry["area_m2"].as_f64(), Some(figures.area_m2));
        for (name, id) in [("room", room), ("steep", steep)] {
            let value = study.own_value(id, study.state(), unit, &figures).unwrap().to_f64();
            assert_eq!(entry["figures"][name].as_f64(), Some(value), "{name}");
        }
        assert_eq!(entry.get("touches_defect").is_some(), study.touches_defect(unit));
    }
}

/// What is handed out to readers, with every figure and mark, and what is drawn by chance.
fn page_and_ensemble_say_the_same(files: &Files, study: &Study) {
    let run = |subcommand: &str, rest: &[&str]| {
        let project = files.project.to_str().unwrap();
        quhua_exits(0, [&[subcommand, project, "--scenario", "m", "--lang", "en"], rest].concat()).0
    };
    let (grounds, own, level) = (study.grounds(), study.own_figures(), LevelIndex::FINEST);
    let (base, state) = (study.document().base(), study.state());
    let reader = Reader {
        dataset: study.dataset(),
        document: Some(study.document()),
        level,
        title: None,
        style: Style::parse("room", study.document().origin(), own).unwrap(),
        shades: Shades::default(),
        symbols: &[],
        grounds: &grounds,
        area_unit: AreaUnit::default(),
        lang: Lang::En,
    };
    let out = files.path("page.html");
    run("page", &["--style", "room", "-o", &out]);
    let page = fs::read_to_string(&out).unwrap();
    assert_eq!(page, quhua::page::page(&reader).unwrap());
    for unit in state.units_at(level) {
        let figures = study.figures(unit);
        let room = study.own_value(own.list()[0].id, state, unit, &figures).unwrap().to_f64();
        for text in [numbers::area(figures.area_m2, AreaUnit::default()), numbers::number(room, 2)] {
            assert!(page.contains(&format!("<span class=\"f\">{text}</span>")), "{text}");
        }
        let marked = format!("{} *</td>", state.unit(unit).label());
        assert_eq!(page.contains(&marked), study.touches_defect(unit), "{marked}");
    }
    let planned = Planned { dataset: study.dataset(), base, plan: state, grounds: &grounds };
    let ask = ensemble::Ask { level, samples: 4, seed: 1 };
    let drawn = Ensemble::draw(planned, ask, &Progress::new()).unwrap();
    let said = EnsembleReport::new(study.dataset(), &drawn, Lang::En);
    let printed = parsed(&run("ensemble", &["--samples", "4", "--json"]));
    assert_eq!(printed, serde_json::to_value(&said).unwrap());
}

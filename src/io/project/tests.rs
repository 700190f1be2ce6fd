//! Projects come back as they were, whatever happens on the way.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::edit::testing::{act, check_scenarios, grid, random_edit};
use crate::edit::{Edit, Form, Stage, Target, UnitRef};
use crate::geodesy::AreaMethod;
use crate::io::export::{Export, write_source, write_units};
use crate::io::{LayerSource, WriteProblem, geojson};
use crate::model::{Facility, FieldRules, LevelIndex, ReadNoteKind, ReferenceLine};

fn dataset_of(layers: Vec<Layer>) -> Arc<Dataset> {
    Arc::new(Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap())
}

fn layer(name: &str, text: &[u8]) -> Layer {
    geojson::read_bytes(name, text, &Limits::default(), &Progress::new()).unwrap()
}

fn sample() -> Arc<Dataset> {
    let villages = include_bytes!("../../../sample_data/sanhe/villages.geojson");
    let townships = include_bytes!("../../../sample_data/sanhe/townships.geojson");
    dataset_of(vec![layer("villages.geojson", villages), layer("townships.geojson", townships)])
}

/// A merger of the first two townships under one parent.
fn merge(document: &Document) -> Edit {
    let state = document.state();
    let units = state.units_at(LevelIndex(1)).take(2);
    let units = units.map(|unit| UnitRef::to(document.dataset(), state, unit).unwrap()).collect();
    Edit::Merge { units, form: Form::Establish, into: Target::default() }
}

fn exported(document: &Document, level: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let (dataset, state) = (document.dataset(), document.state());
    let rules = &FieldRules::guess(dataset);
    let (level, area_method, suspects) =
        (LevelIndex(level), AreaMethod::Geodesic, &crate::coverage::Suspects::default());
    let export = Export { dataset, state, level, area_method, rules, suspects, further: None };
    write_units(&mut out, &export, &Progress::new()).unwrap();
    out
}

fn save(document: &Document, path: &Path) -> Stamp {
    write(path, document, None, &Progress::new()).unwrap()
}

fn open(path: &Path) -> (Document, Vec<Refusal>) {
    let contents = read(path, &Limits::default(), &Progress::new()).unwrap();
    let dataset = Dataset::assemble(contents.layers, &contents.overrides, &Progress::new()).unwrap();
    contents.plans.restore(Arc::new(dataset))
}

fn problem(path: &Path) -> String {
    let error = read(path, &Limits::default(), &Progress::new()).unwrap_err();
    let text = error.to_string();
    assert!(text.ends_with(&path.display().to_string()) && !text.contains('\n'), "{text}");
    text
}

/// Before, the features of the source had the name that GDAL has for its own number, and layers counted from 0.
#[test]
fn a_project_of_version_0_1_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.gpkg");
    let mut document = Document::new(sample());
    document.commit(&merge(&document)).unwrap();
    save(&document, &path);
    let old = "ALTER TABLE quhua_source RENAME COLUMN feature TO fid;
         UPDATE quhua_source SET layer = layer - 1;
         UPDATE quhua_layer SET id = id - 1;
         DELETE FROM quhua_meta WHERE key LIKE 'seal.%';";
    Connection::open(&path).unwrap().execute_batch(old).unwrap();
    let (back, refusals) = open(&path);
    assert_eq!(refusals, []);
    assert_eq!(back.stored_steps(), document.stored_steps());
    assert_eq!(exported(&back, 1), exported(&document, 1));
}

#[test]
fn a_project_comes_back_with_boundaries_scenarios_and_history() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("三河.gpkg");
    let mut document = Document::new(sample());
    document.set_author("李");
    document.rename_plan("方案一");
    let step = document.commit(&merge(&document)).unwrap().id;
    document.annotate(step, "县里意见");
    let second = document.branch("方案二");
    document.describe(second, |it| *it.stage = Stage::FirstUp);
    document.set_setting("looks", "{}".to_owned());
    document.commit(&merge(&document)).unwrap();
    document.undo();
    save(&document, &path);

    let (back, refusals) = open(&path);
    assert_eq!(refusals, []);
    assert_eq!((back.scenarios(), back.stored_steps()), (document.scenarios(), document.stored_steps()));
    assert_eq!((back.active().id, back.is_modified()), (second, false));
    assert_eq!(back.settings(), document.settings());
    assert_eq!(back.dataset().fields, document.dataset().fields);
    assert_eq!(
        back.dataset().bases().collect::<Vec<_>>(),
        document.dataset().bases().collect::<Vec<_>>(),
        "a plan still knows its files"
    );
    for level in 0..3 {
        assert!(exported(&back, level) == exported(&document, level), "level {level}");
    }
    // The same document gives the same project again.
    let again = folder.path().join("again.gpkg");
    save(&back, &again);
    assert_eq!(open(&again).0.scenarios(), document.scenarios());
}

/// A school, a place without a name, and a road.
fn places() -> Arc<Facilities> {
    let at = |x: f64, y: f64| geo::Coord { x, y };
    let school = Facility { at: at(105.4, 31.1), name: "中心小学".into(), kind: "小学".into() };
    let other = Facility { at: at(-0.1, 0.3), name: "".into(), kind: "".into() };
    let road = ReferenceLine { path: vec![at(105.1, 31.0), at(105.2, 31.1), at(105.3, 31.0)], name: "老路".into() };
    Arc::new(Facilities::new(vec![school, other]).with_lines(vec![road]))
}

#[test]
fn facilities_and_lines_are_kept_with_the_project() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.gpkg");
    let mut document = Document::new(sample());
    save(&document, &path);
    let tables = |path: &Path| -> Vec<(String, String)> {
        let connection = Connection::open(path).unwrap();
        let list = "SELECT table_name, geometry_type_name FROM gpkg_contents JOIN gpkg_geometry_columns
                    USING (table_name) WHERE table_name LIKE 'quhua%' ORDER BY table_name";
        let mut list = connection.prepare(list).unwrap();
        list.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!((tables(&path), open(&path).0.places().is_empty()), (vec![], true), "nothing for nothing");

    document.set_places(places());
    assert!(document.is_modified());
    save(&document, &path);
    let expected = [("quhua_line", "LINESTRING"), ("quhua_place", "POINT")];
    assert_eq!(tables(&path), expected.map(|(table, geometry)| (table.to_owned(), geometry.to_owned())));
    let (back, _) = open(&path);
    assert_eq!((back.places(), back.is_modified()), (document.places(), false));
    // Taken away, they are gone from the file too; and they go along to other boundaries.
    assert_eq!(*back.rebased(grid(2, 2)).0.places(), places());
    document.set_places(Arc::default());
    save(&document, &path);
    assert_eq!((tables(&path), open(&path).0.places().is_empty()), (vec![], true));
}

#[test]
fn facilities_and_lines_outlive_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().to_owned());
    let mut document = Document::new(grid(3, 2));
    let mut working = workplace.begin(&Origin::Sample, &document).unwrap();
    document.set_places(places());
    assert!(!working.is_current(&document));
    working.sync(&document).unwrap();
    assert!(working.is_current(&document));
    drop(working);
    let (plans, mut working) = workplace.left_behind().pop().expect("it is unsaved work").take_up();
    let (mut document, _) = plans.restore(grid(3, 2));
    assert_eq!(*document.places(), places());
    document.mark_unsaved();
    document.set_places(Arc::new(Facilities::default().with_lines(places().lines().to_vec())));
    working.sync(&document).unwrap();
    drop(working);
    let plans = workplace.left_behind().pop().unwrap().take_up().0;
    assert_eq!((plans.places.all().len(), plans.places.lines()), (0, places().lines()));
}

#[test]
fn what_other_programs_did_to_facilities_is_taken_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("places.gpkg");
    let mut document = Document::new(sample());
    document.set_places(places());
    save(&document, &path);
    let change = |statement: &str| Connection::open(&path).unwrap().execute_batch(statement).unwrap();
    change(
        "UPDATE quhua_place SET kind = NULL; UPDATE quhua_place SET geom = NULL WHERE fid = 2; DROP TABLE quhua_line",
    );
    let (back, _) = open(&path);
    let kept: Vec<_> = back.places().all().iter().map(|it| (it.name.as_str(), it.kind.as_str())).collect();
    assert_eq!((kept, back.places().lines().len()), (vec![("中心小学", "")], 0));
    change("UPDATE quhua_place SET geom = x'00' WHERE fid = 1");
    assert!(problem(&path).contains("damaged (a geometry cannot be read)"));
}

#[test]
fn the_origin_of_work_from_before_layers_had_sources_is_read() {
    let old: Origin = serde_json::from_str(r#"{"files":["/a/villages.geojson","/a/townships.geojson"]}"#).unwrap();
    let paths = ["/a/villages.geojson", "/a/townships.geojson"].map(PathBuf::from);
    assert_eq!(old, Origin::Files(paths.clone().map(LayerSource::from).into()));
    assert_eq!(serde_json::to_string(&old).unwrap(), r#"{"files":["/a/villages.geojson","/a/townships.geojson"]}"#);
    let copies = [PathBuf::from("/copies/0-villages.geojson")];
    assert_eq!(old.with_files_at(&copies).paths(), [&copies[0], &paths[1]]);
    for (text, origin) in
        [("\"sample\"", Origin::Sample), (r#"{"project":"/a/b.gpkg"}"#, Origin::Project("/a/b.gpkg".into()))]
    {
        assert_eq!(serde_json::from_str::<Origin>(text).unwrap(), origin);
    }
}

#[test]
fn odd_features_leave_as_they_came() {
    let text = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":7,"properties":{"Code":"01","code":1.50,"fid":true,"x":{"a":[1]}},
         "geometry":{"type":"Polygon","coordinates":[[[0,0,9],[1.0,0,9],[1,1,9],[0,0,9]]]}},
        {"geometry":null,"type":"Feature","properties":{"Code":"02","name":"甲\u4e59"}},
        {"type":"Feature","properties":{"Code":"03","code":null},"bbox":[2,0,3,1],
         "geometry":{"coordinates":[[[[2,0],[3,0],[3,1],[2,0]]],[[[4,0],[5,0],[5,0],[5,1],[4,0]]]],"type":"MultiPolygon"}},
        {"type":"Feature","properties":null,"geometry":{"type":"MultiPolygon","coordinates":[]}}]}"#;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.gpkg");
    let document = Document::new(dataset_of(vec![layer("1 odd.geojson", text.as_bytes())]));
    save(&document, &path);
    let source = |dataset: &Dataset| {
        let mut out = Vec::new();
        write_source(&mut out, dataset).unwrap();
        String::from_utf8(out).unwrap()
    };
    let (back, _) = open(&path);
    assert_eq!(source(back.dataset()), source(document.dataset()));
    assert!(source(back.dataset()).contains(r#""code":1.50"#) && source(back.dataset()).contains("[1.0,0,9]"));
    let connection = Connection::open(&path).unwrap();
    let columns: Vec<String> = connection
        .prepare("SELECT name || ' ' || type FROM pragma_table_info('layer_1_odd')")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let expected =
        ["fid INTEGER", "geom MULTIPOLYGON", "Code TEXT", "code_2 REAL", "fid_2 BOOLEAN", "x TEXT", "name TEXT"];
    assert_eq!(columns, expected);
}

#[test]
fn other_programs_find_the_units_of_the_active_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("units.gpkg");
    let mut document = Document::new(sample());
    document.commit(&merge(&document)).unwrap();
    save(&document, &path);
    let connection = Connection::open(&path).unwrap();
    let list = "SELECT group_concat(table_name, ' ') FROM (SELECT table_name FROM gpkg_contents ORDER BY table_name)";
    let tables: String = connection.query_row(list, [], |row| row.get(0)).unwrap();
    // The villages have another township now.
    assert_eq!(tables, "plan_county plan_township plan_village townships villages");
    let made = "SELECT name, code, change, length(geom) > 1000 FROM plan_township WHERE change = 'established'";
    let made: (String, String, String, bool) =
        connection.query_row(made, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))).unwrap();
    let unit = document.history().next().unwrap().made.unwrap();
    let unit = document.state().unit(unit);
    assert_eq!(made, (unit.name.to_string(), unit.code.to_string(), "established".to_owned(), true));
    let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
}

#[test]
fn boundaries_that_another_program_changed_are_told_and_stay_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let document = Document::new(sample());
    let notes = |path: &Path| {
        let layers = read(path, &Limits::default(), &Progress::new()).unwrap().layers;
        layers
            .iter()
            .map(|layer| layer.notes.iter().filter(|note| note.what == ReadNoteKind::AlteredInProject).count())
            .collect::<Vec<_>>()
    };
    let change = |statement: &str| Connection::open(&path).unwrap().execute_batch(statement).unwrap();
    save(&document, &path);
    assert_eq!(notes(&path), [0, 0]);
    change("UPDATE townships SET name = '改名镇' WHERE fid = 1");
    assert_eq!(notes(&path), [0, 1], "an attribute");
    save(&document, &path);
    change("UPDATE villages SET geom = (SELECT geom FROM villages WHERE fid = 2) WHERE fid = 1");
    assert_eq!(notes(&path), [1, 0], "a territory");
    let (altered, _) = open(&path);
    save(&altered, &path);
    assert_eq!(notes(&path), [1, 0], "saving does not wash it off");
    // What a project of version 0.1 was like cannot be told.
    change("DELETE FROM quhua_meta WHERE key LIKE 'seal.%'");
    assert_eq!(notes(&path), [0, 0]);
}

#[test]
fn what_is_no_project_is_said_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    assert!(problem(&at("none.gpkg")).starts_with("no such file"));
    fs::write(at("text.gpkg"), "{}").unwrap();
    assert!(problem(&at("text.gpkg")).starts_with("this is no project of Quhua"));
    Connection::open(at("other.gpkg")).unwrap().execute_batch(schema::GEOPACKAGE).unwrap();
    assert!(problem(&at("other.gpkg")).starts_with("this is no project of Quhua"));

    let whole = at("whole.gpkg");
    save(&Document::new(sample()), &whole);
    let bytes = fs::read(&whole).unwrap();
    for part in 1..8 {
        let cut = at("cut.gpkg");
        fs::write(&cut, &bytes[..bytes.len() * part / 8]).unwrap();
        assert!(problem(&cut).starts_with("the project is cut off ("), "{part} of 8");
    }
    let change = |statement: &str| {
        fs::write(at("changed.gpkg"), &bytes).unwrap();
        Connection::open(at("changed.gpkg")).unwrap().execute_batch(statement).unwrap();
        problem(&at("changed.gpkg"))
    };
    let newer = change("UPDATE quhua_meta SET value = '2' WHERE key = 'format'");
    assert!(newer.starts_with("a newer version of the program made this project (format 2; this one knows 1)"));
    for statement in [
        "DELETE FROM villages WHERE fid = 3",
        "DELETE FROM quhua_scenario",
        "DROP TABLE quhua_path",
        "UPDATE quhua_scenario SET position = 9",
        "UPDATE quhua_scenario SET stage = 'lost'",
        "UPDATE quhua_source SET after = 'x'",
        "UPDATE quhua_source SET shape = 9",
        "UPDATE villages SET geom = x'00'",
        // What fields were taken for, and what lies beside the boundaries, is not passed over.
        "UPDATE quhua_meta SET value = '{' WHERE key = 'fields'",
        "CREATE TABLE quhua_place (fid INTEGER PRIMARY KEY, geom BLOB)",
        "CREATE VIEW quhua_line AS SELECT 1 AS fid, x'00' AS geom, '' AS name",
        // Views that never end, in place of tables.
        "DROP TABLE quhua_path;
         CREATE VIEW quhua_path AS WITH RECURSIVE n(depth) AS (VALUES (0) UNION ALL SELECT depth + 1 FROM n)
         SELECT 0 AS scenario, depth, 1 AS step FROM n",
        "DROP TABLE villages;
         CREATE VIEW villages AS WITH RECURSIVE n(fid) AS (VALUES (1) UNION ALL SELECT fid + 1 FROM n)
         SELECT fid, x'00' AS geom FROM n",
        // A table that makes its values as it is read.
        "DROP TABLE quhua_layer;
         CREATE TABLE quhua_layer (id, table_name, name, sha256, bytes AS (length(zeroblob(1000000000))))",
    ] {
        assert!(change(statement).contains("damaged"), "{statement}");
    }
}

#[test]
fn saving_keeps_the_version_before_and_never_writes_over_somebody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let mut document = Document::new(sample());
    let first = save(&document, &path);
    document.rename_plan("方案二");
    let second = write(&path, &document, Some(first), &Progress::new()).unwrap();
    assert_eq!(open(&folder.path().join("plan.gpkg~1")).0.name(), "");
    assert_eq!(open(&path).0.name(), "方案二");
    // A colleague saves in between.
    document.rename_plan("同事的");
    save(&document, &path);
    document.rename_plan("方案三");
    let error = write(&path, &document, Some(second), &Progress::new()).unwrap_err();
    assert!(error.to_string().starts_with("somebody else has changed this file"), "{error}");
    assert_eq!(open(&path).0.name(), "同事的");
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["plan.gpkg", "plan.gpkg~1"], "and nothing else lies about");
}

#[test]
fn a_folder_that_vanished_is_named_and_the_work_is_still_there() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("usb");
    fs::create_dir(&place).unwrap();
    let path = place.join("plan.gpkg");
    let workplace = Workplace::at(folder.path().join("data"));
    let mut document = Document::new(sample());
    save(&document, &path);
    let mut working = workplace.begin(&Origin::Project(path.clone()), &document).unwrap();
    document.commit(&merge(&document)).unwrap();
    working.sync(&document).unwrap();
    working.copying().run(&Progress::new()).unwrap();
    fs::remove_dir_all(&place).unwrap();
    let error = write(&path, &document, None, &Progress::new()).unwrap_err();
    assert!(matches!(error.problem, ProjectProblem::Write(WriteProblem::NoFolder)), "{error}");

    drop(working);
    let found = workplace.left_behind().pop().unwrap();
    assert_eq!(found.origin, Origin::Project(path));
    let copy = read(found.to_open()[0].paths()[0], &Limits::default(), &Progress::new()).unwrap();
    let dataset = dataset_of(copy.layers);
    let (back, refusals) = found.take_up().0.restore(dataset);
    assert_eq!((refusals.len(), exported(&back, 1) == exported(&document, 1)), (0, true));
}

#[test]
fn work_is_left_behind_only_when_it_was_not_saved_and_nobody_is_at_it() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().to_owned());
    assert_eq!(workplace.left_behind().len(), 0);
    let mut document = Document::new(grid(3, 2));
    let mut working = workplace.begin(&Origin::Sample, &document).unwrap();
    document.commit(&merge(&document)).unwrap();
    working.sync(&document).unwrap();
    assert_eq!(workplace.left_behind().len(), 0, "somebody is at it");
    drop(working);
    let found = workplace.left_behind().pop().unwrap();
    assert_eq!((&found.origin, found.plans.steps.len()), (&Origin::Sample, 1));
    let (_, mut working) = found.take_up();
    document.mark_saved();
    working.sync(&document).unwrap();
    drop(working);
    assert_eq!(workplace.left_behind().len(), 0, "it was saved");
    assert_eq!(fs::read_dir(folder.path().join("work")).unwrap().count(), 0);
    document.undo();
    let working = workplace.begin(&Origin::Sample, &document).unwrap();
    working.discard().unwrap();
    assert_eq!(workplace.left_behind().len(), 0, "it was given up");
}

#[test]
fn two_windows_never_write_one_project() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().join("data"));
    let path = folder.path().join("plan.gpkg");
    let lock = workplace.lock(&path).unwrap();
    let error = workplace.lock(&path).unwrap_err();
    assert!(error.to_string().starts_with("another window works on this project"), "{error}");
    workplace.lock(&folder.path().join("other.gpkg")).unwrap();
    drop(lock);
    workplace.lock(&path).unwrap();
}

#[test]
fn a_full_disk_is_said_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    let mut document = Document::new(grid(3, 2));
    let mut journal = Journal::create(&path).unwrap();
    document.commit(&merge(&document)).unwrap();
    journal.sync(&document).unwrap();
    let pages: u32 = journal.connection_for_tests().query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    journal.connection_for_tests().pragma_update(None, "max_page_count", pages).unwrap();
    let error = loop {
        document.rename_plan(&"长".repeat(4000));
        document.commit(&Edit::Rename { unit: UnitRef::code("510722103"), name: "甲".repeat(2000).into() }).unwrap();
        if let Err(error) = journal.sync(&document) {
            break error;
        }
    };
    assert!(matches!(error.problem, ProjectProblem::Write(WriteProblem::DiskFull)), "{error}");
    // Once there is room again, the next command brings everything to the disk.
    journal.connection_for_tests().pragma_update(None, "max_page_count", 1_000_000).unwrap();
    journal.sync(&document).unwrap();
    drop(journal);
    assert_eq!(Journal::open(&path).unwrap().1, Plans::of(&document));
}

#[test]
fn a_step_takes_less_than_a_kilobyte_on_the_disk() {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.sqlite");
    let mut document = Document::new(grid(20, 20));
    let mut journal = Journal::create(&path).unwrap();
    let mut random = 3_u32;
    while document.position() < 500 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [a, b, c, d] = random.to_be_bytes();
        let edit = random_edit(&document, [a, b, c, d, a ^ c, b ^ d]);
        if document.commit(&edit).is_ok() {
            journal.sync(&document).unwrap();
        }
    }
    drop(journal);
    let bytes = fs::metadata(&path).unwrap().len();
    assert!(bytes < 500 * 1024, "{} bytes a step", bytes / 500);
}

#[test]
fn ten_thousand_edits_undos_branches_saves_and_reopenings_are_what_a_replay_gives() {
    let folder = tempfile::tempdir().unwrap();
    let (path, dataset) = (folder.path().join("plan.gpkg"), grid(6, 5));
    let mut document = Document::new(Arc::clone(&dataset));
    let mut random = 7_u64;
    for step in 1..=10_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let dice = random.to_be_bytes();
        act(&mut document, std::array::from_fn(|i| dice[i]));
        if step % 250 == 0 {
            save(&document, &path);
            let saved = read(&path, &Limits::default(), &Progress::new()).unwrap().plans;
            assert_eq!(saved, Plans::of(&document));
            let (opened, refusals) = saved.restore(Arc::clone(&dataset));
            assert_eq!(refusals, []);
            document = opened;
            check_scenarios(&document);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_journal_holds_what_the_document_holds(dice in prop::collection::vec(any::<[u8; 6]>(), 1..40)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        let mut document = Document::new(grid(4, 3));
        let mut journal = Journal::create(&path).unwrap();
        for dice in dice {
            act(&mut document, dice);
            journal.sync(&document).unwrap();
            if dice[5].is_multiple_of(4) {
                drop(journal);
                let (opened, plans) = Journal::open(&path).unwrap();
                prop_assert_eq!(&plans, &Plans::of(&document));
                journal = opened;
                let (restored, refusals) = plans.restore(Arc::clone(document.dataset()));
                prop_assert_eq!(refusals, []);
                document = restored;
            }
        }
    }
}

#[test]
fn a_field_with_a_nul_in_its_name_is_saved_with_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let text = br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"1","a\u0000b":2},
        "geometry":{"type":"Polygon","coordinates":[[[105,31],[105.1,31],[105.1,31.1],[105,31]]]}}]}"#;
    let document = Document::new(dataset_of(vec![layer("nul.geojson", text)]));
    let path = folder.path().join("nul.gpkg");
    save(&document, &path);
    let fields = open(&path).0.dataset().layers[0].table.fields().to_vec();
    assert_eq!(fields, ["code", "a\0b"]);
}

#[cfg(unix)]
#[test]
fn work_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().to_owned());
    let working = workplace.begin(&Origin::Sample, &Document::new(sample())).unwrap();
    let rights = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(rights(&folder.path().join("work")), 0o700);
    assert_eq!(rights(working.folder()), 0o700);
    assert_eq!(rights(&working.folder().join("journal.sqlite")), 0o600);
}

#[test]
fn the_latest_work_stays_the_latest_however_often_it_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().to_owned());
    let mut all: Vec<(Document, Working)> = Vec::new();
    for number in 0..5 {
        let mut document = Document::new(grid(3, 2));
        document.rename_plan(&format!("方案{number}"));
        let working = workplace.begin(&Origin::Sample, &document).unwrap();
        all.push((document, working));
    }
    // Worked on in another order than they were begun.
    for number in [3, 0, 4, 1, 2] {
        let (document, working) = &mut all[number];
        document.branch("又");
        working.sync(document).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    drop(all);
    for look in 0..3 {
        let found = workplace.left_behind();
        let names: Vec<_> = found.iter().map(|found| found.plans.scenarios[0].name.clone()).collect();
        assert_eq!(names, ["方案2", "方案1", "方案4", "方案0", "方案3"], "look {look}");
    }
}

#[test]
fn a_save_that_was_cut_off_right_behind_its_file_is_no_change_by_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let (workplace, path) = (Workplace::at(folder.path().join("data")), folder.path().join("plan.gpkg"));
    let mut document = Document::new(grid(3, 2));
    let before = save(&document, &path);
    let mut working = workplace.begin(&Origin::Project(path.clone()), &document).unwrap();
    working.set_place(&Origin::Project(path.clone()), Some(before)).unwrap();
    document.commit(&merge(&document)).unwrap();
    working.sync(&document).unwrap();
    let announcing = working.announcing();
    let written =
        write_announced(&path, &document, Some(before), |stamp| announcing.note(&path, stamp), &Progress::new());
    // Killed before it could say so.
    drop(working);
    let found = workplace.left_behind().pop().unwrap();
    assert_eq!(found.stamp, Some(written.unwrap()));
    save(&document, &path);
    write(&path, &document, found.stamp, &Progress::new()).expect_err("but now somebody else has");
    drop(found);
    assert_eq!(workplace.left_behind().pop().unwrap().stamp, Some(before));
}

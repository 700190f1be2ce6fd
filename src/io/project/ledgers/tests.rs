//! Ledgers come back as they were, and with what other programs made of them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use geo::Coord;
use proptest::prelude::*;
use rusqlite::Connection;

use super::super::{Contents, Journal, Origin, Plans, Workplace, read as read_project, write as write_project};
use super::*;
use crate::edit::testing::{act, grid};
use crate::edit::{Document, Edit, EditError, RowEdit};
use crate::io::Limits;
use crate::jobs::Progress;
use crate::model::{
    AcceptedRows, AsOf, Cell, DateSource, FieldOverrides, KeptLedger, LedgerFinding, LedgerParts, LedgerSource,
    ReadNoteKind, RowIndex, Sheet,
};

fn text(text: &str) -> Cell {
    Cell::text_of(text)
}

fn number(text: &str) -> Cell {
    Cell::Number(text.to_owned())
}

fn keep(ledger: Ledger) -> KeptLedger {
    KeptLedger { ledger: Arc::new(ledger), accepted: Arc::default() }
}

/// Three schools of the grid, with all that makes a county's list.
fn schools() -> KeptLedger {
    let rows = [
        vec![text("全县学校一览表（2025年9月）")],
        ["学校代码", "学校名称", "村代码", "学生数", "校舍面积", "建成", "学生数", "NAME", "name"].map(text).into(),
        vec![
            text("0012"),
            text("中心小学"),
            text("510722101201"),
            number("412"),
            number("1200.5"),
            Cell::Date("1998-09-01".to_owned()),
            text("约四十"),
        ],
        vec![
            text("0013"),
            text("二小"),
            number("510722102202"),
            number("95"),
            number("800"),
            Cell::Date("2003-09-01".to_owned()),
            Cell::Error("#N/A".to_owned()),
            text("a"),
        ],
        vec![
            text("0014"),
            text("\"三\"小"),
            text("无此村"),
            number("7"),
            Cell::Empty,
            Cell::Empty,
            number("1"),
            text("b"),
        ],
        vec![text("合计"), Cell::Empty, Cell::Empty, number("514")],
    ];
    let sheet = Sheet {
        file: "schools.xlsx".to_owned(),
        name: Some("学校".to_owned()),
        sha256: "ab".repeat(32),
        rows: rows.into(),
        ..Sheet::default()
    };
    let ledger = Ledger::from_sheet("schools", sheet).unwrap();
    assert_eq!((ledger.len(), ledger.key_column()), (3, Some(0)));
    let accepted = AcceptedRows::from([("0014".to_owned(), "510722103203".to_owned())]);
    KeptLedger { ledger: Arc::new(ledger), accepted: Arc::new(accepted) }
}

/// A road, a bus stop, and something that was not drawn.
fn roads() -> KeptLedger {
    let at = |x: f64, y: f64| Coord { x, y };
    let parts = LedgerParts {
        name: "路网 \"x\"; DROP TABLE quhua_step".to_owned(),
        headers: ["编号", "fid", "geom", "a\"b", "", "Ａ"].map(str::to_owned).into(),
        key: Some(0),
        rows: vec![vec![text("R1"), number("3")], vec![text("S1"), text("x"), text("y"), text("z\0")], vec![text("N")]],
        numbers: vec![2, 7, 4_000_000_000],
        drawn: vec![
            Drawn::Line(vec![vec![at(0.5, 0.5), at(1.1, 0.7)], vec![at(2.5, 0.1), at(2.25, 1.0 / 3.0)]]),
            Drawn::Point(at(105.123_456_789_012_34, -31.0)),
            Drawn::Nothing,
        ],
        ..LedgerParts::default()
    };
    keep(Ledger::from_parts(parts).unwrap())
}

fn document(ledgers: &[KeptLedger]) -> Document {
    Document::new(grid(4, 3).with_kept_ledgers(ledgers))
}

fn save(document: &Document, path: &Path) {
    write_project(path, document, None, &Progress::new()).unwrap();
}

fn contents(path: &Path) -> Contents {
    read_project(path, &Limits::default(), &Progress::new()).unwrap()
}

fn record(id: &str, column: &str, value: &str) -> Edit {
    let set = [(column.into(), value.into())].into();
    Edit::Record { table: "schools".into(), id: Some(id.into()), row: RowEdit::Set { set } }
}

fn change(path: &Path, statement: &str) {
    Connection::open(path).unwrap().execute_batch(statement).unwrap();
}

/// What is told of the first ledger of a project, by its identifiers.
fn told(path: &Path) -> Vec<&'static str> {
    let ledgers = contents(path).plans.ledgers;
    ledgers[0].ledger.told().map(LedgerFinding::id).collect()
}

#[test]
fn ledgers_come_back_the_very_same_with_what_was_said_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["a.gpkg", "b.gpkg"].map(|name| folder.path().join(name));
    let mut document = document(&[schools(), roads()]);
    document.commit(&record("0013", "学生数", "0")).unwrap();
    save(&document, &first);
    let plans = contents(&first).plans;
    assert_eq!(plans, Plans::of(&document));
    let back = &plans.ledgers[0].ledger;
    let as_of = Some(AsOf { date: "2025-09".to_owned(), from: DateSource::Title });
    assert_eq!((back.source().as_of.clone(), back.number_of(RowIndex(1))), (as_of, 4));
    assert_eq!(back.findings(), schools().ledger.findings());
    assert!(back.findings().iter().any(|finding| finding.id() == "passed_over"), "{:?}", back.findings());

    let (back, refusals) = plans.restore(grid(4, 3));
    assert_eq!((refusals, back.is_modified()), (vec![], false));
    assert_eq!(back.state().records(), document.state().records());
    assert_eq!(back.ledgers()[0].bound(RowIndex(2)).atom(), document.ledgers()[0].bound(RowIndex(2)).atom());
    assert!(back.ledgers()[0].bound(RowIndex(2)).atom().is_some(), "somebody said whose it is");
    save(&back, &second);
    assert_eq!(contents(&second).plans, Plans::of(&document));
    // Without them no table of theirs is there.
    save(&back.with_ledgers(&[]).0, &second);
    let count = "SELECT count(*) FROM sqlite_master WHERE name LIKE '%ledger%' OR name = 'schools'";
    let count: u32 = Connection::open(&second).unwrap().query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!((count, contents(&second).plans.ledgers), (0, vec![]));
}

#[test]
fn other_programs_find_ordinary_tables_with_numbers_dates_and_places() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    save(&document(&[schools(), roads()]), &path);
    let connection = Connection::open(&path).unwrap();
    let all = |query: &str| -> Vec<String> {
        let mut list = connection.prepare(query).unwrap();
        list.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let columns = |table: &str| all(&format!("SELECT name || ' ' || type FROM pragma_table_info('{table}')"));
    let entered =
        all("SELECT table_name || ' ' || data_type FROM gpkg_contents WHERE description LIKE 'ledger%' ORDER BY 1");
    assert_eq!(entered, ["schools attributes", "路网__x___DROP_TABLE_quhua_step features"]);
    let expected = [
        "fid INTEGER",
        "学校代码 TEXT",
        "学校名称 TEXT",
        "村代码 TEXT",
        "学生数 INTEGER",
        "校舍面积 REAL",
        "建成 DATE",
        "学生数 (2) TEXT",
        "NAME TEXT",
        "name_2 TEXT",
    ];
    assert_eq!(columns("schools"), expected);
    let row = "SELECT fid || 学校代码 || typeof(学生数) || 建成 || \"学生数 (2)\" FROM schools WHERE 学生数 > 400";
    assert_eq!(all(row), ["30012integer1998-09-01约四十"]);
    let expected =
        ["fid INTEGER", "geom GEOMETRY", "编号 TEXT", "fid_2 TEXT", "geom_2 TEXT", "a\"b TEXT", "_ TEXT", "Ａ TEXT"];
    assert_eq!(columns("路网__x___DROP_TABLE_quhua_step"), expected);
    assert_eq!(all("PRAGMA integrity_check"), ["ok"]);
}

#[test]
fn what_another_program_wrote_counts_and_stays_told_and_keys_stay_unique() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    save(&document(&[schools()]), &path);
    assert_eq!(told(&path), ["passed_over", "passed_over", "same_header"]);
    change(
        &path,
        "UPDATE schools SET 学生数 = 413, 学校代码 = '0013', \"学生数 (2)\" = NULL WHERE fid = 3;
         INSERT INTO schools (学校代码, 学校名称, 学生数) VALUES ('', '四小', 'n/a');
         ALTER TABLE schools ADD COLUMN \"备注\" TEXT DEFAULT '新';
         ALTER TABLE schools DROP COLUMN 建成;
         DELETE FROM schools WHERE fid = 5;",
    );
    let check = |path: &Path| {
        let kept = contents(path).plans.ledgers.remove(0);
        let ledger = &kept.ledger;
        let rows: Vec<(u32, &str)> =
            ledger.rows().map(|row| (ledger.number_of(row), ledger.key(row).as_str())).collect();
        assert_eq!(rows, [(3, "0013"), (4, "0013#4"), (6, "#6")]);
        let cell = |row, column| ledger.cell(RowIndex(row), ledger.column(column).unwrap()).clone();
        assert_eq!(cell(0, "学生数"), number("413"));
        assert_eq!(cell(0, "学生数 (2)"), Cell::Empty, "it was emptied there");
        assert_eq!(cell(1, "学生数 (2)"), Cell::Error("#N/A".to_owned()), "nobody has touched it");
        assert_eq!((cell(2, "学生数"), cell(2, "备注")), (text("n/a"), text("新")));
        assert_eq!((ledger.column("建成"), ledger.key_column()), (None, Some(0)));
        assert_eq!(kept.accepted, schools().accepted);
    };
    check(&path);
    let expected = ["passed_over", "passed_over", "same_header", "column_gone", "altered_in_project"];
    assert_eq!(told(&path), expected);
    let (document, _) = contents(&path).plans.restore(grid(4, 3));
    save(&document, &path);
    check(&path);
    assert_eq!(told(&path), expected, "saving does not wash it off");
}

#[test]
fn a_table_that_is_gone_is_a_ledger_less_and_records_about_it_are_left_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let sample = include_bytes!("../../../../sample_data/sanhe/villages.geojson");
    let layer = crate::io::geojson::read_bytes("v.geojson", sample, &Limits::default(), &Progress::new()).unwrap();
    let dataset = crate::model::Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap();
    let mut document = Document::new(Arc::new(dataset).with_kept_ledgers(&[schools(), roads()]));
    document.commit(&record("0013", "学生数", "0")).unwrap();
    save(&document, &path);
    change(&path, "DROP TABLE schools");
    let contents = contents(&path);
    let notes: Vec<_> = contents.layers[0].notes.iter().map(|note| note.what.clone()).collect();
    assert_eq!(notes, [ReadNoteKind::LedgerGone { ledger: "schools".to_owned() }]);
    assert_eq!(contents.plans.ledgers, [roads()]);
    let (back, refusals) = contents.plans.restore(Arc::clone(document.origin()).with_kept_ledgers(&[]));
    assert!(matches!(&*refusals[0].error, EditError::NoSuchLedger { ledger, .. } if ledger == "schools"));
    assert_eq!(back.active().left_over, [record("0013", "学生数", "0")]);
}

#[test]
fn what_stands_for_a_ledger_and_is_no_plain_table_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    save(&document(&[schools(), roads()]), &path);
    let bytes = fs::read(&path).unwrap();
    // A column that was added has a value in every row, and takes no room in the file.
    let filled = format!(
        "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
         INSERT INTO schools (学校名称) SELECT 'x' FROM n;
         ALTER TABLE schools ADD COLUMN more TEXT DEFAULT '{}'",
        "x".repeat(100_000)
    );
    for statement in [
        "DROP TABLE schools;
         CREATE VIEW schools AS WITH RECURSIVE n(fid) AS (VALUES (1) UNION ALL SELECT fid + 1 FROM n) SELECT fid FROM n",
        "DROP TABLE schools; CREATE TABLE schools (id INTEGER)",
        "DROP TABLE quhua_ledger_cell; CREATE VIEW quhua_ledger_cell AS SELECT 1 AS ledger, 1 AS fid, 1 AS position, '' AS kind, '' AS text",
        "DROP TABLE quhua_ledger_column",
        "UPDATE quhua_ledger SET name = 'schools'",
        "UPDATE quhua_ledger SET words = '{'",
        "UPDATE quhua_ledger SET as_of = 'x'",
        "UPDATE quhua_ledger_column SET kind = 'x'",
        "UPDATE quhua_ledger_cell SET kind = 'x'",
        "UPDATE \"路网__x___DROP_TABLE_quhua_step\" SET geom = x'47500001'",
        "UPDATE \"路网__x___DROP_TABLE_quhua_step\" SET fid = 4294967295 WHERE fid = 2;
         INSERT INTO \"路网__x___DROP_TABLE_quhua_step\" (fid) VALUES (4294967296)",
        &filled,
    ] {
        fs::write(&path, &bytes).unwrap();
        let changed = Connection::open(&path).unwrap().execute_batch(statement);
        if let Err(error) = changed {
            panic!("{statement}: {error}");
        }
        let error = read_project(&path, &Limits::default(), &Progress::new()).unwrap_err();
        assert!(error.to_string().contains("damaged"), "{statement}: {error}");
    }
    // A column that makes its values as it is read is none.
    fs::write(&path, &bytes).unwrap();
    change(&path, "ALTER TABLE schools ADD COLUMN made TEXT AS (printf('%.*c', 900000000, 'x'))");
    assert_eq!(contents(&path).plans.ledgers, [schools(), roads()]);
}

#[test]
fn columns_beyond_what_a_table_holds_are_kept_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let headers = (0..2500).map(|at| format!("c{at}")).collect();
    let rows = (0..2).map(|row| (0..2500).map(|at| number(&(row + at).to_string())).collect()).collect();
    let parts = LedgerParts { name: "wide".to_owned(), headers, rows, numbers: vec![2, 3], ..LedgerParts::default() };
    let wide = keep(Ledger::from_parts(parts).unwrap());
    save(&document(std::slice::from_ref(&wide)), &path);
    assert_eq!(contents(&path).plans.ledgers, [wide]);
}

/// The schools a month later: one is gone, one is new.
fn next_month() -> KeptLedger {
    let kept = schools();
    let ledger = &kept.ledger;
    let cells = |row| (0..ledger.columns().len()).map(|column| ledger.cell(row, column).clone()).collect();
    let rows = vec![cells(RowIndex(0)), vec![text("0015"), text("五小"), text("510722104203")], cells(RowIndex(2))];
    let parts = LedgerParts {
        name: "schools".to_owned(),
        source: LedgerSource { file: "schools-10.xlsx".to_owned(), ..LedgerSource::default() },
        headers: ledger.columns().iter().map(|column| column.header.clone()).collect(),
        key: Some(0),
        rows,
        numbers: vec![3, 4, 5],
        ..LedgerParts::default()
    };
    KeptLedger { ledger: Arc::new(Ledger::from_parts(parts).unwrap()), accepted: kept.accepted }
}

#[test]
fn next_months_file_keeps_plan_history_and_undo_and_tells_what_is_about_rows_that_are_gone() {
    let mut document = document(&[schools()]);
    document.set_author("李");
    document.commit(&record("0012", "学生数", "400")).unwrap();
    document.commit(&record("0013", "学生数", "0")).unwrap();
    document.branch("方案二");
    document.commit(&record("0014", "学生数", "8")).unwrap();
    document.undo();
    document.mark_saved();
    let (mut now, refusals) = document.with_ledgers(&[next_month()]);
    assert!(now.is_modified());
    assert_eq!(now.ledgers()[0].ledger().source().file, "schools-10.xlsx");
    assert!(
        refusals.iter().all(|refusal| matches!(&*refusal.error, EditError::NoSuchRow { row, .. } if row == "0013"))
    );
    let left: Vec<_> = now.scenarios().iter().map(|scenario| scenario.left_over.len()).collect();
    assert_eq!((refusals.len(), left), (2, vec![1, 1]), "in both scenarios");
    assert!(now.state().records().get("schools", "0012").is_some());
    assert!(now.redo().is_some_and(|step| step.edit == record("0014", "学生数", "8") && step.author == "李"));
    // Back again, what is in force holds; nothing of what was left over is lost.
    let (back, refusals) = now.with_ledgers(&[schools()]);
    assert_eq!((refusals, back.kept_ledgers()), (vec![], vec![schools()]));
    assert_eq!(back.scenarios().iter().map(|scenario| scenario.left_over.len()).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn ledgers_outlive_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().to_owned());
    let document = document(&[]);
    let mut working = workplace.begin(&Origin::Sample, &document).unwrap();
    let (mut document, _) = document.with_ledgers(&[schools(), roads()]);
    assert!(!working.is_current(&document));
    document.commit(&record("0012", "学生数", "400")).unwrap();
    working.sync(&document).unwrap();
    assert!(working.is_current(&document));
    // Only what was said of a row, then a ledger less, then another in its place.
    let said = KeptLedger { accepted: Arc::new([("0012".to_owned(), "510722101203".to_owned())].into()), ..schools() };
    for ledgers in [vec![said, roads()], vec![roads()], vec![next_month(), roads()]] {
        document = document.with_ledgers(&ledgers).0;
        assert!(!working.is_current(&document));
        working.sync(&document).unwrap();
        drop(working);
        let (plans, taken_up) = workplace.left_behind().pop().expect("it is unsaved work").take_up();
        assert_eq!(plans, Plans::of(&document));
        let (back, refusals) = plans.restore(grid(4, 3));
        assert_eq!((refusals, back.state().records()), (vec![], document.state().records()));
        working = taken_up;
        assert!(working.is_current(&document));
    }
    drop(working);
}

fn cell() -> impl Strategy<Value = Cell> {
    let some = |texts: &'static [&'static str]| prop::sample::select(texts).prop_map(str::to_owned);
    let text = prop_oneof![
        ".{0,6}",
        "[0-9]{1,18}",
        some(&["0012", "40", "-0", "1.50", "2020-12-31", " ", "", "约四十", "a\0b", "O'\"x", "nan", "5.19E+11"])
    ];
    let number = prop_oneof![
        (-1000_i32..100_000).prop_map(|it| it.to_string()),
        any::<f64>().prop_filter("finite", |it| it.is_finite()).prop_map(|it| it.to_string()),
        any::<i64>().prop_map(|it| it.to_string()),
        some(&["0", "-0", "0.1", "9007199254740993", "0012"]),
    ];
    prop_oneof![
        2 => Just(Cell::Empty),
        3 => text.prop_map(Cell::Text),
        4 => number.prop_map(Cell::Number),
        1 => some(&["2020-12-31", "2020-02", "1999-01-01"]).prop_map(Cell::Date),
        1 => some(&["#N/A", "#REF!"]).prop_map(Cell::Error),
    ]
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let at = || (-180.0..180.0_f64, -90.0..90.0_f64).prop_map(|(x, y)| Coord { x, y });
    let line = prop::collection::vec(prop::collection::vec(at(), 1..4), 1..3);
    prop_oneof![2 => Just(Drawn::Nothing), 1 => at().prop_map(Drawn::Point), 1 => line.prop_map(Drawn::Line)]
}

prop_compose! {
    fn ledger(name: &'static str)(
        headers in prop::collection::vec(prop_oneof!["[a-cA-C]{1,2}", ".{0,4}", Just("编号".to_owned())], 1..6),
        columns in prop::collection::vec((cell(), any::<bool>()), 6),
        rows in prop::collection::vec((prop::collection::vec(cell(), 0..6), drawn(), 1..1000_u32), 0..8),
        key in prop::option::of(0..6_usize),
        draws in any::<bool>(),
        accepted in prop::collection::btree_map(".{0,3}", ".{0,3}", 0..3),
    ) -> KeptLedger {
        let mut parts = LedgerParts { name: name.to_owned(), headers, key, ..LedgerParts::default() };
        let mut last = 0;
        for (mut cells, drawn, step) in rows {
            // Columns all of whose cells are of one kind, and others.
            for (cell, (uniform, is_uniform)) in cells.iter_mut().zip(&columns) {
                if *is_uniform && *cell != Cell::Empty {
                    *cell = uniform.clone();
                }
            }
            cells.truncate(parts.headers.len());
            last += step;
            parts.rows.push(cells);
            parts.numbers.push(last);
            parts.drawn.push(if draws { drawn } else { Drawn::Nothing });
        }
        KeptLedger { ledger: Arc::new(Ledger::from_parts(parts).unwrap()), accepted: Arc::new(accepted) }
    }
}

/// Records something by chance.
fn random_record(document: &Document, dice: [u8; 6]) -> Option<Edit> {
    let ledgers = document.ledgers();
    let ledger = ledgers.get(usize::from(dice[1]) % ledgers.len().max(1))?.ledger();
    let header = &ledger.columns()[usize::from(dice[2]) % ledger.columns().len()].header;
    let cells = [(header.as_str().into(), format!("新{}", dice[3] % 4).into())].into();
    let key = ledger.rows().nth(usize::from(dice[4]) % ledger.len().max(1)).map(|row| ledger.key(row).clone());
    let (id, row) = match dice[5] % 4 {
        0 => (None, RowEdit::Add { add: cells, unit: None, at: None }),
        1 => (Some(key?), RowEdit::Remove { remove: dice[3].is_multiple_of(2) }),
        _ => (Some(key?), RowEdit::Set { set: cells }),
    };
    Some(Edit::Record { table: ledger.name().into(), id, row })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn cells_and_records_by_chance_survive_saving_opening_and_saving(
        a in ledger("a"), b in ledger("村庄"), dice in prop::collection::vec(any::<[u8; 6]>(), 0..12)
    ) {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["a.gpkg", "b.gpkg"].map(|name| folder.path().join(name));
        let mut document = document(&[a, b]);
        for dice in dice {
            match random_record(&document, dice) {
                Some(edit) if dice[0] % 3 > 0 => drop(document.commit(&edit).cloned()),
                _ => act(&mut document, dice),
            }
        }
        save(&document, &first);
        let plans = contents(&first).plans;
        prop_assert_eq!(&plans, &Plans::of(&document));
        let (back, refusals) = plans.restore(grid(4, 3));
        prop_assert_eq!(refusals, []);
        prop_assert_eq!(back.state().records(), document.state().records());
        save(&back, &second);
        prop_assert_eq!(contents(&second).plans, Plans::of(&document));
    }

    #[test]
    fn a_program_that_is_killed_at_any_moment_leaves_what_it_had_written_down(
        a in ledger("a"), b in ledger("b"), c in ledger("a"), dice in prop::collection::vec(any::<[u8; 6]>(), 1..12), cut in 0..100_usize
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite");
        let mut document = document(&[]);
        let mut journal = Journal::create(&path).unwrap();
        journal.sync(&document).unwrap();
        let mut known = vec![Plans::of(&document)];
        for dice in dice {
            match dice[0] % 4 {
                0 => {
                    let all = [a.clone(), b.clone(), c.clone()];
                    let (from, to) = (usize::from(dice[1]) % 3, usize::from(dice[2]) % 4);
                    let mut ledgers = all[from.min(to)..from.max(to)].to_vec();
                    // Two of one name are never laid.
                    ledgers.truncate(2);
                    document = document.with_ledgers(&ledgers).0;
                }
                1 | 2 => drop(random_record(&document, dice).map(|edit| document.commit(&edit).cloned())),
                _ => act(&mut document, dice),
            }
            journal.sync(&document).unwrap();
            known.push(Plans::of(&document));
        }
        // What lies on the disk while the program runs; and the same when not all of the last writing came there.
        let whole = tempfile::tempdir().unwrap();
        for part in [100, cut] {
            for name in ["journal.sqlite", "journal.sqlite-wal"] {
                let mut bytes = fs::read(folder.path().join(name)).unwrap_or_default();
                if name.ends_with("wal") {
                    bytes.truncate(bytes.len() * part / 100);
                }
                fs::write(whole.path().join(name), bytes).unwrap();
            }
            let _ = fs::remove_file(whole.path().join("journal.sqlite-shm"));
            match Journal::open(&whole.path().join("journal.sqlite")) {
                Ok((journal, found)) => {
                    prop_assert!(known.contains(&found));
                    if part == 100 {
                        prop_assert_eq!(Some(&found), known.last());
                        prop_assert!(journal.is_current(&document));
                    }
                }
                // It was cut off before there was anything in it.
                Err(error) => prop_assert!(part < 100, "{}", error),
            }
        }
    }
}

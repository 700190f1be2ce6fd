//! Rows that come about by themselves, under plans.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use compact_str::CompactString;
use proptest::prelude::*;

use super::deriving::derivations;
use crate::edit::testing::{grid, random_edit};
use crate::edit::{Document, Edit, Form, Plan, RowEdit, SeatSpec, Target, UnitRef, Warning};
use crate::metrics::rows::RowTerm;
use crate::model::{Cell, Dataset, Day, Kind, LaidLedger, Ledger, LevelIndex, Sheet, State, StatedDays};
use crate::rules::Pack;

const PACK: &str = r#"
format = "quhua-pack"
version = 1
title = "Offices"
[table.points]
key = ["编号"]
[[table.points.column]]
id = "no"
words = ["编号"]
[[table.points.column]]
id = "tier"
[[table.points.column]]
id = "name"
words = ["名称"]
[[table.points.column]]
id = "cost"
carry = "sum"
[table.codes]
[[table.codes.column]]
id = "new"
[[table.codes.column]]
id = "under"
[table.tasks]
[[table.tasks.column]]
id = "due"
holds = "date"
[table.schools]
[[table.schools.column]]
id = "status"
words = ["状态"]
values = ["在办", "并入", "撤销"]
transitions = [
  { from = "在办", to = ["并入"], asks = ["into"] },
  { from = "并入", to = ["撤销"] },
]
[[table.schools.column]]
id = "into"
words = ["并入学校"]

[[derive]]
id = "centre"
for = "in_force(township)"
into = "points"
set = { tier = "中心", name = "{new_name}便民服务中心", cost = 5 }
[[derive]]
id = "station"
for = "seat_lost(township)"
into = "points"
set = { tier = "站", name = "{name}便民服务站（{successor}）" }
[[derive]]
id = "room"
for = "in_force(village)"
into = "points"
set = { tier = "室" }
[[derive]]
id = "point"
for = "absorbed(village)"
into = "points"
set = { tier = "点" }
[[derive]]
id = "code"
for = "parent_changed(village)"
into = "codes"
set = { new = "{new_code}", under = "{new_parent}" }
[[derive]]
id = "border"
for = "border_new(township)"
into = "codes"
[[derive]]
id = "moved"
for = "seat_lost(township)"
update = "schools where status = 在办"
set = { status = "并入", into = "{successor}中心校" }
[[derive]]
id = "filing"
for = "on_approval"
into = "tasks"
set = { due = "{approved + 15 days}" }
"#;

/// Townships 510722101 to …3 are columns of two villages; the northern one has more people, and is the seat.
fn dataset() -> Arc<Dataset> {
    let rows = [
        ["学校编码", "校名", "单位代码", "学生", "状态"],
        ["S1", "甲小学", "510722101201", "101", "在办"],
        ["S2", "乙小学", "510722101202", "53", "撤销"],
        ["S3", "丙小学", "510722102201", "77", "在办"],
        ["S4", "丁中学", "510722103", "1000", "在办"],
    ];
    let is_number = |text: &str| text.len() < 5 && text.parse::<u32>().is_ok();
    let cell = |text: &&str| if is_number(text) { Cell::Number((*text).to_owned()) } else { Cell::text_of(text) };
    let rows = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let sheet = Sheet { file: "schools.xlsx".to_owned(), rows, ..Sheet::default() };
    let dataset = grid(3, 2);
    let laid = LaidLedger::lay(Arc::new(Ledger::from_sheet("schools", sheet).unwrap()), &dataset, BTreeMap::new());
    furnished(&dataset.with_ledgers(vec![laid]), StatedDays::default())
}

fn furnished(dataset: &Dataset, days: StatedDays) -> Arc<Dataset> {
    let (rules, mistakes) = derivations(vec![Pack::parse(PACK).unwrap()], days);
    assert_eq!(mistakes, []);
    Arc::new(dataset.with_derivations(Arc::new(rules)))
}

fn merge(form: Form) -> Edit {
    let code = if form == Form::Absorb { "510722102" } else { "510722104" };
    let into = Target { code: Some(code.into()), name: Some("新镇".into()), ..Target::default() };
    Edit::Merge { units: ["510722101", "510722102"].map(UnitRef::code).into(), form, into }
}

/// All rows that come about or are changed by rules, with what they say, by ledger and key.
fn all(dataset: &Dataset, state: &State) -> BTreeMap<(CompactString, CompactString), Vec<String>> {
    let mut found = BTreeMap::new();
    for laid in dataset.ledgers() {
        for row in laid.rows(dataset, state).filter(|row| row.rule().is_some()) {
            let texts = (0..laid.ledger().columns().len()).map(|column| row.text(column).to_owned()).collect();
            let before = found.insert((laid.ledger().name().into(), row.key().clone()), texts);
            assert!(before.is_none(), "{} stands twice", row.key());
        }
    }
    found
}

fn keys(document: &Document, rule: &str) -> Vec<String> {
    let found = all(document.dataset(), document.state());
    let keys = found.keys().filter_map(|(_, key)| key.strip_prefix(rule)?.strip_prefix(':'));
    keys.map(|key| key.trim_start_matches("510722").to_owned()).collect()
}

fn text(document: &Document, table: &str, key: &str, column: &str) -> Option<String> {
    let (dataset, state) = (document.dataset(), document.state());
    let laid = dataset.ledger(table).unwrap();
    let column = laid.ledger().column(column).unwrap();
    laid.row(dataset, state, key).map(|row| row.text(column).to_owned())
}

fn set(table: &str, id: &str, cells: &[(&str, &str)]) -> Edit {
    let set = cells.iter().map(|&(column, value)| (column.into(), value.into())).collect();
    Edit::Record { table: table.into(), id: Some(id.into()), row: RowEdit::Set { set } }
}

#[test]
fn both_forms_of_a_merger_bring_about_the_same_rows_under_the_same_keys() {
    let plain = Document::new(dataset());
    assert_eq!(
        (keys(&plain, "centre"), keys(&plain, "room").len()),
        (vec!["101".into(), "102".into(), "103".into()], 6)
    );
    assert_eq!(keys(&plain, "station"), Vec::<String>::new());
    for form in [Form::Absorb, Form::Establish] {
        let mut document = Document::new(dataset());
        document.commit(&merge(form)).unwrap();
        // The seat of the second goes on, whether its code does or not.
        assert_eq!(keys(&document, "centre"), ["102", "103"], "{form:?}");
        assert_eq!(keys(&document, "station"), ["101"], "{form:?}");
        let name = |key: &str| text(&document, "points", key, "name").unwrap();
        assert_eq!(name("station:510722101"), "镇0便民服务站（新镇）");
        assert_eq!(name("centre:510722102"), "新镇便民服务中心");
        assert_eq!(text(&document, "points", "station:510722101", "编号").unwrap(), "station:510722101");
        assert_eq!(text(&document, "schools", "S1", "status").unwrap(), "并入");
        assert_eq!(text(&document, "schools", "S1", "into").unwrap(), "新镇中心校");
        assert_eq!(text(&document, "schools", "S2", "status").unwrap(), "撤销", "it is in no such state");
        assert_eq!(text(&document, "schools", "S3", "status").unwrap(), "在办", "its township keeps the seat");
    }
}

#[test]
fn a_seat_lies_where_its_village_is_and_not_where_a_code_is() {
    let mut document = Document::new(dataset());
    // 101 survives by its code, and the new seat is that of 102.
    let into = Target {
        code: Some("510722101".into()),
        seat: Some(SeatSpec { lon: 1.5, lat: 1.5, name: None }),
        ..Target::default()
    };
    let units = ["510722101", "510722102"].map(UnitRef::code).into();
    document.commit(&Edit::Merge { units, form: Form::Absorb, into }).unwrap();
    assert_eq!(
        (keys(&document, "station"), keys(&document, "centre")),
        (vec!["101".into()], vec!["101".into(), "103".into()])
    );
    // A township whose seat village goes over to another one, and a border where none was.
    let mut document = Document::new(dataset());
    let transfer = |code: &str, to: &str| Edit::Transfer { units: vec![UnitRef::code(code)], to: UnitRef::code(to) };
    document.commit(&transfer("510722101202", "510722102")).unwrap();
    assert_eq!((keys(&document, "station"), keys(&document, "border")), (vec!["101".into()], vec!["101".into()]));
    assert_eq!(keys(&document, "code"), ["101202"]);
}

#[test]
fn villages_get_new_codes_under_their_last_parent_and_no_two_the_same() {
    let mut document = Document::new(dataset());
    document.commit(&merge(Form::Absorb)).unwrap();
    let new = |document: &Document, key: &str| text(document, "codes", key, "new").unwrap();
    // 201 and 202 are those of villages that are there.
    let codes = ["code:510722101201", "code:510722101202"].map(|key| new(&document, key));
    assert_eq!(codes, ["510722102203", "510722102204"]);
    let units = ["510722102", "510722103"].map(UnitRef::code).into();
    let into = Target { code: Some("510722110".into()), name: Some("大镇".into()), ..Target::default() };
    document.commit(&Edit::Merge { units, form: Form::Establish, into }).unwrap();
    let all: BTreeSet<String> =
        keys(&document, "code").iter().map(|key| new(&document, &format!("code:510722{key}"))).collect();
    assert_eq!(all.len(), 6);
    assert!(all.iter().all(|code| code.starts_with("510722110")), "{all:?}");
}

#[test]
fn what_somebody_says_of_a_row_stays_under_its_key() {
    let mut document = Document::new(dataset());
    let name = |document: &Document| text(document, "points", "station:510722101", "name");
    // Nothing brings it about yet: it is told, and kept.
    let step = document.commit(&set("points", "station:510722101", &[("name", "老街便民服务站")])).unwrap();
    assert!(matches!(&step.warnings[..], [Warning::RowNotThere { .. }]));
    let waiting = |document: &Document| {
        let (dataset, state) = (document.dataset(), document.state());
        dataset.ledger("points").unwrap().waiting_records(dataset, state).len()
    };
    assert_eq!((name(&document), waiting(&document)), (None, 1));
    document.commit(&merge(Form::Establish)).unwrap();
    assert_eq!((name(&document).as_deref(), waiting(&document)), (Some("老街便民服务站"), 0));
    for edit in [
        Edit::Rename { unit: UnitRef::code("510722104"), name: "更新镇".into() },
        Edit::ConvertKind {
            unit: UnitRef::code("510722104"),
            kind: Kind::Subdistrict,
            code: Some("510722008".into()),
            name: None,
        },
    ] {
        document.commit(&edit).unwrap();
        assert_eq!(name(&document).as_deref(), Some("老街便民服务站"));
        assert_eq!(keys(&document, "centre"), ["102", "103"]);
    }
    document.jump_to(1);
    assert_eq!(name(&document), None);
    document.jump_to(2);
    assert_eq!(name(&document).as_deref(), Some("老街便民服务站"));
    let gone = Edit::Record {
        table: "points".into(),
        id: Some("station:510722101".into()),
        row: RowEdit::Remove { remove: true },
    };
    document.commit(&gone).unwrap();
    assert_eq!((name(&document), keys(&document, "station")), (None, vec![]));
    let refused = document.commit(&set("points", "station:999", &[("name", "x")])).unwrap_err().to_string();
    assert_eq!(refused, "the ledger \"points\" has no row \"station:999\"");
}

#[test]
fn a_word_follows_on_those_that_it_may_and_asks_for_other_columns() {
    let mut document = Document::new(dataset());
    let refused = |document: &mut Document, cells: &[(&str, &str)]| {
        document.commit(&set("schools", "S3", cells)).unwrap_err().to_string()
    };
    assert_eq!(
        refused(&mut document, &[("status", "撤销")]),
        "S3 in \"schools\": \"状态\" is \"在办\", and \"撤销\" does not follow on that; what does: 并入"
    );
    assert_eq!(
        refused(&mut document, &[("status", "并入")]),
        "\"并入\" asks for 并入学校: say these of S3 in \"schools\" too"
    );
    document.commit(&set("schools", "S3", &[("status", "并入"), ("into", "S4")])).unwrap();
    document.commit(&set("schools", "S3", &[("status", "撤销")])).unwrap();
    document.commit(&set("schools", "S3", &[("status", "")])).unwrap();
}

#[test]
fn deadlines_are_counted_from_the_day_of_approval_and_blank_without_one() {
    let mut document = Document::new(dataset());
    assert_eq!(text(&document, "tasks", "filing", "due"), None, "nothing is to be approved");
    document.commit(&merge(Form::Absorb)).unwrap();
    assert_eq!(text(&document, "tasks", "filing", "due").as_deref(), Some(""));
    assert!(document.dataset().derivations().lacks_approval("tasks"));
    let days = StatedDays { approved: Day::read("2019-12-18"), as_of: None };
    let with_days = furnished(document.dataset(), days);
    document.derive_by(with_days.derivations());
    assert_eq!(text(&document, "tasks", "filing", "due").as_deref(), Some("2020-01-02"));
}

#[test]
fn what_an_edit_brings_about_is_said_by_rule() {
    let document = Document::new(dataset());
    let mut after = document.clone();
    after.commit(&merge(Form::Establish)).unwrap();
    let changes = document.dataset().derived_between(document.state(), after.state());
    let said: Vec<String> = changes
        .iter()
        .map(|it| format!("{} +{} -{} ~{}", it.rule, it.appear.len(), it.vanish.len(), it.change.len()))
        .collect();
    // Villages of both townships have another parent; the school of the one that loses its seat goes over.
    let expected = ["centre +0 -1 ~1", "station +1 -0 ~0", "code +4 -0 ~0", "moved +1 -0 ~0", "filing +1 -0 ~0"];
    assert_eq!(said, expected);
    assert_eq!(document.dataset().derived_between(after.state(), after.state()), []);
}

#[test]
fn a_pack_that_asks_for_what_is_not_there_is_told_and_its_other_rules_hold() {
    let odd = PACK.replace("status = 在办\"", "stat = 在办\"").replace("tier = \"站\"", "teir = \"站\"");
    let (rules, mistakes) = derivations(vec![Pack::parse(&odd).unwrap()], StatedDays::default());
    let said: Vec<String> = mistakes.iter().map(|mistake| mistake.why.to_string()).collect();
    assert_eq!(said[0], "rule \"station\": [table.points] has no column \"teir\"");
    assert!(said[1].starts_with("rule \"moved\": character 1, \"stat\": expected a column"), "{}", said[1]);
    assert_eq!(rules.rules.len(), 6);
    let wrong = |text: &str| Pack::parse(&PACK.replace("seat_lost(township)\"\ninto", text)).unwrap_err().to_string();
    assert!(wrong("seat_lst(township)\"\ninto").contains("did you mean \"seat_lost\"?"));
    assert!(wrong("seat_lost\"\ninto").contains("for = \"seat_lost\": write what happens"));
    let wrong = Pack::parse(&PACK.replace("{successor}）", "{sucessor}）")).unwrap_err().to_string();
    assert!(wrong.contains("{sucessor} stands for nothing"), "{wrong}");
}

/// An edit of rows among others of units.
fn any_edit(document: &Document, dice: [u8; 6]) -> Edit {
    let keys: Vec<_> = all(document.dataset(), document.state()).into_keys().collect();
    match dice[0] % 6 {
        0 if !keys.is_empty() => {
            let (table, key) = &keys[usize::from(dice[1]) % keys.len()];
            if table == "points" {
                set(table, key, &[("name", ["一", "二", ""][usize::from(dice[2]) % 3])])
            } else {
                let row = RowEdit::Remove { remove: dice[2].is_multiple_of(2) };
                Edit::Record { table: table.clone(), id: Some(key.clone()), row }
            }
        }
        1 => set("schools", &format!("S{}", 1 + dice[1] % 4), &[("学生", &dice[2].to_string())]),
        _ => random_edit(document, dice),
    }
}

/// Students of all units of each level, added up, and what offices cost.
fn sums(document: &Document) -> Vec<[String; 2]> {
    let (dataset, state) = (document.dataset(), document.state());
    let term = |ledger: &str, column: &str| RowTerm {
        ledger: ledger.into(),
        column: Some(column.into()),
        is_age: false,
        condition: None,
    };
    let sum = |term: &RowTerm, level: LevelIndex| {
        let of = |unit| term.of_unit(dataset, state, unit).unwrap().to_decimal().unwrap();
        state.counted_at(level).map(of).sum::<rust_decimal::Decimal>().to_string()
    };
    let all = [term("schools", "学生"), term("points", "cost")];
    state.levels().map(|level| [sum(&all[0], level), sum(&all[1], level)]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_come_about_by_the_units_alone(dice in prop::collection::vec(any::<[u8; 6]>(), 1..16)) {
        let mut document = Document::new(dataset());
        let mut known = vec![all(document.dataset(), document.state())];
        for dice in dice {
            let (before, was) = (document.clone(), sums(&document));
            let edit = any_edit(&document, dice);
            if document.commit(&edit).is_err() {
                continue;
            }
            let (dataset, state) = (document.dataset(), document.state());
            let (was_there, is_there) = (all(before.dataset(), before.state()), all(dataset, state));
            // What is found by what differs is what is found by a look at everything.
            for change in dataset.derived_between(before.state(), state) {
                let key = |key: &CompactString| (change.table.clone(), key.clone());
                for appears in change.appear.iter().map(key) {
                    prop_assert!(is_there.contains_key(&appears), "{:?}", appears);
                }
                for vanishes in change.vanish.iter().map(key).filter(|(table, _)| table != "schools") {
                    prop_assert!(!is_there.contains_key(&vanishes), "{:?}", vanishes);
                }
            }
            let said: BTreeSet<(CompactString, CompactString)> = dataset
                .derived_between(before.state(), state)
                .into_iter()
                .flat_map(|it| {
                    let keys = it.appear.into_iter().chain(it.vanish).chain(it.change);
                    keys.map(|key| (it.table.clone(), key)).collect::<Vec<_>>()
                })
                .collect();
            if !matches!(edit, Edit::Record { .. }) {
                let differs = |key: &(CompactString, CompactString)| was_there.get(key) != is_there.get(key);
                for key in was_there.keys().chain(is_there.keys()).filter(|key| differs(key)) {
                    let (was, is) = (was_there.get(key), is_there.get(key));
                    prop_assert!(said.contains(key), "{:?} after {:?}: {:?}, {:?}", key, edit, was, is);
                }
            }
            // Amounts of files stay; those of rows that come about are what these say, at every level.
            let now = sums(&document);
            let is_record = matches!(edit, Edit::Record { .. });
            prop_assert!(is_record || now.iter().zip(&was).all(|(now, was)| now[0] == was[0]));
            prop_assert!(now.iter().all(|level| level[1] == now[0][1]), "{:?}", now);
            let centres = dataset.ledger("points").unwrap();
            let counted = centres.rows(dataset, state).filter(|row| row.key().starts_with("centre:")).count();
            prop_assert_eq!(&now[0][1], &(counted * 5).to_string());
            known.push(is_there);
        }
        // Carried out upon the same boundaries once more, the same rows are there under the same keys.
        let plan = Plan::parse(document.plan().write().as_bytes()).unwrap();
        let mut again = Document::new(dataset());
        again.load_plan(&plan).unwrap();
        prop_assert_eq!(&all(again.dataset(), again.state()), &known[known.len() - 1]);
        let (rebased, refusals) = document.rebased(dataset());
        prop_assert!(refusals.is_empty());
        prop_assert_eq!(&all(rebased.dataset(), rebased.state()), &known[known.len() - 1]);
        document.branch("b");
        for was in known.iter().rev().skip(1) {
            document.undo().unwrap();
            prop_assert_eq!(&all(document.dataset(), document.state()), was);
        }
    }
}

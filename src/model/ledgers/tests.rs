//! Ledgers over three villages in two townships.

use std::sync::Arc;

use super::*;
use crate::i18n::{Lang, Say as _};
use crate::jobs::Progress;
use crate::model::fixtures::squares;
use crate::model::{Dataset, FieldOverrides, Sheet};

/// Three villages of one degree in a row, of two townships.
fn dataset() -> Dataset {
    let rows = [
        r#"{"code":"510722101201","name":"石桥村","people":100,"乡镇代码":"510722101","乡镇":"石桥镇"}"#,
        r#"{"code":"510722101202","name":"张家沟村","people":300,"乡镇代码":"510722101","乡镇":"石桥镇"}"#,
        r#"{"code":"510722102201","name":"新桥村","people":200,"乡镇代码":"510722102","乡镇":"新桥乡"}"#,
    ];
    let overrides = FieldOverrides { population: Some("people".to_owned()), ..FieldOverrides::default() };
    let layer = squares("villages", 3, 1.0, &rows);
    Dataset::assemble(vec![layer], &overrides, &Progress::new()).unwrap()
}

fn sheet(rows: &[&[&str]]) -> Sheet {
    let cell = |text: &&str| match text.strip_prefix('#') {
        Some(number) => Cell::Number(number.to_owned()),
        None => Cell::text_of(text),
    };
    let rows = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    Sheet { file: "health.xlsx".to_owned(), rows, ..Sheet::default() }
}

fn lay(rows: &[&[&str]]) -> (Dataset, LaidLedger) {
    let dataset = dataset();
    let ledger = Ledger::from_sheet("health", sheet(rows)).unwrap();
    let laid = LaidLedger::lay(Arc::new(ledger), &dataset, BTreeMap::new());
    (dataset, laid)
}

fn said(laid: &LaidLedger, lang: Lang) -> Vec<String> {
    let ledger = laid.ledger().findings().iter();
    ledger.chain(laid.binding_findings()).map(|finding| finding.say(lang)).collect()
}

#[test]
fn rows_are_bound_by_place_code_and_name_and_what_is_not_is_told_with_near_names() {
    let (dataset, laid) = lay(&[
        &["2024年医疗机构台账"],
        &["机构编码", "机构名称", "乡镇", "村", "经度", "纬度", "床位数"],
        &["H1", "石桥镇卫生院", "石桥镇", "", "", "", "#40"],
        &["H2", "村卫生室", "石桥镇", "张家沟村委会", "", "", "#2"],
        &["H3", "新桥卫生院", "", "", "#2.5", "#0.5", "#20"],
        &["H4", "某卫生室", "石桥镇", "张家沟沟村", "", "", "#1"],
        &["H5", "县人民医院", "全县", "", "", "", "#300"],
        &["H6", "越界卫生室", "石桥镇", "石桥村", "#2.5", "#0.5", "#3"],
        &["H7", "石桥中心卫生院", "", "石桥镇", "", "", "#30"],
        &["合计", "", "", "", "", "", "#396"],
    ]);
    let ledger = laid.ledger();
    let key = |key: &str| ledger.row(key).unwrap();
    assert_eq!((ledger.len(), ledger.key_column(), ledger.number_of(key("H1"))), (7, Some(0), 3));
    assert_eq!(ledger.source().as_of.as_ref().map(|it| it.date.as_str()), Some("2024"));
    let atom = |it: &str| laid.bound(key(it)).atom();
    // Nobody gave the township a seat: most people live in 张家沟.
    assert!(matches!(laid.bound(key("H1")), Bound::Unit { by: BoundBy::Name, .. }));
    assert_eq!([atom("H1"), atom("H2"), atom("H3"), atom("H6")], [1, 1, 2, 2].map(|it| Some(AtomId(it))));
    assert_eq!(atom("H7"), atom("H1"), "a township among villages is the township");
    assert_eq!(*laid.bound(key("H4")), Bound::No(WhyUnbound::NoSuchName), "no village is made up for by its township");
    assert_eq!(*laid.bound(key("H5")), Bound::Whole);
    let en = said(&laid, Lang::En);
    assert_eq!(
        en,
        [
            "row 1: a title; it is no row",
            "row 10: a sum of other rows; it is no row",
            "row 6: no unit has its name: 石桥镇 张家沟沟村; perhaps 510722101202",
            "row 8: it lies in one unit and names another (新桥村 / 石桥村); the place counts",
        ],
    );
    assert_eq!(said(&laid, Lang::Zh)[2], "第 6 行：找不到单元：石桥镇 张家沟沟村；可能是 510722101202");
    let accepted = BTreeMap::from([("H4".to_owned(), "510722101202".to_owned())]);
    let again = LaidLedger::lay(Arc::clone(ledger), &dataset, accepted);
    assert_eq!(again.bound(key("H4")).atom(), Some(AtomId(1)), "somebody said so");
}

#[test]
fn bad_cells_and_headers_are_told_by_row_and_column_and_nothing_is_dropped() {
    let (_, laid) = lay(&[
        &["代码", "代码", "", "床位数", "成立日期"],
        &["510722101201", "a", "x", "#40", "2001-02-03"],
        &["5.10722E+11", "b", "", "约四十", "2001-02-03"],
        &["510722101202.0", "c", "", "#1200", "去年"],
        &["510722102201", "d", "", "#7", "2001-02-03"],
        &["510722102201", "e", "", "#8", "2001-02-03"],
        &["510722102201", "f", "", "#9", "2001-02-03"],
    ]);
    let ledger = laid.ledger();
    let headers: Vec<&str> = ledger.columns().iter().map(|column| column.header.as_str()).collect();
    assert_eq!(headers, ["代码", "代码 (2)", "C", "床位数", "成立日期"]);
    assert_eq!(ledger.len(), 6);
    assert_eq!(ledger.number(RowIndex(1), 3), CellNumber::Unread);
    let kinds: Vec<(Option<u32>, &str)> =
        ledger.findings().iter().chain(laid.binding_findings()).map(|finding| (finding.row, finding.id())).collect();
    for wanted in [
        (None, "same_header"),
        (None, "no_header"),
        (Some(3), "no_number"),
        (Some(3), "lost_digits"),
        (Some(4), "code_mended"),
        (Some(3), "unbound"),
    ] {
        assert!(kinds.contains(&wanted), "{wanted:?} in {kinds:?}");
    }
}

#[test]
fn amounts_of_a_whole_unit_are_shared_by_people_to_the_last_digit() {
    let (dataset, laid) = lay(&[&["编号", "乡镇", "资金"], &["1", "石桥镇", "#10"], &["2", "新桥乡", "#5"]]);
    let row = laid.ledger().row("1").unwrap();
    assert_eq!(laid.shares(&dataset, row, 10.into()), [(AtomId(0), 3.into()), (AtomId(1), 7.into())]);
    let part = |atoms: &[u32]| {
        let atoms: Vec<AtomId> = atoms.iter().copied().map(AtomId).collect();
        laid.share_within(&dataset, row, 10.into(), &atoms)
    };
    assert_eq!([part(&[0, 1]), part(&[1, 2]), part(&[2])], [10.into(), 7.into(), 0.into()]);
}

#[test]
fn a_line_has_its_length_in_each_village_that_it_runs_through() {
    let dataset = dataset();
    let head = vec![Cell::Text("编号".to_owned()), Cell::Text("造价".to_owned())];
    let road = vec![Cell::Text("R1".to_owned()), Cell::Number("30".to_owned())];
    let line = vec![Coord { x: 0.5, y: 0.5 }, Coord { x: 2.0, y: 0.5 }];
    let shaped = Shaped {
        sheet: Sheet { file: "roads.geojson".to_owned(), rows: vec![head, road], ..Sheet::default() },
        drawn: vec![Drawn::Line(vec![line.clone()])],
    };
    let ledger = Ledger::from_shapes("roads", shaped).unwrap();
    let laid = LaidLedger::lay(Arc::new(ledger), &dataset, BTreeMap::new());
    let Bound::Line(parts) = laid.bound(RowIndex(0)) else { panic!("a line") };
    let atoms: Vec<AtomId> = parts.iter().map(|(atom, _)| *atom).collect();
    assert_eq!(atoms, [AtomId(1), AtomId(0)], "the longest part first");
    let all: f64 = parts.iter().map(|(_, length)| length).sum();
    assert!((all - crate::geodesy::distance_m(line[0], line[1])).abs() < 0.01, "{all}");
    assert_eq!(laid.shares(&dataset, RowIndex(0), 30.into()), [(AtomId(0), 10.into()), (AtomId(1), 20.into())]);
}

#[test]
fn rows_without_a_key_are_known_by_their_number() {
    let (_, laid) = lay(&[&["村", "面积"], &["石桥村", "#1"], &["石桥村", "#2"]]);
    let keys: Vec<&str> = laid.ledger().rows().map(|row| laid.ledger().key(row).as_str()).collect();
    assert_eq!(keys, ["#2", "#3"]);
    let empty = Ledger::from_sheet("x", sheet(&[])).unwrap_err();
    assert!(empty.to_string().starts_with("no row with names of columns") && empty.zh().starts_with("找不到表头行"));
}

#[test]
fn names_of_columns_are_unique_whatever_they_are_and_a_header_among_rows_is_told() {
    let header: &[&str] = &["村", "面积", "面积", "面积 (2)"];
    let (_, laid) = lay(&[header, &["石桥村", "#1", "#2", "#3"], header, &["新桥村", "#4", "#5", "#6"]]);
    let ledger = laid.ledger();
    let mut names: Vec<&str> = ledger.columns().iter().map(|column| column.header.as_str()).collect();
    assert_eq!((ledger.len(), names[1]), (2, "面积"));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(said(&laid, Lang::En).contains(&"row 3: names of columns; it is no row".to_owned()));
}

#[test]
fn a_code_counts_before_a_name_and_what_contradicts_it_is_told() {
    let (_, laid) = lay(&[
        &["编号", "名称", "乡镇", "行政区划代码"],
        &["1", "甲", "石桥镇", "510722101202"],
        &["2", "乙", "石桥镇", "510722102201"],
        &["3", "丙", "新桥乡", "510722102"],
        &["4", "丁", "石桥镇", ""],
    ]);
    let at = |key: &str| match laid.bound(laid.ledger().row(key).unwrap()) {
        Bound::Unit { unit, by, .. } => (unit.0, *by),
        other => panic!("{other:?}"),
    };
    // Behind the three villages.
    let townships = 3;
    assert_eq!(at("1"), (1, BoundBy::Code), "the village, and not the township that the name is of");
    assert_eq!(at("2"), (2, BoundBy::Code));
    assert_eq!(at("3"), (townships + 1, BoundBy::Code), "a column with codes of villages may have others too");
    assert_eq!(at("4"), (townships, BoundBy::Name));
    assert_eq!(
        said(&laid, Lang::En),
        ["row 3: its code and its name are of different units (新桥村 / 石桥镇); the first counts"],
    );
}

#[test]
fn things_lie_in_one_place_and_figures_of_units_are_shared_out() {
    let beds = |rows: &[&[&str]]| {
        let (dataset, laid) = lay(rows);
        laid.share_within(&dataset, RowIndex(0), 100.into(), &[AtomId(0)])
    };
    let zero = Decimal::ZERO;
    for row in [["Y1", "甲院", "510722101", "石桥镇"], ["Y1", "甲院", "510722101", ""], ["Y1", "甲院", "", "石桥镇"]]
    {
        let row: Vec<&str> = row.into_iter().chain(["#100"]).collect();
        assert_eq!(beds(&[&["编码", "机构名称", "乡镇代码", "乡镇", "床位"], &row]), zero, "a clinic is not divided");
    }
    // Several of one township are no figures of it.
    assert_eq!(beds(&[&["乡镇", "类型", "编制"], &["石桥镇", "派出所", "#100"], &["石桥镇", "司法所", "#4"]]), zero);
    // People are 100 and 300.
    assert_eq!(beds(&[&["序号", "乡镇", "收入"], &["1", "石桥镇", "#100"], &["2", "新桥乡", "#4"]]), 25.into());
}

#[test]
fn a_number_that_two_rows_have_stays_their_key_and_is_told() {
    let mut rows: Vec<Vec<String>> = vec![["编号", "村"].map(str::to_owned).to_vec()];
    rows.extend((1..=9).map(|number| vec![format!("A{number}"), "石桥村".to_owned()]));
    rows.push(vec!["A3".to_owned(), "新桥村".to_owned()]);
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let (_, laid) = lay(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let ledger = laid.ledger();
    assert_eq!((ledger.key_column(), ledger.key(RowIndex(9)).as_str()), (Some(0), "A3#11"));
    assert_eq!(said(&laid, Lang::Zh), ["第 11 行“编号”列：“A3”与第 4 行重复；本行以 A3#11 记"]);
}

#[test]
fn columns_of_percentages_and_of_dates_are_told_by_what_stands_in_them() {
    let (_, laid) = lay(&[
        &["村", "入学率", "建校时间", "处置日期", "年份"],
        &["石桥村", "95.3%", "1950年1月", "#43800", "#2019"],
        &["张家沟村", "100%", "1961年12月", "2019/12/2", "#2020"],
    ]);
    let ledger = laid.ledger();
    let sorts: Vec<Sort> = ledger.columns()[1..].iter().map(|column| column.sort).collect();
    assert_eq!(sorts, [Sort::Number, Sort::Date, Sort::Date, Sort::Number]);
    assert!(!ledger.columns()[1].adds_up, "shares are not added up");
    assert_eq!(ledger.number(RowIndex(0), 1), CellNumber::Of(Decimal::new(953, 1)));
    assert!(
        said(&laid, Lang::En)
            .contains(&"row 2, column \"处置日期\": 43800 is the number of a day, read as 2019-12-01".to_owned())
    );
}

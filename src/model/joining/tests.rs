//! Tables that are damaged in known ways join to the right units, and never to a wrong one.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::super::fixtures::squares;
use super::super::{Dataset, FeatureId, FieldOverrides, FieldRules};
use super::*;
use crate::coverage::AtomId;
use crate::jobs::Progress;

/// Villages: code, name, township.
fn dataset(villages: &[(&str, &str, &str)]) -> Dataset {
    let rows: Vec<String> = villages
        .iter()
        .map(|(code, name, town)| {
            let town_code = code.get(..9).unwrap_or_default();
            format!(r#"{{"code":"{code}","name":"{name}","town_code":"{town_code}","town":"{town}"}}"#)
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let layer = squares("villages", 8, 1.0, &rows);
    Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap()
}

const VILLAGES: [(&str, &str, &str); 6] = [
    ("510101001001", "张家沟村", "东乡"),
    ("510101001002", "李家湾村", "东乡"),
    ("510101001003", "新华社区", "东乡"),
    ("510101002001", "新华村", "西镇"),
    ("510101002002", "双河村", "西镇"),
    ("510101002003", "石板村", "西镇"),
];

/// A sheet of texts; numbers with a `#` before them are cells of numbers.
fn sheet(rows: &[&[&str]]) -> Sheet {
    let cell = |text: &&str| match text.strip_prefix('#') {
        Some(number) => Cell::Number(number.to_owned()),
        None => Cell::text_of(text),
    };
    let rows = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    Sheet { file: "人口.xlsx".to_owned(), name: Some("Sheet1".to_owned()), rows, ..Sheet::default() }
}

fn joined(rows: &[&[&str]]) -> Joining {
    join_sheet(&dataset(&VILLAGES), &sheet(rows), &JoinWishes::default()).unwrap()
}

/// Values of the first figure by code.
fn values(joining: &Joining) -> Vec<(&str, Option<&str>)> {
    let join = &joining.join;
    join.units.iter().map(String::as_str).zip(join.figures[0].values.iter().map(Option::as_deref)).collect()
}

fn whys(joining: &Joining) -> Vec<(usize, WhyUnmatched)> {
    joining.report.unmatched_rows.iter().map(|row| (row.row, row.why)).collect()
}

#[test]
fn codes_are_mended_where_one_unit_fits() {
    let joining = joined(&[
        &["区划代码", "村名", "户籍人口"],
        &["510101001001.0", "张家沟村", "#1"],
        &["'510101001002", "", "#2"],
        &["５１０１０１００１００３", "新华社区居民委员会", "#3"],
        &["5.10101E+11", "新华村民委员会", "#4"],
        &[" 510101 002002 ", "双河村", "#5"],
        &["5.10101E+11", "", "#6"],
    ]);
    let all: Vec<(&str, Option<&str>)> =
        ["1", "2", "3", "4", "5", "6"].iter().zip(VILLAGES).map(|(value, (code, ..))| (code, Some(*value))).collect();
    assert_eq!(values(&joining), all);
    assert!(joining.report.is_clean(), "{:?}", joining.report);
    assert_eq!(joining.report.matched, MatchCounts { total: 6, repaired: 6, ..MatchCounts::default() });
}

fn people(joining: &Joining) -> Vec<&str> {
    let figures = joining.report.columns.figures.iter();
    figures.filter(|figure| figure.role == FigureRole::Population).map(|figure| figure.header.as_str()).collect()
}

#[test]
fn the_population_is_the_whole_and_never_its_first_part() {
    let rows = |second: [&'static str; 3]| {
        vec![
            vec!["代码", "名称", "人口", "", ""],
            [vec!["", ""], second.to_vec()].concat(),
            vec!["510101001001", "张家沟村", "#5", "#6", "#11"],
            vec!["510101001002", "李家湾村", "#7", "#8", "#15"],
        ]
    };
    let join = |rows: &[Vec<&str>]| joined(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    for second in [["男", "女", "计"], ["0-14岁", "15岁以上", "合计"], ["其中：男", "其中：女", "总数"]]
    {
        let joining = join(&rows(second));
        assert_eq!(people(&joining), ["人口"], "{second:?}");
        assert_eq!(joining.join.figures[2].values, [Some("11".to_owned()), Some("15".to_owned())]);
        assert_eq!(joining.join.figures.len(), 3, "{second:?}");
    }
    // Where nothing names the columns to the right, the name may be theirs too.
    let mut bare = rows(["", "", ""]);
    bare.remove(1);
    let joining = join(&bare);
    assert_eq!(people(&joining), [""; 0]);
    assert_eq!(joining.report.doubts, [JoinDoubt::SpansColumns { header: "人口".to_owned() }]);
}

#[test]
fn people_in_tens_of_thousands_are_no_population() {
    let joining = joined(&[&["某县人口"], &["单位：万人"], &["代码", "人口"], &["510101001001", "#0.01"]]);
    assert_eq!(people(&joining), [""; 0]);
    assert_eq!(joining.report.doubts, [JoinDoubt::NotSingle { header: "人口(万人)".to_owned() }]);
    // Where no line says so, the values do.
    let joining = joined(&[&["代码", "人口"], &["510101001001", "#0.01"], &["510101001002", "#0.25"]]);
    assert_eq!(people(&joining), [""; 0]);
    assert_eq!(joining.report.doubts, [JoinDoubt::Fractions { header: "人口".to_owned() }]);
}

#[test]
fn thousands_of_people_stay_thousands_beside_a_slip() {
    let joining = joined(&[
        &["代码", "人口"],
        &["510101001001", "1,100"],
        &["510101001002", "12,34"],
        &["510101001003", "1,107"],
    ]);
    assert_eq!(values(&joining)[0].1, Some("1100"));
    assert_eq!(values(&joining)[1].1, None);
    assert_eq!(joining.report.doubts, [JoinDoubt::Signs { header: "人口".to_owned() }]);
    assert_eq!(joining.report.unread.len(), 1);
}

#[test]
fn of_sheets_that_fit_alike_the_latest_counts_and_the_others_are_named() {
    let table = |name: &str, value: &str| Sheet {
        name: Some(name.to_owned()),
        ..sheet(&[&["代码", "人口"], &["510101001001", value], &["510101001002", value]])
    };
    let note = Sheet { name: Some("说明".to_owned()), ..sheet(&[&["本表由统计局提供"]]) };
    let sheets = [table("2010年", "#1"), table("2020年", "#2"), table("2000年", "#3"), note];
    let joining = join_best(&dataset(&VILLAGES), &sheets, &JoinWishes::default()).unwrap();
    assert_eq!(joining.report.sheet.as_deref(), Some("2020年"));
    let others = joining.report.doubts.iter().find_map(|doubt| match doubt {
        JoinDoubt::OtherSheets { others, is_latest, .. } => Some((others.clone(), *is_latest)),
        _ => None,
    });
    let mut others = others.unwrap();
    others.0.sort();
    assert_eq!(others, (vec!["2000年".to_owned(), "2010年".to_owned()], true));
    // Without dates the first.
    let sheets = [table("甲", "#1"), table("乙", "#2")];
    let joining = join_best(&dataset(&VILLAGES), &sheets, &JoinWishes::default()).unwrap();
    assert_eq!(joining.report.sheet.as_deref(), Some("甲"));
    assert_eq!(joining.report.doubts.len(), 1);
}

#[test]
fn two_rows_that_lost_digits_and_have_no_name_are_of_no_unit() {
    let joining = joined(&[
        &["区划代码", "户数"],
        &["510101001001", "#1"],
        &["510101001002", "#2"],
        &["510101001003", "#3"],
        &["510101002001", "#4"],
        &["5.10101E+11", "#5"],
        &["5.10101E+11", "#6"],
    ]);
    assert_eq!(whys(&joining), [(6, WhyUnmatched::Ambiguous), (7, WhyUnmatched::Ambiguous)]);
    assert_eq!(joining.report.unmatched_units.len(), 2);
}

#[test]
fn leading_zeros_that_a_number_lost_come_back() {
    let dataset = dataset(&[("0301", "Oslo", ""), ("1103", "Stavanger", ""), ("3001", "Halden", "")]);
    let table = sheet(&[&["kommunenummer", "folketall"], &["#301", "#7"], &["#1103", "#8"], &["#3001", "#9"]]);
    let joining = join_sheet(&dataset, &table, &JoinWishes::default()).unwrap();
    assert_eq!(values(&joining), [("0301", Some("7")), ("1103", Some("8")), ("3001", Some("9"))]);
    assert_eq!(joining.report.repaired[0].repair, Repair::LeadingZeros);
}

#[test]
fn a_number_that_may_be_two_codes_is_neither() {
    let dataset = dataset(&[("0301", "Oslo", ""), ("301", "Other", ""), ("3001", "Halden", "")]);
    let table = sheet(&[&["code", "population"], &["#301", "#7"], &["#3001", "#9"]]);
    let joining = join_sheet(&dataset, &table, &JoinWishes::default()).unwrap();
    assert_eq!(whys(&joining), [(2, WhyUnmatched::Ambiguous)]);
}

#[test]
fn names_are_found_within_the_unit_above() {
    let joining = joined(&[
        &["乡镇", "村名", "户籍人口"],
        &["东乡", "张家沟村民委员会", "#1"],
        &["", "李家湾", "#2"],
        &["", "新华社区", "#3"],
        &["西镇人民政府", "新华", "#4"],
        &["", "双 河 村", "#5"],
        &["", "石版村", "#6"],
    ]);
    let expected: Vec<(&str, Option<&str>)> =
        ["1", "2", "3", "4", "5"].iter().zip(VILLAGES).map(|(value, (code, ..))| (code, Some(*value))).collect();
    assert_eq!(values(&joining), expected);
    assert_eq!(whys(&joining), [(7, WhyUnmatched::NoSuchName)]);
    let near = &joining.report.unmatched_rows[0].near;
    assert_eq!((near[0].unit.as_str(), near.len()), ("510101002003", 1));
    assert_eq!(joining.report.unmatched_units[0].near_rows, [7]);
}

#[test]
fn a_name_that_two_townships_have_needs_the_township() {
    let table = [&["村名", "户数"][..], &["新华", "#4"], &["双河村", "#5"], &["西镇新华村", "#6"]];
    let joining = joined(&table);
    assert_eq!(whys(&joining), [(2, WhyUnmatched::Ambiguous)]);
    assert_eq!(values(&joining), [("510101002001", Some("6")), ("510101002002", Some("5"))]);
}

#[test]
fn what_somebody_accepts_is_joined() {
    let rows: [&[&str]; 3] = [&["村名", "户数"], &["石版村", "#6"], &["双河村", "#5"]];
    let accepted = Accepted { file: None, sheet: None, row: 2, unit: "510101002003".to_owned() };
    let wishes = JoinWishes { accepted: vec![accepted], ..JoinWishes::default() };
    let joining = join_sheet(&dataset(&VILLAGES), &sheet(&rows), &wishes).unwrap();
    assert_eq!(values(&joining), [("510101002002", Some("5")), ("510101002003", Some("6"))]);
    assert_eq!(joining.report.matched.accepted, 1);
}

#[test]
fn a_code_and_a_name_of_different_villages_are_of_neither() {
    let joining = joined(&[
        &["代码", "名称", "户数"],
        &["510101001001", "李家湾村", "#1"],
        &["510101001002", "张家沟村", "#2"],
        &["510101001003", "旧名社区", "#3"],
        &["510101002001", "新华村", "#4"],
    ]);
    assert_eq!(whys(&joining), [(2, WhyUnmatched::Contradiction), (3, WhyUnmatched::Contradiction)]);
    // A village may have been renamed.
    assert_eq!(joining.report.names_differ.len(), 1);
    assert_eq!(values(&joining), [("510101001003", Some("3")), ("510101002001", Some("4"))]);
}

#[test]
fn a_code_of_one_township_and_a_name_of_another_are_of_neither() {
    let joining = joined(&[
        &["代码", "乡镇", "名称", "户数"],
        &["510101001001", "西镇", "双河村", "#1"],
        &["510101001002", "东乡", "李家湾村", "#2"],
        &["", "西镇", "新华", "#3"],
    ]);
    assert_eq!(whys(&joining), [(2, WhyUnmatched::Contradiction)]);
    assert_eq!(values(&joining), [("510101001002", Some("2")), ("510101002001", Some("3"))]);
}

#[test]
fn rows_of_one_unit_count_where_they_say_the_same() {
    let joining = joined(&[
        &["代码", "户数"],
        &["510101001001", "#1"],
        &["510101001001", "#1"],
        &["510101001002", "#2"],
        &["510101001002", "#3"],
    ]);
    assert_eq!(values(&joining), [("510101001001", Some("1"))]);
    let seen = |it: &Duplicates| (it.rows.clone(), it.counts, it.same);
    let all: Vec<_> = joining.report.duplicates.iter().map(seen).collect();
    assert_eq!(all, [(vec![2, 3], Some(2), true), (vec![4, 5], None, false)]);
}

#[test]
fn rows_of_townships_and_their_headings_are_passed_over() {
    use WhyPassed::{Header, LevelAbove, Note, Title, Total};
    let joining = joined(&[
        &["某县2020年人口", "", ""],
        &["代码", "名称", "户籍人口"],
        &["510101001", "东乡", "#3"],
        &["510101001001", "张家沟村", "#1"],
        &["510101001002", "李家湾村", "#2"],
        &["西镇", "", ""],
        &["", "新华", "#4"],
        &["合计", "", "#7"],
        &["注：本表不含流动人口", "", ""],
    ]);
    let why: Vec<_> = joining.report.passed_over.iter().map(|it| (it.row, it.why)).collect();
    assert_eq!(why, [(1, Title), (2, Header), (3, LevelAbove), (6, LevelAbove), (8, Total), (9, Note)]);
    assert_eq!(joining.report.matched.total, 3, "{:?}", joining.report.unmatched_rows);
    assert_eq!(joining.report.totals.iter().map(|total| total.agrees).collect::<Vec<_>>(), [true]);
    let as_of = joining.report.columns.figures[0].as_of.as_ref().unwrap();
    assert_eq!((as_of.date.as_str(), as_of.from), ("2020", DateSource::Title));
}

#[test]
fn figures_become_fields_and_the_first_people_the_population() {
    let loaded = dataset(&VILLAGES);
    let table = sheet(&[
        &["代码", "村名", "2020年户籍人口", "常住人口", "户均人口", "备注"],
        &["510101001001", "张家沟村", "1,000", "#900", "#3.5", "好"],
        &["510101001002", "李家湾村", "2,000", "#1800", "#3.1", ""],
        &["510101001003", "新华社区", "-", "#70", "#2.5", ""],
        &["510101002001", "新华村", "4,000", "错", "#2.0", ""],
        &["510101002002", "双河村", "5,000", "#1", "#2", ""],
    ]);
    let Joining { join, report } = join_sheet(&loaded, &table, &JoinWishes::default()).unwrap();
    let roles: Vec<_> = report.columns.figures.iter().map(|it| (it.field.as_str(), it.role, it.filled)).collect();
    let expected = [
        ("2020年户籍人口", FigureRole::Population, 4),
        ("常住人口", FigureRole::Sum, 4),
        ("户均人口", FigureRole::Other, 5),
    ];
    assert_eq!(roles, expected);
    assert_eq!(report.unread.iter().map(|it| (it.row, it.written.as_str())).collect::<Vec<_>>(), [(5, "错")]);
    let dataset = loaded.joined(std::slice::from_ref(&join));
    assert_eq!(dataset.fields.population.as_deref(), Some("2020年户籍人口"));
    assert_eq!(dataset.fields.sum, ["常住人口"]);
    let people: Vec<_> = (0..6).map(|atom| dataset.population_of(AtomId(atom))).collect();
    let some = |number: i64| Some(Decimal::from(number));
    assert_eq!(people, [some(1000), some(2000), None, some(4000), some(5000), None]);
    assert_eq!(dataset.sum_of(AtomId(1), 0), some(1800));
    let source = dataset.layers[0].source.get(FeatureId(0)).unwrap();
    let text = [source.before, "[]", source.after].concat();
    let feature: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(feature["properties"]["2020年户籍人口"].to_string(), "1000");
    assert_eq!(feature["properties"]["户均人口"].to_string(), "3.5");
    // A mean is never added up.
    let guessed = FieldRules::guess(&dataset);
    assert_ne!(guessed.field("户均人口").unwrap().rule, crate::model::FieldRule::Sum);
    // The way back, and once more: the same.
    let again = dataset.joined(&[]);
    assert_eq!((again.fields.population.as_deref(), again.layers[0].table.fields().len()), (None, 4));
    let twice = dataset.joined(std::slice::from_ref(&join));
    assert_eq!((twice.fields.sum.len(), twice.layers[0].table.fields().len()), (1, 7));
    let kept: Join = serde_json::from_str(&serde_json::to_string(&join).unwrap()).unwrap();
    assert_eq!(kept, join);
}

#[test]
fn texts_are_taken_where_their_name_tells_of_units_or_somebody_wants_them() {
    let loaded = dataset(&VILLAGES);
    let table = sheet(&[
        &["代码", "村名", "户数", "村支书", "备注"],
        &["510101001001", "张家沟村", "#10", " 张\"三 ", "远"],
        &["510101001002", "李家湾村", "#20", "", ""],
        &["510101002001", "新华村", "#30", "王五", "近"],
    ]);
    let join = |wishes: &JoinWishes| join_sheet(&loaded, &table, wishes).unwrap();
    let headers = |joining: &Joining| -> Vec<(String, FigureRole)> {
        joining.join.figures.iter().map(|figure| (figure.header.clone(), figure.role)).collect()
    };
    let by_itself = join(&JoinWishes::default());
    assert_eq!(headers(&by_itself), [("户数".to_owned(), FigureRole::Sum), ("村支书".to_owned(), FigureRole::Text)]);
    let wished = join(&JoinWishes {
        left: vec!["村支书".to_owned()],
        texts: vec!["备注".to_owned()],
        population: Some("备注".to_owned()),
        ..JoinWishes::default()
    });
    assert_eq!(headers(&wished), [("户数".to_owned(), FigureRole::Sum), ("备注".to_owned(), FigureRole::Text)]);
    let dataset = loaded.joined(&[by_itself.join.clone(), wished.join]);
    assert_eq!(dataset.joined_value(FeatureId(0), "村支书"), Some(r#""张\"三""#));
    assert_eq!(dataset.joined_value(FeatureId(1), "村支书"), None);
    assert_eq!(dataset.joined_value(FeatureId(3), "备注"), Some("\"近\""));
    assert_eq!(FieldRules::guess(&dataset).field("村支书").unwrap().rule, crate::model::FieldRule::Same);
    let source = dataset.layers[0].source.get(FeatureId(0)).unwrap();
    let text = [source.before, "[]", source.after].concat();
    let feature: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(feature["properties"]["村支书"], "张\"三");
    let kept: Join = serde_json::from_str(&serde_json::to_string(&by_itself.join).unwrap()).unwrap();
    assert_eq!(kept, by_itself.join);
    // A table of nothing but texts is there for them.
    let table = sheet(&[&["代码", "备注"], &["510101001001", "远"], &["510101001002", "近"]]);
    let joining = join_sheet(&loaded, &table, &JoinWishes::default()).unwrap();
    assert_eq!((headers(&joining), joining.report.matched.total), (vec![("备注".to_owned(), FigureRole::Text)], 2));
}

/// The same villages with their townships in a layer of their own.
fn two_layers() -> Dataset {
    let villages: Vec<String> = VILLAGES
        .iter()
        .map(|(code, name, _)| format!(r#"{{"code":"{code}","name":"{name}","town_code":"{}"}}"#, &code[..9]))
        .collect();
    let villages: Vec<&str> = villages.iter().map(String::as_str).collect();
    let towns = [r#"{"code":"510101001","name":"东乡"}"#, r#"{"code":"510101002","name":"西镇"}"#];
    let layers = vec![squares("villages", 3, 1.0, &villages), squares("towns", 1, 4.0, &towns)];
    Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap()
}

#[test]
fn a_table_of_townships_is_joined_to_the_layer_of_townships() {
    let loaded = two_layers();
    let table = sheet(&[
        &["乡镇代码", "乡镇", "党委书记", "户籍人口"],
        &["510101001", "东乡", "张三", "#7000"],
        &["510101003", "北乡", "李四", "#8000"],
    ]);
    let Joining { join, report } = join_sheet(&loaded, &table, &JoinWishes::default()).unwrap();
    assert_eq!((join.level, report.level), (Some(Level::Township), Some(Level::Township)));
    assert_eq!(report.levels, [Level::Village, Level::Township]);
    assert_eq!((report.matched.total, report.units), (1, 2));
    assert_eq!(report.unmatched_rows.iter().map(|row| row.row).collect::<Vec<_>>(), [3]);
    assert_eq!(report.unmatched_units.iter().map(|unit| unit.unit.as_str()).collect::<Vec<_>>(), ["510101002"]);
    let dataset = loaded.joined(std::slice::from_ref(&join));
    let towns = &dataset.layers[1].table;
    assert_eq!(towns.text(FeatureId(0), towns.field("党委书记").unwrap()).as_deref(), Some("张三"));
    assert_eq!(towns.text(FeatureId(0), towns.field("户籍人口").unwrap()).as_deref(), Some("7000"));
    assert_eq!(towns.text(FeatureId(1), towns.field("户籍人口").unwrap()), None);
    // Of the villages nothing is known by it.
    assert!(!dataset.has_population());
    assert_eq!(dataset.layers[0].table.fields(), loaded.layers[0].table.fields());
    let rules = FieldRules::guess(&dataset);
    let at = |level| -> Vec<&str> { rules.at(&dataset, LevelIndex(level)).map(|field| &*field.name).collect() };
    assert_eq!((at(0), at(1)), (vec![], vec!["党委书记", "户籍人口"]));
    // The way back, and in data that have no townships of their own.
    assert_eq!(dataset.joined(&[]).layers[1].table.fields(), loaded.layers[1].table.fields());
    let alone = super::tests::dataset(&VILLAGES);
    assert_eq!(alone.joined(&[join]).layers[0].table.fields(), alone.layers[0].table.fields());
    // Somebody may want the villages.
    let wishes = JoinWishes { level: Some(Level::Village), ..JoinWishes::default() };
    assert!(join_sheet(&loaded, &table, &wishes).is_err_and(|error| matches!(error, JoinError::NoKey { .. })));
}

#[test]
fn a_table_of_villages_with_rows_of_townships_is_one_of_villages() {
    let table = sheet(&[
        &["代码", "名称", "户数"],
        &["510101001", "东乡", "#30"],
        &["510101001001", "张家沟村", "#10"],
        &["510101001002", "李家湾村", "#20"],
    ]);
    let Joining { join, report } = join_sheet(&two_layers(), &table, &JoinWishes::default()).unwrap();
    assert_eq!((join.level, report.matched.total), (None, 2));
}

#[test]
fn what_is_kept_is_not_believed() {
    let loaded = dataset(&VILLAGES);
    let figure = |field: &str, values: &[&str]| JoinedFigure {
        field: field.to_owned(),
        header: String::new(),
        as_of: None,
        role: FigureRole::Sum,
        values: values.iter().map(|value| Some((*value).to_owned())).collect(),
    };
    let join = Join {
        units: vec!["510101001001".to_owned(), "no such".to_owned(), "510101001002".to_owned()],
        figures: vec![figure("x", &["1}", "2", "3", "4"]), figure("code", &["5"]), figure("y\"\n", &["1e3"])],
        ..Join::default()
    };
    let dataset = loaded.joined(&[join.clone(), join]);
    for feature in dataset.layers[0].table.features() {
        let source = dataset.layers[0].source.get(feature).unwrap();
        let text = [source.before, "[]", source.after].concat();
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
    }
    assert_eq!(dataset.joined_value(FeatureId(0), "x"), None);
    assert_eq!(dataset.joined_value(FeatureId(1), "x"), Some("3"));
    assert_eq!(dataset.joined_value(FeatureId(0), "code"), Some("\"510101001001\""));
}

/// What may happen to a row.
#[derive(Clone, Debug)]
enum Damage {
    None,
    Decimals,
    Blanks,
    Wide,
    Exponent,
    NoCode,
    Garbage,
    Dropped,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        4 => Just(Damage::None),
        1 => Just(Damage::Decimals),
        1 => Just(Damage::Blanks),
        1 => Just(Damage::Wide),
        2 => Just(Damage::Exponent),
        2 => Just(Damage::NoCode),
        1 => Just(Damage::Garbage),
        1 => Just(Damage::Dropped),
    ]
}

const STEMS: [&str; 8] = ["张家沟", "李家湾", "新华", "双河", "石板", "红星", "龙", "大坝"];
const ENDINGS: [&str; 5] = ["", "村", "村委会", "村民委员会", "村村民委员会"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_damaged_table_joins_to_the_right_units_and_never_to_a_wrong_one(
        villages in prop::collection::vec((1..4_usize, 0..8_usize, any::<bool>()), 2..24),
        damages in prop::collection::vec((damage(), 0..5_usize, any::<bool>()), 24),
        order in any::<prop::sample::Index>(),
        with_parent in any::<bool>(),
    ) {
        let towns = ["", "东乡", "西镇", "南街道"];
        let mut seen = HashSet::new();
        let mut all: Vec<(String, String, &str)> = Vec::new();
        for (town, stem, community) in villages {
            let name = format!("{}{}", STEMS[stem], if community { "社区" } else { "村" });
            if seen.insert((town, name.clone())) {
                all.push((format!("51010100{town}{:03}", all.len() + 1), name, towns[town]));
            }
        }
        let villages: Vec<(&str, &str, &str)> = all.iter().map(|(code, name, town)| (&**code, &**name, *town)).collect();
        let dataset = dataset(&villages);
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for (at, ((code, name, town), (damage, ending, drop_name))) in villages.iter().zip(&damages).enumerate() {
            let is_village = name.ends_with('村');
            let stem = name.trim_end_matches("社区").trim_end_matches('村');
            let changed = if is_village { format!("{stem}{}", ENDINGS[*ending]) } else { format!("{stem}社区居委会") };
            let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).unwrap();
            let code = match damage {
                Damage::None => (*code).to_owned(),
                Damage::Decimals => format!("{code}.0"),
                Damage::Blanks => format!(" {code}\u{3000}"),
                Damage::Wide => code.chars().map(wide).collect(),
                Damage::Exponent => "5.10101E+11".to_owned(),
                Damage::NoCode => String::new(),
                Damage::Garbage => "999".to_owned(),
                Damage::Dropped => continue,
            };
            let keeps_name = matches!(damage, Damage::NoCode) || !drop_name;
            let name = if keeps_name { changed } else { String::new() };
            let parent = if with_parent { (*town).to_owned() } else { String::new() };
            rows.push(vec![Cell::text_of(&code), Cell::text_of(&name), Cell::text_of(&parent), Cell::Number(at.to_string())]);
        }
        if !rows.is_empty() {
            let at = order.index(rows.len());
            rows.rotate_left(at);
        }
        let header = ["区划代码", "村名", "乡镇", "户数"].map(Cell::text_of).to_vec();
        let sheet = Sheet { rows: [vec![header], rows.clone()].concat(), ..Sheet::default() };
        let Ok(joining) = join_sheet(&dataset, &sheet, &JoinWishes::default()) else { return Ok(()) };
        let join = &joining.join;
        for (unit, value) in join.units.iter().zip(&join.figures[0].values) {
            let at: usize = value.as_ref().unwrap().parse().unwrap();
            prop_assert_eq!(unit, villages[at].0, "{:?}", joining.report);
        }
        // What has its whole code is found, and what has name and parent and no code, where the names differ.
        let joined: HashSet<&str> = join.units.iter().map(String::as_str).collect();
        for ((code, name, town), (damage, ending, _)) in villages.iter().zip(&damages) {
            let stem = name.trim_end_matches("社区").trim_end_matches('村');
            let alone = villages.iter().filter(|(_, other, there)| {
                other.trim_end_matches("社区").trim_end_matches('村') == stem && there == town
            }).count() == 1;
            let parents = with_parent && joining.report.columns.parent.is_some();
            let is_told = matches!(damage, Damage::NoCode) && parents && alone;
            let has_code = matches!(damage, Damage::None | Damage::Decimals | Damage::Blanks | Damage::Wide);
            if has_code && joining.report.columns.code.is_some() || is_told && joining.report.columns.name.is_some() && *ending > 0 {
                prop_assert!(joined.contains(code), "{} {} {:?}", code, name, joining.report);
            }
        }
    }
}

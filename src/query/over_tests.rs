//! Expressions about all units of a level, about finer ones, and about what there was: shares of money, the numbers of a
//! worked example. Weights of people, area, terrain and need are 45, 25, 15 and 15 percent.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{FormulaWords, read_formula};
use crate::edit::{Document, Edit, Form, Target, UnitRef};
use crate::geodesy::AreaMethod;
use crate::jobs::Progress;
use crate::metrics::{Amount, OwnFigures, unit_figures};
use crate::model::fixtures::squares;
use crate::model::{Dataset, FieldOverrides, FieldRules, Unknown};

/// Six villages of the townships 甲, 乙, 丙 and 丁: people, km², terrain factor, revenue.
fn document() -> Document {
    let row = |code: &str, town: &str, numbers: [&str; 4]| {
        let [people, km2, terrain, revenue] = numbers;
        format!(
            r#"{{"code":"{code}","name":"村{code}","town_code":"{}","town":"{town}","people":{people},"幅员":{km2},"地形系数":{terrain},"收入":{revenue}}}"#,
            &code[..9]
        )
    };
    let rows = [
        row("510722101201", "甲镇", ["18000", "36", "1.00", "900"]),
        row("510722101202", "甲镇", ["12000", "24", "1.00", "300"]),
        row("510722102201", "乙乡", ["7000", "25", "1.10", "90"]),
        row("510722102202", "乙乡", ["5000", "20", "1.10", "60"]),
        row("510722103201", "丙乡", ["8000", "50", "1.20", "70"]),
        row("510722104201", "丁镇", ["25000", "55", "1.05", "600"]),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let overrides = FieldOverrides {
        population: Some("people".to_owned()),
        sum: Some(vec!["幅员".to_owned(), "收入".to_owned()]),
        ..FieldOverrides::default()
    };
    let layer = squares("villages", 6, 0.01, &rows);
    Document::new(Arc::new(Dataset::assemble(vec![layer], &overrides, &Progress::new()).unwrap()))
}

fn value(document: &Document, code: &str, line: &str) -> Result<Decimal, Unknown> {
    let (dataset, state) = (document.dataset(), document.state());
    let formula = read_formula(line, &FormulaWords::of(dataset)).unwrap();
    let own = OwnFigures::new(Arc::new(FieldRules::guess(dataset)), AreaMethod::Geodesic);
    let unit = UnitRef::code(code).resolve(dataset, state).unwrap();
    let figures = unit_figures(dataset, state, unit, AreaMethod::Geodesic);
    own.value_of(&formula, (dataset, state), unit, &figures).map(|amount| amount.to_decimal().unwrap())
}

/// To four decimals.
fn four(document: &Document, code: &str, line: &str) -> String {
    let value = value(document, code, line).unwrap();
    format!("{:.4}", Amount::Exact(value).rounded(4).unwrap().to_decimal().unwrap())
}

fn merge(document: &mut Document) {
    let units = ["510722102", "510722103"].map(UnitRef::code).into();
    let into = Target { code: Some("510722105".into()), name: Some("新乙镇".into()), ..Target::default() };
    document.commit(&Edit::Merge { units, form: Form::Establish, into }).unwrap();
}

const NEED: &str = "max(0, total(收入) / total(人口) * 人口 - 收入)";

fn shares(terrain: &str) -> String {
    format!(
        "1000 * (0.45 * 人口 / total(人口) + 0.25 * 幅员 / total(幅员) \
         + 0.15 * {terrain} / total({terrain}) + 0.15 * {NEED} / total({NEED}))"
    )
}

#[test]
fn money_by_villages_is_neutral_to_mergers_of_townships() {
    let mut document = document();
    let line = format!("each(village, {})", shares("(幅员 * 地形系数)"));
    let townships = ["510722101", "510722102", "510722103", "510722104"];
    let of =
        |document: &Document, codes: &[&str]| codes.iter().map(|code| four(document, code, &line)).collect::<Vec<_>>();
    assert_eq!(of(&document, &townships), ["299.4140", "220.8170", "199.6808", "280.0883"]);
    let whole = |document: &Document, codes: &[&str]| -> Vec<Decimal> {
        let line = format!("apportion(1000, {line})");
        codes.iter().map(|code| value(document, code, &line).unwrap()).collect()
    };
    let decimals = |numbers: &[u32]| numbers.iter().copied().map(Decimal::from).collect::<Vec<_>>();
    assert_eq!(whole(&document, &townships), decimals(&[299, 221, 200, 280]), "the largest remainder: together 1000");
    merge(&mut document);
    let after = ["510722101", "510722105", "510722104"];
    assert_eq!(of(&document, &after), ["299.4140", "420.4977", "280.0883"]);
    assert_eq!(whole(&document, &after), decimals(&[299, 421, 280]));
}

#[test]
fn money_by_townships_differs_where_need_is_cut_off_at_nothing() {
    let mut document = document();
    let line = shares("each(village, 幅员 * 地形系数)");
    let of = |document: &Document, code: &str| four(document, code, &line);
    let before = ["510722101", "510722102", "510722103", "510722104"].map(|code| of(&document, code));
    assert_eq!(before, ["291.0325", "224.5202", "202.7910", "281.6562"]);
    merge(&mut document);
    assert_eq!(
        ["510722101", "510722105", "510722104"].map(|code| of(&document, code)),
        ["291.0325", "427.3112", "281.6562"]
    );
    // A count of units is what mergers do change.
    let by_count = |document: &Document, code: &str| four(document, code, "1000 / total(1)");
    assert_eq!(by_count(&document, "510722105"), "333.3333");
}

#[test]
fn what_a_merger_itself_moves_is_told_by_what_the_units_of_then_had() {
    let mut document = document();
    let townships = shares("each(village, 幅员 * 地形系数)");
    let villages = format!("each(village, {})", shares("(幅员 * 地形系数)"));
    let residual = |x: &str| format!("{x} - before(each(township, {x}))");
    let of = |document: &Document, code: &str, line: &str| four(document, code, line);
    merge(&mut document);
    for code in ["510722101", "510722105", "510722104"] {
        assert_eq!(of(&document, code, &residual(&villages)), "0.0000", "by villages, whatever is merged");
        assert_eq!(of(&document, code, &residual(&townships)), "0.0000", "neither of the two is cut off");
        assert_eq!(of(&document, code, &format!("{villages} - before({villages})")), "0.0000");
    }
    assert_eq!(of(&document, "510722105", "before(each(township, 1000 / total(1)))"), "500.0000");
    assert_eq!(
        of(&document, "510722105", "growth(1000 / total(1), before(each(township, 1000 / total(1))))"),
        "-33.3333"
    );
    assert_eq!(of(&document, "510722105", "before(total(人口))"), "75000.0000");
    document.undo();
    // One with more than it needs and one with less: what the latter lacked is no longer seen.
    let units = ["510722101", "510722102"].map(UnitRef::code).into();
    let into = Target { code: Some("510722101".into()), ..Target::default() };
    document.commit(&Edit::Merge { units, form: Form::Absorb, into }).unwrap();
    let all = ["510722101", "510722103", "510722104"].map(|code| of(&document, code, &residual(&townships)));
    assert_eq!(all, ["-66.2755", "44.0625", "22.2130"]);
}

#[test]
fn shares_keep_to_floors_and_caps_and_the_rest_is_shared_again() {
    let document = document();
    let by = format!("each(village, {})", shares("(幅员 * 地形系数)"));
    let line = format!("apportion(1000, {by}, 1, if(人口 = 25000, 310, 0), if(人口 = 30000, 250, 1000))");
    let townships = ["510722101", "510722102", "510722103", "510722104"];
    assert_eq!(townships.map(|code| value(&document, code, &line).unwrap()), [250, 231, 209, 310].map(Decimal::from));
    let why = |line: &str| value(&document, "510722101", line).unwrap_err();
    assert_eq!(why("apportion(1000, 人口, 1, 300)"), Unknown::FloorsTooHigh);
    assert_eq!(why("apportion(1000, 人口, 1, 0, 100)"), Unknown::CapsTooLow);
    // Each village has 20 whatever it is, the rest follows the weights.
    let fixed = format!("each(village, 20 + (1000 - 20 * total(1)) * {} / 1000)", shares("(幅员 * 地形系数)"));
    assert_eq!(townships.map(|code| four(&document, code, &fixed)), ["303.4844", "234.3189", "195.7191", "266.4777"]);
}

#[test]
fn unevenness_is_told_per_head_and_as_the_deviation_from_the_mean() {
    let document = document();
    let by = format!("each(village, {})", shares("(幅员 * 地形系数)"));
    assert_eq!(four(&document, "510722101", &format!("gini({by}, 人口)")), "0.1745");
    assert_eq!(four(&document, "510722104", "gini(人口, 人口)"), "0.0000");
    // Of all four, not of a sample: 30000, 12000, 8000, 25000.
    assert_eq!(four(&document, "510722101", "deviation(人口)"), "9038.1137");
    assert_eq!(four(&document, "510722101", "(人口 - total(人口) / total(1)) / deviation(人口)"), "1.2447");
    assert_eq!(
        [1, 2, 3, 4].map(|at| four(&document, &format!("51072210{at}"), "class(人口, 20000, 10000)")),
        ["1.0000", "2.0000", "3.0000", "1.0000"]
    );
}

#[test]
fn places_and_ranges_are_among_the_units_of_the_level() {
    let mut document = document();
    let of = |document: &Document, code: &str, line: &str| value(document, code, line).unwrap();
    assert_eq!(of(&document, "510722101", "rank(人口)"), 1.into());
    assert_eq!(of(&document, "510722103", "排名(人口)"), 4.into());
    assert_eq!(of(&document, "510722101201", "rank(人口)"), 2.into());
    assert_eq!(of(&document, "510722101", "minmax(人口)"), 1.into());
    assert_eq!(four(&document, "510722102", "minmax(人口)"), "0.1818");
    assert_eq!(of(&document, "510722102", "minmax(1)"), 0.into(), "all are equal");
    merge(&mut document);
    assert_eq!(of(&document, "510722105", "members - before(members)"), 0.into());
    assert_eq!(of(&document, "510722105", "before(人口)"), 20000.into());
    let why = |line: &str| value(&document, "510722105", line).unwrap_err();
    assert_eq!(why("before(最大半径)"), Unknown::Term("最大半径".to_owned()), "it has had no seat");
    assert_eq!(why("each(group, 人口)"), Unknown::Unread, "there are no groups");
    assert_eq!(why("apportion(100, 人口 - 人口)"), Unknown::ZeroDenominator("(人口 - 人口)".to_owned()));
}

#[test]
fn what_is_kept_over_a_level_follows_every_change() {
    let mut document = document();
    let dataset = Arc::clone(document.dataset());
    let formula = read_formula("total(1)", &FormulaWords::of(&dataset)).unwrap();
    let own = OwnFigures::new(Arc::new(FieldRules::guess(&dataset)), AreaMethod::Geodesic);
    let units = |document: &Document| {
        let state = document.state();
        let unit = UnitRef::code("510722101").resolve(document.dataset(), state).unwrap();
        let figures = unit_figures(document.dataset(), state, unit, AreaMethod::Geodesic);
        own.value_of(&formula, (document.dataset(), state), unit, &figures).unwrap()
    };
    assert_eq!(units(&document), 4.into());
    merge(&mut document);
    assert_eq!(units(&document), 3.into());
    document.undo();
    assert_eq!(units(&document), 4.into());
}

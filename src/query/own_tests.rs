//! Expressions over fields and figures, read and worked out.

use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::testing::{TOWNSHIPS, VILLAGES, codes, county, dataset};
use super::*;
use crate::edit::{Document, Edit, Form, OwnDefinition, Target, UnitRef};
use crate::geodesy::AreaMethod;
use crate::i18n::numbers::AreaUnit;
use crate::i18n::{Lang, Say as _};
use crate::metrics::{Amount, Figure, Formula, OwnFigures, unit_figures};
use crate::model::{Dataset, FieldRules, State, UnitId, Unknown};

/// Two villages in one township.
fn villages() -> Arc<Dataset> {
    let row = |code: u8, people: u32, households: u32, land: &str| {
        format!(
            r#"{{"code":"51072210120{code}","name":"v{code}","town_code":"510722101","town":"石桥乡","户籍人口":{people},"户数":{households},"耕地面积_亩":{land},"海拔":{code}00,"terrain":"丘陵","a b-c":7}}"#
        )
    };
    dataset(2, &[row(1, 900, 300, "1200.5"), row(2, 1500, 0, "600"), row(3, 600, 200, "0"), row(4, 10, 2, "30")])
}

fn own(dataset: &Dataset) -> OwnFigures {
    OwnFigures::new(Arc::new(FieldRules::guess(dataset)), AreaMethod::Geodesic)
}

fn read(dataset: &Dataset, line: &str) -> Formula {
    read_formula(line, &FormulaWords::of(dataset)).unwrap_or_else(|error| panic!("{line}: {error}"))
}

fn value(dataset: &Dataset, state: &State, unit: u32, line: &str) -> Result<Amount, Unknown> {
    let figures = unit_figures(dataset, state, UnitId(unit), AreaMethod::Geodesic);
    own(dataset).value_of(&read(dataset, line), (dataset, state), UnitId(unit), &figures)
}

fn exact(text: &str) -> Amount {
    Amount::Exact(text.parse().unwrap())
}

#[test]
fn signs_bind_as_in_school_and_decimals_stay_exact() {
    let dataset = villages();
    for (line, wanted) in [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("8 / 4 / 2", "1"),
        ("-2 * -3", "6"),
        ("- (1 + 2)", "-3"),
        ("0.1 + 0.2", "0.3"),
        ("1.5万 / 3", "5000"),
        ("户籍人口 / 户数", "3"),
        ("户籍人口÷户数×２", "6"),
        ("（户籍人口－户数）／户数", "2"),
        ("耕地面积_亩 / 户籍人口 * 900", "1200.5"),
        ("\"户籍人口\" + 0", "900"),
        ("a b-c * 2", "14"),
        ("“a b-c” * 2", "14"),
        ("人口", "900"),
        ("population", "900"),
        ("min(3, 户数, 5)", "3"),
        ("最大(3，户数，5)", "300"),
        ("round(10 / 4)", "3"),
        ("round(2 / 3, 2)", "0.67"),
        ("abs(1 - 3)", "2"),
        ("if(户籍人口 > 500, 1, 0)", "1"),
        ("如果(户籍人口 不超过 500, 1, 户数 / 0)", ""),
        ("coalesce(1 / 0, 户数)", "300"),
        ("海拔", "100"),
    ] {
        let found = value(&dataset, &dataset.base, 0, line);
        match wanted {
            "" => assert_eq!(found, Err(Unknown::ZeroDenominator("0".to_owned())), "{line}"),
            // Written with all their digits, quotients may end in rounding.
            wanted => {
                assert_eq!(found.and_then(|it| it.rounded(9).ok_or(Unknown::TooLarge)), Ok(exact(wanted)), "{line}");
            }
        }
    }
}

#[test]
fn areas_are_in_the_unit_that_the_word_says() {
    let dataset = villages();
    let of = |line| value(&dataset, &dataset.base, 0, line).unwrap().to_f64();
    let km2 = unit_figures(&dataset, &dataset.base, UnitId(0), AreaMethod::Geodesic).area_m2 * 1e-6;
    for (line, wanted) in [("面积", km2), ("area_ha", km2 * 100.0), ("面积_亩", km2 * 1500.0), ("密度 * area", 900.0)]
    {
        assert!((of(line) / wanted - 1.0).abs() < 1e-12, "{line}: {}", of(line));
    }
}

#[test]
fn a_ratio_of_a_merged_unit_is_that_of_the_whole() {
    let mut document = Document::new(villages());
    let units = ["510722101201", "510722101203"].map(UnitRef::code).into();
    document.commit(&Edit::Merge { units, form: Form::Establish, into: Target::default() }).unwrap();
    let (dataset, state) = (document.dataset(), document.state());
    let made = state.units_at(VILLAGES).max().unwrap();
    // 1500 people in 500 households, not the mean of two ratios.
    assert_eq!(value(dataset, state, made.0, "耕地面积_亩 / 户籍人口"), Ok(exact("0.8003333333333333333333333333")));
    assert_eq!(value(dataset, state, made.0, "户籍人口 / 户数"), Ok(exact("3")));
    let township = state.units_at(TOWNSHIPS).next().unwrap();
    assert_eq!(value(dataset, state, township.0, "户籍人口 / 下辖"), Ok(exact("1003.3333333333333333333333333")));
}

#[test]
fn what_cannot_be_known_says_why() {
    let dataset = villages();
    let unknown = |unit, line| value(&dataset, &dataset.base, unit, line).unwrap_err();
    assert_eq!(unknown(1, "户籍人口 / 户数"), Unknown::ZeroDenominator("户数".to_owned()));
    assert_eq!(unknown(0, "1 / (户数 - 300)"), Unknown::ZeroDenominator("(户数 - 300)".to_owned()));
    assert_eq!(unknown(0, "1 / (面积 - 面积)"), Unknown::ZeroDenominator("(面积 - 面积)".to_owned()));
    let big = "99999999999999999999999999";
    assert_eq!(unknown(0, &format!("{big} * {big}")), Unknown::TooLarge);
    let county = county();
    let lacks = value(&county, &county.base, 4, "人口 / 2").unwrap_err();
    assert_eq!(lacks, Unknown::Term("人口".to_owned()));
    // A minimum of something unknown is not known either.
    assert!(value(&county, &county.base, 4, "min(人口, 1)").is_err());
}

#[test]
fn a_wrong_line_says_where_and_what_helps() {
    let dataset = villages();
    let words = FormulaWords::of(&dataset);
    for (line, at, expected) in [
        ("", 0, Expected::Operand),
        ("户数 /", 4, Expected::Operand),
        ("户数 户数", 3, Expected::Operator),
        ("(户数 + 1", 7, Expected::Closing),
        ("户数 + )", 5, Expected::Operand),
        ("户藉人口 / 户数", 0, Expected::NumberField),
        ("户数多 + 1", 0, Expected::NumberField),
        ("terrain * 2", 0, Expected::NumberField),
        ("名称 + 1", 0, Expected::NumberField),
        ("if(户数, 1, 2)", 5, Expected::NumberOperator),
        ("if(户数 > 1, 2)", 12, Expected::Comma),
        ("round(户数, 9)", 10, Expected::Decimals),
        ("\"户数", 3, Expected::Quote),
        ("户数 = 3", 3, Expected::Operator),
    ] {
        let error = read_formula(line, &words).unwrap_err();
        assert_eq!(error.expected, expected, "{line}: {error}");
        assert!(error.at.abs_diff(at) <= 1, "{line}: {error}");
        assert!(Lang::ALL.into_iter().all(|lang| !error.say(lang).contains('\n')));
    }
    assert_eq!(read_formula("户藉人口 / 户数", &words).unwrap_err().nearest.as_deref(), Some("户籍人口"));
    assert_eq!(read_formula(&"(".repeat(200), &words).unwrap_err().expected, Expected::LessDepth);
    assert_eq!(read_formula(&"1+".repeat(900), &words).unwrap_err().expected, Expected::Shorter);
}

#[test]
fn a_name_is_free_and_well_formed() {
    let dataset = villages();
    let others = [OwnDefinition::new("户均人口", "人口 / 户数")];
    let words = FormulaWords::of(&dataset);
    let check = |name: &str| check_own(&OwnDefinition::new(name, "人口"), &others, &words, &dataset).map(drop);
    assert_eq!(check(" "), Err(OwnError::NoName));
    for taken in ["户均人口", "户数", "人口", "Area", "terrain"] {
        assert_eq!(check(taken), Err(OwnError::Taken(taken.to_owned())));
    }
    assert!(matches!(check("a=b"), Err(OwnError::BadName(_))));
    assert_eq!(check("人均耕地"), Ok(()));
    let given = read_own("人均耕地 = 耕地面积_亩 / 户籍人口").unwrap();
    assert_eq!((given.name.as_str(), given.expression.as_str()), ("人均耕地", "耕地面积_亩 / 户籍人口"));
    assert!(matches!(read_own("人均耕地"), Err(OwnError::NoExpression(_))));
}

#[test]
fn conditions_can_ask_for_figures_of_ones_own() {
    let dataset = villages();
    let definitions = [OwnDefinition::new("户均人口", "户籍人口 / 户数"), OwnDefinition::new("gone", "no_such_field")];
    let rules = (Arc::new(FieldRules::guess(&dataset)), AreaMethod::Geodesic);
    let own = own_figures((&FormulaNumbers::new(), &definitions), &dataset, rules, &OwnFigures::default());
    let state = &dataset.base;
    let ground = Ground { dataset: &dataset, state, area_method: AreaMethod::Geodesic, known: None, own: &own };
    let vocabulary = Vocabulary::of(&dataset, AreaUnit::Km2, &own);
    let ask = |line| codes(state, &Query::read(line, &vocabulary).unwrap().units(&ground, VILLAGES));
    assert_eq!(ask("户均人口 >= 5"), ["510722101204"]);
    assert_eq!(ask("户均人口 = 未知"), ["510722101202"]);
    assert_eq!(ask("gone = 未知").len(), 4);
}

#[test]
fn figures_keep_their_number_when_others_come_and_go() {
    let dataset = villages();
    let rules = Arc::new(FieldRules::guess(&dataset));
    let of = |names: &[&str], before: &OwnFigures| {
        let list: Vec<OwnDefinition> = names.iter().map(|name| OwnDefinition::new(name, "人口")).collect();
        own_figures((&FormulaNumbers::new(), &list), &dataset, (Arc::clone(&rules), AreaMethod::Geodesic), before)
    };
    let first = of(&["a", "b"], &OwnFigures::default());
    let b = first.named("b").unwrap().id;
    let second = of(&["c", "b"], &first);
    assert_eq!(second.named("b").unwrap().id, b);
    assert!(first.figures().all(|figure| figure != Figure::Own(second.named("c").unwrap().id)));
    assert!(second.get(first.named("a").unwrap().id).is_none());
}

fn offered(line: &str) -> Vec<String> {
    let words = FormulaWords::of(&villages());
    formula_completions((line, line.len()), &words, Lang::Zh, 40).list.into_iter().map(|it| it.text).collect()
}

#[test]
fn completion_offers_fields_with_numbers_and_signs() {
    assert_eq!(offered("户")[..2], ["户数", "户籍人口"].map(str::to_owned));
    assert!(offered("").contains(&"面积_亩".to_owned()) && !offered("").contains(&"terrain".to_owned()));
    assert_eq!(offered("户数 "), ["/", "*", "+", "-"]);
    assert_eq!(offered("四舍"), ["四舍五入("]);
    assert!(offered("户籍人口 / 户").contains(&"户数".to_owned()));
    let words = FormulaWords::of(&villages());
    let line = "户籍人口 / 户";
    let found = formula_completions((line, line.len()), &words, Lang::Zh, 9);
    assert_eq!(&line[found.replace.clone()], "户");
}

proptest! {
    #[test]
    fn no_line_panics_and_every_value_is_finite(line in "[户籍人口数面积_亩if(),、+*/ 0-9.\"<=-]{0,24}") {
        let dataset = villages();
        let words = FormulaWords::of(&dataset);
        match read_formula(&line, &words) {
            Ok(formula) => {
                let figures = unit_figures(&dataset, &dataset.base, UnitId(1), AreaMethod::Geodesic);
                let value = own(&dataset).value_of(&formula, (&dataset, &dataset.base), UnitId(1), &figures);
                prop_assert!(value.is_err() || value.is_ok_and(|value| value.to_f64().is_finite()));
            }
            Err(error) => prop_assert!(error.at <= line.chars().count()),
        }
        for (at, _) in line.char_indices() {
            drop(formula_completions((&line, at), &words, Lang::En, 9));
        }
    }

    #[test]
    fn arithmetic_is_that_of_decimals(a in -1000_i64..1000, b in -1000_i64..1000, c in 1_i64..1000) {
        let dataset = villages();
        let found = value(&dataset, &dataset.base, 0, &format!("({a} - {b}) * {c} + {b} / {c}"));
        let [a, b, c] = [a, b, c].map(Decimal::from);
        prop_assert_eq!(found, Ok(Amount::Exact((a - b) * c + b / c)));
    }
}

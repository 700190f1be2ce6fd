//! Expressions that go on from others by their names, and what they are of: percent and percentage points.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::testing::county;
use super::*;
use crate::edit::OwnDefinition;
use crate::geodesy::AreaMethod;
use crate::i18n::Lang;
use crate::metrics::{Measure, OwnFigures, unit_figures};
use crate::model::{Dataset, FieldRules, UnitId};

fn figures(numbers: &[(&str, i64)], list: &[(&str, &str, &str)], dataset: &Dataset) -> OwnFigures {
    let numbers: FormulaNumbers = numbers.iter().map(|(name, number)| ((*name).to_owned(), (*number).into())).collect();
    let definition = |(name, expression, unit): &(&str, &str, &str)| {
        let unit = (*unit).to_owned();
        OwnDefinition { unit, ..OwnDefinition::new(name, expression) }
    };
    let definitions: Vec<OwnDefinition> = list.iter().map(definition).collect();
    let rules = (Arc::new(FieldRules::guess(dataset)), AreaMethod::Geodesic);
    own_figures((&numbers, &definitions), dataset, rules, &OwnFigures::default())
}

fn value(own: &OwnFigures, name: &str, dataset: &Dataset) -> Option<Decimal> {
    let unit = UnitId(0);
    let figures = unit_figures(dataset, &dataset.base, unit, AreaMethod::Geodesic);
    let found = own.value(own.named(name)?.id, (dataset, &dataset.base), unit, &figures);
    found.ok()?.rounded(4)?.to_decimal().map(|it| it.normalize())
}

#[test]
fn figures_go_on_from_numbers_and_other_figures_in_any_order() {
    let dataset = county();
    let own = figures(
        &[("人口权重", 3), ("面积 权重", 2)],
        &[
            ("得分", "加权人口 + \"面积 权重\"", ""),
            ("加权人口", "人口权重 * 7", ""),
            ("改权重", "with(人口权重, 人口权重 + 1, 得分) - 得分", ""),
            ("改算式", "改用(加权人口, 100, 得分)", ""),
            ("自己", "自己 + 1", ""),
            ("绕圈", "绕回 + 1", ""),
            ("绕回", "绕圈 + 1", ""),
        ],
        &dataset,
    );
    let of = |name: &str| value(&own, name, &dataset);
    assert_eq!(["加权人口", "得分", "改权重", "改算式"].map(of), [21, 23, 7, 102].map(|it| Some(it.into())));
    assert_eq!(["自己", "绕圈", "绕回"].map(of), [None; 3], "none goes on from itself");
}

#[test]
fn what_names_what_names_what_comes_to_an_end() {
    let dataset = county();
    let names: Vec<String> = (0..40).map(|at| format!("f{at}x")).collect();
    let doubled: Vec<String> = names.iter().map(|name| format!("{name} + {name}")).collect();
    let list: Vec<(&str, &str, &str)> = std::iter::once(("f0x", "1", ""))
        .chain(names.iter().skip(1).zip(&doubled).map(|(name, line)| (name.as_str(), line.as_str(), "")))
        .collect();
    let own = figures(&[], &list, &dataset);
    assert_eq!(value(&own, "f5x", &dataset), Some(32.into()));
    assert_eq!(value(&own, "f39x", &dataset), None, "too many steps");
}

#[test]
fn a_share_less_a_share_is_in_percentage_points_and_growth_is_in_percent() {
    let dataset = county();
    let cases = [
        ("percent(1, 4)", "", Measure::Percent, Some(25)),
        ("percent(95) - percent(45)", "", Measure::Points, Some(50)),
        ("growth(3, 2)", "", Measure::Percent, Some(50)),
        ("growth(3, 2) - growth(5, 4)", "", Measure::Points, Some(25)),
        ("percent(95) - (percent(95) - percent(45))", "", Measure::Percent, Some(45)),
        ("100 - percent(45)", "", Measure::Percent, Some(55)),
        ("-(percent(1) - percent(2))", "", Measure::Points, Some(1)),
        ("round(max(percent(1), percent(2)) - percent(4), 1)", "", Measure::Points, Some(-2)),
        ("abs(before(percent(2)) - percent(4))", "", Measure::Points, Some(2)),
        ("if(1 > 2, percent(3), 7)", "", Measure::Percent, Some(7)),
        // A quotient is a share where its figure is declared so, and nothing known otherwise.
        ("members / members * 100", "", Measure::Own, None),
        ("members / members * 100", "%", Measure::Percent, None),
        ("members * 100 / members - members / members * 100", "%", Measure::Points, None),
        ("members / members * 1000", "‰", Measure::Own, None),
        ("percent(1, 4) * members", "", Measure::Own, None),
        ("members - members", "个百分点", Measure::Points, None),
    ];
    for (line, unit, measure, wanted) in cases {
        let own = figures(&[], &[("it", line, unit)], &dataset);
        let it = &own.list()[0];
        assert_eq!(it.id.measure(), measure, "{line}");
        if let Some(wanted) = wanted {
            assert_eq!(value(&own, "it", &dataset), Some(wanted.into()), "{line}");
        }
    }
    let own = figures(&[], &[("率", "members / members * 100", "%"), ("差", "率 - 率", "")], &dataset);
    assert_eq!(Lang::ALL.map(|lang| own.list()[1].name_with_unit(lang)), ["差 (百分点)", "差 (pp)"]);
}

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::testing::{TOWNSHIPS, VILLAGES, codes, county};
use crate::edit::{Document, Edit, UnitRef};
use crate::geodesy::AreaMethod;
use crate::i18n::numbers::AreaUnit;
use crate::i18n::{Lang, Say as _};
use crate::metrics::OwnFigures;
use crate::model::{Dataset, LevelIndex, State, UnitId};
use crate::query::{Completions, Expected, Ground, Query, QueryError, ValueLists, Vocabulary, completions};

fn ground<'a>(dataset: &'a Dataset, state: &'a State) -> Ground<'a> {
    static NONE: LazyLock<OwnFigures> = LazyLock::new(OwnFigures::default);
    Ground { dataset, state, area_method: AreaMethod::Geodesic, known: None, own: &NONE }
}

fn vocabulary(dataset: &Dataset) -> Vocabulary {
    Vocabulary::of(dataset, AreaUnit::Km2, &OwnFigures::default())
}

fn found(dataset: &Dataset, state: &State, level: LevelIndex, line: &str) -> Vec<usize> {
    let query = Query::read(line, &vocabulary(dataset)).unwrap_or_else(|error| panic!("{line}: {error}"));
    query.units(&ground(dataset, state), level).into_iter().map(UnitId::index).collect()
}

fn error(line: &str) -> QueryError {
    Query::read(line, &vocabulary(&county())).unwrap_err()
}

#[test]
fn units_are_found_by_what_is_known_of_them() {
    let dataset = county();
    for (line, wanted) in [
        ("人口 > 3000", &[2, 5][..]),
        ("人口＞＝３，０００", &[1, 2, 5]),
        ("population < 0.1万", &[3]),
        ("人口 in 1000..3000", &[0, 1]),
        ("人口 = 未知", &[4]),
        ("人口 != 3000", &[0, 2, 3, 5]),
        ("名称 ~ 石桥", &[2]),
        ("解放", &[0, 3]),
        ("“解放村”", &[0, 3]),
        ("名称 in (和平村、东街社区)", &[4, 5]),
        ("上级 = 石桥乡", &[0, 1, 2]),
        ("上级 = 510722102", &[3, 4, 5]),
        ("类别 = 社区", &[2, 5]),
        ("kind = village and parent != 石桥乡", &[3, 4]),
        ("类型为村且人口大于1000", &[0, 1]),
        ("terrain = 山区", &[0, 3, 5]),
        ("terrain != 山区", &[1, 2, 4]),
        ("height >= 4100", &[2, 5]),
        ("height = 900", &[3]),
        ("code ~ 001", &[2, 5]),
        ("面积 > 1 km²", &[0, 1, 2, 3, 4, 5]),
        ("面积 > 200 公顷", &[]),
        ("面积 < 2000 亩", &[0, 1, 2, 3, 4, 5]),
        ("驻地", &[]),
        ("非 驻地", &[0, 1, 2, 3, 4, 5]),
        ("级别 = 村", &[0, 1, 2, 3, 4, 5]),
        ("已调整", &[]),
        ("状态 = 未变", &[0, 1, 2, 3, 4, 5]),
        ("密度 > 4000", &[2]),
    ] {
        assert_eq!(found(&dataset, &dataset.base, VILLAGES, line), wanted, "{line}");
    }
}

#[test]
fn any_level_can_be_asked() {
    let dataset = county();
    let ask = |line| found(&dataset, &dataset.base, TOWNSHIPS, line);
    assert_eq!(ask("人口 > 9000"), [6]);
    // One of its villages has no population: its own is not known.
    assert_eq!(ask("人口 < 9000"), [0; 0]);
    assert_eq!(ask("下辖 = 3 个 and 名称 ~ 镇"), [7]);
}

#[test]
fn what_is_not_known_is_neither_this_nor_that() {
    let dataset = county();
    assert_eq!(found(&dataset, &dataset.base, VILLAGES, "非 人口 > 3000"), [0, 1, 3]);
    assert_eq!(found(&dataset, &dataset.base, VILLAGES, "人口 > 3000 或 terrain = 丘陵"), [1, 2, 4, 5]);
}

#[test]
fn and_binds_more_than_or_and_not_more_than_both() {
    let dataset = county();
    let ask = |line| found(&dataset, &dataset.base, VILLAGES, line);
    assert_eq!(ask("类型 = 社区 或 类型 = 村 且 人口 < 1000"), [2, 3, 5]);
    assert_eq!(ask("(类型 = 社区 或 类型 = 村) 且 人口 < 1000"), [3]);
    assert_eq!(ask("not 类型 = 社区 and 上级 = 石桥乡"), [0, 1]);
    assert_eq!(ask("not (类型 = 社区 or 上级 = 石桥乡)"), [3, 4]);
}

#[test]
fn what_a_plan_changed_is_found() {
    let mut document = Document::new(county());
    let units = vec![UnitRef::code("510722101202")];
    document.commit(&Edit::Transfer { units, to: UnitRef::code("510722102") }).unwrap();
    let dataset = Arc::clone(document.dataset());
    let ask = |level, line| found(&dataset, document.state(), level, line);
    assert_eq!(ask(VILLAGES, "已调整"), [1]);
    assert_eq!(ask(VILLAGES, "上级 = 龙泉镇"), [1, 3, 4, 5]);
    assert_eq!(ask(VILLAGES, "changed = no and 类型 = 村"), [0, 3, 4]);
    assert_eq!((ask(TOWNSHIPS, "状态 = 扩大"), ask(TOWNSHIPS, "status = reduced")), (vec![7], vec![6]));
}

#[test]
fn a_wrong_line_says_where_and_what_could_stand_there() {
    for (line, at, expected) in [
        ("", 0, Expected::Condition),
        ("人口", 2, Expected::NumberOperator),
        ("人口 >", 4, Expected::Number),
        ("人口 > 很多", 5, Expected::Number),
        ("人口 ~ 3", 3, Expected::NumberOperator),
        ("名称 > 3", 3, Expected::TextOperator),
        ("人口 > 3000 面积 < 5", 10, Expected::Connective),
        ("(人口 > 3000", 10, Expected::Closing),
        ("名称 = \"石桥", 8, Expected::Quote),
        ("类型 in 镇", 6, Expected::List),
        ("类型 in (镇", 8, Expected::Closing),
        ("级别 = 省", 5, Expected::Level),
        ("驻地 = 大概", 5, Expected::YesNo),
        ("状态 = 好", 5, Expected::Status),
        ("人囗 > 3000", 0, Expected::Field),
        ("人口 > 3000)", 9, Expected::Connective),
        ("人口 > 3000 且", 11, Expected::Condition),
    ] {
        let error = error(line);
        assert_eq!((error.at, error.expected), (at, expected), "{line}: {error}");
        for lang in Lang::ALL {
            assert!(!error.say(lang).contains('\n'));
        }
    }
    assert_eq!(error("人囗 > 3000").nearest.as_deref(), Some("人口"));
    assert_eq!(error("populaton > 3").nearest.as_deref(), Some("population"));
    assert_eq!(error(&"(".repeat(1000)).expected, Expected::LessDepth);
    assert_eq!(error("人口 > 很多").say(Lang::Zh), "第 6 字“很多”处应为数值");
}

fn complete(line: &str) -> Completions {
    let dataset = county();
    let ground = ground(&dataset, &dataset.base);
    let mut values = ValueLists::default();
    completions((line, line.len()), (&ground, &vocabulary(&dataset)), (&mut values, 0), (VILLAGES, Lang::Zh), 40)
}

fn texts(line: &str) -> Vec<String> {
    complete(line).list.into_iter().map(|completion| completion.text).collect()
}

#[test]
fn completion_offers_what_fits_at_the_cursor() {
    let begins = |line: &str, wanted: &[&str]| {
        let texts = texts(line);
        assert_eq!(&texts[..wanted.len().min(texts.len())], wanted, "{line}");
    };
    begins("", &["名称", "代码", "类型"]);
    begins("人", &["人口", "人口密度"]);
    begins("人口", &[">", "<"]);
    begins("人口 ", &[">", "<", ">="]);
    begins("名称 ", &["=", "~", "in ("]);
    begins("人口 > 3000 ", &["且", "或"]);
    begins("(人口 > 3000 ", &["且", "或", ")"]);
    begins("面积 < 5", &["km²", "公顷", "亩"]);
    begins("面积 < 5 公", &["公顷"]);
    begins("人口 > 3000 且 ter", &["地形"]);
    begins("类型 in (", &["村", "社区"]);
    begins("类型 in (村", &[",", ")"]);
    begins("级别 = ", &["村（社区）", "乡镇"]);
    assert_eq!(texts("人口 > "), Vec::<String>::new());
}

#[test]
fn values_come_from_the_data_most_frequent_first() {
    let values = complete("terrain = ");
    let list: Vec<_> = values.list.iter().map(|it| (it.text.as_str(), it.units)).collect();
    assert_eq!(list, [("山区", Some(3)), ("丘陵", Some(2)), ("平坝", Some(1))]);
    assert_eq!(texts("上级 = 石"), ["石桥乡"]);
    let part = complete("上级 = 石");
    assert_eq!(&"上级 = 石"[part.replace], "石");
}

proptest! {
    #[test]
    fn no_line_panics_and_every_error_lies_in_the_line(line in "[人口名称面积村 ><=!~()\"“”,、0-9.km²亩且或非notinad]{0,24}") {
        let dataset = county();
        let vocabulary = vocabulary(&dataset);
        match Query::read(&line, &vocabulary) {
            Ok(query) => drop(query.units(&ground(&dataset, &dataset.base), VILLAGES)),
            Err(error) => prop_assert!(error.at <= line.chars().count()),
        }
        for (at, _) in line.char_indices() {
            let mut values = ValueLists::default();
            let ground = ground(&dataset, &dataset.base);
            completions((&line, at), (&ground, &vocabulary), (&mut values, 0), (VILLAGES, Lang::En), 9);
        }
    }

    #[test]
    fn a_completed_field_and_value_is_read(field in 0..12_usize, value in 0..3_usize) {
        let dataset = county();
        let fields = complete("").list;
        let line = fields[field % fields.len()].insert.clone();
        let signs = complete(&line).list;
        prop_assume!(signs.first().is_some_and(|sign| sign.text == "="));
        let line = format!("{line}{}", signs[0].insert);
        let values = complete(&line).list;
        prop_assume!(!values.is_empty());
        let line = format!("{line}{}", values[value % values.len()].insert);
        prop_assert!(Query::read(&line, &vocabulary(&dataset)).is_ok(), "{}", line);
    }
}

#[test]
fn every_code_finds_its_unit() {
    let dataset = county();
    for unit in dataset.base.units_at(VILLAGES) {
        let line = format!("代码 = {}", dataset.base.unit(unit).code);
        assert_eq!(found(&dataset, &dataset.base, VILLAGES, &line), [unit.index()]);
    }
    assert_eq!(codes(&dataset.base, &[UnitId(0)]), ["510722101201"]);
}

//! Pages of small grids.

use std::sync::LazyLock;

use resvg::usvg::roxmltree::{Document as Xml, Node};
use serde_json::Value;

use super::*;
use crate::edit::testing::grid;
use crate::edit::{Edit, Form, Target, UnitRef};
use crate::model::SeatUse;

const TOWNSHIPS: LevelIndex = LevelIndex(1);

fn reader<'a>(dataset: &'a Dataset, document: Option<&'a Document>) -> Reader<'a> {
    static PLAIN: LazyLock<Grounds> = LazyLock::new(Grounds::default);
    Reader {
        dataset,
        document,
        level: TOWNSHIPS,
        title: None,
        style: Style::Neighbours,
        shades: Shades::default(),
        symbols: &[],
        grounds: &PLAIN,
        area_unit: AreaUnit::Km2,
        lang: Lang::Zh,
    }
}

/// Columns 1 and 2 of four are merged; the seat of the second becomes a station.
fn merged(name: &str) -> Document {
    let mut document = Document::new(grid(4, 2));
    let units = ["510722101", "510722102"].map(UnitRef::code).into();
    let into = Target { name: Some(name.into()), ..Target::default() };
    document.commit(&Edit::Merge { units, form: Form::Establish, into }).unwrap();
    let unit = UnitRef::code("510722102");
    document.commit(&Edit::ClassifySeat { unit, seat_use: Some(SeatUse::Station) }).unwrap();
    document
}

fn page_of(document: &Document) -> String {
    page(&reader(document.dataset(), Some(document))).unwrap()
}

/// What lies between two marks, with them.
fn cut<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let start = text.find(from).unwrap();
    let end = start + text[start..].find(to).unwrap() + to.len();
    &text[start..end]
}

fn map(page: &str) -> &str {
    cut(page, "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"map\"", "</svg>")
}

fn facts(page: &str) -> Value {
    let script = cut(page, "id=\"facts\">", "</script>");
    serde_json::from_str(&script["id=\"facts\">".len()..script.len() - "</script>".len()]).unwrap()
}

fn group<'a>(xml: &'a Xml<'a>, class: &str) -> Vec<Node<'a, 'a>> {
    let found = xml.descendants().find(|node| node.attribute("class") == Some(class)).unwrap();
    found.children().filter(Node::is_element).collect()
}

#[test]
fn units_of_both_times_are_on_the_map_and_what_did_not_change_is_there_once() {
    let page = page_of(&merged("新镇"));
    let xml = Xml::parse(map(&page)).unwrap();
    let places = |class: &str, name: &str| -> Vec<String> {
        let paths = group(&xml, &format!("units {class}"));
        paths.iter().filter_map(|path| path.attribute(name)).map(str::to_owned).collect()
    };
    assert_eq!(
        (places("both", "data-b"), places("both", "data-a")),
        (vec!["2".into(), "3".into()], vec!["0".into(), "1".into()])
    );
    assert_eq!(places("before", "data-b"), ["0", "1"]);
    assert_eq!(places("after", "data-a"), ["2"]);
    let facts = facts(&page);
    let names = |time: usize| -> Vec<&str> {
        facts["units"][time].as_array().unwrap().iter().map(|unit| unit["name"].as_str().unwrap()).collect()
    };
    assert_eq!((names(0), names(1)), (vec!["镇0", "镇1", "镇2", "镇3"], vec!["镇2", "镇3", "新镇"]));
    // Every border is drawn, and none twice at one time.
    let lines = |class: &str| -> usize {
        group(&xml, &format!("borders {class}"))
            .iter()
            .map(|path| path.attribute("d").unwrap().matches('M').count())
            .sum()
    };
    let arcs = merged("新镇").dataset().coverage.arc_count();
    assert_eq!((lines("both") + lines("before"), lines("both") + lines("after")), (arcs, arcs));
    assert!(lines("before") > 0 && lines("after") > 0);
}

#[test]
fn a_unit_says_what_becomes_of_it_and_what_it_is_made_of() {
    let facts = facts(&page_of(&merged("新镇")));
    let said = |time: usize, unit: usize, heading: &str| -> Value {
        let rows = facts["units"][time][unit]["rows"].as_array().unwrap();
        rows.iter().find(|row| row[0] == heading || row[0][0] == heading).map_or(Value::Null, |row| row[1].clone())
    };
    assert_eq!(said(0, 1, "新单元"), "新镇");
    assert_eq!(said(0, 1, "驻地去向")[1], "service station");
    assert_eq!(said(1, 2, "原单元"), serde_json::json!(["镇0、镇1", "镇0, 镇1"]));
    assert_eq!(said(1, 2, "变化"), serde_json::json!(["新设", "established"]));
    assert_eq!(said(1, 0, "变化"), Value::Null);
}

#[test]
fn no_name_can_break_out_of_the_page() {
    let wicked = "<b>\"'&</script><img src=x onerror=alert(1)>]]>\u{2028}";
    let mut document = merged(wicked);
    document.rename_plan(wicked);
    let page = page_of(&document);
    assert!(!page.contains("<b>\"") && !page.contains("<img"));
    assert_eq!(page.matches("</script>").count(), 2);
    assert_eq!(facts(&page)["units"][1][2]["name"], wicked);
    Xml::parse(map(&page)).unwrap();
    // All of it but the script is markup that is closed where it is opened.
    let body = cut(&page, "<body", "<script").replace("<script", "</body>");
    let body = body.replace("placeholder=\"查找 Search\">", "/>");
    Xml::parse(&body).unwrap_or_else(|error| panic!("{error}"));
    assert!(!SCRIPT.contains("innerHTML") && !SCRIPT.contains("=>"));
}

#[test]
fn the_same_input_gives_the_same_bytes_and_nothing_from_elsewhere() {
    let page = page_of(&merged("新镇"));
    assert_eq!(page, page_of(&merged("新镇")));
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    let outside = page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "");
    assert!(
        !outside.contains("http")
            && !outside.contains("src=")
            && !outside.contains("url(h")
            && !outside.contains("@import")
    );
    assert!(page.contains("示意图，不作划界依据") && page.contains(env!("CARGO_PKG_VERSION")));
    let plan = PlanEntry::of(&merged("新镇").plan());
    assert!(page.contains(&plan.sha256));
}

#[test]
fn tables_say_in_both_languages_what_the_plan_does() {
    let page = page_of(&merged("新镇"));
    for text in [
        "撤销镇1，将其行政区域划归新镇；驻地去向：便民服务站",
        "use of its seat: service station",
        "−25.00 %",
        "便民服务站",
        "新旧对照表",
    ] {
        assert!(page.contains(text), "{text}");
    }
}

#[test]
fn without_a_plan_there_is_one_time_and_no_list_of_changes() {
    let dataset = grid(3, 1);
    let page = page(&Reader { lang: Lang::En, ..reader(&dataset, None) }).unwrap();
    assert!(
        page.contains("class=\"in-en now-after\"")
            && !page.contains("id=\"times\"")
            && !page.contains("Crosswalk</span></h2>")
    );
    let xml = Xml::parse(map(&page)).unwrap();
    assert_eq!(group(&xml, "units both").len(), 3);
}

//! Maps of small grids.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use resvg::usvg::roxmltree::{Document as Xml, Node};

use super::*;
use crate::carto::Method;
use crate::edit::testing::grid;
use crate::edit::{Edit, Form, Target, UnitRef};
use crate::geodesy::AreaMethod;
use crate::metrics::{Figure, OwnFigures};
use crate::model::{Facilities, Facility, ReferenceLine};
use crate::rules::{Crossing, CrossingKind, Crossings};

const VILLAGES: LevelIndex = LevelIndex(0);
const TOWNSHIPS: LevelIndex = LevelIndex(1);
const POPULATION: Style = Style::Figure { figure: Figure::Population, method: Method::NaturalBreaks };

fn sheet<'a>(dataset: &'a Dataset, document: Option<&'a Document>, level: LevelIndex, style: Style) -> Sheet<'a> {
    static PLAIN: LazyLock<Grounds> = LazyLock::new(Grounds::default);
    let (title, shades, size, lang) = (None, Shades::default(), Size::default(), Lang::En);
    Sheet { dataset, document, level, title, style, shades, symbols: &[], grounds: &PLAIN, size, lang }
}

/// The columns 1 and 2 of three are merged.
fn merged() -> Document {
    let mut document = Document::new(grid(3, 2));
    let units = ["510722101", "510722102"].map(UnitRef::code).into();
    document.commit(&Edit::Merge { units, form: Form::Establish, into: Target::default() }).unwrap();
    document
}

fn group<'a>(xml: &'a Xml<'a>, id: &str) -> Node<'a, 'a> {
    xml.descendants().find(|node| node.attribute("id") == Some(id)).unwrap()
}

fn paths<'a>(group: Node<'a, 'a>) -> Vec<Node<'a, 'a>> {
    group.children().filter(|node| node.has_tag_name("path")).collect()
}

/// Colours of the classes in the legend, and all of its texts.
fn legend(svg: &str) -> (Vec<String>, Vec<String>) {
    let xml = Xml::parse(svg).unwrap();
    let legend = group(&xml, "legend");
    let fills = legend.children().filter(|node| node.has_tag_name("rect")).filter_map(|node| node.attribute("fill"));
    let texts = legend.children().filter_map(|node| node.text()).map(str::trim).filter(|text| !text.is_empty());
    (fills.filter(|fill| fill.starts_with('#')).map(str::to_owned).collect(), texts.map(str::to_owned).collect())
}

#[test]
fn every_unit_is_filled_and_named() {
    let dataset = grid(3, 2);
    let svg = draw(&sheet(&dataset, None, VILLAGES, Style::Neighbours)).unwrap();
    let xml = Xml::parse(&svg).unwrap();
    let units = paths(group(&xml, "units"));
    assert_eq!(units.len(), 6);
    let titles: BTreeSet<&str> = units.iter().filter_map(|unit| unit.first_element_child()?.text()).collect();
    assert_eq!(titles.len(), 6);
    let names: Vec<&str> = group(&xml, "names").children().filter_map(|name| name.text()).collect();
    assert!(titles.iter().all(|title| names.contains(title)), "{names:?}");
}

#[test]
fn links_and_barriers_are_drawn_and_stand_in_the_legend() {
    let dataset = grid(3, 2);
    let between = |a: &str, b: &str, kind| Crossing { between: [a.into(), b.into()], kind, reason: String::new() };
    let crossings = Crossings {
        links: vec![
            between("510722101", "510722103", CrossingKind::Ferry),
            between("510722101", "999", CrossingKind::Road),
        ],
        barriers: vec![between("510722101", "510722102", CrossingKind::River)],
    };
    let plain = sheet(&dataset, None, TOWNSHIPS, Style::Neighbours);
    let grounds = Grounds { crossings, ..Grounds::default() };
    let svg = draw(&Sheet { grounds: &grounds, ..plain }).unwrap();
    let xml = Xml::parse(&svg).unwrap();
    let drawn = paths(group(&xml, "crossings"));
    // Halo, line and ticks of the barrier; halo, line and wings of the one link that has a place.
    assert_eq!(drawn.len(), 6);
    assert_eq!(drawn.iter().filter(|path| path.attribute("stroke-dasharray") == Some("3 3")).count(), 1);
    let (_, texts) = legend(&svg);
    assert!(texts.iter().any(|text| text == "Links") && texts.iter().any(|text| text == "Barriers"), "{texts:?}");
    let without = draw(&plain).unwrap();
    assert!(!without.contains("crossings") && !without.contains("Barriers"));
}

#[test]
fn every_border_is_drawn_once_in_the_path_of_its_rank() {
    //   3 4 5
    //   0 1 2      columns are townships
    let dataset = grid(3, 2);
    let svg = draw(&sheet(&dataset, None, VILLAGES, Style::Neighbours)).unwrap();
    let xml = Xml::parse(&svg).unwrap();
    let borders = paths(group(&xml, "borders"));
    let ranks: Vec<&str> = borders.iter().filter_map(|path| path.attribute("class")).collect();
    assert_eq!(ranks, ["village", "township", "county"]);
    let lines: Vec<usize> = borders.iter().map(|path| path.attribute("d").unwrap().matches('M').count()).collect();
    // Three borders between the rows, four between columns; the rest is the edge.
    assert_eq!(lines[..2], [3, 4]);
    assert_eq!(lines.iter().sum::<usize>(), dataset.coverage.arc_count());
}

#[test]
fn a_merger_is_hatched_and_its_old_border_dashed() {
    let document = merged();
    let svg = draw(&sheet(document.dataset(), Some(&document), TOWNSHIPS, Style::Neighbours)).unwrap();
    let xml = Xml::parse(&svg).unwrap();
    assert_eq!(paths(group(&xml, "units")).len(), 3, "two units and the hatching");
    assert!(group(&xml, "changes").attribute("d").is_some());
    let former = paths(group(&xml, "borders")).into_iter().find(|path| path.attribute("class") == Some("former"));
    assert_eq!(former.unwrap().attribute("d").unwrap().matches('M').count(), 2);
    assert!(legend(&svg).1.contains(&"Former borders".to_owned()));
    let before = draw(&sheet(document.dataset(), None, TOWNSHIPS, Style::Neighbours)).unwrap();
    assert!(!before.contains("id=\"changes\"") && !before.contains("class=\"former\""));
}

#[test]
fn the_legend_has_a_colour_and_bounds_for_every_class() {
    let dataset = grid(3, 2);
    let svg = draw(&sheet(&dataset, None, VILLAGES, POPULATION)).unwrap();
    let (colours, texts) = legend(&svg);
    assert_eq!(colours.len(), 5);
    assert_eq!(texts[0], "Population");
    assert!(texts[1].starts_with("100 – ") && texts[5].ends_with(" – 105"), "{texts:?}");
    let xml = Xml::parse(&svg).unwrap();
    let fills: BTreeSet<&str> = paths(group(&xml, "units")).iter().filter_map(|unit| unit.attribute("fill")).collect();
    assert_eq!(fills, colours.iter().map(String::as_str).collect());
}

#[test]
fn before_and_after_share_their_classes() {
    // Townships have 203, 205 and 207 people; the merger has 408, more than any class knows.
    let document = merged();
    let of = |document| draw(&sheet(merged().dataset(), document, TOWNSHIPS, POPULATION)).unwrap();
    let (before, after) = (legend(&of(None)), legend(&of(Some(&document))));
    assert_eq!(before.0, after.0);
    assert_eq!(before.1[..before.0.len()], after.1[..before.0.len()]);
    assert!(after.1[after.0.len()].starts_with('≥'), "{:?}", after.1);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let document = merged();
    let of = || draw(&sheet(document.dataset(), Some(&document), TOWNSHIPS, Style::Neighbours)).unwrap();
    let svg = of();
    assert_eq!(svg, of());
    assert!(png(&svg).unwrap() == png(&svg).unwrap());
    assert!(pdf(&svg).unwrap() == pdf(&svg).unwrap());
}

#[test]
fn names_with_signs_of_xml_are_drawn_as_they_are() {
    let mut document = Document::new(grid(2, 2));
    let name = "<a>&\"b\"".into();
    document.commit(&Edit::Rename { unit: UnitRef::code("510722101"), name }).unwrap();
    let title = Some("1 < 2");
    let svg =
        draw(&Sheet { title, ..sheet(document.dataset(), Some(&document), TOWNSHIPS, Style::Neighbours) }).unwrap();
    let xml = Xml::parse(&svg).unwrap();
    assert!(group(&xml, "names").children().any(|node| node.text() == Some("<a>&\"b\"")));
    assert_eq!(xml.root_element().first_element_child().unwrap().text(), title);
}

#[test]
fn sheets_of_any_size_can_be_drawn() {
    let dataset = grid(3, 2);
    for (width, height) in [(200, 200), (4000, 200), (200, 4000)] {
        let size = Size::new(width, height).unwrap();
        let svg = draw(&Sheet { size, ..sheet(&dataset, None, VILLAGES, POPULATION) }).unwrap();
        assert!(png(&svg).unwrap().starts_with(b"\x89PNG"));
    }
}

#[test]
fn styles_are_read_and_unknown_ones_are_answered_with_those_there_are() {
    let dataset = grid(2, 2);
    assert_eq!(Style::parse("neighbours", &dataset, &OwnFigures::default()).unwrap(), Style::Neighbours);
    let quantile = Style::Figure { figure: Figure::Area, method: Method::Quantile };
    assert_eq!(Style::parse("area:quantile", &dataset, &OwnFigures::default()).unwrap(), quantile);
    let error = Style::parse("income", &dataset, &OwnFigures::default()).unwrap_err().to_string();
    assert!(error.contains("\"income\"") && error.contains("neighbours, area, radius-max, compactness"), "{error}");
    assert!(matches!(
        Style::parse("area:best", &dataset, &OwnFigures::default()),
        Err(PrintError::UnknownMethod { .. })
    ));
}

#[test]
fn facilities_and_lines_lie_on_the_map_and_stand_in_the_legend() {
    let dataset = grid(3, 2);
    let facility = |x: f64, kind: &str| Facility { at: (x, 0.5).into(), name: "".into(), kind: kind.into() };
    let line = |x: f64| ReferenceLine { path: vec![(x, -1.0).into(), (x, 3.0).into()], name: "".into() };
    // What lies beside the units is not on the map.
    let places =
        Facilities::new(vec![facility(0.5, "小学"), facility(1.5, ""), facility(2.5, "小学"), facility(9.0, "医院")]);
    let grounds = Grounds { places: places.with_lines(vec![line(0.7), line(9.0)]).into(), ..Grounds::default() };
    let plain = sheet(&dataset, None, TOWNSHIPS, Style::Neighbours);
    let svg = draw(&Sheet { grounds: &grounds, ..plain }).unwrap();
    let xml = Xml::parse(&svg).unwrap();
    let dots: Vec<Node<'_, '_>> = group(&xml, "facilities").children().filter(Node::is_element).collect();
    let colours: BTreeSet<&str> = dots.iter().filter_map(|dot| dot.attribute("fill")).collect();
    assert_eq!((dots.len(), colours.len()), (3, 2));
    let lines = paths(group(&xml, "lines"));
    assert!(lines.iter().all(|path| path.attribute("d").unwrap().matches('M').count() == 1), "{svg}");
    let (_, texts) = legend(&svg);
    for (text, times) in [("小学", 1), ("Facility", 1), ("Roads, rivers and other lines", 1), ("医院", 0)] {
        assert_eq!(texts.iter().filter(|it| *it == text).count(), times, "{text}: {texts:?}");
    }
    let bare = draw(&plain).unwrap();
    assert!(!bare.contains("id=\"facilities\"") && !bare.contains("id=\"lines\""));
    // The page has them too, in both of its states.
    let map = screen_map(&Sheet { grounds: &grounds, ..plain }).unwrap();
    assert!(
        map.svg.contains("id=\"facilities\"") && map.legends.iter().flatten().all(|legend| legend.contains("小学"))
    );
}

#[test]
fn a_legend_of_areas_names_the_survey_where_they_are_the_surveys() {
    let dataset = grid(3, 2);
    let survey = Grounds { area_method: AreaMethod::EllipsoidTrapezoid, ..Grounds::default() };
    let area = Style::Figure { figure: Figure::Area, method: Method::NaturalBreaks };
    for (grounds, style, is_named) in
        [(&survey, area, true), (&survey, POPULATION, false), (&Grounds::default(), area, false)]
    {
        let (_, texts) = legend(&draw(&Sheet { grounds, ..sheet(&dataset, None, TOWNSHIPS, style) }).unwrap());
        assert_eq!(texts.iter().any(|text| text == "Area (km², survey)"), is_named, "{texts:?}");
    }
}

#[test]
fn rows_of_a_ledger_are_symbols_with_a_legend() {
    let rows = [
        ["编号", "类别", "代码"],
        ["H1", "医院", "510722101"],
        ["H2", "诊所", "510722101"],
        ["H3", "诊所", "510722102"],
    ];
    let cells = rows.map(|row| row.map(crate::model::Cell::text_of).to_vec()).to_vec();
    let file = crate::model::Sheet { file: "health.csv".to_owned(), rows: cells, ..crate::model::Sheet::default() };
    let ledger = std::sync::Arc::new(crate::model::Ledger::from_sheet("health", file).unwrap());
    let dataset = grid(3, 2);
    let laid = crate::model::LaidLedger::lay(ledger, &dataset, std::collections::BTreeMap::new());
    let dataset = dataset.with_ledgers(vec![laid]);
    let style = crate::carto::symbols::SymbolStyle::parse("health by 类别", &dataset).unwrap();
    let plain = sheet(&dataset, None, TOWNSHIPS, Style::Neighbours);
    let svg = draw(&Sheet { symbols: &[style], ..plain }).unwrap();
    let xml = Xml::parse(&svg).unwrap();
    // Circles for the word that stands in most rows, a triangle for the other.
    let symbols = group(&xml, "symbols");
    let count = |tag| symbols.children().filter(|node| node.has_tag_name(tag)).count();
    assert_eq!((count("circle"), count("path")), (2, 1));
    let texts = legend(&svg).1;
    for text in ["health · 类别", "诊所  2", "医院  1", "no place of its own: at the seat  3"] {
        assert!(texts.contains(&text.to_owned()), "{text}: {texts:?}");
    }
    assert!(!draw(&plain).unwrap().contains("id=\"symbols\""));
}

//! Symbols of a ledger over three villages in a row.

use std::sync::Arc;

use compact_str::CompactString;
use emath::{Pos2, Rect, vec2};

use super::*;
use crate::carto::{Camera, MapTheme};
use crate::edit::{Cells, Document, Edit, RowEdit};
use crate::i18n::Lang;
use crate::jobs::Progress;
use crate::model::fixtures::squares;
use crate::model::{Cell, Dataset, FieldOverrides, LaidLedger, Ledger, Sheet};

/// Three villages of one degree in a row.
fn villages() -> Dataset {
    let rows = ["510722101201", "510722101202", "510722102201"]
        .map(|code| format!(r#"{{"code":"{code}","name":"{code}村","people":100}}"#));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let overrides = FieldOverrides { population: Some("people".to_owned()), ..FieldOverrides::default() };
    Dataset::assemble(vec![squares("villages", 3, 1.0, &rows)], &overrides, &Progress::new()).unwrap()
}

fn with_ledger(name: &str, rows: &[Vec<String>]) -> Arc<Dataset> {
    let dataset = villages();
    let rows = rows.iter().map(|row| row.iter().map(|text| Cell::text_of(text)).collect()).collect();
    let sheet = Sheet { file: format!("{name}.xlsx"), rows, ..Sheet::default() };
    let ledger = Arc::new(Ledger::from_sheet(name, sheet).unwrap());
    let laid = LaidLedger::lay(ledger, &dataset, std::collections::BTreeMap::new());
    Arc::new(dataset.with_ledgers(vec![laid]))
}

fn texts(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|&text| text.to_owned()).collect()).collect()
}

/// Two clinics with a place, two that name a village, one of nobody.
fn clinics() -> Arc<Dataset> {
    with_ledger(
        "health",
        &texts(&[
            &["编号", "类别", "床位", "经度", "纬度", "村代码"],
            &["H1", "中心", "400", "0.2", "0.5", ""],
            &["H2", "诊所", "4", "0.8", "0.5", ""],
            &["H3", "诊所", "0", "", "", "510722101202"],
            &["H4", "", "100", "", "", "510722101202"],
            &["H5", "诊所", "1", "", "", "没有"],
        ]),
    )
}

fn drawn(dataset: &Dataset, document: &Document, text: &str) -> (SymbolSet, SymbolChanges) {
    let style = SymbolStyle::parse(text, dataset).unwrap();
    let set = SymbolSet::new(dataset, document.state(), &[style]);
    let changes = SymbolChanges::new(&set, dataset, document.state());
    (set, changes)
}

fn camera() -> Camera {
    let view = Rect::from_min_size(Pos2::ZERO, vec2(900.0, 400.0));
    Camera::fitting(view, geo::Rect::new(geo::Coord { x: 0.0, y: 0.0 }, geo::Coord { x: 3.0, y: 1.0 }), 10.0)
}

fn symbols(seen: &[Seen]) -> Vec<Symbol> {
    seen.iter().filter_map(|it| if let Seen::Row { symbol, .. } = it { Some(*symbol) } else { None }).collect()
}

fn legend(set: &SymbolSet, changes: &SymbolChanges, lang: Lang) -> Vec<String> {
    set.legend(changes, &MapTheme::light(), lang).into_iter().map(|row| row.text).collect()
}

fn record(id: &str, row: RowEdit) -> Edit {
    Edit::Record { table: "health".into(), id: Some(id.into()), row }
}

fn cells(cells: &[(&str, &str)]) -> Cells {
    cells.iter().map(|&(column, value)| (CompactString::from(column), CompactString::from(value))).collect()
}

#[test]
fn styles_are_read_and_written_and_what_they_do_not_know_is_said() {
    let dataset = clinics();
    for text in ["health", "health by 类别", "health by 床位"] {
        assert_eq!(SymbolStyle::parse(text, &dataset).unwrap().to_string(), text);
    }
    assert_eq!(SymbolStyle::parse("“health” 按 \"类别\"", &dataset).unwrap().to_string(), "health by 类别");
    assert_eq!(SymbolStyle::usual(&dataset.ledgers()[0]).to_string(), "health by 类别");
    let said = |text: &str| SymbolStyle::parse(text, &dataset).unwrap_err().to_string();
    assert!(said("helth").ends_with("with one of: health"), "{}", said("helth"));
    assert!(said("health by 级别").contains("no column \"级别\""), "{}", said("health by 级别"));
}

#[test]
fn words_differ_in_shape_and_what_names_a_unit_stands_hollow_at_its_seat() {
    let dataset = clinics();
    let document = Document::new(Arc::clone(&dataset));
    let (set, changes) = drawn(&dataset, &document, "health by 类别");
    let symbols = symbols(&set.seen(&changes, &camera()));
    assert_eq!(symbols.len(), 4);
    let hollow: Vec<&Symbol> = symbols.iter().filter(|symbol| symbol.at_seat).collect();
    let [a, b] = hollow[..] else { panic!("{hollow:?}") };
    assert!(a.at.distance(b.at) > a.radius + b.radius, "both name one village");
    let middle = camera().screen_from_lonlat(geo::Coord { x: 1.5, y: 0.5 });
    assert!(hollow.iter().all(|symbol| (8.0..40.0).contains(&symbol.at.distance(middle))), "{hollow:?} {middle:?}");
    let own: Vec<SymbolShape> =
        symbols.iter().filter(|symbol| !symbol.at_seat).map(|symbol| symbol.look.shape()).collect();
    assert_ne!(own[0], own[1]);
    assert_eq!(
        legend(&set, &changes, Lang::Zh),
        ["health · 类别", "诊所  2", "中心  1", "（空白）  1", "无坐标，置于驻地  2", "不在图上  1"]
    );
}

#[test]
fn numbers_are_areas_of_circles() {
    let dataset = clinics();
    let document = Document::new(Arc::clone(&dataset));
    let (set, changes) = drawn(&dataset, &document, "health by 床位");
    let symbols = symbols(&set.seen(&changes, &camera()));
    let radius = |at: f64| {
        let at = camera().screen_from_lonlat(geo::Coord { x: at, y: 0.5 });
        symbols.iter().find(|symbol| symbol.at.distance(at) < 1.0).unwrap().radius
    };
    // A hundred times as many beds.
    assert!((radius(0.2) / radius(0.8) - 10.0).abs() < 2.0, "{symbols:?}");
    assert!(symbols[0].radius >= symbols[3].radius, "large ones are drawn first");
    let texts = legend(&set, &changes, Lang::En);
    assert_eq!(&texts[..4], ["health · 床位", "200", "100", "20"], "{texts:?}");
    assert!(texts.contains(&"(blank)  1".to_owned()));
}

#[test]
fn what_a_plan_does_with_rows_shows_and_is_counted() {
    let dataset = clinics();
    let mut document = Document::new(Arc::clone(&dataset));
    let place = [2.5, 0.5];
    for edit in [
        record("H2", RowEdit::Set { set: cells(&[("类别", "中心")]) }),
        record("H1", RowEdit::Remove { remove: true }),
        record("N1", RowEdit::Add { add: cells(&[("类别", "新站")]), unit: None, at: Some(place) }),
    ] {
        document.commit(&edit).unwrap();
    }
    let base = Document::new(Arc::clone(&dataset));
    let (set, _) = drawn(&dataset, &base, "health by 类别");
    let changes = SymbolChanges::new(&set, &dataset, document.state());
    assert!(changes.lacks_words(), "a word of the plan is not among the classes of before");
    let (set, changes) = drawn(&dataset, &document, "health by 类别");
    assert!(!changes.lacks_words());
    let seen = set.seen(&changes, &camera());
    let mark_at = |x: f64, y: f64| {
        let at = camera().screen_from_lonlat(geo::Coord { x, y });
        let Some(Seen::Row { symbol, .. }) = nearest(&seen, at) else { panic!("{x} {y}") };
        symbol.mark
    };
    assert_eq!([mark_at(0.2, 0.5), mark_at(0.8, 0.5)], [RowMark::Removed, RowMark::Changed]);
    let added: Vec<Symbol> = symbols(&seen).into_iter().filter(|symbol| symbol.mark == RowMark::Added).collect();
    let village = camera().screen_from_lonlat(geo::Coord { x: place[0], y: place[1] });
    assert!(matches!(&added[..], [one] if one.at.distance(village) < 30.0), "{added:?} {village:?}");
    let texts = legend(&set, &changes, Lang::En);
    for text in
        ["诊所  1", "中心  1", "新站  1", "changed by the plan  1", "added by the plan  1", "taken away by the plan  1"]
    {
        assert!(texts.contains(&text.to_owned()), "{text}: {texts:?}");
    }
}

#[test]
fn a_hundred_thousand_rows_become_few_symbols_and_none_is_lost() {
    let mut rows = texts(&[&["编号", "类别", "经度", "纬度"]]);
    let part = |i: u32, by: u32| f64::from(i.wrapping_mul(2_654_435_761) % by) / f64::from(by);
    rows.extend((0..100_000).map(|i| {
        let kind = ["小学", "中学", "幼儿园"][i as usize % 3];
        let (lon, lat) = (part(i, 99_991) * 3.0, part(i, 65_521));
        vec![format!("S{i}"), kind.to_owned(), lon.to_string(), lat.to_string()]
    }));
    let dataset = with_ledger("health", &rows);
    let document = Document::new(Arc::clone(&dataset));
    let (set, changes) = drawn(&dataset, &document, "health by 类别");
    let all = set.seen(&changes, &camera());
    let rows_of = |seen: &Seen| if let Seen::Many { cluster, .. } = seen { cluster.rows } else { 1 };
    assert_eq!(all.iter().map(rows_of).sum::<usize>(), 100_000);
    assert!(all.len() < 1_000, "{}", all.len());
    let many = all.iter().find_map(|seen| match seen {
        Seen::Many { cluster, square } => Some((cluster, square)),
        Seen::Row { .. } | Seen::Line { .. } => None,
    });
    let (cluster, square) = many.unwrap();
    assert!(matches!(nearest(&all, cluster.at), Some(Seen::Many { .. })));
    assert_eq!(cluster.shares.iter().map(|(_, rows)| rows).sum::<usize>(), cluster.rows);
    // Nearer, there are fewer of them, and from close by each is by itself.
    let mut camera = camera();
    camera.fit(set.bounds_of(&changes, square).unwrap(), 20.0);
    let near = set.seen(&changes, &camera);
    assert!(near.iter().map(rows_of).sum::<usize>() < 100_000 && near.len() < 2_600);
    camera.zoom_at(camera.viewport().center(), 40.0);
    let close = set.seen(&changes, &camera);
    assert!(close.iter().all(|seen| matches!(seen, Seen::Row { .. })), "{}", close.len());
}

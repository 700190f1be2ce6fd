//! Ledgers on the map.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, window, window_started_with};
use crate::app::App;
use crate::ui::inspector::Card;
use crate::ui::state::command::Command;
use crate::ui::state::symbols::{SymbolChoice, SymbolChoices, SymbolsBy};
use crate::ui::state::view::Preferences;
use quhua::carto::symbols::Seen;
use quhua::edit::Document;
use quhua::i18n::{Lang, Text};
use quhua::io::project;
use quhua::jobs::Progress;
use quhua::model::{Cell, LaidLedger, Ledger, LevelIndex, Sheet};

/// A project of the sample county with a clinic at the seat of every village, and one of nobody.
fn with_clinics(folder: &Path) -> Harness<'static, Option<App>> {
    let sample = window(Lang::En);
    let dataset = Arc::clone(app(&sample).project.as_ref().unwrap().dataset());
    let seats = dataset.base.units_at(LevelIndex::FINEST).filter_map(|unit| {
        let unit = dataset.base.unit(unit);
        let at = unit.seat.as_ref()?.at;
        Some([unit.code.to_string(), "诊所".to_owned(), at.x.to_string(), at.y.to_string()])
    });
    let head = ["编号", "类别", "经度", "纬度"].map(str::to_owned);
    let nobody = ["H0", "医院", "", ""].map(str::to_owned);
    let rows = std::iter::once(head).chain(seats).chain([nobody]);
    let rows = rows.map(|row| row.iter().map(|text| Cell::text_of(text)).collect()).collect();
    let sheet = Sheet { file: "health.xlsx".to_owned(), rows, ..Sheet::default() };
    let ledger = Arc::new(Ledger::from_sheet("health", sheet).unwrap());
    let laid = LaidLedger::lay(ledger, &dataset, BTreeMap::new());
    let document = Document::new(Arc::new(dataset.with_ledgers(vec![laid])));
    let path = folder.join("clinics.gpkg");
    project::write(&path, &document, None, &Progress::new()).unwrap();
    let preferences = Preferences { lang: Some(Lang::En), ..Preferences::default() };
    let mut window = window_started_with(vec![path], preferences, None);
    window.run_steps(2);
    window
}

fn legend(window: &Harness<'_, Option<App>>) -> Vec<String> {
    let symbols = app(window).canvas.symbols().unwrap();
    symbols.legend(&quhua::carto::MapTheme::light(), Lang::En).into_iter().map(|row| row.text).collect()
}

#[test]
fn a_ledger_stands_on_the_map_when_it_is_ticked_and_the_document_keeps_that() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = with_clinics(folder.path());
    assert_eq!(legend(&window), Vec::<String>::new(), "nobody asked for it");
    window.get_by_label(Lang::En.of(Text::LedgersOnMap)).click();
    window.run_steps(2);
    window.get_by_label("health  331").click();
    window.run_steps(2);
    assert_eq!(legend(&window), ["health · 类别", "诊所  330", "not on the map  1"]);
    let settings = app(&window).project.as_ref().unwrap().document().settings();
    let kept: SymbolChoices = serde_json::from_str(&settings[SymbolChoices::SETTING]).unwrap();
    assert!(kept.of("health").shown);
    let alike = SymbolChoice { shown: true, by: SymbolsBy::Alike };
    act(&mut window, Command::SetSymbols("health".to_owned(), alike));
    assert_eq!(legend(&window), ["health", "all  330", "not on the map  1"]);
}

#[test]
fn a_click_on_a_symbol_opens_the_card_of_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = with_clinics(folder.path());
    let choice = SymbolChoice { shown: true, ..SymbolChoice::default() };
    act(&mut window, Command::SetSymbols("health".to_owned(), choice));
    window.run_steps(2);
    let middle = app(&window).canvas.camera().viewport().center();
    let seen = app(&window).canvas.symbols().unwrap().seen();
    let rows = seen.iter().filter_map(|seen| if let Seen::Row { symbol, .. } = seen { Some(symbol.at) } else { None });
    let at = rows.min_by(|a, b| a.distance(middle).total_cmp(&b.distance(middle))).unwrap();
    window.hover_at(at);
    window.run_steps(1);
    window.drag_at(at);
    window.run_steps(1);
    window.drop_at(at);
    window.run_steps(2);
    assert!(matches!(app(&window).inspector.card, Card::Record(_)));
    assert!(app(&window).view.selection.len() <= 1, "it is the row that was meant");
}

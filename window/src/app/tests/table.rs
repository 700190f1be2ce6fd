//! The table of units, and what is written from the window.

use super::scenario::wait;
use super::*;
use crate::ui::state::command::ExportStep;
use quhua::i18n::Say as _;
use quhua::io::outgoing::Loss;
use quhua::io::{LayerSource, Limits};
use quhua::jobs::Progress;

/// Writes into the field of a filter.
fn filter(harness: &mut Harness<'_, Option<App>>, column: &str, text: &str) {
    let name = sentences::filter_of(Lang::En, column);
    harness.get_by_label(&name).click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.run_steps(2);
    harness.get_by_label(&name).type_text(text);
    harness.run_steps(3);
}

/// Rows of the table as a spreadsheet would get them, without the header.
fn table_rows(harness: &mut Harness<'_, Option<App>>) -> Vec<Vec<String>> {
    let sheet = harness.state_mut().as_mut().unwrap().table_sheet(true).unwrap();
    let lines = sheet.to_tsv();
    lines.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[test]
fn the_table_is_filtered_by_words_and_by_conditions_on_figures() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::ShowTable);
    wait_for_figures(&mut harness);
    act(&mut harness, Action::ToggleFilters);
    filter(&mut harness, Text::Population.in_lang(Lang::En), ">34,000");
    let rows = table_rows(&mut harness);
    assert_eq!(rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["凤翔街道", "书台街道"]);
    // Codes stay text.
    assert_eq!(rows[0][1], "=\"519921001\"");
    harness.get_by_label("2 of 28");
    filter(&mut harness, Text::Name.in_lang(Lang::En), "台");
    assert_eq!(table_rows(&mut harness).len(), 1);
    // What cannot be read filters nothing out.
    filter(&mut harness, Text::Population.in_lang(Lang::En), ">many");
    assert_eq!(table_rows(&mut harness).len(), 2);
    act(&mut harness, Action::ClearFilters);
    assert_eq!(table_rows(&mut harness).len(), 28);
    // Each level has filters of its own.
    filter(&mut harness, Text::Name.in_lang(Lang::En), "街道");
    act(&mut harness, Action::FinerLevel);
    wait_for_figures(&mut harness);
    assert_eq!(table_rows(&mut harness).len(), 330);
}

#[test]
fn a_filter_that_hides_everything_says_how_much_and_is_taken_off_there() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::ShowTable);
    wait_for_figures(&mut harness);
    act(&mut harness, Action::ToggleFilters);
    filter(&mut harness, Text::Name.in_lang(Lang::En), "nowhere");
    assert_eq!(table_rows(&mut harness).len(), 0);
    let line = harness.get_by_label(&sentences::all_hidden(Lang::En, 28)).rect();
    assert!(line.max.y < 768.0 && line.min.y > 500.0, "it is in sight: {line:?}");
    let off = Text::TakeFilterOff.in_lang(Lang::En);
    harness.get_by_label(off).click();
    harness.run_steps(3);
    assert_eq!(table_rows(&mut harness).len(), 28);
    // The tree of units.
    let prompt = Text::UnitsFilter.in_lang(Lang::En);
    let all: usize = {
        let state = app(&harness).project.as_ref().unwrap().state();
        state.levels().map(|level| state.units_at(level).count()).sum()
    };
    harness.get_by_label(prompt).click();
    harness.run_steps(2);
    harness.get_by_label(prompt).type_text("nowhere");
    harness.run_steps(3);
    harness.get_by_label(&sentences::all_hidden(Lang::En, all));
    harness.get_by_label(off).click();
    harness.run_steps(3);
    assert!(harness.query_by_label(off).is_none());
    // The palette, which says nothing before something is written.
    act(&mut harness, Action::Find);
    assert!(harness.query_by_label(off).is_none());
    harness.get_all_by_label(prompt).last().unwrap().type_text("nowhere");
    harness.run_steps(3);
    harness.get_by_label(&sentences::all_hidden(Lang::En, all));
    harness.get_by_label(off).click();
    harness.run_steps(3);
    assert!(harness.query_by_label(off).is_none());
}

#[test]
fn selected_rows_are_copied_in_the_order_of_the_table_and_all_when_none_is() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::ShowTable);
    wait_for_figures(&mut harness);
    let units: Vec<UnitId> = app(&harness).project.as_ref().unwrap().state().units_at(LevelIndex(1)).collect();
    act(&mut harness, Command::Select(vec![units[4], units[1]], SelectMode::Replace));
    let names = |rows: Vec<Vec<String>>| rows.into_iter().map(|row| row[0].clone()).collect::<Vec<_>>();
    assert_eq!(names(table_rows(&mut harness)), ["书台街道", "金堰镇"]);
    act(&mut harness, Action::ClearSelection);
    assert_eq!(table_rows(&mut harness).len(), 28);
    harness.event(Event::Copy);
    harness.run_steps(2);
    harness.get_by_label_contains(&sentences::copied_rows(Lang::Zh, 28));
}

#[test]
fn columns_are_chosen_and_remembered() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::ShowTable);
    wait_for_figures(&mut harness);
    let columns = |harness: &mut Harness<'_, Option<App>>| {
        let sheet = harness.state_mut().as_mut().unwrap().table_sheet(false).unwrap();
        sheet.columns.into_iter().map(|column| column.name).collect::<Vec<_>>()
    };
    let change = Text::Change.in_lang(Lang::En).to_owned();
    assert!(!columns(&mut harness).contains(&change));
    harness.get_by_label(Text::Columns.in_lang(Lang::En)).click();
    harness.run_steps(3);
    harness.get_by_label(&change).click();
    harness.run_steps(3);
    act(&mut harness, Command::ShowColumn("code".to_owned(), false));
    let now = columns(&mut harness);
    assert!(now.contains(&change) && !now.contains(&Text::Code.in_lang(Lang::En).to_owned()));
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    let kept: Preferences = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept.columns.get("change"), Some(&true));
}

#[test]
fn the_table_and_the_crosswalk_are_written_as_workbook_or_as_text() {
    let mut harness = window(Lang::Zh);
    wait_for_figures(&mut harness);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    act(&mut harness, Action::Merge);
    act(&mut harness, Action::Confirm);
    wait_for_figures(&mut harness);
    let folder = tempfile::tempdir().unwrap();
    for kind in [ExportKind::Table, ExportKind::Crosswalk] {
        for (ending, begins) in [("xlsx", b"PK".as_slice()), ("csv", "\u{feff}".as_bytes())] {
            let path = folder.path().join(format!("{kind:?}.{ending}"));
            act(&mut harness, Command::UsePath(PathPurpose::Export(kind), path.clone()));
            let since = Instant::now();
            while !path.exists() {
                assert!(since.elapsed() < Duration::from_mins(1), "{} is not written", path.display());
                std::thread::sleep(Duration::from_millis(5));
                harness.step();
            }
            assert!(std::fs::read(&path).unwrap().starts_with(begins), "{}", path.display());
        }
    }
    let table = std::fs::read_to_string(folder.path().join("Table.csv")).unwrap();
    assert_eq!(table.lines().count(), 1 + units(app(&harness)));
}

#[test]
fn the_export_of_boundaries_leaves_a_certificate_beside_them() {
    let mut harness = window(Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.geojson");
    act(&mut harness, Command::UsePath(PathPurpose::Export(ExportKind::Boundaries), path));
    let page = folder.path().join("out.certificate.html");
    let since = Instant::now();
    while !page.exists() {
        assert!(since.elapsed() < Duration::from_mins(1), "no certificate is written");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    assert!(folder.path().join("out.certificate.json").exists());
}

#[test]
fn what_a_format_cannot_hold_is_shown_before_a_file_is_written() {
    let mut harness = window(Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    act(&mut harness, Action::Export(ExportKind::Boundaries));
    harness.get_by_label(Text::ExportKeepsAll.in_lang(Lang::Zh));
    act(&mut harness, Command::Exporting(ExportStep::Format("shapefile")));
    let sheet = |app: &App| app.exporting.as_ref().map(|sheet| (sheet.path.clone(), sheet.losses.clone()));
    wait(&mut harness, "it is known", |app| sheet(app).is_some_and(|(_, losses)| losses.is_some()));
    let (path, losses) = sheet(app(&harness)).unwrap();
    assert_eq!(std::path::Path::new(&path).extension(), Some("shp".as_ref()), "{path}");
    let losses = losses.unwrap();
    assert!(losses.iter().any(|loss| matches!(loss, Loss::ShortNames { .. })), "{losses:?}");
    harness.step();
    harness.get_by_label(&losses[0].sentence(Lang::Zh));
    // A name that ends otherwise is refused, and the sheet stays.
    let name = |harness: &mut Harness<'_, Option<App>>, name: &str| {
        let path = folder.path().join(name);
        act(harness, Command::UsePath(PathPurpose::Export(ExportKind::Boundaries), path));
    };
    name(&mut harness, "a.gpkg");
    act(&mut harness, Command::Exporting(ExportStep::Write));
    assert!(app(&harness).notices.to_text().contains("文件名以 .gpkg 结尾") && app(&harness).exporting.is_some());
    name(&mut harness, "a.shp");
    act(&mut harness, Command::Exporting(ExportStep::Write));
    assert!(app(&harness).exporting.is_none());
    wait(&mut harness, "it is written", |_| at("a.shp").exists());
    assert!(at("a.prj").exists() && at("a.fields.csv").exists() && !at("a.gpkg").exists());
    // All levels in a GeoPackage, in the system that was chosen.
    act(&mut harness, Action::Export(ExportKind::Boundaries));
    act(&mut harness, Command::Exporting(ExportStep::Format("geopackage")));
    act(&mut harness, Command::Exporting(ExportStep::System("EPSG:4544".to_owned())));
    name(&mut harness, "b.gpkg");
    wait(&mut harness, "it is known", |app| sheet(app).is_some_and(|(_, losses)| losses.is_some()));
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    wait(&mut harness, "it is written", |_| at("b.gpkg").exists());
    let source = LayerSource { layer: Some("township".to_owned()), ..at("b.gpkg").into() };
    let read = quhua::io::layers::read(&source, &Limits::default(), &Progress::new()).unwrap();
    assert_eq!(read.reading.crs.unwrap().code.as_deref(), Some("EPSG:4544"));
    assert_eq!(read.reading.layers.len(), app(&harness).project.as_ref().unwrap().state().level_count());
}

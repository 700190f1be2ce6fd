//! The window, driven through its accessibility tree.

mod access;
mod background;
mod brush;
mod catalogue;
mod comfort;
mod dock;
mod drawing;
mod ensemble;
mod field;
mod furniture;
mod jobs;
mod key;
mod map;
mod own;
mod path;
mod recovery;
mod rules;
mod scale;
mod scenario;
mod selecting;
mod study;
mod suggest;
mod tiles_of;
mod words;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::app::App;
use crate::ui::inspector::Card;
use crate::ui::map::MapCanvas;
use crate::ui::state::action::Action;
use crate::ui::state::choropleth::{Classing, FigureLook, Mark};
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::exports::ExportKind;
use crate::ui::state::view::{Colouring, PathPurpose, Preferences, Tool};
use quhua::i18n::{Lang, Text, sentences};
use quhua::io::project::Workplace;
use quhua::metrics::{Figure, OwnFigures};
use quhua::model::{CodeStatus, LevelIndex, UnitId};
use quhua::study::Time;

/// A window with the sample county in it.
pub(super) fn window(lang: Lang) -> Harness<'static, Option<App>> {
    window_at(lang, None)
}

/// A window that keeps its work somewhere, and starts as the program does without files.
pub(super) fn window_at(lang: Lang, workplace: Option<Workplace>) -> Harness<'static, Option<App>> {
    window_of(Preferences { lang: Some(lang), ..Preferences::default() }, workplace)
}

/// A window with the sample county in it, and choices made before.
pub(super) fn window_with(preferences: Preferences) -> Harness<'static, Option<App>> {
    window_of(preferences, None)
}

fn window_of(preferences: Preferences, workplace: Option<Workplace>) -> Harness<'static, Option<App>> {
    window_in([1366.0, 768.0], preferences, workplace)
}

/// A window of a size in points.
pub(super) fn window_in(
    size: [f32; 2],
    preferences: Preferences,
    workplace: Option<Workplace>,
) -> Harness<'static, Option<App>> {
    started(size, Vec::new(), preferences, workplace)
}

/// A window that is started with files.
pub(super) fn window_started_with(
    files: Vec<PathBuf>,
    preferences: Preferences,
    workplace: Option<Workplace>,
) -> Harness<'static, Option<App>> {
    started([1366.0, 768.0], files, preferences, workplace)
}

fn started(
    size: [f32; 2],
    files: Vec<PathBuf>,
    preferences: Preferences,
    workplace: Option<Workplace>,
) -> Harness<'static, Option<App>> {
    let mut harness = Harness::builder().with_size(size).with_max_steps(64).allow_missing_glyphs().build_ui_state(
        move |ui, app: &mut Option<App>| {
            let app = app.get_or_insert_with(|| {
                let mut app = App::with_parts(ui.ctx(), preferences.clone(), MapCanvas::default());
                app.keeper.workplace.clone_from(&workplace);
                app.start(files.clone());
                app
            });
            app.work(ui.ctx());
            app.show(ui);
        },
        None,
    );
    let since = Instant::now();
    while app(&harness).project.is_none() {
        assert!(since.elapsed() < Duration::from_mins(1), "the sample county does not open");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    harness.run_steps(4);
    harness
}

pub(super) fn app<'a>(harness: &'a Harness<'_, Option<App>>) -> &'a App {
    harness.state().as_ref().unwrap()
}

pub(super) fn act(harness: &mut Harness<'_, Option<App>>, command: impl Into<Command>) {
    harness.state_mut().as_mut().unwrap().act(command.into());
    harness.run_steps(2);
}

/// Two townships that touch.
pub(super) fn two_neighbours(app: &App) -> Vec<UnitId> {
    let project = app.project.as_ref().unwrap();
    let first = project.state().units_at(app.view.level).next().unwrap();
    let neighbours = project.neighbours_of_all(&[first]);
    vec![first, neighbours[0]]
}

pub(super) fn units(app: &App) -> usize {
    app.project.as_ref().unwrap().state().units_at(app.view.level).count()
}

#[test]
fn two_townships_are_merged_with_m_and_enter_and_come_back_with_undo() {
    let mut harness = window(Lang::Zh);
    let before = units(app(&harness));
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    harness.key_press(Key::M);
    harness.run_steps(3);
    harness.get_by_label(Text::MergeTitle.in_lang(Lang::Zh));
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(units(app(&harness)), before - 1);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(units(app(&harness)), before);
}

#[test]
fn a_township_set_up_anew_gets_a_proposed_code() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair.clone(), SelectMode::Replace));
    act(&mut harness, Action::Merge);
    harness.get_by_label(Text::Establish.in_lang(Lang::Zh)).click();
    harness.run_steps(3);
    harness.get_by_label(Text::Proposed.in_lang(Lang::Zh));
    harness.get_by_label(Text::ConfirmMerge.in_lang(Lang::Zh)).click();
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    let [made] = app(&harness).view.selection[..] else { panic!("the new township is selected") };
    assert!(!pair.contains(&made));
    assert_eq!(project.state().unit(made).code_status, CodeStatus::Proposed);
    assert!(pair.iter().all(|&unit| !project.state().unit(unit).is_current()));
}

#[test]
fn unsaved_changes_are_asked_for_before_another_document_is_opened() {
    let mut harness = window(Lang::En);
    let pair = two_neighbours(app(&harness));
    let village = app(&harness).project.as_ref().unwrap().state().members(pair[0])[0];
    act(&mut harness, Command::TransferTo { units: vec![village], to: pair[1] });
    act(&mut harness, Action::OpenSample);
    harness.get_by_label(Text::UnsavedTitle.in_lang(Lang::En));
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(app(&harness).pending.is_none());
    assert!(app(&harness).project.as_ref().unwrap().has_changes());
}

#[test]
fn a_row_of_the_tree_selects_its_unit() {
    let mut harness = window(Lang::Zh);
    let (unit, name) = {
        let project = app(&harness).project.as_ref().unwrap();
        let unit = project.state().units_at(app(&harness).view.level).next().unwrap();
        (unit, project.state().unit(unit).name.to_string())
    };
    let row = harness.get_all_by_label(&name).next().unwrap();
    row.click();
    harness.run_steps(3);
    assert_eq!(app(&harness).view.selection, vec![unit]);
}

#[test]
fn the_palette_finds_and_does_a_command() {
    let mut harness = window(Lang::En);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(3);
    harness.get_by_label(Text::FindPrompt.in_lang(Lang::En)).type_text("table panel");
    harness.run_steps(3);
    let open = app(&harness).preferences.bottom_open;
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_ne!(app(&harness).preferences.bottom_open, open);
}

#[test]
fn keys_wait_while_text_is_written() {
    let mut harness = window(Lang::En);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    let filter = harness.get_by_label(Text::UnitsFilter.in_lang(Lang::En));
    filter.click();
    harness.run_steps(2);
    harness.key_press(Key::M);
    harness.run_steps(2);
    assert!(!matches!(app(&harness).inspector.card, Card::Merge(_)));
}

#[test]
fn escape_gives_up_the_merge_and_then_the_selection() {
    let mut harness = window(Lang::En);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    act(&mut harness, Action::Merge);
    assert!(matches!(app(&harness).inspector.card, Card::Merge(_)));
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(!matches!(app(&harness).inspector.card, Card::Merge(_)));
    assert_eq!(app(&harness).view.selection.len(), 2);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(app(&harness).view.selection.is_empty());
}

#[test]
fn the_language_switches_while_running() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::ToggleLanguage);
    harness.get_by_label(Text::Checks.in_lang(Lang::En));
}

#[test]
fn villages_are_transferred_to_another_township() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    let village = app(&harness).project.as_ref().unwrap().state().members(pair[0])[0];
    act(&mut harness, Command::TransferTo { units: vec![village], to: pair[1] });
    let project = app(&harness).project.as_ref().unwrap();
    assert_eq!(project.state().unit(village).parent, Some(pair[1]));
    assert!(project.is_changed(pair[0]) && project.is_changed(pair[1]));
}

#[test]
fn a_file_that_is_not_there_leaves_an_error_until_it_is_read() {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::OpenFiles(vec!["no-such-file.geojson".into()]));
    let since = Instant::now();
    while app(&harness).notices.unread_errors() == 0 && since.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    assert_eq!(app(&harness).notices.unread_errors(), 1);
    harness.get_all_by_label_contains("no-such-file").next().unwrap().accesskit_node();
}

/// Where on the screen a unit has its inner point, that of its first village.
pub(super) fn place_of(app: &App, unit: UnitId) -> Pos2 {
    let project = app.project.as_ref().unwrap();
    let atom = project.state().first_atom(unit).unwrap();
    app.canvas.camera().screen_from_lonlat(project.dataset().atom_point(atom).unwrap())
}

/// Drags with the button held over some places, and lets go at the last unless the drag is to go on.
pub(super) fn drag(harness: &mut Harness<'_, Option<App>>, path: &[Pos2], let_go: bool) {
    harness.hover_at(path[0]);
    harness.run_steps(1);
    harness.drag_at(path[0]);
    harness.run_steps(1);
    for &at in &path[1..] {
        harness.hover_at(at);
        harness.run_steps(1);
    }
    if let_go {
        harness.drop_at(path[path.len() - 1]);
        harness.run_steps(2);
    }
}

/// Places around one, far enough for a lasso that holds it.
pub(super) fn around(at: Pos2) -> Vec<Pos2> {
    [(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)].map(|(x, y)| at + vec2(x, y)).to_vec()
}

#[test]
fn the_switch_on_the_map_and_its_keys_take_up_a_tool() {
    let mut harness = window(Lang::En);
    harness.get_by_label(Text::LassoTool.in_lang(Lang::En)).click();
    harness.run_steps(2);
    assert_eq!(app(&harness).preferences.tool, Tool::Lasso);
    harness.key_press(Key::B);
    harness.run_steps(2);
    assert_eq!(app(&harness).preferences.tool, Tool::Brush);
    let (level, radius) = (app(&harness).view.level, app(&harness).preferences.brush.points());
    harness.key_press(Key::CloseBracket);
    harness.run_steps(2);
    assert!(app(&harness).preferences.brush.points() > radius);
    assert_eq!(app(&harness).view.level, level);
    harness.key_press(Key::V);
    harness.run_steps(2);
    assert_eq!(app(&harness).preferences.tool, Tool::Box);
}

#[test]
fn a_lasso_selects_and_with_shift_adds() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::FinerLevel);
    act(&mut harness, Action::LassoTool);
    let villages: Vec<UnitId> =
        app(&harness).project.as_ref().unwrap().state().units_at(app(&harness).view.level).collect();
    let (one, other) = (villages[0], villages[villages.len() / 2]);
    let path = around(place_of(app(&harness), one));
    drag(&mut harness, &path, true);
    assert!(app(&harness).view.is_selected(one) && !app(&harness).view.is_selected(other));
    let path = around(place_of(app(&harness), other));
    harness.event(Event::ModifiersChanged(Modifiers::SHIFT));
    drag(&mut harness, &path, true);
    assert!(app(&harness).view.is_selected(one) && app(&harness).view.is_selected(other));
    // With Alt, what the brush touches is taken out.
    act(&mut harness, Action::BrushTool);
    let at = place_of(app(&harness), one);
    harness.event(Event::ModifiersChanged(Modifiers::ALT));
    drag(&mut harness, &[at, at + vec2(8.0, 0.0)], true);
    assert!(!app(&harness).view.is_selected(one) && app(&harness).view.is_selected(other));
}

#[test]
fn a_brush_selects_all_that_it_touches_on_its_way() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::BrushTool);
    let pair = two_neighbours(app(&harness));
    let path = [place_of(app(&harness), pair[0]), place_of(app(&harness), pair[1])];
    drag(&mut harness, &path, true);
    assert!(pair.iter().all(|&unit| app(&harness).view.is_selected(unit)));
}

#[test]
fn escape_gives_up_what_is_being_drawn_and_keeps_the_selection() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair.clone(), SelectMode::Replace));
    for tool in [Action::BoxTool, Action::LassoTool, Action::BrushTool] {
        act(&mut harness, tool);
        let path = around(app(&harness).canvas.camera().viewport().center());
        drag(&mut harness, &path, false);
        harness.key_press(Key::Escape);
        harness.run_steps(2);
        harness.drop_at(path[3]);
        harness.run_steps(2);
        assert_eq!(app(&harness).view.selection, pair, "{tool:?}");
    }
}

/// Waits until the figures of the level are known, before and now.
pub(super) fn wait_for_figures(harness: &mut Harness<'_, Option<App>>) {
    let since = Instant::now();
    let known = |app: &App| {
        let project = app.project.as_ref().unwrap();
        [Time::Before, Time::Now].iter().all(|&time| project.knows_figures(time, app.view.level))
    };
    while !known(app(harness)) {
        assert!(since.elapsed() < Duration::from_mins(1), "the figures do not come");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    harness.run_steps(2);
}

fn breaks(harness: &Harness<'_, Option<App>>) -> Vec<f64> {
    app(harness).canvas.classes().unwrap().breaks().to_vec()
}

#[test]
fn an_edit_moves_no_break_between_classes() {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::SetColouring(Colouring::Figure(Figure::Population)));
    for classing in [Classing::Quantile, Classing::EqualInterval, Classing::NaturalBreaks] {
        let look = FigureLook { classing, ..FigureLook::default() };
        act(&mut harness, Command::SetLook(Figure::Population, look));
        wait_for_figures(&mut harness);
        let before = breaks(&harness);
        assert_eq!(before.len(), 4, "{classing:?}");
        let pair = two_neighbours(app(&harness));
        act(&mut harness, Command::Select(pair, SelectMode::Replace));
        act(&mut harness, Action::Merge);
        act(&mut harness, Action::Confirm);
        // At once, and when all figures are known again.
        assert_eq!(breaks(&harness), before, "{classing:?}");
        wait_for_figures(&mut harness);
        assert_eq!(breaks(&harness), before, "{classing:?}");
    }
}

#[test]
fn breaks_of_ones_own_are_written_in_the_menu_and_a_bad_number_loses_nothing() {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::SetColouring(Colouring::Figure(Figure::Area)));
    wait_for_figures(&mut harness);
    harness.get_by_label(Text::Colouring.in_lang(Lang::En)).click();
    harness.run_steps(3);
    harness.get_by_label(Text::ManualBreaks.in_lang(Lang::En)).click();
    harness.run_steps(3);
    // They start from those that the map shows.
    let first = breaks(&harness);
    assert!(!first.is_empty());
    let write = |harness: &mut Harness<'_, Option<App>>, text: &str| {
        let field = Text::Breaks.in_lang(Lang::En);
        harness.get_by_label(field).click();
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.run_steps(2);
        harness.get_by_label(field).type_text(text);
        harness.run_steps(3);
    };
    write(&mut harness, "50, 8o");
    harness.get_by_label_contains("8o");
    assert_eq!(breaks(&harness), first);
    assert_eq!(harness.get_by_label(Text::Breaks.in_lang(Lang::En)).value().as_deref(), Some("50, 8o"));
    write(&mut harness, "50 80,120.5");
    assert_eq!(breaks(&harness), [50e6, 80e6, 120.5e6]);
    assert_eq!(harness.get_by_label(Text::Breaks.in_lang(Lang::En)).value().as_deref(), Some("50 80,120.5"));
    // They are remembered with the other choices, and come back as text.
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    let kept: Preferences = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept.looks["area"].breaks, [50e6, 80e6, 120.5e6]);
}

#[test]
fn circles_take_the_place_of_classes_and_follow_an_edit() {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::SetColouring(Colouring::Figure(Figure::Population)));
    wait_for_figures(&mut harness);
    assert!(app(&harness).canvas.classes().is_some() && app(&harness).canvas.circles().is_none());
    let look = FigureLook { mark: Mark::Circle, ..FigureLook::default() };
    act(&mut harness, Command::SetLook(Figure::Population, look));
    assert!(app(&harness).canvas.classes().is_none());
    let before = app(&harness).canvas.circles().unwrap();
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    act(&mut harness, Action::Merge);
    act(&mut harness, Action::Confirm);
    assert_eq!(app(&harness).canvas.circles(), Some(before - 1));
    wait_for_figures(&mut harness);
    assert_eq!(app(&harness).canvas.circles(), Some(before - 1));
}

#[test]
fn a_number_that_cannot_be_summed_still_colours_the_map() {
    let mut window = window(Lang::En);
    let dataset = std::sync::Arc::clone(app(&window).project.as_ref().unwrap().dataset());
    let fields = &dataset.layers[0].table.fields();
    let names: Vec<&str> = dataset.numeric_fields().iter().map(|field| &*fields[field.index()]).collect();
    assert_eq!(names, ["elevation_m"]);
    let figure = *Figure::on_map(&dataset, &OwnFigures::default()).last().unwrap();
    act(&mut window, Command::SetColouring(Colouring::Figure(figure)));
    let project = app(&window).project.as_ref().unwrap();
    let mut villages = dataset.base.units_at(LevelIndex::FINEST);
    // 江湾社区 is the first village of the file.
    assert_eq!(project.value(villages.next().unwrap(), figure), Some(464.0));
    assert!(villages.all(|village| project.value(village, figure).is_some()));
    // Heights cannot be summed: that of a township is the mean over its ground.
    let township = dataset.base.units_at(LevelIndex(1)).next().unwrap();
    let height = project.value(township, figure).unwrap();
    let heights = dataset.base.members(township).iter().map(|&village| project.value(village, figure).unwrap());
    let (low, high) = heights.fold((f64::MAX, f64::MIN), |(low, high), it| (low.min(it), high.max(it)));
    assert!(low < height && height < high, "{low} {height} {high}");
}

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

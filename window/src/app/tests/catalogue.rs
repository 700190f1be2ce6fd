//! Figures of the catalogue, in the window.

use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, wait_for_figures, window};
use crate::ui::state::action::Action;
use crate::ui::state::command::Command;
use crate::ui::state::view::Colouring;
use quhua::i18n::{Lang, Text};
use quhua::metrics::Figure;
use quhua::model::LevelIndex;

#[test]
fn a_figure_that_is_asked_for_is_a_column_and_colours_the_map() {
    let mut window = window(Lang::Zh);
    act(&mut window, Command::SetLevel(LevelIndex(1)));
    act(&mut window, Command::ShowColumn("centre-to-seat".to_owned(), true));
    act(&mut window, Command::SetColouring(Colouring::Figure(Figure::CentreToSeat)));
    act(&mut window, Action::ShowTable);
    wait_for_figures(&mut window);
    let sheet = window.state_mut().as_mut().unwrap().table_sheet(true).unwrap();
    let heads: Vec<&str> = sheet.columns.iter().map(|column| column.name.as_str()).collect();
    let at = heads.iter().position(|head| *head == "重心到驻地 (km)").unwrap_or_else(|| panic!("{heads:?}"));
    assert_eq!(sheet.rows.len(), 28);
    assert!(sheet.rows.iter().all(|row| format!("{:?}", row[at]).starts_with("Number")), "{:?}", sheet.rows[0][at]);
    // Those that say less are not there until somebody asks.
    assert!(!heads.iter().any(|head| head.starts_with("边界长度") || head.starts_with("空洞")), "{heads:?}");
    assert!(app(&window).canvas.classes().is_some_and(|classes| classes.count() > 1));
}

#[test]
fn the_menu_of_colours_has_every_figure_the_less_usual_ones_a_click_away() {
    let mut window = window(Lang::Zh);
    window.get_by_label(Text::Colouring.in_lang(Lang::Zh)).click();
    window.run_steps(3);
    let named = |figure: Figure| figure.row().map(|row| row.short.unwrap_or(row.name)[0]).unwrap();
    let there = |window: &egui_kittest::Harness<'_, _>, name: &str| {
        window.query_all_by_role_and_label(Role::Button, name).next().is_some()
    };
    assert!(there(&window, named(Figure::Density)) && !there(&window, named(Figure::Holes)));
    let more = Text::MoreFigures.in_lang(Lang::Zh);
    // The last one: details have a list of that name too.
    window.query_all_by_label(more).last().unwrap().click();
    window.run_steps(20);
    let dataset = app(&window).project.as_ref().unwrap().dataset().clone();
    for figure in Figure::of_dataset(&dataset).into_iter().filter(|figure| figure.row().is_some()) {
        assert!(there(&window, named(figure)), "{}", named(figure));
    }
}

//! Figures of one's own, in the window.

use std::sync::Arc;

use eframe::egui::Key;
use eframe::egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;
use rust_decimal::Decimal;

use super::{act, app, two_neighbours, wait_for_figures, window, window_with};
use crate::app::App;
use crate::ui::inspector::Card;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::{Colouring, Preferences};
use quhua::edit::OwnDefinition;
use quhua::i18n::{Lang, Text, numbers};
use quhua::metrics::{Figure, UnitFigures};

fn size_of_households() -> OwnDefinition {
    OwnDefinition { unit: "人/户".to_owned(), ..OwnDefinition::new("户均人口", "人口 / households") }
}

fn households(app: &App, figures: &UnitFigures) -> Decimal {
    let fields = &app.project.as_ref().unwrap().dataset().fields.sum;
    figures.sums[fields.iter().position(|field| field == "households").unwrap()].unwrap()
}

fn own(app: &App) -> Vec<OwnDefinition> {
    app.project.as_ref().unwrap().own_figures().definitions()
}

#[test]
fn a_figure_is_written_with_completion_and_shown_for_the_selected_unit() {
    let mut harness = window(Lang::Zh);
    let text = |text: Text| text.in_lang(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(vec![pair[0]], SelectMode::Replace));
    act(&mut harness, Action::OwnFigures);
    harness.get_by_label(text(Text::OwnName)).type_text("户均人口");
    harness.run_steps(2);
    let line = harness.get_by_label(text(Text::OwnExpression));
    line.focus();
    line.type_text("人口 / 户");
    harness.run_steps(3);
    // The list offers the field by its name in this language; Tab takes it.
    harness.get_by_role_and_label(Role::ListItem, "户数");
    harness.key_press(Key::Tab);
    harness.run_steps(3);
    harness.get_by_label(text(Text::AddOwn)).click();
    harness.run_steps(3);
    let [made] = &own(app(&harness))[..] else { panic!("one figure") };
    assert_eq!((made.name.as_str(), made.expression.as_str()), ("户均人口", "人口 / 户数"));
    let project = app(&harness).project.as_ref().unwrap();
    let figures = project.figures(pair[0]);
    let id = project.own_figures().list()[0].id;
    let wanted = figures.population.unwrap() / households(app(&harness), &figures);
    let found = project.own_value(id, project.state(), pair[0], &figures).unwrap();
    assert_eq!(found.to_decimal(), Some(wanted));
    // In the document, and for the next one.
    assert_eq!(project.basis().own_figures.as_deref(), Some(&own(app(&harness))[..]));
    assert_eq!(app(&harness).preferences.own_figures, own(app(&harness)));
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(app(&harness).inspector.own.is_none());
    assert_eq!(app(&harness).view.selection, pair[..1], "Esc closes the card and keeps the selection");
}

#[test]
fn a_wrong_expression_says_what_is_wrong_and_cannot_be_added() {
    let mut harness = window(Lang::En);
    let text = |text: Text| text.in_lang(Lang::En);
    act(&mut harness, Action::OwnFigures);
    harness.get_by_label(text(Text::OwnName)).type_text("x");
    harness.run_steps(2);
    let line = harness.get_by_label(text(Text::OwnExpression));
    line.focus();
    line.type_text("populatoin / 2");
    harness.run_steps(3);
    harness.get_by_label_contains("did you mean \"population\"?");
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(own(app(&harness)).is_empty());
}

#[test]
fn the_merge_card_recomputes_a_ratio_of_the_whole() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Command::SetOwnFigure(None, Some(size_of_households())));
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair.clone(), SelectMode::Replace));
    act(&mut harness, Action::Merge);
    harness.run_steps(2);
    harness.get_by_label("户均人口 (人/户)");
    let parts: Vec<Arc<UnitFigures>> =
        pair.iter().map(|&unit| app(&harness).project.as_ref().unwrap().figures(unit)).collect();
    act(&mut harness, Action::Confirm);
    let project = app(&harness).project.as_ref().unwrap();
    let [made] = app(&harness).view.selection[..] else { panic!("the merged unit is selected") };
    let people: Decimal = parts.iter().map(|it| it.population.unwrap()).sum();
    let households: Decimal = parts.iter().map(|it| households(app(&harness), it)).sum();
    let id = project.own_figures().list()[0].id;
    let found = project.own_value(id, project.state(), made, &project.figures(made)).unwrap();
    assert_eq!(found.to_decimal(), Some(people / households));
}

#[test]
fn the_merge_card_says_of_several_units_together_only_what_they_have_together() {
    let mut harness = window(Lang::Zh);
    // The shape of one unit, and people of a member: three units have no shape together, but people and members.
    let of_one = OwnDefinition { decimals: 6, ..OwnDefinition::new("形状", "紧凑度") };
    let of_all = OwnDefinition { decimals: 6, ..OwnDefinition::new("每村", "人口 / 成员数") };
    for definition in [of_one, of_all] {
        act(&mut harness, Command::SetOwnFigure(None, Some(definition)));
    }
    let project = app(&harness).project.as_ref().unwrap();
    let first = two_neighbours(app(&harness))[0];
    let three: Vec<_> = std::iter::once(first).chain(project.neighbours_of_all(&[first])).take(3).collect();
    assert_eq!(three.len(), 3);
    act(&mut harness, Command::Select(three, SelectMode::Replace));
    act(&mut harness, Action::Merge);
    harness.run_steps(2);
    let project = app(&harness).project.as_ref().unwrap();
    let Card::Merge(draft) = &app(&harness).inspector.card else { panic!("the card is open") };
    let outlook = project.outlook(&draft.edit(project).unwrap()).unwrap();
    let after: Vec<String> = project
        .own_figures()
        .list()
        .iter()
        .map(|own| {
            let value = project.own_value(own.id, &outlook.after, outlook.id, &outlook.figures).unwrap();
            numbers::number(value.to_f64(), 6)
        })
        .collect();
    assert_eq!(harness.query_all_by_label(&after[0]).count(), 1, "the shape is that of the merged unit alone");
    assert_eq!(harness.query_all_by_label(&after[1]).count(), 2, "the same before and after");
}

#[test]
fn the_map_goes_on_to_show_a_figure_that_gets_another_name_and_stops_when_it_goes() {
    let mut harness = window(Lang::Zh);
    for definition in [OwnDefinition::new("first", "人口 * 2"), size_of_households()] {
        act(&mut harness, Command::SetOwnFigure(None, Some(definition)));
    }
    let id = |app: &App, name: &str| app.project.as_ref().unwrap().own_figures().named(name).unwrap().id;
    let shown = Colouring::Figure(Figure::Own(id(app(&harness), "户均人口")));
    act(&mut harness, Command::SetColouring(shown));
    wait_for_figures(&mut harness);
    act(&mut harness, Command::SetOwnFigure(Some("first".to_owned()), None));
    assert_eq!(app(&harness).view.colouring, shown);
    let renamed = OwnDefinition { name: "每户".to_owned(), ..size_of_households() };
    act(&mut harness, Command::SetOwnFigure(Some("户均人口".to_owned()), Some(renamed)));
    assert_eq!(app(&harness).view.colouring, Colouring::Figure(Figure::Own(id(app(&harness), "每户"))));
    act(&mut harness, Command::SetOwnFigure(Some("每户".to_owned()), None));
    assert_eq!(app(&harness).view.colouring, Colouring::Neighbours);
}

#[test]
fn the_table_has_a_column_for_a_figure_of_ones_own() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Command::SetOwnFigure(None, Some(size_of_households())));
    act(&mut harness, Action::ShowTable);
    wait_for_figures(&mut harness);
    let sheet = harness.state_mut().as_mut().unwrap().table_sheet(false).unwrap();
    let at = sheet.columns.iter().position(|column| column.name == "户均人口 (人/户)").unwrap();
    assert!(sheet.rows.iter().all(|row| matches!(row[at], quhua::report::table::Cell::Number(_))));
}

#[test]
fn figures_written_before_come_along_where_they_fit() {
    let gone = OwnDefinition::new("gone", "no_such_field");
    let preferences =
        Preferences { lang: Some(Lang::Zh), own_figures: vec![gone, size_of_households()], ..Preferences::default() };
    let harness = window_with(preferences);
    assert_eq!(own(app(&harness)), [size_of_households()]);
    let project = app(&harness).project.as_ref().unwrap();
    assert!(!project.is_modified(), "nobody has changed anything yet");
    assert_eq!(project.basis().own_figures.clone().map(|list| list.len()), Some(1));
}

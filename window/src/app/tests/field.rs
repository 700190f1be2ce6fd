//! What becomes of fields, in the merge card.

use eframe::egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, two_neighbours, window};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use quhua::i18n::{Lang, Text, sentences};
use quhua::model::{Basis, FieldRule, FieldValue, LevelIndex, UnitId, Weight};

/// The merge card of two villages, with its other fields unfolded.
fn merging_two_villages() -> (Harness<'static, Option<App>>, Vec<UnitId>) {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::SetLevel(LevelIndex::FINEST));
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair.clone(), SelectMode::Replace));
    act(&mut harness, Action::Merge);
    harness.get_by_label(&sentences::other_fields(Lang::En, 2)).click();
    harness.run_steps(8);
    (harness, pair)
}

#[test]
fn the_merge_card_shows_the_rule_of_a_field_and_another_one_is_remembered() {
    let (mut harness, pair) = merging_two_villages();
    let rule = |app: &crate::app::App| {
        let field = app.project.as_ref().unwrap().field_rules().field("terrain").unwrap().clone();
        (field.rule, field.basis)
    };
    assert_eq!(rule(app(&harness)), (FieldRule::Majority(Weight::Area), Basis::Text));
    harness.get_by_label(&sentences::rule_of(Lang::En, Text::Terrain.in_lang(Lang::En))).click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Role::Button, &FieldRule::List.words(Lang::En)).click();
    harness.run_steps(3);
    assert_eq!(rule(app(&harness)), (FieldRule::List, Basis::Chosen));
    // In the document, and for the next one.
    let chosen = [("terrain".to_owned(), FieldRule::List)].into();
    assert_eq!(app(&harness).project.as_ref().unwrap().basis().field_rules, chosen);
    assert_eq!(app(&harness).preferences.field_rules, chosen);

    let height = |app: &crate::app::App, unit| {
        let project = app.project.as_ref().unwrap();
        let at = project.field_rules().fields().iter().position(|field| field.name == "elevation_m").unwrap();
        project.field_values(unit)[at].clone()
    };
    let before = pair.iter().map(|&unit| height(app(&harness), unit).number().unwrap());
    let (least, most) = before.fold((1_000_000.into(), 0.into()), |(a, b), it| (it.min(a), it.max(b)));
    act(&mut harness, Action::Confirm);
    let [made] = app(&harness).view.selection[..] else { panic!("the merged village is selected") };
    let mean = height(app(&harness), made);
    assert!(matches!(mean, FieldValue::Number { .. }) && (least..=most).contains(&mean.number().unwrap()), "{mean:?}");
    // Another rule changes what is made already.
    act(&mut harness, Command::SetFieldRule("elevation_m".to_owned(), Some(FieldRule::Largest)));
    assert_eq!(height(app(&harness), made).number(), Some(most));
    act(&mut harness, Command::SetFieldRule("elevation_m".to_owned(), None));
    assert_eq!(height(app(&harness), made), mean);
    let field = app(&harness).project.as_ref().unwrap().field_rules().field("elevation_m").unwrap().clone();
    assert_eq!((field.rule, field.basis), (FieldRule::Mean(Weight::Area), Basis::Ground));
}

#[test]
fn a_field_is_recomputed_from_two_others_chosen_in_the_menus_of_its_rule() {
    let (mut harness, _) = merging_two_villages();
    let name = quhua::i18n::field_name(Lang::En, "elevation_m");
    harness.get_by_label(&sentences::rule_of(Lang::En, name)).click();
    harness.run_steps(3);
    let terms = app(&harness).project.as_ref().unwrap().field_rules().terms().to_vec();
    let (over, under) = (&terms[0], &terms[1]);
    for label in [Text::Recompute.in_lang(Lang::En), &format!("{over} ÷"), &format!("{over} ÷ {under}")] {
        harness.get_by_role_and_label(Role::Button, label).click();
        harness.run_steps(4);
    }
    let project = app(&harness).project.as_ref().unwrap();
    let field = project.field_rules().field("elevation_m").unwrap();
    let FieldRule::Ratio(ratio) = &field.rule else { panic!("{:?}", field.rule) };
    assert_eq!((ratio.numerator.as_str(), ratio.denominator.as_str(), field.basis), (&**over, &**under, Basis::Chosen));
    assert_eq!(app(&harness).preferences.field_rules.get("elevation_m"), Some(&field.rule));
    // The card says so, and how it would be guessed.
    let rule = field.rule.words(Lang::En);
    harness.get_by_label(&sentences::rule_of(Lang::En, name)).click();
    harness.run_steps(3);
    let guess = app(&harness).project.as_ref().unwrap().field_rules().field("elevation_m").unwrap().guess().clone();
    assert_ne!(rule, guess.words(Lang::En));
    harness.get_by_label(&sentences::as_guessed(Lang::En, &guess.words(Lang::En))).click();
    harness.run_steps(3);
    assert_eq!(app(&harness).project.as_ref().unwrap().field_rules().field("elevation_m").unwrap().rule, guess);
}

#[test]
fn the_table_of_units_shows_fields_of_merged_villages() {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::SetLevel(LevelIndex::FINEST));
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::SetFieldRule("elevation_m".to_owned(), Some(FieldRule::List)));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    act(&mut harness, Action::Merge);
    act(&mut harness, Action::Confirm);
    for column in ["source:elevation_m", "source:terrain"] {
        act(&mut harness, Command::ShowColumn(column.to_owned(), true));
    }
    act(&mut harness, Action::ShowTable);
    super::wait_for_figures(&mut harness);
    let sheet = harness.state_mut().as_mut().unwrap().table_sheet(true).unwrap();
    let cell = |name: &str| {
        let at = sheet.columns.iter().position(|column| column.name == name).unwrap();
        format!("{:?}", sheet.rows[0][at])
    };
    assert_eq!(sheet.rows.len(), 1);
    assert!(cell("Elevation (m)").contains('、'), "{}", cell("Elevation (m)"));
    assert_ne!(cell("Terrain"), "Empty");
}

//! The brush, whose size is counted in points or in metres.

use std::collections::BTreeSet;

use eframe::egui::{Key, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, window};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::brush::{BrushUnit, GroundRadius};
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::Preferences;
use quhua::carto::crossings::shared_border;
use quhua::i18n::{Lang, Text};
use quhua::model::UnitId;

/// A place on the border between two villages, near the middle of the map, in degrees.
fn border(app: &App) -> geo::Coord {
    let project = app.project.as_ref().unwrap();
    let coverage = &project.dataset().coverage;
    let middle = app.canvas.camera().lonlat_rect().center();
    let here = project.dataset().index.atom_at(coverage, middle).unwrap();
    let there = coverage.neighbours(here)[0];
    let arc = coverage.arc(shared_border(coverage, &[here], &[there])[0]);
    arc[arc.len() / 2]
}

/// What one press of the brush at a place selects.
fn dab(harness: &mut Harness<'_, Option<App>>, at: geo::Coord) -> BTreeSet<UnitId> {
    act(harness, Command::Select(Vec::new(), SelectMode::Replace));
    let at: Pos2 = app(harness).canvas.camera().screen_from_lonlat(at);
    assert!(app(harness).canvas.camera().viewport().contains(at));
    harness.hover_at(at);
    harness.run_steps(1);
    harness.drag_at(at);
    harness.run_steps(1);
    harness.drop_at(at);
    harness.run_steps(2);
    app(harness).view.selection.iter().copied().collect()
}

#[test]
fn a_brush_of_500_metres_takes_the_same_units_at_two_zooms() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::FinerLevel);
    act(&mut harness, Action::BrushTool);
    let at = border(app(&harness));
    // Far out, a brush of points takes more.
    let by_points = dab(&mut harness, at);
    act(&mut harness, Action::BrushMetres);
    act(&mut harness, Command::SetBrushRadius(500.0.into()));
    let far = dab(&mut harness, at);
    for _ in 0..3 {
        act(&mut harness, Action::ZoomIn);
    }
    let near = dab(&mut harness, at);
    assert_eq!(near, far);
    assert!(near.len() >= 2 && by_points.len() > near.len(), "{} {}", near.len(), by_points.len());
}

#[test]
fn the_keys_change_metres_in_round_steps_and_the_choice_is_kept() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::BrushTool);
    harness.get_by_label(Text::SelectOptions.in_lang(Lang::En)).click();
    harness.run_steps(3);
    harness.get_by_label("On ground · radius 500 m").click();
    harness.run_steps(3);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    let points = app(&harness).preferences.brush;
    harness.key_press(Key::CloseBracket);
    harness.run_steps(2);
    let metres = |harness: &Harness<'_, Option<App>>| app(harness).preferences.brush_on_ground;
    assert_eq!((metres(&harness), app(&harness).preferences.brush), (GroundRadius::from(700.0), points));
    harness.key_press(Key::OpenBracket);
    harness.key_press(Key::OpenBracket);
    harness.run_steps(2);
    assert_eq!(metres(&harness), GroundRadius::from(300.0));
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    let kept: Preferences = serde_json::from_str(&kept).unwrap();
    assert_eq!((kept.brush_unit, kept.brush_on_ground), (BrushUnit::Metres, GroundRadius::from(300.0)));
}

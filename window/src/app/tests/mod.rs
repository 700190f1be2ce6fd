//! The window, driven through its accessibility tree.

mod access;
mod background;
mod brush;
mod catalogue;
mod colours;
mod comfort;
mod dock;
mod drawing;
mod editing;
mod ensemble;
mod field;
mod furnished;
mod furniture;
mod jobs;
mod joining;
mod key;
mod ledgers;
mod loss;
mod map;
mod meanwhile;
mod own;
mod path;
mod recovery;
mod repairing;
mod replacing;
mod rules;
mod scale;
mod scenario;
mod selecting;
mod sources;
mod study;
mod suggest;
mod symbols;
mod table;
mod tiles_of;
mod tools;
mod words;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use eframe::egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::app::App;
use crate::app::sample::Furnishing;
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

/// A window with the boundaries of the sample county in it.
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
    started(size, (Vec::new(), Furnishing::Nothing), preferences, workplace)
}

/// A window as it starts for who has the program for the first time: the sample county with its ledgers and packs.
pub(super) fn window_furnished(lang: Lang) -> Harness<'static, Option<App>> {
    let preferences = Preferences { lang: Some(lang), ..Preferences::default() };
    started([1366.0, 768.0], (Vec::new(), Furnishing::Ledgers), preferences, None)
}

/// A window that is started with files.
pub(super) fn window_started_with(
    files: Vec<PathBuf>,
    preferences: Preferences,
    workplace: Option<Workplace>,
) -> Harness<'static, Option<App>> {
    started([1366.0, 768.0], (files, Furnishing::Nothing), preferences, workplace)
}

fn started(
    size: [f32; 2],
    (files, sample): (Vec<PathBuf>, Furnishing),
    preferences: Preferences,
    workplace: Option<Workplace>,
) -> Harness<'static, Option<App>> {
    let mut harness = Harness::builder().with_size(size).with_max_steps(64).allow_missing_glyphs().build_ui_state(
        move |ui, app: &mut Option<App>| {
            let app = app.get_or_insert_with(|| {
                let mut app = App::with_parts(ui.ctx(), preferences.clone(), MapCanvas::default());
                app.keeper.workplace.clone_from(&workplace);
                app.sample = sample;
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

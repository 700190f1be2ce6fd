//! What columns are taken for, and that another choice keeps the work.

use eframe::egui::accesskit::Role as Part;
use egui_kittest::kittest::Queryable as _;

use super::recovery::{WAYS, edits, save_as, window_on};
use super::scenario::{merge, wait};
use super::{act, app, window, window_started_with};
use crate::app::App;
use crate::ui::bottom::role_of;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, Otherwise};
use crate::ui::state::view::Preferences;
use quhua::i18n::Lang;
use quhua::io::project::Workplace;
use quhua::model::Role;

fn role(app: &App, column: &str) -> Option<Role> {
    Some(app.project.as_ref()?.dataset().fields.role_of(column))
}

#[test]
fn another_choice_for_a_column_keeps_the_work_through_a_kill_and_a_save() {
    for way in WAYS {
        let folder = tempfile::tempdir().unwrap();
        let workplace = Workplace::at(folder.path().join("data"));
        let mut window = window_on(way, folder.path(), &workplace);
        merge(&mut window);
        for (column, to) in [("households", Role::Other), ("population", Role::Other), ("households", Role::Population)]
        {
            let fields = app(&window).project.as_ref().unwrap().dataset().fields.with_role(column, to);
            act(&mut window, Command::ReadAnew(Box::new(Otherwise::Fields(fields))));
            wait(&mut window, "it is read anew", |app| role(app, column) == Some(to));
        }
        assert_eq!(edits(&window), 1, "{way}: the scenario moved along");
        merge(&mut window);
        window.run_steps(3);
        drop(window);

        let mut window = window_started_with(Vec::new(), Preferences::default(), Some(workplace));
        let seen = |app: &App| (role(app, "households").unwrap(), role(app, "population").unwrap());
        assert_eq!((seen(app(&window)), edits(&window)), ((Role::Population, Role::Other), 2), "{way}, after a kill");
        let saved = folder.path().join("saved.gpkg");
        save_as(&mut window, &saved);
        let window = window_started_with(vec![saved], Preferences::default(), None);
        assert_eq!((seen(app(&window)), edits(&window)), ((Role::Population, Role::Other), 2), "{way}, saved");
    }
}

#[test]
fn a_column_is_given_another_part_in_its_head() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::ShowSources);
    harness.run_steps(3);
    let column = "kind";
    assert_eq!(role(app(&harness), column), Some(Role::Kind));
    harness.get_by_label(&role_of(Lang::En, column)).click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Part::Button, Role::Name.words(Lang::En)).click();
    harness.run_steps(2);
    wait(&mut harness, "it is read anew", |app| role(app, column) == Some(Role::Name));
}

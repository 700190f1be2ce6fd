//! Work comes back, however it was come to, wherever it was saved, and whatever the program is started with.

use std::path::{Path, PathBuf};

use egui_kittest::Harness;

use super::scenario::{merge, wait};
use super::{act, app, units, window_at, window_started_with};
use crate::app::App;
use crate::ui::state::command::Command;
use crate::ui::state::view::{PathPurpose, Preferences};
use quhua::i18n::Lang;
use quhua::io::Limits;
use quhua::io::project::{self, Origin, Workplace};
use quhua::jobs::Progress;

type Window = Harness<'static, Option<App>>;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sample_data/sanhe/");

pub(super) fn save_as(window: &mut Window, path: &Path) {
    act(window, Command::UsePath(PathPurpose::SaveProject, path.to_owned()));
    let path = path.to_owned();
    wait(window, "it is saved", move |app| {
        let project = app.project.as_ref().unwrap();
        project.file() == Some(&*path) && !project.is_unsaved()
    });
}

fn open(window: &mut Window, files: &[PathBuf]) {
    act(window, Command::OpenFiles(files.to_vec()));
    let first = files[0].clone();
    wait(window, "it opens", move |app| {
        app.project.as_ref().is_some_and(|project| project.origin().paths().contains(&&*first))
    });
}

pub(super) fn edits(window: &Window) -> usize {
    app(window).project.as_ref().unwrap().document().position()
}

/// The ways to come to a document.
pub(super) const WAYS: [&str; 3] = ["the sample", "files", "a project"];

/// A window on a document that was come to in one of the ways.
pub(super) fn window_on(way: &str, folder: &Path, workplace: &Workplace) -> Window {
    let mut window = window_at(Lang::En, Some(workplace.clone()));
    match way {
        "files" => {
            let files = ["villages.geojson", "townships.geojson"].map(|name| {
                let path = folder.join(name);
                std::fs::copy(Path::new(SAMPLE).join(name), &path).unwrap();
                path
            });
            open(&mut window, &files);
        }
        "a project" => {
            let path = folder.join("before.gpkg");
            let mut other = window_at(Lang::En, None);
            save_as(&mut other, &path);
            open(&mut window, &[path]);
        }
        _ => {}
    }
    window
}

#[test]
fn work_comes_back_after_a_crash_however_it_was_come_to_and_wherever_it_was_saved() {
    // Saved not at all, before the first edit, and between edits.
    for (way, saves) in WAYS.iter().flat_map(|way| [(*way, 0), (way, 1), (way, 2)]) {
        let folder = tempfile::tempdir().unwrap();
        let workplace = Workplace::at(folder.path().join("data"));
        let mut window = window_on(way, folder.path(), &workplace);
        let saved = folder.path().join("saved.gpkg");
        for edit in 0..2 {
            if edit + 1 == saves {
                save_as(&mut window, &saved);
            }
            merge(&mut window);
            window.run_steps(3);
        }
        let (now, origin) = (units(app(&window)), app(&window).project.as_ref().unwrap().origin().clone());
        assert_eq!(edits(&window), 2, "{way}, {saves}");
        // As if the program had been killed: nothing is put in order.
        drop(window);

        if saves > 0 {
            let contents = project::read(&saved, &Limits::default(), &Progress::new()).unwrap();
            assert_eq!(contents.plans.steps.len(), saves - 1, "{way}, {saves}: the file is as it was saved");
        }
        for start in [Vec::new(), origin.paths().into_iter().map(Path::to_owned).collect()] {
            let window = window_started_with(start.clone(), Preferences::default(), Some(workplace.clone()));
            assert_eq!(app(&window).notices.unread_errors(), 0, "{way}, {saves}, {start:?}");
            assert_eq!((units(app(&window)), edits(&window)), (now, 2), "{way}, {saves}, {start:?}");
            let project = app(&window).project.as_ref().unwrap();
            assert!(project.is_unsaved() && *project.origin() == origin, "{way}, {saves}, {start:?}");
        }
        // Work that was taken up is saved where it belongs, and the file has it then.
        if saves > 0 {
            let mut window = window_at(Lang::En, Some(workplace.clone()));
            save_as(&mut window, &saved);
            let contents = project::read(&saved, &Limits::default(), &Progress::new()).unwrap();
            assert_eq!(contents.plans.steps.len(), 2, "{way}, {saves}");
        }
    }
}

#[test]
fn a_saved_file_opens_even_where_what_was_left_behind_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().join("data"));
    let mut window = window_on("files", folder.path(), &workplace);
    let saved = folder.path().join("saved.gpkg");
    save_as(&mut window, &saved);
    merge(&mut window);
    window.run_steps(3);
    drop(window);
    // The files that were opened are gone, and so are their copies.
    for name in ["villages.geojson", "townships.geojson"] {
        std::fs::remove_file(folder.path().join(name)).unwrap();
    }
    for work in std::fs::read_dir(folder.path().join("data/work")).unwrap() {
        let _ = std::fs::remove_dir_all(work.unwrap().path().join("opened"));
    }
    let window = window_started_with(vec![saved.clone()], Preferences::default(), Some(workplace));
    let project = app(&window).project.as_ref().unwrap();
    assert_eq!((project.origin(), edits(&window)), (&Origin::Project(saved), 1), "its boundaries are in the file too");
}

//! The headless modules stay headless.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::repository;

const DRAWING: [&str; 3] = ["render", "ui", "app"];
const TOOLKITS: [&str; 4] = ["egui", "eframe", "wgpu", "winit"];

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    if !folder.is_dir() {
        into.push(folder.with_extension("rs"));
        return;
    }
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !is_for_tests(&path) {
            into.push(path);
        }
    }
}

/// Whether a file holds only what tests need; they may use everything.
fn is_for_tests(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    ["tests", "testing", "fixture", "fixtures"].contains(&name.as_ref()) || name.ends_with("_tests")
}

/// Lines of a file that use one of the words as a path, comments left out.
fn uses(path: &Path, words: &[String]) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .filter(|line| words.iter().any(|word| line.contains(word.as_str())))
        .map(|line| format!("{}: {}", path.display(), line.trim()))
        .collect()
}

#[test]
fn headless_modules_never_name_the_window_toolkit() {
    let mut files = Vec::new();
    sources(&repository("src"), &mut files);
    let words: Vec<String> = TOOLKITS.iter().map(|toolkit| format!("{toolkit}::")).collect();
    let drawing: Vec<PathBuf> = DRAWING.iter().map(|module| repository("src").join(module)).collect();
    let headless = files.iter().filter(|path| !drawing.iter().any(|folder| path.starts_with(folder)));
    let found: Vec<String> = headless.flat_map(|path| uses(path, &words)).collect();
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn lower_layers_do_not_import_higher_ones() {
    // A module may import those before it in its row, and nothing else of ours but the leaves.
    let leaves = ["jobs", "geodesy", "i18n"];
    let allowed: [(&str, &[&str]); 18] = [
        ("coverage", &[]),
        ("model", &["coverage"]),
        ("edit", &["coverage", "model", "io"]),
        ("io", &["coverage", "model", "edit"]),
        ("metrics", &["coverage", "model", "edit", "io"]),
        ("query", &["coverage", "model", "edit", "metrics"]),
        ("compare", &["coverage", "model", "edit", "metrics", "io"]),
        ("rules", &["coverage", "model", "edit", "metrics"]),
        ("suggest", &["coverage", "model", "edit", "metrics", "compare", "rules"]),
        ("ensemble", &["coverage", "model", "edit", "metrics", "compare", "rules"]),
        ("report", &["coverage", "model", "edit", "metrics", "compare", "rules", "io"]),
        ("carto", &["coverage", "model", "metrics"]),
        ("print", &["coverage", "model", "edit", "metrics", "carto", "rules"]),
        ("page", &["coverage", "model", "edit", "metrics", "compare", "rules", "report", "carto", "print"]),
        ("tiles", &["carto"]),
        ("render", &["coverage", "model", "carto", "tiles"]),
        ("jobs", &[]),
        ("geodesy", &[]),
    ];
    for (module, may) in allowed {
        let mut files = Vec::new();
        sources(&repository("src").join(module), &mut files);
        let forbidden: Vec<String> = allowed
            .iter()
            .map(|&(other, _)| other)
            .chain(["ui", "app", "cli"])
            .filter(|other| *other != module && !may.contains(other) && !leaves.contains(other))
            .map(|other| format!("crate::{other}"))
            .collect();
        let found: Vec<String> = files.iter().flat_map(|path| uses(path, &forbidden)).collect();
        assert_eq!(found, Vec::<String>::new());
    }
}

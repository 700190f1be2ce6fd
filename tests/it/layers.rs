//! Modules import those below them, and no others. That the engine needs no window is kept by the compiler: the window
//! is a member of the workspace of its own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::repository;

/// Source files of a module, tests left out; those may use everything.
fn sources(folder: &Path) -> Vec<PathBuf> {
    if !folder.is_dir() {
        return vec![folder.with_extension("rs")];
    }
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let is_source = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "rs") && !is_for_tests(path);
    files.into_iter().filter(is_source).chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

fn is_for_tests(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    ["tests", "testing", "fixture", "fixtures"].contains(&name.as_ref()) || name.ends_with("_tests")
}

/// Modules of its crate that a file names: `crate::a::…`, or each of `crate::{a::…, b}`. Comments are left out.
fn imports(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap();
    let code: String = text.lines().flat_map(|line| [line.split("//").next().unwrap_or_default(), "\n"]).collect();
    code.split("crate::").skip(1).flat_map(first_segments).collect()
}

/// First names of the paths that a text begins with: one, or those of a group in braces.
fn first_segments(text: &str) -> Vec<String> {
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let Some(group) = text.strip_prefix('{') else { return vec![name(text)] };
    let mut depth = 0;
    let mut paths = vec![String::new()];
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => paths.push(String::new()),
            _ => {
                depth += i32::from(c == '{') - i32::from(c == '}');
                paths.last_mut().unwrap().push(c);
            }
        }
    }
    paths.iter().map(|path| name(path.trim())).collect()
}

/// Imports of the modules of a row that do not stand in it, and what stands in a row and is not imported: a row is what
/// the module rests on, no more and no less.
fn forbidden(root: &str, rows: &[(&str, &[&str])], leaves: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for &(module, may) in rows {
        let used: BTreeSet<String> =
            sources(&repository(root).join(module)).iter().flat_map(|path| imports(path)).collect();
        found.extend(may.iter().filter(|&&other| !used.contains(other)).map(|other| format!("{module}: no {other}")));
        for path in sources(&repository(root).join(module)) {
            for import in imports(&path) {
                let is_ours = rows.iter().any(|&(other, _)| other == import);
                if is_ours && import != module && !may.contains(&&*import) && !leaves.contains(&&*import) {
                    found.push(format!("{}: {import}", path.display()));
                }
            }
        }
    }
    found
}

#[test]
fn lower_layers_of_the_engine_do_not_import_higher_ones() {
    // A module may import those of its row, and nothing else of ours but the leaves.
    let rows: &[(&str, &[&str])] = &[
        ("jobs", &[]),
        ("geodesy", &[]),
        ("i18n", &[]),
        ("sharing", &[]),
        ("outside", &[]),
        ("coverage", &[]),
        ("model", &["coverage"]),
        ("edit", &["coverage", "model"]),
        ("io", &["coverage", "model", "edit"]),
        ("metrics", &["coverage", "model", "edit", "io"]),
        ("query", &["coverage", "model", "edit", "metrics"]),
        ("compare", &["coverage", "model", "edit", "metrics"]),
        ("rules", &["coverage", "model", "edit", "metrics"]),
        ("suggest", &["coverage", "model", "edit", "metrics", "compare", "rules"]),
        ("ensemble", &["coverage", "model", "metrics", "compare", "rules"]),
        ("report", &["coverage", "model", "edit", "io", "metrics"]),
        ("carto", &["coverage", "model", "metrics"]),
        ("print", &["coverage", "model", "edit", "metrics", "carto", "rules"]),
        ("page", &["model", "edit", "metrics", "compare", "rules", "report", "carto", "print"]),
        ("tiles", &["carto", "io"]),
        ("study", &["coverage", "model", "edit", "metrics", "query", "compare", "rules", "report", "io"]),
    ];
    assert_eq!(forbidden("src", rows, &["jobs", "geodesy", "i18n", "sharing", "outside"]), Vec::<String>::new());
}

#[test]
fn lower_layers_of_the_window_do_not_import_higher_ones() {
    let rows: &[(&str, &[&str])] = &[("render", &[]), ("ui", &["render"]), ("app", &["render", "ui"])];
    assert_eq!(forbidden("window/src", rows, &[]), Vec::<String>::new());
}

#[test]
fn imports_are_found_alone_and_in_groups() {
    let names = |text: &str| first_segments(text).join(" ");
    assert_eq!(names("edit::{Plan, Step};"), "edit");
    assert_eq!(names("{edit::{Plan, Step}, model::State, io};"), "edit model io");
}

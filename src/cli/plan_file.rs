//! A plan as it is named on the command line: a file, or `PROJECT.gpkg#NAME`, a scenario of a project.

use std::path::Path;

use super::load::scenario_named;
use super::{CliError, Line, lang, progress, say};
use crate::edit::Plan;
use crate::i18n::Lang;
use crate::io::format::{self, FileKind};
use crate::io::{Limits, project};

/// The file that a plan is read from.
pub(super) fn file_of(path: &Path) -> &Path {
    scenario_of_project(path).map_or(path, |(project, _)| project)
}

/// Reads a plan file, or a scenario of a project.
pub(super) fn read_plan(path: &Path, limits: &Limits) -> Result<Plan, CliError> {
    let (project, name) = match scenario_of_project(path) {
        Some((project, name)) => (project, Some(name)),
        None if is_project(path) => (path, None),
        None => return Ok(Plan::read(path)?),
    };
    let contents = progress::shown(progress::Doing::Reading, |progress| project::read(project, limits, progress))?;
    let Some(name) = name else {
        let names: Vec<String> = contents.plans.scenarios.iter().map(|scenario| scenario.name.clone()).collect();
        return Err(CliError::WhichScenario { there: names.join(lang().pick("、", ", ")), path: project.to_owned() });
    };
    let scenario = scenario_named(&contents.plans, name)?;
    if !scenario.left_over.is_empty() {
        let (left_over, path) = (scenario.left_over.len(), path.display());
        let text = match lang() {
            Lang::Zh => format!("不含其中未执行的 {left_over} 步：{path}"),
            Lang::En => format!("without the {left_over} edits that are left over there: {path}"),
        };
        say(Line::Note, text);
    }
    Ok(contents.plan_of(scenario))
}

/// Project and scenario of `PROJECT.gpkg#NAME`. Both may hold the sign too: the first one behind a database is meant, and
/// a file of the whole name comes before all.
fn scenario_of_project(path: &Path) -> Option<(&Path, &str)> {
    let text = path.to_str().filter(|_| !path.exists())?;
    let mut splits = text.match_indices('#').map(|(at, _)| (Path::new(&text[..at]), &text[at + 1..]));
    splits.find(|(project, _)| is_project(project))
}

/// Whether a file that is there is a project.
fn is_project(path: &Path) -> bool {
    path.is_file() && format::kind_of(path) == FileKind::Project
}

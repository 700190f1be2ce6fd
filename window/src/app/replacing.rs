//! Writing where a file stands: nothing is replaced before it was said what it is, and somebody has agreed.
//!
//! 1. Everything that is written to a path comes through here: from path boxes, file dialogs and sheets.
//! 2. Only a project that is saved in its own file asks nothing.
//! 3. Where a project stands, nothing but a project is written.
//! 4. Who does not agree is back where the path was named.

use std::path::{Path, PathBuf};

use super::App;
use crate::ui::notices::Gravity;
use crate::ui::palette::PaletteMode;
use crate::ui::replacing::Replacing;
use crate::ui::state::exports::{self, ExportKind};
use crate::ui::state::view::PathPurpose;
use quhua::i18n::{Say as _, sentences};
use quhua::io::format::FileKind;
use quhua::io::{Outputs, Standing, WriteError, WriteProblem, outgoing, project};
use quhua::report::certificate::Destination;
use quhua::study::Study;

impl App {
    /// Writes to a path, or asks first where something stands there.
    pub(super) fn write_or_ask(&mut self, purpose: PathPurpose, path: &Path) {
        let (path, outputs) = match self.targets(purpose, path) {
            Ok(found) => found,
            // Its name chooses the format: it says which there are.
            Err(WriteError { path, problem: WriteProblem::Ending { .. } })
                if purpose == PathPurpose::Export(ExportKind::Map) =>
            {
                let said = sentences::no_such_map(self.lang, &path.display().to_string());
                self.notices.say(Gravity::Error, said);
                return;
            }
            Err(error) => return self.cannot_write(&error),
        };
        let standing =
            if self.is_own_project(purpose, &path) { Vec::new() } else { standing(purpose, &path, &outputs) };
        if standing.is_empty() {
            self.write_now(purpose, path);
            return;
        }
        let is_ours = self.written_to.get(&real(&path)) == Some(&purpose);
        self.replacing = Some(Replacing { purpose, path, standing, is_ours, focus: true });
    }

    /// The answer to the question.
    pub(super) fn replace(&mut self, agreed: bool) {
        let Some(Replacing { purpose, path, .. }) = self.replacing.take() else { return };
        if agreed {
            self.write_now(purpose, path);
        } else if !(purpose == PathPurpose::Export(ExportKind::Boundaries) && self.exporting.is_some()) {
            self.palette.open(PaletteMode::Path(purpose), path.display().to_string());
        }
    }

    fn write_now(&mut self, purpose: PathPurpose, path: PathBuf) {
        if purpose != PathPurpose::SaveLog {
            self.folder_used = path.parent().map(Path::to_owned).filter(|folder| folder.is_dir());
        }
        self.written_to.insert(real(&path), purpose);
        match purpose {
            PathPurpose::SaveProject => self.save_as(path),
            PathPurpose::SavePlan => self.write_plan(path),
            PathPurpose::SaveProfile => self.save_profile(path),
            PathPurpose::SaveLog => self.save_log_file(&path),
            PathPurpose::Export(kind) => {
                if kind == ExportKind::Boundaries {
                    self.end_export();
                }
                self.export(kind, path);
            }
            PathPurpose::Open
            | PathPurpose::OpenPlan
            | PathPurpose::Facilities
            | PathPurpose::Table
            | PathPurpose::Ledger
            | PathPurpose::NewerLedger
            | PathPurpose::Pack
            | PathPurpose::Rebase
            | PathPurpose::Background
            | PathPurpose::OpenProfile
            | PathPurpose::Rules => {}
        }
    }

    /// Says why something cannot be written: in the sheet, where there is one.
    fn cannot_write(&mut self, error: &WriteError) {
        let said = error.sentence(self.lang);
        self.after_save = None;
        match &mut self.exporting {
            Some(sheet) => {
                sheet.refused = Some(said.clone());
                self.notices.note(Gravity::Error, said);
            }
            None => self.notices.say(Gravity::Error, said),
        }
    }

    /// The path with the ending that it needs, and all that would be written there.
    fn targets(&self, purpose: PathPurpose, path: &Path) -> Result<(PathBuf, Outputs), WriteError> {
        let out = self.exporting.as_ref().map_or_else(|| self.out_for(path), |sheet| sheet.out.clone());
        let endings: Vec<&'static str> = match purpose {
            PathPurpose::SaveProject => vec![project::EXTENSION],
            PathPurpose::SavePlan | PathPurpose::SaveProfile => vec!["json"],
            PathPurpose::SaveLog => vec!["txt", "log"],
            PathPurpose::Export(ExportKind::Boundaries) => out.format.endings.to_vec(),
            PathPurpose::Export(kind) => {
                exports::row(kind).formats.iter().flat_map(|(_, endings)| *endings).copied().collect()
            }
            PathPurpose::Open
            | PathPurpose::OpenPlan
            | PathPurpose::Facilities
            | PathPurpose::Table
            | PathPurpose::Ledger
            | PathPurpose::NewerLedger
            | PathPurpose::Pack
            | PathPurpose::Rebase
            | PathPurpose::Background
            | PathPurpose::OpenProfile
            | PathPurpose::Rules => return Ok((path.to_owned(), Outputs::default())),
        };
        let path = with_ending(path, &endings)?;
        let mut outputs = match purpose {
            PathPurpose::SaveProject => self.outputs_but(FileKind::Project),
            PathPurpose::SavePlan => self.outputs_but(FileKind::Plan),
            _ => self.outputs(),
        };
        match purpose {
            PathPurpose::SaveProject => drop(outputs.project(&path)?),
            PathPurpose::Export(ExportKind::Boundaries) if out.format.is_text(&out.wishes) => {
                drop(Destination::ask(&mut outputs, &path, true)?);
            }
            PathPurpose::Export(ExportKind::Boundaries) => {
                drop(outgoing::Destination::ask(&mut outputs, &path, out.format, out.wishes)?);
            }
            _ => drop(outputs.target(&path, &endings)?),
        }
        Ok((path, outputs))
    }

    /// Whether the document is saved in this very file, or being saved there.
    fn is_own_project(&self, purpose: PathPurpose, path: &Path) -> bool {
        let file = self.project.as_ref().and_then(Study::file).filter(|_| !self.keeper.held.taken);
        let own = [file, self.keeper.saving.as_deref()];
        purpose == PathPurpose::SaveProject && own.into_iter().flatten().any(|own| real(own) == real(path))
    }
}

/// What stands where something is to be written. The version before of a project goes as it always does.
fn standing(purpose: PathPurpose, path: &Path, outputs: &Outputs) -> Vec<Standing> {
    if purpose == PathPurpose::SaveProject { Standing::at(path).into_iter().collect() } else { outputs.standing() }
}

/// A path with an ending that says what is written: its own, or the usual one where it has none.
fn with_ending(path: &Path, endings: &[&'static str]) -> Result<PathBuf, WriteError> {
    let Some(ending) = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()) else {
        return Ok(path.with_extension(endings.first().copied().unwrap_or_default()));
    };
    if endings.contains(&&*ending) {
        return Ok(path.to_owned());
    }
    let problem = WriteProblem::Ending { ending, fitting: endings.to_vec() };
    Err(WriteError { path: path.to_owned(), problem })
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

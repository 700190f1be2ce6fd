//! Saving and exporting.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use crate::ui::notices::Gravity;
use crate::ui::shown::Shown;
use crate::ui::state::choropleth;
use crate::ui::state::exports::ExportKind;
use crate::ui::state::exports::{self, Material, Needs};
use crate::ui::state::view::PathPurpose;
use crate::ui::theme::Colours;
use quhua::i18n::{Say as _, Text, capital, file_name, sentences};
use quhua::io::atomic::write_file;
use quhua::io::format::{self, FileKind};
use quhua::io::{Outputs, Profile, WriteError, file_safe};
use quhua::jobs::{Cancelled, Progress};
use quhua::metrics::Figure;
use quhua::report::certificate::Verdict;
use quhua::report::table::Sheet;
use quhua::study::Study;

/// The folder of the documents of the user.
pub(super) fn documents() -> PathBuf {
    directories::UserDirs::new()
        .map(|dirs| dirs.document_dir().unwrap_or_else(|| dirs.home_dir()).to_owned())
        .unwrap_or_default()
}

/// How writing a file ended.
struct Written {
    path: PathBuf,
    result: Result<Verdict, WriteError>,
    cancelled: bool,
}

impl App {
    /// A file name to propose for a purpose.
    pub(super) fn file_name_for(&self, purpose: PathPurpose) -> String {
        let Some(project) = &self.project else { return String::new() };
        let title = project.title(self.lang);
        match purpose {
            PathPurpose::SaveProject => format!("{title}.{}", quhua::io::project::EXTENSION),
            PathPurpose::SavePlan => {
                let name = project.document().name();
                format!("{}.plan.json", if name.is_empty() { &title } else { name })
            }
            PathPurpose::Export(ExportKind::Boundaries) => self.boundaries_file_name(project),
            PathPurpose::Export(ExportKind::Ledger) => {
                // The county's own name for it.
                let name = self.bottom.ledgers.chosen(project).map_or("", |laid| laid.ledger().name());
                format!("{title}-{}.xlsx", file_safe(name))
            }
            PathPurpose::Export(kind) => exports::row(kind).file_name(project, self.lang, self.view.level),
            PathPurpose::SaveLog => "quhua-log.txt".to_owned(),
            PathPurpose::SaveProfile => format!("{title}.profile.json"),
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
            | PathPurpose::Rules => String::new(),
        }
    }

    /// Where what is written is proposed to go: where something of this document was written last, else beside its
    /// project, else to the documents of the user. Never among the sources.
    pub(super) fn folder_to_write(&self) -> PathBuf {
        let beside = || self.project.as_ref().and_then(Study::file).and_then(Path::parent).map(Path::to_owned);
        self.folder_used.clone().or_else(beside).unwrap_or_else(documents)
    }

    /// What is open here, and so must not be replaced.
    pub(super) fn outputs(&self) -> Outputs {
        Outputs::of_reading(self.open_here())
    }

    /// The same without files of a kind that may be written over.
    pub(super) fn outputs_but(&self, kind: FileKind) -> Outputs {
        Outputs::of_reading(self.open_here().into_iter().filter(|path| format::kind_of(path) != kind))
    }

    /// Files that the document was made from, or is saved in, and those that lie beside it.
    fn open_here(&self) -> Vec<PathBuf> {
        let origin = self.project.iter().flat_map(|project| project.origin().paths()).map(Path::to_owned);
        self.files_read.iter().cloned().chain(origin).collect()
    }

    /// The table of units as it is shown, or its selected rows if there are any; says so as long as figures are being
    /// worked out.
    pub(super) fn table_sheet(&mut self, selected_only: bool) -> Option<Sheet> {
        let now = self.situation();
        let project = self.project.as_ref()?;
        let shown = Shown {
            lang: self.lang,
            colours: Colours::of(self.ctx.theme()),
            preferences: &self.preferences,
            view: &self.view,
            now: &now,
            project: Some(project),
        };
        let sheet = self.bottom.table.sheet(&shown, project, selected_only);
        if sheet.is_none() {
            let why = if shown.figures_died() { Text::CouldNotBeWorkedOut } else { Text::StillComputing };
            self.notices.say(Gravity::Info, self.lang.of(why));
        }
        sheet
    }

    /// Writes the plan beside the window.
    pub(super) fn write_plan(&mut self, path: PathBuf) {
        let Some(project) = &self.project else { return };
        let plan = project.document().plan();
        let mut outputs = self.outputs_but(FileKind::Plan);
        self.run(
            Kind::Write,
            file_name(&path),
            move |_| {
                let written = outputs
                    .target(&path, &["json"])
                    .and_then(|target| write_file(&target, |out| out.write_all(plan.write().as_bytes())));
                Written { path, result: written.map(|()| Verdict::None), cancelled: false }
            },
            |app, written| {
                if let Ok(written) = written {
                    app.written(&written);
                }
            },
        );
    }

    /// Writes how files were read.
    pub(super) fn write_profile(&mut self, path: PathBuf, profile: &Profile) {
        let json = profile.to_json();
        let mut outputs = self.outputs();
        self.run(
            Kind::Write,
            file_name(&path),
            move |_| {
                let written = outputs
                    .target(&path, &["json"])
                    .and_then(|target| write_file(&target, |out| out.write_all(json.as_bytes())));
                Written { path, result: written.map(|()| Verdict::None), cancelled: false }
            },
            |app, written| {
                if let Ok(written) = written {
                    app.written(&written);
                }
            },
        );
    }

    /// Writes an export beside the window.
    pub(super) fn export(&mut self, kind: ExportKind, path: PathBuf) {
        let row = exports::row(kind);
        let sheet = match row.needs {
            Needs::Table => self.table_sheet(false),
            Needs::Matrix => self.project.as_ref().and_then(|it| it.matrix_sheet(self.view.level, self.lang)),
            Needs::Study | Needs::Drawing => None,
        };
        if sheet.is_none() && matches!(row.needs, Needs::Table | Needs::Matrix) {
            return;
        }
        let Some(project) = &self.project else { return };
        let drawing = match (row.needs == Needs::Drawing).then(|| self.drawing_for(project, kind, &path)).transpose() {
            Ok(drawing) => drawing,
            Err(why) => {
                self.notices.say(Gravity::Error, why);
                return;
            }
        };
        let document = project.document();
        // While scenarios are compared, the crosswalk leads from the first of them to the last.
        let compared = self.view.compare.as_ref().filter(|_| kind == ExportKind::Crosswalk);
        let ends = compared.and_then(|compare| Some([*compare.sides.first()?, *compare.sides.last()?]));
        let (dataset, before, state) = match ends.map(|ends| document.across(&ends)) {
            None => (Arc::clone(project.dataset()), None, document.shared_state()),
            Some(Ok((dataset, mut states))) => {
                let after = states.pop().unwrap_or_else(|| document.shared_state());
                (dataset, states.pop(), after)
            }
            Some(Err(error)) => {
                self.notices.say(Gravity::Error, error.sentence(self.lang));
                return;
            }
        };
        // Figures of one's own whose column is shown.
        let own = project.own_figures().list().iter().map(|own| own.id);
        let hidden = |id| self.preferences.columns.get(&choropleth::key(project, Figure::Own(id))) == Some(&false);
        let (lang, level, area_method) = (self.lang, self.view.level, project.area_method());
        let ledger = self.bottom.ledgers.chosen(project).map(|laid| laid.ledger().name().into());
        let boundaries = project.exporting(level, own.filter(|id| !hidden(*id)).collect());
        let name = file_name(&path);
        let outputs = self.outputs();
        let out = self.out_for(&path);
        let material = Material {
            outputs,
            lang,
            area_method,
            level,
            dataset,
            before,
            state,
            boundaries,
            out,
            sheet,
            ledger,
            drawing,
        };
        let work = move |progress: &Progress| {
            let result = (row.make)(&material, &path, progress);
            let cancelled = progress.check() == Err(Cancelled);
            Written { path, result, cancelled }
        };
        self.run(Kind::Write, name, work, |app, written| {
            if let Ok(written) = written {
                app.written(&written);
            }
        });
    }

    /// Says how writing ended.
    fn written(&mut self, written: &Written) {
        let path = written.path.display().to_string();
        match &written.result {
            Ok(Verdict::Passed) => {
                self.notices.say(Gravity::Done, sentences::written_with_certificate(self.lang, &path));
            }
            Ok(Verdict::Failed) => {
                self.notices.say(Gravity::Warning, capital(&sentences::certificate_failed(self.lang, &path)));
            }
            Ok(Verdict::None) => self.notices.say(Gravity::Done, sentences::written(self.lang, &path)),
            Err(_) if written.cancelled => {
                self.notices.say(Gravity::Info, sentences::cancelled(self.lang, &path));
            }
            Err(error) => self.notices.say(Gravity::Error, error.sentence(self.lang)),
        }
    }

    /// The status line says when the document was saved.
    pub(super) fn note_time_of_saving(&mut self) {
        let now = time::OffsetDateTime::now_local().unwrap_or_else(|_| time::OffsetDateTime::now_utc());
        self.saved = Some([now.hour(), now.minute()]);
    }
}

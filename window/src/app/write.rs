//! Saving and exporting.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use crate::ui::notices::Gravity;
use crate::ui::shown::Shown;
use crate::ui::state::choropleth;
use crate::ui::state::view::PathPurpose;
use crate::ui::theme::Colours;
use crate::ui::words;
use quhua::i18n::{Say as _, Text, sentences};
use quhua::io::WriteError;
use quhua::io::atomic::{OutTarget, write_file};
use quhua::jobs::{Cancelled, Progress};
use quhua::metrics::Figure;
use quhua::report::table::{self, Sheet};

/// How writing a file ended.
struct Written {
    purpose: PathPurpose,
    path: PathBuf,
    result: Result<(), WriteError>,
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
            PathPurpose::ExportGeojson => {
                let level = project.dataset().levels.get(self.view.level.index()).map_or("units", |level| level.id());
                format!("{title}-{level}.geojson")
            }
            PathPurpose::ExportCrosswalk => {
                let word = self.lang.pick("对照表", "crosswalk");
                format!("{title}-{word}.xlsx")
            }
            PathPurpose::ExportTable => {
                let level = project.dataset().levels.get(self.view.level.index());
                let word = level.map_or("", |&level| words::level(self.lang, level));
                format!("{title}-{word}.xlsx")
            }
            PathPurpose::ExportMap => format!("{}.pdf", self.map_name(project, &title)),
            PathPurpose::ExportPage => format!("{}.html", self.map_name(project, &title)),
            PathPurpose::SaveLog => "quhua-log.txt".to_owned(),
            PathPurpose::Open
            | PathPurpose::OpenPlan
            | PathPurpose::Facilities
            | PathPurpose::Rebase
            | PathPurpose::Background
            | PathPurpose::Rules => String::new(),
        }
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
            facilities: self.facilities.as_ref(),
        };
        let sheet = self.bottom.table.sheet(&shown, project, selected_only);
        if sheet.is_none() {
            let why = if shown.figures_died() { Text::CouldNotBeWorkedOut } else { Text::StillComputing };
            self.notices.say(Gravity::Info, self.lang.of(why));
        }
        sheet
    }

    /// Writes what is wanted beside the window.
    pub(super) fn write(&mut self, purpose: PathPurpose, path: PathBuf) {
        let sheet = if purpose == PathPurpose::ExportTable { self.table_sheet(false) } else { None };
        let Some(project) = &self.project else { return };
        if purpose == PathPurpose::ExportTable && sheet.is_none() {
            return;
        }
        let lang = self.lang;
        let drawing = match purpose {
            PathPurpose::ExportMap | PathPurpose::ExportPage => match self.drawing_for(project, purpose, &path) {
                Ok(drawing) => Some(drawing),
                Err(why) => {
                    self.notices.say(Gravity::Error, why);
                    return;
                }
            },
            _ => None,
        };
        let document = project.document();
        // While scenarios are compared, the crosswalk leads from the first of them to the last.
        let compared = self.view.compare.as_ref().filter(|_| purpose == PathPurpose::ExportCrosswalk);
        let ends = compared.and_then(|compare| Some([*compare.sides.first()?, *compare.sides.last()?]));
        let (dataset, before, state) = match ends.map(|ends| document.across(&ends)) {
            None => (Arc::clone(project.dataset()), None, document.shared_state()),
            Some(Ok((dataset, mut states))) => {
                let after = states.pop().unwrap_or_else(|| document.shared_state());
                (dataset, states.pop(), after)
            }
            Some(Err(error)) => {
                self.notices.say(Gravity::Error, error.sentence(lang));
                return;
            }
        };
        let (plan, method) = (document.plan(), project.area_method());
        // Figures of one's own whose column is shown.
        let own = project.own_figures().list().iter().map(|own| own.id);
        let hidden = |id| self.preferences.columns.get(&choropleth::key(project, Figure::Own(id))) == Some(&false);
        let exporting = project.exporting(self.view.level, own.filter(|id| !hidden(*id)).collect());
        let name = file_name(&path);
        let work = move |progress: &Progress| {
            let target = OutTarget::Path(path.clone());
            let result = match purpose {
                PathPurpose::SavePlan => write_file(&target, |out| out.write_all(plan.write().as_bytes())),
                PathPurpose::ExportCrosswalk => {
                    let before = before.as_deref().unwrap_or(&dataset.base);
                    let rows = quhua::edit::crosswalk::rows(&dataset, before, &state, method);
                    write_file(&target, |out| {
                        if is_csv(&path) {
                            return quhua::edit::crosswalk::write_csv(&rows, out);
                        }
                        table::crosswalk(&rows, Some(lang)).write_xlsx(out)
                    })
                }
                PathPurpose::ExportTable => {
                    let sheet = sheet.unwrap_or_default();
                    write_file(&target, |out| if is_csv(&path) { sheet.write_csv(out) } else { sheet.write_xlsx(out) })
                }
                PathPurpose::ExportMap | PathPurpose::ExportPage => {
                    drawing.map_or(Ok(()), |drawing| write_file(&target, |out| drawing.write(out)))
                }
                PathPurpose::ExportGeojson
                | PathPurpose::Open
                | PathPurpose::OpenPlan
                | PathPurpose::Facilities
                | PathPurpose::Rebase
                | PathPurpose::SaveProject
                | PathPurpose::SaveLog
                | PathPurpose::Background
                | PathPurpose::Rules => exporting.write(&target, true, progress),
            };
            let cancelled = progress.check() == Err(Cancelled);
            Written { purpose, path, result, cancelled }
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
            Ok(()) => {
                let done = match written.purpose {
                    PathPurpose::ExportGeojson => sentences::written_with_certificate(self.lang, &path),
                    _ => sentences::written(self.lang, &path),
                };
                self.notices.say(Gravity::Done, done);
            }
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

/// Whether a table goes to a text file rather than to a workbook.
fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

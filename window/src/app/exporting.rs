//! Exporting boundaries: as what, in which coordinate system, and what of them the format cannot hold, before a file is
//! written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use crate::ui::exporting::ExportSheet;
use crate::ui::state::command::ExportStep;
use crate::ui::state::exports::{ExportKind, Out, row};
use crate::ui::state::view::PathPurpose;
use quhua::i18n::Lang;
use quhua::io::crs::{System, to_write_around};
use quhua::io::outgoing::{Format, Loss, OutLayer, Wishes};
use quhua::jobs::{Cancelled, Progress};
use quhua::model::LevelIndex;
use quhua::study::Study;

/// Layers that may be written, and what a format cannot hold of them.
type Weighed = (Arc<Vec<OutLayer>>, Vec<Loss>);

impl App {
    /// Opens the sheet, with what was chosen last.
    pub(super) fn open_export(&mut self) {
        let Some(project) = &self.project else { return };
        let dataset = project.document().origin();
        let sources = dataset.layers.iter().filter_map(|layer| layer.reading.crs.as_ref()?.code.clone());
        let sources: Vec<String> = sources.collect();
        let centre = dataset.coverage.bounds().map(geo::Rect::center).unwrap_or_default();
        let out = self.exported.clone().unwrap_or_else(|| Out::of(Format::with_id("geojson")));
        let name = boundaries_file_name(project, self.lang, self.view.level, &out);
        let path = self.folder_to_write().join(name).display().to_string();
        self.exporting = Some(ExportSheet::new(out, path, to_write_around(centre, &sources)));
        self.weigh_export();
    }

    /// Name of the file to propose: it ends as the format does.
    pub(super) fn boundaries_file_name(&self, project: &Study) -> String {
        let sheet = self.exporting.as_ref().map(|sheet| sheet.out.clone());
        let out = sheet.or_else(|| self.exported.clone()).unwrap_or_else(|| Out::of(None));
        boundaries_file_name(project, self.lang, self.view.level, &out)
    }

    /// What boundaries are written as in a file of this name.
    pub(super) fn out_for(&self, path: &Path) -> Out {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let chosen = self.exported.clone().filter(|out| out.format.endings.contains(&&*ending));
        chosen.unwrap_or_else(|| Out::of(Format::of(path, true).ok()))
    }

    /// Does what the sheet asks for.
    pub(super) fn export_step(&mut self, step: ExportStep) {
        let Some(sheet) = &mut self.exporting else { return };
        sheet.refused = None;
        let Out { format, all_levels, .. } = sheet.out;
        match step {
            ExportStep::Close => {
                self.exporting = None;
                self.jobs.drop_kinds(&[Kind::Weigh]);
                return;
            }
            ExportStep::Write => return self.write_export(),
            ExportStep::Format(id) => {
                let Some(other) = Format::with_id(id) else { return };
                sheet.path = with_ending(&sheet.path, format, other);
                sheet.out.format = other;
                self.follow_name(format, all_levels);
            }
            ExportStep::AllLevels(all) => {
                sheet.out.all_levels = all;
                sheet.layers = None;
                self.follow_name(format, all_levels);
            }
            ExportStep::System(id) => {
                let system = System::to_write(&id).ok();
                sheet.out.wishes.system = system.filter(|system| *system != System::wgs84());
            }
            ExportStep::Wkt(wkt) => sheet.out.wishes.wkt = wkt,
        }
        self.weigh_export();
    }

    /// Has it worked out what the format cannot hold.
    fn weigh_export(&mut self) {
        let (Some(project), Some(sheet)) = (&self.project, &mut self.exporting) else { return };
        self.jobs.drop_kinds(&[Kind::Weigh]);
        let Out { format, wishes, all_levels } = sheet.out.clone();
        if format.is_text(&wishes) {
            sheet.losses = Some(Vec::new());
            return;
        }
        sheet.losses = None;
        // One level, or all where there is room: what is laid by for the one does for no other.
        let all = all_levels && format.has_levels;
        let laid_by = sheet.layers.clone().filter(|(whose, _)| *whose == all).map(|(_, layers)| layers);
        let (lang, level) = (self.lang, self.view.level);
        let exporting = project.exporting(level, Vec::new());
        let work = move |progress: &Progress| -> Result<Weighed, Cancelled> {
            let levels = if all { exporting.levels() } else { vec![level] };
            let layers = match laid_by {
                Some(layers) => layers,
                None => Arc::new(exporting.layers(&levels, lang, progress)?),
            };
            let losses = format.losses(&layers, &wishes);
            Ok((layers, losses))
        };
        self.run(Kind::Weigh, "", work, move |app, weighed| {
            if let (Ok(Ok((layers, losses))), Some(sheet)) = (weighed, &mut app.exporting) {
                sheet.layers = Some((all, layers));
                sheet.losses = Some(losses);
            }
        });
    }

    /// Writes the file that the sheet names, unless its name does not do.
    fn write_export(&mut self) {
        let Some(sheet) = &self.exporting else { return };
        let path = PathBuf::from(sheet.path.trim());
        self.write_or_ask(PathPurpose::Export(ExportKind::Boundaries), &path);
    }

    /// Closes the sheet, whose choices are those of what is written.
    pub(super) fn end_export(&mut self) {
        if let Some(sheet) = self.exporting.take() {
            self.exported = Some(sheet.out);
            self.jobs.drop_kinds(&[Kind::Weigh]);
        }
    }

    /// The name that was proposed follows what is chosen; one that somebody has written stays.
    fn follow_name(&mut self, format: &'static Format, all_levels: bool) {
        let (Some(project), Some(sheet)) = (&self.project, &mut self.exporting) else { return };
        let before = Out { format, all_levels, ..sheet.out.clone() };
        let path = PathBuf::from(&sheet.path);
        let name = |out: &Out| boundaries_file_name(project, self.lang, self.view.level, out);
        if path.file_stem() == Path::new(&name(&before)).file_stem() {
            sheet.path = path.with_file_name(name(&sheet.out)).display().to_string();
        }
    }
}

impl Out {
    /// A format, else GeoJSON, with all levels where it has room for them and nothing else wished.
    fn of(format: Option<&'static Format>) -> Self {
        let format = format.or_else(|| Format::with_id("geojson")).unwrap_or(&quhua::io::outgoing::FORMATS[1]);
        Self { format, wishes: Wishes::default(), all_levels: true }
    }
}

/// Name of a file with boundaries: it says which levels are in it, and ends as the format does.
fn boundaries_file_name(project: &Study, lang: Lang, level: LevelIndex, out: &Out) -> String {
    let all = out.all_levels && out.format.has_levels && project.dataset().levels.len() > 1;
    let name = if all {
        format!("{}-{}", project.title(lang), lang.pick("各级", "levels"))
    } else {
        (row(ExportKind::Boundaries).name)(project, lang, level)
    };
    format!("{name}.{}", out.format.endings[0])
}

/// The same path with the ending of another format, where it has that of one.
fn with_ending(path: &str, before: &Format, now: &Format) -> String {
    let ending = Path::new(path).extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if before.endings.contains(&&*ending) {
        Path::new(path).with_extension(now.endings[0]).display().to_string()
    } else {
        path.to_owned()
    }
}

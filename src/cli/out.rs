//! What is written, and in which format: for the commands that write boundaries.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::load::Loaded;
use super::{CliError, Line, lang, progress, say};
use crate::edit::Document;
use crate::i18n::Say as _;
use crate::io::crs::System;
use crate::io::export::{source_layer, write_source};
use crate::io::outgoing::{Destination, FORMATS, Format, Loss, Wishes};
use crate::io::{Outputs, WriteError, WriteProblem, project};
use crate::model::LevelIndex;
use crate::study::Exporting;

/// How boundaries are written.
#[derive(Debug, Args)]
pub(super) struct OutArgs {
    /// Format to write, where the name of the file does not say it: .gpkg is a project, or a GeoPackage of layers alone.
    #[arg(long, value_name = "FORMAT", value_parser = PossibleValuesParser::new(FORMATS.iter().map(|it| it.id)).map(|id| id_of(&id)))]
    format: Option<&'static str>,
    /// Coordinate system of what is written: a code such as EPSG:4544, or a name. Default: longitude and latitude on
    /// WGS 84.
    #[arg(long, value_name = "CRS")]
    to_crs: Option<String>,
    /// In a CSV table also a column with outlines, as well-known text.
    #[arg(long)]
    wkt: bool,
}

/// The identifier of a format; only known ones come this far.
fn id_of(id: &str) -> &'static str {
    Format::with_id(id).map_or("geojson", |format| format.id)
}

impl OutArgs {
    /// What a name asks for, with all files that it takes. `result` says whether it is what a plan leads to, which is no
    /// project unless that is asked for.
    pub(super) fn destination(
        &self,
        outputs: &mut Outputs,
        path: &Path,
        result: bool,
    ) -> Result<Destination, CliError> {
        let (format, wishes) = self.wished(path, result)?;
        Ok(Destination::ask(outputs, path, format, wishes)?)
    }

    /// The format that a name asks for, and what is wished beside.
    pub(super) fn wished(&self, path: &Path, result: bool) -> Result<(&'static Format, Wishes), CliError> {
        let format = match self.format.and_then(Format::with_id) {
            Some(format) => format,
            None => Format::of(path, result)?,
        };
        let unfit = |argument| CliError::UnfitFormat { argument, format: format.name };
        if self.wkt && format.id != "csv" {
            return Err(unfit("--wkt"));
        }
        if self.to_crs.is_some() && format.is_project() {
            return Err(unfit("--to-crs"));
        }
        let system = self.to_crs.as_deref().map(System::to_write).transpose();
        let refused = |problem| WriteError { path: path.to_owned(), problem: WriteProblem::Crs(problem) };
        let system = system.map_err(refused)?.filter(|system| *system != System::wgs84());
        Ok((format, Wishes { system, wkt: self.wkt }))
    }
}

/// Says what a format cannot hold.
pub(super) fn tell(losses: Vec<Loss>) {
    for loss in losses {
        say(Line::Note, loss.say(lang()));
    }
}

/// Writes boundaries as they were loaded, and in a project the plans upon them.
pub(super) fn write_loaded(loaded: Loaded, to: &Destination) -> Result<(), CliError> {
    if to.format.is_project() {
        return write_project(&loaded.with_plans(), to);
    }
    let Loaded { dataset, .. } = loaded;
    let count = if to.format.has_levels { dataset.layers.len() } else { 1 };
    if count < dataset.layers.len() {
        tell(vec![Loss::OneLevel { level: dataset.level(LevelIndex::FINEST).words(lang()).to_owned() }]);
    }
    if to.format.is_text(&to.wishes) {
        return Ok(to.write_text(|out| write_source(out, &dataset))?);
    }
    let layers = (0..count).map(|layer| source_layer(&dataset, layer)).collect();
    Ok(to.write(layers, tell)?)
}

/// Writes a project.
pub(super) fn write_project(document: &Document, to: &Destination) -> Result<(), CliError> {
    let path: PathBuf = to.target().path().to_owned();
    progress::shown(progress::Doing::Writing, |progress| project::write(&path, document, None, progress))?;
    Ok(())
}

/// Writes what a plan leads to: the levels that are asked for, or all where the format has room for them, or else the
/// usual one. Where it leaves as text, somebody else writes it.
pub(super) fn write_result(
    exporting: &Exporting,
    (asked, usual): (bool, LevelIndex),
    to: &Destination,
) -> Result<(), CliError> {
    let all = exporting.levels();
    let levels = if asked || !to.format.has_levels { vec![usual] } else { all.clone() };
    let layers = progress::shown(progress::Doing::Writing, |progress| exporting.layers(&levels, lang(), progress))?;
    if !asked && levels.len() < all.len() {
        let level = layers.iter().map(|layer| layer.title.clone()).collect();
        tell(vec![Loss::OneLevel { level }]);
    }
    Ok(to.write(layers, tell)?)
}

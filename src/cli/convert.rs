//! `quhua convert`: boundaries into a project, or out of one.

use std::path::{Path, PathBuf};

use super::load::{LoadArgs, Loaded};
use super::{CliError, Outcome, lang, progress};
use crate::edit::Document;
use crate::i18n::Text;
use crate::io::atomic::write_file;
use crate::io::export::write_source;
use crate::io::project;
use crate::io::{OutTarget, Outputs};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    /// Where to write: .gpkg for a project with all layers and the points and lines beside them, .geojson for the finest layer; `-` is GeoJSON on standard
    /// output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

/// What boundaries are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// A project with all layers.
    Project,
    /// The finest layer.
    GeoJson,
}

impl Format {
    /// The format that a name asks for.
    pub(super) fn of(path: &Path) -> Result<Self, CliError> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match extension.as_str() {
            project::EXTENSION => Ok(Self::Project),
            "geojson" | "json" | "" => Ok(Self::GeoJson),
            _ => Err(CliError::UnknownFormat { extension, path: path.to_owned() }),
        }
    }

    /// Where it is written.
    pub(super) fn target(self, outputs: &mut Outputs, path: &Path) -> Result<OutTarget, CliError> {
        Ok(match self {
            Self::Project => outputs.project(path)?,
            Self::GeoJson => outputs.target(path, &["geojson", "json"])?,
        })
    }
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let format = Format::of(&args.output)?;
    let mut outputs = Outputs::of_reading(args.load.files());
    let target = format.target(&mut outputs, &args.output)?;
    write_dataset(args.load.load()?, format, &target)?;
    Ok(Outcome::Clean)
}

/// Writes boundaries, and in a project the plans upon them.
pub(super) fn write_dataset(loaded: Loaded, format: Format, target: &OutTarget) -> Result<(), CliError> {
    let Loaded { dataset, plans, places, .. } = loaded;
    match format {
        Format::Project => {
            let mut document = plans.map_or_else(
                || {
                    let mut document = Document::new(dataset.clone());
                    document.rename_plan(lang().of(Text::FirstScenario));
                    document
                },
                |plans| plans.restore(dataset.clone()).0,
            );
            document.set_places(places);
            progress::shown(progress::Doing::Writing, |progress| {
                project::write(target.path(), &document, None, progress)
            })?;
        }
        Format::GeoJson => write_file(target, |out| write_source(out, &dataset))?,
    }
    Ok(())
}

//! `quhua convert`: boundaries into a project, or out of one.

use std::path::PathBuf;

use super::load::{LoadArgs, Loaded};
use super::{CliError, Outcome, lang, progress};
use crate::edit::Document;
use crate::i18n::Text;
use crate::io::Outputs;
use crate::io::atomic::write_file;
use crate::io::export::write_source;
use crate::io::project;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    /// Where to write: .gpkg for a project with all layers and the points and lines beside them, .geojson for the finest layer; `-` is GeoJSON on standard
    /// output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let extension = args.output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let mut outputs = Outputs::of_reading(args.load.files());
    match extension.as_str() {
        project::EXTENSION => {
            let target = outputs.project(&args.output)?;
            let Loaded { dataset, plans, places, .. } = args.load.load()?;
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
        "geojson" | "json" | "" => {
            let target = outputs.target(&args.output, &["geojson", "json"])?;
            let Loaded { dataset, .. } = args.load.load()?;
            write_file(&target, |out| write_source(out, &dataset))?;
        }
        _ => return Err(CliError::UnknownFormat { extension, path: args.output.clone() }),
    }
    Ok(Outcome::Clean)
}

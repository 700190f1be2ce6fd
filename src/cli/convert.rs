//! `quhua convert`: boundaries into a project, or out of one.

use std::path::PathBuf;

use super::load::{LoadArgs, Loaded};
use super::{CliError, Outcome, progress};
use crate::edit::Document;
use crate::io::atomic::{OutTarget, write_file};
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
    match (OutTarget::from_arg(&args.output), extension.as_str()) {
        (target @ OutTarget::Stdout, _) | (target @ OutTarget::Path(_), "geojson" | "json") => {
            let Loaded { dataset, .. } = args.load.load()?;
            write_file(&target, |out| write_source(out, &dataset))?;
        }
        (OutTarget::Path(path), project::EXTENSION) => {
            let Loaded { dataset, plans, places } = args.load.load()?;
            let mut document =
                plans.map_or_else(|| Document::new(dataset.clone()), |plans| plans.restore(dataset.clone()).0);
            document.set_places(places);
            progress::shown(progress::Doing::Writing, |progress| project::write(&path, &document, None, progress))?;
        }
        (OutTarget::Path(path), _) => return Err(CliError::UnknownFormat { extension, path }),
    }
    Ok(Outcome::Clean)
}

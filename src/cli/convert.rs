//! `quhua convert`: read a boundary file and write it in another format.

use std::path::PathBuf;

use super::load::LoadArgs;
use super::{CliError, Outcome};
use crate::io::atomic::{OutTarget, write_file};
use crate::io::export::write_source;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    /// Where to write; `-` is standard output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let target = OutTarget::from_arg(&args.output);
    if let OutTarget::Path(path) = &target {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if !matches!(extension.as_str(), "geojson" | "json") {
            return Err(CliError::UnknownFormat { extension, path: path.clone() });
        }
    }
    let dataset = args.load.load()?;
    write_file(&target, |out| write_source(out, &dataset))?;
    Ok(Outcome::Clean)
}

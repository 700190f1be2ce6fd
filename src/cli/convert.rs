//! `quhua convert`: boundaries into a project, or out of one.

use std::path::{Path, PathBuf};

use super::load::{LoadArgs, Loaded};
use super::{CliError, Line, Outcome, lang, progress, say};
use crate::edit::Document;
use crate::i18n::{Lang, Text};
use crate::io::atomic::write_file;
use crate::io::export::write_source;
use crate::io::project;
use crate::io::shapefile::write::{self, ENDINGS};
use crate::io::{OutTarget, Outputs, WriteError};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    /// Where to write: .gpkg for a project with all layers and the points and lines beside them, .geojson for the finest layer, .shp or .zip for it as a shapefile; `-` is GeoJSON on standard
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
    let ending = args.output.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if ["shp", "zip"].contains(&&*ending) {
        return shapefile(args, Outputs::of_reading(args.load.files()), &ending);
    }
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

/// Writes the finest layer as a shapefile, loose or in an archive. What the format cannot hold is said before.
fn shapefile(args: &Args, mut outputs: Outputs, ending: &str) -> Result<Outcome, CliError> {
    let target = outputs.target(&args.output, &["shp", "zip"])?;
    let mut targets = Vec::new();
    if ending == "shp" {
        for ending in ENDINGS.iter().take(ENDINGS.len() - 1) {
            targets.push(outputs.claim(&args.output.with_extension(ending))?);
        }
    }
    targets.push(target);
    let Loaded { dataset, .. } = args.load.load()?;
    let failed = |error| CliError::from(WriteError::from_io(&args.output, error));
    let mut text = Vec::new();
    write_source(&mut text, &dataset).map_err(failed)?;
    let read = |error: serde_json::Error| failed(std::io::Error::from(error));
    let collection: geojson::FeatureCollection = serde_json::from_slice(&text).map_err(read)?;
    drop(text);
    let written = write::shapefile(&collection.features).map_err(failed)?;
    let pairs: Vec<String> = written.renamed.iter().map(|(name, short)| format!("{name} → {short}")).collect();
    if !pairs.is_empty() {
        let pairs = pairs.join(lang().pick("、", ", "));
        say(
            Line::Note,
            match lang() {
                Lang::Zh => {
                    format!("shapefile 的字段名限 10 个 ASCII 字符，改名如下，对照表在旁边的 fields.csv：{pairs}")
                }
                Lang::En => format!(
                    "a shapefile has names of ten ASCII characters; these fields are renamed, fields.csv beside it lists them: {pairs}"
                ),
            },
        );
    }
    for (name, count) in &written.cut {
        say(
            Line::Note,
            match lang() {
                Lang::Zh => {
                    format!("字段“{name}”有 {count} 个值超过 254 字节，已截断；GeoPackage 和 GeoJSON 可完整保存")
                }
                Lang::En => format!(
                    "{count} values of {name:?} are longer than 254 bytes and are cut; GeoPackage and GeoJSON keep them whole"
                ),
            },
        );
    }
    if ending == "zip" {
        let stem = args.output.file_stem().unwrap_or_default().to_string_lossy();
        let archive = write::zipped(&written, &stem).map_err(failed)?;
        for target in &targets {
            write_file(target, |out| out.write_all(&archive))?;
        }
    } else {
        for (target, (_, bytes)) in targets.iter().zip(&written.files) {
            write_file(target, |out| out.write_all(bytes))?;
        }
    }
    Ok(Outcome::Clean)
}

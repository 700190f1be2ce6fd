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
use crate::model::Dataset;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    /// Where to write: .gpkg for a project with all layers and the points and lines beside them, .geojson for the finest
    /// layer, .shp or .zip for it as a shapefile; `-` is GeoJSON on standard output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

/// What boundaries are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// A project with all layers.
    Project,
    /// The finest layer.
    GeoJson,
    /// The finest layer, in files beside each other.
    Shapefile,
    /// The same in an archive.
    ZippedShapefile,
}

/// Where boundaries are written, and as what.
#[derive(Debug)]
pub(super) struct Destination {
    format: Format,
    /// As it was named.
    path: PathBuf,
    target: OutTarget,
    /// Files that go with it, in the order of [`ENDINGS`].
    beside: Vec<OutTarget>,
}

impl Format {
    /// The format that a name asks for.
    fn of(path: &Path) -> Result<Self, CliError> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match extension.as_str() {
            project::EXTENSION => Ok(Self::Project),
            "geojson" | "json" | "" => Ok(Self::GeoJson),
            "shp" => Ok(Self::Shapefile),
            "zip" => Ok(Self::ZippedShapefile),
            _ => Err(CliError::UnknownFormat { extension, path: path.to_owned() }),
        }
    }
}

impl Destination {
    /// What a name asks for, with all files that it takes.
    pub(super) fn of(outputs: &mut Outputs, path: &Path) -> Result<Self, CliError> {
        let format = Format::of(path)?;
        let mut beside = Vec::new();
        let target = match format {
            Format::Project => outputs.project(path)?,
            Format::GeoJson => outputs.target(path, &["geojson", "json"])?,
            Format::Shapefile => {
                let target = outputs.target(path, &["shp"])?;
                for ending in ENDINGS.iter().take(ENDINGS.len() - 1) {
                    beside.push(outputs.claim(&path.with_extension(ending))?);
                }
                target
            }
            Format::ZippedShapefile => outputs.target(path, &["zip"])?,
        };
        Ok(Self { format, path: path.to_owned(), target, beside })
    }

    /// Whether it is standard output.
    pub(super) fn is_stdout(&self) -> bool {
        self.target.file().is_none()
    }
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let to = Destination::of(&mut Outputs::of_reading(args.load.files()), &args.output)?;
    write_dataset(args.load.load()?, &to)?;
    Ok(Outcome::Clean)
}

/// Writes boundaries, and in a project the plans upon them.
pub(super) fn write_dataset(loaded: Loaded, to: &Destination) -> Result<(), CliError> {
    let Loaded { dataset, plans, places, .. } = loaded;
    let target = &to.target;
    match to.format {
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
        Format::Shapefile | Format::ZippedShapefile => shapefile(&dataset, to)?,
    }
    Ok(())
}

/// Writes the finest layer as a shapefile, loose or in an archive. What the format cannot hold is said before.
fn shapefile(dataset: &Dataset, to: &Destination) -> Result<(), CliError> {
    let failed = |error| CliError::from(WriteError::from_io(&to.path, error));
    let mut text = Vec::new();
    write_source(&mut text, dataset).map_err(failed)?;
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
    if to.format == Format::ZippedShapefile {
        let stem = to.path.file_stem().unwrap_or_default().to_string_lossy();
        let archive = write::zipped(&written, &stem).map_err(failed)?;
        write_file(&to.target, |out| out.write_all(&archive))?;
    } else {
        // The file that was named comes last: where it is, the others are.
        for (target, (_, bytes)) in to.beside.iter().chain([&to.target]).zip(&written.files) {
            write_file(target, |out| out.write_all(bytes))?;
        }
    }
    Ok(())
}

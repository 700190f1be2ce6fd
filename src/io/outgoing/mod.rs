//! What boundaries leave as: the one table of formats out, the mirror of [`format::FORMATS`](super::format::FORMATS).
//!
//! A [`Format`] says what it is called, how its files end, what lies beside them, whether it has room for several levels,
//! what it cannot hold ([`Loss`]), and how it is written from [layers](OutLayer). `convert`, `repair`, `apply` and the
//! window read this table, so that a further format is a file beside this one and a row here.
//!
//! 1. What a format cannot hold is said before anything is written.
//! 2. All files of a format appear, or none ([`Together`]).
//! 3. The same layers give the same bytes: there is no clock in a file.
//! 4. Codes are text, numbers have all their digits, vertices leave to the bit. Where a format cannot do that, it is a
//!    loss.

mod csv;
mod flatgeobuf;
mod geojson;
mod geopackage;
mod geoparquet;
mod layer;
mod loss;
mod svg;
mod topojson;
mod topology;
mod xlsx;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

pub(crate) use layer::members;
pub use layer::{Column, Dated, Kind, OutFeature, OutLayer, Value};
pub use loss::Loss;

use super::atomic::{Together, is_device, write_file};
use super::crs::System;
use super::shapefile::write as shapefile;
use super::{OutTarget, Outputs, WriteError, WriteProblem, project};
use crate::i18n::Lang;

/// A format: a row of [`FORMATS`].
#[derive(Debug)]
pub struct Format {
    /// Its identifier on the command line.
    pub id: &'static str,
    /// What it is called, in Chinese and in English.
    pub name: [&'static str; 2],
    /// How its files end, without the dot, the usual ending first.
    pub endings: &'static [&'static str],
    /// Endings of the files that lie beside the one that is named; it comes last, so that where it is, the others are.
    pub beside: &'static [&'static str],
    /// Whether it has room for several levels.
    pub has_levels: bool,
    /// How it is made; `None`: a project, which is more than boundaries.
    maker: Option<Maker>,
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// How a format is made of layers.
#[derive(Debug)]
struct Maker {
    /// What it cannot hold of these layers.
    losses: fn(&[OutLayer], &Wishes) -> Vec<Loss>,
    /// Its files: those beside in their order, then the one that is named, which is called so.
    files: fn(&[OutLayer], &Wishes, &str) -> Files,
}

/// Bytes of all files of a format, or why it cannot be made.
pub(super) type Files = Result<Vec<Vec<u8>>, WriteProblem>;

/// What is wished of a file beside its format.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wishes {
    /// The system of its coordinates; `None`: longitude and latitude, as always.
    pub system: Option<System>,
    /// Whether a table gets a column with outlines as well-known text.
    pub wkt: bool,
}

/// All formats that are written, in the order of menus.
pub static FORMATS: [Format; 11] = [
    Format {
        id: "project",
        name: ["区划项目（GeoPackage）", "Quhua project (GeoPackage)"],
        endings: &[project::EXTENSION],
        beside: &[],
        has_levels: true,
        maker: None,
    },
    Format {
        id: "geojson",
        name: ["GeoJSON", "GeoJSON"],
        endings: &["geojson", "json"],
        beside: &[],
        has_levels: false,
        maker: Some(Maker { losses: geojson::losses, files: geojson::files }),
    },
    Format {
        id: "geopackage",
        name: ["GeoPackage", "GeoPackage"],
        endings: &["gpkg"],
        beside: &[],
        has_levels: true,
        maker: Some(Maker { losses: geopackage::losses, files: geopackage::files }),
    },
    Format {
        id: "shapefile",
        name: ["Shapefile", "shapefile"],
        endings: &["shp"],
        beside: shapefile::BESIDE,
        has_levels: false,
        maker: Some(Maker { losses: shapefile::losses, files: shapefile::files }),
    },
    Format {
        id: "shapefile-zip",
        name: ["Shapefile（zip 压缩包）", "zipped shapefile"],
        endings: &["zip"],
        beside: &[],
        has_levels: false,
        maker: Some(Maker { losses: shapefile::losses, files: shapefile::zipped_files }),
    },
    Format {
        id: "topojson",
        name: ["TopoJSON", "TopoJSON"],
        endings: &["topojson"],
        beside: &[],
        has_levels: true,
        maker: Some(Maker { losses: topojson::losses, files: topojson::files }),
    },
    Format {
        id: "flatgeobuf",
        name: ["FlatGeobuf", "FlatGeobuf"],
        endings: &["fgb"],
        beside: &[],
        has_levels: false,
        maker: Some(Maker { losses: flatgeobuf::losses, files: flatgeobuf::files }),
    },
    Format {
        id: "geoparquet",
        name: ["GeoParquet", "GeoParquet"],
        endings: &["parquet", "geoparquet"],
        beside: &[],
        has_levels: false,
        maker: Some(Maker { losses: geoparquet::losses, files: geoparquet::files }),
    },
    Format {
        id: "csv",
        name: ["CSV 表格", "CSV table"],
        endings: &["csv"],
        beside: &[],
        has_levels: false,
        maker: Some(Maker { losses: csv::losses, files: csv::files }),
    },
    Format {
        id: "xlsx",
        name: ["Excel 工作簿", "Excel workbook"],
        endings: &["xlsx"],
        beside: &[],
        has_levels: true,
        maker: Some(Maker { losses: xlsx::losses, files: xlsx::files }),
    },
    Format {
        id: "svg",
        name: ["SVG 轮廓图", "SVG outlines"],
        endings: &["svg"],
        beside: &[],
        has_levels: false,
        maker: Some(Maker { losses: svg::losses, files: svg::files }),
    },
];

impl Format {
    /// The format with an identifier.
    #[must_use]
    pub fn with_id(id: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.id == id)
    }

    /// The format that the name of a file asks for; without an ending, GeoJSON. Of what ends in `.gpkg` it is a project,
    /// to be worked on, or with `result` the layers alone.
    ///
    /// # Errors
    /// [`WriteError`]: no format ends so.
    pub fn of(path: &Path, result: bool) -> Result<&'static Self, WriteError> {
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let wanted = if ending.is_empty() { "geojson" } else { &*ending };
        let fits = |format: &&Self| format.endings.contains(&wanted) && !(result && format.is_project());
        let unknown =
            || WriteError { path: path.to_owned(), problem: WriteProblem::NoFormat { ending: ending.clone() } };
        FORMATS.iter().find(fits).ok_or_else(unknown)
    }

    /// What it is called.
    #[must_use]
    pub const fn called(&self, lang: Lang) -> &'static str {
        let [zh, en] = self.name;
        lang.pick(zh, en)
    }

    /// Whether it is a project, which is more than boundaries.
    #[must_use]
    pub const fn is_project(&self) -> bool {
        self.maker.is_none()
    }

    /// Whether it leaves as the text that [`export`](super::export) makes, as near to its source as can be.
    #[must_use]
    pub fn is_text(&self, wishes: &Wishes) -> bool {
        self.id == "geojson" && wishes.system.is_none()
    }

    /// What it cannot hold of these layers. Coordinates need not be turned yet.
    #[must_use]
    pub fn losses(&self, layers: &[OutLayer], wishes: &Wishes) -> Vec<Loss> {
        let Some(maker) = &self.maker else { return Vec::new() };
        let mut losses = (maker.losses)(layers, wishes);
        if layers.iter().any(|layer| layer.had_heights) {
            losses.push(Loss::Heights);
        }
        losses
    }
}

/// Gives layers of one name a number behind it.
fn apart(layers: &mut [OutLayer]) {
    let mut taken = BTreeSet::new();
    for layer in layers {
        let numbered = (2..).map(|number| format!("{}_{number}", layer.name));
        let mut names = std::iter::once(layer.name.clone()).chain(numbered);
        // Some number is free.
        layer.name = names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default();
    }
}

/// Last endings of all formats, each once.
#[must_use]
pub fn endings() -> Vec<&'static str> {
    let mut all: Vec<&'static str> = Vec::new();
    for ending in FORMATS.iter().flat_map(|format| format.endings) {
        if !all.contains(ending) {
            all.push(ending);
        }
    }
    all
}

/// Where boundaries are written, and as what.
#[derive(Clone, Debug)]
pub struct Destination {
    /// As what.
    pub format: &'static Format,
    /// What is wished beside.
    pub wishes: Wishes,
    target: OutTarget,
    /// Files that go with it, in the order of the format.
    beside: Vec<OutTarget>,
}

impl Destination {
    /// Asks for all places that a format takes.
    ///
    /// # Errors
    /// [`WriteError`]: an input or another output lies there, the name speaks for another format, or a format of several
    /// files is to go through a pipe.
    pub fn ask(
        outputs: &mut Outputs,
        path: &Path,
        format: &'static Format,
        wishes: Wishes,
    ) -> Result<Self, WriteError> {
        let target = if format.is_project() { outputs.project(path)? } else { outputs.target(path, format.endings)? };
        let is_stream = target.file().is_none_or(is_device);
        if is_stream && (format.is_project() || !format.beside.is_empty()) {
            return Err(WriteError { path: path.to_owned(), problem: WriteProblem::NoStream { format: format.name } });
        }
        let beside = format.beside.iter().map(|ending| outputs.claim(&path.with_extension(ending)));
        Ok(Self { format, wishes, target, beside: beside.collect::<Result<_, _>>()? })
    }

    /// Where the named file goes.
    #[must_use]
    pub const fn target(&self) -> &OutTarget {
        &self.target
    }

    /// Whether it is standard output.
    #[must_use]
    pub fn is_stdout(&self) -> bool {
        self.target.file().is_none()
    }

    /// Writes a text that is made elsewhere: where [`Format::is_text`].
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be written.
    pub fn write_text(&self, write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), WriteError> {
        write_file(&self.target, write)
    }

    /// Writes layers, whose coordinates are longitude and latitude: all files, or none. `told` gets what the format cannot
    /// hold before the first byte.
    ///
    /// # Errors
    /// [`WriteError`]: the format has no room for it, a vertex has no place in the system, or a file cannot be written.
    pub fn write(&self, mut layers: Vec<OutLayer>, told: impl FnOnce(Vec<Loss>)) -> Result<(), WriteError> {
        let failed = |problem| WriteError { path: self.target.path().to_owned(), problem };
        let Some(maker) = &self.format.maker else { return Ok(()) };
        apart(&mut layers);
        if let Some(system) = &self.wishes.system {
            layers.iter_mut().try_for_each(|layer| layer.turn_into(system)).map_err(failed)?;
        }
        let name = self.target.path().file_stem().unwrap_or_default().to_string_lossy();
        let mut losses = self.format.losses(&layers, &self.wishes);
        for loss in &mut losses {
            if let Loss::ShortNames { list, .. } = loss {
                *list = format!("{name}.{list}");
            }
        }
        told(losses);
        let files = (maker.files)(&layers, &self.wishes, &name).map_err(failed)?;
        drop(layers);
        let mut together = Together::default();
        for (target, bytes) in self.beside.iter().chain([&self.target]).zip(&files) {
            together.add(target, |out| out.write_all(bytes))?;
        }
        together.put()
    }
}

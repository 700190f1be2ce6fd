//! Arguments that every subcommand takes, and the dataset that they name.

use std::path::PathBuf;

use clap::Args;

use super::{CliError, progress, say};
use crate::geodesy::AreaMethod;
use crate::io::{Limits, geojson};
use crate::model::{Dataset, FieldOverrides, Level, LevelIndex};

/// Boundary files, and what their columns mean.
#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// Boundary files, in any order: one, or two that nest (villages and townships).
    #[arg(required = true, value_name = "LAYER", num_args = 1..)]
    layers: Vec<PathBuf>,
    /// Field with the code of a unit.
    #[arg(long, value_name = "FIELD")]
    code: Option<String>,
    /// Field with the name of a unit.
    #[arg(long, value_name = "FIELD")]
    name: Option<String>,
    /// Field with the code of the unit above.
    #[arg(long, value_name = "FIELD")]
    parent: Option<String>,
    /// Field with the name of the unit above.
    #[arg(long, value_name = "FIELD")]
    parent_name: Option<String>,
    /// Field with the kind of unit.
    #[arg(long, value_name = "FIELD")]
    kind: Option<String>,
    /// Field with the population.
    #[arg(long, value_name = "FIELD")]
    population: Option<String>,
    /// An extensive field to add up; may be given several times.
    #[arg(long, value_name = "FIELD")]
    sum: Vec<String>,
    /// Largest file to read, in MiB.
    #[arg(long, value_name = "MIB")]
    max_file_size: Option<u64>,
    /// Most vertices to read.
    #[arg(long, value_name = "COUNT")]
    max_vertices: Option<usize>,
}

/// How areas are computed.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct AreaArgs {
    /// geodesic (WGS 84) or ellipsoid-trapezoid (the survey's formula on CGCS2000).
    #[arg(long, default_value_t = AreaMethod::Geodesic)]
    pub area_method: AreaMethod,
}

impl LoadArgs {
    /// Limits of the readers, raised where asked for.
    pub(super) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if let Some(mib) = self.max_file_size {
            limits.file_bytes = mib.saturating_mul(1 << 20);
        }
        limits.vertices = self.max_vertices.unwrap_or(limits.vertices);
        limits.capped()
    }

    /// Reads the files and makes a dataset of them.
    pub(super) fn load(&self) -> Result<Dataset, CliError> {
        let overrides = FieldOverrides {
            code: self.code.clone(),
            name: self.name.clone(),
            parent: self.parent.clone(),
            parent_name: self.parent_name.clone(),
            kind: self.kind.clone(),
            population: self.population.clone(),
            sum: self.sum.clone(),
        };
        let limits = self.limits();
        let mut layers = Vec::new();
        for path in &self.layers {
            let layer = progress::shown("reading", |progress| geojson::read(path, &limits, progress))?;
            for note in &layer.notes {
                say(&format!("note: {note}: {}", path.display()));
            }
            layers.push(layer);
        }
        let dataset = progress::shown("matching borders", |progress| Dataset::assemble(layers, &overrides, progress))?;
        Ok(dataset)
    }
}

/// The level asked for, or else the given one.
pub(super) fn pick_level(dataset: &Dataset, asked: Option<Level>, default: LevelIndex) -> Result<LevelIndex, CliError> {
    let Some(level) = asked else { return Ok(default) };
    dataset.level_index(level).ok_or_else(|| CliError::NoSuchLevel {
        level,
        there: dataset.levels.iter().map(Level::to_string).collect::<Vec<_>>().join(", "),
    })
}

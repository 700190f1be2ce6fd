//! One source file as read.

use std::fmt;
use std::path::PathBuf;

use super::{SourceText, Table};
use crate::coverage::FlatPolygons;

/// One source file as read. Feature, polygon and table row `i` belong together.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// File name without its folder.
    pub name: String,
    /// Where it lies; `None` when it came from standard input or is built in.
    pub path: Option<PathBuf>,
    /// Hash of its bytes, hexadecimal; empty when it was not read from a file.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// One atom for each feature. [`Dataset::assemble`](super::Dataset::assemble) takes them out of the finest layer.
    pub polygons: FlatPolygons,
    /// Properties of each feature.
    pub table: Table,
    /// Text of each feature around its coordinates.
    pub source: SourceText,
    /// What the reader left out or changed.
    pub notes: Vec<ReadNote>,
}

impl Layer {
    /// Number of features.
    #[must_use]
    pub fn feature_count(&self) -> usize {
        self.table.rows()
    }
}

/// Something that a reader left out or changed, without giving up the file.
#[derive(Clone, PartialEq, Debug)]
pub struct ReadNote {
    /// Position in the file's list of features, from 0, counting those that were skipped. `None`: the whole file.
    pub feature: Option<u64>,
    /// What happened.
    pub what: ReadNoteKind,
}

impl fmt::Display for ReadNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.feature {
            Some(feature) => write!(f, "feature {}: {}", feature + 1, self.what),
            None => fmt::Display::fmt(&self.what, f),
        }
    }
}

/// What a [`ReadNote`] is about.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReadNoteKind {
    /// The feature was skipped: its geometry is no polygon.
    #[error("skipped: its geometry is a {geometry}; only polygons bound a unit")]
    SkippedGeometry {
        /// Type of the geometry.
        geometry: String,
    },
    /// The feature has no geometry. It is kept, without territory.
    #[error("has no geometry; kept without territory")]
    NoGeometry,
    /// The file names a coordinate system. Coordinates are taken as longitude and latitude.
    #[error("names the coordinate system {name}; coordinates are taken as longitude and latitude")]
    NamedCrs {
        /// Its name in the file.
        name: String,
    },
    /// A coordinate had more than two numbers.
    #[error("z values are not used; they are kept where a feature stays untouched")]
    ExtraDimensions,
}

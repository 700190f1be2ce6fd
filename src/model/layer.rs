//! One source file as read.

use std::fmt;
use std::path::PathBuf;

use super::{Reading, Severity, SourceText, Table};
use crate::coverage::FlatPolygons;
use crate::i18n::Lang;

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
    /// What the layer was taken for.
    pub reading: Reading,
}

impl Layer {
    /// Number of features.
    #[must_use]
    pub fn feature_count(&self) -> usize {
        self.table.rows()
    }

    /// Whether it is part of a layer that was taken apart, and not the first: what is said of the file is said of that.
    #[must_use]
    pub fn is_further_part(&self) -> bool {
        self.reading.levels.as_ref().is_some_and(|levels| levels.is_apart() && levels.part > 0)
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
    /// The geometry is a collection; its polygons are read as one `MultiPolygon`.
    #[error("its geometry is a collection; its polygons are read as one unit, {left_out} other parts are left out")]
    CollectionRead {
        /// Members that are no polygons.
        left_out: usize,
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
    /// Coordinates were turned into longitude and latitude.
    #[error("coordinates are turned from {from} into longitude and latitude")]
    Reprojected {
        /// The system of the file.
        from: String,
    },
    /// North stood before east.
    #[error("the file has north before east; each coordinate is read the other way round")]
    AxesExchanged,
    /// Longitudes were counted on beyond 180 degrees.
    #[error(
        "longitudes in the file run on beyond 180; 360 is taken from those that do, and what lies across is cut there"
    )]
    LongitudesTurned,
    /// A coordinate had more than two numbers.
    #[error("z values are not used; where coordinates are degrees in the file, untouched features keep them")]
    ExtraDimensions,
    /// A coordinate had more than two numbers, in a format whose text is not kept.
    #[error("z values and measures are not used; they are left out")]
    ExtraDimensionsDropped,
    /// A row of the table is marked as deleted.
    #[error("skipped: its row is marked as deleted")]
    DeletedRow,
    /// A row of a text table has another number of fields than others.
    #[error("its row has fewer or more fields than others, and what stands in it may be shifted; check it")]
    UnevenRow,
    /// There is geometry without a table.
    #[error("there is no .dbf beside the .shp: units have no codes, names or figures; put it there")]
    NoAttributes,
    /// Which encoding was taken for the texts of the file.
    #[error("encoding of its text: {}", words[1])]
    Encoding {
        /// The encoding and why, in Chinese and in English.
        words: [String; 2],
        /// Whether the file says another one.
        is_doubtful: bool,
    },
    /// Another program has changed the boundaries that a project keeps.
    #[error(
        "another program has changed boundaries or attributes in the project since it was saved: borders are read as they \
         are now, attributes as they were loaded"
    )]
    AlteredInProject,
    /// Another program took the table of a ledger out of a project.
    #[error(
        "another program took the table of the ledger {ledger:?} out of the project; give its file again, then what was \
         recorded about its rows can be carried out again"
    )]
    LedgerGone {
        /// Its name.
        ledger: String,
    },
}

impl ReadNoteKind {
    /// Identifier in the health report.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::SkippedGeometry { .. } => "skipped_feature",
            Self::CollectionRead { .. } => "geometry_collection",
            Self::NoGeometry => "no_geometry",
            Self::NamedCrs { .. } => "named_crs",
            Self::Reprojected { .. } => "reprojected",
            Self::AxesExchanged => "axes_exchanged",
            Self::LongitudesTurned => "longitudes_turned",
            Self::ExtraDimensions => "extra_dimensions",
            Self::ExtraDimensionsDropped => "extra_dimensions_dropped",
            Self::DeletedRow => "deleted_row",
            Self::UnevenRow => "uneven_row",
            Self::NoAttributes => "no_attributes",
            Self::Encoding { .. } => "encoding",
            Self::AlteredInProject => "altered_in_project",
            Self::LedgerGone { .. } => "ledger_gone",
        }
    }

    /// How bad it is: what is not there later is worse than what is read in another way.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self {
            Self::SkippedGeometry { .. }
            | Self::AlteredInProject
            | Self::LedgerGone { .. }
            | Self::NoAttributes
            | Self::UnevenRow
            | Self::Encoding { is_doubtful: true, .. } => Severity::Warning,
            // A unit without territory is a finding about the boundaries by itself.
            Self::CollectionRead { .. }
            | Self::NoGeometry
            | Self::NamedCrs { .. }
            | Self::Reprojected { .. }
            | Self::AxesExchanged
            | Self::LongitudesTurned
            | Self::ExtraDimensions
            | Self::ExtraDimensionsDropped
            | Self::DeletedRow
            | Self::Encoding { is_doubtful: false, .. } => Severity::Info,
        }
    }

    /// What it is called, in a word or two; [`id`](Self::id) in English.
    #[must_use]
    pub const fn words(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.id(),
            Lang::Zh => match self {
                Self::SkippedGeometry { .. } => "要素已跳过",
                Self::CollectionRead { .. } => "图形集合",
                Self::NoGeometry => "没有图形",
                Self::NamedCrs { .. } => "注明坐标系",
                Self::Reprojected { .. } => "坐标换算",
                Self::AxesExchanged => "坐标对调",
                Self::LongitudesTurned => "经度换算",
                Self::ExtraDimensions => "高程值",
                Self::ExtraDimensionsDropped => "舍去高程值",
                Self::DeletedRow => "已标记删除",
                Self::UnevenRow => "列数不一",
                Self::NoAttributes => "没有属性表",
                Self::Encoding { .. } => "文字编码",
                Self::AlteredInProject => "项目中的边界被改动",
                Self::LedgerGone { .. } => "项目中的台账被删去",
            },
        }
    }
}

//! Why a file could not be read or written: what, where, what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::jobs::Cancelled;

/// Why a file could not be read. One line: what, what to do, where; the path comes last.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The user gave up.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// The file as a whole is not what was expected.
    #[error("{problem}: {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: FileProblem,
    },
    /// Something inside the file is wrong.
    #[error("{problem} ({place}): {}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Where in the file.
        place: Place,
        /// What is wrong there.
        problem: Problem,
    },
}

impl ReadError {
    /// Wraps an error of the operating system.
    pub(crate) fn from_io(path: &Path, source: io::Error) -> Self {
        let problem = match source.kind() {
            io::ErrorKind::NotFound => FileProblem::Missing,
            io::ErrorKind::IsADirectory => FileProblem::Folder,
            _ => FileProblem::Unreadable(source),
        };
        Self::File { path: path.to_owned(), problem }
    }
}

/// What is wrong with a file as a whole.
#[derive(Debug, thiserror::Error)]
pub enum FileProblem {
    /// Nothing is there.
    #[error("no such file; check the path")]
    Missing,
    /// A folder was named.
    #[error("this is a folder; name a file in it")]
    Folder,
    /// The operating system refused.
    #[error("cannot read the file ({0}); check its permissions and the disk")]
    Unreadable(#[source] io::Error),
    /// There is nothing in it.
    #[error("the file is empty; get a complete copy")]
    Empty,
    /// It holds something else.
    #[error("not a GeoJSON file: {0}")]
    Foreign(Looks),
    /// It is larger than the limit.
    #[error("the file has more than {limit} bytes; raise the limit or split the file")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
}

/// What a file that is not GeoJSON looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    /// A zip archive; also a workbook, or a zipped shapefile.
    Zip,
    /// A gzip archive.
    Gzip,
    /// An `SQLite` database, such as a `GeoPackage`.
    Sqlite,
    /// Text in UTF-16.
    Utf16,
    /// XML or HTML.
    Markup,
    /// Other bytes that are no text.
    Binary,
    /// Text that does not start with `{`.
    Text,
}

impl fmt::Display for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zip => "it is a zip archive; unpack it first",
            Self::Gzip => "it is a gzip archive; unpack it first",
            Self::Sqlite => "it is a database such as a GeoPackage; convert it to GeoJSON first",
            Self::Utf16 => "its text is UTF-16; save it as UTF-8",
            Self::Markup => "it is XML or a web page; convert it to GeoJSON first, or download it again",
            Self::Binary => "it is a binary file; convert it to GeoJSON first",
            Self::Text => "it does not start with {; convert it to GeoJSON first",
        })
    }
}

/// Where in a file something is wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Index of the feature in the file, from 0, counting every feature.
    pub feature: Option<usize>,
    /// Index of the ring in the feature, from 0, counting through all its polygons.
    pub ring: Option<usize>,
    /// Offset in bytes from the start of the file.
    pub byte: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(feature) = self.feature {
            write!(f, "feature index {feature}, ")?;
        }
        if let Some(ring) = self.ring {
            write!(f, "ring {ring}, ")?;
        }
        write!(f, "byte {}", self.byte)
    }
}

/// What is wrong inside a file.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// Not JSON.
    #[error("not valid JSON: {0}; correct the file or export it again")]
    Syntax(String),
    /// The end is missing.
    #[error("the file ends in the middle of its data; get a complete copy")]
    Truncated,
    /// Something follows the data.
    #[error("unexpected text after the end of the data; remove it")]
    Trailing,
    /// Arrays or objects in each other, too deep.
    #[error("nested deeper than {limit} levels; flatten the properties")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// An element of `features` is no object.
    #[error("a feature must be an object; correct or remove it")]
    NotAnObject,
    /// The `type` is missing.
    #[error("\"type\" is missing; it must be {expected}")]
    TypeMissing {
        /// What it must be.
        expected: &'static str,
    },
    /// The `type` is another one.
    #[error("\"type\" is {found:?}, but must be {expected}")]
    WrongType {
        /// What it is.
        found: String,
        /// What it must be.
        expected: &'static str,
    },
    /// A collection without features.
    #[error("\"features\" must be one array; correct the file or export it again")]
    NoFeatures,
    /// A polygon without coordinates.
    #[error("a geometry has no coordinates; correct or remove the feature")]
    NoCoordinates,
    /// The coordinates of a polygon have another shape.
    #[error("the coordinates are no {expected}; correct or remove the feature")]
    WrongNesting {
        /// What stands there in a right file.
        expected: &'static str,
    },
    /// Not a number as JSON writes them.
    #[error("{0:?} is no number; correct or remove the vertex")]
    BadNumber(String),
    /// NaN, infinite, or too large for a double.
    #[error("{0:?} is no finite number; correct or remove the vertex")]
    NotFinite(String),
    /// No place on earth.
    #[error("longitude {lon}, latitude {lat} is not on earth; {}", range_hint(*lon, *lat))]
    OutOfRange {
        /// First number of the position.
        lon: f64,
        /// Second number of the position.
        lat: f64,
    },
    /// Another coordinate system.
    #[error("the coordinate system {0} is not supported; convert the file to WGS 84 (EPSG:4326)")]
    Crs(String),
    /// More than a limit allows.
    #[error("more than {limit} {what}; raise the limit or split the file")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

/// What is the likely cause of a coordinate that is not on earth.
fn range_hint(lon: f64, lat: f64) -> &'static str {
    if lon.abs() <= 90.0 && lat.abs() <= 180.0 {
        "longitude and latitude look swapped: exchange them"
    } else if lon.abs() > 400.0 || lat.abs() > 400.0 {
        "these look like projected metres: convert the file to WGS 84 (EPSG:4326)"
    } else {
        "correct the vertex, or convert projected coordinates to WGS 84 (EPSG:4326)"
    }
}

/// Something wrong inside a stretch of text, before the file and the feature are known.
#[derive(Debug, PartialEq)]
pub(crate) struct Fault {
    /// Offset in the text at hand.
    pub at: usize,
    /// Ring of the feature.
    pub ring: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

impl Fault {
    /// A fault outside of any ring.
    pub const fn new(at: usize, problem: Problem) -> Self {
        Self { at, ring: None, problem }
    }

    /// JSON that breaks the grammar.
    pub fn syntax(at: usize, what: &str) -> Self {
        Self::new(at, Problem::Syntax(what.to_owned()))
    }

    /// The same fault in a text that starts `offset` bytes earlier.
    pub fn shifted(mut self, offset: usize) -> Self {
        self.at += offset;
        self
    }

    /// The error for the user; `base` is where the text at hand starts in the file.
    pub fn in_file(self, path: &Path, feature: Option<usize>, base: u64) -> ReadError {
        let place = Place { feature, ring: self.ring, byte: base + self.at as u64 };
        ReadError::Content { path: path.to_owned(), place, problem: self.problem }
    }
}

/// Why a file could not be written. An existing file is as it was.
#[derive(Debug, thiserror::Error)]
#[error("{problem}: {}", path.display())]
pub struct WriteError {
    /// The target; `-` for standard output.
    pub path: PathBuf,
    /// What went wrong.
    pub problem: WriteProblem,
}

/// What went wrong while writing.
#[derive(Debug, thiserror::Error)]
pub enum WriteProblem {
    /// The user gave up.
    #[error(transparent)]
    Cancelled(Cancelled),
    /// The folder of the target is not there.
    #[error("the folder does not exist; make it first or choose another")]
    NoFolder,
    /// The target is a folder.
    #[error("this is a folder; name a file in it")]
    Folder,
    /// Writing there is forbidden.
    #[error("writing is not allowed there; choose another folder or change its permissions")]
    Forbidden,
    /// The disk is full.
    #[error("the disk is full; free some space or choose another disk")]
    DiskFull,
    /// Whatever else the operating system says.
    #[error("cannot write ({0}); check the disk and the folder")]
    Other(#[source] io::Error),
}

impl From<io::Error> for WriteProblem {
    fn from(source: io::Error) -> Self {
        match source.kind() {
            _ if source.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Cancelled>) => {
                Self::Cancelled(Cancelled)
            }
            io::ErrorKind::NotFound => Self::NoFolder,
            io::ErrorKind::IsADirectory => Self::Folder,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Forbidden,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Other(source),
        }
    }
}

impl WriteError {
    /// Wraps an error of the operating system.
    #[must_use]
    pub fn from_io(path: &Path, source: io::Error) -> Self {
        Self { path: path.to_owned(), problem: source.into() }
    }
}

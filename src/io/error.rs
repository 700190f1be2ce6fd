//! Why a file could not be read or written: what, where, what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::crs::CrsProblem;
use super::encoding::UnknownEncoding;
use super::format::{self, FileKind};
use super::geojson::JsonProblem;
use super::geoparquet::ParquetProblem;
use super::gzip::BehindArchive;
use super::outgoing;
use super::shaped::CellProblem;
use super::topojson::TopologyProblem;
use super::unread::Unread;
use super::xml::XmlProblem;
use crate::i18n::{Lang, one_line};
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
            io::ErrorKind::UnexpectedEof => FileProblem::CutOff,
            _ if source.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<BehindArchive>) => {
                FileProblem::BehindArchive
            }
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => FileProblem::Damaged(source),
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
    #[error("no file of boundaries ({}): {_0}", format::names(FileKind::Layers, Lang::En).join(", "))]
    Foreign(Looks),
    /// It has a format that boundaries come in, but one that is not read.
    #[error(transparent)]
    Unread(Unread),
    /// It has a format of ours, but one without layers.
    #[error("this is a file of the format {}, in which no layers are; name a file of boundaries", _0[1])]
    NoLayers([&'static str; 2]),
    /// It has other layers.
    #[error("there is no layer {layer:?} in it; there are: {there}")]
    NoSuchLayer {
        /// The one that was asked for.
        layer: String,
        /// Those in the file.
        there: String,
    },
    /// It has other sheets.
    #[error("there is no sheet {sheet:?} in it; there are: {there}")]
    NoSuchSheet {
        /// The one that was asked for.
        sheet: String,
        /// Those in the file.
        there: String,
    },
    /// It is no table.
    #[error("this is no table; save it as .xlsx or .csv in the program that made it")]
    NoTable,
    /// An encoding was asked for that nobody knows.
    #[error("there is no encoding called {0}; name one such as UTF-8, GB18030 or Big5")]
    UnknownEncoding(String),
    /// A workbook is broken.
    #[error("the workbook is damaged ({0}); open it in a spreadsheet program and save it anew as .xlsx")]
    Workbook(String),
    /// A workbook asks for a password.
    #[error("the workbook asks for a password; save it without one")]
    Protected,
    /// It inflates to more than any honest file.
    #[error("it inflates to more than {limit} bytes; split the file")]
    TooMuchInflated {
        /// The limit in bytes.
        limit: u64,
    },
    /// It has more cells than any honest table.
    #[error("it has room for more than {limit} cells; delete the empty rows and columns, or split the file")]
    TooManyCells {
        /// The limit.
        limit: u64,
    },
    /// Its text has another encoding than the one that was asked for.
    #[error("its text is UTF-8 by definition, not {0}; leave the encoding to the file")]
    Encoding(String),
    /// It only says where data lie elsewhere.
    #[error(
        "this KML only links to data elsewhere; open the link in the program it is for, and save what is shown there"
    )]
    OnlyLinks,
    /// It ends too early.
    #[error("the file ends in the middle of its data; get a complete copy")]
    CutOff,
    /// A quoted field of a table has no end.
    #[error(
        "the quote that opens in line {line} is never closed, so that all behind it is one field; get a complete copy, or \
         correct the quote"
    )]
    OpenQuote {
        /// Line that the field begins in.
        line: usize,
    },
    /// A column of a database whose name is no text.
    #[error("a column has a name that is cut off within a letter; rename it in the program that made the file")]
    ColumnName,
    /// Nothing is packed in it.
    #[error("the archive is empty; get a complete copy")]
    EmptyArchive,
    /// Something lies behind the end of an archive.
    #[error(
        "something lies behind the end of the archive; unpack it by hand and look at what came out, or get another copy"
    )]
    BehindArchive,
    /// It cannot be unpacked.
    #[error("the archive is damaged ({0}); get another copy")]
    Damaged(#[source] io::Error),
    /// A database that cannot be read.
    #[error("the database cannot be read ({0}); get another copy")]
    Database(String),
    /// What is wrong with a Parquet file.
    #[error(transparent)]
    Parquet(#[from] ParquetProblem),
    /// The geometry of a shapefile is no such thing.
    #[error("the .shp is no geometry of a shapefile; get another copy")]
    BrokenShapes,
    /// The table of a shapefile says of itself what cannot be.
    #[error("the head of the .dbf is damaged; get another copy")]
    BrokenTable,
    /// The files of a shapefile do not belong together.
    #[error("the .shp has {shapes} shapes, but the .dbf {rows} rows: they do not belong together; get matching files")]
    RowsDiffer {
        /// Shapes.
        shapes: usize,
        /// Rows of the table.
        rows: usize,
    },
    /// There is no encoding of the name that was chosen.
    #[error(transparent)]
    NoSuchEncoding(UnknownEncoding),
    /// More is packed in it than may be unpacked.
    #[error("more than {limit} bytes are packed in the archive; unpack it by hand and look at what comes out")]
    Inflates {
        /// The limit in bytes.
        limit: u64,
    },
    /// It is larger than the limit.
    #[error("the file has more than {limit} bytes; raise the limit or split the file")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
}

impl FileProblem {
    /// What a database says of itself, in one line.
    pub(super) fn database(error: &rusqlite::Error) -> Self {
        Self::Database(one_line(&error.to_string()))
    }
}

/// What a file looks like that holds no boundaries that can be read.
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
            Self::Zip => "it is a zip archive in which there is no layer; unpack it first",
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
    /// Offset in bytes from the start of the file, in formats that are text.
    pub byte: Option<u64>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let feature = self.feature.map(|feature| format!("feature {}", feature + 1));
        let ring = self.ring.map(|ring| format!("ring {}", ring + 1));
        let byte = self.byte.map(|byte| format!("byte {byte}"));
        let parts: Vec<String> = [feature, ring, byte].into_iter().flatten().collect();
        f.write_str(if parts.is_empty() { "the whole file" } else { "" })?;
        f.write_str(&parts.join(", "))
    }
}

/// What is wrong inside a file, whatever its format. What only one format can get wrong is that format's own.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    /// What is wrong with JSON, or with what it says.
    #[error(transparent)]
    Json(#[from] JsonProblem),
    /// What is wrong with XML.
    #[error(transparent)]
    Xml(#[from] XmlProblem),
    /// What is wrong with TopoJSON.
    #[error(transparent)]
    Topology(#[from] TopologyProblem),
    /// What is wrong with a cell that should hold a geometry.
    #[error(transparent)]
    Cell(#[from] CellProblem),
    /// The end is missing.
    #[error("the file ends in the middle of its data; get a complete copy")]
    Truncated,
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
    /// What is wrong with its coordinate system.
    #[error(transparent)]
    Crs(Box<CrsProblem>),
    /// A shape whose counts do not fit its bytes.
    #[error("the shape is damaged: its rings and vertices do not fit its bytes; get another copy")]
    BrokenShape,
    /// More than a limit allows.
    #[error("more than {limit} {what}; raise the limit or split the file")]
    TooMany {
        /// What there is too much of.
        what: Counted,
        /// The limit.
        limit: usize,
    },
}

impl From<CrsProblem> for Problem {
    fn from(problem: CrsProblem) -> Self {
        Self::Crs(Box::new(problem))
    }
}

/// What there may be too much of in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Counted {
    /// Features.
    #[error("features")]
    Features,
    /// Vertices.
    #[error("vertices")]
    Vertices,
    /// Text of all features.
    #[error("bytes of text")]
    TextBytes,
    /// Text of one feature.
    #[error("bytes in one feature")]
    FeatureBytes,
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
    /// What is read lies there.
    #[error("this is {}, which is read by the same command; choose another name", input.display())]
    IsRead {
        /// The input, as it was named.
        input: PathBuf,
    },
    /// Another output goes there.
    #[error("this is {}, to which another output goes; choose another name", other.display())]
    IsWritten {
        /// The other output, as it was named.
        other: PathBuf,
    },
    /// A project stands there, and something else is written.
    #[error("this is a project of Quhua, which nothing but a project takes the place of; choose another name")]
    IsProject,
    /// The name speaks for another format.
    #[error("the name ends in .{ending}, but {} is written; choose another name", fitting_endings(fitting, " or "))]
    Ending {
        /// The ending of the name.
        ending: String,
        /// Those of what is written.
        fitting: Vec<&'static str>,
    },
    /// No format ends so.
    #[error("cannot write .{ending} files; use {}", fitting_endings(&outgoing::endings(), ", "))]
    NoFormat {
        /// The ending of the name.
        ending: String,
    },
    /// A format of several files, or one that is written in no order, is to go through a pipe.
    #[error("{} cannot be written to a pipe or to standard output; name a file", format[1])]
    NoStream {
        /// The format.
        format: [&'static str; 2],
    },
    /// The format has no room for it.
    #[error("{} has room for {} and no more; write a {better}", format[1], room[1])]
    NoRoom {
        /// The format.
        format: [&'static str; 2],
        /// What it has room for.
        room: [&'static str; 2],
        /// A format with more.
        better: &'static str,
    },
    /// A coordinate system that nothing is written in.
    #[error(transparent)]
    Crs(CrsProblem),
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

/// Endings with their dots.
pub(super) fn fitting_endings(endings: &[&str], or: &str) -> String {
    endings.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(or)
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

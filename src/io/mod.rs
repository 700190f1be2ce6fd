//! Files in and out.
//!
//! * [`format`](mod@format): what a file is, told by its content; the one table of formats.
//! * [`layers`]: the door for layers, whatever they are kept in; [`read_levels`]: all layers of a file that are levels of
//!   one another.
//! * [`places`]: schools, clinics and the like as points, roads and rivers as lines, through the same door.
//! * [`tables`]: tables without geometry, to be joined to units.
//! * [`crs`]: coordinate systems, told, converted and written.
//! * [`geojson`]: boundary layers, read into flat arrays, and written.
//! * `kml`, `xml`, `geopackage` and the other rooms beside [`format`](mod@format): a reader each.
//! * [`encoding`]: what the bytes of texts stand for, and why.
//! * [`shapefile`]: shapefiles, loose or zipped.
//! * [`export`]: the boundaries of a plan as GeoJSON, untouched features as they came.
//! * [`outgoing`]: what boundaries leave as; the one table of formats out.
//! * [`project`]: everything in one file, and kept while it is worked on.
//! * [`atomic`]: files appear whole or not at all; [`Outputs`]: none in place of what is read, or of another.
//! * [`hash`]: the SHA-256 that ties a plan to the file it was made for.
//!
//! No input, however broken, makes a reader panic, hang or take memory without a limit: [`Limits`] are checked
//! first, and a [`ReadError`] names the file, the feature, the place, and what to do.

pub mod atomic;
mod blob;
pub mod crs;
pub mod encoding;
mod error;
pub mod export;
mod flatgeobuf;
pub mod format;
mod found;
mod gather;
pub mod geojson;
mod geopackage;
mod geoparquet;
mod gml;
mod gzip;
pub mod hash;
mod input;
#[cfg(test)]
mod kind_tests;
mod kml;
pub mod layers;
pub mod ledgers;
mod limits;
pub mod outgoing;
mod outputs;
pub mod places;
pub mod profile;
pub mod project;
#[cfg(test)]
mod role_tests;
mod shaped;
pub(crate) mod shapefile;
mod stack;
mod standing;
pub mod tables;
mod topojson;
mod unread;
mod words;
pub(crate) mod workbook;
mod xml;
mod zipped;

pub use self::crs::CrsProblem;
pub use self::geojson::{Expected, JsonProblem, Syntax};
pub use self::geoparquet::ParquetProblem;
pub use error::{Counted, FileProblem, Looks, Place, Problem, ReadError, WriteError, WriteProblem};
pub use layers::LayerSource;
pub use limits::Limits;
pub use outputs::{OutTarget, Outputs, file_safe};
pub use profile::Profile;
pub use project::{ProjectError, ProjectProblem};
pub use shaped::CellProblem;
pub use stack::read_levels;
pub use standing::{Standing, What};
pub use topojson::TopologyProblem;
pub use unread::Unread;
pub use xml::XmlProblem;

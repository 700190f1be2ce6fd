//! GeoJSON (RFC 7946): boundary layers read into flat arrays, and written.
//!
//! Reading streams: the file is read in blocks of some MiB, hashed, and split into whole features; these are parsed in
//! parallel while the next block is read. Neither the file nor a tree of its values is ever held in memory. What comes
//! out is the same on any number of threads.
//!
//! 1. Every byte is checked: JSON's grammar, UTF-8, GeoJSON's types. A file that is cut off is never taken for whole.
//! 2. Coordinates are correctly rounded doubles, finite, and on earth.
//! 3. Polygons and multi-polygons become atoms; null geometries become atoms without faces; other geometries are left
//!    out with a note.
//! 4. The text of each feature but its coordinates is kept, so that an untouched one leaves as it came.
//!
//! Taken: `FeatureCollection`, a lone `Feature`, a bare geometry, and sequences of features or geometries (newline-
//! delimited, or RFC 8142 with record separators).

pub(in crate::io) mod beginning;
mod collection;
mod coordinates;
mod feature;
mod members;
mod number;
mod problem;
mod read;
mod skip;
mod small;
mod split;
mod stored;
pub(crate) mod write;

#[cfg(test)]
mod tests;

use std::path::Path;

use self::problem::Fault;
use super::input::{Input, LayerEntry, Reader, stem};
use super::{Problem, ReadError};

pub use problem::{Expected, JsonProblem, Syntax};
pub use read::{read, read_bytes};
pub(crate) use stored::Stored;

/// How layers are read from GeoJSON: a file has one, named as the file.
pub(super) const READER: Reader = Reader {
    polygons: read::polygons,
    features: small::features,
    contents: |input, _| Ok(vec![LayerEntry::only(input.path)]),
};

/// Name of the only layer of a file.
fn layer_name(input: &Input<'_>) -> String {
    stem(input.path)
}

/// What is wrong with a text of JSON in a format that is none of these. `text` lies in the `whole` of the file.
pub(super) fn wrong_json(
    whole: &[u8],
    text: &[u8],
    error: &serde_json::Error,
    path: &Path,
    feature: Option<usize>,
) -> ReadError {
    let base = (text.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    let fault = if error.is_eof() { Fault::new(text.len(), Problem::Truncated) } else { split::syntax(text, error) };
    fault.in_file(path, feature, base as u64)
}

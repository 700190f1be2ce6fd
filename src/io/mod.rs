//! Files in and out.
//!
//! * [`geojson`]: boundary layers, read into flat arrays, and written.
//! * [`export`]: the boundaries of a plan as GeoJSON, untouched features as they came.
//! * [`project`]: everything in one file, and kept while it is worked on.
//! * [`facilities`]: schools, clinics and the like, as points.
//! * [`atomic`]: files appear whole or not at all.
//! * [`hash`]: the SHA-256 that ties a plan to the file it was made for.
//!
//! No input, however broken, makes a reader panic, hang or take memory without a limit: [`Limits`] are checked
//! first, and a [`ReadError`] names the file, the feature, the place, and what to do.

pub mod atomic;
mod error;
pub mod export;
pub mod facilities;
pub mod geojson;
pub mod hash;
mod limits;
pub mod project;
mod words;

pub use error::{FileProblem, Looks, Place, Problem, ReadError, WriteError, WriteProblem};
pub use limits::Limits;
pub use project::{ProjectError, ProjectProblem};

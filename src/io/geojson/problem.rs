//! What JSON gets wrong, and where in a stretch of text.

use std::path::Path;

use crate::io::{Place, Problem, ReadError};

/// What is wrong with JSON, or with what it says as GeoJSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonProblem {
    /// Not JSON.
    #[error("not valid JSON: {0}; correct the file or export it again")]
    Syntax(String),
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
    pub fn new(at: usize, problem: impl Into<Problem>) -> Self {
        Self { at, ring: None, problem: problem.into() }
    }

    /// JSON that breaks the grammar.
    pub fn syntax(at: usize, what: &str) -> Self {
        Self::new(at, JsonProblem::Syntax(what.to_owned()))
    }

    /// The same fault in a text that starts `offset` bytes earlier.
    pub fn shifted(mut self, offset: usize) -> Self {
        self.at += offset;
        self
    }

    /// The error for the user; `base` is where the text at hand starts in the file.
    pub fn in_file(self, path: &Path, feature: Option<usize>, base: u64) -> ReadError {
        let place = Place { feature, ring: self.ring, byte: Some(base + self.at as u64) };
        ReadError::Content { path: path.to_owned(), place, problem: self.problem }
    }
}

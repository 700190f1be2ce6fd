//! What JSON gets wrong, and where in a stretch of text.

use std::path::Path;

use crate::io::{Place, Problem, ReadError};

/// What is wrong with JSON, or with what it says as GeoJSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonProblem {
    /// Not JSON.
    #[error("not valid JSON: {0}; correct the file or export it again")]
    Syntax(Syntax),
    /// Something follows the data.
    #[error("unexpected text after the end of the data; remove it")]
    Trailing,
    /// A record of a sequence has no end, and others follow.
    #[error("the record in line {line} is not whole; correct or remove the line")]
    Record {
        /// Line, from 1.
        line: usize,
    },
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
        expected: Expected,
    },
    /// The `type` is another one.
    #[error("\"type\" is {found:?}, but must be {expected}")]
    WrongType {
        /// What it is.
        found: String,
        /// What it must be.
        expected: Expected,
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
        expected: Expected,
    },
    /// Not a number as JSON writes them.
    #[error("{0:?} is no number; correct or remove the vertex")]
    BadNumber(String),
}

/// Where JSON breaks its grammar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Syntax {
    /// The text is in another encoding.
    #[error("the text is not UTF-8 (perhaps GBK)")]
    NotUtf8,
    /// No object begins.
    #[error("expected {{")]
    Object,
    /// An object goes on without a comma.
    #[error("expected , or }}")]
    CommaOrBrace,
    /// A member has no name.
    #[error("expected a member name in quotes")]
    Name,
    /// A name has no value behind it.
    #[error("expected :")]
    Colon,
    /// An array goes on without a comma.
    #[error("expected , or ]")]
    CommaOrBracket,
    /// A comma ends the list of features.
    #[error("expected a feature after the comma")]
    Feature,
    /// Something that is no value.
    #[error("expected a value")]
    Value,
    /// Something follows the coordinates.
    #[error("expected , or }} after the coordinates")]
    AfterCoordinates,
    /// The coordinates go on without a comma.
    #[error("expected , or ] in the coordinates")]
    InCoordinates,
    /// A number is missing among the coordinates.
    #[error("expected a number in the coordinates")]
    Number,
    /// What the parser of attributes says, in its words.
    #[error("{0}")]
    Parser(String),
}

/// What stands in a place of a right file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Expected {
    /// The type of a collection.
    #[error("\"FeatureCollection\"")]
    Collection,
    /// The type of a feature.
    #[error("\"Feature\"")]
    Feature,
    /// A type of its own.
    #[error("\"FeatureCollection\", \"Feature\" or a geometry")]
    Alone,
    /// The type of a geometry.
    #[error("a geometry type such as \"Polygon\"")]
    Geometry,
    /// Coordinates of several polygons.
    #[error("array of polygons")]
    Polygons,
    /// Coordinates of a polygon.
    #[error("array of rings")]
    Rings,
    /// Coordinates of a ring.
    #[error("array of positions")]
    Positions,
    /// Coordinates of a vertex.
    #[error("array of at least two numbers")]
    Position,
    /// A coordinate.
    #[error("number")]
    Number,
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
    pub fn syntax(at: usize, what: Syntax) -> Self {
        Self::new(at, JsonProblem::Syntax(what))
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

//! The check of a coverage, and what repair needs to know of it.

use super::rings::{self, Polygons};
use crate::coverage::Coverage;
use crate::coverage::validate::{Defect, Options, validate};
use crate::jobs::{Cancelled, Progress};

/// What is known of a coverage: its defects.
#[derive(Debug)]
pub(super) struct Known {
    pub coverage: Coverage,
    pub defects: Vec<Defect>,
}

impl Known {
    /// Validates a coverage.
    pub fn of(coverage: &Coverage, options: Options) -> Result<Self, Cancelled> {
        let coverage = coverage.flattened();
        let defects = validate(&coverage, &options, &Progress::new())?;
        Ok(Self { coverage, defects })
    }

    /// The same when some atoms have other polygons.
    pub fn with(&self, instead: &Polygons, options: Options, progress: &Progress) -> Result<Self, Cancelled> {
        Self::of(&Coverage::build(rings::flat(&self.coverage, instead), progress)?, options)
    }
}

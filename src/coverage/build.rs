//! From flat polygons to shared arcs.

use super::{Coverage, FlatPolygons};
use crate::jobs::{Cancelled, Progress};

impl Coverage {
    /// Builds the coverage of all atoms.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn build(_polygons: FlatPolygons, _progress: &Progress) -> Result<Self, Cancelled> {
        unimplemented!()
    }
}

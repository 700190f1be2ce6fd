//! What figures, verdicts and maps rest on (依据) beside the boundaries and the units, for whoever reads a project.
//!
//! It is one value, made in one place of what was decided ([`crate::study::Study::grounds`]) and handed on whole: so
//! whatever is drawn, listed or judged says the same of one project, from the window and from the command line.

use std::sync::Arc;

use super::Crossings;
use crate::coverage::Suspects;
use crate::geodesy::AreaMethod;
use crate::metrics::OwnFigures;
use crate::model::Facilities;

/// What figures, verdicts and maps rest on.
#[derive(Clone, Debug, Default)]
pub struct Grounds {
    /// How areas are computed.
    pub area_method: AreaMethod,
    /// Figures of one's own, and the rules by which fields follow.
    pub own: Arc<OwnFigures>,
    /// Links and barriers: those of the pack in use, then those of the document.
    pub crossings: Crossings,
    /// Arcs at defects of what was loaded, as far as somebody has looked for them.
    pub suspects: Suspects,
    /// Facilities and lines beside the boundaries.
    pub places: Arc<Facilities>,
}

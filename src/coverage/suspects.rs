//! Arcs at defects: where an outline may be wrong because the input is.
//!
//! 1. Suspect are the arcs at every defect but those of severity info, which make no outline wrong.
//! 2. They are named as they were built. Of one that was cut since, every piece is suspect; a line of a cut never is.
//! 3. An outline touches a defect when a suspect arc has the unit on one side and something else on the other.
//!
//! They are a value of their own, and nothing of the coverage: who has not looked for defects has none to hand on, and
//! whoever shows or writes an outline is handed those that were found.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::validate::{Defect, Options, Severity, validate};
use super::{ArcId, AtomId, Coverage};
use crate::jobs::{Cancelled, Progress};

/// Arcs at the defects of a coverage; cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suspects {
    /// Ascending, as they were built.
    arcs: Arc<[ArcId]>,
}

impl Suspects {
    /// Those of the defects that validation found.
    #[must_use]
    pub fn of(defects: &[Defect]) -> Self {
        let can_be_wrong = defects.iter().filter(|defect| defect.severity > Severity::Info);
        let arcs: BTreeSet<ArcId> = can_be_wrong.flat_map(|defect| defect.arcs.iter().copied()).collect();
        Self { arcs: arcs.into_iter().collect() }
    }

    /// Looks for defects in a coverage as it was built.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn find(coverage: &Coverage, progress: &Progress) -> Result<Self, Cancelled> {
        validate(coverage, &Options::default(), progress).map(|defects| Self::of(&defects))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.arcs.is_empty()
    }

    /// Whether an arc of the coverage, or of one that was cut out of it, is among them.
    #[must_use]
    pub fn hold(&self, coverage: &Coverage, arc: ArcId) -> bool {
        coverage.built_arc(arc).is_some_and(|built| self.arcs.binary_search(&built).is_ok())
    }

    /// All of them with their pieces, in a coverage that may have been cut since.
    fn arcs_in<'a>(&'a self, coverage: &'a Coverage) -> impl Iterator<Item = ArcId> + 'a {
        let made_by_cuts = (coverage.built_arc_count()..coverage.arc_count()).map(ArcId::new);
        self.arcs.iter().copied().chain(made_by_cuts.filter(|&arc| self.hold(coverage, arc)))
    }

    /// Whether the outline of some atoms touches a defect. Costs what there are suspect arcs.
    #[must_use]
    pub fn touch(&self, coverage: &Coverage, has: impl Fn(AtomId) -> bool) -> bool {
        self.arcs_in(coverage).any(|arc| {
            let [left, right] = coverage.sides(arc).map(|atom| atom.is_some_and(&has));
            left != right
        })
    }

    /// Which units of a labelling have an outline that touches a defect. Costs what there are suspect arcs.
    pub fn around<U: Copy + Ord>(&self, coverage: &Coverage, unit_of: impl Fn(AtomId) -> U) -> BTreeSet<U> {
        let mut found = BTreeSet::new();
        for arc in self.arcs_in(coverage) {
            let [left, right] = coverage.sides(arc).map(|atom| atom.map(&unit_of));
            if left != right {
                found.extend(left.into_iter().chain(right));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use geo::{Coord, MultiPolygon, wkt};

    use super::*;
    use crate::coverage::Cutter;

    /// Three squares in a row. The border between the first two has a vertex on one side only.
    fn row() -> Coverage {
        let a: MultiPolygon = wkt!(POLYGON((0. 0., 4. 0., 4.00001 2., 4. 4., 0. 4., 0. 0.))).into();
        let b: MultiPolygon = wkt!(POLYGON((4. 0., 8. 0., 8. 4., 4. 4., 4. 0.))).into();
        let c: MultiPolygon = wkt!(POLYGON((8. 0., 12. 0., 12. 4., 8. 4., 8. 0.))).into();
        Coverage::build([a, b, c].as_slice().into(), &Progress::new()).unwrap()
    }

    fn around(suspects: &Suspects, coverage: &Coverage) -> Vec<u32> {
        suspects.around(coverage, |atom| atom.0).into_iter().collect()
    }

    #[test]
    fn units_on_both_sides_of_a_defect_touch_it_and_others_do_not() {
        let coverage = row();
        let suspects = Suspects::find(&coverage, &Progress::new()).unwrap();
        assert_eq!(around(&suspects, &coverage), [0, 1]);
        assert!(suspects.touch(&coverage, |atom| atom == AtomId(1)));
        assert!(!suspects.touch(&coverage, |atom| atom == AtomId(2)));
    }

    #[test]
    fn nobody_touches_what_nobody_has_looked_for() {
        let coverage = row();
        assert_eq!(around(&Suspects::default(), &coverage), [0_u32; 0]);
    }

    #[test]
    fn every_piece_of_a_suspect_arc_is_suspect_and_a_line_of_a_cut_is_not() {
        let coverage = row();
        let suspects = Suspects::find(&coverage, &Progress::new()).unwrap();
        let cut = |coverage: &Coverage, atom, points: [[f64; 2]; 2]| {
            let line = Cutter::line(&points.map(|[x, y]| Coord { x, y })).unwrap();
            coverage.refined(&coverage.cut(AtomId(atom), &line).unwrap()).0
        };
        // Above and below, both parts of the second square have a piece of the border with the defect.
        let across = cut(&coverage, 1, [[3., 1.], [9., 1.]]);
        assert_eq!(around(&suspects, &across), [0, 1, 3]);
        // Of the first, cut from top to bottom, only the right part has it.
        let twice = cut(&across, 0, [[2., 5.], [2., -1.]]);
        let touched = around(&suspects, &twice);
        assert_eq!(touched.len(), 3, "{touched:?}");
        assert!(touched.contains(&1) && touched.contains(&3), "{touched:?}");
        let lines = twice.arcs().filter(|&arc| twice.built_arc(arc).is_none()).count();
        assert_eq!(lines, 2);
    }
}

//! What became of each unit, compared with the base.
//!
//! 1. A unit is compared with itself: units keep their ids, and made ones have ids that the base does not have.
//! 2. A unit may have changed in several ways; the weightiest stands first.
//! 3. Members that move along when their parent is merged as a whole did not move themselves: see [`moved_along`].

use std::fmt;

use smallvec::SmallVec;

use crate::model::{State, UnitId};

/// One way in which a unit differs from the base, weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// The base does not have it.
    Established,
    /// It is no longer in force.
    Abolished,
    /// It gained territory and lost none.
    Expanded,
    /// It lost territory and gained none.
    Reduced,
    /// It gained territory and lost other territory.
    Adjusted,
    /// It belongs to another kind.
    KindConverted,
    /// It has another name.
    Renamed,
    /// It has another code.
    Recoded,
    /// It belongs to another parent.
    ParentChanged,
    /// Its seat is elsewhere.
    SeatMoved,
    /// Its territory is the same, but other members share it.
    MembersChanged,
    /// Nothing changed.
    Unchanged,
}

impl Change {
    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Established => "established",
            Self::Abolished => "abolished",
            Self::Expanded => "expanded",
            Self::Reduced => "reduced",
            Self::Adjusted => "adjusted",
            Self::KindConverted => "kind_converted",
            Self::Renamed => "renamed",
            Self::Recoded => "recoded",
            Self::ParentChanged => "parent_changed",
            Self::SeatMoved => "seat_moved",
            Self::MembersChanged => "members_changed",
            Self::Unchanged => "unchanged",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// All ways in which a unit differs from the base, weightiest first; empty when it does not.
#[must_use]
pub fn all(base: &State, state: &State, id: UnitId) -> SmallVec<[Change; 4]> {
    let mut changes = SmallVec::new();
    let after = state.unit(id);
    if id.index() >= base.unit_count() {
        changes.push(if after.is_current() { Change::Established } else { Change::Abolished });
        return changes;
    }
    let before = base.unit(id);
    if before.is_current() && !after.is_current() {
        changes.push(Change::Abolished);
        return changes;
    }
    if before.revision != after.revision {
        changes.extend(territory(base, state, id));
    }
    let mut note = |differs: bool, change| {
        if differs {
            changes.push(change);
        }
    };
    note(before.kind != after.kind, Change::KindConverted);
    note(before.name != after.name, Change::Renamed);
    note(before.code != after.code, Change::Recoded);
    note(before.parent != after.parent, Change::ParentChanged);
    note(before.seat != after.seat, Change::SeatMoved);
    if changes.is_empty() && base.members(id) != state.members(id) {
        changes.push(Change::MembersChanged);
    }
    changes
}

/// The weightiest way in which a unit differs from the base.
#[must_use]
pub fn main(base: &State, state: &State, id: UnitId) -> Change {
    all(base, state, id).first().copied().unwrap_or(Change::Unchanged)
}

/// How the territory of a unit changed; `None` when it is the same.
fn territory(base: &State, state: &State, id: UnitId) -> Option<Change> {
    let (before, after) = (base.atoms(id), state.atoms(id));
    let lacks = |some: &[_], other: &[_]| some.iter().any(|atom| other.binary_search(atom).is_err());
    match (lacks(&after, &before), lacks(&before, &after)) {
        (true, false) => Some(Change::Expanded),
        (false, true) => Some(Change::Reduced),
        (true, true) => Some(Change::Adjusted),
        (false, false) => None,
    }
}

/// Whether a unit differs from the base in its parent only, because that was merged as a whole: everything that the
/// old parent held now belongs to one and the same new one.
#[must_use]
pub fn moved_along(base: &State, state: &State, id: UnitId) -> bool {
    if all(base, state, id).as_slice() != [Change::ParentChanged] {
        return false;
    }
    let (Some(old), Some(new)) = (base.unit(id).parent, state.unit(id).parent) else { return false };
    let level = base.unit(old).level;
    base.atoms(old).iter().all(|&atom| state.unit_of(atom, level) == new)
}

/// Whether a map marks a unit as changed: not when only its members differ, nor when it moved along with its parent.
#[must_use]
pub fn is_marked(base: &State, state: &State, id: UnitId) -> bool {
    match main(base, state, id) {
        Change::Unchanged | Change::MembersChanged => false,
        Change::ParentChanged => !moved_along(base, state, id),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::grid;
    use super::super::{Document, Edit, Form, Into, UnitRef};
    use super::*;
    use crate::model::Kind;

    #[test]
    fn what_became_of_each_unit_is_said() {
        //  3 4 5      townships 6 7 8 are the columns
        //  0 1 2
        let mut document = Document::new(grid(3, 2));
        let (unit, to) = (UnitRef::code("510722101201"), UnitRef::code("510722102"));
        document.commit(&Edit::Transfer { units: vec![unit], to: to.clone() }).unwrap();
        document.commit(&Edit::ConvertKind { unit: to, kind: Kind::Subdistrict, code: None }).unwrap();
        let main = |id| main(document.base(), document.state(), UnitId(id));
        assert_eq!(main(6), Change::Reduced);
        assert_eq!(
            all(document.base(), document.state(), UnitId(7)).as_slice(),
            [Change::Expanded, Change::KindConverted, Change::Recoded]
        );
        assert_eq!((main(8), main(0)), (Change::Unchanged, Change::ParentChanged));
        assert!(!moved_along(document.base(), document.state(), UnitId(0)));
    }

    #[test]
    fn villages_of_merged_townships_move_along() {
        let mut document = Document::new(grid(3, 2));
        let units = ["510722101", "510722102"].map(UnitRef::code).into();
        document.commit(&Edit::Merge { units, form: Form::Establish, into: Into::default() }).unwrap();
        let main = |id| main(document.base(), document.state(), UnitId(id));
        assert_eq!([main(6), main(7), main(10)], [Change::Abolished, Change::Abolished, Change::Established]);
        assert_eq!((main(9), main(0)), (Change::MembersChanged, Change::ParentChanged));
        assert!(moved_along(document.base(), document.state(), UnitId(0)));
    }
}

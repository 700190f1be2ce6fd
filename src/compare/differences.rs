//! What differs between two states, as a list that a person can read and check.
//!
//! It is found from where every atom belongs before and after, level by level:
//!
//! * a unit in force afterwards only was set up, out of what it holds now;
//! * a unit in force before only was abolished, and its territory went where it is now;
//! * territory that went from one unit to another, both of which are in force before and after, was transferred. At the
//!   level of townships these are mostly villages, with their old and new parent;
//! * the rest is said by the units themselves: name, kind, code, seat.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::coverage::AtomId;
use crate::edit::change::{Between, Change};
use crate::model::{Dataset, LevelIndex, Unit, UnitId};

/// One thing that differs. Units of the state before and of that after have ids of their own.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Level of the units that it is about.
    pub level: LevelIndex,
    /// What it is.
    pub what: What,
}

/// What differs.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A unit is in force afterwards only.
    SetUp {
        /// The unit afterwards.
        unit: UnitId,
        /// Whether it was loaded: then it is kept, while the state before has it abolished.
        kept: bool,
        /// What it is made of.
        from: Vec<Piece>,
    },
    /// A unit is in force before only.
    Abolished {
        /// The unit before.
        unit: UnitId,
        /// Where its territory went.
        into: Vec<Piece>,
    },
    /// Territory went from one unit to another; both are in force before and after.
    Transferred {
        /// Unit before.
        from: UnitId,
        /// Unit afterwards.
        to: UnitId,
        /// What went.
        parts: Vec<Part>,
    },
    /// A unit that kept none of its territory, if it had any, belongs to another parent.
    Reparented {
        /// The unit before.
        before: UnitId,
        /// The unit afterwards.
        after: UnitId,
    },
    /// A unit has another name.
    Renamed {
        /// The unit before.
        before: UnitId,
        /// The unit afterwards.
        after: UnitId,
    },
    /// A unit belongs to another kind.
    Converted {
        /// The unit before.
        before: UnitId,
        /// The unit afterwards.
        after: UnitId,
    },
    /// A unit has another code.
    Recoded {
        /// The unit before.
        before: UnitId,
        /// The unit afterwards.
        after: UnitId,
    },
    /// A unit has its seat in another village.
    SeatMoved {
        /// The unit before.
        before: UnitId,
        /// The unit afterwards.
        after: UnitId,
    },
    /// A unit has its seat elsewhere in the same village, or under another name: by law it has not moved.
    SeatAdjusted {
        /// The unit before.
        before: UnitId,
        /// The unit afterwards.
        after: UnitId,
    },
    /// What becomes of the seat of a unit is decided otherwise. Where a unit is abolished, that says it too.
    SeatUse {
        /// The unit, in both.
        unit: UnitId,
    },
}

/// Territory that a unit shares with one of the other state.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The unit of the other state.
    pub other: UnitId,
    /// What of the unit of the state before it is; empty when it is all of that.
    pub parts: Vec<Part>,
}

/// A part of a unit of the state before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A unit of the state before.
    Unit(UnitId),
    /// An atom of a unit that was divided: what was loaded as one unit.
    Atom(AtomId),
}

impl What {
    /// Identifier as used in files.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::SetUp { kept: false, .. } => "set_up",
            Self::SetUp { kept: true, .. } => "kept",
            Self::Abolished { .. } => "abolished",
            Self::Transferred { .. } => "transferred",
            Self::Reparented { .. } => "reparented",
            Self::Renamed { .. } => "renamed",
            Self::Converted { .. } => "kind_converted",
            Self::Recoded { .. } => "recoded",
            Self::SeatMoved { .. } => "seat_moved",
            Self::SeatAdjusted { .. } => "seat_adjusted",
            Self::SeatUse { .. } => "seat_use",
        }
    }

    /// Place in the list.
    const fn rank(&self) -> u8 {
        match self {
            Self::SetUp { kept: false, .. } => 0,
            Self::SetUp { kept: true, .. } => 1,
            Self::Abolished { .. } => 2,
            Self::Transferred { .. } => 3,
            Self::Reparented { .. } => 4,
            Self::Renamed { .. } => 5,
            Self::Converted { .. } => 6,
            Self::Recoded { .. } => 7,
            Self::SeatMoved { .. } => 8,
            Self::SeatAdjusted { .. } => 9,
            Self::SeatUse { .. } => 10,
        }
    }
}

/// Everything that differs: coarsest level first, there in the order of [`What`], and of codes.
#[must_use]
pub fn differences(dataset: &Dataset, between: &Between<'_>) -> Vec<Difference> {
    let levels = between.after().levels().rev();
    levels.flat_map(|level| of_level(dataset, between, level)).collect()
}

fn of_level(dataset: &Dataset, between: &Between<'_>, level: LevelIndex) -> Vec<Difference> {
    let (before, after) = (between.before(), between.after());
    let went = went(dataset, between, level);
    let came: BTreeMap<(UnitId, UnitId), &Vec<AtomId>> =
        went.iter().map(|(&(old, new), atoms)| ((new, old), atoms)).collect();
    let mut found = Vec::new();
    for unit in after.units_at(level) {
        if let Some(old) = between.before_of(unit) {
            own_changes(between, old, unit, &mut found);
            continue;
        }
        let from = came.range(with(unit));
        let from = from.map(|(&(_, old), atoms)| Piece { other: old, parts: parts(between, old, atoms) });
        let kept = unit.index() < after.base_unit_count();
        found.push(What::SetUp { unit, kept, from: from.collect() });
    }
    for unit in before.units_at(level).filter(|&unit| between.after_of(unit).is_none()) {
        let into = went.range(with(unit));
        let into = into.map(|(&(_, new), atoms)| Piece { other: new, parts: parts(between, unit, atoms) });
        found.push(What::Abolished { unit, into: into.collect() });
    }
    found.extend(seat_uses(between, level));
    for (&(from, to), atoms) in &went {
        if between.after_of(from).is_some() && between.before_of(to).is_some() {
            let mut parts = parts(between, from, atoms);
            if parts.is_empty() {
                parts.push(Part::Unit(from));
            }
            found.push(What::Transferred { from, to, parts });
        }
    }
    found.sort_by(|a, b| a.rank().cmp(&b.rank()).then_with(|| key(between, a).cmp(&key(between, b))));
    found.into_iter().map(|what| Difference { level, what }).collect()
}

/// Code and id of the unit that something is about, and of the other one.
fn key<'a>(between: &Between<'a>, what: &What) -> (&'a str, UnitId, UnitId) {
    let (before, after) = (between.before(), between.after());
    match *what {
        What::SetUp { unit, .. } => (after.unit(unit).code.as_str(), unit, unit),
        What::Abolished { unit, .. } | What::SeatUse { unit } => (before.unit(unit).code.as_str(), unit, unit),
        What::Transferred { from, to, .. } => (before.unit(from).code.as_str(), from, to),
        What::Reparented { before: old, after: new }
        | What::Renamed { before: old, after: new }
        | What::Converted { before: old, after: new }
        | What::Recoded { before: old, after: new }
        | What::SeatMoved { before: old, after: new }
        | What::SeatAdjusted { before: old, after: new } => (before.unit(old).code.as_str(), old, new),
    }
}

/// Atoms that went from one unit to another which is not the same one, by both.
fn went(dataset: &Dataset, between: &Between<'_>, level: LevelIndex) -> BTreeMap<(UnitId, UnitId), Vec<AtomId>> {
    let (before, after) = (between.before(), between.after());
    let mut went: BTreeMap<(UnitId, UnitId), Vec<AtomId>> = BTreeMap::new();
    for atom in dataset.coverage.atoms() {
        let (old, new) = (before.unit_of(atom, level), after.unit_of(atom, level));
        if between.after_of(old) != Some(new) {
            went.entry((old, new)).or_default().push(atom);
        }
    }
    went
}

/// All pairs with this unit in front.
fn with(unit: UnitId) -> RangeInclusive<(UnitId, UnitId)> {
    (unit, UnitId(0))..=(unit, UnitId(u32::MAX))
}

/// What of a unit of the state before some of its atoms are; empty when they are all of it.
fn parts(between: &Between<'_>, unit: UnitId, atoms: &[AtomId]) -> Vec<Part> {
    let (mut units, mut rest) = (Vec::new(), Vec::new());
    between.before().collect_inside(unit, &|atom| atoms.binary_search(&atom).is_ok(), &mut units, &mut rest);
    if units == [unit] {
        return Vec::new();
    }
    units.into_iter().map(Part::Unit).chain(rest.into_iter().map(Part::Atom)).collect()
}

/// What a unit says of itself otherwise than before.
fn own_changes(between: &Between<'_>, before: UnitId, after: UnitId, found: &mut Vec<What>) {
    let (old, new): (&Unit, &Unit) = (between.before().unit(before), between.after().unit(after));
    let mut note = |differs: bool, what: What| {
        if differs {
            found.push(what);
        }
    };
    let has_other_parent = old.parent.and_then(|parent| between.after_of(parent)) != new.parent;
    // Where the unit kept some territory, the level above says whose that was and is.
    let kept = || between.before().atoms(before).iter().any(|&atom| between.after().unit_of(atom, new.level) == after);
    note(has_other_parent && !kept(), What::Reparented { before, after });
    note(old.name != new.name, What::Renamed { before, after });
    note(old.kind != new.kind, What::Converted { before, after });
    note(old.code != new.code, What::Recoded { before, after });
    let seat = between.seat_change(before, after);
    note(seat == Some(Change::SeatMoved), What::SeatMoved { before, after });
    note(seat == Some(Change::SeatAdjusted), What::SeatAdjusted { before, after });
}

/// Loaded units of a level that stayed in force, or stayed abolished, and the use of whose seat was decided otherwise.
fn seat_uses(between: &Between<'_>, level: LevelIndex) -> impl Iterator<Item = What> {
    let (before, after) = (between.before(), between.after());
    let is_same = move |unit: &UnitId| before.unit(*unit).is_current() == after.unit(*unit).is_current();
    let differs = move |unit: &UnitId| before.seat_use(*unit) != after.seat_use(*unit);
    let mut units: Vec<UnitId> = before.seats_with_use().chain(after.seats_with_use()).collect();
    units.retain(|unit| unit.index() < after.base_unit_count() && after.unit(*unit).level == level);
    units.sort_unstable();
    units.dedup();
    units.into_iter().filter(is_same).filter(differs).map(|unit| What::SeatUse { unit })
}

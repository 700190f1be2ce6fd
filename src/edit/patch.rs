//! Primitive changes of a state. Applying a patch returns its inverse.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use smallvec::SmallVec;

use crate::coverage::AtomId;
use crate::model::{LevelIndex, Lock, RowRecord, SeatUse, State, Unit, UnitId};

/// A list of primitive changes, applied in order.
///
/// 1. `patch.apply(state)` returns the patch that takes it back, to the bit and revisions included.
/// 2. A patch fits one state only: the one it was drafted for, or, for an inverse, the one that its patch led to.
/// 3. It costs what it touches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    pub(super) changes: Vec<Change>,
}

/// One primitive change.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Change {
    /// Appends an atom that belongs to the units of another one.
    AddAtom { like: AtomId },
    /// Removes the last atom, which belongs to the units of another one.
    RemoveAtom { like: AtomId },
    /// Appends a unit without members and atoms.
    Push(Box<Unit>),
    /// Removes the last unit, which has neither members nor atoms.
    Pop,
    /// Replaces what a unit says of itself.
    Set(UnitId, Box<Unit>),
    /// Takes members from a unit, and gives it others. Both ascending.
    Members { of: UnitId, take: Vec<UnitId>, give: Vec<UnitId> },
    /// Takes atoms from a unit of the finest level, and gives it others. Both ascending.
    Atoms { of: UnitId, take: Vec<AtomId>, give: Vec<AtomId> },
    /// Atoms that belong to `from` belong to `to`.
    Relabel { level: LevelIndex, atoms: Vec<AtomId>, from: UnitId, to: UnitId },
    /// Locks a unit, or lifts its lock.
    LockUnit(UnitId, Option<Lock>),
    /// Locks a level, or lifts its lock.
    LockLevel(LevelIndex, Option<Lock>),
    /// Decides what becomes of a seat.
    SeatUse(UnitId, Option<SeatUse>),
    /// Decides something of a row of a ledger, by ledger and key.
    Record(CompactString, CompactString, Option<RowRecord>),
    /// Lists a code or name of a unit for lookup.
    List(Text, Box<str>, UnitId),
    /// Takes it from the list.
    Unlist(Text, Box<str>, UnitId),
}

/// Which text of a unit is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Code,
    Name,
}

/// Atoms that changed hands at one level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved<'a> {
    /// The level.
    pub level: LevelIndex,
    /// The atoms, ascending.
    pub atoms: &'a [AtomId],
    /// Their unit before the patch is applied.
    pub from: UnitId,
    /// Their unit afterwards.
    pub to: UnitId,
}

impl Patch {
    /// Applies all changes and returns the patch that takes them back.
    #[must_use]
    pub fn apply(self, state: &mut State) -> Self {
        // The lookup must know the base before the first change.
        state.prepare_lookup();
        state.restamp();
        let mut inverse: Vec<Change> = self.changes.into_iter().map(|change| change.apply(state)).collect();
        inverse.reverse();
        Self { changes: inverse }
    }

    /// Which atoms change hands, level by level; what a map has to repaint.
    pub fn moved(&self) -> impl Iterator<Item = Moved<'_>> {
        self.changes.iter().filter_map(|change| match change {
            Change::Relabel { level, atoms, from, to } => Some(Moved { level: *level, atoms, from: *from, to: *to }),
            _ => None,
        })
    }
}

impl Change {
    fn apply(self, state: &mut State) -> Self {
        match self {
            Self::AddAtom { like } => {
                let _ = state.add_atom(like);
                Self::RemoveAtom { like }
            }
            Self::RemoveAtom { like } => {
                state.remove_last_atom();
                Self::AddAtom { like }
            }
            Self::Push(unit) => {
                state.units.push(*unit);
                state.members.push(SmallVec::new());
                state.atoms.push(SmallVec::new());
                Self::Pop
            }
            Self::Pop => {
                state.members.pop();
                state.atoms.pop();
                // A patch that fits its state never pops more than it pushed.
                state.units.pop().map_or(Self::Pop, |unit| Self::Push(Box::new(unit)))
            }
            Self::Set(id, mut unit) => {
                std::mem::swap(&mut state.units[id.index()], &mut *unit);
                Self::Set(id, unit)
            }
            Self::Members { of, take, give } => {
                exchange(&mut state.members[of.index()], &take, &give);
                Self::Members { of, take: give, give: take }
            }
            Self::Atoms { of, take, give } => {
                exchange(&mut state.atoms[of.index()], &take, &give);
                Self::Atoms { of, take: give, give: take }
            }
            Self::Relabel { level, atoms, from, to } => {
                let labels = &mut state.labels[level.index()];
                debug_assert!(atoms.iter().all(|atom| labels[atom.index()] == from));
                labels.fill(atoms.iter().map(|atom| atom.index()), &to);
                Self::Relabel { level, atoms, from: to, to: from }
            }
            Self::LockUnit(unit, lock) => Self::LockUnit(unit, put(&mut state.locks.units, unit, lock)),
            Self::LockLevel(level, lock) => Self::LockLevel(level, put(&mut state.locks.levels, level, lock)),
            Self::SeatUse(unit, seat_use) => Self::SeatUse(unit, put(&mut state.seat_uses, unit, seat_use)),
            Self::Record(ledger, key, record) => {
                let before = Arc::make_mut(&mut state.records).put(&ledger, &key, record);
                Self::Record(ledger, key, before)
            }
            Self::List(Text::Code, text, unit) => {
                state.codes.add(&text, unit);
                Self::Unlist(Text::Code, text, unit)
            }
            Self::List(Text::Name, text, unit) => {
                state.names.add(&text, unit);
                Self::Unlist(Text::Name, text, unit)
            }
            Self::Unlist(Text::Code, text, unit) => {
                state.codes.remove(&text, unit);
                Self::List(Text::Code, text, unit)
            }
            Self::Unlist(Text::Name, text, unit) => {
                state.names.remove(&text, unit);
                Self::List(Text::Name, text, unit)
            }
        }
    }
}

/// Puts a value in, or takes the one that is there out. Returns what was there.
fn put<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: Option<V>) -> Option<V> {
    match value {
        Some(value) => map.insert(key, value),
        None => map.remove(&key),
    }
}

/// Takes items from an ascending list, and adds others. `take` and `give` ascend too.
fn exchange<T: Copy + Ord>(list: &mut SmallVec<[T; 2]>, take: &[T], give: &[T]) {
    if !take.is_empty() {
        list.retain(|item| take.binary_search(item).is_err());
    }
    if !give.is_empty() {
        list.extend_from_slice(give);
        // The stable sort sees two ascending runs and merges them.
        list.sort();
    }
}

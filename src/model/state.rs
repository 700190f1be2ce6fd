//! The labelling: which atom belongs to which unit, at every level.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;

use super::locks::Locks;
use super::text_index::TextIndex;
use super::{Found, LevelIndex, RowRecords, SeatUse, Unit, UnitId};
use crate::coverage::{AtomId, span};
use crate::sharing::SharedList;

/// A revision that no unit has had before, in this process.
#[must_use]
pub fn next_revision() -> u64 {
    reserve_revisions(1)
}

/// The first of so many new revisions in a row.
pub(super) fn reserve_revisions(count: usize) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(count as u64, Ordering::Relaxed)
}

/// Units of all levels over the atoms of a coverage. Only `edit` changes it. A copy shares what does not change.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// All units ever, base units first (finest level first), then those made by edits.
    pub(crate) units: SharedList<Unit>,
    /// Members of each unit: units of the next finer level, ascending. Empty at the finest level.
    pub(crate) members: SharedList<SmallVec<[UnitId; 2]>>,
    /// Atoms of each unit of the finest level, ascending. Empty at coarser levels.
    pub(crate) atoms: SharedList<SmallVec<[AtomId; 2]>>,
    /// Unit of every atom, level by level.
    pub(crate) labels: Vec<SharedList<UnitId>>,
    /// End of the base units of each level in `units`.
    base_ends: Vec<u32>,
    /// Codes in use and retired.
    pub(crate) codes: TextIndex,
    /// Names in use and former ones.
    pub(crate) names: TextIndex,
    /// What is locked.
    pub(crate) locks: Locks,
    /// What becomes of seats.
    pub(crate) seat_uses: BTreeMap<UnitId, SeatUse>,
    /// What becomes of rows of ledgers.
    pub(crate) records: Arc<RowRecords>,
    /// Units that do not keep rules, as far as somebody has looked.
    found: Judged,
    /// Changes with everything that changes.
    stamp: Stamp,
}

/// A number that tells states apart that came about in different ways. States are the same whatever theirs is.
#[derive(Clone, Copy, Debug)]
struct Stamp(u64);

impl PartialEq for Stamp {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What somebody found of a state. It is worked out beside it: states are the same whatever was found.
#[derive(Clone, Debug, Default)]
struct Judged(Arc<[Found]>);

impl PartialEq for Judged {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl State {
    /// The state that a dataset starts from.
    ///
    /// `units` must lie level by level, finest first; see the module documentation for what must hold between
    /// the four.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub(crate) fn new(
        units: Vec<Unit>,
        members: Vec<SmallVec<[UnitId; 2]>>,
        atoms: Vec<SmallVec<[AtomId; 2]>>,
        labels: Vec<Vec<UnitId>>,
    ) -> Self {
        debug_assert!(units.is_sorted_by_key(|unit| unit.level));
        let base_ends =
            (0..labels.len()).map(|level| units.partition_point(|unit| unit.level.index() <= level) as u32).collect();
        let (codes, names, locks) = (TextIndex::default(), TextIndex::default(), Locks::default());
        Self {
            units: units.into(),
            members: members.into(),
            atoms: atoms.into(),
            labels: labels.into_iter().map(SharedList::from).collect(),
            base_ends,
            codes,
            names,
            locks,
            seat_uses: BTreeMap::new(),
            records: Arc::default(),
            found: Judged::default(),
            stamp: Stamp(next_revision()),
        }
    }

    /// Tells this state from what it was before the last change, and from what that was before: what follows from it may be
    /// kept as long as this stays.
    #[must_use]
    pub const fn stamp(&self) -> u64 {
        self.stamp.0
    }

    /// Says that it changes.
    pub(crate) fn restamp(&mut self) {
        self.stamp = Stamp(next_revision());
    }

    /// Units that do not keep rules, as far as somebody has looked at this state or at the one before it.
    #[must_use]
    pub fn found(&self) -> &[Found] {
        &self.found.0
    }

    /// Takes up what was found. Rows that come about by it are others from then on.
    pub(crate) fn take_found(&mut self, found: Arc<[Found]>) {
        self.found = Judged(found);
        self.restamp();
    }

    /// Positions at which units differ from those of another state over the same dataset, those that only one has among
    /// them. Costs what was changed since they were the same.
    #[must_use]
    pub fn units_differing(&self, other: &Self) -> Vec<usize> {
        self.units.differing(&other.units)
    }

    /// Adds an atom to the units of another one.
    pub(crate) fn add_atom(&mut self, like: AtomId) -> AtomId {
        self.restamp();
        let atom = AtomId::new(self.labels.first().map_or(0, SharedList::len));
        if let Some(unit) = self.labels.first().map(|labels| labels[like.index()]) {
            self.atoms[unit.index()].push(atom);
        }
        for labels in &mut self.labels {
            let unit = labels[like.index()];
            labels.push(unit);
        }
        atom
    }

    /// Takes the last atom away from its units.
    pub(crate) fn remove_last_atom(&mut self) {
        let unit = self.labels.first().and_then(|labels| labels.last().copied());
        if let Some(unit) = unit {
            // It has the highest id, and the lists ascend.
            self.atoms[unit.index()].pop();
        }
        for labels in &mut self.labels {
            labels.pop();
        }
    }

    /// Number of levels, at least 1.
    #[must_use]
    pub fn level_count(&self) -> usize {
        self.labels.len()
    }

    /// All levels, finest first.
    #[expect(clippy::cast_possible_truncation, reason = "there are at most six levels")]
    pub fn levels(&self) -> impl DoubleEndedIterator<Item = LevelIndex> + use<> {
        (0..self.labels.len() as u8).map(LevelIndex)
    }

    /// The coarsest level.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "there are at most six levels")]
    pub fn coarsest(&self) -> LevelIndex {
        LevelIndex(self.labels.len().saturating_sub(1) as u8)
    }

    /// Number of units ever, abolished ones included; ids run below it.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        self.units.len()
    }

    /// A unit, in force or abolished.
    #[must_use]
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.index()]
    }

    /// Units in force at a level, ascending.
    pub fn units_at(&self, level: LevelIndex) -> impl Iterator<Item = UnitId> + '_ {
        self.all_units_at(level).filter(|&id| self.unit(id).is_current())
    }

    /// Units of a level in force that have territory, ascending: those that count. One that a plan emptied is to be
    /// abolished, and counts no longer.
    pub fn counted_at(&self, level: LevelIndex) -> impl Iterator<Item = UnitId> + '_ {
        self.units_at(level).filter(|&id| self.first_atom(id).is_some())
    }

    /// Units of a level, abolished ones included, ascending.
    pub fn all_units_at(&self, level: LevelIndex) -> impl Iterator<Item = UnitId> + '_ {
        let made = self.base_unit_count()..self.units.len();
        let base = if level.index() < self.base_ends.len() { span(&self.base_ends, level.index()) } else { 0..0 };
        let made = made.filter(move |&i| self.units[i].level == level);
        base.chain(made).map(UnitId::new)
    }

    /// Number of units that were loaded; those with a higher id were made by edits.
    #[must_use]
    pub fn base_unit_count(&self) -> usize {
        self.base_ends.last().map_or(0, |&end| end as usize)
    }

    /// Unit of an atom at a level.
    #[must_use]
    pub fn unit_of(&self, atom: AtomId, level: LevelIndex) -> UnitId {
        self.labels[level.index()][atom.index()]
    }

    /// Unit of every atom at a level.
    #[must_use]
    pub fn labels(&self, level: LevelIndex) -> &SharedList<UnitId> {
        &self.labels[level.index()]
    }

    /// Units of the next finer level, ascending; empty at the finest.
    #[must_use]
    pub fn members(&self, id: UnitId) -> &[UnitId] {
        &self.members[id.index()]
    }

    /// Atoms of a unit, ascending.
    #[must_use]
    pub fn atoms(&self, id: UnitId) -> Vec<AtomId> {
        let mut atoms = Vec::new();
        self.collect_atoms(id, &mut atoms);
        atoms.sort_unstable();
        atoms
    }

    /// What of a unit lies inside of some territory: the largest units at or below it that do as a whole, and atoms of
    /// units of the finest level that do only in part. Both in the order of members.
    pub(crate) fn collect_inside(
        &self,
        id: UnitId,
        is_inside: &impl Fn(AtomId) -> bool,
        units: &mut Vec<UnitId>,
        atoms: &mut Vec<AtomId>,
    ) {
        let all = self.atoms(id);
        let inside: Vec<AtomId> = all.iter().copied().filter(|&atom| is_inside(atom)).collect();
        if inside.is_empty() {
            return;
        }
        if inside.len() == all.len() {
            units.push(id);
        } else if self.members(id).is_empty() {
            atoms.extend(inside);
        } else {
            self.members(id).iter().for_each(|&member| self.collect_inside(member, is_inside, units, atoms));
        }
    }

    /// Some atom of a unit; `None` when it has no territory.
    #[must_use]
    pub fn first_atom(&self, id: UnitId) -> Option<AtomId> {
        let own = self.atoms[id.index()].first().copied();
        own.or_else(|| self.members(id).iter().find_map(|&member| self.first_atom(member)))
    }

    fn collect_atoms(&self, id: UnitId, into: &mut Vec<AtomId>) {
        into.extend_from_slice(&self.atoms[id.index()]);
        for &member in self.members(id) {
            self.collect_atoms(member, into);
        }
    }

    /// The first unit in force with this code at a level.
    #[must_use]
    pub fn find_at(&self, level: LevelIndex, code: &str) -> Option<UnitId> {
        self.find(code).into_iter().find(|&id| self.unit(id).level == level)
    }

    /// Units in force with this code at any level, ascending.
    #[must_use]
    pub fn find(&self, code: &str) -> SmallVec<[UnitId; 2]> {
        let mut found: SmallVec<[UnitId; 2]> = self.had_code(code).collect();
        found.retain(|&mut id| self.unit(id).is_current() && self.unit(id).code == code);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Units in force with this name at any level, ascending.
    #[must_use]
    pub fn find_name(&self, name: &str) -> SmallVec<[UnitId; 2]> {
        let all = self.names.all(&self.units, |unit| &unit.name, name);
        let mut found: SmallVec<[UnitId; 2]> =
            all.filter(|&id| self.unit(id).is_current() && self.unit(id).name == name).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Units of any level that have or had this code: in force, abolished, or recoded since.
    pub fn had_code(&self, code: &str) -> impl Iterator<Item = UnitId> + '_ {
        self.codes.all(&self.units, |unit| &unit.code, code)
    }

    /// Sorts codes and names for lookup unless that was done before. It happens by itself at the first lookup or
    /// edit; call this from a background job to have it done by then.
    pub fn prepare_lookup(&self) {
        self.codes.prepare(&self.units, |unit| &unit.code);
        self.names.prepare(&self.units, |unit| &unit.name);
    }
}

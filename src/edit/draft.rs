//! An edit thought through, but not carried out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::error::Warning;
use super::op::Edit;
use super::patch::{Change, Patch, Text};
use crate::coverage::{AtomId, Cut};
use crate::model::{Dataset, LeftShare, State, Unit, UnitId, next_revision};

/// An edit thought through against a state, without changing it: what a commit does and a preview shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What it does to the state it was drafted for.
    pub patch: Patch,
    /// The edit with everything derived filled in, so that a replay gives the same.
    pub edit: Edit,
    /// Units whose territory, members or attributes change, ascending; abolished ones are among them.
    pub changed: Vec<UnitId>,
    /// Unit that it makes.
    pub made: Option<UnitId>,
    /// Units that the edit names, in its order.
    pub named: Vec<UnitId>,
    /// Unit that it is about: the result of a merger, the new parent of a transfer, else the unit named.
    pub result: UnitId,
    /// What is doubtful about it.
    pub warnings: Vec<Warning>,
    /// The dataset from then on, when the edit makes new atoms.
    pub refined: Option<Refined>,
}

/// A dataset with some atoms cut, and how it came about.
#[derive(Clone, Debug)]
pub struct Refined {
    /// The dataset: every atom that there was is there still, and those that the cuts made stand behind them.
    pub dataset: Arc<Dataset>,
    pub(super) cuts: Arc<[SharedCut]>,
}

/// A cut, and what share of the atom's people goes to its left.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SharedCut {
    pub(super) cut: Cut,
    pub(super) share: LeftShare,
}

impl PartialEq for Refined {
    /// The same cuts of one dataset lead to the same.
    fn eq(&self, other: &Self) -> bool {
        self.cuts == other.cuts
    }
}

/// A unit as it would be.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitAfter {
    /// Its id.
    pub id: UnitId,
    /// What it would say of itself.
    pub unit: Unit,
    /// Its atoms, ascending.
    pub atoms: Vec<AtomId>,
    /// Number of its members.
    pub members: usize,
}

impl Draft {
    /// A unit as it would be; `None` for an id that neither the state nor the draft has. Costs its atoms.
    #[must_use]
    pub fn unit_after(&self, state: &State, id: UnitId) -> Option<UnitAfter> {
        let exists = id.index() < state.unit_count();
        let after = self.patch.changes.iter().find_map(|change| match change {
            Change::Set(of, unit) if *of == id => Some(&**unit),
            Change::Push(unit) if self.made == Some(id) => Some(&**unit),
            _ => None,
        });
        let unit = after.or_else(|| exists.then(|| state.unit(id)))?.clone();
        let mut atoms = if exists { state.atoms(id) } else { Vec::new() };
        let mut next = state.labels(unit.level).len();
        for change in &self.patch.changes {
            if let Change::AddAtom { like } = change {
                if exists && state.labels(unit.level).get(like.index()) == Some(&id) {
                    atoms.push(AtomId::new(next));
                }
                next += 1;
            }
        }
        for moved in self.patch.moved().filter(|moved| moved.level == unit.level) {
            if moved.from == id {
                atoms.retain(|atom| moved.atoms.binary_search(atom).is_err());
            } else if moved.to == id {
                atoms.extend_from_slice(moved.atoms);
            }
        }
        atoms.sort_unstable();
        let mut members = if exists { state.members(id).len() } else { 0 };
        for change in &self.patch.changes {
            if let Change::Members { of, take, give } = change
                && *of == id
            {
                members = members + give.len() - take.len();
            }
        }
        Some(UnitAfter { id, unit, atoms, members })
    }

    /// The result of the edit, then the other units that gain or lose territory, ascending.
    #[must_use]
    pub fn territory_changed(&self) -> Vec<UnitId> {
        let mut others: BTreeSet<UnitId> = self.patch.moved().flat_map(|moved| [moved.from, moved.to]).collect();
        others.remove(&self.result);
        std::iter::once(self.result).chain(others).collect()
    }
}

/// Collects the consequences of an edit.
pub(super) struct Drafting<'a> {
    pub(super) state: &'a State,
    pub(super) warnings: Vec<Warning>,
    made: Option<Unit>,
    units: BTreeMap<UnitId, Unit>,
    members: BTreeMap<UnitId, Exchange<UnitId>>,
    atoms: BTreeMap<UnitId, Exchange<AtomId>>,
    relabels: Vec<Change>,
    lists: Vec<Change>,
    refined: Option<Refined>,
    /// Changes that touch neither territory nor what units say of themselves: locks, uses of seats.
    pub(super) besides: Vec<Change>,
    /// Units whose figures change for a reason other than members and atoms.
    touched: BTreeSet<UnitId>,
}

/// What a list loses and gains.
struct Exchange<T> {
    take: Vec<T>,
    give: Vec<T>,
}

impl<T> Default for Exchange<T> {
    fn default() -> Self {
        Self { take: Vec::new(), give: Vec::new() }
    }
}

impl<'a> Drafting<'a> {
    pub(super) fn new(state: &'a State) -> Self {
        Self {
            state,
            warnings: Vec::new(),
            made: None,
            units: BTreeMap::new(),
            members: BTreeMap::new(),
            atoms: BTreeMap::new(),
            relabels: Vec::new(),
            lists: Vec::new(),
            refined: None,
            besides: Vec::new(),
            touched: BTreeSet::new(),
        }
    }

    /// Id that a made unit gets.
    pub(super) fn next_id(&self) -> UnitId {
        UnitId::new(self.state.unit_count())
    }

    /// Makes a unit and puts it under its parent.
    pub(super) fn make(&mut self, unit: Unit) -> UnitId {
        let id = self.next_id();
        self.list(Text::Code, &unit.code, id);
        self.list(Text::Name, &unit.name, id);
        if let Some(parent) = unit.parent {
            self.members.entry(parent).or_default().give.push(id);
        }
        self.made = Some(unit);
        id
    }

    /// What a unit will say of itself.
    pub(super) fn unit_mut(&mut self, id: UnitId) -> &mut Unit {
        self.units.entry(id).or_insert_with(|| self.state.unit(id).clone())
    }

    /// Lists a code or name that a unit gets.
    pub(super) fn list(&mut self, text: Text, value: &str, id: UnitId) {
        if !value.is_empty() {
            self.lists.push(Change::List(text, value.into(), id));
        }
    }

    /// Says that figures of a unit change, although its members and atoms stay.
    pub(super) fn touch(&mut self, id: UnitId) {
        self.touched.insert(id);
    }

    /// Moves everything that a unit holds to another of its level, and the unit out of its parent.
    /// `to_parent` is the parent that the other one will have.
    pub(super) fn dissolve(&mut self, from: UnitId, to: UnitId, to_parent: Option<UnitId>) {
        let unit = self.state.unit(from);
        let atoms = self.state.atoms(from);
        for &member in self.state.members(from) {
            self.unit_mut(member).parent = Some(to);
            self.members.entry(from).or_default().take.push(member);
            self.members.entry(to).or_default().give.push(member);
        }
        let own = &self.state.atoms[from.index()];
        if !own.is_empty() {
            self.atoms.entry(from).or_default().take.extend_from_slice(own);
            self.atoms.entry(to).or_default().give.extend_from_slice(own);
        }
        self.touch(from);
        if let Some(parent) = unit.parent {
            self.members.entry(parent).or_default().take.push(from);
        }
        self.relabel_above(unit.parent, to_parent, &atoms);
        self.relabel(from, to, atoms);
    }

    /// Works on a dataset with more atoms from here on. Figures of everything that holds a cut atom change.
    pub(super) fn refine(&mut self, refined: Option<Refined>) {
        self.refined = refined;
        for atom in self.cut_atoms() {
            self.touched.extend(self.state.levels().filter_map(|level| self.state.labels(level).get(atom.index())));
        }
    }

    /// Atoms that are cut, in order; each makes a new one.
    fn cut_atoms(&self) -> Vec<AtomId> {
        self.refined.iter().flat_map(|refined| refined.cuts.iter()).map(|shared| shared.cut.atom()).collect()
    }

    /// Gives atoms of a unit of the finest level to another one, which stands under `to_parent`.
    pub(super) fn hand_over(&mut self, from: UnitId, to: UnitId, to_parent: Option<UnitId>, atoms: Vec<AtomId>) {
        self.relabel_above(self.state.unit(from).parent, to_parent, &atoms);
        self.atoms.entry(from).or_default().take.extend_from_slice(&atoms);
        self.atoms.entry(to).or_default().give.extend_from_slice(&atoms);
        self.relabel(from, to, atoms);
    }

    /// Puts a unit that comes back under its parent.
    pub(super) fn enter(&mut self, id: UnitId, parent: Option<UnitId>) {
        if let Some(parent) = parent {
            self.members.entry(parent).or_default().give.push(id);
        }
    }

    /// Puts a member under a unit that comes into force, which stands under `to_parent`.
    pub(super) fn move_under(&mut self, member: UnitId, to: UnitId, to_parent: Option<UnitId>) {
        let from = self.state.unit(member).parent;
        if let Some(from) = from {
            self.members.entry(from).or_default().take.push(member);
            let atoms = self.state.atoms(member);
            self.relabel_above(self.state.unit(from).parent, to_parent, &atoms);
            self.relabel(from, to, atoms);
        }
        self.members.entry(to).or_default().give.push(member);
        self.unit_mut(member).parent = Some(to);
    }

    /// Takes a unit without territory out of its parent.
    pub(super) fn remove_empty(&mut self, id: UnitId) {
        self.touch(id);
        if let Some(parent) = self.state.unit(id).parent {
            self.members.entry(parent).or_default().take.push(id);
        }
    }

    /// Puts a unit under another parent.
    pub(super) fn reparent(&mut self, id: UnitId, to: UnitId) {
        let from = self.state.unit(id).parent;
        if let Some(from) = from {
            self.members.entry(from).or_default().take.push(id);
        }
        self.members.entry(to).or_default().give.push(id);
        self.unit_mut(id).parent = Some(to);
        self.relabel_above(from, Some(to), &self.state.atoms(id));
    }

    /// Atoms change their unit at every level from the old and the new parent upwards, as far as the two differ.
    fn relabel_above(&mut self, from: Option<UnitId>, to: Option<UnitId>, atoms: &[AtomId]) {
        let (mut from, mut to) = (from, to);
        while let (Some(old), Some(new)) = (from, to) {
            if old == new {
                break;
            }
            self.relabel(old, new, atoms.to_vec());
            from = self.state.unit(old).parent;
            to = self.state.unit(new).parent;
        }
    }

    fn relabel(&mut self, from: UnitId, to: UnitId, atoms: Vec<AtomId>) {
        if !atoms.is_empty() {
            let level = self.state.unit(from).level;
            self.relabels.push(Change::Relabel { level, atoms, from, to });
        }
    }

    /// Members that a unit will have.
    pub(super) fn members_after(&self, id: UnitId) -> usize {
        let now = self.state.members(id).len();
        self.members.get(&id).map_or(now, |change| now + change.give.len() - change.take.len())
    }

    /// The draft. Every unit whose territory, members or seat change gets a new revision.
    pub(super) fn finish(mut self, edit: Edit, named: Vec<UnitId>, result: UnitId) -> Draft {
        let made = self.made.is_some().then(|| self.next_id());
        let mut touched = std::mem::take(&mut self.touched);
        touched.extend(self.members.keys().chain(self.atoms.keys()));
        for change in &self.relabels {
            if let Change::Relabel { from, to, .. } = change {
                touched.extend([*from, *to]);
            }
        }
        for &id in &touched {
            if Some(id) != made {
                self.unit_mut(id).revision = next_revision();
            }
        }
        let mut changed: Vec<UnitId> = self.units.keys().copied().collect();
        changed.extend(self.besides.iter().filter_map(|change| match change {
            Change::LockUnit(unit, _) | Change::SeatUse(unit, _) => Some(*unit),
            _ => None,
        }));
        changed.extend(made);
        let mut list: Vec<Change> = self.cut_atoms().into_iter().map(|like| Change::AddAtom { like }).collect();
        if let Some(mut unit) = self.made {
            unit.revision = next_revision();
            list.push(Change::Push(Box::new(unit)));
        }
        list.append(&mut self.lists);
        list.extend(self.units.into_iter().map(|(id, unit)| Change::Set(id, Box::new(unit))));
        list.extend(self.members.into_iter().map(|(of, change)| {
            let (take, give) = change.sorted();
            Change::Members { of, take, give }
        }));
        list.extend(self.atoms.into_iter().map(|(of, change)| {
            let (take, give) = change.sorted();
            Change::Atoms { of, take, give }
        }));
        list.append(&mut self.relabels);
        list.append(&mut self.besides);
        Draft {
            patch: Patch { changes: list },
            edit,
            changed,
            made,
            named,
            result,
            warnings: self.warnings,
            refined: self.refined,
        }
    }
}

impl<T: Ord> Exchange<T> {
    fn sorted(mut self) -> (Vec<T>, Vec<T>) {
        self.take.sort();
        self.give.sort();
        (self.take, self.give)
    }
}

//! The cheapest way to make a unit whole again: the one that moves fewest people.
//!
//! Two ways are weighed. The cut-off part goes to a unit that it touches; or the units between the part and the rest
//! come over (Dijkstra's shortest way, each unit at the price of its people). Both move whole units of the next finer
//! level, and stay below one parent. Where the population of any place is unknown, area is weighed instead.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap};

use rust_decimal::Decimal;

use super::connection::{Ground, Part};
use super::exclave;
use crate::coverage::{AtomId, FaceId};
use crate::edit::{Edit, UnitRef};
use crate::geodesy::ExactSum;
use crate::model::{Dataset, LevelIndex, State, Total, UnitId};

/// How often another way round is looked for when one would cut a third unit in two.
const TRIES: usize = 8;

/// An edit that gives a unit one part less, or more than one.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// The edit.
    pub edit: Edit,
    /// What it does.
    pub way: Way,
    /// Units that move, ascending.
    pub moved: Vec<UnitId>,
    /// Their people; `None` when that is not known.
    pub people: Option<Decimal>,
    /// Their area in m².
    pub area_m2: f64,
    /// Parts of the unit afterwards.
    pub parts_after: usize,
}

/// How a unit becomes whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The cut-off part goes to another unit.
    GiveTo(UnitId),
    /// What lies between comes over.
    Bridge,
}

/// Where to look for fixes.
pub(super) struct Mending<'a> {
    pub dataset: &'a Dataset,
    pub state: &'a State,
    pub ground: &'a Ground,
    pub unit: UnitId,
}

/// What a way costs: people, or area where these are not known; then the number of units.
type Cost = (Decimal, usize);

impl Mending<'_> {
    /// The cheapest fix for a part, by its position among the parts of the unit; the main part has none. `None` where
    /// there is none: at the finest level nothing can move, and some parts lie at nobody's border.
    pub(super) fn cheapest(&self, part: usize) -> Option<Fix> {
        let level = self.state.unit(self.unit).level;
        let finer = level.finer()?;
        let parts = self.ground.parts(self.dataset, &self.state.atoms(self.unit));
        let (main, cut_off) = (parts.first()?, parts.get(part).filter(|_| part > 0)?);
        let coverage = &self.dataset.coverage;
        let weighs_people = coverage.atoms().all(|atom| self.dataset.population_of(atom).is_some());
        let scale = Scale { mending: self, weighs_people };
        let given = self.give(cut_off, level, parts.len());
        let given = given.map(|(to, moved, after)| (scale.cost(&moved), Way::GiveTo(to), moved, after));
        let most = given.as_ref().map(|(cost, ..)| *cost);
        let bridged = self.bridge(&scale, cut_off, main, finer, parts.len(), most);
        let bridged = bridged.map(|(moved, after)| (scale.cost(&moved), Way::Bridge, moved, after));
        let cheapest = [given, bridged].into_iter().flatten().min_by_key(|(cost, ..)| *cost);
        let (_, way, moved, parts_after) = cheapest?;
        let to = match way {
            Way::GiveTo(to) => to,
            Way::Bridge => self.unit,
        };
        let name = |unit: UnitId| UnitRef::to(self.dataset, self.state, unit);
        let units = moved.iter().map(|&unit| name(unit)).collect::<Option<Vec<_>>>()?;
        let edit = Edit::Transfer { units, to: name(to)? };
        edit.draft(self.dataset, self.state).ok()?;
        Some(Fix { way, people: scale.people(&moved), area_m2: scale.area_m2(&moved), moved, parts_after, edit })
    }

    /// To whom the part can go: a unit of the same parent beside it, that with the longest shared border. Returns it, what
    /// moves, and how many parts are left.
    fn give(&self, part: &Part, level: LevelIndex, parts: usize) -> Option<(UnitId, Vec<UnitId>, usize)> {
        let moved = exclave::members(self.dataset, self.state, level, part);
        if moved.is_empty() || moved.len() >= self.state.members(self.unit).len() {
            return None;
        }
        let after = self.parts_without(self.unit, &moved);
        if after >= parts {
            return None;
        }
        let mut beside: BTreeMap<UnitId, ExactSum> = BTreeMap::new();
        let measures = self.dataset.any_measures();
        for (atom, length) in self.around(&part.faces) {
            let other = self.state.unit_of(atom, level);
            if other != self.unit && self.state.unit(other).parent == self.state.unit(self.unit).parent {
                *beside.entry(other).or_default() += length.map(|arc| measures.arc_length(arc)).unwrap_or_default();
            }
        }
        let mut ranked: Vec<(UnitId, f64)> = beside.into_iter().map(|(unit, length)| (unit, length.to_f64())).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let takes = |unit: UnitId| self.parts_with(unit, &moved) <= self.part_count(&self.state.atoms(unit));
        let to = ranked.into_iter().map(|(unit, _)| unit).find(|&unit| takes(unit))?;
        Some((to, moved, after))
    }

    /// The cheapest units between a part and the main part that can come over without harm to those that give them.
    fn bridge(
        &self,
        scale: &Scale<'_>,
        part: &Part,
        main: &Part,
        finer: LevelIndex,
        parts: usize,
        most: Option<Cost>,
    ) -> Option<(Vec<UnitId>, usize)> {
        let mut forbidden = BTreeSet::new();
        for _ in 0..TRIES {
            let moved = self.way_between(scale, part, main, finer, most, &forbidden)?;
            let after = self.parts_with(self.unit, &moved);
            let harmed = self.harmed_by(&moved);
            if harmed.is_empty() && after < parts {
                return Some((moved, after));
            }
            let to_avoid: Vec<UnitId> = if harmed.is_empty() { moved } else { harmed };
            forbidden.extend(to_avoid);
        }
        None
    }

    /// Units among these that leave a parent empty or in more parts than it had.
    fn harmed_by(&self, moved: &[UnitId]) -> Vec<UnitId> {
        let mut givers: BTreeMap<UnitId, Vec<UnitId>> = BTreeMap::new();
        for &unit in moved {
            givers.extend(self.state.unit(unit).parent.map(|parent| (parent, Vec::new())));
        }
        for &unit in moved {
            if let Some(given) = self.state.unit(unit).parent.and_then(|parent| givers.get_mut(&parent)) {
                given.push(unit);
            }
        }
        let mut harmed = Vec::new();
        for (giver, given) in givers {
            let emptied = given.len() == self.state.members(giver).len();
            if emptied || self.parts_without(giver, &given) > self.part_count(&self.state.atoms(giver)) {
                harmed.extend(given);
            }
        }
        harmed
    }

    /// Units of the finer level between two parts, at the least cost (Dijkstra 1959); `None` when there is no way, or
    /// none that costs less than `most`.
    fn way_between(
        &self,
        scale: &Scale<'_>,
        part: &Part,
        main: &Part,
        finer: LevelIndex,
        most: Option<Cost>,
        forbidden: &BTreeSet<UnitId>,
    ) -> Option<Vec<UnitId>> {
        let state = self.state;
        let above = state.unit(self.unit).parent;
        let may_move = |unit: UnitId| {
            let parent = state.unit(unit).parent;
            parent != Some(self.unit)
                && parent.is_some_and(|parent| state.unit(parent).parent == above)
                && !forbidden.contains(&unit)
        };
        let touches_main = |unit: UnitId| {
            let faces: Vec<FaceId> =
                state.atoms(unit).iter().flat_map(|&atom| self.dataset.coverage.faces_of(atom)).collect();
            self.touch(&faces, &main.faces)
        };
        let mut ways = Ways { best: HashMap::new(), queue: BinaryHeap::new(), most };
        for unit in self.beside(&part.faces, finer).into_iter().filter(|&unit| may_move(unit)) {
            ways.offer(unit, scale.cost(&[unit]), None);
        }
        while let Some(Reverse((cost, unit))) = ways.queue.pop() {
            if ways.best.get(&unit).is_none_or(|(known, _)| *known < cost) {
                continue;
            }
            if touches_main(unit) {
                return Some(ways.way_to(unit));
            }
            let faces: Vec<FaceId> =
                state.atoms(unit).iter().flat_map(|&atom| self.dataset.coverage.faces_of(atom)).collect();
            for next in self.beside(&faces, finer).into_iter().filter(|&next| may_move(next)) {
                ways.offer(next, scale.cost(&[next]), Some((cost, unit)));
            }
        }
        None
    }

    /// Units of a level across the borders and links of some faces, ascending.
    fn beside(&self, faces: &[FaceId], level: LevelIndex) -> Vec<UnitId> {
        let mut units: Vec<UnitId> =
            self.around(faces).into_iter().map(|(atom, _)| self.state.unit_of(atom, level)).collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// Atoms across the borders of some faces, with the arc between, and across their links.
    fn around(&self, faces: &[FaceId]) -> Vec<(AtomId, Option<crate::coverage::ArcId>)> {
        let coverage = &self.dataset.coverage;
        let mut found = Vec::new();
        for &face in faces {
            let atom = coverage.atom_of(face);
            for &arc in coverage.rings_of(face).flat_map(|ring| coverage.ring(ring)) {
                let other = coverage.right(arc).map(|other| coverage.atom_of(other));
                let open = other.filter(|&other| other != atom && !self.ground.is_barred(atom, other));
                found.extend(open.map(|other| (other, Some(arc.arc()))));
            }
            found.extend(self.ground.linked_with(atom).into_iter().map(|other| (other, None)));
        }
        found
    }

    /// Whether two sets of faces are connected; the second ascends.
    fn touch(&self, faces: &[FaceId], others: &[FaceId]) -> bool {
        let coverage = &self.dataset.coverage;
        let is_other = |atom: AtomId| coverage.faces_of(atom).any(|face| others.binary_search(&face).is_ok());
        faces.iter().any(|&face| {
            let atom = coverage.atom_of(face);
            let across = |other: FaceId| {
                others.binary_search(&other).is_ok() && !self.ground.is_barred(atom, coverage.atom_of(other))
            };
            let mut arcs = coverage.rings_of(face).flat_map(|ring| coverage.ring(ring));
            arcs.any(|&arc| coverage.right(arc).is_some_and(across))
                || self.ground.linked_with(atom).into_iter().any(is_other)
        })
    }

    fn part_count(&self, atoms: &[AtomId]) -> usize {
        self.ground.part_count(self.dataset, atoms)
    }

    fn parts_with(&self, unit: UnitId, more: &[UnitId]) -> usize {
        let mut atoms = self.state.atoms(unit);
        atoms.extend(more.iter().flat_map(|&unit| self.state.atoms(unit)));
        atoms.sort_unstable();
        atoms.dedup();
        self.part_count(&atoms)
    }

    fn parts_without(&self, unit: UnitId, less: &[UnitId]) -> usize {
        let gone: BTreeSet<AtomId> = less.iter().flat_map(|&unit| self.state.atoms(unit)).collect();
        let mut atoms = self.state.atoms(unit);
        atoms.retain(|atom| !gone.contains(atom));
        self.part_count(&atoms)
    }
}

/// Cheapest ways found so far.
struct Ways {
    /// Cost of coming to a unit, and the unit before it. Looked up, never iterated.
    best: HashMap<UnitId, (Cost, Option<UnitId>)>,
    queue: BinaryHeap<Reverse<(Cost, UnitId)>>,
    /// Ways that cost as much are not followed.
    most: Option<Cost>,
}

impl Ways {
    /// A way to a unit that costs `own` itself, from another unit or from the start.
    fn offer(&mut self, to: UnitId, own: Cost, from: Option<(Cost, UnitId)>) {
        let (so_far, steps) = from.map_or((Decimal::ZERO, 0), |(cost, _)| cost);
        let cost = (so_far.saturating_add(own.0), steps + 1);
        let is_dear = self.most.is_some_and(|most| cost >= most);
        if !is_dear && self.best.get(&to).is_none_or(|(known, _)| cost < *known) {
            self.best.insert(to, (cost, from.map(|(_, from)| from)));
            self.queue.push(Reverse((cost, to)));
        }
    }

    /// Units on the way, ascending.
    fn way_to(&self, unit: UnitId) -> Vec<UnitId> {
        let before = |at: &UnitId| self.best.get(at).and_then(|(_, from)| *from);
        let mut way: Vec<UnitId> = std::iter::successors(Some(unit), before).collect();
        way.sort_unstable();
        way
    }
}

/// Weighs units.
struct Scale<'a> {
    mending: &'a Mending<'a>,
    weighs_people: bool,
}

impl Scale<'_> {
    fn cost(&self, units: &[UnitId]) -> Cost {
        let weight = if self.weighs_people {
            self.people(units).unwrap_or_default()
        } else {
            Decimal::try_from(self.area_m2(units)).unwrap_or_default()
        };
        // A way over what is less than nothing would be gone round for ever.
        (weight.max(Decimal::ZERO), units.len())
    }

    fn people(&self, units: &[UnitId]) -> Option<Decimal> {
        self.atoms(units).map(|atom| self.mending.dataset.population_of(atom)).collect::<Total>().value()
    }

    fn area_m2(&self, units: &[UnitId]) -> f64 {
        let measures = self.mending.dataset.any_measures();
        self.atoms(units).map(|atom| measures.atom_area(atom)).sum::<ExactSum>().to_f64()
    }

    fn atoms(&self, units: &[UnitId]) -> impl Iterator<Item = AtomId> {
        units.iter().flat_map(|&unit| self.mending.state.atoms(unit)).collect::<Vec<_>>().into_iter()
    }
}

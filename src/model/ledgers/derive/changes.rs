//! What of the rows that come about differs between two states: what an edit brings about, said before it is done.
//!
//! It costs the units that differ, those below them, and the rows in them; not what is loaded.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use super::{Deed, Derivation, Occasion};
use crate::coverage::AtomId;
use crate::model::ledgers::{AddedAt, LaidLedger};
use crate::model::{Dataset, LevelIndex, State, UnitId};

/// Rows of one rule that differ between two states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivedChange {
    /// Id of the rule.
    pub rule: CompactString,
    /// What its rows are called, in 简体中文 and in English: 便民服务站, stations.
    pub title: [String; 2],
    /// The ledger.
    pub table: CompactString,
    /// Keys of rows that only the later state has; of a rule that changes rows, of those that only there are changed.
    pub appear: Vec<CompactString>,
    /// Keys of rows that only the earlier state has.
    pub vanish: Vec<CompactString>,
    /// Keys of rows that say something else.
    pub change: Vec<CompactString>,
}

impl DerivedChange {
    /// Whether nothing differs.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.appear.is_empty() && self.vanish.is_empty() && self.change.is_empty()
    }
}

/// What a row says: its cells, and what it is of.
type Says = (Vec<(usize, CompactString)>, Option<AddedAt>);

/// What differs between two states.
struct Touched<'a> {
    dataset: &'a Dataset,
    states: [&'a State; 2],
    atoms: Vec<AtomId>,
    /// Ascending.
    units: [Vec<UnitId>; 2],
}

impl Dataset {
    /// What of the rows that come about differs between two states over this dataset, by rule, in the order of the packs.
    /// Rules of which nothing differs are left out.
    #[must_use]
    pub fn derived_between(&self, before: &State, after: &State) -> Vec<DerivedChange> {
        let derivations = self.derivations();
        if derivations.rules.is_empty() {
            return Vec::new();
        }
        let (before, after) = (self.lifted(before), self.lifted(after));
        let touched = Touched::between(self, &before, &after);
        let all = derivations.rules.iter().enumerate().filter_map(|(at, rule)| {
            let laid = self.ledger(&rule.table)?;
            let sides = match rule.deed {
                Deed::Add => [0, 1].map(|side| touched.rows_of(side, (at, rule), laid)),
                Deed::Change(_) => [0, 1].map(|side| touched.changes_of(side, (at, rule), laid)),
            };
            Some(compare(rule, &sides))
        });
        all.filter(|change| !change.is_empty()).collect()
    }
}

fn compare(rule: &Derivation, [before, after]: &[BTreeMap<CompactString, Says>; 2]) -> DerivedChange {
    let lacks = |these: &BTreeMap<CompactString, Says>, those: &BTreeMap<CompactString, Says>| {
        these.keys().filter(|key| !those.contains_key(*key)).cloned().collect()
    };
    let differs = |(key, was): (&CompactString, &Says)| after.get(key).is_some_and(|is| is != was).then(|| key.clone());
    DerivedChange {
        rule: rule.id.clone(),
        title: rule.title.clone(),
        table: rule.table.clone(),
        appear: lacks(after, before),
        vanish: lacks(before, after),
        change: before.iter().filter_map(differs).collect(),
    }
}

impl<'a> Touched<'a> {
    fn between(dataset: &'a Dataset, before: &'a State, after: &'a State) -> Self {
        let mut atoms: BTreeSet<AtomId> = BTreeSet::new();
        for level in after.levels() {
            let differing = after.labels(level).differing(before.labels(level));
            let there = before.labels(level).len().min(after.labels(level).len());
            atoms.extend(differing.into_iter().filter(|&at| at < there).map(AtomId::new));
        }
        let differing = after.units_differing(before);
        let of = |state: &State| {
            let there = differing.iter().copied().filter(|&at| at < state.unit_count());
            there.map(UnitId::new).collect::<Vec<_>>()
        };
        let units = [of(before), of(after)];
        Self { dataset, states: [before, after], atoms: atoms.into_iter().collect(), units }
    }

    /// Units of a level that a rule may say something else about: as they are on one side, or as they were loaded.
    fn concerned(&self, side: usize, level: LevelIndex, is_of_current: bool) -> BTreeSet<UnitId> {
        let (state, base) = (self.states[side], &self.dataset.base);
        let labels = if is_of_current { state } else { base };
        let mut all: BTreeSet<UnitId> = self.atoms.iter().map(|&atom| labels.unit_of(atom, level)).collect();
        if is_of_current {
            // Who has the seat of a unit goes on under its key as long as that has no territory: it is known otherwise once
            // that comes back, and has lost nothing itself.
            let touched =
                self.states.iter().flat_map(|state| self.atoms.iter().map(|&atom| state.unit_of(atom, level)));
            let loaded = touched.filter(|unit| unit.index() < state.base_unit_count()).collect::<BTreeSet<_>>();
            all.extend(loaded.into_iter().filter_map(|unit| self.dataset.holder(state, unit)));
        }
        let mut take = |unit: UnitId| {
            if is_of_current {
                all.insert(unit);
            } else {
                // Whoever has seats of loaded units has them by its territory.
                all.extend(state.atoms(unit).into_iter().map(|atom| base.unit_of(atom, level)));
                all.extend(Some(unit).filter(|unit| unit.index() < state.base_unit_count()));
            }
        };
        for &unit in &self.units[side] {
            let of = state.unit(unit).level;
            if of == level {
                take(unit);
                // Codes that are to be are shared out among those of one parent.
                let siblings = state.unit(unit).parent.filter(|_| self.is_coded_otherwise(unit));
                siblings.iter().flat_map(|&parent| state.members(parent).to_vec()).for_each(&mut take);
            } else if of.index() == level.index() + 1 && self.concerns_members(unit) {
                state.members(unit).iter().for_each(|&member| take(member));
            }
        }
        all
    }

    /// Whether a unit has another code or kind on the other side, so that others have its code or its place among them.
    fn is_coded_otherwise(&self, unit: UnitId) -> bool {
        let [before, after] = self.states;
        if unit.index() >= before.unit_count().min(after.unit_count()) {
            return true;
        }
        let (was, is) = (before.unit(unit), after.unit(unit));
        (&was.code, &was.kind) != (&is.code, &is.kind)
    }

    /// Whether rows about members of a unit may say something else for its sake: it is called otherwise, or others share
    /// the codes under it.
    fn concerns_members(&self, unit: UnitId) -> bool {
        let [before, after] = self.states;
        if unit.index() >= before.unit_count().min(after.unit_count()) {
            return true;
        }
        let (was, is) = (before.unit(unit), after.unit(unit));
        (&was.name, &was.code) != (&is.name, &is.code) || before.members(unit) != after.members(unit)
    }

    /// Rows that a rule adds on one side, as far as they may differ.
    fn rows_of(
        &self,
        side: usize,
        (at, rule): (usize, &Derivation),
        laid: &LaidLedger,
    ) -> BTreeMap<CompactString, Says> {
        let (dataset, state) = (self.dataset, self.states[side]);
        let mut rows = BTreeMap::new();
        let mut put = |row: Option<super::super::LedgerRow<'_>>| {
            let row = row.filter(|row| row.record.is_none_or(|record| !record.removed));
            if let Some((key, derived)) = row.and_then(|row| Some((row.key().clone(), row.derived?))) {
                rows.insert(key, (derived.cells, derived.of));
            }
        };
        match &rule.occasion {
            Occasion::Unit(event, level) => {
                let Some(level) = dataset.level_index(*level) else { return rows };
                for unit in self.concerned(side, level, event.is_of_current()) {
                    rule.about(dataset, state, *event, unit, |concerned, home, key| {
                        put(laid.derived_row(concerned, (at, rule), AddedAt::Atom(home), key));
                    });
                }
            }
            // There may be many units, and few findings.
            Occasion::Finding(_) | Occasion::Approval => {
                rule.each_concerned(dataset, state, super::rows::Within::All, |concerned, of, key| {
                    put(laid.derived_row(concerned, (at, rule), of, key));
                });
            }
        }
        rows
    }

    /// Rows that a rule changes on one side, as far as they may differ.
    fn changes_of(
        &self,
        side: usize,
        (at, rule): (usize, &Derivation),
        laid: &LaidLedger,
    ) -> BTreeMap<CompactString, Says> {
        let (dataset, state) = (self.dataset, self.states[side]);
        let mut rows = BTreeMap::new();
        let Occasion::Unit(event, level) = rule.occasion else { return rows };
        let Some(level) = dataset.level_index(level) else { return rows };
        for unit in self.concerned(side, level, event.is_of_current()) {
            if !rule.concerns(dataset, state, event, unit) {
                continue;
            }
            let atoms = if event.is_of_current() { state.atoms(unit) } else { dataset.base.atoms(unit) };
            for index in atoms.iter().flat_map(|&atom| laid.rows_at(atom)) {
                let row = laid.loaded_row(dataset, state, *index);
                if row.record.is_some_and(|record| record.removed) {
                    continue;
                }
                let Some(derived) = row.derived.as_ref().filter(|derived| derived.rule == at) else { continue };
                rows.insert(row.key().clone(), (derived.cells.clone(), None));
            }
        }
        rows
    }
}

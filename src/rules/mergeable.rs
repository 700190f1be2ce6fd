//! What a pack says about units that could be joined: their size, what parts and joins them, and what belongs apart.

use super::judge::{Case, Judge};
use super::pack::{Check, Limits, Quantity, Rule};
use crate::coverage::AtomId;
use crate::metrics::Figure;
use crate::model::{Severity, State, UnitId};

impl Judge {
    /// Whether a barrier lies between two atoms.
    #[must_use]
    pub fn is_barred(&self, a: AtomId, b: AtomId) -> bool {
        self.ground.is_barred(a, b)
    }

    /// The ends of all links, in their order: of the units that a link names, the atom with the largest face.
    #[must_use]
    pub fn link_ends(&self) -> Vec<[AtomId; 2]> {
        self.ground.link_ends(&self.dataset)
    }

    /// Limits of a figure for a unit in force: the row that fits it of the first rule that has one with a least or a
    /// most. `None` where no rule sets any, and where kind or terrain of the unit are not known.
    #[must_use]
    pub fn limits(&self, state: &State, id: UnitId, quantity: &Quantity) -> Option<Limits> {
        let unit = state.unit(id);
        let atoms = state.atoms(id);
        let case = Case { state, id, unit, level: self.dataset.level(unit.level), atoms: &atoms };
        self.rules_at[unit.level.index()].iter().find_map(|&rule| {
            let rule = &self.pack().rules[rule];
            let Check::Range { quantity: asked, limits } = &rule.check else { return None };
            let row = (rule.is_for_kind(unit.kind.as_ref()) && asked == quantity)
                .then(|| self.row_for(case, limits).ok().flatten())??
                .0;
            (row.min.is_some() || row.max.is_some()).then(|| row.clone())
        })
    }

    /// The most that all rules of severity *error* allow a unit in force: people, area in m², and members. `None` where
    /// none sets any, and where kind or terrain of the unit are not known.
    #[must_use]
    pub fn most(&self, state: &State, id: UnitId) -> [Option<f64>; 3] {
        let unit = state.unit(id);
        let atoms = state.atoms(id);
        let case = Case { state, id, unit, level: self.dataset.level(unit.level), atoms: &atoms };
        let rules = || self.rules_at[unit.level.index()].iter().map(|&rule| &self.pack().rules[rule]);
        let quantities = [Quantity::Figure(Figure::Population), Quantity::Figure(Figure::Area), Quantity::Members];
        quantities.map(|quantity| {
            let of_rule = |rule: &Rule| {
                let Check::Range { quantity: asked, limits } = &rule.check else { return None };
                let applies =
                    rule.severity == Severity::Error && *asked == quantity && rule.is_for_kind(unit.kind.as_ref());
                applies.then(|| self.row_for(case, limits).ok().flatten())??.0.max
            };
            rules().filter_map(of_rule).reduce(f64::min)
        })
    }

    /// Which of the units that a pack keeps apart a unit holds something of: rule, group, and position in the group,
    /// ascending. Two units with the same rule and group and another position may not become one.
    #[must_use]
    pub fn kept_apart(&self, state: &State, id: UnitId) -> Vec<(usize, usize, usize)> {
        let level = state.unit(id).level;
        let labels = state.labels(level);
        let mut held = Vec::new();
        for &rule in &self.rules_at[level.index()] {
            let Check::Apart(_) = self.pack().rules[rule].check else { continue };
            for (group, units) in self.groups.get(&rule).into_iter().flatten().enumerate() {
                let here = |atoms: &[AtomId]| atoms.iter().any(|atom| labels[atom.index()] == id);
                let held_of = units.iter().enumerate().filter(|(_, (_, atoms))| here(atoms));
                held.extend(held_of.map(|(position, _)| (rule, group, position)));
            }
        }
        held
    }
}

//! Scenarios of a document: which there are, which is active, and the way from one to another.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Document;
use crate::edit::scenario::{Branch, Description, Scenario, ScenarioId, StepId};
use crate::model::{State, UnitId};

impl Document {
    /// Makes a scenario active by its position.
    pub(super) fn take_up(&mut self, target: usize) -> Vec<UnitId> {
        let (up, down) = self.way_to(target);
        self.active = target;
        self.flip_all(up.into_iter().chain(down))
    }

    /// Units as any scenario leaves them. Costs the steps that the scenario does not share with the active one.
    ///
    /// Units that no step between the two touches keep their revisions.
    #[must_use]
    pub fn state_of(&self, scenario: ScenarioId) -> Option<Arc<State>> {
        let (up, down) = self.way_to(self.position_of(scenario)?);
        if up.is_empty() && down.is_empty() {
            return Some(self.shared_state());
        }
        let mut state = State::clone(&self.state);
        for id in up.into_iter().chain(down) {
            let _ = self.steps[&id].patch.clone().apply(&mut state);
        }
        Some(Arc::new(state))
    }

    /// All scenarios, in the order in which they were made.
    #[must_use]
    pub fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    /// The scenario whose state this is.
    #[must_use]
    pub fn active(&self) -> &Scenario {
        &self.scenarios[self.active]
    }

    /// A scenario by its number.
    #[must_use]
    pub fn scenario(&self, id: ScenarioId) -> Option<&Scenario> {
        self.scenarios.iter().find(|scenario| scenario.id == id)
    }

    pub(super) fn position_of(&self, id: ScenarioId) -> Option<usize> {
        self.scenarios.iter().position(|scenario| scenario.id == id)
    }

    /// Name of the active scenario; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.active().name
    }

    /// Names the active scenario.
    pub fn rename_plan(&mut self, name: &str) {
        name.clone_into(&mut self.scenarios[self.active].name);
    }

    /// Says something else of a scenario: its name, note or stage.
    pub fn describe(&mut self, id: ScenarioId, change: impl FnOnce(&mut Description<'_>)) {
        if let Some(scenario) = self.scenarios.iter_mut().find(|scenario| scenario.id == id) {
            let Scenario { name, note, stage, left_over, .. } = scenario;
            change(&mut Description { name, note, stage, left_over });
        }
    }

    /// A new scenario that starts where the active one is now, and is active from now on. The state stays.
    pub fn branch(&mut self, name: &str) -> ScenarioId {
        let from = self.active();
        let (branch, path) = (Branch { from: from.id, at: from.position }, from.in_force().to_vec());
        let id = self.next_scenario_id();
        let position = path.len();
        self.scenarios.push(Scenario { branch: Some(branch), path, position, ..Scenario::new(id, name) });
        self.active = self.scenarios.len() - 1;
        id
    }

    /// A new scenario without steps, active from now on.
    pub fn start(&mut self, name: &str) -> ScenarioId {
        let id = self.next_scenario_id();
        self.scenarios.push(Scenario::new(id, name));
        self.switch_to(id);
        id
    }

    /// Makes a way that the active scenario left a scenario of its own, active from now on, with all its steps in force.
    /// Returns its number and the units that differ for it, ascending.
    pub fn take_up_again(&mut self, way: usize, name: &str) -> Option<(ScenarioId, Vec<UnitId>)> {
        let active = self.active();
        let (from, path) = (active.id, active.set_aside.get(way)?.clone());
        let position = path.len();
        let mut scenario = Scenario { path, position, ..Scenario::new(ScenarioId(self.next_scenario), name) };
        scenario.branch = Some(Branch { from, at: active.common(&scenario) });
        self.scenarios[self.active].set_aside.remove(way);
        let id = self.next_scenario_id();
        self.scenarios.push(scenario);
        Some((id, self.switch_to(id)))
    }

    const fn next_scenario_id(&mut self) -> ScenarioId {
        let id = ScenarioId(self.next_scenario);
        self.next_scenario += 1;
        id
    }

    /// Makes another scenario the active one. Returns the units that differ for it, ascending: what a map repaints.
    pub fn switch_to(&mut self, id: ScenarioId) -> Vec<UnitId> {
        self.position_of(id).map(|target| self.take_up(target)).unwrap_or_default()
    }

    /// Steps to be undone, and then to be done, to come to a scenario.
    pub(super) fn way_to(&self, target: usize) -> (Vec<StepId>, Vec<StepId>) {
        let (here, there) = (self.active(), &self.scenarios[target]);
        let common = here.common(there);
        (here.in_force()[common..].iter().rev().copied().collect(), there.in_force()[common..].to_vec())
    }

    /// Takes a scenario away, but never the last one. Those branched off it are from then on branched off where it
    /// was. Returns the units that differ when it was the active one.
    pub fn remove(&mut self, id: ScenarioId) -> Vec<UnitId> {
        let Some(at) = self.position_of(id).filter(|_| self.scenarios.len() > 1) else { return Vec::new() };
        let mut changed = Vec::new();
        if at == self.active {
            let next =
                self.scenarios[at].branch.map(|branch| branch.from).filter(|&from| self.scenario(from).is_some());
            let next = next.unwrap_or_else(|| self.scenarios[usize::from(at == 0)].id);
            changed = self.switch_to(next);
        }
        let gone = self.scenarios.remove(at);
        self.active -= usize::from(self.active > at);
        for scenario in &mut self.scenarios {
            if let Some(branch) = &mut scenario.branch
                && branch.from == id
            {
                let at = branch.at;
                scenario.branch = gone.branch.map(|branch| Branch { at: branch.at.min(at), ..branch });
            }
        }
        self.forget(gone.steps());
        changed
    }

    /// Drops those steps that no scenario has any more.
    pub(super) fn forget(&mut self, steps: impl Iterator<Item = StepId>) {
        let kept: BTreeSet<StepId> = self.scenarios.iter().flat_map(Scenario::steps).collect();
        for id in steps.filter(|id| !kept.contains(id)) {
            self.steps.remove(&id);
        }
    }
}

//! The dataset follows the splits that are in force.
//!
//! A cut fits the dataset that it was thought through for: the one as loaded, with the cuts of all steps before it made.
//! So the dataset of a scenario follows from its last step in force, which keeps it at hand: datasets share what cuts leave
//! alone.

use std::borrow::Cow;
use std::sync::Arc;

use super::{Document, PlanError};
use crate::edit::scenario::{Scenario, ScenarioId, StepId};
use crate::model::{Dataset, State};

impl Document {
    /// Brings the dataset to the cuts that are in force.
    pub(super) fn follow_cuts(&mut self) {
        self.dataset = Arc::clone(self.dataset_of(self.active()));
    }

    /// What was loaded, with the cuts of a scenario made.
    fn dataset_of(&self, scenario: &Scenario) -> &Arc<Dataset> {
        let last = scenario.in_force().last().and_then(|id| self.steps.get(id));
        last.map_or(&self.origin, |step| &step.dataset)
    }

    /// Several scenarios upon one dataset, so that their atoms can be compared: as loaded, with the cuts of all of them
    /// made. `None` stands for the units as loaded. Units have the ids that they have in their scenario.
    ///
    /// Where two scenarios cut in different ways, the edits of the later one are carried out anew upon what the earlier
    /// one made.
    ///
    /// # Errors
    /// [`PlanError`] when they do not carry out there.
    pub fn across(&self, sides: &[Option<ScenarioId>]) -> Result<(Arc<Dataset>, Vec<Arc<State>>), PlanError> {
        let mut dataset = Arc::clone(&self.origin);
        // Steps whose cuts the dataset has, as long as they are those of one scenario.
        let mut made: Option<Vec<StepId>> = Some(Vec::new());
        let mut states = Vec::with_capacity(sides.len());
        for side in sides {
            let Some((id, scenario)) = side.and_then(|id| Some((id, self.scenario(id)?))) else {
                states.push(None);
                continue;
            };
            let wanted = self.cut_steps(scenario);
            let is_ahead = |made: &Vec<StepId>| made.starts_with(&wanted);
            if made.as_ref().is_some_and(|made| !made.starts_with(&wanted) && wanted.starts_with(made)) {
                dataset = Arc::clone(self.dataset_of(scenario));
                made = Some(wanted.clone());
            }
            if wanted.is_empty() || made.as_ref().is_some_and(is_ahead) {
                states.push(self.state_of(id));
            } else {
                let mut anew = Self::new(Arc::clone(&dataset));
                anew.load_plan(&self.plan_of(scenario))?;
                dataset = Arc::clone(anew.dataset());
                states.push(Some(anew.shared_state()));
                made = None;
            }
        }
        let lift = |state: Option<Arc<State>>| {
            let state = state.unwrap_or_else(|| Arc::new(self.origin.base.clone()));
            match dataset.lifted(&state) {
                Cow::Borrowed(_) => state,
                Cow::Owned(lifted) => Arc::new(lifted),
            }
        };
        let states = states.into_iter().map(lift).collect();
        Ok((dataset, states))
    }

    /// Steps in force of a scenario that cut atoms.
    fn cut_steps(&self, scenario: &Scenario) -> Vec<StepId> {
        let cuts = |id: &&StepId| self.steps.get(id).is_some_and(|step| step.cuts);
        scenario.in_force().iter().filter(cuts).copied().collect()
    }
}

//! The document: the only thing that changes.

use std::sync::Arc;
use std::time::SystemTime;

use super::draft::{Draft, UnitAfter};
use super::error::{EditError, Warning};
use super::op::Edit;
use super::patch::{Moved, Patch};
use super::plan::{BaseRef, Plan};
use crate::model::{Dataset, LevelIndex, State, UnitId};

/// An edit that was carried out, or that can be carried out again.
#[derive(Clone, Debug)]
pub struct Step {
    /// The edit, with everything derived filled in.
    pub edit: Edit,
    /// What was doubtful about it.
    pub warnings: Vec<Warning>,
    /// Units whose territory, members or attributes it changes, ascending; abolished ones are among them.
    pub changed: Vec<UnitId>,
    /// Unit that it makes.
    pub made: Option<UnitId>,
    /// Units that the edit names, in its order.
    pub named: Vec<UnitId>,
    /// Unit that it is about: the result of a merger, the new parent of a transfer, else the unit named.
    pub result: UnitId,
    /// When it was first carried out.
    pub at: SystemTime,
    /// Takes the step back while it is done, and carries it out again while it is undone.
    patch: Patch,
}

impl Step {
    /// Which atoms change hands when the step is next undone or redone; the same atoms changed hands the other way
    /// when it was last carried out or taken back.
    pub fn moved(&self) -> impl Iterator<Item = Moved<'_>> {
        self.patch.moved()
    }
}

/// What an edit would do, shown before it is committed.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The result of the edit as it would be, then the other units in force that gain or lose territory. Empty when
    /// the edit abolishes its unit.
    pub after: Vec<UnitAfter>,
    /// Units that the edit names, in its order; look them up in the current state for the figures before.
    pub before: Vec<UnitId>,
    /// The edit with everything derived filled in: code, name, kind, seat, parent.
    pub edit: Edit,
    /// What is doubtful about it.
    pub warnings: Vec<Warning>,
}

/// A plan was stopped by a refused edit. The edits before it were carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("edit {index} ({op}): {error}")]
pub struct PlanError {
    /// Position of the refused edit in the plan, from 0.
    pub index: usize,
    /// Its operation, as in the plan file.
    pub op: &'static str,
    /// Why it was refused.
    pub error: Box<EditError>,
}

/// A dataset and a plan upon it, with undo.
///
/// 1. [`commit`](Self::commit) is the one way to change it; a refused edit leaves it as it was.
/// 2. The state is the base with the first [`position`](Self::position) steps of the history applied.
/// 3. Undo and redo restore states to the bit. Ids of units made by undone steps may come back for other units.
/// 4. A commit, an undo and a redo cost what they touch, not what is loaded.
#[derive(Clone, Debug)]
pub struct Document {
    dataset: Arc<Dataset>,
    state: Arc<State>,
    steps: Vec<Step>,
    position: usize,
    /// Position at which the plan was last saved; `None` when that is no longer to be reached.
    saved: Option<usize>,
    revision: u64,
    name: String,
    clock: fn() -> SystemTime,
}

impl Document {
    /// A document with an empty plan.
    #[must_use]
    pub fn new(dataset: Arc<Dataset>) -> Self {
        Self::with_clock(dataset, SystemTime::now)
    }

    /// A document that takes the time of its steps from `clock`.
    #[must_use]
    pub fn with_clock(dataset: Arc<Dataset>, clock: fn() -> SystemTime) -> Self {
        let state = dataset.base.to_edit();
        state.prepare_lookup();
        let state = Arc::new(state);
        Self { dataset, state, steps: Vec::new(), position: 0, saved: Some(0), revision: 0, name: String::new(), clock }
    }

    /// What was loaded.
    #[must_use]
    pub const fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Units as they came.
    #[must_use]
    pub fn base(&self) -> &State {
        &self.dataset.base
    }

    /// Units as the plan leaves them.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Units as the plan leaves them now, for work that goes on beside the next edits. An edit made while somebody holds
    /// them costs a copy of all units.
    #[must_use]
    pub fn shared_state(&self) -> Arc<State> {
        Arc::clone(&self.state)
    }

    /// Name of the plan; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Names the plan.
    pub fn rename_plan(&mut self, name: &str) {
        if self.name != name {
            name.clone_into(&mut self.name);
            self.saved = None;
        }
    }

    /// Carries an edit out. Steps that were undone are given up.
    ///
    /// # Errors
    /// [`EditError`] says why it was refused; the document is unchanged then.
    pub fn commit(&mut self, edit: &Edit) -> Result<&Step, EditError> {
        let Draft { patch, edit, changed, made, named, result, warnings } = edit.draft(&self.dataset, &self.state)?;
        let patch = patch.apply(Arc::make_mut(&mut self.state));
        self.steps.truncate(self.position);
        self.saved = self.saved.filter(|&saved| saved <= self.position);
        self.steps.push(Step { edit, warnings, changed, made, named, result, at: (self.clock)(), patch });
        self.position += 1;
        self.revision += 1;
        Ok(&self.steps[self.position - 1])
    }

    /// What an edit would do. Costs what the edit touches.
    ///
    /// # Errors
    /// [`EditError`] says why it would be refused.
    pub fn preview(&self, edit: &Edit) -> Result<Preview, EditError> {
        let draft = edit.draft(&self.dataset, &self.state)?;
        let after = draft
            .territory_changed()
            .into_iter()
            .filter_map(|id| draft.unit_after(&self.state, id))
            .filter(|after| after.unit.is_current())
            .collect();
        Ok(Preview { after, before: draft.named, edit: draft.edit, warnings: draft.warnings })
    }

    /// Takes the last step back and returns it.
    pub fn undo(&mut self) -> Option<&Step> {
        self.position = self.position.checked_sub(1)?;
        self.flip(self.position)
    }

    /// Carries the next undone step out again and returns it.
    pub fn redo(&mut self) -> Option<&Step> {
        let step = self.position;
        if step == self.steps.len() {
            return None;
        }
        self.position += 1;
        self.flip(step)
    }

    /// Applies the patch of a step and keeps its inverse.
    fn flip(&mut self, index: usize) -> Option<&Step> {
        let step = self.steps.get_mut(index)?;
        step.patch = std::mem::take(&mut step.patch).apply(Arc::make_mut(&mut self.state));
        self.revision += 1;
        Some(step)
    }

    /// Undoes or redoes until `position` steps are done, or all that there are.
    pub fn jump_to(&mut self, position: usize) {
        while self.position > position && self.undo().is_some() {}
        while self.position < position && self.redo().is_some() {}
    }

    /// Whether there is a step to take back.
    #[must_use]
    pub const fn can_undo(&self) -> bool {
        self.position > 0
    }

    /// Whether there is a step to carry out again.
    #[must_use]
    pub const fn can_redo(&self) -> bool {
        self.position < self.steps.len()
    }

    /// All steps, undone ones at the end.
    #[must_use]
    pub fn history(&self) -> &[Step] {
        &self.steps
    }

    /// Number of steps that are done.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The finest level of the units that the plan's edits name; `None` without edits.
    #[must_use]
    pub fn edited_level(&self) -> Option<LevelIndex> {
        let named = self.steps[..self.position].iter().flat_map(|step| &step.named);
        named.map(|&id| self.state.unit(id).level).min()
    }

    /// Changes with every commit, undo and redo, and never returns to an earlier value.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether the plan differs from the one last saved.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.saved != Some(self.position)
    }

    /// Says that the plan was saved as it is.
    pub const fn mark_saved(&mut self) {
        self.saved = Some(self.position);
    }

    /// The edits that are done, as a plan upon the loaded files.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let base = self
            .dataset
            .bases()
            .map(|file| BaseRef {
                path: file.name.to_owned(),
                sha256: Some(file.sha256.to_owned()).filter(|hash| !hash.is_empty()),
            })
            .collect();
        let edits = self.steps[..self.position].iter().map(|step| step.edit.clone()).collect();
        Plan { name: self.name.clone(), base, edits, ..Plan::default() }
    }

    /// Replaces the plan by another, carried out edit by edit.
    ///
    /// # Errors
    /// [`PlanError`] names the first edit that was refused; those before it are carried out.
    pub fn load_plan(&mut self, plan: &Plan) -> Result<(), PlanError> {
        self.jump_to(0);
        self.steps.clear();
        self.saved = None;
        self.name.clone_from(&plan.name);
        for (index, edit) in plan.edits.iter().enumerate() {
            self.commit(edit).map_err(|error| PlanError { index, op: edit.op(), error: error.into() })?;
        }
        self.saved = Some(self.position);
        Ok(())
    }
}

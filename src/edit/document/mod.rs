//! The document: the only thing that changes.

mod cuts;
mod scenarios;
mod store;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use crate::edit::draft::{Draft, UnitAfter};
use crate::edit::error::{EditError, Warning};
use crate::edit::op::Edit;
use crate::edit::refs::UnitLabel;
use crate::edit::scenario::{Scenario, ScenarioId, StepId};
use crate::edit::step::Step;
use crate::model::{Dataset, Facilities, LevelIndex, State, UnitId};

/// What an edit would do, shown before it is committed.
#[derive(Clone, Debug)]
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
    /// What the atoms afterwards are those of.
    pub dataset: Arc<Dataset>,
}

/// A plan was stopped by a refused edit. The edits before it were carried out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("edit {} ({op}): {error}", index + 1)]
pub struct PlanError {
    /// Position of the refused edit in the plan, from 0.
    pub index: usize,
    /// Its operation, as in the plan file.
    pub op: &'static str,
    /// Why it was refused.
    pub error: Box<EditError>,
}

/// An edit that no longer applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// Scenario that it belongs to.
    pub scenario: ScenarioId,
    /// Its position among the edits of the scenario, from 0.
    pub index: usize,
    /// The edit.
    pub edit: Edit,
    /// Why it was refused.
    pub error: Box<EditError>,
}

/// What a document was like at a moment, as far as it is work: to tell whether anything was done since.
#[derive(Clone, Debug, PartialEq)]
pub struct SavePoint {
    scenarios: Vec<Scenario>,
    work: u64,
}

/// A dataset and scenarios upon it, one of which is in force, each with undo.
///
/// 1. [`commit`](Self::commit) is the one way to change units; a refused edit leaves everything as it was.
/// 2. The state is the base with the steps in force of the active scenario applied.
/// 3. Undo, redo and switching restore states to the bit. Ids of units made by undone steps, or by those of another
///    scenario, may come back for other units.
/// 4. A commit, an undo and a redo cost what they touch, not what is loaded; switching costs the steps that the two
///    scenarios do not share.
/// 5. There is always a scenario. A step that two scenarios share stands at the same place in both.
#[derive(Clone, Debug)]
pub struct Document {
    /// As loaded.
    origin: Arc<Dataset>,
    /// The one that the state is about: as loaded, with the cuts in force made.
    dataset: Arc<Dataset>,
    state: Arc<State>,
    /// Steps of all scenarios. Those in force in the active one are done, all others undone.
    steps: BTreeMap<StepId, Step>,
    /// In the order in which they were made.
    scenarios: Vec<Scenario>,
    /// Position of the one whose state this is.
    active: usize,
    next_step: u32,
    next_scenario: u32,
    /// What it was like when it was last saved; `None` when it is unsaved whatever becomes of it.
    saved: Option<SavePoint>,
    /// Counts up with what is work, but changes no scenario.
    work: u64,
    revision: u64,
    author: String,
    settings: BTreeMap<String, String>,
    places: Arc<Facilities>,
    clock: fn() -> SystemTime,
}
impl Document {
    /// A document with one empty scenario.
    #[must_use]
    pub fn new(dataset: Arc<Dataset>) -> Self {
        Self::with_clock(dataset, SystemTime::now)
    }

    /// A document that takes the time of its steps from `clock`.
    #[must_use]
    pub fn with_clock(dataset: Arc<Dataset>, clock: fn() -> SystemTime) -> Self {
        let state = dataset.base.clone();
        state.prepare_lookup();
        let state = Arc::new(state);
        let scenarios = vec![Scenario::new(ScenarioId(1), "")];
        // What was repaired and joined is not in the files that were loaded: it is kept with the document.
        let mut settings = BTreeMap::new();
        dataset.preparation().keep(&mut settings);
        Self {
            origin: Arc::clone(&dataset),
            dataset,
            state,
            steps: BTreeMap::new(),
            saved: Some(SavePoint { scenarios: scenarios.clone(), work: 0 }),
            work: 0,
            scenarios,
            active: 0,
            next_step: 1,
            next_scenario: 2,
            revision: 0,
            author: String::new(),
            settings,
            places: Arc::default(),
            clock,
        }
    }

    fn push(&mut self, id: StepId) {
        let scenario = &mut self.scenarios[self.active];
        scenario.path.push(id);
        scenario.position += 1;
    }

    /// What was loaded, without the cuts of any edit.
    #[must_use]
    pub const fn origin(&self) -> &Arc<Dataset> {
        &self.origin
    }

    /// What was loaded, with the cuts of the active scenario made: what its state and its base are about.
    #[must_use]
    pub const fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// Units as they came.
    #[must_use]
    pub fn base(&self) -> &State {
        &self.dataset.base
    }

    /// Units as the active scenario leaves them.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Units as the active scenario leaves them now, for work that goes on beside the next edits.
    #[must_use]
    pub fn shared_state(&self) -> Arc<State> {
        Arc::clone(&self.state)
    }

    /// Writes something down about a step. That is work of its own.
    pub fn annotate(&mut self, id: StepId, note: &str) {
        if let Some(step) = self.steps.get_mut(&id).filter(|step| step.note != note) {
            note.clone_into(&mut step.note);
            self.work += 1;
        }
    }

    /// What is derived from the document is to be derived anew, though no unit has changed.
    pub const fn refresh(&mut self) {
        self.revision += 1;
    }

    /// Carries an edit out. Steps that were undone are [set aside](Scenario::set_aside).
    ///
    /// # Errors
    /// [`EditError`] says why it was refused; the document is unchanged then.
    pub fn commit(&mut self, edit: &Edit) -> Result<&Step, EditError> {
        let draft = edit.draft(&self.dataset, &self.state)?;
        self.scenarios[self.active].set_undone_aside();
        let id = StepId(self.next_step);
        self.next_step += 1;
        let author = self.author.clone();
        Ok(self.carry_out(draft, id, (self.clock)(), &author, ""))
    }

    fn carry_out(&mut self, draft: Draft, id: StepId, at: SystemTime, author: &str, note: &str) -> &Step {
        let Draft { patch, edit, changed, made, named, result, warnings, refined } = draft;
        let labels = named.iter().map(|&unit| UnitLabel::from(self.state.unit(unit))).collect();
        let patch = patch.apply(Arc::make_mut(&mut self.state));
        let result_label = UnitLabel::from(self.state.unit(result));
        self.revision += 1;
        self.push(id);
        let cuts = refined.is_some();
        if let Some(refined) = refined {
            self.dataset = refined.dataset;
        }
        let dataset = Arc::clone(&self.dataset);
        let (author, note) = (author.to_owned(), note.to_owned());
        let step = Step {
            id,
            edit,
            warnings,
            changed,
            made,
            named,
            labels,
            result,
            result_label,
            at,
            author,
            note,
            patch,
            cuts,
            dataset,
        };
        self.steps.entry(id).insert_entry(step).into_mut()
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
        let dataset = draft.refined.map_or_else(|| Arc::clone(&self.dataset), |refined| refined.dataset);
        Ok(Preview { after, before: draft.named, edit: draft.edit, warnings: draft.warnings, dataset })
    }

    /// Takes the last step back and returns it.
    pub fn undo(&mut self) -> Option<&Step> {
        let scenario = &mut self.scenarios[self.active];
        scenario.position = scenario.position.checked_sub(1)?;
        let id = scenario.path[scenario.position];
        self.flip(id);
        self.follow_cuts();
        self.steps.get(&id)
    }

    /// Carries the next undone step out again and returns it.
    pub fn redo(&mut self) -> Option<&Step> {
        let scenario = &mut self.scenarios[self.active];
        let id = *scenario.path.get(scenario.position)?;
        scenario.position += 1;
        self.flip(id);
        self.follow_cuts();
        self.steps.get(&id)
    }

    /// Applies the patch of a step and keeps its inverse.
    fn flip(&mut self, id: StepId) -> Option<&Step> {
        let step = self.steps.get_mut(&id)?;
        step.patch = std::mem::take(&mut step.patch).apply(Arc::make_mut(&mut self.state));
        self.revision += 1;
        Some(step)
    }

    /// Flips steps in order and returns the units that they change, ascending.
    fn flip_all(&mut self, steps: impl Iterator<Item = StepId>) -> Vec<UnitId> {
        let mut changed = BTreeSet::new();
        for id in steps {
            if let Some(step) = self.flip(id) {
                changed.extend(step.changed.iter().copied());
            }
        }
        self.follow_cuts();
        changed.into_iter().collect()
    }

    /// Undoes or redoes until `position` steps are done, or all that there are. Returns the units that differ,
    /// ascending.
    pub fn jump_to(&mut self, position: usize) -> Vec<UnitId> {
        let scenario = &mut self.scenarios[self.active];
        let (from, to) = (scenario.position, position.min(scenario.path.len()));
        scenario.position = to;
        let mut steps = scenario.path[from.min(to)..from.max(to)].to_vec();
        if to < from {
            steps.reverse();
        }
        self.flip_all(steps.into_iter())
    }

    /// All steps of the active scenario, undone ones at the end.
    #[must_use]
    pub fn history(&self) -> impl ExactSizeIterator<Item = &Step> + DoubleEndedIterator {
        self.active().path.iter().map(|id| &self.steps[id])
    }

    /// Steps of the active scenario that are done.
    #[must_use]
    pub fn done(&self) -> impl ExactSizeIterator<Item = &Step> + DoubleEndedIterator {
        self.active().in_force().iter().map(|id| &self.steps[id])
    }

    /// A step of any scenario.
    #[must_use]
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.steps.get(&id)
    }

    /// Number of steps of the active scenario that are done.
    #[must_use]
    pub fn position(&self) -> usize {
        self.active().position
    }

    /// The finest level of the units that the edits of the active scenario name; `None` without edits.
    #[must_use]
    pub fn edited_level(&self) -> Option<LevelIndex> {
        let changes = |step: &&Step| {
            !matches!(
                step.edit,
                Edit::Lock { .. } | Edit::Unlock { .. } | Edit::ClassifySeat { .. } | Edit::Record { .. }
            )
        };
        self.done().filter(changes).flat_map(|step| &step.named).map(|&id| self.state.unit(id).level).min()
    }

    /// Changes with every commit, undo, redo and switch, and never returns to an earlier value.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }
}

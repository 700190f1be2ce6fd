//! The document: the only thing that changes.

mod cuts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use super::draft::{Draft, UnitAfter};
use super::error::{EditError, Warning};
use super::op::Edit;
use super::plan::{BaseRef, Plan};
use super::refs::UnitLabel;
use super::scenario::{Branch, Description, Scenario, ScenarioId, StepId};
use super::step::{Step, StoredStep};
use crate::model::{Dataset, LevelIndex, State, UnitId};

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
#[error("edit {index} ({op}): {error}")]
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
    /// Whether steps with cuts were flipped, and the dataset is yet to follow.
    is_stale: bool,
    /// Datasets of late, each with the steps whose cuts lead to it, the latest last.
    refined: Vec<(Vec<StepId>, Arc<Dataset>)>,
    state: Arc<State>,
    /// Steps of all scenarios. Those in force in the active one are done, all others undone.
    steps: BTreeMap<StepId, Step>,
    /// In the order in which they were made.
    scenarios: Vec<Scenario>,
    /// Position of the one whose state this is.
    active: usize,
    next_step: u32,
    next_scenario: u32,
    /// Scenarios as they were last saved; `None` before the first time.
    saved: Option<Vec<Scenario>>,
    revision: u64,
    author: String,
    settings: BTreeMap<String, String>,
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
        let state = dataset.base.to_edit();
        state.prepare_lookup();
        let state = Arc::new(state);
        let scenarios = vec![Scenario::new(ScenarioId(1), "")];
        Self {
            origin: Arc::clone(&dataset),
            dataset,
            is_stale: false,
            refined: Vec::new(),
            state,
            steps: BTreeMap::new(),
            saved: Some(scenarios.clone()),
            scenarios,
            active: 0,
            next_step: 1,
            next_scenario: 2,
            revision: 0,
            author: String::new(),
            settings: BTreeMap::new(),
            clock,
        }
    }

    /// A document as it was kept in a file: its scenarios, their steps, and which is active. Steps are carried out
    /// again, with their times and authors. Those that are refused, as happens upon other boundaries, are
    /// [left over](Scenario::left_over) and returned with why; what stands behind them is carried out all the same.
    #[must_use]
    pub fn restore(
        dataset: Arc<Dataset>,
        scenarios: Vec<Scenario>,
        stored: &BTreeMap<StepId, StoredStep>,
        active: ScenarioId,
    ) -> (Self, Vec<Refusal>) {
        let mut document = Self::new(dataset);
        if scenarios.is_empty() {
            return (document, Vec::new());
        }
        // The one that a new document has makes room once others are there; its number is no scenario's.
        document.scenarios[0].id = ScenarioId(0);
        let mut refusals = Vec::new();
        let given = scenarios.clone();
        document.next_step = stored.keys().next_back().map_or(1, |last| last.0 + 1);
        document.next_scenario = scenarios.iter().map(|scenario| scenario.id.0 + 1).max().unwrap_or(2);
        for wanted in scenarios {
            // The way so far, with nothing on it yet.
            let scenario = Scenario { path: Vec::new(), position: 0, ..wanted.clone() };
            document.scenarios.push(scenario);
            document.take_up(document.scenarios.len() - 1);
            refusals.extend(document.walk(&wanted, stored));
        }
        document.remove(ScenarioId(0));
        document.switch_to(active);
        document.saved = Some(given);
        (document, refusals)
    }

    /// Makes a scenario active by its position.
    fn take_up(&mut self, target: usize) -> Vec<UnitId> {
        let (up, down) = self.way_to(target);
        self.active = target;
        self.flip_all(up.into_iter().chain(down))
    }

    /// Carries the stored steps of a scenario out, one after the other. Steps that another scenario shares are there
    /// already, done in the same order upon the same units.
    fn walk(&mut self, wanted: &Scenario, stored: &BTreeMap<StepId, StoredStep>) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let mut position = wanted.position;
        for (index, &id) in wanted.path.iter().enumerate() {
            if self.steps.contains_key(&id) {
                self.flip(id);
                self.push(id);
                self.follow_cuts();
                continue;
            }
            let Some(StoredStep { edit, at, author, note }) = stored.get(&id) else { continue };
            match edit.draft(&self.dataset, &self.state) {
                Ok(draft) => drop(self.carry_out(draft, id, *at, author, note)),
                Err(error) => {
                    position -= usize::from(index < wanted.position);
                    let (edit, error) = (edit.clone(), Box::new(error));
                    refusals.push(Refusal { scenario: wanted.id, index, edit, error });
                }
            }
        }
        self.leave_over(&refusals);
        self.jump_to(position);
        refusals
    }

    /// Keeps refused edits with the active scenario.
    fn leave_over(&mut self, refusals: &[Refusal]) {
        let left = refusals.iter().map(|refusal| refusal.edit.clone());
        self.scenarios[self.active].left_over.extend(left);
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

    /// Units as the active scenario leaves them now, for work that goes on beside the next edits. An edit made while
    /// somebody holds them costs a copy of all units.
    #[must_use]
    pub fn shared_state(&self) -> Arc<State> {
        Arc::clone(&self.state)
    }

    /// Units as any scenario leaves them. Costs a copy of all units, and the steps that the scenario does not share
    /// with the active one.
    ///
    /// Units that no step between the two touches keep their revisions.
    #[must_use]
    pub fn state_of(&self, scenario: ScenarioId) -> Option<Arc<State>> {
        let (up, down) = self.way_to(self.position_of(scenario)?);
        if up.is_empty() && down.is_empty() {
            return Some(self.shared_state());
        }
        let mut state = self.state.to_edit();
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

    fn position_of(&self, id: ScenarioId) -> Option<usize> {
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

    /// Writes something down about a step.
    pub fn annotate(&mut self, id: StepId, note: &str) {
        if let Some(step) = self.steps.get_mut(&id) {
            note.clone_into(&mut step.note);
        }
    }

    /// What is kept with the document and says nothing of units, such as how its figures look on the map.
    #[must_use]
    pub const fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// Keeps something with the document.
    pub fn set_setting(&mut self, key: &str, value: String) {
        self.settings.insert(key.to_owned(), value);
    }

    /// Keeps something with the document that is work of its own: it is modified by that until it is saved.
    pub fn set_work(&mut self, key: &str, value: String) {
        if self.settings.get(key) != Some(&value) {
            self.saved = None;
            self.set_setting(key, value);
        }
    }

    /// Keeps something with the document no longer.
    pub fn drop_setting(&mut self, key: &str) {
        self.settings.remove(key);
    }

    /// What is derived from the document is to be derived anew, though no unit has changed.
    pub const fn refresh(&mut self) {
        self.revision += 1;
    }

    /// Who carries out the steps from now on.
    pub fn set_author(&mut self, author: &str) {
        author.clone_into(&mut self.author);
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
    fn way_to(&self, target: usize) -> (Vec<StepId>, Vec<StepId>) {
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
        self.forget(&gone.path);
        changed
    }

    /// Drops those steps that no scenario has any more.
    fn forget(&mut self, steps: &[StepId]) {
        let kept: BTreeSet<StepId> = self.scenarios.iter().flat_map(|scenario| &scenario.path).copied().collect();
        for id in steps.iter().filter(|id| !kept.contains(id)) {
            self.steps.remove(id);
        }
    }

    /// Carries an edit out. Steps that were undone are given up.
    ///
    /// # Errors
    /// [`EditError`] says why it was refused; the document is unchanged then.
    pub fn commit(&mut self, edit: &Edit) -> Result<&Step, EditError> {
        let draft = edit.draft(&self.dataset, &self.state)?;
        let scenario = &mut self.scenarios[self.active];
        let undone = scenario.path.split_off(scenario.position);
        self.forget(&undone);
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
        if let Some(refined) = &refined {
            let mut steps = self.cut_steps(self.active());
            steps.push(id);
            self.dataset = Arc::clone(&refined.dataset);
            self.remember(steps, Arc::clone(&refined.dataset));
        }
        let refined = refined.map(|refined| refined.cuts);
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
            refined,
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
        self.is_stale |= step.refined.is_some();
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

    /// Whether there is a step to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.position() > 0
    }

    /// Whether there is a step to carry out again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        self.position() < self.history().len()
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
        let changes =
            |step: &&Step| !matches!(step.edit, Edit::Lock { .. } | Edit::Unlock { .. } | Edit::ClassifySeat { .. });
        self.done().filter(changes).flat_map(|step| &step.named).map(|&id| self.state.unit(id).level).min()
    }

    /// Changes with every commit, undo, redo and switch, and never returns to an earlier value.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether any scenario differs from what was last saved.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.saved.as_ref() != Some(&self.scenarios)
    }

    /// Says that everything was saved as it is.
    pub fn mark_saved(&mut self) {
        self.mark_saved_as(self.scenarios.clone());
    }

    /// Says that the scenarios were saved as they were then.
    pub fn mark_saved_as(&mut self, scenarios: Vec<Scenario>) {
        self.saved = Some(scenarios);
    }

    /// The edits of the active scenario that are done, as a plan upon the loaded files.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.plan_of(self.active())
    }

    /// The edits of a scenario that are done, as a plan upon the loaded files.
    #[must_use]
    pub fn plan_of(&self, scenario: &Scenario) -> Plan {
        let base = self.origin.bases().map(|file| BaseRef::new(file.name, file.sha256)).collect();
        let edits = scenario.in_force().iter().map(|id| self.steps[id].edit.clone()).collect();
        Plan { name: scenario.name.clone(), base, edits, ..Plan::default() }
    }

    /// Replaces the active scenario's edits by those of a plan, carried out one by one.
    ///
    /// # Errors
    /// [`PlanError`] names the first edit that was refused; those before it are carried out.
    pub fn load_plan(&mut self, plan: &Plan) -> Result<(), PlanError> {
        self.jump_to(0);
        let undone = std::mem::take(&mut self.scenarios[self.active].path);
        self.forget(&undone);
        self.saved = None;
        self.rename_plan(&plan.name);
        for (index, edit) in plan.edits.iter().enumerate() {
            self.commit(edit).map_err(|error| PlanError { index, op: edit.op(), error: error.into() })?;
        }
        self.mark_saved();
        Ok(())
    }

    /// Takes a plan up as a scenario of its own, active from then on. Edits that are refused are
    /// [left over](Scenario::left_over), and returned with why; those behind them are carried out all the same.
    pub fn bring_in(&mut self, plan: &Plan) -> (ScenarioId, Vec<Refusal>) {
        let id = self.start(&plan.name);
        let refusals = self.carry_out_what_can(&plan.edits);
        (id, refusals)
    }

    /// Carries edits out in the active scenario, one after the other. Those that are refused are left over.
    pub fn carry_out_what_can(&mut self, edits: &[Edit]) -> Vec<Refusal> {
        let scenario = self.active().id;
        let mut refusals = Vec::new();
        for (index, edit) in edits.iter().enumerate() {
            if let Err(error) = self.commit(edit) {
                refusals.push(Refusal { scenario, index, edit: edit.clone(), error: error.into() });
            }
        }
        self.leave_over(&refusals);
        refusals
    }

    /// The same scenarios upon other boundaries or other figures, and which edits no longer apply there: as
    /// [`restore`](Self::restore).
    #[must_use]
    pub fn rebased(&self, dataset: Arc<Dataset>) -> (Self, Vec<Refusal>) {
        let (scenarios, steps) = (self.scenarios.clone(), self.stored_steps());
        let (mut document, refusals) = Self::restore(dataset, scenarios, &steps, self.active().id);
        document.author.clone_from(&self.author);
        document.settings.clone_from(&self.settings);
        document.clock = self.clock;
        document.saved = None;
        (document, refusals)
    }

    /// All steps of all scenarios as they are kept in a file.
    #[must_use]
    pub fn stored_steps(&self) -> BTreeMap<StepId, StoredStep> {
        self.steps.iter().map(|(&id, step)| (id, step.stored())).collect()
    }

    /// Steps that are not among `known`, or have another note than there.
    pub(crate) fn stored_since(&self, known: &BTreeMap<StepId, String>) -> impl Iterator<Item = (StepId, StoredStep)> {
        let fresh = self.steps.iter().filter(|(id, step)| known.get(id) != Some(&step.note));
        fresh.map(|(&id, step)| (id, step.stored()))
    }
}

//! What of a document is kept, in a plan or a project, and how it comes back upon the same or upon other boundaries.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{Document, PlanError, Refusal, SavePoint};
use crate::edit::op::Edit;
use crate::edit::plan::{BaseRef, LedgerRef, Plan};
use crate::edit::scenario::{Scenario, ScenarioId, StepId};
use crate::edit::step::StoredStep;
use crate::model::{Dataset, Derivations, Facilities, Found, KeptLedger, LaidLedger};

impl Document {
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
        let mut tried: BTreeSet<StepId> = BTreeSet::new();
        document.next_step = stored.keys().next_back().map_or(1, |last| last.0 + 1);
        document.next_scenario = scenarios.iter().map(|scenario| scenario.id.0 + 1).max().unwrap_or(2);
        for wanted in scenarios {
            // The way so far, with nothing on it yet.
            let scenario = Scenario { path: Vec::new(), position: 0, set_aside: Vec::new(), ..wanted.clone() };
            let at = document.scenarios.len();
            document.scenarios.push(scenario);
            document.take_up(at);
            refusals.extend(document.walk(&wanted, stored));
            tried.extend(&wanted.path);
            refusals.extend(document.walk_aside(at, &wanted.set_aside, &mut tried, stored));
        }
        document.remove(ScenarioId(0));
        document.switch_to(active);
        document.saved = Some(SavePoint { scenarios: given, work: document.work });
        (document, refusals)
    }

    /// Carries the stored steps of a scenario out, one after the other. Steps that another scenario shares are there
    /// already, done in the same order upon the same units.
    fn walk(&mut self, wanted: &Scenario, stored: &BTreeMap<StepId, StoredStep>) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let mut position = wanted.position;
        for (index, &id) in wanted.path.iter().enumerate() {
            if let Some(refusal) = self.walk_on(id, index, wanted.id, stored) {
                position -= usize::from(index < wanted.position);
                refusals.push(refusal);
            }
        }
        self.leave_over(&refusals);
        self.jump_to(position);
        refusals
    }

    /// One step further in the active scenario; refused when it can no longer be carried out there.
    fn walk_on(
        &mut self,
        id: StepId,
        index: usize,
        scenario: ScenarioId,
        stored: &BTreeMap<StepId, StoredStep>,
    ) -> Option<Refusal> {
        if self.steps.contains_key(&id) {
            self.flip(id);
            self.push(id);
            self.follow_cuts();
            return None;
        }
        let StoredStep { edit, at, author, note } = stored.get(&id)?;
        match edit.draft(&self.dataset, &self.state) {
            Ok(draft) => {
                self.carry_out(draft, id, *at, author, note);
                None
            }
            Err(error) => Some(Refusal { scenario, index, edit: edit.clone(), error: Box::new(error) }),
        }
    }

    /// Walks ways that a scenario left, and sets them aside there again. Costs what one does not share with the one
    /// before it.
    fn walk_aside(
        &mut self,
        owner: usize,
        ways: &[Vec<StepId>],
        tried: &mut BTreeSet<StepId>,
        stored: &BTreeMap<StepId, StoredStep>,
    ) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        let of = self.scenarios[owner].id;
        for way in ways {
            // What was refused once is left over by now.
            let is_wanted = |id: &StepId| self.steps.contains_key(id) || tried.insert(*id);
            let way: Vec<StepId> = way.iter().copied().filter(is_wanted).collect();
            let known = way.iter().take_while(|id| self.steps.contains_key(id)).count();
            let (path, ahead) = way.split_at(known);
            // A scenario for as long as it is walked, in place of the way before.
            let before = self.scenarios.len() - 1;
            self.scenarios.push(Scenario { path: path.to_vec(), position: known, ..Scenario::new(of, "") });
            self.take_up(before + 1);
            if before > owner {
                self.scenarios.remove(before);
                self.active = before;
            }
            for (index, &id) in (known..).zip(ahead) {
                refusals.extend(self.walk_on(id, index, of, stored));
            }
            // Where steps of it were refused, nothing may be left that the scenario does not have on its own way.
            let walked = self.active().path.clone();
            let owner = &mut self.scenarios[owner];
            if !owner.path.starts_with(&walked) {
                owner.set_aside.push(walked);
            }
        }
        self.take_up(owner);
        self.scenarios.truncate(owner + 1);
        self.leave_over(&refusals);
        refusals
    }

    /// Keeps refused edits with the active scenario.
    pub(super) fn leave_over(&mut self, refusals: &[Refusal]) {
        let left = refusals.iter().map(|refusal| refusal.edit.clone());
        self.scenarios[self.active].left_over.extend(left);
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
            self.work += 1;
            self.set_setting(key, value);
        }
    }

    /// Keeps something with the document no longer.
    pub fn drop_setting(&mut self, key: &str) {
        self.settings.remove(key);
    }

    /// Facilities and lines that lie beside the boundaries, and are kept with them.
    #[must_use]
    pub const fn places(&self) -> &Arc<Facilities> {
        &self.places
    }

    /// Lays facilities and lines beside the boundaries, in place of those before. The document is modified by that
    /// until it is saved.
    pub fn set_places(&mut self, places: Arc<Facilities>) {
        if self.places != places {
            self.work += 1;
            self.places = places;
        }
    }

    /// The same for places that were kept with the document, which are no change.
    pub(crate) fn restore_places(&mut self, places: Arc<Facilities>) {
        self.places = places;
    }

    /// Ledgers that are laid over the boundaries, as they were loaded.
    #[must_use]
    pub fn ledgers(&self) -> &[LaidLedger] {
        self.origin.ledgers()
    }

    /// What of them is kept.
    #[must_use]
    pub fn kept_ledgers(&self) -> Vec<KeptLedger> {
        self.origin.kept_ledgers()
    }

    /// The same scenarios with other ledgers laid over the boundaries, in place of those that are: unsaved work. Edits
    /// about rows or columns that are not there any more are [left over](Scenario::left_over), and returned with why.
    #[must_use]
    pub fn with_ledgers(&self, ledgers: &[KeptLedger]) -> (Self, Vec<Refusal>) {
        self.rebased(Arc::clone(&self.origin).with_kept_ledgers(ledgers))
    }

    /// Has rows of ledgers come about by other rules. No unit changes, nothing that was recorded, and no step.
    pub fn derive_by(&mut self, derivations: &Arc<Derivations>) {
        if self.origin.derivations() == derivations {
            return;
        }
        let mut known: HashMap<*const Dataset, Arc<Dataset>> = HashMap::new();
        let mut follow = |dataset: &mut Arc<Dataset>| {
            let derived = known
                .entry(Arc::as_ptr(dataset))
                .or_insert_with(|| Arc::new(dataset.with_derivations(Arc::clone(derivations))));
            *dataset = Arc::clone(derived);
        };
        let kept: Vec<Arc<Dataset>> =
            std::iter::once(&self.origin).chain(self.steps.values().map(|step| &step.dataset)).cloned().collect();
        follow(&mut self.origin);
        follow(&mut self.dataset);
        self.steps.values_mut().for_each(|step| follow(&mut step.dataset));
        // As long as they are there, no other can lie where they lie.
        drop(kept);
        Arc::make_mut(&mut self.state).restamp();
        self.revision += 1;
    }

    /// Takes up what was found of the units as they are: rows may come about out of it.
    pub fn take_found(&mut self, found: Vec<Found>) {
        if self.state.found() != found {
            Arc::make_mut(&mut self.state).take_found(found.into());
            self.revision += 1;
        }
    }

    /// Who carries out the steps from now on.
    pub fn set_author(&mut self, author: &str) {
        author.clone_into(&mut self.author);
    }

    /// Whether anything was done since it was last saved.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.saved.as_ref().is_none_or(|saved| !self.is_at(saved))
    }

    /// What it is like now, to be told from what becomes of it.
    #[must_use]
    pub fn save_point(&self) -> SavePoint {
        SavePoint { scenarios: self.scenarios.clone(), work: self.work }
    }

    /// Whether it is as it was then.
    #[must_use]
    pub fn is_at(&self, point: &SavePoint) -> bool {
        self.work == point.work && self.scenarios == point.scenarios
    }

    /// Says that everything was saved as it is.
    pub fn mark_saved(&mut self) {
        self.mark_saved_at(self.save_point());
    }

    /// Says that it was saved as it was then: what was done since is unsaved.
    pub fn mark_saved_at(&mut self, point: SavePoint) {
        self.saved = Some(point);
    }

    /// Says that it is in no file as it is.
    pub fn mark_unsaved(&mut self) {
        self.saved = None;
    }

    /// The edits of the active scenario that are done, as a plan upon the loaded files.
    #[must_use]
    pub fn plan(&self) -> Plan {
        self.plan_of(self.active())
    }

    /// The edits of a scenario that are done, as a plan upon the loaded files.
    #[must_use]
    pub fn plan_of(&self, scenario: &Scenario) -> Plan {
        let mut base: Vec<BaseRef> =
            self.origin.layer_files().map(|file| BaseRef::new(file.name, file.sha256)).collect();
        // The finest layer is repaired, and tables are joined to it.
        if let Some(finest) = base.first_mut() {
            *finest = finest.clone().prepared(self.origin.preparation());
        }
        let edits: Vec<Edit> = scenario.in_force().iter().map(|id| self.steps[id].edit.clone()).collect();
        LedgerRef::name_in(&mut base, &edits, self.ledgers().iter().map(|laid| &**laid.ledger()));
        Plan { name: scenario.name.clone(), base, edits, ..Plan::default() }
    }

    /// Replaces the active scenario's edits by those of a plan, carried out one by one.
    ///
    /// # Errors
    /// [`PlanError`] names the first edit that was refused; those before it are carried out.
    pub fn load_plan(&mut self, plan: &Plan) -> Result<(), PlanError> {
        self.jump_to(0);
        let undone = std::mem::take(&mut self.scenarios[self.active].path);
        self.forget(undone.into_iter());
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
        document.places = Arc::clone(&self.places);
        document.clock = self.clock;
        document.saved = None;
        // What is known of the one before, by its revision or as it was saved, is not taken for this one.
        document.revision += self.revision + 1;
        document.work += self.work + 1;
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

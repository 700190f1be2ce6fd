//! The chosen pack of rules and what it says of the open document, as far as it is known.
//!
//! Everything is judged beside the window, edit by edit; a unit that is looked at before that is done is judged at
//! once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::Study;
use crate::edit::{Document, ScenarioId, StepId};
use crate::jobs::{Cancelled, Derived, Job, Progress, lock};
use crate::metrics::FigureCache;
use crate::model::{Dataset, LevelIndex, State, UnitId};
use crate::rules::{Counts, Crossings, Fix, Grounds, Judge, Pack, PackError, Rulings, Verdict, Verdicts};

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The units as they are now.
    Now,
    /// The units as loaded.
    Before,
    /// The units as another scenario leaves them.
    Scenario(ScenarioId),
}

/// What is known of a state.
#[derive(Clone, Debug)]
pub struct Known {
    /// What is said of its units.
    pub verdicts: Arc<Verdicts>,
    /// How many of each sort, by level.
    pub by_level: Vec<Counts>,
}

/// What judging yields.
pub struct Judged {
    /// Which judge it was.
    version: u64,
    target: Target,
    /// Revision of the document, for the units as they are now.
    revision: u64,
    /// Steps in force, for a scenario.
    path: Vec<StepId>,
    known: Known,
}

/// Judging that the user gave up, and what it was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// Which judge it was.
    version: u64,
    target: Target,
    /// Revision of the document.
    revision: u64,
}

/// How judging ended.
pub type Judging = Result<Judged, GivenUp>;

/// Fixes worked out at a revision, by unit and cut-off part.
type Fixes = Derived<u64, BTreeMap<(UnitId, usize), Option<Arc<Fix>>>>;

/// Units judged one by one at a revision.
type Single = Derived<u64, BTreeMap<UnitId, Arc<[Verdict]>>>;

/// Tells whether what is known is still the same: the judge, the revision that was judged, and whether the units as
/// loaded were.
pub type Stamp = (u64, Option<u64>, bool);

/// What is known of the units as loaded.
enum Before {
    Known(Known),
    /// The user gave up.
    GivenUp,
}

/// Who judges by the chosen pack, and what was said.
#[derive(Default)]
pub struct RuleBook {
    /// Why the chosen pack cannot be used.
    error: Option<PackError>,
    judge: Option<Arc<Judge>>,
    /// Counts up with every other judge.
    version: u64,
    rulings: Arc<Mutex<Rulings>>,
    /// As of a revision; `None` in it when the user gave up.
    now: Option<(u64, Option<Known>)>,
    before: Option<Before>,
    scenarios: BTreeMap<ScenarioId, (Vec<StepId>, Option<Counts>)>,
    /// Units that were looked at before everything was judged, as of a revision.
    single: RefCell<Single>,
    fixes: RefCell<Fixes>,
}

impl RuleBook {
    /// Why the chosen pack cannot be used.
    #[must_use]
    pub const fn error(&self) -> Option<&PackError> {
        self.error.as_ref()
    }

    /// The pack in use.
    #[must_use]
    pub fn pack(&self) -> Option<&Arc<Pack>> {
        self.judge.as_ref().map(|judge| judge.pack())
    }

    /// Who judges; `None` without a pack.
    pub(super) const fn judge(&self) -> Option<&Arc<Judge>> {
        self.judge.as_ref()
    }

    /// Who judges units of a dataset; `None` without a pack, and as long as the judge has not followed a cut.
    #[must_use]
    pub fn judge_for(&self, dataset: &Arc<Dataset>) -> Option<&Arc<Judge>> {
        self.judge.as_ref().filter(|judge| Arc::ptr_eq(judge.dataset(), dataset))
    }

    /// What is said of the units as they are now, or were a moment ago: units in it need not be there any more.
    #[must_use]
    pub fn now(&self) -> Option<&Known> {
        self.now.as_ref().and_then(|(_, known)| known.as_ref())
    }

    /// What is said of the units as loaded.
    #[must_use]
    pub fn before(&self) -> Option<&Known> {
        match &self.before {
            Some(Before::Known(known)) => Some(known),
            Some(Before::GivenUp) | None => None,
        }
    }

    /// Changes with everything that [`now`](Self::now) and [`before`](Self::before) say.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        (self.version, self.now.as_ref().map(|(revision, _)| *revision), self.before.is_some())
    }

    /// What is said of all units of a scenario, if that was looked at as it is.
    #[must_use]
    pub fn of_scenario(&self, document: &Document, id: ScenarioId) -> Option<Counts> {
        if id == document.active().id {
            let fresh = self.now.as_ref().filter(|(revision, _)| *revision == document.revision());
            return fresh.and_then(|(_, known)| Some(known.as_ref()?.verdicts.counts));
        }
        let (path, counts) = self.scenarios.get(&id)?;
        counts.filter(|_| document.scenario(id).is_some_and(|it| it.in_force() == path))
    }

    /// What should be judged next. Other scenarios are only where they are asked for.
    #[must_use]
    pub fn wants(&self, document: &Document, scenarios_too: bool) -> Option<Target> {
        self.judge_for(document.dataset())?;
        if self.now.as_ref().is_none_or(|(revision, _)| *revision != document.revision()) {
            return Some(Target::Now);
        }
        if self.before.is_none() {
            return Some(Target::Before);
        }
        let unknown = |id: ScenarioId, path: &[StepId]| self.scenarios.get(&id).is_none_or(|(known, _)| known != path);
        let others = document.scenarios().iter().filter(|it| it.id != document.active().id);
        let other = others.filter(|_| scenarios_too).find(|it| unknown(it.id, it.in_force()));
        other.map(|it| Target::Scenario(it.id))
    }

    fn take(&mut self, document: &Document, judged: Judging) {
        let (version, target, revision, path, known) = match judged {
            Ok(Judged { version, target, revision, path, known }) => (version, target, revision, path, Some(known)),
            Err(GivenUp { version, target, revision }) => {
                let path = match target {
                    Target::Scenario(id) => document.scenario(id).map(|it| it.in_force().to_vec()),
                    Target::Now | Target::Before => None,
                };
                (version, target, revision, path.unwrap_or_default(), None)
            }
        };
        if version != self.version {
            return;
        }
        match target {
            Target::Now => {
                if let Some(known) = &known {
                    let active = document.active();
                    let counts = Some(known.verdicts.counts).filter(|_| revision == document.revision());
                    self.scenarios.insert(active.id, (active.in_force().to_vec(), counts));
                }
                self.now = Some((revision, known));
            }
            Target::Before => self.before = Some(known.map_or(Before::GivenUp, Before::Known)),
            Target::Scenario(id) => {
                self.scenarios.insert(id, (path, known.map(|known| known.verdicts.counts)));
            }
        }
    }
}

impl Known {
    fn of(pack: &Pack, verdicts: Verdicts, state: &State) -> Self {
        let mut by_level = vec![Counts::default(); state.level_count()];
        for (unit, verdict) in verdicts.all() {
            by_level[state.unit(unit).level.index()].add(pack, verdict);
        }
        Self { verdicts: Arc::new(verdicts), by_level }
    }

    /// How many of each sort at a level.
    #[must_use]
    pub fn at_level(&self, level: LevelIndex) -> Counts {
        self.by_level.get(level.index()).copied().unwrap_or_default()
    }
}

impl Study {
    /// The rules, and what they say.
    #[must_use]
    pub const fn rules(&self) -> &RuleBook {
        &self.rules
    }

    /// Links and barriers that a map shows: those of the pack in use, then those of the document.
    #[must_use]
    pub fn crossings(&self) -> Crossings {
        self.rules.pack().map(|pack| pack.crossings.clone()).unwrap_or_default().and(&self.basis().crossings)
    }

    /// What figures, verdicts and maps rest on, for whoever reads them elsewhere.
    #[must_use]
    pub fn grounds(&self) -> Grounds {
        let basis = self.basis();
        Grounds {
            area_method: self.area_method(),
            own: Arc::clone(&self.own),
            crossings: self.crossings(),
            suspects: basis.suspects.clone().unwrap_or_default(),
            places: Arc::clone(&basis.places),
        }
    }

    /// Somebody who judges units of a dataset by a pack, upon what figures rest on here.
    #[must_use]
    pub fn judge_by(&self, dataset: &Arc<Dataset>, pack: Arc<Pack>) -> Judge {
        let judge = Judge::new(dataset, pack, &self.basis().crossings);
        judge.with_figures(Arc::clone(&self.own)).with_area_method(self.area_method())
    }

    /// What the packs bring along. One that cannot be used brings nothing.
    #[must_use]
    pub fn brought(&self) -> Vec<Pack> {
        self.basis.packs.iter().filter_map(|choice| choice.brought().ok()).collect()
    }

    /// Has another judge take office, and forgets what the one before said.
    pub(super) fn take_office(&mut self) {
        let (pack, error) = match self.basis().rules.pack() {
            Ok(pack) => (pack, None),
            Err(error) => (None, Some(error)),
        };
        let brought = self.brought();
        let pack = if brought.is_empty() { pack } else { Some(pack.unwrap_or_default().and(brought)) };
        let judge = pack.map(|pack| Arc::new(self.judge_by(self.dataset(), Arc::new(pack))));
        self.rules = RuleBook { error, judge, version: self.rules.version + 1, ..RuleBook::default() };
    }

    /// Has the judge follow the document to a dataset with other cuts: there everything is judged anew.
    pub fn follow_cuts(&mut self) {
        if self.rules.judge.is_some() && self.rules.judge_for(self.document.dataset()).is_none() {
            self.take_office();
        }
    }

    /// Takes up what was judged, unless another judge is in office by now.
    pub fn take_judged(&mut self, judged: Judging) {
        if let Ok(Judged { version, target: Target::Now, revision, known, .. }) = &judged
            && (*version, *revision) == (self.rules.version, self.revision())
            && let Some(judge) = self.rules.judge_for(self.dataset()).cloned()
        {
            self.take_findings(&judge, &known.verdicts);
        }
        self.rules.take(&self.document, judged);
    }
}

impl Study {
    /// Starts to judge a state. What an edit did not change is known already.
    #[must_use]
    pub fn judging(&self, target: Target, wake: impl FnOnce() + Send + 'static) -> Option<Job<Judging>> {
        let (book, document) = (self.rules(), self.document());
        let mut judge = Arc::clone(book.judge_for(self.dataset())?);
        let state = match target {
            Target::Now => Some(document.shared_state()),
            // The base lies in the dataset, which the job holds.
            Target::Before => None,
            Target::Scenario(id) => {
                // It may have other cuts.
                let (dataset, mut states) = document.across(&[Some(id)]).ok()?;
                if !Arc::ptr_eq(&dataset, self.dataset()) {
                    judge = Arc::new(self.judge_by(&dataset, Arc::clone(judge.pack())));
                }
                states.pop()
            }
        };
        let path = match target {
            Target::Scenario(id) => document.scenario(id)?.in_force().to_vec(),
            Target::Now | Target::Before => Vec::new(),
        };
        let (rulings, cache) = (Arc::clone(&book.rulings), self.level_cache());
        let (version, revision, area_method) = (book.version, document.revision(), self.area_method());
        let work = move |progress: &Progress| -> Result<Judged, Cancelled> {
            let mut cache = lock(&cache, || FigureCache::new(area_method));
            let state: &State = state.as_deref().unwrap_or(&judge.dataset().base);
            let verdicts = if target == Target::Now {
                let mut rulings = lock(&rulings, Rulings::new);
                rulings.judge(&judge, state, &mut cache, progress)?
            } else {
                Rulings::new().judge(&judge, state, &mut cache, progress)?
            };
            Ok(Judged { version, target, revision, path, known: Known::of(judge.pack(), verdicts, state) })
        };
        Some(Job::start(
            "judge",
            move |progress| work(progress).map_err(|Cancelled| GivenUp { version, target, revision }),
            wake,
        ))
    }

    /// What is said of a unit as it is now, in the order of the rules.
    #[must_use]
    pub fn verdicts_of(&self, unit: UnitId) -> Arc<[Verdict]> {
        let book = self.rules();
        let Some(judge) = book.judge_for(self.dataset()) else { return Arc::default() };
        if let Some((revision, Some(known))) = &book.now
            && *revision == self.revision()
        {
            let units = &known.verdicts.units;
            let at = units.binary_search_by_key(&unit, |(unit, _)| *unit);
            return at.map(|at| Arc::clone(&units[at].1)).unwrap_or_default();
        }
        let mut single = book.single.borrow_mut();
        let single = single.of(self.revision(), BTreeMap::new);
        let judged = || judge.unit(self.state(), unit, &self.figures(unit)).into();
        Arc::clone(single.entry(unit).or_insert_with(judged))
    }

    /// The cheapest edit that connects a cut-off part of a unit, by the position of the part.
    #[must_use]
    pub fn fix_of(&self, unit: UnitId, exclave: usize) -> Option<Arc<Fix>> {
        let book = self.rules();
        let judge = book.judge_for(self.dataset())?;
        let mut fixes = book.fixes.borrow_mut();
        let fixes = fixes.of(self.revision(), BTreeMap::new);
        let found = || judge.fix(self.state(), unit, exclave).map(Arc::new);
        fixes.entry((unit, exclave)).or_insert_with(found).clone()
    }
}

/// A cache that several jobs share.
pub type SharedCache = Arc<Mutex<FigureCache>>;

//! The open document with everything derived from it that panels show.
//!
//! Panels read it. What is derived is kept as long as the revision of the document stays, and made when it is first
//! asked for.

mod fields;
mod own;
pub mod rulebook;
mod selecting;
mod split_outlook;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use geo::{Coord, Rect};

use rust_decimal::Decimal;

use crate::compare::{self, Farther, Growth};
use crate::coverage::{AtomId, Suspects, union};
use crate::edit::change::{self, Change};
use crate::edit::{Document, Edit, EditError, ScenarioId, SeatSpec, Warning};
use crate::geodesy::AreaMethod;
use crate::i18n::{Lang, Text};
use crate::io::project::Origin;
use crate::jobs::{Cancelled, Job, Progress};
use crate::metrics::{Amount, Figure, Ledger, OwnFigures, UnitFigures, unit_figures};
use crate::model::{Dataset, FieldValue, LevelIndex, State, Unit, UnitId};
use crate::rules::Verdict;
use fields::KnownFields;
use rulebook::{RuleBook, SharedLedger};
pub use selecting::{Allowed, Limits, Painting, Stroke};
pub use split_outlook::{PartOutlook, SplitOutlook};

/// How areas are computed in the window.
pub const AREA_METHOD: AreaMethod = AreaMethod::Geodesic;

/// The open document and what is derived from it.
pub struct Study {
    document: Document,
    origin: Origin,
    ledger: RefCell<Ledger>,
    /// Works out whole levels beside the window, and keeps what an edit did not change.
    level_ledger: SharedLedger,
    rules: RuleBook,
    levels: BTreeMap<(Time, LevelIndex), LevelFigures>,
    /// Whether units are changed, as of a revision.
    changed: RefCell<(Option<u64>, BTreeMap<UnitId, bool>)>,
    /// What becomes of fields.
    pub(super) known_fields: KnownFields,
    /// Figures of one's own.
    pub(super) own: Arc<OwnFigures>,
    /// Arcs at defects of what was loaded; `None` until somebody has looked for them.
    suspects: Option<Suspects>,
    /// Units that differ from a side, as of a revision.
    pub(super) differing: RefCell<Option<Differing>>,
}

/// One of the things that are compared: a scenario, or with `None` the units as loaded.
pub type Side = Option<ScenarioId>;

/// Units that differ from a side, with the revision and the side that they are of.
type Differing = ((u64, Side), Arc<BTreeSet<UnitId>>);

/// What an edit would lead to.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The unit that results.
    pub unit: Unit,
    /// Its id in the units as they would be.
    pub id: UnitId,
    /// Its figures.
    pub figures: Arc<UnitFigures>,
    /// Units below it.
    pub members: usize,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
    /// Values of its fields, as [`Study::field_values`] gives them.
    pub fields: Vec<FieldValue>,
    /// People who end up farther from the seat.
    pub farther_people: Decimal,
    /// How much farther on average, in m.
    pub farther_mean_m: f64,
    /// The units as they would be.
    pub after: Arc<State>,
    /// What the rules say of the unit that results.
    pub verdicts: Vec<Verdict>,
}

/// Figures of all units of a level.
#[derive(Clone, Debug, Default)]
pub struct LevelFigures {
    /// Revision of the document that they are of.
    revision: u64,
    /// Units in force, ascending, each with its figures; `None` when the user gave up.
    pairs: Option<Vec<(UnitId, Arc<UnitFigures>)>>,
}

/// Figures of a level, unless the user gave up.
pub type Measured = Result<LevelFigures, Cancelled>;

/// Which state of the units is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Time {
    /// As loaded.
    Before,
    /// As the plan has it.
    Now,
}

impl Study {
    /// Takes a document up.
    #[must_use]
    pub fn new(document: Document, origin: Origin) -> Self {
        Self {
            rules: RuleBook::of(&document),
            known_fields: KnownFields::of(document.origin()),
            own: Arc::default(),
            suspects: None,
            document,
            origin,
            ledger: RefCell::new(Ledger::new(AREA_METHOD)),
            level_ledger: Arc::new(Mutex::new(Ledger::new(AREA_METHOD))),
            levels: BTreeMap::new(),
            changed: RefCell::default(),
            differing: RefCell::default(),
        }
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The rules, and what they say.
    #[must_use]
    pub const fn rules(&self) -> &RuleBook {
        &self.rules
    }

    /// Changes something about the rules. Only the dispatcher asks for it.
    pub fn change_rules(&mut self, change: impl FnOnce(&mut RuleBook, &Document)) {
        change(&mut self.rules, &self.document);
    }

    /// The ledger of whole levels, for work beside the window.
    pub(super) fn level_ledger(&self) -> SharedLedger {
        Arc::clone(&self.level_ledger)
    }

    /// The document, to be changed. Only the dispatcher asks for it.
    pub fn document_mut(&mut self) -> &mut Document {
        &mut self.document
    }

    /// What was loaded.
    #[must_use]
    pub fn dataset(&self) -> &Arc<Dataset> {
        self.document.dataset()
    }

    /// The units as they are now.
    #[must_use]
    pub fn state(&self) -> &State {
        self.document.state()
    }

    /// Changes with every change of the document.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.document.revision()
    }

    /// Whether there is something to save.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.document.is_modified()
    }

    /// Where it came from.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Says where it is from now on.
    pub fn set_origin(&mut self, origin: Origin) {
        self.origin = origin;
    }

    /// The project file that it is saved in, if there is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Project(path) => Some(path),
            Origin::Sample | Origin::Files(_) => None,
        }
    }

    /// Short name for the toolbar and the title of the window.
    #[must_use]
    pub fn title(&self, lang: Lang) -> String {
        match &self.origin {
            Origin::Sample => lang.of(Text::SampleCounty).to_owned(),
            origin => origin
                .paths()
                .first()
                .and_then(|path| path.file_stem())
                .map_or_else(|| lang.of(Text::Untitled).to_owned(), |name| name.to_string_lossy().into_owned()),
        }
    }

    /// The paths it was read from, one a line.
    #[must_use]
    pub fn source_text(&self) -> String {
        self.origin.paths().iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n")
    }

    /// Arcs at defects of what was loaded; `None` until somebody has looked for them.
    #[must_use]
    pub const fn suspects(&self) -> Option<&Suspects> {
        self.suspects.as_ref()
    }

    /// Takes up what was found at the borders of what was loaded.
    pub fn take_suspects(&mut self, suspects: Suspects) {
        self.suspects = Some(suspects);
    }

    /// Whether the outline of a unit touches a defect, as far as somebody has looked: then its figures may be wrong.
    #[must_use]
    pub fn touches_defect(&self, unit: UnitId) -> bool {
        let (state, level) = (self.state(), self.state().unit(unit).level);
        let has = |atom| state.unit_of(atom, level) == unit;
        self.suspects.as_ref().is_some_and(|suspects| suspects.touch(&self.dataset().coverage, has))
    }

    /// Figures of a unit as it is now.
    #[must_use]
    pub fn figures(&self, unit: UnitId) -> Arc<UnitFigures> {
        let known = self.all_figures(Time::Now, self.state().unit(unit).level).unwrap_or_default();
        if let Ok(at) = known.binary_search_by_key(&unit, |(unit, _)| *unit) {
            return Arc::clone(&known[at].1);
        }
        self.ledger.borrow_mut().figures(self.dataset(), self.state(), unit)
    }

    /// Figures of a unit as it would be.
    #[must_use]
    pub fn figures_in(&self, after: &State, unit: UnitId) -> UnitFigures {
        unit_figures(self.dataset(), after, unit, AREA_METHOD)
    }

    /// The units as loaded, or as they are now.
    #[must_use]
    pub fn state_at(&self, time: Time) -> &State {
        match time {
            Time::Before => &self.dataset().base,
            Time::Now => self.state(),
        }
    }

    /// Starts to work out the figures of all units of a level. What an edit did not change is known already.
    #[must_use]
    pub fn measure(&self, time: Time, level: LevelIndex, wake: impl FnOnce() + Send + 'static) -> Job<Measured> {
        let (dataset, now) = (Arc::clone(self.dataset()), self.document.shared_state());
        let ledger = Arc::clone(&self.level_ledger);
        let revision = self.revision_at(time);
        let work = move |progress: &Progress| {
            let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
            let state = match time {
                Time::Before => &dataset.base,
                Time::Now => &*now,
            };
            let pairs = ledger.level_with_progress(&dataset, state, level, progress)?;
            Ok(LevelFigures { revision, pairs: Some(pairs) })
        };
        Job::start("measure", work, wake)
    }

    /// Takes up the figures of a level. Those of an earlier revision are dropped.
    pub fn take_figures(&mut self, time: Time, level: LevelIndex, figures: LevelFigures) {
        if figures.revision == self.revision_at(time) {
            self.levels.insert((time, level), figures);
        }
    }

    /// Does without the figures of a level, as of this revision: the user gave up.
    pub fn do_without_figures(&mut self, time: Time, level: LevelIndex) {
        let revision = self.revision_at(time);
        self.levels.insert((time, level), LevelFigures { revision, pairs: None });
    }

    /// The base never changes.
    fn revision_at(&self, time: Time) -> u64 {
        match time {
            Time::Before => 0,
            Time::Now => self.revision(),
        }
    }

    /// Whether the figures of all units of a level are known.
    #[must_use]
    pub fn knows_figures(&self, time: Time, level: LevelIndex) -> bool {
        self.all_figures(time, level).is_some()
    }

    /// Whether the figures of a level still have to be worked out: they are not known, and nobody has given them up.
    #[must_use]
    pub fn wants_figures(&self, time: Time, level: LevelIndex) -> bool {
        self.levels.get(&(time, level)).is_none_or(|known| known.revision != self.revision_at(time))
    }

    /// Units and figures of a level, ascending, if they are known.
    #[must_use]
    pub fn all_figures(&self, time: Time, level: LevelIndex) -> Option<&[(UnitId, Arc<UnitFigures>)]> {
        let known = self.levels.get(&(time, level))?;
        known.pairs.as_deref().filter(|_| known.revision == self.revision_at(time))
    }

    /// A figure of every unit of a level by the position of its id; `None` where it is not known.
    #[must_use]
    pub fn values_at(&self, time: Time, level: LevelIndex, figure: Figure) -> Vec<Option<f64>> {
        let mut values = vec![None; self.state_at(time).unit_count()];
        let state = self.state_at(time);
        for (unit, figures) in self.all_figures(time, level).unwrap_or_default() {
            values[unit.index()] = self.value_of(state, *unit, figure, figures);
        }
        values
    }

    /// A figure of a unit as it is now; `None` where it is not known.
    #[must_use]
    pub fn value(&self, unit: UnitId, figure: Figure) -> Option<f64> {
        self.value_of(self.state(), unit, figure, &self.figures(unit))
    }

    fn value_of(&self, state: &State, unit: UnitId, figure: Figure, figures: &UnitFigures) -> Option<f64> {
        match figure {
            Figure::Source(field) => self.field_number(state, unit, field),
            Figure::Own(id) => self.own_value(id, state, unit, figures).ok().map(Amount::to_f64),
            _ => figure.of(figures),
        }
    }

    /// What an edit would lead to. It changes nothing.
    ///
    /// # Errors
    /// [`EditError`] when the edit would be refused.
    pub fn outlook(&self, edit: &Edit) -> Result<Outlook, EditError> {
        let state = self.state();
        let draft = edit.draft(self.dataset(), state)?;
        let dataset = draft.refined.as_ref().map_or(self.dataset(), |refined| &refined.dataset);
        let mut after = state.clone();
        let _inverse = draft.patch.apply(&mut after);
        let stays = |unit: &UnitId| after.unit(*unit).is_current();
        let result = draft.made.or_else(|| draft.named.iter().copied().find(stays));
        let Some(result) = result else { return Err(EditError::TooFewUnits { given: 0, needed: 1 }) };
        let figures = Arc::new(unit_figures(dataset, &after, result, AREA_METHOD));
        let level = after.unit(result).level;
        let losers =
            figures.seat.map(|seat| self.farther(dataset, &after.atoms(result), level, seat)).unwrap_or_default();
        let growth = Growth::of(&losers);
        let verdicts =
            self.rules.judge_for(dataset).map(|judge| judge.unit(&after, result, &figures)).unwrap_or_default();
        Ok(Outlook {
            unit: after.unit(result).clone(),
            id: result,
            figures,
            members: after.members(result).len(),
            fields: self.field_rules().values(dataset, &after, result, AREA_METHOD),
            warnings: draft.warnings,
            farther_people: growth.people,
            farther_mean_m: growth.mean_m,
            verdicts,
            after: Arc::new(after),
        })
    }

    /// Places that end up farther from their seat than in the base state, those with most people first.
    #[must_use]
    pub fn losers(&self, level: LevelIndex) -> Vec<Farther> {
        let state = self.state();
        let changed: Vec<UnitId> = state.units_at(level).filter(|&unit| self.is_changed(unit)).collect();
        let mut losers: Vec<Farther> = changed
            .into_iter()
            .flat_map(|unit| {
                let seat = self.figures(unit).seat;
                seat.map(|seat| self.farther(self.dataset(), &state.atoms(unit), level, seat)).unwrap_or_default()
            })
            .collect();
        compare::by_people(&mut losers);
        losers
    }

    /// Atoms for which a seat is farther than that of their unit in the base state.
    fn farther(&self, dataset: &Dataset, atoms: &[AtomId], level: LevelIndex, seat: Coord) -> Vec<Farther> {
        let base = &dataset.base;
        let mut ledger = self.ledger.borrow_mut();
        let distances = atoms.iter().map(|&atom| {
            let old = ledger.figures(dataset, base, base.unit_of(atom, level)).seat;
            let distance = |seat| compare::distance_to_seat_m(dataset, atom, seat);
            (atom, old.and_then(distance), distance(seat))
        });
        compare::farther_of(dataset, distances)
    }

    /// The seat of a unit as it stands in its figures, to be given to another.
    #[must_use]
    pub fn seat_of(&self, unit: UnitId) -> Option<SeatSpec> {
        if let Some(seat) = &self.state().unit(unit).seat {
            return Some(SeatSpec::from(seat));
        }
        self.figures(unit).seat.map(|at| SeatSpec { lon: at.x, lat: at.y, name: None })
    }

    /// Units that share a border with any of these, ascending.
    #[must_use]
    pub fn neighbours_of_all(&self, units: &[UnitId]) -> Vec<UnitId> {
        let (coverage, state) = (&self.dataset().coverage, self.state());
        let mut found: Vec<UnitId> = units
            .iter()
            .flat_map(|&unit| {
                let level = state.unit(unit).level;
                let atoms = state.atoms(unit);
                let around = atoms.iter().flat_map(|&atom| coverage.neighbours(atom));
                around.map(|&atom| state.unit_of(atom, level)).collect::<Vec<_>>()
            })
            .filter(|unit| !units.contains(unit))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Folder in which to propose files: that of the source.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        match self.origin.paths().first() {
            None => std::env::current_dir().unwrap_or_default(),
            Some(path) => path.parent().map(PathBuf::from).unwrap_or_default(),
        }
    }

    /// Whether the plan has changed a unit: its territory, name, code, kind, seat or parent. A unit above merged ones
    /// is not changed by that, nor one that only moved along with its whole parent.
    #[must_use]
    pub fn is_changed(&self, unit: UnitId) -> bool {
        let (base, state) = (&self.dataset().base, self.state());
        if unit.index() < base.unit_count() && base.unit(unit) == state.unit(unit) {
            return false;
        }
        let mut known = self.changed.borrow_mut();
        if known.0 != Some(self.revision()) {
            *known = (Some(self.revision()), BTreeMap::new());
        }
        *known.1.entry(unit).or_insert_with(|| change::is_marked(base, state, unit))
    }

    /// Units of all levels that differ from the base in any way, ascending.
    #[must_use]
    pub fn changed_units(&self) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = self.document.done().flat_map(|step| &step.changed).copied().collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// Another scenario, or with `None` the units as loaded, beside this one: to be looked at, not to be changed. What
    /// is known of the base, and of units that are the same in both, is known there too.
    #[must_use]
    pub fn beside(&self, scenario: Option<ScenarioId>) -> Self {
        let mut document = self.document.clone();
        match scenario {
            Some(id) => drop(document.switch_to(id)),
            None => drop(document.jump_to(0)),
        }
        let known = self.levels.iter().filter(|((time, _), _)| *time == Time::Before);
        Self {
            document,
            origin: self.origin.clone(),
            ledger: RefCell::new(Ledger::new(AREA_METHOD)),
            level_ledger: Arc::clone(&self.level_ledger),
            // A map to be looked at shows no verdicts.
            rules: RuleBook::default(),
            levels: known.map(|(&key, figures)| (key, figures.clone())).collect(),
            changed: RefCell::default(),
            known_fields: self.known_fields.clone(),
            own: Arc::clone(&self.own),
            suspects: self.suspects.clone(),
            differing: RefCell::default(),
        }
    }

    /// What became of a unit, compared with the base.
    #[must_use]
    pub fn change_of(&self, unit: UnitId) -> Change {
        change::main(&self.dataset().base, self.state(), unit)
    }

    /// Abolished units of the same level that are in a unit, in whole or in part, ascending.
    #[must_use]
    pub fn absorbed_by(&self, unit: UnitId) -> Vec<UnitId> {
        let (base, state) = (&self.dataset().base, self.state());
        if !self.is_changed(unit) {
            return Vec::new();
        }
        let level = state.unit(unit).level;
        let mut found: Vec<UnitId> = state.atoms(unit).iter().map(|&atom| base.unit_of(atom, level)).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|&old| !state.unit(old).is_current());
        found
    }

    /// Units of a level that the plan has abolished, ascending.
    #[must_use]
    pub fn abolished(&self, level: LevelIndex) -> Vec<UnitId> {
        let state = self.state();
        let mut units: Vec<UnitId> = self
            .document
            .done()
            .flat_map(|step| &step.named)
            .copied()
            .filter(|&unit| state.unit(unit).level == level && !state.unit(unit).is_current())
            .collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// Whether the active scenario changes anything.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.document.position() > 0
    }

    /// Whether closing it would lose something.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        let document = &self.document;
        let worked =
            document.scenarios().len() > 1 || document.scenarios().iter().any(|scenario| !scenario.path.is_empty());
        let declared = !self.rules.crossings().is_empty();
        document.is_modified() && (worked || declared || self.file().is_some())
    }

    /// Units whose name or code contains `query` (in small letters): those that begin with it first, coarse levels
    /// first.
    #[must_use]
    pub fn find(&self, query: &str, most: usize) -> Vec<UnitId> {
        let state = self.state();
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for level in state.levels().rev() {
            for unit in state.units_at(level) {
                let it = state.unit(unit);
                let (name, code) = (it.name.to_lowercase(), it.code.to_lowercase());
                if name.starts_with(query) || code.starts_with(query) {
                    first.push(unit);
                } else if rest.len() < most && (name.contains(query) || code.contains(query)) {
                    rest.push(unit);
                }
                if first.len() >= most {
                    return first;
                }
            }
        }
        first.extend(rest);
        first.truncate(most);
        first
    }

    /// Box around a unit in degrees.
    #[must_use]
    pub fn bounds_of(&self, unit: UnitId) -> Option<Rect> {
        let coverage = &self.dataset().coverage;
        let atoms = self.state().atoms(unit);
        atoms.into_iter().filter_map(|atom| coverage.bounds_of(atom)).reduce(union)
    }

    /// Box around units in degrees.
    #[must_use]
    pub fn bounds_of_all(&self, units: &[UnitId]) -> Option<Rect> {
        units.iter().filter_map(|&unit| self.bounds_of(unit)).reduce(union)
    }

    /// The level that the window starts with: townships where there are any, else the next coarser than the finest.
    #[must_use]
    pub fn first_level(&self) -> LevelIndex {
        let levels = &self.dataset().levels;
        let wanted = levels.iter().position(|&level| level == crate::model::Level::Township);
        let position = wanted.unwrap_or(usize::from(levels.len() > 1));
        LevelIndex(u8::try_from(position).unwrap_or(0))
    }
}

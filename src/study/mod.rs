//! A study (研究): a dataset, its scenarios, and everything that follows from them, without a window.
//!
//! 1. What figures rest on is one value, [`Basis`], kept with the document. Nothing that works a figure out, judges,
//!    draws or exports takes it from anywhere else, so that the window and the command line say the same.
//! 2. What follows is kept as long as the revision of the document and the basis stay, and made when it is first asked
//!    for; nothing of it is saved.
//! 3. Units change by [`Document`] alone, the basis by [`Study::decide`] and [`Study::adopt`] alone.
//!
//! The window reads it and draws; the subcommands read it and write.

mod basis;
mod changes;
mod deriving;
#[cfg(test)]
mod deriving_tests;
mod export;
mod fields;
mod find;
mod levels;
mod matrix;
mod outlook;
mod own;
pub mod rulebook;
mod selecting;
mod split_outlook;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

pub use basis::{Basis, Mistake, Part, WhyUnusable};
pub use deriving::{derivations, furnished};
pub use export::Exporting;
pub use levels::{Due, LevelFigures, Measured, Time};
pub use outlook::{Effect, Outlook};
pub use selecting::{Allowed, Limits, Painting, Stroke};
pub use split_outlook::{PartApart, PartOutlook, SplitOutlook};

use crate::coverage::Suspects;
use crate::edit::{Document, ScenarioId};
use crate::geodesy::AreaMethod;
use crate::i18n::{Lang, Text};
use crate::io::project::Origin;
use crate::jobs::Derived;
use crate::metrics::{FigureCache, OwnFigures};
use crate::model::{Dataset, Join, LevelIndex, Preparation, State, UnitId};
use crate::query::FormulaWords;
use fields::KnownFields;
use rulebook::{RuleBook, SharedCache};

/// A dataset, its scenarios, and what follows from them.
pub struct Study {
    document: Document,
    origin: Origin,
    basis: Basis,
    /// What of the basis could not be read.
    mistakes: Vec<Mistake>,
    cache: RefCell<FigureCache>,
    /// Works out whole levels beside the window, and keeps what an edit did not change.
    level_cache: SharedCache,
    rules: RuleBook,
    levels: BTreeMap<(Time, LevelIndex), LevelFigures>,
    /// Those that could not be worked out.
    dead_figures: Vec<Due>,
    /// Whether units are changed, as of a revision.
    changed: RefCell<Derived<u64, BTreeMap<UnitId, bool>>>,
    /// What becomes of fields.
    known_fields: KnownFields,
    /// Figures of one's own.
    own: Arc<OwnFigures>,
    /// Words that expressions may have: fields, figures, and what else has a name.
    words: Arc<FormulaWords>,
    /// Units that differ from a side, as of a revision.
    differing: RefCell<Differing>,
}

/// One of the things that are compared: a scenario, or with `None` the units as loaded.
pub type Side = Option<ScenarioId>;

/// Units that differ from a side, with the revision and the side that they are of.
type Differing = Derived<(u64, Side), Arc<BTreeSet<UnitId>>>;

impl Study {
    /// Takes a document up, with what figures rest on as it is kept with the document.
    #[must_use]
    pub fn new(document: Document, origin: Origin) -> Self {
        let (mut basis, mut mistakes) = Basis::of(document.settings());
        mistakes.extend(Join::kept(document.settings()).err().map(|error| Mistake::unreadable(Part::Joins, &error)));
        let repair = Preparation::repair(document.settings());
        mistakes.extend(repair.err().map(|error| Mistake::unreadable(Part::Repair, &error)));
        basis.places = Arc::clone(document.places());
        let cache = || FigureCache::new(basis.area_method);
        let mut study = Self {
            cache: RefCell::new(cache()),
            level_cache: Arc::new(Mutex::new(cache())),
            rules: RuleBook::default(),
            levels: BTreeMap::new(),
            dead_figures: Vec::new(),
            changed: RefCell::default(),
            known_fields: KnownFields::default(),
            own: Arc::default(),
            words: Arc::default(),
            differing: RefCell::default(),
            document,
            origin,
            basis,
            mistakes,
        };
        study.lay_derivations();
        study.read_fields();
        study.take_office();
        study
    }

    /// What figures rest on.
    #[must_use]
    pub const fn basis(&self) -> &Basis {
        &self.basis
    }

    /// What of that is kept with the document, but cannot be used.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// Has figures rest on something else from now on. It is kept with the document, as work that is to be saved.
    pub fn decide(&mut self, change: impl FnOnce(&mut Basis)) {
        self.rest_on(change, true);
    }

    /// The same for what nobody has worked for, such as what was decided for another document: the document is as saved
    /// as it was.
    pub fn adopt(&mut self, change: impl FnOnce(&mut Basis)) {
        self.rest_on(change, false);
    }

    fn rest_on(&mut self, change: impl FnOnce(&mut Basis), is_work: bool) {
        let mut basis = self.basis.clone();
        change(&mut basis);
        if basis.decides_the_same(&self.basis) {
            self.basis.suspects = basis.suspects;
            return;
        }
        basis.revision += 1;
        basis.keep(&mut self.document, is_work);
        let before = std::mem::replace(&mut self.basis, basis);
        self.follow_basis(&before);
    }

    /// Forgets what followed from what figures rested on before.
    fn follow_basis(&mut self, before: &Basis) {
        let basis = &self.basis;
        let other_areas = basis.area_method != before.area_method;
        let other_packs = basis.packs != before.packs || basis.days() != before.days();
        let other_own = basis.own_figures != before.own_figures || basis.numbers != before.numbers || other_packs;
        let other_fields = other_areas || basis.field_rules != before.field_rules;
        let other_rules = other_packs || basis.rules != before.rules || basis.crossings != before.crossings;
        if other_packs {
            self.lay_derivations();
        }
        if other_areas {
            self.cache = RefCell::new(self.cache());
            self.level_cache = Arc::new(Mutex::new(self.cache()));
            self.levels.clear();
        }
        if other_fields {
            self.read_fields();
        } else if other_own {
            self.read_own();
        }
        if other_fields || other_own {
            self.document.refresh();
        }
        let asks_for_own = self.rules.judge().is_some_and(|judge| judge.asks_for_own_figures());
        if other_rules || other_areas || asks_for_own && (other_fields || other_own) {
            self.take_office();
        }
    }

    /// How areas are computed.
    #[must_use]
    pub const fn area_method(&self) -> AreaMethod {
        self.basis.area_method
    }

    /// An empty cache of figures that rest on what they rest on here.
    #[must_use]
    pub fn cache(&self) -> FigureCache {
        FigureCache::new(self.area_method())
    }

    /// Takes up what was found at the borders of what was loaded.
    pub fn take_suspects(&mut self, suspects: Suspects) {
        self.basis.suspects = Some(suspects);
    }

    /// Whether the outline of a unit touches a defect, as far as somebody has looked: then its figures may be wrong.
    #[must_use]
    pub fn touches_defect(&self, unit: UnitId) -> bool {
        let (state, level) = (self.state(), self.state().unit(unit).level);
        let has = |atom| state.unit_of(atom, level) == unit;
        self.basis.suspects.as_ref().is_some_and(|suspects| suspects.touch(&self.dataset().coverage, has))
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
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

    /// The units as loaded, or as they are now.
    #[must_use]
    pub fn state_at(&self, time: Time) -> &State {
        match time {
            Time::Before => &self.dataset().base,
            Time::Now => self.state(),
        }
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

    /// Whether closing it would lose something.
    #[must_use]
    pub fn is_unsaved(&self) -> bool {
        let document = &self.document;
        let worked =
            document.scenarios().len() > 1 || document.scenarios().iter().any(|scenario| !scenario.path.is_empty());
        let prepared = !self.dataset().joins().is_empty() || self.dataset().repaired_borders().is_some();
        let laid = !document.ledgers().is_empty() || !self.basis.packs.is_empty();
        let declared = prepared || laid || !self.basis.crossings.is_empty() || !self.basis.places.is_empty();
        document.is_modified() && (worked || declared || self.file().is_some())
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

    /// Folder in which to propose files: that of the source.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        match self.origin.paths().first() {
            None => std::env::current_dir().unwrap_or_default(),
            Some(path) => path.parent().map(PathBuf::from).unwrap_or_default(),
        }
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
            basis: self.basis.clone(),
            mistakes: Vec::new(),
            document,
            origin: self.origin.clone(),
            cache: RefCell::new(self.cache()),
            level_cache: Arc::clone(&self.level_cache),
            // A map to be looked at shows no verdicts.
            rules: RuleBook::default(),
            levels: known.map(|(&key, figures)| (key, figures.clone())).collect(),
            dead_figures: Vec::new(),
            changed: RefCell::default(),
            known_fields: self.known_fields.clone(),
            own: Arc::clone(&self.own),
            words: Arc::clone(&self.words),
            differing: RefCell::default(),
        }
    }
}

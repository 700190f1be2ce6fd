//! Figures of whole levels, worked out beside the window and kept as long as nothing changes them.

use std::sync::Arc;

use super::Study;
use super::rulebook::SharedCache;
use crate::geodesy::AreaMethod;
use crate::jobs::{Cancelled, Death, Job, Progress, lock};
use crate::metrics::{Amount, Figure, FigureCache, UnitFigures, unit_figures};
use crate::model::{LevelIndex, State, UnitId};

/// Which state of the units is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Time {
    /// As loaded.
    Before,
    /// As the plan has it.
    Now,
}

/// Figures of all units of a level.
#[derive(Clone, Debug, Default)]
pub struct LevelFigures {
    /// Revision of the document that they are of.
    revision: u64,
    /// How areas were computed.
    area_method: AreaMethod,
    /// Units in force, ascending, each with its figures; `None` when the user gave up.
    pairs: Option<Vec<(UnitId, Arc<UnitFigures>)>>,
}

/// Figures of a level, unless the user gave up.
pub type Measured = Result<LevelFigures, Cancelled>;

/// Figures of a level that are to be worked out, as of a revision of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// Of the units as loaded, or as they are now.
    pub time: Time,
    /// Of which level.
    pub level: LevelIndex,
    revision: u64,
}

impl Study {
    /// The cache of whole levels, for work beside the window.
    pub(super) fn level_cache(&self) -> SharedCache {
        Arc::clone(&self.level_cache)
    }

    /// Figures of a unit as it is now.
    #[must_use]
    pub fn figures(&self, unit: UnitId) -> Arc<UnitFigures> {
        let known = self.all_figures(Time::Now, self.state().unit(unit).level).unwrap_or_default();
        if let Ok(at) = known.binary_search_by_key(&unit, |(unit, _)| *unit) {
            return Arc::clone(&known[at].1);
        }
        self.cache.borrow_mut().figures(self.dataset(), self.state(), unit)
    }

    /// Figures of a unit as it would be.
    #[must_use]
    pub fn figures_in(&self, after: &State, unit: UnitId) -> UnitFigures {
        unit_figures(self.dataset(), after, unit, self.area_method())
    }

    /// Starts to work out the figures of all units of a level. What an edit did not change is known already.
    #[must_use]
    pub fn measure(&self, time: Time, level: LevelIndex, wake: impl FnOnce() + Send + 'static) -> Job<Measured> {
        let (dataset, now) = (Arc::clone(self.dataset()), self.document.shared_state());
        let cache = Arc::clone(&self.level_cache);
        let (revision, area_method) = (self.revision_at(time), self.area_method());
        let work = move |progress: &Progress| {
            let mut cache = lock(&cache, || FigureCache::new(area_method));
            let state = match time {
                Time::Before => &dataset.base,
                Time::Now => &*now,
            };
            let pairs = cache.level_with_progress(&dataset, state, level, progress)?;
            Ok(LevelFigures { revision, area_method, pairs: Some(pairs) })
        };
        Job::start("measure", work, wake)
    }

    /// Takes up the figures of a level. Those of an earlier revision, or with other areas, are dropped.
    pub fn take_figures(&mut self, time: Time, level: LevelIndex, figures: LevelFigures) {
        if figures.revision == self.revision_at(time) && figures.area_method == self.area_method() {
            self.levels.insert((time, level), figures);
        }
    }

    /// Does without the figures of a level, as of this revision: the user gave up.
    fn do_without_figures(&mut self, time: Time, level: LevelIndex) {
        let (revision, area_method) = (self.revision_at(time), self.area_method());
        self.levels.insert((time, level), LevelFigures { revision, area_method, pairs: None });
    }

    /// The figures of a level that are to be worked out next, by [`measure`](Self::measure), if any are: one thing after
    /// the other, and what died not again until something has changed.
    #[must_use]
    pub fn due_figures(&self, level: LevelIndex) -> Option<Due> {
        let due = |time| Due { time, level, revision: self.revision() };
        let is_wanted = |due: &Due| self.wants_figures(due.time, level) && !self.dead_figures.contains(due);
        [Time::Now, Time::Before].into_iter().map(due).find(is_wanted)
    }

    /// Takes up how working out the figures of a level has ended.
    pub fn take_measured(&mut self, due: Due, ended: Result<Measured, Death>) {
        match ended {
            Ok(Ok(figures)) => self.take_figures(due.time, due.level, figures),
            Ok(Err(Cancelled)) => self.do_without_figures(due.time, due.level),
            Err(_) => self.dead_figures.push(due),
        }
    }

    /// Whether figures of a level, as loaded or now, could not be worked out.
    #[must_use]
    pub fn figures_died(&self, level: LevelIndex) -> bool {
        self.dead_figures.iter().any(|due| due.level == level && due.revision == self.revision())
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
    fn wants_figures(&self, time: Time, level: LevelIndex) -> bool {
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
}

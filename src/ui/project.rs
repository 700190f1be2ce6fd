//! The open document with everything derived from it that panels show.
//!
//! Panels read it. What is derived is kept as long as the revision of the document stays, and made when it is first
//! asked for.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use geo::{Coord, Rect};

use super::view::Figure;
use super::words;
use crate::edit::{Document, Step};
use crate::i18n::{Lang, Text};
use crate::metrics::{AreaMethod, Ledger, UnitFigures};
use crate::model::{Dataset, LevelIndex, State, UnitId};

/// The open document and what is derived from it.
pub struct Project {
    document: Document,
    source: Source,
    ledger: RefCell<Ledger>,
    sweeps: RefCell<BTreeMap<LevelIndex, Sweep>>,
}

/// Figures of all units of a level, worked out a little in every frame.
#[derive(Debug, Default)]
struct Sweep {
    revision: Option<u64>,
    units: Vec<UnitId>,
    /// Figures of the first so many of `units`.
    figures: Vec<Arc<UnitFigures>>,
}

/// Where a document came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The county in the program itself.
    Sample,
    /// Files.
    Files(Vec<std::path::PathBuf>),
}

impl Project {
    /// Takes a document up.
    #[must_use]
    pub fn new(document: Document, source: Source) -> Self {
        Self { document, source, ledger: RefCell::new(Ledger::new(AreaMethod::Geodesic)), sweeps: RefCell::default() }
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
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Short name for the toolbar and the title of the window.
    #[must_use]
    pub fn title(&self, lang: Lang) -> String {
        match &self.source {
            Source::Sample => lang.of(Text::SampleCounty).to_owned(),
            Source::Files(paths) => paths
                .first()
                .and_then(|path| path.file_stem())
                .map_or_else(|| lang.of(Text::Untitled).to_owned(), |name| name.to_string_lossy().into_owned()),
        }
    }

    /// The paths it was read from, one a line.
    #[must_use]
    pub fn source_text(&self) -> String {
        match &self.source {
            Source::Sample => String::new(),
            Source::Files(paths) => {
                paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// Figures of a unit as it is now.
    #[must_use]
    pub fn figures(&self, unit: UnitId) -> Arc<UnitFigures> {
        self.ledger.borrow_mut().figures(self.dataset(), self.state(), unit)
    }

    /// Figures of a unit in another state of the same dataset.
    #[must_use]
    pub fn figures_in(&self, state: &State, unit: UnitId) -> Arc<UnitFigures> {
        self.ledger.borrow_mut().figures(self.dataset(), state, unit)
    }

    /// Works on the figures of all units of a level for at most `budget`, and says how much is known, from 0 to 1.
    /// What an edit did not change is known already.
    #[expect(clippy::cast_precision_loss, reason = "a fraction for a progress bar")]
    pub fn sweep(&self, level: LevelIndex, budget: Duration) -> f64 {
        let (dataset, state) = (self.dataset(), self.state());
        let mut sweeps = self.sweeps.borrow_mut();
        let sweep = sweeps.entry(level).or_default();
        if sweep.revision != Some(self.revision()) {
            *sweep = Sweep {
                revision: Some(self.revision()),
                units: state.units_at(level).collect(),
                figures: Vec::new(),
            };
        }
        let since = Instant::now();
        let mut ledger = self.ledger.borrow_mut();
        while let Some(&unit) = sweep.units.get(sweep.figures.len()) {
            sweep.figures.push(ledger.figures(dataset, state, unit));
            if since.elapsed() >= budget {
                break;
            }
        }
        if sweep.units.is_empty() { 1.0 } else { sweep.figures.len() as f64 / sweep.units.len() as f64 }
    }

    /// Whether the figures of all units of a level are known.
    #[must_use]
    pub fn knows_figures(&self, level: LevelIndex) -> bool {
        self.all_figures(level, |_| ()).is_some()
    }

    /// Does something with the units and figures of a level, if they are all known.
    pub fn all_figures<R>(
        &self,
        level: LevelIndex,
        mut read: impl FnMut(&[(UnitId, Arc<UnitFigures>)]) -> R,
    ) -> Option<R> {
        let sweeps = self.sweeps.borrow();
        let sweep = sweeps.get(&level)?;
        let complete = sweep.revision == Some(self.revision()) && sweep.figures.len() == sweep.units.len();
        complete.then(|| {
            let pairs: Vec<_> = sweep.units.iter().copied().zip(sweep.figures.iter().cloned()).collect();
            read(&pairs)
        })
    }

    /// A figure of every unit of a level by the position of its id; `None` where it is not known.
    #[must_use]
    pub fn values(&self, level: LevelIndex, figure: Figure) -> Vec<Option<f64>> {
        let mut values = vec![None; self.state().unit_count()];
        self.all_figures(level, |pairs| {
            for (unit, figures) in pairs {
                values[unit.index()] = figure.of(figures);
            }
        });
        values
    }

    /// Whether the plan has changed a unit: its territory, name, code, kind, seat or parent.
    #[must_use]
    pub fn is_changed(&self, unit: UnitId) -> bool {
        let base = &self.dataset().base;
        unit.index() >= base.unit_count() || base.unit(unit) != self.state().unit(unit)
    }

    /// Whether the plan has changed anything.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.document.position() > 0
    }

    /// The step that undo would take back, and the one that redo would do again, in words.
    #[must_use]
    pub fn would_undo_and_redo(&self, lang: Lang) -> (Option<String>, Option<String>) {
        let history = self.document.history();
        let at = self.document.position();
        let say = |step: &Step| words::edit(lang, self, step);
        (at.checked_sub(1).and_then(|at| history.get(at)).map(say), history.get(at).map(say))
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

/// Smallest box around two.
#[must_use]
pub fn union(a: Rect, b: Rect) -> Rect {
    Rect::new(
        Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
        Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
    )
}

//! The boundaries of the active scenario, written: the same bytes from the window and from the command line.

use std::io;
use std::sync::Arc;

use super::Study;
use crate::coverage::Suspects;
use crate::edit::Plan;
use crate::geodesy::AreaMethod;
use crate::i18n::Lang;
use crate::io::WriteError;
use crate::io::export::Export;
use crate::io::outgoing::OutLayer;
use crate::jobs::{Cancelled, Progress};
use crate::metrics::{OwnColumns, OwnFigures, OwnId};
use crate::model::{Dataset, FieldRules, LevelIndex, State};
use crate::report::certificate::{Destination, Verdict};

/// Everything that an export needs, to be taken to another thread.
#[derive(Clone, Debug)]
pub struct Exporting {
    /// As loaded.
    origin: Arc<Dataset>,
    /// With the cuts of the scenario.
    dataset: Arc<Dataset>,
    state: Arc<State>,
    level: LevelIndex,
    area_method: AreaMethod,
    rules: Arc<FieldRules>,
    own: Arc<OwnFigures>,
    /// Figures of one's own that are written.
    chosen: Vec<OwnId>,
    /// `None` until somebody has looked for them.
    suspects: Option<Suspects>,
    plan: Plan,
}

impl Study {
    /// An export of a level as the active scenario leaves it, with these figures of one's own.
    #[must_use]
    pub fn exporting(&self, level: LevelIndex, chosen: Vec<OwnId>) -> Exporting {
        let document = self.document();
        Exporting {
            origin: Arc::clone(document.origin()),
            dataset: Arc::clone(document.dataset()),
            state: document.shared_state(),
            level,
            area_method: self.area_method(),
            rules: Arc::clone(self.field_rules()),
            own: Arc::clone(self.own_figures()),
            chosen,
            suspects: self.basis().suspects.clone(),
            plan: document.plan(),
        }
    }

    /// Looks for defects of what was loaded, unless somebody has.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn find_suspects(&mut self, progress: &Progress) -> Result<Suspects, Cancelled> {
        let suspects = found(self.basis().suspects.as_ref(), self.document().origin(), progress)?;
        self.take_suspects(suspects.clone());
        Ok(suspects)
    }
}

impl Exporting {
    /// Defects of what was loaded: who asks before the borders are checked waits for that.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn suspects(&self, progress: &Progress) -> Result<Suspects, Cancelled> {
        found(self.suspects.as_ref(), &self.origin, progress)
    }
}

fn found(known: Option<&Suspects>, origin: &Dataset, progress: &Progress) -> Result<Suspects, Cancelled> {
    known.map_or_else(|| Suspects::find(&origin.coverage, progress), |known| Ok(known.clone()))
}

impl Exporting {
    /// Writes it, with the certificate where there is to be one. Who exports before the borders are checked waits for
    /// that.
    ///
    /// # Errors
    /// [`WriteError`] when a file cannot be written, or the user gave up.
    pub fn write(&self, to: &Destination, progress: &Progress) -> Result<Verdict, WriteError> {
        let given_up = |given_up| WriteError::from_io(to.boundaries().path(), io::Error::other(given_up));
        let suspects = self.suspects(progress).map_err(given_up)?;
        self.with(&suspects, |export| to.write(export, &self.plan, progress))
    }

    /// Units of these levels as layers for any format; what they are called for people is in a language.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn layers(&self, levels: &[LevelIndex], lang: Lang, progress: &Progress) -> Result<Vec<OutLayer>, Cancelled> {
        let suspects = self.suspects(progress)?;
        let layer = |level: &LevelIndex| {
            let title = self.dataset.level(*level).words(lang);
            self.at(*level, &suspects, |export| export.layer(title, progress))
        };
        levels.iter().map(layer).collect()
    }

    /// All levels, from the finest on.
    #[must_use]
    pub fn levels(&self) -> Vec<LevelIndex> {
        self.state.levels().collect()
    }

    /// The export, with suspects that are known.
    pub fn with<T>(&self, suspects: &Suspects, look: impl FnOnce(&Export<'_>) -> T) -> T {
        self.at(self.level, suspects, look)
    }

    fn at<T>(&self, level: LevelIndex, suspects: &Suspects, look: impl FnOnce(&Export<'_>) -> T) -> T {
        let Self { dataset, state, area_method, rules, own, chosen, .. } = self;
        let area_method = *area_method;
        let columns = OwnColumns { own, chosen, dataset, state, area_method };
        look(&Export { dataset, state, level, area_method, rules, suspects, further: Some(&columns) })
    }
}

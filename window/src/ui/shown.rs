//! What panels read.

use std::borrow::Cow;

use super::state::action::Situation;
use super::state::choropleth::{self, FigureLook};
use super::state::view::{Preferences, View};
use super::theme::Colours;
use quhua::i18n::numbers::AreaUnit;
use quhua::i18n::{Lang, Text};
use quhua::metrics::Figure;
use quhua::model::{Facilities, Level, LevelIndex, UnitId};
use quhua::study::Study;

/// Everything that panels read in one frame. They change nothing of it: they send commands.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// Language of all texts.
    pub lang: Lang,
    /// Colours by role.
    pub colours: &'a Colours,
    /// Choices that outlive a run.
    pub preferences: &'a Preferences,
    /// Selection, level, colours of the map.
    pub view: &'a View,
    /// What can be done now.
    pub now: &'a Situation,
    /// The open document, if any.
    pub project: Option<&'a Study>,
}

impl<'a> Shown<'a> {
    /// Facilities and lines that lie on the map, if there are any.
    #[must_use]
    pub fn facilities(&self) -> Option<&'a Facilities> {
        let places = self.project.map(|project| &*project.basis().places);
        places.filter(|places| !places.is_empty())
    }

    /// A text in the language of the window.
    #[must_use]
    pub const fn text(&self, text: Text) -> &'static str {
        self.lang.of(text)
    }

    /// Unit of all areas.
    #[must_use]
    pub const fn area_unit(&self) -> AreaUnit {
        self.preferences.area_unit
    }

    /// How a figure shows in colours.
    #[must_use]
    pub fn look_of(&self, figure: Figure) -> Cow<'_, FigureLook> {
        let kept = self.project.and_then(|project| self.preferences.looks.get(&choropleth::key(project, figure)));
        kept.map_or_else(|| Cow::Owned(FigureLook::default()), Cow::Borrowed)
    }

    /// What a level of the open document is.
    #[must_use]
    pub fn level_of(&self, level: LevelIndex) -> Level {
        self.project.and_then(|project| project.dataset().levels.get(level.index()).copied()).unwrap_or(Level::Atom)
    }

    /// Whether figures of the level that is looked at could not be worked out.
    #[must_use]
    pub fn figures_died(&self) -> bool {
        self.project.is_some_and(|project| project.figures_died(self.view.level))
    }

    /// Whether the plan has changed a unit.
    #[must_use]
    pub fn is_changed(&self, unit: UnitId) -> bool {
        self.project.is_some_and(|project| project.is_changed(unit))
    }
}

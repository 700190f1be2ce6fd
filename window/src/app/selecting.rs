//! Selecting by how units lie, by conditions and lists, within limits; and painting members onto another parent.

use super::App;
use crate::ui::inspector::{Card, Pick};
use crate::ui::notices::Gravity;
use crate::ui::state::command::SelectMode;
use crate::ui::state::view::BottomTab;
use crate::ui::words;
use quhua::i18n::Text;
use quhua::i18n::selecting as sentences;
use quhua::metrics::Shift;
use quhua::model::{LevelIndex, State, UnitId};
use quhua::query::around;
use quhua::study::Study;
use quhua::study::{Allowed, Limits, Painting, Stroke};

/// Queries that are kept, at most: the oldest go.
const MOST_QUERIES: usize = 50;

impl App {
    /// Selects what the user asks for, as far as the limits let it pass.
    pub(super) fn select_allowed(&mut self, units: &[UnitId], mode: SelectMode) {
        let Some(project) = &self.project else { return };
        let allowed = Allowed::new(project, &self.view.limits);
        let passes = |unit: &UnitId| mode == SelectMode::Remove || allowed.allows(project, *unit);
        let taken: Vec<UnitId> = units.iter().copied().filter(passes).collect();
        if taken.is_empty() && !units.is_empty() {
            self.notices.say(Gravity::Info, self.lang.of(Text::LimitLeftOut).to_owned());
            return;
        }
        if self.inspector.card.painting().is_some() {
            // While members are painted, lists and names paint too.
            self.paint_whole(taken, mode);
        } else {
            self.select(&taken, mode);
        }
    }

    /// Selects units that some relation finds around the selection.
    pub(super) fn select_around(
        &mut self,
        mode: SelectMode,
        find: impl FnOnce(&Study, &State, LevelIndex, &[UnitId]) -> Vec<UnitId>,
    ) {
        let Some(project) = &self.project else { return };
        let units = find(project, project.state(), self.view.level, &self.view.selection);
        if units.is_empty() {
            self.notices.say(Gravity::Info, self.lang.of(Text::NothingFound).to_owned());
        }
        if !units.is_empty() || mode == SelectMode::Replace {
            self.select_allowed(&units, mode);
        }
    }

    pub(super) fn shrink_selection(&mut self) {
        self.select_around(SelectMode::Replace, |project, state, _, units| {
            around::shrunk(&project.dataset().coverage, state, units)
        });
    }

    /// What the selection encloses joins it: the two make one territory.
    pub(super) fn select_enclosed(&mut self) {
        self.select_around(SelectMode::Add, |project, state, level, units| {
            around::enclosed(project.dataset(), state, level, units)
        });
    }

    pub(super) fn select_surrounded(&mut self) {
        self.select_around(SelectMode::Replace, |project, state, level, _| {
            around::surrounded_by_one(project.dataset(), state, level)
        });
    }

    pub(super) fn invert_selection(&mut self) {
        self.select_around(SelectMode::Replace, |_, state, level, units| around::rest(state, level, units));
    }

    pub(super) fn select_siblings(&mut self) {
        self.select_around(SelectMode::Add, |_, state, _, units| around::siblings(state, units));
    }

    pub(super) fn select_same_kind(&mut self) {
        self.select_around(SelectMode::Add, |_, state, level, units| around::same_kind(state, level, units));
    }

    /// Limits the selection from now on; what is selected stays.
    pub(super) fn limit(&mut self, limits: Limits) {
        self.view.limits = limits;
    }

    pub(super) fn limit_to_parent(&mut self) {
        let inside = self.project.as_ref().and_then(|project| project.limit_for(&self.view.selection));
        self.limit(Limits { inside, ..self.view.limits.clone() });
    }

    /// Limits the selection to what differs from the scenario after the active one.
    pub(super) fn limit_to_other(&mut self) {
        let Some(document) = self.project.as_ref().map(Study::document) else { return };
        let active = document.active().id;
        let mut others = document.scenarios().iter().cycle().skip_while(|scenario| scenario.id != active);
        if let Some(next) = others.nth(1).map(|scenario| scenario.id) {
            self.limit(Limits { differs: Some(Some(next)), ..self.view.limits.clone() });
        }
    }

    /// Keeps conditions for another time, the latest first; or forgets them.
    pub(super) fn keep_query(&mut self, line: &str, keeps: bool) {
        let line = line.trim();
        let queries = &mut self.preferences.queries;
        queries.retain(|kept| kept != line);
        if keeps && !line.is_empty() {
            queries.insert(0, line.to_owned());
            queries.truncate(MOST_QUERIES);
        }
    }

    pub(super) fn open_list(&mut self) {
        self.show_bottom(BottomTab::List);
        self.bottom.list.focus();
    }

    /// Begins to paint members onto another parent: onto the unit selected, else onto the one that is clicked next.
    pub(super) fn begin_painting(&mut self) {
        let Some(project) = &self.project else { return };
        self.view.compare = None;
        let state = project.state();
        match self.view.selection[..] {
            [only] if state.unit(only).level > LevelIndex::FINEST => self.paint_onto(only),
            _ => self.inspector.card = Card::Pick(Pick::Taker),
        }
    }

    /// Members are painted onto this unit from now on. Those that are selected move to it at once.
    pub(super) fn paint_onto(&mut self, taker: UnitId) {
        let Some(project) = &self.project else { return };
        let (dataset, state) = (project.dataset(), project.state());
        let Some(shift) = Shift::to(dataset, state, taker, project.area_method()) else {
            let name = words::unit(state.unit(taker));
            self.notices.say(Gravity::Info, sentences::takes_no_members(self.lang, name));
            return;
        };
        let level = shift.level();
        let mut painting = Painting::new(shift);
        let selected: Vec<UnitId> =
            self.view.selection.iter().copied().filter(|&unit| state.unit(unit).level == level).collect();
        painting.follow(project, Stroke::Add(selected));
        self.view.selection.clear();
        self.view.level = level;
        self.view.hovered = None;
        self.open_card(Card::Paint(painting));
    }

    /// Goes on with a stroke of the brush, within the limits.
    pub(super) fn paint(&mut self, stroke: Stroke) {
        let (Some(project), Some(painting)) = (&self.project, self.inspector.card.painting_mut()) else { return };
        let stroke = match stroke {
            Stroke::Add(mut units) => {
                let allowed = Allowed::new(project, &self.view.limits);
                units.retain(|&unit| allowed.allows(project, unit));
                Stroke::Add(units)
            }
            other => other,
        };
        painting.follow(project, stroke);
    }

    fn paint_whole(&mut self, units: Vec<UnitId>, mode: SelectMode) {
        if mode == SelectMode::Remove {
            self.paint(Stroke::Remove(units));
        } else {
            self.paint(Stroke::Add(units));
        }
    }

    /// Takes the stroke in progress back. Returns whether there was one.
    pub(super) fn give_up_stroke(&mut self) -> bool {
        match (&self.project, self.inspector.card.painting_mut()) {
            (Some(project), Some(painting)) => painting.give_up_stroke(project),
            _ => false,
        }
    }
}

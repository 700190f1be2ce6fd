//! Lines that are drawn on the map: splitting along them and measuring; and locks.

use std::sync::Arc;

use super::App;
use super::jobs::{JobId, Kind};
use crate::render::MapScene;
use crate::ui::inspector::{Card, LockDraft, NameDraft, SplitDraft};
use crate::ui::state::sketch::{Sketch, SketchStep};
use quhua::edit::{Edit, LockTarget, UnitRef};
use quhua::jobs::Progress;
use quhua::model::Dataset;

impl App {
    /// Does something to the line that is being drawn.
    pub(super) fn sketch(&mut self, step: SketchStep) {
        if let Some(sketch) = self.inspector.card.sketch_mut() {
            sketch.step(step);
        }
    }

    /// The next clicks draw the line along which the selected unit is split. One part is set up as a unit, or `given` to
    /// a neighbour, until the planner says otherwise.
    pub(super) fn begin_split(&mut self, given: bool) {
        let &[unit] = self.view.selection.as_slice() else { return };
        self.canvas.give_up_drawing();
        self.open_card(Card::Split(Box::new(SplitDraft::new(unit, given))));
    }

    /// Opens the card that splits a part off the selected unit, which lies in several; the smallest to begin with.
    pub(super) fn begin_split_off(&mut self) {
        let (Some(project), &[unit]) = (&self.project, self.view.selection.as_slice()) else { return };
        if let Some(draft) = SplitDraft::of_parts(unit, project.parts_apart(unit)) {
            self.canvas.give_up_drawing();
            self.open_card(Card::Split(Box::new(draft)));
        }
    }

    /// The next clicks measure.
    pub(super) fn begin_measure(&mut self) {
        self.canvas.give_up_drawing();
        self.open_card(Card::Measure(Sketch::default()));
    }

    /// Asks for the name of the seat of the selected unit, which stays where it is.
    pub(super) fn begin_naming_seat(&mut self) {
        let (Some(project), &[unit]) = (&self.project, self.view.selection.as_slice()) else { return };
        let Some(seat) = project.seat_of(unit) else { return };
        self.open_card(Card::Name(NameDraft::seat(unit, seat)));
    }

    /// Asks for the reason of a lock on the selection.
    pub(super) fn begin_lock(&mut self) {
        self.open_card(Card::Lock(LockDraft::new(&self.view.selection)));
    }

    pub(super) fn unlock_selected(&mut self) {
        let Some(project) = &self.project else { return };
        let state = project.state();
        let locked = self.view.selection.iter().filter(|&&unit| state.own_lock(unit).is_some());
        let units = locked.map(|&unit| UnitRef::to(project.dataset(), state, unit)).collect::<Option<Vec<_>>>();
        if let Some(units) = units {
            self.commit(&Edit::Unlock { target: LockTarget::Units(units) });
        }
    }

    /// Locks the level that clicks take, or opens it again.
    pub(super) fn toggle_level_lock(&mut self) {
        let Some(project) = &self.project else { return };
        let level = self.view.level;
        let Some(&name) = project.dataset().levels.get(level.index()) else { return };
        let target = LockTarget::Level(name);
        let is_locked = project.state().level_lock(level).is_some();
        self.commit(&if is_locked { Edit::Unlock { target } } else { Edit::Lock { target, reason: "".into() } });
    }

    /// Opens everything again: levels and single units, each a step.
    pub(super) fn unlock_all(&mut self) {
        let Some(project) = &self.project else { return };
        let (dataset, state) = (project.dataset(), project.state());
        let levels = state.levels().filter(|&level| state.level_lock(level).is_some());
        let mut edits: Vec<Edit> =
            levels.map(|level| Edit::Unlock { target: LockTarget::Level(dataset.level(level)) }).collect();
        let units: Vec<UnitRef> =
            state.locked_units().filter_map(|(unit, _)| UnitRef::to(dataset, state, unit)).collect();
        if !units.is_empty() {
            edits.push(Edit::Unlock { target: LockTarget::Units(units) });
        }
        for edit in edits {
            self.commit(&edit);
        }
    }

    /// Draws the map anew when atoms were cut, or cuts taken back.
    pub(super) fn redraw_cuts(&mut self) {
        let Some(project) = &self.project else { return };
        let dataset = project.dataset();
        if self.drawn.as_ref().is_some_and(|drawn| Arc::ptr_eq(drawn, dataset)) {
            return;
        }
        self.drawn = Some(Arc::clone(dataset));
        let Some(scene) = self.scenes.of(dataset) else { return };
        self.canvas.reshape(project, Arc::clone(&scene));
        if self.scenes.has(dataset) {
            self.prepare(scene);
        }
    }

    /// Has the maps made beside the window that are wanted.
    pub(super) fn draw_wanted(&mut self) {
        let wanted = self.scenes.take_wanted();
        if wanted.is_empty() {
            return;
        }
        // Those that nobody looks at any more would only hold these up.
        let (drawn, comparing) = (&self.drawn, &self.comparing);
        let is_drawn = |dataset: &Arc<Dataset>| drawn.as_ref().is_some_and(|drawn| Arc::ptr_eq(drawn, dataset));
        self.scenes.give_up(|dataset| is_drawn(dataset) || comparing.shows(dataset));
        let scenes = &self.scenes;
        let stale = self.drawing.extract_if(.., |(_, of)| !scenes.is_making(of));
        let stale: Vec<JobId> = stale.map(|(id, _)| id).collect();
        self.jobs.drop_where(|_, id| stale.contains(&id));
        for dataset in wanted {
            let (of, made_of) = (Arc::clone(&dataset), Arc::clone(&dataset));
            let work = move |progress: &Progress| MapScene::of_dataset(&of, progress);
            let id = self.run(Kind::Draw, "", work, move |app, scene| {
                app.drawing.retain(|(_, of)| !Arc::ptr_eq(of, &made_of));
                match scene {
                    Ok(Ok(scene)) => app.drawn(&made_of, scene),
                    // The user does not wait for it, or it cannot be made.
                    Ok(Err(_)) | Err(_) => app.scenes.give_up(|it| !Arc::ptr_eq(it, &made_of)),
                }
            });
            self.drawing.push((id, dataset));
        }
    }

    /// Shows a map that was made, where its dataset is shown still.
    fn drawn(&mut self, dataset: &Arc<Dataset>, scene: MapScene) {
        let scene = Arc::new(scene);
        self.scenes.keep(dataset, Arc::clone(&scene));
        self.comparing.reshape(dataset, &scene);
        let is_shown = self.drawn.as_ref().is_some_and(|drawn| Arc::ptr_eq(drawn, dataset));
        if let Some(project) = self.project.as_ref().filter(|_| is_shown) {
            self.canvas.reshape(project, Arc::clone(&scene));
            self.prepare(scene);
        }
    }
}

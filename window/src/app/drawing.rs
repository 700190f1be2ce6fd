//! Lines that are drawn on the map: splitting along them and measuring; and locks.

use std::sync::Arc;

use super::App;
use super::jobs::Work;
use crate::render::MapScene;
use crate::ui::inspector::{LockDraft, NameDraft, SplitDraft};
use crate::ui::notices::Gravity;
use crate::ui::state::command::Gesture;
use crate::ui::state::sketch::{Sketch, SketchStep};
use quhua::edit::{Edit, LockTarget, UnitRef};
use quhua::i18n::Text;
use quhua::jobs::Job;
use quhua::model::Dataset;

impl App {
    /// Does something to the line that is being drawn.
    pub(super) fn sketch(&mut self, step: SketchStep) {
        if let Some(sketch) = &mut self.view.sketch {
            sketch.step(step);
        }
    }

    /// The next clicks draw the line along which the selected unit is split. One part is set up as a unit, or `given` to
    /// a neighbour, until the planner says otherwise.
    pub(super) fn begin_split(&mut self, given: bool) {
        let &[unit] = self.view.selection.as_slice() else { return };
        self.leave_gesture();
        self.canvas.give_up_drawing();
        self.view.gesture = Gesture::Split;
        self.view.sketch = Some(Sketch::default());
        self.inspector.split = Some(SplitDraft::new(unit, given));
        self.preferences.inspector_open = true;
    }

    pub(super) fn confirm_split(&mut self) {
        let is_done = self.view.sketch.as_ref().is_some_and(|sketch| sketch.done);
        let edit = self.inspector.split.as_ref().filter(|_| is_done).and_then(SplitDraft::confirmed).cloned();
        match edit {
            Some(edit) => self.commit(&edit),
            None => self.notices.say(Gravity::Info, self.lang.of(Text::SplitGoOn).to_owned()),
        }
    }

    /// The next clicks measure.
    pub(super) fn begin_measure(&mut self) {
        self.leave_gesture();
        self.canvas.give_up_drawing();
        self.view.gesture = Gesture::Measure;
        self.view.sketch = Some(Sketch::default());
        self.preferences.inspector_open = true;
    }

    /// Gives the line up that is being drawn; whether there was one.
    pub(super) fn give_up_sketch(&mut self) -> bool {
        match &mut self.view.sketch {
            Some(sketch) if !sketch.corners.is_empty() => {
                *sketch = Sketch { pointer: sketch.pointer, ..Sketch::default() };
                true
            }
            _ => false,
        }
    }

    /// Asks for the name of the seat of the selected unit, which stays where it is.
    pub(super) fn begin_naming_seat(&mut self) {
        let (Some(project), &[unit]) = (&self.project, self.view.selection.as_slice()) else { return };
        let Some(seat) = project.seat_of(unit) else { return };
        self.leave_gesture();
        self.inspector.name = Some(NameDraft::seat(unit, seat));
        self.view.gesture = Gesture::Rename;
        self.preferences.inspector_open = true;
    }

    /// Asks for the reason of a lock on the selection.
    pub(super) fn begin_lock(&mut self) {
        self.leave_gesture();
        self.view.gesture = Gesture::Lock;
        self.inspector.lock = Some(LockDraft::default());
        self.preferences.inspector_open = true;
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
        self.jobs.drop_where(|work| matches!(work, Work::Draw(of, _) if !self.scenes.is_making(of)));
        for dataset in wanted {
            let (ctx, of) = (self.ctx.clone(), Arc::clone(&dataset));
            let job = Job::start(move |progress| MapScene::of_dataset(&of, progress), move || ctx.request_repaint());
            self.jobs.add(Work::Draw(dataset, job), "");
        }
    }

    /// The user does not wait for a map.
    pub(super) fn not_drawn(&mut self, dataset: &Arc<Dataset>) {
        self.scenes.give_up(|it| !Arc::ptr_eq(it, dataset));
    }

    /// Shows a map that was made, where its dataset is shown still.
    pub(super) fn drawn(&mut self, dataset: &Arc<Dataset>, scene: MapScene) {
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

//! What is done to what was loaded (borders repaired, tables joined), as steps of their own.
//!
//! 1. It is done beside the window, and all scenarios move along; edits that no longer apply are told.
//! 2. What is kept is how it is done; what was loaded stays what it is.
//! 3. Undo takes it back, and redo does it again, where the edits in force are those upon which it was done.

use std::path::PathBuf;
use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use super::open::Loaded;
use crate::render::MapScene;
use crate::ui::notices::Gravity;
use crate::ui::state::action::Turned;
use quhua::edit::{Document, Refusal, SavePoint, ScenarioId, StepId};
use quhua::i18n::{capital, sentences};
use quhua::io::project::Plans;
use quhua::jobs::{Cancelled, Progress};
use quhua::model::Preparation;
use quhua::study::Study;

/// What was done, and upon which edits.
struct Turn {
    what: Turned,
    before: Preparation,
    after: Preparation,
    /// The scenario at hand, and its edits in force, as they were then.
    at: (ScenarioId, Vec<StepId>),
}

/// What was done to what was loaded, to be taken back.
#[derive(Default)]
pub(super) struct Turns {
    done: Vec<Turn>,
    undone: Vec<Turn>,
}

/// Whether something is done, taken back, or done again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    On(Turned),
    Back,
    Forth,
}

/// A document upon what was prepared in another way.
struct Prepared {
    document: Document,
    refusals: Vec<Refusal>,
    scene: Arc<MapScene>,
}

/// What is asked for.
struct Wish {
    preparation: Preparation,
    way: Way,
    /// What is said of it.
    said: String,
    /// A file that was read for it.
    file: Option<PathBuf>,
}

fn position(project: &Study) -> (ScenarioId, Vec<StepId>) {
    let scenario = project.document().active();
    (scenario.id, scenario.in_force().to_vec())
}

impl Turns {
    /// What undo and redo would do now.
    pub fn next(&self, project: &Study) -> [Option<Turned>; 2] {
        let scenario = project.document().active();
        let here = |turn: &&Turn| turn.at.0 == scenario.id && turn.at.1 == scenario.in_force();
        [&self.done, &self.undone].map(|turns| turns.last().filter(here).map(|turn| turn.what))
    }
}

impl App {
    /// Prepares what was loaded in another way, as a step that can be taken back.
    pub(super) fn prepare_as(
        &mut self,
        change: impl FnOnce(&mut Preparation),
        what: Turned,
        said: String,
        file: Option<PathBuf>,
    ) {
        let Some(project) = &self.project else { return };
        let mut preparation = project.document().origin().preparation();
        change(&mut preparation);
        self.prepare_dataset(Wish { preparation, way: Way::On(what), said, file });
    }

    /// Takes the last such step back, or does it again, where that comes before the edits; whether it did.
    pub(super) fn turn(&mut self, back: bool) -> bool {
        let Some(project) = &self.project else { return false };
        let [would_undo, would_redo] = self.turns.next(project);
        let (next, turns) = if back { (would_undo, &self.turns.done) } else { (would_redo, &self.turns.undone) };
        let (Some(what), Some(turn)) = (next, turns.last()) else { return false };
        let preparation = if back { &turn.before } else { &turn.after }.clone();
        let name = self.lang.of(what.text());
        let said = if back { sentences::undone(self.lang, name) } else { sentences::redone(self.lang, name) };
        let way = if back { Way::Back } else { Way::Forth };
        self.prepare_dataset(Wish { preparation, way, said, file: None });
        true
    }

    fn prepare_dataset(&mut self, wish: Wish) {
        let Some(project) = &self.project else { return };
        let mut plans = Plans::of(project.document());
        wish.preparation.keep(&mut plans.settings);
        let loaded = Arc::clone(project.document().origin());
        let since = project.document().save_point();
        let author = Self::author();
        let work = move |progress: &Progress| {
            let (mut document, refusals) = plans.restore(loaded);
            document.set_author(&author);
            let scene = Arc::new(MapScene::of_dataset(document.dataset(), progress)?);
            Ok::<_, Cancelled>(Prepared { document: Self::as_unsaved(document), refusals, scene })
        };
        self.run(Kind::Open, wish.said.clone(), work, move |app, prepared| {
            if let Ok(Ok(prepared)) = prepared {
                app.prepared(prepared, wish, &since);
            }
        });
    }

    fn prepared(&mut self, prepared: Prepared, wish: Wish, since: &SavePoint) {
        let Some(project) = &self.project else { return };
        // Something was done meanwhile: with that, once more.
        if !project.document().is_at(since) {
            self.prepare_dataset(wish);
            return;
        }
        let Prepared { document, refusals, scene } = prepared;
        let before = project.document().origin().preparation();
        let (level, read) = (self.view.level, self.files_read.clone());
        let loaded = Loaded {
            document: Box::new(document),
            scene,
            origin: project.origin().clone(),
            read_from: project.origin().clone(),
            recognised: None,
            contents: None,
            ways: Default::default(),
            is_chosen: false,
            held: std::mem::take(&mut self.keeper.held),
            refusals,
            recovered: false,
            moved: true,
        };
        let waiting = std::mem::take(&mut self.tables_waiting);
        self.take_up(loaded, false);
        self.view.level = level;
        self.files_read.extend(read);
        self.files_read.extend(wish.file);
        self.remember_turn(wish.way, before, wish.preparation);
        self.notices.say(Gravity::Done, capital(&wish.said));
        self.open_tables(waiting);
    }

    fn remember_turn(&mut self, way: Way, before: Preparation, after: Preparation) {
        let Some(at) = self.project.as_ref().map(position) else { return };
        let Turns { done, undone } = &mut self.turns;
        let (from, to) = match way {
            Way::On(what) => {
                undone.clear();
                done.push(Turn { what, before, after, at });
                return;
            }
            Way::Back => (done, undone),
            Way::Forth => (undone, done),
        };
        to.extend(from.pop().map(|turn| Turn { at, ..turn }));
    }
}

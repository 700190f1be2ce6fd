//! What edits stand on (borders repaired, tables joined, ledgers laid, packs turned on), changed in steps of their own.
//!
//! 1. It is done beside the window, and all scenarios move along; edits that no longer apply are told.
//! 2. What is kept is how it is done; what was loaded stays what it is.
//! 3. Undo takes it back, and redo does it again, where the edits in force are those upon which it was done.
//! 4. Where boundaries and figures stay, the map, the panels and what is selected stay too.

use std::path::PathBuf;
use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use super::open::Loaded;
use crate::render::MapScene;
use crate::ui::notices::Gravity;
use crate::ui::state::action::Turned;
use crate::ui::state::view::Died;
use quhua::edit::{Document, Refusal, SavePoint, ScenarioId, StepId};
use quhua::i18n::{capital, sentences};
use quhua::io::project::Plans;
use quhua::jobs::{Cancelled, Progress};
use quhua::model::{KeptLedger, Preparation, StatedDays, TableWords};
use quhua::rules::Choice;
use quhua::study::Study;

/// What edits stand on, as far as it is decided in the document.
#[derive(Clone, PartialEq)]
pub(super) struct Ground {
    /// What is done to what was loaded.
    pub preparation: Preparation,
    /// Ledgers that lie over it.
    pub ledgers: Vec<KeptLedger>,
    /// Packs that are on.
    pub packs: Vec<Choice>,
    /// Days that deadlines and ages are counted from.
    pub days: StatedDays,
}

impl Ground {
    fn of(project: &Study) -> Self {
        let document = project.document();
        let preparation = document.origin().preparation();
        let (packs, days) = (project.basis().packs.clone(), project.basis().days());
        Self { preparation, ledgers: document.kept_ledgers(), packs, days }
    }

    /// Has packs say of the ledgers what they know: the first that knows one by its name.
    pub fn word_ledgers(&mut self) {
        let tables: Vec<TableWords> =
            self.packs.iter().filter_map(|pack| pack.brought().ok()).flat_map(|pack| pack.tables).collect();
        for kept in &mut self.ledgers {
            *kept = kept.worded(tables.iter().find(|table| table.id == kept.ledger.name()));
        }
    }
}

/// What was done, and upon which edits.
struct Turn {
    what: Turned,
    before: Ground,
    after: Ground,
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
    ground: Ground,
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
        self.stand_on(|ground| change(&mut ground.preparation), what, said, file);
    }

    /// Has edits stand on something else, as a step that can be taken back.
    pub(super) fn stand_on(
        &mut self,
        change: impl FnOnce(&mut Ground),
        what: Turned,
        said: String,
        file: Option<PathBuf>,
    ) {
        let Some(project) = &self.project else { return };
        let mut ground = Ground::of(project);
        change(&mut ground);
        self.change_ground(Wish { ground, way: Way::On(what), said, file });
    }

    /// Takes the last such step back, or does it again, where that comes before the edits; whether it did.
    pub(super) fn turn(&mut self, back: bool) -> bool {
        let Some(project) = &self.project else { return false };
        let [would_undo, would_redo] = self.turns.next(project);
        let (next, turns) = if back { (would_undo, &self.turns.done) } else { (would_redo, &self.turns.undone) };
        let (Some(what), Some(turn)) = (next, turns.last()) else { return false };
        let ground = if back { &turn.before } else { &turn.after }.clone();
        let name = self.lang.of(what.text());
        let said = if back { sentences::undone(self.lang, name) } else { sentences::redone(self.lang, name) };
        let way = if back { Way::Back } else { Way::Forth };
        self.change_ground(Wish { ground, way, said, file: None });
        true
    }

    fn change_ground(&mut self, wish: Wish) {
        let Some(project) = &self.project else { return };
        let now = Ground::of(project);
        match () {
            () if now.preparation != wish.ground.preparation => self.prepare_dataset(wish),
            () if now.ledgers != wish.ground.ledgers => self.lay_ledgers(wish),
            () => self.turn_packs(wish),
        }
    }

    /// Borders or figures are others.
    fn prepare_dataset(&mut self, wish: Wish) {
        let Some(project) = &self.project else { return };
        let mut plans = Plans::of(project.document());
        wish.ground.preparation.keep(&mut plans.settings);
        plans.ledgers.clone_from(&wish.ground.ledgers);
        let loaded = Arc::clone(project.document().origin());
        let since = project.document().save_point();
        let author = Self::author();
        let work = move |progress: &Progress| {
            let loaded = loaded.with_kept_ledgers(&plans.ledgers);
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
            self.change_ground(wish);
            return;
        }
        let Prepared { document, refusals, scene } = prepared;
        let before = Ground::of(project);
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
        let waiting = std::mem::take(&mut self.lists_waiting);
        self.take_up(loaded, false);
        self.view.level = level;
        self.files_read.extend(read);
        self.decide_packs(&wish.ground);
        self.remember_turn(wish, before);
        self.open_lists(waiting);
    }

    /// Boundaries and figures stay, and so does the map; the scenarios move to other ledgers.
    fn lay_ledgers(&mut self, wish: Wish) {
        let Some(project) = &self.project else { return };
        let (document, ledgers) = (project.document().clone(), wish.ground.ledgers.clone());
        let since = document.save_point();
        let work = move |_: &Progress| document.with_ledgers(&ledgers);
        self.run(Kind::Open, wish.said.clone(), work, move |app, laid| {
            if let Ok((document, refusals)) = laid {
                app.ledgers_laid(document, &refusals, wish, &since);
            }
        });
    }

    fn ledgers_laid(&mut self, document: Document, refusals: &[Refusal], wish: Wish, since: &SavePoint) {
        let Some(before) = self.project.take_if(|project| project.document().is_at(since)) else {
            // Something was done meanwhile: with that, once more.
            self.change_ground(wish);
            return;
        };
        let ground = Ground::of(&before);
        let mut project = Study::new(document, before.origin().clone());
        if let Some(suspects) = before.basis().suspects.clone() {
            project.take_suspects(suspects);
        }
        self.jobs.drop_kinds(&[Kind::Measure, Kind::Judge, Kind::Draw]);
        self.drawing.clear();
        self.view.died = Died::default();
        if let Some(scene) = self.scenes.of(before.dataset()) {
            self.canvas.reshape(&project, Arc::clone(&scene));
            self.scenes.open(project.dataset(), scene);
            self.drawn = Some(Arc::clone(project.dataset()));
        }
        self.comparing.open();
        self.project = Some(project);
        self.decide_packs(&wish.ground);
        self.everything_changed();
        self.say_refusals(refusals);
        self.remember_turn(wish, ground);
    }

    /// Nothing but packs is other than before.
    fn turn_packs(&mut self, wish: Wish) {
        let Some(before) = self.project.as_ref().map(Ground::of) else { return };
        if before != wish.ground {
            self.decide_packs(&wish.ground);
            self.remember_turn(wish, before);
        }
    }

    /// Which packs are on, and from which days they count.
    fn decide_packs(&mut self, Ground { packs, days, .. }: &Ground) {
        let Some(project) = &mut self.project else { return };
        if project.basis().packs != *packs || project.basis().days() != *days {
            let before = Arc::clone(project.dataset());
            project.decide(|basis| {
                basis.packs.clone_from(packs);
                (basis.approved, basis.as_of) = (days.approved, days.as_of);
            });
            // Rows come about by other rules; boundaries and map stay.
            if let Some(scene) = self.scenes.of(&before) {
                self.canvas.reshape(project, Arc::clone(&scene));
                self.scenes.open(project.dataset(), scene);
                self.drawn = Some(Arc::clone(project.dataset()));
            }
            self.comparing.open();
            self.rules_changed();
        }
    }

    fn remember_turn(&mut self, Wish { ground: after, way, said, file }: Wish, before: Ground) {
        let Some(at) = self.project.as_ref().map(position) else { return };
        let Turns { done, undone } = &mut self.turns;
        match way {
            Way::On(what) => {
                undone.clear();
                done.push(Turn { what, before, after, at });
            }
            Way::Back => undone.extend(done.pop().map(|turn| Turn { at, ..turn })),
            Way::Forth => done.extend(undone.pop().map(|turn| Turn { at, ..turn })),
        }
        self.files_read.extend(file);
        self.notices.say(Gravity::Done, capital(&said));
    }
}

//! A window that works, says so, and does not know when it ends.
//!
//! | line | what it says |
//! |---|---|
//! | `begun` digest, modified, unsaved, place | a document is there |
//! | `doing` digest, unsaved | it is so now, and may be on the disk from here on |
//! | `done` digest, modified, unsaved, place | the user has seen it |
//! | `saving` file, digest; `saved` file; `unsaved` file | a project is to be written; is written; is not |
//! | `opening` files; `moving` files | another document is asked for; scenarios go to other boundaries |
//! | `leaving` | the user gives up what is unsaved |

use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

use egui_kittest::Harness;

use super::{Dice, LAYERS, LIST, POINTS, PROJECTS, digest, origin_text, ways};
use crate::app::App;
use crate::app::jobs::Kind;
use crate::ui::map::MapCanvas;
use crate::ui::state::action::Action;
use crate::ui::state::bookmarks::Change;
use crate::ui::state::command::{About, Command, LayStep};
use crate::ui::state::view::{PathPurpose, Preferences};
use quhua::edit::{
    Along, Document, Edit, Form, LockTarget, OwnDefinition, RowEdit, Share, Stage, StepId, Target, UnitRef,
};
use quhua::i18n::Lang;
use quhua::io::project::{Origin, Stamp, Workplace};
use quhua::model::UnitId;

/// How a window is to live.
pub struct Life {
    pub seed: u64,
    /// The files that it is started with.
    pub named: Vec<PathBuf>,
    /// Whether it saves what it finds under a new name and closes.
    pub ends: bool,
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named: Vec<_> = self.named.iter().map(|path| path.to_str().unwrap()).collect();
        f.write_str(&serde_json::json!([self.seed, self.ends, named]).to_string())
    }
}

impl FromStr for Life {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        let (seed, ends, named) = serde_json::from_str(text)?;
        Ok(Self { seed, named, ends })
    }
}

fn say(words: &[&str]) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", words.join("\t")).unwrap();
    out.flush().unwrap();
}

const fn flag(holds: bool) -> &'static str {
    if holds { "1" } else { "0" }
}

/// What the window has said.
#[derive(Default)]
struct Said {
    /// Which document is at hand, by the number of those that were opened, and what it was like.
    at_hand: Option<u64>,
    digest: String,
}

impl Said {
    /// Before anything of it is brought to the disk.
    fn doing(&mut self, app: &App) {
        let Some(project) = &app.project else { return };
        let document = project.document();
        let (is_same, now) = (self.at_hand == Some(app.documents_opened), digest(document));
        if is_same && now != self.digest {
            say(&["doing", &now, flag(project.is_unsaved())]);
        }
        self.digest = now;
    }

    /// Once the user has seen it.
    fn done(&mut self, app: &App) {
        let Some(project) = &app.project else { return };
        let word = if self.at_hand == Some(app.documents_opened) { "done" } else { "begun" };
        self.at_hand = Some(app.documents_opened);
        let modified = flag(project.is_modified());
        say(&[word, &self.digest, modified, flag(project.is_unsaved()), &origin_text(project.origin())]);
    }
}

type Both = (Option<App>, Said);

struct Window {
    harness: Harness<'static, Both>,
    folder: PathBuf,
    dice: Dice,
    /// Files that are being written, and the stamp before.
    saving: Vec<(PathBuf, Option<Stamp>)>,
}

pub fn live(folder: &Path, life: &Life) {
    // Behind what the harness of tests writes on the first line.
    say(&[""]);
    let workplace = Workplace::at(folder.join("data"));
    let named = life.named.clone();
    let preferences = Preferences { lang: Some(Lang::En), ..Preferences::default() };
    let harness = Harness::builder().with_size([1000.0, 600.0]).with_max_steps(64).allow_missing_glyphs();
    let harness = harness.build_ui_state(
        move |ui, (app, said): &mut Both| {
            let app = app.get_or_insert_with(|| {
                let mut app = App::with_parts(ui.ctx(), preferences.clone(), MapCanvas::default());
                app.keeper.workplace = Some(workplace.clone());
                app.start(named.clone());
                app
            });
            app.work(ui.ctx());
            said.doing(app);
            app.show(ui);
        },
        (None, Said::default()),
    );
    let mut window = Window { harness, folder: folder.to_owned(), dice: Dice(life.seed), saving: Vec::new() };
    window.wait_for(|app| app.project.is_some());
    if life.ends {
        window.end(life.seed);
        return;
    }
    loop {
        window.do_something();
    }
}

impl Window {
    fn app(&self) -> &App {
        self.harness.state().0.as_ref().unwrap()
    }

    fn document(&self) -> &Document {
        self.app().project.as_ref().unwrap().document()
    }

    /// A frame, and what came of it.
    fn step(&mut self) {
        self.harness.step();
        let (app, said) = self.harness.state_mut();
        said.done(app.as_ref().unwrap());
        if !self.saving.is_empty() && !self.app().jobs.is_running(Kind::Save) {
            let (file, stamp) = (self.app().project.as_ref().unwrap().file(), self.app().keeper.held.stamp);
            let (file, saving) = (file.map(Path::to_owned), std::mem::take(&mut self.saving));
            for (path, before) in saving {
                let is_written = stamp != before && file.as_ref() == Some(&path);
                say(&[if is_written { "saved" } else { "unsaved" }, path.to_str().unwrap()]);
            }
        }
    }

    fn wait_for(&mut self, holds: impl Fn(&App) -> bool) {
        let since = Instant::now();
        while !holds(self.app()) {
            assert!(since.elapsed() < Duration::from_mins(1), "it does not come");
            std::thread::sleep(Duration::from_millis(2));
            self.step();
        }
    }

    fn act(&mut self, command: impl Into<Command>) {
        let command = command.into();
        let (app, said) = self.harness.state_mut();
        let app = app.as_mut().unwrap();
        app.act(command);
        said.doing(app);
        self.step();
    }

    /// Saves what was found and closes in good order.
    fn end(&mut self, number: u64) {
        if self.app().project.as_ref().unwrap().is_unsaved() {
            self.save_as(self.folder.join(format!("end-{number}.gpkg")));
            self.wait_for(|app| !app.jobs.is_running(Kind::Save));
        }
        self.harness.state_mut().0.as_mut().unwrap().end_keeping();
    }

    fn save_as(&mut self, path: PathBuf) {
        let now = digest(self.document());
        say(&["saving", path.to_str().unwrap(), &now]);
        self.saving.push((path.clone(), self.app().keeper.held.stamp));
        let project = self.app().project.as_ref().unwrap();
        if project.file() == Some(&*path) && self.dice.below(2) == 0 {
            self.act(Action::Save);
        } else {
            self.act(Command::UsePath(PathPurpose::SaveProject, path));
            if self.app().replacing.is_some() {
                self.act(Command::Replace(true));
            }
        }
    }

    fn do_something(&mut self) {
        if self.app().pending.is_some() {
            self.answer();
        }
        let steps = self.document().stored_steps().len();
        match self.dice.below(100) {
            0..50 => {
                let edit = self.random_edit();
                self.act(Command::Commit(edit));
            }
            50..56 => self.act(Action::Undo),
            56..60 => self.act(Action::Redo),
            60..62 => {
                let position = self.dice.below(steps + 1);
                self.act(Command::JumpTo(position));
            }
            62..72 => self.change_scenarios(),
            72..80 => self.decide_something(),
            80..91 => {
                let file = self.app().project.as_ref().unwrap().file().map(Path::to_owned);
                let other = self.folder.join(self.dice.of(&PROJECTS));
                let path = file.filter(|_| self.dice.below(3) > 0).unwrap_or(other);
                self.save_as(path);
                match self.dice.below(4) {
                    0 => {}
                    1 => self.harness.step(),
                    _ => self.wait_for(|app| !app.jobs.is_running(Kind::Save)),
                }
            }
            91 if steps > 3 => self.open_another(),
            92..95 if steps > 60 => self.open_another(),
            95 => self.rebase(),
            _ => self.step(),
        }
    }

    /// Something is unsaved, and another document was asked for.
    fn answer(&mut self) {
        let project = self.app().project.as_ref().unwrap();
        let file = project.file().map(Path::to_owned).filter(|_| !self.app().keeper.held.taken);
        match (self.dice.below(4), file) {
            (0, _) => self.act(Command::Stay),
            (1 | 2, Some(path)) => {
                let now = digest(self.document());
                say(&["saving", path.to_str().unwrap(), &now]);
                self.saving.push((path, self.app().keeper.held.stamp));
                self.act(Command::SaveAndGoOn);
            }
            _ => {
                say(&["leaving"]);
                self.act(Command::LeaveUnsaved);
            }
        }
    }

    fn open_another(&mut self) {
        if self.app().jobs.is_running(Kind::Open) {
            return;
        }
        let ways = ways(&self.folder);
        let way = ways[self.dice.below(ways.len())].clone();
        say(&["opening", &serde_json::to_string(&way).unwrap()]);
        if way.is_empty() {
            self.act(Action::OpenSample);
        } else {
            self.act(Command::OpenFiles(way));
        }
        if self.app().pending.is_some() {
            self.answer();
        }
        if self.dice.below(2) == 0 {
            self.wait_for(|app| !app.jobs.is_running(Kind::Open) && !app.jobs.is_running(Kind::Save));
        }
    }

    /// All scenarios go to the same boundaries in other files.
    fn rebase(&mut self) {
        let two_levels = self.document().origin().layers.len() == 2;
        if self.app().jobs.is_running(Kind::Open) || self.app().jobs.is_running(Kind::Save) {
            return;
        }
        let names = LAYERS[usize::from(!two_levels)];
        let paths: Vec<PathBuf> = names.iter().map(|name| self.folder.join(name)).collect();
        let origin = Origin::Files(paths.iter().cloned().map(Into::into).collect());
        say(&["moving", &origin_text(&origin)]);
        self.harness.state_mut().0.as_mut().unwrap().rebase(paths);
        self.step();
        if self.dice.below(2) == 0 {
            self.wait_for(|app| !app.jobs.is_running(Kind::Open));
        }
    }

    fn change_scenarios(&mut self) {
        let document = self.document();
        let ids: Vec<_> = document.scenarios().iter().map(|scenario| scenario.id).collect();
        let (ways, active) = (document.active().set_aside.len(), document.active().id);
        let id = self.dice.of(&ids);
        let number = self.dice.below(1000);
        match self.dice.below(8) {
            0 | 1 if ids.len() < 4 => self.act(Action::Branch),
            2 if ids.len() < 4 => self.act(Action::NewScenario),
            3 if ways > 0 && ids.len() < 4 => {
                let way = self.dice.below(ways);
                self.act(Command::TakeUpAgain(way));
            }
            4 if ids.len() > 2 => self.act(Command::RemoveScenario(id)),
            5 => self.act(Command::Describe(active, About::Name(format!("方案{number}")))),
            6 => {
                let stage = self.dice.of(&Stage::ALL);
                self.act(Command::Describe(id, About::Stage(stage)));
            }
            _ => self.act(Command::SwitchTo(id)),
        }
    }

    fn decide_something(&mut self) {
        let number = self.dice.below(1000);
        match self.dice.below(5) {
            0 => {
                let steps: Vec<StepId> = self.document().stored_steps().into_keys().collect();
                if !steps.is_empty() {
                    let step = self.dice.of(&steps);
                    self.act(Command::Annotate(step, format!("记{number}")));
                }
            }
            1 => {
                let expression = format!("population + {number}");
                let figure = OwnDefinition { decimals: 0, ..OwnDefinition::new("数", &expression) };
                self.act(Command::SetOwnFigure(Some("数".to_owned()), Some(figure)));
                // Or the next document gets it too, which is no loss, but nobody's doing either.
                self.harness.state_mut().0.as_mut().unwrap().preferences.own_figures.clear();
            }
            2 => self.act(Command::Bookmark(Change::Add(format!("处{number}")))),
            3 => self.lay_or_remove(),
            _ if self.saving.is_empty() && !self.app().jobs.is_running(Kind::Open) => {
                if self.document().places().is_empty() {
                    self.act(Command::UsePath(PathPurpose::Facilities, self.folder.join(POINTS)));
                    self.wait_for(|app| !app.jobs.is_running(Kind::OpenPlaces));
                } else {
                    self.act(Action::RemoveFacilities);
                }
            }
            _ => {}
        }
    }

    /// Lays the list as a ledger, or takes it away.
    fn lay_or_remove(&mut self) {
        if self.app().jobs.is_running(Kind::Open) {
            return;
        }
        if !self.document().ledgers().is_empty() && self.dice.below(3) == 0 {
            self.act(Action::RemoveLedger);
        } else {
            self.act(Command::UsePath(PathPurpose::Ledger, self.folder.join(LIST)));
            self.wait_for(|app| !app.jobs.is_running(Kind::Join));
            self.act(Command::Lay(LayStep::Apply));
        }
        if self.dice.below(2) == 0 {
            self.wait_for(|app| !app.jobs.is_running(Kind::Open));
        }
    }

    /// Something that is recorded of a row of the ledger, if there is one.
    fn random_record(&mut self) -> Option<Edit> {
        let table = self.document().ledgers().first()?.ledger().name().into();
        let (row, value) = (1 + self.dice.below(8), self.dice.below(1000));
        let id = Some(format!("L{row}").into());
        let row = match self.dice.below(6) {
            0 => RowEdit::Remove { remove: self.dice.below(2) == 0 },
            1 => {
                let add = [("名称".into(), format!("新{value}").into())].into();
                return Some(Edit::Record { table, id: None, row: RowEdit::Add { add, unit: None, at: None } });
            }
            _ => RowEdit::Set { set: [("金额".into(), value.to_string().into())].into() },
        };
        Some(Edit::Record { table, id, row })
    }

    fn random_edit(&mut self) -> Edit {
        if self.dice.below(3) == 0
            && let Some(record) = self.random_record()
        {
            return record;
        }
        let project = self.app().project.as_ref().unwrap();
        let (document, state) = (project.document(), project.state());
        let mut dice = Dice(self.dice.0);
        let level = state.levels().nth(dice.below(state.level_count().min(2))).unwrap();
        let units: Vec<UnitId> = state.units_at(level).collect();
        let name = |unit| UnitRef::to(document.dataset(), state, unit).unwrap();
        let unit = dice.of(&units);
        let siblings: Vec<UnitId> =
            state.unit(unit).parent.map_or_else(Vec::new, |parent| state.members(parent).to_vec());
        let other = if siblings.is_empty() { unit } else { dice.of(&siblings) };
        let edit = match dice.below(12) {
            0 | 1 => {
                Edit::Merge { units: vec![name(unit), name(other)], form: Form::Establish, into: Target::default() }
            }
            2 => {
                let into = Target { code: Some(state.unit(unit).code.clone()), ..Target::default() };
                Edit::Merge { units: vec![name(unit), name(other)], form: Form::Absorb, into }
            }
            3..6 => {
                let parents: Vec<UnitId> = state.units_at(level.coarser()).collect();
                let to = if parents.is_empty() { unit } else { dice.of(&parents) };
                Edit::Transfer { units: vec![name(unit), name(other)], to: name(to) }
            }
            6 => {
                let bounds = project.bounds_of_all(&[unit]).unwrap();
                let (min, max) = (bounds.min(), bounds.max());
                let x = f64::midpoint(min.x, max.x);
                let line = vec![[x, min.y - 0.01], [x, max.y + 0.01]];
                Edit::Split { unit: name(unit), along: Along::Line(line), share: Share::Area, parts: Vec::new() }
            }
            7 => Edit::Establish { units: vec![name(unit), name(other)], into: Target::default() },
            8 => Edit::Lock { target: LockTarget::Units(vec![name(unit)]), reason: "定".into() },
            9 => Edit::Unlock { target: LockTarget::Units(vec![name(unit)]) },
            _ => Edit::Rename { unit: name(unit), name: format!("名{}", dice.below(1000)).into() },
        };
        self.dice = dice;
        edit
    }
}

//! Work is kept on the disk after every command, and taken up again when the program ended without saving.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use crate::ui::notices::Gravity;
use crate::ui::state::choropleth::FigureLook;
use crate::ui::state::symbols::{SymbolChoice, SymbolChoices};
use quhua::edit::{Document, SavePoint};
use quhua::i18n::{Say as _, file_name, sentences};
use quhua::io::ProjectError;
use quhua::io::format::FileKind;
use quhua::io::project::{self, Origin, ProjectLock, Stamp, Working, Workplace};
use quhua::jobs::Progress;

/// Setting under which looks of figures are kept with a document.
const LOOKS: &str = "looks";

/// What keeps the open document.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    /// Where work is kept; `None` where the system has no such place, and in tests.
    pub workplace: Option<Workplace>,
    pub held: Held,
    /// Files that the document is to be saved in, once the save that goes on has ended.
    to_save: Vec<PathBuf>,
    /// Where the document is being saved.
    pub saving: Option<PathBuf>,
    /// Whether copies of what was opened are made, or being made.
    copied: bool,
    /// Whether the user knows that work cannot be kept.
    troubled: bool,
}

/// What is held for one document.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub working: Option<Working>,
    /// Why there is none.
    pub trouble: Option<ProjectError>,
    /// Keeps other windows from writing the project.
    pub lock: Option<ProjectLock>,
    /// Whether another window has the project.
    pub taken: bool,
    /// Whether the project is that of the document before, whose lock it takes.
    pub takes_over: bool,
    /// How the project file looked when it was last read or written.
    pub stamp: Option<Stamp>,
    /// What the boundaries of the document are read from, if they are read once more.
    pub made_from: Option<Origin>,
}

impl Held {
    /// Begins to keep a document, unless `working` keeps it already. It counts once the window has taken it up. One that
    /// takes the place of another in the same project has the lock of that.
    pub fn begin(
        workplace: Option<&Workplace>,
        working: Option<Working>,
        (origin, made_from): (&Origin, &Origin),
        document: &Document,
        (stamp, is_moved): (Option<Stamp>, bool),
    ) -> Self {
        let mut held = Self { stamp, made_from: Some(made_from.clone()), ..Self::default() };
        let Some(workplace) = workplace else { return held };
        if is_moved && matches!(origin, Origin::Project(_)) {
            held.takes_over = true;
        } else if let Origin::Project(path) = origin {
            match workplace.lock(path) {
                Ok(lock) => held.lock = Some(lock),
                Err(error) if matches!(error.problem, quhua::io::ProjectProblem::InUse) => held.taken = true,
                Err(error) => held.trouble = Some(error),
            }
        }
        match working.map_or_else(|| workplace.prepare(made_from, document), Ok) {
            Ok(mut working) => {
                held.trouble = held.trouble.or(working.set_place(origin, stamp).err());
                held.working = Some(working);
            }
            Err(error) => held.trouble = Some(error),
        }
        held
    }

    /// Ends keeping: the work was saved or given up.
    pub fn discard(self) {
        if let Some(working) = self.working {
            // What cannot be removed now is looked at, and removed, at the next start.
            let _ = working.discard();
        }
    }
}

/// How saving ended.
struct Saved {
    path: PathBuf,
    /// Which document it was, by the number of those that were open before.
    document: u64,
    /// What it was like.
    point: SavePoint,
    result: Result<(Stamp, Option<ProjectLock>), ProjectError>,
}

impl App {
    /// Takes up what is held for the document at hand in place of what was held before, which goes once the new is on the
    /// disk.
    pub(super) fn hold(&mut self, mut held: Held) {
        self.keeper.copied = false;
        self.keeper.troubled = false;
        if let (Some(working), Some(project)) = (&mut held.working, &self.project)
            && let Err(error) = working.sync(project.document())
        {
            held.trouble = held.trouble.take().or(Some(error));
        }
        if std::mem::take(&mut held.takes_over) {
            held.lock = self.keeper.held.lock.take();
            held.taken = self.keeper.held.taken;
        }
        std::mem::replace(&mut self.keeper.held, held).discard();
        if self.keeper.held.taken {
            self.notices.say(Gravity::Warning, self.lang.of(quhua::i18n::Text::ProjectTaken).to_owned());
        }
        if let Some(error) = self.keeper.held.trouble.take() {
            self.cannot_keep(&error);
        }
    }

    /// Brings the disk up to date with the document, if something has changed.
    pub(super) fn keep(&mut self) {
        let Some(project) = &self.project else { return };
        let Some(working) = &mut self.keeper.held.working else { return };
        let document = project.document();
        if working.is_current(document) {
            return;
        }
        if let Err(error) = working.sync(document) {
            if !self.keeper.troubled {
                self.cannot_keep(&error);
            }
            return;
        }
        self.keeper.troubled = false;
        if document.is_modified() && !self.keeper.copied && working.copies().is_none() {
            self.keeper.copied = true;
            let copying = working.copying();
            self.run(
                Kind::Copy,
                "",
                move |progress| copying.run(progress),
                |app, copied| {
                    if let Ok(copied) = copied {
                        app.copied(copied);
                    }
                },
            );
        }
    }

    /// Whether work is kept on the disk.
    pub(super) const fn is_kept(&self) -> bool {
        self.keeper.held.working.is_some() && !self.keeper.troubled
    }

    /// Copies of what was opened could not be made.
    fn copied(&mut self, result: Result<(), ProjectError>) {
        if let Err(error) = result
            && !error.is_cancelled()
        {
            self.cannot_keep(&error);
        }
    }

    fn cannot_keep(&mut self, error: &ProjectError) {
        self.keeper.troubled = true;
        let why = error.sentence(self.lang);
        self.notices.say(Gravity::Error, sentences::cannot_keep(self.lang, &why));
    }

    /// Looks of figures go with the document, so that everybody who opens it sees the same map.
    pub(super) fn keep_looks(&mut self) {
        if let (Some(project), Ok(text)) = (&mut self.project, serde_json::to_string(&self.preferences.looks)) {
            project.document_mut().set_setting(LOOKS, text);
        }
    }

    /// Takes up the looks that were kept with the document.
    pub(super) fn take_up_looks(&mut self) {
        let text = self.project.as_ref().and_then(|project| project.document().settings().get(LOOKS));
        if let Some(looks) = text.and_then(|text| serde_json::from_str::<BTreeMap<String, FigureLook>>(text).ok()) {
            self.preferences.looks.extend(looks);
        }
    }

    /// Shows the rows of a ledger as symbols, or no longer. That goes with the document too.
    pub(super) fn set_symbols(&mut self, ledger: String, choice: SymbolChoice) {
        self.view.symbols.set(ledger, choice);
        if let (Some(project), Ok(text)) = (&mut self.project, serde_json::to_string(&self.view.symbols)) {
            project.document_mut().set_setting(SymbolChoices::SETTING, text);
        }
    }

    /// Takes up which ledgers the document shows.
    pub(super) fn take_up_symbols(&mut self) {
        let settings = self.project.as_ref().map(|project| project.document().settings());
        let text = settings.and_then(|settings| settings.get(SymbolChoices::SETTING));
        self.view.symbols = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    }

    /// Saves into the project file, or asks for one.
    pub(super) fn save(&mut self) {
        let file = self.project.as_ref().and_then(|project| project.file().map(Path::to_owned));
        match file.filter(|_| !self.keeper.held.taken) {
            Some(path) => self.save_as(path),
            None => self.ask_for_path(crate::ui::state::view::PathPurpose::SaveProject),
        }
    }

    /// Saves into a project file, which is that of the document from then on. While another save goes on it waits: of two
    /// at once, the older one might be the last to take its place.
    pub(super) fn save_as(&mut self, path: PathBuf) {
        if self.jobs.is_running(Kind::Save) {
            if self.keeper.to_save.last() != Some(&path) {
                self.keeper.to_save.push(path);
            }
            return;
        }
        let Some(project) = &self.project else { return };
        let path = if path.extension().is_some() { path } else { path.with_extension(project::EXTENSION) };
        // A project may be saved in place of another; what it was made from stays.
        if let Err(error) = self.outputs_but(FileKind::Project).project(&path) {
            self.after_save = None;
            self.notices.say(Gravity::Error, error.sentence(self.lang));
            return;
        }
        self.keeper.saving = Some(path.clone());
        let is_same = project.file() == Some(&*path) && !self.keeper.held.taken;
        let expected = self.keeper.held.stamp.filter(|_| is_same);
        let workplace = self.keeper.workplace.clone().filter(|_| !is_same);
        let document = project.document().clone();
        let announcing = self.keeper.held.working.as_ref().map(Working::announcing);
        let name = file_name(&path);
        let number = self.documents_opened;
        let work = move |progress: &Progress| {
            let save = || {
                let lock = workplace.map(|workplace| workplace.lock(&path)).transpose()?;
                let announce = |stamp| announcing.iter().for_each(|announcing| announcing.note(&path, stamp));
                Ok((project::write_announced(&path, &document, expected, announce, progress)?, lock))
            };
            let result = save();
            Saved { path, document: number, point: document.save_point(), result }
        };
        self.run(Kind::Save, name, work, |app, saved| {
            match saved {
                Ok(saved) => app.saved_as(saved),
                // What waited for it would lose the changes.
                Err(_) => app.after_save = None,
            }
            app.save_next();
        });
    }

    /// Saves what waited for the save before it; behind the last one goes on what waited for that.
    fn save_next(&mut self) {
        self.keeper.saving = None;
        if !self.keeper.to_save.is_empty() {
            let path = self.keeper.to_save.remove(0);
            self.save_as(path);
        } else if let Some(pending) = self.after_save.take() {
            // What was done while it was saved is not in the file.
            self.open_or_ask(pending);
        }
    }

    /// Says how saving ended.
    fn saved_as(&mut self, saved: Saved) {
        let Saved { path, document, point, result } = saved;
        let (stamp, lock) = match result {
            Ok(done) => done,
            Err(error) => {
                self.after_save = None;
                if error.is_cancelled() {
                    let path = path.display().to_string();
                    self.notices.say(Gravity::Info, sentences::cancelled(self.lang, &path));
                } else {
                    self.notices.say(Gravity::Error, error.sentence(self.lang));
                }
                return;
            }
        };
        let origin = Origin::Project(path.clone());
        self.notices.say(Gravity::Done, sentences::written(self.lang, &path.display().to_string()));
        self.remember(&origin);
        let Some(project) = self.project.as_mut().filter(|_| document == self.documents_opened) else { return };
        let held = &mut self.keeper.held;
        held.stamp = Some(stamp);
        // What is saved has these very boundaries.
        held.made_from = Some(origin.clone());
        if lock.is_some() {
            held.lock = lock;
            held.taken = false;
        }
        project.document_mut().mark_saved_at(point);
        let moved = *project.origin() != origin;
        if moved {
            project.set_origin(origin.clone());
        }
        if let Some(working) = &mut held.working
            && let Err(error) = working.set_place(&origin, Some(stamp))
        {
            self.cannot_keep(&error);
        }
        self.note_time_of_saving();
        self.keep();
    }

    /// Another document takes the place of the one at hand: of that, nothing is saved any more.
    pub(super) fn give_up_saving(&mut self) {
        self.documents_opened += 1;
        self.after_save = None;
        for path in std::mem::take(&mut self.keeper.to_save) {
            self.notices.say(Gravity::Info, sentences::cancelled(self.lang, &path.display().to_string()));
        }
    }

    /// Ends keeping when the window closes, unless something unsaved must be found again.
    pub(super) fn end_keeping(&mut self) {
        let unsaved = self.project.as_ref().is_some_and(quhua::study::Study::is_unsaved);
        if !unsaved || self.closing {
            std::mem::take(&mut self.keeper.held).discard();
        }
    }

    /// Work that was left behind and came from these files; the latest of all without any files.
    pub(super) fn left_behind(&self, files: &[&Path]) -> Option<project::Found> {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let wanted: Vec<PathBuf> = files.iter().map(|path| real(path)).collect();
        let fits = |found: &project::Found| {
            files.is_empty() || found.origin.paths().into_iter().map(real).eq(wanted.iter().cloned())
        };
        self.keeper.workplace.as_ref()?.left_behind().into_iter().find(fits)
    }

    /// A document that was taken up again has no saved state: it is unsaved until it is saved.
    pub(super) fn as_unsaved(mut document: Document) -> Document {
        document.mark_unsaved();
        document
    }

    /// Name of the person who works here, for the history.
    pub(super) fn author() -> Arc<str> {
        whoami::realname().or_else(|_| whoami::username()).unwrap_or_default().into()
    }
}

//! Work in progress: kept in the data folder of the user while a document is open.
//!
//! Each open document has a folder there, with a journal of its scenarios and copies of the files that it was made
//! from. The folder is locked as long as its program runs, and goes when the work was saved or given up. One that is
//! not locked was left behind by a program that ended otherwise: what is in it is offered again.
//!
//! 1. What a document was made from never changes while it is worked on; where it is saved, its origin, does. The copies
//!    are of the former, and are read as what they are, wherever the document went since.
//! 2. Whatever becomes of the folder, the user's own file opens: what was left behind may stand beside it, never in its
//!    way.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::{Journal, Plans, ProjectError, ProjectProblem, Stamp};
use crate::edit::Document;
use crate::i18n::file_name;
use crate::io::LayerSource;
use crate::io::format::is_database;
use crate::io::hash::sha256_hex;
use crate::io::shapefile;
use crate::jobs::Progress;
use crate::model::FieldOverrides;

/// Names in the folder of a document.
const JOURNAL: &str = "journal.sqlite";
const LOCK: &str = "lock";
const COPIES: &str = "opened";
/// Written once all copies are there.
const COMPLETE: &str = "complete";
/// How the project file will look once a save that goes on has put it in its place.
const SAVING: &str = "saving";

/// Keys in the journal.
const ORIGIN: &str = "origin";
const SOURCE: &str = "source";
const MODIFIED: &str = "modified";
const STAMP: &str = "stamp";
/// Which fields of the source hold what.
const FIELDS: &str = "fields";

/// Where a document came from, or where it is saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The county in the program itself.
    Sample,
    /// Layers of boundaries in files, finest first. Those of before there was more to say are read: a path each.
    Files(Vec<LayerSource>),
    /// A project file.
    Project(PathBuf),
}

impl Origin {
    /// The files, one for each layer.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::Sample => Vec::new(),
            Self::Files(sources) => sources.iter().map(|source| &*source.path).collect(),
            Self::Project(path) => vec![path],
        }
    }

    /// The same with its files elsewhere; those that are not given stay where they are.
    #[must_use]
    pub fn with_files_at(&self, files: &[PathBuf]) -> Self {
        match self {
            Self::Sample => Self::Sample,
            Self::Files(sources) => {
                let elsewhere = files.iter().cloned().map(Some).chain(std::iter::repeat(None));
                let moved = |(source, file): (&LayerSource, Option<PathBuf>)| {
                    file.map_or_else(|| source.clone(), |file| source.at(file))
                };
                Self::Files(sources.iter().zip(elsewhere).map(moved).collect())
            }
            Self::Project(path) => Self::Project(files.first().unwrap_or(path).clone()),
        }
    }

    /// The same with paths that hold in every folder.
    fn absolute(&self) -> Self {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let paths: Vec<PathBuf> = self.paths().into_iter().map(absolute).collect();
        self.with_files_at(&paths)
    }
}

/// The folder in which work is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workplace {
    folder: PathBuf,
}

/// Keeps other windows from writing a project, as long as it lives.
#[derive(Debug)]
pub struct ProjectLock {
    _file: File,
}

/// Work on an open document, kept on the disk.
#[derive(Debug)]
pub struct Working {
    folder: PathBuf,
    /// When it was written tells when the document was last worked on: the journal is written by whoever looks into it.
    lock: File,
    journal: Journal,
    /// What the document was made from.
    source: Origin,
    modified: bool,
}

/// Work that was left behind.
#[derive(Debug)]
pub struct Found {
    /// Where the document is saved, or came from.
    pub origin: Origin,
    /// Its scenarios.
    pub plans: Plans,
    /// How the project file looked when it was last read or written.
    pub stamp: Option<Stamp>,
    /// Which fields of the source hold what; `None` in a journal of version 0.1: what is guessed.
    pub fields: Option<FieldOverrides>,
    /// When it was last worked on.
    pub at: SystemTime,
    working: Working,
}

impl Workplace {
    /// The folder of the user; `QUHUA_DATA` names another. `None` when the system has none.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        let named = std::env::var_os("QUHUA_DATA").filter(|name| !name.is_empty()).map(PathBuf::from);
        let usual = || Some(directories::ProjectDirs::from("", "", "quhua")?.data_local_dir().to_owned());
        named.or_else(usual).map(|folder| Self { folder })
    }

    /// A folder of choice.
    #[must_use]
    pub const fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where logs are kept.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// Begins to keep a document.
    ///
    /// # Errors
    /// [`ProjectError`] when nothing can be written there.
    pub fn begin(&self, origin: &Origin, document: &Document) -> Result<Working, ProjectError> {
        let mut working = self.prepare(origin, document)?;
        working.sync(document)?;
        Ok(working)
    }

    /// Writes everything down that will be kept of a document. It does not count as work before the first
    /// [`sync`](Working::sync): as long as nobody has seen the document, nobody misses it.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub fn prepare(&self, origin: &Origin, document: &Document) -> Result<Working, ProjectError> {
        let all = self.folder.join("work");
        let start = || -> Result<(PathBuf, File), ProjectProblem> {
            make_private(&all)?;
            let folder = tempfile::Builder::new().prefix("").rand_bytes(12).tempdir_in(&all)?.keep();
            make_private(&folder)?;
            let lock = File::create(folder.join(LOCK))?;
            match lock.try_lock() {
                Ok(()) => Ok((folder, lock)),
                Err(TryLockError::WouldBlock) => Err(ProjectProblem::InUse),
                Err(TryLockError::Error(error)) => Err(error.into()),
            }
        };
        let (folder, lock) = start().map_err(|problem| ProjectError::new(&all, problem))?;
        let journal = Journal::create(&folder.join(JOURNAL))?;
        let source = origin.absolute();
        let mut working = Working { folder, lock, journal, source, modified: false };
        let fields = FieldOverrides::from(&document.origin().as_loaded().fields);
        working.set(&[(SOURCE, json(&working.source)), (ORIGIN, json(&working.source)), (FIELDS, json(&fields))])?;
        working.journal.sync(document)?;
        working.note_time();
        Ok(working)
    }

    /// Work that other runs of the program left behind, the latest first. Folders in which nothing is unsaved go.
    #[must_use]
    pub fn left_behind(&self) -> Vec<Found> {
        let folders = fs::read_dir(self.folder.join("work")).into_iter().flatten().flatten();
        let mut found: Vec<Found> = folders.filter_map(|entry| Found::in_folder(entry.path())).collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.at));
        found
    }

    /// Takes a project for this window alone.
    ///
    /// # Errors
    /// [`ProjectProblem::InUse`] when another window of this user has it; others when nothing can be written here.
    pub fn lock(&self, project: &Path) -> Result<ProjectLock, ProjectError> {
        let lock = || -> Result<ProjectLock, ProjectProblem> {
            let folder = self.folder.join("locks");
            make_private(&folder)?;
            let real = std::path::absolute(project)?;
            let real = real.canonicalize().unwrap_or(real);
            let file = File::create(folder.join(sha256_hex(real.to_string_lossy().as_bytes())))?;
            match file.try_lock() {
                Ok(()) => Ok(ProjectLock { _file: file }),
                Err(TryLockError::WouldBlock) => Err(ProjectProblem::InUse),
                Err(TryLockError::Error(error)) => Err(error.into()),
            }
        };
        lock().map_err(|problem| ProjectError::new(project, problem))
    }
}

impl Working {
    /// Brings the disk up to date with the document. Once it returns, nothing of it can be lost.
    ///
    /// # Errors
    /// [`ProjectError`] when it cannot be written; the next call tries again.
    pub fn sync(&mut self, document: &Document) -> Result<(), ProjectError> {
        let modified = document.is_modified();
        // Where both cannot be one step, work counts as unsaved rather than as saved.
        if modified && !self.modified {
            self.journal.set(MODIFIED, "1")?;
        }
        self.journal.sync(document)?;
        if !modified && self.modified {
            self.journal.set(MODIFIED, "0")?;
        }
        self.modified = modified;
        self.note_time();
        Ok(())
    }

    /// Notes when the work was last at hand.
    fn note_time(&self) {
        // Where the system cannot, what was begun last counts as the latest.
        let _ = self.lock.set_modified(SystemTime::now());
    }

    /// Whether everything that the document holds is on the disk.
    #[must_use]
    pub fn is_current(&self, document: &Document) -> bool {
        self.modified == document.is_modified() && self.journal.is_current(document)
    }

    /// Says where the document is saved from now on, and how the project file looks, now that it was read or written.
    /// Both at once: a stamp of another file would keep the user from saving.
    ///
    /// # Errors
    /// As [`sync`](Self::sync).
    pub fn set_place(&mut self, origin: &Origin, stamp: Option<Stamp>) -> Result<(), ProjectError> {
        self.set(&[(ORIGIN, json(&origin.absolute())), (STAMP, json(&stamp))])?;
        self.note_time();
        Ok(())
    }

    /// Writes down, from beside the window, what a save is about to put in its place: a program that is killed right
    /// after that could not tell its own file from one that somebody else has written.
    #[must_use]
    pub fn announcing(&self) -> Announcing {
        Announcing { file: self.folder.join(SAVING) }
    }

    fn set(&mut self, pairs: &[(&str, serde_json::Result<String>)]) -> Result<(), ProjectError> {
        let mut texts = Vec::with_capacity(pairs.len());
        for (key, text) in pairs {
            let damaged = |error| ProjectError::new(&self.folder, ProjectProblem::damaged(error));
            texts.push((*key, text.as_deref().map_err(damaged)?));
        }
        self.journal.set_all(&texts)
    }

    /// What the document was made from.
    #[must_use]
    pub const fn source(&self) -> &Origin {
        &self.source
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Copies of the files that were opened, as paths; `None` unless all are there.
    #[must_use]
    pub fn copies(&self) -> Option<Vec<PathBuf>> {
        let folder = self.folder.join(COPIES);
        let names = fs::read_to_string(folder.join(COMPLETE)).ok()?;
        Some(names.lines().map(|name| folder.join(name)).collect())
    }

    /// The work of copying what was opened, to be done beside the window: it may change or vanish later on.
    #[must_use]
    pub fn copying(&self) -> Copying {
        let files = self.source.paths().into_iter().map(Path::to_owned).collect();
        Copying { folder: self.folder.join(COPIES), files }
    }

    /// What a document was made from whose journal does not say it: those of version 0.1 named the place only where it
    /// was saved last. Copies tell by themselves; without any, that place is all that is known.
    fn guessed_source(&self, origin: &Origin) -> Origin {
        match self.copies().as_deref() {
            None => origin.clone(),
            Some([]) => Origin::Sample,
            Some([copy]) if is_database(copy) => Origin::Project(copy.clone()),
            Some(copies) => Origin::Files(copies.iter().map(|copy| LayerSource::from(&**copy)).collect()),
        }
    }

    /// Ends the work: it was saved, or given up.
    ///
    /// # Errors
    /// [`ProjectError`] when the folder cannot be removed.
    pub fn discard(self) -> Result<(), ProjectError> {
        let Self { folder, lock, journal, .. } = self;
        drop((journal, lock));
        remove(&folder)
    }
}

/// Work of copying files that are open. See [`Working::copying`].
#[derive(Clone, Debug)]
pub struct Copying {
    folder: PathBuf,
    files: Vec<PathBuf>,
}

impl Copying {
    /// Copies the files.
    ///
    /// # Errors
    /// [`ProjectError`] when one cannot be copied.
    pub fn run(&self, progress: &Progress) -> Result<(), ProjectError> {
        let copy = || -> Result<(), ProjectProblem> {
            fs::create_dir_all(&self.folder)?;
            let mut names = String::new();
            for (i, file) in self.files.iter().enumerate() {
                progress.check()?;
                let name = file_name(file);
                let name = format!("{i}-{}", name.replace(['\n', '\r'], "_"));
                let copy = self.folder.join(&name);
                fs::copy(file, &copy)?;
                for companion in shapefile::companions(file) {
                    fs::copy(&companion, copy.with_extension(companion.extension().unwrap_or_default()))?;
                }
                names.push_str(&name);
                names.push('\n');
            }
            fs::write(self.folder.join(COMPLETE), names)?;
            Ok(())
        };
        copy().map_err(|problem| ProjectError::new(&self.folder, problem))
    }
}

/// Writes down what a save is about to put in its place. See [`Working::announcing`].
#[derive(Clone, Debug)]
pub struct Announcing {
    file: PathBuf,
}

impl Announcing {
    /// The project file at `path` will look so.
    pub fn note(&self, path: &Path, stamp: Stamp) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        if let Ok(text) = json(&(path, stamp)) {
            // Without it nothing is lost: the user is asked for another name.
            let _ = fs::write(&self.file, text);
        }
    }
}

/// How the project file looked when this work last wrote it, if nobody has written it since: as was announced.
fn announced(folder: &Path, origin: &Origin) -> Option<Stamp> {
    let text = fs::read_to_string(folder.join(SAVING)).ok()?;
    let (path, stamp): (PathBuf, Stamp) = serde_json::from_str(&text).ok()?;
    let is_it = *origin == Origin::Project(path.clone()) && Stamp::of(&path).ok() == Some(stamp);
    is_it.then_some(stamp)
}

impl Found {
    fn in_folder(folder: PathBuf) -> Option<Self> {
        let lock = File::options().write(true).open(folder.join(LOCK)).ok()?;
        // Somebody else works here, or it cannot be told.
        lock.try_lock().ok()?;
        let journal = folder.join(JOURNAL);
        if !journal.exists() {
            // A program was killed before there was anything to keep; or it has just begun.
            let began = lock.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
            drop(lock);
            if began.is_some_and(|ago| ago > Duration::from_mins(1)) {
                let _ = remove(&folder);
            }
            return None;
        }
        let at = lock.metadata().and_then(|meta| meta.modified());
        // What cannot be read stays where it is.
        let (journal, plans) = Journal::open(&journal).ok()?;
        let origin = journal.get(ORIGIN).ok()??;
        let modified = journal.get(MODIFIED).ok()?.as_deref() == Some("1");
        if !modified {
            drop((journal, lock));
            let _ = remove(&folder);
            return None;
        }
        let origin: Origin = serde_json::from_str(&origin).ok()?;
        let source = journal.get(SOURCE).ok()?.and_then(|text| serde_json::from_str(&text).ok());
        let stamp = journal.get(STAMP).ok()?.and_then(|text| serde_json::from_str(&text).ok()).flatten();
        let fields = journal.get(FIELDS).ok()?.and_then(|text| serde_json::from_str(&text).ok());
        let stamp = announced(&folder, &origin).or(stamp);
        let mut working = Working { folder, lock, journal, source: Origin::Sample, modified };
        working.source = source.unwrap_or_else(|| working.guessed_source(&origin));
        Some(Self { origin, plans, stamp, fields, at: at.unwrap_or(SystemTime::UNIX_EPOCH), working })
    }

    /// What to open, the best first: the copies, the files themselves, and last what the document was saved in, which
    /// holds the same boundaries. One that cannot be read is no reason not to try the next.
    #[must_use]
    pub fn to_open(&self) -> Vec<Origin> {
        let source = &self.working.source;
        let copies = self.working.copies().map(|copies| source.with_files_at(&copies));
        let saved = Some(self.origin.clone()).filter(|origin| matches!(origin, Origin::Project(_)));
        let mut all: Vec<Origin> = copies.into_iter().chain([source.clone()]).chain(saved).collect();
        all.dedup();
        all
    }

    /// What the document was made from.
    #[must_use]
    pub const fn source(&self) -> &Origin {
        &self.working.source
    }

    /// Takes the work up again.
    #[must_use]
    pub fn take_up(self) -> (Plans, Working) {
        (self.plans, self.working)
    }
}

/// Makes a folder that nobody but the user can look into, where the system tells users apart.
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

fn json(value: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string(value)
}

fn remove(folder: &Path) -> Result<(), ProjectError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(ProjectError::new(folder, error.into())),
        _ => Ok(()),
    }
}

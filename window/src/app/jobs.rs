//! Work that goes on while the window is used.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::keep::Saved;
use super::open::{Loaded, OpenError};
use super::write::Written;
use crate::render::MapScene;
use crate::ui::state::view::PathPurpose;
use crate::ui::status::JobLine;
use quhua::coverage::validate::Defect;
use quhua::i18n::{Lang, Text};
use quhua::io::ProjectError;
use quhua::io::facilities::FacilitiesError;
use quhua::jobs::{Cancelled, Job, Progress};
use quhua::model::{Dataset, Facilities, Finding, LevelIndex};
use quhua::study::rulebook::{JudgeJob, Judged, Target};
use quhua::study::{Measured, Time};
use quhua::suggest::{AskError, Suggestion};
use quhua::tiles::{TileError, TileSource};

/// Defects of the boundaries, and what their areas tell.
pub type Checked = (Vec<Defect>, Vec<Finding>);

/// A job that takes longer than this shows its progress.
const SHOWN_AFTER: Duration = Duration::from_millis(300);

/// What is going on.
#[derive(Default)]
pub struct Jobs {
    running: Vec<Running>,
    next: u64,
}

/// One job.
pub struct Running {
    /// Its number.
    pub id: u64,
    /// What it does.
    pub work: Work,
    /// To what: a file name.
    pub what: String,
    since: Instant,
}

/// Kinds of jobs, each with its result on the way.
pub enum Work {
    /// Reading files.
    Open(Job<Result<Loaded, OpenError>>),
    /// Writing a file.
    Write(Job<Written>),
    /// Saving the project.
    Save(Job<Saved>),
    /// Reading facilities.
    OpenFacilities(Job<Result<Facilities, FacilitiesError>>),
    /// Copying what was opened.
    Copy(Job<Result<(), ProjectError>>),
    /// Checking the boundaries.
    Check(Job<Result<Checked, Cancelled>>),
    /// Making the map of a dataset.
    Draw(Arc<Dataset>, Job<Result<MapScene, Cancelled>>),
    /// Making details of the map.
    Prepare(Job<Result<(), Cancelled>>),
    /// Working out the figures of a level.
    Measure(Time, LevelIndex, Job<Measured>),
    /// Judging by the rules.
    Judge(JudgeJob),
    /// Looking for mergers.
    Suggest(Job<Result<Suggestion, AskError>>),
    /// Looking into a file of tiles.
    OpenTiles(Job<Result<TileSource, TileError>>),
    /// A file dialog.
    Ask(PathPurpose, Job<Vec<PathBuf>>),
}

/// A job that has ended, with its result.
pub enum Ended {
    /// Files were read.
    Open(Box<Result<Loaded, OpenError>>),
    /// A file was written.
    Write(Written),
    /// The project was saved, or not.
    Saved(Box<Saved>),
    /// Facilities were read, or not.
    Facilities(Result<Facilities, FacilitiesError>),
    /// What was opened was copied, or not.
    Copied(Result<(), ProjectError>),
    /// The boundaries were checked.
    Check(Checked),
    /// The map of a dataset is made.
    Drawn(Arc<Dataset>, Box<MapScene>),
    /// The user gave the map of a dataset up.
    NotDrawn(Arc<Dataset>),
    /// The figures of a level are known.
    Measured(Time, LevelIndex, Measured),
    /// Units were judged, or the user gave up.
    Judged(Box<Result<Judged, (u64, Target, u64)>>),
    /// Mergers were found, or not.
    Suggested(Box<Result<Suggestion, AskError>>),
    /// A file of tiles can be shown, or not.
    OpenedTiles(Box<Result<TileSource, TileError>>),
    /// Paths were chosen.
    Asked(PathPurpose, Vec<PathBuf>),
    /// Nothing came of it.
    Nothing,
}

impl Work {
    fn progress(&self) -> Option<&Progress> {
        match self {
            Self::Open(job) => Some(&job.progress),
            Self::Write(job) => Some(&job.progress),
            Self::Save(job) => Some(&job.progress),
            Self::Check(job) => Some(&job.progress),
            Self::Draw(_, job) => Some(&job.progress),
            Self::Prepare(job) => Some(&job.progress),
            Self::Measure(_, _, job) => Some(&job.progress),
            Self::Judge(job) => Some(&job.progress),
            Self::Suggest(job) => Some(&job.progress),
            // They cannot be cancelled, so they are not offered.
            Self::OpenTiles(_) | Self::OpenFacilities(_) | Self::Ask(..) | Self::Copy(_) => None,
        }
    }

    fn poll(&self) -> Option<Ended> {
        match self {
            Self::Open(job) => job.poll().map(|loaded| Ended::Open(Box::new(loaded))),
            Self::Write(job) => job.poll().map(Ended::Write),
            Self::Save(job) => job.poll().map(|saved| Ended::Saved(Box::new(saved))),
            Self::OpenFacilities(job) => job.poll().map(Ended::Facilities),
            Self::Copy(job) => job.poll().map(Ended::Copied),
            Self::Check(job) => job.poll().map(|result| result.map_or(Ended::Nothing, Ended::Check)),
            Self::Draw(dataset, job) => job.poll().map(|scene| {
                let drawn = |scene| Ended::Drawn(Arc::clone(dataset), Box::new(scene));
                scene.map_or_else(|_| Ended::NotDrawn(Arc::clone(dataset)), drawn)
            }),
            Self::Prepare(job) => job.poll().map(|_| Ended::Nothing),
            Self::Measure(time, level, job) => job.poll().map(|figures| Ended::Measured(*time, *level, figures)),
            Self::Judge(job) => job.poll().map(|judged| Ended::Judged(Box::new(judged))),
            Self::Suggest(job) => job.poll().map(|found| Ended::Suggested(Box::new(found))),
            Self::OpenTiles(job) => job.poll().map(|source| Ended::OpenedTiles(Box::new(source))),
            Self::Ask(purpose, job) => job.poll().map(|paths| Ended::Asked(*purpose, paths)),
        }
    }

    const fn verb(&self) -> Text {
        match self {
            Self::Open(_) | Self::OpenTiles(_) | Self::OpenFacilities(_) | Self::Ask(..) => Text::Opening,
            Self::Write(_) => Text::Exporting,
            Self::Save(_) | Self::Copy(_) => Text::Saving,
            Self::Check(_) => Text::Checking,
            Self::Draw(..) | Self::Prepare(_) => Text::Preparing,
            Self::Measure(..) => Text::Computing,
            Self::Judge(_) => Text::Judging,
            Self::Suggest(_) => Text::Searching,
        }
    }
}

impl Jobs {
    /// Takes up a job.
    pub fn add(&mut self, work: Work, what: impl Into<String>) {
        self.next += 1;
        self.running.push(Running { id: self.next, work, what: what.into(), since: Instant::now() });
    }

    /// Asks a job to stop.
    pub fn cancel(&self, id: u64) {
        let job = self.running.iter().find(|running| running.id == id);
        if let Some(progress) = job.and_then(|running| running.work.progress()) {
            progress.cancel();
        }
    }

    /// Asks all jobs of a kind to stop and forgets them: their results are no longer wanted.
    pub fn drop_where(&mut self, stale: impl Fn(&Work) -> bool) {
        for running in self.running.iter().filter(|running| stale(&running.work)) {
            if let Some(progress) = running.work.progress() {
                progress.cancel();
            }
        }
        self.running.retain(|running| !stale(&running.work));
    }

    /// Jobs that have ended since the last call.
    pub fn ended(&mut self) -> Vec<(Ended, String)> {
        let mut ended = Vec::new();
        self.running.retain(|running| match running.work.poll() {
            Some(result) => {
                ended.push((result, running.what.clone()));
                false
            }
            None => true,
        });
        ended
    }

    /// Whether figures of a level are being worked out.
    #[must_use]
    pub fn is_measuring(&self) -> bool {
        self.running.iter().any(|running| matches!(running.work, Work::Measure(..)))
    }

    /// Whether something is being judged.
    #[must_use]
    pub fn is_judging(&self) -> bool {
        self.running.iter().any(|running| matches!(running.work, Work::Judge(_)))
    }

    /// Whether something runs whose progress is worth watching.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.running.iter().any(|running| running.work.progress().is_some())
    }

    /// Jobs for the status line.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<JobLine> {
        let line = |running: &Running| {
            let progress = running.work.progress()?;
            let text = format!("{} {}", lang.of(running.work.verb()), running.what);
            (running.since.elapsed() >= SHOWN_AFTER).then(|| JobLine {
                id: running.id,
                text: text.trim().to_owned(),
                fraction: progress.fraction(),
            })
        };
        self.running.iter().filter_map(line).collect()
    }
}

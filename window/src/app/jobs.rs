//! Work that goes on while the window is used.
//!
//! A job is a kind, the work, and what is done with its end: a closure upon whoever owns the jobs. So everything about
//! one piece of work stands where it is begun, and nothing has to be added here for another one.

use std::time::{Duration, Instant};

use crate::ui::status::JobLine;
use quhua::i18n::{Lang, Text};
use quhua::jobs::{Death, Job, Progress};

/// A job that takes longer than this shows its progress.
const SHOWN_AFTER: Duration = Duration::from_millis(300);

/// Kinds of jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Reading files.
    Open,
    /// Writing a file.
    Write,
    /// Looking at what a format can hold.
    Weigh,
    /// Saving the project.
    Save,
    /// Reading facilities and lines.
    OpenPlaces,
    /// Holding a table against the units.
    Join,
    /// Looking what a repair of borders comes to.
    Repair,
    /// Copying what was opened.
    Copy,
    /// Checking the boundaries.
    Check,
    /// Making the map of a dataset.
    Draw,
    /// Making details of the map.
    Prepare,
    /// Working out the figures of a level.
    Measure,
    /// Judging by the rules.
    Judge,
    /// Looking for mergers.
    Suggest,
    /// Looking into a file of tiles.
    OpenTiles,
    /// A file dialog.
    Ask,
}

impl Kind {
    /// What its thread is called: at most fifteen letters, or some systems cut it.
    const fn thread(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Write => "write",
            Self::Weigh => "weigh",
            Self::Save => "save",
            Self::OpenPlaces => "open places",
            Self::Join => "join",
            Self::Repair => "repair",
            Self::Copy => "copy",
            Self::Check => "check",
            Self::Draw => "draw",
            Self::Prepare => "prepare",
            Self::Measure => "measure",
            Self::Judge => "judge",
            Self::Suggest => "suggest",
            Self::OpenTiles => "open tiles",
            Self::Ask => "ask",
        }
    }

    /// What it does, in words.
    pub const fn verb(self) -> Text {
        match self {
            Self::Open | Self::OpenTiles | Self::OpenPlaces | Self::Join | Self::Ask => Text::Opening,
            Self::Write | Self::Weigh => Text::Exporting,
            Self::Save | Self::Copy => Text::Saving,
            Self::Check => Text::Checking,
            Self::Draw | Self::Prepare => Text::Preparing,
            Self::Measure => Text::Computing,
            Self::Judge => Text::Judging,
            Self::Repair => Text::Repairing,
            Self::Suggest => Text::Searching,
        }
    }

    /// Whether its progress is worth watching. The others cannot be cancelled, so they are not offered.
    const fn is_watched(self) -> bool {
        match self {
            Self::OpenTiles | Self::OpenPlaces | Self::Join | Self::Repair | Self::Ask | Self::Copy => false,
            Self::Open
            | Self::Write
            | Self::Weigh
            | Self::Save
            | Self::Check
            | Self::Draw
            | Self::Prepare
            | Self::Measure
            | Self::Judge
            | Self::Suggest => true,
        }
    }
}

/// Number of a job: no two of a run of the program have the same.
pub(super) type JobId = u64;

/// What is done with the end of a job.
pub(super) type End<A> = Box<dyn FnOnce(&mut A)>;

/// A job that has ended.
pub(super) struct Ended<A> {
    /// What it did.
    pub kind: Kind,
    /// Why it came to nothing, if it died.
    pub death: Option<Death>,
    /// What is done now.
    pub end: End<A>,
}

/// Tells why a job died, if it did, and what is done with its end, once it has ended.
type PollEnd<A> = dyn FnMut() -> Option<(Option<Death>, End<A>)>;

/// What is going on. `A` owns it, and takes up the results.
pub(super) struct Jobs<A> {
    running: Vec<Running<A>>,
    next: JobId,
    /// The next jobs of these kinds die.
    #[cfg(test)]
    pub spoiled: Vec<Kind>,
}

/// One job.
struct Running<A> {
    id: JobId,
    kind: Kind,
    /// To what: a file name.
    what: String,
    since: Instant,
    progress: Progress,
    poll: Box<PollEnd<A>>,
}

impl<A> Default for Jobs<A> {
    fn default() -> Self {
        Self {
            running: Vec::new(),
            next: 0,
            #[cfg(test)]
            spoiled: Vec::new(),
        }
    }
}

impl<A: 'static> Jobs<A> {
    /// Starts work on a thread of its own. `end` is given what comes of it, or why nothing does.
    pub fn run<T: Send + 'static>(
        &mut self,
        (kind, what): (Kind, impl Into<String>),
        work: impl FnOnce(&Progress) -> T + Send + 'static,
        wake: impl FnOnce() + Send + 'static,
        end: impl FnOnce(&mut A, Result<T, Death>) + 'static,
    ) -> JobId {
        self.add((kind, what), Job::start(kind.thread(), work, wake), end)
    }

    /// Takes up work that was started elsewhere.
    pub fn add<T: Send + 'static>(
        &mut self,
        (kind, what): (Kind, impl Into<String>),
        job: Job<T>,
        end: impl FnOnce(&mut A, Result<T, Death>) + 'static,
    ) -> JobId {
        #[cfg(test)]
        let job = match self.spoiled.iter().position(|spoiled| *spoiled == kind) {
            Some(at) => {
                self.spoiled.remove(at);
                Job::start(kind.thread(), |_| -> T { panic!("spoiled by a test") }, || ())
            }
            None => job,
        };
        self.next += 1;
        let progress = job.progress.clone();
        let mut end = Some(end);
        let poll = move || {
            let result = job.poll().ended()?;
            let end = end.take()?;
            let death = result.as_ref().err().cloned();
            Some((death, Box::new(move |owner: &mut A| end(owner, result)) as End<A>))
        };
        let (id, since) = (self.next, Instant::now());
        self.running.push(Running { id, kind, what: what.into(), since, progress, poll: Box::new(poll) });
        id
    }

    /// Jobs that have ended since the last call.
    pub fn ended(&mut self) -> Vec<Ended<A>> {
        let mut ended = Vec::new();
        self.running.retain_mut(|running| match (running.poll)() {
            Some((death, end)) => {
                ended.push(Ended { kind: running.kind, death, end });
                false
            }
            None => true,
        });
        ended
    }

    /// Asks a job to stop.
    pub fn cancel(&self, id: JobId) {
        if let Some(progress) = self.progress(id) {
            progress.cancel();
        }
    }

    /// Where a job can be watched, as long as it goes on.
    pub fn progress(&self, id: JobId) -> Option<&Progress> {
        self.running.iter().find(|running| running.id == id).map(|running| &running.progress)
    }

    /// Asks some jobs to stop and forgets them: their results are no longer wanted.
    pub fn drop_where(&mut self, stale: impl Fn(Kind, JobId) -> bool) {
        self.running.retain(|running| {
            let goes = stale(running.kind, running.id);
            if goes {
                running.progress.cancel();
            }
            !goes
        });
    }

    /// The same with all jobs of some kinds.
    pub fn drop_kinds(&mut self, kinds: &[Kind]) {
        self.drop_where(|kind, _| kinds.contains(&kind));
    }

    /// Whether a job of a kind goes on.
    pub fn is_running(&self, kind: Kind) -> bool {
        self.running.iter().any(|running| running.kind == kind)
    }

    /// How many jobs of a kind go on.
    #[cfg(test)]
    pub fn count(&self, kind: Kind) -> usize {
        self.running.iter().filter(|running| running.kind == kind).count()
    }

    /// Whether something runs whose progress is worth watching.
    pub fn is_busy(&self) -> bool {
        self.running.iter().any(|running| running.kind.is_watched())
    }

    /// Jobs for the status line.
    pub fn lines(&self, lang: Lang) -> Vec<JobLine> {
        let shown = |running: &&Running<A>| running.kind.is_watched() && running.since.elapsed() >= SHOWN_AFTER;
        let line = |running: &Running<A>| JobLine {
            id: running.id,
            text: format!("{} {}", lang.of(running.kind.verb()), running.what).trim().to_owned(),
            fraction: running.progress.fraction(),
        };
        self.running.iter().filter(shown).map(line).collect()
    }
}

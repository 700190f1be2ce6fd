//! Long work: progress that can be watched and cancelled from another thread, and what is worked out again when what
//! it rests on has changed.
//!
//! 1. A job ends: with its result, or by dying. One that died says so, and why; nobody waits for it for ever.
//! 2. What a job was given is its own. What it shares behind a [`lock`] may be half done when it died: whoever takes the
//!    lock next begins with fresh contents. What is whole at any time is locked as it is ([`lock_whole`]).

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{self, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::i18n::Say;

/// The user gave up a job. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

impl Say for Cancelled {
    fn zh(&self) -> String {
        "已取消".to_owned()
    }
}

/// Handle on a piece of long work, shared by the worker and whoever watches it. Cloning shares it.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Done, in 1/10,000.
    done: AtomicU32,
    cancelled: AtomicBool,
}

impl Progress {
    /// Progress that nobody has started to watch.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Says how much is done, from 0 to 1.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=10,000")]
    pub fn set(&self, fraction: f64) {
        self.shared.done.store((fraction.clamp(0.0, 1.0) * 10_000.0) as u32, Ordering::Relaxed);
    }

    /// How much is done, from 0 to 1.
    #[must_use]
    pub fn fraction(&self) -> f64 {
        f64::from(self.shared.done.load(Ordering::Relaxed)) / 10_000.0
    }

    /// Asks the worker to stop at its next check.
    pub fn cancel(&self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
    }

    /// Fails once the work was cancelled. Workers call this between steps of at most some 50 ms.
    ///
    /// # Errors
    /// [`Cancelled`] after [`cancel`](Self::cancel).
    pub fn check(&self) -> Result<(), Cancelled> {
        if self.shared.cancelled.load(Ordering::Relaxed) { Err(Cancelled) } else { Ok(()) }
    }
}

/// Why a job came to no end: its thread panicked, or could not be started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} died: {message}")]
pub struct Death {
    /// What the thread was called.
    pub name: &'static str,
    /// What it said last, for the log.
    pub message: String,
}

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Poll<T> {
    /// It goes on.
    Going,
    /// It has ended with a result.
    Done(T),
    /// It has ended without one.
    Died(Death),
}

impl<T> Poll<T> {
    /// How it ended; `None` as long as it goes on.
    pub fn ended(self) -> Option<Result<T, Death>> {
        match self {
            Self::Going => None,
            Self::Done(value) => Some(Ok(value)),
            Self::Died(death) => Some(Err(death)),
        }
    }
}

/// Work running on its own thread.
#[derive(Debug)]
pub struct Job<T> {
    /// Watch and cancel it here.
    pub progress: Progress,
    name: &'static str,
    result: mpsc::Receiver<Result<T, Death>>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts `work` on a thread of its own with a name; `wake` is called once it has ended, in whichever way.
    #[must_use]
    pub fn start(
        name: &'static str,
        work: impl FnOnce(&Progress) -> T + Send + 'static,
        wake: impl FnOnce() + Send + 'static,
    ) -> Self {
        let progress = Progress::new();
        let (sender, result) = mpsc::channel();
        let (worker, unstarted) = (progress.clone(), sender.clone());
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let ended = caught(|| work(&worker));
            // The receiver may be gone: then nobody wants the result any more.
            let _ = sender.send(ended.map_err(|message| Death { name, message }));
            // Whoever is woken and has the result finds that there is no other.
            drop(sender);
            wake();
        });
        if let Err(error) = thread {
            let _ = unstarted.send(Err(Death { name, message: error.to_string() }));
        }
        Self { progress, name, result }
    }

    /// How far it is. The result comes once.
    #[must_use]
    pub fn poll(&self) -> Poll<T> {
        match self.result.try_recv() {
            Ok(Ok(value)) => Poll::Done(value),
            Ok(Err(death)) => Poll::Died(death),
            Err(TryRecvError::Empty) => Poll::Going,
            Err(TryRecvError::Disconnected) => {
                Poll::Died(Death { name: self.name, message: "its result was taken before".to_owned() })
            }
        }
    }
}

/// Locks what jobs share. What one that died has left behind is not trusted: `fresh` takes its place.
pub fn lock<T>(shared: &Mutex<T>, fresh: impl FnOnce() -> T) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(|poisoned| {
        let mut contents = poisoned.into_inner();
        *contents = fresh();
        shared.clear_poison();
        contents
    })
}

/// Locks what is whole at any time: what was put into it by whoever died meanwhile is as good as any.
pub fn lock_whole<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does something that may panic, as code of others on data of others.
///
/// # Errors
/// What the panic says.
pub fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| said_by(&*panic))
}

/// What a panic says.
fn said_by(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without words").to_owned()
}

/// Something worked out from what a key says, and worked out again once the key is another one: at once, or beside the
/// window.
///
/// 1. There is at most one value, that of the last key it was worked out for.
/// 2. A key is worked out once: what came to nothing is not begun again until the key is another one.
#[derive(Debug)]
pub struct Derived<K, T> {
    /// What is there.
    made: Option<(K, T)>,
    /// What is being worked out.
    running: Option<(K, Job<T>)>,
    /// What came to nothing.
    dead: Option<K>,
}

impl<K, T> Default for Derived<K, T> {
    fn default() -> Self {
        Self { made: None, running: None, dead: None }
    }
}

impl<K: PartialEq, T> Derived<K, T> {
    /// The value for a key, worked out if it is not there.
    pub fn of(&mut self, key: K, make: impl FnOnce() -> T) -> &mut T {
        let kept = self.made.take().filter(|(of, _)| *of == key);
        &mut self.made.insert(kept.unwrap_or_else(|| (key, make()))).1
    }

    /// Whether the value is there and is that of a key.
    #[must_use]
    pub fn is_of(&self, key: &K) -> bool {
        self.made.as_ref().is_some_and(|(of, _)| of == key)
    }

    /// The value that is there, whatever it is of.
    #[must_use]
    pub fn get(&self) -> Option<&T> {
        self.made.as_ref().map(|(_, value)| value)
    }

    /// The same, to be changed by whoever looks after it.
    #[must_use]
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.made.as_mut().map(|(_, value)| value)
    }

    /// What the value that is there is of.
    #[must_use]
    pub fn key(&self) -> Option<&K> {
        self.made.as_ref().map(|(key, _)| key)
    }

    /// Takes up a value that is known without working it out.
    pub fn put(&mut self, key: K, value: T) {
        self.made = Some((key, value));
    }

    /// Lets go of the value, so that it is worked out again.
    pub fn forget(&mut self) {
        (self.made, self.dead) = (None, None);
    }
}

impl<K: PartialEq, T: Send + 'static> Derived<K, T> {
    /// Has the value for a key worked out beside the window, unless it is there, on its way, or came to nothing. What
    /// was on its way for another key is cancelled; the value that is there stays until the next one is.
    pub fn follow(&mut self, key: K, start: impl FnOnce() -> Job<T>) {
        if self.is_of(&key) || self.dead.as_ref() == Some(&key) || self.on_its_way() == Some(&key) {
            return;
        }
        self.cancel();
        self.running = Some((key, start()));
    }

    /// Takes up what has ended meanwhile. A job that died leaves no value for its key.
    ///
    /// # Errors
    /// [`Death`] once, of a job that died.
    pub fn take_up(&mut self) -> Result<(), Death> {
        let Some(ended) = self.running.as_ref().and_then(|(_, job)| job.poll().ended()) else { return Ok(()) };
        let Some((key, _)) = self.running.take() else { return Ok(()) };
        match ended {
            Ok(value) => {
                (self.made, self.dead) = (Some((key, value)), None);
                Ok(())
            }
            Err(death) => {
                (self.made, self.dead) = (None, Some(key));
                Err(death)
            }
        }
    }

    /// Takes the value out, with what it is of.
    pub fn take(&mut self) -> Option<(K, T)> {
        self.made.take()
    }

    /// What is being worked out.
    #[must_use]
    pub fn on_its_way(&self) -> Option<&K> {
        self.running.as_ref().map(|(key, _)| key)
    }

    /// How far what is being worked out is.
    #[must_use]
    pub fn progress(&self) -> Option<&Progress> {
        self.running.as_ref().map(|(_, job)| &job.progress)
    }

    /// The key whose value came to nothing.
    #[must_use]
    pub fn died(&self) -> Option<&K> {
        self.dead.as_ref()
    }

    /// Stops what is being worked out, and forgets about it.
    pub fn cancel(&mut self) {
        if let Some((_, job)) = self.running.take() {
            job.progress.cancel();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits for the end of a job.
    fn end_of<T: Send + 'static>(job: &Job<T>, ended: &mpsc::Receiver<()>) -> Poll<T> {
        ended.recv().unwrap();
        job.poll()
    }

    fn start<T: Send + 'static>(work: impl FnOnce(&Progress) -> T + Send + 'static) -> (Job<T>, mpsc::Receiver<()>) {
        let (wake, ended) = mpsc::channel();
        (Job::start("test", work, move || wake.send(()).unwrap()), ended)
    }

    #[test]
    fn a_job_that_panics_says_so_with_its_words_and_wakes() {
        let (job, ended) = start(|_| -> u8 { std::panic::panic_any("lost".to_owned()) });
        let death = Death { name: "test", message: "lost".to_owned() };
        assert_eq!(end_of(&job, &ended), Poll::Died(death));
        assert!(matches!(job.poll(), Poll::Died(_)), "it is not waited for");
    }

    #[test]
    fn a_job_gives_its_result_and_its_thread_has_a_name() {
        let (job, ended) = start(|_| std::thread::current().name().map(str::to_owned));
        assert_eq!(end_of(&job, &ended), Poll::Done(Some("test".to_owned())));
    }

    #[test]
    fn what_a_job_that_died_had_locked_is_begun_afresh_and_then_kept() {
        let shared = Arc::new(Mutex::new(vec![1, 2, 3]));
        let held = Arc::clone(&shared);
        let (job, ended) = start(move |_| {
            let mut contents = held.lock().unwrap();
            contents.truncate(1);
            std::panic::panic_any("half done");
        });
        assert!(matches!(end_of(&job, &ended), Poll::Died(_)) && shared.is_poisoned());
        lock(&shared, Vec::new).push(9);
        assert_eq!(*lock(&shared, || unreachable!()), [9]);
    }

    #[test]
    fn what_is_derived_is_worked_out_once_for_each_key() {
        let (mut derived, mut made) = (Derived::default(), 0);
        for key in [1, 1, 2, 2, 1] {
            derived.of(key, || {
                made += 1;
                key * 10
            });
        }
        assert_eq!((made, derived.get(), derived.is_of(&1)), (3, Some(&10), true));
    }

    #[test]
    fn what_was_on_its_way_for_another_key_is_cancelled_and_never_taken_up() {
        let mut derived: Derived<u8, bool> = Derived::default();
        let (go, waits) = mpsc::channel::<()>();
        let (first, _ended) = start(move |progress| {
            waits.recv().unwrap();
            progress.check().is_err()
        });
        let watched = first.progress.clone();
        derived.follow(1, || first);
        assert!(derived.on_its_way() == Some(&1) && derived.take_up().is_ok() && derived.get().is_none());
        let (second, ended) = start(|_| true);
        derived.follow(2, || second);
        assert_eq!(watched.check(), Err(Cancelled));
        go.send(()).unwrap();
        ended.recv().unwrap();
        assert!(derived.take_up().is_ok() && derived.is_of(&2) && derived.on_its_way().is_none());
    }

    #[test]
    fn what_died_is_said_once_and_not_begun_again_until_the_key_is_another_one() {
        let mut derived: Derived<u8, u8> = Derived::default();
        let (job, ended) = start(|_| std::panic::panic_any("lost"));
        derived.follow(1, || job);
        ended.recv().unwrap();
        assert!(derived.take_up().is_err() && derived.take_up().is_ok() && derived.died() == Some(&1));
        derived.follow(1, || unreachable!());
        let (job, ended) = start(|_| 7);
        derived.follow(2, || job);
        ended.recv().unwrap();
        assert!(derived.take_up().is_ok() && derived.get() == Some(&7) && derived.died().is_none());
    }
}

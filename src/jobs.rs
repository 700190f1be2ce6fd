//! Long work: progress that can be watched and cancelled from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc;

/// The user gave up a job. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

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

/// Work running on its own thread.
#[derive(Debug)]
pub struct Job<T> {
    /// Watch and cancel it here.
    pub progress: Progress,
    result: mpsc::Receiver<T>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts `work` on a thread of its own; `wake` is called once the result is there.
    #[must_use]
    pub fn start(work: impl FnOnce(&Progress) -> T + Send + 'static, wake: impl FnOnce() + Send + 'static) -> Self {
        let progress = Progress::new();
        let (sender, result) = mpsc::channel();
        let worker = progress.clone();
        std::thread::spawn(move || {
            let value = work(&worker);
            // The receiver may be gone: then nobody wants the result any more.
            let _ = sender.send(value);
            wake();
        });
        Self { progress, result }
    }

    /// The result, once. `None` while the work goes on, or when its thread died.
    #[must_use]
    pub fn poll(&self) -> Option<T> {
        self.result.try_recv().ok()
    }
}

//! Progress on standard error, when that is a terminal.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc;
use std::time::Duration;

use crate::jobs::Progress;

/// Time after which a step counts as long.
const PATIENCE: Duration = Duration::from_millis(300);

/// Runs a step and shows how far it is while it takes long.
pub(super) fn shown<T>(what: &str, work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::new();
    if !std::io::stderr().is_terminal() {
        return work(&progress);
    }
    std::thread::scope(|scope| {
        let (done, is_done) = mpsc::channel::<()>();
        let watched = progress.clone();
        scope.spawn(move || {
            let mut written = false;
            // Ends when the sender is dropped, which a panic of the work does too.
            while matches!(is_done.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Timeout)) {
                let _ = write!(std::io::stderr(), "\r{what} {:3.0} %", watched.fraction() * 100.0);
                written = true;
            }
            if written {
                let _ = write!(std::io::stderr(), "\r{:width$}\r", "", width = what.len() + 8);
            }
        });
        let result = work(&progress);
        drop(done);
        result
    })
}

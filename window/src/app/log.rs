//! The log file: what a user sends when something went wrong.
//!
//! 1. One file for each run, in the folder `logs` beside the work that is kept; those of the last few runs stay.
//! 2. A file never grows beyond a megabyte: then its older half goes.
//! 3. It says which commands were sent, warnings, errors and panics; no names of units and no figures, and of paths
//!    only what lies below the home folder of the user.

use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use time::OffsetDateTime;
use time::macros::format_description;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, span};

use quhua::i18n::file_name;
use quhua::jobs::lock_whole;

/// Files of this many runs stay, that of this run included.
const RUNS: usize = 5;
/// A file grows to this many bytes at most.
const LARGEST: u64 = 1 << 20;

/// The log of this run.
static LOG: OnceLock<LogFile> = OnceLock::new();

/// A log that is written to a file.
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    open: Mutex<Open>,
    /// Home of the user, which is not written out.
    home: Option<String>,
}

#[derive(Debug)]
struct Open {
    file: File,
    written: u64,
}

/// Begins the log of this run in a folder, and takes up what the program, its libraries and panics say. Without a
/// folder that can be written to there is no log, and nothing else is different.
pub fn begin(folder: &Path) {
    let Ok(log) = LogFile::create(folder) else { return };
    if LOG.set(log).is_err() {
        return;
    }
    // Who has set up a listener before, as tests do, keeps it.
    let _ = tracing::subscriber::set_global_default(Listener);
    if log::set_logger(&Listener).is_ok() {
        log::set_max_level(log::LevelFilter::Warn);
    }
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let trace = std::backtrace::Backtrace::force_capture();
        say("PANIC", "quhua", &format!("{panic}\n{trace}"));
        before(panic);
    }));
    let (os, arch, version) = (std::env::consts::OS, std::env::consts::ARCH, env!("CARGO_PKG_VERSION"));
    say("INFO", "quhua", &format!("quhua {version} on {os} {arch}"));
}

/// The file of this run, if there is one.
#[must_use]
pub fn path() -> Option<&'static Path> {
    LOG.get().map(|log| log.path.as_path())
}

/// The logs of the last runs in one text, the oldest first.
///
/// # Errors
/// When the folder cannot be read; a file that cannot be read is left out.
pub fn collected(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    for file in runs(path.parent().unwrap_or(path))? {
        if let Ok(bytes) = fs::read(&file) {
            let name = file_name(&file);
            let _ = write!(text, "==== {name}\n{}\n", String::from_utf8_lossy(&bytes));
        }
    }
    Ok(text)
}

/// Shows a file in the file manager of the system.
///
/// # Errors
/// When there is no such program.
pub fn show_in_file_manager(path: &Path) -> io::Result<()> {
    let mut command = if cfg!(windows) {
        let mut command = std::process::Command::new("explorer");
        command.arg(format!("/select,{}", path.display()));
        command
    } else if cfg!(target_os = "macos") {
        let mut command = std::process::Command::new("open");
        command.arg("-R").arg(path);
        command
    } else {
        let mut command = std::process::Command::new("xdg-open");
        command.arg(path.parent().unwrap_or(path));
        command
    };
    let mut child = command.spawn()?;
    // Nobody else waits for it.
    std::thread::Builder::new().name("file manager".to_owned()).spawn(move || child.wait()).map(drop)
}

/// Files of all runs, the oldest first.
fn runs(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let mut logs: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|ending| ending == "log")).collect();
    logs.sort();
    Ok(logs)
}

impl LogFile {
    fn create(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        for old in runs(folder)?.iter().rev().skip(RUNS - 1) {
            // What cannot be removed now goes at a later start.
            let _ = fs::remove_file(old);
        }
        let stamp = now().format(format_description!("[year][month][day]-[hour][minute][second]")).unwrap_or_default();
        let path = folder.join(format!("{stamp}-{}.log", std::process::id()));
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        let home = directories::BaseDirs::new().map(|dirs| dirs.home_dir().display().to_string());
        let open = Mutex::new(Open { file, written: 0 });
        Ok(Self { path, open, home: home.filter(|home| home.len() > 1) })
    }

    /// Writes a line, which may be a text of several.
    fn say(&self, level: &str, from: &str, text: &str) {
        let at = now().format(format_description!("[hour]:[minute]:[second].[subsecond digits:3]")).unwrap_or_default();
        let text = match &self.home {
            Some(home) => text.replace(home.as_str(), "~"),
            None => text.to_owned(),
        };
        let line = format!("{at} {level} {from}: {text}\n");
        let mut open = lock_whole(&self.open);
        if open.written + line.len() as u64 > LARGEST {
            // A log that cannot be made shorter goes on growing: better than none.
            let _ = self.shorten(&mut open);
        }
        if open.file.write_all(line.as_bytes()).is_ok() {
            open.written += line.len() as u64;
        }
    }

    /// Drops the older half.
    fn shorten(&self, open: &mut Open) -> io::Result<()> {
        let bytes = fs::read(&self.path)?;
        let half = &bytes[bytes.len() / 2..];
        let begin = half.iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let mut kept = b"(the older half is gone)\n".to_vec();
        kept.extend_from_slice(&half[begin..]);
        fs::write(&self.path, &kept)?;
        open.file = OpenOptions::new().append(true).open(&self.path)?;
        open.written = kept.len() as u64;
        Ok(())
    }
}

fn now() -> OffsetDateTime {
    OffsetDateTime::now_local().unwrap_or_else(|_| OffsetDateTime::now_utc())
}

fn say(level: &str, from: &str, text: &str) {
    if let Some(log) = LOG.get() {
        log.say(level, from, text);
    }
}

/// Takes up what the program says through `tracing`, and its libraries through `log`.
struct Listener;

impl tracing::Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let ours = metadata.target().starts_with("quhua");
        *metadata.level() <= if ours { Level::INFO } else { Level::WARN }
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = Said::default();
        event.record(&mut text);
        let metadata = event.metadata();
        say(metadata.level().as_str(), metadata.target(), &format!("{}{}", text.message, text.rest));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// An event as text: its message, then its fields.
#[derive(Default)]
struct Said {
    message: String,
    rest: String,
}

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            let _ = write!(self.rest, " {}={value:?}", field.name());
        }
    }
}

impl log::Log for Listener {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::Level::Warn
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            say(record.level().as_str(), record.target(), &record.args().to_string());
        }
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log_in(folder: &Path) -> LogFile {
        LogFile::create(folder).unwrap()
    }

    #[test]
    fn a_log_has_what_was_said_and_no_home_folder() {
        let folder = tempfile::tempdir().unwrap();
        let mut log = log_in(folder.path());
        log.home = Some("/home/li".to_owned());
        log.say("WARN", "quhua", "no such file: /home/li/data/a.geojson");
        let text = collected(&log.path).unwrap();
        assert!(text.contains("WARN quhua: no such file: ~/data/a.geojson\n"), "{text}");
    }

    #[test]
    fn only_the_logs_of_the_last_runs_stay() {
        let folder = tempfile::tempdir().unwrap();
        for run in 0..9 {
            fs::write(folder.path().join(format!("2020010{run}-000000-1.log")), "x").unwrap();
        }
        fs::write(folder.path().join("notes.txt"), "not ours").unwrap();
        let log = log_in(folder.path());
        let left = runs(folder.path()).unwrap();
        assert_eq!(left.len(), RUNS);
        assert_eq!(left.last(), Some(&log.path));
        assert!(left[0].ends_with("20200105-000000-1.log"));
        assert!(folder.path().join("notes.txt").exists());
    }

    #[test]
    fn a_log_never_grows_beyond_its_bound_and_keeps_the_newest() {
        let folder = tempfile::tempdir().unwrap();
        let log = log_in(folder.path());
        let rest = "x".repeat(100_000);
        for line in 0..25 {
            log.say("INFO", "quhua", &format!("line {line} {rest}"));
            assert!(fs::metadata(&log.path).unwrap().len() <= LARGEST);
        }
        let text = fs::read_to_string(&log.path).unwrap();
        assert!(text.contains("line 24 ") && !text.contains("line 0 "));
    }
}

//! Files appear whole or not at all.
//!
//! The text goes to a temporary file beside the target, is brought to the disk, and takes the target's place in one
//! step. Whatever goes wrong before, an existing file stays as it was.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{NamedTempFile, TempPath};

use super::WriteError;
pub use super::outputs::OutTarget;
use crate::i18n::plain;

/// Writes a target with what `write` puts into the given writer, which is buffered.
///
/// # Errors
/// [`WriteError`] when something cannot be written; an existing file is then as it was.
pub fn write_file(target: &OutTarget, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), WriteError> {
    let done = match target.file() {
        None => {
            let stdout = io::stdout().lock();
            // Names come from strangers, and a terminal obeys what is in them.
            if stdout.is_terminal() {
                let mut out = BufWriter::with_capacity(BUFFER, plain::Shown::new(stdout));
                write(&mut out).and_then(|()| out.flush())
            } else {
                let mut out = BufWriter::with_capacity(BUFFER, stdout);
                write(&mut out).and_then(|()| out.flush())
            }
        }
        Some(path) => replace(path, write),
    };
    done.map_err(|source| WriteError::from_io(target.path(), source))
}

/// Size of the buffer between the writer and the file, in bytes.
const BUFFER: usize = 1 << 18;

fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if is_device(path) {
        // A device or a pipe cannot be replaced; it takes the text directly.
        let mut out = BufWriter::with_capacity(BUFFER, File::options().write(true).open(path)?);
        return write(&mut out).and_then(|()| out.flush());
    }
    Staged::written(path, write)?.put(Previous::Dropped)
}

/// Whether something is there that is neither file nor folder: a device, or a pipe.
pub(super) fn is_device(path: &Path) -> bool {
    path.metadata().is_ok_and(|meta| !meta.is_file() && !meta.is_dir())
}

/// Files that appear together or not at all. Each is written beside its target; once all are, they take their places.
#[derive(Default)]
pub struct Together {
    staged: Vec<(PathBuf, Staged)>,
}

impl Together {
    /// Writes one of them beside its target. Standard output and devices take the text at once.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be written; nothing has changed then.
    pub fn add(
        &mut self,
        target: &OutTarget,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), WriteError> {
        let Some(path) = target.file().filter(|path| !is_device(path)) else { return write_file(target, write) };
        let staged = Staged::written(path, write).map_err(|source| WriteError::from_io(path, source))?;
        self.staged.push((path.to_owned(), staged));
        Ok(())
    }

    /// Puts all of them in their places. Where one cannot go there, those before it go back.
    ///
    /// # Errors
    /// [`WriteError`] names the one that cannot go to its place; all targets are then as they were.
    pub fn put(self) -> Result<(), WriteError> {
        let mut undo: Vec<Undo> = Vec::new();
        for (path, staged) in self.staged {
            let placed = Undo::of(&staged).and_then(|one| staged.put(Previous::Dropped).map(|()| one));
            match placed {
                Ok(one) => undo.push(one),
                Err(source) => {
                    undo.into_iter().rev().for_each(Undo::go_back);
                    return Err(WriteError::from_io(&path, source));
                }
            }
        }
        Ok(())
    }
}

/// How a file that was put in its place goes back.
struct Undo {
    real: PathBuf,
    /// A second name of what was there.
    before: Option<TempPath>,
}

impl Undo {
    fn of(staged: &Staged) -> io::Result<Self> {
        let real = staged.real.clone();
        let second = |name: &Path| {
            // Some file systems know no second names. A copy is no new file: `make_in` asks for one that was not there.
            fs::hard_link(&real, name).or_else(|_| fs::copy(&real, name).map(drop))
        };
        let name =
            || Ok::<_, io::Error>(temporary_name().suffix(".old").make_in(folder_of(&real), second)?.into_temp_path());
        let before = staged.existing.is_some().then(name).transpose()?;
        Ok(Self { real, before })
    }

    fn go_back(self) {
        // Whoever gets here has an error to tell already.
        let _ = match self.before {
            Some(before) => before.persist(&self.real).is_ok(),
            None => fs::remove_file(&self.real).is_ok(),
        };
    }
}

/// Time after which a temporary file that nobody writes may have been left behind.
const LONG_AGO: Duration = Duration::from_hours(1);

/// Removes temporary files that killed programs left in a folder. One that somebody is at is locked, or was written a
/// moment ago.
fn sweep(folder: &Path) {
    let is_ours = |name: &str| name.starts_with(".quhua-") && name.strip_suffix(".tmp").is_some();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !entry.file_name().to_str().is_some_and(is_ours) {
            continue;
        }
        let age = entry.metadata().and_then(|meta| meta.modified()).ok().and_then(|at| at.elapsed().ok());
        let is_old = age.is_some_and(|age| age > LONG_AGO);
        let file = File::options().write(true).open(entry.path()).ok().filter(|_| is_old);
        if file.is_some_and(|file| file.try_lock().is_ok()) {
            // Somebody else may have swept it.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// How temporary files are called, so that nobody takes them for files of their own.
fn temporary_name() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".quhua-").suffix(".tmp");
    builder
}

/// What becomes of a file that is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Previous {
    /// It goes.
    Dropped,
    /// It stays beside the new one, with `~1` behind its name.
    Kept,
}

/// Replaces a file by what `fill` makes of an empty one, whose path it is given.
///
/// # Errors
/// Those of `fill`, and when the file cannot be replaced; it is then as it was.
pub(crate) fn replace_file<E: From<io::Error>>(
    path: &Path,
    previous: Previous,
    fill: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let staged = Staged::beside(path)?;
    fill(staged.temporary.path())?;
    Ok(staged.put(previous)?)
}

/// A file that is to take the place of another.
struct Staged {
    temporary: NamedTempFile<File>,
    /// What is replaced: behind a link, the file that it points to.
    real: PathBuf,
    existing: Option<Metadata>,
}

impl Staged {
    /// An empty file beside the one at `path`.
    fn beside(path: &Path) -> io::Result<Self> {
        let existing = path.metadata().ok();
        if existing.as_ref().is_some_and(Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if existing.as_ref().is_some_and(|meta| meta.permissions().readonly()) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        // Writing through a link changes the file that it points to, not the link.
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        // Made like any new file, so that it gets the usual rights, not the private ones of a temporary file.
        sweep(folder_of(&real));
        let new = |path: &Path| File::options().write(true).create_new(true).open(path);
        let temporary = temporary_name().make_in(folder_of(&real), new)?;
        Ok(Self { temporary, real, existing })
    }

    /// The same with what `write` puts into it.
    fn written(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Self> {
        let Self { temporary, real, existing } = Self::beside(path)?;
        // Whoever sweeps sees that somebody is at it. Where there are no locks nothing is swept.
        let _ = temporary.as_file().try_lock();
        let mut out = BufWriter::with_capacity(BUFFER, temporary);
        write(&mut out)?;
        let temporary = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Self { temporary, real, existing })
    }

    /// Brings the file to the disk and puts it in its place, in one step.
    fn put(self, previous: Previous) -> io::Result<()> {
        let Self { temporary, real, existing } = self;
        temporary.as_file().sync_all()?;
        if let Some(meta) = existing {
            temporary.as_file().set_permissions(meta.permissions())?;
            if previous == Previous::Kept {
                keep(&real)?;
            }
        }
        temporary.persist(&real).map_err(|error| error.error)?;
        sync_folder(folder_of(&real));
        Ok(())
    }
}

pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Where the version before lies.
pub(crate) fn previous_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("~1");
    PathBuf::from(name)
}

/// Gives a file a second name, in place of the version before it. The file itself is where it was all the time.
fn keep(path: &Path) -> io::Result<()> {
    let kept = previous_of(path);
    let fresh = {
        let mut name = kept.as_os_str().to_owned();
        name.push(".tmp");
        PathBuf::from(name)
    };
    // What an interrupted save may have left; whether it was there does not matter.
    let _ = fs::remove_file(&fresh);
    // Some file systems know no second names.
    if fs::hard_link(path, &fresh).is_err() {
        fs::copy(path, &fresh)?;
    }
    fs::rename(&fresh, &kept)
}

/// Brings the folder's entry to the disk where the system can; elsewhere the rename is safe by itself.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        // Some systems cannot sync folders. The file itself is safe by now.
        let _ = folder.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::WriteProblem;

    fn target(path: &Path) -> OutTarget {
        OutTarget::unguarded(path)
    }

    fn files_in(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_appears_with_its_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new.geojson");
        write_file(&target(&path), |w| w.write_all(b"text")).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"text");
        assert_eq!(files_in(folder.path()), ["new.geojson"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.geojson");
        std::fs::write(&path, "old").unwrap();
        let error = write_file(&target(&path), |w| {
            w.write_all(&vec![b'x'; BUFFER * 3])?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert!(matches!(error.problem, WriteProblem::DiskFull));
        assert_eq!(
            error.to_string(),
            format!("the disk is full; free some space or choose another disk: {}", path.display())
        );
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(files_in(folder.path()), ["old.geojson"]);
    }

    #[test]
    fn a_missing_folder_and_a_folder_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let lost = write_file(&target(&folder.path().join("no/file")), |_| Ok(())).unwrap_err();
        assert!(matches!(lost.problem, WriteProblem::NoFolder));
        let dir = write_file(&target(folder.path()), |_| Ok(())).unwrap_err();
        assert!(matches!(dir.problem, WriteProblem::Folder));
    }

    #[test]
    fn a_write_protected_file_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept");
        std::fs::write(&path, "old").unwrap();
        let mut permissions = path.metadata().unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&path, permissions).unwrap();
        let error = write_file(&target(&path), |w| w.write_all(b"new")).unwrap_err();
        assert!(matches!(error.problem, WriteProblem::Forbidden));
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
    }

    #[test]
    fn a_write_protected_folder_gives_one_clear_line() {
        let folder = tempfile::tempdir().unwrap();
        let mut permissions = folder.path().metadata().unwrap().permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(folder.path(), permissions).unwrap();
        if File::create(folder.path().join("probe")).is_ok() {
            eprintln!("skipped: this user may write into protected folders");
            return;
        }
        let error = write_file(&target(&folder.path().join("new")), |_| Ok(())).unwrap_err();
        assert!(matches!(error.problem, WriteProblem::Forbidden));
    }

    #[test]
    fn a_full_disk_gives_one_clear_line() {
        let full = Path::new("/dev/full");
        if !full.exists() {
            eprintln!("skipped: /dev/full is not there");
            return;
        }
        let error = write_file(&target(full), |w| w.write_all(b"text")).unwrap_err();
        assert!(matches!(error.problem, WriteProblem::DiskFull));
    }

    #[test]
    fn what_a_killed_program_left_is_swept_and_what_somebody_is_at_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let long_ago = std::time::SystemTime::now() - LONG_AGO * 2;
        let files = [".quhua-a.tmp", ".quhua-b.tmp", ".quhua-c.tmp", "mine.tmp"].map(|name| {
            let file = File::create(folder.path().join(name)).unwrap();
            if name != ".quhua-c.tmp" {
                file.set_modified(long_ago).unwrap();
            }
            file
        });
        files[1].lock().unwrap();
        write_file(&target(&folder.path().join("new")), |w| w.write_all(b"text")).unwrap();
        // The second is being written, the third was a moment ago, and the last is not ours.
        assert_eq!(files_in(folder.path()), [".quhua-b.tmp", ".quhua-c.tmp", "mine.tmp", "new"]);
    }

    #[test]
    fn files_that_belong_together_appear_together_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let [old, new, barred] = ["old", "new", "barred"].map(|name| folder.path().join(name));
        std::fs::write(&old, "before").unwrap();
        let both = |last: &Path| {
            let mut together = Together::default();
            for path in [&old, &new] {
                together.add(&target(path), |out| out.write_all(b"after")).unwrap();
            }
            together.add(&target(last), |out| out.write_all(b"after")).unwrap();
            (together, last.to_owned())
        };
        // One that cannot be written leaves all as they were, and so does one that cannot go to its place.
        let (mut together, _) = both(&barred);
        assert!(together.add(&target(folder.path()), |_| Ok(())).is_err());
        drop(together);
        assert_eq!(files_in(folder.path()), ["old"]);
        let (together, last) = both(&barred);
        std::fs::create_dir_all(last.join("in the way")).unwrap();
        assert_eq!(together.put().unwrap_err().path, last);
        assert_eq!(
            (files_in(folder.path()), std::fs::read(&old).unwrap()),
            (vec!["barred".into(), "old".into()], b"before".to_vec())
        );
        std::fs::remove_dir_all(&barred).unwrap();
        both(&barred).0.put().unwrap();
        assert_eq!(files_in(folder.path()), ["barred", "new", "old"]);
        assert_eq!(std::fs::read(&old).unwrap(), b"after");
    }
}

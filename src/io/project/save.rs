//! Writing a project file: whole, beside the target, then in its place, with the one before kept.

use std::io;
use std::path::Path;
use std::time::SystemTime;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{ProjectError, ProjectProblem, base, journal, places, schema, units};
use crate::edit::Document;
use crate::io::atomic::{Previous, replace_file};
use crate::jobs::Progress;
use crate::model::FieldOverrides;

/// How a file looks from outside. Two that differ tell that somebody has written it in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Stamp {
    /// How a file looks now.
    pub(super) fn of(path: &Path) -> Result<Self, ProjectProblem> {
        match path.metadata() {
            Ok(meta) => Ok(Self { bytes: meta.len(), modified: meta.modified().ok() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(ProjectProblem::Missing),
            Err(error) => Err(error.into()),
        }
    }
}

/// Writes a project file with everything in it, and returns how it looks. A file that was there is kept as `name~1`.
///
/// `expected` is how the file looked when it was opened or last saved; `None` takes whatever is there.
///
/// # Errors
/// [`ProjectError`] when it cannot be written, or when somebody else has changed it since. What was there is then as
/// it was.
pub fn write(
    path: &Path,
    document: &Document,
    expected: Option<Stamp>,
    progress: &Progress,
) -> Result<Stamp, ProjectError> {
    write_announced(path, document, expected, |_| (), progress)
}

/// The same, and tells how the file will look just before it takes its place.
///
/// # Errors
/// As [`write()`].
pub fn write_announced(
    path: &Path,
    document: &Document,
    expected: Option<Stamp>,
    announce: impl FnOnce(Stamp),
    progress: &Progress,
) -> Result<Stamp, ProjectError> {
    let write = || -> Result<Stamp, ProjectProblem> {
        if let (Some(expected), Ok(now)) = (expected, Stamp::of(path))
            && now != expected
        {
            return Err(ProjectProblem::ChangedSince);
        }
        replace_file(path, Previous::Kept, |temporary| {
            fill(temporary, document, progress)?;
            announce(Stamp::of(temporary)?);
            Ok::<_, ProjectProblem>(())
        })?;
        Stamp::of(path)
    };
    write().map_err(|problem| ProjectError::new(path, problem))
}

fn fill(path: &Path, document: &Document, progress: &Progress) -> Result<(), ProjectProblem> {
    let mut connection = Connection::open(path)?;
    // Nobody reads the file before it is whole and on the disk.
    connection.pragma_update(None, "journal_mode", "OFF")?;
    connection.pragma_update(None, "synchronous", "OFF")?;
    connection.pragma_update(None, "page_size", 16384)?;
    connection.execute_batch(schema::GEOPACKAGE)?;
    connection.execute_batch(schema::LAYERS)?;
    let transaction = connection.transaction()?;
    schema::create_plans(&transaction)?;
    // What was joined is kept among the settings, and joined again.
    let loaded = document.origin().as_loaded();
    let overrides = FieldOverrides::from(&loaded.fields);
    let fields = serde_json::to_string(&overrides).map_err(ProjectProblem::damaged)?;
    schema::set_meta(&transaction, schema::FIELDS, &fields)?;
    base::write(&transaction, loaded, progress)?;
    units::write(&transaction, document, progress)?;
    places::register(&transaction, document.places())?;
    journal::write(&transaction, document)?;
    transaction.commit()?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(())
}

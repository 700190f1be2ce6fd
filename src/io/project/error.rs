//! Why a project could not be read, written or kept.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::i18n::one_line;
use crate::io::WriteProblem;
use crate::io::atomic::previous_of;
use crate::jobs::Cancelled;

/// Why a project could not be read, written or kept. One line: what, what to do, where.
#[derive(Debug, thiserror::Error)]
#[error("{problem}: {}", path.display())]
pub struct ProjectError {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: ProjectProblem,
}

impl ProjectError {
    pub(super) fn new(path: &Path, mut problem: ProjectProblem) -> Self {
        if let ProjectProblem::CutOff { previous, .. } | ProjectProblem::Damaged { previous, .. } = &mut problem {
            *previous = previous_of(path).is_file();
        }
        Self { path: path.to_owned(), problem }
    }

    /// Whether the user gave up.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        matches!(self.problem, ProjectProblem::Cancelled(_) | ProjectProblem::Write(WriteProblem::Cancelled(_)))
    }
}

/// What is wrong with a project.
#[derive(Debug, thiserror::Error)]
pub enum ProjectProblem {
    /// The user gave up.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    /// Nothing is there.
    #[error("no such file; check the path")]
    Missing,
    /// It is a database of another program, or none.
    #[error(
        "this is no project of Quhua; export its boundaries as GeoJSON from the program that made it, and open those"
    )]
    Foreign,
    /// It was made by a later version of the program.
    #[error("a newer version of the program made this project (format {found}; this one knows {known}); update it")]
    Newer {
        /// Format of the file.
        found: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// It is larger than the limit.
    #[error("the project has more than {limit} bytes; raise the limit")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// Its end is missing.
    #[error("the project is cut off ({there} of {whole} bytes are there); {}", previous_or(*previous, "get a complete copy"))]
    CutOff {
        /// Its size in bytes.
        there: u64,
        /// The size that it says it has.
        whole: u64,
        /// Whether the version before lies beside it.
        previous: bool,
    },
    /// What it holds makes no sense.
    #[error("the project is damaged ({what}); {}", previous_or(*previous, "get another copy"))]
    Damaged {
        /// What makes no sense.
        what: String,
        /// Whether the version before lies beside it.
        previous: bool,
    },
    /// Somebody else has written the file since it was opened.
    #[error("somebody else has changed this file since it was opened; save under another name")]
    ChangedSince,
    /// Another window works on it.
    #[error("another window works on this project; close it there, or save here under another name")]
    InUse,
    /// It cannot be written.
    #[error(transparent)]
    Write(WriteProblem),
    /// Whatever else the database says.
    #[error("the database says: {}; try again, or choose another place", one_line(&.0.to_string()))]
    Database(#[source] rusqlite::Error),
}

/// What to do about a broken project: open the version before where there is one.
const fn previous_or(previous: bool, otherwise: &'static str) -> &'static str {
    if previous { "open the previous version beside it, whose name ends in ~1" } else { otherwise }
}

impl ProjectProblem {
    #[expect(clippy::needless_pass_by_value, reason = "it is what errors are mapped with")]
    pub(crate) fn damaged(what: impl ToString) -> Self {
        Self::Damaged { what: one_line(&what.to_string()), previous: false }
    }
}

impl From<rusqlite::Error> for ProjectProblem {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Write(WriteProblem::DiskFull),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::Write(WriteProblem::Forbidden)
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse,
            // A table or column that should be there and is not has no code of its own; what has no code at all is about
            // what was found in the file.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown) | None => {
                Self::damaged(error)
            }
            Some(_) => Self::Database(error),
        }
    }
}

impl From<io::Error> for ProjectProblem {
    fn from(error: io::Error) -> Self {
        Self::Write(WriteProblem::from(error))
    }
}

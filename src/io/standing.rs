//! A file that stands where something is to be written: what it is, so that whoever is asked whether it may be replaced
//! knows what would be lost.
//!
//! 1. Nothing is read of it but what tells what it is; a file that cannot be read is a file all the same.
//! 2. A project is told by its tables, whatever it is called.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::atomic::is_device;
use super::format::{self, FileKind, is_database};
use crate::i18n::{Say, file_name, numbers};
use crate::outside;

/// A file where something is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub what: What,
    /// Its length.
    pub bytes: u64,
    /// When it was written last, where the system says so.
    pub modified: Option<SystemTime>,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A project, with so many scenarios and steps; `None` where they cannot be counted.
    Project(Option<[usize; 2]>),
    /// A file that is read here.
    Read(FileKind),
    /// Another file.
    Other,
}

impl Standing {
    /// What stands there; `None`: nothing that could be lost.
    #[must_use]
    pub fn at(path: &Path) -> Option<Self> {
        let about = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        if is_device(path) {
            return None;
        }
        Some(Self { path: path.to_owned(), what: what(path), bytes: about.len(), modified: about.modified().ok() })
    }

    /// Whether it is a project.
    #[must_use]
    pub const fn is_project(&self) -> bool {
        matches!(self.what, What::Project(_))
    }
}

fn what(path: &Path) -> What {
    if is_project(path) {
        return What::Project(counts(path));
    }
    format::recognised(path).map_or(What::Other, What::Read)
}

/// Whether a file is a project, of this version or another.
#[must_use]
pub fn is_project(path: &Path) -> bool {
    let is_ours = || -> rusqlite::Result<bool> {
        let known =
            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('quhua_meta', 'quhua_scenario')";
        Ok(outside::database(path)?.query_row(known, [], |row| row.get::<_, u32>(0))? == 2)
    };
    is_database(path) && is_ours().unwrap_or(false)
}

/// How many scenarios and steps a project has.
fn counts(path: &Path) -> Option<[usize; 2]> {
    let count = |table: &str| -> rusqlite::Result<usize> {
        let counted = format!("SELECT count(*) FROM {table}");
        let rows: i64 = outside::database(path)?.query_row(&counted, [], |row| row.get(0))?;
        Ok(usize::try_from(rows).unwrap_or(0))
    };
    Some([count("quhua_scenario").ok()?, count("quhua_step").ok()?])
}

impl Say for Standing {
    fn zh(&self) -> String {
        let (name, size) = (file_name(&self.path), numbers::bytes(self.bytes));
        match self.what {
            What::Project(Some([scenarios, steps])) => {
                format!("“{name}”是区划项目，含 {scenarios} 个方案、{steps} 步调整（{size}）")
            }
            What::Project(None) => format!("“{name}”是区划项目（{size}）"),
            What::Read(kind) => format!("“{name}”是{}（{size}）", called(kind)[0]),
            What::Other => format!("“{name}”已经存在（{size}）"),
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, size) = (file_name(&self.path), numbers::bytes(self.bytes));
        match self.what {
            What::Project(Some([scenarios, steps])) => {
                let scenarios = numbers::of(scenarios, "scenario", "scenarios");
                let steps = numbers::of(steps, "step", "steps");
                write!(f, "\"{name}\" is a project of Quhua with {scenarios} and {steps} ({size})")
            }
            What::Project(None) => write!(f, "\"{name}\" is a project of Quhua ({size})"),
            What::Read(kind) => write!(f, "\"{name}\" is {} ({size})", called(kind)[1]),
            What::Other => write!(f, "\"{name}\" is there already ({size})"),
        }
    }
}

/// What a file of a kind is called.
const fn called(kind: FileKind) -> [&'static str; 2] {
    match kind {
        FileKind::Project => ["数据库文件", "a database"],
        FileKind::Layers => ["边界数据文件", "a file of boundaries"],
        FileKind::Places => ["点位或线路文件", "a file of points or lines"],
        FileKind::Plan => ["方案文件", "a plan"],
        FileKind::Table => ["表格文件", "a table"],
        FileKind::Rules => ["规则包", "a pack of rules"],
        FileKind::Tiles => ["底图文件", "a file of map tiles"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Document;
    use crate::edit::testing::grid;
    use crate::i18n::Lang;
    use crate::io::{Outputs, WriteProblem, project};
    use crate::jobs::Progress;

    #[test]
    fn a_project_is_told_whatever_it_is_called_and_never_becomes_an_export() {
        let folder = tempfile::tempdir().unwrap();
        let document = Document::new(grid(2, 2));
        let at = folder.path().join("named.geojson");
        project::write(&at, &document, None, &Progress::new()).unwrap();
        let standing = Standing::at(&at).unwrap();
        assert_eq!(standing.what, What::Project(Some([1, 0])));
        assert!(standing.sentence(Lang::En).contains("with 1 scenario and 0 steps"), "{standing}");
        assert!(standing.sentence(Lang::Zh).contains("1 个方案、0 步调整"));
        let refused = Outputs::default().target(&at, &["geojson"]).unwrap_err();
        assert!(matches!(refused.problem, WriteProblem::IsProject), "{refused}");
        Outputs::default().project(&folder.path().join("new.gpkg")).unwrap();
    }

    #[test]
    fn what_is_told_of_files_of_other_kinds() {
        let folder = tempfile::tempdir().unwrap();
        let written = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            Standing::at(&path).unwrap().what
        };
        assert_eq!(written("a.bin", "nothing known"), What::Other);
        assert_eq!(written("b.csv", "code,name\n1,a\n"), What::Read(FileKind::Table));
        assert_eq!(Standing::at(folder.path()), None);
        assert_eq!(Standing::at(&folder.path().join("none")), None);
    }
}

//! What a command reads, and what it writes: an output never replaces an input or another output.
//!
//! [`Outputs`] is made with everything that a command reads, and gives out an [`OutTarget`] for each place that it
//! writes to. Nothing else makes one, and [`write_file`](super::atomic::write_file) takes nothing else, so that no command
//! and no export can forget to ask.
//!
//! 1. Targets are asked for before anything is read or written; one that is refused has changed nothing.
//! 2. Files are the same by what the system says, not by their names: links, second names and other spellings count.
//! 3. The ending of a name does not stand for another format than the one that is written.
//! 4. Where a project stands, nothing but a project is written: scenarios and histories are in no other file.
//! 5. Devices and pipes hold nothing that could be lost: they may be named as often as one likes.

use std::path::{Path, PathBuf};

use super::atomic::{folder_of, is_device, previous_of};
use super::standing::{Standing, is_project};
use super::{WriteError, WriteProblem, format, outgoing};

/// A name without what file systems do not take.
#[must_use]
pub fn file_safe(name: &str) -> String {
    let safe = name.chars().map(|c| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c });
    safe.collect::<String>().trim_matches(['.', ' ']).to_owned()
}

/// Where output goes: a place that [`Outputs`] has let pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutTarget(Option<PathBuf>);

impl OutTarget {
    /// Standard output.
    #[must_use]
    pub const fn stdout() -> Self {
        Self(None)
    }

    /// The file; `None` for standard output.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        self.0.as_deref()
    }

    /// The name for messages: `-` for standard output.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.file().unwrap_or(Path::new(STDOUT))
    }

    /// Whether what is written can be put in its place in one step: it is a file, or will be one.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        self.file().is_some_and(|path| !is_device(path))
    }

    #[cfg(test)]
    pub(crate) fn unguarded(path: &Path) -> Self {
        Self(Some(path.to_owned()))
    }
}

/// The name of standard output on a command line.
const STDOUT: &str = "-";

/// Endings that stand for what is neither read nor written as a layer.
const OTHERS: [&str; 9] = ["tsv", "xls", "html", "htm", "pdf", "png", "jpg", "zip", "dbf"];

/// Everything that a command reads and writes.
#[derive(Clone, Debug, Default)]
pub struct Outputs {
    inputs: Vec<PathBuf>,
    outputs: Vec<OutTarget>,
}

impl Outputs {
    /// What is written by somebody who reads these files.
    #[must_use]
    pub fn of_reading(inputs: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Self { inputs: inputs.into_iter().map(Into::into).collect(), outputs: Vec::new() }
    }

    /// A place to write to, as it was named: `-` is standard output. `endings` are those of the format that is written.
    ///
    /// # Errors
    /// [`WriteError`]: an input or another output lies there, or the name speaks for another format.
    pub fn target(&mut self, path: &Path, endings: &[&'static str]) -> Result<OutTarget, WriteError> {
        self.fitting(path, endings, Self::claim)
    }

    /// A place whose name fits.
    fn fitting(
        &mut self,
        path: &Path,
        endings: &[&'static str],
        claim: fn(&mut Self, &Path) -> Result<OutTarget, WriteError>,
    ) -> Result<OutTarget, WriteError> {
        let refused = |problem| Err(WriteError { path: path.to_owned(), problem });
        if path == Path::new(STDOUT) {
            let target = OutTarget::stdout();
            if self.outputs.contains(&target) {
                return refused(WriteProblem::IsWritten { other: path.to_owned() });
            }
            self.outputs.push(target.clone());
            return Ok(target);
        }
        if is_device(path) {
            return Ok(OutTarget(Some(path.to_owned())));
        }
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        if !endings.contains(&&*ending) && speaks_for_a_format(&ending) {
            return refused(WriteProblem::Ending { ending, fitting: endings.to_vec() });
        }
        claim(self, path)
    }

    /// Files that stand where something is to be written.
    #[must_use]
    pub fn standing(&self) -> Vec<Standing> {
        self.outputs.iter().filter_map(|target| Standing::at(target.file()?)).collect()
    }

    /// A file that is written beside another one.
    ///
    /// # Errors
    /// [`WriteError`]: an input or another output lies there.
    pub fn claim(&mut self, path: &Path) -> Result<OutTarget, WriteError> {
        let target = self.place(path)?;
        if is_project(path) {
            self.outputs.retain(|other| *other != target);
            return Err(WriteError { path: path.to_owned(), problem: WriteProblem::IsProject });
        }
        Ok(target)
    }

    /// A place, whatever stands there.
    fn place(&mut self, path: &Path) -> Result<OutTarget, WriteError> {
        let refused = |problem| Err(WriteError { path: path.to_owned(), problem });
        if let Some(input) = self.inputs.iter().find(|input| is_same(input, path)) {
            return refused(WriteProblem::IsRead { input: input.clone() });
        }
        if let Some(other) = self.outputs.iter().find(|other| other.file().is_some_and(|other| is_same(other, path))) {
            return refused(WriteProblem::IsWritten { other: other.path().to_owned() });
        }
        let target = OutTarget(Some(path.to_owned()));
        self.outputs.push(target.clone());
        Ok(target)
    }

    /// A project to write, the one before of which is kept beside it.
    ///
    /// # Errors
    /// As [`target`](Self::target).
    pub fn project(&mut self, path: &Path) -> Result<OutTarget, WriteError> {
        let target = self.fitting(path, &[super::project::EXTENSION], Self::place)?;
        if path.is_file() {
            let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            self.place(&previous_of(&real))?;
        }
        Ok(target)
    }
}

/// Whether an ending stands for some format.
fn speaks_for_a_format(ending: &str) -> bool {
    let read = format::FORMATS.iter().flat_map(|format| format.endings).map(|ending| ending.rsplit('.').next());
    let mut written = outgoing::FORMATS.iter().flat_map(|format| format.endings);
    OTHERS.contains(&ending) || read.flatten().any(|known| known == ending) || written.any(|known| *known == ending)
}

/// Whether two paths lead to one file, or will once it is there.
fn is_same(a: &Path, b: &Path) -> bool {
    match [a, b].map(Path::is_file) {
        [true, true] => same_file::is_same_file(a, b).unwrap_or_else(|_| location(a) == location(b)),
        [false, false] => location(a) == location(b),
        [true, false] | [false, true] => false,
    }
}

/// Folder and name of a file that is perhaps not there yet.
fn location(path: &Path) -> (PathBuf, String) {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = folder_of(&path);
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Where names are told apart by more than their case, it does no harm to be told so.
    let ignores_case = cfg!(any(windows, target_os = "macos"));
    (folder, if ignores_case { name.to_lowercase() } else { name.into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dash_means_standard_output_and_only_once() {
        let mut outputs = Outputs::default();
        assert_eq!(outputs.target(Path::new("-"), &["json"]).unwrap(), OutTarget::stdout());
        let again = outputs.target(Path::new("-"), &["csv"]).unwrap_err();
        assert!(matches!(again.problem, WriteProblem::IsWritten { .. }));
        let file = outputs.target(Path::new("a-b"), &["json"]).unwrap();
        assert_eq!(file.file(), Some(Path::new("a-b")));
    }

    #[test]
    fn a_file_is_known_by_all_its_names() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("in.geojson"), "x").unwrap();
        std::fs::hard_link(at("in.geojson"), at("second.geojson")).unwrap();
        std::fs::create_dir(at("sub")).unwrap();
        let mut names = vec![at("in.geojson"), at("second.geojson"), at("sub/../in.geojson"), at("./in.geojson")];
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("in.geojson"), at("link.geojson")).unwrap();
            std::os::unix::fs::symlink(folder.path(), at("folder")).unwrap();
            names.extend([at("link.geojson"), at("folder/in.geojson")]);
        }
        for name in names {
            let error = Outputs::of_reading([at("in.geojson")]).target(&name, &["geojson"]).unwrap_err();
            assert!(matches!(error.problem, WriteProblem::IsRead { .. }), "{error}");
        }
        // What is not there yet is known too.
        let mut outputs = Outputs::of_reading([at("in.geojson")]);
        outputs.target(&at("out.json"), &["json"]).unwrap();
        let error = outputs.target(&at("sub/../out.json"), &["json"]).unwrap_err();
        assert!(matches!(error.problem, WriteProblem::IsWritten { .. }), "{error}");
    }

    #[test]
    fn the_version_before_of_a_project_is_written_too() {
        let folder = tempfile::tempdir().unwrap();
        let [now, before] = ["p.gpkg", "p.gpkg~1"].map(|name| folder.path().join(name));
        std::fs::write(&now, "x").unwrap();
        std::fs::write(&before, "y").unwrap();
        assert!(Outputs::of_reading([&before]).project(&now).is_err());
        std::fs::remove_file(&now).unwrap();
        assert!(Outputs::of_reading([&before]).project(&now).is_ok());
    }

    #[test]
    fn an_ending_speaks_for_a_format() {
        let mut outputs = Outputs::default();
        let mut ask = |name: &str| outputs.target(Path::new(name), &["geojson", "json"]).map_err(|e| e.to_string());
        for fine in ["no/a.geojson", "no/b.JSON", "no/c", "no/tmp.Xy12"] {
            ask(fine).unwrap();
        }
        assert_eq!(
            ask("no/x.csv").unwrap_err(),
            "the name ends in .csv, but .geojson or .json is written; choose another name: no/x.csv"
        );
        assert!(ask("no/x.gpkg").is_err());
    }
}

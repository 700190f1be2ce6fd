//! Who kills windows keeps book of what they have acknowledged, and so must be there afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use quhua::io::project::Origin;

/// Work on a document that may be, or must be, on the disk.
#[derive(Clone, Debug, Default)]
struct Work {
    /// Where the document may be by now.
    places: Vec<Origin>,
    /// What it may be like by now: as it was acknowledged, and as it was about to be.
    digests: Vec<String>,
    /// Whether it must be there: something that was acknowledged is in no file.
    needed: bool,
    /// What the user gave up, if so.
    left: Option<String>,
    /// Files that it was being saved in when the window was killed: what has come to be there is needed no more.
    being_saved: Vec<PathBuf>,
}

/// What a file holds that is not there.
pub const NO_FILE: &str = "no file";

/// The book.
#[derive(Debug)]
pub struct Book {
    /// Work on documents, the latest last.
    works: Vec<Work>,
    /// What each file may hold, the latest last.
    files: BTreeMap<PathBuf, Vec<String>>,
    touched: BTreeSet<PathBuf>,
    acknowledged: usize,
    recovered: usize,
    saved: usize,
    not_saved: usize,
    opened: usize,
    moved: usize,
}

/// What is going on in the window that runs.
#[derive(Default)]
struct Run {
    /// Position of the work at hand in the book.
    at_hand: Option<usize>,
    /// What was asked for.
    asked: Vec<PathBuf>,
    /// Whether that is what is at hand, on other boundaries.
    moving: Option<Origin>,
    /// Files that are being written, with what they get at least.
    saving: Vec<(PathBuf, String)>,
    recovered: usize,
}

impl Book {
    pub fn new(files: BTreeMap<PathBuf, Vec<String>>) -> Self {
        Self {
            works: Vec::new(),
            files,
            touched: BTreeSet::new(),
            acknowledged: 0,
            recovered: 0,
            saved: 0,
            not_saved: 0,
            opened: 0,
            moved: 0,
        }
    }

    /// What a run of the program that was started with some files said. Returns how often work came back, or says what
    /// was lost.
    pub fn note_run(&mut self, named: &[PathBuf], said: &[String]) -> Result<usize, String> {
        let mut run = Run { asked: named.to_vec(), ..Run::default() };
        for line in said {
            let words: Vec<&str> = line.split('\t').collect();
            match words[..] {
                ["begun", digest, modified, unsaved, place] => {
                    self.begun(&mut run, digest, [modified, unsaved], origin(place))
                        .map_err(|why| format!("{line}: {why}"))?;
                }
                ["doing", digest, unsaved] => {
                    let work = self.at_hand(&run)?;
                    work.digests.push(digest.to_owned());
                    work.needed &= unsaved == "1";
                    for (path, _) in &run.saving {
                        self.files.get_mut(path).unwrap().push(digest.to_owned());
                    }
                }
                ["done", digest, modified, unsaved, place] => {
                    self.done(&run, digest, [modified, unsaved], &origin(place))?;
                }
                ["saving", path, digest] => {
                    let (path, digest) = (PathBuf::from(path), digest.to_owned());
                    self.at_hand(&run)?.places.push(Origin::Project(path.clone()));
                    let nothing = || vec![NO_FILE.to_owned()];
                    self.files.entry(path.clone()).or_insert_with(nothing).push(digest.clone());
                    self.touched.insert(path.clone());
                    run.saving.push((path, digest));
                }
                ["saved", path] => {
                    self.saved += 1;
                    let path = Path::new(path);
                    // Where it was asked for several times, the latest is said to be there.
                    if let Some((_, at_least)) = run.saving.iter().rfind(|(saving, _)| saving == path).cloned() {
                        run.saving.retain(|(saving, _)| saving != path);
                        let held = self.files.get_mut(path).unwrap();
                        let at = held.iter().rposition(|digest| *digest == at_least).unwrap();
                        held.drain(..at);
                    }
                }
                ["unsaved", path] => {
                    self.not_saved += 1;
                    run.saving.retain(|(saving, _)| saving != Path::new(path));
                }
                ["opening", way] => run.asked = serde_json::from_str(way).unwrap(),
                ["moving", place] => {
                    let place = origin(place);
                    self.at_hand(&run)?.places.push(place.clone());
                    run.moving = Some(place);
                }
                ["leaving"] => {
                    let work = self.at_hand(&run)?;
                    work.left = work.digests.last().cloned();
                    work.needed = false;
                }
                // What the harness of tests says.
                _ => {}
            }
        }
        if let Some(at) = run.at_hand {
            self.works[at].being_saved = run.saving.into_iter().map(|(path, _)| path).collect();
        }
        Ok(run.recovered)
    }

    fn at_hand(&mut self, run: &Run) -> Result<&mut Work, String> {
        let at = run.at_hand.ok_or("nothing has begun")?;
        Ok(&mut self.works[at])
    }

    /// A document is there: work that came back, or what stands in the files that were asked for.
    fn begun(&mut self, run: &mut Run, digest: &str, flags: [&str; 2], place: Origin) -> Result<(), String> {
        let [modified, unsaved] = flags.map(|flag| flag == "1");
        self.opened += 1;
        let before = run.at_hand.take();
        let moved = run.moving.take();
        if let (Some(at), Some(moved)) = (before, &moved) {
            let work = &mut self.works[at];
            if !work.digests.iter().any(|known| known == digest) || *moved != place {
                return Err(format!("it was moved, but {work:?} is not what is there"));
            }
            // What it was before is given up.
            work.needed = false;
            self.moved += 1;
        } else {
            if let Some(work) = before.map(|at| &self.works[at]).filter(|work| work.needed) {
                return Err(format!("another document took the place of {work:?}, which nobody gave up"));
            }
            self.look_for(run, digest, modified, &place, before)?;
        }
        let work = Work { places: vec![place], digests: vec![digest.to_owned()], needed: unsaved, ..Work::default() };
        self.works.push(work);
        run.at_hand = Some(self.works.len() - 1);
        Ok(())
    }

    /// Strikes out the work that came back; where none did, all that should have was lost.
    fn look_for(
        &mut self,
        run: &mut Run,
        digest: &str,
        recovered: bool,
        place: &Origin,
        before: Option<usize>,
    ) -> Result<(), String> {
        let asked = run.asked.clone();
        // The sample county is opened anew by who asks for it in a window; at the start it is what comes of nothing.
        let anew = before.is_some() && asked.is_empty();
        let fits =
            |place: &Origin| asked.is_empty() || place.paths().into_iter().eq(asked.iter().map(PathBuf::as_path));
        let others = (0..self.works.len()).filter(|&at| !anew && Some(at) != before);
        // Where several fit, the one comes that was at hand last; a window may have been killed before it said which.
        let is_it = |work: &Work| work.places.contains(place) && work.digests.iter().any(|known| known == digest);
        if let Some(at) = others.clone().rfind(|&at| recovered && is_it(&self.works[at])) {
            run.recovered += 1;
            self.recovered += 1;
            self.works[at] = Work::default();
            return Ok(());
        }
        if let Some(lost) = others.map(|at| &self.works[at]).find(|work| work.needed && work.places.iter().all(fits)) {
            return Err(format!("lost: {lost:?}, asked for {asked:?}"));
        }
        if recovered {
            return Err(format!("nobody knows this work; known are {:#?}", self.works));
        }
        match place {
            Origin::Project(path) => {
                let held = &self.files[path];
                if held.iter().any(|known| known == digest) { Ok(()) } else { Err(format!("the file held {held:?}")) }
            }
            Origin::Sample | Origin::Files(_) => Ok(()),
        }
    }

    fn done(&mut self, run: &Run, digest: &str, flags: [&str; 2], place: &Origin) -> Result<(), String> {
        let [modified, unsaved] = flags.map(|flag| flag == "1");
        let (saving, moving) = (run.saving.iter().map(|(path, _)| Origin::Project(path.clone())), run.moving.clone());
        let places: Vec<Origin> = std::iter::once(place.clone()).chain(saving).chain(moving).collect();
        let work = self.at_hand(run)?;
        work.places = places;
        let is_news = work.digests.len() > 1;
        work.digests = vec![digest.to_owned()];
        work.needed = unsaved && work.left.as_deref() != Some(digest);
        self.acknowledged += usize::from(is_news);
        if let (Origin::Project(path), false) = (place, modified) {
            self.touched.insert(path.clone());
            let is_saving = run.saving.iter().any(|(saving, _)| saving == path);
            let held = self.files.get_mut(path).unwrap();
            if !is_saving {
                *held = vec![digest.to_owned()];
            }
        }
        Ok(())
    }

    /// Where the latest work is.
    pub fn last_paths(&self) -> Vec<PathBuf> {
        let place = self.works.last().and_then(|work| work.places.first());
        place.map(|place| place.paths().into_iter().map(Path::to_owned).collect()).unwrap_or_default()
    }

    /// Files that may have been written since the last call.
    pub fn touched(&mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.touched).into_iter().collect()
    }

    /// What a file holds.
    pub fn saw(&mut self, path: &Path, digest: &str) -> Result<(), String> {
        let held = self.files.get_mut(path).unwrap();
        if !held.iter().any(|known| known == digest) {
            return Err(format!("{} holds {digest}, and not one of {held:?}", path.display()));
        }
        *held = vec![digest.to_owned()];
        for work in &mut self.works {
            let is_there = work.digests.iter().any(|known| known == digest);
            work.needed &= !(is_there && work.being_saved.iter().any(|saved| saved == path));
            work.being_saved.retain(|saved| saved != path);
        }
        Ok(())
    }

    pub fn nothing_is_left(&self) -> Result<(), String> {
        match self.works.iter().find(|work| work.needed) {
            Some(work) => Err(format!("never came back: {work:?}")),
            None => Ok(()),
        }
    }

    pub fn figures(&self) -> String {
        let Self { acknowledged, recovered, saved, not_saved, opened, moved, .. } = self;
        format!(
            "{acknowledged} commands acknowledged, {opened} documents opened, {recovered} times recovered, {saved} times \
             saved, {not_saved} times not, {moved} times moved to other files"
        )
    }
}

fn origin(text: &str) -> Origin {
    serde_json::from_str(text).unwrap()
}

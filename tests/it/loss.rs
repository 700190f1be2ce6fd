//! Work outlives a program that is killed at any moment.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use quhua::edit::{Document, Edit, Form, Target, UnitRef};
use quhua::io::hash::sha256_hex;
use quhua::io::project::{self, Origin, Plans, Workplace};
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides, UnitId};

use crate::support::repository;

/// Names the folder in which the child works.
const FOLDER: &str = "QUHUA_LOSS_FOLDER";
/// Says what the child throws its dice with.
const SEED: &str = "QUHUA_LOSS_SEED";
/// How often the child is killed.
const RUNS: &str = "QUHUA_LOSS_RUNS";

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

fn boundaries() -> Vec<PathBuf> {
    ["villages", "townships"].map(|name| repository("sample_data/sanhe").join(name).with_extension("geojson")).into()
}

fn dataset() -> Arc<Dataset> {
    let read = |path: &PathBuf| geojson::read(path, &Limits::default(), &Progress::new()).unwrap();
    let layers = boundaries().iter().map(read).collect();
    Arc::new(Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap())
}

/// What the scenarios are, but for which of them is looked at.
fn fingerprint(plans: &Plans) -> String {
    let steps: BTreeMap<_, _> = plans.steps.iter().map(|(id, step)| (id.0, step)).collect();
    sha256_hex(format!("{:?}{steps:?}", plans.scenarios).as_bytes())
}

fn random_edit(document: &Document, dice: &mut Dice) -> Edit {
    let state = document.state();
    let level = state.levels().nth(dice.below(2)).unwrap();
    let units: Vec<UnitId> = state.units_at(level).collect();
    let name = |unit| UnitRef::to(document.dataset(), state, unit).unwrap();
    let unit = units[dice.below(units.len())];
    match dice.below(3) {
        0 => Edit::Rename { unit: name(unit), name: format!("名{}", dice.below(1000)).into() },
        1 => {
            let siblings = state.members(state.unit(unit).parent.unwrap());
            let other = siblings[dice.below(siblings.len())];
            Edit::Merge { units: vec![name(unit), name(other)], form: Form::Establish, into: Target::default() }
        }
        _ => {
            let parents: Vec<UnitId> = state.units_at(level.coarser()).collect();
            Edit::Transfer { units: vec![name(unit)], to: name(parents[dice.below(parents.len())]) }
        }
    }
}

/// Works until it is killed, and says before and after every command what the work is.
fn work(folder: &Path, seed: u64) {
    let say = |word: &str, document: &Document| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{word} {}", fingerprint(&Plans::of(document))).unwrap();
        out.flush().unwrap();
    };
    let (workplace, path, dataset) = (Workplace::at(folder.join("data")), folder.join("plan.gpkg"), dataset());
    let (mut document, mut working) = if let Some(found) = workplace.left_behind().pop() {
        let (plans, working) = found.take_up();
        let (mut document, refusals) = plans.restore(dataset);
        assert_eq!(refusals, []);
        // It is unsaved, and stays so until it is saved.
        document.mark_unsaved();
        (document, working)
    } else {
        let document = if path.exists() {
            let contents = project::read(&path, &Limits::default(), &Progress::new()).unwrap();
            contents.plans.restore(dataset).0
        } else {
            Document::new(dataset)
        };
        let working = workplace.begin(&Origin::Project(path.clone()), &document).unwrap();
        (document, working)
    };
    let mut dice = Dice(seed);
    say("done", &document);
    loop {
        match dice.below(20) {
            0 => drop(document.branch(&format!("方案{}", dice.below(100)))),
            1 | 2 => drop(document.undo()),
            3 => drop(document.redo()),
            4 => {
                let ids: Vec<_> = document.scenarios().iter().map(|scenario| scenario.id).collect();
                document.switch_to(ids[dice.below(ids.len())]);
            }
            5 => {
                project::write(&path, &document, None, &Progress::new()).unwrap();
                document.mark_saved();
            }
            _ => {
                let edit = random_edit(&document, &mut dice);
                let _ = document.commit(&edit);
            }
        }
        say("doing", &document);
        working.sync(&document).unwrap();
        say("done", &document);
    }
}

/// Not a test of its own: what the test below runs, and kills.
#[test]
fn the_program_that_is_killed() {
    if let (Ok(folder), Ok(seed)) = (std::env::var(FOLDER), std::env::var(SEED)) {
        work(Path::new(&folder), seed.parse().unwrap());
    }
}

#[test]
fn whatever_was_acknowledged_is_there_after_a_kill() {
    let runs: u64 = std::env::var(RUNS).ok().and_then(|text| text.parse().ok()).unwrap_or(25);
    let folder = tempfile::tempdir().unwrap();
    let (workplace, path) = (Workplace::at(folder.path().join("data")), folder.path().join("plan.gpkg"));
    let (mut commands, mut recovered) = (0, 0);
    for run in 0..runs {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "loss::the_program_that_is_killed", "--nocapture"])
            .env(FOLDER, folder.path())
            .env(SEED, run.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // It has started.
        let first = lines.find(|line| line.starts_with("done")).unwrap();
        std::thread::sleep(Duration::from_millis(Dice(run).below(300) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        // A line that was cut off was never said.
        let whole = |line: &String| line.len() >= "done ".len() + 64;
        let said: Vec<String> = std::iter::once(first).chain(lines.filter(whole)).collect();
        commands += said.iter().filter(|line| line.starts_with("done")).count() - 1;
        let done = said.iter().rfind(|line| line.starts_with("done")).unwrap();
        let last = said.last().unwrap();

        let found = workplace.left_behind().pop();
        recovered += u64::from(found.is_some());
        let in_project = || project::read(&path, &Limits::default(), &Progress::new()).unwrap().plans;
        let plans = match found {
            Some(found) => found.plans,
            None if path.exists() => in_project(),
            // Killed before the first command.
            None => Plans::of(&Document::new(dataset())),
        };
        let now = fingerprint(&plans);
        assert!([done, last].iter().any(|line| line.ends_with(&now)), "run {run}: {now} is neither {done} nor {last}");
        if path.exists() {
            let connection = rusqlite::Connection::open(&path).unwrap();
            let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
            assert_eq!(integrity, "ok");
            in_project();
        }
    }
    eprintln!("killed {runs} times, {commands} commands acknowledged, recovered {recovered} times");
    assert!(commands > 0 && recovered > 0);
    if let Some(copy) = std::env::var_os("QUHUA_LOSS_PROJECT") {
        std::fs::copy(&path, copy).unwrap();
    }
}

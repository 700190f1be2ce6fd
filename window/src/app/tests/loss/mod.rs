//! Work outlives a window that is killed at any moment, however the document was come to, and whatever the program is
//! started with next. `QUHUA_LOSS_RUNS` says how often it is killed, `QUHUA_LOSS_DICE` by which dice.
//!
//! The window runs in a process of its own ([`life`]) and says what it is about to do and what it has done. Who kills it
//! keeps book ([`book`]) of what must be there afterwards. Then the next one is started, upon what this one left.

mod book;
mod life;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use book::Book;
use quhua::edit::{Document, Edit, UnitRef};
use quhua::io::hash::sha256_hex;
use quhua::io::project::{self, Origin};
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides, LevelIndex};

/// Names the folder in which the window works.
const FOLDER: &str = "QUHUA_LOSS_FOLDER";
/// What the window throws its dice with, and how it begins: see [`life::Life`].
const LIFE: &str = "QUHUA_LOSS_LIFE";
/// How often it is killed.
const RUNS: &str = "QUHUA_LOSS_RUNS";
/// What all dice are thrown with.
const SEED: &str = "QUHUA_LOSS_DICE";

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../sample_data/sanhe/");

/// Boundaries: two levels, and one level alone.
const LAYERS: [&[&str]; 2] = [&["villages.geojson", "townships.geojson"], &["alone.geojson"]];
/// Projects; the last is there from the start, and of somebody else's making.
const PROJECTS: [&str; 3] = ["one.gpkg", "two.gpkg", "older.gpkg"];
const POINTS: &str = "schools.geojson";
/// A list that is laid over the boundaries.
const LIST: &str = "list.csv";

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// What a user sees of a document and what is kept of it: all scenarios with all steps, what became of the units and of
/// rows of ledgers in each of them, ledgers, facilities, and what was decided. Which scenario is looked at is no work.
fn digest(document: &Document) -> String {
    let mut text = format!("{:?}\n{:?}\n{:?}\n", document.scenarios(), document.stored_steps(), document.places());
    for (key, value) in document.settings().iter().filter(|(key, _)| *key != "looks") {
        writeln!(text, "{key} {value}").unwrap();
    }
    for laid in document.ledgers() {
        let (ledger, accepted) = (laid.ledger(), laid.accepted());
        let texts = |row| (0..ledger.columns().len()).map(|column| ledger.text(row, column)).collect::<Vec<_>>();
        let rows: Vec<_> = ledger.rows().map(|row| (ledger.key(row), texts(row))).collect();
        writeln!(text, "{} {:?} {accepted:?} {rows:?}", ledger.name(), ledger.source()).unwrap();
    }
    for scenario in document.scenarios() {
        let state = document.state_of(scenario.id).unwrap();
        let unit = |id| {
            let unit = state.unit(id);
            let parent = unit.parent.map(|parent| state.unit(parent).code.clone());
            let (atoms, members) = (state.atoms(id).len(), state.members(id).len());
            let named = (unit.level, &unit.code, unit.code_status, &unit.name, &unit.kind, parent);
            format!("{named:?} {:?} {:?} {atoms} {members}", unit.seat, unit.standing)
        };
        let mut units: Vec<String> =
            state.levels().flat_map(|level| state.all_units_at(level).collect::<Vec<_>>()).map(unit).collect();
        units.sort();
        writeln!(text, "{units:?} {:?}", state.records()).unwrap();
    }
    sha256_hex(text.as_bytes())[..16].to_owned()
}

fn opened(path: &Path) -> Document {
    let contents = project::read(path, &Limits::default(), &Progress::new()).unwrap();
    let dataset = Dataset::assemble(contents.layers, &contents.overrides, &Progress::new()).unwrap();
    let (document, refusals) = contents.plans.restore(Arc::new(dataset));
    assert_eq!(refusals, [], "{}", path.display());
    document
}

/// Lays out what can be opened.
fn lay_out(folder: &Path) {
    for name in LAYERS[0] {
        std::fs::copy(Path::new(SAMPLE).join(name), folder.join(name)).unwrap();
    }
    std::fs::copy(Path::new(SAMPLE).join("villages.geojson"), folder.join(LAYERS[1][0])).unwrap();
    let school = r#"{"type":"Feature","properties":{"name":"中心小学","kind":"小学"},"geometry":{"type":"Point","coordinates":[105.4,31.1]}}"#;
    std::fs::write(folder.join(POINTS), format!(r#"{{"type":"FeatureCollection","features":[{school}]}}"#)).unwrap();
    let rows = (1..9).map(|row| format!("L{row},第{row}项,519921001{row:03},{row}0"));
    let list: Vec<String> = ["编号,名称,村代码,金额".to_owned()].into_iter().chain(rows).collect();
    std::fs::write(folder.join(LIST), list.join("\n")).unwrap();
    let layer = geojson::read(&folder.join(LAYERS[1][0]), &Limits::default(), &Progress::new()).unwrap();
    let dataset = Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap();
    let mut older = Document::new(Arc::new(dataset));
    let unit = older.state().units_at(LevelIndex::FINEST).next().unwrap();
    let unit = UnitRef::to(older.dataset(), older.state(), unit).unwrap();
    older.commit(&Edit::Rename { unit, name: "旧村".into() }).unwrap();
    project::write(&folder.join(PROJECTS[2]), &older, None, &Progress::new()).unwrap();
}

/// When the window is killed: so long after it has said a word so many times, or after it was started.
struct Moment {
    word: Option<(&'static str, usize)>,
    after: Duration,
}

impl Moment {
    fn by_chance(dice: &mut Dice) -> Self {
        let (word, most_ms) = match dice.below(10) {
            0 | 1 => (None, 1500),
            2..4 => (Some("saving"), 250),
            4 => (Some("saved"), 20),
            5 => (Some("leaving"), 300),
            6 => (Some("moving"), 400),
            _ => (Some("doing"), 15),
        };
        let times = match word {
            Some("doing") => 1 + dice.below(25),
            _ => 1 + dice.below(2),
        };
        Self { word: word.map(|word| (word, times)), after: Duration::from_millis(dice.below(most_ms) as u64) }
    }
}

/// At most so long a window lives.
const LIFETIME: Duration = Duration::from_secs(6);

/// Starts a window, kills it, and returns what it said.
fn live_and_die(folder: &Path, life: &str, moment: Option<&Moment>) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "app::tests::loss::the_window_that_is_killed", "--nocapture"])
        .env(FOLDER, folder)
        .env(LIFE, life)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let out = child.stdout.take().unwrap();
    let (send, lines) = mpsc::channel();
    let reader = std::thread::Builder::new().name("what the window says".to_owned()).spawn(move || {
        let mut out = BufReader::new(out);
        let mut read = String::new();
        // A line that was cut off was never said.
        while out.read_line(&mut read).is_ok_and(|bytes| bytes > 0) && read.ends_with('\n') {
            if send.send(read.trim_end().to_owned()).is_err() {
                return;
            }
            read.clear();
        }
    });
    let mut said = Vec::new();
    let (started, mut heard) = (Instant::now(), 0);
    let mut end = match moment {
        Some(Moment { word: None, after }) => Some(started + *after),
        Some(_) => None,
        None => Some(started + Duration::from_mins(2)),
    };
    loop {
        let until = end.unwrap_or(started + LIFETIME);
        match lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(words) => {
                let word = moment.and_then(|moment| moment.word).filter(|(word, _)| words.starts_with(word));
                if let (Some((_, times)), Some(moment), None) = (word, moment, end) {
                    heard += 1;
                    end = (heard == times).then(|| Instant::now() + moment.after);
                }
                said.push(words);
            }
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => {
                let status = child.wait().unwrap();
                assert!(moment.is_none() && status.success(), "it ended by itself: {status}, after {said:#?}");
                break;
            }
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    said.extend(lines);
    reader.unwrap().join().unwrap();
    said
}

/// Not a test of its own: what the test below runs, and kills.
#[test]
fn the_window_that_is_killed() {
    if let (Ok(folder), Ok(text)) = (std::env::var(FOLDER), std::env::var(LIFE)) {
        life::live(Path::new(&folder), &text.parse().unwrap());
    }
}

#[test]
fn whatever_a_window_acknowledged_is_there_after_a_kill() {
    let runs: u64 = std::env::var(RUNS).ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let seed: u64 = std::env::var(SEED).ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().canonicalize().unwrap();
    lay_out(&folder);
    let older = folder.join(PROJECTS[2]);
    let mut book = Book::new(BTreeMap::from([(older.clone(), vec![digest(&opened(&older))])]));
    let mut dice = Dice(seed);
    for run in 0..runs {
        let ways: Vec<Vec<PathBuf>> = ways(&folder);
        let named = match dice.below(3) {
            0 => Vec::new(),
            // What was at hand last, wherever it is.
            1 => book.last_paths(),
            _ => ways[dice.below(ways.len())].clone(),
        };
        let life = life::Life { seed: run + seed * 1000, named: named.clone(), ends: false };
        let moment = Moment::by_chance(&mut dice);
        let said = live_and_die(&folder, &life.to_string(), Some(&moment));
        book.note_run(&named, &said)
            .unwrap_or_else(|why| panic!("run {run}, started with {named:?}: {why}\n{said:#?}"));
        look_at_files(&mut book).unwrap_or_else(|why| panic!("run {run}: {why}\n{said:#?}"));
    }
    // All that is left comes back, one after the other, and once it is saved it is in the file and nowhere else.
    for turn in 0.. {
        assert!(turn < 1000, "there is no end of what was left");
        let life = life::Life { seed: turn, named: Vec::new(), ends: true };
        let said = live_and_die(&folder, &life.to_string(), None);
        let recovered = book.note_run(&[], &said).unwrap_or_else(|why| panic!("in the end: {why}\n{said:#?}"));
        look_at_files(&mut book).unwrap_or_else(|why| panic!("in the end: {why}\n{said:#?}"));
        if recovered == 0 {
            break;
        }
    }
    book.nothing_is_left().unwrap();
    eprintln!("killed {runs} times; {}", book.figures());
}

/// Every file that was saved opens by itself, and holds what was acknowledged.
fn look_at_files(book: &mut Book) -> Result<(), String> {
    for path in book.touched() {
        if !path.exists() {
            book.saw(&path, book::NO_FILE)?;
            continue;
        }
        book.saw(&path, &digest(&opened(&path)))?;
        let connection = rusqlite::Connection::open(&path).unwrap();
        let integrity: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        if integrity != "ok" {
            return Err(format!("{}: {integrity}", path.display()));
        }
    }
    Ok(())
}

/// What a window can be started with: nothing, boundaries, or projects that are there.
fn ways(folder: &Path) -> Vec<Vec<PathBuf>> {
    let layers = LAYERS.iter().map(|names| names.iter().map(|name| folder.join(name)).collect());
    let projects = PROJECTS.iter().map(|name| folder.join(name)).filter(|path| path.exists()).map(|path| vec![path]);
    std::iter::once(Vec::new()).chain(layers).chain(projects).collect()
}

/// Where a document is, as it is said on a line.
fn origin_text(origin: &Origin) -> String {
    serde_json::to_string(origin).unwrap()
}

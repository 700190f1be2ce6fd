//! Whatever bytes a file has, reading it ends in a value or in a refusal, never in a panic: mutations of good files, the
//! same ones at every run. `QUHUA_HOSTILE` says how many of each kind.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use quhua::coverage::validate::{Options, validate};
use quhua::edit::{Document, Plan};
use quhua::io::{Limits, geojson, project};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides, LevelIndex};
use quhua::rules::{Pack, Shipped};

use crate::support::repository;

/// Numbers by chance (xorshift64*, Vigna 2016): the same at every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % end.max(1)
    }
}

/// What is put into texts, beside their own pieces.
const WORDS: [&[u8]; 16] = [
    b"1e999",
    b"-0.0",
    b"null",
    b"[[[[[[",
    b"{}",
    b"\"",
    b"\\u0000",
    b"\xff\xfe",
    b"18446744073709551616",
    b"NaN",
    b"180.0",
    b"-90",
    b"\n",
    b"true",
    b"\"edits\"",
    b"[[level]]",
];

/// A file changed in a few places: bytes, pieces left out, doubled, moved, or words put in.
fn mutated(seed: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.below(5) {
        let (at, length) = (dice.below(bytes.len()), dice.below(40));
        let end = (at + length).min(bytes.len());
        match dice.below(7) {
            0 if at < bytes.len() => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
            1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            4 => drop(bytes.splice(at..end, WORDS[dice.below(WORDS.len())].iter().copied())),
            5 => drop(bytes.splice(at..at, WORDS[dice.below(WORDS.len())].iter().copied())),
            _ if dice.below(8) == 0 => bytes.truncate(at),
            _ => {}
        }
    }
    bytes
}

/// Reads so many mutations of some files, and says how many were taken for good ones.
fn bombard(seeds: &[Vec<u8>], usual: usize, mut read: impl FnMut(&[u8]) -> bool) -> usize {
    let times = std::env::var("QUHUA_HOSTILE").ok().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    (0..times).filter(|at| read(&mutated(&seeds[at % seeds.len()], &mut dice))).count()
}

fn limits() -> Limits {
    Limits { file_bytes: 1 << 20, vertices: 100_000, ..Limits::default() }
}

/// Files of the test cases with an ending.
fn cases(ending: &str) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(repository("tests/data/cases")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no cases with {ending}");
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

fn dataset_of(bytes: &[u8]) -> Option<Dataset> {
    let layer = geojson::read_bytes("case.geojson", bytes, &limits(), &Progress::new()).ok()?;
    Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).ok()
}

#[test]
fn boundaries_of_whatever_bytes_are_read_or_refused() {
    let good = bombard(&cases(".geojson"), 1500, |bytes| {
        let Some(dataset) = dataset_of(bytes) else { return false };
        let dataset = Arc::new(dataset);
        validate(&dataset.coverage, &Options::default(), &Progress::new()).unwrap();
        let document = Document::new(Arc::clone(&dataset));
        let state = document.state();
        for unit in state.units_at(LevelIndex(0)).take(3) {
            let _ = dataset.coverage.outline(&state.atoms(unit)).to_multi_polygon(&dataset.coverage);
        }
        true
    });
    assert!(good > 0, "some mutations leave a file whole");
}

#[test]
fn plans_of_whatever_bytes_are_read_and_carried_out_or_refused() {
    let villages = fs::read(repository("tests/data/cases/c48-chinese-fields.geojson")).unwrap();
    let dataset = Arc::new(dataset_of(&villages).unwrap());
    let good = bombard(&cases(".plan.json"), 4000, |bytes| {
        let Ok(plan) = Plan::parse(bytes) else { return false };
        let _ = Document::new(Arc::clone(&dataset)).load_plan(&plan);
        assert_eq!(Plan::parse(plan.write().as_bytes()).unwrap(), plan, "what was read is written and read again");
        true
    });
    assert!(good > 0);
}

#[test]
fn packs_of_whatever_bytes_are_read_or_refused() {
    let seeds: Vec<Vec<u8>> = Shipped::ALL.iter().map(|pack| pack.text().into()).collect();
    let good = bombard(&seeds, 4000, |bytes| {
        std::str::from_utf8(bytes).is_ok_and(|text| match Pack::parse(text) {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.to_string().lines().count(), 1, "{error}");
                false
            }
        })
    });
    assert!(good > 0);
}

/// Projects: bytes of the file itself, so that SQLite's own pages are hit as well as what stands in them.
#[test]
fn projects_of_whatever_bytes_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seed.gpkg");
    let bytes = fs::read(repository("tests/data/cases/c48-chinese-fields.geojson")).unwrap();
    let document = Document::new(Arc::new(dataset_of(&bytes).unwrap()));
    project::write(&path, &document, None, &Progress::new()).unwrap();
    let seed = fs::read(&path).unwrap();
    let hostile = folder.path().join("hostile.gpkg");
    let read = |path: &Path| {
        let Ok(contents) = project::read(path, &limits(), &Progress::new()) else { return false };
        let Ok(dataset) = Dataset::assemble(contents.layers, &contents.overrides, &Progress::new()) else {
            return false;
        };
        let _ = contents.plans.restore(Arc::new(dataset));
        true
    };
    assert!(read(&path));
    bombard(&[seed], 400, |bytes| {
        fs::write(&hostile, bytes).unwrap();
        read(&hostile)
    });
}

//! Whatever bytes a file has, reading it ends in a value or in a refusal, never in a panic. The doors are those of the
//! fuzzer (`fuzz/src/lib.rs`): they are bombarded with mutations of good files, the same ones at every run
//! (`QUHUA_HOSTILE` says how many of each kind), and with all files that the fuzzer has kept.

use std::fs;
use std::path::{Path, PathBuf};

use crate::doors::{self, DOORS};
use crate::seeds;
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

#[test]
fn boundaries_of_whatever_bytes_are_read_or_refused() {
    assert!(bombard(&seeds::boundaries(), 1500, doors::boundaries) > 0, "some mutations leave a file whole");
}

#[test]
fn shapefiles_of_whatever_bytes_are_read_or_refused() {
    assert!(bombard(&seeds::shapefiles(), 1500, doors::shapefile) > 0);
}

#[test]
fn coverages_of_whatever_rings_are_built_checked_and_repaired() {
    let seeds: Vec<_> =
        files(&repository("fuzz/corpus/coverage")).into_iter().map(|path| fs::read(path).unwrap()).collect();
    assert!(bombard(&seeds, 1000, doors::coverage) > 0);
}

#[test]
fn plans_of_whatever_bytes_are_read_and_carried_out_or_refused() {
    assert!(bombard(&seeds::plans(), 2000, doors::plan) > 0);
}

#[test]
fn packs_of_whatever_bytes_are_read_or_refused() {
    assert!(bombard(&seeds::packs(), 2000, doors::pack) > 0);
}

/// Bytes of the file itself, so that SQLite's own pages are hit as well as what stands in them.
#[test]
fn projects_of_whatever_bytes_are_read_or_refused() {
    let seeds = seeds::projects();
    assert!(seeds.iter().all(|seed| doors::project(seed)));
    bombard(&seeds, 400, doors::project);
}

#[test]
fn tables_of_whatever_bytes_are_joined_or_refused() {
    let seeds = seeds::tables();
    assert!(seeds.iter().all(|seed| doors::table(seed)));
    assert!(bombard(&seeds, 1500, doors::table) > 0);
}

#[cfg(feature = "tiles")]
#[test]
fn tiles_of_whatever_bytes_are_shown_or_refused() {
    let seeds = seeds::tiles();
    assert!(seeds.iter().all(|seed| doors::tiles(seed)));
    assert!(bombard(&seeds, 600, doors::tiles) > 0);
}

/// Files of a folder, in their order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn what_the_fuzzer_has_kept_is_read_or_refused() {
    for door in DOORS {
        let corpus = files(&repository("fuzz/corpus").join(door.name));
        assert!(!corpus.is_empty(), "no corpus for {}", door.name);
        let mut good = 0;
        for path in corpus.into_iter().chain(files(&repository("fuzz/regressions").join(door.name))) {
            let bytes = fs::read(&path).unwrap();
            let read = std::panic::catch_unwind(|| (door.read)(&bytes));
            good += usize::from(read.unwrap_or_else(|_| panic!("{} breaks a promise", path.display())));
        }
        assert!(good > 0, "nothing in the corpus of {} is good, so it says little", door.name);
    }
}

/// `.ci/run` does not build the targets: each is here with a door, and each door has one.
#[test]
fn every_door_has_a_target() {
    let manifest = fs::read_to_string(repository("fuzz/Cargo.toml")).unwrap();
    for door in DOORS {
        let text = fs::read_to_string(repository(&format!("fuzz/targets/{}.rs", door.name))).unwrap();
        assert!(text.contains(&format!("quhua_fuzz::{}(bytes)", door.name)), "{text}");
        assert!(manifest.contains(&format!("path = \"targets/{}.rs\"", door.name)), "{}", door.name);
    }
    let without_tiles = usize::from(!cfg!(feature = "tiles"));
    assert_eq!(files(&repository("fuzz/targets")).len(), DOORS.len() + without_tiles);
}

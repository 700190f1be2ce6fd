//! Speed of the map of a dataset: made anew, and that of a split, which shares what the split does not touch.
//!
//! See `benches/README.md`.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data cannot go on")]

use std::sync::Arc;

use divan::{Bencher, black_box};
use quhua::coverage::AtomId;
use quhua::edit::{Along, Document, Edit, Share, UnitRef};
use quhua::jobs::Progress;
use quhua::model::{Dataset, LevelIndex};
use quhua_window::render::MapScene;

#[path = "../../benches/data/mod.rs"]
mod data;
use data::{Size, sizes};

fn main() {
    divan::main();
}

/// A split of the first village behind the middle of the list that a line from west to east cuts in two.
fn carry_out_a_split(document: &mut Document) {
    let dataset: Arc<Dataset> = Arc::clone(document.origin());
    let atoms = dataset.coverage.atom_count();
    let split = (atoms / 2..atoms).map(AtomId::new).find(|&atom| {
        let Some(bounds) = dataset.coverage.bounds_of(atom) else { return false };
        let line = vec![[bounds.min().x - 0.001, bounds.center().y], [bounds.max().x + 0.001, bounds.center().y]];
        let unit = UnitRef::to(&dataset, &dataset.base, dataset.base.unit_of(atom, LevelIndex::FINEST));
        let Some(unit) = unit else { return false };
        let edit = Edit::Split { unit, along: Along::Line(line), share: Share::Area, parts: Vec::new() };
        document.commit(&edit).is_ok()
    });
    split.unwrap();
}

/// The map of what was opened.
#[divan::bench(args = sizes(), sample_count = 3, sample_size = 1)]
fn anew(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = Arc::new(size.open());
    bencher.bench_local(|| MapScene::of_dataset(&dataset, &Progress::new()).unwrap());
}

/// The map of what a split made.
#[divan::bench(args = sizes(), sample_count = 21, sample_size = 1)]
fn of_a_split(bencher: Bencher<'_, '_>, size: &Size) {
    let mut document = Document::new(Arc::new(size.open()));
    let opened = MapScene::of_dataset(document.origin(), &Progress::new()).unwrap();
    carry_out_a_split(&mut document);
    let now = Arc::clone(document.dataset());
    bencher.bench_local(|| opened.refined(black_box(&now)).unwrap());
}

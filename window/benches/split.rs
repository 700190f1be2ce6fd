//! Speed of a split: thinking it through, carrying it out with all figures, undo and redo, and the map's picture of it.
//!
//! See `benches/README.md`.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data cannot go on")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use divan::{Bencher, black_box};
use quhua::coverage::AtomId;
use quhua::edit::{Along, Document, Edit, Share, UnitRef};
use quhua::geodesy::AreaMethod;
use quhua::jobs::Progress;
use quhua::model::{Dataset, LevelIndex};
use quhua_window::render::MapScene;

#[path = "../../benches/data/mod.rs"]
mod data;
use data::{Size, sizes};

fn main() {
    divan::main();
}

fn dataset(size: &Size) -> Arc<Dataset> {
    static OPENED: Mutex<Option<HashMap<String, Arc<Dataset>>>> = Mutex::new(None);
    let mut opened = OPENED.lock().unwrap();
    let dataset = opened.get_or_insert_default().entry(size.name.clone()).or_insert_with(|| {
        let dataset = size.open();
        // As when a file is opened in the window.
        dataset.prepare_figures(AreaMethod::Geodesic);
        Arc::new(dataset)
    });
    Arc::clone(dataset)
}

/// A line from west to east across the village in the middle of the list.
fn across(dataset: &Dataset) -> Edit {
    let atoms = dataset.coverage.atom_count();
    let cuts = (atoms / 2..atoms).find_map(|atom| {
        let bounds = dataset.coverage.bounds_of(AtomId::new(atom))?;
        let line = vec![[bounds.min().x - 0.001, bounds.center().y], [bounds.max().x + 0.001, bounds.center().y]];
        let unit = dataset.base.unit_of(AtomId::new(atom), LevelIndex::FINEST);
        let unit = UnitRef::to(dataset, &dataset.base, unit)?;
        let edit = Edit::Split { unit, along: Along::Line(line), share: Share::Area, parts: Vec::new() };
        // Not every village is cut by such a line into two parts.
        edit_is_possible(dataset, atom, &edit).then_some(edit)
    });
    cuts.unwrap()
}

fn edit_is_possible(dataset: &Dataset, atom: usize, edit: &Edit) -> bool {
    let Edit::Split { along, .. } = edit else { return false };
    dataset.coverage.cut(AtomId::new(atom), &along.cutter().unwrap()).is_ok()
}

/// What the card shows while a line is drawn.
#[divan::bench(args = sizes(), sample_count = 5, sample_size = 1)]
fn preview(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let edit = across(&dataset);
    let document = Document::new(dataset);
    bencher.bench_local(|| document.preview(black_box(&edit)).unwrap());
}

/// The split itself, and its undo.
#[divan::bench(args = sizes(), sample_count = 5, sample_size = 1)]
fn commit_and_undo(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let edit = across(&dataset);
    let mut document = Document::new(dataset);
    bencher.bench_local(|| {
        document.commit(&edit).unwrap();
        document.undo();
    });
}

/// There and back, once it was done.
#[divan::bench(args = sizes(), sample_count = 5, sample_size = 1)]
fn undo_and_redo(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let edit = across(&dataset);
    let mut document = Document::new(dataset);
    document.commit(&edit).unwrap();
    bencher.bench_local(|| {
        document.undo();
        document.redo();
    });
}

/// The map of what a split made, beside the window.
#[divan::bench(args = sizes(), sample_count = 3, sample_size = 1)]
fn scene(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    bencher.bench_local(|| MapScene::of_dataset(&dataset, &Progress::new()).unwrap());
}

//! Speed of selecting on the map: the atom under the pointer, and all that a box, a lasso or a brush takes.
//!
//! The whole data set is on the screen, 1000 by 700 points. See `benches/data` for what is measured with.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data cannot go on")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use divan::{Bencher, black_box};
use eframe::egui::{Pos2, Rect, pos2, vec2};
use quhua::geodesy::AreaMethod;
use quhua::model::Dataset;
use quhua_window::render::picking::{self, Sweep};
use quhua_window::render::{Camera, Lasso};

#[path = "../../benches/data/mod.rs"]
mod data;

use data::{Size, sizes};

fn main() {
    divan::main();
}

/// A data set and a camera that shows all of it.
fn map(size: &Size) -> (Arc<Dataset>, Camera) {
    static LOADED: OnceLock<Mutex<BTreeMap<Size, Arc<Dataset>>>> = OnceLock::new();
    let mut loaded = LOADED.get_or_init(Mutex::default).lock().unwrap();
    let open = || {
        let dataset = size.open();
        // As when a file is opened in the window.
        dataset.prepare_figures(AreaMethod::Geodesic);
        Arc::new(dataset)
    };
    let dataset = Arc::clone(loaded.entry(size.clone()).or_insert_with(open));
    let viewport = Rect::from_min_size(Pos2::ZERO, vec2(1000.0, 700.0));
    let camera = Camera::fitting(viewport, dataset.coverage.bounds().unwrap(), 0.0);
    (dataset, camera)
}

/// The atom under the pointer, at 256 places over the map one after the other; the time is that of one.
#[divan::bench(args = sizes())]
fn atom_at(bencher: Bencher<'_, '_>, size: &Size) {
    let (dataset, camera) = map(size);
    let place =
        |i: u16| camera.lonlat_from_screen(pos2(f32::from(i % 16) * 62.0 + 31.0, f32::from(i / 16) * 43.0 + 22.0));
    let places: Vec<_> = (0..256).map(place).collect();
    let mut next = places.iter().cycle();
    bencher.bench_local(move || next.next().map(|&at| dataset.index.atom_at(&dataset.coverage, black_box(at))));
}

/// A box around everything.
#[divan::bench(args = sizes())]
fn box_around_all(bencher: Bencher<'_, '_>, size: &Size) {
    let (dataset, camera) = map(size);
    bencher.bench(|| picking::boxed(&dataset, &camera, black_box(camera.viewport())));
}

/// A lasso of 600 places around nearly everything, wavy as a hand draws it, made and asked.
#[divan::bench(args = sizes())]
fn lasso_around_nearly_all(bencher: Bencher<'_, '_>, size: &Size) {
    let (dataset, camera) = map(size);
    let place = |i: u16| {
        let angle = f32::from(i) / 600.0 * std::f32::consts::TAU;
        let reach = 1.0 + 0.05 * (angle * 23.0).sin();
        camera.viewport().center() + vec2(480.0 * angle.cos(), 330.0 * angle.sin()) * reach
    };
    let path: Vec<Pos2> = (0..600).map(place).collect();
    bencher.bench(|| picking::lassoed(&dataset, &camera, &Lasso::new(black_box(&path))));
}

/// The first dab of a large brush in the middle of the map.
#[divan::bench(args = sizes())]
fn large_brush(bencher: Bencher<'_, '_>, size: &Size) {
    brush(bencher, size, Sweep { from: pos2(500.0, 350.0), to: pos2(500.0, 350.0), radius: 200.0 });
}

/// A fast stroke of a brush across the map, all in one frame.
#[divan::bench(args = sizes())]
fn brush_across(bencher: Bencher<'_, '_>, size: &Size) {
    brush(bencher, size, Sweep { from: pos2(50.0, 100.0), to: pos2(950.0, 600.0), radius: 24.0 });
}

fn brush(bencher: Bencher<'_, '_>, size: &Size, sweep: Sweep) {
    let (dataset, camera) = map(size);
    bencher.bench(|| picking::swept(&dataset, &camera, black_box(&sweep), |_| true));
}

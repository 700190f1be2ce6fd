//! Speed of painting members onto another parent: one move of the brush with the figures of all that it touches.
//!
//! 10,000 villages under 500 townships in a grid, all on the screen, 1000 by 700 points. Besides the medians of `divan`,
//! the 99th percentile of a stroke over the whole map is printed: a frame has 16 ms.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data cannot go on")]
#![expect(clippy::print_stdout, reason = "what it measures is printed")]

use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use divan::{Bencher, black_box};
use eframe::egui::{Pos2, Rect, pos2, vec2};
use quhua::geodesy::AreaMethod;
use quhua::metrics::Shift;
use quhua::model::{Dataset, LevelIndex, UnitId};
use quhua_window::render::Camera;
use quhua_window::render::picking::{self, Sweep};

/// Moves of the brush over the whole map.
const MOVES: u16 = 2000;

#[path = "../../benches/data/grid.rs"]
mod grid;

use grid::SIDE;

fn main() {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..5 {
        times.extend(stroke());
    }
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "one brush move with figures, {} villages, {} moves: median {:.3} ms, p99 {:.3} ms, longest {:.3} ms",
        SIDE * SIDE,
        times.len(),
        at(50),
        at(99),
        at(100)
    );
    divan::main();
}

/// The grid, loaded once.
fn dataset() -> &'static Dataset {
    static LOADED: OnceLock<Dataset> = OnceLock::new();
    LOADED.get_or_init(grid::open)
}

fn camera() -> Camera {
    let viewport = Rect::from_min_size(Pos2::ZERO, vec2(1000.0, 700.0));
    Camera::fitting(viewport, dataset().coverage.bounds().unwrap(), 0.0)
}

/// Where the brush is at a move: up and down over the map.
fn brush_at(i: u16) -> Pos2 {
    let share = f32::from(i) / f32::from(MOVES);
    pos2(170.0 + 660.0 * share, 350.0 + 320.0 * (share * 60.0).sin())
}

/// What a move does: the villages under the brush, moved, and the figures of all townships that it touches.
fn one_move(shift: &mut Shift, painted: &mut BTreeSet<UnitId>, camera: &Camera, from: Pos2, to: Pos2) -> usize {
    let (dataset, state) = (dataset(), &dataset().base);
    let sweep = Sweep { from, to, radius: 24.0 };
    let is_new = |atom| !painted.contains(&state.unit_of(atom, LevelIndex::FINEST));
    let touched = picking::swept(dataset, camera, &sweep, is_new);
    let fresh: Vec<UnitId> = touched.into_iter().map(|atom| state.unit_of(atom, LevelIndex::FINEST)).collect();
    painted.extend(fresh.iter().copied());
    shift.add(dataset, state, fresh);
    let figures = shift.givers().map(|(_, it)| *it).chain([shift.taker()]);
    let shown = figures.map(|[before, after]| {
        [before, after].map(|tally| black_box((tally.members, tally.population(), tally.area_m2())))
    });
    shown.count()
}

fn begin() -> Shift {
    let state = &dataset().base;
    let taker = state.units_at(LevelIndex(1)).nth(250).unwrap();
    Shift::to(dataset(), state, taker, AreaMethod::Geodesic).unwrap()
}

/// How long each move of a stroke over the whole map takes.
fn stroke() -> Vec<Duration> {
    let camera = camera();
    let (mut shift, mut painted) = (begin(), BTreeSet::new());
    let time = |i| {
        let start = Instant::now();
        black_box(one_move(&mut shift, &mut painted, &camera, brush_at(i), brush_at(i + 1)));
        start.elapsed()
    };
    (0..MOVES).map(time).collect()
}

/// The first move of a stroke, with a fresh draft.
#[divan::bench]
fn first_move(bencher: Bencher<'_, '_>) {
    let camera = camera();
    bencher.with_inputs(|| (begin(), BTreeSet::new())).bench_values(|(mut shift, mut painted)| {
        one_move(&mut shift, &mut painted, &camera, brush_at(700), brush_at(703))
    });
}

/// A move late in a stroke that has painted half of the map.
#[divan::bench]
fn late_move(bencher: Bencher<'_, '_>) {
    let camera = camera();
    let (mut shift, mut painted) = (begin(), BTreeSet::new());
    for i in 0..MOVES / 2 {
        one_move(&mut shift, &mut painted, &camera, brush_at(i), brush_at(i + 1));
    }
    bencher.with_inputs(|| (shift.clone(), painted.clone())).bench_values(|(mut shift, mut painted)| {
        one_move(&mut shift, &mut painted, &camera, brush_at(MOVES / 2), brush_at(MOVES / 2 + 1))
    });
}

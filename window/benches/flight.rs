//! Frames of a scripted flight: from everything to one village, across, and back.
//!
//! Prints a table; see `benches/README.md`, and `benches/data` for what is flown over.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::too_many_lines,
    reason = "a benchmark prints, and without its data cannot go on"
)]

use std::sync::Arc;
use std::time::Instant;

use eframe::egui;
use quhua::edit::{Document, Edit, Form, Target, UnitRef};
use quhua::jobs::Progress;
use quhua::model::{Dataset, LevelIndex, UnitId};
use quhua_window::render::{
    Adapters, Borders, Camera, DrawStats, HeadlessMap, Highlight, MapScene, MapTheme, MapView, StyleTables, palette,
};

/// Size of the map in pixels.
const SIZE: egui::Vec2 = egui::vec2(1600.0, 900.0);
/// Frames of each leg of the flight.
const FRAMES: u32 = 90;

#[path = "../../benches/data/mod.rs"]
mod data;

use data::{Size, sizes};

fn main() {
    let mut map = match HeadlessMap::new(Adapters::Any) {
        Ok(map) => map,
        Err(error) => return println!("skipped: {error}"),
    };
    println!("{} ({:?})\n", map.adapter().name, map.adapter().device_type);
    println!(
        "| size | villages | open s | scene s | details s | first frame ms | frame ms, median | p99 | drawn anew | drawn, median ms | upload a frame, median | most | a merge uploads | geometry MiB | pan of everything ms | pan close to ms |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for size in sizes() {
        fly(&mut map, &size);
    }
    if std::env::args().any(|argument| argument == "--soak") {
        println!("\n| soak | after steps | memory of the process MiB | geometry MiB |\n|---|---|---|---|");
        for size in sizes().into_iter().take(2) {
            soak(&mut map, &size);
        }
    }
}

/// One frame of the flight.
struct Frame {
    ms: f64,
    /// What was drawn; `None` where the picture before was stretched.
    drawn: Option<DrawStats>,
}

fn fly(map: &mut HeadlessMap, size: &Size) {
    let clock = Instant::now();
    let dataset = Arc::new(size.open());
    let open_s = clock.elapsed().as_secs_f64();
    let clock = Instant::now();
    let ranks = Borders::of(&dataset, &dataset.base).base_ranks();
    let scene = Arc::new(MapScene::build(Arc::<Dataset>::clone(&dataset), ranks, &Progress::new()).unwrap());
    let scene_s = clock.elapsed().as_secs_f64();
    let theme = MapTheme::light();
    let mut tables = StyleTables::new(&dataset.coverage);
    tables.style_all(&Borders::of(&dataset, &dataset.base));
    for atom in dataset.coverage.atoms() {
        let unit = dataset.base.unit_of(atom, LevelIndex(1));
        tables.set_atom(atom, palette::unit_fill(&theme, u8::try_from(unit.index() % 6).unwrap()));
    }
    map.set_scene(Arc::clone(&scene));
    let clock = Instant::now();
    scene.prepare(&Progress::new()).unwrap();
    let details_s = clock.elapsed().as_secs_f64();

    let viewport = egui::Rect::from_min_size(egui::Pos2::ZERO, SIZE);
    let mut camera = Camera::fitting(viewport, dataset.coverage.bounds().unwrap(), 28.0);
    let village = dataset.coverage.bounds_of(dataset.coverage.atoms().nth(dataset.coverage.atom_count() / 2).unwrap());
    let near = Camera::fitting(viewport, village.unwrap(), 100.0);
    let factor = (near.points_per_world() / camera.points_per_world()).powf(1.0 / f64::from(FRAMES));
    let mut now_s = 0.0;
    let mut frames = Vec::new();
    let mut show = |camera: &Camera, tables: &StyleTables| {
        let clock = Instant::now();
        let drawn =
            map.frame(&MapView { camera, theme: &theme, tables, flash: 0.0, ground: None }, 1.0, now_s).unwrap();
        let seconds = clock.elapsed().as_secs_f64();
        now_s += seconds.max(1.0 / 60.0);
        Frame { ms: seconds * 1e3, drawn }
    };
    let first = show(&camera, &tables);
    for leg in 0..3 {
        for frame in 0..FRAMES {
            match leg {
                0 => camera.zoom_at(camera.screen_from_world(near.centre()), factor),
                // Three screens across.
                1 => camera.pan_by(egui::vec2(-3.0 * SIZE.x / 90.0, 0.0)),
                _ => camera.zoom_at(viewport.center(), 1.0 / factor),
            }
            if leg == 0 && frame > FRAMES / 2 {
                // The village comes to the middle on the way.
                let off = camera.screen_from_world(near.centre()) - viewport.center();
                camera.pan_by(off * -0.2);
            }
            frames.push(show(&camera, &tables));
        }
    }

    // Pans by a tenth of the width, of everything and close to, as `qgis_canvas.py` does them.
    let whole = Camera::fitting(viewport, dataset.coverage.bounds().unwrap(), 28.0);
    let mut close = whole;
    close.zoom_at(viewport.center(), 10.0);
    let pans = [whole, close].map(|from| {
        let mut camera = from;
        // The first picture, and time for it to come to rest.
        show(&camera, &tables);
        std::thread::sleep(std::time::Duration::from_millis(300));
        show(&camera, &tables);
        let pan = |_| {
            camera.pan_by(egui::vec2(-SIZE.x / 10.0, 0.0));
            show(&camera, &tables).ms
        };
        quantile(&sorted((0..9).map(pan)), 0.5)
    });

    // A merge of two townships: what it uploads.
    let mut document = Document::new(Arc::clone(&dataset));
    let townships: Vec<UnitId> = dataset.base.units_at(LevelIndex(1)).take(2).collect();
    let units = townships.iter().map(|&unit| UnitRef::Code(dataset.base.unit(unit).code.clone())).collect();
    now_s += 1.0;
    let mut merge_bytes = 0;
    if document.commit(&Edit::Merge { units, form: Form::Establish, into: Target::default() }).is_ok() {
        let atoms: Vec<_> = townships.iter().flat_map(|&unit| dataset.base.atoms(unit)).collect();
        camera = Camera::fitting(viewport, dataset.coverage.bounds().unwrap(), 28.0);
        let view = MapView { camera: &camera, theme: &theme, tables: &tables, flash: 0.0, ground: None };
        map.frame(&view, 1.0, now_s).unwrap();
        map.frame(&view, 1.0, now_s + 1.0).unwrap();
        tables.style_around(&Borders::of(&dataset, document.state()), &atoms);
        tables.edit_atoms(atoms.iter().copied(), |_, style| *style = palette::unit_fill(&theme, 3));
        Highlight::selection().set(&mut tables, &dataset.coverage, atoms);
        let view = MapView { camera: &camera, theme: &theme, tables: &tables, flash: 0.0, ground: None };
        let stats = map.frame(&view, 1.0, now_s + 2.0).unwrap().unwrap_or_default();
        merge_bytes = stats.table_bytes as u64 + stats.geometry_bytes;
    }

    let drawn: Vec<&Frame> = frames.iter().filter(|frame| frame.drawn.is_some_and(|stats| stats.pixels > 0)).collect();
    let uploads = sorted(
        frames
            .iter()
            .map(|frame| frame.drawn.map_or(0, |stats| stats.geometry_bytes + stats.table_bytes as u64) as f64),
    );
    let all = sorted(frames.iter().map(|frame| frame.ms));
    let anew = sorted(drawn.iter().map(|frame| frame.ms));
    println!(
        "| {size} | {} | {open_s:.2} | {scene_s:.2} | {details_s:.2} | {:.0} | {:.1} | {:.0} | {} of {} | {:.0} | {:.0} KiB | {:.0} KiB | {:.1} KiB | {:.0} | {:.1} | {:.1} |",
        dataset.coverage.atom_count(),
        first.ms,
        quantile(&all, 0.5),
        quantile(&all, 0.99),
        drawn.len(),
        frames.len(),
        quantile(&anew, 0.5),
        quantile(&uploads, 0.5) / 1024.0,
        quantile(&uploads, 1.0) / 1024.0,
        merge_bytes as f64 / 1024.0,
        map.geometry_bytes() as f64 / f64::from(1 << 20),
        pans[0],
        pans[1],
    );
}

/// Two thousand pans, zooms, merges, undos and resizes, in an order that looks random. A validation error of wgpu would
/// end the program.
fn soak(map: &mut HeadlessMap, size: &Size) {
    let dataset = Arc::new(size.open());
    let theme = MapTheme::light();
    let mut document = Document::new(Arc::clone(&dataset));
    let mut tables = StyleTables::new(&dataset.coverage);
    tables.style_all(&Borders::of(&dataset, &dataset.base));
    let mut camera =
        Camera::fitting(egui::Rect::from_min_size(egui::Pos2::ZERO, SIZE), dataset.coverage.bounds().unwrap(), 28.0);
    let mut random = 1_u32;
    let mut next = |below: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) % below
    };
    for step in 0..2_000_u32 {
        if step % 500 == 0 {
            // Opened again: buffers of the scene before go.
            let ranks = Borders::of(&dataset, &dataset.base).base_ranks();
            map.set_scene(Arc::new(MapScene::build(Arc::<Dataset>::clone(&dataset), ranks, &Progress::new()).unwrap()));
        }
        let at = egui::pos2(next(1_600) as f32, next(900) as f32);
        let mut changed = Vec::new();
        match next(6) {
            0 | 1 => camera.pan_by(at.to_vec2() * 0.5 - SIZE * 0.25),
            2 => camera.zoom_at(at, 0.5 + f64::from(next(150)) * 0.01),
            3 => {
                let size = egui::vec2(600.0 + next(1_300) as f32, 400.0 + next(700) as f32);
                camera.set_viewport(egui::Rect::from_min_size(egui::Pos2::ZERO, size));
                camera.fit(dataset.coverage.bounds().unwrap(), 28.0);
            }
            4 => {
                let units: Vec<UnitId> = document.state().units_at(LevelIndex(1)).collect();
                let first = units[next(units.len() as u32) as usize];
                let state = document.state();
                let refs = units.iter().filter(|&&unit| state.unit(unit).parent == state.unit(first).parent).take(2);
                let refs = refs.map(|&unit| UnitRef::Code(state.unit(unit).code.clone())).collect();
                let edit = Edit::Merge { units: refs, form: Form::Establish, into: Target::default() };
                changed = document.commit(&edit).map(|step| step.changed.clone()).unwrap_or_default();
            }
            _ => changed = document.undo().map(|step| step.changed.clone()).unwrap_or_default(),
        }
        let state = document.state();
        let atoms: Vec<_> = changed
            .iter()
            .filter(|&&unit| unit.index() < state.unit_count() && state.unit(unit).is_current())
            .flat_map(|&unit| state.atoms(unit))
            .collect();
        tables.style_around(&Borders::of(&dataset, state), &atoms);
        let view = MapView { camera: &camera, theme: &theme, tables: &tables, flash: 0.0, ground: None };
        map.frame(&view, 1.0, f64::from(step)).unwrap();
        if step % 500 == 499 {
            let geometry = map.geometry_bytes() as f64 / f64::from(1 << 20);
            println!("| {size} | {} | {} | {geometry:.1} |", step + 1, resident_mib());
        }
    }
}

/// Memory of this process as the system sees it, where it says so.
fn resident_mib() -> String {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = pages.and_then(|text| text.split(' ').nth(1)?.parse::<u64>().ok());
    pages.map_or_else(|| "unknown".to_owned(), |pages| (pages * 4_096 / (1 << 20)).to_string())
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a position")]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    sorted.get(((sorted.len().max(1) - 1) as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}

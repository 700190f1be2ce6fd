//! Speed of a split: thinking it through, carrying it out, undo and redo; and of long plans with many splits in them.
//!
//! See `benches/README.md`.

#![expect(clippy::print_stdout, reason = "what is measured is said")]
#![expect(clippy::unwrap_used, reason = "a benchmark without its data cannot go on")]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, Mutex};

use divan::{Bencher, black_box};
use quhua::coverage::AtomId;
use quhua::edit::{Along, Document, Edit, Form, Plan, SeatSpec, Share, Target, UnitRef, algebra};
use quhua::geodesy::AreaMethod;
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides, LevelIndex, UnitId};

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
    (atoms / 2..atoms).find_map(|atom| split_of(dataset, AtomId::new(atom))).unwrap()
}

/// A split of a loaded village along a line from west to east, if such a line cuts it in two.
fn split_of(dataset: &Dataset, atom: AtomId) -> Option<Edit> {
    let bounds = dataset.coverage.bounds_of(atom)?;
    let line = vec![[bounds.min().x - 0.001, bounds.center().y], [bounds.max().x + 0.001, bounds.center().y]];
    let unit = UnitRef::to(dataset, &dataset.base, dataset.base.unit_of(atom, LevelIndex::FINEST))?;
    let along = Along::Line(line);
    dataset.coverage.cut(atom, &along.cutter().ok()?).ok()?;
    Some(Edit::Split { unit, along, share: Share::Area, parts: Vec::new() })
}

/// What the card shows while a line is drawn.
#[divan::bench(args = sizes(), sample_count = 21, sample_size = 1)]
fn preview(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let edit = across(&dataset);
    let document = Document::new(dataset);
    bencher.bench_local(|| document.preview(black_box(&edit)).unwrap());
}

/// The split itself, and its undo.
#[divan::bench(args = sizes(), sample_count = 21, sample_size = 1)]
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
#[divan::bench(args = sizes(), sample_count = 21, sample_size = 1)]
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

const COLUMNS: u32 = 250;
const ROWS: u32 = 140;
const EDITS: usize = 3_000;
/// The second plan has so many edits of the first, then its own.
const SHARED: usize = 2_500;

/// 35,000 villages under 500 townships of 10 by 7: crooked cells whose borders have five vertices.
static COMMUNES: LazyLock<Arc<Dataset>> = LazyLock::new(|| {
    // Corners stand at multiples of four; what lies between is moved too.
    let place = |x: u32, y: u32| {
        let shift = |salt: u32| f64::from((x * 7919 + y * 104_729 + salt * 31) % 89) / 89.0 - 0.5;
        [100.0 + (f64::from(x) + 0.7 * shift(1)) * 0.01, 30.0 + (f64::from(y) + 0.7 * shift(2)) * 0.01]
    };
    let mut text = String::from(r#"{"type":"FeatureCollection","features":["#);
    for village in 0..COLUMNS * ROWS {
        let (column, row) = (village % COLUMNS, village / COLUMNS);
        let (west, south) = (4 * column, 4 * row);
        let around = (0..4).map(|i| (west + i, south)).chain((0..4).map(|i| (west + 4, south + i)));
        let around =
            around.chain((0..4).map(|i| (west + 4 - i, south + 4))).chain((0..4).map(|i| (west, south + 4 - i)));
        let ring: Vec<[f64; 2]> = around.chain([(west, south)]).map(|(x, y)| place(x, y)).collect();
        let township = row / 7 * (COLUMNS / 10) + column / 10;
        let (county, town) = (510_101 + township / 50, township % 50 + 1);
        let number = 201 + row % 7 * 10 + column % 10;
        let comma = if village > 0 { "," } else { "" };
        write!(
            text,
            r#"{comma}{{"type":"Feature","properties":{{"code":"{county}{town:03}{number}","name":"村{village}","town_code":"{county}{town:03}","town":"镇{township}","population":{}}},"geometry":{{"type":"Polygon","coordinates":[{ring:?}]}}}}"#,
            500 + village % 777
        )
        .unwrap();
    }
    text.push_str("]}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("communes.geojson");
    std::fs::write(&path, text).unwrap();
    let layer = geojson::read(&path, &Limits::default(), &Progress::new()).unwrap();
    Arc::new(Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap())
});

/// Numbers that look drawn by lot, the same each time.
struct Lots(u64);

impl Lots {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// Edits of all kinds, carried out one after the other until there are so many: three of twenty are splits.
fn draw_edits(document: &mut Document, until: usize, mut lots: Lots) {
    let dataset = Arc::clone(document.origin());
    let villages = dataset.coverage.atom_count();
    let townships: Vec<UnitId> = dataset.base.units_at(LevelIndex(1)).collect();
    while document.position() < until {
        let state = document.state();
        let village = UnitId::new(lots.below(villages));
        let (unit, is_there) = (UnitRef::to(&dataset, &dataset.base, village), state.unit(village).is_current());
        let (Some(unit), true) = (unit, is_there) else { continue };
        let atom = state.first_atom(village).unwrap();
        let neighbours: Vec<UnitId> = document
            .dataset()
            .coverage
            .neighbours(atom)
            .iter()
            .map(|&other| state.unit_of(other, LevelIndex::FINEST))
            .filter(|&other| other != village)
            .collect();
        let number = document.position();
        let kind = number % 20;
        let edit = match kind {
            0 | 7 | 14 => split_of(&dataset, AtomId::new(village.index())),
            1 | 2 | 5 | 6 | 9 | 12 | 15 => {
                let beside = neighbours.iter().find(|&&other| state.unit(other).parent == state.unit(village).parent);
                let other = beside.and_then(|&other| UnitRef::to(&dataset, state, other));
                other.map(|other| Edit::Merge {
                    units: vec![unit, other],
                    form: Form::Establish,
                    into: Target::default(),
                })
            }
            3 | 8 | 11 | 17 => {
                let beside = neighbours.iter().find(|&&other| state.unit(other).parent != state.unit(village).parent);
                let to = beside.and_then(|&other| UnitRef::to(&dataset, state, state.unit(other).parent?));
                to.map(|to| Edit::Transfer { units: vec![unit], to })
            }
            4 | 13 => Some(Edit::Rename { unit, name: format!("新{number}村").into() }),
            10 | 16 => {
                let at = dataset.atom_point(AtomId::new(village.index())).unwrap();
                Some(Edit::MoveSeat { unit, seat: SeatSpec { lon: at.x, lat: at.y, name: None } })
            }
            _ => {
                let township = townships[lots.below(townships.len())];
                let unit = UnitRef::to(&dataset, state, township);
                unit.map(|unit| Edit::Rename { unit, name: format!("新{number}镇").into() })
            }
        };
        if let Some(edit) = edit {
            let _ = document.commit(&edit);
        }
    }
}

/// Two plans of 3,000 edits that begin alike.
static PLANS: LazyLock<[Plan; 2]> = LazyLock::new(|| {
    let mut document = Document::new(Arc::clone(&COMMUNES));
    draw_edits(&mut document, EDITS, Lots(1));
    let first = document.plan();
    document.jump_to(SHARED);
    draw_edits(&mut document, EDITS, Lots(2));
    let plans = [first, document.plan()];
    let splits =
        plans.each_ref().map(|plan| plan.edits.iter().filter(|edit| matches!(edit, Edit::Split { .. })).count());
    println!("{} villages, two plans of {EDITS} edits with {splits:?} splits", COMMUNES.coverage.atom_count());
    plans
});

/// A long plan carried out.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn long_plan(bencher: Bencher<'_, '_>) {
    let plan = &PLANS[0];
    bencher.bench_local(|| Document::new(Arc::clone(&COMMUNES)).load_plan(black_box(plan)).unwrap());
}

/// Two long plans made one: what `plan merge` does.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn merge_long_plans(bencher: Bencher<'_, '_>) {
    let [a, b] = &*PLANS;
    bencher.bench_local(|| algebra::join(&COMMUNES, black_box(a), b, None, None));
}

/// A long plan carried over: what `plan rebase` does.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn rebase_long_plan(bencher: Bencher<'_, '_>) {
    let plan = &PLANS[0];
    bencher.bench_local(|| algebra::rebase(&COMMUNES, black_box(plan)));
}

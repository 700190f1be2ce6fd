//! Speed of what goes on while somebody works: rules judged after an edit, and conditions tested on all units.
//!
//! Rules run on 10,000 villages under 500 townships; conditions on the data of `benches/data`.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data cannot go on")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use divan::{Bencher, black_box};
use quhua::edit::{Document, Edit, UnitRef};
use quhua::geodesy::AreaMethod;
use quhua::i18n::numbers::AreaUnit;
use quhua::jobs::Progress;
use quhua::metrics::{Figure, FigureCache, OwnFigures};
use quhua::model::{Dataset, LevelIndex, UnitId};
use quhua::query::{Ground, Query, Vocabulary};
use quhua::rules::{Crossings, Judge, Rulings, load};

mod data;
#[path = "data/grid.rs"]
mod grid;

use data::{Size, sizes};

const VILLAGES: LevelIndex = LevelIndex(0);

fn main() {
    divan::main();
}

fn city() -> Arc<Dataset> {
    static LOADED: OnceLock<Arc<Dataset>> = OnceLock::new();
    Arc::clone(LOADED.get_or_init(|| Arc::new(grid::open())))
}

fn opened(size: &Size) -> Arc<Dataset> {
    static LOADED: OnceLock<Mutex<BTreeMap<Size, Arc<Dataset>>>> = OnceLock::new();
    let mut loaded = LOADED.get_or_init(Mutex::default).lock().unwrap();
    let open = || {
        let dataset = size.open();
        dataset.prepare_figures(AreaMethod::Geodesic);
        Arc::new(dataset)
    };
    Arc::clone(loaded.entry(size.clone()).or_insert_with(open))
}

/// A village in the middle of the grid goes to the township beside its own, and back: after each, everything that the
/// pack says of all villages and townships.
#[divan::bench(args = ["structure", "sichuan-2021-towns", "hunan-2015-villages"])]
fn rules_after_an_edit(bencher: Bencher<'_, '_>, pack: &str) {
    let dataset = city();
    let judge = Judge::new(&dataset, Arc::new(load(pack).unwrap()), &Crossings::default());
    let (mut rulings, mut cache) = (Rulings::new(), FigureCache::new(AreaMethod::Geodesic));
    let mut document = Document::new(Arc::clone(&dataset));
    rulings.judge(&judge, document.state(), &mut cache, &Progress::new()).unwrap();
    let edit = transfer(&dataset);
    bencher.bench_local(|| {
        if document.position() == 0 {
            document.commit(black_box(&edit)).unwrap();
        } else {
            document.undo();
        }
        rulings.judge(&judge, document.state(), &mut cache, &Progress::new()).unwrap()
    });
}

/// Everything judged for the first time.
#[divan::bench(args = ["structure"], sample_count = 5)]
fn rules_of_everything(bencher: Bencher<'_, '_>, pack: &str) {
    let dataset = city();
    let judge = Judge::new(&dataset, Arc::new(load(pack).unwrap()), &Crossings::default());
    bencher.bench(|| {
        let mut cache = FigureCache::new(AreaMethod::Geodesic);
        Rulings::new().judge(&judge, &dataset.base, &mut cache, &Progress::new()).unwrap()
    });
}

/// A village beside a border of its township, and the township across it.
fn transfer(dataset: &Dataset) -> Edit {
    let base = &dataset.base;
    let villages: Vec<UnitId> = base.units_at(VILLAGES).collect();
    let code = |unit: UnitId| UnitRef::Code(base.unit(unit).code.clone());
    let (village, to) = villages[villages.len() / 2..]
        .windows(2)
        .find_map(|pair| {
            let [own, other] = [pair[0], pair[1]].map(|village| base.unit(village).parent.unwrap());
            (own != other).then_some((pair[0], other))
        })
        .unwrap();
    Edit::Transfer { units: vec![code(village)], to: code(to) }
}

/// Three conditions on all villages, read from their line and tested, with the figures as the window has them before
/// they were asked for: sums are made on the way.
#[divan::bench(args = sizes())]
fn query_of_three_conditions(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = opened(size);
    let own = OwnFigures::default();
    let vocabulary = Vocabulary::of(&dataset, AreaUnit::Km2, &own);
    let nothing = |_: LevelIndex, _: Figure| None;
    let ground = Ground {
        dataset: &dataset,
        state: &dataset.base,
        area_method: AreaMethod::Geodesic,
        known: Some(&nothing),
        own: &own,
    };
    bencher.bench_local(|| {
        let query = Query::read(black_box("人口 > 1000 且 面积 < 5 km² 且 名称 ~ 村"), &vocabulary).unwrap();
        query.units(&ground, VILLAGES)
    });
}

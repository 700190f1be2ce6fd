//! Speed of the engine at county, city, province and nation size.
//!
//! See `benches/README.md`, and `benches/data` for what is measured with.

#![expect(clippy::unwrap_used, reason = "a benchmark without its data cannot go on")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use divan::{Bencher, black_box};
use quhua::compare::{Alternative, Comparison, ComparisonReport};
use quhua::coverage::repair::{Checked, Choice, Settings, repair, repair_checked};
use quhua::coverage::{AtomId, AtomIndex, Coverage, FlatPolygons, Suspects, validate};
use quhua::edit::{Document, Edit, Form, ScenarioId, Target, UnitRef, crosswalk};
use quhua::geodesy::AreaMethod;
use quhua::io::export::{Export, write_units};
use quhua::io::project::{self, Journal};
use quhua::io::{Limits, layers, ledgers};
use quhua::jobs::Progress;
use quhua::metrics::{FigureCache, Formula, OwnFigures, unit_figures};
use quhua::model::{
    Dataset, FieldRules, LaidLedger, Layer, LayerSource, Ledger, LevelIndex, Measures, StatedDays, UnitId,
};
use quhua::query::{FormulaWords, read_formula};
use quhua::rules::{choose_pack, pack_names};
use quhua::study::derivations;

mod data;

use data::{Size, sizes};

fn main() {
    divan::main();
}

/// The data set of a size, loaded once for all benchmarks.
fn dataset(size: &Size) -> Arc<Dataset> {
    static LOADED: OnceLock<Mutex<BTreeMap<Size, Arc<Dataset>>>> = OnceLock::new();
    let mut loaded = LOADED.get_or_init(Mutex::default).lock().unwrap();
    Arc::clone(loaded.entry(size.clone()).or_insert_with(|| Arc::new(size.open())))
}

/// Township of every village, as labels from 0, and how many there are.
fn township_labels(dataset: &Dataset) -> (Vec<u32>, usize) {
    let units = dataset.base.labels(LevelIndex(1));
    let least = units.iter().min().unwrap().0;
    let most = units.iter().max().unwrap().0;
    (units.iter().map(|unit| unit.0 - least).collect(), (most - least + 1) as usize)
}

/// Merges a village with its neighbours in the same township, 15 in all where there are so many.
fn merge_in_township(dataset: &Dataset) -> Edit {
    let base = &dataset.base;
    let townships: Vec<UnitId> = base.units_at(LevelIndex(1)).collect();
    let by_distance = |&&unit: &&UnitId| base.members(unit).len().abs_diff(15);
    let township = *townships.iter().min_by_key(by_distance).unwrap();
    let units = base.members(township).iter().take(15).map(|&unit| UnitRef::Code(base.unit(unit).code.clone()));
    Edit::Merge { units: units.collect(), form: Form::Establish, into: Target::default() }
}

/// File to dataset: parse, topology, adjacency, index, units.
#[divan::bench(args = sizes(), sample_count = 5)]
fn open_file(size: &Size) -> Dataset {
    size.open()
}

/// File to flat arrays.
#[divan::bench(args = sizes(), sample_count = 5)]
fn read_geojson(size: &Size) -> Layer {
    size.read()
}

/// The same villages as GeoJSON and in every other format that lies beside it.
fn in_all_formats() -> Vec<Size> {
    let beside = |size: Size, ending: &str| Size {
        name: format!("{} {ending}", size.name),
        path: size.path.with_extension(ending),
    };
    let endings = ["geojson", "shp", "gpkg", "fgb", "kml", "parquet"];
    let files = sizes().into_iter().flat_map(|size| endings.map(|ending| beside(size.clone(), ending)));
    files.filter(|file| file.path.exists()).collect()
}

/// File to flat arrays and attributes, through the door for layers.
#[divan::bench(args = in_all_formats(), sample_count = 5)]
fn read_layer(file: &Size) -> Layer {
    layers::read(&LayerSource::from(&*file.path), &Limits::default(), &Progress::new()).unwrap()
}

/// Ledgers that lie beside the villages.
fn ledger_files() -> Vec<Size> {
    let beside = |size: Size, ending: &str| Size {
        name: format!("{} {ending}", size.name),
        path: size.path.with_file_name("ledger").with_extension(ending),
    };
    let files = sizes().into_iter().flat_map(|size| ["csv", "xlsx"].map(|ending| beside(size.clone(), ending)));
    files.filter(|file| file.path.exists()).collect()
}

fn read_ledger_of(file: &Size) -> Ledger {
    ledgers::read(&LayerSource::from(&*file.path), "health", &Limits::default()).unwrap()
}

/// File to ledger: cells, types of columns, keys, what is doubtful.
#[divan::bench(args = ledger_files(), sample_count = 5)]
fn read_ledger(file: &Size) -> Ledger {
    read_ledger_of(file)
}

/// Villages with the ledger that lies beside them, bound by codes.
fn with_ledger(size: &Size) -> Option<Dataset> {
    let file = Size { name: String::new(), path: size.path.with_file_name("ledger.csv") };
    let dataset = dataset(size);
    let ledger = file.path.exists().then(|| read_ledger_of(&file))?;
    let laid = LaidLedger::lay(Arc::new(ledger), &dataset, BTreeMap::new());
    Some(dataset.with_ledgers(vec![laid]))
}

/// What rows are bound to: every row by its code.
#[divan::bench(args = sizes(), sample_count = 5)]
fn lay_ledger(bencher: Bencher<'_, '_>, size: &Size) {
    let Some(dataset) = with_ledger(size) else { return };
    bencher.bench(|| dataset.ledgers()[0].laid_over(&dataset));
}

/// A merger previewed with ten counts and sums over rows of a ledger for the unit that would result.
#[divan::bench(args = sizes())]
fn merge_with_ten_ledger_figures(bencher: Bencher<'_, '_>, size: &Size) {
    let Some(dataset) = with_ledger(size) else { return };
    let words = FormulaWords::of(&dataset);
    let lines = (0..10).map(|at| match at % 3 {
        0 => "count(health where 类别 = 建制卫生院)".to_owned(),
        1 => format!("sum(health.床位数 where 床位数 >= {at}) / 人口 * 1000"),
        _ => "sum(health.金额) - before(sum(health.金额))".to_owned(),
    });
    let formulas: Vec<Formula> = lines.map(|line| read_formula(&line, &words).unwrap()).collect();
    let own = OwnFigures::new(Arc::new(FieldRules::guess(&dataset)), AreaMethod::default());
    let edit = merge_in_township(&dataset);
    let base = &dataset.base;
    bencher.bench(|| {
        let draft = edit.draft(&dataset, base).unwrap();
        let mut after = base.clone();
        drop(draft.patch.apply(&mut after));
        let figures = unit_figures(&dataset, &after, draft.result, AreaMethod::default());
        let value = |formula| own.value_of(formula, (&dataset, &after), draft.result, &figures).unwrap();
        formulas.iter().map(value).collect::<Vec<_>>()
    });
}

/// What a merger brings about by the packs of the program, for its card: stations, clinics, offices, new codes.
#[divan::bench(args = sizes())]
fn merge_with_derived_rows(bencher: Bencher<'_, '_>, size: &Size) {
    let Some(dataset) = with_ledger(size) else { return };
    let packs = pack_names().filter_map(|name| choose_pack(name).unwrap().brought().ok()).collect();
    let rules = derivations(packs, StatedDays::default()).0;
    let dataset = dataset.with_derivations(Arc::new(rules));
    let edit = merge_in_township(&dataset);
    let base = &dataset.base;
    bencher.bench(|| {
        let draft = edit.draft(&dataset, base).unwrap();
        let mut after = base.clone();
        drop(draft.patch.apply(&mut after));
        dataset.derived_between(base, &after)
    });
}

/// Flat arrays to arcs, adjacency and index.
#[divan::bench(args = sizes(), sample_count = 5)]
fn build_coverage(bencher: Bencher<'_, '_>, size: &Size) {
    let polygons = size.read().polygons;
    bencher.with_inputs(|| polygons.clone()).bench_values(|polygons: FlatPolygons| {
        Coverage::build_beside(polygons, &Progress::new(), AtomIndex::over).unwrap()
    });
}

/// Repair of borders where every twentieth unit is disturbed, with the checks before and after, to polygons.
#[divan::bench(args = sizes(), sample_count = 5)]
fn repair_disturbed(bencher: Bencher<'_, '_>, size: &Size) {
    let coverage = Coverage::build(disturbed(&size.read().polygons), &Progress::new()).unwrap();
    let mend = || repair(&coverage, &Settings::default(), &Choice::default(), &Progress::new()).unwrap();
    assert!(mend().is_valid());
    bencher.bench(|| -> FlatPolygons { mend().polygons() });
}

/// The same where the check before is done already: what follows a slider. Each time with another tolerance, so that
/// nothing of the time before helps.
#[divan::bench(args = sizes(), sample_count = 9)]
fn repair_as_a_slider_moves(bencher: Bencher<'_, '_>, size: &Size) {
    let coverage = Coverage::build(disturbed(&size.read().polygons), &Progress::new()).unwrap();
    let usual = Settings::default();
    let checked = Checked::of(&coverage, usual.gap_width_m).unwrap();
    let mut moves = 0_u32;
    let settings = || {
        moves += 1;
        Settings { snap_m: usual.snap_m * (1.0 + 0.01 * f64::from(moves)), ..usual }
    };
    bencher.with_inputs(settings).bench_local_values(|settings| -> FlatPolygons {
        repair_checked(&checked, &settings, &Choice::default(), &Progress::new()).unwrap().polygons()
    });
}

/// Polygons of which every twentieth is disturbed: a vertex left out, one moved by half a metre, one by some 30 m, or the
/// whole unit by 5 m, in turn.
fn disturbed(polygons: &FlatPolygons) -> FlatPolygons {
    let mut made = FlatPolygons::default();
    for atom in (0..polygons.atom_count()).map(AtomId::new) {
        let what = (atom.index() % 20 == 7).then_some(atom.index() / 20 % 4);
        for face in polygons.faces_of(atom) {
            for ring in polygons.rings_of(face) {
                let mut coords = polygons.ring(ring).to_vec();
                let vertex = coords.len() / 2;
                match what {
                    Some(0) if coords.len() > 4 => drop(coords.remove(vertex)),
                    Some(1) => coords[vertex].x += 5e-6,
                    Some(2) => coords[vertex].y += 3e-4,
                    Some(3) => coords.iter_mut().for_each(|at| at.x += 5e-5),
                    _ => {}
                }
                coords.iter().chain(coords.first()).for_each(|&at| made.push(at));
                made.end_ring();
            }
            made.end_face();
        }
        made.end_atom();
    }
    made
}

/// Outlines of all townships, with their coordinates, in memory.
#[divan::bench(args = sizes(), sample_count = 9)]
fn dissolve_to_townships(bencher: Bencher<'_, '_>, size: &Size) {
    use rayon::prelude::*;
    let dataset = dataset(size);
    let (labels, units) = township_labels(&dataset);
    bencher.bench(|| {
        let outlines = dataset.coverage.outlines(&labels, units);
        outlines.into_par_iter().map(|outline| outline.to_multi_polygon(&dataset.coverage)).collect::<Vec<_>>()
    });
}

/// The outline of 15 villages, with its coordinates.
#[divan::bench(args = sizes())]
fn merge_outline(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let township =
        dataset.base.units_at(LevelIndex(1)).min_by_key(|&unit| dataset.base.members(unit).len().abs_diff(15));
    let atoms = dataset.base.atoms(township.unwrap());
    bencher.bench(|| dataset.coverage.outline(black_box(&atoms)).to_multi_polygon(&dataset.coverage));
}

/// One merge with undo entry and all figures of what it touches, then its undo.
#[divan::bench(args = sizes())]
fn merge_with_figures_and_undo(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let edit = merge_in_township(&dataset);
    let mut document = Document::new(Arc::clone(&dataset));
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    dataset.prepare_figures(AreaMethod::Geodesic);
    bencher.bench_local(|| {
        let step = document.commit(&edit).unwrap();
        let changed = step.changed.clone();
        for &unit in changed.iter().filter(|&&unit| document.state().unit(unit).is_current()) {
            black_box(cache.figures(&dataset, document.state(), unit));
        }
        document.undo();
    });
}

/// Undo and redo of one merge.
#[divan::bench(args = sizes())]
fn undo_and_redo(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let mut document = Document::new(Arc::clone(&dataset));
    document.commit(&merge_in_township(&dataset)).unwrap();
    bencher.bench_local(|| {
        document.undo();
        document.redo();
    });
}

/// Geodesic area of every atom and length of every arc.
#[divan::bench(args = sizes(), sample_count = 5)]
fn geodesic_areas(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    bencher.bench(|| Measures::of(&dataset.coverage, AreaMethod::Geodesic));
}

/// All figures of all townships.
#[divan::bench(args = sizes(), sample_count = 3)]
fn township_figures(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    dataset.prepare_figures(AreaMethod::Geodesic);
    let units: Vec<UnitId> = dataset.base.units_at(LevelIndex(1)).collect();
    bencher.bench(|| {
        let mut cache = FigureCache::new(AreaMethod::Geodesic);
        units.iter().map(|&unit| cache.figures(&dataset, &dataset.base, unit)).collect::<Vec<_>>()
    });
}

/// Validity of the coverage, with every defect named.
#[divan::bench(args = sizes(), sample_count = 3)]
fn validity(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let options = validate::Options::default();
    bencher.bench(|| validate::validate(&dataset.coverage, &options, &Progress::new()).unwrap());
}

/// Townships written as GeoJSON, to memory.
#[divan::bench(args = sizes(), sample_count = 5)]
fn export_townships(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let rules = FieldRules::guess(&dataset);
    let export = Export {
        dataset: &dataset,
        state: &dataset.base,
        level: LevelIndex(1),
        area_method: AreaMethod::Geodesic,
        rules: &rules,
        suspects: &Suspects::default(),
        further: None,
    };
    bencher.bench(|| {
        let mut out = Vec::new();
        write_units(&mut out, &export, &Progress::new()).unwrap();
        out
    });
}

/// Crosswalk of one merge.
#[divan::bench(args = sizes(), sample_count = 5)]
fn crosswalk_of_a_merge(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    let mut document = Document::new(Arc::clone(&dataset));
    document.commit(&merge_in_township(&dataset)).unwrap();
    bencher.bench(|| crosswalk::rows(&dataset, &dataset.base, document.state(), AreaMethod::Geodesic));
}

/// Two drafts beside the base: all figures of all levels, what each changes, who ends up farther away.
#[divan::bench(args = sizes(), sample_count = 3)]
fn compare_two_drafts(bencher: Bencher<'_, '_>, size: &Size) {
    let dataset = dataset(size);
    dataset.prepare_figures(AreaMethod::Geodesic);
    let mut drafts = [0, 1].map(|_| Document::new(Arc::clone(&dataset)));
    drafts[0].commit(&merge_in_township(&dataset)).unwrap();
    let states = [&dataset.base, drafts[0].state(), drafts[1].state()];
    let alternatives = states.map(|state| Alternative { name: "", state });
    let levels: Vec<LevelIndex> = dataset.base.levels().collect();
    bencher.bench(|| {
        let (mut cache, own) = (FigureCache::new(AreaMethod::Geodesic), OwnFigures::default());
        let comparison =
            Comparison::new(&dataset, &alternatives, &levels, (&mut cache, &own), &Progress::new()).unwrap();
        ComparisonReport::new(&comparison, Vec::new(), 20)
    });
}

/// Two scenarios that share nothing, a hundred mergers each.
fn two_scenarios(dataset: &Arc<Dataset>) -> (Document, [ScenarioId; 2]) {
    let mut document = Document::new(Arc::clone(dataset));
    let scenarios = [0, 1].map(|skip| {
        let scenario = document.start("");
        let townships: Vec<UnitId> = dataset.base.units_at(LevelIndex(1)).skip(skip).step_by(2).take(100).collect();
        for township in townships {
            let villages = dataset.base.members(township).iter().take(2);
            let units = villages.filter_map(|&unit| UnitRef::to(dataset, document.state(), unit)).collect();
            let _ = document.commit(&Edit::Merge { units, form: Form::Establish, into: Target::default() });
        }
        scenario
    });
    (document, scenarios)
}

/// From one scenario to another, with a hundred mergers of their own each, and back.
#[divan::bench(args = sizes())]
fn switch_scenario_there_and_back(bencher: Bencher<'_, '_>, size: &Size) {
    let (mut document, scenarios) = two_scenarios(&dataset(size));
    bencher.bench_local(|| scenarios.map(|scenario| document.switch_to(scenario).len()));
}

/// A command brought to the disk: what keeping the work adds to a merger, with two hundred steps there already.
#[divan::bench(args = sizes())]
fn journal_of_a_merge(bencher: Bencher<'_, '_>, size: &Size) {
    let folder = tempfile::tempdir().unwrap();
    let (mut document, _) = two_scenarios(&dataset(size));
    let mut journal = Journal::create(&folder.path().join("journal.sqlite")).unwrap();
    journal.sync(&document).unwrap();
    bencher.bench_local(|| {
        document.undo();
        journal.sync(&document).unwrap();
    });
}

/// A project with everything in it, written and brought to the disk.
#[divan::bench(args = sizes(), sample_count = 3)]
fn save_project(bencher: Bencher<'_, '_>, size: &Size) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("project.gpkg");
    let (document, _) = two_scenarios(&dataset(size));
    bencher.bench_local(|| project::write(&path, &document, None, &Progress::new()).unwrap());
}

/// The same read again: boundaries, attributes, scenarios; without topology.
#[divan::bench(args = sizes(), sample_count = 3)]
fn read_project(bencher: Bencher<'_, '_>, size: &Size) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("project.gpkg");
    let (document, _) = two_scenarios(&dataset(size));
    project::write(&path, &document, None, &Progress::new()).unwrap();
    bencher.bench_local(|| project::read(&path, &Limits::default(), &Progress::new()).unwrap());
}

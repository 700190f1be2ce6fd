//! Doors for bytes from outside: what is done with them to find out whether whatever bytes a file has are read, or
//! refused with a sentence.
//!
//! 1. A door panics when a promise is broken, and only then: its caller has nothing to look at.
//! 2. It opens bytes as the program opens a file: by their content, with limits, and uses what was read.
//! 3. What it answers is whether they were taken for good ones.
//!
//! The targets of the fuzzer in `fuzz/targets` take these functions, and so do the tests in `tests/it/hostile.rs`.

use std::fs;
use std::path::Path;
use std::slice;
use std::sync::{Arc, LazyLock};

use geo::Coord;
use quhua::coverage::repair::{Choice, Settings, repair};
use quhua::coverage::validate::{Options, is_valid_coverage, validate};
use quhua::coverage::{AtomId, Coverage, FlatPolygons};
use quhua::edit::{Document, Plan};
use quhua::geodesy::AreaMethod;
use quhua::i18n::numbers::AreaUnit;
use quhua::i18n::{Lang, Say};
use quhua::io::{LayerSource, Limits, format, layers, places, project, tables};
use quhua::jobs::Progress;
use quhua::metrics::FigureCache;
use quhua::model::{Dataset, FieldOverrides, Join, JoinWishes, State, join_sheet};
use quhua::rules::{Crossings, Judge, Pack, Rulings, problem_words, verdict_words};

/// A door.
pub struct Door {
    /// What it is called, and so the folders of its files in `fuzz/corpus` and `fuzz/regressions`.
    pub name: &'static str,
    /// What is done with bytes, and whether they were good ones.
    pub read: fn(&[u8]) -> bool,
}

/// All doors; without the feature there are no tiles.
pub static DOORS: &[Door] = &[
    Door { name: "boundaries", read: boundaries },
    Door { name: "coverage", read: coverage },
    Door { name: "pack", read: pack },
    Door { name: "plan", read: plan },
    Door { name: "project", read: project },
    Door { name: "table", read: table },
    Door { name: "shapefile", read: shapefile },
    #[cfg(feature = "tiles")]
    Door { name: "tiles", read: tiles },
];

/// Boundaries, and points and lines, in any format that is read as it comes, packed or not.
pub fn boundaries(bytes: &[u8]) -> bool {
    // A table is told by its name.
    let may_be_table = bytes.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'"');
    with_file(bytes, boundaries_at) || may_be_table && with_named_file("bytes.csv", bytes, boundaries_at)
}

/// A shapefile: its geometry, behind the length of that, and its table.
pub fn shapefile(bytes: &[u8]) -> bool {
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else { return false };
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap().min(rest.len());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.shp");
    fs::write(&path, &rest[..length]).unwrap();
    fs::write(path.with_extension("dbf"), &rest[length..]).unwrap();
    boundaries_at(&path)
}

fn boundaries_at(path: &Path) -> bool {
    let _ = format::kind_of(path);
    let source = LayerSource::from(path);
    for entry in heard(layers::contents(path, &limits())).unwrap_or_default().into_iter().take(3) {
        let _ = heard(layers::read(
            &LayerSource { layer: Some(entry.name), ..source.clone() },
            &limits(),
            &Progress::new(),
        ));
    }
    let _ = heard(places::read(slice::from_ref(&source), &limits()));
    let Some(layer) = heard(layers::read(&source, &limits(), &Progress::new())) else { return false };
    let Some(dataset) = heard(Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new())) else {
        return false;
    };
    validate(&dataset.coverage, &Options::default(), &Progress::new()).unwrap();
    let state = &dataset.base;
    for unit in state.levels().flat_map(|level| state.units_at(level).take(3)) {
        let _ = dataset.coverage.outline(&state.atoms(unit)).to_multi_polygon(&dataset.coverage);
    }
    true
}

/// Rings upon a lattice, a few of them a little off it, so that they meet in every odd way: a coverage of them is built,
/// checked and repaired, and the repair keeps every unit.
pub fn coverage(bytes: &[u8]) -> bool {
    let mut polygons = FlatPolygons::default();
    let mut open = [false; 2];
    for &[x, y, what] in bytes.as_chunks::<3>().0.iter().take(2_000) {
        // Half a metre, or as good as nothing, off the lattice of some hundred metres.
        let off = [0.0, 5e-6, 1e-15, 0.0][usize::from(what & 3)];
        polygons.push(Coord { x: 105.0 + f64::from(x) / 1e3 + off, y: 31.0 + f64::from(y) / 1e3 - off });
        open = [true; 2];
        if what & 0x10 != 0 {
            polygons.end_ring();
            if what & 0x20 != 0 {
                polygons.end_face();
                open[1] = what & 0x40 == 0;
                if !open[1] {
                    polygons.end_atom();
                }
            }
            open[0] = false;
        }
    }
    if open[0] {
        polygons.end_ring();
    }
    if open[1] {
        polygons.end_face();
        polygons.end_atom();
    }
    let coverage = Coverage::build(polygons, &Progress::new()).unwrap();
    let was_valid = is_valid_coverage(&validate(&coverage, &Options::default(), &Progress::new()).unwrap());
    let mend = |coverage| repair(coverage, &Settings::default(), &Choice::default(), &Progress::new()).unwrap();
    let repaired = mend(&coverage);
    assert_eq!(repaired.coverage.atom_count(), coverage.atom_count(), "every unit is kept");
    assert!(repaired.is_valid() || !was_valid, "what was valid stays so");
    assert!(repaired.max_moved_m <= Settings::default().snap_m, "no vertex moves farther than the tolerance");
    repaired.is_valid()
}

/// A plan: written and read again it is the same, and what can be carried out of it is a plan that is carried out whole.
pub fn plan(bytes: &[u8]) -> bool {
    let Some(plan) = heard(Plan::parse(bytes)) else { return false };
    assert_eq!(Plan::parse(plan.write().as_bytes()).as_ref(), Ok(&plan), "what was read is written and read again");
    let mut document = Document::new(Arc::clone(&VILLAGES));
    let (_, refusals) = document.bring_in(&plan);
    for refusal in refusals {
        let _ = heard::<(), _>(Err(*refusal.error));
    }
    let left = seen(document.state());
    let mut anew = Document::new(Arc::clone(&VILLAGES));
    assert_eq!(anew.load_plan(&document.plan()), Ok(()), "what was carried out can be carried out");
    assert_eq!(seen(anew.state()), left, "and leads to the same units");
    document.jump_to(0);
    assert_eq!(seen(document.state()), seen(&VILLAGES.base), "and everything can be undone");
    true
}

/// A pack of rules, by which some villages are judged.
pub fn pack(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Some(pack) = heard(Pack::parse(text)) else { return false };
    let pack = Arc::new(pack);
    let judge = Judge::new(&VILLAGES, Arc::clone(&pack), &Crossings::default());
    let mut cache = FigureCache::new(AreaMethod::default());
    let verdicts = Rulings::new().judge(&judge, &VILLAGES.base, &mut cache, &Progress::new()).unwrap();
    for lang in [Lang::Zh, Lang::En] {
        for problem in &verdicts.problems {
            let _ = problem_words(lang, &VILLAGES, &pack, problem);
        }
        for (_, verdict) in verdicts.all() {
            let _ = verdict_words(lang, AreaUnit::Km2, &pack, &VILLAGES.base, verdict);
        }
    }
    true
}

/// A project: the pages of its database as well as what stands in them.
pub fn project(bytes: &[u8]) -> bool {
    with_file(bytes, |path| {
        let Some(contents) = heard(project::read(path, &limits(), &Progress::new())) else { return false };
        let Some(dataset) = heard(Dataset::assemble(contents.layers, &contents.overrides, &Progress::new())) else {
            return false;
        };
        for kept in &contents.plans.ledgers {
            let ledger = &kept.ledger;
            assert!(ledger.rows().all(|row| ledger.row(ledger.key(row)) == Some(row)), "keys are unique");
        }
        let _ = contents.plans.restore(Arc::new(dataset));
        true
    })
}

/// Tables, joined to some villages: what is joined is kept and joined again, and leads back.
pub fn table(bytes: &[u8]) -> bool {
    let mut good = false;
    for name in ["bytes", "bytes.csv"] {
        let Some(sheets) = with_named_file(name, bytes, |path| heard(tables::read(&LayerSource::from(path)))) else {
            continue;
        };
        for sheet in &sheets {
            let Some(joining) = heard(join_sheet(&VILLAGES, sheet, &JoinWishes::default())) else { continue };
            for lang in [Lang::Zh, Lang::En] {
                let _ = joining.report.lines(lang);
            }
            let kept: Vec<Join> = serde_json::from_str(&Join::written(slice::from_ref(&joining.join))).unwrap();
            assert_eq!(kept, [joining.join], "what is kept is read again");
            let joined = VILLAGES.joined(&kept);
            for layer in joined.layers.iter() {
                for feature in layer.table.features() {
                    let text = layer.source.get(feature).unwrap();
                    let text = [text.before, text.coordinates.unwrap_or("[]"), text.after].concat();
                    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "a feature stays JSON: {text}");
                }
            }
            assert_eq!(joined.as_loaded().layers[0].table.fields(), VILLAGES.layers[0].table.fields());
            good = true;
        }
    }
    good
}

/// A file of tiles: the first of its coarsest ones, decoded.
#[cfg(feature = "tiles")]
pub fn tiles(bytes: &[u8]) -> bool {
    use quhua::carto::projection::world_from_lonlat;
    use quhua::tiles::{Grid, Pyramid, TileId, TileSource};

    with_file(bytes, |path| {
        let Some(source) = heard(TileSource::open(path)) else { return false };
        let pyramid = &source.info().pyramid;
        let zoom = *pyramid.zooms.start();
        let middle = pyramid.bounds.map(|bounds| world_from_lonlat(bounds.center()));
        let first = match middle {
            Some(middle) => Pyramid::tiles_in(geo::Rect::new(middle, middle), zoom, Grid::True).first().copied(),
            None => TileId::new(zoom, 0, 0),
        };
        first.is_some_and(|tile| heard(source.picture(tile)).flatten().is_some())
    })
}

/// Villages that plans are carried out upon, and packs held against.
static VILLAGES: LazyLock<Arc<Dataset>> = LazyLock::new(|| {
    let text = include_bytes!("../../tests/data/cases/c48-chinese-fields.geojson");
    let layer = quhua::io::geojson::read_bytes("villages.geojson", text, &limits(), &Progress::new()).unwrap();
    Arc::new(Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap())
});

/// Small ones, so that what takes memory or time is small as well.
fn limits() -> Limits {
    Limits { file_bytes: 1 << 20, vertices: 100_000, ..Limits::default() }
}

/// What was read, or nothing once a refusal was heard: one line in either language.
fn heard<T, E: Say>(result: Result<T, E>) -> Option<T> {
    result
        .inspect_err(|error| {
            for said in [Lang::Zh, Lang::En].map(|lang| error.say(lang)) {
                assert_eq!(said.lines().count(), 1, "a refusal is one line: {said:?}");
            }
        })
        .ok()
}

/// Opens bytes as a file whose name says nothing.
fn with_file<T>(bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    with_named_file("bytes", bytes, read)
}

/// Opens bytes as a file of this name.
fn with_named_file<T>(name: &str, bytes: &[u8], read: impl FnOnce(&Path) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    read(&path)
}

/// The units of all levels: code, name and territory.
fn seen(state: &State) -> Vec<(String, String, Vec<AtomId>)> {
    let units = state.levels().flat_map(|level| state.units_at(level));
    units.map(|id| (state.unit(id).code.to_string(), state.unit(id).name.to_string(), state.atoms(id))).collect()
}

//! A thousand random splits, judged by GEOS (through shapely, where Python has it).

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use geo::{Coord, LineString, Polygon, Validation as _};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use quhua::coverage::{AtomId, Coverage, Suspects};
use quhua::edit::{Along, Document, Edit, Share, UnitRef};
use quhua::geodesy::{AreaMethod, ExactSum};
use quhua::io::export::{Export, write_units};
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides, FieldRules, LevelIndex};

use crate::support::{quhua_exits, repository};

const SPLITS: usize = 1000;
const SPLITS_EACH: usize = 12;
/// Cells in a row and in a column.
const CELLS: usize = 5;
const CELL_DEG: f64 = 0.02;

/// How a place is drawn: its kind, which vertex or edge, and two shares.
type Pick = (u8, u16, f64, f64);

/// What a coverage and the splits of it are made of.
#[derive(Clone, Debug)]
struct Lot {
    /// How far each vertex of the grid is moved.
    moves: Vec<(f64, f64)>,
    /// Which cells have an island that touches their border, or that does not.
    islands: Vec<u8>,
    splits: Vec<(u16, u8, Vec<Pick>)>,
}

fn lot() -> impl Strategy<Value = Lot> {
    let side = 2 * CELLS + 1;
    let points = prop::collection::vec((any::<u8>(), any::<u16>(), 0.0..1.0_f64, 0.0..1.0_f64), 2..8);
    (
        prop::collection::vec((-0.25..0.25_f64, -0.25..0.25_f64), side * side),
        prop::collection::vec(any::<u8>(), CELLS * CELLS),
        prop::collection::vec((any::<u16>(), any::<u8>(), points), 4 * SPLITS_EACH),
    )
        .prop_map(|(moves, islands, splits)| Lot { moves, islands, splits })
}

impl Lot {
    /// Villages of eight vertices, some around an island that is a village too.
    fn villages(&self) -> Vec<Polygon> {
        let vertex = |i: usize, j: usize| {
            let (dx, dy) = self.moves[j * (2 * CELLS + 1) + i];
            #[expect(clippy::cast_precision_loss, reason = "a small grid")]
            let (x, y) = (i as f64 / 2.0 + dx / 2.0, j as f64 / 2.0 + dy / 2.0);
            Coord { x: 105.0 + x * CELL_DEG, y: 31.0 + y * CELL_DEG }
        };
        let around = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)];
        let mut villages = Vec::new();
        for (cell, kind) in self.islands.iter().enumerate() {
            let (column, row) = (cell % CELLS * 2, cell / CELLS * 2);
            let shell = LineString(around.map(|(i, j)| vertex(column + i, row + j)).to_vec());
            let middle = vertex(column + 1, row + 1);
            let towards = |at: Coord, by: f64| middle + (at - middle) * by;
            // GEOS takes the outer border for invalid where an island touches it.
            let touches = kind % 2 == 0 && column > 0 && row > 0;
            let tip = towards(shell.0[0], if touches { 1.0 } else { 0.5 });
            let island = vec![tip, towards(shell.0[2], 0.4), towards(shell.0[4], 0.4), tip];
            let hole = LineString(island.iter().rev().copied().collect());
            let ring = Polygon::new(shell.clone(), vec![hole]);
            if kind % 3 == 0 && ring.is_valid() {
                villages.push(ring);
                villages.push(Polygon::new(LineString(island), Vec::new()));
            } else {
                villages.push(Polygon::new(shell, Vec::new()));
            }
        }
        villages
    }

    fn open(&self, path: &Path) -> Dataset {
        let mut text = r#"{"type":"FeatureCollection","features":["#.to_owned();
        for (i, village) in self.villages().iter().enumerate() {
            let rings: Vec<Vec<[f64; 2]>> = std::iter::once(village.exterior())
                .chain(village.interiors())
                .map(|ring| ring.coords().map(|at| [at.x, at.y]).collect())
                .collect();
            let feature = serde_json::json!({
                "type": "Feature",
                "properties": {"code": format!("510722101{:03}", 200 + i), "name": format!("村{i}"), "population": 997 + 13 * i},
                "geometry": {"type": "Polygon", "coordinates": rings},
            });
            write!(text, "{}{feature}", if i == 0 { "" } else { "," }).unwrap();
        }
        text.push_str("]}");
        std::fs::write(path, text).unwrap();
        let layer = geojson::read(path, &Limits::default(), &Progress::new()).unwrap();
        Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap()
    }
}

/// Places to draw through: in and around an atom, its vertices, points of its edges, whole arcs of it, and vertices of
/// its neighbours.
fn places(coverage: &Coverage, atom: AtomId, lots: &[Pick]) -> Vec<[f64; 2]> {
    let bounds = coverage.bounds_of(atom).unwrap();
    let chains: Vec<&[Coord]> = coverage.arcs_of(atom).map(|arc| coverage.arc(arc.arc())).collect();
    let edges: Vec<&[Coord]> = chains.iter().flat_map(|chain| chain.windows(2)).collect();
    let mut through = Vec::new();
    for &(kind, pick, x, y) in lots {
        let edge = edges[usize::from(pick) % edges.len()];
        match kind % 8 {
            0..=2 => {
                let at = |low: f64, high: f64, by: f64| low + (high - low) * (by * 1.6 - 0.3);
                through
                    .push(Coord { x: at(bounds.min().x, bounds.max().x, x), y: at(bounds.min().y, bounds.max().y, y) });
            }
            3 => through.push(edge[0]),
            4 => through.push(edge[0] + (edge[1] - edge[0]) * x),
            5 => through.extend(edge),
            6 => through.extend(chains[usize::from(pick) % chains.len()]),
            _ => {
                let neighbours = coverage.neighbours(atom);
                let other = neighbours.get(usize::from(pick) % neighbours.len().max(1)).copied().unwrap_or(atom);
                through.extend(coverage.arcs_of(other).next().map(|arc| coverage.arc(arc.arc())[0]));
            }
        }
    }
    through.into_iter().map(|at| [at.x, at.y]).collect()
}

fn export(document: &Document) -> Vec<u8> {
    let mut text = Vec::new();
    let export = Export {
        dataset: document.dataset(),
        state: document.state(),
        level: LevelIndex::FINEST,
        area_method: AreaMethod::Geodesic,
        rules: &FieldRules::guess(document.dataset()),
        suspects: &Suspects::default(),
        further: None,
    };
    write_units(&mut text, &export, &Progress::new()).unwrap();
    text
}

fn totals(dataset: &Dataset) -> (rust_decimal::Decimal, [ExactSum; 2]) {
    let people = dataset.coverage.atoms().filter_map(|atom| dataset.population_of(atom)).sum();
    let area = |method| dataset.coverage.atoms().map(|atom| dataset.measures(method).atom_area(atom)).sum();
    (people, AreaMethod::ALL.map(area))
}

#[test]
fn a_thousand_random_splits_leave_a_valid_coverage() {
    let folder = tempfile::tempdir().unwrap();
    let mut runner = TestRunner::deterministic();
    let (mut done, mut drawn, mut files) = (0, 0, 0);
    while done < SPLITS {
        let lot = lot().new_tree(&mut runner).unwrap().current();
        let path = folder.path().join(format!("{files:04}.before.geojson"));
        let dataset = Arc::new(lot.open(&path));
        let before = totals(&dataset);
        let mut document = Document::new(Arc::clone(&dataset));
        let untouched = export(&document);
        for (pick, kind, lots) in &lot.splits {
            let state = document.state();
            let units: Vec<_> = state.units_at(LevelIndex::FINEST).collect();
            let unit = units[usize::from(*pick) % units.len()];
            let places = places(&document.dataset().coverage, state.first_atom(unit).unwrap(), lots);
            let along = if kind % 3 == 0 { Along::Polygon(places) } else { Along::Line(places) };
            let unit = UnitRef::to(document.dataset(), state, unit).unwrap();
            drawn += 1;
            if document.commit(&Edit::Split { unit, along, share: Share::Area, parts: Vec::new() }).is_ok() {
                done += 1;
            }
            if document.position() == SPLITS_EACH || done == SPLITS {
                break;
            }
        }
        assert_eq!(totals(document.dataset()), before, "sums of people and of areas, to the last bit");
        std::fs::write(folder.path().join(format!("{files:04}.after.geojson")), export(&document)).unwrap();
        files += 1;
        document.jump_to(0);
        assert!(Arc::ptr_eq(document.dataset(), &dataset) && export(&document) == untouched, "undo");
    }
    eprintln!("{done} splits of {drawn} drawn lines, on {files} coverages");
    assert!(done * 2 > drawn, "most lines cut something");
    judge(folder.path());
}

/// Has every pair of files judged by GEOS.
fn judge(folder: &Path) {
    let python = |args: &[&std::ffi::OsStr]| Command::new("python3").args(args).output();
    let has_shapely = python(&["-c".as_ref(), "import shapely; shapely.coverage_is_valid".as_ref()]);
    if !has_shapely.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: there is no python3 with shapely 2.1");
        return;
    }
    let script = repository("tests/data/judge_splits.py");
    let output = python(&[script.as_os_str(), folder.as_os_str()]).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    eprintln!("{}", String::from_utf8_lossy(&output.stdout));
}

/// Features by code.
fn by_code(path: &Path) -> std::collections::BTreeMap<String, serde_json::Value> {
    let collection: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let features = collection["features"].as_array().unwrap().clone();
    features.into_iter().map(|it| (it["properties"]["code"].as_str().unwrap().to_owned(), it)).collect()
}

/// The file was written by a version that copied the dataset for every split.
#[test]
fn what_splits_lead_to_is_what_it_always_was_to_the_last_digit() {
    let text = std::fs::read_to_string(repository("tests/data/split_cases.json")).unwrap();
    let cases: serde_json::Value = serde_json::from_str(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let villages = repository("sample_data/sanhe/villages.geojson");
    std::fs::write(path("plan.json"), cases["plan"].to_string()).unwrap();
    let out = path("out.geojson");
    quhua_exits(
        0,
        ["apply", villages.to_str().unwrap(), "--plan", &path("plan.json"), "--level", "village", "-o", &out],
    );
    let (source, mut made) = (by_code(&villages), by_code(Path::new(&out)));
    for wanted in cases["touched"].as_array().unwrap() {
        let village = made.remove(wanted["code"].as_str().unwrap()).unwrap();
        assert_eq!(village["geometry"]["coordinates"], wanted["coordinates"], "{}", wanted["code"]);
        assert_eq!(village["properties"]["population"], wanted["population"], "{}", wanted["code"]);
    }
    for (code, village) in made {
        assert_eq!(village["geometry"], source[&code]["geometry"], "{code}: no cut touches it");
    }
}

#[test]
fn a_split_in_a_plan_leaves_as_boundaries_crosswalk_and_certificate() {
    const CODE: &str = "519921001001";
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let villages = repository("sample_data/sanhe/villages.geojson");
    let source = by_code(&villages);
    let ring = source[CODE]["geometry"]["coordinates"][0].as_array().unwrap();
    let axis = |at: usize| ring.iter().map(move |place| place[at].as_f64().unwrap());
    let [low, high] = [f64::min, f64::max].map(|pick| [0, 1].map(|at| axis(at).reduce(pick).unwrap()));
    let middle = f64::midpoint(low[1], high[1]);
    let plan = serde_json::json!({"format": "quhua-plan", "version": 1, "name": "分设", "edits": [
        {"op": "split", "unit": CODE, "line": [[low[0] - 0.01, middle], [high[0] + 0.01, middle]],
         "parts": [{"code": CODE}, {"code": "519921001190", "name": "新社区"}]},
        {"op": "lock", "units": [CODE], "reason": "已批复"},
    ]});
    std::fs::write(file("plan.json"), plan.to_string()).unwrap();
    let path = |name: &str| file(name).to_str().unwrap().to_owned();
    let (plan, out, crosswalk) = (path("plan.json"), path("out.geojson"), path("crosswalk.csv"));
    let villages = villages.to_str().unwrap();
    quhua_exits(0, ["apply", villages, "--plan", &plan, "-o", &out, "--level", "village", "--crosswalk", &crosswalk]);

    let made = by_code(Path::new(&out));
    assert_eq!(made.len(), source.len() + 1);
    let people = |it: &serde_json::Value| it["properties"]["population"].as_u64().unwrap();
    assert_eq!(people(&made[CODE]) + people(&made["519921001190"]), people(&source[CODE]));
    assert_eq!(made[CODE]["properties"]["change"], "reduced");
    assert_eq!(made["519921001190"]["properties"]["merged_from"], serde_json::json!([CODE]));
    // Neighbours keep their properties; where the line meets them, they have one vertex more.
    let mut with_more = 0;
    for (code, before) in source.iter().filter(|(code, _)| *code != CODE) {
        for (name, value) in before["properties"].as_object().unwrap() {
            assert_eq!(&made[code]["properties"][name], value);
        }
        let vertices = |it: &serde_json::Value| {
            it["geometry"]["coordinates"].to_string().matches("],[").count()
                + it["geometry"]["coordinates"].to_string().matches("]],[[").count()
        };
        with_more += vertices(&made[code]) - vertices(before);
    }
    assert!((1..=2).contains(&with_more), "{with_more}");

    let rows = std::fs::read_to_string(&crosswalk).unwrap();
    let of_it: Vec<Vec<&str>> =
        rows.lines().map(|row| row.split(',').collect::<Vec<_>>()).filter(|row| row[1] == CODE).collect();
    assert_eq!(of_it.iter().map(|row| row[5]).collect::<Vec<_>>(), ["part", "part"]);
    let certificate = std::fs::read_to_string(file("out.certificate.json")).unwrap();
    let certificate: serde_json::Value = serde_json::from_str(&certificate).unwrap();
    assert_eq!(certificate["passed"], true);
    assert_eq!(certificate["totals"]["area_m2"]["difference"], 0.0);
    assert!(certificate["units"].as_array().unwrap().iter().all(|unit| unit["vertices"]["moved"] == 0));
    assert!(certificate["units"].as_array().unwrap().iter().any(|unit| unit["vertices"]["cut"] != 0));

    // What is locked is refused, with the reason and nothing written.
    let edits = serde_json::json!([
        {"op": "lock", "units": [CODE], "reason": "已批复"},
        {"op": "rename", "unit": CODE, "name": "新名"},
    ]);
    let plan = serde_json::json!({"format": "quhua-plan", "version": 1, "edits": edits});
    std::fs::write(file("locked.json"), plan.to_string()).unwrap();
    let none = path("none.geojson");
    let (_, said) = quhua_exits(1, ["apply", villages, "--plan", &path("locked.json"), "-o", &none]);
    assert!(said.contains("edit 2 (rename): 519921001001 江湾社区 is locked (已批复); unlock it first"), "{said}");
    assert!(!Path::new(&none).exists());
}

//! Small datasets for tests: squares in a grid, in townships and a county.

use std::collections::BTreeSet;
use std::sync::Arc;

use compact_str::format_compact;
use geo::{Coord, LineString, MultiPolygon, Polygon};
use rust_decimal::Decimal;
use smallvec::smallvec;

use super::{
    Along, Document, Edit, Form, LockTarget, Scenario, ScenarioId, SeatSpec, Share, SplitPart, Target, UnitRef,
};
use crate::coverage::{AtomId, AtomIndex, Coverage, FlatPolygons};
use crate::jobs::Progress;
use crate::model::{
    CodeStatus, Dataset, Fields, Kind, Level, LevelIndex, Standing, State, Unit, UnitId, next_revision,
};
use crate::sharing::SharedList;

/// Villages of one degree by one degree, `columns` × `rows`, row by row from the south. Every column is a township
/// (`510722101`, `510722102`, …) with its villages (`510722101201`, …) from south to north; all form one county.
/// Village `i` has 100 + i inhabitants.
///
/// ```text
///   3 4 5      village ids of grid(3, 2); townships 6 7 8; county 9
///   0 1 2
/// ```
pub(crate) fn grid(columns: usize, rows: usize) -> Arc<Dataset> {
    #[expect(clippy::cast_precision_loss, reason = "grids of tests are small")]
    let square = |i: usize| {
        let (x, y) = ((i % columns) as f64, (i / columns) as f64);
        let corner = |dx: f64, dy: f64| Coord { x: x + dx, y: y + dy };
        let ring = vec![corner(0.0, 0.0), corner(1.0, 0.0), corner(1.0, 1.0), corner(0.0, 1.0), corner(0.0, 0.0)];
        MultiPolygon(vec![Polygon::new(LineString(ring), vec![])])
    };
    let count = columns * rows;
    let squares: Vec<MultiPolygon> = (0..count).map(square).collect();
    grid_of(columns, rows, &squares)
}

/// The same grid half around the earth, its westernmost 2½ columns before the 180th meridian and cut there, the rest
/// behind it.
pub(crate) fn grid_across_the_seam(columns: usize, rows: usize) -> Arc<Dataset> {
    #[expect(clippy::cast_precision_loss, reason = "grids of tests are small")]
    let square = |i: usize| {
        let (x, y) = ((i % columns) as f64 + WEST_DEG, (i / columns) as f64);
        let part = |west: f64, east: f64| geo::Rect::new((west, y), (east, y + 1.0)).to_polygon();
        MultiPolygon(match () {
            () if x + 1.0 <= 180.0 => vec![part(x, x + 1.0)],
            () if x >= 180.0 => vec![part(x - 360.0, x - 359.0)],
            () => vec![part(x, 180.0), part(-180.0, x - 359.0)],
        })
    };
    let squares: Vec<MultiPolygon> = (0..columns * rows).map(square).collect();
    grid_of(columns, rows, &squares)
}

/// Western end of the grid that lies across the seam.
const WEST_DEG: f64 = 177.5;

/// An edit of the grid for that which lies across the seam: its line is drawn on the side where most of it lies.
pub(crate) fn across_the_seam(edit: Edit) -> Edit {
    let moved = |line: Vec<[f64; 2]>| {
        let is_before = line.iter().filter(|at| at[0] + WEST_DEG < 180.0).count() * 2 >= line.len();
        let x = |x: f64| if is_before { (x + WEST_DEG).min(180.0) } else { (x + WEST_DEG).max(180.0) - 360.0 };
        line.into_iter().map(|at| [x(at[0]), at[1]]).collect()
    };
    match edit {
        Edit::Split { unit, along, share, parts } => {
            let along = match along {
                Along::Line(line) => Along::Line(moved(line)),
                Along::Polygon(line) => Along::Polygon(moved(line)),
            };
            Edit::Split { unit, along, share, parts }
        }
        other => other,
    }
}

/// The same units with other territories.
#[expect(clippy::default_trait_access, reason = "the measures' type is private to the model")]
pub(crate) fn grid_of(columns: usize, rows: usize, squares: &[MultiPolygon]) -> Arc<Dataset> {
    let count = columns * rows;
    let coverage = Coverage::build(FlatPolygons::from(squares), &Progress::new()).unwrap();
    let index = AtomIndex::build(&coverage);
    Arc::new(Dataset {
        index,
        coverage,
        layers: Arc::default(),
        levels: vec![Level::Village, Level::Township, Level::County],
        level_layers: vec![None, None, None],
        fields: Fields::default(),
        coarse_fields: Vec::new(),
        findings: Arc::default(),
        base: grid_state(columns, rows),
        populations: (0..count).map(|i| Some(Decimal::from(100 + i))).collect(),
        sums: Vec::new(),
        measures: Default::default(),
        refinement: Default::default(),
        joins: Arc::default(),
        unjoined: None,
        repaired_borders: None,
        unrepaired: None,
        ledgers: Vec::new(),
        derivations: Arc::default(),
        anchors: Arc::default(),
    })
}

fn grid_state(columns: usize, rows: usize) -> State {
    let count = columns * rows;
    let township = |column: usize| UnitId::new(count + column);
    let county = UnitId::new(count + columns);
    let unit = |level: u8, code, name, kind, parent| Unit {
        level: LevelIndex(level),
        code,
        code_status: CodeStatus::Existing,
        name,
        kind: Some(kind),
        parent,
        seat: None,
        seat_address: None,
        source: None,
        standing: Standing::Current,
        revision: next_revision(),
    };
    let (mut units, mut members, mut atoms) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0..count {
        let (column, row) = (i % columns, i / columns);
        let code = format_compact!("510722{}{}", 101 + column, 201 + row);
        units.push(unit(0, code, format_compact!("村{i}"), Kind::Village, Some(township(column))));
        members.push(smallvec![]);
        atoms.push(smallvec![AtomId::new(i)]);
    }
    for column in 0..columns {
        let code = format_compact!("510722{}", 101 + column);
        units.push(unit(1, code, format_compact!("镇{column}"), Kind::Town, Some(county)));
        members.push((0..rows).map(|row| UnitId::new(row * columns + column)).collect());
        atoms.push(smallvec![]);
    }
    units.push(unit(2, "510722".into(), "县".into(), Kind::County, None));
    members.push((0..columns).map(township).collect());
    atoms.push(smallvec![]);
    let labels = vec![
        (0..count).map(UnitId::new).collect(),
        (0..count).map(|i| township(i % columns)).collect(),
        vec![county; count],
    ];
    State::new(units, members, atoms, labels)
}

/// Asserts the invariants of a state (see the documentation of [`crate::model`]).
pub(crate) fn check_state(state: &State) {
    for level in state.levels() {
        let mut seen = vec![false; state.labels(level).len()];
        for id in state.all_units_at(level) {
            let unit = state.unit(id);
            let held = state.atoms(id);
            if !unit.is_current() {
                assert!(held.is_empty() && state.members(id).is_empty(), "abolished {id} holds territory");
                continue;
            }
            for atom in held {
                assert!(!std::mem::replace(&mut seen[atom.index()], true), "{atom} is in two units of one level");
                assert_eq!(state.unit_of(atom, level), id, "label of {atom}");
            }
            assert!(state.members(id).is_sorted());
            for &member in state.members(id) {
                assert!(state.unit(member).is_current());
                assert_eq!(state.unit(member).parent, Some(id));
                assert_eq!(Some(state.unit(member).level), level.finer());
            }
            match unit.parent {
                Some(parent) => assert!(state.members(parent).binary_search(&id).is_ok(), "{id} in its parent"),
                None => assert_eq!(level, state.coarsest()),
            }
        }
        assert!(seen.iter().all(|&seen| seen), "every atom has a unit at every level");
    }
}

/// The state with all revisions set to 0: replays give equal states up to revisions.
pub(crate) fn without_revisions(state: &State) -> State {
    let mut state = state.clone();
    (0..state.units.len()).for_each(|unit| state.units[unit].revision = 0);
    state
}

/// A state of the same units that knows nothing of what they were called before.
pub(crate) fn renewed(state: &State) -> State {
    let labels = state.labels.iter().map(SharedList::to_vec).collect();
    State::new(state.units.to_vec(), state.members.to_vec(), state.atoms.to_vec(), labels)
}

/// The same state with units that say something else of themselves.
pub(crate) fn with_units(state: &State, units: Vec<Unit>) -> State {
    let labels = state.labels.iter().map(SharedList::to_vec).collect();
    State::new(units, state.members.to_vec(), state.atoms.to_vec(), labels)
}

/// An edit by chance, on what is in force: most are accepted, some are refused.
pub(crate) fn random_edit(document: &Document, dice: [u8; 6]) -> Edit {
    let state = document.state();
    let level = LevelIndex(dice[1] % 3);
    let (lon, lat) = (f64::from(dice[3] % 5) + 0.5, f64::from(dice[4] % 4) + 0.5);
    let [op, _, a, b, c, extra] = dice.map(usize::from);
    let units: Vec<UnitId> = state.units_at(level).collect();
    let name = |id: UnitId| UnitRef::to(document.dataset(), state, id).unwrap();
    let pick = |i: usize| units[i % units.len()];
    let above: Vec<UnitId> = state.units_at(level.coarser()).collect();
    let parent = (!above.is_empty()).then(|| name(above[c % above.len()]));
    match op % 10 {
        0..=2 => {
            let mut merged = vec![pick(a), pick(b)];
            if extra.is_multiple_of(3) {
                merged.push(pick(c));
            }
            let form = if op % 10 == 0 { Form::Absorb } else { Form::Establish };
            let code = (form == Form::Absorb).then(|| state.unit(merged[0]).code.clone());
            let into = Target { code, parent: parent.filter(|_| extra.is_multiple_of(2)), ..Target::default() };
            Edit::Merge { units: merged.into_iter().map(name).collect(), form, into }
        }
        3 | 4 => Edit::Transfer { units: vec![name(pick(a))], to: parent.unwrap_or_else(|| name(pick(b))) },
        5 => Edit::Rename { unit: name(pick(a)), name: format!("名{extra}").into() },
        6 => {
            let kinds = [Kind::Town, Kind::Township, Kind::Subdistrict, Kind::Community, Kind::Village];
            Edit::ConvertKind {
                unit: name(pick(a)),
                kind: kinds[extra % 5].clone(),
                code: None,
                name: (extra % 2 == 0).then(|| format!("改{extra}").into()),
            }
        }
        8 => {
            // Through the middle of cells, along their borders, over several of them, or a polygon.
            let shift = f64::from(dice[5] % 3) / 4.0;
            let line = vec![[lon - 1.6, lat + shift], [lon, lat], [lon + 1.3, lat - shift], [lon + shift, lat + 2.1]];
            let along = if c % 3 == 0 { Along::Polygon(line) } else { Along::Line(line) };
            let left = f64::from(dice[4] % 7);
            let share = match c % 2 {
                0 => Share::Area,
                _ => Share::Weights { left, right: 3.0, of: "户".into() },
            };
            let to = (extra % 4 == 1).then(|| SplitPart { to: Some(name(pick(b))), ..SplitPart::default() });
            Edit::Split { unit: name(pick(a)), along, share, parts: to.into_iter().collect() }
        }
        9 => {
            let into = Target { parent: parent.filter(|_| extra.is_multiple_of(2)), ..Target::default() };
            let mut units = vec![pick(a), pick(b)];
            units.dedup();
            Edit::Establish { units: units.into_iter().map(name).collect(), into }
        }
        7 if c % 16 == 11 => {
            let gone: Vec<UnitId> = state.all_units_at(level).filter(|&id| !state.unit(id).is_current()).collect();
            let code = gone.get(a % gone.len().max(1)).map_or("没有", |&id| state.unit(id).code.as_str());
            Edit::Reinstate { unit: UnitRef::code(code) }
        }
        7 if c % 4 == 1 => {
            Edit::Lock { target: LockTarget::Units(vec![name(pick(a)), name(pick(b))]), reason: "定".into() }
        }
        7 if c % 4 == 2 => Edit::Unlock { target: LockTarget::Units(vec![name(pick(a)), name(pick(b))]) },
        7 if c % 16 == 3 => {
            Edit::Lock { target: LockTarget::Level(document.dataset().level(level)), reason: "".into() }
        }
        7 if c % 16 == 7 => Edit::Unlock { target: LockTarget::Level(document.dataset().level(level)) },
        _ if extra.is_multiple_of(2) => Edit::Abolish { unit: name(pick(a)) },
        _ => {
            let seat = SeatSpec { lon, lat, name: None };
            Edit::MoveSeat { unit: name(pick(a)), seat }
        }
    }
}

/// Does something, as dice tell.
pub(crate) fn act(document: &mut Document, dice: [u8; 6]) {
    let ids: Vec<ScenarioId> = document.scenarios().iter().map(|scenario| scenario.id).collect();
    let pick = ids[usize::from(dice[1]) % ids.len()];
    match dice[0] % 16 {
        0 | 1 => drop(document.undo()),
        2 if dice[1].is_multiple_of(3) => drop(document.take_up_again(usize::from(dice[2] % 3), "找回")),
        2 => drop(document.redo()),
        3 => drop(document.branch(&format!("方案{}", dice[1]))),
        4 | 5 => drop(document.switch_to(pick)),
        6 if ids.len() > 3 => drop(document.remove(pick)),
        6 => drop(document.start("空")),
        7 => drop(document.jump_to(usize::from(dice[1]) % (document.active().path.len() + 1))),
        8 => {
            let (scenarios, steps) = (document.scenarios().to_vec(), document.stored_steps());
            let active = document.active().id;
            let (restored, refusals) =
                Document::restore(Arc::clone(document.origin()), scenarios.clone(), &steps, active);
            assert_eq!(refusals, []);
            assert_eq!((restored.scenarios(), restored.stored_steps()), (&scenarios[..], steps));
            *document = restored;
        }
        _ => {
            let edit = random_edit(document, [dice[1], dice[2], dice[3], dice[4], dice[5], dice[0]]);
            let _ = document.commit(&edit);
        }
    }
}

/// A document with the edits that some dice give; refused ones are left out.
pub(crate) fn random_draft(dataset: &Arc<Dataset>, dice: &[[u8; 6]]) -> Document {
    let mut document = Document::new(Arc::clone(dataset));
    for &dice in dice {
        let edit = random_edit(&document, dice);
        let _ = document.commit(&edit);
    }
    document
}

/// What two drafts leave, upon one dataset; `None` when their splits do not go together.
pub(crate) fn random_states(
    dataset: &Arc<Dataset>,
    dice: [Vec<[u8; 6]>; 2],
) -> Option<(Arc<Dataset>, [Arc<State>; 2])> {
    let plans = dice.map(|dice| random_draft(dataset, &dice).plan());
    let mut document = Document::new(Arc::clone(dataset));
    let sides = plans.map(|plan| Some(document.bring_in(&plan).0));
    let (dataset, states) = document.across(&sides).ok()?;
    Some((dataset, states.try_into().ok()?))
}

/// The state that a scenario's edits lead to when carried out from nothing.
fn replayed(document: &Document, scenario: &Scenario) -> State {
    let mut fresh = Document::new(Arc::clone(document.origin()));
    fresh.load_plan(&document.plan_of(scenario)).unwrap();
    without_revisions(fresh.state())
}

/// Checks that every scenario is what its edits lead to, and that every step belongs to one.
pub(crate) fn check_scenarios(document: &Document) {
    check_state(document.state());
    assert_eq!(without_revisions(document.state()), replayed(document, document.active()));
    for scenario in document.scenarios() {
        let state = document.state_of(scenario.id).unwrap();
        assert_eq!(without_revisions(&state), replayed(document, scenario));
        // The latest ones; each is walked from the start.
        for way in (0..scenario.set_aside.len()).rev().take(2) {
            let mut document = document.clone();
            document.switch_to(scenario.id);
            let (again, _) = document.take_up_again(way, "").unwrap();
            assert_eq!(document.active().path, scenario.set_aside[way]);
            let again = document.scenario(again).unwrap();
            assert_eq!(without_revisions(document.state()), replayed(&document, again));
        }
    }
    let kept = document.stored_steps();
    let named: usize = document.scenarios().iter().flat_map(Scenario::steps).collect::<BTreeSet<_>>().len();
    assert_eq!(kept.len(), named, "every step belongs to a scenario");
}

//! Small maps for tests.

use geo::{Coord, MultiPolygon, Rect};
use smallvec::SmallVec;

use crate::coverage::{AtomId, Coverage, FlatPolygons};
use crate::jobs::Progress;
use crate::model::{CodeStatus, Level, LevelIndex, Standing, State, Unit, UnitId};

/// Villages and townships.
pub const LEVELS: [Level; 2] = [Level::Village, Level::Township];

/// A coverage from polygons.
pub fn coverage(atoms: &[MultiPolygon]) -> Coverage {
    Coverage::build(FlatPolygons::from(atoms), &Progress::new()).unwrap()
}

/// Unit squares in a grid near the equator, row by row from the south: atom `row * columns + column`.
pub fn grid(columns: u32, rows: u32) -> Coverage {
    let square = |row: u32, column: u32| {
        let min = Coord { x: f64::from(column), y: f64::from(row) } * 0.01;
        MultiPolygon::from(Rect::new(min, min + Coord { x: 0.01, y: 0.01 }).to_polygon())
    };
    let atoms: Vec<_> = (0..rows).flat_map(|row| (0..columns).map(move |column| square(row, column))).collect();
    coverage(&atoms)
}

/// Each atom a village, in the township with the given number.
pub fn state(townships: &[usize], village_names: &[&str], township_names: &[&str]) -> State {
    let atoms = townships.len();
    let count = townships.iter().max().map_or(0, |last| last + 1);
    let unit = |level: u8, name: &str, parent: Option<UnitId>| Unit {
        level: LevelIndex(level),
        code: name.into(),
        code_status: CodeStatus::Existing,
        name: name.into(),
        kind: None,
        parent,
        seat: None,
        source: None,
        standing: Standing::Current,
        revision: 0,
    };
    let township = |t: usize| UnitId::new(atoms + t);
    let name = |names: &[&str], i: usize| names.get(i).map_or_else(|| format!("unit {i}"), |name| (*name).to_owned());
    let mut units: Vec<Unit> =
        townships.iter().enumerate().map(|(i, &t)| unit(0, &name(village_names, i), Some(township(t)))).collect();
    units.extend((0..count).map(|t| unit(1, &name(township_names, t), None)));
    let mut members: Vec<SmallVec<[UnitId; 2]>> = vec![SmallVec::new(); atoms + count];
    for (i, &t) in townships.iter().enumerate() {
        members[township(t).index()].push(UnitId::new(i));
    }
    let mut own: Vec<SmallVec<[AtomId; 2]>> = (0..atoms).map(|i| SmallVec::from_slice(&[AtomId::new(i)])).collect();
    own.resize(atoms + count, SmallVec::new());
    let labels = vec![(0..atoms).map(UnitId::new).collect(), townships.iter().map(|&t| township(t)).collect()];
    State::new(units, members, own, labels)
}

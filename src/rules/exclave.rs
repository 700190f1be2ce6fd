//! Parts of a unit that are cut off, and whether they were before.

use geo::Coord;
use rust_decimal::Decimal;

use super::connection::{Ground, Part};
use crate::coverage::{AtomId, FaceId};
use crate::model::{Dataset, LevelIndex, State, UnitId};

/// A part of a unit that is not connected with its main part.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclave {
    /// Whether it was one before.
    pub kind: ExclaveKind,
    /// People in it; `None` when that is not known, or when it is only an outlying piece of units at home elsewhere.
    pub people: Option<Decimal>,
    /// Area in m².
    pub area_m2: f64,
    /// Units of the next finer level at home in it, ascending; at the finest level the units as loaded that it is made
    /// of.
    pub members: Vec<UnitId>,
    /// A place in it, in degrees.
    pub at: Option<Coord>,
}

/// How a cut-off part compares with the units as loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExclaveKind {
    /// It was cut off in the same way, and is no larger.
    AsBefore,
    /// It was cut off, and has grown or been cut into pieces.
    Worse,
    /// It was not cut off.
    New,
}

impl ExclaveKind {
    /// Identifier in reports.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::AsBefore => "as_before",
            Self::Worse => "worse",
            Self::New => "new",
        }
    }
}

/// All parts of a unit but the main one.
pub(super) fn exclaves(
    dataset: &Dataset,
    state: &State,
    ground: &Ground,
    unit: UnitId,
    parts: &[Part],
) -> Vec<Exclave> {
    let Some((main, others)) = parts.split_first() else { return Vec::new() };
    let level = state.unit(unit).level;
    let mut before = Before { dataset, ground, level, known: Vec::new() };
    others
        .iter()
        .map(|part| Exclave {
            kind: before.kind(part, main, parts),
            people: part.people,
            area_m2: part.area_m2,
            members: members(dataset, state, level, part),
            at: part.atoms.first().and_then(|&atom| dataset.atom_point(atom)).or_else(|| place(dataset, part)),
        })
        .collect()
}

/// A vertex of a part: for outlying pieces, which are nobody's home.
fn place(dataset: &Dataset, part: &Part) -> Option<Coord> {
    let coverage = &dataset.coverage;
    let ring = coverage.rings_of(*part.faces.first()?).next()?;
    coverage.chain_coords(coverage.ring(ring)).next()
}

/// Units of the next finer level that are at home in a part, ascending.
pub(super) fn members(dataset: &Dataset, state: &State, level: LevelIndex, part: &Part) -> Vec<UnitId> {
    let of = |atom: &AtomId| match level.finer() {
        Some(finer) => state.unit_of(*atom, finer),
        None => dataset.loaded_unit(*atom),
    };
    let mut members: Vec<UnitId> = part.atoms.iter().map(of).collect();
    members.sort_unstable();
    members.dedup();
    members
}

/// Parts of units as loaded, worked out once each.
struct Before<'a> {
    dataset: &'a Dataset,
    ground: &'a Ground,
    level: LevelIndex,
    known: Vec<(UnitId, Vec<Part>)>,
}

impl Before<'_> {
    fn parts(&mut self, unit: UnitId) -> &[Part] {
        let at = self.known.iter().position(|(known, _)| *known == unit).unwrap_or_else(|| {
            let parts = self.ground.parts(self.dataset, &self.dataset.base.atoms(unit));
            self.known.push((unit, parts));
            self.known.len() - 1
        });
        &self.known[at].1
    }

    /// A part is as before when all of it lies in one part of a unit as loaded, nothing else of the unit does, and its
    /// main part holds another part of the same unit as loaded. It is worse when it only has something of such a part.
    fn kind(&mut self, part: &Part, main: &Part, all: &[Part]) -> ExclaveKind {
        let coverage = &self.dataset.coverage;
        let base = &self.dataset.base;
        let mut units: Vec<UnitId> =
            part.faces.iter().map(|&face| base.unit_of(coverage.atom_of(face), self.level)).collect();
        units.sort_unstable();
        units.dedup();
        let mut touched = false;
        for unit in units {
            let old = self.parts(unit);
            if old.len() < 2 {
                continue;
            }
            let holds = |held: &Part, of: &Part| of.faces.iter().any(|face| held.faces.binary_search(face).is_ok());
            for (i, home) in old.iter().enumerate().filter(|(_, home)| holds(home, part)) {
                let was_apart = old.iter().enumerate().any(|(j, other)| j != i && holds(other, main));
                if !was_apart {
                    continue;
                }
                touched = true;
                let inside = |face: &FaceId| home.faces.binary_search(face).is_ok();
                let alone = all.iter().filter(|other| holds(home, other)).count() == 1;
                if alone && part.faces.iter().all(inside) {
                    return ExclaveKind::AsBefore;
                }
            }
        }
        if touched { ExclaveKind::Worse } else { ExclaveKind::New }
    }
}

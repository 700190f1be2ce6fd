//! What neutral plans are put together from: units as loaded, what lies between them, and what each gives alone.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::Planned;
use super::evaluate::{Share, distances_m};
use crate::coverage::AtomId;
use crate::geodesy::{AreaMethod, ExactSum};
use crate::metrics::usual_seat;
use crate::model::{Dataset, LevelIndex, State, UnitId};
use crate::rules::connected;
use crate::sharing::SharedList;

/// A unit as loaded, or a locked one as the plan has it.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its atoms, ascending.
    pub atoms: Vec<AtomId>,
    /// Which unit as loaded it is; `None` for one that the plan made, and for what a locked unit left of one.
    pub unit: Option<UnitId>,
    /// Whether it is locked, and stays by itself.
    pub is_locked: bool,
    /// Whether a member is locked to it, so that it survives where it is merged.
    pub must_survive: bool,
    /// The seat that was given to it, in degrees.
    pub(super) given_seat: Option<Coord>,
    /// People of the atoms of which they are known; `None` where they are of none.
    pub(super) people: Option<Decimal>,
    pub(super) area: ExactSum,
    pub(super) perimeter: ExactSum,
    /// Pieces beside it, and how long the common border is.
    pub(super) beside: Vec<(u32, ExactSum)>,
    /// What it adds to the figures as a unit by itself.
    pub(super) alone: Share,
}

/// What neutral plans are put together from.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) level: LevelIndex,
    pub(super) list: Vec<Piece>,
    /// Pairs of pieces that may become one, the lower one first, ascending.
    pub(super) borders: Vec<[u32; 2]>,
    /// Unit of every atom as loaded.
    pub(super) loaded: &'a SharedList<UnitId>,
    /// Distance of every atom from its seat as loaded, in m.
    pub(super) before_m: Vec<Option<f64>>,
    /// Whether the people of every atom are known.
    pub(super) people_known: bool,
}

impl<'a> Pieces<'a> {
    /// Takes a level apart: what the plan locked is as the plan has it, all else as loaded.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn new(planned: Planned<'a>, level: LevelIndex) -> Self {
        let Planned { dataset, base, plan, grounds } = planned;
        let mut pieces = taken_apart(planned, level);
        let mut piece_of = vec![0_u32; dataset.coverage.atom_count()];
        for (at, piece) in pieces.iter().enumerate() {
            piece.atoms.iter().for_each(|atom| piece_of[atom.index()] = at as u32);
        }
        mark_survivors(planned, level, &mut pieces);
        measure(dataset, &mut pieces, &piece_of, grounds.area_method);
        let parent = |at: u32| {
            let piece = &pieces[at as usize];
            piece.atoms.first().and_then(|&atom| base.unit(base.unit_of(atom, level)).parent)
        };
        let is_open = |&[a, b]: &[u32; 2]| {
            let is_locked = |at: u32| pieces[at as usize].is_locked;
            !is_locked(a) && !is_locked(b) && parent(a) == parent(b)
        };
        let borders =
            connected(dataset, std::iter::once(&grounds.crossings), &piece_of).into_iter().filter(is_open).collect();
        let before_m = distances_before(dataset, base, level);
        let people_known = dataset.coverage.atoms().all(|atom| dataset.population_of(atom).is_some());
        let loaded = base.labels(level);
        let mut all = Self { dataset, level, list: pieces, borders, loaded, before_m, people_known };
        debug_assert_eq!(base.base_unit_count(), plan.base_unit_count());
        let shares: Vec<Share> = (0..all.list.len() as u32).into_par_iter().map(|at| all.share(&[at])).collect();
        all.list.iter_mut().zip(shares).for_each(|(piece, share)| piece.alone = share);
        all
    }

    /// The pieces.
    #[must_use]
    pub fn list(&self) -> &[Piece] {
        &self.list
    }
}

/// Distance of every atom from its seat as loaded, in m.
fn distances_before(dataset: &Dataset, base: &State, level: LevelIndex) -> Vec<Option<f64>> {
    let units: Vec<UnitId> = base.units_at(level).collect();
    let of = |&unit: &UnitId| {
        let atoms = base.atoms(unit);
        let seat = base.unit(unit).seat.as_ref().map(|seat| seat.at).or_else(|| usual_seat(dataset, &atoms));
        let distances: Vec<Option<f64>> = distances_m(dataset, &atoms, seat).collect();
        (atoms, distances)
    };
    let found: Vec<_> = units.par_iter().map(of).collect();
    let mut before_m = vec![None; dataset.coverage.atom_count()];
    for (atom, distance) in found.iter().flat_map(|(atoms, distances)| atoms.iter().zip(distances)) {
        before_m[atom.index()] = *distance;
    }
    before_m
}

/// Units that the plan locked, as it has them, and what they leave of the units as loaded.
fn taken_apart(planned: Planned<'_>, level: LevelIndex) -> Vec<Piece> {
    let Planned { dataset, base, plan, .. } = planned;
    let locked: BTreeSet<UnitId> = plan.units_at(level).filter(|&unit| plan.lock_of(unit).is_some()).collect();
    let settled: BTreeSet<AtomId> = locked.iter().flat_map(|&unit| plan.atoms(unit)).collect();
    let piece = |state: &State, unit: UnitId, atoms: Vec<AtomId>, is_locked| Piece {
        people: atoms.iter().filter_map(|&atom| dataset.population_of(atom)).reduce(Decimal::saturating_add),
        atoms,
        unit: (unit.index() < base.base_unit_count()).then_some(unit),
        is_locked,
        must_survive: false,
        given_seat: state.unit(unit).seat.as_ref().map(|seat| seat.at),
        area: ExactSum::ZERO,
        perimeter: ExactSum::ZERO,
        beside: Vec::new(),
        alone: Share::default(),
    };
    let mut pieces = Vec::new();
    for unit in base.units_at(level).filter(|unit| !locked.contains(unit)) {
        let mut atoms = base.atoms(unit);
        let was_empty = atoms.is_empty();
        atoms.retain(|atom| !settled.contains(atom));
        if was_empty || !atoms.is_empty() {
            pieces.push(piece(base, unit, atoms, false));
        }
    }
    for unit in locked {
        pieces.push(piece(plan, unit, plan.atoms(unit), true));
        // What the plan took from a unit before it was locked is a piece too, without the name.
        let mut left: Vec<AtomId> = if unit.index() < base.base_unit_count() { base.atoms(unit) } else { Vec::new() };
        left.retain(|atom| !settled.contains(atom));
        if !left.is_empty() {
            pieces.push(Piece { unit: None, given_seat: None, ..piece(base, unit, left, false) });
        }
    }
    pieces
}

/// A unit with a locked member survives: the member keeps its parent.
fn mark_survivors(planned: Planned<'_>, level: LevelIndex, pieces: &mut [Piece]) {
    let Planned { base, plan, .. } = planned;
    let Some(finer) = level.finer().filter(|_| plan.has_locks()) else { return };
    let locked = plan.units_at(finer).filter(|&unit| plan.lock_of(unit).is_some());
    let parents: BTreeSet<UnitId> =
        locked.filter_map(|unit| plan.first_atom(unit)).map(|atom| base.unit_of(atom, level)).collect();
    for piece in pieces.iter_mut().filter(|piece| !piece.is_locked) {
        piece.must_survive = piece.unit.is_some_and(|unit| parents.contains(&unit));
    }
}

fn measure(dataset: &Dataset, pieces: &mut [Piece], piece_of: &[u32], method: AreaMethod) {
    let measures = dataset.measures(method);
    for piece in pieces.iter_mut() {
        piece.area = piece.atoms.iter().map(|&atom| measures.atom_area(atom)).sum();
    }
    let mut shared: BTreeMap<[u32; 2], ExactSum> = BTreeMap::new();
    for arc in dataset.coverage.lines() {
        let length = measures.arc_length(arc);
        let sides = dataset.coverage.sides(arc).map(|side| side.map(|atom| piece_of[atom.index()]));
        if sides[0] == sides[1] {
            continue;
        }
        sides.iter().flatten().for_each(|&at| pieces[at as usize].perimeter += length);
        if let [Some(a), Some(b)] = sides {
            *shared.entry([a, b]).or_default() += length;
            *shared.entry([b, a]).or_default() += length;
        }
    }
    for ([a, b], length) in shared {
        pieces[a as usize].beside.push((b, length));
    }
}

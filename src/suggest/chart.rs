//! What a search needs to know of units and of what lies between them, as plain numbers.

use std::collections::BTreeMap;

use geo::Coord;
use rust_decimal::prelude::ToPrimitive as _;

use super::ask::{Ask, AskError, Goal};
use crate::edit::UnitRef;
use crate::geodesy::distance_m;
use crate::jobs::Progress;
use crate::metrics::{Figure, FigureCache, UnitFigures, place_of};
use crate::model::{Dataset, Kind, LevelIndex, State, UnitId};
use crate::rules::{Judge, Limits, Quantity};

/// Why a unit, or two of them, cannot be merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Obstacle {
    /// It is locked.
    Locked,
    /// It was not among those asked about.
    NotAsked,
    /// It has no territory, or nothing by which a plan could name it.
    Nameless,
    /// It borders on no other unit, and no link leads to one.
    NoNeighbour,
    /// Barriers part it from all others.
    Barrier,
    /// Its neighbours belong to another parent.
    OtherParent,
    /// Its neighbours take no part: they are locked, or were not asked about.
    NeighboursClosed,
    /// The rules keep them apart.
    KeptApart,
    /// Members of both are locked, and may not change their parent.
    LockedMembers,
    /// None of them has a code that the result could keep.
    NoCode,
    /// One is urban and the other rural, as a 街道 and a 镇.
    OtherKind,
    /// Their seats lie too far apart.
    TooFar,
    /// They would be too large together.
    TooLarge,
    /// Together they would break a rule that must not be broken.
    BreaksRules,
    /// The people of one are not known, so that nobody could say whether the result has enough of them.
    PeopleUnknown,
    /// The search was stopped before.
    Stopped,
}

/// A unit.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub id: UnitId,
    /// People, those of unknown places left out.
    pub people: f64,
    /// Whether those of any place are unknown.
    pub is_unknown: bool,
    /// Units of the next finer level in it.
    pub members: f64,
    pub area_m2: f64,
    pub perimeter_m: f64,
    pub seat: Option<Coord>,
    /// Limits for people and for area.
    pub limits: [Option<Limits>; 2],
    /// The most people, area in m² and members that rules of severity *error* allow it.
    pub most: [Option<f64>; 3],
    /// Whether it is urban, else rural; `None` where its kind does not say.
    pub is_urban: Option<bool>,
    /// Why it takes no part.
    pub out: Option<Obstacle>,
    /// Whether it has a code that a result could keep.
    pub can_survive: bool,
    /// Whether its members are locked to it.
    pub must_survive: bool,
    pub apart: Vec<(usize, usize, usize)>,
    /// Where its people are, and how many.
    pub places: Vec<(Coord, f64)>,
    /// Sum over its places of people times distance to the seat.
    pub way_now: f64,
    /// Units beside it, ascending.
    pub beside: Vec<Beside>,
}

/// A unit beside another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Beside {
    pub other: u32,
    /// Length of the common border; 0 when only a link joins the two.
    pub border_m: f64,
    /// Why the two cannot be joined here.
    pub obstacle: Option<Obstacle>,
}

/// Units of a level as a graph.
#[derive(Clone, Debug)]
pub struct Chart {
    /// In the order of ids.
    pub(super) pieces: Vec<Piece>,
    /// Whether size means people, else area.
    pub(super) by_people: bool,
    /// Mean distance between the seats of neighbours in m.
    pub(super) reach_m: f64,
}

impl Chart {
    /// Draws the chart of a level.
    ///
    /// # Errors
    /// [`AskError`]: there is nothing to merge, or the goal cannot be one.
    pub fn new(
        judge: &Judge,
        state: &State,
        ask: &Ask,
        cache: &mut FigureCache,
        progress: &Progress,
    ) -> Result<Self, AskError> {
        let dataset = &**judge.dataset();
        let figures = cache.level_with_progress(dataset, state, ask.level, progress)?;
        let there = figures.len();
        if there < 2 {
            return Err(AskError::TooFew { there });
        }
        if matches!(ask.goal, Goal::Units(units) if units == 0 || units >= there) {
            return Err(AskError::NotFewer { there });
        }
        let by_people = dataset.has_population();
        let mut pieces = Vec::with_capacity(there);
        for (id, figures) in &figures {
            progress.check()?;
            pieces.push(piece(judge, state, ask, *id, figures));
        }
        if ask.goal == Goal::Minimum && !pieces.iter().any(Piece::has_minimum) {
            return Err(AskError::NoMinimum { level: dataset.level(ask.level) });
        }
        draw_borders(judge, state, ask.level, &mut pieces);
        let reach_m = reach_m(&pieces);
        Ok(Self { pieces, by_people, reach_m })
    }

    /// What the size of a unit means: people, or area in m² where no people are known.
    pub(super) fn size(&self, piece: &Piece) -> f64 {
        if self.by_people { piece.people } else { piece.area_m2 }
    }

    pub(super) fn piece(&self, at: u32) -> &Piece {
        &self.pieces[at as usize]
    }
}

impl Piece {
    fn has_minimum(&self) -> bool {
        self.limits.iter().flatten().any(|limits| limits.min.is_some())
    }

    /// What lies beside it and can be joined with it.
    pub(super) fn open(&self) -> impl Iterator<Item = u32> + '_ {
        self.beside.iter().filter(|beside| beside.obstacle.is_none()).map(|beside| beside.other)
    }
}

/// Whether a kind is urban; `None` where it says neither.
const fn is_urban(kind: &Kind) -> Option<bool> {
    match kind {
        Kind::Subdistrict | Kind::Community => Some(true),
        Kind::Town | Kind::Township | Kind::EthnicTownship | Kind::Village => Some(false),
        Kind::Group | Kind::County | Kind::Other(_) => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of members")]
fn piece(judge: &Judge, state: &State, ask: &Ask, id: UnitId, figures: &UnitFigures) -> Piece {
    let dataset = &**judge.dataset();
    let unit = state.unit(id);
    let named = UnitRef::to(dataset, state, id);
    let out = if state.lock_of(id).is_some() {
        Some(Obstacle::Locked)
    } else if ask.among.as_ref().is_some_and(|among| !among.contains(&id)) {
        Some(Obstacle::NotAsked)
    } else {
        (named.is_none() || figures.seat.is_none()).then_some(Obstacle::Nameless)
    };
    let atoms = state.atoms(id);
    let known: Vec<f64> =
        atoms.iter().filter_map(|&atom| dataset.population_of(atom)).filter_map(|people| people.to_f64()).collect();
    let places: Vec<(Coord, f64)> = atoms.iter().filter_map(|&atom| weighed_place(dataset, atom)).collect();
    let way = |&(place, people): &(Coord, f64)| figures.seat.map_or(0.0, |seat| people * distance_m(place, seat));
    Piece {
        id,
        people: known.iter().sum(),
        is_unknown: known.len() < atoms.len(),
        members: state.members(id).len() as f64,
        area_m2: figures.area_m2,
        perimeter_m: figures.perimeter_m,
        seat: figures.seat,
        limits: [Figure::Population, Figure::Area].map(|figure| judge.limits(state, id, &Quantity::Figure(figure))),
        most: judge.most(state, id),
        is_urban: unit.kind.as_ref().and_then(is_urban),
        out,
        can_survive: !unit.code.is_empty() && !matches!(named, None | Some(UnitRef::Atom { .. })),
        must_survive: state.members(id).iter().any(|&member| state.lock_of(member).is_some()),
        apart: judge.kept_apart(state, id),
        way_now: places.iter().map(way).sum(),
        places,
        beside: Vec::new(),
    }
}

/// Where the people of an atom are, and how many; where nobody counted people anywhere, every atom counts the same.
fn weighed_place(dataset: &Dataset, atom: crate::coverage::AtomId) -> Option<(Coord, f64)> {
    let weight = if dataset.has_population() { dataset.population_of(atom)?.to_f64()? } else { 1.0 };
    Some((place_of(dataset, atom)?, weight)).filter(|_| weight > 0.0)
}

/// A pair of units by position, the lower one first.
type Pair = (u32, u32);

#[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
fn draw_borders(judge: &Judge, state: &State, level: LevelIndex, pieces: &mut [Piece]) {
    let dataset = &**judge.dataset();
    let labels = state.labels(level);
    let mut at = vec![u32::MAX; state.unit_count()];
    for (position, piece) in pieces.iter().enumerate() {
        at[piece.id.index()] = position as u32;
    }
    let position = |atom: crate::coverage::AtomId| at[labels[atom.index()].index()];
    let pair = |a: u32, b: u32| -> Pair { (a.min(b), a.max(b)) };
    // Length of the border, and whether some of it is open.
    let mut pairs: BTreeMap<Pair, (f64, bool)> = BTreeMap::new();
    for arc in dataset.coverage.lines() {
        let [Some(left), Some(right)] = dataset.coverage.sides(arc) else { continue };
        let (a, b) = (position(left), position(right));
        if a != b {
            let (border_m, is_open) = pairs.entry(pair(a, b)).or_default();
            *border_m += dataset.any_measures().arc_length(arc).to_f64();
            *is_open = *is_open || !judge.is_barred(left, right);
        }
    }
    for [left, right] in judge.link_ends() {
        let (a, b) = (position(left), position(right));
        if a != b {
            pairs.entry(pair(a, b)).or_default().1 = true;
        }
    }
    for ((a, b), (border_m, is_open)) in pairs {
        let [one, two] = [a, b].map(|at| &pieces[at as usize]);
        let is_kin = state.unit(one.id).parent == state.unit(two.id).parent;
        let obstacle = match (is_open, is_kin) {
            (false, _) => Some(Obstacle::Barrier),
            (_, false) => Some(Obstacle::OtherParent),
            _ => one.out.or(two.out).map(|_| Obstacle::NeighboursClosed),
        };
        for (here, other) in [(a, b), (b, a)] {
            pieces[here as usize].beside.push(Beside { other, border_m, obstacle });
        }
    }
    for piece in pieces {
        piece.beside.sort_by_key(|beside| beside.other);
    }
}

/// Mean distance between the seats of neighbours; 1 m without any.
#[expect(clippy::cast_precision_loss, reason = "a mean")]
fn reach_m(pieces: &[Piece]) -> f64 {
    let beside = |piece: &Piece| piece.beside.iter().map(|beside| beside.other).collect::<Vec<_>>();
    let distances: Vec<f64> = pieces
        .iter()
        .flat_map(|piece| beside(piece).into_iter().map(move |other| (piece.seat, pieces[other as usize].seat)))
        .filter_map(|(a, b)| Some(distance_m(a?, b?)))
        .collect();
    let mean = distances.iter().sum::<f64>() / distances.len().max(1) as f64;
    if mean > 1.0 { mean } else { 1.0 }
}

//! Splitting: a unit is divided in two (分设), or a part of it goes to another (部分划转).
//!
//! At the finest level it is the one edit that makes new geometry: atoms that the line crosses are cut, and the dataset
//! is a refined one from then on. Above it, whole members go to the side where most of each lies. One part goes on with
//! the code of the unit; the other is set up anew under the same parent, or goes to a unit that there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use geo::{Coord, Intersects as _, Line, Rect};
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::checks::checked_seat;
use super::draft::{Draft, Drafting, Refined, SharedCut};
use super::error::{EditError, Warning};
use super::names;
use super::op::{Along, Edit, SeatSpec, Share, SplitPart};
use super::patch::Text;
use super::refs::UnitRef;
use super::set_up::{self, Said, Site};
use crate::coverage::{AtomId, Cut, CutError, CutSide, Cutter};
use crate::geodesy::{AreaMethod, ExactSum, chain_measures};
use crate::model::{Dataset, LeftShare, LevelIndex, State, Unit, UnitId};

impl Along {
    /// What cuts, checked.
    ///
    /// # Errors
    /// [`CutError::NoLine`].
    pub fn cutter(&self) -> Result<Cutter, CutError> {
        let places = |list: &[[f64; 2]]| list.iter().map(|&[x, y]| Coord { x, y }).collect::<Vec<_>>();
        match self {
            Self::Line(line) => Cutter::line(&places(line)),
            Self::Polygon(corners) => Cutter::polygon(&places(corners)),
        }
    }
}

/// A unit on both sides of a cut, left first.
#[derive(Default)]
struct Sides {
    /// Where those atoms are that cuts made; `None` when the line runs between atoms.
    refined: Option<Refined>,
    atoms: [Vec<AtomId>; 2],
    /// Members of a unit above the finest level.
    members: [Vec<UnitId>; 2],
    /// Members that the line crosses.
    crossed: Vec<UnitId>,
}

pub(super) fn draft(
    dataset: &Dataset,
    state: &State,
    unit: &UnitRef,
    along: &Along,
    share: &Share,
    parts: &[SplitPart],
) -> Result<Draft, EditError> {
    let id = unit.resolve(dataset, state)?;
    let old = state.unit(id);
    let refused = |why| EditError::NotSplit { unit: old.into(), why };
    let cutter = along.cutter().map_err(refused)?;
    let sides = if old.level == LevelIndex::FINEST {
        cut(dataset, &state.atoms(id), &cutter, share).map_err(|why| match why {
            Uncut::Cut(why) => refused(why),
            Uncut::NoShares => EditError::NoShares { unit: old.into() },
        })?
    } else {
        divide(dataset, state, id, along, &cutter).ok_or_else(|| refused(CutError::NotCutThrough))?
    };
    let now = sides.refined.as_ref().map_or(dataset, |refined| &*refined.dataset);
    let mut given: [SplitPart; 2] = [0, 1].map(|side| parts.get(side).cloned().unwrap_or_default());
    let keeps = side_that_goes_on(now, &sides, old, &given)?;
    let leaves = keeps.other();
    let destination = given[leaves as usize].to.clone();

    let mut draft = Drafting::new(state);
    if let Some(name) = given[keeps as usize].name.as_ref().filter(|name| **name != old.name) {
        draft.warnings.extend(names::check(dataset, state, (name, old.kind.as_ref()), id, &[id]));
        draft.list(Text::Name, name, id);
        draft.unit_mut(id).name.clone_from(name);
    }
    if !sides.crossed.is_empty() {
        let units = sides.crossed.iter().map(|&member| state.unit(member).into()).collect();
        draft.warnings.push(Warning::MembersCrossed { units });
    }
    warn_seat(now, &mut draft, old, &sides.atoms[keeps as usize]);
    let code = Some(old.code.clone()).filter(|code| !code.is_empty());
    given[keeps as usize] = SplitPart { code, ..given[keeps as usize].clone() };
    let (to, to_parent) = if let Some(to) = &destination {
        let to = another_of_its_level(dataset, state, id, to)?;
        if !touches(now, state, &sides.atoms[leaves as usize], to) {
            draft.warnings.push(Warning::NotAdjacent { groups: 2 });
        }
        (to, state.unit(to).parent)
    } else {
        let part = part(now, &mut draft, id, &given[leaves as usize], &sides, keeps)?;
        warn_seat(now, &mut draft, &part, &sides.atoms[leaves as usize]);
        given[leaves as usize] = SplitPart {
            code: Some(part.code.clone()).filter(|code| !code.is_empty()),
            name: Some(part.name.clone()).filter(|name| !name.is_empty()),
            kind: part.kind.clone(),
            seat: part.seat.as_ref().map(SeatSpec::from),
            to: None,
        };
        (draft.make(part), old.parent)
    };
    let Sides { refined, mut atoms, members, .. } = sides;
    draft.refine(refined);
    if old.level == LevelIndex::FINEST {
        draft.hand_over(id, to, to_parent, std::mem::take(&mut atoms[leaves as usize]));
    } else {
        for &member in &members[leaves as usize] {
            draft.move_under(member, to, to_parent);
        }
    }
    let (unit, along, share) = (unit.clone(), along.clone(), share.clone());
    Ok(draft.finish(Edit::Split { unit, along, share, parts: given.into() }, vec![id], to))
}

/// What the part that is set up anew says of itself.
fn part(
    dataset: &Dataset,
    draft: &mut Drafting<'_>,
    of: UnitId,
    given: &SplitPart,
    sides: &Sides,
    keeps: CutSide,
) -> Result<Unit, EditError> {
    let old = draft.state.unit(of);
    let name = given.name.clone().unwrap_or_else(|| {
        let [from, to] = [keeps, keeps.other()].map(|side| middle(dataset, &sides.atoms[side as usize]));
        set_up::name_of_part(&old.name, way(from, to))
    });
    if name.trim().is_empty() && !old.name.is_empty() {
        return Err(EditError::EmptyName);
    }
    let site = Site { like: of, parent: old.parent, replaced: &[] };
    let seat = given.seat.as_ref().map(checked_seat).transpose()?;
    let said = Said { code: given.code.as_ref(), kind: given.kind.as_ref(), name, seat, seat_address: None };
    let part = set_up::unit(dataset, draft, &site, said)?;
    draft.warnings.extend(names::check(dataset, draft.state, (&part.name, part.kind.as_ref()), of, &[]));
    Ok(part)
}

/// The unit that a part goes to.
fn another_of_its_level(dataset: &Dataset, state: &State, of: UnitId, to: &UnitRef) -> Result<UnitId, EditError> {
    let (to, unit) = (to.resolve(dataset, state)?, state.unit(of));
    if to == of || state.unit(to).level != unit.level {
        let level = dataset.level(unit.level);
        return Err(EditError::PartTo { unit: unit.into(), to: state.unit(to).into(), level });
    }
    Ok(to)
}

/// Whether some of these atoms share a border with a unit.
fn touches(dataset: &Dataset, state: &State, atoms: &[AtomId], unit: UnitId) -> bool {
    let labels = state.labels(state.unit(unit).level);
    let neighbours = atoms.iter().flat_map(|&atom| dataset.coverage.neighbours(atom));
    // Atoms that cuts have made are parts of the unit that is divided.
    neighbours.filter_map(|atom| labels.get(atom.index())).any(|&of| of == unit)
}

/// Warns when the seat of a unit is not on these atoms.
fn warn_seat(dataset: &Dataset, draft: &mut Drafting<'_>, unit: &Unit, atoms: &[AtomId]) {
    if unit.seat.as_ref().is_some_and(|seat| !atoms.iter().any(|&atom| dataset.coverage.contains(atom, seat.at))) {
        draft.warnings.push(Warning::SeatOutside { unit: unit.into() });
    }
}

/// The middle of the box around atoms.
fn middle(dataset: &Dataset, atoms: &[AtomId]) -> Coord {
    dataset.coverage.frame_of(atoms).map_or(Coord::zero(), Rect::center)
}

/// The way from one place to another in degrees, the short way around the earth.
fn way(from: Coord, to: Coord) -> [f64; 2] {
    let east = to.x - from.x;
    [if east.abs() > 180.0 { east - 360.0 * east.signum() } else { east }, to.y - from.y]
}

/// Whether a line comes from outside of a unit, passes through the boxes of its atoms, and leaves again.
fn passes_through(dataset: &Dataset, atoms: &[AtomId], line: &[[f64; 2]]) -> bool {
    let place = |&[x, y]: &[f64; 2]| Coord { x, y };
    let is_within = |at: Coord| atoms.iter().any(|&atom| dataset.coverage.contains(atom, at));
    let ends_outside = line.first().into_iter().chain(line.last()).map(place).all(|end| !is_within(end));
    let boxes = || atoms.iter().filter_map(|&atom| dataset.coverage.bounds_of(atom));
    let mut pieces = line.windows(2).map(|pair| Line::new(place(&pair[0]), place(&pair[1])));
    ends_outside && pieces.any(|piece| boxes().any(|bounds| bounds.intersects(&piece)))
}

/// Members go to the side where most of each lies, by where the inner points of their pieces are. `None` when the line
/// does not pass through the unit, or all members are on one side of it.
fn divide(dataset: &Dataset, state: &State, unit: UnitId, along: &Along, cutter: &Cutter) -> Option<Sides> {
    let members = state.members(unit);
    if let Along::Line(line) = along
        && !passes_through(dataset, &state.atoms(unit), line)
    {
        return None;
    }
    let mut sides = Sides::default();
    for &member in members {
        let atoms = state.atoms(member);
        let mut areas: BTreeMap<usize, f64> = BTreeMap::new();
        for (point, area) in dataset.pieces_of(&atoms) {
            let side = point.map_or(CutSide::Left, |at| cutter.side_of(at));
            *areas.entry(side as usize).or_default() += area;
        }
        let right = areas.get(&1).copied().unwrap_or_default() > areas.get(&0).copied().unwrap_or_default();
        let crossed = areas.len() > 1 || atoms.iter().any(|&atom| dataset.coverage.cut(atom, cutter).is_ok());
        if crossed {
            sides.crossed.push(member);
        }
        sides.members[usize::from(right)].push(member);
        sides.atoms[usize::from(right)].extend(atoms);
    }
    for atoms in &mut sides.atoms {
        atoms.sort_unstable();
    }
    sides.members.iter().all(|members| !members.is_empty()).then_some(sides)
}

enum Uncut {
    Cut(CutError),
    NoShares,
}

/// Cuts what the line crosses; other atoms of the unit lie on the side of the line that is nearest to them.
fn cut(dataset: &Dataset, atoms: &[AtomId], cutter: &Cutter, share: &Share) -> Result<Sides, Uncut> {
    let mut refined: Option<Arc<Dataset>> = None;
    let mut cuts = Vec::new();
    let mut sides: [Vec<AtomId>; 2] = Default::default();
    for &atom in atoms {
        let now = refined.as_deref().unwrap_or(dataset);
        match now.coverage.cut(atom, cutter) {
            Ok(cut) => {
                let share = left_share(&cut, share).ok_or(Uncut::NoShares)?;
                let next = now.refined(&cut, share);
                let part = AtomId::new(next.coverage.atom_count() - 1);
                if [atom, part].iter().any(|&part| next.area_of_atom(AreaMethod::Geodesic, part) < ExactSum::ZERO) {
                    return Err(Uncut::Cut(CutError::Unsound));
                }
                sides[CutSide::Left as usize].push(atom);
                sides[CutSide::Right as usize].push(part);
                cuts.push(SharedCut { cut, share });
                refined = Some(Arc::new(next));
            }
            Err(CutError::NotCutThrough | CutError::OneSide) => {
                let side = now.atom_point(atom).map_or(CutSide::Left, |at| cutter.side_of(at));
                sides[side as usize].push(atom);
            }
            Err(why) => return Err(Uncut::Cut(why)),
        }
    }
    if sides.iter().any(Vec::is_empty) {
        return Err(Uncut::Cut(CutError::NotCutThrough));
    }
    for side in &mut sides {
        side.sort_unstable();
    }
    let refined = refined.map(|dataset| Refined { dataset, cuts: cuts.into() });
    Ok(Sides { refined, atoms: sides, ..Sides::default() })
}

/// What share of an atom's people goes to the left.
fn left_share(cut: &Cut, share: &Share) -> Option<LeftShare> {
    let weights = match share {
        Share::Area => [CutSide::Left, CutSide::Right].map(|side| area_m2(cut, side)),
        Share::Weights { left, right, .. } => [*left, *right],
    };
    let [left, right] = weights.map(Decimal::from_f64);
    LeftShare::of([left?, right?])
}

/// Geodesic area of a side.
fn area_m2(cut: &Cut, side: CutSide) -> f64 {
    let part = cut.part(side);
    let rings = part.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings.map(|ring| chain_measures(AreaMethod::Geodesic, &ring.0).area).sum::<ExactSum>().to_f64()
}

/// The part that goes on with the unit's code: the one that a plan gives it to, or else the one where the seat is, or
/// else the one with more people, or with more area.
fn side_that_goes_on(
    dataset: &Dataset,
    sides: &Sides,
    unit: &Unit,
    given: &[SplitPart; 2],
) -> Result<CutSide, EditError> {
    let both = [CutSide::Left, CutSide::Right];
    let none_or_two = || EditError::SplitKeepsNoCode { unit: unit.into() };
    let goes = |side: &CutSide| given[*side as usize].to.is_some();
    if both.iter().any(goes) {
        let stays = both.into_iter().find(|side| !goes(side)).ok_or_else(none_or_two)?;
        let has_own = given[stays as usize].code.as_ref().is_none_or(|code| *code == unit.code);
        return if has_own { Ok(stays) } else { Err(none_or_two()) };
    }
    let code = |side: &CutSide| given[*side as usize].code.as_ref();
    let with =
        |wanted: Option<&CompactString>| both.into_iter().filter(|side| code(side) == wanted).collect::<Vec<_>>();
    match (&with(Some(&unit.code))[..], &with(None)[..]) {
        (&[side], _) | (&[], &[side]) => return Ok(side),
        (&[], &[_, _]) => {}
        _ => return Err(none_or_two()),
    }
    let atoms = |side: CutSide| &sides.atoms[side as usize];
    let seat = unit.seat.as_ref().map(|seat| seat.at);
    let holds_seat =
        |side: &CutSide| seat.is_some_and(|at| atoms(*side).iter().any(|&atom| dataset.coverage.contains(atom, at)));
    if let Some(side) = both.into_iter().find(holds_seat) {
        return Ok(side);
    }
    let weight = |side: CutSide| {
        let people = dataset.people_of(atoms(side)).known().unwrap_or_default();
        let area: ExactSum =
            atoms(side).iter().map(|&atom| dataset.measures(AreaMethod::Geodesic).atom_area(atom)).sum();
        (people, area)
    };
    Ok(if weight(CutSide::Right) > weight(CutSide::Left) { CutSide::Right } else { CutSide::Left })
}

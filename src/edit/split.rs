//! Splitting: one unit of the finest level becomes two (分设).
//!
//! It is the one edit that makes new geometry: atoms that the line crosses are cut, and the dataset is a refined one
//! from then on. One part goes on with the code of the unit, the other is set up anew under the same parent.

use std::sync::Arc;

use compact_str::{CompactString, format_compact};
use geo::Coord;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::apply::checked_seat;
use super::codes::{self, CodeRequest};
use super::draft::{Draft, Drafting, Refined, SharedCut};
use super::error::{EditError, Warning};
use super::names;
use super::op::{Along, Edit, SeatSpec, Share, SplitPart};
use super::patch::Text;
use super::refs::UnitRef;
use crate::coverage::{AtomId, Cut, CutError, CutSide, Cutter};
use crate::geodesy::{AreaMethod, ExactSum, chain_measures};
use crate::model::{CodeStatus, Dataset, LeftShare, LevelIndex, Standing, State, Unit, UnitId};

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

/// The atoms of a unit on both sides of a cut, left first.
struct Sides {
    /// Where those are that cuts made; `None` when the line runs between atoms.
    refined: Option<Refined>,
    atoms: [Vec<AtomId>; 2],
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
    if old.level != LevelIndex::FINEST {
        return Err(EditError::SplitLevel { unit: old.into(), finest: dataset.level(LevelIndex::FINEST) });
    }
    let refused = |why| EditError::NotSplit { unit: old.into(), why };
    let cutter = along.cutter().map_err(refused)?;
    let sides = cut(dataset, &state.atoms(id), &cutter, share).map_err(|why| match why {
        Uncut::Cut(why) => refused(why),
        Uncut::NoShares => EditError::NoShares { unit: old.into() },
    })?;
    let now = sides.refined.as_ref().map_or(dataset, |refined| &*refined.dataset);
    let mut given: [SplitPart; 2] = [0, 1].map(|side| parts.get(side).cloned().unwrap_or_default());
    let keeps = side_that_goes_on(now, &sides, old, &given)?;
    let made = keeps.other();

    let mut draft = Drafting::new(state);
    if let Some(name) = given[keeps as usize].name.as_ref().filter(|name| **name != old.name) {
        draft.warnings.extend(names::check(dataset, state, name, id, &[id]));
        draft.list(Text::Name, name, id);
        draft.unit_mut(id).name.clone_from(name);
    }
    let part = part(dataset, &mut draft, id, &given[made as usize], || {
        provisional_name(now, &old.name, sides.atoms[keeps as usize][0], sides.atoms[made as usize][0])
    })?;
    for (side, unit) in [(keeps, old), (made, &part)] {
        let holds = |at: Coord| sides.atoms[side as usize].iter().any(|&atom| now.coverage.contains(atom, at));
        if unit.seat.as_ref().is_some_and(|seat| !holds(seat.at)) {
            draft.warnings.push(Warning::SeatOutside { unit: unit.into() });
        }
    }
    let code = Some(old.code.clone()).filter(|code| !code.is_empty());
    given[keeps as usize] = SplitPart { code, ..given[keeps as usize].clone() };
    given[made as usize] = SplitPart {
        code: Some(part.code.clone()).filter(|code| !code.is_empty()),
        name: Some(part.name.clone()).filter(|name| !name.is_empty()),
        kind: part.kind.clone(),
        seat: part.seat.as_ref().map(SeatSpec::from),
    };
    draft.refine(sides.refined);
    let to = draft.make(part);
    draft.hand_over(id, to, sides.atoms[made as usize].clone());
    let (unit, along, share) = (unit.clone(), along.clone(), share.clone());
    Ok(draft.finish(Edit::Split { unit, along, share, parts: given.into() }, vec![id], to))
}

/// What the part that is set up anew says of itself.
fn part(
    dataset: &Dataset,
    draft: &mut Drafting<'_>,
    of: UnitId,
    given: &SplitPart,
    name: impl FnOnce() -> CompactString,
) -> Result<Unit, EditError> {
    let state = draft.state;
    let old = state.unit(of);
    let kind = given.kind.clone().or_else(|| old.kind.clone());
    let request = CodeRequest { level: old.level, kind: kind.as_ref(), parent: old.parent, like: of };
    let code = if let Some(code) = &given.code {
        draft.warnings.extend(codes::check_given(dataset, state, code, &request, &[])?);
        code.clone()
    } else {
        let proposal = codes::propose(dataset, state, &request);
        draft.warnings.extend(proposal.warning);
        proposal.code.unwrap_or_default()
    };
    let name = given.name.clone().unwrap_or_else(name);
    if name.trim().is_empty() && !old.name.is_empty() {
        return Err(EditError::EmptyName);
    }
    draft.warnings.extend(names::check(dataset, state, &name, of, &[]));
    Ok(Unit {
        level: old.level,
        code,
        code_status: CodeStatus::Proposed,
        name,
        kind,
        parent: old.parent,
        seat: given.seat.as_ref().map(checked_seat).transpose()?,
        source: None,
        standing: Standing::Current,
        revision: 0,
    })
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
                sides[CutSide::Left as usize].push(atom);
                sides[CutSide::Right as usize].push(AtomId::new(next.coverage.atom_count() - 1));
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
    Ok(Sides { refined: refined.map(|dataset| Refined { dataset, cuts: cuts.into() }), atoms: sides })
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
    let code = |side: &CutSide| given[*side as usize].code.as_ref();
    let with =
        |wanted: Option<&CompactString>| both.into_iter().filter(|side| code(side) == wanted).collect::<Vec<_>>();
    match (&with(Some(&unit.code))[..], &with(None)[..]) {
        (&[side], _) | (&[], &[side]) => return Ok(side),
        (&[], &[_, _]) => {}
        _ => return Err(EditError::SplitKeepsNoCode { unit: unit.into() }),
    }
    let atoms = |side: CutSide| &sides.atoms[side as usize];
    let seat = unit.seat.as_ref().map(|seat| seat.at);
    let holds_seat =
        |side: &CutSide| seat.is_some_and(|at| atoms(*side).iter().any(|&atom| dataset.coverage.contains(atom, at)));
    if let Some(side) = both.into_iter().find(holds_seat) {
        return Ok(side);
    }
    let weight = |side: CutSide| {
        let people: Decimal = atoms(side).iter().filter_map(|&atom| dataset.population_of(atom)).sum();
        let area: ExactSum =
            atoms(side).iter().map(|&atom| dataset.measures(AreaMethod::Geodesic).atom_area(atom)).sum();
        (people, area)
    };
    Ok(if weight(CutSide::Right) > weight(CutSide::Left) { CutSide::Right } else { CutSide::Left })
}

/// A name for the new part, until somebody gives it one: that of the unit with the direction in which the part lies.
fn provisional_name(dataset: &Dataset, name: &str, from: AtomId, to: AtomId) -> CompactString {
    const SUFFIXES: [&str; 9] = ["村民委员会", "居民委员会", "村委会", "居委会", "社区", "街道", "村", "镇", "乡"];
    if name.is_empty() {
        return CompactString::default();
    }
    let [from, to] = [from, to].map(|atom| dataset.coverage.bounds_of(atom).map_or(Coord::zero(), geo::Rect::center));
    let by = to - from;
    let direction = match (by.x.abs() > by.y.abs(), by.x > 0.0, by.y > 0.0) {
        (true, true, _) => ["东", "East"],
        (true, false, _) => ["西", "West"],
        (false, _, true) => ["北", "North"],
        (false, _, false) => ["南", "South"],
    };
    if name.is_ascii() {
        return format_compact!("{name} {}", direction[1]);
    }
    let suffix = SUFFIXES.into_iter().find(|suffix| name.ends_with(suffix) && name.len() > suffix.len()).unwrap_or("");
    format_compact!("{}{}{suffix}", name.strip_suffix(suffix).unwrap_or(name), direction[0])
}

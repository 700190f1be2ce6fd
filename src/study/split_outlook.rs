//! What a split would lead to: the two parts, with their figures.

use std::sync::Arc;

use geo::{BoundingRect, Coord, Intersects as _, Rect};
use rust_decimal::Decimal;

use super::Study;
use crate::coverage::{AtomId, NEAR_DEG, union};
use crate::edit::{Edit, EditError, Preview, SplitPart, UnitAfter, Warning};
use crate::geodesy::{ExactSum, chain_measures};
use crate::metrics::neighbours_of_part;
use crate::model::{Dataset, Facilities, Unit, UnitId};

/// What a split would lead to.
#[derive(Clone, Debug)]
pub struct SplitOutlook {
    /// The unit that is split.
    pub whole: UnitId,
    /// What is left of the line, and the rest.
    pub parts: [PartOutlook; 2],
    /// Which of them goes on with the unit's code.
    pub keeps: usize,
    /// The unit that the other part goes to, where it is not set up as one.
    pub to: Option<UnitId>,
    /// Units of the same level that border on the other part, those with the longest border first.
    pub neighbours: Vec<UnitId>,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
    dataset: Arc<Dataset>,
}

/// A part of a unit as it would be.
#[derive(Clone, Debug)]
pub struct PartOutlook {
    /// What it would say of itself.
    pub unit: Unit,
    /// Its people; `None` when not known.
    pub population: Option<Decimal>,
    /// Its area in m².
    pub area_m2: f64,
    /// Number of its members.
    pub members: usize,
    /// Its other sums, by field.
    pub sums: Vec<Option<Decimal>>,
    /// A place in its middle.
    pub at: Option<Coord>,
    /// Ascending.
    atoms: Vec<AtomId>,
}

/// A part of a unit that lies apart from the others.
#[derive(Clone, Debug, PartialEq)]
pub struct PartApart {
    /// Corners of a polygon that holds it and nothing else of the unit.
    pub around: Vec<Coord>,
    /// Its area in m².
    pub area_m2: f64,
}

impl SplitOutlook {
    /// How many facilities lie in each part.
    #[must_use]
    pub fn counts(&self, facilities: &Facilities) -> [usize; 2] {
        let coverage = &self.dataset.coverage;
        self.parts.each_ref().map(|part| {
            let bounds = part.atoms.iter().filter_map(|&atom| coverage.bounds_of(atom)).reduce(union);
            let near = bounds.map(|bounds| facilities.within(bounds).collect::<Vec<_>>()).unwrap_or_default();
            near.iter().filter(|it| part.holds(&self.dataset, it.at)).count()
        })
    }
}

impl PartOutlook {
    /// Whether a place in degrees lies in it. A place is asked for the few atoms around it, however many the part has.
    fn holds(&self, dataset: &Dataset, at: Coord) -> bool {
        let mut around = dataset.index.atoms_in(Rect::new(at, at));
        around.any(|atom| self.atoms.binary_search(&atom).is_ok() && dataset.coverage.contains(atom, at))
    }
}

impl Study {
    /// The parts of a unit that lie apart, the largest first; none of a unit in one piece. A split along the polygon
    /// around one of them divides the unit between its parts, and cuts nothing.
    #[must_use]
    pub fn parts_apart(&self, unit: UnitId) -> Vec<PartApart> {
        let coverage = &self.dataset().coverage;
        let outline = coverage.outline(&self.state().atoms(unit));
        if outline.parts() < 2 {
            return Vec::new();
        }
        // No polygon on the map holds a part that lies across the 180th meridian.
        let is_whole = outline.are_whole();
        let polygons = outline.to_multi_polygon(coverage).0;
        let boxes: Vec<Option<Rect>> = polygons.iter().map(BoundingRect::bounding_rect).collect();
        let is_free = |at: usize, bounds: &Rect| {
            let others = boxes.iter().enumerate().filter(|(other, _)| *other != at);
            others.filter_map(|(_, other)| *other).all(|other| !other.intersects(bounds))
        };
        let whole = polygons.iter().enumerate().filter(|&(at, _)| is_whole[at]);
        let apart = whole.map(|(at, polygon)| {
            let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
            let area: ExactSum = rings.map(|ring| chain_measures(self.area_method(), &ring.0).area).sum();
            // A box says it shorter than the border does, where no other part lies in it.
            let margin = Coord { x: NEAR_DEG, y: NEAR_DEG } * 4.0;
            let on_map = |at: Coord| Coord { x: at.x.clamp(-180.0, 180.0), y: at.y.clamp(-90.0, 90.0) };
            let around =
                boxes[at].map(|bounds| Rect::new(on_map(bounds.min() - margin), on_map(bounds.max() + margin)));
            let shape = match around.filter(|bounds| is_free(at, bounds)) {
                Some(bounds) => bounds.to_polygon().into_inner().0,
                None => polygon.exterior().clone(),
            };
            let corners = shape.0.len() - 1;
            PartApart { around: shape.0[..corners].to_vec(), area_m2: area.at_least_nothing().to_f64() }
        });
        let mut apart: Vec<PartApart> = apart.collect();
        apart.sort_by(|a, b| b.area_m2.total_cmp(&a.area_m2));
        apart
    }

    /// What splitting a unit would lead to. It changes nothing.
    ///
    /// # Errors
    /// [`EditError`] when the split would be refused.
    pub fn split_outlook(&self, whole: UnitId, edit: &Edit) -> Result<SplitOutlook, EditError> {
        let Preview { after, edit, warnings, dataset, .. } = self.document().preview(edit)?;
        let state = self.state();
        let to = edit.part_goes_to().map(|to| to.resolve(self.dataset(), state)).transpose()?;
        let made = after.iter().find(|it| to.map_or(it.id.index() >= state.unit_count(), |to| it.id == to));
        let kept = after.iter().find(|it| it.id == whole);
        let (Some(made), Some(kept)) = (made, kept) else { return Err(EditError::TooFewUnits { given: 1, needed: 2 }) };
        let is_made = |part: &SplitPart| {
            part.name.as_deref().unwrap_or_default() == made.unit.name
                && part.code.as_deref().unwrap_or_default() == made.unit.code
        };
        let is_first = |part: &SplitPart| if to.is_some() { part.to.is_some() } else { is_made(part) };
        let made_first = matches!(&edit, Edit::Split { parts, .. } if parts.first().is_some_and(is_first));
        // Of a unit that takes a part over, what it takes over.
        let had = to.map(|to| (state.atoms(to), state.members(to).len())).unwrap_or_default();
        let taken = UnitAfter {
            atoms: made.atoms.iter().copied().filter(|atom| had.0.binary_search(atom).is_err()).collect(),
            members: made.members - had.1,
            ..made.clone()
        };
        let measures = dataset.measures(self.area_method());
        let part = |after: &UnitAfter| {
            let atoms = &after.atoms;
            let largest = atoms.iter().copied().max_by_key(|&atom| measures.atom_area(atom));
            PartOutlook {
                unit: after.unit.clone(),
                population: dataset.people_of(atoms).value(),
                members: after.members,
                area_m2: atoms
                    .iter()
                    .map(|&atom| measures.atom_area(atom))
                    .sum::<ExactSum>()
                    .at_least_nothing()
                    .to_f64(),
                sums: (0..dataset.fields.sum.len()).map(|field| dataset.total_of(atoms, field).value()).collect(),
                at: largest.and_then(|atom| dataset.atom_point(atom)),
                atoms: atoms.clone(),
            }
        };
        let (made, kept) = (part(&taken), part(kept));
        let mut neighbours = neighbours_of_part(&dataset, state, &made.atoms, whole);
        neighbours.sort_by(|a, b| b.1.total_cmp(&a.1));
        let neighbours = neighbours.into_iter().map(|(unit, _)| unit).collect();
        let (parts, keeps) = if made_first { ([made, kept], 1) } else { ([kept, made], 0) };
        Ok(SplitOutlook { whole, parts, keeps, to, neighbours, warnings, dataset })
    }
}

//! Where in a unit its name goes: the pole of inaccessibility of its largest part.

use std::collections::HashMap;

use geo::{Area as _, BoundingRect as _, Contains as _, Coord, LineString, MapCoords as _, Polygon, Rect};

use super::projection::world_from_lonlat;
use crate::coverage::Coverage;
use crate::model::{State, UnitId};

/// Tolerance of the pole, as a share of the size of the unit.
const TOLERANCE: f64 = 0.02;

/// The search looks at about this many vertices at most.
const SEARCH_VERTICES: usize = 400;

/// Place for a name inside a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Anchor {
    /// The pole of inaccessibility, in world coordinates.
    pub world: Coord,
    /// Distance from there to the nearest border, in world units.
    pub radius_world: f64,
    /// Distance from there to the border in the east or west, whichever is nearer, in world units.
    pub reach_world: f64,
    /// Square root of the area, in world units: larger units are named first.
    pub size_world: f64,
}

/// Anchors of units, each computed when first asked for and kept until its territory changes.
#[derive(Debug, Default)]
pub struct Anchors {
    known: HashMap<UnitId, (u64, Option<Anchor>)>,
}

impl Anchors {
    /// Anchor of a unit if it is known.
    ///
    /// # Errors
    /// [`NotYet`] when it still has to be computed.
    pub fn known(&self, state: &State, unit: UnitId) -> Result<Option<Anchor>, NotYet> {
        match self.known.get(&unit) {
            Some(&(revision, anchor)) if revision == state.unit(unit).revision => Ok(anchor),
            _ => Err(NotYet),
        }
    }

    /// Anchor of a unit; `None` when it has no territory.
    pub fn get(&mut self, coverage: &Coverage, state: &State, unit: UnitId) -> Option<Anchor> {
        if let Ok(anchor) = self.known(state, unit) {
            return anchor;
        }
        let anchor = anchor_of(coverage, state, unit);
        self.known.insert(unit, (state.unit(unit).revision, anchor));
        anchor
    }

    /// Computes anchors of several units, in parallel.
    pub fn prepare(&mut self, coverage: &Coverage, state: &State, units: &[UnitId]) {
        use rayon::prelude::*;

        let made: Vec<_> = units.par_iter().map(|&unit| (unit, anchor_of(coverage, state, unit))).collect();
        for (unit, anchor) in made {
            self.known.insert(unit, (state.unit(unit).revision, anchor));
        }
    }

    /// Forgets everything, when another dataset is opened.
    pub fn clear(&mut self) {
        self.known.clear();
    }
}

/// Anchor of the largest part of a unit.
fn anchor_of(coverage: &Coverage, state: &State, unit: UnitId) -> Option<Anchor> {
    let parts = coverage.outline(&state.atoms(unit)).to_multi_polygon(coverage);
    parts.into_iter().filter_map(|part| anchor(&part)).max_by(|a, b| a.size_world.total_cmp(&b.size_world))
}

/// An anchor that has to be computed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotYet;

/// Anchor of a polygon in degrees; `None` when it is degenerate.
#[must_use]
pub fn anchor(lonlat: &Polygon) -> Option<Anchor> {
    let origin = world_from_lonlat(lonlat.exterior().0.first().copied()?);
    // Relative to a corner, the search works with small numbers.
    let local = anchor_in_plane(&lonlat.map_coords(|coord| world_from_lonlat(coord) - origin))?;
    Some(Anchor { world: origin + local.world, ..local })
}

/// Anchor of a polygon in any plane, in the units of that plane; `None` when it is degenerate.
#[must_use]
pub fn anchor_in_plane(local: &Polygon) -> Option<Anchor> {
    let size_world = local.unsigned_area().sqrt();
    if !(size_world.is_finite() && size_world > 0.0) {
        return None;
    }
    let pole =
        polylabel::polylabel(&thinned(local), &(size_world * TOLERANCE)).ok().filter(|pole| local.contains(pole));
    let at = pole.map(Coord::from).or_else(|| local.bounding_rect().map(Rect::center))?;
    let rings = || std::iter::once(local.exterior()).chain(local.interiors());
    let edges = || rings().flat_map(|ring| ring.0.windows(2).map(|edge| (edge[0], edge[1])));
    let radius_world = edges().map(|(a, b)| distance(at, a, b)).fold(f64::INFINITY, f64::min);
    let reach_world =
        edges().filter_map(|(a, b)| crossing(at.y, a, b)).map(|x| (x - at.x).abs()).fold(f64::INFINITY, f64::min);
    Some(Anchor { world: at, radius_world, reach_world: reach_world.min(size_world), size_world })
}

/// A polygon with few enough vertices for a quick search. The place found is only good to the tolerance anyway.
fn thinned(polygon: &Polygon) -> Polygon {
    let vertices: usize =
        polygon.exterior().0.len() + polygon.interiors().iter().map(|ring| ring.0.len()).sum::<usize>();
    let step = vertices.div_ceil(SEARCH_VERTICES).max(1);
    let thin = |ring: &LineString| {
        // Rings shorter than a few steps keep their shape.
        let step = step.min(ring.0.len() / 8).max(1);
        let mut kept: Vec<Coord> = ring.0.iter().copied().step_by(step).collect();
        kept.extend(ring.0.last());
        LineString(kept)
    };
    Polygon::new(thin(polygon.exterior()), polygon.interiors().iter().map(thin).collect())
}

/// Distance from a point to a segment.
fn distance(at: Coord, a: Coord, b: Coord) -> f64 {
    let (along, to) = (b - a, at - a);
    let squared = along.x * along.x + along.y * along.y;
    let t = if squared > 0.0 { ((to.x * along.x + to.y * along.y) / squared).clamp(0.0, 1.0) } else { 0.0 };
    (to.x - t * along.x).hypot(to.y - t * along.y)
}

/// Where a segment crosses a horizontal line.
fn crossing(y: f64, a: Coord, b: Coord) -> Option<f64> {
    ((a.y > y) != (b.y > y)).then(|| a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y))
}

#[cfg(test)]
mod tests {
    use geo::wkt;

    use super::*;

    #[test]
    fn the_name_of_an_l_shaped_unit_goes_into_its_thick_arm() {
        let l: Polygon = wkt! { POLYGON((0. 0., 3. 0., 3. 2., 1. 2., 1. 6., 0. 6., 0. 0.)) };
        let anchor = anchor(&l).unwrap();
        let degree = world_from_lonlat(Coord { x: 1.0, y: 0.0 }).x;
        assert!(anchor.world.y < 2.0 * degree && anchor.world.x > 0.9 * degree);
        assert!((anchor.radius_world / degree - 1.0).abs() < 0.1);
        assert!(anchor.reach_world >= anchor.radius_world);
    }

    #[test]
    fn a_polygon_without_area_has_no_place_for_a_name() {
        let line: Polygon = wkt! { POLYGON((0. 0., 1. 0., 2. 0., 0. 0.)) };
        assert_eq!(anchor(&line), None);
    }
}

//! Units of a level as shapes on the paper.

use geo::{Coord, LineString, Polygon};

use super::lines::{Lines, Spot};
use crate::coverage::{Outline, OutlinePolygon};
use crate::model::{Dataset, LevelIndex, State, UnitId};

/// Outlines of the units of a level.
pub(super) struct Territories {
    /// Units in force, ascending.
    pub units: Vec<UnitId>,
    /// Outline of each.
    outlines: Vec<Outline>,
}

impl Territories {
    /// Outlines of all units of a level, from one pass over the arcs.
    pub fn new(dataset: &Dataset, state: &State, level: LevelIndex) -> Self {
        let units: Vec<UnitId> = state.units_at(level).collect();
        let mut position = vec![u32::MAX; state.unit_count()];
        for (i, unit) in (0_u32..).zip(&units) {
            position[unit.index()] = i;
        }
        let labels: Vec<u32> = state.labels(level).iter().map(|unit| position[unit.index()]).collect();
        let outlines = dataset.coverage.outlines(&labels, units.len());
        Self { units, outlines }
    }

    /// Rings of the unit at a position, shells and holes; those too small to be seen are left out.
    pub fn rings<'a>(&'a self, position: usize, lines: &'a Lines) -> impl Iterator<Item = Vec<Spot>> + 'a {
        let chains =
            self.outlines[position].polygons.iter().flat_map(|part| std::iter::once(&part.shell).chain(&part.holes));
        chains.filter_map(|chain| lines.ring(chain))
    }

    /// Connected parts of the unit at a position, in points.
    pub fn parts<'a>(&'a self, position: usize, lines: &'a Lines) -> impl Iterator<Item = Polygon> + 'a {
        self.outlines[position].polygons.iter().filter_map(|part| polygon(part, lines))
    }
}

fn polygon(part: &OutlinePolygon, lines: &Lines) -> Option<Polygon> {
    let points = |ring: Vec<Spot>| -> LineString {
        let coord = |[x, y]: Spot| Coord { x: f64::from(x) / 100.0, y: f64::from(y) / 100.0 };
        ring.into_iter().map(coord).collect()
    };
    let shell = points(lines.ring(&part.shell)?);
    Some(Polygon::new(shell, part.holes.iter().filter_map(|hole| lines.ring(hole)).map(points).collect()))
}

//! Arcs simplified for several scales.
//!
//! Every vertex of an arc gets the coarsest level of detail that still keeps it, by the area of the triangle that it
//! would cut off (Visvalingam and Whyatt 1993). The ends of arcs are kept at all levels, so that the arcs still meet
//! and neighbours share their borders; a closed arc keeps four vertices at least, so that an island stays one.

use std::sync::Arc;

use geo::{Coord, LineString, Rect, SimplifyVwIdx as _};
use rayon::prelude::*;

use super::projection::world_from_lonlat;
use quhua::coverage::{ArcId, Coverage};
use quhua::sharing::SharedMap;

/// Each level drops what is so many times larger than the one before.
const STEP: f64 = 2.0;

/// A level whose tolerance is larger than this share of the whole map would serve no view.
const COARSEST: f64 = 1.0 / 400.0;

/// Most pixels that a simplified line may be off.
const TOLERANCE_PX: f64 = 1.0;

/// Arcs that one task simplifies.
const ARCS_PER_TASK: usize = 2_048;

/// Which level keeps which vertex. A copy costs nothing to speak of.
#[derive(Clone, Debug)]
pub(super) struct Detail {
    kept: Arc<Kept>,
    /// The same for single arcs that are no longer what they were.
    cuts: SharedMap<Arc<[u8]>>,
    /// How far a line may be off at each level, in world units. Level 0 is exact.
    tolerances: Arc<[f64]>,
}

/// Coarsest level that keeps each vertex of the arcs, arc after arc. Nothing where there is one level only.
#[derive(Debug, Default)]
struct Kept {
    levels: Vec<u8>,
    /// End of each arc in `levels`.
    ends: Vec<u32>,
}

impl Kept {
    fn of(&self, arc: ArcId) -> &[u8] {
        let end = |arc: usize| self.ends.get(arc).map_or(0, |&end| end as usize);
        let start = arc.index().checked_sub(1).map_or(0, end);
        self.levels.get(start..end(arc.index())).unwrap_or_default()
    }
}

impl Detail {
    /// Simplifies all arcs of a coverage; `bounds` is what it covers in world coordinates.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn of(coverage: &Coverage, bounds: Option<Rect>) -> Self {
        let tolerances = tolerances(coverage, bounds);
        let arcs: Vec<ArcId> = coverage.arcs().collect();
        let mut kept = Kept::default();
        if tolerances.len() > 1 {
            let tasks: Vec<Vec<u8>> = arcs
                .par_chunks(ARCS_PER_TASK)
                .map(|arcs| arcs.iter().flat_map(|&arc| levels_of(coverage.arc(arc), &tolerances)).collect())
                .collect();
            kept.levels = tasks.concat();
            kept.ends.reserve_exact(arcs.len());
            let mut end = 0;
            for &arc in &arcs {
                end += coverage.arc(arc).len() as u32;
                kept.ends.push(end);
            }
        }
        Self { kept: Arc::new(kept), cuts: SharedMap::default(), tolerances: tolerances.into() }
    }

    /// The same with other vertices of some arcs.
    pub fn refined(&self, coverage: &Coverage, arcs: &[ArcId]) -> Self {
        let mut refined = self.clone();
        if self.levels() > 1 {
            for &arc in arcs.iter().filter(|arc| arc.index() < coverage.arc_count()) {
                refined.cuts.insert(arc.0, levels_of(coverage.arc(arc), &self.tolerances).into());
            }
        }
        refined
    }

    /// Whether one was made of the other.
    pub fn shares_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.kept, &other.kept)
    }

    /// Number of levels, at least 1.
    pub fn levels(&self) -> usize {
        self.tolerances.len()
    }

    /// How far a line may be off at a level, in world units.
    pub fn tolerance(&self, level: usize) -> f64 {
        self.tolerances[level]
    }

    /// The coarsest level that looks right where a pixel is so many world units wide.
    pub fn level_for(&self, world_per_pixel: f64) -> usize {
        self.tolerances.iter().rposition(|&tolerance| tolerance <= world_per_pixel * TOLERANCE_PX).unwrap_or(0)
    }

    /// Whether a level keeps a vertex of an arc, by its position.
    #[expect(clippy::cast_possible_truncation, reason = "there are some ten levels")]
    pub fn kept(&self, arc: ArcId, level: usize) -> impl Fn(usize) -> bool + use<'_> {
        let keep =
            if level == 0 { &[] } else { self.cuts.get(arc.0).map_or_else(|| self.kept.of(arc), |kept| &**kept) };
        move |vertex| level == 0 || keep[vertex] >= level as u8
    }

    /// Number of vertices of an arc that a level keeps, at least 2.
    pub fn kept_count(&self, coverage: &Coverage, arc: ArcId, level: usize) -> usize {
        let kept = self.kept(arc, level);
        (0..coverage.arc(arc).len()).filter(|&vertex| kept(vertex)).count()
    }
}

/// Tolerances from the mean length of an edge up to what is a pixel of the whole map.
fn tolerances(coverage: &Coverage, bounds: Option<Rect>) -> Vec<f64> {
    let mut tolerances = vec![0.0];
    let Some(bounds) = bounds else { return tolerances };
    let length = |edge: &[Coord]| {
        let (a, b) = (world_from_lonlat(edge[0]), world_from_lonlat(edge[1]));
        (b.x - a.x).hypot(b.y - a.y)
    };
    // A sample is enough for a mean.
    let step = coverage.arc_count().div_ceil(2_000).max(1);
    let edges = coverage.arcs().step_by(step).flat_map(|arc| coverage.arc(arc).windows(2));
    let (total, count) = edges.fold((0.0, 0_u32), |(total, count), edge| (total + length(edge), count + 1));
    let coarsest = bounds.width().max(bounds.height()) * COARSEST;
    let mut tolerance = total / f64::from(count.max(1)) * 0.5;
    while tolerance > 0.0 && tolerance < coarsest && tolerances.len() < 12 {
        tolerances.push(tolerance);
        tolerance *= STEP;
    }
    tolerances
}

/// Coarsest level that keeps each vertex of a line.
#[expect(clippy::cast_possible_truncation, reason = "there are some ten levels")]
fn levels_of(arc: &[Coord], tolerances: &[f64]) -> Vec<u8> {
    let coarsest = tolerances.len() - 1;
    let mut levels = vec![0; arc.len()];
    let is_closed = arc.first() == arc.last();
    let mut line = LineString(arc.iter().map(|&coord| world_from_lonlat(coord)).collect());
    let mut kept: Vec<usize> = (0..arc.len()).collect();
    for (level, tolerance) in tolerances.iter().enumerate().skip(1) {
        let mut indices = if line.0.len() > 2 { line.simplify_vw_idx(tolerance * tolerance) } else { vec![0, 1] };
        if is_closed && indices.len() < 4 && kept.len() >= 4 {
            let last = kept.len() - 1;
            indices = vec![0, last.div_ceil(3), last * 2 / 3, last];
        }
        line = LineString(indices.iter().map(|&i| line.0[i]).collect());
        kept = indices.into_iter().map(|i| kept[i]).collect();
        for &vertex in &kept {
            levels[vertex] = level as u8;
        }
    }
    if let [first, .., last] = &mut levels[..] {
        (*first, *last) = (coarsest as u8, coarsest as u8);
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::fixture;

    fn coords(text: &[(f64, f64)]) -> Vec<Coord> {
        text.iter().map(|&(x, y)| Coord { x: x * 0.01, y: y * 0.01 }).collect()
    }

    #[test]
    fn small_wiggles_go_first_and_the_ends_stay() {
        let arc = coords(&[(0., 0.), (1., 0.01), (2., 0.), (3., 1.), (4., 0.)]);
        // 0.01° are some 1.1 km.
        assert_eq!(levels_of(&arc, &[0.0, 300.0, 900.0]), [2, 0, 2, 2, 2]);
        assert_eq!(levels_of(&arc, &[0.0, 300.0, 9_000.0]), [2, 0, 1, 1, 2]);
    }

    #[test]
    fn an_island_keeps_four_vertices() {
        let ring: Vec<Coord> = (0..=12)
            .map(|i| f64::from(i % 12) * 30.0_f64.to_radians())
            .map(|a| Coord { x: a.cos(), y: a.sin() })
            .collect();
        let levels = levels_of(&ring, &[0.0, 1e9, 1e12]);
        assert_eq!((0..=12).filter(|&vertex| levels[vertex] == 2).count(), 4);
    }

    #[test]
    fn the_level_follows_the_size_of_a_pixel() {
        let detail = Detail { tolerances: [0.0, 10.0, 30.0].into(), ..Detail::of(&fixture::grid(2, 2), None) };
        assert_eq!([1.0, 9.0, 20.0, 30.0, 1e6].map(|pixel| detail.level_for(pixel)), [0, 0, 1, 2, 2]);
    }
}

//! Arcs on the paper: projected, thinned to what can be seen, and rounded to hundredths of a point.
//!
//! An arc is thinned once, between its ends, and both its sides use it: so borders are still shared.

use emath::Pos2;
use rayon::prelude::*;

use crate::carto::Camera;
use crate::coverage::{ArcId, Coverage, DirectedArc};

/// How far a thinned line may be from the true one, in pixels.
const TOLERANCE_PIXELS: f32 = 0.3;

/// A place on the paper in hundredths of a point.
pub(super) type Spot = [i32; 2];

/// Arcs on the paper. Those not asked for are empty.
pub(super) struct Lines {
    arcs: Vec<Vec<Spot>>,
}

impl Lines {
    /// Projects and thins the arcs that are wanted.
    pub fn new(
        coverage: &Coverage,
        camera: &Camera,
        pixels_per_point: f32,
        wanted: impl Fn(ArcId) -> bool + Sync,
    ) -> Self {
        let tolerance = TOLERANCE_PIXELS / pixels_per_point;
        let line = |i| {
            let arc = ArcId::new(i);
            if !wanted(arc) {
                return Vec::new();
            }
            let points: Vec<Pos2> = coverage.arc(arc).iter().map(|&at| camera.screen_from_lonlat(at)).collect();
            let mut spots: Vec<Spot> = thinned(&points, tolerance).into_iter().map(spot).collect();
            spots.dedup();
            spots
        };
        Self { arcs: (0..coverage.arc_count()).into_par_iter().map(line).collect() }
    }

    /// An arc in its stored direction.
    pub fn arc(&self, arc: ArcId) -> &[Spot] {
        &self.arcs[arc.index()]
    }

    /// A closed chain of arcs, its first spot not repeated; `None` when nothing of it is left on the paper.
    pub fn ring(&self, chain: &[DirectedArc]) -> Option<Vec<Spot>> {
        let mut ring: Vec<Spot> = Vec::new();
        for &directed in chain {
            let arc = self.arc(directed.arc());
            if directed.is_backward() {
                ring.extend(arc.iter().rev());
            } else {
                ring.extend(arc);
            }
        }
        ring.dedup();
        while ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        (ring.len() >= 3).then_some(ring)
    }
}

/// A position in hundredths of a point.
#[expect(clippy::cast_possible_truncation, reason = "sheets have some thousand points")]
fn spot(at: Pos2) -> Spot {
    [at.x, at.y].map(|value| (value * 100.0).round() as i32)
}

/// Douglas and Peucker 1973, without recursion: the ends stay, and every other vertex that is farther than the
/// tolerance from the line between those that stay.
fn thinned(points: &[Pos2], tolerance: f32) -> Vec<Pos2> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut kept = vec![false; points.len()];
    let last = points.len() - 1;
    (kept[0], kept[last]) = (true, true);
    let mut spans = vec![(0, last)];
    while let Some((from, to)) = spans.pop() {
        let inner = (from + 1..to).map(|i| (i, distance(points[i], points[from], points[to])));
        let Some((farthest, off)) = inner.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) else { continue };
        if off > tolerance {
            kept[farthest] = true;
            spans.extend([(from, farthest), (farthest, to)]);
        }
    }
    points.iter().zip(kept).filter_map(|(&point, kept)| kept.then_some(point)).collect()
}

/// Distance from a point to a segment, which may have no length.
fn distance(at: Pos2, a: Pos2, b: Pos2) -> f32 {
    let (along, to) = (b - a, at - a);
    let squared = along.length_sq();
    let t = if squared > 0.0 { (to.dot(along) / squared).clamp(0.0, 1.0) } else { 0.0 };
    (to - along * t).length()
}

#[cfg(test)]
mod tests {
    use emath::pos2;

    use super::*;

    #[test]
    fn thinning_keeps_ends_and_corners() {
        //  ·──·──·
        //        │      the middle one is 0.1 off the line
        //        ·
        let line = [pos2(0.0, 0.0), pos2(5.0, 0.1), pos2(10.0, 0.0), pos2(10.0, 8.0)];
        assert_eq!(thinned(&line, 0.3), [line[0], line[2], line[3]]);
    }

    #[test]
    fn a_closed_line_keeps_its_shape() {
        let ring = [pos2(0.0, 0.0), pos2(4.0, 0.0), pos2(4.0, 4.0), pos2(0.0, 4.0), pos2(0.0, 0.0)];
        assert_eq!(thinned(&ring, 0.3), ring);
    }
}

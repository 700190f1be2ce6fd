//! Doubts about where a layer lies: those that came up when it was read, and that it is shifted against another.
//!
//! Data of China's public web maps lie 300 to 700 m beside the truth. Where two layers bound the same ground, taking the
//! shift back from one of them brings their edges together.

use geo::{BoundingRect as _, Coord, LineString, Rect};

use super::{CrsDoubt, Finding, FindingKind, Layer, Severity};
use crate::geodesy::{distance_m, gcj02};

/// Edges that are nearer than this lie on each other, in metres.
const TOGETHER_M: f64 = 60.0;
/// A shift is at least this wide, in metres.
const APART_M: f64 = 200.0;

fn finding(doubt: CrsDoubt, at: Option<Coord>) -> Finding {
    let mut made = Finding::new(Severity::Warning, Vec::new(), FindingKind::CrsSuspect(doubt));
    made.at = at;
    made
}

/// What came up when the layer was read.
pub(super) fn of_reading(layer: &Layer) -> impl Iterator<Item = Finding> {
    let crs = layer.reading.crs.iter();
    crs.flat_map(|crs| crs.doubts.iter().map(|doubt| finding(doubt.clone(), crs.centre.map(Coord::from))))
}

/// Whether one of two layers is shifted against the other as web maps are.
pub(super) fn shifted((fine, fine_bounds): (&Layer, Rect), coarse: &Layer) -> Option<Finding> {
    let coarse_bounds = LineString(coarse.polygons.coords.clone()).bounding_rect()?;
    if apart_m(fine_bounds, coarse_bounds) < APART_M {
        return None;
    }
    let shifts = [("GCJ-02", gcj02::wgs84_from_gcj02 as fn(Coord) -> Coord), ("BD-09", gcj02::wgs84_from_bd09)];
    shifts.into_iter().find_map(|(like, back)| {
        let unshifted = |bounds: Rect| Rect::new(back(bounds.min()), back(bounds.max()));
        let (layer, other, bounds) = if apart_m(unshifted(fine_bounds), coarse_bounds) < TOGETHER_M {
            (fine, coarse, fine_bounds)
        } else if apart_m(fine_bounds, unshifted(coarse_bounds)) < TOGETHER_M {
            (coarse, fine, coarse_bounds)
        } else {
            return None;
        };
        let middle = bounds.center();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred metres")]
        let metres = distance_m(middle, back(middle)).round() as u32;
        let (layer, other) = (layer.name.clone(), other.name.clone());
        Some(finding(CrsDoubt::Shifted { layer, other, metres, like: like.to_owned() }, Some(middle)))
    })
}

/// How far the corners of two rectangles lie apart at most.
fn apart_m(a: Rect, b: Rect) -> f64 {
    distance_m(a.min(), b.min()).max(distance_m(a.max(), b.max()))
}

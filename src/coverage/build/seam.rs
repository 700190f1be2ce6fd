//! Both sides of the seam made to match, before arcs are cut and after. See [`crate::coverage::seam`].

use std::collections::HashMap;

use geo::{Coord, Rect};

use super::super::seam::{EAST_END_DEG, Seam, beyond, is_along, is_at_seam, key, own_side};
use super::super::{ArcId, FlatPolygons, OUTSIDE, span};
use super::arcs::Arcs;

/// Whether something ends at +180° and something begins at −180°.
pub(super) fn is_met(bounds: &[Option<Rect>]) -> bool {
    let ends = |low: bool| {
        let mut bounds = bounds.iter().flatten();
        bounds.any(|bounds| if low { bounds.min().x == -EAST_END_DEG } else { bounds.max().x == EAST_END_DEG })
    };
    ends(true) && ends(false)
}

/// Gives edges along the seam the vertices that stand on its other side only. Returns their places, ascending by key.
pub(super) fn even_out(polygons: &mut FlatPolygons) -> Vec<[u64; 2]> {
    let mut there: [Vec<Coord>; 2] = Default::default();
    for &at in polygons.coords.iter().filter(|&&at| is_at_seam(at)) {
        there[usize::from(at.x > 0.0)].push(at);
    }
    for side in &mut there {
        side.sort_by(|a, b| a.y.total_cmp(&b.y));
        side.dedup();
    }
    let is_in = |side: &[Coord], at: Coord| side.binary_search_by(|other| other.y.total_cmp(&at.y)).is_ok();
    let missing = [0, 1].map(|side: usize| {
        let others = there[1 - side].iter().map(|&at| beyond(at));
        others.filter(|&at| !is_in(&there[side], at)).collect::<Vec<_>>()
    });
    if missing.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    let mut added = Vec::new();
    let mut coords = Vec::with_capacity(polygons.coords.len() + missing.iter().map(Vec::len).sum::<usize>());
    let mut ring_ends = Vec::with_capacity(polygons.ring_ends.len());
    for ring in 0..polygons.ring_ends.len() {
        let ring = &polygons.coords[span(&polygons.ring_ends, ring)];
        for (i, &from) in ring.iter().enumerate() {
            coords.push(from);
            let to = ring[(i + 1) % ring.len()];
            // A ring of two vertices stays the defect that it is.
            if is_along(from, to) && ring.len() > 2 {
                let missing = &missing[usize::from(from.x > 0.0)];
                let first = missing.partition_point(|at| at.y <= from.y.min(to.y));
                let last = missing.partition_point(|at| at.y < from.y.max(to.y));
                let between = &missing[first..last.max(first)];
                added.extend(between.iter().map(|&at| key(at)));
                if from.y < to.y { coords.extend(between) } else { coords.extend(between.iter().rev()) }
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
        ring_ends.push(coords.len() as u32);
    }
    polygons.coords = coords;
    polygons.ring_ends = ring_ends;
    added.sort_unstable();
    added.dedup();
    added
}

/// Finds twins, and gives each the face of the other on its far side.
pub(super) fn join(arcs: &mut Arcs, added: Vec<[u64; 2]>) -> Seam {
    let mut eastern: HashMap<[u64; 2], Vec<ArcId>> = HashMap::new();
    let mut western = Vec::new();
    for arc in (0..arcs.arc_ends.len()).map(ArcId::new) {
        let coords = &arcs.coords[span(&arcs.arc_ends, arc.index())];
        if !runs_along(coords) {
            continue;
        }
        let own = own_side(coords);
        let faces = arcs.arc_faces[arc.index()];
        if faces[own] == OUTSIDE || faces[1 - own] != OUTSIDE {
            continue;
        }
        if coords[0].x > 0.0 {
            eastern.entry(ends(coords)).or_default().push(arc);
        } else {
            western.push(arc);
        }
    }
    let mut twins = Vec::new();
    for arc in western {
        let coords = |arc: ArcId| &arcs.coords[span(&arcs.arc_ends, arc.index())];
        let Some(others) = eastern.get_mut(&ends(coords(arc))) else { continue };
        let Some(at) = others.iter().position(|&other| is_same_line(coords(arc), coords(other))) else { continue };
        let twin = others.remove(at);
        let [own, far] = [arc, twin].map(|arc| own_side(coords(arc)));
        let [here, there] = [arcs.arc_faces[arc.index()][own], arcs.arc_faces[twin.index()][far]];
        arcs.arc_faces[arc.index()][1 - own] = there;
        arcs.arc_faces[twin.index()][1 - far] = here;
        twins.extend([[arc, twin], [twin, arc]]);
    }
    twins.sort_unstable();
    Seam { twins, added }
}

/// Whether an arc runs along the seam, straight north or straight south.
fn runs_along(coords: &[Coord]) -> bool {
    let is_northward = coords.len() > 1 && coords[0].y < coords[1].y;
    let goes_on = |edge: &[Coord]| {
        let [from, to] = if is_northward { [edge[0], edge[1]] } else { [edge[1], edge[0]] };
        is_along(from, to) && from.y < to.y
    };
    coords.len() > 1 && coords.windows(2).all(goes_on)
}

/// Southern and northern end.
fn ends(coords: &[Coord]) -> [u64; 2] {
    let (first, last) = (coords[0].y, coords[coords.len() - 1].y);
    [first.min(last), first.max(last)].map(f64::to_bits)
}

/// Whether two arcs on different sides have the same latitudes.
fn is_same_line(a: &[Coord], b: &[Coord]) -> bool {
    let latitudes = |at: &Coord| at.y;
    if (a[0].y < a[a.len() - 1].y) == (b[0].y < b[b.len() - 1].y) {
        a.iter().map(latitudes).eq(b.iter().map(latitudes))
    } else {
        a.iter().map(latitudes).eq(b.iter().rev().map(latitudes))
    }
}

//! What of the symbols is seen by a camera: each by itself, or several as one where they crowd.

use std::ops::Range;

use emath::{Pos2, Vec2, vec2};
use geo::{Coord, Rect};

use super::changes::{Now, SymbolChanges};
use super::grid::{depth_of, squares};
use super::look::{Cluster, Look, Piece, RADIUS, RowMark, Symbol};
use super::set::{Spot, Spots, SymbolSet, Which};
use crate::carto::projection::lonlat_from_world;
use crate::carto::{Camera, LineStyle, MapTheme};

/// Least side of a square of the map in points. In each, rows become one where they are too many.
const SQUARE: f32 = 52.0;
/// Rows in a square that are drawn one by one at most, in turn: where all of these are too many, fewer are.
const CROWDS: [usize; 3] = [12, 4, 1];
/// Symbols in view at most, if they are not yet one by one in each square.
const MOST: usize = 2_500;
/// Rows at one and the same place that are drawn one by one at most, from near by.
const MOST_AT_ONE: usize = 36;
/// What near by is: points for a world unit.
const NEAR: f64 = 0.04;

/// Something that is seen.
#[derive(Clone, Debug)]
pub enum Seen {
    /// A row.
    Row {
        /// Position of its layer.
        layer: usize,
        /// Which row.
        which: Which,
        /// How it looks.
        symbol: Symbol,
    },
    /// A row that is a line.
    Line {
        /// Position of its layer.
        layer: usize,
        /// Which row.
        which: Which,
        /// Its parts in points.
        parts: Vec<Vec<Pos2>>,
        /// Its class.
        look: Look,
        /// What the plan does with it.
        mark: RowMark,
        /// Its width in points.
        width: f32,
    },
    /// Several rows.
    Many {
        /// How they look.
        cluster: Cluster,
        /// Where they lie.
        square: Square,
    },
}

/// A square of the map with rows in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Square(Range<u64>);

impl Seen {
    /// What it is drawn of, the lowest first.
    #[must_use]
    pub fn pieces(&self, theme: &MapTheme) -> Vec<Piece> {
        match self {
            Self::Row { symbol, .. } => symbol.pieces(theme),
            Self::Many { cluster, .. } => cluster.pieces(theme),
            Self::Line { parts, look, mark, width, .. } => line_pieces(parts, (*look, *mark), *width, theme),
        }
    }

    /// How far a place in points is from it; `None` beyond what it covers and a little more.
    #[must_use]
    pub fn distance(&self, at: Pos2) -> Option<f32> {
        /// How near one must come.
        const REACH: f32 = 4.0;
        let (distance, reach) = match self {
            Self::Row { symbol, .. } => (symbol.at.distance(at), symbol.radius + 1.0),
            Self::Many { cluster, .. } => (cluster.at.distance(at), cluster.radius()),
            Self::Line { parts, .. } => {
                let steps = parts.iter().flat_map(|part| part.windows(2));
                let off = |step: &[Pos2]| {
                    let (along, to) = (step[1] - step[0], at - step[0]);
                    let share = (to.dot(along) / along.length_sq().max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
                    (step[0] + along * share).distance(at)
                };
                (steps.map(off).fold(f32::INFINITY, f32::min), 1.0)
            }
        };
        (distance <= reach + REACH).then_some(distance)
    }
}

fn line_pieces(parts: &[Vec<Pos2>], (look, mark): (Look, RowMark), width: f32, theme: &MapTheme) -> Vec<Piece> {
    let is_gone = mark == RowMark::Removed;
    let below = match mark {
        RowMark::AsLoaded | RowMark::Removed => {
            LineStyle { colour: theme.paper.gamma_multiply(0.8), width: width + 2.0 }
        }
        RowMark::Changed | RowMark::Added | RowMark::Derived => {
            LineStyle { colour: theme.accent.gamma_multiply(0.55), width: width + 4.0 }
        }
    };
    let colour = look.colour(theme);
    let line = LineStyle { colour: if is_gone { colour.gamma_multiply(0.4) } else { colour }, width };
    let dash = if is_gone { Some([1.5, 4.0]) } else { look.dash() };
    let all =
        |line: LineStyle, dash| parts.iter().map(move |points| Piece::Line { points: points.clone(), line, dash });
    all(below, None).chain(all(line, dash)).collect()
}

/// The nearest of what is seen to a place in points, the last drawn of equal ones.
#[must_use]
pub fn nearest(seen: &[Seen], at: Pos2) -> Option<&Seen> {
    let near = seen.iter().rev().filter_map(|it| Some((it, it.distance(at)?)));
    // A line lies below what stands on it.
    let rank = |seen: &Seen| matches!(seen, Seen::Line { .. });
    near.min_by(|a, b| rank(a.0).cmp(&rank(b.0)).then(a.1.total_cmp(&b.1))).map(|(seen, _)| seen)
}

impl SymbolSet {
    /// What a camera sees, in the order in which it is drawn. It costs what is drawn, not what there is.
    #[must_use]
    pub fn seen(&self, changes: &SymbolChanges, camera: &Camera) -> Vec<Seen> {
        let viewport = camera.viewport().expand(SQUARE / 2.0);
        let world = Rect::new(camera.world_from_screen(viewport.min), camera.world_from_screen(viewport.max));
        let mut seen: Vec<Seen> =
            self.lines.within(world).filter_map(|path| self.line(changes, path, camera)).collect();
        let depth = depth_of(f64::from(SQUARE) / camera.points_per_world());
        let found: Vec<(Range<u64>, [Range<usize>; 2])> = squares(world, depth)
            .map(|square| {
                let ranges = [self.spots.within(&square), changes.added.within(&square)];
                (square, ranges)
            })
            .filter(|(_, [loaded, added])| !loaded.is_empty() || !added.is_empty())
            .collect();
        let drawn = |crowd: usize| {
            let of = |[loaded, added]: &[Range<usize>; 2]| {
                let rows = loaded.len() + added.len();
                if rows > crowd { 1 } else { rows }
            };
            found.iter().map(|(_, ranges)| of(ranges)).sum::<usize>()
        };
        let crowd = CROWDS.into_iter().find(|&crowd| drawn(crowd) <= MOST).unwrap_or(1);
        let (mut rows, mut many) = (Vec::new(), Vec::new());
        for (square, ranges) in found {
            let count = ranges.iter().map(Range::len).sum::<usize>();
            let [loaded, added] = &ranges;
            let is_one = || is_one_place(&self.spots, loaded) && is_one_place(&changes.added, added);
            let is_near = camera.points_per_world() >= NEAR && count <= MOST_AT_ONE;
            if count <= crowd || (is_near && is_one()) {
                let spots = self.spots.all[loaded.clone()].iter().chain(&changes.added.all[added.clone()]);
                rows.extend(spots.filter_map(|spot| self.row(changes, spot, camera)));
            } else {
                many.push(self.many(changes, (square, ranges), camera));
            }
        }
        // Small ones stay in sight, and so does what the plan does.
        rows.sort_by(|a: &(Symbol, Seen), b| {
            let rank = |symbol: &Symbol| (symbol.mark != RowMark::AsLoaded, std::cmp::Reverse(symbol.radius.to_bits()));
            rank(&a.0).cmp(&rank(&b.0))
        });
        seen.extend(many);
        seen.extend(rows.into_iter().map(|(_, seen)| seen));
        seen
    }

    fn line(&self, changes: &SymbolChanges, path: &super::lines::Path, camera: &Camera) -> Option<Seen> {
        let loaded = Now { class: path.class, radius: path.radius, mark: RowMark::AsLoaded };
        let now = changes.now((path.layer, path.which), loaded);
        let look = self.class(usize::from(now.class))?.look;
        let width = (now.radius * 0.45).clamp(1.25, 7.0);
        let parts = path.on_paper(camera);
        let (layer, which, mark) = (usize::from(path.layer), path.which, now.mark);
        (!parts.is_empty()).then_some(Seen::Line { layer, which, parts, look, mark, width })
    }

    fn row(&self, changes: &SymbolChanges, spot: &Spot, camera: &Camera) -> Option<(Symbol, Seen)> {
        let loaded = Now { class: spot.class, radius: spot.radius, mark: RowMark::AsLoaded };
        let now = changes.now((spot.layer, spot.which), loaded);
        let look = self.class(usize::from(now.class))?.look;
        let at = camera.screen_from_world(spot.at) + beside(spot);
        let symbol = Symbol { at, radius: now.radius, look, mark: now.mark, at_seat: spot.at_seat };
        Some((symbol, Seen::Row { layer: usize::from(spot.layer), which: spot.which, symbol }))
    }

    fn many(
        &self,
        changes: &SymbolChanges,
        (square, [loaded, added]): (Range<u64>, [Range<usize>; 2]),
        camera: &Camera,
    ) -> Seen {
        let classes: usize = self.layers().iter().map(|layer| layer.classes.len()).sum();
        let mut counts: Vec<usize> = (0..classes).map(|class| self.sums.of_class(&loaded, class)).collect();
        let touched = changes.touched_in(&square);
        for &(_, was, is) in touched {
            counts[usize::from(was)] = counts[usize::from(was)].saturating_sub(1);
            counts[usize::from(is)] += 1;
        }
        for spot in &changes.added.all[added.clone()] {
            counts[usize::from(spot.class)] += 1;
        }
        let shares = counts.into_iter().enumerate().filter(|(_, rows)| *rows > 0);
        let shares: Vec<(Look, usize)> =
            shares.filter_map(|(class, rows)| Some((self.class(class)?.look, rows))).collect();
        let middle = if loaded.is_empty() {
            changes.added.all[added.start].at
        } else {
            self.sums.middle(&self.spots.all, &loaded)
        };
        let rows = loaded.len() + added.len();
        let is_touched = !touched.is_empty() || !added.is_empty();
        let cluster = Cluster { at: camera.screen_from_world(middle), rows, shares, is_touched };
        Seen::Many { cluster, square: Square(square) }
    }

    /// The box in degrees around the rows of a square. It costs these rows.
    #[must_use]
    pub fn bounds_of(&self, changes: &SymbolChanges, Square(square): &Square) -> Option<Rect> {
        let loaded = &self.spots.all[self.spots.within(square)];
        let added = &changes.added.all[changes.added.within(square)];
        let mut all = loaded.iter().chain(added).map(|spot| spot.at);
        let first = all.next()?;
        let (mut low, mut high) = (first, first);
        for at in all {
            low = Coord { x: low.x.min(at.x), y: low.y.min(at.y) };
            high = Coord { x: high.x.max(at.x), y: high.y.max(at.y) };
        }
        Some(Rect::new(lonlat_from_world(low), lonlat_from_world(high)))
    }
}

/// Whether all of a range stand at one place.
fn is_one_place(spots: &Spots, range: &Range<usize>) -> bool {
    range.is_empty() || spots.codes[range.start] == spots.codes[range.end - 1]
}

/// How far a symbol stands beside its place, so that those at one place do not cover each other: in rings of six around the
/// first. What has no place of its own leaves that to the sign of the seat.
fn beside(spot: &Spot) -> Vec2 {
    const STEP: f32 = 2.0 * RADIUS + 2.5;
    let position = u32::from(spot.slot) + u32::from(spot.at_seat);
    if position == 0 {
        return Vec2::ZERO;
    }
    let ring = (1..=150_u32).find(|ring| 3 * ring * (ring + 1) >= position).unwrap_or(1);
    let number = position - 3 * ring * (ring - 1) - 1;
    let (side, along) = (number / ring, number % ring);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let [ring, side, along] = [ring as f32, side as f32, along as f32];
    // To the right first, where names are least likely to stand.
    let corner = |side: f32| {
        let angle = std::f32::consts::FRAC_PI_3 * side;
        vec2(angle.cos(), angle.sin()) * STEP
    };
    corner(side) * ring + (corner(side + 1.0) - corner(side)) * along
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_at_one_place_stand_beside_each_other() {
        let spot = |slot| Spot {
            layer: 0,
            which: Which::Added(0),
            class: 0,
            radius: RADIUS,
            at: Coord { x: 0.0, y: 0.0 },
            at_seat: false,
            slot,
        };
        let places: Vec<Vec2> = (0..19).map(|slot| beside(&spot(slot))).collect();
        for (i, a) in places.iter().enumerate() {
            for b in &places[..i] {
                assert!((*a - *b).length() > 2.0 * RADIUS, "{a:?} {b:?}");
            }
        }
        assert!(places[7..].iter().all(|at| at.length() < 5.0 * RADIUS + 1.0), "{places:?}");
    }
}

//! Where things lie, so that what is in a square of the map is found without looking at all of them.
//!
//! The world is a square that is halved in both directions again and again. The number of a place is the way to it through
//! these squares, half by half (Morton 1966): things in the order of their numbers are in the order of the squares at every
//! depth, and those of one square are neighbours in the list.

use std::ops::Range;

use geo::{Coord, Rect};

use crate::carto::projection::WORLD_SIDE;

/// Squares at most in each direction at the finest depth: of 4 cm.
pub(super) const DEEPEST: u32 = 30;

/// The way to a place in world coordinates.
pub(super) fn code_of(world: Coord) -> u64 {
    let [x, y] = [world.x, world.y].map(|at| on_axis(at, 32));
    spread(x) | spread(y) << 1
}

/// Which of 2^depth squares a place lies in, along one axis.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "between 0 and 2^32"
)]
fn on_axis(at: f64, depth: u32) -> u64 {
    let squares = (1_u64 << depth) as f64;
    ((at / WORLD_SIDE + 0.5) * squares).clamp(0.0, squares - 1.0) as u64
}

/// The bits of a number of 32 bits with a gap behind each.
const fn spread(number: u64) -> u64 {
    let mut it = number & 0xFFFF_FFFF;
    it = (it | it << 16) & 0x0000_FFFF_0000_FFFF;
    it = (it | it << 8) & 0x00FF_00FF_00FF_00FF;
    it = (it | it << 4) & 0x0F0F_0F0F_0F0F_0F0F;
    it = (it | it << 2) & 0x3333_3333_3333_3333;
    (it | it << 1) & 0x5555_5555_5555_5555
}

/// The squares of a depth that meet a box in world coordinates: of each the codes in it.
pub(super) fn squares(world: Rect, depth: u32) -> impl Iterator<Item = Range<u64>> {
    let axis = |low: f64, high: f64| on_axis(low, depth)..=on_axis(high, depth);
    let (columns, rows) = (axis(world.min().x, world.max().x), axis(world.min().y, world.max().y));
    rows.flat_map(move |y| {
        columns.clone().map(move |x| {
            let shift = 64 - 2 * depth;
            let first = (spread(x) | spread(y) << 1) << shift;
            first..first.saturating_add(1 << shift)
        })
    })
}

/// The depth at which a square is at least so wide in world units, and less than twice as wide.
pub(super) fn depth_of(width: f64) -> u32 {
    let depth = (WORLD_SIDE / width).log2().floor().clamp(1.0, f64::from(DEEPEST));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 30")]
    let depth = depth as u32;
    depth
}

/// Positions in ascending codes of those in a range.
pub(super) fn within(codes: &[u64], range: &Range<u64>) -> Range<usize> {
    let from = codes.partition_point(|code| *code < range.start);
    from..from + codes[from..].partition_point(|code| *code < range.end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_square_is_at_least_as_wide_as_asked_for() {
        for width in [3.0, 1_000.0, 47_111.0] {
            let side = WORLD_SIDE / 2_f64.powi(i32::try_from(depth_of(width)).unwrap());
            assert!(side >= width && side < 2.0 * width, "{side} {width}");
        }
    }

    proptest! {
        #[test]
        fn the_squares_of_a_box_hold_all_that_lies_in_it(
            places in prop::collection::vec((-1e7..1e7f64, -1e7..1e7f64), 1..60),
            (x, y, width) in (-1e7..1e7f64, -1e7..1e7f64, 1e3..5e6f64),
            depth in 1_u32..8,
        ) {
            let mut codes: Vec<u64> = places.iter().map(|&(x, y)| code_of(Coord { x, y })).collect();
            codes.sort_unstable();
            let area = Rect::new(Coord { x, y }, Coord { x: x + width, y: y + width });
            let found: usize = squares(area, depth).map(|square| within(&codes, &square).len()).sum();
            let inside = places.iter().filter(|&&(px, py)| px >= x && px <= x + width && py >= y && py <= y + width);
            prop_assert!(found >= inside.count());
            let all = Rect::new(Coord { x: -2e7, y: -2e7 }, Coord { x: 2e7, y: 2e7 });
            prop_assert_eq!(squares(all, depth).map(|square| within(&codes, &square).len()).sum::<usize>(), codes.len());
        }
    }
}

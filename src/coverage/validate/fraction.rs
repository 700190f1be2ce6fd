//! Exact order of points along a segment.
//!
//! Rounded crossing points may stand in the wrong order along a segment where borders almost coincide, and one wrong
//! order makes nonsense of every region around. So points on a segment are fractions of whole numbers, compared
//! exactly. Whole numbers come from scaling by a power of two; only digits finer than some 2⁻⁶⁰ of the
//! largest difference are lost.

use std::cmp::Ordering;

use geo::Coord;

/// A place along a segment: 0 at its start, 1 at its end.
#[derive(Clone, Copy, Debug)]
pub(in crate::coverage) struct Fraction {
    above: i128,
    /// Positive.
    below: i128,
}

impl Fraction {
    /// Where the line through `t` crosses `s`. `None` when they are parallel, or too large for exact numbers.
    pub fn of_crossing(s: [Coord; 2], t: [Coord; 2]) -> Option<Self> {
        let [start, end, from, to] = whole([s[0], s[1], t[0], t[1]])?;
        let cross = |a: [i128; 2], b: [i128; 2]| a[0] * b[1] - a[1] * b[0];
        Self::new(cross(sub(from, start), sub(to, from)), cross(sub(end, start), sub(to, from)))
    }

    /// Where a point on `s` lies.
    pub fn of_point(s: [Coord; 2], at: Coord) -> Option<Self> {
        let [start, end, at] = whole([s[0], s[1], at])?;
        let (along, to) = (sub(end, start), sub(at, start));
        let axis = usize::from(along[0].abs() < along[1].abs());
        Self::new(to[axis], along[axis])
    }

    fn new(above: i128, below: i128) -> Option<Self> {
        (below != 0).then_some(Self { above: above * below.signum(), below: below.abs() })
    }

    /// The nearest float.
    #[expect(clippy::cast_precision_loss, reason = "meant to be rounded")]
    pub fn to_f64(self) -> f64 {
        self.above as f64 / self.below as f64
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = self.above.signum().cmp(&other.above.signum());
        sign.then_with(|| {
            let size = |a: i128, b: i128| product(a.unsigned_abs(), b.unsigned_abs());
            let order = size(self.above, other.below).cmp(&size(other.above, self.below));
            if self.above < 0 { order.reverse() } else { order }
        })
    }
}

/// Coordinates as whole numbers of one scale, so that differences stay below 2⁶¹ and products of two below 2¹²³.
fn whole<const N: usize>(coords: [Coord; N]) -> Option<[[i128; 2]; N]> {
    let first = coords.first()?;
    let largest = coords.iter().map(|c| (c.x - first.x).abs().max((c.y - first.y).abs())).fold(0.0, f64::max);
    let farthest = coords.iter().map(|c| c.x.abs().max(c.y.abs())).fold(0.0, f64::max);
    let power = largest.log2().ceil();
    // The numbers themselves stay below 2¹²⁰.
    if !power.is_finite() || farthest.log2().ceil() - power > 60.0 {
        return None;
    }
    let scale = (59.0 - power).exp2();
    #[expect(clippy::cast_possible_truncation, reason = "bounded above; finer digits are cut off")]
    let whole = |value: f64| (value * scale) as i128;
    scale.is_finite().then(|| coords.map(|c| [whole(c.x), whole(c.y)]))
}

fn sub(a: [i128; 2], b: [i128; 2]) -> [i128; 2] {
    [a[0] - b[0], a[1] - b[1]]
}

/// The product in two halves, the higher first.
fn product(a: u128, b: u128) -> (u128, u128) {
    const LOW: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
    let [low, cross, other, top] = [a0 * b0, a1 * b0, a0 * b1, a1 * b1];
    let middle = (low >> 64) + (cross & LOW) + (other & LOW);
    (top + (cross >> 64) + (other >> 64) + (middle >> 64), (middle << 64) | (low & LOW))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_carry() {
        assert_eq!(product(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
        assert_eq!(product(1 << 100, 1 << 100), (1 << 72, 0));
        assert_eq!(product(3, 5), (0, 15));
    }

    #[test]
    fn crossings_closer_than_a_float_can_tell_keep_their_order() {
        let at = |x: f64, y: f64| Coord { x, y };
        let s = [at(0.1, 0.1), at(0.7, 0.9)];
        let near = Fraction::of_crossing(s, [at(0.3, 0.9), at(0.5, 0.1)]).unwrap();
        let far = Fraction::of_crossing(s, [at(0.3, 0.9), at(0.5 + f64::EPSILON / 2.0, 0.1)]).unwrap();
        assert_eq!(near.cmp(&far), Ordering::Less);
        assert_eq!(Fraction::of_point(s, s[1]).unwrap().to_f64().to_bits(), 1.0_f64.to_bits());
        assert!(near < Fraction::of_point(s, s[1]).unwrap());
    }
}

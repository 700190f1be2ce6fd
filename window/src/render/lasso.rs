//! A closed path drawn by hand on the screen, and what lies inside of it.
//!
//! 1. The path closes by itself, from its last place to its first.
//! 2. What it winds around lies inside, however often: a hand that overruns its start, or circles twice, cuts no hole.
//! 3. Edges are sorted into strips, so that a place is asked about a few of them only.
//!
//! ```text
//! strip 0   ┌──╲
//! strip 1   │   ╲──┐
//! strip 2   └──────┘
//! ```

use eframe::egui::{Pos2, Rect};

/// Height of a strip in points.
const STRIP: f32 = 4.0;

/// Strips at most: a path far larger than any screen gets higher ones.
const MOST_STRIPS: f32 = 2048.0;

/// A closed path on the screen.
#[derive(Clone, Debug)]
pub struct Lasso {
    bounds: Rect,
    strip: f32,
    /// Edges that reach into each strip, from the top.
    strips: Vec<Vec<[Pos2; 2]>>,
}

/// Where an edge crosses a horizontal line.
#[derive(Clone, Copy, Debug)]
struct Crossing {
    x: f32,
    /// 1 for an edge that runs down, -1 for one that runs up.
    turn: i32,
}

impl Lasso {
    /// A path through places in points; fewer than three enclose nothing.
    #[must_use]
    pub fn new(path: &[Pos2]) -> Self {
        let bounds = Rect::from_points(path);
        let mut lasso = Self { bounds, strip: STRIP, strips: Vec::new() };
        if path.len() < 3 || !bounds.is_finite() {
            return lasso;
        }
        lasso.strip = STRIP.max(bounds.height() / MOST_STRIPS);
        lasso.strips = vec![Vec::new(); lasso.strip_at(bounds.bottom()) + 1];
        let closing = [path[path.len() - 1], path[0]];
        for edge in path.windows(2).map(|pair| [pair[0], pair[1]]).chain([closing]) {
            let (low, high) = (edge[0].y.min(edge[1].y), edge[0].y.max(edge[1].y));
            let span = lasso.strip_at(low)..=lasso.strip_at(high);
            for strip in &mut lasso.strips[span] {
                strip.push(edge);
            }
        }
        lasso
    }

    /// Box around the path.
    #[must_use]
    pub const fn bounds(&self) -> Rect {
        self.bounds
    }

    /// Whether a place lies inside.
    #[must_use]
    pub fn contains(&self, at: Pos2) -> bool {
        self.bounds.contains(at) && self.crossings(at.y).filter(|it| it.x > at.x).map(|it| it.turn).sum::<i32>() != 0
    }

    /// Stretches of a horizontal line that lie inside, from left to right.
    #[must_use]
    pub fn spans(&self, y: f32) -> Vec<[f32; 2]> {
        let mut crossings: Vec<Crossing> = self.crossings(y).collect();
        crossings.sort_unstable_by(|a, b| a.x.total_cmp(&b.x));
        let (mut spans, mut winding, mut from) = (Vec::new(), 0, 0.0);
        for Crossing { x, turn } in crossings {
            if winding == 0 {
                from = x;
            }
            winding += turn;
            if winding == 0 && x > from {
                spans.push([from, x]);
            }
        }
        spans
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most MOST_STRIPS; below 0 is 0")]
    fn strip_at(&self, y: f32) -> usize {
        ((y - self.bounds.top()) / self.strip) as usize
    }

    fn crossings(&self, y: f32) -> impl Iterator<Item = Crossing> + '_ {
        let edges = self.strips.get(self.strip_at(y)).map_or(&[][..], Vec::as_slice);
        edges.iter().filter(move |[a, b]| (a.y > y) != (b.y > y)).map(move |[a, b]| Crossing {
            x: (b.x - a.x) * ((y - a.y) / (b.y - a.y)) + a.x,
            turn: if b.y > a.y { 1 } else { -1 },
        })
    }
}

#[cfg(test)]
mod tests {
    use eframe::egui::pos2;
    use proptest::prelude::*;

    use super::*;

    fn lasso(path: &[(f32, f32)]) -> Lasso {
        Lasso::new(&path.iter().map(|&(x, y)| pos2(x, y)).collect::<Vec<_>>())
    }

    #[test]
    fn a_notch_lies_outside() {
        //  ┌─┐ ┌─┐
        //  │ └─┘ │
        //  └─────┘
        let notched = [(0.0, 0.0), (10.0, 0.0), (10.0, 20.0), (20.0, 20.0), (20.0, 0.0), (30.0, 0.0), (30.0, 40.0)];
        let lasso = lasso(&[&notched[..], &[(0.0, 40.0)]].concat());
        assert!(lasso.contains(pos2(5.0, 5.0)) && lasso.contains(pos2(25.0, 5.0)) && lasso.contains(pos2(15.0, 30.0)));
        assert!(!lasso.contains(pos2(15.0, 5.0)) && !lasso.contains(pos2(31.0, 5.0)));
        assert_eq!(lasso.spans(5.0), [[0.0, 10.0], [20.0, 30.0]]);
        assert_eq!(lasso.spans(30.0), [[0.0, 30.0]]);
    }

    #[test]
    fn going_around_twice_cuts_no_hole() {
        let square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)];
        let lasso = lasso(&[square, square].concat());
        assert!(lasso.contains(pos2(5.0, 5.0)));
        assert_eq!(lasso.spans(5.0), [[0.0, 10.0]]);
    }

    #[test]
    fn both_loops_of_an_eight_lie_inside() {
        let lasso = lasso(&[(0.0, 0.0), (10.0, 0.0), (0.0, 20.0), (10.0, 20.0)]);
        assert!(lasso.contains(pos2(5.0, 3.0)) && lasso.contains(pos2(5.0, 17.0)));
        assert!(!lasso.contains(pos2(1.0, 10.0)));
    }

    #[test]
    fn a_line_encloses_nothing() {
        assert!(!lasso(&[(0.0, 0.0), (10.0, 10.0)]).contains(pos2(5.0, 5.0)));
        assert!(!lasso(&[]).contains(pos2(0.0, 0.0)));
    }

    proptest! {
        #[test]
        fn strips_change_nothing(
            path in prop::collection::vec((0.0..300.0f32, 0.0..300.0f32), 3..40),
            x in -10.0..310.0f32,
            y in -10.0..310.0f32,
        ) {
            let closed: Vec<(f32, f32)> = path.iter().chain(path.first()).copied().collect();
            let winding: i32 = closed
                .windows(2)
                .filter(|edge| (edge[0].1 > y) != (edge[1].1 > y))
                .filter(|edge| {
                    let [a, b] = [edge[0], edge[1]];
                    (b.0 - a.0) * ((y - a.1) / (b.1 - a.1)) + a.0 > x
                })
                .map(|edge| if edge[1].1 > edge[0].1 { 1 } else { -1 })
                .sum();
            prop_assert_eq!(lasso(&path).contains(pos2(x, y)), winding != 0);
        }
    }
}

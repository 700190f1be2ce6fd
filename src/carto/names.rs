//! Which names find room on a map, and where they give way.

use std::collections::BTreeMap;

use emath::{Pos2, Rect, Vec2, vec2};

use super::Rank;
use super::projection::world_rect_from_lonlat;
use crate::coverage::Coverage;
use crate::model::{Level, LevelIndex};

/// Free space between names, in points.
const GAP_POINTS: f32 = 3.0;

/// Levels whose units are on average narrower than so many letters have no names at this scale: a few that happen to
/// fit would look like a choice.
pub const MIN_UNIT_LETTERS: f64 = 3.2;

/// How names of a tier look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Height of the letters in points.
    pub size: f32,
    /// How far a name may reach over the borders of its unit; 1 is not at all.
    pub overhang: f64,
    /// Whether it is printed fat.
    pub bold: bool,
}

impl Look {
    /// Look of the names of a tier.
    #[must_use]
    pub const fn of(rank: Rank) -> Self {
        match rank {
            Rank::County => Self { size: 17.0, overhang: 2.0, bold: true },
            Rank::Township => Self { size: 14.0, overhang: 1.4, bold: true },
            Rank::Village => Self { size: 11.0, overhang: 1.0, bold: false },
            Rank::Group | Rank::Hidden => Self { size: 10.0, overhang: 1.0, bold: false },
        }
    }

    /// Whether a name fits into its unit: half its width and height against the distances from its middle to the
    /// border in the east or west, and to the nearest border at all. All in points.
    #[must_use]
    pub fn fits(self, half: [f64; 2], reach: f64, radius: f64) -> bool {
        half[0] <= reach * self.overhang && half[1] <= radius * self.overhang * 1.2
    }
}

/// What the sign of a seat covers on the screen, with a little room around it.
#[must_use]
pub fn seat_area(at: Pos2) -> Rect {
    Rect::from_center_size(at, Vec2::splat(11.0))
}

/// Where a name goes that would lie on the sign of a seat: above or below it, whichever is nearer and free of others.
#[must_use]
pub fn clear_of_seats(name: Rect, seats: &[Pos2]) -> Rect {
    let on = |name: Rect| seats.iter().map(|&at| seat_area(at)).find(|sign| sign.intersects(name));
    let Some(sign) = on(name) else { return name };
    let moved = |by: f32| name.translate(vec2(0.0, by));
    let (up, down) = (sign.min.y - name.max.y, sign.max.y - name.min.y);
    let (near, far) = if -up < down { (up, down) } else { (down, up) };
    // Touching is not lying on it; a hair's breadth keeps rounding from deciding.
    let choices = [near, far].map(|by| moved(by + 0.01 * by.signum()));
    choices.into_iter().find(|&choice| on(choice).is_none()).unwrap_or(choices[0])
}

/// Tier of a level of a dataset, whose levels stand finest first.
#[must_use]
pub fn rank_of(levels: &[Level], level: LevelIndex) -> Rank {
    levels.get(level.index()).map_or(Rank::Village, |&level| Rank::from(level))
}

/// Which boxes stay when each must keep clear of those before it.
#[must_use]
pub fn without_collisions(boxes: &[Rect]) -> Vec<bool> {
    // A grid of cells as large as a name: only names in the same cells can touch.
    const CELL: f32 = 64.0;
    let mut cells: BTreeMap<(i32, i32), Vec<Rect>> = BTreeMap::new();
    #[expect(clippy::cast_possible_truncation, reason = "positions on a screen")]
    let span = |from: f32, to: f32| (from / CELL).floor() as i32..=(to / CELL).floor() as i32;
    let mut kept = Vec::with_capacity(boxes.len());
    for area in boxes {
        let area = area.expand(GAP_POINTS * 0.5);
        let mut covered = Vec::new();
        for column in span(area.min.x, area.max.x) {
            covered.extend(span(area.min.y, area.max.y).map(|row| (column, row)));
        }
        let free = covered
            .iter()
            .all(|cell| cells.get(cell).is_none_or(|others| others.iter().all(|other| !other.intersects(area))));
        if free {
            for cell in covered {
                cells.entry(cell).or_default().push(area);
            }
        }
        kept.push(free);
    }
    kept
}

/// Size of the middle one of all atoms in world units: the square root of its box.
#[must_use]
pub fn median_atom_size(coverage: &Coverage) -> f64 {
    let size = |atom| {
        let bounds = world_rect_from_lonlat(coverage.bounds_of(atom)?);
        Some((bounds.width() * bounds.height()).sqrt())
    };
    let mut sizes: Vec<f64> = coverage.atoms().filter_map(size).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(x: f32, y: f32, width: f32) -> Rect {
        Rect::from_min_size(emath::pos2(x, y), vec2(width, 12.0))
    }

    #[test]
    fn a_name_that_touches_an_earlier_one_is_left_out() {
        let boxes = [area(0.0, 0.0, 40.0), area(30.0, 5.0, 40.0), area(100.0, 0.0, 200.0), area(290.0, -5.0, 30.0)];
        assert_eq!(without_collisions(&boxes), [true, false, true, false]);
    }

    #[test]
    fn a_name_stands_clear_of_seats_and_moves_as_little_as_it_can() {
        let name = area(0.0, 0.0, 40.0);
        let clear = |seats: &[(f32, f32)]| {
            let seats: Vec<Pos2> = seats.iter().map(|&(x, y)| emath::pos2(x, y)).collect();
            let moved = clear_of_seats(name, &seats);
            assert!(seats.iter().all(|&seat| !seat_area(seat).intersects(moved)));
            moved.min.y
        };
        assert!(clear(&[(60.0, 6.0)]).abs() < 0.1);
        assert!(clear(&[(20.0, 2.0)]) > 0.0);
        assert!(clear(&[(20.0, 10.0)]) < 0.0);
        assert!(clear(&[(20.0, 10.0), (5.0, -8.0)]) > 0.0);
    }

    #[test]
    fn a_name_left_out_does_not_block_others() {
        let boxes = [area(0.0, 0.0, 40.0), area(30.0, 0.0, 40.0), area(60.0, 0.0, 40.0)];
        assert_eq!(without_collisions(&boxes), [true, false, true]);
    }
}

//! Which pixels have to be drawn again.

use geo::{Coord, Rect};

use super::frame::Picture;
use quhua::sharing::SharedList;

/// Pixels beyond its box that drawing of an item may reach: half of the widest line and its smooth edge.
const REACH_POINTS: f64 = 3.0;

/// A rectangle of pixels, not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PixelRect {
    pub min: [u32; 2],
    /// Exclusive.
    pub max: [u32; 2],
}

impl PixelRect {
    /// All of a picture.
    pub fn all(size_px: [u32; 2]) -> Self {
        Self { min: [0, 0], max: size_px }
    }

    /// The part of a world box that a picture shows, with room for lines.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the picture")]
    pub fn of(world: Rect, picture: &Picture, size_px: [u32; 2]) -> Option<Self> {
        let reach = REACH_POINTS * f64::from(picture.pixels_per_point);
        let (a, b) = (picture.pixel_from_world(world.min()), picture.pixel_from_world(world.max()));
        let low = |value: f64, side: u32| (value - reach).floor().clamp(0.0, f64::from(side)) as u32;
        let high = |value: f64, side: u32| (value + reach).ceil().clamp(0.0, f64::from(side)) as u32;
        // North is up: the northern edge has the smaller y.
        let min = [low(a.x, size_px[0]), low(b.y, size_px[1])];
        let max = [high(b.x, size_px[0]), high(a.y, size_px[1])];
        (min[0] < max[0] && min[1] < max[1]).then_some(Self { min, max })
    }

    /// World coordinates of its corners.
    pub fn world(&self, picture: &Picture) -> Rect {
        let at = |pixel: [u32; 2]| picture.world_from_pixel(Coord { x: f64::from(pixel[0]), y: f64::from(pixel[1]) });
        Rect::new(at(self.min), at(self.max))
    }

    /// Whether all of another lies in it.
    pub fn holds(&self, other: &Self) -> bool {
        (0..2).all(|i| self.min[i] <= other.min[i] && other.max[i] <= self.max[i])
    }

    /// Width and height.
    pub fn size(&self) -> [u32; 2] {
        [self.max[0] - self.min[0], self.max[1] - self.min[1]]
    }
}

/// A picture that moves by whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// Pixels to the right and down.
    pub by: [i32; 2],
    size_px: [u32; 2],
}

impl Shift {
    /// A shift that leaves something of the picture in view.
    pub fn new(by: [i32; 2], size_px: [u32; 2]) -> Option<Self> {
        let stays = |i: usize| by[i].unsigned_abs() < size_px[i];
        (stays(0) && stays(1)).then_some(Self { by, size_px })
    }

    /// Start of the part that stays, before and after, and its size.
    pub fn kept(&self) -> ([u32; 2], [u32; 2], [u32; 2]) {
        let axis = |i: usize| {
            let distance = self.by[i].unsigned_abs();
            let (from, to) = if self.by[i] >= 0 { (0, distance) } else { (distance, 0) };
            (from, to, self.size_px[i] - distance)
        };
        let (x, y) = (axis(0), axis(1));
        ([x.0, y.0], [x.1, y.1], [x.2, y.2])
    }

    /// The part that comes into view: a column and a row, at most.
    pub fn exposed(&self) -> Vec<PixelRect> {
        let (_, to, kept) = self.kept();
        let [width, height] = self.size_px;
        let mut exposed = Vec::new();
        if kept[0] < width {
            let x = if to[0] > 0 { [0, to[0]] } else { [kept[0], width] };
            exposed.push(PixelRect { min: [x[0], 0], max: [x[1], height] });
        }
        if kept[1] < height {
            let y = if to[1] > 0 { [0, to[1]] } else { [kept[1], height] };
            exposed.push(PixelRect { min: [to[0], y[0]], max: [to[0] + kept[0], y[1]] });
        }
        exposed
    }
}

/// Places whose look has changed since they were drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Dirty {
    #[default]
    Nothing,
    /// A box in world coordinates: west, south, east, north.
    Box([f32; 4]),
    All,
}

impl Dirty {
    /// Adds the boxes of some rows.
    pub fn add_rows(&mut self, rows: &[u32], boxes: &SharedList<[f32; 4]>) {
        for &row in rows {
            let Some(&[west, south, east, north]) = boxes.get(row as usize) else { continue };
            *self = match *self {
                Self::Nothing => Self::Box([west, south, east, north]),
                Self::Box(b) => Self::Box([b[0].min(west), b[1].min(south), b[2].max(east), b[3].max(north)]),
                Self::All => Self::All,
            };
        }
    }

    /// What of it a picture shows.
    pub fn pixels(self, picture: &Picture, size_px: [u32; 2]) -> Option<PixelRect> {
        match self {
            Self::Nothing => None,
            Self::All => Some(PixelRect::all(size_px)),
            Self::Box([west, south, east, north]) => {
                // As f32, a place in the world is good to two metres.
                let at = |x: f32, y: f32, slack: f64| Coord { x: f64::from(x) + slack, y: f64::from(y) + slack };
                PixelRect::of(Rect::new(at(west, south, -2.0), at(east, north, 2.0)), picture, size_px)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_dragged_right_and_up_exposes_its_left_and_lower_edges() {
        let shift = Shift::new([3, -2], [10, 8]).unwrap();
        assert_eq!(shift.kept(), ([0, 2], [3, 0], [7, 6]));
        let column = PixelRect { min: [0, 0], max: [3, 8] };
        let row = PixelRect { min: [3, 6], max: [10, 8] };
        assert_eq!(shift.exposed(), [column, row]);
    }

    #[test]
    fn a_picture_dragged_out_of_sight_leaves_nothing() {
        assert_eq!(Shift::new([10, 0], [10, 8]), None);
    }

    #[test]
    fn exposed_and_kept_pixels_make_up_the_picture() {
        for by in [[4, 3], [-4, 3], [-1, -7], [0, 2], [9, 0]] {
            let shift = Shift::new(by, [10, 8]).unwrap();
            let area = |size: [u32; 2]| size[0] * size[1];
            let exposed: u32 = shift.exposed().iter().map(|rect| area(rect.size())).sum();
            assert_eq!(exposed + area(shift.kept().2), 80);
        }
    }

    #[test]
    fn boxes_of_changed_rows_are_joined() {
        let mut dirty = Dirty::default();
        let boxes = vec![[0.0, 0.0, 1.0, 1.0], [50.0, 50.0, 60.0, 60.0], [3.0, -1.0, 4.0, 0.5]];
        dirty.add_rows(&[0, 2], &boxes.into());
        assert_eq!(dirty, Dirty::Box([0.0, -1.0, 4.0, 1.0]));
    }
}

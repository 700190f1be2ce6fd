//! What surrounds a map, as figures: the scale bar, the numeric scale, the signs of seats.

use emath::{Pos2, pos2};

use super::Camera;
use crate::i18n::{Lang, Text};
use crate::model::{Level, SeatUse, State, UnitId};

/// A scale bar of a round length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleBar {
    /// Length on the ground in metres.
    pub length_m: f64,
    /// Length on the screen in points.
    pub length_points: f32,
}

impl ScaleBar {
    /// The longest bar of 1, 2 or 5 times a power of ten that is at most so many points long, for the middle of the
    /// viewport.
    #[must_use]
    pub fn fitting(camera: &Camera, max_points: f32) -> Self {
        let metres_per_point = camera.ground_metres_per_point();
        let longest = f64::from(max_points) * metres_per_point;
        let power = 10_f64.powf(longest.log10().floor());
        let factor = [5.0, 2.0].into_iter().find(|factor| factor * power <= longest).unwrap_or(1.0);
        let length_m = factor * power;
        #[expect(clippy::cast_possible_truncation, reason = "at most max_points")]
        let length_points = (length_m / metres_per_point) as f32;
        Self { length_m, length_points }
    }

    /// Length with its unit: `"500 m"`, `"2 km"`.
    #[must_use]
    pub fn text(&self) -> String {
        if self.length_m >= 1000.0 { format!("{} km", self.length_m / 1000.0) } else { format!("{} m", self.length_m) }
    }
}

/// The n of 1:n to show: two significant digits, with thousands apart. `"1:120,000"`.
#[must_use]
pub fn scale_text(camera: &Camera) -> String {
    let exact = camera.scale_denominator().max(1.0);
    let step = 10_f64.powf(exact.log10().floor() - 1.0).max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a few hundred millions")]
    let rounded = ((exact / step).round() * step) as u64;
    let digits = rounded.to_string();
    let mut text = String::from("1:");
    for (i, digit) in digits.char_indices() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What the sign of a seat says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatSign {
    /// Seat of a unit in force: a filled square.
    Kept,
    /// Seat of a unit that the plan has abolished: a hollow square.
    Abolished,
    /// The same, and it stays in use: a hollow square with a dot.
    Retained,
    /// The same, and it is closed: a hollow square with a stroke through it.
    Closed,
    /// Seat of the county: a star.
    County,
}

impl SeatSign {
    /// All signs, in the order of a legend.
    pub const ALL: [Self; 5] = [Self::County, Self::Kept, Self::Retained, Self::Abolished, Self::Closed];

    /// Sign of the seat of a unit.
    #[must_use]
    pub fn of(level: Level, state: &State, unit: UnitId) -> Self {
        match (level, state.unit(unit).is_current(), state.seat_use(unit)) {
            (Level::County, ..) => Self::County,
            (_, true, _) => Self::Kept,
            (_, false, None) => Self::Abolished,
            (_, false, Some(SeatUse::Closed)) => Self::Closed,
            (_, false, Some(_)) => Self::Retained,
        }
    }

    /// What it means.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::County => lang.pick("县驻地", "County seat"),
            Self::Kept => lang.of(Text::Seat),
            Self::Retained => lang.pick("原驻地（留用）", "Former seat, in use"),
            Self::Abolished => lang.of(Text::OldSeat),
            Self::Closed => lang.pick("原驻地（关闭）", "Former seat, closed"),
        }
    }
}

/// Corner 0 to 9 of a five-pointed star, clockwise from the top; every second one is an inner one.
#[must_use]
pub fn star_corner(at: Pos2, radius: f32, i: u8) -> Pos2 {
    let angle = f32::from(i) * std::f32::consts::PI / 5.0;
    let reach = if i.is_multiple_of(2) { radius } else { radius * 0.4 };
    pos2(at.x + reach * angle.sin(), at.y - reach * angle.cos())
}

#[cfg(test)]
mod tests {
    use geo::{Coord, Rect};

    use super::*;

    fn camera(width_degrees: f64) -> Camera {
        let viewport = emath::Rect::from_min_size(Pos2::ZERO, emath::vec2(1000.0, 800.0));
        let min = Coord { x: 105.0, y: 31.0 };
        Camera::fitting(viewport, Rect::new(min, min + Coord { x: width_degrees, y: 0.001 }), 0.0)
    }

    #[test]
    fn the_scale_bar_has_a_round_length() {
        // 0.4° at 31° north are 38.2 km over 1000 points.
        let bar = ScaleBar::fitting(&camera(0.4), 140.0);
        assert_eq!(bar.text(), "5 km");
        assert!((bar.length_points - 130.9).abs() < 0.5, "{bar:?}");
    }

    #[test]
    fn short_bars_count_metres() {
        assert_eq!(ScaleBar::fitting(&camera(0.01), 140.0).text(), "100 m");
    }

    #[test]
    fn the_numeric_scale_is_rounded_and_grouped() {
        // 38.19 m a point, and 3779.5 points to the metre.
        assert_eq!(scale_text(&camera(0.4)), "1:140,000");
    }
}

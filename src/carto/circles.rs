//! Proportional circles: how large a circle is whose area says how much there is.
//!
//! 1. Area, not radius, follows the figure (Flannery's correction for the eye is left out: legends say what is what).
//! 2. The scale depends on the largest figure as loaded and on the room that circles have; an edit does not change it.

/// A circle smaller than this in points says nothing.
const LEAST_RADIUS: f32 = 1.25;

/// How much a circle stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CircleScale {
    /// Figure of the largest circle as loaded.
    largest: f64,
    /// Its radius in points.
    radius: f32,
}

impl CircleScale {
    /// Circles for figures up to `largest`, in units that have `room_points` by `room_points` on the screen each.
    /// `None` where there is nothing to be shown.
    #[must_use]
    pub fn new(largest: f64, room_points: f32) -> Option<Self> {
        let is_some = largest.is_finite() && largest > 0.0 && room_points.is_finite();
        is_some.then(|| Self { largest, radius: (room_points * 0.5).clamp(8.0, 36.0) })
    }

    /// Radius in points for a figure; `None` where there is none, or where it would be too small to see.
    #[must_use]
    pub fn radius(&self, figure: f64) -> Option<f32> {
        #[expect(clippy::cast_possible_truncation, reason = "a radius on the screen")]
        let radius = self.radius * (figure / self.largest).sqrt() as f32;
        // A figure below zero has no root: not a number is not larger either.
        (radius >= LEAST_RADIUS).then_some(radius)
    }

    /// Figures for the legend, round in a unit, the largest first: two or three whose circles can be told apart.
    #[must_use]
    pub fn samples(&self, unit: f64) -> Vec<(f64, f32)> {
        let mut samples: Vec<(f64, f32)> = Vec::new();
        for share in [1.0, 0.3, 0.08] {
            let figure = round_below(self.largest * share / unit) * unit;
            if let Some(radius) = self.radius(figure)
                && samples.last().is_none_or(|&(_, larger)| larger - radius > 1.5)
            {
                samples.push((figure, radius));
            }
        }
        samples
    }
}

/// The largest of 1, 2 or 5 times a power of ten that is not above a figure.
fn round_below(figure: f64) -> f64 {
    let power = 10_f64.powf(figure.log10().floor());
    let factor = [5.0, 2.0].into_iter().find(|factor| factor * power <= figure * (1.0 + 1e-9)).unwrap_or(1.0);
    factor * power
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_times_as_much_is_twice_as_wide() {
        let scale = CircleScale::new(400.0, 40.0).unwrap();
        let (small, large) = (scale.radius(100.0).unwrap(), scale.radius(400.0).unwrap());
        assert!((large - 2.0 * small).abs() < 1e-4);
        assert!((large - 20.0).abs() < 1e-4);
    }

    #[test]
    fn nothing_and_less_than_nothing_have_no_circle() {
        let scale = CircleScale::new(400.0, 40.0).unwrap();
        assert_eq!([0.0, -5.0, f64::NAN].map(|figure| scale.radius(figure)), [None; 3]);
        assert_eq!(CircleScale::new(0.0, 40.0), None);
        assert_eq!(CircleScale::new(f64::NAN, 40.0), None);
    }

    #[test]
    fn the_legend_has_round_figures_the_largest_first() {
        let figures = |largest| CircleScale::new(largest, 60.0).unwrap().samples(1.0).into_iter().map(|it| it.0);
        assert!(figures(27_311.0).eq([20_000.0, 5_000.0, 2_000.0]));
        assert!(figures(1.0).eq([1.0, 0.2, 0.05]));
        assert!(figures(500.0).eq([500.0, 100.0, 20.0]));
    }
}

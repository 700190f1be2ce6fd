//! How large the brush is: in points on the screen, the same at every zoom, or in metres on the ground, the same at
//! every place.

use geo::Coord;

use super::view::Preferences;
use crate::render::Camera;

/// What the size of the brush is counted in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum BrushUnit {
    /// Points on the screen.
    #[default]
    Points,
    /// Metres on the ground.
    Metres,
}

/// Radius of a brush in points on the screen.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(from = "f32", into = "f32")]
pub struct BrushRadius(f32);

impl BrushRadius {
    /// How much one step changes it.
    const STEP: f32 = 1.25;
    /// A point or two.
    const SMALLEST: f32 = 3.0;
    /// A good part of the map.
    const LARGEST: f32 = 240.0;

    /// In points.
    #[must_use]
    pub const fn points(self) -> f32 {
        self.0
    }

    /// One step smaller, as far as it goes.
    #[must_use]
    pub const fn smaller(self) -> Self {
        Self((self.0 / Self::STEP).max(Self::SMALLEST))
    }

    /// One step larger, as far as it goes.
    #[must_use]
    pub const fn larger(self) -> Self {
        Self((self.0 * Self::STEP).min(Self::LARGEST))
    }
}

impl Default for BrushRadius {
    fn default() -> Self {
        Self(16.0)
    }
}

impl From<f32> for BrushRadius {
    /// The nearest radius that a brush can have; the usual one for what is no number.
    fn from(points: f32) -> Self {
        if points.is_nan() { Self::default() } else { Self(points.clamp(Self::SMALLEST, Self::LARGEST)) }
    }
}

impl From<BrushRadius> for f32 {
    fn from(radius: BrushRadius) -> Self {
        radius.0
    }
}

/// Radius of a brush in metres on the ground.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(from = "f64", into = "f64")]
pub struct GroundRadius(f64);

impl GroundRadius {
    /// The least and the greatest radius, in metres.
    pub const RANGE: std::ops::RangeInclusive<f64> = 10.0..=50_000.0;
    /// Steps within a power of ten: round numbers, each about half as large again as the one before.
    const STEPS: [f64; 6] = [1.0, 1.5, 2.0, 3.0, 5.0, 7.0];

    /// In metres.
    #[must_use]
    pub const fn metres(self) -> f64 {
        self.0
    }

    /// The next smaller round number, as far as it goes.
    #[must_use]
    pub fn smaller(self) -> Self {
        let below = |step: &f64| *step < self.0 - 1e-9;
        Self(Self::steps().filter(below).last().unwrap_or(*Self::RANGE.start()))
    }

    /// The next larger round number, as far as it goes.
    #[must_use]
    pub fn larger(self) -> Self {
        let above = |step: &f64| *step > self.0 + 1e-9;
        Self(Self::steps().find(above).unwrap_or(*Self::RANGE.end()))
    }

    /// All steps in the range, ascending.
    fn steps() -> impl Iterator<Item = f64> {
        let powers = [10.0, 100.0, 1_000.0, 10_000.0];
        let all = powers.into_iter().flat_map(|power| Self::STEPS.map(|step| step * power));
        all.filter(|step| Self::RANGE.contains(step))
    }
}

impl Default for GroundRadius {
    fn default() -> Self {
        Self(500.0)
    }
}

impl From<f64> for GroundRadius {
    /// The nearest radius that a brush can have; the usual one for what is no number.
    fn from(metres: f64) -> Self {
        if metres.is_nan() { Self::default() } else { Self(metres.clamp(*Self::RANGE.start(), *Self::RANGE.end())) }
    }
}

impl From<GroundRadius> for f64 {
    fn from(radius: GroundRadius) -> Self {
        radius.0
    }
}

/// Radius of the brush at a place in degrees, in points.
#[must_use]
pub fn points_at(preferences: &Preferences, camera: &Camera, at: Coord) -> f32 {
    match preferences.brush_unit {
        BrushUnit::Points => preferences.brush.points(),
        BrushUnit::Metres => camera.points_of_metres(preferences.brush_on_ground.metres(), at),
    }
}

/// Makes the brush one step smaller.
pub fn shrink(preferences: &mut Preferences) {
    match preferences.brush_unit {
        BrushUnit::Points => preferences.brush = preferences.brush.smaller(),
        BrushUnit::Metres => preferences.brush_on_ground = preferences.brush_on_ground.smaller(),
    }
}

/// Makes the brush one step larger.
pub fn grow(preferences: &mut Preferences) {
    match preferences.brush_unit {
        BrushUnit::Points => preferences.brush = preferences.brush.larger(),
        BrushUnit::Metres => preferences.brush_on_ground = preferences.brush_on_ground.larger(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_go_in_round_steps_and_stay_in_their_range() {
        let at = |metres: f64| GroundRadius::from(metres);
        assert_eq!([at(500.0).larger(), at(700.0).larger(), at(1200.0).larger()], [700.0, 1000.0, 1500.0].map(at));
        assert_eq!([at(500.0).smaller(), at(1000.0).smaller(), at(1200.0).smaller()], [300.0, 700.0, 1000.0].map(at));
        assert_eq!((at(10.0).smaller(), at(50_000.0).larger()), (at(10.0), at(50_000.0)));
        assert_eq!([at(-3.0), at(f64::NAN), at(1e9)], [10.0, 500.0, 50_000.0].map(at));
    }
}

//! Where the map is looked at from.
//!
//! Three spaces: *lonlat* in degrees, *world* (see [`projection`](super::projection)), and *screen* in points
//! with `y` downwards. All mapping is in f64, so that nothing jitters at the deepest zoom.

use emath::{Pos2, Vec2, pos2, vec2};
use geo::{Coord, Rect};

use super::projection::{ground_metres_per_world_unit, lonlat_from_world, world_from_lonlat, world_rect_from_lonlat};

/// Widest view: points on the screen for one world unit; the whole earth in 256 points.
const MIN_POINTS_PER_WORLD: f64 = 256.0 / 40_075_017.0;

/// Closest view: a point on the screen is 5 mm in the world.
const MAX_POINTS_PER_WORLD: f64 = 200.0;

/// The wheel, `+` and fitting never zoom in further than this, so that a single point can be fitted:
/// a point on the screen is 0.1 m in the world.
const MAX_FIT_POINTS_PER_WORLD: f64 = 10.0;

/// Size of a screen point in metres (96 to the inch), for the numeric scale.
const POINT_M: f64 = 0.0254 / 96.0;

/// How long a flight takes, in seconds.
const FLIGHT_S: f64 = 0.2;

/// View of the world on a rectangle of the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// World coordinates of the middle of the viewport.
    centre: Coord,
    points_per_world: f64,
    viewport: emath::Rect,
    flight: Option<Flight>,
}

/// A movement in progress.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Flight {
    from: (Coord, f64),
    to: (Coord, f64),
    /// Seconds since it began.
    elapsed_s: f64,
}

impl Default for Camera {
    /// The whole earth on an empty viewport.
    fn default() -> Self {
        Self {
            centre: Coord { x: 0.0, y: 0.0 },
            points_per_world: MIN_POINTS_PER_WORLD,
            viewport: emath::Rect::from_min_size(Pos2::ZERO, vec2(1.0, 1.0)),
            flight: None,
        }
    }
}

impl Camera {
    /// A camera on a rectangle of the screen that shows a box in degrees, `padding` points from its edges.
    #[must_use]
    pub fn fitting(viewport: emath::Rect, lonlat: Rect, padding: f32) -> Self {
        let mut camera = Self { viewport, ..Self::default() };
        camera.fit(lonlat, padding);
        camera
    }

    /// Rectangle of the screen that the map covers, in points.
    #[must_use]
    pub fn viewport(&self) -> emath::Rect {
        self.viewport
    }

    /// Moves the map to another rectangle of the screen; the same place stays in its middle, at the same scale.
    pub fn set_viewport(&mut self, viewport: emath::Rect) {
        self.viewport = viewport;
    }

    /// World coordinates of the middle of the viewport.
    #[must_use]
    pub fn centre(&self) -> Coord {
        self.centre
    }

    /// Screen points for one world unit.
    #[must_use]
    pub fn points_per_world(&self) -> f64 {
        self.points_per_world
    }

    /// Metres on the ground for one screen point in the middle of the viewport.
    #[must_use]
    pub fn ground_metres_per_point(&self) -> f64 {
        ground_metres_per_world_unit(lonlat_from_world(self.centre).y) / self.points_per_world
    }

    /// Points on the screen for a distance on the ground in metres, about a place in degrees.
    #[must_use]
    pub fn points_of_metres(&self, metres: f64, at: Coord) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "screen distances are f32")]
        let points = (metres / ground_metres_per_world_unit(at.y) * self.points_per_world) as f32;
        points
    }

    /// The n of the scale 1:n in the middle of the viewport, on a screen with 96 points to the inch.
    #[must_use]
    pub fn scale_denominator(&self) -> f64 {
        self.ground_metres_per_point() / POINT_M
    }

    /// Screen position in points of a place in the world.
    #[must_use]
    pub fn screen_from_world(&self, world: Coord) -> Pos2 {
        let middle = self.viewport.center();
        #[expect(clippy::cast_possible_truncation, reason = "screen positions are f32")]
        let offset = |delta: f64| (delta * self.points_per_world) as f32;
        pos2(middle.x + offset(world.x - self.centre.x), middle.y - offset(world.y - self.centre.y))
    }

    /// Place in the world under a screen position in points.
    #[must_use]
    pub fn world_from_screen(&self, screen: Pos2) -> Coord {
        let offset = screen - self.viewport.center();
        Coord {
            x: self.centre.x + f64::from(offset.x) / self.points_per_world,
            y: self.centre.y - f64::from(offset.y) / self.points_per_world,
        }
    }

    /// Screen position in points of a place in degrees.
    #[must_use]
    pub fn screen_from_lonlat(&self, lonlat: Coord) -> Pos2 {
        self.screen_from_world(world_from_lonlat(lonlat))
    }

    /// Place in degrees under a screen position in points.
    #[must_use]
    pub fn lonlat_from_screen(&self, screen: Pos2) -> Coord {
        lonlat_from_world(self.world_from_screen(screen))
    }

    /// What the viewport shows, in world coordinates.
    #[must_use]
    pub fn world_rect(&self) -> Rect {
        Rect::new(self.world_from_screen(self.viewport.min), self.world_from_screen(self.viewport.max))
    }

    /// What the viewport shows, in degrees.
    #[must_use]
    pub fn lonlat_rect(&self) -> Rect {
        Rect::new(self.lonlat_from_screen(self.viewport.min), self.lonlat_from_screen(self.viewport.max))
    }

    /// Drags the map by a distance in points. Ends a flight.
    pub fn pan_by(&mut self, drag: Vec2) {
        self.flight = None;
        self.centre.x -= f64::from(drag.x) / self.points_per_world;
        self.centre.y += f64::from(drag.y) / self.points_per_world;
        self.keep_within_limits();
    }

    /// Zooms in by `factor` (out below 1), keeping the place under `screen` where it is. Ends a flight.
    pub fn zoom_at(&mut self, screen: Pos2, factor: f64) {
        self.flight = None;
        if !(factor.is_finite() && factor > 0.0) {
            return;
        }
        let fixed = self.world_from_screen(screen);
        self.points_per_world = (self.points_per_world * factor).clamp(MIN_POINTS_PER_WORLD, MAX_POINTS_PER_WORLD);
        let moved = self.world_from_screen(screen);
        self.centre = self.centre + fixed - moved;
        self.keep_within_limits();
    }

    /// Shows a box in degrees, `padding` points from the edges of the viewport. Ends a flight.
    pub fn fit(&mut self, lonlat: Rect, padding: f32) {
        self.flight = None;
        (self.centre, self.points_per_world) = self.view_of(lonlat, padding);
    }

    /// Starts a flight to the view that [`fit`](Self::fit) would jump to. Move it on with
    /// [`advance`](Self::advance).
    pub fn fly_to(&mut self, lonlat: Rect, padding: f32) {
        let to = self.view_of(lonlat, padding);
        self.flight = Some(Flight { from: (self.centre, self.points_per_world), to, elapsed_s: 0.0 });
    }

    /// Moves a flight on by a time in seconds. Returns whether it goes on: then another frame is needed.
    pub fn advance(&mut self, seconds: f64) -> bool {
        let Some(mut flight) = self.flight else { return false };
        flight.elapsed_s += seconds.max(0.0);
        let t = (flight.elapsed_s / FLIGHT_S).min(1.0);
        // Smoothstep in time; the scale moves by equal factors, so the zoom looks even.
        let eased = t * t * (3.0 - 2.0 * t);
        let ((from, from_scale), (to, to_scale)) = (flight.from, flight.to);
        self.points_per_world = from_scale * (to_scale / from_scale).powf(eased);
        // The centre moves with the scale, so that the target grows straight out of its place on the screen.
        let moved = if (to_scale / from_scale - 1.0).abs() < 1e-6 {
            eased
        } else {
            (1.0 / from_scale - 1.0 / self.points_per_world) / (1.0 / from_scale - 1.0 / to_scale)
        };
        self.centre = from + (to - from) * moved;
        self.flight = (t < 1.0).then_some(flight);
        if self.flight.is_none() {
            (self.centre, self.points_per_world) = flight.to;
        }
        self.flight.is_some()
    }

    /// Whether a flight is going on.
    #[must_use]
    pub fn is_flying(&self) -> bool {
        self.flight.is_some()
    }

    fn view_of(&self, lonlat: Rect, padding: f32) -> (Coord, f64) {
        let world = world_rect_from_lonlat(lonlat);
        let room = (self.viewport.size() - Vec2::splat(2.0 * padding)).max(Vec2::splat(1.0));
        let scale = (f64::from(room.x) / world.width()).min(f64::from(room.y) / world.height());
        // A point has no size: both quotients are infinite or not a number.
        let scale = if scale.is_finite() { scale } else { MAX_FIT_POINTS_PER_WORLD };
        (world.center(), scale.clamp(MIN_POINTS_PER_WORLD, MAX_FIT_POINTS_PER_WORLD))
    }

    fn keep_within_limits(&mut self) {
        let edge = world_from_lonlat(Coord { x: 180.0, y: 90.0 });
        self.centre.x = self.centre.x.clamp(-edge.x, edge.x);
        self.centre.y = self.centre.y.clamp(-edge.y, edge.y);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn county() -> Rect {
        Rect::new(Coord { x: 105.0, y: 31.0 }, Coord { x: 105.4, y: 31.3 })
    }

    fn camera() -> Camera {
        let viewport = emath::Rect::from_min_size(pos2(200.0, 40.0), vec2(900.0, 600.0));
        Camera::fitting(viewport, county(), 20.0)
    }

    #[test]
    fn a_fitted_box_lies_inside_the_padding() {
        let camera = camera();
        let room = camera.viewport().shrink(19.9);
        assert!(room.contains(camera.screen_from_lonlat(county().min())));
        assert!(room.contains(camera.screen_from_lonlat(county().max())));
    }

    #[test]
    fn a_distance_on_the_ground_has_so_many_points_as_the_scale_says() {
        let mut camera = camera();
        camera.zoom_at(pos2(500.0, 200.0), 3.0);
        let middle = lonlat_from_world(camera.centre());
        let metres = camera.ground_metres_per_point() * 80.0;
        assert!((camera.points_of_metres(metres, middle) - 80.0).abs() < 1e-3);
    }

    #[test]
    fn north_is_up() {
        let camera = camera();
        assert!(camera.screen_from_lonlat(county().max()).y < camera.screen_from_lonlat(county().min()).y);
    }

    #[test]
    fn the_place_under_the_pointer_stays_when_zooming() {
        let mut camera = camera();
        let pointer = pos2(321.0, 123.0);
        let before = camera.lonlat_from_screen(pointer);
        camera.zoom_at(pointer, 7.3);
        let after = camera.lonlat_from_screen(pointer);
        assert!((before.x - after.x).abs() < 1e-9 && (before.y - after.y).abs() < 1e-9);
    }

    #[test]
    fn the_map_follows_the_drag() {
        let mut camera = camera();
        let before = camera.screen_from_lonlat(county().min());
        camera.pan_by(vec2(13.0, -5.0));
        let moved = camera.screen_from_lonlat(county().min()) - before;
        assert!((moved - vec2(13.0, -5.0)).length() < 1e-2);
    }

    #[test]
    fn a_flight_arrives_where_fit_would_jump() {
        let mut camera = camera();
        let village = Rect::new(Coord { x: 105.1, y: 31.1 }, Coord { x: 105.11, y: 31.12 });
        let mut jumped = camera;
        jumped.fit(village, 8.0);
        camera.fly_to(village, 8.0);
        assert!(camera.advance(0.1));
        assert!(!camera.advance(0.2));
        assert_eq!(camera, jumped);
    }

    #[test]
    fn fitting_a_point_gives_a_finite_view() {
        let mut camera = camera();
        let point = Coord { x: 105.1, y: 31.1 };
        camera.fit(Rect::new(point, point), 20.0);
        assert!(camera.points_per_world().is_finite());
        assert!((camera.screen_from_lonlat(point) - camera.viewport().center()).length() < 1e-3);
    }

    proptest! {
        #[test]
        fn screen_and_world_are_inverse(x in 200.0..1100.0f32, y in 40.0..640.0f32, zoom in 0.1..1e4f64) {
            let mut camera = camera();
            camera.zoom_at(pos2(400.0, 300.0), zoom);
            let there = camera.screen_from_world(camera.world_from_screen(pos2(x, y)));
            prop_assert!((there - pos2(x, y)).length() < 0.01);
        }
    }
}

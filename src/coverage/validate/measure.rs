//! Metres around a place: a flat approximation for small regions.

use geo::Coord;

/// Semi-major axis of WGS 84, in metres.
const A: f64 = 6_378_137.0;
/// First eccentricity squared of WGS 84.
const E2: f64 = 0.006_694_379_990_141_33;

/// A flat map around a place, in metres. Good to 1e-4 within some 20 km, which is enough to size a defect.
#[derive(Clone, Copy, Debug)]
pub(in crate::coverage) struct Local {
    origin: Coord,
    metres_per_degree: Coord,
}

impl Local {
    /// The map around a place in degrees.
    pub fn around(origin: Coord) -> Self {
        let lat = origin.y.clamp(-89.9, 89.9).to_radians();
        let w2 = 1.0 - E2 * lat.sin().powi(2);
        let normal = A / w2.sqrt();
        let meridian = A * (1.0 - E2) / (w2 * w2.sqrt());
        let degree = std::f64::consts::PI / 180.0;
        Self { origin, metres_per_degree: Coord { x: normal * lat.cos() * degree, y: meridian * degree } }
    }

    /// A place in degrees on the map, in metres.
    pub fn metres(&self, at: Coord) -> Coord {
        Coord {
            x: (at.x - self.origin.x) * self.metres_per_degree.x,
            y: (at.y - self.origin.y) * self.metres_per_degree.y,
        }
    }
}

/// Twice the signed area of a closed ring that is not repeated at its end: positive counter-clockwise.
pub(in crate::coverage) fn twice_area(ring: &[Coord]) -> f64 {
    let Some(&first) = ring.first() else { return 0.0 };
    let relative = |c: Coord| c - first;
    pairs(ring).map(|(a, b)| (relative(a), relative(b))).map(|(a, b)| a.x * b.y - a.y * b.x).sum()
}

/// Length of a closed ring that is not repeated at its end.
pub(in crate::coverage) fn length(ring: &[Coord]) -> f64 {
    pairs(ring).map(|(a, b)| size(b - a)).sum()
}

/// Length of a step. These are metres and degrees: nothing overflows, and a square root is the same on every system.
fn size(step: Coord) -> f64 {
    (step.x * step.x + step.y * step.y).sqrt()
}

/// Sides of a closed ring.
fn pairs(ring: &[Coord]) -> impl Iterator<Item = (Coord, Coord)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// Distance of a point from a segment.
pub(in crate::coverage) fn distance(point: Coord, segment: [Coord; 2]) -> f64 {
    let [start, end] = segment;
    let share = if start == end { 0.0 } else { project(point, segment).clamp(0.0, 1.0) };
    let away = point - start - (end - start) * share;
    size(away)
}

/// Where a point projects on a segment: 0 at its start, 1 at its end.
pub(in crate::coverage) fn project(point: Coord, [start, end]: [Coord; 2]) -> f64 {
    let (along, to) = (end - start, point - start);
    (along.x * to.x + along.y * to.y) / (along.x * along.x + along.y * along.y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_of_a_hundredth_degree_has_its_geodesic_area() {
        let at = Coord { x: 105.0, y: 31.005 };
        let local = Local::around(at);
        let ring = [(105.0, 31.0), (105.01, 31.0), (105.01, 31.01), (105.0, 31.01)];
        let ring: Vec<Coord> = ring.iter().map(|&(x, y)| local.metres(Coord { x, y })).collect();
        // From GeographicLib.
        assert!((twice_area(&ring) / 2.0 - 1_058_904.0).abs() < 200.0, "{}", twice_area(&ring) / 2.0);
        assert!((length(&ring) - 4_127.7).abs() < 1.0, "{}", length(&ring));
    }
}

//! Which rings of a shape are shells, and which holes of them.
//!
//! A shell runs clockwise, a hole the other way round. Programs do not all keep to it: where no ring runs clockwise, what
//! lies in an odd number of others is a hole; a hole that lies in no shell is a shell.

use geo::{Coord, Rect};

use crate::io::Problem;

/// Pairs of rings that are looked at for one shape; far more than a country of islands has.
const MOST_PAIRS: usize = 200_000_000;

struct Ring {
    vertices: Vec<Coord>,
    bounds: Rect,
    /// Twice the area; negative where it runs clockwise.
    area: f64,
}

/// Sorts rings into polygons, the shell first, in the directions of GeoJSON: shells against the clock.
pub(super) fn polygons(rings: Vec<Vec<Coord>>) -> Result<Vec<Vec<Vec<Coord>>>, Problem> {
    let mut rings: Vec<Ring> = rings.into_iter().filter_map(Ring::new).collect();
    // A ring that is no place is named by whoever takes its vertices.
    let turned = |mut ring: Ring, positive: bool| {
        if (ring.area > 0.0) != positive && ring.area != 0.0 {
            ring.vertices.reverse();
        }
        ring.vertices
    };
    if rings.len() <= 1 {
        return Ok(rings.into_iter().map(|ring| vec![turned(ring, true)]).collect());
    }
    let is_shell: Vec<bool> = if rings.iter().any(|ring| ring.area < 0.0) {
        rings.iter().map(|ring| ring.area <= 0.0).collect()
    } else {
        check(rings.len(), rings.len())?;
        rings.iter().map(|ring| rings.iter().filter(|other| other.contains(ring)).count() % 2 == 0).collect()
    };
    let shells: Vec<usize> = (0..rings.len()).filter(|&ring| is_shell[ring]).collect();
    check(shells.len(), rings.len() - shells.len())?;
    let shell_of = |hole: usize| {
        if let [only] = shells[..] {
            return Some(only);
        }
        let around = shells.iter().copied().filter(|&shell| rings[shell].contains(&rings[hole]));
        around.min_by(|&a, &b| rings[a].area.abs().total_cmp(&rings[b].area.abs()))
    };
    let mut holes_of: Vec<Vec<usize>> = vec![Vec::new(); rings.len()];
    let mut begins = is_shell.clone();
    for hole in (0..rings.len()).filter(|&ring| !is_shell[ring]) {
        match shell_of(hole) {
            Some(shell) => holes_of[shell].push(hole),
            None => begins[hole] = true,
        }
    }
    let mut take = |ring: usize, positive| {
        let nothing = Ring { vertices: Vec::new(), bounds: rings[ring].bounds, area: 0.0 };
        let ring = std::mem::replace(&mut rings[ring], nothing);
        turned(ring, positive)
    };
    let mut polygons = Vec::new();
    for shell in (0..begins.len()).filter(|&ring| begins[ring]) {
        let mut polygon = vec![take(shell, true)];
        polygon.extend(holes_of[shell].iter().map(|&hole| take(hole, false)));
        polygons.push(polygon);
    }
    Ok(polygons)
}

/// Whether a shell with these vertices has to be turned round to run against the clock.
pub(super) fn is_clockwise(vertices: &[Coord]) -> bool {
    let area = twice_the_area(vertices);
    (area <= 0.0 || area.is_nan()) && area != 0.0
}

fn twice_the_area(vertices: &[Coord]) -> f64 {
    let Some(&origin) = vertices.first() else { return 0.0 };
    let cross = |pair: &[Coord]| {
        let (a, b) = (pair[0] - origin, pair[1] - origin);
        a.x * b.y - a.y * b.x
    };
    vertices.windows(2).map(cross).sum()
}

fn check(a: usize, b: usize) -> Result<(), Problem> {
    if a.saturating_mul(b) > MOST_PAIRS { Err(Problem::BrokenShape) } else { Ok(()) }
}

impl Ring {
    fn new(vertices: Vec<Coord>) -> Option<Self> {
        let &origin = vertices.first()?;
        let area = twice_the_area(&vertices);
        let (mut min, mut max) = (origin, origin);
        for at in &vertices {
            min = Coord { x: min.x.min(at.x), y: min.y.min(at.y) };
            max = Coord { x: max.x.max(at.x), y: max.y.max(at.y) };
        }
        Some(Self { vertices, bounds: Rect::new(min, max), area })
    }

    /// Whether another ring lies in this one: by its first vertex that is none of this one's.
    fn contains(&self, other: &Self) -> bool {
        let (outer, inner) = (self.bounds, other.bounds);
        let fits = outer.min().x <= inner.min().x
            && outer.min().y <= inner.min().y
            && outer.max().x >= inner.max().x
            && outer.max().y >= inner.max().y;
        if !fits || std::ptr::eq(self, other) || self.area.abs() <= other.area.abs() {
            return false;
        }
        let apart = other.vertices.iter().find(|at| !self.vertices.contains(at));
        apart.is_some_and(|&at| self.is_around(at))
    }

    fn is_around(&self, at: Coord) -> bool {
        let crosses = |pair: &[Coord]| {
            let (a, b) = (pair[0], pair[1]);
            (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x
        };
        self.vertices.windows(2).filter(|pair| crosses(pair)).count() % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A square with these corners, clockwise or not.
    fn square(from: f64, to: f64, clockwise: bool) -> Vec<Coord> {
        let mut ring: Vec<Coord> =
            [(from, from), (to, from), (to, to), (from, to), (from, from)].map(Coord::from).to_vec();
        if clockwise {
            ring.reverse();
        }
        ring
    }

    fn shape(rings: Vec<Vec<Coord>>) -> Vec<Vec<f64>> {
        let polygons = polygons(rings).unwrap();
        for polygon in &polygons {
            for (at, ring) in polygon.iter().enumerate() {
                let area = Ring::new(ring.clone()).unwrap().area;
                assert_eq!(area > 0.0, at == 0, "shells run against the clock, holes with it");
            }
        }
        polygons
            .into_iter()
            .map(|it| it.into_iter().map(|ring| Ring::new(ring).unwrap().bounds.width()).collect())
            .collect()
    }

    #[test]
    fn holes_go_to_the_smallest_shell_around_them() {
        let rings =
            vec![square(3.0, 7.0, true), square(4.0, 6.0, false), square(0.0, 10.0, true), square(1.0, 9.0, false)];
        assert_eq!(shape(rings), [vec![4.0, 2.0], vec![10.0, 8.0]]);
    }

    #[test]
    fn where_all_run_the_same_way_what_lies_in_another_is_its_hole() {
        let all = [(0.0, 10.0), (1.0, 9.0), (3.0, 7.0), (20.0, 21.0)];
        assert_eq!(
            shape(all.map(|(from, to)| square(from, to, false)).to_vec()),
            [vec![10.0, 8.0], vec![4.0], vec![1.0]]
        );
    }

    #[test]
    fn a_hole_in_nothing_is_a_shell() {
        let rings = vec![square(0.0, 1.0, true), square(2.0, 3.0, true), square(5.0, 9.0, false)];
        assert_eq!(shape(rings), [[1.0], [1.0], [4.0]]);
        assert_eq!(shape(vec![square(0.0, 1.0, false)]), [[1.0]]);
        assert_eq!(polygons(vec![Vec::new()]).unwrap(), Vec::<Vec<Vec<Coord>>>::new());
    }
}

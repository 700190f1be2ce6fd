//! A line being drawn on the map: to split a unit along it, or to measure.
//!
//! Its corners stick to vertices and edges of the borders near the pointer, so that a line begins and ends on them.

use geo::{Coord, Rect};

use crate::render::Camera;
use quhua::coverage::{AtomId, Coverage};
use quhua::geodesy::{AreaMethod, chain_measures};
use quhua::model::Dataset;

/// How near to the pointer a vertex is taken up, in points; an edge has to be nearer.
const VERTEX_REACH: f32 = 9.0;
const EDGE_REACH: f32 = 6.0;

/// A line being drawn, in degrees.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    /// Its corners so far.
    pub corners: Vec<Coord>,
    /// Whether the last corner is joined with the first.
    pub closed: bool,
    /// Whether it is finished: the next corner begins another one.
    pub done: bool,
    /// Where the next corner would be.
    pub pointer: Option<Coord>,
    /// Places in the parts that it cuts, where their numbers stand.
    pub parts: Option<[Coord; 2]>,
}

/// What is done to a sketch.
#[derive(Clone, Debug, PartialEq)]
pub enum SketchStep {
    /// A corner is set.
    Corner(Coord),
    /// The last corner is taken back.
    Back,
    /// It is joined with its first corner, and finished.
    Close,
    /// It is finished.
    Finish,
    /// A whole line takes its place, finished.
    Take(Vec<Coord>),
    /// The pointer is somewhere else, or has left the map.
    Pointer(Option<Coord>),
}

impl Sketch {
    /// Does a step.
    pub fn step(&mut self, step: SketchStep) {
        match step {
            SketchStep::Corner(at) => {
                if self.done {
                    *self = Self { pointer: self.pointer, ..Self::default() };
                }
                if self.corners.last() != Some(&at) {
                    self.corners.push(at);
                }
            }
            SketchStep::Back if self.done => (self.done, self.closed) = (false, false),
            SketchStep::Back => drop(self.corners.pop()),
            SketchStep::Close if self.corners.len() >= 3 => (self.closed, self.done) = (true, true),
            SketchStep::Finish if self.corners.len() >= 2 => self.done = true,
            SketchStep::Close | SketchStep::Finish => {}
            SketchStep::Take(corners) => *self = Self { corners, done: true, ..Self::default() },
            SketchStep::Pointer(at) => self.pointer = at,
        }
    }

    /// Its corners, and where the pointer is as long as it is not finished.
    #[must_use]
    pub fn places(&self) -> Vec<Coord> {
        let mut corners = self.corners.clone();
        let last = corners.last().copied();
        corners.extend(self.pointer.filter(|&at| !self.done && last != Some(at)));
        corners
    }

    /// Length in metres of a line, and its closing edge if it is closed.
    #[must_use]
    pub fn length_m(corners: &[Coord], closed: bool) -> f64 {
        chain_measures(AreaMethod::Geodesic, &ring(corners, closed)).length.to_f64()
    }

    /// Area in m² within the corners, by a method.
    #[must_use]
    pub fn area_m2(method: AreaMethod, corners: &[Coord]) -> f64 {
        chain_measures(method, &ring(corners, true)).area.to_f64().abs()
    }
}

fn ring(corners: &[Coord], closed: bool) -> Vec<Coord> {
    let first = corners.first().copied().filter(|_| closed);
    corners.iter().copied().chain(first).collect()
}

/// What the pointer sticks to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snap {
    /// The place in degrees.
    pub at: Coord,
    /// Whether it is a vertex; else a place on an edge.
    pub is_vertex: bool,
}

/// The vertex near a place on the screen, or else the nearest place on an edge. Costs the atoms around it.
#[must_use]
pub fn snap(dataset: &Dataset, camera: &Camera, pointer: eframe::egui::Pos2) -> Option<Snap> {
    let reach = eframe::egui::Vec2::splat(VERTEX_REACH);
    let corners = [pointer - reach, pointer + reach].map(|at| camera.lonlat_from_screen(at));
    let around = Rect::new(corners[0], corners[1]);
    let atoms: Vec<AtomId> = dataset.index.atoms_in(around).collect();
    let edges = || edges_near(&dataset.coverage, &atoms, around);
    let off = |at: Coord| camera.screen_from_lonlat(at).distance(pointer);
    let nearest = |a: &Coord, b: &Coord| off(*a).total_cmp(&off(*b));
    let vertex = edges().flatten().min_by(nearest).filter(|&at| off(at) <= VERTEX_REACH);
    if let Some(at) = vertex {
        return Some(Snap { at, is_vertex: true });
    }
    let place = camera.lonlat_from_screen(pointer);
    let foot = edges().map(|[a, b]| {
        let (along, to) = (b - a, place - a);
        let squared = along.x * along.x + along.y * along.y;
        let step = if squared > 0.0 { (to.x * along.x + to.y * along.y) / squared } else { 0.0 };
        a + along * step.clamp(0.0, 1.0)
    });
    let edge = foot.min_by(nearest).filter(|&at| off(at) <= EDGE_REACH);
    edge.map(|at| Snap { at, is_vertex: false })
}

/// Edges of some atoms that may meet a rectangle.
fn edges_near<'a>(coverage: &'a Coverage, atoms: &'a [AtomId], around: Rect) -> impl Iterator<Item = [Coord; 2]> + 'a {
    let arcs = atoms.iter().flat_map(|&atom| coverage.arcs_of(atom));
    let edges = arcs.flat_map(|arc| coverage.arc(arc.arc()).windows(2)).map(|edge| [edge[0], edge[1]]);
    edges.filter(move |[a, b]| {
        a.x.min(b.x) <= around.max().x
            && a.x.max(b.x) >= around.min().x
            && a.y.min(b.y) <= around.max().y
            && a.y.max(b.y) >= around.min().y
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Coord {
        Coord { x, y }
    }

    #[test]
    fn a_sketch_is_drawn_taken_back_and_begun_anew() {
        let mut sketch = Sketch::default();
        for corner in [at(0., 0.), at(1., 0.), at(1., 0.), at(1., 1.)] {
            sketch.step(SketchStep::Corner(corner));
        }
        assert_eq!(sketch.corners.len(), 3, "no corner twice in a row");
        sketch.step(SketchStep::Close);
        assert!(sketch.closed && sketch.done);
        sketch.step(SketchStep::Back);
        assert!(!sketch.closed && !sketch.done && sketch.corners.len() == 3, "first it is opened again");
        sketch.step(SketchStep::Back);
        sketch.step(SketchStep::Pointer(Some(at(5., 5.))));
        assert_eq!(sketch.places().len(), 3);
        sketch.step(SketchStep::Finish);
        assert_eq!(sketch.places().len(), 2);
        sketch.step(SketchStep::Corner(at(7., 7.)));
        assert_eq!((sketch.corners.as_slice(), sketch.done), (&[at(7., 7.)][..], false));
        sketch.step(SketchStep::Finish);
        assert!(!sketch.done, "one corner is no line");
    }

    #[test]
    fn lengths_and_areas_are_those_of_the_ellipsoid() {
        let corners = [at(105.0, 31.0), at(105.1, 31.0), at(105.1, 31.1), at(105.0, 31.1)];
        // The test vector of the survey formula.
        let area = Sketch::area_m2(AreaMethod::EllipsoidTrapezoid, &corners);
        assert!((area - 105_830_583.679).abs() < 0.01, "{area}");
        let (open, closed) = (Sketch::length_m(&corners, false), Sketch::length_m(&corners, true));
        assert!((closed - open - Sketch::length_m(&[corners[3], corners[0]], false)).abs() < 1e-6);
    }
}

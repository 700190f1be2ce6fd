//! Rows of ledgers that are lines: roads, routes.
//!
//! Where more lie in view than can be told apart, the longest are drawn: lines are kept in baskets by length, the longest
//! first, each with an index of its own, so that no more are looked at than are drawn.

use emath::Pos2;
use geo::{Coord, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::set::Which;
use crate::carto::Camera;
use crate::carto::projection::world_from_lonlat;

/// Lines in view at most.
const MOST: usize = 3_000;
/// Places of a line on paper are at least so far apart, in points.
const STEP: f32 = 0.8;

/// A line in world coordinates.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub layer: u16,
    pub which: Which,
    /// Its class among those of all layers.
    pub class: u16,
    /// Radius that a symbol of its class would have, in points.
    pub radius: f32,
    parts: Vec<Vec<Coord>>,
    length: f64,
}

impl Path {
    /// A line of parts in degrees.
    pub fn new(layer: u16, which: Which, (class, radius): (u16, f32), lines: &[Vec<Coord>]) -> Self {
        let parts: Vec<Vec<Coord>> =
            lines.iter().map(|line| line.iter().map(|&at| world_from_lonlat(at)).collect()).collect();
        let steps = parts.iter().flat_map(|part| part.windows(2));
        let length = steps.map(|pair| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y)).sum();
        Self { layer, which, class, radius, parts, length }
    }

    fn bounds(&self) -> Option<Rectangle<[f64; 2]>> {
        let all = || self.parts.iter().flatten();
        let first = all().next()?;
        let (mut low, mut high) = ([first.x, first.y], [first.x, first.y]);
        for at in all() {
            (low, high) = ([low[0].min(at.x), low[1].min(at.y)], [high[0].max(at.x), high[1].max(at.y)]);
        }
        Some(Rectangle::from_corners(low, high))
    }

    /// Its parts on paper, as far as they can be told apart there.
    pub fn on_paper(&self, camera: &Camera) -> Vec<Vec<Pos2>> {
        let part = |part: &Vec<Coord>| {
            let mut kept: Vec<Pos2> = Vec::with_capacity(part.len().min(64));
            for (i, &at) in part.iter().enumerate() {
                let at = camera.screen_from_world(at);
                if i + 1 == part.len() || kept.last().is_none_or(|last| last.distance(at) >= STEP) {
                    kept.push(at);
                }
            }
            kept
        };
        self.parts.iter().map(part).filter(|part| part.len() > 1).collect()
    }
}

/// Lines by length and place.
#[derive(Debug, Default)]
pub(super) struct Lines {
    paths: Vec<Path>,
    baskets: Vec<RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>>,
}

impl Lines {
    pub fn new(mut paths: Vec<Path>) -> Self {
        paths.sort_by(|a, b| b.length.total_cmp(&a.length));
        let boxes: Vec<_> =
            paths.iter().enumerate().filter_map(|(at, path)| Some(GeomWithData::new(path.bounds()?, at))).collect();
        let baskets = boxes.chunks(MOST).map(|basket| RTree::bulk_load(basket.to_vec())).collect();
        Self { paths, baskets }
    }

    /// Those that may meet a box in world coordinates, in their order: the longest of them where they are too many.
    pub fn within(&self, world: Rect) -> impl Iterator<Item = &Path> {
        let (low, high) = (world.min(), world.max());
        let envelope = AABB::from_corners([low.x, low.y], [high.x, high.y]);
        let mut found: Vec<usize> = Vec::new();
        for basket in &self.baskets {
            found.extend(basket.locate_in_envelope_intersecting(&envelope).map(|it| it.data));
            if found.len() >= MOST {
                break;
            }
        }
        found.sort_unstable();
        found.truncate(MOST);
        found.into_iter().map(|at| &self.paths[at])
    }
}

//! What the units lie on, where that is not paper: pictures, each on a patch of the world.

use std::sync::Arc;

use geo::{Coord, Rect};

use quhua::tiles::Picture;

/// Pictures below the units.
#[derive(Clone, Debug, PartialEq)]
pub struct Ground {
    /// What shows where. Patches do not overlap; between them there is paper.
    pub patches: Vec<Patch>,
    /// Opacity of the pictures over the paper, 0 to 1.
    pub opacity: f32,
    /// Opacity of the fills of units over the pictures, 0 to 1.
    pub fills: f32,
}

/// A piece of a picture on a patch of the world.
#[derive(Clone, Debug)]
pub struct Patch {
    /// The whole picture. It goes to the GPU when it is first seen, and stays there while it lives.
    pub picture: Arc<Picture>,
    /// Corners of the parts of the patch in world coordinates, row by row from the north-west: a square number, 4 for a
    /// patch in one part.
    pub corners: Arc<[Coord]>,
    /// The piece of the picture that shows, in shares of it: left, top, side.
    pub piece: [f64; 3],
}

/// Patches of the same picture at the same place look the same. A picture is known by where it lies in memory.
impl PartialEq for Patch {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.picture, &other.picture) && self.corners == other.corners && self.piece == other.piece
    }
}

impl Patch {
    /// How many parts a side is cut into.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.corners.len().isqrt().saturating_sub(1)
    }

    /// The box that holds it, in world coordinates.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        let first = *self.corners.first()?;
        let (low, high) = self.corners.iter().fold((first, first), |(low, high), at| {
            (Coord { x: low.x.min(at.x), y: low.y.min(at.y) }, Coord { x: high.x.max(at.x), y: high.y.max(at.y) })
        });
        Some(Rect::new(low, high))
    }
}

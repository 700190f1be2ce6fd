//! Arcs that several layers share: every line once, whichever levels and units it bounds.
//!
//! Each layer is built into a [`Coverage`], which knows where its lines meet. A line of one layer is divided where lines
//! of another one meet on it, so that the border of a township is made of the very arcs of the villages along it. Vertices
//! are those of the layers, to the bit; no coordinate is computed.

use std::collections::{HashMap, HashSet};

use geo::Coord;

use super::OutLayer;
use crate::coverage::{AtomId, Coverage, DirectedArc};
use crate::io::WriteProblem;
use crate::jobs::Progress;

/// A place, as it is looked up.
type Key = [u64; 2];

fn key(at: Coord) -> Key {
    [at.x.to_bits(), at.y.to_bits()]
}

/// An arc of [`Topology::arcs`]; with `true` it runs backwards.
pub(super) type Step = (usize, bool);

/// The lines of all layers, each once.
#[derive(Debug, Default)]
pub(super) struct Topology {
    /// Vertices of each arc, both ends included.
    pub arcs: Vec<Vec<Coord>>,
    /// For each layer and feature its polygons: rings of arcs, the shell first.
    pub layers: Vec<Vec<Vec<Vec<Vec<Step>>>>>,
}

impl Topology {
    /// The lines of these layers.
    pub(super) fn of(layers: &[OutLayer]) -> Result<Self, WriteProblem> {
        let build = |layer: &OutLayer| {
            let cancelled = |cancelled| WriteProblem::Cancelled(cancelled);
            Coverage::build(layer.polygons.clone(), &Progress::new()).map_err(cancelled)
        };
        let coverages = layers.iter().map(build).collect::<Result<Vec<_>, _>>()?;
        let mut meetings: HashSet<Key> = HashSet::new();
        if coverages.len() > 1 {
            for arc in coverages.iter().flat_map(|coverage| coverage.arcs().map(|arc| coverage.arc(arc))) {
                if let [first, .., last] = arc
                    && first != last
                {
                    meetings.extend([key(*first), key(*last)]);
                }
            }
        }
        let mut made = Maker { topology: Self::default(), known: HashMap::new(), meetings };
        for coverage in &coverages {
            let features = coverage.atoms().map(|atom| made.feature(coverage, atom)).collect();
            made.topology.layers.push(features);
        }
        Ok(made.topology)
    }
}

struct Maker {
    topology: Topology,
    /// Arcs that are there, by all their vertices.
    known: HashMap<Vec<Key>, usize>,
    /// Places where lines of some layer meet.
    meetings: HashSet<Key>,
}

impl Maker {
    fn feature(&mut self, coverage: &Coverage, atom: AtomId) -> Vec<Vec<Vec<Step>>> {
        let mut polygons = Vec::new();
        for face in coverage.faces_of(atom) {
            let rings = coverage.rings_of(face).map(|ring| {
                let steps = coverage.ring(ring).iter().flat_map(|&arc| self.pieces(coverage, arc));
                steps.collect::<Vec<_>>()
            });
            polygons.push(rings.collect());
        }
        polygons
    }

    /// The arcs that an arc of a layer is made of.
    fn pieces(&mut self, coverage: &Coverage, arc: DirectedArc) -> Vec<Step> {
        let mut coords = coverage.arc(arc.arc()).to_vec();
        let is_closed = coords.first() == coords.last();
        if is_closed && coords.len() > 1 {
            // A line around begins where lines of another layer meet on it, else at its least vertex: so it is the same
            // arc in all layers, wherever they begin it.
            coords.pop();
            let meets = coords.iter().position(|&at| self.meetings.contains(&key(at)));
            let least = (0..coords.len()).min_by_key(|&i| key(coords[i]));
            coords.rotate_left(meets.or(least).unwrap_or(0));
            coords.extend(coords.first().copied());
        }
        let inner = 1..coords.len().saturating_sub(1);
        let mut cuts: Vec<usize> = inner.filter(|&i| self.meetings.contains(&key(coords[i]))).collect();
        cuts.push(coords.len().saturating_sub(1));
        let mut steps = Vec::new();
        let mut from = 0;
        for to in cuts {
            steps.push(self.arc(&coords[from..=to]));
            from = to;
        }
        if arc.is_backward() {
            steps.reverse();
            for step in &mut steps {
                step.1 = !step.1;
            }
        }
        steps
    }

    /// The arc with these vertices, which it may have the other way round.
    fn arc(&mut self, coords: &[Coord]) -> Step {
        let ahead: Vec<Key> = coords.iter().map(|&at| key(at)).collect();
        if let Some(&at) = self.known.get(&ahead) {
            return (at, false);
        }
        let back: Vec<Key> = ahead.iter().rev().copied().collect();
        if let Some(&at) = self.known.get(&back) {
            return (at, true);
        }
        let at = self.topology.arcs.len();
        self.topology.arcs.push(coords.to_vec());
        self.known.insert(ahead, at);
        (at, false)
    }
}

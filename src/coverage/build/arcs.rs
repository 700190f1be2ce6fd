//! Rings cut at nodes; every piece stored once, as an arc.

use geo::algorithm::Kernel as _;
use geo::kernels::RobustKernel;
use geo::{Coord, Orientation};
use rayon::prelude::*;

use super::super::ids::ArcId;
use super::super::{DirectedArc, FaceId, FlatPolygons, NodeId, OUTSIDE, RingId, RingSource, span};
use super::vertices::Vertices;

/// End of a list.
const NONE: u32 = u32::MAX;

/// Arcs, and rings made of them. The fields are those of a coverage.
#[derive(Default)]
#[expect(clippy::struct_field_names, reason = "the names are those of a coverage")]
pub(super) struct Arcs {
    pub coords: Vec<Coord>,
    pub arc_ends: Vec<u32>,
    pub arc_nodes: Vec<[NodeId; 2]>,
    pub arc_faces: Vec<[u32; 2]>,
    pub node_count: usize,
    pub ring_arcs: Vec<DirectedArc>,
    pub ring_ends: Vec<u32>,
    pub ring_sources: Vec<RingSource>,
}

/// Cuts all rings, in order of input.
pub(super) fn cut_rings(polygons: &FlatPolygons, vertices: &Vertices) -> Arcs {
    let reversed = reversed_rings(polygons);
    let mut cutter = Cutter {
        polygons,
        vertices,
        node_of: vec![0; polygons.coords.len()],
        out_of: Vec::new(),
        next_out: Vec::new(),
        made: Arcs::default(),
    };
    // About half of the vertices are there twice; the rest of the room is for ends of arcs.
    cutter.made.coords.reserve(polygons.coords.len() / 2 + polygons.coords.len() / 16);
    for face in 0..polygons.face_ends.len() {
        for ring in polygons.rings_of(FaceId::new(face)) {
            cutter.cut(FaceId::new(face), ring, reversed[ring.index()]);
        }
    }
    let mut made = cutter.made;
    made.node_count = cutter.out_of.len();
    made.coords.shrink_to_fit();
    made
}

/// Whether each ring runs with its face on the right: a clockwise shell, or a counter-clockwise hole.
fn reversed_rings(polygons: &FlatPolygons) -> Vec<bool> {
    let mut is_shell = vec![false; polygons.ring_ends.len()];
    for face in 0..polygons.face_ends.len() {
        if let Some(shell) = polygons.rings_of(FaceId::new(face)).next() {
            is_shell[shell.index()] = true;
        }
    }
    is_shell
        .into_par_iter()
        .enumerate()
        .map(|(ring, is_shell)| is_counter_clockwise(polygons.ring(RingId::new(ring))) != is_shell)
        .collect()
}

/// Whether a ring runs counter-clockwise: whether it encloses more on its left than on its right.
///
/// The sign of its area decides, so that a ring that crosses itself is not turned inside out by one corner. Where the
/// area is too small to be told from rounding, the turn at the lowest-leftmost vertex decides, which is exact for a
/// simple ring.
pub(in crate::coverage) fn is_counter_clockwise(ring: &[Coord]) -> bool {
    let Some(&first) = ring.first() else { return true };
    let mut turning = Turning::from(first);
    turning.add(ring, false);
    match turning.sums() {
        None => doubled_area(ring) >= 0.0,
        Some((area, rounding)) if area.abs() > rounding => area > 0.0,
        Some((area, _)) => turns_left_at_its_corner(ring).unwrap_or(area >= 0.0),
    }
}

/// The same of a ring made of arcs, each with whether it is walked backwards; `None` where only a closer look at the whole
/// ring tells.
pub(in crate::coverage) fn quick_orientation<'a>(arcs: impl Iterator<Item = (&'a [Coord], bool)>) -> Option<bool> {
    let mut arcs = arcs.peekable();
    let &(coords, backward) = arcs.peek()?;
    let mut turning = Turning::from(*if backward { coords.last() } else { coords.first() }?);
    arcs.for_each(|(coords, backward)| turning.add(coords, backward));
    turning.sums().filter(|(area, rounding)| area.abs() > *rounding).map(|(area, _)| area > 0.0)
}

/// Twice the area to the left of the edges of a ring, as it grows, and how far rounding may have taken it away.
struct Turning {
    first: Coord,
    area: f64,
    /// How far vertices lie from the first, at most.
    wide: f64,
    high: f64,
    vertices: usize,
    /// Whether an edge crosses the 180th meridian.
    crosses: bool,
}

impl Turning {
    const fn from(first: Coord) -> Self {
        Self { first, area: 0.0, wide: 0.0, high: 0.0, vertices: 0, crosses: false }
    }

    /// Adds a run of edges. Outlines ask for it by the thousand: four sums side by side do not wait for each other.
    fn add(&mut self, run: &[Coord], backward: bool) {
        let (mut sums, mut wide, mut high) = ([0.0_f64; 4], [0.0_f64; 4], [0.0_f64; 4]);
        let mut edge = |lane: usize, from: Coord, to: Coord| {
            let (a, b) = (from - self.first, to - self.first);
            sums[lane] += a.x * b.y - b.x * a.y;
            // A comparison, since `max` would look for what is no number.
            wide[lane] = if b.x.abs() > wide[lane] { b.x.abs() } else { wide[lane] };
            high[lane] = if b.y.abs() > high[lane] { b.y.abs() } else { high[lane] };
        };
        let mut rest = run;
        while let [a, b, c, d, e, ..] = *rest {
            edge(0, a, b);
            edge(1, b, c);
            edge(2, c, d);
            edge(3, d, e);
            rest = &rest[4..];
        }
        for ends in rest.windows(2) {
            edge(0, ends[0], ends[1]);
        }
        let area: f64 = sums.iter().sum();
        self.area += if backward { -area } else { area };
        let start = run.first().map_or([0.0; 2], |&start| [(start - self.first).x.abs(), (start - self.first).y.abs()]);
        self.wide = wide.into_iter().fold(self.wide.max(start[0]), f64::max);
        self.high = high.into_iter().fold(self.high.max(start[1]), f64::max);
        self.vertices += run.len();
        // Only in a wide ring can one step lead across.
        self.crosses |= self.wide > 90.0 && run.windows(2).any(|ends| (ends[1].x - ends[0].x).abs() > 180.0);
    }

    /// Twice the area and a bound on its rounding; `None` where an edge crosses the 180th meridian.
    #[expect(clippy::cast_precision_loss, reason = "a bound on rounding, for rings of up to billions of vertices")]
    fn sums(&self) -> Option<(f64, f64)> {
        // As many terms, each of two products, none larger than the box around the ring seen from its first vertex.
        let count = self.vertices as f64;
        let rounding = (count + 8.0) * f64::EPSILON * 2.0 * count * self.wide * self.high;
        (!self.crosses).then_some((self.area, rounding))
    }
}

/// Whether a ring turns left at its lowest-leftmost vertex; `None` where it folds back there.
fn turns_left_at_its_corner(ring: &[Coord]) -> Option<bool> {
    let corner = (0..ring.len()).min_by(|&a, &b| {
        let (a, b) = (ring[a], ring[b]);
        a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
    })?;
    let before = ring[(corner + ring.len() - 1) % ring.len()];
    let after = ring[(corner + 1) % ring.len()];
    match RobustKernel::orient2d(before, ring[corner], after) {
        Orientation::CounterClockwise => Some(true),
        Orientation::Clockwise => Some(false),
        Orientation::Collinear => None,
    }
}

/// Twice the area of a ring, positive when it runs counter-clockwise; closed or not.
pub(in crate::coverage) fn doubled_area(ring: &[Coord]) -> f64 {
    let Some(&first) = ring.first() else { return 0.0 };
    edges(ring, first).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}

/// Ends of the edges of a ring, measured from its first vertex; that to the first vertex, which adds no area, is left
/// out. An edge takes the short way around the earth: from 179° to −179° are two degrees.
fn edges(ring: &[Coord], first: Coord) -> impl Iterator<Item = (Coord, Coord)> + '_ {
    let mut turns = 0.0;
    ring.windows(2).map(move |edge| {
        let from = Coord { x: edge[0].x + turns, y: edge[0].y } - first;
        let step = edge[1].x - edge[0].x;
        if step.abs() > 180.0 {
            turns -= 360.0 * step.signum();
        }
        (from, Coord { x: edge[1].x + turns, y: edge[1].y } - first)
    })
}

struct Cutter<'a> {
    polygons: &'a FlatPolygons,
    vertices: &'a Vertices,
    /// One more than the node at each place; 0 where there is none yet. Zeros cost no memory until they are written.
    node_of: Vec<u32>,
    /// First directed arc out of each node.
    out_of: Vec<u32>,
    /// For each directed arc the next one out of its node.
    next_out: Vec<u32>,
    made: Arcs,
}

impl Cutter<'_> {
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn cut(&mut self, face: FaceId, ring: RingId, reversed: bool) {
        let span = span(&self.polygons.ring_ends, ring.index());
        let first_arc = self.made.ring_arcs.len();
        if span.is_empty() {
            self.made.ring_ends.push(first_arc as u32);
            self.made.ring_sources.push(RingSource { first: 0, reversed });
            return;
        }
        let len = span.len();
        // A ring that meets no node starts at its first place, so that a ring on the other side starts there too.
        let start = span
            .clone()
            .find(|&vertex| self.vertices.is_node(vertex))
            .or_else(|| span.clone().min_by_key(|&vertex| self.vertices.place(vertex)))
            .unwrap_or(span.start)
            - span.start;
        let mut from = start;
        loop {
            let mut to = from + 1;
            while to < start + len && !self.vertices.is_node(span.start + to % len) {
                to += 1;
            }
            let piece = Piece { base: span.start, len, from, to };
            let arc = self.arc_for(piece, face, reversed);
            self.made.ring_arcs.push(arc);
            if to == start + len {
                break;
            }
            from = to;
        }
        if reversed {
            let arcs = &mut self.made.ring_arcs[first_arc..];
            arcs.reverse();
            for arc in arcs.iter_mut() {
                *arc = arc.reversed();
            }
        }
        self.made.ring_ends.push(self.made.ring_arcs.len() as u32);
        let first = if reversed { start } else { (len - start) % len };
        self.made.ring_sources.push(RingSource { first: first as u32, reversed });
    }

    /// The arc of a piece in the direction of the source ring; its free side is given to the face.
    fn arc_for(&mut self, piece: Piece, face: FaceId, reversed: bool) -> DirectedArc {
        let places = [piece.first(), piece.second(), piece.last_but_one(), piece.last()]
            .map(|vertex| self.vertices.place(vertex));
        let node = self.node_at(places[0]);
        let mut candidate = self.out_of[node.index()];
        while candidate != NONE {
            let directed = DirectedArc::new(candidate as usize);
            // The face is on the left in the normal direction of the ring.
            let facing = if reversed { directed.reversed() } else { directed };
            if self.second_place(directed) == self.polygons.coords[places[1] as usize] {
                let side = &mut self.made.arc_faces[facing.arc().index()][usize::from(facing.is_backward())];
                if *side == OUTSIDE {
                    *side = face.0;
                    return directed;
                }
            }
            candidate = self.next_out[candidate as usize];
        }
        self.add_arc(piece, node, places[3], face, reversed)
    }

    /// The vertex that a directed arc goes to first. Pieces out of one node that go to the same place are one line.
    fn second_place(&self, directed: DirectedArc) -> Coord {
        let coords = span(&self.made.arc_ends, directed.arc().index());
        self.made.coords[if directed.is_backward() { coords.end - 2 } else { coords.start + 1 }]
    }

    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn add_arc(&mut self, piece: Piece, first: NodeId, last_place: u32, face: FaceId, reversed: bool) -> DirectedArc {
        let arc = ArcId::new(self.made.arc_ends.len());
        let coords = &self.polygons.coords;
        self.made.coords.extend(piece.vertices().map(|vertex| coords[vertex]));
        self.made.arc_ends.push(self.made.coords.len() as u32);
        let last = self.node_at(last_place);
        self.made.arc_nodes.push([first, last]);
        self.made.arc_faces.push(if reversed { [OUTSIDE, face.0] } else { [face.0, OUTSIDE] });
        for (node, directed) in [(first, DirectedArc::forward(arc)), (last, DirectedArc::backward(arc))] {
            self.next_out.push(self.out_of[node.index()]);
            self.out_of[node.index()] = directed.index() as u32;
        }
        DirectedArc::forward(arc)
    }

    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn node_at(&mut self, place: u32) -> NodeId {
        let node = &mut self.node_of[place as usize];
        if *node == 0 {
            self.out_of.push(NONE);
            *node = self.out_of.len() as u32;
        }
        NodeId(*node - 1)
    }
}

/// The vertices `from..=to` of a ring, counted around it.
#[derive(Clone, Copy)]
struct Piece {
    base: usize,
    len: usize,
    from: usize,
    to: usize,
}

impl Piece {
    fn at(self, step: usize) -> usize {
        self.base + if step >= self.len { step - self.len } else { step }
    }

    fn first(self) -> usize {
        self.at(self.from)
    }

    fn second(self) -> usize {
        self.at(self.from + 1)
    }

    fn last_but_one(self) -> usize {
        self.at(self.to - 1)
    }

    fn last(self) -> usize {
        self.at(self.to)
    }

    fn vertices(self) -> impl Iterator<Item = usize> {
        (self.from..=self.to).map(move |step| self.at(step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(places: &[[f64; 2]]) -> Vec<Coord> {
        places.iter().map(|&[x, y]| Coord { x, y }).collect()
    }

    #[test]
    fn a_ring_that_crosses_itself_runs_as_most_of_its_area_does() {
        //   ┌────────┐
        //   │        │    a large square, and to the west of it a small loop the other way
        // ∝ └────────┘
        let square_and_loop =
            ring(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [-0.001, 0.0], [-0.001, 0.0008], [0.0, 0.0]]);
        assert!(is_counter_clockwise(&square_and_loop));
        let backwards: Vec<Coord> = square_and_loop.iter().rev().copied().collect();
        assert!(!is_counter_clockwise(&backwards));
    }

    #[test]
    fn a_ring_across_the_180th_meridian_runs_as_it_does_on_the_globe() {
        let fiji = ring(&[[179.0, -17.0], [-179.0, -17.0], [-179.0, -16.0], [179.0, -16.0], [179.0, -17.0]]);
        assert!(is_counter_clockwise(&fiji));
        assert!((doubled_area(&fiji) - 4.0).abs() < 1e-9, "two degrees by one");
        let backwards: Vec<Coord> = fiji.iter().rev().copied().collect();
        assert!(!is_counter_clockwise(&backwards));
    }

    #[test]
    fn a_sliver_thinner_than_rounding_still_has_an_orientation() {
        // One step of a double above the base line.
        let above = f64::from_bits(31.0_f64.to_bits() + 1);
        assert!(is_counter_clockwise(&ring(&[[105.0, 31.0], [106.0, 31.0], [105.5, above]])));
        assert!(!is_counter_clockwise(&ring(&[[105.0, 31.0], [105.5, above], [106.0, 31.0]])));
        assert!(is_counter_clockwise(&[]));
    }
}

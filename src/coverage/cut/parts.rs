//! The two sides of a cut: faces of the planar graph that border and line make.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};

use geo::{Coord, InteriorPoint as _, LineString, Polygon};

use super::noding::{Noding, bits};
use super::{Cut, CutError, CutFace, CutSide, Cutter};
use crate::coverage::build::{doubled_area, is_counter_clockwise};
use crate::coverage::index::is_left_of;
use crate::coverage::{ArcId, AtomId, Coverage, DirectedArc, NodeId};

/// How much areas before and after a cut may differ, of what is swept on the way: new vertices of the border are rounded.
const SAME_AREA: f64 = 1e-9;

/// Arcs between nodes, without faces.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Skeleton {
    arcs: Vec<Vec<Coord>>,
    nodes: Vec<[NodeId; 2]>,
}

impl Skeleton {
    pub(super) const fn len(&self) -> usize {
        self.arcs.len()
    }

    pub(super) fn arc(&self, arc: usize) -> &[Coord] {
        &self.arcs[arc]
    }

    pub(super) fn ends(&self, arc: usize) -> [NodeId; 2] {
        self.nodes[arc]
    }

    /// Vertices of a closed chain.
    pub(super) fn chain(&self, ring: &[DirectedArc]) -> Vec<Coord> {
        let mut coords = Vec::new();
        for arc in ring {
            let forward = &self.arcs[arc.arc().index()];
            let open = 1..forward.len();
            if arc.is_backward() {
                coords.extend(forward[open].iter().rev());
            } else {
                coords.extend(&forward[..open.len()]);
            }
        }
        coords.extend(coords.first().copied());
        coords
    }

    fn graph(&self, nodes: usize) -> Coverage {
        Coverage::skeleton(&self.arcs, self.nodes.clone(), nodes)
    }
}

/// An edge of the line inside of the atom: its places, and its rank along the line.
#[derive(Clone, Copy)]
struct Edge {
    ends: [usize; 2],
    rank: usize,
}

pub(super) fn cut(
    coverage: &Coverage,
    atom: AtomId,
    arcs: &[ArcId],
    noding: &Noding,
    cutter: &Cutter,
) -> Result<Cut, CutError> {
    let mut edges = edges_inside(coverage, atom, noding);
    if edges.is_empty() {
        return between_faces(coverage, atom, arcs, noding, cutter);
    }
    loop {
        prune(&mut edges, noding);
        if edges.is_empty() {
            return Err(CutError::NotCutThrough);
        }
        let graph = Graph::new(coverage, arcs, noding, &edges);
        let rings = graph.rings(coverage, atom, arcs);
        // What has the same territory on both sides divides nothing; neither does what lies between pieces that end up
        // on the same side, as with a line that winds.
        let mut idle: BTreeSet<ArcId> = rings.iter().flat_map(bridges).collect();
        let mut parts = Default::default();
        if idle.is_empty() {
            parts = graph.parts(&rings, cutter);
            idle = parts.iter().flat_map(|faces| bridges(faces.iter().flatten().flatten())).collect();
        }
        if idle.is_empty() {
            if parts.iter().any(Vec::is_empty) {
                return Err(CutError::OneSide);
            }
            let used = |faces: &Vec<CutFace>| faces.iter().map(Vec::len).sum::<usize>();
            let is_used = parts.iter().map(used).sum::<usize>() == rings.len();
            if !is_used || !graph.is_whole(coverage, atom, &parts) {
                return Err(CutError::Unsound);
            }
            let Graph { skeleton, nodes, border, .. } = graph;
            return Ok(Cut { atom, border, skeleton, nodes, parts });
        }
        let ranks: HashSet<usize> = idle.into_iter().flat_map(|arc| graph.ranks_of(arc)).copied().collect();
        if ranks.is_empty() {
            // The border runs over itself, as with a spike.
            return Err(CutError::Unsound);
        }
        edges.retain(|edge| !ranks.contains(&edge.rank));
    }
}

/// The cut of an atom of several faces between them, where nothing of the line lies inside of it: faces go as wholes to
/// the side where they lie, and no border gets a vertex.
fn between_faces(
    coverage: &Coverage,
    atom: AtomId,
    arcs: &[ArcId],
    noding: &Noding,
    cutter: &Cutter,
) -> Result<Cut, CutError> {
    if coverage.faces_of(atom).len() < 2 {
        return Err(CutError::NotCutThrough);
    }
    let graph = Graph::new(coverage, arcs, noding, &[]);
    let rings = graph.rings(coverage, atom, arcs);
    let mut parts: [Vec<CutFace>; 2] = Default::default();
    for face in graph.faces(&rings) {
        // A vertex may lie on the line.
        let ring = |ring: &Vec<DirectedArc>| LineString(graph.skeleton.chain(ring));
        let polygon = Polygon::new(ring(&face[0]), face[1..].iter().map(ring).collect());
        let side = polygon.interior_point().map_or(CutSide::Left, |at| cutter.side_of(at.0));
        parts[side as usize].push(face);
    }
    if parts.iter().any(Vec::is_empty) {
        return Err(CutError::NotCutThrough);
    }
    let used: usize = parts.iter().flatten().map(Vec::len).sum();
    let is_sound = used == rings.len() && rings.iter().all(|ring| bridges(ring).is_empty());
    if !is_sound || !graph.is_whole(coverage, atom, &parts) {
        return Err(CutError::Unsound);
    }
    let Graph { skeleton, nodes, border, .. } = graph;
    Ok(Cut { atom, border, skeleton, nodes, parts })
}

/// Arcs that are passed in both directions.
fn bridges<'a>(arcs: impl IntoIterator<Item = &'a DirectedArc>) -> Vec<ArcId> {
    let all: HashSet<DirectedArc> = arcs.into_iter().copied().collect();
    all.iter().filter(|arc| !arc.is_backward() && all.contains(&arc.reversed())).map(|arc| arc.arc()).collect()
}

/// Edges of the line that lie inside of the atom, each once.
fn edges_inside(coverage: &Coverage, atom: AtomId, noding: &Noding) -> Vec<Edge> {
    let key = |edge: &[usize]| [edge[0].min(edge[1]), edge[0].max(edge[1])];
    let mut taken: HashSet<[usize; 2]> = noding.border.iter().flat_map(|chain| chain.windows(2)).map(key).collect();
    let mut edges = Vec::new();
    for (rank, edge) in noding.line.windows(2).enumerate() {
        let [a, b] = [noding.places[edge[0]], noding.places[edge[1]]];
        if edge[0] != edge[1] && taken.insert(key(edge)) && coverage.contains(atom, (a + b) / 2.0) {
            edges.push(Edge { ends: [edge[0], edge[1]], rank });
        }
    }
    edges
}

/// Takes loose ends away, until every edge leads on at both ends.
fn prune(edges: &mut Vec<Edge>, noding: &Noding) {
    let border: HashSet<usize> = noding.border.iter().flatten().copied().collect();
    loop {
        let mut degree: BTreeMap<usize, usize> = BTreeMap::new();
        for end in edges.iter().flat_map(|edge| edge.ends) {
            *degree.entry(end).or_default() += 1;
        }
        let before = edges.len();
        edges.retain(|edge| edge.ends.iter().all(|end| border.contains(end) || degree[end] > 1));
        if edges.len() == before {
            return;
        }
    }
}

/// Border pieces and line arcs between nodes.
struct Graph {
    skeleton: Skeleton,
    nodes: Vec<Option<NodeId>>,
    border: Vec<(ArcId, usize)>,
    /// First arc of the skeleton that is of the line.
    first_line: usize,
    /// Ranks of the edges of each line arc; the first one runs forward.
    lines: Vec<Vec<usize>>,
}

/// Nodes as they are met, numbered.
struct Nodes {
    of_place: BTreeMap<usize, NodeId>,
    known: Vec<Option<NodeId>>,
}

impl Nodes {
    fn at(&mut self, place: usize, known: Option<NodeId>) -> NodeId {
        let next = NodeId::new(self.known.len());
        let node = *self.of_place.entry(place).or_insert(next);
        if node == next {
            self.known.push(known);
        } else if known.is_some() {
            self.known[node.index()] = known;
        }
        node
    }
}

impl Graph {
    fn new(coverage: &Coverage, arcs: &[ArcId], noding: &Noding, edges: &[Edge]) -> Self {
        let mut on_line: BTreeSet<usize> = edges.iter().flat_map(|edge| edge.ends).collect();
        let across: Vec<usize> = on_line.iter().filter_map(|&place| noding.beyond(place)).collect();
        on_line.extend(across);
        let mut nodes = Nodes { of_place: BTreeMap::new(), known: Vec::new() };
        let mut skeleton = Skeleton { arcs: Vec::new(), nodes: Vec::new() };
        let mut border = Vec::with_capacity(arcs.len());
        let coords = |chain: &[usize]| chain.iter().map(|&place| noding.places[place]).collect::<Vec<_>>();
        for (&arc, chain) in arcs.iter().zip(&noding.border) {
            let ends = coverage.ends(DirectedArc::forward(arc));
            // Only vertices that the line needs stay of those that were put in.
            let source: HashSet<[u64; 2]> = coverage.arc(arc).iter().map(|at| bits(*at)).collect();
            let kept: Vec<usize> = chain
                .iter()
                .copied()
                .filter(|&place| on_line.contains(&place) || source.contains(&bits(noding.places[place])))
                .collect();
            let last = kept.len() - 1;
            let cuts = (1..last).filter(|&i| on_line.contains(&kept[i]));
            let (mut from, mut pieces) = (0, 0);
            for to in cuts.chain([last]) {
                let known = [(from == 0).then_some(ends[0]), (to == last).then_some(ends[1])];
                let node = [nodes.at(kept[from], known[0]), nodes.at(kept[to], known[1])];
                skeleton.arcs.push(coords(&kept[from..=to]));
                skeleton.nodes.push(node);
                from = to;
                pieces += 1;
            }
            border.push((arc, pieces));
        }
        let first_line = skeleton.len();
        let mut lines = Vec::new();
        for (chain, ranks) in chained(edges, &nodes.of_place) {
            let ends = [chain[0], chain[chain.len() - 1]].map(|place| nodes.at(place, None));
            skeleton.arcs.push(coords(&chain));
            skeleton.nodes.push(ends);
            lines.push(ranks);
        }
        Self { skeleton, nodes: nodes.known, border, first_line, lines }
    }

    /// Simple rings of the two sides, the atom's territory on their left.
    fn rings(&self, coverage: &Coverage, atom: AtomId, arcs: &[ArcId]) -> Vec<Vec<DirectedArc>> {
        let mut first_piece = Vec::with_capacity(arcs.len());
        let mut total = 0;
        for (_, pieces) in &self.border {
            first_piece.push(total);
            total += pieces;
        }
        let mut directed = Vec::new();
        for arc in coverage.arcs_of(atom) {
            let Ok(at) = arcs.binary_search(&arc.arc()) else { continue };
            for piece in first_piece[at]..first_piece[at] + self.border[at].1 {
                let piece = ArcId::new(piece);
                directed.push(if arc.is_backward() {
                    DirectedArc::backward(piece)
                } else {
                    DirectedArc::forward(piece)
                });
            }
        }
        for line in self.first_line..self.skeleton.len() {
            let line = ArcId::new(line);
            directed.extend([DirectedArc::forward(line), DirectedArc::backward(line)]);
        }
        self.skeleton.graph(self.nodes.len()).rings(directed)
    }

    /// Faces on both sides of the line.
    fn parts(&self, rings: &[Vec<DirectedArc>], cutter: &Cutter) -> [Vec<CutFace>; 2] {
        let mut parts: [Vec<CutFace>; 2] = Default::default();
        for face in self.faces(rings) {
            parts[self.side_of(&face, cutter) as usize].push(face);
        }
        parts
    }

    /// Whether the faces are the atom's territory, no more and no less, each with an area.
    fn is_whole(&self, coverage: &Coverage, atom: AtomId, parts: &[Vec<CutFace>; 2]) -> bool {
        let Some(&origin) = self.skeleton.arcs.first().and_then(|arc| arc.first()) else { return false };
        let area_of = |ring: &[DirectedArc]| doubled_area(&self.skeleton.chain(ring));
        let face_area = |face: &CutFace| face.iter().map(|ring| area_of(ring)).sum::<f64>();
        let (mut before, mut size) = (0.0, 0.0);
        for arc in coverage.arcs_of(atom) {
            let area = swept(coverage.arc(arc.arc()), origin);
            before += if arc.is_backward() { -area } else { area };
            size += area.abs();
        }
        let after: f64 = parts.iter().flatten().map(face_area).sum();
        parts.iter().flatten().all(|face| face_area(face) > 0.0) && (after - before).abs() <= size * SAME_AREA
    }

    /// Ranks of the edges of a line arc; none of a border piece.
    fn ranks_of(&self, arc: ArcId) -> &[usize] {
        let line = arc.index().checked_sub(self.first_line).and_then(|line| self.lines.get(line));
        line.map(Vec::as_slice).unwrap_or_default()
    }

    /// Shells with their holes.
    fn faces(&self, rings: &[Vec<DirectedArc>]) -> Vec<CutFace> {
        let coords: Vec<Vec<Coord>> = rings.iter().map(|ring| self.skeleton.chain(ring)).collect();
        let is_shell = |ring: &usize| is_counter_clockwise(&coords[*ring][..coords[*ring].len() - 1]);
        let (shells, holes): (Vec<usize>, Vec<usize>) = (0..rings.len()).partition(is_shell);
        let mut faces: Vec<CutFace> = shells.iter().map(|&shell| vec![rings[shell].clone()]).collect();
        for hole in holes {
            let sides: HashSet<DirectedArc> = rings[hole].iter().map(|arc| arc.reversed()).collect();
            // A shell that lies in the hole borders on it.
            let is_inner = |face: usize| rings[shells[face]].iter().any(|arc| sides.contains(arc));
            let around =
                (0..shells.len()).filter(|&face| !is_inner(face) && is_within(&coords[hole], &coords[shells[face]]));
            let area = |face: usize| doubled_area(&coords[shells[face]]);
            if let Some(face) = around.min_by(|&a, &b| area(a).total_cmp(&area(b))) {
                faces[face].push(rings[hole].clone());
            }
        }
        faces
    }

    /// The side on which a face borders on the earliest piece of the line that it borders on.
    fn side_of(&self, face: &CutFace, cutter: &Cutter) -> CutSide {
        let lines = face.iter().flatten().filter(|arc| arc.arc().index() >= self.first_line);
        let first = lines.min_by_key(|arc| self.ranks_of(arc.arc()).iter().min().copied());
        match first {
            Some(arc) if arc.is_backward() => CutSide::Right,
            Some(_) => CutSide::Left,
            None => self.skeleton.chain(&face[0]).first().map_or(CutSide::Left, |&at| cutter.side_of(at)),
        }
    }
}

/// Twice the area that the ray from a place to a point sweeps while the point runs along a chain. A place is less than half
/// the way around the earth away.
fn swept(chain: &[Coord], from: Coord) -> f64 {
    let ray = |at: Coord| {
        let x = at.x - from.x;
        Coord { x: if x.abs() > 180.0 { x - 360.0 * x.signum() } else { x }, y: at.y - from.y }
    };
    chain.windows(2).map(|edge| (ray(edge[0]), ray(edge[1]))).map(|(a, b)| a.x * b.y - b.x * a.y).sum()
}

/// Edges joined into chains of places, and the ranks of their edges. A chain ends at nodes, and wherever not just two
/// edges meet; the first of its edges along the line runs forward.
fn chained(edges: &[Edge], nodes: &BTreeMap<usize, NodeId>) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut at: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, edge) in edges.iter().enumerate() {
        for end in edge.ends {
            at.entry(end).or_default().push(i);
        }
    }
    let ends_at = |place: usize| nodes.contains_key(&place) || at[&place].len() != 2;
    let mut used = vec![false; edges.len()];
    let mut chains = Vec::new();
    for first in 0..edges.len() {
        if used[first] {
            continue;
        }
        used[first] = true;
        let mut ranks = vec![edges[first].rank];
        let mut chain: VecDeque<usize> = edges[first].ends.into();
        // Forwards, then backwards; a ring comes back to its start.
        for forwards in [true, false] {
            loop {
                let end = if forwards { chain[chain.len() - 1] } else { chain[0] };
                if ends_at(end) {
                    break;
                }
                let Some(&next) = at[&end].iter().find(|&&edge| !used[edge]) else { break };
                used[next] = true;
                ranks.push(edges[next].rank);
                let [a, b] = edges[next].ends;
                let beyond = if a == end { b } else { a };
                if forwards { chain.push_back(beyond) } else { chain.push_front(beyond) }
            }
        }
        chains.push((chain.into(), ranks));
    }
    chains
}

/// Whether a ring lies within another that it does not cross. Both are closed.
fn is_within(ring: &[Coord], around: &[Coord]) -> bool {
    let corners: HashSet<[u64; 2]> = around.iter().map(|&at| bits(at)).collect();
    let vertices = ring.iter().copied().filter(|&at| !corners.contains(&bits(at)));
    // A ring that shares all of its vertices with the other lies where its edges do.
    let middles = ring.windows(2).map(|edge| (edge[0] + edge[1]) / 2.0);
    let Some(at) = vertices.chain(middles).next() else { return false };
    around.windows(2).filter(|edge| is_left_of(at, [edge[0], edge[1]])).count() % 2 == 1
}

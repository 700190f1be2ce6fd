//! Borders of different units that almost meet: one moves a vertex onto the other's, or takes it in.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;
use rayon::prelude::*;
use smallvec::SmallVec;

use super::rings::{Inserts, Key, Neighbourhood, key, open_owner, place};
use super::{Choice, Deed, Record, Settings, Step};
use crate::coverage::hashed::HashMap;
use crate::coverage::validate::DefectKind;
use crate::coverage::validate::measure::{Local, distance, project};
use crate::coverage::validate::tree::{Block, Bounds, Segment, SegmentTree, index};
use crate::coverage::{ArcId, AtomId, Coverage};

/// Vertices nearer than this, in metres, are one but for rounding.
const ROUNDING_M: f64 = 1e-6;

/// A vertex near a segment of another unit.
#[derive(Clone, Copy, Debug)]
struct Near {
    vertex: Coord,
    arc: ArcId,
    on: [Coord; 2],
    of: ArcId,
}

/// Joins what is nearer than the tolerance, along the arcs of defects that have a unit on one side only.
pub(super) fn apply(
    coverage: &Coverage,
    arcs: &BTreeSet<ArcId>,
    around: &mut Neighbourhood<'_>,
    (settings, choice): (&Settings, &Choice),
    record: &mut Record,
) {
    if settings.snap_m <= 0.0 || !choice.kinds.contains(&DefectKind::UnmatchedEdge) {
        return;
    }
    let mut nears = find(coverage, arcs, settings.snap_m);
    let is_thin = |arc: ArcId| open_owner(coverage, arc).is_some_and(|atom| record.thin.contains(&atom));
    nears.retain(|near| !is_thin(near.arc) && !is_thin(near.of));
    if nears.is_empty() {
        return;
    }
    let holders = Holders::of(coverage, &nears);
    let merges = merge(&nears, &holders, (settings, choice), record);
    let inserts = insert(coverage, &nears, &holders, &merges, (settings, choice), record);
    around.draw_together(&merges, inserts);
}

/// All vertices near a segment of another unit, in a stable order.
fn find(coverage: &Coverage, arcs: &BTreeSet<ArcId>, snap_m: f64) -> Vec<Near> {
    let owner = |arc: ArcId| open_owner(coverage, arc);
    let Some(bounds) = coverage.bounds() else { return Vec::new() };
    let widest = bounds.min().y.abs().max(bounds.max().y.abs()).min(89.0).to_radians().cos();
    let margin = snap_m / 111_000.0 / widest / 2.0;
    let open = arcs.iter().copied().filter(|&arc| owner(arc).is_some());
    let tree = SegmentTree::build(coverage, open, margin);
    let mut found = tree.pairs(|a, b, found| {
        if owner(a.arc) != owner(b.arc) {
            near_blocks(coverage, [a, b], margin, snap_m, found);
        }
    });
    found.par_sort_unstable_by_key(|near| (near.arc, key(near.vertex), near.of, near.on.map(key)));
    found
}

fn near_blocks(coverage: &Coverage, [a, b]: [&Block; 2], margin: f64, snap_m: f64, found: &mut Vec<Near>) {
    for i in a.segments() {
        let s = Segment { arc: a.arc, first: index(i) }.ends(coverage);
        let around = Bounds::of(s[0], s[1]).grown(2.0 * margin);
        for j in b.segments() {
            let t = Segment { arc: b.arc, first: index(j) }.ends(coverage);
            if !around.meets(&Bounds::of(t[0], t[1])) {
                continue;
            }
            let both =
                [(s[0], a.arc, t, b.arc), (s[1], a.arc, t, b.arc), (t[0], b.arc, s, a.arc), (t[1], b.arc, s, a.arc)];
            for (vertex, arc, on, of) in both {
                // Both sides of one border mostly have the same vertices; and a look at the box is cheap, with some room
                // because degrees are not everywhere as long.
                let is_apart = on.contains(&vertex)
                    || !Bounds::of(on[0], on[1]).grown(2.1 * margin).meets(&Bounds::of(vertex, vertex));
                if is_apart {
                    continue;
                }
                let local = Local::around(vertex);
                if distance(local.metres(vertex), on.map(|end| local.metres(end))) <= snap_m {
                    found.push(Near { vertex, arc, on, of });
                }
            }
        }
    }
}

/// Atoms that have a vertex, ascending.
type Units = SmallVec<[AtomId; 4]>;

fn add_unit(units: &mut Units, atom: AtomId) {
    if let Err(at) = units.binary_search(&atom) {
        units.insert(at, atom);
    }
}

/// Atoms of vertices.
struct Holders(HashMap<Key, Units>);

impl Holders {
    /// Of all vertices that come near others, and of what they come near to.
    fn of(coverage: &Coverage, nears: &[Near]) -> Self {
        let mut holders: HashMap<Key, Units> = HashMap::default();
        for near in nears {
            for at in [near.vertex, near.on[0], near.on[1]] {
                holders.entry(key(at)).or_default();
            }
        }
        let wanted: BTreeSet<ArcId> = nears.iter().flat_map(|near| [near.arc, near.of]).collect();
        for &arc in &wanted {
            let atoms = coverage.sides_here(arc);
            for at in coverage.arc(arc) {
                if let Some(there) = holders.get_mut(&key(*at)) {
                    atoms.iter().flatten().for_each(|&atom| add_unit(there, atom));
                }
            }
        }
        // At a node other arcs end as well.
        let mut is_node = vec![false; coverage.node_count()];
        for node in wanted.iter().flat_map(|arc| coverage.built.arc_nodes[arc.index()]) {
            is_node[node.index()] = true;
        }
        for arc in coverage.arcs() {
            let ends = coverage.built.arc_nodes[arc.index()];
            let coords = coverage.arc(arc);
            for (node, at) in ends.into_iter().zip([coords.first(), coords.last()]) {
                if let Some(at) = at.filter(|_| is_node[node.index()])
                    && let Some(there) = holders.get_mut(&key(*at))
                {
                    coverage.sides_here(arc).iter().flatten().for_each(|&atom| add_unit(there, atom));
                }
            }
        }
        Self(holders)
    }

    fn at(&self, vertex: Key) -> &[AtomId] {
        self.0.get(&vertex).map_or(&[], SmallVec::as_slice)
    }
}

fn metres(a: Coord, b: Coord) -> f64 {
    let local = Local::around(a);
    distance(local.metres(b), [local.metres(a); 2])
}

/// Pairs of vertices, the nearest first; each moves once at most, and what others moved to stays.
fn merge(
    nears: &[Near],
    holders: &Holders,
    (settings, choice): (&Settings, &Choice),
    record: &mut Record,
) -> HashMap<Key, Coord> {
    let mut pairs: Vec<(f64, Key, Key)> = Vec::new();
    for near in nears {
        for end in near.on {
            let away = metres(near.vertex, end);
            if away <= settings.snap_m {
                let (a, b) = (key(near.vertex), key(end));
                pairs.push((away, a.min(b), a.max(b)));
            }
        }
    }
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    pairs.dedup_by_key(|pair| (pair.1, pair.2));
    let mut merges: HashMap<Key, Coord> = HashMap::default();
    // Atoms that have each vertex by now.
    let mut now: HashMap<Key, Units> = HashMap::default();
    for (away, a, b) in pairs {
        if merges.contains_key(&a) || merges.contains_key(&b) {
            continue;
        }
        let of = |vertex: Key| now.get(&vertex).map_or_else(|| holders.at(vertex), SmallVec::as_slice);
        let (of_a, of_b) = (of(a), of(b));
        // Two vertices of one unit stay two, unless only rounding keeps them apart.
        if away > ROUNDING_M && of_a.iter().any(|atom| of_b.contains(atom)) {
            continue;
        }
        // Where more units meet stays; so does what others have moved to.
        let stays = |vertex: Key, of: &[AtomId]| (record.pinned.contains(&vertex), of.len());
        let ((pin_a, many_a), (pin_b, many_b)) = (stays(a, of_a), stays(b, of_b));
        if pin_a && pin_b {
            continue;
        }
        let first = of_a.first() <= of_b.first();
        let keeps_a = pin_a || (!pin_b && (many_a > many_b || (many_a == many_b && first)));
        let (kept, moved) = if keeps_a { (a, b) } else { (b, a) };
        let mut atoms = Units::from_slice(of_a);
        for &atom in of_b {
            add_unit(&mut atoms, atom);
        }
        let listed: Vec<AtomId> = atoms.to_vec();
        let at = place(kept);
        if !choice.takes(DefectKind::UnmatchedEdge, &listed, at) {
            continue;
        }
        let to = if keeps_a { of_a.first() } else { of_b.first() }.copied();
        record.pinned.insert(kept);
        record.steps.push(Step {
            kind: DefectKind::UnmatchedEdge,
            deed: Deed::MergeVertices,
            atoms: listed,
            at,
            to,
            held_by: Vec::new(),
            moved_m: metres(place(moved), at),
            area_m2: 0.0,
        });
        merges.insert(moved, at);
        now.insert(kept, atoms);
    }
    merges
}

/// Vertices that have no partner go into the segment that they are near to.
fn insert(
    coverage: &Coverage,
    nears: &[Near],
    holders: &Holders,
    merges: &HashMap<Key, Coord>,
    (settings, choice): (&Settings, &Choice),
    record: &mut Record,
) -> Inserts {
    let now_at = |at: Coord| merges.get(&key(at)).copied().unwrap_or(at);
    let mut held: BTreeSet<(Key, AtomId)> = BTreeSet::new();
    for (&from, &to) in merges {
        held.extend(holders.at(from).iter().map(|&atom| (key(to), atom)));
    }
    let mut inserts = Inserts::default();
    // A vertex goes into the nearest segment of a unit, and into no other.
    let mut best: BTreeMap<(Key, AtomId), (f64, [Coord; 2], AtomId)> = BTreeMap::new();
    for near in nears {
        let (Some(of), Some(own)) = (open_owner(coverage, near.of), open_owner(coverage, near.arc)) else { continue };
        let (vertex, on) = (now_at(near.vertex), near.on.map(now_at));
        let has = holders.at(key(near.vertex)).contains(&of)
            || holders.at(key(vertex)).contains(&of)
            || held.contains(&(key(vertex), of));
        if has || on[0] == on[1] || on.contains(&vertex) {
            continue;
        }
        let local = Local::around(vertex);
        let [zero, a, b] = [vertex, on[0], on[1]].map(|at| local.metres(at));
        let away = distance(zero, [a, b]);
        let share = project(zero, [a, b]);
        if away <= settings.snap_m && share > 0.0 && share < 1.0 {
            let there = best.entry((key(vertex), of)).or_insert((away, on, own));
            if away < there.0 {
                *there = (away, on, own);
            }
        }
    }
    for ((vertex, of), (_, on, own)) in best {
        let at = place(vertex);
        let mut atoms = vec![of, own];
        atoms.sort_unstable();
        if choice.takes(DefectKind::UnmatchedEdge, &atoms, at) && inserts.add(on[0], on[1], at) {
            record.steps.push(Step {
                kind: DefectKind::UnmatchedEdge,
                deed: Deed::InsertVertex,
                atoms,
                at,
                to: Some(own),
                held_by: Vec::new(),
                moved_m: 0.0,
                area_m2: 0.0,
            });
        }
    }
    inserts
}

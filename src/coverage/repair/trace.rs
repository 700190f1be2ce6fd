//! Outlines of what each unit holds, as polygons.
//!
//! A boundary is followed with the unit on its left, along the same piece of its inside. Where it comes to a vertex again
//! it is parted: what runs counter-clockwise is a shell, what runs clockwise is a hole that touches it.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;
use rayon::prelude::*;
use smallvec::SmallVec;

use super::plane::Plane;
use super::rings::{Instead, Key, Ring, key};
use super::sieve::Sieve;
use crate::coverage::hashed::{HashMap, HashSet};
use crate::coverage::validate::arrangement::Half;
use crate::coverage::validate::measure::{distance, twice_area};
use crate::coverage::validate::planarity::{Turn, is_on, turn};
use crate::coverage::{AtomId, FaceId};

/// A boundary without a vertex that it comes to twice.
#[derive(Debug)]
struct Loop {
    coords: Vec<Coord>,
    /// Twice its area: positive for a shell.
    twice: f64,
    /// The first face, as it came, on its left.
    face: Option<FaceId>,
    /// The shell that it was parted from, as a position in the loops of its unit.
    within: Option<usize>,
}

/// Polygons of the atoms, from what they hold. `crossings` are vertices that were made where segments crossed: where
/// nothing meets any more, they go again.
pub(super) fn trace(plane: &Plane<'_>, atoms: &BTreeSet<AtomId>, crossings: &HashSet<Key>) -> Instead {
    let sources = sources(plane, atoms);
    let traced: Vec<_> = borders(plane, atoms)
        .into_par_iter()
        .map(|(atom, border)| (atom, faces(loops(plane, &border), sources.get(&atom).map_or(&[], Vec::as_slice))))
        .collect();
    let mut polygons: Instead = traced.into_iter().collect();
    drop_crossings(plane, &mut polygons, crossings);
    polygons.par_iter_mut().for_each(|(atom, faces)| {
        if let Some(sources) = sources.get(atom) {
            start_as_came(faces, sources);
        }
    });
    polygons
}

/// The border of each atom, with it on the left; in order of atoms.
fn borders(plane: &Plane<'_>, atoms: &BTreeSet<AtomId>) -> Vec<(AtomId, Vec<Half>)> {
    let mut borders: Vec<(AtomId, Vec<Half>)> = atoms.iter().map(|&atom| (atom, Vec::new())).collect();
    let mut place_of: Vec<Option<usize>> = vec![None; atoms.last().map_or(0, |last| last.index() + 1)];
    for (place, atom) in atoms.iter().enumerate() {
        place_of[atom.index()] = Some(place);
    }
    for edge in 0..plane.arrangement.edge_count() {
        for half in [0, 1].map(|side| Half(u32::try_from(2 * edge + side).unwrap_or(0))) {
            let (left, right) = (plane.left(half), plane.left(half.twin()));
            for atom in left.iter().filter(|atom| !right.contains(atom)) {
                if let Some(place) = place_of.get(atom.index()).copied().flatten() {
                    borders[place].1.push(half);
                }
            }
        }
    }
    borders
}

/// The rings of atoms as they stand now.
fn sources<'a>(plane: &Plane<'a>, atoms: &BTreeSet<AtomId>) -> HashMap<AtomId, Vec<&'a Ring>> {
    let mut sources: HashMap<AtomId, Vec<&Ring>> = HashMap::default();
    for ring in plane.around.rings.iter().filter(|ring| atoms.contains(&ring.atom)) {
        sources.entry(ring.atom).or_default().push(ring);
    }
    sources
}

/// Follows the border of a unit.
fn loops(plane: &Plane<'_>, border: &[Half]) -> Vec<Loop> {
    let arrangement = plane.arrangement;
    let is_border: HashSet<Half> = border.iter().copied().collect();
    let mut is_done: HashSet<Half> = HashSet::default();
    let mut loops = Vec::new();
    for &first in border {
        if is_done.contains(&first) {
            continue;
        }
        let mut path = Vec::new();
        let mut half = first;
        while is_done.insert(half) {
            path.push(half);
            let twin = half.twin();
            let around = arrangement.out_of(arrangement.origin(twin));
            let n = around.len();
            let at = around.iter().position(|&other| other == twin).unwrap_or(0);
            let next = (1..=n).map(|k| around[(at + n - k) % n]).find(|next| is_border.contains(next));
            let Some(next) = next else { break };
            half = next;
        }
        part(plane, &path, &mut loops);
    }
    loops
}

/// Parts a path where it comes to a node again.
fn part(plane: &Plane<'_>, path: &[Half], loops: &mut Vec<Loop>) {
    let arrangement = plane.arrangement;
    let start = loops.len();
    let mut stack: Vec<Half> = Vec::new();
    let mut at: HashMap<u32, usize> = HashMap::default();
    let close = |halves: &[Half], loops: &mut Vec<Loop>| {
        let mut coords: Vec<Coord> = halves.iter().flat_map(|&half| arrangement.points(half)).collect();
        if arrangement.coverage.has_added_vertices() {
            coords.extend(coords.first().copied());
            coords = arrangement.coverage.without_added(coords);
            coords.pop();
        }
        let twice = twice_area(&coords);
        if coords.len() > 2 && twice != 0.0 {
            let face = halves.iter().filter_map(|&half| plane.face(half)).min();
            loops.push(Loop { coords, twice, face, within: None });
        }
    };
    for &half in path {
        let node = arrangement.origin(half);
        if let Some(&from) = at.get(&node) {
            let halves = stack.split_off(from);
            for half in &halves {
                at.remove(&arrangement.origin(*half));
            }
            close(&halves, loops);
        }
        at.insert(node, stack.len());
        stack.push(half);
    }
    close(&stack, loops);
    let shell = (start..loops.len()).filter(|&i| loops[i].twice > 0.0);
    let largest = shell.max_by(|&a, &b| loops[a].twice.total_cmp(&loops[b].twice));
    for made in &mut loops[start..] {
        if made.twice < 0.0 {
            made.within = largest;
        }
    }
}

/// Shells with their holes, in the order in which their faces came; the larger first where that does not say.
fn faces(loops: Vec<Loop>, sources: &[&Ring]) -> Vec<Vec<Vec<Coord>>> {
    let last = sources.last().map(|ring| ring.face);
    let mut shells: Vec<usize> = (0..loops.len()).filter(|&i| loops[i].twice > 0.0).collect();
    shells.sort_by(|&a, &b| {
        let face =
            |i: usize| loops[i].face.filter(|&face| Some(face) <= last && sources.iter().any(|ring| ring.face == face));
        (face(a).is_none(), face(a)).cmp(&(face(b).is_none(), face(b))).then(loops[b].twice.total_cmp(&loops[a].twice))
    });
    let boxes: Vec<[[f64; 2]; 2]> = loops.iter().map(|made| corners(&made.coords)).collect();
    let mut holes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, hole) in loops.iter().enumerate().filter(|(_, made)| made.twice < 0.0) {
        let smallest = || {
            let fits = |shell: &usize| {
                let ([low, high], [hole_low, hole_high]) = (boxes[*shell], boxes[i]);
                (0..2).all(|axis| low[axis] <= hole_low[axis] && hole_high[axis] <= high[axis])
            };
            let surrounds = |shell: &usize| contains(&loops[*shell].coords, &hole.coords);
            let around = shells.iter().copied().filter(|shell| fits(shell) && surrounds(shell));
            around.min_by(|&a, &b| loops[a].twice.total_cmp(&loops[b].twice))
        };
        if let Some(shell) = hole.within.or_else(smallest) {
            holes.entry(shell).or_default().push(i);
        }
    }
    let mut loops: Vec<Option<Vec<Coord>>> = loops.into_iter().map(|made| Some(made.coords)).collect();
    let mut faces = Vec::with_capacity(shells.len());
    for shell in shells {
        let inner = holes.get(&shell).into_iter().flatten().copied();
        faces.push(std::iter::once(shell).chain(inner).filter_map(|i| loops[i].take()).collect());
    }
    faces
}

/// The lowest and the highest of coordinates.
fn corners(ring: &[Coord]) -> [[f64; 2]; 2] {
    let low = ring.iter().fold([f64::INFINITY; 2], |low, at| [low[0].min(at.x), low[1].min(at.y)]);
    let high = ring.iter().fold([f64::NEG_INFINITY; 2], |high, at| [high[0].max(at.x), high[1].max(at.y)]);
    [low, high]
}

/// Whether a shell lies around a hole in its box that does not cross it.
fn contains(shell: &[Coord], hole: &[Coord]) -> bool {
    hole.iter().find_map(|&at| side(shell, at)).unwrap_or(false)
}

/// Whether a place is inside a ring; `None` on it.
fn side(ring: &[Coord], at: Coord) -> Option<bool> {
    let mut inside = false;
    for i in 0..ring.len() {
        let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
        if is_on(at, [a, b]) {
            return None;
        }
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        if low.y <= at.y && at.y < high.y && turn(low, high, at) == Turn::Left {
            inside = !inside;
        }
    }
    Some(inside)
}

/// Drops the vertices at crossings where only one line is left.
fn drop_crossings(plane: &Plane<'_>, polygons: &mut Instead, crossings: &HashSet<Key>) {
    if crossings.is_empty() {
        return;
    }
    let sieve = Sieve::of(crossings.iter().copied());
    let may_have = |ring: &Vec<Coord>| ring.iter().any(|at| sieve.may_have(key(*at)));
    let rings: Vec<&Vec<Coord>> = polygons.values().flatten().flatten().collect();
    let rings: Vec<&Vec<Coord>> = rings.into_par_iter().filter(|ring| may_have(ring)).collect();
    let mut beside: HashMap<Key, BTreeSet<Key>> = HashMap::default();
    let mut straight: HashMap<Key, bool> = HashMap::default();
    {
        let mut learn = |ring: &[Coord]| {
            let n = ring.len();
            let is_crossing = |at: Coord| sieve.may_have(key(at)) && crossings.contains(&key(at));
            for (i, &at) in ring.iter().enumerate().filter(|(_, at)| is_crossing(**at)) {
                let (before, after) = (ring[(i + n - 1) % n], ring[(i + 1) % n]);
                beside.entry(key(at)).or_default().extend([key(before), key(after)]);
                // Rounding of the place of a crossing is smaller by far.
                let is_straight = n > 4 && distance(at, [before, after]) < 1e-11;
                *straight.entry(key(at)).or_insert(true) &= is_straight;
            }
        };
        for ring in rings {
            learn(ring);
        }
        let others = plane.around.rings.par_iter().filter(|ring| !polygons.contains_key(&ring.atom));
        let has_one =
            |ring: &&Ring| ring.coords.iter().any(|at| sieve.may_have(key(*at)) && crossings.contains(&key(*at)));
        let others: Vec<&Ring> = others.filter(has_one).collect();
        for ring in others {
            learn(&ring.coords);
        }
    }
    let goes = |at: &Coord| {
        let key = key(*at);
        beside.get(&key).is_some_and(|beside| beside.len() == 2) && straight.get(&key) == Some(&true)
    };
    for ring in polygons.values_mut().flatten().flatten().filter(|ring| may_have(ring)) {
        if ring.iter().filter(|at| !goes(at)).count() > 2 {
            ring.retain(|at| !goes(at));
        }
    }
}

/// Rings begin and run as they came, as far as their vertices are still there.
fn start_as_came(faces: &mut [Vec<Vec<Coord>>], sources: &[&Ring]) {
    // One ring was one and is one: there is nothing to choose.
    if let ([source], [face]) = (sources, &mut *faces)
        && let [ring] = &mut face[..]
        && !source.is_hole
    {
        run_as(ring, &source.coords);
        return;
    }
    // Sources at a vertex, each with where along it.
    let mut by_vertex: HashMap<Key, SmallVec<[(usize, usize); 2]>> = HashMap::default();
    for (i, ring) in sources.iter().enumerate() {
        for (along, &at) in ring.coords.iter().enumerate() {
            by_vertex.entry(key(at)).or_default().push((i, along));
        }
    }
    // What was one ring may be thousands: which way it runs is asked once.
    let runs_left: Vec<bool> = sources.iter().map(|source| twice_area(&source.coords) > 0.0).collect();
    for face in faces {
        for (i, ring) in face.iter_mut().enumerate() {
            let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
            for at in ring.iter() {
                for &(source, _) in by_vertex.get(&key(*at)).into_iter().flatten() {
                    *votes.entry(source).or_default() += 1;
                }
            }
            let of_kind = votes.into_iter().filter(|&(source, _)| sources[source].is_hole == (i > 0));
            let Some((source, _)) = of_kind.max_by_key(|&(source, votes)| (votes, std::cmp::Reverse(source))) else {
                continue;
            };
            let along = |at: &Coord| {
                let here = by_vertex.get(&key(*at)).into_iter().flatten();
                here.filter(|(other, _)| *other == source).map(|&(_, along)| along).min()
            };
            let first = ring.iter().enumerate().filter_map(|(i, at)| Some((along(at)?, i))).min();
            if let Some((_, first)) = first {
                begin(ring, first, runs_left[source]);
            }
        }
        // Holes in the order in which they came.
        let order = |ring: &Vec<Coord>| {
            ring.first().and_then(|at| by_vertex.get(&key(*at))).and_then(|at| at.first()).map(|&(source, _)| source)
        };
        if let [_, holes @ ..] = &mut face[..] {
            holes.sort_by_key(|ring| (order(ring).is_none(), order(ring)));
        }
    }
}

/// Begins a ring at the first vertex of another that it has, and runs as that one does; where it has none, it stays.
fn run_as(ring: &mut [Coord], source: &[Coord]) {
    // Mostly it is the very first vertex, or one soon after it.
    const SOON: usize = 8;
    let is_first = |at: &Coord| ring.iter().position(|other| key(*other) == key(*at));
    let soon = source.iter().take(SOON).find_map(is_first);
    let first = soon.or_else(|| {
        let place: HashMap<Key, usize> = ring.iter().enumerate().map(|(i, at)| (key(*at), i)).collect();
        source.iter().skip(SOON).find_map(|at| place.get(&key(*at)).copied())
    });
    let Some(first) = first else { return };
    begin(ring, first, twice_area(source) > 0.0);
}

/// Begins a ring at one of its vertices, and has it run counter-clockwise or not.
fn begin(ring: &mut [Coord], first: usize, runs_left: bool) {
    let start = ring[first];
    if runs_left != (twice_area(ring) > 0.0) {
        ring.reverse();
    }
    if let Some(first) = ring.iter().position(|at| *at == start) {
        ring.rotate_left(first);
    }
}

//! Borders that cross or touch get a vertex there, on all sides, until they meet at vertices only.

use std::collections::BTreeSet;

use geo::Coord;
use rayon::prelude::*;

use super::Settings;
use super::rings::{Inserts, Key, Neighbourhood, key};
use super::sieve::Sieve;
use crate::coverage::hashed::{HashMap, HashSet};
use crate::coverage::validate::arrangement::Arrangement;
use crate::coverage::validate::cover::{self, Covers};
use crate::coverage::validate::duplicates::Duplicates;
use crate::coverage::validate::fraction::Fraction;
use crate::coverage::validate::measure::{Local, distance};
use crate::coverage::validate::planarity::{self, How, Meeting, is_on};
use crate::coverage::validate::tree::{Block, SegmentTree};
use crate::coverage::{AtomId, Coverage, OUTSIDE};
use crate::jobs::{Cancelled, Progress};

/// A vertex at a crossing may lead to another crossing, because its place is rounded; hardly ever more than twice.
const MAX_TURNS: usize = 12;

/// Rings that meet at vertices only, as a coverage whose faces and atoms are the rings.
pub(super) struct Noded {
    coverage: Coverage,
    tree: SegmentTree,
    met: Vec<Meeting>,
    nobody: Duplicates,
    /// Vertices made where segments crossed.
    pub crossings: HashSet<Key>,
}

impl Noded {
    /// The plane that they make.
    pub fn arrangement(&self) -> Arrangement<'_> {
        Arrangement::build(&self.coverage, &self.nobody, &self.met)
    }

    /// Which rings cover each of its regions.
    pub fn covers(&self, arrangement: &Arrangement<'_>) -> Covers {
        cover::find(arrangement, &self.tree)
    }
}

/// Takes vertices in wherever rings meet otherwise. Crossings of thin units are where they are, and at no end nearby.
pub(super) fn node(
    around: &mut Neighbourhood<'_>,
    settings: &Settings,
    thin: &BTreeSet<AtomId>,
    progress: &Progress,
) -> Result<Noded, Cancelled> {
    let quiet = Progress::new();
    let mut crossings = Crossings::default();
    let mut turn = 0;
    let mut altered: Option<Sieve> = None;
    loop {
        progress.check()?;
        let coverage = Coverage::build(around.flat(), &quiet)?;
        let tree = SegmentTree::build(&coverage, coverage.arcs(), 0.0);
        let met = match &altered {
            None => planarity::find(&coverage, &tree, &quiet)?,
            // Segments between other vertices are as they were, and meet nothing.
            Some(altered) => {
                let is_altered: Vec<bool> =
                    coverage.built.coords.par_iter().map(|&at| altered.may_have(key(at))).collect();
                let counts = |block: &Block| {
                    let segments = block.segments();
                    is_altered[segments.start..=segments.end].contains(&true)
                };
                planarity::find_where(&coverage, &tree, counts, &quiet)?
            }
        };
        let mut inserts = Inserts::default();
        let mut concerned = HashSet::default();
        for meeting in &met {
            let faces = [meeting.a.arc, meeting.b.arc].into_iter().flat_map(|arc| coverage.faces_here(arc));
            let mut rings = faces.filter(|&face| face != OUTSIDE);
            let is_thin = !thin.is_empty()
                && rings.clone().any(|ring| around.rings.get(ring as usize).is_some_and(|it| thin.contains(&it.atom)));
            let snap_m = if is_thin { 0.0 } else { settings.snap_m };
            if take_in(&coverage, meeting, snap_m, &mut inserts, &mut crossings) {
                concerned.extend(rings.by_ref());
            }
        }
        turn += 1;
        if inserts.is_empty() || turn > MAX_TURNS {
            return Ok(Noded { coverage, tree, met, nobody: Duplicates::none(), crossings: crossings.made });
        }
        // Who met somebody in this turn may still do so, and is looked at as well.
        let ends = met.iter().flat_map(|meeting| [meeting.a, meeting.b]).flat_map(|segment| segment.ends(&coverage));
        altered = Some(Sieve::of(inserts.ends().chain(inserts.vertices()).chain(ends.map(key))));
        around.take_in(inserts, |ring| u32::try_from(ring).is_ok_and(|ring| concerned.contains(&ring)));
    }
}

/// Vertices that were made at crossings.
#[derive(Debug, Default)]
struct Crossings {
    made: HashSet<Key>,
    /// One of them for each small square.
    by_square: HashMap<[i64; 2], Coord>,
}

impl Crossings {
    /// Side of the squares in degrees, some 10 µm: far more than rounding, far less than anybody draws.
    const SIDE: f64 = 1e-10;

    /// The vertex at a crossing. Lines that almost coincide cross in places that rounding alone keeps apart: those are
    /// one, or there would be slivers between them for ever.
    fn at(&mut self, at: Coord) -> Coord {
        #[expect(clippy::cast_possible_truncation, reason = "degrees over 1e-10 fit easily")]
        let square = [at.x, at.y].map(|value| (value / Self::SIDE).floor() as i64);
        let near = (-1..=1).flat_map(|x| (-1..=1).map(move |y| [square[0] + x, square[1] + y]));
        let known = near.filter_map(|square| self.by_square.get(&square)).copied().next();
        known.unwrap_or_else(|| {
            self.made.insert(key(at));
            self.by_square.insert(square, at);
            at
        })
    }
}

/// Whether a segment takes a vertex in.
fn take_in(
    coverage: &Coverage,
    meeting: &Meeting,
    snap_m: f64,
    inserts: &mut Inserts,
    crossings: &mut Crossings,
) -> bool {
    let (s, t) = (meeting.a.ends(coverage), meeting.b.ends(coverage));
    match meeting.how {
        How::Same | How::Pass => false,
        How::Touch | How::Along => {
            let mut added = false;
            for (from, on) in [(s, t), (t, s)] {
                for end in from {
                    if !on.contains(&end) && is_on(end, on) {
                        inserts.add(on[0], on[1], end);
                        added = true;
                    }
                }
            }
            added
        }
        How::Cross => {
            let share = Fraction::of_crossing(s, t).map_or(0.5, Fraction::to_f64);
            let at = s[0] + (s[1] - s[0]) * share;
            let vertex = near_end(at, [s, t], snap_m).unwrap_or_else(|| crossings.at(at));
            inserts.add(s[0], s[1], vertex);
            inserts.add(t[0], t[1], vertex);
            true
        }
    }
}

/// The nearest end of two crossing segments, where one is near.
fn near_end(at: Coord, [s, t]: [[Coord; 2]; 2], snap_m: f64) -> Option<Coord> {
    let local = Local::around(at);
    let away = |end: Coord| distance(local.metres(end), [local.metres(at); 2]);
    let nearest = [s[0], s[1], t[0], t[1]].into_iter().min_by(|&a, &b| away(a).total_cmp(&away(b)))?;
    // The place itself is rounded, so that even without a tolerance an end may be meant.
    (away(nearest) <= snap_m.max(1e-6)).then_some(nearest)
}

//! The map of a dataset with other cuts: what no cut touches is shared.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use geo::Rect;

use super::chunks::{Group, grouped, morton};
use super::{MapScene, NO_BOX, f32_box, union, world_bounds};
use crate::render::projection::world_rect_from_lonlat;
use crate::render::{Borders, Rank};
use quhua::coverage::{ArcId, AtomId, Coverage, Differing, DirectedArc};
use quhua::model::Dataset;
use quhua::sharing::SharedList;

impl MapScene {
    /// The map of a dataset that differs from that of this one by its cuts; `None` when it is of other boundaries. This one
    /// must be as it was [built](Self::build). Costs the chunks that cuts of either touch.
    #[must_use]
    pub fn refined(&self, dataset: &Arc<Dataset>) -> Option<Self> {
        let (before, now): (&Coverage, &Coverage) = ((*self.coverage).as_ref(), &dataset.coverage);
        let differing = now.differing(before)?;
        let borders = Borders::of(dataset, &dataset.base);
        let (mut ranks, mut arc_boxes, mut atom_boxes) =
            (self.ranks.clone(), self.arc_boxes.clone(), self.atom_boxes.clone());
        resize(&mut ranks, now.arc_count(), Rank::default());
        resize(&mut arc_boxes, now.arc_count(), NO_BOX);
        resize(&mut atom_boxes, now.atom_count(), NO_BOX);
        for &arc in differing.arcs.iter().filter(|arc| arc.index() < now.arc_count()) {
            ranks.set(arc.index(), borders.style(arc).rank);
            arc_boxes.set(arc.index(), world_bounds(now.arc(arc)).map_or(NO_BOX, f32_box));
        }
        for &atom in differing.atoms.iter().filter(|atom| atom.index() < now.atom_count()) {
            atom_boxes.set(atom.index(), now.bounds_of(atom).map(world_rect_from_lonlat).map_or(NO_BOX, f32_box));
        }
        let mut refined = Self {
            coverage: Arc::<Dataset>::clone(dataset),
            detail: self.detail.refined(now, &differing.arcs),
            levels: self.levels.clone(),
            ranks,
            units: self.units,
            atom_boxes,
            arc_boxes,
            curves: self.curves,
            atom_size_world: self.atom_size_world,
            bounds: self.bounds,
            ahead: Mutex::default(),
        };
        refined.regroup(self, dataset, &differing);
        Some(refined)
    }

    /// Puts what cuts changed into the chunks where it belongs.
    fn regroup(&mut self, before: &Self, dataset: &Dataset, differing: &Differing) {
        let (old, now): (&Coverage, &Coverage) = ((*before.coverage).as_ref(), &dataset.coverage);
        // Vertices on the border of an atom change with its arcs.
        let mut atoms: BTreeSet<AtomId> = differing.atoms.iter().copied().collect();
        for &arc in &differing.arcs {
            let there = |of: &Coverage| if arc.index() < of.arc_count() { of.sides(arc) } else { [None; 2] };
            atoms.extend([old, now].into_iter().flat_map(there).flatten());
        }
        let loaded = dataset.loaded_atoms();
        // An atom that a cut made lies in one that was loaded, and in its chunk.
        let home = |atom: AtomId| {
            let mut home = atom;
            while let Some(from) = dataset.cut_from(home) {
                home = from;
            }
            home
        };
        let key =
            |kind: usize, bounds: Rect, id: u32| before.curves[kind].map(|all| (morton(bounds.center(), all), id));
        let atom_key = |atom: AtomId| key(0, world_rect_from_lonlat(old.bounds_of(atom)?), atom.0);
        let arc_key = |of: &Coverage, arc: ArcId| key(1, world_bounds(of.arc(arc))?, arc.0);
        let detail = self.detail.clone();
        for (number, level) in self.levels.iter_mut().enumerate() {
            let mut fills: BTreeMap<usize, Group<AtomId>> = BTreeMap::new();
            for &atom in &atoms {
                let was = if atom.index() < old.atom_count() { atom_key(atom) } else { None };
                let is = match atom.index() {
                    gone if gone >= now.atom_count() => None,
                    there if there < loaded => was,
                    _ => atom_key(home(atom)),
                };
                move_item(
                    &mut fills,
                    &level.fills,
                    atom,
                    [was, is].map(|key| place_of(&level.fills, Rank::Hidden, key?)),
                );
            }
            for (at, mut group) in fills {
                let kept = |arc: DirectedArc| detail.kept_count(now, arc.arc(), number) - 1;
                group.vertices = group.items.iter().map(|&atom| now.arcs_of(atom).map(kept).sum::<usize>()).sum();
                level.fills.set(at, group);
            }
            let mut lines: BTreeMap<usize, Group<ArcId>> = BTreeMap::new();
            let mut strays: BTreeMap<Rank, Vec<(ArcId, Rect)>> = BTreeMap::new();
            let bounds_of = |arc: ArcId| world_bounds(now.arc(arc));
            for &arc in &differing.arcs {
                let was = (arc.index() < old.arc_count()).then(|| (before.ranks[arc.index()], arc_key(old, arc)));
                let is = (arc.index() < now.arc_count()).then(|| (self.ranks[arc.index()], arc_key(now, arc)));
                let places = [was, is].map(|it| it.and_then(|(rank, key)| place_of(&level.lines, rank, key?)));
                move_item(&mut lines, &level.lines, arc, places);
                if let (Some((rank, _)), None) = (is, places[1])
                    && let Some(bounds) = bounds_of(arc)
                {
                    strays.entry(rank).or_default().push((arc, bounds));
                }
            }
            for (at, mut group) in lines {
                group.vertices = group.items.iter().map(|&arc| detail.kept_count(now, arc, number)).sum();
                group.bounds = group.items.iter().filter_map(|&arc| bounds_of(arc)).fold(group.bounds, union);
                level.lines.set(at, group);
            }
            // Nothing had their rank before.
            for (rank, arcs) in strays {
                let items =
                    arcs.into_iter().map(|(arc, bounds)| ((0, arc, bounds), detail.kept_count(now, arc, number)));
                for group in grouped(items, rank) {
                    level.lines.push(Group { made: next_made(), ..group });
                }
            }
        }
    }
}

/// The chunk of a rank in which a place on the curve lies; `None` when none has that rank.
fn place_of<Id>(groups: &SharedList<Group<Id>>, rank: Rank, key: (u64, u32)) -> Option<usize> {
    // Ranks ascend, and so do places within a rank.
    let point = |before: &dyn Fn(&Group<Id>) -> bool| {
        let (mut low, mut high) = (0, groups.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if before(&groups[middle]) { low = middle + 1 } else { high = middle }
        }
        low
    };
    let behind = point(&|group| (group.rank, group.first) <= (rank, key));
    let candidates = [behind.checked_sub(1), Some(behind)];
    candidates.into_iter().flatten().find(|&at| groups.get(at).is_some_and(|group| group.rank == rank))
}

/// A number that no chunk has had before.
fn next_made() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Takes an item out of one chunk and puts it into another. The chunk is another one from then on, even if it has the same
/// items.
fn move_item<Id: Copy + PartialEq>(
    changed: &mut BTreeMap<usize, Group<Id>>,
    groups: &SharedList<Group<Id>>,
    item: Id,
    [from, to]: [Option<usize>; 2],
) {
    for place in from.into_iter().chain(to) {
        let group = changed.entry(place).or_insert_with(|| Group { made: next_made(), ..groups[place].clone() });
        group.items.retain(|other| *other != item);
    }
    if let Some(group) = to.and_then(|to| changed.get_mut(&to)) {
        group.items.push(item);
    }
}

/// Makes a list as long as it is to be.
fn resize<T: Clone>(list: &mut SharedList<T>, len: usize, filler: T) {
    while list.len() > len {
        list.pop();
    }
    while list.len() < len {
        list.push(filler.clone());
    }
}

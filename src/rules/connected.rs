//! Which territories are connected with which: the graph that mergers follow.

use std::collections::BTreeSet;

use super::connection::{Crossings, Ground};
use crate::coverage::AtomId;
use crate::model::Dataset;

/// Pairs of territories that are connected: by a border of more than a point that is no barrier all along, or by a link.
/// `territory` gives every atom a number; each pair has the lower one first, and pairs ascend. What links and barriers
/// name and the data do not have connects nothing.
#[must_use]
pub fn connected<'a>(
    dataset: &Dataset,
    crossings: impl Iterator<Item = &'a Crossings>,
    territory: &[u32],
) -> BTreeSet<[u32; 2]> {
    let (ground, _) = Ground::new(dataset, crossings);
    let coverage = &dataset.coverage;
    let borders = coverage.arcs().filter_map(|arc| {
        let [left, right] = coverage.sides(arc);
        Some([left?, right?]).filter(|&[left, right]| !ground.is_barred(left, right))
    });
    let pair = |atoms: [AtomId; 2]| {
        let [a, b] = atoms.map(|atom| territory[atom.index()]);
        (a != b).then(|| [a.min(b), a.max(b)])
    };
    borders.chain(ground.link_ends(dataset)).filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Crossing, CrossingKind};
    use super::*;
    use crate::edit::testing::grid;

    fn crossing(between: [&str; 2], kind: CrossingKind) -> Crossing {
        Crossing { between: between.map(Into::into), kind, reason: String::new() }
    }

    #[test]
    fn barriers_part_and_links_join() {
        //  3 4 5      townships are the columns
        //  0 1 2
        let dataset = grid(3, 2);
        let columns = [0, 1, 2, 0, 1, 2];
        let pairs = |crossings: &Crossings| connected(&dataset, [crossings].into_iter(), &columns);
        assert_eq!(pairs(&Crossings::default()), [[0, 1], [1, 2]].into());
        let barriers = vec![crossing(["510722101", "510722102"], CrossingKind::Ridge)];
        let links = vec![crossing(["510722101201", "510722103202"], CrossingKind::Bridge)];
        assert_eq!(pairs(&Crossings { links, barriers }), [[0, 2], [1, 2]].into());
        // A barrier between two villages leaves the rest of the border open.
        let barriers = vec![crossing(["510722101201", "510722102201"], CrossingKind::River)];
        assert_eq!(pairs(&Crossings { links: Vec::new(), barriers }), [[0, 1], [1, 2]].into());
    }
}

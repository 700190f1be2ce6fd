//! A dataset with an atom cut in two.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use geo::Coord;
use rust_decimal::{Decimal, RoundingStrategy};
use smallvec::SmallVec;

use super::{Dataset, LevelIndex, State, UnitId};
use crate::coverage::{ArcId, AtomId, Cut, DirectedArc};
use crate::geodesy::AreaMethod;
use crate::sharing::{SharedList, SharedMap};

/// What cuts made of the atoms that were loaded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refinement {
    /// For each atom that a cut made, in order, the atom that it was cut from.
    from: SharedList<AtomId>,
    /// What share of it went to the part that stayed the atom.
    shares: SharedList<LeftShare>,
    /// What that atom was before.
    before: SharedList<Lying>,
    /// Loaded atoms that were cut, or whose neighbours were, as they were loaded: a cut may put a vertex on the border of a
    /// neighbour.
    as_loaded: SharedMap<Lying>,
    /// Atoms that have vertices which the source does not.
    touched: SharedMap<()>,
    /// Those vertices, as bits, by a number that is made of them.
    vertices: SharedMap<SmallVec<[Vertex; 1]>>,
}

/// Where an atom lies, and how large it is: a point inside, and its geodesic area in m².
pub(crate) type Lying = (Option<Coord>, f64);

/// A vertex as bits.
type Vertex = [u64; 2];

const fn bits(at: Coord) -> Vertex {
    [at.x.to_bits(), at.y.to_bits()]
}

/// A number by which a vertex is found again. Different ones may have the same.
const fn number([x, y]: Vertex) -> u32 {
    let mixed = (x ^ y.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as u32
}

/// How much of what an atom has goes to the left of a cut: at least 0, at most 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftShare(Decimal);

impl LeftShare {
    /// The share of the first of two weights; `None` when one is negative, or none is more than 0.
    #[must_use]
    pub fn of([left, right]: [Decimal; 2]) -> Option<Self> {
        let whole = left.checked_add(right)?;
        let is_share = left >= Decimal::ZERO && right >= Decimal::ZERO && whole > Decimal::ZERO;
        is_share.then(|| Self((left / whole).min(Decimal::ONE)))
    }

    /// Shares a figure out: each part has as many decimals as the whole, and the two add up to it exactly. This is the
    /// method of the largest remainder for two parts; of two equal remainders, the left one is rounded up.
    ///
    /// ```
    /// # use quhua::model::LeftShare;
    /// # use rust_decimal::Decimal;
    /// let third = LeftShare::of([1.into(), 2.into()]).unwrap();
    /// assert_eq!(third.share_out(100.into()), [33.into(), 67.into()]);
    /// ```
    #[must_use]
    pub fn share_out(self, whole: Decimal) -> [Decimal; 2] {
        let left = (whole * self.0).round_dp_with_strategy(whole.scale(), RoundingStrategy::MidpointAwayFromZero);
        [left, whole - left]
    }

    fn share_out_all(self, of: AtomId, values: &SharedList<Option<Decimal>>) -> SharedList<Option<Decimal>> {
        let mut values = values.clone();
        if let Some(&whole) = values.get(of.index()) {
            let parts = whole.map(|whole| self.share_out(whole));
            values.set(of.index(), parts.map(|[left, _]| left));
            values.push(parts.map(|[_, right]| right));
        }
        values
    }
}

impl Dataset {
    /// The dataset with a cut made that was thought through for its coverage. The part on the left stays the atom, the
    /// part on the right becomes the last one, in the same units; figures of people and the like are shared out, areas
    /// and lengths follow from the border. Every total stays as it was, to the last bit.
    ///
    /// Costs what the atom and its neighbours have in borders, whatever else is loaded and however many cuts came before.
    #[must_use]
    pub fn refined(&self, cut: &Cut, share: LeftShare) -> Self {
        let (coverage, arcs) = self.coverage.refined(cut);
        let mut base = self.base.clone();
        let made = base.add_atom(cut.atom());
        let pieces = || arcs.pieces.iter().flat_map(|(_, pieces)| pieces).copied();
        let mut beside: Vec<AtomId> = pieces().flat_map(|piece| coverage.sides(piece)).flatten().collect();
        beside.retain(|&atom| atom != cut.atom() && atom != made);
        beside.sort_unstable();
        beside.dedup();
        // The two parts come first.
        let touched: Vec<AtomId> = [cut.atom(), made].into_iter().chain(beside).collect();
        let mut refinement = self.refinement.clone();
        refinement.from.push(cut.atom());
        refinement.shares.push(share);
        refinement.before.push(self.lying(cut.atom()));
        for &atom in touched.iter().filter(|atom| atom.index() < self.loaded_atoms()) {
            if refinement.as_loaded.get(atom.0).is_none() {
                refinement.as_loaded.insert(atom.0, self.lying(atom));
            }
        }
        for atom in &touched {
            refinement.touched.insert(atom.0, ());
        }
        // What was cut up may lie across the seam, and be no border of the atom itself.
        let cut_up = arcs.pieces.iter().map(|&(arc, _)| arc);
        let there: HashSet<Vertex> = self
            .coverage
            .arcs_of(cut.atom())
            .map(DirectedArc::arc)
            .chain(cut_up)
            .flat_map(|arc| self.coverage.arc(arc))
            .map(|&at| bits(at))
            .collect();
        for arc in pieces().chain(arcs.lines.clone().map(ArcId::new)) {
            for vertex in coverage.arc(arc).iter().map(|&at| bits(at)).filter(|vertex| !there.contains(vertex)) {
                refinement.add_vertex(vertex);
            }
        }
        let refined = Self {
            index: self.index.refined(&coverage, cut.atom()),
            layers: Arc::clone(&self.layers),
            levels: self.levels.clone(),
            level_layers: self.level_layers.clone(),
            fields: self.fields.clone(),
            coarse_fields: self.coarse_fields.clone(),
            findings: Arc::clone(&self.findings),
            base,
            populations: share.share_out_all(cut.atom(), &self.populations),
            sums: self.sums.iter().map(|values| share.share_out_all(cut.atom(), values)).collect(),
            measures: self.measures.refined(&self.coverage, &coverage, &arcs, &touched),
            refinement,
            joins: Arc::clone(&self.joins),
            unjoined: self.unjoined.clone(),
            repaired_borders: self.repaired_borders.clone(),
            unrepaired: self.unrepaired.clone(),
            ledgers: Vec::new(),
            derivations: Arc::clone(&self.derivations),
            anchors: Arc::clone(&self.anchors),
            coverage,
        };
        let ledgers = self.ledgers.iter().map(|laid| laid.refined(&refined, cut.atom())).collect();
        Self { ledgers, ..refined }
    }

    /// Whether atoms were cut.
    #[must_use]
    pub fn has_cuts(&self) -> bool {
        !self.refinement.from.is_empty()
    }

    /// Number of atoms that were loaded; those with a higher id were made by cuts.
    #[must_use]
    pub fn loaded_atoms(&self) -> usize {
        self.coverage.atom_count() - self.refinement.from.len()
    }

    /// The atom that an atom was cut from last; `None` for one that was loaded.
    #[must_use]
    pub fn cut_from(&self, atom: AtomId) -> Option<AtomId> {
        self.refinement.from.get(atom.index().checked_sub(self.loaded_atoms())?).copied()
    }

    /// A state of fewer cuts, with those that this dataset has besides: what was cut belongs to whom it belonged.
    pub(crate) fn lifted<'s>(&self, state: &'s State) -> Cow<'s, State> {
        let there = state.labels(LevelIndex::FINEST).len();
        let mut lifted = Cow::Borrowed(state);
        for atom in there..self.coverage.atom_count() {
            if let Some(from) = self.cut_from(AtomId::new(atom)) {
                let _ = lifted.to_mut().add_atom(from);
            }
        }
        lifted
    }

    /// The loaded atom that an atom is, or is a part of.
    #[must_use]
    pub fn loaded_atom(&self, atom: AtomId) -> AtomId {
        std::iter::successors(Some(atom), |&atom| self.cut_from(atom)).last().unwrap_or(atom)
    }

    fn lying(&self, atom: AtomId) -> Lying {
        (self.point_of(atom), self.area_of_atom(AreaMethod::Geodesic, atom).to_f64())
    }

    /// Where the pieces of a territory lie, as they would without the cuts that divide nothing of it: those of other
    /// scenarios, or of edits that were taken back. So what is decided by them does not depend on what else was done.
    pub(crate) fn pieces_of(&self, atoms: &[AtomId]) -> Vec<Lying> {
        let measures = self.measures(AreaMethod::Geodesic);
        let own = |&atom: &AtomId| (atom, (self.atom_point(atom), measures.atom_area(atom).to_f64()));
        if !self.has_cuts() {
            return atoms.iter().map(|atom| own(atom).1).collect();
        }
        let mut whole: BTreeMap<AtomId, Lying> = atoms.iter().map(own).collect();
        let mut parts = Vec::new();
        let cuts: Vec<(AtomId, Lying)> =
            self.refinement.from.iter().copied().zip(self.refinement.before.iter().copied()).collect();
        for (at, (from, before)) in cuts.into_iter().enumerate().rev() {
            let made = whole.remove(&AtomId::new(self.loaded_atoms() + at));
            match (made, whole.remove(&from)) {
                (Some(_), Some(_)) => drop(whole.insert(from, before)),
                (made, left) => parts.extend(made.or(left)),
            }
        }
        let as_loaded =
            |(atom, lying): (AtomId, Lying)| self.refinement.as_loaded.get(atom.0).copied().unwrap_or(lying);
        whole.into_iter().map(as_loaded).chain(parts).collect()
    }

    /// All cuts in the order in which they were made: the atom that each made, the one that it was cut from, and what share
    /// of that stayed with it.
    pub(crate) fn cuts(&self) -> impl Iterator<Item = (AtomId, AtomId, LeftShare)> + '_ {
        let refinement = &self.refinement;
        let first = self.loaded_atoms();
        let cuts = refinement.from.iter().zip(refinement.shares.iter()).enumerate();
        cuts.map(move |(at, (&from, &share))| (AtomId::new(first + at), from, share))
    }

    /// The loaded unit of the finest level that an atom belongs to, or was cut from.
    #[must_use]
    pub fn loaded_unit(&self, atom: AtomId) -> UnitId {
        self.base.unit_of(atom, LevelIndex::FINEST)
    }

    /// Whether a vertex was made by a cut.
    #[must_use]
    pub fn is_cut_vertex(&self, at: Coord) -> bool {
        let vertex = bits(at);
        self.refinement.vertices.get(number(vertex)).is_some_and(|there| there.contains(&vertex))
    }

    /// Whether an atom has vertices that the source does not have there: it was cut, or a neighbour was.
    #[must_use]
    pub fn is_touched_by_cut(&self, atom: AtomId) -> bool {
        self.refinement.touched.get(atom.0).is_some()
    }
}

impl Refinement {
    fn add_vertex(&mut self, vertex: Vertex) {
        let there = self.vertices.entry(number(vertex), SmallVec::new);
        if !there.contains(&vertex) {
            there.push(vertex);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_are_whole_numbers_that_add_up(whole in 0..10_000_000_u64, left in 0..1_000_000_u64, right in 0..1_000_000_u64) {
            let share = LeftShare::of([left.into(), right.into()]);
            prop_assert_eq!(share.is_none(), left + right == 0);
            if let Some(share) = share {
                let [a, b] = share.share_out(whole.into());
                prop_assert_eq!(a + b, Decimal::from(whole));
                prop_assert!(a.is_integer() && a >= Decimal::ZERO && b >= Decimal::ZERO);
                let exact = Decimal::from(whole) * Decimal::from(left) / Decimal::from(left + right);
                prop_assert!((a - exact).abs() <= Decimal::new(5, 1) + Decimal::new(1, 12), "{} for {}", a, exact);
            }
        }
    }

    #[test]
    fn what_is_not_whole_keeps_its_decimals() {
        let third = LeftShare::of([1.into(), 2.into()]).unwrap();
        assert_eq!(third.share_out(Decimal::new(1001, 2)), [Decimal::new(334, 2), Decimal::new(667, 2)]);
        assert_eq!(LeftShare::of([Decimal::NEGATIVE_ONE, 2.into()]), None);
    }
}

//! A dataset with an atom cut in two.

use std::collections::{BTreeSet, HashSet};
use std::sync::OnceLock;

use geo::Coord;
use rayon::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use super::measures::MeasureCache;
use super::{Dataset, LevelIndex, Moment, UnitId};
use crate::coverage::{ArcId, AtomId, AtomIndex, Coverage, Cut, CutArcs};
use crate::geodesy::AreaMethod;

/// What cuts made of the atoms that were loaded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refinement {
    /// For each atom that a cut made, in order, the atom that it was cut from.
    from: Vec<AtomId>,
    /// Atoms that have vertices which the source does not.
    touched: BTreeSet<AtomId>,
    /// Those vertices, as bits.
    vertices: HashSet<[u64; 2]>,
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

    fn share_out_all(self, of: AtomId, values: &[Option<Decimal>]) -> Vec<Option<Decimal>> {
        let Some(&whole) = values.get(of.index()) else { return Vec::new() };
        let mut values = values.to_vec();
        let parts = whole.map(|whole| self.share_out(whole));
        values[of.index()] = parts.map(|[left, _]| left);
        values.push(parts.map(|[_, right]| right));
        values
    }
}

impl Dataset {
    /// The dataset with a cut made that was thought through for its coverage. The part on the left stays the atom, the
    /// part on the right becomes the last one, in the same units; figures of people and the like are shared out, areas
    /// and lengths follow from the border. Every total stays as it was, to the last bit.
    ///
    /// Costs a copy of everything but the text of the files.
    #[must_use]
    pub fn refined(&self, cut: &Cut, share: LeftShare) -> Self {
        // Borders that are cut up share out what was measured along them.
        for method in AreaMethod::ALL {
            self.measures(method);
        }
        let (coverage, arcs) = self.coverage.refined(cut);
        let mut base = self.base.to_edit();
        let made = base.add_atom(cut.atom());
        let mut refinement = self.refinement.clone();
        refinement.from.push(cut.atom());
        refinement.touched.extend([cut.atom(), made]);
        let pieces = || arcs.pieces.iter().flat_map(|(_, pieces)| pieces).copied();
        refinement.touched.extend(pieces().flat_map(|piece| coverage.sides(piece)).flatten());
        let bits = |at: &Coord| [at.x.to_bits(), at.y.to_bits()];
        let there: HashSet<[u64; 2]> =
            self.coverage.arcs_of(cut.atom()).flat_map(|arc| self.coverage.arc(arc.arc())).map(bits).collect();
        let now = pieces().chain(arcs.lines.clone().map(ArcId::new)).flat_map(|arc| coverage.arc(arc)).map(bits);
        refinement.vertices.extend(now.filter(|vertex| !there.contains(vertex)));
        let index = AtomIndex::build(&coverage);
        let measures = self.measures.refined(&coverage, cut.atom(), &arcs);
        Self {
            index,
            layers: self.layers.clone(),
            levels: self.levels.clone(),
            level_layers: self.level_layers.clone(),
            fields: self.fields.clone(),
            findings: self.findings.clone(),
            base,
            populations: share.share_out_all(cut.atom(), &self.populations),
            sums: self.sums.iter().map(|values| share.share_out_all(cut.atom(), values)).collect(),
            measures,
            refinement,
            coverage,
        }
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

    /// The loaded unit of the finest level that an atom belongs to, or was cut from.
    #[must_use]
    pub fn loaded_unit(&self, atom: AtomId) -> UnitId {
        self.base.unit_of(atom, LevelIndex::FINEST)
    }

    /// Whether a vertex was made by a cut.
    #[must_use]
    pub fn is_cut_vertex(&self, at: Coord) -> bool {
        self.refinement.vertices.contains(&[at.x.to_bits(), at.y.to_bits()])
    }

    /// Whether an atom has vertices that the source does not have there: it was cut, or a neighbour was.
    #[must_use]
    pub fn is_touched_by_cut(&self, atom: AtomId) -> bool {
        self.refinement.touched.contains(&atom)
    }
}

impl MeasureCache {
    /// What was computed so far, for the coverage with a cut made.
    fn refined(&self, coverage: &Coverage, atom: AtomId, arcs: &CutArcs) -> Self {
        let cell = |old: &OnceLock<super::Measures>| {
            old.get().map_or_else(OnceLock::new, |old| OnceLock::from(old.refined(coverage, atom, arcs)))
        };
        let points = self.atom_points.get().map_or_else(OnceLock::new, |points| {
            let mut points = points.clone();
            points.push(None);
            for part in [atom, AtomId::new(coverage.atom_count() - 1)] {
                points[part.index()] = super::measures::atom_point(coverage, part);
            }
            OnceLock::from(points)
        });
        let moments = self.moments.get().map_or_else(OnceLock::new, |moments| {
            let mut moments = grown(moments, Moment::default(), coverage.atom_count());
            for part in [atom, AtomId::new(coverage.atom_count() - 1)] {
                moments[part.index()] = Moment::of_arcs(coverage, coverage.arcs_of(part));
            }
            OnceLock::from(moments)
        });
        Self {
            geodesic: cell(&self.geodesic),
            ellipsoid_trapezoid: cell(&self.ellipsoid_trapezoid),
            atom_points: points,
            moments,
        }
    }
}

/// Copies of a refined list in parallel; the nation's have hundreds of megabytes.
pub(super) fn grown<T: Copy + Send + Sync>(list: &[T], filler: T, len: usize) -> Vec<T> {
    let mut copy = Vec::with_capacity(len);
    copy.par_extend(list.par_iter().copied());
    copy.resize(len, filler);
    copy
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

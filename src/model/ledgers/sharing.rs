//! What of a row's amounts each atom has: all of it where the row lies in one, else shares that add up to it exactly.

use geo::Coord;
use rust_decimal::Decimal;
use rust_decimal::prelude::FromPrimitive as _;

use super::{Bound, LaidLedger, RowIndex};
use crate::coverage::{AtomId, Coverage};
use crate::geodesy::{AreaMethod, distance_m};
use crate::model::{Dataset, UnitId, apportion};

impl LaidLedger {
    /// What each atom has of an amount of a row, in the order of atoms; together they are the amount. Of a line by its
    /// length there, of a row that is a whole unit by people, or by area where these are not known; and where an atom was cut, as
    /// the cut shared its people.
    #[must_use]
    pub fn shares(&self, dataset: &Dataset, row: RowIndex, amount: Decimal) -> Vec<(AtomId, Decimal)> {
        match self.bound(row) {
            Bound::Place(atom, _) => vec![(*atom, amount)],
            Bound::Line(parts) => {
                let mut parts: Vec<(AtomId, f64)> = parts.to_vec();
                parts.sort_by_key(|(atom, _)| *atom);
                let weights: Vec<Decimal> =
                    parts.iter().map(|(_, length)| Decimal::from_f64(*length).unwrap_or_default()).collect();
                let atoms = parts.iter().map(|(atom, _)| *atom).collect();
                shared(atoms, &weights, amount).unwrap_or_else(|| self.to_one(row, amount))
            }
            Bound::Unit { .. } if !self.is_of_units => self.to_one(row, amount),
            Bound::Unit { unit, .. } => of_unit(dataset, *unit, amount).unwrap_or_else(|| self.to_one(row, amount)),
            Bound::Whole | Bound::No(_) => Vec::new(),
        }
    }

    /// What some atoms, ascending, have together of an amount of a row.
    #[must_use]
    pub fn share_within(&self, dataset: &Dataset, row: RowIndex, amount: Decimal, atoms: &[AtomId]) -> Decimal {
        let has = |atom: &AtomId| atoms.binary_search(atom).is_ok();
        // Mostly all of it is there.
        let is_inside = match self.bound(row) {
            Bound::Place(atom, _) => has(atom),
            Bound::Line(parts) => parts.iter().all(|(atom, _)| has(atom)),
            Bound::Unit { atom, .. } if !self.is_of_units => has(atom),
            Bound::Unit { unit, .. } => dataset.base.atoms(*unit).iter().all(has),
            Bound::Whole | Bound::No(_) => return Decimal::ZERO,
        };
        if is_inside {
            return amount;
        }
        let shares = self.shares(dataset, row, amount);
        shares.into_iter().filter(|(atom, _)| has(atom)).map(|(_, share)| share).sum()
    }

    fn to_one(&self, row: RowIndex, amount: Decimal) -> Vec<(AtomId, Decimal)> {
        self.bound(row).atom().map(|atom| (atom, amount)).into_iter().collect()
    }
}

fn shared(atoms: Vec<AtomId>, weights: &[Decimal], amount: Decimal) -> Option<Vec<(AtomId, Decimal)>> {
    let shares = apportion(amount, weights, Decimal::new(1, amount.scale()))?;
    Some(atoms.into_iter().zip(shares).collect())
}

/// Shares of the atoms of a unit as loaded.
fn of_unit(dataset: &Dataset, unit: UnitId, amount: Decimal) -> Option<Vec<(AtomId, Decimal)>> {
    let loaded = dataset.loaded_atoms();
    let all = dataset.base.atoms(unit);
    let atoms: Vec<AtomId> = all.iter().copied().filter(|atom| atom.index() < loaded).collect();
    if let ([only], true) = (atoms.as_slice(), all.len() == 1) {
        return Some(vec![(*only, amount)]);
    }
    // What cuts made of an atom weighs what it weighed.
    let parts = |atom: AtomId| all.iter().copied().filter(move |&part| dataset.loaded_atom(part) == atom);
    let people = |atom: AtomId| parts(atom).map(|part| dataset.population_of(part)).sum::<Option<Decimal>>();
    let area = |atom: AtomId| {
        let measures = dataset.measures(AreaMethod::Geodesic);
        let m2: crate::geodesy::ExactSum = parts(atom).map(|part| measures.atom_area(part)).sum();
        Decimal::from_f64(m2.to_f64().max(0.0)).unwrap_or_default().round_dp(3)
    };
    let by_people: Option<Vec<Decimal>> = atoms.iter().map(|&atom| people(atom)).collect();
    let by_people = by_people.filter(|weights| weights.iter().any(|weight| *weight > Decimal::ZERO));
    let weights = by_people.unwrap_or_else(|| atoms.iter().map(|&atom| area(atom)).collect());
    let mut shares = shared(atoms, &weights, amount)?;
    if all.len() > shares.len() {
        for (made, from, share) in dataset.cuts() {
            if let Ok(at) = shares.binary_search_by_key(&from, |(atom, _)| *atom) {
                let [left, right] = share.share_out(shares[at].1);
                shares[at].1 = left;
                // Made atoms come one after the other, behind all others.
                shares.push((made, right));
            }
        }
    }
    Some(shares)
}

/// Lengths in metres of a line within some atoms, without those that it does not run through.
pub(super) fn lengths_in(coverage: &Coverage, lines: &[Vec<Coord>], atoms: &[AtomId]) -> Vec<(AtomId, f64)> {
    let length = |&atom: &AtomId| {
        let inside =
            lines.iter().flat_map(|line| line.windows(2)).map(|pair| inside_m(coverage, atom, [pair[0], pair[1]]));
        (atom, inside.sum::<f64>())
    };
    atoms.iter().map(length).filter(|(_, length)| *length > 0.0).collect()
}

/// Length in metres of a piece of a line within an atom. A border belongs to both sides, so that what runs along it counts
/// where the middle of it is taken to be.
fn inside_m(coverage: &Coverage, atom: AtomId, [a, b]: [Coord; 2]) -> f64 {
    let Some(bounds) = coverage.bounds_of(atom) else { return 0.0 };
    let (low, high) = (bounds.min(), bounds.max());
    let is_beyond = a.x.max(b.x) < low.x || a.x.min(b.x) > high.x || a.y.max(b.y) < low.y || a.y.min(b.y) > high.y;
    if is_beyond || a == b {
        return 0.0;
    }
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let mut crossings = vec![0.0, 1.0];
    for arc in coverage.arcs_of(atom) {
        for edge in coverage.arc(arc.arc()).windows(2) {
            let (ex, ey) = (edge[1].x - edge[0].x, edge[1].y - edge[0].y);
            let cross = dx * ey - dy * ex;
            if cross == 0.0 {
                continue;
            }
            let (ox, oy) = (edge[0].x - a.x, edge[0].y - a.y);
            let (along, across) = ((ox * ey - oy * ex) / cross, (ox * dy - oy * dx) / cross);
            if (0.0..=1.0).contains(&across) && along > 0.0 && along < 1.0 {
                crossings.push(along);
            }
        }
    }
    crossings.sort_by(f64::total_cmp);
    let at = |along: f64| Coord { x: a.x + dx * along, y: a.y + dy * along };
    let pieces = crossings.windows(2).filter(|pair| pair[1] > pair[0]);
    let inside = pieces.filter(|pair| coverage.contains(atom, at(f64::midpoint(pair[0], pair[1]))));
    inside.map(|pair| distance_m(at(pair[0]), at(pair[1]))).sum()
}

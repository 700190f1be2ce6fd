//! Figures of a neutral plan, by the definitions of a comparison.
//!
//! Every figure is put together from what each unit gives. What a unit gives that was not merged is known beforehand, so
//! that a sample costs the units that it merges.

use std::cmp::Reverse;

use geo::Coord;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::INDICATORS;
use super::draw::Grouping;
use super::pieces::{Piece, Pieces};
use crate::compare::{Indicator, PeopleMean, distance_to_seat_m, farther_of, mean, variation};
use crate::coverage::AtomId;
use crate::geodesy::ExactSum;
use crate::metrics::{Figure, Statistic, polsby_popper, usual_seat};
use crate::model::{Dataset, LevelIndex};

/// What a unit adds to the figures of all.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Share {
    people: f64,
    area_m2: f64,
    compactness: Option<f64>,
    /// Distance of people from the seat; `None` where that of some is not known.
    distance: Option<PeopleMean>,
    /// Distance of the farthest inhabited place from the seat in m; negative where nobody lives.
    farthest_m: f64,
    /// How much farther it is from the seat than before, for those for whom it is.
    farther: PeopleMean,
    /// People whose unit is another one than before.
    reassigned: Decimal,
}

/// Distances of some atoms from a seat in m.
pub(super) fn distances_m<'a>(
    dataset: &'a Dataset,
    atoms: &'a [AtomId],
    seat: Option<Coord>,
) -> impl Iterator<Item = Option<f64>> + 'a {
    atoms.iter().map(move |&atom| distance_to_seat_m(dataset, atom, seat?))
}

impl Pieces<'_> {
    /// Figures of a neutral plan, one for each of [`INDICATORS`]; `None` where one cannot be known.
    #[must_use]
    pub fn evaluate(&self, grouping: &Grouping) -> [Option<f64>; INDICATORS.len()] {
        let merged = grouping.merged();
        let mut is_merged = vec![false; self.list.len()];
        merged.iter().flatten().for_each(|&at| is_merged[at as usize] = true);
        let kept = self.list.iter().zip(&is_merged).filter(|(_, is_merged)| !**is_merged);
        let mut shares: Vec<Share> = kept.map(|(piece, _)| piece.alone).collect();
        shares.extend(merged.iter().map(|group| self.share(group)));
        INDICATORS.map(|indicator| self.figure(&indicator, &shares))
    }

    fn figure(&self, indicator: &Indicator, shares: &[Share]) -> Option<f64> {
        let of = |value: fn(&Share) -> f64| shares.iter().map(value).collect::<Vec<f64>>();
        let of_people = || self.people_known.then_some(shares);
        let farther = || {
            let mut all = PeopleMean::default();
            of_people()?.iter().for_each(|share| all.join(&share.farther));
            Some(all)
        };
        match indicator {
            Indicator::Of(Figure::Area, Statistic::Variation) => variation(&of(|share| share.area_m2)).ok(),
            Indicator::Of(Figure::Population, Statistic::Variation) => {
                of_people().and_then(|_| variation(&of(|share| share.people)).ok())
            }
            Indicator::Of(Figure::Compactness, Statistic::Mean) => {
                let all: Option<Vec<f64>> = shares.iter().map(|share| share.compactness).collect();
                mean(&all?).ok()
            }
            // At the finest level people are taken to be at one place.
            Indicator::DistanceMax | Indicator::DistanceMean if self.level == LevelIndex::FINEST => None,
            Indicator::DistanceMax => {
                let known = of_people()?.iter().all(|share| share.distance.is_some());
                let longest = shares.iter().map(|share| share.farthest_m).fold(-1.0, f64::max);
                (known && longest >= 0.0).then_some(longest)
            }
            Indicator::DistanceMean => {
                let mut all = PeopleMean::default();
                of_people()?.iter().try_for_each(|share| share.distance.as_ref().map(|it| all.join(it)))?;
                all.mean()
            }
            Indicator::PeopleReassigned => of_people()?.iter().map(|share| share.reassigned).sum::<Decimal>().to_f64(),
            Indicator::PeopleFarther => farther()?.people.to_f64(),
            Indicator::FartherMean => Some(farther()?.mean().unwrap_or(0.0)),
            _ => None,
        }
    }

    /// What some pieces add to the figures as one unit.
    pub(super) fn share(&self, group: &[u32]) -> Share {
        let pieces = || group.iter().map(|&at| &self.list[at as usize]);
        let Some(survivor) = pieces().enumerate().max_by_key(|&(at, piece)| rank(piece, at)).map(|(_, piece)| piece)
        else {
            return Share::default();
        };
        let mut atoms: Vec<AtomId> = pieces().flat_map(|piece| piece.atoms.iter().copied()).collect();
        if group.len() > 1 {
            atoms.sort_unstable();
        }
        let area_m2 = pieces().map(|piece| piece.area).sum::<ExactSum>().to_f64();
        let inner = pieces().flat_map(|piece| &piece.beside).filter(|(other, _)| group.binary_search(other).is_ok());
        let inner: ExactSum = inner.map(|&(_, length)| length).sum();
        // A border between two pieces is in the perimeter of both, and is beside both.
        let perimeter = pieces().map(|piece| piece.perimeter).sum::<ExactSum>() - inner;
        let seat = survivor.given_seat.or_else(|| usual_seat(self.dataset, &atoms));
        let now: Vec<Option<f64>> = distances_m(self.dataset, &atoms, seat).collect();
        let population = |atom: AtomId| self.dataset.population_of(atom).unwrap_or_default();
        let inhabited = || atoms.iter().zip(&now).filter(|(atom, _)| population(**atom) > Decimal::ZERO);
        let changed = atoms.iter().zip(&now).map(|(&atom, &now)| (atom, self.before_m[atom.index()], now));
        let farther = farther_of(self.dataset, changed);
        let reassigned = atoms.iter().filter(|atom| Some(self.loaded[atom.index()]) != survivor.unit);
        Share {
            people: atoms.iter().map(|&atom| population(atom)).sum::<Decimal>().to_f64().unwrap_or(f64::NAN),
            area_m2,
            compactness: polsby_popper(area_m2, perimeter.to_f64()),
            distance: inhabited().map(|(&atom, now)| Some(((*now)?, population(atom)))).collect(),
            farthest_m: inhabited().filter_map(|(_, now)| *now).fold(-1.0, f64::max),
            farther: farther.iter().filter_map(|place| Some((place.farther_m, place.people?))).collect(),
            reassigned: reassigned.map(|&atom| population(atom)).sum(),
        }
    }
}

/// The survivor has the highest: it must survive, or has most people, or where nobody counted them most area; of equal
/// ones the first.
fn rank(piece: &Piece, at: usize) -> (bool, Option<Decimal>, ExactSum, Reverse<usize>) {
    (piece.must_survive, piece.people, piece.area, Reverse(at))
}

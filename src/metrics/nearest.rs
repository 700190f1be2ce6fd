//! Which seat is nearest.

use geo::Coord;
use rstar::primitives::GeomWithData;
use rstar::{PointDistance as _, RTree};

use crate::geodesy::{SpacePoint, distance_m};

/// Places to be found by nearness, each with something to tell it by.
#[derive(Debug)]
pub struct SeatIndex<T> {
    /// Points in space, with their positions in `seats`.
    tree: RTree<GeomWithData<[f64; 3], usize>>,
    seats: Vec<(Coord, T)>,
}

impl<T> SeatIndex<T> {
    /// Indexes some seats, longitude and latitude in degrees.
    #[must_use]
    pub fn new(seats: Vec<(Coord, T)>) -> Self {
        let points =
            seats.iter().enumerate().map(|(i, (at, _))| GeomWithData::new(SpacePoint::from(*at).0, i)).collect();
        Self { tree: RTree::bulk_load(points), seats }
    }

    /// The nearest seat and its geodesic distance in metres; of equally near ones the first.
    #[must_use]
    pub fn nearest(&self, at: Coord) -> Option<(&T, f64)> {
        let from = SpacePoint::from(at).0;
        let mut best: Option<(f64, usize)> = None;
        for point in self.tree.nearest_neighbor_iter(&from) {
            // Seats come in the order of the chord, which is never longer than the geodesic. The slack is for rounding.
            let chord = point.distance_2(&from).sqrt();
            if best.is_some_and(|(nearest, _)| chord > nearest + 1e-3) {
                break;
            }
            let candidate = (distance_m(at, self.seats[point.data].0), point.data);
            if best.is_none_or(|best| candidate < best) {
                best = Some(candidate);
            }
        }
        best.map(|(distance, i)| (&self.seats[i].1, distance))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_nearest_seat_may_lie_across_the_antimeridian() {
        let seats = SeatIndex::new(vec![(Coord { x: 178.0, y: 0.0 }, "west"), (Coord { x: -179.5, y: 0.0 }, "east")]);
        assert_eq!(seats.nearest(Coord { x: 179.8, y: 0.0 }).map(|(name, _)| *name), Some("east"));
        assert!(SeatIndex::<u8>::new(Vec::new()).nearest(Coord::zero()).is_none());
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_search_of_all_finds(
            seats in prop::collection::vec((-180.0..180.0_f64, -85.0..85.0_f64), 1..40),
            at in (-180.0..180.0_f64, -85.0..85.0_f64),
        ) {
            let seats: Vec<(Coord, usize)> = seats.into_iter().map(Coord::from).zip(0..).collect();
            let at = Coord::from(at);
            let shortest = seats.iter().map(|&(seat, i)| (distance_m(at, seat), i)).min_by(|a, b| a.partial_cmp(b).unwrap());
            let index = SeatIndex::new(seats);
            prop_assert_eq!(index.nearest(at).map(|(&i, d)| (d, i)), shortest);
        }
    }
}

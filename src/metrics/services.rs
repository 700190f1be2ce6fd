//! Places of public service that go with the units (便民服务体系), as a plan leaves them.
//!
//! What there should be follows from the units: a centre in every township in force, a station at the former seat of
//! every abolished township, a room in every village in force, a point at the former seat of every abolished village.
//! A former seat of which something else was decided ([`SeatUse`]) is none of these; one of which nothing was decided
//! counts, and how many of those there are is said.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Dataset, FormerSeat, Level, LevelIndex, SeatUse, State, UnitId};

/// Places of service in a township, or in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ServicePlaces {
    /// 便民服务中心
    pub centres: usize,
    /// 便民服务站
    pub stations: usize,
    /// 便民服务室
    pub rooms: usize,
    /// 便民服务点
    pub points: usize,
    /// Stations and points of which nothing was decided.
    pub not_decided: usize,
}

impl ServicePlaces {
    /// Places in every township in force, in the order of ids; `None` where the data have no townships or no villages.
    #[must_use]
    pub fn by_township(dataset: &Dataset, state: &State) -> Option<Vec<(UnitId, Self)>> {
        let [townships, villages] = [Level::Township, Level::Village].map(|level| dataset.level_index(level));
        let (townships, villages) = (townships?, villages?);
        let mut all: BTreeMap<UnitId, Self> =
            state.units_at(townships).map(|unit| (unit, Self { centres: 1, ..Self::default() })).collect();
        let township_of = |unit| above(state, unit, townships);
        for village in state.units_at(villages) {
            count(&mut all, township_of(village), |places| places.rooms += 1);
        }
        for (level, is_station) in [(townships, true), (villages, false)] {
            for seat in dataset.former_seats(state, level).iter().filter(|seat| serves(seat)) {
                count(&mut all, township_of(seat.within), |places| {
                    *(if is_station { &mut places.stations } else { &mut places.points }) += 1;
                    places.not_decided += usize::from(seat.seat_use.is_none());
                });
            }
        }
        Some(all.into_iter().collect())
    }

    /// The sum of several.
    #[must_use]
    pub fn total<'a>(places: impl Iterator<Item = &'a Self>) -> Self {
        places.fold(Self::default(), |sum, it| Self {
            centres: sum.centres + it.centres,
            stations: sum.stations + it.stations,
            rooms: sum.rooms + it.rooms,
            points: sum.points + it.points,
            not_decided: sum.not_decided + it.not_decided,
        })
    }

    /// Number of places of all sorts.
    #[must_use]
    pub const fn places(self) -> usize {
        self.centres + self.stations + self.rooms + self.points
    }
}

fn serves(seat: &FormerSeat) -> bool {
    matches!(seat.seat_use, None | Some(SeatUse::Station | SeatUse::Point))
}

fn count(all: &mut BTreeMap<UnitId, ServicePlaces>, township: Option<UnitId>, add: impl FnOnce(&mut ServicePlaces)) {
    if let Some(places) = township.and_then(|township| all.get_mut(&township)) {
        add(places);
    }
}

/// The unit of a level that a unit is, or belongs to.
fn above(state: &State, unit: UnitId, level: LevelIndex) -> Option<UnitId> {
    std::iter::successors(Some(unit), |&unit| state.unit(unit).parent).find(|&unit| state.unit(unit).level == level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::testing::grid;
    use crate::edit::{Document, Edit, Form, Target, UnitRef};

    fn absorb(document: &mut Document, units: [&str; 2]) {
        let into = Target { code: Some(units[0].into()), ..Target::default() };
        document.commit(&Edit::Merge { units: units.map(UnitRef::code).into(), form: Form::Absorb, into }).unwrap();
    }

    fn decide(document: &mut Document, unit: &str, seat_use: SeatUse) {
        document.commit(&Edit::ClassifySeat { unit: UnitRef::code(unit), seat_use: Some(seat_use) }).unwrap();
    }

    fn counted(document: &Document) -> Vec<[usize; 5]> {
        let all = ServicePlaces::by_township(document.dataset(), document.state()).unwrap();
        all.iter().map(|(_, it)| [it.centres, it.stations, it.rooms, it.points, it.not_decided]).collect()
    }

    #[test]
    fn what_was_abolished_keeps_a_station_or_a_point_unless_something_else_was_decided() {
        //  3 4 5      townships are the columns
        //  0 1 2
        let mut document = Document::new(grid(3, 2));
        assert_eq!(counted(&document), [[1, 0, 2, 0, 0]; 3]);
        absorb(&mut document, ["510722101", "510722102"]);
        absorb(&mut document, ["510722101201", "510722101202"]);
        assert_eq!(counted(&document), [[1, 1, 3, 1, 2], [1, 0, 2, 0, 0]]);
        decide(&mut document, "510722102", SeatUse::Station);
        decide(&mut document, "510722101202", SeatUse::Closed);
        assert_eq!(counted(&document), [[1, 1, 3, 0, 0], [1, 0, 2, 0, 0]]);
        decide(&mut document, "510722102", SeatUse::School);
        assert_eq!(counted(&document)[0], [1, 0, 3, 0, 0]);
    }

    #[test]
    fn the_seat_of_a_new_unit_is_no_former_one() {
        let mut document = Document::new(grid(3, 2));
        let units = ["510722101", "510722102"].map(UnitRef::code).into();
        document.commit(&Edit::Merge { units, form: Form::Establish, into: Target::default() }).unwrap();
        // Two townships were abolished; the new one sits where one of them did.
        assert_eq!(counted(&document), [[1, 0, 2, 0, 0], [1, 1, 4, 0, 1]]);
        // The second had more people, so that its seat was taken; now something else is made of that.
        decide(&mut document, "510722102", SeatUse::School);
        assert_eq!(counted(&document)[1], [1, 0, 4, 0, 0]);
    }

    #[test]
    fn centres_rooms_stations_and_points_add_up_to_the_published_number() {
        let county = ServicePlaces { centres: 20, stations: 12, rooms: 321, points: 255, not_decided: 0 };
        assert_eq!(county.places(), 608);
        let one = ServicePlaces { centres: 1, rooms: 1, ..ServicePlaces::default() };
        assert_eq!(ServicePlaces::total([one, county].iter()).places(), 610);
    }
}

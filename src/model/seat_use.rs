//! What becomes of the seat of a unit: an abolished township's offices become a service station, a school, or are closed.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use super::{Dataset, LevelIndex, State, UnitId};
use crate::coverage::AtomId;
use crate::i18n::Lang;

/// What a seat is used for once its unit is abolished, or has moved elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatUse {
    /// 便民服务站: services stay, the government goes.
    Station,
    /// 便民服务点: what the seat of an absorbed village becomes.
    Point,
    /// 学校、幼儿园
    School,
    /// 卫生院、分院
    Clinic,
    /// 敬老院、养老服务中心
    ElderCare,
    /// 交企业或集体经营
    Business,
    /// 关闭，待处置
    Closed,
}

impl SeatUse {
    /// All uses.
    pub const ALL: [Self; 7] =
        [Self::Station, Self::Point, Self::School, Self::Clinic, Self::ElderCare, Self::Business, Self::Closed];

    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Station => "station",
            Self::Point => "point",
            Self::School => "school",
            Self::Clinic => "clinic",
            Self::ElderCare => "elder_care",
            Self::Business => "business",
            Self::Closed => "closed",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Station => lang.pick("便民服务站", "service station"),
            Self::Point => lang.pick("便民服务点", "service point"),
            Self::School => lang.pick("学校、幼儿园", "school"),
            Self::Clinic => lang.pick("卫生院", "clinic"),
            Self::ElderCare => lang.pick("养老", "care of the elderly"),
            Self::Business => lang.pick("企业或集体使用", "business"),
            Self::Closed => lang.pick("关闭待处置", "closed"),
        }
    }

    /// What it is called, and what is said where nothing was decided.
    #[must_use]
    pub const fn words_or_open(seat_use: Option<Self>, lang: Lang) -> &'static str {
        match seat_use {
            None => lang.pick("未定", "not decided"),
            Some(seat_use) => seat_use.words(lang),
        }
    }
}

impl fmt::Display for SeatUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A word that names no use of a seat.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no use of a seat; use station, point, school, clinic, elder_care, business or closed")]
pub struct UnknownSeatUse(pub String);

impl FromStr for SeatUse {
    type Err = UnknownSeatUse;

    fn from_str(word: &str) -> Result<Self, UnknownSeatUse> {
        Self::ALL.into_iter().find(|it| it.id() == word).ok_or_else(|| UnknownSeatUse(word.to_owned()))
    }
}

impl State {
    /// What the seat of a unit is to be used for, as far as that was decided.
    #[must_use]
    pub fn seat_use(&self, unit: UnitId) -> Option<SeatUse> {
        self.seat_uses.get(&unit).copied()
    }

    /// Units of all levels of which that was decided, ascending.
    pub fn seats_with_use(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.seat_uses.keys().copied()
    }
}

/// The seat of a loaded unit that a plan has abolished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormerSeat {
    /// The unit that it was the seat of.
    pub unit: UnitId,
    /// The unit in force that it lies in now.
    pub within: UnitId,
    /// What it is to be used for; `None` when that was not decided.
    pub seat_use: Option<SeatUse>,
}

impl Dataset {
    /// Seats of the loaded units of a level that a plan has abolished, in the order of ids, without those that are the
    /// seat of a unit in force now. Where a unit has no given seat, or one outside of everything, it is taken to be
    /// where most of its territory went; and where a unit that the plan made has none, its seat is taken to be that of
    /// the most populous unit that went into it.
    #[must_use]
    pub fn former_seats(&self, state: &State, level: LevelIndex) -> Vec<FormerSeat> {
        let abolished = self.base.units_at(level).filter(|&unit| !state.unit(unit).is_current());
        let seat = |unit| {
            let within = self.around_seat(unit).map(|atom| state.unit_of(atom, level));
            let went = || self.base.atoms(unit).into_iter().map(|atom| state.unit_of(atom, level));
            let within = within.or_else(|| most_common(went()))?;
            Some(FormerSeat { unit, within, seat_use: state.seat_use(unit) })
        };
        let mut seats: Vec<FormerSeat> = abolished.filter_map(seat).collect();
        let open = |it: &&FormerSeat| it.seat_use.is_none();
        let mut taken: BTreeMap<UnitId, UnitId> = BTreeMap::new();
        for seat in seats.iter().filter(open) {
            let heir = state.unit(seat.within);
            let place = |unit: UnitId| self.base.unit(unit).seat.as_ref().map(|seat| seat.at);
            let is_heir = match &heir.seat {
                Some(now) => place(seat.unit) == Some(now.at),
                None => seat.within.index() >= self.base.unit_count(),
            };
            if is_heir {
                let first = taken.entry(seat.within).or_insert(seat.unit);
                if self.people_before(seat.unit) > self.people_before(*first) {
                    *first = seat.unit;
                }
            }
        }
        seats.retain(|seat| taken.get(&seat.within) != Some(&seat.unit));
        seats
    }

    /// People of a loaded unit, as far as they are known.
    fn people_before(&self, unit: UnitId) -> Decimal {
        self.people_of(&self.base.atoms(unit)).known().unwrap_or_default()
    }

    /// The atom around the seat of a loaded unit.
    fn around_seat(&self, unit: UnitId) -> Option<AtomId> {
        self.index.atom_at(&self.coverage, self.base.unit(unit).seat.as_ref()?.at)
    }
}

/// The unit that comes most often, the first of several.
fn most_common(units: impl Iterator<Item = UnitId>) -> Option<UnitId> {
    let mut counts: BTreeMap<UnitId, usize> = BTreeMap::new();
    units.for_each(|unit| *counts.entry(unit).or_default() += 1);
    counts.into_iter().max_by_key(|&(unit, count)| (count, Reverse(unit))).map(|(unit, _)| unit)
}

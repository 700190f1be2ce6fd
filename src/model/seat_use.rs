//! What becomes of the seat of a unit: an abolished township's offices become a service station, a school, or are closed.

use std::fmt;
use std::str::FromStr;

use super::{State, UnitId};

/// What a seat is used for once its unit is abolished, or has moved elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatUse {
    /// 便民服务站: services stay, the government goes.
    Station,
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
    pub const ALL: [Self; 6] =
        [Self::Station, Self::School, Self::Clinic, Self::ElderCare, Self::Business, Self::Closed];

    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Station => "station",
            Self::School => "school",
            Self::Clinic => "clinic",
            Self::ElderCare => "elder_care",
            Self::Business => "business",
            Self::Closed => "closed",
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
#[error("{0:?} is no use of a seat; use station, school, clinic, elder_care, business or closed")]
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
}

//! How a Chinese division code (GB/T 2260, GB/T 10114) is built: a county's six digits, three for the township, three for
//! the village, the last three in a segment that the kind of the unit decides.
//!
//! Codes are text. Only the three digits of the unit itself are ever counted with.

use std::fmt;
use std::ops::RangeInclusive;

use compact_str::{CompactString, format_compact};

use super::{Kind, Level};

/// Range of the three digits that a kind of unit has for its own, such as 100–199 for towns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Segment {
    /// First number.
    pub first: u16,
    /// Last number.
    pub last: u16,
}

impl Segment {
    const ALL: Self = Self { first: 1, last: 999 };
    const SUBDISTRICT: Self = Self { first: 1, last: 99 };
    const TOWN: Self = Self { first: 100, last: 199 };
    const TOWNSHIP: Self = Self { first: 200, last: 399 };
    const COMMUNITY: Self = Self { first: 1, last: 199 };
    const VILLAGE: Self = Self { first: 200, last: 399 };
    const SPECIAL_TOWNSHIP: Self = Self { first: 400, last: 599 };
    const SPECIAL_COMMUNITY: Self = Self { first: 400, last: 499 };
    const SPECIAL_VILLAGE: Self = Self { first: 500, last: 599 };

    /// Segment of a kind at a level; `None` for a kind without one.
    #[must_use]
    pub const fn of(level: Level, kind: &Kind) -> Option<Self> {
        match (level, kind) {
            (Level::Township, Kind::Subdistrict) => Some(Self::SUBDISTRICT),
            (Level::Township, Kind::Town) => Some(Self::TOWN),
            (Level::Township, Kind::Township | Kind::EthnicTownship) => Some(Self::TOWNSHIP),
            (Level::Village, Kind::Community) => Some(Self::COMMUNITY),
            (Level::Village, Kind::Village) => Some(Self::VILLAGE),
            _ => None,
        }
    }

    /// Segment that a number of this level lies in; all numbers where no segment has it.
    #[must_use]
    pub(crate) fn around(level: Level, serial: u16) -> Self {
        let known: &[Self] = match level {
            Level::Township => &[Self::SUBDISTRICT, Self::TOWN, Self::TOWNSHIP, Self::SPECIAL_TOWNSHIP],
            Level::Village => &[Self::COMMUNITY, Self::VILLAGE, Self::SPECIAL_COMMUNITY, Self::SPECIAL_VILLAGE],
            _ => &[],
        };
        known.iter().copied().find(|segment| segment.contains(serial)).unwrap_or(Self::ALL)
    }

    /// Whether a number lies in it.
    #[must_use]
    pub const fn contains(self, serial: u16) -> bool {
        self.first <= serial && serial <= self.last
    }

    pub(crate) const fn range(self) -> RangeInclusive<u16> {
        self.first..=self.last
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}–{:03}", self.first, self.last)
    }
}

/// A Chinese code taken apart: `510722` `101` and, in statistical files, `000` to fill up twelve digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeParts<'a> {
    /// Code of the parent, without filling zeros.
    pub prefix: &'a str,
    /// The unit's own number.
    pub serial: u16,
    /// Number of zeros behind it.
    pub filled: usize,
}

impl<'a> CodeParts<'a> {
    /// Takes a code of a township or village apart; `None` when it is not built that way.
    #[must_use]
    pub fn read(level: Level, code: &'a str) -> Option<Self> {
        if !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let own = match level {
            Level::Township => 6..9,
            Level::Village => 9..12,
            _ => return None,
        };
        let filled = code.len().checked_sub(own.end).filter(|&zeros| zeros == 0 || code.len() == 12)?;
        if code[own.end..].bytes().any(|byte| byte != b'0') {
            return None;
        }
        let serial = code[own.clone()].parse().ok().filter(|&serial| serial > 0)?;
        Some(Self { prefix: &code[..own.start], serial, filled })
    }

    pub(crate) fn with_serial(prefix: &str, serial: u16, filled: usize) -> CompactString {
        format_compact!("{prefix}{serial:03}{:0<filled$}", "")
    }
}

/// The highest used number plus one, else the lowest that is not used, else none.
pub(crate) fn free_in(numbers: RangeInclusive<u16>, used: impl Fn(u16) -> bool) -> Option<u16> {
    let last = *numbers.end();
    match numbers.clone().rev().find(|&number| used(number)) {
        None => Some(*numbers.start()),
        Some(highest) if highest < last => Some(highest + 1),
        Some(_) => numbers.into_iter().find(|&number| !used(number)),
    }
}

//! One administrative unit.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use geo::Coord;

use super::{Level, LevelIndex};
use crate::coverage::id;
use crate::i18n::{Lang, Text};

id!(
    /// A unit of any level: its position in a state. Never re-used, not even after abolition.
    UnitId, "unit "
);
id!(
    /// A feature of one source layer: its position in the file, not counting what was skipped.
    FeatureId, "feature "
);

/// Kind of unit (建制类型). Identifiers follow the glossary; what a foreign source says is kept as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// 街道
    Subdistrict,
    /// 镇
    Town,
    /// 乡
    Township,
    /// 民族乡
    EthnicTownship,
    /// 村, administrative village.
    Village,
    /// 社区、居委会
    Community,
    /// 村民小组
    Group,
    /// 县、区、县级市
    County,
    /// Any other word, as the source has it.
    Other(CompactString),
}

impl Kind {
    /// Identifier as used in files.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Subdistrict => "subdistrict",
            Self::Town => "town",
            Self::Township => "township",
            Self::EthnicTownship => "ethnic_township",
            Self::Village => "village",
            Self::Community => "community",
            Self::Group => "group",
            Self::County => "county",
            Self::Other(word) => word,
        }
    }

    /// The kind that the same word says at a level: 区 is a county, or a kind of township (区公所, districts of Taiwan's
    /// cities).
    #[must_use]
    pub fn at(self, level: Level) -> Self {
        match self {
            Self::Other(word) if level == Level::County && matches!(word.as_str(), "区" | "區") => Self::County,
            other => other,
        }
    }

    /// What it is called; what a foreign source says stays as it is.
    #[must_use]
    pub fn words(&self, lang: Lang) -> &str {
        lang.of(match self {
            Self::Subdistrict => Text::KindSubdistrict,
            Self::Town => Text::KindTown,
            Self::Township => Text::KindTownship,
            Self::EthnicTownship => Text::KindEthnicTownship,
            Self::Village => Text::KindVillage,
            Self::Community => Text::KindCommunity,
            Self::Group => Text::KindGroup,
            Self::County => Text::KindCounty,
            Self::Other(word) => return word,
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Kind {
    type Err = Infallible;

    /// Knows the identifiers and the Chinese words; everything else is [`Kind::Other`].
    fn from_str(word: &str) -> Result<Self, Infallible> {
        Ok(match word.trim() {
            "subdistrict" | "街道" => Self::Subdistrict,
            "town" | "镇" | "鎮" => Self::Town,
            "township" | "乡" | "鄉" => Self::Township,
            "ethnic_township" | "民族乡" => Self::EthnicTownship,
            "village" | "村" | "建制村" | "行政村" => Self::Village,
            "community" | "社区" | "居委会" => Self::Community,
            "group" | "组" | "村民小组" => Self::Group,
            // 区 may be one too: only the level tells, see `at`.
            "county" | "县" => Self::County,
            other => Self::Other(other.into()),
        })
    }
}

impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> serde::Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = CompactString::deserialize(deserializer)?;
        Ok(word.parse().unwrap_or(Self::Other(word)))
    }
}

/// Whether a code is in force or only put forward by a plan (拟用代码).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeStatus {
    /// Came with the source.
    Existing,
    /// Made by a plan; in force only once the authority has published it.
    Proposed,
}

/// Where the government of a unit sits (驻地).
#[derive(Clone, PartialEq, Debug)]
pub struct Seat {
    /// Longitude and latitude in degrees.
    pub at: Coord,
    /// Name or address.
    pub name: Option<CompactString>,
}

/// Whether a unit is in force in the state at hand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Standing {
    /// In force.
    Current,
    /// Abolished by the plan. It has no territory, and its code is retired.
    Abolished,
}

/// A unit of one level.
#[derive(Clone, PartialEq, Debug)]
pub struct Unit {
    /// Its level.
    pub level: LevelIndex,
    /// Code, as text; empty when the source has none.
    pub code: CompactString,
    /// Whether the code is in force.
    pub code_status: CodeStatus,
    /// Name; empty when the source has none.
    pub name: CompactString,
    /// Kind, when known.
    pub kind: Option<Kind>,
    /// Unit of the next coarser level; `None` at the coarsest.
    pub parent: Option<UnitId>,
    /// Given seat. Without one, figures fall back to the population centre.
    pub seat: Option<Seat>,
    /// Where the seat is in words, where nobody says at what place; it holds as long as there is no [`seat`](Self::seat).
    pub seat_address: Option<CompactString>,
    /// Feature of its level's layer it was read from; `None` when derived from members or made by a plan.
    pub source: Option<FeatureId>,
    /// Whether it is in force.
    pub standing: Standing,
    /// Changes whenever territory, members or seat change. Equal revision means equal figures.
    pub revision: u64,
}

impl Unit {
    /// Name, or the code where there is none.
    #[must_use]
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.code } else { &self.name }
    }

    /// What the seat is called, or where it is in words.
    #[must_use]
    pub fn seat_name(&self) -> Option<&str> {
        self.seat.as_ref().map_or(self.seat_address.as_deref(), |seat| seat.name.as_deref())
    }

    /// Whether it is in force.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        matches!(self.standing, Standing::Current)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Level, kind_of_name};
    use super::*;

    proptest! {
        #[test]
        fn kinds_survive_being_written_whatever_the_level(name in "[甲乙]{1,2}(街道|镇|乡|民族乡|村|社区|里|市|区|區|县|旗|组|社|x)", word in "\\PC{0,6}") {
            let of_names = Level::ALL.into_iter().filter_map(|level| kind_of_name(&name, level));
            let said: Kind = word.parse().unwrap();
            for kind in of_names.chain([said]) {
                prop_assert_eq!(kind.id().parse(), Ok(kind.clone()));
                let written = serde_json::to_string(&kind).unwrap();
                prop_assert_eq!(serde_json::from_str::<Kind>(&written).unwrap(), kind);
            }
        }
    }
}

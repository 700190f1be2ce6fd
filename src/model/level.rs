//! Tiers of the administrative hierarchy.

use std::fmt;
use std::str::FromStr;

use crate::i18n::{Lang, Text};

/// A tier, from the finest to the coarsest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Units as loaded, where no known level fits.
    Atom,
    /// 村民小组, villager group.
    Group,
    /// 村、社区, administrative village or community.
    Village,
    /// The level above [`Atom`](Self::Atom).
    Parent,
    /// 乡、镇、街道, township level.
    Township,
    /// 县、区, county level.
    County,
}

impl Level {
    /// All levels, finest first.
    pub const ALL: [Self; 6] = [Self::Atom, Self::Group, Self::Village, Self::Parent, Self::Township, Self::County];

    /// Identifier as used in files and on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Atom => "atom",
            Self::Group => "group",
            Self::Village => "village",
            Self::Parent => "parent",
            Self::Township => "township",
            Self::County => "county",
        }
    }

    /// What units of it are called, in the plural where the language has one.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        lang.of(match self {
            Self::Atom => Text::LevelAtom,
            Self::Group => Text::LevelGroup,
            Self::Village => Text::LevelVillage,
            Self::Parent => Text::LevelParent,
            Self::Township => Text::LevelTownship,
            Self::County => Text::LevelCounty,
        })
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A word that names no level.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no level; use group, village, township, county, parent or atom")]
pub struct UnknownLevel(pub String);

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(word: &str) -> Result<Self, UnknownLevel> {
        Self::ALL.into_iter().find(|level| level.id() == word).ok_or_else(|| UnknownLevel(word.to_owned()))
    }
}

/// Position of a level in a dataset: 0 is the finest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct LevelIndex(pub u8);

impl LevelIndex {
    /// The finest level.
    pub const FINEST: Self = Self(0);

    /// Position in an array of levels, finest first.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The next coarser level, if the dataset has it.
    #[must_use]
    pub const fn coarser(self) -> Self {
        Self(self.0 + 1)
    }

    /// The next finer level; `None` at the finest.
    #[must_use]
    pub const fn finer(self) -> Option<Self> {
        match self.0 {
            0 => None,
            n => Some(Self(n - 1)),
        }
    }
}

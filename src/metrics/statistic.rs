//! What is said of a figure of all units together.

use super::catalogue::{Row, Topic};
use crate::i18n::Lang;

/// What is said of a figure of all units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Statistic {
    /// The mean.
    Mean,
    /// The least, and which unit has it.
    Least,
    /// The largest, and which unit has it.
    Most,
    /// The standard deviation (of all units, not of a sample) by the mean.
    Variation,
    /// The mean weighted by the people of the units.
    PeopleMean,
    /// What the units of nine tenths of the people have at most.
    PeopleP90,
}

impl Statistic {
    /// What is said of a figure that data or users bring along.
    pub const USUAL: [Self; 4] = [Self::Mean, Self::Least, Self::Most, Self::Variation];

    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Mean | Self::PeopleMean => "mean",
            Self::Least => "min",
            Self::Most => "max",
            Self::Variation => "variation",
            Self::PeopleP90 => "p90",
        }
    }

    /// Identifier of it for a figure of the catalogue.
    #[must_use]
    pub fn id_of(self, row: &Row) -> String {
        let stem = row.stem.map_or_else(|| row.id.replace('-', "_"), str::to_owned);
        // The least compact unit is the worst.
        let id = if self == Self::Least && row.topic == Topic::Shape { "worst" } else { self.id() };
        format!("{stem}_{id}")
    }

    /// What it is called, for a figure about something.
    #[must_use]
    pub const fn words(self, lang: Lang, topic: Topic) -> &'static str {
        match (self, topic) {
            (Self::Mean, _) => lang.pick("平均", "mean"),
            (Self::Least, Topic::Shape) => lang.pick("最差", "worst"),
            (Self::Least, Topic::People) => lang.pick("最少", "least"),
            (Self::Least, _) => lang.pick("最小", "least"),
            (Self::Most, Topic::People) => lang.pick("最多", "most"),
            (Self::Most, _) => lang.pick("最大", "most"),
            (Self::Variation, _) => lang.pick("变异系数", "coefficient of variation"),
            (Self::PeopleMean, _) => lang.pick("平均（人口加权）", "mean by people"),
            (Self::PeopleP90, _) => lang.pick("90% 人口以内", "90 % of people within"),
        }
    }
}

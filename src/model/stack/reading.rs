//! What was made of the layers of a file that has several: which are levels of one another, and which were left.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::LevelEvidence;
use crate::i18n::{Lang, Say};

/// What was made of the layers of a file that has several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackReading {
    /// Layers that were read as levels, the finest first.
    pub taken: Vec<StackedLayer>,
    /// Layers that were not read, in the order of the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<LeftLayer>,
}

/// A layer that was read as a level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StackedLayer {
    /// Its name.
    pub layer: String,
    /// Its features.
    pub features: usize,
    /// What speaks for it as the level above the one before; nothing for the finest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<LevelEvidence>,
}

/// A layer that was not read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftLayer {
    /// Its name.
    pub layer: String,
    /// Why not.
    #[serde(flatten)]
    pub why: LeftWhy,
}

/// Why a layer of a file was not read beside the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum LeftWhy {
    /// It has points or lines, or tables without geometry.
    NoAreas,
    /// It has no feature.
    Empty,
    /// It has neither codes nor names of units.
    Unnamed,
    /// Its features do not nest with those that were read.
    NotNested,
    /// It is of the same level as one that was read.
    SameLevel {
        /// That one.
        other: String,
    },
    /// It is too large, or one of too many, to be looked at unasked.
    NotLookedAt,
    /// It cannot be read.
    Unreadable {
        /// Why not, in Chinese and in English.
        words: [String; 2],
    },
}

impl fmt::Display for LeftWhy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAreas => f.write_str("no areas"),
            Self::Empty => f.write_str("empty"),
            Self::Unnamed => f.write_str("neither codes nor names"),
            Self::NotNested => f.write_str("does not nest with these"),
            Self::SameLevel { other } => write!(f, "the same level as {other}"),
            Self::NotLookedAt => f.write_str("too much to be looked at unasked"),
            Self::Unreadable { words: [_, why] } => f.write_str(why),
        }
    }
}

impl Say for LeftWhy {
    fn zh(&self) -> String {
        match self {
            Self::NoAreas => "没有面".to_owned(),
            Self::Empty => "没有要素".to_owned(),
            Self::Unnamed => "没有代码和名称".to_owned(),
            Self::NotNested => "与这些图层不成上下级".to_owned(),
            Self::SameLevel { other } => format!("与 {other} 同级"),
            Self::NotLookedAt => "数据过多，未自动查看".to_owned(),
            Self::Unreadable { words: [why, _] } => why.clone(),
        }
    }
}

impl StackReading {
    /// Whether layers were read as levels of one another.
    #[must_use]
    pub const fn is_stack(&self) -> bool {
        self.taken.len() > 1
    }

    /// What was read as what, with the evidence, and what was not, in one line.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let and = lang.pick("、", ", ");
        let all = |words: Vec<String>| words.join(and);
        let name = |layer: &str, features: usize| format!("{layer} {}", crate::i18n::numbers::count(features));
        let taken: Vec<String> = self.taken.iter().rev().map(|it| name(&it.layer, it.features)).collect();
        let mut said = match (self.is_stack(), lang) {
            (true, Lang::Zh) => format!("文件中的图层互为上下级，已按级读入：{}", taken.join(" → ")),
            (true, Lang::En) => format!("layers of the file nest and are read as levels: {}", taken.join(" → ")),
            (false, Lang::Zh) => format!("读取图层“{}”", self.only()),
            (false, Lang::En) => format!("layer \"{}\" is read", self.only()),
        };
        for (pair, above) in self.taken.windows(2).zip(self.taken.iter().skip(1)) {
            let evidence = all(above.evidence.iter().map(|it| it.say(lang)).collect());
            let [fine, _] = pair else { continue };
            let pair = match lang {
                Lang::Zh => format!("；{} 在 {} 之上：", above.layer, fine.layer),
                Lang::En => format!("; {} above {}: ", above.layer, fine.layer),
            };
            said.extend([pair, evidence]);
        }
        if !self.left.is_empty() {
            let left = self.left.iter().map(|it| match lang {
                Lang::Zh => format!("{}（{}）", it.layer, it.why.say(lang)),
                Lang::En => format!("{} ({})", it.layer, it.why.say(lang)),
            });
            said += lang.pick("；未读入：", "; not read: ");
            said += &all(left.collect());
        }
        said
    }

    fn only(&self) -> &str {
        self.taken.first().map_or("", |taken| &taken.layer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};

    #[test]
    fn why_layers_are_left_is_said_in_both_languages() {
        check_said(&one_of_each!(LeftWhy:
            NoAreas,
            Empty,
            Unnamed,
            NotNested,
            SameLevel { other: "a".to_owned() },
            NotLookedAt,
            Unreadable { words: ["坏".to_owned(), "broken".to_owned()] },
        ));
    }
}

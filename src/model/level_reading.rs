//! How the levels of features that stood in one layer were told (级别的识别): with the evidence, and with what is doubtful.

use serde::{Deserialize, Serialize};

use super::FieldOverrides;
use crate::i18n::{Lang, Say as _};

/// How the levels of features in one layer are told. As text it is the name of a column, or a word behind an `@`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum LevelsBy {
    /// They are not: all features are units of one level.
    Together,
    /// A column says it: 级别, `admin_level`, a kind of unit.
    Column(String),
    /// Codes: by their length, their zeros, and which of them others begin with.
    Codes,
    /// A column has the codes of other features of the layer.
    Parents,
    /// Endings of names: 镇, 村.
    Names,
    /// What lies in what.
    Place,
}

impl LevelsBy {
    /// How each but a column is written.
    const WORDS: [(&'static str, Self); 5] = [
        (FieldOverrides::NOTHING, Self::Together),
        ("@codes", Self::Codes),
        ("@parents", Self::Parents),
        ("@names", Self::Names),
        ("@place", Self::Place),
    ];

    /// What it is called.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match self {
            Self::Together => lang.pick("不拆分，都是同一级", "One level, not taken apart").to_owned(),
            Self::Column(column) => match lang {
                Lang::Zh => format!("按字段“{column}”"),
                Lang::En => format!("By the column {column}"),
            },
            Self::Codes => lang.pick("按代码", "By codes").to_owned(),
            Self::Parents => lang.pick("按上级代码字段", "By codes of the units above").to_owned(),
            Self::Names => lang.pick("按名称的通名", "By endings of names").to_owned(),
            Self::Place => lang.pick("按图形的包含关系", "By what lies in what").to_owned(),
        }
    }
}

impl From<String> for LevelsBy {
    fn from(text: String) -> Self {
        let known = Self::WORDS.into_iter().find(|(word, _)| *word == text);
        known.map_or(Self::Column(text), |(_, by)| by)
    }
}

impl From<LevelsBy> for String {
    fn from(by: LevelsBy) -> Self {
        match by {
            LevelsBy::Column(column) => column,
            other => {
                let known = LevelsBy::WORDS.into_iter().find(|(_, by)| *by == other);
                known.map_or_else(Self::new, |(word, _)| word.to_owned())
            }
        }
    }
}

/// What is said of the levels of a layer in which units lie in others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelsReading {
    /// How they were told; `None` where the layer was left in one piece because of doubts.
    pub by: Option<LevelsBy>,
    /// Whether somebody chose that.
    #[serde(default)]
    pub is_chosen: bool,
    /// Which of the parts this layer is, the finest 0.
    #[serde(default)]
    pub part: usize,
    /// What it was taken apart into, or could be; the finest first.
    #[serde(default)]
    pub parts: Vec<LevelPart>,
    /// What speaks for it, the weightiest first.
    #[serde(default)]
    pub evidence: Vec<LevelEvidence>,
    /// What speaks against it.
    #[serde(default)]
    pub doubts: Vec<LevelDoubt>,
    /// In which ways it could be taken apart, the best first.
    #[serde(default)]
    pub choices: Vec<LevelsBy>,
}

/// Features of one level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LevelPart {
    /// What tells them: values of the column, or of codes their number of digits.
    pub values: Vec<String>,
    /// How many there are.
    pub features: usize,
}

/// What speaks for levels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LevelEvidence {
    /// A column says it.
    Column {
        /// Its name.
        column: String,
    },
    /// Codes say it.
    Codes,
    /// A column has the codes of other features.
    Parents {
        /// Its name.
        column: String,
    },
    /// Names end so.
    Names,
    /// Features lie in one of the level above.
    Inside {
        /// So many.
        units: usize,
        /// Of so many.
        of: usize,
    },
    /// The area of a feature is the sum of those in it.
    Covered {
        /// For so many.
        units: usize,
        /// Of so many.
        of: usize,
    },
}

/// What speaks against levels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LevelDoubt {
    /// Only the place of features tells, and no column.
    ByPlaceAlone,
    /// Features lie in none of the level above.
    Outside {
        /// So many.
        units: usize,
        /// Of so many.
        of: usize,
    },
    /// Features of a level above have none in them.
    Empty {
        /// So many.
        units: usize,
        /// Of so many.
        of: usize,
    },
    /// The area of features is not the sum of those in them.
    NotCovered {
        /// So many.
        units: usize,
        /// Of so many.
        of: usize,
    },
    /// Features lie in others of their own level, or of one below.
    Overlapping {
        /// So many.
        units: usize,
    },
    /// Nothing says the level of features; their place was taken for it.
    Unsaid {
        /// So many.
        units: usize,
    },
    /// There are more levels than can be nested.
    TooMany {
        /// So many.
        levels: usize,
    },
}

impl LevelsReading {
    /// Whether the layer was taken apart.
    #[must_use]
    pub fn is_apart(&self) -> bool {
        self.by.as_ref().is_some_and(|by| *by != LevelsBy::Together)
    }

    /// Whether somebody should look at it: units lie in others, and nothing was done about it.
    #[must_use]
    pub const fn is_doubtful(&self) -> bool {
        self.by.is_none()
    }

    /// What was done, with what, in one line.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let parts: Vec<String> = self.parts.iter().rev().map(LevelPart::words).collect();
        let parts = parts.join(" → ");
        let joined = |words: Vec<String>, zh| words.join(lang.pick(zh, ", "));
        let evidence = joined(self.evidence.iter().map(|it| it.say(lang)).collect(), "、");
        let doubts = joined(self.doubts.iter().map(|it| it.say(lang)).collect(), "、");
        let mut said = match (&self.by, lang) {
            (Some(LevelsBy::Together), _) => LevelsBy::Together.words(lang),
            (Some(_), Lang::Zh) => format!("同一图层中有多级单元，已分开：{parts}（{evidence}）"),
            (Some(_), Lang::En) => format!("units of several levels in one layer, taken apart: {parts} ({evidence})"),
            (None, Lang::Zh) => format!("同一图层中似有多级单元，没有拆分：{parts}").trim_end_matches('：').to_owned(),
            (None, Lang::En) => {
                let said = format!("there seem to be units of several levels in one layer; not taken apart: {parts}");
                said.trim_end_matches(": ").to_owned()
            }
        };
        if !doubts.is_empty() {
            said.push_str(lang.pick("；存疑：", "; in doubt: "));
            said.push_str(&doubts);
        }
        said
    }
}

impl LevelPart {
    /// Values that are named.
    const NAMED: usize = 4;

    /// `镇、乡 20`
    #[must_use]
    pub fn words(&self) -> String {
        let mut values = self.values.iter().take(Self::NAMED).cloned().collect::<Vec<_>>().join("/");
        if self.values.len() > Self::NAMED {
            values.push('…');
        }
        format!("{values} {}", self.features).trim().to_owned()
    }
}

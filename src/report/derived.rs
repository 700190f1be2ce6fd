//! What a plan brings about in ledgers by itself, as reports tell it.

use compact_str::CompactString;
use serde::Serialize;

use crate::i18n::Lang;
use crate::model::{Dataset, DerivedChange, State};

/// Rows of one rule that a plan brings about, takes back or has say something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DerivedReport {
    /// Id of the rule.
    pub rule: String,
    /// What its rows are called.
    pub title: String,
    /// The ledger.
    pub table: String,
    /// Keys of rows that come about; of a rule that changes rows, of those that it changes.
    pub appear: Vec<String>,
    /// Keys of rows that come about no longer.
    pub vanish: Vec<String>,
    /// Keys of rows that say something else.
    pub change: Vec<String>,
}

impl DerivedReport {
    /// What a plan brings about upon what was loaded.
    #[must_use]
    pub fn all(dataset: &Dataset, state: &State, lang: Lang) -> Vec<Self> {
        let changes = dataset.derived_between(&dataset.base, state);
        changes.into_iter().map(|change| Self::of(change, lang)).collect()
    }

    /// What is told of the rows of one rule.
    #[must_use]
    pub fn of(change: DerivedChange, lang: Lang) -> Self {
        let texts = |keys: Vec<CompactString>| keys.into_iter().map(CompactString::into_string).collect();
        let [zh, en] = change.title;
        Self {
            rule: change.rule.into_string(),
            title: if lang == Lang::Zh { zh } else { en },
            table: change.table.into_string(),
            appear: texts(change.appear),
            vanish: texts(change.vanish),
            change: texts(change.change),
        }
    }

    /// What comes about, in one sentence; `None` where nothing does.
    #[must_use]
    pub fn sentence(all: &[Self], lang: Lang) -> Option<String> {
        let parts: Vec<String> = all
            .iter()
            .filter(|it| !it.appear.is_empty() || !it.vanish.is_empty())
            .map(|it| {
                let (more, less) = (it.appear.len(), it.vanish.len());
                let said = match (more, less) {
                    (more, 0) => more.to_string(),
                    (0, less) => format!("−{less}"),
                    (more, less) => format!("{more} −{less}"),
                };
                format!("{} {said}", it.title)
            })
            .collect();
        if parts.is_empty() {
            return None;
        }
        Some(match lang {
            Lang::Zh => format!("按系统包随之产生：{}", parts.join("，")),
            Lang::En => format!("by the packs: {}", parts.join(", ")),
        })
    }
}

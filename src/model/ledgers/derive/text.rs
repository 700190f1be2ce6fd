//! What a rule writes into a cell: words of its own, and words of the unit in braces.

use std::str::FromStr;

use compact_str::CompactString;

use super::units::Concerned;
use crate::i18n::Lang;
use crate::model::{Span, StatedDays};

/// What a rule writes into a cell: `{name}便民服务站`, `{approved + 15 days}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellText {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(CompactString),
    Word(Word),
    Approved(Span),
}

/// Something of the unit concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// Its name as loaded; of a made one as it is.
    Name,
    /// Its code as loaded; of a made one as it is.
    Code,
    /// Its kind as it is, or was last.
    Kind,
    /// Its name now.
    NewName,
    /// The code that it is to have under its parent now.
    NewCode,
    /// Name of its parent now.
    NewParent,
    /// Code of its parent now.
    NewParentCode,
    /// Name of the unit that has its seat now.
    Successor,
    /// Code of the unit that has its seat now.
    SuccessorCode,
    /// What is found.
    Finding,
}

/// Words as packs write them, in both languages.
const WORDS: [(&str, Word); 20] = [
    ("name", Word::Name),
    ("code", Word::Code),
    ("kind", Word::Kind),
    ("new_name", Word::NewName),
    ("new_code", Word::NewCode),
    ("new_parent", Word::NewParent),
    ("new_parent_code", Word::NewParentCode),
    ("successor", Word::Successor),
    ("successor_code", Word::SuccessorCode),
    ("finding", Word::Finding),
    ("名称", Word::Name),
    ("代码", Word::Code),
    ("类型", Word::Kind),
    ("新名称", Word::NewName),
    ("新代码", Word::NewCode),
    ("新上级", Word::NewParent),
    ("新上级代码", Word::NewParentCode),
    ("承接单位", Word::Successor),
    ("承接单位代码", Word::SuccessorCode),
    ("问题", Word::Finding),
];

const APPROVED: [&str; 3] = ["approved", "批准日", "批准日期"];

/// A word in braces that stands for nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{{{word}}} stands for nothing; there are {}, {{approved}}, {{approved + 15 days}}, {{approved + 1 month}}",
    known(Lang::En)
)]
pub struct UnknownWord {
    /// The word.
    pub word: String,
}

/// The words that there are, in braces: those of a language, for each has its own.
fn known(lang: Lang) -> String {
    let names = WORDS.iter().filter(|(name, _)| name.is_ascii() == (lang == Lang::En));
    let names: Vec<String> = names.map(|(name, _)| format!("{{{name}}}")).collect();
    names.join(lang.pick("、", ", "))
}

impl UnknownWord {
    /// What there is, in braces.
    #[must_use]
    pub fn known(lang: Lang) -> String {
        known(lang)
    }
}

impl FromStr for CellText {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((word, behind)) = behind.split_once('}') else {
                return Err(UnknownWord { word: behind.to_owned() });
            };
            if !before.is_empty() {
                pieces.push(Piece::Text(before.into()));
            }
            pieces.push(piece(word.trim()).ok_or_else(|| UnknownWord { word: word.to_owned() })?);
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Ok(Self { pieces })
    }
}

fn piece(word: &str) -> Option<Piece> {
    if let Some((_, known)) = WORDS.iter().find(|(name, _)| *name == word) {
        return Some(Piece::Word(*known));
    }
    let behind =
        APPROVED.iter().filter_map(|approved| word.strip_prefix(approved)).min_by_key(|behind| behind.len())?;
    Span::read(behind).map(Piece::Approved)
}

impl CellText {
    /// The text for a unit; blank where it rests on a day of approval that nobody stated.
    pub(super) fn of(&self, concerned: &Concerned<'_>, days: StatedDays) -> CompactString {
        let mut text = CompactString::default();
        for piece in &self.pieces {
            match piece {
                Piece::Text(own) => text.push_str(own),
                Piece::Word(word) => text.push_str(&concerned.says(*word)),
                Piece::Approved(span) => {
                    let Some(day) = days.approved.and_then(|day| span.after(day)) else {
                        return CompactString::default();
                    };
                    text.push_str(&day.to_string());
                }
            }
        }
        text
    }

    /// Whether it rests on the day of approval.
    #[must_use]
    pub fn asks_for_approval(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Approved(_)))
    }
}

impl Span {
    /// Reads `+ 15 days`, `- 1 month`, `+12个月`, or nothing.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Some(Self::Nothing);
        }
        let (sign, rest) = match text.chars().next()? {
            '+' | '＋' => (1, &text[text.chars().next()?.len_utf8()..]),
            '-' | '−' | '－' => (-1, &text[text.chars().next()?.len_utf8()..]),
            _ => return None,
        };
        let rest = rest.trim();
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number = rest[..digits].parse::<i32>().ok().filter(|number| *number < 100_000)? * sign;
        match rest[digits..].trim() {
            "" | "day" | "days" | "天" | "日" => Some(Self::Days(number)),
            "month" | "months" | "个月" | "月" => Some(Self::Months(number)),
            "year" | "years" | "年" => Some(Self::Months(number.checked_mul(12)?)),
            _ => None,
        }
    }
}

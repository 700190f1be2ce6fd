//! Names of units as tables write them: with 村民委员会 behind, with blanks inside, in full-width letters.

use crate::model::unit_names::is_chinese;

/// What the ending of a name says that a unit is, where it tells two of one stem apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::model) enum Class {
    /// 村.
    Village,
    /// 社区.
    Community,
    /// Anything else, or nothing.
    Other,
}

/// A name for comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model) struct NameKey {
    /// All of it, tidied.
    pub full: String,
    /// Without what says what the unit is.
    pub stem: String,
    pub class: Class,
}

/// Text with letters and digits of common width, without marks that nobody sees.
pub(in crate::model) fn tidy(text: &str) -> String {
    let common = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{2002}'..='\u{200a}' => ' ',
        _ => c,
    };
    let seen = text.chars().filter(|c| !is_unseen(*c));
    seen.map(common).collect::<String>().trim().to_owned()
}

/// Whether a sign takes no room and is not seen.
pub(in crate::model) const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

impl NameKey {
    /// A name as it is compared; `None` where nothing is left of it.
    pub fn of(name: &str) -> Option<Self> {
        let tidied = tidy(name);
        let full: String = if is_chinese(&tidied) {
            tidied.chars().filter(|c| !c.is_whitespace()).collect()
        } else {
            let words = tidied.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
            words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
        };
        if full.is_empty() {
            return None;
        }
        let (stem, class) = stem_of(&full);
        Some(Self { stem: stem.to_owned(), class, full })
    }

    /// Whether two names are of one unit: the stem is the same, and the endings do not speak against it.
    pub fn agrees(&self, other: &Self) -> bool {
        let apart = matches!(
            (self.class, other.class),
            (Class::Village, Class::Community) | (Class::Community, Class::Village)
        );
        self.full == other.full || self.stem == other.stem && !apart
    }
}

/// A name without its ending. Something is always left.
fn stem_of(full: &str) -> (&str, Class) {
    const COMMITTEES: [&str; 9] =
        ["民委员会", "委员会", "委会", "人民政府", "办事处", "政府", "村委", "居委", "党群服务中心"];
    let strip = |text: &'_ str, ending: &str| text.strip_suffix(ending).filter(|rest| !rest.is_empty()).map(str::len);
    let mut at = full.len();
    let mut class = Class::Other;
    if let Some(len) = COMMITTEES.iter().find_map(|ending| strip(full, ending)) {
        at = len;
        // 村民委员会 was cut to 村, 居民委员会 to 居.
        if full[at..].starts_with("居") {
            class = Class::Community;
        }
        if full[at..].starts_with('村') && full.ends_with("村委") {
            class = Class::Village;
        }
        if let Some(len) = strip(&full[..at], "居") {
            (at, class) = (len, Class::Community);
        }
    }
    let is_committee = at < full.len();
    for (ending, it) in [("社区", Class::Community), ("行政村", Class::Village), ("村", Class::Village)] {
        if let Some(len) = strip(&full[..at], ending) {
            at = len;
            if class == Class::Other {
                class = it;
            }
            // 张家沟村村民委员会: the village, and its committee.
            if let Some(len) = strip(&full[..at], ending).filter(|_| is_committee) {
                at = len;
            }
            break;
        }
    }
    for ending in ["街道", "镇", "鎮", "乡", "鄉"] {
        if class == Class::Other
            && let Some(len) = strip(&full[..at], ending)
        {
            // Two townships of one stem are told apart by the whole name.
            at = len;
            break;
        }
    }
    (&full[..at], class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_village_is_the_same_with_its_committee() {
        let key = |name| NameKey::of(name).unwrap();
        for (a, b) in [
            ("张家沟村", "张家沟村委会"),
            ("张家沟村", "张家沟村民委员会"),
            ("张家沟村", "张家沟"),
            ("张家沟村", "张家沟村村民委员会"),
            ("荷长社区", "荷长社区民委员会"),
            ("荷长社区", "荷长社区居民委员会"),
            ("荷长社区", "荷长居委会"),
            ("北林村", " 北 林　村民委员会"),
            ("红曹乡", "红曹乡人民政府"),
            ("陈河街道", "陈河街道办事处"),
            ("Sankt-Peter", "SANKT  PETER"),
            ("A村", "Ａ村"),
        ] {
            assert!(key(a).agrees(&key(b)), "{a} {b}: {:?} {:?}", key(a), key(b));
        }
        for (a, b) in [("张家沟村", "张家沟社区"), ("村", "社区"), ("东村", "西村"), ("张家沟村", "张沟村")]
        {
            assert!(!key(a).agrees(&key(b)), "{a} {b}");
        }
        assert_eq!(NameKey::of(" 　"), None);
        assert_eq!(key("村").stem, "村");
    }
}

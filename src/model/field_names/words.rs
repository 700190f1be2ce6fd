//! The table of words: what each says, and the whole names that agencies use.

use std::collections::HashMap;
use std::sync::OnceLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::model::Level;

/// The table, as text.
const TABLE: &str = include_str!("words.txt");

/// What a word says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Says {
    Code,
    /// It numbers something: units, or records.
    Id,
    Name,
    Above,
    Unit(UnitWord),
    /// A number behind it is that of a level.
    Depth,
    People,
    Total,
    Registered,
    Resident,
    Area,
    AreaUnit,
    Kind,
    Seat,
    Lon,
    Lat,
    /// In the language of the place.
    Local,
    English,
    /// A short form, another form, a former one.
    Lesser,
    /// The column is something else.
    Other,
    /// Nothing.
    Noise,
}

/// A kind of unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) struct UnitWord {
    /// The larger, the smaller the units are.
    pub(in crate::model) rank: u8,
    /// The same for words that mean the same.
    pub(in crate::model) key: &'static str,
    /// Level, where the name tells one of ours.
    pub(in crate::model) level: Option<Level>,
}

/// What the whole name of a column says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Whole {
    pub(super) part: Part,
    /// It is the second choice beside another of its kind.
    pub(super) is_second: bool,
    pub(super) unit: Option<UnitWord>,
    pub(super) agency: &'static str,
    /// Place among the names of its line.
    pub(super) rank: usize,
}

/// What a column with a whole name is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part {
    Code,
    Name,
    Parent,
    ParentName,
    Kind,
    People,
    Area,
    Seat,
    Other,
}

impl Part {
    fn named(word: &str) -> Option<(Self, bool)> {
        Some(match word {
            "code" => (Self::Code, false),
            "code2" => (Self::Code, true),
            "name" => (Self::Name, false),
            "name2" => (Self::Name, true),
            "parent" => (Self::Parent, false),
            "parent_name" => (Self::ParentName, false),
            "kind" => (Self::Kind, false),
            "people" => (Self::People, false),
            "area" => (Self::Area, false),
            "seat" => (Self::Seat, false),
            "other" => (Self::Other, false),
            _ => return None,
        })
    }
}

/// The table, read.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// What each word says.
    single: HashMap<String, Says>,
    wholes: HashMap<String, Whole>,
    /// Characters of the longest word.
    pub(super) longest: usize,
}

impl Words {
    /// The table, read once.
    pub(super) fn get() -> &'static Self {
        static WORDS: OnceLock<Words> = OnceLock::new();
        WORDS.get_or_init(|| Self::read(TABLE))
    }

    /// What a word says, in small letters without accents.
    pub(super) fn word(&self, word: &str) -> Option<Says> {
        self.single.get(word).copied()
    }

    /// What a whole name says, without separators.
    pub(super) fn whole(&self, name: &str) -> Option<Whole> {
        self.wholes.get(name).copied()
    }

    /// Whether all words that a beginning has say the same; which.
    pub(super) fn begun(&self, start: &str) -> Option<Says> {
        let mut found = self.single.iter().filter(|(word, _)| word.starts_with(start)).map(|(_, says)| *says);
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// The kind of unit that a level of ours is.
    pub(super) const fn unit_of(level: Level) -> UnitWord {
        let (rank, key) = match level {
            Level::Atom => (90, "atom"),
            Level::Group => (65, "group"),
            Level::Village => (60, "village"),
            Level::Township | Level::Parent => (55, "township"),
            Level::County => (40, "county"),
        };
        UnitWord { rank, key, level: Some(level) }
    }

    /// Reads the lines of the table; what is not of its form says nothing, and a test finds it.
    fn read(table: &'static str) -> Self {
        let mut read = Self::default();
        let mut units: HashMap<&str, UnitWord> = HashMap::new();
        for line in table.lines() {
            let Some((head, names)) = line.split_once(": ").filter(|_| !line.starts_with('#')) else { continue };
            if let Some(head) = head.strip_prefix("= ") {
                let (role, agency) = head.split_once(' ').unwrap_or((head, ""));
                let (role, key) = role.split_once('@').map_or((role, None), |(role, key)| (role, Some(key)));
                let Some((part, is_second)) = Part::named(role) else { continue };
                let unit = key.and_then(|key| units.get(key).copied());
                for (rank, name) in names.split_whitespace().enumerate() {
                    let whole = Whole { part, is_second, unit, agency, rank };
                    read.wholes.entry(folded(&name.to_lowercase())).or_insert(whole);
                }
                continue;
            }
            let Some(says) = says(head) else { continue };
            if let Says::Unit(unit) = says {
                units.insert(unit.key, unit);
            }
            for word in names.split_whitespace() {
                let word = folded(&word.to_lowercase());
                read.longest = read.longest.max(word.chars().count());
                read.single.entry(word).or_insert(says);
            }
        }
        read
    }
}

/// What the head of a line says of its words.
fn says(head: &'static str) -> Option<Says> {
    Some(match head {
        "code" => Says::Code,
        "id" => Says::Id,
        "name" => Says::Name,
        "above" => Says::Above,
        "depth" => Says::Depth,
        "people" => Says::People,
        "total" => Says::Total,
        "registered" => Says::Registered,
        "resident" => Says::Resident,
        "area" => Says::Area,
        "areaunit" => Says::AreaUnit,
        "kind" => Says::Kind,
        "seat" => Says::Seat,
        "lon" => Says::Lon,
        "lat" => Says::Lat,
        "local" => Says::Local,
        "english" => Says::English,
        "lesser" => Says::Lesser,
        "other" => Says::Other,
        "noise" => Says::Noise,
        unit => {
            let mut parts = unit.strip_prefix("unit ")?.split(' ');
            let (rank, key) = (parts.next()?.parse().ok()?, parts.next()?);
            Says::Unit(UnitWord { rank, key, level: None })
        }
    })
}

/// A text without accents and other marks, letters of full width and ligatures written as usual ones.
pub(super) fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    if text.is_ascii() {
        plain.push_str(text);
        return plain;
    }
    for c in text.nfkd().filter(|&c| !is_combining_mark(c)) {
        match c {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'Æ' => plain.push_str("AE"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'Ø' => plain.push('O'),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'đ' | 'ð' => plain.push('d'),
            'Đ' | 'Ð' => plain.push('D'),
            'þ' => plain.push_str("th"),
            'ı' => plain.push('i'),
            'ς' => plain.push('σ'),
            c => plain.push(c),
        }
    }
    // Syllables of Hangul are one character again.
    plain.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_no_word_says_two_things() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        let mut keys: Vec<&str> = Vec::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let (head, names) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
            if let Some(head) = head.strip_prefix("= ") {
                let (role, agency) = head.split_once(' ').unwrap_or_else(|| panic!("{line}"));
                let (role, key) = role.split_once('@').unwrap_or((role, ""));
                assert!(Part::named(role).is_some() && !agency.is_empty(), "{line}");
                assert!(key.is_empty() || keys.contains(&key), "{line}");
                continue;
            }
            match says(head) {
                Some(Says::Unit(unit)) => keys.push(unit.key),
                Some(_) => {}
                None => panic!("{line}"),
            }
            for word in names.split_whitespace() {
                let word = folded(&word.to_lowercase());
                assert!(!word.contains(|c: char| !c.is_alphanumeric()), "{word}");
                let before = seen.insert(word.clone(), head);
                assert!(before.is_none_or(|before| before == head), "{word} is of {head} and of {before:?}");
            }
        }
    }

    #[test]
    fn accents_and_widths_make_no_difference() {
        assert_eq!(folded("Población"), "Poblacion");
        assert_eq!(folded("ＣＯＤＥ"), "CODE");
        assert_eq!(folded("km²"), "km2");
        assert_eq!(folded("Łódź"), "Lodz");
        assert_eq!(folded("인구"), "인구");
        assert_eq!(folded("Gemeindeschlüssel"), "Gemeindeschlussel");
    }
}

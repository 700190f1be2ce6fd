//! Names of units: where they must be unique, and how they must be written.
//!
//! Names of townships are unique within the province, those of villages and communities within the county
//! (地名管理条例, 2022). Both as far as loaded: names of places outside the data are not known. Homophones are to be
//! avoided too; that needs a table of readings, which is not here.
//!
//! The second part of a name (通名) says what a unit is: 石桥乡 that becomes a town is 石桥镇 from then on.

use std::fmt;

use compact_str::{CompactString, format_compact};

use super::error::Warning;
use super::refs::UnitLabel;
use super::set_up::parts_of_name;
use crate::model::{Dataset, Kind, Level, State, UnitId};

/// Where a name should be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameScope {
    /// Within the county: villages and communities.
    County,
    /// Within the province: townships.
    Province,
    /// Within the loaded data: units of other levels, and units whose codes tell neither county nor province.
    Data,
}

impl fmt::Display for NameScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::County => "county",
            Self::Province => "province",
            Self::Data => "loaded data",
        })
    }
}

/// What is wrong with the writing of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameFlaw {
    /// There is none.
    Missing,
    /// A space at an end, or between Chinese characters.
    Space,
    /// A bracket, as statistical lists write rare characters: （氵甸）.
    Bracket,
    /// A full-width letter or digit.
    FullWidth,
    /// A control or other invisible character.
    Invisible,
}

impl fmt::Display for NameFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::Space => "has a space where none belongs",
            Self::Bracket => "has a bracket",
            Self::FullWidth => "has full-width letters or digits",
            Self::Invisible => "has invisible characters",
        })
    }
}

/// What is wrong with the writing of a name; the first flaw found.
#[must_use]
pub fn flaw(name: &str) -> Option<NameFlaw> {
    let chinese = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}');
    if name.trim().is_empty() {
        Some(NameFlaw::Missing)
    } else if name.chars().any(|c| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}')) {
        Some(NameFlaw::Invisible)
    } else if name.trim() != name || (name.contains(char::is_whitespace) && name.chars().any(chinese)) {
        Some(NameFlaw::Space)
    } else if name.contains(['(', ')', '[', ']', '{', '}', '（', '）', '［', '］', '【', '】', '〔', '〕']) {
        Some(NameFlaw::Bracket)
    } else if name.contains(|c| matches!(c, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ')) {
        Some(NameFlaw::FullWidth)
    } else {
        None
    }
}

/// The name that goes with a kind: another second part where it has one that says something else. `None` where the name
/// fits as it is, where it says nothing, and where nobody knows what it would be, as with the people of a 民族乡.
#[must_use]
pub fn for_kind(name: &str, kind: &Kind) -> Option<CompactString> {
    let generic = match kind {
        Kind::Subdistrict => "街道",
        Kind::Town => "镇",
        Kind::Township => "乡",
        Kind::Village => "村",
        Kind::Community => "社区",
        Kind::EthnicTownship | Kind::Group | Kind::County | Kind::Other(_) => return None,
    };
    contradicts(name, kind).then(|| format_compact!("{}{generic}", parts_of_name(name).0))
}

/// Whether the second part of a name says that a unit is of another kind.
#[must_use]
pub fn contradicts(name: &str, kind: &Kind) -> bool {
    let fits: &[Kind] = match parts_of_name(name).1 {
        "街道" => &[Kind::Subdistrict],
        "镇" => &[Kind::Town],
        "乡" if name.ends_with("族乡") => &[Kind::EthnicTownship],
        "乡" => &[Kind::Township, Kind::EthnicTownship],
        "村" | "村委会" | "村民委员会" => &[Kind::Village],
        "社区" | "居委会" | "居民委员会" => &[Kind::Community],
        _ => return false,
    };
    !matches!(kind, Kind::Group | Kind::County | Kind::Other(_)) && !fits.contains(kind)
}

/// What is doubtful about a name that a unit of a kind is to have.
///
/// `near` tells the county and province: the unit itself, or one that it is made of. `leaving` are units whose names
/// go with the same edit. Costs the number of units that have or had the name.
#[must_use]
pub fn check(
    dataset: &Dataset,
    state: &State,
    (name, kind): (&str, Option<&Kind>),
    near: UnitId,
    leaving: &[UnitId],
) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if let Some(flaw) = flaw(name) {
        warnings.push(Warning::NameFlawed { name: name.into(), flaw });
    }
    if let Some((id, scope)) = taken(dataset, state, name, near, leaving) {
        let unit = UnitLabel::from(state.unit(id));
        warnings.push(Warning::NameTaken { name: name.into(), unit, scope });
    }
    if let Some(kind) = kind.filter(|kind| contradicts(name, kind)) {
        warnings.push(Warning::NameOfOtherKind { name: name.into(), kind: kind.clone() });
    }
    warnings
}

/// Another unit that has a name, in the scope within which it should be unique. `near` and `leaving` as for [`check`].
#[must_use]
pub fn taken(
    dataset: &Dataset,
    state: &State,
    name: &str,
    near: UnitId,
    leaving: &[UnitId],
) -> Option<(UnitId, NameScope)> {
    if name.is_empty() {
        return None;
    }
    let level = state.unit(near).level;
    let (scope, place) = scope_of(dataset, state, near);
    let same = state.find_name(name).into_iter().find(|&id| {
        let same_level = state.unit(id).level == level;
        same_level && !leaving.contains(&id) && scope_of(dataset, state, id) == (scope, place)
    });
    same.map(|id| (id, scope))
}

/// Where a name must be unique, and which such place the unit lies in: a leading part of its code, or its county.
fn scope_of<'a>(dataset: &Dataset, state: &'a State, id: UnitId) -> (NameScope, Option<&'a str>) {
    let unit = state.unit(id);
    let (scope, digits) = match dataset.level(unit.level) {
        Level::Township => (NameScope::Province, 2),
        Level::Village => (NameScope::County, 6),
        _ => return (NameScope::Data, None),
    };
    let county = ancestor_at(dataset, state, id, Level::County);
    // The county as loaded is where the unit lies now; a code may still tell of an earlier one.
    let code = county.map_or(&unit.code, |county| &state.unit(county).code);
    if scope == NameScope::County && county.is_some() && !code.is_empty() {
        return (scope, Some(code));
    }
    match code.get(..digits) {
        Some(place) if is_chinese(code) => (scope, Some(place)),
        _ => (NameScope::Data, None),
    }
}

/// Whether a code is as long as a Chinese one, and digits only.
fn is_chinese(code: &str) -> bool {
    matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn ancestor_at(dataset: &Dataset, state: &State, id: UnitId, wanted: Level) -> Option<UnitId> {
    let mut at = id;
    loop {
        if dataset.level(state.unit(at).level) == wanted {
            return Some(at);
        }
        at = state.unit(at).parent?;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::grid;
    use super::*;

    #[test]
    fn flaws_of_writing_are_found() {
        assert_eq!(flaw("石桥镇"), None);
        assert_eq!(flaw("St Albans"), None);
        assert_eq!(flaw(" "), Some(NameFlaw::Missing));
        assert_eq!(flaw("石桥 镇"), Some(NameFlaw::Space));
        assert_eq!(flaw("Leeds "), Some(NameFlaw::Space));
        assert_eq!(flaw("（氵甸）村"), Some(NameFlaw::Bracket));
        assert_eq!(flaw("第１村"), Some(NameFlaw::FullWidth));
        assert_eq!(flaw("石\u{200b}桥"), Some(NameFlaw::Invisible));
    }

    #[test]
    fn the_second_part_of_a_name_follows_the_kind() {
        for (name, kind, wanted) in [
            ("石桥乡", Kind::Town, Some("石桥镇")),
            ("石桥镇", Kind::Subdistrict, Some("石桥街道")),
            ("解放村", Kind::Community, Some("解放社区")),
            ("解放村民委员会", Kind::Community, Some("解放社区")),
            ("石桥镇", Kind::Town, None),
            ("石桥乡", Kind::EthnicTownship, None),
            ("石桥", Kind::Town, None),
            ("Leeds", Kind::Town, None),
        ] {
            assert_eq!(for_kind(name, &kind).as_deref(), wanted, "{name}");
            assert_eq!(contradicts(name, &kind), wanted.is_some(), "{name}");
        }
        assert!(contradicts("木里彝族乡", &Kind::Township) && !contradicts("木里彝族乡", &Kind::EthnicTownship));
        assert!(!contradicts("石桥镇", &Kind::Other("borough".into())));
    }

    #[test]
    fn a_village_may_be_called_like_a_township() {
        let dataset = grid(2, 2);
        assert_eq!(check(&dataset, &dataset.base, ("镇0", None), UnitId(0), &[]), []);
        assert_eq!(check(&dataset, &dataset.base, ("村0", None), UnitId(0), &[UnitId(0)]), []);
        let warnings = check(&dataset, &dataset.base, ("村3", None), UnitId(0), &[]);
        assert!(matches!(warnings[..], [Warning::NameTaken { scope: NameScope::County, .. }]));
    }
}

//! What names and codes of units say about their level and kind.

use super::{Kind, Level, Table, field_names};

/// A code as it is meant: a number that went through a spreadsheet has `.0` behind it.
pub(super) fn code_text(text: &str) -> &str {
    let (digits, zeros) = text.split_once('.').unwrap_or((text, ""));
    let is_float = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !zeros.is_empty()
        && zeros.bytes().all(|byte| byte == b'0');
    if is_float { digits } else { text }
}

/// Level that the ending of a name speaks for.
pub(super) fn level_of_name(name: &str) -> Option<Level> {
    const ENDINGS: &[(&str, Level)] = &[
        ("村民小组", Level::Group),
        ("组", Level::Group),
        ("村委会", Level::Village),
        ("居委会", Level::Village),
        ("村民委员会", Level::Village),
        ("居民委员会", Level::Village),
        ("村", Level::Village),
        ("社区", Level::Village),
        ("里", Level::Village),
        ("街道", Level::Township),
        ("街道办事处", Level::Township),
        ("镇", Level::Township),
        ("鎮", Level::Township),
        ("乡", Level::Township),
        ("鄉", Level::Township),
        ("县", Level::County),
        ("縣", Level::County),
    ];
    ENDINGS.iter().find(|(ending, _)| name.ends_with(ending)).map(|&(_, level)| level)
}

/// Kind of a unit by the ending of its name, at a known level.
pub(crate) fn kind_of_name(name: &str, level: Level) -> Option<Kind> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    match level {
        Level::Group if ends(&["组", "社"]) => Some(Kind::Group),
        Level::Village if ends(&["社区", "居委会", "居民委员会"]) => Some(Kind::Community),
        Level::Village if ends(&["村", "村委会", "村民委员会"]) => Some(Kind::Village),
        // 里 is the urban counterpart of 村 in Taiwan.
        Level::Village if ends(&["里"]) => Some(Kind::Other("里".into())),
        Level::Township if ends(&["街道", "街道办事处"]) => Some(Kind::Subdistrict),
        Level::Township if ends(&["镇", "鎮"]) => Some(Kind::Town),
        Level::Township if ends(&["族乡", "族鄉", "民族乡"]) => Some(Kind::EthnicTownship),
        Level::Township if ends(&["乡", "鄉"]) => Some(Kind::Township),
        Level::Township if ends(&["市"]) => Some(Kind::Other("市".into())),
        Level::Township if ends(&["区", "區"]) => Some(Kind::Other("区".into())),
        Level::County if ends(&["县", "縣", "区", "區", "市", "旗"]) => Some(Kind::County),
        _ => None,
    }
}

/// Level of a code of the Chinese system (GB/T 2260, GB/T 10114, and the statistical village codes) by its length;
/// `None` for a code that is not of that system.
pub(super) fn level_of_code(code: &str) -> Option<Level> {
    const PROVINCES: &[&str] = &[
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
        "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    ];
    let code = code_text(code);
    if !code.bytes().all(|byte| byte.is_ascii_digit()) || !PROVINCES.contains(&code.get(..2)?) {
        return None;
    }
    // The number of the country stands before codes of national maps; no prefecture is numbered 65 in 内蒙古.
    if let Some(rest) = code.strip_prefix("156").filter(|rest| rest.len() == 6) {
        return PROVINCES.contains(&rest.get(..2)?).then_some(Level::County);
    }
    match code.len() {
        6 => Some(Level::County),
        // Zeros fill up the codes of units above.
        9 | 12 if code.get(6..).is_some_and(|rest| rest.bytes().all(|byte| byte == b'0')) => Some(Level::County),
        12 if code.ends_with("000") => Some(Level::Township),
        9 => Some(Level::Township),
        // 19 digits are a land survey code: the village's and seven zeros.
        12 | 19 => Some(Level::Village),
        14 | 15 => Some(Level::Group),
        _ => None,
    }
}

/// How coarse the unit of a Chinese code is, where one layer has all of them: the larger, the coarser. Provinces and
/// prefectures, which are no levels here, are told apart too.
pub(super) fn rank_of_code(code: &str) -> Option<u8> {
    let level = level_of_code(code);
    let code = code_text(code);
    let zeros = |from: usize| code.get(from..).is_some_and(|rest| rest.bytes().all(|byte| byte == b'0'));
    let is_above = |length| matches!(code.len(), 6 | 9 | 12) && zeros(length);
    match (level, code.len()) {
        (Some(Level::County), _) if is_above(2) => Some(Level::County as u8 + 2),
        (Some(Level::County), _) if is_above(4) => Some(Level::County as u8 + 1),
        (Some(level), _) => Some(level as u8),
        // Short codes are those of provinces and prefectures.
        (None, 2 | 4) if level_of_code(&format!("{code:0<6}")).is_some() => {
            Some(Level::County as u8 + if code.len() == 2 { 2 } else { 1 })
        }
        (None, _) => None,
    }
}

/// Kind of a unit by the segment its code lies in (GB/T 10114; villages: the statistical division codes).
pub(super) fn kind_of_code(code: &str) -> Option<Kind> {
    let code = code_text(code);
    let segment = |from: usize| code.get(from..from + 3)?.parse::<u16>().ok();
    match level_of_code(code)? {
        Level::County => Some(Kind::County),
        Level::Township => match segment(6)? {
            1..=99 => Some(Kind::Subdistrict),
            100..=199 => Some(Kind::Town),
            200..=399 => Some(Kind::Township),
            _ => None,
        },
        Level::Village => match segment(9)? {
            1..=199 => Some(Kind::Community),
            200..=399 => Some(Kind::Village),
            _ => None,
        },
        Level::Group => Some(Kind::Group),
        Level::Atom | Level::Parent => None,
    }
}

/// The province that nearly all codes of a table are of: their first two digits. `None` where no column has Chinese codes.
#[must_use]
pub(crate) fn province_of(table: &Table) -> Option<u8> {
    /// Rows that are looked at.
    const SAMPLE: usize = 64;
    let step = table.rows().div_ceil(SAMPLE).max(1);
    table.field_indices().find_map(|field| {
        let name = &table.fields()[field.index()];
        let says_code = || field_names::role_of(name).is_some_and(|role| role.content != field_names::Content::Name);
        if field_names::is_coordinate(name) || (table.rows() < 3 && !says_code()) {
            return None;
        }
        let texts = table.features().step_by(step).filter_map(|feature| table.text(feature, field));
        let of: Vec<Option<u8>> = texts
            .map(|text| {
                let code = code_text(text.trim());
                level_of_code(code)?;
                let code = code.strip_prefix("156").filter(|rest| rest.len() == 6).unwrap_or(code);
                code.get(..2)?.parse().ok()
            })
            .collect();
        let first = of.iter().copied().flatten().next()?;
        let same = of.iter().filter(|other| **other == Some(first)).count();
        (10 * same >= 9 * of.len()).then_some(first)
    })
}

/// Whether a text has Chinese characters.
pub(super) fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_codes_speak_of_level_and_kind_and_other_codes_do_not() {
        assert_eq!(level_of_code("510722207203"), Some(Level::Village));
        assert_eq!(level_of_code("510722101"), Some(Level::Township));
        assert_eq!(level_of_code("471570101"), None);
        assert_eq!(level_of_code("E05000001"), None);
        assert_eq!(kind_of_code("510722101"), Some(Kind::Town));
        assert_eq!(kind_of_code("510722207203"), Some(Kind::Village));
        assert_eq!(kind_of_code("510722001"), Some(Kind::Subdistrict));
    }

    #[test]
    fn zeros_fill_up_the_codes_of_units_above() {
        let levels = ["510722207203", "510722207000", "510722000000", "510722000"].map(level_of_code);
        assert_eq!(levels, [Level::Village, Level::Township, Level::County, Level::County].map(Some));
        let codes = ["510722207203", "510722207000", "510722", "510700000000", "51"];
        let ranks: Vec<Option<u8>> = codes.map(rank_of_code).into();
        assert!(ranks.iter().all(Option::is_some) && ranks.is_sorted_by(|a, b| a < b), "{ranks:?}");
        assert_eq!([rank_of_code("5107"), rank_of_code("471570101")], [rank_of_code("510700"), None]);
    }

    #[test]
    fn a_code_that_went_through_a_spreadsheet_is_read_as_it_was() {
        assert_eq!(code_text("519921101200.0"), "519921101200");
        assert_eq!((code_text("1.5"), code_text("a.0"), code_text("07")), ("1.5", "a.0", "07"));
    }
}

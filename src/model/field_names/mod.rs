//! What field names say: which role a field has ([this file](self)), and whether and how its amounts add up ([`amounts`]).
//!
//! The lists hold Chinese survey standards (TD/T 1057: XZQDM, ZLDWMC, DCMJ …), pinyin initials, and what public
//! boundary files of other countries use. Names are compared in lower case, without separators.

mod amounts;
mod reading;
mod words;

pub use amounts::Whose;
pub(super) use amounts::{
    Per, declared_area_rank, extreme, is_extensive, is_ratio, land_unit, per, population_rank, whose_people,
};
pub(super) use reading::{Family, Reading, What, read};

use super::Level;

/// Whose property a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) enum Owner {
    /// The unit itself, at whatever level.
    Own,
    /// The unit above, at whatever level.
    Above,
    /// The unit of this level: itself or one above.
    At(Level),
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) enum Content {
    Code,
    Name,
    /// A code or a name; its values tell.
    Either,
}

/// What the name of a field says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) struct Role {
    pub(in crate::model) owner: Owner,
    pub(in crate::model) content: Content,
    /// Lower is surer.
    pub(in crate::model) rank: usize,
}

/// Codes of the unit itself, the surest first.
const OWN_CODES: &[&str] = &[
    "code",
    "unitcode",
    "xzqdm",
    "xzqhdm",
    "pac",
    "adcode",
    "zldwdm",
    "qsdwdm",
    "qhdm",
    "行政区代码",
    "行政区划代码",
    "区划代码",
    "统计用区划代码",
    "代码",
    "编码",
    "codeinsee",
    "inseecode",
    "insee",
    "inseecom",
    "codgeo",
    "codegeo",
    "codecommune",
    "codecom",
    "communecode",
    "kommunenummer",
    "kommunenr",
    "kommunkod",
    "ags",
    "ars",
    "bfsnr",
    "bfsnummer",
    "gemeindecode",
    "gemeindeschluessel",
    "gemeentecode",
    "geoid",
    "geocode",
    "gmcode",
    "lauid",
    "nutsid",
];
/// Names of the unit itself, the surest first.
const OWN_NAMES: &[&str] = &[
    "name",
    "unitname",
    "xzqmc",
    "xzqhmc",
    "zldwmc",
    "qsdwmc",
    "行政区名称",
    "行政区划名称",
    "名称",
    "nom",
    "nomcom",
    "nomcommune",
    "libgeo",
    "libelle",
    "navn",
    "kommunenavn",
    "namn",
    "kommunnamn",
    "nimi",
    "naam",
    "gemeentenaam",
    "nome",
    "nombre",
    "gen",
    "namelsad",
];
/// Codes of the unit above.
const ABOVE_CODES: &[&str] = &[
    "quhuaparentcode",
    "parentcode",
    "parent",
    "parentid",
    "uppercode",
    "sjdm",
    "sjxzqdm",
    "上级代码",
    "上级行政区代码",
    "上级区划代码",
    "codedepartement",
    "codedep",
    "inseedep",
    "fylkesnummer",
];
/// Names of the unit above.
const ABOVE_NAMES: &[&str] =
    &["quhuaparentname", "parentname", "uppername", "sjmc", "sjxzqmc", "上级名称", "上级", "fylkesnavn"];

/// Words for a level at the start of a field name; a longer word stands before its own beginning.
const LEVEL_WORDS: &[(&str, Level)] = &[
    ("group", Level::Group),
    ("村民小组", Level::Group),
    ("小组", Level::Group),
    ("组", Level::Group),
    ("village", Level::Village),
    ("vill", Level::Village),
    ("cun", Level::Village),
    ("行政村", Level::Village),
    ("建制村", Level::Village),
    ("村社区", Level::Village),
    ("村居", Level::Village),
    ("村", Level::Village),
    ("社区", Level::Village),
    ("township", Level::Township),
    ("town", Level::Township),
    ("xz", Level::Township),
    ("xiangzhen", Level::Township),
    ("xiang", Level::Township),
    ("乡镇街道", Level::Township),
    ("乡镇", Level::Township),
    ("乡", Level::Township),
    ("镇", Level::Township),
    ("街道", Level::Township),
    ("county", Level::County),
    ("quxian", Level::County),
    ("xian", Level::County),
    ("区县", Level::County),
    ("县区", Level::County),
    ("县级", Level::County),
    ("县", Level::County),
];
/// What may follow a word for a level: code endings, the surest first.
const CODE_ENDINGS: &[&str] =
    &["code", "代码", "编码", "区划代码", "行政区代码", "dm", "bm", "cd", "no", "nr", "number", "id"];
/// Name endings, the surest first.
const NAME_ENDINGS: &[&str] = &["name", "名称", "名", "mc", "nm", "namecn", "cn"];

/// A field name for comparison: lower case, without separators.
pub(in crate::model) fn normalised(field: &str) -> String {
    field.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A field name without what stands in brackets and without a year before it: `2020年户籍人口（人）`.
pub(in crate::model) fn bare(field: &str) -> String {
    let mut depth = 0_u32;
    let outside = field.chars().filter(|c| match c {
        '(' | '（' | '[' | '【' => {
            depth += 1;
            false
        }
        ')' | '）' | ']' | '】' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    });
    let text: String = outside.collect();
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_year = matches!(text.len() - rest.len(), 2 | 4);
    let named = rest.trim_start_matches(['年', '末', '底', '_', ' ']);
    if is_year && !named.is_empty() { named.to_owned() } else { text }
}

/// Position of a word in a list.
pub(in crate::model) fn rank_in(word: &str, list: &[&str]) -> Option<usize> {
    list.iter().position(|&other| other == word)
}

/// What the name of a field says; `None` when it names neither code nor name of a unit.
pub(in crate::model) fn role_of(field: &str) -> Option<Role> {
    let word = normalised(&bare(field));
    let own = [
        (OWN_CODES, Owner::Own, Content::Code),
        (OWN_NAMES, Owner::Own, Content::Name),
        (ABOVE_CODES, Owner::Above, Content::Code),
        (ABOVE_NAMES, Owner::Above, Content::Name),
    ];
    if let Some(role) = own
        .into_iter()
        .find_map(|(list, owner, content)| rank_in(&word, list).map(|rank| Role { owner, content, rank }))
    {
        return Some(role);
    }
    let (rest, level) = leading_level(word.trim_start_matches("所属").trim_start_matches("所在"))?;
    let owner = Owner::At(level);
    if rest.is_empty() {
        return Some(Role { owner, content: Content::Either, rank: 0 });
    }
    rank_in(rest, CODE_ENDINGS)
        .map(|rank| Role { owner, content: Content::Code, rank })
        .or_else(|| rank_in(rest, NAME_ENDINGS).map(|rank| Role { owner, content: Content::Name, rank }))
}

/// The level that a word begins with, and what follows.
fn leading_level(word: &str) -> Option<(&str, Level)> {
    LEVEL_WORDS.iter().find_map(|&(start, level)| Some((word.strip_prefix(start)?, level)))
}

/// Fields that hold the kind of a unit, the surest first.
pub(in crate::model) const KIND_FIELDS: &[&str] =
    &["kind", "建制类型", "建制", "行政区类型", "单位类型", "jzlx", "xzqlx"];
/// Fields that hold the longitude of a seat.
pub(in crate::model) const SEAT_LON_FIELDS: &[&str] =
    &["seatlon", "seatlng", "seatlongitude", "seatx", "驻地经度", "政府驻地经度"];
/// Fields that hold the latitude of a seat.
pub(in crate::model) const SEAT_LAT_FIELDS: &[&str] = &["seatlat", "seatlatitude", "seaty", "驻地纬度", "政府驻地纬度"];
/// Fields that hold the name or address of a seat.
pub(in crate::model) const SEAT_NAME_FIELDS: &[&str] =
    &["seatname", "seat", "seataddress", "seataddr", "驻地名称", "驻地", "政府驻地", "驻地地址"];

/// Words of a name in Latin letters: parted by anything else, and where a capital follows a small letter.
fn latin_words(field: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_small = false;
    for c in field.chars() {
        if !c.is_ascii_alphabetic() || (was_small && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        if c.is_ascii_alphabetic() {
            words.last_mut().unwrap_or(&mut String::new()).push(c.to_ascii_lowercase());
        }
        was_small = c.is_ascii_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

fn says(field: &str, whole: &[&str], inside: &[&str]) -> bool {
    inside.iter().any(|part| field.contains(part)) || latin_words(field).iter().any(|word| whole.contains(&&**word))
}

/// Whether a field name says that its values are kinds of something, so that units share them.
pub(in crate::model) fn is_category(field: &str) -> bool {
    const WHOLE: &[&str] = &["terrain", "landform", "type", "class", "category", "zone", "kind"];
    says(field, WHOLE, &["地形", "地貌", "类型", "类别", "分类", "地类"])
}

/// Whether a field name says that its values are coordinates.
pub(in crate::model) fn is_coordinate(field: &str) -> bool {
    const WORDS: &[&str] = &[
        "x",
        "y",
        "e",
        "n",
        "lon",
        "lng",
        "lat",
        "east",
        "north",
        "easting",
        "northing",
        "xcoord",
        "ycoord",
        "pointx",
        "pointy",
        "centroidx",
        "centroidy",
        "coordx",
        "coordy",
        "longitude",
        "latitude",
        "utme",
        "utmn",
    ];
    WORDS.contains(&normalised(field).as_str()) || ["坐标", "经度", "纬度"].iter().any(|part| field.contains(part))
}

/// Whether a field name says that its values are of the ground: heights, slopes, weather.
pub(in crate::model) fn is_of_ground(field: &str) -> bool {
    const WHOLE: &[&str] =
        &["elevation", "elev", "altitude", "alt", "dem", "slope", "temperature", "rainfall", "precipitation"];
    says(field, WHOLE, &["海拔", "高程", "坡度", "气温", "降水", "降雨"])
}

/// Whether a field name says that its values are dates or years.
pub(in crate::model) fn is_date(field: &str) -> bool {
    says(field, &["year", "date", "time", "since", "founded", "updated"], &["年份", "年度", "日期", "时间", "成立"])
}

/// Whether a field name says that its values number records.
pub(in crate::model) fn is_identifier(field: &str) -> bool {
    const WORDS: &[&str] =
        &["objectid", "fid", "gid", "ogcfid", "id", "uid", "uuid", "globalid", "bsm", "标识码", "featureid", "osmid"];
    WORDS.contains(&normalised(field).as_str())
}

/// Whether a field name says that its values are lengths of borders.
pub(in crate::model) fn is_border_length(field: &str) -> bool {
    ["shapeleng", "shapelength", "stlength", "perimeter", "周长"].contains(&normalised(field).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner_and_content(field: &str) -> Option<(Owner, Content)> {
        role_of(field).map(|role| (role.owner, role.content))
    }

    #[test]
    fn field_names_say_whose_code_or_name_they_hold() {
        assert_eq!(owner_and_content("VILLCODE"), Some((Owner::At(Level::Village), Content::Code)));
        assert_eq!(owner_and_content("TOWNNAME"), Some((Owner::At(Level::Township), Content::Name)));
        assert_eq!(owner_and_content("town_code"), Some((Owner::At(Level::Township), Content::Code)));
        assert_eq!(owner_and_content("town"), Some((Owner::At(Level::Township), Content::Either)));
        assert_eq!(owner_and_content("所属乡镇"), Some((Owner::At(Level::Township), Content::Either)));
        assert_eq!(owner_and_content("村名"), Some((Owner::At(Level::Village), Content::Name)));
        assert_eq!(owner_and_content("XZQDM"), Some((Owner::Own, Content::Code)));
        assert_eq!(owner_and_content("parent_code"), Some((Owner::Above, Content::Code)));
        assert_eq!(owner_and_content("VILLENG"), None);
        assert_eq!(owner_and_content("组数"), None);
        assert_eq!(owner_and_content("villages"), None);
    }

    #[test]
    fn standards_and_initials_say_their_role() {
        assert_eq!(owner_and_content("QSDWMC"), Some((Owner::Own, Content::Name)));
        assert_eq!(owner_and_content("XZDM"), Some((Owner::At(Level::Township), Content::Code)));
    }
}

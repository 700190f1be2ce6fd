//! What field names and unit names say about roles, levels and kinds.
//!
//! The lists hold Chinese survey standards (TD/T 1057: XZQDM, ZLDWMC, DCMJ …), pinyin initials, and what public
//! boundary files of other countries use. Names are compared in lower case, without separators.

use super::{Kind, LandUnit, Level};
use crate::i18n::Lang;

/// Whose property a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Owner {
    /// The unit itself, at whatever level.
    Own,
    /// The unit above, at whatever level.
    Above,
    /// The unit of this level: itself or one above.
    At(Level),
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Content {
    Code,
    Name,
    /// A code or a name; its values tell.
    Either,
}

/// What the name of a field says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Role {
    pub(super) owner: Owner,
    pub(super) content: Content,
    /// Lower is surer.
    pub(super) rank: usize,
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
pub(super) fn normalised(field: &str) -> String {
    field.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A field name without what stands in brackets and without a year before it: `2020年户籍人口（人）`.
pub(super) fn bare(field: &str) -> String {
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
pub(super) fn rank_in(word: &str, list: &[&str]) -> Option<usize> {
    list.iter().position(|&other| other == word)
}

/// What the name of a field says; `None` when it names neither code nor name of a unit.
pub(super) fn role_of(field: &str) -> Option<Role> {
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
pub(super) const KIND_FIELDS: &[&str] = &["kind", "建制类型", "建制", "行政区类型", "单位类型", "jzlx", "xzqlx"];
/// Fields that hold the longitude of a seat.
pub(super) const SEAT_LON_FIELDS: &[&str] =
    &["seatlon", "seatlng", "seatlongitude", "seatx", "驻地经度", "政府驻地经度"];
/// Fields that hold the latitude of a seat.
pub(super) const SEAT_LAT_FIELDS: &[&str] = &["seatlat", "seatlatitude", "seaty", "驻地纬度", "政府驻地纬度"];
/// Fields that hold the name or address of a seat.
pub(super) const SEAT_NAME_FIELDS: &[&str] =
    &["seatname", "seat", "seataddress", "seataddr", "驻地名称", "驻地", "政府驻地", "驻地地址"];

/// Population fields, the first that is there is used. Registered population (户籍) goes before resident population
/// (常住), as plans are drawn up for it; the other one is added up as well.
const POPULATION_FIELDS: &[&str] = &[
    "population",
    "pop",
    "总人口",
    "人口",
    "人口数",
    "户籍人口",
    "常住人口",
    "户籍人口数",
    "常住人口数",
    "人口总数",
    "zrk",
    "rk",
    "rks",
    "zrks",
    "hjrk",
    "czrk",
    "pophukou",
    "popresident",
    "poptotal",
    "totalpop",
    "totalpopulation",
    "populationtotal",
    "poptot",
    "totpop",
    "populationmunicipale",
    "pmun",
    "ptot",
    "einwohner",
    "einwohnerzahl",
    "ewz",
    "folketall",
    "befolkning",
    "folkmangd",
    "habitants",
    "inhabitants",
    "residents",
    "vaesto",
    "inwoners",
    "popolazione",
    "poblacion",
];

/// How surely a field holds a population: lower is surer. A trailing year is ignored (`pop2020`).
pub(super) fn population_rank(field: &str) -> Option<usize> {
    let word = normalised(&bare(field));
    rank_in(without_year(&word).trim_end_matches('人'), POPULATION_FIELDS)
}

fn without_year(word: &str) -> &str {
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if matches!(word.len() - bare.len(), 2 | 4) { bare } else { word }
}

/// Extensive fields by their whole name.
const SUM_FIELDS: &[&str] = &[
    "households",
    "household",
    "hh",
    "hs",
    "zhs",
    "hushu",
    "families",
    "groups",
    "zs",
    "villages",
    "communities",
    "dcmj",
    "jsmj",
    "mj",
    "tbmj",
    "gdmj",
    "area",
    "areakm2",
    "areaha",
    "areamu",
    "landarea",
    "declaredarea",
    "officialarea",
    "surveyarea",
    "totalarea",
    "waterarea",
    "shapearea",
    "surface",
    "superficie",
    "gdp",
    "students",
    "pupils",
    "workers",
    "jobs",
    "employees",
    "employment",
    "dwellings",
    "housingunits",
    "buildings",
    "births",
    "deaths",
    "men",
    "women",
    "male",
    "female",
    "males",
    "females",
    "voters",
    "electors",
    "revenue",
    "expenditure",
    "farmland",
    "cropland",
    "menages",
    "logements",
    "emplois",
];
/// Endings of Chinese names of extensive fields.
const SUM_ENDINGS: &[&str] =
    &["人口", "人数", "户数", "组数", "小组数", "个数", "总数", "面积", "总量", "产值", "总额"];
/// Endings of other names of extensive fields.
const SUM_LATIN_ENDINGS: &[&str] = &["count", "total", "population", "households"];
/// Units of area. A field named after land and one of them (`arable_mu`) holds an area.
const AREA_UNITS: &[&str] = &["mu", "ha", "hectares", "acres", "km2", "sqkm"];
/// The same in Chinese: `耕地面积_亩`.
const CHINESE_AREA_UNITS: &[&str] = &["平方公里", "平方千米", "平方米", "公顷", "万亩", "亩"];
/// Endings of what has an area, before such a unit.
const LAND_ENDINGS: &[&str] = &["面积", "耕地", "林地", "园地", "草地", "农田", "用地", "土地", "水域"];
/// What makes a figure a ratio, a mean or a label, whatever else its name says.
const NOT_SUMS: &[&str] = &[
    "每",
    "百分",
    "寿命",
    "年龄",
    "最大",
    "最小",
    "最多",
    "最少",
    "最远",
    "最近",
    "最高",
    "最低",
    "海拔",
    "expectancy",
    "densit",
    "dichte",
    "taux",
    "moyen",
    "anteil",
    "durchschnitt",
    "percapita",
    "rate",
    "ratio",
    "pct",
    "percent",
    "share",
    "mean",
    "average",
    "avg",
    "median",
    "density",
    "index",
    "per",
    "率",
    "均",
    "比",
    "密度",
    "指数",
    "系数",
    "占",
];

/// Whether a field name says that its values add up: counts and totals, never ratios, means, years or labels.
/// `area_m2` is left out: it is what this program writes, and it is computed anew.
pub(super) fn is_extensive(field: &str) -> bool {
    let (whole, word) = (normalised(field), normalised(&bare(field)));
    let is_quotient = field.contains(['/', '%', '‰', '％']) || is_per_unit(&word);
    if word == "aream2" || is_quotient || NOT_SUMS.iter().any(|part| whole.contains(part)) {
        return SUM_FIELDS.contains(&word.as_str());
    }
    let bare = without_year(&word);
    let land = CHINESE_AREA_UNITS.iter().find_map(|unit| without_year(&whole).strip_suffix(unit));
    SUM_FIELDS.contains(&bare)
        || SUM_ENDINGS.iter().any(|ending| bare.ends_with(ending))
        || land.is_some_and(|land| LAND_ENDINGS.iter().any(|ending| land.ends_with(ending)))
        || SUM_LATIN_ENDINGS.iter().any(|ending| bare.ends_with(ending) && bare != *ending)
        || field.rsplit_once(['_', ' ']).is_some_and(|(_, unit)| AREA_UNITS.contains(&normalised(unit).as_str()))
}

/// Whether a name begins with `单位` as in 单位产值: so much for one of something. 单位数 counts institutions.
fn is_per_unit(word: &str) -> bool {
    word.strip_prefix("单位").is_some_and(|rest| !rest.is_empty() && !rest.ends_with('数'))
}

/// Names of fields with the whole area of a unit, without unit and year; surer ones first.
const DECLARED_AREA_FIELDS: &[&str] = &[
    "dcmj",
    "jsmj",
    "调查面积",
    "计算面积",
    "国土面积",
    "国土调查面积",
    "行政区域面积",
    "行政区面积",
    "区域面积",
    "辖区面积",
    "幅员面积",
    "土地总面积",
    "土地面积",
    "总面积",
    "面积",
    "declaredarea",
    "officialarea",
    "surveyarea",
    "totalarea",
    "area",
    "superficie",
    "surface",
    "mj",
    "tbmj",
];

/// How surely a field holds the area of the whole unit as the source states it: lower is surer.
pub(super) fn declared_area_rank(field: &str) -> Option<usize> {
    let word = normalised(field);
    let bare = without_year(without_land_unit(&word).0);
    rank_in(bare, DECLARED_AREA_FIELDS)
}

/// The unit of area that a name ends in.
pub(super) fn land_unit(field: &str) -> Option<LandUnit> {
    without_land_unit(&normalised(field)).1
}

/// A word without the unit of area that it ends in.
fn without_land_unit(word: &str) -> (&str, Option<LandUnit>) {
    const UNITS: &[(&str, LandUnit)] = &[
        ("平方公里", LandUnit::Km2),
        ("平方千米", LandUnit::Km2),
        ("平方米", LandUnit::M2),
        ("公顷", LandUnit::Ha),
        ("万亩", LandUnit::WanMu),
        ("亩", LandUnit::Mu),
        ("sqkm", LandUnit::Km2),
        ("km2", LandUnit::Km2),
        ("km²", LandUnit::Km2),
        ("hm2", LandUnit::Ha),
        ("hm²", LandUnit::Ha),
        ("m2", LandUnit::M2),
        ("m²", LandUnit::M2),
        ("ha", LandUnit::Ha),
        ("mu", LandUnit::Mu),
    ];
    let found = UNITS.iter().find_map(|&(name, unit)| Some((word.strip_suffix(name)?, Some(unit))));
    found.unwrap_or((word, None))
}

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

/// Whether a field name says that its values are ratios, means or densities.
pub(super) fn is_ratio(field: &str) -> bool {
    const WHOLE: &[&str] = &[
        "rate",
        "rates",
        "ratio",
        "pct",
        "percent",
        "percentage",
        "share",
        "mean",
        "average",
        "avg",
        "median",
        "density",
        "per",
        "index",
        "proportion",
        "expectancy",
        "taux",
    ];
    const ENDINGS: &[&str] = &["rate", "ratio", "pct", "percent", "density", "densité", "densite", "dichte", "anteil"];
    const INSIDE: &[&str] = &[
        "率",
        "比",
        "均",
        "密度",
        "每",
        "指数",
        "系数",
        "占",
        "百分",
        "寿命",
        "年龄",
        "%",
        "％",
        "‰",
        "/",
        "densité",
        "densite",
        "Dichte",
        "dichte",
        "moyen",
        "durchschnitt",
    ];
    let word = normalised(field);
    says(field, WHOLE, INSIDE) || is_per_unit(&word) || ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Which people are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// Those registered there (户籍).
    Registered,
    /// Those who live there (常住).
    Resident,
}

impl Whose {
    /// What they are called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Registered => lang.pick("户籍人口", "Registered population"),
            Self::Resident => lang.pick("常住人口", "Resident population"),
        }
    }
}

/// Which people a field of people counts, as its name says.
pub(super) fn whose_people(field: &str) -> Option<Whose> {
    let word = normalised(field);
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if !has(&["人口", "人数", "pop", "hjrk", "czrk"]) || is_ratio(field) || extreme(field).is_some() {
        return None;
    }
    if has(&["户籍", "hukou", "hjrk", "registered"]) {
        return Some(Whose::Registered);
    }
    has(&["常住", "resident", "czrk"]).then_some(Whose::Resident)
}

/// What a ratio is counted by, as its name says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Per {
    /// Area: a density.
    Area,
    /// People, or shares of them.
    People,
    /// Something else that nobody counts here, such as households.
    Other,
}

/// What a ratio of this name is counted by.
pub(super) fn per(field: &str) -> Per {
    let word = normalised(field);
    let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part) || field.contains(part));
    if has(&[
        "每平方",
        "每公顷",
        "每亩",
        "亩均",
        "密度",
        "densit",
        "dichte",
        "perkm",
        "persq",
        "perha",
        "permu",
        "/km",
        "/平方",
        "/亩",
    ]) {
        Per::Area
    } else if has(&["每户", "户均", "perhousehold", "/户"]) || is_per_unit(&word) {
        Per::Other
    } else {
        Per::People
    }
}

/// Whether a field name says that its values are the largest of something in a unit, or the least.
pub(super) fn extreme(field: &str) -> Option<bool> {
    const MOST: &[&str] = &["最大", "最多", "最远", "最高", "maximum"];
    const LEAST: &[&str] = &["最小", "最少", "最近", "最低", "minimum"];
    if says(field, &["max"], MOST) {
        return Some(true);
    }
    says(field, &["min"], LEAST).then_some(false)
}

/// Whether a field name says that its values are kinds of something, so that units share them.
pub(super) fn is_category(field: &str) -> bool {
    const WHOLE: &[&str] = &["terrain", "landform", "type", "class", "category", "zone", "kind"];
    says(field, WHOLE, &["地形", "地貌", "类型", "类别", "分类", "地类"])
}

/// Whether a field name says that its values are coordinates.
pub(super) fn is_coordinate(field: &str) -> bool {
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

/// A code as it is meant: a number that went through a spreadsheet has `.0` behind it.
pub(super) fn code_text(text: &str) -> &str {
    let (digits, zeros) = text.split_once('.').unwrap_or((text, ""));
    let is_float = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !zeros.is_empty()
        && zeros.bytes().all(|byte| byte == b'0');
    if is_float { digits } else { text }
}

/// Whether a field name says that its values are of the ground: heights, slopes, weather.
pub(super) fn is_of_ground(field: &str) -> bool {
    const WHOLE: &[&str] =
        &["elevation", "elev", "altitude", "alt", "dem", "slope", "temperature", "rainfall", "precipitation"];
    says(field, WHOLE, &["海拔", "高程", "坡度", "气温", "降水", "降雨"])
}

/// Whether a field name says that its values are dates or years.
pub(super) fn is_date(field: &str) -> bool {
    says(field, &["year", "date", "time", "since", "founded", "updated"], &["年份", "年度", "日期", "时间", "成立"])
}

/// Whether a field name says that its values number records.
pub(super) fn is_identifier(field: &str) -> bool {
    const WORDS: &[&str] =
        &["objectid", "fid", "gid", "ogcfid", "id", "uid", "uuid", "globalid", "bsm", "标识码", "featureid", "osmid"];
    WORDS.contains(&normalised(field).as_str())
}

/// Whether a field name says that its values are lengths of borders.
pub(super) fn is_border_length(field: &str) -> bool {
    ["shapeleng", "shapelength", "stlength", "perimeter", "周长"].contains(&normalised(field).as_str())
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
    match code.len() {
        6 => Some(Level::County),
        9 => Some(Level::Township),
        // 19 digits are a land survey code: the village's and seven zeros.
        12 | 19 => Some(Level::Village),
        14 | 15 => Some(Level::Group),
        _ => None,
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

/// Whether a text has Chinese characters.
pub(super) fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner_and_content(field: &str) -> Option<(Owner, Content)> {
        role_of(field).map(|role| (role.owner, role.content))
    }

    #[test]
    fn years_and_units_in_a_name_say_nothing_of_its_role() {
        for field in ["户籍人口（人）", "2020年户籍人口", "2020年末常住人口(人)", "总人口", "ZRKS", "人口_2020"]
        {
            assert!(population_rank(field).is_some(), "{field}");
        }
        for field in ["户数（户）", "2020年户数", "总户数(户)", "耕地面积（亩）"] {
            assert!(is_extensive(field), "{field}");
        }
        assert_eq!(owner_and_content("QSDWMC"), Some((Owner::Own, Content::Name)));
        assert_eq!(owner_and_content("XZDM"), Some((Owner::At(Level::Township), Content::Code)));
        assert_eq!(code_text("519921101200.0"), "519921101200");
        assert_eq!((code_text("1.5"), code_text("a.0"), code_text("07")), ("1.5", "a.0", "07"));
    }

    #[test]
    fn ratios_and_extremes_are_known_by_their_names() {
        for field in [
            "每人耕地面积",
            "每平方公里人口",
            "每户人口",
            "单位产值",
            "人口增长百分数",
            "常住人口占户籍人口",
            "平均寿命",
            "life_expectancy",
            "densité",
            "Bevölkerungsdichte",
            "人口/平方公里",
            "gdp_per_capita",
            "taux_chomage",
            "urban_pct",
        ] {
            assert!(is_ratio(field) && !is_extensive(field), "{field}");
        }
        for field in ["最大自然村人口", "最远村民小组户数", "海拔面积", "平均年龄"] {
            assert!(!is_extensive(field), "{field}");
        }
        assert!(is_extensive("单位数") || !is_ratio("单位数"));
        assert_eq!(
            (extreme("最大自然村人口"), extreme("最近车站距离"), extreme("人口")),
            (Some(true), Some(false), None)
        );
        assert_eq!((per("每平方公里人口"), per("每户人口"), per("城镇化率")), (Per::Area, Per::Other, Per::People));
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
    fn counts_and_totals_add_up_but_ratios_years_and_heights_do_not() {
        for field in [
            "households",
            "户数",
            "resident_population",
            "arable_mu",
            "gdp",
            "DCMJ",
            "村民小组数",
            "villages",
            "耕地面积",
            "耕地面积_亩",
            "林地（公顷）",
            "Shape_Area",
            "school_count",
        ] {
            assert!(is_extensive(field), "{field}");
        }
        for field in [
            "人均收入",
            "单产_公斤每亩",
            "elevation",
            "year",
            "code",
            "birth_rate",
            "人口密度",
            "gdp_per_capita",
            "people_per_ha",
            "area_m2",
            "BSM",
        ] {
            assert!(!is_extensive(field), "{field}");
        }
        assert!(population_rank("POP2020").is_some());
        assert!(population_rank("人口密度").is_none());
    }

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
}

//! What field names say of amounts: people, sums, areas, ratios, extremes.

use super::{What, bare, normalised, rank_in, read, says};
use crate::i18n::Lang;
use crate::model::LandUnit;

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
pub(in crate::model) fn population_rank(field: &str) -> Option<usize> {
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
pub(in crate::model) fn is_extensive(field: &str) -> bool {
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
        || is_amount_by_words(field)
        || (counts_in_brackets(field) && !is_ratio(field) && extreme(field).is_none())
}

/// Whether what stands in brackets at the end of a name is what is counted there, as in `劳动力（人）`.
fn counts_in_brackets(field: &str) -> bool {
    let inner = field.trim().strip_suffix([')', '）']).and_then(|text| text.rsplit_once(['(', '（']));
    inner.is_some_and(|(name, unit)| {
        !name.trim().is_empty() && ["人", "户", "名", "个", "家", "所", "座"].contains(&unit.trim())
    })
}

/// Whether the words of a name speak of people or of an area, and of nothing else.
fn is_amount_by_words(field: &str) -> bool {
    let reading = read(field);
    matches!(reading.what, What::People | What::Area) && reading.sure >= 60 && extreme(field).is_none()
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
pub(in crate::model) fn declared_area_rank(field: &str) -> Option<usize> {
    let word = normalised(field);
    let bare = without_year(without_land_unit(&word).0);
    rank_in(bare, DECLARED_AREA_FIELDS).or_else(|| {
        let reading = read(field);
        let rest = usize::try_from(90 - reading.sure).unwrap_or(0);
        (reading.what == What::Area && reading.sure >= 60).then_some(DECLARED_AREA_FIELDS.len() + rest)
    })
}

/// The unit of area that a name ends in.
pub(in crate::model) fn land_unit(field: &str) -> Option<LandUnit> {
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

/// Whether a field name says that its values are ratios, means or densities.
pub(in crate::model) fn is_ratio(field: &str) -> bool {
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
pub(in crate::model) fn whose_people(field: &str) -> Option<Whose> {
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
pub(in crate::model) enum Per {
    /// Area: a density.
    Area,
    /// People, or shares of them.
    People,
    /// Something else that nobody counts here, such as households.
    Other,
}

/// What a ratio of this name is counted by.
pub(in crate::model) fn per(field: &str) -> Per {
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
pub(in crate::model) fn extreme(field: &str) -> Option<bool> {
    const MOST: &[&str] = &["最大", "最多", "最远", "最高", "maximum"];
    const LEAST: &[&str] = &["最小", "最少", "最近", "最低", "minimum"];
    if says(field, &["max"], MOST) {
        return Some(true);
    }
    says(field, &["min"], LEAST).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_and_units_in_a_name_say_nothing_of_what_is_counted() {
        for field in ["户籍人口（人）", "2020年户籍人口", "2020年末常住人口(人)", "总人口", "ZRKS", "人口_2020"]
        {
            assert!(population_rank(field).is_some(), "{field}");
        }
        for field in ["户数（户）", "2020年户数", "总户数(户)", "耕地面积（亩）"] {
            assert!(is_extensive(field), "{field}");
        }
    }

    #[test]
    fn what_is_counted_may_stand_in_brackets() {
        for field in ["劳动力（人）", "外出务工(人)", "低保对象（户）", "卫生室（所）"] {
            assert!(is_extensive(field), "{field}");
        }
        for field in ["户均劳动力（人）", "最大班额（人）", "海拔（米）", "（人）"] {
            assert!(!is_extensive(field), "{field}");
        }
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
}

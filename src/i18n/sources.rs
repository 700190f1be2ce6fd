//! Texts with parts about what was read, and how.

use super::Lang;
use super::numbers::count;

/// `120 features, 7 fields`
#[must_use]
pub fn layer_about(lang: Lang, features: usize, fields: usize) -> String {
    match lang {
        Lang::Zh => format!("{} 个要素，{fields} 个字段", count(features)),
        Lang::En => format!("{} features, {fields} fields", count(features)),
    }
}

/// What a layer of a file holds, and how many features; `None` where only reading it would tell.
#[must_use]
pub fn entry_about(lang: Lang, is_area: bool, features: Option<usize>) -> String {
    let what = if is_area { "" } else { lang.pick("点或线", "points or lines") };
    match (lang, features) {
        (_, None) => what.to_owned(),
        (Lang::Zh, Some(features)) => format!("{what} {} 个", count(features)).trim().to_owned(),
        (Lang::En, Some(features)) => format!("{what} {}", count(features)).trim().to_owned(),
    }
}

/// `Sources 2`, spelled out: how many things are doubtful.
#[must_use]
pub fn doubts(lang: Lang, doubts: usize) -> String {
    match (lang, doubts) {
        (Lang::Zh, doubts) => format!("{doubts} 处请确认"),
        (Lang::En, 1) => "One thing to look at".to_owned(),
        (Lang::En, doubts) => format!("{doubts} things to look at"),
    }
}

/// Texts that are none in an encoding.
#[must_use]
pub fn broken_texts(lang: Lang, texts: usize) -> String {
    match lang {
        Lang::Zh => format!("{} 处乱码", count(texts)),
        Lang::En => format!("{} broken", count(texts)),
    }
}

/// What a file says of its encoding.
#[must_use]
pub fn encoding_contradicted(lang: Lang, declared: &str) -> String {
    match lang {
        Lang::Zh => format!("文件注明 {declared}，文字与之不符"),
        Lang::En => format!("the file says {declared}, which its texts contradict"),
    }
}

/// A role that no column has.
#[must_use]
pub fn no_column(lang: Lang, role: &str) -> String {
    match lang {
        Lang::Zh => format!("没有认出{role}字段"),
        Lang::En => format!("no column was taken for the {}", role.to_lowercase()),
    }
}

/// Name of the list of columns that may have a role.
#[must_use]
pub fn column_for(lang: Lang, role: &str) -> String {
    match lang {
        Lang::Zh => format!("{role}字段"),
        Lang::En => format!("Column of the {}", role.to_lowercase()),
    }
}

/// Files are read as others of their kind were.
#[must_use]
pub fn read_as_before(lang: Lang, file: &str, how: &str) -> String {
    match lang {
        Lang::Zh => format!("{file} 按上次对同样文件的选择读取（{how}），可在“来源”中改选"),
        Lang::En => {
            format!("{file} was read as others of its kind were before ({how}); choose otherwise under Sources")
        }
    }
}

/// Files are read by a profile.
#[must_use]
pub fn read_by_profile(lang: Lang, file: &str, how: &str) -> String {
    match lang {
        Lang::Zh => format!("{file} 按读取配置读取（{how}）"),
        Lang::En => format!("{file} was read by the profile ({how})"),
    }
}

/// `village 120`
#[must_use]
pub fn level_count(level: &str, units: usize) -> String {
    format!("{level} {}", count(units))
}

/// How many units the units one level up have.
#[must_use]
pub fn members(lang: Lang, (parent, member): (&str, &str), [least, most]: [usize; 2]) -> String {
    let range = if least == most { count(least) } else { format!("{}–{}", count(least), count(most)) };
    match lang {
        Lang::Zh => format!("每个{parent} {range} 个{member}"),
        Lang::En => format!("{range} {} to each of the {}", member.to_lowercase(), parent.to_lowercase()),
    }
}

/// Which layer of a file is read, and which are not.
#[must_use]
pub fn layers_not_read(lang: Lang, layer: &str, others: &[String]) -> String {
    match lang {
        Lang::Zh => format!("读取图层“{layer}”；文件中另有：{}", others.join("、")),
        Lang::En => format!("layer \"{layer}\" is read; also in the file: {}", others.join(", ")),
    }
}

/// People on a square kilometre.
#[must_use]
pub fn density(lang: Lang, density: &str) -> String {
    match lang {
        Lang::Zh => format!("每 km² {density} 人"),
        Lang::En => format!("{density} people per km²"),
    }
}

/// A density that people hardly live at.
#[must_use]
pub fn odd_density(lang: Lang, density: &str) -> String {
    match lang {
        Lang::Zh => format!("每 km² {density} 人，请核对人口字段与坐标系"),
        Lang::En => format!("{density} people per km²: look at the population and the coordinate system"),
    }
}

/// The central meridian of a projection, in degrees.
#[must_use]
pub fn meridian(lang: Lang, degrees: f64) -> String {
    match lang {
        Lang::Zh => format!("中央经线 {degrees}°"),
        Lang::En => format!("meridian {degrees}°"),
    }
}

/// Where the middle of a layer lies.
#[must_use]
pub fn centre(lang: Lang, place: &str) -> String {
    match lang {
        Lang::Zh => format!("中心 {place}"),
        Lang::En => format!("centre {place}"),
    }
}

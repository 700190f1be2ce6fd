//! What a layer was taken for when it was read: with its evidence, and with what is doubtful about it.

use serde::{Deserialize, Serialize};

use super::{CrsDoubt, Dataset, Layer, LayerSource, LevelsReading, StackReading};
use crate::i18n::Lang;

/// What a layer was taken for when it was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// The format, as it is called in English; empty where there is nothing to say about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub format: String,
    /// The layer, where there are several in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// All layers in the file, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<String>,
    /// The encoding that texts were read in; `None` where the format knows but one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Why that one, and what else it could be; `None` where nothing beyond ASCII was to be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub texts: Option<TextReading>,
    /// Its coordinate system; `None` for a layer that came from no file.
    pub crs: Option<CrsReading>,
    /// How large its coordinates are as they stand in the file: what other systems are held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numbers: Option<Numbers>,
    /// What is said of levels, where units of the layer lay in others of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<LevelsReading>,
    /// What was made of the other layers of the file, where there are several and none was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<StackReading>,
    /// Whether it stays a layer of one level whatever it looks like: plans were drawn upon it.
    #[serde(skip)]
    pub stays_whole: bool,
    /// Where it was read from, and what was chosen for it: how it is read once more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<LayerSource>,
    /// What the file says of its coordinate system: a name, a code, or well-known text. A reader puts it here, and leaves
    /// coordinates as they are in the file; the door for layers does the rest.
    #[serde(skip)]
    pub declares: Option<String>,
    /// The first vertex that is no longitude and latitude, where the reader knows its place better than can be told from
    /// the arrays; until the coordinate system is settled.
    #[serde(skip)]
    pub off_earth: Option<OffEarth>,
}

impl Dataset {
    /// Layers in the file of a layer that no layer of the dataset was read from.
    #[must_use]
    pub fn layers_not_read<'a>(&self, layer: &'a Layer) -> Vec<&'a str> {
        let of_file = |other: &&Layer| other.path == layer.path;
        let read: Vec<&str> =
            self.layers.iter().filter(of_file).filter_map(|other| other.reading.layer.as_deref()).collect();
        layer.reading.layers.iter().map(String::as_str).filter(|name| !read.contains(name)).collect()
    }
}

/// The encoding that texts were read in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextReading {
    /// What it is called where people choose one.
    pub name: String,
    /// How it is known.
    pub basis: TextBasis,
    /// What the file says of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub declared: Option<String>,
    /// Whether the texts contradict what the file says.
    #[serde(default)]
    pub contradicted: bool,
    /// Encodings that come into question, the likeliest first, the one that was taken among them.
    #[serde(default)]
    pub candidates: Vec<TextCandidate>,
}

/// An encoding that texts could be in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextCandidate {
    /// What it is called.
    pub name: String,
    /// Some texts, read so.
    pub preview: Vec<String>,
    /// How many of the texts that were looked at are no text in it.
    pub broken: usize,
}

/// How an encoding is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextBasis {
    /// The file says so.
    Declared,
    /// Told from the texts.
    Inferred,
    /// The user said so.
    Chosen,
}

/// How large coordinates are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    /// The smallest from the left, and from below.
    pub min: [f64; 2],
    /// The largest.
    pub max: [f64; 2],
    /// Vertices.
    pub count: usize,
    /// Those that are no longitude and latitude.
    pub beyond: usize,
    /// Those of them that are latitude and longitude.
    pub exchanged: usize,
    /// The first two digits of the Chinese codes of the units, where they have such: their province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<u8>,
}

impl Reading {
    /// Says which layer was taken, where the file has several.
    pub fn list(&mut self, chosen: usize, names: impl IntoIterator<Item = String>) {
        let names: Vec<String> = names.into_iter().collect();
        if names.len() > 1 {
            self.layer = names.get(chosen).cloned();
            self.layers = names;
        }
    }
}

/// A vertex beyond 180° or 90°.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OffEarth {
    /// Feature in the file, from 0.
    pub feature: usize,
    /// Ring in the feature, from 0.
    pub ring: Option<usize>,
    /// Place in the file.
    pub byte: Option<u64>,
    /// Its two numbers.
    pub at: [f64; 2],
}

/// The coordinate system that a layer was taken to be in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrsReading {
    /// What it is called.
    pub name: String,
    /// Its code with the authority, such as `EPSG:4523`.
    pub code: Option<String>,
    /// What it is.
    pub kind: CrsKind,
    /// Number of the zone.
    pub zone: Option<u32>,
    /// Width of the zones in degrees.
    pub zone_width: Option<u32>,
    /// Whether the zone stands before eastings.
    pub zone_prefix: bool,
    /// Central meridian in degrees.
    pub central_meridian: Option<f64>,
    /// How it is known.
    pub basis: CrsBasis,
    /// Middle of the layer in longitude and latitude.
    pub centre: Option<[f64; 2]>,
    /// What speaks against it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub doubts: Vec<CrsDoubt>,
}

/// What a coordinate system is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrsKind {
    /// Longitude and latitude.
    Geographic,
    /// Gauss–Krüger.
    GaussKruger,
    /// Universal Transverse Mercator.
    Utm,
    /// Web Mercator.
    WebMercator,
    /// Another projection.
    Projected,
    /// Shifted degrees.
    Gcj02,
    /// Degrees shifted twice.
    Bd09,
}

/// How a coordinate system is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrsBasis {
    /// The file says so.
    Declared,
    /// Told from the size of the coordinates.
    Inferred,
    /// The user said so.
    Chosen,
}

impl CrsReading {
    /// A system without more to say.
    #[must_use]
    pub const fn new(name: String, code: Option<String>, kind: CrsKind, basis: CrsBasis) -> Self {
        Self {
            name,
            code,
            kind,
            zone: None,
            zone_width: None,
            zone_prefix: false,
            central_meridian: None,
            basis,
            centre: None,
            doubts: Vec::new(),
        }
    }

    /// All of it in a line: code and name, zone, central meridian, how it is known, and where the layer's middle lies.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let zh = lang == Lang::Zh;
        let mut parts =
            vec![self.code.as_ref().map_or_else(|| self.name.clone(), |code| format!("{code} {}", self.name))];
        if let (Some(zone), Some(width)) = (self.zone, self.zone_width) {
            let prefix = match (self.zone_prefix, zh) {
                (true, true) => "，横坐标带带号",
                (true, false) => ", which stands before eastings",
                (false, _) => "",
            };
            parts.push(if zh {
                format!("{width}° 带第 {zone} 带{prefix}")
            } else {
                format!("{width}° zone {zone}{prefix}")
            });
        }
        if let Some(meridian) = self.central_meridian {
            parts.push(if zh {
                format!("中央经线 {}°", degrees(meridian))
            } else {
                format!("central meridian {}°", degrees(meridian))
            });
        }
        parts.push(self.basis.words(lang).to_owned());
        if let Some([lon, lat]) = self.centre {
            parts.push(if zh { format!("中心 {lon:.4}, {lat:.4}") } else { format!("centre {lon:.4}, {lat:.4}") });
        }
        parts.join(lang.pick("；", "; "))
    }
}

impl CrsReading {
    /// What it is called where there is little room: a name of zones of CGCS2000 in Chinese too, else the name itself.
    #[must_use]
    pub fn title(&self, lang: Lang) -> String {
        let name = match (lang, self.zone, self.zone_width, self.central_meridian) {
            (Lang::Zh, Some(zone), Some(width), Some(meridian)) if self.name.starts_with("CGCS2000") => {
                if self.zone_prefix {
                    format!("CGCS2000 {width}°带 {zone} 带")
                } else {
                    format!("CGCS2000 {width}°带，中央经线 {meridian}°")
                }
            }
            (Lang::Zh, ..) => zones_in_chinese(&self.name),
            (Lang::En, ..) => self.name.clone(),
        };
        self.code.as_ref().map_or_else(|| name.clone(), |code| format!("{code}  {name}"))
    }

    /// Zone and central meridian, where it has them.
    #[must_use]
    pub fn zone_words(&self, lang: Lang) -> String {
        let zone = self.zone.zip(self.zone_width).map(|(zone, width)| match (lang, self.zone_prefix) {
            (Lang::Zh, true) => format!("{width}° 带第 {zone} 带（横坐标带带号）"),
            (Lang::Zh, false) => format!("{width}° 带第 {zone} 带"),
            (Lang::En, true) => format!("{width}° zone {zone}, before eastings"),
            (Lang::En, false) => format!("{width}° zone {zone}"),
        });
        let meridian = self.central_meridian.map(|meridian| match lang {
            Lang::Zh => format!("中央经线 {}°", degrees(meridian)),
            Lang::En => format!("central meridian {}°", degrees(meridian)),
        });
        zone.into_iter().chain(meridian).collect::<Vec<_>>().join(" · ")
    }
}

/// Degrees with four decimals at most: more is below what a map can show.
fn degrees(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A name of the EPSG with what it says of zones in Chinese: `Xian 1980 / 3-degree Gauss-Kruger zone 35`.
fn zones_in_chinese(name: &str) -> String {
    let Some((datum, zones)) = name.split_once(" / ") else { return name.to_owned() };
    let (width, rest) = match (zones.strip_prefix("3-degree "), zones.strip_prefix("6-degree ")) {
        (Some(rest), _) => ("3", rest),
        (_, Some(rest)) => ("6", rest),
        _ => ("6", zones),
    };
    let Some(which) = rest.strip_prefix("Gauss-Kruger ") else { return name.to_owned() };
    let meridian = which.strip_prefix("CM ").and_then(|it| it.strip_suffix('E'));
    match (which.strip_prefix("zone "), meridian) {
        (Some(zone), _) => format!("{datum} {width}°带 {zone} 带"),
        (_, Some(meridian)) => format!("{datum} {width}°带，中央经线 {meridian}°"),
        _ => name.to_owned(),
    }
}

impl CrsDoubt {
    /// The doubt in a few words, for where what was taken stands beside it.
    #[must_use]
    pub fn short(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::OutOfRange { at: [x, y] }, Lang::Zh) => format!("坐标 {x}, {y} 不是经纬度"),
            (Self::OutOfRange { at: [x, y] }, Lang::En) => format!("{x}, {y} is no longitude and latitude"),
            (Self::SwappedAxes { .. }, Lang::Zh) => "疑似纬度在前、经度在后".to_owned(),
            (Self::SwappedAxes { .. }, Lang::En) => "latitude seems to stand before longitude".to_owned(),
            (Self::DatumUnknown { .. }, Lang::Zh) => "只据带号，基准不明，可能是北京 54 或西安 80".to_owned(),
            (Self::DatumUnknown { .. }, Lang::En) => {
                "told by the zone alone; the datum may be Beijing 1954 or Xian 1980".to_owned()
            }
            (Self::NearOrigin, Lang::Zh) => "全部坐标在 0, 0 附近，可能是本地坐标".to_owned(),
            (Self::NearOrigin, Lang::En) => "all lies around 0, 0; coordinates may be local ones".to_owned(),
            (Self::AxesExchanged { .. }, Lang::Zh) => "文件中北在前、东在后，已对调".to_owned(),
            (Self::AxesExchanged { .. }, Lang::En) => {
                "the file has north before east; read the other way round".to_owned()
            }
            (Self::LongitudesTurned { .. }, Lang::Zh) => "经度超过 180 度，已各减去 360 度".to_owned(),
            (Self::LongitudesTurned { .. }, Lang::En) => "longitudes beyond 180; 360 was taken from each".to_owned(),
            (Self::Contradicted { declared, .. }, Lang::Zh) => format!("文件注明 {}，坐标与之不符", bare(declared)),
            (Self::Contradicted { declared, .. }, Lang::En) => {
                format!("the file says {}, which its coordinates contradict", bare(declared))
            }
            (Self::Shifted { other, metres, like, .. }, Lang::Zh) => {
                format!("与 {other} 错开约 {metres} 米，像是 {like} 坐标")
            }
            (Self::Shifted { other, metres, like, .. }, Lang::En) => {
                format!("some {metres} m beside {other}, as data in {like} are")
            }
        }
    }
}

/// The code of a system without the name behind it.
fn bare(label: &str) -> &str {
    label.split(" (").next().unwrap_or(label)
}

impl TextReading {
    /// Whether somebody should look at it: it is not what the file says, or does not fit all texts, and nobody has said
    /// that it is right.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        let is_taken = |candidate: &&TextCandidate| candidate.name == self.name;
        let breaks = self.candidates.iter().find(is_taken).is_some_and(|taken| taken.broken > 0);
        self.basis != TextBasis::Chosen && (self.contradicted || breaks)
    }
}

impl CrsReading {
    /// Whether somebody should look at it: something speaks against it, or it is a plane that only the numbers tell.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        !self.doubts.is_empty() || self.basis == CrsBasis::Inferred && self.kind != CrsKind::Geographic
    }
}

impl CrsBasis {
    /// How it is known, in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Declared => lang.pick("文件注明", "as the file says"),
            Self::Inferred => lang.pick("据坐标大小推断", "told from the size of the coordinates"),
            Self::Chosen => lang.pick("用户指定", "as chosen"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_said_in_chinese() {
        for (name, said) in [
            ("Xian 1980 / 3-degree Gauss-Kruger zone 35", "Xian 1980 3°带 35 带"),
            ("Beijing 1954 / 3-degree Gauss-Kruger CM 105E", "Beijing 1954 3°带，中央经线 105°"),
            ("Xian 1980 / Gauss-Kruger zone 18", "Xian 1980 6°带 18 带"),
            ("WGS 84 / UTM zone 48N", "WGS 84 / UTM zone 48N"),
        ] {
            assert_eq!(zones_in_chinese(name), said);
        }
    }
}

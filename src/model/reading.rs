//! What a layer was taken for when it was read: with its evidence, and with what is doubtful about it.

use serde::{Deserialize, Serialize};

use super::CrsDoubt;
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
    /// Its coordinate system; `None` for a layer that came from no file.
    pub crs: Option<CrsReading>,
    /// What the file says of its coordinate system: a name, a code, or well-known text. A reader puts it here, and leaves
    /// coordinates as they are in the file; the door for layers does the rest.
    #[serde(skip)]
    pub declares: Option<String>,
    /// The first vertex that is no longitude and latitude, where the reader knows its place better than can be told from
    /// the arrays; until the coordinate system is settled.
    #[serde(skip)]
    pub off_earth: Option<OffEarth>,
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
                format!("中央经线 {meridian}°")
            } else {
                format!("central meridian {meridian}°")
            });
        }
        parts.push(self.basis.words(lang).to_owned());
        if let Some([lon, lat]) = self.centre {
            parts.push(if zh { format!("中心 {lon:.4}, {lat:.4}") } else { format!("centre {lon:.4}, {lat:.4}") });
        }
        parts.join(lang.pick("；", "; "))
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

//! Why coordinates cannot be read as places: one line each, with what to do.

use crate::i18n::{Lang, Say};

/// Why a coordinate system is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CrsProblem {
    /// No system of this name is known.
    #[error(
        "the coordinate system {0} is not known; choose the right one, such as --crs EPSG:4523, or convert the file to \
         WGS 84 (EPSG:4326)"
    )]
    Unknown(String),
    /// Its datum lies metres off, and how far is not known well enough.
    #[error("{name} is on the datum {datum}, which lies more than a metre from WGS 84; {}", remedy(datum))]
    Far {
        /// The system.
        name: String,
        /// Its datum.
        datum: String,
    },
    /// It is not known how far its datum lies off.
    #[error(
        "{name} is on the datum {datum}, which is not known to lie within a metre of WGS 84; choose the right system with \
         --crs, or convert the file to WGS 84 (EPSG:4326)"
    )]
    NotNear {
        /// The system.
        name: String,
        /// Its datum.
        datum: String,
    },
    /// It is projected in a way that is not supported.
    #[error("{name} uses the projection {method}, which is not supported; convert the file to WGS 84 (EPSG:4326)")]
    Method {
        /// The system.
        name: String,
        /// The projection.
        method: String,
    },
    /// Nothing says the system, and several would do.
    #[error(
        "coordinates around {x}, {y} are planar and the file does not say in which system; choose one with --crs: {candidates}"
    )]
    Ambiguous {
        /// Middle of the coordinates, from the left.
        x: String,
        /// The same, from below.
        y: String,
        /// Systems that would do.
        candidates: String,
    },
    /// Longitudes on both sides of 180 degrees, counted on beyond.
    #[error(
        "longitudes run from {from} to {to}, beyond 180; cut what lies across the 180th meridian there, with longitudes from \
         -180 to 180, as GeoJSON has it (ogr2ogr -wrapdateline)"
    )]
    Across180 {
        /// The least.
        from: String,
        /// The most.
        to: String,
    },
    /// The numbers cannot be coordinates of the system.
    #[error("coordinates around {x}, {y} cannot be in {name}; choose the right system with --crs")]
    Unfit {
        /// The system.
        name: String,
        /// Middle of the coordinates, or the vertex.
        x: String,
        /// The same, from below.
        y: String,
    },
    /// Shifted coordinates are read, and not written.
    #[error("nothing is written in {name}, whose coordinates lie hundreds of metres off; choose another system")]
    NeverWritten {
        /// The system.
        name: String,
    },
    /// Nothing can be written in the system.
    #[error(
        "nothing can be written in the coordinate system {name}; choose one that is known and lies within a metre of WGS 84, \
         such as EPSG:4490 or EPSG:4544"
    )]
    NotWritten {
        /// The system.
        name: String,
    },
    /// A place that the system does not show.
    #[error("{at} has no place in {name}; choose a system for the area of the data")]
    NoPlaceIn {
        /// The system.
        name: String,
        /// Longitude and latitude.
        at: String,
    },
    /// Features of one file say different systems.
    #[error("the file names two coordinate systems, {first} and {second}; convert it to one of them")]
    Several {
        /// The first.
        first: String,
        /// Another.
        second: String,
    },
}

impl CrsProblem {
    /// What is wrong, for where a system can be chosen beside it.
    #[must_use]
    pub fn short(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Unknown(name), Lang::Zh) => format!("文件注明的坐标系 {name} 未知"),
            (Self::Unknown(name), Lang::En) => format!("the file says {name}, which is no known coordinate system"),
            (Self::Far { name, .. }, Lang::Zh) => {
                format!("文件注明 {name}，与 CGCS2000 不同；确知坐标实为其他坐标系时才可改选")
            }
            (Self::Far { name, .. }, Lang::En) => {
                format!(
                    "the file says {name}, which lies more than a metre from WGS 84; choose another only where you know that the file is wrong"
                )
            }
            (Self::NotNear { name, datum }, Lang::Zh) => {
                format!("文件注明 {name}，其基准 {datum} 与 WGS 84 相差多少无从得知")
            }
            (Self::NotNear { name, datum }, Lang::En) => {
                format!("the file says {name}, and how far its datum {datum} lies from WGS 84 is not known")
            }
            (Self::Method { name, method }, Lang::Zh) => format!("文件注明 {name}，其投影 {method} 不受支持"),
            (Self::Method { name, method }, Lang::En) => {
                format!("the file says {name}, whose projection {method} is not supported")
            }
            (Self::Ambiguous { x, y, .. }, Lang::Zh) => format!("坐标（{x}，{y} 一带）是平面坐标，文件未注明坐标系"),
            (Self::Ambiguous { x, y, .. }, Lang::En) => {
                format!("coordinates around {x}, {y} are planar, and the file does not say in which system")
            }
            (Self::Across180 { from, to }, Lang::Zh) => format!("经度从 {from} 到 {to}，超过 180 度"),
            (Self::Across180 { from, to }, Lang::En) => format!("longitudes run from {from} to {to}, beyond 180"),
            (Self::Unfit { name, x, y }, Lang::Zh) => format!("文件注明 {name}，坐标（{x}，{y} 一带）不可能属于它"),
            (Self::Unfit { name, x, y }, Lang::En) => {
                format!("the file says {name}, but coordinates around {x}, {y} cannot be in it")
            }
            // Those are of what is written.
            (Self::NeverWritten { .. } | Self::NotWritten { .. } | Self::NoPlaceIn { .. }, lang) => self.say(lang),
            (Self::Several { first, second }, Lang::Zh) => format!("文件注明了两个坐标系：{first}、{second}"),
            (Self::Several { first, second }, Lang::En) => {
                format!("the file names two coordinate systems, {first} and {second}")
            }
        }
    }

    pub(super) fn unknown(name: &str) -> Self {
        let name: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80).collect();
        Self::Unknown(name)
    }

    pub(super) fn unfit(name: &str, at: geo::Coord) -> Self {
        Self::Unfit { name: name.to_owned(), x: number(at.x), y: number(at.y) }
    }
}

/// A coordinate for a message.
pub(super) fn number(value: f64) -> String {
    if value.abs() > 400.0 { format!("{value:.1}") } else { format!("{value:.4}") }
}

/// Whether the datum is one of those of China's past.
fn is_old_chinese(datum: &str) -> bool {
    ["Beijing", "Xian"].iter().any(|name| datum.contains(name))
}

fn remedy(datum: &str) -> &'static str {
    if is_old_chinese(datum) {
        "how far differs by place and is not public: have the surveying authority convert the data to CGCS2000 and open that"
    } else {
        "convert the file to WGS 84 (EPSG:4326) with a program that has its shifts, such as QGIS or ogr2ogr"
    }
}

impl Say for CrsProblem {
    fn zh(&self) -> String {
        match self {
            Self::Unknown(name) => {
                format!("坐标系 {name} 未知，请用 --crs 指定（如 EPSG:4523），或先转换为 WGS 84 或 CGCS2000 经纬度")
            }
            Self::Far { name, datum } if is_old_chinese(datum) => {
                let called = if datum.contains("Xian") { "1980 西安坐标系" } else { "1954 北京坐标系" };
                format!(
                    "{name} 属{called}，与 CGCS2000 相差可达百米且转换参数不公开，请由测绘主管部门转换为 CGCS2000 后打开"
                )
            }
            Self::Far { name, datum } => {
                format!("{name} 的基准 {datum} 与 WGS 84 相差一米以上，请先用 QGIS 等软件转换为 WGS 84（EPSG:4326）")
            }
            Self::NotNear { name, datum } => format!(
                "{name} 的基准 {datum} 与 WGS 84 是否相差一米以内无从得知，请用 --crs 指定坐标系，或先转换为 WGS 84（EPSG:4326）"
            ),
            Self::Method { name, method } => {
                format!("{name} 采用的投影 {method} 不受支持，请先转换为 WGS 84（EPSG:4326）")
            }
            Self::Ambiguous { x, y, candidates } => {
                format!("坐标（{x}，{y} 一带）为平面坐标，文件未注明坐标系，请用 --crs 指定：{candidates}")
            }
            Self::Across180 { from, to } => format!(
                "经度从 {from} 到 {to}，超过 180 度；请在 180 度经线处切开，经度写为 -180 到 180（ogr2ogr -wrapdateline）"
            ),
            Self::Unfit { name, x, y } => {
                format!("坐标（{x}，{y} 一带）不可能属于 {name}，请用 --crs 指定正确的坐标系")
            }
            Self::NeverWritten { name } => format!("不写出 {name} 坐标（偏移达数百米），请另选坐标系"),
            Self::NotWritten { name } => {
                format!("不能写成坐标系 {name}，请选用已知且与 WGS 84 相差一米以内的坐标系，如 EPSG:4490 或 EPSG:4544")
            }
            Self::NoPlaceIn { name, at } => format!("{name} 不包括 {at}，请选用适合数据所在地区的坐标系"),
            Self::Several { first, second } => format!("文件注明了两个坐标系（{first}、{second}），请先统一为一个"),
        }
    }
}

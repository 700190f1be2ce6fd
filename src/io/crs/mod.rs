//! Coordinate systems: what the numbers of a file mean, and where on earth that is.
//!
//! A [`System`] is longitude and latitude, or a map projection of them ([`Projected`]), on a datum that lies within a
//! metre or so of WGS 84: CGCS2000, ETRS89, NAD83, JGD2011, SIRGAS 2000, GDA2020 and others. It is made from a name or
//! code ([`System::named`]), or from the WKT of a `.prj` ([`wkt`]). Systems on other datums are refused, with what to do
//! ([`CrsProblem`]).
//!
//! 1. A place is computed from its own two numbers alone: equal vertices stay equal, so borders stay shared to the bit.
//! 2. Axes are as files have them, east before north, whatever the authority's order is.
//! 3. What the numbers contradict is not believed: see [`settle`](mod@settle). What was taken for what is kept beside the layer.
//! 4. GCJ-02 and BD-09 are systems to choose; they are never told from a file alone, and never written.

mod choices;
mod problem;
mod project;
mod projjson;
mod provinces;
mod settle;
mod table;
mod wkt;

#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::model::{CrsBasis, CrsKind, CrsReading};

pub use choices::{CrsChoice, candidates, search, to_write_around};
pub use problem::CrsProblem;
pub(super) use settle::{Extent, Settled, is_on_earth, settle};
pub(super) use table::is_north_first;

/// A coordinate system that can be read.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// EPSG code.
    code: Option<u32>,
    name: String,
    kind: Kind,
}

/// What the numbers of a system are.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// Longitude and latitude.
    Geographic,
    /// The same, shifted as public web maps of China are.
    Gcj02,
    /// The same, shifted once more.
    Bd09,
    /// Metres, or feet, on a plane.
    Projected(Projected),
}

/// A map projection and its parameters, in degrees and metres.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Projected {
    method: Method,
    ellipsoid: Ellipsoid,
    lat_0: f64,
    lon_0: f64,
    /// First standard parallel; of a Mercator or stereographic projection the latitude of true scale. 0: none.
    lat_1: f64,
    /// Second standard parallel. 0: none.
    lat_2: f64,
    k_0: f64,
    x_0: f64,
    y_0: f64,
    /// Metres in a unit.
    unit: f64,
}

/// The projections that occur in registers of planar systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    TransverseMercator,
    LambertConic,
    LambertAzimuthal,
    Albers,
    Mercator,
    WebMercator,
    Stereographic,
    ObliqueStereographic,
    Polyconic,
}

/// Ellipsoids of datums near WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ellipsoid {
    /// Also that of CGCS2000.
    Grs80,
    Wgs84,
    Gsk2011,
}

impl Ellipsoid {
    /// Semi-major axis in metres, and inverse flattening.
    const fn axes(self) -> (f64, f64) {
        match self {
            Self::Grs80 => (6_378_137.0, 298.257_222_101),
            Self::Wgs84 => (6_378_137.0, 298.257_223_563),
            Self::Gsk2011 => (6_378_136.5, 298.256_415_1),
        }
    }
}

impl System {
    /// Longitude and latitude on WGS 84.
    #[must_use]
    pub fn wgs84() -> Self {
        Self { code: Some(4326), name: "WGS 84".to_owned(), kind: Kind::Geographic }
    }

    /// The system that a text means: a code (`EPSG:4523`, `4523`), a URN or address of one, a name as the register or
    /// ESRI spells it, `gcj02`, `bd09`, WKT of any kind, or PROJJSON.
    ///
    /// # Errors
    /// [`CrsProblem`]: it is not known, lies too far from WGS 84, or is projected in a way that is not supported.
    pub fn named(text: &str) -> Result<Self, CrsProblem> {
        let text = text.trim().trim_start_matches('\u{feff}').trim_end_matches('\0').trim();
        let unknown = || CrsProblem::unknown(text);
        if text.starts_with('{') {
            return projjson::read(&serde_json::from_str(text).map_err(|_| unknown())?)
                .unwrap_or_else(|| Err(unknown()));
        }
        if text.contains(['[', '(']) && wkt::looks_like(text) {
            return wkt::read(text);
        }
        // A code, perhaps behind an authority, in an address or in a URN.
        let parts: Vec<&str> =
            text.split([':', '/', '#', ',', '&', '=']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let authority = |name: &str| parts.iter().rev().skip(1).any(|part| part.eq_ignore_ascii_case(name));
        let last = *parts.last().ok_or_else(unknown)?;
        if let Ok(code) = last.parse::<u32>() {
            let foreign = ["esri", "iau", "ignf", "sr-org"].into_iter().any(authority);
            return match code {
                84 if authority("crs") => Ok(Self::wgs84()),
                _ if foreign && code < 100_000 => Err(unknown()),
                // Codes that others gave to Web Mercator before it had one.
                102_100 | 102_113 | 900_913 => table::by_code(3857),
                _ if foreign => Err(unknown()),
                code => table::by_code(code),
            };
        }
        match table::folded(last).as_str() {
            "gcj02" | "gcj" | "火星坐标系" => Ok(Self::shifted("GCJ-02", Kind::Gcj02)),
            "bd09" | "bd09ll" | "百度坐标系" => Ok(Self::shifted("BD-09", Kind::Bd09)),
            "crs84" | "crs84h" | "84" | "ogc84" => Ok(Self::wgs84()),
            // Names have slashes of their own.
            _ => table::by_name(text).or_else(|| table::by_name(last)).unwrap_or_else(|| Err(unknown())),
        }
    }

    /// The system that a text means, as one to write in.
    ///
    /// # Errors
    /// [`CrsProblem::NeverWritten`] of shifted ones; [`CrsProblem::NotWritten`] of what cannot be read either.
    pub fn to_write(text: &str) -> Result<Self, CrsProblem> {
        let name = || text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(80).collect();
        let system = Self::named(text).map_err(|_| CrsProblem::NotWritten { name: name() })?;
        if system.is_shifted() { Err(CrsProblem::NeverWritten { name: system.name }) } else { Ok(system) }
    }

    /// Whether its coordinates are those of web maps, shifted from where places are.
    #[must_use]
    pub const fn is_shifted(&self) -> bool {
        matches!(self.kind, Kind::Gcj02 | Kind::Bd09)
    }

    fn shifted(name: &str, kind: Kind) -> Self {
        Self { code: None, name: name.to_owned(), kind }
    }

    /// Its code with its authority.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        self.code.map(|code| format!("EPSG:{code}"))
    }

    /// What it is called in the register, or in the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether its numbers are longitude and latitude as they are.
    #[must_use]
    pub fn is_geographic(&self) -> bool {
        self.kind == Kind::Geographic
    }

    /// Code and name, as messages have it.
    #[must_use]
    pub fn label(&self) -> String {
        self.code().map_or_else(|| self.name.clone(), |code| format!("{code} ({})", self.name))
    }

    /// What stands beside a layer whose coordinates are in this system.
    fn reading(&self, basis: CrsBasis) -> CrsReading {
        let mut reading = CrsReading::new(self.name.clone(), self.code(), CrsKind::Geographic, basis);
        match &self.kind {
            Kind::Geographic => {}
            Kind::Gcj02 => reading.kind = CrsKind::Gcj02,
            Kind::Bd09 => reading.kind = CrsKind::Bd09,
            Kind::Projected(plane) => {
                reading.kind = plane.kind();
                if plane.method == Method::TransverseMercator {
                    reading.central_meridian = Some(plane.lon_0);
                }
                if let Some((zone, width)) = plane.zone(self.code) {
                    (reading.zone, reading.zone_width) = (Some(zone), Some(width));
                }
                reading.zone_prefix = plane.prefix().is_some();
            }
        }
        reading
    }

    /// The system with this zone before its eastings, or without: `Some(35)` makes 4523 of 4544.
    fn gauss_kruger(prefix: u32) -> Option<Self> {
        let code = match prefix {
            13..=23 => 4491 + prefix - 13,
            25..=45 => 4513 + prefix - 25,
            _ => return None,
        };
        table::by_code(code).ok()
    }

    /// Gauss–Krüger on CGCS2000 around a meridian, without a zone before eastings.
    fn gauss_kruger_around(meridian: f64) -> Option<Self> {
        (75..=135).step_by(3).zip(4534..).find(|&(lon, _)| same(f64::from(lon), meridian))?.1.into_system()
    }
}

/// A code as a system.
trait IntoSystem {
    fn into_system(self) -> Option<System>;
}

impl IntoSystem for u32 {
    fn into_system(self) -> Option<System> {
        table::by_code(self).ok()
    }
}

impl Projected {
    fn kind(&self) -> CrsKind {
        let transverse = self.method == Method::TransverseMercator && self.lat_0 == 0.0;
        if self.method == Method::WebMercator {
            CrsKind::WebMercator
        } else if transverse && same(self.k_0, 1.0) && same(self.x_0.rem_euclid(1e6), 5e5) {
            CrsKind::GaussKruger
        } else if transverse
            && same(self.k_0, 0.9996)
            && same(self.x_0.rem_euclid(1e6), 5e5)
            && same(self.lon_0.rem_euclid(6.0), 3.0)
        {
            CrsKind::Utm
        } else {
            CrsKind::Projected
        }
    }

    /// What stands before eastings in millions, where it is the number of a zone.
    fn prefix(&self) -> Option<u32> {
        let millions = (self.x_0 - 5e5) / 1e6;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of two digits")]
        (self.method == Method::TransverseMercator && millions.fract() == 0.0 && (1.0..=61.0).contains(&millions))
            .then_some(millions as u32)
    }

    /// Number of the zone and its width in degrees, where the system is one of a series.
    fn zone(&self, code: Option<u32>) -> Option<(u32, u32)> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of two digits")]
        let whole = |zone: f64| (zone.fract() == 0.0 && (1.0..=120.0).contains(&zone)).then_some(zone as u32);
        let east = self.lon_0.rem_euclid(360.0);
        match self.kind() {
            CrsKind::Utm => Some((whole((self.lon_0 + 183.0) / 6.0)?, 6)),
            CrsKind::GaussKruger => {
                let (three, six) = (whole(east / 3.0), whole((east + 3.0) / 6.0));
                let is_six = match self.prefix() {
                    Some(prefix) => six == Some(prefix) && three != Some(prefix),
                    None => matches!(code, Some(4502..=4512)),
                };
                if is_six { Some((six?, 6)) } else { Some((three?, 3)) }
            }
            CrsKind::Geographic | CrsKind::WebMercator | CrsKind::Projected | CrsKind::Gcj02 | CrsKind::Bd09 => None,
        }
    }
}

/// Whether two parameters are one, however they were written.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

/// What the `crs` member of old GeoJSON names, given as JSON text; `None` for `null`.
pub(super) fn name_of_member(json: &str) -> Option<String> {
    let short = || json.chars().take(80).collect();
    let Ok(crs) = serde_json::from_str::<Value>(json) else { return Some(short()) };
    if crs.is_null() {
        return None;
    }
    Some(name_in(&crs).unwrap_or_else(short))
}

/// Puts a name beside one that was found before: they must be one, or mean the same.
pub(super) fn agree(first: &mut Option<String>, other: Option<String>) -> Result<(), CrsProblem> {
    match (&first, other) {
        (_, None) => {}
        (None, other) => *first = other,
        (Some(first), Some(second)) => {
            let same = *first == second || System::named(first).ok().is_some_and(|it| Ok(it) == System::named(&second));
            if !same {
                return Err(CrsProblem::Several { first: first.clone(), second });
            }
        }
    }
    Ok(())
}

fn name_in(crs: &Value) -> Option<String> {
    let properties = &crs["properties"];
    [&properties["name"], &properties["code"], &properties["href"], &crs["name"], crs].into_iter().find_map(|value| {
        match value {
            Value::String(name) => Some(name.clone()),
            Value::Number(code) => Some(format!("EPSG:{code}")),
            _ => None,
        }
    })
}

//! The table of systems, and looking into it by code and by name.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::{CrsProblem, Ellipsoid, Kind, Method, Projected, System};

/// From the EPSG register; the head of the file says how it is written.
const SYSTEMS: &str = include_str!("systems.txt");

/// Names of datums near WGS 84; the head of the file says which.
const DATUMS: &str = include_str!("datums.txt");

/// What parts systems near WGS 84 from codes of those that are not.
const FAR: &str = "---\n";

/// Codes of planar systems near WGS 84 with north before east, from the EPSG register: first and last of each run of
/// those that there are.
const NORTH_FIRST: &str = "2105-2132 2176-2193 2443-2461 2953 3006-3018 3034-3035 3040-3049 3059 3114-3152 3300-3301 \
    3346 3414-3416 3764 3788-3793 3845-3854 3873-3885 4026-4038 4491-4554 4839 5048 5105-5188 5253-5259 5269-5275 \
    5343-5349 5367 5479-5481 5632-5639 5651-5653 6362 6372 6669-6687 6707-6709 6870-6876 6962 7799-7801 9039-9040 \
    9221-9222 9377 9498 20904-22187 22240 25884";

/// Whether the register has north before east on the plane with this code.
pub(in crate::io) fn is_north_first(code: u32) -> bool {
    NORTH_FIRST.split_ascii_whitespace().any(|run| {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        let bounds = first.parse::<u32>().ok().zip(last.parse().ok());
        bounds.is_some_and(|(first, last)| (first..=last).contains(&code))
    })
}

fn halves() -> (&'static str, &'static str) {
    SYSTEMS.split_once(FAR).unwrap_or((SYSTEMS, ""))
}

fn rows() -> impl Iterator<Item = &'static str> {
    halves().0.lines().filter(|line| !line.starts_with('#'))
}

/// Codes that lie farther off, and their datum.
fn far() -> impl Iterator<Item = (std::ops::RangeInclusive<u32>, &'static str)> {
    halves().1.lines().filter_map(|line| {
        let (codes, datum) = line.split_once('|')?;
        let (first, last) = codes.split_once('-').unwrap_or((codes, codes));
        Some((first.parse().ok()?..=last.parse().ok()?, datum))
    })
}

/// Codes and names of all systems, in the order of their codes.
pub(super) fn codes_and_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    rows().filter_map(|row| {
        let mut parts = row.split('|');
        Some((parts.next()?, parts.next()?))
    })
}

/// The system with a code of the EPSG.
pub(super) fn by_code(code: u32) -> Result<System, CrsProblem> {
    let start = format!("{code}|");
    if let Some(system) = rows().find(|row| row.starts_with(&start)).and_then(read) {
        return Ok(system);
    }
    let found = far().find(|(codes, _)| codes.contains(&code));
    Err(match found {
        Some((_, datum)) => CrsProblem::Far { name: format!("EPSG:{code}"), datum: datum.to_owned() },
        None => CrsProblem::unknown(&format!("EPSG:{code}")),
    })
}

/// The system of this name, however it is spelled; `None` when there is none.
pub(super) fn by_name(name: &str) -> Option<Result<System, CrsProblem>> {
    static NAMES: LazyLock<HashMap<String, &str>> = LazyLock::new(|| {
        let mut names = HashMap::new();
        for row in rows() {
            if let Some(name) = row.split('|').nth(1) {
                names.entry(folded(name)).or_insert(row);
            }
        }
        names
    });
    let key = folded(name);
    if key.is_empty() {
        return None;
    }
    let key = alias(&key);
    if let Some(row) = NAMES.get(key) {
        return read(row).map(Ok);
    }
    let datum = far_datum(key)?;
    Some(Err(CrsProblem::Far { name: name.chars().take(80).collect(), datum: datum.to_owned() }))
}

/// The datum that lies farther off and whose name a folded name is, or begins with.
pub(super) fn far_datum(key: &str) -> Option<&'static str> {
    let fits = |datum: &str| {
        let datum = folded(datum);
        datum.len() > 3 && key.starts_with(&datum)
    };
    far().map(|(_, datum)| datum).filter(|datum| fits(datum)).max_by_key(|datum| datum.len())
}

/// Whether a folded name is that of a datum, or of longitude and latitude, that lies near WGS 84.
pub(super) fn is_near(key: &str) -> bool {
    static NAMES: LazyLock<HashSet<String>> =
        LazyLock::new(|| DATUMS.lines().filter(|line| !line.starts_with('#')).map(folded).collect());
    NAMES.contains(key)
}

/// Other names of systems, folded, to those of the table.
fn alias(key: &str) -> &str {
    match key {
        "wgs84webmercatorauxiliarysphere"
        | "wgs84webmercator"
        | "webmercator"
        | "googlemercator"
        | "popularvisualisationcrsmercator" => "wgs84pseudomercator",
        "china2000"
        | "chinageodeticcoordinatesystem2000"
        | "chinesegeodeticcoordinatesystem2000"
        | "国家2000"
        | "2000国家大地坐标系"
        | "cgcs2000大地坐标系" => "cgcs2000",
        "worldgeodeticsystem84" => "wgs84",
        "rgf93lambert93" => "rgf93v1lambert93",
        "rgf93" => "rgf93v1",
        "korea2000" => "kgd2002",
        other => other,
    }
}

/// A name for comparison: small letters and digits, years and words as ESRI and the register write them made alike.
pub(super) fn folded(name: &str) -> String {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let plain = plain.replace("krüger", "kruger");
    let plain = plain.strip_prefix("gcs").filter(|rest| !rest.is_empty()).unwrap_or(&plain).to_owned();
    let words = [
        ("gausskruger", "gk"),
        ("wgs1984", "wgs84"),
        ("worldgeodeticsystem1984", "worldgeodeticsystem84"),
        ("etrs1989", "etrs89"),
        ("europeanterrestrialreferencesystem1989", "etrs89"),
        ("nad1983", "nad83"),
        ("northamericandatum1983", "nad83"),
        ("northamerican1983", "nad83"),
        ("nad1927", "nad27"),
        ("northamerican1927", "nad27"),
        ("gda1994", "gda94"),
        ("twd1997", "twd97"),
        ("rgf1993", "rgf93"),
        ("japangeodeticdatum2011", "jgd2011"),
        ("japangeodeticdatum2000", "jgd2000"),
        ("sistemadereferenciageocentricoparalasamericas2000", "sirgas2000"),
        ("geocentricdatumofaustralia2020", "gda2020"),
        ("newzealandgeodeticdatum2000", "nzgd2000"),
        ("taiwandatum1997", "twd97"),
        ("beijing54", "beijing1954"),
        ("北京54", "beijing1954"),
        ("xian80", "xian1980"),
        ("西安80", "xian1980"),
    ];
    words.into_iter().fold(plain, |text, (from, to)| if text.contains(from) { text.replace(from, to) } else { text })
}

/// The system of the table with these parameters; of several the one that is called so, else one on the datum `near`.
pub(super) fn by_parameters(plane: &Projected, name: &str, near: &str) -> Option<System> {
    let same = |system: &System| matches!(&system.kind, Kind::Projected(other) if alike(plane, other));
    let found: Vec<System> = rows().filter_map(read).filter(same).collect();
    let (name, called) = (folded(name), |system: &System| folded(&system.name));
    let on_datum = |system: &&System| called(system).starts_with(near);
    // Of the planes that series share the narrower zones are meant: those of 3°.
    let exact = found.iter().find(|system| called(system) == name);
    let of_three = || found.iter().filter(on_datum).find(|system| called(system).contains("3degree"));
    // Variants in brackets are rarer than what they are variants of.
    let usual = || found.iter().filter(on_datum).find(|system| !system.name.ends_with(')'));
    exact.or_else(of_three).or_else(usual).or_else(|| found.iter().find(on_datum)).cloned()
}

pub(super) fn alike(a: &Projected, b: &Projected) -> bool {
    let numbers = |it: &Projected| [it.lat_0, it.lon_0, it.k_0, it.unit];
    let metres = |it: &Projected| [it.x_0, it.y_0];
    let parallels = |it: &Projected| {
        let mut pair = [it.lat_1, it.lat_2];
        pair.sort_by(f64::total_cmp);
        pair
    };
    let near = |a: &[f64], b: &[f64], by: f64| a.iter().zip(b).all(|(a, b)| (a - b).abs() < by);
    a.method == b.method
        && a.ellipsoid == b.ellipsoid
        && near(&numbers(a), &numbers(b), 1e-9)
        && near(&parallels(a), &parallels(b), 1e-9)
        && near(&metres(a), &metres(b), 1e-3)
}

fn read(row: &str) -> Option<System> {
    let mut parts = row.split('|');
    let (code, name, method, ellipsoid) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?, parts.next()?);
    let ellipsoid = match ellipsoid {
        "G" => Ellipsoid::Grs80,
        "W" => Ellipsoid::Wgs84,
        "K" => Ellipsoid::Gsk2011,
        _ => return None,
    };
    let method = match method {
        "longlat" => return Some(System { code: Some(code), name: name.to_owned(), kind: Kind::Geographic }),
        "tmerc" => Method::TransverseMercator,
        "lcc" => Method::LambertConic,
        "laea" => Method::LambertAzimuthal,
        "aea" => Method::Albers,
        "merc" => Method::Mercator,
        "webmerc" => Method::WebMercator,
        "stere" => Method::Stereographic,
        "sterea" => Method::ObliqueStereographic,
        "poly" => Method::Polyconic,
        _ => return None,
    };
    let numbers: Vec<f64> = parts.next()?.split(' ').map_while(|text| text.parse().ok()).collect();
    let [lat_0, lon_0, lat_1, lat_2, k_0, x_0, y_0, rest @ ..] = numbers.as_slice() else { return None };
    let plane = Projected {
        method,
        ellipsoid,
        lat_0: *lat_0,
        lon_0: *lon_0,
        lat_1: *lat_1,
        lat_2: *lat_2,
        k_0: *k_0,
        x_0: *x_0,
        y_0: *y_0,
        unit: rest.first().copied().unwrap_or(1.0),
    };
    Some(System { code: Some(code), name: name.to_owned(), kind: Kind::Projected(plane) })
}

/// Every system of the table.
#[cfg(test)]
pub(super) fn all() -> Vec<System> {
    rows().filter_map(read).collect()
}

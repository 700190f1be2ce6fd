//! Coordinate systems by name: accepted only when they are longitude and latitude on WGS 84, or on CGCS2000, which
//! differs by centimetres.

use serde_json::Value;

/// Checks the name of a coordinate system, in any of its usual spellings. Axes are taken as GeoJSON always has them,
/// longitude first, whatever the authority's order is.
///
/// # Errors
/// The name, shortened, when it is another one.
pub(super) fn check(name: &str) -> Result<(), String> {
    if is_geographic(name) { Ok(()) } else { Err(shortened(name)) }
}

/// Checks the `crs` member of old GeoJSON, given as JSON text.
///
/// # Errors
/// As [`check`].
pub(super) fn check_member(json: &str) -> Result<(), String> {
    let Ok(crs) = serde_json::from_str::<Value>(json) else { return Err(shortened(json)) };
    if crs.is_null() {
        return Ok(());
    }
    let properties = &crs["properties"];
    let name = [&properties["name"], &properties["code"], &properties["href"], &crs["name"], &crs]
        .into_iter()
        .find_map(|value| match value {
            Value::String(name) => Some(name.clone()),
            Value::Number(code) => Some(format!("EPSG:{code}")),
            _ => None,
        })
        .unwrap_or_else(|| shortened(json));
    check(&name)
}

/// Whether the name is one of the spellings of WGS 84 or CGCS2000 in longitude and latitude.
fn is_geographic(name: &str) -> bool {
    const PLAIN: [&str; 12] = [
        "4326",
        "4490",
        "wgs84",
        "wgs1984",
        "gcswgs1984",
        "cgcs2000",
        "gcscgcs2000",
        "chinageodeticcoordinatesystem2000",
        "gcschinageodeticcoordinatesystem2000",
        "crs84",
        "crs84h",
        "84",
    ];
    let lower = name.trim().to_ascii_lowercase();
    let mut parts = lower.split([':', '/', '#']).map(str::trim).filter(|part| !part.is_empty()).rev();
    let last: String = parts.next().unwrap_or_default().chars().filter(|c| !matches!(c, ' ' | '_' | '-')).collect();
    let authority_fits = match last.as_str() {
        "84" => parts.next() == Some("crs"),
        "4326" | "4490" => parts.all(|part| !matches!(part, "esri" | "iau" | "ignf")),
        _ => true,
    };
    authority_fits && PLAIN.contains(&last.as_str())
}

/// The first 80 characters.
fn shortened(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Result<(), String> {
        assert_eq!(check(name).is_ok(), check_member(&format!("{{\"name\":\"{name}\"}}")).is_ok());
        check_member(&format!(r#"{{"type":"name","properties":{{"name":"{name}"}}}}"#))
    }

    #[test]
    fn usual_spellings_of_wgs84_and_cgcs2000_pass() {
        for name in [
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "urn:ogc:def:crs:OGC::CRS84",
            "OGC:CRS84",
            "CRS84",
            "CRS:84",
            "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            "urn:ogc:def:crs:EPSG::4326",
            "urn:ogc:def:crs:EPSG:6.18:4326",
            "urn:x-ogc:def:crs:EPSG:4326",
            "EPSG:4326",
            "epsg:4490",
            "urn:ogc:def:crs:EPSG::4490",
            "https://www.opengis.net/def/crs/EPSG/0/4490",
            "http://www.opengis.net/gml/srs/epsg.xml#4326",
            "WGS 84",
            "WGS84",
            "GCS_WGS_1984",
            "CGCS2000",
            "China Geodetic Coordinate System 2000",
        ] {
            assert_eq!(named(name), Ok(()), "{name}");
        }
        for json in ["null", r#"{"type":"EPSG","properties":{"code":4326}}"#, r#""EPSG:4326""#] {
            assert_eq!(check_member(json), Ok(()), "{json}");
        }
    }

    #[test]
    fn other_systems_are_refused_by_name() {
        for name in [
            "EPSG:3857",
            "urn:ogc:def:crs:EPSG::4523",
            "EPSG:4214",
            "Xian 1980",
            "ESRI:4326",
            "EPSG:84",
            "EPSG:43260",
            "",
        ] {
            assert_eq!(named(name), Err(name.to_owned()));
        }
        assert!(check_member(r#"{"type":"EPSG","properties":{"code":3857}}"#).is_err());
        assert!(check_member("{}").is_err());
    }
}

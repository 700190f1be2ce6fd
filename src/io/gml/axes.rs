//! Which of two numbers stands first, as the authority of a coordinate system has it.
//!
//! Degrees stand with the latitude first; on a plane it is by the system. Files that name a system by its URN or its
//! address follow that, files that name it in the short form do not.

use crate::io::crs::{System, is_north_first};

/// Whether north stands before east in what is written under this name of a coordinate system.
pub(super) fn north_first(name: &str) -> bool {
    let lower = name.trim().to_ascii_lowercase();
    // The short form, and the address of the version before.
    let is_strict = (lower.starts_with("urn:") || lower.contains("/def/crs/")) && lower.contains("epsg");
    let code: Option<u32> = lower.rsplit([':', '/', '#']).next().and_then(|code| code.parse().ok());
    let (true, Some(code)) = (is_strict, code) else { return false };
    is_north_first(code) || System::named(name).is_ok_and(|system| system.is_geographic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_the_name_says_whether_the_order_is_that_of_the_authority() {
        for name in [
            "urn:ogc:def:crs:EPSG::4326",
            "urn:ogc:def:crs:EPSG:6.9:4490",
            "urn:x-ogc:def:crs:EPSG:4258",
            "http://www.opengis.net/def/crs/EPSG/0/4326",
            "urn:ogc:def:crs:EPSG::3035",
            "urn:ogc:def:crs:EPSG::4523",
        ] {
            assert!(north_first(name), "{name}");
        }
        for name in [
            "EPSG:4326",
            "http://www.opengis.net/gml/srs/epsg.xml#4326",
            "urn:ogc:def:crs:OGC:1.3:CRS84",
            "urn:ogc:def:crs:EPSG::32648",
            "urn:ogc:def:crs:EPSG::3857",
            "urn:ogc:def:crs:EPSG::",
            "",
        ] {
            assert!(!north_first(name), "{name}");
        }
    }
}

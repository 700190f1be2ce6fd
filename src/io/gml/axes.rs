//! Which of two numbers stands first, as the authority of a coordinate system has it.
//!
//! Degrees stand with the latitude first; on a plane it is by the system. Files that name a system by its URN or its
//! address follow that, files that name it in the short form do not.

use crate::io::crs::System;

/// Codes of planar systems near WGS 84 with north before east, from the EPSG register: first and last of each run of
/// those that there are.
const NORTH_FIRST: &str = "2105-2132 2176-2193 2443-2461 2953 3006-3018 3034-3035 3040-3049 3059 3114-3152 3300-3301 \
    3346 3414-3416 3764 3788-3793 3845-3854 3873-3885 4026-4038 4491-4554 4839 5048 5105-5188 5253-5259 5269-5275 \
    5343-5349 5367 5479-5481 5632-5639 5651-5653 6362 6372 6669-6687 6707-6709 6870-6876 6962 7799-7801 9039-9040 \
    9221-9222 9377 9498 20904-22187 22240 25884";

/// Whether north stands before east in what is written under this name of a coordinate system.
pub(super) fn north_first(name: &str) -> bool {
    let lower = name.trim().to_ascii_lowercase();
    // The short form, and the address of the version before.
    let is_strict = (lower.starts_with("urn:") || lower.contains("/def/crs/")) && lower.contains("epsg");
    let code: Option<u32> = lower.rsplit([':', '/', '#']).next().and_then(|code| code.parse().ok());
    let (true, Some(code)) = (is_strict, code) else { return false };
    let is_listed = NORTH_FIRST.split_ascii_whitespace().any(|run| {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        let bounds = first.parse::<u32>().ok().zip(last.parse().ok());
        bounds.is_some_and(|(first, last)| (first..=last).contains(&code))
    });
    is_listed || System::named(name).is_ok_and(|system| system.is_geographic())
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

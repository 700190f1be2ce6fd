//! Layers as GeoJSON, where they cannot leave as the text that they came as: in another coordinate system.
//!
//! RFC 7946 knows WGS 84 alone, and leaves another system to those who agreed on it (§4). Whoever asks for one gets the
//! `crs` member that GeoJSON had before, which says what the numbers are, and is told that not everybody reads it.

use geo::Coord;

use super::{Files, Loss, OutLayer, Wishes};
use crate::coverage::AtomId;
use crate::io::crs::System;
use crate::io::geojson::write::{array, number, string};

pub(super) fn losses(_: &[OutLayer], wishes: &Wishes) -> Vec<Loss> {
    let foreign = |system: &System| Loss::ForeignSystem { format: "GeoJSON", system: system.label() };
    wishes.system.as_ref().filter(|system| !system.is_geographic()).map(foreign).into_iter().collect()
}

/// Whether a system is the one that the format means.
fn is_plain(system: &System) -> bool {
    *system == System::wgs84()
}

/// Appends the `crs` member of a system, where it is not the one that the format means.
pub(super) fn crs_member(out: &mut Vec<u8>, system: &System) {
    if is_plain(system) {
        return;
    }
    let named = system.code().map(|code| code.replace("EPSG:", "urn:ogc:def:crs:EPSG::"));
    out.extend_from_slice(br#""crs":{"type":"name","properties":{"name":"#);
    string(out, &named.or_else(|| system.wkt()).unwrap_or_else(|| system.name().to_owned()));
    out.extend_from_slice(b"}},");
}

pub(super) fn position(out: &mut Vec<u8>, at: Coord) {
    out.push(b'[');
    number(out, at.x);
    out.push(b',');
    number(out, at.y);
    out.push(b']');
}

/// Appends the properties of a feature, with its code as text.
pub(super) fn properties(out: &mut Vec<u8>, layer: &OutLayer, feature: usize) {
    out.push(b'{');
    for (at, column) in layer.columns.iter().enumerate() {
        out.extend_from_slice(if at > 0 { b"," } else { b"" });
        string(out, &column.name);
        out.push(b':');
        match column.raw(feature) {
            None => out.extend_from_slice(b"null"),
            Some(raw) if layer.is_code(column) && !raw.starts_with('"') => string(out, raw),
            Some(raw) => out.extend_from_slice(raw.as_bytes()),
        }
    }
    out.push(b'}');
}

#[expect(clippy::unnecessary_wraps, reason = "as all writers")]
pub(super) fn files(layers: &[OutLayer], _: &Wishes, _: &str) -> Files {
    let mut out = br#"{"type":"FeatureCollection","#.to_vec();
    if let Some(layer) = layers.first() {
        crs_member(&mut out, &layer.system);
    }
    out.extend_from_slice(b"\"features\":[");
    let features = layers.iter().flat_map(|layer| (0..layer.features.len()).map(move |feature| (layer, feature)));
    for (at, (layer, feature)) in features.enumerate() {
        out.extend_from_slice(if at > 0 { b",\n" } else { b"\n" });
        out.extend_from_slice(br#"{"type":"Feature","#);
        if let Some(id) = &layer.features[feature].id {
            out.extend_from_slice(br#""id":"#);
            out.extend_from_slice(id.as_bytes());
            out.push(b',');
        }
        out.extend_from_slice(br#""properties":"#);
        properties(&mut out, layer, feature);
        out.extend_from_slice(br#","geometry":"#);
        geometry(&mut out, layer, feature);
        out.push(b'}');
    }
    out.extend_from_slice(b"\n]}\n");
    Ok(vec![out])
}

fn geometry(out: &mut Vec<u8>, layer: &OutLayer, feature: usize) {
    let faces = layer.polygons.faces_of(AtomId::new(feature));
    let polygons = layer.rings(feature);
    let polygon = |out: &mut Vec<u8>, rings: Vec<Vec<Coord>>| array(out, rings, |out, ring| array(out, ring, position));
    match faces.len() {
        0 => return out.extend_from_slice(b"null"),
        1 => {
            out.extend_from_slice(br#"{"type":"Polygon","coordinates":"#);
            for rings in polygons {
                polygon(out, rings);
            }
        }
        _ => {
            out.extend_from_slice(br#"{"type":"MultiPolygon","coordinates":"#);
            array(out, polygons, polygon);
        }
    }
    out.push(b'}');
}

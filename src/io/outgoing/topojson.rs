//! Layers as TopoJSON: every line once, an object for each level, codes as ids.
//!
//! 1. Arcs are not quantised: coordinates leave to the bit.
//! 2. Borders of upper levels are made of the arcs of the finest one.
//! 3. A feature without territory is an empty `MultiPolygon`: of those of type `null`, which the specification has for
//!    it, GDAL takes nothing.

use super::geojson::{crs_member, position, properties};
use super::topology::{Step, Topology};
use super::{Files, Loss, OutLayer, Wishes};
use crate::io::crs::System;
use crate::io::geojson::write::{array, number, string};

pub(super) fn losses(_: &[OutLayer], wishes: &Wishes) -> Vec<Loss> {
    let foreign = |system: &System| Loss::ForeignSystem { format: "TopoJSON", system: system.label() };
    wishes.system.as_ref().filter(|system| !system.is_geographic()).map(foreign).into_iter().collect()
}

pub(super) fn files(layers: &[OutLayer], _: &Wishes, _: &str) -> Files {
    let topology = Topology::of(layers)?;
    let mut out = br#"{"type":"Topology","#.to_vec();
    if let Some(layer) = layers.first() {
        crs_member(&mut out, &layer.system);
    }
    if let Some(bounds) = layers.iter().filter_map(OutLayer::bounds).reduce(crate::coverage::union) {
        out.extend_from_slice(br#""bbox":"#);
        let edges = [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y];
        array(&mut out, edges, number);
        out.push(b',');
    }
    out.extend_from_slice(br#""objects":{"#);
    for (at, (layer, features)) in layers.iter().zip(&topology.layers).enumerate() {
        out.extend_from_slice(if at > 0 { b",\n" } else { b"\n" });
        string(&mut out, &layer.name);
        out.extend_from_slice(br#":{"type":"GeometryCollection","geometries":["#);
        for (feature, polygons) in features.iter().enumerate() {
            out.extend_from_slice(if feature > 0 { b",\n" } else { b"\n" });
            geometry(&mut out, layer, feature, polygons);
        }
        out.extend_from_slice(b"\n]}");
    }
    out.extend_from_slice(b"\n},\"arcs\":[");
    for (at, arc) in topology.arcs.iter().enumerate() {
        out.extend_from_slice(if at > 0 { b",\n" } else { b"\n" });
        array(&mut out, arc.iter().copied(), position);
    }
    out.extend_from_slice(b"\n]}\n");
    Ok(vec![out])
}

fn geometry(out: &mut Vec<u8>, layer: &OutLayer, feature: usize, polygons: &[Vec<Vec<Step>>]) {
    let kind: &[u8] = match polygons {
        [_] => br#""Polygon""#,
        _ => br#""MultiPolygon""#,
    };
    out.extend_from_slice(br#"{"type":"#);
    out.extend_from_slice(kind);
    let it = &layer.features[feature];
    if !it.code.is_empty() {
        out.extend_from_slice(br#","id":"#);
        string(out, &it.code);
    } else if let Some(id) = &it.id {
        out.extend_from_slice(br#","id":"#);
        out.extend_from_slice(id.as_bytes());
    }
    out.extend_from_slice(br#","properties":"#);
    properties(out, layer, feature);
    let step = |out: &mut Vec<u8>, &(arc, is_backward): &Step| {
        // One's complement, as the specification has it: -1 is the first arc backwards.
        let text = if is_backward { format!("-{}", arc + 1) } else { arc.to_string() };
        out.extend_from_slice(text.as_bytes());
    };
    let rings = |out: &mut Vec<u8>, rings: &Vec<Vec<Step>>| array(out, rings, |out, ring| array(out, ring, step));
    match polygons {
        [only] => {
            out.extend_from_slice(br#","arcs":"#);
            rings(out, only);
        }
        several => {
            out.extend_from_slice(br#","arcs":"#);
            array(out, several, rings);
        }
    }
    out.push(b'}');
}

//! A layer as a table of text: UTF-8 with a byte order mark, codes and all numbers as they are.
//!
//! In place of outlines each row has longitude and latitude of a point inside its unit (or easting and northing, in a
//! system that has them). With [`Wishes::wkt`] it has the outline as well, as well-known text under the name by which GDAL
//! and QGIS take it for the geometry.

use std::borrow::Cow;
use std::io;

use geo::{Coord, InteriorPoint as _};

use super::loss::columns;
use super::{Column, Files, Loss, OutLayer, Value, Wishes};
use crate::i18n::plain;
use crate::io::WriteProblem;
use crate::io::geojson::write::number;

/// Name of the column with outlines.
const WKT: &str = "WKT";

pub(super) fn losses(layers: &[OutLayer], wishes: &Wishes) -> Vec<Loss> {
    let outlines = (!wishes.wkt).then_some(Loss::NoOutlinesUnlessAsked);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let fields = columns(layers, |layer, column| {
        let digits = |row| matches!(column.value(row), Value::Text(text) if is_digits(&text));
        layer.is_code(column) && (0..layer.features.len()).any(digits)
    });
    let codes = (!fields.is_empty()).then_some(Loss::UntypedCodes { fields });
    let guarded = columns(layers, |layer, column| {
        let is_changed =
            |row| matches!(column.value(row), Value::Text(text) if matches!(plain::cell(&text), Cow::Owned(_)));
        (0..layer.features.len()).any(is_changed)
    });
    let guarded = (!guarded.is_empty()).then_some(Loss::Guarded { fields: guarded });
    outlines
        .into_iter()
        .chain(codes)
        .chain(guarded)
        .chain(Loss::structure(layers))
        .chain(Loss::empty_is_unknown(layers))
        .collect()
}

/// Where a unit lies: a point inside of its largest part.
pub(super) fn point_inside(layer: &OutLayer, feature: usize) -> Option<Coord> {
    layer.geometry(feature).interior_point().map(Coord::from).filter(|at| at.x.is_finite() && at.y.is_finite())
}

/// What the columns of that point are called, apart from those of the layer.
pub(super) fn point_names(layer: &OutLayer) -> [String; 2] {
    let names = if layer.system.is_geographic() { ["lon", "lat"] } else { ["x", "y"] };
    let is_taken = |name: &str| layer.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    if names.iter().any(|name| is_taken(name)) {
        names.map(|name| format!("{}{name}", crate::model::PREFIX))
    } else {
        names.map(str::to_owned)
    }
}

/// A cell as text, with all digits of numbers.
fn cell(column: &Column, row: usize) -> Cow<'_, str> {
    match column.value(row) {
        Value::Null => "".into(),
        Value::Bool(value) => if value { "true" } else { "false" }.into(),
        Value::Integer(value) => value.to_string().into(),
        Value::Real(value) => shortest(value).into(),
        Value::Text(text) => plain::cell(&text).into_owned().into(),
    }
}

fn shortest(value: f64) -> String {
    let mut text = Vec::new();
    number(&mut text, value);
    String::from_utf8_lossy(&text).into_owned()
}

pub(super) fn files(layers: &[OutLayer], wishes: &Wishes, _: &str) -> Files {
    let Some(layer) = layers.first().map(OutLayer::with_ids) else { return Ok(Vec::new()) };
    let mut csv = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    let failed = |error: csv::Error| WriteProblem::from(io::Error::from(error));
    let mut header: Vec<String> = layer.columns.iter().map(|column| plain::cell(&column.name).into_owned()).collect();
    header.extend(point_names(&layer));
    header.extend(wishes.wkt.then(|| WKT.to_owned()));
    csv.write_record(&header).map_err(failed)?;
    for row in 0..layer.features.len() {
        let cells = layer.columns.iter().map(|column| cell(column, row));
        let at = point_inside(&layer, row);
        let place = [at.map(|at| at.x), at.map(|at| at.y)];
        let place = place.map(|number| Cow::from(number.map(shortest).unwrap_or_default()));
        let outline = wishes.wkt.then(|| Cow::from(well_known(&layer, row)));
        csv.write_record(cells.chain(place).chain(outline).map(Cow::into_owned)).map_err(failed)?;
    }
    Ok(vec![csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?])
}

/// The outline of a unit as well-known text, with all digits; nothing where it has none.
fn well_known(layer: &OutLayer, row: usize) -> String {
    let mut out = Vec::new();
    let list = |out: &mut Vec<u8>, len: usize, each: &mut dyn FnMut(&mut Vec<u8>, usize)| {
        out.push(b'(');
        for at in 0..len {
            out.extend_from_slice(if at > 0 { b"," } else { b"" });
            each(out, at);
        }
        out.push(b')');
    };
    let polygons = layer.rings(row);
    if polygons.is_empty() {
        return String::new();
    }
    out.extend_from_slice(b"MULTIPOLYGON ");
    list(&mut out, polygons.len(), &mut |out, polygon| {
        let rings = &polygons[polygon];
        list(out, rings.len(), &mut |out, ring| {
            let ring = &rings[ring];
            list(out, ring.len(), &mut |out, at| {
                number(out, ring[at].x);
                out.push(b' ');
                number(out, ring[at].y);
            });
        });
    });
    String::from_utf8_lossy(&out).into_owned()
}

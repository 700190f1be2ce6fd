//! A layer as `FlatGeobuf`, with its spatial index: features come in the order of that, and not in their own. Where some
//! have no territory there is no place for them in an index; then there is none, and the order is theirs.

use flatgeobuf::geozero::error::Result as Geozero;
use flatgeobuf::geozero::{ColumnValue, GeomProcessor, GeozeroGeometry, PropertyProcessor as _};
use flatgeobuf::{ColumnType, FgbCrs, FgbWriter, FgbWriterOptions, GeometryType};
use geo::Coord;

use super::{Column, Files, Kind, Loss, OutLayer, Value, Wishes};
use crate::io::WriteProblem;

/// Rings of a feature, polygon by polygon, each closed.
struct Shape(Vec<Vec<Vec<Coord>>>);

impl GeozeroGeometry for Shape {
    fn process_geom<P: GeomProcessor>(&self, out: &mut P) -> Geozero<()> {
        out.multipolygon_begin(self.0.len(), 0)?;
        for (at, rings) in self.0.iter().enumerate() {
            out.polygon_begin(false, rings.len(), at)?;
            for (at, ring) in rings.iter().enumerate() {
                out.linestring_begin(false, ring.len(), at)?;
                for (at, place) in ring.iter().enumerate() {
                    out.xy(place.x, place.y, at)?;
                }
                out.linestring_end(false, at)?;
            }
            out.polygon_end(false, at)?;
        }
        out.multipolygon_end(0)
    }
}

pub(super) fn losses(layers: &[OutLayer], _: &Wishes) -> Vec<Loss> {
    Loss::structure(layers).into_iter().collect()
}

fn column_type(column: &Column) -> ColumnType {
    match column.kind {
        Kind::Bool => ColumnType::Bool,
        Kind::Integer => ColumnType::Long,
        Kind::Real => ColumnType::Double,
        Kind::Text if column.dated().is_some() => ColumnType::DateTime,
        Kind::Text => ColumnType::String,
    }
}

pub(super) fn files(layers: &[OutLayer], _: &Wishes, _: &str) -> Files {
    let Some(layer) = layers.first().map(OutLayer::with_ids) else { return Ok(Vec::new()) };
    // Properties name their column by a number of 16 bits.
    if layer.columns.len() > usize::from(u16::MAX) {
        let room = ["65535 个字段", "65,535 fields"];
        return Err(WriteProblem::NoRoom { format: ["FlatGeobuf", "a FlatGeobuf"], room, better: "GeoJSON" });
    }
    let failed = |error: &dyn std::fmt::Display| WriteProblem::from(std::io::Error::other(error.to_string()));
    let code = layer.system.code().and_then(|code| code.strip_prefix("EPSG:")?.parse::<i32>().ok());
    let wkt = layer.system.wkt();
    let crs = FgbCrs {
        org: code.map(|_| "EPSG"),
        code: code.unwrap_or(0),
        name: Some(layer.system.name()),
        // A code says it all; without one the text does.
        wkt: wkt.as_deref().filter(|_| code.is_none()),
        ..FgbCrs::default()
    };
    let rows = layer.features.len();
    let options = FgbWriterOptions {
        write_index: (0..rows).all(|row| layer.has_territory(row)),
        title: Some(&layer.title),
        crs,
        ..FgbWriterOptions::default()
    };
    let made = FgbWriter::create_with_options(&layer.name, GeometryType::MultiPolygon, options);
    let mut writer = made.map_err(|error| failed(&error))?;
    let types: Vec<ColumnType> = layer.columns.iter().map(column_type).collect();
    for (column, kind) in layer.columns.iter().zip(&types) {
        writer.add_column(&column.name, *kind, |_, _| {});
    }
    for row in 0..rows {
        let mut wrong = None;
        // A geometry without any part is broken to GDAL: an empty one has a polygon of no vertices.
        let mut shape = Shape(layer.rings(row));
        if shape.0.is_empty() {
            shape.0.push(Vec::new());
        }
        let added = writer.add_feature_geom(shape, |feature| {
            for (at, column) in layer.columns.iter().enumerate() {
                let text;
                let value = match column.value(row) {
                    Value::Null => continue,
                    Value::Bool(value) => ColumnValue::Bool(value),
                    Value::Integer(value) => ColumnValue::Long(value),
                    Value::Real(value) => ColumnValue::Double(value),
                    Value::Text(value) => {
                        text = value;
                        if types[at] == ColumnType::DateTime {
                            ColumnValue::DateTime(&text)
                        } else {
                            ColumnValue::String(&text)
                        }
                    }
                };
                wrong = wrong.take().or(feature.property(at, &column.name, &value).err());
            }
        });
        added.map_err(|error| failed(&error))?;
        if let Some(error) = wrong {
            return Err(failed(&error));
        }
    }
    let mut out = Vec::new();
    writer.write(&mut out).map_err(|error| failed(&error))?;
    Ok(vec![out])
}

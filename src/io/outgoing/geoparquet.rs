//! A layer as `GeoParquet` 1.1: a column of well-known binary beside the others, packed with Snappy, in groups of rows. Longitude
//! and latitude are what the standard has where nothing is said; any other system is said in PROJJSON.

use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};
use serde_json::json;

use super::{Column, Files, Kind, Loss, OutLayer, Value, Wishes};
use crate::io::WriteProblem;
use crate::io::crs::System;
use crate::io::project::geometry::well_known;

/// Rows of a group: what GDAL writes, too.
const GROUP: usize = 1 << 16;
/// What the column of geometry is called.
const GEOMETRY: &str = "geometry";

pub(super) fn losses(layers: &[OutLayer], _: &Wishes) -> Vec<Loss> {
    Loss::structure(layers).into_iter().collect()
}

pub(super) fn files(layers: &[OutLayer], _: &Wishes, _: &str) -> Files {
    let Some(layer) = layers.first().map(OutLayer::with_ids) else { return Ok(Vec::new()) };
    let geometry = free_name(&layer);
    let written = write(&layer, &geometry);
    Ok(vec![written.map_err(|error| WriteProblem::from(std::io::Error::other(error)))?])
}

/// What the column of geometry is called: attributes keep their names.
fn free_name(layer: &OutLayer) -> String {
    let is_taken = |name: &String| layer.columns.iter().any(|column| column.name == *name);
    let numbered = (2..).map(|number| format!("{GEOMETRY}_{number}"));
    // Some number is free.
    std::iter::once(GEOMETRY.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

fn write(layer: &OutLayer, geometry: &str) -> Result<Vec<u8>, ParquetError> {
    let columns = layer.columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    let shape = Type::primitive_type_builder(geometry, Physical::BYTE_ARRAY).with_repetition(Repetition::OPTIONAL);
    let fields = columns.into_iter().chain([shape.build()?]).map(Arc::new).collect();
    let schema = Type::group_type_builder("schema").with_fields(fields).build()?;
    let path = || ColumnPath::new(vec![geometry.to_owned()]);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(concat!("quhua version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new("geo".to_owned(), metadata(layer, geometry))]))
        // No two outlines are the same, and none is the least.
        .set_column_dictionary_enabled(path(), false)
        .set_column_statistics_enabled(path(), EnabledStatistics::None)
        .build();
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, Arc::new(schema), Arc::new(properties))?;
    let rows = layer.features.len();
    for start in (0..rows).step_by(GROUP) {
        let rows: Vec<usize> = (start..rows.min(start + GROUP)).collect();
        let mut group = writer.next_row_group()?;
        for column in &layer.columns {
            let values = rows.iter().map(|&row| column.value(row));
            match column.kind {
                Kind::Bool => put::<BoolType, _>(&mut group, values, boolean)?,
                Kind::Integer => put::<Int64Type, _>(&mut group, values, integer)?,
                Kind::Real => put::<DoubleType, _>(&mut group, values, real)?,
                Kind::Text => put::<ByteArrayType, _>(&mut group, values, text)?,
            }
        }
        let outline = |&row: &usize| {
            let bytes = layer.has_territory(row).then(|| well_known(&layer.geometry(row)));
            Ok(bytes.transpose().map_err(|problem| ParquetError::External(Box::new(problem)))?.map(ByteArray::from))
        };
        let outlines = rows.iter().map(outline).collect::<Result<Vec<_>, ParquetError>>()?;
        put::<ByteArrayType, _>(&mut group, outlines.into_iter(), Option::clone)?;
        group.close()?;
    }
    writer.close()?;
    Ok(out)
}

/// A column in the schema.
fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Bool => (Physical::BOOLEAN, None),
        Kind::Integer => (Physical::INT64, None),
        Kind::Real => (Physical::DOUBLE, None),
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let builder = Type::primitive_type_builder(&column.name, physical).with_repetition(Repetition::OPTIONAL);
    builder.with_logical_type(logical).build()
}

/// Writes the next column of a group; what is `None` is not there.
fn put<T: DataType, V>(
    group: &mut SerializedRowGroupWriter<'_, &mut Vec<u8>>,
    rows: impl Iterator<Item = V>,
    value: impl Fn(&V) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<Option<T::T>> = rows.map(|row| value(&row)).collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    let Some(mut column) = group.next_column()? else { return Ok(()) };
    column.typed::<T>().write_batch(&values, Some(&levels), None)?;
    column.close()
}

fn boolean(value: &Value<'_>) -> Option<bool> {
    if let Value::Bool(value) = value { Some(*value) } else { None }
}

fn integer(value: &Value<'_>) -> Option<i64> {
    if let Value::Integer(value) = value { Some(*value) } else { None }
}

fn real(value: &Value<'_>) -> Option<f64> {
    if let Value::Real(value) = value { Some(*value) } else { None }
}

fn text(value: &Value<'_>) -> Option<ByteArray> {
    if let Value::Text(text) = value { Some(text.as_bytes().to_vec().into()) } else { None }
}

/// What the file says of its geometry.
fn metadata(layer: &OutLayer, geometry: &str) -> String {
    let bounds = layer.bounds();
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": if bounds.is_some() { vec!["MultiPolygon"] } else { Vec::new() },
        "orientation": "counterclockwise",
    });
    if let Some(bounds) = bounds {
        column["bbox"] = json!([bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y]);
    }
    if layer.system != System::wgs84() {
        column["crs"] = layer.system.projjson().unwrap_or_default();
    }
    json!({"version": "1.1.0", "primary_column": geometry, "columns": {geometry: column}}).to_string()
}

//! A layer as a shapefile: geometry, index, table, coordinate system, encoding, and a list of what fields are called.
//!
//! 1. Names of fields are short, ASCII and each but once, as the format wants it; [`losses`] says which are no longer what
//!    they were, so that whoever writes can say so first, and a table beside the shapefile has them all.
//! 2. Coordinates are written to the bit, numbers with all their digits, texts in UTF-8; codes stay text. What is longer
//!    than the format can hold is told, not passed over.
//! 3. Only what the format cannot tell apart becomes one: an empty text and one that is unknown.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{self, Cursor, Write as _};

use geo::Coord;
use serde_json::Value as Json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::io::WriteProblem;
use crate::io::outgoing::{Column, Dated, Kind, Loss, OutLayer, Value, Wishes};

/// How the list of names ends.
pub(in crate::io) const LIST: &str = "fields.csv";
/// Endings of all files, as they are written.
const ENDINGS: &[&str] = &[LIST, "cpg", "prj", "dbf", "shx", "shp"];

/// Endings of the files beside the geometry, which comes last.
pub(in crate::io) const BESIDE: &[&str] = ENDINGS.split_at(ENDINGS.len() - 1).0;

const WGS_84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

/// Bytes of a text at most.
const MOST_TEXT: usize = 254;
/// Digits of a whole number that other programs read as one.
const MOST_DIGITS: usize = 18;
/// Characters of the name of a field.
const MOST_NAME: usize = 10;
/// Fields that programs read.
const MOST_FIELDS: usize = 255;

/// What the format cannot hold of a layer.
pub(in crate::io) fn losses(layers: &[OutLayer], _: &Wishes) -> Vec<Loss> {
    let Some(layer) = layers.first().map(OutLayer::with_ids) else { return Vec::new() };
    let fields = fields(&layer);
    let mut losses = Vec::new();
    let renamed = fields.iter().filter(|field| field.short != field.name);
    let pairs: Vec<_> = renamed.map(|field| (field.name.clone(), field.short.clone())).collect();
    if !pairs.is_empty() {
        losses.push(Loss::ShortNames { pairs, list: LIST.to_owned() });
    }
    for field in &fields {
        let Some(column) = field.column else { continue };
        let is_cut = |row: &usize| text(column, *row).len() > field.width;
        let count = (0..layer.features.len()).filter(is_cut).count();
        if count > 0 {
            losses.push(Loss::Cut { field: field.name.clone(), count, most: MOST_TEXT });
        }
    }
    let times = Loss::times(layers, |dated| dated != Dated::Day);
    losses.into_iter().chain(Loss::structure(layers)).chain(Loss::empty_is_unknown(layers)).chain(times).collect()
}

/// All files of a layer, in their order.
///
/// # Errors
/// [`WriteProblem::NoRoom`]: 2 GiB, 255 fields.
pub(in crate::io) fn files(layers: &[OutLayer], _: &Wishes, _: &str) -> Result<Vec<Vec<u8>>, WriteProblem> {
    let Some(layer) = layers.first().map(OutLayer::with_ids) else { return Ok(Vec::new()) };
    let (shp, shx) = geometry(&layer)?;
    let fields = fields(&layer);
    if fields.len() > MOST_FIELDS {
        return Err(too_large());
    }
    let dbf = table(&layer, &fields)?;
    let mut list = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| WriteProblem::from(io::Error::from(error));
    list.write_record(["field", "name"]).map_err(failed)?;
    for field in &fields {
        list.write_record([&field.short, &field.name]).map_err(failed)?;
    }
    let list = list.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    let wkt = if layer.system == crate::io::crs::System::wgs84() { None } else { layer.system.wkt() };
    let prj = wkt.map_or_else(|| WGS_84.into(), String::into_bytes);
    Ok(vec![list, b"UTF-8".to_vec(), prj, dbf, shx, shp])
}

/// All files in one archive, each with this name before its ending.
///
/// # Errors
/// As [`files`].
pub(in crate::io) fn zipped_files(
    layers: &[OutLayer],
    wishes: &Wishes,
    stem: &str,
) -> Result<Vec<Vec<u8>>, WriteProblem> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (ending, bytes) in ENDINGS.iter().zip(files(layers, wishes, stem)?) {
        // The same bytes at any time.
        zip.start_file(format!("{stem}.{ending}"), SimpleFileOptions::default()).map_err(io::Error::from)?;
        zip.write_all(&bytes)?;
    }
    Ok(vec![zip.finish().map_err(io::Error::from)?.into_inner()])
}

fn too_large() -> WriteProblem {
    WriteProblem::NoRoom {
        format: ["Shapefile", "a shapefile"],
        room: ["2 GiB、255 个字段", "2 GiB and 255 fields"],
        better: "GeoPackage",
    }
}

struct Field<'a> {
    name: String,
    short: String,
    kind: u8,
    width: usize,
    decimals: u8,
    /// `None` for the one field of a table that has no other.
    column: Option<&'a Column>,
}

/// The fields of a layer.
fn fields(layer: &OutLayer) -> Vec<Field<'_>> {
    let mut taken = HashSet::new();
    let mut fields: Vec<Field<'_>> = Vec::new();
    for column in &layer.columns {
        let (kind, width, decimals) = kind(column, layer.features.len());
        let name = column.name.clone();
        fields.push(Field { short: short(&name, &mut taken), name, kind, width, decimals, column: Some(column) });
    }
    // A table without any field is none.
    if fields.is_empty() {
        let name = || "ID".to_owned();
        fields.push(Field { name: name(), short: name(), kind: b'N', width: 9, decimals: 0, column: None });
    }
    fields
}

/// A name of at most ten ASCII characters that no other field has.
fn short(name: &str, taken: &mut HashSet<String>) -> String {
    let plain: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(MOST_NAME).collect();
    let begins = plain.starts_with(|c: char| c.is_ascii_alphabetic());
    let plain = if begins { plain } else { format!("F{plain}").chars().take(MOST_NAME).collect() };
    let numbered = (1_u32..).map(|number| {
        let number = number.to_string();
        let kept = plain.len().min(MOST_NAME - number.len() - 1);
        format!("{}_{number}", &plain[..kept])
    });
    let free = |name: &String| !taken.contains(&name.to_ascii_lowercase());
    let short = std::iter::once(plain.clone()).chain(numbered).find(free).unwrap_or_else(|| plain.clone());
    taken.insert(short.to_ascii_lowercase());
    short
}

/// The kind that holds all values of a field: kind, width, decimals.
fn kind(column: &Column, rows: usize) -> (u8, usize, u8) {
    let widest = (0..rows).map(|row| text(column, row).len()).max().unwrap_or(1).max(1);
    match column.kind {
        Kind::Bool => (b'L', 1, 0),
        // With more digits a whole number would be rounded by whoever reads it as a double: such ones are texts.
        Kind::Integer if widest <= MOST_DIGITS => (b'N', widest, 0),
        Kind::Real => (b'N', widest.max(24), 15),
        Kind::Text if column.dated() == Some(Dated::Day) => (b'D', 8, 0),
        Kind::Integer | Kind::Text => (b'C', widest.min(MOST_TEXT), 0),
    }
}

/// A value as it stands in the table.
fn text(column: &Column, row: usize) -> Cow<'_, str> {
    match column.value(row) {
        Value::Null => "".into(),
        Value::Bool(true) => "T".into(),
        Value::Bool(false) => "F".into(),
        Value::Integer(value) => value.to_string().into(),
        // As short as reads back to the same double.
        Value::Real(value) => {
            let raw = column.raw(row).and_then(|raw| serde_json::from_str::<Json>(raw).ok());
            raw.map_or_else(|| value.to_string(), |json| json.to_string()).into()
        }
        Value::Text(text) => text,
    }
}

fn table(layer: &OutLayer, fields: &[Field<'_>]) -> Result<Vec<u8>, WriteProblem> {
    let rows = layer.features.len();
    let width = 1 + fields.iter().map(|field| field.width).sum::<usize>();
    let start = 32 * (fields.len() + 1) + 1;
    let size = width.checked_mul(rows).and_then(|size| size.checked_add(start)).ok_or_else(too_large)?;
    i32::try_from(size).map_err(|_| too_large())?;
    let short = |number: usize| u16::try_from(number).map(u16::to_le_bytes).map_err(|_| too_large());
    let mut out = Vec::with_capacity(size + 1);
    // A day that does not depend on when it is written.
    out.extend([3, 95, 7, 26]);
    out.extend(u32::try_from(rows).map_err(|_| too_large())?.to_le_bytes());
    out.extend([short(start)?, short(width)?].concat());
    out.resize(32, 0);
    for field in fields {
        let head = out.len();
        out.extend(field.short.bytes());
        out.resize(head + 11, 0);
        out.push(field.kind);
        out.resize(head + 16, 0);
        out.push(u8::try_from(field.width).map_err(|_| too_large())?);
        out.push(field.decimals);
        out.resize(head + 32, 0);
    }
    out.push(0x0d);
    for row in 0..rows {
        out.push(b' ');
        for field in fields {
            let text = field.column.map_or("".into(), |column| text(column, row));
            // A day is eight digits there.
            let text = if field.kind == b'D' { Cow::Owned(text.replace('-', "")) } else { text };
            let mut kept = text.len().min(field.width);
            while !text.is_char_boundary(kept) {
                kept -= 1;
            }
            let pad = field.width - kept;
            if field.kind == b'N' {
                out.resize(out.len() + pad, b' ');
                out.extend(&text.as_bytes()[..kept]);
            } else {
                out.extend(&text.as_bytes()[..kept]);
                out.resize(out.len() + pad, b' ');
            }
        }
    }
    out.push(0x1a);
    Ok(out)
}

/// Geometry and index.
fn geometry(layer: &OutLayer) -> Result<(Vec<u8>, Vec<u8>), WriteProblem> {
    let (mut shp, mut shx) = (vec![0; 100], vec![0; 100]);
    let mut all = Bounds::default();
    for at in 0..layer.features.len() {
        let mut rings: Vec<Vec<Coord>> = Vec::new();
        for polygon in layer.rings(at) {
            add_rings(polygon, &mut rings);
        }
        let mut record = Vec::new();
        if rings.is_empty() {
            record.extend(0_i32.to_le_bytes());
        } else {
            let mut bounds = Bounds::default();
            rings.iter().flatten().for_each(|&at| bounds.take(at));
            all.join(&bounds);
            record.extend(5_i32.to_le_bytes());
            record.extend(bounds.bytes());
            let count = |number: usize| i32::try_from(number).map(i32::to_le_bytes).map_err(|_| too_large());
            record.extend([count(rings.len())?, count(rings.iter().map(Vec::len).sum())?].concat());
            let mut start = 0;
            for ring in &rings {
                record.extend(count(start)?);
                start += ring.len();
            }
            for at in rings.iter().flatten() {
                record.extend([at.x.to_le_bytes(), at.y.to_le_bytes()].concat());
            }
        }
        let words = |bytes: usize| i32::try_from(bytes / 2).map(i32::to_be_bytes).map_err(|_| too_large());
        shx.extend([words(shp.len())?, words(record.len())?].concat());
        shp.extend([words(2 * (at + 1))?, words(record.len())?].concat());
        shp.extend(record);
    }
    for file in [&mut shp, &mut shx] {
        let words = i32::try_from(file.len()).map_err(|_| too_large())? / 2;
        file[..4].copy_from_slice(&super::shp::MAGIC);
        file[24..28].copy_from_slice(&words.to_be_bytes());
        file[28..32].copy_from_slice(&1000_i32.to_le_bytes());
        file[32..36].copy_from_slice(&5_i32.to_le_bytes());
        file[36..68].copy_from_slice(&all.bytes());
    }
    Ok((shp, shx))
}

/// Adds the rings of a polygon: the shell clockwise, holes the other way round.
fn add_rings(polygon: Vec<Vec<Coord>>, rings: &mut Vec<Vec<Coord>>) {
    for (at, mut ring) in polygon.into_iter().enumerate() {
        let Some(&first) = ring.first() else { continue };
        let cross = |pair: &[Coord]| {
            let (a, b) = (pair[0] - first, pair[1] - first);
            a.x * b.y - a.y * b.x
        };
        let area: f64 = ring.windows(2).map(cross).sum();
        if (area > 0.0) == (at == 0) && area != 0.0 {
            ring.reverse();
        }
        rings.push(ring);
    }
}

#[derive(Default)]
struct Bounds(Option<[f64; 4]>);

impl Bounds {
    fn take(&mut self, at: Coord) {
        let [west, south, east, north] = self.0.unwrap_or([at.x, at.y, at.x, at.y]);
        self.0 = Some([west.min(at.x), south.min(at.y), east.max(at.x), north.max(at.y)]);
    }

    fn join(&mut self, other: &Self) {
        if let Some([west, south, east, north]) = other.0 {
            self.take(Coord { x: west, y: south });
            self.take(Coord { x: east, y: north });
        }
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.unwrap_or_default().map(f64::to_le_bytes).concat()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::io::outgoing::OutFeature;

    #[test]
    fn names_are_short_ascii_and_each_but_once() {
        let mut taken = HashSet::new();
        let names = ["code", "CODE", "population_2020", "population_2010", "户籍人口", "常住人口", "2020年人口", "a b"];
        let short: Vec<String> = names.into_iter().map(|name| short(name, &mut taken)).collect();
        assert_eq!(short, ["code", "CODE_1", "population", "populati_1", "F", "F_1", "F2020", "ab"]);
    }

    fn layer(values: &[&str]) -> OutLayer {
        let mut layer = OutLayer::new("a", "a", BTreeSet::new());
        for raw in values {
            layer.push(OutFeature::default(), &[], [("备注", *raw)]);
        }
        layer.settled()
    }

    #[test]
    fn a_field_has_the_kind_that_holds_all_its_values() {
        let kind = |values: &[&str]| kind(&layer(values).columns[0], values.len());
        assert_eq!(kind(&["1", "null", "-20"]), (b'N', 3, 0));
        assert_eq!(kind(&["1", "0.1"]), (b'N', 24, 15));
        assert_eq!(kind(&["5107220101234567890"]), (b'C', 19, 0));
        assert_eq!(kind(&["true", "null"]), (b'L', 1, 0));
        assert_eq!(kind(&["\"村\"", "1"]), (b'C', 3, 0));
        assert_eq!(kind(&["null"]), (b'C', 1, 0));
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters_and_told() {
        let long = format!("{:?}", "村".repeat(100));
        let losses = losses(&[layer(&[&long])], &Wishes::default());
        let name = || "备注".to_owned();
        let pairs = vec![(name(), "F".to_owned())];
        assert_eq!(
            losses,
            [Loss::ShortNames { pairs, list: LIST.to_owned() }, Loss::Cut { field: name(), count: 1, most: 254 }]
        );
        let files = files(&[layer(&[&long])], &Wishes::default(), "").unwrap();
        assert!(String::from_utf8_lossy(&files[3]).contains(&format!("{}  ", "村".repeat(84))));
    }
}

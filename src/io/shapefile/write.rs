//! Features as a shapefile: geometry, index, table, coordinate system, encoding, and a list of what fields are called.
//!
//! 1. Names of fields are short, ASCII and each but once, as the format wants it; [`Written::renamed`] says which are no
//!    longer what they were, so that whoever writes can say so first, and a table beside the shapefile has them all.
//! 2. Coordinates are written to the bit, numbers with all their digits, texts in UTF-8; codes stay text. What is longer
//!    than the format can hold is told, not passed over: see [`Written::cut`].
//! 3. Only what the format cannot tell apart becomes one: an empty text and one that is unknown.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Cursor, Write as _};

use geo::Coord;
use geojson::{Feature, GeometryValue, Position};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A shapefile that is to be written.
#[derive(Debug)]
pub struct Written {
    /// Endings of the files, with their bytes; the geometry comes last.
    pub files: Vec<(&'static str, Vec<u8>)>,
    /// Fields that are called otherwise: what they were, and what they are.
    pub renamed: Vec<(String, String)>,
    /// Fields of which values had to be cut, and how many.
    pub cut: Vec<(String, usize)>,
}

/// Endings of all files, as they are written.
pub const ENDINGS: [&str; 6] = ["fields.csv", "cpg", "prj", "dbf", "shx", "shp"];

const WGS_84: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

/// Bytes of a text at most.
const MOST_TEXT: usize = 254;
/// Digits of a whole number that other programs read as one.
const MOST_DIGITS: usize = 18;
/// Characters of the name of a field.
const MOST_NAME: usize = 10;
/// Fields that programs read.
const MOST_FIELDS: usize = 255;

/// Makes a shapefile of polygons in longitude and latitude.
///
/// # Errors
/// [`io::ErrorKind::FileTooLarge`] where the format has no room: 2 GiB, 255 fields.
pub fn shapefile(features: &[Feature]) -> io::Result<Written> {
    let (shp, shx) = geometry(features)?;
    let fields = fields(features)?;
    let mut cut = BTreeMap::new();
    let dbf = table(features, &fields, &mut cut)?;
    let mut list = csv::Writer::from_writer(Vec::new());
    list.write_record(["field", "name"])?;
    for field in &fields {
        list.write_record([&field.short, &field.name])?;
    }
    let list = list.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    let renamed = fields.iter().filter(|field| field.short != field.name);
    let renamed = renamed.map(|field| (field.name.clone(), field.short.clone())).collect();
    let bytes = [list, b"UTF-8".to_vec(), WGS_84.into(), dbf, shx, shp];
    let cut = cut.into_iter().map(|(at, count): (usize, usize)| (fields[at].name.clone(), count)).collect();
    Ok(Written { files: ENDINGS.into_iter().zip(bytes).collect(), renamed, cut })
}

/// All files in one archive, each with this name before its ending.
///
/// # Errors
/// Those of the archive.
pub fn zipped(written: &Written, stem: &str) -> io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (ending, bytes) in &written.files {
        // The same bytes at any time.
        zip.start_file(format!("{stem}.{ending}"), SimpleFileOptions::default())?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "a shapefile has no room for it: write a GeoPackage")
}

struct Field {
    name: String,
    short: String,
    kind: u8,
    width: usize,
    decimals: u8,
}

/// The fields of all features, in the order in which they come first.
fn fields(features: &[Feature]) -> io::Result<Vec<Field>> {
    let mut columns: indexmap::IndexMap<&str, Vec<&Value>> = indexmap::IndexMap::new();
    for (name, value) in features.iter().filter_map(|feature| feature.properties.as_ref()).flatten() {
        columns.entry(name).or_default().push(value);
    }
    if columns.len() > MOST_FIELDS {
        return Err(too_large());
    }
    let mut taken = HashSet::new();
    let mut fields: Vec<Field> = Vec::new();
    for (name, values) in columns {
        let (kind, width, decimals) = kind(&values);
        fields.push(Field { short: short(name, &mut taken), name: name.to_owned(), kind, width, decimals });
    }
    // A table without any field is none.
    if fields.is_empty() {
        fields.push(Field { name: "ID".to_owned(), short: "ID".to_owned(), kind: b'N', width: 9, decimals: 0 });
    }
    Ok(fields)
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
fn kind(values: &[&Value]) -> (u8, usize, u8) {
    let known = || values.iter().filter(|value| !value.is_null());
    let widest = || known().map(|value| text(value).len()).max().unwrap_or(1).max(1);
    if known().next().is_some() {
        if known().all(|value| value.is_boolean()) {
            return (b'L', 1, 0);
        }
        let is_whole = |value: &&&Value| value.is_i64() || value.is_u64();
        if known().all(|value| is_whole(&value)) && widest() <= MOST_DIGITS {
            return (b'N', widest(), 0);
        }
        // With more digits a whole number would be rounded by whoever reads it as a double: such ones are texts.
        if known().all(|value| value.is_number() && (!is_whole(&value) || text(value).len() <= 15)) {
            return (b'N', widest().max(24), 15);
        }
    }
    (b'C', widest().min(MOST_TEXT), 0)
}

/// A value as it stands in the table.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "T".to_owned(),
        Value::Bool(false) => "F".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn table(features: &[Feature], fields: &[Field], cut: &mut BTreeMap<usize, usize>) -> io::Result<Vec<u8>> {
    let width = 1 + fields.iter().map(|field| field.width).sum::<usize>();
    let start = 32 * (fields.len() + 1) + 1;
    let size = width.checked_mul(features.len()).and_then(|size| size.checked_add(start)).ok_or_else(too_large)?;
    i32::try_from(size).map_err(|_| too_large())?;
    let short = |number: usize| u16::try_from(number).map(u16::to_le_bytes).map_err(|_| too_large());
    let mut out = Vec::with_capacity(size + 1);
    // A day that does not depend on when it is written.
    out.extend([3, 95, 7, 26]);
    out.extend(u32::try_from(features.len()).map_err(|_| too_large())?.to_le_bytes());
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
    for feature in features {
        out.push(b' ');
        for (at, field) in fields.iter().enumerate() {
            let value = feature.properties.as_ref().and_then(|all| all.get(&field.name)).unwrap_or(&Value::Null);
            let text = text(value);
            let mut kept = text.len().min(field.width);
            while !text.is_char_boundary(kept) {
                kept -= 1;
            }
            if kept < text.len() {
                *cut.entry(at).or_default() += 1;
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
fn geometry(features: &[Feature]) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let (mut shp, mut shx) = (vec![0; 100], vec![0; 100]);
    let mut all = Bounds::default();
    for (at, feature) in features.iter().enumerate() {
        let mut rings: Vec<Vec<Coord>> = Vec::new();
        match feature.geometry.as_ref().map(|geometry| &geometry.value) {
            Some(GeometryValue::Polygon { coordinates }) => polygon(coordinates, &mut rings),
            Some(GeometryValue::MultiPolygon { coordinates }) => {
                for rings_of_one in coordinates {
                    polygon(rings_of_one, &mut rings);
                }
            }
            // What is written are units.
            _ => {}
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
fn polygon(coordinates: &[Vec<Position>], rings: &mut Vec<Vec<Coord>>) {
    for (at, ring) in coordinates.iter().enumerate() {
        let position = |at: &Position| Some(Coord { x: *at.as_slice().first()?, y: *at.as_slice().get(1)? });
        let mut ring: Vec<Coord> = ring.iter().filter_map(position).collect();
        let Some(&first) = ring.first() else { continue };
        if ring.last() != Some(&first) {
            ring.push(first);
        }
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
    use super::*;

    #[test]
    fn names_are_short_ascii_and_each_but_once() {
        let mut taken = HashSet::new();
        let names = ["code", "CODE", "population_2020", "population_2010", "户籍人口", "常住人口", "2020年人口", "a b"];
        let short: Vec<String> = names.into_iter().map(|name| short(name, &mut taken)).collect();
        assert_eq!(short, ["code", "CODE_1", "population", "populati_1", "F", "F_1", "F2020", "ab"]);
    }

    #[test]
    fn a_field_has_the_kind_that_holds_all_its_values() {
        let kind = |json: &str| {
            let values: Vec<Value> = serde_json::from_str(json).unwrap();
            kind(&values.iter().collect::<Vec<_>>())
        };
        assert_eq!(kind("[1, null, -20]"), (b'N', 3, 0));
        assert_eq!(kind("[1, 0.1]"), (b'N', 24, 15));
        assert_eq!(kind("[5107220101234567890]"), (b'C', 19, 0));
        assert_eq!(kind("[true, null]"), (b'L', 1, 0));
        assert_eq!(kind("[\"村\", 1]"), (b'C', 3, 0));
        assert_eq!(kind("[null]"), (b'C', 1, 0));
    }

    #[test]
    fn what_is_too_long_is_cut_between_characters_and_told() {
        let mut feature = Feature::default();
        feature.set_property("备注", "村".repeat(100));
        let written = shapefile(&[feature]).unwrap();
        assert_eq!(written.cut, [("备注".to_owned(), 1)]);
        assert_eq!(written.renamed, [("备注".to_owned(), "F".to_owned())]);
    }
}

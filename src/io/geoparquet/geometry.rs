//! Columns of geometry: which they are, what they say of themselves, and their rows.
//!
//! 1. What the metadata `geo` says counts, the primary column first. Without it a column counts that says what it is, else
//!    one whose first values are geometries.
//! 2. Without a word on its coordinate system a column of the metadata is in longitude and latitude, as the standard has
//!    it; with the word that it is unknown, it is unknown.

use std::collections::HashSet;

use geo::Coord;
use parquet::basic::Type as Physical;
use parquet::data_type::ByteArray;
use serde_json::Value as Json;

use super::ParquetProblem;
use super::footer::{Footer, Kind, Logical, Node, Repetition};
use super::values::{Batch, Texts, Values, Wanted};
use crate::io::Problem;
use crate::io::blob::{self, Pieces};
use crate::io::shaped::cells;

/// What a system is called that the standard has where nothing is said.
const USUAL: &str = "OGC:CRS84";

/// A column of geometry.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    /// The field of the table.
    pub field: usize,
    pub name: String,
    pub encoding: Encoding,
    /// May bound areas.
    pub is_area: bool,
    /// The coordinate system that is declared.
    pub declares: Option<String>,
}

/// How geometries are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Well-known binary.
    Binary,
    /// Well-known text, binary in letters, or GeoJSON.
    Text,
    /// Numbers in lists in lists, so many of them.
    Native(Native),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Native {
    Point,
    LineString,
    Polygon,
    MultiPoint,
    MultiLineString,
    MultiPolygon,
}

impl Native {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "point" => Self::Point,
            "linestring" => Self::LineString,
            "polygon" => Self::Polygon,
            "multipoint" => Self::MultiPoint,
            "multilinestring" => Self::MultiLineString,
            "multipolygon" => Self::MultiPolygon,
            _ => return None,
        })
    }

    /// Lists in lists.
    const fn depth(self) -> i16 {
        match self {
            Self::Point => 0,
            Self::LineString | Self::MultiPoint => 1,
            Self::Polygon | Self::MultiLineString => 2,
            Self::MultiPolygon => 3,
        }
    }
}

impl Shape {
    /// What its columns of values are wanted as.
    pub const fn wanted(&self) -> Wanted {
        match self.encoding {
            Encoding::Binary => Wanted::Bytes,
            Encoding::Text => Wanted::Json,
            Encoding::Native(_) => Wanted::Doubles,
        }
    }
}

/// Columns of geometry, and fields that are not for people: boxes around geometries.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Shapes {
    pub list: Vec<Shape>,
    pub helpers: HashSet<String>,
}

/// All columns of geometry as far as the file says.
pub(super) fn told(footer: &Footer) -> Result<Shapes, ParquetProblem> {
    match footer.note("geo") {
        Some(text) => described(footer, text),
        None => Ok(Shapes { list: annotated(footer), helpers: HashSet::new() }),
    }
}

fn described(footer: &Footer, text: &str) -> Result<Shapes, ParquetProblem> {
    let broken = || ParquetProblem::Metadata;
    let geo: Json = serde_json::from_str(text).map_err(|_| broken())?;
    let columns = geo["columns"].as_object().ok_or_else(broken)?;
    let primary = geo["primary_column"].as_str().unwrap_or_default();
    let mut shapes = Shapes::default();
    for (name, column) in columns {
        // A column that is described and not there is of no use, and does no harm.
        let Some(field) = footer.fields.iter().position(|node| node.name == *name) else { continue };
        let said = column["encoding"].as_str().unwrap_or("WKB");
        let encoding = match said.to_ascii_uppercase().as_str() {
            "WKB" => Encoding::Binary,
            "WKT" => Encoding::Text,
            _ => Encoding::Native(
                Native::named(said).ok_or_else(|| ParquetProblem::Geometry(said.chars().take(40).collect()))?,
            ),
        };
        if !fits(&footer.fields[field], encoding) {
            return Err(broken());
        }
        // `geometry_type` is what it was called before the first version.
        let types = [&column["geometry_types"], &column["geometry_type"]].into_iter().flat_map(|types| match types {
            Json::Array(list) => list.iter().filter_map(Json::as_str).collect(),
            Json::String(only) => vec![only.as_str()],
            _ => Vec::new(),
        });
        let types: Vec<&str> = types.chain(Some(said).filter(|_| matches!(encoding, Encoding::Native(_)))).collect();
        let declares = match &column["crs"] {
            Json::Null if column.get("crs").is_some() => None,
            Json::Null => Some(USUAL.to_owned()),
            Json::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        let covering = column["covering"]["bbox"].as_object().into_iter().flat_map(|bbox| bbox.values());
        shapes.helpers.extend(covering.filter_map(|path| path[0].as_str().map(str::to_owned)));
        let is_area = types.is_empty() || types.iter().any(|kind| may_bound(kind));
        shapes.list.push(Shape { field, name: name.clone(), encoding, is_area, declares });
    }
    // The others as the table has them.
    shapes.list.sort_by_key(|shape| (shape.name != primary, shape.field));
    if shapes.list.is_empty() { Err(broken()) } else { Ok(shapes) }
}

fn may_bound(kind: &str) -> bool {
    let kind = kind.to_ascii_uppercase();
    !["POINT", "LINE"].iter().any(|it| kind.contains(it)) || kind.contains("POLYGON")
}

/// Whether a field can hold geometries that are written so.
fn fits(node: &Node, encoding: Encoding) -> bool {
    match (encoding, &node.kind) {
        (Encoding::Binary | Encoding::Text, Kind::Leaf(leaf)) => {
            leaf.physical == Physical::BYTE_ARRAY && node.repetition != Repetition::Repeated
        }
        (Encoding::Native(native), _) => {
            let leaves = node.leaves();
            let is_number = |physical| matches!(physical, Physical::DOUBLE | Physical::FLOAT);
            leaves.len() >= 2
                && leaves.iter().all(|(leaf, it)| is_number(it.physical) && leaf.rep == native.depth())
                && ["x", "y"].iter().zip(&leaves).all(|(name, (leaf, _))| leaf.name == *name)
        }
        (Encoding::Binary | Encoding::Text, Kind::Struct(_) | Kind::List(_) | Kind::Map(_)) => false,
    }
}

/// Columns that say by their type that they are geometry.
fn annotated(footer: &Footer) -> Vec<Shape> {
    let shape = |(field, node): (usize, &Node)| match &node.kind {
        Kind::Leaf(leaf) if fits(node, Encoding::Binary) => match &leaf.logical {
            Logical::Geometry(crs) => Some(Shape {
                field,
                name: node.name.clone(),
                encoding: Encoding::Binary,
                is_area: true,
                declares: Some(system(footer, crs.as_deref())),
            }),
            _ => None,
        },
        _ => None,
    };
    footer.fields.iter().enumerate().filter_map(shape).collect()
}

/// The system that a type names: a code, or where its text stands in the file.
fn system(footer: &Footer, crs: Option<&str>) -> String {
    let crs = crs.map(str::trim).filter(|crs| !crs.is_empty()).unwrap_or(USUAL);
    if let Some(code) = crs.strip_prefix("srid:") {
        return format!("EPSG:{code}");
    }
    let noted = crs.strip_prefix("projjson:").and_then(|name| footer.note(name));
    noted.unwrap_or(crs).to_owned()
}

/// Fields that may hold geometries without a word on it.
pub(super) fn candidates(footer: &Footer) -> impl Iterator<Item = (usize, Encoding)> {
    footer.fields.iter().enumerate().filter_map(|(field, node)| {
        let Kind::Leaf(leaf) = &node.kind else { return None };
        let encoding = match leaf.logical {
            Logical::Plain => Encoding::Binary,
            Logical::Text | Logical::Json => Encoding::Text,
            _ => return None,
        };
        fits(node, encoding).then_some((field, encoding))
    })
}

/// Whether some first rows of a field are geometries, and whether such as may bound areas.
pub(super) fn looks(batch: &Batch, encoding: Encoding, rows: usize) -> Option<bool> {
    let rows = Rows::new(std::slice::from_ref(batch), encoding, rows);
    let mut is_area = None;
    for row in 0..rows.len() {
        // What is no geometry is told by one value.
        let Some(looks) = rows.looks(row)? else { continue };
        is_area = Some(is_area.unwrap_or(false) || looks);
    }
    is_area
}

/// Rows of a column of geometry.
pub(super) struct Rows<'a> {
    places: Vec<Option<usize>>,
    values: Form<'a>,
}

enum Form<'a> {
    Binary(&'a [ByteArray]),
    Text(&'a Texts),
    Native(Vec<Pieces>),
    None,
}

impl<'a> Rows<'a> {
    /// So many rows of a column whose columns of values are these.
    pub fn new(batches: &'a [Batch], encoding: Encoding, rows: usize) -> Self {
        let first = batches.first();
        match (encoding, first.map(|first| &first.values)) {
            (Encoding::Binary, Some(Values::Bytes(values))) => {
                Self { places: first.map(|it| it.places(rows)).unwrap_or_default(), values: Form::Binary(values) }
            }
            (Encoding::Text, Some(Values::Json(texts))) => {
                Self { places: first.map(|it| it.places(rows)).unwrap_or_default(), values: Form::Text(texts) }
            }
            (Encoding::Native(native), Some(Values::Doubles(_))) => {
                let pieces = assembled(batches, native);
                Self { places: (0..pieces.len()).map(Some).collect(), values: Form::Native(pieces) }
            }
            _ => Self { places: vec![None; rows], values: Form::None },
        }
    }

    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether a row looks like a geometry that may bound an area; outer `None`: like none at all.
    #[expect(clippy::option_option, reason = "no geometry is another thing than no value")]
    fn looks(&self, row: usize) -> Option<Option<bool>> {
        let Some(place) = self.places.get(row).copied().flatten() else { return Some(None) };
        match &self.values {
            Form::Binary(values) => {
                let pieces = blob::well_known(values.get(place)?.data()).ok()?;
                Some(Some(!pieces.polygons.is_empty() || pieces.is_multi))
            }
            Form::Text(texts) => {
                let text: String = serde_json::from_str(texts.get(place)?).ok()?;
                if text.trim().is_empty() {
                    return Some(None);
                }
                cells::Looks::of(&text).map(|looks| Some(looks == cells::Looks::Area))
            }
            Form::Native(_) | Form::None => None,
        }
    }

    /// The geometry of a row, and the coordinate system that it names.
    pub fn pieces(&self, row: usize, most_bytes: usize) -> Result<(Pieces, Option<String>), Problem> {
        let Some(place) = self.places.get(row).copied().flatten() else { return Ok(Default::default()) };
        match &self.values {
            Form::Binary(values) => {
                let bytes = values.get(place).map(ByteArray::data).unwrap_or_default();
                if bytes.len() > most_bytes {
                    let what = crate::io::Counted::FeatureBytes;
                    return Err(Problem::TooMany { what, limit: most_bytes });
                }
                Ok((blob::well_known(bytes)?, blob::srid(bytes)))
            }
            Form::Text(texts) => {
                let text: String = texts.get(place).and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
                if text.trim().is_empty() { Ok(Default::default()) } else { cells::read(&text) }
            }
            Form::Native(list) => Ok((list.get(place).cloned().unwrap_or_default(), None)),
            Form::None => Ok(Default::default()),
        }
    }
}

/// Geometries of numbers in lists in lists.
fn assembled(batches: &[Batch], native: Native) -> Vec<Pieces> {
    let [
        Batch { values: Values::Doubles(x), defs, reps, highest },
        Batch { values: Values::Doubles(y), .. },
        more @ ..,
    ] = batches
    else {
        return Vec::new();
    };
    let has_more = !more.is_empty();
    let levels = if *highest == 0 { x.len() } else { defs.len() };
    let (mut all, mut next): (Vec<Pieces>, _) = (Vec::new(), 0);
    for at in 0..levels {
        let rep = reps.get(at).copied().unwrap_or(0);
        if rep == 0 || all.is_empty() {
            all.push(Pieces { is_multi: native == Native::MultiPolygon, ..Pieces::default() });
        }
        let is_value = *highest == 0 || defs.get(at) == Some(highest);
        let (Some(pieces), true) = (all.last_mut(), is_value) else { continue };
        let (Some(&x), Some(&y)) = (x.get(next), y.get(next)) else { break };
        next += 1;
        pieces.has_more = has_more;
        pieces.take(Coord { x, y }, native, rep);
    }
    // Rings and polygons without any vertex have left none.
    for pieces in &mut all {
        pieces.polygons.retain(|rings| !rings.is_empty());
    }
    all
}

impl Pieces {
    /// Takes a vertex; `rep` says in which of the lists it stands beside the one before.
    fn take(&mut self, at: Coord, native: Native, rep: i16) {
        match native {
            Native::Point | Native::MultiPoint => self.points.extend(Some(at).filter(|at| !at.x.is_nan())),
            Native::LineString | Native::MultiLineString => match self.lines.last_mut() {
                Some(line) if rep == native.depth() => line.push(at),
                _ => self.lines.push(vec![at]),
            },
            Native::Polygon | Native::MultiPolygon => {
                let depth = native.depth();
                if rep < depth - 1 || self.polygons.is_empty() {
                    self.polygons.push(Vec::new());
                }
                let Some(rings) = self.polygons.last_mut() else { return };
                match rings.last_mut() {
                    Some(ring) if rep == depth => ring.push(at),
                    _ => rings.push(vec![at]),
                }
            }
        }
    }
}

//! TopoJSON: borders that are stored once, and units that name them.
//!
//! 1. Each object is a layer, named as its member; its geometries are the features, those within collections among them.
//! 2. An arc is decoded once. Whoever names it, one way round or the other, gets the same numbers to the bit.
//! 3. An arc that is named is there; where two arcs of a ring meet their common vertex counts once.

mod arcs;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::path::Path;

use geo::Coord;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::value::RawValue;

use self::arcs::{Arcs, Position};
use crate::i18n::Say;
use crate::io::blob::Pieces;
use crate::io::found::{self, Counts, Found, Names};
use crate::io::geojson::{self, beginning};
use crate::io::input::{Features, FileKind, Head, Input, LayerEntry, Reader};
use crate::io::layers::LayerSource;
use crate::io::{Limits, Place, Problem, ReadError, crs};
use crate::jobs::Progress;
use crate::model::{Layer, Reading};

/// How layers are read from TopoJSON.
pub(in crate::io) const READER: Reader = Reader { polygons, features, contents };

/// Collections within collections.
const DEPTH: usize = 16;

/// What only TopoJSON can get wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopologyProblem {
    /// A geometry names an arc that is not in the file.
    #[error("a border is arc {arc}, but the file has {arcs}; export it again")]
    NoSuchArc {
        /// Its number as it stands in the file.
        arc: i64,
        /// How many there are.
        arcs: usize,
    },
    /// Collections lie within each other, too deep.
    #[error("collections lie within each other more than {DEPTH} deep; export it again")]
    TooDeep,
    /// A position is no two numbers.
    #[error("a position is not two numbers or more; export it again")]
    NoPosition,
}

impl Say for TopologyProblem {
    fn zh(&self) -> String {
        match self {
            Self::NoSuchArc { arc, arcs } => format!("边界引用了弧段 {arc}，而文件只有 {arcs} 条弧段，请重新导出"),
            Self::TooDeep => format!("集合嵌套超过 {DEPTH} 层，请重新导出"),
            Self::NoPosition => "坐标不足两个数，请重新导出".to_owned(),
        }
    }
}

/// What a file with this beginning is, where it is TopoJSON.
pub(in crate::io) fn kind(head: &Head<'_>) -> Option<FileKind> {
    let members = beginning::members(head.text());
    let named = |name: &str| members.iter().find(|(there, _)| there == name).map(|(_, value)| *value);
    match named("type") {
        Some(value) => (value.starts_with(b"\"Topology\"")).then_some(())?,
        // Where the arcs come first they may fill the beginning.
        None => named("arcs").or_else(|| named("objects")).or_else(|| named("transform")).map(|_| ())?,
    }
    let has = |kind: &str| memchr::memmem::find(head.text(), format!("{kind}\"").as_bytes()).is_some();
    let is_places = !has("Polygon") && (has("\"Point") || has("\"MultiPoint") || has("LineString"));
    Some(if is_places { FileKind::Places } else { FileKind::Layers })
}

/// A whole file.
#[derive(Deserialize)]
struct Topology<'a> {
    #[serde(borrow)]
    objects: IndexMap<String, &'a RawValue>,
    #[serde(borrow)]
    arcs: &'a RawValue,
    #[serde(default)]
    transform: Option<Transform>,
    #[serde(borrow, default)]
    crs: Option<&'a RawValue>,
}

/// How whole numbers become coordinates.
#[derive(Clone, Copy, Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

impl Transform {
    fn place(transform: Option<Self>, at: Coord) -> Coord {
        let Some(Self { scale, translate }) = transform else { return at };
        Coord { x: at.x * scale[0] + translate[0], y: at.y * scale[1] + translate[1] }
    }
}

/// A geometry, or a collection of them.
#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    arcs: Option<&'a RawValue>,
    #[serde(borrow, default)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow, default)]
    geometries: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    properties: Option<IndexMap<String, &'a RawValue>>,
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
}

/// A fault, and the text of the file from which it came.
enum Fault<'a> {
    Json(&'a [u8], serde_json::Error),
    Wrong(Problem),
}

impl From<Problem> for Fault<'_> {
    fn from(problem: Problem) -> Self {
        Self::Wrong(problem)
    }
}

impl From<TopologyProblem> for Fault<'_> {
    fn from(problem: TopologyProblem) -> Self {
        Self::Wrong(problem.into())
    }
}

impl Fault<'_> {
    fn in_file(self, whole: &[u8], path: &Path, feature: Option<usize>) -> ReadError {
        match self {
            Self::Json(text, error) => geojson::wrong_json(whole, text, &error, path, feature),
            Self::Wrong(problem) => {
                ReadError::Content { path: path.to_owned(), place: Place { feature, ..Place::default() }, problem }
            }
        }
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, Fault<'a>> {
    serde_json::from_slice(text).map_err(|error| Fault::Json(text, error))
}

fn raw<'a, T: Deserialize<'a>>(text: &'a RawValue) -> Result<T, Fault<'a>> {
    parse(text.get().as_bytes())
}

/// What all features of a layer need.
struct Walk {
    arcs: Arcs,
    transform: Option<Transform>,
    counts: Counts,
    names: Names,
    found: Vec<Found>,
}

impl Walk {
    /// Adds the features of an object.
    fn object<'t>(&mut self, text: &'t RawValue, depth: usize) -> Result<(), Fault<'t>> {
        let object: Object<'t> = raw(text)?;
        // A collection that has properties of its own is a feature.
        let is_list = object.geometries.is_some() && object.properties.is_none() && object.id.is_none();
        match object.geometries {
            Some(members) if is_list => {
                if depth >= DEPTH {
                    return Err(TopologyProblem::TooDeep.into());
                }
                for member in members {
                    self.object(member, depth + 1)?;
                }
                Ok(())
            }
            geometries => self.feature(Object { geometries, ..object }),
        }
    }

    fn feature<'t>(&mut self, mut object: Object<'t>) -> Result<(), Fault<'t>> {
        self.counts.feature()?;
        let mut found = Found::default();
        for (name, value) in object.properties.take().into_iter().flatten() {
            found.add(self.names.get(&name), value.get().to_owned());
        }
        let id = object.id.take().map(|id| id.get().to_owned()).filter(|id| id != "null");
        found.beside(&mut self.names, "topojson", [("id", id)]);
        self.geometry(&object, &mut found.pieces, 0)?;
        self.found.push(found);
        Ok(())
    }

    fn geometry<'t>(&mut self, object: &Object<'t>, pieces: &mut Pieces, depth: usize) -> Result<(), Fault<'t>> {
        let arcs = |object: &Object<'t>| object.arcs.ok_or_else(|| Fault::from(TopologyProblem::NoPosition));
        let places = |object: &Object<'t>| object.coordinates.ok_or_else(|| Fault::from(TopologyProblem::NoPosition));
        match object.kind.as_deref() {
            Some("Polygon") => {
                let rings: Vec<Vec<i64>> = raw(arcs(object)?)?;
                self.polygon(&rings, pieces)?;
            }
            Some("MultiPolygon") => {
                pieces.is_multi = true;
                let polygons: Vec<Vec<Vec<i64>>> = raw(arcs(object)?)?;
                for rings in &polygons {
                    self.polygon(rings, pieces)?;
                }
            }
            Some("LineString") => {
                let line: Vec<i64> = raw(arcs(object)?)?;
                pieces.lines.push(self.arcs.line(&line, &mut self.counts)?);
            }
            Some("MultiLineString") => {
                let lines: Vec<Vec<i64>> = raw(arcs(object)?)?;
                for line in &lines {
                    pieces.lines.push(self.arcs.line(line, &mut self.counts)?);
                }
            }
            Some("Point") => {
                let Position(at) = raw(places(object)?)?;
                pieces.points.push(Transform::place(self.transform, at));
            }
            Some("MultiPoint") => {
                let places: Vec<Position> = raw(places(object)?)?;
                self.counts.vertices(places.len())?;
                pieces.points.extend(places.into_iter().map(|Position(at)| Transform::place(self.transform, at)));
            }
            Some("GeometryCollection") if depth < DEPTH => {
                for &member in object.geometries.iter().flatten() {
                    self.geometry(&raw(member)?, pieces, depth + 1)?;
                }
            }
            Some("GeometryCollection") => return Err(TopologyProblem::TooDeep.into()),
            Some(_) => pieces.others += 1,
            None => {}
        }
        Ok(())
    }

    fn polygon(&mut self, rings: &[Vec<i64>], pieces: &mut Pieces) -> Result<(), Problem> {
        let rings: Result<Vec<_>, _> = rings.iter().map(|arcs| self.arcs.line(arcs, &mut self.counts)).collect();
        let rings: Vec<_> = rings?.into_iter().filter(|ring| !ring.is_empty()).collect();
        pieces.polygons.extend(Some(rings).filter(|rings| !rings.is_empty()));
        Ok(())
    }
}

/// The text without the mark that some programs begin it with.
fn plain(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

fn entries(topology: &Topology<'_>) -> Vec<LayerEntry> {
    let entry = |(name, object): (&String, &&RawValue)| {
        let text = object.get().as_bytes();
        let has = |what: &str| memchr::memmem::find(text, what.as_bytes()).is_some();
        let is_area = has("Polygon\"") || !has("\"Point\"") && !has("\"MultiPoint\"") && !has("LineString\"");
        LayerEntry { name: name.clone(), is_area, features: None }
    };
    topology.objects.iter().map(entry).collect()
}

fn contents(input: Input<'_>, limits: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    let path = input.path;
    let bytes = input.into_bytes(limits)?;
    let text = plain(&bytes);
    let topology = parse(text).map_err(|fault| fault.in_file(text, path, None))?;
    Ok(entries(&topology))
}

/// What a file is, beside its features.
fn read(bytes: &[u8], path: &Path, source: &LayerSource, limits: &Limits) -> Result<(Vec<Found>, Reading), ReadError> {
    source.check_utf8()?;
    let text = plain(bytes);
    let topology: Topology<'_> = parse(text).map_err(|fault| fault.in_file(text, path, None))?;
    let limits = limits.capped();
    let entries = entries(&topology);
    let chosen = source.choose(&entries)?;
    let arcs = Arcs::read(topology.arcs, topology.transform, limits.vertices);
    let arcs = arcs.map_err(|fault| fault.in_file(text, path, None))?;
    let (counts, names) = (Counts::new(&limits), Names::default());
    let mut walk = Walk { arcs, transform: topology.transform, counts, names, found: Vec::new() };
    if let Some((_, object)) = topology.objects.get_index(chosen) {
        let walked = walk.object(object, 0);
        walked.map_err(|fault| fault.in_file(text, path, Some(walk.found.len())))?;
    }
    let mut reading = Reading { format: "TopoJSON".to_owned(), ..Reading::default() };
    reading.declares = topology.crs.and_then(|crs| crs::name_of_member(crs.get()));
    reading.list(chosen, entries.into_iter().map(|entry| entry.name));
    Ok((walk.found, reading))
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let (path, bytes) = (input.path, input.read_whole(limits)?);
    let (found, reading) = read(&bytes, path, source, limits)?;
    drop(bytes);
    Ok(Layer { reading, ..found::layer(&found, path, limits, progress)? })
}

fn features(input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let path = input.path;
    let (found, reading) = read(&input.into_bytes(limits)?, path, source, limits)?;
    Ok(found::features(found, reading.declares))
}

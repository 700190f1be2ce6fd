//! KML, of its own or in a KMZ: placemarks with the attributes that programs write beside them.
//!
//! 1. Coordinates are longitude and latitude on WGS 84; heights are left out, with a note where they say anything.
//! 2. A placemark is a row. Its columns are its `ExtendedData`, with the types of their `Schema`; a description that is
//!    nothing but a table of attributes; then `id`, `name`, `description`, and `folder` where there is more than one.
//! 3. An attribute goes before what the placemark says of the same name.
//! 4. What a file only links to is not fetched.

mod html;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};

use geo::Coord;

use crate::io::blob::Pieces;
use crate::io::found::{self, Counts, Found, Names};
use crate::io::gather::{json_number, json_text};
use crate::io::input::{Features, FileKind, Head, Input, LayerEntry, Reader, stem};
use crate::io::layers::LayerSource;
use crate::io::xml::{Fault, Node, Root, Xml};
use crate::io::{Counted, FileProblem, Limits, Place, Problem, ReadError};
use crate::jobs::Progress;
use crate::model::{Layer, ReadNote, Reading};

/// How layers are read from KML: a file has one.
pub(in crate::io) const READER: Reader =
    Reader { polygons, features, contents: |input, _| Ok(vec![LayerEntry::only(input.path)]) };

/// What a file with this beginning is, where it is KML.
pub(in crate::io) fn kind(head: &Head<'_>) -> Option<FileKind> {
    let root = Root::of(head.bytes)?;
    if root.local() != "kml" && !root.attributes.contains("/kml/") {
        return None;
    }
    let has_places = ["Point", "LineString", "Track"].iter().any(|name| root.has(name));
    Some(if has_places && !root.has("Polygon") { FileKind::Places } else { FileKind::Layers })
}

/// Whether a file with this beginning has nothing but links to others.
pub(in crate::io) fn only_links(head: &[u8]) -> bool {
    Root::of(head).is_some_and(|root| root.has("NetworkLink") && !root.has("Placemark"))
}

/// What a schema says of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Type {
    Number,
    Bool,
    Text,
}

impl Type {
    fn named(name: &str) -> Self {
        match name.rsplit(':').next().unwrap_or_default() {
            "int" | "uint" | "short" | "ushort" | "float" | "double" => Self::Number,
            "bool" | "boolean" => Self::Bool,
            _ => Self::Text,
        }
    }

    fn json(self, text: &str) -> String {
        let trimmed = text.trim();
        match (self, trimmed) {
            (Self::Number | Self::Bool, "") => "null".to_owned(),
            (Self::Number, number) => json_number(number),
            (Self::Bool, "1" | "true" | "True" | "TRUE") => "true".to_owned(),
            (Self::Bool, "0" | "false" | "False" | "FALSE") => "false".to_owned(),
            (Self::Bool | Self::Text, _) => json_text(text),
        }
    }
}

/// A document or folder.
#[derive(Debug, Default)]
struct Folder {
    name: Option<String>,
    is_folder: bool,
}

/// Types of the fields of a schema.
type Fields = HashMap<String, Type, foldhash::fast::RandomState>;

/// A geometry as it is written.
#[derive(Debug)]
struct Drawn {
    kind: Kind,
    lists: Vec<List>,
}

/// A list of places, as it is written.
#[derive(Debug)]
struct List {
    bounds_hole: bool,
    text: String,
    /// Where it ends in the file.
    byte: Option<u64>,
}

/// A feature whose geometry is to be read.
#[derive(Debug)]
struct Job {
    feature: usize,
    drawn: Vec<Drawn>,
}

/// The geometry of a feature, or what is wrong with it and where.
type Read = (usize, Result<Pieces, (Problem, Option<u64>)>);

impl Job {
    /// Reads the geometry. Vertices are counted; what is beyond the limit is left alone.
    fn read(self, vertices: &AtomicUsize, most: usize) -> Read {
        let mut pieces = Pieces::default();
        for Drawn { kind, lists } in self.drawn {
            let mut read = Vec::with_capacity(lists.len());
            for List { bounds_hole, text, byte } in lists {
                if vertices.load(Ordering::Relaxed) > most {
                    break;
                }
                match coordinates(&text, &mut pieces.has_more) {
                    Ok(list) => {
                        vertices.fetch_add(list.len(), Ordering::Relaxed);
                        read.push((bounds_hole, list));
                    }
                    Err(problem) => return (self.feature, Err((problem, byte))),
                }
            }
            let filled = |list: &Vec<Coord>| !list.is_empty();
            match kind {
                Kind::Polygon => {
                    // The shell may stand behind its holes.
                    read.sort_by_key(|(is_hole, _)| *is_hole);
                    let rings: Vec<_> = read.into_iter().map(|(_, ring)| ring).filter(filled).collect();
                    pieces.polygons.extend(Some(rings).filter(|rings| !rings.is_empty()));
                }
                Kind::Line => pieces.lines.extend(read.into_iter().map(|(_, line)| line).filter(filled)),
                Kind::Point => pieces.points.extend(read.into_iter().flat_map(|(_, points)| points)),
                Kind::None | Kind::Other(_) | Kind::Multi => {}
            }
        }
        (self.feature, Ok(pieces))
    }
}

/// Bytes of coordinates that one task reads.
const TASK: usize = 1 << 20;

/// What was found so far.
struct Kml<'h> {
    /// Features whose geometry is to be handed on, and its bytes.
    jobs: Vec<Job>,
    bytes: usize,
    hand_on: &'h dyn Fn(Vec<Job>),
    found: Vec<Found>,
    /// The folder of each.
    within: Vec<usize>,
    folders: Vec<Folder>,
    names: Names,
    /// Types of the fields of each schema.
    schemas: HashMap<String, Fields>,
    counts: Counts,
    links: usize,
}

fn read(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<(Vec<Found>, Reading, Option<ReadNote>), ReadError> {
    let path = input.path;
    source.check_layer(&stem(path))?;
    let mut xml = Xml::new(input, source, limits)?;
    // While the file is taken apart, coordinates are read in parallel.
    let (vertices, most) = (AtomicUsize::new(0), limits.capped().vertices);
    let (send, results) = mpsc::channel();
    let (mut kml, end) = rayon::in_place_scope(|scope| {
        let hand_on = |jobs: Vec<Job>| {
            let (send, vertices) = (send.clone(), &vertices);
            scope.spawn(move |_| {
                let read = jobs.into_iter().map(|job| job.read(vertices, most)).collect::<Vec<Read>>();
                // Who asked for it waits.
                let _ = send.send(read);
            });
        };
        let mut kml = Kml::new(limits, &hand_on);
        let end = kml.container(&mut xml, 0, progress);
        kml.hand_on();
        (kml.without(&|_| ()), end)
    });
    drop(send);
    progress.check()?;
    if vertices.into_inner() > most {
        let problem = Problem::TooMany { what: Counted::Vertices, limit: most };
        return Err(ReadError::Content { path: path.to_owned(), place: Place::default(), problem });
    }
    let mut read: Vec<Read> = results.into_iter().flatten().collect();
    read.sort_unstable_by_key(|(feature, _)| *feature);
    for (feature, read) in read {
        let wrong = |(problem, byte)| {
            let place = Place { feature: Some(feature), byte, ..Place::default() };
            ReadError::Content { path: path.to_owned(), place, problem }
        };
        let Pieces { points, lines, polygons, has_more, .. } = read.map_err(wrong)?;
        if let Some(found) = kml.found.get_mut(feature) {
            found.pieces = Pieces { points, lines, polygons, has_more, ..std::mem::take(&mut found.pieces) };
        }
    }
    end.map_err(|fault| xml.in_file(fault, path))?;
    if kml.found.is_empty() && kml.links > 0 {
        return Err(ReadError::File { path: path.to_owned(), problem: FileProblem::OnlyLinks });
    }
    let mut reading =
        Reading { format: "KML".to_owned(), declares: Some("EPSG:4326".to_owned()), ..Reading::default() };
    let note = xml.note(&mut reading);
    Ok((kml.with_folders(), reading, note))
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let path = input.path;
    let (found, reading, note) = read(input, source, limits, progress)?;
    let mut layer = found::layer(&found, path, limits, progress)?;
    layer.reading = reading;
    layer.notes.extend(note);
    Ok(layer)
}

fn features(mut input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let (found, reading, _) = read(&mut input, source, limits, &Progress::new())?;
    Ok(found::features(found, reading.declares))
}

impl<'h> Kml<'h> {
    fn new(limits: &Limits, hand_on: &'h dyn Fn(Vec<Job>)) -> Self {
        Self {
            jobs: Vec::new(),
            bytes: 0,
            hand_on,
            found: Vec::new(),
            within: Vec::new(),
            folders: vec![Folder::default()],
            names: Names::default(),
            schemas: HashMap::default(),
            counts: Counts::new(limits),
            links: 0,
        }
    }

    /// The same with nobody to hand on to.
    fn without(self, hand_on: &dyn Fn(Vec<Job>)) -> Kml<'_> {
        Kml { hand_on, ..self }
    }

    fn hand_on(&mut self) {
        self.bytes = 0;
        if !self.jobs.is_empty() {
            (self.hand_on)(std::mem::take(&mut self.jobs));
        }
    }

    /// Reads what lies in the file, a document or a folder.
    fn container(&mut self, xml: &mut Xml<'_>, folder: usize, progress: &Progress) -> Result<(), Fault> {
        loop {
            let element = match xml.next()? {
                Node::Open(element) => element,
                Node::Text(_) => continue,
                Node::Close | Node::End => return Ok(()),
            };
            match element.name() {
                "kml" => self.container(xml, folder, progress)?,
                name @ ("Document" | "Folder") => {
                    let is_folder = name == "Folder";
                    self.folders.push(Folder { name: None, is_folder });
                    self.container(xml, self.folders.len() - 1, progress)?;
                }
                "name" => self.folders[folder].name = Some(xml.text()?.trim().to_owned()),
                "Schema" => {
                    let keys = ["id", "name"].map(|key| element.attribute(key));
                    let fields = schema(xml)?;
                    for key in keys.into_iter().flatten() {
                        self.schemas.insert(key, fields.clone());
                    }
                }
                "Placemark" => {
                    let id = element.attribute("id");
                    progress.check()?;
                    self.counts.feature()?;
                    xml.feature = Some(self.found.len());
                    let mut drawn = Vec::new();
                    let found = self.placemark(xml, id, &mut drawn)?;
                    xml.feature = None;
                    if !drawn.is_empty() {
                        self.jobs.push(Job { feature: self.found.len(), drawn });
                    }
                    if self.bytes > TASK {
                        self.hand_on();
                    }
                    self.found.push(found);
                    self.within.push(folder);
                }
                "NetworkLink" => {
                    self.links += 1;
                    xml.skip()?;
                }
                _ => xml.skip()?,
            }
        }
    }

    fn placemark(&mut self, xml: &mut Xml<'_>, id: Option<String>, drawn: &mut Vec<Drawn>) -> Result<Found, Fault> {
        let mut found = Found::default();
        let (mut name, mut description) = (None, None);
        loop {
            let element = match xml.next()? {
                Node::Open(element) => element,
                Node::Text(_) => continue,
                Node::Close | Node::End => break,
            };
            match element.name() {
                "name" => name = Some(xml.text()?.trim().to_owned()),
                "description" => description = Some(xml.text()?.trim().to_owned()),
                "ExtendedData" => self.extended(xml, &mut found)?,
                kind => {
                    let kind = Kind::named(kind);
                    self.geometry(xml, kind, &mut found.pieces, drawn)?;
                }
            }
        }
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        if let Some(text) = given(description) {
            let table = html::attributes(&text);
            if table.as_ref().is_none_or(|table| table.has_more) {
                found.add(self.names.get("description"), json_text(&text));
            }
            for (name, value) in table.into_iter().flat_map(|table| table.list) {
                found.add(self.names.get(&name), value.map_or_else(|| "null".to_owned(), |text| json_text(&text)));
            }
        }
        let own = |text: Option<String>| given(text).map(|text| json_text(&text));
        found.beside(&mut self.names, "kml", [("id", own(id)), ("name", own(name))]);
        Ok(found)
    }

    /// Reads attributes, typed and not.
    fn extended(&mut self, xml: &mut Xml<'_>, found: &mut Found) -> Result<(), Fault> {
        loop {
            let element = match xml.next()? {
                Node::Open(element) => element,
                Node::Text(_) => continue,
                Node::Close | Node::End => return Ok(()),
            };
            match element.name() {
                "Data" => {
                    let name = element.attribute("name").unwrap_or_default();
                    let value = data(xml)?;
                    self.attribute(found, &name, value.map_or_else(|| "null".to_owned(), |text| json_text(&text)));
                }
                "SchemaData" => {
                    let url = element.attribute("schemaUrl").unwrap_or_default();
                    let key = url.rsplit('#').next().unwrap_or_default().to_owned();
                    self.schema_data(xml, &key, found)?;
                }
                // Elements of another vocabulary.
                name => {
                    let name = name.to_owned();
                    let text = xml.text()?;
                    self.attribute(found, &name, json_text(text.trim()));
                }
            }
        }
    }

    fn schema_data(&mut self, xml: &mut Xml<'_>, schema: &str, found: &mut Found) -> Result<(), Fault> {
        let Self { schemas, names, .. } = self;
        let fields = schemas.get(schema);
        loop {
            let element = match xml.next()? {
                Node::Open(element) => element,
                Node::Text(_) => continue,
                Node::Close | Node::End => return Ok(()),
            };
            if element.name() == "SimpleData" {
                let name = element.value("name").unwrap_or_default();
                let kind = fields.and_then(|fields| fields.get(&*name)).copied();
                let name = (!name.is_empty()).then(|| names.get(&name));
                let json = kind.unwrap_or(Type::Text).json(&xml.text()?);
                if let Some(name) = name {
                    found.add(name, json);
                }
            } else {
                xml.skip()?;
            }
        }
    }

    fn attribute(&mut self, found: &mut Found, name: &str, json: String) {
        if !name.is_empty() {
            found.add(self.names.get(name), json);
        }
    }

    /// Takes a geometry as it is written, or passes over what is none.
    fn geometry(
        &mut self,
        xml: &mut Xml<'_>,
        kind: Kind,
        pieces: &mut Pieces,
        drawn: &mut Vec<Drawn>,
    ) -> Result<(), Fault> {
        match kind {
            Kind::None => return xml.skip(),
            Kind::Other(name) => {
                pieces.others += 1;
                pieces.others_are = Some(name);
                return xml.skip();
            }
            Kind::Multi => {
                pieces.is_multi = true;
                loop {
                    let kind = match xml.next()? {
                        Node::Open(element) => Kind::named(element.name()),
                        Node::Text(_) => continue,
                        Node::Close | Node::End => return Ok(()),
                    };
                    self.geometry(xml, kind, pieces, drawn)?;
                }
            }
            Kind::Polygon | Kind::Line | Kind::Point => {}
        }
        let lists = self.lists(xml)?;
        drawn.push(Drawn { kind, lists });
        Ok(())
    }

    /// All coordinates up to the end of the element that has just begun, and whether they bound a hole.
    fn lists(&mut self, xml: &mut Xml<'_>) -> Result<Vec<List>, Fault> {
        let (mut lists, mut depth, mut hole) = (Vec::new(), 0_usize, None);
        loop {
            match xml.next()? {
                Node::Open(element) => match element.name() {
                    "coordinates" => {
                        let text = xml.text()?;
                        self.bytes += text.len();
                        lists.push(List { bounds_hole: hole.is_some(), text, byte: xml.byte() });
                    }
                    name => {
                        if name == "innerBoundaryIs" {
                            hole = hole.or(Some(depth));
                        }
                        depth += 1;
                    }
                },
                Node::Text(_) => {}
                Node::Close if depth > 0 => {
                    depth -= 1;
                    hole = hole.filter(|&begun| begun < depth);
                }
                Node::Close | Node::End => return Ok(lists),
            }
        }
    }

    /// All features, with their folders where these tell them apart.
    fn with_folders(mut self) -> Vec<Found> {
        let of = |within: &usize| {
            let folder = &self.folders[*within];
            folder.name.as_deref().filter(|_| folder.is_folder)
        };
        if self.within.iter().map(of).collect::<HashSet<_>>().len() > 1 {
            let column = self.names.get("folder");
            for (found, within) in self.found.iter_mut().zip(&self.within) {
                let json = of(within).map_or_else(|| "null".to_owned(), json_text);
                found.add(Arc::clone(&column), json);
            }
        }
        self.found
    }
}

/// What an element of a placemark is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Polygon,
    Multi,
    Line,
    Point,
    /// A geometry that is called so, and not read.
    Other(&'static str),
    None,
}

impl Kind {
    fn named(name: &str) -> Self {
        match name {
            "Polygon" => Self::Polygon,
            "MultiGeometry" | "MultiPolygon" | "MultiLineString" | "MultiPoint" | "GeometryCollection" => Self::Multi,
            "LineString" | "LinearRing" => Self::Line,
            "Point" => Self::Point,
            "Model" => Self::Other("Model"),
            "Track" | "MultiTrack" => Self::Other("Track"),
            _ => Self::None,
        }
    }
}

/// Types of the fields of a schema.
fn schema(xml: &mut Xml<'_>) -> Result<Fields, Fault> {
    let mut fields = Fields::default();
    loop {
        match xml.next()? {
            Node::Open(element) => {
                if let (Some(name), Some(kind)) = (element.attribute("name"), element.attribute("type")) {
                    fields.insert(name, Type::named(&kind));
                }
                xml.skip()?;
            }
            Node::Text(_) => {}
            Node::Close | Node::End => return Ok(fields),
        }
    }
}

/// The value of an attribute without a type; `None` where it has none.
fn data(xml: &mut Xml<'_>) -> Result<Option<String>, Fault> {
    let mut value = None;
    loop {
        match xml.next()? {
            Node::Open(element) if element.name() == "value" => value = Some(xml.text()?),
            Node::Open(_) => xml.skip()?,
            Node::Text(_) => {}
            Node::Close | Node::End => return Ok(value),
        }
    }
}

/// Places of a list, with commas within a place and spaces between them. People put spaces behind commas, too.
fn coordinates(text: &str, has_more: &mut bool) -> Result<Vec<Coord>, Problem> {
    let mut places = Vec::with_capacity(text.len() / 40);
    let (mut place, mut count) = ([0.0; 2], 0);
    let mut push = |place: [f64; 2], count: usize| match count {
        0 => Ok(()),
        1 => Err(Problem::BrokenShape),
        _ => {
            places.push(place.into());
            Ok(())
        }
    };
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.bytes().position(|byte| byte == b',' || byte.is_ascii_whitespace()).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let number: f64 = fast_float2::parse(word).map_err(|_| Problem::NotFinite(word.chars().take(40).collect()))?;
        match count {
            0 | 1 => place[count] = number,
            _ => *has_more |= number != 0.0,
        }
        count += 1;
        rest = behind.trim_start();
        if let Some(behind) = rest.strip_prefix(',') {
            rest = behind.trim_start();
        } else {
            push(place, count)?;
            count = 0;
        }
    }
    push(place, count)?;
    Ok(places)
}

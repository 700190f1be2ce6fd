//! GML of the simple features profile, as QGIS, GDAL, `ArcGIS` and services write it: versions 2, 3.1 and 3.2.
//!
//! 1. Features of one type are a layer, named as the type. Their properties are its columns, as text; what lies within
//!    others is named with what it lies in. A value that is said to be unknown is.
//! 2. Where a coordinate system is named as its authority names it, numbers stand in the authority's order, and come out
//!    with east before north; where it is named otherwise east stands first. What numbers contradict is settled at the
//!    door.
//! 3. Rings of straight lines are read, whatever they are made of. What has curves, or only names what lies elsewhere, is
//!    left out, with a note.
//! 4. Of several geometries of a feature the first that bounds an area counts.

mod axes;
mod shapes;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::shapes::Shapes;
use crate::io::blob::Pieces;
use crate::io::crs;
use crate::io::found::{self, Counts, Found, Names};
use crate::io::gather::json_text;
use crate::io::input::{Features, FileKind, Head, Input, LayerEntry, Reader, stem};
use crate::io::layers::LayerSource;
use crate::io::xml::{Element, Fault, Node, Root, Xml};
use crate::io::{Limits, ReadError};
use crate::jobs::Progress;
use crate::model::{Layer, ReadNote, Reading};

/// How layers are read from GML.
pub(in crate::io) const READER: Reader = Reader { polygons, features, contents };

/// Properties within properties that are looked into.
const DEPTH: usize = 16;

/// What a file with this beginning is, where it is GML.
pub(in crate::io) fn kind(head: &Head<'_>) -> Option<FileKind> {
    let root = Root::of(head.bytes)?;
    let is_gml = ["opengis.net/gml", "opengis.net/wfs"].iter().any(|name| root.attributes.contains(name));
    let is_refusal = root.local().contains("Exception") || root.local().contains("Capabilities");
    if !is_gml || is_refusal || root.local() == "schema" {
        return None;
    }
    let has = |names: &[&str]| names.iter().any(|name| root.has(name));
    let is_places = has(&["Point", "LineString", "Curve", "MultiPoint", "MultiCurve", "MultiLineString"])
        && !has(&["Polygon", "Surface", "MultiSurface", "MultiPolygon", "CompositeSurface"]);
    Some(if is_places { FileKind::Places } else { FileKind::Layers })
}

/// Features of one type.
struct Type {
    name: String,
    found: Vec<Found>,
    /// The coordinate system that their geometries name.
    crs: Option<String>,
    areas: usize,
}

/// What was found so far.
struct Gml {
    types: Vec<Type>,
    names: Names,
    shapes: Shapes,
    counts: Counts,
}

/// What may hold features.
fn is_member(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.ends_with("member") || lower.ends_with("members")
}

/// What holds members, in one another where several answers are put together.
fn is_collection(name: &str) -> bool {
    name.ends_with("Collection") || name == "Collection"
}

fn read(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<(Vec<Type>, Reading, Option<ReadNote>), ReadError> {
    let path = input.path;
    let mut xml = Xml::new(input, source, limits)?;
    let shapes = Shapes::default();
    let mut gml = Gml { types: Vec::new(), names: Names::default(), shapes, counts: Counts::new(limits) };
    gml.all(&mut xml, progress).map_err(|fault| xml.in_file(fault, path))?;
    let mut reading = Reading { format: "GML".to_owned(), ..Reading::default() };
    let note = xml.note(&mut reading);
    if gml.types.is_empty() {
        // A file without a feature has a layer all the same.
        gml.types.push(Type { name: stem(path), found: Vec::new(), crs: None, areas: 0 });
    }
    Ok((gml.types, reading, note))
}

fn entries(types: &[Type]) -> Vec<LayerEntry> {
    let entry = |it: &Type| {
        let count = it.found.len();
        LayerEntry { name: it.name.clone(), is_area: it.areas > 0 || count == 0, features: Some(count) }
    };
    types.iter().map(entry).collect()
}

fn contents(mut input: Input<'_>, limits: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    let source = LayerSource::from(input.path);
    let (types, ..) = read(&mut input, &source, limits, &Progress::new())?;
    Ok(entries(&types))
}

/// The features of the layer that is asked for.
fn chosen(types: Vec<Type>, source: &LayerSource, reading: &mut Reading) -> Result<Vec<Found>, ReadError> {
    let entries = entries(&types);
    let at = source.choose(&entries)?;
    reading.list(at, entries.into_iter().map(|entry| entry.name));
    let Some(layer) = types.into_iter().nth(at) else { return Ok(Vec::new()) };
    reading.declares = layer.crs;
    Ok(layer.found)
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let path = input.path;
    let (types, mut reading, note) = read(input, source, limits, progress)?;
    let found = chosen(types, source, &mut reading)?;
    let mut layer = found::layer(&found, path, limits, progress)?;
    layer.reading = reading;
    layer.notes.extend(note);
    Ok(layer)
}

fn features(mut input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let (types, mut reading, _) = read(&mut input, source, limits, &Progress::new())?;
    let found = chosen(types, source, &mut reading)?;
    Ok(found::features(found, reading.declares))
}

/// What a property of a feature holds.
#[derive(Default)]
struct Property {
    pieces: Option<Pieces>,
    crs: Option<String>,
}

impl Gml {
    /// Reads the whole file.
    fn all(&mut self, xml: &mut Xml<'_>, progress: &Progress) -> Result<(), Fault> {
        loop {
            match xml.next()? {
                Node::Open(_) => return self.collection(xml, progress, 0),
                Node::Text(_) | Node::Close => {}
                Node::End => return Ok(()),
            }
        }
    }

    /// Reads the members of a collection.
    fn collection(&mut self, xml: &mut Xml<'_>, progress: &Progress, depth: usize) -> Result<(), Fault> {
        loop {
            let element = match xml.next()? {
                Node::Open(element) => element,
                Node::Text(_) => continue,
                Node::Close | Node::End => return Ok(()),
            };
            match element.name() {
                "boundedBy" => self.bounds(xml)?,
                name if is_member(name) => self.members(xml, progress, depth)?,
                name if is_collection(name) && depth < DEPTH => self.collection(xml, progress, depth + 1)?,
                _ => xml.skip()?,
            }
        }
    }

    /// Reads the features of a member, mostly one.
    fn members(&mut self, xml: &mut Xml<'_>, progress: &Progress, depth: usize) -> Result<(), Fault> {
        loop {
            let element = match xml.next()? {
                Node::Open(element) => element,
                Node::Text(_) => continue,
                Node::Close | Node::End => return Ok(()),
            };
            if is_collection(element.name()) && depth < DEPTH {
                self.collection(xml, progress, depth + 1)?;
                continue;
            }
            let name = element.name().to_owned();
            let id = element.attribute("id").or_else(|| element.attribute("fid"));
            progress.check()?;
            self.counts.feature()?;
            let at = self.types.iter().position(|it| it.name == name).unwrap_or_else(|| {
                self.types.push(Type { name, found: Vec::new(), crs: None, areas: 0 });
                self.types.len() - 1
            });
            xml.feature = Some(self.types[at].found.len());
            let (found, crs) = self.feature(xml, id)?;
            xml.feature = None;
            let layer = &mut self.types[at];
            crs::agree(&mut layer.crs, crs).map_err(|problem| Fault::Wrong(problem.into()))?;
            layer.areas += usize::from(!found.pieces.polygons.is_empty());
            layer.found.push(found);
        }
    }

    /// The coordinate system that a box names holds for what names none.
    fn bounds(&mut self, xml: &mut Xml<'_>) -> Result<(), Fault> {
        loop {
            match xml.next()? {
                Node::Open(element) => {
                    self.shapes.usual_crs = element.attribute("srsName").or(self.shapes.usual_crs.take());
                    self.shapes.usual_dimension = dimension(&element).or(self.shapes.usual_dimension);
                    xml.skip()?;
                }
                Node::Text(_) => {}
                Node::Close | Node::End => return Ok(()),
            }
        }
    }

    fn feature(&mut self, xml: &mut Xml<'_>, id: Option<String>) -> Result<(Found, Option<String>), Fault> {
        let mut found = Found::default();
        let (mut kept, mut crs) = (None::<Pieces>, None);
        loop {
            let element = match xml.next()? {
                Node::Open(element) => element,
                Node::Text(_) => continue,
                Node::Close | Node::End => break,
            };
            if element.name() == "boundedBy" {
                xml.skip()?;
                continue;
            }
            let (name, known) = (element.name().to_owned(), known(&element));
            let mut property = Property::default();
            self.property(xml, &name, known, &mut found, &mut property, 0)?;
            if let Some(pieces) = property.pieces {
                let is_better =
                    kept.as_ref().is_none_or(|kept| kept.polygons.is_empty() && !pieces.polygons.is_empty());
                if is_better {
                    (kept, crs) = (Some(pieces), property.crs);
                }
            }
        }
        found.pieces = kept.unwrap_or_default();
        found.beside(&mut self.names, "gml", [("id", id.map(|id| json_text(&id)))]);
        Ok((found, crs))
    }

    /// Reads a property: a text, a geometry, or properties within it.
    fn property(
        &mut self,
        xml: &mut Xml<'_>,
        name: &str,
        known: Option<String>,
        found: &mut Found,
        property: &mut Property,
        depth: usize,
    ) -> Result<(), Fault> {
        let (mut text, mut is_plain) = (String::new(), true);
        loop {
            let element = match xml.next()? {
                Node::Text(piece) => {
                    text.push_str(&piece);
                    continue;
                }
                Node::Open(element) => element,
                Node::Close | Node::End => break,
            };
            is_plain = false;
            let within = element.name().to_owned();
            if shapes::is_geometry(&within) {
                let named = element.attribute("srsName");
                let (mut pieces, dimension) = (Pieces::default(), dimension(&element));
                let at = self.shapes.read(xml, &within, named, dimension, &mut pieces, &mut self.counts)?;
                if property.pieces.as_ref().is_none_or(|kept| kept.polygons.is_empty()) {
                    property.pieces = Some(pieces);
                    property.crs = at;
                }
            } else if depth >= DEPTH {
                xml.skip()?;
            } else {
                let told = self::known(&element);
                // Types within properties begin with a capital, and name nothing of their own.
                let is_type = within.starts_with(char::is_uppercase);
                let name = if is_type { name.to_owned() } else { format!("{name}.{within}") };
                self.property(xml, &name, told, found, property, depth + 1)?;
            }
        }
        if is_plain {
            let text = text.trim();
            let json = match (text, known) {
                ("", Some(known)) => known,
                (text, _) => json_text(text),
            };
            let name: Arc<str> = self.names.get(name);
            found.add(name, json);
        }
        Ok(())
    }
}

/// What an element says of its value without having one: that it is unknown, or what it names.
fn known(element: &Element<'_>) -> Option<String> {
    let is_nil = element.attribute("nil").is_some_and(|nil| matches!(nil.trim(), "true" | "1"));
    if is_nil || element.attribute("nilReason").is_some() {
        return Some("null".to_owned());
    }
    element.attribute("href").map(|href| json_text(&href))
}

/// How many numbers a position has, where an element says it.
fn dimension(element: &Element<'_>) -> Option<usize> {
    element.attribute("srsDimension")?.trim().parse().ok().filter(|it| (2..=4).contains(it))
}

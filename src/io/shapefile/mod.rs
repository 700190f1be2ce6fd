//! Shapefiles: geometry in a `.shp`, its table in a `.dbf` beside it, coordinate system and encoding in two more.
//!
//! 1. Whichever of its files is named, the shapefile is read; its companions are found whatever the case of their
//!    endings, and count into its hash.
//! 2. Counts are held against the bytes that are there before anything is taken for them. Rows and shapes are as many.
//! 3. Rings are sorted into shells and holes by their direction, and by what contains what. They leave in the directions
//!    of GeoJSON.
//! 4. What is marked as deleted is left out, heights and measures are, with a note.
//! 5. Texts are read in one encoding, settled for the whole table.

mod dbf;
mod rings;
mod shp;
#[cfg(test)]
mod tests;
pub mod write;

use std::borrow::Cow;
use std::fs;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use geojson::{Feature, Geometry, JsonObject};

use self::dbf::Dbf;
pub(super) use self::dbf::{HEAD, rows_in};
pub(super) use self::shp::bounds_areas;
use self::shp::{Geometries, Record, Walk};
use super::encoding::{self, Basis, Declared, Taken};
use super::gather::{Gathered, Stretches};
use super::input::{Features, FileKind, Head, Input, LayerEntry, Reader, Records, stem};
use super::layers::LayerSource;
use super::{FileProblem, Limits, Place, Problem, ReadError};
use crate::i18n::{Lang, Say as _};
use crate::jobs::Progress;
use crate::model::{Key, Layer, ReadNote, ReadNoteKind, Reading};
use crate::outside;

/// How layers are read from a shapefile.
pub(super) const READER: Reader = Reader { polygons, features, contents: |input, _| Ok(vec![entry(&input)]) };

/// Endings of the files beside the geometry that are read, in the order in which they are hashed.
pub(super) const COMPANIONS: [&str; 5] = ["dbf", "prj", "cpg", "dbt", "fpt"];

/// Bytes of a file beside the geometry that is a line or two.
const SMALL: u64 = 1 << 20;
/// Bytes of the geometry that are read while what stands beside it is.
const AHEAD: usize = 16 << 20;

/// The files of a shapefile.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub shp: Vec<u8>,
    pub companions: Companions,
}

/// The files beside the geometry, in the order of [`COMPANIONS`].
#[derive(Debug, Default)]
pub(super) struct Companions(pub [Option<Arc<Vec<u8>>>; COMPANIONS.len()]);

impl Companions {
    /// Those that lie in a folder.
    fn beside(path: &Path, limits: &Limits) -> Result<Self, ReadError> {
        let mut all = Self::default();
        for (ending, companion) in COMPANIONS.iter().zip(&mut all.0) {
            let Some(path) = beside(path, ending) else { continue };
            let most = if matches!(*ending, "prj" | "cpg") { SMALL } else { limits.file_bytes };
            let bytes = outside::read(&path, most).map_err(|source| ReadError::from_io(&path, source))?;
            let bytes = bytes.ok_or(ReadError::File { path, problem: FileProblem::TooLarge { limit: most } })?;
            *companion = Some(Arc::new(bytes));
        }
        Ok(all)
    }

    fn text(&self, companion: usize) -> Option<String> {
        let bytes = self.0[companion].as_ref()?;
        let text = String::from_utf8_lossy(bytes).trim_matches(['\u{feff}', '\0']).trim().to_owned();
        Some(text).filter(|text| !text.is_empty())
    }
}

/// What a file with this beginning is, where it is the geometry of a shapefile.
pub(super) fn kind(head: &Head<'_>) -> Option<FileKind> {
    let is_it = head.bytes.starts_with(&shp::MAGIC) && head.bytes.len() >= 36;
    is_it.then(|| if shp::bounds_areas(head.bytes) { FileKind::Layers } else { FileKind::Places })
}

/// The geometry of the shapefile that a path leads to, which may name another of its files.
pub(super) fn main_of(path: &Path) -> Cow<'_, Path> {
    let is_companion = |ending: &str| COMPANIONS.iter().chain(&["shx"]).any(|it| ending.eq_ignore_ascii_case(it));
    let found = path.extension().and_then(|ending| ending.to_str()).filter(|ending| is_companion(ending));
    found.and_then(|_| beside(path, "shp")).map_or(Cow::Borrowed(path), Cow::Owned)
}

/// The file of the same name with another ending, whatever its case.
fn beside(path: &Path, ending: &str) -> Option<PathBuf> {
    let usual = [ending.to_owned(), ending.to_ascii_uppercase()].map(|ending| path.with_extension(ending));
    if let Some(found) = usual.into_iter().find(|path| path.is_file()) {
        return Some(found);
    }
    let stem = path.file_stem()?.to_string_lossy().to_lowercase();
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_it = |path: &PathBuf| {
        path.extension().is_some_and(|it| it.eq_ignore_ascii_case(ending))
            && path.file_stem().is_some_and(|it| it.to_string_lossy().to_lowercase() == stem)
    };
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).filter(is_it).collect();
    found.sort();
    found.into_iter().next()
}

/// Files that belong to a file and are read with it.
#[must_use]
pub fn companions(path: &Path) -> Vec<PathBuf> {
    let is_shapefile = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("shp"));
    let endings = COMPANIONS.iter().filter(|_| is_shapefile);
    endings.filter_map(|ending| beside(path, ending)).collect()
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    source.check_layer(&stem(input.path))?;
    let (path, capped) = (input.path, limits.capped());
    let mut walk = Walk::new(input, &capped);
    // What is hashed first is there soon.
    let (ahead, companions) = rayon::join(|| walk.more(AHEAD), || Companions::beside(path, limits));
    ahead.map_err(|fault| fault.in_file(path))?;
    let companions = companions?;
    let layer = walked(walk, &companions, path, source, &capped, progress)?;
    input.pass_over(limits)?;
    companions.0.iter().flatten().for_each(|companion| input.count(companion));
    Ok(layer)
}

fn features(mut input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    source.check_layer(&stem(input.path))?;
    let parts = Parts { shp: input.read_whole(limits)?, companions: Companions::beside(input.path, limits)? };
    small(&parts, input.path, source, limits)
}

/// The layer that a shapefile is.
fn entry(input: &Input<'_>) -> LayerEntry {
    let head = beside(input.path, "dbf").and_then(|path| {
        let mut head = Vec::new();
        fs::File::open(path).ok()?.take(HEAD).read_to_end(&mut head).ok()?;
        Some(head)
    });
    let is_area = shp::bounds_areas(input.head().bytes);
    LayerEntry { name: stem(input.path), is_area, features: head.as_deref().and_then(dbf::rows_in) }
}

/// The table of a shapefile, and the encoding of its texts.
struct Attributes<'a> {
    dbf: Dbf<'a>,
    keys: Vec<Key>,
    taken: Taken,
}

impl<'a> Attributes<'a> {
    fn of(companions: &'a Companions, source: &LayerSource) -> Result<Option<Self>, FileProblem> {
        let [dbf, _, _, dbt, fpt] = &companions.0;
        let Some(dbf) = dbf else { return Ok(None) };
        let dbf = Dbf::new(dbf, dbt.as_ref().or(fpt.as_ref()).map(|memo| memo.as_slice()))?;
        let cpg = companions.text(2);
        let ldid = dbf::ldid(dbf.ldid).map(|name| ("LDID", name));
        let declared: Vec<_> = ldid.into_iter().chain(cpg.as_deref().map(|name| (".cpg", name))).collect();
        let declared = Declared { chosen: source.encoding.as_deref(), declared: &declared };
        let taken = encoding::settle(&declared, dbf.texts()).map_err(FileProblem::NoSuchEncoding)?;
        let keys = dbf.names(taken.encoding).iter().map(|name| Key::new(name)).collect();
        Ok(Some(Self { dbf, keys, taken }))
    }

    fn check(&self, shapes: usize) -> Result<(), FileProblem> {
        let rows = self.dbf.rows();
        if rows == shapes { Ok(()) } else { Err(FileProblem::RowsDiffer { shapes, rows }) }
    }
}

/// Reads the polygons of a shapefile; `path` is the file to name in messages.
pub(super) fn parse(
    parts: &Parts,
    path: &Path,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let input = Input::new(path, parts.shp.len() as u64, Box::new(&*parts.shp));
    let mut input = input.map_err(|source| ReadError::from_io(path, source))?;
    let limits = limits.capped();
    walked(Walk::new(&mut input, &limits), &parts.companions, path, source, &limits, progress)
}

/// Reads the polygons of a shapefile, some at a time. What is wrong with the counts of any shape is told first, then what
/// is wrong with the table, then what is wrong with a shape.
fn walked(
    mut walk: Walk<'_, '_>,
    companions: &Companions,
    path: &Path,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let in_file = |problem| ReadError::File { path: path.to_owned(), problem };
    let attributes = Attributes::of(companions, source).map_err(in_file);
    let mut stretches = Stretches::new(path, limits, progress);
    let mut next = walk.next();
    let mut wrong = None;
    while let Some(Records { block, places }) = next.map_err(|fault| fault.in_file(path))? {
        let first = walk.shapes() - places.len();
        next = match (&attributes, &wrong) {
            (Ok(attributes), None) if attributes.as_ref().is_none_or(|it| it.dbf.rows() >= walk.shapes()) => {
                let places: Vec<(usize, &Range<usize>)> = (first..).zip(&places).collect();
                let parse = |&(at, place): &(usize, &Range<usize>), gathered: &mut Gathered, most: usize| {
                    feature(at, block.get(place.clone()).unwrap_or_default(), attributes.as_ref(), gathered, most)
                };
                match stretches.add_while(&places, parse, || walk.next()) {
                    Ok(next) => next,
                    Err(error) => {
                        progress.check()?;
                        wrong = Some(error);
                        walk.next()
                    }
                }
            }
            _ => walk.next(),
        };
    }
    let attributes = attributes?;
    attributes.as_ref().map_or(Ok(()), |it| it.check(walk.shapes())).map_err(in_file)?;
    if let Some(error) = wrong {
        return Err(error);
    }
    let mut layer = stretches.layer();
    layer.reading = Reading { format: "Shapefile".to_owned(), declares: companions.text(1), ..Reading::default() };
    match &attributes {
        None => layer.notes.push(ReadNote { feature: None, what: ReadNoteKind::NoAttributes }),
        Some(Attributes { taken, .. }) => {
            layer.reading.encoding = Some(taken.encoding.name().to_owned());
            layer.reading.texts = taken.reading();
            layer.notes.extend(note(taken));
        }
    }
    Ok(layer)
}

fn content(path: &Path, feature: usize, problem: Problem) -> ReadError {
    let place = Place { feature: Some(feature), ..Place::default() };
    ReadError::Content { path: path.to_owned(), place, problem }
}

/// What has to be said about an encoding: nothing where all is ASCII.
pub(super) fn note(taken: &Taken) -> Option<ReadNote> {
    let is_told = !taken.candidates.is_empty() || taken.basis == Basis::Chosen;
    let words = [Lang::Zh, Lang::En].map(|lang| taken.say(lang));
    let what = ReadNoteKind::Encoding { words, is_doubtful: taken.contradicts.is_some() };
    is_told.then_some(ReadNote { feature: None, what })
}

/// Takes a shape, and its row.
fn feature(
    at: usize,
    shape: &[u8],
    attributes: Option<&Attributes<'_>>,
    gathered: &mut Gathered,
    most: usize,
) -> Result<(), Problem> {
    if attributes.is_some_and(|it| it.dbf.is_deleted(at)) {
        gathered.skip_feature(ReadNoteKind::DeletedRow);
        return Ok(());
    }
    if let Some((places, has_more)) = shp::only_ring(shape) {
        if has_more {
            gathered.note_extra_dimensions();
        }
        gathered.ring_of_bytes(places, rings::is_clockwise, most)?;
        gathered.end_polygon();
    } else {
        let skipped = match shp::record(shape)? {
            Record::Null => None,
            Record::Area { rings, has_more } => {
                if has_more {
                    gathered.note_extra_dimensions();
                }
                for polygon in rings::polygons(rings)? {
                    for ring in polygon {
                        gathered.ring(ring, most)?;
                    }
                    gathered.end_polygon();
                }
                None
            }
            Record::Points(_) => Some("Point"),
            Record::Lines(_) => Some("LineString"),
            Record::Other(name) => Some(name),
        };
        if let Some(geometry) = skipped {
            gathered.skip_feature(ReadNoteKind::SkippedGeometry { geometry: geometry.to_owned() });
            return Ok(());
        }
    }
    gathered.end_row(false, |records| {
        if let Some(Attributes { dbf, keys, taken }) = attributes {
            dbf.write(at, taken.encoding, keys, records);
        }
        Ok(())
    })
}

/// All features of a shapefile, whatever they are.
pub(super) fn small(parts: &Parts, path: &Path, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let in_file = |problem| ReadError::File { path: path.to_owned(), problem };
    let shapes = Geometries::new(&parts.shp, &limits.capped()).map_err(|problem| problem.in_file(path))?;
    let attributes = Attributes::of(&parts.companions, source).map_err(in_file)?;
    attributes.as_ref().map_or(Ok(()), |it| it.check(shapes.len())).map_err(in_file)?;
    let mut features = Vec::new();
    for at in 0..shapes.len() {
        if attributes.as_ref().is_some_and(|it| it.dbf.is_deleted(at)) {
            continue;
        }
        let wrong = |problem| content(path, at, problem);
        let pairs = |line: Vec<geo::Coord>| line.into_iter().map(|at| vec![at.x, at.y]).collect::<Vec<_>>();
        let geometry = match shapes.record(at).map_err(wrong)? {
            Record::Null | Record::Other(_) => None,
            Record::Points(mut points) if points.len() == 1 => {
                points.pop().map(|at| Geometry::new_point(vec![at.x, at.y]))
            }
            Record::Points(points) => Some(Geometry::new_multi_point(pairs(points))),
            Record::Lines(lines) => {
                Some(Geometry::new_multi_line_string(lines.into_iter().map(pairs).collect::<Vec<_>>()))
            }
            Record::Area { rings, .. } => {
                let polygons = rings::polygons(rings).map_err(wrong)?;
                let polygons: Vec<Vec<_>> =
                    polygons.into_iter().map(|it| it.into_iter().map(pairs).collect()).collect();
                Some(Geometry::new_multi_polygon(polygons))
            }
        };
        let mut properties = JsonObject::new();
        if let Some(Attributes { dbf, keys, taken }) = &attributes {
            for (key, value) in keys.iter().zip(dbf.values(at, taken.encoding)) {
                properties.insert(key.name().to_owned(), serde_json::from_str(&value).unwrap_or_default());
            }
        }
        features.push(Feature { geometry, properties: Some(properties), ..Feature::default() });
    }
    Ok(Features { list: features, declared_crs: parts.companions.text(1) })
}

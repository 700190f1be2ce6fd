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
use std::path::{Path, PathBuf};

use geojson::{Feature, Geometry, JsonObject};
use rayon::prelude::*;

use self::dbf::Dbf;
pub(super) use self::dbf::{HEAD, rows_in};
pub(super) use self::shp::bounds_areas;
use self::shp::{Geometries, Record};
use super::encoding::{self, Basis, Declared, Taken};
use super::gather::{self, Gathered};
use super::input::{Features, FileKind, Head, Input, LayerEntry, Reader, stem};
use super::layers::LayerSource;
use super::{FileProblem, Limits, Place, Problem, ReadError};
use crate::i18n::{Lang, Say as _};
use crate::jobs::Progress;
use crate::model::{Layer, ReadNote, ReadNoteKind, Reading};
use crate::outside;

/// How layers are read from a shapefile.
pub(super) const READER: Reader = Reader { polygons, features, contents: |input, _| Ok(vec![entry(&input)]) };

/// Endings of the files beside the geometry that are read, in the order in which they are hashed.
pub(super) const COMPANIONS: [&str; 5] = ["dbf", "prj", "cpg", "dbt", "fpt"];

/// Bytes of a file beside the geometry that is a line or two.
const SMALL: u64 = 1 << 20;
/// Features that one task reads.
const TASK: usize = 256;

/// The files of a shapefile.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub shp: Vec<u8>,
    /// In the order of [`COMPANIONS`].
    pub companions: [Option<Vec<u8>>; COMPANIONS.len()],
}

impl Parts {
    fn text(&self, companion: usize) -> Option<String> {
        let bytes = self.companions[companion].as_ref()?;
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
    let parts = collect(input, limits)?;
    parse(&parts, input.path, source, limits, progress)
}

fn features(mut input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    source.check_layer(&stem(input.path))?;
    let parts = collect(&mut input, limits)?;
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

/// All files of a shapefile that lies in a folder.
fn collect(input: &mut Input<'_>, limits: &Limits) -> Result<Parts, ReadError> {
    let mut parts = Parts { shp: input.read_whole(limits)?, ..Parts::default() };
    for (ending, companion) in COMPANIONS.iter().zip(&mut parts.companions) {
        let Some(path) = beside(input.path, ending) else { continue };
        let most = if matches!(*ending, "prj" | "cpg") { SMALL } else { limits.file_bytes };
        let bytes = outside::read(&path, most).map_err(|source| ReadError::from_io(&path, source))?;
        let bytes = bytes.ok_or(ReadError::File { path, problem: FileProblem::TooLarge { limit: most } })?;
        input.count(&bytes);
        *companion = Some(bytes);
    }
    Ok(parts)
}

/// The table of a shapefile, and the encoding of its texts.
struct Attributes<'a> {
    dbf: Dbf<'a>,
    names: Vec<String>,
    taken: Taken,
}

impl<'a> Attributes<'a> {
    fn of(parts: &'a Parts, source: &LayerSource, shapes: usize) -> Result<Option<Self>, FileProblem> {
        let [dbf, _, _, dbt, fpt] = &parts.companions;
        let Some(dbf) = dbf else { return Ok(None) };
        let dbf = Dbf::new(dbf, dbt.as_deref().or(fpt.as_deref()))?;
        if dbf.rows() != shapes {
            return Err(FileProblem::RowsDiffer { shapes, rows: dbf.rows() });
        }
        let cpg = parts.text(2);
        let ldid = dbf::ldid(dbf.ldid).map(|name| ("LDID", name));
        let declared: Vec<_> = ldid.into_iter().chain(cpg.as_deref().map(|name| (".cpg", name))).collect();
        let declared = Declared { chosen: source.encoding.as_deref(), declared: &declared };
        let taken = encoding::settle(&declared, dbf.texts()).map_err(FileProblem::NoSuchEncoding)?;
        Ok(Some(Self { names: dbf.names(taken.encoding), dbf, taken }))
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
    let in_file = |problem| ReadError::File { path: path.to_owned(), problem };
    let limits = limits.capped();
    let shapes = Geometries::new(&parts.shp, &limits).map_err(|problem| problem.in_file(path))?;
    let attributes = Attributes::of(parts, source, shapes.len()).map_err(in_file)?;
    let starts: Vec<usize> = (0..shapes.len()).step_by(TASK).collect();
    let stretches: Vec<_> = starts
        .par_iter()
        .map(|&start| {
            progress.check()?;
            stretch(&shapes, start..(start + TASK).min(shapes.len()), attributes.as_ref(), limits.vertices)
                .map_err(|(feature, problem)| content(path, feature, problem))
        })
        .collect();
    let mut layer = gather::layer(stretches.into_iter().collect::<Result<_, ReadError>>()?, path, &limits)?;
    layer.reading = Reading { format: "Shapefile".to_owned(), declares: parts.text(1), ..Reading::default() };
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

fn stretch(
    shapes: &Geometries<'_>,
    range: std::ops::Range<usize>,
    attributes: Option<&Attributes<'_>>,
    most: usize,
) -> Result<Gathered, (usize, Problem)> {
    let mut gathered = Gathered::default();
    let mut values: Vec<Cow<'static, str>> = Vec::new();
    for at in range {
        let wrong = |problem| (at, problem);
        if attributes.is_some_and(|it| it.dbf.is_deleted(at)) {
            gathered.skip_feature(ReadNoteKind::DeletedRow);
            continue;
        }
        match shapes.record(at).map_err(wrong)? {
            Record::Null => {}
            Record::Area { rings, has_more } => {
                if has_more {
                    gathered.note_extra_dimensions();
                }
                for polygon in rings::polygons(rings).map_err(wrong)? {
                    for ring in polygon {
                        gathered.ring(ring, most).map_err(wrong)?;
                    }
                    gathered.end_polygon();
                }
            }
            Record::Points(_) => {
                gathered.skip_feature(ReadNoteKind::SkippedGeometry { geometry: "Point".to_owned() });
                continue;
            }
            Record::Lines(_) => {
                gathered.skip_feature(ReadNoteKind::SkippedGeometry { geometry: "LineString".to_owned() });
                continue;
            }
            Record::Other(name) => {
                gathered.skip_feature(ReadNoteKind::SkippedGeometry { geometry: name.to_owned() });
                continue;
            }
        }
        values.clear();
        let mut row: Vec<(&str, &str)> = Vec::new();
        if let Some(Attributes { dbf, names, taken }) = attributes {
            dbf.values(at, taken.encoding, &mut values);
            row.extend(names.iter().map(String::as_str).zip(values.iter().map(|value| &**value)));
        }
        gathered.end_feature(&row, false).map_err(wrong)?;
    }
    Ok(gathered)
}

/// All features of a shapefile, whatever they are.
pub(super) fn small(parts: &Parts, path: &Path, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let in_file = |problem| ReadError::File { path: path.to_owned(), problem };
    let shapes = Geometries::new(&parts.shp, &limits.capped()).map_err(|problem| problem.in_file(path))?;
    let attributes = Attributes::of(parts, source, shapes.len()).map_err(in_file)?;
    let mut features = Vec::new();
    let mut values = Vec::new();
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
        if let Some(Attributes { dbf, names, taken }) = &attributes {
            dbf.values(at, taken.encoding, &mut values);
            for (name, value) in names.iter().zip(&values) {
                properties.insert(name.clone(), serde_json::from_str(value).unwrap_or_default());
            }
        }
        features.push(Feature { geometry, properties: Some(properties), ..Feature::default() });
    }
    Ok(Features { list: features, declared_crs: parts.text(1) })
}

//! Zip archives with layers in them: shapefiles, and files of other formats that are read as they come.
//!
//! 1. Bytes that are unpacked are counted as they come; what an archive says of its sizes is no reason for anything.
//!    Nothing is unpacked onto the disk, and no path inside is followed.
//! 2. Each shapefile and each other file of boundaries inside is a layer, named as its file; where two are called alike,
//!    with the folders before it.
//! 3. Hash and size of a layer are those of the archive.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read as _, Seek};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::encoding::{self, Declared};
use super::input::{Features, FileKind, Head, Input, LayerEntry, Reader};
use super::layers::LayerSource;
use super::shapefile::{self, COMPANIONS, Parts};
use super::{FileProblem, Limits, Looks, ReadError, format};
use crate::jobs::Progress;
use crate::model::Layer;

/// How layers are read from what is inside.
pub(super) const READER: Reader = Reader { polygons, features, contents };

const MAGIC: &[u8] = b"PK\x03\x04";
/// Files in an archive that are looked at.
const MOST_FILES: usize = 10_000;
/// Bytes that are unpacked from any archive.
const ALWAYS: u64 = 256 << 20;
/// Beyond that, how many times its own size: tables of shapefiles are mostly spaces.
const TIMES: u64 = 200;

/// A file in an archive.
struct Entry {
    index: usize,
    /// With its folders.
    name: String,
}

impl Entry {
    fn ending(&self) -> String {
        self.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
    }

    fn stem(&self) -> &str {
        self.name.rsplit_once('.').map_or(&*self.name, |(stem, _)| stem)
    }

    fn bare(&self) -> &str {
        self.stem().rsplit(['/', '\\']).next().unwrap_or_default()
    }
}

/// What is packed in a file with this beginning.
pub(super) fn kind(head: &Head<'_>) -> Option<FileKind> {
    if !head.bytes.starts_with(MAGIC) {
        return None;
    }
    // What comes through a pipe is looked into by whoever reads it.
    if !head.path.is_file() {
        return Some(FileKind::Layers);
    }
    let mut archive = Archive::new(BufReader::new(File::open(head.path).ok()?), head.path, &Limits::default()).ok()?;
    let layers = archive.layers();
    let &first = layers.first()?;
    let is_shapefile = archive.entries[first].ending() == "shp";
    let is_places = is_shapefile && !layers.iter().any(|&at| archive.bounds_areas(at));
    Some(if is_places { FileKind::Places } else { FileKind::Layers })
}

/// Whether a file of this ending may be a layer in an archive.
fn is_layer(ending: &str) -> bool {
    ending == "shp" || format::is_streamed(ending)
}

struct Archive<'a, R> {
    zip: ZipArchive<R>,
    path: &'a Path,
    entries: Vec<Entry>,
    /// Bytes that may still be unpacked.
    room: u64,
    most: u64,
}

impl<'a, R: io::Read + Seek> Archive<'a, R> {
    fn new(mut from: R, path: &'a Path, limits: &Limits) -> Result<Self, ReadError> {
        let failed = |source| ReadError::from_io(path, source);
        let size = from.seek(io::SeekFrom::End(0)).map_err(failed)?;
        from.rewind().map_err(failed)?;
        let mut zip = ZipArchive::new(from).map_err(|error| damaged(path, error))?;
        let mut raw = Vec::new();
        for index in 0..zip.len().min(MOST_FILES) {
            let file = zip.by_index_raw(index).map_err(|error| damaged(path, error))?;
            raw.push((index, file.name_raw().to_vec()));
        }
        // What a Mac adds is no data.
        raw.retain(|(_, name)| !name.starts_with(b"__MACOSX") && !name.ends_with(b"/"));
        // Chinese Windows writes names in GBK, whatever the archive says of them.
        let taken = encoding::settle(&Declared::default(), raw.iter().map(|(_, name)| &**name));
        let encoding = taken.map_or(encoding_rs::UTF_8, |taken| taken.encoding);
        let named =
            |(index, name): (usize, Vec<u8>)| Entry { index, name: encoding::decode(encoding, &name).into_owned() };
        let entries = raw.into_iter().map(named).collect();
        let most = limits.file_bytes.min(ALWAYS.max(size.saturating_mul(TIMES)));
        Ok(Self { zip, path, entries, room: most, most })
    }

    /// Files that are layers, by name.
    fn layers(&self) -> Vec<usize> {
        let mut layers: Vec<usize> =
            (0..self.entries.len()).filter(|&at| is_layer(&self.entries[at].ending())).collect();
        layers.sort_by(|&a, &b| self.entries[a].name.cmp(&self.entries[b].name));
        layers
    }

    /// What the layers are called.
    fn names(&self, layers: &[usize]) -> Vec<String> {
        let bare = |at: usize| self.entries[at].bare();
        let is_alone = |at: usize| layers.iter().filter(|&&other| bare(other) == bare(at)).count() == 1;
        let name = |&at: &usize| if is_alone(at) { bare(at) } else { &self.entries[at].name };
        layers.iter().map(name).map(str::to_owned).collect()
    }

    /// Unpacks a file.
    fn unpack(&mut self, at: usize) -> Result<Vec<u8>, ReadError> {
        let path = self.path;
        let file = self.zip.by_index(self.entries[at].index).map_err(|error| damaged(path, error))?;
        let mut bytes = Vec::new();
        file.take(self.room + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| ReadError::File { path: path.to_owned(), problem: FileProblem::Damaged(source) })?;
        let problem = FileProblem::Inflates { limit: self.most };
        let left = self.room.checked_sub(bytes.len() as u64);
        self.room = left.ok_or(ReadError::File { path: path.to_owned(), problem })?;
        Ok(bytes)
    }

    /// The first bytes of a file inside.
    fn beginning(&mut self, at: usize, most: u64) -> Option<Vec<u8>> {
        let mut head = Vec::new();
        self.zip.by_index(self.entries[at].index).ok()?.take(most).read_to_end(&mut head).ok()?;
        Some(head)
    }

    /// Whether a shapefile inside bounds areas, by its head alone; any other layer may.
    fn bounds_areas(&mut self, at: usize) -> bool {
        self.entries[at].ending() != "shp" || self.beginning(at, 100).is_some_and(|head| shapefile::bounds_areas(&head))
    }

    /// The file that lies with another one.
    fn beside(&self, at: usize, ending: &str) -> Option<usize> {
        let stem = self.entries[at].stem().to_lowercase();
        self.entries.iter().position(|entry| entry.ending() == ending && entry.stem().to_lowercase() == stem)
    }

    /// The layer that is asked for, with its name and all there are; without a wish the first that may bound areas.
    fn choose(&mut self, source: &LayerSource) -> Result<(usize, String, Vec<String>), ReadError> {
        let layers = self.layers();
        let names = self.names(&layers);
        let problem = |problem| ReadError::File { path: self.path.to_owned(), problem };
        if layers.is_empty() {
            return Err(problem(FileProblem::Foreign(Looks::Zip)));
        }
        let chosen = match &source.layer {
            Some(wanted) => names
                .iter()
                .position(|name| name == wanted)
                .ok_or_else(|| problem(FileProblem::NoSuchLayer { layer: wanted.clone(), there: names.join(", ") }))?,
            None => layers.iter().position(|&at| self.bounds_areas(at)).unwrap_or(0),
        };
        Ok((layers[chosen], names[chosen].clone(), names))
    }

    /// A shapefile with all its files.
    fn shapefile(&mut self, at: usize) -> Result<Parts, ReadError> {
        let mut parts = Parts { shp: self.unpack(at)?, ..Parts::default() };
        for (ending, companion) in COMPANIONS.iter().zip(&mut parts.companions) {
            if let Some(found) = self.beside(at, ending) {
                *companion = Some(self.unpack(found)?);
            }
        }
        Ok(parts)
    }
}

fn damaged(path: &Path, error: ZipError) -> ReadError {
    let source = match error {
        ZipError::Io(source) => source,
        other => io::Error::other(other.to_string()),
    };
    ReadError::File { path: path.to_owned(), problem: FileProblem::Damaged(source) }
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let (path, bytes) = (input.path, input.read_whole(limits)?);
    let mut archive = Archive::new(Cursor::new(bytes), path, limits)?;
    let (at, name, names) = archive.choose(source)?;
    let mut layer = if archive.entries[at].ending() == "shp" {
        let parts = archive.shapefile(at)?;
        shapefile::parse(&parts, path, source, limits, progress)?
    } else {
        let (mut inside, reader) = archive.streamed(at)?;
        (reader.polygons)(&mut inside, &LayerSource { layer: None, ..source.clone() }, limits, progress)?
    };
    if layer.reading.layers.is_empty() {
        layer.reading.layer = Some(name).filter(|_| names.len() > 1);
        layer.reading.layers = if names.len() > 1 { names } else { Vec::new() };
    }
    Ok(layer)
}

fn features(mut input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let (path, bytes) = (input.path, input.read_whole(limits)?);
    let mut archive = Archive::new(Cursor::new(bytes), path, limits)?;
    let (at, ..) = archive.choose(source)?;
    if archive.entries[at].ending() == "shp" {
        let parts = archive.shapefile(at)?;
        return shapefile::small(&parts, path, source, limits);
    }
    let (inside, reader) = archive.streamed(at)?;
    (reader.features)(inside, &LayerSource { layer: None, ..source.clone() }, limits)
}

fn contents(mut input: Input<'_>, limits: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    let (path, bytes) = (input.path, input.read_whole(limits)?);
    let mut archive = Archive::new(Cursor::new(bytes), path, limits)?;
    let layers = archive.layers();
    if layers.is_empty() {
        return Err(ReadError::File { path: path.to_owned(), problem: FileProblem::Foreign(Looks::Zip) });
    }
    let named = archive.names(&layers).into_iter().zip(layers);
    let entry = |(name, at)| {
        let table = archive.beside(at, "dbf").filter(|_| archive.entries[at].ending() == "shp");
        let head = table.and_then(|table| archive.beginning(table, shapefile::HEAD));
        LayerEntry { name, is_area: archive.bounds_areas(at), features: head.as_deref().and_then(shapefile::rows_in) }
    };
    Ok(named.map(entry).collect())
}

impl<'a, R: io::Read + Seek> Archive<'a, R> {
    /// A file of a format that is read as it comes, and how.
    fn streamed(&mut self, at: usize) -> Result<(Input<'a>, Reader), ReadError> {
        let (path, bytes) = (self.path, self.unpack(at)?);
        let size = bytes.len() as u64;
        let input = Input::new(path, size, Box::new(Cursor::new(bytes)));
        let input = input.map_err(|source| ReadError::from_io(path, source))?;
        let told = if input.head().bytes.starts_with(MAGIC) {
            Err(FileProblem::Foreign(Looks::Zip))
        } else {
            format::told_streamed(&input.head())
        };
        let (reader, _) = told.map_err(|problem| ReadError::File { path: path.to_owned(), problem })?;
        Ok((input, reader))
    }
}

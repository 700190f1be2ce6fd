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
use super::input::{Features, FileKind, HEAD, Head, Input, LayerEntry, Reader};
use super::layers::LayerSource;
use super::shapefile::{self, COMPANIONS, Parts};
use super::{FileProblem, Limits, Looks, ReadError, format, kml};
use crate::jobs::Progress;
use crate::model::Layer;

/// How layers are read from what is inside.
pub(super) const READER: Reader = Reader { polygons, features, contents };

const MAGIC: &[u8] = b"PK\x03\x04";
/// Files in an archive that are looked at.
const MOST_FILES: usize = 10_000;
/// Files of KML of which it is asked whether they only name others.
const MOST_LISTS: usize = 16;
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
    layers.first()?;
    let is_places = !layers.iter().any(|&at| archive.bounds_areas(at));
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
        let mut archive = Self { zip, path, entries, room: most, most };
        archive.leave_out_lists();
        Ok(archive)
    }

    /// Leaves out a KML that only names the others in the archive.
    fn leave_out_lists(&mut self) {
        let lists: Vec<usize> =
            (0..self.entries.len()).filter(|&at| self.entries[at].ending() == "kml").take(MOST_LISTS).collect();
        let only_links = |&at: &usize| kml::only_links(&self.beginning(at, HEAD as u64).unwrap_or_default());
        let lists: Vec<usize> =
            if lists.len() > 1 { lists.into_iter().filter(only_links).collect() } else { Vec::new() };
        let mut at = 0;
        self.entries.retain(|_| {
            at += 1;
            !lists.contains(&(at - 1))
        });
    }

    /// Files that are layers, by name.
    fn layers(&self) -> Vec<usize> {
        let mut layers: Vec<usize> =
            (0..self.entries.len()).filter(|&at| is_layer(&self.entries[at].ending())).collect();
        // The main file of a KMZ comes first.
        let key = |&at: &usize| (self.entries[at].name != "doc.kml", &*self.entries[at].name);
        layers.sort_by(|a, b| key(a).cmp(&key(b)));
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

    /// Whether a file inside may bound areas, by its beginning alone.
    fn bounds_areas(&mut self, at: usize) -> bool {
        if self.entries[at].ending() == "shp" {
            return self.beginning(at, 100).is_some_and(|head| shapefile::bounds_areas(&head));
        }
        let bytes = self.beginning(at, HEAD as u64).unwrap_or_default();
        let told = format::told_streamed(&Head { path: self.path, bytes: &bytes });
        told.map_or(true, |(_, kind)| kind != FileKind::Places)
    }

    /// The only file inside that is a layer, or has some, where it is read as it comes.
    fn only(&self) -> Option<usize> {
        let layers = self.layers();
        let &[only] = &*layers else { return None };
        (self.entries[only].ending() != "shp").then_some(only)
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
            // It is looked for in the file itself.
            Some(_) if self.only().is_some() => 0,
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
        for (ending, companion) in COMPANIONS.iter().zip(&mut parts.companions.0) {
            if let Some(found) = self.beside(at, ending) {
                *companion = Some(self.unpack(found)?.into());
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
        (reader.polygons)(&mut inside, &archive.inner(source, &name), limits, progress)?
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
    let (at, name, _) = archive.choose(source)?;
    if archive.entries[at].ending() == "shp" {
        let parts = archive.shapefile(at)?;
        return shapefile::small(&parts, path, source, limits);
    }
    let (inside, reader) = archive.streamed(at)?;
    let source = archive.inner(source, &name);
    (reader.features)(inside, &source, limits)
}

fn contents(mut input: Input<'_>, limits: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    let (path, bytes) = (input.path, input.read_whole(limits)?);
    let mut archive = Archive::new(Cursor::new(bytes), path, limits)?;
    let layers = archive.layers();
    if layers.is_empty() {
        return Err(ReadError::File { path: path.to_owned(), problem: FileProblem::Foreign(Looks::Zip) });
    }
    if let Some(only) = archive.only() {
        let (inside, reader) = archive.streamed(only)?;
        return (reader.contents)(inside, limits);
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
    /// How a file inside is read, whose name is `name`: where it is the only one it may have layers of its own.
    fn inner(&self, source: &LayerSource, name: &str) -> LayerSource {
        let wish = source.layer.clone().filter(|wish| self.only().is_some() && wish != name);
        LayerSource { layer: wish, ..source.clone() }
    }

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

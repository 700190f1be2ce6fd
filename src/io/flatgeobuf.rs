//! `FlatGeobuf`: features one behind the other as flat buffers, which are verified before anything in them is looked at.
//!
//! 1. Sizes are held against limits before memory is taken, and memory is taken as bytes come. The index is passed over.
//! 2. Whole numbers keep their digits, texts are texts, a value of JSON is read as that. What is not there is unknown.
//! 3. Each part of a geometry says what it is, where the file as a whole does not.

use std::fmt::Write as _;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

use flatbuffers::InvalidFlatbuffer;
use flatgeobuf::{
    Column, ColumnType, Feature, Geometry, GeometryType, Header, size_prefixed_root_as_feature,
    size_prefixed_root_as_header,
};
use geo::Coord;
use geojson::JsonObject;

use super::blob::Pieces;
use super::gather::{BATCH, Gathered, Stretches, json_within, push_json_double, unique_names};
use super::input::{Blocks, Features, FileKind, Head, Input, LayerEntry, Reader, Records, stem};
use super::layers::LayerSource;
use super::{Counted, FileProblem, Limits, Place, Problem, ReadError};
use crate::jobs::Progress;
use crate::model::{self, Key, Layer, Reading, push_json_text};

/// How layers are read from a `FlatGeobuf`: it has one.
pub(super) const READER: Reader = Reader { polygons, features, contents };

/// How a file begins, but for its version.
const MAGIC: &[u8] = b"fgb\x03fgb";
/// Largest head, in bytes.
const MOST_HEAD: usize = 10 << 20;
/// Geometries within geometries.
const DEPTH: usize = 8;

/// What a file with this beginning is, where it is a `FlatGeobuf`.
pub(super) fn kind(head: &Head<'_>) -> Option<FileKind> {
    let rest = head.bytes.strip_prefix(MAGIC)?.get(1..).unwrap_or_default();
    let size = rest.first_chunk().map_or(0, |size| u32::from_le_bytes(*size) as usize);
    // Aligned as the verifier asks for.
    let mut bytes = rest.get(..size.saturating_add(4)).map(<[u8]>::to_vec);
    if let Some(bytes) = &mut bytes {
        mend_names(bytes);
    }
    let header = bytes.as_deref().and_then(|bytes| size_prefixed_root_as_header(bytes).ok());
    let is_places = header.is_some_and(|header| !may_bound(header.geometry_type()));
    Some(if is_places { FileKind::Places } else { FileKind::Layers })
}

fn may_bound(kind: GeometryType) -> bool {
    use GeometryType as Type;
    ![Type::Point, Type::MultiPoint, Type::LineString, Type::MultiLineString, Type::CompoundCurve, Type::MultiCurve]
        .contains(&kind)
}

/// A file whose head was read.
struct Open<'a, R> {
    path: &'a Path,
    from: R,
    /// With its size before it.
    head: Vec<u8>,
    limits: Limits,
    /// Features that are still to come; `None` where the file does not say.
    left: Option<u64>,
    seen: usize,
}

/// Where bytes that are no flat buffer lie in a file, and what of it.
fn broken(path: &Path, feature: Option<usize>) -> ReadError {
    let place = Place { feature, ..Place::default() };
    ReadError::Content { path: path.to_owned(), place, problem: Problem::BrokenShape }
}

fn too_many(path: &Path, what: Counted, limit: usize) -> ReadError {
    let problem = Problem::TooMany { what, limit };
    ReadError::Content { path: path.to_owned(), place: Place::default(), problem }
}

impl<'a, R: Read> Open<'a, R> {
    fn new(path: &'a Path, mut from: R, limits: &Limits) -> Result<Self, ReadError> {
        let limits = limits.capped();
        let mut magic = [0; 8];
        from.read_exact(&mut magic).map_err(|source| ReadError::from_io(path, source))?;
        let mut open = Self { path, from, head: Vec::new(), limits, left: None, seen: 0 };
        let cut = || ReadError::File { path: path.to_owned(), problem: FileProblem::CutOff };
        open.head = open.buffer(MOST_HEAD)?.ok_or_else(cut)?;
        mend_names(&mut open.head);
        let (count, node_size) = {
            let header = open.header()?;
            (header.features_count(), header.index_node_size())
        };
        open.left = Some(count).filter(|&count| count > 0);
        if let Some(most) = open.left.filter(|_| node_size > 0) {
            if most > limits.features as u64 {
                return Err(open.too_many(Counted::Features, limits.features));
            }
            let bytes = index_bytes(most, node_size).ok_or_else(|| broken(path, None))?;
            let skipped = io::copy(&mut open.from.by_ref().take(bytes), &mut io::sink());
            if skipped.map_err(|source| ReadError::from_io(path, source))? < bytes {
                return Err(ReadError::File { path: path.to_owned(), problem: FileProblem::CutOff });
            }
        }
        Ok(open)
    }

    fn header(&self) -> Result<Header<'_>, ReadError> {
        size_prefixed_root_as_header(&self.head).map_err(|_| broken(self.path, None))
    }

    fn too_many(&self, what: Counted, limit: usize) -> ReadError {
        too_many(self.path, what, limit)
    }

    /// The next buffer with its size before it; `None` where the file ends.
    fn buffer(&mut self, most: usize) -> Result<Option<Vec<u8>>, ReadError> {
        let failed = |source| ReadError::from_io(self.path, source);
        let cut = || ReadError::File { path: self.path.to_owned(), problem: FileProblem::CutOff };
        let mut bytes = Vec::new();
        self.from.by_ref().take(4).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let size = u32::from_le_bytes(*bytes.first_chunk().ok_or_else(cut)?) as usize;
        if size > most {
            return Err(self.too_many(Counted::FeatureBytes, most));
        }
        // Room is made as bytes come, whatever the size says.
        bytes.reserve_exact(size.min(1 << 16));
        self.from.by_ref().take(size as u64).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() == size + 4 { Ok(Some(bytes)) } else { Err(cut()) }
    }

    /// The next features; none behind the last.
    fn batch(&mut self) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut batch = Vec::new();
        while batch.len() < BATCH && self.left != Some(0) {
            let Some(bytes) = self.buffer(self.limits.feature_bytes)? else {
                // So many were promised.
                if self.left.is_some() {
                    return Err(ReadError::File { path: self.path.to_owned(), problem: FileProblem::CutOff });
                }
                break;
            };
            self.seen += 1;
            if self.seen > self.limits.features {
                return Err(self.too_many(Counted::Features, self.limits.features));
            }
            self.left = self.left.map(|left| left - 1);
            batch.push(bytes);
        }
        Ok(batch)
    }

    fn name(&self) -> Result<String, ReadError> {
        let name = self.header()?.name().unwrap_or_default().to_owned();
        Ok(if name.is_empty() { stem(self.path) } else { name })
    }

    /// What the file says of its coordinate system.
    fn declares(&self) -> Result<Option<String>, ReadError> {
        let Some(crs) = self.header()?.crs() else { return Ok(None) };
        let authority = crs.org().filter(|org| !org.is_empty()).unwrap_or("EPSG");
        let by_code = (crs.code() > 0).then(|| format!("{authority}:{}", crs.code()));
        let by_text = || Some(format!("{authority}:{}", crs.code_string().filter(|code| !code.is_empty())?));
        let named = || crs.wkt().or_else(|| crs.name()).filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(by_code.or_else(by_text).or_else(named))
    }
}

/// Makes texts of names that were cut off within a letter, as programs do that have ten bytes for a name: a question mark
/// stands for each byte that is none.
fn mend_names(head: &mut [u8]) {
    // As many as there can be columns in a shapefile.
    for _ in 0..1024 {
        let Err(InvalidFlatbuffer::Utf8Error { error, range, .. }) = size_prefixed_root_as_header(head) else { return };
        let Some(text) = head.get_mut(range).and_then(|text| text.get_mut(error.valid_up_to()..)) else { return };
        let broken = error.error_len().unwrap_or(text.len()).min(text.len());
        if broken == 0 {
            return;
        }
        text[..broken].fill(b'?');
    }
}

/// Bytes of the index of so many features.
fn index_bytes(features: u64, node_size: u16) -> Option<u64> {
    let each = u64::from(node_size).max(2);
    let (mut nodes, mut level) = (features, features);
    while level > 1 {
        level = level.div_ceil(each);
        nodes = nodes.checked_add(level)?;
    }
    // Of a single feature there is a node above it, too.
    let nodes = if features == 1 { 2 } else { nodes };
    nodes.checked_mul(40)
}

/// Columns of a file or a feature: names, each once, and types.
struct Columns(Vec<(Key, ColumnType)>);

impl Columns {
    fn of<'f>(columns: impl Iterator<Item = Column<'f>>) -> Self {
        let (names, types): (Vec<_>, Vec<_>) = columns.map(|it| (it.name().to_owned(), it.type_())).unzip();
        let keys = unique_names(names).into_iter().map(|name| Key::new(&name));
        Self(keys.zip(types).collect())
    }

    /// Bytes of the values of a feature, one for each column that it has.
    fn values<'v>(&self, mut bytes: &'v [u8]) -> Option<Vec<Option<&'v [u8]>>> {
        let mut values = vec![None; self.0.len()];
        // A single byte behind the last is written by some programs.
        while bytes.len() > 1 {
            let index = usize::from(u16::from_le_bytes(take(&mut bytes)?));
            let (_, kind) = self.0.get(index)?;
            let size = match *kind {
                ColumnType::Byte | ColumnType::UByte | ColumnType::Bool => 1,
                ColumnType::Short | ColumnType::UShort => 2,
                ColumnType::Int | ColumnType::UInt | ColumnType::Float => 4,
                ColumnType::Long | ColumnType::ULong | ColumnType::Double => 8,
                ColumnType::String | ColumnType::DateTime | ColumnType::Json | ColumnType::Binary => {
                    u32::from_le_bytes(take(&mut bytes)?) as usize
                }
                _ => return None,
            };
            let (value, rest) = bytes.split_at_checked(size)?;
            values[index] = Some(value);
            bytes = rest;
        }
        Some(values)
    }

    /// Writes such values as JSON, one for each column.
    fn write(&self, values: &[Option<&[u8]>], records: &mut model::Records) {
        for ((key, kind), value) in self.0.iter().zip(values) {
            records.cell(key, |out| push_value(out, *kind, *value));
        }
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*taken)
}

/// Writes a value as JSON, whose bytes are as many as its type asks for.
fn push_value(out: &mut String, kind: ColumnType, value: Option<&[u8]>) {
    fn number<const N: usize>(bytes: &[u8]) -> [u8; N] {
        bytes.first_chunk().copied().unwrap_or([0; N])
    }
    let Some(bytes) = value else { return out.push_str("null") };
    // A text takes whatever is written.
    let _ = match kind {
        ColumnType::Byte => write!(out, "{}", i8::from_le_bytes(number(bytes))),
        ColumnType::UByte => write!(out, "{}", u8::from_le_bytes(number(bytes))),
        ColumnType::Bool => write!(out, "{}", number::<1>(bytes) != [0]),
        ColumnType::Short => write!(out, "{}", i16::from_le_bytes(number(bytes))),
        ColumnType::UShort => write!(out, "{}", u16::from_le_bytes(number(bytes))),
        ColumnType::Int => write!(out, "{}", i32::from_le_bytes(number(bytes))),
        ColumnType::UInt => write!(out, "{}", u32::from_le_bytes(number(bytes))),
        ColumnType::Long => write!(out, "{}", i64::from_le_bytes(number(bytes))),
        ColumnType::ULong => write!(out, "{}", u64::from_le_bytes(number(bytes))),
        ColumnType::Float => {
            let (value, mut buffer) = (f32::from_le_bytes(number(bytes)), zmij::Buffer::new());
            return out.push_str(if value.is_finite() { buffer.format(value) } else { "null" });
        }
        ColumnType::Double => return push_json_double(out, f64::from_le_bytes(number(bytes))),
        ColumnType::String | ColumnType::DateTime => {
            return push_json_text(out, &String::from_utf8_lossy(bytes));
        }
        ColumnType::Json => return out.push_str(&json_within(&String::from_utf8_lossy(bytes))),
        _ => return out.push_str("null"),
    };
}

/// Takes a geometry that is nothing but polygons, straight into what is gathered: whether it is a list of them. `None` for
/// any other, of which nothing was taken.
fn straight(
    geometry: &Geometry<'_>,
    kind: GeometryType,
    gathered: &mut Gathered,
    most: usize,
) -> Result<Option<bool>, Problem> {
    let polygon = |geometry: &Geometry<'_>, gathered: &mut Gathered| {
        if has_more(geometry) {
            gathered.note_extra_dimensions();
        }
        let places = geometry.xy().map(|xy| xy.bytes()).unwrap_or_default();
        for ring in ends(geometry).ok_or(Problem::BrokenShape)? {
            let ring = places.get(16 * ring.start..16 * ring.end).ok_or(Problem::BrokenShape)?;
            gathered.ring_of_bytes(ring, |_| false, most)?;
        }
        gathered.end_polygon();
        Ok(())
    };
    match kind {
        GeometryType::Polygon => polygon(geometry, gathered).map(|()| Some(false)),
        GeometryType::MultiPolygon => {
            let parts = || geometry.parts().into_iter().flatten();
            if !parts().all(|part| matches!(part.type_(), GeometryType::Unknown | GeometryType::Polygon)) {
                return Ok(None);
            }
            if has_more(geometry) {
                gathered.note_extra_dimensions();
            }
            parts().try_for_each(|part| polygon(&part, gathered))?;
            Ok(Some(true))
        }
        _ => Ok(None),
    }
}

fn has_more(geometry: &Geometry<'_>) -> bool {
    geometry.z().is_some_and(|z| !z.is_empty()) || geometry.m().is_some_and(|m| !m.is_empty())
}

/// A geometry in pieces; `None` where its counts do not fit.
fn pieces(geometry: Option<&Geometry<'_>>, whole: GeometryType) -> Option<Pieces> {
    let mut pieces = Pieces::default();
    if let Some(geometry) = geometry {
        walk(geometry, kind_of(geometry, whole), &mut pieces, 0)?;
    }
    Some(pieces)
}

fn kind_of(geometry: &Geometry<'_>, whole: GeometryType) -> GeometryType {
    if whole == GeometryType::Unknown { geometry.type_() } else { whole }
}

fn walk(geometry: &Geometry<'_>, kind: GeometryType, pieces: &mut Pieces, depth: usize) -> Option<()> {
    pieces.has_more |= has_more(geometry);
    match kind {
        GeometryType::Point | GeometryType::MultiPoint => {
            let places = parts(geometry)?.into_iter().flatten();
            pieces.points.extend(places.filter(|at| !at.x.is_nan()));
        }
        GeometryType::LineString | GeometryType::MultiLineString => {
            pieces.lines.extend(parts(geometry)?.into_iter().filter(|line| !line.is_empty()));
        }
        GeometryType::Polygon => {
            let rings: Vec<_> = parts(geometry)?.into_iter().filter(|ring| !ring.is_empty()).collect();
            pieces.polygons.extend(Some(rings).filter(|rings| !rings.is_empty()));
        }
        GeometryType::MultiPolygon | GeometryType::GeometryCollection | GeometryType::MultiSurface if depth < DEPTH => {
            pieces.is_multi |= kind != GeometryType::GeometryCollection;
            for part in geometry.parts().into_iter().flatten() {
                let own = part.type_();
                let kind = if kind == GeometryType::MultiPolygon && own == GeometryType::Unknown {
                    GeometryType::Polygon
                } else {
                    own
                };
                walk(&part, kind, pieces, depth + 1)?;
            }
        }
        _ => pieces.others += 1,
    }
    Some(())
}

/// Vertices of a geometry, in the parts that it says.
fn parts(geometry: &Geometry<'_>) -> Option<Vec<Vec<Coord>>> {
    let Some(xy) = geometry.xy() else { return Some(Vec::new()) };
    let place = |at: usize| Coord { x: xy.get(2 * at), y: xy.get(2 * at + 1) };
    Some(ends(geometry)?.into_iter().map(|part| part.map(place).collect()).collect())
}

/// Where the parts of a geometry stand among its vertices.
fn ends(geometry: &Geometry<'_>) -> Option<Vec<Range<usize>>> {
    let Some(xy) = geometry.xy() else { return Some(Vec::new()) };
    let count = xy.len() / 2;
    let ends = match geometry.ends() {
        Some(ends) if !ends.is_empty() => ends,
        _ => return Some(std::iter::once(0..count).collect()),
    };
    let mut start = 0;
    let mut all = Vec::with_capacity(ends.len());
    for end in ends {
        let end = end as usize;
        if end < start || end > count {
            return None;
        }
        all.push(start..end);
        start = end;
    }
    Some(all)
}

/// Takes a feature: its geometry and its values.
fn take_feature(
    bytes: &[u8],
    whole: GeometryType,
    columns: &Columns,
    gathered: &mut Gathered,
    most: usize,
) -> Result<(), Problem> {
    let feature: Feature<'_> = size_prefixed_root_as_feature(bytes).map_err(|_| Problem::BrokenShape)?;
    let own = feature.columns().map(|columns| Columns::of(columns.iter()));
    let columns = own.as_ref().unwrap_or(columns);
    let properties = feature.properties().map(|properties| properties.bytes()).unwrap_or_default();
    let values = columns.values(properties).ok_or(Problem::BrokenShape)?;
    let geometry = feature.geometry();
    let is_multi = match &geometry {
        None => Some(false),
        Some(geometry) => straight(geometry, kind_of(geometry, whole), gathered, most)?,
    };
    let is_multi = if let Some(is_multi) = is_multi {
        is_multi
    } else {
        let pieces = pieces(geometry.as_ref(), whole).ok_or(Problem::BrokenShape)?;
        if !gathered.pieces(&pieces, most)? {
            return Ok(());
        }
        pieces.is_multi
    };
    gathered.end_row(is_multi, |records| {
        columns.write(&values, records);
        Ok(())
    })
}

/// A feature as it stands in its file.
fn feature(bytes: &[u8], whole: GeometryType, columns: &Columns) -> Option<geojson::Feature> {
    let feature: Feature<'_> = size_prefixed_root_as_feature(bytes).ok()?;
    let own = feature.columns().map(|columns| Columns::of(columns.iter()));
    let columns = own.as_ref().unwrap_or(columns);
    let properties = feature.properties().map(|properties| properties.bytes()).unwrap_or_default();
    let mut members = JsonObject::new();
    for ((key, kind), value) in columns.0.iter().zip(columns.values(properties)?) {
        let mut json = String::new();
        push_value(&mut json, *kind, value);
        members.insert(key.name().to_owned(), serde_json::from_str(&json).unwrap_or_default());
    }
    let geometry = pieces(feature.geometry().as_ref(), whole)?.into_geometry();
    Some(geojson::Feature { geometry, properties: Some(members), ..geojson::Feature::default() })
}

fn opened<'a, R: Read>(
    path: &'a Path,
    from: R,
    source: &LayerSource,
    limits: &Limits,
) -> Result<(Open<'a, R>, Columns, GeometryType), ReadError> {
    source.check_utf8()?;
    let open = Open::new(path, from, limits)?;
    if source.layer.as_deref() != Some(&stem(path)) {
        source.check_layer(&open.name()?)?;
    }
    let header = open.header()?;
    let columns = Columns::of(header.columns().into_iter().flatten());
    let whole = header.geometry_type();
    Ok((open, columns, whole))
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let (path, limits) = (input.path, limits.capped());
    // One byte more is one too many.
    let bounded = input.take(limits.file_bytes.saturating_add(1));
    let (mut open, columns, whole) = opened(path, bounded, source, &limits)?;
    let declares = open.declares()?;
    open.from.get_ref().check_size(&limits)?;
    let mut walk = Walk { left: open.left, input: open.from.get_mut(), blocks: Blocks::default(), limits };
    let mut stretches = Stretches::new(path, &limits, progress);
    let mut batch = walk.next()?;
    while let Some(Records { block, places }) = batch {
        let parse = |place: &Range<usize>, gathered: &mut Gathered, most: usize| {
            take_feature(block.get(place.clone()).unwrap_or_default(), whole, &columns, gathered, most)
        };
        batch = stretches.add_while(&places, parse, || walk.next())??;
    }
    let mut layer = stretches.layer();
    layer.reading = Reading { format: "FlatGeobuf".to_owned(), declares, ..Reading::default() };
    Ok(layer)
}

/// Where features stand, a block at a time.
struct Walk<'w, 'i> {
    input: &'w mut Input<'i>,
    blocks: Blocks,
    limits: Limits,
    /// Features that are still to come; `None` where the file does not say.
    left: Option<u64>,
}

impl Walk<'_, '_> {
    /// The next block, and where its features stand in it, each with its size before it; `None` behind the last.
    fn next(&mut self) -> Result<Option<Records>, ReadError> {
        let mut places = Vec::new();
        let mut wanted = 0;
        loop {
            let came = self.blocks.more(self.input, wanted, &self.limits)?;
            while self.left != Some(0) {
                let rest = self.blocks.rest();
                let Some(size) = rest.first_chunk() else { break };
                let size = u32::from_le_bytes(*size) as usize;
                if size > self.limits.feature_bytes {
                    let limit = self.limits.feature_bytes;
                    return Err(too_many(self.input.path, Counted::FeatureBytes, limit));
                }
                wanted = size + 4;
                if rest.len() < wanted {
                    break;
                }
                let at = self.blocks.used();
                places.push(at..at + wanted);
                self.blocks.consume(wanted);
                self.left = self.left.map(|left| left - 1);
            }
            if !places.is_empty() {
                return Ok(Some(Records { block: self.blocks.shared(), places }));
            }
            if self.left == Some(0) {
                return Ok(None);
            }
            if !came {
                // So many were promised, or one was begun.
                let is_cut = self.left.is_some() || !self.blocks.rest().is_empty();
                let cut = ReadError::File { path: self.input.path.to_owned(), problem: FileProblem::CutOff };
                return if is_cut { Err(cut) } else { Ok(None) };
            }
        }
    }
}

fn features(input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let (path, limits) = (input.path, limits.capped());
    let bounded = input.take(limits.file_bytes);
    let (mut open, columns, whole) = opened(path, bounded, source, &limits)?;
    let mut list = Vec::new();
    loop {
        let batch = open.batch()?;
        if batch.is_empty() {
            break;
        }
        for bytes in batch {
            list.push(feature(&bytes, whole, &columns).ok_or_else(|| broken(path, Some(list.len())))?);
        }
    }
    let declared_crs = open.declares()?;
    Ok(Features { list, declared_crs })
}

fn contents(input: Input<'_>, limits: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    let path = input.path;
    let open = Open::new(path, input, limits)?;
    let is_area = may_bound(open.header()?.geometry_type());
    Ok(vec![LayerEntry { name: open.name()?, is_area, features: open.left.and_then(|left| left.try_into().ok()) }])
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::io::{layers, places};
    use crate::model::FeatureId;

    /// Three features of GDAL: an area, a collection, a point; all types of columns that it writes.
    const MIXED: &[u8] = include_bytes!("../../tests/data/layers/mixed.fgb");

    fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.fgb");
        std::fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    fn read(bytes: &[u8]) -> Result<Layer, ReadError> {
        let (_folder, path) = file(bytes);
        layers::read(&path.into(), &Limits::default(), &Progress::new())
    }

    #[test]
    fn columns_keep_their_types_and_geometries_say_what_they_are() {
        let layer = read(MIXED).unwrap();
        let fields = ["code", "n", "share", "ok", "o", "t"];
        assert_eq!(layer.table.fields(), fields);
        let row = |at| {
            let raw = |field| layer.table.raw(FeatureId::new(at), field).unwrap();
            layer.table.field_indices().map(raw).collect::<Vec<_>>().join(" ")
        };
        let rows = [row(0), row(1)];
        let expected = [
            r#""007" 5107220101234 0.5 true "{ \"a\": [ 1 ] }" "2020-01-02T03:04:05Z""#,
            r#""008" null null null null null"#,
        ];
        assert_eq!(rows, expected);
        assert_eq!(layer.polygons.atom_ends, [1, 2]);
        let notes: Vec<_> = layer.notes.iter().map(|note| (note.feature, note.what.id())).collect();
        let expected = [(Some(0), "skipped_feature"), (Some(2), "geometry_collection")];
        assert_eq!(notes, expected);
        assert_eq!(layer.reading.crs.unwrap().code.as_deref(), Some("EPSG:4326"));
        let (_folder, path) = file(MIXED);
        let listed = layers::contents(&path, &Limits::default()).unwrap();
        assert_eq!(listed, [LayerEntry { name: "mixed".to_owned(), is_area: true, features: Some(3) }]);
        for name in ["mixed", "a"] {
            let source = LayerSource { layer: Some(name.to_owned()), ..path.as_path().into() };
            assert!(layers::read(&source, &Limits::default(), &Progress::new()).is_ok());
        }
        assert_eq!(places::read(&[path.into()], &Limits::default()).unwrap().all().len(), 1);
    }

    #[test]
    fn what_is_damaged_or_too_much_is_refused() {
        for end in 8..MIXED.len() {
            let error = read(&MIXED[..end]).unwrap_err().to_string();
            assert!(error.starts_with("the file ends in the middle"), "{end}: {error}");
        }
        // Nothing panics whatever a byte says, and no size is believed.
        for at in 0..MIXED.len() {
            for mask in [0xff, 0x80, 1] {
                let mut bytes = MIXED.to_vec();
                bytes[at] ^= mask;
                let _ = read(&bytes);
                let (_folder, path) = file(&bytes);
                let _ = layers::contents(&path, &Limits::default());
            }
        }
        let tight = |limits: Limits| {
            let (_folder, path) = file(MIXED);
            layers::read(&path.into(), &limits, &Progress::new()).unwrap_err().to_string()
        };
        let usual = Limits::default();
        assert!(tight(Limits { vertices: 3, ..usual }).starts_with("more than 3 vertices"));
        assert!(tight(Limits { features: 2, ..usual }).starts_with("more than 2 features"));
        assert!(tight(Limits { feature_bytes: 100, ..usual }).starts_with("more than 100 bytes in one feature"));
        assert!(tight(Limits { file_bytes: 1000, ..usual }).starts_with("the file"));
    }
}

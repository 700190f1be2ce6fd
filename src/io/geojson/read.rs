//! The stream of blocks: read and split one while the features of the one before are parsed.

use std::io::Read;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::feature::{Chunk, Context};
use super::problem::Fault;
use super::skip::{self, Coordinates};
use super::split::{Found, Item, Splitter};
use crate::coverage::FlatPolygons;
use crate::io::input::{Input, foreign};
use crate::io::layers::{self, LayerSource};
use crate::io::{Counted, FileProblem, Limits, Place, Problem, ReadError, crs};
use crate::jobs::Progress;
use crate::model::{Layer, OffEarth, ReadNote, ReadNoteKind, Reading, Records, join};

/// Bytes read at a time. Longer features are gathered over several blocks.
const BLOCK: usize = 4 << 20;
/// Bytes of features that one task parses.
const TASK: usize = 256 << 10;

/// Reads a boundary layer.
///
/// # Errors
/// [`ReadError`]: the file cannot be read, is no GeoJSON, breaks a limit, or holds coordinates that are no places;
/// the message says where and what to do. Nothing is taken from such a file.
pub fn read(path: &Path, limits: &Limits, progress: &Progress) -> Result<Layer, ReadError> {
    let mut input = Input::open(path)?;
    let name = input.name();
    let layer = polygons(&mut input, &path.into(), limits, progress)?;
    let layer = layers::settled(layer, path, None)?;
    Ok(Layer { name, path: Some(path.to_owned()), ..input.sealed(layer)? })
}

/// Reads the layer of an open file. Coordinates are those of the file.
pub(super) fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    source.check_plain(&super::layer_name(input))?;
    let (path, size) = (input.path, input.size);
    Reader::new(path, Box::new(input), size, limits).run(progress)
}

/// Reads a boundary layer from memory; `name` stands for the file in messages.
///
/// # Errors
/// As [`read()`].
pub fn read_bytes(name: &str, bytes: &[u8], limits: &Limits, progress: &Progress) -> Result<Layer, ReadError> {
    let path = Path::new(name);
    let input = Input::hashed(path, bytes.len() as u64, Box::new(bytes));
    let mut input = input.map_err(|source| ReadError::from_io(path, source))?;
    let size = input.size;
    let layer = Reader::new(path, Box::new(&mut input), size, limits).run(progress)?;
    let layer = layers::settled(layer, path, None)?;
    Ok(Layer { name: name.to_owned(), ..input.sealed(layer)? })
}

/// The file being read.
struct Reader<'a> {
    path: PathBuf,
    input: Box<dyn Read + Send + 'a>,
    /// Size as the system says; 0 when it does not know.
    size: u64,
    limits: Limits,
    splitter: Splitter,
    /// Bytes read.
    bytes: u64,
    /// Features found.
    features: usize,
    /// Unused end of the last block.
    rest: Vec<u8>,
    /// Place of `rest` in the file.
    base: u64,
}

/// A stretch of the file with the features that end in it.
#[derive(Default)]
struct Block {
    text: Vec<u8>,
    /// Place of `text` in the file.
    base: u64,
    found: Found,
    /// What is wrong behind the features found.
    error: Option<ReadError>,
    /// Index of the first feature.
    first: usize,
    /// Whether the file ends here.
    last: bool,
    /// What the features are part of.
    context: Context,
}

impl<'a> Reader<'a> {
    fn new(path: &Path, input: Box<dyn Read + Send + 'a>, size: u64, limits: &Limits) -> Self {
        let limits = limits.capped();
        Self {
            path: path.to_owned(),
            input,
            size,
            limits,
            splitter: Splitter::new(limits),
            bytes: 0,
            features: 0,
            rest: Vec::new(),
            base: 0,
        }
    }

    fn run(mut self, progress: &Progress) -> Result<Layer, ReadError> {
        if self.size > self.limits.file_bytes {
            return Err(self.too_large());
        }
        let (path, limits, size) = (self.path.clone(), self.limits, self.size);
        let mut gathered = Gathered::default();
        let (mut chunks, mut vertices, mut spare) = (Vec::new(), 0, Vec::new());
        let mut block = self.next(Vec::new());
        loop {
            progress.check()?;
            #[expect(clippy::cast_precision_loss, reason = "a fraction for the eye")]
            progress.set((block.base + block.text.len() as u64) as f64 / size.max(1) as f64);
            let room = limits.vertices - vertices;
            let done = std::mem::take(&mut chunks);
            let more = !block.last && block.error.is_none();
            let (parsed, next) = rayon::join(
                || block.parse(room),
                || {
                    gathered.append(done);
                    more.then(|| self.next(spare))
                },
            );
            chunks = parsed.map_err(|fault| fault.in_file(&path, &limits))?;
            vertices += chunks.iter().map(|chunk| chunk.polygons.coords.len()).sum::<usize>();
            if vertices > limits.vertices {
                let fault = Fault::new(0, Problem::TooMany { what: Counted::Vertices, limit: limits.vertices });
                return Err(fault.in_file(&path, None, block.base));
            }
            if let Some(error) = block.error {
                return Err(error);
            }
            spare = block.text;
            let Some(next) = next else { break };
            block = next;
        }
        gathered.append(chunks);
        let several = |problem: crs::CrsProblem| ReadError::Content {
            path: path.clone(),
            place: Place::default(),
            problem: problem.into(),
        };
        crs::agree(&mut self.splitter.crs, gathered.crs.take().map_err(several)?).map_err(several)?;
        Ok(gathered.into_layer(self.splitter.crs))
    }

    /// The next block, read into `text`, whose memory is used again.
    fn next(&mut self, mut text: Vec<u8>) -> Block {
        text.clear();
        text.append(&mut self.rest);
        let carried = text.len();
        // A long feature doubles the block each time, so that no byte is looked at more than a few times.
        let wanted = BLOCK.max(carried);
        text.reserve(wanted);
        let block = Block { base: self.base, first: self.features, ..Block::default() };
        let read = match self.input.by_ref().take(wanted as u64).read_to_end(&mut text) {
            Ok(read) => read,
            Err(source) => return Block { error: Some(ReadError::from_io(&self.path, source)), ..block },
        };
        self.bytes += read as u64;
        if self.bytes > self.limits.file_bytes {
            return Block { error: Some(self.too_large()), ..block };
        }
        let block = Block { text, last: read < wanted, ..block };
        if self.bytes == read as u64 { self.first(block) } else { self.split(block) }
    }

    /// The first block of the file: is this GeoJSON at all?
    fn first(&mut self, mut block: Block) -> Block {
        const BOM: &[u8] = "\u{feff}".as_bytes();
        if block.text.starts_with(BOM) {
            block.text.drain(..BOM.len());
            block.base = BOM.len() as u64;
        }
        if let Some(problem) = foreign(&block.text) {
            block.error = Some(ReadError::File { path: self.path.clone(), problem });
            return block;
        }
        self.split(block)
    }

    /// Finds the features in a block.
    fn split(&mut self, mut block: Block) -> Block {
        let mut fault = self.splitter.split(&block.text, block.base, &mut block.found).err();
        let used = block.found.used;
        if fault.is_none() && block.last {
            fault = self.splitter.finish(&block.text[used..]).err().map(|fault| fault.shifted(used));
        }
        self.features += usize::from(block.found.lone.is_some()) + block.found.items.len();
        if self.features > self.limits.features {
            let problem = Problem::TooMany { what: Counted::Features, limit: self.limits.features };
            fault = Some(Fault::new(used, problem));
            block.found = Found::default();
        }
        block.context = if self.splitter.is_collection() { Context::Collection } else { Context::Alone };
        let feature = self.splitter.expects_feature().then_some(self.features);
        block.error = fault.map(|fault| fault.in_file(&self.path, feature, block.base));
        self.rest.extend_from_slice(&block.text[used..]);
        self.base = block.base + used as u64;
        block
    }

    fn too_large(&self) -> ReadError {
        let problem = FileProblem::TooLarge { limit: self.limits.file_bytes };
        ReadError::File { path: self.path.clone(), problem }
    }
}

/// A fault in a feature.
struct FeatureFault {
    feature: usize,
    /// Place of the text in the file.
    base: u64,
    fault: Fault,
}

impl FeatureFault {
    fn in_file(mut self, path: &Path, limits: &Limits) -> ReadError {
        // Tasks only know how much room is left.
        if let Problem::TooMany { what: Counted::Vertices, limit } = &mut self.fault.problem {
            *limit = limits.vertices;
        }
        self.fault.in_file(path, Some(self.feature), self.base)
    }
}

impl Block {
    /// Parses all features, in parallel. Of several faults the first in the file counts.
    fn parse(&self, room: usize) -> Result<Vec<Chunk>, FeatureFault> {
        let mut chunks = Vec::new();
        let mut first = self.first;
        if let Some(lone) = &self.found.lone {
            let parsed = parse_lone(&lone.text, room);
            let mut chunk = parsed.map_err(|fault| FeatureFault { feature: first, base: lone.byte, fault })?;
            if let Some(off) = &mut chunk.off_earth {
                off.byte = off.byte.map(|byte| byte + lone.byte);
            }
            chunks.push(chunk);
            first += 1;
        }
        let mut tasks = Vec::new();
        let mut items = self.found.items.as_slice();
        while let Some(item) = items.first() {
            let end = item.range.start + TASK;
            let count = items.partition_point(|item| item.range.start < end);
            tasks.push((first, &items[..count]));
            first += count;
            items = &items[count..];
        }
        let parsed: Vec<_> = tasks.par_iter().map(|&(first, items)| self.parse_some(first, items, room)).collect();
        for chunk in parsed {
            chunks.push(chunk?);
        }
        Ok(chunks)
    }

    fn parse_some(&self, first: usize, items: &[Item], room: usize) -> Result<Chunk, FeatureFault> {
        let mut chunk = Chunk::default();
        for (i, item) in items.iter().enumerate() {
            let start = item.range.start;
            let met = match &item.coordinates {
                Coordinates::One(range) => Coordinates::One(range.start - start..range.end - start),
                other => other.clone(),
            };
            chunk.add(&self.text[item.range.clone()], &met, self.context, room).map_err(|fault| FeatureFault {
                feature: first + i,
                base: self.base + start as u64,
                fault,
            })?;
            // What was found in this feature counts from its beginning.
            if let Some(off) = chunk.off_earth.as_mut().filter(|off| off.feature == i) {
                off.byte = off.byte.map(|byte| byte + self.base + start as u64);
            }
        }
        Ok(chunk)
    }
}

/// Parses the value that a whole file consists of, or the first of a sequence.
fn parse_lone(text: &[u8], room: usize) -> Result<Chunk, Fault> {
    let mut chunk = Chunk::default();
    let met = skip::container(text, 0, Limits::MAX_NESTING)?.map(|(_, coordinates)| coordinates);
    chunk.add(text, &met.unwrap_or_default(), Context::Alone, room)?;
    Ok(chunk)
}

/// What was read so far.
#[derive(Default)]
struct Gathered {
    polygons: FlatPolygons,
    records: Vec<Records>,
    notes: Vec<ReadNote>,
    seen: usize,
    extra_dimensions: bool,
    off_earth: Option<OffEarth>,
    crs: Named,
}

/// The coordinate system that features name by themselves, as long as all name the same.
#[derive(Default)]
struct Named {
    name: Option<String>,
    problem: Option<crs::CrsProblem>,
}

impl Named {
    fn add(&mut self, name: Option<String>) {
        if let Err(problem) = crs::agree(&mut self.name, name) {
            self.problem.get_or_insert(problem);
        }
    }

    fn take(&mut self) -> Result<Option<String>, crs::CrsProblem> {
        self.problem.take().map_or_else(|| Ok(self.name.take()), Err)
    }
}

impl Gathered {
    fn append(&mut self, chunks: Vec<Chunk>) {
        for chunk in chunks {
            self.polygons.append(&chunk.polygons);
            self.records.push(chunk.records);
            let seen = self.seen;
            let note = |(at, what)| ReadNote { feature: Some((seen + at) as u64), what };
            self.notes.extend(chunk.notes.into_iter().map(note));
            let off_earth = chunk.off_earth.map(|off| OffEarth { feature: seen + off.feature, ..off });
            self.off_earth = self.off_earth.or(off_earth);
            self.crs.add(chunk.crs);
            self.seen += chunk.seen;
            self.extra_dimensions |= chunk.extra_dimensions;
        }
    }

    fn into_layer(mut self, declared_crs: Option<String>) -> Layer {
        if self.extra_dimensions {
            self.notes.push(ReadNote { feature: None, what: ReadNoteKind::ExtraDimensions });
        }
        let (table, source) = join(self.records);
        let reading = Reading { declares: declared_crs, off_earth: self.off_earth, ..Reading::default() };
        Layer { polygons: self.polygons, table, source, notes: self.notes, reading, ..Layer::default() }
    }
}

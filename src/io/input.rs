//! A file that is open for reading, and how a format reads layers from it.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use geojson::Feature;

use super::format::SQLITE;
use super::hash::Beside;
use super::layers::LayerSource;
use super::{FileProblem, Limits, Looks, ReadError};
use crate::i18n::file_name;
use crate::jobs::Progress;
use crate::model::Layer;

/// Bytes at the beginning of a file that are looked at.
pub(super) const HEAD: usize = 64 << 10;

/// What a file is to the program, and so what opening it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Boundaries: layers of polygons.
    Layers,
    /// Points, lines or both, to lie beside boundaries.
    Places,
    /// Tables without geometry, to be joined to units.
    Table,
    /// A project: boundaries, scenarios and history.
    Project,
    /// A plan upon boundaries.
    Plan,
    /// A pack of rules.
    Rules,
    /// Pictures of the ground.
    Tiles,
}

/// How layers of a format are read. Each takes a file whose beginning spoke for the format.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    /// Reads a layer of polygons. Coordinates are those of the file; what it says of their system goes into
    /// [`Layer::reading`], and the door settles it. Hash and size of the file are put in by [`Input::sealed`].
    pub polygons: fn(&mut Input<'_>, &LayerSource, &Limits, &Progress) -> Result<Layer, ReadError>,
    /// Reads all features of a layer, whatever their geometry, for what is small: points and lines.
    pub features: fn(Input<'_>, &LayerSource, &Limits) -> Result<Features, ReadError>,
    /// Lists the layers of a file, in its order.
    pub contents: fn(Input<'_>, &Limits) -> Result<Vec<LayerEntry>, ReadError>,
}

/// A layer of a file, as its list of layers has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerEntry {
    /// What it is asked for by.
    pub name: String,
    /// Whether it may bound areas: without a wish the first that may is read.
    pub is_area: bool,
    /// Features in it, with geometry or without, those that its reader leaves out among them; `None` where only reading it whole would tell.
    pub features: Option<usize>,
}

impl LayerEntry {
    /// The only layer of a file, named as that.
    pub(super) fn only(path: &Path) -> Self {
        Self { name: stem(path), is_area: true, features: None }
    }
}

/// Name of a file without folder and ending: that of the layer in it, where the format gives none.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned())
}

/// Features as they stand in a file.
#[derive(Debug, Default)]
pub(super) struct Features {
    /// Their coordinates are those of the file.
    pub list: Vec<Feature>,
    /// What the file says of their coordinate system.
    pub declared_crs: Option<String>,
}

impl From<Vec<Feature>> for Features {
    fn from(list: Vec<Feature>) -> Self {
        Self { list, declared_crs: None }
    }
}

/// The beginning of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head<'a> {
    /// Where the file lies, for what has to be looked up in it.
    pub path: &'a Path,
    /// At most [`HEAD`] bytes.
    pub bytes: &'a [u8],
}

impl<'a> Head<'a> {
    /// The bytes behind the mark that some programs begin a text with.
    pub fn text(self) -> &'a [u8] {
        self.bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(self.bytes)
    }
}

/// A file that is open, its beginning read. It is opened once, so that a pipe will do; what is read of it is hashed on
/// its way, once.
pub(super) struct Input<'a> {
    /// Where it lies, for messages, and for readers that go to and fro in a file.
    pub path: &'a Path,
    /// Size in bytes as the system says; 0 when it does not know.
    pub size: u64,
    head: Vec<u8>,
    /// How much of the beginning was handed on.
    taken: usize,
    rest: Box<dyn Read + Send + 'a>,
    /// Of what was handed on; `None` for what lies in another file, which is hashed itself.
    hasher: Option<Beside>,
    /// Bytes handed on.
    bytes: u64,
}

impl Read for Input<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = match self.head.get(self.taken..) {
            Some(head) if !head.is_empty() => {
                let count = head.len().min(out.len());
                out[..count].copy_from_slice(&head[..count]);
                self.taken += count;
                count
            }
            _ => self.rest.read(out)?,
        };
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&out[..read]);
        }
        self.bytes += read as u64;
        Ok(read)
    }
}

impl<'a> Input<'a> {
    /// Opens a file.
    pub fn open(path: &'a Path) -> Result<Self, ReadError> {
        let open = || {
            let meta = path.metadata()?;
            if meta.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            Self::hashed(path, meta.len(), Box::new(File::open(path)?))
        };
        open().map_err(|source| ReadError::from_io(path, source))
    }

    /// What is read from `from`, under the name of a file whose hash is another matter.
    pub fn new(path: &'a Path, size: u64, mut from: Box<dyn Read + Send + 'a>) -> io::Result<Self> {
        let mut head = Vec::new();
        from.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        Ok(Self { path, size, head, taken: 0, rest: from, hasher: None, bytes: 0 })
    }

    /// The same for what the file itself is.
    pub fn hashed(path: &'a Path, size: u64, from: Box<dyn Read + Send + 'a>) -> io::Result<Self> {
        Ok(Self { hasher: Some(Beside::new()), ..Self::new(path, size, from)? })
    }

    /// A layer that was read from the file, with the hash and size of the whole: the rest is read for that.
    pub fn sealed(mut self, layer: Layer) -> Result<Layer, ReadError> {
        let path = self.path;
        self.read_out(u64::MAX, &AtomicBool::new(false))?;
        let sha256 = self.hasher.map(Beside::finish).transpose();
        let sha256 = sha256.map_err(|source| ReadError::from_io(path, source))?.unwrap_or_default();
        Ok(Layer { sha256, bytes: self.bytes, ..layer })
    }

    /// The beginning.
    pub fn head(&self) -> Head<'_> {
        Head { path: self.path, bytes: &self.head }
    }

    /// The whole in memory.
    pub fn into_bytes(mut self, limits: &Limits) -> Result<Vec<u8>, ReadError> {
        self.read_whole(limits)
    }

    /// Takes a file beside this one into hash and size.
    pub fn count(&mut self, companion: &Arc<Vec<u8>>) {
        if let Some(hasher) = &mut self.hasher {
            hasher.share(companion, 0);
        }
        self.bytes += companion.len() as u64;
    }

    /// Reads what is left, as long as it is no more than the limit, for its hash.
    pub fn pass_over(&mut self, limits: &Limits) -> Result<(), ReadError> {
        self.read_out(limits.file_bytes, &AtomicBool::new(false))
    }

    /// The same until it is not needed any more.
    pub fn read_out(&mut self, file_bytes: u64, is_done: &AtomicBool) -> Result<(), ReadError> {
        let limits = Limits { file_bytes, ..Limits::default() };
        let mut blocks = Blocks::default();
        while !is_done.load(Ordering::Relaxed) && blocks.more(self, 0, &limits)? {
            blocks.consume(usize::MAX);
        }
        Ok(())
    }

    /// Refuses a file of which more was read than the limit.
    pub fn check_size(&self, limits: &Limits) -> Result<(), ReadError> {
        let limit = limits.file_bytes;
        if self.bytes > limit {
            return Err(ReadError::File { path: self.path.to_owned(), problem: FileProblem::TooLarge { limit } });
        }
        Ok(())
    }

    /// The whole in memory, or what was not taken yet.
    pub fn read_whole(&mut self, limits: &Limits) -> Result<Vec<u8>, ReadError> {
        let (path, limit) = (self.path, limits.file_bytes);
        let mut bytes = Vec::new();
        let mut reader = self.take(limit.saturating_add(1));
        reader.read_to_end(&mut bytes).map_err(|source| ReadError::from_io(path, source))?;
        if bytes.len() as u64 > limit {
            return Err(ReadError::File { path: path.to_owned(), problem: FileProblem::TooLarge { limit } });
        }
        Ok(bytes)
    }

    /// Name of the file without its folder.
    pub fn name(&self) -> String {
        file_name(self.path)
    }
}

/// Records of a file that lie in one block.
#[derive(Debug)]
pub(super) struct Records {
    pub block: Arc<Vec<u8>>,
    /// Where each of them lies in it.
    pub places: Vec<Range<usize>>,
}

/// Bytes of a block.
const BLOCK: usize = 4 << 20;

/// A file in blocks that are shared, with whoever parses them and whoever hashes them. Each begins with what was left of
/// the one before; memory is used again as soon as nobody looks at it.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    block: Arc<Vec<u8>>,
    /// What is done with of the block.
    used: usize,
    before: Vec<Arc<Vec<u8>>>,
}

impl Blocks {
    /// The block at hand.
    pub fn shared(&self) -> Arc<Vec<u8>> {
        Arc::clone(&self.block)
    }

    /// Where in the block that begins which is not done with.
    pub fn used(&self) -> usize {
        self.used
    }

    /// What is not done with.
    pub fn rest(&self) -> &[u8] {
        self.block.get(self.used..).unwrap_or_default()
    }

    /// So many bytes more are done with.
    pub fn consume(&mut self, bytes: usize) {
        self.used = self.used.saturating_add(bytes).min(self.block.len());
    }

    /// Reads on, a block at least, or up to so many bytes in all that are not done with. Whether anything came.
    ///
    /// # Errors
    /// Those of the operating system, and more bytes than the limit.
    pub fn more(&mut self, input: &mut Input<'_>, wanted: usize, limits: &Limits) -> Result<bool, ReadError> {
        let free = self.before.iter_mut().position(|old| Arc::get_mut(old).is_some());
        let mut bytes = free.and_then(|at| Arc::into_inner(self.before.swap_remove(at))).unwrap_or_default();
        bytes.clear();
        let carried = self.rest();
        bytes.reserve(carried.len().saturating_add(BLOCK));
        bytes.extend_from_slice(carried);
        let more = wanted.saturating_sub(carried.len()).max(BLOCK) as u64;
        let left = limits.file_bytes.saturating_add(1).saturating_sub(input.bytes);
        let from = bytes.len();
        let block = input.block(bytes, more.min(left)).map_err(|source| ReadError::from_io(input.path, source))?;
        let came = block.len() > from;
        self.before.push(std::mem::replace(&mut self.block, block));
        self.used = 0;
        input.check_size(limits)?;
        Ok(came)
    }
}

impl Input<'_> {
    /// Puts the next bytes behind those that are there, and hashes them without a copy.
    fn block(&mut self, mut bytes: Vec<u8>, most: u64) -> io::Result<Arc<Vec<u8>>> {
        let from = bytes.len();
        let head = self.head.get(self.taken..).unwrap_or_default();
        let head = &head[..head.len().min(usize::try_from(most).unwrap_or(usize::MAX))];
        bytes.extend_from_slice(head);
        self.taken += head.len();
        let left = most - head.len() as u64;
        self.rest.by_ref().take(left).read_to_end(&mut bytes)?;
        let block = Arc::new(bytes);
        self.bytes += (block.len() - from) as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.share(&block, from);
        }
        Ok(block)
    }
}

/// What is wrong with the beginning of a text that is no JSON; `None` when it may be JSON.
pub(super) fn foreign(text: &[u8]) -> Option<FileProblem> {
    const MAGIC: [(&[u8], Looks); 7] = [
        (b"PK\x03\x04", Looks::Zip),
        (b"\x1f\x8b", Looks::Gzip),
        (SQLITE, Looks::Sqlite),
        (b"\xfe\xff", Looks::Utf16),
        (b"\xff\xfe", Looks::Utf16),
        (b"{\0", Looks::Utf16),
        (b"\0{", Looks::Utf16),
    ];
    if let Some((_, looks)) = MAGIC.iter().find(|(magic, _)| text.starts_with(magic)) {
        return Some(FileProblem::Foreign(*looks));
    }
    let start = &text[..text.len().min(1024)];
    // White space, and the record separators of text sequences.
    match text.iter().find(|byte| !matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x1E)) {
        None => Some(FileProblem::Empty),
        Some(b'{') => None,
        Some(b'<') => Some(FileProblem::Foreign(Looks::Markup)),
        Some(_) if start.iter().any(|&byte| byte < b'\t') => Some(FileProblem::Foreign(Looks::Binary)),
        Some(_) => Some(FileProblem::Foreign(Looks::Text)),
    }
}

//! Gzip (RFC 1952) around a file of any format that is read as it comes: what is inside is told and read as if it lay
//! there alone.
//!
//! 1. Nothing is unpacked onto the disk, nor boundaries whole into memory; [`Limits`] count what is unpacked.
//! 2. Hash and size of a layer are those of the packed file: that is the file a plan was made for.
//! 3. A gzip archive in another is refused.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::bufread::GzDecoder;
use flate2::read::MultiGzDecoder;

use super::input::{Features, FileKind, HEAD, Head, Input, LayerEntry, Reader};
use super::layers::LayerSource;
use super::{FileProblem, Limits, Looks, ReadError, format, shaped};
use crate::jobs::Progress;
use crate::model::Layer;

/// How layers are read from what is inside.
pub(super) const READER: Reader = Reader { polygons, features, contents };

const MAGIC: &[u8] = b"\x1f\x8b";

/// What is packed in a file with this beginning.
pub(super) fn kind(head: &Head<'_>) -> Option<FileKind> {
    if !head.bytes.starts_with(MAGIC) {
        return None;
    }
    let mut bytes = Vec::new();
    // The beginning ends somewhere; what came out until then counts.
    let ended = MultiGzDecoder::new(head.bytes).take(HEAD as u64).read_to_end(&mut bytes);
    // Who reads an archive with nothing in it says so.
    if bytes.is_empty() && ended.is_ok() {
        return Some(FileKind::Layers);
    }
    let head = Head { bytes: &bytes, ..*head };
    told(&head).map(|(_, kind)| kind).or_else(|| is_table(&head).then_some(FileKind::Table))
}

/// How what is inside is read, and what it is.
fn told(head: &Head<'_>) -> Option<(Reader, FileKind)> {
    // Not another archive.
    if head.bytes.starts_with(MAGIC) {
        return None;
    }
    let streamed = format::told_streamed(head).ok();
    streamed.or_else(|| Some((shaped::READER, shaped::kind(&Head { path: &without_ending(head.path), ..*head })?)))
}

/// Whether what is inside is a table.
fn is_table(head: &Head<'_>) -> bool {
    let head = Head { path: &without_ending(head.path), ..*head };
    !head.bytes.starts_with(MAGIC) && format::told(&head).is_ok_and(|(_, kind)| kind == FileKind::Table)
}

/// What a packed file is called that was packed under its own name.
fn without_ending(path: &Path) -> PathBuf {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gz")) {
        path.with_extension("")
    } else {
        path.to_owned()
    }
}

/// What is packed in these bytes, so much of it at most; `None` where they are no archive.
pub(super) fn unpacked(bytes: &[u8], most: u64) -> Option<Result<Vec<u8>, FileProblem>> {
    if !bytes.starts_with(MAGIC) {
        return None;
    }
    let mut inside = Vec::new();
    let read = Members::new(Box::new(bytes)).take(most + 1).read_to_end(&mut inside);
    Some(match read {
        Err(source) => Err(FileProblem::Damaged(source)),
        Ok(_) if inside.len() as u64 > most => Err(FileProblem::TooMuchInflated { limit: most }),
        Ok(_) if inside.is_empty() => Err(FileProblem::EmptyArchive),
        Ok(_) if inside.starts_with(MAGIC) => Err(FileProblem::Foreign(Looks::Gzip)),
        Ok(_) => Ok(inside),
    })
}

/// What is inside of `packed`, and how it is read. Its size is a guess, for the eye.
fn inside<'a>(path: &'a Path, packed: Box<dyn Read + Send + 'a>) -> Result<(Input<'a>, Reader), ReadError> {
    let input = Input::new(path, size_inside(path).unwrap_or(0), Box::new(Members::new(packed)));
    let input = input.map_err(|source| ReadError::from_io(path, source))?;
    if input.head().bytes.is_empty() {
        return Err(ReadError::File { path: path.to_owned(), problem: FileProblem::EmptyArchive });
    }
    let told = told(&input.head()).map(|(reader, _)| reader);
    let problem = FileProblem::Foreign(Looks::Gzip);
    let reader = told.ok_or(ReadError::File { path: path.to_owned(), problem })?;
    Ok((input, reader))
}

/// Size of what is inside of a file as its last four bytes say: right for one archive below 4 GiB.
fn size_inside(path: &Path) -> Option<u64> {
    // A pipe has no end to go to, and may be read but once.
    if !path.is_file() {
        return None;
    }
    let mut last = [0; 4];
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::End(-4)).and_then(|_| file.read_exact(&mut last)).ok()?;
    Some(u32::from_le_bytes(last).into())
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let (mut inside, reader) = inside(input.path, Box::new(input))?;
    // What a broken archive says of its size is no reason to refuse it.
    inside.size = inside.size.min(limits.file_bytes);
    (reader.polygons)(&mut inside, source, limits, progress)
}

fn features(input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let (inside, reader) = inside(input.path, Box::new(input))?;
    (reader.features)(inside, source, limits)
}

/// What is packed in an archive, one member after the other, and nothing behind the last.
struct Members<'a> {
    /// `None` behind the last.
    member: Option<GzDecoder<BufReader<Box<dyn Read + Send + 'a>>>>,
}

/// Something lies behind the end of an archive.
#[derive(Debug, thiserror::Error)]
#[error("something lies behind the end of the archive")]
pub(super) struct BehindArchive;

fn contents(input: Input<'_>, limits: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    let (inside, reader) = inside(input.path, Box::new(input))?;
    (reader.contents)(inside, limits)
}

impl<'a> Members<'a> {
    fn new(packed: Box<dyn Read + Send + 'a>) -> Self {
        Self { member: Some(GzDecoder::new(BufReader::with_capacity(1 << 16, packed))) }
    }
}

impl Read for Members<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(mut member) = self.member.take() {
            let read = member.read(out)?;
            if read > 0 || out.is_empty() {
                self.member = Some(member);
                return Ok(read);
            }
            let mut rest = member.into_inner();
            match rest.fill_buf()? {
                [] => {}
                [0x1f, ..] => self.member = Some(GzDecoder::new(rest)),
                _ => return Err(io::Error::new(io::ErrorKind::InvalidData, BehindArchive)),
            }
        }
        Ok(0)
    }
}

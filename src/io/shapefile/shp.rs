//! The geometry of a shapefile: records of shapes, one behind the other.
//!
//! The format is a list of little numbers, and whoever reads it has to hold every count against the bytes; what is left
//! of the reading is then a line each.

use geo::Coord;

use crate::io::input::{Blocks, Input, Records};
use crate::io::{Counted, FileProblem, Limits, Place, Problem, ReadError};

/// How a `.shp` begins; a `.shx` does as well.
pub(super) const MAGIC: [u8; 4] = [0, 0, 0x27, 0x0a];

const HEAD: usize = 100;

/// Shapes of a file, none read yet.
#[derive(Debug)]
pub(super) struct Geometries<'a> {
    /// Each without its head.
    records: Vec<&'a [u8]>,
}

/// A shape.
#[derive(Debug, PartialEq)]
pub(super) enum Record {
    Null,
    /// Rings, closed as they came; whether there were heights or measures.
    Area {
        rings: Vec<Vec<Coord>>,
        has_more: bool,
    },
    Points(Vec<Coord>),
    Lines(Vec<Vec<Coord>>),
    /// What is called so.
    Other(&'static str),
}

/// What is wrong with a file, or with one shape in it.
#[derive(Debug)]
pub(super) enum Fault {
    File(FileProblem),
    Content(Option<usize>, Problem),
    /// It cannot be read.
    Read(ReadError),
}

impl Fault {
    pub fn in_file(self, path: &std::path::Path) -> ReadError {
        let path = path.to_owned();
        match self {
            Self::Read(error) => error,
            Self::File(problem) => ReadError::File { path, problem },
            Self::Content(feature, problem) => {
                ReadError::Content { path, place: Place { feature, ..Place::default() }, problem }
            }
        }
    }
}

/// Whether a file with this head bounds areas.
pub(in crate::io) fn bounds_areas(head: &[u8]) -> bool {
    matches!(little(head, 32), Some(0 | 5 | 15 | 25 | 31))
}

impl<'a> Geometries<'a> {
    /// Finds the shapes, and holds their counts against their bytes.
    pub fn new(bytes: &'a [u8], limits: &Limits) -> Result<Self, Fault> {
        if !bytes.starts_with(&MAGIC) {
            return Err(Fault::File(FileProblem::BrokenShapes));
        }
        let said = big(bytes, 24).and_then(|words| words.checked_mul(2)).ok_or(Fault::File(FileProblem::CutOff))?;
        let bytes = bytes.get(..said).ok_or(Fault::File(FileProblem::CutOff))?;
        let (mut records, mut tally, mut at) = (Vec::new(), Tally::default(), HEAD);
        while at < bytes.len() {
            let cut = || Fault::File(FileProblem::CutOff);
            let length = length(&bytes[at..]).ok_or_else(cut)?;
            let record = at.checked_add(8 + length).and_then(|end| bytes.get(at + 8..end)).ok_or_else(cut)?;
            tally.count(record, limits)?;
            records.push(record);
            at += 8 + length;
        }
        Ok(Self { records })
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Reads a shape.
    pub fn record(&self, at: usize) -> Result<Record, Problem> {
        record(self.records[at])
    }
}

/// Reads a shape, without its head.
pub(super) fn record(record: &[u8]) -> Result<Record, Problem> {
    let Counts { kind, parts, vertices } = counts(record).ok_or(Problem::BrokenShape)?;
    let vertex = |bytes: &[u8]| Coord { x: double(bytes), y: double(&bytes[8..]) };
    Ok(match kind {
        0 => Record::Null,
        1 | 11 | 21 => Record::Points(vec![vertex(&record[4..20])]),
        8 | 18 | 28 => Record::Points(record[40..40 + 16 * vertices].chunks_exact(16).map(vertex).collect()),
        3 | 5 | 13 | 15 | 23 | 25 => {
            let begin = 44 + 4 * parts;
            let all = &record[begin..begin + 16 * vertices];
            let starts = (0..parts).map(|part| little(record, 44 + 4 * part));
            let mut ends = starts.clone().skip(1).chain([Some(vertices)]);
            let mut lines = Vec::with_capacity(parts);
            for start in starts {
                let (start, end) = start.zip(ends.next().flatten()).ok_or(Problem::BrokenShape)?;
                if start > end || end > vertices {
                    return Err(Problem::BrokenShape);
                }
                lines.push(all[16 * start..16 * end].chunks_exact(16).map(vertex).collect());
            }
            if matches!(kind % 10, 3) {
                Record::Lines(lines)
            } else {
                Record::Area { rings: lines, has_more: kind != 5 }
            }
        }
        _ => Record::Other("MultiPatch"),
    })
}

/// The places of a shape, without its head, that is one ring, and whether there are heights or measures; `None` where it
/// is anything else.
pub(super) fn only_ring(record: &[u8]) -> Option<(&[u8], bool)> {
    let Counts { kind, parts: 1, vertices } = counts(record)? else { return None };
    if !matches!(kind, 5 | 15 | 25) || little(record, 44)? != 0 {
        return None;
    }
    Some((record.get(48..48 + 16 * vertices)?, kind != 5))
}

/// Shapes of a file, a block at a time.
pub(super) struct Walk<'w, 'i> {
    input: &'w mut Input<'i>,
    blocks: Blocks,
    limits: Limits,
    /// Bytes that are still to come, as the head of the file says; `None` before it was read.
    left: Option<usize>,
    tally: Tally,
}

impl<'w, 'i> Walk<'w, 'i> {
    pub fn new(input: &'w mut Input<'i>, limits: &Limits) -> Self {
        Self { input, blocks: Blocks::default(), limits: *limits, left: None, tally: Tally::default() }
    }

    /// Shapes met so far.
    pub fn shapes(&self) -> usize {
        self.tally.shapes
    }

    /// Reads the next block without looking at it.
    pub fn more(&mut self, wanted: usize) -> Result<bool, Fault> {
        self.blocks.more(self.input, wanted, &self.limits).map_err(Fault::Read)
    }

    /// Takes the head of the file; the bytes of all shapes.
    fn head(&mut self) -> Result<usize, Fault> {
        let cut = || Fault::File(FileProblem::CutOff);
        let head = self.blocks.rest();
        if !head.starts_with(&MAGIC) {
            return Err(Fault::File(FileProblem::BrokenShapes));
        }
        let said = big(head, 24).and_then(|words| words.checked_mul(2)).ok_or_else(cut)?;
        let size = usize::try_from(self.input.size).unwrap_or(usize::MAX);
        if said > size && size > 0 || said > HEAD && head.len() < HEAD {
            return Err(cut());
        }
        self.blocks.consume(HEAD);
        Ok(said.saturating_sub(HEAD))
    }

    /// The next block with the places of shapes in it, without their heads; `None` behind the last.
    pub fn next(&mut self) -> Result<Option<Records>, Fault> {
        let (mut places, mut wanted) = (Vec::new(), 0);
        loop {
            let is_read = self.left.is_none() && !self.blocks.rest().is_empty();
            let came = is_read || self.more(wanted)?;
            let mut left = match self.left {
                Some(left) => left,
                None => self.head()?,
            };
            self.left = Some(left);
            while left > 0 {
                let cut = || Fault::File(FileProblem::CutOff);
                let rest = self.blocks.rest();
                let rest = &rest[..rest.len().min(left)];
                if rest.len() < 8 && rest.len() < left {
                    wanted = 8;
                    break;
                }
                wanted = length(rest).and_then(|length| length.checked_add(8)).ok_or_else(cut)?;
                if wanted > left {
                    return Err(cut());
                }
                let Some(shape) = rest.get(8..wanted) else { break };
                self.tally.count(shape, &self.limits)?;
                let at = self.blocks.used();
                places.push(at + 8..at + wanted);
                self.blocks.consume(wanted);
                left -= wanted;
                self.left = Some(left);
            }
            if !places.is_empty() {
                return Ok(Some(Records { block: self.blocks.shared(), places }));
            }
            if left == 0 {
                return Ok(None);
            }
            if !came {
                return Err(Fault::File(FileProblem::CutOff));
            }
        }
    }
}

/// What was counted of the shapes met so far.
#[derive(Debug, Default)]
struct Tally {
    shapes: usize,
    vertices: usize,
}

impl Tally {
    /// One shape more: its counts fit its bytes, and the limits.
    fn count(&mut self, record: &[u8], limits: &Limits) -> Result<(), Fault> {
        let wrong = |problem| Fault::Content(Some(self.shapes), problem);
        self.vertices += counts(record).ok_or_else(|| wrong(Problem::BrokenShape))?.vertices;
        if self.vertices > limits.vertices {
            return Err(wrong(Problem::TooMany { what: Counted::Vertices, limit: limits.vertices }));
        }
        if self.shapes >= limits.features {
            let problem = Problem::TooMany { what: Counted::Features, limit: limits.features };
            return Err(Fault::Content(None, problem));
        }
        self.shapes += 1;
        Ok(())
    }
}

/// Bytes of a shape, as the head before it says.
fn length(head: &[u8]) -> Option<usize> {
    big(head, 4)?.checked_mul(2)
}

struct Counts {
    kind: usize,
    parts: usize,
    vertices: usize,
}

/// What a record says of itself; `None` where its bytes are too few for that, or it is no shape.
fn counts(record: &[u8]) -> Option<Counts> {
    let kind = little(record, 0)?;
    let (parts, vertices, least) = match kind {
        0 | 31 => (0, 0, 4),
        1 | 11 | 21 => (0, 1, 20),
        8 | 18 | 28 => {
            let vertices = little(record, 36)?;
            (0, vertices, vertices.checked_mul(16)?.checked_add(40)?)
        }
        3 | 5 | 13 | 15 | 23 | 25 => {
            let (parts, vertices) = (little(record, 36)?, little(record, 40)?);
            (parts, vertices, vertices.checked_mul(16)?.checked_add(parts.checked_mul(4)?)?.checked_add(44)?)
        }
        _ => return None,
    };
    (record.len() >= least).then_some(Counts { kind, parts, vertices })
}

fn four(bytes: &[u8], at: usize) -> Option<[u8; 4]> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok()
}

fn little(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(i32::from_le_bytes(four(bytes, at)?)).ok()
}

fn big(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(i32::from_be_bytes(four(bytes, at)?)).ok()
}

fn double(bytes: &[u8]) -> f64 {
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[..8]);
    f64::from_le_bytes(eight)
}

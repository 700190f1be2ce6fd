//! Pages of a column: unpacked, and held against their bytes, before anything of them is taken for values.
//!
//! 1. Memory is taken for what comes out of a page, never for what its head claims, and what comes out of all pages is
//!    counted ([`Budget`]).
//! 2. What is handed on is what its head says: levels and values have the bytes that they need, a dictionary stands
//!    before what refers to it.
//! 3. Texts that lean on those before them are written out, so that none is longer than the bytes that are counted.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use parquet::basic::{Encoding, Type as Physical};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result as Outcome};
use ruzstd::decoding::StreamingDecoder;

use super::ParquetProblem;
use super::delta;
use super::footer::Leaf;
use super::thrift::Value;

/// Why a column cannot be read on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Parquet(#[from] ParquetProblem),
    /// More comes out of the file than may.
    #[error("more comes out than may")]
    TooMuch,
}

impl From<Fault> for ParquetError {
    fn from(fault: Fault) -> Self {
        Self::External(Box::new(fault))
    }
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        let ours = if let ParquetError::External(error) = error { error.downcast().ok() } else { None };
        ours.map_or(Self::Parquet(ParquetProblem::Damaged), |fault| *fault)
    }
}

fn damaged() -> Fault {
    ParquetProblem::Damaged.into()
}

/// Bytes that may still come out of a file.
#[derive(Debug)]
pub(super) struct Budget(AtomicU64);

impl Budget {
    pub const fn new(bytes: u64) -> Self {
        Self(AtomicU64::new(bytes))
    }

    /// How many there are.
    pub fn left(&self) -> usize {
        usize::try_from(self.0.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
    }

    pub fn take(&self, bytes: usize) -> Result<(), Fault> {
        let left = |left: u64| left.checked_sub(bytes as u64);
        self.0.try_update(Ordering::Relaxed, Ordering::Relaxed, left).map(drop).map_err(|_| Fault::TooMuch)
    }
}

/// Bytes that a repeated value counts for, whatever it takes.
const LEVEL: usize = 8;
/// Values of a repeated column in a group of rows.
const MOST_REPEATED: usize = 1 << 26;

/// The pages of a column in a group of rows.
pub(super) struct Pages {
    rest: Bytes,
    codec: i64,
    leaf: Leaf,
    /// Highest definition and repetition level.
    levels: (i16, i16),
    budget: Arc<Budget>,
    /// Values that may still come.
    left: usize,
    has_dictionary: bool,
}

/// What stands before a page.
struct Head {
    kind: PageKind,
    /// Bytes behind it, and what they unpack to.
    packed: usize,
    size: usize,
    /// Values, those that are null among them.
    values: u32,
    encoding: i64,
}

enum PageKind {
    /// With how its levels are written, those of definition first.
    Data([i64; 2]),
    DataV2 {
        nulls: u32,
        def: usize,
        rep: usize,
        is_packed: bool,
    },
    Dictionary,
    Other,
}

impl Pages {
    /// The pages in a stretch of the file, in a group of so many rows.
    pub fn new(chunk: Bytes, codec: i64, leaf: Leaf, levels: (i16, i16), rows: usize, budget: Arc<Budget>) -> Self {
        let left = if levels.1 == 0 { rows } else { MOST_REPEATED };
        Self { rest: chunk, codec, leaf, levels, budget, left, has_dictionary: false }
    }

    /// What stands before the next page, and how many bytes that takes.
    fn head(&self) -> Option<(Head, usize)> {
        let (value, taken) = Value::read(&self.rest)?;
        let short = |value: &Value<'_>, id| u32::try_from(value.int(id)?).ok().filter(|&it| i32::try_from(it).is_ok());
        let (kind, values, encoding) = match value.int(1)? {
            0 => {
                let head = value.field(5)?;
                (PageKind::Data([head.int(3)?, head.int(4)?]), short(head, 1)?, head.int(2)?)
            }
            2 => (PageKind::Dictionary, short(value.field(7)?, 1)?, value.field(7)?.int(2)?),
            3 => {
                let head = value.field(8)?;
                let (def, rep) = (head.size(5)?, head.size(6)?);
                let is_packed = head.flag(7).unwrap_or(true);
                (PageKind::DataV2 { nulls: short(head, 2)?, def, rep, is_packed }, short(head, 1)?, head.int(4)?)
            }
            _ => (PageKind::Other, 0, 0),
        };
        let head = Head { kind, packed: value.size(3)?, size: value.size(2)?, values, encoding };
        (head.packed <= self.rest.len() - taken).then_some((head, taken))
    }

    fn next_page(&mut self) -> Result<Option<Page>, Fault> {
        while !self.rest.is_empty() {
            let (head, taken) = self.head().ok_or_else(damaged)?;
            let packed = self.rest.slice(taken..taken + head.packed);
            self.rest = self.rest.slice(taken + head.packed..);
            match head.kind {
                PageKind::Dictionary => return self.dictionary(&packed, &head).map(Some),
                PageKind::Data(levels) if head.values > 0 => return self.data(&packed, &head, levels).map(Some),
                PageKind::DataV2 { nulls, def, rep, is_packed } if head.values > 0 => {
                    return self.data_v2(&packed, &head, nulls, [rep, def], is_packed).map(Some);
                }
                // Nothing stands in it, or what is there to find values faster.
                PageKind::Data(_) | PageKind::DataV2 { .. } | PageKind::Other => {}
            }
        }
        Ok(None)
    }

    fn unpacked(&self, packed: &Bytes, size: usize) -> Result<Bytes, Fault> {
        self.budget.take(size)?;
        unpack(self.codec, packed, size)
    }

    fn dictionary(&mut self, packed: &Bytes, head: &Head) -> Result<Page, Fault> {
        let buf = self.unpacked(packed, head.size)?;
        let count = head.values as usize;
        let is_plain = matches!(head.encoding, 0 | 2);
        if self.has_dictionary || !is_plain || self.leaf.physical == Physical::BOOLEAN || !self.has_plain(&buf, count) {
            return Err(damaged());
        }
        self.has_dictionary = true;
        Ok(Page::DictionaryPage { buf, num_values: head.values, encoding: Encoding::PLAIN, is_sorted: false })
    }

    fn data(&mut self, packed: &Bytes, head: &Head, encodings: [i64; 2]) -> Result<Page, Fault> {
        self.count_values(head.values)?;
        let buf = self.unpacked(packed, head.size)?;
        let (mut start, mut known) = (0, head.values as usize);
        for (level, encoding, is_def) in [(self.levels.1, encodings[1], false), (self.levels.0, encodings[0], true)] {
            if level == 0 {
                continue;
            }
            // Before the first release of the format they could be bare bits.
            if encoding != 3 {
                return Err(ParquetProblem::Encoding(encoding).into());
            }
            let levels = delta::text(&mut &buf[start..]).ok_or_else(damaged)?;
            if is_def {
                known = highest(levels, level, head.values as usize).ok_or_else(damaged)?;
            }
            start += 4 + levels.len();
        }
        let (encoding, buf) = self.values(buf, start, head.encoding, known)?;
        Ok(Page::DataPage {
            buf,
            num_values: head.values,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })
    }

    fn data_v2(
        &mut self,
        packed: &Bytes,
        head: &Head,
        nulls: u32,
        [rep, def]: [usize; 2],
        is_packed: bool,
    ) -> Result<Page, Fault> {
        self.count_values(head.values)?;
        let start = rep.checked_add(def).filter(|&start| start <= packed.len()).ok_or_else(damaged)?;
        let buf = if is_packed && self.codec != 0 {
            let size = head.size.checked_sub(start).ok_or_else(damaged)?;
            let values = if size == 0 { Bytes::new() } else { self.unpacked(&packed.slice(start..), size)? };
            Bytes::from([&packed[..start], &values].concat())
        } else {
            self.budget.take(packed.len())?;
            packed.clone()
        };
        let count = head.values as usize;
        let known = match self.levels.0 {
            0 => count,
            level => highest(&buf[rep..start], level, count).ok_or_else(damaged)?,
        };
        if nulls > head.values || known != (head.values - nulls) as usize {
            return Err(damaged());
        }
        let (encoding, buf) = self.values(buf, start, head.encoding, known)?;
        let short = |size| u32::try_from(size).map_err(|_| damaged());
        Ok(Page::DataPageV2 {
            buf,
            num_values: head.values,
            encoding,
            num_nulls: nulls,
            num_rows: 0,
            def_levels_byte_len: short(def)?,
            rep_levels_byte_len: short(rep)?,
            is_compressed: false,
            statistics: None,
        })
    }

    /// Counts values, of which a run of any length takes but a few bytes.
    fn count_values(&mut self, values: u32) -> Result<(), Fault> {
        self.left = self.left.checked_sub(values as usize).ok_or_else(damaged)?;
        if self.levels.1 == 0 { Ok(()) } else { self.budget.take((values as usize).saturating_mul(LEVEL)) }
    }

    /// A page whose values begin at `start`, `known` of them, in an encoding that needs nothing that is not there.
    fn values(&self, buf: Bytes, start: usize, encoding: i64, known: usize) -> Result<(Encoding, Bytes), Fault> {
        let values = buf.get(start..).ok_or_else(damaged)?;
        let is_text = matches!(self.leaf.physical, Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY);
        let checked = |is_good: bool, encoding| if is_good { Ok(encoding) } else { Err(damaged()) };
        let encoding = match encoding {
            0 => checked(self.has_plain(values, known), Encoding::PLAIN)?,
            2 | 8 => checked(self.has_dictionary && !values.is_empty(), Encoding::RLE_DICTIONARY)?,
            3 => checked(self.leaf.physical == Physical::BOOLEAN, Encoding::RLE)?,
            5 => checked(!is_text && delta::claims(values) == Some(known), Encoding::DELTA_BINARY_PACKED)?,
            6 | 7 if is_text => {
                let leans = encoding == 7;
                let most = |bytes| self.budget.take(bytes).is_ok();
                let prefixed = self.leaf.physical == Physical::BYTE_ARRAY;
                let plain = delta::plain(values, leans, known, prefixed, most).ok_or_else(damaged)?;
                if !self.has_plain(&plain, known) {
                    return Err(damaged());
                }
                return Ok((Encoding::PLAIN, Bytes::from([&buf[..start], &plain].concat())));
            }
            9 => {
                let is_split = self.width().is_some_and(|width| values.len() == known.saturating_mul(width));
                checked(is_split, Encoding::BYTE_STREAM_SPLIT)?
            }
            other => return Err(ParquetProblem::Encoding(other).into()),
        };
        Ok((encoding, buf))
    }

    /// Bytes of each value; `None` where they differ.
    fn width(&self) -> Option<usize> {
        match self.leaf.physical {
            Physical::BOOLEAN | Physical::BYTE_ARRAY => None,
            Physical::INT32 | Physical::FLOAT => Some(4),
            Physical::INT64 | Physical::DOUBLE => Some(8),
            Physical::INT96 => Some(12),
            Physical::FIXED_LEN_BYTE_ARRAY => self.leaf.length.try_into().ok(),
        }
    }

    /// Whether so many values are there, one behind the other.
    fn has_plain(&self, mut values: &[u8], count: usize) -> bool {
        match (self.leaf.physical, self.width()) {
            (Physical::BYTE_ARRAY, _) => (0..count).all(|_| delta::text(&mut values).is_some()),
            (_, Some(width)) => count.checked_mul(width).is_some_and(|bytes| bytes <= values.len()),
            _ => count.div_ceil(8) <= values.len(),
        }
    }
}

/// Bits of a level.
const fn bits(level: i16) -> usize {
    (i16::BITS - level.leading_zeros()) as usize
}

/// How many of so many levels are the highest one.
fn highest(mut bytes: &[u8], level: i16, count: usize) -> Option<usize> {
    let (width, mut left, mut found) = (bits(level), count, 0);
    while left > 0 {
        let head = delta::unsigned(&mut bytes)?;
        let run = usize::try_from(head >> 1).ok()?;
        if run == 0 {
            return None;
        }
        if head & 1 == 0 {
            let (value, rest) = bytes.split_at_checked(width.div_ceil(8))?;
            bytes = rest;
            let value = value.iter().rev().fold(0_u64, |all, &byte| all << 8 | u64::from(byte));
            let taken = run.min(left);
            found += if value == u64::from(level.cast_unsigned()) { taken } else { 0 };
            left -= taken;
        } else {
            // Eight at a time; of the last ones a writer may leave out what is not needed.
            let taken = run.saturating_mul(8).min(left);
            let size = run.checked_mul(width)?.min(bytes.len());
            let (packed, rest) = bytes.split_at(size);
            bytes = rest;
            let all = delta::unpacked(packed, width).take(taken);
            let mut seen = 0;
            for value in all {
                seen += 1;
                found += usize::from(value == u64::from(level.cast_unsigned()));
            }
            if seen < taken {
                return None;
            }
            left -= taken;
        }
    }
    Some(found)
}

fn unpack(codec: i64, packed: &Bytes, size: usize) -> Result<Bytes, Fault> {
    // What is unpacked as a whole is at most so many times as large.
    let is_within = |times: usize| size <= packed.len().saturating_mul(times).saturating_add(64);
    let mut bytes = Vec::new();
    let most = size as u64 + 1;
    match codec {
        0 => return Ok(packed.clone()),
        1 if is_within(64) && snap::raw::decompress_len(packed).ok() == Some(size) => {
            bytes = snap::raw::Decoder::new().decompress_vec(packed).map_err(|_| damaged())?;
        }
        2 => {
            MultiGzDecoder::new(&packed[..]).take(most).read_to_end(&mut bytes).map_err(|_| damaged())?;
        }
        6 => {
            let window = most.max(8 << 20);
            let decoder = StreamingDecoder::new_with_max_window_size(&packed[..], window).map_err(|_| damaged())?;
            decoder.take(most).read_to_end(&mut bytes).map_err(|_| damaged())?;
        }
        7 if is_within(255) => bytes = lz4_flex::block::decompress(packed, size).map_err(|_| damaged())?,
        1 | 7 => {}
        3 => return Err(ParquetProblem::Codec("LZO").into()),
        4 => return Err(ParquetProblem::Codec("Brotli").into()),
        5 => return Err(ParquetProblem::Codec("LZ4 (Hadoop)").into()),
        _ => return Err(damaged()),
    }
    if bytes.len() == size { Ok(bytes.into()) } else { Err(damaged()) }
}

impl Iterator for Pages {
    type Item = Outcome<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Outcome<Option<Page>> {
        Ok(self.next_page()?)
    }

    fn peek_next_page(&mut self) -> Outcome<Option<PageMetadata>> {
        let Some((head, _)) = self.head() else { return Ok(None) };
        // Pages of the second form begin with a row.
        let num_rows = matches!(head.kind, PageKind::DataV2 { .. }).then_some(0);
        let is_dict = matches!(head.kind, PageKind::Dictionary);
        Ok(Some(PageMetadata { num_rows, num_levels: Some(head.values as usize), is_dict }))
    }

    fn skip_next_page(&mut self) -> Outcome<()> {
        self.get_next_page().map(drop)
    }
}

//! Values as differences: whole numbers by what each adds to the one before, texts by their lengths and by what they share
//! with the one before.
//!
//! Numbers are left to the parser of pages, which believes their count; texts are written out here.

/// Numbers in a block; usual are 128.
const MOST_IN_BLOCK: usize = 1 << 16;

/// Takes a number of seven bits a byte.
pub(super) fn unsigned(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn signed(bytes: &mut &[u8]) -> Option<i64> {
    let value = unsigned(bytes)?;
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

/// Takes a text with its length before it.
pub(super) fn text<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (size, rest) = bytes.split_first_chunk()?;
    let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*size) as usize)?;
    *bytes = rest;
    Some(text)
}

/// Numbers of so many bits each, the lowest bits first.
pub(super) fn unpacked(packed: &[u8], width: usize) -> impl Iterator<Item = u64> {
    let bit = |at: usize| packed.get(at / 8).map(|byte| u64::from(byte >> (at % 8) & 1));
    let count = (packed.len() * 8).checked_div(width).unwrap_or(usize::MAX);
    (0..count)
        .map_while(move |at| (0..width).try_fold(0, |value, place| Some(value | bit(at * width + place)? << place)))
}

/// What stands before the numbers.
struct Head {
    block: usize,
    parts: usize,
    count: usize,
    first: i64,
}

fn head(bytes: &mut &[u8]) -> Option<Head> {
    let mut size = || usize::try_from(unsigned(bytes)?).ok();
    let (block, parts, count) = (size()?, size()?, size()?);
    let has_parts = (1..=block).contains(&parts) && block <= MOST_IN_BLOCK;
    (has_parts && block % 128 == 0 && block % (parts * 32) == 0).then_some(())?;
    Some(Head { block, parts, count, first: signed(bytes)? })
}

/// How many numbers a page claims to have.
pub(super) fn claims(mut bytes: &[u8]) -> Option<usize> {
    head(&mut bytes).map(|head| head.count)
}

/// Takes so many numbers.
fn numbers(bytes: &mut &[u8], count: usize) -> Option<Vec<i64>> {
    let head = head(bytes).filter(|head| head.count == count)?;
    let mut all: Vec<i64> = Vec::new();
    all.extend(Some(head.first).filter(|_| count > 0));
    let each = head.block / head.parts;
    while all.len() < count {
        let every = signed(bytes)?;
        let (widths, rest) = bytes.split_at_checked(head.parts)?;
        *bytes = rest;
        for &width in widths {
            if all.len() >= count {
                break;
            }
            let (packed, rest) = bytes.split_at_checked(each / 8 * usize::from(width).min(64))?;
            *bytes = rest;
            let mut values = unpacked(packed, width.min(64).into());
            for _ in 0..each.min(count - all.len()) {
                let value = values.next()?.cast_signed();
                let last = all.last().copied().unwrap_or_default();
                all.push(last.wrapping_add(every).wrapping_add(value));
            }
        }
    }
    Some(all)
}

/// So many texts, written out one behind the other, each `prefixed` with its length where they differ. `leans`: each
/// begins with some bytes of the one before. `most` is asked before memory is taken.
pub(super) fn plain(
    mut bytes: &[u8],
    leans: bool,
    count: usize,
    prefixed: bool,
    most: impl Fn(usize) -> bool,
) -> Option<Vec<u8>> {
    let sizes = |numbers: Vec<i64>| numbers.into_iter().map(|it| u32::try_from(it).ok()).collect::<Option<Vec<_>>>();
    let shared = if leans { sizes(numbers(&mut bytes, count)?)? } else { vec![0; count] };
    let lengths = sizes(numbers(&mut bytes, count)?)?;
    let (mut out, mut last) = (Vec::new(), 0..0);
    for (shared, length) in shared.into_iter().zip(lengths) {
        let size = shared.checked_add(length)?;
        let (own, rest) = bytes.split_at_checked(length as usize)?;
        bytes = rest;
        if shared as usize > last.len() || !most(size as usize) {
            return None;
        }
        if prefixed {
            out.extend(size.to_le_bytes());
        }
        let begin = out.len();
        out.extend_from_within(last.start..last.start + shared as usize);
        out.extend_from_slice(own);
        last = begin..out.len();
    }
    Some(out)
}

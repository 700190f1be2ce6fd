//! Codes of units: how they are built, and which one is free.
//!
//! A Chinese division code (GB/T 2260, GB/T 10114) is a county's six digits, three for the township, three for the
//! village. The three digits of a unit lie in a *segment* that its kind decides:
//!
//! ```text
//! 510722 101 203        township 001–099 subdistrict  100–199 town     200–399 township
//! county │   └ village  village  001–199 community    200–399 village
//!        └ township
//! ```
//!
//! 1. Codes are text. Only the three digits of the unit itself are ever counted with.
//! 2. A code that any unit has or had is never proposed, whatever became of the unit.
//! 3. A proposal is the highest code ever used in the segment, plus one; where that is the end of the segment, the
//!    lowest that was never used.
//! 4. Where codes are built otherwise (other countries, own numbering), the last three digits, or as many as there
//!    are, are counted on.
//!
//! Codes here are put forward (拟用代码); the authority gives them out.

use compact_str::{CompactString, format_compact};

use super::error::{EditError, Warning};
use crate::model::{Dataset, Kind, Level, LevelIndex, State, UnitId, free_in};

pub use crate::model::{CodeParts, Segment};

/// What a new code is for.
#[derive(Clone, Copy, Debug)]
pub struct CodeRequest<'a> {
    /// Level of the unit.
    pub level: LevelIndex,
    /// Its kind, where known.
    pub kind: Option<&'a Kind>,
    /// Its parent.
    pub parent: Option<UnitId>,
    /// A unit whose code is built as the new one should be.
    pub like: UnitId,
}

/// A free code, and what is doubtful about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The code; `None` when none is left.
    pub code: Option<CompactString>,
    /// [`Warning::SegmentFull`], when none is left.
    pub warning: Option<Warning>,
}

/// Proposes a code that no unit has or ever had.
#[must_use]
pub fn propose(dataset: &Dataset, state: &State, request: &CodeRequest<'_>) -> Proposal {
    let level = dataset.level(request.level);
    let like = &state.unit(request.like).code;
    let Some(parts) = CodeParts::read(level, like) else {
        let code = propose_opaque(state, like, request.parent);
        return Proposal { code: Some(code), warning: None };
    };
    let prefix = parent_prefix(dataset, state, request.level, request.parent).unwrap_or_else(|| parts.prefix.into());
    let segment =
        request.kind.and_then(|kind| Segment::of(level, kind)).unwrap_or_else(|| Segment::around(level, parts.serial));
    let used = |serial: u16| is_used(state, &CodeParts::with_serial(&prefix, serial, parts.filled));
    match free_in(segment.range(), used) {
        Some(serial) => Proposal { code: Some(CodeParts::with_serial(&prefix, serial, parts.filled)), warning: None },
        None => Proposal { code: None, warning: Some(Warning::SegmentFull { prefix, segment }) },
    }
}

/// Whether any unit of any level has or had this code.
#[must_use]
pub fn is_used(state: &State, code: &str) -> bool {
    state.had_code(code).next().is_some()
}

/// What a code under this parent begins with: the parent's Chinese code without filling zeros. `None` when the
/// parent has no such code.
fn parent_prefix(dataset: &Dataset, state: &State, level: LevelIndex, parent: Option<UnitId>) -> Option<CompactString> {
    let code = &state.unit(parent?).code;
    let digits = if dataset.level(level) == Level::Township { 6 } else { 9 };
    let (head, zeros) = code.split_at_checked(digits)?;
    let chinese = head.bytes().all(|byte| byte.is_ascii_digit()) && zeros.bytes().all(|byte| byte == b'0');
    chinese.then(|| head.into())
}

/// Counts on in the last three digits of a code, or as many as there are behind the code of the parent; else puts a
/// number behind it.
fn propose_opaque(state: &State, like: &str, parent: Option<UnitId>) -> CompactString {
    let parent_code = parent.map_or("", |parent| state.unit(parent).code.as_str());
    // A unit that comes from elsewhere has a code built for elsewhere: take one of the new siblings for a model.
    let sibling = parent.and_then(|parent| state.members(parent).last()).map(|&id| state.unit(id).code.as_str());
    let like = match sibling {
        Some(sibling) if !like.starts_with(parent_code) && sibling.starts_with(parent_code) => sibling,
        _ => like,
    };
    let own = like.strip_prefix(parent_code).unwrap_or(like);
    let width = own.bytes().rev().take(3).take_while(u8::is_ascii_digit).count();
    let (stem, digits) = like.split_at(like.len() - width);
    // "01" and "001" keep their width; "9" may grow to "10".
    let grows = width < 3 && !digits.starts_with('0') && !stem.ends_with(|c: char| c.is_ascii_digit());
    let (padding, last) = if grows { (0, 999) } else { (width, [0, 9, 99, 999][width]) };
    let code = |number: u16| format_compact!("{stem}{number:0padding$}");
    if width > 0
        && let Some(number) = free_in(1..=last, |number| is_used(state, &code(number)))
    {
        return code(number);
    }
    let stem = if like.is_empty() { "new" } else { like };
    let mut number = 1_u32;
    loop {
        let code = format_compact!("{stem}-{number}");
        if !is_used(state, &code) {
            return code;
        }
        number += 1;
    }
}

/// Checks a code that the planner gave to a new or recoded unit.
///
/// `own` are units whose codes retire with this very edit: of those, a Chinese code is refused, any other gives a
/// warning.
///
/// # Errors
/// [`EditError`]: empty, in use, or retired.
pub(super) fn check_given(
    dataset: &Dataset,
    state: &State,
    code: &str,
    request: &CodeRequest<'_>,
    own: &[UnitId],
) -> Result<Vec<Warning>, EditError> {
    if code.is_empty() {
        return Err(EditError::EmptyCode);
    }
    if code.trim() != code || code.chars().any(char::is_control) {
        return Err(EditError::CodeHasBlanks { code: code.into() });
    }
    let level = dataset.level(request.level);
    let like = CodeParts::read(level, &state.unit(request.like).code);
    let mut warnings = Vec::new();
    for id in state.had_code(code) {
        let unit = state.unit(id);
        if unit.level != request.level {
            continue;
        }
        let in_use = unit.is_current() && unit.code == code;
        if in_use && !own.contains(&id) {
            return Err(EditError::CodeInUse { code: code.into(), unit: unit.into() });
        }
        if !in_use || like.is_some() {
            return Err(EditError::CodeRetired { code: code.into(), unit: unit.into() });
        }
        if warnings.is_empty() {
            warnings.push(Warning::CodeReused { code: code.into() });
        }
    }
    if like.is_some() {
        warnings.extend(doubts(dataset, state, code, request));
    }
    Ok(warnings)
}

/// What is doubtful about a code among Chinese codes.
#[must_use]
pub fn doubts(dataset: &Dataset, state: &State, code: &str, request: &CodeRequest<'_>) -> Vec<Warning> {
    let level = dataset.level(request.level);
    let Some(parts) = CodeParts::read(level, code) else { return vec![Warning::CodeUnusual { code: code.into() }] };
    let mut warnings = Vec::new();
    if let Some(prefix) = parent_prefix(dataset, state, request.level, request.parent)
        && prefix != parts.prefix
    {
        warnings.push(Warning::CodeNotUnderParent { code: code.into(), prefix });
    }
    if let Some(kind) = request.kind
        && let Some(segment) = Segment::of(level, kind)
        && !segment.contains(parts.serial)
    {
        warnings.push(Warning::CodeOutsideSegment { code: code.into(), kind: kind.clone(), segment });
    }
    warnings
}

/// Units among these whose Chinese codes do not begin with the code of a parent, and that code.
pub(super) fn not_under(
    dataset: &Dataset,
    state: &State,
    units: &[UnitId],
    parent: UnitId,
) -> Option<(usize, CompactString)> {
    let level = state.unit(*units.first()?).level;
    let prefix = parent_prefix(dataset, state, level, Some(parent))?;
    let count = units
        .iter()
        .filter_map(|&id| CodeParts::read(dataset.level(level), &state.unit(id).code))
        .filter(|parts| parts.prefix != prefix)
        .count();
    (count > 0).then_some((count, prefix))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{grid, renewed};
    use super::*;

    #[test]
    fn codes_are_taken_apart_by_level() {
        let parts = |level, code| CodeParts::read(level, code).map(|parts| (parts.prefix, parts.serial, parts.filled));
        assert_eq!(parts(Level::Township, "510722101"), Some(("510722", 101, 0)));
        assert_eq!(parts(Level::Township, "510722101000"), Some(("510722", 101, 3)));
        assert_eq!(parts(Level::Village, "510722101203"), Some(("510722101", 203, 0)));
        assert_eq!(parts(Level::Township, "510722101203"), None);
        assert_eq!(parts(Level::Village, "10008010-001"), None);
        assert_eq!(parts(Level::Township, "5107"), None);
        assert_eq!(parts(Level::Atom, "510722101203"), None);
        assert_eq!(parts(Level::Village, "五一零七"), None);
    }

    #[test]
    fn the_next_code_follows_the_highest_else_fills_a_gap() {
        assert_eq!(free_in(100..=199, |_| false), Some(100));
        assert_eq!(free_in(100..=199, |n| n == 104 || n == 101), Some(105));
        assert_eq!(free_in(100..=199, |n| n == 199 || n == 100), Some(101));
        assert_eq!(free_in(1..=3, |_| true), None);
    }

    #[test]
    fn proposals_stay_in_the_segment_of_the_kind_and_under_the_parent() {
        let dataset = grid(3, 2);
        let code = |like: u32, kind: &Kind, parent: u32| {
            let like = UnitId(like);
            let level = dataset.base.unit(like).level;
            let request = CodeRequest { level, kind: Some(kind), parent: Some(UnitId(parent)), like };
            propose(&dataset, &dataset.base, &request).code.unwrap()
        };
        assert_eq!(code(6, &Kind::Town, 9), "510722104");
        assert_eq!(code(6, &Kind::Township, 9), "510722200");
        assert_eq!(code(6, &Kind::Subdistrict, 9), "510722001");
        assert_eq!(code(6, &Kind::Other("特区".into()), 9), "510722104");
        assert_eq!(code(0, &Kind::Village, 8), "510722103203");
        assert_eq!(code(0, &Kind::Community, 6), "510722101001");
    }

    #[test]
    fn other_code_systems_count_on_in_their_last_digits() {
        let dataset = grid(2, 2);
        let mut base = dataset.base.clone();
        let mut propose = |parent: &str, codes: [&str; 2], like: &str| {
            base.units[4].code = parent.into();
            base.units[0].code = codes[0].into();
            base.units[2].code = codes[1].into();
            // A new state, so that its lookup knows these codes.
            let state = renewed(&base);
            propose_opaque(&state, like, Some(UnitId(4))).to_string()
        };
        assert_eq!(propose("10008010", ["10008010-001", "10008010-002"], "10008010-002"), "10008010-003");
        assert_eq!(propose("10008010", ["10008010-001", "10008010-002"], "10008020-009"), "10008010-003");
        assert_eq!(propose("", ["306", "311"], "306"), "312");
        assert_eq!(propose("P", ["P-8", "P-9"], "P-9"), "P-10");
        assert_eq!(propose("12345", ["1234501", "1234599"], "1234501"), "1234502");
        assert_eq!(propose("X", ["Xa", "Xb"], "Xa"), "Xa-1");
        assert_eq!(propose("X", ["", ""], ""), "new-1");
    }

    #[test]
    fn a_full_segment_is_said() {
        let dataset = grid(1, 1);
        let mut base = dataset.base.clone();
        (1..=99).for_each(|n| base.codes.add(&format!("510722{n:03}"), UnitId(1)));
        let level = LevelIndex(1);
        let kind = Some(&Kind::Subdistrict);
        let request = CodeRequest { level, kind, parent: Some(UnitId(2)), like: UnitId(1) };
        let Proposal { code, warning } = propose(&dataset, &base, &request);
        assert_eq!(code, None);
        assert_eq!(warning.unwrap().to_string(), "no code is left under 510722 in 001–099; the unit has none");
    }
}

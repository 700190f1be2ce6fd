//! A text taken apart into pieces that name units, or should.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::names::{self, Class};
use crate::model::{LevelIndex, State, UnitId};

/// How often a piece of text is taken apart again.
const MOST_DEPTH: usize = 6;

/// A piece of the text that names something, or should.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub written: String,
    pub line: usize,
    pub candidates: Vec<Candidate>,
    /// Units that it must lie in, because they were written with it.
    pub inside: Option<Vec<UnitId>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub unit: UnitId,
    /// How loosely it fits: 0 by code, 1 by name, 2 without suffix.
    looseness: u8,
}

impl Piece {
    /// Units of a level that fit best.
    pub fn best_at(&self, state: &State, level: LevelIndex) -> Vec<UnitId> {
        let there = || self.candidates.iter().filter(|it| state.unit(it.unit).level == level);
        let Some(best) = there().map(|it| it.looseness).min() else { return Vec::new() };
        there().filter(|it| it.looseness == best).map(|it| it.unit).collect()
    }

    /// Coarser units that it can mean, where it means none of the level.
    pub fn above(&self, state: &State, level: LevelIndex) -> Vec<UnitId> {
        let units = || self.candidates.iter().map(|it| it.unit);
        if units().any(|unit| state.unit(unit).level == level) {
            return Vec::new();
        }
        units().filter(|&unit| state.unit(unit).level > level).collect()
    }
}

/// Finds units by what was written.
pub(super) struct Lexicon<'a> {
    pub state: &'a State,
    /// Units by their names without suffix, with what the suffix says; made when a whole name is not found.
    stems: OnceCell<Stems>,
}

/// Units by their names without suffix, each with what the suffix says.
type Stems = HashMap<String, Vec<(UnitId, Option<Class>)>>;

impl<'a> Lexicon<'a> {
    pub const fn of(state: &'a State) -> Self {
        Self { state, stems: OnceCell::new() }
    }

    /// Units of all levels that a text can mean.
    fn candidates(&self, text: &str) -> Vec<Candidate> {
        let state = self.state;
        let mut found: Vec<Candidate> = Vec::new();
        let mut add = |unit: UnitId, looseness: u8| {
            if !found.iter().any(|it| it.unit == unit) {
                found.push(Candidate { unit, looseness });
            }
        };
        let plain = names::plain(text);
        for code in [text, plain.as_str()] {
            state.find(code).into_iter().for_each(|unit| add(unit, 0));
        }
        let is_code = plain.len() >= 6 && plain.bytes().all(|byte| byte.is_ascii_digit());
        if is_code {
            // National codes have twelve digits: a township's ends in 000.
            let mut short = plain.as_str();
            while let Some(shorter) = short.strip_suffix("000") {
                short = shorter;
                state.find(short).into_iter().for_each(|unit| add(unit, 0));
            }
            return found;
        }
        for name in [text.to_owned(), plain.clone(), names::without_office(&plain)] {
            state.find_name(&name).into_iter().for_each(|unit| add(unit, 1));
        }
        let (stem, class) = names::stem(&plain);
        for &(unit, own) in self.stems().get(&stem).map_or(&[][..], Vec::as_slice) {
            if class.zip(own).is_none_or(|(class, own)| class == own) {
                add(unit, 2);
            }
        }
        found
    }

    fn stems(&self) -> &Stems {
        self.stems.get_or_init(|| {
            let mut stems = Stems::new();
            for unit in self.state.levels().flat_map(|level| self.state.units_at(level)) {
                let name = &self.state.unit(unit).name;
                if !name.is_empty() {
                    let (stem, class) = names::stem(&names::plain(name));
                    stems.entry(stem).or_default().push((unit, class));
                }
            }
            stems
        })
    }
}

/// Separators between names.
const SEPARATORS: &str = "、，,;；\t：:|。/\\[]【】《》\"“”「」『』•●■□◆\r";
/// Words of sentences about units, which stand between names.
const BETWEEN: [&str; 27] = [
    "划转到",
    "划转至",
    "划转给",
    "划转",
    "划归",
    "划入",
    "划出",
    "并入",
    "归入",
    "合并为",
    "合并",
    "撤销",
    "撤并",
    "设立",
    "新设",
    "更名为",
    "整建制",
    "整体",
    "所辖",
    "所属",
    "下辖",
    "管辖",
    "包括",
    "以及",
    "分别",
    "等",
    "的",
];
/// Words that stand before names.
const BEFORE: [&str; 13] = ["将", "把", "由", "从", "原", "对", "和", "与", "及", "至", "到", "为", "在"];

/// All that a text names, or should.
pub(super) fn pieces_of(text: &str, lexicon: &Lexicon<'_>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (line, content) in text.lines().enumerate() {
        for part in content.split(|c: char| SEPARATORS.contains(c)) {
            let part = without_number(part.trim());
            if part.is_empty() {
                continue;
            }
            let reading = Reading { lexicon, line };
            let found = reading.resolve(part, 0);
            let found = found.unwrap_or_else(|| Vec::from_iter(reading.unknown(part)));
            pieces.extend(found);
        }
    }
    pieces
}

/// An item without its number in a list: `3. 解放村`, `（2）解放村`.
fn without_number(part: &str) -> &str {
    let open = part.trim_start_matches(['(', '（']);
    let digits = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let number = open.find(|c| !digits(c)).unwrap_or(open.len());
    let behind = &open[number..];
    let marks: &[char] = if open.len() < part.len() { &[')', '）'] } else { &['.', '．', ')', '）'] };
    let rest = behind.trim_start_matches(marks);
    // A decimal is a figure, not a number in a list.
    let is_number =
        number > 0 && number <= 9 && rest.len() < behind.len() && !rest.starts_with(|c: char| c.is_ascii_digit());
    if is_number { rest.trim_start() } else { part }
}

struct Reading<'a> {
    lexicon: &'a Lexicon<'a>,
    line: usize,
}

impl Reading<'_> {
    fn piece(&self, text: &str, candidates: Vec<Candidate>) -> Piece {
        Piece { written: text.to_owned(), line: self.line, candidates, inside: None }
    }

    /// What could not be read, apart from words that mean nothing by themselves.
    fn unknown(&self, text: &str) -> Option<Piece> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || "()（）-—".contains(c));
        let means_nothing = text.is_empty() || BEFORE.contains(&text) || BETWEEN.contains(&text);
        (!means_nothing).then(|| self.piece(text, Vec::new()))
    }

    /// The pieces of a text, at least one of which names something; `None` when nothing does.
    fn resolve(&self, text: &str, depth: usize) -> Option<Vec<Piece>> {
        let text = text.trim();
        if text.is_empty() || depth > MOST_DEPTH {
            return None;
        }
        let whole = self.lexicon.candidates(text);
        if !whole.is_empty() {
            return Some(vec![self.piece(text, whole)]);
        }
        self.in_brackets(text, depth)
            .or_else(|| self.with_parent(text, depth))
            .or_else(|| self.parted(text, depth))
            .or_else(|| {
                let rest = BEFORE.iter().find_map(|word| text.strip_prefix(word))?;
                self.resolve(rest, depth + 1)
            })
            .or_else(|| self.joined(text, depth))
    }

    /// `解放村（石桥乡）`: what is in the brackets says where, or another name.
    fn in_brackets(&self, text: &str, depth: usize) -> Option<Vec<Piece>> {
        let open = text.find(['(', '（'])?;
        let (name, inner) = (&text[..open], text[open..].trim_matches(['(', '（', ')', '）', ' ']));
        let mut pieces = self.resolve(name, depth + 1)?;
        let inside = self.lexicon.candidates(inner);
        let parents: Vec<UnitId> = inside.iter().map(|it| it.unit).collect();
        if let Some(last) = pieces.last_mut()
            && self.holds_level(&parents, last)
        {
            last.inside = Some(parents);
            text.clone_into(&mut last.written);
            return Some(pieces);
        }
        // Another name of the same: it need not be known.
        if !inside.is_empty() {
            pieces.push(self.piece(inner, inside));
        }
        Some(pieces)
    }

    /// `石桥乡解放村`, `石桥乡的解放村`, `石桥乡-解放村`: the beginning is the name of a unit that the rest must lie in.
    fn with_parent(&self, text: &str, depth: usize) -> Option<Vec<Piece>> {
        let state = self.lexicon.state;
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).skip(1).collect();
        for &end in ends.iter().rev() {
            let parents = state.find_name(text[..end].trim());
            if parents.is_empty() {
                continue;
            }
            let rest = text[end..].trim_start_matches(|c: char| c.is_whitespace() || "-—·".contains(c));
            let rest = ["的", "所辖", "下辖"].into_iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
            let Some(mut pieces) = self.resolve(rest, depth + 1) else { continue };
            let parents: Vec<UnitId> = parents.into_iter().collect();
            if let [first, ..] = &mut pieces[..]
                && first.inside.is_none()
                && self.holds_level(&parents, first)
            {
                first.inside = Some(parents.clone());
                // The parent is context for what follows, too.
                let candidates = parents.iter().map(|&unit| Candidate { unit, looseness: 1 }).collect();
                pieces.insert(0, self.piece(text[..end].trim(), candidates));
                return Some(pieces);
            }
        }
        None
    }

    /// Whether some units are coarser than what a piece can mean.
    fn holds_level(&self, parents: &[UnitId], piece: &Piece) -> bool {
        let state = self.lexicon.state;
        let level = |unit: UnitId| state.unit(unit).level;
        parents.iter().any(|&parent| piece.candidates.iter().any(|it| level(it.unit) < level(parent)))
    }

    /// Parts between spaces, or between the words of a sentence.
    fn parted(&self, text: &str, depth: usize) -> Option<Vec<Piece>> {
        let space = text.find(char::is_whitespace).map(|at| (at, 1));
        let word = || {
            let found = BETWEEN.iter().filter_map(|word| Some((text.find(word)?, word.len())));
            found.min_by_key(|&(at, len)| (at, std::cmp::Reverse(len)))
        };
        let (at, len) = space.or_else(word)?;
        let len = if space.is_some() { text[at..].chars().next().map_or(1, char::len_utf8) } else { len };
        self.both(&text[..at], &text[at + len..], depth)
    }

    /// `解放村和前进村`: names may have 和 in them, so both sides must name something.
    fn joined(&self, text: &str, depth: usize) -> Option<Vec<Piece>> {
        let splits = text.char_indices().filter(|(_, c)| matches!(c, '和' | '与' | '及'));
        for (at, c) in splits {
            let left = self.resolve(&text[..at], depth + 1);
            let right = self.resolve(&text[at + c.len_utf8()..], depth + 1);
            if let (Some(mut left), Some(right)) = (left, right) {
                left.extend(right);
                return Some(left);
            }
        }
        None
    }

    fn both(&self, left: &str, right: &str, depth: usize) -> Option<Vec<Piece>> {
        let sides = [left, right].map(|side| (side, self.resolve(side, depth + 1)));
        if sides.iter().all(|(_, found)| found.is_none()) {
            return None;
        }
        let pieces =
            sides.into_iter().flat_map(|(side, found)| found.unwrap_or_else(|| Vec::from_iter(self.unknown(side))));
        Some(pieces.collect())
    }
}

//! Units of a level, found by code and by name, and the units above them.

use std::collections::HashMap;

use super::names::{NameKey, tidy};
use crate::model::{Dataset, LevelIndex, State, UnitId};

/// Lengths of codes of a system in which those of coarser units end in zeros: the whole, and what is left without them.
const ZEROED: [(usize, usize); 5] = [(19, 12), (12, 9), (12, 6), (9, 6), (15, 12)];

/// Units that rows can be joined to.
pub(in crate::model) struct Units<'a> {
    pub state: &'a State,
    /// The level of the units.
    pub level: LevelIndex,
    /// Codes as compared, by unit.
    pub codes: Vec<String>,
    pub names: Vec<Option<NameKey>>,
    by_code: HashMap<String, Vec<u32>>,
    /// Without the zeros at the end.
    by_short: HashMap<String, Vec<u32>>,
    /// Codes as numbers, ascending.
    by_value: Vec<(u128, u32)>,
    by_stem: HashMap<String, Vec<u32>>,
    above_by_code: HashMap<String, Vec<UnitId>>,
    above_by_name: HashMap<String, Vec<UnitId>>,
}

impl<'a> Units<'a> {
    pub fn of(dataset: &'a Dataset, level: LevelIndex) -> Self {
        let state = &dataset.base;
        let mut units = Self {
            state,
            level,
            codes: Vec::new(),
            names: Vec::new(),
            by_code: HashMap::new(),
            by_short: HashMap::new(),
            by_value: Vec::new(),
            by_stem: HashMap::new(),
            above_by_code: HashMap::new(),
            above_by_name: HashMap::new(),
        };
        // Units of finer levels come first, and features that are parts of others are none.
        for id in state.units_at(level) {
            let unit = state.unit(id);
            let code = code_text(&unit.code);
            while units.codes.len() < id.index() {
                units.codes.push(String::new());
                units.names.push(None);
            }
            if !code.is_empty() {
                units.by_code.entry(code.clone()).or_default().push(id.0);
                if let Some(value) = number(&code) {
                    units.by_value.push((value, id.0));
                }
                for (whole, left) in ZEROED {
                    if let Some(short) = without_zeros(&code, whole, left) {
                        units.by_short.entry(short.to_owned()).or_default().push(id.0);
                    }
                }
            }
            let name = NameKey::of(&unit.name);
            if let Some(name) = &name {
                units.by_stem.entry(name.stem.clone()).or_default().push(id.0);
            }
            units.codes.push(code);
            units.names.push(name);
        }
        units.by_value.sort_unstable();
        for level in state.levels().skip(level.index() + 1) {
            for id in state.units_at(level) {
                let unit = state.unit(id);
                if let Some(name) = NameKey::of(&unit.name) {
                    // By the whole name, and by the stem where that is another.
                    if name.stem != name.full {
                        units.above_by_name.entry(name.stem).or_default().push(id);
                    }
                    units.above_by_name.entry(name.full).or_default().push(id);
                }
                let code = code_text(&unit.code);
                if !code.is_empty() {
                    for (whole, left) in ZEROED {
                        if code.len() == left {
                            let long = format!("{code}{}", "0".repeat(whole - left));
                            units.above_by_code.entry(long).or_default().push(id);
                        }
                    }
                    units.above_by_code.entry(code).or_default().push(id);
                }
            }
        }
        units
    }

    /// Units with exactly this code.
    pub fn with_code(&self, code: &str) -> &[u32] {
        self.by_code.get(code).map_or(&[], Vec::as_slice)
    }

    /// Units whose code is this one but for zeros at the end of either.
    pub fn with_zeros(&self, code: &str) -> Vec<u32> {
        let mut found: Vec<u32> = self.by_short.get(code).into_iter().flatten().copied().collect();
        for (whole, left) in ZEROED {
            found.extend(without_zeros(code, whole, left).map(|short| self.with_code(short)).unwrap_or_default());
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Units whose code is a number within these bounds.
    pub fn with_value(&self, from: u128, to: u128) -> impl Iterator<Item = u32> + '_ {
        let start = self.by_value.partition_point(|&(value, _)| value < from);
        self.by_value[start..].iter().take_while(move |&&(value, _)| value <= to).map(|&(_, unit)| unit)
    }

    /// Units of a name, wherever they are.
    pub fn with_name<'s>(&'s self, name: &'s NameKey) -> impl Iterator<Item = u32> + 's {
        let found = self.by_stem.get(&name.stem).into_iter().flatten().copied();
        found.filter(|&unit| self.name(unit).is_some_and(|own| own.agrees(name)))
    }

    pub fn name(&self, unit: u32) -> Option<&NameKey> {
        self.names.get(unit as usize)?.as_ref()
    }

    /// Units above that a code or a name speaks for.
    pub fn above(&self, text: &str) -> &[UnitId] {
        let by_code = self.above_by_code.get(&code_text(text));
        let found = by_code.or_else(|| self.above_by_name.get(&NameKey::of(text)?.full));
        found.or_else(|| self.above_by_name.get(&NameKey::of(text)?.stem)).map_or(&[], Vec::as_slice)
    }

    /// Units above of exactly this name.
    pub fn above_named(&self, name: &str) -> &[UnitId] {
        self.above_by_name.get(name).map_or(&[], Vec::as_slice)
    }

    /// Units above of exactly this code.
    pub fn above_coded(&self, code: &str) -> &[UnitId] {
        self.above_by_code.get(code).map_or(&[], Vec::as_slice)
    }

    /// Whether a unit lies in one of these.
    pub fn lies_in(&self, unit: u32, above: &[UnitId]) -> bool {
        let parents = std::iter::successors(self.state.unit(UnitId(unit)).parent, |&up| self.state.unit(up).parent);
        parents.into_iter().any(|parent| above.contains(&parent))
    }

    /// All units of the level.
    pub fn all(&self) -> impl Iterator<Item = u32> + '_ {
        self.state.units_at(self.level).map(|id| id.0)
    }
}

/// A code as it is compared: common digits, no blanks, no apostrophe before it.
pub(in crate::model) fn code_text(text: &str) -> String {
    let seen = tidy(text);
    seen.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '’' | '‘' | '`' | '′')).collect()
}

/// A code as a number; `None` where it has other characters, or more digits than any code.
pub(in crate::model) fn number(code: &str) -> Option<u128> {
    (code.len() <= 30 && code.bytes().all(|byte| byte.is_ascii_digit())).then(|| code.parse().ok()).flatten()
}

fn without_zeros(code: &str, whole: usize, left: usize) -> Option<&str> {
    let (short, zeros) = (code.get(..left)?, code.get(left..)?);
    let is_it = code.len() == whole && zeros.bytes().all(|byte| byte == b'0') && number(short).is_some();
    is_it.then_some(short)
}

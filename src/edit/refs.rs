//! How plans name units, and which units they mean.

use std::fmt;

use compact_str::CompactString;
use serde::ser::SerializeMap as _;
use smallvec::SmallVec;

use super::error::EditError;
use crate::coverage::AtomId;
use crate::model::{Dataset, Level, LevelIndex, State, Unit, UnitId};

/// A unit as a plan names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum UnitRef {
    /// `"510722101"`: by its code, which must be in use once.
    Code(CompactString),
    /// `{"level": "township", "code": "…"}`: by its code at one level.
    AtLevel {
        /// The level; `atom` always means the finest.
        level: Level,
        /// The code.
        code: CompactString,
    },
    /// `{"level": "atom", "index": 17}`: the unit that the polygon at this position was loaded as. For units without a
    /// code of their own.
    Atom {
        /// Position in the finest layer, from 0.
        index: u32,
    },
}

impl UnitRef {
    /// By code.
    #[must_use]
    pub fn code(code: &str) -> Self {
        Self::Code(code.into())
    }

    /// The plainest way to name a unit in force: by code where that is unambiguous, else with its level, else by
    /// position. `None` when no way is left: a unit without code above the finest level.
    #[must_use]
    pub fn to(dataset: &Dataset, state: &State, id: UnitId) -> Option<Self> {
        let unit = state.unit(id);
        let same = if unit.code.is_empty() { SmallVec::default() } else { state.find(&unit.code) };
        if same.as_slice() == [id] {
            return Some(Self::Code(unit.code.clone()));
        }
        let at_level = same.iter().filter(|&&other| state.unit(other).level == unit.level).count();
        if at_level == 1 {
            return Some(Self::AtLevel { level: dataset.level(unit.level), code: unit.code.clone() });
        }
        let loaded = id.index() < dataset.loaded_atoms() && unit.level == LevelIndex::FINEST;
        loaded.then_some(Self::Atom { index: id.0 })
    }

    /// The unit in force that is meant.
    ///
    /// # Errors
    /// [`EditError`]: there is none, it was abolished, or there are several.
    pub fn resolve(&self, dataset: &Dataset, state: &State) -> Result<UnitId, EditError> {
        match self {
            Self::Code(code) => self.pick(dataset, state, code, None),
            Self::AtLevel { level, code } => {
                let index = level_index(dataset, *level)
                    .ok_or_else(|| EditError::NoSuchLevel { level: *level, levels: dataset.levels.clone() })?;
                self.pick(dataset, state, code, Some(index))
            }
            Self::Atom { index } => {
                let atoms = dataset.loaded_atoms();
                if *index as usize >= atoms {
                    return Err(EditError::NoSuchAtom { index: *index, atoms });
                }
                // Loaded units of the finest level have the ids of their atoms.
                let id = UnitId::new(AtomId(*index).index());
                let unit = state.unit(id);
                if unit.is_current() { Ok(id) } else { Err(EditError::Abolished { unit: unit.into() }) }
            }
        }
    }

    fn pick(
        &self,
        dataset: &Dataset,
        state: &State,
        code: &str,
        level: Option<LevelIndex>,
    ) -> Result<UnitId, EditError> {
        let at_level = |id: &UnitId| level.is_none_or(|level| state.unit(*id).level == level);
        let mut found = state.find(code).into_iter().filter(at_level);
        let Some(first) = found.next() else {
            let former = state.had_code(code).filter(at_level).max();
            return Err(match former.map(|id| state.unit(id)) {
                Some(unit) if unit.is_current() => EditError::Recoded { code: code.into(), unit: unit.into() },
                Some(unit) => EditError::Abolished { unit: unit.into() },
                None => EditError::UnknownUnit { unit: self.clone() },
            });
        };
        let Some(second) = found.next() else { return Ok(first) };
        let [first, second] = [first, second].map(|id| dataset.level(state.unit(id).level));
        Err(EditError::Ambiguous { code: code.into(), levels: [first, second] })
    }
}

/// Position of a level; `atom` always means the finest, `parent` the next one.
fn level_index(dataset: &Dataset, level: Level) -> Option<LevelIndex> {
    let next = LevelIndex::FINEST.coarser();
    dataset
        .level_index(level)
        .or_else(|| (level == Level::Parent && next.index() < dataset.levels.len()).then_some(next))
}

impl fmt::Display for UnitRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => f.write_str(code),
            Self::AtLevel { level, code } => write!(f, "{level} {code}"),
            Self::Atom { index } => write!(f, "atom {index}"),
        }
    }
}

impl serde::Serialize for UnitRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Code(code) => serializer.serialize_str(code),
            Self::AtLevel { level, code } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("level", level)?;
                map.serialize_entry("code", code)?;
                map.end()
            }
            Self::Atom { index } => {
                let mut map = serializer.serialize_map(Some(2))?;
                map.serialize_entry("level", &Level::Atom)?;
                map.serialize_entry("index", index)?;
                map.end()
            }
        }
    }
}

/// Code and name of a unit, for messages. Either may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitLabel {
    /// Its code at that time.
    pub code: CompactString,
    /// Its name at that time.
    pub name: CompactString,
}

impl From<&Unit> for UnitLabel {
    fn from(unit: &Unit) -> Self {
        Self { code: unit.code.clone(), name: unit.name.clone() }
    }
}

impl fmt::Display for UnitLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code.as_str(), self.name.as_str()) {
            ("", "") => f.write_str("a unit without code and name"),
            (text, "") | ("", text) => f.write_str(text),
            (code, name) => write!(f, "{code} {name}"),
        }
    }
}

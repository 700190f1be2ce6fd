//! Classes of terrain, and which one a territory has.

use std::collections::{BTreeMap, BTreeSet};

use compact_str::CompactString;

use super::pack::Words;
use super::verdict::Why;
use crate::coverage::AtomId;
use crate::geodesy::ExactSum;
use crate::model::{Dataset, LevelIndex, Unit, UnitId};

/// Classes of terrain, and how a unit gets one.
///
/// A place has the class that its unit of the level in question had as loaded: the one that [`codes`](Self::codes)
/// gives it, else the one in the field; where that unit has none, the class of the finer, then of the coarser ones. A
/// unit has the class of its places.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terrain {
    /// Field of the source that holds the class.
    pub field: Option<String>,
    /// Class of what has none.
    pub default: Option<usize>,
    /// Class of a unit whose places have several.
    pub mixed: Mixed,
    /// The classes.
    pub classes: Vec<Class>,
    /// Classes given by hand, by the code of the unit.
    pub codes: BTreeMap<CompactString, usize>,
}

/// A class of terrain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Identifier in the file.
    pub id: String,
    /// What it is called.
    pub name: Words,
    /// What else a source calls it.
    pub words: Vec<String>,
}

/// Class of a unit whose places have several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mixed {
    /// It has none that could be judged by.
    #[default]
    Unknown,
    /// That of the largest area.
    Largest,
}

impl Class {
    fn is_called(&self, word: &str) -> bool {
        self.id == word || self.name.zh == word || self.name.en == word || self.words.iter().any(|it| it == word)
    }
}

/// Which class every atom has, for units of one level.
#[derive(Clone, Debug)]
pub(super) struct ClassMap {
    /// By atom; [`NONE`] where there is none.
    of_atom: Vec<u8>,
}

const NONE: u8 = u8::MAX;

impl ClassMap {
    /// Classes of the atoms as units of a level see them, and words of the field that are no class.
    pub(super) fn new(terrain: &Terrain, dataset: &Dataset, level: LevelIndex) -> (Self, BTreeSet<String>) {
        let base = &dataset.base;
        let mut unknown = BTreeSet::new();
        let mut of_atom = vec![NONE; dataset.coverage.atom_count()];
        let finer = base.levels().filter(|&it| it < level).rev();
        let coarser = base.levels().filter(|&it| it > level);
        for looked_at in std::iter::once(level).chain(finer).chain(coarser) {
            let mut of_unit: Vec<Option<u8>> = vec![None; base.unit_count()];
            for id in base.units_at(looked_at) {
                of_unit[id.index()] = own_class(terrain, dataset, base.unit(id), &mut unknown);
            }
            for (class, unit) in of_atom.iter_mut().zip(base.labels(looked_at)) {
                if let (NONE, Some(own)) = (*class, of_unit[unit.index()]) {
                    *class = own;
                }
            }
        }
        if let Some(default) = terrain.default.and_then(|at| u8::try_from(at).ok()) {
            of_atom.iter_mut().filter(|class| **class == NONE).for_each(|class| *class = default);
        }
        (Self { of_atom }, unknown)
    }

    /// Class of a unit of these atoms.
    pub(super) fn of(&self, terrain: &Terrain, dataset: &Dataset, unit: &Unit, atoms: &[AtomId]) -> Result<usize, Why> {
        if let Some(&given) = terrain.codes.get(&unit.code) {
            return Ok(given);
        }
        let mut areas: BTreeMap<u8, ExactSum> = BTreeMap::new();
        let measures = dataset.any_measures();
        for &atom in atoms {
            *areas.entry(self.of_atom[atom.index()]).or_default() += measures.atom_area(atom);
        }
        let largest = areas.iter().max_by(|a, b| a.1.to_f64().total_cmp(&b.1.to_f64())).map(|(&class, _)| class);
        match largest {
            None | Some(NONE) => Err(Why::NoTerrain),
            Some(_) if areas.len() > 1 && terrain.mixed == Mixed::Unknown => {
                Err(if areas.contains_key(&NONE) { Why::NoTerrain } else { Why::MixedTerrain })
            }
            Some(class) => Ok(usize::from(class)),
        }
    }
}

/// Class that a unit has by its own code or field.
fn own_class(terrain: &Terrain, dataset: &Dataset, unit: &Unit, unknown: &mut BTreeSet<String>) -> Option<u8> {
    let given = terrain.codes.get(&unit.code).copied();
    let class = given.or_else(|| {
        let table = &dataset.layer_of(unit.level)?.table;
        let word = table.text(unit.source?, table.field(terrain.field.as_deref()?)?)?;
        let class = terrain.classes.iter().position(|class| class.is_called(word.trim()));
        if class.is_none() {
            unknown.insert(word.trim().to_owned());
        }
        class
    })?;
    u8::try_from(class).ok()
}

/// Base unit with a code at any level; of several the finest.
pub(super) fn loaded(dataset: &Dataset, code: &str) -> Option<UnitId> {
    dataset.base.find(code).first().copied()
}

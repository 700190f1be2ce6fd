//! Everything loaded: immutable, shared by every state and every thread.

use std::sync::{Arc, OnceLock};

use rust_decimal::Decimal;

use super::measures::MeasureCache;
use super::preparing::RepairedBorders;
use super::refine::Refinement;
use super::{
    Derivations, FieldIndex, Fields, Finding, Join, LaidLedger, Layer, LayerSource, Level, LevelIndex, State, UnitId,
};
use crate::coverage::{AtomId, AtomIndex, Coverage};
use crate::jobs::Cancelled;
use crate::sharing::SharedList;

/// Everything loaded. It never changes; put it in an `Arc` and share it. What a [split](Self::refined) leaves alone, the
/// dataset that it leads to shares with this one.
///
/// 1. Atom `i` of the coverage is feature `i` of the first layer and unit `i` of the base state. Atoms behind the loaded
///    ones were made by cuts: they belong to the unit of the atom that they were cut from.
/// 2. `levels[l]` is the level of every unit whose [`LevelIndex`] is `l`; they grow coarser.
#[derive(Debug)]
pub struct Dataset {
    /// The finest layer's polygons as shared arcs.
    pub coverage: Coverage,
    /// Finds atoms by place.
    pub index: AtomIndex,
    /// Source layers, finest first. The polygons of the first are in the coverage, and gone from here.
    pub layers: Arc<[Layer]>,
    /// Levels of the hierarchy, finest first; at least one.
    pub levels: Vec<Level>,
    /// Layer that the units of each level were read from, as a position in `layers`; `None` where they were made
    /// from their members.
    pub level_layers: Vec<Option<usize>>,
    /// Fields in use.
    pub fields: Fields,
    /// Fields in use in each further layer.
    pub(crate) coarse_fields: Vec<Fields>,
    /// What is doubtful about the attributes.
    pub findings: Arc<[Finding]>,
    /// The units as they came.
    pub base: State,
    /// Population of every atom; empty without a population field.
    pub(crate) populations: SharedList<Option<Decimal>>,
    /// Values of every field of [`Fields::sum`], by field and atom.
    pub(crate) sums: Vec<SharedList<Option<Decimal>>>,
    /// Area and length of arcs and atoms.
    pub(crate) measures: MeasureCache,
    /// What cuts made of it.
    pub(crate) refinement: Refinement,
    /// Figures that were joined from tables: they are in the layers, the fields and the sums.
    pub(crate) joins: Arc<[Join]>,
    /// The same before figures were joined to it.
    pub(crate) unjoined: Option<Arc<Self>>,
    /// How its borders were repaired.
    pub(crate) repaired_borders: Option<Arc<RepairedBorders>>,
    /// The same before that.
    pub(crate) unrepaired: Option<Arc<Self>>,
    /// Ledgers that are laid over it.
    pub(crate) ledgers: Vec<LaidLedger>,
    /// Rules by which rows of ledgers come about.
    pub(crate) derivations: Arc<Derivations>,
    /// The loaded atom around the seat of each loaded unit, once somebody asks.
    pub(crate) anchors: Arc<OnceLock<Vec<Option<AtomId>>>>,
}

/// A source file that a plan may name as its base.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BaseFile<'a> {
    /// File name without its folder.
    pub name: &'a str,
    /// Hash of its bytes, hexadecimal.
    pub sha256: &'a str,
}

/// Why no dataset could be made of what was read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ModelError {
    /// There is no feature to work on.
    #[error("no polygons found; a boundary file has Polygon or MultiPolygon features: {layer}")]
    NoPolygons {
        /// The file.
        layer: String,
    },
    /// No layer was given.
    #[error("no boundary file given")]
    NoLayer,
    /// More layers than the model can nest.
    #[error(
        "{count} layers given; at most five that nest are supported (groups, villages, townships, counties, and what is above)"
    )]
    TooManyLayers {
        /// Number of layers given.
        count: usize,
    },
    /// The user named a field that no layer has.
    #[error("no field {field:?}; there are: {}", fields.join(", "))]
    NoSuchField {
        /// The name given.
        field: String,
        /// Names that there are.
        fields: Vec<String>,
    },
    /// The user gave up.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl AsRef<Coverage> for Dataset {
    fn as_ref(&self) -> &Coverage {
        &self.coverage
    }
}

impl Dataset {
    /// Fields of the finest layer that hold numbers and play no other part: heights, ratios, prices. They cannot be
    /// summed, but a map can show them.
    #[must_use]
    pub fn numeric_fields(&self) -> Vec<FieldIndex> {
        /// Features that are looked at.
        const LOOKED_AT: usize = 200;
        let Some(table) = self.layers.first().map(|layer| &layer.table) else { return Vec::new() };
        let is_used = |name: &String| self.fields.has_role(name) || self.fields.sum.contains(name);
        let is_numeric = |field: FieldIndex| {
            let values = table.features().take(LOOKED_AT).filter_map(|feature| table.raw(feature, field));
            let mut values = values.filter(|&raw| raw != "null").peekable();
            values.peek().is_some() && values.all(|raw| raw.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
        };
        let free = table.field_indices().filter(|field| !is_used(&table.fields()[field.index()]));
        free.filter(|&field| is_numeric(field)).collect()
    }

    /// The number that the source has for a unit in a field of the finest layer, or in the one of the same name of the
    /// unit's own layer. `None` for units whose territory, members or seat an edit changed; those follow
    /// [`FieldRules`](super::FieldRules).
    #[must_use]
    pub fn loaded_number(&self, state: &State, unit: UnitId, field: FieldIndex) -> Option<f64> {
        let it = state.unit(unit);
        let is_as_loaded = unit.index() < self.base.unit_count() && self.base.unit(unit).revision == it.revision;
        let name = self.layers.first()?.table.fields().get(field.index())?;
        let table = &self.layer_of(it.level)?.table;
        table.number(it.source.filter(|_| is_as_loaded)?, table.field(name)?)
    }

    /// Level of a [`LevelIndex`].
    #[must_use]
    pub fn level(&self, index: LevelIndex) -> Level {
        self.levels[index.index()]
    }

    /// Position of a level, if the dataset has it. `atom` always means the finest.
    #[must_use]
    pub fn level_index(&self, level: Level) -> Option<LevelIndex> {
        match self.levels.iter().position(|&other| other == level) {
            Some(at) => u8::try_from(at).ok().map(LevelIndex),
            None => (level == Level::Atom).then_some(LevelIndex::FINEST),
        }
    }

    /// Layer that the units of a level were read from; `None` where they were made from their members.
    #[must_use]
    pub fn layer_of(&self, level: LevelIndex) -> Option<&Layer> {
        self.layers.get((*self.level_layers.get(level.index())?)?)
    }

    /// Fields in use in a layer, by its position in `layers`.
    #[must_use]
    pub fn fields_of(&self, layer: usize) -> Option<&Fields> {
        layer.checked_sub(1).map_or(Some(&self.fields), |coarse| self.coarse_fields.get(coarse))
    }

    /// The source files: those of layers, finest first, then those of tables that were joined to them.
    pub fn bases(&self) -> impl Iterator<Item = BaseFile<'_>> {
        let tables = self.joins.iter().map(|join| BaseFile { name: &join.file, sha256: &join.sha256 });
        self.layer_files().chain(tables)
    }

    /// The source files of the layers, finest first.
    pub fn layer_files(&self) -> impl Iterator<Item = BaseFile<'_>> {
        let read = self.layers.iter().filter(|layer| !layer.is_further_part());
        read.map(|layer| BaseFile { name: &layer.name, sha256: &layer.sha256 })
    }

    /// What layers are read from, finest first, and which of these each layer came from; `None` where some came from no
    /// file.
    #[must_use]
    pub fn sources(&self) -> Option<(Vec<LayerSource>, Vec<usize>)> {
        let (mut sources, mut of) = (Vec::new(), Vec::new());
        for layer in &*self.layers {
            let from = layer.reading.from.as_ref()?;
            let known = sources.iter().position(|known| known == from).filter(|_| layer.is_further_part());
            of.push(known.unwrap_or(sources.len()));
            if known.is_none() {
                sources.push(from.clone());
            }
        }
        Some((sources, of))
    }

    /// Whether the data have a population at all.
    #[must_use]
    pub const fn has_population(&self) -> bool {
        !self.populations.is_empty()
    }

    /// Population of an atom; `None` when it is not known.
    #[must_use]
    pub fn population_of(&self, atom: AtomId) -> Option<Decimal> {
        self.populations.get(atom.index()).copied().flatten()
    }

    /// Value of an atom in a field of [`Fields::sum`], by its position there; `None` when it is not known.
    #[must_use]
    pub fn sum_of(&self, atom: AtomId, field: usize) -> Option<Decimal> {
        self.sums.get(field)?.get(atom.index()).copied().flatten()
    }
}

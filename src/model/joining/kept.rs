//! A join as it is kept: the figures of units, and where they are from. The file is not asked for again.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::columns::FigureRole;
use super::dates::AsOf;
use crate::model::audit;
use crate::model::table::decimal_of;
use crate::model::{Dataset, FeatureId, Finding, FindingKind, Layer, Level, LevelIndex, State, UnitId, parts};

/// Figures that were joined from a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// File name without its folder.
    pub file: String,
    /// Hash of its bytes, hexadecimal.
    pub sha256: String,
    /// Name of the sheet; `None` in a text file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Level of the units; `None`: the finest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Rows of units in the table.
    pub rows: usize,
    /// Units that values are of: codes, or names behind those of the units above.
    pub units: Vec<String>,
    /// The figures.
    pub figures: Vec<JoinedFigure>,
}

/// A figure of units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinedFigure {
    /// What the field is called.
    pub field: String,
    /// What the table calls it.
    pub header: String,
    /// As of which date it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<AsOf>,
    /// What becomes of it.
    pub role: FigureRole,
    /// Values as text of numbers, or of a text itself, in the order of [`Join::units`].
    pub values: Vec<Option<String>>,
}

/// By what a unit is known in a join: its code where no other has it, else its name behind those above.
pub(super) fn keys(state: &State, level: LevelIndex) -> Vec<(UnitId, String)> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for unit in state.units_at(level) {
        *count.entry(state.unit(unit).code.as_str()).or_default() += 1;
    }
    let key = |id: UnitId| {
        let unit = state.unit(id);
        if !unit.code.is_empty() && count.get(unit.code.as_str()) == Some(&1) {
            return unit.code.to_string();
        }
        let above = std::iter::successors(unit.parent, |&up| state.unit(up).parent);
        let mut names: Vec<&str> = above.map(|up| state.unit(up).name.as_str()).collect();
        names.reverse();
        names.push(&unit.name);
        names.join("/")
    };
    state.units_at(level).map(|id| (id, key(id))).collect()
}

impl Join {
    /// Setting of a document under which joins are kept.
    pub const SETTING: &str = "joins";

    /// Joins as they are kept.
    #[must_use]
    pub fn written(joins: &[Self]) -> String {
        // Text and numbers always serialise.
        serde_json::to_string(joins).unwrap_or_default()
    }

    /// Joins that were kept; none where nothing was.
    ///
    /// # Errors
    /// What the reader says where they are not written as joins are.
    pub fn kept(settings: &BTreeMap<String, String>) -> Result<Vec<Self>, serde_json::Error> {
        settings.get(Self::SETTING).map_or(Ok(Vec::new()), |text| serde_json::from_str(text))
    }

    /// Where it is from: the file, and behind it the sheet.
    #[must_use]
    pub fn source(&self) -> String {
        self.sheet.as_ref().map_or_else(|| self.file.clone(), |sheet| format!("{}#{sheet}", self.file))
    }
}

impl Dataset {
    /// The same units with figures joined to them, in place of those that were joined before. Geometry, units and what
    /// borders stay as they are; [`as_loaded`](Self::as_loaded) leads back.
    ///
    /// Values of units that there are not are left out.
    #[must_use]
    pub fn joined(&self, joins: &[Join]) -> Self {
        let mut dataset = self.without_joins();
        if joins.is_empty() {
            return dataset;
        }
        let mut by_level: HashMap<LevelIndex, HashMap<String, Option<UnitId>>> = HashMap::new();
        let mut columns: Vec<Columns> = vec![Columns::new(); dataset.layers.len()];
        for join in joins {
            // A level that the boundaries have no layer of has no columns.
            let Some((level, at)) = dataset.joins_to(join.level) else { continue };
            let found = by_level.entry(level).or_insert_with(|| {
                let mut unit_of: HashMap<String, Option<UnitId>> = HashMap::new();
                for (unit, key) in keys(&dataset.base, level) {
                    // A key that two units have is none.
                    unit_of.entry(key).and_modify(|known| *known = None).or_insert(Some(unit));
                }
                unit_of
            });
            let features = dataset.layers.get(at).map_or(0, Layer::feature_count);
            let features_of: Vec<Vec<usize>> = join
                .units
                .iter()
                .map(|key| {
                    let unit = found.get(key).copied().flatten();
                    unit.map(|unit| dataset.features_of(level, unit)).unwrap_or_default()
                })
                .collect();
            for figure in &join.figures {
                let mut values: Vec<Option<String>> = vec![None; features];
                for (of, value) in features_of.iter().zip(&figure.values) {
                    let Some(value) = value.as_ref().and_then(|value| figure.raw(value)) else { continue };
                    for &feature in of {
                        if let Some(slot) = values.get_mut(feature) {
                            *slot = Some(value.clone());
                        }
                    }
                }
                // What adds up is counted by atom; what is known of units above is theirs alone.
                if level == LevelIndex::FINEST {
                    dataset.add_figure(figure, &values);
                }
                columns[at].push((figure.field.clone(), values));
            }
        }
        let unjoined = std::sync::Arc::new(self.without_joins());
        let mut layers: Vec<Layer> = unjoined.layers.to_vec();
        for (layer, columns) in layers.iter_mut().zip(&columns).filter(|(_, columns)| !columns.is_empty()) {
            (layer.table, layer.source) = layer.source.with_columns(&layer.table, columns);
        }
        dataset.layers = layers.into();
        if !unjoined.has_population() {
            dataset.find_missing_people();
        }
        dataset.joins = joins.to_vec().into();
        dataset.unjoined = Some(unjoined);
        dataset
    }

    /// Adds the values of a figure by atom, where it has a part in sums.
    fn add_figure(&mut self, figure: &JoinedFigure, values: &[Option<String>]) {
        let atoms = self.coverage.atom_count();
        let mut numbers: Vec<Option<Decimal>> = values.iter().map(|value| decimal_of(value.as_deref()?)).collect();
        numbers.resize(atoms, None);
        let is_people = figure.role == FigureRole::Population;
        if is_people {
            for people in &mut numbers {
                *people = people.filter(|it| !it.is_sign_negative() || it.is_zero());
            }
        }
        parts::count_once(&self.base, &mut numbers);
        match figure.role {
            FigureRole::Population => {
                let before = self.fields.population.replace(figure.field.clone());
                let people = std::mem::replace(&mut self.populations, numbers.into());
                // What counted people before is one of the sums.
                if let Some(before) = before {
                    self.fields.sum.push(before);
                    self.sums.push(people);
                }
            }
            FigureRole::Sum => {
                self.fields.sum.push(figure.field.clone());
                self.sums.push(numbers.into());
            }
            FigureRole::Other | FigureRole::Text => {}
        }
    }

    /// The level that a join is of, and the layer that has its units; `None` where no layer has.
    pub(super) fn joins_to(&self, level: Option<Level>) -> Option<(LevelIndex, usize)> {
        let level = level.map_or(Some(LevelIndex::FINEST), |level| self.level_index(level))?;
        let layer = if level == LevelIndex::FINEST { 0 } else { self.level_layers.get(level.index()).copied()?? };
        Some((level, layer))
    }

    /// Features of a unit in the layer of its level.
    fn features_of(&self, level: LevelIndex, unit: UnitId) -> Vec<usize> {
        if level == LevelIndex::FINEST {
            return self.base.atoms(unit).iter().map(|atom| atom.index()).collect();
        }
        self.base.unit(unit).source.map(FeatureId::index).into_iter().collect()
    }

    /// Says which units have no people, now that some have.
    fn find_missing_people(&mut self) {
        let Some(table) = self.layers.first().map(|layer| &layer.table) else { return };
        if self.fields.population.is_none() {
            return;
        }
        let is_filled =
            |finding: &&Finding| matches!(finding.what, FindingKind::RoleUnfilled { role: "population", .. });
        self.findings = self.findings.iter().filter(|finding| !is_filled(finding)).cloned().collect();
        let field = self.fields.population.as_deref().and_then(|name| table.field(name));
        if let Some(field) = field {
            let populations: Vec<Option<Decimal>> = self.populations.iter().copied().collect();
            let mut found = Vec::new();
            audit::missing_populations(&self.base, table, field, &populations, &mut found);
            audit::locate(&mut found, &self.base, &self.coverage);
            self.findings = self.findings.iter().cloned().chain(found).collect();
        }
    }

    /// Figures that were joined from tables.
    #[must_use]
    pub fn joins(&self) -> &[Join] {
        &self.joins
    }

    /// A number that a joined table has for a feature, as text.
    #[must_use]
    pub fn joined_value(&self, feature: FeatureId, field: &str) -> Option<&str> {
        let table = &self.layers.first()?.table;
        table.raw(feature, table.field(field)?)
    }

    fn without_joins(&self) -> Self {
        self.unjoined.as_deref().unwrap_or(self).copied()
    }
}

/// Longest text that is kept of a cell, in bytes.
const MOST_TEXT: usize = 4096;

impl JoinedFigure {
    /// A value as JSON. What is kept is text from outside: only numbers are taken, where it is no column of texts.
    fn raw(&self, value: &str) -> Option<String> {
        match self.role {
            FigureRole::Text => (value.len() <= MOST_TEXT).then(|| serde_json::Value::from(value).to_string()),
            FigureRole::Population | FigureRole::Sum | FigureRole::Other => is_number(value).then(|| value.to_owned()),
        }
    }
}

/// Names of columns with raw values, by feature.
type Columns = Vec<(String, Vec<Option<String>>)>;

/// Whether a text is a number as JSON has it.
fn is_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
        && text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}

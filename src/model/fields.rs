//! Which column of a table holds what.

use serde::{Deserialize, Serialize};

use super::field_names::{self, Whose};
use super::{DeclaredArea, LandUnit, LandUnitBasis, Level};

/// Fields named by the user. Each overrules the guess for its role; an [empty name](Self::NOTHING) says that nothing has
/// the role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldOverrides {
    /// Code of a unit.
    pub code: Option<String>,
    /// Name of a unit.
    pub name: Option<String>,
    /// Code of the unit above.
    pub parent: Option<String>,
    /// Name of the unit above.
    pub parent_name: Option<String>,
    /// Kind of unit.
    pub kind: Option<String>,
    /// Population.
    pub population: Option<String>,
    /// Extensive fields to add up, besides population. `None`: those guessed.
    pub sum: Option<Vec<String>>,
    /// Area of the whole unit as the source states it.
    pub declared_area: Option<String>,
    /// What that is in.
    pub land_unit: Option<LandUnit>,
    /// Whether [`sum`](Self::sum) was guessed once, and not given.
    pub sums_are_guessed: bool,
}

/// Fields in use, in the finest layer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fields {
    /// Code of a unit.
    pub code: Option<String>,
    /// Name of a unit.
    pub name: Option<String>,
    /// Code (or, where there is none, name) of the unit above.
    pub parent: Option<String>,
    /// Name of the unit above.
    pub parent_name: Option<String>,
    /// Kind of unit.
    pub kind: Option<String>,
    /// Population.
    pub population: Option<String>,
    /// Extensive fields that are added up, besides population.
    pub sum: Vec<String>,
    /// Whether those that are added up were guessed.
    #[serde(skip)]
    pub sums_are_guessed: bool,
    /// Area as the source states it: one of those that are added up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared_area: Option<DeclaredArea>,
    /// Fields of the levels above the parent's, finest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub upper: Vec<UpperFields>,
    /// Longitude of the seat in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_lon: Option<String>,
    /// Latitude of the seat in degrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_lat: Option<String>,
    /// Name or address of the seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat_name: Option<String>,
}

impl Fields {
    /// Whose population is used, where the source counts both those registered (户籍) and those resident (常住) and says
    /// so of the field.
    #[must_use]
    pub fn whose_people(&self) -> Option<Whose> {
        let used = field_names::whose_people(self.population.as_deref()?)?;
        let mut others = self.sum.iter().filter_map(|field| field_names::whose_people(field));
        others.any(|other| other != used).then_some(used)
    }

    /// Whether a field says what a unit is: its code, name, parents, kind, seat or population.
    #[must_use]
    pub fn has_role(&self, name: &str) -> bool {
        let single = [
            &self.code,
            &self.name,
            &self.parent,
            &self.parent_name,
            &self.kind,
            &self.population,
            &self.seat_lon,
            &self.seat_lat,
            &self.seat_name,
        ];
        single.into_iter().flatten().any(|used| used == name)
            || self.upper.iter().any(|upper| upper.code == name || upper.name.as_deref() == Some(name))
    }
}

/// Fields that name the units of a level above the parent's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UpperFields {
    /// Level of the units.
    pub level: Level,
    /// Their code; where there is none, their name.
    pub code: String,
    /// Their name.
    pub name: Option<String>,
}

impl FieldOverrides {
    /// The name that says that no field has a role.
    pub const NOTHING: &'static str = "";
}

impl From<&Fields> for FieldOverrides {
    /// What makes the same fields of the same layers again, be it that they were guessed or given.
    fn from(fields: &Fields) -> Self {
        let exactly = |field: &Option<String>| field.clone().or_else(|| Some(Self::NOTHING.to_owned()));
        let given = fields.declared_area.as_ref().filter(|declared| declared.basis == LandUnitBasis::Given);
        Self {
            code: exactly(&fields.code),
            name: exactly(&fields.name),
            parent: exactly(&fields.parent),
            parent_name: exactly(&fields.parent_name),
            kind: exactly(&fields.kind),
            population: exactly(&fields.population),
            sum: Some(fields.sum.clone()),
            declared_area: given.map(|declared| declared.field.clone()),
            land_unit: given.map(|declared| declared.unit),
            sums_are_guessed: fields.sums_are_guessed,
        }
    }
}

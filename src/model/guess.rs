//! Which field holds what: guessed from names, confirmed by values, overruled by the user.

use super::choosing::Candidate;
use super::field_names::What;
use super::looks::{Looks, Tier};
use super::{FeatureId, FieldIndex, FieldOverrides, Fields, Kind, Level, ModelError, Table, UpperFields, field_names};

/// The fields of a layer and their levels.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Guess {
    pub(super) fields: Fields,
    /// Level of the layer's units; `None` when nothing tells.
    pub(super) level: Option<Level>,
    /// Levels above, finest first. The first is the parent's.
    pub(super) above: Vec<Tier>,
}

/// What a user said of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// Nothing: it is guessed.
    Guess,
    /// No field has it.
    Nothing,
    /// This field has it.
    Field(FieldIndex),
}

impl Said {
    fn of(table: &Table, field: Option<&str>) -> Result<Self, ModelError> {
        match field {
            None => Ok(Self::Guess),
            Some(FieldOverrides::NOTHING) => Ok(Self::Nothing),
            Some(name) => field_named(table, name).map(Self::Field),
        }
    }

    const fn field(self) -> Option<FieldIndex> {
        if let Self::Field(field) = self { Some(field) } else { None }
    }

    /// The field that was named, else what is guessed.
    fn or(self, guess: impl FnOnce() -> Option<FieldIndex>) -> Option<FieldIndex> {
        if self == Self::Guess { guess() } else { self.field() }
    }
}

/// Guesses the fields of a layer; those that the user named overrule the guess.
///
/// # Errors
/// [`ModelError::NoSuchField`] when the user named a field that the table lacks.
pub(super) fn guess(table: &Table, overrides: &FieldOverrides) -> Result<Guess, ModelError> {
    let said = |field: &Option<String>| Said::of(table, field.as_deref());
    let (parent, parent_name) = (said(&overrides.parent)?, said(&overrides.parent_name)?);
    let text = |field: FieldIndex| table.fields()[field.index()].clone();
    let looks = Looks::of(table);

    let code = said(&overrides.code)?.or(|| told(&looks, first(&looks.codes()), "code", words));
    let name = said(&overrides.name)?.or(|| told(&looks, first(&looks.names(code)), "name", words));
    let level = looks
        .stated_level()
        .or_else(|| looks.level_in_name(code.or(name)?))
        .or_else(|| looks.level_of_values(code, name));
    let mut above = looks.above(level, [code, name]);
    let above = if parent == Said::Nothing {
        // A name alone may tell which unit is above.
        chosen_above(&looks, Vec::new(), None, parent_name.field())
    } else {
        let given = [parent.field(), parent_name.field()];
        let [key, key_name] = told_parent(&looks, &mut above, given);
        let mut above = chosen_above(&looks, above, key, key_name);
        if let Some(first) = above.first_mut().filter(|_| parent_name == Said::Nothing) {
            first.name = None;
        }
        above
    };

    let kind = said(&overrides.kind)?.or(|| told(&looks, looks.kinds(), "kind", kinds));
    let people = |table: &Table, feature, field| table.decimal(feature, field);
    let population =
        said(&overrides.population)?.or(|| told(&looks, first(&looks.populations()), "population", people));
    let degrees = |table: &Table, feature, field| table.number(feature, field);
    let mut sum: Vec<String> = Vec::new();
    if let Some(given) = &overrides.sum {
        let given = given.iter().filter(|name| *name != FieldOverrides::NOTHING);
        let fields = given.map(|name| field_named(table, name)).collect::<Result<Vec<_>, _>>()?;
        for field in fields.into_iter().filter(|&field| Some(field) != population).map(text) {
            if !sum.contains(&field) {
                sum.push(field);
            }
        }
    } else {
        let used = [code, name, kind, population];
        sum.extend(looks.fields().filter(|&field| is_sum(&looks, field) && !used.contains(&Some(field))).map(text));
    }
    // What is declared adds up, whatever its name says.
    if let Some(declared) = said(&overrides.declared_area)?.field().map(text).filter(|field| !sum.contains(field)) {
        sum.push(declared);
    }
    let upper = |tier: &Tier| Some(UpperFields { level: tier.level?, code: text(tier.key), name: tier.name.map(text) });
    let fields = Fields {
        code: code.map(text),
        name: name.map(text),
        parent: above.first().map(|tier| text(tier.key)),
        parent_name: above.first().and_then(|tier| tier.name).map(text),
        kind: kind.map(text),
        population: population.map(text),
        sum,
        sums_are_guessed: overrides.sum.is_none() || overrides.sums_are_guessed,
        upper: above.iter().skip(1).filter_map(upper).collect(),
        seat_lon: told(&looks, looks.seats(field_names::SEAT_LON_FIELDS, What::SeatLon), "seat_lon", degrees).map(text),
        seat_lat: told(&looks, looks.seats(field_names::SEAT_LAT_FIELDS, What::SeatLat), "seat_lat", degrees).map(text),
        seat_name: told(&looks, looks.seats(field_names::SEAT_NAME_FIELDS, What::SeatName), "seat_name", words)
            .map(text),
        // Told when there are borders to compare it with.
        declared_area: None,
    };
    Ok(Guess { fields, level, above })
}

/// The field with a role: in an export of ours the source's own as long as it says what ours says, else ours.
fn told<T: PartialEq>(
    looks: &Looks,
    theirs: Option<FieldIndex>,
    name: &str,
    read: impl Fn(&Table, FeatureId, FieldIndex) -> Option<T> + Sync,
) -> Option<FieldIndex> {
    let Some(ours) = looks.written(name) else { return theirs };
    theirs.filter(|&theirs| looks.agree([theirs, ours], read)).or(Some(ours))
}

fn words(table: &Table, feature: FeatureId, field: FieldIndex) -> Option<String> {
    table.text(feature, field).map(|text| text.trim().to_owned())
}

fn kinds(table: &Table, feature: FeatureId, field: FieldIndex) -> Option<Kind> {
    table.text(feature, field)?.trim().parse().ok()
}

/// The parent's fields that were given, or in an export of ours our own, where those of the source say something else.
fn told_parent(looks: &Looks, above: &mut [Tier], given: [Option<FieldIndex>; 2]) -> [Option<FieldIndex>; 2] {
    let Some(ours) = looks.written("parent_code").filter(|_| given == [None, None]) else { return given };
    let Some(tier) = above.first_mut().filter(|tier| looks.agree([tier.key, ours], words)) else {
        return [Some(ours), looks.written("parent_name")];
    };
    let theirs = |field, content| if looks.is_written(field) { looks.same_as(field, content) } else { None };
    tier.key = theirs(tier.key, What::Code).unwrap_or(tier.key);
    tier.name = tier.name.map(|name| theirs(name, What::Name).unwrap_or(name));
    given
}

/// The levels above with the user's choice of parent fields.
fn chosen_above(
    looks: &Looks,
    mut guessed: Vec<Tier>,
    parent: Option<FieldIndex>,
    parent_name: Option<FieldIndex>,
) -> Vec<Tier> {
    let Some(any) = parent.or(parent_name) else { return guessed };
    // What was guessed about a unit holds only while the user means the same one.
    let same = guessed.iter().position(|tier| parent.is_none_or(|parent| tier.key == parent));
    let same = same.map(|at| guessed.drain(..=at).next_back()).unwrap_or_default();
    let key = parent.or(same.as_ref().map(|tier| tier.key)).unwrap_or(any);
    let name = parent_name.or(same.and_then(|tier| tier.name));
    let level = looks.level_in_name(key).or_else(|| looks.level_of_values(Some(key), name));
    guessed.retain(|tier| tier.level > level && tier.key != key && level.is_some());
    guessed.insert(0, Tier { level, key, name });
    guessed
}

fn first(candidates: &[Candidate]) -> Option<FieldIndex> {
    candidates.first().map(|it| it.field)
}

fn is_sum(looks: &Looks, field: FieldIndex) -> bool {
    field_names::is_extensive(looks.name(field)) && looks.is_amount(field, 0.9)
}

/// The field that a user names: exactly, or in other case where that is one field only.
///
/// # Errors
/// [`ModelError::NoSuchField`] with the names that there are.
pub(super) fn field_named(table: &Table, name: &str) -> Result<FieldIndex, ModelError> {
    let folded = name.to_lowercase();
    let mut loose = table.field_indices().filter(|field| table.fields()[field.index()].to_lowercase() == folded);
    table
        .field(name)
        .or_else(|| loose.next().filter(|_| loose.next().is_none()))
        .ok_or_else(|| ModelError::NoSuchField { field: name.to_owned(), fields: table.fields().to_vec() })
}

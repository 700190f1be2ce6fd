//! The boundaries of a plan as GeoJSON, or as [layers](super::outgoing::OutLayer) for any other format.
//!
//! 1. A unit that no edit touched leaves as it came: text, id, properties, coordinates; rings are turned at most. Behind
//!    its properties stands what every unit says of itself and the source does not: what it is, its area, its people. A
//!    finest layer of which nothing changed leaves as it came altogether.
//! 2. Any other unit leaves as its outline, with properties in a fixed order: what it is, then every source field by
//!    its rule ([`FieldRules`]), then what else is asked for. A value that cannot be known is `null`.
//! 3. A name of ours under which the source has something else gets [`PREFIX`](crate::model::PREFIX) before it, in all
//!    units alike. So a file that is read again has the same units: codes, names, levels, kinds, parents and people.
//! 4. Untouched units come in source order, each made one at the place of its first member.
//! 5. The same state gives the same bytes, on any number of threads.

mod layer;
mod properties;

use std::collections::BTreeSet;
use std::io::{self, Write};

pub use self::layer::source_layer;
use self::properties::{OwnNames, Properties};
use super::geojson::write;
use crate::coverage::{AtomId, DirectedArc, Outline, Suspects};
use crate::edit::change::{self, Change};
use crate::geodesy::{AreaMethod, ExactSum, edge_area};
use crate::i18n::Lang;
use crate::jobs::Progress;
use crate::model::{
    CodeStatus, Dataset, FeatureId, FieldRules, FieldValue, Fields, FormerSeat, Kind, Layer, LevelIndex, OWN, SeatUse,
    State, Unit, UnitId,
};

/// What to export.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// What was loaded.
    pub dataset: &'a Dataset,
    /// The plan carried out.
    pub state: &'a State,
    /// Level of the units to write.
    pub level: LevelIndex,
    /// How areas are computed.
    pub area_method: AreaMethod,
    /// What becomes of the source's fields.
    pub rules: &'a FieldRules,
    /// Arcs at defects of what was loaded.
    pub suspects: &'a Suspects,
    /// What else is known of made units.
    pub further: Option<&'a dyn FurtherValues>,
}

/// Further properties of made units, after those of the source. Untouched units leave as they came, without them.
pub trait FurtherValues: Sync + std::fmt::Debug {
    /// Names and numbers; `None` for what is not known.
    fn of(&self, unit: UnitId) -> Vec<(&str, Option<serde_json::Number>)>;
}

/// Writes the units of a level.
///
/// # Errors
/// Those of `out`; also when the user gave up.
pub fn write_units(out: &mut dyn Write, export: &Export<'_>, progress: &Progress) -> io::Result<()> {
    write_units_seen(out, export, progress, |_, _| {})
}

/// The same, shown to somebody: `see` gets the very text of every unit, on whatever thread makes it and in any order. Of
/// a unit that leaves as the several features that it came as it gets each.
///
/// # Errors
/// Those of `out`; also when the user gave up.
pub fn write_units_seen(
    out: &mut dyn Write,
    export: &Export<'_>,
    progress: &Progress,
    see: impl Fn(UnitId, &[u8]) + Sync,
) -> io::Result<()> {
    let known = export.known();
    let format = |item: &Item, out: &mut Vec<u8>| {
        let start = out.len();
        export.item(out, item, &known);
        see(item.unit, &out[start..]);
    };
    write::collection(out, &export.items(), format, progress)
}

/// Writes the finest layer as it came.
///
/// # Errors
/// Those of `out`.
pub fn write_source(out: &mut dyn Write, dataset: &Dataset) -> io::Result<()> {
    let Some(layer) = dataset.layers.first() else { return Ok(()) };
    let features: Vec<FeatureId> = layer.table.features().collect();
    let format = |&feature: &FeatureId, out: &mut Vec<u8>| {
        let source = write::Source { text: &layer.source, feature, more: &[] };
        write::atom_feature(out, &dataset.coverage, source, false);
    };
    write::collection(out, &features, format, &Progress::new())
}

/// A feature that is written.
#[derive(Clone, Copy, Debug)]
struct Item {
    unit: UnitId,
    /// Which of the features that the unit came as; `None` for the only one, and for a unit that leaves anew.
    part: Option<FeatureId>,
}

/// Place of a unit or feature in an export.
type Place = (u32, AtomId);

/// What is known of all units of the level before one is written.
struct Known {
    /// Seats of abolished units.
    former: Vec<FormerSeat>,
    /// Units whose outline touches a defect.
    touched: BTreeSet<UnitId>,
    /// Names of ours that the source has for something else.
    names: OwnNames,
    /// Whether all units are those of the finest layer as it came: then the whole file is.
    all_as_they_came: bool,
}

impl<'a> Export<'a> {
    /// Units of the level whose outline touches a defect.
    #[must_use]
    pub fn touched(&self) -> BTreeSet<UnitId> {
        self.suspects.around(&self.dataset.coverage, |atom| self.state.unit_of(atom, self.level))
    }

    /// The units of the level, in order of their first member.
    #[must_use]
    pub fn ordered(&self) -> Vec<UnitId> {
        self.placed().into_iter().map(|(_, unit)| unit).collect()
    }

    /// What is known of all units before one is written.
    fn known(&self) -> Known {
        let mut former = self.dataset.former_seats(self.state, self.level);
        // Nothing is known of the others.
        former.retain(|it| it.seat_use.is_some() || self.dataset.base.unit(it.unit).seat.is_some());
        let all_as_they_came = self.level == LevelIndex::FINEST
            && self.state.units_at(self.level).all(|unit| self.leaves_as_it_came(unit));
        Known { former, touched: self.touched(), names: self.own_names(), all_as_they_came }
    }

    /// The features that are written, in their order: units of which nothing changed are as many as they came as.
    fn items(&self) -> Vec<Item> {
        let mut items: Vec<(Place, Item)> = Vec::new();
        for (place, unit) in self.placed() {
            let parts = self.parts_of(unit);
            if parts.is_empty() {
                items.push((place, Item { unit, part: None }));
            }
            items.extend(parts.into_iter().map(|part| ((part.0, AtomId(part.0)), Item { unit, part: Some(part) })));
        }
        items.sort_by_key(|(place, _)| *place);
        items.into_iter().map(|(_, item)| item).collect()
    }

    /// Features of the finest layer that an untouched unit came as, where these are several.
    fn parts_of(&self, unit: UnitId) -> Vec<FeatureId> {
        let base = &self.dataset.base;
        let is_one =
            self.level != LevelIndex::FINEST || unit.index() >= base.unit_count() || base.atoms(unit).len() < 2;
        if is_one || !self.leaves_as_it_came(unit) {
            return Vec::new();
        }
        let loaded = self.dataset.loaded_atoms();
        base.atoms(unit).iter().filter(|atom| atom.index() < loaded).map(|atom| FeatureId(atom.0)).collect()
    }

    fn placed(&self) -> Vec<(Place, UnitId)> {
        let base = &self.dataset.base;
        let mut first: Vec<Option<Place>> = vec![None; self.state.unit_count()];
        let here = base.labels(self.level).iter().zip(self.state.labels(self.level));
        for (i, (&old, &new)) in here.enumerate() {
            let place = base.unit(old).source.map_or(u32::MAX, |feature| feature.0);
            let key = (place, AtomId::new(i));
            let slot = &mut first[new.index()];
            *slot = Some(slot.map_or(key, |known| known.min(key)));
        }
        let place = |unit: UnitId| first[unit.index()].unwrap_or((u32::MAX, AtomId(u32::MAX)));
        let mut units: Vec<(Place, UnitId)> = self.state.units_at(self.level).map(|unit| (place(unit), unit)).collect();
        units.sort_by_key(|(place, _)| *place);
        units
    }

    /// Whether a unit leaves as it came: with the text of its source.
    #[must_use]
    pub fn leaves_as_it_came(&self, unit: UnitId) -> bool {
        let change = change::main(self.dataset, self.state, unit);
        self.source_of(unit, change).is_some() && !self.is_touched_by_cut(unit)
    }

    /// Whether the border of a unit has vertices that the source does not have.
    fn is_touched_by_cut(&self, unit: UnitId) -> bool {
        self.dataset.has_cuts() && self.state.atoms(unit).into_iter().any(|atom| self.dataset.is_touched_by_cut(atom))
    }

    /// Where a unit that leaves as it came was read from.
    fn source_of(&self, unit: UnitId, change: Change) -> Option<(&'a Layer, FeatureId)> {
        let source = self.dataset.layer_of(self.level).zip(self.state.unit(unit).source);
        source.filter(|_| change == Change::Unchanged && !self.has_renamed_parents(unit))
    }

    /// Whether a unit above is called otherwise than before: then what the source says of it no longer holds.
    fn has_renamed_parents(&self, unit: UnitId) -> bool {
        let parents = std::iter::successors(self.state.unit(unit).parent, |&parent| self.state.unit(parent).parent);
        let base = &self.dataset.base;
        let is_renamed = |id: UnitId| {
            let now = self.state.unit(id);
            id.index() >= base.unit_count() || (&base.unit(id).code, &base.unit(id).name) != (&now.code, &now.name)
        };
        parents.into_iter().any(is_renamed)
    }

    /// Fields in use in the layer that the units of the level were read from.
    fn own_fields(&self) -> Option<&'a Fields> {
        self.dataset.fields_of(self.dataset.level_layers.get(self.level.index()).copied().flatten()?)
    }

    /// Names of ours under which the source has something else.
    fn own_names(&self) -> OwnNames {
        let ruled = self.rules.at(self.dataset, self.level).map(|field| field.name.as_str());
        let other_role = |name: &&str| self.own_fields().is_some_and(|fields| has_other_role(fields, name));
        let in_role = OWN.into_iter().filter(other_role);
        let is_ours = |name: &str| OWN.contains(&name);
        OwnNames { taken: ruled.filter(|name| is_ours(name)).chain(in_role).map(str::to_owned).collect() }
    }

    fn item(&self, out: &mut Vec<u8>, &Item { unit, part }: &Item, known: &Known) {
        let change = change::main(self.dataset, self.state, unit);
        match self.source_of(unit, change) {
            Some((layer, feature)) => self.untouched(out, unit, (layer, part.unwrap_or(feature)), known),
            None => self.made(out, unit, change, known),
        }
    }

    /// A feature as it came, with what it does not say itself; where a neighbour was cut, with the vertices that the two
    /// share.
    fn untouched(&self, out: &mut Vec<u8>, unit: UnitId, (layer, feature): (&Layer, FeatureId), known: &Known) {
        let coverage = &self.dataset.coverage;
        let is_touched = self.is_touched_by_cut(unit);
        let more = if known.all_as_they_came { Vec::new() } else { self.unsaid(unit, (layer, feature), &known.names) };
        let source = write::Source { text: &layer.source, feature, more: &more };
        if self.level == LevelIndex::FINEST {
            write::atom_feature(out, coverage, source, is_touched);
        } else if is_touched {
            write::outlined_feature(out, coverage, &coverage.outline(&self.state.atoms(unit)), source);
        } else {
            write::flat_feature(out, &layer.polygons, source);
        }
    }

    /// Members of a properties object with what every unit says of itself and this feature does not.
    fn unsaid(&self, unit: UnitId, (layer, feature): (&Layer, FeatureId), names: &OwnNames) -> Vec<u8> {
        let mut all = Vec::new();
        let mut properties = Properties::new(&mut all, names);
        properties.leaves_nulls = false;
        for (name, field) in layer.table.fields().iter().zip(layer.table.field_indices()) {
            if layer.table.raw(feature, field).is_some() {
                properties.names.push(name.clone());
            }
        }
        self.identity(&mut properties, unit);
        let atoms = self.state.atoms(unit);
        properties.own_number("area_m2", Some(self.area_of_atoms(&atoms)));
        if self.dataset.has_population() {
            self.people(&mut properties, &atoms);
        }
        properties.own_text("change", Some(Change::Unchanged.id()));
        all
    }

    fn area_of_atoms(&self, atoms: &[AtomId]) -> f64 {
        let area: ExactSum = atoms.iter().map(|&atom| self.dataset.area_of_atom(self.area_method, atom)).sum();
        area.to_f64()
    }

    /// A unit that was made or changed.
    fn made(&self, out: &mut Vec<u8>, unit: UnitId, change: Change, known: &Known) {
        let outline = self.dataset.coverage.outline(&self.state.atoms(unit));
        out.extend_from_slice(br#"{"type":"Feature","properties":{"#);
        self.made_properties(out, unit, change, known, &outline);
        out.extend_from_slice(br#"},"geometry":"#);
        write::outline(out, &self.dataset.coverage, &outline);
        out.push(b'}');
    }

    /// Members of the properties object of a unit that was made or changed.
    fn made_properties(&self, out: &mut Vec<u8>, unit: UnitId, change: Change, known: &Known, outline: &Outline) {
        let atoms = self.state.atoms(unit);
        let mut properties = Properties::new(out, &known.names);
        self.identity(&mut properties, unit);
        self.former_seats(&mut properties, unit, &known.former);
        properties.own_number("area_m2", Some(self.area_m2(outline)));
        self.extensive(&mut properties, &atoms);
        properties.own("merged_from", |out| self.merged_from(out, unit));
        properties.own_text("change", Some(change.id()));
        if known.touched.contains(&unit) {
            properties.own("touches_defect", |out| out.extend_from_slice(b"true"));
        }
        self.source_names(&mut properties, unit);
        self.ruled_values(&mut properties, unit);
        for (name, value) in self.further.map(|further| further.of(unit)).unwrap_or_default() {
            let value = value.map_or_else(|| "null".to_owned(), |value| value.to_string());
            properties.add(name, |out| out.extend_from_slice(value.as_bytes()));
        }
    }

    /// What the unit is called, and what it lies in.
    fn identity(&self, properties: &mut Properties<'_>, id: UnitId) {
        let unit = self.state.unit(id);
        let parents = std::iter::successors(unit.parent, |&parent| self.state.unit(parent).parent);
        let mut parents = parents.map(|parent| self.state.unit(parent));
        let parent = parents.next();
        let code_status = match unit.code_status {
            CodeStatus::Existing => "existing",
            CodeStatus::Proposed => "proposed",
        };
        properties.own_text("code", Some(&unit.code));
        properties.own_text("code_status", Some(code_status));
        properties.own_text("name", Some(&unit.name));
        properties.own_text("level", Some(self.dataset.level(self.level).id()));
        properties.own_text("kind", unit.kind.as_ref().map(Kind::id));
        properties.own_text("parent_code", parent.map(|parent| parent.code.as_str()));
        let fields = self.own_fields();
        let says_parent = fields.is_some_and(|fields| fields.parent_name.is_some());
        if let Some(parent) = parent.filter(|parent| !says_parent && !parent.name.is_empty()) {
            properties.own_text("parent_name", Some(&parent.name));
        }
        for above in parents.filter(|above| !above.code.is_empty()) {
            let level = self.dataset.level(above.level);
            if fields.is_none_or(|fields| fields.upper.iter().all(|upper| upper.level != level)) {
                properties.text(&format!("{level}_code"), Some(&above.code));
                properties.text(&format!("{level}_name"), Some(&above.name));
            }
        }
        let seat = unit.seat.as_ref();
        properties.own_text("seat_name", unit.seat_name());
        properties.own_number("seat_lon", seat.map(|seat| seat.at.x));
        properties.own_number("seat_lat", seat.map(|seat| seat.at.y));
    }

    /// Seats of abolished units that lie in the unit now, and what becomes of them; left out where there is none.
    fn former_seats(&self, properties: &mut Properties<'_>, id: UnitId, former: &[FormerSeat]) {
        let here: Vec<&FormerSeat> = former.iter().filter(|seat| seat.within == id).collect();
        if here.is_empty() {
            return;
        }
        properties.own("former_seats", |out| {
            write::array(out, here, |out, former| {
                let old = self.dataset.base.unit(former.unit);
                let seat = old.seat.as_ref();
                out.push(b'{');
                let names = OwnNames::default();
                let mut properties = Properties::new(out, &names);
                properties.text("code", Some(&old.code));
                properties.text("name", Some(&old.name));
                properties.text("seat_name", old.seat_name());
                properties.number("seat_lon", seat.map(|seat| seat.at.x));
                properties.number("seat_lat", seat.map(|seat| seat.at.y));
                properties.text("seat_use", former.seat_use.map(SeatUse::id));
                out.push(b'}');
            });
        });
    }

    /// The figures that add up: population, then every such field under its source name.
    fn extensive(&self, properties: &mut Properties<'_>, atoms: &[AtomId]) {
        let fields = &self.dataset.fields;
        self.people(properties, atoms);
        if let Some(field) = &fields.population {
            properties.decimal(field, self.dataset.people_of(atoms).value());
        }
        for (i, field) in fields.sum.iter().enumerate() {
            properties.decimal(field, self.dataset.total_of(atoms, i).value());
        }
    }

    /// People; how many are known where not all are.
    fn people(&self, properties: &mut Properties<'_>, atoms: &[AtomId]) {
        let people = self.dataset.people_of(atoms);
        properties.own_decimal("population", people.value());
        if self.dataset.has_population() && people.unknown() > 0 {
            properties.own_decimal("population_known", people.known());
            properties.own_decimal("population_unknown", Some(people.unknown().into()));
        }
    }

    /// Codes and names once more under their source names, so that the whole file has one set of columns.
    fn source_names(&self, properties: &mut Properties<'_>, id: UnitId) {
        let unit = self.state.unit(id);
        let Some(fields) = self.own_fields() else { return };
        let mut say = |field: Option<&String>, text: Option<&str>| {
            if let Some(field) = field {
                properties.text(field, text);
            }
        };
        // Where a source has no codes for parents, their names stand in the field.
        let code = |unit: &'a Unit| if unit.code.is_empty() { unit.name.as_str() } else { unit.code.as_str() };
        let above: Vec<&Unit> = std::iter::successors(unit.parent, |&parent| self.state.unit(parent).parent)
            .map(|parent| self.state.unit(parent))
            .collect();
        let parent = above.first();
        say(fields.code.as_ref(), Some(&unit.code));
        say(fields.name.as_ref(), Some(&unit.name));
        say(fields.parent.as_ref(), parent.map(|parent| code(parent)));
        say(fields.parent_name.as_ref(), parent.map(|parent| parent.name.as_str()));
        for upper in &fields.upper {
            let unit = above.iter().find(|unit| self.dataset.level(unit.level) == upper.level);
            say(Some(&upper.code), unit.map(|unit| code(unit)));
            say(upper.name.as_ref(), unit.map(|unit| unit.name.as_str()));
        }
        say(fields.kind.as_ref(), unit.kind.as_ref().and_then(|kind| self.source_word(fields, kind)).as_deref());
        say(fields.seat_name.as_ref(), unit.seat_name());
        let at = unit.seat.as_ref().map(|seat| seat.at);
        for (field, degrees) in [(&fields.seat_lon, at.map(|at| at.x)), (&fields.seat_lat, at.map(|at| at.y))] {
            if let Some(field) = field {
                properties.number(field, degrees);
            }
        }
        // The people of the level's own layer; those of the finest are there already.
        if let Some(field) = fields.population.as_ref().filter(|_| self.level != LevelIndex::FINEST) {
            properties.decimal(field, self.dataset.people_of(&self.state.atoms(id)).value());
        }
    }

    /// What the source calls a kind: as it calls it elsewhere, or in its language.
    fn source_word(&self, fields: &Fields, kind: &Kind) -> Option<String> {
        const LOOKED_AT: usize = 2000;
        let table = &self.dataset.layer_of(self.level)?.table;
        let field = table.field(fields.kind.as_deref()?)?;
        let words = || table.features().take(LOOKED_AT).filter_map(|feature| table.text(feature, field));
        let same = words().find(|word| word.trim().parse::<Kind>().is_ok_and(|it| it == *kind));
        let is_chinese = || words().any(|word| word.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)));
        Some(match same {
            Some(word) => word.into_owned(),
            None if is_chinese() => kind.words(Lang::Zh).to_owned(),
            None => kind.id().to_owned(),
        })
    }

    /// The other source fields, by their rules.
    fn ruled_values(&self, properties: &mut Properties<'_>, id: UnitId) {
        let values = self.rules.values(self.dataset, self.state, id, self.area_method);
        for (field, value) in self.rules.at(self.dataset, self.level).zip(values) {
            match value {
                FieldValue::Source(raw) => properties.add(&field.name, |out| out.extend_from_slice(raw.as_bytes())),
                FieldValue::List(text) => properties.text(&field.name, Some(&text)),
                FieldValue::Number { .. } => properties.decimal(&field.name, value.rounded()),
                FieldValue::Unknown(_) => properties.text(&field.name, None),
                FieldValue::LeftOut => {}
            }
        }
    }

    /// Area in m²: the terms of all border edges, added exactly, so that parts add up to their whole.
    fn area_m2(&self, outline: &Outline) -> f64 {
        if let Some(known) = self.dataset.known_measures(self.area_method) {
            return known.area_left_of(outline.arcs()).at_least_nothing().to_f64();
        }
        let edges = |arc: DirectedArc| {
            let coords = self.dataset.coverage.arc(arc.arc());
            let area: ExactSum = coords.windows(2).map(|edge| edge_area(self.area_method, edge[0], edge[1])).sum();
            if arc.is_backward() { -area } else { area }
        };
        outline.arcs().map(edges).sum::<ExactSum>().at_least_nothing().to_f64()
    }

    /// Old codes of what is in the unit: units of its level where they went in whole, otherwise their parts.
    fn merged_from(&self, out: &mut Vec<u8>, unit: UnitId) {
        let base = &self.dataset.base;
        let mut parts = Vec::new();
        let mut olds: Vec<UnitId> = self.state.atoms(unit).iter().map(|&atom| base.unit_of(atom, self.level)).collect();
        olds.sort_unstable();
        olds.dedup();
        let is_inside = |atom: AtomId| self.state.unit_of(atom, self.level) == unit;
        for old in olds {
            // Units that are in it only in part were cut.
            let mut cut = Vec::new();
            base.collect_inside(old, &is_inside, &mut parts, &mut cut);
            for of in cut.into_iter().map(|atom| self.dataset.loaded_unit(atom)) {
                if parts.last() != Some(&of) {
                    parts.push(of);
                }
            }
        }
        write::array(out, parts, |out, part| {
            let old = base.unit(part);
            if old.code.is_empty() && old.level == LevelIndex::FINEST {
                // Without a code, a plan names an atom by its index.
                let reference = serde_json::json!({"level": "atom", "index": part.0});
                out.extend_from_slice(reference.to_string().as_bytes());
            } else {
                write::string(out, if old.code.is_empty() { old.label() } else { &old.code });
            }
        });
    }
}

/// Whether a field of the source is in use for something else than a name of ours says.
fn has_other_role(fields: &Fields, name: &str) -> bool {
    let same = match name {
        "code" => &fields.code,
        "name" => &fields.name,
        "kind" => &fields.kind,
        "parent_code" => &fields.parent,
        "parent_name" => &fields.parent_name,
        "population" => &fields.population,
        "seat_name" => &fields.seat_name,
        "seat_lon" => &fields.seat_lon,
        "seat_lat" => &fields.seat_lat,
        _ => &None,
    };
    fields.has_role(name) && same.as_deref() != Some(name)
}

#[cfg(test)]
mod tests;

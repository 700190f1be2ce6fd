//! The boundaries of a plan as GeoJSON.
//!
//! 1. A unit that no edit touched leaves as it came: text, id, properties, coordinates; rings are turned at most.
//! 2. Any other unit leaves as its outline, with properties in a fixed order.
//! 3. Untouched units come in source order, each made one at the place of its first member.
//! 4. The same state gives the same bytes, on any number of threads.

use std::io::{self, Write};

use rust_decimal::Decimal;

use super::geojson::write;
use crate::coverage::{AtomId, DirectedArc, Outline};
use crate::geodesy::{AreaMethod, ExactSum, edge_area};
use crate::jobs::Progress;
use crate::model::{CodeStatus, Dataset, FeatureId, Fields, Kind, Layer, LevelIndex, State, UnitId};

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
}

/// Writes the units of a level.
///
/// # Errors
/// Those of `out`; also when the user gave up.
pub fn write_units(out: &mut dyn Write, export: &Export<'_>, progress: &Progress) -> io::Result<()> {
    write::collection(out, &export.ordered(), |&unit, out| export.unit(out, unit), progress)
}

/// Writes the finest layer as it came.
///
/// # Errors
/// Those of `out`.
pub fn write_source(out: &mut dyn Write, dataset: &Dataset) -> io::Result<()> {
    let Some(layer) = dataset.layers.first() else { return Ok(()) };
    let features: Vec<FeatureId> = layer.table.features().collect();
    let format = |&feature: &FeatureId, out: &mut Vec<u8>| {
        write::atom_feature(out, &dataset.coverage, &layer.source, feature);
    };
    write::collection(out, &features, format, &Progress::new())
}

impl Export<'_> {
    /// The units of the level, in order of their first member.
    fn ordered(&self) -> Vec<UnitId> {
        let base = &self.dataset.base;
        let mut first: Vec<Option<(u32, AtomId)>> = vec![None; self.state.unit_count()];
        let here = base.labels(self.level).iter().zip(self.state.labels(self.level));
        for (i, (&old, &new)) in here.enumerate() {
            let place = base.unit(old).source.map_or(u32::MAX, |feature| feature.0);
            let key = (place, AtomId::new(i));
            let slot = &mut first[new.index()];
            *slot = Some(slot.map_or(key, |known| known.min(key)));
        }
        let mut units: Vec<UnitId> = self.state.units_at(self.level).collect();
        units.sort_by_key(|unit| first[unit.index()].unwrap_or((u32::MAX, AtomId(u32::MAX))));
        units
    }

    fn unit(&self, out: &mut Vec<u8>, unit: UnitId) {
        let change = difference(&self.dataset.base, self.state, unit);
        match (change, self.dataset.layer_of(self.level), self.state.unit(unit).source) {
            (None, Some(layer), Some(feature)) => self.untouched(out, layer, feature),
            _ => self.made(out, unit, change),
        }
    }

    /// A feature as it came.
    fn untouched(&self, out: &mut Vec<u8>, layer: &Layer, feature: FeatureId) {
        if self.level == LevelIndex::FINEST {
            write::atom_feature(out, &self.dataset.coverage, &layer.source, feature);
        } else {
            write::flat_feature(out, &layer.polygons, &layer.source, feature);
        }
    }

    /// A unit that was made or changed.
    fn made(&self, out: &mut Vec<u8>, unit: UnitId, change: Option<&'static str>) {
        let atoms = self.state.atoms(unit);
        let outline = self.dataset.coverage.outline(&atoms);
        out.extend_from_slice(br#"{"type":"Feature","properties":{"#);
        let mut properties = Properties { out, names: Vec::new() };
        self.identity(&mut properties, unit);
        properties.add("area_m2", |out| write::number(out, self.area_m2(&outline)));
        self.extensive(&mut properties, &atoms);
        properties.add("merged_from", |out| self.merged_from(out, unit));
        properties.text("change", Some(change.unwrap_or("unchanged")));
        self.kept(&mut properties, unit);
        out.extend_from_slice(br#"},"geometry":"#);
        write::outline(out, &self.dataset.coverage, &outline);
        out.push(b'}');
    }

    /// What the unit is called.
    fn identity(&self, properties: &mut Properties<'_>, id: UnitId) {
        let unit = self.state.unit(id);
        let parent = unit.parent.map(|parent| self.state.unit(parent).code.as_str());
        let code_status = match unit.code_status {
            CodeStatus::Existing => "existing",
            CodeStatus::Proposed => "proposed",
        };
        properties.text("code", Some(&unit.code));
        properties.text("code_status", Some(code_status));
        properties.text("name", Some(&unit.name));
        properties.text("level", Some(self.dataset.level(self.level).id()));
        properties.text("kind", unit.kind.as_ref().map(Kind::id));
        properties.text("parent_code", parent);
        let seat = unit.seat.as_ref();
        properties.text("seat_name", seat.and_then(|seat| seat.name.as_deref()));
        properties.number("seat_lon", seat.map(|seat| seat.at.x));
        properties.number("seat_lat", seat.map(|seat| seat.at.y));
    }

    /// The figures that add up: population, then every such field under its source name.
    fn extensive(&self, properties: &mut Properties<'_>, atoms: &[AtomId]) {
        let fields = &self.dataset.fields;
        let population = sum(atoms, |atom| self.dataset.population_of(atom));
        properties.decimal("population", population);
        if let Some(field) = &fields.population {
            properties.decimal(field, population);
        }
        for (i, field) in fields.sum.iter().enumerate() {
            properties.decimal(field, sum(atoms, |atom| self.dataset.sum_of(atom, i)));
        }
    }

    /// The source's other properties, where the territory is that of one source feature: they still hold.
    fn kept(&self, properties: &mut Properties<'_>, id: UnitId) {
        let unit = self.state.unit(id);
        let same = id.index() < self.dataset.base.unit_count() && self.dataset.base.atoms(id) == self.state.atoms(id);
        let (Some(layer), Some(feature), true, LevelIndex::FINEST) =
            (self.dataset.layer_of(self.level), unit.source, same, self.level)
        else {
            return;
        };
        let table = &layer.table;
        for field in table.field_indices() {
            let name = &table.fields()[field.index()];
            if let Some(raw) = table.raw(feature, field)
                && !has_role(&self.dataset.fields, name)
            {
                properties.add(name, |out| out.extend_from_slice(raw.as_bytes()));
            }
        }
    }

    /// Area in m²: the terms of all border edges, added exactly, so that parts add up to their whole.
    fn area_m2(&self, outline: &Outline) -> f64 {
        let edges = |arc: DirectedArc| {
            let coords = self.dataset.coverage.arc(arc.arc());
            let area: ExactSum = coords.windows(2).map(|edge| edge_area(self.area_method, edge[0], edge[1])).sum();
            if arc.is_backward() { -area } else { area }
        };
        outline.arcs().map(edges).sum::<ExactSum>().to_f64()
    }

    /// Old codes of what is in the unit: units of its level where they went in whole, otherwise their parts.
    fn merged_from(&self, out: &mut Vec<u8>, unit: UnitId) {
        let base = &self.dataset.base;
        let mut parts = Vec::new();
        let mut olds: Vec<UnitId> = self.state.atoms(unit).iter().map(|&atom| base.unit_of(atom, self.level)).collect();
        olds.sort_unstable();
        olds.dedup();
        for old in olds {
            self.whole_parts(old, unit, &mut parts);
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

    /// The largest old units inside of `old` that lie in `unit` as a whole.
    fn whole_parts(&self, old: UnitId, unit: UnitId, parts: &mut Vec<UnitId>) {
        let base = &self.dataset.base;
        let inside = |atom: &AtomId| self.state.unit_of(*atom, self.level) == unit;
        let atoms = base.atoms(old);
        if atoms.iter().all(inside) {
            parts.push(old);
        } else if atoms.iter().any(inside) {
            base.members(old).iter().for_each(|&member| self.whole_parts(member, unit, parts));
        }
    }
}

/// How a unit differs from the base, in one word; `None` when no edit touched it.
fn difference(base: &State, state: &State, id: UnitId) -> Option<&'static str> {
    if id.index() >= base.unit_count() {
        return Some("established");
    }
    let (old, new) = (base.unit(id), state.unit(id));
    if old.revision != new.revision {
        let (before, after) = (base.atoms(id), state.atoms(id));
        let lacks = |some: &[AtomId], other: &[AtomId]| some.iter().any(|atom| other.binary_search(atom).is_err());
        match (lacks(&after, &before), lacks(&before, &after)) {
            (true, false) => return Some("expanded"),
            (false, true) => return Some("reduced"),
            (true, true) => return Some("adjusted"),
            (false, false) => {}
        }
    }
    let words = [
        (old.kind != new.kind, "kind_converted"),
        (old.name != new.name, "renamed"),
        (old.code != new.code, "recoded"),
        (old.parent != new.parent, "parent_changed"),
        (old.seat != new.seat, "seat_moved"),
        (base.members(id) != state.members(id), "members_changed"),
    ];
    words.into_iter().find_map(|(differs, word)| differs.then_some(word))
}

/// Sum over atoms; `None` when no atom has a value.
fn sum(atoms: &[AtomId], value: impl Fn(AtomId) -> Option<Decimal>) -> Option<Decimal> {
    let mut known = atoms.iter().filter_map(|&atom| value(atom));
    let first = known.next()?;
    known.try_fold(first, Decimal::checked_add)
}

/// Whether a field says something that a made unit says under a name of its own.
fn has_role(fields: &Fields, name: &str) -> bool {
    [
        &fields.code,
        &fields.name,
        &fields.parent,
        &fields.parent_name,
        &fields.kind,
        &fields.population,
        &fields.county,
        &fields.county_name,
        &fields.seat_lon,
        &fields.seat_lat,
        &fields.seat_name,
    ]
    .into_iter()
    .any(|field| field.as_deref() == Some(name))
        || fields.sum.iter().any(|field| field == name)
}

/// Members of a properties object. A name comes once; the first value stays.
struct Properties<'a> {
    out: &'a mut Vec<u8>,
    names: Vec<String>,
}

impl Properties<'_> {
    fn add(&mut self, name: &str, value: impl FnOnce(&mut Vec<u8>)) {
        if self.names.iter().any(|known| known == name) {
            return;
        }
        if !self.names.is_empty() {
            self.out.push(b',');
        }
        self.names.push(name.to_owned());
        write::string(self.out, name);
        self.out.push(b':');
        value(self.out);
    }

    /// Text; `null` for none or empty text.
    fn text(&mut self, name: &str, text: Option<&str>) {
        self.add(name, |out| match text.filter(|text| !text.is_empty()) {
            Some(text) => write::string(out, text),
            None => out.extend_from_slice(b"null"),
        });
    }

    fn number(&mut self, name: &str, value: Option<f64>) {
        self.add(name, |out| match value {
            Some(value) => write::number(out, value),
            None => out.extend_from_slice(b"null"),
        });
    }

    /// An exact decimal, without needless zeros.
    fn decimal(&mut self, name: &str, value: Option<Decimal>) {
        self.add(name, |out| match value {
            Some(value) => out.extend_from_slice(value.normalize().to_string().as_bytes()),
            None => out.extend_from_slice(b"null"),
        });
    }
}

//! Evidence and doubts of the columns that have a role, worked out when somebody asks.

use std::collections::HashMap;

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::assemble::guess_of_layer;
use super::choosing::close_second;
use super::guess::{Guess, guess};
use super::looks::Looks;
use super::numerals::Read;
use super::recognition::{Recognition, RoleDoubt, RoleEvidence, RoleReading};
use super::{
    Dataset, FieldIndex, FieldOverrides, Fields, Layer, LevelIndex, ModelError, Role, Table, audit, unit_names,
};

/// Difference of a sum from what it is compared with, by that, from which the two are not the same.
const SUM_TOLERANCE: f64 = 0.005;

impl Layer {
    /// What the columns of this layer by itself are taken for, where some may be given.
    ///
    /// # Errors
    /// [`ModelError::NoSuchField`] where one is given that there is not.
    pub fn recognised(&self, given: &FieldOverrides) -> Result<(Fields, Recognition), ModelError> {
        let mut layer = self.clone();
        layer.read_through();
        let Guess { fields, .. } = guess_of_layer(&mut layer, given)?;
        let recognition = recognition(&layer.table, &fields);
        Ok((fields, recognition))
    }
}

impl Dataset {
    /// What the columns of every layer were taken for, finest first, with evidence and doubts; as loaded, without what
    /// was joined. It is worked out now: keep it.
    #[must_use]
    pub fn recognition(&self) -> Vec<Recognition> {
        let loaded = self.as_loaded();
        let layers = loaded.layers.iter().enumerate();
        let of_layer = |(at, layer): (usize, &Layer)| {
            loaded.fields_of(at).map(|fields| recognition(&layer.table, fields)).unwrap_or_default()
        };
        let mut all: Vec<Recognition> = layers.map(of_layer).collect();
        if let Some(reading) =
            all.first_mut().and_then(|finest| finest.roles.iter_mut().find(|it| it.role == Role::Population))
        {
            loaded.compare_people(reading);
        }
        all
    }

    /// Compares the people of units with what their parents themselves have, where those were read from a layer.
    fn compare_people(&self, reading: &mut RoleReading) {
        let coarse = self.layers.iter().zip(1..).skip(1).find_map(|(layer, at)| {
            let field = layer.table.field(self.fields_of(at - 1)?.population.as_deref()?)?;
            let level = self.level_layers.iter().position(|from| *from == Some(at - 1))?;
            Some((layer, field, LevelIndex(u8::try_from(level).ok()?)))
        });
        let Some((layer, field, level)) = coarse.filter(|_| self.has_population()) else { return };
        let looks = Looks::of(&layer.table);
        let numerals = looks.numerals(field);
        let (mut same, mut other, mut first) = (0, 0, None);
        for unit in self.base.units_at(level) {
            let it = self.base.unit(unit);
            let stated = it.source.and_then(|feature| numerals.decimal(layer.table.raw(feature, field)?));
            let atoms = self.base.atoms(unit);
            let people: Option<Decimal> = atoms.iter().map(|&atom| self.population_of(atom)).sum();
            let (Some(stated), Some(people)) = (stated, people) else { continue };
            let tolerance = Decimal::try_from(SUM_TOLERANCE).unwrap_or_default() * stated.abs();
            if (people - stated).abs() <= tolerance {
                same += 1;
            } else {
                other += 1;
                first.get_or_insert_with(|| CompactString::from(it.label()));
            }
        }
        if let Some(first) = first {
            reading.doubts.push(RoleDoubt::NotParentsSum { parents: other, of: same + other, first });
        } else if same > 0 {
            reading.evidence.push(RoleEvidence::SumsToParent { parents: same });
        }
    }
}

/// What speaks for the columns that have a role, and against them.
fn recognition(table: &Table, fields: &Fields) -> Recognition {
    let looks = Looks::of(table);
    let guessed = guess(table, &FieldOverrides::default()).map(|guess| guess.fields).unwrap_or_default();
    let of = |name: &Option<String>| name.as_deref().and_then(|name| table.field(name));
    let code = of(&fields.code);
    let single = [
        (Role::Code, &fields.code),
        (Role::Name, &fields.name),
        (Role::Parent, &fields.parent),
        (Role::ParentName, &fields.parent_name),
        (Role::Kind, &fields.kind),
        (Role::Population, &fields.population),
    ];
    let upper = fields.upper.iter().flat_map(|upper| [Some(&upper.code), upper.name.as_ref()]).flatten();
    let seat = [&fields.seat_name, &fields.seat_lon, &fields.seat_lat].into_iter().flatten();
    let many = fields.sum.iter().map(|name| (Role::Sum, name));
    let many = many.chain(upper.map(|name| (Role::Above, name))).chain(seat.map(|name| (Role::Seat, name)));
    let single = single.into_iter().filter_map(|(role, name)| Some((role, name.as_ref()?)));
    let parent = of(&fields.parent);
    let held = single.chain(many).filter_map(|(role, name)| Some((role, table.field(name)?)));
    // Where nothing but its name tells the unit above, that stands in place of its code.
    let held = held.filter(|&(role, _)| role != Role::Parent || fields.parent != fields.parent_name);
    let mut roles: Vec<RoleReading> = held
        .map(|(role, field)| {
            let looked = Looked { table, looks: &looks, field, code, parent };
            let is_guessed = guessed.role_of(looks.name(field)) == role;
            looked.reading(role, is_guessed)
        })
        .collect();
    let missing = audit::unfilled(&looks, fields);
    for (role, columns) in missing {
        let doubts = vec![RoleDoubt::Unfilled { columns }];
        roles.push(RoleReading { role, column: None, evidence: Vec::new(), doubts });
    }
    roles.sort_by_key(|reading| reading.role);
    Recognition { roles }
}

/// A column, and what it is looked at beside.
struct Looked<'a> {
    table: &'a Table,
    looks: &'a Looks<'a>,
    field: FieldIndex,
    code: Option<FieldIndex>,
    parent: Option<FieldIndex>,
}

impl Looked<'_> {
    fn reading(&self, role: Role, is_guessed: bool) -> RoleReading {
        let (mut evidence, mut doubts) = (Vec::new(), Vec::new());
        let name = self.looks.name(self.field);
        if !is_guessed {
            evidence.push(RoleEvidence::Given);
        } else if self.looks.is_written(self.field) {
            evidence.push(RoleEvidence::OwnExport);
        } else if self.looks.says(self.field, role) {
            evidence.push(RoleEvidence::Name { of: self.looks.reading(self.field).agency.map(Into::into) });
        } else {
            doubts.push(RoleDoubt::ByValuesAlone);
        }
        let (rows, filled) = (self.table.rows(), self.looks.filled(self.field));
        let percent = u8::try_from(filled * 100 / rows.max(1)).unwrap_or(100);
        evidence.push(RoleEvidence::Filled { percent });
        if filled < rows && !matches!(role, Role::Kind | Role::Seat) {
            doubts.push(RoleDoubt::Missing { units: rows - filled });
        }
        let candidates = match role {
            Role::Code => self.looks.codes(),
            Role::Name => self.looks.names(self.code),
            Role::Population => self.looks.populations(),
            Role::Parent | Role::ParentName | Role::Kind | Role::Sum | Role::Above | Role::Seat | Role::Other => {
                Vec::new()
            }
        };
        if let Some(second) = close_second(&candidates, self.field) {
            doubts.push(RoleDoubt::CloseSecond { column: self.looks.name(second).into() });
        }
        match role {
            Role::Code => self.of_codes(&mut evidence, &mut doubts),
            Role::Name => {
                if self.looks.is_text(self.field) {
                    evidence.push(RoleEvidence::Words);
                }
            }
            Role::Parent | Role::ParentName | Role::Above => self.of_above(role, &mut evidence, &mut doubts),
            Role::Population | Role::Sum => self.of_amounts(&mut evidence, &mut doubts),
            Role::Kind | Role::Seat | Role::Other => {}
        }
        RoleReading { role, column: Some(name.into()), evidence, doubts }
    }

    fn of_codes(&self, evidence: &mut Vec<RoleEvidence>, doubts: &mut Vec<RoleDoubt>) {
        match self.shared_by() {
            0 => evidence.push(RoleEvidence::Unique),
            units => doubts.push(RoleDoubt::Duplicates { units }),
        }
        if let Some(level) = self.looks.majority(self.field, 0.95, unit_names::level_of_code) {
            evidence.push(RoleEvidence::ChineseCodes { level });
        } else if let Some(pattern) = self.looks.pattern(self.field) {
            evidence.push(RoleEvidence::Pattern { pattern });
        }
        if let Some(parent) = self.parent.filter(|&parent| self.looks.begins_with(self.field, parent)) {
            evidence.push(RoleEvidence::BeginsWith { column: self.looks.name(parent).into() });
        }
    }

    fn of_above(&self, role: Role, evidence: &mut Vec<RoleEvidence>, doubts: &mut Vec<RoleDoubt>) {
        let (values, units) = (self.looks.distinct(self.field), self.looks.filled(self.field));
        if values == 1 && units > 1 {
            doubts.push(RoleDoubt::OneValue);
        } else if units > 0 {
            evidence.push(RoleEvidence::Shared { values, units });
        }
        if let Some(code) = self.code.filter(|&code| self.looks.begins_with(code, self.field)) {
            evidence.push(RoleEvidence::BeginningOf { column: self.looks.name(code).into() });
        }
        let key = self.parent.filter(|&parent| role == Role::ParentName && parent != self.field);
        if let Some(key) = key.filter(|&key| self.looks.one_for_each([key, self.field])) {
            evidence.push(RoleEvidence::NamedBy { column: self.looks.name(key).into() });
        }
    }

    fn of_amounts(&self, evidence: &mut Vec<RoleEvidence>, doubts: &mut Vec<RoleDoubt>) {
        let numerals = self.looks.numerals(self.field);
        let rows = self.table.features().filter_map(|feature| self.table.raw(feature, self.field));
        let (mut unread, mut negative) = (0, 0);
        for raw in rows {
            match numerals.read(raw) {
                Read::Unread => unread += 1,
                Read::Plain(number) | Read::Understood(number) if number.is_sign_negative() && !number.is_zero() => {
                    negative += 1;
                }
                Read::Plain(_) | Read::Understood(_) | Read::NoValue => {}
            }
        }
        if unread > 0 {
            doubts.push(RoleDoubt::NotNumbers { units: unread });
        } else if negative == 0 {
            evidence.push(RoleEvidence::Amounts);
        }
    }

    /// Units whose value others have too.
    fn shared_by(&self) -> usize {
        if self.looks.distinct(self.field) == self.looks.filled(self.field) {
            return 0;
        }
        let mut counts: HashMap<CompactString, usize> = HashMap::new();
        for feature in self.table.features() {
            if let Some(text) = self.table.text(feature, self.field) {
                *counts.entry(text.trim().into()).or_default() += 1;
            }
        }
        counts.into_values().filter(|&count| count > 1).sum()
    }
}

/// How a value is written: a digit is 9, a letter A.
pub(super) fn pattern_of(text: &str) -> CompactString {
    let sign = |c: char| match c {
        '0'..='9' => '9',
        c if c.is_alphabetic() => 'A',
        c => c,
    };
    text.chars().map(sign).collect()
}

//! Looks for doubtful attributes in a base state.

use compact_str::CompactString;
use geo::Rect;
use rust_decimal::Decimal;

use super::looks::Looks;
use super::numerals::Read;
use super::tiers::Hierarchy;
use super::{
    CrsDoubt, FeatureId, FieldIndex, Fields, Finding, FindingKind, Level, LevelIndex, Role, Severity, State, Table,
    UnitId, field_names, unit_names,
};
use crate::coverage::{AtomId, Coverage};

/// What is known about a tier apart from its units.
#[derive(Clone, Copy, Debug)]
pub(super) struct TierFacts {
    /// Layer that its units were read from.
    layer: Option<usize>,
    /// Whether names are to be expected.
    has_names: bool,
    /// Whether codes are to be expected.
    has_codes: bool,
    /// Whether its last unit only holds those without a parent.
    has_orphanage: bool,
}

impl TierFacts {
    /// Facts of every tier, finest first.
    pub(super) fn of(hierarchy: &Hierarchy) -> Vec<Self> {
        let tiers = hierarchy.tiers.iter().zip(&hierarchy.has_orphanage);
        tiers
            .map(|(tier, &has_orphanage)| Self {
                layer: tier.layer,
                has_names: tier.has_names,
                has_codes: tier.units.iter().any(|unit| !unit.code.is_empty()),
                has_orphanage,
            })
            .collect()
    }
}

/// Codes used more than once at a level.
pub(super) fn duplicate_codes(state: &State, findings: &mut Vec<Finding>) {
    for same in state.codes.prepare(&state.units, |unit| &unit.code).shared() {
        for level in state.levels() {
            let units: Vec<UnitId> = same.iter().copied().filter(|&id| state.unit(id).level == level).collect();
            if units.len() > 1 {
                let what = FindingKind::DuplicateCode { code: state.unit(units[0]).code.clone(), level };
                findings.push(Finding::new(Severity::Error, units, what));
            }
        }
    }
}

/// Units of the finest layer that lie above others of it by their codes.
pub(super) fn several_levels(state: &State, findings: &mut Vec<Finding>) {
    let units = || state.units_at(LevelIndex::FINEST).map(|id| (id, state.unit(id).code.as_str()));
    let levels: Vec<Option<Level>> = units().map(|(_, code)| unit_names::level_of_code(code)).collect();
    let Some(finest) = levels.iter().copied().flatten().min() else { return };
    if levels.iter().flatten().all(|&level| level == finest) {
        return;
    }
    let is_finest = |at: usize| levels[at] == Some(finest);
    let below: Vec<&str> = units().enumerate().filter(|(at, _)| is_finest(*at)).map(|(_, (_, code))| code).collect();
    let mut below = below;
    below.sort_unstable();
    let holds = |code: &str| {
        let from = below.partition_point(|other| *other < code);
        let members = below[from..].iter().take_while(|other| other.starts_with(code)).count();
        (!code.is_empty()).then_some(members).filter(|&members| members > 0)
    };
    let upper = units().enumerate().filter(|(at, _)| levels[*at].is_some() && !is_finest(*at));
    let found: Vec<(UnitId, usize)> = upper.filter_map(|(_, (id, code))| Some((id, holds(code)?))).collect();
    if !found.is_empty() {
        let what =
            FindingKind::SeveralLevels { above: found.len(), below: found.iter().map(|(_, members)| members).sum() };
        findings.push(Finding::new(Severity::Error, found.into_iter().map(|(id, _)| id).collect(), what));
    }
}

/// Missing codes and names, and parents without members.
pub(super) fn missing(state: &State, facts: &[TierFacts], findings: &mut Vec<Finding>) {
    for (i, unit) in state.units.iter().enumerate() {
        let (id, facts) = (UnitId::new(i), facts[unit.level.index()]);
        let last = state.units.get(i + 1).is_none_or(|next| next.level != unit.level);
        if facts.has_orphanage && last {
            continue;
        }
        let mut found = |severity, what| findings.push(Finding::new(severity, vec![id], what));
        if unit.code.is_empty() && facts.has_codes {
            found(Severity::Error, FindingKind::MissingCode { name: unit.name.clone() });
        }
        if unit.name.is_empty() && facts.has_names {
            found(Severity::Warning, FindingKind::MissingName { code: unit.code.clone() });
        }
        if facts.layer.is_some() && unit.level > LevelIndex::FINEST && state.members(id).is_empty() {
            found(Severity::Warning, FindingKind::EmptyParent { code: unit.code.clone() });
        }
    }
}

/// Codes that do not begin with the parent's, at levels where four in five do.
pub(super) fn code_parent_mismatches(state: &State, findings: &mut Vec<Finding>) {
    for level in state.levels().take(state.level_count() - 1) {
        let mut odd = Vec::new();
        let mut all = 0_usize;
        for id in state.units_at(level) {
            let unit = state.unit(id);
            let Some(parent) = unit.parent.map(|parent| state.unit(parent)) else { continue };
            if unit.code.is_empty() || parent.code.is_empty() {
                continue;
            }
            all += 1;
            if !unit.code.starts_with(parent.code.as_str()) {
                let what = FindingKind::CodeParentMismatch { code: unit.code.clone(), parent: parent.code.clone() };
                odd.push(Finding::new(Severity::Warning, vec![id], what));
            }
        }
        if odd.len() * 5 <= all {
            findings.append(&mut odd);
        }
    }
}

/// Atoms without a population that can be used.
pub(super) fn missing_populations(
    state: &State,
    table: &Table,
    field: FieldIndex,
    populations: &[Option<Decimal>],
    findings: &mut Vec<Finding>,
) {
    for (i, _) in populations.iter().enumerate().filter(|(_, population)| population.is_none()) {
        let text = table.text(FeatureId::new(i), field).map(Into::into);
        let what = FindingKind::PopulationMissing {
            code: state.unit(state.unit_of(AtomId::new(i), LevelIndex::FINEST)).code.clone(),
            text,
            field: table.fields()[field.index()].as_str().into(),
        };
        let unit = state.unit_of(AtomId::new(i), LevelIndex::FINEST);
        findings.push(Finding::new(Severity::Warning, vec![unit], what));
    }
}

/// Values of a field that are added up and that are not plain numbers.
pub(super) fn odd_numbers(
    table: &Table,
    (field, is_people): (FieldIndex, bool),
    (values, is_doubtful): (&[Read], bool),
    findings: &mut Vec<Finding>,
) {
    let name = || CompactString::from(table.fields()[field.index()].as_str());
    let text = |at: usize| CompactString::from(table.text(FeatureId::new(at), field).unwrap_or_default().trim());
    let mut found =
        |severity, is_it: &dyn Fn(usize, Read) -> bool, what: &dyn Fn(usize, CompactString) -> FindingKind| {
            let mut these = values.iter().enumerate().filter(|&(at, read)| is_it(at, *read)).map(|(at, _)| at);
            if let Some(first) = these.next() {
                findings.push(Finding::new(severity, vec![UnitId::new(first)], what(1 + these.count(), text(first))));
            }
        };
    let is_understood = |_: usize, read: Read| matches!(read, Read::Understood(_));
    if is_doubtful {
        let meant =
            values.iter().find_map(|read| if let Read::Understood(number) = read { Some(number) } else { None });
        let read = meant.map(ToString::to_string).unwrap_or_default();
        let doubt = |count, text| FindingKind::SignsDoubtful { field: name(), count, text, read: read.as_str().into() };
        found(Severity::Warning, &is_understood, &doubt);
    } else {
        let plain = |count, text| FindingKind::NumbersAsText { field: name(), count, text };
        found(Severity::Info, &is_understood, &plain);
    }
    found(Severity::Warning, &|_, read| read == Read::Unread, &|count, text| FindingKind::ValuesUnread {
        field: name(),
        count,
        text,
    });
    let is_sign = |at: usize, read| read == Read::NoValue && table.text(FeatureId::new(at), field).is_some();
    // Of people each is told by itself.
    if is_people {
        return;
    }
    found(Severity::Info, &is_sign, &|count, text| FindingKind::SignsForNone { field: name(), count, text });
}

/// Roles that every unit needs and no field was found for, be there others that could have it or not.
pub(super) fn unchosen(table: &Table, fields: &Fields, findings: &mut Vec<Finding>) {
    for (role, free) in unfilled(&Looks::of(table), fields) {
        let what = FindingKind::RoleUnfilled { role: role.id(), fields: free };
        findings.push(Finding::new(Severity::Info, Vec::new(), what));
    }
}

/// Roles that every unit needs and no field was found for, with the fields that nobody makes use of and that could be it.
pub(super) fn unfilled(looks: &Looks<'_>, fields: &Fields) -> Vec<(Role, Vec<CompactString>)> {
    let is_free = |field: &FieldIndex| {
        let name = looks.name(*field);
        !fields.has_role(name) && !fields.sum.iter().any(|sum| sum == name) && !field_names::is_identifier(name)
    };
    let is_people = |field: &FieldIndex| {
        let name = looks.name(*field);
        // A code is a whole number too.
        let says_other = field_names::role_of(name).is_some();
        let is_other =
            says_other || field_names::is_ratio(name) || field_names::is_of_ground(name) || field_names::is_date(name);
        !is_other && looks.is_amount(*field, 0.9) && field_names::declared_area_rank(name).is_none()
    };
    let mut found = Vec::new();
    let mut missing = |role, used: &Option<String>, could_be: &dyn Fn(&FieldIndex) -> bool| {
        if used.is_none() {
            let free = looks.fields().filter(|field| is_free(field) && could_be(field));
            found.push((role, free.map(|field| looks.name(field).into()).collect()));
        }
    };
    missing(Role::Population, &fields.population, &is_people);
    missing(Role::Code, &fields.code, &|field| looks.tells_apart(*field) && looks.is_code_like(*field));
    missing(Role::Name, &fields.name, &|field| looks.tells_apart(*field) && !looks.is_code_like(*field));
    found
}

/// Whether coordinates are hardly longitude and latitude.
pub(super) fn doubtful_crs(state: &State, bounds: Rect) -> Option<Finding> {
    let (min, max) = (bounds.min(), bounds.max());
    let (far_x, far_y) = (min.x.abs().max(max.x.abs()), min.y.abs().max(max.y.abs()));
    let swapped = CrsDoubt::SwappedAxes { middle: bounds.center().into() };
    let doubt = if far_y > 90.0 && far_y <= 180.0 && far_x <= 90.0 {
        swapped
    } else if far_x > 180.0 || far_y > 90.0 {
        CrsDoubt::OutOfRange { at: if min.x < -180.0 || min.y < -90.0 { min } else { max }.into() }
    } else if (3.0..54.0).contains(&min.x) && max.x < 54.0 && min.y > 73.0 && is_chinese(state) {
        // China lies between 73° and 135° E, 3° and 54° N. Its west read the wrong way round is still in range.
        swapped
    } else if far_x < 1.0 && far_y < 1.0 {
        CrsDoubt::NearOrigin
    } else {
        return None;
    };
    Some(Finding::new(Severity::Error, Vec::new(), FindingKind::CrsSuspect(doubt)))
}

fn is_chinese(state: &State) -> bool {
    let sample = state.units.iter().take(100).filter(|unit| unit_names::level_of_code(&unit.code).is_some());
    2 * sample.count() >= state.units.len().min(100)
}

/// Gives findings a place: the middle of the first unit's territory, or of everything.
pub(super) fn locate(findings: &mut [Finding], state: &State, coverage: &Coverage) {
    for finding in findings.iter_mut().filter(|finding| finding.at.is_none()) {
        let bounds = match finding.units.first() {
            Some(&id) => state.first_atom(id).and_then(|atom| coverage.frame_of(&[atom])),
            None => coverage.bounds(),
        };
        finding.at = bounds.map(geo::Rect::center);
    }
}

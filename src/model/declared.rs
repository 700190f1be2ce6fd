//! The area that the source itself states (DCMJ, 面积, …), beside the one that is measured.
//!
//! 1. It is a field that adds up, so that of a merged unit is the sum.
//! 2. Its unit is what the field's name says, when the values bear it out, else the one that brings the values nearest
//!    to the measured areas. A field that comes near in no unit is some other area, and none is declared.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};

use super::{Dataset, Fields, Finding, FindingKind, LevelIndex, Severity, UnitId, field_names};
use crate::coverage::{AtomId, Coverage};
use crate::geodesy::{AreaMethod, ExactSum, chain_area};
use crate::i18n::Lang;

/// Difference between a declared and a measured area, by the measured one, from which the health report names it.
pub const DECLARED_TOLERANCE: f64 = 0.01;
/// How many times as large as measured declared areas may be on the whole, or the other way round.
const MOST_APART: f64 = 2.0;
/// Units that are looked at to tell what the field is in.
const LOOKED_AT: usize = 48;

/// Unit that areas of a source are in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LandUnit {
    /// Square metre.
    M2,
    /// Mu (亩): 2000/3 m².
    Mu,
    /// Hectare.
    Ha,
    /// Ten thousand mu (万亩).
    WanMu,
    /// Square kilometre.
    Km2,
}

impl LandUnit {
    /// All units, smallest first.
    pub const ALL: [Self; 5] = [Self::M2, Self::Mu, Self::Ha, Self::WanMu, Self::Km2];

    /// Square metres in one of it.
    #[must_use]
    pub const fn in_m2(self) -> f64 {
        match self {
            Self::M2 => 1.0,
            Self::Mu => 2000.0 / 3.0,
            Self::Ha => 1e4,
            Self::WanMu => 2e7 / 3.0,
            Self::Km2 => 1e6,
        }
    }

    /// Identifier in files and on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::M2 => "m2",
            Self::Mu => "mu",
            Self::Ha => "ha",
            Self::WanMu => "wan_mu",
            Self::Km2 => "km2",
        }
    }

    /// How it is written behind a figure.
    #[must_use]
    pub const fn symbol(self, lang: Lang) -> &'static str {
        match self {
            Self::M2 => "m²",
            Self::Mu => lang.pick("亩", "mu"),
            Self::Ha => lang.pick("公顷", "ha"),
            Self::WanMu => lang.pick("万亩", "10,000 mu"),
            Self::Km2 => "km²",
        }
    }

    /// The unit in which values are nearest to measured areas, of the median of their quotients; `None` when they are
    /// not near in any.
    fn of_quotient(declared_by_m2: f64) -> Option<Self> {
        let apart = |unit: Self| (declared_by_m2 * unit.in_m2()).ln().abs();
        let nearest = Self::ALL.into_iter().min_by(|a, b| apart(*a).total_cmp(&apart(*b)))?;
        (apart(nearest) <= MOST_APART.ln()).then_some(nearest)
    }
}

impl fmt::Display for LandUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A word that names no unit of area.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no unit of area; use one of: m2, mu, ha, wan_mu, km2")]
pub struct UnknownLandUnit(pub(super) String);

impl FromStr for LandUnit {
    type Err = UnknownLandUnit;

    fn from_str(word: &str) -> Result<Self, UnknownLandUnit> {
        Self::ALL.into_iter().find(|unit| unit.id() == word).ok_or_else(|| UnknownLandUnit(word.to_owned()))
    }
}

/// Why a declared area is read in its unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LandUnitBasis {
    /// Somebody said so.
    Given,
    /// The name of the field says so, and the values bear it out.
    Name,
    /// The values come nearest to the measured areas.
    Values,
}

impl LandUnitBasis {
    /// Why, in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Given => lang.pick("指定的单位", "the unit is as given"),
            Self::Name => lang.pick("单位由字段名得知", "the unit is in the name of the field"),
            Self::Values => lang.pick(
                "推测：该单位使数值与图上面积最接近",
                "a guess: in this unit the values are nearest to measured areas",
            ),
        }
    }
}

/// The field with declared areas.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DeclaredArea {
    /// What the source calls it.
    pub field: String,
    /// What its values are in.
    pub unit: LandUnit,
    /// Why.
    pub basis: LandUnitBasis,
    /// Its position among the fields that are added up.
    #[serde(skip)]
    pub sum: usize,
}

impl DeclaredArea {
    /// A declared area in m².
    #[must_use]
    pub fn in_m2(&self, value: Decimal) -> Option<f64> {
        value.to_f64().map(|value| value * self.unit.in_m2())
    }

    /// How it is read, in one line.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let (field, unit, why) = (&self.field, self.unit.symbol(lang), self.basis.words(lang));
        match lang {
            Lang::Zh => format!("字段“{field}”，按{unit}读取；{why}"),
            Lang::En => format!("field {field}, read in {unit}; {why}"),
        }
    }
}

/// How much a declared area is more than the measured one, in percent of that; `None` where there is no area.
#[must_use]
pub fn difference_percent(declared_m2: f64, measured_m2: f64) -> Option<f64> {
    Some((declared_m2 - measured_m2) / measured_m2 * 100.0).filter(|percent| percent.is_finite())
}

/// What the user said of declared areas.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Said<'a> {
    pub field: Option<&'a str>,
    pub unit: Option<LandUnit>,
}

/// The field with declared areas: the one that was named, else the first whose name says so and whose values come near
/// the measured areas in some unit.
pub(super) fn declared_area(
    fields: &Fields,
    sums: &[Vec<Option<Decimal>>],
    coverage: &Coverage,
    said: Said<'_>,
) -> Option<DeclaredArea> {
    let rank = |name: &str| match said.field {
        Some(field) => (name == field).then_some(0),
        None => field_names::declared_area_rank(name),
    };
    let ranked = fields.sum.iter().enumerate();
    let mut candidates: Vec<(usize, usize)> = ranked.filter_map(|(sum, name)| Some((rank(name)?, sum))).collect();
    candidates.sort_unstable();
    candidates.into_iter().find_map(|(_, sum)| {
        let field = fields.sum[sum].clone();
        if let Some(unit) = said.unit {
            return Some(DeclaredArea { field, unit, basis: LandUnitBasis::Given, sum });
        }
        let quotient = quotient(&sums[sum], coverage)?;
        let named =
            field_names::land_unit(&field).filter(|unit| (quotient * unit.in_m2()).ln().abs() <= MOST_APART.ln());
        let (unit, basis) = match named {
            Some(unit) => (unit, LandUnitBasis::Name),
            None => (LandUnit::of_quotient(quotient)?, LandUnitBasis::Values),
        };
        Some(DeclaredArea { field, unit, basis, sum })
    })
}

/// Median of declared by measured areas, of some atoms spread over all.
fn quotient(values: &[Option<Decimal>], coverage: &Coverage) -> Option<f64> {
    let step = (values.len() / LOOKED_AT).max(1);
    let known = values.iter().enumerate().step_by(step);
    let mut quotients: Vec<f64> = known
        .filter_map(|(atom, value)| {
            let declared = value.as_ref()?.to_f64().filter(|&declared| declared > 0.0)?;
            let measured = rough_area(coverage, AtomId::new(atom));
            Some(declared / measured).filter(|quotient| quotient.is_finite() && *quotient > 0.0)
        })
        .collect();
    quotients.sort_unstable_by(f64::total_cmp);
    quotients.get(quotients.len() / 2).copied()
}

/// Area of an atom by the formula that takes least time; to tell units apart it is near enough.
fn rough_area(coverage: &Coverage, atom: AtomId) -> f64 {
    let term = |arc: crate::coverage::DirectedArc| {
        let area = ExactSum::from(chain_area(AreaMethod::EllipsoidTrapezoid, coverage.arc(arc.arc())));
        if arc.is_backward() { -area } else { area }
    };
    coverage.arcs_of(atom).map(term).sum::<ExactSum>().to_f64()
}

impl Dataset {
    /// Loaded units of the finest level without territory that have people, and those whose declared area differs from the
    /// measured one by more than [`DECLARED_TOLERANCE`]. Measures everything, where that was not done before.
    #[must_use]
    pub fn area_findings(&self, method: AreaMethod) -> Vec<Finding> {
        let mut findings = self.people_without_territory();
        findings.extend(self.declared_areas(method));
        findings
    }

    fn people_without_territory(&self) -> Vec<Finding> {
        let loaded = self.loaded_atoms();
        let of = |atom: AtomId| {
            let people = self.population_of(atom).filter(|people| *people > Decimal::ZERO)?;
            let unit = self.loaded_unit(atom);
            let label = self.base.unit(unit).label().into();
            let what = FindingKind::PeopleWithoutTerritory { label, people: people.to_string().into() };
            Some(Finding { severity: Severity::Warning, units: vec![unit], at: None, what })
        };
        let is_nowhere = |&atom: &AtomId| atom.index() < loaded && self.coverage.bounds_of(atom).is_none();
        self.coverage.atoms().filter(is_nowhere).filter_map(of).collect()
    }

    fn declared_areas(&self, method: AreaMethod) -> Vec<Finding> {
        let Some(declared) = &self.fields.declared_area else { return Vec::new() };
        let measures = self.measures(method);
        let loaded = self.loaded_atoms();
        let finding = |unit: UnitId| {
            let atoms = self.base.atoms(unit);
            let atoms = || atoms.iter().copied().filter(|atom| atom.index() < loaded);
            let said: Option<Decimal> = atoms().map(|atom| self.sum_of(atom, declared.sum)).sum();
            let declared_m2 = declared.in_m2(said?)?;
            let measured_m2 = atoms().map(|atom| measures.atom_area(atom)).sum::<ExactSum>().to_f64();
            let percent = difference_percent(declared_m2, measured_m2)?;
            if percent.abs() <= DECLARED_TOLERANCE * 100.0 {
                return None;
            }
            let label = self.base.unit(unit).label().into();
            let what = FindingKind::AreaDiffers { label, declared_m2, measured_m2 };
            let at = self.coverage.frame_of(&[atoms().next()?]).map(geo::Rect::center);
            Some(Finding { severity: Severity::Warning, units: vec![unit], at, what })
        };
        self.base.units_at(LevelIndex::FINEST).filter_map(finding).collect()
    }

    /// Declared area of a sum of the field, in m²; `None` where the data declare none.
    #[must_use]
    pub fn declared_m2(&self, sums: &[Option<Decimal>]) -> Option<f64> {
        let declared = self.fields.declared_area.as_ref()?;
        declared.in_m2(sums.get(declared.sum).copied().flatten()?)
    }
}

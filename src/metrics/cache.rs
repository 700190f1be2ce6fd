//! Figures kept by revision.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rust_decimal::Decimal;

use super::UnitFigures;
use super::figures::{Territory, density_per_km2, unit_figures};
use crate::coverage::{AtomId, Outline};
use crate::geodesy::{AreaMethod, ExactSum};
use crate::jobs::{Cancelled, Progress};
use crate::model::{Dataset, LevelIndex, State, Total, UnitId};

/// Units whose figures are computed between two looks at whether the user gave up.
const UNITS_AT_ONCE: usize = 16_384;

/// Figures of the units of one dataset, computed when first asked for and kept by revision.
///
/// After an edit only the units it touched are computed again, and after an undo none. Use a new one for another
/// dataset or area method.
#[derive(Debug)]
pub struct FigureCache {
    method: AreaMethod,
    /// By unit and revision. Looked up only, never iterated.
    known: HashMap<(UnitId, u64), Arc<UnitFigures>>,
    /// Totals, which no plan changes, except for the number of units.
    everything: OnceLock<Totals>,
}

/// Figures of everything loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Totals {
    /// Units in force at the level.
    pub units: usize,
    /// Number of atoms.
    pub atoms: usize,
    /// Area in m²: the exact sum over the atoms, rounded once.
    pub area_m2: f64,
    /// Population; `None` when that of any atom is unknown.
    pub population: Option<Decimal>,
    /// The same with what is known where not all is.
    pub people: Total,
    /// Persons per km².
    pub density_per_km2: Option<f64>,
    /// Sum of every field of [`crate::model::Fields::sum`]; `None` when any atom's value is unknown.
    pub sums: Vec<Option<Decimal>>,
}

impl FigureCache {
    /// An empty one.
    #[must_use]
    pub fn new(method: AreaMethod) -> Self {
        Self { method, known: HashMap::new(), everything: OnceLock::new() }
    }

    /// How areas are computed.
    #[must_use]
    pub const fn method(&self) -> AreaMethod {
        self.method
    }

    /// Figures of a unit.
    pub fn figures(&mut self, dataset: &Dataset, state: &State, unit: UnitId) -> Arc<UnitFigures> {
        let method = self.method;
        let entry = self.known.entry(key(state, unit));
        Arc::clone(entry.or_insert_with(|| Arc::new(unit_figures(dataset, state, unit, method))))
    }

    /// Figures of all units in force at a level, ascending; those not known yet are computed in parallel.
    pub fn level(&mut self, dataset: &Dataset, state: &State, level: LevelIndex) -> Vec<(UnitId, Arc<UnitFigures>)> {
        // Without anybody who could cancel, nothing is.
        self.level_with_progress(dataset, state, level, &Progress::new()).unwrap_or_default()
    }

    /// The same, with progress. What was computed before the user gave up is kept.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    #[expect(clippy::cast_precision_loss, reason = "a fraction for a progress bar")]
    pub fn level_with_progress(
        &mut self,
        dataset: &Dataset,
        state: &State,
        level: LevelIndex,
        progress: &Progress,
    ) -> Result<Vec<(UnitId, Arc<UnitFigures>)>, Cancelled> {
        let units: Vec<UnitId> = state.units_at(level).collect();
        let missing: Vec<UnitId> =
            units.iter().copied().filter(|&unit| !self.known.contains_key(&key(state, unit))).collect();
        let mut done = 0;
        for some in missing.chunks(UNITS_AT_ONCE) {
            progress.check()?;
            for (unit, figures) in some.iter().zip(compute(dataset, state, level, some, self.method)) {
                self.known.insert(key(state, *unit), Arc::new(figures));
            }
            done += some.len();
            progress.set(done as f64 / missing.len() as f64);
        }
        Ok(units.into_iter().map(|unit| (unit, self.figures(dataset, state, unit))).collect())
    }

    /// Figures of everything. They do not depend on the plan, except for the number of units.
    #[must_use]
    pub fn totals(&self, dataset: &Dataset, state: &State, level: LevelIndex) -> Totals {
        let everything = self.everything.get_or_init(|| everything(dataset, self.method));
        Totals { units: state.counted_at(level).count(), ..everything.clone() }
    }
}

/// Figures of all atoms, of no unit.
fn everything(dataset: &Dataset, method: AreaMethod) -> Totals {
    let atoms = || dataset.coverage.atoms();
    let measures = dataset.measures(method);
    let area_m2 = atoms().map(|atom| measures.atom_area(atom)).sum::<ExactSum>().to_f64();
    let people: Total = atoms().map(|atom| dataset.population_of(atom)).collect();
    let population = people.value();
    let sum = |field| atoms().map(|atom| dataset.sum_of(atom, field)).collect::<Total>().value();
    Totals {
        units: 0,
        atoms: dataset.coverage.atom_count(),
        area_m2,
        population,
        people,
        density_per_km2: density_per_km2(population, area_m2),
        sums: (0..dataset.fields.sum.len()).map(sum).collect(),
    }
}

fn key(state: &State, unit: UnitId) -> (UnitId, u64) {
    (unit, state.unit(unit).revision)
}

/// Figures of some units of a level. Of many, the outlines come from one pass over all arcs.
fn compute(
    dataset: &Dataset,
    state: &State,
    level: LevelIndex,
    units: &[UnitId],
    method: AreaMethod,
) -> Vec<UnitFigures> {
    if units.len() < 64 {
        return units.par_iter().map(|&unit| unit_figures(dataset, state, unit, method)).collect();
    }
    // Before the units ask for them one by one, which would do it on one thread.
    dataset.measures(method);
    let mut position = vec![u32::MAX; state.unit_count()];
    for (i, unit) in (0_u32..).zip(units) {
        position[unit.index()] = i;
    }
    let labels: Vec<u32> = state.labels(level).iter().map(|unit| position[unit.index()]).collect();
    let outlines = dataset.coverage.outlines(&labels, units.len());
    units
        .par_iter()
        .zip(&outlines)
        .map(|(&unit, outline): (&UnitId, &Outline)| {
            let atoms: Vec<AtomId> = state.atoms(unit);
            let given_seat = state.unit(unit).seat.as_ref().map(|seat| seat.at);
            Territory { dataset, atoms: &atoms, outline, given_seat }.figures(method)
        })
        .collect()
}

//! The rows that come about in a territory, and what rules set in rows that are there.

use std::borrow::Cow;

use compact_str::{CompactString, format_compact};

use super::units::Concerned;
use super::{Derivation, Event, Found, Occasion};
use crate::coverage::AtomId;
use crate::model::ledgers::{AddedAt, LaidLedger, LedgerRow, RowIndex};
use crate::model::{Dataset, Kind, Level, LevelIndex, State, UnitId};

/// What rules make of a row.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::model::ledgers) struct Derived {
    /// The rule; of several that change one row the last.
    pub rule: usize,
    /// The unit concerned; `None` for all of it.
    pub unit: Option<UnitId>,
    /// Cells by column.
    pub cells: Vec<(usize, CompactString)>,
    /// What a row is of that came about; `None` for one that is there anyway.
    pub of: Option<AddedAt>,
}

/// Where rows are looked for.
#[derive(Clone, Copy)]
pub(in crate::model::ledgers) enum Within<'a> {
    /// Everywhere, those of the whole included.
    All,
    /// In no unit: those of the whole alone.
    Whole,
    /// In some atoms, ascending.
    Atoms(&'a [AtomId]),
}

impl Within<'_> {
    fn has(self, atom: AtomId) -> bool {
        match self {
            Self::All => true,
            Self::Whole => false,
            Self::Atoms(atoms) => atoms.binary_search(&atom).is_ok(),
        }
    }
}

impl LaidLedger {
    /// Rows that come about in a territory, as a plan leaves them, by rule and unit; those that it takes away too.
    pub(in crate::model::ledgers) fn arising<'a>(
        &'a self,
        dataset: &'a Dataset,
        state: &'a State,
        within: Within<'_>,
    ) -> Vec<LedgerRow<'a>> {
        let mut rows = Vec::new();
        for (at, rule) in dataset.derivations().adding_to(self.ledger.name()) {
            rule.each_concerned(dataset, state, within, |concerned, home, key| {
                rows.extend(self.derived_row(concerned, (at, rule), home, key));
            });
        }
        rows
    }

    /// The row of a key that comes about; `None` where none does.
    pub(in crate::model::ledgers) fn arising_as<'a>(
        &'a self,
        dataset: &'a Dataset,
        state: &'a State,
        key: &str,
    ) -> Option<LedgerRow<'a>> {
        let mut found = None;
        for (at, rule) in dataset.derivations().adding_to(self.ledger.name()) {
            if !rule.may_name(dataset, key) {
                continue;
            }
            let mut take = |concerned: &Concerned<'a>, home: AddedAt, own: CompactString| {
                if own == key {
                    found = self.derived_row(concerned, (at, rule), home, own);
                }
            };
            let Occasion::Unit(event, level) = rule.occasion else {
                rule.each_concerned(dataset, state, Within::All, take);
                continue;
            };
            let Some((level, unit)) = rule.unit_named(dataset, level, key) else { continue };
            let mut units = vec![unit];
            if event.is_of_current() {
                units.extend(dataset.base.atoms(unit).into_iter().map(|atom| state.unit_of(atom, level)));
                units.sort_unstable();
                units.dedup();
            }
            for unit in units {
                rule.about(dataset, state, event, unit, |concerned, home, own| {
                    take(concerned, AddedAt::Atom(home), own);
                });
            }
        }
        found
    }

    /// The row of a rule about a unit; `None` where the ledger has one of that key itself.
    pub(super) fn derived_row<'a>(
        &'a self,
        concerned: &Concerned<'a>,
        (at, rule): (usize, &Derivation),
        of: AddedAt,
        key: CompactString,
    ) -> Option<LedgerRow<'a>> {
        if self.ledger.row(&key).is_some() {
            return None;
        }
        let days = concerned.dataset.days();
        let mut cells: Vec<(usize, CompactString)> = rule
            .set
            .iter()
            .filter_map(|(column, text)| Some((self.ledger.column(column)?, text.of(concerned, days))))
            .collect();
        if let Some(column) = self.ledger.key.filter(|key| cells.iter().all(|(column, _)| column != key)) {
            cells.push((column, key.clone()));
        }
        let record = concerned.state.records().get(self.ledger.name(), &key);
        let derived = Derived { rule: at, unit: concerned.unit, cells, of: Some(of) };
        Some(LedgerRow {
            dataset: concerned.dataset,
            laid: self,
            key: Cow::Owned(key),
            index: None,
            record,
            derived: Some(Box::new(derived)),
        })
    }

    /// What rules set in a row of the file, as a plan leaves it.
    pub(in crate::model::ledgers) fn changed_by_rules<'a>(
        &'a self,
        mut row: LedgerRow<'a>,
        index: RowIndex,
        state: &State,
    ) -> LedgerRow<'a> {
        let dataset = row.dataset;
        let Some(atom) = self.bound(index).atom() else { return row };
        for (at, rule, condition) in dataset.derivations().changing(self.ledger.name()) {
            let Occasion::Unit(event, level) = rule.occasion else { continue };
            let Some(level) = dataset.level_index(level) else { continue };
            let unit =
                if event.is_of_current() { state.unit_of(atom, level) } else { dataset.base.unit_of(atom, level) };
            if !rule.concerns(dataset, state, event, unit) {
                continue;
            }
            if condition.is_some_and(|condition| condition.passes(&row) != Some(true)) {
                continue;
            }
            let concerned = Concerned { dataset, state, unit: Some(unit), finding: None };
            let days = dataset.days();
            let mut derived = row.derived.take().map_or_else(Vec::new, |derived| derived.cells);
            for (column, text) in &rule.set {
                let Some(column) = self.ledger.column(column) else { continue };
                let text = text.of(&concerned, days);
                match derived.iter_mut().find(|(known, _)| *known == column) {
                    Some((_, before)) => *before = text,
                    None => derived.push((column, text)),
                }
            }
            row.derived = Some(Box::new(Derived { rule: at, unit: Some(unit), cells: derived, of: None }));
        }
        row
    }
}

impl Derivation {
    /// What stands in a key behind the id of the rule.
    fn behind<'k>(&self, key: &'k str) -> Option<&'k str> {
        key.strip_prefix(self.id.as_str())?.strip_prefix(':')
    }

    /// The loaded unit of a level that a key of the rule names.
    fn unit_named(&self, dataset: &Dataset, level: Level, key: &str) -> Option<(LevelIndex, UnitId)> {
        let level = dataset.level_index(level)?;
        Some((level, dataset.of_loaded_key(level, self.behind(key)?)?))
    }

    /// Whether the rule may bring a row of a key about, be it there now or not.
    pub(in crate::model::ledgers) fn may_name(&self, dataset: &Dataset, key: &str) -> bool {
        match &self.occasion {
            Occasion::Unit(_, level) => self.unit_named(dataset, *level, key).is_some(),
            Occasion::Approval => key == self.id,
            Occasion::Finding(rule) => {
                let Some((of, unit)) = self.behind(key).and_then(|found| found.rsplit_once(':')) else { return false };
                let is_unit = |level| dataset.of_loaded_key(level, unit).is_some();
                rule.as_ref().is_none_or(|rule| of == rule) && dataset.base.levels().any(is_unit)
            }
        }
    }

    /// Whether an event happened to a unit that the rule is about.
    pub(super) fn concerns(&self, dataset: &Dataset, state: &State, event: Event, unit: UnitId) -> bool {
        let is_kind = || {
            let kind = state.unit(unit).kind.as_ref();
            let is_in = |kinds: &[Kind]| kind.is_some_and(|kind| kinds.contains(kind));
            (self.kinds.is_empty() || is_in(&self.kinds)) && !is_in(&self.except)
        };
        event.happened(dataset, state, unit) && is_kind()
    }

    /// Units that the rule adds rows about in a territory, with what their rows are of and known by.
    pub(super) fn each_concerned<'a>(
        &self,
        dataset: &'a Dataset,
        state: &'a State,
        within: Within<'_>,
        mut with: impl FnMut(&Concerned<'a>, AddedAt, CompactString),
    ) {
        match &self.occasion {
            Occasion::Unit(event, level) => {
                let Some(level) = dataset.level_index(*level) else { return };
                for unit in units_in(dataset, state, *event, level, within) {
                    self.about(dataset, state, *event, unit, |concerned, home, key| {
                        if within.has(home) {
                            with(concerned, AddedAt::Atom(home), key);
                        }
                    });
                }
            }
            Occasion::Finding(rule) => {
                let is_asked = |found: &Found| rule.as_ref().is_none_or(|rule| found.rule == *rule);
                let is_there = |found: &&Found| is_asked(found) && found.unit.index() < state.unit_count();
                for found in state.found().iter().filter(is_there) {
                    // What is of all of it is of no unit in it.
                    let is_of_all = state.unit(found.unit).level == state.coarsest()
                        && dataset.heir_of_all(state) == Some(found.unit);
                    let home = if is_of_all {
                        Some(AddedAt::Whole).filter(|_| matches!(within, Within::All | Within::Whole))
                    } else {
                        dataset.seat_now(state, found.unit).filter(|home| within.has(*home)).map(AddedAt::Atom)
                    };
                    let Some(home) = home else { continue };
                    let unit = dataset.stable_key(state, found.unit);
                    let key = format_compact!("{}:{}:{unit}", self.id, found.rule);
                    let concerned = Concerned { dataset, state, unit: Some(found.unit), finding: Some(&found.said) };
                    with(&concerned, home, key);
                }
            }
            Occasion::Approval => {
                if matches!(within, Within::All | Within::Whole) && dataset.is_changed_in(state) {
                    let concerned = Concerned { dataset, state, unit: None, finding: None };
                    with(&concerned, AddedAt::Whole, self.id.clone());
                }
            }
        }
    }

    /// The row about one unit, where there is one.
    pub(super) fn about<'a>(
        &self,
        dataset: &'a Dataset,
        state: &'a State,
        event: Event,
        unit: UnitId,
        with: impl FnOnce(&Concerned<'a>, AtomId, CompactString),
    ) {
        if !self.concerns(dataset, state, event, unit) {
            return;
        }
        let home = if event.is_of_current() { dataset.seat_now(state, unit) } else { dataset.anchor(unit) };
        let Some(home) = home else { return };
        let key = format_compact!("{}:{}", self.id, dataset.stable_key(state, unit));
        with(&Concerned { dataset, state, unit: Some(unit), finding: None }, home, key);
    }
}

/// Units of a level that an event may have happened to, and that have territory there, ascending.
fn units_in(dataset: &Dataset, state: &State, event: Event, level: LevelIndex, within: Within<'_>) -> Vec<UnitId> {
    if matches!(within, Within::Whole) {
        return Vec::new();
    }
    let Within::Atoms(atoms) = within else {
        return if event.is_of_current() {
            state.counted_at(level).collect()
        } else {
            dataset.base.units_at(level).collect()
        };
    };
    let labels = if event.is_of_current() { state } else { &dataset.base };
    let mut units: Vec<UnitId> = atoms.iter().map(|&atom| labels.unit_of(atom, level)).collect();
    units.sort_unstable();
    units.dedup();
    units
}

impl Dataset {
    /// Whether a plan changes any unit.
    pub(in crate::model::ledgers) fn is_changed_in(&self, state: &State) -> bool {
        let base = &self.base;
        let loaded = base.base_unit_count();
        let differs = |at: usize| {
            let (was, is) = (base.unit(UnitId::new(at)), state.unit(UnitId::new(at)));
            was != is
        };
        state.unit_count() > loaded || state.units_differing(base).into_iter().any(|at| at < loaded && differs(at))
    }
}

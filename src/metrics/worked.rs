//! Working expressions out: for a unit, for several together, for what a unit had before, and over all units of a level.
//!
//! 1. `total`, `rank`, `minmax` and `apportion` ask for every unit of the level of the unit that they are worked out for.
//!    What they find is kept as long as the units and the records stay as they are ([`State::stamp`]).
//! 2. `each(level, x)` is x of every unit of a finer level in the unit, added up: what is worked out at village level is the
//!    same however villages are merged into townships, which makes shares of money neutral to mergers.
//! 3. `before(x)` is what the territory of the unit as it is now had as loaded: ledgers without what the plan records, units
//!    as they were loaded. What has no meaning without a seat or a border is not known.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rust_decimal::Decimal;

use super::formula::{Formula, Ground, Over, Term, What};
use super::own::OwnFigures;
use super::rows::RowTerm;
use super::{Amount, Figure, FigureCache, UnitFigures, together};
use crate::coverage::AtomId;
use crate::i18n::numbers::AreaUnit;
use crate::jobs::lock;
use crate::model::{Dataset, Level, LevelIndex, State, UnitId, Unknown, apportion};

/// Values of an expression for all units of a level, ascending.
type Values = Arc<Vec<(UnitId, Result<Amount, Unknown>)>>;

/// Figures of all units of a level, ascending.
type LevelFigures = Arc<Vec<(UnitId, Arc<UnitFigures>)>>;

/// What was worked out over whole levels, for one state.
#[derive(Debug, Default)]
pub(super) struct Kept {
    stamp: u64,
    figures: BTreeMap<LevelIndex, LevelFigures>,
    values: BTreeMap<(LevelIndex, String), Values>,
}

/// Values of a figure in the unit in which expressions have it.
fn in_own_unit(term: &Term, known: &dyn Fn(Figure) -> Option<Amount>) -> Option<Amount> {
    let shown = |amount: Amount, unit: f64| match amount {
        Amount::Exact(_) => Some(amount),
        Amount::Measured(value) => Amount::measured(value / unit),
    };
    match &term.what {
        What::Area(area_unit) => known(Figure::Area).and_then(|area| shown(area, area_unit.in_m2())),
        What::Figure(figure) => known(*figure).and_then(|amount| shown(amount, figure.shown_unit(AreaUnit::Km2))),
        What::Members | What::Rows(_) => None,
    }
}

fn unknown(term: &Term) -> Unknown {
    Unknown::Term(term.word.to_string())
}

/// A unit of a state.
#[derive(Clone, Copy)]
pub(super) struct OneUnit<'a> {
    pub own: &'a OwnFigures,
    pub dataset: &'a Dataset,
    pub state: &'a State,
    pub unit: UnitId,
    pub figures: &'a UnitFigures,
}

impl OneUnit<'_> {
    fn level(&self) -> LevelIndex {
        self.state.unit(self.unit).level
    }

    fn kept<T>(&self, with: impl FnOnce(&mut Kept) -> T) -> T {
        let kept: &Mutex<Kept> = self.own.kept();
        let mut kept = lock(kept, Kept::default);
        if kept.stamp != self.state.stamp() {
            *kept = Kept { stamp: self.state.stamp(), ..Kept::default() };
        }
        with(&mut kept)
    }

    fn figures_at(&self, level: LevelIndex) -> LevelFigures {
        if let Some(known) = self.kept(|kept| kept.figures.get(&level).cloned()) {
            return known;
        }
        // Nobody waits for the lock while this goes on; who comes meanwhile works it out too.
        let figures = Arc::new(FigureCache::new(self.own.method()).level(self.dataset, self.state, level));
        self.kept(|kept| Arc::clone(kept.figures.entry(level).or_insert(figures)))
    }

    /// Values of an expression for all units of a level that have territory.
    fn values_at(&self, level: LevelIndex, of: &Formula) -> Values {
        let key = (level, of.to_string());
        if let Some(known) = self.kept(|kept| kept.values.get(&key).cloned()) {
            return known;
        }
        let figures = self.figures_at(level);
        let counted = figures.iter().filter(|(_, figures)| figures.atoms > 0);
        let values = counted.map(|(unit, figures)| (*unit, of.value(&OneUnit { unit: *unit, figures, ..*self })));
        let values = Arc::new(values.collect::<Vec<_>>());
        self.kept(|kept| Arc::clone(kept.values.entry(key).or_insert(values)))
    }

    fn own_value(&self, values: &Values) -> Result<Amount, Unknown> {
        let at = values.binary_search_by_key(&self.unit, |(unit, _)| *unit);
        at.map_or(Err(Unknown::NoValue), |at| values[at].1.clone())
    }

    fn each(&self, level: Level, of: &Formula) -> Result<Amount, Unknown> {
        let level = self.dataset.level_index(level).ok_or(Unknown::Unread)?;
        if level > self.level() {
            return Err(Unknown::Unread);
        }
        let values = self.values_at(level, of);
        let mut found = Amount::from(0);
        let mut stack = vec![self.unit];
        while let Some(unit) = stack.pop() {
            if self.state.unit(unit).level > level {
                stack.extend_from_slice(self.state.members(unit));
            } else if let Ok(at) = values.binary_search_by_key(&unit, |(unit, _)| *unit) {
                found = found.plus(values[at].1.clone()?).ok_or(Unknown::TooLarge)?;
            }
        }
        Ok(found)
    }

    fn shares(&self, [whole, by, step]: &[Formula; 3]) -> Result<Amount, Unknown> {
        let decimal = |amount: Amount| amount.to_decimal().ok_or(Unknown::TooLarge);
        let whole = decimal(whole.value(self)?)?;
        let step = decimal(step.value(self)?)?;
        let values = self.values_at(self.level(), by);
        let weights: Vec<Decimal> =
            values.iter().map(|(_, value)| decimal(value.clone()?)).collect::<Result<_, Unknown>>()?;
        let shares = apportion(whole, &weights, step).ok_or_else(|| Unknown::ZeroDenominator(by.to_string()))?;
        let at = values.binary_search_by_key(&self.unit, |(unit, _)| *unit).map_err(|_| Unknown::NoValue)?;
        Ok(Amount::Exact(shares[at]))
    }
}

impl Ground for OneUnit<'_> {
    fn term(&self, term: &Term) -> Result<Amount, Unknown> {
        let source = |field| self.own.source_value(field, (self.dataset, self.state), self.unit);
        let known = |figure| match figure {
            Figure::Source(field) => source(field),
            figure => figure.amount(self.figures),
        };
        match &term.what {
            What::Rows(rows) => rows.of_unit(self.dataset, self.state, self.unit),
            What::Members => Ok(self.state.members(self.unit).len().into()),
            What::Area(_) | What::Figure(_) => in_own_unit(term, &known).ok_or_else(|| unknown(term)),
        }
    }

    fn over(&self, over: &Over) -> Result<Amount, Unknown> {
        match over {
            Over::Total(of) => {
                let values = self.values_at(self.level(), of);
                let mut values = values.iter().map(|(_, value)| value.clone());
                values.try_fold(Amount::from(0), |sum, value| sum.plus(value?).ok_or(Unknown::TooLarge))
            }
            Over::Before(of) => {
                let atoms = self.state.atoms(self.unit);
                let ground = AsLoaded {
                    dataset: self.dataset,
                    atoms: &atoms,
                    level: self.level(),
                    figures: self.figures,
                    is_all: self.dataset.heir_of_all(self.state) == Some(self.unit),
                };
                of.value(&ground)
            }
            Over::Each(level, of) => self.each(*level, of),
            Over::Rank(of) => {
                let values = self.values_at(self.level(), of);
                let own = self.own_value(&values)?.to_f64();
                let larger = values.iter().filter(|(_, it)| it.as_ref().is_ok_and(|it| it.to_f64() > own)).count();
                Ok((larger + 1).into())
            }
            Over::MinMax(of) => {
                let values = self.values_at(self.level(), of);
                let own = self.own_value(&values)?;
                let known = || values.iter().filter_map(|(_, value)| value.as_ref().ok().copied());
                let by_size = |a: &Amount, b: &Amount| a.to_f64().total_cmp(&b.to_f64());
                let (least, most) = (known().min_by(by_size).unwrap_or(own), known().max_by(by_size).unwrap_or(own));
                let range = most.minus(least).ok_or(Unknown::TooLarge)?;
                if range.to_f64() == 0.0 {
                    return Ok(Amount::from(0));
                }
                own.minus(least).and_then(|above| above.over(range)).ok_or(Unknown::TooLarge)
            }
            Over::Apportion(of) => self.shares(of),
        }
    }
}

/// Several units of a state together, each still by itself.
pub(super) struct Together<'a> {
    pub units: &'a together::Units<'a>,
    pub dataset: &'a Dataset,
    pub state: &'a State,
    pub ids: &'a [UnitId],
    atoms: OnceCell<Vec<AtomId>>,
}

impl<'a> Together<'a> {
    pub const fn new(
        units: &'a together::Units<'a>,
        dataset: &'a Dataset,
        state: &'a State,
        ids: &'a [UnitId],
    ) -> Self {
        Self { units, dataset, state, ids, atoms: OnceCell::new() }
    }
}

impl Ground for Together<'_> {
    fn term(&self, term: &Term) -> Result<Amount, Unknown> {
        match &term.what {
            What::Rows(rows) => {
                let atoms = self.atoms.get_or_init(|| {
                    let mut atoms: Vec<AtomId> = self.ids.iter().flat_map(|&unit| self.state.atoms(unit)).collect();
                    atoms.sort_unstable();
                    atoms
                });
                rows.within(self.dataset, self.state, atoms)
            }
            What::Members => Ok(self.ids.iter().map(|&unit| self.state.members(unit).len()).sum::<usize>().into()),
            What::Area(_) | What::Figure(_) => {
                in_own_unit(term, &|figure| self.units.amount(figure)).ok_or_else(|| unknown(term))
            }
        }
    }

    /// What is of one unit among others says nothing of several of them.
    fn over(&self, over: &Over) -> Result<Amount, Unknown> {
        Err(Unknown::Term(over.to_string()))
    }
}

/// A territory as it was loaded.
struct AsLoaded<'a> {
    dataset: &'a Dataset,
    /// Ascending.
    atoms: &'a [AtomId],
    level: LevelIndex,
    figures: &'a UnitFigures,
    /// Whether what is of all that was loaded belongs here.
    is_all: bool,
}

impl Ground for AsLoaded<'_> {
    fn term(&self, term: &Term) -> Result<Amount, Unknown> {
        // What adds up over a territory does not ask who had it.
        let known = |figure| match figure {
            Figure::Area | Figure::DeclaredArea | Figure::Population | Figure::Density | Figure::Sum(_) => {
                figure.amount(self.figures)
            }
            _ => None,
        };
        match &term.what {
            What::Rows(rows) => self.rows(rows),
            What::Members => {
                let finer = self.level.index().checked_sub(1).and_then(|level| u8::try_from(level).ok());
                let finer = LevelIndex(finer.ok_or_else(|| unknown(term))?);
                let mut units: Vec<UnitId> =
                    self.atoms.iter().map(|&atom| self.dataset.base.unit_of(atom, finer)).collect();
                units.sort_unstable();
                units.dedup();
                Ok(units.len().into())
            }
            What::Area(_) | What::Figure(_) => in_own_unit(term, &known).ok_or_else(|| unknown(term)),
        }
    }

    fn over(&self, over: &Over) -> Result<Amount, Unknown> {
        match over {
            Over::Before(of) => of.value(self),
            Over::Total(_) | Over::Each(..) | Over::Rank(_) | Over::MinMax(_) | Over::Apportion(_) => {
                Err(Unknown::Term(over.to_string()))
            }
        }
    }
}

impl AsLoaded<'_> {
    fn rows(&self, rows: &RowTerm) -> Result<Amount, Unknown> {
        let base = &self.dataset.base;
        let within = rows.within(self.dataset, base, self.atoms)?;
        if !self.is_all {
            return Ok(within);
        }
        within.plus(rows.of_all(self.dataset, base)?).ok_or(Unknown::TooLarge)
    }
}

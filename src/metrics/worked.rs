//! Working expressions out: for a unit, for several together, for what a unit had before, and over all units of a level.
//!
//! 1. `total`, `rank`, `minmax` and `apportion` ask for every unit of the level of the unit that they are worked out for.
//!    What they find is kept as long as the units and the records stay as they are ([`State::stamp`]).
//! 2. `each(level, x)` is x of every unit of a finer level in the unit, added up: what is worked out at village level is the
//!    same however villages are merged into townships, which makes shares of money neutral to mergers.
//! 3. `before(x)` is what the territory of the unit as it is now had as loaded: ledgers without what the plan records, units
//!    as they were loaded. What has no meaning without a seat or a border is not known. `before(each(township, x))` is what
//!    the townships of then had that lie in it; of one that lies there in part, its share by people. So what money a plan
//!    moves by the mere merging of units is `x - before(each(township, x))`.
//! 4. `gini(x, w)` is of x per w, with w as weight: of money, people. From the areas under the Lorenz curve, exact.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use rust_decimal::Decimal;

use super::formula::{Formula, Ground, Over, Sharing, Term, What};
use super::own::OwnFigures;
use super::rows::RowTerm;
use super::{Amount, Figure, FigureCache, UnitFigures, spread, together};
use crate::coverage::AtomId;
use crate::geodesy::ExactSum;
use crate::i18n::numbers::AreaUnit;
use crate::jobs::lock;
use crate::model::{Dataset, Level, LevelIndex, NotShared, ShareBounds, State, UnitId, Unknown, apportion_within};

/// Values of an expression for all units of a level, ascending.
type Values = Arc<Vec<(UnitId, Result<Amount, Unknown>)>>;

/// Figures of all units of a level, ascending.
type LevelFigures = Arc<Vec<(UnitId, Arc<UnitFigures>)>>;

/// What was worked out over whole levels, for two states: the one as loaded and the one at hand, which are asked for in turn.
#[derive(Debug, Default)]
pub(super) struct Kept([OfState; 2]);

/// What was worked out over whole levels, for one state.
#[derive(Debug, Default)]
struct OfState {
    stamp: u64,
    figures: BTreeMap<LevelIndex, LevelFigures>,
    values: BTreeMap<(LevelIndex, String), Values>,
}

impl Kept {
    /// What was worked out for a state, which is the last one asked for from now on.
    fn of(&mut self, stamp: u64) -> &mut OfState {
        let Self(states) = self;
        if states[0].stamp != stamp {
            states.swap(0, 1);
        }
        if states[0].stamp != stamp {
            states[0] = OfState { stamp, ..OfState::default() };
        }
        &mut states[0]
    }
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

    fn kept<T>(&self, with: impl FnOnce(&mut OfState) -> T) -> T {
        let kept: &Mutex<Kept> = self.own.kept();
        with(lock(kept, Kept::default).of(self.state.stamp()))
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

    /// Values of an expression for all units of the level as decimals.
    fn decimals(&self, of: &Formula) -> Result<Vec<Decimal>, Unknown> {
        self.values_at(self.level(), of).iter().map(|(_, value)| decimal(value.clone()?)).collect()
    }

    fn shares(&self, sharing: &Sharing) -> Result<Amount, Unknown> {
        let Sharing { whole, by, step, bounds: [floor, cap] } = sharing;
        let (whole, step) = (decimal(whole.value(self)?)?, decimal(step.value(self)?)?);
        let weights = self.decimals(by)?;
        let bounds = |of: &Option<Formula>| -> Result<Vec<Option<Decimal>>, Unknown> {
            let Some(of) = of else { return Ok(vec![None; weights.len()]) };
            Ok(self.decimals(of)?.into_iter().map(Some).collect())
        };
        let bounds: Vec<ShareBounds> =
            bounds(floor)?.into_iter().zip(bounds(cap)?).map(|(floor, cap)| ShareBounds { floor, cap }).collect();
        let shares = apportion_within(whole, &weights, &bounds, step).map_err(|why| match why {
            NotShared::Weights => Unknown::ZeroDenominator(by.to_string()),
            NotShared::Floors => Unknown::FloorsTooHigh,
            NotShared::Caps => Unknown::CapsTooLow,
            NotShared::TooLarge => Unknown::TooLarge,
        })?;
        let values = self.values_at(self.level(), by);
        let at = values.binary_search_by_key(&self.unit, |(unit, _)| *unit).map_err(|_| Unknown::NoValue)?;
        Ok(Amount::Exact(shares[at]))
    }

    fn total(&self, of: &Formula) -> Result<Amount, Unknown> {
        let values = self.values_at(self.level(), of);
        let mut values = values.iter().map(|(_, value)| value.clone());
        values.try_fold(Amount::from(0), |sum, value| sum.plus(value?).ok_or(Unknown::TooLarge))
    }
}

fn decimal(amount: Amount) -> Result<Decimal, Unknown> {
    amount.to_decimal().ok_or(Unknown::TooLarge)
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
            Over::Total(of) => self.total(of),
            Over::Before(of) => {
                let atoms = self.state.atoms(self.unit);
                let ground = AsLoaded {
                    own: self.own,
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
            Over::Apportion(sharing) => self.shares(sharing),
            Over::Gini(parts) => {
                let [of, weight] = &**parts;
                spread::gini(&self.decimals(of)?, &self.decimals(weight)?)
                    .map(Amount::Exact)
                    .ok_or_else(|| Unknown::ZeroDenominator(of.to_string()))
            }
            Over::Deviation(of) => {
                spread::deviation(&self.decimals(of)?).and_then(Amount::measured).ok_or(Unknown::TooLarge)
            }
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
    own: &'a OwnFigures,
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
            Over::Each(level, of) => self.each(self.dataset.level_index(*level).ok_or(Unknown::Unread)?, of),
            // What is of all units of then is the same for whoever asks.
            Over::Total(of) => self.any_unit().ok_or(Unknown::NoValue)?.total(of),
            Over::Gini(_) | Over::Deviation(_) => self.any_unit().ok_or(Unknown::NoValue)?.over(over),
            Over::Rank(_) | Over::MinMax(_) | Over::Apportion(_) => Err(Unknown::Term(over.to_string())),
        }
    }
}

impl AsLoaded<'_> {
    /// A unit as it was loaded.
    fn unit(&self, unit: UnitId) -> OneUnit<'_> {
        OneUnit { own: self.own, dataset: self.dataset, state: &self.dataset.base, unit, figures: self.figures }
    }

    /// One of the level as it was loaded.
    fn any_unit(&self) -> Option<OneUnit<'_>> {
        Some(self.unit(self.dataset.base.unit_of(*self.atoms.first()?, self.level)))
    }

    /// What the units of a level had that lay here, each worked out as it was loaded.
    fn each(&self, level: LevelIndex, of: &Formula) -> Result<Amount, Unknown> {
        if level > self.level {
            return Err(Unknown::Unread);
        }
        let base = &self.dataset.base;
        let mut within: BTreeMap<UnitId, Vec<AtomId>> = BTreeMap::new();
        for &atom in self.atoms {
            within.entry(base.unit_of(atom, level)).or_default().push(atom);
        }
        let Some(&first) = within.keys().next() else { return Ok(Amount::from(0)) };
        let values = self.unit(first).values_at(level, of);
        let mut found = Amount::from(0);
        for (unit, atoms) in within {
            let at = values.binary_search_by_key(&unit, |(unit, _)| *unit).map_err(|_| Unknown::NoValue)?;
            let value = values[at].1.clone()?;
            let all = base.atoms(unit);
            let part = if atoms.len() == all.len() { Some(value) } else { self.part(value, &atoms, &all) };
            found = part.and_then(|part| found.plus(part)).ok_or(Unknown::TooLarge)?;
        }
        Ok(found)
    }

    /// The share of some atoms of a unit, by people; by area where these are not known.
    fn part(&self, value: Amount, atoms: &[AtomId], all: &[AtomId]) -> Option<Amount> {
        let people = |atoms: &[AtomId]| -> Option<Decimal> {
            atoms
                .iter()
                .map(|&atom| self.dataset.population_of(atom))
                .try_fold(Decimal::ZERO, |sum, it| sum.checked_add(it?))
        };
        if let (Some(part), Some(whole)) = (people(atoms), people(all).filter(|whole| !whole.is_zero())) {
            return value.times(Amount::Exact(part))?.over(Amount::Exact(whole));
        }
        let measures = self.dataset.measures(self.own.method());
        let area = |atoms: &[AtomId]| {
            let mut sum = ExactSum::default();
            for &atom in atoms {
                sum += measures.atom_area(atom);
            }
            sum.to_f64()
        };
        value.times(Amount::measured(area(atoms))?)?.over(Amount::measured(area(all))?)
    }

    fn rows(&self, rows: &RowTerm) -> Result<Amount, Unknown> {
        let base = &self.dataset.base;
        let within = rows.within(self.dataset, base, self.atoms)?;
        if !self.is_all {
            return Ok(within);
        }
        within.plus(rows.of_all(self.dataset, base)?).ok_or(Unknown::TooLarge)
    }
}

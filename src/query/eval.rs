//! Tests a query on all units of a level.
//!
//! What is not known is neither this nor that: a unit without a population meets neither `人口 > 3000` nor
//! `非 人口 > 3000`. `人口 = 未知` finds it.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::expr::{Amount, Compare, Condition, Expr, Query, Subject};
use super::field::Field;
use crate::edit::change::{self, Between};
use crate::geodesy::{AreaMethod, ExactSum};
use crate::i18n::Lang;
use crate::metrics::{Figure, FigureCache, OwnFigures};
use crate::model::{Dataset, FieldIndex, Kind, LevelIndex, State, Table, UnitId, difference_percent};

/// Figures of all units by the position of their ids, as far as they were worked out before.
pub type LevelValues<'a> = &'a dyn Fn(LevelIndex, Figure) -> Option<Vec<Option<f64>>>;

/// What a query is tested on.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// What was loaded.
    pub dataset: &'a Dataset,
    /// The units as they are.
    pub state: &'a State,
    /// How areas are computed.
    pub area_method: AreaMethod,
    /// Figures that are known already. Where they are not, sums are made here, and other figures count as unknown;
    /// without this, all are worked out here.
    pub known: Option<LevelValues<'a>>,
    /// Figures of one's own, and the rules by which fields follow.
    pub own: &'a OwnFigures,
}

impl Query {
    /// Units of a level that it finds, ascending.
    #[must_use]
    pub fn units(&self, ground: &Ground<'_>, level: LevelIndex) -> Vec<UnitId> {
        let all: Vec<UnitId> = ground.state.units_at(level).collect();
        let columns = Columns::of(&self.expr, ground, level);
        all.into_par_iter().with_min_len(1024).filter(|&unit| columns.test(&self.expr, unit) == Some(true)).collect()
    }
}

/// What the tests of a query look at, for one level.
struct Columns<'a> {
    dataset: &'a Dataset,
    state: &'a State,
    level: LevelIndex,
    figures: BTreeMap<Figure, Vec<Option<f64>>>,
    source: BTreeMap<&'a str, (&'a Table, FieldIndex)>,
    between: Between<'a>,
}

impl<'a> Columns<'a> {
    fn of(expr: &'a Expr, ground: &Ground<'a>, level: LevelIndex) -> Self {
        let Ground { dataset, state, .. } = *ground;
        let mut columns = Self {
            dataset,
            state,
            level,
            figures: BTreeMap::new(),
            source: BTreeMap::new(),
            between: Between::new(dataset, &dataset.base, state),
        };
        columns.gather(expr, ground);
        columns
    }

    fn gather(&mut self, expr: &'a Expr, ground: &Ground<'a>) {
        match expr {
            Expr::All(parts) | Expr::Any(parts) => parts.iter().for_each(|part| self.gather(part, ground)),
            Expr::Not(part) => self.gather(part, ground),
            Expr::Test(Subject::Field(Field::Figure(figure)), _) => {
                let level = self.level;
                self.figures.entry(*figure).or_insert_with(|| values(ground, level, *figure));
            }
            Expr::Test(Subject::Field(Field::Source(name)), _) => {
                let table = self.dataset.layer_of(self.level).map(|layer| &layer.table);
                if let Some((table, column)) = table.and_then(|table| Some((table, table.field(name)?))) {
                    self.source.insert(name, (table, column));
                }
            }
            Expr::Test(..) => {}
        }
    }

    /// Whether a unit passes; `None` when that cannot be known.
    fn test(&self, expr: &Expr, unit: UnitId) -> Option<bool> {
        match expr {
            Expr::All(parts) => {
                let mut unknown = false;
                for part in parts {
                    match self.test(part, unit) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => unknown = true,
                    }
                }
                (!unknown).then_some(true)
            }
            Expr::Any(parts) => {
                let mut unknown = false;
                for part in parts {
                    match self.test(part, unit) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => unknown = true,
                    }
                }
                (!unknown).then_some(false)
            }
            Expr::Not(part) => self.test(part, unit).map(|passes| !passes),
            Expr::Test(Subject::Label, condition) => {
                let it = self.state.unit(unit);
                Some(text_passes(condition, &it.name) || text_passes(condition, &it.code))
            }
            Expr::Test(Subject::Field(field), condition) => self.field(field, condition, unit),
        }
    }

    fn field(&self, field: &Field, condition: &Condition, id: UnitId) -> Option<bool> {
        let unit = self.state.unit(id);
        let known = *condition == Condition::Known;
        match field {
            Field::Name if known => Some(!unit.name.is_empty()),
            Field::Code if known => Some(!unit.code.is_empty()),
            Field::Name => Some(text_passes(condition, &unit.name)),
            Field::Code => Some(text_passes(condition, &unit.code)),
            Field::Kind => {
                let kind = unit.kind.as_ref();
                if known { Some(kind.is_some()) } else { kind.map(|kind| kind_passes(condition, kind)) }
            }
            Field::Parent => {
                let parent = unit.parent.map(|parent| self.state.unit(parent));
                if known {
                    return Some(parent.is_some());
                }
                parent.map(|parent| text_passes(condition, &parent.name) || text_passes(condition, &parent.code))
            }
            Field::Level => Some(match condition {
                Condition::Level(level) => self.dataset.level(unit.level) == *level,
                Condition::Known
                | Condition::Yes
                | Condition::Number(..)
                | Condition::Is(_)
                | Condition::Has(_)
                | Condition::Status(_) => known,
            }),
            Field::Seat => Some(unit.seat.is_some() || known),
            Field::Proposed => Some(unit.code_status == crate::model::CodeStatus::Proposed || known),
            Field::Changed => Some(known || change::is_marked(self.dataset, self.state, id)),
            Field::Status => Some(match condition {
                Condition::Status(change) => self.between.main_change_of(id) == *change,
                Condition::Known
                | Condition::Yes
                | Condition::Number(..)
                | Condition::Is(_)
                | Condition::Has(_)
                | Condition::Level(_) => known,
            }),
            #[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
            Field::Members => number_passes(condition, Some(self.state.members(id).len() as f64)),
            Field::Figure(figure) => {
                number_passes(condition, self.figures.get(figure).and_then(|values| *values.get(id.index())?))
            }
            Field::Source(name) => {
                let cell = self.source.get(name.as_str()).zip(unit.source);
                let (Some((table, column)), feature) =
                    cell.map_or((None, None), |(at, feature)| (Some(*at), Some(feature)))
                else {
                    return known.then_some(false);
                };
                let feature = feature?;
                match condition {
                    Condition::Known => Some(table.text(feature, column).is_some()),
                    Condition::Number(..) => {
                        let text = table.text(feature, column)?;
                        let number = table.number(feature, column);
                        // Words are not less than a number, but they differ from it.
                        Some(number_passes(condition, number).unwrap_or(false)).filter(|_| !text.is_empty())
                    }
                    Condition::Yes
                    | Condition::Is(_)
                    | Condition::Has(_)
                    | Condition::Level(_)
                    | Condition::Status(_) => {
                        table.text(feature, column).map(|text| text_passes(condition, text.trim()))
                    }
                }
            }
        }
    }
}

fn text_passes(condition: &Condition, text: &str) -> bool {
    match condition {
        Condition::Is(wanted) => text == wanted || text.to_lowercase() == *wanted,
        // Most text has no letters that come in two cases.
        Condition::Has(wanted) => text.contains(wanted.as_str()) || text.to_lowercase().contains(wanted.as_str()),
        Condition::Yes | Condition::Known | Condition::Number(..) | Condition::Level(_) | Condition::Status(_) => false,
    }
}

/// Kinds go by their words in both languages and by their identifier.
fn kind_passes(condition: &Condition, kind: &Kind) -> bool {
    let words = [kind.words(Lang::Zh), kind.words(Lang::En), kind.id()];
    let means_it =
        matches!(condition, Condition::Is(wanted) if wanted.parse().is_ok_and(|wanted: Kind| wanted == *kind));
    means_it || words.into_iter().any(|word| text_passes(condition, word))
}

fn number_passes(condition: &Condition, value: Option<f64>) -> Option<bool> {
    match condition {
        Condition::Known => Some(value.is_some()),
        Condition::Number(compare, amount) => value.map(|value| compare.holds(value, *amount)),
        Condition::Yes | Condition::Is(_) | Condition::Has(_) | Condition::Level(_) | Condition::Status(_) => None,
    }
}

impl Compare {
    fn holds(self, value: f64, Amount { written, unit }: Amount) -> bool {
        let value = value / unit;
        match self {
            Self::Equal => written.equals(value),
            Self::Less => value < written.value,
            Self::AtMost => value <= written.value,
            Self::More => value > written.value,
            Self::AtLeast => value >= written.value,
        }
    }
}

/// A figure of all units by the position of their ids.
fn values(ground: &Ground<'_>, level: LevelIndex, figure: Figure) -> Vec<Option<f64>> {
    let Ground { dataset, state, area_method, known, own } = *ground;
    if let Some(values) = known.and_then(|known| known(level, figure)) {
        return values;
    }
    let sums = Sums { ground, level };
    match figure {
        Figure::Area => sums.areas().into_iter().map(Some).collect(),
        Figure::Population => sums.decimals(|atom| dataset.population_of(atom)),
        Figure::Density => {
            let people = sums.decimals(|atom| dataset.population_of(atom));
            let density =
                |(people, area): (Option<f64>, f64)| Some(people? / (area * 1e-6)).filter(|it| it.is_finite());
            people.into_iter().zip(sums.areas()).map(density).collect()
        }
        Figure::Sum(field) => sums.decimals(|atom| dataset.sum_of(atom, field)),
        Figure::Source(field) => {
            let mut values = vec![None; state.unit_count()];
            for unit in state.units_at(level) {
                values[unit.index()] = own.rules().number(field, dataset, state, unit, area_method);
            }
            values
        }
        Figure::DeclaredArea | Figure::DeclaredDifference => {
            let Some(declared) = &dataset.fields.declared_area else { return vec![None; state.unit_count()] };
            let in_m2 = |sum: Option<f64>| Some(sum? * declared.unit.in_m2());
            let sums_m2 = sums.decimals(|atom| dataset.sum_of(atom, declared.sum)).into_iter().map(in_m2);
            if figure == Figure::DeclaredArea {
                return sums_m2.collect();
            }
            sums_m2.zip(sums.areas()).map(|(declared_m2, m2)| difference_percent(declared_m2?, m2)).collect()
        }
        // What else the catalogue has, and what comes of it.
        _ => {
            let mut values = vec![None; state.unit_count()];
            if known.is_none() {
                for (unit, figures) in FigureCache::new(area_method).level(dataset, state, level) {
                    values[unit.index()] = own.number(figure, (dataset, state), unit, &figures);
                }
            }
            values
        }
    }
}

/// Sums over the atoms of every unit, in one pass over the labels.
struct Sums<'a> {
    ground: &'a Ground<'a>,
    level: LevelIndex,
}

impl Sums<'_> {
    fn areas(&self) -> Vec<f64> {
        let Ground { dataset, state, area_method, .. } = *self.ground;
        let measures = dataset.measures(area_method);
        let mut sums = vec![ExactSum::default(); state.unit_count()];
        for (atom, unit) in dataset.coverage.atoms().zip(state.labels(self.level)) {
            sums[unit.index()] += measures.atom_area(atom);
        }
        sums.into_iter().map(ExactSum::to_f64).collect()
    }

    /// Sums of what is known of every atom; `None` where that of any atom is not.
    fn decimals(&self, of: impl Fn(crate::coverage::AtomId) -> Option<Decimal>) -> Vec<Option<f64>> {
        let Ground { dataset, state, .. } = *self.ground;
        let mut sums: Vec<Option<Option<Decimal>>> = vec![None; state.unit_count()];
        for (atom, unit) in dataset.coverage.atoms().zip(state.labels(self.level)) {
            let sum = &mut sums[unit.index()];
            let value = of(atom);
            *sum = Some(match *sum {
                None => value,
                Some(before) => before.zip(value).and_then(|(before, value)| before.checked_add(value)),
            });
        }
        sums.into_iter().map(|sum| sum.flatten().and_then(|sum| sum.to_f64())).collect()
    }
}

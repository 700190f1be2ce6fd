//! Units beside rules, as offices draw it up (一乡一所对照表): one row for each unit, one column for each rule, who keeps it,
//! who lacks how many, who has how many too many; and what that comes to.

use super::pack::Pack;
use super::verdict::{Evidence, Judgement, Verdict, Verdicts};
use crate::i18n::{Lang, numbers};
use crate::model::{Level, LevelIndex, State, UnitId};

/// Units of a level beside the rules for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Rules that say something of a unit of the level, by their positions in the pack, ascending.
    pub rules: Vec<usize>,
    /// Units in force, ascending, each with a cell for each rule; `None` where it does not apply.
    pub rows: Vec<(UnitId, Vec<Option<MatrixCell>>)>,
    /// What each rule comes to.
    pub totals: Vec<MatrixTotal>,
}

/// How a unit stands to a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MatrixCell {
    /// What was counted or measured, where the rule has limits.
    pub value: Option<f64>,
    /// How it stands to the rule.
    pub standing: Standing,
    /// Whether it was so before the plan, and is no worse.
    pub is_as_before: bool,
}

/// How something stands to a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// It keeps it.
    Kept,
    /// So much is missing.
    Short(f64),
    /// So much is too much.
    Over(f64),
    /// It breaks it, and no number says how.
    Broken,
    /// That is not known.
    Unknown,
}

/// What a rule comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MatrixTotal {
    /// Sum of what was counted; `None` where the rule has no limits, or something is not known.
    pub sum: Option<f64>,
    /// Units that keep it.
    pub kept: usize,
    /// Units where something is missing.
    pub short: usize,
    /// Units where something is too much.
    pub over: usize,
    /// Other units that break it, and those of which it is not known.
    pub others: usize,
}

impl Matrix {
    /// What verdicts of a pack say of the units of a level.
    #[must_use]
    pub fn of(pack: &Pack, verdicts: &Verdicts, state: &State, at: LevelIndex, level: Level) -> Self {
        let there = |unit: UnitId| unit.index() < state.unit_count() && state.unit(unit).is_current();
        let units = || {
            let all = verdicts.units.iter().filter(|(unit, _)| there(*unit) && state.unit(*unit).level == at);
            all.map(|(unit, verdicts)| (*unit, &verdicts[..]))
        };
        let says = |rule: &usize| units().any(|(_, verdicts)| verdicts.iter().any(|verdict| verdict.rule == *rule));
        let rules: Vec<usize> =
            (0..pack.rules.len()).filter(|rule| pack.rules[*rule].is_for(level)).filter(says).collect();
        let cell = |verdicts: &[Verdict], rule: usize| {
            verdicts.iter().find(|verdict| verdict.rule == rule).map(MatrixCell::of)
        };
        let rows: Vec<_> = units()
            .map(|(unit, verdicts)| (unit, rules.iter().map(|&rule| cell(verdicts, rule)).collect::<Vec<_>>()))
            .collect();
        let column = |at: usize| rows.iter().filter_map(move |(_, cells)| cells[at].as_ref());
        let totals = (0..rules.len()).map(|at| MatrixTotal::of(column(at))).collect();
        Self { rules, rows, totals }
    }
}

impl MatrixCell {
    fn of(verdict: &Verdict) -> Self {
        let (value, limits) = match &verdict.evidence {
            Evidence::Range { value, limits, .. } => (*value, limits.as_ref()),
            _ => (None, None),
        };
        let standing = match verdict.judgement {
            Judgement::Kept => Standing::Kept,
            Judgement::Unjudged(_) => Standing::Unknown,
            Judgement::Broken | Judgement::AsBefore => match value.zip(limits).map(|(value, it)| it.beyond(value)) {
                Some([short, _]) if short > 0.0 => Standing::Short(short),
                Some([_, over]) if over > 0.0 => Standing::Over(over),
                Some(_) | None => Standing::Broken,
            },
        };
        Self { value, standing, is_as_before: verdict.judgement == Judgement::AsBefore }
    }

    /// In a few signs: `✓`, `缺 1`, `多 2`.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match self.standing {
            Standing::Kept => "✓".to_owned(),
            Standing::Short(by) => format!("{} {}", lang.pick("缺", "short"), amount(by)),
            Standing::Over(by) => format!("{} {}", lang.pick("多", "over"), amount(by)),
            Standing::Broken => "✗".to_owned(),
            Standing::Unknown => numbers::UNKNOWN.to_owned(),
        }
    }
}

impl MatrixTotal {
    fn of<'a>(cells: impl Iterator<Item = &'a MatrixCell>) -> Self {
        let mut total = Self { sum: Some(0.0), ..Self::default() };
        for cell in cells {
            total.sum = total.sum.zip(cell.value).map(|(sum, value)| sum + value);
            *match cell.standing {
                Standing::Kept => &mut total.kept,
                Standing::Short(_) => &mut total.short,
                Standing::Over(_) => &mut total.over,
                Standing::Broken | Standing::Unknown => &mut total.others,
            } += 1;
        }
        total
    }

    /// The units by how they stand: `✓ 18 · 缺 2 · 多 1`.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let Self { kept, short, over, others, .. } = *self;
        let parts = [("✓", kept), (lang.pick("缺", "short"), short), (lang.pick("多", "over"), over), ("✗", others)];
        let parts = parts.into_iter().filter(|&(sign, units)| units > 0 || sign == "✓");
        parts.map(|(sign, units)| format!("{sign} {}", numbers::count(units))).collect::<Vec<_>>().join(" · ")
    }

    /// The sum, without needless decimals.
    #[must_use]
    pub fn sum_text(&self) -> String {
        self.sum.map_or_else(String::new, amount)
    }
}

/// A number with as many decimals as it needs, two at most.
fn amount(value: f64) -> String {
    numbers::number(value, if value.fract().abs() < 1e-9 { 0 } else { 2 })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::rules::pack::Limits;

    fn verdict(value: Option<f64>, judgement: Judgement) -> Verdict {
        let limits = Some(Limits { min: Some(1.0), max: Some(1.0), ..Limits::default() });
        Verdict { rule: 0, judgement, evidence: Evidence::Range { value, limits, terrain: None } }
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_is_counted_and_added_up() {
        let cells = [
            verdict(Some(1.0), Judgement::Kept),
            verdict(Some(0.0), Judgement::Broken),
            verdict(Some(3.0), Judgement::AsBefore),
        ]
        .map(|verdict| MatrixCell::of(&verdict));
        assert_eq!(cells.map(|cell| cell.words(Lang::Zh)), ["✓", "缺 1", "多 2"]);
        assert!(cells[2].is_as_before && !cells[1].is_as_before);
        let total = MatrixTotal::of(cells.iter());
        assert_eq!((total.sum_text().as_str(), total.words(Lang::Zh).as_str()), ("4", "✓ 1 · 缺 1 · 多 1"));
        assert_eq!(total.words(Lang::En), "✓ 1 · short 1 · over 1");
    }

    #[test]
    fn rows_are_the_units_of_the_level_and_columns_the_rules_that_say_something_of_them() {
        let dataset = crate::edit::testing::grid(2, 2);
        let pack = Pack::parse(
            "format = \"quhua-rules\"\nversion = 1\n[[rule]]\nid = \"a\"\ncheck = \"members\"\nmin = 1\nlevel = \"township\"\n",
        )
        .unwrap();
        let at = LevelIndex(1);
        let units: Vec<UnitId> = dataset.base.units_at(at).collect();
        let village = dataset.base.units_at(LevelIndex(0)).next().unwrap();
        let said: Arc<[Verdict]> = vec![verdict(Some(0.0), Judgement::Broken)].into();
        let mut all = vec![(village, Arc::clone(&said)), (units[0], Arc::clone(&said)), (units[1], said)];
        all.sort_by_key(|(unit, _)| *unit);
        let verdicts = Verdicts { units: all, ..Verdicts::default() };
        let matrix = Matrix::of(&pack, &verdicts, &dataset.base, at, dataset.level(at));
        assert_eq!((matrix.rules, matrix.rows.len(), matrix.totals[0].short), (vec![0], 2, 2));
    }
}

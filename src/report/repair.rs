//! Log of a repair (`quhua repair`): every step, and what the check that followed proved.
//!
//! The JSON form is a contract: other programs read it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::health::address;
use crate::coverage::AtomId;
use crate::coverage::repair::{Balance, Deed, Repaired, is_finding};
use crate::i18n::numbers::{self, AreaUnit};
use crate::i18n::{Lang, Say as _};
use crate::model::Dataset;

/// Log of a repair. Its `Display` sums it up in lines for a person.
#[derive(Debug, Serialize)]
pub struct RepairLog {
    /// What was done, in order.
    pub steps: Vec<Entry>,
    /// Whether the check afterwards found a valid coverage.
    pub valid_coverage: bool,
    /// Units of the finest layer; as many as before.
    pub units: usize,
    /// Units whose borders are not as they came.
    pub units_changed: usize,
    /// Units without territory: those that were drawn twice, and those that had none.
    pub units_without_territory: usize,
    /// The longest way of a vertex, in metres.
    pub max_moved_m: f64,
    /// How the territory of all units together came to be another.
    pub areas: Balance,
    /// Each unit whose borders are not as they came, with its area before and after.
    pub changed: Vec<Changed>,
    /// Number of findings of each kind that are left.
    pub left: BTreeMap<String, usize>,
    /// Number of steps of each deed, with the territory that changed hands.
    #[serde(skip)]
    deeds: BTreeMap<Deed, (usize, f64)>,
    /// Language of the lines.
    #[serde(skip)]
    lang: Lang,
}

/// A unit whose borders are not as they came.
#[derive(Debug, Serialize)]
pub struct Changed {
    /// Its code; the name, or the position in the file, where it has none.
    pub unit: String,
    /// Its area before, in square metres.
    pub before_m2: f64,
    /// Its area after.
    pub after_m2: f64,
}

/// One step.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Kind of the defect that it mends, as the health report has it.
    pub kind: String,
    /// Codes of the units concerned; the name, or the position in the file, where a unit has no code.
    pub units: Vec<String>,
    /// Longitude and latitude in degrees.
    pub at: [f64; 2],
    /// How far a vertex moved, in metres.
    pub moved_m: f64,
    /// Territory that changed hands, in square metres.
    pub area_m2: f64,
    /// The unit that it went to, or whose vertex was taken.
    pub to: Option<String>,
    /// Units that held the place before; none held a gap.
    pub held_by: Vec<String>,
    /// What was done, in one sentence.
    pub message: String,
}

impl RepairLog {
    /// Puts the log together; the dataset names the units.
    #[must_use]
    pub fn new(dataset: &Dataset, repaired: &Repaired, lang: Lang) -> Self {
        let unit = |atom: AtomId| address(dataset, dataset.loaded_unit(atom));
        let steps = repaired.steps.iter().map(|step| Entry {
            kind: step.kind.to_string(),
            units: step.atoms.iter().map(|&atom| unit(atom)).collect(),
            at: [step.at.x, step.at.y],
            moved_m: step.moved_m,
            area_m2: step.area_m2,
            to: step.to.map(unit),
            held_by: step.held_by.iter().map(|&atom| unit(atom)).collect(),
            message: step.deed.say(lang),
        });
        let mut deeds: BTreeMap<Deed, (usize, f64)> = BTreeMap::new();
        for step in &repaired.steps {
            let (count, area) = deeds.entry(step.deed).or_default();
            *count += 1;
            *area += step.area_m2;
        }
        let mut left = BTreeMap::new();
        for defect in repaired.left.iter().filter(|defect| is_finding(defect)) {
            *left.entry(defect.kind.to_string()).or_insert(0) += 1;
        }
        let coverage = &repaired.coverage;
        let balance = repaired.balance();
        let changed =
            |&(atom, before_m2, after_m2): &(AtomId, f64, f64)| Changed { unit: unit(atom), before_m2, after_m2 };
        Self {
            steps: steps.collect(),
            valid_coverage: repaired.is_valid(),
            units: coverage.atom_count(),
            units_changed: repaired.changed.len(),
            units_without_territory: coverage.atoms().filter(|&atom| coverage.bounds_of(atom).is_none()).count(),
            max_moved_m: repaired.max_moved_m,
            changed: balance.units.iter().map(changed).collect(),
            areas: balance,
            left,
            deeds,
            lang,
        }
    }
}

impl fmt::Display for RepairLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = self.lang;
        for (deed, &(count, area_m2)) in &self.deeds {
            write!(f, "{count} × {}", deed.say(lang))?;
            if area_m2 > 0.0 {
                let area = numbers::area_with_unit(area_m2, AreaUnit::Km2, lang);
                write!(f, "{}{area}{}", lang.pick("（", " ("), lang.pick("）", ")"))?;
            }
            writeln!(f)?;
        }
        let (changed, units, moved) = (self.units_changed, self.units, numbers::number(self.max_moved_m, 3));
        match lang {
            Lang::Zh => writeln!(f, "{units} 个单元中改动 {changed} 个，顶点最远移动 {moved} m")?,
            Lang::En => writeln!(f, "{changed} of {units} units changed, vertices moved by {moved} m at most")?,
        }
        let verdict = if self.valid_coverage {
            lang.pick(
                "检查通过：边界无重叠，公共边界逐点一致",
                "checked: nothing overlaps, and shared borders match vertex for vertex",
            )
        } else {
            lang.pick("检查未通过：仍有问题", "checked: not valid yet")
        };
        writeln!(f, "{verdict}")?;
        if !self.left.is_empty() {
            let left: Vec<String> = self.left.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
            writeln!(f, "{}{}", lang.pick("仍有：", "left: "), left.join(lang.pick("、", ", ")))?;
        }
        Ok(())
    }
}

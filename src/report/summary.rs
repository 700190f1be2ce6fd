//! Summary of a plan (`quhua apply --summary`): figures before and after, what was refused nowhere and doubted where.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;

use crate::edit::Document;
use crate::geodesy::AreaMethod;
use crate::metrics::Ledger;
use crate::metrics::report::Change;
use crate::metrics::summary::{FigureChange, Summary};
use crate::model::{Level, LevelIndex, State};

/// What a plan does, in figures. Serialises as the summary file.
#[derive(Debug, Serialize)]
pub struct PlanSummary {
    /// Program that made it.
    pub program: String,
    /// Name of the plan; may be empty.
    pub plan: String,
    /// Number of edits.
    pub edits: usize,
    /// Files that the plan was applied to.
    pub base: Vec<BaseEntry>,
    /// How areas were computed.
    pub area_method: AreaMethod,
    /// Levels of the data, finest first.
    pub levels: Vec<LevelEntry>,
    /// Totals before and after; a plan changes none of them.
    pub totals: Totals,
    /// What was doubtful, edit by edit.
    pub warnings: Vec<WarningEntry>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BaseEntry {
    /// File name without its folder.
    pub path: String,
    /// Hash of its bytes, hexadecimal.
    pub sha256: String,
}

/// One level before and after.
#[derive(Debug, Serialize)]
pub struct LevelEntry {
    /// The level.
    pub level: Level,
    /// Number of units, reduction and its rate.
    #[serde(flatten)]
    pub change: Change,
    /// Mean area of a unit in km².
    pub mean_area_km2: Pair<Option<f64>>,
    /// Mean population of a unit.
    pub mean_population: Pair<Option<f64>>,
    /// Mean number of units of the finer level in a unit.
    pub mean_members: Pair<Option<f64>>,
    /// Units of each kind.
    pub kinds: Vec<KindEntry>,
}

/// Units of one kind.
#[derive(Debug, Serialize)]
pub struct KindEntry {
    /// The kind; `null` for units without one.
    pub kind: Option<String>,
    /// Units before.
    pub before: usize,
    /// Units after.
    pub after: usize,
}

/// A figure before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Pair<T> {
    /// As loaded.
    pub before: T,
    /// As the plan leaves it.
    pub after: T,
}

/// Totals of everything.
#[derive(Debug, Serialize)]
pub struct Totals {
    /// Area in m², summed over the units of the finest level.
    pub area_m2: Pair<f64>,
    /// Population; `null` when that of any unit is not known.
    pub population: Pair<Option<String>>,
}

/// A doubtful thing about an edit that was carried out.
#[derive(Debug, Serialize)]
pub struct WarningEntry {
    /// Position of the edit in the plan, from 0.
    pub edit: usize,
    /// One sentence.
    pub message: String,
}

impl PlanSummary {
    /// Sums up what the plan of a document does.
    #[must_use]
    pub fn new(document: &Document, method: AreaMethod) -> Self {
        let dataset = document.dataset();
        let ledger = Ledger::new(method);
        let totals_of = |state: &State| ledger.totals(dataset, state, LevelIndex::FINEST);
        let [before, after] = [totals_of(document.base()), totals_of(document.state())];
        let levels = document
            .state()
            .levels()
            .map(|level| LevelEntry::from(Summary::of(dataset, document.base(), document.state(), level, method)));
        let steps = document.done().enumerate();
        Self {
            program: concat!("quhua ", env!("CARGO_PKG_VERSION")).to_owned(),
            plan: document.name().to_owned(),
            edits: document.position(),
            base: dataset
                .bases()
                .map(|file| BaseEntry { path: file.name.to_owned(), sha256: file.sha256.to_owned() })
                .collect(),
            area_method: method,
            levels: levels.collect(),
            totals: Totals {
                area_m2: Pair { before: before.area_m2, after: after.area_m2 },
                population: Pair {
                    before: before.population.map(|people| people.to_string()),
                    after: after.population.map(|people| people.to_string()),
                },
            },
            warnings: steps
                .flat_map(|(edit, step)| {
                    step.warnings.iter().map(move |warning| WarningEntry { edit, message: warning.to_string() })
                })
                .collect(),
        }
    }
}

impl From<Summary> for LevelEntry {
    fn from(summary: Summary) -> Self {
        let pair = |figure: FigureChange| {
            let number = |value: Option<Decimal>| value.and_then(|value| value.to_f64());
            Pair { before: number(figure.before), after: number(figure.after) }
        };
        Self {
            level: summary.level,
            change: summary.units.into(),
            mean_area_km2: pair(summary.mean_area_km2),
            mean_population: pair(summary.mean_population),
            mean_members: pair(summary.mean_members),
            kinds: summary
                .kinds
                .into_iter()
                .map(|(kind, count)| KindEntry {
                    kind: kind.map(|kind| kind.to_string()),
                    before: count.before,
                    after: count.after,
                })
                .collect(),
        }
    }
}

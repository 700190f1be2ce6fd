//! Summary of a plan (`quhua apply --summary`): figures before and after, what was refused nowhere and doubted where.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;

use crate::edit::Document;
use crate::geodesy::AreaMethod;
use crate::io::export::Export;
use crate::metrics::report::{Change, PartlyKnown};
use crate::metrics::summary::{FigureChange, Summary};
use crate::metrics::{FigureCache, ServicePlaces};
use crate::model::{Basis, Dataset, FieldValue, Level, LevelIndex, State, UnitId};

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
    /// Places of public service that go with the units; `null` where the data have no townships or no villages.
    pub services: Option<ServicesEntry>,
    /// What became of the source's fields in the units that were written.
    pub fields: Vec<FieldEntry>,
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
    /// Codes (or, without one, names) of units in force that the plan left without territory: they count no longer, and
    /// are to be abolished.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to_abolish: Vec<String>,
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

/// Places of public service: a centre for each township, a station for each abolished one, a room for each village, a
/// point for each abolished one, less the former seats of which something else was decided.
#[derive(Debug, Serialize)]
pub struct ServicesEntry {
    /// All townships together.
    pub totals: ServicePlaces,
    /// Each township in force.
    pub townships: Vec<TownshipServices>,
}

/// Places of public service in a township.
#[derive(Debug, Serialize)]
pub struct TownshipServices {
    /// Code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Its places.
    #[serde(flatten)]
    pub places: ServicePlaces,
}

impl ServicesEntry {
    /// Places of service of a state.
    #[must_use]
    pub fn of(dataset: &Dataset, state: &State) -> Option<Self> {
        let townships = ServicePlaces::by_township(dataset, state)?;
        let entry = |&(id, places): &(UnitId, ServicePlaces)| {
            let unit = state.unit(id);
            TownshipServices { code: unit.code.to_string(), name: unit.name.to_string(), places }
        };
        Some(Self {
            totals: ServicePlaces::total(townships.iter().map(|(_, places)| places)),
            townships: townships.iter().map(entry).collect(),
        })
    }
}

/// A source field in units that were made.
#[derive(Debug, Serialize)]
pub struct FieldEntry {
    /// Its name.
    pub field: String,
    /// Its rule, as on the command line.
    pub rule: String,
    /// Why it has that rule.
    pub basis: Basis,
    /// Whether nobody chose it.
    pub guessed: bool,
    /// Units in which it is not known everywhere: the value is `null`.
    pub unknown: Vec<UnknownEntry>,
}

/// A value that cannot be known.
#[derive(Debug, Serialize)]
pub struct UnknownEntry {
    /// Code of the unit, or its name where it has none.
    pub unit: String,
    /// One sentence.
    pub why: String,
}

impl FieldEntry {
    /// Fields of the units of a level, with the reasons for what is unknown in those that do not leave as they came.
    fn all(export: &Export<'_>) -> Vec<Self> {
        let Export { dataset, state, level, area_method, rules, .. } = *export;
        let mut fields: Vec<Self> = rules
            .at(dataset, level)
            .map(|field| Self {
                field: field.name.clone(),
                rule: field.rule.to_string(),
                basis: field.basis,
                guessed: field.basis.is_guess(),
                unknown: Vec::new(),
            })
            .collect();
        for id in export.ordered().into_iter().filter(|&id| !export.leaves_as_it_came(id)) {
            let unit = state.unit(id);
            for (entry, value) in fields.iter_mut().zip(rules.values(dataset, state, id, area_method)) {
                if let FieldValue::Unknown(why) = value {
                    let name = if unit.code.is_empty() { &unit.name } else { &unit.code };
                    entry.unknown.push(UnknownEntry { unit: name.to_string(), why: why.to_string() });
                }
            }
        }
        fields
    }
}

/// Totals of everything.
#[derive(Debug, Serialize)]
pub struct Totals {
    /// Area in m², summed over the units of the finest level.
    pub area_m2: Pair<f64>,
    /// Population; `null` when that of any unit is not known.
    pub population: Pair<Option<String>>,
    /// What is known of it, where not all is.
    #[serde(flatten)]
    pub people: PartlyKnown,
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
    /// Sums up what the plan of a document does, and what was written of it.
    #[must_use]
    pub fn new(document: &Document, export: &Export<'_>) -> Self {
        let method = export.area_method;
        let dataset = document.dataset();
        let cache = FigureCache::new(method);
        let totals_of = |state: &State| cache.totals(dataset, state, LevelIndex::FINEST);
        let [before, after] = [totals_of(document.base()), totals_of(document.state())];
        let levels = document.state().levels().map(|level| LevelEntry {
            to_abolish: emptied(document.state(), level),
            ..LevelEntry::from(Summary::of(dataset, document.base(), document.state(), level, method))
        });
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
                people: PartlyKnown::of(dataset, after.people),
            },
            services: ServicesEntry::of(dataset, document.state()),
            fields: FieldEntry::all(export),
            warnings: steps
                .flat_map(|(edit, step)| {
                    step.warnings.iter().map(move |warning| WarningEntry { edit, message: warning.to_string() })
                })
                .collect(),
        }
    }
}

/// Units of a level in force without territory.
fn emptied(state: &State, level: LevelIndex) -> Vec<String> {
    let empty = state.units_at(level).map(|id| (id, state.unit(id))).filter(|(id, _)| state.first_atom(*id).is_none());
    let labelled = empty.map(|(_, unit)| if unit.code.is_empty() { &unit.name } else { &unit.code });
    labelled.map(ToString::to_string).collect()
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
            to_abolish: Vec::new(),
        }
    }
}

//! What somebody should look at in what was read: each is a line beside the choice that puts it right.
//!
//! What the files answer is no doubt, and what somebody has chosen is none either.

use rust_decimal::prelude::ToPrimitive as _;

use quhua::i18n::Lang;
use quhua::metrics::summary::Summary;
use quhua::model::{CrsDoubt, Dataset, FindingKind, LevelIndex, Recognition, Role, RoleDoubt};
use quhua::study::Study;

/// People on a square kilometre between which places are lived at: the emptiest county, and the densest quarter.
const LIVED_AT: std::ops::RangeInclusive<f64> = 0.005..=150_000.0;

/// Something to look at.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// The encoding of a layer.
    Texts(usize),
    /// The coordinate system of a layer, for these reasons; for none where only the numbers tell it.
    Crs(usize, Vec<CrsDoubt>),
    /// Units of a layer lie in others of it, and it is left in one piece: in Chinese, and in English.
    Levels(usize, [String; 2]),
    /// No column has a role that every unit needs.
    Missing(Role),
    /// A column has a role, and something speaks against it: in Chinese, and in English.
    Role(Role, String, [String; 2]),
    /// So many people on a square kilometre.
    Density(f64),
}

/// Setting under which a document keeps what somebody has looked at.
pub const LOOKED_AT: &str = "sources_looked_at";

impl Doubt {
    /// The layer that it is about.
    pub const fn layer(&self) -> usize {
        match self {
            Self::Texts(layer) | Self::Crs(layer, _) | Self::Levels(layer, _) => *layer,
            Self::Missing(_) | Self::Role(..) | Self::Density(_) => 0,
        }
    }

    /// What is kept of it once somebody has looked; `None` for what is answered by choosing.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Texts(_) | Self::Crs(..) | Self::Levels(..) => None,
            Self::Missing(role) => Some(format!("no {role:?}")),
            Self::Role(role, column, _) => Some(format!("{role:?} {column}")),
            Self::Density(_) => Some("density".to_owned()),
        }
    }
}

/// What is doubtful about what a document was made from.
pub fn of(project: &Study, facts: &Facts, recognised: &[Recognition]) -> Vec<Doubt> {
    let loaded = project.document().origin().as_loaded();
    let mut doubts = Vec::new();
    for (at, layer) in loaded.layers.iter().enumerate() {
        if layer.reading.texts.as_ref().is_some_and(quhua::model::TextReading::is_doubtful) {
            doubts.push(Doubt::Texts(at));
        }
        if let Some(levels) = layer.reading.levels.as_ref().filter(|levels| levels.is_doubtful()) {
            doubts.push(Doubt::Levels(at, [Lang::Zh, Lang::En].map(|lang| levels.words(lang))));
        }
        let read = layer.reading.crs.as_ref();
        let mut reasons: Vec<CrsDoubt> = read.map(|crs| crs.doubts.clone()).unwrap_or_default();
        for finding in &*loaded.findings {
            if let FindingKind::CrsSuspect(doubt) = &finding.what
                && concerns(doubt, loaded, at)
                && !reasons.contains(doubt)
            {
                reasons.push(doubt.clone());
            }
        }
        if !reasons.is_empty() || read.is_some_and(quhua::model::CrsReading::is_doubtful) {
            doubts.push(Doubt::Crs(at, reasons));
        }
    }
    let fields = &project.dataset().fields;
    let needed = [(&fields.code, Role::Code), (&fields.name, Role::Name), (&fields.population, Role::Population)];
    doubts.extend(needed.into_iter().filter(|(field, _)| field.is_none()).map(|(_, role)| Doubt::Missing(role)));
    doubts.extend(recognised.first().into_iter().flat_map(of_roles));
    doubts.extend(facts.density.filter(|density| !LIVED_AT.contains(density)).map(Doubt::Density));
    let looked_at = looked_at(project);
    doubts.retain(|doubt| doubt.key().is_none_or(|key| !looked_at.contains(&key)));
    doubts
}

/// What somebody has looked at, and found right.
pub fn looked_at(project: &Study) -> Vec<String> {
    let kept = project.document().settings().get(LOOKED_AT);
    kept.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Columns that every unit needs, and that others could be as well. What values lack is told by the checks.
fn of_roles(recognised: &Recognition) -> Vec<Doubt> {
    let needed = [Role::Code, Role::Name, Role::Population];
    let readings = recognised.roles.iter().filter(|reading| needed.contains(&reading.role));
    let doubtful = readings.filter_map(|reading| {
        let is_one = |doubt: &&RoleDoubt| match doubt {
            RoleDoubt::CloseSecond { .. } | RoleDoubt::NotParentsSum { .. } | RoleDoubt::OneValue => true,
            RoleDoubt::ByValuesAlone => reading.role == Role::Population,
            RoleDoubt::Unfilled { .. }
            | RoleDoubt::Missing { .. }
            | RoleDoubt::Duplicates { .. }
            | RoleDoubt::NotNumbers { .. } => false,
        };
        let doubts: Vec<&RoleDoubt> = reading.doubts.iter().filter(is_one).collect();
        let words = |lang: Lang| {
            let all: Vec<String> = doubts.iter().map(|doubt| quhua::i18n::Say::say(*doubt, lang)).collect();
            all.join(lang.pick("；", "; "))
        };
        let column = reading.column.as_ref().filter(|_| !doubts.is_empty())?;
        Some(Doubt::Role(reading.role, column.to_string(), [words(Lang::Zh), words(Lang::En)]))
    });
    doubtful.collect()
}

/// Whether a doubt that came up between layers, or about all of them, is about this one.
fn concerns(doubt: &CrsDoubt, loaded: &Dataset, at: usize) -> bool {
    match doubt {
        CrsDoubt::Shifted { layer, .. } => loaded.layers.iter().position(|other| other.name == *layer) == Some(at),
        CrsDoubt::OutOfRange { .. } | CrsDoubt::SwappedAxes { .. } | CrsDoubt::NearOrigin => at == 0,
        // Those stand in the reading of their layer.
        CrsDoubt::AxesExchanged { .. }
        | CrsDoubt::LongitudesTurned { .. }
        | CrsDoubt::DatumUnknown { .. }
        | CrsDoubt::Contradicted { .. } => false,
    }
}

/// What all units together come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Units of each level, the finest first.
    pub units: Vec<usize>,
    /// Fewest and most units of each level in one of the next; of the last none.
    pub members: Vec<[usize; 2]>,
    /// People.
    pub people: Option<rust_decimal::Decimal>,
    /// Area in km².
    pub area_km2: Option<f64>,
    /// People on a square kilometre.
    pub density: Option<f64>,
}

impl Facts {
    /// Those of a document, before anything was changed.
    pub fn of(project: &Study) -> Self {
        let (dataset, base) = (project.dataset(), &project.dataset().base);
        let levels = || (0..dataset.levels.len()).filter_map(|at| u8::try_from(at).ok()).map(LevelIndex);
        let members = levels().skip(1).map(|level| {
            let counts = base.counted_at(level).map(|unit| base.members(unit).len());
            counts.fold([usize::MAX, 0], |[least, most], count| [least.min(count), most.max(count)])
        });
        let summary = Summary::of(dataset, base, base, LevelIndex::FINEST, project.area_method());
        let area_km2 = summary.area_km2.and_then(|area| area.to_f64());
        let people = summary.population;
        Self {
            units: levels().map(|level| base.counted_at(level).count()).collect(),
            members: members.collect(),
            density: people
                .and_then(|people| people.to_f64())
                .zip(area_km2.filter(|area| *area > 0.0))
                .map(|(a, b)| a / b),
            people,
            area_km2,
        }
    }
}

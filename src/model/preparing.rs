//! Preparing: what is done to what was loaded before anybody draws on it.
//!
//! 1. What is kept is how to repair ([`BorderRepair`]), never what came of it: what was loaded stays what it is, and
//!    [`Dataset::as_loaded`] leads back to it.
//! 2. Units keep their codes, names and places in their lists; only borders change, and what follows from them.
//! 3. [`Preparation`] is all that is done to what was loaded before anybody draws on it: borders first, then tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use geo::Coord;
use serde::{Deserialize, Serialize};

use super::{Dataset, FieldOverrides, Join, LevelIndex, ModelError};
use crate::coverage::AtomId;
use crate::coverage::repair::{Award, Checked, Choice, Repaired, Settings, Step, StepKey, is_finding, repair_checked};
use crate::coverage::validate::DefectKind;
use crate::i18n::{Say, numbers};
use crate::jobs::{Cancelled, Progress};

/// To whom a place goes that several units claim, or none; as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Awarded {
    /// `border`: to the unit with the longest border around it.
    #[default]
    Border,
    /// `leave`: to nobody, it stays as it is.
    Leave,
    /// To the unit with this code where it is concerned.
    Unit(String),
}

impl Awarded {
    /// How [`Self::Border`] is written.
    pub const BORDER: &'static str = "border";
    /// How [`Self::Leave`] is written.
    pub const LEAVE: &'static str = "leave";

    /// Who that is in a dataset; `None` where no unit of the finest level has the code.
    #[must_use]
    pub fn in_dataset(&self, dataset: &Dataset) -> Option<Award> {
        match self {
            Self::Border => Some(Award::LongestBorder),
            Self::Leave => Some(Award::Leave),
            Self::Unit(code) => {
                let unit = dataset.base.find_at(LevelIndex::FINEST, code)?;
                dataset.base.atoms(unit).first().copied().map(Award::Unit)
            }
        }
    }
}

impl From<String> for Awarded {
    fn from(text: String) -> Self {
        match text.as_str() {
            Self::BORDER => Self::Border,
            Self::LEAVE => Self::Leave,
            _ => Self::Unit(text),
        }
    }
}

impl From<Awarded> for String {
    fn from(awarded: Awarded) -> Self {
        match awarded {
            Awarded::Border => Awarded::BORDER.to_owned(),
            Awarded::Leave => Awarded::LEAVE.to_owned(),
            Awarded::Unit(code) => code,
        }
    }
}

/// What is done at a place of a repair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    /// What is done everywhere.
    #[default]
    AsEverywhere,
    /// Nothing: it stays as it is.
    Stays,
    /// It goes to this unit.
    GoesTo(AtomId),
}

/// A place of a repair that somebody decided on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceOf {
    /// Kind of the defect there.
    pub kind: DefectKind,
    /// Units concerned, by their position among the features of the finest layer, from 0.
    pub units: Vec<AtomId>,
    /// Longitude and latitude in degrees.
    pub at: [f64; 2],
    /// The unit that it goes to, by its position; `None`: it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<AtomId>,
}

impl PlaceOf {
    /// By what the step there is known.
    #[must_use]
    pub fn key(&self) -> StepKey {
        let at = Coord { x: self.at[0] + 0.0, y: self.at[1] + 0.0 };
        (self.kind, self.units.clone(), [at.x.to_bits(), at.y.to_bits()])
    }
}

/// How borders are repaired: as it is kept with a document, and named in the base of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BorderRepair {
    /// Borders closer than this are meant to be one, and no vertex moves farther; in metres.
    pub snap_m: f64,
    /// Enclosed spaces thinner than this are filled; in metres.
    pub gap_width_m: f64,
    /// Who gets an overlap.
    #[serde(default)]
    pub overlap: Awarded,
    /// Who gets a gap.
    #[serde(default)]
    pub gap: Awarded,
    /// Kinds of defects that are borders.
    pub kinds: BTreeSet<DefectKind>,
    /// Places that are decided by themselves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PlaceOf>,
}

impl Default for BorderRepair {
    fn default() -> Self {
        let Settings { snap_m, gap_width_m, .. } = Settings::default();
        let (overlap, gap) = (Awarded::default(), Awarded::default());
        Self { snap_m, gap_width_m, overlap, gap, kinds: Choice::default().kinds, places: Vec::new() }
    }
}

/// A width or distance that makes sense, in metres.
fn metres(value: f64) -> f64 {
    const MOST: f64 = 100_000.0;
    if value.is_finite() { value.clamp(0.0, MOST) } else { 0.0 }
}

/// What a repair came to.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairedBorders {
    /// How it was done.
    pub repair: BorderRepair,
    /// What was done.
    pub steps: Vec<Step>,
    /// Units that are not as they came, ascending.
    pub changed: Vec<AtomId>,
    /// The longest way of a vertex, in metres.
    pub max_moved_m: f64,
    /// Whether the check afterwards found a valid coverage.
    pub is_valid: bool,
    /// How many findings the check afterwards had.
    pub left: usize,
    /// Places that somebody decided on and that are none any more, as after coordinates were read otherwise: there it is
    /// repaired as everywhere.
    pub not_found: Vec<PlaceOf>,
}

impl BorderRepair {
    /// Setting of a document under which it is kept.
    pub const SETTING: &str = "repair";

    /// Repairs what was loaded, without making anything of it yet.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn run(&self, dataset: &Dataset, progress: &Progress) -> Result<Repaired, Cancelled> {
        let checked = Checked::of(&dataset.as_loaded().coverage, metres(self.gap_width_m))?;
        self.run_checked(dataset, &checked, progress)
    }

    /// The same for what was loaded and checked before: one check does for one repair after the other.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn run_checked(
        &self,
        dataset: &Dataset,
        checked: &Checked,
        progress: &Progress,
    ) -> Result<Repaired, Cancelled> {
        let loaded = dataset.as_loaded();
        let award = |awarded: &Awarded| awarded.in_dataset(loaded).unwrap_or_default();
        let settings = Settings {
            snap_m: metres(self.snap_m),
            gap_width_m: metres(self.gap_width_m),
            overlaps: award(&self.overlap),
            gaps: award(&self.gap),
        };
        let except = self.places.iter().filter(|place| place.to.is_none()).map(PlaceOf::key).collect();
        let to: BTreeMap<StepKey, AtomId> =
            self.places.iter().filter_map(|place| Some((place.key(), place.to?))).collect();
        repair_checked(checked, &settings, &Choice { kinds: self.kinds.clone(), except, to }, progress)
    }

    /// Places that were decided on and that the repair did not come to: what is to go to somebody was given to nobody, and
    /// what was to stay is not there.
    fn not_found(&self, repaired: &Repaired) -> Vec<PlaceOf> {
        let is_done =
            |place: &PlaceOf| repaired.steps.iter().any(|step| step.key() == place.key() && step.to == place.to);
        let is_there = |place: &PlaceOf| {
            // A place is told with any of its vertices.
            repaired.left.iter().any(|defect| defect.kind == place.kind && defect.atoms == place.units)
        };
        let found = |place: &&PlaceOf| if place.to.is_some() { is_done(place) } else { is_there(place) };
        self.places.iter().filter(|place| !found(place)).cloned().collect()
    }

    /// Without what is said of single places: what it would do everywhere.
    #[must_use]
    pub fn everywhere(&self) -> Self {
        Self { places: Vec::new(), ..self.clone() }
    }

    /// Decides on the place of a step.
    pub fn decide(&mut self, step: &Step, decision: Decision) {
        let key = step.key();
        self.places.retain(|place| place.key() != key);
        let to = match decision {
            Decision::AsEverywhere => return,
            Decision::Stays => None,
            Decision::GoesTo(unit) => Some(unit),
        };
        self.places.push(PlaceOf { kind: step.kind, units: step.atoms.clone(), at: [step.at.x, step.at.y], to });
    }

    /// What was decided on the place of a step.
    #[must_use]
    pub fn decision(&self, step: &Step) -> Decision {
        let key = step.key();
        match self.places.iter().find(|place| place.key() == key) {
            None => Decision::AsEverywhere,
            Some(PlaceOf { to: None, .. }) => Decision::Stays,
            Some(PlaceOf { to: Some(unit), .. }) => Decision::GoesTo(*unit),
        }
    }
}

/// What is done to what was loaded before anything is drawn on it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preparation {
    /// Its borders are repaired.
    pub repair: Option<BorderRepair>,
    /// Figures of tables are joined to it.
    pub joins: Vec<Join>,
}

impl Preparation {
    /// What is kept in the settings of a document. What cannot be read there is as if it were not.
    #[must_use]
    pub fn kept(settings: &BTreeMap<String, String>) -> Self {
        Self { repair: Self::repair(settings).unwrap_or_default(), joins: Join::kept(settings).unwrap_or_default() }
    }

    /// The repair that is kept.
    ///
    /// # Errors
    /// What the reader says where it is not written as one.
    pub fn repair(settings: &BTreeMap<String, String>) -> Result<Option<BorderRepair>, serde_json::Error> {
        settings.get(BorderRepair::SETTING).map(|text| serde_json::from_str(text)).transpose()
    }

    /// Keeps it in the settings of a document.
    pub fn keep(&self, settings: &mut BTreeMap<String, String>) {
        let mut keep = |key: &str, text: Option<String>| match text {
            Some(text) => drop(settings.insert(key.to_owned(), text)),
            None => drop(settings.remove(key)),
        };
        // Text and numbers always serialise.
        keep(BorderRepair::SETTING, self.repair.as_ref().and_then(|repair| serde_json::to_string(repair).ok()));
        keep(Join::SETTING, (!self.joins.is_empty()).then(|| Join::written(&self.joins)));
    }
}

impl Dataset {
    /// What was loaded: borders as they came, and no joined figures.
    #[must_use]
    pub fn as_loaded(&self) -> &Self {
        let bare = self.unjoined.as_deref().unwrap_or(self);
        bare.unrepaired.as_deref().unwrap_or(bare)
    }

    /// How its borders were repaired, and what came of it; `None` where they are as they came.
    #[must_use]
    pub fn repaired_borders(&self) -> Option<&RepairedBorders> {
        self.repaired_borders.as_deref()
    }

    /// What was done to what was loaded.
    #[must_use]
    pub fn preparation(&self) -> Preparation {
        Preparation {
            repair: self.repaired_borders().map(|borders| borders.repair.clone()),
            joins: self.joins().to_vec(),
        }
    }

    /// The same boundaries prepared in another way; itself where it is this one.
    ///
    /// # Errors
    /// As [`assemble`](Self::assemble).
    pub fn prepared(self: Arc<Self>, wanted: &Preparation, progress: &Progress) -> Result<Arc<Self>, ModelError> {
        let same_borders = self.repaired_borders().map(|borders| &borders.repair) == wanted.repair.as_ref();
        if same_borders && self.joins() == wanted.joins {
            return Ok(self);
        }
        let (ledgers, derivations) = (self.ledgers.clone(), Arc::clone(&self.derivations));
        let base = match &wanted.repair {
            _ if same_borders => self,
            Some(repair) => {
                let repaired = repair.run(&self, progress)?;
                Arc::new(self.as_loaded().with_repair(repair, &repaired, progress)?)
            }
            None => Arc::new(self.as_loaded().copied()),
        };
        let has_joins = !(base.joins().is_empty() && wanted.joins.is_empty());
        let prepared = if has_joins { Arc::new(base.joined(&wanted.joins)) } else { base };
        if ledgers.is_empty() && derivations.rules.is_empty() {
            return Ok(prepared);
        }
        // Borders moved under places, and people under what is shared out by them.
        let laid = ledgers.iter().map(|ledger| ledger.laid_over(&prepared)).collect();
        Ok(Arc::new(Self { derivations, ..prepared.copied() }.with_ledgers(laid)))
    }

    /// What was loaded with what a repair of it came to.
    fn with_repair(&self, repair: &BorderRepair, repaired: &Repaired, progress: &Progress) -> Result<Self, ModelError> {
        let mut dataset = self.repaired(repaired, &FieldOverrides::from(&self.fields), progress)?;
        dataset.repaired_borders = Some(Arc::new(RepairedBorders {
            repair: repair.clone(),
            steps: repaired.steps.clone(),
            changed: repaired.changed.clone(),
            max_moved_m: repaired.max_moved_m,
            is_valid: repaired.is_valid(),
            left: repaired.left.iter().filter(|defect| is_finding(defect)).count(),
            not_found: repair.not_found(repaired),
        }));
        dataset.unrepaired = Some(Arc::new(self.copied()));
        Ok(dataset)
    }

    /// The same once more; what is large is shared.
    pub(super) fn copied(&self) -> Self {
        Self {
            coverage: self.coverage.clone(),
            index: self.index.clone(),
            layers: Arc::clone(&self.layers),
            levels: self.levels.clone(),
            level_layers: self.level_layers.clone(),
            fields: self.fields.clone(),
            coarse_fields: self.coarse_fields.clone(),
            findings: Arc::clone(&self.findings),
            base: self.base.clone(),
            populations: self.populations.clone(),
            sums: self.sums.clone(),
            measures: self.measures.copied(),
            refinement: self.refinement.clone(),
            joins: Arc::clone(&self.joins),
            unjoined: self.unjoined.clone(),
            repaired_borders: self.repaired_borders.clone(),
            unrepaired: self.unrepaired.clone(),
            ledgers: self.ledgers.clone(),
            derivations: Arc::clone(&self.derivations),
            // People and seats may be others there.
            anchors: Arc::default(),
        }
    }
}

impl fmt::Display for RepairedBorders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, moved) = (self.changed.len(), numbers::number(self.max_moved_m, 2));
        write!(f, "borders repaired: {count} units changed, vertices moved by {moved} m at most")?;
        if self.left > 0 {
            write!(f, "; {} {} left", self.left, if self.left == 1 { "defect is" } else { "defects are" })?;
        }
        match self.not_found.len() {
            0 => Ok(()),
            1 => f.write_str("; a place that was decided on is not there any more and is repaired as all others are"),
            n => {
                write!(f, "; {n} places that were decided on are not there any more and are repaired as all others are")
            }
        }
    }
}

impl Say for RepairedBorders {
    fn zh(&self) -> String {
        let (count, moved) = (self.changed.len(), numbers::number(self.max_moved_m, 2));
        let left = if self.left > 0 { format!("；仍有 {} 处问题", self.left) } else { String::new() };
        let not_found = match self.not_found.len() {
            0 => String::new(),
            n => format!("；原先逐处选定的 {n} 处已不存在，已按统一方式修复"),
        };
        format!("边界已修复：改动 {count} 个单元，顶点最远移动 {moved} m{left}{not_found}")
    }
}

#[cfg(test)]
mod tests {
    use geo::{Coord, MultiPolygon, wkt};

    use super::super::fixtures::squares;
    use super::*;
    use crate::geodesy::AreaMethod;

    /// Two villages that overlap by some hundred metres.
    fn dataset() -> Arc<Dataset> {
        let mut layer = squares("villages", 2, 1.0, &[r#"{"code":"a","people":10}"#, r#"{"code":"b","people":20}"#]);
        let a: MultiPolygon = wkt!(POLYGON((105.0 31.0, 105.012 31.0, 105.012 31.01, 105.0 31.01, 105.0 31.0))).into();
        let b: MultiPolygon = wkt!(POLYGON((105.01 31.0, 105.02 31.0, 105.02 31.01, 105.01 31.01, 105.01 31.0))).into();
        layer.polygons = [a, b][..].into();
        Arc::new(Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap())
    }

    fn prepared(dataset: &Arc<Dataset>, repair: Option<BorderRepair>, joins: Vec<Join>) -> Arc<Dataset> {
        Arc::clone(dataset).prepared(&Preparation { repair, joins }, &Progress::new()).unwrap()
    }

    fn areas(dataset: &Dataset) -> Vec<f64> {
        let area = |atom| dataset.area_of_atom(AreaMethod::default(), atom).to_f64();
        dataset.coverage.atoms().map(area).collect()
    }

    fn join() -> Join {
        let figure = r#"{"field":"households","header":"households","role":"sum","values":["3","4"]}"#;
        let join = format!(r#"{{"file":"t.csv","sha256":"","rows":2,"units":["a","b"],"figures":[{figure}]}}"#);
        serde_json::from_str(&join).unwrap()
    }

    #[test]
    fn what_was_repaired_and_joined_leads_back_to_what_was_loaded() {
        let loaded = dataset();
        let repair = BorderRepair::default();
        let repaired = prepared(&loaded, Some(repair.clone()), Vec::new());
        assert!(repaired.repaired_borders().unwrap().is_valid);
        assert_ne!(areas(&repaired), areas(&loaded));
        let both = prepared(&repaired, Some(repair.clone()), vec![join()]);
        assert_eq!(areas(&both), areas(&repaired), "tables change no borders");
        assert_eq!(both.preparation(), Preparation { repair: Some(repair), joins: vec![join()] });
        // In whatever order it was done, and taken back.
        let other_way = prepared(&prepared(&loaded, None, vec![join()]), both.preparation().repair, vec![join()]);
        assert_eq!((areas(&other_way), other_way.preparation()), (areas(&both), both.preparation()));
        assert_eq!(other_way.sum_of(AtomId(1), 1), both.sum_of(AtomId(1), 1));
        for dataset in [&repaired, &both] {
            assert_eq!(areas(dataset.as_loaded()), areas(&loaded));
            let bare = prepared(dataset, None, Vec::new());
            assert_eq!((areas(&bare), bare.preparation()), (areas(&loaded), Preparation::default()));
        }
        let unjoined = prepared(&both, both.preparation().repair, Vec::new());
        assert_eq!((areas(&unjoined), unjoined.joins().len()), (areas(&repaired), 0));
    }

    #[test]
    fn places_are_decided_one_by_one_and_kept_as_they_are_written() {
        let loaded = dataset();
        let everywhere = BorderRepair::default();
        let steps = everywhere.run(&loaded, &Progress::new()).unwrap().steps;
        let overlap = steps.iter().find(|step| step.kind == DefectKind::Overlap).unwrap();
        let with = |decision| {
            let mut repair = everywhere.clone();
            repair.decide(overlap, decision);
            assert_eq!(repair.decision(overlap), decision);
            let mut settings = BTreeMap::new();
            Preparation { repair: Some(repair.clone()), joins: Vec::new() }.keep(&mut settings);
            assert_eq!(Preparation::kept(&settings).repair, Some(repair.clone()), "written and read again");
            areas(&prepared(&loaded, Some(repair), Vec::new()))
        };
        let [a, b] = [0, 1].map(|unit| with(Decision::GoesTo(AtomId(unit))));
        assert!(a[0] > b[0] && a[1] < b[1], "{a:?} {b:?}");
        assert_eq!(with(Decision::Stays), areas(&loaded), "it stays as it is");
        // A place that is not there is told.
        let mut elsewhere = everywhere.clone();
        elsewhere.decide(&Step { at: Coord { x: 1.0, y: 2.0 }, ..overlap.clone() }, Decision::GoesTo(AtomId(1)));
        let dataset = prepared(&loaded, Some(elsewhere.clone()), Vec::new());
        let borders = dataset.repaired_borders().unwrap();
        assert_eq!(borders.not_found, elsewhere.places);
        assert!(borders.to_string().contains("a place that was decided on") && borders.zh().contains("选定的 1 处"));
        assert!([a, b].contains(&with(Decision::AsEverywhere)));
    }

    #[test]
    fn what_is_no_repair_is_not_kept_as_one() {
        let settings = |text: &str| BTreeMap::from([(BorderRepair::SETTING.to_owned(), text.to_owned())]);
        for text in [
            "",
            "[]",
            "{}",
            r#"{"snap_m":"1","gap_width_m":1,"kinds":[]}"#,
            r#"{"snap_m":1,"gap_width_m":1,"kinds":["x"]}"#,
        ] {
            assert!(Preparation::repair(&settings(text)).is_err(), "{text}");
            assert_eq!(Preparation::kept(&settings(text)), Preparation::default());
        }
        // Numbers that make no sense do no harm.
        let wild = BorderRepair { snap_m: f64::NAN, gap_width_m: -1.0, ..BorderRepair::default() };
        assert!(prepared(&dataset(), Some(wild), Vec::new()).repaired_borders().is_some());
    }
}

//! Judges units by a pack.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use compact_str::CompactString;
use smallvec::SmallVec;

use super::connection::{Crossings, Ground};
use super::exclave::{self, ExclaveKind};
use super::fix::{Fix, Mending};
use super::pack::{Check, Limits, Pack, Quantity, Rule};
use super::terrain::{ClassMap, loaded};
use super::verdict::{Evidence, Group, Judgement, Problem, Verdict, Why};
use crate::coverage::AtomId;
use crate::edit::codes::{self, CodeParts, CodeRequest};
use crate::edit::{Warning, names};
use crate::geodesy::AreaMethod;
use crate::metrics::catalogue::Needs;
use crate::metrics::{Amount, Figure, OwnFigures, UnitFigures, unit_figures};
use crate::model::{Dataset, Level, LevelIndex, State, Unit, UnitId};

/// A pack held against a dataset: everything that no edit changes.
#[derive(Debug)]
pub struct Judge {
    pub(super) dataset: Arc<Dataset>,
    pack: Arc<Pack>,
    pub(super) ground: Ground,
    /// Classes of terrain for units of each level that is judged by them.
    classes: Vec<Option<ClassMap>>,
    /// Rules for each level, ascending.
    pub(super) rules_at: Vec<Vec<usize>>,
    /// Groups of the rules that have some, by rule.
    pub(super) groups: BTreeMap<usize, Vec<LoadedGroup>>,
    /// Whether any unit of a level as loaded has a name.
    has_names: Vec<bool>,
    problems: Vec<Problem>,
    /// Figures of one's own, which rules may ask for by name.
    figures: Arc<OwnFigures>,
    /// How the areas are computed that figures of units as loaded have.
    area_method: AreaMethod,
}

/// A group of units as loaded: each with its code and atoms.
type LoadedGroup = Vec<(CompactString, Vec<AtomId>)>;

/// A unit that is being judged.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub state: &'a State,
    pub id: UnitId,
    pub unit: &'a Unit,
    pub level: Level,
    /// Ascending.
    pub atoms: &'a [AtomId],
}

impl Judge {
    /// Holds a pack against a dataset, with links and barriers besides those of the pack.
    #[must_use]
    pub fn new(dataset: &Arc<Dataset>, pack: Arc<Pack>, own: &Crossings) -> Self {
        let (ground, mut problems) = Ground::new(dataset, [&pack.crossings, own].into_iter());
        let levels = &dataset.levels;
        let rules_at: Vec<Vec<usize>> = levels
            .iter()
            .map(|&level| (0..pack.rules.len()).filter(|&rule| pack.rules[rule].is_for(level)).collect())
            .collect();
        for (rule, it) in pack.rules.iter().enumerate() {
            let absent = it.levels.iter().filter(|level| !levels.contains(level));
            problems.extend(absent.map(|&level| Problem::NoLevel { rule, level }));
        }
        let mut unknown = BTreeSet::new();
        let classes = (0_u8..)
            .zip(&rules_at)
            .map(|(level, rules)| {
                let asks = rules.iter().any(|&rule| pack.rules[rule].asks_for_terrain());
                asks.then(|| {
                    let (map, words) = ClassMap::new(&pack.terrain, dataset, LevelIndex(level));
                    unknown.extend(words);
                    map
                })
            })
            .collect();
        problems.extend(unknown.into_iter().map(Problem::UnknownTerrain));
        if let Some(field) = &pack.terrain.field
            && !dataset.layers.iter().any(|layer| layer.table.field(field).is_some())
        {
            problems.push(Problem::NoTerrainField(field.clone()));
        }
        let mut groups = BTreeMap::new();
        for (rule, it) in pack.rules.iter().enumerate() {
            if let Check::Together(lists) | Check::Apart(lists) = &it.check {
                let found = lists.iter().map(|codes| load_group(dataset, codes, &mut problems)).collect();
                groups.insert(rule, found);
            }
        }
        let named = |level| dataset.base.units_at(level).any(|id| !dataset.base.unit(id).name.is_empty());
        let has_names = dataset.base.levels().map(named).collect();
        Self {
            dataset: Arc::clone(dataset),
            pack,
            ground,
            classes,
            rules_at,
            groups,
            has_names,
            problems,
            figures: Arc::default(),
            area_method: AreaMethod::default(),
        }
    }

    /// The same, with areas of units as loaded computed as those of the figures that it is given.
    #[must_use]
    pub const fn with_area_method(mut self, method: AreaMethod) -> Self {
        self.area_method = method;
        self
    }

    /// The same with figures of one's own, which rules may ask for by name.
    #[must_use]
    pub fn with_figures(mut self, figures: Arc<OwnFigures>) -> Self {
        self.figures = figures;
        self
    }

    /// Whether a rule asks for a figure of one's own.
    #[must_use]
    pub fn asks_for_own_figures(&self) -> bool {
        let asks = |rule: &Rule| matches!(&rule.check, Check::Range { quantity: Quantity::Own(..), .. });
        self.pack.rules.iter().any(asks)
    }

    /// What it was held against.
    #[must_use]
    pub const fn dataset(&self) -> &Arc<Dataset> {
        &self.dataset
    }

    /// The pack.
    #[must_use]
    pub const fn pack(&self) -> &Arc<Pack> {
        &self.pack
    }

    /// Why parts of the pack say nothing about these data.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What all rules that apply to it say of a unit in force, in their order. `figures` are those of the unit in that
    /// state. Costs what the unit touches.
    #[must_use]
    pub fn unit(&self, state: &State, id: UnitId, figures: &UnitFigures) -> Vec<Verdict> {
        self.judged(state, id, Some(figures)).0
    }

    /// The cheapest edit that connects a cut-off part of a unit, by the position of the part among
    /// [`Evidence::Parts`]; `None` where there is none.
    #[must_use]
    pub fn fix(&self, state: &State, unit: UnitId, exclave: usize) -> Option<Fix> {
        Mending { dataset: &self.dataset, state, ground: &self.ground, unit }.cheapest(exclave + 1)
    }

    /// Whether a rule for the level asks for figures.
    pub(super) fn asks_for_figures(&self, level: LevelIndex) -> bool {
        let asks = |rule: &usize| matches!(&self.pack.rules[*rule].check, Check::Range { quantity, .. } if *quantity != Quantity::Members);
        self.rules_at[level.index()].iter().any(asks)
    }

    /// What is said of a unit, and the units around it that it depends on.
    pub(super) fn judged(&self, state: &State, id: UnitId, figures: Option<&UnitFigures>) -> (Vec<Verdict>, Around) {
        let unit = state.unit(id);
        let mut around = Around::new();
        if is_collection(unit) {
            return (Vec::new(), around);
        }
        let atoms = state.atoms(id);
        let case = Case { state, id, unit, level: self.dataset.level(unit.level), atoms: &atoms };
        let verdicts = self.rules_at[unit.level.index()]
            .iter()
            .filter_map(|&rule| {
                let (judgement, evidence) = self.rule(rule, case, figures, &mut around)?;
                Some(Verdict { rule, judgement, evidence })
            })
            .collect();
        (verdicts, around)
    }

    /// What one rule says; `None` when it does not apply.
    fn rule(
        &self,
        at: usize,
        case: Case<'_>,
        figures: Option<&UnitFigures>,
        around: &mut Around,
    ) -> Option<(Judgement, Evidence)> {
        let rule = &self.pack.rules[at];
        if !rule.kinds.is_empty() {
            let Some(kind) = &case.unit.kind else {
                return Some((Judgement::Unjudged(Why::NoKind), Evidence::Nothing));
            };
            if !rule.kinds.contains(kind) {
                return None;
            }
        }
        match &rule.check {
            Check::Range { quantity, limits } => {
                let (judgement, evidence) = self.range(case, quantity, limits, figures)?;
                let before =
                    judgement == Judgement::Broken && self.was_beyond((quantity, limits), case, figures, &evidence);
                Some((if before { Judgement::AsBefore } else { judgement }, evidence))
            }
            Check::Contiguous => self.contiguous(case, around),
            _ => {
                let (judgement, evidence) = self.structure(at, case, around)?;
                let before = judgement == Judgement::Broken && self.was_so(at, case.id, &evidence);
                Some((if before { Judgement::AsBefore } else { judgement }, evidence))
            }
        }
    }

    /// Whether the rule was broken in the same way by the unit as loaded, or in more ways.
    fn was_so(&self, rule: usize, id: UnitId, evidence: &Evidence) -> bool {
        let base = &self.dataset.base;
        if id.index() >= base.unit_count() {
            return false;
        }
        let (unit, atoms) = (base.unit(id), base.atoms(id));
        let case = Case { state: base, id, unit, level: self.dataset.level(unit.level), atoms: &atoms };
        self.structure(rule, case, &mut Around::new()).is_some_and(|(_, before)| evidence.is_no_worse_than(&before))
    }

    /// Whether the unit as loaded was as far beyond its limits, or farther, on the same side. What it is held to may
    /// have changed with its kind; a limit that is farther away than that of before makes it worse.
    fn was_beyond(
        &self,
        (quantity, rows): (&Quantity, &[Limits]),
        case: Case<'_>,
        figures: Option<&UnitFigures>,
        now: &Evidence,
    ) -> bool {
        let base = &self.dataset.base;
        if case.id.index() >= base.unit_count() {
            return false;
        }
        let (unit, atoms) = (base.unit(case.id), base.atoms(case.id));
        let then = Case { state: base, id: case.id, unit, level: case.level, atoms: &atoms };
        // Figures are those of the unit as loaded where neither territory nor seat has changed.
        let is_same = unit.revision == case.unit.revision;
        let worked_out =
            (!is_same && figures.is_some()).then(|| unit_figures(&self.dataset, base, case.id, self.area_method));
        let figures = worked_out.as_ref().or(figures);
        let then = self.range(then, quantity, rows, figures);
        then.is_some_and(|(_, then)| !now.is_farther_beyond(&then))
    }

    /// Rules about how a unit lies among the others, and about its name and code.
    fn structure(&self, at: usize, case: Case<'_>, around: &mut Around) -> Option<(Judgement, Evidence)> {
        match &self.pack.rules[at].check {
            Check::Range { .. } | Check::Contiguous => None,
            Check::Enclosed => (!case.atoms.is_empty()).then(|| self.enclosed(case, around)),
            Check::Seat => self.seat(case),
            Check::Together(_) => self.grouped(at, case, |here, elsewhere| here > 0 && elsewhere > 0),
            Check::Apart(_) => self.grouped(at, case, |here, _| here > 1),
            Check::Names => Some(self.name(case)),
            Check::Codes => self.code(case),
        }
    }

    fn range(
        &self,
        case: Case<'_>,
        quantity: &Quantity,
        rows: &[Limits],
        figures: Option<&UnitFigures>,
    ) -> Option<(Judgement, Evidence)> {
        if *quantity == Quantity::Members && case.unit.level == LevelIndex::FINEST {
            return None;
        }
        let value = self.value(case, quantity, figures);
        let known = value.as_ref().ok().copied();
        let unjudged =
            |why, limits, terrain| Some((Judgement::Unjudged(why), Evidence::Range { value: known, limits, terrain }));
        let (limits, terrain) = match self.row_for(case, rows) {
            Ok(row) => row?,
            Err(why) => return unjudged(why, None, None),
        };
        let limits = limits.clone();
        let value = match value {
            Ok(value) => value,
            Err(why) => return unjudged(why, Some(limits), terrain),
        };
        let judgement = match limits.hold(value) {
            Some(true) => Judgement::Kept,
            Some(false) => Judgement::Broken,
            None => Judgement::Unjudged(Why::OnlyUsual),
        };
        Some((judgement, Evidence::Range { value: Some(value), limits: Some(limits), terrain }))
    }

    /// The first row of limits that fits a unit, with the class of terrain when the row is for one.
    pub(super) fn row_for<'r>(
        &self,
        case: Case<'_>,
        rows: &'r [Limits],
    ) -> Result<Option<(&'r Limits, Option<usize>)>, Why> {
        let mut terrain = None;
        for row in rows {
            if !row.kinds.is_empty() && !row.kinds.contains(case.unit.kind.as_ref().ok_or(Why::NoKind)?) {
                continue;
            }
            if let Some(wanted) = row.terrain {
                let class = match terrain {
                    Some(class) => class,
                    None => *terrain.insert(self.class_of(case)?),
                };
                if class != wanted {
                    continue;
                }
            }
            return Ok(Some((row, row.terrain.and(terrain))));
        }
        Ok(None)
    }

    fn class_of(&self, case: Case<'_>) -> Result<usize, Why> {
        let classes = self.classes[case.unit.level.index()].as_ref().ok_or(Why::NoTerrain)?;
        classes.of(&self.pack.terrain, &self.dataset, case.unit, case.atoms)
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of members")]
    fn value(&self, case: Case<'_>, quantity: &Quantity, figures: Option<&UnitFigures>) -> Result<f64, Why> {
        if *quantity == Quantity::Members {
            return Ok(case.state.members(case.id).len() as f64);
        }
        let fields = &self.dataset.fields;
        if let Quantity::Figure(figure) = quantity
            && matches!(figure.needs(), Needs::People | Needs::Places)
            && !self.dataset.has_population()
        {
            return Err(Why::NoField("population".into()));
        }
        let figures = figures.ok_or(Why::Unknown)?;
        let value = match quantity {
            Quantity::Own(name, _) => {
                let own = self.figures.named(name).ok_or_else(|| Why::NoField(name.as_str().into()))?;
                let value = self.figures.value(own.id, (&*self.dataset, case.state), case.id, figures);
                value.ok().map(Amount::to_f64)
            }
            Quantity::Figure(figure) => figure.of(figures),
            Quantity::Sum(name) => {
                let field = fields.sum.iter().position(|field| field == name);
                let field = field.ok_or_else(|| Why::NoField(name.as_str().into()))?;
                Figure::Sum(field).of(figures)
            }
            Quantity::Members => None,
        };
        value.ok_or(Why::Unknown)
    }

    fn contiguous(&self, case: Case<'_>, around: &mut Around) -> Option<(Judgement, Evidence)> {
        let count = self.ground.part_count(&self.dataset, case.atoms);
        if count < 2 {
            return (count == 1).then(|| (Judgement::Kept, Evidence::Parts { count, exclaves: Vec::new() }));
        }
        // Which members a part has may change while the unit's own territory stays.
        around.extend(case.state.members(case.id).iter().map(|&member| (member, case.state.unit(member).revision)));
        let parts = self.ground.parts(&self.dataset, case.atoms);
        let exclaves = exclave::exclaves(&self.dataset, case.state, &self.ground, case.id, &parts);
        let judgement = match exclaves.iter().map(|exclave| exclave.kind).max() {
            None => Judgement::Kept,
            Some(ExclaveKind::AsBefore) => Judgement::AsBefore,
            Some(ExclaveKind::Worse | ExclaveKind::New) => Judgement::Broken,
        };
        Some((judgement, Evidence::Parts { count, exclaves }))
    }

    /// Whether one other unit is all around. A unit at the border of the data is not enclosed.
    fn enclosed(&self, case: Case<'_>, around: &mut Around) -> (Judgement, Evidence) {
        let coverage = &self.dataset.coverage;
        let labels = case.state.labels(case.unit.level);
        let mut beyond: BTreeSet<Option<UnitId>> = BTreeSet::new();
        let mut pass = |arc| {
            let other = coverage.right(arc).map(|face| labels[coverage.atom_of(face).index()]);
            if other != Some(case.id) {
                beyond.insert(other);
            }
        };
        for polygon in coverage.outline(case.atoms).on_globe() {
            polygon.shell.iter().copied().for_each(&mut pass);
        }
        around.extend(beyond.iter().flatten().map(|&other| (other, case.state.unit(other).revision)));
        let mut beyond = beyond.into_iter();
        match (beyond.next(), beyond.next()) {
            (Some(Some(one)), None) => (Judgement::Broken, Evidence::Around(Some(one))),
            _ => (Judgement::Kept, Evidence::Around(None)),
        }
    }

    /// Whether the seat lies in the unit. Nothing is said of units without territory, or without a place for their seat.
    fn seat(&self, case: Case<'_>) -> Option<(Judgement, Evidence)> {
        let seat = case.unit.seat.as_ref().filter(|_| !case.atoms.is_empty())?;
        let at = self.dataset.index.atom_at(&self.dataset.coverage, seat.at);
        let holder = at.map(|atom| case.state.labels(case.unit.level)[atom.index()]);
        let judgement = if holder == Some(case.id) { Judgement::Kept } else { Judgement::Broken };
        Some((judgement, Evidence::SeatIn(holder)))
    }

    /// Groups of which the unit holds something. `is_wrong` sees how many of a group lie here and elsewhere.
    fn grouped(
        &self,
        rule: usize,
        case: Case<'_>,
        is_wrong: impl Fn(usize, usize) -> bool,
    ) -> Option<(Judgement, Evidence)> {
        let mut concerned = false;
        let mut wrong = Vec::new();
        let mut missing = None;
        for (group, codes) in self.groups.get(&rule)?.iter().enumerate() {
            let is_here = |atom: &AtomId| case.atoms.binary_search(atom).is_ok();
            let here = codes.iter().filter(|(_, atoms)| atoms.iter().any(is_here));
            let elsewhere = codes.iter().filter(|(_, atoms)| atoms.iter().any(|atom| !is_here(atom)));
            let names = |(code, _): &(CompactString, _)| code.clone();
            let (here, elsewhere): (Vec<_>, Vec<_>) = (here.map(names).collect(), elsewhere.map(names).collect());
            if here.is_empty() {
                continue;
            }
            concerned = true;
            let listed = match &self.pack.rules[rule].check {
                Check::Together(lists) | Check::Apart(lists) => lists.get(group),
                _ => None,
            };
            let absent = |code: &&CompactString| !codes.iter().any(|(known, _)| known == *code);
            missing = missing.or_else(|| listed?.iter().find(absent).cloned());
            if is_wrong(here.len(), elsewhere.len()) {
                wrong.push(Group { here, elsewhere });
            }
        }
        let judgement = match (wrong.is_empty(), missing) {
            (false, _) => Judgement::Broken,
            (true, Some(code)) => Judgement::Unjudged(Why::NoSuchUnit(code)),
            (true, None) => Judgement::Kept,
        };
        concerned.then_some((judgement, Evidence::Groups(wrong)))
    }

    fn name(&self, case: Case<'_>) -> (Judgement, Evidence) {
        let (dataset, state) = (&*self.dataset, case.state);
        if !self.has_names[case.unit.level.index()] {
            return (Judgement::Unjudged(Why::NoField("name".into())), Evidence::Name { taken: None, flaw: None });
        }
        let taken = names::taken(dataset, state, &case.unit.name, case.id, &[case.id]);
        let flaw = names::flaw(&case.unit.name);
        let judgement = if taken.is_some() || flaw.is_some() { Judgement::Broken } else { Judgement::Kept };
        (judgement, Evidence::Name { taken, flaw })
    }

    fn code(&self, case: Case<'_>) -> Option<(Judgement, Evidence)> {
        // Only townships and villages have codes of this build.
        if !matches!(case.level, Level::Township | Level::Village) {
            return None;
        }
        let nothing = Evidence::Code { prefix: None, segment: None };
        if case.unit.code.is_empty() {
            return Some((Judgement::Unjudged(Why::NoCode), nothing));
        }
        if CodeParts::read(case.level, &case.unit.code).is_none() {
            return Some((Judgement::Unjudged(Why::OtherCode), nothing));
        }
        let Unit { level, kind, parent, code, .. } = case.unit;
        let request = CodeRequest { level: *level, kind: kind.as_ref(), parent: *parent, like: case.id };
        let (mut wanted, mut range) = (None, None);
        for doubt in codes::doubts(&self.dataset, case.state, code, &request) {
            match doubt {
                Warning::CodeNotUnderParent { prefix, .. } => wanted = Some(prefix),
                Warning::CodeOutsideSegment { segment, .. } => range = Some(segment),
                _ => {}
            }
        }
        let judgement = if wanted.is_some() || range.is_some() { Judgement::Broken } else { Judgement::Kept };
        Some((judgement, Evidence::Code { prefix: wanted, segment: range }))
    }
}

impl Rule {
    fn asks_for_terrain(&self) -> bool {
        matches!(&self.check, Check::Range { limits, .. } if limits.iter().any(|row| row.terrain.is_some()))
    }
}

/// Whether a unit only collects what says no parent: it has neither code nor name.
fn is_collection(unit: &Unit) -> bool {
    unit.level > LevelIndex::FINEST && unit.code.is_empty() && unit.name.is_empty()
}

fn load_group(dataset: &Dataset, codes: &[CompactString], problems: &mut Vec<Problem>) -> LoadedGroup {
    let mut group = Vec::new();
    for code in codes {
        match loaded(dataset, code) {
            Some(unit) => group.push((code.clone(), dataset.base.atoms(unit))),
            None => problems.push(Problem::NoSuchUnit(code.clone())),
        }
    }
    group
}

/// Units around one, with their revisions.
pub(super) type Around = SmallVec<[(UnitId, u64); 8]>;

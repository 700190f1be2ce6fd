//! Repair of a coverage: borders that are meant to be one become one, and every place belongs to one unit.
//!
//! Validation finds the disturbed places exactly; repair works on the units there and on those around, and leaves all
//! others as they are, to the bit.
//!
//! 1. `snap`: where borders of different units almost meet, a vertex moves onto a vertex of the other, never to a
//!    place between, or the other border takes the vertex in. No vertex moves farther than the tolerance.
//! 2. `noding`: borders that cross or touch get a vertex there, on all sides, until they meet at vertices only.
//! 3. `plane`: now the plane falls into regions, each with the units that cover it. One unit is right; what several
//!    cover, or none where the place is thin, goes to one of them (`resolve`).
//! 4. `trace`: the outlines of what each unit then holds are its polygons. They are valid and share their borders,
//!    because they are read off one plane.
//!
//! What lies in a pile (`validate`) stays as it is, but for its first unit: nothing tells how it should be.
//!
//! No unit is ever removed: one that was drawn twice keeps its feature, without territory. Everything that is done is
//! a [`Step`]; a [`Choice`] leaves some of them out. The result is validated again wherever it is not as it was
//! (`check`), and goes around once more where that finds something left. It is the same on any number of threads, and the
//! repair of what was repaired does nothing.

mod balance;
mod check;
mod noding;
mod plane;
mod resolve;
mod rings;
mod sieve;
mod snap;
mod trace;
mod words;

#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use geo::Coord;
use rayon::prelude::*;

use super::validate::{Defect, DefectKind, Options, Severity, is_valid_coverage};
use super::{AtomId, Coverage, FlatPolygons};
use crate::coverage::hashed::HashSet;
use crate::jobs::{Cancelled, Progress};
pub use balance::Balance;
use check::Known;
use plane::Plane;
use rings::{Inserts, Instead, Key, Neighbourhood, key};
pub use rings::{Polygons, polygons_of};

/// A unit smaller than this, in square metres, has no territory but what rounding makes of a line.
const LEAST_M2: f64 = 1e-3;

/// Rounds after which what is left is told as it is.
const MAX_ROUNDS: usize = 4;

/// To whom a place goes that several units claim, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Award {
    /// To the unit with the longest border around it.
    #[default]
    LongestBorder,
    /// To this unit where it is concerned, else to that with the longest border.
    Unit(AtomId),
    /// To nobody: it stays as it is.
    Leave,
}

/// What is repaired, and how far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Borders closer than this are meant to be one; no vertex moves farther. In metres.
    pub snap_m: f64,
    /// Enclosed spaces thinner than this are filled; in metres.
    pub gap_width_m: f64,
    /// Who gets an overlap.
    pub overlaps: Award,
    /// Who gets a gap.
    pub gaps: Award,
}

impl Default for Settings {
    /// What validation takes for the same border, and for a gap.
    fn default() -> Self {
        Self {
            snap_m: super::validate::NEAR_M,
            gap_width_m: Options::default().gap_width_m,
            overlaps: Award::default(),
            gaps: Award::default(),
        }
    }
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// A vertex moves onto one of another unit.
    MergeVertices,
    /// A border takes in a vertex of another unit.
    InsertVertex,
    /// One side of a border follows the other.
    MatchEdge,
    /// A place that several units claimed goes to one of them.
    GiveOverlap,
    /// A gap goes to a unit beside it.
    FillGap,
    /// A polygon becomes valid.
    MendRing,
    /// A unit that was drawn twice gives up its territory to the other one.
    EmptyDuplicate,
}

/// One thing that a repair does.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The kind of defect that it mends.
    pub kind: DefectKind,
    /// What it does.
    pub deed: Deed,
    /// Units concerned, ascending.
    pub atoms: Vec<AtomId>,
    /// Where, in degrees.
    pub at: Coord,
    /// The unit that a place goes to, or whose vertex is taken.
    pub to: Option<AtomId>,
    /// Units that held the place before, ascending: none held a gap.
    pub held_by: Vec<AtomId>,
    /// How far a vertex moves, in metres.
    pub moved_m: f64,
    /// Territory that changes hands, in square metres.
    pub area_m2: f64,
}

/// By what a step is known again: kind, units and place as bits.
pub type StepKey = (DefectKind, Vec<AtomId>, [u64; 2]);

impl Step {
    /// By what it is known again.
    #[must_use]
    pub fn key(&self) -> StepKey {
        (self.kind, self.atoms.clone(), key(self.at))
    }
}

/// Which steps are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Kinds of defects that are mended.
    pub kinds: BTreeSet<DefectKind>,
    /// Steps that are left out all the same.
    pub except: BTreeSet<StepKey>,
    /// Units that overlaps and gaps go to, each one of those concerned, whatever the settings say.
    pub to: BTreeMap<StepKey, AtomId>,
}

impl Default for Choice {
    /// All of them.
    fn default() -> Self {
        let kinds = [
            DefectKind::Overlap,
            DefectKind::Gap,
            DefectKind::UnmatchedEdge,
            DefectKind::InvalidRing,
            DefectKind::DuplicateUnit,
        ];
        Self { kinds: kinds.into(), except: BTreeSet::new(), to: BTreeMap::new() }
    }
}

impl Choice {
    fn takes(&self, kind: DefectKind, atoms: &[AtomId], at: Coord) -> bool {
        let is_out = || self.except.contains(&(kind, atoms.to_vec(), key(at)));
        self.kinds.contains(&kind) && (self.except.is_empty() || !is_out())
    }

    /// The unit that a place goes to because somebody said so.
    fn chosen(&self, kind: DefectKind, atoms: &[AtomId], at: Coord) -> Option<AtomId> {
        let chosen = || self.to.get(&(kind, atoms.to_vec(), key(at))).copied();
        if self.to.is_empty() { None } else { chosen().filter(|unit| atoms.contains(unit)) }
    }
}

/// A coverage after its repair, and what was done.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// The coverage: the same atoms in the same order.
    pub coverage: Remade,
    /// Atoms that are not as they were, ascending.
    pub changed: Vec<AtomId>,
    /// What was done, in order of kind, units and place in each round.
    pub steps: Vec<Step>,
    /// The longest way of a vertex, in metres.
    pub max_moved_m: f64,
    /// What validation finds in the result; it names no arcs.
    pub left: Vec<Defect>,
    /// What was repaired.
    origin: Coverage,
}

impl Repaired {
    /// Whether the result is a valid coverage.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        is_valid_coverage(&self.left)
    }

    /// The polygons of a unit after it.
    #[must_use]
    pub fn polygons_of(&self, atom: AtomId) -> Polygons {
        let instead = self.coverage.instead.get(&atom).cloned();
        instead.unwrap_or_else(|| polygons_of(&self.coverage.before, atom))
    }

    /// How the territory of all units together came to be another.
    #[must_use]
    pub fn balance(&self) -> Balance {
        Balance::of(self)
    }

    /// The polygons of the result, as a reader would give them.
    #[must_use]
    pub fn polygons(&self) -> FlatPolygons {
        rings::flat(&self.coverage.before, &self.coverage.instead)
    }
}

/// A coverage of which some atoms have other polygons. It is put together when somebody first asks for it: who only wants
/// to show what changed, or to write all polygons, never does.
#[derive(Clone, Debug)]
pub struct Remade {
    before: Coverage,
    instead: Arc<Instead>,
    made: OnceLock<Coverage>,
}

impl Deref for Remade {
    type Target = Coverage;

    fn deref(&self) -> &Coverage {
        self.made.get_or_init(|| {
            // Nobody can cancel it.
            let whole = || Coverage::build(rings::flat(&self.before, &self.instead), &Progress::new());
            let made = if self.instead.is_empty() { None } else { whole().ok() };
            made.unwrap_or_else(|| self.before.clone())
        })
    }
}

/// What a repair remembers from round to round.
#[derive(Debug, Default)]
struct Record {
    steps: Vec<Step>,
    /// Vertices that have moved, or that others have moved to.
    pinned: HashSet<Key>,
    /// Units so thin that nothing is left of them where borders within the tolerance become one: theirs stay apart.
    thin: BTreeSet<AtomId>,
    /// Units of which nothing would be left all the same: what is wrong with them stays.
    fragile: BTreeSet<AtomId>,
}

impl Record {
    /// Remembers which units a round would have left nothing of; `false` where that is known already, or cannot help.
    fn spare(&mut self, lost: &[AtomId]) -> bool {
        let (again, first): (Vec<AtomId>, Vec<AtomId>) = lost.iter().partition(|atom| self.thin.contains(atom));
        let mut has_new = false;
        for atom in first {
            has_new |= self.thin.insert(atom);
        }
        for atom in again {
            has_new |= self.fragile.insert(atom);
        }
        has_new
    }
}

/// Repairs a coverage.
///
/// # Errors
/// [`Cancelled`] when the user gave up.
pub fn repair(
    coverage: &Coverage,
    settings: &Settings,
    choice: &Choice,
    progress: &Progress,
) -> Result<Repaired, Cancelled> {
    repair_checked(&Checked::of(coverage, settings.gap_width_m)?, settings, choice, progress)
}

/// A coverage with what validation finds in it. Who repairs the same one again and again, as one moves a slider, keeps it.
#[derive(Debug)]
pub struct Checked {
    /// Without what lies in piles.
    known: Known,
    /// What validation found.
    defects: Vec<Defect>,
    /// What is repaired.
    origin: Coverage,
    options: Options,
}

impl Checked {
    /// Validates a coverage. Spaces thinner than this are gaps, as in [`Settings::gap_width_m`].
    ///
    /// # Errors
    /// Never: nobody can cancel it.
    pub fn of(coverage: &Coverage, gap_width_m: f64) -> Result<Self, Cancelled> {
        let options = Options { gap_width_m };
        let known = Known::of(coverage, options)?;
        let defects = with_piles(known.defects.clone(), &known);
        let is_whole = known.piled.polygons.is_empty();
        let origin = if is_whole { known.coverage.clone() } else { coverage.flattened() };
        Ok(Self { known, defects, origin, options })
    }

    /// What validation found.
    #[must_use]
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }
}

/// Repairs a coverage that was validated before. Where another width of gaps is wanted, that is done once more.
///
/// # Errors
/// [`Cancelled`] when the user gave up.
pub fn repair_checked(
    checked: &Checked,
    settings: &Settings,
    choice: &Choice,
    progress: &Progress,
) -> Result<Repaired, Cancelled> {
    let options = Options { gap_width_m: settings.gap_width_m };
    let mut anew = None;
    if checked.options != options {
        anew = Some(Known::without(&checked.known.coverage, checked.known.piled.clone(), options)?);
    }
    let mut record = Record::default();
    let mut changed = BTreeSet::new();
    let mut end = None;
    for round in 0..MAX_ROUNDS {
        progress.check()?;
        #[expect(clippy::cast_precision_loss, reason = "a fraction for the eye")]
        progress.set((round as f64 + 1.0) / (MAX_ROUNDS as f64 + 1.0));
        let known = anew.as_ref().unwrap_or(&checked.known);
        let polygons = careful_round(known, (settings, choice), (round == 0, &mut record), progress)?;
        if polygons.is_empty() {
            break;
        }
        changed.extend(polygons.keys().copied());
        let left = known.with(&polygons, options)?;
        if round + 1 == MAX_ROUNDS || !left.iter().any(|defect| is_chosen(defect, (settings, choice), &record)) {
            end = Some((polygons, left));
            break;
        }
        // Hardly ever: then all is looked at again, and its arcs.
        let built = Coverage::build(rings::flat(&known.coverage, &polygons), progress)?;
        anew = Some(Known::without(&built, known.piled.clone(), options)?);
    }
    let known = anew.as_ref().unwrap_or(&checked.known);
    let (mut instead, left) = end.unwrap_or_else(|| (Instead::new(), nameless(known.defects.clone())));
    instead.extend(known.piled.polygons.clone());
    let left = with_piles(left, known);
    let coverage = Remade { before: known.coverage.clone(), instead: Arc::new(instead), made: OnceLock::new() };
    let max_moved_m = record.steps.iter().map(|step| step.moved_m).fold(0.0, f64::max);
    progress.set(1.0);
    let origin = checked.origin.clone();
    Ok(Repaired { coverage, changed: changed.into_iter().collect(), steps: record.steps, max_moved_m, left, origin })
}

/// Defects with those of piles, in order.
fn with_piles(mut defects: Vec<Defect>, known: &Known) -> Vec<Defect> {
    if !known.piled.defects.is_empty() {
        defects.extend(known.piled.defects.iter().cloned());
        defects.sort_by(|a, b| a.order().cmp(&b.order()));
    }
    defects
}

/// Defects without the names of arcs.
fn nameless(mut defects: Vec<Defect>) -> Vec<Defect> {
    for defect in &mut defects {
        defect.arcs = Vec::new();
    }
    defects
}

/// Whether a defect is to be mended.
fn is_chosen(defect: &Defect, (settings, choice): (&Settings, &Choice), record: &Record) -> bool {
    if defect.atoms.iter().any(|atom| record.fragile.contains(atom)) {
        return false;
    }
    let wanted = match defect.kind {
        DefectKind::Gap => settings.gaps != Award::Leave,
        DefectKind::Overlap | DefectKind::DuplicateUnit => settings.overlaps != Award::Leave,
        DefectKind::UnmatchedEdge | DefectKind::InvalidRing => true,
        DefectKind::Hole | DefectKind::EmptyGeometry => false,
    };
    let at = defect.at.unwrap_or_default();
    wanted && choice.takes(defect.kind, &defect.atoms, at)
}

/// Units with territory that have none any more, apart from those that were drawn twice; ascending.
fn lost(before: &Coverage, instead: &Instead, steps: &[Step]) -> Vec<AtomId> {
    let emptied =
        |atom: AtomId| steps.iter().any(|step| step.deed == Deed::EmptyDuplicate && step.atoms.contains(&atom));
    let had_area = |atom: AtomId| rings::area_m2(&rings::polygons_of(before, atom)) > LEAST_M2;
    let empty = instead.iter().filter(|(_, now)| now.is_empty()).map(|(&atom, _)| atom);
    empty.filter(|&atom| !emptied(atom) && had_area(atom)).collect()
}

/// One round that leaves no unit without territory: where one would, it is done anew with more care for that unit. Empty
/// where there is nothing to do.
fn careful_round(
    known: &Known,
    wanted: (&Settings, &Choice),
    (is_first, record): (bool, &mut Record),
    progress: &Progress,
) -> Result<Instead, Cancelled> {
    let steps = record.steps.len();
    let pinned = record.pinned.clone();
    loop {
        progress.check()?;
        let chosen: Vec<&Defect> = known.defects.iter().filter(|defect| is_chosen(defect, wanted, record)).collect();
        if chosen.is_empty() {
            return Ok(Instead::new());
        }
        let polygons = one_round(known, &chosen, wanted, (is_first, record), progress)?;
        let lost = lost(&known.coverage, &polygons, &record.steps[steps..]);
        if lost.is_empty() {
            record.steps[steps..].sort_by_key(|step| (step.deed, step.key()));
            return Ok(polygons);
        }
        record.steps.truncate(steps);
        record.pinned.clone_from(&pinned);
        if !record.spare(&lost) {
            return Ok(Instead::new());
        }
    }
}

/// One round: the polygons of all atoms that are not as they were.
fn one_round(
    known: &Known,
    chosen: &[&Defect],
    (settings, choice): (&Settings, &Choice),
    (is_first, record): (bool, &mut Record),
    progress: &Progress,
) -> Result<Instead, Cancelled> {
    let coverage = &known.coverage;
    // What is left out may be in the way of what is not: then more is looked at.
    let is_left_out =
        |defect: &&Defect| defect.severity == Severity::Error && !is_chosen(defect, (settings, choice), record);
    let is_wide = known.defects.iter().any(|defect| is_left_out(&defect));
    let mut around = Neighbourhood::of((coverage, &known.tree), chosen, is_wide);
    let arcs = chosen.iter().filter(|defect| defect.kind != DefectKind::InvalidRing);
    let arcs: BTreeSet<_> = arcs.flat_map(|defect| defect.arcs.iter().copied()).collect();
    snap::apply(coverage, &arcs, &mut around, (settings, choice), record);
    progress.check()?;
    for turn in 1.. {
        let noded = noding::node(&mut around, settings, &record.thin, progress)?;
        progress.check()?;
        let arrangement = noded.arrangement();
        let mut plane = Plane::of(&arrangement, &noded.covers(&arrangement), &around);
        let inserts = if turn < MAX_ROUNDS { plane.slivers() } else { Inserts::default() };
        if inserts.is_empty() {
            // What is left after one round is left because of rounding: then every vertex stays.
            let nothing = HashSet::default();
            let crossings = if is_first { &noded.crossings } else { &nothing };
            return Ok(redrawn(known, &mut plane, (chosen, is_wide), crossings, (settings, choice), &mut record.steps));
        }
        drop(plane);
        around.take_in(inserts, |_| true);
    }
    Ok(Instead::new())
}

/// Gives every place to one unit, and draws what is not as it was.
fn redrawn(
    known: &Known,
    plane: &mut Plane<'_>,
    (chosen, is_wide): (&[&Defect], bool),
    crossings: &HashSet<Key>,
    wanted: (&Settings, &Choice),
    steps: &mut Vec<Step>,
) -> Instead {
    let coverage = &known.coverage;
    let moved = resolve::resolve(plane, wanted, steps);
    // All others hold what they held, within the same lines: where their polygons are valid they stay the same.
    let of_chosen: BTreeSet<AtomId> = chosen.iter().flat_map(|defect| defect.atoms.iter().copied()).collect();
    let redraws = |defect: &&Defect| matches!(defect.kind, DefectKind::InvalidRing | DefectKind::DuplicateUnit);
    let mut atoms: BTreeSet<AtomId> = known
        .defects
        .iter()
        .filter(redraws)
        .flat_map(|defect| defect.atoms.iter().copied())
        .chain(plane.odd())
        .collect();
    atoms.retain(|atom| of_chosen.contains(atom));
    if is_wide {
        atoms.extend(of_chosen);
    }
    atoms.extend(moved);
    atoms.extend(plane.around.rings.iter().filter(|ring| ring.is_touched).map(|ring| ring.atom));
    let mut polygons = trace::trace(plane, &atoms, crossings);
    let untidy: BTreeSet<AtomId> = rings::untidy(coverage).collect();
    let is_same =
        |(atom, made): &(&AtomId, &Polygons)| !untidy.contains(atom) && **made == rings::polygons_of(coverage, **atom);
    let same: Vec<AtomId> = polygons.par_iter().filter(is_same).map(|(&atom, _)| atom).collect();
    for atom in same {
        polygons.remove(&atom);
    }
    let mut mended = BTreeSet::new();
    for defect in chosen.iter().filter(|defect| defect.kind == DefectKind::InvalidRing) {
        let Some(&atom) = defect.atoms.first().filter(|atom| polygons.contains_key(atom)) else { continue };
        // What several defects of a polygon moved is told once.
        let area_m2 = if mended.insert(atom) {
            let after = polygons.get(&atom).map_or(0.0, |made| rings::area_m2(made));
            (after - rings::area_m2(&rings::polygons_of(coverage, atom))).abs()
        } else {
            0.0
        };
        steps.push(Step {
            kind: defect.kind,
            deed: Deed::MendRing,
            atoms: defect.atoms.clone(),
            at: defect.at.unwrap_or_default(),
            to: Some(atom),
            held_by: vec![atom],
            moved_m: 0.0,
            area_m2,
        });
    }
    polygons
}

/// Whether a defect is worse than good to know.
#[must_use]
pub fn is_finding(defect: &Defect) -> bool {
    defect.severity > Severity::Info
}

//! What became of units, as rules ask it: by territory and seat.
//!
//! 1. A loaded unit is known by its code as loaded. A unit that a plan made is known by the loaded unit whose seat it has,
//!    so that both legal forms of one merger bring about rows of the same keys; where it has only part of that unit, by the
//!    village of its own seat as well.
//! 2. The anchor of a loaded unit is the atom around its seat as loaded. It belongs to one unit of the level after any plan:
//!    the holder of the seat.

use std::collections::BTreeSet;

use compact_str::{CompactString, format_compact};

use super::Event;
use super::text::Word;
use crate::coverage::AtomId;
use crate::i18n::Lang;
use crate::model::{CodeParts, Dataset, Level, LevelIndex, Segment, State, UnitId, free_in};

/// What a rule writes about: a unit of a state, or all of it.
#[derive(Clone, Copy, Debug)]
pub(in crate::model::ledgers) struct Concerned<'a> {
    pub dataset: &'a Dataset,
    pub state: &'a State,
    /// `None` for all of it.
    pub unit: Option<UnitId>,
    /// What is found about it.
    pub finding: Option<&'a str>,
}

impl Dataset {
    /// Finds the atoms around all seats, where rows come about by them.
    pub(in crate::model) fn prepare_anchors(&self) {
        if !self.derivations().rules.is_empty() {
            let _ = self.anchor(UnitId(0));
        }
    }

    /// The atom around the seat of a unit as loaded, where it has territory.
    pub(in crate::model::ledgers) fn anchor(&self, unit: UnitId) -> Option<AtomId> {
        let base = &self.base;
        let find = |unit: UnitId| {
            let own = self.given_seat_atom(base, unit).or_else(|| self.most_peopled(&base.atoms(unit)));
            own.map(|atom| self.loaded_atom(atom))
        };
        let all = self.anchors.get_or_init(|| (0..base.base_unit_count()).map(UnitId::new).map(find).collect());
        let anchor = all.get(unit.index()).copied().flatten()?;
        // Cut apart, the seat may lie on the other side.
        let is_cut = self.has_cuts() && self.cuts().any(|(_, from, _)| from == anchor);
        Some(if is_cut { self.given_seat_atom(base, unit).unwrap_or(anchor) } else { anchor })
    }

    /// The atom of a unit around its seat, where that is given and lies in it.
    fn given_seat_atom(&self, state: &State, unit: UnitId) -> Option<AtomId> {
        let it = state.unit(unit);
        let seat = self.index.atom_at(&self.coverage, it.seat.as_ref()?.at)?;
        (state.unit_of(seat, it.level) == unit).then_some(seat)
    }

    /// The atom of a unit of a state around its seat.
    pub(in crate::model::ledgers) fn seat_now(&self, state: &State, unit: UnitId) -> Option<AtomId> {
        let it = state.unit(unit);
        if unit.index() < state.base_unit_count() && self.base.unit(unit).seat == it.seat {
            let anchor = self.anchor(unit).filter(|&anchor| state.unit_of(anchor, it.level) == unit);
            if anchor.is_some() {
                return anchor;
            }
        }
        self.seat_atom(state, unit)
    }

    /// The unit of a state that has the seat of a loaded unit.
    pub(in crate::model::ledgers) fn holder(&self, state: &State, unit: UnitId) -> Option<UnitId> {
        let level = self.base.unit(unit).level;
        self.anchor(unit).map(|anchor| state.unit_of(anchor, level))
    }

    /// What a unit of a state is known by, whatever it is called now.
    pub(in crate::model::ledgers) fn stable_key(&self, state: &State, unit: UnitId) -> CompactString {
        if unit.index() < state.base_unit_count() {
            return self.loaded_key(unit);
        }
        let level = state.unit(unit).level;
        let Some(seat) = self.seat_now(state, unit) else { return format_compact!("#{}", unit.index()) };
        let was = self.base.unit_of(seat, level);
        let key = self.loaded_key(was);
        let goes_on = !has_territory(state, was) && self.holder(state, was) == Some(unit);
        if goes_on {
            return key;
        }
        let village = self.base.unit_of(seat, LevelIndex::FINEST);
        let loaded = self.base.atoms(village).iter().filter(|atom| atom.index() < self.loaded_atoms()).count();
        // What was cut off a village, or is one of its parts, has a number of its own.
        let is_part = loaded > 1 || seat.index() >= self.loaded_atoms();
        let part = if is_part { format_compact!(".{}", seat.index()) } else { CompactString::default() };
        format_compact!("{key}@{}{part}", self.loaded_key(village))
    }

    /// Code of a unit as loaded; with its number where another unit of the level has the same, or it has none.
    fn loaded_key(&self, unit: UnitId) -> CompactString {
        let it = self.base.unit(unit);
        let is_first = !it.code.is_empty() && self.base.find_at(it.level, &it.code) == Some(unit);
        if is_first { it.code.clone() } else { format_compact!("{}~{}", it.code, unit.index()) }
    }

    /// The loaded unit of a level that a key names.
    pub(in crate::model::ledgers) fn of_loaded_key(&self, level: LevelIndex, key: &str) -> Option<UnitId> {
        let key = key.split_once('@').map_or(key, |(unit, _)| unit);
        if let Some((code, number)) = key.rsplit_once('~') {
            let unit = number.parse::<usize>().ok().filter(|&at| at < self.base.base_unit_count()).map(UnitId::new);
            let fits = |unit: &UnitId| self.base.unit(*unit).level == level && self.base.unit(*unit).code == code;
            return unit.filter(fits);
        }
        self.base.find_at(level, key)
    }

    /// The level whose units a seat is told by: the village, or what is finest.
    fn seat_level(&self, level: LevelIndex) -> LevelIndex {
        self.level_index(Level::Village).map_or(LevelIndex::FINEST, |village| village.min(level))
    }
}

fn has_territory(state: &State, unit: UnitId) -> bool {
    state.unit(unit).is_current() && state.first_atom(unit).is_some()
}

impl Event {
    /// Whether it happened to a unit: of those that are asked for, see [`Event::is_of_current`].
    pub(super) fn happened(self, dataset: &Dataset, state: &State, unit: UnitId) -> bool {
        let (base, now) = (&dataset.base, state.unit(unit));
        let is_there = now.is_current();
        match self {
            Self::InForce => has_territory(state, unit),
            Self::Established => unit.index() >= state.base_unit_count() && has_territory(state, unit),
            Self::Abolished => !is_there,
            Self::ParentChanged => is_there && now.parent != base.unit(unit).parent,
            Self::Recoded => is_there && now.code != base.unit(unit).code,
            Self::KindConverted => is_there && now.kind != base.unit(unit).kind,
            Self::SeatLost => seat_lies_elsewhere(dataset, state, unit, dataset.seat_level(now.level)),
            Self::Absorbed => {
                let may_be = !has_territory(state, unit) || dataset.holder(state, unit) == Some(unit);
                may_be && seat_lies_elsewhere(dataset, state, unit, now.level)
            }
            Self::BorderNew => is_divided(dataset, state, unit),
        }
    }
}

/// Whether whoever has the seat of a loaded unit has its own elsewhere: another unit in another one, as loaded, of some
/// level; the unit itself beyond what was its territory, for within it a seat only moves.
fn seat_lies_elsewhere(dataset: &Dataset, state: &State, unit: UnitId, told_by: LevelIndex) -> bool {
    let Some(holder) = dataset.holder(state, unit) else { return false };
    let told_by = if holder == unit { dataset.base.unit(unit).level } else { told_by };
    let place = |atom: AtomId| dataset.base.unit_of(atom, told_by);
    let (was, is) = (dataset.anchor(unit).map(place), dataset.seat_now(state, holder).map(place));
    was != is
}

/// Whether a border of the level of a loaded unit runs through what was its territory.
fn is_divided(dataset: &Dataset, state: &State, unit: UnitId) -> bool {
    let level = dataset.base.unit(unit).level;
    let atoms = dataset.base.atoms(unit);
    let owner = |atom: AtomId| state.unit_of(atom, level);
    let Some(first) = atoms.first().copied().map(owner) else { return false };
    if atoms.iter().all(|&atom| owner(atom) == first) {
        return false;
    }
    let inside = |atom: &AtomId| dataset.base.unit_of(*atom, level) == unit;
    atoms.iter().any(|&atom| {
        let mut beside = dataset.coverage.neighbours(atom).iter().copied().filter(inside);
        beside.any(|other| owner(other) != owner(atom))
    })
}

impl Concerned<'_> {
    /// A word of the unit.
    pub(super) fn says(&self, word: Word) -> CompactString {
        let (dataset, state) = (self.dataset, self.state);
        if word == Word::Finding {
            return self.finding.unwrap_or_default().into();
        }
        let Some(unit) = self.unit else { return CompactString::default() };
        let is_loaded = unit.index() < state.base_unit_count();
        let was = if is_loaded { dataset.base.unit(unit) } else { state.unit(unit) };
        let holder = || if is_loaded { dataset.holder(state, unit) } else { Some(unit) };
        let now = || if state.unit(unit).is_current() { Some(unit) } else { holder() };
        let parent = || now().and_then(|unit| state.unit(unit).parent);
        let name = |unit: Option<UnitId>| unit.map(|unit| state.unit(unit).name.clone()).unwrap_or_default();
        let code = |unit: Option<UnitId>| unit.map(|unit| state.unit(unit).code.clone()).unwrap_or_default();
        match word {
            Word::Name => was.name.clone(),
            Word::Code => was.code.clone(),
            Word::Kind => state.unit(unit).kind.as_ref().map(|kind| kind.words(Lang::Zh).into()).unwrap_or_default(),
            Word::NewName => name(now()),
            Word::NewCode => now().map(|unit| new_code(dataset, state, unit)).unwrap_or_default(),
            Word::NewParent => name(parent()),
            Word::NewParentCode => code(parent()),
            Word::Successor => name(holder()),
            Word::SuccessorCode => code(holder()),
            Word::Finding => CompactString::default(),
        }
    }
}

/// The code that a unit is to have under its parent: its own where that begins with the parent's, else one with its own
/// number where nobody ever had that, else the next free one of its kind. All that moved under one parent are looked at
/// together, so that no two get the same.
fn new_code(dataset: &Dataset, state: &State, unit: UnitId) -> CompactString {
    let it = state.unit(unit);
    let level = dataset.level(it.level);
    let prefix = it.parent.and_then(|parent| prefix_of(level, &state.unit(parent).code));
    let (Some(prefix), Some(parts)) = (prefix, CodeParts::read(level, &it.code)) else {
        return it.code.clone();
    };
    if parts.prefix == prefix {
        return it.code.clone();
    }
    let siblings = it.parent.map(|parent| state.members(parent)).unwrap_or_default();
    let mut moved: Vec<(CompactString, UnitId)> =
        siblings.iter().map(|&sibling| (dataset.stable_key(state, sibling), sibling)).collect();
    moved.sort();
    let mut given: BTreeSet<u16> = BTreeSet::new();
    let had =
        |serial: u16, filled: usize| state.had_code(&CodeParts::with_serial(prefix, serial, filled)).next().is_some();
    let mut waiting = Vec::new();
    // Those that can keep their number go first.
    for (_, sibling) in &moved {
        let of = state.unit(*sibling);
        let Some(parts) = CodeParts::read(level, &of.code).filter(|parts| parts.prefix != prefix) else { continue };
        if had(parts.serial, parts.filled) || !given.insert(parts.serial) {
            waiting.push((*sibling, parts));
        } else if *sibling == unit {
            return CodeParts::with_serial(prefix, parts.serial, parts.filled);
        }
    }
    let mut used_in: Vec<(Segment, BTreeSet<u16>)> = Vec::new();
    for (sibling, parts) in waiting {
        let kind = state.unit(sibling).kind.as_ref();
        let segment = kind.and_then(|kind| Segment::of(level, kind));
        let segment = segment.unwrap_or_else(|| Segment::around(level, parts.serial));
        if used_in.iter().all(|(known, _)| *known != segment) {
            used_in.push((segment, segment.range().filter(|&serial| had(serial, parts.filled)).collect()));
        }
        let used = |serial: u16| {
            let had =
                used_in.iter().find(|(known, _)| *known == segment).is_some_and(|(_, used)| used.contains(&serial));
            had || given.contains(&serial)
        };
        let Some(serial) = free_in(segment.range(), used) else {
            if sibling == unit {
                return CompactString::default();
            }
            continue;
        };
        given.insert(serial);
        if sibling == unit {
            return CodeParts::with_serial(prefix, serial, parts.filled);
        }
    }
    it.code.clone()
}

/// What codes under a parent begin with, where that has a Chinese code.
fn prefix_of(level: Level, parent: &str) -> Option<&str> {
    let digits = if level == Level::Township { 6 } else { 9 };
    let (head, zeros) = parent.split_at_checked(digits)?;
    let is_chinese = head.bytes().all(|byte| byte.is_ascii_digit()) && zeros.bytes().all(|byte| byte == b'0');
    is_chinese.then_some(head)
}

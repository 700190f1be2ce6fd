//! What became of each unit: compared with the base, or with any other state over the same dataset.
//!
//! 1. A unit is compared with itself. [`Between`] knows which unit of one state is which of the other.
//! 2. A unit may have changed in several ways; the weightiest stands first.
//! 3. Members that move along when their parent is merged as a whole did not move themselves: see [`moved_along`].

use std::collections::BTreeMap;
use std::fmt;

use smallvec::SmallVec;

use crate::i18n::Lang;
use crate::model::{Dataset, Level, LevelIndex, State, Unit, UnitId};

/// One way in which a unit differs from before, weightiest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was not there before.
    Established,
    /// It is no longer in force.
    Abolished,
    /// It gained territory and lost none.
    Expanded,
    /// It lost territory and gained none.
    Reduced,
    /// It gained territory and lost other territory.
    Adjusted,
    /// It belongs to another kind.
    KindConverted,
    /// It has another name.
    Renamed,
    /// It has another code.
    Recoded,
    /// It belongs to another parent.
    ParentChanged,
    /// Its seat is in another village.
    SeatMoved,
    /// Its seat is elsewhere in the same village, or under another name: by law that is no move.
    SeatAdjusted,
    /// Its territory is the same, but other members share it.
    MembersChanged,
    /// Nothing changed.
    Unchanged,
}

impl Change {
    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Established => "established",
            Self::Abolished => "abolished",
            Self::Expanded => "expanded",
            Self::Reduced => "reduced",
            Self::Adjusted => "adjusted",
            Self::KindConverted => "kind_converted",
            Self::Renamed => "renamed",
            Self::Recoded => "recoded",
            Self::ParentChanged => "parent_changed",
            Self::SeatMoved => "seat_moved",
            Self::SeatAdjusted => "seat_adjusted",
            Self::MembersChanged => "members_changed",
            Self::Unchanged => "unchanged",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Established => lang.pick("新设", "established"),
            Self::Abolished => lang.pick("撤销", "abolished"),
            Self::Expanded => lang.pick("扩大", "expanded"),
            Self::Reduced => lang.pick("缩小", "reduced"),
            Self::Adjusted => lang.pick("调整", "adjusted"),
            Self::KindConverted => lang.pick("变更类型", "kind converted"),
            Self::Renamed => lang.pick("更名", "renamed"),
            Self::Recoded => lang.pick("变更代码", "recoded"),
            Self::ParentChanged => lang.pick("变更隶属", "parent changed"),
            Self::SeatMoved => lang.pick("迁移驻地", "seat moved"),
            Self::SeatAdjusted => lang.pick("驻地村内调整", "seat adjusted within its village"),
            Self::MembersChanged => lang.pick("下辖变动", "members changed"),
            Self::Unchanged => lang.pick("未变", "unchanged"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Two states over one dataset, and which unit of one is which of the other.
///
/// 1. A loaded unit is itself in both. Plans made apart give ids of their own to the units that they make, so these are
///    matched: two made units of a level that share territory are one when they have the same code; else when their
///    territory is the same; else when they have the same name. Each is matched once, with the one that it shares most
///    with. Of those without territory, two are one by code or name.
/// 2. A made unit is never a loaded one, even where the territory is the same: by law one was abolished and another set
///    up.
/// 3. Matching costs the territory of the made units; where one of the states is the base, nothing.
#[derive(Clone, Debug)]
pub struct Between<'a> {
    dataset: &'a Dataset,
    before: &'a State,
    after: &'a State,
    /// Made units of the state before that the state after has too, and which they are there.
    after_of: BTreeMap<UnitId, UnitId>,
    /// The same the other way round.
    before_of: BTreeMap<UnitId, UnitId>,
}

impl<'a> Between<'a> {
    /// Compares two states over a dataset.
    #[must_use]
    pub fn new(dataset: &'a Dataset, before: &'a State, after: &'a State) -> Self {
        debug_assert_eq!(before.base_unit_count(), after.base_unit_count());
        let mut between = Self { dataset, before, after, after_of: BTreeMap::new(), before_of: BTreeMap::new() };
        if made(before).next().is_some() && made(after).next().is_some() {
            let shared: Vec<(UnitId, Vec<Shared>)> =
                made(before).map(|id| (id, shared_with_made(before, after, id))).collect();
            for same in [same_code, same_territory, same_name] {
                between.match_made(&shared, same);
            }
        }
        between
    }

    /// Matches made units that are still without a match and of which a test says that they are the same.
    fn match_made(&mut self, shared: &[(UnitId, Vec<Shared>)], same: fn(&Unit, &Unit, &Shared) -> bool) {
        for (old, candidates) in shared {
            if self.after_of.contains_key(old) {
                continue;
            }
            let fits = |shared: &&Shared| {
                !self.before_of.contains_key(&shared.new)
                    && same(self.before.unit(*old), self.after.unit(shared.new), shared)
            };
            // The first of those that share most.
            let best =
                candidates.iter().filter(fits).max_by_key(|shared| (shared.atoms, std::cmp::Reverse(shared.new)));
            if let Some(new) = best.map(|shared| shared.new) {
                self.after_of.insert(*old, new);
                self.before_of.insert(new, *old);
            }
        }
    }

    /// The state before.
    #[must_use]
    pub const fn before(&self) -> &'a State {
        self.before
    }

    /// The state after.
    #[must_use]
    pub const fn after(&self) -> &'a State {
        self.after
    }

    /// Which unit in force afterwards a unit of the state before is.
    #[must_use]
    pub fn after_of(&self, before: UnitId) -> Option<UnitId> {
        let is_loaded = before.index() < self.before.base_unit_count();
        let id = if is_loaded { Some(before) } else { self.after_of.get(&before).copied() };
        id.filter(|&id| self.after.unit(id).is_current())
    }

    /// Which unit in force before a unit of the state after is.
    #[must_use]
    pub fn before_of(&self, after: UnitId) -> Option<UnitId> {
        let is_loaded = after.index() < self.after.base_unit_count();
        let id = if is_loaded { Some(after) } else { self.before_of.get(&after).copied() };
        id.filter(|&id| self.before.unit(id).is_current())
    }

    /// All ways in which a unit of the state after differs from before, weightiest first; empty when it does not.
    #[must_use]
    pub fn changes_of(&self, after: UnitId) -> SmallVec<[Change; 4]> {
        let mut changes = SmallVec::new();
        let new = self.after.unit(after);
        if !new.is_current() {
            changes.push(Change::Abolished);
            return changes;
        }
        let Some(before) = self.before_of(after) else {
            changes.push(Change::Established);
            return changes;
        };
        let old = self.before.unit(before);
        if old.revision != new.revision {
            changes.extend(self.territory(before, after));
        }
        let mut note = |differs: bool, change| {
            if differs {
                changes.push(change);
            }
        };
        note(old.kind != new.kind, Change::KindConverted);
        note(old.name != new.name, Change::Renamed);
        note(old.code != new.code, Change::Recoded);
        note(old.parent.and_then(|parent| self.after_of(parent)) != new.parent, Change::ParentChanged);
        let seat = self.seat_change(before, after);
        note(seat == Some(Change::SeatMoved), Change::SeatMoved);
        note(seat == Some(Change::SeatAdjusted), Change::SeatAdjusted);
        if changes.is_empty() && !self.has_same_members(before, after) {
            changes.push(Change::MembersChanged);
        }
        changes
    }

    /// The weightiest way in which a unit of the state after differs from before.
    #[must_use]
    pub fn main_change_of(&self, after: UnitId) -> Change {
        self.changes_of(after).first().copied().unwrap_or(Change::Unchanged)
    }

    /// How the seat of a unit changed: [`Change::SeatMoved`], [`Change::SeatAdjusted`], or not at all.
    ///
    /// A seat has moved (驻地迁移) when it lies in another village or community than before, as villages were before.
    /// Without a level of villages the finest level counts; of units of that very level, and where a seat lies in no
    /// unit, any difference does.
    #[must_use]
    pub fn seat_change(&self, before: UnitId, after: UnitId) -> Option<Change> {
        let (old, new) = (self.before.unit(before), self.after.unit(after));
        if old.seat == new.seat {
            return None;
        }
        let dataset = self.dataset;
        let villages = (0..).zip(&dataset.levels).find(|(_, level)| **level == Level::Village);
        let level = villages.map_or(LevelIndex::FINEST, |(at, _)| LevelIndex(at));
        let holder = |unit: &Unit| {
            let at = unit.seat.as_ref()?.at;
            Some(self.before.unit_of(dataset.index.atom_at(&dataset.coverage, at)?, level))
        };
        let is_same = level < old.level && holder(old).is_some_and(|village| holder(new) == Some(village));
        Some(if is_same { Change::SeatAdjusted } else { Change::SeatMoved })
    }

    /// How the territory of a unit changed; `None` when it is the same.
    fn territory(&self, before: UnitId, after: UnitId) -> Option<Change> {
        let (before, after) = (self.before.atoms(before), self.after.atoms(after));
        let lacks = |some: &[_], other: &[_]| some.iter().any(|atom| other.binary_search(atom).is_err());
        match (lacks(&after, &before), lacks(&before, &after)) {
            (true, false) => Some(Change::Expanded),
            (false, true) => Some(Change::Reduced),
            (true, true) => Some(Change::Adjusted),
            (false, false) => None,
        }
    }

    fn has_same_members(&self, before: UnitId, after: UnitId) -> bool {
        let (old, new) = (self.before.members(before), self.after.members(after));
        // Members ascend, and loaded units come first.
        let loaded = |members: &[UnitId]| members.last().is_none_or(|id| id.index() < self.before.base_unit_count());
        if loaded(old) && loaded(new) {
            return old == new;
        }
        let mut there: Vec<UnitId> = old.iter().filter_map(|&member| self.after_of(member)).collect();
        there.sort_unstable();
        old.len() == new.len() && there == new
    }

    /// Whether a unit of the state after differs from before in its parent only, because that was merged as a whole:
    /// everything that the old parent held now belongs to one and the same new one.
    #[must_use]
    pub fn moved_along(&self, after: UnitId) -> bool {
        self.changes_of(after).as_slice() == [Change::ParentChanged] && self.parent_was_merged(after)
    }

    /// Whether a map marks a unit of the state after as changed: not when only its members differ, nor when it moved along
    /// with its parent.
    #[must_use]
    pub fn is_marked(&self, after: UnitId) -> bool {
        match self.main_change_of(after) {
            Change::Unchanged | Change::MembersChanged | Change::SeatAdjusted => false,
            Change::ParentChanged => !self.moved_along(after),
            Change::Established
            | Change::Abolished
            | Change::Expanded
            | Change::Reduced
            | Change::Adjusted
            | Change::KindConverted
            | Change::Renamed
            | Change::Recoded
            | Change::SeatMoved => true,
        }
    }

    /// Whether everything that the old parent of a unit held now belongs to its new parent.
    fn parent_was_merged(&self, after: UnitId) -> bool {
        let old = self.before_of(after).and_then(|before| self.before.unit(before).parent);
        let (Some(old), Some(new)) = (old, self.after.unit(after).parent) else { return false };
        let level = self.before.unit(old).level;
        self.before.atoms(old).iter().all(|&atom| self.after.unit_of(atom, level) == new)
    }
}

/// Territory that a made unit of the state before shares with one of the state after.
struct Shared {
    new: UnitId,
    /// Number of shared atoms.
    atoms: usize,
    /// Whether neither has other territory.
    all: bool,
}

/// Units in force that an edit made.
fn made(state: &State) -> impl Iterator<Item = UnitId> + '_ {
    (state.base_unit_count()..state.unit_count()).map(UnitId::new).filter(|&id| state.unit(id).is_current())
}

/// Made units of the state after that share territory with one of the state before, ascending; of one without territory,
/// those without territory.
fn shared_with_made(before: &State, after: &State, id: UnitId) -> Vec<Shared> {
    let (level, atoms) = (before.unit(id).level, before.atoms(id));
    if atoms.is_empty() {
        let is_empty = |new: &UnitId| after.unit(*new).level == level && after.first_atom(*new).is_none();
        return made(after).filter(is_empty).map(|new| Shared { new, atoms: 0, all: false }).collect();
    }
    let mut counts: BTreeMap<UnitId, usize> = BTreeMap::new();
    for &atom in &atoms {
        let new = after.unit_of(atom, level);
        if new.index() >= after.base_unit_count() {
            *counts.entry(new).or_default() += 1;
        }
    }
    let is_all = |new: UnitId, count: usize| count == atoms.len() && after.atoms(new).len() == count;
    counts.into_iter().map(|(new, count)| Shared { new, atoms: count, all: is_all(new, count) }).collect()
}

fn same_code(old: &Unit, new: &Unit, _shared: &Shared) -> bool {
    !old.code.is_empty() && old.code == new.code
}

const fn same_territory(_old: &Unit, _new: &Unit, shared: &Shared) -> bool {
    shared.all
}

fn same_name(old: &Unit, new: &Unit, _shared: &Shared) -> bool {
    !old.name.is_empty() && old.name == new.name
}

/// All ways in which a unit differs from the base, weightiest first; empty when it does not.
#[must_use]
pub fn all(dataset: &Dataset, state: &State, id: UnitId) -> SmallVec<[Change; 4]> {
    Between::new(dataset, &dataset.base, state).changes_of(id)
}

/// The weightiest way in which a unit differs from the base.
#[must_use]
pub fn main(dataset: &Dataset, state: &State, id: UnitId) -> Change {
    Between::new(dataset, &dataset.base, state).main_change_of(id)
}

/// Whether a unit differs from the base in its parent only, because that was merged as a whole: see
/// [`Between::moved_along`].
#[must_use]
pub fn moved_along(dataset: &Dataset, state: &State, id: UnitId) -> bool {
    Between::new(dataset, &dataset.base, state).moved_along(id)
}

/// Whether a map marks a unit as changed: see [`Between::is_marked`].
#[must_use]
pub fn is_marked(dataset: &Dataset, state: &State, id: UnitId) -> bool {
    Between::new(dataset, &dataset.base, state).is_marked(id)
}

#[cfg(test)]
mod tests {
    use super::super::testing::grid;
    use super::super::{Document, Edit, Form, SeatSpec, Target, UnitRef};
    use super::*;
    use crate::model::Kind;

    #[test]
    fn what_became_of_each_unit_is_said() {
        //  3 4 5      townships 6 7 8 are the columns
        //  0 1 2
        let mut document = Document::new(grid(3, 2));
        let (unit, to) = (UnitRef::code("510722101201"), UnitRef::code("510722102"));
        document.commit(&Edit::Transfer { units: vec![unit], to: to.clone() }).unwrap();
        document.commit(&Edit::ConvertKind { unit: to, kind: Kind::Subdistrict, code: None, name: None }).unwrap();
        let main = |id| main(document.dataset(), document.state(), UnitId(id));
        assert_eq!(main(6), Change::Reduced);
        assert_eq!(
            all(document.dataset(), document.state(), UnitId(7)).as_slice(),
            [Change::Expanded, Change::KindConverted, Change::Recoded]
        );
        assert_eq!((main(8), main(0)), (Change::Unchanged, Change::ParentChanged));
        assert!(!moved_along(document.dataset(), document.state(), UnitId(0)));
    }

    #[test]
    fn villages_of_merged_townships_move_along() {
        let mut document = Document::new(grid(3, 2));
        let units = ["510722101", "510722102"].map(UnitRef::code).into();
        document.commit(&Edit::Merge { units, form: Form::Establish, into: Target::default() }).unwrap();
        let main = |id| main(document.dataset(), document.state(), UnitId(id));
        assert_eq!([main(6), main(7), main(10)], [Change::Abolished, Change::Abolished, Change::Established]);
        assert_eq!((main(9), main(0)), (Change::MembersChanged, Change::ParentChanged));
        assert!(moved_along(document.dataset(), document.state(), UnitId(0)));
    }

    fn move_seat(document: &mut Document, unit: &str, lon: f64, lat: f64, name: Option<&str>) {
        let seat = SeatSpec { lon, lat, name: name.map(Into::into) };
        document.commit(&Edit::MoveSeat { unit: UnitRef::code(unit), seat }).unwrap();
    }

    #[test]
    fn a_seat_has_moved_when_it_lies_in_another_village() {
        //  3 4 5      townships 6 7 8 are the columns, 9 the county
        //  0 1 2
        let mut given = Document::new(grid(3, 2));
        for (unit, lon) in [("510722101", 0.5), ("510722101201", 0.5), ("510722", 1.5)] {
            move_seat(&mut given, unit, lon, 0.5, Some("老街"));
        }
        let before = given.clone();
        let changes = |after: &Document, unit: u32| {
            let between = Between::new(after.dataset(), before.state(), after.state());
            let marked = between.is_marked(UnitId(unit));
            (between.changes_of(UnitId(unit)).to_vec(), marked)
        };
        let mut within = before.clone();
        move_seat(&mut within, "510722101", 0.9, 0.1, Some("新街"));
        move_seat(&mut within, "510722", 1.1, 0.9, Some("老街"));
        move_seat(&mut within, "510722101201", 0.9, 0.1, Some("老街"));
        assert_eq!(changes(&within, 6), (vec![Change::SeatAdjusted], false));
        assert_eq!(changes(&within, 9), (vec![Change::SeatAdjusted], false));
        assert_eq!(changes(&within, 0), (vec![Change::SeatMoved], true), "there is nothing finer than a village");
        let rows = crate::edit::crosswalk::rows(
            within.dataset(),
            before.state(),
            within.state(),
            crate::geodesy::AreaMethod::Geodesic,
        );
        assert!(rows.iter().all(|row| row.level == Level::Village), "{rows:?}");
        let mut moved = before.clone();
        move_seat(&mut moved, "510722101", 0.5, 1.1, Some("老街"));
        move_seat(&mut moved, "510722", 7.0, 7.0, Some("老街"));
        assert_eq!(changes(&moved, 6), (vec![Change::SeatMoved], true));
        assert_eq!(changes(&moved, 9), (vec![Change::SeatMoved], true), "nobody can say in which village that is");
        // The villages are those from before: merging them afterwards makes no less of it.
        let units = ["510722101201", "510722101202"].map(UnitRef::code).into();
        let into = Target { code: Some("510722101201".into()), ..Target::default() };
        moved.commit(&Edit::Merge { units, form: Form::Absorb, into }).unwrap();
        assert!(changes(&moved, 6).0.contains(&Change::SeatMoved));
    }

    fn establish(document: &mut Document, units: &[&str], code: &str, name: &str) -> UnitId {
        let units = units.iter().copied().map(UnitRef::code).collect();
        let into = Target { code: Some(code.into()), name: Some(name.into()), ..Target::default() };
        document.commit(&Edit::Merge { units, form: Form::Establish, into }).unwrap().made.unwrap()
    }

    #[test]
    fn units_that_two_drafts_made_apart_are_the_same_by_code_territory_or_name() {
        // Townships 510722101 to 510722106 are columns of two villages.
        let dataset = grid(6, 2);
        let [mut before, mut after] = [Document::new(dataset.clone()), Document::new(dataset)];
        let townships = |numbers: &[u8]| numbers.iter().map(|n| format!("51072210{n}")).collect::<Vec<_>>();
        let make = |document: &mut Document, numbers: &[u8], code: &str, name: &str| {
            let units = townships(numbers);
            establish(document, &units.iter().map(String::as_str).collect::<Vec<_>>(), code, name)
        };
        let by_code = make(&mut before, &[1, 2], "510722121", "甲镇");
        let by_territory = make(&mut before, &[3, 4], "510722122", "乙镇");
        let gone = make(&mut before, &[5, 6], "510722123", "丙镇");
        let same_territory = make(&mut after, &[3, 4], "510722132", "丁镇");
        let larger = make(&mut after, &[1, 2, 5], "510722121", "戊镇");
        let between = Between::new(before.dataset(), before.state(), after.state());
        assert_eq!(between.after_of(by_code), Some(larger));
        assert_eq!(between.after_of(by_territory), Some(same_territory));
        assert_eq!((between.after_of(gone), between.before_of(larger)), (None, Some(by_code)));
        assert_eq!(between.changes_of(larger).as_slice(), [Change::Expanded, Change::Renamed]);
        assert_eq!(between.changes_of(same_territory).as_slice(), [Change::Renamed, Change::Recoded]);
        // The township that the draft before merges and the one after leaves alone.
        let kept = UnitRef::code("510722106").resolve(after.dataset(), after.state()).unwrap();
        assert_eq!(between.changes_of(kept).as_slice(), [Change::Established]);
    }

    #[test]
    fn the_same_proposed_code_for_other_territory_is_another_unit() {
        let dataset = grid(4, 1);
        let [mut before, mut after] = [Document::new(dataset.clone()), Document::new(dataset)];
        let one = establish(&mut before, &["510722101", "510722102"], "510722120", "甲镇");
        let other = establish(&mut after, &["510722103", "510722104"], "510722120", "甲镇");
        let between = Between::new(before.dataset(), before.state(), after.state());
        assert_eq!((between.after_of(one), between.before_of(other)), (None, None));
    }

    #[test]
    fn a_draft_carried_out_twice_differs_in_nothing() {
        let dataset = grid(3, 2);
        let drafts = [0, 1].map(|_| {
            let mut document = Document::new(dataset.clone());
            establish(&mut document, &["510722101201", "510722101202"], "510722101211", "甲村");
            establish(&mut document, &["510722101", "510722102"], "510722120", "甲镇");
            document
        });
        let between = Between::new(drafts[0].dataset(), drafts[0].state(), drafts[1].state());
        let units = between.after().levels().flat_map(|level| between.after().units_at(level)).collect::<Vec<_>>();
        for unit in units {
            assert_eq!(between.main_change_of(unit), Change::Unchanged, "{unit}");
        }
    }
}

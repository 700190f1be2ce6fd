//! Which row is of which unit.
//!
//! 1. A code that is all there decides; where the name says that it is another unit of the same parent, neither does.
//! 2. A code that lost digits narrows the units, and the name decides among them; without a name, only where exactly one
//!    unit is left and no other row may be of it.
//! 3. A row without a code is found by its name within the parent that it names, and only where one unit has it.
//! 4. Two rows of one unit are two answers to one question: they count where they say the same, else neither does.
//! 5. What somebody accepted comes first.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::codes::{CodeRead, Repair};
use super::names::{Class, NameKey};
use super::units::Units;
use crate::model::UnitId;

/// A row as it was read.
#[derive(Clone, Debug)]
pub(in crate::model) struct Row {
    /// From 0.
    pub at: usize,
    pub code: CodeRead,
    pub name: Option<NameKey>,
    /// Units above that it names; `None` where it names none.
    pub parent: Option<Vec<UnitId>>,
    /// What it says, to tell whether two rows say the same.
    pub figures: Vec<Option<String>>,
}

/// How a row was matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Code,
    Repaired(Repair),
    Name,
    Accepted,
}

/// Why a row was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyUnmatched {
    /// No unit has its code.
    NoSuchCode,
    /// No unit has its name there.
    NoSuchName,
    /// Several units may be meant.
    Ambiguous,
    /// Its code is that of one unit, its name that of another.
    Contradiction,
    /// Another row is of the same unit, and says something else.
    Duplicate,
    /// Neither a code nor a name stands in it.
    Nothing,
}

/// Several rows of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Duplicate {
    pub unit: u32,
    pub rows: Vec<usize>,
    /// Whether they say the same; then the first counts.
    pub same: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Matched {
    /// Unit and way, by row from 0.
    pub of_row: BTreeMap<usize, (u32, How)>,
    pub unmatched: BTreeMap<usize, WhyUnmatched>,
    pub duplicates: Vec<Duplicate>,
}

/// Matches rows. `accepted` are rows from 0 with the units that somebody said they are of.
pub(super) fn run(units: &Units<'_>, rows: &[Row], accepted: &[(usize, u32)]) -> Matched {
    let mut run = Run { units, out: Matched::default(), taken: HashMap::new() };
    let there: HashSet<usize> = rows.iter().map(|row| row.at).collect();
    for &(row, unit) in accepted {
        if there.contains(&row) && !run.out.of_row.contains_key(&row) && !run.taken.contains_key(&unit) {
            run.take(row, unit, How::Accepted);
        }
    }
    let open: Vec<&Row> = rows.iter().filter(|row| !run.out.of_row.contains_key(&row.at)).collect();
    run.by_code(&open);
    run.by_part_of_code(&open);
    run.by_name(&open);
    for row in open {
        let is_settled = run.out.of_row.contains_key(&row.at) || run.out.unmatched.contains_key(&row.at);
        if !is_settled && !run.out.duplicates.iter().any(|it| it.rows.contains(&row.at)) {
            let why = match (&row.code, &row.name) {
                (CodeRead::Nothing, None) => WhyUnmatched::Nothing,
                (CodeRead::Unknown, _) => WhyUnmatched::NoSuchCode,
                (CodeRead::OneOf(..), _) => WhyUnmatched::Ambiguous,
                (CodeRead::Nothing, Some(name)) if named(units, row.parent.as_deref(), name).len() > 1 => {
                    WhyUnmatched::Ambiguous
                }
                (CodeRead::Nothing | CodeRead::One(..), _) => WhyUnmatched::NoSuchName,
            };
            run.out.unmatched.insert(row.at, why);
        }
    }
    run.out.duplicates.sort_by_key(|it| it.rows.first().copied());
    run.out
}

struct Run<'a> {
    units: &'a Units<'a>,
    out: Matched,
    /// Row of each unit that has one.
    taken: HashMap<u32, usize>,
}

/// Rows that claim a unit, and how.
type Claims<'a> = BTreeMap<u32, Vec<(&'a Row, How)>>;

impl Run<'_> {
    fn take(&mut self, row: usize, unit: u32, how: How) {
        self.out.of_row.insert(row, (unit, how));
        self.taken.insert(unit, row);
    }

    fn is_open(&self, row: &Row) -> bool {
        !self.out.of_row.contains_key(&row.at) && !self.out.unmatched.contains_key(&row.at)
    }

    fn by_code(&mut self, rows: &[&Row]) {
        let mut claims = Claims::new();
        for &row in rows {
            let CodeRead::One(unit, repair) = row.code else { continue };
            if self.contradicts(row, unit) {
                self.out.unmatched.insert(row.at, WhyUnmatched::Contradiction);
            } else {
                claims.entry(unit).or_default().push((row, repair.map_or(How::Code, How::Repaired)));
            }
        }
        self.settle(claims);
    }

    /// Whether the name of a row is that of another unit beside the one that its code names.
    fn contradicts(&self, row: &Row, unit: u32) -> bool {
        let Some(name) = &row.name else { return false };
        if self.units.name(unit).is_none_or(|own| own.agrees(name) || own.stem == name.stem) {
            return false;
        }
        let parent = self.units.state.unit(UnitId(unit)).parent;
        let lies_there = |other| match &row.parent {
            Some(above) => self.units.lies_in(other, above),
            None => false,
        };
        let is_meant = |other| self.units.state.unit(UnitId(other)).parent == parent || lies_there(other);
        self.units.with_name(name).any(|other| other != unit && is_meant(other))
    }

    fn by_part_of_code(&mut self, rows: &[&Row]) {
        let mut claims = Claims::new();
        for &row in rows.iter().filter(|row| self.is_open(row)) {
            let (CodeRead::OneOf(units, repair), Some(name)) = (&row.code, &row.name) else { continue };
            let named = fitting(self.units, units.iter().copied(), row.parent.as_deref(), name);
            if let [unit] = named.as_slice() {
                claims.entry(*unit).or_default().push((row, How::Repaired(*repair)));
            }
        }
        self.settle(claims);
        // What is left has no name to go by: only where nothing else can be meant.
        let left = |row: &Row, run: &Self| -> Vec<u32> {
            let CodeRead::OneOf(units, _) = &row.code else { return Vec::new() };
            units.iter().copied().filter(|unit| !run.taken.contains_key(unit)).collect()
        };
        let mut wanted: HashMap<u32, usize> = HashMap::new();
        let open: Vec<&Row> = rows.iter().copied().filter(|row| self.is_open(row)).collect();
        for unit in open.iter().flat_map(|row| left(row, self)) {
            *wanted.entry(unit).or_default() += 1;
        }
        let mut claims = Claims::new();
        for row in open.into_iter().filter(|row| row.name.is_none()) {
            if let ([unit], CodeRead::OneOf(_, repair)) = (left(row, self).as_slice(), &row.code)
                && wanted.get(unit) == Some(&1)
            {
                claims.entry(*unit).or_default().push((row, How::Repaired(*repair)));
            }
        }
        self.settle(claims);
    }

    fn by_name(&mut self, rows: &[&Row]) {
        let mut claims = Claims::new();
        for &row in rows.iter().filter(|row| self.is_open(row) && row.code == CodeRead::Nothing) {
            let Some(name) = &row.name else { continue };
            if let [unit] = named(self.units, row.parent.as_deref(), name).as_slice() {
                claims.entry(*unit).or_default().push((row, How::Name));
            }
        }
        self.settle(claims);
    }

    /// Has units taken by the rows that claim them.
    fn settle(&mut self, claims: Claims<'_>) {
        for (unit, mut rows) in claims {
            if let Some(&first) = self.taken.get(&unit) {
                // It has a row already: this is another answer.
                let all = [vec![first], rows.iter().map(|(row, _)| row.at).collect()].concat();
                for (row, _) in rows {
                    self.out.unmatched.insert(row.at, WhyUnmatched::Duplicate);
                }
                self.out.duplicates.push(Duplicate { unit, rows: all, same: false });
                continue;
            }
            if rows.len() > 1 {
                // The one whose name is right is meant, if only one is.
                let agrees = |row: &Row| row.name.as_ref().zip(self.units.name(unit)).is_some_and(|(a, b)| a.agrees(b));
                let right: Vec<(&Row, How)> = rows.iter().copied().filter(|(row, _)| agrees(row)).collect();
                if right.len() == 1 {
                    for (row, _) in rows.iter().filter(|(row, _)| row.at != right[0].0.at) {
                        self.out.unmatched.insert(row.at, WhyUnmatched::Contradiction);
                    }
                    rows = right;
                }
            }
            let [(first, how), more @ ..] = rows.as_slice() else { continue };
            if more.is_empty() {
                self.take(first.at, unit, *how);
                continue;
            }
            let same = more.iter().all(|(row, _)| row.figures == first.figures);
            let all: Vec<usize> = rows.iter().map(|(row, _)| row.at).collect();
            if same {
                self.take(first.at, unit, *how);
            }
            for &row in &all[usize::from(same)..] {
                self.out.unmatched.insert(row, WhyUnmatched::Duplicate);
            }
            self.out.duplicates.push(Duplicate { unit, rows: all, same });
        }
    }
}

/// Units that a name may mean, below those above where some are named.
pub(in crate::model) fn named(units: &Units<'_>, above: Option<&[UnitId]>, name: &NameKey) -> Vec<u32> {
    let found = fitting(units, units.with_name(name), above, name);
    if !found.is_empty() {
        return found;
    }
    // 陈河街道宝黄沟村: the unit above stands before the name.
    let mut found = Vec::new();
    for (at, _) in name.full.char_indices().skip(2).take(12) {
        let (before, rest) = name.full.split_at(at);
        let (Some(before), Some(rest)) = (NameKey::of(before), NameKey::of(rest)) else { continue };
        let there = units.above_named(&before.full);
        let is_there = |unit: &u32| units.lies_in(*unit, there);
        if !there.is_empty() {
            found.extend(fitting(units, units.with_name(&rest).filter(is_there), above, &rest));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Of some units, those that a name fits and that lie where it is said: those of exactly this name before others.
fn fitting(units: &Units<'_>, some: impl Iterator<Item = u32>, above: Option<&[UnitId]>, name: &NameKey) -> Vec<u32> {
    let lies = |unit: u32| above.is_none_or(|above| units.lies_in(unit, above));
    let all: Vec<(u32, &NameKey)> =
        some.filter(|&unit| lies(unit)).filter_map(|unit| Some((unit, units.name(unit)?))).collect();
    let with = |fits: &dyn Fn(&NameKey) -> bool| -> Vec<u32> {
        all.iter().filter(|(_, own)| fits(own)).map(|&(unit, _)| unit).collect()
    };
    let exact = with(&|own| own.full == name.full);
    if !exact.is_empty() {
        return exact;
    }
    let same_class = with(&|own| own.stem == name.stem && own.class == name.class && name.class != Class::Other);
    if same_class.is_empty() { with(&|own| own.agrees(name)) } else { same_class }
}

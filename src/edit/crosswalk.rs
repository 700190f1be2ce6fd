//! The crosswalk (新旧对照表): which old unit's territory went into which new unit.
//!
//! 1. One row for every pair of an old and a new unit that share territory, at every level that changed, in order of
//!    level (finest first), old unit and new unit.
//! 2. A level changed when one of its units did. A village whose whole township was merged only moved along: that
//!    alone does not change the level of villages.
//! 3. Shares are of the old unit and add up to exactly 1 for each: nine decimals, and the largest part takes what
//!    rounding leaves.
//! 4. A figure that is not known is empty, never 0.
//! 5. Rows of an abolished unit say where its seat was and what becomes of that; an empty use is not decided yet.

mod columns;

use std::collections::BTreeMap;
use std::fmt;

use compact_str::CompactString;
use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use super::change::{Between, Change};
use crate::coverage::AtomId;
use crate::geodesy::{AreaMethod, ExactSum};
use crate::i18n::Lang;
use crate::model::{Dataset, Level, LevelIndex, SeatUse, State, Total, UnitId};

pub use columns::{Column, write_csv};

/// How an old unit relates to a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// All of the old unit went into the new one, which has other territory too or is newly made.
    Whole,
    /// Only part of the old unit went there.
    Part,
    /// Same territory, other name or code.
    Renamed,
    /// Same territory, name and code.
    Unchanged,
}

impl Relation {
    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Part => "part",
            Self::Renamed => "renamed",
            Self::Unchanged => "unchanged",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Whole => lang.pick("全部", "whole"),
            Self::Part => lang.pick("部分", "part"),
            Self::Renamed => lang.pick("更名", "renamed"),
            Self::Unchanged => lang.pick("未变", "unchanged"),
        }
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// Territory that an old and a new unit share.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Level of both.
    pub level: Level,
    /// The old unit, in the state before.
    pub old: UnitId,
    /// The new unit, in the state after.
    pub new: UnitId,
    /// Code of the old unit.
    pub old_code: CompactString,
    /// Name of the old unit.
    pub old_name: CompactString,
    /// Code of the new unit.
    pub new_code: CompactString,
    /// Name of the new unit.
    pub new_name: CompactString,
    /// How they relate.
    pub relation: Relation,
    /// What became of the new unit, compared with before.
    pub change: Change,
    /// Area that they share, in m².
    pub area_m2: f64,
    /// Share of the old unit's area, 0 to 1.
    pub area_share: Decimal,
    /// Population of the shared territory; `None` when not known.
    pub population: Option<Decimal>,
    /// Share of the old unit's population; `None` when that is not known.
    pub population_share: Option<Decimal>,
    /// Name of the old unit's seat, where the old unit is abolished or the use of its seat was decided.
    pub old_seat: Option<CompactString>,
    /// What becomes of the old unit's seat.
    pub seat_use: OldSeatUse,
}

/// What becomes of the seat of an old unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldSeatUse {
    /// The unit is in force and nothing was decided otherwise: it stays its seat.
    Stays,
    /// The unit is abolished, and its seat is that of a unit which took its territory.
    SeatAgain,
    /// The unit is abolished, and nothing was decided.
    Open,
    /// It was decided.
    Decided(SeatUse),
}

impl OldSeatUse {
    fn of(between: &Between<'_>, old: UnitId, heirs: impl Iterator<Item = UnitId>) -> Self {
        let place = |state: &State, unit: UnitId| state.unit(unit).seat.as_ref().map(|seat| seat.at);
        let seat = place(between.before(), old);
        let mut again = heirs.filter(|&heir| seat.is_some() && place(between.after(), heir) == seat);
        // Units that the earlier plan made have other ids in the later one.
        let is_loaded = old.index() < between.after().base_unit_count();
        match between.after().seat_use(old).filter(|_| is_loaded) {
            Some(seat_use) => Self::Decided(seat_use),
            None if between.after_of(old).is_some() => Self::Stays,
            None if again.next().is_some() => Self::SeatAgain,
            None => Self::Open,
        }
    }

    /// Identifier as used in files: empty for a seat that stays, and where nothing was decided.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Stays | Self::Open => "",
            Self::SeatAgain => "seat",
            Self::Decided(seat_use) => seat_use.id(),
        }
    }

    /// What it is called; empty for a seat that stays.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Stays => "",
            Self::SeatAgain => lang.pick("仍为驻地", "seat of the new unit"),
            Self::Open => SeatUse::words_or_open(None, lang),
            Self::Decided(seat_use) => seat_use.words(lang),
        }
    }
}

/// Territory that one old and one new unit share.
struct Pair {
    old: UnitId,
    new: UnitId,
    atoms: usize,
    area: ExactSum,
    population: Option<Decimal>,
}

/// The rows of all levels that changed between two states: the base and what a plan leaves, or what two plans leave.
/// Costs the atoms of all loaded units, and nothing when nothing changed.
#[must_use]
pub fn rows(dataset: &Dataset, before: &State, after: &State, method: AreaMethod) -> Vec<Row> {
    let between = Between::new(dataset, before, after);
    after
        .levels()
        .filter(|&level| has_changed(&between, level))
        .flat_map(|level| level_rows(dataset, &between, level, method))
        .collect()
}

/// Whether any unit of a level differs from before otherwise than by moving along with its parent.
fn has_changed(between: &Between<'_>, level: LevelIndex) -> bool {
    let (before, after) = (between.before(), between.after());
    // One look at each old parent, however many members it had.
    let mut merged_whole: BTreeMap<(Option<UnitId>, Option<UnitId>), bool> = BTreeMap::new();
    let mut differs = |id| match between.changes_of(id).as_slice() {
        [] | [Change::MembersChanged | Change::SeatAdjusted] => false,
        [Change::ParentChanged] => {
            let old = between.before_of(id).and_then(|old| before.unit(old).parent);
            !*merged_whole.entry((old, after.unit(id).parent)).or_insert_with(|| between.moved_along(id))
        }
        _ => true,
    };
    let is_gone = |id| between.after_of(id).is_none();
    after.units_at(level).any(&mut differs) || before.units_at(level).any(is_gone)
}

fn level_rows(dataset: &Dataset, between: &Between<'_>, level: LevelIndex, method: AreaMethod) -> Vec<Row> {
    let (before, after) = (between.before(), between.after());
    let pairs = pairs(dataset, before, after, level, method);
    let mut held = vec![0_usize; after.unit_count()];
    for pair in &pairs {
        held[pair.new.index()] += pair.atoms;
    }
    pairs
        .chunk_by(|a, b| a.old == b.old)
        .flat_map(|parts| {
            let areas: Vec<f64> = parts.iter().map(|part| part.area.to_f64().max(0.0)).collect();
            let area_shares =
                shares(&areas.iter().map(|&area| Decimal::try_from(area).unwrap_or_default()).collect::<Vec<_>>());
            let population_shares = population_shares(parts, &area_shares, dataset.has_population());
            parts
                .iter()
                .zip(area_shares)
                .zip(population_shares)
                .map(|((part, area_share), population_share)| {
                    let (old, new) = (before.unit(part.old), after.unit(part.new));
                    let seat_use = OldSeatUse::of(between, part.old, parts.iter().map(|part| part.new));
                    let seat = old.seat.as_ref().filter(|_| seat_use != OldSeatUse::Stays);
                    Row {
                        level: dataset.level(level),
                        old: part.old,
                        new: part.new,
                        old_code: old.code.clone(),
                        old_name: old.name.clone(),
                        new_code: new.code.clone(),
                        new_name: new.name.clone(),
                        relation: relation(part, parts.len(), held[part.new.index()], between),
                        change: between.main_change_of(part.new),
                        area_m2: part.area.to_f64(),
                        area_share,
                        population: part.population,
                        population_share,
                        old_seat: seat.and_then(|seat| seat.name.clone()),
                        seat_use,
                    }
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn relation(pair: &Pair, parts: usize, held: usize, between: &Between<'_>) -> Relation {
    let (old, new) = (between.before().unit(pair.old), between.after().unit(pair.new));
    if parts > 1 {
        Relation::Part
    } else if held > pair.atoms || between.after_of(pair.old) != Some(pair.new) {
        Relation::Whole
    } else if old.name != new.name || old.code != new.code {
        Relation::Renamed
    } else {
        Relation::Unchanged
    }
}

/// Pairs of an old and a new unit with what they share, in order.
fn pairs(dataset: &Dataset, before: &State, after: &State, level: LevelIndex, method: AreaMethod) -> Vec<Pair> {
    let measures = dataset.measures(method);
    let mut atoms: Vec<(UnitId, UnitId, AtomId)> =
        dataset.coverage.atoms().map(|atom| (before.unit_of(atom, level), after.unit_of(atom, level), atom)).collect();
    atoms.sort_unstable();
    atoms
        .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .map(|shared| Pair {
            old: shared[0].0,
            new: shared[0].1,
            atoms: shared.len(),
            area: shared.iter().map(|&(_, _, atom)| measures.atom_area(atom)).sum::<ExactSum>().at_least_nothing(),
            population: shared.iter().map(|&(_, _, atom)| dataset.population_of(atom)).collect::<Total>().value(),
        })
        .collect()
}

/// Shares of the population; `None` for each when that of any part is not known, but for the whole: all of it is there,
/// however many they are. Nobody living there, the area decides.
fn population_shares(parts: &[Pair], area_shares: &[Decimal], has_population: bool) -> Vec<Option<Decimal>> {
    if let [whole] = parts
        && whole.population.is_none()
    {
        return vec![has_population.then_some(Decimal::ONE)];
    }
    let Some(people) = parts.iter().map(|part| part.population).collect::<Option<Vec<Decimal>>>() else {
        return vec![None; parts.len()];
    };
    if people.iter().all(|people| *people <= Decimal::ZERO) {
        return area_shares.iter().copied().map(Some).collect();
    }
    shares(&people).into_iter().map(Some).collect()
}

/// Shares of a whole with nine decimals that add up to exactly 1: the largest part takes what rounding leaves.
fn shares(parts: &[Decimal]) -> Vec<Decimal> {
    const DECIMALS: u32 = 9;
    let largest = (0..parts.len()).rev().max_by_key(|&i| parts[i]).unwrap_or(0);
    // Ratios need no more than the digits of a double, and doubles cannot overflow here.
    let amounts: Vec<f64> = parts.iter().map(|part| part.to_f64().unwrap_or(0.0).max(0.0)).collect();
    let total: f64 = amounts.iter().sum();
    let mut shares: Vec<Decimal> = amounts
        .iter()
        .map(|amount| Decimal::try_from(amount / total).unwrap_or_default())
        .map(|share| share.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero))
        .collect();
    let others: Decimal = shares.iter().enumerate().filter(|&(i, _)| i != largest).map(|(_, share)| *share).sum();
    if let Some(share) = shares.get_mut(largest) {
        *share = (Decimal::ONE - others).normalize();
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::super::testing::grid;
    use super::super::{Document, Edit, Form, SeatSpec, Target, UnitRef};
    use super::*;

    fn rows_after(edits: &[Edit]) -> Vec<Row> {
        let mut document = Document::new(grid(3, 2));
        for edit in edits {
            assert!(document.commit(edit).is_ok(), "{edit:?}");
        }
        rows(document.dataset(), document.base(), document.state(), AreaMethod::Geodesic)
    }

    fn absorb(units: [&str; 2], survivor: &str) -> Edit {
        let into = Target { code: Some(survivor.into()), ..Target::default() };
        Edit::Merge { units: units.map(UnitRef::code).into(), form: Form::Absorb, into }
    }

    fn said(rows: &[Row]) -> Vec<String> {
        let tail = |code: &str| code.get(6..).unwrap_or(code).to_owned();
        rows.iter()
            .map(|row| {
                let (old, new) = (tail(&row.old_code), tail(&row.new_code));
                format!("{old}>{new} {} {} {}", row.relation, row.change, row.population_share.unwrap())
            })
            .collect()
    }

    #[test]
    fn absorbed_and_absorbing_unit_are_whole_in_it() {
        let rows = rows_after(&[absorb(["510722101", "510722102"], "510722102")]);
        assert_eq!(
            said(&rows),
            ["101>102 whole expanded 1", "102>102 whole expanded 1", "103>103 unchanged unchanged 1"]
        );
        assert!(rows.iter().all(|row| row.level == Level::Township && row.area_m2 > 1e10));
    }

    #[test]
    fn a_divided_unit_has_a_row_for_each_part() {
        let transfer = Edit::Transfer { units: vec![UnitRef::code("510722101201")], to: UnitRef::code("510722102") };
        let rows = rows_after(&[transfer]);
        let townships: Vec<Row> = rows.iter().filter(|row| row.level == Level::Township).cloned().collect();
        // Village 0 has 100 inhabitants, village 3 has 103.
        assert_eq!(
            said(&townships),
            [
                "101>101 part reduced 0.507389163",
                "101>102 part expanded 0.492610837",
                "102>102 whole expanded 1",
                "103>103 unchanged unchanged 1"
            ]
        );
        // A transferred village did change: it has another parent.
        assert_eq!(said(&rows[..1]), ["101201>101201 unchanged parent_changed 1"]);
    }

    #[test]
    fn a_renamed_unit_is_renamed_and_nothing_else_has_rows() {
        let rows = rows_after(&[Edit::Rename { unit: UnitRef::code("510722101"), name: "新镇".into() }]);
        assert_eq!(said(&rows[..1]), ["101>101 renamed renamed 1"]);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows_after(&[]), []);
    }

    #[test]
    fn the_file_has_a_byte_order_mark_and_a_header() {
        let rows = rows_after(&[absorb(["510722101", "510722102"], "510722102")]);
        let mut out = Vec::new();
        write_csv(&rows, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut lines = text.lines();
        assert_eq!(
            lines.next().unwrap(),
            "\u{feff}level,old_code,old_name,new_code,new_name,relation,change,area_m2,area_share,population,population_share,old_seat,seat_use"
        );
        let first = lines.next().unwrap();
        assert!(first.starts_with("township,510722101,镇0,510722102,镇1,whole,expanded,2"), "{first}");
        assert!(first.ends_with(",1,203,1,,"), "{first}");
    }

    #[test]
    fn rows_of_an_abolished_unit_say_what_becomes_of_its_seat() {
        let seat = SeatSpec { lon: 0.5, lat: 0.5, name: Some("老街3号".into()) };
        let unit = UnitRef::code("510722101");
        let edits = [
            Edit::MoveSeat { unit: unit.clone(), seat: seat.clone() },
            absorb(["510722101", "510722102"], "510722102"),
            Edit::ClassifySeat { unit, seat_use: Some(SeatUse::Station) },
        ];
        let uses = |rows: &[Row]| rows.iter().map(|row| row.seat_use).collect::<Vec<_>>();
        let open = rows_after(&edits[1..2]);
        assert_eq!(uses(&open), [OldSeatUse::Open, OldSeatUse::Stays, OldSeatUse::Stays]);
        // The seat was moved by the plan itself: the base has none with a name.
        let decided = rows_after(&edits);
        assert_eq!(uses(&decided)[0], OldSeatUse::Decided(SeatUse::Station));
        assert_eq!(decided[0].old_seat, None);
        // Compared with a state that had the seat, it has its name.
        let mut document = Document::new(grid(3, 2));
        document.commit(&edits[0]).unwrap();
        let before = document.state().clone();
        edits[1..].iter().for_each(|edit| assert!(document.commit(edit).is_ok()));
        let named = rows(document.dataset(), &before, document.state(), AreaMethod::Geodesic);
        assert_eq!((named[0].old_seat.as_deref(), named[1].old_seat.as_deref()), (Some("老街3号"), None));
        let mut out = Vec::new();
        write_csv(&named, &mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().lines().nth(1).unwrap().ends_with(",老街3号,station"));
        // Set up anew, the seat of one of them goes on.
        let mut document = Document::new(grid(3, 2));
        document.commit(&edits[0]).unwrap();
        let before = document.state().clone();
        let units = ["510722101", "510722102"].map(UnitRef::code).into();
        let into = Target { seat: Some(seat), ..Target::default() };
        document.commit(&Edit::Merge { units, form: Form::Establish, into }).unwrap();
        let again = rows(document.dataset(), &before, document.state(), AreaMethod::Geodesic);
        assert_eq!(uses(&again)[..2], [OldSeatUse::SeatAgain, OldSeatUse::Open]);
        assert_eq!(OldSeatUse::Open.words(Lang::Zh), "未定");
    }

    #[test]
    fn shares_add_up_to_one_whatever_is_shared() {
        let shares = |parts: &[i64]| shares(&parts.iter().copied().map(Decimal::from).collect::<Vec<_>>());
        let sum = |parts: &[i64]| shares(parts).into_iter().sum::<Decimal>();
        assert_eq!(
            shares(&[1, 1, 1]).iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            "0.333333334 0.333333333 0.333333333"
        );
        assert_eq!(sum(&[0, 0]), Decimal::ONE);
        assert_eq!(sum(&[i64::MAX, 1, 7]), Decimal::ONE);
        assert_eq!(shares(&[5]), [Decimal::ONE]);
    }
}

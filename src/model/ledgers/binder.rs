//! Finds what a row is of: by its place, its code, its name.

use geo::Coord;

use super::binding::{Bound, BoundBy, WhyUnbound, longest_first};
use super::keys::{Keys, keys};
use super::reading::{lon_lat, place_of};
use super::sharing::lengths_in;
use super::words::FindingKind;
use super::{Drawn, Ledger, LedgerFinding, Naming, RowIndex};
use crate::coverage::AtomId;
use crate::model::joining::codes::{self, CodeRead};
use crate::model::joining::matching::{Row as Named, named};
use crate::model::joining::names::NameKey;
use crate::model::joining::near::units_near;
use crate::model::joining::units::{Units, code_text};
use crate::model::{Cell, Dataset, UnitId, field_names};

/// Rows for which near names are looked for at most.
const MOST_NEAR: usize = 2_000;

/// Units of one level, and the columns that name them.
struct At<'a> {
    units: Units<'a>,
    keys: Keys,
    /// Whether the column of their names is called so, and not only taken for it by what stands in it.
    is_name_meant: bool,
}

pub(super) struct Binder<'a> {
    ledger: &'a Ledger,
    dataset: &'a Dataset,
    lon_lat: Option<[usize; 2]>,
    /// Finest first.
    levels: Vec<At<'a>>,
    /// What all codes of the finest level begin with, where that is a code itself.
    prefix: String,
}

/// What a row says at a level.
enum Said {
    Unit(UnitId, BoundBy),
    Wrong(WhyUnbound),
    Nothing,
}

impl<'a> Binder<'a> {
    pub(super) fn new(ledger: &'a Ledger, dataset: &'a Dataset) -> Self {
        let units: Vec<_> =
            dataset.base.levels().map(|level| (dataset.level(level), Units::of(dataset, level))).collect();
        let refs: Vec<_> = units.iter().map(|(level, units)| (*level, units)).collect();
        let keys = keys(ledger, &refs);
        let is_meant = |column: usize| field_names::role_of(&ledger.columns()[column].header).is_some();
        let at = |units, keys: Keys| At { units, keys, is_name_meant: keys.name.is_some_and(is_meant) };
        let levels: Vec<At<'_>> = units.into_iter().zip(keys).map(|((_, units), keys)| at(units, keys)).collect();
        let prefix = levels.first().map(|at| common_prefix(&at.units)).unwrap_or_default();
        Self { ledger, dataset, lon_lat: lon_lat(ledger.columns()), levels, prefix }
    }

    /// A unit that somebody said a row is of.
    pub(super) fn accepted(&self, code: &str) -> Option<Bound> {
        let unit = self.dataset.base.find(code).into_iter().next()?;
        self.of_unit(unit, BoundBy::Name)
    }

    fn of_unit(&self, unit: UnitId, by: BoundBy) -> Option<Bound> {
        let atom = self.dataset.seat_atom(&self.dataset.base, unit)?;
        Some(Bound::Unit { unit, atom, by })
    }

    /// Whether a unit is all that was loaded.
    fn holds_all(&self, unit: UnitId) -> bool {
        self.dataset.sole_unit() == Some(unit)
    }

    /// Columns with the code and the name of units of each level, the finest first.
    pub(super) fn naming(&self) -> Vec<Naming> {
        let of = |at: &At<'_>| Naming { level: at.units.level, code: at.keys.code, name: at.keys.name };
        self.levels.iter().map(of).collect()
    }

    /// Whether a column says what unit a row is of.
    pub(super) fn names_units(&self, column: usize) -> bool {
        self.levels.iter().any(|at| at.keys.all().any(|it| it == column))
    }

    pub(super) fn bind(&self, row: RowIndex, findings: &mut Vec<LedgerFinding>) -> Bound {
        let drawn = self.drawn(row);
        let named = self.named(row, findings);
        match (drawn, named) {
            (Some(bound), Said::Unit(unit, _)) => {
                let level = self.dataset.base.unit(unit).level;
                let lies_in = bound.atom().map(|atom| self.dataset.base.unit_of(atom, level));
                if let Some(lies_in) = lies_in.filter(|it| *it != unit) {
                    let written = format!("{} / {}", self.label(lies_in), self.label(unit));
                    findings.push(self.finding(row, FindingKind::TwoUnits, written));
                }
                bound
            }
            (Some(bound), Said::Wrong(_) | Said::Nothing) => bound,
            (None, Said::Unit(unit, _)) if self.holds_all(unit) => Bound::Whole,
            (None, Said::Unit(unit, by)) => self.of_unit(unit, by).unwrap_or(Bound::No(WhyUnbound::NoSuchName)),
            (None, Said::Nothing | Said::Wrong(_)) if self.is_of_all(row) => Bound::Whole,
            (None, Said::Nothing) if self.ledger.words().is_some_and(|words| words.whole) => Bound::Whole,
            (None, said) => {
                let why = match said {
                    Said::Wrong(why) => why,
                    _ if *self.ledger.drawn(row) != Drawn::Nothing || self.given_place(row).is_some() => {
                        WhyUnbound::Outside
                    }
                    _ => WhyUnbound::Nothing,
                };
                let near = self.near(row, findings.len());
                findings.push(self.finding(row, FindingKind::Unbound { why, near }, self.said(row)));
                Bound::No(why)
            }
        }
    }

    fn label(&self, unit: UnitId) -> &str {
        self.dataset.base.unit(unit).label()
    }

    fn finding(&self, row: RowIndex, kind: FindingKind, written: String) -> LedgerFinding {
        LedgerFinding { row: Some(self.ledger.number_of(row)), column: None, kind, written }
    }

    /// What a row names a unit by, as it stands there.
    fn said(&self, row: RowIndex) -> String {
        let mut columns: Vec<usize> = self.levels.iter().rev().flat_map(|at| at.keys.all()).collect();
        let mut seen = std::collections::BTreeSet::new();
        columns.retain(|column| seen.insert(*column));
        let texts = columns.into_iter().map(|column| self.ledger.text(row, column)).filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join(" ")
    }

    /// The place that columns of longitude and latitude give.
    fn given_place(&self, row: RowIndex) -> Option<Coord> {
        let [lon, lat] = self.lon_lat?;
        place_of(self.ledger.number(row, lon), self.ledger.number(row, lat))
    }

    fn drawn(&self, row: RowIndex) -> Option<Bound> {
        let dataset = self.dataset;
        let at_place = |at: Coord| Some(Bound::Place(dataset.index.atom_at(&dataset.coverage, at)?, at));
        match self.ledger.drawn(row) {
            Drawn::Point(at) => at_place(*at),
            Drawn::Line(lines) => {
                let mut near: Vec<AtomId> = Vec::new();
                for line in lines {
                    use geo::BoundingRect as _;
                    if let Some(bounds) = geo::LineString(line.clone()).bounding_rect() {
                        near.extend(dataset.index.atoms_in(bounds));
                    }
                }
                near.sort_unstable();
                near.dedup();
                let mut parts = lengths_in(&dataset.coverage, lines, &near);
                longest_first(&mut parts);
                (!parts.is_empty()).then(|| Bound::Line(parts.into()))
            }
            Drawn::Nothing => self.given_place(row).and_then(at_place),
        }
    }

    fn named(&self, row: RowIndex, findings: &mut Vec<LedgerFinding>) -> Said {
        let said = self.unit_named(row, findings);
        if let Said::Unit(unit, _) = said
            && let Some(other) = self.contradicting(row, unit)
        {
            let written = format!("{} / {}", self.label(unit), self.label(other));
            findings.push(self.finding(row, FindingKind::CodeAgainstName, written));
        }
        said
    }

    /// The unit that a row names otherwise than the one that was taken: neither that one, nor around it, nor in it.
    fn contradicting(&self, row: RowIndex, unit: UnitId) -> Option<UnitId> {
        let base = &self.dataset.base;
        let is_around = |outer: UnitId, inner: UnitId| {
            std::iter::successors(Some(inner), |&it| base.unit(it).parent).any(|it| it == outer)
        };
        let agrees = |&other: &UnitId| is_around(other, unit) || is_around(unit, other);
        self.levels.iter().find_map(|at| {
            if let Some((coded, _)) = self.coded_at(at, row)
                && !agrees(&coded)
            {
                return Some(coded);
            }
            let name = NameKey::of(self.ledger.text(row, at.keys.name.filter(|_| at.is_name_meant)?))?;
            let own = |unit: &u32| at.units.name(*unit).is_some_and(|own| own.full == name.full);
            let meant: Vec<UnitId> = at.units.with_name(&name).filter(own).map(UnitId).collect();
            if meant.iter().any(agrees) || at.units.name(unit.0).is_some_and(|own| own.agrees(&name)) {
                return None;
            }
            meant.first().copied()
        })
    }

    /// The unit of a level that a row has the code of, and whether all of it is as it should be. A column with codes of one
    /// level may have those of others too.
    fn coded_at(&self, at: &At<'_>, row: RowIndex) -> Option<(UnitId, bool)> {
        let read = |column: usize| match codes::read(self.ledger.cell(row, column), &at.units) {
            CodeRead::One(unit, repair) => Some((UnitId(unit), repair.is_none())),
            CodeRead::OneOf(..) | CodeRead::Unknown | CodeRead::Nothing => None,
        };
        let own = at.keys.code.and_then(read);
        let others =
            self.levels.iter().filter_map(|other| other.keys.code).filter(|column| Some(*column) != at.keys.code);
        own.or_else(|| others.filter_map(read).find(|(_, is_whole)| *is_whole))
    }

    fn unit_named(&self, row: RowIndex, findings: &mut Vec<LedgerFinding>) -> Said {
        // 石桥镇 is not the village of the same stem, whatever else it may be called.
        for at in &self.levels {
            match self.coded_at(at, row) {
                Some((unit, true)) => return Said::Unit(unit, BoundBy::Code),
                Some((_, false)) => return self.named_at(at, row, findings),
                None => {}
            }
            if let Some(unit) = self.exactly_named_at(at, row) {
                return Said::Unit(unit, BoundBy::Name);
            }
            if at.keys.name.is_some_and(|column| self.is_only_for(at, column, row)) {
                if let Some(unit) = self.named_elsewhere(at, row) {
                    return Said::Unit(unit, BoundBy::Name);
                }
                break;
            }
        }
        let mut wrong = None;
        for at in &self.levels {
            match self.named_at(at, row, findings) {
                Said::Unit(unit, by) => return Said::Unit(unit, by),
                // A code of a level above is none of this one.
                Said::Wrong(why) => {
                    let is_own = at.keys.name.is_some_and(|column| self.is_only_for(at, column, row));
                    if is_own {
                        return Said::Wrong(why);
                    }
                    wrong = wrong.or(Some(why));
                }
                Said::Nothing => {}
            }
        }
        wrong.map_or(Said::Nothing, Said::Wrong)
    }

    /// The unit of another level that the column of this one names in full: 三河县 among townships is the county itself.
    fn named_elsewhere(&self, at: &At<'_>, row: RowIndex) -> Option<UnitId> {
        let text = |column: Option<usize>| column.map(|column| self.ledger.text(row, column)).unwrap_or_default();
        if !text(at.keys.code).is_empty() {
            return None;
        }
        let name = NameKey::of(text(at.keys.name))?;
        let others = self.levels.iter().filter(|other| !std::ptr::eq(*other, at));
        let mut found = others.flat_map(|other| {
            let is_it = |unit: &u32| other.units.name(*unit).is_some_and(|own| own.full == name.full);
            other.units.with_name(&name).filter(is_it).collect::<Vec<_>>()
        });
        let first = found.next()?;
        found.next().is_none().then_some(UnitId(first))
    }

    /// Whether a column names units of this level alone, and says something.
    fn is_only_for(&self, at: &At<'_>, column: usize, row: RowIndex) -> bool {
        let others = self.levels.iter().filter(|other| !std::ptr::eq(*other, at));
        let is_elsewhere =
            others.clone().any(|other| other.keys.name == Some(column) || other.keys.code == Some(column));
        !is_elsewhere && !self.ledger.text(row, column).is_empty()
    }

    /// The unit of exactly the name that a row says, unless it has a code.
    fn exactly_named_at(&self, at: &At<'_>, row: RowIndex) -> Option<UnitId> {
        let text =
            |column: Option<usize>| column.map(|column| self.ledger.text(row, column)).filter(|it| !it.is_empty());
        if text(at.keys.code).is_some() {
            return None;
        }
        let name = NameKey::of(text(at.keys.name)?)?;
        let above = text(at.keys.parent).map(|text| at.units.above(text));
        let lies = |unit: &u32| above.is_none_or(|above| at.units.lies_in(*unit, above));
        let own = |unit: &u32| at.units.name(*unit).is_some_and(|own| own.full == name.full);
        let mut found = at.units.with_name(&name).filter(own).filter(lies);
        let first = found.next()?;
        found.next().is_none().then_some(UnitId(first))
    }

    fn named_at(&self, at: &At<'_>, row: RowIndex, findings: &mut Vec<LedgerFinding>) -> Said {
        let ledger = self.ledger;
        let cell = |column: Option<usize>| column.map(|column| ledger.cell(row, column));
        let name = cell(at.keys.name).and_then(Cell::written).and_then(NameKey::of);
        let parent = cell(at.keys.parent).and_then(Cell::written).map(|text| at.units.above(text));
        let mut wrong = None;
        let mut mended = |cell: &Cell, unit: u32| {
            let written = format!("{} → {}", cell.written().unwrap_or_default(), at.units.codes[unit as usize]);
            findings.push(self.finding(row, FindingKind::CodeMended, written));
            Said::Unit(UnitId(unit), BoundBy::RepairedCode)
        };
        if let Some(cell) = cell(at.keys.code) {
            match codes::read(cell, &at.units) {
                CodeRead::One(unit, None) => return Said::Unit(UnitId(unit), BoundBy::Code),
                CodeRead::One(unit, Some(_)) => return mended(cell, unit),
                CodeRead::OneOf(some, _) => {
                    let fits = |unit: &u32| {
                        name.as_ref().zip(at.units.name(*unit)).is_some_and(|(name, own)| own.agrees(name))
                    };
                    let fitting: Vec<u32> = some.into_iter().filter(fits).collect();
                    if let [unit] = fitting.as_slice() {
                        return mended(cell, *unit);
                    }
                    wrong = Some(WhyUnbound::Ambiguous);
                }
                CodeRead::Unknown => wrong = Some(WhyUnbound::NoSuchCode),
                CodeRead::Nothing => {}
            }
        }
        let Some(name) = name else { return wrong.map_or(Said::Nothing, Said::Wrong) };
        match named(&at.units, parent, &name).as_slice() {
            // A code that is nobody's, beside a name that is somebody's: the code is the worse one.
            [unit] => Said::Unit(UnitId(*unit), BoundBy::Name),
            [] => Said::Wrong(wrong.unwrap_or(WhyUnbound::NoSuchName)),
            _ => Said::Wrong(WhyUnbound::Ambiguous),
        }
    }

    /// Whether a row is of all that was loaded: its code begins all others, or a word says it.
    fn is_of_all(&self, row: RowIndex) -> bool {
        const WORDS: [&str; 10] =
            ["全县", "全市", "全区", "县级", "县本级", "本级", "市级", "区级", "county", "countywide"];
        let keys = self.levels.iter().flat_map(|at| at.keys.all());
        keys.map(|column| self.ledger.text(row, column)).any(|text| {
            let code = code_text(text);
            let word = text.to_lowercase();
            let is_all = code.len() >= 4 && code.trim_end_matches('0') == self.prefix.trim_end_matches('0');
            WORDS.contains(&word.as_str()) || is_all && !self.prefix.is_empty()
        })
    }

    /// Codes of units that a row may be of.
    fn near(&self, row: RowIndex, told: usize) -> Vec<String> {
        if told > MOST_NEAR {
            return Vec::new();
        }
        let Some(at) = self
            .levels
            .iter()
            .find(|at| at.keys.name.or(at.keys.code).is_some_and(|column| !self.ledger.text(row, column).is_empty()))
        else {
            return Vec::new();
        };
        let text = |column: Option<usize>| column.map(|column| self.ledger.text(row, column));
        let name = text(at.keys.name).and_then(NameKey::of);
        let parent = text(at.keys.parent).map(|text| at.units.above(text).to_vec()).filter(|above| !above.is_empty());
        let open: Vec<u32> = at.units.all().collect();
        let asked = Named { at: 0, code: CodeRead::Nothing, name, parent, figures: Vec::new() };
        let code = text(at.keys.code).map(code_text);
        let found = units_near(&at.units, &asked, code.as_deref(), &open, 1);
        found.into_iter().map(|(unit, _)| at.units.codes[unit as usize].clone()).collect()
    }
}

/// What all codes of some units begin with, where there are two of them.
fn common_prefix(units: &Units<'_>) -> String {
    let mut codes = units.all().map(|unit| units.codes[unit as usize].as_str());
    let Some(first) = codes.next() else { return String::new() };
    let mut len = first.len();
    let mut others = 0;
    for code in codes {
        others += 1;
        len = len.min(first.bytes().zip(code.bytes()).take_while(|(a, b)| a == b).count());
    }
    // Codes of counties have six digits; what villages of one township have in common is more than that.
    if others == 0 { String::new() } else { first.get(..len.min(6)).unwrap_or_default().to_owned() }
}

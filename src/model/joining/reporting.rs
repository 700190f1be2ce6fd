//! What is told of a join, put together.

use std::collections::{BTreeMap, HashMap, HashSet};

use rust_decimal::Decimal;

use super::columns::{self, FigureRole, KeyColumn};
use super::kept::Join;
use super::matching::{How, Matched, Row, WhyUnmatched};
use super::names::NameKey;
use super::report::{
    Duplicates, JoinReport, MatchCounts, NamesDiffer, Near, Repaired, ReportColumns, ReportFigure, StatedTotal,
    UnmatchedRow, UnmatchedUnit, Unread,
};
use super::{Work, levels_to_join, near, units};
use crate::model::UnitId;

impl Work<'_> {
    /// All that is told of a join.
    pub(super) fn report(
        &self,
        rows: &[Row],
        matched: &Matched,
        keys: &HashMap<u32, String>,
        join: &Join,
    ) -> JoinReport {
        let (sheet, columns) = (self.sheet, &self.columns);
        let key = |unit: u32| keys.get(&unit).cloned().unwrap_or_default();
        let name = |unit: u32| self.units.state.unit(UnitId(unit)).name.to_string();
        let (counts, repaired, names_differ) = self.found(rows, matched, &key);
        let by_row: HashMap<usize, &Row> = rows.iter().map(|row| (row.at, row)).collect();
        let with_row: HashSet<u32> = matched.of_row.values().map(|&(unit, _)| unit).collect();
        let claimed: HashSet<u32> = matched.duplicates.iter().map(|it| it.unit).collect();
        let open: Vec<u32> =
            self.units.all().filter(|unit| !with_row.contains(unit) && !claimed.contains(unit)).collect();
        let lost: Vec<(&usize, &WhyUnmatched)> =
            matched.unmatched.iter().filter(|(_, why)| **why != WhyUnmatched::Duplicate).collect();
        let mut near_rows: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let text = |row: usize, column: Option<&KeyColumn>| self.written(row, column).map(str::to_owned);
        let unmatched_rows: Vec<UnmatchedRow> = lost
            .iter()
            .map(|&(&row, &why)| {
                let code = self.written(row, columns.code.as_ref()).map(units::code_text);
                let near =
                    by_row.get(&row).map(|it| near::units_near(self.units, it, code.as_deref(), &open, lost.len()));
                let near: Vec<Near> = near
                    .into_iter()
                    .flatten()
                    .map(|(unit, likeness)| {
                        near_rows.entry(unit).or_default().push(row + 1);
                        Near { unit: key(unit), name: name(unit), likeness: (likeness * 100.0).round() / 100.0 }
                    })
                    .collect();
                UnmatchedRow {
                    row: row + 1,
                    code: text(row, columns.code.as_ref()),
                    name: text(row, columns.name.as_ref()),
                    parent: text(row, columns.parent.as_ref()),
                    why,
                    near,
                }
            })
            .collect();
        let unmatched_units = open.iter().map(|&unit| {
            let parent =
                self.units.state.unit(UnitId(unit)).parent.map(|up| self.units.state.unit(up).label().to_owned());
            UnmatchedUnit {
                unit: key(unit),
                name: name(unit),
                parent,
                near_rows: near_rows.remove(&unit).unwrap_or_default(),
            }
        });
        let unmatched_units = unmatched_units.collect();
        let duplicates = matched.duplicates.iter().map(|it| Duplicates {
            unit: key(it.unit),
            name: name(it.unit),
            rows: it.rows.iter().map(|row| row + 1).collect(),
            counts: it.rows.iter().copied().find(|row| matched.of_row.contains_key(row)).map(|row| row + 1),
            same: it.same,
        });
        let figures = columns.figures.iter().zip(&join.figures).map(|(figure, joined)| ReportFigure {
            header: figure.header.clone(),
            field: joined.field.clone(),
            as_of: figure.as_of.clone(),
            role: figure.role,
            counts_people: columns::counts_people(&figure.header),
            filled: joined.values.iter().flatten().count(),
        });
        JoinReport {
            file: sheet.file.clone(),
            sheet: sheet.name.clone(),
            other_sheets: Vec::new(),
            sha256: sheet.sha256.clone(),
            encoding: sheet.encoding.clone(),
            columns: ReportColumns {
                code: columns.code.clone(),
                name: columns.name.clone(),
                parent: columns.parent.clone(),
                figures: figures.collect(),
                left: columns.left.clone(),
            },
            level: join.level,
            levels: levels_to_join(self.dataset).map(|(level, _)| level).collect(),
            rows: rows.len(),
            units: self.units.all().count(),
            matched: counts,
            repaired,
            unmatched_rows,
            unmatched_units,
            duplicates: duplicates.collect(),
            names_differ,
            unread: self.unread(rows),
            totals: self.totals(rows),
            passed_over: self.layout.passed.clone(),
            doubts: columns.doubts.clone(),
        }
    }

    /// How rows were found, the codes that were mended, and the names that differ.
    fn found(
        &self,
        rows: &[Row],
        matched: &Matched,
        key: &impl Fn(u32) -> String,
    ) -> (MatchCounts, Vec<Repaired>, Vec<NamesDiffer>) {
        let columns = &self.columns;
        let name = |unit: u32| self.units.state.unit(UnitId(unit)).name.to_string();
        let mut counts = MatchCounts { total: matched.of_row.len(), ..MatchCounts::default() };
        let (mut repaired, mut names_differ) = (Vec::new(), Vec::new());
        let by_row: HashMap<usize, &Row> = rows.iter().map(|row| (row.at, row)).collect();
        for (&row, &(unit, how)) in &matched.of_row {
            match how {
                How::Code => counts.code += 1,
                How::Repaired(repair) => {
                    counts.repaired += 1;
                    let written = self.written(row, columns.code.as_ref()).unwrap_or_default().to_owned();
                    repaired.push(Repaired { row: row + 1, written, unit: key(unit), repair });
                }
                How::Name => counts.name += 1,
                How::Accepted => counts.accepted += 1,
            }
            let differs = |own: &NameKey| self.units.name(unit).is_some_and(|it| it.stem != own.stem);
            let own = by_row.get(&row).and_then(|row| row.name.as_ref());
            if matches!(how, How::Code | How::Repaired(_)) && own.is_some_and(differs) {
                let written = self.written(row, columns.name.as_ref()).unwrap_or_default().to_owned();
                names_differ.push(NamesDiffer { row: row + 1, unit: key(unit), written, name: name(unit) });
            }
        }
        (counts, repaired, names_differ)
    }

    /// Values of rows that are no numbers.
    fn unread(&self, rows: &[Row]) -> Vec<Unread> {
        let cells = rows.iter().flat_map(|row| self.columns.figures.iter().map(move |figure| (row.at, figure)));
        cells
            .filter_map(|(row, figure)| {
                let written = self.value(row, figure).err()?;
                Some(Unread { row: row + 1, header: figure.header.clone(), written })
            })
            .collect()
    }

    /// The sum of all that the table states, held against its rows. Sums of parts are not looked at.
    fn totals(&self, rows: &[Row]) -> Vec<StatedTotal> {
        let [row] = self.layout.totals.as_slice() else { return Vec::new() };
        let is_above = rows.iter().any(|it| it.at < *row);
        let summed = || rows.iter().filter(|it| !is_above || it.at < *row);
        let totals = self.columns.figures.iter().enumerate().filter_map(|(at, figure)| {
            if matches!(figure.role, FigureRole::Other | FigureRole::Text) {
                return None;
            }
            let stated: Decimal = self.value(*row, figure).ok()??.parse().ok()?;
            let values = summed().filter_map(|row| row.figures.get(at)?.as_ref()?.parse::<Decimal>().ok());
            let sum = values.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)?;
            Some(StatedTotal {
                row: row + 1,
                header: figure.header.clone(),
                stated: stated.to_string(),
                sum: sum.to_string(),
                agrees: stated == sum,
            })
        });
        totals.collect()
    }
}

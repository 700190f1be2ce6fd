//! Which columns of a ledger say what unit a row is of, for each level: rows of one ledger may name units of several.

use crate::model::joining::codes::{self, CodeRead};
use crate::model::joining::names::NameKey;
use crate::model::joining::units::Units;
use crate::model::{Cell, Level, field_names};

use super::{Ledger, Sort};
use field_names::{Content, Owner};

/// Rows that are looked at, from everywhere in the ledger.
const LOOKED_AT: usize = 2_000;

/// Columns that name units of one level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Keys {
    pub code: Option<usize>,
    pub name: Option<usize>,
    pub parent: Option<usize>,
}

impl Keys {
    pub fn all(self) -> impl Iterator<Item = usize> {
        [self.parent, self.name, self.code].into_iter().flatten()
    }
}

/// What the values of a column fit.
#[derive(Clone, Copy, Debug, Default)]
struct Hits {
    codes: usize,
    names: usize,
    above: usize,
}

/// The columns for each level, the finest first.
pub(super) fn keys(ledger: &Ledger, levels: &[(Level, &Units<'_>)]) -> Vec<Keys> {
    let step = (ledger.len() / LOOKED_AT).max(1);
    let columns: Vec<(usize, Vec<Hits>)> = (0..ledger.columns().len())
        .map(|column| {
            let cells = ledger.rows().step_by(step).map(|row| ledger.cell(row, column)).filter(|cell| !cell.is_empty());
            let cells: Vec<&Cell> = cells.collect();
            let hits = levels.iter().map(|(_, units)| hits(units, &cells)).collect();
            (cells.len(), hits)
        })
        .collect();
    let roles: Vec<_> = ledger.columns().iter().map(|column| field_names::role_of(&column.header)).collect();
    let is_at = |column: usize, level: Level, contents: [Content; 2]| {
        roles[column].is_some_and(|role| role.owner == Owner::At(level) && contents.contains(&role.content))
    };
    let is_of_other = |column: usize, level: Level| {
        roles[column].is_some_and(|role| matches!(role.owner, Owner::At(other) if other != level))
    };
    // What only says it in some rows, but says it, names units of several levels.
    let speaks = |column: usize, count: fn(&Hits) -> usize| {
        let (filled, hits) = &columns[column];
        2 * hits.iter().map(count).sum::<usize>() >= *filled
    };
    let is_figure = |column: usize| ledger.columns()[column].sort == Sort::Number && ledger.columns()[column].adds_up;
    let best = |at: usize, named: [Content; 2], count: fn(&Hits) -> usize, used: &[Option<usize>]| {
        let level = levels[at].0;
        let all = (0..columns.len()).filter(|column| !used.contains(&Some(*column)));
        let fits = all.filter(|&column| {
            let is_named = is_at(column, level, named);
            let by_values = speaks(column, count) && !is_of_other(column, level);
            count(&columns[column].1[at]) > 0 && (is_named || by_values)
        });
        fits.max_by_key(|&column| {
            (is_at(column, level, named), count(&columns[column].1[at]), std::cmp::Reverse(column))
        })
    };
    (0..levels.len())
        .map(|at| {
            let level = levels[at].0;
            let code = best(at, [Content::Code, Content::Either], |hits| hits.codes, &[]);
            let code =
                code.filter(|&column| !is_figure(column) || is_at(column, level, [Content::Code, Content::Either]));
            // A column that is there for the name of this level speaks even where no row is right.
            let named = (0..columns.len()).find(|&column| {
                is_at(column, level, [Content::Name, Content::Either]) && Some(column) != code && columns[column].0 > 0
            });
            let name = best(at, [Content::Name, Content::Either], |hits| hits.names, &[code]).or(named);
            let parent = (0..columns.len())
                .filter(|column| ![code, name].contains(&Some(*column)))
                .filter(|&column| columns[column].1[at].above > 0 && speaks(column, |hits| hits.above))
                .max_by_key(|&column| (columns[column].1[at].above, std::cmp::Reverse(column)));
            Keys { code, name, parent }
        })
        .collect()
}

fn hits(units: &Units<'_>, cells: &[&Cell]) -> Hits {
    let mut hits = Hits::default();
    for cell in cells {
        let Some(written) = cell.written() else { continue };
        hits.codes += usize::from(matches!(codes::read(cell, units), CodeRead::One(..) | CodeRead::OneOf(..)));
        hits.above += usize::from(!units.above(written).is_empty());
        let is_name = matches!(cell, Cell::Text(_))
            && NameKey::of(written).is_some_and(|name| units.with_name(&name).next().is_some());
        hits.names += usize::from(is_name);
    }
    hits
}

//! The rows of a ledger that are shown: which, in which order, and what they add up to.
//!
//! 1. They are worked out when what they rest on changes: the ledger, what the plan decides of its rows, filter and order.
//!    No frame walks all rows; nor does an edit that is about none of them, unless units decide what is shown.
//! 2. Rows that the plan takes away stay in sight among those that it changed, and count nowhere.
//! 3. What is known of a ledger as it was read, such as its numbers, is worked out once.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Weak};

use compact_str::CompactString;
use rust_decimal::Decimal;

use quhua::jobs::Derived;
use quhua::model::{
    Bound, CellNumber, Dataset, KeptLedger, LaidLedger, LedgerRow, LevelIndex, RowCondition, RowIndex, RowRecord, Sort,
    State, UnitId,
};
use quhua::query::{QueryError, read_row_condition};
use quhua::study::Study;

/// A row, by its position in the ledger or among those that came about or that the plan added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Loaded(RowIndex),
    Added(usize),
}

/// Which rows are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Which {
    /// All that are there.
    #[default]
    All,
    /// Those that the plan or a rule changed, added or took away.
    Changed,
    /// Those that are of no unit.
    Unbound,
    /// Those of which something is doubtful.
    Doubtful,
}

/// What rows are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// The column; `None`: the unit.
    pub by: Option<usize>,
    pub descending: bool,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wish {
    pub which: Which,
    pub filter: String,
    /// `None`: as in the file.
    pub order: Option<Order>,
    /// Only rows of these units.
    pub within: Option<Vec<UnitId>>,
    /// The level whose units are shown.
    pub level: LevelIndex,
}

/// A ledger as it lies over what was loaded.
#[derive(Clone, Debug)]
struct Over {
    kept: KeptLedger,
    origin: Weak<Dataset>,
}

impl PartialEq for Over {
    fn eq(&self, other: &Self) -> bool {
        self.origin.ptr_eq(&other.origin) && self.kept == other.kept
    }
}

/// What is known of a ledger, whatever the plan does.
#[derive(Debug)]
pub(super) struct Known {
    /// Number of rows that are of no unit.
    pub unbound: usize,
    /// Rows of which something is doubtful, by their number in the file, with the positions of the findings.
    pub doubts: BTreeMap<u32, Vec<usize>>,
    /// The numbers of each column, once they were asked for.
    numbers: Vec<OnceCell<Vec<CellNumber>>>,
}

impl Known {
    fn of(laid: &LaidLedger) -> Self {
        let ledger = laid.ledger();
        let unbound = ledger.rows().filter(|&row| matches!(laid.bound(row), Bound::No(_))).count();
        let mut doubts: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let findings = ledger.findings().iter().chain(laid.binding_findings()).enumerate();
        for (at, finding) in findings.filter(|(_, it)| it.severity() > quhua::model::Severity::Info) {
            // What is said of a row that is none of the ledger's leads to no row.
            if let Some(number) = finding.row {
                doubts.entry(number).or_default().push(at);
            }
        }
        Self { unbound, doubts, numbers: ledger.columns().iter().map(|_| OnceCell::new()).collect() }
    }

    fn number(&self, laid: &LaidLedger, row: RowIndex, column: usize) -> CellNumber {
        let all = || laid.ledger().rows().map(|row| laid.ledger().number(row, column)).collect();
        let numbers: &Vec<CellNumber> = self.numbers[column].get_or_init(all);
        numbers.get(row.index()).copied().unwrap_or(CellNumber::Nothing)
    }
}

/// The sum of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Total {
    /// Its values do not add up.
    None,
    Of(Decimal),
    /// Something in it is no number.
    Unknown,
}

/// What is shown.
#[derive(Debug, Default)]
pub(super) struct Made {
    pub rows: Vec<Place>,
    /// Keys of rows that came about by themselves, then of those that the plan added.
    pub added: Vec<CompactString>,
    pub totals: Vec<Total>,
    /// Rows that count: those taken away are shown, and do not.
    pub counted: usize,
    /// Rows that there are, shown or not.
    pub all: usize,
    /// Rows of which the plan or a rule says something.
    pub changed: usize,
    /// Why the filter cannot be read.
    pub mistake: Option<QueryError>,
}

/// What the rows rest on.
#[derive(Clone, Debug, PartialEq)]
struct MadeFor {
    wish: Wish,
    /// Counts up when the plan decides otherwise of the rows.
    decided: u64,
    /// The revision, where units decide what is shown.
    units: Option<u64>,
}

/// The rows between frames.
#[derive(Debug, Default)]
pub(super) struct Rows {
    known: Derived<Over, Known>,
    /// What the plan decides of the rows, as of a revision.
    records: Derived<u64, BTreeMap<CompactString, RowRecord>>,
    decided: u64,
    made: Derived<MadeFor, Made>,
}

impl Rows {
    /// Brings them up to date.
    pub fn refresh(&mut self, project: &Study, laid: &LaidLedger, wish: Wish) {
        let over = Over { kept: laid.kept(), origin: Arc::downgrade(project.document().origin()) };
        if !self.known.is_of(&over) {
            self.known.put(over, Known::of(laid));
            self.records.forget();
            self.made.forget();
        }
        let (state, revision) = (project.state(), project.revision());
        if !self.records.is_of(&revision) {
            let now: BTreeMap<_, _> =
                state.records().of(laid.ledger().name()).map(|(key, record)| (key.clone(), record.clone())).collect();
            self.decided += u64::from(self.records.get() != Some(&now));
            self.records.put(revision, now);
        }
        let rules = &project.dataset().derivations().rules;
        let comes_about = rules.iter().any(|rule| rule.table == laid.ledger().name());
        let by_units = comes_about || wish.within.is_some() || wish.order.is_some_and(|order| order.by.is_none());
        let wanted = MadeFor { wish, decided: self.decided, units: by_units.then_some(revision) };
        if !self.made.is_of(&wanted)
            && let Some(known) = self.known.get()
        {
            let made = make(project, laid, known, &wanted.wish);
            self.made.put(wanted, made);
        }
    }

    pub fn known(&self) -> Option<&Known> {
        self.known.get()
    }

    pub fn made(&self) -> Option<&Made> {
        self.made.get()
    }
}

/// The row at a place, as the plan leaves it; of those that it takes away too.
pub(super) fn row_at<'a>(
    laid: &'a LaidLedger,
    (dataset, state): (&'a Dataset, &'a State),
    made: &Made,
    place: Place,
) -> Option<LedgerRow<'a>> {
    match place {
        Place::Loaded(row) => Some(laid.loaded_row(dataset, state, row)),
        Place::Added(at) => laid.row(dataset, state, made.added.get(at)?),
    }
}

fn make(project: &Study, laid: &LaidLedger, known: &Known, wish: &Wish) -> Made {
    let (ledger, dataset, state) = (laid.ledger(), project.dataset(), project.state());
    let derived = laid.derived_rows(dataset, state).into_iter();
    let filter = Filter::read(&wish.filter, project.dataset(), ledger.name());
    let mut made = Made {
        added: derived
            .chain(laid.added_rows(dataset, state))
            .filter(|row| !row.is_removed())
            .map(|row| row.key().clone())
            .collect(),
        ..Made::default()
    };
    let units: Option<BTreeSet<UnitId>> = wish.within.as_ref().map(|units| units.iter().copied().collect());
    let is_within = |row: &LedgerRow<'_>| {
        let Some(units) = &units else { return true };
        let unit = row.atom().map(|atom| state.unit_of(atom, wish.level));
        unit.is_some_and(|unit| units.contains(&unit))
    };
    let is_changed =
        |row: &LedgerRow<'_>| row.rule().is_some() || row.record().is_some_and(|record| !record.is_empty());
    let is_asked = |row: &LedgerRow<'_>| match wish.which {
        Which::All => !row.is_removed(),
        Which::Changed => is_changed(row),
        Which::Unbound => row.index().is_some_and(|row| matches!(laid.bound(row), Bound::No(_))) && !row.is_removed(),
        Which::Doubtful => row.index().is_some_and(|row| known.doubts.contains_key(&ledger.number_of(row))),
    };
    let mut totals: Vec<Total> = ledger
        .columns()
        .iter()
        .map(|column| if column.adds_up { Total::Of(Decimal::ZERO) } else { Total::None })
        .collect();
    let loaded = ledger.rows().map(|row| (Place::Loaded(row), laid.loaded_row(dataset, state, row)));
    let added = made.added.iter().enumerate();
    let added = added.filter_map(|(at, key)| Some((Place::Added(at), laid.row(dataset, state, key)?)));
    for (place, row) in loaded.chain(added) {
        let counts = !row.is_removed();
        made.all += usize::from(counts);
        made.changed += usize::from(is_changed(&row));
        if !(is_asked(&row) && is_within(&row) && filter.passes(&row, laid)) {
            continue;
        }
        made.rows.push(place);
        made.counted += usize::from(counts);
        for (column, total) in totals.iter_mut().enumerate().filter(|_| counts) {
            let Total::Of(sum) = total else { continue };
            let number = match (row.index(), row.record()) {
                (Some(index), None) if row.rule().is_none() => known.number(laid, index, column),
                _ => row.number(column),
            };
            match number {
                CellNumber::Of(number) => *total = sum.checked_add(number).map_or(Total::Unknown, Total::Of),
                CellNumber::Nothing => {}
                CellNumber::Unread => *total = Total::Unknown,
            }
        }
    }
    made.totals = totals;
    if let Some(order) = wish.order {
        put_in_order(project, laid, &mut made, order, wish.level);
    }
    made.mistake = filter.mistake();
    made
}

/// Puts rows in order; blank cells come last, and of equal ones the first in the file.
fn put_in_order(project: &Study, laid: &LaidLedger, made: &mut Made, order: Order, level: LevelIndex) {
    let state = project.state();
    let is_number =
        order.by.is_some_and(|by| laid.ledger().columns().get(by).is_some_and(|it| it.sort == Sort::Number));
    let rows =
        made.rows.iter().filter_map(|&place| Some((place, row_at(laid, (project.dataset(), state), made, place)?)));
    if let Some(by) = order.by.filter(|_| is_number) {
        let keyed = rows.map(|(place, row)| {
            let number = if let CellNumber::Of(number) = row.number(by) { Some(number) } else { None };
            (number, place)
        });
        made.rows = sorted(keyed.collect(), order.descending);
        return;
    }
    let text = |row: &LedgerRow<'_>| -> Option<CompactString> {
        let text: CompactString = match order.by {
            Some(by) => row.text(by).into(),
            None => state.unit(state.unit_of(row.atom()?, level)).code.clone(),
        };
        Some(text).filter(|text| !text.is_empty())
    };
    made.rows = sorted(rows.map(|(place, row)| (text(&row), place)).collect(), order.descending);
}

fn sorted<K: Ord>(mut keyed: Vec<(Option<K>, Place)>, descending: bool) -> Vec<Place> {
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) if descending => b.cmp(a),
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    keyed.into_iter().map(|(_, place)| place).collect()
}

/// What a filter asks of a row.
enum Filter {
    Nothing,
    Condition(RowCondition),
    /// No condition, but a text that stands somewhere in the row, in small letters.
    Text(String),
    Wrong(QueryError),
}

impl Filter {
    fn read(written: &str, dataset: &Dataset, ledger: &str) -> Self {
        let is_condition = |c: char| "=<>~≥≤≠＝＜＞！!".contains(c);
        match read_row_condition(written, dataset, ledger) {
            Ok(None) => Self::Nothing,
            Ok(Some(condition)) => Self::Condition(condition),
            Err(_) if !written.contains(is_condition) => Self::Text(written.trim().to_lowercase()),
            Err(error) => Self::Wrong(error),
        }
    }

    fn passes(&self, row: &LedgerRow<'_>, laid: &LaidLedger) -> bool {
        match self {
            // What cannot be read leaves nothing out.
            Self::Nothing | Self::Wrong(_) => true,
            Self::Condition(condition) => condition.passes(row) == Some(true),
            Self::Text(text) => {
                let has = |cell: &str| cell.contains(text.as_str()) || cell.to_lowercase().contains(text.as_str());
                (0..laid.ledger().columns().len()).any(|column| has(row.text(column)))
            }
        }
    }

    fn mistake(self) -> Option<QueryError> {
        if let Self::Wrong(error) = self { Some(error) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::*;
    use crate::testing::grid;
    use quhua::edit::{Document, Edit, RowEdit};
    use quhua::io::project::Origin;
    use quhua::model::{Ledger, Sheet};

    /// Six rows over a grid of villages, one of which names no unit.
    fn study() -> Study {
        let cells = |line: &str| line.split(',').map(quhua::model::Cell::text_of).collect();
        let lines = [
            "编号,名称,村代码,金额",
            "a,甲,510722101201,30",
            "b,乙,510722101201,5",
            "c,丙,510722102201,",
            "d,丁,510722102202,7",
            "e,戊,999999999999,9",
        ];
        let sheet = Sheet { rows: lines.iter().map(|line| cells(line)).collect(), ..Sheet::default() };
        let ledger = Arc::new(Ledger::from_sheet("assets", sheet).unwrap());
        let dataset = grid(2, 2);
        let laid = LaidLedger::lay(ledger, &dataset, BTreeMap::new());
        Study::new(Document::new(Arc::new(dataset.with_ledgers(vec![laid]))), Origin::Sample)
    }

    fn commit(study: &mut Study, id: Option<&str>, row: RowEdit) {
        let edit = Edit::Record { table: "assets".into(), id: id.map(Into::into), row };
        study.document_mut().commit(&edit).unwrap();
    }

    fn shown(rows: &mut Rows, study: &Study, wish: Wish) -> (String, Total, usize) {
        let laid = study.dataset().ledger("assets").unwrap();
        rows.refresh(study, laid, wish);
        let made = rows.made().unwrap();
        let key =
            |place: &Place| row_at(laid, (study.dataset(), study.state()), made, *place).unwrap().key().to_string();
        (made.rows.iter().map(key).collect(), made.totals[3], made.counted)
    }

    #[test]
    fn rows_are_filtered_ordered_and_added_up() {
        let (study, mut rows) = (study(), Rows::default());
        let wish = |filter: &str| Wish { filter: filter.to_owned(), ..Wish::default() };
        assert_eq!(shown(&mut rows, &study, wish("")), ("abcde".to_owned(), Total::Of(51.into()), 5));
        assert_eq!(shown(&mut rows, &study, wish("金额 > 6 且 非 名称 = 丁")).0, "ae");
        assert_eq!(shown(&mut rows, &study, wish("丙")).0, "c", "a text is looked for everywhere");
        assert_eq!(shown(&mut rows, &study, wish("金额 >")).0, "abcde");
        assert!(rows.made().unwrap().mistake.is_some());
        for (descending, wanted) in [(false, "bdeac"), (true, "aedbc")] {
            let order = Some(Order { by: Some(3), descending });
            assert_eq!(shown(&mut rows, &study, Wish { order, ..Wish::default() }).0, wanted, "blank cells come last");
        }
        let which = Which::Unbound;
        assert_eq!(shown(&mut rows, &study, Wish { which, ..Wish::default() }).0, "e");
        let village = study.state().find("510722101201")[0];
        let within = Some(vec![village]);
        assert_eq!(shown(&mut rows, &study, Wish { within, ..Wish::default() }).0, "ab");
    }

    #[test]
    fn what_the_plan_records_is_among_the_rows_and_in_their_sums() {
        let (mut study, mut rows) = (study(), Rows::default());
        assert_eq!(shown(&mut rows, &study, Wish::default()).1, Total::Of(51.into()));
        commit(&mut study, Some("a"), RowEdit::Set { set: [("金额".into(), "40".into())].into() });
        let add = [("名称".into(), "己".into()), ("金额".into(), "1".into())].into();
        commit(&mut study, Some("f"), RowEdit::Add { add, unit: None, at: None });
        commit(&mut study, Some("b"), RowEdit::Remove { remove: true });
        assert_eq!(shown(&mut rows, &study, Wish::default()), ("acdef".to_owned(), Total::Of(57.into()), 5));
        let which = Which::Changed;
        assert_eq!(
            shown(&mut rows, &study, Wish { which, ..Wish::default() }),
            ("abf".to_owned(), Total::Of(41.into()), 2),
            "what is taken away is seen, and counts nowhere"
        );
        study.document_mut().undo();
        assert_eq!(shown(&mut rows, &study, Wish::default()).0, "abcdef");
    }

    #[test]
    fn an_edit_about_no_row_makes_nothing_anew() {
        let (mut study, mut rows) = (study(), Rows::default());
        shown(&mut rows, &study, Wish::default());
        let before = rows.made().unwrap().rows.as_ptr();
        let unit = quhua::edit::UnitRef::Code("510722101201".into());
        study.document_mut().commit(&Edit::Rename { unit, name: "新村".into() }).unwrap();
        shown(&mut rows, &study, Wish::default());
        assert_eq!(rows.made().unwrap().rows.as_ptr(), before);
    }
}

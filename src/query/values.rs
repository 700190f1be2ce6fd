//! Values of fields: the words for them, and which ones the data have.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::eval::Ground;
use super::field::Field;
use super::scan::longest;
use crate::edit::change::{Between, Change};
use crate::i18n::Lang;
use crate::model::{Level, LevelIndex};

/// Changes that a unit in force can have gone through.
const CHANGES: [Change; 12] = [
    Change::Established,
    Change::Expanded,
    Change::Reduced,
    Change::Adjusted,
    Change::KindConverted,
    Change::Renamed,
    Change::Recoded,
    Change::ParentChanged,
    Change::SeatMoved,
    Change::SeatAdjusted,
    Change::MembersChanged,
    Change::Unchanged,
];

/// The word for what is not known, where a text begins with it.
pub(super) fn unknown_at(text: &str) -> Option<(bool, usize)> {
    longest(text, ["未知", "无数据", "unknown"].into_iter().map(|word| (word, true)))
}

/// Yes or no, where a text begins with it.
pub(super) fn yes_or_no(text: &str) -> Option<(bool, usize)> {
    let yes = ["是", "有", "yes", "true", "1"].into_iter().map(|word| (word, true));
    let no = ["否", "无", "没有", "no", "false", "0"].into_iter().map(|word| (word, false));
    longest(text, yes.chain(no))
}

/// The level whose word a text begins with.
pub(super) fn level_at(text: &str) -> Option<(Level, usize)> {
    let own = Level::ALL
        .into_iter()
        .flat_map(|level| [level.words(Lang::Zh), level.words(Lang::En), level.id()].map(|word| (word, level)));
    let more = [("乡镇", Level::Township), ("镇", Level::Township), ("村", Level::Village), ("县", Level::County)];
    longest(text, own.chain(more))
}

/// The change whose word a text begins with.
pub(super) fn change_at(text: &str) -> Option<(Change, usize)> {
    let words = CHANGES
        .into_iter()
        .flat_map(|change| [change.words(Lang::Zh), change.words(Lang::En), change.id()].map(|word| (word, change)));
    longest(text, words)
}

/// Values of a field with how many units have each, most frequent first.
pub type Values = Arc<Vec<(String, usize)>>;

/// Values that the units of a level have, counted when first asked for and kept as long as the document stays.
#[derive(Debug, Default)]
pub struct ValueLists {
    made_for: Option<(u64, Lang)>,
    known: BTreeMap<(LevelIndex, Field), Values>,
}

impl ValueLists {
    /// Values of a field, most frequent first, then in the order of text. `revision` changes with the document.
    pub fn of(&mut self, ground: &Ground<'_>, revision: u64, lang: Lang, level: LevelIndex, field: &Field) -> Values {
        if self.made_for != Some((revision, lang)) {
            self.known.clear();
            self.made_for = Some((revision, lang));
        }
        let entry = self.known.entry((level, field.clone()));
        Arc::clone(entry.or_insert_with(|| Arc::new(count(ground, lang, level, field))))
    }
}

fn count(ground: &Ground<'_>, lang: Lang, level: LevelIndex, field: &Field) -> Vec<(String, usize)> {
    let Ground { dataset, state, .. } = *ground;
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut add = |text: &str| match counts.get_mut(text) {
        Some(count) => *count += 1,
        None => drop(counts.insert(text.to_owned(), 1)),
    };
    let units = || state.units_at(level);
    match field {
        Field::Name => units().for_each(|unit| add(&state.unit(unit).name)),
        Field::Code => units().for_each(|unit| add(&state.unit(unit).code)),
        Field::Kind => units().filter_map(|unit| state.unit(unit).kind.as_ref()).for_each(|kind| add(kind.words(lang))),
        Field::Parent => {
            units().filter_map(|unit| state.unit(unit).parent).for_each(|parent| add(state.unit(parent).label()));
        }
        Field::Level => state.levels().for_each(|level| {
            let units = state.units_at(level).count();
            counts.insert(dataset.level(level).words(lang).to_owned(), units);
        }),
        Field::Status => {
            let between = Between::new(dataset, &dataset.base, state);
            units().for_each(|unit| add(between.main_change_of(unit).words(lang)));
        }
        Field::Source(name) => {
            let table = dataset.layer_of(level).map(|layer| &layer.table);
            if let Some((table, column)) = table.and_then(|table| Some((table, table.field(name)?))) {
                let features = units().filter_map(|unit| state.unit(unit).source);
                features.filter_map(|feature| table.text(feature, column)).for_each(|text| add(text.trim()));
            }
        }
        Field::Seat | Field::Changed | Field::Proposed => {
            counts.extend([(lang.pick("是", "yes").to_owned(), 1), (lang.pick("否", "no").to_owned(), 0)]);
        }
        Field::Members | Field::Figure(_) => {}
    }
    let mut values: Vec<(String, usize)> = counts.into_iter().filter(|(text, _)| !text.is_empty()).collect();
    values.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    values
}

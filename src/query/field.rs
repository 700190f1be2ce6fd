//! What can be asked of a unit, and the words for it in both languages.

use std::collections::BTreeSet;

use compact_str::CompactString;

use super::scan::prefix_len;
use crate::i18n::numbers::AreaUnit;
use crate::i18n::{Lang, field_name};
use crate::metrics::catalogue::Row;
use crate::metrics::{Figure, Measure, OwnFigures};
use crate::model::Dataset;

/// Something that is known of a unit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// Its name.
    Name,
    /// Its code, as text.
    Code,
    /// Its kind.
    Kind,
    /// The unit above it, by name or code.
    Parent,
    /// Its level.
    Level,
    /// Number of units below it.
    Members,
    /// Whether a seat is given.
    Seat,
    /// Whether the plan has changed it.
    Changed,
    /// What became of it.
    Status,
    /// Whether its code is only proposed.
    Proposed,
    /// One of its figures.
    Figure(Figure),
    /// A field of the source, by its name there.
    Source(CompactString),
}

/// What can be asked of a field.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sort {
    /// Words: is, contains.
    Text,
    /// One of a few words: is.
    Choice,
    /// A number: more, less.
    Number,
    /// Words or numbers, as the source has it.
    Any,
    /// Yes or no.
    YesNo,
}

impl Field {
    /// What can be asked of it.
    #[must_use]
    pub const fn sort(&self) -> Sort {
        match self {
            Self::Name | Self::Code | Self::Kind | Self::Parent => Sort::Text,
            Self::Level | Self::Status => Sort::Choice,
            Self::Members | Self::Figure(_) => Sort::Number,
            Self::Source(_) => Sort::Any,
            Self::Seat | Self::Changed | Self::Proposed => Sort::YesNo,
        }
    }

    /// What its numbers are measured in; `None` for what is no figure.
    pub(super) const fn measure(&self) -> Option<Measure> {
        match self {
            Self::Figure(figure) => Some(figure.measure()),
            Self::Members => Some(Measure::Units),
            Self::Name
            | Self::Code
            | Self::Kind
            | Self::Parent
            | Self::Level
            | Self::Seat
            | Self::Changed
            | Self::Status
            | Self::Proposed
            | Self::Source(_) => None,
        }
    }
}

/// Words of a field.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub field: Field,
    /// What it is called in 简体中文 and in English; what the source calls it in both.
    pub names: [CompactString; 2],
    /// Other words that mean it.
    aliases: Vec<CompactString>,
    /// How many of its words, from the first, it keeps whatever the data or somebody's figures are called.
    kept: usize,
}

impl Entry {
    pub fn name(&self, lang: Lang) -> &str {
        &self.names[usize::from(lang == Lang::En)]
    }

    /// Every word for it.
    pub fn words(&self) -> impl Iterator<Item = &CompactString> {
        self.names.iter().chain(&self.aliases)
    }

    fn new(field: Field, [zh, en]: [&str; 2], aliases: &[&str]) -> Self {
        let aliases: Vec<CompactString> = aliases.iter().map(|&alias| alias.into()).collect();
        Self { field, names: [zh.into(), en.into()], kept: 2 + aliases.len(), aliases }
    }

    /// A figure of the catalogue, by the words that are reserved for it.
    fn reserved(figure: Figure, row: &Row) -> Option<Self> {
        let names = row.word.unwrap_or(row.name).map(str::to_lowercase);
        let more: Vec<&str> =
            row.reserved.iter().copied().filter(|word| names.iter().all(|name| name != word)).collect();
        let entry = || Self::new(Field::Figure(figure), names.each_ref().map(String::as_str), &more);
        (!row.reserved.is_empty()).then(entry)
    }
}

/// The fields of a dataset and the words for them.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    entries: Vec<Entry>,
    /// Unit of areas that come without one.
    pub(super) area_unit: AreaUnit,
}

impl Vocabulary {
    /// Fields that units of a dataset have, figures of one's own among them. An area without a unit is in `area_unit`.
    ///
    /// Of fields with a name alike, one that stands further up goes first: what can always be asked of a unit, the figures
    /// whose names are reserved, those of one's own and of the data, and at last what else the catalogue has.
    #[must_use]
    pub fn of(dataset: &Dataset, area_unit: AreaUnit, own: &OwnFigures) -> Self {
        let figures = Figure::of_dataset(dataset);
        let rows = || figures.iter().filter_map(|&figure| Some((figure, figure.row()?)));
        let mut entries = vec![
            Entry::new(Field::Name, ["名称", "name"], &["名字"]),
            Entry::new(Field::Code, ["代码", "code"], &["编码", "区划代码"]),
            Entry::new(Field::Kind, ["类型", "kind"], &["类别", "建制类型"]),
            Entry::new(Field::Parent, ["上级", "parent"], &["上级单元", "隶属", "所属"]),
            Entry::new(Field::Level, ["级别", "level"], &["层级"]),
        ];
        entries.extend(rows().filter_map(|(figure, row)| Entry::reserved(figure, row)));
        if dataset.levels.len() > 1 {
            entries.push(Entry::new(Field::Members, ["下辖", "members"], &["下辖单元", "成员数"]));
        }
        entries.extend([
            Entry::new(Field::Seat, ["驻地", "seat"], &["有驻地"]),
            Entry::new(Field::Changed, ["已调整", "changed"], &["有调整"]),
            Entry::new(Field::Status, ["状态", "status"], &["变化"]),
            Entry::new(Field::Proposed, ["拟用代码", "proposed"], &["拟用"]),
        ]);
        let mut growing = Growing { known: entries.iter().flat_map(Entry::words).cloned().collect(), entries };
        for (at, name) in dataset.fields.sum.iter().enumerate() {
            growing.add(Entry::new(Field::Figure(Figure::Sum(at)), [name, name], &[]));
        }
        for own in own.list() {
            let [zh, en] = Lang::ALL.map(|lang| own.definition.title(lang));
            growing.add(Entry::new(Field::Figure(Figure::Own(own.id)), [zh, en], &[own.definition.name.as_str()]));
        }
        for name in dataset.layers.iter().flat_map(|layer| layer.table.fields()) {
            growing.add(Entry::new(Field::Source(name.as_str().into()), [name, name], &[]));
        }
        growing.add_shown_names(dataset);
        rows().for_each(|(figure, row)| growing.add_row(figure, row));
        Self { entries: growing.entries, area_unit }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What a field is called.
    #[must_use]
    pub fn name_of(&self, field: &Field, lang: Lang) -> &str {
        self.entries.iter().find(|entry| entry.field == *field).map_or("", |entry| entry.name(lang))
    }

    /// The field whose word a text begins with, the longest where several fit, and how long it is.
    pub(super) fn field_at(&self, text: &str) -> Option<(&Entry, usize)> {
        let fits = self.entries.iter().flat_map(|entry| entry.words().map(move |word| (entry, word)));
        let fits = fits.filter_map(|(entry, word)| Some((entry, prefix_len(text, word)?)));
        // The first of those that are equally long.
        fits.reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    /// The field that a word means.
    pub(super) fn field_called(&self, word: &str) -> Option<&Entry> {
        self.field_at(word).filter(|(_, len)| *len == word.len()).map(|(entry, _)| entry)
    }

    /// The word for a field that is most like one that means none.
    pub(super) fn nearest(&self, word: &str) -> Option<CompactString> {
        nearest(self.entries.iter().flat_map(Entry::words), word)
    }

    /// Whether a word means a field that keeps its words, in small or capital letters.
    pub(super) fn is_taken(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let kept = self.entries.iter().flat_map(|entry| entry.words().take(entry.kept));
        kept.into_iter().any(|known| known.to_lowercase() == word)
    }
}

/// Fields that are being gathered, and every word that one of them has already.
struct Growing {
    entries: Vec<Entry>,
    known: BTreeSet<CompactString>,
}

impl Growing {
    /// Adds a field, unless all words for it mean another.
    fn add(&mut self, mut entry: Entry) {
        entry.aliases.retain(|alias| !self.known.contains(alias));
        let free = entry.words().find(|word| !self.known.contains(*word) && !word.trim().is_empty()).cloned();
        if let Some(free) = free {
            for name in &mut entry.names {
                if self.known.contains(name) {
                    name.clone_from(&free);
                }
            }
            self.known.extend(entry.words().cloned());
            self.entries.push(entry);
        }
    }

    /// Lets a field have words that none has so far.
    fn add_words(&mut self, at: usize, words: impl Iterator<Item = CompactString>) {
        for word in words.filter(|word| !word.is_empty()) {
            if self.known.insert(word.clone()) {
                self.entries[at].aliases.push(word);
            }
        }
    }

    /// What fields of the data are called on the screen means them as well, where nothing in the file is called so:
    /// 耕地（亩） for `arable_mu`, and so 耕地(亩) and 耕地.
    fn add_shown_names(&mut self, dataset: &Dataset) {
        for at in 0..self.entries.len() {
            let name: CompactString = match &self.entries[at].field {
                Field::Figure(Figure::Sum(sum)) => dataset.fields.sum[*sum].as_str().into(),
                Field::Source(name) => name.clone(),
                _ => continue,
            };
            let shown = [Lang::Zh, Lang::En].map(|lang| CompactString::from(field_name(lang, &name)));
            if shown.iter().any(|word| self.known.contains(word)) {
                continue;
            }
            self.known.extend(shown.iter().cloned());
            let plain = shown.each_ref().map(|shown| shown.replace('（', "(").replace('）', ")"));
            let entry = &mut self.entries[at];
            entry.names = shown;
            entry.aliases.push(name);
            entry.kept = 2 + entry.aliases.len();
            let bare = |plain: &String| plain.split('(').next().unwrap_or_default().trim().into();
            self.add_words(at, plain.iter().map(|plain| plain.as_str().into()).chain(plain.iter().map(bare)));
        }
    }

    /// A figure of the catalogue has all words of its row that nothing else is called by.
    fn add_row(&mut self, figure: Figure, row: &Row) {
        let field = Field::Figure(figure);
        // A bracket of the other keyboard does as well.
        let plain = |word: &str| CompactString::from(word.replace('（', "(").replace('）', ")"));
        let words = row.all_words().flat_map(|word| [word.into(), plain(word)]);
        if let Some(at) = self.entries.iter().position(|entry| entry.field == field) {
            return self.add_words(at, words);
        }
        let names = row.word.unwrap_or(row.name).map(|name| CompactString::from(name.to_lowercase()));
        self.add(Entry { field, names, aliases: words.collect(), kept: 0 });
    }
}

/// The one of some words that is most like another; `None` when none is much like it.
pub(super) fn nearest<'a>(all: impl Iterator<Item = &'a CompactString>, word: &str) -> Option<CompactString> {
    let word = word.to_lowercase();
    let near = all.map(|name| (strsim::osa_distance(&name.to_lowercase(), &word), name));
    let (distance, name) = near.min_by_key(|(distance, _)| *distance)?;
    (2 * distance <= word.chars().count()).then(|| name.clone())
}

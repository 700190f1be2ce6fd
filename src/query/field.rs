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
    /// Whether its words leave the name to the data and to figures of one's own.
    yields: bool,
}

impl Entry {
    pub fn name(&self, lang: Lang) -> &str {
        &self.names[usize::from(lang == Lang::En)]
    }

    /// Every word for it.
    pub fn words(&self) -> impl Iterator<Item = &CompactString> {
        self.names.iter().chain(&self.aliases)
    }

    fn has(&self, word: &CompactString) -> bool {
        self.words().any(|known| known == word)
    }

    fn new(field: Field, [zh, en]: [&str; 2], aliases: &[&str]) -> Self {
        let aliases = aliases.iter().map(|&alias| alias.into()).collect();
        Self { field, names: [zh.into(), en.into()], aliases, yields: false }
    }

    /// A figure of the catalogue, by all words that its row has.
    fn of_row(figure: Figure, row: &Row) -> Self {
        let names = row.word.unwrap_or(row.name);
        let mut aliases: Vec<CompactString> = Vec::new();
        for word in row.all_words().filter(|word| !names.contains(word)) {
            // A bracket of the other keyboard does as well.
            let plain = word.replace('（', "(").replace('）', ")");
            aliases.extend([word.into(), plain.into()]);
        }
        aliases.dedup();
        let names = names.map(|name| CompactString::from(name.to_lowercase()));
        Self { field: Field::Figure(figure), names, aliases, yields: !row.is_reserved }
    }

    /// A field of the data, by what it is called in the file.
    fn of_data(field: Field, name: &str) -> Self {
        Self::new(field, [name, name], &[])
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
        let rows = || figures.iter().filter_map(|&figure| Some(Entry::of_row(figure, figure.row()?)));
        let mut entries = vec![
            Entry::new(Field::Name, ["名称", "name"], &["名字"]),
            Entry::new(Field::Code, ["代码", "code"], &["编码", "区划代码"]),
            Entry::new(Field::Kind, ["类型", "kind"], &["类别", "建制类型"]),
            Entry::new(Field::Parent, ["上级", "parent"], &["上级单元", "隶属", "所属"]),
            Entry::new(Field::Level, ["级别", "level"], &["层级"]),
        ];
        entries.extend(rows().filter(|entry| !entry.yields));
        if dataset.levels.len() > 1 {
            entries.push(Entry::new(Field::Members, ["下辖", "members"], &["下辖单元", "成员数"]));
        }
        entries.extend([
            Entry::new(Field::Seat, ["驻地", "seat"], &["有驻地"]),
            Entry::new(Field::Changed, ["已调整", "changed"], &["有调整"]),
            Entry::new(Field::Status, ["状态", "status"], &["变化"]),
            Entry::new(Field::Proposed, ["拟用代码", "proposed"], &["拟用"]),
        ]);
        let mut vocabulary = Self { entries, area_unit };
        for (at, name) in dataset.fields.sum.iter().enumerate() {
            vocabulary.add(Entry::of_data(Field::Figure(Figure::Sum(at)), name));
        }
        for own in own.list() {
            let name = own.definition.name.as_str();
            vocabulary.add(Entry::new(Field::Figure(Figure::Own(own.id)), [name, name], &[]));
        }
        for name in dataset.layers.iter().flat_map(|layer| layer.table.fields()) {
            vocabulary.add(Entry::of_data(Field::Source(name.as_str().into()), name));
        }
        vocabulary.add_shown_names(dataset);
        rows().filter(|entry| entry.yields).for_each(|entry| vocabulary.add(entry));
        vocabulary
    }

    /// What fields of the data are called on the screen means them as well, where nothing in the file is called so:
    /// 耕地（亩） for `arable_mu`, and so 耕地(亩) and 耕地.
    fn add_shown_names(&mut self, dataset: &Dataset) {
        for at in 0..self.entries.len() {
            let name = match &self.entries[at].field {
                Field::Figure(Figure::Sum(sum)) => dataset.fields.sum.get(*sum).map(|name| name.as_str().into()),
                Field::Source(name) => Some(name.clone()),
                _ => None,
            };
            let Some(name) = name else { continue };
            let shown = [Lang::Zh, Lang::En].map(|lang| CompactString::from(field_name(lang, &name)));
            let free = |word: &CompactString| !word.is_empty() && !self.entries.iter().any(|it| it.has(word));
            if shown.iter().all(free) {
                let plain = shown.each_ref().map(|shown| shown.replace('（', "(").replace('）', ")"));
                let bare = plain.each_ref().map(|plain| plain.split('(').next().unwrap_or_default().trim());
                let more = plain.iter().map(String::as_str).chain(bare).map(CompactString::from);
                let more: Vec<CompactString> = more.filter(|word| !shown.contains(word) && free(word)).collect();
                let entry = &mut self.entries[at];
                entry.aliases.push(name);
                entry.aliases.extend(more);
                entry.names = shown;
            }
        }
    }

    /// Adds a field, unless all words for it mean another.
    fn add(&mut self, mut entry: Entry) {
        let known: BTreeSet<&CompactString> = self.entries.iter().flat_map(Entry::words).collect();
        entry.aliases.retain(|alias| !known.contains(alias));
        let free = entry.words().find(|word| !known.contains(*word) && !word.trim().is_empty()).cloned();
        if let Some(free) = free {
            for name in &mut entry.names {
                if known.contains(name) {
                    name.clone_from(&free);
                }
            }
            self.entries.push(entry);
        }
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
        let entries = self.entries.iter().filter(|entry| !entry.yields);
        entries.flat_map(Entry::words).any(|known| known.to_lowercase() == word)
    }
}

/// The one of some words that is most like another; `None` when none is much like it.
pub(super) fn nearest<'a>(all: impl Iterator<Item = &'a CompactString>, word: &str) -> Option<CompactString> {
    let word = word.to_lowercase();
    let near = all.map(|name| (strsim::osa_distance(&name.to_lowercase(), &word), name));
    let (distance, name) = near.min_by_key(|(distance, _)| *distance)?;
    (2 * distance <= word.chars().count()).then(|| name.clone())
}

//! What can be asked of a unit, and the words for it in both languages.

use std::collections::BTreeSet;

use compact_str::CompactString;

use super::scan::prefix_len;
use crate::i18n::numbers::AreaUnit;
use crate::i18n::{Lang, Text};
use crate::metrics::{Figure, OwnFigures};
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
}

/// Words of a field.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub field: Field,
    /// What it is called in 简体中文 and in English; what the source calls it in both.
    pub names: [CompactString; 2],
    /// Other words that mean it.
    aliases: Vec<CompactString>,
}

impl Entry {
    pub fn name(&self, lang: Lang) -> &str {
        &self.names[usize::from(lang == Lang::En)]
    }

    /// Every word for it.
    pub fn words(&self) -> impl Iterator<Item = &CompactString> {
        self.names.iter().chain(&self.aliases)
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
    #[must_use]
    pub fn of(dataset: &Dataset, area_unit: AreaUnit, own: &OwnFigures) -> Self {
        let entry = |field, zh: &str, en: &str, aliases: &[&str]| Entry {
            field,
            names: [zh.into(), en.into()],
            aliases: aliases.iter().map(|&alias| alias.into()).collect(),
        };
        let mut entries = vec![
            entry(Field::Name, "名称", "name", &["名字"]),
            entry(Field::Code, "代码", "code", &["编码", "区划代码"]),
            entry(Field::Kind, "类型", "kind", &["类别", "建制类型"]),
            entry(Field::Parent, "上级", "parent", &["上级单元", "隶属", "所属"]),
            entry(Field::Level, "级别", "level", &["层级"]),
            entry(Field::Figure(Figure::Area), "面积", "area", &[]),
        ];
        if dataset.fields.population.is_some() {
            entries.push(entry(Field::Figure(Figure::Population), "人口", "population", &["人口数", "people", "pop"]));
            entries.push(entry(Field::Figure(Figure::Density), "密度", "density", &["人口密度"]));
        }
        if dataset.levels.len() > 1 {
            entries.push(entry(Field::Members, "下辖", "members", &["下辖单元", "成员数"]));
        }
        entries.extend([
            entry(Field::Seat, "驻地", "seat", &["有驻地"]),
            entry(Field::Changed, "已调整", "changed", &["有调整"]),
            entry(Field::Status, "状态", "status", &["变化"]),
            entry(Field::Proposed, "拟用代码", "proposed", &["拟用"]),
            entry(Field::Figure(Figure::RadiusMax), "最大半径", "radius", &["最大服务半径"]),
            entry(Field::Figure(Figure::Compactness), "紧凑度", "compactness", &[]),
        ]);
        entries.push(entry(Field::Figure(Figure::Inertia), "惯性矩紧凑度", "inertia", &["moment of inertia"]));
        if dataset.fields.declared_area.is_some() {
            let declared = entry(Field::Figure(Figure::DeclaredArea), "登记面积", "declared area", &["declared_area"]);
            let difference = Field::Figure(Figure::DeclaredDifference);
            entries.extend([declared, entry(difference, "面积差", "area difference", &["area_difference"])]);
        }
        if dataset.fields.population.is_some() {
            let proximity = Field::Figure(Figure::SeatProximity);
            entries.push(entry(proximity, "驻地邻近度", "seat proximity", &["seat_proximity"]));
            entries.push(entry(Field::Figure(Figure::RadiusMean), "平均距离", "mean distance", &[]));
        }
        let mut vocabulary = Self { entries, area_unit };
        for (at, name) in dataset.fields.sum.iter().enumerate() {
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| summed_name(lang, name));
            vocabulary.add(entry(Field::Figure(Figure::Sum(at)), zh, en, &[name]));
        }
        for own in own.list() {
            let name = &own.definition.name;
            vocabulary.add(entry(Field::Figure(Figure::Own(own.id)), name, name, &[]));
        }
        for name in dataset.layers.iter().flat_map(|layer| layer.table.fields()) {
            vocabulary.add(entry(Field::Source(name.as_str().into()), name, name, &[]));
        }
        vocabulary
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

    /// Whether a word means a field, in small or capital letters.
    pub(super) fn has_word(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        self.entries.iter().flat_map(Entry::words).any(|known| known.to_lowercase() == word)
    }
}

/// The one of some words that is most like another; `None` when none is much like it.
pub(super) fn nearest<'a>(all: impl Iterator<Item = &'a CompactString>, word: &str) -> Option<CompactString> {
    let word = word.to_lowercase();
    let near = all.map(|name| (strsim::osa_distance(&name.to_lowercase(), &word), name));
    let (distance, name) = near.min_by_key(|(distance, _)| *distance)?;
    (2 * distance <= word.chars().count()).then(|| name.clone())
}

/// What a summed field is called: what the source calls it, with a translation where it is known.
fn summed_name(lang: Lang, name: &str) -> &str {
    match name.to_lowercase().as_str() {
        "households" | "hh" => lang.of(Text::Households),
        "resident_population" => lang.of(Text::ResidentPopulation),
        _ => name,
    }
}

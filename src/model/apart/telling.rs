//! What could tell the levels of features: columns, codes, names, and what lies in what.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::guess::{self, guess};
use super::super::looks::Looks;
use super::super::tiers::{self, Labels, NONE};
use super::super::{
    FieldIndex, FieldOverrides, Kind, Layer, Level, LevelsBy, ModelError, Table, field_names, unit_names,
};
use super::lying::Lying;

/// Values of a column that may tell levels, at most.
const MOST_VALUES: usize = 16;
/// Of the features so many may say nothing, in percent.
const UNSAID_PERCENT: usize = 5;
/// Of the features with one value so many lie in some with another, in percent, where those are above them.
const LIE_IN_PERCENT: usize = 10;

/// A way to tell the levels of features.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) by: LevelsBy,
    /// The column that says it.
    pub(super) column: Option<String>,
    /// Whether it speaks of levels by itself, be the place of features what it may.
    pub(super) is_stated: bool,
    /// The level of each feature, the finest 0; `None` where nothing says it.
    pub(super) ranks: Vec<Option<u8>>,
}

/// Names of columns that speak of levels.
const LEVEL_COLUMNS: &[&str] = &[
    "level",
    "lvl",
    "levels",
    "adminlevel",
    "admlevel",
    "admlvl",
    "adm",
    "adminlvl",
    "unitlevel",
    "hierarchy",
    "tier",
    "级别",
    "行政级别",
    "层级",
    "行政层级",
    "区划级别",
    "行政区划级别",
    "级",
    "xzjb",
    "jb",
    "nivel",
    "niveau",
    "ebene",
    "nivå",
    "niva",
    "livello",
    "poziom",
    "уровень",
    "レベル",
    "레벨",
];
/// Names of columns that speak of kinds of units.
const KIND_COLUMNS: &[&str] = &[
    "type",
    "kind",
    "unittype",
    "admintype",
    "unitkind",
    "class",
    "类型",
    "类别",
    "单位类型",
    "行政区类型",
    "建制类型",
    "xzqlx",
    "tipo",
    "art",
    "typ",
];

/// All ways that tell more than one level, the surest first.
pub(super) fn ways(layer: &Layer, lying: &Lying) -> Vec<Told> {
    let table = &layer.table;
    let fields = guess(table, &FieldOverrides::default()).map(|guess| guess.fields).unwrap_or_default();
    let field = |name: &Option<String>| name.as_deref().and_then(|name| table.field(name));
    let (code, name) = (field(&fields.code), field(&fields.name));
    let mut columns: Vec<Told> =
        table.field_indices().filter(|&it| Some(it) != code).filter_map(|it| by_column(table, it, lying)).collect();
    // What speaks of levels comes before what speaks of kinds; of equals the first column.
    columns.sort_by_key(|told| match &told.by {
        LevelsBy::Column(column) => !is_level_column(column),
        _ => true,
    });
    let (stated, others): (Vec<Told>, Vec<Told>) = columns.into_iter().partition(|told| told.is_stated);
    let codes = code.and_then(|code| by_codes(table, code));
    let parents = code.or(name).and_then(|key| by_parents(table, key));
    let names = name.map(|name| by_names(table, name));
    let all = stated.into_iter().chain(codes).chain(parents).chain(names).chain(others).chain(by_place(lying));
    all.filter_map(Told::settled).collect()
}

/// The one way that somebody chose; `None` where it tells no levels.
pub(super) fn way(layer: &Layer, by: &LevelsBy, lying: &Lying) -> Result<Option<Told>, ModelError> {
    let table = &layer.table;
    if let LevelsBy::Column(column) = by {
        let field = guess::field_named(table, column)?;
        return Ok(by_column(table, field, lying).and_then(Told::settled));
    }
    Ok(ways(layer, lying).into_iter().find(|told| told.by == *by))
}

impl Told {
    /// With levels without a gap between them; `None` where there is but one, or too many features say none.
    fn settled(mut self) -> Option<Self> {
        let there: BTreeSet<u8> = self.ranks.iter().copied().flatten().collect();
        let unsaid = self.ranks.iter().filter(|rank| rank.is_none()).count();
        if there.len() < 2 || unsaid * 100 > self.ranks.len() * UNSAID_PERCENT {
            return None;
        }
        let position: BTreeMap<u8, u8> = there.into_iter().zip(0..).collect();
        self.ranks.iter_mut().flatten().for_each(|rank| *rank = position[rank]);
        Some(self)
    }

    /// The level of each feature; of those that say none as their place tells. And how many those are.
    pub(super) fn placed(&self, lying: &Lying) -> (Vec<u8>, usize) {
        let above = |feature: usize| {
            let around = lying.around[feature].iter().filter_map(|&other| self.ranks[other as usize]);
            around.min()
        };
        let of = |(feature, rank): (usize, &Option<u8>)| {
            rank.unwrap_or_else(|| above(feature).map_or(0, |above| above.saturating_sub(1)))
        };
        let unsaid = self.ranks.iter().filter(|rank| rank.is_none()).count();
        (self.ranks.iter().enumerate().map(of).collect(), unsaid)
    }
}

fn is_level_column(name: &str) -> bool {
    // Of a member of an object its own name speaks.
    let last = name.rsplit('.').next().unwrap_or(name);
    LEVEL_COLUMNS.contains(&field_names::normalised(&field_names::bare(last)).as_str())
}

fn is_kind_column(name: &str) -> bool {
    let word = field_names::normalised(&field_names::bare(name));
    KIND_COLUMNS.contains(&word.as_str()) || field_names::rank_in(&word, field_names::KIND_FIELDS).is_some()
}

/// Levels by the values of a column.
fn by_column(table: &Table, field: FieldIndex, lying: &Lying) -> Option<Told> {
    let labels = Labels::of(table, field);
    let values = labels.texts.len();
    // What nearly tells units apart is no level of theirs.
    if !(2..=MOST_VALUES).contains(&values) || 2 * values > labels.of.len() {
        return None;
    }
    let words: Option<Vec<u8>> = labels.texts.iter().map(|text| level_of_word(text).map(|level| level as u8)).collect();
    let are_words = words.is_some();
    let are_numbers = labels.texts.iter().all(|text| text.parse::<f64>().is_ok());
    let rank_of_value = match words {
        Some(ranks) => ranks,
        None if are_numbers => by_size(&labels, lying),
        None => by_what_lies_in_what(&labels, lying)?,
    };
    let name = &table.fields()[field.index()];
    let ranks = labels.of.iter().map(|&value| rank_of_value.get(value as usize).copied()).collect();
    let is_stated = is_level_column(name) || are_words || (is_kind_column(name) && !are_numbers);
    Some(Told { by: LevelsBy::Column(name.clone()), column: Some(name.clone()), is_stated, ranks })
}

/// The level that a word names: of levels, or of kinds of units.
fn level_of_word(word: &str) -> Option<Level> {
    const WORDS: &[(&str, Level)] = &[
        ("县级", Level::County),
        ("区县", Level::County),
        ("县区", Level::County),
        ("区", Level::County),
        ("乡级", Level::Township),
        ("乡镇级", Level::Township),
        ("镇级", Level::Township),
        ("乡镇", Level::Township),
        ("乡镇街道", Level::Township),
        ("村级", Level::Village),
        ("村社区", Level::Village),
        ("村居", Level::Village),
        ("组级", Level::Group),
    ];
    let of_kind = |kind: Kind| match kind {
        Kind::Subdistrict | Kind::Town | Kind::Township | Kind::EthnicTownship => Some(Level::Township),
        Kind::Village | Kind::Community => Some(Level::Village),
        Kind::Group => Some(Level::Group),
        Kind::County => Some(Level::County),
        Kind::Other(_) => None,
    };
    let folded = word.trim().to_lowercase();
    let known = WORDS.iter().find(|(known, _)| *known == folded).map(|&(_, level)| level);
    let level = || folded.parse::<Level>().ok().filter(|level| !matches!(level, Level::Atom | Level::Parent));
    known.or_else(level).or_else(|| of_kind(folded.parse().unwrap_or(Kind::Other(folded.as_str().into()))))
}

/// Each value a level by itself, the one of small features finer.
fn by_size(labels: &Labels, lying: &Lying) -> Vec<u8> {
    let mut areas: Vec<Vec<f64>> = vec![Vec::new(); labels.texts.len()];
    for (&value, &area) in labels.of.iter().zip(&lying.areas).filter(|(value, _)| **value != NONE) {
        areas[value as usize].push(area);
    }
    let middle = |areas: &mut Vec<f64>| {
        areas.sort_unstable_by(f64::total_cmp);
        areas.get(areas.len() / 2).copied().unwrap_or_default()
    };
    let middles: Vec<f64> = areas.iter_mut().map(middle).collect();
    let mut order: Vec<usize> = (0..middles.len()).collect();
    order.sort_by(|&a, &b| middles[a].total_cmp(&middles[b]));
    let mut ranks = vec![0; middles.len()];
    for (rank, value) in (0_u8..).zip(order) {
        ranks[value] = rank;
    }
    ranks
}

/// Values above those whose features lie in theirs; `None` where two are above each other.
fn by_what_lies_in_what(labels: &Labels, lying: &Lying) -> Option<Vec<u8>> {
    let values = labels.texts.len();
    let mut lies_in = vec![vec![0_usize; values]; values];
    let mut counts = vec![0_usize; values];
    for (feature, &value) in (0_u32..).zip(&labels.of).filter(|(_, value)| **value != NONE) {
        counts[value as usize] += 1;
        let around = lying.larger_around(feature).map(|other| labels.of[other as usize]);
        for other in around.filter(|&other| other != NONE && other != value).collect::<BTreeSet<u32>>() {
            lies_in[value as usize][other as usize] += 1;
        }
    }
    let is_below = |a: usize, b: usize| lies_in[a][b] * 100 >= counts[a] * LIE_IN_PERCENT && lies_in[a][b] > 0;
    let mut ranks = vec![0_u8; values];
    for _ in 0..=values {
        let before = ranks.clone();
        for (a, b) in (0..values).flat_map(|a| (0..values).map(move |b| (a, b))).filter(|&(a, b)| is_below(a, b)) {
            ranks[b] = ranks[b].max(ranks[a].saturating_add(1));
        }
        if before == ranks {
            return Some(ranks);
        }
    }
    None
}

/// Levels by codes: those of the Chinese system by their length and zeros, others where longer ones begin with shorter
/// ones.
fn by_codes(table: &Table, field: FieldIndex) -> Option<Told> {
    let codes: Vec<Option<String>> = table
        .features()
        .map(|feature| tiers::coded(table, feature, Some(field)).map(std::borrow::Cow::into_owned))
        .collect();
    let chinese: Vec<Option<u8>> = codes.iter().map(|code| unit_names::rank_of_code(code.as_deref()?)).collect();
    let said = chinese.iter().flatten().count();
    let is_chinese = said > 0 && (codes.len() - said) * 100 <= codes.len() * UNSAID_PERCENT;
    let ranks = if is_chinese { chinese } else { by_beginnings(&codes)? };
    Some(Told { by: LevelsBy::Codes, column: None, is_stated: true, ranks })
}

/// Levels by the length of codes, where nearly all longer ones begin with one of the next shorter length.
fn by_beginnings(codes: &[Option<String>]) -> Option<Vec<Option<u8>>> {
    let mut of_length: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for code in codes.iter().flatten() {
        of_length.entry(code.len()).or_default().insert(code);
    }
    if !(2..=6).contains(&of_length.len()) {
        return None;
    }
    let lengths: Vec<(usize, &BTreeSet<&str>)> = of_length.iter().map(|(length, codes)| (*length, codes)).collect();
    let begin = lengths.windows(2).all(|two| {
        let (shorter, above) = two[0];
        let fit = two[1].1.iter().filter(|code| code.get(..shorter).is_some_and(|begin| above.contains(begin))).count();
        10 * fit >= 9 * two[1].1.len()
    });
    let rank = |code: &Option<String>| {
        let at = lengths.iter().rev().position(|(length, _)| Some(*length) == code.as_ref().map(String::len))?;
        u8::try_from(at).ok()
    };
    begin.then(|| codes.iter().map(rank).collect())
}

/// Levels by a column that has the keys of other features.
fn by_parents(table: &Table, key: FieldIndex) -> Option<Told> {
    /// Levels that are followed.
    const DEEP: usize = 8;
    let keys = Labels::of(table, key);
    let mut row_of: HashMap<&str, usize> = HashMap::new();
    for (row, &label) in keys.of.iter().enumerate().filter(|(_, label)| **label != NONE) {
        row_of.entry(keys.texts[label as usize].as_str()).or_insert(row);
    }
    let parent_rows = |field: FieldIndex| -> Option<Vec<Option<usize>>> {
        let labels = Labels::of(table, field);
        let rows: Vec<Option<usize>> = labels.texts.iter().map(|text| row_of.get(text.as_str()).copied()).collect();
        let at =
            |(row, &label): (usize, &u32)| rows.get(label as usize).copied().flatten().filter(|&parent| parent != row);
        let parents: Vec<Option<usize>> = labels.of.iter().enumerate().map(at).collect();
        let (known, said) = (parents.iter().flatten().count(), labels.of.iter().filter(|it| **it != NONE).count());
        // What is nobody's code is that of a unit above all of these.
        (2 * known >= parents.len() && 10 * known >= 6 * said).then_some(parents)
    };
    let looks = Looks::of(table);
    let shared = table.field_indices().filter(|&field| field != key && looks.unique_share(field) < 0.9);
    let found = shared.filter_map(|field| Some((field, parent_rows(field)?)));
    let (field, parents) = found.max_by_key(|(_, parents)| parents.iter().flatten().count())?;
    let column = table.fields().get(field.index()).cloned();
    let depth = |row: usize| {
        let chain = std::iter::successors(parents[row], |&row| parents[row]);
        chain.take(DEEP + 1).count()
    };
    let depths: Vec<usize> = (0..parents.len()).map(depth).collect();
    let deepest = depths.iter().copied().max().filter(|&deepest| deepest <= DEEP)?;
    let ranks = depths.iter().map(|depth| u8::try_from(deepest - depth).ok()).collect();
    Some(Told { by: LevelsBy::Parents, column, is_stated: true, ranks })
}

/// Levels by the endings of names.
fn by_names(table: &Table, field: FieldIndex) -> Told {
    let rank = |feature| {
        let name = tiers::trimmed(table, feature, Some(field))?;
        unit_names::level_of_name(&name).map(|level| level as u8)
    };
    let ranks: Vec<Option<u8>> = table.features().map(rank).collect();
    Told { by: LevelsBy::Names, column: None, is_stated: true, ranks }
}

/// Levels by how many features each lies in. Of two on the same ground nothing tells which is above.
fn by_place(lying: &Lying) -> Option<Told> {
    let count = u32::try_from(lying.areas.len()).ok()?;
    let depths: Vec<usize> = (0..count).map(|feature| lying.larger_around(feature).count()).collect();
    let deepest = depths.iter().copied().max().filter(|&deepest| (1..=8).contains(&deepest))?;
    let ranks = depths.iter().map(|depth| u8::try_from(deepest - depth).ok()).collect();
    Some(Told { by: LevelsBy::Place, column: None, is_stated: false, ranks })
}

//! How the fields of a table look: what their names say, and whether their values bear it out.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::OnceLock;

use compact_str::CompactString;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::field_names::{self, Content, Owner, Role};
use super::numerals::{Numerals, Read};
use super::recognise::pattern_of;
use super::written::OwnColumns;
use super::{FeatureId, FieldIndex, Level, Table, unit_names};

/// Values looked at to tell what a field holds, spread over the table.
const SAMPLE: usize = 2000;
/// From this share of different values on, a field tells units apart.
const UNIQUE: f64 = 0.9;

/// Fields that name the units of one level above.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tier {
    pub(super) level: Option<Level>,
    /// Their code; where there is none, their name.
    pub(super) key: FieldIndex,
    pub(super) name: Option<FieldIndex>,
}

/// The fields of a table, with what their names say.
pub(super) struct Looks<'a> {
    table: &'a Table,
    roles: Vec<Option<Role>>,
    sample: Vec<FeatureId>,
    /// Columns that an export of ours wrote: they are no fields of the source.
    own: OwnColumns,
    /// How many values and how many different ones each field has, counted when first asked for.
    counts: Vec<OnceLock<Counts>>,
}

#[derive(Clone, Copy, Debug)]
struct Counts {
    filled: usize,
    distinct: usize,
}

impl<'a> Looks<'a> {
    pub(super) fn of(table: &'a Table) -> Self {
        let step = table.rows().div_ceil(SAMPLE).max(1);
        let mut looks = Self {
            table,
            roles: Vec::new(),
            sample: table.features().step_by(step).collect(),
            own: OwnColumns::of(table),
            counts: vec![OnceLock::new(); table.fields().len()],
        };
        looks.roles = table
            .field_indices()
            .map(|field| {
                let role = field_names::role_of(&table.fields()[field.index()])?;
                let content = match role.content {
                    Content::Either if looks.is_code_like(field) => Content::Code,
                    Content::Either => Content::Name,
                    sure => sure,
                };
                Some(Role { content, ..role })
            })
            .collect();
        looks
    }

    /// Level that the name of a field speaks of.
    pub(super) fn level_in_name(&self, field: FieldIndex) -> Option<Level> {
        match self.roles[field.index()]?.owner {
            Owner::At(level) => Some(level),
            Owner::Own | Owner::Above => None,
        }
    }

    /// The field that tells the units of the table apart.
    pub(super) fn own_code(&self) -> Option<FieldIndex> {
        let mut candidates = self.with_role(Owner::Own, Content::Code);
        for level in Level::ALL {
            candidates.extend(self.with_role(Owner::At(level), Content::Code));
        }
        candidates.extend(self.named(&["id"]));
        // A few doubles are a finding, many mean that the field is another's.
        [UNIQUE, 0.5]
            .into_iter()
            .find_map(|least| candidates.iter().copied().find(|&field| self.unique_share(field) >= least))
            .or_else(|| {
                let is_it = |field: &FieldIndex| self.is_chinese_code(*field) && self.unique_share(*field) >= UNIQUE;
                // An easting has six digits too.
                self.fields().find(|field| is_it(field) && !field_names::is_coordinate(self.name(*field)))
            })
    }

    /// The field that holds the name of a unit: of the level that the code's field speaks of, if it does.
    pub(super) fn own_name(&self, code: Option<FieldIndex>) -> Option<FieldIndex> {
        let own = self.with_role(Owner::Own, Content::Name);
        let at =
            |level: Option<Level>| level.map_or_else(Vec::new, |level| self.with_role(Owner::At(level), Content::Name));
        let in_name = at(code.and_then(|code| self.level_in_name(code)));
        let in_values = at(code.and_then(|code| self.level_of_values(Some(code), None)));
        let sure = in_name.into_iter().chain(own).chain(in_values).find(|&field| self.is_text(field));
        sure.or_else(|| {
            let finest = Level::ALL.into_iter().find_map(|level| at(Some(level)).first().copied());
            finest.filter(|&field| code.is_none() && self.unique_share(field) >= UNIQUE)
        })
    }

    /// Levels above a given one that the fields tell of, finest first; `own` are the fields of the unit itself.
    pub(super) fn above(&self, level: Option<Level>, own: &[Option<FieldIndex>]) -> Vec<Tier> {
        let mut tiers: Vec<Tier> = Vec::new();
        let owners = std::iter::once(Owner::Above)
            .chain(Level::ALL.into_iter().filter(|&other| level.is_none_or(|level| other > level)).map(Owner::At));
        for owner in owners {
            let free = |field: &FieldIndex| !own.contains(&Some(*field));
            let code = self.with_role(owner, Content::Code).into_iter().find(free);
            let name = self.with_role(owner, Content::Name).into_iter().find(free);
            let Some(key) = code.or(name).filter(|&key| self.is_shared(key)) else { continue };
            let level = match owner {
                Owner::At(level) => Some(level),
                Owner::Own | Owner::Above => self.level_of_values(code, name),
            };
            // `parent` and `town_code` are the same unit when they make as many.
            if let Some(parent) = tiers.first_mut()
                && (parent.level.is_none() || parent.level == level)
                && self.distinct(parent.key) == self.distinct(key)
            {
                parent.level = level;
                parent.name = parent.name.or(name);
            } else if tiers.iter().all(|tier| tier.level < level) {
                tiers.push(Tier { level, key, name });
            }
        }
        if tiers.is_empty() {
            for key in own.first().copied().flatten().map_or_else(Vec::new, |code| self.begins(code, own)) {
                let level = self.level_of_values(Some(key), None);
                if tiers.iter().all(|tier| tier.level < level) {
                    tiers.push(Tier { level, key, name: None });
                }
            }
        }
        tiers
    }

    /// Fields, whatever they are called, whose values are what the code of each unit begins with: codes of units above,
    /// the longest first.
    fn begins(&self, code: FieldIndex, own: &[Option<FieldIndex>]) -> Vec<FieldIndex> {
        /// A digit or two begin many a code.
        const LEAST: usize = 4;
        let length = |field: FieldIndex| {
            let (mut filled, mut fit, mut length) = (0_u32, 0_u32, 0);
            for &feature in &self.sample {
                let Some(above) = self.table.text(feature, field) else { continue };
                let (above, code) = (above.trim(), self.table.text(feature, code));
                let fits = |code: &str| above.len() >= LEAST && code.len() > above.len() && code.starts_with(above);
                filled += 1;
                fit += u32::from(code.is_some_and(|code| fits(code.trim())));
                length = length.max(above.len());
            }
            (filled > 0 && fit * 100 >= filled * 95).then_some(length)
        };
        let free = self.fields().filter(|field| !own.contains(&Some(*field)) && self.is_shared(*field));
        let mut found: Vec<(usize, FieldIndex)> = free.filter_map(|field| Some((length(field)?, field))).collect();
        found.sort_by_key(|&(length, field)| (std::cmp::Reverse(length), field));
        found.into_iter().map(|(_, field)| field).collect()
    }

    /// Level that the values of a code and a name field speak for.
    pub(super) fn level_of_values(&self, code: Option<FieldIndex>, name: Option<FieldIndex>) -> Option<Level> {
        let chinese = name.is_none_or(|name| self.share(name, unit_names::is_chinese) >= 0.5);
        let by_code = code.filter(|_| chinese).and_then(|code| self.majority(code, 0.8, unit_names::level_of_code));
        by_code.or_else(|| self.majority(name?, 0.6, unit_names::level_of_name))
    }

    /// Level that a field named `level` states, the same for all.
    pub(super) fn stated_level(&self) -> Option<Level> {
        self.majority(self.written("level").or_else(|| self.named(&["level"]))?, 1.0, |word| word.parse().ok())
    }

    /// The first field whose normalised name is in a list, in the order of the list.
    pub(super) fn named(&self, list: &[&str]) -> Option<FieldIndex> {
        self.fields()
            .filter_map(|field| Some((field_names::rank_in(&field_names::normalised(self.name(field)), list)?, field)))
            .min()
            .map(|(_, field)| field)
    }

    /// How the numbers of a field are written.
    pub(super) fn numerals(&self, field: FieldIndex) -> Numerals {
        Numerals::of(self.sample.iter().filter_map(|&feature| self.table.raw(feature, field)))
    }

    /// Whether the values of a field are numbers, hardly one negative.
    pub(super) fn is_amount(&self, field: FieldIndex, least: f64) -> bool {
        let numerals = self.numerals(field);
        let (mut filled, mut amounts) = (0_u32, 0_u32);
        for read in
            self.sample.iter().filter_map(|&feature| self.table.raw(feature, field)).map(|raw| numerals.read(raw))
        {
            filled += u32::from(read != Read::NoValue);
            amounts += match read {
                Read::Plain(number) | Read::Understood(number) => u32::from(number >= Decimal::ZERO),
                Read::NoValue | Read::Unread => 0,
            };
        }
        filled > 0 && f64::from(amounts) >= least * f64::from(filled)
    }

    /// Whether the values of a field are numbers, as far as there are any.
    pub(super) fn is_numeric(&self, field: FieldIndex) -> bool {
        let numerals = self.numerals(field);
        let values = self.sample.iter().filter_map(|&feature| self.table.raw(feature, field));
        let read: Vec<Read> = values.map(|raw| numerals.read(raw)).filter(|read| *read != Read::NoValue).collect();
        let numbers = read.iter().filter(|read| **read != Read::Unread).count();
        numbers > 0 && 10 * numbers >= 9 * read.len()
    }

    /// Whether nearly all values differ.
    pub(super) fn tells_apart(&self, field: FieldIndex) -> bool {
        self.unique_share(field) >= UNIQUE
    }

    /// Whether values come again and again, so that they tell kinds and not units.
    pub(super) fn tells_kinds(&self, field: FieldIndex) -> bool {
        let Counts { filled, distinct } = self.counts(field);
        filled >= 4 && 2 * distinct <= filled
    }

    /// Whether the values of a field are dates: four digits of a year, and more behind a separator.
    pub(super) fn is_dated(&self, field: FieldIndex) -> bool {
        let date = |text: &str| {
            let (year, rest) = text.split_at_checked(4).unwrap_or((text, ""));
            year.bytes().all(|byte| byte.is_ascii_digit())
                && rest.starts_with(['-', '/', '.', '年'])
                && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
        };
        self.share(field, date) >= 0.8
    }

    /// The fields of the source.
    pub(super) fn fields(&self) -> impl Iterator<Item = FieldIndex> + '_ {
        self.table.field_indices().filter(|&field| !self.own.contains(field))
    }

    /// The column of a name of ours in an export of ours, where it has any value.
    pub(super) fn written(&self, name: &str) -> Option<FieldIndex> {
        self.own.get(name).filter(|&field| self.counts(field).filled > 0)
    }

    /// The source's own field that says what a column of ours says, `content` of some unit.
    pub(super) fn same_as(&self, ours: FieldIndex, content: Content) -> Option<FieldIndex> {
        let text = |table: &Table, feature, field| table.text(feature, field).map(|text| text.trim().to_owned());
        let is_it = |field: &FieldIndex| self.roles[field.index()].is_some_and(|role| role.content == content);
        self.fields().filter(is_it).find(|&field| self.agree([field, ours], text))
    }

    /// Whether a column was written by an export of ours.
    pub(super) fn is_written(&self, field: FieldIndex) -> bool {
        self.own.contains(field)
    }

    /// Whether two columns say the same of every feature, `read` being what they say.
    pub(super) fn agree<T: PartialEq>(
        &self,
        [a, b]: [FieldIndex; 2],
        read: impl Fn(&Table, FeatureId, FieldIndex) -> Option<T> + Sync,
    ) -> bool {
        let same = |at: usize| read(self.table, FeatureId::new(at), a) == read(self.table, FeatureId::new(at), b);
        (0..self.table.rows()).into_par_iter().all(same)
    }

    pub(super) fn name(&self, field: FieldIndex) -> &str {
        &self.table.fields()[field.index()]
    }

    /// Whether most values are of the Chinese code system.
    fn is_chinese_code(&self, field: FieldIndex) -> bool {
        self.majority(field, 0.8, unit_names::level_of_code).is_some()
    }

    /// Fields with a role, the surest first.
    fn with_role(&self, owner: Owner, content: Content) -> Vec<FieldIndex> {
        // Of the units above, what an export of ours says goes with what the source says: see `guess::told_parent`.
        let is_open = |field: &FieldIndex| owner == Owner::Above || !self.own.contains(*field);
        let mut found: Vec<(usize, FieldIndex)> = self
            .table
            .field_indices()
            .filter(is_open)
            .filter_map(|field| Some((self.roles[field.index()]?, field)))
            .filter(|(role, _)| role.owner == owner && role.content == content)
            .map(|(role, field)| (role.rank, field))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, field)| field).collect()
    }

    /// Whether values look like codes: short, mostly digits, no Chinese characters.
    pub(super) fn is_code_like(&self, field: FieldIndex) -> bool {
        let code = |text: &str| {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            text.is_ascii() && text.len() <= 24 && 2 * digits >= text.len()
        };
        self.share(field, code) >= 0.8
    }

    pub(super) fn is_text(&self, field: FieldIndex) -> bool {
        self.share(field, |text| text.parse::<f64>().is_err()) >= 0.5
    }

    /// Whether units share values, as they share a parent. In a short table that cannot be told.
    fn is_shared(&self, field: FieldIndex) -> bool {
        let share = self.unique_share(field);
        share > 0.0 && (share < UNIQUE || self.table.rows() < 20)
    }

    /// Share of the sampled values that pass a test; 0 when there is none.
    fn share(&self, field: FieldIndex, test: impl Fn(&str) -> bool) -> f64 {
        let (mut filled, mut passed) = (0_u32, 0_u32);
        for text in self.sample.iter().filter_map(|&feature| self.table.text(feature, field)) {
            filled += 1;
            passed += u32::from(test(text.trim()));
        }
        if filled == 0 { 0.0 } else { f64::from(passed) / f64::from(filled) }
    }

    /// The level that at least this share of the sampled values speak for.
    pub(super) fn majority(
        &self,
        field: FieldIndex,
        least: f64,
        level_of: impl Fn(&str) -> Option<Level>,
    ) -> Option<Level> {
        Level::ALL.into_iter().find(|&level| self.share(field, |text| level_of(text) == Some(level)) >= least)
    }

    /// Different values as a share of those there are; 0 when most are missing.
    #[expect(clippy::cast_precision_loss, reason = "shares need no more than 52 bits")]
    fn unique_share(&self, field: FieldIndex) -> f64 {
        let Counts { filled, distinct } = self.counts(field);
        if 2 * filled < self.table.rows() || filled == 0 { 0.0 } else { distinct as f64 / filled as f64 }
    }

    pub(super) fn distinct(&self, field: FieldIndex) -> usize {
        self.counts(field).distinct
    }

    /// Values that there are.
    pub(super) fn filled(&self, field: FieldIndex) -> usize {
        self.counts(field).filled
    }

    /// Whether the name of a field says that it has a role.
    pub(super) fn says(&self, field: FieldIndex, role: super::Role) -> bool {
        use super::Role as Part;
        let name = self.name(field);
        let is = |content: Content, owners: &dyn Fn(Owner) -> bool| {
            self.roles[field.index()].is_some_and(|role| role.content == content && owners(role.owner))
        };
        let own = |owner| matches!(owner, Owner::Own | Owner::At(_));
        let above = |owner| matches!(owner, Owner::Above | Owner::At(_));
        let word = field_names::normalised(name);
        match role {
            Part::Code => is(Content::Code, &own) || word == "id",
            Part::Name => is(Content::Name, &own),
            Part::Parent => is(Content::Code, &above),
            Part::ParentName => is(Content::Name, &above),
            Part::Above => is(Content::Code, &above) || is(Content::Name, &above),
            Part::Kind => field_names::rank_in(&word, field_names::KIND_FIELDS).is_some(),
            Part::Population => field_names::population_rank(name).is_some(),
            Part::Sum => field_names::is_extensive(name),
            // Nothing but names tells of seats.
            Part::Seat => true,
            Part::Other => false,
        }
    }

    /// How nearly all values are written, where that is one way: a digit is 9, a letter A.
    pub(super) fn pattern(&self, field: FieldIndex) -> Option<CompactString> {
        let mut values = self.sample.iter().filter_map(|&feature| self.table.text(feature, field));
        let first = pattern_of(values.next()?.trim());
        (first.len() <= 24 && self.share(field, |text| pattern_of(text) == first) >= 0.95).then_some(first)
    }

    /// Whether nearly all values of a field begin with those of another, and are longer.
    pub(super) fn begins_with(&self, field: FieldIndex, start: FieldIndex) -> bool {
        let (mut both, mut fit) = (0_u32, 0_u32);
        for &feature in &self.sample {
            let (text, start) = (self.table.text(feature, field), self.table.text(feature, start));
            let (Some(text), Some(start)) = (text, start) else { continue };
            let (text, start) = (text.trim(), start.trim());
            both += 1;
            fit += u32::from(text.len() > start.len() && text.starts_with(start));
        }
        both > 0 && fit * 100 >= both * 95
    }

    /// Whether each value of a field goes with one of the other, and the other way round.
    pub(super) fn one_for_each(&self, [a, b]: [FieldIndex; 2]) -> bool {
        let text = |feature, field| self.table.text(feature, field).map(|text| CompactString::from(text.trim()));
        let pairs = self.sample.iter().filter_map(|&feature| Some((text(feature, a)?, text(feature, b)?)));
        let pairs: HashSet<(CompactString, CompactString)> = pairs.collect();
        let firsts: HashSet<&CompactString> = pairs.iter().map(|(a, _)| a).collect();
        let seconds: HashSet<&CompactString> = pairs.iter().map(|(_, b)| b).collect();
        pairs.len() == firsts.len() && pairs.len() == seconds.len()
    }

    /// Counts values by their hashes: a collision in 64 bits does not matter for a guess.
    fn counts(&self, field: FieldIndex) -> Counts {
        *self.counts[field.index()].get_or_init(|| {
            let hash = |feature: usize| {
                let mut hasher = DefaultHasher::new();
                self.table.text(FeatureId::new(feature), field)?.trim().hash(&mut hasher);
                Some(hasher.finish())
            };
            let mut hashes: Vec<u64> = (0..self.table.rows()).into_par_iter().filter_map(hash).collect();
            let filled = hashes.len();
            hashes.par_sort_unstable();
            hashes.dedup();
            Counts { filled, distinct: hashes.len() }
        })
    }
}

//! How the fields of a table look: what their names say, and whether their values bear it out.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::OnceLock;

use compact_str::CompactString;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::field_names::{self, Family, Reading, What};
use super::numerals::{Numerals, Read};
use super::recognise::pattern_of;
use super::written::OwnColumns;
use super::{FeatureId, FieldIndex, Level, Table, unit_names};

/// Values looked at to tell what a field holds, spread over the table.
const SAMPLE: usize = 2000;
/// From this share of different values on, a field tells units apart.
pub(super) const UNIQUE: f64 = 0.9;

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
    /// What the names of fields say.
    readings: Vec<Reading>,
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
            readings: table.fields().iter().map(|name| field_names::read(name)).collect(),
            sample: table.features().step_by(step).collect(),
            own: OwnColumns::of(table),
            counts: vec![OnceLock::new(); table.fields().len()],
        };
        looks.read_again();
        looks
    }

    /// Reads names once more, by what other columns are called and by what their own hold.
    fn read_again(&mut self) {
        let stems = |wanted: &[What]| -> Vec<Family> {
            let of =
                self.readings.iter().filter(|it| wanted.contains(&it.what) && matches!(it.family, Family::Stem(_)));
            of.map(|it| it.family.clone()).collect()
        };
        let (coded, named) = (stems(&[What::Code]), stems(&[What::Name]));
        for field in self.table.field_indices() {
            let reading = self.reading(field);
            // `TS` beside `TS_PCODE`.
            let is_bare = reading.what == What::Nothing && matches!(reading.family, Family::Stem(_));
            // Digits are no kinds: `BEZ` numbers districts here, and names kinds of municipalities there.
            let are_numbers = reading.what == What::Kind
                && self.share(field, |text| text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_digit())) >= 0.95;
            let again = if are_numbers {
                let family = Family::Stem(field_names::normalised(self.name(field)));
                Some(Reading { what: What::Code, family, sure: 40, ..reading.clone() })
            } else if is_bare && (coded.contains(&reading.family) || named.contains(&reading.family)) {
                Some(Reading { what: What::Either, sure: 40, ..reading.clone() })
            } else if reading.what == What::People && !self.is_numeric(field) {
                // A join put what the table is called before what the column is called.
                let rest = self.name(field).split_once('_').map(|(_, rest)| field_names::read(rest));
                let rest = rest.filter(|rest| rest.what != What::People);
                rest.or_else(|| Some(Reading { what: What::Other, ..reading.clone() }))
            } else {
                None
            };
            if let Some(again) = again {
                self.readings[field.index()] = again;
            }
        }
    }

    /// What the name of a field says.
    pub(super) fn reading(&self, field: FieldIndex) -> &Reading {
        &self.readings[field.index()]
    }

    /// Number of rows.
    pub(super) fn rows(&self) -> usize {
        self.table.rows()
    }

    /// All fields, those that an export of ours wrote among them.
    pub(super) fn all_fields(&self) -> impl Iterator<Item = FieldIndex> + use<> {
        self.table.field_indices()
    }

    /// Level that the name of a field speaks of.
    pub(super) fn level_in_name(&self, field: FieldIndex) -> Option<Level> {
        self.reading(field).unit.and_then(|unit| unit.level)
    }

    /// Level that the values of a code and a name field speak for.
    pub(super) fn level_of_values(&self, code: Option<FieldIndex>, name: Option<FieldIndex>) -> Option<Level> {
        let chinese = name.is_none_or(|name| self.share(name, unit_names::is_chinese) >= 0.5);
        // Digits as many as those of a Chinese code are some other code where the name of the field tells of other units.
        let is_foreign =
            |code: FieldIndex| name.is_none() && self.reading(code).unit.is_some_and(|it| it.level.is_none());
        let by_code = code
            .filter(|&code| chinese && !is_foreign(code))
            .and_then(|code| self.majority(code, 0.8, unit_names::level_of_code));
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

    /// The source's own field that says what a column of ours says, `what` it is of some unit.
    pub(super) fn same_as(&self, ours: FieldIndex, what: What) -> Option<FieldIndex> {
        let text = |table: &Table, feature, field| table.text(feature, field).map(|text| text.trim().to_owned());
        let is_it = |field: &FieldIndex| {
            let said = self.reading(*field).what;
            said == what || said == What::Either
        };
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

    /// Whether values are short signs of capitals and digits: `AL`, `DC10`.
    pub(super) fn is_of_signs(&self, field: FieldIndex) -> bool {
        let is_sign =
            |text: &str| text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        self.share(field, is_sign) >= 0.95
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
    pub(super) fn is_shared(&self, field: FieldIndex) -> bool {
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
    pub(super) fn unique_share(&self, field: FieldIndex) -> f64 {
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
        let what = self.reading(field).what;
        let names_units = matches!(what, What::Code | What::Name | What::Either);
        match role {
            Part::Code => matches!(what, What::Code | What::Either),
            Part::Name => matches!(what, What::Name | What::Either),
            Part::Parent | Part::ParentName | Part::Above => names_units,
            Part::Kind => {
                let word = field_names::normalised(name);
                what == What::Kind || field_names::rank_in(&word, field_names::KIND_FIELDS).is_some()
            }
            Part::Population => what == What::People || field_names::population_rank(name).is_some(),
            Part::Sum => field_names::is_extensive(name),
            // Nothing but names tells of seats.
            Part::Seat => true,
            Part::Other => false,
        }
    }

    /// Characters of the longest value.
    pub(super) fn longest(&self, field: FieldIndex) -> usize {
        let lengths = self.sample.iter().filter_map(|&feature| Some(self.table.text(feature, field)?.trim().len()));
        lengths.max().unwrap_or(0)
    }

    /// Whether nearly all values of a field end with those of another, and are longer.
    pub(super) fn ends_with(&self, field: FieldIndex, end: FieldIndex) -> bool {
        self.fit(field, end, |text, end| text.len() > end.len() && text.ends_with(end))
    }

    /// Whether each value of a field goes with but one of another: units of the first are in units of the second.
    pub(super) fn follows(&self, field: FieldIndex, from: FieldIndex) -> bool {
        let text = |feature, field| self.table.text(feature, field).map(|text| CompactString::from(text.trim()));
        let pairs = self.sample.iter().filter_map(|&feature| Some((text(feature, from)?, text(feature, field)?)));
        let pairs: HashSet<(CompactString, CompactString)> = pairs.collect();
        let firsts: HashSet<&CompactString> = pairs.iter().map(|(from, _)| from).collect();
        // A slip here and there is a finding.
        pairs.len() * 20 <= firsts.len() * 21
    }

    /// Whether values number the rows: from 0 or 1, each one more than the one before, without zeros in front.
    pub(super) fn is_serial(&self, field: FieldIndex) -> bool {
        let number = |text: &str| text.parse::<i64>().ok().filter(|_| text == "0" || !text.starts_with('0'));
        let rows = self.table.features().take(64);
        let numbers: Option<Vec<i64>> = rows.map(|feature| number(self.table.text(feature, field)?.trim())).collect();
        numbers.is_some_and(|numbers| {
            numbers.first().is_some_and(|first| (0..=1).contains(first))
                && numbers.windows(2).all(|two| two[1] == two[0] + 1)
        })
    }

    /// Whether values are as short as codes, without blanks.
    pub(super) fn is_short(&self, field: FieldIndex) -> bool {
        self.share(field, |text| text.chars().count() <= 32 && !text.contains(char::is_whitespace)) >= 0.9
    }

    /// Whether values are written as codes are: text, all alike, with digits.
    pub(super) fn is_text_of_codes(&self, field: FieldIndex) -> bool {
        let raw = self.sample.iter().filter_map(|&feature| self.table.raw(feature, field));
        let mut raw = raw.filter(|raw| *raw != "null").peekable();
        raw.peek().is_some()
            && raw.all(|raw| raw.starts_with('"'))
            && self.pattern(field).is_some_and(|pattern| pattern.len() >= 4)
            && !self.is_dated(field)
    }

    /// Whether values are written as names are: words that begin with a letter, without digits and addresses of the web.
    pub(super) fn is_text_of_names(&self, field: FieldIndex) -> bool {
        let is_name = |text: &str| {
            let length = text.chars().count();
            (2..=48).contains(&length)
                && text.starts_with(char::is_alphabetic)
                && !text.contains(|c: char| c.is_ascii_digit() || "/\\_{}@".contains(c))
        };
        self.share(field, is_name) >= 0.9
    }

    /// How nearly all values are written, where that is one way: a digit is 9, a letter A.
    pub(super) fn pattern(&self, field: FieldIndex) -> Option<CompactString> {
        let mut values = self.sample.iter().filter_map(|&feature| self.table.text(feature, field));
        let first = pattern_of(values.next()?.trim());
        (first.len() <= 24 && self.share(field, |text| pattern_of(text) == first) >= 0.95).then_some(first)
    }

    /// Whether nearly all values of a field begin with those of another, and are longer.
    pub(super) fn begins_with(&self, field: FieldIndex, start: FieldIndex) -> bool {
        self.fit(field, start, |text, start| text.len() > start.len() && text.starts_with(start))
    }

    /// Whether nearly all values of a field begin with those of another, apart from letters that tell their kind:
    /// `BU03630001` lies in `WK036300`.
    pub(super) fn nests(&self, field: FieldIndex, start: FieldIndex) -> bool {
        let digits = |text: &str| -> usize { text.bytes().take_while(u8::is_ascii_alphabetic).count().min(3) };
        self.begins_with(field, start)
            || self.fit(field, start, |text, start| {
                let (text, start) = (&text[digits(text)..], &start[digits(start)..]);
                start.len() >= 2 && text.len() > start.len() && text.starts_with(start)
            })
    }

    /// Whether nearly all pairs of values of two fields fit.
    fn fit(&self, a: FieldIndex, b: FieldIndex, fits: impl Fn(&str, &str) -> bool) -> bool {
        let (mut both, mut fit) = (0_u32, 0_u32);
        for &feature in &self.sample {
            let (Some(a), Some(b)) = (self.table.text(feature, a), self.table.text(feature, b)) else { continue };
            both += 1;
            fit += u32::from(fits(a.trim(), b.trim()));
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

//! Which column has which role: names and values of all columns weighed together.
//!
//! 1. Every column is a candidate for what its name says ([`Reading`]), with points for how surely it says so. Values add
//!    points and take them: whether they tell units apart, begin with codes of other columns, number rows, are words.
//! 2. Columns of one family speak of the same units. The family that tells units apart is that of the units themselves;
//!    families of which a value is shared, and whose values follow from those of a finer one, are of units above.
//! 3. A column whose values nothing bears out has no role: none is better than a wrong one. Only where a name says
//!    nothing may values alone tell, and then one column only must be left.

use super::field_names::{self, Family, Reading, What};
use super::looks::{Looks, Tier, UNIQUE};
use super::{FieldIndex, Level, unit_names};

/// Points from which a column has a role.
const ENOUGH: i32 = 25;
/// Points that the second may be behind the first and still be in doubt.
const CLOSE: i32 = 8;

/// A column and its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) field: FieldIndex,
    pub(super) points: i32,
}

/// Candidates, the best first; of equal ones the first column.
fn best_first(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by_key(|it| (std::cmp::Reverse(it.points), it.field));
    candidates
}

/// The second of several, where it is close behind the first.
pub(super) fn close_second(candidates: &[Candidate], taken: FieldIndex) -> Option<FieldIndex> {
    let points = candidates.iter().find(|it| it.field == taken)?.points;
    let second = candidates.iter().find(|it| it.field != taken)?;
    (second.points + CLOSE >= points).then_some(second.field)
}

/// Columns that speak of the same units above.
struct Kin {
    family: Family,
    rank: Option<u8>,
    level: Option<Level>,
    code: Option<FieldIndex>,
    name: Option<FieldIndex>,
}

impl Kin {
    fn key(&self) -> Option<FieldIndex> {
        self.code.or(self.name)
    }
}

/// How coarse a family is: the larger, the finer; `None` where nothing tells.
fn rank_of(reading: &Reading) -> Option<u8> {
    match reading.family {
        Family::Depth("", depth) => Some(depth.saturating_mul(10)),
        Family::Own | Family::Above | Family::Stem(_) | Family::Unit(_) | Family::Depth(..) => {
            reading.unit.map(|unit| unit.rank)
        }
    }
}

/// Whether a family is of coarser units than another, as far as their names tell.
fn is_coarser(reading: &Reading, than: &Reading) -> bool {
    let numbered = |it: &Reading| matches!(it.family, Family::Depth("", _));
    match (rank_of(reading), rank_of(than)) {
        (Some(a), Some(b)) => numbered(reading) == numbered(than) && a < b,
        (None, _) | (_, None) => false,
    }
}

impl Looks<'_> {
    /// What a column holds: where its name leaves that open, the values tell.
    fn what(&self, field: FieldIndex) -> What {
        match self.reading(field).what {
            // Where codes and names stand under each other's name, the values are believed.
            What::Code if self.majority(field, 0.8, unit_names::level_of_name).is_some() => What::Name,
            What::Name if self.is_chinese_code(field) => What::Code,
            What::Either if self.is_code_like(field) || self.is_of_signs(field) => What::Code,
            What::Either => What::Name,
            what => what,
        }
    }

    fn holding(&self, what: What) -> impl Iterator<Item = FieldIndex> + '_ {
        self.fields().filter(move |&field| self.what(field) == what)
    }

    /// Columns that may hold the code of a unit, the best first.
    pub(super) fn codes(&self) -> Vec<Candidate> {
        // A few doubles are a finding, many mean that the column is another's.
        let found = [UNIQUE, 0.5].into_iter().map(|least| self.codes_that_tell(least));
        let found = found.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
        let is_it = |field: &FieldIndex| self.is_chinese_code(*field) && self.unique_share(*field) >= UNIQUE;
        // An easting has six digits too.
        let is_open = |field: &FieldIndex| {
            !field_names::is_coordinate(self.name(*field)) && self.reading(*field).family != Family::Above
        };
        let chinese = self.fields().filter(|field| is_it(field) && is_open(field));
        let chinese: Vec<Candidate> = chinese.map(|field| Candidate { field, points: ENOUGH }).collect();
        if chinese.is_empty() { self.codes_by_values() } else { chinese }
    }

    fn codes_that_tell(&self, least: f64) -> Vec<Candidate> {
        let open: Vec<FieldIndex> = self
            .holding(What::Code)
            .filter(|&field| {
                let (share, family) = (self.unique_share(field), &self.reading(field).family);
                // Two of each are codes of units above, unless they are said to be those of the units.
                let is_half = share <= 0.5 && *family != Family::Own;
                *family != Family::Above && share >= least && !is_half
            })
            .collect();
        let shared: Vec<FieldIndex> = self
            .holding(What::Code)
            .filter(|&field| self.unique_share(field) < UNIQUE && self.filled(field) > 0)
            .collect();
        // Where names tell units apart and codes do not, those are codes of units above.
        let tells = |field: FieldIndex| self.unique_share(field) >= UNIQUE && self.is_text(field);
        let named: Vec<&Family> =
            self.holding(What::Name).filter(|&field| tells(field)).map(|field| &self.reading(field).family).collect();
        let is_above = |reading: &Reading| {
            least < UNIQUE && reading.family != Family::Own && !named.is_empty() && !named.contains(&&reading.family)
        };
        let open: Vec<FieldIndex> = open.into_iter().filter(|&field| !is_above(self.reading(field))).collect();
        let candidates = open.iter().map(|&field| {
            let reading = self.reading(field);
            let mut points = reading.sure + rank_of(reading).map_or(0, |rank| i32::from(rank) / 10);
            points += if reading.family == Family::Own { 10 } else { 0 };
            points += if shared.iter().any(|&above| self.begins_with(field, above)) { 8 } else { 0 };
            // A number within the unit above is the end of the whole code.
            if open.iter().any(|&other| other != field && self.ends_with(other, field)) {
                points -= 40;
            }
            if reading.sure < 80 && self.is_serial(field) {
                points -= 30;
            }
            if !self.is_short(field) {
                points -= 50;
            }
            // Of numbered levels and of units of a kind, something finer may be there.
            let is_below = |other: FieldIndex| is_coarser(reading, self.reading(other));
            if open.iter().any(|&other| is_below(other)) {
                points -= 25;
            }
            Candidate { field, points }
        });
        best_first(candidates.filter(|it| it.points >= ENOUGH).collect())
    }

    /// The one column left that could be codes by its values, where no name speaks of codes.
    fn codes_by_values(&self) -> Vec<Candidate> {
        let could_be = |field: FieldIndex| {
            self.reading(field).what == What::Nothing
                && self.tells_apart(field)
                && self.is_code_like(field)
                && self.is_text_of_codes(field)
                && !field_names::is_coordinate(self.name(field))
        };
        let found: Vec<FieldIndex> = self.fields().filter(|&field| could_be(field)).collect();
        match found[..] {
            [field] => vec![Candidate { field, points: ENOUGH }],
            _ => Vec::new(),
        }
    }

    /// Columns that may hold the name of a unit, the best first, where its code is known.
    pub(super) fn names(&self, code: Option<FieldIndex>) -> Vec<Candidate> {
        let open: Vec<FieldIndex> = self
            .holding(What::Name)
            .filter(|&field| {
                Some(field) != code
                    && self.reading(field).family != Family::Above
                    && self.filled(field) * 2 >= self.rows()
            })
            .collect();
        let most = open.iter().map(|&field| self.distinct(field)).max().unwrap_or(0);
        let coded = code.map(|code| self.reading(code));
        let finest = open.iter().map(|&field| self.reading(field)).max_by_key(|reading| rank_of(reading));
        let by_values = code.and_then(|code| self.level_of_values(Some(code), None));
        let candidates = open.iter().filter_map(|&field| {
            let reading = self.reading(field);
            let is_same = coded.is_some_and(|coded| coded.family == reading.family);
            let is_own = reading.family == Family::Own;
            let is_of_level = by_values.is_some() && reading.unit.and_then(|unit| unit.level) == by_values;
            let is_sure = is_same || is_own || is_of_level;
            // Numbers name units where a name says so: of tracts, of blocks.
            let are_numbers = is_sure && reading.sure >= 80 && self.unique_share(field) >= UNIQUE;
            if !(self.is_text(field) || are_numbers) {
                return None;
            }
            if coded.is_some_and(|coded| is_coarser(reading, coded)) && !is_same {
                return None;
            }
            // What other names tell apart, this one does not.
            let is_shared = 10 * self.distinct(field) < 6 * most;
            if is_shared || (!is_sure && self.unique_share(field) < 0.6) {
                return None;
            }
            let mut points = reading.sure + rank_of(reading).map_or(0, |rank| i32::from(rank) / 10);
            points += if is_same && !is_own {
                25
            } else if is_own {
                15
            } else {
                0
            };
            points += if is_of_level { 10 } else { 0 };
            points -= [0, 4, 8, 25].get(usize::from(reading.language)).copied().unwrap_or(25);
            if !is_sure && finest.is_some_and(|finest| is_coarser(reading, finest)) {
                points -= 25;
            }
            Some(Candidate { field, points })
        });
        let found = best_first(candidates.filter(|it| it.points >= ENOUGH).collect());
        if found.is_empty() { self.names_by_values(code) } else { found }
    }

    /// The one column left that could be names by its values, where no name of a column speaks of names.
    fn names_by_values(&self, code: Option<FieldIndex>) -> Vec<Candidate> {
        if self.holding(What::Name).next().is_some() {
            return Vec::new();
        }
        let could_be = |field: FieldIndex| {
            Some(field) != code
                && self.reading(field).what == What::Nothing
                && self.tells_apart(field)
                && self.is_text_of_names(field)
        };
        let found: Vec<FieldIndex> = self.fields().filter(|&field| could_be(field)).collect();
        match found[..] {
            [field] => vec![Candidate { field, points: ENOUGH }],
            _ => Vec::new(),
        }
    }

    /// Levels above a given one that the fields tell of, finest first; `own` are code and name of the unit itself.
    pub(super) fn above(&self, level: Option<Level>, own: [Option<FieldIndex>; 2]) -> Vec<Tier> {
        let mut kin = self.kin(own);
        let mut tiers: Vec<Tier> = Vec::new();
        kin.retain(|kin| {
            let known = level.is_none_or(|level| kin.level.is_none_or(|above| above > level));
            known && kin.key().is_some_and(|key| self.is_shared(key))
        });
        // What is above by its name comes first; else the finer units, as their number tells, then their names. Where
        // a name tells nothing, what stands beside the unit's own columns is the nearest.
        let are_ranked = kin.iter().all(|kin| kin.rank.is_some() || kin.family == Family::Above);
        let own_at = own.into_iter().flatten().map(FieldIndex::index).collect::<Vec<_>>();
        kin.sort_by_key(|kin| {
            let distinct = kin.key().map_or(0, |key| self.distinct(key));
            let columns = [kin.code, kin.name].into_iter().flatten().map(FieldIndex::index);
            let apart = columns.flat_map(|at| own_at.iter().map(move |own| own.abs_diff(at))).min();
            let rank = are_ranked.then_some(std::cmp::Reverse(kin.rank));
            (kin.family != Family::Above, std::cmp::Reverse(distinct), rank, apart)
        });
        let mut first: Option<Family> = None;
        for kin in kin {
            let Some(key) = kin.key() else { continue };
            let level = kin.level.or_else(|| self.level_of_values(kin.code, kin.name));
            // `parent` and `town_code` are the same unit when they make as many; so are a code and a name by themselves.
            let is_above = |family: &Family| *family == Family::Above;
            let only_name = kin.code.is_none();
            if let Some((parent, first)) = tiers.first_mut().zip(first.as_ref())
                && (parent.level.is_none() || level.is_none() || parent.level == level)
                && self.distinct(parent.key) == self.distinct(key)
                && (is_above(first)
                    || is_above(&kin.family)
                    || (only_name && parent.name.is_none())
                    || (kin.name.is_none() && parent.name == Some(parent.key)))
                && self.one_for_each([parent.key, key])
            {
                parent.level = level.or(parent.level);
                if parent.name == Some(parent.key) && !only_name {
                    parent.key = key;
                }
                parent.name = parent.name.or(kin.name);
            } else if tiers.iter().all(|tier| tier.level < level || (level.is_none() && tier.level.is_none()))
                && tiers.last().is_none_or(|finer| self.follows(key, finer.key))
            {
                tiers.push(Tier { level, key, name: kin.name });
                first.get_or_insert(kin.family);
            }
        }
        if tiers.is_empty() {
            for key in own[0].map_or_else(Vec::new, |code| self.begins(code, &own)) {
                let level = self.level_of_values(Some(key), None);
                if tiers.iter().all(|tier| tier.level < level) {
                    tiers.push(Tier { level, key, name: None });
                }
            }
        }
        tiers
    }

    /// Families of columns that may be of units above.
    fn kin(&self, own: [Option<FieldIndex>; 2]) -> Vec<Kin> {
        let of_own: Vec<&Reading> = own.into_iter().flatten().map(|field| self.reading(field)).collect();
        let mut kin: Vec<Kin> = Vec::new();
        // An export of ours goes with what the source says of the units above: see `guess::told_parent`.
        for field in self.all_fields() {
            let reading = self.reading(field);
            let is_theirs = self.is_written(field) && reading.family != Family::Above;
            let is_own = reading.family == Family::Own || of_own.iter().any(|own| own.family == reading.family);
            let (is_code, is_name) = match self.what(field) {
                What::Code => (true, false),
                What::Name => (false, true),
                What::Kind
                | What::People
                | What::Area
                | What::Either
                | What::SeatName
                | What::SeatLon
                | What::SeatLat
                | What::Other
                | What::Nothing => (false, false),
            };
            if is_theirs || is_own || !(is_code || is_name) || own.contains(&Some(field)) {
                continue;
            }
            // Finer units than these are no units above.
            if of_own.iter().any(|own| is_coarser(own, reading)) || reading.sure < 20 {
                continue;
            }
            if self.filled(field) * 2 < self.rows() {
                continue;
            }
            let found = kin.iter().position(|kin| kin.family == reading.family);
            let at = found.unwrap_or_else(|| {
                kin.push(Kin {
                    family: reading.family.clone(),
                    rank: rank_of(reading),
                    level: None,
                    code: None,
                    name: None,
                });
                kin.len() - 1
            });
            let Some(it) = kin.get_mut(at) else { continue };
            it.level = it.level.or(reading.unit.and_then(|unit| unit.level));
            let better = |now: Option<FieldIndex>| {
                let points = |field| {
                    let reading = self.reading(field);
                    let begins = own[0].is_some_and(|code| self.nests(code, field));
                    (reading.sure - 6 * i32::from(reading.language) + if begins { 30 } else { 0 }, self.distinct(field))
                };
                now.is_none_or(|now| points(field) > points(now))
            };
            if is_code && better(it.code) {
                it.code = Some(field);
            } else if is_name && better(it.name) {
                it.name = Some(field);
            }
        }
        // The number of a unit within the one above is no code of a unit above; nor is a code that several names have.
        for it in &mut kin {
            let ends = it.code.zip(own[0]).is_some_and(|(key, code)| self.ends_with(code, key));
            let is_partial = it.code.zip(it.name).is_some_and(|(code, name)| !self.follows(name, code));
            if ends || is_partial {
                it.code = None;
            }
        }
        // Of families that tell units apart like the units' own, the finest is theirs under another name.
        let finest = kin.iter().filter(|it| it.key().is_some_and(|key| self.unique_share(key) >= UNIQUE));
        let finest = finest.filter_map(|it| it.rank).max().filter(|_| of_own.iter().all(|own| rank_of(own).is_none()));
        kin.retain(|it| {
            let is_own = finest.is_some() && it.rank == finest;
            it.key().is_some_and(|key| !is_own || self.unique_share(key) < UNIQUE)
        });
        // A code that goes with the names of a family without one is its code.
        let codes: Vec<FieldIndex> = kin.iter().filter(|it| it.name.is_none()).filter_map(|it| it.code).collect();
        for it in kin.iter_mut().filter(|it| it.code.is_none()) {
            it.code = it.name.and_then(|name| codes.iter().copied().find(|&code| self.one_for_each([code, name])));
        }
        // A code that nothing bears out, neither names nor the codes of units, counts only where there is no better one.
        let is_borne_out = |it: &Kin| {
            it.family == Family::Above
                || it.name.is_some()
                || it.code.zip(own[0]).is_some_and(|(key, code)| self.nests(code, key))
        };
        let tells = |it: &Kin| it.key().is_some_and(|key| self.distinct(key) > 1);
        if kin.iter().any(|it| is_borne_out(it) && tells(it)) {
            kin.retain(is_borne_out);
        }
        // `DNAME` beside `SNAME`.
        let is_letter = |family: &Family| matches!(family, Family::Stem(stem) if stem.chars().count() == 1);
        // Something that is called no kind of unit is one where codes and names go together.
        kin.retain(|kin| match kin.family {
            Family::Stem(_) => {
                kin.code.zip(kin.name).is_some_and(|(code, name)| self.follows(name, code))
                    || kin.code.zip(own[0]).is_some_and(|(key, code)| self.begins_with(code, key))
                    || (kin.name.is_some() && is_letter(&kin.family) && of_own.iter().any(|own| is_letter(&own.family)))
            }
            // One country says nothing.
            Family::Unit("country") => kin.key().is_some_and(|key| self.distinct(key) > 1),
            Family::Depth("", 0) => kin.key().is_some_and(|key| self.distinct(key) > 1),
            Family::Own | Family::Above | Family::Unit(_) | Family::Depth(..) => true,
        });
        kin
    }

    /// Fields, whatever they are called, whose values are what the code of each unit begins with: codes of units above,
    /// the longest first.
    fn begins(&self, code: FieldIndex, own: &[Option<FieldIndex>]) -> Vec<FieldIndex> {
        /// A digit or two begin many a code.
        const LEAST: usize = 4;
        let length = |field: FieldIndex| {
            let longest = self.longest(field);
            (longest >= LEAST && self.begins_with(code, field)).then_some(longest)
        };
        let free = self.fields().filter(|field| !own.contains(&Some(*field)) && self.is_shared(*field));
        let mut found: Vec<(usize, FieldIndex)> = free.filter_map(|field| Some((length(field)?, field))).collect();
        found.sort_by_key(|&(length, field)| (std::cmp::Reverse(length), field));
        found.into_iter().map(|(_, field)| field).collect()
    }

    /// Columns that may hold people, the best first.
    pub(super) fn populations(&self) -> Vec<Candidate> {
        /// What is known to be a population goes before what only may be one.
        const KNOWN: i32 = 1000;
        let points = |field: FieldIndex| {
            let name = self.name(field);
            if let Some(rank) = field_names::population_rank(name) {
                let place = i32::try_from(rank).unwrap_or(100).min(100);
                return self.is_amount(field, 0.5).then_some(KNOWN - 8 * place);
            }
            let reading = self.reading(field);
            let is_other = field_names::is_ratio(name) || field_names::extreme(name).is_some();
            let is_it = reading.what == What::People && !is_other && reading.sure >= 50 && self.is_amount(field, 0.9);
            is_it.then_some(reading.sure - 8 * i32::from(reading.counted))
        };
        let mut found: Vec<Candidate> =
            self.fields().filter_map(|field| Some(Candidate { field, points: points(field)? })).collect();
        // Of several years the last.
        found.sort_by_key(|it| {
            let reading = self.reading(it.field);
            (
                std::cmp::Reverse(it.points),
                std::cmp::Reverse(reading.year),
                std::cmp::Reverse(self.name(it.field).to_owned()),
                it.field,
            )
        });
        found
    }

    /// The column that holds kinds of units.
    pub(super) fn kinds(&self) -> Option<FieldIndex> {
        let listed = self.named(field_names::KIND_FIELDS);
        let could_be = |field: &FieldIndex| {
            let reading = self.reading(*field);
            reading.what == What::Kind && reading.sure >= 60 && self.filled(*field) * 2 >= self.rows() && {
                let distinct = self.distinct(*field);
                (distinct > 1 || reading.sure >= 80) && (self.rows() < 20 || 4 * distinct <= self.rows())
            }
        };
        let points = |field: &FieldIndex| {
            let reading = self.reading(*field);
            reading.sure - 4 * i32::from(reading.language)
        };
        listed.or_else(|| self.fields().filter(could_be).max_by_key(|field| (points(field), std::cmp::Reverse(*field))))
    }

    /// The column that holds something of seats: as a list has it, else as its words say.
    pub(super) fn seats(&self, list: &[&str], what: What) -> Option<FieldIndex> {
        let said = |field: &FieldIndex| self.reading(*field).what == what && self.reading(*field).sure >= 60;
        let is_it = |field: &FieldIndex| match what {
            What::SeatName => self.is_text(*field),
            _ => self.is_numeric(*field),
        };
        self.named(list).or_else(|| self.fields().filter(said).find(is_it))
    }

    /// Whether most values are of the Chinese code system.
    fn is_chinese_code(&self, field: FieldIndex) -> bool {
        self.majority(field, 0.8, unit_names::level_of_code).is_some()
    }
}

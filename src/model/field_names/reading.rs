//! What the name of a column says, word by word: of whom it speaks, and what it holds.
//!
//! 1. A name is taken apart at separators, at capitals, between letters and digits, and by the table of words where
//!    words are written together. What is no word of the table makes it less sure.
//! 2. A word for something else (a date, a density, men) outweighs all others. Only a whole name of an agency outweighs it.
//! 3. Columns of one family speak of the same units: `ADM2_EN` and `ADM2_PCODE`, `W_NAME` and `W_CODE`. What the family
//!    is called need not be known; which units are above which, values tell.

use super::words::{Part, Says, UnitWord, Words, folded};
use super::{Content, Owner};

/// What a column holds, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::model) enum What {
    Code,
    Name,
    /// It names units; the values tell whether by code or by name.
    Either,
    Kind,
    People,
    Area,
    SeatName,
    SeatLon,
    SeatLat,
    /// Something else, certainly.
    Other,
    /// The name says nothing.
    Nothing,
}

/// Of whom a column speaks.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(in crate::model) enum Family {
    /// The unit itself.
    Own,
    /// The unit above.
    Above,
    /// Units of a kind.
    Unit(&'static str),
    /// Units of a numbered level, of a kind if that is known.
    Depth(&'static str, u8),
    /// Units that are called something that is no word of the table.
    Stem(String),
}

/// What the name of a column says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::model) struct Reading {
    pub(in crate::model) what: What,
    pub(in crate::model) family: Family,
    pub(in crate::model) unit: Option<UnitWord>,
    /// The larger, the surer.
    pub(in crate::model) sure: i32,
    /// 0: no language; 1: that of the place; 2: English; 3: a short or another form.
    pub(in crate::model) language: u8,
    /// The last year in it.
    pub(in crate::model) year: u16,
    /// It is the second choice beside another of its kind.
    pub(in crate::model) is_second: bool,
    /// Who calls columns that.
    pub(in crate::model) agency: Option<&'static str>,
    /// Whom it counts: 0 all, as it says; 1 not said; 2 those registered; 3 those resident.
    pub(in crate::model) counted: u8,
}

/// A piece of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    Word(Says),
    Unknown(String),
    Digits(String),
}

/// Reads a name: as [`role_of`](super::role_of) knows it, else word by word.
pub(in crate::model) fn read(field: &str) -> Reading {
    let mut reading = by_words(field);
    if let Some(role) = super::role_of(field) {
        reading.what = match role.content {
            Content::Code => What::Code,
            Content::Name => What::Name,
            Content::Either => What::Either,
        };
        (reading.family, reading.unit) = match role.owner {
            // The words of a name may say which kind of unit the unit itself is, or one above it elsewhere.
            Owner::Own | Owner::Above if matches!(reading.family, Family::Unit(_)) && reading.sure >= 40 => {
                (reading.family, reading.unit)
            }
            Owner::Own => (Family::Own, None),
            Owner::Above => (Family::Above, None),
            Owner::At(level) => {
                let unit = Words::unit_of(level);
                (Family::Unit(unit.key), Some(unit))
            }
        };
        let place = i32::try_from(role.rank).unwrap_or(40).min(40);
        reading.sure = if role.content == Content::Either { 45 } else { 85 - place / 4 };
    } else if super::is_identifier(field)
        && reading.sure < 80
        && !matches!(reading.family, Family::Stem(_))
        && super::normalised(field) != "id"
    {
        reading.what = What::Other;
    }
    reading
}

/// Reads a name word by word.
fn by_words(field: &str) -> Reading {
    let outside = without_brackets(field);
    let plain = folded(&outside);
    let words = Words::get();
    if let Some(reading) = whole(words, &plain) {
        return reading;
    }
    let mut pieces = Vec::new();
    for chunk in plain.split(|c: char| !c.is_alphanumeric()).filter(|chunk| !chunk.is_empty()) {
        take_apart(words, chunk, &mut pieces);
    }
    complete(words, field, &mut pieces);
    judged(&pieces)
}

/// A name without what stands in brackets, unless nothing else does.
fn without_brackets(field: &str) -> String {
    let mut depth = 0_u32;
    let mut outside = String::with_capacity(field.len());
    for c in field.chars() {
        match c {
            '(' | '（' | '[' | '【' => {
                depth += 1;
                outside.push(' ');
            }
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    if outside.trim().is_empty() { field.to_owned() } else { outside }
}

/// What an agency's whole name says: as it stands, without a year behind it, without what a join put before it.
fn whole(words: &Words, plain: &str) -> Option<Reading> {
    let joined =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let last = plain.rsplit(['.', '/']).next().unwrap_or(plain);
    let behind_letter = match last.split_once('_') {
        Some((start, rest)) if start.chars().count() == 1 && rest.len() > 3 => rest,
        _ => last,
    };
    for text in [plain, last, behind_letter] {
        let name = joined(text);
        let (bare, year) = without_year(&name);
        for (name, year) in [(name.as_str(), 0), (bare, year)] {
            let Some(found) = words.whole(name) else { continue };
            let own = found.unit.map_or(Family::Own, |unit| Family::Unit(unit.key));
            let (what, family) = match found.part {
                Part::Code => (What::Code, own),
                Part::Name => (What::Name, own),
                Part::Parent => (What::Code, Family::Above),
                Part::ParentName => (What::Name, Family::Above),
                Part::Kind => (What::Kind, own),
                Part::People => (What::People, own),
                Part::Area => (What::Area, own),
                Part::Seat => (What::SeatName, own),
                Part::Other => (What::Other, own),
            };
            let sure = 90 - i32::from(found.is_second) * 10 - i32::try_from(found.rank).unwrap_or(9).min(9);
            return Some(Reading {
                what,
                family,
                unit: found.unit,
                sure,
                language: 0,
                year,
                is_second: found.is_second,
                agency: Some(found.agency),
                counted: 1,
            });
        }
    }
    None
}

/// A name without the year that it ends in.
fn without_year(name: &str) -> (&str, u16) {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &name[bare.len()..];
    match (digits.len(), year_of(digits)) {
        (2 | 4, Some(year)) if bare.len() > 1 => (bare, year),
        _ => (name, 0),
    }
}

/// The year that two or four digits, or a date, stand for.
fn year_of(digits: &str) -> Option<u16> {
    let number: u32 = digits.parse().ok()?;
    let year = match digits.len() {
        2 if number <= 49 => 2000 + number,
        2 if number >= 50 => 1900 + number,
        4 => number,
        6 => number / 100,
        8 => number / 10_000,
        _ => return None,
    };
    u16::try_from(year).ok().filter(|year| (1850..2100).contains(year))
}

/// Whether a character is of a script that is written without blanks between words.
fn runs_on(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}

/// In small letters; the sigma at the end of a word is a sigma.
fn small(text: &str) -> String {
    text.to_lowercase().replace('ς', "σ")
}

/// Takes apart what stands between two separators.
fn take_apart(words: &Words, chunk: &str, pieces: &mut Vec<Piece>) {
    let small = small(chunk);
    if let Some(says) = words.word(&small) {
        pieces.push(Piece::Word(says));
        return;
    }
    // Runs of letters, of digits, and of what is written without blanks.
    let kind = |c: char| {
        if c.is_ascii_digit() {
            0
        } else if runs_on(c) {
            1
        } else {
            2
        }
    };
    let mut rest = chunk;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| kind(c) != kind(first)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(end);
        rest = behind;
        match kind(first) {
            0 => pieces.push(Piece::Digits(run.to_owned())),
            1 => run_apart(words, run, pieces),
            _ => letters_apart(words, run, pieces),
        }
    }
}

/// The longest words first, from the left.
fn run_apart(words: &Words, run: &str, pieces: &mut Vec<Piece>) {
    let mut rest = run;
    // The year before it has its sign.
    if matches!(pieces.last(), Some(Piece::Digits(_))) {
        rest = ["年末", "年底", "年度", "年"].iter().find_map(|sign| rest.strip_prefix(sign)).unwrap_or(rest);
    }
    let mut unknown = String::new();
    while let Some(first) = rest.chars().next() {
        let ends: Vec<usize> = rest.char_indices().map(|(at, c)| at + c.len_utf8()).take(words.longest).collect();
        let found = ends.iter().rev().find_map(|&end| Some((end, words.word(&rest[..end])?)));
        let Some((end, says)) = found else {
            unknown.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        if !unknown.is_empty() {
            pieces.push(Piece::Unknown(std::mem::take(&mut unknown)));
        }
        pieces.push(Piece::Word(says));
        rest = &rest[end..];
    }
    if !unknown.is_empty() {
        pieces.push(Piece::Unknown(unknown));
    }
}

/// Letters: as one word, as several written together, at capitals, or a long word with something before or behind it.
fn letters_apart(words: &Words, run: &str, pieces: &mut Vec<Piece>) {
    /// A shorter word stands in many a longer one.
    const LONG: usize = 5;
    let small = small(run);
    if let Some(says) = words.word(&small) {
        pieces.push(Piece::Word(says));
        return;
    }
    // `DCODE` and `WNAME`.
    if let Some((at, _)) = small.char_indices().nth(1)
        && let Some(says @ (Says::Code | Says::Id | Says::Name)) =
            words.word(&small[at..]).filter(|says| small.len() >= at + 4 || *says == Says::Id)
    {
        pieces.extend([Piece::Unknown(small[..at].to_owned()), Piece::Word(says)]);
        return;
    }
    let parts = at_capitals(run);
    if parts.len() > 1 {
        let known: Option<Vec<Says>> = parts.iter().map(|part| words.word(part)).collect();
        if let Some(known) = known {
            pieces.extend(known.into_iter().map(Piece::Word));
            return;
        }
    }
    if let Some(found) = together(words, &small, 4, true) {
        pieces.extend(found.into_iter().map(Piece::Word));
        return;
    }
    if parts.len() > 1 {
        for part in &parts {
            letters_apart(words, part, pieces);
        }
        return;
    }
    let ends = small.char_indices().map(|(at, _)| at).filter(|&at| at > 0);
    let cut = ends
        .clone()
        .filter(|&at| small[at..].chars().count() >= LONG)
        .find_map(|at| Some(vec![Piece::Unknown(small[..at].to_owned()), Piece::Word(words.word(&small[at..])?)]));
    // `NTAName`: what stands before it need not be a word.
    let cut = cut.or_else(|| {
        let ends = small.char_indices().map(|(at, _)| at).filter(|&at| at > 0);
        let mut found = ends.filter_map(|at| Some((at, words.word(&small[at..])?)));
        let (at, says) = found
            .find(|&(at, says)| matches!(says, Says::Code | Says::Name) && small[at..].chars().count() + 1 >= LONG)?;
        Some(vec![Piece::Unknown(small[..at].to_owned()), Piece::Word(says)])
    });
    let cut = cut.or_else(|| {
        ends.rev()
            .filter(|&at| small[..at].chars().count() >= LONG)
            .find_map(|at| Some(vec![Piece::Word(words.word(&small[..at])?), Piece::Unknown(small[at..].to_owned())]))
    });
    pieces.extend(cut.unwrap_or_else(|| vec![Piece::Unknown(small)]));
}

/// Parts of a name at its capitals: `countyCode`, `DApop`.
fn at_capitals(run: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_small = false;
    for c in run.chars() {
        if was_small && c.is_uppercase() {
            parts.push(String::new());
        }
        was_small = c.is_lowercase();
        if let Some(part) = parts.last_mut() {
            part.extend(c.to_lowercase());
        }
    }
    parts
}

/// Words that a text is made of, written together: as few as possible. One short word may stand first or last.
fn together(words: &Words, text: &str, most: usize, may_be_short: bool) -> Option<Vec<Says>> {
    /// Shorter words only stand first or last.
    const LEAST: usize = 3;
    if text.is_empty() {
        return Some(Vec::new());
    }
    if most == 0 || text.len() > 48 {
        return None;
    }
    let mut best: Option<Vec<Says>> = None;
    let ends: Vec<usize> = text.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    for (at, &end) in ends.iter().enumerate().rev() {
        let letters = at + 1;
        let is_edge = may_be_short || end == text.len();
        if letters < LEAST && !(is_edge && letters == 2) {
            continue;
        }
        let Some(says) = words.word(&text[..end]) else { continue };
        // Something short both first and last is no word between.
        let Some(rest) = together(words, &text[end..], most - 1, false) else { continue };
        if best.as_ref().is_none_or(|best| best.len() > rest.len() + 1) {
            best = Some(std::iter::once(says).chain(rest).collect());
        }
    }
    best
}

/// Completes the last word where ten bytes, all that a shapefile has for a name, cut it off.
fn complete(words: &Words, field: &str, pieces: &mut [Piece]) {
    /// Bytes of a name in a shapefile.
    const CUT: usize = 10;
    let Some((last, before)) = pieces.split_last_mut() else { return };
    let speaks_of_units = before.iter().any(|piece| matches!(piece, Piece::Word(Says::Unit(_))));
    // `GND_C` and `GND_N`, cut off or not.
    if let Piece::Unknown(text) = last
        && text.len() == 1
        && !before.is_empty()
        && field.contains('_')
    {
        match text.as_str() {
            "c" => *last = Piece::Word(Says::Code),
            "n" => *last = Piece::Word(Says::Name),
            _ => {}
        }
        return;
    }
    if let Piece::Unknown(text) = last
        && field.len() == CUT
        && text.len() >= if speaks_of_units { 2 } else { 3 }
        && let Some(says) = words.begun(text)
    {
        *last = Piece::Word(says);
    }
}

/// What pieces say together.
fn judged(pieces: &[Piece]) -> Reading {
    let says = |wanted: Says| pieces.contains(&Piece::Word(wanted));
    let units = pieces.iter().filter_map(|piece| match piece {
        Piece::Word(Says::Unit(unit)) => Some(*unit),
        Piece::Word(_) | Piece::Unknown(_) | Piece::Digits(_) => None,
    });
    // Of two kinds of units the smaller one is meant: the other one says where.
    let unit = units.max_by_key(|unit| unit.rank);
    let unknown: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Unknown(text) => Some(text.as_str()),
            Piece::Word(_) | Piece::Digits(_) => None,
        })
        .collect();
    let (depth, year) = numbers(pieces);
    let (code, name) = (says(Says::Code), says(Says::Name));
    let is_empty = pieces.iter().all(|piece| matches!(piece, Piece::Digits(_) | Piece::Word(Says::Noise)));
    let what = if says(Says::Other) {
        What::Other
    } else if says(Says::Seat) {
        match (says(Says::Lon), says(Says::Lat)) {
            (true, _) => What::SeatLon,
            (_, true) => What::SeatLat,
            _ => What::SeatName,
        }
    } else if says(Says::Lon) || says(Says::Lat) || (code && name) {
        What::Other
    } else if says(Says::People) || says(Says::Registered) || says(Says::Resident) {
        if code || says(Says::Area) || says(Says::Kind) { What::Other } else { What::People }
    } else if says(Says::Area) && !code && !name && !says(Says::Id) {
        What::Area
    } else if says(Says::Kind) {
        if code || name || says(Says::Id) { What::Other } else { What::Kind }
    } else if name {
        What::Name
    } else if code || says(Says::Id) {
        What::Code
    } else if unit.is_some() || (says(Says::Above) && unknown.is_empty()) || (says(Says::Depth) && depth.is_some()) {
        What::Either
    } else {
        What::Nothing
    };
    let key = unit.map_or("", |unit| unit.key);
    let family = match (unit, depth) {
        (_, Some(depth)) => Family::Depth(key, depth),
        (Some(unit), None) => Family::Unit(unit.key),
        (None, None) if says(Says::Above) => Family::Above,
        (None, None) if says(Says::Area) && what != What::Area => Family::Stem("area".to_owned()),
        (None, None) if unknown.is_empty() => Family::Own,
        (None, None) => Family::Stem(unknown.concat()),
    };
    // A letter before a word is of a join, or tells families apart.
    let doubt = |text: &&str| if text.chars().count() == 1 { 5 } else { 15 };
    let mut sure = 60 - unknown.iter().map(doubt).sum::<i32>();
    // The number of people is called their name in some languages; values tell.
    if what == What::People && name {
        sure -= 10;
    }
    if what == What::Either {
        sure -= 20;
    }
    if what == What::Code && !code {
        sure -= 20;
    }
    if matches!(family, Family::Own) && unknown.is_empty() {
        sure += 10;
    }
    if is_empty {
        sure = 0;
    }
    let language = if says(Says::Lesser) {
        3
    } else if says(Says::English) {
        2
    } else {
        u8::from(says(Says::Local))
    };
    let counted = if says(Says::Registered) {
        2
    } else if says(Says::Resident) {
        3
    } else {
        u8::from(!says(Says::Total))
    };
    Reading { what, family, unit, sure, language, year, is_second: false, agency: None, counted }
}

/// The number of a level in a name, and the last year in it.
fn numbers(pieces: &[Piece]) -> (Option<u8>, u16) {
    let (mut depth, mut year) = (None, 0);
    for (at, piece) in pieces.iter().enumerate() {
        let Piece::Digits(digits) = piece else { continue };
        let before = at.checked_sub(1).map(|at| &pieces[at]);
        if let (1, Ok(number)) = (digits.len(), digits.parse::<u8>()) {
            let numbers_levels = |says: &Says| {
                matches!(
                    says,
                    Says::Depth | Says::Name | Says::Code | Says::Id | Says::Unit(_) | Says::Kind | Says::Lesser
                )
            };
            if let Some(Piece::Word(says)) = before
                && numbers_levels(says)
            {
                depth = depth.or(Some(number));
            }
        } else if let Some(found) = year_of(digits).filter(|_| digits.len() != 2 || before.is_some()) {
            year = year.max(found);
        }
    }
    (depth, year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(field: &str) -> (What, Family) {
        let reading = read(field);
        (reading.what, reading.family)
    }

    #[test]
    fn words_of_many_languages_say_whose_code_or_name_a_column_holds() {
        for (field, what, family) in [
            ("ADM3_PCODE", What::Code, Family::Depth("", 3)),
            ("ADM3_EN", What::Either, Family::Depth("", 3)),
            ("NL_NAME_2", What::Name, Family::Depth("", 2)),
            ("LAD23CD", What::Code, Family::Unit("municipality")),
            ("gemeindename", What::Name, Family::Unit("municipality")),
            ("t1.gemeinde_nr", What::Code, Family::Unit("municipality")),
            ("KODE_KAB", What::Code, Family::Unit("county")),
            ("GND_C", What::Code, Family::Unit("village")),
            ("GND_N", What::Name, Family::Unit("village")),
            ("County_Code", What::Code, Family::Unit("county")),
            ("countyCode", What::Code, Family::Unit("county")),
            ("W_NAME", What::Name, Family::Stem("w".into())),
            ("Nazwa gminy", What::Name, Family::Unit("municipality")),
            ("Tên huyện", What::Name, Family::Unit("district")),
            ("乡镇(街道)", What::Either, Family::Unit("township")),
            ("所属乡镇代码", What::Code, Family::Unit("township")),
            ("NAMECODE", What::Other, Family::Own),
        ] {
            assert_eq!(said(field), (what, family), "{field}");
        }
    }

    #[test]
    fn people_are_told_from_men_densities_and_years() {
        for (field, year) in
            [("2020年户籍人口（人）", 2020), ("POP_TOT_2020_", 2020), ("pop_2021", 2021), ("Bgy_Pop2020", 2020)]
        {
            let reading = read(field);
            assert_eq!((reading.what, reading.year), (What::People, year), "{field}");
        }
        for field in [
            "Población 2021",
            "Численность населения",
            "Liczba ludnosci",
            "EWZ",
            "Dân số",
            "총인구수",
            "人口_2020年户籍人口",
        ] {
            assert_eq!(read(field).what, What::People, "{field}");
        }
        for field in ["POPDENS", "pop_male", "人口密度", "population:date", "POP_GROWTH", "男性人口"] {
            assert_ne!(read(field).what, What::People, "{field}");
        }
    }

    #[test]
    fn names_that_a_shapefile_cut_off_are_completed() {
        assert_eq!(said("Region_Nam"), (What::Name, Family::Unit("region")));
        assert_eq!(said("COUNTY_COD"), (What::Code, Family::Unit("county")));
        assert_eq!(said("DEPARTAMEN").1, Family::Unit("department"));
    }
}

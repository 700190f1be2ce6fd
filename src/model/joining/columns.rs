//! Which column holds the code, the name and the unit above, and which hold figures.
//!
//! Names of columns and their values both speak, and values decide: a column of codes is one whose codes units have.

use serde::{Deserialize, Serialize};

use super::codes::{self, CodeRead};
use super::dates::{AsOf, DateSource, date_in};
use super::doubt::JoinDoubt;
use super::layout::Layout;
use super::names::NameKey;
use super::sheet::{Cell, Sheet};
use super::units::Units;
use crate::model::field_names::{self, Content, Owner};
use crate::model::numerals::{Numerals, Read};
use crate::model::{Dataset, Level, LevelIndex};

/// What told what a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Its name and its values.
    NameAndValues,
    /// Its values alone.
    Values,
}

/// A column that says which unit a row is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyColumn {
    /// Its name in the table.
    pub header: String,
    /// What told.
    pub evidence: Evidence,
    /// Position in the sheet.
    #[serde(skip)]
    pub(in crate::model) column: usize,
}

/// What becomes of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureRole {
    /// It is the population.
    Population,
    /// It adds up.
    Sum,
    /// It does not; its name and values say what becomes of it.
    Other,
    /// It is no figure but text: who heads the unit, where its seat is.
    Text,
}

/// A column of figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::model) struct FigureColumn {
    pub header: String,
    pub column: usize,
    pub as_of: Option<AsOf>,
    pub role: FigureRole,
    pub numerals: Numerals,
    /// Whether its values are parts of one rather than numbers of things.
    pub is_fractional: bool,
}

/// Why a column was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyLeft {
    /// It has no name.
    NoName,
    /// It numbers rows.
    RowNumbers,
    /// Its values are no numbers.
    Text,
    /// It names units that there are not.
    OtherUnits,
    /// Its name was there before.
    Repeated,
}

/// A column that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftColumn {
    /// Its name in the table, or its letter.
    pub header: String,
    /// Why.
    pub why: WhyLeft,
    /// Position in the sheet.
    #[serde(skip)]
    pub(in crate::model) column: usize,
}

/// What the columns were taken for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::model) struct Columns {
    pub code: Option<KeyColumn>,
    pub name: Option<KeyColumn>,
    pub parent: Option<KeyColumn>,
    pub figures: Vec<FigureColumn>,
    pub left: Vec<LeftColumn>,
    pub doubts: Vec<JoinDoubt>,
}

/// What the values of a column fit.
#[derive(Clone, Copy, Debug, Default)]
struct Hits {
    filled: usize,
    codes: usize,
    names: usize,
    above: usize,
}

impl Columns {
    pub fn of(dataset: &Dataset, units: &Units<'_>, sheet: &Sheet, layout: &Layout, texts: &[String]) -> Self {
        let finest = dataset.level(units.level);
        let width = layout.headers.len();
        let hits: Vec<Hits> = (0..width).map(|column| Hits::of(units, sheet, layout, column)).collect();
        let roles: Vec<_> = layout.headers.iter().map(|header| field_names::role_of(header)).collect();
        let is_own = |column: usize, contents: [Content; 2]| {
            roles[column].is_some_and(|role| {
                let owns = match role.owner {
                    Owner::Own => true,
                    Owner::Above => false,
                    Owner::At(level) => level == finest || finest == Level::Atom,
                };
                owns && contents.contains(&role.content)
            })
        };
        let is_above = |column: usize| {
            roles[column].is_some_and(|role| match role.owner {
                Owner::Own => false,
                Owner::Above => true,
                Owner::At(level) => level > finest,
            })
        };
        let is_figure = |column: usize| {
            let header = &layout.headers[column];
            field_names::population_rank(header).is_some()
                || field_names::is_extensive(header)
                || field_names::is_ratio(header)
        };
        let pick = |named: &dyn Fn(usize) -> bool, count: &dyn Fn(Hits) -> usize, used: &[Option<usize>]| {
            let free = (0..width).filter(|column| !used.contains(&Some(*column)));
            let by_values = |column: usize| {
                let (count, filled) = (count(hits[column]), hits[column].filled);
                !is_figure(column) && !is_row_number(&layout.headers[column]) && count * 2 >= filled && count > 0
            };
            let known = free.filter(|&column| count(hits[column]) > 0 && (named(column) || by_values(column)));
            let best = known.max_by_key(|&column| (named(column), count(hits[column]), usize::MAX - column))?;
            let evidence = if named(best) { Evidence::NameAndValues } else { Evidence::Values };
            Some(KeyColumn { header: header_or_letter(&layout.headers[best], best), evidence, column: best })
        };
        // Where hardly any code fits, it is a code of something else.
        let fits = |key: &KeyColumn| hits[key.column].codes * 3 >= hits[key.column].filled;
        let own_codes = [Content::Code, Content::Either];
        let code = pick(&|column| is_own(column, own_codes), &|hits| hits.codes, &[]).filter(fits);
        let used = [code.as_ref().map(|key| key.column)];
        let own_names = [Content::Name, Content::Either];
        let name = pick(&|column| is_own(column, own_names), &|hits| hits.names, &used);
        let used = [used[0], name.as_ref().map(|key| key.column)];
        let parent = pick(&is_above, &|hits| hits.above, &used).filter(|key| {
            let hits = hits[key.column];
            key.evidence == Evidence::NameAndValues || hits.above * 5 >= hits.filled * 4
        });
        let keys = [used[0], used[1], parent.as_ref().map(|key| key.column)];
        let mut columns = Self { code, name, parent, ..Self::default() };
        for column in (0..width).filter(|column| !keys.contains(&Some(*column))) {
            let is_wanted = |header: &String| texts.contains(header) || is_told_text(header);
            columns.take(sheet, layout, (column, hits[column].filled), (roles[column].is_some(), &is_wanted));
        }
        // A table of nothing but texts is there for them.
        if columns.figures.is_empty() {
            let is_text = |left: &LeftColumn| left.why == WhyLeft::Text;
            let headers: Vec<String> =
                columns.left.iter().filter(|left| is_text(left)).map(|left| left.header.clone()).collect();
            columns.left.retain(|left| !is_text(left));
            for column in (0..width).filter(|&column| headers.contains(&layout.headers[column])) {
                columns.take(sheet, layout, (column, hits[column].filled), (false, &|_| true));
            }
        }
        let unnamed: Vec<usize> =
            columns.left.iter().filter(|left| left.why == WhyLeft::NoName).map(|left| left.column).collect();
        for figure in columns.figures.iter().filter(|figure| field_names::population_rank(&figure.header).is_some()) {
            let header = || figure.header.clone();
            if unnamed.contains(&(figure.column + 1)) {
                columns.doubts.push(JoinDoubt::SpansColumns { header: header() });
            }
            if !counts_people(&figure.header) {
                columns.doubts.push(JoinDoubt::NotSingle { header: header() });
            } else if figure.is_fractional {
                columns.doubts.push(JoinDoubt::Fractions { header: header() });
            }
        }
        let doubts = columns.figures.iter().filter(|figure| figure.numerals.is_doubtful());
        let doubts: Vec<_> = doubts.map(|it| JoinDoubt::Signs { header: it.header.clone() }).collect();
        columns.doubts.extend(doubts);
        // A column that may be one of several under its name is not taken for all of them.
        let is_sure = |figure: &FigureColumn| !figure.is_fractional && !unnamed.contains(&(figure.column + 1));
        let people = columns.figures.iter_mut().filter(|figure| counts_people(&figure.header) && is_sure(figure));
        let best = people.min_by_key(|figure| field_names::population_rank(&figure.header));
        // Those of units above are no sums of those of the finest.
        if let Some(best) = best.filter(|_| !dataset.has_population() && units.level == LevelIndex::FINEST) {
            best.role = FigureRole::Population;
        }
        columns
    }

    /// Takes a column that holds figures, or says why it is left.
    fn take(
        &mut self,
        sheet: &Sheet,
        layout: &Layout,
        (column, filled): (usize, usize),
        (names_units, is_wanted): (bool, &dyn Fn(&String) -> bool),
    ) {
        let header = &layout.headers[column];
        if header.is_empty() && filled == 0 {
            return;
        }
        let why = if header.is_empty() {
            Some(WhyLeft::NoName)
        } else if is_row_number(header) {
            Some(WhyLeft::RowNumbers)
        } else if names_units {
            Some(WhyLeft::OtherUnits)
        } else if self.figures.iter().any(|known| known.header == *header) {
            Some(WhyLeft::Repeated)
        } else {
            None
        };
        let raws: Vec<String> = layout.body.iter().filter_map(|&row| raw(sheet.cell(row, column))).collect();
        let is_people = field_names::population_rank(header).is_some();
        let numerals = Numerals::of_column(raws.iter().map(String::as_str), is_people);
        let reads: Vec<Read> = raws.iter().map(|raw| numerals.read(raw)).collect();
        let numbers = reads.iter().filter(|read| matches!(read, Read::Plain(_) | Read::Understood(_))).count();
        let unread = reads.iter().filter(|&&read| read == Read::Unread).count();
        let is_text = numbers == 0 || numbers < 2 * unread;
        let why = why.or_else(|| (is_text && !(is_wanted(header) && filled > 0)).then_some(WhyLeft::Text));
        if let Some(why) = why {
            self.left.push(LeftColumn { header: header_or_letter(header, column), why, column });
            return;
        }
        let adds_up = !field_names::is_ratio(header)
            && field_names::extreme(header).is_none()
            && (field_names::population_rank(header).is_some() || field_names::is_extensive(header));
        let role = match (is_text, adds_up) {
            (true, _) => FigureRole::Text,
            (false, true) => FigureRole::Sum,
            (false, false) => FigureRole::Other,
        };
        self.figures.push(FigureColumn {
            header: header.clone(),
            column,
            as_of: as_of(sheet, layout, header),
            role,
            numerals,
            is_fractional: are_fractions(&reads),
        });
    }
}

/// Whether a column counts people one by one.
pub(in crate::model) fn counts_people(header: &str) -> bool {
    field_names::population_rank(header).is_some() && !header.contains(['万', '千'])
}

/// Whether the name of a column says that it holds texts about units.
fn is_told_text(header: &str) -> bool {
    const WORDS: [&str; 31] = [
        "书记",
        "支书",
        "主任",
        "镇长",
        "乡长",
        "负责人",
        "联系人",
        "电话",
        "手机",
        "地址",
        "驻地",
        "类型",
        "类别",
        "性质",
        "民族",
        "挂牌",
        "secretary",
        "mayor",
        "head",
        "chief",
        "contact",
        "phone",
        "telephone",
        "address",
        "seat",
        "kind",
        "email",
        "website",
        "url",
        "bürgermeister",
        "maire",
    ];
    let word = field_names::normalised(&field_names::bare(header));
    let is_chinese = crate::model::unit_names::is_chinese(&word);
    WORDS.iter().any(|known| if is_chinese { word.contains(known) } else { word == *known })
}

/// Whether values are too small and too broken to count people: most are no whole numbers, and half are below ten.
fn are_fractions(reads: &[Read]) -> bool {
    let numbers = reads.iter().filter_map(|read| match read {
        Read::Plain(number) | Read::Understood(number) => Some(number),
        Read::NoValue | Read::Unread => None,
    });
    let numbers: Vec<_> = numbers.filter(|number| !number.is_zero()).collect();
    let broken = numbers.iter().filter(|number| !number.fract().is_zero()).count();
    let small = numbers.iter().filter(|number| number.abs() < rust_decimal::Decimal::TEN).count();
    2 * broken > numbers.len() && 2 * small > numbers.len()
}

fn is_row_number(header: &str) -> bool {
    let word = field_names::normalised(header);
    ["序号", "编号", "顺序号", "no", "nr", "num", "index"].contains(&word.as_str())
        || field_names::is_identifier(header)
}

/// The name of a column, or its letter where it has none.
fn header_or_letter(header: &str, column: usize) -> String {
    if !header.is_empty() {
        return header.to_owned();
    }
    let (mut letters, mut at) = (String::new(), column + 1);
    while at > 0 {
        let letter = u8::try_from((at - 1) % 26).unwrap_or(0);
        letters.insert(0, char::from(b'A' + letter));
        at = (at - 1) / 26;
    }
    letters
}

/// As of which date a figure is: its own name says, or a title, the sheet, the file.
fn as_of(sheet: &Sheet, layout: &Layout, header: &str) -> Option<AsOf> {
    let told = |text: &str, from| date_in(text).map(|date| AsOf { date, from });
    told(header, DateSource::Header)
        .or_else(|| layout.titles.iter().find_map(|title| told(title, DateSource::Title)))
        .or_else(|| told(sheet.name.as_deref()?, DateSource::Sheet))
        .or_else(|| told(sheet.stem(), DateSource::File))
}

impl Hits {
    fn of(units: &Units<'_>, sheet: &Sheet, layout: &Layout, column: usize) -> Self {
        let mut hits = Self::default();
        for cell in layout.body.iter().map(|&row| sheet.cell(row, column)) {
            let Some(written) = cell.written() else { continue };
            hits.filled += 1;
            hits.codes += usize::from(matches!(codes::read(cell, units), CodeRead::One(..) | CodeRead::OneOf(..)));
            hits.above += usize::from(!units.above(written).is_empty());
            if matches!(cell, Cell::Text(_)) && NameKey::of(written).is_some_and(|name| names_a_unit(units, &name)) {
                hits.names += 1;
            }
        }
        hits
    }
}

fn names_a_unit(units: &Units<'_>, name: &NameKey) -> bool {
    units.with_name(name).next().is_some()
        || name.full.char_indices().skip(2).take(12).any(|(at, _)| {
            let (before, rest) = name.full.split_at(at);
            let (Some(before), Some(rest)) = (NameKey::of(before), NameKey::of(rest)) else { return false };
            !units.above_named(&before.full).is_empty() && units.with_name(&rest).next().is_some()
        })
}

/// A cell as JSON, as fields of layers have it.
pub(in crate::model) fn raw(cell: &Cell) -> Option<String> {
    match cell {
        Cell::Empty | Cell::Error(_) => None,
        Cell::Number(number) => Some(number.clone()),
        Cell::Text(text) | Cell::Date(text) => Some(serde_json::Value::from(text.as_str()).to_string()),
    }
}

//! Where in a sheet the title, the names of the columns, the rows and the totals stand.

use serde::{Deserialize, Serialize};

use super::names::{is_unseen, tidy};
use super::sheet::{Cell, Sheet};
use crate::model::field_names;

/// Rows that are looked at to find the names of the columns.
const LOOKED_AT: usize = 60;

/// Why a row was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyPassed {
    /// A line above the table.
    Title,
    /// The names of the columns.
    Header,
    /// Numbers of the columns.
    ColumnNumbers,
    /// A sum of other rows.
    Total,
    /// A note, or the name of what the rows below belong to.
    Note,
    /// It is of a unit of a level above.
    LevelAbove,
}

/// A row that was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// Its number, as in a spreadsheet program.
    pub row: usize,
    /// Why.
    pub why: WhyPassed,
}

/// Where things stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::model) struct Layout {
    /// Lines above the table.
    pub titles: Vec<String>,
    /// Names of the columns; empty where there is none.
    pub headers: Vec<String>,
    /// Rows from 0 that may be of a unit.
    pub body: Vec<usize>,
    /// Rows from 0 with a single text: a note, or what the rows below belong to.
    pub lone: Vec<(usize, String)>,
    /// Rows from 0 that are sums of others.
    pub totals: Vec<usize>,
    pub passed: Vec<Passed>,
}

/// Names of columns that name no unit and no figure, but stand in tables of units.
const LABELS: [&str; 14] =
    ["序号", "编号", "备注", "单位", "单位名称", "类型", "类别", "说明", "no", "nr", "村居", "户籍", "常住", "人口"];

/// A row of names of columns has at least this many of them.
const LEAST: usize = 2;

impl Layout {
    /// Finds out; `None` where no row names the columns.
    pub fn of(sheet: &Sheet) -> Option<Self> {
        let (first, last) = header_rows(sheet)?;
        let mut layout = Self { headers: headers(sheet, first, last), ..Self::default() };
        layout.add_unit(sheet, first);
        let mut pass = |row: usize, why| layout.passed.push(Passed { row: row + 1, why });
        for row in 0..first {
            let texts: Vec<&str> = sheet.rows[row].iter().filter_map(Cell::written).collect();
            if !texts.is_empty() {
                layout.titles.push(texts.join(" "));
                pass(row, WhyPassed::Title);
            }
        }
        for row in first..=last {
            pass(row, WhyPassed::Header);
        }
        let header = &sheet.rows[last];
        for (row, cells) in sheet.rows.iter().enumerate().skip(last + 1) {
            let filled: Vec<&Cell> = cells.iter().filter(|cell| !cell.is_empty()).collect();
            match filled.as_slice() {
                [] => {}
                _ if is_total(cells) => {
                    layout.totals.push(row);
                    pass(row, WhyPassed::Total);
                }
                _ if cells == header => pass(row, WhyPassed::Header),
                _ if row == last + 1 && are_column_numbers(&filled) => pass(row, WhyPassed::ColumnNumbers),
                [Cell::Text(text)] if layout.headers.iter().filter(|name| !name.is_empty()).count() > 1 => {
                    layout.lone.push((row, text.clone()));
                }
                _ => layout.body.push(row),
            }
        }
        Some(layout)
    }
}

impl Layout {
    /// Writes the unit that a line above the table, a note below it or the sheet states beside the names of columns that
    /// count people and say none: 单位：万人.
    fn add_unit(&mut self, sheet: &Sheet, first: usize) {
        let lone = |cells: &[Cell]| cells.iter().filter(|cell| !cell.is_empty()).count() == 1;
        let above = sheet.rows[..first].iter().flatten();
        let below = sheet.rows[first..].iter().filter(|cells| lone(cells)).flatten();
        let texts = above.chain(below).filter_map(Cell::written).chain(sheet.name.as_deref());
        let mut texts = texts;
        let Some(unit) = texts.find_map(stated_unit) else { return };
        for header in &mut self.headers {
            let is_people = field_names::population_rank(header).is_some();
            if is_people && !header.contains(['(', '（', '万', '千']) {
                *header = format!("{header}({unit})");
            }
        }
    }
}

/// The multiple of people that a line states as its unit, as names of columns say it.
fn stated_unit(text: &str) -> Option<&'static str> {
    const THOUSANDS: [&str; 7] =
        ["in thousands", "(thousands", "(in 1000", "(1000", "(1,000", "unit: thousand", "in tausend"];
    let text = header_text(text).to_lowercase();
    let behind = text.split_once("单位").map(|(_, behind)| behind.trim_start_matches([':', '：', ' ', '为', '是']));
    let bracketed = || text.split_once('(').map(|(_, behind)| behind);
    let units = [("亿人", "亿人"), ("万人", "万人"), ("千人", "千人"), ("百人", "百人")];
    if let Some((_, unit)) = units.into_iter().find(|(word, _)| {
        behind.is_some_and(|behind| behind.contains(word)) || bracketed().is_some_and(|it| it.starts_with(word))
    }) {
        return Some(unit);
    }
    // A bare 万 or 千.
    if let Some(behind) = behind {
        let word = behind.trim_end_matches([')', '）', ' ']);
        if let Some(unit) = [("万", "万人"), ("千", "千人")].into_iter().find(|(it, _)| *it == word) {
            return Some(unit.1);
        }
    }
    THOUSANDS.iter().any(|word| text.contains(word)).then_some("千人")
}

/// A text as a name of a column: in one line, without blanks between Chinese characters.
pub(in crate::model) fn header_text(text: &str) -> String {
    let words: Vec<String> = tidy(text).split_whitespace().map(str::to_owned).collect();
    let is_chinese = crate::model::unit_names::is_chinese(text);
    words.join(if is_chinese { "" } else { " " })
}

fn is_known(cell: &Cell) -> bool {
    let Cell::Text(text) = cell else { return false };
    let text = header_text(text);
    text.chars().count() <= 24
        && (field_names::role_of(&text).is_some()
            || field_names::population_rank(&text).is_some()
            || field_names::is_extensive(&text)
            || LABELS.contains(&field_names::normalised(&field_names::bare(&text)).as_str()))
}

/// Whether a cell holds a figure or a code rather than a word.
fn is_value(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => false,
        Cell::Number(_) | Cell::Date(_) | Cell::Error(_) => true,
        // Most texts begin with something else, and that is seen without a copy.
        Cell::Text(text) if !begins_with_digit(text) => false,
        Cell::Text(text) => {
            let text = tidy(text);
            text.starts_with(|c: char| c.is_ascii_digit())
                && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || ".,'%-eE+".contains(c))
        }
    }
}

/// Whether the first sign of a text, once it is tidied, is a digit.
fn begins_with_digit(text: &str) -> bool {
    let mut seen = text.chars().filter(|&c| !is_unseen(c) && !c.is_whitespace());
    seen.next().is_some_and(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
}

fn words(cells: &[Cell]) -> usize {
    cells.iter().filter(|cell| !cell.is_empty() && !is_value(cell)).count()
}

/// The first and the last row with names of columns.
fn header_rows(sheet: &Sheet) -> Option<(usize, usize)> {
    let rows = &sheet.rows[..sheet.rows.len().min(LOOKED_AT)];
    let known = |cells: &[Cell]| cells.iter().filter(|cell| is_known(cell)).count();
    let counts: Vec<usize> = rows.iter().map(|cells| known(cells)).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    let by_words = || {
        let is_plain = |cells: &Vec<Cell>| words(cells) >= LEAST && !cells.iter().any(is_value);
        let next_has_values = |row: usize| rows.get(row + 1).is_some_and(|cells| cells.iter().any(is_value));
        rows.iter().enumerate().position(|(row, cells)| is_plain(cells) && next_has_values(row))
    };
    let is_header = |row: &usize| words(&rows[*row]) >= LEAST;
    let best = counts.iter().position(|&count| count == most && most > 0).filter(is_header).or_else(by_words)?;
    let is_line = |cells: &[Cell]| {
        words(cells) > 0
            && !cells.iter().any(is_value)
            && !cells.iter().filter_map(Cell::written).any(|text| text.contains(['：', ':']))
    };
    let (mut first, mut last) = (best, best);
    // Above: what several columns have in common. A title is a single cell.
    while first > 0 && best - first < 2 && is_line(&rows[first - 1]) && words(&rows[first - 1]) >= LEAST {
        first -= 1;
    }
    // Below: only under what several columns have in common, so that no row of a unit is taken for it.
    let keys = |cells: &[Cell]| -> Vec<usize> {
        let is_key =
            |cell: &Cell| cell.written().is_some_and(|text| field_names::role_of(&header_text(text)).is_some());
        cells.iter().enumerate().filter(|(_, cell)| is_key(cell)).map(|(column, _)| column).collect()
    };
    // Merged cells that go down from the names of the columns say how far these go.
    let is_down = |it: &&[u32; 4]| {
        let [top, _, bottom, _] = it.map(|at| at as usize);
        (first..=best).contains(&top) && (best + 1..=best + 3).contains(&bottom) && bottom < rows.len()
    };
    if let Some(bottom) = sheet.merged.iter().filter(is_down).map(|it| it[2] as usize).max()
        && !rows[best + 1..=bottom].iter().flatten().any(is_value)
    {
        return Some((first, bottom));
    }
    let own = keys(&rows[best]);
    let is_part_line =
        |cells: &[Cell]| words(cells) > 0 && !cells.iter().any(is_value) && !cells.iter().any(is_long_line);
    // A merged cell has its text in its first column: something stands below the empty ones, or words that only
    // part what is above, or its unit.
    let parts = |row: usize| {
        let cells = &rows[row + 1];
        let has_gap = |column: usize| {
            let is_gap = !cells[column].is_empty() && (best..=row).all(|above| sheet.cell(above, column).is_empty());
            is_gap && (0..column).any(|left| !own.contains(&left) && !sheet.cell(row, left).is_empty())
        };
        cells.iter().any(is_known)
            || (0..cells.len()).any(has_gap)
            || cells.iter().filter_map(Cell::written).all(|text| is_part(text) || is_unit(text))
    };
    while last + 1 < rows.len()
        && last - best < 2
        && !own.is_empty()
        && is_part_line(&rows[last + 1])
        && own.iter().all(|&column| sheet.cell(last + 1, column).is_empty())
        && parts(last)
    {
        last += 1;
    }
    Some((first, last))
}

/// Whether a text is a line of its own rather than a name: 填报单位：某局. What is a part of something says 其中：女.
fn is_long_line(cell: &Cell) -> bool {
    cell.written().is_some_and(|text| text.contains(['：', ':']) && !text.trim_start().starts_with("其中"))
}

/// Whether a text names the whole of what stands above it.
fn is_whole(text: &str) -> bool {
    const WHOLE: [&str; 12] =
        ["合计", "小计", "总计", "计", "总数", "共计", "合计数", "人数", "total", "sum", "gesamt", "all"];
    WHOLE.contains(&field_names::normalised(&field_names::bare(&header_text(text))).as_str())
}

/// Whether a text names a part of what stands above it, or the whole.
fn is_part(text: &str) -> bool {
    const PARTS: [&str; 12] =
        ["男", "女", "男性", "女性", "其中", "城镇", "乡村", "农业", "非农业", "male", "female", "men"];
    let word = field_names::normalised(&field_names::bare(&header_text(text)));
    is_whole(text) || PARTS.contains(&word.as_str()) || word.starts_with("其中") || word.ends_with('岁')
}

/// Whether a text is a unit that figures are in.
fn is_unit(text: &str) -> bool {
    const UNITS: [&str; 16] = [
        "人",
        "万人",
        "千人",
        "百人",
        "户",
        "万户",
        "元",
        "万元",
        "亿元",
        "亩",
        "万亩",
        "公顷",
        "平方公里",
        "平方千米",
        "km²",
        "%",
    ];
    UNITS.contains(&header_text(text).trim_matches(['(', ')', '（', '）']))
}

/// Names of the columns, put together from their lines.
fn headers(sheet: &Sheet, first: usize, last: usize) -> Vec<String> {
    let width = (first..=last).map(|row| sheet.rows[row].len()).max().unwrap_or(0);
    let text = |row: usize, column: usize| sheet.cell(row, column).written().map(header_text).unwrap_or_default();
    (0..width)
        .map(|column| {
            let mut lines: Vec<String> = Vec::new();
            for row in first..=last {
                let own = text(row, column);
                // A merged cell has its text in its first column.
                let is_under =
                    own.is_empty() && row < last && (row + 1..=last).any(|row| !text(row, column).is_empty());
                let from_left = || {
                    let left = (0..column).rev().find(|&left| !text(row, left).is_empty())?;
                    let is_merged = (row + 1..=last).any(|row| !text(row, left).is_empty());
                    Some(text(row, left)).filter(|_| is_merged)
                };
                let line = if is_under { from_left().unwrap_or_default() } else { own };
                if !line.is_empty() && lines.last() != Some(&line) {
                    lines.push(line);
                }
            }
            named(&lines)
        })
        .collect()
}

/// The name that several lines make: the words that a field is known by, in their usual order.
fn named(lines: &[String]) -> String {
    let [above @ .., own] = lines else { return String::new() };
    let Some(upper) = above.last() else { return own.clone() };
    if is_unit(own) {
        return format!("{}({})", named(above), own.trim_matches(['(', ')', '（', '）']));
    }
    // 合计 under 常住人口 is that.
    if is_whole(own) {
        return named(above);
    }
    let known = |name: &str| field_names::population_rank(name).is_some() || field_names::role_of(name).is_some();
    // 人口 over 户籍.
    let turned = format!("{own}{upper}");
    if known(&turned) {
        return turned;
    }
    if known(own) && own.chars().count() > 2 && known(upper) {
        return own.clone();
    }
    [above, std::slice::from_ref(own)].concat().join("_")
}

/// Whether a row is a sum of others, as a word in it says.
fn is_total(cells: &[Cell]) -> bool {
    let texts = cells.iter().filter(|cell| matches!(cell, Cell::Text(_)) && !is_value(cell)).filter_map(Cell::written);
    texts.take(4).any(|text| may_be_total(text) && names_a_total(text))
}

/// Whether a text is one of the words of sums.
fn names_a_total(text: &str) -> bool {
    const TOTALS: [&str; 22] = [
        "合计",
        "总计",
        "小计",
        "共计",
        "总数",
        "合计数",
        "累计",
        "全县",
        "全市",
        "全区",
        "全乡",
        "全镇",
        "全街道",
        "total",
        "subtotal",
        "grandtotal",
        "sum",
        "gesamt",
        "insgesamt",
        "summe",
        "totaal",
        "ensemble",
    ];
    const ENDINGS: [&str; 3] = ["合计", "总计", "小计"];
    let word = field_names::normalised(&field_names::bare(&tidy(text)));
    TOTALS.contains(&word.as_str()) || ENDINGS.iter().any(|ending| word.ends_with(ending))
}

/// Whether a text can be one of the words of sums at all, seen without a copy: all Chinese ones have 计, 数 or 全, all others
/// t or m and no more than ten letters beside what stands in brackets.
fn may_be_total(text: &str) -> bool {
    let (mut depth, mut letters) = (0_u32, 0);
    let mut is_like = false;
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '［' | '【' => depth += 1,
            ')' | '）' | ']' | '］' | '】' => depth = depth.saturating_sub(1),
            '计' | '数' | '全' if depth == 0 => return true,
            _ if depth == 0 => {
                is_like |= matches!(c, 't' | 'T' | 'ｔ' | 'Ｔ' | 'm' | 'M' | 'ｍ' | 'Ｍ');
                // A year stands before the word, if anything does.
                letters += usize::from(c.is_alphabetic() && !matches!(c, '年' | '末' | '底'));
            }
            _ => {}
        }
    }
    is_like && letters <= 10
}

/// Whether cells number the columns: 1 2 3, (1) (2), 甲 乙 1 2.
fn are_column_numbers(filled: &[&Cell]) -> bool {
    let mut last = 0;
    let mut numbers = 0;
    filled.len() > 2
        && filled.iter().all(|cell| {
            let text = tidy(cell.written().unwrap_or_default());
            let text = text.trim_matches(|c: char| "()[]栏".contains(c));
            if ["甲", "乙", "丙", "丁", "A", "B", "C", "D"].contains(&text) {
                return true;
            }
            let number: Option<u32> = text.parse().ok();
            let follows = number.is_some_and(|number| number == last + 1);
            last = number.unwrap_or(last);
            numbers += 1;
            follows
        })
        && numbers > 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_seen_without_a_copy_is_what_a_copy_says(
            text in "[合总小共累计数全县年末底_ 2０（）()\\[］年\u{200b}totalsumgeinbrdTＴｍ·]{0,14}|(2020年?)?(total|Ｓｕｍ|insgesamt|grandtotal|全街道|累计)(（人）)?",
        ) {
            prop_assert!(may_be_total(&text) || !names_a_total(&text), "{text}");
            let tidied = tidy(&text);
            prop_assert_eq!(begins_with_digit(&text), tidied.starts_with(|c: char| c.is_ascii_digit()), "{}", text);
        }
    }

    fn sheet(rows: &[&[&str]]) -> Sheet {
        let cell = |text: &&str| match text.parse::<f64>() {
            Ok(_) => Cell::Number((*text).to_owned()),
            Err(_) => Cell::text_of(text),
        };
        Sheet { rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect(), ..Sheet::default() }
    }

    fn check(rows: &[&[&str]], headers: &[&str], body: &[usize], passed: &[WhyPassed]) {
        let layout = Layout::of(&sheet(rows)).unwrap();
        assert_eq!(layout.headers, headers);
        assert_eq!(layout.body, body);
        assert_eq!(layout.passed.iter().map(|passed| passed.why).collect::<Vec<_>>(), passed);
    }

    #[test]
    fn titles_and_totals_are_no_rows() {
        use WhyPassed::{Header, Title, Total};
        check(
            &[
                &["某县人口统计表"],
                &["填报单位：某局", "", "单位：人"],
                &["区划代码", "村名", "户籍人口"],
                &["510101001001", "甲村", "5"],
                &["", "小 计", "5"],
                &["", "", ""],
                &["区划代码", "村名", "户籍人口"],
                &["510101001002", "乙村", "6"],
                &["合计", "", "11"],
            ],
            &["区划代码", "村名", "户籍人口"],
            &[3, 7],
            &[Title, Title, Header, Total, Header, Total],
        );
    }

    #[test]
    fn names_of_columns_in_several_lines_are_put_together() {
        use WhyPassed::{ColumnNumbers, Header, Title};
        check(
            &[
                &["人口情况表"],
                &["乡镇", "村名", "人口", "", "耕地", ""],
                &["", "", "户籍", "常住", "水田（亩）", "旱地（亩）"],
                &["甲", "乙", "1", "2", "3", "4"],
                &["东乡", "甲村", "5", "4", "1", "2"],
            ],
            &["乡镇", "村名", "户籍人口", "常住人口", "耕地_水田(亩)", "耕地_旱地(亩)"],
            &[4],
            &[Title, Header, Header, ColumnNumbers],
        );
    }

    #[test]
    fn parts_under_a_merged_name_are_columns_of_their_own_and_the_whole_has_its_name() {
        use WhyPassed::Header;
        let two = [Header, Header];
        let rows = [
            ["代码", "名称", "常住人口（人）", "", ""],
            ["", "", "男", "女", "合计"],
            ["510101001001", "甲村", "5", "6", "11"],
        ];
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        check(&rows, &["代码", "名称", "常住人口(人)_男", "常住人口(人)_女", "常住人口(人)"], &[2], &two);
        for whole in ["合计", "小 计", "计"] {
            check(
                &[
                    &["代码", "名称", "户籍人口", "", "常住人口", ""],
                    &["", "", whole, "0-14岁", whole, "女"],
                    &["510101001001", "甲村", "9", "6", "11", "1"],
                ],
                &["代码", "名称", "户籍人口", "户籍人口_0-14岁", "常住人口", "常住人口_女"],
                &[2],
                &two,
            );
        }
        // A unit below a name is its unit, and a row of a unit no name.
        check(
            &[&["代码", "名称", "人口"], &["", "", "（万人）"], &["510101001001", "甲村", "0.5"]],
            &["代码", "名称", "人口(万人)"],
            &[2],
            &two,
        );
    }

    #[test]
    fn the_unit_that_a_line_states_is_that_of_columns_of_people() {
        for line in ["单位：万人", "计量单位:万人", "人口统计表（万人）", "（单位：万人、户）", "Population (万人)"]
        {
            let rows: [&[&str]; 3] = [&[line], &["代码", "户籍人口", "户数"], &["510101001001", "0.01", "5"]];
            assert_eq!(Layout::of(&sheet(&rows)).unwrap().headers, ["代码", "户籍人口(万人)", "户数"], "{line}");
        }
        for line in ["单位：人", "2020年百万人口大县统计表", "填报单位：某局"] {
            let rows: [&[&str]; 3] = [&[line], &["代码", "户籍人口", "户数"], &["510101001001", "0.01", "5"]];
            assert_eq!(Layout::of(&sheet(&rows)).unwrap().headers, ["代码", "户籍人口", "户数"], "{line}");
        }
        let note: [&[&str]; 3] = [&["代码", "人口"], &["510101001001", "0.01"], &["注：单位为千人"]];
        assert_eq!(Layout::of(&sheet(&note)).unwrap().headers, ["代码", "人口(千人)"]);
    }

    #[test]
    fn columns_of_unknown_names_have_rows_with_figures_below() {
        check(&[&["Ort", "Leute"], &["Adorf", "5"]], &["Ort", "Leute"], &[1], &[WhyPassed::Header]);
    }
}

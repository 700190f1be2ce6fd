//! Tables of attributes in descriptions, as programs write them into KML: HTML with a row of two cells for each of them.
//!
//! Only what can mean nothing else is taken: a row of two cells is a name and its value, one of a single cell is a title.
//! Where there is any other row, or a name comes twice, the description is left as it is.

use crate::io::xml::unescaped;

/// What a description says in a table.
#[derive(Debug, PartialEq)]
pub(super) struct Attributes {
    /// Names and values, in their order; `None` for what is said to be unknown.
    pub list: Vec<(String, Option<String>)>,
    /// Whether there is anything beside the table.
    pub has_more: bool,
}

/// Tables within tables: as many as there are mean nothing.
const MOST_TABLES: usize = 16;
/// Longest name of an attribute, in characters.
const LONGEST: usize = 64;

/// A row of the table at hand, with the kind of each cell and its text.
#[derive(Default)]
struct Row {
    cells: Vec<(bool, String)>,
    has_table: bool,
}

/// Reads the table of a description; `None` where it has none that is plain.
pub(super) fn attributes(html: &str) -> Option<Attributes> {
    let (mut rows, mut open): (Vec<Row>, Vec<Option<Row>>) = (Vec::new(), Vec::new());
    let mut outside = String::new();
    let mut close = |row: &mut Option<Row>| rows.extend(row.take().filter(|row| !row.has_table));
    let mut rest = html;
    while !rest.is_empty() {
        let (text, tag) = rest.split_once('<').unwrap_or((rest, ""));
        let cell = open.last_mut().and_then(|row| row.as_mut()?.cells.last_mut());
        let into = cell.map_or(&mut outside, |(_, text)| text);
        into.push_str(text);
        if text.len() == rest.len() {
            break;
        }
        let (tag, behind) = tag.split_once('>')?;
        rest = behind;
        let name = tag.split(|it: char| it.is_whitespace() || it == '/').find(|it| !it.is_empty()).unwrap_or_default();
        let (name, is_end) = (name.to_ascii_lowercase(), tag.starts_with('/'));
        match (name.as_str(), is_end) {
            ("script" | "style" | "head" | "!--", false) => {
                let end = if name == "!--" { "-->".to_owned() } else { format!("</{name}>") };
                if name != "!--" || !tag.ends_with("--") {
                    let at = rest.to_ascii_lowercase().find(&end)?;
                    rest = &rest[at + end.len()..];
                }
            }
            ("table", false) => {
                if let Some(Some(row)) = open.last_mut() {
                    row.has_table = true;
                }
                open.push(None);
                if open.len() > MOST_TABLES {
                    return None;
                }
            }
            ("table", true) => close(&mut open.pop()?),
            ("tr", is_end) => {
                let row = open.last_mut()?;
                close(row);
                *row = (!is_end).then(Row::default);
            }
            ("td" | "th", false) => {
                let row = open.last_mut()?.get_or_insert_with(Row::default);
                row.cells.push((name == "th", String::new()));
            }
            ("br" | "p" | "div", _) => into.push(' '),
            ("null", false) => into.push_str("&lt;Null&gt;"),
            _ => {}
        }
    }
    open.iter_mut().for_each(close);
    Some(Attributes { list: pairs(rows)?, has_more: !plain(&outside).is_empty() })
}

/// Names and values of rows.
fn pairs(rows: Vec<Row>) -> Option<Vec<(String, Option<String>)>> {
    let mut list: Vec<(String, Option<String>)> = Vec::new();
    for Row { cells, .. } in rows {
        match &*cells {
            [] | [_] | [(true, _), (true, _)] => {}
            [(_, name), (_, value)] => {
                let (name, value) = (plain(name), plain(value));
                let name = name.strip_suffix([':', '：']).unwrap_or(&name).trim_end().to_owned();
                let is_plain = !name.is_empty() && name.chars().count() <= LONGEST;
                if !is_plain || list.iter().any(|(there, _)| *there == name) {
                    return None;
                }
                list.push((name, Some(value).filter(|value| value != "<Null>")));
            }
            _ => return None,
        }
    }
    (!list.is_empty()).then_some(list)
}

/// A text without what only lays it out.
fn plain(text: &str) -> String {
    unescaped(&text.replace("&nbsp;", " ")).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str) -> Option<Vec<(String, String)>> {
        let list = attributes(html)?.list;
        Some(list.into_iter().map(|(name, value)| (name, value.unwrap_or_else(|| "?".to_owned()))).collect())
    }

    #[test]
    fn rows_of_two_cells_are_attributes() {
        // A title above, the rows in a table within the table, tags left open.
        let arcgis = "<html><head><style>td{a<b}</style></head><body><table><tr><td>张家沟村</td></tr><tr><td>
            <table border=\"0\"><tr><td>CODE</td><td>011722101</td></tr><tr bgcolor=\"#D4E4F3\"><td>人口：</td><td>1&amp;2&#50;</td></tr>
            <tr><td>NOTE</td><td>&lt;Null&gt;</td></tr><tr><td>X</td><td><Null></td></tr></table></td></tr></table></body></html>";
        let expected = [("CODE", "011722101"), ("人口", "1&22"), ("NOTE", "?"), ("X", "?")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        assert_eq!(read(arcgis), Some(expected));
        let open = "<TABLE><TR><TH>a<TD>&nbsp;1 <BR>2<TR><TD>b</TD><TD></TD>";
        let expected = [("a", "1 2"), ("b", "")].map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        assert_eq!(read(open), Some(expected));
        assert!(!attributes(arcgis).unwrap().has_more);
        assert!(attributes(&format!("旧志记载 {arcgis}")).unwrap().has_more);
    }

    #[test]
    fn what_may_mean_something_else_is_left_as_it_is() {
        for html in [
            "",
            "a village",
            "<b>人口</b>: 5",
            "<table></table>",
            "<table><tr><td>title</td></tr></table>",
            "<table><tr><td>a</td><td>1</td><td>2</td></tr></table>",
            "<table><tr><td>a</td><td>1</td></tr><tr><td>a</td><td>2</td></tr></table>",
            "<table><tr><td><img src='x'></td><td>text</td></tr></table>",
            "</table><tr><td>a</td><td>1</td></tr>",
            "<tr><td>a</td><td>1</td></tr>",
            "<table><tr><td>a</td><td>1",
            "<table <tr",
        ] {
            if html.ends_with('1') {
                assert!(read(html).is_some(), "{html}");
            } else {
                assert_eq!(read(html), None, "{html}");
            }
        }
        assert_eq!(read(&"<table><tr><td>".repeat(100)), None);
    }
}

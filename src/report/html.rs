//! Pages as they grow: HTML in 简体中文 and English, which refers to nothing outside of itself.
//!
//! Texts of both languages stand side by side in elements of the classes `zh` and `en`; a page shows both, or hides one.

use crate::i18n::markup::escaped;

/// A page in the making.
#[derive(Debug, Default)]
pub struct Html {
    text: String,
}

/// A column of a table: its heading in both languages, and its class: `n` for figures.
pub type Heading<'a> = (&'a str, &'a str, &'a str);

impl Html {
    /// Begins a page: title, and how it looks. The body is open.
    #[must_use]
    pub fn begin(title: &str, style: &str, head: &str) -> Self {
        let mut page = Self::default();
        page.push("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.push("<meta name=\"viewport\" content=\"width=device-width\">\n");
        page.push(head);
        page.push(&format!("<title>{}</title>\n<style>{style}</style>\n</head>\n", escaped(title)));
        page
    }

    /// Takes HTML as it is. What comes from outside must have gone through [`escaped`].
    pub fn push(&mut self, html: &str) {
        self.text.push_str(html);
    }

    /// A heading of the second order.
    pub fn heading(&mut self, zh: &str, en: &str) {
        self.push(&format!("<h2>{}</h2>\n", in_both(zh, en)));
    }

    /// An element with a text; attributes may follow its name.
    pub fn both(&mut self, tag: &str, zh: &str, en: &str) {
        let name = tag.split(' ').next().unwrap_or(tag);
        self.push(&format!("<{tag}>{}</{name}>\n", in_both(zh, en)));
    }

    /// Begins a table with attributes of its own, which may be empty.
    pub fn open_table(&mut self, attributes: &str, columns: &[Heading<'_>]) {
        let space = if attributes.is_empty() { "" } else { " " };
        self.push(&format!("<table{space}{attributes}>\n<thead><tr>"));
        for (zh, en, class) in columns {
            let heading = if zh == en { escaped(zh) } else { in_both(zh, en) };
            self.push(&format!("<th class=\"{class}\">{heading}</th>"));
        }
        self.push("</tr></thead>\n<tbody>\n");
    }

    /// A row of cells that are HTML already, with attributes of its own. All but the first `words` are figures.
    pub fn row<'a>(&mut self, attributes: &str, cells: impl IntoIterator<Item = &'a str>, words: usize) {
        let space = if attributes.is_empty() { "" } else { " " };
        self.push(&format!("<tr{space}{attributes}>"));
        for (i, cell) in cells.into_iter().enumerate() {
            let class = if i >= words && !cell.contains('<') { " class=\"n\"" } else { "" };
            self.push(&format!("<td{class}>{cell}</td>"));
        }
        self.push("</tr>\n");
    }

    /// Ends a table.
    pub fn close_table(&mut self) {
        self.push("</tbody>\n</table>\n");
    }

    /// The finished page; the body must have been closed.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.push("</html>\n");
        self.text
    }
}

/// A text in both languages, as HTML.
#[must_use]
pub fn in_both(zh: &str, en: &str) -> String {
    format!("<span class=\"zh\">{}</span> <span class=\"en\">{}</span>", escaped(zh), escaped(en))
}

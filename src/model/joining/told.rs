//! What is said of a join: what was taken for what, and what to look at.

use super::FigureRole;
use super::report::{JoinReport, Near, ReportFigure, UnmatchedRow};
use crate::i18n::Lang;

/// Lines of each kind that are said; a file may have thousands.
const SAID: usize = 20;

/// What is said of a join.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinedLines {
    /// How much was joined, in a line.
    pub summary: String,
    /// What was taken for what, and what was passed over.
    pub taken: Vec<String>,
    /// What to look at, the first of each kind.
    pub findings: Vec<String>,
}

impl JoinReport {
    /// Where it is from: the file, and behind it the sheet.
    #[must_use]
    pub fn source(&self) -> String {
        self.sheet.as_ref().map_or_else(|| self.file.clone(), |sheet| format!("{}#{sheet}", self.file))
    }

    /// What is said of it.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> JoinedLines {
        JoinedLines { summary: self.summary(lang), taken: self.taken(lang), findings: self.findings(lang) }
    }

    /// How much was joined.
    #[must_use]
    pub fn summary(&self, lang: Lang) -> String {
        let Self { rows, units, level, .. } = self;
        let (total, mended) = (self.matched.total, self.matched.repaired);
        match lang {
            Lang::Zh => {
                let mended = if mended > 0 { format!("，其中修复代码 {mended} 行") } else { String::new() };
                let level = level.map_or("单元", |level| level.words(Lang::Zh));
                format!("{rows} 行中 {total} 行对应上 {units} 个{level}中的 {total} 个{mended}")
            }
            Lang::En => {
                let mended = if mended > 0 { format!(", {mended} of them by a mended code") } else { String::new() };
                let level = level
                    .map_or("units".to_owned(), |level| format!("units ({})", level.words(Lang::En).to_lowercase()));
                format!("{total} of {rows} rows joined to {total} of {units} {level}{mended}")
            }
        }
    }

    fn taken(&self, lang: Lang) -> Vec<String> {
        let columns = &self.columns;
        let keys = [
            (&columns.code, lang.pick("代码", "code")),
            (&columns.name, lang.pick("名称", "name")),
            (&columns.parent, lang.pick("上级", "unit above")),
        ];
        let key = |(key, what): (&Option<super::KeyColumn>, &str)| {
            let key = key.as_ref()?;
            Some(format!("{what}{}{} ({})", lang.pick("：", ": "), key.header, key.evidence.words(lang)))
        };
        let mut lines: Vec<String> = keys.into_iter().filter_map(key).collect();
        lines.extend(columns.figures.iter().map(|figure| figure.words(lang)));
        if !columns.left.is_empty() {
            let left = columns.left.iter().map(|left| format!("{} ({})", left.header, left.why.words(lang)));
            let left = left.collect::<Vec<_>>().join(lang.pick("、", ", "));
            lines.push(format!("{}{left}", lang.pick("未取用的列：", "columns left: ")));
        }
        let passed: Vec<String> = self
            .passed_over
            .iter()
            .take(SAID)
            .map(|passed| match lang {
                Lang::Zh => format!("第 {} 行（{}）", passed.row, passed.why.words(lang)),
                Lang::En => format!("row {} ({})", passed.row, passed.why.words(lang)),
            })
            .collect();
        if !passed.is_empty() {
            let more = more(lang, self.passed_over.len());
            let passed = passed.join(lang.pick("、", ", "));
            lines.push(format!("{}{passed}{more}", lang.pick("跳过的行：", "rows passed over: ")));
        }
        lines
    }

    fn findings(&self, lang: Lang) -> Vec<String> {
        let mut lines = Vec::new();
        let mut say = |all: Vec<String>| {
            let count = all.len();
            lines.extend(all.into_iter().take(SAID));
            if count > SAID {
                lines.push(lang.pick("……", "…").to_owned() + &more(lang, count));
            }
        };
        say(self.doubts.iter().map(|doubt| doubt.words(lang)).collect());
        say(self.unmatched_rows.iter().map(|row| row.words(lang)).collect());
        let units = self.unmatched_units.iter().map(|unit| match lang {
            Lang::Zh => format!("没有数据的单元：{} {}", unit.unit, unit.name),
            Lang::En => format!("unit without a row: {} {}", unit.unit, unit.name),
        });
        say(units.collect());
        let duplicates = self.duplicates.iter().map(|it| {
            let rows = it.rows.iter().map(usize::to_string).collect::<Vec<_>>().join(lang.pick("、", ", "));
            let counts = match (lang, it.counts) {
                (Lang::Zh, Some(row)) => format!("取第 {row} 行"),
                (Lang::Zh, None) => "内容不同，均未采用".to_owned(),
                (Lang::En, Some(row)) => format!("row {row} counts"),
                (Lang::En, None) => "they differ, and none counts".to_owned(),
            };
            match lang {
                Lang::Zh => format!("第 {rows} 行是同一单元 {} {}：{counts}", it.unit, it.name),
                Lang::En => format!("rows {rows} are of one unit, {} {}: {counts}", it.unit, it.name),
            }
        });
        say(duplicates.collect());
        let differ = self.names_differ.iter().map(|it| match lang {
            Lang::Zh => format!("第 {} 行：代码 {} 是“{}”，表中写作“{}”", it.row, it.unit, it.name, it.written),
            Lang::En => format!("row {}: {} is called {}, and {} in the table", it.row, it.unit, it.name, it.written),
        });
        say(differ.collect());
        let unread = self.unread.iter().map(|it| match lang {
            Lang::Zh => format!("第 {} 行“{}”：“{}”不是数值，按缺失处理", it.row, it.header, it.written),
            Lang::En => format!("row {}, {}: {:?} is no number, and counts as missing", it.row, it.header, it.written),
        });
        say(unread.collect());
        let totals = self.totals.iter().filter(|total| !total.agrees).map(|it| match lang {
            Lang::Zh => format!("第 {} 行“{}”合计为 {}，各行相加为 {}", it.row, it.header, it.stated, it.sum),
            Lang::En => {
                format!("row {}, {}: the total says {}, the rows add up to {}", it.row, it.header, it.stated, it.sum)
            }
        });
        say(totals.collect());
        lines
    }
}

fn more(lang: Lang, count: usize) -> String {
    match lang {
        _ if count <= SAID => String::new(),
        Lang::Zh => format!("（共 {count} 处）"),
        Lang::En => format!(" ({count} in all)"),
    }
}

impl ReportFigure {
    /// What it is, as of when, and what becomes of it.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let mut about = Vec::new();
        if let Some(as_of) = &self.as_of {
            about.push(match lang {
                Lang::Zh => format!("截至 {}，见{}", as_of.date, as_of.from.words(lang)),
                Lang::En => format!("as of {}, by the {}", as_of.date, as_of.from.words(lang)),
            });
        }
        about.push(self.role.words(lang).to_owned());
        about.push(match lang {
            Lang::Zh => format!("{} 个单元有值", self.filled),
            Lang::En => format!("{} units have a value", self.filled),
        });
        let name =
            if self.header == self.field { self.field.clone() } else { format!("{} → {}", self.header, self.field) };
        let figure = match self.role {
            FigureRole::Text => lang.pick("文字列：", "column of text: "),
            FigureRole::Population | FigureRole::Sum | FigureRole::Other => lang.pick("数值：", "figure: "),
        };
        format!("{figure}{name} ({})", about.join(lang.pick("；", "; ")))
    }
}

impl UnmatchedRow {
    /// What stands in it, in short.
    #[must_use]
    pub fn label(&self) -> String {
        let parts = [&self.code, &self.parent, &self.name].into_iter().flatten();
        parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// What it is, why it was not joined, and what may be meant.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let near = self.near.iter().map(Near::label).collect::<Vec<_>>().join(lang.pick("、", ", "));
        let (row, label, why) = (self.row, self.label(), self.why.words(lang));
        let near = match (lang, near.is_empty()) {
            (_, true) => String::new(),
            (Lang::Zh, false) => format!("；相近的有 {near}"),
            (Lang::En, false) => format!("; near are {near}"),
        };
        match lang {
            Lang::Zh => format!("第 {row} 行 {label}：{why}{near}"),
            Lang::En => format!("row {row} {label}: {why}{near}"),
        }
    }
}

impl Near {
    /// Code and name.
    #[must_use]
    pub fn label(&self) -> String {
        if self.unit == self.name { self.name.clone() } else { format!("{} {}", self.unit, self.name) }
    }
}

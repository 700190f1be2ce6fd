//! What is doubtful about a ledger, in 简体中文 and English.

use std::fmt;

use compact_str::CompactString;

use super::WhyUnbound;
use crate::i18n::{Lang, Say};
use crate::model::{Day, Severity, WhyPassed};

/// Something doubtful in a ledger, told by row and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerFinding {
    /// Number of the row, as in a spreadsheet program; `None` for a column.
    pub row: Option<u32>,
    /// Name of the column; `None` for a row.
    pub column: Option<String>,
    /// What is doubtful.
    pub kind: FindingKind,
    /// What stands there.
    pub written: String,
}

/// What is doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// The column has no name.
    NoHeader,
    /// Another column has the same name.
    SameHeader,
    /// The row is none of the ledger's.
    PassedOver(WhyPassed),
    /// A formula failed.
    FailedFormula,
    /// It is no number, in a column of numbers.
    NoNumber,
    /// It is no date, in a column of dates.
    NoDate,
    /// It is a date, but written as text.
    DateAsText,
    /// It is a date, but written as the number of a day.
    DateAsNumber {
        /// The day.
        day: Day,
    },
    /// Another row has this key already.
    SameKey {
        /// Number of that row.
        other: u32,
        /// What the row is known by.
        key: CompactString,
    },
    /// Merged cells go down a column: each row says what the first says.
    Merged {
        /// Number of the last row.
        last: u32,
    },
    /// The row has no key.
    NoKey {
        /// What it is known by.
        key: CompactString,
    },
    /// A pack asks for a column that the ledger does not have.
    NoColumn {
        /// Headers that it would know.
        known: Vec<String>,
    },
    /// A code went through a number and lost digits.
    LostDigits,
    /// A pack knows other words for the column.
    UnknownWord {
        /// These.
        known: Vec<CompactString>,
    },
    /// The word asks for other columns, and these are blank.
    Lacks {
        /// These.
        columns: Vec<CompactString>,
    },
    /// A code was mended.
    CodeMended,
    /// The row lies in one unit, and names another.
    TwoUnits,
    /// Its code is of one unit, and its name of another.
    CodeAgainstName,
    /// The row is bound to nothing.
    Unbound {
        /// Why.
        why: WhyUnbound,
        /// Codes of units that may be meant, the likeliest first.
        near: Vec<String>,
    },
    /// Another program has changed it in the project.
    AlteredInProject,
    /// Another program took the column out of the project.
    ColumnGone,
}

impl LedgerFinding {
    /// How bad it is.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        match self.kind {
            FindingKind::PassedOver(_)
            | FindingKind::DateAsText
            | FindingKind::DateAsNumber { .. }
            | FindingKind::NoColumn { .. }
            | FindingKind::Merged { .. }
            | FindingKind::NoHeader => Severity::Info,
            FindingKind::SameHeader
            | FindingKind::FailedFormula
            | FindingKind::NoNumber
            | FindingKind::NoDate
            | FindingKind::SameKey { .. }
            | FindingKind::NoKey { .. }
            | FindingKind::LostDigits
            | FindingKind::UnknownWord { .. }
            | FindingKind::Lacks { .. }
            | FindingKind::CodeMended
            | FindingKind::TwoUnits
            | FindingKind::CodeAgainstName
            | FindingKind::AlteredInProject
            | FindingKind::ColumnGone
            | FindingKind::Unbound { .. } => Severity::Warning,
        }
    }

    /// Its identifier in reports.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.kind.id()
    }

    fn place(&self, lang: Lang) -> String {
        match (lang, self.row, &self.column) {
            (Lang::Zh, Some(row), Some(column)) => format!("第 {row} 行“{column}”列："),
            (Lang::Zh, Some(row), None) => format!("第 {row} 行："),
            (Lang::Zh, None, Some(column)) => format!("“{column}”列："),
            (Lang::En, Some(row), Some(column)) => format!("row {row}, column {column:?}: "),
            (Lang::En, Some(row), None) => format!("row {row}: "),
            (Lang::En, None, Some(column)) => format!("column {column:?}: "),
            (_, None, None) => String::new(),
        }
    }

    /// What is doubtful, without the place.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        let it = &self.written;
        match (lang, &self.kind) {
            (Lang::Zh, FindingKind::NoHeader) => "没有列名，以列号代之".to_owned(),
            (Lang::En, FindingKind::NoHeader) => "the column has no name and is called by its letter".to_owned(),
            (Lang::Zh, FindingKind::SameHeader) => format!("列名“{it}”重复，已加序号区别"),
            (Lang::En, FindingKind::SameHeader) => {
                format!("another column is called {it:?} too; this one has a number behind it")
            }
            (_, FindingKind::PassedOver(why)) => passed(lang, *why, it),
            (Lang::Zh, FindingKind::FailedFormula) if it.starts_with('=') => {
                format!("公式还没有结果，请在表格软件中打开并保存：{it}")
            }
            (Lang::En, FindingKind::FailedFormula) if it.starts_with('=') => {
                format!("a formula has no result; open and save the file in a spreadsheet program: {it}")
            }
            (Lang::Zh, FindingKind::FailedFormula) => format!("公式出错：{it}"),
            (Lang::En, FindingKind::FailedFormula) => format!("a formula failed: {it}"),
            (Lang::Zh, FindingKind::NoNumber) => format!("“{it}”不是数字，求和时该项未知"),
            (Lang::En, FindingKind::NoNumber) => format!("{it:?} is no number; sums with it are not known"),
            (Lang::Zh, FindingKind::NoDate) => format!("“{it}”不是日期"),
            (Lang::En, FindingKind::NoDate) => format!("{it:?} is no date"),
            (Lang::Zh, FindingKind::DateAsText) => format!("日期“{it}”是文本格式"),
            (Lang::En, FindingKind::DateAsText) => format!("the date {it:?} is written as text"),
            (Lang::Zh, FindingKind::DateAsNumber { day }) => format!("{it} 是日期的序号，按 {day} 读取"),
            (Lang::En, FindingKind::DateAsNumber { day }) => format!("{it} is the number of a day, read as {day}"),
            (Lang::Zh, FindingKind::SameKey { other, key }) => {
                format!("“{it}”与第 {other} 行重复；本行以 {key} 记")
            }
            (Lang::En, FindingKind::SameKey { other, key }) => {
                format!("row {other} has {it:?} too; this one is known as {key}")
            }
            (Lang::Zh, FindingKind::Merged { last }) => format!("合并单元格“{it}”，至第 {last} 行各行均按此计"),
            (Lang::En, FindingKind::Merged { last }) => {
                format!("{it:?} is merged down to row {last} and counts in each")
            }
            (Lang::Zh, FindingKind::NoKey { key }) => format!("空白；本行以 {key} 记"),
            (Lang::En, FindingKind::NoKey { key }) => format!("nothing stands here; the row is known as {key}"),
            (Lang::Zh, FindingKind::NoColumn { known }) => {
                format!("本台账没有这一列；需要其数值的指标为未知；可用表头：{}", known.join("、"))
            }
            (Lang::En, FindingKind::NoColumn { known }) => format!(
                "the ledger has no such column; figures that need its values are not known. Headers that would do: {}",
                known.join(", ")
            ),
            (Lang::Zh, FindingKind::LostDigits) => format!("代码被表格软件改成了 {it}，末位数字已丢失"),
            (Lang::En, FindingKind::LostDigits) => {
                format!("a spreadsheet made {it} of the code, and its last digits are lost")
            }
            (Lang::Zh, FindingKind::UnknownWord { known }) => format!("“{it}”不在词表内；可用：{}", known.join("、")),
            (Lang::En, FindingKind::UnknownWord { known }) => {
                format!("{it:?} is none of the words of the pack: {}", known.join(", "))
            }
            (Lang::Zh, FindingKind::Lacks { columns }) => format!("“{it}”须填写：{}", columns.join("、")),
            (Lang::En, FindingKind::Lacks { columns }) => {
                format!("{it:?} asks for columns that are blank: {}", columns.join(", "))
            }
            (Lang::Zh, FindingKind::CodeMended) => format!("代码已修正：{it}"),
            (Lang::En, FindingKind::CodeMended) => format!("the code was mended: {it}"),
            (Lang::Zh, FindingKind::TwoUnits) => format!("位置与所填单位不一致（{it}），以位置为准"),
            (Lang::En, FindingKind::TwoUnits) => {
                format!("it lies in one unit and names another ({it}); the place counts")
            }
            (Lang::Zh, FindingKind::CodeAgainstName) => format!("代码与名称指向不同单位（{it}），按前者计"),
            (Lang::En, FindingKind::CodeAgainstName) => {
                format!("its code and its name are of different units ({it}); the first counts")
            }
            (Lang::Zh, FindingKind::AlteredInProject) => "其他程序改动了项目中的这份台账，按现状读取".to_owned(),
            (Lang::En, FindingKind::AlteredInProject) => {
                "another program has changed this ledger in the project; it is read as it is now".to_owned()
            }
            (Lang::Zh, FindingKind::ColumnGone) => "其他程序删去了项目中的这一列".to_owned(),
            (Lang::En, FindingKind::ColumnGone) => "another program took this column out of the project".to_owned(),
            (_, FindingKind::Unbound { why, near }) => {
                let near = match (lang, near.is_empty()) {
                    (_, true) => String::new(),
                    (Lang::Zh, false) => format!("；可能是 {}", near.join("、")),
                    (Lang::En, false) => format!("; perhaps {}", near.join(", ")),
                };
                format!("{}{near}", unbound(lang, *why, it))
            }
        }
    }
}

impl FindingKind {
    /// Its identifier in reports.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::NoHeader => "no_header",
            Self::SameHeader => "same_header",
            Self::PassedOver(_) => "passed_over",
            Self::FailedFormula => "failed_formula",
            Self::NoNumber => "no_number",
            Self::NoDate => "no_date",
            Self::DateAsText => "date_as_text",
            Self::DateAsNumber { .. } => "date_as_number",
            Self::Merged { .. } => "merged",
            Self::SameKey { .. } => "same_key",
            Self::NoKey { .. } => "no_key",
            Self::NoColumn { .. } => "no_column",
            Self::LostDigits => "lost_digits",
            Self::UnknownWord { .. } => "unknown_word",
            Self::Lacks { .. } => "lacks",
            Self::CodeMended => "code_mended",
            Self::TwoUnits => "two_units",
            Self::CodeAgainstName => "code_against_name",
            Self::Unbound { .. } => "unbound",
            Self::AlteredInProject => "altered_in_project",
            Self::ColumnGone => "column_gone",
        }
    }
}

fn unbound(lang: Lang, why: WhyUnbound, it: &str) -> String {
    match (lang, why) {
        (Lang::Zh, WhyUnbound::Outside) => "位置不在任何单元内".to_owned(),
        (Lang::En, WhyUnbound::Outside) => "its place lies in no unit".to_owned(),
        (Lang::Zh, WhyUnbound::NoSuchCode) => format!("没有单元用这个代码：{it}"),
        (Lang::En, WhyUnbound::NoSuchCode) => format!("no unit has its code: {it}"),
        (Lang::Zh, WhyUnbound::NoSuchName) => format!("找不到单元：{it}"),
        (Lang::En, WhyUnbound::NoSuchName) => format!("no unit has its name: {it}"),
        (Lang::Zh, WhyUnbound::Ambiguous) => format!("可能是多个单元：{it}"),
        (Lang::En, WhyUnbound::Ambiguous) => format!("several units may be meant: {it}"),
        (Lang::Zh, WhyUnbound::Nothing) => "没有位置、代码或单位名称".to_owned(),
        (Lang::En, WhyUnbound::Nothing) => "neither a place nor a code nor a name of a unit stands in it".to_owned(),
    }
}

fn passed(lang: Lang, why: WhyPassed, it: &str) -> String {
    let said = match why {
        WhyPassed::Title => lang.pick("标题行，未计入", "a title; it is no row"),
        WhyPassed::Header => lang.pick("表头行，未计入", "names of columns; it is no row"),
        WhyPassed::ColumnNumbers => lang.pick("列号行，未计入", "numbers of columns; it is no row"),
        WhyPassed::Total => lang.pick("合计行，未计入", "a sum of other rows; it is no row"),
        WhyPassed::Note => lang.pick("说明行，未计入", "a note; it is no row"),
        WhyPassed::LevelAbove => lang.pick("上级单元的行，未计入", "of a unit of a level above; it is no row"),
    };
    match (lang, it.is_empty()) {
        (_, true) => said.to_owned(),
        (Lang::Zh, false) => format!("{said}：{it}"),
        (Lang::En, false) => format!("{said}: {it}"),
    }
}

impl fmt::Display for LedgerFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.place(Lang::En), self.message(Lang::En))
    }
}

impl Say for LedgerFinding {
    fn zh(&self) -> String {
        format!("{}{}", self.place(Lang::Zh), self.message(Lang::Zh))
    }
}

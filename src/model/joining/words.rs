//! What is said of joining tables, in both languages.

use super::codes::Repair;
use super::columns::{Evidence, FigureRole, WhyLeft};
use super::dates::DateSource;
use super::layout::WhyPassed;
use super::matching::WhyUnmatched;
use crate::i18n::{Lang, Say};

/// Why nothing of a table could be joined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// No row names the columns.
    #[error("no row names the columns; put one such as code, name, population above the figures: {file}")]
    NoHeader {
        /// The file.
        file: String,
    },
    /// No column holds codes or names of units.
    #[error(
        "no column holds codes or names of these units; check that the table is of the same level and place; its columns \
         are {}: {file}", headers.join(", ")
    )]
    NoKey {
        /// Names of the columns.
        headers: Vec<String>,
        /// The file.
        file: String,
    },
    /// No column holds figures.
    #[error("no column holds figures beside those that name units; its columns are {}: {file}", headers.join(", "))]
    NoFigures {
        /// Names of the columns.
        headers: Vec<String>,
        /// The file.
        file: String,
    },
}

impl Say for JoinError {
    fn zh(&self) -> String {
        match self {
            Self::NoHeader { file } => {
                format!("没有找到列名所在的行，请在数据上方加一行列名（如 代码、名称、人口）：{file}")
            }
            Self::NoKey { headers, file } => format!(
                "没有哪一列是这些单元的代码或名称，请检查表格的级别和地区是否一致；现有各列：{}：{file}",
                headers.join("、")
            ),
            Self::NoFigures { headers, file } => {
                format!("除代码和名称外没有数值列；现有各列：{}：{file}", headers.join("、"))
            }
        }
    }
}

impl Repair {
    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Cleaned => lang.pick("空格、全角或撇号", "blanks, wide digits or an apostrophe"),
            Self::Decimals => lang.pick("末尾的 .0", ".0 at the end"),
            Self::LeadingZeros => lang.pick("前导零", "leading zeros"),
            Self::TrailingZeros => lang.pick("末尾的零", "zeros at the end"),
            Self::Exponent => lang.pick("科学计数", "written with an exponent"),
        }
    }
}

impl WhyUnmatched {
    /// Why, in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::NoSuchCode => lang.pick("没有此代码的单元", "no unit has this code"),
            Self::NoSuchName => lang.pick("没有此名称的单元", "no unit has this name there"),
            Self::Ambiguous => lang.pick("可能是几个单元之一", "it may be one of several units"),
            Self::Contradiction => {
                lang.pick("代码是一个单元，名称是另一个", "its code is that of one unit, its name that of another")
            }
            Self::Duplicate => lang.pick("另有一行属于同一单元", "another row is of the same unit"),
            Self::Nothing => lang.pick("没有代码和名称", "it has neither a code nor a name"),
        }
    }
}

impl WhyPassed {
    /// What it is, in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Title => lang.pick("标题", "title"),
            Self::Header => lang.pick("列名", "names of columns"),
            Self::ColumnNumbers => lang.pick("列号", "numbers of columns"),
            Self::Total => lang.pick("合计", "total"),
            Self::Note => lang.pick("说明", "note"),
            Self::LevelAbove => lang.pick("上级单元", "unit above"),
        }
    }
}

impl WhyLeft {
    /// Why, in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::NoName => lang.pick("没有列名", "it has no name"),
            Self::RowNumbers => lang.pick("行号", "it numbers rows"),
            Self::Text => lang.pick("不是数值", "its values are no numbers"),
            Self::OtherUnits => lang.pick("是其他单元的代码或名称", "it names other units"),
            Self::Repeated => lang.pick("列名重复", "its name was there before"),
        }
    }
}

impl Evidence {
    /// What told, in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::NameAndValues => lang.pick("按列名和内容", "by its name and values"),
            Self::Values => lang.pick("按内容", "by its values"),
        }
    }
}

impl DateSource {
    /// Where, in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Header => lang.pick("列名", "name of the column"),
            Self::Title => lang.pick("标题", "title"),
            Self::Sheet => lang.pick("工作表名", "name of the sheet"),
            Self::File => lang.pick("文件名", "name of the file"),
        }
    }
}

impl FigureRole {
    /// What becomes of it, in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Population => lang.pick("用作人口", "used as the population"),
            Self::Sum => lang.pick("相加", "added up"),
            Self::Other => lang.pick("不相加", "not added up"),
            Self::Text => lang.pick("文字", "text"),
        }
    }
}

//! What is doubtful in a table although it was joined: which figure is meant, in which unit, and of which sheet.

use serde::Serialize;

use crate::i18n::Lang;

/// Rows that are named.
const SAID: usize = 8;

/// A doubt about what a table says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "id", rename_all = "snake_case")]
pub enum JoinDoubt {
    /// Columns without a name stand beside one that counts people, which may be the first of several under its name.
    SpansColumns {
        /// The column with the name.
        header: String,
    },
    /// It counts people by thousands or more, so that it is no population.
    NotSingle {
        /// The column.
        header: String,
    },
    /// Its name says people, and its values are small fractions.
    Fractions {
        /// The column.
        header: String,
    },
    /// A sign in its numbers may part thousands or decimals.
    Signs {
        /// The column.
        header: String,
    },
    /// Rows have fewer fields than most, or more.
    Uneven {
        /// Their numbers.
        rows: Vec<usize>,
    },
    /// Other sheets fit as well.
    OtherSheets {
        /// The one that was taken.
        taken: String,
        /// The others.
        others: Vec<String>,
        /// Whether it is the latest by the dates that they name.
        is_latest: bool,
    },
}

impl JoinDoubt {
    /// What is doubtful, and what to do.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::SpansColumns { header }, Lang::Zh) => {
                format!("“{header}”右侧的列没有列名，可能同属这一列名（如男、女、合计），未作为人口；请为每列写明列名")
            }
            (Self::SpansColumns { header }, Lang::En) => format!(
                "columns without a name stand to the right of {header}, which may be one of several under that name (men, \
                 women, total); it is not the population; give each column its name"
            ),
            (Self::NotSingle { header }, Lang::Zh) => {
                format!("“{header}”以千人、万人等计，未作为人口；请改为以人计")
            }
            (Self::NotSingle { header }, Lang::En) => {
                format!("{header} counts people by thousands or more, and is not the population; write single people")
            }
            (Self::Fractions { header }, Lang::Zh) => {
                format!("“{header}”的值多为很小的小数，不像以人计，未作为人口；请核对单位")
            }
            (Self::Fractions { header }, Lang::En) => {
                format!(
                    "{header} holds small fractions, which are no people, and is not the population; check its unit"
                )
            }
            (Self::Signs { header }, Lang::Zh) => {
                format!("“{header}”中的逗号或点可能是千分位，也可能是小数点；不一致的值按缺失处理，请核对")
            }
            (Self::Signs { header }, Lang::En) => format!(
                "commas or points in {header} may part thousands or decimals; values that disagree count as missing; check them"
            ),
            (Self::Uneven { rows }, Lang::Zh) => {
                let first = rows.iter().take(SAID).map(usize::to_string).collect::<Vec<_>>().join("、");
                format!("{} 行的列数与其他行不同，其值可能错列，请核对：第 {first} 行", rows.len())
            }
            (Self::Uneven { rows }, Lang::En) => {
                let first = rows.iter().take(SAID).map(usize::to_string).collect::<Vec<_>>().join(", ");
                format!(
                    "{} rows have fewer or more fields than others, and may be shifted; check rows {first}",
                    rows.len()
                )
            }
            (Self::OtherSheets { taken, others, is_latest }, Lang::Zh) => {
                let why = if *is_latest { "（日期最近）" } else { "" };
                format!("有多个工作表符合，采用“{taken}”{why}；可另选：{}", others.join("、"))
            }
            (Self::OtherSheets { taken, others, is_latest }, Lang::En) => {
                let why = if *is_latest { ", the latest" } else { "" };
                format!("several sheets fit; {taken} was taken{why}; to choose another: {}", others.join(", "))
            }
        }
    }
}

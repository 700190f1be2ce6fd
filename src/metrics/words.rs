//! Why a text is no quantity, in words.

use super::MeasureError;
use crate::i18n::Say;

impl Say for MeasureError {
    fn zh(&self) -> String {
        match self {
            Self::NoNumber { example } => format!("请写数字，例如 {example}"),
            Self::NoUnit { example } => format!("请写明单位，例如 {example}"),
            Self::UnknownUnit { unit, known } => {
                format!("没有“{unit}”这个单位；可用：{}", known.join("、"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};

    #[test]
    fn why_a_text_is_no_quantity_is_said_in_both_languages() {
        check_said(&one_of_each!(MeasureError:
            NoNumber { example: "3" },
            NoUnit { example: "3 km" },
            UnknownUnit { unit: "x".to_owned(), known: vec!["km"] },
        ));
    }
}

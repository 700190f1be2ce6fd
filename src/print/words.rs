//! Why there is no map, in words.

use super::{PrintError, Size};
use crate::i18n::Say;

impl Say for PrintError {
    fn zh(&self) -> String {
        match self {
            Self::UnknownStyle { style, there } => {
                format!("这些数据没有样式“{style}”；可用：{there}（其他字段请用 --sum 指定）")
            }
            Self::UnknownMethod { method } => format!("没有分级方法“{method}”；可用 jenks、quantile、equal"),
            Self::Symbols(error) => error.zh(),
            Self::BadSize { size } => format!(
                "“{size}”不是图幅；可用 a3、a3-portrait、a4、a4-portrait，或 宽x高（像素，各 {} 至 {}，总共不超过 {} 百万像素）",
                Size::LEAST,
                Size::MOST,
                Size::MOST_PIXELS / 1_000_000
            ),
            Self::TooManyUnits { units, most } => {
                format!("当前级别有 {units} 个单元，网页最多 {most} 个，请换到较粗的级别")
            }
            Self::NothingToDraw => "没有可画的内容：没有多边形要素".to_owned(),
            Self::Convert { reason } => format!("地图未能写成文件：{reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};

    #[test]
    fn why_there_is_no_map_is_said_in_both_languages() {
        let word = || "x".to_owned();
        check_said(&one_of_each!(PrintError:
            UnknownStyle { style: word(), there: word() },
            UnknownMethod { method: word() },
            Symbols(Box::new(crate::carto::symbols::SymbolError::NoSuchLedger { text: word(), there: word() })),
            BadSize { size: word() },
            TooManyUnits { units: 9_000, most: 5_000 },
            NothingToDraw,
            Convert { reason: word() },
        ));
    }
}

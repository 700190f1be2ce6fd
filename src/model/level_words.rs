//! How levels in one layer were told, in words.

use std::fmt;

use super::{LevelDoubt, LevelEvidence};
use crate::i18n::Say;

impl fmt::Display for LevelEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column { column } => write!(f, "{column} says so"),
            Self::Codes => f.write_str("codes say so"),
            Self::Parents { column } => write!(f, "{column} has codes of others"),
            Self::Names => f.write_str("names end so"),
            Self::Inside { units, of } => write!(f, "{units} of {of} lie in one of the level above"),
            Self::Covered { units, of } => write!(f, "{units} of {of} have the area of those in them"),
        }
    }
}

impl Say for LevelEvidence {
    fn zh(&self) -> String {
        match self {
            Self::Column { column } => format!("字段“{column}”写明"),
            Self::Codes => "代码写明".to_owned(),
            Self::Parents { column } => format!("字段“{column}”是其他单元的代码"),
            Self::Names => "名称的通名写明".to_owned(),
            Self::Inside { units, of } => format!("{of} 个下级中有 {units} 个位于上级之内"),
            Self::Covered { units, of } => format!("{of} 个上级中有 {units} 个的面积等于其下级之和"),
        }
    }
}

impl fmt::Display for LevelDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByPlaceAlone => f.write_str("no column says so, only what lies in what"),
            Self::Outside { units, of } => write!(f, "{units} of {of} lie in none of the level above"),
            Self::Empty { units, of } => write!(f, "{units} of {of} above have none in them"),
            Self::NotCovered { units, of } => write!(f, "{units} of {of} have another area than those in them"),
            Self::Overlapping { units } => write!(f, "{units} lie in others that are not above them"),
            Self::Unsaid { units } => write!(f, "nothing says the level of {units}; their place was taken for it"),
            Self::TooMany { levels } => write!(f, "{levels} levels are more than can be nested"),
        }
    }
}

impl Say for LevelDoubt {
    fn zh(&self) -> String {
        match self {
            Self::ByPlaceAlone => "没有字段写明，仅据图形的包含关系".to_owned(),
            Self::Outside { units, of } => format!("{of} 个下级中有 {units} 个不在任何上级之内"),
            Self::Empty { units, of } => format!("{of} 个上级中有 {units} 个没有下级"),
            Self::NotCovered { units, of } => format!("{of} 个上级中有 {units} 个的面积不等于其下级之和"),
            Self::Overlapping { units } => format!("{units} 个单元位于并非其上级的单元之内"),
            Self::Unsaid { units } => format!("{units} 个单元没有写明级别，按位置判断"),
            Self::TooMany { levels } => format!("有 {levels} 级，超出可嵌套的级数"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};

    #[test]
    fn evidence_and_doubts_about_levels_are_said_in_both_languages() {
        let (units, of) = (1, 2);
        let column = || "admin_level".to_owned();
        check_said(&one_of_each!(LevelEvidence:
            Column { column: column() },
            Codes,
            Parents { column: column() },
            Names,
            Inside { units, of },
            Covered { units, of },
        ));
        check_said(&one_of_each!(LevelDoubt:
            ByPlaceAlone,
            Outside { units, of },
            Empty { units, of },
            NotCovered { units, of },
            Overlapping { units },
            Unsaid { units },
            TooMany { levels: 6 },
        ));
    }
}

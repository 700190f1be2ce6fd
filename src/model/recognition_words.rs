//! What columns were taken for, in words.

use std::fmt;

use super::{RoleDoubt, RoleEvidence};
use crate::i18n::{Lang, Say};

impl fmt::Display for RoleEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given => f.write_str("as given"),
            Self::OwnExport => f.write_str("an export of this program says so"),
            Self::Name { of: None } => f.write_str("by its name"),
            Self::Name { of: Some(of) } => write!(f, "by its name: {of}"),
            Self::Filled { percent } => write!(f, "filled {percent} %"),
            Self::Unique => f.write_str("no value comes twice"),
            Self::Shared { values, units } => write!(f, "{values} values for {units} units"),
            Self::Pattern { pattern } => write!(f, "all written {pattern}"),
            Self::ChineseCodes { level } => write!(f, "Chinese codes of {}", level.words(Lang::En).to_lowercase()),
            Self::BeginsWith { column } => write!(f, "begins with {column}"),
            Self::BeginningOf { column } => write!(f, "{column} begins with it"),
            Self::NamedBy { column } => write!(f, "one for each {column}"),
            Self::Words => f.write_str("words, no numbers"),
            Self::Amounts => f.write_str("numbers, none negative"),
            Self::SumsToParent { parents } => write!(f, "adds up to the parent's for {parents} parents"),
        }
    }
}

impl Say for RoleEvidence {
    fn zh(&self) -> String {
        match self {
            Self::Given => "指定".to_owned(),
            Self::OwnExport => "本程序导出时写明".to_owned(),
            Self::Name { of: None } => "按字段名".to_owned(),
            Self::Name { of: Some(of) } => format!("按字段名：{of}"),
            Self::Filled { percent } => format!("填写率 {percent}%"),
            Self::Unique => "各不相同".to_owned(),
            Self::Shared { values, units } => format!("{units} 个单元共有 {values} 个值"),
            Self::Pattern { pattern } => format!("格式均为 {pattern}"),
            Self::ChineseCodes { level } => format!("{}级区划代码", level.words(Lang::Zh)),
            Self::BeginsWith { column } => format!("以“{column}”开头"),
            Self::BeginningOf { column } => format!("是“{column}”的开头"),
            Self::NamedBy { column } => format!("与“{column}”一一对应"),
            Self::Words => "是文字而非数字".to_owned(),
            Self::Amounts => "均为非负数".to_owned(),
            Self::SumsToParent { parents } => format!("{parents} 个上级的下级之和与其相符"),
        }
    }
}

impl fmt::Display for RoleDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfilled { columns } if columns.is_empty() => f.write_str("no column was found"),
            Self::Unfilled { columns } => write!(f, "no column was recognised; it could be {}", columns.join(", ")),
            Self::CloseSecond { column } => write!(f, "it could be {column} as well"),
            Self::ByValuesAlone => f.write_str("its name does not say so"),
            Self::Missing { units } => write!(f, "{units} units have no value"),
            Self::Duplicates { units } => write!(f, "{units} units share theirs with others"),
            Self::OneValue => f.write_str("all units have the same value"),
            Self::NotNumbers { units } => write!(f, "{units} values are no numbers"),
            Self::NotParentsSum { parents, of, first } => {
                write!(f, "it does not add up to the parent's for {parents} of {of} parents, such as {first}")
            }
        }
    }
}

impl Say for RoleDoubt {
    fn zh(&self) -> String {
        match self {
            Self::Unfilled { columns } if columns.is_empty() => "没有找到字段".to_owned(),
            Self::Unfilled { columns } => format!("没有认出；可能是 {}", columns.join("、")),
            Self::CloseSecond { column } => format!("也可能是“{column}”"),
            Self::ByValuesAlone => "字段名未说明".to_owned(),
            Self::Missing { units } => format!("{units} 个单元无值"),
            Self::Duplicates { units } => format!("{units} 个单元与其他单元的值相同"),
            Self::OneValue => "所有单元的值都一样".to_owned(),
            Self::NotNumbers { units } => format!("{units} 个值不是数字"),
            Self::NotParentsSum { parents, of, first } => {
                format!("{of} 个上级中有 {parents} 个的下级之和与其不符，例如{first}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Level;

    #[test]
    fn all_evidence_and_all_doubts_are_one_line_in_both_languages() {
        let column = || "a\nb".into();
        let evidence = [
            RoleEvidence::Given,
            RoleEvidence::OwnExport,
            RoleEvidence::Name { of: None },
            RoleEvidence::Name { of: Some("TD/T 1057".into()) },
            RoleEvidence::Filled { percent: 99 },
            RoleEvidence::Unique,
            RoleEvidence::Shared { values: 3, units: 9 },
            RoleEvidence::Pattern { pattern: "A99".into() },
            RoleEvidence::ChineseCodes { level: Level::Village },
            RoleEvidence::BeginsWith { column: column() },
            RoleEvidence::BeginningOf { column: column() },
            RoleEvidence::NamedBy { column: column() },
            RoleEvidence::Words,
            RoleEvidence::Amounts,
            RoleEvidence::SumsToParent { parents: 3 },
        ];
        let doubts = [
            RoleDoubt::Unfilled { columns: vec![] },
            RoleDoubt::Unfilled { columns: vec![column()] },
            RoleDoubt::CloseSecond { column: column() },
            RoleDoubt::ByValuesAlone,
            RoleDoubt::Missing { units: 2 },
            RoleDoubt::Duplicates { units: 2 },
            RoleDoubt::OneValue,
            RoleDoubt::NotNumbers { units: 2 },
            RoleDoubt::NotParentsSum { parents: 1, of: 3, first: column() },
        ];
        let said = evidence.iter().map(|it| it as &dyn Say).chain(doubts.iter().map(|it| it as &dyn Say));
        for it in said {
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| it.say(lang));
            assert!(!zh.is_empty() && !en.is_empty() && !zh.contains('\n') && !en.contains('\n'), "{zh} {en}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{en}");
        }
    }
}

//! Defects and cuts in words.

use super::CutError;
use super::validate::{Defect, DefectKind, Detail, Severity};
use crate::i18n::numbers::{self, AreaUnit};
use crate::i18n::{Lang, Say};

impl Say for Detail {
    fn zh(&self) -> String {
        let metres = |value: f64| numbers::number(value, 2);
        let fixed = match self {
            Self::Overlap { width_m } => return format!("单元互相重叠，宽约 {} m", metres(*width_m)),
            Self::Gap { width_m } => return format!("单元之间有缝隙，宽约 {} m", metres(*width_m)),
            Self::Hole { width_m } => return format!("有不属于任何单元的空洞，宽约 {} m", metres(*width_m)),
            Self::OneSidedVertices { vertices, distance_m } => {
                return format!("公共边界有 {vertices} 个顶点在另一侧缺失，最远相差 {} m", metres(*distance_m));
            }
            Self::NearlyEqual { distance_m } => return format!("边界两侧相差 {} m", metres(*distance_m)),
            Self::TooFewVertices { vertices } => return format!("环只有 {vertices} 个顶点，至少需要 3 个"),
            Self::Pile { units } => {
                return format!("{units} 个单元几乎叠在一起；检查与修复只看其中第一个");
            }
            Self::VertexOnEdge => "顶点落在相邻单元的边上，而该边在此没有顶点",
            Self::Crossing => "不同单元的边界相交",
            Self::Unclosed => "环没有闭合",
            Self::RepeatedVertex => "有重复的顶点",
            Self::SelfCrossing => "环自相交，或与同一多边形的另一环相交",
            Self::SelfTouch => "环自相切",
            Self::Spike => "环有尖刺",
            Self::SelfOverlap => "环沿自身或同一多边形的另一环重复",
            Self::HoleOutsideShell => "内环在外环之外，或在另一内环之内",
            Self::PartsOverlap => "同一单元的各部分互相重叠",
            Self::PartsShareBorder => "同一单元的各部分有公共边界",
            Self::InteriorDisconnected => "相接的内环把多边形内部隔断",
            Self::SameTerritory => "单元范围完全相同",
            Self::NoGeometry => "单元没有图形",
        };
        fixed.to_owned()
    }
}

impl Say for DefectKind {
    fn zh(&self) -> String {
        let word = match self {
            Self::Overlap => "重叠",
            Self::Gap => "缝隙",
            Self::Hole => "空洞",
            Self::UnmatchedEdge => "边界不重合",
            Self::InvalidRing => "环无效",
            Self::DuplicateUnit => "单元重复",
            Self::EmptyGeometry => "没有图形",
        };
        word.to_owned()
    }
}

impl Say for Severity {
    fn zh(&self) -> String {
        let word = match self {
            Self::Info => "提示",
            Self::Warning => "警告",
            Self::Error => "错误",
        };
        word.to_owned()
    }
}

impl Defect {
    /// The defect in one sentence, with its size. Areas from a hectare on are in `unit`.
    #[must_use]
    pub fn sentence(&self, lang: Lang, unit: AreaUnit) -> String {
        let mut text = self.detail.sentence(lang);
        let separator = lang.pick("，", ", ");
        if let Some(area_m2) = self.area_m2 {
            let size = if area_m2 < 10_000.0 {
                format!("{} m²", numbers::number(area_m2, 1))
            } else {
                numbers::area_with_unit(area_m2, unit, lang)
            };
            text = format!("{text}{separator}{size}");
        }
        match self.length_m {
            Some(length_m) => format!("{text}{separator}{} m", numbers::number(length_m, 1)),
            None => text,
        }
    }
}

impl Say for CutError {
    fn zh(&self) -> String {
        let fixed = match self {
            Self::NoLine => "线至少要有两个不同的点，多边形至少三个",
            Self::NotCutThrough => "线没有把它分开，请从界线画到界线",
            Self::OneSide => "它整个位于线的一侧",
            Self::Tangled => "线与界线靠得太近，请画得稍远一些",
            Self::Unsound => "它自身的界线在此重叠或自相交，请先修好边界",
        };
        fixed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};

    #[test]
    fn defects_and_cuts_are_said_in_both_languages() {
        check_said(&one_of_each!(Detail:
            Overlap { width_m: 0.5 },
            Gap { width_m: 0.5 },
            Hole { width_m: 500.0 },
            VertexOnEdge,
            OneSidedVertices { vertices: 3, distance_m: 0.25 },
            NearlyEqual { distance_m: 0.25 },
            Crossing,
            TooFewVertices { vertices: 2 },
            Unclosed,
            RepeatedVertex,
            SelfCrossing,
            SelfTouch,
            Spike,
            SelfOverlap,
            HoleOutsideShell,
            PartsOverlap,
            PartsShareBorder,
            InteriorDisconnected,
            SameTerritory,
            Pile { units: 30 },
            NoGeometry,
        ));
        check_said(&one_of_each!(DefectKind:
            Overlap, Gap, Hole, UnmatchedEdge, InvalidRing, DuplicateUnit, EmptyGeometry,
        ));
        check_said(&one_of_each!(Severity: Info, Warning, Error));
        check_said(&one_of_each!(CutError: NoLine, NotCutThrough, OneSide, Tangled, Unsound));
    }
}

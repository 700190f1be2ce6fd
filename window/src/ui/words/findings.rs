//! What is wrong with the data, in words.

use quhua::coverage::validate::{self, Defect, Detail};
use quhua::i18n::Lang;
use quhua::i18n::numbers::{self, AreaUnit};
use quhua::model::{CrsDoubt, FindingKind, Severity, difference_percent};

/// How bad a finding is.
#[must_use]
pub const fn severity(lang: Lang, severity: Severity) -> &'static str {
    match severity {
        Severity::Info => lang.pick("提示", "note"),
        Severity::Warning => lang.pick("警告", "warning"),
        Severity::Error => lang.pick("错误", "error"),
    }
}

/// A finding in one sentence. In English it is what the library says.
#[must_use]
pub fn finding(lang: Lang, what: &FindingKind) -> String {
    if lang == Lang::En {
        return sentence(&what.to_string());
    }
    match what {
        FindingKind::DuplicateCode { code, .. } => format!("代码 {code} 重复使用，请为每个单元设不同代码"),
        FindingKind::MissingCode { name } if name.is_empty() => "有单元既无代码也无名称".to_owned(),
        FindingKind::MissingCode { name } => format!("{name} 没有代码"),
        FindingKind::MissingName { code } if code.is_empty() => "有单元既无名称也无代码".to_owned(),
        FindingKind::MissingName { code } => format!("{code} 没有名称"),
        FindingKind::OrphanParent { code, parent } if parent.is_empty() => format!("{code} 没有写明上级单元"),
        FindingKind::OrphanParent { code, parent } => format!("{code} 的上级单元 {parent} 不存在"),
        FindingKind::CodeParentMismatch { code, parent } => format!("代码 {code} 不以上级代码 {parent} 开头"),
        FindingKind::PopulationMissing { code, text: None } => format!("{code} 没有人口数"),
        FindingKind::PopulationMissing { code, text: Some(text) } => format!("{code} 的人口数“{text}”不是有效数字"),
        FindingKind::OutsideParent { code, parent } => format!("{code} 位于上级单元 {parent} 之外"),
        FindingKind::ParentNameVaries { code, names } => {
            format!("{code} 有多个名称：{}；采用第一个", names.join("、"))
        }
        FindingKind::EmptyParent { code, .. } => format!("上级图层中的 {code} 没有下辖单元，未采用"),
        FindingKind::AreaDiffers { label, declared_m2, measured_m2 } => {
            let percent = difference_percent(*declared_m2, *measured_m2).unwrap_or(0.0);
            let [declared, measured] = [declared_m2, measured_m2].map(|area| numbers::number(area * 1e-6, 4));
            let percent = numbers::number(percent.abs(), 1);
            format!("{label} 登记面积 {declared} km²，图上面积 {measured} km²，相差 {percent} %，请核对边界和字段")
        }
        FindingKind::CrsSuspect(CrsDoubt::OutOfRange { at }) => {
            format!("坐标 {}, {} 不是经纬度，请先转换为 WGS 84 或 CGCS2000", at.x, at.y)
        }
        FindingKind::CrsSuspect(CrsDoubt::SwappedAxes { middle }) => {
            format!("坐标（约 {:.3}, {:.3}）疑似纬度在前、经度在后", middle.x, middle.y)
        }
        FindingKind::CrsSuspect(CrsDoubt::NearOrigin) => "全部坐标在 0, 0 附近，可能是本地坐标".to_owned(),
    }
}

/// First letter large.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// How bad a defect is, on the scale of all findings.
#[must_use]
pub const fn defect_severity(defect: &Defect) -> Severity {
    match defect.severity {
        validate::Severity::Info => Severity::Info,
        validate::Severity::Warning => Severity::Warning,
        validate::Severity::Error => Severity::Error,
    }
}

/// A defect in one sentence, with its size.
#[must_use]
pub fn defect(lang: Lang, defect: &Defect, unit: AreaUnit) -> String {
    let mut text = match lang {
        Lang::En => sentence(&defect.detail.to_string()),
        Lang::Zh => detail(&defect.detail),
    };
    let separator = lang.pick("，", ", ");
    if let Some(area_m2) = defect.area_m2 {
        let size = if area_m2 < 10_000.0 {
            format!("{} m²", numbers::number(area_m2, 1))
        } else {
            numbers::area_with_unit(area_m2, unit, lang)
        };
        text = format!("{text}{separator}{size}");
    }
    match defect.length_m {
        Some(length_m) => format!("{text}{separator}{} m", numbers::number(length_m, 1)),
        None => text,
    }
}

/// What exactly is wrong with a boundary, in Chinese.
fn detail(detail: &Detail) -> String {
    let metres = |value: f64| numbers::number(value, 2);
    let fixed = match detail {
        Detail::Overlap { width_m } => return format!("单元互相重叠，宽约 {} m", metres(*width_m)),
        Detail::Gap { width_m } => return format!("单元之间有缝隙，宽约 {} m", metres(*width_m)),
        Detail::Hole { width_m } => return format!("有不属于任何单元的空洞，宽约 {} m", metres(*width_m)),
        Detail::OneSidedVertices { vertices, distance_m } => {
            return format!("公共边界有 {vertices} 个顶点在另一侧缺失，最远相差 {} m", metres(*distance_m));
        }
        Detail::NearlyEqual { distance_m } => return format!("边界两侧相差 {} m", metres(*distance_m)),
        Detail::TooFewVertices { vertices } => return format!("环只有 {vertices} 个顶点，至少需要 3 个"),
        Detail::VertexOnEdge => "顶点落在相邻单元的边上，而该边在此没有顶点",
        Detail::Crossing => "不同单元的边界相交",
        Detail::Unclosed => "环没有闭合",
        Detail::RepeatedVertex => "有重复的顶点",
        Detail::SelfCrossing => "环自相交，或与同一多边形的另一环相交",
        Detail::SelfTouch => "环自相切",
        Detail::Spike => "环有尖刺",
        Detail::SelfOverlap => "环沿自身或同一多边形的另一环重复",
        Detail::HoleOutsideShell => "内环在外环之外，或在另一内环之内",
        Detail::PartsOverlap => "同一单元的各部分互相重叠",
        Detail::PartsShareBorder => "同一单元的各部分有公共边界",
        Detail::InteriorDisconnected => "相接的内环把多边形内部隔断",
        Detail::SameTerritory => "单元范围完全相同",
        Detail::NoGeometry => "单元没有图形",
    };
    fixed.to_owned()
}

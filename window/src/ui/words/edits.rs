//! Edits, warnings and refusals in words.

use super::sentence;
use quhua::coverage::CutError;
use quhua::edit::names::{NameFlaw, NameScope};
use quhua::edit::{Edit, EditError, LockTarget, PlanError, Step, UnitLabel, UnitRef, Warning};
use quhua::i18n::{Lang, sentences};
use quhua::model::Level;

/// What a step did: "合并 石桥乡、龙泉乡 → 石桥镇".
#[must_use]
pub fn edit(lang: Lang, step: &Step) -> String {
    let names: Vec<&str> = step.labels.iter().map(label).collect();
    let what = sentences::names(lang, &names);
    let result = || Some(label(&step.result_label).to_owned());
    let (verb, to): (&str, Option<String>) = match &step.edit {
        Edit::Merge { .. } => (lang.pick("合并", "Merge"), result()),
        Edit::Transfer { .. } => (lang.pick("划转", "Transfer"), result()),
        Edit::Split { .. } => (split(lang, &step.edit), result()),
        Edit::Establish { .. } => (lang.pick("设立", "Establish"), result()),
        Edit::Rename { name, .. } => (lang.pick("更名", "Rename"), Some(name.to_string())),
        Edit::ConvertKind { kind, .. } => (lang.pick("变更类型", "Convert"), Some(super::kind(lang, kind).to_owned())),
        Edit::MoveSeat { seat, .. } => {
            (lang.pick("迁移驻地", "Move the seat of"), seat.name.as_ref().map(ToString::to_string))
        }
        Edit::Abolish { .. } => (lang.pick("撤销", "Abolish"), None),
        Edit::ClassifySeat { seat_use, .. } => {
            (lang.pick("驻地去向", "Use of the seat of"), Some(super::seat_use(lang, *seat_use).to_owned()))
        }
        Edit::Reinstate { .. } => (lang.pick("恢复", "Reinstate"), None),
        Edit::Lock { target: LockTarget::Level(level), .. } => return locked_level(lang, true, *level),
        Edit::Unlock { target: LockTarget::Level(level) } => return locked_level(lang, false, *level),
        Edit::Lock { reason, .. } => (lang.pick("锁定", "Lock"), Some(reason.to_string()).filter(|it| !it.is_empty())),
        Edit::Unlock { .. } => (lang.pick("解锁", "Unlock"), None),
    };
    match to {
        Some(why) if matches!(step.edit, Edit::Lock { .. }) => {
            sentences::with_reason(lang, &format!("{verb} {what}"), &why)
        }
        Some(to) => format!("{verb} {what} → {to}"),
        None => format!("{verb} {what}"),
    }
}

/// What an edit asks for, where nothing is known of the units but what it says: "合并 510722101、510722102".
#[must_use]
pub fn asked(lang: Lang, edit: &Edit) -> String {
    let (verb, units): (&str, Vec<&UnitRef>) = match edit {
        Edit::Merge { units, .. } => (lang.pick("合并", "Merge"), units.iter().collect()),
        Edit::Transfer { units, .. } => (lang.pick("划转", "Transfer"), units.iter().collect()),
        Edit::Split { unit, .. } => (split(lang, edit), vec![unit]),
        Edit::Establish { units, .. } => (lang.pick("设立", "Establish"), units.iter().collect()),
        Edit::Rename { unit, .. } => (lang.pick("更名", "Rename"), vec![unit]),
        Edit::ConvertKind { unit, .. } => (lang.pick("变更类型", "Convert"), vec![unit]),
        Edit::MoveSeat { unit, .. } => (lang.pick("迁移驻地", "Move the seat of"), vec![unit]),
        Edit::Abolish { unit } => (lang.pick("撤销", "Abolish"), vec![unit]),
        Edit::ClassifySeat { unit, .. } => (lang.pick("驻地去向", "Use of the seat of"), vec![unit]),
        Edit::Reinstate { unit } => (lang.pick("恢复", "Reinstate"), vec![unit]),
        Edit::Lock { target: LockTarget::Level(level), .. } => return locked_level(lang, true, *level),
        Edit::Unlock { target: LockTarget::Level(level) } => return locked_level(lang, false, *level),
        Edit::Lock { target: LockTarget::Units(units), .. } => (lang.pick("锁定", "Lock"), units.iter().collect()),
        Edit::Unlock { target: LockTarget::Units(units) } => (lang.pick("解锁", "Unlock"), units.iter().collect()),
    };
    let units: Vec<String> = units.into_iter().map(ToString::to_string).collect();
    let units: Vec<&str> = units.iter().map(String::as_str).collect();
    format!("{verb} {}", sentences::names(lang, &units))
}

/// A part that goes to a unit that there is has not become a unit.
fn split(lang: Lang, edit: &Edit) -> &'static str {
    match edit.part_goes_to() {
        Some(_) => lang.pick("部分划转", "Transfer a part of"),
        None => lang.pick("分设", "Split"),
    }
}

fn locked_level(lang: Lang, locked: bool, level: Level) -> String {
    let level = super::level(lang, level);
    match (lang, locked) {
        (Lang::Zh, true) => format!("锁定全部{level}"),
        (Lang::Zh, false) => format!("解锁全部{level}"),
        (Lang::En, true) => format!("Lock the whole level: {level}"),
        (Lang::En, false) => format!("Unlock the whole level: {level}"),
    }
}

/// Name and code of a unit in a message.
fn label(unit: &UnitLabel) -> &str {
    if unit.name.is_empty() { &unit.code } else { &unit.name }
}

/// A warning in one sentence. In English it is what the library says.
#[must_use]
pub fn warning(lang: Lang, warning: &Warning) -> String {
    if lang == Lang::En {
        return sentence(&warning.to_string());
    }
    match warning {
        Warning::NotAdjacent { groups } => format!("所选单元不相邻，分为 {groups} 片，将形成飞地"),
        Warning::CodeReused { code } => format!("代码 {code} 原属被撤销的单元"),
        Warning::CodeOutsideSegment { code, kind, segment } => {
            format!("代码 {code} 不在“{}”的代码段 {segment} 内", super::kind(lang, kind))
        }
        Warning::CodeNotUnderParent { code, prefix } => format!("代码 {code} 不以上级代码 {prefix} 开头"),
        Warning::CodeUnusual { code } => format!("代码 {code} 与同级代码的编法不同"),
        Warning::CodesToReplace { units, prefix } => {
            format!("{units} 个单元的代码不以新上级代码 {prefix} 开头，需要另编代码")
        }
        Warning::SegmentFull { prefix, segment } => format!("{prefix} 的代码段 {segment} 已用完，未能拟出代码"),
        Warning::NameTaken { name, unit, scope } => {
            let scope = match scope {
                NameScope::County => "县内",
                NameScope::Province => "省内",
                NameScope::Data => "数据内",
            };
            format!("名称“{name}”与 {} 重名，{scope}不应重名", unit.code)
        }
        Warning::NameFlawed { name, flaw } => match flaw {
            NameFlaw::Missing => "名称为空".to_owned(),
            NameFlaw::Space => format!("名称“{name}”含空格"),
            NameFlaw::Bracket => format!("名称“{name}”含括号"),
            NameFlaw::FullWidth => format!("名称“{name}”含全角字母或数字"),
            NameFlaw::Invisible => format!("名称“{name}”含不可见字符"),
        },
        Warning::SeatOutside { unit } => format!("驻地不在 {} 范围内", label(unit)),
        Warning::MembersCrossed { units } => {
            let names: Vec<&str> = units.iter().take(5).map(label).collect();
            let more = if units.len() > names.len() { format!("等 {} 个单元", units.len()) } else { String::new() };
            format!("线路穿过{}{more}：整体归入面积较大的一侧；要切开，请先拆分", sentences::names(lang, &names))
        }
        Warning::LeftEmpty { unit } => format!("{} 已无所辖区域，可以撤销", label(unit)),
    }
}

/// Why an edit was refused, in one sentence. In English it is what the library says.
#[must_use]
pub fn edit_error(lang: Lang, error: &EditError) -> String {
    if lang == Lang::En {
        return sentence(&error.to_string());
    }
    match error {
        EditError::UnknownUnit { unit } => format!("没有单元 {unit}"),
        EditError::Abolished { unit } => format!("{} 已被撤销", label(unit)),
        EditError::Recoded { code, unit } => format!("代码 {code} 已变更，该单元现为 {}", label(unit)),
        EditError::Ambiguous { code, .. } => format!("代码 {code} 对应多个单元，请注明级别"),
        EditError::TooFewUnits { needed, .. } => format!("至少需要 {needed} 个单元"),
        EditError::ListedTwice { unit } => format!("{} 重复列出", label(unit)),
        EditError::LevelsDiffer { first, second, .. } => {
            format!("{} 与 {} 不是同一级别", label(first), label(second))
        }
        EditError::ParentRequired { .. } => "所选单元的上级不同，请选定合并后的上级单元".to_owned(),
        EditError::NotAParent { parent, .. } => format!("{} 不能作为上级单元", label(parent)),
        EditError::NoLevelAbove { .. } => "当前级别没有上级单元".to_owned(),
        EditError::SurvivorMissing | EditError::SurvivorNotListed { .. } => "请在所选单元中选定保留单元".to_owned(),
        EditError::SurvivorAmbiguous { code } => format!("多个单元的代码都是 {code}，请采用“新设”"),
        EditError::CodeInUse { code, unit } => format!("代码 {code} 已由 {} 使用", label(unit)),
        EditError::CodeRetired { code, unit } => {
            format!("代码 {code} 已停用（原属 {}），不得再用", label(unit))
        }
        EditError::EmptyCode => "代码为空；留空则自动拟定".to_owned(),
        EditError::EmptyName => "名称为空".to_owned(),
        EditError::SeatNowhere { .. } => "驻地坐标不是有效的经纬度".to_owned(),
        EditError::AlreadyThere { unit, parent } => format!("{} 已属于 {}", label(unit), label(parent)),
        EditError::StillHoldsTerritory { unit, .. } => {
            format!("撤销后所辖行政区域归属未明确：{} 尚有所辖区域，请先划转", label(unit))
        }
        EditError::SeatUseAsBefore { unit } => format!("{} 的驻地去向没有变化", label(unit)),
        EditError::InForce { unit } => format!("{} 没有被撤销", label(unit)),
        EditError::MadeByPlan { unit } => format!("{} 是方案中新设的，请撤销上一步来恢复", label(unit)),
        EditError::ParentAbolished { unit, parent } => {
            format!("{} 原属的 {} 也已撤销，请先恢复上级", label(unit), label(parent))
        }
        EditError::NothingToGiveBack { unit } => format!("{} 原有的部分都已不存在", label(unit)),
        EditError::WouldBeEmpty { unit, giver } => {
            format!("{} 完全由 {} 原有的区域组成，请改用更名或变更代码", label(giver), label(unit))
        }
        EditError::Locked { unit, reason } if reason.is_empty() => format!("{} 已锁定，请先解锁", label(unit)),
        EditError::Locked { unit, reason } => format!("{} 已锁定（{reason}），请先解锁", label(unit)),
        EditError::NothingToLock { locked: true } => "已经锁定".to_owned(),
        EditError::NothingToLock { locked: false } => "没有锁定".to_owned(),
        EditError::PartTo { unit, to, level } => {
            format!("{} 的部分区域不能划归 {}：须为另一个{}", label(unit), label(to), super::level(lang, *level))
        }
        EditError::NotSplit { unit, why } => format!("{} 不能这样拆分：{}", label(unit), cut_error(*why)),
        EditError::NoShares { unit } => format!("{} 的人口无法分摊：两侧权重须不为负且不全为 0", label(unit)),
        EditError::SplitKeepsNoCode { unit } => format!("{} 拆分后须有且仅有一部分沿用原代码", label(unit)),
        other => other.to_string(),
    }
}

/// Why a line cuts nothing, in Chinese.
fn cut_error(why: CutError) -> &'static str {
    match why {
        CutError::NoLine => "线至少要有两个不同的点，多边形至少三个",
        CutError::NotCutThrough => "线没有把它分开，请从界线画到界线",
        CutError::OneSide => "它整个位于线的一侧",
        CutError::Tangled => "线与界线靠得太近，请画得稍远一些",
    }
}

/// Why a plan was refused.
#[must_use]
pub fn plan_error(lang: Lang, error: &PlanError) -> String {
    let why = edit_error(lang, &error.error);
    match lang {
        Lang::Zh => format!("第 {} 步：{why}", error.index + 1),
        Lang::En => format!("Step {}: {why}", error.index + 1),
    }
}

//! Edits, refusals and warnings in words.

use compact_str::CompactString;

use super::document::PlanError;
use super::error::{EditError, NoTurn, RowDoubt, Warning};
use super::names::{NameFlaw, NameScope};
use super::op::{Edit, LockTarget};
use super::parse::{Expected, OPS, PlanProblem, PlanReadError};
use super::plan::{OtherBase, OtherLedger, PlanFileError};
use super::record::{Cells, RowEdit};
use super::refs::{UnitLabel, UnitRef};
use super::step::Step;
use crate::i18n::{Lang, Say, sentences};
use crate::model::{Level, SeatUse};

impl Edit {
    /// What it does, in a word. A part that goes to a unit that there is has not become a unit.
    #[must_use]
    pub fn verb(&self, lang: Lang) -> &'static str {
        match self {
            Self::Merge { .. } => lang.pick("合并", "Merge"),
            Self::Transfer { .. } => lang.pick("划转", "Transfer"),
            Self::Split { .. } => match self.part_goes_to() {
                Some(_) => lang.pick("部分划转", "Transfer a part of"),
                None => lang.pick("分设", "Split"),
            },
            Self::Establish { .. } => lang.pick("设立", "Establish"),
            Self::Rename { .. } => lang.pick("更名", "Rename"),
            Self::ConvertKind { .. } => lang.pick("变更类型", "Convert"),
            Self::MoveSeat { .. } => lang.pick("迁移驻地", "Move the seat of"),
            Self::Abolish { .. } => lang.pick("撤销", "Abolish"),
            Self::ClassifySeat { .. } => lang.pick("驻地去向", "Use of the seat of"),
            Self::Record { .. } => lang.pick("登记", "Record"),
            Self::Reinstate { .. } => lang.pick("恢复", "Reinstate"),
            Self::Lock { .. } => lang.pick("锁定", "Lock"),
            Self::Unlock { .. } => lang.pick("解锁", "Unlock"),
        }
    }

    /// What it asks for, where nothing is known of the units but what it says: "合并 510722101、510722102".
    #[must_use]
    pub fn asked(&self, lang: Lang) -> String {
        if let Some(level) = self.level_of_lock() {
            return self.about_level(lang, level);
        }
        if let Self::Record { table, id, row } = self {
            return recorded(lang, table, id.as_ref(), row);
        }
        let units: Vec<String> = self.units().iter().map(|unit| unit.say(lang)).collect();
        let units: Vec<&str> = units.iter().map(String::as_str).collect();
        format!("{} {}", self.verb(lang), sentences::names(lang, &units))
    }

    /// The level that it locks or unlocks as a whole.
    const fn level_of_lock(&self) -> Option<Level> {
        match self {
            Self::Lock { target: LockTarget::Level(level), .. } | Self::Unlock { target: LockTarget::Level(level) } => {
                Some(*level)
            }
            Self::Lock { target: LockTarget::Units(_), .. }
            | Self::Unlock { target: LockTarget::Units(_) }
            | Self::Merge { .. }
            | Self::Transfer { .. }
            | Self::Split { .. }
            | Self::Establish { .. }
            | Self::Rename { .. }
            | Self::ConvertKind { .. }
            | Self::MoveSeat { .. }
            | Self::Abolish { .. }
            | Self::Reinstate { .. }
            | Self::ClassifySeat { .. }
            | Self::Record { .. } => None,
        }
    }

    fn about_level(&self, lang: Lang, level: Level) -> String {
        let (verb, level) = (self.verb(lang), level.words(lang));
        match lang {
            Lang::Zh => format!("{verb}全部{level}"),
            Lang::En => format!("{verb} the whole level: {level}"),
        }
    }
}

impl Step {
    /// What it did: "合并 石桥乡、龙泉乡 → 石桥镇".
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        if let Some(level) = self.edit.level_of_lock() {
            return self.edit.about_level(lang, level);
        }
        if let Edit::Record { table, id, row } = &self.edit {
            return recorded(lang, table, id.as_ref(), row);
        }
        let names: Vec<&str> = self.labels.iter().map(name).collect();
        let text = format!("{} {}", self.edit.verb(lang), sentences::names(lang, &names));
        let to = match &self.edit {
            Edit::Merge { .. } | Edit::Transfer { .. } | Edit::Split { .. } | Edit::Establish { .. } => {
                Some(name(&self.result_label).to_owned())
            }
            Edit::Rename { name, .. } => Some(name.to_string()),
            Edit::ConvertKind { kind, name: None, .. } => Some(kind.words(lang).to_owned()),
            Edit::ConvertKind { kind, name: Some(name), .. } => Some(format!("{} {name}", kind.words(lang))),
            Edit::MoveSeat { seat, .. } => seat.name.as_ref().map(ToString::to_string),
            Edit::ClassifySeat { seat_use, .. } => Some(SeatUse::words_or_open(*seat_use, lang).to_owned()),
            Edit::Lock { reason, .. } if !reason.is_empty() => return sentences::with_reason(lang, &text, reason),
            Edit::Lock { .. }
            | Edit::Unlock { .. }
            | Edit::Abolish { .. }
            | Edit::Reinstate { .. }
            | Edit::Record { .. } => None,
        };
        match to {
            Some(to) => format!("{text} → {to}"),
            None => text,
        }
    }
}

/// What is decided of a row: "schools S012：状态 = 并入".
pub(super) fn recorded(lang: Lang, table: &str, id: Option<&CompactString>, row: &RowEdit) -> String {
    let id = id.map(|id| format!(" {id}")).unwrap_or_default();
    let cells = |cells: &Cells| {
        let blank = lang.pick("空", "blank");
        let all = cells
            .iter()
            .map(|(column, value)| format!("{column} = {}", if value.is_empty() { blank } else { value.as_str() }));
        all.collect::<Vec<_>>().join(lang.pick("，", ", "))
    };
    match (lang, row) {
        (Lang::Zh, RowEdit::Set { set }) => format!("登记 {table}{id}：{}", cells(set)),
        (Lang::En, RowEdit::Set { set }) => format!("record in {table}{id}: {}", cells(set)),
        (Lang::Zh, RowEdit::Add { add, .. }) => format!("{table} 新增{id}：{}", cells(add)),
        (Lang::En, RowEdit::Add { add, .. }) => format!("add to {table}{id}: {}", cells(add)),
        (Lang::Zh, RowEdit::Remove { remove: true }) => format!("{table} 删去{id}"),
        (Lang::En, RowEdit::Remove { remove: true }) => format!("remove from {table}{id}"),
        (Lang::Zh, RowEdit::Remove { remove: false }) => format!("{table} 恢复{id}"),
        (Lang::En, RowEdit::Remove { remove: false }) => format!("bring back in {table}{id}"),
    }
}

/// What a unit is called in a message.
fn name(unit: &UnitLabel) -> &str {
    match (unit.name.as_str(), unit.code.as_str()) {
        ("", "") => "没有代码和名称的单元",
        ("", code) => code,
        (name, _) => name,
    }
}

/// Names of several units; `more` says how many there are where not all are named.
fn names(units: &[UnitLabel], most: usize) -> String {
    let named: Vec<&str> = units.iter().take(most).map(name).collect();
    let more = if units.len() > named.len() { format!("等 {} 个单元", units.len()) } else { String::new() };
    format!("{}{more}", named.join("、"))
}

fn levels(levels: &[Level]) -> String {
    levels.iter().map(|level| level.words(Lang::Zh)).collect::<Vec<_>>().join("、")
}

impl Say for UnitRef {
    fn zh(&self) -> String {
        match self {
            Self::Code(code) => code.to_string(),
            Self::AtLevel { level, code } => format!("{} {code}", level.words(Lang::Zh)),
            Self::Atom { index } => format!("最小单元 {index}"),
        }
    }
}

impl Say for UnitLabel {
    fn zh(&self) -> String {
        match (self.code.as_str(), self.name.as_str()) {
            ("", _) | (_, "") => name(self).to_owned(),
            (code, name) => format!("{code} {name}"),
        }
    }
}

impl Say for NameScope {
    fn zh(&self) -> String {
        let word = match self {
            Self::County => "县内",
            Self::Province => "省内",
            Self::Data => "数据内",
        };
        word.to_owned()
    }
}

impl Say for NameFlaw {
    fn zh(&self) -> String {
        let word = match self {
            Self::Missing => "为空",
            Self::Space => "含空格",
            Self::Bracket => "含括号",
            Self::FullWidth => "含全角字母或数字",
            Self::Invisible => "含不可见字符",
        };
        word.to_owned()
    }
}

impl Say for Warning {
    fn zh(&self) -> String {
        match self {
            Self::NotAdjacent { groups } => format!("所选单元不相邻，分为 {groups} 片，将形成飞地"),
            Self::CodeReused { code } => format!("代码 {code} 原属被撤销的单元"),
            Self::CodeOutsideSegment { code, kind, segment } => {
                format!("代码 {code} 不在“{}”的代码段 {segment} 内", kind.words(Lang::Zh))
            }
            Self::CodeNotUnderParent { code, prefix } => format!("代码 {code} 不以上级代码 {prefix} 开头"),
            Self::CodeUnusual { code } => format!("代码 {code} 与同级代码的编法不同"),
            Self::CodesToReplace { units, prefix } => {
                format!("{units} 个单元的代码不以新上级代码 {prefix} 开头，需要另编代码")
            }
            Self::RowNotThere { ledger, row } => {
                format!("台账“{ledger}”的 {row} 按现方案不产生；所记内容保留，产生后生效")
            }
            Self::OfRow { ledger, row, doubt } => format!("台账“{ledger}”{row}：{}", doubt.zh()),
            Self::SegmentFull { prefix, segment } => format!("{prefix} 的代码段 {segment} 已用完，未能拟出代码"),
            Self::NameTaken { name, unit, scope } => {
                format!("名称“{name}”与 {} 重名，{}不应重名", unit.code, scope.zh())
            }
            Self::NameFlawed { flaw: NameFlaw::Missing, .. } => "名称为空".to_owned(),
            Self::NameFlawed { name, flaw } => format!("名称“{name}”{}", flaw.zh()),
            Self::NameOfOtherKind { name, kind } => {
                format!("名称“{name}”的通名与类型“{}”不符", kind.words(Lang::Zh))
            }
            Self::SeatOutside { unit } => format!("驻地不在 {} 范围内", name(unit)),
            Self::SeatGivenAway { unit, to } => {
                format!("{} 的驻地在划归 {} 的范围内；可不划这一部分、先迁移驻地，或将二者合并", name(unit), name(to))
            }
            Self::MembersCrossed { units } => {
                format!("线路穿过{}：整体归入面积较大的一侧；要切开，请先拆分", names(units, 5))
            }
            Self::LeftEmpty { unit } => format!("{} 已无所辖区域，可以撤销", name(unit)),
        }
    }
}

impl Say for EditError {
    fn zh(&self) -> String {
        match self {
            Self::UnknownUnit { unit } => format!("没有单元 {}", unit.zh()),
            Self::Abolished { unit } => format!("{} 已被撤销", name(unit)),
            Self::Recoded { code, unit } => format!("代码 {code} 已变更，该单元现为 {}", name(unit)),
            Self::Ambiguous { code, levels: [a, b] } if a == b => {
                format!("代码 {code} 对应多个单元，请注明最小单元的序号")
            }
            Self::Ambiguous { code, levels: both } => {
                format!("代码 {code} 对应多个单元（{}），请注明级别", levels(both))
            }
            Self::NoSuchLevel { level, levels: there } => {
                format!("数据中没有“{}”这一级别；现有：{}", level.words(Lang::Zh), levels(there))
            }
            Self::NoSuchAtom { index, atoms } => {
                format!("没有序号为 {index} 的最小单元；最细的图层有 {atoms} 个，从 0 数起")
            }
            Self::TooFewUnits { needed, .. } => format!("至少需要 {needed} 个单元"),
            Self::ListedTwice { unit } => format!("{} 重复列出", name(unit)),
            Self::LevelsDiffer { first, second, .. } => format!("{} 与 {} 不是同一级别", name(first), name(second)),
            Self::ParentRequired { parents } => {
                format!("所选单元的上级不同（{}），请选定合并后的上级单元", names(parents, 5))
            }
            Self::NotAParent { parent, .. } => format!("{} 不能作为上级单元", name(parent)),
            Self::NoLevelAbove { level } => format!("{}没有上级单元", level.words(Lang::Zh)),
            Self::SurvivorMissing => "请在所选单元中选定保留单元".to_owned(),
            Self::SurvivorNotListed { code } => format!("保留单元 {code} 不在所选单元中，请另行选定"),
            Self::SurvivorAmbiguous { code } => format!("多个单元的代码都是 {code}，请采用“新设”"),
            Self::CodeHasBlanks { code } => format!("代码 {code:?} 前后有空格或含有看不见的字符，请去掉后再写"),
            Self::CodeInUse { code, unit } => format!("代码 {code} 已由 {} 使用", name(unit)),
            Self::CodeRetired { code, unit } => format!("代码 {code} 已停用（原属 {}），不得再用", name(unit)),
            Self::EmptyCode => "代码为空；留空则自动拟定".to_owned(),
            Self::EmptyName => "名称为空".to_owned(),
            Self::SeatNowhere { lon, lat } => format!("驻地坐标 {lon}、{lat} 不是有效的经纬度"),
            Self::AlreadyThere { unit, parent } => format!("{} 已属于 {}", name(unit), name(parent)),
            Self::StillHoldsTerritory { unit, .. } => {
                format!("撤销后所辖行政区域归属未明确：{} 尚有所辖区域，请先划转", name(unit))
            }
            Self::NoSuchLedger { ledger, there } if there.is_empty() => {
                format!("没有台账“{ledger}”；请先载入该台账（命令行用 --ledger 文件={ledger}）")
            }
            Self::NoSuchLedger { ledger, there } => format!("没有台账“{ledger}”；已载入：{}", there.join("、")),
            Self::NoSuchRow { ledger, row } => format!("台账“{ledger}”中没有 {row} 这一行"),
            Self::RowExists { ledger, row } => format!("台账“{ledger}”中已有 {row} 这一行"),
            Self::NoSuchColumn { ledger, column, there } => {
                format!("台账“{ledger}”没有“{column}”列；有：{}", there.join("、"))
            }
            Self::RowAsBefore { ledger, row } => format!("台账“{ledger}”的 {row} 没有变化"),
            Self::NoTransition { ledger, row, turn } => {
                let NoTurn { column, from, to, open } = &**turn;
                let open = if open.is_empty() { "无".to_owned() } else { open.join("、") };
                format!("台账“{ledger}”{row} 的“{column}”现为“{from}”，不能改为“{to}”；可改为：{open}")
            }
            Self::TransitionAsks { ledger, row, to, columns } => {
                format!("台账“{ledger}”{row} 改为“{to}”，须同时填写：{}", columns.join("、"))
            }
            Self::RowNowhere { lon, lat } => format!("位置 {lon}, {lat} 不在任何单元内"),
            Self::SeatUseAsBefore { unit } => format!("{} 的驻地去向没有变化", name(unit)),
            Self::InForce { unit } => format!("{} 没有被撤销", name(unit)),
            Self::MadeByPlan { unit } => format!("{} 是方案中新设的，请撤回撤销它的那一步", name(unit)),
            Self::ParentAbolished { unit, parent } => {
                format!("{} 原属的 {} 也已撤销，请先恢复上级", name(unit), name(parent))
            }
            Self::NothingToGiveBack { unit } => format!("{} 原有的部分都已不存在", name(unit)),
            Self::WouldBeEmpty { unit, giver } => {
                format!("{} 完全由 {} 原有的区域组成，请改用更名或变更代码", name(giver), name(unit))
            }
            Self::Locked { unit, reason } if reason.is_empty() => format!("{} 已锁定，请先解锁", name(unit)),
            Self::Locked { unit, reason } => format!("{} 已锁定（{reason}），请先解锁", name(unit)),
            Self::NothingToLock { locked: true } => "已经锁定".to_owned(),
            Self::NothingToLock { locked: false } => "没有锁定".to_owned(),
            Self::PartTo { unit, to, level } => {
                format!("{} 的部分区域不能划归 {}：须为另一个{}", name(unit), name(to), level.words(Lang::Zh))
            }
            Self::NotSplit { unit, why } => format!("{} 不能这样拆分：{}", name(unit), why.zh()),
            Self::NoShares { unit } => {
                format!("{} 的人口无法分摊：两侧权重须不为负且不全为 0", name(unit))
            }
            Self::SplitKeepsNoCode { unit } => format!("{} 拆分后须有且仅有一部分沿用原代码", name(unit)),
        }
    }
}

impl Say for PlanError {
    fn zh(&self) -> String {
        format!("第 {} 步：{}", self.index + 1, self.error.zh())
    }
}

impl Say for OtherLedger {
    fn zh(&self) -> String {
        let Self { name, path } = self;
        format!("方案编制时用的是另一版本的台账“{name}”（{path}），各行按编号对应")
    }
}

impl Say for OtherBase {
    fn zh(&self) -> String {
        let Self { path, sha256 } = self;
        format!("方案是为另一版本的 {path} 编制的（sha256 {sha256}）；要照样使用，请允许其他边界")
    }
}

impl OtherBase {
    /// What is said where the plan is taken up all the same.
    #[must_use]
    pub fn doubt(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => format!("方案是为另一版本的 {} 编制的，结果可能不同", self.path),
            Lang::En => format!("The plan was made for another version of {}; the result may differ", self.path),
        }
    }
}

impl Say for PlanFileError {
    fn zh(&self) -> String {
        match self {
            Self::Io { error, path } => format!("无法读取方案文件（{error}）：{}", path.display()),
            Self::TooLarge { limit, path } => {
                format!("方案文件超过 {limit} 字节，不像是方案，请检查文件：{}", path.display())
            }
            Self::Bad { error, path } => format!("{}：{}", error.zh(), path.display()),
        }
    }
}

impl Say for PlanReadError {
    fn zh(&self) -> String {
        match self {
            Self::NotJson { line, column, reason } => {
                format!("方案文件第 {line} 行第 {column} 列不是有效的 JSON（{reason}）")
            }
            Self::Twice { line, column, member } => {
                format!("方案文件第 {line} 行第 {column} 列：成员 {member} 出现了两次，请删去一个")
            }
            Self::At { place, problem } => format!("{place}：{}", problem.zh()),
        }
    }
}

impl Say for PlanProblem {
    fn zh(&self) -> String {
        match self {
            Self::Missing { member } => format!("缺少“{member}”"),
            Self::Unknown { member, known } => format!("没有“{member}”这一项；可用：{}", known.join("、")),
            Self::NumberAsCode { number } => format!("代码是文字，请写成带引号的 \"{number}\"，不要写成数字"),
            Self::WrongType { expected } => format!("应为{}", expected.zh()),
            Self::WrongFormat => "这不是方案文件；\"format\" 应为 \"quhua-plan\"".to_owned(),
            Self::WrongVersion { version } => format!("方案文件版本为 {version}，本程序可读版本 1"),
            Self::UnknownOp { op } => format!("没有“{op}”这种操作；可用：{}", OPS.join("、")),
            Self::UnknownForm { form } => {
                format!("没有“{form}”这种合并方式；可用 \"establish\"（新设）或 \"absorb\"（并入）")
            }
            Self::UnknownShare { share } => {
                format!("没有“{share}”这种分摊方式；可用 \"area\"（按面积）或 \"weights\"（按权重）")
            }
            Self::LineAndPolygon => "分设只能写 \"line\" 和 \"polygon\" 之一".to_owned(),
            Self::UnknownSeatUse { seat_use } => {
                let known = SeatUse::ALL.map(SeatUse::id).join("、");
                format!("没有“{seat_use}”这种驻地去向；可用：{known}")
            }
            Self::SetAddOrRemove => "登记须写 \"set\"、\"add\"、\"remove\" 之一".to_owned(),
            Self::UnitsAndLevel => "锁定只能写 \"units\" 和 \"level\" 之一".to_owned(),
            Self::UnknownLevel { level } => {
                let known = Level::ALL.map(Level::id).join("、");
                format!("没有“{level}”这一级别；可用：{known}")
            }
        }
    }
}

impl Say for Expected {
    fn zh(&self) -> String {
        let word = match self {
            Self::Object => "对象：{ … }",
            Self::List => "列表：[ … ]",
            Self::Text => "文字",
            Self::Number => "数字",
            Self::Code => "代码（文字）",
            Self::WholeNumber => "从 0 起的整数",
            Self::YesNo => "true 或 false",
            Self::Position => "位置：[经度, 纬度]",
            Self::Repair => "边界修复方式：{\"snap_m\": 1, \"gap_width_m\": 100, \"kinds\": [\"overlap\", …]}",
        };
        word.to_owned()
    }
}

impl Say for RowDoubt {
    fn zh(&self) -> String {
        match self {
            Self::NoNumber { column, value } => format!("“{column}”的“{value}”不是数字，求和时该项未知"),
            Self::NoDate { column, value } => format!("“{column}”的“{value}”不是日期，请写作 2019-12-18"),
            Self::UnknownWord { column, value, known } => {
                format!("“{column}”的“{value}”不在词表内；可用：{}", known.join("、"))
            }
            Self::KeyTaken(key) => format!("另一行已用“{key}”；方案中仍以本行原来的编号记"),
            Self::Stays { unit } => {
                format!("本行仍属 {}，改写单元格不改变归属；要改归属请移除后在新单位处新增", name(unit))
            }
            Self::NoSuchUnit(said) => format!("找不到单元“{said}”；本行记为全县，不计入下级单元"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::coverage::CutError;
    use crate::edit::codes::Segment;
    use crate::i18n::{check_said, one_of_each};
    use crate::model::Kind;

    fn unit() -> UnitLabel {
        UnitLabel { code: "510722101".into(), name: "Shiqiao".into() }
    }

    #[test]
    fn refusals_are_said_in_both_languages() {
        let levels = [Level::Township, Level::Village];
        check_said(&one_of_each!(EditError:
            UnknownUnit { unit: UnitRef::code("1") },
            Abolished { unit: unit() },
            Recoded { code: "1".into(), unit: unit() },
            Ambiguous { code: "1".into(), levels },
            Ambiguous { code: "1".into(), levels: [Level::Village; 2] },
            NoSuchLevel { level: Level::Group, levels: levels.to_vec() },
            NoSuchAtom { index: 17, atoms: 4 },
            TooFewUnits { given: 1, needed: 2 },
            ListedTwice { unit: unit() },
            LevelsDiffer { first: unit(), second: unit(), levels },
            ParentRequired { parents: vec![unit(), unit()] },
            NotAParent { parent: unit(), levels },
            NoLevelAbove { level: Level::Township },
            SurvivorMissing,
            SurvivorNotListed { code: "1".into() },
            SurvivorAmbiguous { code: "1".into() },
            CodeHasBlanks { code: "1 ".into() },
            CodeInUse { code: "1".into(), unit: unit() },
            CodeRetired { code: "1".into(), unit: unit() },
            EmptyCode,
            EmptyName,
            SeatNowhere { lon: 200.0, lat: 0.0 },
            AlreadyThere { unit: unit(), parent: unit() },
            StillHoldsTerritory { unit: unit(), members: 2, atoms: 3 },
            SeatUseAsBefore { unit: unit() },
            NoSuchLedger { ledger: "health".into(), there: Vec::new() },
            NoSuchRow { ledger: "health".into(), row: "H1".into() },
            RowExists { ledger: "health".into(), row: "H1".into() },
            NoSuchColumn { ledger: "health".into(), column: "beds".into(), there: vec!["beds (2)".into()] },
            RowAsBefore { ledger: "health".into(), row: "H1".into() },
            NoTransition {
                ledger: "a".into(),
                row: "1".into(),
                turn: NoTurn { column: "c".into(), from: "x".into(), to: "y".into(), open: vec!["z".into()] }.into(),
            },
            TransitionAsks { ledger: "a".into(), row: "1".into(), to: "y".into(), columns: vec!["receiver".into()] },
            RowNowhere { lon: 1.0, lat: 2.0 },
            InForce { unit: unit() },
            MadeByPlan { unit: unit() },
            ParentAbolished { unit: unit(), parent: unit() },
            NothingToGiveBack { unit: unit() },
            WouldBeEmpty { unit: unit(), giver: unit() },
            Locked { unit: unit(), reason: "".into() },
            Locked { unit: unit(), reason: "settled".into() },
            NothingToLock { locked: true },
            NothingToLock { locked: false },
            PartTo { unit: unit(), to: unit(), level: Level::Village },
            NotSplit { unit: unit(), why: CutError::OneSide },
            NoShares { unit: unit() },
            SplitKeepsNoCode { unit: unit() },
        ));
        check_said(&[PlanError { index: 2, op: "merge", error: EditError::EmptyName.into() }]);
    }

    #[test]
    fn warnings_are_said_in_both_languages() {
        let segment = Segment { first: 100, last: 199 };
        let flaws = one_of_each!(NameFlaw: Missing, Space, Bracket, FullWidth, Invisible);
        check_said(&flaws.map(|flaw| Warning::NameFlawed { name: "A".into(), flaw }));
        let scopes = one_of_each!(NameScope: County, Province, Data);
        check_said(&scopes.map(|scope| Warning::NameTaken { name: "A".into(), unit: unit(), scope }));
        check_said(&one_of_each!(RowDoubt:
            NoNumber { column: "a".into(), value: "1".into() },
            NoDate { column: "a".into(), value: "1".into() },
            UnknownWord { column: "a".into(), value: "1".into(), known: vec!["2".into()] },
            KeyTaken("1".into()),
            Stays { unit: unit() },
            NoSuchUnit("1".to_owned()),
        ));
        check_said(&one_of_each!(Warning:
            NotAdjacent { groups: 2 },
            RowNotThere { ledger: "a".into(), row: "1".into() },
            OfRow { ledger: "a".into(), row: "1".into(), doubt: Box::new(RowDoubt::KeyTaken("2".into())) },
            CodeReused { code: "1".into() },
            CodeOutsideSegment { code: "1".into(), kind: Kind::Town, segment },
            CodeNotUnderParent { code: "1".into(), prefix: "2".into() },
            CodeUnusual { code: "1".into() },
            MembersCrossed { units: vec![unit(); 7] },
            CodesToReplace { units: 3, prefix: "2".into() },
            SegmentFull { prefix: "2".into(), segment },
            NameTaken { name: "A".into(), unit: unit(), scope: NameScope::County },
            NameFlawed { name: "A".into(), flaw: NameFlaw::Space },
            NameOfOtherKind { name: "A".into(), kind: Kind::Town },
            SeatOutside { unit: unit() },
            SeatGivenAway { unit: unit(), to: unit() },
            LeftEmpty { unit: unit() },
        ));
    }

    #[test]
    fn what_is_wrong_with_a_plan_file_is_said_in_both_languages() {
        let word = || "melt".to_owned();
        let problems = one_of_each!(PlanProblem:
            Missing { member: "name" },
            Unknown { member: word(), known: vec!["op"] },
            NumberAsCode { number: "5".to_owned() },
            WrongType { expected: Expected::List },
            WrongFormat,
            WrongVersion { version: "2".to_owned() },
            UnknownOp { op: word() },
            UnknownForm { form: word() },
            UnknownShare { share: word() },
            LineAndPolygon,
            UnknownSeatUse { seat_use: word() },
            SetAddOrRemove,
            UnitsAndLevel,
            UnknownLevel { level: word() },
        );
        check_said(&problems);
        let expected = one_of_each!(Expected: Object, List, Text, Number, Code, WholeNumber, Position, Repair, YesNo);
        check_said(&expected);
        let errors = || {
            one_of_each!(PlanReadError:
                NotJson { line: 2, column: 1, reason: "key must be a string".to_owned() },
                Twice { line: 2, column: 1, member: "op".to_owned() },
                At { place: "edits[0]".to_owned(), problem: PlanProblem::WrongFormat },
            )
        };
        check_said(&errors());
        check_said(&one_of_each!(PlanFileError:
            Io { error: io::Error::other("gone"), path: "a.json".into() },
            TooLarge { limit: 5, path: "a.json".into() },
            Bad { error: errors()[1].clone(), path: "a.json".into() },
        ));
        check_said(&[OtherBase { path: "a.geojson".to_owned(), sha256: "ab".to_owned() }]);
    }
}

//! What commands do and how figures of all units are worked out, in a sentence or two, for tooltips.

use std::borrow::Cow;

use crate::ui::state::action::Action;
use crate::ui::state::exports;
use quhua::i18n::{Lang, Text};
use quhua::io::format::{self, FileKind};

/// What a command does.
#[must_use]
pub fn hint(lang: Lang, action: Action) -> Cow<'static, str> {
    let what = what_it_does(lang, action);
    let read = if matches!(action, Action::Open | Action::Rebase) {
        FileKind::Layers
    } else if action == Action::OpenFacilities {
        FileKind::Places
    } else if action == Action::JoinTable {
        FileKind::Table
    } else {
        return what.into();
    };
    // What can be read stands in one table.
    let formats = format::names(read, lang).join(lang.pick("、", ", "));
    match lang {
        Lang::Zh => format!("{what}（{formats}）").into(),
        Lang::En => format!("{what} ({formats})").into(),
    }
}

#[expect(clippy::too_many_lines, reason = "a table with a line or two for each action")]
fn what_it_does(lang: Lang, action: Action) -> &'static str {
    let info = action.info();
    if let Some(hint) = info.hint {
        return lang.of(hint);
    }
    match action {
        Action::OpenSample => lang.pick(
            "打开程序自带的示例县，可以放心试用",
            "A made-up county that comes with the program, to try everything on",
        ),
        Action::OpenPlan => lang.pick(
            "导入另一台机器上做的方案，作为一个新方案",
            "A plan made elsewhere becomes a scenario of this project",
        ),
        Action::Export(kind) => {
            let [zh, en] = exports::row(kind).hint;
            lang.pick(zh, en)
        }
        Action::Undo => {
            lang.pick("撤回最后一步调整；任何一步都可以撤回", "Takes the last change back; any of them can be")
        }
        Action::Redo => lang.pick("重新执行刚撤回的一步", "Does again what was just undone"),
        Action::Rename => lang.pick("只改名称，代码和边界不变", "Another name; code and boundary stay"),
        Action::ConvertKind => lang.pick(
            "例如撤乡设镇：改变类型，可同时改名",
            "For instance a township becomes a town; perhaps with a new name",
        ),
        Action::Abolish => lang.pick(
            "撤销所选单元的建制；须先说明它的地域划归哪里",
            "The unit is abolished; all of its territory must have gone elsewhere before",
        ),
        Action::ConfirmSplit => lang.pick(
            "按画好的线拆分单元；人口按卡片上选定的办法分摊",
            "Splits the unit along the line; people are shared out as the card says",
        ),
        Action::ConfirmChange => lang.pick(
            "按卡片调整：划转、变更类型或迁移驻地",
            "Does what the card shows: the transfer, the other kind, the other seat",
        ),
        Action::ConfirmEstablish => lang.pick(
            "按卡片设立新单元；所选单元从原来的上级划入",
            "Sets the unit up as the card says; the selected units leave the parents that they have",
        ),
        Action::Unlock => lang.pick("解除锁定，单元又可以调整", "The unit can be changed again"),
        Action::SelectAll => lang.pick(
            "选中当前级别的全部单元，例如先全选再减选",
            "Takes every unit of this level; Alt-click then takes some out",
        ),
        Action::ClearSelection => {
            lang.pick("一个单元也不选；Esc 也可以", "Nothing is selected any more; Esc does it too")
        }
        Action::SelectNeighbours => {
            lang.pick("把与所选单元接壤的单元也选上", "Adds all units that share a border with the selected ones")
        }
        Action::ZoomToFit => lang.pick("缩放到能看见全部单元", "Zooms out until every unit is seen"),
        Action::ZoomToSelection => {
            lang.pick("缩放到所选单元；双击一个单元也可以", "Zooms to the selected units; a double click zooms to one")
        }
        Action::ZoomIn | Action::ZoomOut => {
            lang.pick("也可以用滚轮，以指针为中心缩放", "The wheel does it too, about the pointer")
        }
        Action::NextBookmark => {
            lang.pick("依次回到保存的地图范围", "Goes through the views of the map that were kept, one after the other")
        }
        Action::Palette => lang.pick(
            "输入几个字，查找命令、单元、书签或最近的文件",
            "Write a few letters to find a command, a unit, a bookmark or a recent file",
        ),
        Action::Find => {
            lang.pick("按名称或代码查找单元，并缩放过去", "Finds a unit by its name or code and zooms to it")
        }
        Action::ShowHistory => lang
            .pick("逐步列出所做的调整，可以回到任意一步", "All changes step by step; you can go back to any of them"),
        Action::ShowLog => lang.pick(
            "本次运行的全部消息，带时间，可以复制",
            "All messages of this run with their times, to be read again",
        ),
        Action::ClearFilters => lang.pick("取消各列的筛选，显示全部单元", "Takes the filters of all columns away"),
        Action::ToggleUnits => lang.pick(
            "左侧的单元树：按级别列出单元，可以拖动划转",
            "The tree of units on the left; rows can be dragged to transfer",
        ),
        Action::ToggleInspector => lang.pick(
            "右侧的详情：所选单元的指标、合并卡和方案概况",
            "On the right: figures of the selection, the merge card, and the scenario",
        ),
        Action::ToggleBottom => lang.pick(
            "下方的表格：单元、对照、比选、历史、检查",
            "Below: units, crosswalk, comparison, history and checks",
        ),
        Action::ToggleLabels => {
            lang.pick("显示或隐藏地图上的地名", "Shows the names of units on the map, or hides them")
        }
        Action::ToggleCrossings => lang.pick(
            "在地图上显示或隐藏桥梁、渡口等通道，河流、山脊等阻隔",
            "Shows bridges and ferries, rivers and ridges between units on the map, or hides them",
        ),
        Action::NextAreaUnit => lang
            .pick("面积用平方公里、公顷或亩显示，数据不变", "Areas in km², hectares or mu; the data stay as they are"),
        Action::ToggleTheme => lang.pick("在浅色和深色界面之间切换", "Changes between the light and the dark theme"),
        Action::ToggleLanguage => lang.pick("Switch to English", "切换到简体中文"),
        Action::ShowRules => lang.pick(
            "打开检查面板，列出符合和不符合规则的单元",
            "Opens the checks, with the units that keep or break the rules",
        ),
        Action::OpenRules => lang.pick(
            "读入自己的规则包（TOML 文本），格式见 docs/rules.md",
            "Reads a pack of rules of your own, a TOML text as docs/rules.md describes it",
        ),
        Action::CopyMessages => {
            lang.pick("把全部消息连同时间复制到剪贴板", "All messages with their times go to the clipboard")
        }
        // Their hint stands in the table of actions, or their name says it all.
        Action::Rules(_)
        | Action::Open
        | Action::OpenPath
        | Action::Save
        | Action::SaveAs
        | Action::SavePlan
        | Action::OpenFacilities
        | Action::RemoveFacilities
        | Action::JoinTable
        | Action::TakeBackJoin
        | Action::LayLedger
        | Action::ReplaceLedger
        | Action::RemoveLedger
        | Action::Packs
        | Action::ShowLedgers
        | Action::RepairBorders
        | Action::TakeBackRepair
        | Action::Rebase
        | Action::Branch
        | Action::NewScenario
        | Action::NextScenario
        | Action::ToggleCompare
        | Action::CopyTable
        | Action::CopyMap
        | Action::CopyTablePicture
        | Action::ToggleFilters
        | Action::Merge
        | Action::Confirm
        | Action::GiveUp
        | Action::Transfer
        | Action::Establish
        | Action::MoveSeat
        | Action::NameSeat
        | Action::Split
        | Action::GivePart
        | Action::SplitOffPart
        | Action::Measure
        | Action::SuggestMergers
        | Action::Lock
        | Action::LockLevel
        | Action::UnlockAll
        | Action::ShrinkSelection
        | Action::SelectEnclosed
        | Action::SelectSurrounded
        | Action::InvertSelection
        | Action::SelectSiblings
        | Action::SelectSameKind
        | Action::QueryBar
        | Action::ByList
        | Action::PaintTransfer
        | Action::BoxTool
        | Action::LassoTool
        | Action::PolygonTool
        | Action::BrushTool
        | Action::BrushSmaller
        | Action::BrushLarger
        | Action::BrushTouching
        | Action::BrushInside
        | Action::BrushCentre
        | Action::BrushPoints
        | Action::BrushMetres
        | Action::LimitToParent
        | Action::LimitToUnlocked
        | Action::LimitToChanged
        | Action::LimitToOther
        | Action::LiftLimits
        | Action::FinerLevel
        | Action::CoarserLevel
        | Action::AddBookmark
        | Action::ShowShortcuts
        | Action::Tour
        | Action::ShowLogFile
        | Action::SaveLogFile
        | Action::NextPanel
        | Action::PreviousPanel
        | Action::ShowTable
        | Action::ShowCrosswalk
        | Action::ShowChecks
        | Action::ShowScenarios
        | Action::ShowSources
        | Action::OpenProfile
        | Action::SaveProfile
        | Action::OwnFigures
        | Action::RulesOff
        | Action::DeclareLink
        | Action::DeclareBarrier
        | Action::ResetLayout
        | Action::ToggleLegend
        | Action::Background
        | Action::BackgroundFromFile
        | Action::RemoveBackground
        | Action::NextAreaMethod
        | Action::LargerText
        | Action::SmallerText
        | Action::NormalText => lang.of(info.name),
    }
}

/// How a figure of all units, or what is no figure, is worked out, by its name; empty for what needs no words. Figures of
/// units say it themselves, [`quhua::metrics::Figure::about`].
#[must_use]
pub const fn about(lang: Lang, figure: Text) -> &'static str {
    match figure {
        Text::Seat => lang.pick(
            "数据或方案给定的驻地；没有时取人口重心，再没有取单元内一点",
            "As given by data or plan; else the centre of its people, else a point inside",
        ),
        Text::Members => lang.pick("下一级单元的个数", "How many units of the next finer level it has"),
        Text::MeanArea => lang.pick("总面积除以单元数", "Total area by the number of units"),
        Text::MeanPopulation => lang.pick("总人口除以单元数", "All people by the number of units"),
        Text::RulesBroken => lang.pick(
            "按所选规则包，不符合的条数；提示不计在内",
            "Rules of the chosen pack that units break; hints are not counted",
        ),
        Text::ReductionRate => {
            lang.pick("减少的单元数除以调整前的单元数", "Units fewer by the units that there were before")
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_with_a_button_says_more_than_its_name() {
        let says_nothing = |action: &Action| {
            let name = |lang: Lang| lang.of(action.info().name).trim_end_matches('…');
            Lang::ALL.into_iter().any(|lang| hint(lang, *action).trim_end_matches('…') == name(lang))
        };
        let with_buttons = Action::ALL.iter().copied().filter(|action| action.info().icon.is_some());
        assert_eq!(with_buttons.filter(says_nothing).collect::<Vec<_>>(), []);
    }
}

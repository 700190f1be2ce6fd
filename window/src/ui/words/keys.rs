//! What groups of commands and gestures of the pointer are called.

use crate::ui::state::action::Group;
use quhua::i18n::Lang;

/// Name of a group of commands.
#[must_use]
pub const fn group(lang: Lang, group: Group) -> &'static str {
    match group {
        Group::Files => lang.pick("文件", "Files"),
        Group::Scenarios => lang.pick("方案", "Scenarios"),
        Group::Export => lang.pick("导出与复制", "Export and copy"),
        Group::Changes => lang.pick("调整", "Changes"),
        Group::Selection => lang.pick("选择", "Selection"),
        Group::Map => lang.pick("地图", "Map"),
        Group::Panels => lang.pick("面板与帮助", "Panels and help"),
        Group::Looks => lang.pick("显示", "Looks"),
    }
}

/// What pointer and keys do that belong to no command: what, and how.
#[must_use]
pub const fn pointer_gestures(lang: Lang) -> &'static [(&'static str, &'static str)] {
    match lang {
        Lang::Zh => &[
            ("选中单元", "单击"),
            ("加选／减选", "Shift 单击 ／ Alt 单击"),
            ("框选、套索、画笔", "拖动"),
            ("缩放到单元", "双击"),
            ("平移地图", "空格+拖动、中键、方向键"),
            ("缩放地图", "滚轮"),
            ("选中十字处的单元", "空格"),
            ("列表中移动、选中", "方向键"),
            ("只移动不选中、加选", "Ctrl+方向键、空格"),
        ],
        Lang::En => &[
            ("Select a unit", "click"),
            ("Add, remove", "Shift-click, Alt-click"),
            ("Box, lasso, brush", "drag"),
            ("Zoom to a unit", "double click"),
            ("Pan", "Space+drag, middle button, arrows"),
            ("Zoom", "wheel"),
            ("Select below the cross", "Space"),
            ("Move in a list and select", "arrows"),
            ("Move only, then add", "Ctrl+arrows, Space"),
        ],
    }
}

//! Texts with parts about selecting and painting.

use super::Lang;
use super::numbers::count;

/// `only in 石桥乡`
#[must_use]
pub fn only_inside(lang: Lang, parent: &str) -> String {
    match lang {
        Lang::Zh => format!("仅{parent}之内"),
        Lang::En => format!("only in {parent}"),
    }
}

/// `only not locked`
#[must_use]
pub fn only(lang: Lang, what: &str) -> String {
    match lang {
        Lang::Zh => format!("仅{what}"),
        Lang::En => format!("only {what}"),
    }
}

/// `only what differs from Scenario 1`
#[must_use]
pub fn only_differing(lang: Lang, from: &str) -> String {
    match lang {
        Lang::Zh => format!("仅与“{from}”不同"),
        Lang::En => format!("only what differs from {from}"),
    }
}

/// `12 found`
#[must_use]
pub fn found(lang: Lang, units: usize) -> String {
    let units = count(units);
    match lang {
        Lang::Zh => format!("找到 {units} 个"),
        Lang::En => format!("{units} found"),
    }
}

/// `12 found, 3 left out by the limits`
#[must_use]
pub fn found_within_limits(lang: Lang, units: usize, left_out: usize) -> String {
    if left_out == 0 {
        return found(lang, units);
    }
    let (units, left_out) = (count(units), count(left_out));
    match lang {
        Lang::Zh => format!("找到 {units} 个，另有 {left_out} 个受限制"),
        Lang::En => format!("{units} found, {left_out} more beyond the limits"),
    }
}

/// `Select 12 villages`
#[must_use]
pub fn select_units(lang: Lang, units: usize) -> String {
    let units = count(units);
    match lang {
        Lang::Zh => format!("选中 {units} 个"),
        Lang::En => format!("Select {units}"),
    }
}

/// `12 matched as villages · 2 ambiguous · 1 not found`
#[must_use]
pub fn listed(lang: Lang, level: &str, matched: usize, several: usize, missing: usize) -> String {
    let (matched, several, missing) = (count(matched), count(several), count(missing));
    match lang {
        Lang::Zh => format!("{level}：已匹配 {matched} · 同名待定 {several} · 未找到 {missing}"),
        Lang::En => format!("{level}: {matched} matched · {several} ambiguous · {missing} not found"),
    }
}

/// `line 3`
#[must_use]
pub fn line(lang: Lang, number: usize) -> String {
    match lang {
        Lang::Zh => format!("第 {number} 行"),
        Lang::En => format!("line {number}"),
    }
}

/// `12 units move to 石桥乡`
#[must_use]
pub fn moves_to(lang: Lang, units: usize, to: &str) -> String {
    match (lang, units) {
        (Lang::Zh, units) => format!("{} 个单元划入{to}", count(units)),
        (Lang::En, 1) => format!("1 unit moves to {to}"),
        (Lang::En, units) => format!("{} units move to {to}", count(units)),
    }
}

/// `locked, and left where they are: 解放村`
#[must_use]
pub fn held(lang: Lang, names: &str) -> String {
    match lang {
        Lang::Zh => format!("已锁定，不划转：{names}"),
        Lang::En => format!("Locked, and left where they are: {names}"),
    }
}

/// `and 3 more units lose members`
#[must_use]
pub fn more_givers(lang: Lang, units: usize) -> String {
    match lang {
        Lang::Zh => format!("另有 {} 个单元划出", count(units)),
        Lang::En => format!("{} more lose members", count(units)),
    }
}

/// A unit of the finest level cannot take members.
#[must_use]
pub fn takes_no_members(lang: Lang, unit: &str) -> String {
    match lang {
        Lang::Zh => format!("{unit}是最末一级，不能划入下级单元"),
        Lang::En => format!("{unit} is of the finest level: nothing can be moved into it"),
    }
}

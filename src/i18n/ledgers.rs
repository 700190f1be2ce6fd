//! Texts with parts about ledgers and their rows.

use super::Lang;
use super::numbers::count;

/// What stood in a cell before the plan: `was: …`
#[must_use]
pub fn was(lang: Lang, text: &str) -> String {
    match (lang, text.is_empty()) {
        (Lang::Zh, true) => "原为空".to_owned(),
        (Lang::Zh, false) => format!("原为：{text}"),
        (Lang::En, true) => "was blank".to_owned(),
        (Lang::En, false) => format!("was: {text}"),
    }
}

/// Where a row stands: `row 12 · file · sheet`
#[must_use]
pub fn row_of(lang: Lang, file: &str, sheet: Option<&str>, row: u32) -> String {
    let sheet = sheet.map(|sheet| format!(" · {sheet}")).unwrap_or_default();
    match lang {
        Lang::Zh => format!("第 {row} 行 · {file}{sheet}"),
        Lang::En => format!("row {row} · {file}{sheet}"),
    }
}

/// A ledger that was laid, with the number of its rows.
#[must_use]
pub fn laid(lang: Lang, name: &str, rows: usize) -> String {
    match lang {
        Lang::Zh => format!("已导入台账 {name}：{} 行", count(rows)),
        Lang::En => format!("ledger {name} laid: {} rows", count(rows)),
    }
}

/// A ledger that has another file.
#[must_use]
pub fn replaced(lang: Lang, name: &str, file: &str) -> String {
    match lang {
        Lang::Zh => format!("台账 {name} 已更新为 {file}"),
        Lang::En => format!("ledger {name} is that of {file} now"),
    }
}

/// A ledger that is gone.
#[must_use]
pub fn removed(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("已移除台账 {name}"),
        Lang::En => format!("ledger {name} removed"),
    }
}

/// A row that somebody said is of a unit.
#[must_use]
pub fn accepted(lang: Lang, row: &str, unit: &str) -> String {
    match lang {
        Lang::Zh => format!("{row} 归属 {unit}"),
        Lang::En => format!("{row} is of {unit}"),
    }
}

/// A pack that is on, or no longer.
#[must_use]
pub fn pack_turned(lang: Lang, title: &str, on: bool) -> String {
    match (lang, on) {
        (Lang::Zh, true) => format!("已启用系统包：{title}"),
        (Lang::Zh, false) => format!("已停用系统包：{title}"),
        (Lang::En, true) => format!("pack turned on: {title}"),
        (Lang::En, false) => format!("pack turned off: {title}"),
    }
}

/// The head of the sheet of a ledger that is to be laid.
#[must_use]
pub fn lay_title(lang: Lang, file: &str) -> String {
    match lang {
        Lang::Zh => format!("导入台账：{file}"),
        Lang::En => format!("Lay {file}"),
    }
}

/// What rows are bound to, in numbers.
#[must_use]
pub fn bound_counts(lang: Lang, [place, code, name, whole, nothing]: [usize; 5]) -> String {
    let words = match lang {
        Lang::Zh => ["按位置", "按代码", "按名称", "全县", "未对应"],
        Lang::En => ["by place", "by code", "by name", "of all", "unbound"],
    };
    let parts = words.into_iter().zip([place, code, name, whole, nothing]).filter(|(_, number)| *number > 0);
    parts.map(|(word, number)| format!("{word} {}", count(number))).collect::<Vec<_>>().join(lang.pick("，", ", "))
}

/// The button that lays a ledger.
#[must_use]
pub fn lay(lang: Lang, rows: usize, replaces: bool) -> String {
    match (lang, replaces) {
        (Lang::Zh, false) => format!("导入 {} 行", count(rows)),
        (Lang::Zh, true) => format!("更新为这 {} 行", count(rows)),
        (Lang::En, false) => format!("Lay {} rows", count(rows)),
        (Lang::En, true) => format!("Replace by these {} rows", count(rows)),
    }
}

/// What a pack holds, where it says nothing of itself.
#[must_use]
pub fn pack_holds(lang: Lang, [ledgers, figures, rules]: [usize; 3]) -> String {
    let parts = [
        (ledgers, "个台账", ["ledger", "ledgers"]),
        (figures, "个指标", ["figure", "figures"]),
        (rules, "条规则", ["rule", "rules"]),
    ];
    let there = parts.into_iter().filter(|(count, ..)| *count > 0);
    let said = there.map(|(count, zh, [one, several])| match lang {
        Lang::Zh => format!("{count} {zh}"),
        Lang::En => format!("{count} {}", if count == 1 { one } else { several }),
    });
    said.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

/// An offer: this row is of that unit.
#[must_use]
pub fn is_of(lang: Lang, unit: &str) -> String {
    match lang {
        Lang::Zh => format!("就是 {unit}"),
        Lang::En => format!("it is {unit}"),
    }
}

/// What came of pasting: rows that were changed or added, and those that were refused.
#[must_use]
pub fn pasted(lang: Lang, done: usize, refused: usize) -> String {
    match (lang, refused) {
        (Lang::Zh, 0) => format!("已粘贴 {} 行", count(done)),
        (Lang::Zh, _) => format!("已粘贴 {} 行，{} 行未能写入", count(done), count(refused)),
        (Lang::En, 0) => format!("{} rows pasted", count(done)),
        (Lang::En, _) => format!("{} rows pasted, {} refused", count(done), count(refused)),
    }
}

/// `12 rows`, or `12 of 300 rows`
#[must_use]
pub fn rows(lang: Lang, shown: usize, all: usize) -> String {
    match (lang, shown == all) {
        (Lang::Zh, true) => format!("{} 行", count(all)),
        (Lang::Zh, false) => format!("{} / {} 行", count(shown), count(all)),
        (Lang::En, true) => format!("{} rows", count(all)),
        (Lang::En, false) => format!("{} of {} rows", count(shown), count(all)),
    }
}

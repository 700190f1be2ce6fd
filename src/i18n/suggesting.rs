//! Texts with parts about suggested mergers.

use super::Lang;
use super::numbers::count;

/// `28 units now`
#[must_use]
pub fn units_now(lang: Lang, units: usize) -> String {
    match lang {
        Lang::Zh => format!("现有 {} 个", count(units)),
        Lang::En => format!("{} now", count(units)),
    }
}

/// `Mergers (8)`
#[must_use]
pub fn mergers(lang: Lang, mergers: usize) -> String {
    match lang {
        Lang::Zh => format!("建议合并（{}）", count(mergers)),
        Lang::En => format!("Mergers ({})", count(mergers)),
    }
}

/// `Left as they are (3)`
#[must_use]
pub fn left(lang: Lang, units: usize) -> String {
    match lang {
        Lang::Zh => format!("仍未达到的（{}）", count(units)),
        Lang::En => format!("Left short of the goal ({})", count(units)),
    }
}

/// `The search was stopped after 12 of 200 rounds; this is the best so far`
#[must_use]
pub fn stopped(lang: Lang, rounds: usize, asked: usize) -> String {
    match lang {
        Lang::Zh => format!("搜索在第 {} 轮停止（共 {} 轮），这是目前最好的结果", count(rounds), count(asked)),
        Lang::En => {
            format!("Stopped after {} of {} rounds; this is the best so far", count(rounds), count(asked))
        }
    }
}

/// Mergers were carried out in a scenario of their own.
#[must_use]
pub fn carried_out(lang: Lang, mergers: usize, scenario: &str) -> String {
    match lang {
        Lang::Zh => format!("已在新方案“{scenario}”中完成 {} 项合并", count(mergers)),
        Lang::En => format!("{} mergers carried out in the new scenario {scenario}", count(mergers)),
    }
}

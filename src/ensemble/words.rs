//! Ensembles in words, in 简体中文 and English.

use super::standing::{Aim, Standing};
use super::{Ensemble, EnsembleError, MOST_SAMPLES};
use crate::i18n::{Lang, Say, numbers};

/// Where a plan stands, in a few words: "better than 83 % of 1,000 neutral plans". Empty where that is not known.
#[must_use]
pub fn standing(lang: Lang, standing: &Standing) -> String {
    let Some(below) = standing.share_below() else { return String::new() };
    let of = numbers::count(standing.sample().len());
    let share = percent(standing.share_worse().unwrap_or(below));
    match (lang, Aim::of(&standing.indicator)) {
        (Lang::Zh, Some(_)) => format!("优于 {of} 个随机方案中的 {share}"),
        (Lang::Zh, None) => format!("高于 {of} 个随机方案中的 {share}"),
        (Lang::En, Some(_)) => format!("better than {share} of {of} neutral plans"),
        (Lang::En, None) => format!("higher than {share} of {of} neutral plans"),
    }
}

/// Which way of a figure is the better one.
#[must_use]
pub const fn aim(lang: Lang, aim: Option<Aim>) -> &'static str {
    match aim {
        Some(Aim::Less) => lang.pick("越小越好", "The less the better"),
        Some(Aim::More) => lang.pick("越大越好", "The more the better"),
        None => lang.pick("无所谓优劣，只看高低", "Neither way is the better one"),
    }
}

/// What was drawn: how many plans, and from how many units to how many.
#[must_use]
pub fn drawn(lang: Lang, ensemble: &Ensemble) -> String {
    let [before, after] = ensemble.units.map(numbers::count);
    let [plans, asked] = [ensemble.drawn, ensemble.ask.samples].map(numbers::count);
    match (lang, plans == asked) {
        (Lang::Zh, true) => format!("{plans} 个随机方案：{before} → {after}"),
        (Lang::Zh, false) => format!("{asked} 个随机方案中抽取了 {plans} 个：{before} → {after}"),
        (Lang::En, true) => format!("{plans} neutral plans: {before} → {after}"),
        (Lang::En, false) => format!("{plans} of {asked} neutral plans: {before} → {after}"),
    }
}

/// A share in whole percent. Only all is 100 %, and only none is 0 %.
fn percent(share: f64) -> String {
    let whole = (share * 100.0).round();
    let shown = if share > 0.0 && share < 1.0 { whole.clamp(1.0, 99.0) } else { whole };
    format!("{} %", numbers::number(shown, 0))
}

impl Say for EnsembleError {
    fn zh(&self) -> String {
        let count = numbers::count;
        match *self {
            Self::Samples { samples } => {
                format!("要求抽取 {} 个随机方案；可抽取 1 至 {} 个", count(samples), count(MOST_SAMPLES))
            }
            Self::NotFewer { level, before, after } => format!(
                "方案保留{} {} 个，不作调整为 {} 个；方案减少单元后才能抽取随机方案",
                level.words(Lang::Zh),
                count(after),
                count(before)
            ),
            Self::TooFew { level, after, least } => format!(
                "方案只保留{} {} 个；不动锁定单元、只合并同一上级的相邻单元，最少只能到 {} 个",
                level.words(Lang::Zh),
                count(after),
                count(least)
            ),
            Self::Cancelled => "尚未抽取任何随机方案就已停止".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};
    use crate::model::Level;

    #[test]
    fn why_there_are_no_neutral_plans_is_said_in_both_languages() {
        let level = Level::Township;
        check_said(&one_of_each!(EnsembleError:
            Samples { samples: 0 },
            NotFewer { level, before: 3, after: 3 },
            TooFew { level, after: 1, least: 2 },
            Cancelled,
        ));
    }
}

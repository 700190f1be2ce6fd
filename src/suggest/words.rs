//! Suggestions in words, in 简体中文 and English.

use rust_decimal::prelude::ToPrimitive as _;

use super::ask::{AskError, Goal, WeightsError};
use super::chart::Obstacle;
use super::merger::{Joined, Left, Merger, Reasons, Suggestion};
use crate::i18n::numbers::{self, AreaUnit};
use crate::i18n::{Lang, Say, sentences};
use crate::model::{State, UnitId};
use crate::rules;

fn names(lang: Lang, state: &State, units: &[UnitId]) -> String {
    let names: Vec<&str> = units.iter().map(|&unit| state.unit(unit).label()).collect();
    sentences::names(lang, &names)
}

/// A merger in one sentence: who joins whom.
#[must_use]
pub fn merger(lang: Lang, state: &State, merger: &Merger) -> String {
    let (joining, survivor) = (names(lang, state, &merger.joining), state.unit(merger.survivor).label());
    match lang {
        Lang::Zh => format!("{joining}并入{survivor}"),
        Lang::En => format!("Merge {joining} into {survivor}"),
    }
}

/// What a suggestion comes to, in one sentence.
#[must_use]
pub fn reached(lang: Lang, suggestion: &Suggestion) -> String {
    let Suggestion { units: [before, after], below, missing, .. } = suggestion;
    let units = match lang {
        Lang::Zh => format!("由 {before} 个减为 {after} 个"),
        Lang::En => format!("From {before} units to {after}"),
    };
    let rest = match (suggestion.ask.goal, missing, lang) {
        (Goal::Units(_), 0, _) => String::new(),
        (Goal::Units(wanted), missing, Lang::Zh) => format!("，比目标 {wanted} 个还多 {missing} 个"),
        (Goal::Units(wanted), missing, Lang::En) => format!(", {missing} more than the {wanted} asked for"),
        (Goal::Minimum, _, Lang::Zh) => format!("，低于下限的由 {} 个减为 {} 个", below[0], below[1]),
        (Goal::Minimum, _, Lang::En) => format!("; below the minimum: {} before, {} after", below[0], below[1]),
    };
    let unjudged = match (suggestion.unjudged, lang) {
        ([0, 0], _) => String::new(),
        ([before, after], Lang::Zh) => format!("，无法判断的由 {before} 个变为 {after} 个"),
        ([before, after], Lang::En) => format!("; cannot be judged: {before} before, {after} after"),
    };
    let rest = rest + &unjudged;
    let disruption = suggestion.disruption.map(|share| match lang {
        Lang::Zh => format!("；{} 的人口改变隶属", numbers::percent(share, 1)),
        Lang::En => format!("; the unit changes for {} of the people", numbers::percent(share, 1)),
    });
    format!("{units}{rest}{}", disruption.unwrap_or_default())
}

/// Why a unit goes no further, with its name.
#[must_use]
pub fn left(lang: Lang, state: &State, left: &Left) -> String {
    sentences::of_what(lang, state.unit(left.unit).label(), obstacle(lang, left.why))
}

/// Why units cannot be merged, in a few words.
#[must_use]
pub const fn obstacle(lang: Lang, obstacle: Obstacle) -> &'static str {
    match obstacle {
        Obstacle::Locked => lang.pick("已锁定", "it is locked"),
        Obstacle::NotAsked => lang.pick("不在所选范围内", "it is not among those chosen"),
        Obstacle::Nameless => lang.pick("没有范围或代码", "it has no territory, or no code"),
        Obstacle::NoNeighbour => {
            lang.pick("没有相邻单元，也没有通道相连", "it borders on no other unit, and no link leads to one")
        }
        Obstacle::Barrier => lang.pick("与相邻单元之间都有阻隔", "barriers part it from all others"),
        Obstacle::OtherParent => lang.pick("相邻单元属于另一上级", "its neighbours belong to another parent"),
        Obstacle::NeighboursClosed => {
            lang.pick("相邻单元已锁定或不在所选范围内", "its neighbours are locked, or not among those chosen")
        }
        Obstacle::KeptApart => lang.pick("规则要求与相邻单元分开", "the rules keep it apart from its neighbours"),
        Obstacle::LockedMembers => {
            lang.pick("双方都有锁定的下级单元", "members on both sides are locked, and may not change their parent")
        }
        Obstacle::NoCode => lang.pick("没有可沿用的代码", "there is no code that the result could keep"),
        Obstacle::OtherKind => {
            lang.pick("与相邻单元城乡类型不同（可允许）", "its neighbours are urban where it is rural, or the reverse")
        }
        Obstacle::TooFar => lang.pick("与相邻单元的驻地相距过远", "the seats of its neighbours lie too far away"),
        Obstacle::TooLarge => lang.pick("与相邻单元合并后面积过大", "it would be too large with any neighbour"),
        Obstacle::BreaksRules => lang.pick(
            "与相邻单元合并会违反必须遵守的规则",
            "together with a neighbour it would break a rule that must hold",
        ),
        Obstacle::PeopleUnknown => lang.pick(
            "人口不明，合并后无法判断是否达到下限",
            "people are not known, so that nobody could say whether a merger has enough",
        ),
        Obstacle::Stopped => lang.pick("搜索提前停止", "the search was stopped before"),
    }
}

/// The reasons for and against a merger, a line for each.
#[must_use]
pub fn reasons(lang: Lang, unit: AreaUnit, state: &State, reasons: &Reasons) -> Vec<String> {
    let Reasons { before, after, farther, compactness, variation, kinds, unjudged } = reasons;
    let mut lines = vec![people(lang, state, before, after), area(lang, unit, before, after)];
    lines.extend(before.iter().skip(1).map(|joined| beside(lang, state, joined)));
    lines.push(if farther.places == 0 {
        lang.pick("没有人离驻地更远", "Nobody ends up farther from a seat").to_owned()
    } else {
        let total = farther.people.to_f64().unwrap_or(0.0) * farther.mean_m;
        let said = sentences::people_farther(lang, farther.people, farther.mean_m, farther.without_people);
        let total = numbers::number(total / 1000.0, 0);
        match lang {
            // Of nobody is known how far.
            Lang::Zh | Lang::En if farther.people.is_zero() => said,
            Lang::Zh => format!("{said}，合计 {total} 人·km"),
            Lang::En => format!("{said}, {total} person-km in all"),
        }
    });
    let pair = |values: &[Option<f64>; 2], decimals| values.map(|value| numbers::number_or_unknown(value, decimals));
    let [shape, even] = [pair(compactness, 2), pair(variation, 3)];
    lines.push(format!("{} {} → {}", lang.pick("紧凑度", "Compactness"), shape[0], shape[1]));
    let of_all = lang.pick("全部单元人口的变异系数", "Variation of people over all units");
    lines.push(format!("{of_all} {} → {}", even[0], even[1]));
    if let Some((to, from)) = kinds.split_first() {
        let from: Vec<&str> = from.iter().map(|kind| kind.words(lang)).collect();
        let (from, to) = (sentences::names(lang, &from), to.words(lang));
        lines.push(match lang {
            Lang::Zh => format!("类型不同：{from}并入{to}"),
            Lang::En => format!("Kinds differ: {from} into {to}"),
        });
    }
    lines.extend(unjudged.iter().map(|(rule, why)| {
        let (rule, why) = (rule.of(lang), rules::why_words(lang, why));
        match lang {
            Lang::Zh => format!("合并后无法判断“{rule}”：{why}"),
            Lang::En => format!("Afterwards, the rule \"{rule}\" cannot be judged: {why}"),
        }
    }));
    lines
}

/// How far mergers were to go, in one sentence; `None` where there was no bound.
#[must_use]
pub fn bounds(lang: Lang, unit: AreaUnit, suggestion: &Suggestion) -> Option<String> {
    let [area, distance] = suggestion.most;
    let area = area.map(|area| numbers::area_with_unit(area, unit, lang)).map(|area| match lang {
        Lang::Zh => format!("合并后面积不超过 {area}"),
        Lang::En => format!("no result larger than {area}"),
    });
    let distance = distance.map(numbers::km).map(|distance| match lang {
        Lang::Zh => format!("驻地相距不超过 {distance} km"),
        Lang::En => format!("no seat farther than {distance} km from that of the survivor"),
    });
    let kinds = (!suggestion.ask.bounds.across_kinds)
        .then(|| lang.pick("城乡类型不混合", "urban and rural units apart").to_owned());
    let said: Vec<String> = [area, distance, kinds].into_iter().flatten().collect();
    let said = said.join(lang.pick("，", ", "));
    (!said.is_empty()).then(|| match lang {
        Lang::Zh => format!("范围：{said}"),
        Lang::En => format!("Bounds: {said}"),
    })
}

fn people(lang: Lang, state: &State, before: &[Joined], after: &Joined) -> String {
    let count = |joined: &Joined| joined.people.map_or(numbers::UNKNOWN.to_owned(), |it| numbers::people(it, lang));
    let limit = |value: f64| numbers::number(value, 0);
    let doubt = |joined: &Joined| match (joined.people_below(), joined.people_above(), lang) {
        (Some(least), _, Lang::Zh) => format!("（低于 {}）", limit(least)),
        (Some(least), _, Lang::En) => format!(" (below {})", limit(least)),
        (None, Some(most), Lang::Zh) => format!("（高于 {}）", limit(most)),
        (None, Some(most), Lang::En) => format!(" (above {})", limit(most)),
        _ => String::new(),
    };
    let summands: Vec<String> = before
        .iter()
        .map(|joined| format!("{} {}{}", state.unit(joined.unit).label(), count(joined), doubt(joined)))
        .collect();
    format!("{} {} → {}{}", lang.pick("人口", "People:"), summands.join(" + "), count(after), doubt(after))
}

fn area(lang: Lang, unit: AreaUnit, before: &[Joined], after: &Joined) -> String {
    let figure = |joined: &Joined| {
        let least = joined.area_below().map(|least| numbers::area(least, unit));
        let doubt = least.map(|least| match lang {
            Lang::Zh => format!("（低于 {least}）"),
            Lang::En => format!(" (below {least})"),
        });
        format!("{}{}", numbers::area(joined.area_m2, unit), doubt.unwrap_or_default())
    };
    let summands: Vec<String> = before.iter().map(figure).collect();
    format!("{} {} → {} {}", lang.pick("面积", "Area:"), summands.join(" + "), figure(after), unit.symbol(lang))
}

fn beside(lang: Lang, state: &State, joined: &Joined) -> String {
    let name = state.unit(joined.unit).label();
    let seat = joined.to_seat_m.map_or(numbers::UNKNOWN.to_owned(), numbers::km);
    let border = (joined.border_m > 0.0).then(|| numbers::km(joined.border_m));
    match (lang, border) {
        (Lang::Zh, Some(border)) => format!("{name}：共界 {border} km，驻地相距 {seat} km"),
        (Lang::Zh, None) => format!("{name}：不相邻，有通道相连，驻地相距 {seat} km"),
        (Lang::En, Some(border)) => format!("{name}: {border} km of common border, {seat} km between the seats"),
        (Lang::En, None) => format!("{name}: joined by a link, {seat} km between the seats"),
    }
}

impl Say for AskError {
    fn zh(&self) -> String {
        match self {
            Self::Cancelled(cancelled) => cancelled.zh(),
            Self::NotFewer { there } => {
                format!("当前级别有 {there} 个单元；请给出 1 至 {} 之间的个数", there.saturating_sub(1))
            }
            Self::TooFew { there } => format!("没有可以合并的单元：当前级别只有 {there} 个"),
            Self::NoMinimum { level } => {
                format!("规则没有给{}设人口或面积下限；请另选规则，或按个数合并", level.words(Lang::Zh))
            }
        }
    }
}

impl Say for WeightsError {
    fn zh(&self) -> String {
        match self {
            Self::NotAWeight(text) => {
                format!("“{text}”不是权重；写作 disruption=1,ways=1,even=1,compact=0.5,size=1")
            }
            Self::NoSuchCriterion(name) => {
                format!("没有标准“{name}”；可用 disruption、ways、even、compact、size")
            }
            Self::NotANumber(text) => format!("权重“{text}”不是 0 到 1000 之间的数"),
            Self::AllZero => "权重全为 0，任何方案都一样好；请至少给一项大于 0 的权重".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};
    use crate::jobs::Cancelled;
    use crate::model::Level;

    #[test]
    fn why_nothing_can_be_suggested_is_said_in_both_languages() {
        check_said(&one_of_each!(AskError:
            Cancelled(Cancelled),
            NotFewer { there: 3 },
            TooFew { there: 1 },
            NoMinimum { level: Level::Township },
        ));
        let word = || "x".to_owned();
        check_said(&one_of_each!(WeightsError:
            NotAWeight(word()), NoSuchCriterion(word()), NotANumber(word()), AllZero,
        ));
    }
}

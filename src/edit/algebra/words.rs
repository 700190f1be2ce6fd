//! Edits and what is said of them in words, for the command line and for reports.

use std::fmt;

use serde::{Serialize, Serializer};

use super::conflict::{Change, Conflict, Doing, NotCarriedOut, Why};
use super::diff::{Diff, InBoth, InOne};
use super::rebase::LeftOver;
use crate::edit::op::{Edit, Form, LockTarget};
use crate::edit::refs::{UnitLabel, UnitRef};
use crate::edit::words::recorded;
use crate::i18n::{Lang, Say};
use crate::model::{Dataset, SeatUse, State, UnitId};

/// What an edit does, in both languages. In JSON it stands in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    zh: String,
    en: String,
}

impl Words {
    /// An edit in words; `call` says what a unit is called.
    ///
    /// ```
    /// use quhua::edit::algebra::Words;
    /// use quhua::edit::{Edit, UnitRef};
    /// use quhua::i18n::{Lang, Say as _};
    ///
    /// let edit = Edit::Transfer { units: vec![UnitRef::code("306"), UnitRef::code("307")], to: UnitRef::code("40") };
    /// let words = Words::of(&edit, &UnitRef::to_string);
    /// assert_eq!(words.say(Lang::En), "transfer 306 and 307 to 40");
    /// assert_eq!(words.say(Lang::Zh), "将 306、307 划转至 40");
    /// ```
    #[must_use]
    pub fn of(edit: &Edit, call: &dyn Fn(&UnitRef) -> String) -> Self {
        Self { zh: chinese(edit, call), en: english(edit, call) }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.en)
    }
}

impl Say for Words {
    fn zh(&self) -> String {
        self.zh.clone()
    }
}

impl Serialize for Words {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.en)
    }
}

fn english(edit: &Edit, call: &dyn Fn(&UnitRef) -> String) -> String {
    let all = |units: &[UnitRef]| listed(&units.iter().map(call).collect::<Vec<_>>());
    match edit {
        Edit::Merge { units, form, into } => {
            let result = match (form, &into.code) {
                (Form::Absorb, Some(code)) => call(&UnitRef::Code(code.clone())),
                (Form::Establish, None) if into.name.is_none() => "a new unit".to_owned(),
                (_, code) => {
                    let (code, name) = (code.clone().unwrap_or_default(), into.name.clone().unwrap_or_default());
                    UnitLabel { code, name }.to_string()
                }
            };
            format!("merge {} into {result} ({})", all(units), form.id())
        }
        Edit::Transfer { units, to } => format!("transfer {} to {}", all(units), call(to)),
        Edit::Split { unit, .. } => match edit.part_goes_to() {
            Some(to) => format!("transfer a part of {} to {}", call(unit), call(to)),
            None => format!("split {}", call(unit)),
        },
        Edit::Establish { units, into } => {
            let (code, name) = (into.code.clone().unwrap_or_default(), into.name.clone().unwrap_or_default());
            format!("establish {} of {}", UnitLabel { code, name }, all(units))
        }
        Edit::Rename { unit, name } => format!("rename {} to {name}", call(unit)),
        Edit::ConvertKind { unit, kind, code, name } => {
            let code = code.as_ref().map(|code| format!(" with the code {code}")).unwrap_or_default();
            let name = name.as_ref().map(|name| format!(", named {name}")).unwrap_or_default();
            format!("convert {} to {kind}{code}{name}", call(unit))
        }
        Edit::MoveSeat { unit, seat } => {
            let place = seat.name.as_ref().map_or_else(|| format!("{}, {}", seat.lon, seat.lat), ToString::to_string);
            format!("move the seat of {} to {place}", call(unit))
        }
        Edit::Abolish { unit } => format!("abolish {}", call(unit)),
        Edit::ClassifySeat { unit, seat_use: None } => format!("leave the use of the seat of {} open", call(unit)),
        Edit::ClassifySeat { unit, seat_use: Some(it) } => format!("use the seat of {} as {it}", call(unit)),
        Edit::Record { table, id, row } => recorded(Lang::En, table, id.as_ref(), row),
        Edit::Reinstate { unit } => format!("reinstate {}", call(unit)),
        Edit::Lock { target, reason } if reason.is_empty() => format!("lock {}", locked(target, &all)),
        Edit::Lock { target, reason } => format!("lock {} ({reason})", locked(target, &all)),
        Edit::Unlock { target } => format!("unlock {}", locked(target, &all)),
    }
}

fn locked(target: &LockTarget, all: &dyn Fn(&[UnitRef]) -> String) -> String {
    match target {
        LockTarget::Units(units) => all(units),
        LockTarget::Level(level) => format!("the whole level {level}"),
    }
}

fn chinese(edit: &Edit, call: &dyn Fn(&UnitRef) -> String) -> String {
    let all = |units: &[UnitRef]| units.iter().map(call).collect::<Vec<_>>().join("、");
    let locked = |target: &LockTarget| match target {
        LockTarget::Units(units) => all(units),
        LockTarget::Level(level) => format!("全部{}", level.words(Lang::Zh)),
    };
    match edit {
        Edit::Merge { units, form: Form::Absorb, into } => {
            let survivor = into.code.as_ref().map_or_else(String::new, |code| call(&UnitRef::Code(code.clone())));
            format!("将 {} 并入 {survivor}", all(units))
        }
        Edit::Merge { units, form: Form::Establish, into } => match (&into.code, &into.name) {
            (None, None) => format!("将 {} 合并为一个新单元", all(units)),
            (code, name) => format!("将 {} 合并为 {}", all(units), labelled(code.as_ref(), name.as_ref())),
        },
        Edit::Transfer { units, to } => format!("将 {} 划转至 {}", all(units), call(to)),
        Edit::Split { unit, .. } => match edit.part_goes_to() {
            Some(to) => format!("将 {} 的一部分划转至 {}", call(unit), call(to)),
            None => format!("分设 {}", call(unit)),
        },
        Edit::Establish { units, into } => {
            format!("以 {} 设立 {}", all(units), labelled(into.code.as_ref(), into.name.as_ref()))
        }
        Edit::Rename { unit, name } => format!("{} 更名为 {name}", call(unit)),
        Edit::ConvertKind { unit, kind, code, name } => {
            let code = code.as_ref().map(|code| format!("，代码 {code}")).unwrap_or_default();
            let name = name.as_ref().map(|name| format!("，更名为 {name}")).unwrap_or_default();
            format!("{} 变更类型为 {}{code}{name}", call(unit), kind.words(Lang::Zh))
        }
        Edit::MoveSeat { unit, seat } => {
            let place = seat.name.as_ref().map_or_else(|| format!("{}, {}", seat.lon, seat.lat), ToString::to_string);
            format!("{} 驻地迁至 {place}", call(unit))
        }
        Edit::Abolish { unit } => format!("撤销 {}", call(unit)),
        Edit::ClassifySeat { unit, seat_use } => {
            format!("{} 驻地去向：{}", call(unit), SeatUse::words_or_open(*seat_use, Lang::Zh))
        }
        Edit::Record { table, id, row } => recorded(Lang::Zh, table, id.as_ref(), row),
        Edit::Reinstate { unit } => format!("恢复 {}", call(unit)),
        Edit::Lock { target, reason } if reason.is_empty() => format!("锁定 {}", locked(target)),
        Edit::Lock { target, reason } => format!("锁定 {}（{reason}）", locked(target)),
        Edit::Unlock { target } => format!("解锁 {}", locked(target)),
    }
}

/// Code and name of a unit that is to be made, in Chinese.
fn labelled(code: Option<&compact_str::CompactString>, name: Option<&compact_str::CompactString>) -> String {
    UnitLabel { code: code.cloned().unwrap_or_default(), name: name.cloned().unwrap_or_default() }.zh()
}

impl Say for Change {
    fn zh(&self) -> String {
        let Self { plan, doing, index, words, left_out, .. } = self;
        let (step, words) = (index + 1, words.zh());
        let text = match doing {
            Doing::Added => format!("{plan} 的第 {step} 步（{words}）"),
            Doing::TakenBack => format!("{plan} 去掉共同起点的第 {step} 步（{words}）"),
            Doing::Kept => format!("两者共有的第 {step} 步（{words}）"),
        };
        if *left_out { format!("{text}[未采用]") } else { text }
    }
}

impl Say for Conflict {
    fn zh(&self) -> String {
        let units = self.units.iter().map(Say::zh).collect::<Vec<_>>().join("、");
        let changes = self.changes.iter().map(Say::zh).collect::<Vec<_>>().join("、");
        match (&self.why, self.changes.as_slice()) {
            (Why::BuildsOn, [earlier, later]) => format!("{}以{}为前提：{units}", later.zh(), earlier.zh()),
            (Why::SameUnits | Why::BuildsOn, _) => format!("{changes}改动了相同的单元：{units}"),
            (Why::Refused { refused, error }, [_]) => format!("{changes}在 {refused} 中无法执行：{}", error.zh()),
            (Why::Refused { refused, error }, _) => {
                format!("{changes}不能并存，{refused} 的一步无法执行：{}", error.zh())
            }
        }
    }
}

impl Say for NotCarriedOut {
    fn zh(&self) -> String {
        let Self { plan, index, words, error, .. } = self;
        format!("{plan} 的第 {} 步（{}）单独也无法执行：{}", index + 1, words.zh(), error.zh())
    }
}

impl Say for LeftOver {
    fn zh(&self) -> String {
        let Self { index, words, error, follows, .. } = self;
        let text = format!("第 {} 步（{}）：{}", index + 1, words.zh(), error.zh());
        match follows {
            Some(earlier) => format!("{text}；它以第 {} 步为前提，而那一步也已不适用", earlier + 1),
            None => text,
        }
    }
}

impl Diff {
    /// What it says, a line for each edit behind the common beginning.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let Self { common_beginning, only_a, only_b, both, order_differs } = self;
        let mut lines = vec![match lang {
            Lang::Zh => format!("开头相同的步数：{common_beginning}"),
            Lang::En => format!("edits that both begin with: {common_beginning}"),
        }];
        for (plan, only) in [("A", only_a), ("B", only_b)] {
            lines.extend(only.iter().map(|InOne { index, words, .. }| match lang {
                Lang::Zh => format!("只有 {plan}：第 {} 步：{}", index + 1, words.say(lang)),
                Lang::En => format!("only {plan}: edit {}: {}", index + 1, words.say(lang)),
            }));
        }
        lines.extend(both.iter().map(|shared @ InBoth { a, b, words, .. }| {
            let (a, b, words, is_moved) = (a + 1, b + 1, words.say(lang), order_differs.contains(shared));
            match lang {
                Lang::Zh => {
                    format!("共有：A 的第 {a} 步、B 的第 {b} 步{}：{words}", if is_moved { "，次序不同" } else { "" })
                }
                Lang::En => {
                    format!(
                        "both: edit {a} of A, edit {b} of B{}: {words}",
                        if is_moved { ", in another order" } else { "" }
                    )
                }
            }
        }));
        lines
    }
}

/// `a, b and c`
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Code and name of the unit that is meant, be it in force or not; what the plan says where there is none.
pub(super) fn called(dataset: &Dataset, state: &State, unit: &UnitRef) -> String {
    let former = || match unit {
        UnitRef::Code(code) | UnitRef::AtLevel { code, .. } => state.had_code(code).max(),
        UnitRef::Atom { index } => Some(*index as usize).filter(|&atom| atom < dataset.loaded_atoms()).map(UnitId::new),
    };
    let label = unit.resolve(dataset, state).ok().or_else(former).map(|id| UnitLabel::from(state.unit(id)));
    label.filter(|label| *label != UnitLabel::default()).map_or_else(|| unit.to_string(), |label| label.to_string())
}

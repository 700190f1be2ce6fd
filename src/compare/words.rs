//! Differences and indicators in words, in 简体中文 and English.

use super::indicators::Indicator;
use super::{Difference, Part, Piece, What};
use crate::edit::change::Between;
use crate::i18n::{Lang, Text, field_name, numbers};
use crate::metrics::Figure;
use crate::metrics::catalogue::Topic;
use crate::model::{CodeStatus, Dataset, Kind, Seat, State, Unit, UnitId};

/// A difference in one sentence, complete: "撤销石桥乡，将其行政区域划归城关镇".
#[must_use]
pub fn difference(lang: Lang, dataset: &Dataset, between: &Between<'_>, difference: &Difference) -> String {
    Sentence { lang, dataset, before: between.before(), after: between.after() }.of(&difference.what)
}

/// Name of an indicator, without its unit.
#[must_use]
pub fn indicator(lang: Lang, indicator: &Indicator) -> String {
    let pick = |zh, en| lang.pick(zh, en).to_owned();
    match indicator {
        Indicator::Units => pick("单元数", "Units"),
        Indicator::UnitsOfKind(Some(kind)) => match lang {
            Lang::Zh => format!("其中：{}", kind.words(lang)),
            Lang::En => format!("of which {}", kind.words(lang)),
        },
        Indicator::UnitsOfKind(None) => pick("其中：类型不明", "of which without a kind"),
        Indicator::Reduction => pick("减少（负数为增加）", "Reduction (negative: increase)"),
        Indicator::ReductionRate => pick("调减比例（负数为增幅）", "Reduction rate (negative: increase)"),
        Indicator::MembersMean => pick("平均下辖单元", "Members, mean"),
        Indicator::Of(figure, statistic) => {
            let name = figure.row().map_or("", |row| lang.pick(row.name[0], row.name[1]));
            statistic_of(lang, name, statistic.words(lang, figure.topic()))
        }
        Indicator::Named(figure, statistic, name) => {
            // What is counted can be anything: it has a least, not a fewest.
            let name = if let Figure::Own(_) = figure { name } else { field_name(lang, name) };
            statistic_of(lang, name, statistic.words(lang, Topic::Ground))
        }
        Indicator::DistanceMax => pick("到驻地距离：最大", "Distance to seat, most"),
        Indicator::DistanceMean => pick("到驻地距离：平均（人口加权）", "Distance to seat, mean by people"),
        Indicator::DistanceP90 => pick("到驻地距离：90% 人口以内", "Distance to seat, 90 % of people within"),
        Indicator::PeopleReassigned => pick("改变隶属的人口", "People whose unit changes"),
        Indicator::PeopleFarther => pick("离驻地更远的人口", "People farther from their seat"),
        Indicator::FartherMean => pick("远了多少：平均（人口加权）", "Farther by, mean by people"),
        Indicator::FartherMax => pick("远了多少：最大", "Farther by, most"),
    }
}

fn statistic_of(lang: Lang, name: &str, statistic: &str) -> String {
    match lang {
        Lang::Zh => format!("{name}：{statistic}"),
        Lang::En => format!("{name}, {statistic}"),
    }
}

/// Makes sentences of differences.
struct Sentence<'a> {
    lang: Lang,
    dataset: &'a Dataset,
    before: &'a State,
    after: &'a State,
}

impl Sentence<'_> {
    fn of(&self, what: &What) -> String {
        match *what {
            What::SetUp { unit, kept, ref from } => self.set_up(unit, kept, from),
            What::Abolished { unit, ref into } => self.abolished(unit, into),
            What::Transferred { from, to, ref parts } => self.transferred(from, to, parts),
            What::Reparented { before, after } => {
                let parent = self.after.unit(after).parent.map_or(numbers::UNKNOWN, |parent| self.unit_after(parent));
                let unit = self.unit_before(before);
                self.say(format!("{unit}改属{parent}"), format!("Move {unit} under {parent}"))
            }
            What::Renamed { before, after } => {
                let (old, new) = (self.unit_before(before), self.unit_after(after));
                self.say(format!("{old}更名为{new}"), format!("Rename {old} to {new}"))
            }
            What::Converted { before, after } => {
                let (old, new) = (self.kind(self.before.unit(before)), self.kind(self.after.unit(after)));
                let unit = self.unit_before(before);
                self.say(format!("{unit}由{old}改为{new}"), format!("Convert {unit} from {old} to {new}"))
            }
            What::Recoded { before, after } => {
                let code = |unit: &Unit| self.code(unit, [self.lang.pick("（", " ("), self.lang.pick("）", ")")]);
                let (old, new) = (code(self.before.unit(before)), code(self.after.unit(after)));
                let unit = self.unit_before(before);
                self.say(
                    format!("{unit}代码由{old}改为{new}"),
                    format!("Change the code of {unit} from {old} to {new}"),
                )
            }
            What::SeatMoved { before, after } => {
                let seat = |unit: &Unit| self.seat(unit.seat.as_ref());
                let (old, new) = (seat(self.before.unit(before)), seat(self.after.unit(after)));
                let unit = self.unit_before(before);
                self.say(format!("{unit}驻地由{old}迁至{new}"), format!("Move the seat of {unit} from {old} to {new}"))
            }
            What::SeatAdjusted { before, after } => {
                let seat = |unit: &Unit| self.seat(unit.seat.as_ref());
                let (old, new) = (seat(self.before.unit(before)), seat(self.after.unit(after)));
                let unit = self.unit_before(before);
                self.say(
                    format!("{unit}驻地在同村内由{old}调整到{new}，不属驻地迁移"),
                    format!("The seat of {unit} goes from {old} to {new} in the same village, which is no move"),
                )
            }
            What::SeatUse { unit } => {
                let [old, new] = [self.before, self.after]
                    .map(|state| crate::model::SeatUse::words_or_open(state.seat_use(unit), self.lang));
                let unit = self.unit_before(unit);
                self.say(
                    format!("{unit}驻地去向由{old}改为{new}"),
                    format!("Change the use of the seat of {unit} from {old} to {new}"),
                )
            }
        }
    }

    fn set_up(&self, unit: UnitId, kept: bool, from: &[Piece]) -> String {
        let name = self.unit_after(unit);
        let code = self.code(self.after.unit(unit), [self.lang.pick("，", ", "), ""]);
        let (whole, part): (Vec<&Piece>, Vec<&Piece>) = from.iter().partition(|piece| piece.parts.is_empty());
        let whole = self.list(whole.iter().map(|piece| self.unit_before(piece.other).to_owned()));
        let part = part.iter().map(|piece| {
            let (parts, of) = (self.parts(&piece.parts), self.unit_before(piece.other));
            self.say(format!("{of}的{parts}"), format!("{parts} of {of}"))
        });
        let groups: Vec<String> = [whole].into_iter().filter(|whole| !whole.is_empty()).chain(part).collect();
        match self.lang {
            Lang::Zh => {
                let verb = if kept { "保留" } else { "设立" };
                let of = groups.join("，以及");
                if of.is_empty() {
                    format!("{verb}{name}（{code}）")
                } else {
                    format!("{verb}{name}（{code}），由{of}组成")
                }
            }
            Lang::En => {
                let verb = if kept { "Keep" } else { "Set up" };
                let of = groups.join("; ");
                if of.is_empty() {
                    format!("{verb} {name} ({code})")
                } else {
                    format!("{verb} {name} ({code}) out of {of}")
                }
            }
        }
    }

    fn abolished(&self, unit: UnitId, into: &[Piece]) -> String {
        let name = self.unit_before(unit);
        let pieces = into.iter().map(|piece| {
            let to = self.unit_after(piece.other);
            let parts = self.parts(&piece.parts);
            match (self.lang, parts.is_empty()) {
                (Lang::Zh, true) => format!("将其行政区域划归{to}"),
                (Lang::Zh, false) => format!("将{parts}划归{to}"),
                (Lang::En, true) => format!("all of it goes to {to}"),
                (Lang::En, false) => format!("{parts} to {to}"),
            }
        });
        let pieces = pieces.collect::<Vec<_>>().join(self.lang.pick("，", "; "));
        let seat = self.use_of_seat(unit);
        match (self.lang, pieces.is_empty()) {
            (Lang::Zh, true) => format!("撤销{name}（已无所辖区域）{seat}"),
            (Lang::Zh, false) => format!("撤销{name}，{pieces}{seat}"),
            (Lang::En, true) => format!("Abolish {name}, which has no territory left{seat}"),
            (Lang::En, false) => format!("Abolish {name}: {pieces}{seat}"),
        }
    }

    /// What becomes of the seat of an abolished unit, to be put behind; nothing where that was not decided.
    fn use_of_seat(&self, unit: UnitId) -> String {
        // Units that the earlier plan made have other ids in the later one.
        let decided = self.after.seat_use(unit).filter(|_| unit.index() < self.after.base_unit_count());
        decided.map_or_else(String::new, |seat_use| {
            let to = seat_use.words(self.lang);
            self.say(format!("；驻地去向：{to}"), format!("; use of its seat: {to}"))
        })
    }

    fn transferred(&self, from: UnitId, to: UnitId, parts: &[Part]) -> String {
        let (old, new) = (self.unit_before(from), self.unit_after(to));
        if parts == [Part::Unit(from)] {
            return self.say(format!("将{old}全部区域划归{new}"), format!("Transfer all territory of {old} to {new}"));
        }
        let parts = self.parts(parts);
        self.say(format!("将{old}的{parts}划归{new}"), format!("Transfer {parts} from {old} to {new}"))
    }

    fn say(&self, zh: String, en: String) -> String {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn list(&self, names: impl Iterator<Item = String>) -> String {
        names.collect::<Vec<_>>().join(self.lang.pick("、", ", "))
    }

    /// Names of all parts: a list that is cut short is no record.
    fn parts(&self, parts: &[Part]) -> String {
        self.list(parts.iter().map(|&part| match part {
            Part::Unit(unit) => self.unit_before(unit).to_owned(),
            Part::Atom(atom) => {
                let name = label(self.dataset.base.unit(self.dataset.loaded_unit(atom)));
                self.say(format!("原{name}"), format!("the former {name}"))
            }
        }))
    }

    fn unit_before(&self, unit: UnitId) -> &str {
        label(self.before.unit(unit))
    }

    fn unit_after(&self, unit: UnitId) -> &str {
        label(self.after.unit(unit))
    }

    fn kind<'u>(&self, unit: &'u Unit) -> &'u str {
        unit.kind.as_ref().map_or(self.lang.pick("不明类型", "no kind"), |kind: &Kind| kind.words(self.lang))
    }

    /// Code of a unit, with what stands before and after the word that marks a proposed one.
    fn code(&self, unit: &Unit, [open, close]: [&str; 2]) -> String {
        if unit.code.is_empty() {
            return self.lang.pick("无代码", "no code").to_owned();
        }
        match unit.code_status {
            CodeStatus::Existing => unit.code.to_string(),
            CodeStatus::Proposed => format!("{}{open}{}{close}", unit.code, self.lang.of(Text::Proposed)),
        }
    }

    fn seat(&self, seat: Option<&Seat>) -> String {
        match seat {
            None => self.lang.pick("未定处", "no given place").to_owned(),
            Some(Seat { name: Some(name), .. }) => name.to_string(),
            Some(seat) => numbers::lon_lat(seat.at.x, seat.at.y),
        }
    }
}

/// Name of a unit; its code where it has none.
fn label(unit: &Unit) -> &str {
    match unit.label() {
        "" => numbers::UNKNOWN,
        label => label,
    }
}

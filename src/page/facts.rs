//! What the script of a page knows of the units, as JSON: `{"units": [before, after]}`, each a list in the order of
//! [`State::units_at`](crate::model::State::units_at). A unit has a name and rows; a row has a heading and a text, each in
//! both languages.

use serde::Serialize;

use super::{Contents, lang_index};
use crate::carto::words;
use crate::edit::change::Between;
use crate::edit::crosswalk::Relation;
use crate::i18n::{Lang, Text, numbers};
use crate::model::{CodeStatus, UnitId};

/// A text in both languages, or one text for both.
#[derive(Serialize)]
#[serde(untagged)]
enum Said {
    One(String),
    Both([String; 2]),
}

/// A unit.
#[derive(Serialize)]
struct Facts {
    name: String,
    rows: Vec<(Said, Said)>,
}

#[derive(Serialize)]
struct All {
    units: [Vec<Facts>; 2],
}

impl Said {
    fn of(text: impl Fn(Lang) -> String) -> Self {
        let [zh, en] = Lang::ALL.map(text);
        if zh == en { Self::One(zh) } else { Self::Both([zh, en]) }
    }
}

impl Contents<'_> {
    /// The facts, safe within an element of the page: no sign can end it.
    pub(super) fn facts(&self) -> String {
        let between = Between::new(self.reader.dataset, self.before, self.after);
        let units = [0, 1].map(|time| {
            let ids = self.units[time].iter().enumerate();
            ids.map(|(position, &(id, _))| self.facts_of(&between, time, position, id)).collect()
        });
        let json = serde_json::to_string(&All { units }).unwrap_or_default();
        json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
    }

    fn facts_of(&self, between: &Between<'_>, time: usize, position: usize, id: UnitId) -> Facts {
        let (dataset, unit_area) = (self.reader.dataset, self.reader.area_unit);
        let state = [self.before, self.after][time];
        let (unit, figures) = (state.unit(id), &self.units[time][position].1);
        let mut rows = Vec::new();
        let mut say = |heading: Text, text: Said| rows.push((Said::of(|lang| lang.of(heading).to_owned()), text));
        say(Text::Code, Said::of(|lang| code(lang, &unit.code, unit.code_status)));
        say(
            Text::Level,
            Said::of(|lang| {
                let level = words::level(lang, dataset.level(unit.level));
                unit.kind.as_ref().map_or(level, |kind| kind.words(lang)).to_owned()
            }),
        );
        if let Some(parent) = unit.parent {
            say(Text::Parent, Said::One(state.unit(parent).label().to_owned()));
        }
        for figure in self.figures() {
            let text = figure.text(figures, unit_area);
            let heading = Said::of(|lang| figure.name(lang, (dataset, &self.reader.grounds.own)).to_owned());
            rows.push((heading, Said::of(|lang| with_unit(&text, figure.measure().symbol(lang, unit_area)))));
        }
        let mut say = |heading: Text, text: Said| rows.push((Said::of(|lang| lang.of(heading).to_owned()), text));
        if !state.members(id).is_empty() {
            say(Text::Members, Said::One(numbers::count(state.members(id).len())));
        }
        if let Some(seat) = unit.seat_name() {
            say(Text::Seat, Said::One(seat.to_string()));
        }
        if self.at_defects[time].contains(&id) {
            say(Text::DataNote, Said::of(|lang| lang.of(Text::TouchesDefect).to_owned()));
        }
        let rows_of = |is_it: &dyn Fn(&crate::edit::crosswalk::Row) -> bool| {
            self.rows.iter().filter(|row| row.relation != Relation::Unchanged && is_it(row)).collect::<Vec<_>>()
        };
        if time == 0 {
            let into = rows_of(&|row| row.old == id && row.level == dataset.level(self.reader.level));
            let list = |lang: Lang| list(lang, into.iter().map(|row| (row.new_name.as_str(), row.relation)));
            if !into.is_empty() {
                say(Text::NewUnit, Said::of(list));
            }
            if let Some(row) = into.first().filter(|row| !row.seat_use.words(Lang::Zh).is_empty()) {
                say(Text::SeatUse, Said::of(|lang| row.seat_use.words(lang).to_owned()));
            }
        } else {
            let from = rows_of(&|row| row.new == id && row.level == dataset.level(self.reader.level));
            let list = |lang: Lang| list(lang, from.iter().map(|row| (row.old_name.as_str(), row.relation)));
            if !from.is_empty() {
                say(Text::OldUnit, Said::of(list));
                say(Text::Change, Said::of(|lang| between.main_change_of(id).words(lang).to_owned()));
            }
        }
        Facts { name: unit.label().to_owned(), rows }
    }
}

/// A figure with its unit behind it, where it is known and has one.
fn with_unit(text: &str, unit: &str) -> String {
    if unit.is_empty() || text == numbers::UNKNOWN { text.to_owned() } else { format!("{text} {unit}") }
}

/// A code, with a word behind it where it is only put forward.
pub(super) fn code(lang: Lang, code: &str, status: CodeStatus) -> String {
    match (code, status) {
        ("", _) => numbers::UNKNOWN.to_owned(),
        (code, CodeStatus::Existing) => code.to_owned(),
        (code, CodeStatus::Proposed) => {
            let [open, close] = [["（", "）"], [" (", ")"]][lang_index(lang)];
            format!("{code}{open}{}{close}", lang.of(Text::Proposed))
        }
    }
}

/// Names, with a word behind those of which only a part is meant.
fn list<'a>(lang: Lang, units: impl Iterator<Item = (&'a str, Relation)>) -> String {
    let part = lang.pick("（部分）", " (part)");
    let names = units.map(|(name, relation)| match relation {
        Relation::Part => format!("{name}{part}"),
        _ => name.to_owned(),
    });
    names.collect::<Vec<_>>().join(lang.pick("、", ", "))
}

//! The legend of symbols: what each class looks like, and how many rows it has.

use super::changes::SymbolChanges;
use super::classes::ClassOf;
use super::look::{Look, RADIUS, RowMark, Symbol};
use super::set::SymbolSet;
use crate::carto::{LineStyle, MapTheme};
use crate::i18n::{Lang, numbers};
use emath::Pos2;

/// A row of a legend.
#[derive(Clone, Debug, PartialEq)]
pub struct SymbolRow {
    /// What stands in front of it; nothing in front of the name of a ledger.
    pub sign: Option<SymbolSign>,
    /// What it says.
    pub text: String,
}

/// What stands in front of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SymbolSign {
    /// A symbol, to be drawn at a place.
    Symbol(Symbol),
    /// A line, with lengths of dash and gap.
    Line(LineStyle, Option<[f32; 2]>),
}

impl SymbolSign {
    /// Room that it needs from top to bottom, in points.
    #[must_use]
    pub fn height(&self) -> f32 {
        match self {
            Self::Symbol(symbol) => 2.0 * symbol.radius + 3.0,
            Self::Line(..) => 0.0,
        }
    }
}

impl SymbolSet {
    /// The legend: the name of each ledger with the column, its classes with how many rows each has as the plan leaves
    /// them, what the plan does with rows, and what lies nowhere.
    #[must_use]
    pub fn legend(&self, changes: &SymbolChanges, theme: &MapTheme, lang: Lang) -> Vec<SymbolRow> {
        let symbol = |look, radius| Symbol { at: Pos2::ZERO, radius, look, mark: RowMark::AsLoaded, at_seat: false };
        let mut rows = Vec::new();
        for layer in self.layers() {
            let [zh, en] = &layer.titles;
            let name = lang.pick(zh, en);
            let title = layer.style.by.as_ref().map_or_else(|| name.to_string(), |by| format!("{name} · {by}"));
            rows.push(SymbolRow { sign: None, text: title });
            let samples = layer.key.samples();
            let own = symbol(layer.classes.first().map_or(Look::Other, |class| class.look), RADIUS);
            rows.extend(
                samples
                    .into_iter()
                    .map(|(text, radius)| SymbolRow { sign: Some(SymbolSign::Symbol(Symbol { radius, ..own })), text }),
            );
            for (at, class) in layer.classes.iter().enumerate() {
                let more = changes.more.get(layer.first + at).copied().unwrap_or(0);
                let count = layer.counts[at].saturating_add_signed(more);
                if count == 0 || class.what == ClassOf::Amount {
                    continue;
                }
                let sign = if layer.has_lines {
                    SymbolSign::Line(LineStyle { colour: class.look.colour(theme), width: 2.25 }, class.look.dash())
                } else {
                    let is_small =
                        class.what == ClassOf::Blank && matches!(layer.key, super::classes::Key::Amounts { .. });
                    SymbolSign::Symbol(symbol(class.look, if is_small { RADIUS / 2.0 } else { RADIUS }))
                };
                let text = format!("{}  {}", class.what.words(lang), numbers::count(count));
                rows.push(SymbolRow { sign: Some(sign), text });
            }
        }
        if self.is_empty() {
            return rows;
        }
        let plain = symbol(Look::Other, RADIUS - 1.0);
        let mut note = |symbol: Option<Symbol>, text: &str, count: usize| {
            if count > 0 {
                let text = format!("{text}  {}", numbers::count(count));
                rows.push(SymbolRow { sign: symbol.map(SymbolSign::Symbol), text });
            }
        };
        let at_seats = self.layers().iter().map(|layer| layer.at_seats).sum::<usize>() + changes.at_seats;
        note(
            Some(Symbol { at_seat: true, ..plain }),
            lang.pick("无坐标，置于驻地", "no place of its own: at the seat"),
            at_seats,
        );
        for (mark, count) in RowMark::ALL.into_iter().zip(changes.marks) {
            note(Some(Symbol { mark, ..plain }), mark.words(lang), count);
        }
        let nowhere = self.layers().iter().map(|layer| layer.nowhere).sum::<usize>() + changes.nowhere;
        note(None, lang.pick("不在图上", "not on the map"), nowhere);
        rows
    }
}

impl RowMark {
    /// What a plan does with the row.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::AsLoaded => lang.pick("照原台账", "as in the ledger"),
            Self::Changed => lang.pick("方案修改", "changed by the plan"),
            Self::Added => lang.pick("方案新增", "added by the plan"),
            Self::Derived => lang.pick("方案应设应办", "demanded by the plan"),
            Self::Removed => lang.pick("方案撤除", "taken away by the plan"),
        }
    }
}

//! The figures of a merger before and after. What ledgers, packs and the user bring along is a long list: what the merger
//! changes stands first, the rest is folded away.

use std::sync::Arc;

use eframe::egui::{CollapsingHeader, Color32, RichText, Ui};
use egui_material_icons::icons as icon;

use super::columns::{self, Widths};
use super::facts::{self, Fact};
use super::merge;
use crate::ui::shown::Shown;
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::{widgets, words};
use quhua::i18n::numbers::AreaUnit;
use quhua::i18n::{Lang, Text, capital, numbers, sentences};
use quhua::metrics::UnitFigures;
use quhua::metrics::together::Units;
use quhua::model::UnitId;
use quhua::report::derived::DerivedReport;
use quhua::study::{Effect, Outlook, Study};

/// Units that get a column of their own in the table of figures; of more, the sums are shown.
const COLUMNS: usize = 2;
/// Figures of ledgers and of one's own that are not folded away at most.
const OPEN: usize = 8;

/// The figures of a merger, put down once.
#[derive(Debug)]
pub(super) struct FiguresTable {
    headings: Vec<String>,
    arrow: String,
    /// What packs make of it, in a sentence.
    follows: Option<String>,
    main: Vec<Line>,
    /// Figures of ledgers and of one's own that the merger changes.
    changed: Vec<Line>,
    /// Those that it does not, and those of which none of the units has anything.
    others: Vec<Line>,
}

/// What the table depends on besides the merger: words, units, and which figures of one's own there are.
pub(super) type SaidIn = (Lang, AreaUnit, usize);

/// One figure.
#[derive(Debug)]
struct Line {
    name: String,
    about: String,
    before: Vec<String>,
    after: String,
}

impl Line {
    /// Whether somebody has something of it.
    fn says_something(&self) -> bool {
        let is_nothing =
            |text: &str| text == numbers::UNKNOWN || text.chars().all(|sign| matches!(sign, '0' | '.' | '-' | '−'));
        !self.before.iter().chain([&self.after]).all(|text| is_nothing(text))
    }

    /// Whether it is another one afterwards than any unit had.
    fn is_changed(&self) -> bool {
        self.says_something() && self.before.iter().all(|before| *before != self.after)
    }
}

impl FiguresTable {
    /// What the units had, and what they have together.
    pub fn new(shown: &Shown<'_>, project: &Study, units: &[UnitId], outlook: &Outlook) -> Self {
        let state = project.state();
        let befores: Vec<Arc<UnitFigures>> = units.iter().map(|&unit| project.figures(unit)).collect();
        let after = facts::with_own(shown, &outlook.after, outlook.id, &outlook.figures);
        let names: Vec<&str> = units.iter().map(|&unit| words::unit(state.unit(unit))).collect();
        let columns: Vec<(String, Vec<Fact>)> = if units.len() <= COLUMNS {
            let name = |unit: UnitId| told_apart(words::unit(state.unit(unit)), &names);
            let facts = |unit, figures| (name(unit), facts::with_own(shown, state, unit, figures));
            units.iter().zip(&befores).map(|(&unit, figures)| facts(unit, figures)).collect()
        } else {
            let together = Units::new(project.dataset(), befores.iter().map(|figures| &**figures).collect());
            vec![(shown.text(Text::Before).to_owned(), facts::together(shown, state, units, &together))]
        };
        let line = |(at, fact): (usize, &Fact)| Line {
            name: fact.name.clone(),
            about: fact.about.clone().into_owned(),
            before: columns
                .iter()
                .map(|(_, facts)| facts.get(at).map_or_else(|| numbers::UNKNOWN.to_owned(), |fact| fact.figure.clone()))
                .collect(),
            after: fact.figure.clone(),
        };
        let mut lines: Vec<Line> = after.iter().enumerate().map(line).collect();
        let own = lines.split_off(facts::main(shown, &outlook.figures).len().min(lines.len()));
        let (changed, mut others): (Vec<Line>, Vec<Line>) = own.into_iter().partition(Line::is_changed);
        others.sort_by_key(|line| !line.says_something());
        let members = |unit: UnitId| state.members(unit).len();
        if outlook.members > 0 {
            let before = if units.len() <= COLUMNS {
                units.iter().map(|&unit| numbers::count(members(unit))).collect()
            } else {
                vec![numbers::count(units.iter().map(|&unit| members(unit)).sum())]
            };
            let name = shown.text(Text::Members).to_owned();
            let about = words::about(shown.lang, Text::Members).to_owned();
            lines.insert(0, Line { name, about, before, after: numbers::count(outlook.members) });
        }
        Self {
            headings: columns.into_iter().map(|(name, _)| name).collect(),
            arrow: format!("→ {}", told_apart(&outlook.unit.name, &names)),
            follows: follows(shown, project, outlook),
            main: lines,
            changed,
            others,
        }
    }

    /// Shows it, with something else between the figures that every unit has and those of ledgers.
    pub fn show(&self, ui: &mut Ui, shown: &Shown<'_>, behind_main: impl FnOnce(&mut Ui)) {
        if let Some(text) = &self.follows {
            merge::line(ui, shown, icon::ICON_CHECKLIST, shown.colours.accent, text);
        }
        let lines = || self.main.iter().chain(&self.changed).chain(&self.others);
        let figures = lines().flat_map(|line| line.before.iter().chain([&line.after])).map(String::as_str);
        let headings = self.headings.iter().chain([&self.arrow]).map(String::as_str);
        let widths = Widths::of(ui, self.headings.len() + 1, figures, headings);
        widths.row(ui, |ui, cell| {
            cell.name(ui, RichText::new(shown.text(Text::Item)).size(CAPTION).color(shown.colours.muted));
            for name in &self.headings {
                cell.figure(ui, RichText::new(name).size(CAPTION).color(shown.colours.muted));
            }
            cell.figure(ui, RichText::new(&self.arrow).size(CAPTION).color(shown.colours.accent));
        });
        let row = |ui: &mut Ui, line: &Line| {
            let row = widths.row(ui, |ui, cell| {
                cell.name(ui, RichText::new(&line.name).size(CAPTION).color(shown.colours.muted));
                for before in &line.before {
                    cell.figure(ui, RichText::new(before));
                }
                cell.figure(ui, RichText::new(&line.after).strong());
            });
            widgets::explain(row, &line.about);
        };
        self.main.iter().for_each(|line| row(ui, line));
        behind_main(ui);
        if self.changed.is_empty() && self.others.is_empty() {
            return;
        }
        ui.add_space(GRID);
        widgets::caption(ui, shown.colours, shown.text(Text::LedgerFigures));
        // A short list is read as a whole.
        let is_short = self.changed.len() + self.others.len() <= OPEN;
        let open = if is_short { self.changed.len() + self.others.len() } else { self.changed.len().min(OPEN) };
        let mut own = self.changed.iter().chain(&self.others);
        own.by_ref().take(open).for_each(|line| row(ui, line));
        let rest: Vec<&Line> = own.collect();
        if !rest.is_empty() {
            let title = sentences::and_more_figures(shown.lang, rest.len());
            let title = RichText::new(title).size(CAPTION).color(shown.colours.muted);
            CollapsingHeader::new(title).id_salt("more figures of ledgers").show_unindented(ui, |ui| {
                for line in rest {
                    row(ui, line);
                }
            });
        }
    }
}

/// What comes about in ledgers by the rules of packs, in a sentence; `None` where nothing does.
pub(super) fn follows(shown: &Shown<'_>, project: &Study, outlook: &Outlook) -> Option<String> {
    let all = project.dataset().derived_between(project.state(), &outlook.after);
    let all: Vec<DerivedReport> = all.into_iter().map(|change| DerivedReport::of(change, shown.lang)).collect();
    DerivedReport::sentence(&all, shown.lang).map(|said| capital(&said))
}

/// The figures of a unit that a change touches, before and after, put down once.
#[derive(Debug)]
pub(super) struct EffectTable {
    unit: String,
    rows: Vec<(String, [String; 2])>,
    /// Figures of ledgers and of one's own that stay as they are.
    others: Vec<(String, [String; 2])>,
}

impl EffectTable {
    /// What becomes of a unit.
    pub fn new(shown: &Shown<'_>, project: &Study, outlook: &Outlook, effect: &Effect) -> Self {
        let Effect { unit, figures: [before, after], members, .. } = effect;
        let [was, is] = [
            facts::with_own(shown, project.state(), *unit, before),
            facts::with_own(shown, &outlook.after, *unit, after),
        ];
        let mut rows: Vec<(String, [String; 2])> =
            was.into_iter().zip(is).map(|(was, is)| (was.name, [was.figure, is.figure])).collect();
        let own = rows.split_off(facts::main(shown, after).len().min(rows.len()));
        let (changed, others): (Vec<_>, Vec<_>) = own.into_iter().partition(|(_, [was, is])| was != is);
        rows.extend(changed);
        if members.iter().any(|&count| count > 0) {
            rows.insert(0, (shown.text(Text::Members).to_owned(), members.map(numbers::count)));
        }
        Self { unit: words::unit(outlook.after.unit(*unit)).to_owned(), rows, others }
    }

    /// Shows it; what stays as it is is folded away.
    pub fn show(&self, ui: &mut Ui, shown: &Shown<'_>, colour: Color32) {
        columns::before_after(ui, shown, (&self.unit, colour), &self.rows);
        if !self.others.is_empty() {
            let title = sentences::and_more_figures(shown.lang, self.others.len());
            let title = RichText::new(title).size(CAPTION).color(shown.colours.muted);
            CollapsingHeader::new(title).id_salt(("more figures", &self.unit)).show_unindented(ui, |ui| {
                columns::before_after(ui, shown, ("", colour), &self.others);
            });
        }
    }
}

/// A name at the head of a narrow column: where all begin alike, as codes do, by how it goes on.
fn told_apart(name: &str, names: &[&str]) -> String {
    /// Signs at the end that stay, whatever is alike.
    const STAY: usize = 3;
    /// Shorter ones have room.
    const SHORT: usize = 8;
    let alike = |a: &str, b: &str| a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let begun = names.windows(2).map(|pair| if let [a, b] = pair { alike(a, b) } else { 0 }).min().unwrap_or(0);
    let length = name.chars().count();
    let left = begun.min(length.saturating_sub(STAY));
    let is_one_of_them = names.first().is_some_and(|first| alike(first, name) >= begun);
    if length <= SHORT || left < STAY || !is_one_of_them {
        return name.to_owned();
    }
    std::iter::once('…').chain(name.chars().skip(left)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_that_begin_alike_are_told_apart_at_the_head_of_a_column() {
        let codes = ["510101001", "510101002"];
        assert_eq!(codes.map(|code| told_apart(code, &codes)), ["…001", "…002"]);
        let names = ["石桥镇", "石羊桥新街社区"];
        assert_eq!(names.map(|name| told_apart(name, &names)), names.map(str::to_owned));
        assert_eq!(told_apart("合石", &codes), "合石");
        assert_eq!(told_apart("510199999", &codes), "510199999");
    }
}

//! What the scenario does to the level that is looked at: units before and after, reduction rate, means, service
//! radius, and who ends up farther away.

use eframe::egui::{Align, Layout, RichText, Ui};
use egui_material_icons::icons as icon;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::columns::Widths;
use super::merge;
use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::{widgets, words};
use quhua::compare::Farther;
use quhua::i18n::{Text, numbers, sentences};
use quhua::jobs::Derived;
use quhua::metrics::together::Units;
use quhua::metrics::{Amount, Figure};
use quhua::model::LevelIndex;
use quhua::study::rulebook::Known;
use quhua::study::{Study, Time};

/// Losers listed by name; of more, the number is said.
const LISTED: usize = 8;

/// The summary of a level as of a revision, with or without figures of all its units.
#[derive(Debug, Default)]
pub struct SummaryState {
    made: Derived<(u64, LevelIndex, bool), Summary>,
}

/// What it says.
#[derive(Debug)]
struct Summary {
    before: Totals,
    after: Totals,
    /// Who ends up farther from a seat, and of which level that is.
    losers: (LevelIndex, Vec<Farther>),
}

/// Figures of a level together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Totals {
    units: usize,
    area_m2: Option<f64>,
    people: Option<Decimal>,
    radius_max_m: Option<f64>,
    distance_mean_m: Option<f64>,
}

impl Totals {
    #[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
    fn mean_area_m2(&self) -> Option<f64> {
        Some(self.area_m2? / self.units as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
    fn mean_people(&self) -> Option<f64> {
        Some(self.people?.to_f64()? / self.units as f64)
    }

    fn of(project: &Study, time: Time, level: LevelIndex) -> Self {
        let units = project.state_at(time).counted_at(level).count();
        let Some(known) = project.all_figures(time, level) else { return Self { units, ..Self::default() } };
        let together = Units::new(project.dataset(), known.iter().map(|(_, figures)| &**figures).collect());
        let measured = |figure| together.amount(figure).map(Amount::to_f64);
        Self {
            units,
            area_m2: measured(Figure::Area),
            people: together.amount(Figure::Population).and_then(Amount::to_decimal),
            radius_max_m: measured(Figure::RadiusMax),
            // Of units that have their people at one place each, the distance would say nothing, whichever were merged.
            distance_mean_m: measured(Figure::RadiusMean).filter(|_| level > LevelIndex::FINEST),
        }
    }
}

impl SummaryState {
    fn of(&mut self, project: &Study, level: LevelIndex) -> &Summary {
        let known = project.knows_figures(Time::Now, level) && project.knows_figures(Time::Before, level);
        self.made.of((project.revision(), level, known), || Summary {
            before: Totals::of(project, Time::Before, level),
            after: Totals::of(project, Time::Now, level),
            losers: if known && project.has_changes() { project.losers_from(level) } else { (level, Vec::new()) },
        })
    }
}

/// Shows the summary.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, summary: &mut SummaryState, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let level = shown.view.level;
    let summary = summary.of(project, level);
    let changed = project.has_changes();
    if !changed {
        widgets::caption(ui, shown.colours, shown.text(Text::EmptyScenario));
    }
    if shown.figures_died() {
        merge::line(ui, shown, icon::ICON_ERROR, shown.colours.error, shown.text(Text::CouldNotBeWorkedOut));
    }
    table(ui, shown, summary, changed);
    if !changed {
        return;
    }
    rate(ui, shown, summary);
    widgets::rule(ui, shown.colours);
    let (of, all) = &summary.losers;
    let title = shown.text(Text::WhoLoses);
    if *of == level {
        widgets::caption(ui, shown.colours, title);
    } else {
        let seats = words::level(shown.lang, shown.level_of(*of));
        widgets::caption(ui, shown.colours, &sentences::from_seats_of(shown.lang, title, seats));
    }
    losers(ui, shown, project, all, send);
}

/// Figures of the level, with a second column once something has changed.
fn table(ui: &mut Ui, shown: &Shown<'_>, summary: &Summary, changed: bool) {
    let unit = shown.area_unit();
    let area = |value: Option<f64>| value.map_or_else(|| numbers::UNKNOWN.to_owned(), |m2| numbers::area(m2, unit));
    let km = |value: Option<f64>| value.map_or_else(|| numbers::UNKNOWN.to_owned(), numbers::km);
    let with = |name: &str, unit: &str| format!("{name} ({unit})");
    let lang = shown.lang;
    let of_all = |text: Text| (shown.text(text), words::about(lang, text));
    let of_figure = |figure: Figure, named| (figure.short_name(lang, named), figure.about(lang));
    let level = words::level(lang, shown.level_of(shown.view.level)).to_owned();
    let (before, after) = (&summary.before, &summary.after);
    let Some(project) = shown.project else { return };
    let named = (&**project.dataset(), &**project.own_figures());
    let [areas, people, radius, distance] =
        [Figure::Area, Figure::Population, Figure::RadiusMax, Figure::RadiusMean].map(|it| of_figure(it, named));
    let (mean_area, symbol) = (of_all(Text::MeanArea), unit.symbol(lang));
    let mut rows = vec![
        (level, numbers::count(before.units), numbers::count(after.units), of_all(Text::UnitsBeforeAfter).1),
        (with(areas.0, symbol), area(before.area_m2), area(after.area_m2), areas.1),
        (with(mean_area.0, symbol), area(before.mean_area_m2()), area(after.mean_area_m2()), mean_area.1),
        (with(radius.0, "km"), km(before.radius_max_m), km(after.radius_max_m), radius.1),
    ];
    if project.dataset().fields.population.is_some() {
        let total = |totals: &Totals| numbers::decimal_or_unknown(totals.people);
        let mean = |totals: &Totals| numbers::number_or_unknown(totals.mean_people(), 0);
        let mean_people = of_all(Text::MeanPopulation);
        let mean_km = |totals: &Totals| km(totals.distance_mean_m);
        rows.insert(1, (people.0.to_owned(), total(before), total(after), people.1));
        rows.insert(4, (mean_people.0.to_owned(), mean(before), mean(after), mean_people.1));
        rows.push((with(distance.0, "km"), mean_km(before), mean_km(after), distance.1));
    }
    if let Some([before, after]) = broken(shown) {
        let broken = of_all(Text::RulesBroken);
        rows.push((broken.0.to_owned(), before, after, broken.1));
    }
    let headings = [Text::Before, Text::After].map(|text| shown.text(text));
    let figures = rows.iter().flat_map(|(_, before, after, _)| [before.as_str(), after.as_str()]);
    let widths = Widths::of(ui, if changed { 2 } else { 1 }, figures, headings.into_iter());
    let caption = |text: &str| RichText::new(text).size(CAPTION).color(shown.colours.muted);
    if changed {
        widths.row(ui, |ui, cell| {
            cell.name(ui, caption(shown.text(Text::Item)));
            for text in headings {
                cell.figure(ui, caption(text));
            }
        });
    }
    for (name, before, after, about) in &rows {
        let row = widths.row(ui, |ui, cell| {
            cell.name(ui, RichText::new(name).color(shown.colours.muted));
            if changed {
                cell.figure(ui, RichText::new(before));
            }
            let text = RichText::new(after);
            cell.figure(ui, if before == after { text } else { text.strong().color(shown.colours.accent) });
        });
        widgets::explain(row, about);
    }
}

/// How many rules the units of the level break, before and now, as far as that is known.
fn broken(shown: &Shown<'_>) -> Option<[String; 2]> {
    let book = shown.project?.rules();
    book.pack()?;
    let count = |known: Option<&Known>| {
        let known = known.map(|known| numbers::count(known.at_level(shown.view.level).broken));
        known.unwrap_or_else(|| numbers::UNKNOWN.to_owned())
    };
    Some([count(book.before()), count(book.now())])
}

/// "Reduction 13, reduction rate 29.5 %"; an increase is called so.
#[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
fn rate(ui: &mut Ui, shown: &Shown<'_>, summary: &Summary) {
    let (before, after) = (summary.before.units, summary.after.units);
    let share = before.abs_diff(after) as f64 / before as f64;
    let (number, rate) =
        if after > before { (Text::Increase, Text::IncreaseRate) } else { (Text::Reduction, Text::ReductionRate) };
    ui.add_space(GRID);
    widgets::fact(ui, shown.colours, shown.text(number), &numbers::count(before.abs_diff(after)));
    let row = widgets::fact(ui, shown.colours, shown.text(rate), &numbers::percent(share, 2));
    widgets::explain(row, words::about(shown.lang, Text::ReductionRate));
}

/// Who ends up farther away: by name, people and distance. A press goes there.
fn losers(ui: &mut Ui, shown: &Shown<'_>, project: &Study, losers: &[Farther], send: &mut Vec<Command>) {
    if losers.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::WhoLosesNone));
        return;
    }
    let base = &project.dataset().base;
    for loser in losers.iter().take(LISTED) {
        ui.horizontal(|ui| {
            let name = words::unit(base.unit(project.dataset().loaded_unit(loser.atom)));
            if ui.link(name).clicked() {
                let now = project.state().unit_of(loser.atom, LevelIndex::FINEST);
                send.push(Command::Select(vec![now], SelectMode::Replace));
                send.push(Command::ZoomTo(now));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(format!("+{} km", numbers::km(loser.farther_m)));
                let people = numbers::decimal_or_unknown(loser.people);
                let people = format!("{people} {}", shown.text(Text::PopulationUnit));
                ui.label(RichText::new(people).size(CAPTION).color(shown.colours.muted));
            });
        });
    }
    if losers.len() > LISTED {
        widgets::caption(ui, shown.colours, &sentences::and_more(shown.lang, losers.len() - LISTED));
    }
}

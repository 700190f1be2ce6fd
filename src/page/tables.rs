//! The tables of a page: summary, changes in words, crosswalk, units, places of service.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::facts::code;
use super::{Contents, each};
use crate::carto::words;
use crate::compare::{difference_words, differences};
use crate::edit::change::{self, Between};
use crate::edit::crosswalk::{Column, Relation};
use crate::i18n::markup::escaped;
use crate::i18n::numbers::{self, UNKNOWN};
use crate::i18n::{Lang, Text};
use crate::metrics::summary::{CountChange, FigureChange, Summary, Trend, rounded};
use crate::metrics::{Amount, Figure, ServicePlaces};
use crate::model::Kind;
use crate::report::html::{Heading, Html, in_both};

/// Decimals of rates in percent.
const RATE: u32 = 2;

impl Contents<'_> {
    /// All tables, each in a section with a name that the script makes a row of buttons of.
    pub(super) fn tables(&self, page: &mut Html) {
        let has_plan = self.reader.document.is_some();
        page.push("<nav id=\"sections\"></nav>\n");
        section(page, ("统计", "Summary"), false, |page| self.summary(page));
        if has_plan {
            section(page, ("调整内容", "Changes"), true, |page| self.changes(page));
            section(page, ("新旧对照表", "Crosswalk"), true, |page| self.crosswalk(page));
        }
        section(page, ("单元", "Units"), true, |page| self.units(page));
        if let Some(places) = ServicePlaces::by_township(self.reader.dataset, self.after) {
            section(page, ("便民服务点位", "Service places"), true, |page| self.services(page, &places));
        }
    }

    /// F01: units, kinds and means before and after.
    fn summary(&self, page: &mut Html) {
        let unit = self.reader.area_unit;
        page.open_table(
            "",
            &[
                ("项目", "Item", ""),
                ("调整前", "Before", "n"),
                ("调整后", "After", "n"),
                ("增减", "Difference", "n"),
                ("增减幅", "Rate", "n"),
            ],
        );
        for level in self.after.levels().rev() {
            let method = self.reader.grounds.area_method;
            let summary = Summary::of(self.reader.dataset, self.before, self.after, level, method);
            let name = |lang| words::level(lang, summary.level).to_owned();
            counts(page, &format!("<b>{}</b>", each(name)), summary.units);
            for (kind, count) in summary.kinds.iter().filter(|_| summary.kinds.len() > 1) {
                let name = |lang: Lang| {
                    let kind = kind.as_ref().map_or(UNKNOWN, |kind: &Kind| kind.words(lang));
                    format!("{}{kind}", lang.pick("其中：", "of which "))
                };
                counts(page, &each(name), *count);
            }
            #[expect(clippy::cast_possible_truncation, reason = "a handful of decimals")]
            let area_decimals = unit.decimals() as u32;
            let in_unit = Decimal::try_from(1e6 / unit.in_m2()).unwrap_or(Decimal::ONE);
            let area = |area: Option<Decimal>| area.and_then(|area| area.checked_mul(in_unit));
            let area =
                FigureChange { before: area(summary.mean_area_km2.before), after: area(summary.mean_area_km2.after) };
            let name = |lang: Lang| format!("{} ({})", lang.of(Text::MeanArea), unit.symbol(lang));
            figures(page, &each(name), area, area_decimals);
            if self.reader.dataset.fields.population.is_some() {
                figures(page, &each(|lang| lang.of(Text::MeanPopulation).to_owned()), summary.mean_population, 0);
            }
            if let Some(finer) = level.finer() {
                let finer = self.reader.dataset.level(finer);
                let name = |lang: Lang| match lang {
                    Lang::Zh => format!("平均下辖{}", words::level(lang, finer)),
                    Lang::En => format!("{}, mean", words::level(lang, finer)),
                };
                figures(page, &each(name), summary.mean_members, 1);
            }
        }
        page.close_table();
    }

    /// What the plan changes, in sentences.
    fn changes(&self, page: &mut Html) {
        let between = Between::new(self.reader.dataset, self.before, self.after);
        let dataset = self.reader.dataset;
        let list = differences(dataset, &between);
        if list.is_empty() {
            page.both("p", "没有调整。", "Nothing was changed.");
            return;
        }
        page.open_table("", &[("级别", "Level", ""), ("内容", "Change", "")]);
        for difference in &list {
            let level = each(|lang| words::level(lang, dataset.level(difference.level)).to_owned());
            let text = each(|lang| difference_words(lang, dataset, &between, difference));
            page.row("", [&*level, &text], 2);
        }
        page.close_table();
    }

    fn crosswalk(&self, page: &mut Html) {
        let rows: Vec<_> = self.rows.iter().filter(|row| row.relation != Relation::Unchanged).collect();
        if rows.is_empty() {
            page.both("p", "没有调整。", "Nothing was changed.");
            return;
        }
        let unit = self.reader.area_unit;
        let area = Lang::ALL.map(|lang| format!("{} ({})", Column::Area.words(lang), unit.symbol(lang)));
        let heading = |column: Column, class| (column.words(Lang::Zh), column.words(Lang::En), class);
        let headings: [Heading<'_>; 10] = [
            heading(Column::Level, ""),
            heading(Column::OldName, ""),
            heading(Column::OldCode, ""),
            heading(Column::NewName, ""),
            heading(Column::NewCode, ""),
            heading(Column::Relation, ""),
            (&area[0], &area[1], "n"),
            heading(Column::AreaShare, "n"),
            heading(Column::Population, "n"),
            heading(Column::SeatUse, ""),
        ];
        page.open_table("", &headings);
        for row in rows {
            let level = each(|lang| words::level(lang, row.level).to_owned());
            let share = rounded(row.area_share * Decimal::ONE_HUNDRED, RATE);
            let cells = [
                level,
                escaped(&row.old_name),
                escaped(&row.old_code),
                escaped(&row.new_name),
                escaped(&row.new_code),
                each(|lang| row.relation.words(lang).to_owned()),
                figure(&numbers::area(row.area_m2, unit)),
                figure(&format!("{share:.2} %")),
                figure(&numbers::decimal_or_unknown(row.population)),
                each(|lang| row.seat_use.words(lang).to_owned()),
            ];
            page.row("", cells.iter().map(String::as_str), cells.len());
        }
        page.close_table();
    }

    /// Figures of units that the page has besides those of one's own.
    pub(super) fn figures(&self) -> Vec<Figure> {
        let on_page = |figure: &Figure| figure.row().is_some_and(|row| row.is_on_page);
        Figure::of_dataset(self.reader.dataset).into_iter().filter(on_page).collect()
    }

    /// Units of the level before and after: a press on one leads to it on the map.
    fn units(&self, page: &mut Html) {
        let unit_area = self.reader.area_unit;
        let heading = |text: Text, class| (Lang::Zh.of(text), Lang::En.of(text), class);
        let ground = (self.reader.dataset, &*self.reader.grounds.own);
        let shown_figures = self.figures();
        let columns = shown_figures.iter().map(|figure| {
            Lang::ALL.map(|lang| figure.with_unit(figure.name(lang, ground), lang, unit_area, &self.reader.grounds.own))
        });
        let columns: Vec<[String; 2]> = columns.collect();
        let own = self.reader.grounds.own.list();
        let own_names = own.iter().map(|own| Lang::ALL.map(|lang| own.name_with_unit(lang)));
        let own_names: Vec<[String; 2]> = own_names.collect();
        let times = [(self.before, "before"), (self.after, "after")];
        let shown = if self.reader.document.is_some() { 0..2 } else { 1..2 };
        for time in shown {
            let (state, class) = times[time];
            let class = if self.reader.document.is_some() { class } else { "both" };
            let mut headings =
                vec![heading(Text::Name, ""), heading(Text::Code, ""), ("类型", "Kind", ""), heading(Text::Parent, "")];
            headings.extend(columns.iter().map(|[zh, en]| (zh.as_str(), en.as_str(), "n")));
            headings.extend(own_names.iter().map(|[zh, en]| (zh.as_str(), en.as_str(), "n")));
            if time == 1 && self.reader.document.is_some() {
                headings.push(heading(Text::Change, ""));
            }
            page.open_table(&format!("class=\"{class} units-list\""), &headings);
            let at_defects = &self.at_defects[time];
            for (position, (id, figures)) in self.units[time].iter().enumerate() {
                let unit = state.unit(*id);
                let mut cells = vec![
                    format!("{}{}", escaped(unit.label()), if at_defects.contains(id) { " *" } else { "" }),
                    each(|lang| code(lang, &unit.code, unit.code_status)),
                    unit.kind.as_ref().map_or_else(String::new, |kind| each(|lang| kind.words(lang).to_owned())),
                    unit.parent.map_or_else(String::new, |parent| escaped(state.unit(parent).label())),
                ];
                cells.extend(shown_figures.iter().map(|it| figure(&it.text(figures, unit_area))));
                cells.extend(own.iter().map(|own| {
                    let value = self.reader.grounds.own.value(own.id, (self.reader.dataset, state), *id, figures).ok();
                    figure(&numbers::number_or_unknown(value.map(Amount::to_f64), own.id.decimals()))
                }));
                if headings.len() > cells.len() {
                    let change = change::main(self.reader.dataset, state, *id);
                    let is_marked = change::is_marked(self.reader.dataset, state, *id);
                    cells.push(if is_marked { each(|lang| change.words(lang).to_owned()) } else { String::new() });
                }
                let attribute = if time == 0 { "data-b" } else { "data-a" };
                page.row(&format!("{attribute}=\"{position}\""), cells.iter().map(String::as_str), cells.len());
            }
            page.close_table();
            if !at_defects.is_empty() {
                let note = each(|lang| format!("* {}", lang.of(Text::TouchesDefect)));
                page.push(&format!("<p class=\"hint {class}\">{note}</p>\n"));
            }
        }
    }

    /// F04: a centre for each township, a room for each village, stations and points at former seats.
    fn services(&self, page: &mut Html, places: &[(crate::model::UnitId, ServicePlaces)]) {
        page.both(
            "p class=\"hint\"",
            "每个乡镇设便民服务中心，每个村（社区）设便民服务室；被撤销乡镇、村的原驻地保留为便民服务站、点，另有去向的除外。",
            "A centre in each township, a room in each village; former seats stay stations and points unless they are put \
             to another use.",
        );
        page.open_table(
            "",
            &[
                ("乡镇", "Township", ""),
                ("便民服务中心", "Centres", "n"),
                ("便民服务站", "Stations", "n"),
                ("便民服务室", "Rooms", "n"),
                ("便民服务点", "Points", "n"),
                ("去向未定", "Not decided", "n"),
            ],
        );
        let cells = |name: String, it: ServicePlaces| {
            let numbers =
                [it.centres, it.stations, it.rooms, it.points, it.not_decided].map(|it| figure(&numbers::count(it)));
            std::iter::once(name).chain(numbers).collect::<Vec<_>>()
        };
        for &(id, it) in places {
            let row = cells(escaped(self.after.unit(id).label()), it);
            page.row("", row.iter().map(String::as_str), row.len());
        }
        let total = ServicePlaces::total(places.iter().map(|(_, it)| it));
        let row = cells(format!("<b>{}</b>", in_both("合计", "All")), total);
        page.row("class=\"total\"", row.iter().map(String::as_str), row.len());
        page.close_table();
    }
}

/// A section with a heading, and a line to search its tables by.
fn section(page: &mut Html, (zh, en): (&str, &str), searched: bool, fill: impl FnOnce(&mut Html)) {
    page.push("<section>\n");
    page.heading(zh, en);
    if searched {
        page.push("<input type=\"search\" class=\"search\" aria-label=\"查找 Search\" placeholder=\"查找 Search\">\n");
    }
    fill(page);
    page.push("</section>\n");
}

/// A figure, as a cell that stands at the right.
fn figure(text: &str) -> String {
    format!("<span class=\"f\">{}</span>", escaped(text))
}

fn counts(page: &mut Html, name: &str, count: CountChange) {
    let sign = sign(count.trend());
    let rate = count.percent(RATE).map_or_else(|| UNKNOWN.to_owned(), |rate| format!("{sign}{rate:.2} %"));
    let difference = format!("{sign}{}", numbers::count(count.difference()));
    let texts = [numbers::count(count.before), numbers::count(count.after), difference, rate].map(|text| figure(&text));
    let cells = std::iter::once(name).chain(texts.iter().map(String::as_str));
    page.row("", cells, texts.len() + 1);
}

fn figures(page: &mut Html, name: &str, change: FigureChange, decimals: u32) {
    let text = |value: Option<Decimal>| {
        let rounded = value.and_then(|value| rounded(value, decimals).to_f64());
        numbers::number_or_unknown(rounded, decimals as usize)
    };
    let sign = match (change.before, change.after) {
        (Some(before), Some(after)) if after < before => sign(Trend::Decrease),
        (Some(before), Some(after)) if after > before => sign(Trend::Increase),
        _ => "",
    };
    let difference = change.before.zip(change.after).map(|(before, after)| (after - before).abs());
    let rate =
        change.growth_percent(RATE).map_or_else(|| UNKNOWN.to_owned(), |rate| format!("{sign}{:.2} %", rate.abs()));
    let difference = difference.map_or_else(|| UNKNOWN.to_owned(), |it| format!("{sign}{}", text(Some(it))));
    let texts = [text(change.before), text(change.after), difference, rate].map(|text| figure(&text));
    let cells = std::iter::once(name).chain(texts.iter().map(String::as_str));
    page.row("", cells, texts.len() + 1);
}

const fn sign(trend: Trend) -> &'static str {
    match trend {
        Trend::Decrease => "−",
        Trend::Increase => "+",
        Trend::Unchanged => "",
    }
}

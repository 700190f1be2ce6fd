//! Findings in the data: what is doubtful about attributes, and defects of the boundaries.

use eframe::egui::{self, Align, Layout, Response, Sense, Ui};
use egui_extras::{Column, TableBuilder};
use geo::Coord;

use super::{BottomState, crossings, rules};
use crate::ui::focus::Cursor;
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::ChecksView;
use crate::ui::theme::ROW;
use crate::ui::widgets::Face;
use crate::ui::{widgets, words};
use quhua::coverage::repair::Choice;
use quhua::coverage::validate::{Defect, Severity as DefectSeverity};
use quhua::i18n::{Say as _, Text};
use quhua::model::{Dataset, Finding, FindingKind, LevelIndex, Severity, UnitId};
use quhua::study::Study;

/// What was found in the open data. Attributes are known at once; boundaries are checked behind the scenes.
#[derive(Default)]
pub struct Findings {
    rows: Vec<Row>,
    /// Whether the boundaries are still being checked.
    pub checking: bool,
    /// The row that keys go from.
    cursor: Cursor,
}

/// A finding as shown.
struct Row {
    severity: Severity,
    what: What,
    units: Vec<UnitId>,
    at: Option<Coord>,
}

enum What {
    Attribute(FindingKind),
    Boundary(Box<Defect>),
}

impl Row {
    fn of(finding: Finding) -> Self {
        let Finding { severity, units, at, what } = finding;
        Self { severity, what: What::Attribute(what), units, at }
    }
}

impl Findings {
    /// Takes up what is known about attributes.
    #[must_use]
    pub fn of_attributes(project: &Study) -> Self {
        let rows = project.dataset().findings.iter().cloned().map(Row::of).collect();
        let mut findings = Self { rows, checking: true, cursor: Cursor::default() };
        findings.sort();
        findings
    }

    /// Takes up the defects of the boundaries as loaded, and what their areas tell.
    pub fn add(&mut self, dataset: &Dataset, defects: Vec<Defect>, areas: Vec<Finding>) {
        self.checking = false;
        self.rows.extend(defects.into_iter().map(|defect| Row {
            severity: defect.severity.into(),
            units: defect.atoms.iter().map(|&atom| dataset.loaded_unit(atom)).collect(),
            at: defect.at,
            what: What::Boundary(Box::new(defect)),
        }));
        self.rows.extend(areas.into_iter().map(Row::of));
        self.sort();
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether a repair of borders would do something about one of them.
    #[must_use]
    pub fn can_be_repaired(&self) -> bool {
        let kinds = Choice::default().kinds;
        self.rows.iter().any(|row| match &row.what {
            What::Boundary(defect) => defect.severity > DefectSeverity::Info && kinds.contains(&defect.kind),
            What::Attribute(_) => false,
        })
    }

    /// The worst first, otherwise as found.
    fn sort(&mut self) {
        self.rows.sort_by_key(|row| std::cmp::Reverse(row.severity));
    }
}

/// Shows one of the lists, with a switch above it.
pub fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (bottom, stop): (&mut BottomState, &Response),
    send: &mut Vec<Command>,
) {
    let broken = project.rules().now().map_or(0, |known| known.verdicts.counts.broken);
    let crossings = &project.basis().crossings;
    let with_count = |text: Text, count: usize| {
        let name = shown.text(text);
        if count > 0 { format!("{name} {count}") } else { name.to_owned() }
    };
    let names = [
        (ChecksView::Data, with_count(Text::ChecksData, bottom.findings.len())),
        (ChecksView::Rules, with_count(Text::Rules, broken)),
        (ChecksView::Crossings, with_count(Text::Crossings, crossings.links.len() + crossings.barriers.len())),
    ];
    ui.horizontal(|ui| {
        let choices = names.each_ref().map(|(view, name)| (*view, name.as_str(), name.as_str()));
        if let Some(view) = widgets::choice(ui, shown.colours, bottom.checks.view, &choices) {
            bottom.checks.view = view;
        }
        if bottom.checks.view == ChecksView::Data && bottom.findings.can_be_repaired() {
            let face = (shown.lang, shown.colours, shown.now);
            widgets::action_button(ui, face, Action::RepairBorders, Face::Named, None, send);
        }
        if bottom.checks.view == ChecksView::Data
            && let Some(repaired) = project.document().dataset().repaired_borders()
        {
            let face = (shown.lang, shown.colours, shown.now);
            widgets::action_button(ui, face, Action::TakeBackRepair, Face::Named, None, send);
            let colour = if repaired.not_found.is_empty() { shown.colours.muted } else { shown.colours.warning };
            let said = repaired.say(shown.lang);
            ui.add(egui::Label::new(egui::RichText::new(&said).color(colour)).truncate()).on_hover_text(said);
        }
        if bottom.checks.view == ChecksView::Rules {
            rules::tools(ui, shown, project, &mut bottom.checks.rules, send);
        }
        if bottom.checks.view == ChecksView::Crossings {
            crossings::tools(ui, shown, send);
        }
    });
    match bottom.checks.view {
        ChecksView::Data => data(ui, shown, project, (&mut bottom.findings, stop), send),
        ChecksView::Rules => rules::show(ui, shown, project, (&mut bottom.checks.rules, stop), send),
        ChecksView::Crossings => crossings::show(ui, shown, project, &mut bottom.checks.crossings, send),
    }
}

/// Shows the findings. A press selects the units and flies to the place, and so does a key.
fn data(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (findings, stop): (&mut Findings, &Response),
    send: &mut Vec<Command>,
) {
    if findings.checking {
        widgets::caption(ui, shown.colours, shown.text(Text::Checking));
    }
    if findings.is_empty() {
        if !findings.checking {
            widgets::hint(ui, shown.colours, shown.text(Text::EmptyChecks));
        }
        return;
    }
    let base = &project.dataset().base;
    let moved = findings.cursor.moved(ui, stop, findings.rows.len());
    if let Some((row, true)) = moved {
        go_to(project, &findings.rows[row], send);
    }
    let cursor = findings.cursor.row(stop);
    let mut builder = TableBuilder::new(ui);
    if let Some((row, _)) = moved {
        builder = builder.scroll_to_row(row, None).animate_scrolling(false);
    }
    builder
        .id_salt("checks")
        .sense(Sense::CLICK)
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .column(Column::exact(64.0))
        .column(Column::initial(220.0).resizable(true).clip(true))
        .column(Column::remainder().clip(true))
        .header(ROW, |mut header| {
            for text in [Text::Severity, Text::Place, Text::Problem] {
                header.col(|ui| drop(widgets::caption(ui, shown.colours, shown.text(text))));
            }
        })
        .body(|body| {
            body.rows(ROW, findings.rows.len(), |mut table_row| {
                let row = &findings.rows[table_row.index()];
                table_row.set_hovered(cursor == Some(table_row.index()));
                let colour = match row.severity {
                    Severity::Error => shown.colours.error,
                    Severity::Warning => shown.colours.warning,
                    Severity::Info => shown.colours.muted,
                };
                table_row.col(|ui| drop(ui.colored_label(colour, row.severity.words(shown.lang))));
                let names: Vec<&str> = row.units.iter().map(|&unit| words::unit(base.unit(unit))).collect();
                let names = quhua::i18n::sentences::names(shown.lang, &names);
                table_row.col(|ui| drop(ui.add(egui::Label::new(names).truncate())));
                let text = match &row.what {
                    What::Attribute(what) => what.sentence(shown.lang),
                    What::Boundary(defect) => defect.sentence(shown.lang, shown.area_unit()),
                };
                table_row.col(|ui| drop(ui.add(egui::Label::new(text).truncate())));
                if table_row.response().clicked() {
                    go_to(project, row, send);
                }
            });
        });
}

fn go_to(project: &Study, row: &Row, send: &mut Vec<Command>) {
    let state = project.state();
    let current: Vec<UnitId> = row.units.iter().copied().filter(|&unit| state.unit(unit).is_current()).collect();
    if let Some(&first) = current.first() {
        let level: LevelIndex = state.unit(first).level;
        let of_level: Vec<UnitId> = current.into_iter().filter(|&unit| state.unit(unit).level == level).collect();
        send.push(Command::SetLevel(level));
        send.push(Command::Select(of_level, SelectMode::Replace));
    }
    match row.at {
        Some(at) => send.push(Command::ZoomToPlace(at.x, at.y)),
        None => send.extend(row.units.first().map(|&unit| Command::ZoomTo(unit))),
    }
}

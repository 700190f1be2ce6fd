//! The card of a unit that is established of the selected ones: name, kind, code, seat, parent, figures, warnings.
//!
//! Enter establishes. A click on the map selects, which closes the card as Esc does.

use eframe::egui::{RichText, Ui};

use super::columns::Widths;
use super::ending::{CardEnd, Ending};
use super::facts;
use super::merge::{self, pick, row};
use super::says::{Confirm, Says};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture};
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::widgets;
use crate::ui::words;
use quhua::edit::{Edit, EditError, SeatSpec, Target, UnitRef};
use quhua::i18n::{Text, numbers, sentences};
use quhua::jobs::Derived;
use quhua::metrics::UnitFigures;
use quhua::model::{CodeStatus, Kind, Unit, UnitId};
use quhua::study::{Outlook, Study};

/// Units that give members up and get a column of their own.
const COLUMNS: usize = 2;

/// A unit being thought over.
#[derive(Default)]
pub struct EstablishDraft {
    name: String,
    code: String,
    kind: Option<Kind>,
    /// The member whose seat it gets.
    seat: Option<UnitId>,
    parent: Option<UnitId>,
    outlook: Derived<(Edit, u64), Result<Outlook, EditError>>,
    /// What it was last to be, as long as it is refused for what was written since.
    seen: Option<Unit>,
    /// What units keep that give members up.
    kept: Vec<(UnitId, UnitFigures)>,
}

impl EstablishDraft {
    /// The edit, when it would be carried out.
    #[must_use]
    pub fn confirmed(&self) -> Option<&Edit> {
        self.outlook.key().filter(|_| self.outlook().is_some()).map(|(edit, _)| edit)
    }

    fn outlook(&self) -> Option<&Outlook> {
        self.outlook.get()?.as_ref().ok()
    }

    fn edit(&self, project: &Study, members: &[UnitId]) -> Option<Edit> {
        let name_of = |unit: UnitId| UnitRef::to(project.dataset(), project.state(), unit);
        let written = |text: &str| (!text.trim().is_empty()).then(|| text.trim().into());
        let seat: Option<SeatSpec> = self.seat.and_then(|unit| project.seat_of(unit));
        let into = Target {
            code: written(&self.code),
            name: written(&self.name),
            kind: self.kind.clone(),
            seat,
            parent: self.parent.or_else(|| parents(project, members).first().copied()).and_then(name_of),
        };
        Some(Edit::Establish { units: members.iter().map(|&unit| name_of(unit)).collect::<Option<_>>()?, into })
    }

    /// Thinks it through again, if the card, the selection or the document has changed.
    fn refresh(&mut self, project: &Study, members: &[UnitId]) {
        let Some(edit) = self.edit(project, members).filter(|_| !members.is_empty()) else {
            return self.outlook.forget();
        };
        let key = (edit, project.revision());
        if !self.outlook.is_of(&key) {
            let outlook = project.outlook(&key.0);
            let kept = |after| {
                let donors = donors(project, members).into_iter().take(COLUMNS);
                donors.map(|unit| (unit, project.figures_in(after, unit))).collect()
            };
            self.kept = outlook.as_ref().map(|outlook| kept(&outlook.after)).unwrap_or_default();
            if let Ok(outlook) = &outlook {
                self.seen = Some(outlook.unit.clone());
            }
            self.outlook.put(key, outlook);
        }
    }
}

impl Says for EstablishDraft {
    fn gesture(&self) -> Gesture {
        Gesture::Establish
    }

    fn click(&self) -> Click {
        Click::Selects
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn confirm(&self, _project: &Study) -> Confirm {
        self.confirmed().cloned().map_or(Confirm::Nothing, Confirm::Edit)
    }
}

/// Parents that members leave, in their order.
fn donors(project: &Study, members: &[UnitId]) -> Vec<UnitId> {
    let mut donors: Vec<UnitId> = Vec::new();
    for parent in members.iter().filter_map(|&unit| project.state().unit(unit).parent) {
        if !donors.contains(&parent) {
            donors.push(parent);
        }
    }
    donors
}

/// Where the new unit can belong.
fn parents(project: &Study, members: &[UnitId]) -> Vec<UnitId> {
    donors(project, &donors(project, members))
}

/// Shows the card.
pub(super) fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    draft: &mut EstablishDraft,
    end: &mut CardEnd,
    send: &mut Vec<Command>,
) {
    let Some(project) = shown.project else { return };
    let members = &shown.view.selection;
    draft.refresh(project, members);
    let state = project.state();
    widgets::heading(ui, shown.text(Text::EstablishTitle));
    let names: Vec<&str> = members.iter().map(|&unit| words::unit(state.unit(unit))).collect();
    widgets::hint(ui, shown.colours, &sentences::names(shown.lang, &names));
    ui.add_space(GRID);
    choices(ui, shown, project, draft, send);
    ui.add_space(GRID);
    match draft.outlook.get() {
        Some(Ok(outlook)) => {
            table(ui, shown, project, &draft.kept, outlook);
            outlook.warnings.iter().for_each(|warning| merge::warning_line(ui, shown, warning));
        }
        Some(Err(error)) => merge::refusal(ui, shown, error),
        None => {}
    }
    let possible = draft.outlook().is_some();
    end.here(ui, shown, Ending { action: Action::ConfirmEstablish, possible, keys: Text::EnterDoes }, send);
}

/// Name, code, kind, seat, parent.
fn choices(ui: &mut Ui, shown: &Shown<'_>, project: &Study, draft: &mut EstablishDraft, send: &mut Vec<Command>) {
    let Some(after) = draft.seen.clone() else { return };
    let state = project.state();
    let name_of = |unit: UnitId| words::unit(state.unit(unit)).to_owned();
    row(ui, shown, Text::Name, |ui| {
        let width = ui.available_width();
        let field = widgets::field(ui, shown.text(Text::NewName), &mut draft.name, &after.name, width);
        merge::confirm_on_enter(ui, &field, send);
    });
    row(ui, shown, Text::Code, |ui| {
        let proposed = after.code_status == CodeStatus::Proposed;
        let field = merge::code_field(ui, shown, &mut draft.code, &after.code, proposed);
        merge::confirm_on_enter(ui, &field, send);
    });
    if let Some(now) = &after.kind {
        row(ui, shown, Text::KindOf, |ui| {
            let kinds = words::kinds_of(shown.level_of(after.level));
            let indices: Vec<usize> = (0..kinds.len()).collect();
            let name = |i: usize| words::kind(shown.lang, &kinds[i]).to_owned();
            if let Some(i) = pick(ui, shown, Text::KindOf, words::kind(shown.lang, now), &indices, name) {
                draft.kind = kinds.get(i).cloned();
            }
        });
    }
    let seats: Vec<Option<UnitId>> = std::iter::once(None)
        .chain(shown.view.selection.iter().copied().filter(|&unit| project.seat_of(unit).is_some()).map(Some))
        .collect();
    row(ui, shown, Text::SeatChoice, |ui| {
        let name = |of: Option<UnitId>| of.map_or_else(|| shown.text(Text::SeatAuto).to_owned(), name_of);
        if let Some(seat) = pick(ui, shown, Text::SeatChoice, &name(draft.seat), &seats, name) {
            draft.seat = seat;
        }
    });
    let parents = parents(project, &shown.view.selection);
    if parents.len() > 1 {
        row(ui, shown, Text::Parent, |ui| {
            let now = draft.parent.or_else(|| parents.first().copied()).map(name_of).unwrap_or_default();
            if let Some(parent) = pick(ui, shown, Text::Parent, &now, &parents, name_of) {
                draft.parent = Some(parent);
            }
        });
    }
}

/// Figures of the new unit, and what the units keep that give members up.
fn table(ui: &mut Ui, shown: &Shown<'_>, project: &Study, giving: &[(UnitId, UnitFigures)], outlook: &Outlook) {
    let new = facts::main(shown, &outlook.figures);
    let after: Vec<_> = giving.iter().map(|(_, figures)| facts::main(shown, figures)).collect();
    let headings: Vec<String> =
        giving.iter().map(|&(unit, _)| format!("{} →", words::unit(project.state().unit(unit)))).collect();
    let arrow = format!("→ {}", outlook.unit.name);
    let figures = after.iter().flatten().chain(&new).map(|fact| fact.figure.as_str());
    let all_headings = headings.iter().map(String::as_str).chain(std::iter::once(arrow.as_str()));
    let widths = Widths::of(ui, giving.len() + 1, figures, all_headings);
    let caption = |text: &str| RichText::new(text).size(CAPTION).color(shown.colours.muted);
    widths.row(ui, |ui, cell| {
        cell.name(ui, caption(shown.text(Text::Item)));
        for heading in &headings {
            cell.figure(ui, caption(heading));
        }
        cell.figure(ui, RichText::new(&arrow).size(CAPTION).color(shown.colours.accent));
    });
    widths.row(ui, |ui, cell| {
        cell.name(ui, caption(shown.text(Text::Members)));
        for &(unit, _) in giving {
            cell.figure(ui, RichText::new(numbers::count(outlook.after.members(unit).len())));
        }
        cell.figure(ui, RichText::new(numbers::count(outlook.members)).strong());
    });
    for (i, fact) in new.iter().enumerate() {
        widths.row(ui, |ui, cell| {
            cell.name(ui, caption(&fact.name));
            for facts in &after {
                cell.figure(ui, RichText::new(facts.get(i).map_or(numbers::UNKNOWN, |fact| &fact.figure)));
            }
            cell.figure(ui, RichText::new(&fact.figure).strong());
        });
    }
}

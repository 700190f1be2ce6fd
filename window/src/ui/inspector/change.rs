//! The card of a change that is no merger: a transfer, another kind, another seat. One shape for all of them: what is
//! chosen, the figures of every unit that it touches before and after, what is doubtful, and the rules that would break.
//!
//! A click on the map fills in what is open: the unit that takes over, or the place of the seat. Enter does it, and so
//! does a second click on the unit that takes over. Esc leaves it.

use std::sync::Arc;

use eframe::egui::{Ui, vec2};
use egui_material_icons::icons as icon;
use geo::Coord;

use super::badges;
use super::ending::{CardEnd, Ending};
use super::figures::{self, EffectTable, SaidIn};
use super::merge::{self, row};
use super::says::{Confirm, Says};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture, SelectMode};
use crate::ui::theme::GRID;
use crate::ui::{widgets, words};
use quhua::edit::{Edit, EditError, SeatSpec, UnitLabel, UnitRef, Warning, names};
use quhua::i18n::{Text, selecting, sentences};
use quhua::jobs::Derived;
use quhua::model::{CodeStatus, Kind, UnitId};
use quhua::study::{Effect, Outlook, Study};

/// Units that give something up and are shown with their figures at most.
const GIVERS: usize = 3;

/// A change being thought over.
pub struct ChangeDraft {
    what: What,
    outlook: Derived<(Edit, u64), Result<Thought, EditError>>,
    /// Figures before and after of what it touches, as long as the outlook stands.
    figures: Tables,
}

/// Figures before and after, unit by unit.
type Tables = Derived<SaidIn, (Option<String>, Vec<EffectTable>)>;

/// What is changed.
enum What {
    /// Units go to another parent.
    Transfer { units: Vec<UnitId>, to: Option<UnitId> },
    /// A unit becomes one of another kind, with the name that goes with it unless the planner writes one.
    Kind { unit: UnitId, kind: Option<Kind>, name: String, name_is_own: bool },
    /// The seat of a unit moves.
    Seat { unit: UnitId, at: Option<Coord> },
}

/// What a change would lead to.
struct Thought {
    outlook: Outlook,
    /// The units that it touches: the one that it is about first.
    effects: Vec<Effect>,
    /// Units beyond those.
    more: usize,
}

impl ChangeDraft {
    fn new(what: What) -> Self {
        Self { what, outlook: Derived::default(), figures: Derived::default() }
    }

    /// Units go to another parent, if it is known to which.
    #[must_use]
    pub fn transfer(units: Vec<UnitId>, to: Option<UnitId>) -> Self {
        Self::new(What::Transfer { units, to })
    }

    /// Another kind for a unit.
    #[must_use]
    pub fn kind(unit: UnitId) -> Self {
        Self::new(What::Kind { unit, kind: None, name: String::new(), name_is_own: false })
    }

    /// Another seat for a unit.
    #[must_use]
    pub fn seat(unit: UnitId) -> Self {
        Self::new(What::Seat { unit, at: None })
    }

    /// The unit that takes over was clicked. Whether it was chosen before: then it is done.
    pub fn take(&mut self, taker: UnitId) -> bool {
        let What::Transfer { to, .. } = &mut self.what else { return false };
        to.replace(taker) == Some(taker)
    }

    /// Puts the seat at a place in degrees.
    pub fn put_seat(&mut self, place: Coord) {
        if let What::Seat { at, .. } = &mut self.what {
            *at = Some(place);
        }
    }

    /// The edit that the card stands for; `None` as long as something is open.
    #[must_use]
    pub fn edit(&self, project: &Study) -> Option<Edit> {
        let (dataset, state) = (project.dataset(), project.state());
        let name_of = |unit: UnitId| UnitRef::to(dataset, state, unit);
        match &self.what {
            What::Transfer { units, to } => {
                let to = (*to)?;
                // Those that are there already need not move.
                let moving = units.iter().filter(|&&unit| state.unit(unit).parent != Some(to));
                Some(Edit::Transfer {
                    units: moving.map(|&unit| name_of(unit)).collect::<Option<_>>()?,
                    to: name_of(to)?,
                })
            }
            What::Kind { unit, kind, name, .. } => {
                let name = Some(name.trim()).filter(|name| !name.is_empty() && *name != state.unit(*unit).name);
                let name = name.map(Into::into);
                Some(Edit::ConvertKind { unit: name_of(*unit)?, kind: kind.clone()?, code: None, name })
            }
            What::Seat { unit, at } => {
                let at = (*at)?;
                Some(Edit::MoveSeat { unit: name_of(*unit)?, seat: SeatSpec { lon: at.x, lat: at.y, name: None } })
            }
        }
    }

    fn thought(&self) -> Option<&Thought> {
        self.outlook.get()?.as_ref().ok()
    }

    /// Thinks it through again, if the card or the document has changed.
    fn refresh(&mut self, project: &Study) {
        let Some(edit) = self.edit(project) else { return self.outlook.forget() };
        let key = (edit, project.revision());
        if self.outlook.is_of(&key) {
            return;
        }
        let thought = project.outlook(&key.0).map(|outlook| {
            let mut units = vec![outlook.id];
            if let What::Transfer { units: moved, .. } = &self.what {
                for giver in moved.iter().filter_map(|&unit| project.state().unit(unit).parent) {
                    if !units.contains(&giver) {
                        units.push(giver);
                    }
                }
            }
            let more = units.len().saturating_sub(1 + GIVERS);
            let effects = units.iter().take(1 + GIVERS).map(|&unit| project.effect(&outlook, unit)).collect();
            Thought { outlook, effects, more }
        });
        self.outlook.put(key, thought);
        self.figures.forget();
    }
}

impl Says for ChangeDraft {
    fn seat(&self, _project: &Study) -> Option<Coord> {
        if let What::Seat { at, .. } = self.what { at } else { None }
    }

    fn gesture(&self) -> Gesture {
        match self.what {
            What::Transfer { .. } => Gesture::PickParent,
            What::Kind { .. } => Gesture::Write,
            What::Seat { .. } => Gesture::PickSeat,
        }
    }

    fn hint(&self) -> Option<Text> {
        match self.what {
            What::Transfer { to: None, .. } => Some(Text::PickingParent),
            What::Seat { at: None, .. } => Some(Text::PickingSeat),
            What::Transfer { .. } => Some(Text::PickedTaker),
            What::Seat { .. } => Some(Text::PickedGoesOn),
            What::Kind { .. } => None,
        }
    }

    fn click(&self) -> Click {
        match self.what {
            What::Transfer { .. } => Click::Parent,
            What::Kind { .. } => Click::SelectsOne,
            What::Seat { .. } => Click::Seat,
        }
    }

    fn is_ready(&self) -> bool {
        match &self.what {
            What::Transfer { to, .. } => to.is_some(),
            What::Kind { kind, .. } => kind.is_some(),
            What::Seat { at, .. } => at.is_some(),
        }
    }

    fn confirm(&self, project: &Study) -> Confirm {
        // Why it would be refused stands on the card.
        let edit = self.edit(project).filter(|_| !matches!(self.outlook.get(), Some(Err(_))));
        edit.map_or(Confirm::Nothing, Confirm::Edit)
    }
}

/// Shows the card.
pub(super) fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    draft: &mut ChangeDraft,
    end: &mut CardEnd,
    send: &mut Vec<Command>,
) {
    let Some(project) = shown.project else { return };
    draft.refresh(project);
    let title = match draft.what {
        What::Transfer { .. } => Text::Transfer,
        What::Kind { .. } => Text::ConvertKind,
        What::Seat { .. } => Text::MoveSeat,
    };
    widgets::heading(ui, shown.text(title).trim_end_matches('…'));
    let state = project.state();
    let named = |units: &[UnitId]| {
        let names: Vec<&str> = units.iter().map(|&unit| words::unit(state.unit(unit))).collect();
        sentences::names(shown.lang, &names)
    };
    let subject = match &draft.what {
        What::Transfer { units, to: Some(to) } => {
            sentences::drop_transfers(shown.lang, &named(units), words::unit(state.unit(*to)))
        }
        What::Transfer { units, to: None } => named(units),
        What::Kind { unit, .. } | What::Seat { unit, .. } => named(&[*unit]),
    };
    widgets::hint(ui, shown.colours, &subject);
    if let Some(hint) = draft.hint().filter(|_| !draft.is_ready()) {
        widgets::hint(ui, shown.colours, shown.text(hint));
    }
    ui.add_space(GRID);
    choices(ui, shown, project, draft, send);
    match draft.outlook.get() {
        Some(Ok(thought)) => consequences(ui, shown, project, &draft.what, (thought, &mut draft.figures), send),
        Some(Err(error)) => merge::refusal(ui, shown, error),
        None => {}
    }
    let possible = draft.thought().is_some();
    end.here(ui, shown, Ending { action: Action::ConfirmChange, possible, keys: Text::EnterDoes }, send);
}

/// Kind and name, where they are what changes.
fn choices(ui: &mut Ui, shown: &Shown<'_>, project: &Study, draft: &mut ChangeDraft, send: &mut Vec<Command>) {
    let code = draft.thought().map(|thought| thought.outlook.unit.clone());
    let What::Kind { unit, kind, name, name_is_own } = &mut draft.what else { return };
    let now = project.state().unit(*unit);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(GRID, GRID);
        for choice in words::kinds_of(shown.level_of(now.level)) {
            let taken = kind.as_ref().or(now.kind.as_ref()) == Some(choice);
            if ui.selectable_label(taken, words::kind(shown.lang, choice)).clicked() {
                *kind = Some(choice.clone()).filter(|kind| Some(kind) != now.kind.as_ref());
                if !*name_is_own {
                    *name = names::for_kind(&now.name, choice).unwrap_or_else(|| now.name.clone()).into();
                }
            }
        }
    });
    if kind.is_none() {
        return;
    }
    row(ui, shown, Text::Name, |ui| {
        let width = ui.available_width();
        let field = widgets::field(ui, shown.text(Text::NewName), name, &now.name, width);
        if field.changed() {
            *name_is_own = !name.trim().is_empty();
        }
        merge::confirm_on_enter(ui, &field, send);
    });
    if let Some(after) = code.filter(|after| !after.code.is_empty()) {
        row(ui, shown, Text::Code, |ui| {
            ui.label(after.code.as_str());
            if after.code_status == CodeStatus::Proposed {
                merge::proposed_mark(ui, shown);
            }
        });
    }
    ui.add_space(GRID);
}

/// Warnings with what helps, rules that would break, and figures before and after.
fn consequences(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    what: &What,
    (thought, tables): (&Thought, &mut Tables),
    send: &mut Vec<Command>,
) {
    // What speaks against it stands in front: the figures of several units are a long list.
    for warning in &thought.outlook.warnings {
        merge::warning_line(ui, shown, warning);
        if let Warning::SeatGivenAway { unit, .. } = warning {
            offers(ui, shown, project, what, unit, send);
        }
    }
    merge::farther_line(ui, shown, &thought.outlook);
    for effect in &thought.effects {
        badges::newly_broken(ui, shown, project, &thought.outlook.after, effect, send);
    }
    ui.add_space(GRID);
    let said_in = (shown.lang, shown.area_unit(), Arc::as_ptr(project.own_figures()).addr());
    let make = || {
        let effects = thought.effects.iter();
        let tables = effects.map(|effect| EffectTable::new(shown, project, &thought.outlook, effect)).collect();
        (figures::follows(shown, project, &thought.outlook), tables)
    };
    let (follows, tables) = tables.of(said_in, make);
    if let Some(text) = follows {
        merge::line(ui, shown, icon::ICON_CHECKLIST, shown.colours.accent, text);
    }
    for (at, effect) in tables.iter().enumerate() {
        effect.show(ui, shown, if at == 0 { shown.colours.accent } else { shown.colours.ink });
        ui.add_space(GRID);
    }
    if thought.more > 0 {
        widgets::caption(ui, shown.colours, &selecting::more_givers(shown.lang, thought.more));
    }
}

/// What helps where a unit would give the place of its seat away: to leave that out, to move the seat, or to merge.
fn offers(ui: &mut Ui, shown: &Shown<'_>, project: &Study, what: &What, loser: &UnitLabel, send: &mut Vec<Command>) {
    let What::Transfer { units, to: Some(to) } = what else { return };
    let (dataset, state) = (project.dataset(), project.state());
    let parents = units.iter().filter_map(|&unit| state.unit(unit).parent);
    let Some(loser) = parents.into_iter().find(|&unit| UnitLabel::from(state.unit(unit)) == *loser) else { return };
    let seat = state.unit(loser).seat.as_ref();
    let atom = seat.and_then(|seat| dataset.index.atom_at(&dataset.coverage, seat.at));
    let holder = atom.zip(units.first()).map(|(atom, &first)| state.unit_of(atom, state.unit(first).level));
    let rest: Vec<UnitId> = units.iter().copied().filter(|&unit| Some(unit) != holder).collect();
    ui.horizontal_wrapped(|ui| {
        ui.add_space(5.0 * GRID);
        if !rest.is_empty() && rest.len() < units.len() && ui.small_button(shown.text(Text::LeaveSeatOut)).clicked() {
            send.push(Command::TransferTo { units: rest, to: *to });
        }
        if ui.small_button(shown.text(Text::MoveSeat)).clicked() {
            send.push(Command::Select(vec![loser], SelectMode::Replace));
            send.push(Action::MoveSeat.into());
        }
        if ui.small_button(shown.text(Text::MergeInstead)).clicked() {
            send.push(Command::Select(vec![loser, *to], SelectMode::Replace));
            send.push(Action::Merge.into());
        }
    });
}

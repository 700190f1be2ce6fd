//! The merge card: form, survivor or new name, code, kind, seat, parent, figures before and after, warnings.
//!
//! A click on the map selects, and the card begins anew with the selection; while a place for the seat is picked, it
//! places that. Enter merges. Esc gives picking up, then the card. Whatever the planner leaves open is derived, and the card shows what.

use std::sync::Arc;

use eframe::egui::{self, Align, Layout, RichText, Ui, vec2};
use geo::Coord;

use super::badges;
use super::ending::{CardEnd, Ending};
use super::fields;
use super::figures::{FiguresTable, SaidIn};
use super::says::{Confirm, Says};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture};
use crate::ui::theme::{GRID, ROW};
use crate::ui::widgets;
use crate::ui::words;
use quhua::edit::{Edit, EditError, Form, SeatSpec, Target, UnitRef, Warning};
use quhua::i18n::{Lang, Say as _, Text, sentences};
use quhua::jobs::Derived;
use quhua::model::{CodeStatus, FieldRules, Kind, UnitId};
use quhua::study::{Outlook, Study};

/// Where the seat of the result is to be.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum SeatChoice {
    /// Where the edit puts it by itself.
    #[default]
    Automatic,
    /// At the seat of one of the units.
    Of(UnitId),
    /// At a place in degrees.
    At(Coord),
}

/// A merger being thought over.
pub struct MergeDraft {
    /// The units, in order of selection.
    pub units: Vec<UnitId>,
    form: Form,
    survivor: UnitId,
    name: String,
    /// Whether the planner has written the name.
    name_is_own: bool,
    code: String,
    kind: Option<Kind>,
    /// Where the seat will be.
    seat: SeatChoice,
    /// Whether the next click on the map places it.
    picking: bool,
    parent: Option<UnitId>,
    /// What it would lead to, by rules of the fields as of a revision.
    outlook: Derived<(Edit, u64, Arc<FieldRules>), Result<Outlook, EditError>>,
    /// Its figures before and after, as long as the outlook stands.
    figures: Derived<SaidIn, FiguresTable>,
}

impl MergeDraft {
    /// A merger of units of one level: absorbed by the most populous one until the planner says otherwise.
    #[must_use]
    pub fn new(project: &Study, units: &[UnitId]) -> Option<Self> {
        let weight = |unit: UnitId| {
            let figures = project.figures(unit);
            (figures.population.unwrap_or_default(), figures.area_m2)
        };
        let most = units.iter().copied().max_by(|&a, &b| {
            let ((people_a, area_a), (people_b, area_b)) = (weight(a), weight(b));
            people_a.cmp(&people_b).then(area_a.total_cmp(&area_b)).then(b.cmp(&a))
        })?;
        Some(Self {
            units: units.to_vec(),
            form: Form::Absorb,
            survivor: most,
            name: String::new(),
            name_is_own: false,
            code: String::new(),
            kind: None,
            seat: SeatChoice::Automatic,
            picking: false,
            parent: None,
            outlook: Derived::default(),
            figures: Derived::default(),
        })
    }

    /// The edit that the card stands for; `None` when a unit cannot be named.
    #[must_use]
    pub fn edit(&self, project: &Study) -> Option<Edit> {
        let (dataset, state) = (project.dataset(), project.state());
        let name_of = |unit: UnitId| UnitRef::to(dataset, state, unit);
        let units = self.units.iter().map(|&unit| name_of(unit)).collect::<Option<Vec<_>>>()?;
        let written = |text: &str| (!text.trim().is_empty()).then(|| text.trim().into());
        let code = match self.form {
            Form::Absorb => Some(state.unit(self.survivor).code.clone()),
            Form::Establish => written(&self.code),
        };
        let seat = match self.seat {
            SeatChoice::Automatic => None,
            SeatChoice::Of(unit) => project.seat_of(unit),
            SeatChoice::At(at) => Some(SeatSpec { lon: at.x, lat: at.y, name: None }),
        };
        let parent =
            self.parent.or_else(|| self.needs_parent(project).then(|| state.unit(self.survivor).parent).flatten());
        let into = Target {
            code,
            name: if self.name_is_own { written(&self.name) } else { None },
            kind: self.kind.clone(),
            seat,
            parent: parent.and_then(name_of),
        };
        Some(Edit::Merge { units, form: self.form, into })
    }

    /// Thinks the merger through again: something that it is judged by has changed.
    pub fn think_again(&mut self) {
        self.outlook.forget();
    }

    /// Has the next click on the map place the seat, or no longer.
    pub const fn toggle_picking(&mut self) {
        self.picking = !self.picking;
    }

    /// Puts the seat at a place in degrees.
    pub const fn put_seat(&mut self, at: Coord) {
        (self.seat, self.picking) = (SeatChoice::At(at), false);
    }

    fn outlook(&self) -> Option<&Outlook> {
        self.outlook.get()?.as_ref().ok()
    }

    /// Whether the units belong to different parents, so that one must be chosen.
    fn needs_parent(&self, project: &Study) -> bool {
        let state = project.state();
        let mut parents = self.units.iter().map(|&unit| state.unit(unit).parent);
        let first = parents.next();
        first.is_some_and(|first| parents.any(|parent| parent != first))
    }

    /// What the merger would lead to, thought through again only when the card or the document has changed.
    fn refresh(&mut self, project: &Study) {
        let Some(edit) = self.edit(project) else { return self.outlook.forget() };
        let key = (edit, project.revision(), Arc::clone(project.field_rules()));
        if self.outlook.is_of(&key) {
            return;
        }
        let outlook = project.outlook(&key.0);
        if let (Ok(outlook), false) = (&outlook, self.name_is_own) {
            self.name = outlook.unit.name.to_string();
        }
        self.outlook.put(key, outlook);
        self.figures.forget();
    }
}

impl Says for MergeDraft {
    fn gesture(&self) -> Gesture {
        if self.picking { Gesture::PickMergeSeat } else { Gesture::Merge }
    }

    fn hint(&self) -> Option<Text> {
        self.picking.then_some(Text::PickingSeat)
    }

    fn click(&self) -> Click {
        if self.picking { Click::Seat } else { Click::Selects }
    }

    fn is_ready(&self) -> bool {
        !self.picking
    }

    fn confirm(&self, project: &Study) -> Confirm {
        self.edit(project).map_or(Confirm::Nothing, Confirm::Edit)
    }

    fn step_back(&mut self) -> bool {
        std::mem::take(&mut self.picking)
    }

    fn seat(&self, project: &Study) -> Option<Coord> {
        match self.seat {
            // Where none is given, figures take a place for it that is nobody's choice.
            SeatChoice::Automatic => self.outlook()?.unit.seat.as_ref().map(|seat| seat.at),
            SeatChoice::Of(unit) => project.seat_of(unit).map(|seat| Coord { x: seat.lon, y: seat.lat }),
            SeatChoice::At(at) => Some(at),
        }
    }

    fn follows_selection(&self) -> bool {
        !self.picking
    }
}

/// Shows the card.
pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, draft: &mut MergeDraft, end: &mut CardEnd, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    draft.refresh(project);
    widgets::heading(ui, shown.text(Text::MergeTitle));
    let state = project.state();
    let names: Vec<&str> = draft.units.iter().map(|&unit| words::unit(state.unit(unit))).collect();
    widgets::hint(ui, shown.colours, &sentences::names(shown.lang, &names));
    ui.add_space(GRID);
    choices(ui, shown, project, draft, send);
    ui.add_space(GRID);
    match draft.outlook.get() {
        Some(Ok(outlook)) => {
            let said_in = (shown.lang, shown.area_unit(), Arc::as_ptr(project.own_figures()).addr());
            let make = || FiguresTable::new(shown, project, &draft.units, outlook);
            // Who loses is said before the long list of what offices keep.
            draft.figures.of(said_in, make).show(ui, shown, |ui| warnings(ui, shown, outlook));
            badges::of_outlook(ui, shown, project, &draft.units, outlook, send);
        }
        Some(Err(error)) => refusal(ui, shown, error),
        None => {}
    }
    let possible = draft.outlook().is_some();
    end.here(ui, shown, Ending { action: Action::Confirm, possible, keys: Text::EnterDoes }, send);
    // Below what ends the card, so that it stays in sight.
    if let Some(outlook) = draft.outlook() {
        ui.add_space(GRID);
        fields::of_merger(ui, shown, project, &draft.units, &outlook.fields, send);
    }
}

/// Form, survivor or name, code, kind, seat, parent.
fn choices(ui: &mut Ui, shown: &Shown<'_>, project: &Study, draft: &mut MergeDraft, send: &mut Vec<Command>) {
    let forms = [
        (Form::Absorb, shown.text(Text::Absorb), shown.text(Text::AbsorbHint)),
        (Form::Establish, shown.text(Text::Establish), shown.text(Text::EstablishHint)),
    ];
    row(ui, shown, Text::Form, |ui| {
        if let Some(form) = widgets::choice(ui, shown.colours, draft.form, &forms) {
            draft.form = form;
            draft.name_is_own = false;
        }
    });
    let state = project.state();
    if draft.form == Form::Absorb {
        let units = draft.units.clone();
        row(ui, shown, Text::Survivor, |ui| {
            let name = |unit: UnitId| words::unit(state.unit(unit)).to_owned();
            if let Some(survivor) = pick(ui, shown, Text::Survivor, &name(draft.survivor), &units, name) {
                draft.survivor = survivor;
                draft.name_is_own = false;
            }
        });
    }
    row(ui, shown, Text::Name, |ui| {
        let width = ui.available_width();
        let field = widgets::field(ui, shown.text(Text::NewName), &mut draft.name, "", width);
        if field.changed() {
            draft.name_is_own = !draft.name.trim().is_empty();
        }
        confirm_on_enter(ui, &field, send);
    });
    code_row(ui, shown, draft, send);
    kind_row(ui, shown, project, draft);
    seat_row(ui, shown, project, draft, send);
    if draft.needs_parent(project) {
        let mut parents: Vec<UnitId> = draft.units.iter().filter_map(|&unit| state.unit(unit).parent).collect();
        parents.sort_unstable();
        parents.dedup();
        let now = draft.parent.or(state.unit(draft.survivor).parent);
        row(ui, shown, Text::Parent, |ui| {
            let name = |unit: UnitId| words::unit(state.unit(unit)).to_owned();
            let now = now.map(name).unwrap_or_default();
            if let Some(parent) = pick(ui, shown, Text::Parent, &now, &parents, name) {
                draft.parent = Some(parent);
            }
        });
    }
}

/// Enter merges from a line of text too, as the card says.
pub(super) fn confirm_on_enter(ui: &Ui, field: &egui::Response, send: &mut Vec<Command>) {
    if field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
        send.push(Action::Confirm.into());
    }
}

/// The code: kept, or proposed and marked so.
fn code_row(ui: &mut Ui, shown: &Shown<'_>, draft: &mut MergeDraft, send: &mut Vec<Command>) {
    let after = draft.outlook().map(|outlook| &outlook.unit);
    let (code, proposed) =
        after.map_or_else(Default::default, |unit| (unit.code.to_string(), unit.code_status == CodeStatus::Proposed));
    row(ui, shown, Text::Code, |ui| {
        if draft.form == Form::Absorb {
            ui.label(code);
            if proposed {
                proposed_mark(ui, shown);
            }
        } else {
            let field = code_field(ui, shown, &mut draft.code, &code, proposed);
            confirm_on_enter(ui, &field, send);
        }
    });
}

/// Says that a code is only proposed.
pub(super) fn proposed_mark(ui: &mut Ui, shown: &Shown<'_>) {
    let mark = widgets::badge(ui, shown.text(Text::Proposed), shown.colours.accent);
    mark.on_hover_text(shown.text(Text::ProposedNote));
}

/// A line for a code, and a mark behind it where the code is only proposed.
pub(super) fn code_field(
    ui: &mut Ui,
    shown: &Shown<'_>,
    code: &mut String,
    derived: &str,
    proposed: bool,
) -> egui::Response {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if proposed {
            proposed_mark(ui, shown);
        }
        let width = ui.available_width().max(60.0);
        widgets::field(ui, shown.text(Text::NewCode), code, derived, width)
    })
    .inner
}

fn kind_row(ui: &mut Ui, shown: &Shown<'_>, project: &Study, draft: &mut MergeDraft) {
    let Some(&first) = draft.units.first() else { return };
    let level = shown.level_of(project.state().unit(first).level);
    let now = draft.kind.clone().or_else(|| draft.outlook().and_then(|outlook| outlook.unit.kind.clone()));
    let Some(now) = now else { return };
    row(ui, shown, Text::KindOf, |ui| {
        let kinds: Vec<Kind> = words::kinds_of(level).to_vec();
        let indices: Vec<usize> = (0..kinds.len()).collect();
        let name = |i: usize| words::kind(shown.lang, &kinds[i]).to_owned();
        if let Some(i) = pick(ui, shown, Text::KindOf, words::kind(shown.lang, &now), &indices, name) {
            draft.kind = kinds.get(i).cloned();
        }
    });
}

fn seat_row(ui: &mut Ui, shown: &Shown<'_>, project: &Study, draft: &mut MergeDraft, send: &mut Vec<Command>) {
    let state = project.state();
    let name = |choice: SeatChoice| match choice {
        SeatChoice::Automatic => shown.text(Text::SeatAuto).to_owned(),
        SeatChoice::Of(unit) => words::unit(state.unit(unit)).to_owned(),
        SeatChoice::At(_) => shown.text(Text::SeatPicked).to_owned(),
    };
    let mut choices = vec![SeatChoice::Automatic];
    choices.extend(draft.units.iter().copied().filter(|&unit| project.seat_of(unit).is_some()).map(SeatChoice::Of));
    row(ui, shown, Text::SeatChoice, |ui| {
        let picking = draft.picking;
        let pin = egui_material_icons::icons::ICON_LOCATION_ON;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let response = widgets::icon_button(ui, pin, shown.text(Text::PickOnMap));
            if picking {
                ui.painter().rect_stroke(
                    response.rect,
                    4.0,
                    egui::Stroke::new(1.0, shown.colours.accent),
                    egui::StrokeKind::Inside,
                );
            }
            if response.clicked() {
                send.push(Action::MoveSeat.into());
            }
            if let Some(choice) = pick(ui, shown, Text::SeatChoice, &name(draft.seat), &choices, name) {
                draft.seat = choice;
            }
        });
    });
}

/// A caption on the left, a control on the right.
pub(super) fn row(ui: &mut Ui, shown: &Shown<'_>, name: Text, control: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let text = RichText::new(shown.text(name)).color(shown.colours.muted);
        let left = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(vec2(58.0, ROW), left, |ui| {
            ui.set_min_width(58.0);
            ui.add(egui::Label::new(text).truncate());
        });
        control(ui);
    });
}

/// A box with a list to choose from, as wide as there is room.
pub(super) fn pick<T: Copy>(
    ui: &mut Ui,
    shown: &Shown<'_>,
    what: Text,
    now: &str,
    choices: &[T],
    name: impl Fn(T) -> String,
) -> Option<T> {
    let mut picked = None;
    let width = ui.available_width();
    let combo = egui::ComboBox::from_id_salt(what).width(width).truncate().selected_text(now.to_owned());
    let response = combo.show_ui(ui, |ui| {
        for &choice in choices {
            let name = name(choice);
            if ui.selectable_label(name == now, name).clicked() {
                picked = Some(choice);
            }
        }
    });
    response.response.accessible_name(shown.text(what));
    picked
}

fn warnings(ui: &mut Ui, shown: &Shown<'_>, outlook: &Outlook) {
    ui.add_space(GRID);
    outlook.warnings.iter().for_each(|warning| warning_line(ui, shown, warning));
    farther_line(ui, shown, outlook);
}

/// Who ends up farther from the seat.
pub(super) fn farther_line(ui: &mut Ui, shown: &Shown<'_>, outlook: &Outlook) {
    if outlook.farther.people > rust_decimal::Decimal::ZERO || outlook.farther.without_people > 0 {
        let text = farther(shown.lang, outlook);
        line(ui, shown, egui_material_icons::icons::ICON_INFO, shown.colours.muted, &text);
    }
}

/// Something doubtful, in words.
pub(super) fn warning_line(ui: &mut Ui, shown: &Shown<'_>, warning: &Warning) {
    let icon = egui_material_icons::icons::ICON_WARNING;
    line(ui, shown, icon, shown.colours.warning, &warning.sentence(shown.lang));
}

fn farther(lang: Lang, outlook: &Outlook) -> String {
    let farther = &outlook.farther;
    sentences::people_farther(lang, farther.people, farther.mean_m, farther.without_people)
}

/// Why an edit would be refused.
pub(super) fn refusal(ui: &mut Ui, shown: &Shown<'_>, error: &EditError) {
    let icon = egui_material_icons::icons::ICON_ERROR;
    line(ui, shown, icon, shown.colours.error, &error.sentence(shown.lang));
}

/// A sign and some words.
pub(super) fn line(
    ui: &mut Ui,
    shown: &Shown<'_>,
    icon: egui_material_icons::MaterialIcon,
    colour: egui::Color32,
    text: &str,
) {
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        widgets::icon_mark(ui, icon, colour);
        ui.add(egui::Label::new(RichText::new(text).color(shown.colours.ink)).wrap());
    });
}

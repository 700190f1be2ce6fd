//! The sheet of a repair of borders: how it is done, what it does place by place, and how each place looks before and
//! after.
//!
//! Nothing changes before it is asked for. What is shown follows every choice as soon as it is worked out.

use std::sync::Arc;

use eframe::egui::{self, Align, Button, ComboBox, Id, Layout, Modal, RichText, Sense, Slider, Ui, vec2};
use egui_extras::{Column, TableBuilder};
use egui_material_icons::icons as icon;

use super::before_after::{Picture, Spot};
use super::shown::Shown;
use super::state::command::{Command, RepairStep};
use super::theme::{GRID, ROW};
use super::{widgets, words};
use quhua::coverage::AtomId;
use quhua::coverage::repair::{Checked, Deed, Repaired, Step, polygons_of};
use quhua::coverage::validate::DefectKind;
use quhua::i18n::{Text, sentences};
use quhua::model::{Awarded, BorderRepair, Dataset, Decision};

/// Kinds that are repaired, in the order in which they are listed.
const KINDS: [DefectKind; 5] = [
    DefectKind::Overlap,
    DefectKind::Gap,
    DefectKind::UnmatchedEdge,
    DefectKind::InvalidRing,
    DefectKind::DuplicateUnit,
];

/// Width of the choices at the left.
const CHOICES: f32 = 264.0;

/// A repair of borders that is being prepared.
pub struct RepairSheet {
    /// What is repaired.
    pub dataset: Arc<Dataset>,
    /// How.
    pub repair: BorderRepair,
    /// What it comes to, as far as it was worked out.
    pub tried: Option<Tried>,
    /// Whether that is still being worked out.
    pub is_trying: bool,
    /// Steps by how much they do: what is large is looked at first.
    order: Vec<usize>,
    /// The step that is looked at, by its place in that order.
    chosen: usize,
    /// How its place looks before and after.
    pictures: Option<[Picture; 2]>,
}

/// What a repair comes to.
#[derive(Clone)]
pub struct Tried {
    /// The repair.
    pub repair: BorderRepair,
    /// What was loaded, with what the check before finds.
    pub checked: Arc<Checked>,
    /// If nothing was decided place by place: all steps that there are.
    pub everywhere: Arc<Repaired>,
    /// With what was decided.
    pub decided: Arc<Repaired>,
}

impl RepairSheet {
    /// Nothing is worked out yet.
    #[must_use]
    pub fn new(dataset: Arc<Dataset>, repair: BorderRepair) -> Self {
        Self { dataset, repair, tried: None, is_trying: true, order: Vec::new(), chosen: 0, pictures: None }
    }

    /// Takes up what it comes to.
    pub fn take(&mut self, tried: Tried) {
        let steps = &tried.everywhere.steps;
        let known = self.chosen_step().map(Step::key);
        self.order = (0..steps.len()).collect();
        self.order.sort_by(|&a, &b| {
            let (a, b) = (&steps[a], &steps[b]);
            b.area_m2.total_cmp(&a.area_m2).then(b.moved_m.total_cmp(&a.moved_m))
        });
        self.chosen = self.order.iter().position(|&at| Some(steps[at].key()) == known).unwrap_or_default();
        self.is_trying = tried.repair != self.repair;
        self.tried = Some(tried);
        self.look();
    }

    fn chosen_step(&self) -> Option<&Step> {
        self.tried.as_ref()?.everywhere.steps.get(*self.order.get(self.chosen)?)
    }

    /// Looks at the chosen place.
    fn look(&mut self) {
        self.pictures = self.chosen_step().zip(self.tried.as_ref()).map(|(step, tried)| {
            let spot = spot(&self.dataset, step);
            let before = |&atom: &AtomId| polygons_of(&self.dataset.as_loaded().coverage, atom);
            let after = |&atom: &AtomId| tried.decided.polygons_of(atom);
            [step.atoms.iter().map(before).collect::<Vec<_>>(), step.atoms.iter().map(after).collect()]
                .map(|units| Picture::of(&units, spot))
        });
    }

    /// Places that would be repaired.
    fn wanted(&self) -> usize {
        self.tried.as_ref().map_or(0, |tried| tried.decided.steps.len())
    }
}

/// What is looked at: the place from near, or the whole unit where it is about that.
fn spot(dataset: &Dataset, step: &Step) -> Spot {
    let coverage = &dataset.as_loaded().coverage;
    let whole = step.atoms.first().filter(|_| step.deed == Deed::EmptyDuplicate);
    if let Some(bounds) = whole.and_then(|&atom| coverage.bounds_of(atom)) {
        return Spot::of(bounds);
    }
    let radius_m = (3.0 * step.moved_m).max(1.8 * step.area_m2.sqrt()).clamp(2.0, 5_000.0);
    Spot { at: step.at, radius_m }
}

/// Shows the sheet over the whole window. Esc closes it, as a command.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, sheet: &mut RepairSheet, send: &mut Vec<Command>) {
    let room = ctx.content_rect().size() - vec2(16.0 * GRID, 16.0 * GRID);
    let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(4.0 * GRID);
    Modal::new(Id::unique("repairing")).frame(frame).show(ctx, |ui| {
        ui.set_width(room.x.min(1040.0));
        head(ui, shown, send);
        verdict(ui, shown, sheet);
        widgets::rule(ui, shown.colours);
        let height = (room.y - ui.min_rect().height() - 18.0 * GRID).clamp(60.0 * GRID, 620.0);
        ui.horizontal_top(|ui| {
            ui.allocate_ui_with_layout(vec2(CHOICES, height), Layout::top_down(Align::Min), |ui| {
                ui.set_width(CHOICES);
                choices(ui, shown, sheet, send);
            });
            ui.add_space(4.0 * GRID);
            let width = ui.available_width();
            ui.allocate_ui_with_layout(vec2(width, height), Layout::top_down(Align::Min), |ui| {
                places(ui, shown, sheet, height, send);
            });
        });
        widgets::rule(ui, shown.colours);
        foot(ui, shown, sheet, send);
    });
}

fn head(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::heading(ui, shown.text(Text::RepairTitle));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
                send.push(Command::Repair(RepairStep::Close));
            }
        });
    });
}

/// What the check after it says.
fn verdict(ui: &mut Ui, shown: &Shown<'_>, sheet: &RepairSheet) {
    ui.horizontal(|ui| {
        let (mark, colour, text) = match &sheet.tried {
            None => (icon::ICON_HOURGLASS_EMPTY, shown.colours.muted, shown.text(Text::Repairing).to_owned()),
            Some(tried) if tried.everywhere.steps.is_empty() && tried.everywhere.is_valid() => {
                (icon::ICON_CHECK_CIRCLE, shown.colours.good, shown.text(Text::RepairNothing).to_owned())
            }
            Some(tried) => {
                let text = words::repair::proof(shown.lang, &tried.decided);
                if tried.decided.is_valid() {
                    (icon::ICON_CHECK_CIRCLE, shown.colours.good, text)
                } else {
                    (icon::ICON_WARNING, shown.colours.warning, text)
                }
            }
        };
        widgets::icon_mark(ui, mark, colour);
        ui.add(egui::Label::new(RichText::new(text).strong()).wrap());
        if sheet.is_trying && sheet.tried.is_some() {
            ui.spinner();
        }
    });
}

/// How it is done.
fn choices(ui: &mut Ui, shown: &Shown<'_>, sheet: &RepairSheet, send: &mut Vec<Command>) {
    let mut repair = sheet.repair.clone();
    widgets::caption(ui, shown.colours, shown.text(Text::RepairHow));
    ui.spacing_mut().slider_width = 140.0;
    for (value, most, name, hint) in [
        (&mut repair.snap_m, 10.0_f64, Text::RepairSnap, Text::RepairSnapHint),
        (&mut repair.gap_width_m, 500.0, Text::RepairGapWidth, Text::RepairGapWidthHint),
    ] {
        let label = ui.label(shown.text(name)).on_hover_text(shown.text(hint));
        let most = most.max(*value);
        let slider =
            Slider::new(value, 0.0..=most).suffix(" m").logarithmic(true).smallest_positive(0.05).max_decimals(2);
        ui.add(slider).labelled_by(label.id).on_hover_text(shown.text(hint));
        ui.add_space(GRID);
    }
    for (awarded, name) in [(&mut repair.overlap, Text::RepairOverlaps), (&mut repair.gap, Text::RepairGaps)] {
        let label = ui.label(shown.text(name));
        let said = |awarded: &Awarded| match awarded {
            Awarded::Border => shown.text(Text::RepairToBorder).to_owned(),
            Awarded::Leave => shown.text(Text::RepairLeave).to_owned(),
            Awarded::Unit(code) => code.clone(),
        };
        let combo = ComboBox::from_id_salt(("repair", name)).width(CHOICES - 4.0 * GRID).selected_text(said(awarded));
        let combo = combo.show_ui(ui, |ui| {
            for choice in [Awarded::Border, Awarded::Leave] {
                let text = said(&choice);
                ui.selectable_value(awarded, choice, text);
            }
        });
        combo.response.labelled_by(label.id);
        ui.add_space(GRID);
    }
    ui.add_space(GRID);
    widgets::caption(ui, shown.colours, shown.text(Text::RepairKinds));
    for kind in KINDS {
        let mut wanted = repair.kinds.contains(&kind);
        let name = words::repair::kind(shown.lang, kind);
        let steps = sheet.tried.iter().flat_map(|tried| &tried.everywhere.steps).filter(|step| step.kind == kind);
        let (count, area) = steps.fold((0, 0.0), |(count, area), step| (count + 1, area + step.area_m2));
        let text = match count {
            0 => name,
            _ if area > 0.0 => format!("{name} · {count} · {}", words::repair::area(area, shown.lang)),
            _ => format!("{name} · {count}"),
        };
        if ui.checkbox(&mut wanted, text).changed() {
            if wanted {
                repair.kinds.insert(kind);
            } else {
                repair.kinds.remove(&kind);
            }
        }
    }
    if repair != sheet.repair {
        send.push(Command::Repair(RepairStep::Change(Box::new(repair))));
    }
}

/// What it does, place by place, and the chosen place before and after.
fn places(ui: &mut Ui, shown: &Shown<'_>, sheet: &mut RepairSheet, height: f32, send: &mut Vec<Command>) {
    let picture = ((ui.available_width() - 2.0 * GRID) / 2.0).min(height * 0.48);
    let list = height - picture - 12.0 * GRID;
    widgets::caption(ui, shown.colours, shown.text(Text::RepairPlaces));
    ui.allocate_ui_with_layout(vec2(ui.available_width(), list), Layout::top_down(Align::Min), |ui| {
        ui.set_min_height(list);
        table(ui, shown, sheet, list, send);
    });
    let Some(pictures) = &sheet.pictures else { return };
    ui.horizontal_top(|ui| {
        for (picture_of, name) in pictures.iter().zip([Text::RepairBefore, Text::RepairAfter]) {
            ui.vertical(|ui| {
                widgets::caption(ui, shown.colours, shown.text(name));
                picture_of.show(ui, shown.colours, picture);
            });
            ui.add_space(2.0 * GRID);
        }
        legend(ui, shown, sheet);
    });
}

/// Whose colours those are, as far as there is room.
fn legend(ui: &mut Ui, shown: &Shown<'_>, sheet: &RepairSheet) {
    let Some(step) = sheet.chosen_step() else { return };
    if ui.available_width() < 20.0 * GRID {
        return;
    }
    ui.vertical(|ui| {
        widgets::caption(ui, shown.colours, &words::repair::deed(shown.lang, step));
        for (&atom, colour) in step.atoms.iter().zip(super::before_after::hues(shown.colours).into_iter().cycle()) {
            ui.horizontal(|ui| {
                widgets::icon_mark(ui, icon::ICON_SQUARE, colour);
                ui.add(egui::Label::new(name_of(&sheet.dataset, atom)).truncate());
            });
        }
    });
}

fn name_of(dataset: &Dataset, atom: AtomId) -> String {
    words::unit(dataset.base.unit(dataset.loaded_unit(atom))).to_owned()
}

fn table(ui: &mut Ui, shown: &Shown<'_>, sheet: &mut RepairSheet, height: f32, send: &mut Vec<Command>) {
    let Some(tried) = &sheet.tried else { return };
    let everywhere = Arc::clone(&tried.everywhere);
    let mut clicked = None;
    TableBuilder::new(ui)
        .id_salt("places of a repair")
        .sense(Sense::CLICK)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .max_scroll_height(height - ROW - 2.0 * GRID)
        .min_scrolled_height(0.0)
        .column(Column::exact(24.0))
        .column(Column::initial(190.0).clip(true))
        .column(Column::initial(190.0).clip(true))
        .column(Column::exact(84.0))
        .column(Column::remainder().clip(true))
        .header(ROW, |mut header| {
            header.col(|_| ());
            for text in [Text::Problem, Text::RepairUnits, Text::RepairMoves, Text::RepairTo] {
                header.col(|ui| drop(widgets::caption(ui, shown.colours, shown.text(text))));
            }
        })
        .body(|body| {
            body.rows(ROW, sheet.order.len(), |mut row| {
                let at = row.index();
                let Some(step) = sheet.order.get(at).and_then(|&step| everywhere.steps.get(step)) else { return };
                row.set_selected(at == sheet.chosen);
                let decision = sheet.repair.decision(step);
                row.col(|ui| {
                    let mut wanted = decision != Decision::Stays;
                    let name = words::repair::deed(shown.lang, step);
                    let tick = ui.checkbox(&mut wanted, "");
                    widgets::explain(tick.clone(), &name);
                    if tick.changed() {
                        let decision = if wanted { Decision::AsEverywhere } else { Decision::Stays };
                        decide(sheet, step, decision, send);
                        clicked = Some(at);
                    }
                });
                row.col(|ui| drop(ui.add(egui::Label::new(words::repair::deed(shown.lang, step)).truncate())));
                let names: Vec<String> = step.atoms.iter().map(|&atom| name_of(&sheet.dataset, atom)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let names = sentences::names(shown.lang, &names);
                row.col(|ui| drop(ui.add(egui::Label::new(names).truncate())));
                row.col(|ui| drop(ui.label(words::repair::amount(step, shown.lang))));
                row.col(|ui| goes_to(ui, shown, sheet, (at, step, decision), send));
                if row.response().clicked() {
                    clicked = Some(at);
                }
            });
        });
    if let Some(at) = clicked {
        sheet.chosen = at;
        sheet.look();
    }
}

/// The unit that a place goes to; another can be chosen where several are concerned.
fn goes_to(
    ui: &mut Ui,
    shown: &Shown<'_>,
    sheet: &RepairSheet,
    (at, step, decision): (usize, &Step, Decision),
    send: &mut Vec<Command>,
) {
    let said = |unit: Option<AtomId>| {
        unit.map_or_else(|| shown.text(Text::RepairStays).to_owned(), |unit| name_of(&sheet.dataset, unit))
    };
    let now = said(match decision {
        Decision::AsEverywhere => step.to,
        Decision::Stays => None,
        Decision::GoesTo(unit) => Some(unit),
    });
    let can_choose = matches!(step.deed, Deed::GiveOverlap | Deed::FillGap | Deed::MatchEdge) && step.atoms.len() > 1;
    if !can_choose {
        ui.add(egui::Label::new(now).truncate());
        return;
    }
    let combo =
        ComboBox::from_id_salt(("goes to", at)).width(ui.available_width()).truncate().selected_text(now.clone());
    let combo = combo.show_ui(ui, |ui| {
        for unit in step.atoms.iter().copied().map(Some).chain([None]) {
            if ui.selectable_label(said(unit) == now, said(unit)).clicked() {
                decide(sheet, step, unit.map_or(Decision::Stays, Decision::GoesTo), send);
            }
        }
    });
    widgets::explain(combo.response, shown.text(Text::RepairTo));
}

fn decide(sheet: &RepairSheet, step: &Step, decision: Decision, send: &mut Vec<Command>) {
    let mut repair = sheet.repair.clone();
    repair.decide(step, decision);
    send.push(Command::Repair(RepairStep::Change(Box::new(repair))));
}

fn foot(ui: &mut Ui, shown: &Shown<'_>, sheet: &RepairSheet, send: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let text = RichText::new(words::repair::apply(shown.lang, sheet.wanted())).color(shown.colours.on_accent);
        let button = Button::new(text).fill(shown.colours.accent).stroke(egui::Stroke::NONE);
        let can = sheet.wanted() > 0 && !sheet.is_trying;
        if ui.add_enabled(can, button.min_size(vec2(0.0, 7.0 * GRID))).clicked() {
            send.push(Command::Repair(RepairStep::Apply));
        }
        if ui.add(Button::new(shown.text(Text::Cancel)).min_size(vec2(0.0, 7.0 * GRID))).clicked() {
            send.push(Command::Repair(RepairStep::Close));
        }
        widgets::hint(ui, shown.colours, shown.text(Text::RepairUndoHint));
    });
}

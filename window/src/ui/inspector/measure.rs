//! The card of measuring: length of the line, and area within it.
//!
//! A click on the map sets a corner. There is nothing to carry out. Esc takes the line back, then closes the card.

use eframe::egui::Ui;

use super::says::Says;
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture};
use crate::ui::state::sketch::Sketch;
use crate::ui::theme::GRID;
use crate::ui::widgets;
use quhua::geodesy::AreaMethod;
use quhua::i18n::{Text, numbers};

impl Says for Sketch {
    fn gesture(&self) -> Gesture {
        Gesture::Measure
    }

    fn click(&self) -> Click {
        Click::Draws
    }

    fn sketch(&self) -> Option<&Sketch> {
        Some(self)
    }

    fn sketch_mut(&mut self) -> Option<&mut Sketch> {
        Some(self)
    }

    fn step_back(&mut self) -> bool {
        let is_drawn = !self.corners.is_empty();
        if is_drawn {
            *self = Self { pointer: self.pointer, ..Self::default() };
        }
        is_drawn
    }
}

/// Shows the card.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, sketch: &Sketch, send: &mut Vec<Command>) {
    widgets::heading(ui, shown.text(Text::MeasureTitle));
    let places = sketch.places();
    if places.len() < 2 {
        widgets::hint(ui, shown.colours, shown.text(Text::MeasureHint));
    } else {
        let length = |closed| numbers::length(Sketch::length_m(&places, closed), shown.lang);
        let fact = |ui: &mut Ui, name: Text, figure: &str| widgets::fact(ui, shown.colours, shown.text(name), figure);
        fact(ui, Text::MeasureLength, &length(sketch.closed));
        if let [.., a, b] = places.as_slice()
            && !sketch.done
        {
            fact(ui, Text::MeasureLast, &numbers::length(Sketch::length_m(&[*a, *b], false), shown.lang));
        }
        if places.len() >= 3 {
            fact(ui, Text::MeasureAround, &length(true));
            let area =
                |method| numbers::area_with_unit(Sketch::area_m2(method, &places), shown.area_unit(), shown.lang);
            fact(ui, Text::Area, &area(AreaMethod::Geodesic));
            fact(ui, Text::MeasureSurveyArea, &area(AreaMethod::EllipsoidTrapezoid));
        }
        ui.add_space(GRID);
        widgets::caption(ui, shown.colours, shown.text(Text::MeasureNote));
    }
    ui.add_space(GRID);
    if ui.button(shown.text(Text::Close)).clicked() {
        send.push(Action::GiveUp.into());
    }
}

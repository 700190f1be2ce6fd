//! What ends a card: its buttons, which stay in sight however long the card is.

use eframe::egui::{Frame, Label, Margin, Panel, RichText, Ui};

use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::Command;
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::widgets::{Face, action_button};
use quhua::i18n::Text;

/// Height of the buttons with the space around them, in points.
const HEIGHT: f32 = 44.0;

/// What ends a card.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    /// What carries the card out.
    pub action: Action,
    /// Whether it can be carried out.
    pub possible: bool,
    /// The keys that do the same.
    pub keys: Text,
}

/// Where the card that is open ends.
#[derive(Default)]
pub(super) struct CardEnd {
    /// What ended the card in the frame before, and its height up to there in points.
    last: Option<(Ending, f32)>,
    /// The same of this frame.
    now: Option<(Ending, f32)>,
    pub pinned: bool,
}

impl CardEnd {
    /// Before the card: where it is too long for the panel, its buttons stand at the lower edge.
    pub fn begin(&mut self, ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
        self.last = self.now.take();
        let room = ui.available_height();
        self.pinned = self.last.is_some_and(|(_, height)| height + HEIGHT > room);
        if let Some((ending, _)) = self.last.filter(|_| self.pinned) {
            let frame = Frame::new().fill(shown.colours.panel).inner_margin(Margin::symmetric(0, 8));
            Panel::bottom("card-end")
                .frame(frame)
                .show_separator_line(true)
                .show(ui, |ui| ending.show(ui, shown, send));
        }
    }

    /// Where the buttons of the card belong.
    pub fn here(&mut self, ui: &mut Ui, shown: &Shown<'_>, ending: Ending, send: &mut Vec<Command>) {
        self.now = Some((ending, ui.min_rect().height()));
        if !self.pinned {
            ui.add_space(2.0 * GRID);
            ending.show(ui, shown, send);
        }
    }
}

impl Ending {
    fn show(self, ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
        let face = (shown.lang, shown.colours, shown.now);
        // The keys go below where the panel is narrow.
        ui.horizontal_wrapped(|ui| {
            ui.add_enabled_ui(self.possible, |ui| action_button(ui, face, self.action, Face::Main, None, send));
            if ui.button(shown.text(Text::Cancel)).clicked() {
                send.push(Action::GiveUp.into());
            }
            // In one piece, on the next line if need be.
            let keys = RichText::new(shown.text(self.keys)).size(CAPTION).color(shown.colours.muted);
            ui.add(Label::new(keys).extend());
        });
    }
}

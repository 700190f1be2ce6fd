//! A line of text with a list below it of how it could go on.

use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::text_edit::TextEditState;
use eframe::egui::{
    self, Align2, FontId, Frame, Id, Key, Margin, Modifiers, Order, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2,
    vec2,
};

use super::shown::Shown;
use super::theme::{CAPTION, DATA, GRID, ROW};
use quhua::query::Completions;

/// Completions shown at once.
pub const OFFERED: usize = 9;
/// Width of the list of completions in points.
const OFFER_WIDTH: f32 = 240.0;

/// The line between frames.
#[derive(Debug, Default)]
pub struct CompletedLine {
    /// What is written.
    pub text: String,
    /// Whether it is to have the keys from now on.
    pub focus: bool,
    /// Whether it has them.
    pub focused: bool,
    /// Whether it had them a frame ago: Esc takes them away before anybody hears of it.
    pub had_focus: bool,
    /// Where the cursor is, in characters.
    cursor: usize,
    /// The completion that the arrow keys have gone to.
    chosen: Option<usize>,
    /// Where the completions are on the screen.
    offered: Option<Rect>,
}

/// Keys that mean something else here than in any line of text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keys {
    /// To the completion above.
    pub up: bool,
    /// To the completion below.
    pub down: bool,
    /// Takes the completion.
    pub accepts: bool,
}

impl CompletedLine {
    /// A line with something in it.
    #[must_use]
    pub fn of(text: String) -> Self {
        Self { text, ..Self::default() }
    }

    /// Whether the arrow keys have gone to a completion.
    #[must_use]
    pub const fn has_chosen(&self) -> bool {
        self.chosen.is_some()
    }

    /// Gives up the completion that the arrow keys have gone to.
    pub const fn forget_chosen(&mut self) {
        self.chosen = None;
    }

    /// Whether anybody looks at the completions.
    #[must_use]
    pub const fn wants_offers(&self) -> bool {
        self.focused || self.offered.is_some()
    }

    /// Where the cursor is, in bytes.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.text.char_indices().nth(self.cursor).map_or(self.text.len(), |(at, _)| at)
    }

    /// The keys of the completions, where some are shown: to be read before the line is.
    #[must_use]
    pub fn keys(&self, ui: &Ui) -> Keys {
        if !self.focused || self.offered.is_none() {
            return Keys::default();
        }
        ui.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
            Keys {
                up: pressed(Key::ArrowUp),
                down: pressed(Key::ArrowDown),
                accepts: pressed(Key::Tab) || (self.chosen.is_some() && pressed(Key::Enter)),
            }
        })
    }

    /// The line itself. `holds_tab` says whether Tab never goes on to the next widget.
    pub fn show(&mut self, ui: &mut Ui, (name, hint): (&str, &str), width: f32, holds_tab: bool) -> Response {
        let edit = egui::TextEdit::singleline(&mut self.text)
            .id_salt(name)
            .hint_text(hint.to_owned())
            .desired_width(width)
            .margin(Margin::symmetric(6, 4))
            .align(Align2::LEFT_CENTER)
            .lock_focus(holds_tab || self.offered.is_some());
        let output = edit.show(ui);
        let field = output.response.response;
        field.clone().accessible_name(name);
        if let Some(range) = output.cursor_range {
            self.cursor = range.primary.index.into();
        }
        if self.focus {
            field.request_focus();
            self.focus = false;
        }
        if field.changed() {
            self.chosen = None;
        }
        self.had_focus = std::mem::replace(&mut self.focused, field.has_focus());
        field
    }

    /// The completions below the cursor; one that is taken is written. Returns whether one was.
    pub fn offer(
        &mut self,
        ui: &Ui,
        shown: &Shown<'_>,
        (field, keys): (&Response, Keys),
        offers: &Completions,
    ) -> bool {
        let taken = self.popup(ui, shown, field, offers, keys);
        if let Some(at) = taken {
            self.accept(ui, field.id, offers, at);
        }
        taken.is_some()
    }

    /// The list. Returns the completion that is taken.
    fn popup(
        &mut self,
        ui: &Ui,
        shown: &Shown<'_>,
        field: &Response,
        offers: &Completions,
        keys: Keys,
    ) -> Option<usize> {
        let pressed_there = self.offered.zip(ui.ctx().pointer_latest_pos()).is_some_and(|(rect, at)| rect.contains(at));
        if offers.list.is_empty() || !(self.focused || pressed_there) {
            (self.offered, self.chosen) = (None, None);
            return None;
        }
        let last = offers.list.len() - 1;
        if keys.down {
            self.chosen = Some(self.chosen.map_or(0, |at| (at + 1).min(last)));
        } else if keys.up {
            self.chosen = self.chosen.and_then(|at| at.checked_sub(1));
        }
        let mut taken = keys.accepts.then(|| self.chosen.unwrap_or(0).min(last));
        let font = egui::TextStyle::Body.resolve(ui.style());
        let before = self.text[..offers.replace.start].to_owned();
        let along = ui.painter().layout_no_wrap(before, font, shown.colours.ink).size().x;
        let left = (field.rect.left() + 6.0 + along).min(field.rect.right() - OFFER_WIDTH);
        let area = egui::Area::new(Id::unique("completions"))
            .order(Order::Foreground)
            .fixed_pos(pos2(left, field.rect.bottom() + 2.0));
        let shown_area = area.show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).inner_margin(4).show(ui, |ui| {
                ui.set_width(OFFER_WIDTH);
                ui.spacing_mut().item_spacing.y = 0.0;
                for (i, offer) in offers.list.iter().enumerate() {
                    let units = offer.units.map(quhua::i18n::numbers::count).unwrap_or_default();
                    if row(ui, shown, &offer.text, &units, self.chosen == Some(i)).clicked() {
                        taken = Some(i);
                    }
                }
            });
        });
        self.offered = Some(shown_area.response.rect);
        taken
    }

    /// Writes a completion into the line, with the cursor behind it.
    fn accept(&mut self, ui: &Ui, id: Id, offers: &Completions, at: usize) {
        let Some(offer) = offers.list.get(at) else { return };
        self.text.replace_range(offers.replace.clone(), &offer.insert);
        let end = offers.replace.start + offer.insert.len();
        self.cursor = self.text[..end].chars().count();
        self.chosen = None;
        let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
        state.cursor.set_char_range(Some(CCursorRange::one(CCursor::new(self.cursor))));
        state.store(ui.ctx(), id);
        self.focus = true;
        ui.ctx().request_repaint();
    }
}

fn row(ui: &mut Ui, shown: &Shown<'_>, text: &str, right: &str, chosen: bool) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, chosen, text));
    let colours = shown.colours;
    if chosen {
        ui.painter().rect_filled(rect, 3.0, colours.selection_fill);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 3.0, colours.hover_fill);
    }
    let at = rect.left_center() + vec2(2.0 * GRID, 0.0);
    ui.painter().text(at, Align2::LEFT_CENTER, text, FontId::proportional(DATA), colours.ink);
    let at = rect.right_center() - vec2(2.0 * GRID, 0.0);
    ui.painter().text(at, Align2::RIGHT_CENTER, right, FontId::proportional(CAPTION), colours.muted);
    response
}

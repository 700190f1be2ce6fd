//! The cells of a row of the grid, and writing into one.

use compact_str::CompactString;
use eframe::egui::text::{CCursor, CCursorRange};
use eframe::egui::{
    self, Align, Button, CornerRadius, Frame, Id, Key, Label, Layout, Margin, Order, Rect, RichText, Role, Sense,
    Stroke, StrokeKind, Ui, WidgetInfo, vec2,
};
use egui_extras::TableRow;
use egui_material_icons::{MaterialIcon, icons as icon};

use super::rows::Known;
use super::{Cursor, How, Pressed};
use crate::ui::inspector::record::doubt;
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::Command;
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::{widgets, words};
use quhua::edit::{Edit, RowEdit};
use quhua::i18n::{Text, ledgers, numbers};
use quhua::model::{Bound, LaidLedger, LedgerColumn, LedgerRow, Sort, UnitId};
use quhua::study::Study;

/// A cell that is written into.
#[derive(Clone, Debug)]
pub(super) struct Editing {
    cursor: Cursor,
    text: String,
    is_fresh: bool,
    /// Where the words to choose from are on the screen.
    offered: Option<Rect>,
}

impl Editing {
    pub fn of(cursor: Cursor, text: &str) -> Self {
        Self { cursor, text: text.to_owned(), is_fresh: true, offered: None }
    }
}

/// A row as it is drawn.
pub(super) struct Drawn<'a> {
    pub shown: &'a Shown<'a>,
    pub project: &'a Study,
    pub laid: &'a LaidLedger,
    pub known: &'a Known,
    pub row: LedgerRow<'a>,
}

impl Drawn<'_> {
    /// The unit of the level that is looked at, to which it belongs.
    pub fn unit(&self) -> Option<UnitId> {
        let (state, level) = (self.project.state(), self.shown.view.level);
        self.row.atom().map(|atom| state.unit_of(atom, level))
    }

    /// What the rule is called by which it came about, or was changed.
    fn rule(&self) -> &str {
        self.row.rule().map_or("", |rule| self.shown.lang.pick(&rule.title[0], &rule.title[1]))
    }

    fn is_gone(&self) -> bool {
        self.row.record().is_some_and(|record| record.removed)
    }

    /// What stood in a cell before the plan, where that is something else.
    fn before(&self, column: usize) -> Option<&str> {
        let index = self.row.index()?;
        let before = self.laid.ledger().text(index, column);
        (before != self.row.text(column)).then_some(before)
    }

    /// Draws it. Returns what was pressed.
    pub fn show(
        &self,
        table_row: &mut TableRow<'_, '_>,
        (cursor, editing): (&Option<Cursor>, &mut Option<Editing>),
        send: &mut Vec<Command>,
    ) -> Option<Pressed> {
        let key = self.row.key();
        let at = |column: usize| Cursor { key: key.clone(), column };
        let mut pressed = None;
        let (_, number) = table_row.col(|ui| {
            if self.number(ui) {
                pressed = Some(Pressed { cursor: at(0), how: How::Number });
            }
        });
        let (_, unit) = table_row.col(|ui| self.unit_cell(ui));
        if number.clicked() || unit.clicked() {
            pressed = Some(Pressed { cursor: at(0), how: How::Once });
        }
        for (column, about) in self.laid.ledger().columns().iter().enumerate() {
            let here = at(column);
            let is_cursor = cursor.as_ref() == Some(&here);
            let mut how = None;
            let (_, response) = table_row.col(|ui| match editing.as_mut().filter(|editing| editing.cursor == here) {
                Some(it) => how = self.write(ui, about, it, send),
                None => self.cell(ui, column, about, is_cursor),
            });
            if how.is_some() {
                *editing = None;
            } else if response.double_clicked() && !self.is_gone() {
                how = Some(How::Twice);
            } else if response.clicked() {
                how = Some(How::Once);
            }
            pressed = how.map(|how| Pressed { cursor: here, how }).or(pressed);
        }
        pressed
    }

    /// The number of the row with what is to be known of it. Returns whether it was pressed.
    fn number(&self, ui: &mut Ui) -> bool {
        let (shown, colours) = (self.shown, self.shown.colours);
        let number = self.row.index().map(|index| self.laid.ledger().number_of(index));
        let record = self.row.record();
        let sign: Option<(MaterialIcon, egui::Color32, &str)> = match record {
            Some(record) if record.removed => {
                Some((icon::ICON_REMOVE_CIRCLE, colours.error, shown.text(Text::RecordRemoved)))
            }
            Some(record) if record.added.is_some() => {
                Some((icon::ICON_ADD_CIRCLE, colours.accent, shown.text(Text::RecordAdded)))
            }
            _ if self.row.is_derived() => Some((icon::ICON_AUTO_AWESOME, colours.accent, self.rule())),
            Some(_) | None => None,
        };
        let doubts = number.and_then(|number| self.known.doubts.get(&number));
        let is_unbound = self.row.index().is_some_and(|index| matches!(self.laid.bound(index), Bound::No(_)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = GRID / 2.0;
            let text = number.map_or_else(|| "+".to_owned(), |number| numbers::count(number as usize));
            let name = format!("{} {}", shown.text(Text::RecordCard), self.row.key());
            let text = RichText::new(text).size(CAPTION).color(colours.muted);
            let response = ui.add(Button::new(text).frame_when_inactive(false).small());
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            let response = response.on_hover_text(shown.text(Text::RecordCardHint));
            if let Some((sign, colour, what)) = sign {
                widgets::icon_mark(ui, sign, colour).on_hover_text(what);
            }
            if let Some(doubts) = doubts {
                let glyph = if is_unbound { icon::ICON_LINK_OFF } else { icon::ICON_WARNING };
                let mark = widgets::icon_mark(ui, glyph, colours.warning);
                mark.on_hover_ui(|ui| drop(ui.label(self.doubts(doubts))));
            }
            response.clicked()
        })
        .inner
    }

    fn doubts(&self, doubts: &[usize]) -> String {
        let all = self.laid.ledger().findings().iter().chain(self.laid.binding_findings());
        let ours = all.enumerate().filter(|(at, _)| doubts.contains(at));
        let said = ours.map(|(_, finding)| {
            let column = finding.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
            format!("{column}{}", finding.message(self.shown.lang))
        });
        said.collect::<Vec<_>>().join("\n")
    }

    fn unit_cell(&self, ui: &mut Ui) {
        let (shown, state) = (self.shown, self.project.state());
        let Some(unit) = self.unit() else {
            let text = if self.row.is_of_all() { Text::BoundToWhole } else { Text::BoundToNothing };
            let colour = if self.row.is_of_all() { shown.colours.muted } else { shown.colours.warning };
            ui.add(Label::new(RichText::new(shown.text(text)).color(colour)).truncate());
            return;
        };
        let base = &self.project.dataset().base;
        let was = self
            .row
            .index()
            .and(self.row.atom())
            .map(|atom| words::unit(base.unit(base.unit_of(atom, shown.view.level))));
        let now = words::unit(state.unit(unit));
        let other = was.filter(|was| *was != now);
        let colour = if other.is_some() { shown.colours.accent } else { shown.colours.ink };
        let label = ui.add(Label::new(RichText::new(now).color(colour)).truncate());
        if let Some(was) = other {
            label.on_hover_text(ledgers::was(shown.lang, was));
        }
    }

    fn cell(&self, ui: &mut Ui, column: usize, about: &LedgerColumn, is_cursor: bool) {
        let colours = self.shown.colours;
        let place = ui.max_rect().expand2(vec2(GRID, 0.0));
        let before = self.before(column);
        let is_added = self.row.index().is_none();
        if before.is_some() && !self.is_gone() {
            // Quiet: a breath of the colour of what is changed.
            ui.painter().rect_filled(place, CornerRadius::ZERO, colours.accent.gamma_multiply(0.08));
        }
        let text = self.row.text(column);
        let colour = match () {
            () if self.is_gone() => colours.muted,
            () if before.is_some() || is_added => colours.accent,
            () => colours.ink,
        };
        let mut rich = RichText::new(text).color(colour);
        if self.is_gone() {
            rich = rich.strikethrough();
        }
        let to_the_right = about.sort == Sort::Number;
        let layout = if to_the_right { Layout::right_to_left(Align::Center) } else { *ui.layout() };
        let label = ui.with_layout(layout, |ui| ui.add(Label::new(rich).truncate())).inner;
        if let Some(before) = before {
            label.on_hover_text(ledgers::was(self.shown.lang, before));
        }
        if is_cursor {
            let stroke = Stroke::new(1.5, colours.selection);
            let place = place.intersect(ui.clip_rect());
            ui.painter().rect_stroke(place, CornerRadius::ZERO, stroke, StrokeKind::Inside);
        }
    }

    /// Writes into a cell. Returns how that ended, once it has.
    fn write(&self, ui: &mut Ui, about: &LedgerColumn, editing: &mut Editing, send: &mut Vec<Command>) -> Option<How> {
        let colours = self.shown.colours;
        if doubt(about, editing.text.trim()).is_some() {
            ui.visuals_mut().override_text_color = Some(colours.warning);
        }
        let id = Id::unique("cell of a ledger");
        let edit = egui::TextEdit::singleline(&mut editing.text)
            .id(id)
            .desired_width(ui.available_width())
            .margin(Margin::symmetric(2, 2));
        let field = ui.add(edit);
        field.clone().accessible_name(&about.header);
        if std::mem::take(&mut editing.is_fresh) {
            field.request_focus();
            let mut state = egui::TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
            let end = CCursor::new(editing.text.chars().count());
            state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(0), end)));
            state.store(ui.ctx(), id);
            return None;
        }
        if let Some(word) = offer(ui, self.shown, about, editing, &field) {
            editing.text = word;
            self.carry_out(about, editing, send);
            return Some(How::Down);
        }
        if !field.lost_focus() {
            return None;
        }
        let gives_up = Command::Do(Action::GiveUp);
        if send.contains(&gives_up) {
            // Esc was for the cell.
            send.retain(|command| *command != gives_up);
            return Some(How::GivenUp);
        }
        let pointer = ui.ctx().pointer_latest_pos();
        let is_choosing = editing.offered.zip(pointer).is_some_and(|(list, at)| list.contains(at));
        let (enter, tab) = ui.input(|input| (input.key_pressed(Key::Enter), input.key_pressed(Key::Tab)));
        if is_choosing && !enter && !tab {
            return None;
        }
        self.carry_out(about, editing, send);
        Some(match () {
            () if enter => How::Down,
            () if tab => How::Right,
            () => How::GivenUp,
        })
    }

    fn carry_out(&self, about: &LedgerColumn, editing: &Editing, send: &mut Vec<Command>) {
        let text = editing.text.trim();
        if text == self.row.text(editing.cursor.column) {
            return;
        }
        let set = [(about.header.as_str().into(), CompactString::from(text))];
        let row = RowEdit::Set { set: set.into() };
        let table = self.laid.ledger().name().into();
        send.push(Command::Commit(Edit::Record { table, id: Some(self.row.key().clone()), row }));
    }
}

/// Words that a pack knows for a column, below the cell. Returns the one that was chosen.
fn offer(
    ui: &Ui,
    shown: &Shown<'_>,
    about: &LedgerColumn,
    editing: &mut Editing,
    field: &egui::Response,
) -> Option<String> {
    if about.values.is_empty() {
        return None;
    }
    let mut chosen = None;
    let area = egui::Area::new(Id::unique("words of a column")).order(Order::Foreground);
    let below = field.rect.bottom() + 2.0;
    #[expect(clippy::cast_precision_loss, reason = "a pack knows a few words")]
    let height = about.values.len() as f32 * field.rect.height() + 4.0 * GRID;
    let room = ui.ctx().content_rect().bottom() - below;
    let top = if height > room { field.rect.top() - height } else { below };
    let shown_area = area.fixed_pos(egui::pos2(field.rect.left(), top)).show(ui.ctx(), |ui| {
        Frame::popup(ui.style()).inner_margin(4).show(ui, |ui| {
            ui.set_min_width(field.rect.width().max(100.0));
            ui.spacing_mut().item_spacing.y = 0.0;
            for word in &about.values {
                let (rect, response) =
                    ui.allocate_exact_size(vec2(ui.available_width(), field.rect.height()), Sense::click());
                let taken = editing.text.trim() == word;
                response.widget_info(|| WidgetInfo::selected(Role::ListItem, true, taken, word.as_str()));
                if response.hovered() || taken {
                    let fill = if taken { shown.colours.selection_fill } else { shown.colours.hover_fill };
                    ui.painter().rect_filled(rect, 3.0, fill);
                }
                let at = rect.left_center() + vec2(GRID, 0.0);
                let font = egui::TextStyle::Body.resolve(ui.style());
                ui.painter().text(at, egui::Align2::LEFT_CENTER, word, font, shown.colours.ink);
                if response.clicked() {
                    chosen = Some(word.to_string());
                }
            }
        });
    });
    editing.offered = Some(shown_area.response.rect);
    chosen
}

//! Small parts that all panels share.

use eframe::egui::{
    self, Align, Button, Color32, FontId, FontSelection, Layout, Modifiers, Response, RichText, Role, Sense, Ui,
    WidgetInfo, WidgetText, vec2,
};
use egui_material_icons::MaterialIcon;

use super::state::action::{Action, Situation};
use super::state::command::Command;
use super::state::keymap;
use super::theme::{CAPTION, Colours, GRID, HEADING, ROW};
use super::words;
use quhua::i18n::{Lang, Text, sentences};

/// How much of a command a button shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Face {
    /// The icon alone.
    Icon,
    /// The icon and the name.
    Named,
    /// The icon and the name on the accent: the main action.
    Main,
}

/// A button for an action. It sends the action when pressed, is dull when it cannot be done, and says its name and
/// shortcut in its tooltip, with `more` in front where there is something to add.
pub fn action_button(
    ui: &mut Ui,
    (lang, colours, now): (Lang, &Colours, &Situation),
    action: Action,
    face: Face,
    more: Option<&str>,
    send: &mut Vec<Command>,
) -> Response {
    let info = action.info();
    let name = lang.of(info.name);
    let mut job = egui::text::LayoutJob::default();
    let colour = if face == Face::Main { colours.on_accent } else { Color32::PLACEHOLDER };
    let style = ui.style().clone();
    if let Some(icon) = info.icon {
        let size = if face == Face::Icon { 18.0 } else { 16.0 };
        RichText::new(icon.codepoint).family(icon.font_family()).size(size).color(colour).append_to(
            &mut job,
            &style,
            FontSelection::Default,
            Align::Center,
        );
    }
    if face != Face::Icon || info.icon.is_none() {
        let gap = if info.icon.is_some() { " " } else { "" };
        let text = RichText::new(format!("{gap}{}", name.trim_end_matches('…'))).color(colour);
        text.append_to(&mut job, &style, FontSelection::Default, Align::Center);
        // A key that is pressed alone is worth knowing: it stands beside the name.
        if let Some(keys) =
            now.keys.first(action).filter(|keys| keys.modifiers == Modifiers::NONE && face == Face::Named)
        {
            let text = RichText::new(format!("  {}", keymap::text(ui.ctx(), keys))).size(CAPTION).weak();
            text.append_to(&mut job, &style, FontSelection::Default, Align::Center);
        }
    }
    let mut button = Button::new(WidgetText::from(job)).min_size(vec2(ROW + GRID, ROW + GRID));
    button = match face {
        Face::Main => button.fill(colours.accent).stroke(egui::Stroke::NONE),
        Face::Icon | Face::Named => button.frame_when_inactive(false),
    };
    let enabled = action.is_enabled(now);
    let response = ui.add_enabled(enabled, button);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    note_place(ui, action, response.rect);
    let tip = tooltip(ui, (lang, now), action, more);
    let response = response.on_hover_text(&tip).on_disabled_hover_text(&tip);
    if response.clicked() {
        send.push(action.into());
    }
    response
}

/// Remembers where on the screen an action is offered, for whoever points at it.
pub fn note_place(ui: &Ui, action: Action, rect: egui::Rect) {
    let frame = ui.ctx().cumulative_frame_nr();
    ui.data_mut(|data| data.insert_temp(egui::Id::unique(("place of", action)), (frame, rect)));
}

/// Where on the screen an action is offered in this frame.
pub fn place_of(ctx: &egui::Context, action: Action) -> Option<egui::Rect> {
    let (frame, rect): (u64, egui::Rect) = ctx.data(|data| data.get_temp(egui::Id::unique(("place of", action))))?;
    (frame == ctx.cumulative_frame_nr()).then_some(rect)
}

/// Tooltip of an action: what it does, and its keys.
pub fn tooltip(ui: &Ui, (lang, now): (Lang, &Situation), action: Action, more: Option<&str>) -> String {
    let name = lang.of(action.info().name).trim_end_matches('…');
    let hint = words::hint(lang, action);
    let what = more.unwrap_or(&hint).trim_end_matches('…');
    let keys = now.keys.first(action).map_or_else(String::new, |keys| format!("  ({})", keymap::text(ui.ctx(), keys)));
    // What it is called, then what it does.
    if more.is_some() || what == name || what.starts_with(name) {
        format!("{what}{keys}")
    } else {
        format!("{name}{keys}\n{what}")
    }
}

/// A row of a menu for an action.
pub fn menu_item(ui: &mut Ui, lang: Lang, now: &Situation, action: Action, send: &mut Vec<Command>) {
    let info = action.info();
    let mut button = Button::new(lang.of(info.name));
    if let Some(keys) = now.keys.first(action) {
        button = button.shortcut_text(keymap::text(ui.ctx(), keys));
    }
    let enabled = action.is_enabled(now);
    let response = ui.add_enabled(enabled, button);
    let what = words::hint(lang, action);
    let response = if what == lang.of(info.name) { response } else { response.on_hover_text(&*what) };
    if response.clicked() {
        send.push(action.into());
        ui.close();
    }
}

/// Contents of a menu, which scroll where the window is too low for them.
pub fn scrolling<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let room = ui.ctx().content_rect().height() - 20.0 * GRID;
    egui::ScrollArea::vertical().max_height(room).min_scrolled_height(room).show(ui, contents).inner
}

/// Has a sheet that has changed its size drawn again at once, so that it lies still before anybody points at it.
pub fn settle(ctx: &egui::Context, what: &str, size: egui::Vec2) {
    let id = egui::Id::unique(("size of sheet", what));
    let before = ctx.data(|data| data.get_temp::<egui::Vec2>(id));
    ctx.data_mut(|data| data.insert_temp(id, size));
    if before.is_none_or(|before| (before - size).length() > 0.5) {
        ctx.request_discard("the sheet has another size");
        ctx.request_repaint();
    }
}

/// Keys that go through a list below a line to write in: up, down, Enter. They are taken from whatever has the focus.
pub fn list_keys(ui: &Ui) -> (bool, bool, bool) {
    use egui::Key;

    ui.input_mut(|input| {
        let mut pressed = |key| input.consume_key(Modifiers::NONE, key);
        (pressed(Key::ArrowUp), pressed(Key::ArrowDown), pressed(Key::Enter))
    })
}

/// A frameless button that shows one icon and is called `name`.
pub fn icon_button(ui: &mut Ui, icon: MaterialIcon, name: &str) -> Response {
    let text = icon.rich_text().size(16.0);
    let response = ui.add(Button::new(text).frame_when_inactive(false).min_size(vec2(ROW, ROW)));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    response.on_hover_text(name)
}

/// A button with one icon, called `name`, that is one of several choices. Returns whether it was pressed.
pub fn icon_choice(ui: &mut Ui, colours: &Colours, icon: MaterialIcon, name: &str, taken: bool) -> bool {
    let text = icon.rich_text().size(16.0).color(if taken { colours.selection } else { colours.muted });
    let fill = if taken { colours.selection_fill } else { Color32::TRANSPARENT };
    let response = ui.add(Button::new(text).fill(fill).stroke(egui::Stroke::NONE).min_size(vec2(ROW, ROW)));
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, taken, name));
    response.on_hover_text(name).clicked()
}

/// An icon as a picture, without meaning of its own.
pub fn icon_mark(ui: &mut Ui, icon: MaterialIcon, colour: Color32) -> Response {
    ui.label(icon.rich_text().size(15.0).color(colour))
}

/// Heading of a panel.
pub fn heading(ui: &mut Ui, text: &str) -> Response {
    ui.label(RichText::new(text).size(HEADING).strong())
}

/// Heading of a section inside of a panel.
pub fn caption(ui: &mut Ui, colours: &Colours, text: &str) -> Response {
    ui.label(RichText::new(text).size(CAPTION).color(colours.muted))
}

/// Secondary text that wraps.
pub fn hint(ui: &mut Ui, colours: &Colours, text: &str) -> Response {
    ui.add(egui::Label::new(RichText::new(text).color(colours.muted)).wrap())
}

/// Says that a filter leaves nothing of a list, and offers to take it off. Returns whether that was pressed.
pub fn all_hidden(ui: &mut Ui, (lang, colours): (Lang, &Colours), hidden: usize) -> bool {
    let line = ui.horizontal_wrapped(|ui| {
        ui.label(RichText::new(sentences::all_hidden(lang, hidden)).color(colours.muted));
        ui.link(lang.of(Text::TakeFilterOff)).clicked()
    });
    line.inner
}

/// A hairline over the whole width.
pub fn rule(ui: &mut Ui, colours: &Colours) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 2.0 * GRID + 1.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, colours.hairline());
}

/// A name on the left and a figure on the right of one row.
pub fn fact(ui: &mut Ui, colours: &Colours, name: &str, figure: &str) -> Response {
    let row = ui.horizontal(|ui| {
        ui.label(RichText::new(name).color(colours.muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add(egui::Label::new(figure).truncate());
        });
    });
    row.response
}

/// Says how a figure is worked out, where there is something to say.
pub fn explain(response: Response, about: &str) {
    if !about.is_empty() {
        response.on_hover_text(about);
    }
}

/// A small word in a rounded outline, such as "proposed".
pub fn badge(ui: &mut Ui, text: &str, colour: Color32) -> Response {
    let galley = ui.painter().layout_no_wrap(text.to_owned(), FontId::proportional(CAPTION), colour);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(2.0 * GRID, 2.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    ui.painter().rect_stroke(rect, 3.0, egui::Stroke::new(1.0, colour), egui::StrokeKind::Inside);
    ui.painter().galley(rect.center() - galley.size() / 2.0, galley, colour);
    response
}

/// Two or more choices side by side, one of them taken. Returns the one that was pressed.
pub fn choice<T: Copy + PartialEq>(ui: &mut Ui, colours: &Colours, now: T, choices: &[(T, &str, &str)]) -> Option<T> {
    let mut pressed = None;
    egui::Frame::new().fill(colours.field).corner_radius(4).inner_margin(2).show(ui, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.horizontal(|ui| {
            for &(value, name, tip) in choices {
                let taken = value == now;
                let text = RichText::new(name).color(if taken { colours.ink } else { colours.muted });
                let fill = if taken { colours.panel } else { Color32::TRANSPARENT };
                let stroke = if taken { colours.hairline() } else { egui::Stroke::NONE };
                let button = Button::new(text).fill(fill).stroke(stroke).min_size(vec2(0.0, ROW - 4.0));
                let mut response = ui.add(button);
                response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, taken, name));
                if !tip.is_empty() {
                    response = response.on_hover_text(tip);
                }
                if response.clicked() {
                    pressed = Some(value);
                }
            }
        });
    });
    pressed
}

/// Selects the name of the file in a path that was just shown in a line, without its folder and its ending: that is
/// what one writes over.
pub fn select_name(ui: &Ui, field: &Response, path: &str) {
    use egui::text::{CCursor, CCursorRange};

    let chars = |end: usize| path.get(..end).map_or(0, |text| text.chars().count());
    let from = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let name = path.get(from..).unwrap_or_default();
    let to = from + name.find('.').filter(|&at| at > 0).unwrap_or(name.len());
    let mut state = egui::TextEdit::load_state(ui.ctx(), field.id).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::two(CCursor::new(chars(from)), CCursor::new(chars(to)))));
    state.store(ui.ctx(), field.id);
}

/// A line of text that can be written into, called `name`.
pub fn field(ui: &mut Ui, name: &str, text: &mut String, hint: &str, width: f32) -> Response {
    let response = ui.add(
        egui::TextEdit::singleline(text)
            .hint_text(hint.to_owned())
            .desired_width(width)
            .margin(egui::Margin::symmetric(6, 4))
            .align(egui::Align2::LEFT_CENTER),
    );
    response.accessible_name(name)
}

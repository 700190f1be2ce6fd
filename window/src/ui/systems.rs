//! The list of coordinate systems: those that the coordinates may be in, and a search in all that are known.

use eframe::egui::{self, RichText, ScrollArea, Sense, Ui, vec2};

use crate::ui::shown::Shown;
use crate::ui::theme::{CAPTION, GRID, ROW};
use crate::ui::widgets;
use quhua::i18n::{Text, numbers};
use quhua::io::crs::{self, CrsChoice};
use quhua::jobs::Derived;
use quhua::model::Numbers;

/// Systems that a search shows.
const MOST: usize = 60;
/// Width of the list in points.
const WIDTH: f32 = 440.0;

/// The list between frames.
#[derive(Debug, Default)]
pub struct Systems {
    /// What is searched for.
    search: String,
    /// The row that Enter takes, counted among those that fit.
    at: usize,
    found: Derived<(String, Option<Bits>), Vec<CrsChoice>>,
}

/// Numbers that can be told from others.
type Bits = ([u64; 4], usize);

/// What was pressed in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// Whatever the file and the numbers tell.
    Automatic,
    /// A system, by its code or name.
    System(String),
}

/// Shows the list. Returns what was pressed.
pub fn list(ui: &mut Ui, shown: &Shown<'_>, systems: &mut Systems, now: &Now<'_>) -> Option<Pressed> {
    let mut pressed = None;
    ui.set_width(WIDTH.min(ui.ctx().content_rect().width() - 16.0 * GRID));
    let hint = shown.text(Text::SearchSystems);
    let field = widgets::field(ui, hint, &mut systems.search, hint, ui.available_width() - 2.0 * GRID);
    if ui.memory(|memory| memory.focused().is_none()) {
        field.request_focus();
    }
    if now.is_chosen && ui.selectable_label(false, shown.text(Text::Automatically)).clicked() {
        pressed = Some(Pressed::Automatic);
    }
    let bits = now.numbers.map(|it| ([it.min[0], it.min[1], it.max[0], it.max[1]].map(f64::to_bits), it.count));
    if field.changed() {
        systems.at = 0;
    }
    let Systems { search, at, found } = systems;
    let choices = found.of((search.clone(), bits), || {
        if search.trim().is_empty() {
            now.numbers.map(crs::candidates).unwrap_or_default()
        } else {
            crs::search(search, now.numbers, MOST)
        }
    });
    if choices.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::NoSystemFound));
    }
    let fitting: Vec<usize> = choices.iter().enumerate().filter(|(_, choice)| choice.fits).map(|(at, _)| at).collect();
    let (up, down, enter) = widgets::list_keys(ui);
    *at = if up { at.saturating_sub(1) } else { *at + usize::from(down) }.min(fitting.len().saturating_sub(1));
    let chosen = fitting.get(*at).copied();
    if let Some(choice) = chosen.filter(|_| enter).and_then(|at| choices.get(at)) {
        pressed = Some(Pressed::System(choice.id.clone()));
    }
    // Where the window is low the list is lower, and never shows less than some rows.
    let height = ROW + 3.0 * GRID;
    let room = ui.ctx().content_rect().height() - 24.0 * GRID;
    let mut area = ScrollArea::vertical().max_height((9.0 * height).min(room)).min_scrolled_height(4.0 * height);
    if let (true, Some(chosen)) = (up || down, chosen) {
        #[expect(clippy::cast_precision_loss, reason = "there are few rows")]
        let offset = (chosen as f32 - 3.0).max(0.0) * (height + ui.spacing().item_spacing.y);
        area = area.vertical_scroll_offset(offset);
    }
    area.auto_shrink([false, true]).show_rows(ui, height, choices.len(), |ui, range| {
        for at in range {
            let Some(choice) = choices.get(at) else { continue };
            if row(ui, shown, choice, now.taken, chosen == Some(at)) {
                pressed = Some(Pressed::System(choice.id.clone()));
            }
        }
    });
    if pressed.is_some() {
        search.clear();
        *at = 0;
        ui.close();
    }
    pressed
}

/// What is taken now.
#[derive(Clone, Copy, Debug)]
pub struct Now<'a> {
    /// Code or name of the system.
    pub taken: &'a str,
    /// Whether somebody has chosen it.
    pub is_chosen: bool,
    /// How large the coordinates are.
    pub numbers: Option<&'a Numbers>,
}

/// A system in two lines. Returns whether it was pressed.
fn row(ui: &mut Ui, shown: &Shown<'_>, choice: &CrsChoice, taken: &str, is_next: bool) -> bool {
    let colours = shown.colours;
    let (is_taken, title) = (choice.id == taken, choice.reading.title(shown.lang));
    let mut about: Vec<String> = vec![choice.reading.zone_words(shown.lang)];
    match (choice.fits, choice.reading.centre) {
        (true, Some([lon, lat])) => about.push(numbers::lon_lat(lon, lat)),
        (true, None) => {}
        (false, _) => about.push(shown.text(Text::SystemUnfit).to_owned()),
    }
    about.retain(|part| !part.is_empty());
    let sense = if choice.fits { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW + 3.0 * GRID), sense);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::Button, choice.fits, is_taken, &title));
    if is_taken {
        ui.painter().rect_filled(rect, 3.0, colours.selection_fill);
    } else if (response.hovered() || is_next) && choice.fits {
        ui.painter().rect_filled(rect, 3.0, colours.hover_fill);
    }
    let ink = if choice.fits { colours.ink } else { colours.muted };
    let mut inside = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink2(vec2(2.0 * GRID, 2.0))));
    inside.spacing_mut().item_spacing.y = 0.0;
    let line = |ui: &mut Ui, text: RichText| drop(ui.add(egui::Label::new(text).truncate().selectable(false)));
    line(&mut inside, RichText::new(&title).color(ink));
    line(&mut inside, RichText::new(about.join(" · ")).size(CAPTION).color(colours.muted));
    response.clicked()
}

//! Notices: what happened, said once in a corner and kept in a log.
//!
//! A notice leaves by itself, a warning after longer, an error only when it is closed.

use std::time::{Duration, Instant};

use eframe::egui::{self, Align2, Color32, Order, Pos2, Rect, RichText, Sense, Ui, vec2};
use egui_material_icons::{MaterialIcon, icons as icon};

use super::shown::Shown;
use super::state::command::Command;
use super::theme::{CAPTION, Colours, GRID, ROW};
use super::widgets;
use quhua::i18n::Text;

/// Notices in sight at once; the oldest make room.
const IN_SIGHT: usize = 3;

/// How serious a notice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gravity {
    /// Something was done.
    Done,
    /// Something to know.
    Info,
    /// Something to look at.
    Warning,
    /// Something was not done.
    Error,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Its number.
    pub id: u64,
    /// How serious it is.
    pub gravity: Gravity,
    /// What happened, to what, and what helps.
    pub text: String,
    /// When, as hour, minute and second on the clock.
    pub clock: [u8; 3],
    since: Instant,
    read: bool,
}

/// All notices of this run.
#[derive(Debug, Default)]
pub struct Notices {
    all: Vec<Notice>,
}

impl Gravity {
    const fn stays(self) -> Option<Duration> {
        match self {
            Self::Done | Self::Info => Some(Duration::from_secs(5)),
            Self::Warning => Some(Duration::from_secs(12)),
            Self::Error => None,
        }
    }

    /// Its icon.
    #[must_use]
    pub const fn icon(self) -> MaterialIcon {
        match self {
            Self::Done => icon::ICON_CHECK_CIRCLE,
            Self::Info => icon::ICON_INFO,
            Self::Warning => icon::ICON_WARNING,
            Self::Error => icon::ICON_ERROR,
        }
    }

    /// Its colour.
    #[must_use]
    pub const fn colour(self, colours: &Colours) -> Color32 {
        match self {
            Self::Done => colours.good,
            Self::Info => colours.muted,
            Self::Warning => colours.warning,
            Self::Error => colours.error,
        }
    }
}

impl Notices {
    /// Says something.
    pub fn say(&mut self, gravity: Gravity, text: impl Into<String>) {
        let (id, text) = (self.all.len() as u64, text.into());
        match gravity {
            Gravity::Warning => tracing::warn!("{text}"),
            Gravity::Error => tracing::error!("{text}"),
            Gravity::Done | Gravity::Info => {}
        }
        let now = time::OffsetDateTime::now_local().unwrap_or_else(|_| time::OffsetDateTime::now_utc());
        let clock = [now.hour(), now.minute(), now.second()];
        self.all.push(Notice { id, gravity, text, clock, since: Instant::now(), read: false });
    }

    /// Takes a notice out of sight. It stays in the log.
    pub fn dismiss(&mut self, id: u64) {
        let text = self.all.iter().find(|notice| notice.id == id).map(|notice| notice.text.clone());
        for notice in self.all.iter_mut().filter(|notice| Some(&notice.text) == text.as_ref()) {
            notice.read = true;
        }
    }

    /// Says something that stands elsewhere in sight: it goes into the log alone.
    pub fn note(&mut self, gravity: Gravity, text: impl Into<String>) {
        self.say(gravity, text);
        if let Some(notice) = self.all.last_mut() {
            notice.read = true;
        }
    }

    /// All notices, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Notice] {
        &self.all
    }

    /// All notices as text, a line each, oldest first.
    #[must_use]
    pub fn to_text(&self) -> String {
        let lines = self.all.iter().map(|notice| {
            let [hour, minute, second] = notice.clock;
            format!("{hour:02}:{minute:02}:{second:02}  {}\n", notice.text)
        });
        lines.collect()
    }

    /// Errors that nobody has closed.
    #[must_use]
    pub fn unread_errors(&self) -> usize {
        self.all.iter().filter(|notice| notice.gravity == Gravity::Error && !notice.read).count()
    }

    fn in_sight(&self) -> impl Iterator<Item = &Notice> {
        let fresh = |notice: &&Notice| {
            !notice.read && notice.gravity.stays().is_none_or(|stays| notice.since.elapsed() < stays)
        };
        let mut recent: Vec<&Notice> = Vec::new();
        for notice in self.all.iter().rev().filter(fresh) {
            // What is said twice is seen once.
            if recent.len() < IN_SIGHT && recent.iter().all(|later| later.text != notice.text) {
                recent.push(notice);
            }
        }
        recent.reverse();
        recent.into_iter()
    }
}

/// Shows fresh notices in the lower left corner of the map, above the scale and beside the legend. The map below takes
/// clicks as if they were not there; only their crosses can be pressed. Where a sheet covers the window they lie on top of
/// it, at the upper edge.
pub fn show(
    ctx: &egui::Context,
    shown: &Shown<'_>,
    notices: &Notices,
    (map, legend): (Rect, Option<Rect>),
    is_covered: bool,
    send: &mut Vec<Command>,
) {
    let (mut next, mut crosses) = (None, Vec::new());
    let (mut corner, mut width) = room(map, legend);
    let (mut order, mut pivot) = (Order::Foreground, Align2::LEFT_BOTTOM);
    if is_covered {
        let window = ctx.content_rect();
        width = 440.0_f32.min(window.width());
        corner = Pos2::new(window.center().x - 0.5 * width, window.top() + GRID);
        (order, pivot) = (Order::Tooltip, Align2::LEFT_TOP);
    }
    egui::Area::new(egui::Id::unique(("notices", is_covered)))
        .order(order)
        .interactable(false)
        .pivot(pivot)
        .fixed_pos(corner)
        .show(ctx, |ui| {
            ui.set_max_width(width);
            for notice in notices.in_sight() {
                crosses.push((notice.id, one(ui, shown, notice)));
                ui.add_space(GRID);
                if let Some(stays) = notice.gravity.stays() {
                    let left = stays.saturating_sub(notice.since.elapsed());
                    next = Some(next.map_or(left, |other: Duration| other.min(left)));
                }
            }
        });
    for (id, place) in crosses {
        let area = egui::Area::new(egui::Id::unique(("cross of notice", id, is_covered))).order(order);
        area.fixed_pos(place.min).constrain(false).show(ctx, |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
                send.push(Command::DismissNotice(id));
            }
        });
    }
    if let Some(next) = next {
        ctx.request_repaint_after(next + Duration::from_millis(30));
    }
}

/// Lower left corner and greatest width of all notices.
fn room(map: Rect, legend: Option<Rect>) -> (Pos2, f32) {
    /// Narrower ones could not be read.
    const LEAST: f32 = 220.0;
    const MOST: f32 = 440.0;
    let corner = map.left_bottom() + vec2(3.0 * GRID, -14.0 * GRID);
    let beside = legend.map_or(map.right(), |legend| legend.left()) - corner.x - 3.0 * GRID;
    match legend {
        Some(legend) if beside < LEAST => {
            let above = Pos2 { y: corner.y.min(legend.top() - 2.0 * GRID), ..corner };
            (above, MOST.min(map.right() - corner.x - 3.0 * GRID))
        }
        _ => (corner, MOST.min(beside)),
    }
}

/// Shows one, and returns where its cross goes.
fn one(ui: &mut Ui, shown: &Shown<'_>, notice: &Notice) -> Rect {
    let frame = egui::Frame::popup(ui.style()).inner_margin(egui::Margin::symmetric(10, 6));
    let cross = frame.show(ui, |ui| {
        let row = ui.horizontal(|ui| {
            widgets::icon_mark(ui, notice.gravity.icon(), notice.gravity.colour(shown.colours));
            let room = ui.available_width() - ROW - ui.spacing().item_spacing.x;
            ui.scope(|ui| {
                ui.set_max_width(room);
                ui.add(egui::Label::new(&notice.text).wrap());
            });
            ui.allocate_exact_size(egui::Vec2::splat(ROW), Sense::hover()).0
        });
        row.inner
    });
    cross.inner
}

/// The log of all notices, newest first.
pub fn log(ui: &mut Ui, shown: &Shown<'_>, notices: &Notices) {
    if notices.all().is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyLog));
        return;
    }
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        for notice in notices.all().iter().rev() {
            ui.horizontal_wrapped(|ui| {
                let [hour, minute, second] = notice.clock;
                let clock = format!("{hour:02}:{minute:02}:{second:02}");
                ui.label(RichText::new(clock).size(CAPTION).color(shown.colours.muted));
                widgets::icon_mark(ui, notice.gravity.icon(), notice.gravity.colour(shown.colours));
                ui.add(egui::Label::new(&notice.text).selectable(true).wrap());
            });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_lie_beside_the_legend_or_above_it_where_there_is_no_room() {
        let map = Rect::from_min_max(Pos2::new(0.0, 0.0), Pos2::new(900.0, 600.0));
        let legend = |left| Some(Rect::from_min_max(Pos2::new(left, 480.0), Pos2::new(888.0, 588.0)));
        let (corner, width) = room(map, legend(700.0));
        assert!((corner.y - 544.0).abs() < 0.1 && (width - 440.0).abs() < 0.1);
        let (corner, width) = room(map, legend(300.0));
        assert!(corner.x + width <= 300.0 && (corner.y - 544.0).abs() < 0.1);
        let (corner, _) = room(map, legend(150.0));
        assert!(corner.y <= 480.0);
    }

    #[test]
    fn what_is_said_twice_is_seen_once_and_goes_at_once() {
        let mut notices = Notices::default();
        for text in ["no such file", "opened", "no such file"] {
            notices.say(Gravity::Error, text);
        }
        let seen: Vec<&str> = notices.in_sight().map(|notice| &*notice.text).collect();
        assert_eq!(seen, ["opened", "no such file"]);
        notices.dismiss(2);
        assert_eq!(notices.in_sight().count(), 1);
        assert_eq!(notices.all().len(), 3);
    }

    #[test]
    fn an_error_stays_in_sight_until_closed_and_in_the_log_after() {
        let mut notices = Notices::default();
        notices.say(Gravity::Error, "no such file");
        assert_eq!(notices.in_sight().count(), 1);
        assert_eq!(notices.unread_errors(), 1);
        notices.dismiss(0);
        assert_eq!(notices.in_sight().count(), 0);
        assert_eq!(notices.all().len(), 1);
    }
}

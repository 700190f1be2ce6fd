//! Pictures of parts of the window, to the clipboard.
//!
//! The window is asked for a picture of itself. Until that is there, what floats over the map is left out of it.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use eframe::egui::{self, ColorImage, Rect, ScreenshotCallback, ViewportCommand};

use super::App;
use crate::ui::notices::Gravity;
use quhua::i18n::Text;
use quhua::jobs::lock_whole;

/// A window that gives no picture in this time gives none.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a picture is taken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Motif {
    /// The map.
    Map,
    /// The panel at the bottom.
    Table,
}

/// Where the motifs are in the window, in points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub map: Rect,
    pub table: Rect,
}

impl Default for Places {
    fn default() -> Self {
        Self { map: Rect::NOTHING, table: Rect::NOTHING }
    }
}

/// Pictures that are being taken, and where they go.
#[derive(Default)]
pub(super) struct Pictures {
    pub places: Places,
    wanted: Option<Wanted>,
    clipboard: Clipboard,
}

struct Wanted {
    motif: Motif,
    since: Instant,
    asked: bool,
    arrived: Arc<Mutex<Option<Arc<ColorImage>>>>,
}

/// Takes pictures.
#[derive(Default)]
pub(super) enum Clipboard {
    /// That of the system, opened when it is first needed. It is kept: on X11 what was copied goes with it.
    #[default]
    Unopened,
    System(arboard::Clipboard),
    /// Keeps the last picture.
    #[cfg(test)]
    Kept(Option<ColorImage>),
    /// There is none.
    #[cfg(test)]
    Missing,
}

impl Clipboard {
    fn take(&mut self, picture: &ColorImage) -> Result<(), arboard::Error> {
        if matches!(self, Self::Unopened) {
            *self = Self::System(arboard::Clipboard::new()?);
        }
        match self {
            Self::System(clipboard) => {
                let [width, height] = picture.size;
                let bytes: Vec<u8> = picture.pixels.iter().flat_map(egui::Color32::to_srgba_unmultiplied).collect();
                clipboard.set_image(arboard::ImageData { width, height, bytes: Cow::Owned(bytes) })
            }
            #[cfg(test)]
            Self::Kept(last) => {
                *last = Some(picture.clone());
                Ok(())
            }
            #[cfg(test)]
            Self::Missing => Err(arboard::Error::ClipboardNotSupported),
            Self::Unopened => Err(arboard::Error::ContentNotAvailable),
        }
    }
}

impl App {
    /// A picture goes to the clipboard as soon as the window has given it.
    pub(super) fn copy_picture(&mut self, motif: Motif) {
        if motif == Motif::Table {
            self.preferences.bottom_open = true;
        }
        self.view.picturing = true;
        self.pictures.wanted = Some(Wanted { motif, since: Instant::now(), asked: false, arrived: Arc::default() });
        self.ctx.request_repaint();
    }

    /// Asks the window for a picture of the frame that was just laid out, if one is wanted.
    pub(super) fn ask_for_picture(&mut self) {
        let Some(wanted) = self.pictures.wanted.as_mut().filter(|wanted| !wanted.asked) else { return };
        wanted.asked = true;
        let (arrived, ctx) = (Arc::clone(&wanted.arrived), self.ctx.clone());
        let callback = ScreenshotCallback::new(move |picture| {
            *lock_whole(&arrived) = Some(picture);
            ctx.request_repaint();
        });
        self.ctx.send_viewport_cmd(ViewportCommand::Screenshot(callback));
        self.ctx.request_repaint();
    }

    /// Takes up a picture that has arrived, or gives up.
    pub(super) fn finish_picture(&mut self) {
        let Some(wanted) = &self.pictures.wanted else { return };
        let arrived = lock_whole(&wanted.arrived).take();
        if arrived.is_none() && wanted.since.elapsed() < PATIENCE {
            self.ctx.request_repaint_after(Duration::from_millis(100));
            return;
        }
        let place = match wanted.motif {
            Motif::Map => self.pictures.places.map,
            Motif::Table => self.pictures.places.table,
        };
        self.pictures.wanted = None;
        self.view.picturing = false;
        let picture = arrived.and_then(|window| part(&window, place, self.ctx.pixels_per_point()));
        let (gravity, text) = match picture.map(|picture| self.pictures.clipboard.take(&picture)) {
            Some(Ok(())) => (Gravity::Done, Text::PictureCopied),
            Some(Err(error)) => {
                tracing::warn!("clipboard: {error}");
                (Gravity::Error, Text::NoClipboard)
            }
            None => (Gravity::Error, Text::NoPicture),
        };
        self.notices.say(gravity, self.lang.of(text));
    }
}

/// The part of a picture of the window at a place in points; `None` where they have nothing in common.
fn part(window: &ColorImage, place: Rect, pixels_per_point: f32) -> Option<ColorImage> {
    if !place.is_finite() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a window")]
    let pixel = |points: f32, most: usize| ((points * pixels_per_point).round().max(0.0) as usize).min(most);
    let [width, height] = window.size;
    let (left, right) = (pixel(place.left(), width), pixel(place.right(), width));
    let (top, bottom) = (pixel(place.top(), height), pixel(place.bottom(), height));
    (left < right && top < bottom).then(|| window.region_by_pixels([left, top], [right - left, bottom - top]))
}

#[cfg(test)]
mod tests {
    use eframe::egui::{Color32, pos2};

    use super::*;
    use crate::app::tests::{act, app, window};
    use crate::ui::state::action::Action;
    use quhua::i18n::Lang;

    fn rect(left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        Rect::from_min_max(pos2(left, top), pos2(right, bottom))
    }

    #[test]
    fn a_part_is_cut_out_in_pixels_and_never_beyond_the_window() {
        let pixels = (0..24).map(Color32::from_gray).collect();
        let window = ColorImage::new([6, 4], pixels);
        let cut = part(&window, rect(1.0, 0.5, 2.0, 1.0), 2.0).unwrap();
        assert_eq!((cut.size, cut.pixels[0]), ([2, 1], Color32::from_gray(8)));
        assert_eq!(part(&window, rect(-5.0, -5.0, 99.0, 99.0), 1.0).unwrap().size, [6, 4]);
        assert_eq!(part(&window, rect(9.0, 0.0, 12.0, 4.0), 1.0), None);
        assert_eq!(part(&window, Rect::NOTHING, 1.0), None);
    }

    /// Has a picture of a window of these sides arrive.
    fn arrive(app: &mut App) {
        let picture = ColorImage::filled([1366, 768], Color32::WHITE);
        *app.pictures.wanted.as_ref().unwrap().arrived.lock().unwrap() = Some(Arc::new(picture));
    }

    #[test]
    fn the_picture_of_the_map_has_its_size_and_nothing_floats_over_it() {
        let mut harness = window(Lang::En);
        harness.state_mut().as_mut().unwrap().pictures.clipboard = Clipboard::Kept(None);
        harness.state_mut().as_mut().unwrap().act(Action::CopyMap.into());
        assert!(app(&harness).view.picturing);
        arrive(harness.state_mut().as_mut().unwrap());
        harness.run_steps(2);
        let app = app(&harness);
        assert!(!app.view.picturing);
        let Clipboard::Kept(Some(picture)) = &app.pictures.clipboard else { panic!("no picture was taken") };
        let map = app.canvas.camera().viewport();
        #[expect(clippy::cast_precision_loss, reason = "pixels of a window")]
        let size = picture.size.map(|pixels| pixels as f32);
        assert!((size[0] - map.width()).abs() <= 1.0 && (size[1] - map.height()).abs() <= 1.0, "{size:?}, {map:?}");
    }

    #[test]
    fn without_a_clipboard_one_line_says_so() {
        let mut harness = window(Lang::En);
        harness.state_mut().as_mut().unwrap().pictures.clipboard = Clipboard::Missing;
        act(&mut harness, Action::ToggleBottom);
        harness.state_mut().as_mut().unwrap().act(Action::CopyTablePicture.into());
        arrive(harness.state_mut().as_mut().unwrap());
        harness.run_steps(3);
        let said = app(&harness).notices.all().last().unwrap();
        assert_eq!((said.gravity, said.text.as_str()), (Gravity::Error, Text::NoClipboard.in_lang(Lang::En)));
        assert!(!app(&harness).view.picturing);
    }
}

//! The line at the bottom: where the pointer is, the scale, what is selected, what is saved, what is going on.

use eframe::egui::{self, Align, Layout, RichText, Ui, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::action::Action;
use super::state::command::Command;
use super::state::view::BottomTab;
use super::theme::{CAPTION, GRID};
use super::widgets;
use quhua::i18n::{Text, numbers, sentences};
use quhua::model::{CrsKind, CrsReading};

/// What the status line says besides what all panels know.
#[derive(Clone, Debug, Default)]
pub struct StatusLine {
    /// Longitude and latitude under the pointer in degrees.
    pub pointer: Option<(f64, f64)>,
    /// What is said of the next click, when it does not select.
    pub hint: Option<Text>,
    /// The n of the scale 1:n.
    pub scale: Option<f64>,
    /// Hour and minute of the last save.
    pub saved: Option<[u8; 2]>,
    /// Whether everything that was done is on the disk, saved or not.
    pub kept: bool,
    /// Whether the map is drawn by the processor.
    pub software: bool,
    /// Jobs that run longer than a moment.
    pub jobs: Vec<JobLine>,
    /// Errors that nobody has closed.
    pub unread_errors: usize,
}

/// A job as shown in the status line.
#[derive(Clone, Debug)]
pub struct JobLine {
    /// Its number.
    pub id: u64,
    /// What it does, to what.
    pub text: String,
    /// How much is done, from 0 to 1.
    pub fraction: f64,
}

/// Shows the status line.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, line: &StatusLine, send: &mut Vec<Command>) {
    let layout = Layout::right_to_left(Align::Center);
    ui.with_layout(layout, |ui| {
        ui.spacing_mut().item_spacing.x = 2.0 * GRID;
        going_on(ui, shown, line, send);
        // What is known gets what room is left.
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let room = ui.available_rect_before_wrap();
            ui.shrink_clip_rect(room.expand2(vec2(0.0, 2.0 * GRID)));
            ui.spacing_mut().item_spacing.x = 3.0 * GRID;
            known(ui, shown, line);
        });
    });
}

/// Where the pointer is, the scale, what is selected, what is saved.
fn known(ui: &mut Ui, shown: &Shown<'_>, line: &StatusLine) {
    /// With less room than this, what never changes gives way.
    const TIGHT: f32 = 640.0;
    let colours = shown.colours;
    let say = |ui: &mut Ui, text: String| ui.label(RichText::new(text).size(CAPTION).color(colours.muted));
    if let Some(project) = shown.project {
        if ui.available_width() >= TIGHT {
            let (systems, told) = systems(shown, project);
            let label = say(ui, systems);
            if !told.is_empty() {
                label.on_hover_text(told);
            }
        }
        let pointer = line.pointer.map_or_else(|| numbers::UNKNOWN.to_owned(), |(x, y)| numbers::lon_lat(x, y));
        ui.scope(|ui| {
            ui.set_min_width(140.0);
            say(ui, pointer);
        });
        if let Some(scale) = line.scale {
            say(ui, format!("1:{}", numbers::number(rounded_scale(scale), 0)));
        }
        if !shown.view.selection.is_empty() {
            say(ui, sentences::selected(shown.lang, shown.view.selection.len()));
        }
        say(ui, saved_text(shown, line));
    }
    if let Some(hint) = line.hint {
        ui.label(RichText::new(shown.text(hint)).size(CAPTION).color(shown.colours.accent));
    }
}

/// The system that places are told in, with those of files that have others behind it; and what each file was taken for.
fn systems(shown: &Shown<'_>, project: &quhua::study::Study) -> (String, String) {
    let layers = project.dataset().layers.iter();
    let known: Vec<(&str, &CrsReading)> =
        layers.filter_map(|layer| Some((layer.name.as_str(), layer.reading.crs.as_ref()?))).collect();
    let mut line = shown.text(Text::Wgs84).to_owned();
    let mut others: Vec<&str> = known
        .iter()
        .filter(|(_, crs)| crs.kind != CrsKind::Geographic)
        .map(|(_, crs)| crs.code.as_deref().unwrap_or(&crs.name))
        .collect();
    others.dedup();
    if !others.is_empty() {
        line = format!("{line} ← {}", others.join(", "));
    }
    let told: Vec<String> = known.iter().map(|(name, crs)| format!("{name}\n{}", crs.words(shown.lang))).collect();
    (line, told.join("\n"))
}

/// Messages, and work in progress. Laid out from right to left.
fn going_on(ui: &mut Ui, shown: &Shown<'_>, line: &StatusLine, send: &mut Vec<Command>) {
    let colours = shown.colours;
    if line.software {
        widgets::badge(ui, shown.text(Text::SoftwareRendering), colours.muted)
            .on_hover_text(shown.text(Text::SoftwareRenderingHint));
    }
    messages(ui, shown, line, send);
    for job in &line.jobs {
        job_line(ui, shown, job, send);
    }
}

/// Opens the list of messages; errors that nobody has closed are counted.
fn messages(ui: &mut Ui, shown: &Shown<'_>, line: &StatusLine, send: &mut Vec<Command>) {
    let name = shown.text(Text::ShowLog);
    let (text, colour) = if line.unread_errors > 0 {
        (format!("{name} {}", line.unread_errors), shown.colours.error)
    } else {
        (name.to_owned(), shown.colours.muted)
    };
    let button = egui::Button::new(RichText::new(&text).size(CAPTION).color(colour)).frame_when_inactive(false);
    let tip = widgets::tooltip(ui, (shown.lang, shown.now), Action::ShowLog, None);
    if ui.add(button).on_hover_text(tip).clicked() {
        send.push(Command::ShowBottom(BottomTab::Log));
    }
}

fn job_line(ui: &mut Ui, shown: &Shown<'_>, job: &JobLine, send: &mut Vec<Command>) {
    if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Cancel)).clicked() {
        send.push(Command::CancelJob(job.id));
    }
    let (rect, _) = ui.allocate_exact_size(vec2(96.0, 6.0), egui::Sense::hover());
    ui.painter().rect_filled(rect, 3.0, shown.colours.line);
    let mut done = rect;
    #[expect(clippy::cast_possible_truncation, reason = "a fraction on the screen")]
    done.set_width(rect.width() * job.fraction.clamp(0.0, 1.0) as f32);
    ui.painter().rect_filled(done, 3.0, shown.colours.selection);
    let percent = numbers::percent(job.fraction, 0);
    ui.label(RichText::new(format!("{} {percent}", job.text)).size(CAPTION));
}

fn saved_text(shown: &Shown<'_>, line: &StatusLine) -> String {
    let modified = shown.project.is_some_and(quhua::study::Study::is_modified);
    match (modified, line.saved) {
        (true, _) => shown.text(if line.kept { Text::UnsavedKept } else { Text::Unsaved }).to_owned(),
        (false, Some([hour, minute])) => sentences::saved_at(shown.lang, hour, minute),
        (false, None) => shown.text(Text::NoChanges).to_owned(),
    }
}

/// Two significant digits: more would be false precision on an unknown screen.
fn rounded_scale(scale: f64) -> f64 {
    if !scale.is_finite() || scale <= 0.0 {
        return 0.0;
    }
    let step = 10_f64.powf(scale.log10().floor() - 1.0);
    (scale / step).round() * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_shown_with_two_digits() {
        assert!((rounded_scale(118_432.0) - 120_000.0).abs() < 1e-6);
        assert!((rounded_scale(9_960.0) - 10_000.0).abs() < 1e-6);
    }
}

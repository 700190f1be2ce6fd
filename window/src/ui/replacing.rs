//! The question before a file is replaced: what it is, and what becomes of it.

use std::path::PathBuf;

use eframe::egui::{self, Button, Id, Modal, RichText};

use super::shown::Shown;
use super::state::command::Command;
use super::state::view::PathPurpose;
use super::theme::{GRID, ROW};
use super::widgets;
use quhua::i18n::{Lang, Say as _, Text, file_name};
use quhua::io::Standing;

/// A file that is to be written where one stands.
#[derive(Clone, Debug)]
pub struct Replacing {
    /// What is written.
    pub purpose: PathPurpose,
    /// Where, as it was named.
    pub path: PathBuf,
    /// What stands there: the file that is named first, then those that go with it.
    pub standing: Vec<Standing>,
    /// Whether the same was written there before, since the program was started.
    pub is_ours: bool,
    /// Whether the safe answer gets the keys in the next frame.
    pub focus: bool,
}

impl Replacing {
    /// What stands there, in sentences.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let stop = lang.pick("。", ". ");
        let Some((first, others)) = self.standing.split_first() else { return String::new() };
        let mut text = format!("{}{stop}", first.sentence(lang));
        if self.is_ours {
            text.push_str(
                lang.pick("它是本次运行中由同一项导出写成的。", "This same export has written it a while ago. "),
            );
        }
        if self.purpose == PathPurpose::SaveProject && first.is_project() {
            let name = file_name(&first.path);
            let becomes = match lang {
                Lang::Zh => format!("替换后，原来的项目只作为“{name}~1”留到下一次保存。"),
                Lang::En => format!("If it is replaced, it stays as \"{name}~1\", and only until you save again. "),
            };
            text.push_str(&becomes);
        }
        if !others.is_empty() {
            let names: Vec<String> = others.iter().map(|other| file_name(&other.path)).collect();
            let beside = match lang {
                Lang::Zh => format!("旁边的 {} 也会被替换。", names.join("、")),
                Lang::En => format!("Beside it, {} would be replaced too.", names.join(", ")),
            };
            text.push_str(&beside);
        }
        text.trim_end().to_owned()
    }
}

/// Asks whether a file may be replaced. Esc and a press beside go back, and so does Enter.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, replacing: &mut Replacing, send: &mut Vec<Command>) {
    let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(4.0 * GRID);
    let modal = Modal::new(Id::unique("replacing")).frame(frame).show(ctx, |ui| {
        ui.set_width((ctx.content_rect().width() - 16.0 * GRID).min(460.0));
        widgets::heading(ui, shown.text(Text::ReplaceTitle));
        ui.add(egui::Label::new(replacing.words(shown.lang)).wrap());
        if let Some(folder) = replacing.path.parent() {
            widgets::hint(ui, shown.colours, &folder.display().to_string());
        }
        ui.add_space(2.0 * GRID);
        ui.horizontal(|ui| {
            let size = egui::vec2(0.0, ROW + GRID);
            let other = ui.add(Button::new(shown.text(Text::AnotherName)).min_size(size));
            if std::mem::take(&mut replacing.focus) {
                other.request_focus();
            }
            if other.clicked() {
                send.push(Command::Replace(false));
            }
            let text = RichText::new(shown.text(Text::ReplaceIt)).color(shown.colours.error);
            if ui.add(Button::new(text).min_size(size)).clicked() {
                send.push(Command::Replace(true));
            }
        });
    });
    if modal.should_close() {
        send.push(Command::Replace(false));
    }
}

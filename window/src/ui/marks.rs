//! Signs of verdicts.

use eframe::egui::Color32;
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;

use super::theme::Colours;
use quhua::model::Severity;
use quhua::rules::{Judgement, Pack, Verdict};

/// The sign of a verdict and its colour. Beside it stands a word, so that nothing depends on the colour alone.
#[must_use]
pub fn mark(colours: &Colours, pack: &Pack, verdict: &Verdict) -> (MaterialIcon, Color32) {
    let severity = pack.rules.get(verdict.rule).map_or(Severity::Info, |rule| rule.severity);
    match &verdict.judgement {
        Judgement::Kept => (icon::ICON_CHECK_CIRCLE, colours.good),
        Judgement::AsBefore => (icon::ICON_HISTORY, colours.muted),
        Judgement::Unjudged(_) => (icon::ICON_HELP, colours.muted),
        Judgement::Broken => broken_mark(colours, severity),
    }
}

/// The sign of a broken rule.
#[must_use]
pub const fn broken_mark(colours: &Colours, severity: Severity) -> (MaterialIcon, Color32) {
    match severity {
        Severity::Error => (icon::ICON_CANCEL, colours.error),
        Severity::Warning => (icon::ICON_WARNING, colours.warning),
        Severity::Info => (icon::ICON_INFO, colours.muted),
    }
}

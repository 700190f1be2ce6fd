//! The panel on the right: what is selected, or the merge card; below it, what the scenario does.

mod badges;
mod card;
mod change;
mod columns;
mod ending;
mod establish;
mod facts;
mod fields;
mod figures;
mod lock;
mod measure;
pub mod merge;
mod own;
mod paint;
mod pick;
pub mod record;
mod rename;
mod says;
mod selection;
mod split;
mod suggest;
mod summary;

use eframe::egui::{ScrollArea, Ui};

use super::shown::Shown;
use super::state::command::Command;
use super::theme::GRID;
use super::widgets;
use quhua::i18n::Text;

pub use card::Card;
pub use change::ChangeDraft;
pub use establish::EstablishDraft;
pub use lock::LockDraft;
pub use merge::{MergeDraft, SeatChoice};
pub use own::OwnDraft;
pub use pick::Pick;
pub use record::RecordDraft;
pub use rename::NameDraft;
pub use says::{Confirm, Says};
pub use split::SplitDraft;
pub use suggest::SuggestCard;
pub use summary::SummaryState;

/// What the panel remembers between frames.
#[derive(Default)]
pub struct InspectorState {
    /// The card that is open.
    pub card: Card,
    /// The figure of one's own that is being written, while its card is open.
    pub own: Option<OwnDraft>,
    /// Suggested mergers, while their card is open.
    pub suggest: Option<SuggestCard>,
    /// The summary of the scenario, as long as it fits.
    pub summary: SummaryState,
    /// Where the card that is open ends.
    end: ending::CardEnd,
    /// Which selection it showed last: another one is read from its beginning.
    shown: u64,
}

#[cfg(test)]
impl InspectorState {
    /// Whether the buttons of the card that is open stand at the lower edge.
    #[must_use]
    pub const fn end_is_pinned(&self) -> bool {
        self.end.pinned
    }
}

/// Shows the panel.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, inspector: &mut InspectorState, send: &mut Vec<Command>) {
    inspector.end.begin(ui, shown, send);
    let mut area = ScrollArea::vertical().auto_shrink([false, false]);
    let other = std::mem::replace(&mut inspector.shown, shown.view.reveal) != shown.view.reveal;
    // Whoever looks at suggestions one after the other stays where the list is.
    if inspector.suggest.as_mut().map_or(other, SuggestCard::take_new) {
        area = area.vertical_scroll_offset(0.0);
    }
    area.show(ui, |ui| {
        // Room for the scroll bar, so that it never covers a figure.
        ui.set_max_width(ui.available_width() - 2.0 * GRID);
        let InspectorState { card, own, suggest, end, .. } = &mut *inspector;
        match card {
            Card::Measure(sketch) => measure::show(ui, shown, sketch, send),
            Card::Change(draft) => change::show(ui, shown, draft, end, send),
            Card::Split(draft) => split::show(ui, shown, draft, end, send),
            Card::Paint(painting) => paint::show(ui, shown, painting, send),
            Card::Establish(draft) => establish::show(ui, shown, draft, end, send),
            Card::Merge(draft) => merge::show(ui, shown, draft, end, send),
            Card::Record(draft) => record::show(ui, shown, draft, end, send),
            Card::Closed | Card::Name(_) | Card::Lock(_) | Card::Pick(_) => match suggest {
                Some(suggestions) if own.is_none() && !card.is_open() => suggest::show(ui, shown, suggestions, send),
                _ => {
                    if let Some(draft) = own {
                        own::show(ui, shown, draft, send);
                        widgets::rule(ui, shown.colours);
                    }
                    selection::show(ui, shown, card.name_mut(), send);
                    if let Card::Lock(draft) = card {
                        lock::show(ui, shown, draft, send);
                    }
                }
            },
        }
        if shown.project.is_some() {
            widgets::rule(ui, shown.colours);
            widgets::heading(ui, shown.text(Text::Scenario));
            summary::show(ui, shown, &mut inspector.summary, send);
        }
    });
}

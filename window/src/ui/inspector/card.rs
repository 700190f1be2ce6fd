//! The card that is open: what is being thought over, with its draft.
//!
//! 1. At most one card is open. Opening one closes the one before, and what was being thought over there is gone.
//! 2. A card changes nothing until it is carried out, and then by one edit.
//! 3. What a card is about stands in one file, that of its draft: how it looks, and what it [`Says`] of itself.

use super::change::ChangeDraft;
use super::establish::EstablishDraft;
use super::lock::LockDraft;
use super::merge::MergeDraft;
use super::pick::Pick;
use super::record::RecordDraft;
use super::rename::NameDraft;
use super::says::Says;
use super::split::SplitDraft;
use crate::ui::state::command::{Click, Gesture};
use crate::ui::state::sketch::Sketch;
use quhua::study::Painting;

/// The card that is open.
#[derive(Default)]
pub enum Card {
    /// None: clicks select.
    #[default]
    Closed,
    /// A merger.
    Merge(MergeDraft),
    /// A unit that is set up of the selected ones.
    Establish(EstablishDraft),
    /// A transfer, another kind, or another seat.
    Change(Box<ChangeDraft>),
    /// A split along a line.
    Split(Box<SplitDraft>),
    /// A name for the selected unit.
    Name(NameDraft),
    /// The reason of a lock.
    Lock(LockDraft),
    /// A row of a ledger.
    Record(Box<RecordDraft>),
    /// Members that are painted onto another parent.
    Paint(Painting),
    /// A line that is measured.
    Measure(Sketch),
    /// The next click on the map is for something.
    Pick(Pick),
}

/// Nothing is open.
struct Closed;

impl Says for Closed {
    fn gesture(&self) -> Gesture {
        Gesture::Select
    }

    fn click(&self) -> Click {
        Click::Selects
    }
}

impl Card {
    /// Itself, to be asked.
    #[must_use]
    pub fn says(&self) -> &dyn Says {
        match self {
            Self::Closed => &Closed,
            Self::Merge(draft) => draft,
            Self::Establish(draft) => draft,
            Self::Change(draft) => &**draft,
            Self::Split(draft) => &**draft,
            Self::Name(draft) => draft,
            Self::Lock(draft) => draft,
            Self::Record(draft) => &**draft,
            Self::Paint(painting) => painting,
            Self::Measure(sketch) => sketch,
            Self::Pick(pick) => pick,
        }
    }

    /// Itself, to be gone on with; `None` when nothing is open.
    fn says_mut(&mut self) -> Option<&mut dyn Says> {
        Some(match self {
            Self::Closed => return None,
            Self::Merge(draft) => draft,
            Self::Establish(draft) => draft,
            Self::Change(draft) => &mut **draft,
            Self::Split(draft) => &mut **draft,
            Self::Name(draft) => draft,
            Self::Lock(draft) => draft,
            Self::Record(draft) => &mut **draft,
            Self::Paint(painting) => painting,
            Self::Measure(sketch) => sketch,
            Self::Pick(pick) => pick,
        })
    }

    /// Esc: takes back what was done last within it, else closes it. Whether there was anything.
    pub fn give_up(&mut self) -> bool {
        let Some(open) = self.says_mut() else { return false };
        if !open.step_back() {
            *self = Self::Closed;
        }
        true
    }

    /// Whether one is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !matches!(self, Self::Closed)
    }

    /// The line that is drawn on the map for it.
    #[must_use]
    pub fn sketch(&self) -> Option<&Sketch> {
        self.says().sketch()
    }

    /// The same, to be drawn on.
    #[must_use]
    pub fn sketch_mut(&mut self) -> Option<&mut Sketch> {
        self.says_mut()?.sketch_mut()
    }

    /// Members that are painted onto another parent.
    #[must_use]
    pub const fn painting(&self) -> Option<&Painting> {
        if let Self::Paint(painting) = self { Some(painting) } else { None }
    }

    /// The same, to be painted on.
    #[must_use]
    pub const fn painting_mut(&mut self) -> Option<&mut Painting> {
        if let Self::Paint(painting) = self { Some(painting) } else { None }
    }

    /// The merger that is thought over.
    #[must_use]
    pub const fn merger_mut(&mut self) -> Option<&mut MergeDraft> {
        if let Self::Merge(draft) = self { Some(draft) } else { None }
    }

    /// The change that is thought over.
    #[must_use]
    pub const fn change_mut(&mut self) -> Option<&mut ChangeDraft> {
        if let Self::Change(draft) = self { Some(draft) } else { None }
    }

    /// The row of a ledger that is shown.
    #[must_use]
    pub fn record(&self) -> Option<&RecordDraft> {
        if let Self::Record(draft) = self { Some(draft) } else { None }
    }

    /// The same, to be gone on with.
    #[must_use]
    pub fn record_mut(&mut self) -> Option<&mut RecordDraft> {
        if let Self::Record(draft) = self { Some(draft) } else { None }
    }

    /// The name that is being written.
    #[must_use]
    pub const fn name_mut(&mut self) -> Option<&mut NameDraft> {
        if let Self::Name(draft) = self { Some(draft) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Coord;
    use quhua::model::UnitId;

    #[test]
    fn esc_takes_back_what_was_drawn_first_and_closes_the_card_then() {
        let mut card = Card::Measure(Sketch { corners: vec![Coord { x: 105.0, y: 31.0 }], ..Sketch::default() });
        assert_eq!((card.says().gesture(), card.says().click()), (Gesture::Measure, Click::Draws));
        assert!(card.give_up() && card.sketch() == Some(&Sketch::default()));
        assert!(card.give_up() && !card.is_open());
        assert!(!card.give_up(), "Esc is free for what is below");
    }

    #[test]
    fn a_click_that_is_awaited_is_said_in_the_status_line() {
        let change = |draft| Card::Change(Box::new(draft));
        for (mut card, click) in [
            (change(ChangeDraft::seat(UnitId(0))), Click::Seat),
            (change(ChangeDraft::transfer(vec![UnitId(0)], None)), Click::Parent),
            (Card::Pick(Pick::Taker), Click::Taker),
        ] {
            assert!(card.says().hint().is_some());
            assert_eq!(card.says().click(), click);
            assert!(card.give_up() && !card.is_open());
        }
    }
}

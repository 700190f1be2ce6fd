//! A click on the map that is awaited without a card: for a seat, a parent, or the unit that is painted onto.

use super::says::Says;
use crate::ui::state::command::{Click, Gesture};
use quhua::i18n::Text;

/// What the next click is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// It places the seat of the selected unit.
    Seat,
    /// It names the unit that takes the selected ones over.
    Parent,
    /// It names the unit that members are painted onto.
    Taker,
}

impl Says for Pick {
    fn gesture(&self) -> Gesture {
        match self {
            Self::Seat => Gesture::PickSeat,
            Self::Parent => Gesture::PickParent,
            Self::Taker => Gesture::PickTaker,
        }
    }

    fn hint(&self) -> Option<Text> {
        Some(match self {
            Self::Seat => Text::PickingSeat,
            Self::Parent => Text::PickingParent,
            Self::Taker => Text::PickingTaker,
        })
    }

    fn click(&self) -> Click {
        match self {
            Self::Seat => Click::Seat,
            Self::Parent => Click::Parent,
            Self::Taker => Click::Taker,
        }
    }
}

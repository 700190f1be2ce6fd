//! A click on the map that is awaited without a card: for the unit that is painted onto.

use super::says::Says;
use crate::ui::state::command::{Click, Gesture};
use quhua::i18n::Text;

/// What the next click is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// It names the unit that members are painted onto.
    Taker,
}

impl Says for Pick {
    fn gesture(&self) -> Gesture {
        match self {
            Self::Taker => Gesture::PickTaker,
        }
    }

    fn hint(&self) -> Option<Text> {
        Some(match self {
            Self::Taker => Text::PickingTaker,
        })
    }

    fn click(&self) -> Click {
        match self {
            Self::Taker => Click::Taker,
        }
    }
}

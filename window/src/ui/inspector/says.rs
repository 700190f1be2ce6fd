//! What every card says of itself. The status line, the map and the dispatcher ask it, and know no cards by name.

use geo::Coord;

use crate::ui::state::command::{Click, Gesture};
use crate::ui::state::sketch::Sketch;
use quhua::edit::Edit;
use quhua::i18n::Text;
use quhua::model::UnitId;
use quhua::study::Study;

/// What becomes of a card that is carried out.
#[derive(Clone, Debug, PartialEq)]
pub enum Confirm {
    /// It cannot be carried out yet.
    Nothing,
    /// It cannot be carried out yet, and this helps.
    Say(Text),
    /// An edit.
    Edit(Edit),
    /// An edit, behind which a unit is selected.
    AndSelect(Edit, UnitId),
}

/// What a card says of itself.
pub trait Says {
    /// What is going on while it is open.
    fn gesture(&self) -> Gesture;

    /// What the status line says of the next click.
    fn hint(&self) -> Option<Text> {
        None
    }

    /// What a click on the map means.
    fn click(&self) -> Click;

    /// Whether it could be carried out as far as it knows itself.
    fn is_ready(&self) -> bool {
        false
    }

    /// What is done when it is carried out.
    fn confirm(&self, _project: &Study) -> Confirm {
        Confirm::Nothing
    }

    /// Esc: takes back what was done last within it. Whether there was something; else it is closed.
    fn step_back(&mut self) -> bool {
        false
    }

    /// The line that is drawn on the map for it.
    fn sketch(&self) -> Option<&Sketch> {
        None
    }

    /// The same, to be drawn on.
    fn sketch_mut(&mut self) -> Option<&mut Sketch> {
        None
    }

    /// Where it would put a seat, in degrees: that is marked on the map.
    fn seat(&self, _project: &Study) -> Option<Coord> {
        None
    }

    /// The place that it is about, in degrees: that is marked on the map.
    fn place(&self, _project: &Study) -> Option<Coord> {
        None
    }

    /// Whether it begins anew with another selection; else it is closed by that.
    fn follows_selection(&self) -> bool {
        false
    }
}

//! The map: the picture from the GPU, what lies on it, and what the pointer does there.

mod canvas;
mod gestures;
mod legend;
mod overlay;
mod styling;

pub use canvas::{MapCanvas, MapState};
pub use gestures::MapClick;

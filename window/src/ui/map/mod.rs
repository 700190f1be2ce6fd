//! The map: the picture from the GPU, what lies on it, and what the pointer does there.

mod background;
mod canvas;
mod circles;
mod comparing;
pub mod crossings;
mod drawing;
mod facilities;
mod gestures;
mod legend;
mod limits;
mod overlay;
mod places;
mod scenes;
mod sketching;
mod styling;
pub mod symbols;
mod tools;

#[cfg(test)]
mod snapshot_tests;

pub use background::Background;
pub use canvas::{MapCanvas, MapState};
pub use comparing::CompareCanvas;
pub use gestures::MapClick;
pub use scenes::Scenes;

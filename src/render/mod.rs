//! The map, drawn with buffers that live on the GPU.
//!
//! Triangles and border lines of a coverage go to the GPU once ([`MapScene`], [`MapLayer::set_scene`]). What they look
//! like stands in two tables ([`StyleTables`]): a fill and flags for every atom, a rank and flags for every arc. An
//! edit, a hover or a recolouring rewrites rows of these and nothing else.
//!
//! ```text
//! triangles ──► atom ids ──┐                      (only when the camera moves)
//! segments ───► coverage ──┼─► picture ─► window  (the picture only when something changed)
//! atom table ──────────────┘
//! ```
//!
//! 1. Fills are drawn as *ids* of atoms; colour comes in while composing, one table look-up a pixel. So colours,
//!    hover and selection tints never cost a geometry pass.
//! 2. Borders are drawn as *coverage*: how much of a pixel a line covers, the largest value winning, one colour
//!    channel for each rank. So joins show no gaps, overlaps no dark spots, and the order of drawing does not matter.
//! 3. The picture is kept. A frame in which nothing changed copies it, which is what most frames are. A hover or an edit
//!    makes the box of what it touched again; without a graphics card, a drag moves the picture and draws its new edges,
//!    and zooming a heavy map stretches it until the camera rests ([`MapLayer::paint`] asks for the frame after).
//! 4. Without a graphics card there is one sample a pixel; lines are smooth all the same, and cover the edges of fills.
//!
//! Levels of detail go into [`MapScene`]: sets of chunks that carry the same ids, one picked for each view.
//!
//! Use, in `ui`:
//!
//! ```ignore
//! let scene = MapScene::build(&dataset.coverage, &progress)?;        // in a job
//! let mut layer = MapLayer::new(frame.wgpu_render_state()?);
//! layer.set_scene(&scene);                                           // then drop it
//! let mut tables = StyleTables::new(&dataset.coverage);
//! tables.edit_atoms(dataset.coverage.atoms(), |atom, style| *style = /* unit_fill or Classes::style */);
//! Borders::of(&dataset, document.state()).style_all(&mut tables);    // after an edit: style_around(atoms)
//! // every frame
//! camera.set_viewport(rect);
//! layer.paint(ui, &MapView { camera: &camera, theme: &theme, tables: &tables, flash: 0.0 });
//! ```

pub mod adapter;
mod anchors;
mod borders;
pub mod camera;
pub mod circles;
mod classes;
mod colouring;
pub mod furniture;
mod gpu;
mod headless;
mod labels;
mod lasso;
mod layer;
pub mod palette;
pub mod picking;
pub mod projection;
mod scene;
mod style;
mod tables;

pub use anchors::{Anchor, Anchors, anchor};
pub use borders::{Borders, Highlight, outline_arcs};
pub use camera::Camera;
pub use classes::{CLASSES, Classes, Method, Scheme};
pub use colouring::Colouring;
pub use gpu::DrawStats;
pub use headless::{Adapters, HeadlessError, HeadlessMap, Image};
pub use labels::{LabelSource, Labels, PlacedLabel};
pub use lasso::Lasso;
pub use layer::{MapLayer, MapView};
pub use scene::MapScene;
pub use style::{ArcFlags, ArcStyle, AtomFlags, AtomStyle, LineStyle, MapTheme, Rank, RankLines};
pub use tables::StyleTables;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod picture_tests;

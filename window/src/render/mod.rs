//! The map, drawn with buffers that live on the GPU.
//!
//! Triangles and border lines of a coverage go to the GPU in chunks, when they first come into view ([`MapScene`],
//! [`MapLayer::set_scene`]). What they look like stands in two tables ([`StyleTables`]): a fill and flags for every
//! atom, a rank and flags for every arc. An edit, a hover or a recolouring rewrites rows of these and nothing else.
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
//! 5. There are several levels of detail, and the coarsest that looks right is drawn: what is off by less than a pixel
//!    is left out, and borders of units too small to tell apart are not drawn at all. So a frame costs what the screen
//!    can show, not what is loaded. Arcs are simplified, with their ends kept, so that neighbours share their borders at
//!    every level ([`MapScene`] tells how).
//!
//! Use, in `ui`:
//!
//! ```ignore
//! let ranks = Borders::of(&dataset, &dataset.base).base_ranks();
//! let scene = Arc::new(MapScene::build(dataset.clone(), ranks, &progress)?);   // in a job
//! let mut layer = MapLayer::new(frame.wgpu_render_state()?);
//! layer.set_scene(scene.clone());
//! scene.prepare(&progress)?;                                         // in another job, while the map is used
//! let mut tables = StyleTables::new(&dataset.coverage);
//! tables.edit_atoms(dataset.coverage.atoms(), |atom, style| *style = /* unit_fill or Classes::style */);
//! tables.style_all(&Borders::of(&dataset, document.state()));    // after an edit: style_around(atoms)
//! // every frame
//! camera.set_viewport(rect);
//! layer.paint(ui, &MapView { camera: &camera, theme: &theme, tables: &tables, flash: 0.0, ground: None });
//! ```

pub mod adapter;
mod borders;
pub mod circles;
pub mod cover;
mod detail;
pub mod furniture;
mod gpu;
mod ground;
mod headless;
mod labels;
mod lasso;
mod layer;
pub mod picking;
mod scene;
mod tables;

pub use borders::{Highlight, outline_arcs};
pub use cover::BrushRule;
pub use gpu::DrawStats;
pub use ground::{Ground, Patch};
pub use headless::{Adapters, HeadlessError, HeadlessMap, Image};
pub use labels::{LabelSource, Labels, PlacedLabel};
pub use lasso::Lasso;
pub use layer::{MapLayer, MapView};
pub use quhua::carto::{
    Anchor, Anchors, ArcFlags, ArcStyle, AtomFlags, AtomStyle, BaseRanks, Borders, CLASSES, Camera, Classes, Colouring,
    LineStyle, MapTheme, Method, Rank, RankLines, Scheme, anchor, camera, palette, projection,
};
pub use scene::{MapScene, SharedCoverage};
pub use tables::StyleTables;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod picture_tests;

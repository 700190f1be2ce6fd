//! Files of tiles, made as the engine's own tests make them.
#![expect(dead_code, reason = "the engine's tests need more of it")]

use quhua::tiles::TileId;

#[path = "../../src/tiles/testing.rs"]
pub mod testing;

//! Files and servers of tiles, shared with the tests of the engine.
#![expect(dead_code, reason = "the engine's tests need more of it")]

use quhua::tiles::TileId;

#[path = "../../../../src/tiles/testing.rs"]
pub mod testing;

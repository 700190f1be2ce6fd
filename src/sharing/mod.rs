//! Lists and maps whose copies share what does not change.
//!
//! A split changes a handful of borders among millions, and both what there was and what there is now are wanted: undo,
//! another scenario, a comparison. So a copy must cost nothing, and a change what it touches.
//!
//! * [`SharedMap`]: values by number. Copies share all of it; a change makes anew only the way from the root to it.
//! * [`SharedList`]: a flat array as it was loaded, and a map of what was changed or added since.
//!
//! 1. A copy costs a few counters, whatever is in it.
//! 2. A change costs the height of the map, at most six nodes of at most 64 places, however many changes came before.
//! 3. A list that nobody changed is read like the array that it is; one test tells. Behind changes, what did not change is
//!    told by a look into the map that mostly ends at its root.
//! 4. What two maps have in common is known without a look at it: [`SharedMap::differing`] costs what differs.
//!
//! The road not taken are persistent vectors for everything (`im`, `imbl`, `rpds`): reading would cost three or four steps
//! through memory where one will do, for thirty million vertices that no edit ever touches. Copying in chunks would
//! cost a counter for each chunk at every split, which grows with what is loaded.

mod list;
mod map;

pub use list::SharedList;
pub use map::SharedMap;

//! Tiles at hand, bounded in bytes.

use std::collections::BTreeMap;

use super::TileId;

/// Values by tile. When they take more than a bound, those asked for least recently go.
#[derive(Debug)]
pub struct TileCache<T> {
    entries: BTreeMap<TileId, Entry<T>>,
    /// Bytes that may be kept.
    bound: usize,
    bytes: usize,
    /// Counts up with every use.
    clock: u64,
}

#[derive(Debug)]
struct Entry<T> {
    value: T,
    bytes: usize,
    used: u64,
}

impl<T> TileCache<T> {
    /// Nothing yet, and room for so many bytes.
    #[must_use]
    pub const fn new(bound: usize) -> Self {
        Self { entries: BTreeMap::new(), bound, bytes: 0, clock: 0 }
    }

    /// The value of a tile, which is used by this.
    pub fn get(&mut self, tile: TileId) -> Option<&T> {
        self.clock += 1;
        let entry = self.entries.get_mut(&tile)?;
        entry.used = self.clock;
        Some(&entry.value)
    }

    /// Keeps the value of a tile, which takes so many bytes. Others go if it needs their room; it stays itself,
    /// however large.
    pub fn insert(&mut self, tile: TileId, value: T, bytes: usize) {
        self.clock += 1;
        if let Some(old) = self.entries.insert(tile, Entry { value, bytes, used: self.clock }) {
            self.bytes -= old.bytes;
        }
        self.bytes += bytes;
        if self.bytes > self.bound {
            self.make_room(tile);
        }
    }

    /// Bytes that are kept.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Lets the oldest go, down to seven eighths of the bound: so this is not done for every tile.
    fn make_room(&mut self, newest: TileId) {
        let mut by_age: Vec<(u64, TileId)> = self.entries.iter().map(|(&tile, entry)| (entry.used, tile)).collect();
        by_age.sort_unstable();
        for (_, tile) in by_age {
            if self.bytes <= self.bound - self.bound / 8 || tile == newest {
                break;
            }
            if let Some(gone) = self.entries.remove(&tile) {
                self.bytes -= gone.bytes;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tile(x: u32) -> TileId {
        TileId::new(10, x, 0).unwrap()
    }

    #[test]
    fn what_was_not_used_for_longest_goes_first() {
        let mut cache = TileCache::new(30);
        for x in 0..3 {
            cache.insert(tile(x), x, 10);
        }
        assert_eq!(cache.get(tile(0)), Some(&0));
        cache.insert(tile(3), 3, 10);
        let kept: Vec<u32> = (0..4).filter(|&x| cache.get(tile(x)).is_some()).collect();
        assert_eq!(kept, [0, 3]);
        assert_eq!(cache.bytes(), 20);
    }

    #[test]
    fn a_tile_larger_than_the_bound_is_kept_alone() {
        let mut cache = TileCache::new(30);
        cache.insert(tile(0), 0, 10);
        cache.insert(tile(1), 1, 100);
        assert_eq!([0, 1].map(|x| cache.get(tile(x)).copied()), [None, Some(1)]);
    }

    proptest! {
        #[test]
        fn the_bound_holds_whatever_comes(sizes in prop::collection::vec((0..40_u32, 0..10_usize), 1..200)) {
            let mut cache = TileCache::new(50);
            for (x, bytes) in sizes {
                cache.insert(tile(x), (), bytes);
                prop_assert!(cache.bytes() <= 50);
                let sum: usize = cache.entries.values().map(|entry| entry.bytes).sum();
                prop_assert_eq!(cache.bytes(), sum);
            }
        }
    }
}

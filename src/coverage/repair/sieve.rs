//! A quick look whether a vertex may be among some: it never says no of one that is.

use super::rings::Key;

/// One bit for each of many places; see the module documentation.
#[derive(Debug)]
pub(super) struct Sieve {
    bits: Vec<u64>,
    /// By which a hash becomes a place.
    shift: u32,
}

impl Sieve {
    /// That of some vertices.
    pub fn of(keys: impl Iterator<Item = Key>) -> Self {
        let keys: Vec<Key> = keys.collect();
        // Sixteen bits for each, and so one vertex in sixteen that is none of them is looked at in vain.
        let places = keys.len().saturating_mul(16).next_power_of_two().max(1 << 10);
        let mut sieve = Self { bits: vec![0; places / 64], shift: u64::BITS - places.ilog2() };
        for key in keys {
            let place = sieve.place(key);
            sieve.bits[place / 64] |= 1 << (place % 64);
        }
        sieve
    }

    /// Whether a vertex may be one of them.
    #[inline]
    pub fn may_have(&self, key: Key) -> bool {
        let place = self.place(key);
        self.bits[place / 64] >> (place % 64) & 1 == 1
    }

    #[expect(clippy::cast_possible_truncation, reason = "as many bits as there are places")]
    fn place(&self, [x, y]: Key) -> usize {
        // The golden ratio: every bit of both reaches the upper ones.
        let hash = (x ^ y.rotate_left(32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (hash >> self.shift) as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_never_denies_a_vertex(
            keys in prop::collection::vec(any::<[u64; 2]>(), 0..300),
            others in prop::collection::vec(any::<[u64; 2]>(), 300),
        ) {
            let sieve = Sieve::of(keys.iter().copied());
            prop_assert!(keys.iter().all(|&key| sieve.may_have(key)));
            let taken = others.iter().filter(|&&key| !keys.contains(&key) && sieve.may_have(key)).count();
            prop_assert!(taken < 100, "{} of 300 strangers", taken);
        }
    }
}

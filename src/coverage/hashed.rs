//! Hash maps and sets of the coverage: their keys are places and ids, millions of them, so the hash is a quick one. It is
//! seeded anew in each run; nothing that leaves depends on their order.

/// A map by places or ids.
pub(super) type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;

/// A set of places or ids.
pub(super) type HashSet<T> = std::collections::HashSet<T, foldhash::fast::RandomState>;

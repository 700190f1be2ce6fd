//! Values by number, in a tree whose copies share their branches.
//!
//! Nodes are counted by `triomphe`, which knows no weak references: whether one is shared takes a look and no locked step,
//! and every change asks that on each level.

use triomphe::Arc;

/// Bits of a number that one level of the tree looks at.
const BITS: u32 = 6;
/// Places of a node.
pub(super) const WIDTH: usize = 1 << BITS;

/// Values by number, ascending. A copy shares everything with the map that it was made of until one of them changes.
///
/// The tree looks at six bits of the number on each level, the highest first, and is as high as the highest number in it
/// asks for. Nodes hold only places that are taken: a few values far apart take little room.
#[derive(Debug)]
pub struct SharedMap<V> {
    root: Option<Arc<Node<V>>>,
    /// Levels above the leaves.
    height: u32,
    /// A bit for leaves in which there was ever a value, by the last six bits of their numbers: most looks end here.
    ever: u64,
    len: usize,
}

#[derive(Clone, Debug)]
enum Node<V> {
    Branch(Places<Arc<Self>>),
    Leaf(Places<V>),
}

/// Up to 64 numbered places, of which only the taken ones are stored.
#[derive(Clone, Debug)]
pub(super) struct Places<T> {
    /// A bit for every place that is taken.
    taken: u64,
    items: Vec<T>,
}

impl<T> Default for Places<T> {
    fn default() -> Self {
        Self { taken: 0, items: Vec::new() }
    }
}

impl<T> Places<T> {
    const fn has(&self, place: usize) -> bool {
        self.taken >> place & 1 == 1
    }

    /// Items before a place.
    const fn before(&self, place: usize) -> usize {
        (self.taken & ((1 << place) - 1)).count_ones() as usize
    }

    pub(super) fn get(&self, place: usize) -> Option<&T> {
        if self.has(place) { self.items.get(self.before(place)) } else { None }
    }

    /// Puts an item in. Returns the one that was there.
    fn put(&mut self, place: usize, item: T) -> Option<T> {
        let at = self.before(place);
        if self.has(place) {
            return self.items.get_mut(at).map(|there| std::mem::replace(there, item));
        }
        self.taken |= 1 << place;
        self.items.insert(at, item);
        None
    }

    fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        let at = self.before(place);
        if self.has(place) { self.items.get_mut(at) } else { None }
    }

    /// The item of a place, which is made when there is none.
    fn entry(&mut self, place: usize, make: impl FnOnce() -> T) -> &mut T {
        let at = self.before(place);
        if !self.has(place) {
            self.taken |= 1 << place;
            self.items.insert(at, make());
        }
        &mut self.items[at]
    }

    fn remove(&mut self, place: usize) -> Option<T> {
        if !self.has(place) {
            return None;
        }
        let item = self.items.remove(self.before(place));
        self.taken &= !(1 << place);
        Some(item)
    }

    /// Places that are taken, ascending, each with its item.
    #[cfg(test)]
    fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let mut left = self.taken;
        self.items.iter().map(move |item| {
            let place = left.trailing_zeros() as usize;
            left &= left - 1;
            (place, item)
        })
    }
}

impl<V> Default for SharedMap<V> {
    fn default() -> Self {
        Self { root: None, height: 0, ever: 0, len: 0 }
    }
}

impl<V> Clone for SharedMap<V> {
    fn clone(&self) -> Self {
        Self { root: self.root.clone(), ..*self }
    }
}

/// The place of a number on a level of the tree, counted from the leaves.
const fn place(key: u32, level: u32) -> usize {
    (key >> (BITS * level)) as usize % WIDTH
}

impl<V> SharedMap<V> {
    /// Number of values.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no value.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether a tree of this height has a place for a number.
    const fn reaches(height: u32, key: u32) -> bool {
        BITS * (height + 1) >= u32::BITS || key >> (BITS * (height + 1)) == 0
    }

    /// The value of a number.
    #[must_use]
    #[inline]
    pub fn get(&self, key: u32) -> Option<&V> {
        if self.is_empty() {
            return None;
        }
        let is_near = self.ever >> place(key, 1) & 1 == 1;
        if is_near { self.find(key) } else { None }
    }

    /// Apart from [`get`](Self::get), so that this is a test and no call where nothing is.
    #[inline(never)]
    fn find(&self, key: u32) -> Option<&V> {
        self.leaf(key)?.get(place(key, 0))
    }

    /// The values whose numbers differ from this one in their last six bits only.
    pub(super) fn leaf(&self, key: u32) -> Option<&Places<V>> {
        let mut node = self.root.as_deref().filter(|_| Self::reaches(self.height, key))?;
        let mut level = self.height;
        loop {
            match node {
                Node::Leaf(values) => return Some(values),
                Node::Branch(branches) => node = branches.get(place(key, level))?,
            }
            level -= 1;
        }
    }

    /// Numbers that have a value, ascending, with their values.
    #[cfg(test)]
    fn iter(&self) -> impl Iterator<Item = (u32, &V)> {
        let mut all = Vec::with_capacity(self.len);
        if let Some(root) = &self.root {
            collect(root, self.height, 0, &mut all);
        }
        all.into_iter()
    }
}

#[cfg(test)]
fn collect<'a, V>(node: &'a Node<V>, level: u32, first: u32, into: &mut Vec<(u32, &'a V)>) {
    let key = |place: usize| first | number(place) << (BITS * level);
    match node {
        Node::Leaf(values) => into.extend(values.iter().map(|(place, value)| (key(place), value))),
        Node::Branch(branches) => {
            branches.iter().for_each(|(place, branch)| collect(branch, level - 1, key(place), into));
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a place is below 64")]
const fn number(place: usize) -> u32 {
    place as u32
}

impl<V: Clone> SharedMap<V> {
    /// Puts a value in. Returns the one that was there.
    pub fn insert(&mut self, key: u32, value: V) -> Option<V> {
        let (leaf, len) = self.leaf_mut(key);
        let before = leaf.put(place(key, 0), value);
        *len += usize::from(before.is_none());
        before
    }

    /// Puts one and the same value in for several numbers, of which those beside each other cost little more than one.
    pub fn fill(&mut self, keys: impl IntoIterator<Item = u32>, value: &V) {
        let mut keys = keys.into_iter().peekable();
        while let Some(first) = keys.next() {
            let (leaf, len) = self.leaf_mut(first);
            let mut next = Some(first);
            while let Some(key) = next {
                *len += usize::from(leaf.put(place(key, 0), value.clone()).is_none());
                next = keys.next_if(|&key| key >> BITS == first >> BITS);
            }
        }
    }

    /// The value of a number, to be changed; it is made when there is none.
    pub fn entry(&mut self, key: u32, make: impl FnOnce() -> V) -> &mut V {
        let (leaf, len) = self.leaf_mut(key);
        let at = place(key, 0);
        *len += usize::from(!leaf.has(at));
        leaf.entry(at, make)
    }

    /// The leaf that a number belongs into, made where there is none, to be changed together with the number of values.
    fn leaf_mut(&mut self, key: u32) -> (&mut Places<V>, &mut usize) {
        let Self { root, height, ever, len } = self;
        while !Self::reaches(*height, key) {
            *height += 1;
            if let Some(lower) = root.take() {
                let mut branches = Places::default();
                branches.put(0, lower);
                *root = Some(Arc::new(Node::Branch(branches)));
            }
        }
        *ever |= 1 << place(key, 1);
        let mut level = *height;
        let mut node = root.get_or_insert_with(|| Arc::new(Node::empty(level)));
        loop {
            match Arc::make_mut(node) {
                Node::Leaf(values) => return (values, len),
                Node::Branch(branches) => {
                    node = branches.entry(place(key, level), || Arc::new(Node::empty(level - 1)));
                }
            }
            level -= 1;
        }
    }

    /// The value of a number, to be changed. Costs as much as [`insert`](Self::insert).
    pub fn get_mut(&mut self, key: u32) -> Option<&mut V> {
        // What is not there is not to be made room for.
        self.get(key)?;
        let mut node = self.root.as_mut()?;
        let mut level = self.height;
        loop {
            match Arc::make_mut(node) {
                Node::Leaf(values) => return values.get_mut(place(key, 0)),
                Node::Branch(branches) => node = branches.get_mut(place(key, level))?,
            }
            level -= 1;
        }
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: u32) -> Option<V> {
        self.get(key)?;
        let mut node = self.root.as_mut()?;
        let mut level = self.height;
        let removed = loop {
            match Arc::make_mut(node) {
                Node::Leaf(values) => break values.remove(place(key, 0))?,
                Node::Branch(branches) => node = branches.get_mut(place(key, level))?,
            }
            level -= 1;
        };
        self.len -= 1;
        Some(removed)
    }
}

impl<V: PartialEq> SharedMap<V> {
    /// Numbers of which this map says something else than another one, ascending. Costs what one of the two was given
    /// since they were the same.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<u32> {
        let mut found = Vec::new();
        let (a, b) = (self.root.as_ref(), other.root.as_ref());
        differing(&Side(a, self.height), &Side(b, other.height), self.height.max(other.height), 0, &mut found);
        found
    }
}

/// A subtree, and how high it is. A lower one stands for a higher one that has nothing but it in its first place.
struct Side<'a, V>(Option<&'a Arc<Node<V>>>, u32);

impl<'a, V> Side<'a, V> {
    /// What lies in a place of a node of this level.
    fn at(&self, at: usize, level: u32) -> Self {
        match self.0.map(|node| &**node) {
            _ if self.1 < level => Self(self.0.filter(|_| at == 0), self.1),
            Some(Node::Branch(branches)) => Self(branches.get(at), level - 1),
            Some(Node::Leaf(_)) | None => Self(None, level - 1),
        }
    }

    fn value(&self, at: usize) -> Option<&'a V> {
        match self.0.map(|node| &**node) {
            Some(Node::Leaf(values)) => values.get(at),
            Some(Node::Branch(_)) | None => None,
        }
    }

    fn taken(&self, level: u32) -> u64 {
        match self.0.map(|node| &**node) {
            Some(_) if self.1 < level => 1,
            Some(Node::Branch(branches)) => branches.taken,
            Some(Node::Leaf(values)) => values.taken,
            None => 0,
        }
    }
}

fn differing<V: PartialEq>(a: &Side<'_, V>, b: &Side<'_, V>, level: u32, first: u32, found: &mut Vec<u32>) {
    if a.1 == b.1 && a.0.zip(b.0).is_some_and(|(a, b)| Arc::ptr_eq(a, b)) {
        return;
    }
    let taken = a.taken(level) | b.taken(level);
    for at in (0..WIDTH).filter(|at| taken >> at & 1 == 1) {
        let key = first | number(at) << (BITS * level);
        if level > 0 {
            differing(&a.at(at, level), &b.at(at, level), level - 1, key, found);
        } else if a.value(at) != b.value(at) {
            found.push(key);
        }
    }
}

impl<V> Node<V> {
    fn empty(level: u32) -> Self {
        if level == 0 { Self::Leaf(Places::default()) } else { Self::Branch(Places::default()) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// Numbers near 0, around the ends of nodes, and anywhere.
    fn key() -> impl Strategy<Value = u32> {
        prop_oneof![0..200_u32, 4_000..4_200_u32, any::<u32>(), Just(u32::MAX)]
    }

    fn entries(map: &SharedMap<u8>) -> Vec<(u32, u8)> {
        map.iter().map(|(key, value)| (key, *value)).collect()
    }

    #[test]
    fn a_copy_does_not_change_with_the_map() {
        let mut map = SharedMap::default();
        map.insert(7, 'a');
        let copy = map.clone();
        map.insert(7, 'b');
        map.insert(100_000, 'c');
        assert_eq!((copy.get(7), copy.get(100_000), copy.len()), (Some(&'a'), None, 1));
        assert_eq!((map.get(7), map.get(100_000), map.len()), (Some(&'b'), Some(&'c'), 2));
    }

    proptest! {
        #[test]
        fn it_says_what_a_map_says(
            changes in prop::collection::vec((key(), prop::option::of(any::<u8>())), 0..120), at in 0..120_usize,
        ) {
            let (mut map, mut model) = (SharedMap::default(), BTreeMap::new());
            let mut before = (map.clone(), model.clone());
            for (i, &(key, value)) in changes.iter().enumerate() {
                if i == at {
                    before = (map.clone(), model.clone());
                }
                if let (Some(value), 0) = (value, i % 3) {
                    let keys = [key, key ^ 1, key ^ 2, key ^ 64];
                    map.fill(keys, &value);
                    model.extend(keys.map(|key| (key, value)));
                } else if let Some(value) = value {
                    prop_assert_eq!(map.insert(key, value), model.insert(key, value));
                } else {
                    prop_assert_eq!(map.remove(key), model.remove(&key));
                }
                prop_assert_eq!(map.get(key), model.get(&key));
                if let Some(value) = map.get_mut(key) {
                    *value = value.wrapping_add(1);
                    model.entry(key).and_modify(|value| *value = value.wrapping_add(1));
                }
            }
            prop_assert_eq!(map.len(), model.len());
            let of_model = |model: &BTreeMap<u32, u8>| model.iter().map(|(key, value)| (*key, *value)).collect::<Vec<_>>();
            prop_assert_eq!(entries(&map), of_model(&model));
            prop_assert_eq!(entries(&before.0), of_model(&before.1), "what was copied stays as it was");
            let all: std::collections::BTreeSet<u32> = model.keys().chain(before.1.keys()).copied().collect();
            let differing: Vec<u32> = all.into_iter().filter(|key| model.get(key) != before.1.get(key)).collect();
            prop_assert_eq!(map.differing(&before.0), differing.clone());
            prop_assert_eq!(before.0.differing(&map), differing);
        }
    }
}

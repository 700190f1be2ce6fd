//! A flat array, and what was changed or added since.

use std::fmt;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

use super::SharedMap;
use super::map::{Places, WIDTH};

/// A list whose copies share what does not change: the array that it was made of, and a map of what was changed or added
/// since.
pub struct SharedList<T> {
    base: Arc<Vec<T>>,
    /// What differs from the array, and what stands behind it. Nothing at or beyond `len`.
    changed: SharedMap<T>,
    len: usize,
}

impl<T> From<Vec<T>> for SharedList<T> {
    fn from(base: Vec<T>) -> Self {
        Self { len: base.len(), base: Arc::new(base), changed: SharedMap::default() }
    }
}

impl<T> FromIterator<T> for SharedList<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T> Clone for SharedList<T> {
    fn clone(&self) -> Self {
        Self { base: Arc::clone(&self.base), changed: self.changed.clone(), len: self.len }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
const fn key(index: usize) -> u32 {
    index as u32
}

impl<T> SharedList<T> {
    /// Number of items.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The item at a position.
    #[must_use]
    #[inline]
    pub fn get(&self, index: usize) -> Option<&T> {
        if index < self.len { Some(&self[index]) } else { None }
    }

    /// The last item.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.get(self.len.checked_sub(1)?)
    }

    /// All items, in order.
    #[must_use]
    pub const fn iter(&self) -> Iter<'_, T> {
        Iter { list: self, next: 0, end: self.len, leaf: None }
    }
}

impl<T> Index<usize> for SharedList<T> {
    type Output = T;

    #[inline]
    fn index(&self, index: usize) -> &T {
        match self.changed.get(key(index)) {
            None => &self.base[index],
            Some(changed) => changed,
        }
    }
}

impl<T: Clone> IndexMut<usize> for SharedList<T> {
    /// The array itself belongs to all copies: what is touched is copied from it first.
    fn index_mut(&mut self, index: usize) -> &mut T {
        self.changed.entry(key(index), || self.base[index].clone())
    }
}

impl<T: PartialEq> SharedList<T> {
    /// Positions at which this list may have something else than another one, those that only one of them has among them,
    /// ascending. Of copies of one list it costs what was changed since.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<usize> {
        if Arc::ptr_eq(&self.base, &other.base) {
            return self.changed.differing(&other.changed).into_iter().map(|at| at as usize).collect();
        }
        (0..self.len.max(other.len)).filter(|&at| self.get(at) != other.get(at)).collect()
    }
}

impl<T: Clone> SharedList<T> {
    /// All items in an array of their own.
    #[must_use]
    pub fn to_vec(&self) -> Vec<T> {
        self.iter().cloned().collect()
    }

    /// Replaces several items by one and the same; those beside each other cost little more than one.
    pub fn fill(&mut self, positions: impl IntoIterator<Item = usize>, item: &T) {
        self.changed.fill(positions.into_iter().map(key), item);
    }

    /// Replaces an item. Returns the one before.
    pub fn set(&mut self, index: usize, item: T) -> T {
        self.changed.insert(key(index), item).unwrap_or_else(|| self.base[index].clone())
    }

    /// Appends an item.
    pub fn push(&mut self, item: T) {
        self.changed.insert(key(self.len), item);
        self.len += 1;
    }

    /// Takes the last item away.
    pub fn pop(&mut self) -> Option<T> {
        let last = self.len.checked_sub(1)?;
        let item = self.changed.remove(key(last)).or_else(|| self.base.get(last).cloned());
        self.len = last;
        item
    }
}

/// Items of a list, in order.
pub struct Iter<'a, T> {
    list: &'a SharedList<T>,
    next: usize,
    end: usize,
    /// What was changed among the items around the next one.
    leaf: Option<&'a Places<T>>,
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    #[inline]
    fn next(&mut self) -> Option<&'a T> {
        let index = self.next;
        if index == self.end {
            return None;
        }
        self.next += 1;
        let list = self.list;
        if list.changed.is_empty() {
            return list.base.get(index);
        }
        if index.is_multiple_of(WIDTH) {
            self.leaf = list.changed.leaf(key(index));
        }
        self.leaf.and_then(|leaf| leaf.get(index % WIDTH)).or_else(|| list.base.get(index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.end - self.next, Some(self.end - self.next))
    }

    fn nth(&mut self, n: usize) -> Option<&'a T> {
        self.next = self.next.saturating_add(n).min(self.end);
        self.leaf = self.list.changed.leaf(key(self.next));
        self.next()
    }
}

impl<T> ExactSizeIterator for Iter<'_, T> {}

impl<'a, T> IntoIterator for &'a SharedList<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T: fmt::Debug> fmt::Debug for SharedList<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<T: PartialEq> PartialEq for SharedList<T> {
    fn eq(&self, other: &Self) -> bool {
        let is_one = Arc::ptr_eq(&self.base, &other.base) && self.changed.is_empty() && other.changed.is_empty();
        self.len == other.len && (is_one || self.iter().eq(other))
    }
}

impl<T: PartialEq, const N: usize> PartialEq<[T; N]> for SharedList<T> {
    fn eq(&self, other: &[T; N]) -> bool {
        self.iter().eq(other)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, Debug)]
    enum Change {
        Set(usize, u8),
        Add(usize),
        Fill(usize, usize, u8),
        Push(u8),
        Pop,
        Copy,
    }

    fn change() -> impl Strategy<Value = Change> {
        prop_oneof![
            (any::<usize>(), any::<u8>()).prop_map(|(at, value)| Change::Set(at, value)),
            any::<usize>().prop_map(Change::Add),
            (0..150_usize, 0..90_usize, any::<u8>()).prop_map(|(at, many, value)| Change::Fill(at, at + many, value)),
            any::<u8>().prop_map(Change::Push),
            Just(Change::Pop),
            Just(Change::Copy),
        ]
    }

    proptest! {
        #[test]
        fn it_says_what_an_array_says(
            base in prop::collection::vec(any::<u8>(), 0..150), changes in prop::collection::vec(change(), 0..60),
        ) {
            let mut list: SharedList<u8> = base.clone().into();
            let mut model = base;
            let mut copies = vec![(list.clone(), model.clone())];
            for change in changes {
                let len = model.len();
                match change {
                    Change::Set(at, value) if len > 0 => {
                        prop_assert_eq!(list.set(at % len, value), std::mem::replace(&mut model[at % len], value));
                    }
                    Change::Add(at) if len > 0 => {
                        list[at % len] = list[at % len].wrapping_add(1);
                        model[at % len] = model[at % len].wrapping_add(1);
                    }
                    Change::Push(value) => {
                        list.push(value);
                        model.push(value);
                    }
                    Change::Fill(from, to, value) => {
                        let all = from.min(len)..to.min(len);
                        list.fill(all.clone(), &value);
                        model[all].fill(value);
                    }
                    Change::Pop => prop_assert_eq!(list.pop(), model.pop()),
                    Change::Copy => copies.push((list.clone(), model.clone())),
                    Change::Set(..) | Change::Add(_) => {}
                }
            }
            copies.push((list, model));
            for (list, model) in &copies {
                prop_assert_eq!(list.len(), model.len());
                prop_assert!(list.iter().eq(model), "{:?} for {:?}", list, model);
                prop_assert!(list.iter().skip(3).eq(model.iter().skip(3)));
                prop_assert!((0..model.len() + 2).all(|i| list.get(i) == model.get(i)));
                prop_assert_eq!(list.last(), model.last());
            }
        }
    }
}

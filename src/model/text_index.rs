//! Which units carry, or ever carried, a code or a name.
//!
//! 1. The texts of the base are sorted once, on first use, and shared by all clones of a state.
//! 2. Texts that edits gave out lie beside them in `added`; undoing an edit takes them back.
//! 3. A text stays listed after its unit is abolished or called otherwise: so retired codes are known.
//!
//! A lookup is a binary search; an edit costs what it adds. The road not taken is a hash map of owned strings:
//! it takes ten times the memory at 690,000 units, and every clone pays for it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use compact_str::CompactString;
use rayon::slice::ParallelSliceMut as _;
use smallvec::SmallVec;

use super::{Unit, UnitId};
use crate::coverage::span;
use crate::sharing::SharedList;

/// From a text to the units that have or had it.
#[derive(Clone, Debug, Default)]
pub(crate) struct TextIndex {
    base: Arc<OnceLock<SortedTexts>>,
    /// Units of each text, and how many times an edit gave it to them: a name that goes to and fro costs no more.
    added: BTreeMap<CompactString, SmallVec<[(UnitId, u32); 2]>>,
}

impl PartialEq for TextIndex {
    /// States over the same base share the sorted part: what edits added tells them apart.
    fn eq(&self, other: &Self) -> bool {
        self.added == other.added
    }
}

impl TextIndex {
    /// Sorts the texts of the base unless that was done before.
    /// Must be called before the first edit changes `units`.
    pub(crate) fn prepare(&self, units: &SharedList<Unit>, text: fn(&Unit) -> &str) -> &SortedTexts {
        self.base.get_or_init(|| SortedTexts::new(units, text))
    }

    /// Units that have or had this text, base units first; one that is of the base may come twice.
    pub(crate) fn all<'a>(
        &'a self,
        units: &SharedList<Unit>,
        text: fn(&Unit) -> &str,
        wanted: &str,
    ) -> impl Iterator<Item = UnitId> + use<'a> {
        let base = self.prepare(units, text).find(wanted);
        let added = self.added.get(wanted).map_or(&[][..], SmallVec::as_slice);
        base.iter().copied().chain(added.iter().map(|&(unit, _)| unit))
    }

    /// Lists a text that an edit gave to a unit.
    pub(crate) fn add(&mut self, text: &str, unit: UnitId) {
        let listed = self.added.entry(text.into()).or_default();
        match listed.iter_mut().find(|(id, _)| *id == unit) {
            Some((_, times)) => *times += 1,
            None => listed.push((unit, 1)),
        }
    }

    /// Takes back one [`add`](Self::add).
    pub(crate) fn remove(&mut self, text: &str, unit: UnitId) {
        let Some(listed) = self.added.get_mut(text) else { return };
        if let Some(at) = listed.iter().position(|&(id, _)| id == unit) {
            listed[at].1 -= 1;
            if listed[at].1 == 0 {
                listed.remove(at);
            }
        }
        if listed.is_empty() {
            self.added.remove(text);
        }
    }
}

/// Texts of the base units in ascending order, each with its unit. Empty texts are left out.
#[derive(Debug)]
pub(crate) struct SortedTexts {
    /// All texts, one after the other.
    texts: String,
    /// End of each text in `texts`.
    ends: Vec<u32>,
    /// Unit of each text; ascending among equal texts.
    units: Vec<UnitId>,
}

impl SortedTexts {
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep codes and names below 4 GiB")]
    fn new(units: &SharedList<Unit>, text: fn(&Unit) -> &str) -> Self {
        // The first eight bytes decide nearly every comparison without a look at the unit.
        let head = |text: &str| {
            let mut bytes = [0; 8];
            bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
            u64::from_be_bytes(bytes)
        };
        let mut order: Vec<(u64, UnitId)> = units
            .iter()
            .enumerate()
            .filter(|(_, unit)| !text(unit).is_empty())
            .map(|(i, unit)| (head(text(unit)), UnitId::new(i)))
            .collect();
        let text_of = |id: UnitId| text(&units[id.index()]);
        order.par_sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| text_of(a.1).cmp(text_of(b.1))).then_with(|| a.1.cmp(&b.1))
        });
        let mut sorted = Self {
            texts: String::new(),
            ends: Vec::with_capacity(order.len()),
            units: Vec::with_capacity(order.len()),
        };
        for (_, id) in order {
            sorted.texts.push_str(text_of(id));
            sorted.ends.push(sorted.texts.len() as u32);
            sorted.units.push(id);
        }
        sorted
    }

    /// Units that share a text, for each text that several have: ascending by text, then by unit.
    pub(crate) fn shared(&self) -> impl Iterator<Item = &[UnitId]> + '_ {
        let mut start = 0;
        std::iter::from_fn(move || {
            while start < self.units.len() {
                let run = (start + 1..self.units.len()).take_while(|&i| self.text(i) == self.text(start)).count() + 1;
                let units = &self.units[start..start + run];
                start += run;
                if run > 1 {
                    return Some(units);
                }
            }
            None
        })
    }

    fn text(&self, position: usize) -> &str {
        &self.texts[span(&self.ends, position)]
    }

    /// First position whose text fails `before`, which holds for a leading run of texts only.
    fn partition_point(&self, before: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if before(self.text(middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    fn find(&self, wanted: &str) -> &[UnitId] {
        if wanted.is_empty() {
            return &[];
        }
        let from = self.partition_point(|text| text < wanted);
        let to = self.partition_point(|text| text <= wanted);
        &self.units[from..to]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_goes_to_and_fro_is_listed_once_and_taken_back_one_by_one() {
        let (mut index, none) = (TextIndex::default(), SharedList::default());
        let listed = |index: &TextIndex| index.all(&none, |unit| &unit.name, "甲村").collect::<Vec<_>>();
        for _ in 0..1000 {
            index.add("甲村", UnitId(7));
        }
        index.add("甲村", UnitId(8));
        assert_eq!(listed(&index), [UnitId(7), UnitId(8)]);
        for _ in 0..999 {
            index.remove("甲村", UnitId(7));
        }
        assert_eq!(listed(&index), [UnitId(7), UnitId(8)]);
        index.remove("甲村", UnitId(7));
        index.remove("甲村", UnitId(8));
        assert_eq!((listed(&index), index), (Vec::new(), TextIndex::default()));
    }
}

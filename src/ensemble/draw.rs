//! Drawing a neutral plan.

use super::pieces::Pieces;

/// Numbers by chance, the same for the same seed: `SplitMix64` (Steele, Lea and Flood 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

    /// The numbers of one sample of a seed. Samples do not depend on each other, so that any thread may draw any.
    #[must_use]
    pub const fn new(seed: u64, sample: u64) -> Self {
        let mut numbers = Self(seed);
        let start = numbers.next() ^ sample.wrapping_mul(0xd134_2543_de82_ef95);
        Self(start)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(Self::STEP);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`, all equally likely to within 2^-32; 0 where there is none.
    #[expect(clippy::cast_possible_truncation, reason = "the high half of a product is below its second factor")]
    pub const fn below(&mut self, end: usize) -> usize {
        ((self.next() as u128 * end as u128) >> 64) as usize
    }
}

/// Which pieces are one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grouping {
    /// For every piece the lowest piece of its unit.
    pub lowest: Vec<u32>,
    /// Number of units.
    pub units: usize,
}

impl Grouping {
    /// Pieces of every unit that has several, ascending.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn merged(&self) -> Vec<Vec<u32>> {
        let mut groups: Vec<Vec<u32>> = vec![Vec::new(); self.lowest.len()];
        for (at, &lowest) in self.lowest.iter().enumerate() {
            groups[lowest as usize].push(at as u32);
        }
        groups.retain(|group| group.len() > 1);
        groups
    }
}

/// Pieces being joined: a union–find.
struct Joining {
    parent: Vec<u32>,
    /// Whether the unit with this root has a piece that must survive.
    must_survive: Vec<bool>,
    units: usize,
}

impl Joining {
    fn root(&mut self, at: u32) -> u32 {
        let mut at = at as usize;
        while self.parent[at] as usize != at {
            self.parent[at] = self.parent[self.parent[at] as usize];
            at = self.parent[at] as usize;
        }
        self.parent[at]
    }

    /// Makes one unit of two, unless they are one, or both have a piece that must survive.
    fn join(&mut self, [a, b]: [u32; 2]) {
        let (a, b) = (self.root(a), self.root(b));
        let both = self.must_survive[a as usize] && self.must_survive[b as usize];
        if a != b && !both {
            let (low, high) = (a.min(b), a.max(b));
            self.parent[high as usize] = low;
            self.must_survive[low as usize] |= self.must_survive[high as usize];
            self.units -= 1;
        }
    }
}

impl Pieces<'_> {
    /// A neutral plan with so many units, or with as few as can be where that is more.
    #[must_use]
    pub fn draw(&self, random: &mut Random, units: usize) -> Grouping {
        let mut joining = self.joining();
        let mut borders = self.borders.clone();
        // Shuffled as far as it is looked at (Fisher and Yates).
        for at in 0..borders.len() {
            if joining.units <= units {
                break;
            }
            let other = at + random.below(borders.len() - at);
            borders.swap(at, other);
            joining.join(borders[at]);
        }
        grouping(joining)
    }

    /// Fewest units that a neutral plan can have. In which order borders go makes no difference to that: in the end
    /// each connected territory is one unit, or as many as must survive in it.
    #[must_use]
    pub fn fewest(&self) -> usize {
        let mut joining = self.joining();
        self.borders.iter().for_each(|&border| joining.join(border));
        joining.units
    }

    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn joining(&self) -> Joining {
        Joining {
            parent: (0..self.list.len() as u32).collect(),
            must_survive: self.list.iter().map(|piece| piece.must_survive).collect(),
            units: self.list.len(),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
fn grouping(mut joining: Joining) -> Grouping {
    let lowest = (0..joining.parent.len()).map(|at| joining.root(at as u32)).collect();
    Grouping { lowest, units: joining.units }
}

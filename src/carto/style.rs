//! How the map looks: the theme, and the style of one atom and of one arc. Plain data.

use ecolor::Color32;

use crate::model::Level;

/// Colours and widths of everything on the map. Widths are in screen points.
#[derive(Clone, Debug, PartialEq)]
pub struct MapTheme {
    /// Background, and the halo of labels.
    pub paper: Color32,
    /// Names of townships and counties, furniture.
    pub ink: Color32,
    /// Names of villages and groups.
    pub muted: Color32,
    /// What a plan has changed.
    pub accent: Color32,
    /// What is selected.
    pub selection: Color32,
    /// Stripes where a choropleth has no figure.
    pub no_data: Color32,
    /// Borders by rank.
    pub lines: RankLines,
    /// Former borders that the plan has taken away; dashed.
    pub abolished: LineStyle,
    /// Links and barriers between units.
    pub crossing: LineStyle,
    /// Outline of what is selected, over all borders.
    pub outline_width: f32,
    /// Whether this is the dark theme: fills are then mixed differently.
    pub dark: bool,
}

/// Line style of each [`Rank`] that is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankLines {
    /// Between groups; dotted.
    pub group: LineStyle,
    /// Between villages.
    pub village: LineStyle,
    /// Between townships.
    pub township: LineStyle,
    /// Between counties, and around everything.
    pub county: LineStyle,
}

/// Colour and width in screen points of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineStyle {
    /// Colour; translucent ones let the fill through.
    pub colour: Color32,
    /// Width in screen points.
    pub width: f32,
}

impl LineStyle {
    const fn new(colour: Color32, width: f32) -> Self {
        Self { colour, width }
    }
}

impl MapTheme {
    /// Dark ink on paper.
    #[must_use]
    pub const fn light() -> Self {
        let ink = Color32::from_rgb(0x22, 0x26, 0x2B);
        Self {
            paper: Color32::from_rgb(0xF7, 0xF6, 0xF2),
            ink,
            muted: Color32::from_rgb(0x4F, 0x56, 0x61),
            accent: Color32::from_rgb(0xB5, 0x48, 0x2A),
            selection: Color32::from_rgb(0x25, 0x63, 0xEB),
            no_data: Color32::from_rgb(0xA9, 0xA8, 0xA4),
            lines: RankLines {
                group: LineStyle::new(Color32::from_rgb(0x9A, 0x9C, 0x9E), 0.75),
                village: LineStyle::new(Color32::from_rgb(0x8D, 0x8F, 0x90), 0.75),
                township: LineStyle::new(Color32::from_rgb(0x4A, 0x4E, 0x54), 1.5),
                county: LineStyle::new(ink, 2.5),
            },
            abolished: LineStyle::new(Color32::from_rgb(0x7A, 0x62, 0x5A), 1.5),
            crossing: LineStyle::new(Color32::from_rgb(0x0F, 0x6E, 0x74), 2.0),
            outline_width: 2.5,
            dark: false,
        }
    }

    /// Pale ink on dark paper.
    #[must_use]
    pub const fn dark() -> Self {
        let ink = Color32::from_rgb(0xE9, 0xE7, 0xE1);
        Self {
            paper: Color32::from_rgb(0x1D, 0x20, 0x24),
            ink,
            muted: Color32::from_rgb(0xB4, 0xBA, 0xC3),
            accent: Color32::from_rgb(0xE8, 0x83, 0x5F),
            selection: Color32::from_rgb(0x7A, 0xA8, 0xFF),
            no_data: Color32::from_rgb(0x6A, 0x6E, 0x75),
            lines: RankLines {
                group: LineStyle::new(Color32::from_rgb(0x6D, 0x72, 0x79), 0.75),
                village: LineStyle::new(Color32::from_rgb(0x7C, 0x82, 0x8A), 0.75),
                township: LineStyle::new(Color32::from_rgb(0xBD, 0xBD, 0xBA), 1.5),
                county: LineStyle::new(ink, 2.5),
            },
            abolished: LineStyle::new(Color32::from_rgb(0xB3, 0x97, 0x8C), 1.5),
            crossing: LineStyle::new(Color32::from_rgb(0x5C, 0xC4, 0xC8), 2.0),
            outline_width: 2.5,
            dark: true,
        }
    }
}

/// How one atom is filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtomStyle {
    /// Red, green, blue, and opacity over the paper; not premultiplied.
    pub fill: [u8; 4],
    /// What else shows on it.
    pub flags: AtomFlags,
}

/// How one arc is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArcStyle {
    /// What it is the border of.
    pub rank: Rank,
    /// What else shows on it.
    pub flags: ArcFlags,
}

/// The highest tier that a border separates. The number is what the GPU sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Rank {
    /// Not drawn: both sides belong to one unit at every level shown.
    #[default]
    Hidden = 0,
    /// Between groups.
    Group = 1,
    /// Between villages.
    Village = 2,
    /// Between townships.
    Township = 3,
    /// Between counties, or the outer edge.
    County = 4,
}

impl From<Level> for Rank {
    fn from(level: Level) -> Self {
        match level {
            Level::Group => Self::Group,
            Level::Atom | Level::Village => Self::Village,
            Level::Parent | Level::Township => Self::Township,
            Level::County => Self::County,
        }
    }
}

macro_rules! flags {
    ($(#[$doc:meta])* $name:ident { $($(#[$flag_doc:meta])* $flag:ident = $bit:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name(u8);

        impl $name {
            /// Nothing special.
            pub const NONE: Self = Self(0);
            $($(#[$flag_doc])* pub const $flag: Self = Self(1 << $bit);)*

            /// These and those.
            #[must_use]
            pub const fn with(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// These without those.
            #[must_use]
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }

            /// These with those set when `on`, and cleared otherwise.
            #[must_use]
            pub const fn set(self, other: Self, on: bool) -> Self {
                if on { self.with(other) } else { self.without(other) }
            }

            /// Whether all of those are set.
            #[must_use]
            pub const fn has(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// As the GPU sees them.
            #[must_use]
            pub const fn bits(self) -> u8 {
                self.0
            }
        }
    };
}

flags!(
    /// What shows on an atom besides its fill.
    AtomFlags {
        /// Tinted in the selection colour.
        SELECTED = 0,
        /// Tinted lightly: the pointer is over its unit.
        HOVERED = 1,
        /// Striped in the accent: the plan has changed its unit.
        CHANGED = 2,
        /// Striped in grey: there is no figure.
        NO_DATA = 3,
        /// Lights up as far as the view says, for a moment after an edit.
        FLASH = 4,
        /// Pale: not part of what is looked at.
        DIMMED = 5,
        /// Level lines in grey: its unit is locked.
        LOCKED = 6,
    }
);

flags!(
    /// What shows on an arc besides its rank.
    ArcFlags {
        /// Was a border of a higher rank before the plan; dashed and pale.
        ABOLISHED = 0,
        /// Is a border that the plan has made; in the accent.
        CHANGED = 1,
        /// Is part of the outline of what is selected.
        SELECTED = 2,
        /// Is part of the outline of the unit under the pointer.
        HOVERED = 3,
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_set_and_cleared_one_by_one() {
        let both = AtomFlags::SELECTED.with(AtomFlags::CHANGED);
        assert!(both.has(AtomFlags::SELECTED) && both.has(AtomFlags::CHANGED));
        assert_eq!(both.set(AtomFlags::SELECTED, false), AtomFlags::CHANGED);
    }

    #[test]
    fn coarser_levels_have_higher_ranks() {
        let ranks: Vec<Rank> = Level::ALL.into_iter().filter(|&l| l != Level::Atom).map(Rank::from).collect();
        assert!(ranks.is_sorted());
    }
}

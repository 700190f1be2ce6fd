//! Index newtypes of a coverage.
//!
//! Every one is a dense index from 0, valid only for the coverage it came from.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The id at a position of an array that it indexes.
            ///
            /// Positions stay below `u32::MAX`: the readers refuse larger inputs.
            #[must_use]
            #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
            pub const fn new(index: usize) -> Self {
                Self(index as u32)
            }

            /// Position in an array that this id indexes.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}
pub(crate) use id;

id!(
    /// The finest loaded polygon: one feature of the finest layer, with one or more faces (or none).
    AtomId, "atom "
);
id!(
    /// One polygon of an atom: a shell and its holes. A `MultiPolygon` atom has several.
    FaceId, "face "
);
id!(
    /// A closed boundary of a face.
    RingId, "ring "
);
id!(
    /// A border line between two nodes, stored once.
    ArcId, "arc "
);
id!(
    /// A point where borders meet, or where a lone ring was cut open.
    NodeId, "node "
);

/// An arc with a direction of travel.
///
/// Even values run as the arc is stored, odd ones against it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DirectedArc(u32);

impl DirectedArc {
    /// The directed arc at a position of an array with two places for each arc.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub const fn new(index: usize) -> Self {
        Self(index as u32)
    }

    /// Position in an array with two places for each arc.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Along the stored direction of the arc.
    #[must_use]
    pub const fn forward(arc: ArcId) -> Self {
        Self(arc.0 << 1)
    }

    /// Against the stored direction of the arc.
    #[must_use]
    pub const fn backward(arc: ArcId) -> Self {
        Self((arc.0 << 1) | 1)
    }

    /// The arc without its direction.
    #[must_use]
    pub const fn arc(self) -> ArcId {
        ArcId(self.0 >> 1)
    }

    /// Whether it runs against the stored direction.
    #[must_use]
    pub const fn is_backward(self) -> bool {
        self.0 & 1 == 1
    }

    /// The same arc the other way.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self(self.0 ^ 1)
    }
}

impl fmt::Display for DirectedArc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_backward() { "-" } else { "+" }, self.arc().0)
    }
}

impl fmt::Debug for DirectedArc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

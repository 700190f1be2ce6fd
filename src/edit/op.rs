//! Edits as values: what a planner asks for, as it stands in a plan file.

use compact_str::CompactString;
use geo::Coord;
use serde::Serialize;

use super::record::RowEdit;
use super::refs::UnitRef;
use crate::model::{Kind, Level, Seat, SeatUse};

/// One change to the units. The list of edits is the plan, the undo history and the log.
///
/// Its JSON form is the contract of the plan file; [`Edit::from_json`] reads it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Edit {
    /// Joins whole units of one level; their members move along.
    Merge {
        /// Units to join, at least two.
        units: Vec<UnitRef>,
        /// Legal form of the merger.
        form: Form,
        /// What the result is to be called; what is left out is derived.
        #[serde(skip_serializing_if = "Target::is_empty")]
        into: Target,
    },
    /// Moves whole units under another parent.
    Transfer {
        /// Units of one level.
        units: Vec<UnitRef>,
        /// A unit of the level above.
        to: UnitRef,
    },
    /// Divides a unit in two: at the finest level with all atoms that the line crosses, above it by whole members. One
    /// part goes on with its code, the other is set up anew, or goes to a unit that there is.
    Split {
        /// The unit.
        unit: UnitRef,
        /// Where it is cut.
        #[serde(flatten)]
        along: Along,
        /// How people and the like are shared out.
        #[serde(skip_serializing_if = "Share::is_area")]
        share: Share,
        /// What is left of the line, or within the polygon, then the other part; what is left out is derived.
        parts: Vec<SplitPart>,
    },
    /// Sets up a unit of whole members, which leave the parents that they have.
    Establish {
        /// Units of one level, the members.
        units: Vec<UnitRef>,
        /// What the new unit is to be called; what is left out is derived.
        #[serde(skip_serializing_if = "Target::is_empty")]
        into: Target,
    },
    /// Gives a unit another name; its code stays.
    Rename {
        /// The unit.
        unit: UnitRef,
        /// The new name.
        name: CompactString,
    },
    /// Gives a unit another kind (撤乡设镇, 村改居). With it goes a new code where the kind has its own segment, and the
    /// name that belongs to it where one is given.
    ConvertKind {
        /// The unit.
        unit: UnitRef,
        /// The new kind.
        kind: Kind,
        /// The new code; derived where it is needed and left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<CompactString>,
        /// The new name; without one the name stays.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<CompactString>,
    },
    /// Moves the seat of a unit; its code stays.
    MoveSeat {
        /// The unit.
        unit: UnitRef,
        /// The new seat.
        seat: SeatSpec,
    },
    /// Abolishes a unit that has no territory left.
    Abolish {
        /// The unit.
        unit: UnitRef,
    },
    /// Brings a loaded unit back that an edit abolished, with the members or the territory that it had.
    Reinstate {
        /// The unit.
        unit: UnitRef,
    },
    /// Decides what becomes of the seat of a unit, be it in force or abolished.
    ClassifySeat {
        /// The unit.
        unit: UnitRef,
        /// What its seat is used for; `None`: open again.
        #[serde(rename = "use")]
        seat_use: Option<SeatUse>,
    },
    /// Decides something of a row of a ledger: of its cells, that it comes, that it goes.
    Record {
        /// The ledger, by its name.
        table: CompactString,
        /// The key of the row; derived where a row is added and it is left out.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<CompactString>,
        /// What is done with it.
        #[serde(flatten)]
        row: RowEdit,
    },
    /// Settles units: they stay exactly as they are until they are unlocked.
    Lock {
        /// What is locked.
        #[serde(flatten)]
        target: LockTarget,
        /// Why; said to whoever touches it.
        #[serde(skip_serializing_if = "CompactString::is_empty")]
        reason: CompactString,
    },
    /// Opens units again.
    Unlock {
        /// What is unlocked.
        #[serde(flatten)]
        target: LockTarget,
    },
}

/// What a lock is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LockTarget {
    /// Some units, of any level.
    Units(Vec<UnitRef>),
    /// All units of a level, and those that would come.
    Level(Level),
}

/// Legal form of a merger. It decides codes and wording, so the planner picks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 撤销…，设立…: all are abolished and a new unit is set up.
    Establish,
    /// 撤销…，划归…: one of them survives with its code.
    Absorb,
}

impl Form {
    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Establish => "establish",
            Self::Absorb => "absorb",
        }
    }
}

/// What the result of a merger is to be. Everything may be left out, but for the code in [`Form::Absorb`] and the
/// parent of units that have different ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Target {
    /// Code: a new one, or that of the surviving unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<CompactString>,
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<CompactString>,
    /// Kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat: Option<SeatSpec>,
    /// Unit of the level above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<UnitRef>,
}

impl Target {
    /// Whether everything is left out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A seat as a plan names it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeatSpec {
    /// Longitude in degrees.
    pub lon: f64,
    /// Latitude in degrees.
    pub lat: f64,
    /// Name or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<CompactString>,
}

impl SeatSpec {
    /// Whether it is a place on Earth.
    #[must_use]
    pub fn is_on_earth(&self) -> bool {
        self.lon.abs() <= 180.0 && self.lat.abs() <= 90.0
    }
}

impl From<&Seat> for SeatSpec {
    fn from(seat: &Seat) -> Self {
        Self { lon: seat.at.x, lat: seat.at.y, name: seat.name.clone() }
    }
}

impl From<&SeatSpec> for Seat {
    fn from(seat: &SeatSpec) -> Self {
        Self { at: Coord { x: seat.lon, y: seat.lat }, name: seat.name.clone() }
    }
}

/// Where a unit is cut. Longitude and latitude in degrees.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Along {
    /// A line that crosses it.
    Line(Vec<[f64; 2]>),
    /// The corners of a polygon that is cut out.
    Polygon(Vec<[f64; 2]>),
}

/// How figures that add up are shared between the parts of an atom. Atoms that lie on one side as a whole keep theirs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Share {
    /// By area.
    #[default]
    Area,
    /// By known weights, such as the number of houses on each side.
    Weights {
        /// Weight of the part on the left.
        left: f64,
        /// Weight of the part on the right.
        right: f64,
        /// What was weighed: a layer of points, a count.
        #[serde(skip_serializing_if = "String::is_empty")]
        of: String,
    },
}

impl Share {
    /// Whether it is by area.
    #[must_use]
    pub const fn is_area(&self) -> bool {
        matches!(self, Self::Area)
    }
}

/// One part of a split unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SplitPart {
    /// Code of the part. The part that has the unit's own goes on with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<CompactString>,
    /// Name of the part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<CompactString>,
    /// Kind of the part that is set up anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Seat of the part that is set up anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seat: Option<SeatSpec>,
    /// The unit of the same level that the part goes to. Then it says nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<UnitRef>,
}

impl Edit {
    /// Identifier of the operation as used in plan files.
    #[must_use]
    pub const fn op(&self) -> &'static str {
        match self {
            Self::Merge { .. } => "merge",
            Self::Transfer { .. } => "transfer",
            Self::Split { .. } => "split",
            Self::Establish { .. } => "establish",
            Self::Rename { .. } => "rename",
            Self::ConvertKind { .. } => "convert_kind",
            Self::MoveSeat { .. } => "move_seat",
            Self::Abolish { .. } => "abolish",
            Self::Reinstate { .. } => "reinstate",
            Self::ClassifySeat { .. } => "classify_seat",
            Self::Record { .. } => "record",
            Self::Lock { .. } => "lock",
            Self::Unlock { .. } => "unlock",
        }
    }

    /// Units that it names, in its order; a target parent is not among them.
    #[must_use]
    pub fn units(&self) -> &[UnitRef] {
        match self {
            Self::Merge { units, .. } | Self::Transfer { units, .. } | Self::Establish { units, .. } => units,
            Self::Split { unit, .. }
            | Self::Rename { unit, .. }
            | Self::ConvertKind { unit, .. }
            | Self::MoveSeat { unit, .. }
            | Self::Reinstate { unit }
            | Self::ClassifySeat { unit, .. }
            | Self::Abolish { unit } => std::slice::from_ref(unit),
            Self::Record { .. } => &[],
            Self::Lock { target, .. } | Self::Unlock { target } => match target {
                LockTarget::Units(units) => units,
                LockTarget::Level(_) => &[],
            },
        }
    }

    /// Codes that it gives out, as far as it names them.
    #[must_use]
    pub fn codes_given(&self) -> Vec<&CompactString> {
        match self {
            Self::Merge { form: Form::Establish, into, .. } | Self::Establish { into, .. } => {
                into.code.iter().collect()
            }
            Self::ConvertKind { code, .. } => code.iter().collect(),
            Self::Split { parts, .. } => parts.iter().filter_map(|part| part.code.as_ref()).collect(),
            Self::Merge { form: Form::Absorb, .. }
            | Self::Transfer { .. }
            | Self::Rename { .. }
            | Self::MoveSeat { .. }
            | Self::Reinstate { .. }
            | Self::ClassifySeat { .. }
            | Self::Record { .. }
            | Self::Abolish { .. }
            | Self::Lock { .. }
            | Self::Unlock { .. } => Vec::new(),
        }
    }

    /// The unit that gets something, where one is named beside those of [`units`](Self::units).
    fn taker(&self) -> Option<&UnitRef> {
        match self {
            Self::Transfer { to, .. } => Some(to),
            Self::Merge { into, .. } | Self::Establish { into, .. } => into.parent.as_ref(),
            Self::Split { .. } => self.part_goes_to(),
            Self::Record { row: RowEdit::Add { unit, .. }, .. } => unit.as_ref(),
            Self::Rename { .. }
            | Self::ConvertKind { .. }
            | Self::MoveSeat { .. }
            | Self::Reinstate { .. }
            | Self::ClassifySeat { .. }
            | Self::Record { .. }
            | Self::Abolish { .. }
            | Self::Lock { .. }
            | Self::Unlock { .. } => None,
        }
    }

    /// Codes that units must have for it to apply.
    #[must_use]
    pub fn codes_needed(&self) -> Vec<&CompactString> {
        let named = self.units().iter().chain(self.taker());
        named
            .filter_map(|unit| match unit {
                UnitRef::Code(code) | UnitRef::AtLevel { code, .. } => Some(code),
                UnitRef::Atom { .. } => None,
            })
            .collect()
    }

    /// The unit that a part of a split goes to, instead of being set up anew.
    #[must_use]
    pub fn part_goes_to(&self) -> Option<&UnitRef> {
        match self {
            Self::Split { parts, .. } => parts.iter().find_map(|part| part.to.as_ref()),
            _ => None,
        }
    }
}

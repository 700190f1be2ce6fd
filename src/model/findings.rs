//! What is doubtful about the attributes of a dataset. Defects of the boundaries are found by
//! [`coverage::validate`](crate::coverage::validate).

use std::fmt;

use compact_str::CompactString;
use geo::Coord;

use super::{LevelIndex, LevelsReading, State, UnitId, difference_percent};
use crate::i18n::Lang;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Figures or papers may be wrong.
    Warning,
    /// Figures or papers are wrong.
    Error,
}

impl Severity {
    /// Identifier in the health report.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One doubtful thing about attributes.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The units concerned, in the base state.
    pub units: Vec<UnitId>,
    /// A place to look at, in degrees.
    pub at: Option<Coord>,
    /// What it is.
    pub what: FindingKind,
}

impl Finding {
    /// A finding whose place is not known yet.
    pub(super) const fn new(severity: Severity, units: Vec<UnitId>, what: FindingKind) -> Self {
        Self { severity, units, at: None, what }
    }

    /// Names the unit of a finding about a parent that had no id yet when it was found.
    pub(super) fn resolve_parent(&mut self, state: &State) {
        if let FindingKind::ParentNameVaries { code, .. } = &self.what
            && self.units.is_empty()
        {
            let same = state.find(code).into_iter();
            self.units = same.filter(|&id| state.unit(id).level > LevelIndex::FINEST).take(1).collect();
        }
    }
}

/// What a [`Finding`] is about.
#[derive(Clone, PartialEq, Debug)]
pub enum FindingKind {
    /// Several units of a level have one code.
    DuplicateCode {
        /// The code.
        code: CompactString,
        /// Level of the units.
        level: LevelIndex,
    },
    /// Features with one code were taken for parts of one unit.
    PartsJoined {
        /// Number of these features.
        features: usize,
        /// Number of units that they became.
        units: usize,
        /// Codes of the first units.
        codes: Vec<CompactString>,
    },
    /// A unit has no code.
    MissingCode {
        /// Its name; empty when that is missing too.
        name: CompactString,
    },
    /// A unit has no name.
    MissingName {
        /// Its code; empty when that is missing too.
        code: CompactString,
    },
    /// A unit says no parent, or one that the parent layer does not have.
    OrphanParent {
        /// Code of the unit.
        code: CompactString,
        /// What it says; empty for nothing.
        parent: CompactString,
    },
    /// A code does not begin with that of its parent, while those of most units do.
    CodeParentMismatch {
        /// Code of the unit.
        code: CompactString,
        /// Code of the parent.
        parent: CompactString,
    },
    /// A unit has no population, or one that is no number or negative.
    PopulationMissing {
        /// Code of the unit.
        code: CompactString,
        /// What the field says; `None` for nothing.
        text: Option<CompactString>,
        /// The field.
        field: CompactString,
    },
    /// The representative point of a unit lies outside the polygon of its parent.
    OutsideParent {
        /// Code of the unit.
        code: CompactString,
        /// Code of the parent.
        parent: CompactString,
    },
    /// Units that one parent code puts together give different names for the parent.
    ParentNameVaries {
        /// Code of the parent.
        code: CompactString,
        /// The names, most frequent first.
        names: Vec<CompactString>,
    },
    /// A feature of the parent layer to which no unit belongs. It is kept, without territory.
    EmptyParent {
        /// Code of the parent.
        code: CompactString,
    },
    /// The area that the source states differs from the measured one by more than
    /// [`DECLARED_TOLERANCE`](super::DECLARED_TOLERANCE).
    AreaDiffers {
        /// Name or code of the unit.
        label: CompactString,
        /// What the source states, in m².
        declared_m2: f64,
        /// What is measured, in m².
        measured_m2: f64,
    },
    /// A unit without territory has people: they count all the same, twice where the unit was drawn twice.
    PeopleWithoutTerritory {
        /// Name or code of the unit.
        label: CompactString,
        /// Its population, as it is written.
        people: CompactString,
    },
    /// Units of one layer lie above others of it by their codes: villages and their townships in one file.
    SeveralLevels {
        /// How many lie above others.
        above: usize,
        /// How many lie below.
        below: usize,
    },
    /// Units of several levels stood in one layer, and were taken apart.
    LevelsTakenApart(Box<LevelsReading>),
    /// Numbers of a field are written as text, and read as numbers.
    NumbersAsText {
        /// The field.
        field: CompactString,
        /// How many.
        count: usize,
        /// The first.
        text: CompactString,
    },
    /// Numbers of a field are written so that a sign in them may part thousands or decimals.
    SignsDoubtful {
        /// The field.
        field: CompactString,
        /// How many.
        count: usize,
        /// The first.
        text: CompactString,
        /// As what the first is read.
        read: CompactString,
    },
    /// Values of a field are signs for "none", and read so.
    SignsForNone {
        /// The field.
        field: CompactString,
        /// How many.
        count: usize,
        /// The first.
        text: CompactString,
    },
    /// Values of a field that is added up are no numbers, or could be several; they count as unknown.
    ValuesUnread {
        /// The field.
        field: CompactString,
        /// How many.
        count: usize,
        /// The first.
        text: CompactString,
    },
    /// No field was recognised for a role that every unit needs.
    RoleUnfilled {
        /// The role, as the command line names it.
        role: &'static str,
        /// Fields that could have it; none where there is no such field.
        fields: Vec<CompactString>,
    },
    /// Coordinates are hardly longitude and latitude.
    CrsSuspect(CrsDoubt),
}

/// Why coordinates are doubted. Places are two numbers as they stand in the file.
#[derive(Clone, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrsDoubt {
    /// Values beyond ±180 or ±90 degrees: projected, metres perhaps.
    OutOfRange {
        /// The first such coordinate.
        at: [f64; 2],
    },
    /// Latitude seems to stand before longitude.
    SwappedAxes {
        /// Middle of the data as it stands.
        middle: [f64; 2],
    },
    /// Everything lies in one small place around 0°, 0°.
    NearOrigin,
    /// The zone before eastings says nothing of the datum, and neither does the file.
    DatumUnknown {
        /// What was taken.
        used: String,
    },
    /// The file stood with north before east, and was read the other way round.
    AxesExchanged {
        /// Middle of the data as it stands in the file.
        middle: [f64; 2],
    },
    /// Longitudes were counted on beyond 180 degrees, and were turned back by 360.
    LongitudesTurned {
        /// The least in the file.
        from: f64,
        /// The most.
        to: f64,
    },
    /// The numbers cannot be in the system that the file declares, and were read in another.
    Contradicted {
        /// What the file declares.
        declared: String,
        /// What was taken instead.
        used: String,
        /// Middle of the data as it stands in the file.
        middle: [f64; 2],
    },
    /// One layer lies beside another as if it were shifted as web maps of China are.
    Shifted {
        /// The layer that is shifted.
        layer: String,
        /// The other.
        other: String,
        /// How far, in metres.
        metres: u32,
        /// `GCJ-02` or `BD-09`.
        like: String,
    },
}

impl FindingKind {
    /// Identifier in the health report.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::DuplicateCode { .. } => "duplicate_code",
            Self::PartsJoined { .. } => "parts_joined",
            Self::MissingCode { .. } => "missing_code",
            Self::MissingName { .. } => "missing_name",
            Self::OrphanParent { .. } => "orphan_parent",
            Self::CodeParentMismatch { .. } => "code_parent_mismatch",
            Self::PopulationMissing { .. } => "population_missing",
            Self::OutsideParent { .. } => "outside_parent",
            Self::ParentNameVaries { .. } => "parent_name_varies",
            Self::EmptyParent { .. } => "empty_parent",
            Self::AreaDiffers { .. } => "area_differs",
            Self::PeopleWithoutTerritory { .. } => "people_without_territory",
            Self::SeveralLevels { .. } => "several_levels",
            Self::LevelsTakenApart(_) => "levels_taken_apart",
            Self::NumbersAsText { .. } => "numbers_as_text",
            Self::SignsDoubtful { .. } => "signs_doubtful",
            Self::SignsForNone { .. } => "signs_for_none",
            Self::ValuesUnread { .. } => "values_unread",
            Self::RoleUnfilled { .. } => "role_unfilled",
            Self::CrsSuspect(_) => "crs_suspect",
        }
    }
}

impl fmt::Display for FindingKind {
    /// One sentence without a full stop: what is found and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateCode { code, .. } => write!(
                f,
                "code {code} is used more than once; give each unit its own, or where they are parts of one unit, give them \
                 the same name, parent and population"
            ),
            Self::PartsJoined { features, units, codes } => {
                let more = if *units > codes.len() { " and others" } else { "" };
                write!(
                    f,
                    "{features} features with the same code, name and parent are parts of {units} units ({}{more}); what \
                     each part says of the whole counts once",
                    codes.join(", ")
                )
            }
            Self::MissingCode { name } if name.is_empty() => write!(f, "a unit has neither code nor name"),
            Self::MissingCode { name } => write!(f, "{name} has no code"),
            Self::MissingName { code } if code.is_empty() => write!(f, "a unit has neither name nor code"),
            Self::MissingName { code } => write!(f, "{code} has no name"),
            Self::OrphanParent { code, parent } if parent.is_empty() => write!(f, "{code} does not say its parent"),
            Self::OrphanParent { code, parent } => write!(f, "{code} belongs to {parent}, which is not there"),
            Self::CodeParentMismatch { code, parent } => {
                write!(f, "code {code} does not begin with that of its parent {parent}")
            }
            Self::PopulationMissing { code, text: None, field } => write!(f, "{code} has no population in {field}"),
            Self::PopulationMissing { code, text: Some(text), field } => {
                write!(
                    f,
                    "{code} has population {text:?} in {field}, which is no number of people; it counts as unknown"
                )
            }
            Self::OutsideParent { code, parent } => write!(f, "{code} lies outside its parent {parent}"),
            Self::ParentNameVaries { code, names } => {
                write!(f, "{code} goes by several names: {}; the first is used", names.join(", "))
            }
            Self::EmptyParent { code, .. } => write!(f, "{code} of the parent layer has no members"),
            Self::PeopleWithoutTerritory { label, people } => {
                write!(
                    f,
                    "{label} has no territory, and its population of {people} counts all the same; take it out of the data \
                     where it is counted elsewhere"
                )
            }
            Self::AreaDiffers { label, declared_m2, measured_m2 } => {
                let percent = difference_percent(*declared_m2, *measured_m2).unwrap_or(0.0).abs();
                let [declared, measured] = [declared_m2, measured_m2].map(|area| area * 1e-6);
                write!(
                    f,
                    "{label}: declared area {declared:.4} km² and measured area {measured:.4} km² differ by {percent:.1} %; \
                     check the boundary and the field"
                )
            }
            Self::SeveralLevels { above, below } => write!(
                f,
                "{above} units of this file lie above {below} others of it, so that they count twice; say which column tells \
                 their level (--levels on the command line), or put each level into a file of its own and open both"
            ),
            Self::LevelsTakenApart(levels) => f.write_str(&levels.words(Lang::En)),
            Self::NumbersAsText { field, count, text } => {
                write!(f, "field {field}: {count} numbers are written like {text:?}; they are read as numbers")
            }
            Self::SignsDoubtful { field, count, text, read } => write!(
                f,
                "field {field}: in {count} numbers like {text:?} the sign may part thousands or decimals; {text:?} is read as \
                 {read}; where that is wrong, write the numbers plainly"
            ),
            Self::SignsForNone { field, count, text } => {
                write!(f, "field {field}: {count} values like {text:?} stand for none; they count as unknown")
            }
            Self::ValuesUnread { field, count, text } => {
                write!(f, "field {field}: {count} values like {text:?} are no clear numbers; they count as unknown")
            }
            Self::RoleUnfilled { role: role @ "population", fields } if fields.is_empty() => {
                write!(f, "no field gives the {role}; join a table that has it, or sums of people stay unknown")
            }
            Self::RoleUnfilled { role, fields } if fields.is_empty() => {
                write!(f, "no field gives the {role} of units, and none could be it")
            }
            Self::RoleUnfilled { role, fields } => {
                let perhaps = fields.join(", ");
                write!(
                    f,
                    "no field was recognised as {role}, perhaps {perhaps} is; choose it in the tab Sources, or with --{role}"
                )
            }
            Self::CrsSuspect(doubt) => doubt.fmt(f),
        }
    }
}

impl fmt::Display for CrsDoubt {
    /// One sentence without a full stop: what is doubtful and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange { at } => {
                write!(f, "coordinate {}, {} is no longitude and latitude; convert to WGS 84 first", at[0], at[1])
            }
            Self::SwappedAxes { middle } => {
                write!(f, "coordinates around {:.3}, {:.3} look like latitude before longitude", middle[0], middle[1])
            }
            Self::AxesExchanged { middle: [x, y] } => {
                write!(
                    f,
                    "coordinates around {x:.3}, {y:.3} have north before east; they were read the other way round"
                )
            }
            Self::LongitudesTurned { from, to } => {
                write!(f, "longitudes run from {from:.4} to {to:.4}, beyond 180; 360 was taken from each")
            }
            Self::Contradicted { declared, used, middle: [x, y] } => write!(
                f,
                "the file says {declared}, but coordinates around {x:.3}, {y:.3} are none of it; they were read as {used}: \
                 look whether the layer lies where it should, and correct the file or choose another system (tab Sources, or --crs)"
            ),
            Self::Shifted { layer, other, metres, like } => write!(
                f,
                "{layer} lies some {metres} m beside {other}, as data of web maps in {like} do; choose {like} in the tab Sources, or --crs {}",
                like.replace('-', "").to_lowercase()
            ),
            Self::DatumUnknown { used } => write!(
                f,
                "the zone before eastings tells the projection and not the datum; read as {used}: coordinates on Beijing 1954 \
                 or Xian 1980 would lie some tens of metres to more than a hundred aside; ask where the data come from"
            ),
            Self::NearOrigin => {
                write!(f, "everything lies within a degree of 0, 0; coordinates may be local ones")
            }
        }
    }
}

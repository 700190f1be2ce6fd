//! Why an edit is refused, and what is doubtful about one that is not.

use std::fmt;

use compact_str::CompactString;

use super::codes::Segment;
use super::names::{NameFlaw, NameScope};
use super::refs::{UnitLabel, UnitRef};
use crate::coverage::CutError;
use crate::model::{Kind, Level};

/// A word that does not follow another one in a column.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "{column:?} is {from:?}, and {to:?} does not follow on that; {}",
    if open.is_empty() { "nothing does".to_owned() } else { format!("what does: {}", open.join(", ")) }
)]
pub struct NoTurn {
    /// The name of the column.
    pub column: CompactString,
    /// What stands there.
    pub from: CompactString,
    /// What was to stand there.
    pub to: CompactString,
    /// What may follow.
    pub open: Vec<CompactString>,
}

/// Why an edit was refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EditError {
    /// The plan names a unit that there never was.
    #[error("there is no unit {unit}")]
    UnknownUnit {
        /// The unit as named.
        unit: UnitRef,
    },
    /// The plan names a unit that an earlier edit abolished.
    #[error("{unit} was abolished by an earlier edit")]
    Abolished {
        /// The unit.
        unit: UnitLabel,
    },
    /// The plan names a unit by a code that an earlier edit replaced.
    #[error("the code {code} was replaced by an earlier edit; the unit is now {unit}")]
    Recoded {
        /// The old code.
        code: CompactString,
        /// The unit as it is now.
        unit: UnitLabel,
    },
    /// A code is used more than once.
    #[error(
        "the code {code} is used at the levels {} and {}; name the unit as {{\"level\": …, \"code\": …}} or \
         {{\"level\": \"atom\", \"index\": …}}", levels[0], levels[1]
    )]
    Ambiguous {
        /// The code.
        code: CompactString,
        /// Levels of two of its units; the same twice when it is used twice at one level.
        levels: [Level; 2],
    },
    /// The data have no such level.
    #[error("there is no level {level} in these data; there are: {}", Joined(levels))]
    NoSuchLevel {
        /// The level as named.
        level: Level,
        /// Levels that there are, finest first.
        levels: Vec<Level>,
    },
    /// No polygon has this position.
    #[error("there is no atom {index}; the finest layer has {atoms}, counted from 0")]
    NoSuchAtom {
        /// The position as named.
        index: u32,
        /// Number of atoms.
        atoms: usize,
    },
    /// A merger needs two units, a transfer one.
    #[error("{given} units given; at least {needed} needed")]
    TooFewUnits {
        /// Number of units given.
        given: usize,
        /// Number needed.
        needed: usize,
    },
    /// A unit is listed twice.
    #[error("{unit} is listed twice")]
    ListedTwice {
        /// The unit.
        unit: UnitLabel,
    },
    /// Units of different levels cannot be joined or moved together.
    #[error("{first} ({}) and {second} ({}) are of different levels", levels[0], levels[1])]
    LevelsDiffer {
        /// The first unit.
        first: UnitLabel,
        /// The first unit of another level.
        second: UnitLabel,
        /// Their levels.
        levels: [Level; 2],
    },
    /// Units with different parents are joined, and the plan does not say under which.
    #[error(
        "the units belong to different parents ({}); say which one the result belongs to: into.parent",
        Joined(parents)
    )]
    ParentRequired {
        /// The parents, in order of the units.
        parents: Vec<UnitLabel>,
    },
    /// The given parent is not of the level above.
    #[error("{parent} ({}) cannot be the parent of a unit of level {}", levels[0], levels[1])]
    NotAParent {
        /// The parent as given.
        parent: UnitLabel,
        /// Its level, and the level of the units.
        levels: [Level; 2],
    },
    /// Units of the coarsest level have no parent.
    #[error("units of level {level} have no level above them in these data")]
    NoLevelAbove {
        /// The level of the units.
        level: Level,
    },
    /// An absorbing merger must say which unit survives.
    #[error("form \"absorb\" needs into.code, the code of the unit that survives")]
    SurvivorMissing,
    /// The surviving unit must be one of those merged.
    #[error("the surviving unit {code} is not among the units to merge")]
    SurvivorNotListed {
        /// The code as given.
        code: CompactString,
    },
    /// Several of the merged units have the code of the survivor.
    #[error("several of the units to merge have the code {code}; use form \"establish\"")]
    SurvivorAmbiguous {
        /// The code as given.
        code: CompactString,
    },
    /// A code has blanks around it, or line breaks or other signs that nobody sees.
    #[error("code {code:?} has blanks around it or signs that cannot be seen; write it without them")]
    CodeHasBlanks {
        /// The code.
        code: CompactString,
    },
    /// Another unit has the code.
    #[error("the code {code} is in use by {unit}")]
    CodeInUse {
        /// The code as given.
        code: CompactString,
        /// The unit that has it.
        unit: UnitLabel,
    },
    /// A retired code is never used again.
    #[error("the code {code} is retired (it belonged to {unit}) and must not be used again")]
    CodeRetired {
        /// The code as given.
        code: CompactString,
        /// The unit that had it.
        unit: UnitLabel,
    },
    /// A code was given, but it is empty.
    #[error("the code is empty; leave it out to have one proposed")]
    EmptyCode,
    /// A name was given, but it is empty.
    #[error("the name is empty")]
    EmptyName,
    /// The seat is no place on Earth.
    #[error("the seat {lon}, {lat} is no longitude and latitude")]
    SeatNowhere {
        /// Longitude as given.
        lon: f64,
        /// Latitude as given.
        lat: f64,
    },
    /// A transferred unit belongs to that parent already.
    #[error("{unit} belongs to {parent} already")]
    AlreadyThere {
        /// The unit.
        unit: UnitLabel,
        /// Its parent.
        parent: UnitLabel,
    },
    /// All territory of an abolished unit must go somewhere.
    #[error("{unit} still holds {members} members and {atoms} atoms; say where they go before abolishing it")]
    StillHoldsTerritory {
        /// The unit.
        unit: UnitLabel,
        /// Number of its members.
        members: usize,
        /// Number of its atoms.
        atoms: usize,
    },
    /// The seat is used so already.
    #[error("the seat of {unit} is used so already")]
    SeatUseAsBefore {
        /// The unit.
        unit: UnitLabel,
    },
    /// No ledger of this name is loaded.
    #[error("there is no ledger {ledger:?}; {}", if there.is_empty() { format!("load it first (--ledger FILE={ledger})") } else { format!("there are: {}", there.join(", ")) })]
    NoSuchLedger {
        /// The name.
        ledger: CompactString,
        /// Names that there are.
        there: Vec<String>,
    },
    /// A ledger has no such row, or the plan took it away.
    #[error("the ledger {ledger:?} has no row {row:?}")]
    NoSuchRow {
        /// The ledger.
        ledger: CompactString,
        /// Key of the row.
        row: CompactString,
    },
    /// A row of this key is there already.
    #[error("the ledger {ledger:?} has a row {row:?} already")]
    RowExists {
        /// The ledger.
        ledger: CompactString,
        /// Key of the row.
        row: CompactString,
    },
    /// A ledger has no such column.
    #[error("the ledger {ledger:?} has no column {column:?}; there are: {}", there.join(", "))]
    NoSuchColumn {
        /// The ledger.
        ledger: CompactString,
        /// The name of the column.
        column: CompactString,
        /// Names that there are.
        there: Vec<String>,
    },
    /// What is decided of a row holds already.
    #[error("the row {row:?} of the ledger {ledger:?} is so already")]
    RowAsBefore {
        /// The ledger.
        ledger: CompactString,
        /// Key of the row.
        row: CompactString,
    },
    /// The vocabulary of a column does not let one word follow another.
    #[error("{row} in {ledger:?}: {turn}")]
    NoTransition {
        /// The ledger.
        ledger: CompactString,
        /// Key of the row.
        row: CompactString,
        /// What was to follow what.
        turn: Box<NoTurn>,
    },
    /// A word asks for other columns to be filled.
    #[error("{to:?} asks for {}: say these of {row} in {ledger:?} too", columns.join(", "))]
    TransitionAsks {
        /// The ledger.
        ledger: CompactString,
        /// Key of the row.
        row: CompactString,
        /// The word.
        to: CompactString,
        /// Columns that are blank.
        columns: Vec<CompactString>,
    },
    /// A new row lies outside of all units.
    #[error("the place {lon}, {lat} lies in no unit")]
    RowNowhere {
        /// Longitude in degrees.
        lon: f64,
        /// Latitude in degrees.
        lat: f64,
    },
    /// Only abolished units come back.
    #[error("{unit} is in force")]
    InForce {
        /// The unit.
        unit: UnitLabel,
    },
    /// Units that the plan made have nothing that they were loaded with.
    #[error("{unit} was made by the plan itself; undo the edit that abolished it")]
    MadeByPlan {
        /// The unit.
        unit: UnitLabel,
    },
    /// The parent of a unit that is to come back is not in force.
    #[error("{unit} belonged to {parent}, which is abolished too; reinstate that first")]
    ParentAbolished {
        /// The unit.
        unit: UnitLabel,
        /// Its parent.
        parent: UnitLabel,
    },
    /// Everything that the unit had has been abolished meanwhile.
    #[error("nothing of what {unit} consisted of is in force")]
    NothingToGiveBack {
        /// The unit.
        unit: UnitLabel,
    },
    /// A unit would be left without territory.
    #[error("{giver} consists of nothing but what {unit} had; rename or recode it instead")]
    WouldBeEmpty {
        /// The unit that is to come back.
        unit: UnitLabel,
        /// The unit that has its territory.
        giver: UnitLabel,
    },
    /// The planner settled this unit.
    #[error("{unit} is locked{}; unlock it first", said(reason))]
    Locked {
        /// The unit.
        unit: UnitLabel,
        /// Why it was locked; may be empty.
        reason: CompactString,
    },
    /// A lock that is there already, or an unlocking of what is open.
    #[error("it is {} already", if *locked { "locked for that reason" } else { "open" })]
    NothingToLock {
        /// Whether it was to be locked.
        locked: bool,
    },
    /// A part of a unit can only go to another unit of its level.
    #[error("a part of {unit} cannot go to {to}: name another unit of the level {level}")]
    PartTo {
        /// The unit that is divided.
        unit: UnitLabel,
        /// Where the part was to go.
        to: UnitLabel,
        /// The level of the unit.
        level: Level,
    },
    /// The line does not divide the unit.
    #[error("{unit} cannot be split there: {why}")]
    NotSplit {
        /// The unit.
        unit: UnitLabel,
        /// Why.
        why: CutError,
    },
    /// Nothing to share people out by.
    #[error("the people of {unit} cannot be shared out: of the two weights one is negative, or both are 0")]
    NoShares {
        /// The unit.
        unit: UnitLabel,
    },
    /// Both parts were given other codes, or both the unit's own.
    #[error("one part of {unit}, and only one, has to keep its code")]
    SplitKeepsNoCode {
        /// The unit.
        unit: UnitLabel,
    },
}

/// The first of many units.
fn few(units: &[UnitLabel]) -> String {
    /// Units that are named.
    const FEW: usize = 5;
    let named: Vec<String> = units.iter().take(FEW).map(ToString::to_string).collect();
    let more = units.len() - named.len();
    if more == 0 { named.join(", ") } else { format!("{} and {more} more", named.join(", ")) }
}

/// A reason in brackets.
fn said(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(" ({reason})") }
}

/// What is doubtful about an edit that was carried out all the same.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Warning {
    /// The merged or moved units do not all touch (real exclaves exist).
    #[error("the units do not touch: they form {groups} separate groups")]
    NotAdjacent {
        /// Number of groups of touching units.
        groups: usize,
    },
    /// Something is said of a row that comes about by itself, and does not now.
    #[error(
        "the row {row} of {ledger:?} does not come about as the plan is now; what is said of it holds once it does"
    )]
    RowNotThere {
        /// The ledger.
        ledger: CompactString,
        /// Key of the row.
        row: CompactString,
    },
    /// A row of a ledger may not be as it was meant.
    #[error("the row {row} of {ledger:?}: {doubt}")]
    OfRow {
        /// The ledger.
        ledger: CompactString,
        /// Key of the row.
        row: CompactString,
        /// What is doubtful.
        doubt: Box<RowDoubt>,
    },
    /// A new unit takes the code of one that it is made of.
    #[error("the code {code} belonged to one of the abolished units")]
    CodeReused {
        /// The code.
        code: CompactString,
    },
    /// The code does not lie in the segment of the kind.
    #[error("the code {code} is outside {segment}, the segment of kind {kind}")]
    CodeOutsideSegment {
        /// The code.
        code: CompactString,
        /// The kind.
        kind: Kind,
        /// The segment of that kind.
        segment: Segment,
    },
    /// The code does not begin with the code of the parent.
    #[error("the code {code} does not begin with {prefix}, the code of the parent")]
    CodeNotUnderParent {
        /// The code.
        code: CompactString,
        /// What it should begin with.
        prefix: CompactString,
    },
    /// The code is not built like the codes around it.
    #[error("the code {code} is not built like the other codes of its level")]
    CodeUnusual {
        /// The code.
        code: CompactString,
    },
    /// A unit is divided by its members, and the line crosses some.
    #[error("the line crosses {}; they go as wholes to the side where most of each lies", few(units))]
    MembersCrossed {
        /// The members.
        units: Vec<UnitLabel>,
    },
    /// Units moved to another parent keep codes that begin with the code of the old one.
    #[error("moved units keep codes that do not begin with {prefix}, the code of their new parent: {units}")]
    CodesToReplace {
        /// Number of units.
        units: usize,
        /// What their codes should begin with.
        prefix: CompactString,
    },
    /// Every code of the segment is in use or retired.
    #[error("no code is left under {prefix} in {segment}; the unit has none")]
    SegmentFull {
        /// Code of the parent.
        prefix: CompactString,
        /// The segment.
        segment: Segment,
    },
    /// Another unit has the name.
    #[error("the name {name} is also that of {unit}; it should be unique within the {scope}")]
    NameTaken {
        /// The name.
        name: CompactString,
        /// The other unit.
        unit: UnitLabel,
        /// Where the name should be unique.
        scope: NameScope,
    },
    /// The name is missing or badly written.
    #[error("the name {name:?} {flaw}")]
    NameFlawed {
        /// The name.
        name: CompactString,
        /// What is wrong with it.
        flaw: NameFlaw,
    },
    /// A unit gives the place of its seat away, and goes on.
    #[error("the seat of {unit} lies in what goes to {to}; leave that out, move the seat, or merge the two")]
    SeatGivenAway {
        /// The unit that loses the place of its seat.
        unit: UnitLabel,
        /// The unit that gets it.
        to: UnitLabel,
    },
    /// The second part of the name says that the unit is of another kind.
    #[error("the name {name} does not go with the kind {kind}")]
    NameOfOtherKind {
        /// The name.
        name: CompactString,
        /// The kind of the unit.
        kind: Kind,
    },
    /// The seat lies outside of its unit.
    #[error("the seat lies outside of {unit}")]
    SeatOutside {
        /// The unit.
        unit: UnitLabel,
    },
    /// A unit lost its last member.
    #[error("{unit} has no territory left; it can be abolished")]
    LeftEmpty {
        /// The unit.
        unit: UnitLabel,
    },
}

/// What is doubtful about what a plan says of a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RowDoubt {
    /// It is no number, in a column of numbers.
    #[error("{value:?} in {column:?} is no number; sums with it are not known")]
    NoNumber {
        /// The column.
        column: CompactString,
        /// What is to stand there.
        value: CompactString,
    },
    /// It is no date, in a column of dates.
    #[error("{value:?} in {column:?} is no date; write it as 2019-12-18")]
    NoDate {
        /// The column.
        column: CompactString,
        /// What is to stand there.
        value: CompactString,
    },
    /// A pack knows other words for the column.
    #[error("{value:?} in {column:?} is none of the words of the pack: {}", known.join(", "))]
    UnknownWord {
        /// The column.
        column: CompactString,
        /// What is to stand there.
        value: CompactString,
        /// Words that it knows.
        known: Vec<CompactString>,
    },
    /// Its key would be that of another row.
    #[error("another row has the key {0:?}; plans know this one by its own key still")]
    KeyTaken(CompactString),
    /// Its cells name a unit that it is not of.
    #[error("the row stays with {unit}, whatever its cells say; to have it elsewhere, remove it and add it there")]
    Stays {
        /// What it is of.
        unit: UnitLabel,
    },
    /// Its cells name no unit that there is.
    #[error("no unit is {0}; the row is of all of it, and in the figures of no unit below")]
    NoSuchUnit(String),
}

/// A list with commas.
struct Joined<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            fmt::Display::fmt(item, f)?;
        }
        Ok(())
    }
}

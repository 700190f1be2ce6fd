//! Scenarios (方案): several plans over the same boundaries, each a way through the steps of one document.

use std::fmt;

use super::op::Edit;

/// Number of a scenario in its document; never given out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScenarioId(pub u32);

/// Number of a step in its document; never given out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StepId(pub u32);

impl fmt::Display for ScenarioId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scenario {}", self.0)
    }
}

/// How far a scenario has come on its way through the offices (两上两下: handed up and sent back twice before it is
/// approved).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Stage {
    /// 草案
    #[default]
    Draft,
    /// 一上: handed up for the first time.
    FirstUp,
    /// 一下: sent back for the first time.
    FirstDown,
    /// 二上: handed up for the second time.
    SecondUp,
    /// 二下: sent back for the second time.
    SecondDown,
    /// 已批准
    Approved,
    /// 不再采用
    Dropped,
}

impl Stage {
    /// All stages, in their order.
    pub const ALL: [Self; 7] =
        [Self::Draft, Self::FirstUp, Self::FirstDown, Self::SecondUp, Self::SecondDown, Self::Approved, Self::Dropped];

    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::FirstUp => "first_up",
            Self::FirstDown => "first_down",
            Self::SecondUp => "second_up",
            Self::SecondDown => "second_down",
            Self::Approved => "approved",
            Self::Dropped => "dropped",
        }
    }

    /// The stage with an identifier.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.id() == id)
    }
}

/// Where a scenario was branched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The scenario that it comes from.
    pub from: ScenarioId,
    /// How many steps of that were in force.
    pub at: usize,
}

/// One of several plans over the same boundaries.
///
/// Scenarios that were branched off share the steps before the branch.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Its number.
    pub id: ScenarioId,
    /// Its name; may be empty.
    pub name: String,
    /// What its author says of it.
    pub note: String,
    /// How far it has come.
    pub stage: Stage,
    /// Where it was branched off; `None` when it starts from the boundaries as loaded.
    pub branch: Option<Branch>,
    /// Its steps, undone ones at the end.
    pub path: Vec<StepId>,
    /// Number of steps that are in force.
    pub position: usize,
    /// Ways that were gone once and then left for another one, each from the start on, the latest last. Who goes back
    /// and on otherwise loses nothing by it.
    pub set_aside: Vec<Vec<StepId>>,
    /// Edits that could not be carried out when the scenario was brought in or moved to other boundaries. Nothing is
    /// lost: they stay here until they are carried out or dropped.
    pub left_over: Vec<Edit>,
}

impl Scenario {
    /// A scenario without steps.
    #[must_use]
    pub fn new(id: ScenarioId, name: &str) -> Self {
        Self {
            id,
            name: name.to_owned(),
            note: String::new(),
            stage: Stage::default(),
            branch: None,
            path: Vec::new(),
            position: 0,
            set_aside: Vec::new(),
            left_over: Vec::new(),
        }
    }

    /// Steps that are in force, in order.
    #[must_use]
    pub fn in_force(&self) -> &[StepId] {
        &self.path[..self.position]
    }

    /// Puts steps that are undone aside, so that another way can be gone.
    pub(super) fn set_undone_aside(&mut self) {
        if self.position < self.path.len() {
            let way = self.path.clone();
            self.path.truncate(self.position);
            self.set_aside.push(way);
        }
    }

    /// All steps that belong to it: on its way, and on those that it left.
    pub fn steps(&self) -> impl Iterator<Item = StepId> {
        self.path.iter().chain(self.set_aside.iter().flatten()).copied()
    }

    /// Number of steps that both have in force, from the start on.
    #[must_use]
    pub fn common(&self, other: &Self) -> usize {
        self.in_force().iter().zip(other.in_force()).take_while(|(a, b)| a == b).count()
    }
}

/// What can be said otherwise of a scenario.
#[derive(Debug)]
pub struct Description<'a> {
    /// Its name.
    pub name: &'a mut String,
    /// What its author says of it.
    pub note: &'a mut String,
    /// How far it has come.
    pub stage: &'a mut Stage,
    /// Edits that could not be carried out.
    pub left_over: &'a mut Vec<Edit>,
}

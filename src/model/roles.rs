//! The part that a column plays, and giving it another one.

use serde::Serialize;

use super::{FieldOverrides, Fields};
use crate::i18n::Lang;

/// What a column of the finest layer is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Code of a unit.
    Code,
    /// Name of a unit.
    Name,
    /// Code of the unit above.
    Parent,
    /// Name of the unit above.
    ParentName,
    /// Kind of unit.
    Kind,
    /// Population.
    Population,
    /// It adds up when units are merged.
    Sum,
    /// Code or name of a unit of a level above the parent's; it is recognised, not chosen.
    Above,
    /// Place or name of the seat; likewise.
    Seat,
    /// None of these.
    Other,
}

impl Role {
    /// Those that a column can be given, in the order in which they are offered.
    pub const CHOICES: [Self; 8] =
        [Self::Code, Self::Name, Self::Parent, Self::ParentName, Self::Kind, Self::Population, Self::Sum, Self::Other];

    /// Identifier in reports, and on the command line where it can be given there.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Name => "name",
            Self::Parent => "parent",
            Self::ParentName => "parent_name",
            Self::Kind => "kind",
            Self::Population => "population",
            Self::Sum => "sum",
            Self::Above => "above",
            Self::Seat => "seat",
            Self::Other => "other",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Code => lang.pick("代码", "Code"),
            Self::Name => lang.pick("名称", "Name"),
            Self::Parent => lang.pick("上级代码", "Parent code"),
            Self::ParentName => lang.pick("上级名称", "Parent name"),
            Self::Kind => lang.pick("类型", "Kind"),
            Self::Population => lang.pick("人口", "Population"),
            Self::Sum => lang.pick("相加", "Added up"),
            Self::Above => lang.pick("更上级", "Level above"),
            Self::Seat => lang.pick("驻地", "Seat"),
            Self::Other => lang.pick("其他", "Other"),
        }
    }
}

impl Fields {
    /// What a column is taken for.
    #[must_use]
    pub fn role_of(&self, column: &str) -> Role {
        let single = [
            (&self.code, Role::Code),
            (&self.name, Role::Name),
            (&self.parent, Role::Parent),
            (&self.parent_name, Role::ParentName),
            (&self.kind, Role::Kind),
            (&self.population, Role::Population),
        ];
        let of_column = |(field, _): &(&Option<String>, _)| field.as_deref() == Some(column);
        // Where nothing but its name tells the unit above, that is in place of its code.
        let is_name_alone = |&(_, role): &(_, Role)| role == Role::Parent && self.parent == self.parent_name;
        let held = single.into_iter().find(|it| of_column(it) && !is_name_alone(it));
        let otherwise = || {
            let seat = [&self.seat_lon, &self.seat_lat, &self.seat_name];
            let is_above = self.upper.iter().any(|upper| upper.code == column || upper.name.as_deref() == Some(column));
            if self.sum.iter().any(|field| field == column) {
                Role::Sum
            } else if is_above {
                Role::Above
            } else if seat.into_iter().flatten().any(|field| field == column) {
                Role::Seat
            } else {
                Role::Other
            }
        };
        held.map_or_else(otherwise, |(_, role)| role)
    }

    /// The same fields with a column in another role. It leaves the one that it had, and whichever column had its new one
    /// leaves that; sums are many.
    #[must_use]
    pub fn with_role(&self, column: &str, role: Role) -> FieldOverrides {
        let mut said = FieldOverrides::from(self);
        if self.parent == self.parent_name {
            said.parent = Some(FieldOverrides::NOTHING.to_owned());
        }
        let single = [
            (&mut said.code, Role::Code),
            (&mut said.name, Role::Name),
            (&mut said.parent, Role::Parent),
            (&mut said.parent_name, Role::ParentName),
            (&mut said.kind, Role::Kind),
            (&mut said.population, Role::Population),
        ];
        for (field, of) in single {
            if of == role {
                *field = Some(column.to_owned());
            } else if field.as_deref() == Some(column) {
                *field = Some(FieldOverrides::NOTHING.to_owned());
            }
        }
        let sum = said.sum.get_or_insert_default();
        sum.retain(|field| field != column);
        if role == Role::Sum {
            sum.push(column.to_owned());
        }
        // What was said of this column by somebody is no guess any more; the others stay what they were.
        if role == Role::Sum || self.role_of(column) == Role::Sum {
            said.sums_are_guessed = false;
        }
        said
    }
}

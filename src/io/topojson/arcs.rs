//! Borders that are stored once, and lines made of them.

use std::fmt;

use geo::Coord;
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Fault, TopologyProblem, Transform};
use crate::io::found::Counts;
use crate::io::{Counted, Problem};

/// Arcs one behind the other.
#[derive(Default)]
pub(super) struct Arcs {
    coords: Vec<Coord>,
    /// End of each in `coords`.
    ends: Vec<usize>,
    most: usize,
    is_too_many: bool,
}

impl Arcs {
    pub fn read(text: &RawValue, transform: Option<Transform>, most: usize) -> Result<Self, Fault<'_>> {
        let mut arcs = Self { most, ..Self::default() };
        let mut json = serde_json::Deserializer::from_str(text.get());
        let read = List(&mut arcs).deserialize(&mut json);
        if arcs.is_too_many {
            return Err(Problem::TooMany { what: Counted::Vertices, limit: most }.into());
        }
        read.map_err(|error| Fault::Json(text.get().as_bytes(), error))?;
        if transform.is_some() {
            let mut start = 0;
            for &end in &arcs.ends {
                // Each vertex says how far it lies from the one before.
                let mut sum = Coord::zero();
                for at in &mut arcs.coords[start..end] {
                    sum = sum + *at;
                    *at = Transform::place(transform, sum);
                }
                start = end;
            }
        }
        Ok(arcs)
    }

    /// The vertices of an arc, and whether they are named the other way round.
    fn get(&self, arc: i64) -> Result<(&[Coord], bool), TopologyProblem> {
        let problem = || TopologyProblem::NoSuchArc { arc, arcs: self.ends.len() };
        let index = usize::try_from(if arc < 0 { !arc } else { arc }).map_err(|_| problem())?;
        let &end = self.ends.get(index).ok_or_else(problem)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Ok((&self.coords[start..end], arc < 0))
    }

    /// The line that these arcs make.
    pub fn line(&self, arcs: &[i64], counts: &mut Counts) -> Result<Vec<Coord>, Problem> {
        let mut line: Vec<Coord> = Vec::new();
        for &arc in arcs {
            let (vertices, is_back) = self.get(arc)?;
            counts.vertices(vertices.len())?;
            let first = if is_back { vertices.last() } else { vertices.first() };
            let shared = usize::from(first.is_some() && line.last() == first);
            if is_back {
                line.extend(vertices.iter().rev().skip(shared));
            } else {
                line.extend(vertices.iter().skip(shared));
            }
        }
        Ok(line)
    }
}

/// The list of arcs.
struct List<'a>(&'a mut Arcs);
/// An arc.
struct Arc<'a>(&'a mut Arcs);

/// A position: two numbers, and what comes behind them.
pub(super) struct Position(pub Coord);

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of arcs")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Arc(&mut *self.0))?.is_some() {
            self.0.ends.push(self.0.coords.len());
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Arc<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Arc<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of positions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(Position(at)) = list.next_element()? {
            if self.0.coords.len() >= self.0.most {
                self.0.is_too_many = true;
                return Err(serde::de::Error::custom("too many vertices"));
            }
            self.0.coords.push(at);
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Numbers;

        impl<'de> Visitor<'de> for Numbers {
            type Value = Position;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a position of two numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Position, A::Error> {
                let none = || serde::de::Error::custom("a position of two numbers was expected");
                let x = list.next_element()?.ok_or_else(none)?;
                let y = list.next_element()?.ok_or_else(none)?;
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Position(Coord { x, y }))
            }
        }

        json.deserialize_seq(Numbers)
    }
}

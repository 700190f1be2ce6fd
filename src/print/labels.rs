//! Names on the paper: which ones, and where. The rules are those of the window.

use emath::{Pos2, Rect, pos2, vec2};
use geo::Coord;
use rayon::prelude::*;

use super::fonts::Letters;
use super::lines::Lines;
use super::territory::Territories;
use crate::carto::names::{Look, clear_of_seats, without_collisions};
use crate::carto::{Anchor, Rank, anchor_in_plane};
use crate::model::{State, UnitId};

/// A name on the paper.
pub(super) struct Label {
    /// What it covers, in points.
    pub area: Rect,
    /// How it looks.
    pub look: Look,
    /// The name.
    pub text: String,
}

/// Names of some levels, coarsest first, that find room within `map`.
pub(super) fn place(
    state: &State,
    levels: &[(Rank, &Territories)],
    lines: &Lines,
    letters: &Letters,
    seats: &[Pos2],
    map: Rect,
) -> Vec<Label> {
    let mut candidates = Vec::new();
    for &(rank, territories) in levels {
        let look = Look::of(rank);
        let fitting = |(i, &unit): (usize, &UnitId)| {
            let parts = territories.parts(i, lines).filter_map(|part| anchor_in_plane(&part));
            let anchor = parts.max_by(|a, b| a.size_world.total_cmp(&b.size_world))?;
            let label = fitting(state.unit(unit).label(), look, &anchor, letters, seats)?;
            Some((anchor.size_world, unit, label))
        };
        let mut of_level: Vec<(f64, UnitId, Label)> =
            territories.units.par_iter().enumerate().filter_map(fitting).collect();
        of_level.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        candidates.extend(of_level.into_iter().map(|(.., label)| label).filter(|label| map.contains_rect(label.area)));
    }
    let boxes: Vec<Rect> = candidates.iter().map(|label| label.area).collect();
    candidates.into_iter().zip(without_collisions(&boxes)).filter_map(|(label, kept)| kept.then_some(label)).collect()
}

/// A name at its anchor, unless it is empty or too large for its unit.
fn fitting(name: &str, look: Look, anchor: &Anchor, letters: &Letters, seats: &[Pos2]) -> Option<Label> {
    if name.is_empty() {
        return None;
    }
    let size = vec2(letters.width(name, look.size), look.size * 1.25);
    if !look.fits([size.x, size.y].map(|side| f64::from(side) / 2.0), anchor.reach_world, anchor.radius_world) {
        return None;
    }
    let area = clear_of_seats(Rect::from_center_size(position(anchor.world), size), seats);
    Some(Label { area, look, text: name.to_owned() })
}

#[expect(clippy::cast_possible_truncation, reason = "sheets have some thousand points")]
fn position(at: Coord) -> Pos2 {
    pos2(at.x as f32, at.y as f32)
}

//! Borders that show although others of their rank do not.
//!
//! Where the units of a rank are too small to tell apart, their borders are hidden, and chunks of them are not drawn at
//! all. A border that a plan has raised to a higher rank, or one that is selected or changed, still has to show.

use std::collections::BTreeSet;

use crate::render::tables::Changes;
use crate::render::{ArcFlags, ArcStyle, MapScene};
use quhua::coverage::ArcId;

/// Borders that are more than what they were in the beginning.
#[derive(Debug, Default)]
pub(super) struct SpecialArcs {
    arcs: BTreeSet<ArcId>,
    revision: u64,
}

impl SpecialArcs {
    /// Follows the table of borders.
    pub fn follow(&mut self, scene: &MapScene, styles: &[ArcStyle], changes: &Changes<'_>) {
        let mut look_at = |row: usize, style: ArcStyle| {
            let arc = ArcId::new(row);
            let is_special = style.flags != ArcFlags::NONE || style.rank > scene.base_rank(arc);
            let is_news = if is_special { self.arcs.insert(arc) } else { self.arcs.remove(&arc) };
            self.revision += u64::from(is_news);
        };
        let styles = &styles[..styles.len().min(scene.arc_boxes.len())];
        match changes {
            Changes::All => styles.iter().enumerate().for_each(|(row, &style)| look_at(row, style)),
            Changes::Rows(rows) => {
                let known = rows.iter().filter_map(|&row| Some((row as usize, *styles.get(row as usize)?)));
                known.for_each(|(row, style)| look_at(row, style));
            }
        }
    }

    /// Changes whenever the set does.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The borders, ascending.
    pub fn arcs(&self) -> impl Iterator<Item = ArcId> + '_ {
        self.arcs.iter().copied()
    }
}

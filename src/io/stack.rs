//! All layers of a file that are levels of one another, read together.
//!
//! 1. Where a source names a layer, that one is read and no other is looked at.
//! 2. What cannot be read beside the first is left, and said; only what keeps the first from being read is an error.
//! 3. Unasked no more is read than is likely to be of use: so many layers, and so many features in them.

use super::layers::{self, LayerEntry};
use super::{LayerSource, Limits, ReadError};
use crate::i18n::{Lang, Say as _};
use crate::jobs::Progress;
use crate::model::{Layer, LeftLayer, LeftWhy, stacked};

/// Layers that are looked at beside the first.
const MOST_LOOKED_AT: usize = 12;
/// Features of layers that are looked at beside the first, all together.
const MOST_FEATURES: usize = 400_000;

/// Reads what a source names: the layer, or where it names none all those of the file that are levels of one another, the
/// finest first. `read` reads one of them.
///
/// # Errors
/// As [`layers::read`], of the layer that is read in any case.
pub fn read_levels(
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
    mut read: impl FnMut(&LayerSource) -> Result<Layer, ReadError>,
) -> Result<Vec<Layer>, ReadError> {
    let first = read(source)?;
    let is_named = first.reading.from.as_ref().is_some_and(|from| from.layer.is_some());
    let Some(taken) = first.reading.layer.clone().filter(|_| source.layer.is_none() && !is_named) else {
        return Ok(vec![first]);
    };
    if first.reading.layers.len() < 2 || !source.path.is_file() {
        return Ok(vec![first]);
    }
    progress.check()?;
    let listed = layers::contents(&source.path, limits).unwrap_or_default();
    let (mut others, mut left) = (Vec::new(), Vec::new());
    let mut features = 0;
    for LayerEntry { name, is_area, features: count } in listed.into_iter().filter(|entry| entry.name != taken) {
        let mut leave = |why: LeftWhy| left.push(LeftLayer { layer: name.clone(), why });
        features += count.unwrap_or(0);
        if !is_area {
            leave(LeftWhy::NoAreas);
        } else if others.len() == MOST_LOOKED_AT || features > MOST_FEATURES {
            features -= count.unwrap_or(0);
            leave(LeftWhy::NotLookedAt);
        } else {
            progress.check()?;
            match read(&LayerSource { layer: Some(name.clone()), ..source.clone() }) {
                Err(ReadError::Cancelled(cancelled)) => return Err(ReadError::Cancelled(cancelled)),
                Err(error) => leave(LeftWhy::Unreadable { words: [Lang::Zh, Lang::En].map(|lang| error.say(lang)) }),
                Ok(layer) => others.push(layer),
            }
        }
    }
    Ok(stacked(first, others, left))
}

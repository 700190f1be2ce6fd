//! Views of the map that go by a name, kept with the document.

use geo::{Coord, Rect};
use serde::{Deserialize, Serialize};

/// Setting under which they are kept with a document.
pub const SETTING: &str = "bookmarks";

/// A view of the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bookmark {
    /// What it is called.
    pub name: String,
    /// West, south, east and north of what is seen, in degrees.
    pub bounds: [f64; 4],
}

impl Bookmark {
    /// A view of a box in degrees.
    #[must_use]
    pub fn new(name: String, view: Rect) -> Self {
        let (low, high) = (view.min(), view.max());
        Self { name, bounds: [low.x, low.y, high.x, high.y] }
    }

    /// What is seen, in degrees; `None` for what no map can show.
    #[must_use]
    pub fn view(&self) -> Option<Rect> {
        let [west, south, east, north] = self.bounds;
        let sound = self.bounds.iter().all(|degrees| degrees.is_finite()) && west < east && south < north;
        sound.then(|| Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north }))
    }
}

/// What is done with bookmarks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The view now becomes one, called so.
    Add(String),
    /// One gets another name.
    Rename(usize, String),
    /// One goes.
    Remove(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bookmark_comes_back_from_text_and_one_that_cannot_be_shows_nothing() {
        let view = Rect::new(Coord { x: 105.0, y: 31.0 }, Coord { x: 105.5, y: 31.25 });
        let bookmark = Bookmark::new("河边".to_owned(), view);
        let text = serde_json::to_string(&bookmark).unwrap();
        let back: Bookmark = serde_json::from_str(&text).unwrap();
        assert_eq!(back.view(), Some(view));
        assert_eq!(Bookmark { bounds: [1.0, 2.0, 1.0, 3.0], ..back.clone() }.view(), None);
        assert_eq!(Bookmark { bounds: [f64::NAN; 4], ..back }.view(), None);
    }
}

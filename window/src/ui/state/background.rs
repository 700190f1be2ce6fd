//! The background of the map as the user chose it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use quhua::tiles::Grid;

/// Where the background comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shows {
    /// There is none.
    #[default]
    Off,
    /// A local file.
    File,
    /// A tile server.
    Server,
}

/// A local file of tiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTiles {
    /// The file.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// Whether its pictures are drawn in GCJ-02.
    pub gcj02: bool,
}

/// A tile server as the user wrote it down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TileServer {
    /// Address with places for zoom, column and row.
    pub address: String,
    /// Whose tiles they are.
    pub attribution: String,
    /// Whether its pictures are drawn in GCJ-02.
    pub gcj02: bool,
}

/// What lies below the units, and how it shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackgroundLook {
    /// Where it comes from now.
    pub shows: Shows,
    /// The local file that was taken last.
    pub file: Option<LocalTiles>,
    /// The server that was written last.
    pub server: TileServer,
    /// Opacity of the pictures over the paper, 0 to 1.
    pub opacity: f32,
    /// Opacity of the fills of units over the pictures, 0 to 1.
    pub fills: f32,
}

impl Default for BackgroundLook {
    fn default() -> Self {
        Self { shows: Shows::Off, file: None, server: TileServer::default(), opacity: 1.0, fills: 0.6 }
    }
}

impl BackgroundLook {
    /// What comes back when the program starts: a file that was on, never a server.
    #[must_use]
    pub fn at_start(self) -> Self {
        let shows = match self.shows {
            Shows::File if self.file.is_some() => Shows::File,
            _ => Shows::Off,
        };
        let sound = |share: f32, usual: f32| if share.is_finite() { share.clamp(0.0, 1.0) } else { usual };
        let (opacity, fills) = (sound(self.opacity, 1.0), sound(self.fills, 0.6));
        Self { shows, opacity, fills, ..self }
    }

    /// The same with a local file on. What is known of that file stays.
    #[must_use]
    pub fn with_file(&self, path: &Path) -> Self {
        let kept = self.file.clone().filter(|file| file.path == path);
        let file = kept.unwrap_or_else(|| LocalTiles { path: path.to_owned(), gcj02: false });
        Self { shows: Shows::File, file: Some(file), ..self.clone() }
    }

    /// Whether its tiles are those of another, so that nothing has to be loaded anew.
    #[must_use]
    pub fn has_tiles_of(&self, other: &Self) -> bool {
        let path = |look: &Self| look.file.as_ref().map(|file| file.path.clone());
        self.shows == other.shows
            && match self.shows {
                Shows::Off => true,
                Shows::File => path(self) == path(other),
                Shows::Server => self.server.address == other.server.address,
            }
    }

    /// Which coordinates the pictures that show are drawn in.
    #[must_use]
    pub fn grid(&self) -> Grid {
        let shifted = match self.shows {
            Shows::Off => false,
            Shows::File => self.file.as_ref().is_some_and(|file| file.gcj02),
            Shows::Server => self.server.gcj02,
        };
        if shifted { Grid::Gcj02 } else { Grid::True }
    }
}

/// A path as text. One that is none is kept as near as text comes to it: the rest of the choices must not be lost.
fn lossy<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> BackgroundLook {
        let server = TileServer { address: "http://t/{z}/{x}/{y}".to_owned(), ..TileServer::default() };
        BackgroundLook { shows: Shows::Server, server, ..BackgroundLook::default() }
    }

    #[test]
    fn a_server_does_not_come_back_and_a_file_does() {
        let kept = |look: &BackgroundLook| {
            let text = serde_json::to_string(look).unwrap();
            serde_json::from_str::<BackgroundLook>(&text).unwrap().at_start()
        };
        let server = kept(&look());
        assert_eq!((server.shows, server.server), (Shows::Off, look().server));
        let file = look().with_file(Path::new("/maps/a.mbtiles"));
        assert_eq!(kept(&file), file);
    }

    #[test]
    fn broken_preferences_are_put_right() {
        let text = r#"{"shows": "File", "opacity": 7.0, "fills": -1.0}"#;
        let look = serde_json::from_str::<BackgroundLook>(text).unwrap().at_start();
        assert_eq!((look.shows, look.opacity, look.fills), (Shows::Off, 1.0, 0.0));
    }

    #[test]
    fn a_look_alone_needs_no_other_tiles() {
        let mut other = look();
        (other.opacity, other.server.gcj02, other.server.attribution) = (0.5, true, "某局".to_owned());
        assert!(look().has_tiles_of(&other));
        assert_eq!((look().grid(), other.grid()), (Grid::True, Grid::Gcj02));
        other.server.address.push('?');
        assert!(!look().has_tiles_of(&other));
        assert!(!look().has_tiles_of(&look().with_file(Path::new("a"))));
    }
}

//! What can go wrong with tiles.

use std::path::PathBuf;

use super::TileId;

/// Why there are no tiles, or why one could not be had.
#[derive(Debug, thiserror::Error)]
pub enum TileError {
    /// The file cannot be opened.
    #[error("the tiles cannot be read ({why}); check the path: {path}")]
    Unreadable {
        /// What the system says.
        why: std::io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is of another kind.
    #[error("this is neither MBTiles nor PMTiles of version 3; choose a file of tiles: {path}")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The file is of the right kind, but broken, or not what the format wants.
    #[error("the tiles are damaged ({why}); get the whole file again: {path}")]
    Damaged {
        /// What is wrong with it.
        why: String,
        /// The file.
        path: PathBuf,
    },
    /// There is not one tile in it.
    #[error("there is no tile in this file: {path}")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The tiles are in another projection.
    #[error("the tiles are in {projection}, only Web Mercator (EPSG:3857) can be shown: {path}")]
    OtherProjection {
        /// What the file calls it.
        projection: String,
        /// The file.
        path: PathBuf,
    },
    /// The tiles hold lines and areas instead of pictures.
    #[error("these are vector tiles, only pictures (PNG, JPEG, WebP) can be shown: {source_name}")]
    Vector {
        /// The file or the server.
        source_name: String,
    },
    /// A tile cannot be decoded.
    #[error("tile {tile} is not a picture that can be read ({why}): {source_name}")]
    Picture {
        /// The tile.
        tile: TileId,
        /// What is wrong with it.
        why: String,
        /// The file or the server.
        source_name: String,
    },
    /// The address of a server cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The server cannot be reached, or does not answer in time.
    #[error("the tile server cannot be reached ({why}); check the network and the address: {host}")]
    Offline {
        /// What the network says.
        why: String,
        /// The server.
        host: String,
    },
    /// The server answers, but gives no tile.
    #[error("the tile server refuses ({status}); check the address and its key: {host}")]
    Refused {
        /// Status of the answer.
        status: u16,
        /// The server.
        host: String,
    },
}

impl TileError {
    /// Whether no other tile of this source can be had either: there is no use in going on.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Offline { .. } | Self::Refused { .. } | Self::Picture { .. })
    }
}

/// Why an address with places for zoom, column and row cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// Only the web is asked.
    #[error("the address must begin with https:// or http://")]
    NotWeb,
    /// A place that every tile needs is missing.
    #[error("the address needs {{{0}}}: zoom, column and row go to {{z}}, {{x}} and {{y}}")]
    Missing(&'static str),
    /// A place that nothing is known to go to.
    #[error("nothing is known to go to {{{0}}} in the address")]
    Unknown(String),
    /// With the places filled in, it is no address.
    #[error("this is not an address: {0}")]
    NotAnAddress(String),
}

//! A tile server that the user has written down.

use std::time::Duration;

use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};

use super::source::Fetch;
use super::{Pyramid, SourceInfo, TemplateError, TileError, TileId};

/// Zooms that servers are asked for. Where there are no tiles that fine, coarser ones stand in.
const ZOOMS: std::ops::RangeInclusive<u8> = 0..=19;

/// Bytes of one tile at most.
const MOST_BYTES: u64 = 8 << 20;

/// An address with places for the tile.
///
/// ```
/// # use quhua::tiles::{Template, TileId};
/// let template = Template::parse("https://{s}.tiles.example/{z}/{x}/{y}.png")?;
/// let tile = TileId::new(3, 6, 2).unwrap();
/// assert_eq!(template.address(tile), "https://c.tiles.example/3/6/2.png");
/// # Ok::<(), quhua::tiles::TemplateError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
    host: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Zoom,
    Column,
    RowFromNorth,
    RowFromSouth,
    /// One of several servers that share the work.
    OneOf(Vec<String>),
}

impl Template {
    /// Reads an address with `{z}`, `{x}`, and `{y}` (counted from the north) or `{-y}` (from the south). `{s}` stands
    /// for a, b or c, and `{0-7}` or `{a-d}` for one of that row.
    ///
    /// # Errors
    /// [`TemplateError`] when it is no such address.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let text = text.trim();
        if !text.starts_with("https://") && !text.starts_with("http://") {
            return Err(TemplateError::NotWeb);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.find('{') {
            let Some(length) = rest[start..].find('}') else { break };
            if start > 0 {
                parts.push(Part::Text(rest[..start].to_owned()));
            }
            parts.push(place(&rest[start + 1..start + length])?);
            rest = &rest[start + length + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        for (part, name) in [(Part::Zoom, "z"), (Part::Column, "x")] {
            if !parts.contains(&part) {
                return Err(TemplateError::Missing(name));
            }
        }
        if !parts.contains(&Part::RowFromNorth) && !parts.contains(&Part::RowFromSouth) {
            return Err(TemplateError::Missing("y"));
        }
        let mut template = Self { parts, host: String::new() };
        let Some(first) = TileId::new(0, 0, 0).map(|tile| template.address(tile)) else {
            return Err(TemplateError::NotAnAddress(text.to_owned()));
        };
        let host = first.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
        template.host = host.ok_or_else(|| TemplateError::NotAnAddress(text.to_owned()))?;
        Ok(template)
    }

    /// The address of a tile.
    #[must_use]
    pub fn address(&self, tile: TileId) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Zoom => tile.z().to_string(),
            Part::Column => tile.x().to_string(),
            Part::RowFromNorth => tile.y().to_string(),
            Part::RowFromSouth => tile.y_from_south().to_string(),
            // Always the same one for a tile, so that what lies between may keep it.
            Part::OneOf(names) => names[(tile.x() + tile.y()) as usize % names.len()].clone(),
        };
        self.parts.iter().map(part).collect()
    }

    /// The server: what the user is told the tiles come from.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }
}

/// What goes to a place, by what stands between its braces.
fn place(name: &str) -> Result<Part, TemplateError> {
    Ok(match name {
        "z" => Part::Zoom,
        "x" => Part::Column,
        "y" => Part::RowFromNorth,
        "-y" => Part::RowFromSouth,
        "s" => Part::OneOf(["a", "b", "c"].map(str::to_owned).to_vec()),
        // For screens with small pixels: the usual tiles will do.
        "r" => Part::Text(String::new()),
        _ => match name.as_bytes() {
            [from, b'-', to] if from <= to && from.is_ascii_alphanumeric() && to.is_ascii_alphanumeric() => {
                Part::OneOf((*from..=*to).map(|byte| char::from(byte).to_string()).collect())
            }
            _ => return Err(TemplateError::Unknown(name.to_owned())),
        },
    })
}

/// A tile server. Cloning shares its connections.
#[derive(Clone, Debug)]
pub(super) struct Server {
    template: Template,
    agent: Agent,
}

impl Server {
    pub fn new(template: Template) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(3)
            .timeout_connect(Some(Duration::from_secs(8)))
            .timeout_global(Some(Duration::from_secs(20)))
            // Offices have certificates of their own, which the system knows.
            .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
            // Servers want to know which program asks; it says nothing of the user or the machine.
            .user_agent(concat!("Quhua/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { template, agent: config.into() }
    }

    pub fn info(&self) -> SourceInfo {
        SourceInfo {
            name: self.template.host.clone(),
            attribution: None,
            pyramid: Pyramid { zooms: ZOOMS, bounds: None, tile_px: 256 },
        }
    }
}

impl Fetch for Server {
    fn fetch(&mut self, tile: TileId) -> Result<Option<Vec<u8>>, TileError> {
        let host = || self.template.host.clone();
        let offline = |error: ureq::Error| TileError::Offline { why: error.to_string(), host: host() };
        let mut answer = self.agent.get(self.template.address(tile)).call().map_err(offline)?;
        match answer.status().as_u16() {
            200 => answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec().map(Some).map_err(offline),
            // There is no such tile; some servers say so with an empty answer.
            204 | 404 | 410 => Ok(None),
            status => Err(TileError::Refused { status, host: host() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiles::TileSource;
    use crate::tiles::testing::{LocalServer, png};

    fn tile(z: u8, x: u32, y: u32) -> TileId {
        TileId::new(z, x, y).unwrap()
    }

    #[test]
    fn places_are_filled_in() {
        let address = |template: &str| Template::parse(template).unwrap().address(tile(4, 3, 5));
        assert_eq!(address(" http://t/{z}/{x}/{y} "), "http://t/4/3/5");
        assert_eq!(address("http://t/{z}/{x}/{-y}.jpg"), "http://t/4/3/10.jpg");
        assert_eq!(address("https://{s}.t/?x={x}&y={y}&l={z}{r}"), "https://c.t/?x=3&y=5&l=4");
        assert_eq!(address("https://t{0-7}.gov/{z}/{y}/{x}"), "https://t0.gov/4/5/3");
        assert_eq!(Template::parse("https://t{0-7}.gov:8443/{z}/{y}/{x}?k=1").unwrap().host(), "t0.gov");
    }

    #[test]
    fn what_is_no_address_of_tiles_is_refused() {
        let refused = |template: &str| Template::parse(template).unwrap_err();
        assert_eq!(refused("file:///{z}/{x}/{y}"), TemplateError::NotWeb);
        assert_eq!(refused(""), TemplateError::NotWeb);
        assert_eq!(refused("http://t/{z}/{x}"), TemplateError::Missing("y"));
        assert_eq!(refused("http://t/{x}/{y}"), TemplateError::Missing("z"));
        assert_eq!(refused("http://t/{z}/{x}/{y}{what}"), TemplateError::Unknown("what".to_owned()));
        assert!(matches!(refused("http:///{z}/{x}/{y}"), TemplateError::NotAnAddress(_)));
        assert!(matches!(refused("http://a b/{z}/{x}/{y}"), TemplateError::NotAnAddress(_)));
    }

    #[test]
    fn a_server_is_asked_for_the_tile_and_nothing_else() {
        let picture = png(4, [1, 2, 3, 255]);
        let server = LocalServer::start(move |path| match path {
            "/4/3/5.png" => (200, picture.clone()),
            "/4/0/0.png" => (403, b"no".to_vec()),
            _ => (404, Vec::new()),
        });
        let template = Template::parse(&format!("{}/{{z}}/{{x}}/{{y}}.png", server.address())).unwrap();
        let source = TileSource::server(template);
        // Making a source sends nothing.
        assert_eq!(server.asked(), Vec::<String>::new());
        let mut fetcher = source.fetcher().unwrap();
        assert_eq!(fetcher.fetch(tile(4, 3, 5)).unwrap(), Some(png(4, [1, 2, 3, 255])));
        assert_eq!(fetcher.fetch(tile(4, 3, 6)).unwrap(), None);
        assert!(matches!(fetcher.fetch(tile(4, 0, 0)), Err(TileError::Refused { status: 403, .. })));
        assert_eq!(server.asked(), ["/4/3/5.png", "/4/3/6.png", "/4/0/0.png"]);
    }

    #[test]
    fn a_server_that_is_not_there_is_an_error_with_its_name() {
        // A port that was free a moment ago.
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let template = Template::parse(&format!("http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}")).unwrap();
        let error = TileSource::server(template).fetcher().unwrap().fetch(tile(0, 0, 0)).unwrap_err();
        assert!(matches!(&error, TileError::Offline { host, .. } if host == "127.0.0.1"), "{error}");
        assert!(!error.is_final());
    }
}

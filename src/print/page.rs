//! Size of a sheet, and where on it things go.

use std::str::FromStr;

use emath::{Rect, pos2, vec2};

use super::PrintError;
use crate::i18n::Lang;

/// Width and height of a picture in pixels, within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    width: u32,
    height: u32,
}

impl Size {
    /// Least width and height in pixels.
    pub const LEAST: u32 = 200;
    /// Greatest width and height in pixels.
    pub const MOST: u32 = 16_000;
    /// Most pixels in all: 256 MB of memory.
    pub const MOST_PIXELS: u64 = 64_000_000;

    /// A size in pixels; `None` when it is out of bounds.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Option<Self> {
        let side = Self::LEAST..=Self::MOST;
        let fits = side.contains(&width) && side.contains(&height);
        (fits && u64::from(width) * u64::from(height) <= Self::MOST_PIXELS).then_some(Self { width, height })
    }

    /// Width in pixels.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub const fn height(self) -> u32 {
        self.height
    }

    /// Pixels for one point: 1 where the shorter side has 1200 of them, growing with the root of it.
    #[must_use]
    pub fn pixels_per_point(self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "at most 16,000")]
        let shorter = self.width.min(self.height) as f32;
        (shorter / 1200.0).sqrt()
    }

    /// The sheet in points.
    #[must_use]
    pub(super) fn points(self) -> Rect {
        #[expect(clippy::cast_precision_loss, reason = "at most 16,000")]
        let pixels = vec2(self.width as f32, self.height as f32);
        Rect::from_min_size(pos2(0.0, 0.0), pixels / self.pixels_per_point())
    }
}

/// A sheet of paper that offices print on (ISO 216).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Paper {
    /// 420 × 297 mm.
    #[default]
    A3,
    /// 297 × 420 mm.
    A3Portrait,
    /// 297 × 210 mm.
    A4,
    /// 210 × 297 mm.
    A4Portrait,
}

impl Paper {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::A3, Self::A3Portrait, Self::A4, Self::A4Portrait];

    /// Identifier as used on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::A3 => "a3",
            Self::A3Portrait => "a3-portrait",
            Self::A4 => "a4",
            Self::A4Portrait => "a4-portrait",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::A3 => lang.pick("A3 横向", "A3 landscape"),
            Self::A3Portrait => lang.pick("A3 纵向", "A3 portrait"),
            Self::A4 => lang.pick("A4 横向", "A4 landscape"),
            Self::A4Portrait => lang.pick("A4 纵向", "A4 portrait"),
        }
    }

    /// Its size, with 96 pixels to the inch.
    #[must_use]
    pub const fn size(self) -> Size {
        let (width, height) = match self {
            Self::A3 => (1587, 1123),
            Self::A3Portrait => (1123, 1587),
            Self::A4 => (1123, 794),
            Self::A4Portrait => (794, 1123),
        };
        Size { width, height }
    }
}

impl Default for Size {
    /// 1600 × 1200.
    fn default() -> Self {
        Self { width: 1600, height: 1200 }
    }
}

impl FromStr for Size {
    type Err = PrintError;

    /// Reads `1600x1200`, or the name of a paper such as `a3`.
    fn from_str(text: &str) -> Result<Self, PrintError> {
        if let Some(paper) = Paper::ALL.into_iter().find(|paper| text.eq_ignore_ascii_case(paper.id())) {
            return Ok(paper.size());
        }
        let parts = text.split_once(['x', 'X', '×']);
        let parsed = parts.and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
        let size = parsed.and_then(|(width, height)| Self::new(width, height));
        size.ok_or_else(|| PrintError::BadSize { size: text.to_owned() })
    }
}

/// Where the parts of a sheet are, in points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page {
    /// All of it.
    pub sheet: Rect,
    /// Title and what stands below it.
    pub head: Rect,
    /// The map.
    pub map: Rect,
    /// Legend, north arrow and scale bar; `None` on a sheet too small for them.
    pub side: Option<Rect>,
    /// Source of the data.
    pub foot: Rect,
}

impl Page {
    /// Lays out a sheet whose legend needs a width and a height in points.
    pub fn new(size: Size, legend_width: f32, legend_height: f32) -> Self {
        const MARGIN: f32 = 32.0;
        const GAP: f32 = 24.0;
        const HEAD: f32 = 58.0;
        const FOOT: f32 = 26.0;
        let sheet = size.points();
        let inner = sheet.shrink(MARGIN.min(sheet.width() * 0.05).min(sheet.height() * 0.05));
        let head = Rect::from_min_max(inner.min, pos2(inner.max.x, inner.min.y + HEAD));
        let foot = Rect::from_min_max(pos2(inner.min.x, inner.max.y - FOOT), inner.max);
        let body = Rect::from_min_max(pos2(inner.min.x, head.max.y), pos2(inner.max.x, foot.min.y));
        // The legend needs room below the north arrow and above the scale bar.
        let has_side = legend_width + GAP < body.width() * 0.4 && legend_height + 150.0 < body.height();
        let split = body.max.x - legend_width - GAP;
        if has_side {
            let map = Rect::from_min_max(body.min, pos2(split, body.max.y));
            let beside = Rect::from_min_max(pos2(split + GAP, body.min.y), body.max);
            Self { sheet, head, map, side: Some(beside), foot }
        } else {
            Self { sheet, head, map: body, side: None, foot }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bounded() {
        assert_eq!("1600x1200".parse::<Size>().unwrap(), Size::default());
        assert_eq!("A3".parse::<Size>().unwrap(), Paper::A3.size());
        assert!(Paper::ALL.into_iter().all(|paper| Size::new(paper.size().width, paper.size().height).is_some()));
        for text in ["0x0", "100000x100000", "16000x16000", "800", "x", "-5x300", "1e3x1e3", "199x400"] {
            assert!(text.parse::<Size>().is_err(), "{text}");
        }
    }

    #[test]
    fn everything_lies_on_the_sheet_at_any_size() {
        for (width, height) in [(200, 200), (200, 16_000 / 4), (640, 480), (1600, 1200), (8000, 8000)] {
            let page = Page::new(Size::new(width, height).unwrap(), 180.0, 200.0);
            for part in [Some(page.head), Some(page.map), page.side, Some(page.foot)].into_iter().flatten() {
                assert!(part.is_positive() && page.sheet.contains_rect(part), "{width}×{height}: {part:?}");
            }
        }
    }
}

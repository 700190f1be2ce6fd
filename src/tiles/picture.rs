//! Pictures of tiles, decoded.

use image::{ImageFormat, ImageReader, Limits};

use super::{TileError, TileId};
use crate::i18n::one_line;

/// Pixels along a side at most. Tiles have 256 or 512; what claims more is broken or wants to fill the memory.
const MOST_PX: u32 = 2048;

/// The picture of one tile.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Number of rows.
    pub height: u32,
    /// Rows from top to bottom, four bytes a pixel: red, green and blue, multiplied by alpha, and alpha.
    pub rgba: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}

/// Whether the bytes of a tile begin like a vector tile: packed with gzip, or with the tag of its first layer.
pub(super) fn is_vector(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B]) || bytes.starts_with(&[0x1A])
}

/// Pixels along the longer side of a picture, without decoding it.
pub(super) fn side_px(bytes: &[u8]) -> Option<u32> {
    let reader = ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().ok()?;
    reader.into_dimensions().ok().map(|(width, height)| width.max(height))
}

/// Decodes a tile.
///
/// # Errors
/// [`TileError::Vector`] and [`TileError::Picture`].
pub(super) fn decode(bytes: &[u8], tile: TileId, source_name: &str) -> Result<Picture, TileError> {
    let failed = |why: String| TileError::Picture { tile, why: one_line(&why), source_name: source_name.to_owned() };
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP)) => format,
        Ok(other) => return Err(failed(format!("{other:?} is not supported"))),
        Err(_) if is_vector(bytes) => return Err(TileError::Vector { source_name: source_name.to_owned() }),
        Err(_) => return Err(failed("it is neither PNG nor JPEG nor WebP".to_owned())),
    };
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MOST_PX), Some(MOST_PX));
    let mut reader = ImageReader::with_format(std::io::Cursor::new(bytes), format);
    reader.limits(limits);
    let mut image = reader.decode().map_err(|error| failed(error.to_string()))?.into_rgba8();
    for pixel in image.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        if alpha < 255 {
            let times = |channel: u8| u8::try_from((u32::from(channel) * u32::from(alpha) + 127) / 255).unwrap_or(255);
            pixel.0 = [times(red), times(green), times(blue), alpha];
        }
    }
    Ok(Picture { width: image.width(), height: image.height(), rgba: image.into_raw() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tiles::testing::{encoded, png};

    fn tile() -> TileId {
        TileId::new(3, 1, 2).unwrap()
    }

    #[test]
    fn png_jpeg_and_webp_are_decoded() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
            let picture = decode(&encoded(8, [200, 100, 50, 255], format), tile(), "here").unwrap();
            assert_eq!((picture.width, picture.height, picture.rgba.len()), (8, 8, 256));
            let near = picture.rgba[..4].iter().zip([200, 100, 50, 255]).all(|(a, b)| a.abs_diff(b) < 8);
            assert!(near, "{format:?}: {:?}", &picture.rgba[..4]);
        }
        assert_eq!(side_px(&png(8, [1, 2, 3, 255])), Some(8));
    }

    #[test]
    fn colours_are_multiplied_by_alpha() {
        let picture = decode(&png(1, [200, 100, 50, 128]), tile(), "here").unwrap();
        assert_eq!(picture.rgba, [100, 50, 25, 128]);
    }

    #[test]
    fn what_is_not_a_picture_is_named() {
        let gzip = decode(&[0x1F, 0x8B, 8, 0], tile(), "a.mbtiles");
        assert!(matches!(gzip, Err(TileError::Vector { .. })));
        let page = decode(b"<html>Please log in</html>", tile(), "tiles.example").unwrap_err().to_string();
        assert!(page.contains("3/1/2") && page.ends_with("tiles.example"), "{page}");
        let huge = decode(&png(MOST_PX + 1, [0; 4]), tile(), "here");
        assert!(matches!(huge, Err(TileError::Picture { .. })));
    }

    proptest! {
        #[test]
        fn broken_pictures_are_refused_without_a_panic(cut in 0..200_usize, at in 0..200_usize, byte in any::<u8>()) {
            for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
                let mut bytes = encoded(4, [9, 8, 7, 255], format);
                let at = at % bytes.len();
                bytes[at] = byte;
                bytes.truncate(cut.max(1));
                let _ = decode(&bytes, tile(), "here");
            }
        }
    }
}

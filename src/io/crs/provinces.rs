//! Where the provinces of China lie, to tell which zones their coordinates may well be in.
//!
//! Boxes in whole tenths of a degree around each, told by the first two digits of codes (GB/T 2260). They rank what
//! people choose from, and decide nothing.

/// First two digits of codes; west, south, east and north in degrees.
const PROVINCES: [(u8, [f64; 4]); 34] = [
    (11, [115.4, 39.4, 117.6, 41.1]),
    (12, [116.7, 38.5, 118.1, 40.3]),
    (13, [113.4, 36.0, 119.9, 42.7]),
    (14, [110.2, 34.5, 114.6, 40.8]),
    (15, [97.1, 37.4, 126.1, 53.4]),
    (21, [118.8, 38.7, 125.8, 43.5]),
    (22, [121.6, 40.8, 131.4, 46.4]),
    (23, [121.1, 43.4, 135.1, 53.6]),
    (31, [120.8, 30.6, 122.3, 31.9]),
    (32, [116.3, 30.7, 122.0, 35.2]),
    (33, [118.0, 27.0, 123.3, 31.2]),
    (34, [114.8, 29.3, 119.7, 34.7]),
    (35, [115.8, 23.5, 120.8, 28.4]),
    (36, [113.5, 24.4, 118.5, 30.1]),
    (37, [114.8, 34.3, 122.8, 38.5]),
    (41, [110.3, 31.3, 116.7, 36.4]),
    (42, [108.3, 29.0, 116.2, 33.3]),
    (43, [108.7, 24.6, 114.3, 30.2]),
    (44, [109.6, 20.2, 117.4, 25.6]),
    (45, [104.4, 20.9, 112.1, 26.4]),
    (46, [108.6, 3.8, 117.9, 20.2]),
    (50, [105.2, 28.1, 110.2, 32.3]),
    (51, [97.3, 26.0, 108.6, 34.4]),
    (52, [103.6, 24.6, 109.6, 29.3]),
    (53, [97.5, 21.1, 106.2, 29.3]),
    (54, [78.3, 26.8, 99.2, 36.5]),
    (61, [105.4, 31.7, 111.3, 39.6]),
    (62, [92.3, 32.5, 108.8, 42.9]),
    (63, [89.4, 31.5, 103.1, 39.3]),
    (64, [104.2, 35.2, 107.7, 39.4]),
    (65, [73.4, 34.3, 96.5, 49.2]),
    (71, [119.3, 21.7, 124.6, 25.4]),
    (81, [113.8, 22.1, 114.5, 22.6]),
    (82, [113.5, 22.1, 113.7, 22.3]),
];

/// How far a place is from being in the middle of a province: whether it lies outside, and the distance of the two
/// meridians in thousandths of a degree. Less is likelier.
pub(super) fn farness(province: u8, [lon, lat]: [f64; 2]) -> Option<(bool, u32)> {
    let (_, [west, south, east, north]) = PROVINCES.iter().find(|(code, _)| *code == province)?;
    let is_outside = !((*west..=*east).contains(&lon) && (*south..=*north).contains(&lat));
    let apart = (lon - f64::midpoint(*west, *east)).abs() * 1000.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 360 thousand, and positive")]
    Some((is_outside, apart as u32))
}

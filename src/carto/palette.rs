//! Fills of units: muted colours that stay apart for colour-blind eyes.

use ecolor::Color32;

use super::{AtomFlags, AtomStyle, MapTheme};

/// How many colours there are for units.
pub const COLOURS: usize = 7;

/// Opacity of unit fills over the paper: about 70 %.
const OPACITY: u8 = 179;

// Chosen by search from seven quiet hues: over the paper, every pair keeps a CIE76 distance of at least 8 in normal,
// protan, deutan and tritan vision (Machado, Oliveira and Fernandes 2009).
const LIGHT: [u32; COLOURS] = [0xE6_D2A0, 0xA4_AA79, 0xCA_E0F8, 0xE9_B9AB, 0xB4_B4E0, 0xEC_F0D4, 0x87_B3B4];
const DARK: [u32; COLOURS] = [0x5E_5028, 0x26_4434, 0x53_6A93, 0x89_635E, 0x45_375E, 0x8F_875B, 0x4B_8A8F];

/// Fill of a unit by the number of its colour (see [`Colouring`](super::Colouring)).
#[must_use]
pub fn unit_fill(theme: &MapTheme, colour: u8) -> AtomStyle {
    let colours = if theme.dark { &DARK } else { &LIGHT };
    let [_, red, green, blue] = colours[usize::from(colour) % COLOURS].to_be_bytes();
    AtomStyle { fill: [red, green, blue, OPACITY], flags: AtomFlags::NONE }
}

/// What a fill looks like on the paper, for legends.
#[must_use]
pub fn on_paper(theme: &MapTheme, fill: [u8; 4]) -> Color32 {
    let alpha = f32::from(fill[3]) / 255.0;
    let mix = |above: u8, below: u8| f32::from(above) * alpha + f32::from(below) * (1.0 - alpha);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two bytes")]
    let mix = |above, below| mix(above, below).round() as u8;
    let paper = theme.paper;
    Color32::from_rgb(mix(fill[0], paper.r()), mix(fill[1], paper.g()), mix(fill[2], paper.b()))
}

/// How eyes that see colours otherwise tell them apart.
#[cfg(test)]
pub(super) mod vision {
    use super::Color32;

    type Matrix = [[f64; 3]; 3];

    const NORMAL: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    const PROTAN: Matrix =
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]];
    const DEUTAN: Matrix =
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]];
    const TRITAN: Matrix =
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_900]];

    fn product(m: &Matrix, v: [f64; 3]) -> [f64; 3] {
        m.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
    }

    /// CIE Lab of a colour as an eye with that deficiency sees it.
    fn lab(colour: Color32, vision: &Matrix) -> [f64; 3] {
        let linear = [colour.r(), colour.g(), colour.b()].map(|c| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        let seen = product(vision, linear).map(|c| c.clamp(0.0, 1.0));
        let xyz = product(&[[0.4338, 0.3762, 0.1899], [0.2126, 0.7152, 0.0722], [0.0177, 0.1095, 0.8730]], seen);
        let [x, y, z] = xyz.map(|t| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// Least CIE76 distance of two of some colours, for any eye.
    pub fn least_distance(colours: &[Color32]) -> f64 {
        let mut least = f64::INFINITY;
        for vision in [NORMAL, PROTAN, DEUTAN, TRITAN] {
            for (i, &a) in colours.iter().enumerate() {
                for &b in &colours[..i] {
                    let (a, b) = (lab(a, &vision), lab(b, &vision));
                    least = least.min((0..3).map(|k| (a[k] - b[k]).powi(2)).sum::<f64>().sqrt());
                }
            }
        }
        least
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_pairs_of_colours_differ_for_every_eye() {
        for theme in [MapTheme::light(), MapTheme::dark()] {
            let colours: Vec<Color32> = (0..7).map(|i| on_paper(&theme, unit_fill(&theme, i).fill)).collect();
            let least = vision::least_distance(&colours);
            assert!(least > 8.0, "{least}");
        }
    }
}

//! What surrounds the map and stands on it: seats, north arrow, legend and scale.

use emath::{Pos2, Rect, pos2, vec2};

use super::legend::Legend;
use super::page::Page;
use super::svg::{Align, Svg, hex, number};
use crate::carto::furniture::{ScaleBar, SeatSign, scale_text, star_corner};
use crate::carto::{Camera, MapTheme};

/// The signs of seats.
pub(super) fn draw_seats(svg: &mut Svg<'_>, theme: &MapTheme, seats: &[(SeatSign, Pos2)]) {
    svg.raw("<g id=\"seats\">\n");
    for &(sign, at) in seats {
        draw_seat(svg, theme, sign, at);
    }
    svg.raw("</g>\n");
}

/// The sign of a seat at a position.
pub(super) fn draw_seat(svg: &mut Svg<'_>, theme: &MapTheme, sign: SeatSign, at: Pos2) {
    let (ink, paper, muted) = (hex(theme.ink), hex(theme.paper), hex(theme.muted));
    let square = |half: f32| Rect::from_center_size(at, vec2(half, half) * 2.0);
    match sign {
        SeatSign::Kept => {
            let rim = format!("fill=\"{ink}\" stroke=\"{paper}\" stroke-width=\"1.5\" paint-order=\"stroke\"");
            svg.rect(square(3.0), &rim);
        }
        SeatSign::Abolished | SeatSign::Retained | SeatSign::Closed => {
            svg.rect(square(4.5), &format!("fill=\"{paper}\""));
            svg.rect(square(2.4), &format!("fill=\"none\" stroke=\"{muted}\" stroke-width=\"1.25\""));
            match sign {
                SeatSign::Retained => svg.rect(square(1.25), &format!("fill=\"{ink}\"")),
                SeatSign::Closed => svg.put(format_args!(
                    "<path d=\"M{} {}l9-9\" stroke=\"{muted}\" stroke-width=\"1.25\"/>\n",
                    number(at.x - 4.5),
                    number(at.y + 4.5)
                )),
                _ => {}
            }
        }
        SeatSign::County => {
            let corners: Vec<String> = (0..10)
                .map(|i| star_corner(at, 8.0, i))
                .map(|corner| format!("{},{}", number(corner.x), number(corner.y)))
                .collect();
            svg.put(format_args!(
                "<polygon points=\"{}\" fill=\"{ink}\" stroke=\"{paper}\" stroke-width=\"2\" \
                     paint-order=\"stroke\"/>\n",
                corners.join(" ")
            ));
        }
    }
}

/// North arrow, legend and scale: beside the map, or on it where the sheet is small.
pub(super) fn draw_furniture(svg: &mut Svg<'_>, theme: &MapTheme, page: &Page, camera: &Camera, legend: &Legend) {
    let bar = ScaleBar::fitting(camera, 130.0_f32.min(page.map.width() * 0.4));
    let Some(side) = page.side else {
        draw_scale_bar(svg, theme, &bar, page.map.left_bottom() + vec2(4.0, -4.0));
        return;
    };
    draw_north_arrow(svg, theme, pos2(side.min.x + 14.0, side.min.y + 26.0));
    let corner = side.left_bottom() - vec2(0.0, 74.0 + legend.size.y);
    legend.draw(svg, theme, corner);
    draw_scale_bar(svg, theme, &bar, side.left_bottom() + vec2(1.0, -26.0));
    let numeric = side.left_bottom() + vec2(0.0, -7.0);
    svg.text(numeric, Align::Left, 11.0, theme.muted, &scale_text(camera));
}

fn draw_scale_bar(svg: &mut Svg<'_>, theme: &MapTheme, bar: &ScaleBar, left: Pos2) {
    let [x, y, length] = [left.x, left.y - 5.0, bar.length_points].map(number);
    svg.put(format_args!(
        "<path id=\"scale\" d=\"M{x} {y}v5h{length}v-5\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>\n",
        hex(theme.ink)
    ));
    let middle = left + vec2(bar.length_points / 2.0, -5.0);
    svg.text(middle, Align::Middle, 11.0, theme.ink, &bar.text());
}

/// A north arrow around a position: its western half filled.
fn draw_north_arrow(svg: &mut Svg<'_>, theme: &MapTheme, at: Pos2) {
    let (ink, paper) = (hex(theme.ink), hex(theme.paper));
    let [x, y] = [at.x, at.y].map(number);
    svg.put(format_args!(
        "<g id=\"north\" transform=\"translate({x} {y})\" stroke=\"{ink}\" stroke-linejoin=\"round\">\
         <path d=\"M0-8 8 17 0 11.5-8 17z\" fill=\"{paper}\"/><path d=\"M0-8V11.5L-8 17z\" fill=\"{ink}\"/></g>\n"
    ));
    svg.text(at + vec2(0.0, -12.0), Align::Middle, 13.0, theme.ink, "N");
}

//! Maps as files.

use std::collections::BTreeSet;
use std::fs;

use quhua::carto::{MapTheme, palette};
use resvg::tiny_skia::Pixmap;

use crate::support::{quhua_exits, repository};

const PLAN: &str = "sample_data/sanhe/example.plan.json";

/// Draws the sample county into a file with this ending.
fn render(ending: &str, more: &[&str]) -> Vec<u8> {
    written("render", ending, more)
}

/// Has a subcommand write a file about the sample county.
fn written(subcommand: &str, ending: &str, more: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join(format!("map.{ending}"));
    let layers = ["villages", "townships"].map(|name| repository(&format!("sample_data/sanhe/{name}.geojson")));
    let [villages, townships] = layers.map(|path| path.to_str().unwrap().to_owned());
    let mut args = vec![subcommand, &villages, &townships, "-o", out.to_str().unwrap()];
    args.extend(more);
    quhua_exits(0, args);
    fs::read(out).unwrap()
}

#[test]
fn a_picture_has_the_size_asked_for_and_the_colours_of_the_units() {
    let plan = repository(PLAN);
    let more = ["--plan", plan.to_str().unwrap(), "--level", "township", "--size", "800x600"];
    let png = render("png", &more);
    let picture = Pixmap::decode_png(&png).unwrap();
    assert_eq!((picture.width(), picture.height()), (800, 600));
    let theme = MapTheme::light();
    let colours: BTreeSet<[u8; 3]> =
        picture.pixels().iter().map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect();
    for number in 0..7 {
        let colour = palette::on_paper(&theme, palette::unit_fill(&theme, number).fill);
        assert!(colours.contains(&[colour.r(), colour.g(), colour.b()]), "colour {number}");
    }
    assert!(png == render("png", &more), "the same bytes each time");
}

#[test]
fn a_pdf_and_an_svg_are_written_whole() {
    let pdf = render("pdf", &["--style", "density:quantile", "--lang", "en"]);
    assert!(pdf.starts_with(b"%PDF") && pdf.trim_ascii_end().ends_with(b"%%EOF"));
    let svg = String::from_utf8(render("svg", &["--style", "arable_mu", "--lang", "zh"])).unwrap();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains(">耕地（亩）<") && svg.contains("font-family="));
    assert!(svg.len() < 500_000, "{} bytes", svg.len());
}

#[test]
fn what_cannot_be_drawn_gets_one_clear_line() {
    let villages = repository("sample_data/sanhe/villages.geojson");
    let villages = villages.to_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let cases = [
        (vec!["--style", "income"], out("map.png"), "neighbours, area, population, density"),
        (vec!["--style", "area:best"], out("map.png"), "jenks, quantile, equal"),
        (vec!["--size", "0x0"], out("map.png"), "from 200 to 16000 pixels"),
        (vec!["--size", "100000x100000"], out("map.png"), "64 million"),
        (vec![], out("map.gif"), "use .png, .svg or .pdf"),
        (vec![], out("no/such/folder/map.svg"), "map.svg"),
    ];
    for (more, out, said) in cases {
        let (_, message) = quhua_exits(2, ["render", villages, "-o", &out].into_iter().chain(more));
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.starts_with("error: ") && message.contains(said), "{message}");
        assert!(!std::path::Path::new(&out).exists());
    }
}

#[test]
fn a_page_of_a_county_is_one_small_file_and_the_same_each_time() {
    let plan = repository(PLAN);
    let more = ["--plan", plan.to_str().unwrap(), "--level", "township", "--style", "population", "--lang", "en"];
    let page = written("page", "html", &more);
    assert!(page == written("page", "html", &more), "the same bytes each time");
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    let page = String::from_utf8(page).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    assert!(page.contains("Townships 28 → 26") && page.contains("A sketch, not for delimitation."));
    assert_eq!(page.matches("data-b=\"").count(), 2 * 28, "on the map and in the table");
    assert_eq!(page.matches("data-a=\"").count(), 2 * 26);
}

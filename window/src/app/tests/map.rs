//! Maps and pages that the window writes.

use std::path::Path;
use std::time::{Duration, Instant};

use egui_kittest::Harness;

use super::{act, app, two_neighbours, wait_for_figures, window};
use crate::app::App;
use crate::render::Scheme;
use crate::ui::notices::Gravity;
use crate::ui::state::action::Action;
use crate::ui::state::choropleth::{Classing, FigureLook};
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::exports::ExportKind;
use crate::ui::state::view::{Colouring, PathPurpose};
use quhua::i18n::{Lang, sentences};
use quhua::metrics::Figure;
use quhua::print::Paper;

fn written(window: &mut Harness<'_, Option<App>>, purpose: PathPurpose, path: &Path) -> String {
    act(window, Command::UsePath(purpose, path.to_owned()));
    let since = Instant::now();
    while !path.exists() {
        assert!(since.elapsed() < Duration::from_mins(1), "{} is not written", path.display());
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_map_is_written_in_the_colours_of_the_window_and_for_the_paper_that_was_chosen() {
    let mut window = window(Lang::En);
    let folder = tempfile::tempdir().unwrap();
    let look = FigureLook {
        scheme: Some(Scheme::PurpleGreen),
        classing: Classing::Manual,
        breaks: vec![1234.0, 5678.0],
        ..FigureLook::default()
    };
    wait_for_figures(&mut window);
    act(&mut window, Command::SetLook(Figure::Population, look));
    act(&mut window, Command::SetColouring(Colouring::Figure(Figure::Population)));
    act(&mut window, Command::SetPaper(Paper::A4Portrait));
    let svg = written(&mut window, PathPurpose::Export(ExportKind::Map), &folder.path().join("map.svg"));
    assert!(svg.contains("width=\"794\" height=\"1123\"") && svg.contains("1,234 – 5,678"), "{}", &svg[..200]);
    let colour = Scheme::PurpleGreen.colour(0, 3);
    let theme = quhua::carto::MapTheme::light();
    let on_paper = quhua::carto::palette::on_paper(&theme, [colour.r(), colour.g(), colour.b(), 230]);
    assert!(svg.contains(&format!("#{:02x}{:02x}{:02x}", on_paper.r(), on_paper.g(), on_paper.b())));
}

#[test]
fn a_page_for_readers_has_the_units_before_and_after() {
    let mut window = window(Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let page = written(&mut window, PathPurpose::Export(ExportKind::Page), &folder.path().join("now.html"));
    assert!(page.contains("28") && !page.contains("id=\"times\""), "nothing has changed yet");
    let pair = two_neighbours(app(&window));
    act(&mut window, Command::Select(pair, SelectMode::Replace));
    act(&mut window, Action::Merge);
    act(&mut window, Action::Confirm);
    let page = written(&mut window, PathPurpose::Export(ExportKind::Page), &folder.path().join("plan.html"));
    assert!(page.contains("28 → 27") && page.contains("id=\"times\"") && page.contains("in-zh now-after"));
}

#[test]
fn a_map_with_a_name_of_another_kind_is_refused_in_one_line() {
    let mut window = window(Lang::Zh);
    act(&mut window, Command::UsePath(PathPurpose::Export(ExportKind::Map), "map.docx".into()));
    let said = app(&window).notices.all().last().unwrap();
    assert_eq!((said.gravity, said.text.as_str()), (Gravity::Error, &*sentences::no_such_map(Lang::Zh, "map.docx")));
}

//! The way of a new user from the sample county to files for the office, done in the real window through its
//! accessibility tree, with the time and a picture of every step.
//!
//! `ten_minutes PROGRAM FOLDER`: the program is built with the feature `inspection` and needs a display; pictures and
//! files go into the folder. The window speaks Chinese (`LANG=zh_CN.UTF-8`) and has not been used before (an empty
//! `HOME`). Exit status 1 when a step fails.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use eframe::egui::{Key, Modifiers, Pos2, Rect, pos2, vec2};
use geo::{Coord, InteriorPoint as _};
use inspect::{Failure, Seen, Window};
use quhua::i18n::{Lang, Text, selecting, sentences};
use quhua::print::Paper;

mod inspect;

/// What the program opens by itself, to know where on the map a unit lies.
const TOWNSHIPS: &str = include_str!("../../sample_data/sanhe/townships.geojson");
const VILLAGES: &str = include_str!("../../sample_data/sanhe/villages.geojson");
/// Two townships that become one, and its name.
const MERGED: [&str; 2] = ["凤翔街道", "书台街道"];
const MADE: &str = "和合街道";
/// A neighbour, which gives two villages and is locked then.
const GIVER: &str = "金堰镇";
/// The one finding of the health check: a reservoir belongs to no village.
const HOLE: &str = "有不属于任何单元的空洞";
const REASON: &str = "已批复";

const PLAIN: Modifiers = Modifiers::NONE;
const CTRL: Modifiers = Modifiers::COMMAND;

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [program, folder] = arguments.as_slice() else {
        eprintln!("usage: ten_minutes PROGRAM FOLDER");
        return ExitCode::from(2);
    };
    let mut walk = Walk { folder: folder.clone(), times: Vec::new(), since: Instant::now() };
    let walked = walk.go(program);
    walk.print();
    match walked {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("step {} failed: {failure}", walk.times.len() + 1);
            ExitCode::FAILURE
        }
    }
}

fn text(text: Text) -> &'static str {
    text.in_lang(Lang::Zh)
}

/// The steps taken, and how long they took.
struct Walk {
    folder: PathBuf,
    times: Vec<(&'static str, Duration)>,
    since: Instant,
}

impl Walk {
    fn go(&mut self, program: &Path) -> Result<(), Failure> {
        std::fs::create_dir_all(&self.folder)?;
        let mut window = Window::start(program)?;
        let window = &mut window;
        window.press(text(Text::TourSkip))?;
        window.gone(text(Text::TourSkip))?;
        rows(window, "the figures of the summary", |rows| rows.of(Text::Population, 1).filter(|it| known(it)))?;
        self.done(window, "open the sample county")?;
        window.press(text(Text::Checks))?;
        window.saying(HOLE)?;
        self.done(window, "health check")?;
        let map = Map::find(window)?;
        merge(window, &map)?;
        self.done(window, "merge two townships into a new one")?;
        reconcile(window, text(Text::LevelTownship))?;
        self.done(window, "people and area reconcile, reduction rate")?;
        let villages = villages_of(GIVER)?;
        transfer(window, &map, [&villages[0], &villages[1]])?;
        self.done(window, "transfer two villages by their names")?;
        window.key(CTRL, Key::Z)?;
        window.saying(&sentences::undone(Lang::Zh, ""))?;
        window.key(CTRL, Key::Y)?;
        window.saying(&sentences::redone(Lang::Zh, ""))?;
        self.done(window, "undo and redo")?;
        split(window, &villages[2])?;
        self.done(window, "split a village along a line")?;
        be_refused(window, [&villages[3], &villages[4]])?;
        self.done(window, "lock a township and be refused")?;
        swipe(window)?;
        self.done(window, "compare before and after with the swipe")?;
        let boundaries = self.folder.join("boundaries.geojson");
        export(window, CTRL, &boundaries)?;
        let crosswalk = self.folder.join("crosswalk.xlsx");
        export(window, CTRL | Modifiers::SHIFT, &crosswalk)?;
        let map = self.folder.join("map.pdf");
        export_map(window, &map)?;
        self.done(window, "export boundaries, crosswalk and map")?;
        check_files(&boundaries, &crosswalk, &map)
    }

    /// Notes the time of a step, and takes a picture that does not count.
    fn done(&mut self, window: &mut Window, step: &'static str) -> Result<(), Failure> {
        self.times.push((step, self.since.elapsed()));
        window.settle()?;
        let number = self.times.len();
        window.picture(&self.folder.join(format!("{number:02} {step}.png")))?;
        self.since = Instant::now();
        Ok(())
    }

    #[expect(clippy::print_stdout, reason = "it is what the program is for")]
    fn print(&self) {
        println!("| step | s |\n|---|---|");
        for (step, took) in &self.times {
            println!("| {step} | {:.1} |", took.as_secs_f64());
        }
        let all: Duration = self.times.iter().map(|(_, took)| *took).sum();
        println!("| **together** | {:.1} |", all.as_secs_f64());
    }
}

/// Two townships are clicked on the map and become one with a name of its own.
fn merge(window: &mut Window, map: &Map) -> Result<(), Failure> {
    map.click(window, township(MERGED[0])?, PLAIN)?;
    window.named(&sentences::selected(Lang::Zh, 1))?;
    map.click(window, township(MERGED[1])?, Modifiers::SHIFT)?;
    window.named(&sentences::selected(Lang::Zh, 2))?;
    window.key(PLAIN, Key::M)?;
    window.press(text(Text::Establish))?;
    window.named(text(Text::Proposed))?;
    window.write(text(Text::NewName), MADE)?;
    window.key(PLAIN, Key::Enter)?;
    window.gone(text(Text::MergeTitle))?;
    window.saying(&format!("→ {MADE}")).map(drop)
}

/// The summary has the same people and the same area before and after, and one unit less.
fn reconcile(window: &mut Window, level: &str) -> Result<(), Failure> {
    let pair = |rows: &Rows<'_>, name: Text| {
        let pair = [rows.of(name, 1)?, rows.of(name, 2)?];
        pair.iter().all(|it| known(it)).then_some(pair)
    };
    let kept = rows(window, "people and area of before and after", |rows| {
        let units = [rows.called(level, 1)?, rows.called(level, 2)?];
        let rate = rows.of(Text::ReductionRate, 1)?;
        Some((pair(rows, Text::Population)?, pair(rows, Text::Area)?, units, rate))
    })?;
    let (people, area, units, rate) = kept;
    let same = people[0] == people[1] && area[0] == area[1];
    if same && units == ["28", "27"] && rate == "3.57 %" {
        return Ok(());
    }
    Err(Failure::Wrong(format!("the summary says people {people:?}, area {area:?}, units {units:?}, rate {rate}")))
}

/// Villages are pasted as names, and go to the township that is clicked then.
fn transfer(window: &mut Window, map: &Map, villages: [&Place; 2]) -> Result<(), Failure> {
    window.key(PLAIN, Key::PageDown)?;
    window.key(CTRL, Key::L)?;
    window.write(text(Text::ListText), &villages.map(|it| it.name.as_str()).join("、"))?;
    window.press(&selecting::select_units(Lang::Zh, 2))?;
    window.named(&sentences::selected(Lang::Zh, 2))?;
    window.key(PLAIN, Key::T)?;
    window.named(text(Text::PickingParent))?;
    map.click(window, township(MERGED[0])?, PLAIN)?;
    window.key(PLAIN, Key::Enter)?;
    window.saying(&format!("、{} → {MADE}", villages[1].name)).map(drop)
}

/// A village is found by its name, shown large, and split by a line across the map.
fn split(window: &mut Window, village: &Place) -> Result<(), Failure> {
    window.key(CTRL, Key::F)?;
    window.write(text(Text::UnitsFilter), &village.name)?;
    window.key(PLAIN, Key::Enter)?;
    window.named(&sentences::selected(Lang::Zh, 1))?;
    window.settle()?;
    window.key(PLAIN, Key::X)?;
    window.named(text(Text::SplitHint))?;
    let map = Map::find(window)?;
    let (west, east, lat) = (village.bounds.min().x, village.bounds.max().x, village.bounds.center().y);
    let margin = (east - west) * 0.05;
    for x in [west - margin, east + margin] {
        map.click(window, Coord { x, y: lat }, PLAIN)?;
    }
    window.key(PLAIN, Key::Enter)?;
    window.named(text(Text::ShareByArea))?;
    window.key(PLAIN, Key::Enter)?;
    window.saying(&format!("分设 {}", village.name)).map(drop)
}

/// A township is locked with a reason; then a village cannot leave it.
fn be_refused(window: &mut Window, [stays, leaves]: [&Place; 2]) -> Result<(), Failure> {
    window.key(PLAIN, Key::F)?;
    window.key(PLAIN, Key::PageUp)?;
    let map = Map::find(window)?;
    map.click(window, stays.inside, PLAIN)?;
    window.key(PLAIN, Key::Q)?;
    window.write(text(Text::LockReason), REASON)?;
    window.key(PLAIN, Key::Enter)?;
    window.saying(&format!("锁定 {GIVER}"))?;
    window.key(PLAIN, Key::PageDown)?;
    map.click(window, leaves.inside, PLAIN)?;
    window.named(&sentences::selected(Lang::Zh, 1))?;
    window.key(PLAIN, Key::T)?;
    window.named(text(Text::PickingParent))?;
    map.click(window, township(MERGED[0])?, PLAIN)?;
    window.key(PLAIN, Key::Enter)?;
    window.saying(&format!("{GIVER} 已锁定（{REASON}）"))?;
    window.key(PLAIN, Key::Escape)
}

/// Before and after lie on top of each other, with a divider that is dragged.
fn swipe(window: &mut Window) -> Result<(), Failure> {
    window.key(PLAIN, Key::C)?;
    window.press(text(Text::CompareSwipe))?;
    let divider = window.named(text(Text::Divider))?.rect.center();
    let to = divider - vec2(120.0, 0.0);
    window.drag(&[divider, to], PLAIN)?;
    window.wait("the divider to follow", |nodes| {
        nodes.iter().find(|it| it.is(text(Text::Divider)) && (it.rect.center().x - to.x).abs() < 20.0).map(drop)
    })
}

/// A path is written into the box that opens; the window says when the file is there.
fn export(window: &mut Window, modifiers: Modifiers, path: &Path) -> Result<(), Failure> {
    window.key(modifiers, Key::E)?;
    name_file(window, path)
}

/// The map is exported by the menu, for the paper that is offered: A3.
fn export_map(window: &mut Window, path: &Path) -> Result<(), Failure> {
    window.press(text(Text::Export))?;
    window.press(text(Text::ExportMap))?;
    window.named(Paper::A3.words(Lang::Zh))?;
    name_file(window, path)
}

fn name_file(window: &mut Window, path: &Path) -> Result<(), Failure> {
    let path = path.display().to_string();
    window.write(text(Text::PathPromptExport), &path)?;
    window.key(PLAIN, Key::Enter)?;
    window.gone(text(Text::PathPromptExport))?;
    window.saying(&sentences::written(Lang::Zh, &path)).map(drop)
}

/// The files are what they claim to be.
fn check_files(boundaries: &Path, crosswalk: &Path, map: &Path) -> Result<(), Failure> {
    let units = features(&std::fs::read_to_string(boundaries)?)?.len();
    let is_archive = std::fs::read(crosswalk)?.starts_with(b"PK");
    let is_pdf = std::fs::read(map)?.starts_with(b"%PDF");
    if units > 0 && is_archive && is_pdf {
        return Ok(());
    }
    Err(Failure::Wrong(format!("{units} units, archive: {is_archive}, PDF: {is_pdf}")))
}

fn known(figure: &str) -> bool {
    figure.bytes().any(|byte| byte.is_ascii_digit())
}

/// The rows of the summary: what stands below its heading, one text after the other.
struct Rows<'a>(&'a [Seen]);

impl Rows<'_> {
    /// The text so many places behind a name.
    fn called(&self, name: &str, behind: usize) -> Option<String> {
        let at = self.0.iter().position(|seen| seen.is(name))?;
        self.0.get(at + behind).map(|seen| seen.name.clone())
    }

    /// The same; the name may have a unit behind it.
    fn of(&self, name: Text, behind: usize) -> Option<String> {
        let (name, with_unit) = (text(name), format!("{} (", text(name)));
        let at = self.0.iter().position(|seen| seen.is(name) || seen.name.starts_with(&with_unit))?;
        self.0.get(at + behind).map(|seen| seen.name.clone())
    }
}

fn rows<T>(window: &mut Window, awaited: &str, find: impl Fn(&Rows<'_>) -> Option<T>) -> Result<T, Failure> {
    window.wait(awaited, |nodes| {
        let labels: Vec<Seen> = nodes.iter().filter(|it| it.role == eframe::egui::Role::Label).cloned().collect();
        let heading = labels.iter().position(|seen| seen.is(text(Text::Scenario)))?;
        find(&Rows(&labels[heading..]))
    })
}

/// Where places of the county are on the screen, as far as the line of status tells.
struct Map {
    /// Two places on the screen, and what the window says of them, in degrees.
    known: [(Pos2, Coord); 2],
}

impl Map {
    /// Asks the line of status about two places of the map.
    fn find(window: &mut Window) -> Result<Self, Failure> {
        window.settle()?;
        let rect = window.named(text(Text::MapStop))?.rect;
        let inner = Rect::from_center_size(rect.center(), rect.size() * 0.6);
        let mut ask = |at: Pos2| -> Result<(Pos2, Coord), Failure> {
            window.hover(at)?;
            // The line is a frame behind.
            window.settle()?;
            window.hover(at)?;
            let told = |nodes: &[Seen]| nodes.iter().find_map(|seen| lon_lat(&seen.name));
            Ok((at, window.wait("the place under the pointer", told)?))
        };
        Ok(Self { known: [ask(inner.left_top())?, ask(inner.right_bottom())?] })
    }

    /// Linear between the two: over a county, the projection bends by about a pixel.
    fn screen(&self, at: Coord) -> Pos2 {
        let [(a, from), (b, to)] = self.known;
        #[expect(clippy::cast_possible_truncation, reason = "places on the screen")]
        let between = |at: f64, from: f64, to: f64, a: f32, b: f32| {
            (f64::from(a) + (at - from) / (to - from) * f64::from(b - a)) as f32
        };
        pos2(between(at.x, from.x, to.x, a.x, b.x), between(at.y, from.y, to.y, a.y, b.y))
    }

    fn click(&self, window: &mut Window, at: Coord, modifiers: Modifiers) -> Result<(), Failure> {
        window.click(self.screen(at), modifiers)
    }
}

/// Reads `105.0910°E 31.1030°N`.
fn lon_lat(told: &str) -> Option<Coord> {
    let (lon, lat) = told.split_once("°E ")?;
    Some(Coord { x: lon.parse().ok()?, y: lat.strip_suffix("°N")?.parse().ok()? })
}

/// A unit of the sample county.
struct Place {
    name: String,
    town: String,
    inside: Coord,
    bounds: geo::Rect,
}

fn features(text: &str) -> Result<Vec<geojson::Feature>, Failure> {
    let read = text.parse::<geojson::GeoJson>().and_then(geojson::FeatureCollection::try_from);
    read.map(|all| all.features).map_err(|error| Failure::Wrong(error.to_string()))
}

fn places(text: &str) -> Result<Vec<Place>, Failure> {
    let place = |feature: geojson::Feature| {
        let say = |key: &str| feature.property(key).and_then(|it| it.as_str()).unwrap_or_default().to_owned();
        let (name, town) = (say("name"), say("town"));
        let shape = geo::Geometry::<f64>::try_from(feature).ok()?;
        let bounds = geo::BoundingRect::bounding_rect(&shape)?;
        Some(Place { name, town, inside: shape.interior_point()?.0, bounds })
    };
    Ok(features(text)?.into_iter().filter_map(place).collect())
}

/// A place inside of a township.
fn township(name: &str) -> Result<Coord, Failure> {
    let found = places(TOWNSHIPS)?.into_iter().find(|place| place.name == name);
    found.map(|place| place.inside).ok_or_else(|| Failure::Wrong(format!("the sample county has no {name}")))
}

fn villages_of(township: &str) -> Result<Vec<Place>, Failure> {
    let villages: Vec<Place> = places(VILLAGES)?.into_iter().filter(|village| village.town == township).collect();
    if villages.len() < 5 { Err(Failure::Wrong(format!("{township} has too few villages"))) } else { Ok(villages) }
}

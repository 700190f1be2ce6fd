//! Every edit upon rings that are none: it ends, done or refused, and no area is negative.

use std::sync::Arc;
use std::time::{Duration, Instant};

use geo::{Coord, LineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::testing::{check_state, grid_of, random_edit};
use super::{Along, Document, Edit, Share, UnitRef};
use crate::edit::testing::without_revisions;
use crate::geodesy::{AreaMethod, ExactSum};
use crate::metrics::FigureCache;
use crate::model::{Dataset, LevelIndex};

const COLUMNS: usize = 5;
const ROWS: usize = 4;

/// What is wrong with a territory.
#[derive(Clone, Copy, Debug)]
enum Damage {
    /// Out and back, from a vertex or from the middle of a side.
    Spike,
    /// The ring begins at the end of a spike.
    Tail,
    /// Run twice.
    Twice,
    /// Two vertices change places.
    Crossing,
    /// A vertex is another one of the ring: it touches itself.
    Touching,
    /// A vertex stands twice or thrice.
    Doubled,
    /// The territory of another unit once more.
    Duplicate,
    /// A vertex is elsewhere than in the neighbour.
    Moved,
    /// A hole that touches the shell, or lies across it.
    Hole,
    /// A hole outside of the shell.
    HoleOutside,
    /// A hole as large as the shell.
    HoleAll,
    /// A further part, over itself or over others.
    Part,
    /// The ring runs the other way.
    Reversed,
}

fn damage() -> impl Strategy<Value = Damage> {
    use Damage::{
        Crossing, Doubled, Duplicate, Hole, HoleAll, HoleOutside, Moved, Part, Reversed, Spike, Tail, Touching, Twice,
    };
    proptest::sample::select(vec![
        Spike,
        Tail,
        Twice,
        Crossing,
        Touching,
        Doubled,
        Duplicate,
        Moved,
        Hole,
        HoleOutside,
        HoleAll,
        Part,
        Reversed,
    ])
}

/// A damage, the unit that has it, and dice.
type Blow = (Damage, usize, [u8; 4]);

/// The cell of a grid, with a vertex in the middle of each side.
fn cell(i: usize) -> Vec<Coord> {
    let around = [(0, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 2), (0, 2), (0, 1)];
    let place = |k: usize| f64::from(u32::try_from(k).unwrap()) / 2.0;
    around.map(|(x, y)| Coord { x: place(i % COLUMNS * 2 + x), y: place(i / COLUMNS * 2 + y) }).to_vec()
}

fn damaged(blows: &[Blow]) -> Vec<MultiPolygon> {
    let closed = |ring: &[Coord]| LineString(ring.iter().chain(ring.first()).copied().collect());
    let mut cells: Vec<MultiPolygon> =
        (0..COLUMNS * ROWS).map(|i| Polygon::new(closed(&cell(i)), vec![]).into()).collect();
    for &(damage, unit, dice) in blows {
        let unit = unit % cells.len();
        let [a, b, c, d] = dice.map(usize::from);
        let mut shell: Vec<Coord> = cells[unit].0[0].exterior().0.clone();
        shell.pop();
        let mut holes = cells[unit].0[0].interiors().to_vec();
        let mut parts = cells[unit].0[1..].to_vec();
        let len = shell.len();
        let near = |from: Coord, a: usize, b: usize| Coord {
            x: from.x + (f64::from(u32::try_from(a % 9).unwrap()) - 4.0) / 8.0,
            y: from.y + (f64::from(u32::try_from(b % 9).unwrap()) - 4.0) / 8.0,
        };
        let middle = near(cell(unit)[0] + Coord { x: 0.5, y: 0.5 }, a, b);
        let small = |at: Coord| {
            let size = 0.25 * f64::from(u32::try_from(c % 4 + 1).unwrap());
            [(0.0, 0.0), (size, 0.0), (size, size), (0.0, size)].map(|(x, y)| at + Coord { x, y })
        };
        match damage {
            Damage::Spike => {
                let from = shell[a % len];
                shell.splice(a % len..=a % len, [from, near(from, b, c), from]);
            }
            Damage::Tail => {
                let from = shell[a % len];
                shell.rotate_left(a % len);
                shell.push(from);
                shell.insert(0, near(from, b, c));
            }
            Damage::Twice => shell = [&shell[..], &shell[..]].concat(),
            Damage::Crossing => shell.swap(a % len, b % len),
            Damage::Touching => shell[a % len] = shell[b % len],
            Damage::Doubled => {
                let from = shell[a % len];
                (0..=c % 2).for_each(|_| shell.insert(a % len, from));
            }
            Damage::Duplicate => {
                cells[unit] = cells[a % (COLUMNS * ROWS)].clone();
                continue;
            }
            Damage::Moved => shell[a % len] = near(shell[a % len], b, c),
            Damage::Hole => holes.push(closed(&small(if d % 2 == 0 { middle } else { shell[d % len] }))),
            Damage::HoleOutside => holes.push(closed(&small(middle + Coord { x: 2.0, y: 1.0 }))),
            Damage::HoleAll => holes.push(closed(&shell)),
            Damage::Part => parts.push(Polygon::new(closed(&small(near(middle, c, d))), vec![])),
            Damage::Reversed => shell.reverse(),
        }
        parts.insert(0, Polygon::new(closed(&shell), holes));
        cells[unit] = MultiPolygon(parts);
    }
    cells
}

/// Areas of all units of a level, none of them negative; their sum in m².
fn areas(dataset: &Dataset, document: &Document, level: u8) -> f64 {
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    let rows = cache.level(dataset, document.state(), LevelIndex(level));
    for (unit, figures) in &rows {
        assert!(figures.area_m2 >= 0.0, "{unit} has {} m²", figures.area_m2);
    }
    rows.iter().map(|(_, figures)| figures.area_m2).sum()
}

/// A line or polygon right through the middle of a damaged unit.
fn split(document: &Document, unit: usize, dice: [u8; 6]) -> Option<Edit> {
    let state = document.state();
    let atom = crate::coverage::AtomId::new(unit % (COLUMNS * ROWS));
    let unit = UnitRef::to(document.dataset(), state, state.unit_of(atom, LevelIndex(0)))?;
    let corner = cell(atom.index())[0];
    let at = |a: u8, b: u8| [corner.x + (f64::from(a % 17) - 4.0) / 8.0, corner.y + (f64::from(b % 17) - 4.0) / 8.0];
    let line = vec![at(dice[0], dice[1]), at(dice[2], dice[3]), at(dice[4], dice[5])];
    let along = if dice[0].is_multiple_of(3) { Along::Polygon(line) } else { Along::Line(line) };
    Some(Edit::Split { unit, along, share: Share::Area, parts: Vec::new() })
}

/// Carries everything out. Returns how long the longest edit took.
fn survive(blows: &[Blow], dice: &[[u8; 6]]) -> Duration {
    let dataset = grid_of(COLUMNS, ROWS, &damaged(blows));
    let mut document = Document::new(Arc::clone(&dataset));
    let people = FigureCache::new(AreaMethod::Geodesic).totals(&dataset, document.state(), LevelIndex(0)).population;
    areas(&dataset, &document, 0);
    let raw = |dataset: &Dataset| -> ExactSum {
        dataset.coverage.atoms().map(|atom| dataset.area_of_atom(AreaMethod::Geodesic, atom)).sum()
    };
    let mut longest = Duration::ZERO;
    for (i, &dice) in dice.iter().enumerate() {
        let edit = match blows.get(i / 2 % blows.len().max(1)) {
            Some(&(_, unit, _)) if i % 2 == 0 => split(&document, unit, dice),
            _ => None,
        };
        let edit = edit.unwrap_or_else(|| random_edit(&document, dice));
        let before = without_revisions(document.state());
        let since = Instant::now();
        let done = document.commit(&edit).is_ok();
        longest = longest.max(since.elapsed());
        if done {
            check_state(document.state());
        } else {
            assert_eq!(without_revisions(document.state()), before, "what is refused changes nothing");
        }
    }
    let dataset = document.dataset();
    let totals = FigureCache::new(AreaMethod::Geodesic).totals(dataset, document.state(), LevelIndex(0));
    assert_eq!(totals.population, people, "nobody is lost");
    assert_eq!(raw(dataset), raw(document.origin()), "no area is lost, to the last bit");
    // Where a territory is less than nothing, as with a hole outside of its shell, parts do not add up to a whole.
    let is_negative = |atom| dataset.area_of_atom(AreaMethod::Geodesic, atom) < ExactSum::ZERO;
    let levels = if dataset.coverage.atoms().any(is_negative) { 0 } else { 3 };
    for level in 0..levels {
        let (all, units) = (totals.area_m2, areas(dataset, &document, level));
        assert!((all - units).abs() <= all * 1e-9, "{all} m², and {units} m² in the units of level {level}");
    }
    longest
}

/// How many coverages: `QUHUA_RINGS` or a few.
fn cases() -> u32 {
    std::env::var("QUHUA_RINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(300)
}

#[test]
fn every_edit_ends_upon_whatever_rings_and_no_area_is_negative() {
    let mut runner = TestRunner::new(Config { cases: cases(), ..Config::default() });
    let blows = prop::collection::vec((damage(), 0..COLUMNS * ROWS, any::<[u8; 4]>()), 1..5);
    let dice = prop::collection::vec(any::<[u8; 6]>(), 1..9);
    let longest = std::cell::Cell::new(Duration::ZERO);
    runner
        .run(&(blows, dice), |(blows, dice)| {
            longest.set(longest.get().max(survive(&blows, &dice)));
            Ok(())
        })
        .unwrap();
    println!("{} coverages; the longest edit took {:?}", cases(), longest.get());
}

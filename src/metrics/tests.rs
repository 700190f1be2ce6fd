//! Figures on small grids, and the cache against figures computed from nothing.

use std::sync::Arc;

use geo::{Coord, GeodesicArea as _};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::summary::{Summary, Trend};
use super::*;
use crate::edit::testing::{grid, random_draft};
use crate::edit::{Document, Edit, Form, UnitRef};
use crate::geodesy::{AreaMethod, ExactSum, chain_area, chain_length_m, distance_m};
use crate::io;
use crate::jobs::{Cancelled, Progress};
use crate::model::{Dataset, FieldOverrides, Kind, Level, LevelIndex, UnitId};

fn figures(document: &Document, unit: UnitId) -> UnitFigures {
    unit_figures(document.dataset(), document.state(), unit, AreaMethod::Geodesic)
}

fn at(x: f64, y: f64) -> Coord {
    Coord { x, y }
}

#[test]
fn people_of_one_place_live_at_their_seat_and_no_hair_beside_it() {
    // Places of which the way through space and back would miss by a rounding.
    let squares: Vec<geo::MultiPolygon> = (0..24)
        .map(|i| {
            let (x, y) = (104.0 + 0.137 * f64::from(i), 31.0 + 0.0713 * f64::from(i % 5));
            geo::MultiPolygon(vec![geo::Rect::new((x, y), (x + 0.1, y + 0.0531)).to_polygon()])
        })
        .collect();
    let dataset = crate::edit::testing::grid_of(24, 1, &squares);
    for unit in dataset.base.levels().flat_map(|level| dataset.base.units_at(level)).filter(|unit| unit.index() < 48) {
        let figures = unit_figures(&dataset, &dataset.base, unit, AreaMethod::Geodesic);
        assert_eq!(figures.seat_basis, SeatBasis::PopulationCentre);
        let metres = [figures.radius.mean_population_m, figures.radius.p90_population_m];
        assert_eq!(metres.map(|metres| metres.unwrap().to_bits()), [0, 0], "{unit}: {metres:?}");
    }
}

#[test]
fn a_township_of_two_squares_has_the_figures_of_both() {
    //   2 3      township 4 holds villages 0 and 2, with 100 and 102 inhabitants
    //   0 1
    let document = Document::new(grid(2, 2));
    let found = figures(&document, UnitId(4));
    let ring = [at(0.0, 0.0), at(1.0, 0.0), at(1.0, 1.0), at(1.0, 2.0), at(0.0, 2.0), at(0.0, 1.0), at(0.0, 0.0)];
    assert!((found.area_m2 - chain_area(AreaMethod::Geodesic, &ring)).abs() < 1e-3);
    assert_eq!(found.area, figures(&document, UnitId(0)).area + figures(&document, UnitId(2)).area);
    assert_eq!((found.atoms, found.parts, found.holes), (2, 1, 0));
    assert_eq!((found.population, found.people.unknown()), (Some(Decimal::from(202)), 0));
    let density = 202.0 / (found.area_m2 / 1e6);
    assert!((found.density_per_km2.unwrap() / density - 1.0).abs() < 1e-12);
    assert!(found.compactness.convex_hull.unwrap() > 0.99);
}

#[test]
fn without_a_given_seat_it_is_where_the_people_are() {
    let document = Document::new(grid(2, 2));
    let found = figures(&document, UnitId(4));
    assert_eq!(found.seat_basis, SeatBasis::PopulationCentre);
    // 100 people at 0.5° N, 102 at 1.5° N.
    let seat = found.seat.unwrap();
    assert!((seat.x - 0.5).abs() < 1e-9 && (seat.y - (50.0 + 153.0) / 202.0).abs() < 1e-4, "{seat:?}");
    let (south, north) = (distance_m(seat, at(0.5, 0.5)), distance_m(seat, at(0.5, 1.5)));
    assert!((found.radius.mean_population_m.unwrap() - (100.0 * south + 102.0 * north) / 202.0).abs() < 1e-6);
    assert_eq!(found.radius.p90_population_m, Some(south));
    let farthest = distance_m(seat, at(0.0, 0.0));
    assert!((found.radius.max_m.unwrap() - farthest).abs() < 1e-6);
}

#[test]
fn the_population_centre_is_as_far_from_the_seat_as_it_is() {
    //   3 4     township 4 holds villages 0 and 2, with 100 and 102 inhabitants
    //   0 1
    let dataset = grid(2, 2);
    let document = Document::new(Arc::clone(&dataset));
    let found = figures(&document, UnitId(4));
    // Where none is given, the seat is taken to be there: a distance would say nothing.
    assert_eq!((found.radius.population_centre_m, Figure::CentreToSeat.of(&found)), (None, None));
    let atoms = dataset.base.atoms(UnitId(4));
    let (seat, centre) = (at(0.25, 0.75), found.seat.unwrap());
    let given = territory_figures(&dataset, &atoms, Some(seat), AreaMethod::Geodesic);
    let wanted = distance_m(seat, centre);
    assert!((Figure::CentreToSeat.of(&given).unwrap() - wanted).abs() < 1e-6, "{wanted}");
    // Those of one village are taken to be at one place.
    let one = territory_figures(&dataset, &atoms[..1], Some(seat), AreaMethod::Geodesic);
    assert_eq!(Figure::CentreToSeat.of(&one), None);
}

#[test]
fn what_is_unknown_of_one_atom_is_unknown_of_the_unit() {
    let mut dataset = Arc::into_inner(grid(2, 2)).unwrap();
    dataset.populations[2] = None;
    let document = Document::new(Arc::new(dataset));
    let found = figures(&document, UnitId(4));
    assert_eq!((found.population, found.density_per_km2, found.people.unknown()), (None, None, 1));
    assert_eq!((found.radius.mean_population_m, found.radius.p90_population_m), (None, None));
    assert_eq!(found.seat_basis, SeatBasis::RepresentativePoint);
    assert!(found.seat.is_some() && found.radius.max_m.is_some());
    assert_eq!(figures(&document, UnitId(5)).population, Some(Decimal::from(204)));
    let totals = FigureCache::new(AreaMethod::Geodesic).totals(document.dataset(), document.state(), LevelIndex(1));
    assert_eq!(totals.population, None);
}

#[test]
fn units_touching_at_a_corner_are_not_neighbours() {
    //   2 3
    //   0 1     0–3 and 1–2 meet in one point only
    let document = Document::new(grid(2, 2));
    let found = neighbours(document.dataset(), document.state(), UnitId(0));
    assert_eq!(found.iter().map(|(unit, _)| *unit).collect::<Vec<_>>(), [UnitId(1), UnitId(2)]);
    let meridian = distance_m(at(1.0, 0.0), at(1.0, 1.0));
    assert!((found[0].1 - meridian).abs() < 1e-6);
}

#[test]
fn merging_two_of_three_townships_is_a_reduction_of_a_third() {
    let mut document = Document::new(grid(3, 2));
    document.commit(&establish([0, 1])).unwrap();
    let (dataset, level) = (document.dataset(), LevelIndex(1));
    let summary = Summary::of(dataset, &dataset.base, document.state(), level, AreaMethod::Geodesic);
    assert_eq!(
        (summary.level, summary.units.trend(), summary.units.difference()),
        (Level::Township, Trend::Decrease, 1)
    );
    assert_eq!(summary.units.percent(2).unwrap().to_string(), "33.33");
    assert_eq!(summary.kinds, [(Some(Kind::Town), summary.units)]);
    assert_eq!(summary.mean_area_km2.growth_percent(1), Some(Decimal::from(50)));
    assert_eq!(summary.mean_population.after, Some(Decimal::new(3075, 1)));
    assert_eq!(summary.mean_members.before, Some(Decimal::TWO));
}

fn establish(townships: [usize; 2]) -> Edit {
    let units = townships.map(|column| UnitRef::code(&format!("{}", 510_722_101 + column))).to_vec();
    Edit::Merge { units, form: Form::Establish, into: crate::edit::Target::default() }
}

/// One step of a random session on a grid of 4 × 3 villages. Steps that are refused change nothing.
fn step(document: &mut Document, [kind, a, b]: [usize; 3]) {
    let village = |i: usize| UnitRef::code(&format!("{}{}", 510_722_101 + i % 4, 201 + i / 4 % 3));
    let units = vec![village(a), village(b)];
    let merge = |form, into| Edit::Merge { units: units.clone(), form, into };
    let edit = match kind {
        0 => establish([a % 5, b % 5]),
        1 => Edit::Transfer { units: vec![village(a)], to: UnitRef::code(&format!("{}", 510_722_101 + b % 5)) },
        2 => merge(Form::Establish, crate::edit::Target::default()),
        3 => {
            document.undo();
            return;
        }
        _ => {
            document.redo();
            return;
        }
    };
    let _ = document.commit(&edit);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn figures_kept_through_edits_are_those_computed_from_nothing(
        steps in prop::collection::vec([0..5_usize, 0..12_usize, 0..12_usize], 1..12),
    ) {
        let mut document = Document::new(grid(4, 3));
        let mut kept = FigureCache::new(AreaMethod::Geodesic);
        for choice in steps {
            step(&mut document, choice);
            let (dataset, state) = (document.dataset(), document.state());
            for level in state.levels() {
                let known = kept.level(dataset, state, level);
                let mut anew = FigureCache::new(AreaMethod::Geodesic);
                prop_assert_eq!(&known, &anew.level(dataset, state, level));
                let whole: ExactSum = known.iter().map(|(_, figures)| figures.area).sum();
                prop_assert_eq!(whole.to_f64().to_bits(), kept.totals(dataset, state, level).area_m2.to_bits());
                let people: Decimal = known.iter().filter_map(|(_, figures)| figures.population).sum();
                prop_assert_eq!(Some(people), kept.totals(dataset, state, level).population);
            }
        }
    }
}

#[test]
fn every_village_of_a_real_county_has_the_area_and_perimeter_of_karney() {
    let Some(path) = crate::testing::shared_data("nantou/villages.geojson") else { return };
    let progress = Progress::new();
    let layer = io::geojson::read(&path, &io::Limits::default(), &progress).unwrap();
    let dataset = Dataset::assemble(vec![layer], &FieldOverrides::default(), &progress).unwrap();
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    for (unit, found) in cache.level(&dataset, &dataset.base, LevelIndex::FINEST) {
        let shape = dataset.coverage.outline(&dataset.base.atoms(unit)).to_multi_polygon(&dataset.coverage);
        let (perimeter, area) = shape.geodesic_perimeter_area_signed();
        // geo counts the outer ring only.
        let holes: f64 = shape.iter().flat_map(geo::Polygon::interiors).map(|hole| chain_length_m(&hole.0)).sum();
        assert!((found.area_m2 / area - 1.0).abs() < 1e-9, "{unit}: {} against {area}", found.area_m2);
        assert!((found.perimeter_m / (perimeter + holes) - 1.0).abs() < 1e-9, "{unit}");
        let Compactness { polsby_popper, reock, convex_hull, moment_of_inertia, .. } = found.compactness;
        let all = [polsby_popper, reock, convex_hull, moment_of_inertia].map(Option::unwrap);
        assert!(all.iter().all(|&value| value > 0.0 && value <= 1.0), "{unit}: {all:?}");
        assert!(all[1] <= all[2], "a hull fits into its circle");
    }
}

#[test]
fn figures_of_a_level_can_be_given_up() {
    let dataset = grid(2, 2);
    let progress = Progress::new();
    progress.cancel();
    let mut cache = FigureCache::new(AreaMethod::Geodesic);
    let given_up = cache.level_with_progress(&dataset, &dataset.base, LevelIndex::FINEST, &progress);
    assert_eq!(given_up.err(), Some(Cancelled));
    assert!(!cache.level(&dataset, &dataset.base, LevelIndex::FINEST).is_empty());
}

#[test]
fn many_units_at_once_have_the_figures_of_each_alone() {
    // Enough villages for the outlines to come from one pass over all arcs.
    let document = Document::new(grid(10, 9));
    let all = FigureCache::new(AreaMethod::EllipsoidTrapezoid).level(
        document.dataset(),
        document.state(),
        LevelIndex::FINEST,
    );
    assert_eq!(all.len(), 90);
    for (unit, found) in all {
        let alone = unit_figures(document.dataset(), document.state(), unit, AreaMethod::EllipsoidTrapezoid);
        assert_eq!(*found, alone);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn figures_lie_within_the_range_that_the_catalogue_says(dice in prop::collection::vec(any::<[u8; 6]>(), 0..6)) {
        let document = random_draft(&grid(3, 3), &dice);
        for (_, figures) in FigureCache::new(AreaMethod::Geodesic).level(document.dataset(), document.state(), LevelIndex(1)) {
            for (figure, row) in Figure::ALL.iter().filter_map(|figure| Some((figure, figure.row()?))) {
                let Some(value) = figure.of(&figures) else { continue };
                prop_assert!(row.range[0] <= value && value <= row.range[1], "{}: {value}", row.id);
            }
        }
    }
}

//! Reference values are those of PROJ 9.5.

use geo::Coord;
use proptest::prelude::*;
use serde_json::json;

use super::settle::{Axes, Extent, settle};
use super::*;
use crate::geodesy::{AreaMethod, edge_area};
use crate::model::{CrsDoubt, Numbers};

/// Code, longitude, latitude, easting, northing as PROJ has them.
fn reference() -> Vec<(u32, Coord, Coord)> {
    let rows = include_str!("reference.txt").lines().map(|line| {
        let numbers: Vec<f64> = line.split(' ').map(|text| text.parse().unwrap()).collect();
        let [code, lon, lat, x, y] = numbers[..] else { panic!("{line}") };
        (code.to_string().parse().unwrap(), Coord { x: lon, y: lat }, Coord { x, y })
    });
    rows.collect()
}

fn system(code: u32) -> System {
    System::named(&format!("EPSG:{code}")).unwrap()
}

#[test]
fn planes_are_those_of_proj_to_a_tenth_of_a_millimetre() {
    let all = reference();
    assert!(all.len() > 500);
    for (code, place, planar) in all {
        let (it, mut there, mut back) = (system(code), [place], [planar]);
        it.from_earth(&mut there).unwrap();
        let unit = match &it.kind {
            Kind::Projected(plane) => plane.unit,
            other => panic!("{other:?}"),
        };
        let off = (there[0] - planar) * unit;
        assert!(off.x.abs().max(off.y.abs()) < 1e-4, "{code} {}: {there:?} {planar:?}", it.name);
        it.to_earth(&mut back).unwrap();
        assert!((back[0].x - place.x).abs().max((back[0].y - place.y).abs()) < 2e-9, "{code}: {back:?} {place:?}");
    }
}

#[test]
fn every_system_of_the_table_goes_there_and_back_and_is_written_and_read() {
    for it in table::all() {
        let Kind::Projected(plane) = &it.kind else {
            assert_eq!(System::named(&it.wkt().unwrap()).unwrap().kind, Kind::Geographic, "{}", it.name);
            assert_eq!(without_code_and_name(&it).kind, Kind::Geographic, "{}", it.name);
            assert_eq!(System::named(&it.projjson().unwrap().to_string()).unwrap(), it);
            continue;
        };
        let lat = [plane.lat_0, plane.lat_1, 30.0].into_iter().find(|lat| *lat != 0.0).unwrap_or_default();
        let spot = Coord { x: plane.lon_0 + 0.4, y: (lat * 0.999).clamp(-89.0, 89.0) };
        let mut at = [spot];
        it.from_earth(&mut at).unwrap();
        it.to_earth(&mut at).unwrap();
        let off = ((at[0].x - spot.x + 540.0).rem_euclid(360.0) - 180.0).abs().max((at[0].y - spot.y).abs());
        assert!(off < 1e-9, "{}: {at:?}", it.label());
        // What is written is read as the same plane, whatever it is called.
        let read = System::named(&it.wkt().unwrap()).unwrap_or_else(|error| panic!("{}: {error}", it.label()));
        let Kind::Projected(other) = &read.kind else { panic!("{}", it.label()) };
        assert!(table::alike(plane, other), "{}\n{plane:?}\n{other:?}", it.label());
        assert_eq!(System::named(&it.projjson().unwrap().to_string()).unwrap(), it);
        // Looking a plane up by its parameters takes a while: some of each kind will do.
        if it.code.is_some_and(|code| code % 9 != 0) && plane.method != Method::Stereographic {
            continue;
        }
        let Kind::Projected(other) = without_code_and_name(&it).kind else { panic!("{}", it.label()) };
        assert!(table::alike(plane, &other), "{}\n{plane:?}\n{other:?}", it.label());
    }
}

/// A system as its PROJJSON says it by parameters alone.
fn without_code_and_name(it: &System) -> System {
    let mut json = it.projjson().unwrap();
    json.as_object_mut().unwrap().remove("id");
    json["name"] = "a plane of ours".into();
    System::named(&json.to_string()).unwrap_or_else(|error| panic!("{}: {error}", it.label()))
}

#[test]
fn projjson_goes_by_its_code_its_name_and_its_parameters() {
    let named = |json: serde_json::Value| System::named(&json.to_string()).map(|it| it.code());
    let code = |code: u32| Ok(Some(format!("EPSG:{code}")));
    let gauss = System::named("EPSG:4544").unwrap().projjson().unwrap();
    assert_eq!(named(json!({"id": {"authority": "OGC", "code": "CRS84"}, "name": "x"})), code(4326));
    let first = |json: &serde_json::Value| json["coordinate_system"]["axis"][0]["direction"].clone();
    assert_eq!(
        (first(&gauss), first(&System::named("EPSG:32648").unwrap().projjson().unwrap())),
        (json!("north"), json!("east"))
    );
    assert_eq!(named(json!({"type": "GeographicCRS", "name": "CGCS2000"})), code(4490));
    assert_eq!(named(json!({"type": "CompoundCRS", "name": "x", "components": [gauss, {}]})), code(4544));
    assert_eq!(named(json!({"type": "BoundCRS", "name": "x", "source_crs": gauss})), code(4544));
    let mut other = gauss.clone();
    other["id"] = json!({"authority": "ESRI", "code": 102_025});
    other["name"] = json!("Provincial grid");
    assert_eq!(named(other.clone()), code(4544), "its parameters are those");
    other["conversion"]["parameters"][1]["value"] = json!(104.5);
    assert_eq!(named(other.clone()), Ok(None));
    assert_eq!(System::named(&other.to_string()).unwrap().name(), "Provincial grid");
    // Another unit says the same.
    other["conversion"]["parameters"][1]["value"] = json!(105.0 / 0.9);
    other["conversion"]["parameters"][1]["unit"] =
        json!({"type": "AngularUnit", "name": "grad", "conversion_factor": 0.015_707_963_267_948_967});
    assert_eq!(named(other.clone()), code(4544));
    other["conversion"]["method"]["name"] = json!("Bonne");
    assert!(matches!(named(other), Err(CrsProblem::Method { .. })));
    assert!(matches!(named(json!({"id": {"authority": "EPSG", "code": 2362}})), Err(CrsProblem::Far { .. })));
    assert!(matches!(named(json!({"name": "x"})), Err(CrsProblem::Unknown(name)) if name == "x"));
    let nested = (0..9).fold(json!({"name": "CGCS2000"}), |inner, _| json!({"source_crs": inner}));
    assert!(named(nested).is_err());
}

#[test]
fn codes_and_names_in_their_usual_spellings_are_known() {
    for (name, code) in [
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326),
        ("OGC:CRS84", 4326),
        ("CRS84", 4326),
        ("CRS:84", 4326),
        ("urn:ogc:def:crs:EPSG::4326", 4326),
        ("urn:ogc:def:crs:EPSG:6.18:4326", 4326),
        ("urn:x-ogc:def:crs:EPSG:4326", 4326),
        ("http://www.opengis.net/gml/srs/epsg.xml#4326", 4326),
        ("https://www.opengis.net/def/crs/EPSG/0/4490", 4490),
        ("epsg:4490", 4490),
        ("WGS 84", 4326),
        ("WGS84", 4326),
        ("GCS_WGS_1984", 4326),
        ("CGCS2000", 4490),
        ("China Geodetic Coordinate System 2000", 4490),
        ("国家2000", 4490),
        ("4523", 4523),
        ("CGCS2000 / 3-degree Gauss-Kruger zone 35", 4523),
        ("CGCS2000_3_Degree_GK_Zone_35", 4523),
        ("CGCS2000_3_Degree_GK_CM_105E", 4544),
        ("WGS_1984_UTM_Zone_48N", 32648),
        ("WGS_1984_Web_Mercator_Auxiliary_Sphere", 3857),
        ("EPSG:900913", 3857),
        ("ESRI:102100", 3857),
        ("ETRS_1989_LAEA", 0),
        ("ETRS89-extended / LAEA Europe", 3035),
        (r#"{"type":"ProjectedCRS","name":"x","id":{"authority":"EPSG","code":3006}}"#, 3006),
        (r#"{"type":"GeographicCRS","name":"WGS 84 (CRS84)","id":{"authority":"OGC","code":"CRS84"}}"#, 4326),
    ] {
        let found = System::named(name).ok().and_then(|it| it.code).unwrap_or_default();
        assert_eq!(found, code, "{name}");
    }
    assert_eq!(System::named("gcj02").unwrap().kind, Kind::Gcj02);
    assert_eq!(System::named("BD-09").unwrap().kind, Kind::Bd09);
}

#[test]
fn systems_that_lie_farther_off_are_refused_with_their_datum() {
    for (name, datum) in [
        ("EPSG:4214", "Beijing 1954"),
        ("EPSG:2401", "Beijing 1954"),
        ("EPSG:2442", "Beijing 1954"),
        ("EPSG:4610", "Xian 1980"),
        ("EPSG:2327", "Xian 1980"),
        ("EPSG:2390", "Xian 1980"),
        ("Xian 1980", "Xian 1980"),
        ("Xian_1980_3_Degree_GK_CM_105E", "Xian 1980"),
        ("Beijing_1954_GK_Zone_18", "Beijing 1954"),
        ("EPSG:27700", "OSGB36"),
        ("EPSG:5514", "S-JTSK"),
    ] {
        match System::named(name) {
            Err(CrsProblem::Far { datum: found, .. }) => assert_eq!(found, datum, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    for name in ["ESRI:4326", "EPSG:84", "EPSG:43260", "", "x", "EPSG:", "PROJCS[", "{", "{}", "[[[[", "GEOGCS[\"a\"]"]
    {
        assert!(System::named(name).is_err(), "{name}");
    }
}

#[test]
fn well_known_text_of_all_kinds_is_read() {
    for line in include_str!("wkt_samples.txt").lines() {
        let mut parts = line.splitn(3, '\t');
        let (code, kind, text) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        let code: u32 = code.parse().unwrap();
        let found = System::named(text);
        if [4214, 2362, 28992].contains(&code) {
            assert!(matches!(found, Err(CrsProblem::Far { .. })), "{code} {kind}: {found:?}");
        } else {
            let found = found.unwrap_or_else(|error| panic!("{code} {kind}: {error}"));
            assert_eq!(found.kind, system(code).kind, "{code} {kind}");
            // Systems that share their plane are told apart by their datum, which ESRI's names say in other words.
            if ![5179, 2154, 3035, 2263, 3067].contains(&code) {
                assert_eq!(found.code, Some(code), "{kind} {text}");
            }
        }
    }
}

#[test]
fn zones_are_told_from_the_parameters() {
    let said = |code| {
        let it = system(code).reading(CrsBasis::Declared);
        (it.kind, it.zone, it.zone_width, it.zone_prefix, it.central_meridian)
    };
    let gk = CrsKind::GaussKruger;
    assert_eq!(said(4523), (gk, Some(35), Some(3), true, Some(105.0)));
    assert_eq!(said(4544), (gk, Some(35), Some(3), false, Some(105.0)));
    assert_eq!(said(4496), (gk, Some(18), Some(6), true, Some(105.0)));
    assert_eq!(said(4507), (gk, Some(18), Some(6), false, Some(105.0)));
    assert_eq!(said(32648), (CrsKind::Utm, Some(48), Some(6), false, Some(105.0)));
    assert_eq!(said(32748), (CrsKind::Utm, Some(48), Some(6), false, Some(105.0)));
    assert_eq!(said(3857).0, CrsKind::WebMercator);
    assert_eq!(said(2154).0, CrsKind::Projected);
    assert_eq!(said(4490), (CrsKind::Geographic, None, None, false, None));
    for zone in 25..=45 {
        assert_eq!(System::gauss_kruger(zone).unwrap().reading(CrsBasis::Chosen).zone, Some(zone));
        let around = System::gauss_kruger_around(f64::from(3 * zone)).unwrap();
        assert_eq!(around.code, Some(4534 + zone - 25));
    }
}

/// The corners of a square of half a degree around a place, in a system.
fn square(code: u32, lon: f64, lat: f64) -> Vec<Coord> {
    let mut corners =
        [(-0.2, -0.2), (0.2, -0.2), (0.2, 0.2), (-0.2, 0.2)].map(|(x, y)| Coord { x: lon + x, y: lat + y });
    system(code).from_earth(&mut corners).unwrap();
    corners.to_vec()
}

fn settled(
    chosen: Option<&str>,
    declared: Option<&str>,
    coords: &[Coord],
) -> Result<(Option<u32>, bool, Vec<CrsDoubt>), CrsProblem> {
    let settled = settle(chosen, declared, &Extent::of(coords))?;
    let mut turned = coords.to_vec();
    settled.apply(&mut turned)?;
    let reading = settled.reading();
    let code = reading.code.as_deref().and_then(|code| code.strip_prefix("EPSG:")?.parse().ok());
    Ok((code, settled.axes() == Axes::Exchanged, reading.doubts))
}

fn exchanged(coords: &[Coord]) -> Vec<Coord> {
    coords.iter().map(|at| Coord { x: at.y, y: at.x }).collect()
}

#[test]
fn numbers_that_leave_one_reading_are_read() {
    let plain = |coords: &[Coord]| settled(None, None, coords).map(|(code, turned, _)| (code, turned));
    assert_eq!(plain(&square(4326, 105.0, 31.0)), Ok((Some(4326), false)));
    assert_eq!(plain(&exchanged(&square(4326, 105.0, 31.0))), Ok((Some(4326), true)));
    assert_eq!(plain(&square(4523, 105.0, 31.0)), Ok((Some(4523), false)));
    assert_eq!(plain(&exchanged(&square(4523, 105.0, 31.0))), Ok((Some(4523), true)));
    assert_eq!(plain(&square(4496, 105.0, 31.0)), Ok((Some(4496), false)));
    assert_eq!(plain(&[]), Ok((Some(4326), false)));
    for code in [4544, 32648, 3857, 2154] {
        let found =
            plain(&square(code, 105.0, 31.0).iter().map(|at| *at + Coord { x: 2e5, y: 0.0 }).collect::<Vec<_>>());
        assert!(matches!(found, Err(CrsProblem::Ambiguous { .. })), "{code}: {found:?}");
    }
}

#[test]
fn longitudes_counted_on_beyond_180_are_turned_back_and_those_across_are_refused() {
    let at = |lon: f64| vec![Coord { x: lon, y: 52.0 }, Coord { x: lon + 1.0, y: 53.0 }];
    for declared in [None, Some("EPSG:4326")] {
        let settled = settle(None, declared, &Extent::of(&at(190.0))).unwrap();
        let mut coords = at(190.0);
        settled.apply(&mut coords).unwrap();
        assert_eq!(coords, at(-170.0));
        let reading = settled.reading();
        assert_eq!(reading.centre, Some([-169.5, 52.5]));
        assert_eq!(reading.doubts, [CrsDoubt::LongitudesTurned { from: 190.0, to: 191.0 }]);
        let across = settle(None, declared, &Extent::of(&[at(178.5), at(181.0), at(182.0)].concat()));
        assert!(matches!(across, Err(CrsProblem::Across180 { .. })), "{across:?}");
    }
}

#[test]
fn what_a_file_declares_counts_unless_the_numbers_leave_no_other_reading() {
    let declared = |code: u32, coords: &[Coord]| {
        let name = format!("EPSG:{code}");
        settled(None, Some(&name), coords).map(|(code, turned, doubts)| (code, turned, doubts.len()))
    };
    assert_eq!(declared(4544, &square(4544, 105.3, 31.0)), Ok((Some(4544), false, 0)));
    assert_eq!(declared(32648, &square(32648, 103.3, 31.0)), Ok((Some(32648), false, 0)));
    // Zone 34 is declared, and 35 stands before the eastings.
    assert_eq!(declared(4522, &square(4523, 105.3, 31.0)), Ok((Some(4523), false, 1)));
    assert_eq!(declared(4543, &square(4523, 105.3, 31.0)), Ok((Some(4523), false, 1)));
    // The prefix is declared and not there, or there and not declared.
    assert_eq!(declared(4523, &square(4544, 105.3, 31.0)), Ok((Some(4544), false, 1)));
    assert_eq!(declared(4544, &square(4523, 105.3, 31.0)), Ok((Some(4523), false, 1)));
    // A plane is declared, and degrees stand there; and the other way round.
    assert_eq!(declared(4523, &square(4490, 105.3, 31.0)), Ok((Some(4326), false, 1)));
    assert_eq!(declared(4490, &square(4523, 105.3, 31.0)), Ok((Some(4523), false, 1)));
    assert!(matches!(declared(4490, &square(4544, 105.3, 31.0)), Err(CrsProblem::Unfit { .. })));
    // North before east.
    for code in [4544, 4523, 32648] {
        assert_eq!(declared(code, &exchanged(&square(code, 105.3, 31.0))), Ok((Some(code), true, 1)), "{code}");
    }
    assert_eq!(declared(4490, &exchanged(&square(4490, 105.3, 31.0))), Ok((Some(4490), true, 1)));
    // What is in range either way is taken as it stands.
    assert_eq!(declared(4490, &exchanged(&square(4490, 80.3, 31.0))), Ok((Some(4490), false, 0)));
}

#[test]
fn what_is_chosen_is_done_or_refused() {
    let chosen = |name: &str, coords: &[Coord]| settled(Some(name), Some("EPSG:4522"), coords).map(|found| found.0);
    assert_eq!(chosen("EPSG:4544", &square(4544, 105.3, 31.0)), Ok(Some(4544)));
    assert_eq!(chosen("gcj02", &square(4326, 105.3, 31.0)), Ok(None));
    assert!(matches!(chosen("EPSG:4544", &square(4326, 105.3, 31.0)), Err(CrsProblem::Unfit { .. })));
    assert!(matches!(chosen("EPSG:2362", &square(4544, 105.3, 31.0)), Err(CrsProblem::Far { .. })));
}

#[test]
fn planar_points_lie_where_they_should_and_areas_are_the_same() {
    // The hexagon of which areas are known.
    let hexagon = [(105.0, 31.0), (105.12, 31.01), (105.15, 31.08), (105.1, 31.15), (105.03, 31.14), (104.98, 31.07)];
    let hexagon = hexagon.map(|(x, y)| Coord { x, y });
    for code in [4523, 4544, 4496, 4507, 32648, 3857] {
        let it = system(code);
        let mut turned = hexagon;
        it.from_earth(&mut turned).unwrap();
        it.to_earth(&mut turned).unwrap();
        let area: f64 =
            (0..6).map(|at| edge_area(AreaMethod::EllipsoidTrapezoid, turned[at], turned[(at + 1) % 6])).sum();
        assert!((area.abs() / 195_742_608.524 - 1.0).abs() < 2e-5, "{code}: {area}");
    }
}

proptest! {
    #[test]
    fn there_and_back_is_nothing_and_equal_places_stay_equal(dx in -1.6..1.6_f64, lat in 3.0..54.0_f64, zone in 25..=45_u32) {
        let it = System::gauss_kruger(zone).unwrap();
        let place = Coord { x: f64::from(3 * zone) + dx, y: lat };
        // Wherever it stands in the list.
        let mut many = vec![place; 9000];
        many[3] = Coord { x: place.x, y: place.y * 0.99 };
        it.from_earth(&mut many).unwrap();
        it.to_earth(&mut many).unwrap();
        prop_assert!((many[0].x - place.x).abs() < 1e-9 && (many[0].y - place.y).abs() < 1e-9);
        prop_assert!(many.iter().enumerate().all(|(at, it)| at == 3 || *it == many[0]));
    }

    #[test]
    fn any_text_is_refused_or_read_without_a_panic(text in "(PROJCS|GEOGCS|PROJCRS)?[\\[\\](),\"a-zA-Z0-9 .é中:-]{0,60}") {
        let _ = System::named(&text);
    }
}

fn numbers(coords: &[[f64; 2]]) -> Numbers {
    let coords: Vec<Coord> = coords.iter().map(|&at| at.into()).collect();
    Extent::of(&coords).numbers().unwrap()
}

#[test]
fn candidates_are_those_that_the_coordinates_can_be_in_and_say_where_that_is() {
    let ids = |coords: &[[f64; 2]]| -> Vec<String> {
        candidates(&numbers(coords)).into_iter().map(|choice| choice.id).collect()
    };
    assert_eq!(ids(&[[35_512_345.6, 3_400_123.4], [35_513_000.0, 3_401_000.0]]), ["EPSG:4523"]);
    let degrees = ids(&[[104.0, 30.0], [105.0, 31.0]]);
    assert_eq!(degrees, ["EPSG:4490", "EPSG:4326", "GCJ-02", "BD-09"]);
    let plane = candidates(&numbers(&[[512_345.6, 3_400_123.4], [513_000.0, 3_401_000.0]]));
    assert!(plane.iter().all(|choice| choice.fits && choice.reading.centre.is_some()));
    let around = |id: &str| plane.iter().find(|choice| choice.id == id).unwrap().reading.centre.unwrap();
    assert!((around("EPSG:4544")[0] - 105.13).abs() < 0.01);
    assert!((around("EPSG:4545")[0] - 108.13).abs() < 0.01);
}

#[test]
fn systems_are_found_by_code_and_by_name_and_those_that_fit_stand_first() {
    let at = numbers(&[[512_345.6, 3_400_123.4]]);
    let found = |text: &str| search(text, Some(&at), 20);
    assert_eq!(found("4544")[0].id, "EPSG:4544");
    assert_eq!(found("utm 48n wgs").iter().filter(|choice| choice.fits).count(), found("UTM48N WGS").len());
    assert_eq!(found("UTM48 WGS 84")[0].id, "EPSG:32648");
    assert_eq!(found("gcj")[0].id, "GCJ-02");
    assert!(!found("gcj")[0].fits, "metres are no degrees");
    assert!(found("no such system").is_empty() && found("  ").is_empty());
    assert!(found("zone").len() <= 20);
}

#[test]
fn codes_of_a_province_rank_the_zones_that_have_the_layer_in_it_first() {
    let plane = numbers(&[[512_345.6, 3_400_123.4], [513_000.0, 3_401_000.0]]);
    let meridians = |province| -> Vec<f64> {
        let choices = candidates(&Numbers { province, ..plane });
        choices.iter().take(2).filter_map(|choice| choice.reading.central_meridian).collect()
    };
    // 四川: zones 34 and 35; 浙江: zone 40.
    assert_eq!([meridians(Some(51))[0], meridians(Some(33))[0]].map(f64::to_bits), [102.0, 120.0].map(f64::to_bits));
    let all = candidates(&Numbers { province: Some(51), ..plane });
    let at = |meridian: f64| all.iter().position(|it| it.reading.central_meridian == Some(meridian)).unwrap();
    let ranked = [102.0, 105.0, 99.0, 108.0, 120.0, 75.0].map(at);
    assert!(ranked.is_sorted(), "{ranked:?}");
    assert_eq!(all.len(), candidates(&plane).len(), "none is left out");
    assert_eq!(meridians(Some(99)), meridians(None), "no such province");
}

/// Code, writer, longitude and latitude, easting and northing on the text's own datum, metres from there to WGS 84 (below
/// zero: not known), and the text; all as PROJ 9.5 has them.
#[test]
fn texts_lead_to_where_they_say_to_a_millimetre_or_are_refused() {
    let refused = [2100, 2039, 6984, 6991, 31901, 4319, 6312, 27700, 2056, 4121, 28992];
    for line in include_str!("wkt_places.txt").lines() {
        let parts: Vec<&str> = line.split('\t').collect();
        let [code, writer, lon, lat, x, y, shift, text] = parts[..] else { panic!("{line}") };
        let number = |text: &str| text.parse::<f64>().unwrap();
        let code: u32 = code.parse().unwrap();
        match System::named(text) {
            Err(CrsProblem::Far { .. } | CrsProblem::NotNear { .. }) => {
                assert!(refused.contains(&code), "{code} {writer}");
            }
            // South-oriented axes.
            Err(CrsProblem::Method { .. }) => assert_eq!(code, 2048, "{writer}"),
            Err(other) => panic!("{code} {writer}: {other}"),
            Ok(it) => {
                assert!(!refused.contains(&code) && number(shift) < 1.4, "{code} {writer}");
                let mut at = [Coord { x: number(x), y: number(y) }];
                it.to_earth(&mut at).unwrap();
                let east = ((at[0].x - number(lon) + 540.0).rem_euclid(360.0) - 180.0) * number(lat).to_radians().cos();
                let off = east.hypot(at[0].y - number(lat)) * 111_320.0;
                assert!(off < 1e-3, "{code} {writer}: {off} m");
            }
        }
    }
}

#[test]
fn a_datum_without_a_name_is_near_where_its_ellipsoid_or_its_shift_says_so() {
    let globe = |datum: &str, axes: &str, shift: &str| {
        format!(
            r#"GEOGCS["unknown",DATUM["{datum}",SPHEROID["x",6378137,{axes}]{shift}],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]"#
        )
    };
    let (wgs, grs) = ("298.257223563", "298.257222101");
    let unknown = "Unknown based on GRS 1980 ellipsoid";
    for (text, is_read) in [
        (globe("Unknown based on WGS 84 ellipsoid", wgs, ""), true),
        (globe(unknown, grs, ",TOWGS84[0,0,0,0,0,0,0]"), true),
        (globe(unknown, grs, ",TOWGS84[-199.87,74.79,246.62,0,0,0,0]"), false),
        (globe(unknown, grs, ""), false),
        (globe("D_Of_The_County", wgs, ""), false),
        (globe("D_WGS_1984", wgs, ""), true),
        (globe("WGS_1984", "298.3", ""), false),
    ] {
        assert_eq!(System::named(&text).is_ok(), is_read, "{text}");
    }
    // What is said beyond what is understood makes another system of it.
    let plane = |rest: &str| {
        let globe = globe("WGS_1984", wgs, "");
        System::named(&format!(r#"PROJCS["p",{globe},PROJECTION["Transverse_Mercator"],{rest}UNIT["metre",1]]"#))
    };
    assert!(plane("").is_ok());
    assert!(plane(r#"PARAMETER["xy_plane_rotation",0],"#).is_ok());
    assert!(matches!(plane(r#"PARAMETER["xy_plane_rotation",5],"#), Err(CrsProblem::Method { .. })));
    assert!(matches!(plane(r#"AXIS["x",WEST],AXIS["y",SOUTH],"#), Err(CrsProblem::Method { .. })));
}

#[test]
fn a_figure_is_first_of_all_a_meridian_and_is_never_endless() {
    use crate::i18n::Lang;

    let found = search("105", None, 20);
    assert_eq!(found[0].reading.central_meridian, Some(105.0), "{}", found[0].id);
    let odd: Vec<String> = search("eden", None, 20).iter().map(|choice| choice.reading.zone_words(Lang::Zh)).collect();
    assert!(odd.iter().all(|words| words.len() < 40), "{odd:?}");
}
